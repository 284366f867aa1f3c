"""A firm's file read through its map: what comes in, and where what does not come in is reported."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.validation.conftest import LIMITS
from transforms.rules.strict_yaml import read_yaml
from validation.files.unusable import UnusableInputs
from validation.intake.intake import Intake
from validation.mapping.firm_map import FirmMap
from validation.mapping.grammar import firm_map

LAW = replace(LIMITS, invitation_days=((date(2021, 6, 29), None, 60),))
Read = Callable[..., Intake]


def map_of(text: str) -> FirmMap:
    return firm_map(read_yaml(text.encode(), "map.yaml", as_text=True))


@pytest.fixture
def mapped(cells_book: Callable[..., Path], take: Callable[..., Intake]) -> Read:
    """Reads rows of one sheet through a map."""

    def read(text: str, *rows: Sequence[object], title: str = "Clients", name: str = "export.xlsx") -> Intake:
        return take(cells_book({title: rows}, name), mapping=map_of(text), limits=LAW)

    return read


BASE = """
columns: {No: client_id, Born: date_of_birth, Status: marital_status}
"""
HEAD = ("No", "Born", "Status")
GOOD = ("C-1", date(1990, 12, 25), "single")


def candidates(taken: Intake, *columns: str) -> list[tuple[Any, ...]]:
    return taken.sheets["candidates"].select("client_id", *columns).rows()


def cells_of(frame: pl.DataFrame) -> list[tuple[str, str, str]]:
    return frame.select("cell", "column", "value").rows()


def test_a_tracker_comes_in_whole(mapped: Read) -> None:
    taken = mapped(
        """
columns: {Client No: client_id, Birth: date_of_birth, Status: marital_status, Email: "-", Coming: spouse_accompanying}
derived:
  Name: {rule: full_name, order: given_first}
  IELTS scores: {rule: scores, language: english, order: LRWS}
  IELTS Expiry: {rule: expiry, column: english_test_date}
  Kids: {rule: family_size}
  City: {rule: country, column: country_of_residence}
  ITA deadline: {rule: ita_deadline}
  FW months: {rule: months, column: foreign_work_years}
constants: {english_test: IELTS_GT, case_owner: "{file}, {sheet}"}
values: {marital_status: {"Célib.": single}}
dates: dmy
countries: fips
""",
        ("Client No", "Name", "Birth", "Status", "Coming", "IELTS scores", "IELTS Expiry", "Kids", "City", "ITA deadline",
         "FW months", "Email"),
        ("C-1", "Asha Rao", "25/12/1990", "Célib.", None, "L 8 R 7.5 W 7 S 7", "10/03/2027", None, "Pune, India", None, 18, "x"),
        ("C-2", "Lima, Ana", "03/04/1991", "married", "no", "8/7,5/7/7", "10/03/2027", 2, "Lagos, NI", "30/06/2026", "24", None),
    )  # fmt: skip
    assert taken.quarantine.rows() == []
    assert candidates(
        taken, "given_name", "family_name", "date_of_birth", "marital_status", "english_test", "english_test_date",
        "english_reading", "family_size", "country_of_residence", "ita_issued_on", "foreign_work_years", "case_owner",
    ) == [
        ("C-1", "Asha", "Rao", date(1990, 12, 25), "single", "IELTS_GT", date(2025, 3, 10), 7.5, None, "IN", None, 1.5,
         "export, Clients"),
        ("C-2", "Ana", "Lima", date(1991, 4, 3), "married", "IELTS_GT", date(2025, 3, 10), 7.5, 4, "NG", date(2026, 5, 1), 2.0,
         "export, Clients"),
    ]  # fmt: skip
    assert not any("not known" in problem for problem in taken.warnings["problem"])


def test_what_cannot_be_derived_is_quarantined_at_its_cell(mapped: Read) -> None:
    taken = mapped(
        BASE + """
derived: {Scores: {rule: scores, language: english}, Kids: {rule: family_size}, Expiry: {rule: expiry, column: english_test_date}}
dates: dmy
""",
        (*HEAD, "Scores", "Kids", "Expiry"),
        ("C-1", "31/02/1990", "single", "8/7/7/7", "some", "12/31/2027"),
        (*GOOD[:1], "01/02/1990", "single", "L 8 R 8 W 8 S 8", "1", "01/02/2027"),
    )  # fmt: skip
    assert taken.counts["candidates_accepted"] == 0
    assert set(cells_of(taken.quarantine)) >= {
        ("Clients!B2", "date_of_birth", "31/02/1990"),
        ("Clients!F2", "english_test_date", "12/31/2027"),
        ("Clients!D2", "english_listening", "8/7/7/7"),
        ("Clients!E2", "family_size", "some"),
    }


def test_a_heading_makes_rows_of_another_sheet(mapped: Read) -> None:
    taken = mapped(
        """
