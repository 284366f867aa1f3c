"""The high-wage factor and job offers by level, under a made-up law: the points of each case are reckoned by hand.

Of that law: 31102 is of the highest level, 21231 of the middle one, 11101, 21211 and 41220 of the lowest. Canadian work of
12 months in the last 5 years is worth 40, 20, 10 by level, of 24 months 60, 30, 12; an offer 26, 16, 6; the sum of both
counts, at most 50. The offer itself is worth 9, 7, 5. No assessment is needed for it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from typer.testing import CliRunner

from flows.cli import app
from flows.main_run.run_intake import compare_records, take_in
from flows.main_run.run_law import open_law
from flows.main_run.run_scoring import score
from flows.main_run.run_state import Run
from flows.run_request import Request
from tests.transforms.shared import all_rules
from transforms import explain
from transforms.assessment import days, high_wage_work, scores
from transforms.model.columns import BY_KEY, SHEETS
from transforms.rules import Law, load
from validation.values.parse import schema_of

FICTION = Path(__file__).parent / "rules" / "fictional_values.yaml"
DAY = date(2026, 11, 10)
# A full year in Canada in each of the levels, and what else a job may be.
JOB: Mapping[str, Any] = {
    "client_id": "C-1", "person": "principal", "noc": "21231", "country": "CA", "started_on": date(2025, 1, 1),
    "ended_on": date(2025, 12, 31), "hours_per_week": 37.5, "paid": True, "authorized": True, "self_employed": False,
    "full_time_student": False,
}  # fmt: skip
TWO_YEARS = {"started_on": date(2024, 1, 1)}
OFFER = {"job_offer_basis": "offer_only", "job_offer_years": 2.0}
GP, ENGINEER, ANALYST, COOK, CLERK = "31102", "21231", "11101", "63200", "14100"


@pytest.fixture(scope="module")
def law() -> Law:
    return load([FICTION]).law_of(DAY)


def sheets_of(*jobs: Mapping[str, Any], **candidate: Any) -> dict[str, pl.DataFrame]:
    """One client with jobs of the Work history, or else the summary columns alone."""
    sheets = {sheet.key: pl.DataFrame(schema=schema_of(sheet)) for sheet in SHEETS}
    columns, of_jobs = schema_of(SHEETS[0]), schema_of(BY_KEY["work_history"])
    person = {"client_id": "C-1", "date_of_birth": date(1996, 5, 17), "marital_status": "single"} | candidate
    sheets["candidates"] = pl.DataFrame([dict.fromkeys(columns) | person], schema=columns)
    sheets["work_history"] = pl.DataFrame([dict.fromkeys(of_jobs) | JOB | job for job in jobs], schema=of_jobs)
    return sheets


def scored(law: Law, *jobs: Mapping[str, Any], **candidate: Any) -> pl.DataFrame:
    """That client, scored."""
    return scores.score(sheets_of(*jobs, **candidate), law)


def points(law: Law, *jobs: Mapping[str, Any], **candidate: Any) -> tuple[int | None, int | None]:
    """High-wage points, and those for the job offer."""
    row = scored(law, *jobs, **candidate).row(0, named=True)
    assert row["crs_additional"] == (row["crs_high_wage"] or 0) + (row["crs_job_offer"] or 0)
    return row["crs_high_wage"], row["crs_job_offer"]


@pytest.mark.parametrize(
    ("expected", "jobs"),
    [
        (0, []),
        (40, [{"noc": GP}]),
        (20, [{"noc": ENGINEER}]),
        (10, [{"noc": ANALYST}]),
        (0, [{"noc": "21232"}]),
        (30, [TWO_YEARS]),
        (50, [TWO_YEARS | {"noc": GP}]),
        # Not enough: a month less than a year.
        (0, [{"ended_on": date(2025, 11, 30)}]),
        # Half a year twice, in one occupation and in two of one level.
        (20, [{"ended_on": date(2025, 6, 30)}, {"started_on": date(2025, 7, 1)}]),
        (10, [{"noc": ANALYST, "ended_on": date(2025, 6, 30)}, {"noc": "21211", "started_on": date(2025, 7, 1)}]),
        # Half a year each of the highest and the lowest level: a year of the lowest or a higher one.
        (10, [{"noc": GP, "ended_on": date(2025, 6, 30)}, {"noc": ANALYST, "started_on": date(2025, 7, 1)}]),
        # A year of each: the better of the highest level's year and the lowest one's two.
        (40, [{"noc": GP}, {"noc": ANALYST, "started_on": date(2024, 1, 1), "ended_on": date(2024, 12, 31)}]),
        # At the same time they count once.
        (20, [{}, {"noc": ANALYST}]),
        # Part-time: half a week for a year is half a year, for two a year.
        (0, [{"hours_per_week": 15.0}]),
        (20, [TWO_YEARS | {"hours_per_week": 15.0}]),
        # Not Canadian work as the CRS counts it.
        (0, [{"country": "IN"}]),
        (0, [{"authorized": False}]),
        (0, [{"paid": False}]),
        (0, [{"full_time_student": True}]),
        (0, [{"self_employed": True}]),
        (0, [{"temporary_resident_status": False}]),
        (0, [{"canadian_employer": False}]),
        (0, [{"person": "spouse"}]),
        # Physicians may be self-employed.
        (40, [{"noc": GP, "self_employed": True}]),
        # What is not known proves nothing.
        (0, [{"paid": None}]),
        (0, [{"hours_per_week": None}]),
        (0, [{"noc": None}]),
        # The window: five years back from 2026-11-10. 364 days are a year, 363 are not.
        (20, [{"started_on": date(2021, 11, 10), "ended_on": date(2022, 11, 9)}]),
        (20, [{"started_on": date(2021, 11, 9), "ended_on": date(2022, 11, 8)}]),
        (0, [{"started_on": date(2021, 11, 8), "ended_on": date(2022, 11, 7)}]),
        # Codes of NOC 2016: one to the highest level, one to the lowest or middle one, one to listed and others.
        (40, [{"noc": "3112"}]),
        (10, [{"noc": "2173"}]),
        (0, [{"noc": "2171"}]),
    ],
)  # fmt: skip
def test_points_for_canadian_work_by_rows(expected: int, jobs: list[dict[str, Any]], law: Law) -> None:
    assert points(law, *jobs) == (expected, 0)


@pytest.mark.parametrize(
    ("expected", "told"),
    [
        (0, {}),
        (0, {"canadian_work_noc": ENGINEER}),
        # More than half of the last 36 months is in the occupation named.
        (20, {"canadian_work_noc": ENGINEER, "canadian_work_months_last_36": 24, "canadian_work_years": 2.0}),
        (0, {"canadian_work_noc": ENGINEER, "canadian_work_months_last_36": 23, "canadian_work_years": 1.9}),
        (10, {"canadian_work_noc": ANALYST, "canadian_work_months_last_36": 36, "canadian_work_years": 3.0}),
        (0, {"canadian_work_noc": "21232", "canadian_work_months_last_36": 36, "canadian_work_years": 3.0}),
        (0, {"canadian_work_months_last_36": 36, "canadian_work_years": 3.0}),
        # The primary occupation may have been worked in abroad.
        (0, {"primary_noc": GP, "primary_occupation_years": 5.0, "canadian_work_years": 3.0}),
        (10, {"canadian_work_noc": "2173", "canadian_work_months_last_36": 30, "canadian_work_years": 3.0}),
        (0, {"canadian_work_noc": "2171", "canadian_work_months_last_36": 30, "canadian_work_years": 3.0}),
    ],
)  # fmt: skip
def test_points_for_canadian_work_by_the_summary(expected: int, told: dict[str, Any], law: Law) -> None:
    assert points(law, **told) == (expected, 0)


@pytest.mark.parametrize(
    ("expected", "offer"),
    [
        ((26, 9), {"job_offer_noc": GP}),
        ((16, 7), {"job_offer_noc": ENGINEER}),
        ((6, 5), {"job_offer_noc": ANALYST}),
        ((0, 0), {"job_offer_noc": "21232"}),
        # Major group 00 earns nothing by itself any more, nor does an unskilled occupation.
        ((0, 0), {"job_offer_noc": "00012"}),
        ((0, 0), {"job_offer_noc": "65310"}),
        ((26, 9), {"job_offer_noc": GP, "job_offer_basis": "lmia"}),
        ((0, 0), {"job_offer_noc": GP, "job_offer_basis": None}),
        ((0, 0), {"job_offer_noc": GP, "job_offer_years": 0.5}),
        ((0, 0), {"job_offer_noc": GP, "job_offer_employers": 2}),
        ((26, 9), {"job_offer_noc": "3112"}),
        ((6, 5), {"job_offer_noc": "2173"}),
        ((0, 0), {"job_offer_noc": "2171"}),
    ],
)
def test_points_for_a_job_offer(expected: tuple[int, int], offer: dict[str, Any], law: Law) -> None:
    assert points(law, **(OFFER | offer)) == expected


@pytest.mark.parametrize(
    ("expected", "noc", "job"),
    [
        ((36, 7), ENGINEER, {}),
        ((26, 5), ANALYST, {}),
        ((20, 0), "21232", {}),
        ((46, 7), ENGINEER, TWO_YEARS),
        ((16, 7), ENGINEER, {"country": "IN"}),
        # 40 and 26, 60 and 26 are more than the maximum.
        ((50, 9), GP, {"noc": GP}),
        ((50, 9), GP, TWO_YEARS | {"noc": GP}),
    ],
)
def test_work_and_offer_are_added_up_to_the_maximum(
    expected: tuple[int, int], noc: str, job: dict[str, Any], law: Law
) -> None:
    assert points(law, job, job_offer_noc=noc, **OFFER) == expected


def with_values(law: Law, **values: Any) -> Law:
    """The made-up law with other values, by the last part of the parameter's name."""
    parameters = dict(law.rules.parameters)
    for name, value in values.items():
        one = parameters[f"crs.additional.{name}"]
        last = replace(one.versions[-1], value=value)
        parameters[one.id] = replace(one, versions=(*one.versions[:-1], last))
    return replace(law.rules, parameters=parameters).law_of(law.as_of)


