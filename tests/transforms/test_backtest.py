"""The forecast against what happened. The figures have slack: they fail when the model gets worse, not on noise."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import polars as pl
import pytest

from transforms.backtest.backtest import backtest, replay, spread_of_errors, summary
from transforms.forecast.forecast import Outlook, answers, question
from transforms.forecast.futures import BLOCK, Question
from transforms.national_pool.national_pool import published_rounds
from transforms.rules import Rules

pytestmark = pytest.mark.slow


# The rounds that the figures of docs/forecast.md are measured on end here.
MEASURED_TO = date(2026, 8, 7)


@pytest.fixture(scope="module")
def forecasts(rounds: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    return backtest(rounds, rules, end=MEASURED_TO)


@pytest.fixture(scope="module")
def by_kind(forecasts: pl.DataFrame) -> dict[str, dict[str, Any]]:
    return {row["kind"]: row for row in summary(forecasts).to_dicts()}


@pytest.mark.parametrize(
    ("kind", "rounds_of_it", "error"),
    [("CEC", 37, 5.5), ("french", 29, 24.7), ("PNP", 53, 37.5), ("healthcare", 12, 15.0), ("general", 9, 7.9),
     ("all", 151, 23.1)],
)  # fmt: skip
def test_persistence_is_what_was_measured_before(
    by_kind: dict[str, dict[str, Any]], kind: str, rounds_of_it: int, error: float
) -> None:
    assert by_kind[kind]["rounds"] == rounds_of_it
    assert by_kind[kind]["persistence"] == pytest.approx(error, abs=0.051)


@pytest.mark.parametrize(
    ("kind", "ratio"),
    [("all", 0.70), ("PNP", 0.87), ("CEC", 0.40), ("french", 0.42), ("healthcare", 0.55), ("general", 0.85)],
)
def test_the_forecast_beats_persistence(by_kind: dict[str, dict[str, Any]], kind: str, ratio: float) -> None:
    assert by_kind[kind]["ratio"] < ratio


def test_on_no_kind_with_ten_rounds_is_it_worse_than_persistence(by_kind: dict[str, dict[str, Any]]) -> None:
    assert all(row["ratio"] < 1 for row in by_kind.values() if row["rounds"] >= 10)


@pytest.mark.parametrize(("kind", "low", "high"), [("all", 0.75, 0.87), ("PNP", 0.70, 0.90), ("CEC", 0.70, 0.92),
                                                   ("french", 0.70, 0.94)])  # fmt: skip
def test_four_in_five_rounds_lie_within_the_interval(
    by_kind: dict[str, dict[str, Any]], kind: str, low: float, high: float
) -> None:
    assert low <= by_kind[kind]["covered"] <= high


def test_lines_are_looked_for_as_far_down_as_the_command_looks(forecasts: pl.DataFrame) -> None:
    # Without a floor p10 of these rounds was 0.
    deep = forecasts.filter(pl.col("round").is_in(["282", "421", "426"]))
    assert deep.height == 3
    assert deep["p10"].min() > 50  # type: ignore[operator]
    assert (forecasts["p10"] > 0).all()


def test_crps_lies_below_the_error_and_the_bootstrap_about_the_figures(by_kind: dict[str, dict[str, Any]]) -> None:
    every = by_kind["all"]
    assert 0 < every["crps"] < every["error"]
    assert every["ratio_low"] < every["ratio"] < every["ratio_high"]
    assert every["covered_low"] < every["covered"] < every["covered_high"]


def test_with_its_own_distribution_a_round_is_foreseen_no_worse(by_kind: dict[str, dict[str, Any]]) -> None:
    for kind in ("all", "CEC", "general"):
        assert by_kind[kind]["own_error"] <= by_kind[kind]["error"] + 0.2


def test_the_first_rounds_of_a_kind_and_the_first_after_the_pause_are_left_out(
    forecasts: pl.DataFrame, rounds: pl.DataFrame
) -> None:
    since = rounds.filter(pl.col("date").is_between(date(2024, 1, 1), MEASURED_TO))
    assert since.height == 156
    left_out = set(since["number"]) - set(forecasts["round"])
    assert left_out == {"297", "344", "397", "402", "430"}


def test_later_rounds_change_nothing_before_them(rounds: pl.DataFrame, rules: Rules, forecasts: pl.DataFrame) -> None:
    day = date(2025, 6, 1)
    cut = backtest(rounds.filter(pl.col("date") <= day), rules)
    assert cut.equals(forecasts.filter(pl.col("date") <= day))


def test_the_forecast_command_says_the_same_as_the_backtest(
    forecasts: pl.DataFrame, known_by: Callable[[date, list[Question]], Outlook]
) -> None:
    row = forecasts.filter(pl.col("round") == "432").row(0, named=True)
    one = question(f"CEC:{row['size']}@{row['date']}")
    answer = answers(known_by(row["date"], [one]), [one], BLOCK)[0].foreseen
    assert (answer.p10, answer.p50, answer.p90) == pytest.approx((row["p10"], row["p50"], row["p90"]))


def test_the_replay_of_the_general_rounds(rounds: pl.DataFrame, rules: Rules) -> None:
    made = replay(rounds, rules, "general")
    assert made["round"][0] == "228"
    assert made["round"][-1] == "294"
    assert (made["error"] == made["modelled"] - made["published"]).all()
    figures = spread_of_errors(made).row(0, named=True)
    assert figures["rounds"] == 37
    assert figures["median"] <= 2.0
    assert figures["p90"] <= 7.0


def test_the_replay_of_all_kinds_holds_every_round_with_a_distribution(rounds: pl.DataFrame, rules: Rules) -> None:
    made = replay(rounds, rules)
    assert made["round"].to_list() == [one.number for one in published_rounds(rounds) if one.distribution is not None]
    assert made.filter(pl.col("kind") == "general").equals(replay(rounds, rules, "general"))
    # The first of a kind tells where its line lies, and nothing before it did.
    first = made.filter(pl.col("kind") == "education").row(0, named=True)
    assert first["modelled"] is None
    assert first["error"] is None
