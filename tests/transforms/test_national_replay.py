"""Published rounds held again on the modelled pool: nothing later is used, and the errors stay as small as measured."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from transforms.backtest.national_replay import SCHEMA, Year, in_a_row, on_its_day, summary
from transforms.rounds.rounds import RoundError
from transforms.rules import Rules

FIRST, LAST = date(2023, 7, 1), date(2023, 9, 30)


@pytest.fixture(scope="module")
def replayed(rounds: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    return on_its_day(rounds, rules, FIRST, LAST)


@pytest.fixture(scope="module")
def months(rounds: pl.DataFrame, rules: Rules) -> Year:
    return in_a_row(rounds, rules, date(2023, 6, 29), LAST)


def test_each_round_on_the_pool_of_its_day_beats_the_last_cut_off(replayed: pl.DataFrame) -> None:
    assert dict(replayed.schema) == SCHEMA
    overall = summary(replayed).row(-1, named=True)
    assert overall["kind"] == "all"
    assert overall["rounds"] == replayed.height == 15
    assert overall["error"] < overall["persistence"] / 2
    assert (replayed["p10"] <= replayed["modelled"]).all()
    assert (replayed["modelled"] <= replayed["p90"]).all()


def test_rounds_in_a_row_use_nothing_that_came_later(rounds: pl.DataFrame, rules: Rules, months: Year) -> None:
    start = date(2023, 6, 29)
    later = pl.col("date") > start
    bands = [name for name in rounds.columns if name.startswith("pool_")]
    other = rounds.with_columns(
        pl.when(later).then(pl.lit(333, dtype=pl.Int16)).otherwise("cut_off").alias("cut_off"),
        *(pl.when(later).then(pl.col(name) // 3).otherwise(name).alias(name) for name in bands),
    )
    made = in_a_row(other, rules, start, LAST)
    assert made.rounds["modelled"].to_list() == months.rounds["modelled"].to_list()
    assert made.people == months.people
    assert made.published != months.published


def test_rounds_in_a_row_find_people_and_the_pool_keeps_its_size(months: Year) -> None:
    assert months.rounds["modelled"].null_count() == 0
    assert months.people == pytest.approx(months.published, rel=0.05)
    general = summary(months.rounds).filter(pl.col("kind") == "general")
    assert general["error"].item() < general["persistence"].item()


@pytest.mark.parametrize("end", [date(2023, 6, 30), LAST])
def test_rounds_in_a_row_need_a_distribution_to_compare_with(rounds: pl.DataFrame, rules: Rules, end: date) -> None:
    """There is no round up to the first end, and rounds without a distribution up to the second."""
    start = date(2023, 6, 29)
    bands = [name for name in rounds.columns if name.startswith("pool_")]
    other = rounds.with_columns(pl.when(pl.col("date") <= start).then(name).alias(name) for name in bands)
    with pytest.raises(RoundError, match=f"no round after {start} up to {end} was published with a distribution"):
        in_a_row(other, rules, start, end)
