"""The example row of the template never becomes a client; somebody who types over it hears of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.validation.template.filled import example_of, fill_in, opened, place
from transforms.model.columns import BY_KEY, CANDIDATES, SHEETS
from validation.intake.intake import Intake, UnusableInputs
from validation.template.sheet import EXAMPLE_ROW
from validation.template.words import LANGUAGES, texts


def passed_over(language: str, what: str) -> str:
    """What the line of a sheet says of the example row."""
    return f"Row {EXAMPLE_ROW} {texts(language).example_id!r} is no {what}: it is the example row of the template."


Take = Callable[..., Intake]


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_untouched_template_holds_no_client(language: str, tmp_path: Path, take: Take) -> None:
    path = fill_in(opened(language), language, {}, tmp_path / "clients.xlsx")
    with pytest.raises(UnusableInputs) as raised:
        take(path)
    assert raised.value.unusable[0].problem == "The Candidates sheet is empty."


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_line_of_a_sheet_names_the_example_row_that_is_not_read(language: str, tmp_path: Path, take: Take) -> None:
    rows = {sheet.key: [example_of(sheet, "C-1")] for sheet in SHEETS}
    taken = take(fill_in(opened(language), language, rows, tmp_path / "clients.xlsx"))
    assert [(use.read_as, use.rows, use.note) for use in taken.inputs[0].uses] == [
        (sheet.key, 1, passed_over(language, "client" if sheet is CANDIDATES else "record")) for sheet in SHEETS
    ]
    assert [use.title for use in taken.inputs[0].uses] == [texts(language).sheet_title(sheet) for sheet in SHEETS]
    assert taken.sheets["candidates"]["client_id"].to_list() == ["C-1"]
    assert taken.counts["candidates_in"] == 1


def test_without_the_example_rows_nothing_is_reported(tmp_path: Path, take: Take) -> None:
    book = opened("en")
    path = fill_in(book, "en", {"candidates": [example_of(CANDIDATES, "C-1")]}, tmp_path / "clients.xlsx")
    for sheet in SHEETS:
        book[sheet.title].delete_rows(EXAMPLE_ROW)
    book.save(path)
    [use] = take(path).inputs[0].uses
    assert (use.title, use.rows, use.note) == ("Candidates", 1, "")


def test_an_example_row_with_some_cells_emptied_is_still_none_of_the_clients(tmp_path: Path, take: Take) -> None:
    book = opened("en")
    page = book["Candidates"]
    for name in ("family_name", "english_test", "date_of_birth"):
        page[place(CANDIDATES, name, EXAMPLE_ROW)] = None
    taken = take(fill_in(book, "en", {"candidates": [example_of(CANDIDATES, "C-1")]}, tmp_path / "clients.xlsx"))
    assert taken.counts["candidates_in"] == 1


@pytest.mark.parametrize(
    ("key", "column", "value"),
    [
        ("candidates", "family_name", "Nguyen"),
        ("candidates", "english_listening", 5),
        ("documents", "country", "France"),
    ],
)
def test_a_client_typed_over_the_example_is_quarantined_until_it_has_a_number(
    key: str, column: str, value: object, tmp_path: Path, take: Take
) -> None:
    book = opened("en")
    sheet = BY_KEY[key]
    book[sheet.title][place(sheet, column, EXAMPLE_ROW)] = value
    taken = take(fill_in(book, "en", {"candidates": [example_of(CANDIDATES, "C-1")]}, tmp_path / "clients.xlsx"))
    problem = taken.quarantine.row(0, named=True)
    assert problem["cell"].endswith(f"!A{EXAMPLE_ROW}")
    assert problem["problem"] == (
        "EXAMPLE is the client number of the template's example row, but the row says something else."
    )
    assert problem["fix"] == "Enter the client's own number, or delete the row."
    assert taken.sheets["candidates"]["client_id"].to_list() == ["C-1"]


def test_the_example_of_a_sheet_saved_as_csv_is_not_read_either(tmp_path: Path, take: Take) -> None:
    own = example_of(CANDIDATES, "C-1")
    shown = example_of(CANDIDATES, "EXAMPLE")
    path = tmp_path / "clients.csv"
    path.write_text("\n".join(",".join(row) for row in (own, shown.values(), own.values())) + "\n", encoding="utf-8")
    taken = take(path)
    assert taken.sheets["candidates"]["client_id"].to_list() == ["C-1"]
    assert taken.inputs[0].uses[0].note == "Row 2 'EXAMPLE' is no client: it is the example row of the template."
