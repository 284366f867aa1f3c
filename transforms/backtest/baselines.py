"""Simple forecasts of the next cut-off of a kind, which the model has to beat: given kind, day and size of the round.

Each gives a middle, and an interval from how far it missed before (conformal): the misses of the kind, and those of all
kinds while the kind has fewer than MIN_MISSES.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from importlib.util import find_spec
from typing import Any

import numpy as np
import polars as pl

from transforms.backtest.proper_scores import bootstrap, crps
from transforms.national_pool.national_pool import Floats, Held

MODEL, PERSISTENCE, SMOOTHING, STATISTICAL = "model", "persistence", "exponential smoothing", "AutoARIMA"
MIN_MISSES, MISSES_KEPT = 8, 40
# Chosen on the rounds from 2022-06 to 2023-12: how far the level follows, and how much the slopes are held back.
GAIN, RIDGE = 0.3, 30.0
# Rounds of a kind that AutoARIMA needs, and the rounds that it is held against for its interval.
MIN_ROUNDS, CONFORMAL_WINDOWS, MAX_SERIES_LENGTH = 12, 5, 60
SCHEMA = {
    "baseline": pl.String(),
    "round": pl.String(),
    "date": pl.Date(),
    "kind": pl.String(),
    "published": pl.Int16(),
    "last": pl.Int16(),
    "p10": pl.Float64(),
    "p50": pl.Float64(),
    "p90": pl.Float64(),
    "crps": pl.Float64(),
}
FIGURES_SCHEMA = {
    "baseline": pl.String(),
    "rounds": pl.Int64(),
    "error": pl.Float64(),
    "ratio": pl.Float64(),
    "ratio_low": pl.Float64(),
    "ratio_high": pl.Float64(),
    "covered": pl.Float64(),
    "crps": pl.Float64(),
}


@dataclass
class Series:
    """The rounds of one kind so far: cut-offs, and what is known of each before it (log size, log days since the last)."""

    cut_offs: list[float] = field(default_factory=list)
    known: list[Floats] = field(default_factory=list)
    last: date | None = None

    def known_of(self, size: int, day: date) -> Floats:
        """What is known of the next round: log of its size, and of the days since the last one."""
        gap = 30 if self.last is None else max((day - self.last).days, 1)
        return np.log([float(size), float(gap)])

    def take(self, one: Held) -> None:
        """Takes in a round."""
        self.known.append(self.known_of(one.size, one.date))
        self.cut_offs.append(float(one.cut_off))
        self.last = one.date


def persistence(series: Series, known: Floats) -> float:
    """The last cut-off."""
    return series.cut_offs[-1]


def smoothing(series: Series, known: Floats, gain: float = GAIN, ridge: float = RIDGE) -> float:
    """A smoothed level, and slopes over smoothed log size and log gap, fitted to how earlier rounds left the level."""
    level, usual = series.cut_offs[0], series.known[0]
    steps, changes = [], []
    for cut_off, seen in zip(series.cut_offs[1:], series.known[1:], strict=True):
        steps.append(cut_off - level)
        changes.append(seen - usual)
        level, usual = level + gain * (cut_off - level), usual + gain * (seen - usual)
    if not steps:
        return level
    design = np.array(changes)
    slopes = np.linalg.solve(design.T @ design + ridge * np.eye(design.shape[1]), design.T @ np.array(steps))
    return float(level + (known - usual) @ slopes)


def baselines(
    rounds: Sequence[Held], asked: pl.DataFrame, *, with_statistical: bool = False,
    settings: tuple[float, float] = (GAIN, RIDGE),
) -> pl.DataFrame:  # fmt: skip
    """Each round that was asked about (column `round`), by each baseline, from the rounds before it; columns as SCHEMA.

    `with_statistical`: also AutoARIMA of statsforecast with log size and log gap, and conformal intervals.
    """
    wanted = set(asked["round"])
    rules: dict[str, Callable[[Series, Floats], float]] = {
        PERSISTENCE: persistence, SMOOTHING: lambda series, known: smoothing(series, known, *settings),
    }  # fmt: skip
    misses: dict[tuple[str, str], list[float]] = {}
    by_kind: dict[str, Series] = {}
    rows: list[tuple[object, ...]] = []
    for one in rounds:
        series = by_kind.setdefault(one.kind, Series())
        if series.cut_offs:
            known = series.known_of(one.size, one.date)
            for name, rule in rules.items():
                middle = rule(series, known)
                own, every = misses.setdefault((name, one.kind), []), misses.setdefault((name, ""), [])
                if one.number in wanted:
                    rows.append(_row(name, one, series, middle + _spread(own, every)))
                for kept in (own, every):
                    kept.append(one.cut_off - middle)
            if with_statistical and one.number in wanted:
                rows.append(_row(STATISTICAL, one, series, _statistical(series, known, misses, one.kind)))
        series.take(one)
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def _spread(own: list[float], every: list[float]) -> Floats:
    """The misses from which an interval is made, laid evenly about the middle."""
    kept = np.array((own if len(own) >= MIN_MISSES else every)[-MISSES_KEPT:])
    return np.concatenate([kept, -kept, [0.0]]) if len(kept) else np.zeros(1)


def _row(name: str, one: Held, series: Series, samples: Floats) -> tuple[object, ...]:
    low, middle, high = (float(value) for value in np.quantile(samples, (0.1, 0.5, 0.9)))
    return (
        name, one.number, one.date, one.kind, one.cut_off, int(series.cut_offs[-1]), low, middle, high,
        crps(samples, one.cut_off),
    )  # fmt: skip


def has_statistical() -> bool:
    """Is statsforecast installed (the extra `benchmark`)?"""
    return find_spec("statsforecast") is not None


def _statistical(series: Series, known: Floats, misses: dict[tuple[str, str], list[float]], kind: str) -> Floats:
    """Samples of AutoARIMA's forecast: its middle, and its conformal interval as quantiles; persistence while it is short."""
    count = len(series.cut_offs)
    if count < MIN_ROUNDS:
        return series.cut_offs[-1] + _spread(misses.get((PERSISTENCE, kind), []), misses.get((PERSISTENCE, ""), []))
    from statsforecast.models import AutoARIMA
    from statsforecast.utils import ConformalIntervals

    values, before = np.array(series.cut_offs[-MAX_SERIES_LENGTH:]), np.array(series.known[-MAX_SERIES_LENGTH:])
    levels = list(range(10, 100, 10))
    model: Any = AutoARIMA(
        season_length=1, prediction_intervals=ConformalIntervals(n_windows=CONFORMAL_WINDOWS, h=1), max_p=2, max_q=2,
    )  # fmt: skip
    made = model.forecast(y=values, h=1, X=before, X_future=known[None], level=levels)
    sides = [float(made[f"{side}-{level}"][0]) for level in levels for side in ("lo", "hi")]
    return np.array([float(made["mean"][0]), *sides])


