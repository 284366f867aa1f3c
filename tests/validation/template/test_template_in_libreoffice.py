"""The template filled in by hand in LibreOffice and saved there reads back without a complaint."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from flows.cli import app
from tests.validation.template.filled import FIRST_ROW, MADE_ON, example_of, keystrokes, made, meant, place, said
from tests.validation.template.office import SOFFICE, type_in
from transforms.model.columns import CANDIDATES, SHEETS
from validation.files import readers
from validation.intake import headers
from validation.intake.sheets import sheet_named
from validation.mapping.firm_map import NO_MAP
from validation.template.controls import LISTED
from validation.template.words import LANGUAGES, texts
from validation.values import parse

pytestmark = [pytest.mark.long, pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed")]
NOC_WITH_ZEROS = "00013"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_list_filled_in_by_hand_is_checked_without_a_complaint(language: str, tmp_path: Path) -> None:
    source, target = tmp_path / "template.xlsx", tmp_path / "clients.xlsx"
    source.write_bytes(made(language))
    rows = {sheet.key: [example_of(sheet, "0012")] for sheet in SHEETS}
    rows["work_history"][0]["noc"] = rows["candidates"][0]["canadian_work_noc"] = NOC_WITH_ZEROS
    type_in(source, keystrokes(language, rows), target, tmp_path / "office")
    answer = CliRunner().invoke(app, ["check", str(target), "--as-of", MADE_ON.isoformat(), "--json"])
    assert answer.exit_code == 0, answer.output
    found = json.loads(answer.stdout)
    assert found["quarantine"] == found["warnings"] == found["held"] == found["unusable"] == []
    assert found["counts"]["candidates_accepted"] == 1
    assert [(use["read_as"], use["rows"]) for use in found["inputs"][0]["sheets"]] == [
        (sheet.key, 1) for sheet in SHEETS
    ]
    tables = read(target)
    for sheet in SHEETS:
        [row] = tables[sheet.key].iter_rows(named=True)
        for name, value in rows[sheet.key][0].items():
            assert row[name] == meant(sheet.column(name), value), (sheet.key, name)


def test_every_choice_typed_in_libreoffice_reads_back(tmp_path: Path) -> None:
    source, target = tmp_path / "template.xlsx", tmp_path / "clients.xlsx"
    source.write_bytes(made("fr"))
    columns = [column for column in CANDIDATES.columns if column.kind in LISTED and column.kind != "country"]
    values = {column.name: list(texts("fr").choices(column)) for column in columns}
    typed = [
        ("Candidats", place(CANDIDATES, column.name, row), said(column, "fr", value))
        for column in columns
        for row, value in enumerate(values[column.name], start=FIRST_ROW)
    ]
    rows = range(FIRST_ROW, FIRST_ROW + max(map(len, values.values())))
    numbers = [("Candidats", place(CANDIDATES, "client_id", row), f"C-{row}") for row in rows]
    type_in(source, [*numbers, *typed], target, tmp_path / "office")
    read_back = read(target)["candidates"]
    for column in columns:
        expected = [meant(column, value) for value in values[column.name]]
        assert read_back[column.name].drop_nulls().to_list() == expected, column.name


def test_what_holds_the_cells_outlives_libreoffice(tmp_path: Path) -> None:
    source, target = tmp_path / "template.xlsx", tmp_path / "clients.xlsx"
    source.write_bytes(made("en"))
    type_in(source, [("Candidates", f"A{FIRST_ROW}", "C-1")], target, tmp_path / "office")
    before, after = openpyxl.load_workbook(source), openpyxl.load_workbook(target)
    assert after.sheetnames == before.sheetnames
    for sheet in SHEETS:
        kinds = [
            sorted(str(one.type) for one in book[sheet.title].data_validations.dataValidation for _ in one.sqref.ranges)
            for book in (before, after)
        ]
        assert [kind for kind in kinds[1] if kind != "None"] == [kind for kind in kinds[0] if kind != "None"]
        assert after[sheet.title].freeze_panes == before[sheet.title].freeze_panes


def read(path: Path) -> dict[str, parse.pl.DataFrame]:
    """The typed rows of each sheet of a workbook."""
    book = readers.Workbook(path.read_bytes())
    tables = {}
    for part in book.sheets:
        sheet = sheet_named(part.title)
        if sheet is not None and (table := headers.table(book.grid(part), sheet, NO_MAP)) is not None:
            absent = [parse.pl.lit(None, parse.pl.String).alias(name) for name in sheet.names if name not in table.rows]
            tables[sheet.key] = parse.typed(sheet, table.rows.with_columns(absent).select(sheet.names))
    return tables
