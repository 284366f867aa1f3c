"""What the page of charts shows; flows gathers it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import polars as pl


@dataclass(frozen=True)
class Backtest:
    """The forecast against what happened: frames of transforms.backtest.backtest (`backtest`, `summary`) and backtest_ahead."""

    rounds: pl.DataFrame
    by_kind: pl.DataFrame
    ahead: pl.DataFrame


@dataclass(frozen=True)
class Outlook:
    """The forecast: `fans` as FANS_SCHEMA of transforms.forecast.fans, `coming` as COMING_SCHEMA there, and what to know.

    `by_score` as CHANCES of transforms.forecast.score_chances, where it is at hand.
    """

    fans: pl.DataFrame
    coming: pl.DataFrame
    notes: list[str] = field(default_factory=list)
    is_law_known: bool = True
    by_score: pl.DataFrame | None = None


@dataclass(frozen=True)
class PageContents:
    """Everything that the page shows, with its day.

    `rounds` are the published rounds up to the day (columns of validation.rounds.rounds_file.SCHEMA), `movements` the frame of
    transforms.national_pool.national_pool. `clients` has crs_total (Int16) and in_pool (Boolean) alone: no client can be known by them.
    """

    title: str
    as_of: date
    code_version: str
    rounds: pl.DataFrame
    movements: pl.DataFrame
    outlook: Outlook | None = None
    backtest: Backtest | None = None
    clients: pl.DataFrame | None = None

    @property
    def newest(self) -> tuple[str, date]:
        """Number and day of the newest round."""
        row = self.rounds.row(-1, named=True)
        return row["number"], row["date"]
