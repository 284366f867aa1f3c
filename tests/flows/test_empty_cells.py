"""Empty cells that cost points while another cell suggests them, and rows that prove nothing: warned of with the stake."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from typer.testing import CliRunner

from flows.cli import app
from flows.main_run import run_intake, run_scoring
from tests.flows.test_compare_records import AS_OF, JOB, run_of
from transforms.model.columns import CANDIDATES, EDUCATION, WORK_HISTORY
from transforms.record_checks import empty_cells
from transforms.rules import with_reading

Row = Mapping[str, Any]
ABILITIES = ("listening", "reading", "writing", "speaking")
CLIENT: Row = {
    "client_id": "C-1", "date_of_birth": "1996-05-17", "marital_status": "single", "family_size": 1,
    "settlement_funds_cad": 60000, "first_language": "english", "english_test": "CLB", "english_test_date": "2025-12-01",
    **{f"english_{ability}": 9 for ability in ABILITIES}, "education_level": "three_year", "education_country": "India",
    "eca_issued_on": "2025-03-01", "country_of_residence": "India",
}  # fmt: skip
MARRIED: Row = {**CLIENT, "marital_status": "married", "spouse_accompanying": "yes", "spouse_is_canadian": "no"}
MASTERS: Row = {"education_level": "masters", "education_country": "Canada"}
EXPERIENCED: Row = {"foreign_work_years": 3, "primary_noc": "21232", "primary_occupation_years": 3}
CREDENTIAL: Row = {"client_id": "C-1", "person": "principal", "level": "two_year", "country": "Canada",
                   "started_on": "2015-09-01", "completed_on": "2017-06-30", "in_canada": "yes",
                   "full_time_months_in_canada": 20, "distance_share": 0}  # fmt: skip
NOMINATION: Row = {"client_id": "C-1", "person": "principal", "kind": "nomination", "issued_on": "2026-05-02"}
ASSESSMENT: Row = {"client_id": "C-1", "person": "principal", "kind": "eca", "issued_on": "2025-05-02"}
# Below the pass mark of FSW, and on it with five points of adaptability.
NEARLY: Row = {**CLIENT, "date_of_birth": "1989-05-17", "english_listening": 7, "english_reading": 7,
               "english_writing": 7, "english_speaking": 7, "foreign_work_years": 6, "primary_noc": "21232",
               "primary_occupation_years": 6, "relative_in_canada": "no"}  # fmt: skip


def warnings_of(folder: Path, candidate: Row, **details: Iterable[Row]) -> pl.DataFrame:
    """What the comparison of records adds to the warnings of a client."""
    run = run_of(folder, candidate, **details)
    assert run.intake is not None
    before = run.intake.warnings.height
    run_intake.compare_records(run)
    return run.intake.warnings[before:]


def stakes(folder: Path, candidate: Row, **details: Iterable[Row]) -> list[tuple[str, str, int, str]]:
    """The columns for which points are at stake, with what is tried, the points and the programs."""
    run = run_of(folder, candidate, **details)
    run_scoring.score(run)
    assert run.intake is not None and run.scored is not None and run.law is not None
    found = empty_cells.at_stake(run.intake.sheets, run.scored, run.law)
    unscored = empty_cells.at_stake(run.intake.sheets, run.scored.drop("crs_total"), run.law)
    assert unscored.equals(found)
    return [
        (row["column"], row["tried"], row["crs_then"] - row["crs_now"], row["programs"])
        for row in found.iter_rows(named=True)
    ]


# By column: a client in whose row the cell is empty and suggested, and what is tried, the points and the programs met.
CASES: dict[str, list[tuple[Row, dict[str, list[Row]], tuple[str, int, str]]]] = {
    "canadian_study": [
        ({**CLIENT, **MASTERS}, {}, ("three_years_or_more", 30, "")),
        ({**CLIENT, **MASTERS, "education_level": "two_year"}, {}, ("one_or_two_years", 15, "")),
        ({**CLIENT, "studied_in_canada_two_years": "yes"}, {}, ("one_or_two_years", 15, "")),
    ],
    "education_country": [
        ({**CLIENT, **EXPERIENCED, "education_country": "", "eca_issued_on": "", "canadian_study": "one_or_two_years"},
         {}, ("CA", 0, "fsw")),
        ({**CLIENT, "education_country": "", "eca_issued_on": "2019-05-01", "canadian_study": "three_years_or_more"},
         {}, ("CA", 145, "")),
        ({**CLIENT, **EXPERIENCED, "education_country": "", "eca_issued_on": "", "studied_in_canada_two_years": "yes",
          "canadian_study": "none"}, {}, ("CA", 0, "fsw")),
    ],
    "eca_issued_on": [
        ({**CLIENT, **EXPERIENCED, "eca_issued_on": ""}, {"documents": [ASSESSMENT]}, ("2025-05-02", 0, "fsw")),
    ],
    "education_level": [
        ({**CLIENT, "education_level": "", "canadian_study": "three_years_or_more"}, {}, ("three_year", 145, "")),
        ({**CLIENT, "education_level": "", "canadian_study": "one_or_two_years"}, {}, ("one_year", 115, "")),
        ({**CLIENT, "education_level": ""}, {}, ("secondary", 30, "")),
        ({**CLIENT, "education_level": "", "eca_issued_on": "", "education_country": "Canada"}, {},
         ("secondary", 30, "")),
    ],
    "studied_in_canada_two_years": [
        ({**NEARLY, **MASTERS, "date_of_birth": "1991-05-17", "education_level": "two_year", "canadian_study": "none"}, {}, ("true", 0, "fsw")),
        ({**NEARLY, "education_level": "three_year", "canadian_study": "three_years_or_more"}, {}, ("true", 0, "fsw")),
        (NEARLY, {"education": [{**CREDENTIAL, "level": "three_year"}]}, ("true", 0, "fsw")),
    ],
    "canadian_work_years": [
        ({**CLIENT, "canadian_work_months_last_36": 30, "worked_in_canada_one_year": "yes"}, {}, ("2.0", 78, "")),
        ({**CLIENT, "worked_in_canada_one_year": "yes"}, {}, ("1.0", 53, "")),
        ({**CLIENT, "canadian_work_noc": "21232"}, {}, ("1.0", 53, "")),
    ],
    "canadian_work_months_last_36": [
        ({**CLIENT, "canadian_work_years": 5, "canadian_work_noc": "21232"}, {}, ("36", 0, "cec")),
    ],
    "canadian_work_noc": [
        ({**CLIENT, "english_reading": 6, "canadian_work_months_last_36": 20, "canadian_work_years": 2,
          "primary_noc": "63200"}, {}, ("63200", 0, "cec")),
    ],
    "worked_in_canada_one_year": [
        ({**NEARLY, "education_level": "two_year", "canadian_work_years": 1, "canadian_work_months_last_36": 0}, {},
         ("true", 0, "fsw")),
    ],
    "foreign_work_years": [
        ({**CLIENT, "canadian_work_years": 1, "primary_noc": "21232", "primary_occupation_years": 3}, {},
         ("2.0", 38, "")),
    ],
    "primary_noc": [
        ({**CLIENT, "foreign_work_years": 2, "primary_occupation_years": 2, "canadian_work_noc": "21232",
          "canadian_work_years": 0}, {}, ("21232", 0, "fsw")),
    ],
    "primary_occupation_years": [
        ({**CLIENT, "foreign_work_years": 2, "canadian_work_years": 1, "primary_noc": "21232"}, {}, ("3.0", 0, "fsw")),
    ],
    "trade_noc": [
        ({**CLIENT, "trade_years_last_5": 3, "primary_noc": "72310", "certificate_of_qualification": "yes"}, {},
         ("72310", 0, "fst")),
    ],
    "trade_years_last_5": [
        ({**CLIENT, "trade_noc": "72310", "foreign_work_years": 8, "certificate_of_qualification": "yes"}, {},
         ("5.0", 0, "fst")),
    ],
    "certificate_of_qualification": [
        ({**CLIENT, "trade_noc": "72310", "trade_years_last_5": 3}, {}, ("true", 50, "fst")),
        ({**CLIENT, "trade_noc": "72310", "trade_years_last_5": 3, "certificate_noc": "72310"}, {}, ("true", 50, "fst")),
    ],
    "job_offer_years": [
        ({**CLIENT, "trade_noc": "72310", "trade_years_last_5": 3, "certificate_of_qualification": "no",
          "job_offer_noc": "72310", "job_offer_basis": "lmia", "job_offer_permanent": "no"}, {}, ("1.0", 0, "fst")),
    ],
    "authorized_to_work_in_canada": [
        ({**CLIENT, **EXPERIENCED, "settlement_funds_cad": "", "country_of_residence": "Canada", "job_offer_noc": "21232",
          "job_offer_basis": "lmia"}, {}, ("true", 0, "fsw")),
    ],
    "family_size": [
        ({**CLIENT, **EXPERIENCED, "family_size": ""}, {}, ("1", 0, "fsw")),
        ({**MARRIED, **EXPERIENCED, "family_size": ""},
         {"dependants": [{"client_id": "C-1", "date_of_birth": "2020-01-01"}]}, ("3", 0, "fsw")),
    ],
    "sibling_in_canada": [({**CLIENT, "relative_in_canada": "yes"}, {}, ("true", 15, ""))],
    "provincial_nomination": [(CLIENT, {"documents": [NOMINATION]}, ("AB", 600, ""))],
    "spouse_education_level": [
        ({**MARRIED, "spouse_education_country": "India"}, {}, ("secondary", 2, "")),
        ({**MARRIED, "spouse_eca_issued_on": "2025-05-01"}, {}, ("secondary", 2, "")),
        ({**MARRIED, "spouse_education_country": "Canada", "spouse_canadian_study": "three_years_or_more"}, {},
         ("three_year", 8, "")),
    ],
    "spouse_canadian_work_years": [({**MARRIED, "spouse_worked_in_canada_one_year": "yes"}, {}, ("1.0", 5, ""))],
    "spouse_worked_in_canada_one_year": [
        ({**NEARLY, **{name: MARRIED[name] for name in MARRIED if name not in CLIENT}, "marital_status": "married",
          "family_size": 2, "spouse_canadian_work_years": 1}, {}, ("true", 0, "fsw")),
    ],
    "spouse_studied_in_canada_two_years": [
        ({**NEARLY, **{name: MARRIED[name] for name in MARRIED if name not in CLIENT}, "marital_status": "married",
          "family_size": 2, "spouse_education_level": "two_year", "spouse_education_country": "Canada"}, {},
         ("true", 0, "fsw")),
    ],
}  # fmt: skip


@pytest.mark.parametrize(("column", "case"), [(column, case) for column, cases in CASES.items() for case in cases])
def test_a_cell_that_another_one_suggests_is_warned_of_with_its_stake(
    tmp_path: Path, column: str, case: tuple[Row, dict[str, list[Row]], tuple[str, int, str]]
) -> None:
    candidate, details, expected = case
    found = stakes(tmp_path, {**candidate}, **details)
    assert [tuple(rest) for name, *rest in found if name == column] == [expected]


# Columns of Candidates for which no suggestion is there, and why.
NOT_SUGGESTED = {
    "identity, required or descriptive": {
        "client_id", "family_name", "given_name", "case_owner", "date_of_birth", "citizenship", "country_of_residence",
        "marital_status", "spouse_accompanying", "spouse_is_canadian",
    },
    "of the pool and the invitation": {
        "profile_submitted_at", "pool_status", "ita_issued_on", "ita_round", "planned_application_on",
    },
    "empty states the usual": {"intends_quebec", "job_bank_registered", "language_exempt_abilities"},
    "no other cell says how much": {"settlement_funds_cad", "foreign_military_years", "caf_offer_years"},
    "an empty cell is taken in the client's favour": {"job_offer_employers", "job_offer_permanent"},
    "quarantined or warned of by a rule of the row": {
        "job_offer_noc", "job_offer_basis", "spouse_eca_issued_on", "spouse_education_country",
    },
    "settled with the choice of the results": {
        name for name in CANDIDATES.names if "first_language" in name or "english_" in name or "french_" in name
    },
    "no points hang on it": {"nomination_applied_on", "stated_crs"},
    "an empty cell is taken as trade_noc": {"certificate_noc"},
    "counts where a brother or sister does": {"relative_in_canada"},
    "of the spouse as principal applicant alone": {
        "spouse_date_of_birth", "spouse_foreign_work_years", "spouse_canadian_study",
        "spouse_certificate_of_qualification", "spouse_primary_noc",
    },
}  # fmt: skip


def test_every_column_is_suggested_or_it_is_said_why_not() -> None:
    left_out = [name for names in NOT_SUGGESTED.values() for name in names]
    assert sorted([*left_out, *CASES]) == sorted(CANDIDATES.names)


def test_every_suggestion_has_a_case(tmp_path: Path) -> None:
    run = run_of(tmp_path, CLIENT)
    assert run.law is not None
    assert {kind.column for kind in empty_cells.suggestions(run.law)} == set(CASES)


def test_trials_are_scored_in_parts_to_the_same_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    client, details = {**CLIENT, "canadian_study": "", "education_level": "", "eca_issued_on": ""}, {}
    whole = stakes(tmp_path, client, **details)
    sizes = []
    score = empty_cells.scores.score
    monkeypatch.setattr(empty_cells, "TRIALS_AT_ONCE", 1)
    monkeypatch.setattr(
        empty_cells.scores,
        "score",
        lambda sheets, law: sizes.append(sheets["candidates"].height) or score(sheets, law),
    )
    assert stakes(tmp_path, client, **details) == whole
    assert set(sizes) == {1}


def test_a_plain_no_and_a_filled_cell_are_not_warned_of(tmp_path: Path) -> None:
    assert stakes(tmp_path, {**CLIENT, **MASTERS, "canadian_study": "none", "relative_in_canada": "no"}) == []
    assert stakes(tmp_path, {**CLIENT, "relative_in_canada": "yes", "sibling_in_canada": "no"}) == []


def test_what_gives_neither_points_nor_a_program_is_not_warned_of(tmp_path: Path) -> None:
    """A master's in Canada of a client with a nomination: 600 are the most."""
    nominee = {**CLIENT, **MASTERS, "provincial_nomination": "ON", "worked_in_canada_one_year": "no"}
    assert stakes(tmp_path, nominee) == []
    alone = {**CLIENT, "spouse_worked_in_canada_one_year": "yes"}
    assert stakes(tmp_path, alone) == []


