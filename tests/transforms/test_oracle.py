"""The engine and the second scorer agree on random clients; `make test-oracle` is the same with 200,000 of them."""

from __future__ import annotations

import copy
import fnmatch
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from typing import Any

import polars as pl
import pytest

from tests import agreement, candidates, oracle
from tests.agreement import COLUMNS, DAYS
from tests.candidates import Batch
from transforms.model.columns import CANDIDATES, DETAIL_SHEETS, SHEETS
from transforms.rules import Law, Rules
from validation.checks import rules_of_rows, schemas
from validation.checks.rules_of_rows import BORN

SEED = 7
SAMPLE = tuple(date.fromisoformat(day) for day in (
    "2015-05-30", "2016-11-19", "2017-06-06", "2020-10-20", "2022-11-16", "2024-02-29", "2025-03-25", "2026-11-03",
))  # fmt: skip


@cache
def clients(around: date, size: int = 260) -> Batch:
    return candidates.batch(SEED, size, around)


@cache
def expected(around: date, as_of: date, size: int) -> pl.DataFrame:
    return agreement.by_oracle(clients(around, size), as_of)


@pytest.mark.parametrize("before", [1, 0], ids=["the day before", "the day"])
@pytest.mark.parametrize("day", SAMPLE, ids=str)
def test_engine_and_second_scorer_agree(day: date, before: int) -> None:
    as_of = day - timedelta(before)
    differing = agreement.compare(clients(day), as_of)
    law = agreement.rules().law_of(as_of)
    told = [agreement.record(clients(day), places[0], name, law) for name, places in list(differing.items())[:3]]
    assert not differing, "\n\n".join([*told, f"they differ in {', '.join(differing)}"])


# --- The random clients ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("day", [DAYS[0], date(2024, 2, 29), DAYS[-1]], ids=str)
def test_random_clients_are_such_as_the_intake_takes(day: date) -> None:
    made = candidates.batch(SEED, 400, day)
    sheets = made.frames
    assert all(sheets[key].height > 200 for key in ("language_tests", "education", "work_history"))
    terms = agreement.terms(agreement.rules().law_of(day - timedelta(1)))
    people = sheets[CANDIDATES.key]
    born = pl.concat(
        people.select("client_id", pl.lit(person).alias("person"), pl.col(column).alias(BORN))
        for person, column in (("principal", "date_of_birth"), ("spouse", "spouse_date_of_birth"))
    )
    for sheet in SHEETS:
        schemas.schema(sheet, terms).validate(sheets[sheet.key], lazy=True)
    for sheet in DETAIL_SHEETS[:3]:
        beside = sheets[sheet.key].join(born, on=["client_id", "person"], how="left", maintain_order="left")
        assert not schemas.breaches(beside, rules_of_rows.refused_beside_client(sheet))


def test_random_clients_are_the_same_for_the_same_seed() -> None:
    day = SAMPLE[0]
    assert candidates.batch(1, 20, day) == candidates.batch(1, 20, day)
    assert candidates.batch(1, 20, day) != candidates.batch(2, 20, day)


def test_random_clients_meet_and_miss_everything() -> None:
    made = pl.concat(expected(day, day, 260) for day in SAMPLE)
    for name in ("fsw_eligible", "cec_eligible", "fst_eligible", "pool_eligible", "in_pool"):
        shares = made[name].value_counts()
        assert set(shares[name]) == {True, False, None}
        assert shares["count"].min() > 20, name
    few = [name for name in COLUMNS if made[name].n_unique() < 2 and name != "crs_high_wage"]
    assert not few
    for name in COLUMNS:
        if "_clb_" in name or "_nclc_" in name:
            assert set(made[name]) == {None, 0, 4, 5, 6, 7, 8, 9, 10}


# --- The second scorer by itself ------------------------------------------------------------------------------------


def scored(as_of: date, **columns: Any) -> dict[str, Any]:
    row = dict.fromkeys(CANDIDATES.names) | {"client_id": "1", "marital_status": "single"}
    return oracle.score(row | columns, {}, as_of)


