"""The workbook that sheets are added to: tables of a frame with header, filter and print set-up, and free pages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Self

import polars as pl
from openpyxl import Workbook
from openpyxl.packaging.custom import StringProperty
from openpyxl.utils import absolute_coordinate, get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.cell_range import CellRange

from reports.workbook import package, paper
from reports.workbook.cells import CellSheet, cell
from reports.workbook.client_links import CLIENT, ClientLinks, place_in, rows_with_links
from reports.workbook.excel_tables import add_table, distinct, key_of
from reports.workbook.layout import LINE_HEIGHT, TALLEST, Column, heights, lay_out, lines_of, widths_of, wrapped_columns
from reports.workbook.looks import INK, LOOKS, PROSE, SECTION, TINTS, WEB_ADDRESS, Look, header_of
from reports.workbook.tints import tint
from transforms.model.wording import _, n_, whole_number

__all__ = ("MAX_ROWS", "Below", "Book", "Column", "Entry", "Page", "lines_of")

MAX_ROWS = 1_048_576
# Rows kept free below a table that fills the sheet, for what is to be known of it.
BELOW_ROWS = 4


@dataclass(frozen=True)
class Entry:
    """A sheet as the first page lists it: its title, its number of rows, and what it shows."""

    title: str
    rows: int
    about: str


@dataclass(frozen=True)
class Below:
    """A small table of texts under the table of a sheet, from its first column on."""

    title: str
    headers: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True)
class _Table:
    """What a sheet of one table shows, as `Book.table` takes it."""

    key: str
    title: str
    columns: Sequence[Column]
    frame: pl.DataFrame = field(repr=False)
    nothing: str
    frozen: int
    below: Sequence[Below]
    is_for_screen: bool


@dataclass
class Book:
    """A workbook as it is written, sheet by sheet; `entries` lists its tables in order.

    What is written before it is saved lies in `folder`, the one that it is saved in, until the book is left as a context.
    `hub` is the key of the table to which the clients on all other sheets lead, and which leads to these, with
    `has_links_last` from its last columns, which are not printed. `company`, `subject` and `keywords` are properties of the document; `properties` are those that have no field of their own.
    """

    title: str
    day: date
    folder: Path
    footer: str = ""
    properties: Mapping[str, str] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)
    hub: str = ""
    has_links_last: bool = False
    company: str = ""
    subject: str = ""
    keywords: str = ""
    clients: ClientLinks = field(init=False, repr=False)
    _book: Workbook = field(default_factory=lambda: Workbook(write_only=True), repr=False)
    _styles: dict[Look, int] = field(default_factory=dict, repr=False)
    _waiting: list[Callable[[], None]] = field(default_factory=list, repr=False)
    _keys: set[str] = field(default_factory=set, repr=False)

    def __post_init__(self) -> None:
        self.clients = ClientLinks(self.hub, self.has_links_last)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        """Releases the rows, whether the book was saved or not."""
        for sheet in self._book.worksheets:
            sheet.release()

    @property
    def sheet_names(self) -> list[str]:
        return list(self._book.sheetnames)

    def style(self, look: Look) -> int:
        """The number by which the book's cells name a look."""
        if look not in self._styles:
            self._styles[look] = look.style_in(self._book)
        return self._styles[look]

    def sheet(self, title: str, tab: str = "") -> CellSheet:
        """A new empty sheet, set up for print."""
        sheet = CellSheet(self._book, title, self.folder)
        self._book._add_sheet(sheet)  # noqa: SLF001 - openpyxl's create_sheet knows its own kinds of sheet alone
        sheet.sheet_properties.tabColor = tab or None
        paper.set_up(sheet, self.footer)
        return sheet

    def table(
        self, title: str, about: str, columns: Sequence[Column], frame: pl.DataFrame, *, nothing: str, key: str = "",
        frozen: int = 0, tab: str = "", below: Below | Sequence[Below] = (), is_for_screen: bool = False,
    ) -> None:  # fmt: skip
        """A sheet of one table: a row for each of the frame's, under headers that stay in sight.

        The table is named `tbl_` and the key, which is the same in every language; without a key, that of the title.
        `nothing` says in words that there are no rows; `frozen` is how many columns stay in sight; `below` stand under it
        all. A sheet that `is_for_screen` prints one line that says so. Raises ValueError for a key that was used before.
        """
        sheet = self.sheet(title, tab)
        self.entries.append(Entry(title, frame.height, about))
        small = [below] if isinstance(below, Below) else below
        shown = _Table(key or key_of(title), title, columns, frame, nothing, frozen, small, is_for_screen)
        self._take_key(shown.key)
        if shown.key == self.hub:
            self._waiting.append(partial(self._fill_hub, sheet, shown))
        else:
            self._fill(sheet, shown)

    def _take_key(self, key: str) -> None:
        if key in self._keys:
            raise ValueError(f"the key {key} names two tables")
        self._keys.add(key)

    def _fill_hub(self, sheet: CellSheet, shown: _Table) -> None:
        """Fills the table that all clients lead to, once the other sheets are there to be led to."""
        columns, frame = self.clients.with_jumps(shown.columns, shown.frame, self.sheet_names)
        self._fill(sheet, replace(shown, columns=columns, frame=frame))

    def _fill(self, sheet: CellSheet, shown: _Table) -> None:
        frame, titles = shown.frame, distinct(*zip(*((one.title, one.group) for one in shown.columns), strict=True))
        columns = [
            replace(self._led(column, shown.key), title=title)
            for column, title in zip(shown.columns, titles, strict=True)
        ]
        head = 2 if any(column.group for column in columns) else 1
        rows = frame.head(MAX_ROWS - head - BELOW_ROWS)
        widths = widths_of(columns, rows)
        lay_out(sheet, columns, widths, head, shown.frozen)
        if head > 1:
            sheet.append(self._groups(columns))
        sheet.append(self._row(head, ((column.title, header_of(LOOKS[column.look])) for column in columns)))
        self._append_rows(sheet, columns, widths, rows, head + 1)
        last = head + rows.height
        notes = [shown.nothing] if frame.is_empty() else self._notes(columns, rows.height, frame.height)
        for number, note in enumerate(notes, start=last + 1):
            sheet.append(self._row(number, [(note, LOOKS["note"])]))
        last += len(notes)
        if not frame.is_empty():
            add_table(sheet, shown.key, titles, head, head + rows.height)
            tint(sheet, columns, head + 1, head + rows.height)
            if CLIENT in frame.columns:
                self.clients.note(shown.key, shown.title, rows, head + 1)
        for small in shown.below:
            last = self._append_below(sheet, small, widths, last + 2)
        if shown.is_for_screen and not frame.is_empty():
            sheet.append([])
            sheet.append(self._row(last + 2, [(paper.screen_line(frame.height), LOOKS["note"])]))
            paper.print_line(sheet, last + 2)
        else:
            paper.print_table(sheet, columns, widths, head, last)

    def _led(self, column: Column, key: str) -> Column:
        """A column as the book shows it: clients are links where there is a hub, and not on the hub itself."""
        has_links = self.hub and key != self.hub
        return replace(column, look="text") if column.look == "client" and not has_links else column

    def _notes(self, columns: Sequence[Column], shown: int, rows: int) -> list[str]:
        """What is to be known of a sheet that cannot hold all."""
        notes = []
        if shown < rows:
            more = rows - shown
            notes.append(
                n_("{more} more row does not fit on a sheet.", "{more} more rows do not fit on a sheet.", more).format(
                    more=whole_number(more)
                )
            )
        limit = rows_with_links(_links_in(columns))
        if shown > limit:
            note = _("Only the first {rows} rows lead to other sheets. Excel allows 65,530 links on a sheet.")
            notes.append(note.format(rows=whole_number(limit)))
        return notes

    def _append_below(self, sheet: CellSheet, below: Below, widths: Sequence[float], first: int) -> int:
        """Appends a small table after an empty row; the number of its last row."""
        sheet.append([])
        sheet.append(self._row(first, [(below.title, SECTION)]))
        header_lines = max(lines_of(title, width - 3) for title, width in zip(below.headers, widths, strict=False))
        sheet.row_dimensions[first + 1].height = header_lines * LINE_HEIGHT + 4
        sheet.append(self._row(first + 1, ((title, header_of(PROSE)) for title in below.headers)))
        for number, row in enumerate(below.rows, start=first + 2):
            lines = max(lines_of(text, width) for text, width in zip(row, widths, strict=False))
            sheet.row_dimensions[number].height = min(lines * LINE_HEIGHT + 3, TALLEST)
            sheet.append(self._row(number, ((text, PROSE) for text in row)))
        return first + 1 + len(below.rows)

    def page(self, title: str, widths: Sequence[float], tab: str = "") -> Page:
        """A new free page with columns of some widths in characters."""
        return Page(self, self.sheet(title, tab), widths)

    def name_cell(self, name: str, sheet: str, address: str) -> None:
        """Names a cell of the sheet with a title, such as B7, for formulas and Power Query; the name is never translated.

        Raises ValueError for a name that was given before.
        """
        if name in self._book.defined_names:
            raise ValueError(f"the name {name} stands for two cells")
        place = place_in(sheet, absolute_coordinate(address))
        self._book.defined_names[name] = DefinedName(name, attr_text=place)

    def table_on_page(self, page: Page, key: str, titles: Sequence[str], head: int, last: int, first: int = 1) -> None:
        """Makes cells of a page a table named `tbl_` and the key: headers in row `head`, rows to `last`, from a column on."""
        self._take_key(key)
        add_table(page.sheet, key, titles, head, last, first)

    def finish(self) -> None:
        """Fills the hub, and adds the links between the sheets; no sheet can be added after that."""
        for fill in self._waiting:
            fill()
        self._waiting.clear()
        self.clients.finish()

    def save(self, path: Path) -> None:
        """Writes the book to a file; equal books give equal bytes."""
        self.finish()
        for name, value in self.properties.items():
            self._book.custom_doc_props.append(StringProperty(name=name, value=value))
        self._book.properties.subject, self._book.properties.keywords = self.subject or None, self.keywords or None
        package.save(self._book, path, title=self.title, day=self.day, company=self.company)

    def _row(self, number: int, filled: Iterable[tuple[object, Look]]) -> list[str]:
        """A row of values, each in its look, from the first column on."""
        return [
            cell(f"{get_column_letter(place)}{number}", value, self.style(look))
            for place, (value, look) in enumerate(filled, start=1)
        ]

    def _groups(self, columns: Sequence[Column]) -> list[str]:
        """The row above the headers: the name of each group over its first column, its tint over all of them."""
        filled: list[tuple[object, Look]] = []
        named = 0
        for group, members in groupby(columns, key=lambda column: column.group):
            fill = Look(bold=True, ink=INK, fill=TINTS[named % len(TINTS)], down="center") if group else LOOKS["text"]
            named += bool(group)
            filled += [("" if place else group, fill) for place, _column in enumerate(members)]
        return self._row(1, filled)

    def _append_rows(
        self, sheet: CellSheet, columns: Sequence[Column], widths: Sequence[float], frame: pl.DataFrame, first: int
    ) -> None:
        wrapped = wrapped_columns(columns, widths)
        looks = [LOOKS[column.look] for column in columns]
        styles = [self.style(replace(look, down="top") if wrapped else look) for look in looks]
        sheet.append_frame(frame.select(column.key for column in columns), styles, heights(frame, wrapped))
        led = frame.head(rows_with_links(_links_in(columns)))
        for place, column in enumerate(columns, start=1):
            if column.to or column.look == "link":
                sheet.link_column(place, first, _links(column, led))
            elif column.look == "client":
                self.clients.wait(sheet, place, first, led[column.key])


