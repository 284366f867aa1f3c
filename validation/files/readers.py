"""Files to sheets of text, cell by cell as they stand there: row i of a grid is row i + 1 of the sheet."""

from __future__ import annotations

import csv
import io
import logging
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, NamedTuple

import polars as pl

from transforms.model.wording import N_, _
from validation.files import preflight
from validation.files.package import ONLY_SHEET, Package, SheetPart
from validation.files.sheet_extent import fitted, refuse_long_texts, refuse_more
from validation.files.sheet_xml import Merge, Places, hidden_rows, letters_of, lost_cells, merges, plain_xml, without
from validation.files.table_size import cut, refuse_large
from validation.files.unusable import Unusable

DELIMITERS = ",;\t|"
HEADER_WITHIN = 25
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
# What programs of DOS write behind the last line.
END_OF_DOS = b"\x1a"
TEXT_FORMULA = r'^="([^"]*)"$'
_LINE_BREAK = re.compile("\r\n|\r|\n")


class Remark(NamedTuple):
    """What is to be reported of a cell of a grid: its letters and row (`H17`), its text, problem and fix."""

    cell: str
    value: str
    problem: str
    fix: str


@dataclass(frozen=True)
class Grid:
    """One sheet as it stands in a file: its title, its cells as text (String columns, null where empty), and the letters
    of its columns.

    `cells` name their columns by letters. A column that is laid beside others (the spouse's row beside the client's) has
    a name of its own, and `letters` (in the order of `cells`), `rows_of` and `columns_of` (by name of the column: row of
    the record to row and to letters of the cell) say where its cells stand, and `headings` where its heading does.
    `header_row` is the place (from 0) of the row of the headings, where that is settled. `layout` says in a sentence where
    the headings stand, where that is not in one row, `unclear` (problem and fix) why its cells cannot be read all the same,
    `remarks` are to be reported of single cells, `encoding` is that of a CSV file. `typed` are, by name of the column, the
    values of a Parquet file's columns that are no text, null in the row of their headings.

    Rows are numbered from 1: `too_long` have more fields than their header, `swallowed` hold what seems to be other
    rows or cells of a CSV file, `hidden` are not shown. `merged` are cells shown as one, `zeros` (row and letters) hold
    formulas with the stored result 0 or FALSE in a workbook that asks to be calculated when it is opened.
    """

    title: str
    cells: pl.DataFrame
    letters: Sequence[str]
    too_long: tuple[int, ...] = field(default=())
    swallowed: tuple[int, ...] = field(default=())
    hidden: tuple[int, ...] = field(default=())
    merged: tuple[Merge, ...] = field(default=())
    zeros: tuple[tuple[int, str], ...] = field(default=())
    header_row: int | None = None
    rows_of: Mapping[str, Mapping[int, int]] = field(default_factory=dict)
    columns_of: Mapping[str, Mapping[int, str]] = field(default_factory=dict)
    headings: Mapping[str, str] = field(default_factory=dict)
    layout: str = ""
    unclear: tuple[str, str] | None = None
    remarks: tuple[Remark, ...] = ()
    encoding: str = preflight.UTF_8
    typed: Mapping[str, pl.Series] = field(default_factory=dict, repr=False)

    def heading(self, column: str, letters: str, row: int) -> str:
        """The cell of a column's heading, where the headings stand in a row (from 1)."""
        return self.headings.get(column, f"{letters}{row}")


@contextmanager
def parsing(problem: str, fix: str, *errors: type[Exception]) -> Iterator[None]:
    """Turns a parser's errors and panics on damaged content into Unusable."""
    try:
        yield
    except BaseException as error:
        if isinstance(error, errors) or type(error).__name__ == "PanicException":
            raise Unusable(_(problem), _(fix)) from None
        raise


def _parsing_workbook() -> AbstractContextManager[None]:
    import fastexcel

    return parsing(
        N_("The workbook is damaged."),
        N_("Open it in a spreadsheet program and save it again."),
        fastexcel.FastExcelError,
        KeyError,
    )


