"""The proposal of a map for a file that nobody has seen before, and what is read with it."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from transforms.rules.strict_yaml import read_yaml
from validation.mapping import file_headings, proposal_text
from validation.mapping.firm_map import FirmMap
from validation.mapping.grammar import firm_map
from validation.mapping.proposal import Heading, Proposal, propose
from validation.mapping.sample import shape_of

TRACKER = [
    ["File No", "Client Name", "D.O.B.", "Marital", "Spouse DOB", "Email", "IELTS L", "IELTS R", "IELTS W", "IELTS S", "IELTS Date",
     "IELTS Expiry", "NOC", "Foreign Exp (months)", "Age", "CRS", "Passport Expiry", "Work Experience", "Shoe size", "Retainer"],
    ["F-1", "Ada Sample", "25/12/1990", "Partner", "03/04/1991", "ada@example.org", "8", "7.5", "7", "7", "14/03/2026",
     "14/03/2028", "21231", "36", "35", "480", "01/02/2030", "5", "38", "Paid"],
    ["F-2", "Ben Sample", "03/04/1988", "Single", "", "ben@example.org", "8", "7.5", "7", "7", "14/03/2026",
     "14/03/2028", "21231", "24", "37", "481", "01/02/2031", "6", "40", "Paid"],
]  # fmt: skip


def written(path: Path, rows: Sequence[Sequence[str]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    return path


def proposed(path: Path) -> Proposal:
    return propose(file_headings.of_file(path, path.read_bytes()))


def read_back(found: Proposal) -> FirmMap:
    return firm_map(read_yaml(proposal_text.map_text(found).encode(), "map.yaml", as_text=True))


def heading(found: Proposal, text: str) -> Heading:
    return next(one for one in found.headings if one.header == text)


@pytest.fixture
def tracker(tmp_path: Path) -> Path:
    return written(tmp_path / "export.csv", TRACKER)


def test_every_heading_of_a_tracker_has_its_place(tracker: Path) -> None:
    found = proposed(tracker)
    assert {one.header: one.match.how for one in found.headings} == {
        **dict.fromkeys(TRACKER[0], "taken"),
        **dict.fromkeys(("Client Name", "IELTS Expiry", "Foreign Exp (months)", "Age"), "derived"),
        **dict.fromkeys(("Passport Expiry", "Work Experience"), "proposed"),
        **dict.fromkeys(("Email", "Retainer"), "not_ours"),
        "Shoe size": "unknown",
    }
    assert not found.missing


def test_a_job_of_the_client_list_waits_for_the_firm(tmp_path: Path) -> None:
    headings = [
        "Client ID",
        "DOB",
        "Marital",
        "Employer",
        "Start date",
        "End date",
        "Country of work",
        "Passport Expiry",
    ]
    row = ["C-1", "1990-01-02", "single", "Sample Ltd", "2020-01-01", "2023-01-01", "India", "2030-02-03"]
    found = proposed(written(tmp_path / "jobs.csv", [headings, row]))
    assert heading(found, "Start date").match.named == "work_history.started_on"
    assert {one.sheet for one in read_back(found).targets.values()} == {"documents"}


def test_the_proposed_map_is_one_that_drawline_reads(tracker: Path) -> None:
    read = read_back(proposed(tracker))
    assert read.columns["dob"] == "date_of_birth"
    assert read.targets["passportexpiry"].fixed == {"kind": "passport"}
    assert read.derived["clientname"].options == {"order": "given_first"}
    assert read.constants == {"english_test": "IELTS_GT"}
    assert read.for_headings == proposed(tracker).fingerprints


def test_what_must_be_asked_is_commented_out(tracker: Path) -> None:
    text = proposal_text.map_text(proposed(tracker))
    assert "workexperience" not in read_back(proposed(tracker)).columns
    assert '# "Work Experience": foreign_work_years' in text
    assert "It does not say whether the experience is in Canada." in text
    assert '# "Shoe size": "-"' in text
    assert '# "Partner": "common_law"  # common_law or single?' in text


def test_the_order_of_days_is_proposed_where_one_value_settles_it(tracker: Path) -> None:
    read = read_back(proposed(tracker))
    assert read.dates == {
        "date_of_birth": "dmy", "english_test_date": "dmy", "spouse_date_of_birth": "dmy", "expires_on": "dmy",
    }  # fmt: skip
    text = proposal_text.map_text(proposed(tracker))
    assert "other columns of the file are dmy" in text


def test_the_order_of_days_is_asked_where_every_cell_can_be_read_both_ways(tmp_path: Path) -> None:
    path = written(tmp_path / "export.csv", [["Client No", "DOB", "Marital status"], ["C-1", "03/04/1990", "single"]])
    assert read_back(proposed(path)).dates == {}
    assert "# date_of_birth: dmy" in proposal_text.map_text(proposed(path))


def test_of_two_headings_for_one_column_the_nearer_is_read(tracker: Path) -> None:
    lost = heading(proposed(tracker), "IELTS Expiry")
    assert lost.instead == "IELTS Date"
    assert read_back(proposed(tracker)).not_ours == {"ieltsexpiry"}


def test_the_json_has_the_shape_that_programs_expect_and_no_value_of_a_client(tracker: Path) -> None:
    columns = proposed(tracker).columns_as_json()
    assert all(list(one) == ["header", "sheet", "column", "how", "why", "count", "sample_format"] for one in columns)
    dob = next(one for one in columns if one["header"] == "D.O.B.")
    assert (dob["column"], dob["count"], dob["sample_format"]) == ("candidates.date_of_birth", 2, "00/00/0000")
    assert next(one for one in columns if one["header"] == "Email")["column"] is None
    text = json.dumps(columns)
    assert not [value for row in TRACKER[1:] for value in row if len(value) > 2 and f'"{value}"' in text]
    assert "Sample" not in text


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("25/12/1990", "00/00/0000"), ("Overall 7.5", "Aaa 0.0"), ("CAD 15,000", "AAA 00,000"), ("2026-VV-013", "0000-AA-000"),
        ("ada@example.org", "aaa@aaa.aaa"), ("", ""), ("Zoë", "Aaa"),
    ],
)  # fmt: skip
def test_a_shape_shows_the_format_and_no_value(text: str, shape: str) -> None:
    assert shape_of(text) == shape


def test_a_missing_required_column_is_named(tmp_path: Path) -> None:
    path = written(
        tmp_path / "export.csv", [["Name", "Email", "Marital status"], ["Ada Sample", "a@example.org", "single"]]
    )
    found = proposed(path)
    assert found.missing == ("candidates.client_id", "candidates.date_of_birth")
    assert "# Missing: candidates.date_of_birth." in proposal_text.map_text(found)
    assert read_back(found).constants == {}


def test_sheets_of_several_owners_are_all_clients_and_others_are_left_out(
    cells_book: Callable[..., Path], take: Callable[..., Any]
) -> None:
    headings = ["Client No", "DOB", "Marital status", "First name"]
    book = cells_book(
        {
            "Ann": [["Our clients"], [], headings, ["C-1", "1990-01-02", "single", "Ada"]],
            "Ben": [headings, ["C-2", "1990-01-02", "single", "Bo"]],
            "Fees": [["Invoice number", "Balance", "Payment"], ["12", "300", "yes"]],
            "Colours": [["Colour", "Meaning"], ["red", "urgent"]],
        }
    )
    found = proposed(book)
    read = read_back(found)
    assert {pattern: options.holds for pattern, options in read.sheets.items()} == {"*": "candidates", "Fees": None}
    assert take(book, mapping=read).counts["candidates_accepted"] == 2


def test_headings_with_a_value_beside_each_are_seen(cells_book: Callable[..., Path]) -> None:
    rows = [
        ["Client No", "C-1"],
        ["Family name", "Sample"],
        ["Date of birth", "1990-01-02"],
        ["Marital status", "single"],
    ]
    found = proposed(cells_book({"Info": rows}))
    assert read_back(found).sheets["*"].layout == "key_value"
    assert {one.match.column for one in found.headings} == {
        "client_id",
        "family_name",
        "date_of_birth",
        "marital_status",
    }


def test_a_tracker_is_in_with_its_proposed_map_alone(tracker: Path, take: Callable[..., Any]) -> None:
    rows = [TRACKER[0], [*TRACKER[1][:3], "Single", "", *TRACKER[1][5:]], TRACKER[2]]
    path = written(tracker.parent / "own.csv", rows)
    taken = take(path, mapping=read_back(proposed(path)))
    assert taken.counts["candidates_accepted"] == 2
    clients = taken.sheets["candidates"]
    assert clients["family_name"].to_list() == ["Sample", "Sample"]
    assert clients["foreign_work_years"].to_list() == [3.0, 2.0]
    assert str(clients["date_of_birth"][1]) == "1988-04-03"
    assert taken.sheets["documents"]["kind"].to_list() == ["passport", "passport"]


def test_a_row_for_the_client_and_one_for_the_spouse_are_joined(tmp_path: Path) -> None:
    path = written(
        tmp_path / "export.csv",
        [
            ["File No", "Relationship", "DOB", "Marital status"],
            ["F-1", "Principal applicant", "1990-01-02", "married"],
            ["F-1", "Spouse", "1991-01-02", "married"],
        ],
    )
    rows = read_back(proposed(path)).rows
    assert rows is not None
    assert (rows.joined_by, rows.person) == ("client_id", "Relationship")


def test_the_fingerprint_is_that_of_the_headings(tmp_path: Path) -> None:
    first = proposed(written(tmp_path / "a.csv", TRACKER)).fingerprints[0]
    other_clients = proposed(written(tmp_path / "b.csv", [TRACKER[0], TRACKER[2]])).fingerprints[0]
    reordered = [list(reversed(row)) for row in TRACKER]
    assert first == other_clients == proposed(written(tmp_path / "c.csv", reordered)).fingerprints[0]
    assert first != proposed(written(tmp_path / "d.csv", [row[1:] for row in TRACKER])).fingerprints[0]


def test_a_heading_with_marks_of_yaml_is_written_as_it_stands(tmp_path: Path) -> None:
    odd = 'Client\'s "first" name: # 1'
    path = written(
        tmp_path / "a.csv", [["Client No", odd, "DOB", "Marital status"], ["C-1", "Ada", "1990-01-02", "single"]]
    )
    found = proposed(path)
    assert any(one.header == odd for one in found.headings)
    read_back(found)


def test_a_heading_with_words_passed_over_is_commented_out_with_the_reason(tmp_path: Path) -> None:
    headings = ["Client No", "DOB", "Marital status", "CRS diff", "IELTS reading (2019)", "2nd nationality"]
    found = proposed(written(tmp_path / "a.csv", [headings, ["C-1", "1990-01-02", "single", "12", "7", "India"]]))
    assert set(read_back(found).columns.values()) == {"client_id", "date_of_birth", "marital_status"}
    lines = proposal_text.map_text(found).splitlines()
    assert any(line.startswith('  # "CRS diff": stated_crs  # ') and "may say more" in line for line in lines)
    assert any(line.startswith('  # "IELTS reading (2019)": english_reading  # ') for line in lines)


def test_the_coverage_fits_the_screen_and_says_everything(tmp_path: Path) -> None:
    found = proposed(written(tmp_path / "a.csv", TRACKER))
    whole = proposal_text.table_lines(found)
    narrow = proposal_text.table_lines(found, 78)
    assert max(map(len, whole)) > 78
    assert max(map(len, narrow)) <= 78
    reasons = [one.match.why for one in found.headings if one.match.how in {"proposed", "derived"}]
    said = " ".join(" ".join(narrow).split())
    assert reasons
    assert all(" ".join(why.split()) in said for why in reasons)
    assert proposal_text.table_lines(found, 1_000) == whole
