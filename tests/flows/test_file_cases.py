"""Files from practice that were read wrongly or refused: each is answered as its folder's expected answer says."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from flows import run_request
from flows.main_run import run_intake, run_law, run_scoring, run_state
from validation.intake.intake import UnusableInputs

DATA = Path(__file__).parent.parent / "data"
FILES, INTAKE = DATA / "files", DATA / "intake"
EXPECTED = json.loads((FILES / "expected.json").read_text(encoding="utf-8"))


def answered(path: Path, as_of: date) -> run_state.Run:
    """A file read and scored, as `score` does it."""
    run = run_state.Run(run_request.Request("test", (path,), as_of))
    for stage in (run_law.open_law, run_intake.take_in, run_scoring.score):
        stage(run)
    return run


def refusal(path: Path) -> str:
    """Why a file cannot be used."""
    with pytest.raises(UnusableInputs) as caught:
        answered(path, date(2026, 6, 20))
    return str(caught.value)


def scored(run: run_state.Run, *columns: str) -> list[tuple[object, ...]]:
    assert run.scored is not None
    return run.scored.select(columns).rows()


def listed(run: run_state.Run, what: str) -> list[tuple[str, str, str]]:
    """Cell, column and problem of each row in `quarantine` or `warnings`."""
    assert run.intake is not None
    frame: pl.DataFrame = getattr(run.intake, what)
    return frame.select("cell", "column", "problem").rows()


def sheets(run: run_state.Run) -> list[tuple[str, str | None, int | None]]:
    assert run.intake is not None
    return [(use.title, use.read_as, use.rows) for use in run.intake.inputs[0].uses]


def total_of_418(run: run_state.Run) -> None:
    assert scored(run, "client_id", "date_of_birth", "age", "crs_total") == [("T-1", date(1994, 6, 15), 31, 418)]
    assert listed(run, "quarantine") == listed(run, "warnings") == []


def employment_read(run: run_state.Run) -> None:
    total_of_418(run)
    assert sheets(run) == [("Candidates", "candidates", 1), ("Employment", "work_history", 1)]


def formula_without_result(run: run_state.Run) -> None:
    [(cell, column, problem)] = listed(run, "quarantine")
    assert (cell, column) == ("Candidates!P2", "foreign_work_years")
    assert "formula whose result is not stored" in problem


def formulas_to_be_calculated(run: run_state.Run) -> None:
    [(cell, column, problem)] = listed(run, "warnings")
    assert (cell, column) == ("Candidates!K2", "english_listening")
    assert "english_listening holds formulas with the stored result 0 or FALSE (K2)" in problem
    assert "calculated when it is opened, so stored results are not reliable" in problem


def visible_sheet_read(run: run_state.Run) -> None:
    assert scored(run, "client_id", "source_sheet", "crs_total") == [("T-1", "Clients 2026", 418)]
    assert sheets(run) == [("Candidates", None, 1), ("Clients 2026", "candidates", 1)]
    assert "hidden and not read" in listed(run, "warnings")[0][2]


def id_is_a_date(run: run_state.Run) -> None:
    assert listed(run, "quarantine") == [
        ("Candidates!A2", "client_id", "A spreadsheet turned the client_id into a date.")
    ]


def id_0012(run: run_state.Run) -> None:
    assert scored(run, "client_id", "crs_total") == [("0012", 418)]


CHECKS: dict[str, Callable[[run_state.Run], None]] = {
    "mac_1904_x15.xlsx": total_of_418,
    "sheet_employment.xlsx": employment_read,
    "formula_str_without_v.xlsx": formula_without_result,
    "formula_zero_never_calculated.xlsx": formulas_to_be_calculated,
    "merged_client_id.xlsx": total_of_418,
    "cjk_builtin_date_31.xlsx": total_of_418,
    "libreoffice_row_to_AMJ.xlsx": total_of_418,
    "backslash_part_names.xlsx": total_of_418,
    "equals_quoted_id.csv": id_0012,
    "hidden_candidates.xlsx": visible_sheet_read,
    "client_id_turned_date.xlsx": id_is_a_date,
}


@pytest.mark.parametrize("name", CHECKS)
def test_a_file_is_answered_as_expected(name: str) -> None:
    assert name in EXPECTED
    CHECKS[name](answered(FILES / name, date(2025, 6, 20)))


def test_headers_below_the_first_rows_are_named_as_missing() -> None:
    assert "no header row with client_id is found in the first 25 rows" in refusal(FILES / "csv_header_in_row_31.csv")


def no_sibling(run: run_state.Run) -> None:
    assert scored(run, "client_id", "crs_sibling") == [("C-1", 0), ("C-2", 0)]


def sibling(run: run_state.Run) -> None:
    assert scored(run, "client_id", "crs_sibling") == [("C-1", 15)]


def bytes_are_text(run: run_state.Run) -> None:
    assert scored(run, "client_id") == [("C-1",)]


def inch_marks_kept(run: run_state.Run) -> None:
    assert scored(run, "client_id", "family_name", "case_owner") == [
        ("C-1", "Smith, Jo", 'Desk 27"'), ("C-2", "Jones", 'Desk 5"'), ("C-3", "Brown", "Miller"),
    ]  # fmt: skip


def read_alone(run: run_state.Run) -> None:
    assert scored(run, "client_id", "date_of_birth") == [("C-1", date(1990, 1, 1))]
    assert listed(run, "quarantine") == []


def work_years_to_be_calculated(run: run_state.Run) -> None:
    [(cell, column, problem)] = listed(run, "warnings")
    assert (cell, column) == ("Candidates!D2", "foreign_work_years")
    assert "stored results are not reliable" in problem


def alike_ids_listed(run: run_state.Run) -> None:
    assert scored(run, "client_id") == []
    found = listed(run, "quarantine")
    assert [cell for cell, _, _ in found] == [f"Candidates!A{row}" for row in range(2, 8)]
    assert all("The same client_id stands in other rows" in problem for _, _, problem in found)


def changed_ids_listed(run: run_state.Run) -> None:
    first, second = listed(run, "quarantine")
    assert first == ("Candidates!A2", "client_id", "A spreadsheet turned the client_id into a date.")
    assert second[:2] == ("Candidates!A3", "client_id")
    assert "shortened the client_id to 1.23457E+11" in second[2]


def long_text_listed(run: run_state.Run) -> None:
    assert ("Candidates!D2", "family_name", "The text is longer than 32,767 characters.") in listed(run, "quarantine")


INTAKE_CHECKS: dict[str, Callable[[run_state.Run], None]] = {
    "csv_inch_marks.csv": inch_marks_kept,
    "bool_false.xlsx": no_sibling,
    "ids_alike.xlsx": alike_ids_listed,
    "stray_blank.xlsx": read_alone,
    "inline_v.xlsx": sibling,
    "bytes.parquet": bytes_are_text,
    "ids_changed.xlsx": changed_ids_listed,
    "full_calc_on_load.xlsx": work_years_to_be_calculated,
    "last_row_element.xlsx": read_alone,
    "error_elsewhere.xlsx": read_alone,
    "part_case.xlsx": read_alone,
    "workbook2.xlsx": read_alone,
    "xml_comment.xlsx": read_alone,
    "long_field.csv": long_text_listed,
}
REFUSED = {
    "csv_ditto_marks.csv": "In row 2 of the CSV file, one cell in quotation marks holds 3 lines",
    "marks_not_doubled.csv": "Row 2 of the CSV file has a quotation mark that is not closed or stands inside a field",
}


@pytest.mark.parametrize("name", INTAKE_CHECKS)
def test_an_odd_file_is_read_as_it_is_meant(name: str) -> None:
    INTAKE_CHECKS[name](answered(INTAKE / name, date(2026, 6, 20)))


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_would_lose_clients_is_refused(name: str) -> None:
    assert REFUSED[name] in refusal(INTAKE / name)
