"""The headings of a file, sheet by sheet, whatever its layout; and the fingerprint by which its map is found."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

import polars as pl

from transforms.model.columns import BY_KEY, Sheet
from validation.files import preflight, readers
from validation.files.parquet_file import parquet_grid
from validation.files.readers import HEADER_WITHIN, Grid, Workbook
from validation.intake.sheets import is_own_sheet, sheet_named
from validation.mapping import meanings, shapes
from validation.mapping.firm_map import NO_MAP, FirmMap, SheetOptions
from validation.mapping.heading_row import likely_sheet, match_row, present_sheets
from validation.mapping.matching import is_known
from validation.values.parse import trimmed
from validation.values.words import plain

SHORT = 12
MIN_KNOWN = 2
# A list of clients that is not so named: so many of its headings are columns of Candidates.
MIN_COLUMNS_OF_CLIENTS = 3
MAX_HEADING = 300
# Enough for headings, and for a sheet with a value beside each heading.
ROWS_LOOKED_AT = 2_000


@dataclass(frozen=True)
class SheetHeadings:
    """One sheet of a file: its title, the texts of its headings (empty: none are found), the intake sheet that it seems to
    hold, whether its title or a map says so, what a map must say of its layout, whether it is a whole CSV or Parquet file,
    of which the title is the name, whether enough of its headings are known to be sure that they are headings, and its
    place among the sheets from 1.

    `rows` are the cells below the headings (String columns, trimmed, blank rows left out), a column for each heading.
    """

    title: str
    texts: tuple[str, ...]
    rows: pl.DataFrame = field(repr=False)
    holds: Sheet | None = None
    is_named: bool = False
    options: SheetOptions | None = None
    is_file: bool = False
    is_recognized: bool = True
    place: int = 1


@dataclass(frozen=True)
class FileHeadings:
    """The headings of a file: its name, its fingerprint, and its sheets with rows."""

    name: str
    fingerprint: str
    sheets: tuple[SheetHeadings, ...]


def of_file(path: Path, data: bytes, firm: FirmMap = NO_MAP) -> FileHeadings:
    """The headings of a workbook, CSV or Parquet file; raises Unusable for one that cannot be read."""
    return of_grids(path, grids_of(path, data, firm), firm, is_file=preflight.kind_of(path, data) != "xlsx")


def of_grids(path: Path, grids: Sequence[Grid], firm: FirmMap = NO_MAP, *, is_file: bool) -> FileHeadings:
    """The headings of a file whose sheets are read already; `is_file` for a CSV or Parquet file."""
    sheets = tuple(
        replace(found, is_file=is_file, place=place)
        for place, grid in enumerate(grids, start=1)
        if (found := of_grid(grid, firm)) is not None
    )
    return FileHeadings(path.name, fingerprint_of(grids), sheets)


def grids_of(path: Path, data: bytes, firm: FirmMap = NO_MAP, book: Workbook | None = None) -> list[Grid]:
    """The sheets of a file as they stand there, but for hidden ones; of a workbook that is open already, those of this.

    Raises Unusable.
    """
    kind = preflight.kind_of(path, data)
    if kind == "xlsx":
        book = book or Workbook(data)
        return [book.grid(part) for part in book.sheets if not part.is_hidden]
    if kind == "csv":
        return [csv_grid(data, path.stem, firm)]
    return [parquet_grid(data, path.stem)]


def csv_grid(data: bytes, title: str, firm: FirmMap) -> Grid:
    """A CSV file whose fields are divided as its headings are known best; raises Unusable."""
    return readers.csv_file(
        data, title, lambda texts: meanings.score_headers(texts, firm), meanings.score_in_other_words
    )


def of_grid(grid: Grid, firm: FirmMap = NO_MAP) -> SheetHeadings | None:
    """The headings of one sheet; None for a blank one and for one text alone.

    Raises Unusable where a layout that the map names does not fit.
    """
    if not grid.cells.width or shapes.is_left_out(grid.title, firm) or is_own_sheet(grid.title):
        return None
    named = shapes.sheet_held(grid.title, firm)
    said = firm.options_of(grid.title)
    options = said or shapes.proposed(grid, firm, named)
    if options is not None and options is not said:
        firm = replace(firm, sheets={**firm.sheets, grid.title: options})
    grid, named = shapes.plain_shape(grid, firm, grid.title)
    cells = trimmed(grid.cells)
    place = grid.header_row if grid.header_row is not None else heading_row(cells)
    if place is not None:
        cells = cells.select(name for name in cells.columns if not meanings.is_own_heading(cells[name][place]))
    texts = tuple((cells[name][place] or "")[:MAX_HEADING] for name in cells.columns) if place is not None else ()
    if not cells.width:
        return None
    rows = cells.slice(0 if place is None else place + 1)
    rows = rows.filter(pl.any_horizontal(pl.all().is_not_null()))
    if rows.is_empty() and sum(map(bool, texts)) < MIN_KNOWN:
        return None
    is_named = sheet_named(grid.title) is not None or said is not None
    holds = named if is_named else _held(texts)
    is_recognized = bool(said is not None and said.headings) or _are_known(texts, firm)
    return SheetHeadings(grid.title, texts, rows, holds, is_named, options, is_recognized=is_recognized)


def _are_known(texts: Sequence[str], firm: FirmMap) -> bool:
    """Are enough texts known as headings, by themselves or by a map, not to be the values of a record?"""
    mapped = firm.columns.keys() | firm.targets.keys() | firm.derived.keys() | firm.not_ours
    return sum(bool(text) and (is_known(text) or plain(text) in mapped) for text in texts) >= MIN_KNOWN


def heading_row(cells: pl.DataFrame) -> int | None:
    """The place of the row of headings: of the first rows the one with most headings that are known, else the first that
    is all words and has several.
    """
    known: dict[int, int] = {}
    words: int | None = None
    for place, row in enumerate(cells.head(HEADER_WITHIN).iter_rows()):
        texts = [text for text in row if text]
        known[place] = sum(len(text) <= MAX_HEADING and is_known(text) for text in texts)
        is_words = len(texts) >= MIN_KNOWN and not any(any(letter.isdigit() for letter in text) for text in texts)
        if words is None and is_words:
            words = place
    best = max(known, key=lambda place: known[place], default=None)
    if best is None or (known[best] < MIN_KNOWN and words is not None):
        return words
    return best if known[best] else None


@lru_cache(maxsize=256)
def _held(texts: tuple[str, ...]) -> Sheet | None:
    """The intake sheet that headings seem to be of."""
    likely = likely_sheet(texts)
    if not likely:
        present = present_sheets(texts)
        return BY_KEY[present[0]] if present else None
    found = {one.named for one in match_row(texts, likely) if one.how in {"taken", "proposed", "derived"}}
    of_clients = [name for name in found if name.startswith(f"{likely}.")]
    return BY_KEY[likely] if len(of_clients) >= MIN_COLUMNS_OF_CLIENTS else None


def fingerprint_of(grids: Iterable[Grid]) -> str:
    """What the headings of a file have in common with those of the next export of its system: a short hash.

    The order of columns, case and punctuation make no difference; neither do sheets that hold none of ours where another
    does, and how many sheets have the same headings.
    """
    found = [
        one
        for grid in grids
        if (one := of_grid(replace(grid, cells=grid.cells.head(ROWS_LOOKED_AT)), NO_MAP)) is not None
    ]
    found = [one for one in found if not one.rows.is_empty()] or found
    with_rows = [one for one in found if one.rows.height] or found
    counted = [one for one in with_rows if one.holds is not None] or with_rows
    own = {"\x1f".join(sorted({plain(text) for text in one.texts if text} - {""})) for one in counted}
    joined = "\x1e".join(sorted(own - {""}))
    return hashlib.sha256(joined.encode()).hexdigest()[:SHORT]