def test_rows_decide_over_what_the_summary_suggests(tmp_path: Path) -> None:
    row = {**CREDENTIAL, "level": "secondary"}
    assert stakes(tmp_path, {**CLIENT, **MASTERS}, education=[row]) == []


def test_the_warning_names_cell_points_and_fix(tmp_path: Path) -> None:
    warned = warnings_of(tmp_path, {**CLIENT, **MASTERS, "canadian_study": ""}).row(0, named=True)
    assert (warned["source_file"], warned["source_row"], warned["client_id"]) == ("candidates.csv", 2, "C-1")
    assert (warned["column"], warned["cell"].startswith("Candidates!")) == ("canadian_study", True)
    assert warned["problem"] == (
        "canadian_study is empty, though education_country says CA. With three_years_or_more in it: 30 more CRS points "
        "(444, not 414)."
    )
    assert warned["fix"] == "Fill in canadian_study: one of none, one_or_two_years, three_years_or_more."


def test_a_nomination_in_documents_alone_is_worth_600_points(tmp_path: Path) -> None:
    warned = warnings_of(tmp_path, {**CLIENT, "provincial_nomination": ""}, documents=[NOMINATION]).row(0, named=True)
    assert warned["problem"].startswith(
        "provincial_nomination is empty, though Documents holds a nomination. With it: 600 more"
    )
    ended = {**NOMINATION, "expires_on": "2026-08-06"}
    assert warnings_of(tmp_path, CLIENT, documents=[ended]).is_empty()
    assert not warnings_of(tmp_path, CLIENT, documents=[{**ended, "expires_on": "2026-08-07"}]).is_empty()


