"""Plain values in a file: read where they have one meaning, noted once a column where they are wider, else asked back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from transforms.model.columns import BY_KEY, CANDIDATES
from validation.values import reading
from validation.values.reading import Reading

CODES = frozenset({"2173", "0111", "21231", "21232", "2011"})

TAKEN: list[tuple[str, str, str | None]] = [
    *[("provincial_nomination", text, "ON") for text in ("Ontario", "Ont.", "ON - Ontario", "Ontario (ON)")],
    *[("provincial_nomination", text, "QC") for text in ("Québec", "Quebec", "Que.")],
    *[("provincial_nomination", text, "BC") for text in ("B.C.", "British Columbia", "Colombie-Britannique")],
    ("provincial_nomination", "Île-du-Prince-Édouard", "PE"),
    ("provincial_nomination", "none", None),
    ("provincial_nomination", "No", None),
    ("job_offer_noc", "no offer", None),
    ("primary_noc", "NOC 21231 - Software engineers", "21231"),
    ("primary_noc", "21231 (TEER 1)", "21231"),
    ("primary_noc", "2173 (A)", "2173"),
    ("primary_noc", "21231 \u2013 Software engineers and designers", "21231"),
    ("primary_noc", "NOC 2173", "2173"),
    ("primary_noc", "NOC 2021: 21231", "21231"),
    ("primary_noc", "NOC2016 0111 Financial managers", "0111"),
    ("citizenship", "Inde", "IN"),
    ("citizenship", "Côte d'Ivoire (CI)", "CI"),
    ("citizenship", "Royaume-Uni", "GB"),
    ("citizenship", "India (IN)", "IN"),
    ("citizenship", "IN - India", "IN"),
    ("settlement_funds_cad", "13 757,50 $", "13757.50"),
    ("settlement_funds_cad", "CA$15,000.00", "15000.00"),
    ("settlement_funds_cad", "15,000", "15000"),
    ("english_reading", "7,5", "7.5"),
    ("family_size", "3 persons", "3"),
    ("canadian_work_years", "18 months", "1.5"),
    ("canadian_work_years", "2 years 3 months", "2.25"),
    ("canadian_work_months_last_36", "none", "0"),
    *[("sibling_in_canada", text, "yes") for text in ("Oui", "checked", "✓", "✔", "☑", "vrai")],
    *[("sibling_in_canada", text, "no") for text in ("Non", "unchecked", "☐", "faux")],
    ("education_level", "Bachelor 4yr", "three_year"),
    ("education_level", "4-year bachelor's degree", "three_year"),
    ("education_level", "Bachelor of Commerce", "three_year"),
    ("education_level", "Two-year diploma", "two_year"),
    ("english_test", "CELPIP-General", "CELPIP_G"),
    ("ita_round", "Round 204", "204"),
    ("pool_status", "ITA received", "invited"),
]  # fmt: skip

NOTED: list[tuple[str, str, str | None, str]] = [
    ("english_test", "IELTS", "IELTS_GT", "read as IELTS_GT. The General Training test is assumed"),
    ("provincial_nomination", "OINP", "ON", "read as ON. A nomination by this program is assumed"),
    ("provincial_nomination", "N/A", None, "read as empty, which means none"),
    ("provincial_nomination", "-", None, "read as empty, which means none"),
    ("citizenship", "Indian", "IN", "read as India (IN), the country of these people"),
    ("citizenship", "indienne", "IN", "read as India (IN), the country of these people"),
    ("foreign_work_years", "5 years or more", "5", "read as 5. The least that it can mean is taken"),
    ("first_language", "unknown", None, "read as empty, which means the language that serves best"),
    *[
        (name, text, None, "read as empty")
        for name in ("settlement_funds_cad", "family_size", "planned_application_on", "education_level", "citizenship")
        for text in ("n/a", "-", "\u2014", "TBD", "unknown", "inconnu", "à venir", "?")
    ],
]

OPEN: list[tuple[str, str]] = [
    ("provincial_nomination", "TBD"),
    ("provincial_nomination", "unknown"),
    ("provincial_nomination", "Yes"),
    ("provincial_nomination", "Ontario / Quebec"),
    ("ita_issued_on", "pending"),
    ("pool_status", "n/a"),
    ("pool_status", "Active"),
    ("job_bank_registered", "unknown"),
    ("marital_status", "Unknown"),
    ("date_of_birth", "n/a"),
    ("certificate_noc", "unknown"),
    ("primary_noc", "21231 / 21232"),
    ("primary_noc", "21231, 99999"),
    ("primary_noc", "NOC 111"),
    ("primary_noc", "software engineer"),
    ("citizenship", "India / Canada"),
    ("citizenship", "Toronto, Canada"),
    ("settlement_funds_cad", "15.000"),
    ("settlement_funds_cad", "$15.000"),
    ("settlement_funds_cad", "US$15,000"),
    ("settlement_funds_cad", "15000 EUR"),
    ("foreign_work_years", "1,500"),
    ("foreign_work_years", "<1"),
    ("foreign_work_years", "5+"),
    ("family_size", "2.5 persons"),
    ("sibling_in_canada", "x"),
    ("sibling_in_canada", "☒"),
    ("sibling_in_canada", "maybe"),
    ("education_level", "Bachelor 2yr"),
    ("education_level", "2-year diploma and bachelor's degree"),
    ("english_test", "IELTS Academic"),
    ("english_test", "IELTS?"),
    ("education_level", "2+ years"),
    ("canadian_study", "3+ years"),
    ("canadian_work_years", "<1 year"),
    ("canadian_work_years", "1+ year"),
    ("foreign_work_years", "-1 year"),
    ("primary_noc", "21231?"),
    ("marital_status", "veuf?"),
    ("english_test", "TEF Canada"),
]


@pytest.mark.parametrize(("name", "text", "meant"), TAKEN, ids=[f"{name} {text}" for name, text, _ in TAKEN])
def test_what_has_one_meaning_is_read_without_a_note(name: str, text: str, meant: str | None) -> None:
    assert reading.read(CANDIDATES.column(name), text, CODES) == Reading(meant)


@pytest.mark.parametrize(("name", "text", "meant", "said"), NOTED, ids=[f"{name} {text}" for name, text, *_ in NOTED])
def test_what_is_wider_than_a_value_is_read_with_a_note(name: str, text: str, meant: str | None, said: str) -> None:
    found = reading.read(CANDIDATES.column(name), text, CODES)
    assert found is not None
    assert (found.text, found.said) == (meant, said)
    assert found.fix.endswith(".")


@pytest.mark.parametrize(("name", "text"), OPEN, ids=[f"{name} {text}" for name, text in OPEN])
def test_what_is_open_is_not_read(name: str, text: str) -> None:
    assert reading.read(CANDIDATES.column(name), text, CODES) is None


@pytest.mark.parametrize(
    ("key", "name", "text"),
    [
        ("work_history", "ended_on", "present"),
        ("work_history", "ended_on", "à ce jour"),
        ("education", "completed_on", "in progress"),
        ("candidates", "profile_submitted_at", "not submitted"),
    ],
)
def test_words_that_say_what_an_empty_cell_says(key: str, name: str, text: str) -> None:
    assert reading.read(BY_KEY[key].column(name), text, ()) == Reading(None)


def test_one_note_a_word_and_column_names_the_first_cell_and_the_number(
    book: Callable[..., Path], take: Callable[..., Any], candidate: Any
) -> None:
    rows = [candidate(f"C-{number}", english_test="IELTS", settlement_funds_cad="TBD") for number in range(1, 4)]
    taken = take(book([candidate("C-0", settlement_funds_cad=20_000), *rows]))
    assert taken.quarantine.is_empty()
    assert taken.sheets["candidates"]["english_test"].unique().to_list() == ["IELTS_GT"]
    assert taken.sheets["candidates"]["settlement_funds_cad"].to_list() == [20_000, None, None, None]
    notes = taken.warnings.select("column", "source_row", "value", "problem", "fix").rows()
    assert notes == [
        ("settlement_funds_cad", 3, "TBD", "TBD in 3 cells is read as empty.", "Enter the value once it is known."),
        ("english_test", 3, "IELTS", "IELTS in 3 cells is read as IELTS_GT. The General Training test is assumed.",
         "Correct the cells of another test."),
    ]  # fmt: skip
    assert taken.warnings["client_id"].to_list() == ["", ""]


def test_each_sheet_of_a_file_has_its_own_note(cells_book: Callable[..., Path], take: Callable[..., Any]) -> None:
    header = ["client_id", "date_of_birth", "marital_status", "family_size"]
    sheets = {
        title: [header, *([f"{title}-{n}", date(1990, 1, 2), "single", "n/a"] for n in range(count))]
        for title, count in (("Anna", 1), ("Bela", 2))
    }
    taken = take(cells_book(sheets))
    assert taken.warnings.select("source_sheet", "client_id", "problem").rows() == [
        ("Anna", "Anna-0", "n/a in 1 cell is read as empty."),
        ("Bela", "", "n/a in 2 cells is read as empty."),
    ]


def test_cells_about_the_spouse_of_a_single_client_are_not_noted(
    book: Callable[..., Path], take: Callable[..., Any], candidate: Any
) -> None:
    married = {"marital_status": "married", "spouse_accompanying": "yes", "spouse_is_canadian": "no"}
    rows = [candidate("C-1", spouse_education_level="N/A"), candidate("C-2", spouse_education_level="N/A", **married)]
    taken = take(book(rows))
    assert taken.quarantine.is_empty()
    assert taken.warnings.select("client_id", "problem").rows() == [("C-2", "N/A in 1 cell is read as empty.")]


def test_an_ambiguous_day_beside_one_that_settles_the_order_names_the_map(
    book: Callable[..., Path], take: Callable[..., Any], candidate: Any
) -> None:
    rows = [candidate("C-1", eca_issued_on="03/04/2025"), candidate("C-2", eca_issued_on="25/12/2024")]
    taken = take(book(rows))
    assert taken.sheets["candidates"]["eca_issued_on"].to_list() == [date(2024, 12, 25)]
    [problem] = taken.quarantine.iter_rows(named=True)
    assert problem["problem"] == (
        "03/04/2025 is ambiguous: it may be 3 April 2025 or 4 March 2025. Other cells of the column have the day first "
        "(25/12/2024)."
    )
    assert problem["fix"] == "Write 2025-04-03, or name the order in a map: dates: {eca_issued_on: dmy}."


def test_columns_of_both_orders_settle_nothing(
    book: Callable[..., Path], take: Callable[..., Any], candidate: Any
) -> None:
    days = ["03/04/2025", "25/12/2024", "12/26/2024"]
    taken = take(book([candidate(f"C-{number}", eca_issued_on=day) for number, day in enumerate(days)]))
    [problem] = taken.quarantine.iter_rows(named=True)
    assert "the day first (25/12/2024) and the month first (12/26/2024)" in problem["problem"]
    assert problem["fix"] == "Write 2025-04-03 or 2025-03-04."


def test_rows_that_say_the_same_in_other_words_count_once(
    book: Callable[..., Path], take: Callable[..., Any], candidate: Any
) -> None:
    taken = take(book([candidate(marital_status="single"), candidate(marital_status="Célibataire")]))
    assert taken.quarantine.is_empty()
    assert taken.sheets["candidates"]["marital_status"].to_list() == ["single"]


def test_a_sheet_in_our_own_words_is_not_looked_at_cell_by_cell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "read", None)
    text = pl.DataFrame({name: ["single" if name == "marital_status" else None] for name in CANDIDATES.names},
                        schema=dict.fromkeys(CANDIDATES.names, pl.String))  # fmt: skip
    from validation.values import parse

    typed = parse.typed(CANDIDATES, text)
    understood = reading.understand(CANDIDATES, text, typed, CODES)
    assert understood.text is text and understood.typed is typed


@pytest.mark.parametrize(
    "text",
    ["470 pts", "470 pts.", "CRS 470", "CRS: 470", "470 points", "470 CRS", "470 (CRS)", "CRS score: 470", "CRS=470 pts", "470.0",
     "470 crs points", "Score 470", "CRS (470)", "470pts"],
)  # fmt: skip
def test_a_stated_score_is_read_as_people_write_it(
    book: Callable[..., Path], take: Callable[..., Any], candidate: Any, text: str
) -> None:
    taken = take(book([candidate(stated_crs=text)]))
    assert taken.sheets["candidates"]["stated_crs"].to_list() == [470]
    assert taken.warnings.filter(column="stated_crs").is_empty()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("~470", "~470 is a bound or an estimate, not one number."),
        ("470+", "470+ is a bound or an estimate, not one number."),
        ("470-480", "470-480 is a bound or an estimate, not one number."),
        ("about 470", "about 470 is a bound or an estimate, not one number."),
        ("high", "It is not a number."),
        ("1300", "1300 is not between 0 and 1200."),
        ("-5", "-5 is not between 0 and 1200."),
        ("99999999999", "99999999999 is not between 0 and 1200."),
        ("470.5", "470.5 is not a whole number."),
        ("#N/A", "The cell shows the error #N/A."),
    ],
)
def test_a_stated_score_that_cannot_be_read_costs_no_client(
    book: Callable[..., Path], take: Callable[..., Any], candidate: Any, text: str, problem: str
) -> None:
    taken = take(book([candidate("C-1", stated_crs=text), candidate("C-2", stated_crs=480)]))
    assert taken.quarantine.is_empty()
    assert taken.sheets["candidates"].select("client_id", "stated_crs").rows() == [("C-1", None), ("C-2", 480)]
    [(client, cell, said, fix)] = (
        taken.warnings.filter(column="stated_crs").select("client_id", "cell", "problem", "fix").rows()
    )
    assert (client, cell[-1]) == ("C-1", "2")
    assert said == f"{problem} The cell is taken as empty; the client is scored without it."
    assert fix
