"""The national pool: people by score keep their band's count, and people are conserved from day to day."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.national_pool.national_pool import (
    Bands,
    Distribution,
    Held,
    Ledger,
    bands_of,
    crs_changes,
    invited,
    movement,
    movements,
    per_score,
    published_rounds,
)
from transforms.rules import Rules

BANDS = Bands(
    (0, 301, 351, 401, 411, 421, 431, 441, 451, 461, 471, 481, 491, 501, 601),
    (300, 350, 400, 410, 420, 430, 440, 450, 460, 470, 480, 490, 500, 600, 1200),
)
COUNTS = st.lists(st.integers(1, 60_000), min_size=15, max_size=15).map(lambda found: np.array(found, dtype=float))
DAY = date(2026, 3, 2)


def test_the_bands_are_those_of_the_file(rounds: pl.DataFrame) -> None:
    assert bands_of(rounds) == BANDS


@settings(deadline=None)
@given(COUNTS, st.floats(8, 40), st.floats(0, 0.002))
def test_people_by_score_keep_the_count_of_each_band(people: np.ndarray, tail: float, bend: float) -> None:
    laid = per_score(people, BANDS, tail, bend)
    assert (laid >= 0).all()
    np.testing.assert_allclose(BANDS.totals(laid), people[:-1], rtol=1e-9)


@settings(deadline=None)
@given(COUNTS)
def test_in_the_highest_band_fewer_people_stand_further_up(people: np.ndarray) -> None:
    assert (np.diff(per_score(people, BANDS)[501:]) < 0).all()


@settings(deadline=None)
@given(COUNTS, st.sampled_from(["general", "PNP", "CEC", "french"]), st.integers(1, 30_000), st.integers(200, 590))
def test_a_round_takes_its_size_from_its_line_upwards_and_no_more_than_are_there(
    people: np.ndarray, kind: str, size: int, cut_off: int
) -> None:
    taken = invited(Held("1", DAY, kind, size, cut_off, None), people, BANDS)
    assert taken.sum() <= size + 1e-6
    if kind == "PNP":
        assert taken[:-1].sum() == 0
        return
    assert (taken <= people + 1e-6).all()
    assert taken[:-1][np.array(BANDS.highs[:-1]) < cut_off].sum() == 0
    assert (taken[-1] > 0) == (kind == "general")


@settings(deadline=None)
@given(st.lists(COUNTS, min_size=2, max_size=5), st.integers(0, 5000), st.integers(401, 560))
def test_after_is_before_less_invited_and_left_and_with_arrived(
    pools: list[np.ndarray], size: int, cut_off: int
) -> None:
    rounds = [
        Held(str(number), DAY + timedelta(days=14 * number), "CEC", size + 1, cut_off,
             Distribution(DAY + timedelta(days=14 * number - 1), people))
        for number, people in enumerate(pools)
    ]  # fmt: skip
    made = movements(rounds, BANDS)
    balance = pl.col("before") - pl.col("invited") + pl.col("arrived") - pl.col("left") - pl.col("after")
    assert made.select((balance.abs() < 1e-6).all()).item()
    assert made.select((pl.min_horizontal("arrived", "left") >= 0).all()).item()


def test_movements_of_the_published_pools_are_conserved(rounds: pl.DataFrame, rules: Rules) -> None:
    published = published_rounds(rounds)
    made = movements(published, BANDS, crs_changes(rules))
    balance = pl.col("before") - pl.col("invited") + pl.col("arrived") - pl.col("left") - pl.col("after")
    assert made.select(balance.abs().max()).item() < 1e-6
    # The job-offer points went on 2025-03-25.
    changed = made.filter("crs_changed").select("before_as_of", "after_as_of").unique()
    assert (date(2025, 3, 16), date(2025, 4, 13)) in changed.rows()
    assert changed.height == len([day for day in crs_changes(rules) if date(2022, 1, 17) < day < date(2026, 8, 3)])


def test_a_distribution_that_repeats_the_last_tells_nothing(rounds: pl.DataFrame, rules: Rules) -> None:
    made = movements(published_rounds(rounds), BANDS, crs_changes(rules))
    # 2022-04-11 and 2023-06-28 repeat the one before; round 386 dates the pool of 2025-12-14 a day later.
    after = set(made["after_as_of"].to_list())
    assert not {date(2022, 4, 11), date(2023, 6, 28), date(2025, 12, 14)} & after
    assert made.group_by("after_as_of").agg((pl.col("before") != pl.col("after")).any())["before"].all()


def test_a_change_of_the_crs_is_no_flow() -> None:
    before = Distribution(date(2025, 3, 16), np.full(15, 1000.0))
    after = Distribution(date(2025, 4, 13), np.full(15, 5000.0))
    nobody = np.zeros(15)
    assert movement(before, after, nobody, [date(2025, 3, 25)]) is None
    moved = movement(before, after, nobody, [date(2025, 3, 16)])
    assert moved is not None
    np.testing.assert_allclose(moved, 4000 / 28)


def test_who_a_round_of_the_same_week_invited_is_gone_for_the_next() -> None:
    ledger = Ledger(BANDS)
    people = np.full(15, 2000.0)
    ledger.publish(Distribution(DAY, people))
    ledger.invite(Held("1", DAY, "PNP", 700, 640, None))
    ledger.invite(Held("2", DAY + timedelta(days=1), "CEC", 500, 510, None))
    left = ledger.on(DAY + timedelta(days=2))
    assert left[-1] == 1300
    assert left[-2] == pytest.approx(1500)
    assert (left[:-2] == 2000).all()


def test_rounds_held_after_a_day_take_nobody_off_on_it() -> None:
    ledger = Ledger(BANDS)
    ledger.publish(Distribution(DAY, np.full(15, 2000.0)))
    ledger.invite(Held("1", DAY + timedelta(days=3), "PNP", 700, 640, None))
    assert ledger.on(DAY + timedelta(days=2))[-1] == 2000
    assert ledger.on(DAY + timedelta(days=3))[-1] == 1300


def test_a_distribution_is_held_against_the_pool_before_rounds_that_follow_it() -> None:
    ledger = Ledger(BANDS)
    for week in range(3):
        ledger.publish(Distribution(DAY + timedelta(days=7 * week), np.full(15, 2000.0 + week)))
    # Held after the day of the distribution, and before that was published.
    ledger.invite(Held("1", DAY + timedelta(days=23), "PNP", 700, 640, None))
    ledger.publish(Distribution(DAY + timedelta(days=21), np.full(15, 2003.0)))
    assert ledger.nominee_error == pytest.approx(0, abs=0.1)


def test_a_round_before_the_distribution_is_in_it_already() -> None:
    ledger = Ledger(BANDS)
    ledger.publish(Distribution(DAY, np.full(15, 2000.0)))
    ledger.invite(Held("1", DAY, "PNP", 700, 640, None))
    ledger.publish(Distribution(DAY + timedelta(days=7), np.full(15, 1900.0)))
    assert ledger.last is not None
    assert (ledger.last.people == 1900).all()
    np.testing.assert_allclose(ledger.on(DAY + timedelta(days=7)), 1900.0)
    # Nominees: 1900 - 2000 + 700 invited came in seven days.
    assert ledger.flow is not None
    assert ledger.flow[-1] == pytest.approx(600 / 7)


def test_the_flow_is_not_carried_on_for_ever() -> None:
    ledger = Ledger(BANDS)
    ledger.publish(Distribution(DAY, np.full(15, 2000.0)))
    ledger.publish(Distribution(DAY + timedelta(days=10), np.full(15, 2100.0)))
    np.testing.assert_allclose(ledger.on(DAY + timedelta(days=20)), 2200.0)
    np.testing.assert_allclose(ledger.on(DAY + timedelta(days=400)), ledger.on(DAY + timedelta(days=40)))