OPEN = ("draft", "in_pool", "declined", "invited", "")


@pytest.mark.parametrize("status", [*OPEN, "applied", "withdrawn", "expired"])
def test_points_are_at_stake_in_open_cases_alone(tmp_path: Path, status: str) -> None:
    """Empty cells and rows, one occupation, and the choice of results."""
    stated = {
        "pool_status": status, "primary_noc": "21232", "primary_occupation_years": 3,
        "relative_in_canada": "yes", "first_language": "", "english_listening": 7,
        "french_test": "NCLC", "french_test_date": "2025-12-01", **{f"french_{ability}": 9 for ability in ABILITIES},
    }  # fmt: skip
    rows = [{**FOREIGN, "started_on": "2020-01-01", "ended_on": "2021-12-31"}, {**FOREIGN, "noc": "21234"},
            {**JOB, "paid": ""}]  # fmt: skip
    warned = warnings_of(tmp_path, {**CLIENT, **stated}, work_history=rows)
    expected = {"sibling_in_canada", "foreign_work_years", "first_language", "paid"} if status in OPEN else set()
    assert set(warned["column"]) - {"primary_occupation_years"} == expected


# --- Rows that prove nothing

FOREIGN: Row = {**JOB, "country": "India", "authorized": "", "self_employed": "", "full_time_student": ""}


