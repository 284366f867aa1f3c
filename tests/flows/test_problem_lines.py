"""What `check` and `score` show of problems: a line for each kind, with its number, its first cell and its fix."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from flows.cli import app

AS_OF = "2026-06-01"
HEADER = "client_id,date_of_birth,marital_status,family_size"


def call(*arguments: object) -> Result:
    return CliRunner().invoke(app, [*map(str, arguments), "--as-of", AS_OF])


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """A list in which 300 dates are ambiguous, each another one, and one client has no status."""
    rows = [
        f"{number},{1 + number % 12:02}/{1 + number % 11:02}/19{70 + number % 25},single,1" for number in range(300)
    ]
    rows = [row for row in rows if row.split(",")[1][:2] != row.split(",")[1][3:5]] + ["x,1990-05-17,,1"]
    path = tmp_path / "list.csv"
    path.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    return path


def test_problems_of_one_kind_are_one_line_with_the_first_cell(many: Path) -> None:
    lines = call("check", many).stdout.splitlines()
    found = [line for line in lines if line.startswith("quarantined")]
    number = len(many.read_text(encoding="utf-8").splitlines()) - 2
    assert len(found) == 2
    assert found[0] == (
        f"quarantined, {number} times: list.csv Candidates, column date_of_birth. First at Candidates!B2 '12/01/1981': "
        "12/01/1981 is ambiguous: it may be 12 January 1981 or 1 December 1981. Write 1981-01-12 or 1981-12-01."
    )
    assert found[1] == (
        f"quarantined: list.csv Candidates!C{number + 2}: marital_status is required, but empty. Fill it in."
    )
    assert lines[-1] == ("Add --out DIR for your file with every wrong cell marked, or --all for a line for each cell.")


def test_all_lists_every_cell(many: Path) -> None:
    number = len(many.read_text(encoding="utf-8").splitlines()) - 1
    shown = call("check", many, "--all").stdout.splitlines()
    assert sum(line.startswith("quarantined: list.csv Candidates!") for line in shown) == number


def test_with_out_the_files_are_named(many: Path, tmp_path: Path) -> None:
    lines = call("check", many, "--out", tmp_path / "out").stdout.splitlines()
    assert lines[-2:] == [
        f"every wrong row: {tmp_path / 'out' / 'quarantine.csv'}",
        f"to correct and send in again: {tmp_path / 'out' / 'list-corrections.xlsx'}",
    ]


def test_score_shows_kinds_too(many: Path, tmp_path: Path) -> None:
    many.write_text(many.read_text(encoding="utf-8") + "good,1990-05-17,single,1\n", encoding="utf-8")
    shown = call("score", many, "--out", tmp_path / "scores.csv").stderr.splitlines()
    assert sum(line.startswith("quarantined") for line in shown) == 2


def test_a_dry_run_names_the_corrections_workbook(many: Path, tmp_path: Path) -> None:
    many.write_text(many.read_text(encoding="utf-8") + "good,1990-05-17,single,1\n", encoding="utf-8")
    done = call("run", many, "--out", tmp_path / "out", "--dry-run")
    assert "run.json, list-corrections.xlsx to " in done.stdout, done.output
    assert not (tmp_path / "out").exists()
