"""Chances against what happened: what counts as an invitation, climatology of the past alone, and how it is counted."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from transforms.backtest.backtest_chances import (
    MARGINS,
    RELIABILITY_SCHEMA,
    SCHEMA,
    SHARED_FORTNIGHTS,
    backtest_chances,
    clients_around,
    climatology,
    figures,
    invited_within,
    is_held,
    reliability,
)
from transforms.forecast.forecast import HORIZONS
from transforms.national_pool.national_pool import Held, published_rounds
from transforms.rules import Rules

DAY = date(2025, 6, 2)


def round_on(days: int, cut_off: int, kind: str = "CEC") -> Held:
    return Held(str(days), DAY + timedelta(days=days), kind, 1000, cut_off, None)


def test_who_reaches_the_cut_off_of_a_round_within_the_days_is_invited() -> None:
    rounds = [round_on(0, 400), round_on(20, 510), round_on(30, 505), round_on(31, 300)]
    scores = np.array([504, 505, 509, 510])
    assert invited_within(rounds, scores, DAY, 30).tolist() == [False, True, True, True]
    assert invited_within(rounds, scores, DAY, 29).tolist() == [False, False, False, True]
    assert invited_within(rounds, scores, DAY, 5).tolist() == [False] * 4
    assert is_held(rounds[:1], DAY + timedelta(days=365))
    assert not is_held(rounds[:1], DAY + timedelta(days=366))


def test_climatology_is_the_share_of_earlier_fortnights_whose_outcome_was_known() -> None:
    rounds = [round_on(days, 500) for days in range(-400, 400, 7)]
    past = [DAY - timedelta(days=days) for days in range(14, 300, 14)]
    by_kind = {"CEC": rounds, "PNP": []}
    made = climatology(by_kind, ["CEC"], past, DAY, 30)["CEC"]
    assert made.tolist() == [float(margin >= 0) for margin in MARGINS]
    # What comes after the day does not count.
    later = {"CEC": [*(one for one in rounds if one.date <= DAY), round_on(10, 1)], "PNP": []}
    assert climatology(later, ["CEC"], past, DAY, 30)["CEC"].tolist() == made.tolist()
    # A kind without a past has the share of all kinds, one with a short past leans on it.
    short = {"CEC": rounds, "PNP": [round_on(-150, 700), round_on(-100, 600)]}
    found = climatology(short, ["CEC", "PNP"], past, DAY, 30)["PNP"]
    days = [day for day in past if (DAY - day).days >= 30 and day >= short["PNP"][0].date]
    hits = sum(day < short["PNP"][1].date <= day + timedelta(days=30) for day in days)
    place = MARGINS.index(-60)
    assert 0 < hits < len(days)
    assert (
        (hits) / (len(days) + SHARED_FORTNIGHTS)
        <= found[place]
        <= (hits + SHARED_FORTNIGHTS) / (len(days) + SHARED_FORTNIGHTS)
    )


def test_figures_and_bins_count_every_chance_once() -> None:
    rng = np.random.default_rng(4)
    chance = rng.uniform(size=4000)
    made = pl.DataFrame(
        {
            "as_of": [DAY + timedelta(days=14 * (place % 40)) for place in range(4000)],
            "kind": ["CEC", "PNP"] * 2000, "margin": 0, "days": 30, "chance": chance, "climatology": 0.5,
            "happened": rng.uniform(size=4000) < chance,
        },
        schema=SCHEMA,
    )  # fmt: skip
    rows = {row["kind"]: row for row in figures(made).to_dicts()}
    assert (rows["all"]["asked"], rows["CEC"]["asked"]) == (4000, 2000)
    assert rows["all"]["climatology_log_score"] == pytest.approx(np.log(2))
    # Chances that are right: Brier and log score of a uniform chance, and bins that agree.
    assert rows["all"]["brier"] == pytest.approx(1 / 6, abs=0.01)
    assert rows["all"]["log_score"] == pytest.approx(0.5, abs=0.02)
    assert rows["all"]["off"] < 0.03
    bins = reliability(made)
    assert bins.schema == pl.Schema(RELIABILITY_SCHEMA)
    assert bins["asked"].sum() == 4000
    wide = bins.filter(pl.col("asked") > 200)
    assert (wide["chance"] - wide["happened"]).abs().max() < 0.1  # type: ignore[operator]
    assert wide.select(((pl.col("low") <= pl.col("chance")) & (pl.col("chance") <= pl.col("high"))).all()).item()


def test_clients_around_a_cut_off_belong_to_their_kind_alone() -> None:
    made = clients_around(DAY, {"CEC": 500, "PNP": 700}, np.linspace(0, 365, 366))
    frame = made.frames[0]
    assert frame.height == 2 * len(MARGINS)
    assert frame.filter("in_round_CEC")["crs_total"].to_list() == [500 + margin for margin in MARGINS]
    assert frame.filter("in_round_PNP")["crs_total"].to_list() == [700 + margin for margin in MARGINS]
    assert not frame.filter(pl.col("in_round_CEC") & pl.col("in_round_PNP")).height


@pytest.mark.slow
def test_chances_rise_with_the_score_and_nothing_is_asked_whose_outcome_is_open(
    rounds: pl.DataFrame, rules: Rules
) -> None:
    start, end = date(2026, 1, 6), date(2026, 4, 20)
    made = backtest_chances(rounds, rules, start, end, futures=150)
    assert set(made["days"]) == {30, 90}
    assert made.filter(pl.col("as_of") + pl.duration(days=pl.col("days").cast(pl.Int64)) > end).is_empty()
    key = ["as_of", "kind", "days"]
    for column in ("chance", "happened", "climatology"):
        values = pl.col(column).cast(pl.Float64)
        assert made.sort(*key, "margin").select((values.diff().over(key).fill_null(0) >= -1e-9).all()).item()
    by_day = {(one.kind, one.date): one for one in published_rounds(rounds)}
    cec = made.filter((pl.col("kind") == "CEC") & (pl.col("as_of") == start) & (pl.col("days") == 30))
    # Rounds 390 and 392 of the 30 days; the last before them was 387.
    last = by_day["CEC", date(2025, 12, 16)].cut_off
    lowest = min(by_day["CEC", day].cut_off for day in (date(2026, 1, 7), date(2026, 1, 21)))
    assert cec["happened"].to_list() == [last + margin >= lowest for margin in MARGINS]
    assert max(HORIZONS) not in set(made["days"])