@pytest.mark.parametrize(
    ("rows", "column", "points", "programs"),
    [
        ([{**JOB, "paid": ""}], "paid 1", 78, "fsw|cec"),
        ([{**JOB, "hours_per_week": ""}, {**JOB, "hours_per_week": "", "noc": "21234"}], "hours_per_week 2", 78, "fsw|cec"),
        ([{**JOB, "authorized": "", "full_time_student": ""}], "authorized 1|full_time_student 1", 78, "fsw|cec"),
        ([{**JOB, "self_employed": ""}], "self_employed 1", 78, "cec"),
        ([{**JOB, "country": ""}], "country 1", 78, "cec"),
        ([{**FOREIGN, "paid": "", "hours_per_week": ""}], "paid 1|hours_per_week 1", 25, "fsw"),
        ([{**FOREIGN, "country": "", "authorized": "no"}],
         "country 1|self_employed 1|full_time_student 1", 25, "fsw"),
    ],
)  # fmt: skip
def test_rows_of_work_that_prove_nothing(
    tmp_path: Path, rows: list[Row], column: str, points: int, programs: str
) -> None:
    assert stakes(tmp_path, CLIENT, work_history=rows) == [(column, None, points, programs)]


def test_work_without_a_code_is_tried_in_the_occupation_that_is_named(tmp_path: Path) -> None:
    rows = [{**JOB, "noc": "", "country": "India"}]
    assert stakes(tmp_path, {**CLIENT, "primary_noc": "21232"}, work_history=rows) == [("noc 1", None, 25, "fsw")]
    assert stakes(tmp_path, CLIENT, work_history=rows) == []


