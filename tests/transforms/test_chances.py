"""Chances of clients: never less with more points, never after a profile has ended, only in rounds of their kinds."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.forecast.chances import (
    LOSSES,
    STEP_DAYS,
    ClientsByDay,
    ages_of_ties,
    chances,
    limited_by,
    place_among_ties,
)
from transforms.forecast.forecast import HORIZONS, Outlook, coming
from transforms.forecast.futures import Path

DAY = date(2026, 8, 7)
DAYS = [DAY + timedelta(days=days) for days in range(0, max(HORIZONS) + 1, STEP_DAYS)]
AGES = np.linspace(0.0, 365.0, 366)
SUBMITTED = datetime(2026, 6, 1, 12, tzinfo=UTC)


def clients(
    scores: list[int], kinds: dict[str, list[bool | None]], *, submitted: datetime = SUBMITTED,
    ends: date | None = None, later: dict[str, int] | None = None, out_from: date | None = None,
) -> ClientsByDay:  # fmt: skip
    """Clients with a score each, who belong to kinds; `later`: components that change from the third week on."""
    frames = []
    for number, day in enumerate(DAYS):
        there = out_from is None or day < out_from
        components = dict.fromkeys(LOSSES, 100)
        change = later or {} if number >= 2 else {}
        components |= {name: 100 + change[name] for name in change}
        frames.append(
            pl.DataFrame(
                {
                    "client_id": [f"C{place}" for place in range(len(scores))],
                    "in_pool": there,
                    "is_nominated": False,
                    "eligibility_reasons": "CEC not known: 12 months of work; FST not met: a trade",
                    "crs_total": [score + sum(change.values()) for score in scores],
                    **components,
                    **{f"in_round_{kind}": [told and there for told in members] for kind, members in kinds.items()},
                },
                schema_overrides={f"in_round_{kind}": pl.Boolean for kind in kinds},
            )
        )
    return ClientsByDay(DAY, DAYS, frames, pl.Series([submitted] * len(scores)), [ends] * len(scores))


def path(kind: str, rounds: list[tuple[int, float]]) -> Path:
    """One future: rounds so many days from now with a line each."""
    day = np.array([[float(DAY.toordinal() + days)] for days, _ in rounds])
    line = np.array([[line] for _, line in rounds])
    return Path(kind, day, np.full(day.shape, 100.0), line)


def shares(made: pl.DataFrame) -> list[tuple[float, ...]]:
    return made.select(f"p{days}" for days in HORIZONS).rows()


def test_a_client_above_the_line_is_invited_from_the_day_of_the_round_on() -> None:
    standing = clients([520, 510], {"CEC": [True, True]})
    made = chances(standing, [path("CEC", [(31, 515.0), (90, 515.0), (150, 508.0)])], ["CEC"], AGES)
    assert shares(made) == [(0.0, 1.0, 1.0), (0.0, 0.0, 1.0)]


def test_only_rounds_of_kinds_that_the_client_belongs_to_count() -> None:
    standing = clients([520, 520], {"CEC": [True, False], "french": [False, True]})
    paths = [path("CEC", [(10, 530.0)]), path("french", [(20, 400.0)])]
    made = chances(standing, paths, ["CEC", "french"], AGES)
    assert shares(made) == [(0.0, 0.0, 0.0), (1.0, 1.0, 1.0)]
    assert chances(standing, paths, ["CEC"], AGES)["client_id"].to_list() == ["C0"]


def test_a_client_of_whom_it_cannot_be_told_is_listed_without_a_chance() -> None:
    standing = clients([520, 520], {"CEC": [None, True]})
    made = chances(standing, [path("CEC", [(10, 500.0)])], ["CEC"], AGES)
    assert made["p30"].to_list() == [None, 1.0]
    assert made["limited_by"][0] == "undetermined: CEC not known: 12 months of work"


def test_at_the_line_who_submitted_earlier_comes_first() -> None:
    for submitted, share in ((SUBMITTED - timedelta(days=200), 1.0), (SUBMITTED + timedelta(days=60), 0.0)):
        standing = clients([515], {"CEC": [True]}, submitted=submitted)
        assert shares(chances(standing, [path("CEC", [(10, 515.0)])], ["CEC"], AGES))[0] == (share,) * 3
    places = place_among_ties(pl.Series([SUBMITTED, SUBMITTED - timedelta(days=90), None]), DAY, AGES)
    assert places[0] < places[1]
    assert places[2] < places[0]
    assert (np.abs(places) <= 0.5).all()


def test_no_round_after_the_profile_ends_counts() -> None:
    rounds = [path("CEC", [(40, 500.0)])]
    inside = clients([520], {"CEC": [True]}, ends=DAY + timedelta(days=41))
    outside = clients([520], {"CEC": [True]}, ends=DAY + timedelta(days=40))
    assert shares(chances(inside, rounds, ["CEC"], AGES)) == [(0.0, 1.0, 1.0)]
    assert shares(chances(outside, rounds, ["CEC"], AGES)) == [(0.0, 0.0, 0.0)]
    assert "the profile expires on 2026-09-16" in limited_by(outside, 0)


def test_points_that_fall_lower_the_chance_from_then_on() -> None:
    rounds = [path("CEC", [(5, 530.0), (40, 516.0)])]
    steady, older = (clients([520], {"CEC": [True]}, later=later) for later in (None, {"crs_age": -6}))
    assert shares(chances(steady, rounds, ["CEC"], AGES)) == [(0.0, 1.0, 1.0)]
    assert shares(chances(older, rounds, ["CEC"], AGES)) == [(0.0, 0.0, 0.0)]
    assert limited_by(older, 0) == "a birthday by 2026-08-21 (-6 points)"
    assert not limited_by(steady, 0)


def test_who_leaves_the_pool_has_no_chance_from_then_on() -> None:
    gone = clients([520], {"CEC": [True]}, out_from=DAY + timedelta(days=21))
    made = chances(gone, [path("CEC", [(30, 500.0)])], ["CEC"], AGES)
    assert shares(made) == [(0.0, 0.0, 0.0)]
    assert "out of the pool" in made["limited_by"][0]


@pytest.fixture(scope="module")
def futures(ahead: Outlook) -> list[Path]:
    return coming(ahead, [], 300)


@settings(max_examples=30, deadline=None)
@given(scores=st.lists(st.integers(300, 600), min_size=2, max_size=6), data=st.data())
def test_more_points_never_lower_a_chance_and_more_days_neither(
    futures: list[Path], scores: list[int], data: st.DataObject
) -> None:
    scores = sorted(scores)
    kinds = data.draw(st.lists(st.sampled_from([one.kind for one in futures if one.kind != "PNP"]), min_size=1,
                               unique=True))  # fmt: skip
    told = {one.kind: [one.kind in kinds] * len(scores) for one in futures}
    made = shares(chances(clients(scores, told), futures, kinds, AGES))
    assert all(0 <= p30 <= p90 <= p180 <= 1 for p30, p90, p180 in made)
    for lower, higher in pairwise(made):
        assert all(one <= other for one, other in zip(lower, higher, strict=True))


def test_ages_of_ties_come_from_the_published_tie_breaks(rounds: pl.DataFrame) -> None:
    ages = ages_of_ties(rounds, DAY)
    assert len(ages) > 50
    assert 0 <= ages[0] <= ages[-1] <= 365
    assert (np.diff(ages) >= 0).all()
    # Round 434: 2025-10-11 to 2026-08-07.
    assert (date(2026, 8, 7) - date(2025, 10, 11)).days in ages
    assert len(ages_of_ties(rounds.head(5), date(2015, 4, 1))) == 366
