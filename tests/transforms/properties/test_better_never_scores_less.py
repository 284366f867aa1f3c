"""Properties of the law that need no expected value: what a better result or a nomination does to a score."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.agreement import DAYS
from tests.candidates import SCALES, batch
from tests.transforms.shared import law_of
from tests.transforms.test_changes import sheets_of
from transforms.assessment import scores
from transforms.model.vocabulary import ABILITIES

FEW = settings(max_examples=5, deadline=None, derandomize=True)
CLIENTS = 150
WHOSE = ("english", "french", "spouse_english", "spouse_french")
SEEDS, DAYS_DRAWN = st.integers(0, 10_000), st.sampled_from(DAYS)
# A merit of a choice: met goes before undetermined, and that before not met.
POOL = pl.col("pool_eligible").cast(pl.Int8).mul(2).fill_null(1)
POINTS = [
    name
    for name, dtype in scores.SCHEMA.items()
    if dtype == pl.Int16() and name.startswith(("crs_", "fsw_", "english_clb_", "french_nclc_", "spouse_clb_"))
]


def with_better(candidates: pl.DataFrame, whose: str, ability: str, steps: int) -> pl.DataFrame:
    """The Candidates rows with one ability of one result so many steps higher, as far as its test has them."""
    column, test = f"{whose}_{ability}", pl.col(f"{whose}_test")
    higher = pl.col(column)
    for name, scale in SCALES.items():
        _, most, step = scale[ability]
        raised = (pl.col(column) + steps * step).clip(upper_bound=max(most, 0))
        higher = pl.when(test == name).then(raised).otherwise(higher)
    return candidates.with_columns(higher.cast(candidates.schema[column]).alias(column))


def before_and_after(
    seed: int, day: date, whose: str, ability: str, steps: int, **same: str | None
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Random clients scored, and again with one ability better; `same` are columns set alike for all of them."""
    sheets = batch(seed, CLIENTS, day).frames
    candidates = sheets["candidates"].with_columns(pl.lit(value, pl.String).alias(name) for name, value in same.items())
    better = with_better(candidates, whose, ability, steps)
    assert not better.equals(candidates)
    first, second = (
        scores.score({**sheets, "candidates": rows}, law_of(day)).with_columns(POOL.alias("pool"))
        for rows in (candidates, better)
    )
    return first, second


@pytest.mark.parametrize("whose", WHOSE)
@FEW
@given(seed=SEEDS, day=DAYS_DRAWN, ability=st.sampled_from(ABILITIES), steps=st.sampled_from([1, 2, 20]))
def test_a_better_ability_never_scores_less(whose: str, seed: int, day: date, ability: str, steps: int) -> None:
    """Neither eligibility for the pool nor, where that stays, the total is lower."""
    first, second = before_and_after(seed, day, whose, ability, steps)
    worse = (second["pool"] < first["pool"]) | (
        (second["pool"] == first["pool"]) & (second["crs_total"] < first["crs_total"])
    )
    assert first.filter(worse).is_empty()


@pytest.mark.parametrize("whose", WHOSE)
@FEW
@given(seed=SEEDS, day=DAYS_DRAWN, ability=st.sampled_from(ABILITIES), steps=st.sampled_from([1, 2, 20]))
def test_where_nothing_is_chosen_no_single_factor_is_lower(
    whose: str, seed: int, day: date, ability: str, steps: int
) -> None:
    first, second = before_and_after(seed, day, whose, ability, steps)
    plain = (first["language_choices"] == 1) & (second["language_choices"] == 1)
    assert plain.any()
    for name in POINTS:
        lower = plain & (second[name] < first[name]).fill_null(value=False)
        assert not lower.any(), (name, first.filter(lower)["client_id"].to_list())


# --- Where the law itself breaks this -------------------------------------------------------------------------------

