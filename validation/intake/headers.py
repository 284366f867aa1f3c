"""The header of a sheet to our columns: where the table starts, and what is missing, doubled or unknown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import polars as pl

from transforms.model.columns import Sheet
from transforms.model.wording import _, listing
from validation.files.preflight import UTF_8
from validation.files.readers import Grid
from validation.files.sheet_xml import letters_of
from validation.files.unusable import Unusable
from validation.intake.header_row import header_of
from validation.mapping import no_clients, nominations, other_words
from validation.mapping.cell_terms import RuleSource
from validation.mapping.firm_map import Derivation, FirmMap
from validation.mapping.left_out import LeftOut
from validation.mapping.meanings import (
    COLUMNS_BY_PLAIN,
    KEY_COLUMN,
    Aside,
    columns_of_meanings,
    is_own_heading,
    known_headers,
)
from validation.template.example import example_rows
from validation.values.parse import trimmed
from validation.values.words import plain

ROW = "source_row"
MAX_CELLS_NAMED = 5


class Note(NamedTuple):
    """A warning at a cell that belongs to no client alone: its row, our column, its value, problem and fix."""

    row: int
    column: str
    value: str
    problem: str
    fix: str
    letters: str = ""


class Refusal(NamedTuple):
    """A cell that the map cannot read: its row (source_row), our column, its letters and text, and problem and fix.

    `is_of_row`: nothing else is reported of its row.
    """

    row: int
    column: str
    letters: str
    value: str
    problem: str
    fix: str
    is_of_row: bool = False


class ColumnTwice(NamedTuple):
    """A column that two headings of a file give by a map: the headings as they stand, and their cells."""

    column: str
    headings: tuple[str, str]
    cells: tuple[str, str]


class TwiceByMap(Unusable):
    """Raised where a map names two headings of a file for one column; `twice` are those columns."""

    def __init__(self, twice: Sequence[ColumnTwice], name: str = "", lines: Mapping[str, int] | None = None) -> None:
        said = []
        for one in twice:
            shown = [
                _("{text!r} in {cell} (line {line} of the map)").format(text=text, cell=cell, line=lines[plain(text)])
                if lines and plain(text) in lines
                else _("{text!r} in {cell}").format(text=text, cell=cell)
                for text, cell in zip(one.headings, one.cells, strict=True)
            ]
            said.append(f"{one.column}: {listing(shown)}")
        problem = (
            _("The map {name} reads two headings of the file as one column. {columns}.")
            if name
            else _("The map reads two headings of the file as one column. {columns}.")
        )
        fix = _('Take one of the two out of the map, or name it "-" there: then it is not read.')
        super().__init__(problem.format(name=name, columns="; ".join(said)), fix)
        self.twice = tuple(twice)


@dataclass(frozen=True)
class Table:
    """One sheet with its columns known: text rows (our columns that are there, String, trimmed; source_row Int32, the
    row in the sheet; blank rows left out), the columns' letters, and what to tell of the header and of bad rows.

    `hidden` is the number of rows that are read though they are hidden. `rows_of` is by our column the row of a cell by
    that of its record (source_row), where the two differ, and `columns_of` the letters of a cell that stands in another
    column. `persons` are source_row and person (String) of all rows, where the map joins two rows a client. `layout` says
    where the headings stand, if not in one row. `asides` are the headings whose cells stand in `rows` beside our columns
    until `mapping.complete` has derived ours from them; then `stated` has the columns whose text is not that of the cell,
    as it stands there, and `refusals` are the cells that cannot be read by the map. `headings` are the texts of the header
    row, `renamed` by our column those in other words, `headed` by our column all that are read. `own_columns` are the
    letters of the columns that a corrections workbook added, `rules` by our column the heading and the rule that give it,
    `typed` by our column the values of `rows` that a Parquet file has, where their text is the file's own.
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
    rows_of: Mapping[str, Mapping[int, int]] = field(default_factory=dict)
    asides: Sequence[Aside] = ()
    stated: pl.DataFrame | None = None
    refusals: Sequence[Refusal] = ()
    left_out: Sequence[LeftOut] = ()
    headings: Sequence[str] = ()
    columns_of: Mapping[str, Mapping[int, str]] = field(default_factory=dict)
    persons: pl.DataFrame | None = None
    layout: str = ""
    renamed: Mapping[str, str] = field(default_factory=dict)
    own_columns: tuple[str, ...] = ()
    rules: Mapping[str, RuleSource] = field(default_factory=dict)
    headed: Mapping[str, str] = field(default_factory=dict)
    typed: Mapping[str, pl.Series] = field(default_factory=dict)


