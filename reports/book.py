"""The workbook that sheets are added to: tables of a frame with header, filter and print set-up, and free pages."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Self

import polars as pl
from openpyxl import Workbook
from openpyxl.formatting.rule import CellIsRule, FormulaRule
from openpyxl.packaging.custom import StringProperty
from openpyxl.styles import PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties

from reports import package
from reports.cells import CellSheet, cell
from reports.looks import ALARM, BAND, CAUTION, INK, LOOKS, PROSE, SECTION, TINTS, Look, header_of
from reports.words import OPEN, TO_MEND

MOST_ROWS = 1_048_576
MOST_LINKS = 65_530
# Days left that are few.
FEW_DAYS = 7
WEB_ADDRESS = re.compile(r"https?://[!-~]{1,2000}")
LETTER_PAPER = 1
# Characters of width that are still legible on one printed page.
PAGE_WIDTH = 240
LINE_HEIGHT, TALLEST = 15.0, 409.0
MOST_HEADER_LINES = 3
LETTERS_A_FIGURE = 1.15
NARROWEST = 7
# Of the 255 characters of a whole footer.
LONGEST_FOOTER = 200
MARGINS = {"left": 0.4, "right": 0.4, "top": 0.5, "bottom": 0.6, "header": 0.3, "footer": 0.3}


@dataclass(frozen=True)
class Column:
    """A column of a sheet: the frame's column, the header in people's words, its look, and the group it stands under.

    `width` is its width in characters, or 0 to fit what is in it, up to `widest`.
    """

    key: str
    title: str
    look: str = "text"
    group: str = ""
    width: int = 0
    widest: int = 32


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


def _footer_text(text: str) -> str:
    """A text as it stands in a footer, cut to what fits: Excel repairs a workbook whose footer is longer."""
    escaped = text.replace("&", "&&")
    if len(escaped.encode("utf-16-le")) // 2 <= LONGEST_FOOTER:
        return escaped
    kept = text
    while len(kept.replace("&", "&&").encode("utf-16-le")) // 2 >= LONGEST_FOOTER:
        kept = kept[:-1]
    return kept.rstrip().replace("&", "&&") + "…"


@dataclass
class Book:
    """A workbook as it is written, sheet by sheet; `entries` lists its tables in order.

    What is written before it is saved lies in `folder`, the one that it is saved in, until the book is left as a context.
    """

    title: str
    day: date
    folder: Path
    footer: str = ""
    properties: Mapping[str, str] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)
    _book: Workbook = field(default_factory=lambda: Workbook(write_only=True), repr=False)
    _styles: dict[Look, int] = field(default_factory=dict, repr=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        """Lets go of what is kept of the rows, whether the book was saved or not."""
        for sheet in self._book.worksheets:
            sheet.let_go()

    @property
    def sheet_names(self) -> list[str]:
        return list(self._book.sheetnames)

    def style(self, look: Look) -> int:
        """The number by which the book's cells name a look."""
        if look not in self._styles:
            self._styles[look] = look.style_in(self._book)
        return self._styles[look]

    def sheet(self, title: str, tab: str = "") -> CellSheet:
        """A new empty sheet, set up for print: landscape, as wide as the page, with a footer."""
        sheet = CellSheet(self._book, title, self.folder)
        self._book._add_sheet(sheet)  # noqa: SLF001 - openpyxl's create_sheet knows its own kinds of sheet alone
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        sheet.sheet_properties.tabColor = tab or None
        sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", LETTER_PAPER
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
        sheet.page_margins = PageMargins(**MARGINS)
        foot = sheet.HeaderFooter.oddFooter
        foot.left.text, foot.center.text, foot.right.text = _footer_text(self.footer), "&A", "&P / &N"
        for part in (foot.left, foot.center, foot.right):
            part.size = 8
        return sheet

    def table(
        self, title: str, about: str, columns: Sequence[Column], frame: pl.DataFrame, *, nothing: str, frozen: int = 0,
        tab: str = "", below: Below | None = None, one_wide: bool = False,
    ) -> None:  # fmt: skip
        """A sheet of one table: a row for each of the frame's, under headers that stay in sight.

        `nothing` says in words that there are no rows; `frozen` is how many columns stay in sight; `below` stands under it
        all; `one_wide` prints all columns on one page, else on as many as are legible.
        """
        sheet = self.sheet(title, tab)
        self.entries.append(Entry(title, frame.height, about))
        head = 2 if any(column.group for column in columns) else 1
        shown = frame.head(MOST_ROWS - head - 1)
        widths = [_width(column, shown) for column in columns]
        _lay_out(sheet, columns, widths, head, frozen)
        if one_wide:
            sheet.page_setup.fitToWidth = 1
        if head > 1:
            sheet.append(self._groups(columns))
        sheet.append(self._row(head, ((column.title, header_of(LOOKS[column.look])) for column in columns)))
        self._append_rows(sheet, columns, widths, shown, head + 1)
        last = head + shown.height
        note = nothing if frame.is_empty() else ""
        if shown.height < frame.height:
            note = f"{frame.height - shown.height:,} more rows do not fit on a sheet."
        if note:
            sheet.append(self._row(last + 1, [(note, LOOKS["note"])]))
        if not frame.is_empty():
            sheet.auto_filter.ref = f"A{head}:{get_column_letter(len(columns))}{last}"
            _tint(sheet, columns, head + 1, last)
        if below is not None:
            self._append_below(sheet, below, widths, last + bool(note) + 2)

    def _append_below(self, sheet: CellSheet, below: Below, widths: Sequence[float], first: int) -> None:
        """Appends a small table after an empty row."""
        sheet.append([])
        sheet.append(self._row(first, [(below.title, SECTION)]))
        header_lines = max(lines_of(title, width - 3) for title, width in zip(below.headers, widths, strict=False))
        sheet.row_dimensions[first + 1].height = header_lines * LINE_HEIGHT + 4
        sheet.append(self._row(first + 1, ((title, header_of(PROSE)) for title in below.headers)))
        for number, row in enumerate(below.rows, start=first + 2):
            lines = max(lines_of(text, width) for text, width in zip(row, widths, strict=False))
            sheet.row_dimensions[number].height = min(lines * LINE_HEIGHT + 3, TALLEST)
            sheet.append(self._row(number, ((text, PROSE) for text in row)))

    def page(self, title: str, widths: Sequence[float], tab: str = "") -> Page:
        """A new free page with columns of some widths in characters."""
        return Page(self, self.sheet(title, tab), widths)

    def save(self, path: Path) -> None:
        """Writes the book to a file; equal books give equal bytes."""
        for name, value in self.properties.items():
            self._book.custom_doc_props.append(StringProperty(name=name, value=value))
        package.save(self._book, path, title=self.title, day=self.day)

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
            tint = Look(bold=True, ink=INK, fill=TINTS[named % len(TINTS)], down="center") if group else LOOKS["text"]
            named += bool(group)
            filled += [("" if place else group, tint) for place, _ in enumerate(members)]
        return self._row(1, filled)

    def _append_rows(
        self, sheet: CellSheet, columns: Sequence[Column], widths: Sequence[float], frame: pl.DataFrame, first: int
    ) -> None:
        looks = [LOOKS[column.look] for column in columns]
        wrapped = [(column.key, widths[place]) for place, column in enumerate(columns) if looks[place].wrap]
        styles = [self.style(replace(look, down="top") if wrapped else look) for look in looks]
        sheet.append_frame(frame.select(column.key for column in columns), styles, _heights(frame, wrapped))
        for place, column in enumerate(columns, start=1):
            if column.look == "link":
                _link(sheet, place, frame[column.key], first)


