"""Work history: what the law counts of jobs, rule by rule; what holds of any jobs; and who decides, rows or summary."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from transforms.assessment import scores
from transforms.facts import jobs, work
from transforms.facts.noc import Occupations
from transforms.model.calendar import years_later
from transforms.model.columns import BY_KEY, SHEETS
from transforms.rules import Law, load
from validation.values.parse import schema_of

TODAY = date(2026, 8, 7)
DAY = timedelta(days=1)
YEAR = timedelta(weeks=52)
RULES = load()
SOFTWARE, WEB, CARPENTER, COOK, CLERK_OF_SHOP = "21232", "21234", "72310", "63200", "64100"
PHYSICIAN = "31102"
Row = dict[str, Any]


def job(started_on: date, ended_on: date | None = None, **changes: Any) -> Row:
    """A job of 40 hours in Canada of which everything is known and right; the last day is that given, or none."""
    return {
        "client_id": "C-1", "person": "principal", "noc": SOFTWARE, "country": "CA", "started_on": started_on,
        "ended_on": ended_on, "hours_per_week": 40.0, "paid": True, "authorized": True, "self_employed": False,
        "full_time_student": False, **changes,
    }  # fmt: skip


def lasting(length: timedelta, before: date = TODAY, **changes: Any) -> Row:
    """A job of some length whose last day is the day before another one."""
    return job(before - length, before - DAY, **changes)


def frame(key: str, rows: Iterable[Mapping[str, Any]]) -> pl.DataFrame:
    """Rows of a sheet as the intake types them."""
    schema = schema_of(BY_KEY[key])
    return pl.DataFrame([{name: row.get(name) for name in schema} for row in rows], schema=schema)


@cache
def of_day(as_of: date) -> tuple[Law, Occupations]:
    """The law of a day, and what occupations are under it."""
    law = RULES.law_of(as_of)
    return law, Occupations(law)


def record(rows: Sequence[Row], as_of: date, candidates: Sequence[Row] = ({"client_id": "C-1"},)) -> jobs.Record:
    return jobs.record_of(frame("candidates", candidates), frame("work_history", rows), *of_day(as_of))


def settled(*rows: Row, as_of: date = TODAY, **columns: Any) -> Row:
    """What is settled of one client's work on a day, from rows and summary columns."""
    found = work.settled(record(rows, as_of, [{"client_id": "C-1", **columns}]))
    return found.row(0, named=True)


def foreign_work_where(name: str, value: str, rows: Sequence[Row], folder: Path) -> float:
    """The years of foreign work where a firm's reading sets one of the settings otherwise."""
    path = folder / "overlay.yaml"
    path.write_text(
        f"title: a firm's reading\nparameters:\n  {name}:\n    versions:\n"
        "      - {from: 2015-01-01, status: known, confidence: L, last_checked_on: 2026-08-07,"
        f" source: {{key: IRPR, section: a test}}, value: {value}}}\n"
    )
    law = load([path]).law_of(TODAY)
    sheets = frame("candidates", [{"client_id": "C-1"}]), frame("work_history", rows)
    return work.settled(jobs.record_of(*sheets, law, Occupations(law)))["foreign_work"].item()


# --- A year


@pytest.mark.parametrize("years", [1, 2, 3, 4, 5, 9, 10])
@pytest.mark.parametrize(
    "as_of",
    [date(2024, 2, 28), date(2024, 2, 29), date(2024, 3, 1), date(2025, 2, 28), date(2025, 3, 1), date(2026, 8, 7)],
)
def test_a_full_time_job_to_the_day_before_its_anniversary_is_exactly_so_many_years(as_of: date, years: int) -> None:
    one = job(years_later(as_of, -years), as_of - DAY, country="IN")
    assert settled(one, as_of=as_of)["foreign_work"] == years


@pytest.mark.parametrize("started_on", [date(2020, 2, 29), date(2019, 3, 1), date(2020, 1, 1), date(2021, 7, 15)])
@pytest.mark.parametrize("years", [1, 2, 3, 4, 5])
def test_the_day_does_not_matter_when_the_job_is_long_over(started_on: date, years: int) -> None:
    one = job(started_on, years_later(started_on, years) - DAY)
    assert settled(one)["canadian_work"] == years


@pytest.mark.parametrize(
    ("days", "years"), [(363, 0), (364, 1), (366, 1), (727, 1), (728, 2), (1091, 2), (1092, 3), (3640, 10), (3652, 10)]
)
def test_52_weeks_are_a_year(days: int, years: int) -> None:
    assert math.floor(settled(lasting(timedelta(days=days)))["canadian_work"]) == years


def test_what_is_over_begins_the_next_year() -> None:
    assert settled(lasting(timedelta(days=364)))["canadian_work"] == 1
    assert settled(lasting(timedelta(days=366)))["canadian_work"] == 1
    assert settled(lasting(timedelta(days=366 + 183)))["canadian_work"] == 1.5


