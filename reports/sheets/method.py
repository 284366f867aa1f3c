"""How records are read where they or the law leave a choice."""

from __future__ import annotations

from reports.book import Book, Entry, lines_of
from reports.contents import ReportContents
from reports.looks import PROSE, SECTION, header_of

TITLE = "Method"
WIDTHS = (44, 120)


def add(book: Book, contents: ReportContents) -> None:
    """Adds the page: a row a reading."""
    book.entries.append(
        Entry(TITLE, len(contents.readings), "How records are read where they or the law leave a choice")
    )
    page = book.page(TITLE, WIDTHS)
    page.put(1, 1, "How records are read", SECTION)
    page.put_row(2, ("Subject", "How it is read"), [header_of(PROSE)] * 2)
    for number, reading in enumerate(contents.readings, start=3):
        page.put_row(number, reading, [PROSE] * 2)
        page.set_height(number, max(lines_of(text, width) for text, width in zip(reading, WIDTHS, strict=True)))
    page.write()
