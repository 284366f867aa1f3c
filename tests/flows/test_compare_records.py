"""Summary columns that say otherwise than the detail rows: told at the cell, and the rows decide."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from polars.testing import assert_frame_equal

from flows import run_request
from flows.main_run import run_intake, run_law, run_scoring, run_state
from tests.transforms.shared import all_rules, law_of
from transforms.assessment import scores
from transforms.model.columns import BY_KEY
from transforms.record_checks.disagreements import disagreements

AS_OF = date(2026, 8, 7)
Row = Mapping[str, Any]
CLIENT: Row = {"client_id": "C-1", "date_of_birth": "1990-05-17", "marital_status": "married",
               "spouse_accompanying": "yes", "spouse_is_canadian": "no", "family_size": 2}  # fmt: skip
JOB: Row = {"client_id": "C-1", "person": "principal", "noc": "21232", "country": "Canada", "started_on": "2024-01-01",
            "ended_on": "2025-12-31", "hours_per_week": 40, "paid": "yes", "authorized": "yes", "self_employed": "no",
            "full_time_student": "no"}  # fmt: skip
TEST: Row = {"client_id": "C-1", "person": "principal", "language": "english", "test": "CLB", "test_date": "2026-01-05",
             "listening": 8, "reading": 8, "writing": 7, "speaking": 9}  # fmt: skip
CREDENTIAL: Row = {"client_id": "C-1", "person": "principal", "level": "masters", "completed_on": "2014-06-30",
                   "in_canada": "yes", "full_time_months_in_canada": 20, "distance_share": 0}  # fmt: skip


def run_of(folder: Path, candidate: Row, **details: Iterable[Row]) -> run_state.Run:
    """A client and detail rows, written as CSV files and taken in."""
    paths = []
    for key, rows in {"candidates": [candidate], **details}.items():
        path = folder / f"{key}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, [name for name in BY_KEY[key].names if any(name in row for row in rows)])
            writer.writeheader()
            writer.writerows(rows)
        paths.append(path)
    run = run_state.Run(run_request.Request("a-run", tuple(paths), AS_OF), all_rules(), law_of(AS_OF))
    run_intake.take_in(run)
    return run


def told_of(run: run_state.Run) -> list[tuple[str, ...]]:
    """The disagreements that are told when the records are compared: column, value, problem."""
    assert run.intake is not None
    before = run.intake.warnings.height
    run_intake.compare_records(run)
    told = run.intake.warnings[before:].select("column", "value", "problem").rows()
    return [row for row in told if " say otherwise: " in row[2]]


def of_work(found: str) -> str:
    return f"The rows of Work history say otherwise: {found}."


@pytest.mark.parametrize(
    ("column", "value", "found"),
    [
        ("canadian_work_years", 3, "2 years"),
        ("canadian_work_years", 1.9, "2 years"),
        ("foreign_work_years", 1, "0 years"),
        ("primary_occupation_years", 1, "2 years"),
        ("trade_years_last_5", 1.5, "0 years"),
        ("canadian_work_months_last_36", 20, "24 months"),
        ("canadian_work_noc", "63200", "most time in an occupation that asks CLB 7"),
        ("worked_in_canada_one_year", "no", "yes"),
    ],
)
def test_work(tmp_path: Path, column: str, value: object, found: str) -> None:
    run = run_of(tmp_path, {**CLIENT, column: value}, work_history=[JOB])
    assert told_of(run) == [(column, str(value), of_work(found))]


@pytest.mark.parametrize(
    "columns",
    [
        {},
        {"canadian_work_years": 2, "foreign_work_years": 0, "primary_occupation_years": 2, "trade_years_last_5": 0},
        {"canadian_work_years": 2.7, "foreign_work_years": 0.9},
        {"canadian_work_months_last_36": 23, "canadian_work_noc": "21234", "worked_in_canada_one_year": "yes"},
        {"primary_noc": "64100", "primary_occupation_years": 5},
        {"spouse_canadian_work_years": 4},
    ],
)
def test_what_agrees_or_is_of_somebody_else_is_not_told(tmp_path: Path, columns: Row) -> None:
    assert told_of(run_of(tmp_path, {**CLIENT, **columns}, work_history=[JOB])) == []


def test_months_on_the_two_sides_of_what_cec_needs(tmp_path: Path) -> None:
    nearly = {**JOB, "started_on": "2025-01-03"}
    run = run_of(tmp_path, {**CLIENT, "canadian_work_months_last_36": 12}, work_history=[nearly])
    assert told_of(run) == [("canadian_work_months_last_36", "12", of_work("11 months"))]


def test_what_the_rows_leave_possible_is_no_disagreement(tmp_path: Path) -> None:
    half_known = [JOB, {**JOB, "started_on": "2022-01-01", "ended_on": "2022-12-31", "paid": ""}]
    for years, told in ((3, []), (4, [("canadian_work_years", "4", of_work("2 to 3 years"))])):
        assert told_of(run_of(tmp_path, {**CLIENT, "canadian_work_years": years}, work_history=half_known)) == told


def test_the_spouse(tmp_path: Path) -> None:
    columns = {"spouse_canadian_work_years": 1, "spouse_worked_in_canada_one_year": "no", "canadian_work_years": 9}
    run = run_of(tmp_path, {**CLIENT, **columns}, work_history=[{**JOB, "person": "spouse"}])
    assert told_of(run) == [
        ("spouse_worked_in_canada_one_year", "no", of_work("yes")),
        ("spouse_canadian_work_years", "1", of_work("2 years")),
    ]


def with_test(prefix: str, levels: int) -> Row:
    stem = f"{prefix}english_"
    abilities = ("listening", "reading", "writing", "speaking")
    return {f"{stem}test": "CLB", f"{stem}test_date": "2025-05-02", **{f"{stem}{one}": levels for one in abilities}}


@pytest.mark.parametrize(("prefix", "person"), [("", "principal"), ("spouse_", "spouse")])
def test_language(tmp_path: Path, prefix: str, person: str) -> None:
    rows = [{**TEST, "person": person}]
    told = told_of(run_of(tmp_path, {**CLIENT, **with_test(prefix, 8)}, language_tests=rows))
    found = "The rows of Language tests say otherwise: CLB 8, 8, 7, 9."
    assert told == [(f"{prefix}english_test", "CLB", found)]
    same = [{**TEST, "person": person, "writing": 8, "speaking": 8}]
    assert told_of(run_of(tmp_path, {**CLIENT, **with_test(prefix, 8)}, language_tests=same)) == []
    expired = [{**rows[0], "test_date": "2024-08-07"}]
    told = told_of(run_of(tmp_path, {**CLIENT, **with_test(prefix, 8)}, language_tests=expired))
    assert told == [(f"{prefix}english_test", "CLB", "The rows of Language tests say otherwise: no valid result.")]


def test_education(tmp_path: Path) -> None:
    columns = {"education_level": "doctorate", "education_country": "Canada", "canadian_study": "none"}
    told = told_of(run_of(tmp_path, {**CLIENT, **columns}, education=[CREDENTIAL]))
    assert told == [
        ("education_level", "doctorate", "The rows of Education say otherwise: masters."),
        ("canadian_study", "none", "The rows of Education say otherwise: three_years_or_more."),
    ]
    columns |= {"education_level": "masters", "canadian_study": "three_years_or_more"}
    assert told_of(run_of(tmp_path, {**CLIENT, **columns}, education=[CREDENTIAL])) == []


def test_it_is_told_at_the_cell(tmp_path: Path) -> None:
    run = run_of(tmp_path, {**CLIENT, "canadian_work_years": 3}, work_history=[JOB])
    run_intake.compare_records(run)
    assert run.intake is not None
    told = run.intake.warnings[-1].row(0, named=True)
    assert (told["source_file"], told["source_row"], told["cell"]) == ("candidates.csv", 2, "Candidates!G2")
    assert (told["client_id"], told["fix"]) == ("C-1", "The rows decide; correct them, or this cell.")


def test_scores_are_the_same_whether_or_not_records_are_compared(tmp_path: Path) -> None:
    run = run_of(tmp_path, {**CLIENT, "canadian_work_years": 5}, work_history=[JOB])
    run_scoring.score(run)
    assert run.scored is not None
    assert run.scored["canadian_work_years"].to_list() == [2]
    assert told_of(run) == [("canadian_work_years", "5", of_work("2 years"))]


@pytest.mark.parametrize("sample", list(run_request.samples()))
def test_the_samples_score_the_same_by_rows_and_by_summary(sample: str) -> None:
    as_of = date.fromisoformat(run_request.samples()[sample]["as_of"])
    run = run_state.Run(run_request.Request("a-run", (Path(sample),), as_of))
    for stage in (run_law.open_law, run_intake.take_in, run_scoring.score):
        stage(run)
    assert run.intake is not None and run.law is not None and run.scored is not None
    sheets = run.intake.sheets
    assert sheets["work_history"]["client_id"].n_unique() > 100
    assert disagreements(sheets, run.scored, run.law).is_empty()
    summary = {key: rows if key == "candidates" else rows.clear() for key, rows in sheets.items()}
    rows_tell_more = ("eligibility_reasons", "categories", "categories_unknown")
    by_rows, by_summary = (
        scores.published(found, run.law).drop(rows_tell_more) for found in (run.scored, scores.score(summary, run.law))
    )
    assert_frame_equal(by_rows, by_summary)


NOMINATED: Row = {**CLIENT, "provincial_nomination": "ON", "nomination_applied_on": "2026-08-01"}
NOMINATION: Row = {"client_id": "C-1", "person": "principal", "kind": "nomination", "issued_on": "2026-03-01"}


@pytest.mark.parametrize(
    ("changes", "problem", "fix"),
    [
        ({}, "nomination_applied_on 2026-08-01 is after the nomination on the sheet Documents was issued on 2026-03-01. "
         "It is not used, and the day of issue is the latest possible day.",
         "Correct nomination_applied_on, or issued_on of the nomination."),
        ({"nomination_applied_on": "2026-08-08"}, "nomination_applied_on 2026-08-08 is after the day scored. It is not used, "
         "and the day on which a child's age is locked in is not known.",
         "Correct nomination_applied_on, or score a later day with --as-of."),
        ({"nomination_applied_on": "2026-03-01"}, None, None),
    ],
)  # fmt: skip
def test_an_impossible_day_of_the_nomination_application_is_reported(
    changes: Row, problem: str | None, fix: str | None, tmp_path: Path
) -> None:
    run = run_of(tmp_path, {**NOMINATED, **changes}, documents=[NOMINATION])
    assert run.intake is not None
    found = run.intake.warnings.filter(column="nomination_applied_on").select("problem", "fix").rows()
    assert found == ([] if problem is None else [(problem, fix)])


def test_a_nomination_application_without_a_nomination_is_reported(tmp_path: Path) -> None:
    run = run_of(tmp_path, {**CLIENT, "nomination_applied_on": "2026-08-01"})
    assert run.intake is not None
    (row,) = run.intake.warnings.filter(column="nomination_applied_on").iter_rows(named=True)
    assert row["problem"].endswith("no nomination is on record. The cell is not used.")
    assert (row["source_row"], row["cell"].startswith("Candidates!")) == (2, True)


def test_an_ended_nomination_is_reported_in_short_sentences(tmp_path: Path) -> None:
    run = run_of(
        tmp_path, {**CLIENT, "provincial_nomination": "ON"}, documents=[{**NOMINATION, "expires_on": "2026-08-06"}]
    )
    assert run.intake is not None
    (problem,) = run.intake.warnings.filter(column="provincial_nomination")["problem"]
    assert problem == (
        "provincial_nomination is ON, but the nomination on the sheet Documents ended on 2026-08-06. Its points are counted."
    )
