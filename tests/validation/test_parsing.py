"""Cells to values: what is read, and what is refused with both readings named."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import pytest

MOMENT = datetime(2021, 9, 11, 10, 55, 43, tzinfo=UTC)

READ: list[tuple[str, object, object]] = [
    ("eca_issued_on", "2025-01-02", date(2025, 1, 2)),
    ("eca_issued_on", "2025-01-02 00:00:00", date(2025, 1, 2)),
    ("eca_issued_on", "2025-01-02 0:00", date(2025, 1, 2)),
    ("eca_issued_on", "2025-01-02 0:00:00", date(2025, 1, 2)),
    ("eca_issued_on", " 2025-01-02\u00a0", date(2025, 1, 2)),
    ("eca_issued_on", datetime(2025, 1, 2), date(2025, 1, 2)),
    ("planned_application_on", "2040-02-29", date(2040, 2, 29)),
    ("profile_submitted_at", "2021-09-11T10:55:43Z", MOMENT),
    ("profile_submitted_at", "2021-09-11T10:55:43+00:00", MOMENT),
    ("profile_submitted_at", "2021-09-11 10:55:43", MOMENT),
    ("profile_submitted_at", "2021-09-11 10:55:42.999", MOMENT),
    ("profile_submitted_at", "2021-09-11 9:05:43", datetime(2021, 9, 11, 9, 5, 43, tzinfo=UTC)),
    ("profile_submitted_at", "2021-09-11T6:55:43-04:00", MOMENT),
    ("profile_submitted_at", "2021-09-11T06:55:43-04:00", MOMENT),
    ("profile_submitted_at", datetime(2021, 9, 11, 10, 55, 43), MOMENT),
    ("profile_submitted_at", "2021-09-11T00:00:00Z", datetime(2021, 9, 11, tzinfo=UTC)),
    *[("intends_quebec", text, True) for text in ("yes", "Y", "TRUE", "1", True, 1)],
    *[("intends_quebec", text, False) for text in ("No", "n", "false", "0", False, 0)],
    ("family_size", "3.0", 3),
    ("family_size", 3, 3),
    ("settlement_funds_cad", "15600.50", 15600.5),
    ("settlement_funds_cad", "1e4", 10000.0),
    ("pool_status", "In Pool", "in_pool"),
    ("primary_noc", "0011", "0011"),
    ("primary_noc", 21231, "21231"),
    ("primary_noc", "21231.0", "21231"),
    ("citizenship", "ca", "CA"),
    ("citizenship", "CAN", "CA"),
    ("citizenship", "Viet Nam", "VN"),
    ("citizenship", "Côte d'Ivoire", "CI"),
    ("citizenship", "Côte d\u2019Ivoire", "CI"),
    ("citizenship", "Guinea\u2013Bissau", "GW"),
    ("provincial_nomination", "on", "ON"),
    ("language_exempt_abilities", "speaking; Listening", "listening|speaking"),
    ("ita_round", 204, "204"),
    ("ita_round", "91A", "91a"),
    ("family_name", "+1\nand more", "+1\nand more"),
    ("eca_issued_on", "25/12/2025", date(2025, 12, 25)),
    ("eca_issued_on", "12.25.2025", date(2025, 12, 25)),
    ("eca_issued_on", "2 January 2025", date(2025, 1, 2)),
    ("eca_issued_on", "2025/01/02", date(2025, 1, 2)),
    ("family_size", "three", 3),
    ("settlement_funds_cad", "1,560", 1560.0),
    ("settlement_funds_cad", "$15,000", 15000.0),
    ("settlement_funds_cad", "15,5", 15.5),
    ("settlement_funds_cad", "7,5", 7.5),
    ("settlement_funds_cad", "1,560,000.00", 1560000.0),
    ("settlement_funds_cad", "1,50,000", 150000.0),
    ("settlement_funds_cad", "1.560.000", 1560000.0),
    ("settlement_funds_cad", "15 000,00 $", 15000.0),
    ("settlement_funds_cad", "13\u202f757,50\u00a0$", 13757.5),
    ("settlement_funds_cad", "13.757,00", 13757.0),
    ("settlement_funds_cad", "13'757", 13757.0),
    ("settlement_funds_cad", "13\u2019757.50", 13757.5),
    ("settlement_funds_cad", "$15 600", 15600.0),
    ("settlement_funds_cad", "$15K", 15000.0),
    ("settlement_funds_cad", "CA$15,000.00", 15000.0),
    ("settlement_funds_cad", "$1,560 CAD", 1560.0),
    ("foreign_work_years", "6 months", 0.5),
    ("foreign_work_years", "18 months", 1.5),
    ("foreign_work_years", "3 years", 3.0),
    ("foreign_work_years", "2 years 3 months", 2.25),
    ("foreign_work_years", "1,5 ans", 1.5),
    ("canadian_work_months_last_36", "2 years", 24),
    ("english_listening", "6\u00bd", 6.5),
    ("english_listening", "7 1/2", 7.5),
    ("english_listening", "7,5", 7.5),
    ("intends_quebec", "oui", True),
    ("marital_status", "Célibataire", "single"),
    ("marital_status", "Legally Separated", "separated"),
    ("education_level", "Bachelor's degree", "three_year"),
    ("education_level", "PhD", "doctorate"),
    ("primary_noc", "21231 Software engineers", "21231"),
    ("citizenship", "Irak", "IQ"),
    ("provincial_nomination", "Ontario", "ON"),
    ("provincial_nomination", "B.C.", "BC"),
    ("ita_round", "#204", "204"),
]


@pytest.mark.parametrize(("column", "cell", "value"), READ, ids=[f"{column} {cell!r}" for column, cell, _ in READ])
def test_cells_that_are_read(
    book: Callable[..., Path], take: Callable[..., Any], candidate: Any, column: str, cell: object, value: object
) -> None:
    row = {"pool_status": "draft", column: cell}
    taken = take(book([candidate(**row)]))
    assert taken.quarantine.is_empty()
    assert taken.sheets["candidates"][column].to_list() == [value]


REFUSED: list[tuple[str, object, str]] = [
    ("eca_issued_on", "03/04/2025", "3 April 2025 or 4 March 2025"),
    ("eca_issued_on", "31/31/2025", "no such day"),
    ("eca_issued_on", "03-04-25", "two digits"),
    ("eca_issued_on", 45000, "2023-03-15 where days are counted from 1900, 2027-03-16 where from 1904"),
    ("eca_issued_on", "2025-02-30", "no such day"),
    ("eca_issued_on", datetime(2025, 1, 2, 3, 4, 5), "time of day"),
    ("eca_issued_on", "soon", "not a date"),
    ("eca_issued_on", "0202-01-01", "year of 0202-01-01"),
    ("eca_issued_on", "1850-01-01", "year"),
    ("profile_submitted_at", "2021-02-30", "not a moment"),
    ("profile_submitted_at", "2021-09-11T24:55Z", "not a moment"),
    ("profile_submitted_at", "2021-09-11 9:5", "not a moment"),
    ("profile_submitted_at", "44450.455", "2021-09-11"),
    ("profile_submitted_at", "03/04/2021 10:55:43", "3 April 2021 or 4 March 2021"),
    ("profile_submitted_at", "2021-09-11 25:00:00", "not a moment"),
    ("profile_submitted_at", "yesterday", "not a moment"),
    ("intends_quebec", "maybe", "neither yes nor no"),
    ("intends_quebec", 2, "neither yes nor no"),
    ("family_size", 3.5, "not a whole number"),
    ("family_size", "99999999999", "too large"),
    ("family_size", 0, "not between 1 and 30"),
    ("settlement_funds_cad", "$15.000", "may be 15000 or 15. Write 15000 or 15."),
    ("settlement_funds_cad", "$1,500K", "may be 1500000 or 1500."),
    ("foreign_work_years", "1,500", "1,500 looks like hours of work"),
    ("settlement_funds_cad", "15000 USD", "The amount is in USD, and the column is in Canadian dollars. Convert it"),
    ("settlement_funds_cad", "US$15,000", "The amount is in USD"),
    ("settlement_funds_cad", "\u20ac15 000", "The amount is in EUR"),
    ("settlement_funds_cad", "\u20b912,00,000", "The amount is in INR"),
    ("settlement_funds_cad", "5000 PKR", "The amount is in PKR"),
    ("foreign_work_years", "<1", "<1 is a bound or an estimate, not one number. Write the exact number"),
    ("foreign_work_years", "5+", "Write the exact number"),
    ("foreign_work_years", "5 or more", "Write the exact number"),
    ("foreign_work_years", "2-3", "Write the exact number"),
    ("foreign_work_years", "10 weeks", "It is not a number. Write a number; leave"),
    ("english_listening", datetime(2026, 5, 7), "formatted as a date (7 May 2026). Format the cell as a number"),
    ("english_listening", time(9, 30), "formatted as a time (09:30:00)"),
    ("primary_noc", datetime(2026, 5, 7), "formatted as a date (7 May 2026). Format the cell as text"),
    ("eca_issued_on", "2025\u200e-01-02", "an invisible character (U+200E)"),
    ("family_size", "2\u200b3", "an invisible character (U+200B)"),
    ("settlement_funds_cad", "15.000", "may be 15000 or 15. Write 15000 or 15."),
    ("intends_quebec", "not sure", "Write yes or no; an empty cell means no."),
    ("provincial_nomination", "TBD", "Write the value; an empty cell means none."),
    ("ita_issued_on", "pending", "Write the value; an empty cell means none."),
    ("sibling_in_canada", "x", "x may mark a yes or a no. Write yes or no; leave the cell empty"),
    ("job_bank_registered", "unknown", "Write yes or no; an empty cell means yes."),
    ("job_bank_registered", "perhaps", "Write yes or no; an empty cell means yes."),
    (
        "pool_status",
        "n/a",
        "Write one of: in_pool, draft, invited, applied, declined, withdrawn, expired; an empty cell means in_pool",
    ),
    ("pool_status", "pending", "Write one of: in_pool, draft,"),
    ("pool_status", "-", "Write one of: in_pool, draft,"),
    ("profile_submitted_at", "tbd", "an empty cell means no profile, unless pool_status says in_pool or declined."),
    ("first_language", "n/a", "Write one of: english, french; an empty cell means the language that serves best."),
    ("certificate_noc", "?", "Write the value; an empty cell means the trade of trade_noc or of the work."),
    ("education_level", "Baccalauréat", "It may be three_year or secondary."),
    ("education_level", "Maîtrise", "It may be masters or three_year."),
    ("settlement_funds_cad", "NaN", "not a number that can be"),
    ("settlement_funds_cad", "inf", "not a number that can be"),
    ("settlement_funds_cad", -1, "not between"),
    ("marital_status", "maried", "none of the choices of this column. Write one of: single, married"),
    ("marital_status", "partner", "It may be common_law or single."),
    ("marital_status", "unmarried", "It may be single, divorced,"),
    ("marital_status", "-", "for what is not known. Write the value; it is required."),
    ("marital_status", "#REF!", "The cell shows the error #REF!. Correct the formula or write the value."),
    ("primary_noc", "#N/A", "The cell shows the error #N/A."),
    ("provincial_nomination", "#NAME?", "The cell shows the error #NAME?."),
    ("education_level", "Diploma", "It may be one_year, two_year or three_year. It names no length of program."),
    ("english_test", "TEF Canada", "TEF_CANADA is a French test"),
    ("french_test", "CELPIP-G", "CELPIP_G is an English test"),
    ("english_test", "IELTS Academic", "Express Entry does not count IELTS ACADEMIC. Empty the cell and its scores"),
    ("primary_noc", 13, "0013 (NOC 2016) or 00013 (NOC 2021)"),
    ("primary_noc", "111", "0111 (NOC 2016)"),
    ("primary_noc", "21233", "Look the code up with drawline noc"),
    ("primary_noc", "21231 / 21232", "holds several codes: 21231, 21232. Write one of them: 21231 or 21232."),
    ("primary_noc", "NOC 21231, since 2019", "The cell holds 21231 and another number."),
    ("primary_noc", "engineer", "no code of NOC"),
    ("citizenship", "Kanada", "No country is known"),
    ("provincial_nomination", "Onttario", "no code of a province or territory. Write one of"),
    ("provincial_nomination", "XX", "no code of a province"),
    ("language_exempt_abilities", "all", "not a list of abilities"),
    ("date_of_birth", None, "required, but empty"),
    ("client_id", None, "required, but empty"),
    ("client_id", "\u200b", "required, but empty"),
]


# What a cell may mean: a day of Ottawa (4 hours behind UTC in summer, 5 in winter), or a minute.
SPANS = [
    ("2021-09-11", datetime(2021, 9, 11, 4), datetime(2021, 9, 12, 3, 59, 59)),
    (date(2021, 9, 11), datetime(2021, 9, 11, 4), datetime(2021, 9, 12, 3, 59, 59)),
    (datetime(2021, 9, 11), datetime(2021, 9, 11, 4), datetime(2021, 9, 12, 3, 59, 59)),
    ("2021-09-11 00:00", datetime(2021, 9, 11, 4), datetime(2021, 9, 12, 3, 59, 59)),
    ("2024-02-29", datetime(2024, 2, 29, 5), datetime(2024, 3, 1, 4, 59, 59)),
    ("2026-03-08", datetime(2026, 3, 8, 5), datetime(2026, 3, 9, 3, 59, 59)),
    ("2026-11-01", datetime(2026, 11, 1, 4), datetime(2026, 11, 2, 4, 59, 59)),
    ("2021-09-11T10:55Z", datetime(2021, 9, 11, 10, 55), datetime(2021, 9, 11, 10, 55, 59)),
    ("2021-09-11 10:55", datetime(2021, 9, 11, 10, 55), datetime(2021, 9, 11, 10, 55, 59)),
    ("2021-09-11 9:30", datetime(2021, 9, 11, 9, 30), datetime(2021, 9, 11, 9, 30, 59)),
    ("2021-09-11T6:55-04:00", datetime(2021, 9, 11, 10, 55), datetime(2021, 9, 11, 10, 55, 59)),
    ("2021-09-11 0:00", datetime(2021, 9, 11, 4), datetime(2021, 9, 12, 3, 59, 59)),
    ("2021-09-11 0:00:00", datetime(2021, 9, 11, 4), datetime(2021, 9, 12, 3, 59, 59)),
    ("2021-09-11T06:55-04:00", datetime(2021, 9, 11, 10, 55), datetime(2021, 9, 11, 10, 55, 59)),
    ("2021-09-11T00:00Z", datetime(2021, 9, 11), datetime(2021, 9, 11, 0, 0, 59)),
]


@pytest.mark.parametrize(("cell", "first", "last"), SPANS, ids=[f"{cell!r:.30}" for cell, _, _ in SPANS])
def test_a_profile_stated_as_a_day_or_minute_is_a_span(
    book: Callable[..., Path], take: Callable[..., Any], candidate: Any, cell: object, first: datetime, last: datetime
) -> None:
    taken = take(book([candidate(profile_submitted_at=cell), candidate(client_id="exact")]), limits=None)
    assert taken.quarantine.is_empty() and taken.warnings.is_empty()
    rows = taken.sheets["candidates"].select("profile_submitted_at", "profile_submitted_latest").rows()
    assert rows[0] == (first.replace(tzinfo=UTC), last.replace(tzinfo=UTC))
    assert rows[1][1] is None


@pytest.mark.parametrize("status", ["in_pool", "declined"])
def test_in_the_pool_without_a_day_is_taken_with_a_warning(
    book: Callable[..., Path], take: Callable[..., Any], candidate: Any, status: str
) -> None:
    taken = take(book([candidate(pool_status=status, profile_submitted_at=None)]))
    assert taken.quarantine.is_empty()
    assert taken.warnings["column"].to_list() == ["profile_submitted_at"]
    assert "ranked by score alone" in taken.warnings["problem"][0]


@pytest.mark.parametrize(
    ("column", "cell", "words"), REFUSED, ids=[f"{column} {cell!r:.30}" for column, cell, _ in REFUSED]
)
def test_cells_that_are_refused(
    book: Callable[..., Path], take: Callable[..., Any], candidate: Any, column: str, cell: object, words: str
) -> None:
    row = {"pool_status": "draft", **({"english_test": None} if not column.startswith("english") else {})}
    if column != "english_listening":
        row |= {f"english_{name}": None for name in ("test_date", "listening", "reading", "writing", "speaking")}
    taken = take(book([candidate(**(row | {column: cell}))]))
    problem = taken.quarantine.row(0, named=True)
    assert taken.quarantine.height == 1
    assert problem["column"] == column
    message = f"{problem['problem']} {problem['fix']}"
    assert words in message
    assert "Did you mean" in words or "Did you mean" not in message
    assert problem["cell"].startswith("Candidates!")
    assert taken.counts["candidates_quarantined"] == 1


@pytest.mark.parametrize(
    ("key", "column", "cell", "words"),
    [
        ("work_history", "ended_on", "n/a", "Write the value; an empty cell means work to this day."),
        ("work_history", "ended_on", "soon", "Write the date as YYYY-MM-DD; an empty cell means work to this day."),
        ("work_history", "ended_on", "#N/A", "write the value; an empty cell means work to this day."),
        ("work_history", "canadian_employer", "unknown", "Write yes or no; an empty cell means yes."),
        ("education", "completed_on", "pending", "Write the value; an empty cell means not completed."),
    ],
)
def test_the_answer_that_an_empty_cell_of_a_detail_row_gives_is_named(
    book: Callable[..., Path],
    take: Callable[..., Any],
    candidate: Any,
    detail: Any,
    key: str,
    column: str,
    cell: str,
    words: str,
) -> None:
    taken = take(book([candidate()], **{key: [detail(key, **{column: cell})]}))
    [row] = [row for row in taken.quarantine.iter_rows(named=True) if row["column"] == column]
    assert words in row["fix"]


def test_control_characters(tmp_path: Path, take: Callable[..., Any]) -> None:
    path = tmp_path / "clients.csv"
    path.write_text("client_id,date_of_birth,marital_status,family_name\nC-1,1990-01-02,single,a\x07b\n")
    problem = take(path).quarantine.row(0, named=True)
    assert "control characters" in problem["problem"]
    assert problem["value"] == "a\ufffdb"


def test_a_text_too_long_for_a_cell(tmp_path: Path, take: Callable[..., Any]) -> None:
    path = tmp_path / "clients.csv"
    path.write_text(f"client_id,date_of_birth,marital_status,family_name\nC-1,1990-01-02,single,{'x' * 32_768}\n")
    problem = take(path).quarantine.row(0, named=True)
    assert "longer than 32,767" in problem["problem"]
    assert len(problem["value"]) == 200


def test_many_problems_in_one_row_are_many_rows(
    book: Callable[..., Path], take: Callable[..., Any], candidate: Any
) -> None:
    taken = take(book([candidate(date_of_birth="03/04/1990", marital_status="??", family_size="7,5")]))
    assert taken.quarantine["column"].to_list() == ["date_of_birth", "marital_status", "family_size"]
    assert taken.counts["candidates_quarantined"] == 1


def test_an_unreadable_cell_breaks_no_rule_beside(
    book: Callable[..., Path], take: Callable[..., Any], candidate: Any
) -> None:
    taken = take(
        book([candidate(english_test_date="03/04/2025", marital_status="married", spouse_accompanying="perhaps")])
    )
    assert taken.quarantine["column"].to_list() == ["spouse_accompanying", "english_test_date"]
