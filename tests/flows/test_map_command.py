"""A file that nobody has seen before: its coverage in check, its map by drawline map, and the map kept for the next export."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from typer.testing import CliRunner, Result

from flows.cli import app
from flows.commands import map_session
from tests.exports import forms as forms_of_exports
from tests.exports.people import AS_OF
from tests.exports.trial import edited
from tests.firm import MONDAY, TUESDAY, Firm, names_of
from transforms.rules.strict_yaml import read_yaml
from validation.files import readers
from validation.mapping import file_headings
from validation.mapping.grammar import firm_map
from validation.mapping.proposal import Proposal, propose

HEADINGS = [
    "File No",
    "Client Name",
    "D.O.B.",
    "Marital",
    "Email",
    "Passport Expiry",
    "Foreign Exp (months)",
    "Shoe size",
]
ADA = ["F-1", "Ada Sample", "25/12/1990", "Single", "ada@example.org", "01/02/2030", "36", "38"]
BEN = ["F-2", "Ben Example", "03/04/1988", "Single", "ben@example.org", "13/02/2031", "24", "40"]


def export(path: Path, *rows: Sequence[str], headings: Sequence[str] = HEADINGS) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([headings, *rows])
    return path


def drawline(*words: str | Path) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def tracker(folder: Path) -> Path:
    return export(folder / "export.csv", ADA, BEN)


def test_check_shows_what_every_heading_stands_for(tracker: Path) -> None:
    done = drawline("check", tracker, "--as-of", "2026-06-01")
    lines = [line.split() for line in done.stdout.splitlines()]
    assert "export.csv: 3 taken, 3 proposed, 1 not ours, 1 unknown, 0 missing" in done.stdout
    assert ["taken", "D.O.B.", "date_of_birth", "2", "03/04/1988"] in lines
    assert any(line[:1] == ["proposed"] and "documents.expires_on(kind=passport)" in line for line in lines)
    assert f"drawline map {tracker} --save NAME" in done.stderr


def test_check_names_missing_columns_beside_the_hints_and_stops(folder: Path) -> None:
    path = export(
        folder / "export.csv", ["Ada Sample", "single", "x"], headings=["Client Name", "Marital", "Shoe size"]
    )
    done = drawline("check", path, "--out", folder / "out")
    assert done.exit_code == 4
    assert "1 taken, 1 proposed, 0 not ours, 1 unknown, 2 missing" in done.stdout
    assert "missing" in done.stdout
    assert "client_id" in done.stdout
    assert "required are client_id, date_of_birth, marital_status" in done.stderr
    assert "# Missing: candidates.client_id." in (folder / "out" / "map.yaml").read_text(encoding="utf-8")


def test_check_of_a_file_with_our_headings_shows_no_coverage(folder: Path) -> None:
    path = export(
        folder / "own.csv", ["C-1", "1990-01-02", "single"], headings=["client_id", "date_of_birth", "marital_status"]
    )
    done = drawline("check", path, "--as-of", "2026-06-01")
    assert "taken" not in done.stdout
    assert "drawline map" not in done.stderr


def test_check_as_json_gives_the_headings_to_programs(tracker: Path) -> None:
    done = drawline("check", tracker, "--as-of", "2026-06-01", "--json")
    found = json.loads(done.stdout)
    assert {one["header"]: one["how"] for one in found["columns"]}["Client Name"] == "derived"
    assert found["missing"] == []


def test_check_as_json_of_an_unusable_layout_gives_the_headings_too(folder: Path) -> None:
    path = export(folder / "export.csv", ["Ada Sample"], headings=["Client Name"])
    done = drawline("check", path, "--json")
    assert done.exit_code == 4
    found = json.loads(done.stdout)
    assert found["unusable"][0]["path"] == str(path)
    assert "candidates.date_of_birth" in found["missing"]


def test_map_without_a_terminal_writes_the_proposal(tracker: Path) -> None:
    done = drawline("map", tracker)
    assert done.exit_code == 0
    read = firm_map(read_yaml(done.stdout.encode(), "map.yaml", as_text=True))
    assert read.columns["fileno"] == "client_id"
    assert read.derived["foreignexpmonths"].options == {"column": "foreign_work_years"}


def test_map_as_json_holds_no_value_of_a_client(tracker: Path) -> None:
    done = drawline("map", tracker, "--json")
    found = json.loads(done.stdout)
    assert set(found) == {"format", "version", "columns", "missing"}
    assert (found["format"], found["version"]) == ("drawline.map", 2)
    assert [one["header"] for one in found["columns"]] == HEADINGS
    assert not [value for row in (ADA, BEN) for value in row if len(value) > 2 and value in done.stdout]


def test_a_file_without_headings_has_no_map(folder: Path) -> None:
    path = folder / "numbers.csv"
    path.write_text("1,2\n3,4\n", encoding="utf-8")
    done = drawline("map", path)
    assert done.exit_code == 4
    assert "No row of headings is found" in done.stderr


def test_a_file_that_is_no_table_has_no_map(folder: Path) -> None:
    path = folder / "letter.docx"
    path.write_text("Dear client", encoding="utf-8")
    done = drawline("map", path)
    assert done.exit_code == 4


def test_the_next_export_needs_no_option(folder: Path, tracker: Path) -> None:
    assert drawline("map", tracker, "--save", "our system").exit_code == 0
    assert (folder / "maps" / "our system.yaml").is_file()
    later = export(folder / "export of July.csv", BEN)
    done = drawline("check", later, "--as-of", "2026-06-01", "--json")
    found = json.loads(done.stdout)
    assert done.exit_code == 0
    assert found["counts"]["candidates_accepted"] == 1
    assert found["inputs"][0]["map"]["name"] == "our system.yaml"
    assert len(found["inputs"][0]["map"]["sha256"]) == 64


def test_run_and_score_choose_the_map_too_and_record_it(folder: Path, tracker: Path) -> None:
    drawline("map", tracker, "--save", "system")
    assert drawline("score", tracker, "--as-of", "2026-06-01", "--out", folder / "scores.csv").exit_code == 0
    done = drawline("run", tracker, "--as-of", "2026-06-01", "--no-prefect", "--out", folder / "out")
    assert done.exit_code == 0, done.stderr
    record = json.loads((folder / "out" / "run.json").read_text(encoding="utf-8"))
    assert record["inputs"][0]["map"]["name"] == "system.yaml"
    assert record["counts"]["candidates_accepted"] == 2


def test_a_map_that_is_named_wins_over_the_folder(folder: Path, tracker: Path) -> None:
    drawline("map", tracker, "--save", "system")
    own = folder / "own.yaml"
    own.write_text('columns: {"D.O.B.": date_of_birth, "Client Email": "-"}\ndates: dmy\n', encoding="utf-8")
    done = drawline("check", tracker, "--as-of", "2026-06-01", "--map", own, "--json")
    found = json.loads(done.stdout)
    assert found["inputs"][0]["map"]["name"] == "own.yaml"
    assert found["maps"][0]["used"] == ["columns: D.O.B.", "dates: dmy"]
    assert found["maps"][0]["unused"] == ["columns: Client Email"]


def test_check_with_a_map_names_what_of_it_is_not_used(folder: Path, tracker: Path) -> None:
    own = folder / "own.yaml"
    own.write_text(
        'sheets: {"Archive": "-"}\ncolumns: {"D.O.B.": date_of_birth, Birthday: date_of_birth}\n'
        "values: {marital_status: {Solo: single, Single: single}}\ndates: {date_of_birth: dmy, ita_issued_on: dmy}\n",
        encoding="utf-8",
    )
    done = drawline("check", tracker, "--as-of", "2026-06-01", "--map", own)
    lines = done.stdout.splitlines()
    assert "map own.yaml: 3 of its 7 lines are used" in lines
    assert [line.strip() for line in lines if "not used" in line] == [
        "not used: columns: Birthday",
        "not used: sheets: Archive",
        "not used: values: marital_status: Solo",
        "not used: dates: ita_issued_on",
    ]


def tried(folder: Path, file: Path, text: str) -> dict[str, list[str]]:
    """Which lines of a map a file has use for, as check says."""
    own = folder / "own.yaml"
    own.write_text(text, encoding="utf-8")
    found = json.loads(drawline("check", file, "--as-of", "2026-06-01", "--map", own, "--json").stdout)["maps"][0]
    return {"used": found["used"], "unused": found["unused"]}


def test_check_counts_constants_rows_orders_of_days_and_country_codes(folder: Path) -> None:
    path = export(
        folder / "pairs.csv",
        ["F-1", "Principal applicant", "25/12/1990", "married", "7", "IN"],
        ["F-1", "Spouse", "24/12/1991", "married", "6", "IN"],
        headings=["File No", "Who", "D.O.B.", "Marital", "IELTS L", "Citizenship"],
    )
    text = (
        "constants: {english_test: IELTS_GT, french_test: TEF_CANADA, marital_status: single, case_owner: Ann}\n"
        "rows: {joined_by: client_id, person: Who}\ndates: dmy\ncountries: fips\n"
    )
    assert tried(folder, path, text) == {
        "used": ["constants: english_test", "constants: case_owner", "rows: joined_by: client_id", "rows: person: Who",
                 "dates: dmy", "countries: fips"],
        "unused": ["constants: french_test", "constants: marital_status"],
    }  # fmt: skip


def test_check_names_orders_and_codes_that_no_column_needs(folder: Path) -> None:
    path = export(folder / "own.csv", ["F-1", "1990-01-02", "single"], headings=["File No", "D.O.B.", "Marital"])
    text = 'dates: {date_of_birth: dmy, "*": mdy}\ncountries: fips\n'
    assert tried(folder, path, text) == {
        "used": ["dates: date_of_birth"],
        "unused": ["dates: *", "countries: fips"],
    }


def test_a_constant_is_the_spouses_too_where_rows_are_joined(folder: Path) -> None:
    path = export(
        folder / "pairs.csv",
        ["F-1", "Principal applicant", "1990-12-25", "married", "yes", "7", "2026-01-02"],
        ["F-1", "Spouse", "1991-12-24", "married", "", "6", "2026-01-02"],
        headings=["File No", "Who", "D.O.B.", "Marital", "Spouse accompanying", "IELTS L", "IELTS date"],
    )
    own = folder / "own.yaml"
    own.write_text("constants: {english_test: IELTS_GT}\nrows: {joined_by: client_id, person: Who}\n", encoding="utf-8")
    done = drawline("check", path, "--as-of", "2026-06-01", "--map", own, "--json")
    assert "program" not in done.stderr
    assert json.loads(done.stdout)["counts"]["candidates_in"] == 1


def test_two_maps_for_one_file_are_a_message(folder: Path, tracker: Path) -> None:
    drawline("map", tracker, "--save", "first")
    drawline("map", tracker, "--save", "second")
    done = drawline("check", tracker)
    assert done.exit_code == 4
    assert "2 maps are for these headings: first.yaml and second.yaml. Name one with --map" in done.stderr


def test_a_map_of_the_same_name_stays_unless_it_is_to_be_replaced(folder: Path, tracker: Path) -> None:
    drawline("map", tracker, "--save", "system")
    path = folder / "maps" / "system.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "\n# mine\n", encoding="utf-8")
    done = drawline("map", tracker, "--save", "system")
    assert done.exit_code == 2
    assert "--replace" in done.stderr
    assert "# mine" in path.read_text(encoding="utf-8")
    assert drawline("map", tracker, "--save", "system", "--replace").exit_code == 0
    assert "# mine" not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["../map", "a/b", "", ".hidden"])
def test_a_name_that_leads_out_of_the_folder_is_refused(tracker: Path, name: str) -> None:
    assert drawline("map", tracker, "--save", name).exit_code == 2


def test_a_mistake_in_a_kept_map_is_a_message(folder: Path, tracker: Path) -> None:
    drawline("map", tracker, "--save", "system")
    path = folder / "maps" / "system.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace(": client_id", ": client_idd"), encoding="utf-8")
    done = drawline("check", tracker)
    assert done.exit_code == 4
    assert "system.yaml: line" in done.stderr


def test_the_settings_name_the_folder_of_maps(folder: Path, tracker: Path) -> None:
    (folder / "drawline.toml").write_text('maps = "own maps"\n', encoding="utf-8")
    drawline("map", tracker, "--save", "system")
    assert (folder / "own maps" / "system.yaml").is_file()
    assert json.loads(drawline("check", tracker, "--json").stdout)["inputs"][0]["map"]["name"] == "system.yaml"


def test_the_nightly_run_reads_an_export_with_the_map_kept_for_it(folder: Path, tracker: Path) -> None:
    firm = Firm(folder / "firm")
    firm.publish(MONDAY)
    export(firm.inbox / "export.csv", ADA, headings=["File No", "Client Name", "Born abroad", *HEADINGS[3:]])
    assert names_of(firm.night(MONDAY)) == ["export.csv: unusable"]
    maps = firm.folder / "maps"
    maps.mkdir()
    text = drawline("map", firm.inbox / "export.csv").stdout
    text = text.replace('# "Born abroad": "-"', '"Born abroad": date_of_birth') + "\n"
    (maps / "system.yaml").write_text(text.replace("\ndates:", "\ndates:\n  date_of_birth: dmy"), encoding="utf-8")
    done = firm.night(TUESDAY)
    assert names_of(done) == ["export.csv: taken"]
    assert any(note.startswith("export.csv is read with the map system.yaml (") for note in done.notes)


RENAMED = ["Months worked elsewhere" if heading == "Foreign Exp (months)" else heading for heading in HEADINGS]


def test_one_renamed_heading_does_not_drop_the_map(folder: Path, tracker: Path) -> None:
    drawline("map", tracker, "--save", "our system")
    later = export(folder / "later.csv", BEN, headings=RENAMED)
    for command in (("score", "--out", "s.csv"), ("run", "--no-prefect", "--out", "r"), ("check",)):
        done = drawline(command[0], later, "--as-of", "2026-06-01", *command[1:])
        assert done.exit_code == 4, command
        assert "The map our system.yaml names most of these headings" in done.stderr
        assert "the map has 'Foreign Exp (months)', which the file lacks" in done.stderr
        assert "the file has 'Months worked elsewhere'" in done.stderr
    assert "Months worked elsewhere" in done.stdout
    read = drawline(
        "score", later, "--as-of", "2026-06-01", "--map", folder / "maps" / "our system.yaml", "--out", "s.csv"
    )
    assert read.exit_code == 0


def test_a_file_in_our_own_words_needs_no_map_however_near(folder: Path, tracker: Path) -> None:
    own = ["client_id", "family_name", "date_of_birth", "marital_status"]
    path = export(folder / "own.csv", ["F-1", "Sample", "1990-12-25", "single"], headings=own)
    (folder / "maps").mkdir()
    lines = "".join(f"  {name}: {name}\n" for name in own)
    (folder / "maps" / "a.yaml").write_text(
        f"for_headings: [3f9c12ab]\ncolumns:\n{lines}  Extra: case_owner\n", encoding="utf-8"
    )
    assert drawline("check", path, "--as-of", "2026-06-01").exit_code == 0


def test_the_nightly_run_names_the_map_of_a_changed_export(folder: Path, tracker: Path) -> None:
    firm = Firm(folder / "firm")
    firm.publish(MONDAY)
    (firm.folder / "maps").mkdir()
    drawline("map", tracker, "--save", "system")
    (firm.folder / "maps" / "system.yaml").write_bytes((folder / "maps" / "system.yaml").read_bytes())
    export(firm.inbox / "export.csv", ADA, headings=RENAMED)
    done = firm.night(MONDAY)
    assert names_of(done) == ["export.csv: unusable"]
    assert done.taken is not None
    assert "The map system.yaml names most of these headings" in str(done.taken.inputs[0])


# At a terminal.


def settled(path: Path, *answers: str) -> tuple[Proposal, map_session.Answers]:
    """The proposal for a file after some answers in the order of the questions; the person leaves after them."""
    given: Iterator[str] = iter(answers)

    def ask(question: str, options: Sequence[str]) -> str:
        try:
            return next(given)
        except StopIteration:
            raise map_session.Left from None

    return map_session.asked(propose(file_headings.of_file(path, path.read_bytes())), ask)


def columns(found: Proposal) -> dict[str, str]:
    return {one.header: one.match.column for one in found.headings if one.is_read and one.match.column}


def test_enter_accepts_what_is_proposed(tracker: Path) -> None:
    found, _ = settled(tracker, "", "", "", "")
    assert columns(found)["Passport Expiry"] == "expires_on"
    assert "Shoe size" not in columns(found)


def test_the_nearest_column_counts(tracker: Path) -> None:
    found, _ = settled(tracker, "", "", "", "case owner")
    assert columns(found)["Shoe size"] == "case_owner"


def test_what_is_no_column_is_asked_again(tracker: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found, _ = settled(tracker, "", "wrong words here", "-", "")
    assert "none of our columns" in capsys.readouterr().err
    assert "Passport Expiry" not in columns(found)
    assert [one.match.how for one in found.headings if one.header == "Passport Expiry"] == ["not_ours"]


def test_a_missing_column_is_asked_for(folder: Path) -> None:
    path = export(
        folder / "a.csv", ["F-1", "25/12/1990", "single"], headings=["File No", "Came to the world", "Marital"]
    )
    found, answers = settled(path, "", "came to the world")
    assert columns(found)["Came to the world"] == "date_of_birth"
    assert not found.missing
    read = firm_map(read_yaml(map_session.text_of(found, answers).encode(), "map.yaml", as_text=True))
    assert read.dates == {"date_of_birth": "dmy"}


def test_days_and_values_that_are_open_are_asked_for(folder: Path) -> None:
    path = export(folder / "a.csv", ["F-1", "03/04/1990", "Partner"], headings=["File No", "D.O.B.", "Marital"])
    found, answers = settled(path, "dmy", "nonsense", "common_law")
    read = firm_map(read_yaml(map_session.text_of(found, answers).encode(), "map.yaml", as_text=True))
    assert read.dates == {"date_of_birth": "dmy"}
    assert read.values == {"marital_status": {"partner": "common_law"}}


def test_what_is_open_is_read_once_it_is_confirmed(folder: Path) -> None:
    path = export(
        folder / "a.csv", ["F-1", "25/12/1990", "single", "7", "12"],
        headings=["File No", "D.O.B.", "Marital", "IELTS reading (2019)", "CRS diff"],
    )  # fmt: skip
    found, _ = settled(path, "y", "")
    assert columns(found)["IELTS reading (2019)"] == "english_reading"
    assert "CRS diff" not in columns(found)


def test_the_map_proposed_for_two_rows_a_client_is_read_by_check(folder: Path) -> None:
    headings = [
        "client_id",
        "Relationship",
        "date_of_birth",
        "marital_status",
        "spouse_accompanying",
        "english_test_date",
    ]
    scores = ["IELTS L", "IELTS R", "IELTS W", "IELTS S"]
    rows = [
        ["C-1", "Principal", "1990-01-02", "married", "yes", "2025-12-01", "8", "7.5", "7", "7"],
        ["C-1", "Spouse", "1992-03-04", "married", "", "2025-12-01", "6", "6.5", "6", "5.5"],
        ["C-1", "Kid", "2015-03-04", "", "", "", "", "", "", ""],
    ]
    path = export(folder / "export.csv", *rows, headings=[*headings, *scores])
    proposed = drawline("map", path).stdout
    assert 'english_test: "IELTS_GT"' in proposed
    assert 'person: "Relationship"' in proposed
    words = folder / "map.yaml"
    words.write_text(proposed + "\nvalues: {person: {Kid: child}}\n", encoding="utf-8")
    done = drawline("check", path, "--map", words, "--as-of", "2026-06-01", "--out", folder / "out")
    assert (done.exit_code, done.exception) == (0, None)
    assert "the row of a child" in done.stdout
    assert "not used: values" not in done.stdout


# Titles and texts that may be names of clients.

FORM = ["Client Number", "Family name", "Date of birth", "Marital status"]


def forms(path: Path, *clients: Sequence[str], as_rows: bool = False) -> Path:
    """A workbook with a sheet a client, each named after the client."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for number, family, *answers in clients:
        page = book.create_sheet(f"{family} Ana")
        values = [number, family, *answers]
        for row in [FORM, values] if as_rows else zip(FORM, values, strict=True):
            page.append(list(row))
    book.save(path)
    return path


