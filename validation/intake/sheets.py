"""Sheets of a file to sheets of the intake, by their titles and by their headings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from difflib import get_close_matches

import polars as pl

from transforms.model.columns import CANDIDATES, SHEETS, Sheet
from transforms.model.correction_names import FRONT_TITLES
from validation.files.readers import HEADER_WITHIN, Grid
from validation.mapping.firm_map import NO_MAP, FirmMap
from validation.mapping.meanings import KEY_COLUMN, columns_given, columns_in_other_words, known_headers, stands_for
from validation.template.example import PAGE_MARK
from validation.template.words import sheets_by_title
from validation.values.parse import trimmed
from validation.values.words import plain, plain_words

CLOSE = 0.75
FILLED = pl.any_horizontal(pl.all().is_not_null())
NEVER_BY_HEADERS_ALONE = "dependants"
SHEET_BY_PLAIN = {plain(name): sheet for sheet in SHEETS for name in (sheet.key, sheet.title)}


def sheet_named(title: str) -> Sheet | None:
    """The intake sheet that a title names, in our words or in the template's, if any."""
    return SHEET_BY_PLAIN.get(plain(title)) or sheets_by_title().get(plain_words(title))


def close_sheet(title: str) -> Sheet | None:
    """The intake sheet whose name is nearly a title."""
    close = get_close_matches(plain(title), list(SHEET_BY_PLAIN), n=1, cutoff=CLOSE)
    return SHEET_BY_PLAIN[close[0]] if close else None


def closest_sheet_key(title: str) -> str:
    """The key of the intake sheet whose name is nearly a title; empty if none."""
    close = close_sheet(title)
    return close.key if close else ""


def is_own_sheet(title: str) -> bool:
    """Is a sheet the one that a corrections workbook has in front, in any language?"""
    return plain(title) in map(plain, FRONT_TITLES.values())


def is_page_of_template(grid: Grid) -> bool:
    """Is a grid one of the template's own pages, such as its instructions?"""
    return grid.cells.height > 0 and grid.cells.width > 0 and grid.cells[0, 0] == PAGE_MARK


def better_sheet(grid: Grid, sheet: Sheet, mapping: FirmMap) -> Sheet | None:
    """Another sheet to which the headers of a grid belong rather than to this one."""
    rows = list(grid.cells.head(HEADER_WITHIN).iter_rows())

    def missing_and_known(one: Sheet) -> tuple[int, int]:
        names = max((columns_given(row, one, mapping) for row in rows), key=len, default=set())
        names = names | columns_in_other_words(grid, one, mapping)
        return sum(column.required and column.name not in names for column in one.columns), -len(names)

    best = min(SHEETS, key=missing_and_known)
    return best if best.key != sheet.key and missing_and_known(best)[0] == 0 else None


def fitting_sheets(grid: Grid, mapping: FirmMap) -> list[Sheet]:
    """The intake sheets whose headers a grid has, the required ones among them; the best fit alone, or all equal ones.

    Dependants need nearly their own name too: a client_id and a date of birth stand in many lists.
    """
    rows = [[text for text in row if text] for row in grid.cells.head(HEADER_WITHIN).iter_rows()]
    return _fitting(grid, lambda sheet: [columns_given(texts, sheet, mapping) for texts in rows])


def fitting_in_other_words(grid: Grid, mapping: FirmMap) -> list[Sheet]:
    """As `fitting_sheets`, by the usual headings for our columns."""
    return _fitting(grid, lambda sheet: [columns_in_other_words(grid, sheet, mapping)])


def _fitting(grid: Grid, named: Callable[[Sheet], Sequence[set[str]]]) -> list[Sheet]:
    fits: dict[str, int] = {}
    if not grid.cells.width:
        return []
    for sheet in SHEETS:
        if sheet.key == NEVER_BY_HEADERS_ALONE and close_sheet(grid.title) != sheet:
            continue
        for names in named(sheet):
            if all(column.name in names for column in sheet.columns if column.required):
                fits[sheet.key] = max(fits.get(sheet.key, 0), len(names))
    return [sheet for sheet in SHEETS if fits.get(sheet.key) == max(fits.values())] if fits else []


def rows_below_headers(grid: Grid, mapping: FirmMap) -> int:
    """How many rows of a grid that is not read hold anything, below the row that names the clients' numbers, else below
    the first one. Without that row a single row is no header, and counts.
    """
    if not grid.cells.width:
        return 0
    filled = trimmed(grid.cells).select(FILLED).to_series().arg_true()
    if filled.is_empty():
        return 0
    rows = enumerate(grid.cells.head(HEADER_WITHIN).iter_rows())
    header = next((place for place, row in rows if _names_clients(row, mapping)), None)
    if header is None:
        return max(filled.len() - 1, 1)
    return filled.filter(filled > header).len()


def has_key_column(grid: Grid, mapping: FirmMap) -> bool:
    """Does one of the first rows of a grid name the clients' numbers?"""
    rows = grid.cells.head(HEADER_WITHIN).iter_rows()
    return any(KEY_COLUMN in known_headers(row, sheet, mapping) for row in rows for sheet in SHEETS[:1])


def has_key_in_other_words(grid: Grid) -> bool:
    """Does one of the first rows of a grid name the clients' numbers in other words?"""
    rows = grid.cells.head(HEADER_WITHIN).iter_rows()
    return any(stands_for(text, CANDIDATES, NO_MAP) == KEY_COLUMN for row in rows for text in row if text)


def _names_clients(row: Sequence[str | None], mapping: FirmMap) -> bool:
    in_our_words = KEY_COLUMN in known_headers(row, SHEETS[0], mapping)
    return in_our_words or any(stands_for(text, CANDIDATES, NO_MAP) == KEY_COLUMN for text in row if text)