DAY = date(2026, 6, 1)
BILINGUAL = {
    "first_language": None,
    "french_test": "NCLC",
    "french_test_date": date(2025, 1, 10),
    **{f"french_{ability}": 10.0 for ability in ABILITIES},
    "french_reading": 6.0,
    "english_test": "CLB",
    **{f"english_{ability}": 7.0 for ability in ABILITIES},
    "date_of_birth": date(1996, 1, 1),
    "foreign_work_years": 2.0,
    "primary_occupation_years": 2.0,
    "relative_in_canada": True,
}


def test_a_better_result_that_opens_a_program_may_cost_points() -> None:
    """Only English in first place meets the minimum of the FSW; French there has more CRS points (IRPR 75(2)(d))."""
    short = {**BILINGUAL, "english_reading": 6.0}
    before, after = (scores.score(sheets_of(row), law_of(DAY)).row(0, named=True) for row in (short, BILINGUAL))
    assert (before["first_language"], before["fsw_eligible"]) == ("french", False)
    assert (after["first_language"], after["fsw_eligible"]) == ("english", True)
    assert after["crs_total"] < before["crs_total"]


def test_a_better_result_that_changes_the_first_language_may_cost_selection_factors() -> None:
    """The order of the languages is one choice for both grids; the CRS decides it, FSW points may fall (IRPR 79)."""
    weak_in_one = BILINGUAL | {f"french_{ability}": 9.0 for ability in ABILITIES} | {"french_reading": 4.0}
    poor = weak_in_one | {"settlement_funds_cad": 0.0}  # no program is met, so that the CRS alone decides
    before, after = (
        scores.score(sheets_of(poor | {f"english_{ability}": level for ability in ABILITIES}), law_of(DAY)).row(
            0, named=True
        )
        for level in (6.0, 7.0)
    )
    assert (before["pool_eligible"], after["pool_eligible"]) == (False, False)
    assert (before["first_language"], after["first_language"]) == ("french", "english")
    assert after["crs_total"] > before["crs_total"]
    assert after["fsw_points"] < before["fsw_points"]


def test_a_better_result_of_the_applicant_adds_less_with_a_spouse() -> None:
    """The grid with a spouse has a lower maximum for each ability: the same step is worth less, and never negative."""
    worth = {}
    for status in ("single", "married"):
        more = {"marital_status": status, "spouse_accompanying": status == "married", "spouse_is_canadian": False}
        low, high = (
            scores.score(sheets_of({**more, "english_listening": score}), law_of(DAY))["crs_first_language"].item()
            for score in (6.0, 9.0)
        )
        worth[status] = high - low
    assert 0 < worth["married"] < worth["single"]


# --- A nomination ---------------------------------------------------------------------------------------------------

NOMINATED = "ON"


@FEW
@given(seed=SEEDS, day=DAYS_DRAWN)
def test_a_nomination_adds_600_up_to_the_maximum(seed: int, day: date) -> None:
    """Where no language result is chosen, the total is that of the other groups and 600, and never more than 1,200."""
    sheets = batch(seed, CLIENTS, day).frames
    rows = sheets["candidates"]
    without, with_one = (
        scores.score(
            {**sheets, "candidates": rows.with_columns(provincial_nomination=pl.lit(name, pl.String))}, law_of(day)
        )
        for name in (None, NOMINATED)
    )
    assert set(without["crs_nomination"]) == {0}
    assert set(with_one["crs_nomination"]) == {600}
    others = without["crs_core"] + without["crs_spouse"] + without["crs_transferability"]
    expected = pl.Series([min(points + 600, 1200) for points in others])
    plain = without["language_choices"] == 1
    assert plain.any()
    assert with_one["crs_total"].filter(plain).to_list() == expected.filter(plain).to_list()
    assert (with_one["crs_total"] <= 1200).all()
    # Where there is a choice, the additional points that the cap takes decide nothing any more.
    same = with_one["pool_eligible"].eq_missing(without["pool_eligible"])
    assert (with_one["crs_total"] >= expected).filter(same).all()
