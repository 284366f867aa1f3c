"""Sheets with a heading beside each value: the clients in them, and where their cells stand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.validation import raw_books
from validation.intake.intake import UnusableInputs
from validation.mapping.firm_map import FirmMap
from validation.mapping.grammar import firm_map

FORM: list[list[object]] = [
    ["Client information"],
    [],
    ["client_id", "C-1"],
    ["Family name", "Sample"],
    ["Date of birth", "1990-01-02"],
    ["Marital status", "single"],
    ["Favourite colour", "green"],
    [],
    ["English"],
    ["test", "IELTS_GT"],
    ["test date", "2025-12-01"],
    ["Listening", 8],
    ["Reading", 7.5],
    ["Writing", 7],
    ["Speaking", 7],
]  # fmt: skip


def key_value(title: str = "*", **parts: Any) -> FirmMap:
    return firm_map({"sheets": {title: {"holds": "candidates", "layout": "key_value"}}, **parts})


def candidates(taken: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = taken.sheets["candidates"].rows(named=True)
    return rows


def test_a_form_with_unmistakable_headings_is_one_client(
    cells_book: Callable[..., Path], take: Callable[..., Any]
) -> None:
    taken = take(cells_book({"Info": FORM}))
    [row] = candidates(taken)
    assert (row["client_id"], row["family_name"], row["marital_status"]) == ("C-1", "Sample", "single")
    assert (row["english_test"], row["english_listening"], row["english_reading"]) == ("IELTS_GT", 8, 7.5)
    assert row["source_row"] == 3
    [use] = taken.inputs[0].uses
    assert str(use) == "Info: 1 row as Candidates. Its headings stand beside the values."


def test_a_wrong_value_and_an_unknown_heading_are_named_at_their_cells(
    cells_book: Callable[..., Path], take: Callable[..., Any]
) -> None:
    form = [[*row[:1], "wedded"] if row and row[0] == "Marital status" else row for row in FORM]
    taken = take(cells_book({"Info": form}))
    assert taken.quarantine.select("cell", "column", "value").rows() == [("Info!B6", "marital_status", "wedded")]
    assert ("Info!A7", "Favourite colour") in taken.warnings.select("cell", "value").rows()


def test_a_form_that_is_not_unmistakable_is_read_by_the_map_alone(
    cells_book: Callable[..., Path], take: Callable[..., Any]
) -> None:
    form = [["File", "C-1"], ["Date of birth", "1990-01-02"], ["Marital status", "single"], ["Citizenship", "India"]]
    path = cells_book({"Info": form})
    with pytest.raises(UnusableInputs, match="No sheet of the workbook is named Candidates"):
        take(path)
    [row] = candidates(take(path, mapping=key_value("Info", columns={"File": "client_id"})))
    assert (row["client_id"], row["citizenship"]) == ("C-1", "IN")


def test_a_client_a_workbook_is_named_by_the_file(cells_book: Callable[..., Path], take: Callable[..., Any]) -> None:
    form = [["Date of birth", "1990-01-02"], ["Marital status", "single"]]
    path = cells_book({"Info": form}, name="C-17.xlsx")
    [row] = candidates(take(path, mapping=key_value("Info", constants={"client_id": "{file}"})))
    assert row["client_id"] == "C-17"


def test_a_form_with_machine_names_and_an_index(cells_book: Callable[..., Path], take: Callable[..., Any]) -> None:
    form = [
        ["Personal information"],
        ["Variable", "No.", "Question", "Answer"],
        ["variable", "index", "description", "value"],
        ["file_no", 0, "client_id", "C-1"],
        ["dob", 1, "Date of birth", "1990-01-02"],
        ["status", 2, "Marital status", "single"],
        ["uci", 3, "UCI"],
        ["country", 4, "Citizenship", "India"],
    ]
    taken = take(cells_book({"info-personal": form}))
    [row] = candidates(taken)
    assert (row["client_id"], row["marital_status"], row["citizenship"]) == ("C-1", "single", "IN")


def test_a_client_a_column(cells_book: Callable[..., Path], take: Callable[..., Any]) -> None:
    form = [
        ["client_id", "C-1", "C-2", "C-3", None, "Remarks"],
        ["Date of birth", "1990-01-02", "1991-01-02", "soon", None, "as on the passport"],
        ["Marital status", "single", "single", "single"],
        ["Citizenship", "India", None, "Brazil"],
    ]
    taken = take(cells_book({"Comparison": form}))
    assert [row["client_id"] for row in candidates(taken)] == ["C-1", "C-2"]
    assert [row["citizenship"] for row in candidates(taken)] == ["IN", None]
    assert taken.quarantine.select("cell", "client_id", "value").rows() == [("Comparison!D2", "C-3", "soon")]
    assert taken.counts["candidates_in"] == 3


def test_clients_below_each_other(cells_book: Callable[..., Path], take: Callable[..., Any]) -> None:
    form = [
        line
        for number in (1, 2, 3)
        for line in (
            ["Name", "x"],
            ["client_id", f"C-{number}"],
            ["Date of birth", "1990-01-02"],
            ["Marital status", "single"],
            [],
        )
    ]
    form[12] = ["Date of birth", "?"]
    taken = take(cells_book({"Cards": form}))
    assert [row["client_id"] for row in candidates(taken)] == ["C-1", "C-2"]
    assert taken.quarantine["cell"].to_list() == ["Cards!B13"]


def test_blocks_beside_each_other_are_one_client_or_one_each(
    cells_book: Callable[..., Path], take: Callable[..., Any]
) -> None:
    one = [
        ["client_id", "C-1", None, "Citizenship", "India"],
        ["Date of birth", "1990-01-02", None, "Family name", "Sample"],
        ["Marital status", "single", None, "Given name", "Ana"],
    ]
    [row] = candidates(take(cells_book({"Card": one})))
    assert (row["citizenship"], row["given_name"]) == ("IN", "Ana")
    each = [
        ["client_id", "C-1", None, "client_id", "C-2"],
        ["Date of birth", "1990-01-02", None, "date_of_birth", "1991-01-02"],
        ["Marital status", "single", None, "Marital status", "unsure of it"],
    ]
    taken = take(cells_book({"Cards": each}))
    assert [row["client_id"] for row in candidates(taken)] == ["C-1"]
    assert taken.quarantine["cell"].to_list() == ["Cards!E3"]


def test_the_part_about_the_spouse_is_the_spouses(cells_book: Callable[..., Path], take: Callable[..., Any]) -> None:
    spouse = [
        [], ["Spouse or common-law partner"], ["Date of birth", "1992-03-04"], ["Education level", "masters"], ["UCI"],
        ["English test", "IELTS_GT"], ["English test date", "2025-11-01"], ["English listening", 7], ["English reading", 6],
        ["English writing", 7], ["English speaking", 7], [], ["Client's work"], ["foreign work years", 3],
    ]  # fmt: skip
    form = [["Marital status", "married"] if row and row[0] == "Marital status" else row for row in FORM]
    form[6] = ["spouse accompanying", "yes"]
    [row] = candidates(take(cells_book({"Info": [*form, *spouse]})))
    assert (str(row["date_of_birth"]), str(row["spouse_date_of_birth"])) == ("1990-01-02", "1992-03-04")
    assert (row["spouse_education_level"], row["education_level"]) == ("masters", None)
    assert (row["spouse_english_reading"], row["english_reading"]) == (6, 7.5)
    assert (row["foreign_work_years"], row["spouse_foreign_work_years"]) == (3, None)


def test_the_title_of_a_part_is_no_heading(cells_book: Callable[..., Path], take: Callable[..., Any]) -> None:
    parts = [
        [],
        ["EDUCATION"],
        ["Highest level of education", "masters"],
        ["Education country", "India"],
        ["ECA date", "2025-03-01"],
    ]
    [row] = candidates(take(cells_book({"Info": [*FORM, *parts]})))
    assert (row["education_level"], row["education_country"]) == ("masters", "IN")


def test_a_required_heading_without_a_value_is_quarantined_at_its_cell(
    cells_book: Callable[..., Path], take: Callable[..., Any]
) -> None:
    form = [row for row in FORM if row[:1] != ["Marital status"]]
    taken = take(cells_book({"Info": [*form, [], ["Marital status"]]}))
    assert taken.quarantine.select("cell", "column").rows() == [("Info!B16", "marital_status")]


def test_a_heading_twice_in_a_form_is_named_with_both_cells(
    cells_book: Callable[..., Path], take: Callable[..., Any]
) -> None:
    with pytest.raises(UnusableInputs, match=r"marital_status \(in A6 and A16\)"):
        take(cells_book({"Info": [*FORM, ["Marital status", "single"]]}))


def test_a_sheet_that_is_no_form_is_refused_with_the_fix(
    cells_book: Callable[..., Path], take: Callable[..., Any]
) -> None:
    path = cells_book({"Info": [["a", "b"], ["c", "d"]]})
    with pytest.raises(UnusableInputs, match="no column of headings with values beside it"):
        take(path, mapping=key_value("Info"))


def test_a_form_as_csv(tmp_path: Path, take: Callable[..., Any]) -> None:
    path = tmp_path / "C-9.csv"
    path.write_text("client_id,C-9\ndate_of_birth,1990-01-02\nmarital_status,single\n")
    taken = take(path)
    assert [row["client_id"] for row in candidates(taken)] == ["C-9"]
    assert taken.inputs[0].uses[0].layout == "Its headings stand beside the values."


def test_a_table_of_two_columns_is_no_form(tmp_path: Path, take: Callable[..., Any]) -> None:
    path = tmp_path / "clients.csv"
    path.write_text("client_id,date_of_birth\nmarital_status,1990-01-02\n")
    with pytest.raises(UnusableInputs, match="required column is missing: marital_status"):
        take(path)


TEST_BESIDE: list[list[object]] = [
    ["client_id", "C-1", None, "English test", "IELTS_GT", "seen"],
    ["Date of birth", "1990-01-02", None, "English test date", "2025-12-01", "seen"],
    ["Marital status", "single", None, "English listening", 8, "good"],
    ["Citizenship", "India", None, "English reading", 7.5, "good"],
    ["Family name", "Sample", None, "English writing", 7, "fair"],
    ["Given name", "Ana", None, "English speaking", 7, "fair"],
]


@pytest.mark.parametrize("title", ["Info", "Candidates"])
def test_a_block_with_a_filled_column_of_remarks_is_asked_back(
    cells_book: Callable[..., Path], take: Callable[..., Any], title: str
) -> None:
    path = cells_book({title: TEST_BESIDE})
    said = "headings in column D have values of 2 clients beside them .columns E, F., .* other columns of 1 client"
    with pytest.raises(UnusableInputs, match=said):
        take(path, mapping=key_value(title))


def test_a_column_of_remarks_with_its_heading_is_read_past(
    cells_book: Callable[..., Path], take: Callable[..., Any]
) -> None:
    heads: list[object] = [None, None, None, None, None, "Remarks"]
    [row] = candidates(take(cells_book({"Info": [heads, *TEST_BESIDE]}), mapping=key_value()))
    assert (row["english_test"], row["english_reading"], row["citizenship"]) == ("IELTS_GT", 7.5, "IN")


def test_a_block_left_of_that_with_the_number_is_asked_back_too(
    cells_book: Callable[..., Path], take: Callable[..., Any]
) -> None:
    form = [[*row[3:], None, *row[:2]] for row in TEST_BESIDE]
    with pytest.raises(UnusableInputs, match="headings in column E have values of 1 client"):
        take(cells_book({"Info": form}), mapping=key_value())


def test_a_column_filled_here_and_there_is_named(cells_book: Callable[..., Path], take: Callable[..., Any]) -> None:
    form = [[*row, "as on the passport"] if row[:1] == ["Date of birth"] else row for row in FORM]
    taken = take(cells_book({"Info": form}))
    assert len(candidates(taken)) == 1
    told = taken.warnings.filter(taken.warnings["problem"].str.contains("it is not read"))
    assert ("Info!C5", "as on the passport") in told.select("cell", "value").rows()


def test_a_value_merged_over_two_clients_counts_for_the_first(
    cells_book: Callable[..., Path], take: Callable[..., Any]
) -> None:
    form = [
        ["client_id", "C-1", "C-2"], ["Date of birth", "1990-01-02", "1991-01-02"], ["Marital status", "single", "single"],
        ["Citizenship", "India", None], ["Family name", "Sample", "Example"],
    ]  # fmt: skip
    path = cells_book({"Info": form})
    book = openpyxl.load_workbook(path)
    book["Info"].merge_cells("B4:C4")
    book.save(path)
    taken = take(path)
    assert [row["citizenship"] for row in candidates(taken)] == ["IN", None]
    told = taken.warnings.filter(taken.warnings["problem"].str.contains("merged over the columns of 2 clients"))
    assert told["cell"].to_list() == ["Info!B4"]


def test_hidden_rows_of_a_form_are_read_and_counted(cells_book: Callable[..., Path], take: Callable[..., Any]) -> None:
    path = cells_book({"Info": FORM})
    book = openpyxl.load_workbook(path)
    for row in (2, 6, 12):
        book["Info"].row_dimensions[row].hidden = True
    book.save(path)
    taken = take(path)
    assert [(row["marital_status"], row["english_listening"]) for row in candidates(taken)] == [("single", 8)]
    assert taken.inputs[0].uses[0].hidden_rows == 2
    assert "2 rows are hidden." in taken.inputs[0].uses[0].note


def test_formulas_of_a_form_not_calculated_yet_are_named_at_their_cells(
    tmp_path: Path, take: Callable[..., Any]
) -> None:
    zero = '<c r="@"><f>1+2</f><v>0</v></c>'
    rows = [
        ["client_id", "C-1", "C-2"], ["Date of birth", "1990-01-02", "1991-01-02"], ["Marital status", "single", "single"],
        ["foreign work years", "1", zero], ["canadian work years", zero, zero], ["Months abroad", "12", zero], ["Favourite", zero],
    ]  # fmt: skip
    path = raw_books.write(
        tmp_path / "book.xlsx", {"Info": raw_books.table(rows)}, after='<calcPr calcId="1" fullCalcOnLoad="1"/>'
    )
    months = {"Months abroad": {"rule": "months", "column": "primary_occupation_years"}}
    told = take(path, mapping=key_value(derived=months)).warnings
    told = told.filter(told["problem"].str.contains("stored result 0 or FALSE"))
    assert told.select("cell", "column").rows() == [
        ("Info!B5", "canadian_work_years"),
        ("Info!C6", "Months abroad"),
        ("Info!C4", "foreign_work_years"),
    ]
    assert "(B5, C5)" in told["problem"][0]


def test_a_form_as_csv_with_a_stray_field_is_quarantined(tmp_path: Path, take: Callable[..., Any]) -> None:
    path = tmp_path / "C-9.csv"
    path.write_text("client_id,C-9\ndate_of_birth,1990-01-02\nmarital_status,single\nfamily name,Sample,Ana\n")
    taken = take(path)
    assert candidates(taken) == []
    assert "more fields than the header" in taken.quarantine["problem"][0]
