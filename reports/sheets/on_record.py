"""Who was invited by the firm's own records."""

from __future__ import annotations

from dataclasses import replace

from reports.report.contents import ReportContents
from reports.sheets.columns import people_columns, score_title
from reports.wording.words import POOL_STATUSES, worded
from reports.workbook.book import Book, Column
from reports.workbook.looks import INVITED
from transforms.model.wording import N_, _
from transforms.rounds.rounds import invited_on_record

# As wide as a page, by eight columns.
WIDE = 22
TITLE = N_("Invited on record")


def add(book: Book, contents: ReportContents) -> None:
    """Adds the sheet: one row a client whose record has an invitation, the latest first."""
    columns = [
        *(replace(column, width=WIDE) for column in people_columns()),
        Column("ita_issued_on", _("Invited on"), "date", width=WIDE),
        Column("ita_round", _("Round"), "centred", width=WIDE),
        Column("pool_status", _("Pool status"), "centred", width=WIDE),
        Column("crs_total", score_title(contents), "total", width=WIDE),
    ]
    people = invited_on_record(contents.people, contents.as_of).sort(
        "ita_issued_on", descending=True, maintain_order=True
    )
    scores = contents.scores.select("client_id", "crs_total")
    frame = people.with_columns(worded("pool_status", POOL_STATUSES)).join(
        scores, on="client_id", how="left", maintain_order="left"
    )
    about = _("Who was really invited, by the records (ita_issued_on)")
    book.table(
        _(TITLE),
        about,
        columns,
        frame,
        nothing=_("No record has an invitation."),
        frozen=1,
        tab=INVITED,
        key="invited_on_record",
    )
