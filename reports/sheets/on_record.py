"""Who was invited by the firm's own records."""

from __future__ import annotations

from reports.book import Book, Column
from reports.contents import ReportContents
from reports.looks import INVITED
from reports.sheets.columns import people_columns, score_title
from reports.words import spaced
from transforms.rounds import invited_on_record

TITLE = "Invited on record"


def add(book: Book, contents: ReportContents) -> None:
    """Adds the sheet: one row a client whose record has an invitation, the latest first."""
    columns = [
        *people_columns(),
        Column("ita_issued_on", "Invited on", "date", width=12),
        Column("ita_round", "Round", "told"),
        Column("pool_status", "Pool status", "told"),
        Column("crs_total", score_title(contents), "total"),
    ]
    people = invited_on_record(contents.people, contents.as_of).sort(
        "ita_issued_on", descending=True, maintain_order=True
    )
    scores = contents.scores.select("client_id", "crs_total")
    frame = people.with_columns(spaced("pool_status")).join(scores, on="client_id", how="left", maintain_order="left")
    about = "Who was really invited, by the records (ita_issued_on)"
    book.table(TITLE, about, columns, frame, nothing="No record has an invitation.", frozen=1, tab=INVITED)
