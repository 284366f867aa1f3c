"""The law through time: complete on every day, and each change on its own day."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from transforms.facts import high_wage
from transforms.rules import Rules, load

ONE = timedelta(days=1)
TODAY = datetime.now(ZoneInfo("America/Toronto")).date()


def days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += ONE


def starts(files: dict[str, Any]) -> Iterator[tuple[str, list[date]]]:
    """Each parameter with the first days of its versions, as the files have them."""
    for content in files.values():
        for key, parameter in content["parameters"].items():
            yield f"{content['group']}.{key}", [version["from"] for version in parameter["versions"]]


def test_every_day_to_today_has_a_whole_law_or_says_what_is_unknown(rules: Rules) -> None:
    later = {item.id for item in rules.parameters.values() if item.versions[0].starts_on > rules.first_day}
    assert {name for name in later if not name.startswith("categories.")} == set()
    for day in days(rules.first_day, TODAY):
        law = rules.law_of(day)
        missing = {name for name, item in rules.parameters.items() if item.on(day) is None}
        assert missing <= later, day
        assert (law.status == "incomplete") == bool(law.unknown), day
        for parameter in law.unknown:
            version = law.version(parameter.id)
            assert version.value is None, (day, parameter.id)
            assert version.note, (day, parameter.id)


def test_what_is_unknown_today_and_since_when(rules: Rules) -> None:
    unknown = {item.id: item.versions[-1].starts_on for item in rules.law_of(date(2026, 11, 3)).unknown}
    assert unknown == dict.fromkeys(high_wage.PARAMETERS, date(2026, 11, 3))
    assert rules.law_of(date(2026, 11, 2)).unknown == ()


def test_all_that_is_law_is_only_carried_on_while_something_is_unknown(rules: Rules) -> None:
    before, since = rules.law_of(date(2026, 11, 2)), rules.law_of(date(2026, 11, 10))
    no_law = {item.id for item in rules.parameters.values() if item.setting} | {"system.in_force"}
    unknown = {item.id for item in since.unknown}
    standings = {name: since.status_of(name) for name in rules.parameters}
    assert {name for name, standing in standings.items() if standing == "unknown"} == unknown
    assert {name for name, standing in standings.items() if standing == "known"} == no_law
    assert {before.status_of(name) for name in rules.parameters} == {"known"}
    complete = load([Path(__file__).parent / "fictional_values.yaml"]).law_of(date(2026, 11, 10))
    assert {complete.status_of(name) for name in rules.parameters} == {"known"}


def test_on_every_boundary_the_day_before_the_day_and_the_day_after(files: dict[str, Any], rules: Rules) -> None:
    for name, firsts in starts(files):
        parameter = rules.parameter(name)

        def in_force(day: date, firsts: list[date] = firsts) -> date | None:
            return max((first for first in firsts if first <= day), default=None)

        for first in firsts:
            for day in (first - ONE, first, first + ONE):
                version = parameter.on(day)
                assert (version and version.starts_on) == in_force(day), (name, day)
            if first > rules.first_day:
                assert rules.law_of(first).version(name).starts_on == first
            if firsts[0] < first:
                before = rules.law_of(first - ONE).version(name)
                assert before.starts_on < first, name
                assert before.ends_on == first - ONE, name


def test_the_last_version_has_no_end(rules: Rules) -> None:
    assert all(parameter.versions[-1].ends_on is None for parameter in rules.parameters.values())


def test_a_version_changes_something(rules: Rules) -> None:
    """Two versions in a row with the same value differ in what they rest on, or in how sure that is."""
    for parameter in rules.parameters.values():
        for before, after in zip(parameter.versions, parameter.versions[1:], strict=False):
            one, other = (
                (version.value, version.status, version.confidence, version.source, version.section)
                for version in (before, after)
            )
            assert one != other, (parameter.id, after.starts_on)


def test_the_order_in_which_files_are_found_changes_nothing(rules: Rules, monkeypatch: pytest.MonkeyPatch) -> None:
    found = Path.glob

    def backwards(self: Path, pattern: str) -> Iterator[Path]:
        return iter(sorted(found(self, pattern), reverse=True))

    monkeypatch.setattr(Path, "glob", backwards)
    again = load()
    assert again.version == rules.version
    assert list(again.parameters) == list(rules.parameters)
    assert again.parameters == rules.parameters


def test_loading_is_quick() -> None:
    """About 0.07 s on two cores; the bound is loose."""
    best = min(_seconds_to_load() for _ in range(3))
    assert best < 1


def _seconds_to_load() -> float:
    started = time.perf_counter()
    load()
    return time.perf_counter() - started