columns:
  No: client_id
  Born: date_of_birth
  Status: marital_status
  Coming: spouse_accompanying
  Passport Expiry: documents.expires_on(kind=passport)
  Passport Issued: documents.issued_on(kind=passport)
  Child DOB: dependants.date_of_birth
  2nd child DOB: dependants.date_of_birth
prefixes: {Spouse: spouse}
dates: {expires_on: dmy}
""",
        (
            *HEAD,
            "Coming",
            "Passport Expiry",
            "Passport Issued",
            "Spouse's Passport Expiry",
            "Child DOB",
            "2nd child DOB",
        ),
        ("C-1", date(1990, 1, 1), "single", None, "25/12/2030", date(2020, 12, 25), None, date(2015, 4, 4), None),
        ("C-2", date(1990, 1, 1), "married", "no", None, None, "26/12/2031", date(2015, 4, 4), date(2016, 4, 4)),
        ("C-3", date(1990, 1, 1), "single", None, "31/02/2030", None, None, None, None),
        ("C-4", date(1990, 1, 1), "single", None, "n/a", "-", None, None, "TBD"),
    )
    documents = taken.sheets["documents"].select("client_id", "person", "kind", "issued_on", "expires_on").rows()
    assert documents == [
        ("C-1", "principal", "passport", date(2020, 12, 25), date(2030, 12, 25)),
        ("C-2", "spouse", "passport", None, date(2031, 12, 26)),
    ]
    children = taken.sheets["dependants"].select("client_id", "date_of_birth").rows()
    assert sorted(children) == [
        ("C-1", date(2015, 4, 4)), ("C-2", date(2015, 4, 4)), ("C-2", date(2016, 4, 4))
    ]  # fmt: skip
    assert ("Clients!E4", "expires_on", "31/02/2030") in cells_of(taken.quarantine)
    [file] = taken.inputs
    assert [(use.title, use.read_as, use.rows) for use in file.uses] == [
        ("Clients", "candidates", 4), ("Clients", "documents", 2), ("Clients", "documents", 1), ("Clients", "dependants", 2),
        ("Clients", "dependants", 1),
    ]  # fmt: skip
    assert taken.counts["detail_rows_in"] == 6
    assert taken.counts["detail_rows_used"] == 5


def test_a_prefix_reads_the_spouses_columns(mapped: Read) -> None:
    taken = mapped(
        """
columns: {No: client_id, Born: date_of_birth, Status: marital_status, Coming: spouse_accompanying, IELTS R: english_reading,
  IELTS date: english_test_date}
derived: {IELTS Expiry: {rule: expiry, column: english_test_date}}
constants: {english_test: IELTS_GT, spouse_english_test: IELTS_GT}
prefixes: {Spouse: spouse, Applicant: principal}
""",
        (
            *HEAD,
            "Coming",
            "Applicant IELTS R",
            "IELTS date",
            "Spouse IELTS R",
            "Spouse - IELTS Expiry",
            "Spouse Lucky Number",
        ),
        ("C-1", date(1990, 1, 1), "married", "yes", 7, date(2025, 2, 2), 6.5, date(2027, 3, 10), "x"),
        ("C-2", date(1990, 1, 1), "single", None, 8, date(2025, 2, 2), None, None, None),
    )
    assert candidates(
        taken, "english_test", "english_reading", "spouse_english_test", "spouse_english_reading", "spouse_english_test_date"
    ) == [
        ("C-1", "IELTS_GT", 7.0, "IELTS_GT", 6.5, date(2025, 3, 10)), ("C-2", "IELTS_GT", 8.0, None, None, None)
    ]  # fmt: skip
    unknown = taken.warnings.filter(pl.col("problem").str.contains("is not known"))
    assert unknown["value"].to_list() == ["Spouse Lucky Number"]


def test_scores_in_one_cell_may_be_the_spouses(mapped: Read) -> None:
    taken = mapped(
        BASE
        + """
derived:
  Spouse IELTS: {rule: scores, language: english, person: spouse, order: LRWS}
  Spouse IELTS Expiry: {rule: expiry, column: spouse_english_test_date}
