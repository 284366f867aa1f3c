"""Headers to our columns: where the table starts, which column is which, and what is missing, doubled or unknown."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, NamedTuple

import polars as pl

from transforms.rules.loader import line_of, shown
from validation import synonyms
from validation.columns import SHEETS, Sheet
from validation.parse import trimmed, unreadable_value
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
# A slip in one of our own names: client_idd. Whole words that are others come nowhere near.
NEARLY_SPELLED = 0.88


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


def mapping_of(given: Any) -> FirmMapping:
    """The mapping from `{columns: {their header: ours}, values: {our column: {their value: ours}}}`.

    Raises MappingError for another shape, a column that is not ours, a value that its column cannot take, or two keys
    that are read alike and mean different things.
    """
    if given is None:
        return NO_MAPPING
    if not isinstance(given, Mapping):
        raise MappingError("The mapping holds `columns` and `values`.", line_of(given))
    unknown = set(given) - {"columns", "values"}
    if unknown:
        key = min(map(str, unknown))
        raise MappingError(f"The mapping holds `columns` and `values`, not {shown(key)}.", line_of(given, key))
    columns, values = (_names(given, part) for part in ("columns", "values"))
    for theirs, ours in columns.items():
        _check_ours(f"the header {theirs!r}", ours, line_of(columns, theirs))
    for name, changed in values.items():
        _check_ours("`values`", name, line_of(values, name))
        if not isinstance(changed, Mapping):
            raise MappingError(
                f"`values` of the mapping: {name} needs a mapping of their values to ours.", line_of(values, name)
            )
        for theirs, ours in changed.items():
            _check_value(str(name), theirs, ours, line_of(changed, theirs))
    return FirmMapping(
        _keyed(columns, plain, str),
        {str(name): _keyed(changed, lambda theirs: _value_key(_as_cell(theirs)), _as_cell)
         for name, changed in values.items()},
    )  # fmt: skip


def _names(given: Mapping[str, Any], part: str) -> Mapping[Any, Any]:
    """One of the two parts of a mapping; empty where it is not given."""
    found = given.get(part)
    if found is None or found == "":
        return {}
    if not isinstance(found, Mapping):
        raise MappingError(f"`{part}` of the mapping must map names to names.", line_of(given, part))
    return found


def _keyed(names: Mapping[Any, Any], key_of: Callable[[str], str], ours_of: Callable[[Any], str]) -> dict[str, str]:
    """Names by the keys under which they are looked up; raises MappingError where two of one key differ."""
    keyed: dict[str, str] = {}
    for theirs, ours in names.items():
        key, line = key_of(str(theirs)), line_of(names, theirs)
        if not key:
            raise MappingError(f"{theirs!r} of the mapping has no letter or digit; name what is mapped.", line)
        if keyed.setdefault(key, ours_of(ours)) != ours_of(ours):
            raise MappingError(
                f"{theirs!r} of the mapping is read like a name above it, but is mapped to {shown(ours)} and not to "
                f"{keyed[key]!r}; keep one of the two.",
                line,
            )
    return keyed


def _check_ours(name: str, ours: Any, line: int | None) -> None:
    known = dict.fromkeys(name for sheet in SHEETS for name in sheet.names)
    if not isinstance(ours, str) or ours not in known:
        close = closest_column(ours, list(known)) if isinstance(ours, str) else ""
        hint = f" Did you mean {close}?" if close else ""
        raise MappingError(f"The mapping of {name} names {shown(ours)}, which is none of our columns.{hint}", line)


def _check_value(name: str, theirs: Any, ours: Any, line: int | None) -> None:
    """Raises MappingError where no column of a name can take a value; empty text empties the cell."""
    from validation import explain

    if isinstance(ours, Mapping | list):
        raise MappingError(f"`values` of the mapping: {name} {shown(theirs)} needs one plain value.", line)
    cell = _as_cell(ours)
    columns = [sheet.column(name) for sheet in SHEETS if name in sheet.names]
    if cell and all(unreadable_value(column, cell) for column in columns):
        problem, fix = explain.unusable_value(columns[0], cell)
        raise MappingError(f"`values` of the mapping: {name} maps {theirs!r} to {cell!r}. {problem} {fix}", line)


def _value_key(value: str) -> str:
    return " ".join(value.casefold().split())


def _as_cell(value: object) -> str:
    """A value of a mapping as it stands in a cell: true is the text true; nothing, ~ and null empty it."""
    if value is None or value in {"~", "null"}:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


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
        rows.filter(pl.col(ROW).is_in(list(grid.hidden))).height if grid.hidden else 0,
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
    """A note for each of our columns in which formulas have the result 0 or FALSE, and results are not reliable."""
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
            f"{columns[place]} holds formulas with the stored result 0 or FALSE ({named}{more}). The workbook asks to be "
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
    """The known column, not yet found, that a header means in other words or nearly spells; empty if none."""
    return closest_column(header or "", [name for name in sheet.names if name not in letters])


def closest_column(header: str, names: Sequence[str]) -> str:
    """The column that a header stands for in other words, else the one whose own name it nearly spells; empty if none."""
    meant = synonyms.columns_of(header)
    if meant:
        return next((name for name in meant if name in names), "")
    by_plain = {plain(name): name for name in names}
    close = get_close_matches(plain(header), list(by_plain), n=1, cutoff=NEARLY_SPELLED)
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


def rows_below_headers(grid: Grid, mapping: FirmMapping) -> int:
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


def has_key_column(grid: Grid, mapping: FirmMapping) -> bool:
    """Does one of the first rows of a grid name the clients' numbers?"""
    rows = grid.cells.head(HEADER_WITHIN).iter_rows()
    return any(KEY_COLUMN in known_headers(row, sheet, mapping) for row in rows for sheet in SHEETS[:1])


def has_key_in_other_words(grid: Grid) -> bool:
    """Does one of the first rows of a grid name the clients' numbers in other words?"""
    rows = grid.cells.head(HEADER_WITHIN).iter_rows()
    return any(KEY_COLUMN in synonyms.columns_of(text) for row in rows for text in row if text)


def _names_clients(row: Sequence[str | None], mapping: FirmMapping) -> bool:
    in_our_words = KEY_COLUMN in known_headers(row, SHEETS[0], mapping)
    return in_our_words or any(KEY_COLUMN in synonyms.columns_of(text) for text in row if text)


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