def test_the_higher_of_work_and_offer_counts_where_the_law_says_so(law: Law) -> None:
    higher = with_values(law, high_wage_combination="higher")
    assert points(higher, {}, job_offer_noc=GP, **OFFER) == (26, 9)
    assert points(higher, {"noc": GP}, job_offer_noc=ENGINEER, **OFFER) == (40, 7)


def test_the_months_must_be_in_one_occupation_where_the_law_says_so(law: Law) -> None:
    in_one = with_values(law, high_wage_one_occupation=True)
    halves = [{"noc": ANALYST, "ended_on": date(2025, 6, 30)}, {"noc": "21211", "started_on": date(2025, 7, 1)}]
    assert points(law, *halves) == (10, 0)
    assert points(in_one, *halves) == (0, 0)
    assert points(in_one, {}) == (20, 0)
    assert points(in_one, {"noc": "2173"}) == (10, 0)


def test_offers_may_earn_by_major_group_and_level_together(law: Law) -> None:
    by_both = with_values(law, job_offer={"highest": 9, "senior_management": 8, "other": 1})
    found = [points(by_both, job_offer_noc=noc, **OFFER)[1] for noc in (GP, "00012", ENGINEER, "65310")]
    assert found == [9, 8, 1, 0]


def test_nothing_is_counted_the_day_before_and_nothing_known_without_the_values(law: Law) -> None:
    day_before = law.rules.law_of(date(2026, 11, 2))
    assert points(day_before, {"noc": GP}, job_offer_noc=GP, job_offer_basis="lmia") == (0, 0)
    first_day = law.rules.law_of(date(2026, 11, 3))
    assert points(first_day, {"noc": GP}, job_offer_noc=GP, job_offer_basis="lmia") == (50, 9)
    assert points(all_rules().law_of(DAY), {"noc": GP}, job_offer_noc=GP, job_offer_basis="lmia") == (None, None)


