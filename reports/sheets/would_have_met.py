"""Who would have met the cut-off of a round that is not recent, or that was held before there was a profile."""

from __future__ import annotations

from reports.report import rounds
from reports.report.contents import ReportContents
from reports.sheets.columns import people_columns, score_title
from reports.workbook.book import Book, Column
from reports.workbook.looks import NOT_INVITED
from transforms.model.wording import N_, _
from transforms.scoring.reason_words import reasons_in_words

TITLE = N_("Would have met")


def add(book: Book, contents: ReportContents) -> None:
    """Adds the sheet: one row a round and client who meets its cut-off, and was not invited by it."""
    columns = [
        Column("round", _("Round"), widest=16),
        Column("kind", _("Kind"), widest=18),
        Column("held_on", _("Held on"), "date", width=12),
        *people_columns(),
        Column("crs_total", score_title(contents), "total"),
        Column("cut_off", _("Cut-off"), "whole"),
        Column("distance", _("Above the cut-off"), "margin"),
        Column("profile_submitted_at", _("Profile submitted (UTC)"), "moment", width=21),
        Column("reason", _("Why the round did not take the client"), "long", width=58),
    ]
    frame = rounds.would_have_met(contents)
    frame = frame.with_columns(reasons_in_words(frame["reason"]))
    about = _("Who would have met the cut-off of rounds that are not recent, or held before the profile was there")
    nothing = _("Nobody would have met the cut-off of another round.")
    book.table(
        _(TITLE),
        about,
        columns,
        frame,
        nothing=nothing,
        frozen=5,
        tab=NOT_INVITED,
        key="would_have_met",
        is_for_screen=True,
    )
