"""An overlay's value that is not like the shipped one is refused: its file, the parameter and the fix are named."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from transforms.model.columns import JOB_OFFER_BASES
from transforms.rules import Rules, RulesError, laid, load

DAY = "2026-01-01"
UNKNOWN = object()


def overlay(folder: Path, name: str, value: Any, day: str = DAY) -> Path:
    """An overlay that lays one value over the law from a day."""
    version = {"from": date.fromisoformat(day), "confidence": "L", "last_checked_on": date(2026, 11, 23)}
    version |= {"status": "unknown"} if value is UNKNOWN else {"status": "known", "value": value}
    version["source"] = {"key": "IRPR", "section": "a test"}
    content = {"title": "A test", "parameters": {name: {"versions": [version]}}}
    path = folder / "mine.yaml"
    path.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    return path


def value_of(rules: Rules, name: str) -> Any:
    return rules.law_of(date.fromisoformat(DAY))[name]


WORDS = [
    ("crs.additional.job_offer_routes", ["lima", "lmia_work_permit"],
     "'lima' is none of lmia, lmia_work_permit, lmia_exempt_work_permit, offer_only; did you mean 'lmia'?"),
    ("fst.funds_exempt_routes", ["lmia_workpermit"], "; did you mean 'lmia_work_permit'?"),
    ("language.accepted", ["IELTS_GTX"], "; did you mean 'IELTS_GT'?"),
    ("categories.stem.codes", ["99999"], "'99999' is not a unit group of NOC 2021"),
    ("categories.stem.codes", ["21239"], "'21239' is not a unit group of NOC 2021; did you mean '2123"),
    ("categories.stem.codes", ["2173"], "'2173' is not a unit group of NOC 2021"),
    ("crs.records.physicians_nocs", ["31109"], "'31109' is not a unit group of NOC 2021; did you mean '3110"),
    ("fst.trade_groups", ["7X"], "'7X' is not a group of NOC 2021; did you mean '7"),
    ("noc.version", "2026", "'2026' is none of 2011, 2016, 2021; did you mean '20"),
    ("noc.skilled_levels", ["A"], "'A' is none of 0, 1, 2, 3, 4, 5"),
    ("categories.military.education", ["master"], "'master' is none of none, secondary, "),
    ("application.funds_exempt_classes", ["CECC"], "'CECC' is none of CEC, FSW, FST; did you mean 'CEC'?"),
    ("rounds.class_order", ["FWS"], "'FWS' is none of CEC, FSW, FST; did you mean 'FSW'?"),
    ("crs.records.canadian_study_waiver_window", {"from": "2020-03-01", "to": "2022-02-31"},
     "'2022-02-31' is not a date such as 2021-09-14"),
]  # fmt: skip
BOTH = {"with_spouse": 1, "without_spouse": 1}
TABLES = [
    ("crs.additional.canadian_study", {"none": 0, "one_or_two_year": 15, "three_years_or_more": 30},
     "unknown choice 'one_or_two_year'; did you mean 'one_or_two_years'?"),
    ("crs.core.education", {"none": BOTH}, "the choice 'secondary' is missing"),
    ("cec.minimum_language", {"0": 7, "1": 7, "2": 5}, "the choice '3' is missing"),
    ("crs.core.canadian_work", [{"at_least": 1, **BOTH}], "the first row must be at_least: 0"),
    ("crs.core.canadian_work", [], "the first row must be at_least: 0"),
    ("crs.transferability.education_language", [[0, 0], [0, 13]], "3 rows of 3 values are needed"),
    ("crs.transferability.language_tier", [{"at_least": 0, "value": 0}, {"at_least": 7, "value": 3}],
     "there is no tier 3; the highest is 2"),
    ("crs.additional.sibling", -10, "-10 is below zero; points are 0 or more"),
    ("crs.additional.french", {"lower": 25, "higher": None}, "a value is left empty; enter it"),
    ("crs.core.canadian_work", UNKNOWN, "nothing can be scored without this value; enter one and write known"),
    ("crs.additional.high_wage_maximum", -1, "-1 is below zero; points are 0 or more"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value", "message"), [*WORDS, *TABLES])
def test_it_is_refused(name: str, value: Any, message: str, tmp_path: Path) -> None:
    with pytest.raises(RulesError, match=rf"mine\.yaml: line \d+: {re.escape(name)}, from {DAY}") as told:
        load([overlay(tmp_path, name, value)])
    assert message in str(told.value)


def test_a_table_of_which_a_row_is_missing_is_refused(rules: Rules, tmp_path: Path) -> None:
    funds = {size: cad for size, cad in value_of(rules, "funds.table").items() if size != "3"}
    with pytest.raises(
        RulesError, match=r"mine.yaml: line \d+: funds.table, from 2026-01-01: the choice '3' is missing"
    ):
        load([overlay(tmp_path, "funds.table", funds)])
    levels = value_of(rules, "language.celpip_g")[1:]
    with pytest.raises(
        RulesError, match=r"mine.yaml: line \d+: language.celpip_g, from 2026-01-01: the level 10 is missing"
    ):
        load([overlay(tmp_path, "language.celpip_g", levels)])


@pytest.mark.parametrize(
    ("name", "value", "day", "message"),
    [
        ("crs.additional.sibling", 15, "2010-01-01", "the law begins on 2015-01-01"),
    ],
)
def test_a_day_before_the_law_is_refused(name: str, value: Any, day: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(RulesError, match=rf"mine.yaml: line \d+: {name}, from {day}: {message}"):
        load([overlay(tmp_path, name, value, day)])


@pytest.mark.parametrize(
    ("name", "value", "day"),
    [
        ("crs.additional.sibling", 0, DAY),
        ("crs.additional.job_offer_routes", ["lmia", "offer_only"], DAY),
        ("categories.stem.codes", ["21231"], DAY),
        ("fst.trade_groups", ["632"], "2020-01-01"),
        ("cec.minimum_language", {"0": 7, "A": 7, "B": 6}, "2020-01-01"),
        ("crs.core.canadian_work", [{"at_least": 0, **BOTH}], DAY),
        ("crs.additional.high_wage_maximum", UNKNOWN, DAY),
    ],
)
def test_what_is_like_the_shipped_is_taken(name: str, value: Any, day: str, tmp_path: Path) -> None:
    overlay_titles = load([overlay(tmp_path, name, value, day)]).parameter(name)
    version = overlay_titles.on(date.fromisoformat(day))
    assert version is not None
    assert version.file == "mine.yaml"
    assert {one.file for one in overlay_titles.versions} <= {"mine.yaml", ""}


def test_every_shipped_version_is_taken_as_if_it_were_laid(rules: Rules) -> None:
    """Nothing that the law itself has, had or will have is refused."""
    as_laid = {
        name: replace(one, versions=tuple(replace(version, file="mine.yaml") for version in one.versions))
        for name, one in rules.parameters.items()
    }
    laid.check(rules.parameters, as_laid)


def test_the_words_of_an_offer_are_those_of_the_intake() -> None:
    assert laid.BASES == JOB_OFFER_BASES
