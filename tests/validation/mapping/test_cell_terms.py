"""What is wrong with a column that a rule gives, said in the terms of the cell."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import pytest

from tests.validation.mapping.test_a_mapped_file import LAW, map_of
from validation.intake.intake import Intake

MAP = """
columns: {No: client_id, Born: date_of_birth, Status: marital_status, Pool: pool_status, Married to: spouse_accompanying}
derived:
  "IELTS (L/R/W/S)": {rule: scores, language: english, order: LRWS}
  IELTS Expiry: {rule: expiry, column: english_test_date}
  Foreign Exp (months): {rule: months, column: foreign_work_years}
  Canadian months: {rule: months, column: canadian_work_years}
  ITA deadline: {rule: ita_deadline}
constants: {english_test: IELTS_GT}
"""
HEAD = (
    "No",
    "Born",
    "Status",
    "Pool",
    "IELTS (L/R/W/S)",
    "IELTS Expiry",
    "Foreign Exp (months)",
    "Canadian months",
    "ITA deadline",
)
Take = Callable[..., Intake]


@pytest.fixture
def said(cells_book: Callable[..., Path], take: Take) -> Callable[..., dict[str, tuple[str, str]]]:
    """By cell the problem and the fix of a row: what is quarantined, then the warnings."""

    def read(*cells: object) -> dict[str, tuple[str, str]]:
        row: Sequence[object] = ("C-1", date(1980, 12, 25), "single", *cells)
        taken = take(cells_book({"Clients": (HEAD, row)}, "export.xlsx"), mapping=map_of(MAP), limits=LAW)
        rows = [*taken.warnings.rows(named=True), *taken.quarantine.rows(named=True)]
        return {row["cell"].rpartition("!")[2]: (row["problem"], row["fix"]) for row in rows}

    return read


def test_too_many_months_are_asked_for_in_months(said: Callable[..., dict[str, tuple[str, str]]]) -> None:
    problem, fix = said(None, None, None, 150, None, None)["G2"]
    assert problem == (
        "'Foreign Exp (months)' gives foreign_work_years in months: 12.5 years of work are more than the last 10 years hold."
    )
    assert fix == "Write the months as a plain number, 120 at most."


def test_months_of_both_works_go_by_their_headings(said: Callable[..., dict[str, tuple[str, str]]]) -> None:
    found = said(None, None, None, 100, 100, None)
    fixes = [fix for _, fix in found.values() if "both count" in fix]
    assert fixes == [
        "Check 'Canadian months' (months) and 'Foreign Exp (months)' (months); both count within the last 10 years alone."
    ]


def test_an_empty_expiry_is_asked_for_as_an_expiry(said: Callable[..., dict[str, tuple[str, str]]]) -> None:
    problem, fix = said(None, "8/7.5/7/7", None, None, None, None)["F2"]
    assert (
        problem
        == "'IELTS Expiry' gives english_test_date by the day of expiry: IELTS_GT is given without the day of the test."
    )
    assert fix == "Write the day of expiry as YYYY-MM-DD."


def test_a_test_to_come_is_corrected_at_its_expiry(said: Callable[..., dict[str, tuple[str, str]]]) -> None:
    problem, fix = said(None, "8/7.5/7/7", "2033-03-10", None, None, None)["F2"]
    assert "The IELTS_GT test of 2031-03-10 is after the day scored" in problem
    assert fix == "Correct the day of expiry under 'IELTS Expiry', or score a later day with --as-of."


def test_an_expiry_that_is_no_day_is_asked_for_as_an_expiry(said: Callable[..., dict[str, tuple[str, str]]]) -> None:
    _, fix = said(None, "8/7.5/7/7", "2028-31-10", None, None, None)["F2"]
    assert fix.startswith("Write the day of expiry as")


def test_an_invitation_to_come_is_corrected_at_its_deadline(said: Callable[..., dict[str, tuple[str, str]]]) -> None:
    _, fix = said("invited", None, None, None, None, "2033-03-10")["I2"]
    assert "ita_issued_on" not in fix
    assert fix == "Correct the deadline of the invitation under 'ITA deadline', or score a later day with --as-of."


def test_a_score_out_of_range_is_asked_for_in_the_order_of_the_cell(
    said: Callable[..., dict[str, tuple[str, str]]],
) -> None:
    problem, fix = said(None, "8/7.5/7/12", "2027-03-10", None, None, None)["E2"]
    assert "12 is no speaking score of IELTS_GT" in problem
    assert fix.startswith("Write the four scores in the order LRWS, like 8/7.5/7/7")