LOPEZ, KHAN = ("F-1", "Lopez", "1990-01-02", "single"), ("F-2", "Khan", "1991-02-03", "single")
MARTIN, NGUYEN = ("F-3", "Martin", "1992-01-02", "single"), ("F-4", "Nguyen", "1993-02-03", "single")


@pytest.mark.parametrize("as_rows", [False, True])
@pytest.mark.parametrize("clients", [[LOPEZ], [LOPEZ, KHAN]])
def test_a_map_holds_no_title_that_is_a_clients_name(
    folder: Path, clients: list[tuple[str, ...]], *, as_rows: bool
) -> None:
    path = forms(folder / "Lopez Ana.xlsx", *clients, as_rows=as_rows)
    text = drawline("map", path).stdout
    assert not re.search("Lopez|Khan", text)
    assert '"*": ' in text


def test_sheets_of_one_layout_are_named_by_their_place_for_programs(folder: Path) -> None:
    path = forms(folder / "book.xlsx", LOPEZ, KHAN)
    done = drawline("map", path, "--json")
    assert not re.search("Lopez|Khan", done.stdout)
    assert {one["sheet"] for one in json.loads(done.stdout)["columns"]} == {"sheet 1", "sheet 2"}


@pytest.mark.parametrize("as_rows", [False, True])
def test_the_next_export_with_a_sheet_a_client_comes_in_with_the_kept_map(folder: Path, *, as_rows: bool) -> None:
    drawline("map", forms(folder / "first.xlsx", LOPEZ, KHAN, as_rows=as_rows), "--save", "system")
    later = forms(folder / "second.xlsx", MARTIN, NGUYEN, as_rows=as_rows)
    found = json.loads(drawline("check", later, "--as-of", "2026-06-01", "--json").stdout)
    assert found["inputs"][0]["map"]["name"] == "system.yaml"
    assert found["counts"]["candidates_accepted"] == 2


