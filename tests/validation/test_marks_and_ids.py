"""Stray quotation marks, client numbers that look alike or were changed, and merged cells."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest

from validation.intake.intake import UnusableInputs

COLUMNS = ["client_id", "family_name", "date_of_birth", "marital_status"]
HEADERS: list[object] = ["client_id", "date_of_birth", "marital_status"]


def written(tmp_path: Path, text: str, name: str = "clients.csv") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8", newline="")
    return path


def lines(*rows: str, header: str = ",".join(COLUMNS)) -> str:
    return "\n".join([header, *rows, ""])


def refusal(take: Callable[..., Any], path: Path) -> str:
    with pytest.raises(UnusableInputs) as caught:
        take(path)
    return str(caught.value)


GOOD = [
    ('C-1,Desk 27",1990-01-01,single', 'Desk 27"'),
    ('C-1,"Smith, Jo",1990-01-01,single', "Smith, Jo"),
    ('C-1,"Jo ""Speedy"" Smith",1990-01-01,single', 'Jo "Speedy" Smith'),
    ('"C-1","","1990-01-01","single"', None),
    ('C-1,"12 Main St\nToronto",1990-01-01,single', "12 Main St\nToronto"),
    ('C-1,"12 Main St\r\nToronto, ON",1990-01-01,single', "12 Main St\r\nToronto, ON"),
    ('C-1,="0012",1990-01-01,single', "0012"),
    ('C-1,"=""0012""",1990-01-01,single', "0012"),
    ("C-1,5'11\",1990-01-01,single", "5'11\""),
]


@pytest.mark.parametrize(("row", "name"), GOOD)
def test_marks_that_lose_nothing(tmp_path: Path, take: Callable[..., Any], row: str, name: str | None) -> None:
    taken = take(written(tmp_path, lines(row, "C-2,Jones,1991-02-02,single", 'C-3,Desk 5",1992-03-03,single')))
    assert taken.quarantine.is_empty()
    assert taken.sheets["candidates"]["client_id"].to_list() == ["C-1", "C-2", "C-3"]
    assert taken.sheets["candidates"]["family_name"].to_list() == [name, "Jones", 'Desk 5"']


SWALLOWED = [
    ('C-1,",1990-01-01,single', "C-2,Jones,1991-02-02,single", 'C-3,",1962-03-03,divorced'),
    ('C-1,",1990-01-01,single', 'C-2,",1991-02-02,single'),
    ('"C-1,Smith,1990-01-01,single', 'C-2",Jones,1991-02-02,single'),
    ('C-1,Smith,1990-01-01,"single', "C-2,Jones,1991-02-02,single", 'C-3,Brown,1992-03-03,single"'),
    ('C-1,"Smith,1990-01-01,single', *(f"C-{n},J,1991-02-02,single" for n in range(2, 53)), 'C-9,B",1992-03-03,single'),
]


