"""Who is at or above the cut-off of a counted round, with the real invitation where there is one."""

from __future__ import annotations

from reports.people import near_cutoffs
from reports.report.contents import ReportContents
from reports.sheets.columns import score_title
from reports.wording.kinds import KIND_WORDS
from reports.workbook.book import Book, Column
from reports.workbook.looks import INVITED
from transforms.model.wording import N_, _, translated

TITLE = N_("At or above")


def add(book: Book, contents: ReportContents) -> None:
    """Adds the sheet: one row a client and counted round, sure ones first, the newest round first."""
    frame = near_cutoffs.at_or_above(contents)
    kind = frame["kind"].replace(KIND_WORDS)
    book.table(
        _(TITLE),
        _("Who is at or above the cut-off of a counted round, and whether an invitation is on record"),
        [*client_columns(), *round_columns(),
         Column("crs_total", score_title(contents), "total"),
         Column("cut_off", _("Cut-off"), "whole"),
         Column("margin", _("Margin"), "margin"),
         Column("standing_text", _("Meets the cut-off today"), "long", width=32),
         Column("invitation", _("Invitation on record"), "long", width=26)],
        frame.with_columns(translated(kind)),
        nothing=_("No client is at or above the cut-off of a counted round."),
        frozen=2,
        tab=INVITED,
        key="at_or_above",
    )  # fmt: skip


def client_columns() -> list[Column]:
    """Who the client is, by one name, and who looks after the file."""
    return [
        Column("client_id", _("Client ID"), "client", widest=18),
        Column("name", _("Name"), widest=32),
        Column("case_owner", _("Case owner"), widest=24),
    ]


def round_columns() -> list[Column]:
    """Which round is meant."""
    return [
        Column("kind", _("Kind"), widest=18),
        Column("round", _("Round"), widest=16),
        Column("held_on", _("Held on"), "date", width=12),
    ]