def test_60_hours_a_week_for_half_a_year_are_half_a_year() -> None:
    """Case 13 of the law document."""
    assert settled(lasting(timedelta(weeks=26), hours_per_week=60.0))["cec_months"] == 6
    assert settled(lasting(timedelta(weeks=26) - DAY, hours_per_week=60.0))["cec_months"] < 6


def test_part_time_adds_up() -> None:
    assert settled(lasting(2 * YEAR, hours_per_week=15.0))["canadian_work"] == 1
    assert settled(lasting(2 * YEAR - DAY, hours_per_week=15.0))["canadian_work"] < 1
    both = [lasting(YEAR, hours_per_week=7.5), lasting(YEAR, hours_per_week=22.5, noc=CARPENTER)]
    assert settled(*both)["canadian_work"] == 1


def test_hours_add_up_without_rounding() -> None:
    tenths = [lasting(YEAR, hours_per_week=hours) for hours in (0.1, 0.2, 7.1, 22.6)]
    assert settled(*tenths)["canadian_work"] == 1


def test_jobs_in_one_week_count_as_30_hours_together() -> None:
    assert settled(lasting(YEAR), lasting(YEAR, noc=WEB))["canadian_work"] == 1
    assert settled(lasting(YEAR, hours_per_week=20.0), lasting(YEAR, hours_per_week=20.0))["canadian_work"] == 1
    half = timedelta(weeks=26)
    in_turn = [lasting(half, hours_per_week=50.0), lasting(half, before=TODAY - half, hours_per_week=10.0)]
    assert settled(*in_turn)["canadian_work"] < 1


# --- As of a day


def test_a_worked_day_counts_once_it_is_over() -> None:
    first = TODAY - YEAR
    assert settled(job(first))["canadian_work"] == 1
    assert settled(job(first + DAY))["canadian_work"] < 1
    assert settled(job(first, TODAY))["canadian_work"] == 1


def test_what_is_dated_later_does_not_count() -> None:
    assert settled(job(TODAY))["canadian_work_at_most"] == 0
    assert settled(job(TODAY + YEAR, TODAY + 3 * YEAR))["canadian_work_at_most"] == 0
    assert settled(job(TODAY - YEAR, TODAY + 3 * YEAR))["canadian_work"] == 1


@pytest.mark.parametrize("as_of", [date(2026, 8, 7), date(2024, 2, 29), date(2021, 3, 1)])
@pytest.mark.parametrize(
    ("name", "years", "noc", "country", "enough"),
    [
        ("canadian_work", 10, SOFTWARE, "CA", 1),
        ("foreign_work", 10, SOFTWARE, "IN", 1),
        ("skilled_years", 10, SOFTWARE, "IN", 1),
        ("primary_years", 10, SOFTWARE, "IN", 1),
        ("trade_years", 5, CARPENTER, "IN", 1),
        ("cec_months", 3, SOFTWARE, "CA", 12),
    ],
)
def test_windows(as_of: date, name: str, years: int, noc: str, country: str, enough: int) -> None:
    """Case 15 of the law document: each window its own, from as_of minus so many years."""
    first = years_later(as_of, -years)
    if as_of < date(2022, 11, 16):
        noc = {SOFTWARE: "2173", CARPENTER: "7271"}[noc]
    inside = job(first, first + YEAR - DAY, noc=noc, country=country)
    assert settled(inside, as_of=as_of)[name] == enough
    a_day_early = job(first - DAY, first + YEAR - 2 * DAY, noc=noc, country=country)
    assert 0 < settled(a_day_early, as_of=as_of)[name] < enough
    before = job(first - YEAR, first - DAY, noc=noc, country=country)
    assert settled(before, as_of=as_of)[f"{name}_at_most"] == 0


# --- Continuous work


@pytest.mark.parametrize(("gap", "is_a_year"), [(0, True), (1, True), (3, True), (4, False)])
def test_a_gap_of_up_to_three_days_does_not_break_a_run(gap: int, is_a_year: bool) -> None:
    second = lasting(timedelta(weeks=26))
    first = lasting(timedelta(weeks=26), before=second["started_on"] - gap * DAY)
    assert (settled(first, second)["primary_years"] == 1) is is_a_year
    assert settled(first, second)["skilled_years"] == 1


def test_days_in_a_gap_are_not_counted() -> None:
    second = lasting(timedelta(weeks=26))
    first = lasting(timedelta(weeks=26) - DAY, before=second["started_on"] - 3 * DAY)
    assert settled(first, second)["primary_years"] < 1


def test_part_time_may_be_continuous() -> None:
    assert settled(lasting(2 * YEAR, hours_per_week=15.0))["primary_years"] == 1


def test_a_job_without_hours_is_a_gap() -> None:
    halves = [lasting(timedelta(weeks=26)), lasting(timedelta(weeks=26), before=TODAY - timedelta(weeks=27))]
    idle = lasting(timedelta(weeks=1), before=TODAY - timedelta(weeks=26), hours_per_week=0.0)
    assert settled(*halves, idle)["primary_years"] < 1


# --- Which jobs count

EVERYWHERE = {"canadian_work", "foreign_work", "cec_months", "primary_years", "skilled_years"}


