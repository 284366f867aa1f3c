"""Values as exports of case management systems write them: lengths in brackets, amounts, tests that do not count."""

from __future__ import annotations

import pytest

from transforms.model.columns import CANDIDATES
from validation.checks import explain
from validation.values import numbers, vocabulary


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("College diploma (2 years)", "two_year"),
        ("College Diploma (1 year)", "one_year"),
        ("Licence (3 ans)", "three_year"),
        ("DEC technique (3 ans)", "three_year"),
        ("Diplôme collégial (2 ans)", "two_year"),
        ("Certificat (1 an)", "one_year"),
        ("BTS (2 ans)", "two_year"),
        ("University certificate - 1 yr", "one_year"),
    ],
)
def test_a_stated_length_settles_the_level(text: str, level: str) -> None:
    found = vocabulary.meaning(CANDIDATES.column("education_level"), text)
    assert found is not None
    assert found.value == level


@pytest.mark.parametrize("text", ["PG diploma (2 years)", "College diploma", "Diploma (2 years) in progress"])
def test_what_leaves_the_level_open_is_asked(text: str) -> None:
    assert vocabulary.meaning(CANDIDATES.column("education_level"), text) is None


@pytest.mark.parametrize(
    "text",
    [
        "30 000,00 $ CA",
        "30\N{NO-BREAK SPACE}000,00\N{NO-BREAK SPACE}$\N{NO-BREAK SPACE}CA",
        "CA $ 30,000.00",
        "$ 30,000.00 CAD",
        "30000 $ CAN",
    ],
)
def test_canadian_dollars_are_read_however_they_are_written(text: str) -> None:
    found = numbers.meaning(CANDIDATES.column("settlement_funds_cad"), text)
    assert [float(one) for one in found.readings] == [30000]


def test_a_word_of_two_countries_names_both() -> None:
    problem, fix = explain.unreadable(CANDIDATES.column("citizenship"), "Korean")
    assert problem == "Korean may be of South Korea (KR) or North Korea (KP)."
    assert fix == "Write KR or KP."


@pytest.mark.parametrize(
    ("column", "test"),
    [
        ("english_test", "IELTS Academic"),
        ("english_test", "TOEFL"),
        ("spouse_english_test", "Duolingo"),
        ("french_test", "DELF"),
    ],
)
def test_a_test_that_does_not_count_says_so(column: str, test: str) -> None:
    problem, fix = explain.not_a_choice(CANDIDATES.column(column), test)
    assert problem == f"Express Entry does not count {test}."
    assert fix.startswith("Empty the cell and its scores, or enter a result of one of: ")
