"""Single charts as SVG files, for the docs and for `drawline backtest --chart`."""

from __future__ import annotations

import polars as pl

from reports.page import forecast_charts
from reports.page.drawing import svg
from reports.page.style import WIDE
from transforms.model.wording import _


def backtest_picture(rounds: pl.DataFrame, by_kind: pl.DataFrame) -> str:
    """The backtest as SVG text, from the frames of transforms.backtest.backtest (`backtest` and `summary`)."""
    return svg(
        forecast_charts.backtest(rounds, by_kind, WIDE), "backtest", _("The forecast against what happened"),
        _("Mean absolute error of the cut-off, by kind (rounds)"),
    ) + "\n"  # fmt: skip


def days_ahead_picture(figures: pl.DataFrame) -> str:
    """The backtest by days ahead as SVG text, from transforms.backtest.backtest_ahead.figures."""
    title = _("How far the forecast may be trusted, by days ahead")
    return svg(forecast_charts.by_days_ahead(figures, WIDE), "days-ahead", title, title) + "\n"