@pytest.mark.parametrize(
    ("changes", "counted"),
    [
        ({}, {"canadian_work", "cec_months", "primary_years", "skilled_years"}),
        ({"country": "IN"}, {"foreign_work", "primary_years", "skilled_years"}),
        ({"paid": False}, set()),
        ({"paid": False, "country": "IN"}, set()),
        ({"authorized": False}, set()),
        ({"authorized": False, "country": "IN"}, {"foreign_work", "primary_years", "skilled_years"}),
        ({"self_employed": True}, {"primary_years", "skilled_years"}),
        ({"self_employed": True, "country": "IN"}, {"foreign_work", "primary_years", "skilled_years"}),
        ({"full_time_student": True}, {"primary_years", "skilled_years"}),
        ({"full_time_student": True, "country": "IN"}, {"foreign_work", "primary_years", "skilled_years"}),
        ({"noc": CLERK_OF_SHOP}, set()),
        ({"noc": CLERK_OF_SHOP, "country": "IN"}, set()),
    ],
)
def test_which_jobs_count(changes: Row, counted: set[str]) -> None:
    """Case 14 of the law document: self-employed and student work in Canada is none for CEC and CRS; abroad it counts."""
    found = settled(lasting(YEAR, **changes))
    assert {name for name in EVERYWHERE if found[name]} == counted
    assert {name for name in EVERYWHERE if found[f"{name}_at_most"]} == counted


LACKING = [{"temporary_resident_status": False}, {"canadian_employer": False}]
CANADIAN = {"canadian_work", "cec_months"}


@pytest.mark.parametrize("lacking", LACKING)
def test_canadian_work_needs_status_and_a_canadian_employer(lacking: Row) -> None:
    """IRPR 87.1(3)(c), MI 15(7)(c): FSW and FST, whose rows are the same, ask for authorization alone."""
    found = settled(lasting(3 * YEAR, noc=CARPENTER, **lacking))
    assert {name: found[f"{name}_at_most"] for name in CANADIAN} == dict.fromkeys(CANADIAN, 0)
    assert (found["primary_years"], found["skilled_years"], found["trade_years"]) == (3, 3, 3)
    assert found["worked_in_canada_one_year"] is True
    assert found["foreign_work_at_most"] == 0


@pytest.mark.parametrize("lacking", LACKING)
def test_the_spouses_canadian_work_needs_them_too(lacking: Row) -> None:
    """MI 24(3); the adaptability of FSW asks for authorization alone."""
    found = settled(lasting(YEAR, person="spouse", **lacking))
    assert (found["spouse_canadian_work_at_most"], found["spouse_worked_in_canada_one_year"]) == (0, True)
    assert settled(lasting(YEAR, person="spouse"))["spouse_canadian_work"] == 1


def test_status_not_stated_is_as_the_authorization_and_the_employer_canadian() -> None:
    for stated in ({}, {"temporary_resident_status": True}, {"canadian_employer": True}):
        assert settled(lasting(YEAR, **stated))["canadian_work"] == 1
        assert settled(lasting(YEAR, authorized=False, **stated))["canadian_work_at_most"] == 0
        unknown = settled(lasting(YEAR, authorized=None, **stated))
        assert (unknown["canadian_work"], unknown["canadian_work_at_most"]) == (0, 1)
    assert settled(lasting(YEAR, authorized=None, temporary_resident_status=False))["canadian_work_at_most"] == 0


def test_a_canadian_employer_is_a_setting(tmp_path: Path) -> None:
    remote = record([lasting(YEAR, canadian_employer=False)], TODAY)
    law = load(readings={"crs.records.canadian_work_needs_canadian_employer": False}).law_of(TODAY)
    found = work.settled(jobs.Record(remote.clients, remote.jobs, law, Occupations(law)))
    assert (found["canadian_work"].item(), found["cec_months_at_most"].item()) == (1, 0)


def test_canadian_work_must_be_paid_from_2016_11_19() -> None:
    day = date(2016, 11, 19)
    unpaid = lasting(2 * YEAR, before=day - timedelta(days=30), noc="2173", paid=False)
    assert settled(unpaid, as_of=day - DAY)["canadian_work"] == 2
    assert settled(unpaid, as_of=day)["canadian_work"] == 0
    assert settled(unpaid, as_of=day - DAY)["cec_months"] == 0


def test_canadian_work_must_be_continuous_until_2015_05_29() -> None:
    day = date(2015, 5, 30)
    halves = [lasting(timedelta(weeks=26), before=day - timedelta(days=ago), noc="2173") for ago in (40, 300)]
    assert settled(*halves, as_of=day - DAY)["canadian_work"] < 1
    assert settled(*halves, as_of=day)["canadian_work"] == 1
    assert settled(*halves, as_of=day - DAY)["cec_months"] == 12


