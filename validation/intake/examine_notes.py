"""Notes on a sheet of a file: columns and cells that are not given, and words that are read as narrower ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from transforms.model.columns import CANDIDATES, PARTNERED, Column, Sheet
from validation.checks import explain, explain_records, rules_of_rows
from validation.checks.rules_of_rows import MARITAL_STATUS
from validation.intake.headers import ROW, Table
from validation.intake.problems import SOURCE, Problem
from validation.values import reading

if TYPE_CHECKING:
    from validation.intake.examine import Examined


class ReadCells(NamedTuple):
    """The cells of a source and column with one text that is read as something narrower: the row and client of the first,
    how many they are, and what is reported of them (`said`, `fix`).
    """

    source: int
    row: int
    client_id: str | None
    column: str
    value: str
    cells: int
    said: str
    fix: str

    @property
    def problem(self) -> Problem:
        message = explain.read_as(self.value, self.cells, self.said, self.fix)
        return Problem(
            self.source, self.row, self.client_id if self.cells == 1 else None, self.column, self.value, *message
        )


class EmptyCells(NamedTuple):
    """How many cells of each column of a source are empty for which something is taken, and the row of its headings."""

    source: int
    row: int
    numbers: tuple[tuple[Column, int], ...]

    @property
    def problem(self) -> Problem:
        lacking = {column: number for column, number in self.numbers if number}
        words = explain_records.cells_not_given(
            {column.name: number for column, number in lacking.items()}, [column.taken_as for column in lacking]
        )
        return Problem(self.source, self.row, None, next(iter(lacking)).name, None, *words)


class MissingColumns(NamedTuple):
    """The columns that a source does not have and that are taken as something, each with whether that matters for a row,
    and the row of its headings.
    """

    source: int
    row: int
    columns: tuple[tuple[Column, bool], ...]

    @property
    def problem(self) -> Problem:
        lacking = [column for column, matters in self.columns if matters]
        words = explain_records.columns_not_given(
            [column.name for column in lacking], [column.taken_as for column in lacking]
        )
        return Problem(self.source, self.row, None, "", None, *words)


SheetNote = Problem | ReadCells | EmptyCells | MissingColumns


def problem_of(note: SheetNote) -> Problem:
    """What is reported of a sheet."""
    return note if isinstance(note, Problem) else note.problem


def together(notes: Iterable[SheetNote]) -> list[SheetNote]:
    """The notes of several parts of the same sources as those of the whole, in the order of their first."""
    merged: dict[tuple[object, ...], SheetNote] = {}
    for note in notes:
        if isinstance(note, ReadCells):
            key: tuple[object, ...] = (ReadCells, note.source, note.column, note.value)
            merged[key] = _read_cells(note, merged.get(key))
        elif isinstance(note, EmptyCells):
            key = (EmptyCells, note.source)
            merged[key] = _empty_cells(note, merged.get(key))
        elif isinstance(note, MissingColumns):
            key = (MissingColumns, note.source)
            merged[key] = _missing_columns(note, merged.get(key))
        else:
            merged.setdefault((Problem, note), note)
    return list(merged.values())


def _read_cells(note: ReadCells, earlier: SheetNote | None) -> ReadCells:
    if not isinstance(earlier, ReadCells):
        return note
    return min(note, earlier, key=lambda own: own.row)._replace(cells=note.cells + earlier.cells)


def _empty_cells(note: EmptyCells, earlier: SheetNote | None) -> EmptyCells:
    if not isinstance(earlier, EmptyCells):
        return note
    before = dict(earlier.numbers)
    return note._replace(numbers=tuple((column, number + before[column]) for column, number in note.numbers))


def _missing_columns(note: MissingColumns, earlier: SheetNote | None) -> MissingColumns:
    if not isinstance(earlier, MissingColumns):
        return note
    before = dict(earlier.columns)
    return note._replace(columns=tuple((column, matters or before[column]) for column, matters in note.columns))


def columns_not_given(done: Examined, tables: Mapping[int, Table]) -> list[MissingColumns]:
    """One note for each sheet of a file without columns for which something is taken."""
    notes = []
    for place, table in tables.items():
        rows = done.typed.filter(done.origin[SOURCE] == place)
        lacking = tuple(
            (column, _matters(column, rows))
            for column in done.sheet.columns
            if column.taken_as and column.name not in table.rows.columns
        )
        if any(matters for _column, matters in lacking):
            notes.append(MissingColumns(place, table.header_row, lacking))
    return notes


def cells_not_given(done: Examined, tables: Mapping[int, Table]) -> list[EmptyCells]:
    """One note for each sheet of a file with rows that are good so far and have empty cells for which something is taken."""
    asked = [column for column in done.sheet.columns if column.empty_matters_for]
    if not asked:
        return []
    good = ~pl.int_range(done.typed.height, eager=True).is_in(list(done.bad))
    notes = []
    for place, table in tables.items():
        rows = done.typed.filter(good & (done.origin[SOURCE] == place))
        empty = {
            column: rows.filter(pl.col(column.name).is_null(), **dict(column.empty_matters_for)).height
            for column in asked
            if column.name in table.rows.columns
        }
        if any(empty.values()):
            notes.append(EmptyCells(place, table.header_row, tuple(empty.items())))
    return notes


def readings_noted(
    sheet: Sheet,
    text: pl.DataFrame,
    typed: pl.DataFrame,
    origin: pl.DataFrame,
    readings: Mapping[str, Mapping[str, reading.Reading]],
) -> Iterable[ReadCells]:
    """One note for each sheet of a file, column and text that is read as something narrower, with the number of cells.

    Cells about a spouse of a client without one are not counted: they serve nothing.
    """
    for name, found in readings.items():
        noted = [value for value, one in found.items() if one.is_noted]
        if not noted:
            continue
        cells = origin.with_columns(text[name].alias("value"), typed["client_id"])
        if name in rules_of_rows.SPOUSE_COLUMNS and sheet.key == CANDIDATES.key:
            cells = cells.filter(typed[MARITAL_STATUS].is_in(PARTNERED))
        counted = (
            cells.filter(pl.col("value").is_in(noted))
            .group_by(SOURCE, "value", maintain_order=True)
            .agg(pl.col(ROW).first(), pl.col("client_id").first(), pl.len().alias("cells"))
        )
        for source, value, row, client, number in counted.iter_rows():
            yield ReadCells(source, row, client, name, value, number, found[value].said, found[value].fix)


def _matters(column: Column, rows: pl.DataFrame) -> bool:
    if column.matters_for is None:
        return not rows.is_empty()
    name, value = column.matters_for
    return bool((rows[name] == value).any())
