"""Why each client has the score they have: component by component, with the rule, the caps and the next step."""

from __future__ import annotations

import polars as pl

from reports.report.contents import ReportContents
from reports.sheets.columns import people_columns
from reports.workbook.book import Book, Column
from transforms.model.wording import N_, _, named

TITLE = N_("Explanation")
GROUPS = {
    "A": N_("A. Core human capital"),
    "B": N_("B. Spouse or partner"),
    "C": N_("C. Skill transferability"),
    "D": N_("D. Additional points"),
    "FSW": N_("FSW selection grid"),
}


def add(book: Book, contents: ReportContents) -> None:
    """Adds the sheet: one row a client and component, the clients in the order of the inputs."""
    people = contents.people.select("client_id", "family_name", "given_name")
    frame = contents.explanation.with_columns(named(GROUPS, pl.col("group"))).join(
        people, on="client_id", how="left", maintain_order="left"
    )
    columns = [
        *people_columns()[:3],
        Column("group", _("Group"), widest=28),
        Column("title", _("Component"), widest=32),
        Column("input", _("Input used"), "long", width=60),
        Column("points", _("Points"), "total"),
        Column("maximum", _("Maximum"), "whole"),
        Column("lost_to_caps", _("Lost to caps"), "whole"),
        Column("next_step", _("Next step, or why there is none"), "long", width=60),
        Column("next_step_points", _("Points of that step in total"), "signed"),
        Column("rule", _("Rule"), widest=50),
        Column("in_force_from", _("In force from"), "date", width=12),
    ]
    about = _("Each component of each client: the input used, the points, what caps took, the next step and the rule")
    shown = frame["client_id"].n_unique()
    if shown < contents.scores.height:
        about += " " + _("({shown} of {all} clients; `drawline explain` explains any client)").format(
            shown=shown, all=contents.scores.height
        )
    book.table(
        _(TITLE),
        about,
        columns,
        frame,
        nothing=_("No client was scored.") if contents.scores.is_empty() else _("No client is near a cut-off."),
        frozen=3,
        is_for_screen=True,
        key="explanation",
    )
