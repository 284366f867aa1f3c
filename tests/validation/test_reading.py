"""Files to rows: where tables start, which column is which, and the true address of every cell."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.model.columns import SHEETS
from validation.files import readers
from validation.files.sheet_xml import column_of, letters_of
from validation.files.unusable import Unusable, UnusableInputs
from validation.intake.intake import MappingError
from validation.mapping.grammar import firm_map
from validation.values.parse import schema_of
from validation.values.words import plain

HEADERS = ["client_id", "date_of_birth", "marital_status"]
ROW = ["C-1", "1990-01-02", "single"]
BAD = ["C-2", "03/04/1990", "single"]


def cells(frame: pl.DataFrame) -> list[str]:
    return frame["cell"].to_list()


def test_all_six_frames_are_there_and_typed(
    book: Callable[..., Path], take: Callable[..., Any], candidate: Any
) -> None:
    sheets = take(book([candidate()])).sheets
    assert list(sheets) == [sheet.key for sheet in SHEETS]
    for sheet in SHEETS:
        assert dict(sheets[sheet.key].schema) == schema_of(sheet)


def test_a_good_row_typed(book: Callable[..., Path], take: Callable[..., Any], candidate: Any) -> None:
    taken = take(
        book([candidate(client_id=1001, english_test="ielts gt", language_exempt_abilities="Speaking, reading")])
    )
    assert taken.quarantine.is_empty()
    assert taken.warnings.is_empty()
    row = taken.sheets["candidates"].row(0, named=True)
    assert row["client_id"] == "1001"
    assert row["date_of_birth"] == date(1990, 5, 17)
    assert row["profile_submitted_at"] == datetime(2026, 1, 11, 10, 55, 43, tzinfo=UTC)
    assert row["citizenship"] == row["education_country"] == "IN"
    assert row["english_test"] == "IELTS_GT"
    assert row["english_reading"] == 7.5
    assert row["language_exempt_abilities"] == "reading|speaking"
    assert (row["source_file"], row["source_sheet"], row["source_row"]) == ("clients.xlsx", "Candidates", 2)
    assert taken.inputs[0].sheets == {"candidates": 1}
    assert taken.inputs[0].kind == "xlsx"


def test_title_rows_blank_rows_and_columns_in_another_order(
    cells_book: Callable[..., Path], take: Callable[..., Any]
) -> None:
    path = cells_book(
        {
            "Candidates": [
                ["Clients of the sample firm"],
                [],
                [None, None, "Marital status", "DATE OF BIRTH*", None, "Client-ID"],
                [None, None, "single", "1990-01-02", None, "C-1"],
                [],
                [None, None, " ", "", None, None],
                [None, None, "single", "03/04/1990", None, "C-2"],
            ]
        }
    )
    taken = take(path)
    assert cells(taken.quarantine) == ["Candidates!D7"]
    assert taken.quarantine["source_row"].to_list() == [7]
    assert taken.quarantine["value"].to_list() == ["03/04/1990"]
    assert taken.sheets["candidates"]["source_row"].to_list() == [4]
    assert taken.counts["candidates_in"] == 2


def test_a_table_below_and_right_of_a1(tmp_path: Path, take: Callable[..., Any]) -> None:
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.title = "Candidates"
    for row, values in enumerate([HEADERS, ROW, BAD], start=5):
        for column, value in enumerate(values, start=27):
            sheet.cell(row, column, value)
    made.save(tmp_path / "far.xlsx")
    assert cells(take(tmp_path / "far.xlsx").quarantine) == ["Candidates!AB7"]


def test_sheet_titles_with_blanks_are_quoted_in_addresses(
    book: Callable[..., Path], take: Callable[..., Any], candidate: Any, detail: Any
) -> None:
    path = book([candidate()], work_history=[detail("work_history", hours_per_week="many")])
    assert cells(take(path).quarantine) == ["", "'Work history'!G2"]


def test_sheets_and_headers_by_any_spelling(cells_book: Callable[..., Path], take: Callable[..., Any]) -> None:
    path = cells_book(
        {
            " CANDIDATES": [["Client Id", "Date-of-Birth", "MARITAL_STATUS"], ROW],
            "language_tests": [["client id", "Person", "Language", "Test", "Test date", "Reading"],
                               ["C-1", "Principal", "English", "celpip-g", "2025-01-02", 8]],
        }
    )  # fmt: skip
    taken = take(path)
    assert taken.quarantine.is_empty()
    assert taken.sheets["language_tests"]["test"].to_list() == ["CELPIP_G"]
    assert taken.sheets["language_tests"]["source_sheet"].to_list() == ["language_tests"]


def test_unknown_columns_are_warnings_that_name_the_closest(
    cells_book: Callable[..., Path], take: Callable[..., Any]
) -> None:
    path = cells_book(
        {
            "Candidates": [
                ["Our list"],
                [*HEADERS, "given_nmae", "Shoe size", None, None],
                [*ROW, "Ada", 42, None, "x"],
            ]
        }
    )
    warnings = take(path).warnings
    assert cells(warnings) == ["Candidates!D2", "Candidates!E2", "Candidates!G2"]
    assert warnings["column"].to_list() == ["given_nmae", "Shoe size", ""]
    assert "Did you mean given_name?" in warnings["fix"][0]
    assert "no header" in warnings["problem"][2]


@pytest.mark.parametrize(
    ("header", "column"),
    [
        ("First Name", "given_name"), ("first_name", "given_name"), ("Last name", "family_name"), ("Prénom", "given_name"),
        ("Case Manager", "case_owner"), ("sibbling_in_canada", "sibling_in_canada"),
    ],
)  # fmt: skip
def test_a_header_in_other_words_is_read_as_the_column_that_means_the_same(
    cells_book: Callable[..., Path], take: Callable[..., Any], header: str, column: str
) -> None:
    value = "yes" if column == "sibling_in_canada" else "x"
    taken = take(cells_book({"Candidates": [[*HEADERS, header], [*ROW, value]]}))
    assert taken.warnings.is_empty()
    assert taken.sheets["candidates"][column].to_list() == [True if value == "yes" else "x"]
    [use] = taken.inputs[0].uses
    assert use.saved()["renamed"] == [{"heading": header, "column": column}]
    assert str(use) == f"Candidates: 1 row as Candidates. Read under other names: {header!r} as {column}."


@pytest.mark.parametrize("header", ["Client Email", "Passport number", "Country of birth", "Notes"])
def test_a_header_that_is_never_ours_is_read_past_in_silence(
    cells_book: Callable[..., Path], take: Callable[..., Any], header: str
) -> None:
    taken = take(cells_book({"Candidates": [[*HEADERS, header], [*ROW, "x"]]}))
    assert taken.warnings.is_empty()
    assert taken.inputs[0].uses[0].saved()["renamed"] == []


@pytest.mark.parametrize(
    ("header", "meant"),
    [
        ("DOB", ""),
        ("File #", ""),
        ("PNP?", "provincial_nomination"),
        ("Language test", "english_test"),
        ("Partner of choice", ""),
    ],
)
def test_a_header_that_is_only_near_is_named_and_not_read(
    cells_book: Callable[..., Path], take: Callable[..., Any], header: str, meant: str
) -> None:
    fix = take(cells_book({"Candidates": [[*HEADERS, header], [*ROW, "x"]]})).warnings["fix"].to_list()
    hint = f"Did you mean {meant}?" if meant else "Rename it if it is one of ours; else let it be."
    assert fix == [hint]


@pytest.mark.parametrize(
    ("header", "fix"),
    [
        ("Client Name", "A map can read it; `drawline map FILE` proposes how."),
        ("Partner", "A map can read it; `drawline map FILE` proposes how."),
        ("Age", "Enter the date of birth; an age is no date of birth."),
    ],
)
def test_a_header_to_derive_from_says_what_reads_it(
    cells_book: Callable[..., Path], take: Callable[..., Any], header: str, fix: str
) -> None:
    assert take(cells_book({"Candidates": [[*HEADERS, header], [*ROW, "x"]]})).warnings["fix"].to_list() == [fix]


def test_a_list_with_none_of_our_headings_is_read(cells_book: Callable[..., Path], take: Callable[..., Any]) -> None:
    headings = ["Client No", "Surname", "First name(s)", "D.O.B. (YYYY-MM-DD)", "Marital Status*", "E-mail"]
    path = cells_book({"Our clients": [headings, ["C-1", "Sample", "Ada", "1990-01-02", "single", "ada@example.org"]]})
    taken = take(path)
    assert taken.counts["candidates_accepted"] == 1
    assert taken.sheets["candidates"]["family_name"].to_list() == ["Sample"]
    assert "'Client No' as client_id" in taken.inputs[0].uses[0].note


def test_a_csv_file_with_semicolons_and_none_of_our_headings(tmp_path: Path, take: Callable[..., Any]) -> None:
    path = tmp_path / "export.csv"
    path.write_text("N° de dossier;Nom, prénom usuel;Date de naissance;État civil\nD-1;Essai, Ada;1990-01-02;single\n")
    assert take(path).sheets["candidates"]["client_id"].to_list() == ["D-1"]


def test_of_two_headings_as_near_none_is_read(cells_book: Callable[..., Path], take: Callable[..., Any]) -> None:
    path = cells_book({"Candidates": [["Client No", "File No", *HEADERS[1:]], ["C-1", "F-1", *ROW[1:]]]})
    with pytest.raises(UnusableInputs) as found:
        take(path)
    [one] = found.value.unusable
    assert "client_id" in one.problem
    assert "'Client No' may be client_id, 'File No' may be client_id" in one.fix
    assert "drawline map" in one.fix


def test_another_sheet_in_other_words_gives_way_to_our_own(
    cells_book: Callable[..., Path], take: Callable[..., Any]
) -> None:
    path = cells_book(
        {
            "Candidates": [HEADERS, ROW],
            "Archive": [["Client No", "DOB", "Marital status"], ["C-9", "1990-01-02", "single"]],
        }
    )
    taken = take(path)
    assert taken.counts["candidates_in"] == 1
    assert "as which Candidates is read" in taken.inputs[0].uses[1].note


def test_a_sheet_nearly_named_as_ours_is_a_warning(cells_book: Callable[..., Path], take: Callable[..., Any]) -> None:
    warnings = take(cells_book({"Candidates": [HEADERS, ROW], "Work histroy": [["x"]], "Lists": [["y"]]})).warnings
    assert warnings["value"].to_list() == ["Work histroy"]
    assert "Work history" in warnings["fix"][0]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_csv_files(tmp_path: Path, take: Callable[..., Any], delimiter: str, encoding: str, line_end: str) -> None:
    rows = [[*HEADERS, "family_name"], [*ROW, f"Sam{delimiter}ple"], [], [*BAD, "Émile\nZ"]]
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator=line_end, quoting=csv.QUOTE_ALL).writerows(rows)
    path = tmp_path / "clients.csv"
    path.write_bytes(text.getvalue().encode(encoding))
    taken = take(path)
    assert cells(taken.quarantine) == ["Candidates!B4"]
    assert taken.sheets["candidates"]["family_name"].to_list() == [f"Sam{delimiter}ple"]
    assert taken.sheets["candidates"]["source_sheet"].to_list() == ["Candidates"]


def test_a_csv_file_with_title_rows(tmp_path: Path, take: Callable[..., Any]) -> None:
    path = tmp_path / "clients.csv"
    path.write_text("\n" + "Our clients\n" + "\n".join(map(",".join, [HEADERS, ROW, BAD])))
    assert cells(take(path).quarantine) == ["Candidates!B5"]


def test_a_csv_row_with_too_many_fields_is_quarantined(tmp_path: Path, take: Callable[..., Any]) -> None:
    path = tmp_path / "clients.csv"
    path.write_text(
        "client_id,date_of_birth,marital_status\nC-1,1990-01-02,single\nC-2,1990-01-02,single,oh\nC-3,1990-01-02\n"
    )
    taken = take(path)
    assert taken.quarantine["client_id"].to_list() == ["C-2", "C-3"]
    assert "more fields" in taken.quarantine["problem"][0]
    assert taken.counts["candidates_quarantined"] == 2


FIELDS = st.text(alphabet=st.sampled_from('ab ",;\n\r\té'), max_size=5)


@given(st.lists(st.lists(FIELDS, min_size=2, max_size=2), min_size=1, max_size=8), st.sampled_from(",;\t"))
def test_the_quick_csv_reader_reads_as_the_careful_one(rows: list[list[str]], delimiter: str) -> None:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\r\n").writerows([["client_id", "person"], *rows])

    def score(fields: Any) -> int:
        return sum(plain(field) in ("clientid", "person") for field in fields)

    try:
        careful = readers._csv_with_care(text.getvalue(), "Candidates", delimiter, score).cells
    except Unusable:
        with pytest.raises(Unusable):
            readers.csv_file(text.getvalue().encode(), "Candidates", score)
        return
    quick = readers.csv_file(text.getvalue().encode(), "Candidates", score).cells
    blank_as_null = pl.all().replace("", None)
    assert quick.select(blank_as_null).rows() == careful.select(blank_as_null).rows()


def test_a_parquet_file_of_typed_columns(tmp_path: Path, take: Callable[..., Any]) -> None:
    path = tmp_path / "clients.parquet"
    pl.DataFrame(
        {
            "marital_status": pl.Series(["single", "single", "single"], dtype=pl.Categorical),
            "client_id": [1.0, 2.0, 3.0],
            "date_of_birth": [date(1990, 1, 2)] * 3,
            "profile_submitted_at": pl.Series([datetime(2026, 1, 2, 3, 4, 5)] * 3).dt.replace_time_zone(
                "America/Toronto"
            ),
            "intends_quebec": [True, False, None],
            "english_test": ["CLB"] * 3,
            "english_test_date": [datetime(2025, 1, 2)] * 3,
            "english_listening": [9, 10, 99],
            "settlement_funds_cad": [1.5, float("nan"), 3.0],
            "language_exempt_abilities": [["reading", "writing"], None, None],
            "primary_noc": [21231, None, None],
        }
    ).write_parquet(path)
    taken = take(path)
    first = taken.sheets["candidates"].row(0, named=True)
    assert first["client_id"] == "1"
    assert first["profile_submitted_at"] == datetime(2026, 1, 2, 8, 4, 5, tzinfo=UTC)
    assert first["english_test_date"] == date(2025, 1, 2)
    assert first["intends_quebec"] is True
    assert first["language_exempt_abilities"] == "reading|writing"
    assert first["primary_noc"] == "21231"
    assert cells(taken.quarantine) == ["Candidates!I3", "Candidates!H4"]
    assert taken.inputs[0].kind == "parquet"


def test_a_work_sheet_without_the_column_paid_is_taken_as_paid(
    tmp_path: Path,
    candidate: Callable[..., Any],
    detail: Callable[..., Any],
    book: Callable[..., Path],
    take: Callable[..., Any],
) -> None:
    """By file: an empty cell in a column that is there stays unknown, beside a file without the column too."""
    clients = [candidate(client) for client in ("C-1", "C-2", "C-3")]
    rows = [detail("work_history", "C-1", paid="yes"), detail("work_history", "C-2", paid=None)]
    with_column = book(clients, "with.xlsx", work_history=rows)
    without = tmp_path / "Work history.csv"
    without.write_text(
        "client_id,person,noc,country,started_on\nC-3,principal,21231,India,2020-01-01\n", encoding="utf-8"
    )
    taken = take(with_column, without)
    work = taken.sheets["work_history"]
    assert work.select("client_id", "paid").rows() == [("C-1", True), ("C-2", None), ("C-3", True)]
    notes = taken.warnings.filter(taken.warnings["problem"].str.contains("has no column"))
    assert notes.select("source_file", "source_sheet", "source_row", "problem").rows() == [
        (
            "Work history.csv",
            "Work history",
            1,
            "The sheet has no column paid. Taken for all its rows: every job as paid.",
        )
    ]
    assert take(with_column).sheets["work_history"]["paid"].to_list() == [True, None]


def test_columns_that_matter_for_work_in_canada_are_noted_where_there_is_some(
    candidate: Callable[..., Any], detail: Callable[..., Any], book: Callable[..., Path], take: Callable[..., Any]
) -> None:
    for country, noted in (("India", False), ("Canada", True)):
        taken = take(book([candidate()], work_history=[detail("work_history", country=country)]))
        said = [problem for problem in taken.warnings["problem"] if "has no column" in problem]
        assert bool(said) is noted
        assert taken.sheets["work_history"]["temporary_resident_status"].to_list() == [None]


def test_several_inputs_at_once(
    book: Callable[..., Path], tmp_path: Path, take: Callable[..., Any], candidate: Any, detail: Any
) -> None:
    first = book([candidate("C-1")], dependants=[detail("dependants", "C-2")])
    second = tmp_path / "more.csv"
    second.write_text("\n".join(map(",".join, [HEADERS, ["C-2", *ROW[1:]]])))
    third = tmp_path / "Work History.csv"
    third.write_text("client_id,person,started_on,noc\nC-1,principal,2020-01-01,2173\nC-2,principal,soon,2173\n")
    taken = take(first, second, third)
    assert [one.sheets for one in taken.inputs] == [
        {"candidates": 1, "dependants": 1},
        {"candidates": 1},
        {"work_history": 2},
    ]
    assert taken.sheets["candidates"]["client_id"].to_list() == ["C-1"]
    assert taken.sheets["work_history"]["source_file"].to_list() == ["Work History.csv"]
    assert taken.quarantine.select("source_file", "cell").rows() == [
        ("more.csv", ""), ("Work History.csv", "'Work history'!C3"),
    ]  # fmt: skip
    assert taken.held["source_file"].to_list() == ["clients.xlsx"]


def test_error_cells_and_formulas_without_a_result(
    tmp_path: Path, cells_book: Callable[..., Path], take: Callable[..., Any]
) -> None:
    path = cells_book(
        {
            "Candidates": [
                [*HEADERS, "family_name", "settlement_funds_cad"],
                [*ROW, "#N/A", "=1+1"],
                ["C-2", "1990-01-02", "#REF!", "Sample", 3],
                ["C-3", "1990-01-02", "single", "=HYPERLINK()", "=B4"],
            ]
        }
    )
    taken = take(path)
    assert cells(taken.quarantine) == [
        "Candidates!D2", "Candidates!E2", "Candidates!C3", "Candidates!D4", "Candidates!E4",
    ]  # fmt: skip
    assert taken.quarantine["value"].to_list() == ["#N/A", "=1+1", "#REF!", "=HYPERLINK()", "=B4"]
    assert "result is not stored" in taken.quarantine["problem"][1]
    assert taken.counts["candidates_quarantined"] == 3


def test_a_formula_whose_stored_result_is_empty_text_is_an_empty_cell(
    cells_book: Callable[..., Path], take: Callable[..., Any]
) -> None:
    path = cells_book({"Candidates": [[*HEADERS, "family_name"], [*ROW, "=A1"]]})
    out = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name.endswith("sheet1.xml"):
                changed = content.replace(b'<c r="D2"><f>A1</f><v /></c>', b"<c r='D2' t='str'><f>A1</f><v></v></c>")
                changed = changed.replace(b'<c r="D2"><f>A1</f><v></v></c>', b"<c r='D2' t='str'><f>A1</f><v></v></c>")
                assert changed != content
                content = changed
            new.writestr(name, content)
    path.write_bytes(out.getvalue())
    assert take(path).counts["candidates_accepted"] == 1


def test_a_firms_own_words(cells_book: Callable[..., Path], take: Callable[..., Any]) -> None:
    path = cells_book(
        {"Candidates": [["Dossier", "Naissance", "État civil", "Québec"], ["C-1", "1990-01-02", "Célibataire", "Oui"],
                        ["C-2", "1990-01-02", "veuf?", "non"]]}
    )  # fmt: skip
    mapping = {
        "columns": {
            "dossier": "client_id",
            "Naissance": "date_of_birth",
            "etat civil": "marital_status",
            "Québec": "intends_quebec",
        },
        "values": {"marital_status": {"CÉLIBATAIRE": "single"}, "intends_quebec": {"oui": True, "non": False}},
    }
    taken = take(path, mapping=firm_map(mapping))
    assert taken.sheets["candidates"].select("marital_status", "intends_quebec").row(0) == ("single", True)
    assert taken.quarantine.select("cell", "value").rows() == [("Candidates!C3", "veuf?")]


@pytest.mark.parametrize(
    "mapping",
    [
        {"colums": {}},
        {"columns": {"Born": "date_of_brith"}},
        {"values": {"maritalstatus": {}}},
        {"values": {"marital_status": ["x"]}},
        {"columns": ["x"]},
        {"columns": {"A b": "client_id", "a-b": "family_name"}},
        {"columns": {" ": "client_id"}},
        {"values": {"marital_status": {"single": "singel"}}},
        {"values": {"intends_quebec": {"oui": "ja"}}},
    ],
)
def test_a_mapping_that_names_what_is_not_ours(mapping: dict[str, Any]) -> None:
    with pytest.raises(MappingError):
        firm_map(mapping)


@given(st.integers(min_value=0, max_value=16383))
def test_letters_of_columns(column: int) -> None:
    assert letters_of(column) == openpyxl.utils.get_column_letter(column + 1)
    assert column_of(letters_of(column)) == column


def test_no_client_data_in_the_representation(
    book: Callable[..., Path], take: Callable[..., Any], candidate: Any
) -> None:
    shown = repr(take(book([candidate(family_name="Unmistakable")], name="Unmistakable.xlsx")))
    assert "Unmistakable" not in shown
