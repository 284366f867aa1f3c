"""Between which scores the cut-offs of planned rounds lie, as far as the rounds published up to a day show it."""

from __future__ import annotations

import numpy as np
import polars as pl

from transforms.forecast.forecast import Ground
from transforms.forecast.futures import BLOCK
from transforms.forecast.planned_rounds import Schedule, walked
from transforms.national_pool.knowledge import Foreseen
from transforms.simulation.simulation import INTERVAL

LOW, HIGH = INTERVAL


def with_intervals(rounds: pl.DataFrame, at: Ground) -> pl.DataFrame:
    """The rounds of a simulation with the interval of each cut-off: with four in five chances it lies from p10 to p90.

    Kinds, days and sizes are those of the rounds, and what is known is that of the ground. The interval holds the
    simulated cut-off too. It stays empty where a line was given or nobody competes, and for a kind that no known round
    has shown.
    """
    if rounds.is_empty():
        return rounds.with_columns(pl.lit(None, pl.Float64).alias(name) for name in (LOW, HIGH))
    foreseen: dict[int, Foreseen] = {}
    for kind in rounds["kind"].unique(maintain_order=True):
        if at.known.ready(kind):
            foreseen |= _of_kind(rounds.filter(pl.col("kind") == kind), kind, at)
    bounds = [
        _around(foreseen.get(number), cut_off if size is not None else None)
        for number, size, cut_off in rounds.select("round", "size_asked", "cut_off").iter_rows()
    ]
    low, high = zip(*bounds, strict=True)
    return rounds.with_columns(pl.Series(LOW, low, pl.Float64), pl.Series(HIGH, high, pl.Float64))


def _of_kind(rounds: pl.DataFrame, kind: str, at: Ground) -> dict[int, Foreseen]:
    """The rounds of one kind by their number, as a plan of them is forecast."""
    days = np.array([day.toordinal() for day in rounds["date"]], dtype=float)
    sizes = rounds["size_asked"].fill_null(rounds["invited"]).to_numpy().astype(float)
    day, size = (np.repeat(one[:, None], BLOCK, axis=1) for one in (days, sizes))
    lines = walked(at, kind, Schedule(day, size), rounds["date"][-1], BLOCK).line
    return {number: Foreseen.of(line) for number, line in zip(rounds["round"], lines, strict=True)}


def _around(foreseen: Foreseen | None, cut_off: int | None) -> tuple[float | None, float | None]:
    if foreseen is None or cut_off is None:
        return None, None
    return round(min(foreseen.p10, cut_off), 1), round(max(foreseen.p90, cut_off), 1)