@pytest.mark.parametrize(
    ("changes", "column", "points"),
    [
        ({"distance_share": ""}, "distance_share 1", 15),
        ({"full_time_months_in_canada": ""}, "full_time_months_in_canada 1", 15),
        ({"in_canada": ""}, "in_canada 1", 138),
    ],
)
def test_rows_of_education_that_prove_nothing(tmp_path: Path, changes: Row, column: str, points: int) -> None:
    assert stakes(tmp_path, CLIENT, education=[{**CREDENTIAL, **changes}]) == [(column, None, points, "")]


def test_an_assessment_that_stands_elsewhere_is_tried_on_the_row(tmp_path: Path) -> None:
    row = {**CREDENTIAL, "country": "India", "in_canada": "no", "level": "three_year"}
    assert stakes(tmp_path, CLIENT, education=[row]) == [("eca_issued_on 1", None, 145, "")]
    without = {**CLIENT, "eca_issued_on": ""}
    assert stakes(tmp_path, without, education=[row]) == []
    assert [one[0] for one in stakes(tmp_path, without, education=[row], documents=[ASSESSMENT])] == ["eca_issued_on 1"]


def test_an_assessed_credential_was_complete_by_its_assessment(tmp_path: Path) -> None:
    row = {**CREDENTIAL, "country": "India", "in_canada": "no", "level": "three_year", "completed_on": ""}
    client = {**CLIENT, **EXPERIENCED, "eca_issued_on": ""}
    assessed = {**row, "eca_issued_on": "2025-05-02"}
    assert stakes(tmp_path, client, education=[assessed]) == [("completed_on 1", None, 145, "fsw")]
    both = [("completed_on 1|eca_issued_on 1", None, 145, "fsw")]
    assert stakes(tmp_path, client, education=[row], documents=[ASSESSMENT]) == both
    assert stakes(tmp_path, client, education=[row]) == []
    assert stakes(tmp_path, client, education=[{**assessed, "eca_issued_on": "2026-09-01"}]) == []


