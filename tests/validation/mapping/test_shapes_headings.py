"""Which sheets are read, as what, and in which rows their headings stand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from validation.files.readers import Workbook
from validation.intake.intake import UnusableInputs
from validation.mapping.firm_map import NO_MAP, FirmMap, SheetOptions
from validation.mapping.grammar import firm_map
from validation.mapping.shapes import proposed

HEADERS: list[object] = ["client_id", "date_of_birth", "marital_status"]
SCORES = ["english_listening", "english_reading", "english_writing", "english_speaking"]


def client(client_id: object, *further: object) -> list[object]:
    return [client_id, "1990-01-02", "single", *further]


def merged(path: Path, *cells: str, sheet: str = "Candidates") -> Path:
    book = openpyxl.load_workbook(path)
    for one in cells:
        book[sheet].merge_cells(one)
    book.save(path)
    return path


def uses(taken: Any) -> list[tuple[str, str | None, int | None]]:
    return [(use.title, use.read_as, use.rows) for use in taken.inputs[0].uses]


def clients(taken: Any) -> list[str]:
    found: list[str] = taken.sheets["candidates"]["client_id"].to_list()
    return found


def mapped(**parts: Any) -> FirmMap:
    return firm_map(parts)


# --- which sheets -----------------------------------------------------------------------------------------------------


def test_the_map_says_which_sheets_hold_what(cells_book: Callable[..., Path], take: Callable[..., Any]) -> None:
    path = cells_book(
        {"Roy": [HEADERS, client("C-1")], "Tremblay": [HEADERS, client("C-2")], "Archive": [HEADERS, client("C-3")]}
    )
    taken = take(path, mapping=mapped(sheets={"*": "candidates", "Archive": "-"}))
    assert clients(taken) == ["C-1", "C-2"]
    assert uses(taken) == [("Roy", "candidates", 1), ("Tremblay", "candidates", 1), ("Archive", None, 1)]
    assert taken.inputs[0].uses[2].reason == "The map leaves it out."
    assert taken.warnings.is_empty()


def test_a_constant_can_be_the_title_of_the_sheet(cells_book: Callable[..., Path], take: Callable[..., Any]) -> None:
    path = cells_book({"Roy": [HEADERS, client("C-1")], "Tremblay": [HEADERS, client("C-2")]})
    taken = take(path, mapping=mapped(sheets={"*": "candidates"}, constants={"case_owner": "{sheet}"}))
    assert taken.sheets["candidates"]["case_owner"].to_list() == ["Roy", "Tremblay"]


def test_a_sheet_that_a_pattern_of_the_map_names_needs_headings(
    cells_book: Callable[..., Path], take: Callable[..., Any]
) -> None:
    path = cells_book({"Roy": [HEADERS, client("C-1")], "How to use": [["Fill in a row a client."], ["Save it."]]})
    taken = take(path, mapping=mapped(sheets={"*": "candidates"}))
    assert uses(taken) == [("Roy", "candidates", 1), ("How to use", None, 1)]
    with pytest.raises(UnusableInputs, match="no header row"):
        take(path, mapping=mapped(sheets={"How to use": "candidates"}))


def test_a_pattern_of_the_map_gives_way_to_a_sheets_own_name(
    cells_book: Callable[..., Path], take: Callable[..., Any]
) -> None:
    jobs = [["client_id", "person", "noc", "started_on", "paid"], ["C-1", "principal", "21231", "2020-01-01", "yes"]]
    path = cells_book({"Roy": [HEADERS, client("C-1")], "Work history": jobs})
    assert uses(take(path, mapping=mapped(sheets={"*": "candidates"})))[1] == ("Work history", "work_history", 1)


def test_the_map_names_a_hidden_sheet_to_be_read(cells_book: Callable[..., Path], take: Callable[..., Any]) -> None:
    path = cells_book({"Roy": [HEADERS, client("C-1")], "Old": [HEADERS, client("C-2")]})
    book = openpyxl.load_workbook(path)
    book["Old"].sheet_state = "hidden"
    book.save(path)
    taken = take(path, mapping=mapped(sheets={"Old": "candidates", "Roy": "-"}))
    assert clients(taken) == ["C-2"]


def test_the_map_leaves_a_csv_file_out_by_its_name(tmp_path: Path, take: Callable[..., Any]) -> None:
    path = tmp_path / "leads.csv"
    path.write_text("client_id,date_of_birth,marital_status\nC-1,1990-01-02,single\n")
    with pytest.raises(UnusableInputs, match="The map leaves the file out"):
        take(path, mapping=mapped(sheets={"leads": "-"}))


def test_checkboxes_of_online_sheets_are_read(cells_book: Callable[..., Path], take: Callable[..., Any]) -> None:
    rows = [[*HEADERS, "sibling_in_canada", "Paid"], client("C-1", True, False), client("C-2", False, True)]
    taken = take(cells_book({"Form responses 1": rows}))
    assert taken.sheets["candidates"]["sibling_in_canada"].to_list() == [True, False]


# --- which rows -------------------------------------------------------------------------------------------------------


def test_the_map_names_the_row_of_the_headings(cells_book: Callable[..., Path], take: Callable[..., Any]) -> None:
    rows = [
        ["client_id", "date_of_birth"],
        ["is our number", "as on the passport"],
        [],
        HEADERS,
        client("C-1"),
        client("?"),
    ]
    path = cells_book({"Tracker 2026": rows})
    taken = take(path, mapping=mapped(sheets={"Tracker*": {"holds": "candidates", "headings": "4"}}))
    assert clients(taken) == ["C-1", "?"]
    assert taken.sheets["candidates"]["source_row"].to_list() == [5, 6]


def test_a_row_of_headings_beyond_the_sheet_is_refused(
    cells_book: Callable[..., Path], take: Callable[..., Any]
) -> None:
    path = cells_book({"Tracker": [HEADERS, client("C-1")]})
    with pytest.raises(UnusableInputs, match="finds the headings of sheet Tracker in row 9; the sheet has 2 rows"):
        take(path, mapping=mapped(sheets={"Tracker": {"holds": "candidates", "headings": "9"}}))


TESTED = ["IELTS_GT", "2025-12-01"]
TWO_ROWS = [
    ["Open files", None, None, None, None, None, None, None, None, "Notes"],
    [*HEADERS, "English", None, None, None, None, None, "Notes"],
    [None, None, None, "Test", "Test date", "Listening", "Reading", "Writing", "Speaking"],
    client("C-1", *TESTED, 8, 7.5, 7, 7),
    client("C-2", *TESTED, 8, "good", 7, 7),
]


@pytest.mark.parametrize("is_merged", [True, False])
@pytest.mark.parametrize("is_mapped", [True, False])
def test_two_rows_of_headings_are_one(
    cells_book: Callable[..., Path], take: Callable[..., Any], is_merged: bool, is_mapped: bool
) -> None:
    path = cells_book({"Candidates": TWO_ROWS})
    if is_merged:
        merged(path, "D2:I2", *(f"{letters}2:{letters}3" for letters in "ABC"))
    mapping = mapped(sheets={"Candidates": {"holds": "candidates", "headings": ["2", "3"]}}) if is_mapped else NO_MAP
    taken = take(path, mapping=mapping)
    assert taken.sheets["candidates"].select(SCORES).rows() == [(8, 7.5, 7, 7)]
    assert taken.quarantine.select("cell", "column").rows() == [("Candidates!G5", "english_reading")]
    assert taken.counts["candidates_in"] == 2
    assert taken.inputs[0].uses[0].saved()["layout"] == "Its headings stand in rows 2 and 3."


def test_a_band_above_the_headings_names_their_columns(
    cells_book: Callable[..., Path], take: Callable[..., Any]
) -> None:
    lower = ["Test", "Test date", "Listening", "Reading", "Writing", "Speaking"]
    rows = [
        ["Our clients"],
        ["Client", None, None, "English", *[None] * 5, "French"],
        [*HEADERS, *lower, *lower],
        client("C-1", *TESTED, 8, 7, 7, 7, "TEF_CANADA", "2025-11-01", 300, 280, 290, 310),
    ]
    path = merged(cells_book({"Candidates": rows}), "A1:O1", "A2:C2", "D2:I2", "J2:O2")
    [row] = take(path).sheets["candidates"].iter_rows(named=True)
    assert [row[name] for name in SCORES] == [8, 7, 7, 7]
    assert (row["french_listening"], row["french_speaking"]) == (300, 310)


def test_a_firms_headings_in_two_rows_are_named_together_in_the_map(
    cells_book: Callable[..., Path], take: Callable[..., Any]
) -> None:
    rows = [
        ["Person", None, None, "IELTS", None, None, None],
        [*HEADERS, "kind", "date", "L", "R", "W", "S"],
        client("C-1", *TESTED, 8, 7, 6.5, 6),
    ]
    path = merged(cells_book({"Clients": rows}), "A1:C1", "D1:I1", sheet="Clients")
    columns = {f"IELTS {letter}": name for letter, name in zip("LRWS", SCORES, strict=True)}
    taken = take(
        path,
        mapping=mapped(
            sheets={"Clients": {"holds": "candidates", "headings": ["1", "2"]}},
            columns={"IELTS kind": "english_test", "IELTS date": "english_test_date", **columns},
        ),
    )
    assert taken.sheets["candidates"].select(SCORES).rows() == [(8, 7, 6.5, 6)]


def test_a_lower_heading_stands_alone_where_only_it_is_ours(
    cells_book: Callable[..., Path], take: Callable[..., Any]
) -> None:
    rows = [
        ["Client", None, None, "School", None, "Spouse"],
        [*HEADERS, "Education level", "ECA issued on", "Education level"],
        ["C-1", "1990-01-02", "single", "masters", "2025-03-01", None],
        ["C-2", "1990-01-02", "single", "masters", "2025-03-01", "none"],
    ]
    path = merged(cells_book({"Clients": rows}), "A1:C1", "D1:E1", sheet="Clients")
    taken = take(path, mapping=mapped(sheets={"Clients": {"holds": "candidates", "headings": ["1", "2"]}}))
    row = taken.sheets["candidates"].row(0, named=True)
    assert (row["education_level"], str(row["eca_issued_on"]), row["spouse_education_level"]) == (
        "masters",
        "2025-03-01",
        None,
    )
    assert taken.warnings.filter(taken.warnings["problem"].str.contains("not known")).is_empty()


def test_a_first_client_without_number_is_no_row_of_headings(
    cells_book: Callable[..., Path], take: Callable[..., Any]
) -> None:
    rows = [[*HEADERS, "family_name", "case_owner"], [None, None, "single", "Sample", "Roy"], client("C-1")]
    taken = take(cells_book({"Candidates": rows}))
    assert taken.quarantine["source_row"].unique().to_list() == [2]
    assert taken.counts["candidates_in"] == 2


def test_the_row_that_names_most_columns_heads_the_table(
    cells_book: Callable[..., Path], take: Callable[..., Any]
) -> None:
    rows = [
        ["Client_id", "is our file number"],
        ["Legend", "green = done"],
        [],
        [*HEADERS, "family_name"],
        client("C-1", "Sample"),
    ]
    taken = take(cells_book({"Clients": rows}))
    assert clients(taken) == ["C-1"]


PROPOSALS: Mapping[str, tuple[list[list[object]], SheetOptions | None]] = {
    "plain": ([HEADERS, client("C-1")], None),
    "two rows": (TWO_ROWS, SheetOptions("candidates", headings=(2, 3))),
    "labels": (
        [["Client"], ["client_id", "C-1"], ["family_name", "Sample"], ["marital_status", "single"]],
        SheetOptions("candidates", layout="key_value"),
    ),
    "nothing known": ([["a", "b"], ["c", "d"]], None),
}


@pytest.mark.parametrize(("rows", "right"), PROPOSALS.values(), ids=PROPOSALS)
def test_the_layout_of_a_sheet_is_proposed(
    cells_book: Callable[..., Path], rows: list[list[object]], right: SheetOptions | None
) -> None:
    book = Workbook(cells_book({"Sheet": rows}).read_bytes())
    assert proposed(book.grid(book.sheets[0]), NO_MAP) == right
