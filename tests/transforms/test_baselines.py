"""The simple forecasts that the model has to beat: what they give, from earlier rounds alone."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from transforms.backtest.baselines import (
    PERSISTENCE,
    SMOOTHING,
    STATISTICAL,
    Series,
    baselines,
    figures,
    has_statistical,
    smoothing,
)
from transforms.national_pool.national_pool import Held, published_rounds

FIRST = date(2024, 1, 1)


def rounds_of(count: int, slope: float, noise: float = 0.0) -> list[Held]:
    """Rounds every two weeks whose cut-off falls by `slope` points where the size is e times larger."""
    rng = np.random.default_rng(5)
    sizes = rng.integers(500, 6000, count)
    return [
        Held(str(place), FIRST + timedelta(days=14 * place), "CEC", int(size),
             round(800 - slope * float(np.log(size)) + noise * float(rng.normal())), None)
        for place, size in enumerate(sizes)
    ]  # fmt: skip


def asked_of(rounds: list[Held]) -> pl.DataFrame:
    return pl.DataFrame({"round": [one.number for one in rounds[20:]]})


def test_persistence_gives_the_last_cut_off() -> None:
    rounds = rounds_of(60, 30.0)
    made = baselines(rounds, asked_of(rounds)).filter(pl.col("baseline") == PERSISTENCE)
    assert made["last"].to_list() == [one.cut_off for one in rounds[19:-1]]
    np.testing.assert_allclose(made["p50"], made["last"])


def test_smoothing_learns_what_the_size_does() -> None:
    rounds = rounds_of(120, 30.0)
    by_name = {row["baseline"]: row for row in figures(baselines(rounds, asked_of(rounds))).to_dicts()}
    assert by_name[PERSISTENCE]["ratio"] == 1.0
    assert by_name[SMOOTHING]["ratio"] < 0.5
    assert by_name[SMOOTHING]["crps"] < by_name[PERSISTENCE]["crps"]


def test_where_persistence_has_no_error_there_is_no_ratio() -> None:
    rounds = rounds_of(30, 0.0)
    by_name = {row["baseline"]: row for row in figures(baselines(rounds, asked_of(rounds))).to_dicts()}
    assert by_name[PERSISTENCE]["error"] == 0.0
    for row in by_name.values():
        assert (row["ratio"], row["ratio_low"], row["ratio_high"]) == (None, None, None)


def test_without_slopes_smoothing_is_a_level_that_follows() -> None:
    series = Series()
    for one in rounds_of(3, 0.0):
        series.take(one)
    series.cut_offs = [500.0, 510.0, 520.0]
    assert smoothing(series, series.known[-1], 0.5, 1e12) == pytest.approx(0.25 * 500 + 0.25 * 510 + 0.5 * 520)


def test_intervals_cover_what_they_say_and_the_figures_count_it() -> None:
    rounds = rounds_of(200, 30.0, noise=10.0)
    rows = {row["baseline"]: row for row in figures(baselines(rounds, asked_of(rounds))).to_dicts()}
    assert 0.7 < rows[SMOOTHING]["covered"] < 0.9
    assert rows[SMOOTHING]["ratio_low"] < rows[SMOOTHING]["ratio"] < rows[SMOOTHING]["ratio_high"]


def test_later_rounds_change_no_baseline(rounds: pl.DataFrame) -> None:
    every = published_rounds(rounds)
    asked = pl.DataFrame({"round": [one.number for one in every if date(2025, 1, 1) <= one.date < date(2025, 7, 1)]})
    cut = [one for one in every if one.date < date(2025, 7, 1)]
    assert baselines(cut, asked).equals(baselines(every, asked))
    assert baselines(cut, asked).height == 2 * asked.height - 2


@pytest.mark.skipif(
    not has_statistical(), reason="needs statsforecast: pip install 'drawline-express-entry[benchmark]'"
)
def test_the_statistical_model_stands_beside_them() -> None:
    rounds = rounds_of(40, 30.0, noise=5.0)
    rows = {
        row["baseline"]: row for row in figures(baselines(rounds, asked_of(rounds), with_statistical=True)).to_dicts()
    }
    assert rows[STATISTICAL]["rounds"] == rows[SMOOTHING]["rounds"]
    assert rows[STATISTICAL]["ratio"] < 1
