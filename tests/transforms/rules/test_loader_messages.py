"""What is not as it should be is refused, in words that name the file, the key and the fix."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from transforms.rules import RulesError, load
from transforms.rules.loader import HERE

AGE = "  age:\n    title: Age of the principal applicant\n    unit: points\n    shape: steps\n"
FRENCH = "      - from: 2017-06-06\n        status: known\n        confidence: H\n        last_checked_on: 2026-10-31\n        source: {key: HC1318"

# File, text in it, what takes its place, and the message.
SPOILT = {
    "an unknown key of a file": (
        "crs.core.yaml", "title: CRS, A.", "titel: CRS, A.",
        "crs.core.yaml: unknown key 'titel'; did you mean 'title'?",
    ),
    "an unknown key of a parameter": (
        "crs.core.yaml", AGE, AGE + "    inputs: years\n",
        "crs.core.yaml: age: unknown key 'inputs'; did you mean 'input'?",
    ),
    "an unknown key of a version": (
        "crs.additional.yaml", FRENCH, FRENCH.replace("confidence: H", "confidence: H\n        notes: x"),
        "crs.additional.yaml: french, version 2: unknown key 'notes'; did you mean 'note'?",
    ),
    "an unknown key of a source": (
        "crs.core.yaml", 'section: "CRS table A, age"', 'sections: "CRS table A, age"',
        "crs.core.yaml: age, from 2015-01-01.source: unknown key 'sections'; did you mean 'section'?",
    ),
    "an unknown key in sources.yaml": (
        "sources.yaml", "  href: https://laws-lois.justice.gc.ca/eng/acts/I-2.5/", "  hreff: https://x",
        "sources.yaml: IRPA: unknown key 'hreff'; did you mean 'href'?",
    ),
    "an unknown column": (
        "crs.core.yaml", "{at_least: 18, with_spouse: 90,", "{at_least: 18, with_spouses: 90,",
        "crs.core.yaml: age, from 2015-01-01: unknown key 'with_spouses'; did you mean 'with_spouse'?",
    ),
    "a missing key": (
        "crs.core.yaml", AGE, AGE.replace("    unit: points\n", ""), "crs.core.yaml: age: the key 'unit' is missing; enter it",
    ),
    "a doubled key": (
        "crs.core.yaml", AGE, AGE + "    unit: points\n", "crs.core.yaml: the key 'unit' stands twice; keep one",
    ),
    "a doubled parameter": (
        "crs.total.yaml", "parameters:\n  maximum:\n", "parameters:\n  maximum: {}\n  maximum:\n",
        "crs.total.yaml: the key 'maximum' stands twice; keep one",
    ),
    "an unknown source": (
        "crs.core.yaml", 'source: {key: MI-cur, section: "CRS table A, age"}', 'source: {key: MI-curr, section: "A"}',
        "crs.core.yaml: age, from 2015-01-01.source: no source 'MI-curr'; did you mean 'MI-cur'?",
    ),
    "an unknown unit": (
        "crs.core.yaml", AGE, AGE.replace("points", "point"),
        "crs.core.yaml: age.unit: 'point' is none of cad, codes, count, days, hours, level, months, points, score, "
        "share, switch, text, tier, weeks, years; did you mean 'points'?",
    ),
    "an unknown shape": (
        "crs.core.yaml", AGE, AGE.replace("steps", "step"),
        "crs.core.yaml: age.shape: 'step' is none of choices, codes, levels, matrix, steps, value; did you mean "
        "'steps'?",
    ),
    "an unknown status": (
        "crs.additional.yaml", FRENCH, FRENCH.replace("status: known", "status: knwon"),
        "crs.additional.yaml: french, from 2017-06-06.status: 'knwon' is none of carried, known, unknown; did you mean "
        "'known'?",
    ),
    "an unknown confidence": (
        "crs.additional.yaml", FRENCH, FRENCH.replace("confidence: H", "confidence: high"),
        "crs.additional.yaml: french, from 2017-06-06.confidence: 'high' is none of H, L, M",
    ),
    "an overlap": (
        "crs.additional.yaml", FRENCH, FRENCH.replace("2017-06-06", "2015-01-01"),
        "crs.additional.yaml: french: the version from 2015-01-01 overlaps the one from 2015-01-01; order them by date, "
        "one a day",
    ),
    "versions out of order": (
        "crs.additional.yaml", FRENCH, FRENCH.replace("2017-06-06", "2021-06-06"),
        "crs.additional.yaml: french: the version from 2020-10-20 overlaps the one from 2021-06-06; order them by date, "
        "one a day",
    ),
    "a gap at the start": (
        "crs.total.yaml", "from: 2015-01-01", "from: 2015-01-02",
        "crs.total.yaml: maximum: the first version must be from 2015-01-01, so that there is no gap",
    ),
    "no version at all": (
        "crs.total.yaml", "    versions:\n", "    versions: []\n    note: >-\n",
        "crs.total.yaml: maximum.versions: a list of dated versions is expected",
    ),
    "a first day that is none": (
        "categories.french.yaml", "first: 2023-05-31", "first: May 2023",
        "categories.french.yaml: minimum_nclc.first: 'May 2023' is not a date such as 2021-09-14",
    ),
    "a day that is none": (
        "crs.total.yaml", "from: 2015-01-01", 'from: "1 January 2015"',
        "crs.total.yaml: maximum.from: '1 January 2015' is not a date such as 2021-09-14",
    ),
    "a value that is not known after all": (
        "crs.total.yaml", "value: 1200", "status_of: x",
        "crs.total.yaml: maximum, version 1: unknown key 'status_of'; did you mean 'status'?",
    ),
    "no value where it is known": (
        "crs.total.yaml", "        value: 1200\n", "",
        "crs.total.yaml: maximum, from 2015-01-01: a value stands exactly where the status is not unknown; enter it, or take it out",
    ),
    "points in quotes": (
        "crs.total.yaml", "value: 1200", 'value: "1200"',
        "crs.total.yaml: maximum, from 2015-01-01: '1200' is str; points are written as int",
    ),
    "a switch as a number": (
        "rounds.yaml", "value: false", "value: 0",
        "rounds.yaml: tie_break, from 2015-01-01: 0 is int; switch are written as bool",
    ),
    "a code without quotes": (
        "crs.additional.yaml", 'value: ["00"]', "value: [0]",
        "crs.additional.yaml: job_offer_senior_management_groups, from 2015-01-01: the code 0 must be text; put it in "
        "quotes",
    ),
    "a code twice": (
        "crs.additional.yaml", 'value: ["00"]', 'value: ["00", "00"]',
        "crs.additional.yaml: job_offer_senior_management_groups, from 2015-01-01: a code stands twice",
    ),
    "a list where one value stands": (
        "cec.yaml", "value: true", "value: [true]",
        "cec.yaml: excludes_self_employment, from 2015-01-01: one plain value is expected",
    ),
    "a choice without quotes": (
        "cec.yaml", '"0": 7, A: 7', "0: 7, A: 7",
        "cec.yaml: minimum_language, from 2015-01-01: the choice 0 must be text; put it in quotes",
    ),
    "steps that do not rise": (
        "crs.core.yaml", "at_least: 19", "at_least: 18",
        "crs.core.yaml: age, from 2015-01-01: at_least must rise from row to row",
    ),
    "levels that do not fall": (
        "language.yaml", "{level: 9, listening: 8.0", "{level: 10, listening: 8.0",
        "language.yaml: ielts_gt, from 2015-01-01: the levels must fall from row to row",
    ),
    "a matrix that is not square": (
        "crs.transferability.yaml", "- [0, 13, 25]", "- [0, 13]",
        "crs.transferability.yaml: education_language, from 2015-01-01: a square matrix is expected",
    ),
    "a file under another name": (
        "crs.total.yaml", "group: crs.total", "group: crs.sum",
        "crs.total.yaml: group is 'crs.sum'; the file must be named crs.sum.yaml",
    ),
    "a list of parameters": (
        "crs.total.yaml", "parameters:\n  maximum:\n", "parameters:\n- maximum:\n",
        "crs.total.yaml: parameters: a mapping of parameters is expected",
    ),
    "no first day of the law": (
        "system.yaml", "    first: 2015-01-01\n", "",
        "system.yaml: the parameter 'in_force' must state the first day of the law",
    ),
}  # fmt: skip


# A key that is missing is reported at the line of what lacks it.
WITHIN_LINES = 12


def _first_changed(text: str, shipped: str) -> int:
    """The first line that is not as in the shipped file."""
    lines = itertools.zip_longest(text.splitlines(), shipped.splitlines())
    return next(number for number, (mine, theirs) in enumerate(lines, start=1) if mine != theirs)


@pytest.mark.parametrize("what", SPOILT)
def test_it_is_stated(what: str, broken: Callable[..., Path]) -> None:
    name, old, new, message = SPOILT[what]
    folder = broken(name, old, new)
    with pytest.raises(RulesError) as caught:
        load(folder=folder)
    line = re.match(rf"{re.escape(name)}: line (\d+): ", str(caught.value))
    assert str(caught.value) == (message if line is None else message.replace(f"{name}: ", line[0], 1))
    assert line or what == "no first day of the law"
    if line:
        text = (folder / name).read_text(encoding="utf-8")
        first = _first_changed(text, (HERE / name).read_text(encoding="utf-8"))
        assert first - WITHIN_LINES <= int(line[1]) <= first + new.count("\n") + WITHIN_LINES


def test_a_file_that_is_no_yaml_is_named(broken: Callable[..., Path]) -> None:
    with pytest.raises(RulesError, match=r"^crs\.total\.yaml: not readable as YAML: "):
        load(folder=broken("crs.total.yaml", "title: CRS, total", "title: [CRS"))


def test_a_parameter_that_is_not_there_names_the_nearest() -> None:
    with pytest.raises(RulesError, match=r"no parameter 'crs\.core\.ages' in the rules; did you mean 'crs\.core\.age'"):
        load().parameter("crs.core.ages")


def test_there_is_no_law_before_the_first_day() -> None:
    from datetime import date

    with pytest.raises(RulesError, match="Express Entry starts on 2015-01-01: there is no law of 2014-12-31"):
        load().law_of(date(2014, 12, 31))


def test_a_folder_is_read_again_where_a_file_has_changed(broken: Callable[..., Path]) -> None:
    folder = broken("crs.total.yaml", "title: CRS, total", "title: CRS total")
    first = load(folder=folder)
    assert load(folder=folder) is first
    assert first.version != load().version
    assert first.parameters.keys() == load().parameters.keys()
    text = (folder / "crs.total.yaml").read_text(encoding="utf-8")
    (folder / "crs.total.yaml").write_text(text.replace("title: CRS total", "title: [CRS"), encoding="utf-8")
    with pytest.raises(RulesError, match=r"^crs\.total\.yaml: not readable as YAML: "):
        load(folder=folder)