def aged(years: int, as_of: date) -> dict[str, Any]:
    return {"date_of_birth": as_of.replace(year=as_of.year - years)}


def levels(stem: str, *values: int) -> dict[str, Any]:
    scale = "NCLC" if "french" in stem else "CLB"
    values = values if len(values) > 1 else values * 4
    return {f"{stem}_test": scale} | {
        f"{stem}_{ability}": float(value) for ability, value in zip(oracle.ABILITIES, values, strict=True)
    }


LATE = date(2023, 6, 1)
BACHELOR = aged(29, LATE) | {"education_level": "three_year", "foreign_work_years": 3.0}
TRADES = aged(28, LATE) | {
    "education_level": "one_year", "canadian_work_years": 1.0, "foreign_work_years": 3.0,
    "certificate_of_qualification": True,
}  # fmt: skip


@pytest.mark.parametrize(
    ("total", "columns"),
    [
        (375, aged(26, LATE) | levels("english", 7) | levels("spouse_english", 6) | {
            "education_level": "three_year", "foreign_work_years": 4.0, "marital_status": "married",
            "spouse_accompanying": True, "spouse_education_level": "two_year", "job_offer_noc": "21231",
            "job_offer_basis": "lmia"}),
        (500, aged(29, LATE) | levels("english", 9) | {
            "education_level": "three_year", "education_country": "CA", "canadian_study": "three_years_or_more",
            "canadian_work_years": 1.0, "foreign_work_years": 1.5, "marital_status": "married",
            "spouse_accompanying": False}),
        (1001, aged(44, LATE) | levels("english", 10) | levels("spouse_english", 10) | {
            "education_level": "doctorate", "foreign_work_years": 6.0, "marital_status": "common_law",
            "spouse_accompanying": True, "spouse_education_level": "three_year", "provincial_nomination": "ON"}),
        (336, BACHELOR | levels("english", 7)),
        (384, BACHELOR | levels("english", 9, 9, 9, 8)),
        (429, BACHELOR | levels("english", 9)),
        (341, BACHELOR | levels("english", 10, 10, 10, 6)),
        (478, aged(30, LATE) | levels("french", 9) | levels("english", 6) | {
            "first_language": "french", "education_level": "three_year", "foreign_work_years": 3.0}),
        (327, TRADES | levels("english", 5)),
        (408, TRADES | levels("english", 7)),
    ],
)  # fmt: skip
def test_second_scorer_gives_the_totals_of_the_law_document(total: int, columns: dict[str, Any]) -> None:
    assert scored(LATE, **columns)["crs_total"] == total


def test_second_scorer_gives_the_fsw_language_points_of_the_law_document() -> None:
    made = scored(LATE, **aged(29, LATE), **levels("english", 9, 9, 7, 10))
    assert made["fsw_points_language"] == 22


# --- A comparison that can fail -------------------------------------------------------------------------------------


def changed(law: Law, name: str, place: tuple[int | str, ...], by: float) -> Rules:
    """The rules with one number of the version of that day changed."""
    parameter, version = law.rules.parameter(name), law.version(name)
    value: Any = {"": copy.deepcopy(version.value)}
    inner: Any = value
    *way, last = ("", *place)
    for key in way:
        inner = inner[key]
    inner[last] += by
    versions = tuple(replace(one, value=value[""]) if one is version else one for one in parameter.versions)
    return replace(law.rules, parameters={**law.rules.parameters, name: replace(parameter, versions=versions)})