@pytest.mark.parametrize("by", ["documents", "spouse_eca_issued_on"])
def test_an_assessment_of_the_spouse_is_tried_on_the_spouses_row(tmp_path: Path, by: str) -> None:
    row = {**CREDENTIAL, "person": "spouse", "country": "India", "in_canada": "no", "level": "three_year"}
    client = {**MARRIED, **({"spouse_eca_issued_on": "2025-05-02"} if by != "documents" else {})}
    papers = [{**ASSESSMENT, "person": "spouse"}] if by == "documents" else [ASSESSMENT]
    assert stakes(tmp_path, client, education=[row], documents=papers) == [("eca_issued_on 1", None, 8, "")]
    assert stakes(tmp_path, MARRIED, education=[row], documents=[ASSESSMENT]) == []


def test_funds_without_a_family_size_name_what_is_undetermined(tmp_path: Path) -> None:
    warned = warnings_of(tmp_path, {**CLIENT, **EXPERIENCED, "family_size": ""}).row(0, named=True)
    assert (warned["column"], warned["problem"], warned["fix"]) == (
        "family_size",
        "family_size is empty, though settlement_funds_cad says 60000, and FSW is undetermined. With 1 in it: FSW met.",
        "Write the number of persons in family_size, the client included.",
    )
    without_funds = {**CLIENT, **EXPERIENCED, "family_size": "", "settlement_funds_cad": ""}
    assert warnings_of(tmp_path, without_funds).is_empty()
    assert warnings_of(tmp_path, {**CLIENT, **EXPERIENCED, "family_size": "", "settlement_funds_cad": 1000}).is_empty()


def test_a_cell_has_one_warning(tmp_path: Path) -> None:
    """The one with the points stands in place of the one without."""
    trade = {**CLIENT, "trade_noc": "72310", "trade_years_last_5": 3, "certificate_noc": "72310"}
    assessed = {**CREDENTIAL, "country": "India", "in_canada": "no", "level": "three_year"}
    run = run_of(tmp_path, trade, education=[assessed])
    run_intake.compare_records(run)
    assert run.intake is not None
    columns = run.intake.warnings["column"].to_list()
    assert (columns.count("certificate_of_qualification"), columns.count("eca_issued_on")) == (1, 1)
    certificate = run.intake.warnings.filter(column="certificate_of_qualification").row(0, named=True)
    assert certificate["problem"].startswith(
        "certificate_of_qualification is empty, though certificate_noc says 72310. With yes in it: 50 more CRS points"
    )
    assert certificate["fix"] == "Write yes in certificate_of_qualification, or empty certificate_noc."


def test_a_credential_without_a_country_beside_a_named_one_proves_no_further_one(tmp_path: Path) -> None:
    named = {**CREDENTIAL, "country": "India", "in_canada": "no", "level": "three_year", "eca_issued_on": "2025-05-02"}
    nameless = {**named, "country": ""}
    (warned,) = warnings_of(tmp_path, CLIENT, education=[named, nameless]).iter_rows(named=True)
    assert (warned["source_row"], warned["column"], warned["cell"]) == (3, "country", "Education!D3")
    assert warned["problem"] == (
        "The row has the level and completion day of education.csv, Education!C2, and its country is empty. It proves no "
        "further credential. With another country: 33 more CRS points (407, not 374)."
    )
    assert warned["fix"] == "Enter the country."


def test_a_nameless_credential_that_gives_no_points_is_named_without_them(tmp_path: Path) -> None:
    named = {**CREDENTIAL, "country": "India", "in_canada": "no", "eca_issued_on": "2025-05-02", "level": "masters"}
    (warned,) = warnings_of(
        tmp_path, {**CLIENT, "education_level": "masters"}, education=[named, {**named, "country": ""}]
    ).iter_rows(named=True)
    assert warned["problem"].endswith("its country is empty. It proves no further credential.")


