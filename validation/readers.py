"""Files to sheets of text, cell by cell as they stand there: row i of a grid is row i + 1 of the sheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import polars as pl

from validation import preflight
from validation.sheet_xml import Places, check_extent, letters_of, lost_cells, parts_by_title, quoted_alike
from validation.unusable import Unusable

if TYPE_CHECKING:
    import zipfile

DELIMITERS = ",;\t|"
HEADER_WITHIN = 25
MAXIMUM_PARQUET_ROWS = 20_000_000
MOMENT = "%Y-%m-%dT%H:%M:%S%.fZ"


@dataclass(frozen=True)
class Grid:
    """One sheet as it stands in a file: its title, its cells as text (String columns, null where empty), the letters
    of its columns, and the rows (numbered from 1) that have more fields than their header.
    """

    title: str
    cells: pl.DataFrame
    letters: Sequence[str]
    too_long: tuple[int, ...] = field(default=())


@contextmanager
def _parsing(what: str, mend: str, *errors: type[Exception]) -> Iterator[None]:
    """Turns a parser's errors and panics on damaged content into Unusable."""
    try:
        yield
    except BaseException as error:
        if isinstance(error, errors) or type(error).__name__ == "PanicException":
            raise Unusable(f"The {what} is damaged.", mend) from None
        raise


def _parsing_workbook() -> AbstractContextManager[None]:
    import fastexcel

    return _parsing(
        "workbook", "Open it in a spreadsheet program and save it again.", fastexcel.FastExcelError, KeyError
    )


def workbook(data: bytes, is_wanted: Callable[[str], bool]) -> tuple[list[Grid], list[str]]:
    """The wanted sheets of a workbook, in its order, and the titles of the others; raises Unusable."""
    import fastexcel

    with preflight.check_workbook(data) as package:
        parts = parts_by_title(package)
        with _parsing_workbook():
            reader = fastexcel.read_excel(data)
        wanted = [title for title in reader.sheet_names if is_wanted(title)]
        grids = [_sheet(reader, package, title, parts.get(title, "")) for title in wanted]
    return grids, [title for title in reader.sheet_names if title not in wanted]


def _sheet(reader: Any, package: zipfile.ZipFile, title: str, part: str) -> Grid:
    with _parsing_workbook():
        xml = quoted_alike(package.read(part))
    check_extent(xml, title)
    with _parsing_workbook():
        sheet = reader.load_sheet(title, header_row=None, skip_rows=0, dtypes="string")
        letters = [letters_of(column.absolute_index) for column in sheet.available_columns()]
        cells = sheet.to_polars() if letters else pl.DataFrame()
    cells = cells.rename(dict(zip(cells.columns, letters, strict=True)))
    return Grid(title, _restored(cells, lost_cells(xml)), letters)


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


def csv_file(data: bytes, title: str, score: Callable[[Sequence[str]], int]) -> Grid:
    """A CSV file in UTF-8 with comma, semicolon or tab between the fields; raises Unusable.

    `score` tells how many of some fields are known headers: the delimiter is the one whose fields are known best.
    """
    text = preflight.check_text(data)
    delimiter = _delimiter(text, score)
    if _is_plain(data):
        try:
            cells = pl.read_csv(
                io.BytesIO(data), has_header=False, infer_schema=False, separator=delimiter, encoding="utf8"
            )
        except (pl.exceptions.ComputeError, pl.exceptions.NoDataError):
            pass
        else:
            return _lettered(title, cells)
    return _csv_with_care(text, title, delimiter, score)


def _delimiter(text: str, score: Callable[[Sequence[str]], int]) -> str:
    lines = text[: preflight.MEBIBYTE].splitlines()[:HEADER_WITHIN]
    best = max(
        DELIMITERS,
        key=lambda delimiter: max(
            (score([part.strip('" ') for part in line.split(delimiter)]) for line in lines), default=0
        ),
    )
    if best == "|":
        raise Unusable("The fields are divided by |, not by comma, semicolon or tab.", "Save it as CSV with commas.")
    return best


def _is_plain(data: bytes) -> bool:
    """Can the quick reader be trusted with line ends and quotation marks?"""
    return data.count(b"\r") == data.count(b"\r\n") and data.count(b'"') % 2 == 0


def _csv_with_care(text: str, title: str, delimiter: str, score: Callable[[Sequence[str]], int]) -> Grid:
    """For title rows, rows of unequal length, old line ends: field by field, and every row is kept."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[list[str]] = []
    try:
        rows.extend(reader)
    except csv.Error:
        raise Unusable(
            f"Row {len(rows) + 1} of the CSV file has a quotation mark that is not closed or stands inside a field.",
            "Close it, or write two of them for one inside a field; or save the file as .xlsx.",
        ) from None
    known = [score(row) for row in rows[:HEADER_WITHIN]]
    header = known.index(max(known)) if known else 0
    width = len(rows[header]) if rows else 0
    too_long = tuple(
        number
        for number, row in enumerate(rows[header + 1 :], start=header + 2)
        if any(text.strip() for text in row[width:])
    )
    columns = {str(place): [row[place] if place < len(row) else None for row in rows] for place in range(width)}
    return _lettered(title, pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String)), too_long)


def parquet(data: bytes, title: str) -> Grid:
    """A Parquet file's columns as text, its column names as row 1; raises Unusable."""
    with _parsing("Parquet file", "Write or copy it again.", pl.exceptions.PolarsError, OSError):
        lazy = pl.scan_parquet(io.BytesIO(data))
        schema = lazy.collect_schema()
        height = lazy.select(pl.len()).collect().item()
        if height > MAXIMUM_PARQUET_ROWS:
            raise Unusable(f"It has more than {MAXIMUM_PARQUET_ROWS:,} rows.", "Divide it into several files.")
        cells = lazy.select(_as_text(name, dtype) for name, dtype in schema.items()).collect()
    header = pl.DataFrame({name: [name] for name in cells.columns}, schema=cells.schema)
    return _lettered(title, pl.concat([header, cells]))


def _as_text(name: str, dtype: pl.DataType) -> pl.Expr:
    """A typed column as the text that our parser reads to the same value."""
    column = pl.col(name)
    if isinstance(dtype, pl.Datetime):
        moment = column.dt.convert_time_zone("UTC") if dtype.time_zone else column
        return moment.dt.strftime(MOMENT).alias(name)
    if isinstance(dtype, pl.List) and dtype.inner == pl.String():
        return column.list.join(",").alias(name)
    if isinstance(dtype, pl.Binary | pl.Duration | pl.Object) or dtype.is_nested():
        return pl.when(column.is_not_null()).then(pl.lit(f"({dtype.base_type()})")).alias(name)
    return column.cast(pl.String).alias(name)


def _lettered(title: str, cells: pl.DataFrame, too_long: tuple[int, ...] = ()) -> Grid:
    letters = [letters_of(place) for place in range(cells.width)]
    return Grid(title, cells.rename(dict(zip(cells.columns, letters, strict=True))), letters, too_long)