def test_physicians_may_be_self_employed_from_2023_04_25() -> None:
    day = date(2023, 4, 25)
    own_practice = lasting(YEAR, before=day - 5 * DAY, noc=PHYSICIAN, self_employed=True)
    before, after = settled(own_practice, as_of=day - DAY), settled(own_practice, as_of=day)
    assert (before["canadian_work"], before["cec_months"]) == (0, 0)
    assert (after["canadian_work"], after["cec_months"]) == (1, 12)
    assert settled({**own_practice, "noc": "3112"}, as_of=day)["cec_months"] == 12
    assert settled({**own_practice, "noc": SOFTWARE}, as_of=day)["cec_months"] == 0
    one_of_several = settled({**own_practice, "noc": "3111"}, as_of=day)
    assert (one_of_several["cec_months"], one_of_several["cec_months_at_most"]) == (0, 12)


def test_foreign_work_in_one_occupation_is_a_setting(tmp_path: Path) -> None:
    rows = [lasting(YEAR, noc=WEB, country="IN"), lasting(2 * YEAR, before=TODAY - 2 * YEAR, country="IN")]
    assert settled(*rows)["foreign_work"] == 3
    assert foreign_work_where("crs.records.foreign_work_one_occupation", "true", rows, tmp_path) == 2


def test_continuous_foreign_work_is_a_setting(tmp_path: Path) -> None:
    rows = [lasting(YEAR, country="IN"), lasting(2 * YEAR, before=TODAY - 2 * YEAR, country="IN")]
    assert settled(*rows)["foreign_work"] == 3
    assert foreign_work_where("crs.records.foreign_work_continuous", "true", rows, tmp_path) == 2


# --- Occupations


def test_cec_asks_what_the_occupation_with_the_most_time_asks() -> None:
    """Case 16 of the law document."""
    cook = lasting(timedelta(weeks=30), noc=COOK)
    software = lasting(timedelta(weeks=29), before=cook["started_on"])
    assert settled(cook, software)["cec_minimum_language"] == 5
    assert settled(cook, {**software, "started_on": software["started_on"] - 8 * DAY})["cec_minimum_language"] == 7


def test_cec_asks_for_the_higher_level_at_a_tie() -> None:
    cook = lasting(timedelta(weeks=26), noc=COOK)
    assert settled(cook, lasting(timedelta(weeks=26), before=cook["started_on"]))["cec_minimum_language"] == 7


def test_each_occupation_is_capped_for_itself() -> None:
    two_of_software = [lasting(timedelta(weeks=20)), lasting(timedelta(weeks=20))]
    cook = lasting(timedelta(weeks=21), before=TODAY - timedelta(weeks=20), noc=COOK)
    assert settled(*two_of_software, cook)["cec_minimum_language"] == 5


def test_cec_counts_the_most_time_within_its_window() -> None:
    long_ago = job(date(2015, 1, 1), date(2022, 12, 31))
    assert settled(long_ago, lasting(YEAR, noc=COOK))["cec_minimum_language"] == 5


def test_the_level_is_not_known_where_the_most_time_is_not() -> None:
    cook, software = lasting(YEAR, noc=COOK), lasting(YEAR, before=TODAY - YEAR, hours_per_week=None)
    assert settled(cook, software)["cec_minimum_language"] is None
    assert settled(cook, {**software, "noc": CARPENTER})["cec_minimum_language"] == 5
    assert settled(cook, {**software, "authorized": False})["cec_minimum_language"] == 5


def test_the_primary_occupation_is_the_one_declared_or_else_the_best() -> None:
    rows = [lasting(YEAR, noc=WEB), lasting(2 * YEAR, before=TODAY - YEAR)]
    assert settled(*rows)["primary_years"] == 2
    assert settled(*rows, primary_noc=WEB)["primary_years"] == 1
    assert settled(*rows, primary_noc=CARPENTER)["primary_years_at_most"] == 0
    unskilled = settled(lasting(YEAR, noc=CLERK_OF_SHOP), *rows, primary_noc=CLERK_OF_SHOP)
    assert (unskilled["primary_years_at_most"], unskilled["primary_is_skilled"]) == (0, False)


def test_the_gate_of_fsw_takes_one_occupation_and_its_points_all() -> None:
    halves = [lasting(timedelta(weeks=26), noc=WEB), lasting(timedelta(weeks=26), before=TODAY - timedelta(weeks=26))]
    found = settled(*halves)
    assert found["primary_years"] < 1
    assert found["skilled_years"] == 1


def test_fst_takes_one_trade() -> None:
    rows = [lasting(2 * YEAR, noc=CARPENTER), lasting(YEAR, before=TODAY - 2 * YEAR, noc=COOK), lasting(4 * YEAR)]
    assert settled(*rows)["trade_years"] == 2
    assert settled(*rows, trade_noc=COOK)["trade_years"] == 1
    no_trade = settled(*rows, trade_noc=SOFTWARE)
    assert (no_trade["trade_years_at_most"], no_trade["is_trade"]) == (0, False)


def test_trades_need_not_be_continuous_but_within_five_years() -> None:
    rows = [lasting(YEAR, noc=CARPENTER), lasting(YEAR, before=TODAY - 3 * YEAR, noc=CARPENTER)]
    assert settled(*rows)["trade_years"] == 2
    assert settled(*rows)["primary_years"] == 1