def test_a_sheet_beside_the_forms_needs_no_line(folder: Path) -> None:
    drawline("map", forms(folder / "first.xlsx", LOPEZ, KHAN), "--save", "system")
    later = forms(folder / "second.xlsx", MARTIN, NGUYEN)
    book = openpyxl.load_workbook(later)
    book.create_sheet("Colours").append(["red", "urgent"])
    book.save(later)
    found = json.loads(
        drawline("check", later, "--map", folder / "maps/system.yaml", "--as-of", "2026-06-01", "--json").stdout
    )
    assert found["counts"]["candidates_accepted"] == 2


def test_a_file_without_headings_shows_places_and_shapes_alone(folder: Path) -> None:
    path = folder / "clients.csv"
    path.write_text("Lopez,Maria,Toronto\nKhan,Omar,Ottawa\n", encoding="utf-8")
    found = json.loads(drawline("map", path, "--json").stdout)
    assert [one["header"] for one in found["columns"]] == ["column A, Aaa", "column B, Aaa", "column C, Aaa"]
    assert all("No row of headings is recognized" in one["why"] for one in found["columns"])
    assert all("--headings ROW" in one["why"] for one in found["columns"])
    text = drawline("map", path).stdout
    assert not re.search("Lopez|Maria|Toronto|Khan|Omar|clients.csv", text)
    assert '# "*": {holds: candidates, headings: ROW}' in text


