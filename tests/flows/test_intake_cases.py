"""Cases of files read wrongly that other tests of files do not hold: values, fixes, settings, and what outputs hold."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from typer.testing import CliRunner, Result

from flows import run_request
from flows.cli import app
from flows.main_run import run_intake, run_law, run_state

INTAKE = Path(__file__).parent.parent / "data" / "intake"
DAY = "2026-06-20"
SIGNS = ("=", "+", "-", "@")


def call(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(one) for one in arguments])


def quarantined(name: str) -> dict[str, tuple[str, str]]:
    """By cell what `check` says of it: problem and fix."""
    done = call("check", INTAKE / name, "--as-of", DAY, "--json")
    assert done.exit_code in {0, 3}, done.output
    return {row["cell"]: (row["problem"], row["fix"]) for row in json.loads(done.stdout)["quarantine"]}


def test_a_typographic_apostrophe_in_a_country(tmp_path: Path) -> None:
    done = call("check", INTAKE / "ivory.xlsx", "--as-of", DAY, "--json")
    assert (done.exit_code, json.loads(done.stdout)["quarantine"]) == (0, [])


def test_a_fix_never_names_another_number() -> None:
    found = quarantined("mends.xlsx")
    assert list(found) == ["Candidates!G2", "Candidates!G4"]
    for problem, fix in found.values():
        assert not {"1375750", "13.75700", "71", "2026", "1899"} & set(fix.replace(".", " ").split())
        assert "The cell is formatted as a" in problem


NUMBERS = [
    ("settlement_funds_cad", "13 757,50 $", 13757.5),
    ("settlement_funds_cad", "13.757,00", 13757.0),
    ("settlement_funds_cad", "13'757", 13757.0),
    ("settlement_funds_cad", "13\u202f757,50", 13757.5),
    ("english_listening", "6½", 6.5),
    ("english_listening", "7 1/2", 7.5),
]


@pytest.mark.parametrize(("column", "text", "number"), NUMBERS)
def test_a_number_is_the_one_that_it_says(column: str, text: str, number: float, tmp_path: Path) -> None:
    path = tmp_path / "clients.csv"
    record = {
        "client_id": "C-1", "date_of_birth": "1990-01-01", "marital_status": "single", "english_test": "IELTS_GT",
        "english_test_date": "2026-01-01", "english_listening": "7", column: text,
    }  # fmt: skip
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, list(record))
        table.writeheader()
        table.writerow(record)
    run = run_state.Run(run_request.Request("test", (path,), date.fromisoformat(DAY)))
    for stage in (run_law.open_law, run_intake.take_in):
        stage(run)
    assert run.intake is not None
    assert run.intake.sheets["candidates"][column].to_list() == [number]


def test_errors_and_formulas_in_choices_are_named_as_such() -> None:
    found = quarantined("errors_in_choices.xlsx")
    assert found["Candidates!C2"][0] == "The cell shows the error #REF!."
    assert found["Candidates!D3"][0] == "The cell shows the error #N/A."
    for cell in ("Candidates!D2", "Candidates!C3"):
        assert found[cell][0] == "The cell holds a formula whose result is not stored in the file."
    assert not any("Did you mean" in fix for _, fix in found.values())


def test_an_invisible_mark_before_a_date() -> None:
    assert quarantined("marks_in_cells.xlsx") == {}


@pytest.mark.parametrize("command", ["check", "score"])
def test_days_below_zero_in_the_settings_are_refused(command: str, tmp_path: Path) -> None:
    more = ["--out", tmp_path / "s.csv"] if command == "score" else []
    settings = shutil.copy(INTAKE / "gap.toml", tmp_path)
    done = call(command, INTAKE / "good.csv", "--config", settings, *more)
    assert done.exit_code == 4
    assert "gap.toml: line 2: readings: work.time.gap_days: -3 is below zero" in done.stderr


def starts_a_formula(written: str) -> list[str]:
    """The cells that a spreadsheet would calculate, with comma, semicolon or tab between the cells."""
    cells = written.replace(";", "\n").replace("\t", "\n").splitlines()
    for divider in ",;\t":
        cells += [cell for row in csv.reader(io.StringIO(written, newline=""), delimiter=divider) for cell in row]
    found = [cell for cell in cells if cell.strip(' \t\r\n"').startswith(SIGNS)]
    return [cell for cell in found if not cell.lstrip("-").replace(".", "").isdigit()]


@pytest.mark.parametrize("name", ["semicolon.csv", "made.csv"])
def test_no_text_acts_in_a_csv_file_where_semicolons_divide(name: str, tmp_path: Path) -> None:
    path = INTAKE / name
    if name == "made.csv":
        path = tmp_path / name
        texts = ["x;=1+1", "x\n@SUM(1)", "x\t+1", 'x;"=1"', "; -1", "x;\n=1"]
        with path.open("w", encoding="utf-8", newline="") as file:
            table = csv.writer(file)
            table.writerow(["client_id", "date_of_birth", "marital_status", "family_name", "given_name", "case_owner"])
            for number, text in enumerate(texts):
                table.writerow([f"C-{number};=1", "1990-01-01", "single", text, text, text])
                table.writerow([f"bad-{number};=1", "1990-01-01", text, text, text, text])
    for output in ("scores.csv", "advice.csv"):
        command = "score" if output == "scores.csv" else "advise"
        done = call(command, path, "--as-of", DAY, "--out", tmp_path / output)
        assert done.exit_code in {0, 3}, done.output
        assert starts_a_formula((tmp_path / output).read_text(encoding="utf-8-sig")) == []
    assert call("check", path, "--as-of", DAY, "--out", tmp_path / "checked").exit_code in {0, 3}
    listed = (tmp_path / "checked" / "quarantine.csv").read_text(encoding="utf-8-sig")
    assert starts_a_formula(listed) == []
    assert pl.read_csv(tmp_path / "scores.csv", infer_schema=False).height > 0


def test_ids_that_begin_like_formulas_are_as_given_but_in_csv(tmp_path: Path) -> None:
    path = tmp_path / "clients.csv"
    path.write_text(
        "client_id,date_of_birth,marital_status\n-1,1990-01-01,single\n@b,1990-01-01,single\n", encoding="utf-8"
    )
    found = {}
    for ending in ("csv", "parquet", "xlsx"):
        out = tmp_path / f"scores.{ending}"
        assert call("score", path, "--as-of", DAY, "--out", out).exit_code == 0
        if ending == "xlsx":
            rows = list(openpyxl.load_workbook(out)["scores"].iter_rows(min_col=1, max_col=1, values_only=True))
            found[ending] = [row[0] for row in rows[1:3]]
        else:
            frame = pl.read_csv(out, infer_schema=False) if ending == "csv" else pl.read_parquet(out)
            found[ending] = frame["client_id"].to_list()
    assert found == {"csv": ["'-1", "'@b"], "parquet": ["-1", "@b"], "xlsx": ["-1", "@b"]}


def test_a_long_title_of_a_plan_fits_the_footer(tmp_path: Path) -> None:
    done = call("simulate", INTAKE / "pool.csv", "--plan", INTAKE / "plan_long_title.yaml", "--out", tmp_path / "out")
    assert done.exit_code == 0, done.output
    for sheet in openpyxl.load_workbook(tmp_path / "out" / "simulation.xlsx"):
        footer = sheet.HeaderFooter.oddFooter
        written = f"&L&8 {footer.left.text}&C&8 {footer.center.text}&R&8 {footer.right.text}"
        assert len(written.encode("utf-16-le")) // 2 <= 255


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-16"])
def test_utf_16_is_named_with_and_without_its_mark(encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "clients.csv"
    path.write_bytes("client_id,date_of_birth,marital_status\r\nC-1,1990-01-01,single\r\n".encode(encoding))
    done = call("check", path, "--as-of", DAY)
    assert done.exit_code == 4
    assert "The text is in UTF-16, not in UTF-8." in done.stderr


LEGENDS = [
    ["Client ID,our own number"],
    ["Client ID,Date of birth"],
    ["Client ID,Date of birth", ""],
    ["Client ID", "DOB,the day of birth", ""],
]


@pytest.mark.parametrize("legend", LEGENDS, ids=" / ".join)
def test_a_legend_above_the_table_is_no_header(legend: list[str], tmp_path: Path) -> None:
    path = tmp_path / "clients.csv"
    table = ["client_id,date_of_birth,marital_status", "C-1,1990-01-01,single"]
    path.write_text("\n".join([*legend, *table]) + "\n", encoding="utf-8")
    done = call("check", path, "--as-of", DAY)
    assert done.exit_code == 0, done.output
    assert "1 candidates in = 1 good" in done.stdout + done.stderr


def test_rows_between_two_rows_of_headings_are_never_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "clients.csv"
    path.write_text(
        "client_id,date_of_birth\nC-1,1990-01-01\nclient_id,date_of_birth,marital_status\nC-2,1990-01-01,single\n",
        encoding="utf-8",
    )
    done = call("check", path, "--as-of", DAY)
    assert done.exit_code == 4
    assert "marital_status (headers in row 1)" in done.stderr


@pytest.mark.flow
@pytest.mark.parametrize("name", ["empty.xlsx", "csv_ditto_marks.csv"])
def test_a_refused_input_of_a_run_is_one_message(name: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "flows.cli", "run", str(INTAKE / name), "--out", str(tmp_path / "out"), "--as-of", DAY],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 4, done.stderr
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    assert len([line for line in lines if name in line]) == 1
    assert "Traceback" not in done.stderr + done.stdout
    assert "Encountered exception" not in done.stderr + done.stdout
    assert len(lines) == 1, done.stderr
