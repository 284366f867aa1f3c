"""drawline rules new and rules check, as a user and a program see them."""

from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner, Result

from flows.cli import app

DAY = ("--as-of", "2026-11-30")


def rules(*words: object) -> Result:
    return CliRunner().invoke(app, ["rules", *map(str, words)])


def test_draft_is_written_and_never_overwritten_unasked(tmp_path: Path) -> None:
    path = tmp_path / "values.yaml"
    made = rules("new", path, *DAY)
    assert made.exit_code == 0
    assert made.stdout.splitlines()[0] == f"{path}: a draft with 9 parameters."
    path.write_text("mine", encoding="utf-8")
    again = rules("new", path, *DAY)
    assert (again.exit_code, path.read_text(encoding="utf-8")) == (2, "mine")
    assert "Name another file, or give --force." in again.stderr
    assert rules("new", path, "--force", *DAY).exit_code == 0
    assert "crs.additional.high_wage_maximum" in path.read_text(encoding="utf-8")


def test_nothing_is_written_where_the_law_lacks_nothing(tmp_path: Path) -> None:
    path = tmp_path / "values.yaml"
    made = rules("new", path, "--as-of", "2026-08-07")
    assert (made.exit_code, path.exists()) == (0, False)
    assert "lacks no value" in made.stderr


def test_check_gives_one_line_a_value_and_exit_code_3(tmp_path: Path) -> None:
    path = tmp_path / "values.yaml"
    rules("new", path, *DAY)
    found = rules("check", path, *DAY)
    lines = found.stdout.splitlines()
    assert found.exit_code == 3
    assert lines[0].startswith("values.yaml: line 14: sources → published → title is still missing. Enter it")
    assert lines[-1] == f"{path}: {len(lines) - 1} values are missing."


def test_check_of_a_wrong_file_is_exit_code_4(tmp_path: Path) -> None:
    path = tmp_path / "values.yaml"
    path.write_text("title: x\nparameters: {no.such: {versions: []}}\n", encoding="utf-8")
    found = rules("check", path, "--json", *DAY)
    answer = json.loads(found.stdout)
    assert found.exit_code == 4
    assert (answer["format"], answer["wrong"]) == ("drawline.rules-check", 1)
    assert {one["kind"] for one in answer["findings"]} == {"wrong", "absent"}
    assert rules("check", tmp_path / "none.yaml").exit_code == 2


def test_complete_file_is_exit_code_0(tmp_path: Path) -> None:
    """What a file says is complete where it lacks nothing of the law of the day."""
    path = tmp_path / "values.yaml"
    path.write_text("title: x\nsources: {}\nparameters: {}\n", encoding="utf-8")
    found = rules("check", path, "--as-of", "2026-08-07")
    assert (found.exit_code, found.stdout) == (0, f"{path} is complete. Use it with --rules {path}.\n")


def test_occupations_are_written_in_or_refused_row_by_row(tmp_path: Path) -> None:
    path, table = tmp_path / "values.yaml", tmp_path / "list.csv"
    table.write_text("noc,level\n21231,highest\n9,top\n2173,lowest\n", encoding="utf-8")
    refused = rules("new", path, "--occupations", table, *DAY)
    assert (refused.exit_code, path.exists()) == (4, False)
    assert "line 3" in refused.stderr and "line 4" in refused.stderr
    table.write_text("noc,level\n21231,highest\n", encoding="utf-8")
    assert rules("new", path, "--occupations", table, *DAY).exit_code == 0
    assert '"21231": highest' in path.read_text(encoding="utf-8")


def test_run_with_a_draft_names_the_first_missing_value(tmp_path: Path) -> None:
    path = tmp_path / "values.yaml"
    rules("new", path, *DAY)
    sample = Path(__file__).parents[2] / "sample_data" / "clients_2026.xlsx"
    run = CliRunner().invoke(
        app, ["run", str(sample), "--out", str(tmp_path / "out"), "--rules", str(path), "--no-prefect", *DAY]
    )
    assert run.exit_code == 4
    assert "values.yaml: line 14: a value is still missing. Enter it" in run.stderr
