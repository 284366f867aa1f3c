"""The template filled in reads back without a complaint, and looks after who fills it in."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from openpyxl.utils import get_column_letter, range_boundaries

from tests.validation.template.filled import MADE_ON, everything, example_of, fill_in, made, meant, opened, place
from transforms.model.columns import CANDIDATES, SHEETS
from validation.intake.intake import Intake
from validation.template.book import template
from validation.template.controls import LISTED, list_name
from validation.template.sheet import EXAMPLE_ROW, NAME_ROW, TITLE_ROW
from validation.template.words import LANGUAGES, mark_of, texts
from validation.values import parse

Take = Callable[..., Intake]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_example_as_a_client_reads_back_without_a_complaint(language: str, tmp_path: Path, take: Take) -> None:
    rows = {sheet.key: [example_of(sheet, "0012")] for sheet in SHEETS}
    taken = take(fill_in(opened(language), language, rows, tmp_path / "clients.xlsx"))
    assert taken.quarantine.is_empty(), taken.quarantine.to_dicts()
    assert taken.warnings.is_empty(), taken.warnings.to_dicts()
    for sheet in SHEETS:
        read = taken.sheets[sheet.key].row(0, named=True)
        for name, value in rows[sheet.key][0].items():
            assert read[name] == meant(sheet.column(name), value), (sheet.key, name)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_client_with_a_value_in_every_column_reads_back(language: str, tmp_path: Path, take: Take) -> None:
    rows = {sheet.key: [everything(sheet, "C-1")] for sheet in SHEETS}
    taken = take(fill_in(opened(language), language, rows, tmp_path / "clients.xlsx"))
    assert taken.quarantine.is_empty(), taken.quarantine.to_dicts()
    for sheet in SHEETS:
        read = taken.sheets[sheet.key].row(0, named=True)
        for name, value in rows[sheet.key][0].items():
            assert read[name] == meant(sheet.column(name), value), (sheet.key, name)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_entry_of_every_drop_down_reads_back(language: str) -> None:
    book = opened(language)
    seen = 0
    for sheet in SHEETS:
        for column in (column for column in sheet.columns if column.kind in LISTED):
            listed = entries(book, list_name(column))
            typed = parse.typed(sheet, rows_of(sheet.names, column.name, listed))[column.name]
            values = list(texts(language).choices(column)) * 2
            expected = [meant(column, value) for value in values[: len(listed)]]
            assert typed.to_list() == expected, (sheet.key, column.name)
            seen += len(listed)
    assert seen > 1000


def entries(book: openpyxl.Workbook, name: str) -> list[str]:
    """The cells under a defined name."""
    title, cells = next(iter(book.defined_names[name].destinations))
    return [str(cell.value) for (cell,) in book[title][cells]]


def rows_of(names: tuple[str, ...], column: str, values: list[str]) -> pl.DataFrame:
    empty = pl.lit(None, pl.String)
    return pl.DataFrame({column: values}).select(
        pl.col(name) if name == column else empty.alias(name) for name in names
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_headings_are_our_names_and_titles_show_what_is_required(language: str) -> None:
    book = opened(language)
    for sheet in SHEETS:
        page = book[texts(language).sheet_title(sheet)]
        assert tuple(cell.value for cell in page[NAME_ROW]) == sheet.names
        titles = [str(cell.value) for cell in page[TITLE_ROW]]
        assert [title.endswith(" *") for title in titles] == [column.required for column in sheet.columns]
        assert all(cell.comment for cell in page[TITLE_ROW])
        fills = {
            mark_of(sheet, column): cell.fill.start_color.rgb
            for column, cell in zip(sheet.columns, page[TITLE_ROW], strict=True)
        }
        assert len(set(fills.values())) == len(fills)
        assert page.freeze_panes.endswith(str(NAME_ROW + 1))
        assert page.print_title_rows == f"$1:${NAME_ROW}"
        assert page.page_setup.orientation == "landscape"
        assert page.auto_filter.ref.startswith(f"A{NAME_ROW}:")


def test_every_cell_to_fill_in_is_held_to_its_column() -> None:
    book = opened("en", rows=20)
    for sheet in SHEETS:
        page = book[sheet.title]
        controls = {str(one.sqref): one for one in page.data_validations.dataValidation}
        assert len(controls) == len(sheet.columns)
        for number, column in enumerate(sheet.columns, start=1):
            letter = get_column_letter(number)
            held = controls[f"{letter}{EXAMPLE_ROW}:{letter}{EXAMPLE_ROW + 20}"]
            assert held.prompt
            assert (held.type is None) == (column.kind in {"text", "round"} and column.name != "client_id")
            assert bool(held.error) == (held.type is not None)
            if column.kind in {"number", "integer"}:
                assert (float(held.formula1), float(held.formula2)) == (column.low, column.high)
            if column.kind in LISTED:
                assert held.formula1 in book.defined_names


@pytest.mark.parametrize("language", LANGUAGES)
def test_codes_are_text_and_days_are_days_in_cells_without_content(language: str) -> None:
    book = opened(language)
    for sheet in SHEETS:
        page = book[texts(language).sheet_title(sheet)]
        for number, column in enumerate(sheet.columns, start=1):
            letter = get_column_letter(number)
            shown = page.column_dimensions[letter].number_format
            if column.kind in {"noc", "round"} or column.name == "client_id":
                assert shown == "@"
            if column.kind == "date":
                assert shown == "yyyy-mm-dd"
        ignored = [cells for cells in ignored_errors(language, page.title).split() if cells]
        texts_only = [one for one in sheet.columns if one.kind in {"noc", "round"} or one.name == "client_id"]
        assert [sheet.columns[range_boundaries(cells)[0] - 1] for cells in ignored] == texts_only


def ignored_errors(language: str, title: str) -> str:
    """The cells in which Excel does not mark digits in text, as the part of a sheet names them."""
    with zipfile.ZipFile(io.BytesIO(made(language))) as package:
        number = opened(language).sheetnames.index(title) + 1
        xml = package.read(f"xl/worksheets/sheet{number}.xml").decode()
    assert xml.count("<ignoredErrors>") == 1
    assert xml.index("<ignoredErrors>") > xml.index("<pageSetup")
    assert xml.index("<ignoredErrors>") < xml.index("<legacyDrawing")
    return xml.partition('<ignoredError sqref="')[2].partition('"')[0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_instructions_stand_in_front_and_lists_are_hidden(language: str) -> None:
    book = opened(language)
    tabs = texts(language).part("pages")
    titles = [texts(language).sheet_title(sheet) for sheet in SHEETS]
    assert book.sheetnames == [tabs["instructions"]["tab"], *titles, tabs["columns"]["tab"], tabs["lists"]["tab"]]
    assert [page.title for page in book if page.sheet_state != "visible"] == [tabs["lists"]["tab"]]
    assert book.active is book.worksheets[0]
    shown = " ".join(str(cell.value) for row in book.worksheets[0] for cell in row if cell.value)
    assert "drawline check" in shown
    assert "{" not in shown
    listed = {(row[0].value, row[1].value) for row in book[tabs["columns"]["tab"]].iter_rows(min_row=6)}
    assert listed == {(texts(language).sheet_title(sheet), name) for sheet in SHEETS for name in sheet.names}
    assert book.properties.creator == "drawline"
    assert book.properties.title == texts(language).part("properties")["title"]


def test_a_cell_that_is_still_required_is_coloured() -> None:
    page = opened("fr")["Candidats"]
    ranges = [str(found.sqref).partition(":")[0] for found in page.conditional_formatting]
    needed = ("client_id", "date_of_birth", "marital_status", "spouse_accompanying")
    assert sorted(ranges) == sorted(place(CANDIDATES, name, EXAMPLE_ROW) for name in needed)
    formulas = [rule.formula[0] for found in page.conditional_formatting for rule in found.rules]
    assert any('="Marié"' in formula and '="Union de fait"' in formula for formula in formulas)


def test_the_same_day_gives_the_same_bytes() -> None:
    assert template("fr", made_on=MADE_ON) == template("fr", made_on=MADE_ON)