def test_truck_drivers_became_skilled_with_noc_2021() -> None:
    day = date(2022, 11, 16)
    for noc in ("7511", "73300"):
        driver = lasting(YEAR, before=day - 3 * DAY, noc=noc)
        assert settled(driver, as_of=day - DAY)["canadian_work_at_most"] == 0
        assert settled(driver, as_of=day)["canadian_work"] == 1


def test_a_code_of_the_other_version_is_the_same_occupation_where_it_leads_to_one() -> None:
    """2173 leads to 21231 and 21211, 2281 to 22220 alone."""
    rows = [lasting(timedelta(weeks=26), noc="22220"), lasting(timedelta(weeks=26), before=TODAY - timedelta(weeks=26))]
    assert settled(rows[0], {**rows[1], "noc": "2281"})["primary_years"] == 1
    assert settled(rows[0], {**rows[1], "noc": "2281"}, primary_noc="2281")["primary_years"] == 1
    assert settled(rows[0], {**rows[1], "noc": "2281"}, primary_noc="22220")["primary_years"] == 1


def test_a_code_that_leads_to_several_occupations_may_be_each() -> None:
    half = timedelta(weeks=26)
    old, new = lasting(half, noc="2173"), lasting(half, before=TODAY - half, noc="21231")
    for declared in (None, "2173", "21231"):
        found = settled(old, new, primary_noc=declared)
        assert found["primary_years"] < 1 <= found["primary_years_at_most"], declared
    other = settled(old, {**new, "noc": "21230"})
    assert other["primary_years_at_most"] < 1
    same_code = settled(old, {**new, "noc": "2173"})
    assert same_code["primary_years"] == 1


def test_a_code_that_may_be_unskilled_proves_nothing() -> None:
    """6316 leads to a skilled occupation and to one that is not."""
    found = settled(lasting(YEAR, noc="6316"))
    assert (found["canadian_work"], found["canadian_work_at_most"]) == (0, 1)
    assert (found["cec_months"], found["cec_months_at_most"], found["cec_minimum_language"]) == (0, 12, 5)
    assert (found["primary_years"], found["primary_years_at_most"]) == (0, 1)


# --- What is not known


@pytest.mark.parametrize(
    ("unknown", "open_counts"),
    [
        ("hours_per_week", {"canadian_work", "cec_months", "primary_years", "skilled_years"}),
        ("paid", {"canadian_work", "cec_months", "primary_years", "skilled_years"}),
        ("noc", {"canadian_work", "cec_months", "primary_years", "skilled_years", "trade_years"}),
        ("authorized", {"canadian_work", "cec_months", "primary_years", "skilled_years"}),
        ("self_employed", {"canadian_work", "cec_months"}),
        ("full_time_student", {"canadian_work", "cec_months"}),
        ("country", {"canadian_work", "foreign_work", "cec_months"}),
    ],
)
def test_what_is_not_known_is_possible_but_not_proven(unknown: str, open_counts: set[str]) -> None:
    found = settled(lasting(YEAR, **{unknown: None}))
    names = {name.removesuffix("_at_most") for name in found if name.endswith("_at_most")} - {"spouse_canadian_work"}
    assert {name for name in names if found[name] != found[f"{name}_at_most"]} == open_counts
    for name in open_counts:
        assert (found[name], found[f"{name}_at_most"]) == (0, 12 if name == "cec_months" else 1), name


def test_a_known_no_outweighs_an_unknown() -> None:
    assert settled(lasting(YEAR, paid=False, country=None, noc=None))["skilled_years_at_most"] == 0


def test_unknown_hours_may_be_30_or_more() -> None:
    found = settled(lasting(YEAR, hours_per_week=None), lasting(YEAR, hours_per_week=15.0))
    assert (found["canadian_work"], found["canadian_work_at_most"]) == (pytest.approx(0.5, abs=0.01), 1)


def test_a_job_without_a_code_may_be_in_any_occupation_but_in_one() -> None:
    half = timedelta(weeks=26)
    rows = [
        lasting(half, noc=None),
        lasting(half, before=TODAY - half, noc=WEB),
        lasting(half, before=TODAY - 2 * half, noc=CARPENTER),
    ]
    assert settled(*rows)["primary_years_at_most"] == 1
    assert settled(*rows, primary_noc=CARPENTER)["primary_years_at_most"] < 1
    assert settled(*rows, primary_noc=SOFTWARE)["primary_years_at_most"] == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (lasting(YEAR), True),
        (lasting(YEAR - DAY), False),
        (lasting(YEAR, authorized=None), None),
        (lasting(YEAR - DAY, authorized=None), False),
        (lasting(YEAR, self_employed=True), False),
    ],
)
def test_eligibility_is_empty_where_only_unknowns_stand_in_the_way(row: Row, told: bool | None) -> None:
    candidate = {
        "client_id": "C-1", "date_of_birth": date(1990, 1, 1), "marital_status": "single", "english_test": "CLB",
        "english_listening": 9.0, "english_reading": 9.0, "english_writing": 9.0, "english_speaking": 9.0,
    }  # fmt: skip
    sheets = {sheet.key: frame(sheet.key, []) for sheet in SHEETS}
    sheets |= {"candidates": frame("candidates", [candidate]), "work_history": frame("work_history", [row])}
    scored = scores.score(sheets, RULES.law_of(TODAY))
    assert scored["cec_eligible"].to_list() == [told]


