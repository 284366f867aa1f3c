"""The score of every client, component by component, with the facts it was made of."""

from __future__ import annotations

from reports.report.contents import ReportContents
from reports.sheets.columns import crs_columns, people_columns, score_title
from reports.wording.words import GRIDS, LANGUAGE_LEVELS, POOL_STATUSES, utc, worded
from reports.workbook.book import Book, Column
from transforms.model.wording import N_, _

TITLE, KEY = N_("Scores"), "scores"
FACTS, LEVELS, SOURCE = N_("Facts used"), N_("CLB and NCLC levels (empty: no valid result)"), N_("Where the row stands")


def add(book: Book, contents: ReportContents) -> None:
    """Adds the sheet: one row a scored client, in the order of the inputs."""
    people = contents.people.select(
        "client_id",
        "family_name",
        "given_name",
        "case_owner",
        worded("pool_status", POOL_STATUSES),
        utc("profile_submitted_at"),
    )
    frame = contents.scores.with_columns(worded("grid", GRIDS)).join(
        people, on="client_id", how="left", maintain_order="left"
    )
    columns = [
        *people_columns(),
        Column("pool_status", _("Pool status"), "centred"),
        Column("rank", _("Rank in the pool"), "whole"),
        Column("crs_total", score_title(contents), "total"),
        Column("grid", _("Grid"), "centred"),
        *crs_columns(contents.scores),
        Column("age", _("Age in years"), "whole", _(FACTS)),
        Column("canadian_work_years", _("Canadian work years"), "whole", _(FACTS)),
        Column("foreign_work_years", _("Foreign work years"), "whole", _(FACTS)),
        Column("profile_submitted_at", _("Profile submitted (UTC)"), "moment", _(FACTS), width=21),
        *(Column(name, _(title), "whole", _(LEVELS)) for name, title in LANGUAGE_LEVELS.items()),
        Column("source_file", _("File"), group=_(SOURCE)),
        Column("source_sheet", _("Sheet"), group=_(SOURCE)),
        Column("source_row", _("Row"), "whole", _(SOURCE)),
    ]
    about = _("The score of every client, component by component, with the facts used")
    book.table(
        _(TITLE), about, columns, frame, nothing=_("No client was scored."), frozen=3, is_for_screen=True, key=KEY
    )
