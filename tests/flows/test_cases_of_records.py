"""The records of tests/data/law and tests/data/files: what their rows prove, and what is said about the rest."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from flows.cli import app

DATA = Path(__file__).parents[1] / "data"
ONE_DEGREE = DATA / "law" / "07_one_degree_on_two_rows"
STATUS = DATA / "law" / "11_what_authorized_does_not_say"
NO_PAID = DATA / "files" / "work_rows_without_paid.xlsx"
NO_SHARE = DATA / "files" / "canadian_diploma_without_share.xlsx"
LAW_DAY, FILE_DAY = "2026-06-15", "2025-06-20"


def scored(out: Path, *inputs: Path, day: str) -> tuple[list[dict[str, str]], str]:
    """The rows of the scores, and what was said on standard error."""
    done = CliRunner().invoke(app, ["score", *map(str, inputs), "--as-of", day, "--out", str(out / "scores.csv")])
    assert done.exit_code == 0
    with (out / "scores.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file)), done.stderr


def checked(*inputs: Path, day: str) -> list[dict[str, Any]]:
    """The warnings of `check`."""
    done = CliRunner().invoke(app, ["check", *map(str, inputs), "--as-of", day, "--json"])
    assert done.exit_code == 0
    warnings: list[dict[str, Any]] = json.loads(done.stdout)["warnings"]
    return warnings


def files_of(folder: Path) -> list[Path]:
    return [folder / f"{name}.csv" for name in ("candidates", "language_tests", "education", "work_history")]


def without_columns(path: Path, *names: str) -> None:
    """Takes columns out of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, [name for name in rows[0] if name not in names], extrasaction="ignore")
        table.writeheader()
        table.writerows(rows)


def test_one_degree_with_a_renewed_assessment_is_one_credential(tmp_path: Path) -> None:
    (row,), said = scored(tmp_path, *files_of(ONE_DEGREE), day=LAW_DAY)
    assert row["crs_education"] == "120"
    assert (row["crs_education_language"], row["fsw_points_education"]) == ("25", "21")
    assert "The row is the same credential as education.csv, Education!C2" in said
    (warning,) = checked(*files_of(ONE_DEGREE), day=LAW_DAY)
    assert (warning["source_file"], warning["cell"], warning["client_id"]) == ("education.csv", "Education!C3", "ce20")
    assert warning["fix"].startswith("Delete the row of the older assessment")


def test_work_without_status_or_for_a_foreign_employer_is_no_canadian_experience(tmp_path: Path) -> None:
    rows, _ = scored(tmp_path, *files_of(STATUS), day=LAW_DAY)
    assert [row["client_id"] for row in rows] == ["rf01", "rf02"]
    for row in rows:
        assert (row["cec_eligible"], row["canadian_work_years"]) == ("false", "0")
        assert row["fsw_eligible"] == "true"
    assert checked(*files_of(STATUS), day=LAW_DAY) == []


def test_without_the_columns_work_counts_with_one_note_for_the_file(tmp_path: Path) -> None:
    for path in files_of(STATUS):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    without_columns(tmp_path / "work_history.csv", "temporary_resident_status", "canadian_employer")
    rows, said = scored(tmp_path, *files_of(tmp_path), day=LAW_DAY)
    assert [(row["cec_eligible"], row["canadian_work_years"]) for row in rows] == [("true", "2")] * 2
    (note,) = checked(*files_of(tmp_path), day=LAW_DAY)
    assert note["problem"] in said
    assert (note["source_file"], note["source_row"]) == ("work_history.csv", 1)
    assert note["problem"] == (
        "The sheet has no columns temporary_resident_status and canadian_employer. Taken for all its rows: authorized work "
        "in Canada as done with temporary resident status; every employer in Canada as Canadian."
    )


@pytest.mark.parametrize(
    ("changes", "counted"),
    [
        ({}, "temporary_resident_status in 2 rows, canadian_employer in 1 row"),
        ({"authorized": "no"}, None),
        ({"country": "India"}, None),
        ({"full_time_student": "yes"}, None),
        ({"temporary_resident_status": "yes", "canadian_employer": "yes"}, None),
    ],
)
def test_empty_cells_of_work_in_canada_give_one_note_for_the_file(
    changes: dict[str, str], counted: str | None, tmp_path: Path
) -> None:
    job = {
        "client_id": "C-1", "person": "principal", "noc": "21232", "country": "Canada", "started_on": "2024-01-01",
        "ended_on": "2024-12-31", "hours_per_week": "40", "paid": "yes", "authorized": "yes", "self_employed": "no",
        "full_time_student": "no", "temporary_resident_status": "", "canadian_employer": "yes",
    }  # fmt: skip
    later = {**job, "started_on": "2025-01-01", "ended_on": "2025-12-31", "canadian_employer": ""}
    rows = [{**job, **changes}, {**later, **changes}]
    (tmp_path / "candidates.csv").write_text("client_id,date_of_birth,marital_status\nC-1,1990-05-17,single\n")
    lines = [",".join(job), *(",".join(row.values()) for row in rows)]
    (tmp_path / "work_history.csv").write_text("\n".join(lines) + "\n")
    found = [
        row
        for row in checked(tmp_path / "candidates.csv", tmp_path / "work_history.csv", day=LAW_DAY)
        if row["column"] in {"temporary_resident_status", "canadian_employer"}
    ]
    if counted is None:
        assert found == []
        return
    (note,) = found
    assert (note["source_row"], note["cell"], note["client_id"]) == (1, "'Work history'!L1", "")
    assert note["problem"] == (
        f"Cells of authorized work in Canada are empty: {counted}. Taken for these rows: authorized work in Canada as done "
        "with temporary resident status; every employer in Canada as Canadian."
    )
    assert (
        note["fix"]
        == "Enter no in temporary_resident_status and canadian_employer where a row is otherwise, and yes elsewhere."
    )


def test_a_file_without_the_column_paid_is_taken_as_paid_with_one_note(tmp_path: Path) -> None:
    (row,), said = scored(tmp_path, NO_PAID, day=FILE_DAY)
    assert row["crs_total"] == "418"
    (note,) = checked(NO_PAID, day=FILE_DAY)
    assert note["problem"] == "The sheet has no column paid. Taken for all its rows: every job as paid."
    assert note["problem"] in said


def test_a_canadian_diploma_without_its_share_is_warned_of_with_15_points() -> None:
    (warning,) = checked(NO_SHARE, day=FILE_DAY)
    assert (warning["source_sheet"], warning["cell"], warning["column"]) == (
        "Education",
        "Education!J2",
        "distance_share",
    )
    assert "distance_share in 1 row" in warning["problem"]
    assert "15 more CRS points" in warning["problem"]
    assert warning["fix"] == "Fill in distance_share of the client's rows."


@pytest.mark.parametrize("day", ["2021-06-30", "2026-06-30", "2026-07-01", "2026-07-02"])
def test_the_older_assessment_never_makes_a_second_credential(tmp_path: Path, day: str) -> None:
    """The day before, the day and the day after it turns five; and a day before the renewed one exists."""
    (row,), _ = scored(tmp_path, *files_of(ONE_DEGREE), day=day)
    assert row["crs_education"] == ("0" if day == "2021-06-30" else "120")