# --- FSW adaptability


@pytest.mark.parametrize(
    ("rows", "principal", "spouse"),
    [
        ([lasting(YEAR)], True, True),
        ([lasting(YEAR - DAY)], False, False),
        ([lasting(YEAR, noc=CLERK_OF_SHOP)], False, True),
        ([lasting(YEAR, noc=None)], None, True),
        ([lasting(3 * YEAR, hours_per_week=29.0)], False, False),
        ([lasting(YEAR, hours_per_week=15.0), lasting(YEAR, hours_per_week=15.0)], True, True),
        ([lasting(YEAR, authorized=False)], False, False),
        ([lasting(YEAR, self_employed=True, full_time_student=True)], True, True),
        ([lasting(YEAR, country="IN")], False, False),
        ([lasting(YEAR, hours_per_week=None)], None, None),
        ([job(date(1999, 1, 1), date(1999, 12, 31))], True, True),
    ],
)
def test_a_full_time_year_in_canada(rows: list[Row], principal: bool | None, spouse: bool | None) -> None:
    """Case 26 of the law document: the principal's in a skilled occupation, the spouse's in any; no part-time."""
    assert settled(*rows)["worked_in_canada_one_year"] is principal
    of_spouse = [{**row, "person": "spouse"} for row in rows]
    assert settled(*of_spouse)["spouse_worked_in_canada_one_year"] is spouse


def test_the_year_in_canada_earns_ten_points_and_that_of_the_spouse_five() -> None:
    candidate = {
        "client_id": "C-1", "date_of_birth": date(1990, 1, 1), "marital_status": "married",
        "spouse_accompanying": True, "spouse_is_canadian": False,
    }  # fmt: skip
    for person, points in (("principal", 10), ("spouse", 5)):
        sheets = {sheet.key: frame(sheet.key, []) for sheet in SHEETS} | {
            "candidates": frame("candidates", [candidate])
        }
        sheets["work_history"] = frame("work_history", [lasting(YEAR, person=person)])
        assert scores.score(sheets, RULES.law_of(TODAY))["fsw_points_adaptability"].to_list() == [points]


# --- Rows or summary columns


SUMMARY: Row = {
    "canadian_work_years": 3.0, "foreign_work_years": 4.0, "spouse_canadian_work_years": 2.0,
    "canadian_work_months_last_36": 30, "canadian_work_noc": COOK, "primary_noc": SOFTWARE,
    "primary_occupation_years": 4.0, "trade_noc": CARPENTER, "trade_years_last_5": 2.5,
    "worked_in_canada_one_year": True, "spouse_worked_in_canada_one_year": True,
}  # fmt: skip


def test_without_rows_the_summary_columns_decide() -> None:
    found = settled(**SUMMARY)
    assert (found["canadian_work"], found["foreign_work"], found["spouse_canadian_work"]) == (3, 4, 2)
    assert (found["cec_months"], found["cec_is_skilled"], found["cec_minimum_language"]) == (30, True, 5)
    assert (found["primary_years"], found["primary_is_skilled"]) == (4, True)
    assert (found["trade_years"], found["is_trade"]) == (2.5, True)
    assert (found["skilled_years"], found["skilled_years_at_most"]) == (7, 7)
    assert found["worked_in_canada_one_year"] and found["spouse_worked_in_canada_one_year"]


def test_empty_summary_columns_are_not_known() -> None:
    found = settled()
    assert {name: value for name, value in found.items() if value is not None} == {
        "client_id": "C-1", "skilled_years": 0, "skilled_years_at_most": 10,
    }  # fmt: skip


def test_too_little_canadian_work_leaves_no_year_for_cec() -> None:
    assert settled(canadian_work_years=0.5)["cec_months_at_most"] == 6
    continuous = settled(canadian_work_years=0.5, as_of=date(2015, 5, 29))
    assert continuous["cec_months_at_most"] is None


def test_rows_decide_by_person() -> None:
    of_principal = settled(lasting(YEAR), **SUMMARY)
    assert (of_principal["canadian_work"], of_principal["foreign_work"], of_principal["trade_years"]) == (1, 0, 0)
    assert of_principal["cec_minimum_language"] == 7
    assert (of_principal["spouse_canadian_work"], of_principal["spouse_worked_in_canada_one_year"]) == (2, True)
    of_spouse = settled(lasting(YEAR, person="spouse"), **SUMMARY)
    assert of_spouse["spouse_canadian_work"] == 1
    assert (of_spouse["canadian_work"], of_spouse["cec_months"]) == (3, 30)


