"""The occupational classification: what changed on 2022-11-16, and the search of titles and codes."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from transforms import noc_changes, noc_search
from transforms.noc import Occupations, concordance, noc_2016, noc_2021
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
    problem, mend = noc_changes.told(rules.law_of(TODAY))["7511"]
    assert problem == (
        "7511 (Transport truck drivers) did not count as skilled work before 2022-11-16; in NOC 2021: 73300 (counts)."
    )
    assert mend == "On 2026-08-07 it counts; the row stands."
    assert noc_changes.told(rules.law_of(date(2022, 11, 15)))["7511"][1] == (
        "On 2022-11-15 it does not count; the row stands."
    )
    assert noc_changes.told(rules.law_of(TODAY))["1123"][1] == (
        "On 2026-08-07 that cannot be told from this code; write that of NOC 2021."
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


# --- Search by words


def first(text: str) -> tuple[str, str]:
    """The code and the title that a search puts first."""
    found = noc_search.by_words(text)[0]
    return found.code, found.titles[0]


@pytest.mark.parametrize(
    ("text", "code", "title"),
    [
        ("software engineer", "21231", "Software engineer"),
        ("Engineer, SOFTWARE", "21231", "Software engineer"),
        ("software enginer", "21231", "Software engineer"),
        ("nurse aide", "33102", "Nurse aide"),
        ("nurse", "31301", "Nurse"),
        ("nurses", "31301", "Nurse"),
        ("truck driver", "73300", "Truck driver"),
        ("bus diver", "73301", "Bus driver"),
        ("wleder", "72106", "Welder"),
        ("acountant", "11100", "Accountant"),
        ("phisiotherapist", "31202", "Physiotherapist"),
        ("caleche driver", "64320", "Calèche driver"),
        ("ships cook", "63200", "Ship's cook"),
        ("RN", "31301", "Registered nurse (R.N.)"),
    ],
)
def test_title_is_found(text: str, code: str, title: str) -> None:
    assert first(text) == (code, title)


def test_title_that_begins_with_the_words_stands_before_others() -> None:
    found = noc_search.by_words("nurse")[0]
    assert found.titles[0] == "Nurse"
    found = next(one for one in noc_search.by_words("truck driver") if one.code == "72024")
    assert found.titles[0] == "Truck driver-supervisor"


@pytest.mark.parametrize("text", ["camionneur", "asdf qwer", "the", "cuisinier"])
def test_nothing_sensible_is_nothing(text: str) -> None:
    assert noc_search.by_words(text) == []


def test_a_word_that_no_title_has_is_passed_over_where_another_is_known() -> None:
    assert noc_search.passed_over("java developer") == ["java"]
    assert noc_search.by_words("java developer") == noc_search.by_words("developer")
    assert noc_search.passed_over("truk driver") == []


def test_more_than_half_of_the_words_will_do() -> None:
    assert first("purple truck driver")[0] == "73300"


def test_title_of_noc_2016_leads_to_its_one_unit_group() -> None:
    old = next(
        title
        for code, title in noc_2016().titles.items()
        if len(concordance()[0][code]) == 1 and title not in noc_2021().titles.values()
    )
    code = next(code for code, title in noc_2016().titles.items() if title == old)
    assert concordance()[0][code][0] in [one.code for one in noc_search.by_words(old)]


def test_every_unit_group_is_found_by_its_own_title() -> None:
    for code, title in list(noc_2021().titles.items())[::20]:
        assert code in [one.code for one in noc_search.by_words(title)[:3]]


# --- Search by code


@pytest.mark.parametrize(
    ("asked", "codes"),
    [
        ("21231", ["21231"]),
        ("2173", ["21211", "21231"]),
        ("2123", ["21112"]),  # a code of NOC 2016 before a minor group of NOC 2021
        ("3110", ["31100", "31101", "31102", "31103"]),  # no code of NOC 2016
        ("0", [code for code in noc_2021().titles if code.startswith("0")]),
        ("99999", []),
        ("212311", []),
    ],
)
def test_unit_groups_of_a_code(asked: str, codes: list[str], law: Law) -> None:
    assert [one.code for one in noc_search.by_code(asked, law)] == codes


def test_first_digits_are_those_of_the_classification_of_the_day(rules: Rules) -> None:
    found = {one.code for one in noc_search.by_code("217", rules.law_of(date(2022, 11, 15)))}
    assert {"21231", "21211", "21232"} <= found
    assert noc_search.by_code("217", rules.law_of(NEW_NOC)) == []


def test_code_comes_with_its_job_titles(law: Law) -> None:
    (found,) = noc_search.by_code("33102", law)
    assert "Nurse aide" in found.titles
    assert noc_2021().titles["33102"] not in found.titles


# --- What the law makes of it


def test_told_of_a_unit_group(law: Law) -> None:
    told = noc_search.Sense.of(law).told(noc_search.Found("33102", ("Nurse aide", noc_2021().titles["33102"])))
    assert told == {
        "noc_2021": "33102",
        "title": "Nurse aides, orderlies and patient service associates",
        "teer": 3,
        "noc_2016": [
            {"code": "3413", "title": "Nurse aides, orderlies and patient service associates", "skill_level": "C"}
        ],
        "skilled": True,
        "eligibility_change": told["eligibility_change"],
        "categories": ["healthcare"],
        "titles": ["Nurse aide"],
    }
    assert told["eligibility_change"]["gained"] is True


def test_skilled_on_the_day(rules: Rules) -> None:
    def skilled(code: str, day: date) -> object:
        return noc_search.Sense.of(rules.law_of(day)).told(noc_search.Found(code, ()))["skilled"]

    assert [skilled("73300", day) for day in (date(2022, 11, 15), NEW_NOC)] == [False, True]
    assert [skilled("54100", day) for day in (date(2022, 11, 15), NEW_NOC)] == [True, False]
    assert [skilled("33100", day) for day in (date(2022, 11, 15), NEW_NOC)] == [None, True]


def test_categories_on_the_day(rules: Rules) -> None:
    def of(day: date) -> object:
        return noc_search.Sense.of(rules.law_of(day)).told(noc_search.Found("63200", ()))["categories"]

    assert [of(day) for day in (date(2025, 2, 26), date(2025, 2, 27), date(2026, 2, 17), date(2026, 2, 18))] == [
        [], ["trades"], ["trades"], [],
    ]  # fmt: skip
