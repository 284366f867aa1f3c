"""The synthetic national pool: as many people as are published, with lines where rounds had them, always the same."""

from __future__ import annotations

from datetime import UTC, date, datetime

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.forecast.chances import ages_of_ties
from transforms.forecast.forecast import Outlook, outlook
from transforms.national_pool.national_groups import GROUPS, RoundInPlan, belongs_in
from transforms.national_pool.synthetic_pool import SCHEMA, placed, synthetic_pool, whole
from transforms.rounds.rounds import line_of
from transforms.rules import Law, Rules

PUBLISHED = date(2026, 8, 3)


@pytest.fixture(scope="module")
def then(rounds: pl.DataFrame, rules: Rules) -> Outlook:
    """The day of the last published pool, with that pool known, and no round since."""
    found = outlook(rounds, rules, PUBLISHED)
    last = next(one for one in outlook(rounds, rules, date(2026, 8, 4)).known.rounds[::-1] if one.distribution)
    assert last.distribution is not None
    found.known.ledger.publish(last.distribution)
    return found


@pytest.fixture(scope="module")
def law(rules: Rules) -> Law:
    return rules.law_of(PUBLISHED)


@pytest.fixture(scope="module")
def pool(then: Outlook, rounds: pl.DataFrame) -> pl.DataFrame:
    return synthetic_pool(then.known, PUBLISHED, ages_of_ties(rounds, PUBLISHED), 7)


@settings(deadline=None)
@given(st.lists(st.floats(0, 1e4), min_size=1, max_size=20))
def test_whole_numbers_keep_the_total_and_are_off_by_less_than_one(people: list[float]) -> None:
    made = whole(np.array(people))
    assert made.sum() == round(sum(people)) or abs(made.sum() - sum(people)) <= 1
    assert (np.abs(made - np.array(people)) < 1 + 1e-9).all()


def test_it_has_as_many_people_in_each_band_as_are_published(pool: pl.DataFrame, rounds: pl.DataFrame) -> None:
    published = rounds.filter(pl.col("distribution_as_of") == PUBLISHED).row(0, named=True)
    assert pool.height == published["pool_total"] == 229_100
    for low, high in ((601, 1200), (501, 600), (491, 500), (461, 470), (401, 410), (351, 400), (0, 300)):
        there = pool.filter(pl.col("crs_total").is_between(low, high)).height
        assert there == published[f"pool_{low}_{high}"]


def test_it_is_as_simulate_takes_it(pool: pl.DataFrame) -> None:
    assert dict(pool.schema) == SCHEMA
    assert pool["client_id"].is_unique().all()
    assert pool.select(pl.col(name).is_not_null().all() for name in SCHEMA).row(0) == (True,) * len(SCHEMA)
    assert (pool["is_nominated"] == (pool["crs_total"] > 600)).all()
    submitted = pool["profile_submitted_at"]
    assert submitted.max() < datetime(2026, 8, 4, tzinfo=UTC)  # type: ignore[operator]
    assert submitted.min() > datetime(2025, 8, 1, tzinfo=UTC)  # type: ignore[operator]


def test_best_rank_comes_first(pool: pl.DataFrame) -> None:
    order = pool.sort("crs_total", "profile_submitted_at", descending=[True, False], maintain_order=True)
    assert order["client_id"].to_list() == pool["client_id"].to_list()


def test_the_same_seed_gives_the_same_people(then: Outlook, pool: pl.DataFrame, rounds: pl.DataFrame) -> None:
    ages = ages_of_ties(rounds, PUBLISHED)
    assert synthetic_pool(then.known, PUBLISHED, ages, 7).equals(pool)
    assert not synthetic_pool(then.known, PUBLISHED, ages, 8).equals(pool)


@pytest.mark.parametrize(
    ("kind", "size", "cut_off", "off"), [("CEC", 3000, 516, 6), ("french", 5000, 391, 12), ("PNP", 490, 768, 70)]
)
def test_rounds_on_it_have_their_lines_where_the_published_ones_had_them(
    pool: pl.DataFrame, law: Law, kind: str, size: int, cut_off: int, off: int
) -> None:
    found = line_of(pool.filter(belongs_in(kind)), size, law)
    assert found is not None
    assert found.cut_off == pytest.approx(cut_off, abs=off)
    assert pool.filter(belongs_in(kind) & found.invites()).height == size


