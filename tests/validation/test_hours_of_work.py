"""Hours of work in a column of years."""

from __future__ import annotations

from datetime import date

import pytest

from tests.transforms.shared import law_of
from transforms.model.columns import CANDIDATES
from validation.checks.explain import HOURS_A_YEAR, unreadable


@pytest.mark.parametrize("value", ["1,560", "3,120"])
def test_hours_in_a_column_of_years_are_named(value: str) -> None:
    problem, fix = unreadable(CANDIDATES.column("foreign_work_years"), value)
    assert problem == f"{value} looks like hours of work, and the column takes years."
    assert fix == "Write the years; 1,560 hours are one year."


@pytest.mark.parametrize(("column", "value"), [("foreign_work_years", "1,500,2"), ("settlement_funds_cad", "1.560")])
def test_other_numbers_are_not_taken_for_hours(column: str, value: str) -> None:
    assert "hours" not in " ".join(unreadable(CANDIDATES.column(column), value))


def test_the_hours_of_a_year_are_those_of_the_law() -> None:
    law = law_of(date(2026, 8, 7))
    assert law["work.time.hours_per_week"] * law["work.time.weeks_per_year"] == HOURS_A_YEAR
