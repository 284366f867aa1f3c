"""Gathers what the page of charts shows, and writes it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from flows.console import stages
from flows.errors import UsageError
from flows.forecasting import forecasts, published
from flows.main_run import run_law
from flows.main_run.run_state import Run
from flows.outputs import files
from transforms.model.wording import _

if TYPE_CHECKING:
    import polars as pl

    from reports.page.contents import Backtest, Outlook, PageContents

EXTRA = ("altair", "vl_convert")
# Futures of each past forecast: fewer than the command draws, so that a page takes seconds.
PAGE_FUTURES = 400


def check_extra() -> None:
    """Raises UsageError where what draws charts is not installed."""
    if any(find_spec(name) is None for name in EXTRA):
        raise UsageError(
            _("Charts need Altair and vl-convert, which are not installed. Install drawline with its extra `page`.")
        )


def contents(run: Run, *, has_forecast: bool = True) -> PageContents:
    """What the page shows of a run whose law is open; its clients where they are scored.

    Raises UsageError where no round was published by the day, UnusableFile for a rounds file that cannot be used.
    """
    import polars as pl

    from reports.page.contents import PageContents
    from transforms.national_pool import national_pool

    assert run.rules is not None
    as_of = run.request.as_of
    rounds = published.published(run.request.rounds_file).filter(pl.col("date") <= as_of)
    if rounds.is_empty():
        raise UsageError(_("No round was published by {day}. Choose a later --as-of.").format(day=as_of))
    bands, changes = national_pool.bands_of(rounds), national_pool.crs_changes(run.rules)
    movements = national_pool.movements(national_pool.published_rounds(rounds), bands, changes)
    ahead = back = None
    if has_forecast:
        with stages.stage("forecast"):
            ahead = _outlook(run)
        with stages.stage("backtest"):
            back = _backtest(run, rounds)
    title = _("Express Entry: rounds, pool and forecast")
    return PageContents(
        f"{run.request.firm} · {title}" if run.request.firm else title,
        as_of, run_law.code_version(), rounds, movements, ahead, back,
        None if run.scored is None else run.scored.select("crs_total", "in_pool"),
    )  # fmt: skip


def _outlook(run: Run) -> Outlook | None:
    """The forecast; None where too little was published."""
    from reports.page.contents import Outlook
    from transforms.forecast import fans, forecast

    try:
        # Without its clients: the page shows no chances of theirs.
        made = forecasts.forecast(replace(run, intake=None), (), forecast.FUTURES, seed=0, has_details=True)
    except UsageError:
        return None
    assert made.details is not None
    until = made.ahead.as_of + timedelta(days=max(forecast.HORIZONS))
    is_known = forecast.status(made.ahead, float(until.toordinal())) == "complete"
    return Outlook(made.details.fans, fans.coming(made.answers), made.notes, is_known, made.details.by_score)


def _backtest(run: Run, rounds: pl.DataFrame) -> Backtest:
    """The backtest of the rounds up to the day."""
    from reports.page.contents import Backtest
    from transforms.backtest import backtest, backtest_ahead

    assert run.rules is not None
    made = backtest.backtest(rounds, run.rules)
    return Backtest(
        made, backtest.summary(made), backtest_ahead.backtest_ahead(rounds, run.rules, futures=PAGE_FUTURES)
    )


def write(made: PageContents, out: Path) -> None:
    """Writes the page, whole or not at all."""
    from reports.page.document import document

    with stages.stage("page"):
        text = document(made)
    with files.atomic_file(out) as staged:
        staged.write_bytes(text.encode())
