"""Headers to our columns: where the table starts, which column is which, and what is missing, doubled or unknown."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import polars as pl

from validation.columns import SHEETS, Sheet
from validation.parse import trimmed
from validation.readers import HEADER_WITHIN, Grid
from validation.unusable import MappingError, Unusable

ROW = "source_row"
KEY_COLUMN = "client_id"
ENOUGH_TO_BE_A_HEADER = 2
CLOSE = 0.75


def plain(name: str) -> str:
    """A sheet's or column's name without case, accents, spaces, underscores and punctuation."""
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in decomposed if letter.isalnum())


SHEET_BY_PLAIN = {plain(name): sheet for sheet in SHEETS for name in (sheet.key, sheet.title)}
COLUMNS_BY_PLAIN = {sheet.key: {plain(name): name for name in sheet.names} for sheet in SHEETS}


def sheet_named(title: str) -> Sheet | None:
    """The intake sheet that a title names, if any."""
    return SHEET_BY_PLAIN.get(plain(title))


def close_sheet(title: str) -> Sheet | None:
    """The intake sheet whose name is nearly a title."""
    close = get_close_matches(plain(title), list(SHEET_BY_PLAIN), n=1, cutoff=CLOSE)
    return SHEET_BY_PLAIN[close[0]] if close else None


@dataclass(frozen=True)
class FirmMapping:
    """A firm's own words: its headers (plain) to our columns, and by column its values (without case) to ours."""

    columns: Mapping[str, str]
    values: Mapping[str, Mapping[str, str]]


NO_MAPPING = FirmMapping({}, {})


def mapping_of(given: Mapping[str, Any] | None) -> FirmMapping:
    """The mapping from `{columns: {their header: ours}, values: {our column: {their value: ours}}}`.

    Raises MappingError for another shape or a column that is not ours.
    """
    if not given:
        return NO_MAPPING
    unknown = set(given) - {"columns", "values"}
    if unknown:
        raise MappingError(f"The mapping holds `columns` and `values`, not {min(map(str, unknown))!r}.")
    columns, values = given.get("columns") or {}, given.get("values") or {}
    if not isinstance(columns, Mapping) or not isinstance(values, Mapping):
        raise MappingError("`columns` and `values` of the mapping each map names to names.")
    for name, ours in [*columns.items(), *((f"values of {name}", name) for name in values)]:
        _check_ours(str(name), str(ours))
    for name, changed in values.items():
        if not isinstance(changed, Mapping):
            raise MappingError(f"`values` of the mapping: {name} needs a mapping of their values to ours.")
    return FirmMapping(
        {plain(str(theirs)): str(ours) for theirs, ours in columns.items()},
        {
            str(name): {_value_key(_as_cell(theirs)): _as_cell(ours) for theirs, ours in changed.items()}
            for name, changed in values.items()
        },
    )


def _check_ours(name: str, ours: str) -> None:
    known = dict.fromkeys(name for sheet in SHEETS for name in sheet.names)
    if ours not in known:
        close = get_close_matches(ours, list(known), n=1)
        hint = f" Did you mean {close[0]}?" if close else ""
        raise MappingError(f"The mapping of {name!r} names {ours!r}, which is none of our columns.{hint}")


def _value_key(value: str) -> str:
    return " ".join(value.casefold().split())


def _as_cell(value: object) -> str:
    """A value of a YAML file as it stands in a cell: true is the text true."""
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


@dataclass(frozen=True)
class Table:
    """One sheet with its columns known: text rows (our columns that are there, String, trimmed; source_row Int32, the
    row in the sheet; blank rows left out), the columns' letters, and what to tell of the header and of bad rows.
    """

    sheet: Sheet
    title: str
    header_row: int
    rows: pl.DataFrame
    letters: Mapping[str, str]
    unknown: Sequence[tuple[str, str, str]]
    too_long: Sequence[int]


def known_headers(texts: Sequence[str | None], sheet: Sheet, mapping: FirmMapping) -> list[str | None]:
    """For each text of a row, our column that it names, if any."""
    known = COLUMNS_BY_PLAIN[sheet.key]
    names = set(sheet.names)
    keys = [plain(text or "") for text in texts]
    return [ours if (ours := mapping.columns.get(key)) in names else known.get(key) for key in keys]