@pytest.mark.parametrize(
    ("name", "place", "by", "day"),
    [
        ("crs.core.age", (19, "at_least"), 1, "2022-11-16"),
        ("crs.core.education", ("two_year", "with_spouse"), 1, "2022-11-16"),
        ("crs.core.first_language", (2, "with_spouse"), 1, "2022-11-16"),
        ("crs.core.second_language_maximum", ("with_spouse",), 1, "2022-11-16"),
        ("crs.spouse.education", ("two_or_more",), -1, "2022-11-16"),
        ("crs.transferability.education_language", (2, 1), 1, "2022-11-16"),
        ("crs.transferability.certificate_language", (1, "at_least"), 1, "2022-11-16"),
        ("crs.transferability.maximum", (), -1, "2022-11-16"),
        ("crs.additional.french_english_minimum_clb", (), 1, "2020-10-20"),
        ("crs.additional.job_offer", ("senior_management",), 1, "2022-11-16"),
        ("crs.records.canadian_study_minimum_months", (), 1, "2022-11-16"),
        ("crs.records.eca_validity_years", (), 1, "2022-11-16"),
        ("language.validity_years", (), 1, "2022-11-16"),
        ("language.ielts_gt", (3, "listening"), 0.5, "2022-11-16"),
        ("language.pte_core", (3, "writing"), 1, "2025-03-25"),
        ("fsw.pass_mark", (), 1, "2025-03-25"),
        ("fsw.grid.experience", (3, "at_least"), 1, "2022-11-16"),
        ("cec.minimum_months", (), 1, "2022-11-16"),
        ("cec.minimum_language", ("2",), 1, "2025-03-25"),
        ("fst.minimum_years", (), 0.01, "2025-03-25"),
        ("funds.table", ("2",), 1, "2025-03-25"),
        ("pool.profile_life_years", (), 1, "2022-11-16"),
        ("work.time.hours_per_week", (), 1, "2022-11-16"),
        ("work.time.weeks_per_year", (), 1, "2022-11-16"),
        ("work.time.gap_days", (), 1, "2015-01-30"),
        ("cec.window_months", (), -1, "2022-11-16"),
        ("fst.window_years", (), -1, "2025-03-25"),
        ("crs.records.work_window_years", (), 1, "2022-11-16"),
    ],
)  # fmt: skip
def test_a_changed_number_of_the_law_is_noticed(name: str, place: tuple[int | str, ...], by: float, day: str) -> None:
    as_of, size = date.fromisoformat(day), 1_500
    law = agreement.rules().law_of(as_of)
    found = agreement.by_engine(clients(as_of, size).frames, changed(law, name, place, by).law_of(as_of))
    assert agreement.differences(expected(as_of, as_of, size), found)


def test_a_client_on_whom_they_differ_is_told_without_what_does_not_matter() -> None:
    as_of = date(2022, 11, 16)
    law = changed(agreement.rules().law_of(as_of), "crs.spouse.education", ("masters",), 1).law_of(as_of)
    sample = clients(as_of)
    differing = agreement.differences(expected(as_of, as_of, 260), agreement.by_engine(sample.frames, law))
    told = agreement.record(sample, differing["crs_spouse_education"][0], "crs_spouse_education", law).splitlines()
    assert told[0] == "crs_spouse_education as of 2022-11-16: oracle 10, engine 11"
    assert "  spouse_accompanying: True" in told
    assert any("masters" in line for line in told)
    assert len(told) < 8


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("crs.transferability.education_must_be_assessed", "2015-01-30"),
        ("crs.records.canadian_work_continuous", "2015-05-30"),
        ("rounds.job_bank_registration_required", "2017-06-06"),
        ("crs.additional.french", "2020-10-20"),
        ("noc.skilled_levels", "2022-11-16"),
        ("crs.additional.job_offer", "2025-03-25"),
        ("crs.additional.*", "2026-11-03"),
    ],
)
def test_a_change_that_comes_a_day_late_is_noticed(name: str, day: str) -> None:
    as_of, size = date.fromisoformat(day), 1_500
    rules = agreement.rules()
    parameters = dict(rules.parameters)
    for one in fnmatch.filter(parameters, name):
        late = tuple(
            replace(version, starts_on=as_of + timedelta(1)) if version.starts_on == as_of else version
            for version in parameters[one].versions
        )
        parameters[one] = replace(parameters[one], versions=late)
    moved = replace(rules, parameters=parameters)
    found = agreement.by_engine(clients(as_of, size).frames, moved.law_of(as_of))
    assert agreement.differences(expected(as_of, as_of, size), found)
