"""A heading that names another unit than our column is no heading of it."""

from __future__ import annotations

import pytest

from transforms.rules.strict_yaml import read_yaml
from validation.files.unusable import MappingError
from validation.mapping import units, vocabulary
from validation.mapping.grammar import firm_map


def mistake(text: str) -> str:
    with pytest.raises(MappingError) as error:
        firm_map(read_yaml(text.encode(), "map.yaml", as_text=True))
    assert error.value.line == 2
    return str(error.value)


def test_months_under_years_are_a_mistake() -> None:
    assert mistake("columns:\n  Canadian months: canadian_work_years\n") == (
        "`columns`: 'Canadian months': 'Canadian months' says months, canadian_work_years is in years. Write it under "
        "`derived`: Canadian months: {rule: months, column: canadian_work_years}."
    )


@pytest.mark.parametrize(
    ("heading", "column", "says"),
    [
        ("Exp. étrangère (mois)", "foreign_work_years", "{rule: months, column: foreign_work_years}"),
        ("Canadian work years", "canadian_work_months_last_36", "Give a column with the months."),
        (
            "Study in Canada (yrs)",
            "education.full_time_months_in_canada(level=masters)",
            "Give a column with the months.",
        ),
        ("Funds (USD)", "settlement_funds_cad", "'Funds (USD)' says USD, settlement_funds_cad is in Canadian dollars."),
        ("Funds in US dollars", "settlement_funds_cad", "says US dollars"),
        ("Savings (₹ INR)", "settlement_funds_cad", "says INR"),
    ],
)
def test_another_unit_is_a_mistake(heading: str, column: str, says: str) -> None:
    assert says in mistake(f'columns:\n  "{heading}": {column}\n')


def test_the_rule_for_months_refuses_a_heading_of_years() -> None:
    assert "Write it under `columns`: Work (years): foreign_work_years." in mistake(
        "derived:\n  Work (years): {rule: months, column: foreign_work_years}\n"
    )


@pytest.mark.parametrize(
    ("heading", "column"),
    [
        ("Canadian work in the last 120 months, in years", "canadian_work_years"),
        ("Work abroad (last 36 months)", "foreign_work_years"),
        ("Canadian work months (last 3 years)", "canadian_work_months_last_36"),
        ("Mois de travail au Canada (3 dernières années)", "canadian_work_months_last_36"),
        ("Funds (CAD, from USD)", "settlement_funds_cad"),
        ("Month of birth", "date_of_birth"),
        ("Years or months of work", "foreign_work_years"),
    ],
)
def test_a_heading_that_may_be_right_stands(heading: str, column: str) -> None:
    assert units.mistake(heading, column) == ""


def test_no_usual_heading_is_refused() -> None:
    wrong = [
        (entry.text, entry.column)
        for entries in vocabulary.vocabulary().entries.values()
        for entry in entries
        if entry.column and units.mistake(entry.text, entry.column)
    ]
    assert wrong == []
