"""The rows that were not taken, wait, or were taken with a word of warning, each with its cell."""

from __future__ import annotations

from reports.book import Book, Column
from reports.contents import ReportContents
from reports.looks import CAUTION_INK

QUARANTINE, WARNINGS, HELD = "Quarantine", "Warnings", "Held"
_PLACE = (
    Column("source_file", "File"),
    Column("source_sheet", "Sheet", widest=18),
    Column("source_row", "Row", "whole"),
)
_CLIENT = Column("client_id", "Client ID", widest=18)


def add_quarantine(book: Book, contents: ReportContents) -> None:
    """Adds the quarantined rows, in the order of the inputs, their sheets, rows and columns."""
    book.table(
        QUARANTINE,
        "The rows that could not be taken: which cell, what is wrong, and what would be right",
        _columns("What is wrong", "What would be right"),
        contents.quarantine,
        nothing="No row is quarantined: every row could be read and agrees with itself.",
        tab=CAUTION_INK,
    )


def add_warnings(book: Book, contents: ReportContents) -> None:
    """Adds the rows that were taken with a warning."""
    book.table(
        WARNINGS,
        "Rows that were taken, though something in them is worth a second look",
        _columns("What was noticed", "What was done, or would be better"),
        contents.warnings,
        nothing="Nothing gave cause for a warning.",
    )


def add_held(book: Book, contents: ReportContents) -> None:
    """Adds the good detail rows that wait for their client's other rows."""
    columns = [
        *_PLACE,
        _CLIENT,
        Column("problem", "Why it waits", "long", width=58),
        Column("mend", "What it waits for", "long", width=70),
    ]
    about = "Good detail rows that wait, as other rows of their clients are quarantined"
    book.table(HELD, about, columns, contents.held, nothing="No row is held.")


def _columns(problem: str, mend: str) -> list[Column]:
    return [
        *_PLACE,
        Column("cell", "Cell", widest=24),
        _CLIENT,
        Column("column", "Column", widest=30),
        Column("value", "Value as it stands", "long", width=24),
        Column("problem", problem, "long", width=52),
        Column("mend", mend, "long", width=54),
    ]