@pytest.mark.parametrize(("kind", "size"), [("CEC", 3000), ("french", 5000), ("healthcare", 1000), ("trades", 500)])
def test_the_round_asked_about_has_the_middle_of_its_forecast_for_cut_off(
    then: Outlook, rounds: pl.DataFrame, law: Law, kind: str, size: int
) -> None:
    asked = RoundInPlan(kind, size)
    made = synthetic_pool(then.known, PUBLISHED, ages_of_ties(rounds, PUBLISHED), 0, asked, groups=(kind,))
    found = line_of(made.filter(belongs_in(kind)), size, law)
    assert found is not None
    middle = float(np.median(then.known.foresee(kind, PUBLISHED, size)))
    assert found.cut_off == pytest.approx(middle, abs=1.5)


@pytest.mark.parametrize("size", [150, 490, 3000])
def test_a_pnp_round_finds_as_many_nominees_as_it_invites(
    then: Outlook, rounds: pl.DataFrame, law: Law, size: int
) -> None:
    made = synthetic_pool(
        then.known, PUBLISHED, ages_of_ties(rounds, PUBLISHED), 0, RoundInPlan("PNP", size), groups=()
    )
    assert made.filter("is_nominated").height == size
    found = line_of(made.filter(belongs_in("PNP")), size, law)
    assert found is not None
    assert found.cut_off == pytest.approx(float(np.median(then.known.foresee("PNP", PUBLISHED, size))), abs=8)


def test_a_general_round_reaches_beyond_the_nominees(then: Outlook, rounds: pl.DataFrame, law: Law) -> None:
    made = synthetic_pool(
        then.known, PUBLISHED, ages_of_ties(rounds, PUBLISHED), 0, RoundInPlan("general", 300), groups=()
    )
    found = line_of(made, 300, law)
    assert found is not None
    assert 500 < found.cut_off <= 600


def test_clients_are_placed_by_score_then_time_within_their_group(pool: pl.DataFrame) -> None:
    at = datetime(2026, 5, 1, tzinfo=UTC)
    clients = pl.DataFrame(
        {
            "client_id": ["top", "earlier", "later", "low", "none"],
            "crs_total": [1200, 500, 500, 0, 500],
            "profile_submitted_at": [at, at, datetime(2026, 7, 2, tzinfo=UTC), at, at],
            "in_round_general": [True, True, True, True, None],
            "in_round_CEC": [False, True, True, False, False],
        },
        schema_overrides={"profile_submitted_at": pl.Datetime("us", "UTC"), "crs_total": pl.Int16},
    )
    groups = pl.DataFrame([("general", pool.height, 1.5, False), ("CEC", 1, 1.0, False)], schema=GROUPS, orient="row")
    made = placed(clients, pool, groups)
    bounds = {(row["client_id"], row["kind"]): (row["rank_low"], row["rank_high"]) for row in made.to_dicts()}
    rank = {(row["client_id"], row["kind"]): row["rank"] for row in made.to_dicts()}
    assert rank["top", "general"] == 1
    low, high = bounds["earlier", "general"]
    assert (low, high) == (round(rank["earlier", "general"] / 1.5), round(rank["earlier", "general"] * 1.5))
    assert bounds["earlier", "CEC"] == (rank["earlier", "CEC"],) * 2
    assert rank["low", "general"] > 220_000
    assert rank["earlier", "general"] < rank["later", "general"]
    ahead = pool.filter(
        (pl.col("crs_total") > 500) | ((pl.col("crs_total") == 500) & (pl.col("profile_submitted_at") < at))
    )
    assert rank["earlier", "general"] == ahead.height + 1
    assert rank["earlier", "CEC"] == ahead.filter(belongs_in("CEC")).height + 1
    assert ("none", "general") not in rank
    assert ("top", "CEC") not in rank
    percentile = made.filter((pl.col("client_id") == "earlier") & (pl.col("kind") == "general"))["percentile"][0]
    assert percentile == pytest.approx(100 * (1 - ahead.height / pool.height))
