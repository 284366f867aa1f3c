"""The forecast against what happened, by how many days before the round it is made, and by what the question names."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import polars as pl

from transforms.backtest.backtest import FIRST_DAY
from transforms.backtest.backtest_asked import FUTURES, asked, dated, every_fortnight, figures
from transforms.national_pool.national_pool import published_rounds
from transforms.rounds.rounds import KINDS
from transforms.rules import Rules

__all__ = ["DAYS_AHEAD", "backtest_ahead", "backtest_kinds", "figures"]

DAYS_AHEAD = (0, 7, 14, 30, 60, 90)


def backtest_ahead(
    frame: pl.DataFrame,
    rules: Rules,
    start: date = FIRST_DAY,
    end: date | None = None,
    days_ahead: Sequence[int] = DAYS_AHEAD,
    futures: int = FUTURES,
    *,
    with_size: bool = True,
) -> pl.DataFrame:
    """Each round from `start` to `end`, forecast so many days before it; columns as SCHEMA of transforms.backtest.backtest_asked.

    Given are kind, day and number of invitations, as `drawline forecast --round KIND:SIZE@DATE` takes them; without
    `with_size` kind and day alone. Kept are the rounds that could be forecast at every distance, so that the distances
    compare the same rounds.
    """
    rounds = [one for one in published_rounds(frame) if one.kind in KINDS and start <= one.date <= (end or date.max)]
    made = asked(
        frame, rules, (dated(one, days, with_size=with_size) for one in rounds for days in days_ahead), futures
    )
    return made.filter(pl.len().over("round") == len(days_ahead))


def backtest_kinds(
    frame: pl.DataFrame, rules: Rules, start: date = FIRST_DAY, end: date | None = None, futures: int = FUTURES, *,
    with_size: bool = False,
) -> pl.DataFrame:  # fmt: skip
    """The next round of each kind, asked about every fortnight by its kind alone (or with its size); columns as SCHEMA
    of transforms.backtest.backtest_asked.
    """
    rounds = published_rounds(frame)
    last = end or max((one.date for one in rounds), default=start)
    return asked(frame, rules, every_fortnight(rounds, start, last, with_size=with_size), futures)
