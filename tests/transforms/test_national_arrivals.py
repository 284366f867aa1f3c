"""Who comes into the national pool and leaves it: as many as the distributions show, and nominees as PNP rounds take."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from transforms.backtest.national_replay import with_categories
from transforms.forecast.forecast import outlook
from transforms.national_pool.cutoff_model import NOMINEES_INSTEAD
from transforms.national_pool.knowledge import Knowledge
from transforms.national_pool.national_arrivals import arrivals_a_day, nominees_of, number_of_arrivals, with_flows
from transforms.national_pool.national_pool import Bands, Distribution, Held
from transforms.national_pool.synthetic_pool import synthetic_pool
from transforms.rules import Rules
from transforms.simulation.plan import Plan, PlannedRound
from transforms.simulation.pools import ScoredPool
from transforms.simulation.simulation import Simulation, simulate

START = date(2026, 3, 6)
AGES = np.linspace(0.0, 365.0, 366)
BANDS = Bands(
    (0, 301, 351, 401, 411, 421, 431, 441, 451, 461, 471, 481, 491, 501, 601),
    (300, 350, 400, 410, 420, 430, 440, 450, 460, 470, 480, 490, 500, 600, 1200),
)


def planned(*rounds: tuple[int, str, int]) -> Plan:
    """A plan of rounds so many days after START, with the flows of the national pool."""
    made = tuple(PlannedRound(START + timedelta(days=days), kind, size) for days, kind, size in rounds)
    return Plan("", START, made, has_national_arrivals=True, renewed_after_expiry_share=1.0)


PLAN = planned((10, "PNP", 400), (11, "CEC", 3000), (24, "PNP", 300), (25, "french", 5000), (38, "PNP", 350))


@pytest.fixture(scope="module")
def known(rounds: pl.DataFrame, rules: Rules) -> Knowledge:
    return outlook(rounds, rules, START).known


@pytest.fixture(scope="module")
def people(known: Knowledge) -> pl.DataFrame:
    return with_flows(known, PLAN, with_categories(synthetic_pool(known, START, AGES)))


@pytest.fixture(scope="module")
def held_on_it(people: pl.DataFrame, rules: Rules) -> Simulation:
    return simulate(PLAN, ScoredPool(people, rules.law_of(START)), rules)


def constant(people: float, days: int) -> Knowledge:
    """What is known of a pool with so many people in each band for so many days, without a round that invites any."""
    first = date(2026, 1, 1)
    rounds = [
        Held(str(day), first + timedelta(days=day), "PNP", 1, 900,
             Distribution(first + timedelta(days=day), np.full(15, people) + day / 1000))
        for day in range(0, days + 1, 7)
    ]  # fmt: skip
    return Knowledge.of(rounds, BANDS, kinds=("general", "PNP"))


def test_a_pool_that_stays_as_it_is_gains_whom_it_loses() -> None:
    came = arrivals_a_day(constant(1600.0, 70), date(2026, 3, 12))
    np.testing.assert_allclose(came[:11], 10.0, rtol=0.01)
    np.testing.assert_allclose(came[11:14], 16.0, rtol=0.01)
    # Nominees stay until they are invited: one in seven days.
    assert came[-1] == pytest.approx(1 / 7, abs=0.01)


def test_nobody_is_known_to_come_before_two_distributions(rounds: pl.DataFrame, rules: Rules) -> None:
    assert (arrivals_a_day(outlook(rounds, rules, date(2022, 1, 20)).known, date(2022, 1, 20)) == 0).all()


def test_each_pnp_round_finds_as_many_nominees_as_it_invites(held_on_it: Simulation) -> None:
    # But for those who on that day are between two profiles.
    for row in held_on_it.rounds.filter(pl.col("kind") == "PNP").iter_rows(named=True):
        assert row["size_asked"] - 4 <= row["invited"] == row["competing"] <= row["size_asked"]


def test_every_round_finds_its_people_near_the_cut_offs_of_its_kind(held_on_it: Simulation, known: Knowledge) -> None:
    others = held_on_it.rounds.filter(pl.col("kind") != "PNP")
    assert others["invited"].to_list() == others["size_asked"].to_list()
    for row in held_on_it.rounds.iter_rows(named=True):
        assert row["cut_off"] == pytest.approx(known.lines[row["kind"]].recent[-1], abs=90)


def test_the_pool_keeps_its_size_to_a_few_in_a_hundred(held_on_it: Simulation) -> None:
    for after in held_on_it.rounds["pool_after"]:
        assert after == pytest.approx(held_on_it.pool_at_start, rel=0.05)
    for row in held_on_it.rounds.iter_rows(named=True):
        assert row["arrived"] > 0
        assert row["pool_after"] == row["pool_before"] - row["invited"]


def test_as_many_come_as_the_distributions_show(people: pl.DataFrame, known: Knowledge) -> None:
    came = people.filter(pl.col("client_id").str.starts_with("arrival-") & ~pl.col("is_nominated"))
    assert came.height == pytest.approx(number_of_arrivals(known, PLAN), abs=20)
    day = pl.col("profile_submitted_at").dt.convert_time_zone("America/Toronto").dt.date()
    assert came.select(day.min(), day.max().alias("last")).row(0) == (
        START + timedelta(days=1), START + timedelta(days=38),
    )  # fmt: skip
    assert people["client_id"].is_unique().all()
    assert people.filter(~pl.col("is_nominated"))["leaves_on"].null_count() == 0


def test_the_same_plan_and_seed_give_the_same_people(known: Knowledge, people: pl.DataFrame) -> None:
    assert with_flows(known, PLAN, with_categories(synthetic_pool(known, START, AGES))).equals(people)


def test_a_day_on_which_somebody_leaves_is_kept(known: Knowledge) -> None:
    given = with_categories(synthetic_pool(known, START, AGES)).head(500)
    leaving = given.with_columns(pl.lit(START + timedelta(days=1)).alias("leaves_on"))
    made = with_flows(known, PLAN, leaving).head(500)
    assert (made["leaves_on"] <= START + timedelta(days=1)).all()


def test_where_the_first_round_shows_fewer_nominees_the_others_leave(known: Knowledge) -> None:
    found = nominees_of(known, planned((10, "PNP", 400), (24, "PNP", 300)), 1000, 20.0)
    assert found.leaving == 600
    assert [one.count for one in found.coming] == [0, 300, 0]
    few = nominees_of(known, planned((10, "PNP", 400), (24, "PNP", 300)), 100, 20.0)
    assert few.leaving == 0
    assert [one.count for one in few.coming] == [300, 300, 0]


def test_a_general_round_finds_fewer_nominees_than_it_invites(known: Knowledge) -> None:
    found = nominees_of(known, planned((10, "general", 1000), (24, "PNP", 300)), 3000, 20.0)
    assert 3000 - found.leaving <= max(NOMINEES_INSTEAD * 1000, 1)
    # Without two PNP rounds, between general rounds as many come as a day brings.
    between = nominees_of(known, planned((10, "general", 1000), (24, "general", 2000)), 0, 20.0)
    assert [one.count for one in between.coming][1] == 280
