"""programs.yaml says what of the law is covered since when; here it is held against the rules themselves."""

from __future__ import annotations

import fnmatch
from datetime import date, timedelta
from typing import Any

import pytest

from flows.main_run import readings
from tests.transforms.rules.shipped import plain
from transforms.rules import Parameter, Rules
from transforms.rules.strict_yaml import read_yaml

ENTRIES: list[dict[str, Any]] = plain("programs.yaml")
KEYS = {"id", "name", "covers", "rules", "status", "verified_from", "verified_to", "note"}
IDS = [entry["id"] for entry in ENTRIES]
LAST_CHECK = date(2026, 10, 31)


@pytest.mark.parametrize("entry", ENTRIES, ids=IDS)
def test_an_entry_has_its_shape(entry: dict[str, Any]) -> None:
    assert set(entry) == KEYS
    assert entry["status"] in ("complete", "partial", "incomplete")
    for key in ("id", "name", "covers"):
        assert entry[key].strip()
    assert entry["note"] is None or entry["note"].strip()
    days = (entry["verified_from"], entry["verified_to"])
    assert all(type(day) is date for day in days) or days == (None, None)
    assert days == (None, None) or days[0] < days[1]
    assert entry["status"] == "complete" or entry["note"], "what is partial says what is missing"


def test_no_entry_stands_twice() -> None:
    assert len(set(IDS)) == len(IDS)


def test_every_parameter_is_in_an_entry(rules: Rules) -> None:
    covered = {item.id for entry in ENTRIES for item in _parameters(entry, rules)}
    assert covered == set(rules.parameters)


@pytest.mark.parametrize("entry", ENTRIES, ids=IDS)
def test_every_name_of_an_entry_is_one_of_the_rules(entry: dict[str, Any], rules: Rules) -> None:
    assert entry["rules"]
    for pattern in entry["rules"]:
        assert fnmatch.filter(rules.parameters, pattern), pattern


@pytest.mark.parametrize("entry", ENTRIES, ids=IDS)
def test_what_is_said_to_be_verified_is_known(entry: dict[str, Any], rules: Rules) -> None:
    """In the verified range nothing is unknown; `complete` begins with the law and has no value of low confidence."""
    if entry["verified_from"] is None:
        return
    settings = {item.id for item in rules.parameters.values() if item.setting}
    for parameter in _parameters(entry, rules):
        for version in parameter.versions:
            last = version.ends_on or date.max
            if version.starts_on <= entry["verified_to"] and entry["verified_from"] <= last:
                assert version.status == "known", (parameter.id, version.starts_on)
                if entry["status"] == "complete" and parameter.id not in settings:
                    assert version.confidence in ("H", "M"), (parameter.id, version.starts_on)
    if entry["status"] == "complete":
        assert entry["verified_from"] == rules.first_day


@pytest.mark.parametrize("entry", ENTRIES, ids=IDS)
def test_an_incomplete_entry_has_something_unknown(entry: dict[str, Any], rules: Rules) -> None:
    unknown = [item.id for item in _parameters(entry, rules) if item.versions[-1].status == "unknown"]
    assert (entry["status"] == "incomplete") <= bool(unknown)


def test_the_crs_is_verified_to_the_day_before_what_is_unknown(rules: Rules) -> None:
    (crs,) = (entry for entry in ENTRIES if entry["id"] == "crs")
    first = min(
        version.starts_on
        for item in rules.parameters.values()
        for version in item.versions
        if version.status == "unknown"
    )
    assert crs["verified_to"] == first - timedelta(days=1)


@pytest.mark.parametrize("entry", ENTRIES, ids=IDS)
def test_nothing_is_verified_after_somebody_last_looked(entry: dict[str, Any], rules: Rules) -> None:
    if entry["verified_to"] is not None and entry["verified_to"] > LAST_CHECK:
        assert any(item.versions[-1].last_checked_on >= entry["verified_to"] for item in _parameters(entry, rules))


def test_people_see_every_entry() -> None:
    shown = readings.coverage()
    assert shown["name"].to_list() == [entry["name"] for entry in ENTRIES]


def test_a_doubled_key_of_the_registry_is_refused() -> None:
    from transforms.rules import RulesError

    with pytest.raises(RulesError, match=r"programs\.yaml: line 2: the key 'id' stands twice"):
        read_yaml(b"- id: crs\n  id: fsw\n", "programs.yaml")


def _parameters(entry: dict[str, Any], rules: Rules) -> list[Parameter]:
    """The parameters that an entry names; a star stands for any."""
    names = {name for pattern in entry["rules"] for name in fnmatch.filter(rules.parameters, pattern)}
    return [rules.parameter(name) for name in sorted(names)]