def table(grid: Grid, sheet: Sheet, mapping: FirmMap) -> Table | None:
    """A grid as a table of a sheet; None for a blank grid. Raises Unusable for a bad header.

    What a map derives, sets aside for other sheets or gives as a constant is in its `asides`, for `mapping.complete`.
    """
    cells = trimmed(grid.cells, grid.typed) if grid.cells.width else grid.cells
    if all(cells[letters].null_count() == cells.height for letters in cells.columns):
        return None
    _refuse_unclear(grid)
    header, meanings = header_of(cells, sheet, mapping, grid.header_row)
    places: dict[str, str] = {}
    letters: dict[str, str] = {}
    asides: list[Aside] = []
    doubled: list[ColumnTwice] = []
    for place, letter, found in zip(cells.columns, grid.letters, meanings, strict=True):
        name = found.column if found else None
        if name and name in letters:
            ends = ((places[name], letters[name]), (place, letter))
            first, second = (grid.heading(at, own, header + 1) for at, own in ends)
            texts = (cells[header, places[name]] or "", cells[header, place] or "")
            doubled.append(ColumnTwice(name, texts, (first, second)))
        elif name:
            letters[name], places[name] = letter, place
        elif found and found.aside is not None:
            asides.append(Aside(letter, cells[header, place] or "", found.aside, found.person, place))
    if doubled:
        raise _doubled(doubled, sheet, mapping)
    given = columns_of_meanings(meanings, sheet, mapping)
    missing = [column.name for column in sheet.columns if column.required and column.name not in given]
    if missing:
        raise Unusable(
            _("On {title} a required column is missing: {missing} (headers in row {row}).").format(
                title=sheet.title, missing=", ".join(missing), row=header + 1
            )
            + _no_birthday(missing, asides),
            _how_to_give(missing, cells.row(header), sheet),
        )
    person = _person_column(cells, header, mapping)
    unknown = [
        (grid.headings.get(place, letter), cells[header, place] or "", _fix_of(cells[header, place], sheet, letters))
        for place, letter, found in zip(cells.columns, grid.letters, meanings, strict=True)
        if not found and place != person and (cells[header, place] or cells[place][header + 1 :].count())
    ]
    rivals = other_words.rivals([text for _, text, _ in unknown], sheet)
    unknown = [(letter, text, rivals.get(text, fix)) for letter, text, fix in unknown]
    left_out = _left_out(sheet, cells, header, places, asides, grid, mapping)
    places |= {aside.name: aside.column for aside in asides}
    rows = (
        cells.select(pl.col(place).alias(name) for name, place in places.items())
        .with_columns(pl.int_range(1, pl.len() + 1, dtype=pl.Int32).alias(ROW))
        .slice(header + 1)
        .filter(pl.any_horizontal(pl.exclude(ROW).is_not_null()))
    )
    if sheet.key in COLUMNS_BY_PLAIN:
        left_out = (*left_out, *_examples(rows, sheet))
    if left_out:
        rows = rows.filter(~pl.col(ROW).is_in([one.row for one in left_out]))
    is_as_in_file = grid.header_row is None and not grid.headings
    at = rows[ROW].cast(pl.UInt32) - 1
    typed = {
        name: grid.typed[place].gather(at) for name, place in places.items() if place in grid.typed and is_as_in_file
    }
    return Table(
        sheet,
        grid.title,
        header + 1,
        _with_merged(rows, grid, letters | {aside.name: aside.letters for aside in asides}, header + 1),
        letters,
        unknown,
        grid.too_long,
        grid.swallowed,
        _hidden(rows, grid),
        [
            *_encoded(grid, header + 1),
            *_merged_columns(cells, grid, letters, header + 1, left_out),
            *(Note(header + 1, "", one.value, one.problem, one.fix, one.cell) for one in grid.remarks),
            *_placeholders(grid, places, {aside.name: aside for aside in asides}, header + 1),
            *(_nominations(cells, grid, header) if nominations.COLUMN in set(sheet.names) - given else ()),
        ],
        {name: grid.rows_of[place] for name, place in places.items() if place in grid.rows_of},
        asides,
        left_out=left_out,
        layout=grid.layout,
        columns_of={name: grid.columns_of[place] for name, place in places.items() if place in grid.columns_of},
        persons=None if person is None else _persons(cells, header, person),
        renamed={
            found.column: cells[header, place] or ""
            for place, found in zip(cells.columns, meanings, strict=True)
            if found and found.column and found.is_in_other_words
        },
        headings=tuple(text or "" for text in cells.row(header)),
        typed=typed,
        headed={name: cells[header, place] or "" for name, place in places.items() if name in letters},
        own_columns=tuple(
            letter
            for place, letter in zip(cells.columns, grid.letters, strict=True)
            if is_own_heading(cells[header, place])
        ),
    )