def test_headings_that_are_not_recognized_are_read_in_the_row_that_is_named(folder: Path) -> None:
    path = export(folder / "a.csv", ["F-1", "25/12/1990", "single"], headings=["Akte", "Geburtstag", "Stand"])
    assert "Geburtstag" not in drawline("map", path).stdout
    text = drawline("map", path, "--headings", "1").stdout
    assert '# "Geburtstag": date_of_birth' in text
    assert '"*": {holds: candidates, headings: 1}' in text


def test_one_map_is_for_all_workbooks_with_the_same_headings(folder: Path) -> None:
    made = forms_of_exports.key_value_books()
    books = made.write(folder / "books")
    assert len(books) == 12
    text = drawline("map", *books).stdout
    assert text.count("\nmap: 1\n") == 1
    assert len(firm_map(read_yaml(text.encode(), "map.yaml", as_text=True)).for_headings) == 1
    assert drawline("map", books[0], "--save", "forms").exit_code == 0
    kept = folder / "maps" / "forms.yaml"
    (line,) = made.by_hand
    kept.write_text(edited(kept.read_text(encoding="utf-8"), [line]), encoding="utf-8")
    found = json.loads(drawline("check", *books, "--as-of", AS_OF.isoformat(), "--json").stdout)
    assert found["counts"]["candidates_accepted"] == 12
    assert [one["name"] for one in found["maps"]] == ["forms.yaml"]
    assert found["maps"][0]["inputs"] == list(range(1, 13))


