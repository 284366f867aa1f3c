"""Tables of the law as expressions, held against the same tables read row by row."""

from __future__ import annotations

from itertools import product
from typing import Any

import polars as pl
import pytest

from transforms.model.vocabulary import ABILITIES
from transforms.rules import lookup
from transforms.rules.lookup import Levels

ROWS = [
    {"at_least": 0, "value": 0, "with_spouse": 0, "without_spouse": 1},
    {"at_least": 4, "value": 3, "with_spouse": 5, "without_spouse": 6},
    {"at_least": 9, "value": 7, "with_spouse": 8, "without_spouse": 9},
]
TABLE = {"none": 0, "secondary": 5, "masters": 23}


def row_by_row(level: float | None, column: str = "value") -> int | None:
    """The value of the highest row that a level reaches."""
    if level is None:
        return None
    return [row[column] for row in ROWS if row["at_least"] <= level][-1]


def of(values: list[Any], dtype: pl.DataType, found: pl.Expr) -> list[Any]:
    """What an expression gives for a column x; checks that it is Int16."""
    made = pl.DataFrame({"x": pl.Series(values, dtype=dtype)}).select(found=found)["found"]
    assert made.dtype == pl.Int16
    return made.to_list()


def test_a_level_reaches_the_highest_step_up_to_it_and_above_all() -> None:
    levels = [None, *range(13)]
    assert of(levels, pl.Int16(), lookup.of_level(ROWS, pl.col("x"))) == [row_by_row(level) for level in levels]


def test_a_table_that_begins_above_zero_refuses_what_lies_below() -> None:
    found = lookup.of_level(ROWS[1:], pl.col("x"))
    assert of([4, 9], pl.Int16(), found) == [3, 7]
    with pytest.raises(pl.exceptions.OutOfBoundsError):
        of([3], pl.Int16(), found)
    with pytest.raises(ValueError, match="from 4 on"):
        Levels(10).sums(ROWS[1:])


def test_below_zero_there_is_no_value() -> None:
    assert of([-1, 0], pl.Int16(), lookup.of_level(ROWS, pl.col("x"))) == [None, 0]
    assert of([-0.5, 4.5], pl.Float64(), lookup.of_years(ROWS, pl.col("x"))) == [None, 3]


def test_years_are_counted_from_below() -> None:
    years = [None, 0.0, 3.999, 4.0, 8.97, 9.0, 60.5]
    assert of(years, pl.Float64(), lookup.of_years(ROWS, pl.col("x"))) == [row_by_row(one) for one in years]


def test_a_table_of_half_years_is_read_at_half_years() -> None:
    halves: list[dict[str, Any]] = [{"at_least": 0, "value": 0}, {"at_least": 1.5, "value": 4}]
    assert of([1.4, 1.5, 2.0], pl.Float64(), lookup.of_years(halves, pl.col("x"))) == [0, 4, 4]


def test_half_points_are_read_at_half_points() -> None:
    halves: list[dict[str, Any]] = [
        {"at_least": 0.0, "value": 0},
        {"at_least": 5.5, "value": 4},
        {"at_least": 7.0, "value": 8},
    ]
    found = lookup.of_halves(halves, pl.col("x"))
    assert of([None, 0.0, 5.0, 5.25, 5.5, 6.75, 7.0, 699.0], pl.Float64(), found) == [None, 0, 0, 0, 4, 4, 8, 8]
    assert of([-0.5], pl.Float64(), found) == [None]


@pytest.mark.parametrize("is_with", [True, False])
def test_the_grid_of_the_row_decides(is_with: bool) -> None:
    column = "with_spouse" if is_with else "without_spouse"
    frame = pl.DataFrame({"x": pl.Series([None, 3, 4, 12], dtype=pl.Int16)}).with_columns(with_spouse=is_with)
    found = frame.select(lookup.of_level_by_grid(ROWS, pl.col("x"))).to_series().to_list()
    assert found == [row_by_row(level, column) for level in (None, 3, 4, 12)]


@pytest.mark.parametrize(("highest", "dtype"), [(9, pl.Int16), (14, pl.Int32)])
def test_four_levels_are_read_as_the_sum_and_the_lowest_of_each(highest: int, dtype: type[pl.DataType]) -> None:
    """With levels above the highest, which count as it, and abilities without a result, which are level 0."""
    four = list(product((None, 0, 3, 4, 9, 12), repeat=len(ABILITIES)))
    names = [f"first_{ability}" for ability in ABILITIES]
    frame = pl.DataFrame(four, schema=dict.fromkeys(names, pl.Int16), orient="row")
    levels = Levels(highest)
    assert levels.dtype == dtype
    found = frame.with_columns(at=levels.index("first")).select(
        sum=levels.sums(ROWS).gather("at"),
        lowest=levels.lowest(ROWS).gather("at"),
    )
    sums = [sum(row_by_row(level or 0) or 0 for level in one) for one in four]
    assert found["sum"].to_list() == sums
    assert found["lowest"].to_list() == [row_by_row(min(level or 0 for level in one)) for one in four]


@pytest.mark.parametrize("dtype", [pl.String(), pl.Enum(["masters", "none", "secondary"])])
def test_a_choice_is_read_by_its_name(dtype: pl.DataType) -> None:
    keys = ["masters", None, "none", "secondary"]
    assert of(keys, dtype, lookup.choice(TABLE, pl.col("x"))) == [23, None, 0, 5]
    named = lookup.of_place(TABLE, lookup.place(TABLE, pl.col("x"), "secondary"))
    assert of(keys, dtype, named) == [23, 5, 0, 5]


def test_a_choice_that_the_table_lacks_is_refused() -> None:
    with pytest.raises(pl.exceptions.InvalidOperationError):
        of(["diploma"], pl.String(), lookup.choice(TABLE, pl.col("x")))
