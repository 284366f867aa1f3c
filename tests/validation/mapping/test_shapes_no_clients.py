"""Totals, legends, remarks, titles and headings that come again are no clients; whatever might be one stays."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

HEADERS: list[object] = [
    "client_id", "family_name", "date_of_birth", "marital_status", "case_owner", "settlement_funds_cad", "foreign_work_years",
]  # fmt: skip
FUNDS = 15_000


def client(number: int, owner: str = "Roy") -> list[object]:
    return [f"C-{number}", f"Sample{number}", "1990-01-02", "single", owner, FUNDS, 3]


def row(**cells: object) -> list[object]:
    return [cells.get(str(name)) for name in HEADERS]


def use(taken: Any) -> Any:
    return taken.inputs[0].uses[0]


def left_out(taken: Any) -> list[tuple[int, str, str]]:
    return [(one.row, one.text, one.kind) for one in use(taken).left_out]


def adds_up(taken: Any) -> bool:
    counts = taken.counts
    return bool(counts["candidates_in"] == counts["candidates_accepted"] + counts["candidates_quarantined"])


def tracker(*further: list[object], clients: int = 3) -> list[list[object]]:
    """A title, the headings in row 3, some clients, and further rows."""
    return [["Our clients"], [], HEADERS, *(client(number) for number in range(1, clients + 1)), *further]


TOTALS = [
    row(client_id="Total", settlement_funds_cad=45_000),
    row(client_id="TOTALS:", settlement_funds_cad="$45,000.00", foreign_work_years=9),
    row(client_id="Sous-total", settlement_funds_cad="45 000 $"),
    row(client_id="Count", family_name=3, date_of_birth=3, marital_status=3),
    row(client_id="Average", foreign_work_years=3),
    row(client_id="n = 3"),
    row(client_id="Total clients: 3"),
    row(client_id="3 clients"),
    row(family_name="Total", settlement_funds_cad=45_000),
    row(family_name="Total", client_id=3, settlement_funds_cad=45_000),
    row(case_owner="Roy Total", settlement_funds_cad=45_000),
    row(case_owner="Total Roy", settlement_funds_cad=45_000),
    row(case_owner="Max", foreign_work_years=3),
    row(client_id="Total général", settlement_funds_cad="100 %"),
    row(settlement_funds_cad=45_000, foreign_work_years=9),
]


@pytest.mark.parametrize("further", TOTALS, ids=lambda cells: " ".join(str(cell) for cell in cells if cell))
def test_totals_are_no_client(cells_book: Callable[..., Path], take: Callable[..., Any], further: list[object]) -> None:
    taken = take(cells_book({"Candidates": tracker(further)}))
    assert [(found, kind) for found, _, kind in left_out(taken)] == [(7, "totals")]
    assert taken.quarantine.is_empty()
    assert taken.counts["candidates_accepted"] == use(taken).rows == 3
    assert adds_up(taken)


def test_a_row_left_out_is_named_with_the_reason(cells_book: Callable[..., Path], take: Callable[..., Any]) -> None:
    taken = take(cells_book({"Candidates": tracker(row(client_id="Total", settlement_funds_cad=45_000))}))
    assert use(taken).note == "Row 7 'Total' is no client: it has totals and no client number."
    assert use(taken).is_notable
    assert use(taken).saved()["left_out"] == [
        {"row": 7, "text": "Total", "reason": "It has totals and no client number."}
    ]
    assert taken.warnings.is_empty()


def test_many_rows_left_out_are_one_sentence(cells_book: Callable[..., Path], take: Callable[..., Any]) -> None:
    groups = [
        one for owner in range(8) for one in (client(owner), row(case_owner="Roy Total", settlement_funds_cad=FUNDS))
    ]
    taken = take(cells_book({"Candidates": [HEADERS, *groups]}))
    assert use(taken).note == (
        "Rows 3 'Roy Total', 5 'Roy Total', 7 'Roy Total', 9 'Roy Total', 11 'Roy Total' and 3 more are no clients: "
        "they have totals and no client number."
    )
    assert taken.counts["candidates_accepted"] == 8


REMARKS = [
    (row(client_id="* urgent"), "legend"),
    (row(client_id="** waiting for results"), "legend"),
    (row(client_id="Legend: green = done"), "legend"),
    (row(client_id="Légende : vert = fini"), "legend"),
    (row(client_id="Printed on 2026-05-01"), "remark"),
    (row(client_id="Imprimé le 1er mai 2026"), "remark"),
    (row(client_id="Page 1 of 3"), "remark"),
    (row(client_id="Page 1 sur 3", settlement_funds_cad="Printed on 2026-05-01"), "remark"),
    (row(client_id="Confidential"), "remark"),
    (row(family_name="Page 1 / 3"), "remark"),
    (row(client_id="Clients of the spring intake only"), "remark"),
    (row(case_owner="Roy is away until June"), "remark"),
]


@pytest.mark.parametrize(("further", "kind"), REMARKS, ids=[str(next(filter(None, cells))) for cells, _ in REMARKS])
@pytest.mark.parametrize("place", [3, 5, 6])
def test_remarks_and_legends_are_no_client(
    cells_book: Callable[..., Path], take: Callable[..., Any], further: list[object], kind: str, place: int
) -> None:
    rows = tracker()
    rows.insert(place, further)
    taken = take(cells_book({"Candidates": rows}))
    assert [(found, of) for found, _, of in left_out(taken)] == [(place + 1, kind)]
    assert taken.counts["candidates_accepted"] == 3
    assert taken.quarantine.is_empty()


def test_a_legend_below_the_table_is_left_out_whole(cells_book: Callable[..., Path], take: Callable[..., Any]) -> None:
    legend = [[], ["Legend"], ["Green", "file complete"], ["Red", "urgent"], ["=", "waits for results"]]
    taken = take(cells_book({"Candidates": tracker(*legend)}))
    assert [found for found, _, _ in left_out(taken)] == [8, 9, 10, 11]
    assert taken.quarantine.is_empty()


def test_a_legend_beside_the_table_is_no_client(cells_book: Callable[..., Path], take: Callable[..., Any]) -> None:
    beside = ["Legend", "green = done", "red = urgent", "blue = on hold", "grey = closed"]
    cells = [HEADERS, client(1), client(2), [], row(client_id="Total", settlement_funds_cad=30_000)]
    rows = [
        [*(line or [None] * len(HEADERS)), None, text] for line, text in zip(cells, [None, *beside[:-1]], strict=True)
    ]
    taken = take(cells_book({"Candidates": [*rows, [*[None] * 8, beside[-1]]]}))
    assert left_out(taken) == [(5, "Total", "totals")]
    assert taken.counts["candidates_accepted"] == 2
    assert taken.quarantine.is_empty()
    assert taken.warnings["problem"].to_list() == ["The column has no header and is not read."]


def test_headings_and_titles_of_each_group_are_no_clients(
    cells_book: Callable[..., Path], take: Callable[..., Any]
) -> None:
    board = [
        ["Express Entry board"], ["All open cases of the firm"], ["In the pool"], HEADERS, client(1), client(2),
        row(settlement_funds_cad=30_000), [], ["Documents missing"], HEADERS, client(3), client(4, "Tremblay"),
        row(settlement_funds_cad=30_000),
    ]  # fmt: skip
    taken = take(cells_book({"Candidates": board}))
    assert left_out(taken) == [
        (7, "30000", "totals"), (9, "Documents missing", "title"), (10, "client_id", "headings"), (13, "30000", "totals"),
    ]  # fmt: skip
    assert taken.counts["candidates_accepted"] == 4
    assert adds_up(taken)


def test_a_title_merged_over_the_table_is_no_client(cells_book: Callable[..., Path], take: Callable[..., Any]) -> None:
    path = cells_book({"Candidates": [HEADERS, ["Roy"], client(1), ["C-2 and C-3"], client(2)]})
    book = openpyxl.load_workbook(path)
    book["Candidates"].merge_cells("A2:G2")
    book["Candidates"].merge_cells("A4:F4")
    book.save(path)
    taken = take(path)
    assert left_out(taken) == [(2, "Roy", "title"), (4, "C-2 and C-3", "title")]
    assert taken.warnings.is_empty()


def test_names_for_programs_and_numbers_below_the_headings_are_no_clients(
    cells_book: Callable[..., Path], take: Callable[..., Any]
) -> None:
    titles = [
        "Client ID",
        "Family name",
        "Date of birth",
        "Marital status",
        "Case owner",
        "Settlement funds CAD",
        "Foreign work years",
    ]
    taken = take(cells_book({"Candidates": [titles, HEADERS, [*range(7)], client(1)]}))
    assert [(found, kind) for found, _, kind in left_out(taken)] == [(2, "names"), (3, "numbers")]
    assert taken.counts["candidates_accepted"] == 1


MAYBE_CLIENTS = [
    row(client_id="C-9"),
    row(client_id="Singh"),
    row(client_id="9"),
    row(client_id="*C-9"),
    row(client_id="TOTAL-9", settlement_funds_cad=FUNDS),
    row(client_id="Total", date_of_birth="1990-01-02"),
    row(client_id="Total", marital_status="single", settlement_funds_cad=FUNDS),
    row(client_id=40, family_name="Total", settlement_funds_cad=FUNDS),
    row(family_name="Sum"),
    row(family_name="Max", settlement_funds_cad=FUNDS),
    row(family_name="Key"),
    row(family_name="de la Cruz Santos y Gómez"),
    row(family_name="* Singh"),
    row(date_of_birth="1990-01-02"),
    row(marital_status="single"),
    row(settlement_funds_cad=FUNDS, foreign_work_years=3),
    row(foreign_work_years=3),
    row(family_name="Singh", settlement_funds_cad=45_000),
    row(client_id="client_id"),
]


@pytest.mark.parametrize("further", MAYBE_CLIENTS, ids=lambda cells: " ".join(str(cell) for cell in cells if cell))
def test_what_might_be_a_client_is_quarantined_and_not_left_out(
    cells_book: Callable[..., Path], take: Callable[..., Any], further: list[object]
) -> None:
    taken = take(cells_book({"Candidates": tracker(further)}))
    assert left_out(taken) == []
    assert taken.quarantine["source_row"].unique().to_list() == [7]
    assert (taken.counts["candidates_in"], taken.counts["candidates_accepted"]) == (4, 3)


def test_client_numbers_of_several_words_are_no_remarks(
    cells_book: Callable[..., Path], take: Callable[..., Any]
) -> None:
    other = client(1)
    other[0] = "Sample family one"
    taken = take(cells_book({"Candidates": [HEADERS, other, row(client_id="Sample family two")]}))
    assert left_out(taken) == []
    assert taken.counts["candidates_quarantined"] == 1


def test_totals_on_a_detail_sheet_keep_no_client_back(
    cells_book: Callable[..., Path], take: Callable[..., Any]
) -> None:
    jobs = [
        ["client_id", "person", "noc", "started_on", "hours_per_week", "paid"],
        ["C-1", "principal", "21231", "2020-01-01", 40, "yes"], ["C-1", "principal", "21231", "2022-01-01", 35, "yes"],
        ["Total", None, None, None, 75],
    ]  # fmt: skip
    taken = take(cells_book({"Candidates": [HEADERS, client(1)], "Work history": jobs}))
    assert taken.inputs[0].uses[1].note == "Row 4 'Total' is no record: it has totals and no client number."
    assert taken.counts["detail_rows_in"] == taken.counts["detail_rows_used"] == 2


def test_a_detail_row_with_one_text_stays(cells_book: Callable[..., Path], take: Callable[..., Any]) -> None:
    jobs = [
        ["client_id", "person", "noc", "started_on", "paid", "employer"],
        ["C-1", "principal", "21231", "2020-01-01", "yes", "Sample Ltd"], [None, None, None, None, None, "Other Ltd"],
    ]  # fmt: skip
    taken = take(cells_book({"Candidates": [HEADERS, client(1)], "Work history": jobs}))
    assert taken.counts["detail_rows_quarantined"] == 1


def test_a_csv_with_a_title_and_totals(tmp_path: Path, take: Callable[..., Any]) -> None:
    path = tmp_path / "clients.csv"
    path.write_text(
        "Open files\n\nclient_id,date_of_birth,marital_status,settlement_funds_cad\n"
        "C-1,1990-01-02,single,15000\nC-2,1990-01-02,single,15000\nTotal,,,30000\n\nPrinted on 1 May 2026,,,\n"
    )
    taken = take(path)
    assert [(found, kind) for found, _, kind in left_out(taken)] == [(6, "totals"), (8, "remark")]
    assert taken.counts["candidates_accepted"] == 2


def test_the_history_keeps_the_rows_left_out_as_words_without_their_texts(
    cells_book: Callable[..., Path], take: Callable[..., Any]
) -> None:
    remark = row(client_id="Ada Sample left us in May")
    totals = row(client_id="Total", settlement_funds_cad=45_000)
    taken = take(cells_book({"Candidates": tracker(remark, totals)}))
    assert "'Ada Sample left us in May'" in use(taken).note
    assert use(taken).saved()["left_out"][0]["text"] == "Ada Sample left us in May"
    recorded = use(taken).recorded()
    assert "left_out" not in recorded
    assert recorded["reason"] == (
        "Row 8 is no client: it has totals and no client number. Row 7 is no client: it is a remark without a client number."
    )
    assert type(use(taken)).of(recorded).note == recorded["reason"]


@pytest.mark.parametrize("beside", ["family_name", "date_of_birth", "marital_status", "case_owner"])
def test_a_legend_with_its_first_line_beside_it_is_no_client(take: Any, cells_book: Any, beside: str) -> None:
    legend = [row(client_id="Legend", **{beside: "Y = yes"}), row(**{beside: "N = no"})]
    taken = take(cells_book({"Candidates": tracker(*legend)}))
    assert taken.counts["candidates_accepted"] == 3
    assert taken.counts["candidates_quarantined"] == 0
    assert left_out(taken) == [(7, "Legend", "legend"), (8, "N = no", "legend")]


def test_a_client_of_that_number_stays(take: Any, cells_book: Any) -> None:
    clients = [row(client_id="Legend", family_name="Sample", date_of_birth="1990-01-02", marital_status="single"),
               row(client_id="Key", family_name="Sample", date_of_birth="1990-01-02", marital_status="M = married")]  # fmt: skip
    taken = take(cells_book({"Candidates": tracker(*clients)}))
    assert left_out(taken) == []
    assert taken.counts["candidates_in"] == 5
