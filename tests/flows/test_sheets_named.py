"""Every sheet with rows is named as read or not read: by check, by score, in run.json and on the report."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from flows import program
from flows.cli import app
from reports import report

HEADERS = ["client_id", "date_of_birth", "marital_status"]
SHEETS = [
    ("Candidates", "candidates", 1),
    ("Tremblay", "candidates", 2),
    ("Employment", "work_history", 1),
    ("Lists", None, 2),
]


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workbook with a sheet a case owner, jobs under another name, and a sheet that is not ours."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.chdir(tmp_path)
    book = openpyxl.Workbook()
    assert book.active is not None
    book.remove(book.active)
    rows: dict[str, list[list[str]]] = {
        "Candidates": [HEADERS, ["C-1", "1990-01-02", "single"]],
        "Tremblay": [HEADERS, ["C-2", "1990-01-02", "single"], ["C-3", "1990-01-02", "single"]],
        "Employment": [["client_id", "person", "started_on"], ["C-1", "principal", "2020-01-01"]],
        "Lists": [["one"], ["two"]],
    }
    for title, own in rows.items():
        for row in own:
            (book[title] if title in book.sheetnames else book.create_sheet(title)).append(row)
    book["Tremblay"].row_dimensions[2].hidden = True
    book.save(tmp_path / "office.xlsx")
    return tmp_path / "office.xlsx"


def test_check_names_every_sheet(office: Path) -> None:
    done = CliRunner().invoke(app, ["check", str(office), "--as-of", "2026-06-01"])
    assert "3 candidates in = 3 good" in done.stdout
    assert [line for line in done.stdout.splitlines() if "read: " in line] == [
        "read: office.xlsx, Candidates: 1 row as Candidates.",
        "read: office.xlsx, Tremblay: 2 rows as Candidates. 1 row is hidden.",
        "read: office.xlsx, Employment: 1 row as Work history.",
        "not read: office.xlsx, Lists: 2 rows. Its headers are none of ours.",
    ]


def test_check_names_them_for_programs(office: Path) -> None:
    done = CliRunner().invoke(app, ["check", str(office), "--as-of", "2026-06-01", "--json"])
    [found] = json.loads(done.stdout)["inputs"]
    assert [(one["title"], one["read_as"], one["rows"]) for one in found["sheets"]] == SHEETS
    assert found["rows"] == {"candidates": 3, "work_history": 1}


def test_score_names_those_that_are_not_simply_read(office: Path, tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["score", str(office), "--as-of", "2026-06-01", "--out", str(tmp_path / "s.csv")])
    named = [line.partition(", ")[2].partition(":")[0] for line in done.output.splitlines() if "read: " in line]
    assert named == ["Tremblay", "Employment", "Lists"]


def test_record_and_report_name_them(office: Path, tmp_path: Path) -> None:
    run = program.Run(program.Request("test", (office,), date(2026, 6, 1)))
    for stage in (program.open_law, program.take_in, program.score):
        stage(run)
    [found] = program.manifest(run, {})["inputs"]
    assert [(one["title"], one["read_as"], one["rows"]) for one in found["sheets"]] == SHEETS
    report.write_report(tmp_path / "report.xlsx", program.contents(run))
    first = openpyxl.load_workbook(tmp_path / "report.xlsx").worksheets[0]
    rows = [row[:5] for row in first.iter_rows(values_only=True)]
    start = rows.index(("Sheet", "Number of the file", "Read as", "Rows", "What to know of it"))
    assert rows[start + 1 : start + 5] == [
        ("Candidates", 1, "Candidates", 1, None),
        ("Tremblay", 1, "Candidates", 2, "1 row is hidden."),
        ("Employment", 1, "Work history", 1, None),
        ("Lists", 1, "not read", 2, "Its headers are none of ours."),
    ]
