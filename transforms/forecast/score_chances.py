"""Which score has which chance: by kind of round, of somebody of the kind whose score stays as it is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date

import numpy as np
import polars as pl

from transforms.forecast.forecast import HORIZONS
from transforms.forecast.futures import Path
from transforms.national_pool.national_pool import Floats

SHARES = {f"p{days}": pl.Float64() for days in HORIZONS}
CHANCES = {"kind": pl.String(), "score": pl.Int32(), **SHARES}
LEVELS = (0.1, 0.25, 0.5, 0.75, 0.9)
SCORES = {"kind": pl.String(), "chance": pl.Float64(), **{f"score_{days}": pl.Int32() for days in HORIZONS}}
# Rows of a kind, the steps between its scores, and the shares of futures between which the scores lie.
MAX_ROWS = 25
STEPS = (1, 2, 5, 10, 20, 50)
ENDS = (0.02, 0.98)


def lowest_lines(path: Path, as_of: date, days: int) -> Floats:
    """The lowest line of the rounds within so many days after a day, by future; infinite: no round is held."""
    today = as_of.toordinal()
    counts = (path.day > today) & (path.day <= today + days) & np.isfinite(path.line)
    return np.where(counts, path.line, np.inf).min(axis=0, initial=np.inf)


def chances_by_score(paths: Sequence[Path], as_of: date) -> pl.DataFrame:
    """The chance of an invitation by kind and score, as CHANCES, the highest score first.

    Of somebody who belongs to the kind, whose score and profile stay as they are, in the middle of those with the score.
    """
    rows = []
    for path in paths:
        lowest = [lowest_lines(path, as_of, days) for days in HORIZONS]
        rows += [(path.kind, score, *(float((lines <= score).mean()) for lines in lowest)) for score in _scores(lowest)]
    return pl.DataFrame(rows, schema=CHANCES, orient="row")


def scores_by_chance(paths: Sequence[Path], as_of: date) -> pl.DataFrame:
    """The lowest whole score by kind and chance, as SCORES; empty where no score has the chance."""
    rows = []
    for path in paths:
        lowest = [np.sort(lowest_lines(path, as_of, days)) for days in HORIZONS]
        rows += [(path.kind, level, *(_score_of(lines, level) for lines in lowest)) for level in LEVELS]
    return pl.DataFrame(rows, schema=SCORES, orient="row")


def _score_of(lines: Floats, chance: float) -> int | None:
    line = lines[max(math.ceil(chance * len(lines)), 1) - 1]
    return math.ceil(line) if np.isfinite(line) else None


def _scores(lowest: Sequence[Floats]) -> list[int]:
    """The scores of a kind's table: round numbers, few enough, over nearly all of the lines."""
    lines = np.concatenate([one[np.isfinite(one)] for one in lowest])
    if not len(lines):
        return []
    low, high = (float(end) for end in np.quantile(lines, ENDS))
    step = next((step for step in STEPS if (high - low) / step <= MAX_ROWS - 2), STEPS[-1])
    return list(range(math.ceil(high / step) * step, math.floor(low / step) * step - 1, -step))
