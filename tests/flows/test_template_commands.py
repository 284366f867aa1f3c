"""drawline template and drawline columns, as a user and a program see them."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner, Result

from flows.cli import app
from tests.validation.template.filled import FIRST_ROW, example_of, fill_in, opened, place
from transforms.model.columns import CANDIDATES, SHEETS
from validation.template.sheet import TITLE_ROW
from validation.template.words import LANGUAGES, texts


def asked(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def test_a_template_is_written_and_the_next_step_named(tmp_path: Path) -> None:
    path = tmp_path / "lists" / "clients.xlsx"
    answer = asked("template", path)
    assert (answer.exit_code, answer.stdout) == (0, "")
    assert answer.stderr == f"wrote {path}; fill it in, then run: drawline check {path}\n"
    assert openpyxl.load_workbook(path).sheetnames[:2] == ["Instructions", "Candidates"]


def test_a_template_in_french_with_few_rows(tmp_path: Path) -> None:
    path = tmp_path / "clients.xlsx"
    assert asked("template", path, "--lang", "fr", "--rows", 10).exit_code == 0
    page = openpyxl.load_workbook(path)["Candidats"]
    assert page.auto_filter.ref.endswith("14")


def test_a_file_that_is_there_is_never_lost(tmp_path: Path) -> None:
    path = tmp_path / "clients.xlsx"
    path.write_text("filled in", encoding="utf-8")
    answer = asked("template", path)
    assert answer.exit_code == 2
    assert answer.stderr == (
        f"drawline: {path} is there already. Choose another name, or replace it with --overwrite.\n"
    )
    assert path.read_text(encoding="utf-8") == "filled in"
    assert asked("template", path, "--overwrite").exit_code == 0
    assert path.read_bytes().startswith(b"PK")


def test_a_template_is_a_workbook_by_its_name(tmp_path: Path) -> None:
    answer = asked("template", tmp_path / "clients.csv")
    assert answer.exit_code == 2
    assert "does not end in .xlsx" in answer.stderr
    assert asked("template", tmp_path / "clients.xlsx", "--lang", "de").exit_code == 2
    assert asked("template", tmp_path / "clients.xlsx", "--rows", 0).exit_code == 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_corrections_of_a_filled_template_keep_its_notes_and_lists(language: str, tmp_path: Path) -> None:
    rows = {sheet.key: [example_of(sheet, "C-1")] for sheet in SHEETS}
    rows["candidates"][0]["canadian_work_years"] = "99"
    book = opened(language)
    path = fill_in(book, language, rows, tmp_path / "clients.xlsx")
    assert asked("check", path, "--as-of", "2026-06-01", "--out", tmp_path / "out").exit_code == 3
    [made] = (tmp_path / "out").glob("*.xlsx")
    corrections = openpyxl.load_workbook(made)
    title = texts(language).sheet_title(CANDIDATES)
    notes = [cell.comment.text for cell in book[title][TITLE_ROW] if cell.comment]
    kept = [cell.comment.text for cell in corrections[title][TITLE_ROW] if cell.comment]
    assert kept == notes
    assert len(corrections[title].data_validations.dataValidation) == len(CANDIDATES.columns)
    corrections[title][place(CANDIDATES, "canadian_work_years", FIRST_ROW)] = 1.5
    corrections.save(made)
    answer = asked("check", made, "--as-of", "2026-06-01", "--json")
    assert answer.exit_code == 0, answer.output
    assert json.loads(answer.stdout)["warnings"] == []


def test_columns_as_a_table() -> None:
    answer = asked("columns", "--sheet", "Language tests")
    lines = answer.stdout.splitlines()
    assert lines[0] == "Language tests (* required)"
    assert " ".join(lines[2].split()) == "column type meaning"
    assert any(line.startswith("client_id * ") for line in lines)
    assert "One of: principal, spouse." in " ".join(answer.stdout.split())
    assert max(len(line) for line in lines) <= 100
    every = asked("columns").stdout
    assert all(f"{sheet.title} (* required)" in every for sheet in SHEETS)


def test_columns_for_programs() -> None:
    every = json.loads(asked("columns", "--json").stdout)
    assert [sheet["sheet"] for sheet in every["sheets"]] == [sheet.key for sheet in SHEETS]
    [found] = json.loads(asked("columns", "--json", "--sheet", "dependants").stdout)["sheets"]
    assert [column["name"] for column in found["columns"]] == ["client_id", "date_of_birth"]


def test_a_table_schema_on_screen_and_all_of_them_in_a_folder(tmp_path: Path) -> None:
    shown = asked("columns", "--table-schema", "work_history").stdout
    folder = tmp_path / "schemas"
    assert asked("columns", "--out", folder).exit_code == 0
    assert (folder / "work_history.schema.json").read_text(encoding="utf-8") == shown
    assert {path.name for path in folder.iterdir()} == {f"{sheet.key}.schema.json" for sheet in SHEETS}


def test_a_sheet_that_is_none_is_wrong_usage() -> None:
    answer = asked("columns", "--sheet", "payments")
    assert answer.exit_code == 2
    assert answer.stderr.startswith("drawline: There is no sheet 'payments'. Name one of candidates, language_tests,")
