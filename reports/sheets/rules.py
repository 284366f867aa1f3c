"""The rules in force on the day, each with its source, and below them what of the law is covered since when."""

from __future__ import annotations

import polars as pl

from reports.book import Below, Book, Column
from reports.contents import ReportContents
from reports.words import CONFIDENCE

TITLE = "Rules"
COVERED = "What of the law is covered"
COVERAGE = {
    "name": "What", "covers": "What is covered", "verified_from": "Verified from", "verified_to": "Verified to",
    "status": "Status", "note": "Note",
}  # fmt: skip


def add(book: Book, contents: ReportContents) -> None:
    """Adds the sheet: one row a parameter, what is not known first and what is carried on next; then the coverage."""
    order = pl.col("status").replace_strict({"unknown": 0, "known": 2}, default=1, return_dtype=pl.Int8)
    frame = contents.rules.sort(order, maintain_order=True).with_columns(pl.col("confidence").replace(CONFIDENCE))
    columns = [
        Column("parameter", "Parameter", widest=56),
        Column("title", "What it is", "long", width=40),
        Column("in_force_from", "In force since", "date", width=12),
        Column("status", "Status", "told", width=22),
        Column("confidence", "Confidence", "told"),
        Column("value", "Value", "long", width=64),
        Column("source", "Source", "long", width=40),
        Column("section", "Section", "long", width=26),
        Column("address", "Address", "link", width=44),
        Column("last_checked_on", "Last checked", "date", width=12),
        Column("note", "Note", "long", width=60),
    ]
    about = (
        f"The law in force on {contents.as_of}: every value, since when, how sure, and where it was read; below, what of "
        "the law is covered"
    )
    covered = Below(COVERED, tuple(COVERAGE.values()), contents.coverage.select(*COVERAGE).rows())
    nothing = "No rule is in force on this day."
    book.table(TITLE, about, columns, frame, nothing=nothing, frozen=1, below=covered)