class Workbook:
    """A workbook opened to be read sheet by sheet; raises Unusable for one that cannot be used.

    One that `is_kept` holds the sheets that were read, to be read again.
    """

    def __init__(self, data: bytes, *, is_kept: bool = False) -> None:
        self._data = data
        self._package = Package(preflight.check_workbook(data))
        self._grids: dict[str, Grid] | None = {} if is_kept else None
        self._sizes: dict[str, int] = {}

    @property
    def sheets(self) -> tuple[SheetPart, ...]:
        """The worksheets, in the order of the workbook."""
        return self._package.sheets

    def grid(self, sheet: SheetPart) -> Grid:
        """One sheet as it stands there; raises Unusable."""
        if self._grids is None:
            return self._grid(sheet)
        if sheet.part not in self._grids:
            self._grids[sheet.part] = self._grid(sheet)
        return self._grids[sheet.part]

    def _grid(self, sheet: SheetPart) -> Grid:
        with _parsing_workbook():
            written = self._package.read(sheet.part)
        plain = plain_xml(written)
        xml = fitted(plain, sheet.title, self._package.texts)
        refuse_long_texts(xml, sheet.title, self._package.texts)
        lost = lost_cells(xml, with_zeros=self._package.is_recalculated)
        # The reader of cells knows neither CDATA nor all errors, and takes far-off blanks for values.
        is_changed = xml is not plain or bool(lost.cut) or b"<![CDATA[" in written
        del written, plain
        cells = self._cells(sheet, without(xml, lost.cut) if lost.cut else xml, is_changed=is_changed)
        self._sizes[sheet.title] = cells.height * cells.width
        refuse_more(sum(self._sizes.values()))
        return Grid(
            sheet.title,
            cut(_restored(cells, lost.texts)),
            cells.columns,
            hidden=hidden_rows(xml),
            merged=merges(xml),
            zeros=tuple((row, letters_of(column)) for row, column in lost.zeros),
        )

    def _cells(self, sheet: SheetPart, xml: bytes, *, is_changed: bool) -> pl.DataFrame:
        """The cells of a sheet as text, under the letters of their columns."""
        with _parsing_workbook():
            if is_changed or self._package.is_odd:
                reader, title = _opened(self._package.with_sheet(xml)), ONLY_SHEET
            else:
                reader, title = self._reader, sheet.title
            loaded = reader.load_sheet(title, header_row=None, skip_rows=0, dtypes="string")
            letters = [letters_of(column.absolute_index) for column in loaded.available_columns()]
            cells: pl.DataFrame = loaded.to_polars() if letters else pl.DataFrame()
        return cells.rename(dict(zip(cells.columns, letters, strict=True)))

    @cached_property
    def _reader(self) -> Any:
        return _opened(self._data)


def _opened(data: bytes) -> Any:
    import fastexcel

    # What it logs of a sheet that states a false dimension is no concern of the reader of a message.
    logging.getLogger("calamine").setLevel(logging.CRITICAL)
    return fastexcel.read_excel(data)


def _restored(cells: pl.DataFrame, lost: Places) -> pl.DataFrame:
    """The cells with what a text reading lost put back; cells outside the read range only where rows would be lost."""
    if not lost or not cells.width:
        return cells
    height = max(row for row, _ in lost)
    if height > cells.height:
        cells = pl.concat([cells, cells.clear(height - cells.height)])
    by_letters: dict[str, list[tuple[int, str]]] = {}
    for (row, column), text in lost.items():
        by_letters.setdefault(letters_of(column), []).append((row - 1, text))
    return cells.with_columns(
        cells[letters].scatter([row for row, _ in found], [text for _, text in found])
        for letters, found in by_letters.items()
        if letters in cells.columns
    )