def _width(column: Column, frame: pl.DataFrame) -> float:
    """Wide enough for what is in the column and for the longest word of its header, beside the filter's arrow."""
    if column.width:
        return column.width
    longest = max(len(word) for word in column.title.split()) + 4
    if frame.schema[column.key] == pl.String:
        longest = max(longest, (frame.select(pl.col(column.key).str.len_chars().max()).item() or 0) + 3)
    return min(max(longest, len(column.title) / MOST_HEADER_LINES + 5, NARROWEST), column.widest)


def _lay_out(sheet: CellSheet, columns: Sequence[Column], widths: Sequence[float], head: int, frozen: int) -> None:
    """Everything that a write-only sheet must know before its first row."""
    for place, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    header_lines = max(lines_of(column.title, width - 3) for column, width in zip(columns, widths, strict=True))
    sheet.row_dimensions[head].height = LINE_HEIGHT * max(header_lines, 2) + 4
    sheet.freeze_panes = f"{get_column_letter(frozen + 1)}{head + 1}"
    sheet.print_title_rows = f"1:{head}"
    if frozen:
        sheet.print_title_cols = f"A:{get_column_letter(frozen)}"
    sheet.page_setup.fitToWidth = math.ceil(sum(widths) / PAGE_WIDTH)


def lines_of(text: str, width: float) -> int:
    """How many lines a text takes in a cell of a width in characters (of figures, which are wider than most letters)."""
    return sum(max(1, math.ceil(len(line) / (width * LETTERS_A_FIGURE))) for line in text.split("\n"))


