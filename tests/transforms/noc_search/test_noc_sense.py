"""What a search says of a unit group: its codes, its titles in the language in use, and what the law of the day makes of it."""

from __future__ import annotations

from datetime import date

import pytest

from transforms import noc_search
from transforms.facts.noc import noc_2021, noc_2021_french
from transforms.model.wording import using
from transforms.rules import Law, Rules

NEW_NOC = date(2022, 11, 16)
TODAY = date(2026, 8, 7)


@pytest.fixture(scope="module")
def law(rules: Rules) -> Law:
    return rules.law_of(TODAY)


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
    told = noc_search.Sense.of(law).described(noc_search.Found("33102", ("Nurse aide", noc_2021().titles["33102"])))
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
        "found_as": None,
        "titles": ["Nurse aide"],
    }
    assert told["eligibility_change"]["gained"] is True


def test_skilled_on_the_day(rules: Rules) -> None:
    def skilled(code: str, day: date) -> object:
        return noc_search.Sense.of(rules.law_of(day)).described(noc_search.Found(code, ()))["skilled"]

    assert [skilled("73300", day) for day in (date(2022, 11, 15), NEW_NOC)] == [False, True]
    assert [skilled("54100", day) for day in (date(2022, 11, 15), NEW_NOC)] == [True, False]
    assert [skilled("33100", day) for day in (date(2022, 11, 15), NEW_NOC)] == [None, True]


def test_categories_on_the_day(rules: Rules) -> None:
    def of(day: date) -> object:
        return noc_search.Sense.of(rules.law_of(day)).described(noc_search.Found("63200", ()))["categories"]

    assert [of(day) for day in (date(2025, 2, 26), date(2025, 2, 27), date(2026, 2, 17), date(2026, 2, 18))] == [
        [], ["trades"], ["trades"], [],
    ]  # fmt: skip


# --- In French


def test_titles_are_those_of_the_language_in_use(law: Law) -> None:
    (found,) = (one for one in noc_search.by_words("truck driver") if one.code == "73300")
    with using("fr"):
        told = noc_search.Sense.of(law).described(found)
    assert told["title"] == "Conducteurs/conductrices de camions de transport"
    assert told["found_as"] == "Truck driver"
    assert "Camionneur/camionneuse" in told["titles"]


def test_title_in_the_other_language_is_named_in_english(law: Law) -> None:
    told = noc_search.Sense.of(law).described(noc_search.by_words("camionneuse")[0])
    assert told["title"] == "Transport truck drivers"
    assert told["found_as"] == "Camionneur/camionneuse"
    assert "Truck driver" in told["titles"]


def test_code_comes_with_french_titles_in_french(law: Law) -> None:
    with using("fr"):
        (found,) = noc_search.by_code("33102", law)
        told = noc_search.Sense.of(law).described(found)
    assert "Préposé/préposée aux bénéficiaires" in told["titles"]
    assert told["found_as"] is None


def test_every_unit_group_has_a_french_title() -> None:
    assert set(noc_2021_french()) == set(noc_2021().titles)
