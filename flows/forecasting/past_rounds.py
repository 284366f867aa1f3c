"""The pool model against what was published: replay and backtest."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from flows.errors import UsageError
from flows.forecasting.published import published
from transforms.model.wording import _

if TYPE_CHECKING:
    import polars as pl

    from transforms.rules import Rules


def replay(path: Path, rules: Rules, kind: str | None) -> pl.DataFrame:
    """The replay of a rounds file; raises UsageError for a kind that is none."""
    from transforms.backtest import backtest
    from transforms.rounds.rounds import RoundError, kind_of

    frame = published(path)
    try:
        return backtest.replay(frame, rules, None if kind is None else kind_of(kind))
    except RoundError as error:
        raise UsageError(str(error)) from None


def backtest(path: Path, rules: Rules, start: date | None, end: date | None) -> pl.DataFrame:
    """The backtest of a rounds file, round by round; raises UsageError where no round can be forecast."""
    from transforms.backtest import backtest as backtest_

    made = backtest_.backtest(published(path), rules, start or backtest_.FIRST_DAY, end)
    if made.is_empty():
        raise UsageError(_("no round of that time could be forecast from what was published before it"))
    return made
