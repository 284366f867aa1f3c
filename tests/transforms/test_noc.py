"""The occupational classification: what changed on 2022-11-16."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from transforms.facts import noc_changes
from transforms.facts.noc import Occupations, concordance, noc_2016, noc_2021
from transforms.rules import Law, Rules

NEW_NOC = date(2022, 11, 16)
TODAY = date(2026, 8, 7)


@pytest.fixture(scope="module")
def law(rules: Rules) -> Law:
    return rules.law_of(TODAY)


# --- The change to NOC 2021


def test_every_code_is_in_the_concordance() -> None:
    forth, back = concordance()
    assert set(forth) == set(noc_2016().titles)
    assert set(back) == set(noc_2021().titles)


@pytest.mark.parametrize(
    ("code", "gained", "in_part"),
    [
        ("1432", True, False),  # payroll administrators
        ("13102", True, False),
        ("3413", True, False),  # nurse aides
        ("33102", True, False),
        ("7511", True, False),  # transport truck drivers
        ("73300", True, False),
        ("33100", True, True),  # dental assistants, with laboratory assistants who counted before
        ("1523", True, True),  # of production logistics co-ordinators one part
        ("5254", False, False),  # program leaders in recreation
        ("54100", False, False),
        ("64200", False, False),  # tailors
        ("1123", False, True),  # of advertising and public relations all but one part
    ],
)
def test_code_gained_or_lost_eligibility(code: str, gained: bool, in_part: bool, rules: Rules) -> None:
    change = noc_changes.changes(rules)[code]
    assert (change.day, change.gained, change.in_part) == (NEW_NOC, gained, in_part)


def test_code_of_unchanged_eligibility_is_not_told_of(rules: Rules) -> None:
    changed = noc_changes.changes(rules)
    assert not {"21231", "2173", "31301", "65100", "6711"} & set(changed)


def test_change_agrees_with_what_counts_before_and_after(rules: Rules) -> None:
    """A code counts on its own side of the day as the change says, and otherwise or not told on the other side."""
    before, after = (Occupations(rules.law_of(day)).skilled for day in (date(2022, 11, 15), NEW_NOC))
    for code, change in noc_changes.changes(rules).items():
        own, other = (before, after) if code in noc_2016().titles else (after, before)
        assert own[code] is (change.gained if own is after else not change.gained)
        if change.in_part:
            assert code not in other
        else:
            assert other[code] is not own[code]


def test_what_is_told_of_a_code_hangs_on_the_day(rules: Rules) -> None:
    problem, fix = noc_changes.messages(rules.law_of(TODAY))["7511"]
    assert problem == (
        "7511 (Transport truck drivers) did not count as skilled work before 2022-11-16; in NOC 2021: 73300 (counts)."
    )
    assert fix == "On 2026-08-07 it counts; the row stands."
    assert noc_changes.messages(rules.law_of(date(2022, 11, 15)))["7511"][1] == (
        "On 2022-11-15 it does not count; the row stands."
    )
    assert noc_changes.messages(rules.law_of(TODAY))["1123"][1] == (
        "On 2026-08-07 that is undetermined by this code; write that of NOC 2021."
    )


def test_listed_is_not_told_where_what_a_code_stands_for_differs(law: Law) -> None:
    codes = pl.DataFrame({"noc": ["31301", "21231", "3413", "3237", None]})
    found = codes.select(Occupations(law).is_listed(law["categories.healthcare.codes"], pl.col("noc")))
    assert found.to_series().to_list() == [True, False, True, None, None]


@pytest.mark.parametrize(
    ("one", "other", "before", "after"),
    [
        ("72106", "72106", True, True),
        ("7237", "72106", True, True),
        ("72106", "72310", False, False),
        ("7237", "7271", False, False),
        ("7247", "7247", True, True),
        # 7247 became 72204 and 72205, which took 7245 and 7246 as well.
        ("7247", "72204", None, None),
        ("72204", "72205", None, False),
        ("7247", "72106", False, False),
        ("72106", None, None, None),
        (None, None, None, None),
    ],
)
def test_two_codes_are_one_occupation_by_the_classification_of_the_day(
    one: str | None, other: str | None, before: bool | None, after: bool | None, rules: Rules
) -> None:
    codes = pl.DataFrame({"one": [one], "other": [other]}, schema={"one": pl.String, "other": pl.String})
    for day, same in ((date(2022, 11, 15), before), (NEW_NOC, after)):
        found = codes.select(Occupations(rules.law_of(day)).is_same(pl.col("one"), pl.col("other")))
        assert found.item() is same
        assert codes.select(Occupations(rules.law_of(day)).is_same(pl.col("other"), pl.col("one"))).item() is same
