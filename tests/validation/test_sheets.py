"""Which sheets of a workbook are read, as what, and how those that are not are named."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.validation import raw_books
from tests.validation.raw_books import table

HEADERS: list[object] = ["client_id", "date_of_birth", "marital_status"]
WORK: list[object] = ["client_id", "person", "noc", "started_on", "paid"]
JOB: list[object] = ["C-1", "principal", "21231", "2020-01-01", "yes"]


def client(client_id: str) -> list[object]:
    return [client_id, "1990-01-02", "single"]


def hide(path: Path, title: str, state: str = "hidden", rows: tuple[int, ...] = ()) -> Path:
    """Hides a sheet of a workbook, or some of its rows."""
    book = openpyxl.load_workbook(path)
    if rows:
        for row in rows:
            book[title].row_dimensions[row].hidden = True
    else:
        book[title].sheet_state = state
        book.active = next(place for place, sheet in enumerate(book) if sheet.title != title)
    book.save(path)
    return path


def uses(taken: Any) -> list[tuple[str, str | None, int | None]]:
    return [(use.title, use.read_as, use.rows) for use in taken.inputs[0].uses]


def clients(taken: Any) -> list[str]:
    found: list[str] = taken.sheets["candidates"]["client_id"].to_list()
    return found


def test_one_sheet_a_case_owner_is_one_list(cells_book: Callable[..., Path], take: Callable[..., Any]) -> None:
    taken = take(cells_book({"Roy": [HEADERS, client("C-1")], "Tremblay": [HEADERS, client("C-2"), client("C-3")]}))
    assert clients(taken) == ["C-1", "C-2", "C-3"]
    assert taken.sheets["candidates"]["source_sheet"].to_list() == ["Roy", "Tremblay", "Tremblay"]
    assert uses(taken) == [("Roy", "candidates", 1), ("Tremblay", "candidates", 2)]
    assert taken.inputs[0].sheets == {"candidates": 3}
    assert taken.counts["candidates_in"] == 3
    assert taken.warnings.is_empty()


def test_a_second_sheet_of_clients_beside_candidates_is_read_too(
    cells_book: Callable[..., Path], take: Callable[..., Any]
) -> None:
    taken = take(cells_book({"Candidates": [HEADERS, client("C-1")], "New ones": [HEADERS, client("C-2")]}))
    assert clients(taken) == ["C-1", "C-2"]


def test_a_client_on_two_sheets_is_quarantined_as_on_two_files(
    cells_book: Callable[..., Path], take: Callable[..., Any]
) -> None:
    other = ["C-1", "1991-01-02", "single"]
    taken = take(cells_book({"Roy": [HEADERS, client("C-1")], "Tremblay": [HEADERS, other, client("C-2")]}))
    assert taken.quarantine["cell"].to_list() == ["Roy!A2", "Tremblay!A2"]
    assert "clients.xlsx, Tremblay!A2" in taken.quarantine["problem"][0]
    assert clients(taken) == ["C-2"]
    assert taken.counts["candidates_in"] == taken.counts["candidates_accepted"] + 2


def test_two_sheets_named_alike_are_one_list(cells_book: Callable[..., Path], take: Callable[..., Any]) -> None:
    taken = take(cells_book({"Candidates": [HEADERS, client("C-1")], "candidates_": [HEADERS, client("C-2")]}))
    assert clients(taken) == ["C-1", "C-2"]


def test_a_detail_sheet_is_known_by_its_headers(cells_book: Callable[..., Path], take: Callable[..., Any]) -> None:
    tests = [["client_id", "person", "language", "test", "reading"], ["C-1", "principal", "english", "CLB", 9]]
    taken = take(
        cells_book({"Candidates": [HEADERS, client("C-1")], "Jobs": [["Our list"], WORK, JOB], "IELTS": tests})
    )
    assert uses(taken) == [
        ("Candidates", "candidates", 1), ("Jobs", "work_history", 1), ("IELTS", "language_tests", 1),
    ]  # fmt: skip
    assert taken.sheets["work_history"]["source_row"].to_list() == [3]
    assert str(taken.inputs[0].uses[1]) == "Jobs: 1 row as Work history."
    assert [use.is_notable for use in taken.inputs[0].uses] == [False, True, True]


def test_detail_rows_of_two_sheets_count_together(cells_book: Callable[..., Path], take: Callable[..., Any]) -> None:
    second = [*JOB[:3], "2022-01-01", "yes"]
    taken = take(
        cells_book({"Candidates": [HEADERS, client("C-1")], "Work history": [WORK, JOB], "Jobs": [WORK, second]})
    )
    assert taken.counts["detail_rows_used"] == 2


def test_a_list_of_births_is_not_taken_for_dependants(
    cells_book: Callable[..., Path], take: Callable[..., Any]
) -> None:
    births = [["client_id", "date_of_birth", "phone"], ["C-1", "1990-01-02", "555"]]
    taken = take(cells_book({"Candidates": [HEADERS, client("C-1")], "Contacts": births}))
    assert taken.sheets["dependants"].is_empty()
    assert uses(taken) == [("Candidates", "candidates", 1), ("Contacts", None, 1)]
    assert "fit none of our sheets" in taken.warnings["problem"][0]
    named = take(cells_book({"Candidates": [HEADERS, client("C-1")], "Dependents": births}))
    assert named.sheets["dependants"].height == 1


def test_a_sheet_that_fits_two_of_ours_is_not_guessed(
    cells_book: Callable[..., Path], take: Callable[..., Any]
) -> None:
    both = [["client_id", "person", "level", "kind"], ["C-1", "principal", "masters", "eca"]]
    taken = take(cells_book({"Candidates": [HEADERS, client("C-1")], "Papers": both}))
    assert uses(taken)[1] == ("Papers", None, 1)
    assert "fit Education and Documents" in taken.warnings["problem"][0]


def test_every_other_sheet_with_rows_is_named_as_not_read(
    cells_book: Callable[..., Path], take: Callable[..., Any]
) -> None:
    sheets = {"Candidates": [HEADERS, client("C-1")], "Lists": [["a"], ["b"], ["  "]], "Empty": [], "Documents": []}
    taken = take(cells_book(sheets))
    assert uses(taken) == [("Candidates", "candidates", 1), ("Lists", None, 1)]
    assert str(taken.inputs[0].uses[1]) == "Lists: 1 row. Its headers are none of ours."
    assert taken.warnings.is_empty()


@pytest.mark.parametrize(
    ("rows", "counted"),
    [
        ([["Nr", "Born"], *[["C-2", "1990-01-02"]] * 30], 30),
        ([["Only a remark"]], 1),
        ([["Our clients"], [], ["client_id", "Born"], ["C-2", "1990-01-02"]], 1),
    ],
)
def test_the_header_of_a_sheet_that_is_not_read_is_no_row(
    cells_book: Callable[..., Path], take: Callable[..., Any], rows: list[list[object]], counted: int
) -> None:
    taken = take(cells_book({"Candidates": [HEADERS, client("C-1")], "Team Ben": rows}))
    assert uses(taken)[1] == ("Team Ben", None, counted)


def test_a_sheet_with_client_id_in_other_words_is_reported(
    cells_book: Callable[..., Path], take: Callable[..., Any]
) -> None:
    team = [["Client number", "Born"], ["C-2", "1990-01-02"]]
    taken = take(cells_book({"Candidates": [HEADERS, client("C-1")], "Team Ben": team}))
    [warning] = taken.warnings.iter_rows(named=True)
    assert warning["source_sheet"] == "Team Ben"
    assert "in other words than client_id" in warning["problem"]
    assert warning["fix"].startswith("Head its columns as ours")


def test_an_unknown_sheet_that_cannot_be_read_does_not_refuse_the_rest(
    tmp_path: Path, take: Callable[..., Any]
) -> None:
    far = '<sheetData><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    good = table([["client_id", "date_of_birth", "marital_status"], ["C-1", "1990-01-02", "single"]])
    taken = take(raw_books.write(tmp_path / "book.xlsx", {"Candidates": good, "Scratch": far}))
    assert uses(taken) == [("Candidates", "candidates", 1), ("Scratch", None, None)]
    assert "reaches as far as cell XFD1048576" in taken.inputs[0].uses[1].reason


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_the_sheet_that_is_shown_is_read_and_the_hidden_one_named(
    cells_book: Callable[..., Path], take: Callable[..., Any], state: str
) -> None:
    path = cells_book({"Candidates": [HEADERS, client("old")], "Clients 2026": [HEADERS, client("C-1")]})
    taken = take(hide(path, "Candidates", state))
    assert clients(taken) == ["C-1"]
    assert uses(taken) == [("Candidates", None, 1), ("Clients 2026", "candidates", 1)]
    assert taken.inputs[0].uses[0].is_hidden
    assert "hidden and not read" in taken.warnings["problem"][0]


def test_a_hidden_sheet_is_read_where_it_is_the_only_one(
    cells_book: Callable[..., Path], take: Callable[..., Any]
) -> None:
    sheets = {"Candidates": [HEADERS, client("C-1")], "Work history": [WORK, JOB], "Notes": [["x"]]}
    taken = take(hide(hide(cells_book(sheets), "Candidates"), "Work history"))
    assert uses(taken)[:2] == [("Candidates", "candidates", 1), ("Work history", "work_history", 1)]
    assert taken.inputs[0].uses[0].note == "The sheet is hidden."


def test_a_sheet_that_is_shown_but_empty_hides_no_clients(
    cells_book: Callable[..., Path], take: Callable[..., Any]
) -> None:
    path = cells_book({"Candidates": [HEADERS, client("C-1")], "Blank form": [HEADERS, [None, " "]]})
    taken = take(hide(path, "Candidates"))
    assert clients(taken) == ["C-1"]
    assert uses(taken) == [("Candidates", "candidates", 1)]


def test_a_hidden_backup_of_details_is_not_added(cells_book: Callable[..., Path], take: Callable[..., Any]) -> None:
    older = [*JOB[:3], "2012-01-01", "yes"]
    sheets = {"Candidates": [HEADERS, client("C-1")], "Work history": [WORK, older], "Employment": [WORK, JOB]}
    taken = take(hide(cells_book(sheets), "Work history"))
    assert taken.sheets["work_history"]["source_sheet"].to_list() == ["Employment"]
    alone = take(hide(cells_book({"Candidates": [HEADERS, client("C-1")], "Old jobs": [WORK, JOB]}), "Old jobs"))
    assert uses(alone)[1] == ("Old jobs", None, 1)
    assert "Unhide it" in alone.warnings["fix"][0]


def test_a_blank_hidden_twin_changes_nothing(cells_book: Callable[..., Path], take: Callable[..., Any]) -> None:
    taken = take(hide(cells_book({"Candidates": [], "Clients": [HEADERS, client("C-1")]}), "Candidates"))
    assert uses(taken) == [("Clients", "candidates", 1)]


def test_hidden_rows_are_read_and_counted(cells_book: Callable[..., Path], take: Callable[..., Any]) -> None:
    path = cells_book({"Candidates": [["Our list"], HEADERS, *(client(f"C-{row}") for row in range(5)), [], ["  "]]})
    taken = take(hide(path, "Candidates", rows=(1, 4, 5, 9)))
    [use] = taken.inputs[0].uses
    assert (use.rows, use.hidden_rows) == (5, 2)
    assert use.note == "2 rows are hidden."
    assert use.saved() == {
        "title": "Candidates", "read_as": "candidates", "rows": 5, "hidden_rows": 2, "hidden": False, "reason": "",
        "layout": "", "left_out": [], "renamed": [],
    }  # fmt: skip


def test_other_files_name_their_one_sheet(tmp_path: Path, take: Callable[..., Any]) -> None:
    path = tmp_path / "clients.csv"
    path.write_text("client_id,date_of_birth,marital_status\nC-1,1990-01-02,single\n")
    assert uses(take(path)) == [("Candidates", "candidates", 1)]
