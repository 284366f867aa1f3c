"""The groups of the national pool: members by score, no more than there are people, and kinds that no round has shown."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from transforms.forecast.forecast import outlook
from transforms.national_pool.knowledge import Knowledge
from transforms.national_pool.national_groups import (
    CATEGORY_SPREAD,
    CEC_SHARE,
    arrivals_by_score,
    assumed_share,
    belongs_in,
    groups,
    interval,
    members_by_score,
    people_by_score,
    share_below,
    share_without_rounds,
    within,
)
from transforms.national_pool.synthetic_pool import synthetic_pool
from transforms.rounds.rounds import KINDS
from transforms.rules import Rules

DAY = date(2026, 3, 6)
EARLY = date(2024, 1, 8)
COUNTS = arrays.arrays(float, 12, elements=st.floats(0, 1000))


@pytest.fixture(scope="module")
def known(rounds: pl.DataFrame, rules: Rules) -> Knowledge:
    return outlook(rounds, rules, DAY).known


@pytest.fixture(scope="module")
def early(rounds: pl.DataFrame, rules: Rules) -> Knowledge:
    return outlook(rounds, rules, EARLY).known


@settings(deadline=None)
@given(COUNTS, COUNTS)
def test_members_find_a_place_at_the_next_lower_score_with_room(wanted: np.ndarray, there: np.ndarray) -> None:
    placed = within(wanted, there)
    # The same by hand, from the highest score down.
    waiting, expected = 0.0, []
    for want, room in zip(wanted[::-1], there[::-1], strict=True):
        waiting += want
        expected.append(min(waiting, room))
        waiting -= expected[-1]
    np.testing.assert_allclose(placed, expected[::-1], atol=1e-6)


@pytest.mark.parametrize("kind", ["CEC", "french", "healthcare", "trades", "education", "researchers"])
def test_members_and_newcomers_of_a_kind_are_no_more_than_all(known: Knowledge, kind: str) -> None:
    people = people_by_score(known, DAY)
    np.testing.assert_allclose(known.ledger.bands.totals(people), known.ledger.on(DAY)[:-1])
    members = members_by_score(known, kind, DAY, people)
    assert (members >= 0).all()
    assert (members <= people + 1e-9).all()
    arriving = people / 200
    newcomers = arrivals_by_score(known, kind, DAY, arriving)
    assert (newcomers <= arriving + 1e-9).all()
    assert newcomers.sum() > 0


def test_above_the_last_cut_off_there_are_only_those_who_came_since(known: Knowledge) -> None:
    people = people_by_score(known, DAY)
    for kind in ("CEC", "french", "healthcare"):
        share = members_by_score(known, kind, DAY, people) / people
        last = known.lines[kind].recent[-1]
        assert share[last + 5] < share[last - 20]


def test_below_its_lowest_cut_off_a_kind_keeps_its_share_at_most(known: Knowledge) -> None:
    people = people_by_score(known, DAY)
    for kind in ("CEC", "education", "stem", "trades"):
        lowest = min(known.lines[kind].recent)
        members = members_by_score(known, kind, DAY, people)
        assert (members[:lowest] <= share_below(known, kind, DAY) * people[:lowest] + 1e-9).all()
        assert 0 < share_below(known, kind, DAY) < 1


def test_a_kind_without_a_usable_round_has_an_assumed_share_and_a_wide_interval(early: Knowledge) -> None:
    # By 2024-01-08 the last CEC round was held before pools were published, and none was held for physicians.
    assert not early.ready("CEC")
    assert assumed_share(early, "CEC", EARLY) == CEC_SHARE
    assert assumed_share(early, "french", EARLY) is None
    assert assumed_share(early, "general", EARLY) is None
    people = people_by_score(early, EARLY)
    np.testing.assert_allclose(members_by_score(early, "CEC", EARLY, people), CEC_SHARE * people)
    share = share_without_rounds(early, "physicians", EARLY)
    assert 0 < share.share < 0.3
    assert share.spread >= CATEGORY_SPREAD
    shown, unseen = interval(early, "healthcare", EARLY, 1000), interval(early, "physicians", EARLY, 1000)
    assert shown is not None
    assert unseen is not None
    assert unseen.p90 - unseen.p10 > shown.p90 - shown.p10
    assert unseen.p10 <= unseen.p50 <= unseen.p90


def test_a_round_of_an_assumed_share_stops_where_its_share_of_the_pool_does(early: Knowledge) -> None:
    found = interval(early, "CEC", EARLY, 3000)
    assert found is not None
    above = np.cumsum(people_by_score(early, EARLY)[::-1])[::-1] * CEC_SHARE
    assert above[int(found.p50)] >= 3000 > above[int(found.p50) + 1]


def test_the_groups_say_how_far_they_may_be_off(known: Knowledge) -> None:
    pool = synthetic_pool(known, DAY, np.linspace(0.0, 365.0, 366))
    made = groups(known, DAY, pool, KINDS)
    assert made["kind"].to_list() == list(KINDS)
    assert (made["factor"] >= 1).all()
    by_kind = {row["kind"]: row for row in made.iter_rows(named=True)}
    assert by_kind["general"]["people"] == pool.height
    assert by_kind["french"]["people"] == pool.filter(belongs_in("french")).height
    assert by_kind["researchers"]["is_assumed"]
    assert by_kind["researchers"]["factor"] > 3 > by_kind["CEC"]["factor"]