def csv_file(
    data: bytes,
    title: str,
    score: Callable[[Sequence[str]], int],
    otherwise: Callable[[Sequence[str]], int] | None = None,
) -> Grid:
    """A CSV file in UTF-8 or Windows-1252 with comma, semicolon or tab between the fields; raises Unusable.

    `score` tells how many of some fields are known headers: the delimiter is the one whose fields are known best.
    `otherwise` is asked where no field is known.
    """
    data = data.rstrip(END_OF_DOS)
    text, encoding = preflight.csv_text(data)
    if encoding != preflight.UTF_8:
        data = text.encode()
    if otherwise is not None and not _has_known(text, score):
        score = otherwise
    delimiter = csv_delimiter(text, score)
    lines = text[: preflight.MEBIBYTE].splitlines()[:HEADER_WITHIN]
    rows = max(text.count("\n"), text.count("\r")) + (not text.endswith(("\n", "\r")))
    refuse_large(rows, _most_fields(lines, delimiter))
    if _is_plain(data, delimiter.encode()):
        try:
            cells = pl.read_csv(
                io.BytesIO(data), has_header=False, infer_schema=False, separator=delimiter, encoding="utf8"
            )
        except (pl.exceptions.ComputeError, pl.exceptions.NoDataError):
            pass
        else:
            return replace(lettered(title, cut(_without_text_formulas(cells, data))), encoding=encoding)
    grid = _csv_with_care(text, title, delimiter, score)
    return replace(grid, cells=cut(_without_text_formulas(grid.cells, data)), encoding=encoding)


def _most_fields(lines: Sequence[str], delimiter: str) -> int:
    """How many fields the longest of some lines has; at least one."""
    try:
        return max((len(fields) for fields in csv.reader(lines, delimiter=delimiter)), default=1)
    except csv.Error:
        return max(line.count(delimiter) + 1 for line in lines)


def _has_known(text: str, score: Callable[[Sequence[str]], int]) -> bool:
    """Is any field of the first rows a known header, whatever stands between the fields?"""
    lines = text[: preflight.MEBIBYTE].splitlines()[:HEADER_WITHIN]
    return any(score([part.strip('" ') for part in line.split(mark)]) for line in lines for mark in DELIMITERS)


def csv_delimiter(text: str, score: Callable[[Sequence[str]], int]) -> str:
    """What stands between the fields of a CSV file, by its first rows; raises Unusable for a bar."""
    lines = text[: preflight.MEBIBYTE].splitlines()[:HEADER_WITHIN]
    best = max(
        DELIMITERS,
        key=lambda delimiter: max(
            (score([part.strip('" ') for part in line.split(delimiter)]) for line in lines), default=0
        ),
    )
    if best == "|":
        raise Unusable(
            _("The fields are divided by |, not by comma, semicolon or tab."), _("Save it as CSV with commas.")
        )
    return best


def _is_plain(data: bytes, delimiter: bytes) -> bool:
    """Can the quick reader be trusted with line ends and quotation marks?

    All marks stand at the borders of fields or are doubled within, and no marked field holds a line break or begins with
    the delimiter, as one does where a stray mark has swallowed what follows.
    """
    if data.count(b"\r") != data.count(b"\r\n"):
        return False
    if b'"' not in data:
        return True
    data = data.removeprefix(BYTE_ORDER_MARK)
    inside = rb'[^"\r\n]*+(?:""[^"\r\n]*+)*+'
    fields = rb'(?:(?:"(?!%b)%b"|[^"%b\r\n]*+)(?:%b|\r?\n|\Z))*+' % (delimiter, inside, delimiter, delimiter)
    return re.fullmatch(fields, data) is not None


def _without_text_formulas(cells: pl.DataFrame, data: bytes) -> pl.DataFrame:
    """The cells with `="0012"`, by which exports keep a spreadsheet from changing a text, as the text itself."""
    if b'="' not in data:
        return cells
    return cells.with_columns(pl.all().str.replace(TEXT_FORMULA, "$1"))


