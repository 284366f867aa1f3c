"""The first page of a workbook, written from top to bottom: sections, facts, counts, tables and warnings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Protocol, TypeVar

from reports.wording.words import rules_status_word
from reports.workbook.book import Book, Page, lines_of
from reports.workbook.logo import ROOM_POINTS, Logo, put_logo
from reports.workbook.looks import CAUTION, CAUTION_INK, DATE, INK, LINK, MOMENT, MUTED, SECTION, Look, header_of
from transforms.model.wording import _, n_, whole_number

FACT_COLUMNS = (2, 4)
# Characters that the bold letters of a header need more.
HEADER_MARGIN = 3
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
CENTRED = Look(rule=True, across="center")
DAY = Look(rule=True, across="center", number=DATE)
TIME = Look(rule=True, across="center", number=MOMENT)
COUNT = Look(rule=True, number="#,##0")
STRONG_COUNT = Look(rule=True, number="#,##0", bold=True)
INDENTED = Look(rule=True, indent=1)
MORE = Look(ink=LINK, underlined=True)
BAND_LABEL = Look(rule=True, across="right")


@dataclass(frozen=True)
class Part:
    """A column of a table on a free page: its header, the page's columns that it reaches over, and its look."""

    title: str
    first: int
    last: int
    look: Look


@dataclass(frozen=True)
class Link:
    """Where a row of such a table leads: the number of its column that is the link, and the sheet and cell."""

    column: int
    to: str
    place: str = "A1"


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

    def grid(
        self,
        parts: Sequence[Part],
        rows: Iterable[Sequence[object]],
        links: Sequence[Link] = (),
        *,
        of_clients: bool = False,
    ) -> None:
        """A table whose columns may reach over several of the page: headers, then rows as high as their texts need.

        `links` are the places to which the first rows lead, one a row. Rows `of_clients` begin with a client_id, which leads
        to the client.
        """
        self._grid_row([part.title for part in parts], parts, [header_of(part.look) for part in parts], HEADER_MARGIN)
        looks = [part.look for part in parts]
        for number, values in enumerate(rows):
            self._grid_row(values, parts, looks)
            if of_clients:
                look = replace(parts[0].look, ink=LINK)
                self.page.put(self.row - 1, 1, values[0], look, client=str(values[0]))
            if number < len(links) and links[number].column:
                link, row = links[number], self.row - 1
                at = parts[link.column - 1]
                look = replace(at.look, ink=LINK, underlined=True)
                self.page.put(row, at.first, values[link.column - 1], look, to=link.to, place=link.place)

    def _grid_row(
        self, values: Sequence[object], parts: Sequence[Part], looks: Sequence[Look], margin: int = 0
    ) -> None:
        lines = 1
        for value, part, look in zip(values, parts, looks, strict=True):
            for column in range(part.first, part.last + 1):
                self.page.put(self.row, column, value if column == part.first else None, look)
            if part.last > part.first:
                self.page.merge(self.row, part.first, part.last)
            if look.wrap and isinstance(value, str):
                lines = max(lines, lines_of(value, sum(self.page.widths[part.first - 1 : part.last]) - margin))
        self.page.set_height(self.row, lines)
        self.row += 1

    def more(self, number: int, title: str) -> None:
        """How many more there are than the rows above, with a link to the sheet that has them all."""
        text = n_("{number} more on the sheet {sheet}", "{number} more on the sheet {sheet}", number)
        words = text.format(number=whole_number(number), sheet=title)
        self.page.put(self.row, 1, words, MORE, to=title)
        self.row += 1

    def more_kinds(self, number: int, title: str) -> None:
        """How many more kinds of problems there are, with a link to the sheet that has the rest."""
        text = n_("{number} more kind on the sheet {sheet}", "{number} more kinds on the sheet {sheet}", number)
        self.page.put(self.row, 1, text.format(number=whole_number(number), sheet=title), MORE, to=title)
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
        self.warnings(
            _("The law of {day} is incomplete: part of it is not known to this program").format(day=day), notes
        )

    def renewal_due(self, notes: Sequence[str]) -> None:
        """That newer values of the law are due; nothing where none is."""
        self.warnings(_("Values of the law of which a newer one is due"), notes)

    def day(self, label: str, day: object) -> None:
        self.page.put_row(self.row, (label, day), (LABEL, DAY_VALUE))
        self.page.set_height(self.row, 1)
        self.row += 1

    def sheets(self, book: Book) -> None:
        """The tables of the book, each a link."""
        self.section(_("What is in this book"))
        first = self.row + 1
        rows = ((entry.title, entry.rows, entry.about) for entry in book.entries)
        self.table((_("Sheet"), _("Rows"), _("What it shows")), (LINKED, COUNT, INDENTED), rows)
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
    @property
    def firm(self) -> str: ...
    @property
    def logo(self) -> Logo | None: ...


Contents = TypeVar("Contents", bound=Headed)


def write_book(
    path: Path,
    what: str,
    contents: Contents,
    sheets: Sequence[Callable[[Book, Contents], None]],
    title: str,
    widths: Sequence[float],
    fill: Callable[[Page, Book, Contents], None],
    hub: str = "",
    *,
    has_links_last: bool = False,
) -> list[str]:
    """Writes a workbook of sheets behind a first page, and gives their names; equal contents give equal bytes.

    The first page, of some title and widths, is filled last, once the sheets are there to be listed. `hub` is the key of
    the table that clients lead to; with `has_links_last` its own links stand in its last columns.
    """
    footer = _("As of {as_of}, rules {rules_version}, {rules_status}").format(
        as_of=contents.as_of,
        rules_version=contents.rules_version,
        rules_status=rules_status_word(contents.rules_status),
    )
    title_of_book = _("{title}: {what} {as_of}").format(title=contents.title, what=what, as_of=contents.as_of)
    with Book(
        title_of_book, contents.as_of, path.parent, footer, hub=hub, has_links_last=has_links_last, company=contents.firm, subject=_("Express Entry, {what} {as_of}").format(what=what, as_of=contents.as_of),
        keywords=_("as of {as_of}; rules {rules_version}; {rules_status}").format(as_of=contents.as_of, rules_version=contents.rules_version, rules_status=rules_status_word(contents.rules_status)),
    ) as book:  # fmt: skip
        first = book.page(title, widths, INK)
        if contents.logo is not None:
            first.room[1] = ROOM_POINTS
            put_logo(first.sheet, contents.logo, first.widths)
        first.sheet.sheet_view.tabSelected = True
        for add in sheets:
            add(book, contents)
        fill(first, book, contents)
        book.save(path)
        return book.sheet_names