@pytest.mark.parametrize("rows", SWALLOWED, ids=["ditto", "two rows", "first column", "last column", "51 clients"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_a_pair_of_stray_marks_never_swallows_clients(
    tmp_path: Path, take: Callable[..., Any], rows: tuple[str, ...], line_end: str
) -> None:
    text = lines("C-0,First,1980-01-01,single", *rows).replace("\n", line_end)
    message = refusal(take, written(tmp_path, text))
    assert "In row 3 of the CSV file, one cell in quotation marks holds" in message
    assert "Delete the stray quotation mark" in message


DOUBTFUL = [
    'C-1,"a note\nwith, many, commas, and more",1990-01-01,single',
    'C-1,",1990-01-01,"',
    'C-1,"Smith,1990-01-01,single\nC-2,""Jo"",1991-02-02,single\nC-3,B, C",1992-03-03,single',
]


@pytest.mark.parametrize("row", DOUBTFUL)
def test_a_row_that_may_have_swallowed_others_is_listed(tmp_path: Path, take: Callable[..., Any], row: str) -> None:
    taken = take(written(tmp_path, lines("C-0,First,1980-01-01,single", row, "C-9,Last,1992-03-03,single")))
    assert taken.sheets["candidates"]["client_id"].to_list() == ["C-0", "C-9"]
    rows = taken.quarantine.filter(pl.col("problem").str.contains("stray quotation mark"))
    assert rows["source_row"].to_list() == [3]


# Of four clients the third is between two stray marks; the second of them stands in an earlier column, or in no column.
EMPTY_ENDS = [
    ('C-2,1991-01-01,single,Jones,"', 'C-3,1992-01-01,married,",'),
    ('C-2,1991-01-01,single,Jones,"', 'C-3,1992-01-01,",,'),
    ('C-2,1991-01-01,single,Jones,"', 'C-3",,,,'),
    ('C-2,1991-01-01,single,",', 'C-3,1992-01-01,",,'),
    ('C-2,1991-01-01,single,"', 'C-3,1992-01-01,",,'),
    ('C-2,1991-01-01,single,"', 'C-3,1992-01-01,married,",'),
    ('C-2,1991-01-01,single,"', 'C-3,1992-01-01,married,"'),
]


@pytest.mark.parametrize(
    "rows",
    EMPTY_ENDS,
    ids=["fifth to fourth", "to third", "to first", "fourth", "short row", "as long", "two short rows"],
)
def test_a_client_between_stray_marks_is_listed_where_fields_are_empty(
    tmp_path: Path, take: Callable[..., Any], rows: tuple[str, ...]
) -> None:
    header = "client_id,date_of_birth,marital_status,family_name,case_owner"
    around = "C-1,1990-01-01,single,Brown,Miller", "C-4,1993-01-01,single,Smith,Miller"
    taken = take(written(tmp_path, lines(around[0], *rows, around[1], header=header)))
    assert taken.sheets["candidates"]["client_id"].to_list() == ["C-1", "C-4"]
    assert "stray quotation mark" in taken.quarantine["problem"][0]


def test_a_note_of_lines_that_begin_with_ids_or_numbers_is_kept(tmp_path: Path, take: Callable[..., Any]) -> None:
    rows = (
        'C-1,"see also\nC-2, C-3\n12, Main St",1990-01-01,single',
        "C-2,Jones,1991-02-02,single",
        "C-3,,1991-02-02,single",
    )
    taken = take(written(tmp_path, lines(*rows)))
    assert taken.sheets["candidates"]["client_id"].to_list() == ["C-1", "C-2", "C-3"]


def test_rows_that_all_end_with_a_delimiter_may_hold_addresses(tmp_path: Path, take: Callable[..., Any]) -> None:
    rows = ('C-1,"12 Main St\nToronto, ON",1990-01-01,single,', "C-2,Jones,1991-02-02,single,")
    taken = take(written(tmp_path, lines(*rows)))
    assert taken.sheets["candidates"]["client_id"].to_list() == ["C-1", "C-2"]


@pytest.mark.parametrize(
    "header", [COLUMNS, ["client_id", "date_of_birth", "marital_status", "family_name", "case_owner"]]
)
def test_no_pair_of_stray_marks_loses_a_client_in_silence(
    tmp_path: Path, take: Callable[..., Any], header: list[str]
) -> None:
    chance = random.Random(1)
    for _ in range(80):
        clients = [
            {"client_id": f"C-{number}", "date_of_birth": f"19{60 + number}-01-01", "marital_status": "single"}
            | {name: chance.choice(("Sample", "")) for name in ("family_name", "case_owner")}
            for number in range(6)
        ]
        text = lines(*(",".join(client[name] for name in header) for client in clients), header=",".join(header))
        borders = [at for at, letter in enumerate(text) if letter in ",\n"][len(header) :]
        first = chance.randrange(len(borders) - 1)
        last = min(first + chance.choice((*range(len(header) + 1), len(borders))), len(borders) - 1)
        for border in (last, first):
            place = borders[border] + chance.choice((0, 1))
            text = text[:place] + '"' + text[place:]
        try:
            taken = take(written(tmp_path, text))
        except UnusableInputs:
            continue
        stray = taken.quarantine["problem"].str.contains("stray quotation mark|more fields").any()
        assert stray or taken.counts["candidates_in"] == len(clients), text


def test_a_file_with_marks_everywhere_is_read_quickly_and_rightly(tmp_path: Path, take: Callable[..., Any]) -> None:
    text = io.StringIO()
    rows = [[f"C-{number}", 'O"Neil, Jo', "1990-01-01", "single"] for number in range(50)]
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows([COLUMNS, *rows])
    taken = take(written(tmp_path, text.getvalue()))
    assert taken.sheets["candidates"]["family_name"].to_list() == ['O"Neil, Jo'] * 50


ALIKE = [
    "\u200eC-1", "C-1\u200f", "\u202aC-1\u202c", "C\u00ad-1", "\u2066C-1\u2069", "\u061cC-1", "C-1\u00a0", "\ufeffC-1",
    "\u2002C-1",
]  # fmt: skip


@pytest.mark.parametrize("other", ALIKE, ids=ascii)
def test_ids_that_look_alike_are_one_client(
    cells_book: Callable[..., Path], take: Callable[..., Any], other: str
) -> None:
    rows = [HEADERS, ["C-1", "1990-01-01", "single"], [other, "1991-01-01", "single"]]
    taken = take(cells_book({"Candidates": rows}))
    assert taken.quarantine["cell"].to_list() == ["Candidates!A2", "Candidates!A3"]
    assert taken.sheets["candidates"].is_empty()


@pytest.mark.parametrize(("one", "other"), [("\u00c9-1", "E\u0301-1"), ("C 3", "C\u00a03"), ("C 3", "C\u202f3")])
def test_ids_of_two_forms_are_one_client(
    cells_book: Callable[..., Path], take: Callable[..., Any], one: str, other: str
) -> None:
    job = ["client_id", "person", "started_on"], [other, "principal", "2020-01-01"]
    sheets = {"Candidates": [HEADERS, [one, "1990-01-01", "single"]], "Work history": list(job)}
    taken = take(cells_book(sheets))
    assert taken.quarantine.is_empty()
    assert taken.sheets["work_history"]["client_id"].to_list() == taken.sheets["candidates"]["client_id"].to_list()


def test_ids_that_differ_stay_apart(cells_book: Callable[..., Path], take: Callable[..., Any]) -> None:
    ids = [
        "C-1", "c-1", "C1", "C- 1", "E-1", "\u00c9-1", "1E5", "2026-03", "MAR-04", "12", "1.5", "20260304", "2024/15",
        "15/2024", "2024/3/15", "13/13/2026", "3/4/26", "3/4/0026", "45-Mar", "Marc-24", "Mar-240", "2026-03-04",
    ]  # fmt: skip
    taken = take(cells_book({"Candidates": [HEADERS, *([one, "1990-01-01", "single"] for one in ids)]}))
    assert taken.sheets["candidates"]["client_id"].to_list() == ids


CHANGED = [
    ("2026-03-04 00:00:00", "into a date"),
    ("2026-03-04T00:00:00Z", "into a date"),
    ("2026-03-04 0:00", "into a date"),
    ("4-Mar", "into a date"),
    ("Mar-24", "into a date"),
    ("24-Mar-2024", "into a date"),
    ("24-Mar-24", "into a date"),
    ("4-Mar.", "into a date"),
    ("mars-24", "into a date"),
    ("4-août", "into a date"),
    ("3/4/2026", "into a date"),
    ("25/12/2026", "into a date"),
    ("03/25/2026", "into a date"),
    ("3/4/2026 0:00", "into a date"),
    ("1.23457E+11", "last digits are lost"),
    ("1,2E+11", "last digits are lost"),
]


@pytest.mark.parametrize(("changed", "why"), CHANGED)
def test_an_id_that_a_spreadsheet_changed_is_quarantined_everywhere(
    tmp_path: Path, take: Callable[..., Any], changed: str, why: str
) -> None:
    rows = [["client_id", "date_of_birth", "marital_status"], [changed, "1990-01-01", "single"]]
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    work = written(tmp_path, f'client_id,person,started_on\n"{changed}",principal,2020-01-01\n', "work_history.csv")
    taken = take(written(tmp_path, text.getvalue()), work)
    assert taken.counts["candidates_quarantined"] == taken.counts["detail_rows_quarantined"] == 1
    assert all(why in problem for problem in taken.quarantine["problem"])


@pytest.mark.parametrize("dtype", [pl.Date(), pl.Datetime("us")])
def test_ids_that_parquet_holds_as_days_are_quarantined(tmp_path: Path, take: Callable[..., Any], dtype: Any) -> None:
    path = tmp_path / "clients.parquet"
    days = pl.Series(["1990-03-01", "1991-03-02"]).str.to_date()
    frame = pl.DataFrame({"client_id": days.cast(dtype), "date_of_birth": days, "marital_status": ["single"] * 2})
    frame.write_parquet(path)
    taken = take(path)
    assert taken.counts["candidates_quarantined"] == taken.counts["candidates_in"] == 2
    assert taken.quarantine["column"].unique().to_list() == ["client_id"]
    assert "into a date" in taken.quarantine["problem"][0]


def merged(path: Path, title: str, *ranges: str) -> Path:
    book = openpyxl.load_workbook(path)
    for cells in ranges:
        book[title].merge_cells(cells)
    book.save(path)
    return path


WORK: list[object] = ["client_id", "person", "noc", "country", "started_on", "paid"]


def test_a_merged_cell_counts_for_all_its_rows(cells_book: Callable[..., Path], take: Callable[..., Any]) -> None:
    rows: list[list[object]] = [
        WORK,
        ["C-1", "principal", "21231", "IN", "2018-01-01", "yes"],
        [None, None, None, "FR", "2019-01-01", None],
        [None, "spouse", "21231", "IN", "2020-01-01", "no"],
        ["C-2", "principal", "21231", "IN", "2020-01-01", "no"],
    ]
    people = [HEADERS, *([one, "1990-01-01", "single"] for one in ("C-1", "C-2"))]
    path = cells_book({"Candidates": people, "Work history": rows})
    taken = take(merged(path, "Work history", "A2:A4", "B2:B3", "C2:C3", "F2:F3"))
    assert taken.quarantine.is_empty()
    assert taken.sheets["work_history"].select("client_id", "person", "noc", "country", "paid").rows() == [
        ("C-1", "principal", "21231", "IN", True),
        ("C-1", "principal", "21231", "FR", True),
        ("C-1", "spouse", "21231", "IN", False),
        ("C-2", "principal", "21231", "IN", False),
    ]


def test_a_merged_cell_makes_no_rows_of_blank_ones(cells_book: Callable[..., Path], take: Callable[..., Any]) -> None:
    rows = [HEADERS, ["C-1", "1990-01-01", "single"], [], [], ["C-2", "1990-01-01", "single"]]
    taken = take(merged(cells_book({"Candidates": rows}), "Candidates", "A2:A4", "C2:C4"))
    assert taken.counts["candidates_accepted"] == taken.counts["candidates_in"] == 2


def test_merged_titles_and_headers_are_no_values(cells_book: Callable[..., Path], take: Callable[..., Any]) -> None:
    rows: list[list[object]] = [["Our clients"], [*HEADERS, "case_owner"], ["C-1", "1990-01-01", "single"]]
    path = merged(cells_book({"Candidates": rows}), "Candidates", "A1:D1", "D2:D3")
    taken = take(path)
    assert taken.sheets["candidates"]["case_owner"].to_list() == [None]
    assert taken.warnings.is_empty()


def test_a_cell_merged_over_columns_counts_for_the_first_and_is_a_warning(
    cells_book: Callable[..., Path], take: Callable[..., Any]
) -> None:
    rows = [[*HEADERS, "family_name", "given_name"], ["C-1", "1990-01-01", "single", "Ada Example", None]]
    taken = take(merged(cells_book({"Candidates": rows}), "Candidates", "D2:E2"))
    assert taken.sheets["candidates"].select("family_name", "given_name").row(0) == ("Ada Example", None)
    assert taken.warnings.select("cell", "column").rows() == [("Candidates!D2", "family_name")]
    assert "merged over 2 columns" in taken.warnings["problem"][0]


def test_merged_clients_that_stand_on_two_rows_are_seen(
    cells_book: Callable[..., Path], take: Callable[..., Any]
) -> None:
    rows = [HEADERS, ["C-1", "1990-01-01", "single"], [None, "1991-01-01", "single"]]
    taken = take(merged(cells_book({"Candidates": rows}), "Candidates", "A2:A3"))
    assert taken.counts["candidates_quarantined"] == 2
    assert "The same client_id stands in other rows" in taken.quarantine["problem"][0]


def test_bytes_and_records_of_parquet_are_text_or_listed(tmp_path: Path, take: Callable[..., Any]) -> None:
    path = tmp_path / "clients.parquet"
    pl.DataFrame(
        {
            "client_id": pl.Series([b"C-1", "C-\u00c9".encode(), b"\xff\xfe"], dtype=pl.Binary),
            "date_of_birth": pl.Series([b"1990-01-01"] * 3, dtype=pl.Binary),
            "marital_status": ["single"] * 3,
            "family_name": [None, {"name": "Sample"}, None],
        }
    ).write_parquet(path)
    taken = take(path)
    assert taken.sheets["candidates"]["client_id"].to_list() == ["C-1"]
    assert taken.quarantine.select("cell", "value").rows() == [
        ("Candidates!D3", "(Struct)"),
        ("Candidates!A4", "(Binary)"),
    ]
    assert taken.quarantine["problem"].to_list() == [
        "The cell holds a record, not text.", "The cell holds bytes, not text.",
    ]  # fmt: skip


def test_bytes_in_choices_codes_and_provinces_are_listed_as_bytes(tmp_path: Path, take: Callable[..., Any]) -> None:
    path = tmp_path / "clients.parquet"
    names = ["marital_status", "education_level", "primary_noc", "provincial_nomination", "citizenship", "intends_quebec",
             "family_size", "ita_round", "language_exempt_abilities", "profile_submitted_at"]  # fmt: skip
    given = {"client_id": ["C-1"], "date_of_birth": ["1990-01-01"]}
    pl.DataFrame(given | {name: pl.Series([b"\xff\xfe"], dtype=pl.Binary) for name in names}).write_parquet(path)
    taken = take(path)
    assert sorted(taken.quarantine["column"]) == sorted(names)
    assert set(taken.quarantine["problem"]) == {"The cell holds bytes, not text."}