def _links_in(columns: Sequence[Column]) -> int:
    """How many columns have links."""
    return sum(bool(column.to or column.look in ("link", "client")) for column in columns)


def _links(column: Column, frame: pl.DataFrame) -> pl.DataFrame:
    """Where the cells of a column lead: to a place, to a file, or to the web addresses that they hold; else nowhere."""
    none = pl.lit(None, pl.String)
    if column.to:
        location = pl.col(column.to)
        target = pl.when(location.is_not_null()).then(column.file) if column.file else none
    else:
        address = pl.col(column.key)
        location, target = none, pl.when(address.str.contains(WEB_ADDRESS)).then(address)
    return frame.select(location.alias("location"), target.alias("target"))


class Page:
    """A free page of a book, filled cell by cell in any order and written once."""

    def __init__(self, book: Book, sheet: CellSheet, widths: Sequence[float]) -> None:
        self.sheet = sheet
        self.widths = tuple(widths)
        # The least height in points of rows in which more than text stands.
        self.room: dict[int, float] = {}
        self._book = book
        self._rows: dict[int, dict[int, tuple[object, Look]]] = {}
        self._links: list[tuple[int, int, str]] = []
        for place, width in enumerate(widths, start=1):
            sheet.column_dimensions[get_column_letter(place)].width = width
        sheet.sheet_view.showGridLines = False

    def put(
        self, row: int, column: int, value: object, look: Look, *, to: str = "", place: str = "A1", client: str = ""
    ) -> None:
        """Sets a cell; `to` names the sheet of the book that it leads to and `place` the cell there, `client` the client whose
        row on the hub.
        """
        self._rows.setdefault(row, {})[column] = (value, look)
        if client:
            self._book.clients.wait(self.sheet, column, row, pl.Series([client]))
        if to:
            self._links.append((column, row, place_in(to, place)))

    def put_row(self, row: int, values: Iterable[object], looks: Iterable[Look]) -> None:
        """Sets a row of cells from the first column on."""
        for column, (value, look) in enumerate(zip(values, looks, strict=True), start=1):
            self.put(row, column, value, look)

    def put_across(self, row: int, text: str, look: Look, *, first: int = 1, last: int = 0) -> None:
        """Sets one text over several columns (by default all), in a row as high as the text needs."""
        last = last or len(self.widths)
        for column in range(first, last + 1):
            self.put(row, column, text if column == first else None, look)
        self.merge(row, first, last)
        larger = look.size / LOOKS["text"].size
        self.set_height(row, lines_of(text, sum(self.widths[first - 1 : last]) / larger), larger)

    def merge(self, row: int, first: int, last: int) -> None:
        """Makes one cell of several columns of a row."""
        # Straight into the set: `add` holds each against all before it.
        self.sheet.merged_cells.ranges.add(CellRange(min_col=first, min_row=row, max_col=last, max_row=row))

    def set_height(self, row: int, lines: int, larger: float = 1.0) -> None:
        """Makes a row as high as some lines of text."""
        height = round(min(lines * LINE_HEIGHT * larger + 3, TALLEST), 1)
        self.sheet.row_dimensions[row].height = max(height, self.room.get(row, 0))

    def write(self) -> None:
        """Writes the rows; nothing can be set after that."""
        if self._rows:
            self.sheet.print_area = f"A1:{get_column_letter(len(self.widths))}{max(self._rows)}"
        for row in range(1, max(self._rows, default=0) + 1):
            cells = sorted(self._rows.get(row, {}).items())
            self.sheet.append(
                [
                    cell(f"{get_column_letter(column)}{row}", value, self._book.style(look))
                    for column, (value, look) in cells
                ]
            )
        for column, row, place in self._links:
            self.sheet.link(column, row, location=place)