constants: {spouse_english_test: IELTS_GT}
""",
        (*HEAD, "Accompanying spouse", "Spouse IELTS", "Spouse IELTS Expiry"),
        ("C-1", date(1990, 1, 1), "married", "yes", "8/7.5/7/6", date(2027, 3, 10)),
    )
    assert candidates(taken, "spouse_english_reading", "spouse_english_speaking") == [("C-1", 7.5, 6.0)]


def test_a_prefix_goes_with_the_usual_headings_too(mapped: Read) -> None:
    taken = mapped(
        BASE + "prefixes: {Conjoint: spouse}\n",
        (*HEAD, "Accompanying spouse", "Conjoint - Date de naissance", "Conjoint first official language"),
        ("C-1", date(1990, 1, 1), "married", "yes", date(1991, 2, 2), "French"),
    )
    assert candidates(taken, "spouse_date_of_birth", "spouse_first_language") == [("C-1", date(1991, 2, 2), "french")]


def test_a_family_is_counted_with_the_status_in_plain_words(mapped: Read) -> None:
    taken = mapped(
        BASE + "derived: {Kids: {rule: family_size}, Expiry: {rule: expiry, column: english_test_date}}\n",
        (*HEAD, "Accompanying spouse", "Kids", "Expiry"),
        ("C-1", date(1990, 1, 1), "Marié(e)", "no", 2, None),
        ("C-2", date(1990, 1, 1), "Divorced / Separated", None, 1, None),
    )
    assert candidates(taken, "family_size") == [("C-1", 4), ("C-2", 2)]


def test_a_derived_column_fills_only_what_the_file_leaves_empty(mapped: Read) -> None:
    taken = mapped(
        """
columns: {No: client_id, Born: date_of_birth, Status: marital_status, Coming: spouse_accompanying}
derived: {"Partner?": {rule: marital_status}}
values: {marital_status: {"Yes, common law": common_law}}
""",
        (*HEAD, "Partner?", "Coming"),
        ("C-1", date(1990, 1, 1), "single", "Yes", None),
        ("C-2", date(1990, 1, 1), None, "yes, common law", "no"),
        ("C-3", date(1990, 1, 1), None, "No", None),
    )
    assert candidates(taken, "marital_status") == [("C-1", "single"), ("C-2", "common_law")]
    assert cells_of(taken.quarantine) == [("Clients!D4", "marital_status", "No")]


def test_a_constant_of_a_column_that_the_file_has_is_noted(mapped: Read) -> None:
    taken = mapped(BASE + "constants: {marital_status: married}\n", HEAD, GOOD)
    assert candidates(taken, "marital_status") == [("C-1", "single")]
    [(cell, problem)] = taken.warnings.select("cell", "problem").rows()
    assert cell == "Clients!C1"
    assert (
        problem == "The map gives marital_status as a constant, but the file has a column for it; the column is read."
    )


@pytest.mark.parametrize(("paid", "expected"), [("no", False), ("yes", True)])
def test_a_constant_stands_for_a_column_that_is_otherwise_taken_as_given(
    cells_book: Callable[..., Path], take: Callable[..., Intake], paid: str, expected: bool
) -> None:
    work = ("client_id", "person", "started_on", "country"), ("C-1", "principal", date(2018, 1, 1), "IN")
    path = cells_book({"Candidates": [("client_id", "date_of_birth", "marital_status"), GOOD], "Work history": work})
    taken = take(path, mapping=map_of(f"constants: {{paid: {paid}}}\n"), limits=LAW)
    assert taken.sheets["work_history"]["paid"].to_list() == [expected]
    assert not any("paid" in problem for problem in taken.warnings["problem"])


def test_a_file_of_one_client_takes_its_number_from_its_name(mapped: Read) -> None:
    taken = mapped(
        'columns: {Born: date_of_birth, Status: marital_status}\nconstants: {client_id: "{file}"}\n',
        ("Born", "Status"), GOOD[1:], title="Candidates", name="2026-VV-013.xlsx",
    )  # fmt: skip
    assert candidates(taken) == [("2026-VV-013",)]


def test_a_required_column_may_be_derived_but_not_from_an_age(mapped: Read) -> None:
    text = "columns: {No: client_id, Status: marital_status}\nderived: {Age: {rule: age}}\n"
    with pytest.raises(UnusableInputs, match="'Age' does not give it: an age is no date of birth"):
        mapped(text, ("No", "Age", "Status"), ("C-1", 35, "single"), title="Candidates")
    taken = mapped(BASE + "derived: {Age: {rule: age}}\n", (*HEAD, "Age"), (*GOOD, 35))
    [(cell, problem, fix)] = taken.warnings.select("cell", "problem", "fix").rows()
    assert cell == "Clients!D1"
    assert problem == "'Age' is not read. An age is no date of birth, and changes without the file."
    assert fix == "Add a column with the date of birth."


def test_names_that_leave_a_choice_are_noted_once_a_column(mapped: Read) -> None:
    taken = mapped(
        BASE + "derived: {Name: {rule: full_name}}\n", (*HEAD, "Name"),
        *((f"C-{number}", date(1990, 1, 1), "single", "Suharto" if number % 2 else "Ana Maria Lima") for number in range(14)),
    )  # fmt: skip
    assert taken.quarantine.is_empty()
    assert sorted(taken.warnings["problem"]) == [
        "'Name': names of one word are taken as family names (D3, D5, D7, D9, D11 and 2 more).",
        "'Name': of names of three words and more one word is taken as the family name (D2, D4, D6, D8, D10 and 2 more).",
    ]


def test_dates_that_a_spreadsheet_may_have_turned_round_are_noted(mapped: Read) -> None:
    taken = mapped(
        BASE + "dates: dmy\n", HEAD, ("C-1", datetime(1990, 4, 3), "single"), ("C-2", "25/12/1990", "single")
    )
    assert candidates(taken, "date_of_birth") == [("C-1", date(1990, 4, 3)), ("C-2", date(1990, 12, 25))]
    [problem] = taken.warnings["problem"]
    assert problem.startswith(
        "date_of_birth holds 1 date whose day may be a month (B2), and texts like 25/12/1990 (B3)"
    )


def test_rows_that_differ_only_in_a_refused_cell_are_two(mapped: Read) -> None:
    text = BASE + "derived: {Scores: {rule: scores, language: english}}\n"
    taken = mapped(text, (*HEAD, "Scores"), (*GOOD, "x 1"), (*GOOD, "x 2"))
    assert taken.counts["candidates_in"] == 2
    assert taken.counts["candidates_quarantined"] == 2


def test_a_word_for_what_is_not_known_is_read_as_the_column_reads_it(mapped: Read) -> None:
    text = (
        BASE
        + "derived: {Months: {rule: months, column: foreign_work_years}}\nvalues: {foreign_work_years: {never: 0}}\n"
    )
    taken = mapped(text, (*HEAD, "Months"), (*GOOD, "never"))
    assert candidates(taken, "foreign_work_years") == [("C-1", 0.0)]


def test_values_of_the_map_are_ours_whatever_list_of_countries_it_names(mapped: Read) -> None:
    text = BASE + "values: {citizenship: {Swiss: CH}}\ncountries: fips\n"
    rows = [
        (f"C-{place}", date(1990, 1, 1), "single", country)
        for place, country in enumerate(("Swiss", "CH", "India", "QQ"))
    ]
    taken = mapped(text, (*HEAD, "citizenship"), *rows)
    assert candidates(taken, "citizenship") == [("C-0", "CH"), ("C-1", "CN"), ("C-2", "IN")]
    assert cells_of(taken.quarantine) == [("Clients!D5", "citizenship", "QQ")]


def test_a_map_that_takes_lengths_of_time_off_needs_the_law(
    cells_book: Callable[..., Path], take: Callable[..., Intake]
) -> None:
    path = cells_book({"Candidates": [(*HEAD, "Expiry"), (*GOOD, date(2027, 1, 1))]})
    text = BASE + "derived: {Expiry: {rule: expiry, column: english_test_date}}\n"
    with pytest.raises(ValueError, match="limits of the law"):
        take(path, mapping=map_of(text), limits=None)


def test_a_word_for_not_known_is_no_test(mapped: Read) -> None:
    taken = mapped(
        """
