"""Tables of the law as polars expressions."""

from __future__ import annotations

import weakref
from bisect import bisect_right
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from functools import cache, partial, reduce, wraps
from math import ceil
from typing import Any, Concatenate, ParamSpec, TypeVar

import polars as pl

from transforms.model.vocabulary import ABILITIES
from transforms.rules import Law, Parameter, Rules

# Clients at hand, or a plan of them of which only what is asked for is computed.
Frame = TypeVar("Frame", pl.DataFrame, pl.LazyFrame)
Made = TypeVar("Made")
Given = ParamSpec("Given")
# So many answers are kept of each function and rules.
MAX_KEPT = 256
MAX_INT16 = 2**15 - 1
HALVES = 2


def day_of(law: Law) -> pl.Expr:
    """The day (Date) on which each row is settled: that of the law, or the row's own, in the column as_of."""
    return pl.col("as_of") if law.by_row else pl.lit(law.as_of)


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
        # Bound here: rules that live as long as the process go after the names of this module have.
        forget = partial(_OF_RULES.pop, number, None)
        known = _OF_RULES[number] = (weakref.ref(rules, lambda _gone: forget()), {})
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
    return pl.lit(pl.Series(bounds, strict=False)), pl.lit(pl.Series(values, dtype=pl.Int16))


def of_level(rows: Sequence[Mapping[str, Any]], level: pl.Expr, column: str = "value") -> pl.Expr:
    """The value of the highest step that a level reaches (Int16); a level is a whole number from 0, any other is empty.

    Of a table whose lowest step is above 0, as `step`.
    """
    bounds = _bounds(rows)
    if bounds[0] > 0:
        return step(rows, level, column)
    table, highest = _by_level(bounds, tuple(row[column] for row in rows))
    return table.gather(at_most(level, highest))


def of_years(rows: Sequence[Mapping[str, Any]], years: pl.Expr) -> pl.Expr:
    """The value of the highest step that a number of years (Float64) reaches (Int16), as `of_level`."""
    if all(float(bound).is_integer() for bound in _bounds(rows)):
        return of_level(rows, years.floor().cast(pl.Int16))
    return step(rows, years)


def of_halves(rows: Sequence[Mapping[str, Any]], at: pl.Expr) -> pl.Expr:
    """The value of the highest step that a number (Float64) reaches (Int16), as `of_level`; steps may be halves."""
    doubled = tuple(HALVES * bound for bound in _bounds(rows))
    if doubled[0] > 0 or not all(float(bound).is_integer() for bound in doubled):
        return step(rows, at)
    table, highest = _by_level(doubled, tuple(row["value"] for row in rows))
    return table.gather(at_most((at * HALVES).floor().cast(pl.Int16), highest))


def of_level_by_grid(rows: Sequence[Mapping[str, Any]], level: pl.Expr) -> pl.Expr:
    """The value of the highest step that a level reaches (Int16), as `of_level`, in the grid of the row."""
    return by_grid(of_level(rows, level, "with_spouse"), of_level(rows, level, "without_spouse"))


@cache
def _by_level(bounds: tuple[float, ...], values: tuple[int, ...]) -> tuple[pl.Expr, int]:
    """The value (Int16) of each level from 0 to the highest bound, as a literal; and the highest level."""
    reached = values_by_level(bounds, values, ceil(bounds[-1]))
    return pl.lit(pl.Series(reached, dtype=pl.Int16)), len(reached) - 1


def _bounds(rows: Sequence[Mapping[str, Any]]) -> tuple[float, ...]:
    return tuple(row["at_least"] for row in rows)


def values_by_level(bounds: Sequence[float], values: Sequence[int], highest: int) -> list[int]:
    """The value of the highest bound that each level from 0 to a highest one reaches.

    Raises ValueError where the first bound is above 0.
    """
    if bounds[0] > 0:
        raise ValueError(f"a table from {bounds[0]} on says nothing of level 0")
    return [values[bisect_right(bounds, level) - 1] for level in range(highest + 1)]


def at_most(level: pl.Expr, highest: int) -> pl.Expr:
    """A level, or a highest one that stands for all above it; empty stays empty, and so is what lies below 0."""
    return pl.when(level > highest).then(pl.lit(highest, dtype=pl.Int16)).when(level >= 0).then(level)


class Levels:
    """The levels of four abilities as one index, by which a table of all their combinations is read in one step.

    A level above `highest` counts as that one, so no table may tell levels apart that lie above it.
    """

    def __init__(self, highest: int) -> None:
        self.highest = highest
        self._base = highest + 1
        self.dtype = pl.Int16() if self._base ** len(ABILITIES) <= MAX_INT16 else pl.Int32()

    def index(self, stem: str) -> pl.Expr:
        """The index of the levels of a language (columns `stem`_listening and so on); no result is level 0."""
        levels = (
            at_most(pl.col(f"{stem}_{ability}").fill_null(0), self.highest).cast(self.dtype) for ability in ABILITIES
        )
        return reduce(lambda index, level: index * self._base + level, levels)

    def sums(self, rows: Sequence[Mapping[str, Any]], column: str = "value") -> pl.Expr:
        """For each index the sum (Int16) of what a table gives for each of the four levels."""
        values = values_by_level(_bounds(rows), [row[column] for row in rows], self.highest)
        of_two = [first + second for first in values for second in values]
        return _literal(first + second for first in of_two for second in of_two)

    def lowest(self, rows: Sequence[Mapping[str, Any]]) -> pl.Expr:
        """For each index what a table gives (Int16) for the lowest of the four levels."""
        values = values_by_level(_bounds(rows), [row["value"] for row in rows], self.highest)
        levels = range(self._base)
        of_two = [min(first, second) for first in levels for second in levels]
        return _literal(values[min(first, second)] for first in of_two for second in of_two)


def _literal(values: Iterable[int]) -> pl.Expr:
    return pl.lit(pl.Series(list(values), dtype=pl.Int16))


def choice(table: Mapping[str, Any], key: pl.Expr, column: str | None = None) -> pl.Expr:
    """The value of a choice (Int16); empty where the key is empty; raises on a key that the table lacks."""
    return of_place(table, place(table, key), column)


def place(table: Mapping[str, Any], key: pl.Expr, empty: str | None = None) -> pl.Expr:
    """The place of a choice in a table, from 0; an empty key is empty, or stands for one that is named.

    Raises on a key that the table lacks.
    """
    names = list(table)
    at = key.cast(pl.Enum(names)).to_physical()
    return at if empty is None else at.fill_null(names.index(empty))


def of_place(table: Mapping[str, Any], at: pl.Expr, column: str | None = None) -> pl.Expr:
    """The value (Int16) at a place of a table."""
    return _literal(entry if column is None else entry[column] for entry in table.values()).gather(at)


def by_grid(with_spouse: pl.Expr | int, without_spouse: pl.Expr | int) -> pl.Expr:
    """One of two values, by the grid of the row (Boolean column `with_spouse`)."""
    return pl.when(pl.col("with_spouse")).then(points(with_spouse)).otherwise(points(without_spouse))


def cell(matrix: Sequence[Sequence[int]], row: pl.Expr, column: pl.Expr) -> pl.Expr:
    """The cell of a square table (Int16) at two tiers counted from 0."""
    flat = pl.Series([value for line in matrix for value in line], dtype=pl.Int16)
    return pl.lit(flat).gather(row * len(matrix) + column)


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