def test_rows_decide_though_none_counts_yet() -> None:
    found = settled(job(TODAY + YEAR), **SUMMARY)
    assert (found["canadian_work"], found["canadian_work_at_most"], found["primary_years"]) == (0, 0, 0)
    assert found["worked_in_canada_one_year"] is False


def test_clients_keep_their_order_and_their_own_rows() -> None:
    candidates = [{"client_id": f"C-{number}", "foreign_work_years": float(number)} for number in (3, 1, 2)]
    rows = [lasting(YEAR, client_id="C-2", country="IN"), lasting(2 * YEAR, client_id="C-3", country="IN")]
    found = work.settled(record(rows, TODAY, candidates))
    assert found.select("client_id", "foreign_work").rows() == [("C-3", 2.0), ("C-1", 1.0), ("C-2", 1.0)]


# --- Months in one of some occupations, as categories ask


@dataclass(frozen=True)
class Asked:
    """What a category asks for."""

    codes: tuple[str, ...] = (SOFTWARE, WEB)
    window_years: int = 3
    must_be_continuous: bool = False
    only_in_canada: bool = False


def months_in(*rows: Row, as_of: date = TODAY, **asked: Any) -> tuple[float | None, float | None]:
    found = work.months_in(record(rows, as_of), {"listed": Asked(**asked)})
    return found.select("listed", "listed_at_most").row(0)


def test_months_are_counted_in_one_listed_occupation() -> None:
    assert months_in(lasting(YEAR)) == (12, 12)
    assert months_in(lasting(YEAR, noc=COOK)) == (0, 0)
    halves = [lasting(timedelta(weeks=26)), lasting(timedelta(weeks=26), before=TODAY - timedelta(weeks=26), noc=WEB)]
    assert months_in(*halves) == (6, 6)


def test_months_within_the_window() -> None:
    first = years_later(TODAY, -3)
    assert months_in(job(first, first + YEAR - DAY)) == (12, 12)
    least, most = months_in(job(first - DAY, first + YEAR - 2 * DAY))
    assert least == most
    assert most is not None and most < 12
    assert months_in(job(first - DAY, first + YEAR - 2 * DAY), window_years=4) == (12, 12)


@pytest.mark.parametrize(
    ("started_on", "ended_on", "is_half_a_year"),
    [
        (date(2025, 2, 1), date(2025, 7, 31), True),  # 181 days, but six months
        (date(2025, 2, 1), date(2025, 7, 30), False),
        (date(2024, 8, 31), date(2025, 2, 28), True),
        (date(2025, 3, 1), date(2025, 8, 29), True),  # 182 days: 26 weeks
        (date(2025, 3, 1), date(2025, 8, 28), False),
    ],
)
def test_half_a_year_is_26_weeks_or_six_months(started_on: date, ended_on: date, is_half_a_year: bool) -> None:
    for continuous in (False, True):
        least, most = months_in(job(started_on, ended_on), must_be_continuous=continuous)
        assert least == most
        assert most is not None and (most >= 6) is is_half_a_year
    part_time, _ = months_in(job(started_on, started_on + timedelta(days=180), hours_per_week=29.0))
    assert part_time is not None and part_time < 6


def test_months_in_one_run() -> None:
    halves = [lasting(timedelta(weeks=26)), lasting(timedelta(weeks=26), before=TODAY - timedelta(weeks=30))]
    assert months_in(*halves) == (12, 12)
    assert months_in(*halves, must_be_continuous=True) == (6, 6)


def test_months_in_canada_alone() -> None:
    rows = [lasting(timedelta(weeks=26)), lasting(YEAR, before=TODAY - YEAR, country="IN")]
    assert months_in(*rows) == (18, 18)
    assert months_in(*rows, only_in_canada=True) == (6, 6)
    assert months_in(lasting(YEAR, authorized=False)) == (0, 0)
    assert months_in(lasting(YEAR, country="IN", authorized=False)) == (12, 12)


def test_months_that_are_not_known() -> None:
    assert months_in(lasting(YEAR, paid=None)) == (0, 12)
    assert months_in(lasting(YEAR, noc=None)) == (0, 12)
    assert months_in(lasting(YEAR, noc="2173"), codes=("21231",)) == (0, 12)
    assert months_in(lasting(YEAR, noc="2173"), codes=("21231", "21211")) == (12, 12)
    assert months_in() == (None, None)


# --- What holds of any jobs

CODES = st.sampled_from(
    [SOFTWARE, WEB, CARPENTER, COOK, CLERK_OF_SHOP, PHYSICIAN, "2173", "3111", "6316", "7271", None]
)
FACTS = ("paid", "authorized", "self_employed", "full_time_student", "hours_per_week", "country", "noc")


@st.composite
def any_job(draw: st.DrawFn, first: date = date(2014, 1, 1), last: date = date(2027, 6, 30)) -> Row:
    """Some job, of which anything may be unknown."""
    started_on = draw(st.dates(first, last))
    ended_on = draw(st.one_of(st.none(), st.dates(started_on, last)))
    truth = {name: draw(st.sampled_from([good, good, good, not good, None])) for name, good in GOOD.items()}
    return job(
        started_on, ended_on, noc=draw(CODES), country=draw(st.sampled_from(["CA", "CA", "IN", None])),
        hours_per_week=draw(st.sampled_from([0.0, 7.1, 15.0, 22.6, 30.0, 40.0, None])), **truth,
    )  # fmt: skip