def of_model(rounds: pl.DataFrame) -> pl.DataFrame:
    """The model's own figures on the eve beside those of the baselines; rounds: transforms.backtest.backtest.SCHEMA."""
    return figures(rounds.select(pl.lit(MODEL).alias("baseline"), *list(SCHEMA)[1:]))


def figures(made: pl.DataFrame) -> pl.DataFrame:
    """By baseline, over all rounds: mean absolute error, its ratio to persistence, coverage and CRPS; FIGURES_SCHEMA.

    The ratio and its interval are empty where persistence has no error.
    """
    rows = []
    for (name,), group in made.group_by("baseline", maintain_order=True):
        published, last, middle = (group[column].to_numpy().astype(float) for column in ("published", "last", "p50"))
        error, persistent = np.abs(middle - published), np.abs(last - published)
        covered = group.select(pl.col("published").is_between("p10", "p90")).to_series().mean()
        ratio: tuple[float | None, ...] = (None, None, None)
        if persistent.sum() > 0:
            clusters = group["round"].to_numpy()
            ratio = (float(error.sum() / persistent.sum()), *bootstrap(error, persistent, clusters))
        rows.append(
            (name, group.height, float(error.mean()), *ratio, covered, float(group["crps"].to_numpy().mean()))
        )  # fmt: skip
    return pl.DataFrame(rows, schema=FIGURES_SCHEMA, orient="row")
