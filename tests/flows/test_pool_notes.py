"""Notes name who counts as a draft for want of a profile, and how many clients are at or above a cut-off."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from flows.cli import app
from tests.reports.corrections.checking import check

DAY = "2026-08-07"
NEITHER = "neither profile_submitted_at nor pool_status"
HEADER = (
    "client_id,date_of_birth,marital_status,pool_status,profile_submitted_at,citizenship,education_level,"
    "english_test,english_test_date,english_listening,english_reading,english_writing,english_speaking,"
    "canadian_work_years,canadian_work_months_last_36,primary_noc,eca_issued_on,sibling_in_canada\n"
)
FACTS = "India,doctorate,IELTS_GT,2026-01-10,8.5,8,8,8,5,24,21231,2025-01-10,yes"
BOTH = f"C-1,1996-01-05,single,in_pool,2026-07-01T10:00:00Z,{FACTS}\nC-2,1996-01-05,single,,,{FACTS}\n"
# A sheet that holds clients, each with the end of a permit as a row of Documents.
MAP = """map: 1
columns:
  "Permit until": documents.expires_on(kind=work_permit)
dates:
  expires_on: ymd
"""


def listed(folder: Path, rows: str) -> Path:
    path = folder / "clients.csv"
    path.write_text(HEADER + rows, encoding="utf-8")
    return path


@pytest.mark.parametrize(("status", "is_told"), [("", True), ("draft", False), ("in_pool", False)])
def test_a_client_without_profile_and_status_is_told_of(status: str, is_told: bool, tmp_path: Path) -> None:
    path = listed(tmp_path, f"C-1,1996-01-05,single,{status},,{FACTS}\n")
    shown = CliRunner().invoke(app, ["check", str(path), "--as-of", DAY]).stdout
    answer = json.loads(CliRunner().invoke(app, ["check", str(path), "--as-of", DAY, "--json"]).stdout)
    assert (NEITHER in shown) == is_told
    assert (NEITHER in " ".join(answer["notes"])) == is_told


def test_a_run_tells_on_the_screen_what_the_first_sheet_tells(tmp_path: Path) -> None:
    out = tmp_path / "out"
    command = ["run", str(listed(tmp_path, BOTH)), "--out", str(out), "--as-of", DAY, "--no-prefect"]
    shown = CliRunner().invoke(app, command).stdout
    front = openpyxl.load_workbook(out / "report.xlsx").worksheets[0]
    texts = [str(cell.value) for cells in front.iter_rows() for cell in cells if cell.value is not None]
    (line,) = (line for line in shown.splitlines() if "at or above the cut-off of a counted round today" in line)
    (heading,) = (text for text in texts if text.startswith("At or above the last cut-off"))
    assert line.split()[0] == heading.partition("(")[2].split()[0] == "1"
    assert NEITHER in shown
    assert any(NEITHER in text for text in texts)


def test_clients_and_details_of_one_sheet_are_counted_apart(tmp_path: Path) -> None:
    path, book = tmp_path / "one.xlsx", openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["client_id", "date_of_birth", "marital_status", "Permit until"])
    for row in (["C-1", "1996-01-05", "single", "2027-05-01"], ["C-2", "31/02/1996", "single", "2027-05-01"],
                ["C-3", "1996-01-05", "single", "2027-02-30"]):  # fmt: skip
        sheet.append(row)
    book.save(path)
    mapping = tmp_path / "map.yaml"
    mapping.write_text(MAP, encoding="utf-8")
    found = check(path, out=tmp_path / "out", extra=("--map", str(mapping)))
    counts = found.answer["counts"]
    front = openpyxl.load_workbook(found.book).worksheets[0]
    lines = [front.cell(row, 1).value for row in (2, 3)]
    assert lines == ["3 clients in = 1 good + 2 quarantined", "3 detail rows in = 1 used + 1 held + 1 quarantined"]
    assert (counts["candidates_in"], counts["detail_rows_in"], counts["detail_rows_held"]) == (3, 3, 1)