def _heights(frame: pl.DataFrame, wrapped: Sequence[tuple[str, float]]) -> pl.Series:
    """The height of each row by the lines of its wrapped columns; null where one line is enough.

    Not every program that opens workbooks finds it by itself.
    """
    if not wrapped:
        return pl.repeat(None, frame.height, dtype=pl.Float64, eager=True)
    lines = pl.max_horizontal(_lines(pl.col(name), width) for name, width in wrapped)
    height = pl.when(lines > 1).then((lines * LINE_HEIGHT).clip(upper_bound=TALLEST))
    return frame.select(height.alias("height")).to_series()


def _lines(texts: pl.Expr, width: float) -> pl.Expr:
    """`lines_of` for a column of texts."""
    of_each = (pl.element().str.len_chars() / (width * LETTERS_A_FIGURE)).ceil().clip(lower_bound=1)
    return texts.str.split("\n").list.eval(of_each).list.sum()


def _link(sheet: CellSheet, column: int, addresses: pl.Series, first: int) -> None:
    """Makes the cells of a column lead to the web addresses that they hold; what is no such address stays text."""
    for row, address in enumerate(addresses.head(MOST_LINKS), start=first):
        if address and WEB_ADDRESS.fullmatch(address):
            sheet.link(column, row, target=address)


def _tint(sheet: CellSheet, columns: Sequence[Column], first: int, last: int) -> None:
    """Tints the answers that leave something open or ask to be mended, days that are few, and every other row, by rules for whole columns."""
    for place, column in enumerate(columns, start=1):
        if column.look == "days":
            letter = get_column_letter(place)
            few = FormulaRule(
                [f"AND(ISNUMBER({letter}{first}),{letter}{first}<={FEW_DAYS})"], fill=PatternFill(bgColor=CAUTION)
            )
            sheet.conditional_formatting.add(f"{letter}{first}:{letter}{last}", few)
        if column.look in ("told", "status"):
            letter = get_column_letter(place)
            tints = dict.fromkeys(OPEN, CAUTION)
            if column.look == "status":
                tints |= dict.fromkeys(TO_MEND, ALARM)
            for answer, tint in tints.items():
                rule = CellIsRule("equal", [f'"{answer}"'], fill=PatternFill(bgColor=tint))
                sheet.conditional_formatting.add(f"{letter}{first}:{letter}{last}", rule)
    banded = FormulaRule([f"MOD(ROW(),2)={(first + 1) % 2}"], fill=PatternFill(bgColor=BAND))
    sheet.conditional_formatting.add(f"A{first}:{get_column_letter(len(columns))}{last}", banded)


class Page:
    """A free page of a book, filled cell by cell in any order and written once."""

    def __init__(self, book: Book, sheet: CellSheet, widths: Sequence[float]) -> None:
        self.sheet = sheet
        self.widths = tuple(widths)
        self._book = book
        self._rows: dict[int, dict[int, tuple[object, Look]]] = {}
        self._links: list[tuple[int, int, str]] = []
        for place, width in enumerate(widths, start=1):
            sheet.column_dimensions[get_column_letter(place)].width = width
        sheet.sheet_view.showGridLines = False

    def put(self, row: int, column: int, value: object, look: Look, *, to: str = "") -> None:
        """Sets a cell; `to` names the sheet of the book that it leads to."""
        self._rows.setdefault(row, {})[column] = (value, look)
        if to:
            self._links.append((column, row, "'" + to.replace("'", "''") + "'!A1"))

    def put_row(self, row: int, values: Iterable[object], looks: Iterable[Look]) -> None:
        """Sets a row of cells from the first column on."""
        for column, (value, look) in enumerate(zip(values, looks, strict=True), start=1):
            self.put(row, column, value, look)

    def put_across(self, row: int, text: str, look: Look, *, first: int = 1, last: int = 0) -> None:
        """Sets one text over several columns (by default all), in a row as high as the text needs."""
        last = last or len(self.widths)
        for column in range(first, last + 1):
            self.put(row, column, text if column == first else None, look)
        self.sheet.merged_cells.add(f"{get_column_letter(first)}{row}:{get_column_letter(last)}{row}")
        larger = look.size / LOOKS["text"].size
        self.set_height(row, lines_of(text, sum(self.widths[first - 1 : last]) / larger), larger)

    def set_height(self, row: int, lines: int, larger: float = 1.0) -> None:
        """Makes a row as high as some lines of text."""
        self.sheet.row_dimensions[row].height = round(min(lines * LINE_HEIGHT * larger + 3, TALLEST), 1)

    def write(self) -> None:
        """Writes the rows; nothing can be set after that."""
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