def _refuse_unclear(grid: Grid) -> None:
    if grid.unclear is not None:
        raise Unusable(*grid.unclear)


def _doubled(twice: Sequence[ColumnTwice], sheet: Sheet, mapping: FirmMap) -> Unusable:
    """What to raise for columns that stand twice: by the map where it names one of the headings."""
    if any(mapping.columns.get(plain(text)) == one.column for one in twice for text in one.headings):
        return TwiceByMap(twice)
    named = ", ".join(_("{column} (in {cells})").format(column=one.column, cells=listing(one.cells)) for one in twice)
    return Unusable(
        _("On {title} a column stands twice: {named}.").format(title=sheet.title, named=named),
        _("Delete or rename one of each."),
    )


def _no_birthday(missing: Sequence[str], asides: Sequence[Aside]) -> str:
    """That the age of a file is no date of birth, where that is missing."""
    ages = [one.heading for one in asides if isinstance(one.meaning, Derivation) and one.meaning.rule == "age"]
    if not ages or "date_of_birth" not in missing:
        return ""
    return " " + _("{heading!r} does not give it: an age is no date of birth.").format(heading=ages[0])


def _how_to_give(missing: Sequence[str], texts: Sequence[str | None], sheet: Sheet) -> str:
    """How to give columns that are missing, with the headings that may be theirs."""
    may_be = other_words.may_be(missing, texts, sheet)
    return _("Add the column, or map yours to it with --map. {may_be}`drawline map FILE` proposes a map.").format(
        may_be=may_be
    )


def _left_out(
    sheet: Sheet,
    cells: pl.DataFrame,
    header: int,
    places: Mapping[str, str],
    asides: Sequence[Aside],
    grid: Grid,
    mapping: FirmMap,
) -> tuple[LeftOut, ...]:
    """The rows that are no clients; headings with a value beside each have none."""
    if grid.headings:
        return ()
    names = [
        one.column for one in asides if isinstance(one.meaning, Derivation) and one.meaning.rule == no_clients.FULL_NAME
    ]
    return no_clients.left_out(
        no_clients.Headed(
            sheet, cells, header, places, names, grid.merged, lambda texts: known_headers(texts, sheet, mapping)
        )
    )


def _person_column(cells: pl.DataFrame, header: int, mapping: FirmMap) -> str | None:
    """The column that says whose row it is, where the map joins two rows a client and the sheet has it."""
    if mapping.rows is None:
        return None
    wanted = plain(mapping.rows.person)
    return next((place for place in cells.columns if plain(cells[header, place] or "") == wanted), None)


def _persons(cells: pl.DataFrame, header: int, column: str) -> pl.DataFrame:
    """Of each row below the headings its number (source_row, Int32) and whose it is (person, String)."""
    numbered = cells.select(pl.int_range(1, pl.len() + 1, dtype=pl.Int32).alias(ROW), pl.col(column).alias("person"))
    return numbered.slice(header + 1)


def _examples(rows: pl.DataFrame, sheet: Sheet) -> Iterator[LeftOut]:
    """The rows of an intake sheet that are the example of the template."""
    if KEY_COLUMN in rows.columns:
        found = rows.filter(example_rows(sheet, rows))
        yield from (LeftOut(row, text, "example") for row, text in found.select(ROW, KEY_COLUMN).iter_rows())


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