def test_rows_that_could_not_give_more_are_not_warned_of(tmp_path: Path) -> None:
    old = {**JOB, "started_on": "2010-01-01", "ended_on": "2012-12-31", "paid": ""}
    assert stakes(tmp_path, CLIENT, work_history=[old]) == []
    assert stakes(tmp_path, CLIENT, education=[{**CREDENTIAL, "completed_on": "", "distance_share": ""}]) == []
    assert (
        stakes(tmp_path, CLIENT, education=[{**CREDENTIAL, "completed_on": "2021-06-30", "distance_share": ""}]) == []
    )


def test_one_warning_a_client_names_the_first_cell_and_what_is_missing(tmp_path: Path) -> None:
    rows = [JOB, {**JOB, "started_on": "2020-01-01", "ended_on": "2023-12-31", "paid": "", "hours_per_week": ""}]
    warned = warnings_of(tmp_path, CLIENT, work_history=[*rows, {**rows[1], "employer": "Another"}])
    assert warned["problem"].to_list() == [
        "Empty cells of the client's Work history prove nothing: paid in 2 rows, hours_per_week in 2 rows. Filled in, they "
        "may give 27 more CRS points (479, not 452)."
    ]
    row = warned.row(0, named=True)
    assert (row["source_file"], row["source_row"], row["cell"]) == ("work_history.csv", 3, "'Work history'!H3")
    assert row["fix"] == "Fill in paid, hours_per_week of the client's rows."


def test_every_cell_of_a_row_that_counts_is_a_gap_or_it_is_said_why_not(tmp_path: Path) -> None:
    run = run_of(tmp_path, CLIENT)
    assert run.law is not None
    tried = {(gap.sheet, gap.column) for gap in empty_cells.gaps(run.law)}
    described = {
        "work_history": {"client_id", "person", "started_on", "ended_on", "employer"},
        "education": {"client_id", "person", "level", "started_on"},
    }
    taken_as_usual = {("work_history", "temporary_resident_status"), ("work_history", "canadian_employer")}
    every = {(sheet.key, name) for sheet in (WORK_HISTORY, EDUCATION) for name in sheet.names}
    assert every == tried | taken_as_usual | {(key, name) for key, names in described.items() for name in names}


# --- Foreign work in one occupation


def test_both_totals_are_given_where_one_occupation_gives_fewer_points(tmp_path: Path) -> None:
    web = {**JOB, "country": "India", "noc": "21234", "started_on": "2022-01-01", "ended_on": "2023-12-31"}
    rows = [{**JOB, "country": "India"}, web]
    warned = warnings_of(tmp_path, CLIENT, work_history=rows)
    assert warned["problem"].to_list() == [
        "The CRS total is 424 with foreign work in all occupations, and 399 with the best single one. The instructions allow "
        "several occupations. The official tool asks for one."
    ]
    assert warned["fix"].to_list() == [
        "Check which years the profile declares. For the strict reading, set crs.records.foreign_work_one_occupation = true."
    ]
    assert warned["client_id"].to_list() == ["C-1"]
    enough = {**web, "started_on": "2018-01-01"}
    assert warnings_of(tmp_path, CLIENT, work_history=[rows[0], enough]).is_empty()
    assert warnings_of(tmp_path, CLIENT, work_history=[rows[0], {**web, "noc": "21232"}]).is_empty()


def test_a_firm_that_reads_it_strictly_is_not_warned(tmp_path: Path) -> None:
    run = run_of(
        tmp_path, CLIENT, work_history=[{**JOB, "country": "India"}, {**JOB, "country": "India", "noc": "21234"}]
    )
    assert run.intake is not None and run.rules is not None
    law = with_reading(run.rules, empty_cells.ONE_OCCUPATION, value=True).law_of(AS_OF)
    run_scoring.score(run)
    assert run.scored is not None
    assert empty_cells.in_one_occupation(run.intake.sheets, run.scored, law).is_empty()


# --- Where they are said


def test_check_and_score_say_them(tmp_path: Path) -> None:
    run_of(tmp_path, {**CLIENT, **MASTERS})
    file, day = str(tmp_path / "candidates.csv"), ("--as-of", AS_OF.isoformat())
    said = "canadian_study is empty, though education_country says CA."
    assert said in CliRunner().invoke(app, ["check", file, *day]).stdout
    assert said in CliRunner().invoke(app, ["score", file, *day, "--out", str(tmp_path / "x.csv")]).stderr
