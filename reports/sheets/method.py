"""How records are read where they or the law leave a choice, and what of the law is covered."""

from __future__ import annotations

from collections.abc import Sequence

from reports.book import Book, Entry, Page, lines_of
from reports.contents import ReportContents
from reports.looks import SECTION, Look, header_of

TITLE = "Method"
WIDTHS = (34, 74, 12, 14, 14, 60)
CELL = Look(wrap=True, rule=True, down="top", indent=1)
COVERAGE = {
    "name": "What", "covers": "What is covered", "status": "Status", "verified_from": "Verified from",
    "verified_to": "Verified to", "note": "Note",
}  # fmt: skip


def add(book: Book, contents: ReportContents) -> None:
    """Adds the page: the readings, then the coverage."""
    about = "How records are read where they or the law leave a choice, and what of the law is covered"
    book.entries.append(Entry(TITLE, len(contents.readings), about))
    page = book.page(TITLE, WIDTHS)
    page.put(1, 1, "How records are read", SECTION)
    below = _table(page, 2, ("Subject", "How it is read"), contents.readings)
    page.put(below + 1, 1, "What of the law is covered", SECTION)
    _table(page, below + 2, tuple(COVERAGE.values()), contents.coverage.select(*COVERAGE).rows())
    page.write()


def _table(page: Page, row: int, titles: Sequence[str], rows: Sequence[Sequence[str]]) -> int:
    """Puts a table of texts and gives the row below it."""
    looks = [CELL] * len(titles)
    page.put_row(row, titles, [header_of(look) for look in looks])
    for number, values in enumerate(rows, start=row + 1):
        page.put_row(number, values, looks)
        page.set_height(number, max(lines_of(value, width) for value, width in zip(values, WIDTHS, strict=False)))
    return row + 1 + len(rows)