def _merged_columns(
    cells: pl.DataFrame, grid: Grid, letters: Mapping[str, str], header_row: int, left_out: Sequence[LeftOut]
) -> Iterator[Note]:
    """A note for each filled cell that is merged over several of our columns: it counts for the first alone."""
    columns = {place: name for name, place in letters.items()}
    no_rows = {one.row for one in left_out}
    for merge in sorted(grid.merged):
        if (
            merge.first_row in no_rows
            or not header_row < merge.first_row <= cells.height
            or merge.first_column == merge.last_column
        ):
            continue
        last = min(merge.last_column, len(grid.letters) + merge.first_column)
        names = [name for place in range(merge.first_column, last + 1) if (name := columns.get(letters_of(place)))]
        first = letters_of(merge.first_column)
        value = cells[first][merge.first_row - 1] if first in cells.columns else None
        if value is not None and len(names) > 1 and first in columns:
            yield Note(
                merge.first_row, names[0], value,
                _("The cell is merged over {number} columns; it counts for {column} alone.").format(number=len(names), column=names[0]),
                _("Unmerge it and fill in each column."),
            )  # fmt: skip


def _encoded(grid: Grid, header_row: int) -> Iterator[Note]:
    """A note for a CSV file that is in another encoding than UTF-8."""
    if grid.encoding != UTF_8:
        yield Note(
            header_row, "", "", _("The file is not in UTF-8 and is read as {encoding}.").format(encoding=grid.encoding),
            _("Look at names with accents; where they are wrong, save the file as 'CSV UTF-8 (comma delimited)'."),
        )  # fmt: skip


def _nominations(cells: pl.DataFrame, grid: Grid, header: int) -> Iterator[Note]:
    """A note for each heading of a table below which cells say yes to a nomination."""
    if grid.headings:
        return
    for place, letters in zip(cells.columns, grid.letters, strict=True):
        for found in nominations.yes_without_province(
            cells[header, place] or "", cells[place][header + 1 :], header + 2
        ):
            yield Note(found.row, "", found.value, found.problem, found.fix, letters)


def _hidden(rows: pl.DataFrame, grid: Grid) -> int:
    """How many of the rows that are read are hidden: those of records, or of a form those of its values."""
    if not grid.hidden:
        return 0
    if grid.rows_of:
        return len(set(grid.hidden) & {row for own in grid.rows_of.values() for row in own.values()})
    return rows.filter(pl.col(ROW).is_in(list(grid.hidden))).height


def _placeholders(
    grid: Grid, places: Mapping[str, str], asides: Mapping[str, Aside], header_row: int
) -> Iterator[Note]:
    """A note for each column that is read in which formulas have the result 0 or FALSE, and results are not reliable.

    `places` are the columns of the grid by our columns and by the names of `asides`.
    """
    if not grid.zeros:
        return
    names = {place: name for name, place in places.items()}
    of_form = {
        (row, grid.columns_of[place][record]): (place, record)
        for place, rows in grid.rows_of.items()
        if place in names
        for record, row in rows.items()
    }
    found: dict[str, list[tuple[int, str]]] = {}
    for row, letters in grid.zeros:
        place, record = of_form.get((row, letters), ("", 0)) if grid.rows_of else (letters, row)
        if place in names and record > header_row:
            found.setdefault(names[place], []).append((record, f"{letters}{row}"))
    for name, cells in found.items():
        column = asides[name].heading if name in asides else name
        named = ", ".join(cell for _row, cell in cells[:MAX_CELLS_NAMED])
        if len(cells) > MAX_CELLS_NAMED:
            named = _("{cells} and {number} more").format(cells=named, number=len(cells) - MAX_CELLS_NAMED)
        record, first = cells[0]
        yield Note(
            record, column, "0",
            _(
                "{column} holds formulas with the stored result 0 or FALSE ({cells}). The workbook asks to be calculated when "
                "it is opened, so stored results are not reliable."
            ).format(column=column, cells=named),
            _("Open the file in a spreadsheet program and save it there."), first,
        )  # fmt: skip


def _fix_of(header: str | None, sheet: Sheet, letters: Mapping[str, str]) -> str:
    """What to do with a header that is not read: the known column, not yet found, that it may be; empty if none."""
    return other_words.fix_of(header or "", [name for name in sheet.names if name not in letters], sheet)
