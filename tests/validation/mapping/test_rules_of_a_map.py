"""Columns that a map derives from the cells of a heading, and the cells from which they cannot be derived."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from transforms.model.columns import CANDIDATES
from validation.checks.rules_of_dates import Limits
from validation.mapping import derive
from validation.mapping.answers import Context, Derived
from validation.mapping.rules import RULES

INVITATIONS = (
    (date(2015, 1, 1), date(2016, 11, 18), 60),
    (date(2016, 11, 19), date(2018, 6, 25), 90),
    (date(2018, 6, 26), None, 60),
)
LIMITS = Limits(date(2015, 1, 1), 2, 5, 1, {}, INVITATIONS)


def read(rule: str, text: str, column: str = "", **options: str) -> Derived:
    given = {**options, "column": column} if "column" in RULES[rule].options else options
    first = column or (RULES[rule].gives or ("client_id",))[0]
    return derive.RULES[rule](text, Context(given, CANDIDATES.column(first), LIMITS, "Heading"))


@pytest.mark.parametrize(
    ("text", "order", "names", "mark"),
    [
        ("Asha Rao", "given_first", ("Asha", "Rao"), ""),
        ("Rao Asha", "family_first", ("Asha", "Rao"), ""),
        ("Rao, Asha Devi", "given_first", ("Asha Devi", "Rao"), ""),
        ("Maria Santos Lima", "given_first", ("Maria Santos", "Lima"), derive.SEVERAL_WORDS),
        ("Lima Maria Santos", "family_first", ("Maria Santos", "Lima"), derive.SEVERAL_WORDS),
        ("SANTOS LIMA Maria", "given_first", ("Maria", "SANTOS LIMA"), ""),
        ("Maria SANTOS LIMA", "family_first", ("Maria", "SANTOS LIMA"), ""),
        ("ASHA RAO", "given_first", ("ASHA", "RAO"), ""),
        ("John Smith, Jr.", "given_first", ("John", "Smith"), ""),
        ("Suharto", "given_first", (None, "Suharto"), derive.ONE_WORD),
    ],
)
def test_a_full_name_is_split(text: str, order: str, names: tuple[str | None, str], mark: str) -> None:
    found = read("full_name", text, order=order)
    assert (found.texts, found.mark) == (names, mark)


@pytest.mark.parametrize(
    ("text", "column", "day"),
    [
        ("2027-03-10", "english_test_date", "2025-03-10"),
        ("2027-03-10 00:00:00", "spouse_french_test_date", "2025-03-10"),
        ("2030-03-10", "eca_issued_on", "2025-03-10"),
        ("2027-01-11", "profile_submitted_at", "2026-01-11"),
        ("2027-01-11 10:55:43", "profile_submitted_at", "2026-01-11 10:55:43"),
        ("2026-03-01", "english_test_date", "2024-03-01"),
    ],
)
def test_an_expiry_gives_the_day_that_it_counts_from(text: str, column: str, day: str) -> None:
    assert read("expiry", text, column).texts == (day,)


def test_an_expiry_that_no_day_has_is_refused() -> None:
    found = read("expiry", "2028-02-29", "english_test_date")
    assert found.problem == "There is no day 2 years before 2028-02-29."
    assert not read("expiry", "soon", "english_test_date").texts
    assert not read("expiry", "2027-01-11 10:55:43", "english_test_date").texts


@pytest.mark.parametrize(
    ("deadline", "issued"),
    [("2026-10-30", "2026-08-31"), ("2017-06-01", "2017-03-03"), ("2016-01-30", "2015-12-01")],
)
def test_a_deadline_gives_the_invitation_under_the_law_of_its_day(deadline: str, issued: str) -> None:
    assert read("ita_deadline", deadline).texts == (issued,)


def test_a_deadline_of_two_invitations_or_of_none_is_refused() -> None:
    two = read("ita_deadline", "2018-09-01")
    assert two.problem == (
        "The deadline 2018-09-01 may belong to an invitation of 2018-06-03 or 2018-07-03, since the days to apply changed."
    )
    assert read("ita_deadline", "2015-01-30").problem == "No invitation has the deadline 2015-01-30."
    assert read("ita_deadline", "2017-01-30").problem == "No invitation has the deadline 2017-01-30."


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("18", "1.5"),
        ("12", "1"),
        ("25,5", "2.125"),
        ("23", "1.9167"),
        ("0", "0"),
        ("18 months", "1.5"),
        ("2 years", "2"),
    ],
)
def test_months_become_years(text: str, years: str) -> None:
    assert read("months", text, "foreign_work_years").texts == (years,)


@pytest.mark.parametrize("text", ["1,200", "12+", "about 12", "a while", "2025-05-07 00:00:00"])
def test_months_that_are_no_number_are_refused(text: str) -> None:
    found = read("months", text, "foreign_work_years")
    assert not found.texts
    assert found.problem
    assert found.fix


@pytest.mark.parametrize(
    ("text", "status", "size"),
    [
        ("2", "married", "4"), ("2", "single", "3"), ("0", "common_law", "2"), ("none", "widowed", "1"), ("2 children", "Married", "4"),
        ("two", "single", "3"), ("Non", "single", "1"), ("☐", "single", "1"), ("aucun enfant", "married", "2"), ("No", "single", "1"),
        ("no children", "single", "1"), ("n", "single", "1"), ("1.0", "divorced", "2"), ("2", None, None), ("2", "it is complicated", None),
    ],
)  # fmt: skip
def test_a_family_is_the_client_a_partner_and_the_children(text: str, status: str | None, size: str | None) -> None:
    context = Context({}, CANDIDATES.column("family_size"), LIMITS, "Children")
    assert derive.family_size(text, context, marital_status=status).texts == (size,)


@pytest.mark.parametrize(("text", "problem"), [("yes", "but not how many"), ("a few", "not a number of children")])
def test_children_that_are_not_counted_are_asked_back(text: str, problem: str) -> None:
    context = Context({}, CANDIDATES.column("family_size"), LIMITS, "Children")
    assert problem in derive.family_size(text, context, marital_status="single").problem


@pytest.mark.parametrize(
    ("text", "answer"),
    [("Sibling", "yes"), ("Brother", "yes"), ("sister / cousin", "yes"), ("Sœur", "yes"), ("Aunt / Uncle", "no"), ("Cousin", "no"), ("Parent", "no"), ("Cousin, other", None), ("Other", None), ("None", "no"), ("Aucune", "no"),
     ("unchecked", "no"), ("0", "no")],
)  # fmt: skip
def test_a_brother_or_sister_in_canada(text: str, answer: str | None) -> None:
    assert read("sibling", text).texts == (answer,)


@pytest.mark.parametrize("text", ["Yes", "✓", "brother-in-law", "half brother", "sister (not a PR)"])
def test_a_relative_that_may_be_one_is_asked_back(text: str) -> None:
    found = read("sibling", text)
    assert not found.texts
    assert "sibling_in_canada in the map" in found.fix


def test_whether_there_is_a_partner_does_not_say_which() -> None:
    assert "not whether married or common_law" in read("marital_status", "Yes").problem
    assert "not whether single, divorced, separated or widowed" in read("marital_status", "Non").problem
    assert "add Yes: married to `values` of marital_status" in read("marital_status", "Yes").fix
    assert "not whether married or common_law" in read("marital_status", "checked").problem
    assert read("marital_status", "X").problem == "'Heading' says X, which may mark a yes or a no."
    assert read("marital_status", "Common-law").texts == ("Common-law",)


def test_a_stage_of_the_firm_needs_its_value_in_the_map() -> None:
    assert read("pool_status", "In pool").texts == ("In pool",)
    found = read("pool_status", "Internal Review")
    assert found.problem == "'Internal Review' is a stage of the firm, and none of our statuses."
    assert "`values` of pool_status" in found.fix


def test_the_country_stands_behind_the_last_comma() -> None:
    assert read("country", "Pune, MH, India", "country_of_residence").texts == ("India",)
    assert read("country", "India", "country_of_residence").texts == ("India",)
    assert not read("country", "Pune,", "country_of_residence").texts


def test_every_rule_of_the_grammar_is_carried_out() -> None:
    apart: set[Any] = {"age", "family_size"}
    assert set(derive.RULES) | apart == set(RULES)