def table(grid: Grid, sheet: Sheet, mapping: FirmMapping) -> Table | None:
    """A grid as a table of a sheet; None for a blank grid. Raises Unusable for a bad header."""
    cells = trimmed(grid.cells) if grid.cells.width else grid.cells
    if all(cells[letters].null_count() == cells.height for letters in cells.columns):
        return None
    header, names = _header(cells, sheet, mapping)
    letters: dict[str, str] = {}
    doubled = []
    for place, name in zip(grid.letters, names, strict=True):
        if name and name in letters:
            doubled.append(f"{name} (in {letters[name]}{header + 1} and {place}{header + 1})")
        elif name:
            letters[name] = place
    if doubled:
        raise Unusable(
            f"On {sheet.title} a column stands twice: {', '.join(doubled)}.", "Delete or rename one of each."
        )
    missing = [column.name for column in sheet.columns if column.required and column.name not in letters]
    if missing:
        raise Unusable(
            f"On {sheet.title} a required column is missing: {', '.join(missing)} (headers in row {header + 1}).",
            "Add the column, or map yours to it with --map.",
        )
    unknown = [
        (letter, cells[header, letter] or "", _closest(cells[header, letter], sheet, letters))
        for letter, name in zip(grid.letters, names, strict=True)
        if not name and (cells[header, letter] or cells[letter][header + 1 :].count())
    ]
    rows = (
        cells.select(pl.col(letter).alias(name) for name, letter in letters.items())
        .with_columns(pl.int_range(1, pl.len() + 1, dtype=pl.Int32).alias(ROW))
        .slice(header + 1)
        .filter(pl.any_horizontal(pl.exclude(ROW).is_not_null()))
    )
    return Table(sheet, grid.title, header + 1, rows, letters, unknown, grid.too_long)


def _header(cells: pl.DataFrame, sheet: Sheet, mapping: FirmMapping) -> tuple[int, list[str | None]]:
    """The place of the header row, and our column of each of its cells: the first row that names client_id."""
    best: tuple[int, list[str | None]] = 0, []
    for place, row in enumerate(cells.head(HEADER_WITHIN).iter_rows()):
        names = known_headers(row, sheet, mapping)
        if KEY_COLUMN in names:
            return place, names
        if len(names) - names.count(None) > len(best[1]) - best[1].count(None):
            best = place, names
    if len(best[1]) - best[1].count(None) >= ENOUGH_TO_BE_A_HEADER:
        return best
    raise Unusable(
        f"On {sheet.title} no header row with {KEY_COLUMN} is found in the first {HEADER_WITHIN} rows.",
        f"Head the columns; required are {', '.join(column.name for column in sheet.columns if column.required)}.",
    )


def _closest(header: str | None, sheet: Sheet, letters: Mapping[str, str]) -> str:
    """The known column, not yet found, whose name comes closest to a header; empty if none does."""
    by_plain = {key: name for key, name in COLUMNS_BY_PLAIN[sheet.key].items() if name not in letters}
    close = get_close_matches(plain(header or ""), list(by_plain), n=1)
    return by_plain[close[0]] if close else ""


def better_sheet(grid: Grid, sheet: Sheet, mapping: FirmMapping) -> Sheet | None:
    """Another sheet to which the headers of a grid belong rather than to this one."""
    rows = list(grid.cells.head(HEADER_WITHIN).iter_rows())

    def missing_and_known(one: Sheet) -> tuple[int, int]:
        names = max((set(known_headers(row, one, mapping)) - {None} for row in rows), key=len, default=set())
        return sum(column.required and column.name not in names for column in one.columns), -len(names)

    best = min(SHEETS, key=missing_and_known)
    return best if best.key != sheet.key and missing_and_known(best)[0] == 0 else None


def score_headers(texts: Sequence[str], mapping: FirmMapping) -> int:
    """How many texts of a row are headers of any sheet."""
    return sum(
        1
        for text in texts
        if (key := plain(text)) and (key in mapping.columns or any(key in known for known in COLUMNS_BY_PLAIN.values()))
    )


def mapped_values(rows: pl.DataFrame, mapping: FirmMapping) -> pl.DataFrame:
    """Text rows with a firm's own values put into ours."""
    changed = []
    for name, values in mapping.values.items():
        if name in rows.columns and rows[name].null_count() < rows.height:
            present = rows[name].drop_nulls().unique().to_list()
            theirs = {text: values[_value_key(text)] for text in present if _value_key(text) in values}
            if theirs:
                new = pl.col(name).replace_strict(
                    list(theirs), list(theirs.values()), default=pl.col(name), return_dtype=pl.String
                )
                changed.append(pl.when(new != "").then(new).alias(name))
    return rows.with_columns(changed)