def test_days_of_their_own_are_counted_as_each_day_by_itself(law: Law) -> None:
    """A year is full with 2025, and the five years have let go of it after 2030."""
    sheets = sheets_of({}, {"country": "IN", "started_on": date(2026, 1, 1), "ended_on": None})
    on = [date(2026, 11, 2), date(2026, 11, 3), date(2029, 12, 31), date(2030, 1, 2), date(2030, 1, 4)]
    asked = pl.DataFrame({"client_id": ["C-1"] * len(on), "as_of": on})
    found = days.scored_on(sheets, asked, law.rules).select("crs_high_wage", "high_wage_middle")
    alone = [scores.score(sheets, law.rules.law_of(day)).select(found.columns) for day in on]
    assert found.rows() == [row for frame in alone for row in frame.rows()]
    assert found["crs_high_wage"].to_list() == [0, 20, 20, 20, 0]


# --- The doubt


def doubts(law: Law, *jobs: Mapping[str, Any], **candidate: Any) -> pl.DataFrame:
    sheets = sheets_of(*jobs, **candidate)
    return high_wage_work.doubts(sheets["candidates"], scores.score(sheets, law))


@pytest.mark.parametrize(
    ("expected", "jobs", "told"),
    [
        ([("canadian_work_noc", None, 0, 20)], [{"hours_per_week": None}], {}),
        ([("canadian_work_noc", None, 10, 20)], [{"noc": "2173"}], {}),
        ([("canadian_work_noc", None, 0, 40)], [{"noc": None, "paid": True}], {}),
        ([], [{}], {}),
        ([], [{"country": "IN", "hours_per_week": None}], {}),
        ([("canadian_work_noc", ENGINEER, 0, 20)], [],
         {"canadian_work_noc": ENGINEER, "canadian_work_months_last_36": 14, "canadian_work_years": 1.2}),
        ([], [], {"canadian_work_noc": "21232", "canadian_work_months_last_36": 14, "canadian_work_years": 1.2}),
        ([], [], {"canadian_work_years": 0.0}),
        ([], [], {}),
        ([("job_offer_noc", "2173", 11, 23)], [{"noc": COOK}], OFFER | {"job_offer_noc": "2173"}),
        ([("job_offer_noc", "2171", 0, 11)], [{"noc": COOK}], OFFER | {"job_offer_noc": "2171"}),
    ],
)  # fmt: skip
def test_what_may_be_more_is_stated(
    expected: list[tuple[Any, ...]], jobs: list[dict[str, Any]], told: dict[str, Any], law: Law
) -> None:
    found = doubts(law, *jobs, **told)
    assert found.drop("client_id").rows() == expected