GOOD = {"paid": True, "authorized": True, "self_employed": False, "full_time_student": False}
HISTORIES = st.lists(st.lists(any_job(), min_size=1, max_size=4), min_size=1, max_size=4)
DAYS = st.sampled_from([date(2015, 5, 29), date(2016, 11, 19), date(2022, 11, 15), date(2024, 2, 29), TODAY])
searched = settings(max_examples=25, deadline=None)


def of_clients(histories: Sequence[Sequence[Row]], as_of: date) -> pl.DataFrame:
    """What is settled of the jobs of each of some clients."""
    rows = [{**row, "client_id": f"C-{number}"} for number, own in enumerate(histories) for row in own]
    candidates = [{"client_id": f"C-{number}"} for number in range(len(histories))]
    return work.settled(record(rows, as_of, candidates))


def amounts(found: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The least and the most of all that is counted, under the same names."""
    most = found.select(pl.col("^.*_at_most$").name.map(lambda name: name.removesuffix("_at_most")))
    return found.select(most.columns), most


def all_of(found: pl.DataFrame) -> bool:
    return found.select(pl.all_horizontal(pl.all().all())).item()


def nowhere_less(larger: pl.DataFrame, smaller: pl.DataFrame) -> bool:
    return all_of(pl.DataFrame([larger[name] >= smaller[name] for name in smaller.columns]))


@searched
@given(HISTORIES, DAYS)
def test_least_is_never_more_than_most(histories: list[list[Row]], as_of: date) -> None:
    least, most = amounts(of_clients(histories, as_of))
    assert nowhere_less(most, least)


@searched
@given(HISTORIES, DAYS, st.data())
def test_splitting_a_job_in_two_changes_nothing(histories: list[list[Row]], as_of: date, data: st.DataObject) -> None:
    split = []
    for own in histories:
        one, *others = own
        cut = data.draw(st.dates(one["started_on"], one["ended_on"] or date(2027, 6, 30)))
        parts = [{**one, "ended_on": cut}, {**one, "started_on": cut + DAY}]
        split.append(
            [*others, *(part for part in parts if part["ended_on"] is None or part["started_on"] <= part["ended_on"])]
        )
    assert_frame_equal(of_clients(split, as_of), of_clients(histories, as_of))


@searched
@given(HISTORIES, DAYS)
def test_the_order_of_rows_does_not_matter(histories: list[list[Row]], as_of: date) -> None:
    assert_frame_equal(of_clients([own[::-1] for own in histories], as_of), of_clients(histories, as_of))


@searched
@given(HISTORIES, DAYS, any_job())
def test_another_job_never_lowers_what_is_counted(histories: list[list[Row]], as_of: date, another: Row) -> None:
    before = amounts(of_clients(histories, as_of))
    after = amounts(of_clients([[*own, another] for own in histories], as_of))
    assert all(nowhere_less(more, less) for more, less in zip(after, before, strict=True))


@searched
@given(st.integers(1, 5), st.dates(date(2017, 1, 1), date(2020, 12, 31)), st.data())
def test_no_years_hold_more_than_themselves(years: int, first: date, data: st.DataObject) -> None:
    last = years_later(first, years) - DAY
    own = data.draw(st.lists(any_job(first, last), min_size=1, max_size=6))
    full = [{**row, "ended_on": row["ended_on"] or last} for row in own]
    _, most = amounts(of_clients([full, [job(first, last, country="IN")]], TODAY))
    most = most.with_columns(pl.col("cec_months") / 12)
    assert all_of(most <= years)
    assert most["skilled_years"][1] == years


@searched
@given(HISTORIES, DAYS, st.data())
def test_what_becomes_known_lies_between(histories: list[list[Row]], as_of: date, data: st.DataObject) -> None:
    values = {
        **dict.fromkeys(GOOD, st.booleans()), "hours_per_week": st.sampled_from([0.0, 12.0, 45.0]),
        "country": st.sampled_from(["CA", "IN"]), "noc": st.sampled_from([SOFTWARE, COOK, CLERK_OF_SHOP, CARPENTER]),
    }  # fmt: skip
    known = [
        [{**row, **{name: data.draw(values[name]) for name in FACTS if row[name] is None}} for row in own]
        for own in histories
    ]
    (least, most), (least_known, most_known) = (amounts(of_clients(each, as_of)) for each in (histories, known))
    assert nowhere_less(least_known, least)
    assert nowhere_less(most, most_known)


def test_what_reaches_a_number() -> None:
    frame_ = pl.DataFrame({"least": [1.0, 0.5, 0.5, None], "most": [2.0, 0.9, 1.0, None]})
    told = frame_.select(work.reaches(pl.col("least"), pl.col("most"), 1)).to_series()
    assert told.to_list() == [True, False, None, None]
