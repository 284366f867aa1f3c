"""The forecast as fans: what the newest cut-off of a kind will be by each day of the coming months, in many futures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np
import polars as pl

from transforms.forecast.forecast import Answer
from transforms.forecast.futures import Path

STEP_DAYS = 7
QUANTILES = {"p10": 0.1, "p25": 0.25, "p50": 0.5, "p75": 0.75, "p90": 0.9}
FANS_SCHEMA = {"kind": pl.String(), "day": pl.Date(), **dict.fromkeys(QUANTILES, pl.Float64())}
COMING_SCHEMA = {
    "kind": pl.String(),
    "date": pl.Date(),
    "size": pl.Int32(),
    "p10": pl.Float64(),
    "p50": pl.Float64(),
    "p90": pl.Float64(),
    "is_law_known": pl.Boolean(),
}


def fans(paths: Sequence[Path], last: Mapping[str, int], first: date, until: date) -> pl.DataFrame:
    """By kind and week from `first` to `until`, quantiles of the newest cut-off of that day; columns as FANS_SCHEMA.

    `last` is the newest published cut-off of each kind: it stands in every future until the next round is held.
    """
    days = [*range(first.toordinal(), until.toordinal(), STEP_DAYS), until.toordinal()]
    rows = []
    for path in paths:
        for day in days:
            lines = newest_lines(path, day, last[path.kind])
            rows.append((path.kind, date.fromordinal(day), *np.quantile(lines, list(QUANTILES.values())).tolist()))
    return pl.DataFrame(rows, schema=FANS_SCHEMA, orient="row")


def newest_lines(path: Path, day: int, last: int) -> np.ndarray:
    """The newest cut-off of each future on a day (an ordinal)."""
    if not len(path.day):
        return np.full(path.day.shape[1], float(last))
    rounds_by_day = (path.day <= day).sum(axis=0)
    lines = path.line[np.maximum(rounds_by_day - 1, 0), np.arange(path.line.shape[1])]
    return np.where((rounds_by_day > 0) & np.isfinite(lines), lines, float(last))


def coming(answers: Sequence[Answer]) -> pl.DataFrame:
    """The next round of each kind as forecast, by day; columns as COMING_SCHEMA."""
    rows = [
        (one.question.kind, one.middle_date, one.middle_size, one.foreseen.p10, one.foreseen.p50, one.foreseen.p90,
         one.rules_status == "complete")
        for one in answers
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=COMING_SCHEMA, orient="row").sort("date", "kind")
