"""Every sheet with rows is named as read or not read: by check, by score, in run.json and on the report."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from typer.testing import CliRunner

from flows import run_request
from flows.cli import app
from flows.main_run import output_names, run_contents, run_intake, run_law, run_outputs, run_scoring, run_state
from history.tables import INPUT, RUNS
from reports.report import report
from tests.firm import MONDAY, TUESDAY, Firm

HEADERS = ["client_id", "date_of_birth", "marital_status"]
SHEETS = [
    ("Candidates", "candidates", 1),
    ("Tremblay", "candidates", 2),
    ("Employment", "work_history", 1),
    ("Lists", None, 1),
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
        "not read: office.xlsx, Lists: 1 row. Its headers are none of ours.",
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
    run = run_state.Run(run_request.Request("test", (office,), date(2026, 6, 1)))
    for stage in (run_law.open_law, run_intake.take_in, run_scoring.score):
        stage(run)
    [found] = run_outputs.manifest(run, {})["inputs"]
    assert [(one["title"], one["read_as"], one["rows"]) for one in found["sheets"]] == SHEETS
    report.write_report(tmp_path / "report.xlsx", run_contents.contents(run))
    book = openpyxl.load_workbook(tmp_path / "report.xlsx")
    first = book["About this run"]
    rows = [row[:5] for row in first.iter_rows(values_only=True)]
    start = rows.index(("Sheet", "Number of the file", "Read as", "Rows", "What to know of it"))
    assert rows[start + 1 : start + 5] == [
        ("Candidates", 1, "Candidates", 1, None),
        ("Tremblay", 1, "Candidates", 2, "1 row is hidden."),
        ("Employment", 1, "Work history", 1, None),
        ("Lists", 1, "not read", 1, "Its headers are none of ours."),
    ]
    lines = [row[0] for row in book["Summary"].iter_rows(values_only=True)]
    assert "1 sheet with rows was not read: Lists. See the sheet About this run." in lines


@pytest.fixture
def firm(office: Path) -> Firm:
    """A firm with a workbook in its inbox of which a team of 30 clients has headers of its own."""
    made = Firm(office.parent / "firm")
    made.publish(MONDAY)
    book = openpyxl.load_workbook(office)
    team = book.create_sheet("Team Ben")
    for row in [["Nr", "Born"], *[[f"B-{place}", "1990-01-02"] for place in range(30)]]:
        team.append(row)
    book.save(made.inbox / "office.xlsx")
    return made


NOT_READ = "not read: office.xlsx, Team Ben: 30 rows. Its headers are none of ours."


def sheets_of(firm: Firm, day: date) -> tuple[list[tuple[str, str | None, int]], list[tuple[object, ...]]]:
    """The sheets of a night: in run.json, and on the report's page about the run."""
    folder = firm.reports / day.isoformat()
    [found] = json.loads((folder / output_names.RECORD).read_text(encoding="utf-8"))["inputs"]
    first = openpyxl.load_workbook(folder / "report.xlsx")["About this run"]
    rows = [row[:5] for row in first.iter_rows(values_only=True)]
    start = rows.index(("Sheet", "Number of the file", "Read as", "Rows", "What to know of it"))
    return [(one["title"], one["read_as"], one["rows"]) for one in found["sheets"]], rows[start + 1 : start + 6]


def test_a_night_names_every_sheet(firm: Firm) -> None:
    asked = ["nightly", "--config", str(firm.config), "--as-of", MONDAY.isoformat(), "--ahead", "--no-prefect"]
    done = CliRunner().invoke(app, asked)
    assert done.exit_code == 0, done.output
    assert f"note: {NOT_READ}" in done.output
    assert "note: read: office.xlsx, Candidates" not in done.output
    listed, shown = sheets_of(firm, MONDAY)
    assert listed == [*SHEETS, ("Team Ben", None, 30)]
    assert shown[-1] == ("Team Ben", 1, "not read", 30, "Its headers are none of ours.")
    record = json.loads((firm.reports / MONDAY.isoformat() / output_names.RECORD).read_text(encoding="utf-8"))
    assert NOT_READ in record["notes"]
    summary = openpyxl.load_workbook(firm.reports / MONDAY.isoformat() / "alerts.xlsx").worksheets[0]
    assert NOT_READ in {cell for row in summary.iter_rows(values_only=True) for cell in row}
    # The same night again takes nothing, and still knows the sheets of what it took.
    assert NOT_READ not in firm.night(MONDAY).notes
    assert sheets_of(firm, MONDAY) == (listed, shown)


def test_a_purged_client_is_struck_out_of_the_titles_of_sheets(firm: Firm) -> None:
    book = openpyxl.load_workbook(firm.inbox / "office.xlsx")
    book["Team Ben"].title = "Team of C-2"
    book.save(firm.inbox / "office.xlsx")
    firm.night(MONDAY)
    assert firm.history.purge("C-2")["runs"] == 0
    [row] = firm.table(RUNS)["inputs"].to_list()[0]
    assert [one["title"] for one in row["sheets"]][-1] == "Team of (purged)"
    assert "C-2" not in "".join(firm.table(RUNS)["notes"].to_list()[0])


def test_a_night_after_one_of_an_older_drawline_knows_no_sheets(firm: Firm) -> None:
    firm.night(MONDAY)
    inputs = pl.col("inputs").list.eval(pl.element().struct.with_fields(pl.lit(None, INPUT["sheets"]).alias("sheets")))
    firm.history.replace(RUNS, firm.table(RUNS).with_columns(inputs))
    firm.night(MONDAY)
    [found] = json.loads((firm.reports / MONDAY.isoformat() / output_names.RECORD).read_text(encoding="utf-8"))[
        "inputs"
    ]
    assert found["sheets"] == []
    assert firm.night(TUESDAY).notes == []
