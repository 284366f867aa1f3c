"""Notes on a sheet of a file: columns and cells that are not given, and words that are read as narrower ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import polars as pl

from transforms.model.columns import CANDIDATES, PARTNERED, Column, Sheet
from validation.checks import explain, explain_records, rules_of_rows
from validation.checks.rules_of_rows import MARITAL_STATUS
from validation.intake.headers import ROW, Table
from validation.intake.problems import SOURCE, Problem
from validation.values import reading

if TYPE_CHECKING:
    from validation.intake.examine import Examined


def columns_not_given(done: Examined, tables: Mapping[int, Table]) -> list[Problem]:
    """One note for each sheet of a file without columns for which something is taken."""
    notes = []
    for place, table in tables.items():
        rows = done.typed.filter(done.origin[SOURCE] == place)
        lacking = [
            column
            for column in done.sheet.columns
            if column.taken_as and column.name not in table.rows.columns and _matters(column, rows)
        ]
        if lacking:
            words = explain_records.columns_not_given(
                [column.name for column in lacking], [one.taken_as for one in lacking]
            )
            notes.append(Problem(place, table.header_row, None, "", None, *words))
    return notes


def cells_not_given(done: Examined, tables: Mapping[int, Table]) -> list[Problem]:
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
        lacking = {column: number for column, number in empty.items() if number}
        if lacking:
            first, *_ = lacking
            words = explain_records.cells_not_given(
                {column.name: number for column, number in lacking.items()}, [column.taken_as for column in lacking]
            )
            notes.append(Problem(place, table.header_row, None, first.name, None, *words))
    return notes


def readings_noted(
    sheet: Sheet,
    text: pl.DataFrame,
    typed: pl.DataFrame,
    origin: pl.DataFrame,
    readings: Mapping[str, Mapping[str, reading.Reading]],
) -> Iterable[Problem]:
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
            message = explain.read_as(value, number, found[value].said, found[value].fix)
            yield Problem(source, row, client if number == 1 else None, name, value, *message)


def _matters(column: Column, rows: pl.DataFrame) -> bool:
    if column.matters_for is None:
        return not rows.is_empty()
    name, value = column.matters_for
    return bool((rows[name] == value).any())
