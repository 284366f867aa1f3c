"""The first page of a workbook, written from top to bottom: sections, facts, counts, tables and warnings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Protocol, TypeVar

from reports.book import Book, Page
from reports.looks import CAUTION, CAUTION_INK, DATE, INK, LINK, MOMENT, MUTED, SECTION, Look, header_of

FACT_COLUMNS = (2, 4)
HEADLINE = Look(size=20, bold=True, ink=INK, down="center")
SUBTITLE = Look(ink=MUTED)
WARNING = Look(size=13, bold=True, ink=CAUTION_INK, fill=CAUTION, down="center", indent=1)
WARNED = Look(ink=CAUTION_INK, fill=CAUTION, wrap=True, indent=1, down="top")
NOTE = Look(ink=MUTED, wrap=True, down="center")
LABEL = Look(ink=MUTED, down="top")
VALUE = Look(across="left", wrap=True, down="top")
STRONG_VALUE = replace(VALUE, bold=True)
DAY_VALUE = Look(across="left", number=DATE, down="top")
TEXT = Look(rule=True)
LINKED = Look(rule=True, ink=LINK, underlined=True)
TOLD = Look(rule=True, across="center")
DAY = Look(rule=True, across="center", number=DATE)
TIME = Look(rule=True, across="center", number=MOMENT)
COUNT = Look(rule=True, number="#,##0")
STRONG_COUNT = Look(rule=True, number="#,##0", bold=True)
INDENTED = Look(rule=True, indent=1)
BAND_LABEL = Look(rule=True, across="right")


@dataclass
class Writer:
    """The page and the row that comes next."""

    page: Page
    row: int = 1

    def across(self, text: str, look: Look) -> None:
        self.page.put_across(self.row, text, look)
        self.row += 1

    def section(self, text: str) -> None:
        self.row += 1
        self.page.put(self.row, 1, text, SECTION)
        self.row += 1

    def table(self, titles: Sequence[str], looks: Sequence[Look], rows: Iterable[Sequence[object]]) -> None:
        """Headers and rows, from one edge of the page to the other where the last column is text."""
        rest = 0 if looks[-1].number or looks[-1].across else len(self.page.widths) - len(looks)
        looks = [*looks, *[looks[-1]] * rest]
        blank = [""] * rest
        headers = [header_of(look) for look in looks]
        if rest:
            headers[len(titles) - 1 :] = [replace(headers[-1], wrap=False)] * (rest + 1)
        self.page.put_row(self.row, [*titles, *blank], headers)
        self.page.set_height(self.row, 2)
        self.row += 1
        for row in rows:
            self.page.put_row(self.row, [*row, *blank], looks)
            self.row += 1

    def fact(self, label: str, value: str, look: Look | None = None) -> None:
        first, last = FACT_COLUMNS
        self.page.put_across(self.row, value, look or VALUE, first=first, last=last)
        self.page.put(self.row, 1, label, LABEL)
        self.row += 1

    def count(self, label: str, count: int, *, strong: bool = False, to: str = "") -> None:
        look = LINKED if to else TEXT
        self.page.put(self.row, 1, label, replace(look, bold=strong, indent=0 if strong else 1), to=to)
        self.page.put(self.row, 2, count, STRONG_COUNT if strong else COUNT)
        self.row += 1

    def warnings(self, headline: str, notes: Sequence[str]) -> None:
        """What stands in the way of trusting the page, before anything else; nothing where there is nothing."""
        if not notes:
            return
        self.row += 1
        self.across(headline, WARNING)
        for note in notes:
            self.across(note, WARNED)

    def unknown_law(self, day: date, notes: Sequence[str]) -> None:
        """That part of the law of the day is not known; nothing where all of it is."""
        self.warnings(f"The law of {day} is incomplete: part of it is not known to this program", notes)

    def renewal_due(self, notes: Sequence[str]) -> None:
        """That newer values of the law are due; nothing where none is."""
        self.warnings("Values of the law of which a newer one is due", notes)

    def day(self, label: str, day: object) -> None:
        self.page.put_row(self.row, (label, day), (LABEL, DAY_VALUE))
        self.page.set_height(self.row, 1)
        self.row += 1

    def sheets(self, book: Book) -> None:
        """The tables of the book, each a link."""
        self.section("What is in this book")
        first = self.row + 1
        rows = ((entry.title, entry.rows, entry.about) for entry in book.entries)
        self.table(("Sheet", "Rows", "What it shows"), (LINKED, COUNT, INDENTED), rows)
        for row, entry in enumerate(book.entries, start=first):
            self.page.put(row, 1, entry.title, LINKED, to=entry.title)


class Headed(Protocol):
    """What every book of a day says of itself."""

    @property
    def title(self) -> str: ...
    @property
    def as_of(self) -> date: ...
    @property
    def rules_version(self) -> str: ...
    @property
    def rules_status(self) -> str: ...


Contents = TypeVar("Contents", bound=Headed)


def write_book(
    path: Path,
    what: str,
    contents: Contents,
    sheets: Sequence[Callable[[Book, Contents], None]],
    title: str,
    widths: Sequence[float],
    fill: Callable[[Page, Book, Contents], None],
) -> list[str]:
    """Writes a workbook of sheets behind a first page, and gives their names; equal contents give equal bytes.

    The first page, of some title and widths, is filled last, once the sheets are there to be listed.
    """
    footer = f"As of {contents.as_of}, rules {contents.rules_version}, {contents.rules_status}"
    with Book(f"{contents.title}: {what} {contents.as_of}", contents.as_of, path.parent, footer) as book:
        first = book.page(title, widths, INK)
        first.sheet.sheet_view.tabSelected = True
        for add in sheets:
            add(book, contents)
        fill(first, book, contents)
        book.save(path)
        return book.sheet_names