def test_no_doubt_is_told_while_the_points_are_not_known() -> None:
    shipped = all_rules().law_of(DAY)
    assert doubts(shipped, {"hours_per_week": None}).is_empty()


# --- Through the command line, and told


CLIENTS = {
    "highest": {"noc": GP},
    "middle": {"noc": ENGINEER},
    "lowest": {"noc": ANALYST},
    "too-short": {"ended_on": "2025-11-30"},
    "abroad": {"country": "India"},
    "of-2016": {"noc": "3112"},
    "no-code": {"noc": ""},
}
OFFERED = {"highest": ENGINEER, "offer-alone": ENGINEER, "abroad": ANALYST}


def files(folder: Path) -> list[Path]:
    """The clients and their jobs as CSV files."""
    candidates = [
        {"client_id": client, "date_of_birth": "1996-05-17", "marital_status": "single",
         "job_offer_noc": OFFERED.get(client, ""), "job_offer_basis": "offer_only" if client in OFFERED else ""}
        for client in (*CLIENTS, "offer-alone", "nothing")
    ]  # fmt: skip
    plain = {key: value.isoformat() if isinstance(value, date) else value for key, value in JOB.items()}
    jobs = [plain | {"client_id": client} | job for client, job in CLIENTS.items()]
    made = []
    for name, rows in {"candidates": candidates, "work_history": jobs}.items():
        text = io.StringIO()
        writer = csv.DictWriter(text, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
        made.append(folder / f"{name}.csv")
        made[-1].write_text(text.getvalue(), encoding="utf-8")
    return made


def test_score_with_an_overlay_from_the_command_line(tmp_path: Path) -> None:
    inputs = [str(path) for path in files(tmp_path)]
    out = tmp_path / "scores.parquet"
    words = ["score", *inputs, "--out", str(out), "--as-of", str(DAY), "--rules", str(FICTION), "--quiet"]
    assert CliRunner().invoke(app, words).exit_code == 0
    found = pl.read_parquet(out)
    assert dict(found.select("client_id", pl.struct("crs_high_wage", "crs_job_offer")).iter_rows()) == {
        client: {"crs_high_wage": work, "crs_job_offer": offer}
        for client, (work, offer) in {
            "highest": (50, 7), "middle": (20, 0), "lowest": (10, 0), "too-short": (0, 0), "abroad": (6, 5),
            "of-2016": (40, 0), "no-code": (0, 0), "offer-alone": (16, 7), "nothing": (0, 0),
        }.items()
    }  # fmt: skip
    assert set(found["rules_status"]) == {"complete"}
    groups = pl.sum_horizontal("crs_core", "crs_spouse", "crs_transferability", "crs_additional")
    assert found.select((groups == pl.col("crs_total")).all()).item()


def test_a_doubt_is_a_warning_of_the_run(tmp_path: Path) -> None:
    run = Run(Request("a-run", tuple(files(tmp_path)), DAY, rules=(FICTION,)))
    for stage in (open_law, take_in, score, compare_records):
        stage(run)
    assert run.intake is not None
    told = run.intake.warnings.filter(pl.col("problem").str.contains("high-wage"))
    assert told.select("client_id", "column", "problem").rows() == [
        ("no-code", "canadian_work_noc",
         "0 points for a high-wage occupation and the job offer are proven, 40 are possible."),
    ]  # fmt: skip


def told(law: Law, *jobs: Mapping[str, Any], **candidate: Any) -> dict[str, dict[str, Any]]:
    """The components of one client as explained, by name."""
    answer = explain.explained(scored(law, *jobs, **candidate), law)
    return {part["name"]: part for group in answer["groups"] for part in group["components"]}


def test_the_factor_is_explained(law: Law) -> None:
    parts = told(law, {"noc": GP}, job_offer_noc=ENGINEER, **OFFER)
    high, offer = parts["crs_high_wage"], parts["crs_job_offer"]
    assert (high["points"], high["maximum"], high["before_caps"], high["lost_to_caps"]) == (50, 50, 56, 6)
    assert high["input"]["words"] == (
        "Canadian work in high-wage occupations within 5 years: highest level 12 months, middle or higher level 12 months, "
        "lowest or higher level 12 months; offer: a high-wage occupation of the middle level"
    )
    assert high["no_next_step"] == "the maximum already"
    assert offer["input"]["words"].startswith("NOC 21231 Software engineers and designers, ")
    assert offer["input"]["words"].endswith(", for 2 years, a high-wage occupation of the middle level")
    assert (offer["points"], offer["maximum"]) == (7, 9)
    assert offer["next_step"]["text"] == "a qualifying job offer in a high-wage occupation of the highest level: +2"


def test_the_next_step_of_the_factor_and_what_is_possible(law: Law) -> None:
    high = told(law, {"noc": "2173"})["crs_high_wage"]
    assert (high["points"], high["maximum"]) == (10, 50)
    assert "middle or higher level 0 months (at most 12 as far as is known)" in high["input"]["words"]
    step = high["next_step"]
    assert step["words"] == "12 months of Canadian work in a high-wage occupation of the middle level"
    assert (step["here"], step["effects"]["crs_high_wage"]) == (10, 10)
    assert told(law)["crs_job_offer"]["input"]["words"] == "no job offer"
    none = told(law)["crs_high_wage"]
    assert none["input"]["words"].startswith("Canadian work in high-wage occupations within 5 years: not known")


def test_offers_are_steps_by_level(law: Law) -> None:
    steps = explain.explained(scored(law), law)["steps"]
    offers = {step["key"].partition(":")[0]: step["effects"] for step in steps if step["kind"] == "offer"}
    for level, points_ in {"highest": (26, 9), "middle": (16, 7), "lowest": (6, 5)}.items():
        effects = offers[f"has_offer.{level}"]
        assert (effects["crs_high_wage"], effects["crs_job_offer"]) == points_


@pytest.mark.parametrize(
    ("routes", "basis"),
    [
        (("lmia_exempt_work_permit", "lmia"), "lmia_exempt_work_permit"),
        (("offer_only", "lmia"), "lmia"),
        (("offer_only",), "offer_only"),
        ((), "lmia"),
    ],
)
def test_the_offer_of_a_step_rests_on_what_the_crs_takes(routes: tuple[str, ...], basis: str, law: Law) -> None:
    changed = with_values(law, job_offer_routes=routes)
    effects = {
        step["key"].partition(":")[0]: step["effects"] for step in explain.explained(scored(changed), changed)["steps"]
    }
    effect = effects.get("has_offer.highest", {})
    assert (effect.get("crs_high_wage", 0), effect.get("crs_job_offer", 0)) == ((26, 9) if routes else (0, 0))
    assert (effect.get("fsw_points_arranged_employment", 0) > 0) == (bool(routes) and basis != "offer_only")
    own = points(changed, job_offer_noc=GP, job_offer_basis=basis, job_offer_years=2.0)
    assert own == ((26, 9) if routes else (0, 0))


@pytest.mark.parametrize(
    ("jobs", "with_it"),
    [
        # A year of other work, and one of the highest level beside it.
        ([{"noc": CLERK}], [{"noc": GP, "started_on": date(2024, 1, 1), "ended_on": date(2024, 12, 31)}]),
        ([{"noc": COOK}], [{"noc": GP, "started_on": date(2024, 1, 1), "ended_on": date(2024, 12, 31)}]),
        # Half of the year is there.
        ([{"noc": GP, "started_on": date(2025, 7, 3)}], [{"noc": GP, "started_on": date(2024, 1, 1), "ended_on":
          date(2024, 7, 1)}]),
        ([{"noc": COOK}, {"noc": GP, "started_on": date(2024, 7, 1), "ended_on": date(2024, 12, 31)}],
         [{"noc": GP, "started_on": date(2024, 1, 1), "ended_on": date(2024, 6, 30)}]),
        ([], [{"noc": GP}]),
    ],
)  # fmt: skip
def test_months_of_high_wage_work_come_beside_the_canadian_work_that_is_there(
    jobs: list[dict[str, Any]], with_it: list[dict[str, Any]], law: Law
) -> None:
    steps = explain.explained(scored(law, *jobs), law)["steps"]
    (effects,) = (step["effects"] for step in steps if step["key"].startswith("high_wage.highest:12"))
    before, after = (scored(law, *work).row(0, named=True) for work in (jobs, [*jobs, *with_it]))
    for name in ("crs_high_wage", "crs_canadian_work"):
        assert effects.get(name, 0) == after[name] - before[name], name


@pytest.mark.parametrize(
    ("noc", "told_as"),
    [
        ("2173", "NOC 2173 Software engineers and designers, without assessment or permit"),
        ("21231", "NOC 21231 Software engineers and designers, without assessment or permit"),
        ("99999", "NOC 99999, without assessment or permit"),
    ],
)
def test_the_occupation_of_an_offer_is_told_in_either_classification(noc: str | None, told_as: str, law: Law) -> None:
    assert told(law, job_offer_noc=noc, **OFFER)["crs_job_offer"]["input"]["words"].startswith(told_as)