def _csv_with_care(text: str, title: str, delimiter: str, score: Callable[[Sequence[str]], int]) -> Grid:
    """For title rows, rows of unequal length, old line ends: field by field, and every row is kept."""
    csv.field_size_limit(preflight.MAXIMUM_FILE)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[list[str]] = []
    try:
        rows.extend(reader)
    except csv.Error:
        raise Unusable(
            _("Row {row} of the CSV file has a quotation mark that is not closed or stands inside a field.").format(
                row=len(rows) + 1
            ),
            _("Close it, or write two of them for one inside a field; or save the file as .xlsx."),
        ) from None
    known = [score(row) for row in rows[:HEADER_WITHIN]]
    header = known.index(max(known)) if any(known) else 0
    width = len(rows[header]) if any(known) else max(map(len, rows[:HEADER_WITHIN]), default=0)
    width = max(width, 1) if rows else 0
    body = list(enumerate(rows[header + 1 :], start=header + 2))
    too_long = tuple(number for number, row in body if any(text.strip() for text in row[width:]))
    swallowed = _swallowed(body, width, delimiter) if any(known) and '"' in text else ()
    columns = {str(place): [row[place] if place < len(row) else None for row in rows] for place in range(width)}
    cells = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))
    return replace(lettered(title, cells), too_long=too_long, swallowed=swallowed)


def _swallowed(body: Sequence[tuple[int, list[str]]], width: int, delimiter: str) -> tuple[int, ...]:
    """The rows with a cell that seems to hold other rows or cells; raises Unusable where it surely does.

    A stray quotation mark at the start of a cell makes one text of all up to the next mark. Such a cell holds a line break
    and behind it as many delimiters as a row has, or a line whose first two fields look like those of other rows; or leaves
    its row with more fields than other rows, even if they are empty; or, of one row, begins with a delimiter where cells
    are missing.
    """
    found = []
    starts: set[tuple[str, ...]] = set()
    usual = _usual_length(body, width)
    for number, row in body:
        for place, cell in enumerate(row):
            if delimiter not in cell and len(row) <= usual:
                continue
            texts = _LINE_BREAK.split(cell)
            lines = [line.count(delimiter) for line in texts]
            ends_of_rows = (width - 1 - place, *[width - 1] * (len(lines) - 2), place)
            if len(lines) > 1 and delimiter in cell and tuple(lines) == ends_of_rows:
                raise Unusable(
                    _(
                        "In row {number} of the CSV file, one cell in quotation marks holds {lines} lines that look like"
                        " rows of the table."
                    ).format(number=number, lines=len(lines)),
                    _(
                        "Delete the stray quotation mark at its start, and the one at its end; or save the file as "
                        ".xlsx."
                    ),
                )
            may_be_short = len(row) < width and cell.startswith(delimiter)
            # The first line completes the row, and the last one with the fields behind the cell is a row.
            is_between_rows = lines[0] >= width - 1 - place and lines[-1] >= min(place, usual - len(row) + place)
            is_longer = len(row) > usual and delimiter in cell
            may_be_rows = len(lines) > 1 and (sum(lines[1:]) >= max(width - 1, 1) or is_between_rows or is_longer)
            if len(lines) > 1 and not may_be_rows:
                starts = starts or {_start(row) for _, row in body}
                may_be_rows = any(_start(text.split(delimiter)) in starts - {()} for text in texts[1:])
            if may_be_short or may_be_rows:
                found.append(number)
    return tuple(dict.fromkeys(found))


def _start(row: Sequence[str]) -> tuple[str, ...]:
    """The first two fields of a row with a for letters and 0 for digits; empty where they hold no digit or are missing."""
    shapes = tuple(re.sub("[0-9]+", "0", re.sub(r"[^\W\d_]+", "a", field)) for field in row[:2])
    return shapes if len(shapes) > 1 and all(shapes) and "0" in shapes[0] else ()


def _usual_length(body: Sequence[tuple[int, list[str]]], width: int) -> int:
    """How many fields rows have where no cell holds a line break; at least as many as the header."""
    lengths = Counter(len(row) for _, row in body if not any(_LINE_BREAK.search(cell) for cell in row))
    return max(width, *(length for length, _ in lengths.most_common(1)), 0)


def lettered(title: str, cells: pl.DataFrame) -> Grid:
    """A grid whose columns are lettered from A on."""
    letters = [letters_of(place) for place in range(cells.width)]
    return Grid(title, cells.rename(dict(zip(cells.columns, letters, strict=True))), letters)