def test_a_file_is_read_once_to_choose_its_map_and_to_show_its_headings(
    folder: Path, tracker: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawline("map", tracker, "--save", "system")
    headings = ["Matter number", "Surname", "Born on", "Civil status"]
    other = export(folder / "other.csv", ["M-1", "Sample", "25/12/1990", "Single"], headings=headings)
    read: list[str] = []
    of_csv = readers.csv_file

    def counted(data: bytes, title: str, *ways: Any) -> readers.Grid:
        read.append(title)
        return of_csv(data, title, *ways)

    monkeypatch.setattr(readers, "csv_file", counted)
    done = drawline("check", tracker, other, "--as-of", "2026-06-01")
    assert "map system.yaml" in done.stdout
    assert "other.csv: " in done.stdout
    assert len(read) == 2


@pytest.mark.parametrize(
    ("answer", "rule"),
    [
        ("full_name", {"rule": "full_name"}),
        ("full_name family_first", {"rule": "full_name", "order": "family_first"}),
        ("months foreign_work_years", {"rule": "months", "column": "foreign_work_years"}),
        ("scores SRWL", {"rule": "scores", "language": "english", "order": "SRWL"}),
        ("scores french LRWS", {"rule": "scores", "language": "french", "order": "LRWS"}),
        ("expiry english_test_date", {"rule": "expiry", "column": "english_test_date"}),
        ("{rule: months, column: canadian_work_years}", {"rule": "months", "column": "canadian_work_years"}),
    ],
)
def test_a_rule_is_an_answer(
    folder: Path, answer: str, rule: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    path = export(
        folder / "a.csv", ["F-1", "25/12/1990", "single", "5"], headings=["File No", "D.O.B.", "Marital", "Oddity"]
    )
    found, answers = settled(path, answer)
    read = firm_map(read_yaml(map_session.text_of(found, answers).encode(), "map.yaml", as_text=True))
    derived = read.derived["oddity"]
    assert (
        {"rule": derived.rule, **derived.options} == {"order": "given_first", **rule} if "full_name" in answer else rule
    )
    assert "\n  = " in capsys.readouterr().err


def test_a_rule_without_its_column_is_asked_again(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = export(
        folder / "a.csv", ["F-1", "25/12/1990", "single", "5"], headings=["File No", "D.O.B.", "Marital", "Oddity"]
    )
    found, _ = settled(path, "months", "")
    assert "months needs column" in capsys.readouterr().err
    assert "Oddity" not in columns(found)


def test_months_for_years_are_refused_at_the_terminal_too(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = export(
        folder / "a.csv", ["F-1", "25/12/1990", "single", "5"], headings=["File No", "D.O.B.", "Marital", "Odd months"]
    )
    found, _ = settled(path, "canadian_work_years", "")
    assert "says months, canadian_work_years is in years" in capsys.readouterr().err
    assert "Odd months" not in columns(found)


def test_a_choice_is_echoed_and_displaces_another(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [["F-1", "25/12/1990", "single", "X-1"], ["F-2", "26/12/1990", "single", ""]]
    path = export(folder / "a.csv", *rows, headings=["File No", "D.O.B.", "Marital", "№"])
    found, _ = settled(path, "client_id")
    said = capsys.readouterr().err
    assert "  = client_id" in said
    assert "'File No' is not read as client_id any more." in said
    assert columns(found)["№"] == "client_id"
    assert "File No" not in columns(found)


def test_the_order_of_scores_is_read_from_the_heading(folder: Path) -> None:
    path = export(
        folder / "a.csv",
        ["F-1", "25/12/1990", "single", "8/7.5/7/6"],
        headings=["File No", "D.O.B.", "Marital", "IELTS (S/R/W/L)"],
    )
    text = map_session.text_of(*settled(path))
    read = firm_map(read_yaml(text.encode(), "map.yaml", as_text=True))
    assert dict(read.derived["ieltssrwl"].options)["order"] == "SRWL"


def test_only_the_cells_that_are_open_are_counted(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [["F-1", "1 February 1990", "single"], ["F-2", "1990-12-25", "single"], ["F-3", "03/04/1990", "single"]]
    path = export(folder / "a.csv", *rows, headings=["File No", "D.O.B.", "Marital"])
    found, _ = settled(path, "dmy")
    assert "day and month of 1 of its 3 cells can be read both ways, as in 03/04/1990." in capsys.readouterr().err
    assert "D.O.B.: 1 of 3 cells can be read both ways; dmy or mdy." in map_session.text_of(
        found, map_session.Answers()
    )


def test_what_is_still_missing_is_known_at_the_end(folder: Path) -> None:
    path = export(folder / "a.csv", ["Ada Sample", "single"], headings=["Client Name", "Marital"])
    assert map_session.still_missing(*settled(path)) == ["client_id", "date_of_birth"]


def test_a_heading_of_signs_can_be_the_number_that_is_missing(folder: Path) -> None:
    path = export(folder / "a.csv", ["1", "25/12/1990", "single"], headings=["#", "D.O.B.", "Marital"])
    found, answers = settled(path, "#")
    assert map_session.still_missing(found, answers) == []
    assert (
        firm_map(read_yaml(map_session.text_of(found, answers).encode(), "map.yaml", as_text=True)).columns["#"]
        == "client_id"
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("columns:\n\tDOB: date_of_birth\n", "line 2: a tab stands where only blanks may; indent the line with blanks"),
        ("columns:\n  A: client_id\n\t  DOB: date_of_birth\n", "line 3: a tab stands"),
        (
            "columns:\n  DOB: date_of_birth\n  Civil status marital_status\n",
            "line 3 or 4: a colon with a blank behind it is missing",
        ),
        ("columns:\n  DOB: date_of_birth\n  Civil marital_status\n  A: client_id\n", "line 3 or 4: a colon"),
    ],
)
def test_a_map_that_is_no_yaml_names_the_line_and_the_fix(tracker: Path, folder: Path, text: str, says: str) -> None:
    (folder / "own.yaml").write_text(text, encoding="utf-8")
    done = drawline("check", tracker, "--map", folder / "own.yaml")
    assert done.exit_code == 4
    assert says in done.stderr


def test_two_headings_for_one_column_name_the_map_and_its_lines(tracker: Path, folder: Path) -> None:
    (folder / "own.yaml").write_text("columns:\n  Email: client_id\n  File No: client_id\n", encoding="utf-8")
    done = drawline("check", tracker, "--map", folder / "own.yaml")
    assert done.exit_code == 4
    assert (
        "The map own.yaml reads two headings of the file as one column. client_id: 'File No' in A1 (line 3 of the map) and "
        "'Email' in E1 (line 2 of the map). Take one of the two out of the map"
    ) in done.stderr
    assert "to make a map" not in done.stderr