columns: {No: client_id, Born: date_of_birth, Status: marital_status, Listening: english_listening}
derived:
  IELTS: {rule: scores, language: english, order: LRWS}
  IELTS Expiry: {rule: expiry, column: english_test_date}
constants: {english_test: IELTS_GT}
""",
        (*HEAD, "IELTS", "IELTS Expiry"),
        (*GOOD, "pending", None),
        ("C-2", date(1990, 12, 25), "single", "TBD", "n/a"),
        ("C-3", date(1990, 12, 25), "single", "8/7.5/7/7", "2027-03-10"),
    )
    assert taken.quarantine.rows() == []
    assert candidates(taken, "english_test") == [("C-1", None), ("C-2", None), ("C-3", "IELTS_GT")]


@pytest.mark.parametrize("heading", ["#", " # ", "№", "***"])
def test_a_heading_of_signs_alone_can_be_mapped(mapped: Read, heading: str) -> None:
    taken = mapped(
        f'columns: {{"{heading.strip()}": client_id, Born: date_of_birth, Status: marital_status}}\n',
        (heading, *HEAD[1:]),
        GOOD,
    )
    assert candidates(taken) == [("C-1",)]


def test_headings_of_other_signs_are_others() -> None:
    assert map_of('columns: {"#": client_id, "%": "-"}\n').columns == {"#": "client_id"}
