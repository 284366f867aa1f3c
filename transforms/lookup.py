"""Tables of the law as polars expressions."""

from __future__ import annotations

import weakref
from bisect import bisect_right
from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import cache, wraps
from math import ceil
from typing import Any, Concatenate, ParamSpec, TypeVar

import polars as pl

from transforms.rules import Law, Parameter, Rules

ABILITIES = ("listening", "reading", "writing", "speaking")
# Clients at hand, or a plan of them of which only what is asked for is computed.
Frame = TypeVar("Frame", pl.DataFrame, pl.LazyFrame)
Made = TypeVar("Made")
Given = ParamSpec("Given")
# So many answers are kept of each function and rules.
MAX_KEPT = 256


# What was made from some rules: by function, and by the part of the law and what else was given; as long as these live.
_OF_RULES: dict[int, tuple[weakref.ref[Rules], dict[Any, dict[Hashable, Any]]]] = {}


def once_a_law(build: Callable[Concatenate[Law, Given], Made]) -> Callable[Concatenate[Law, Given], Made]:
    """Calls a function once for all days on which the law is the same; its answer depends on no day and never changes."""
    return _once(build, _since)


def once_a_day(build: Callable[Concatenate[Law, Given], Made]) -> Callable[Concatenate[Law, Given], Made]:
    """Calls a function once for a day of a law, or for a law `by_row`; its answer never changes."""
    return _once(build, lambda law: (law.by_row, _since(law) if law.by_row else law.as_of))


def _once(
    build: Callable[Concatenate[Law, Given], Made], part_of: Callable[[Law], Hashable]
) -> Callable[Concatenate[Law, Given], Made]:
    @wraps(build)
    def found(law: Law, /, *given: Given.args, **named: Given.kwargs) -> Made:
        kept = _kept(law.rules, build)
        key = (part_of(law), given, tuple(named.items()))
        try:
            made: Made = kept[key]
        except KeyError:
            made = build(law, *given, **named)
            if len(kept) >= MAX_KEPT:
                kept.clear()
            kept[key] = made
        return made

    return found


def _kept(rules: Rules, build: Callable[..., Any]) -> dict[Hashable, Any]:
    """What a function made from some rules; by their identity, since equal ones would have to be compared whole."""
    number = id(rules)
    known = _OF_RULES.get(number)
    if known is None or known[0]() is not rules:
        known = _OF_RULES[number] = (weakref.ref(rules, lambda _gone: _OF_RULES.pop(number, None)), {})
    return known[1].setdefault(build, {})


def _since(law: Law) -> int:
    """How many changes of the law lie up to its day."""
    kept = _kept(law.rules, _since)
    if "days" not in kept:
        kept["days"] = law.rules.change_dates()
    return bisect_right(kept["days"], law.as_of)


def done(steps: pl.LazyFrame) -> pl.DataFrame:
    """Steps done one after the other as they stand, in one go; small frames do not repay a plan."""
    return steps.collect(engine="in-memory", optimizations=pl.QueryOptFlags.none())


def step(rows: Sequence[Mapping[str, Any]], at: pl.Expr, column: str = "value") -> pl.Expr:
    """The value of the highest step that a number reaches (Int16); empty where the number is empty.

    Raises polars OutOfBoundsError for a number below the lowest step.
    """
    bounds, values = _steps(tuple(row["at_least"] for row in rows), tuple(row[column] for row in rows))
    reached = bounds.search_sorted(at.fill_null(rows[0]["at_least"]), side="right") - 1
    return pl.when(at.is_not_null()).then(values.gather(reached))


@cache
def _steps(bounds: tuple[float, ...], values: tuple[int, ...]) -> tuple[pl.Expr, pl.Expr]:
    """Bounds and values (Int16) as literals, made once for each table."""
    return pl.lit(pl.Series(bounds)), pl.lit(pl.Series(values, dtype=pl.Int16))


def of_level(rows: Sequence[Mapping[str, Any]], level: pl.Expr, column: str = "value") -> pl.Expr:
    """The value of the highest step that a level reaches (Int16), as `step`; a level is a whole number from 0."""
    bounds = tuple(row["at_least"] for row in rows)
    if bounds[0] > 0:
        return step(rows, level, column)
    return _by_level(bounds, tuple(row[column] for row in rows)).gather(level.clip(upper_bound=ceil(bounds[-1])))


@cache
def _by_level(bounds: tuple[float, ...], values: tuple[int, ...]) -> pl.Expr:
    """The value (Int16) of each level from 0 to the highest bound, as a literal."""
    reached = [values[bisect_right(bounds, level) - 1] for level in range(ceil(bounds[-1]) + 1)]
    return pl.lit(pl.Series(reached, dtype=pl.Int16))


def step_by_grid(rows: Sequence[Mapping[str, Any]], at: pl.Expr) -> pl.Expr:
    """The step's value (Int16) in the grid of the row: with or without an accompanying spouse."""
    return by_grid(step(rows, at, "with_spouse"), step(rows, at, "without_spouse"))


def choice(table: Mapping[str, Any], key: pl.Expr, column: str | None = None) -> pl.Expr:
    """The value of a choice (Int16); empty where the key is empty; raises on a key that the table lacks."""
    values = [entry if column is None else entry[column] for entry in table.values()]
    return key.replace_strict(list(table), values, return_dtype=pl.Int16)


def choice_by_grid(table: Mapping[str, Mapping[str, int]], key: pl.Expr) -> pl.Expr:
    """The choice's value (Int16) in the grid of the row: with or without an accompanying spouse."""
    return by_grid(choice(table, key, "with_spouse"), choice(table, key, "without_spouse"))


def by_grid(with_spouse: pl.Expr | int, without_spouse: pl.Expr | int) -> pl.Expr:
    """One of two values, by the grid of the row (Boolean column `with_spouse`)."""
    return pl.when(pl.col("with_spouse")).then(points(with_spouse)).otherwise(points(without_spouse))


def cell(matrix: Sequence[Sequence[int]], row: pl.Expr, column: pl.Expr) -> pl.Expr:
    """The cell of a square table (Int16) at two tiers counted from 0."""
    flat = pl.Series([value for line in matrix for value in line], dtype=pl.Int16)
    return pl.lit(flat).gather(row.cast(pl.UInt32) * len(matrix) + column.cast(pl.UInt32))


def points(value: pl.Expr | int) -> pl.Expr:
    """Points as Int16."""
    return pl.lit(value, dtype=pl.Int16) if isinstance(value, int) else value.cast(pl.Int16)


def capped(value: pl.Expr, maximum: pl.Expr | int) -> pl.Expr:
    """Points (Int16) but never more than a maximum; empty stays empty."""
    limit = points(maximum)
    return pl.when(value > limit).then(limit).otherwise(value)


def all_abilities(stem: str, at_least: int) -> pl.Expr:
    """Do all four abilities of a language reach a level? No valid result is not met (false)."""
    return pl.all_horizontal(pl.col(f"{stem}_{ability}").fill_null(0) >= at_least for ability in ABILITIES)


def lowest_ability(stem: str) -> pl.Expr:
    """The lowest level of the four abilities of a language (Int16), 0 without a valid result."""
    return pl.min_horizontal(pl.col(f"{stem}_{ability}").fill_null(0) for ability in ABILITIES)


def in_force_on(parameter: Parameter, day: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    """The value of a parameter on each row's own day; empty before its first, where it is not known, and without a day."""
    value: pl.Expr = pl.lit(None, dtype=dtype)
    for version in parameter.versions:
        value = pl.when(day >= version.starts_on).then(pl.lit(version.value, dtype=dtype)).otherwise(value)
    return value
