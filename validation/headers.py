"""Headers to our columns: where the table starts, which column is which, and what is missing, doubled or unknown."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, NamedTuple

import polars as pl

from validation.columns import SHEETS, Sheet
from validation.parse import trimmed
from validation.readers import HEADER_WITHIN, Grid
from validation.sheet_xml import letters_of
from validation.unusable import MappingError, Unusable

ROW = "source_row"
KEY_COLUMN = "client_id"
ENOUGH_TO_BE_A_HEADER = 2
CLOSE = 0.75
MAX_CELLS_NAMED = 5
FILLED = pl.any_horizontal(pl.all().is_not_null())
NEVER_BY_HEADERS_ALONE = "dependants"


def plain(name: str) -> str:
    """A sheet's or column's name without case, accents, spaces, underscores and punctuation."""
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in decomposed if letter.isalnum())


SHEET_BY_PLAIN = {plain(name): sheet for sheet in SHEETS for name in (sheet.key, sheet.title)}
COLUMNS_BY_PLAIN = {sheet.key: {plain(name): name for name in sheet.names} for sheet in SHEETS}


def _columns_by_plain(sheet: Sheet) -> Mapping[str, str]:
    """The columns of a sheet, of the intake or another, by their plain names."""
    return COLUMNS_BY_PLAIN.get(sheet.key) or {plain(name): name for name in sheet.names}


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


class Note(NamedTuple):
    """A warning at a cell that belongs to no client alone: its row, our column, its value, problem and fix."""

    row: int
    column: str
    value: str
    problem: str
    fix: str


@dataclass(frozen=True)
class Table:
    """One sheet with its columns known: text rows (our columns that are there, String, trimmed; source_row Int32, the
    row in the sheet; blank rows left out), the columns' letters, and what to tell of the header and of bad rows.

    `hidden` is the number of rows that are read though they are hidden.
    """

    sheet: Sheet
    title: str
    header_row: int
    rows: pl.DataFrame
    letters: Mapping[str, str]
    unknown: Sequence[tuple[str, str, str]]
    too_long: Sequence[int]
    swallowed: Sequence[int] = ()
    hidden: int = 0
    notes: Sequence[Note] = ()


def known_headers(texts: Sequence[str | None], sheet: Sheet, mapping: FirmMapping) -> list[str | None]:
    """For each text of a row, our column that it names, if any."""
    known = _columns_by_plain(sheet)
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
    return Table(
        sheet,
        grid.title,
        header + 1,
        _with_merged(rows, grid, letters, header + 1),
        letters,
        unknown,
        grid.too_long,
        grid.swallowed,
        rows[ROW].is_in(list(grid.hidden)).arg_true().len() if grid.hidden else 0,
        [*_merged_columns(cells, grid, letters, header + 1), *_placeholders(grid, letters, header + 1)],
    )


def _with_merged(rows: pl.DataFrame, grid: Grid, letters: Mapping[str, str], header_row: int) -> pl.DataFrame:
    """The rows with what a cell merged over several of them says in each; rows that hold nothing else stay away."""
    if not grid.merged or rows.is_empty():
        return rows
    columns = {place: name for name, place in letters.items()}
    spans: dict[str, list[tuple[int, int]]] = {}
    for merge in sorted(grid.merged):
        name = columns.get(letters_of(merge.first_column))
        if name and header_row < merge.first_row < merge.last_row:
            spans.setdefault(name, []).append((merge.first_row, merge.last_row))
    for name, own in spans.items():
        schema = {"first": pl.Int32, "last": pl.Int32}
        said = pl.DataFrame(own, schema=schema, orient="row").join(
            rows.select(pl.col(ROW).alias("first"), pl.col(name).alias("said")), on="first", maintain_order="left"
        )
        found = rows.select(ROW).join_asof(said.set_sorted("first"), left_on=ROW, right_on="first")
        inside = pl.when(found[ROW] <= found["last"]).then(found["said"])
        rows = rows.with_columns(pl.coalesce(pl.col(name), inside).alias(name))
    return rows


def _merged_columns(cells: pl.DataFrame, grid: Grid, letters: Mapping[str, str], header_row: int) -> Iterator[Note]:
    """A note for each filled cell that is merged over several of our columns: it counts for the first alone."""
    columns = {place: name for name, place in letters.items()}
    for merge in sorted(grid.merged):
        if not header_row < merge.first_row <= cells.height or merge.first_column == merge.last_column:
            continue
        last = min(merge.last_column, len(grid.letters) + merge.first_column)
        names = [name for place in range(merge.first_column, last + 1) if (name := columns.get(letters_of(place)))]
        first = letters_of(merge.first_column)
        value = cells[first][merge.first_row - 1] if first in cells.columns else None
        if value is not None and len(names) > 1 and first in columns:
            yield Note(
                merge.first_row, names[0], value,
                f"The cell is merged over {len(names)} columns; it counts for {names[0]} alone.",
                "Unmerge it and fill in each column.",
            )  # fmt: skip


def _placeholders(grid: Grid, letters: Mapping[str, str], header_row: int) -> Iterator[Note]:
    """A note for each of our columns in which formulas have the result 0, and results are not reliable."""
    columns = {place: name for name, place in letters.items()}
    rows: dict[str, list[int]] = {}
    for row, place in grid.zeros:
        if row > header_row and place in columns:
            rows.setdefault(place, []).append(row)
    for place, found in rows.items():
        named = ", ".join(f"{place}{row}" for row in found[:MAX_CELLS_NAMED])
        more = f" and {len(found) - MAX_CELLS_NAMED} more" if len(found) > MAX_CELLS_NAMED else ""
        yield Note(
            found[0], columns[place], "0",
            f"{columns[place]} holds formulas with the stored result 0 ({named}{more}). The workbook asks to be "
            "calculated when it is opened, so stored results are not reliable.",
            "Open the file in a spreadsheet program and save it there.",
        )  # fmt: skip


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
    by_plain = {key: name for key, name in _columns_by_plain(sheet).items() if name not in letters}
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


def fitting_sheets(grid: Grid, mapping: FirmMapping) -> list[Sheet]:
    """The intake sheets whose headers a grid has, the required ones among them; the best fit alone, or all equal ones.

    Dependants need nearly their own name too: a client_id and a date of birth stand in many lists.
    """
    fits: dict[str, int] = {}
    for row in grid.cells.head(HEADER_WITHIN).iter_rows():
        texts = [text for text in row if text]
        for sheet in SHEETS:
            names = set(known_headers(texts, sheet, mapping)) - {None}
            if sheet.key == NEVER_BY_HEADERS_ALONE and close_sheet(grid.title) != sheet:
                continue
            if all(column.name in names for column in sheet.columns if column.required):
                fits[sheet.key] = max(fits.get(sheet.key, 0), len(names))
    return [sheet for sheet in SHEETS if fits.get(sheet.key) == max(fits.values())] if fits else []


def filled_rows(grid: Grid) -> int:
    """How many rows of a grid hold anything."""
    if not grid.cells.width:
        return 0
    return trimmed(grid.cells.filter(FILLED)).filter(FILLED).height


def has_key_column(grid: Grid, mapping: FirmMapping) -> bool:
    """Does one of the first rows of a grid name the clients' numbers?"""
    rows = grid.cells.head(HEADER_WITHIN).iter_rows()
    return any(KEY_COLUMN in known_headers(row, sheet, mapping) for row in rows for sheet in SHEETS[:1])


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
