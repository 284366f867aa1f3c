"""Every policy case in a shuffled batch of its day, and the command that runs them."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import pytest
from typer.testing import CliRunner

from flows import clock
from flows.cli import app
from flows.main_run import readings
from flows.reference import selftest
from tests.flows import batches
from transforms.assessment import policy_cases
from transforms.assessment.policy_cases import Case
from transforms.rules import Rules, load
from validation.intake.intake import Intake

RULES = load()
CLIENTS = selftest.ids_of(policy_cases.read(RULES.sources))
DAYS = batches.by_day(CLIENTS)


@pytest.fixture(scope="module")
def taken() -> Intake:
    """All cases through the intake."""
    return selftest.take_in(CLIENTS, RULES)


def wrong(answered: Mapping[str, Mapping[str, object]]) -> list[str]:
    return [one.line() for client, answer in answered.items() for one in selftest.compared(CLIENTS[client], answer)]


def test_the_intake_takes_every_case(taken: Intake) -> None:
    assert [one.line() for one in selftest.refused(taken, CLIENTS)] == []
    assert taken.counts["candidates_accepted"] == len(CLIENTS)


def test_the_batch_is_shuffled(taken: Intake) -> None:
    order = taken.sheets["candidates"]["client_id"].to_list()
    assert sorted(order) == sorted(CLIENTS)
    assert order != list(CLIENTS)


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_cases_of_a_day_in_one_batch(day: date, taken: Intake) -> None:
    answered = batches.answers(batches.sheets_of(taken, DAYS[day]), RULES.law_of(day))
    assert list(answered) != DAYS[day] or len(answered) < 4
    assert set(answered) == set(DAYS[day])
    assert wrong(answered) == []


def test_the_command_runs_every_case() -> None:
    done = CliRunner().invoke(app, ["selftest", "--json", "--quiet"])
    assert done.exit_code == 0
    assert json.loads(done.stdout) == {
        "format": "drawline.selftest", "version": 1,
        "cases": len(CLIENTS), "days": len(DAYS), "rules_version": RULES.version, "failures": [],
        "rules_due": readings.renewal_due(RULES.law_of(clock.today())),
    }  # fmt: skip


@dataclass
class Spoilt:
    """A case with another outcome than the law's."""

    case: Case
    told: str


@pytest.fixture
def spoilt() -> Spoilt:
    (case,) = (case for case in CLIENTS.values() if case.file == "2024-06-03/total-nominee.yaml")
    return Spoilt(
        replace(case, expect={**case.expect, "crs_total": 1002}),
        "2024-06-03/total-nominee.yaml on 2024-06-03: crs_total is 1001, expected 1002",
    )


def test_what_is_not_as_expected_is_stated(spoilt: Spoilt) -> None:
    (found,) = selftest.run([spoilt.case], RULES)
    assert found.line() == spoilt.told


def test_what_the_intake_refuses_is_stated(spoilt: Spoilt) -> None:
    (row,) = spoilt.case.rows["candidates"]
    case = replace(spoilt.case, rows={"candidates": [{**row, "spouse_accompanying": ""}]})
    found = selftest.run([case], RULES)
    assert [(one.column, one.expected) for one in found] == [("spouse_accompanying", "accepted")]
    assert "spouse_accompanying is empty" in str(found[0].found)


@pytest.mark.parametrize("outcome", ["all as expected", "1 answered otherwise"])
def test_the_command_answers_in_a_line(spoilt: Spoilt, outcome: str, monkeypatch: pytest.MonkeyPatch) -> None:
    is_good = outcome == "all as expected"
    (good,) = (case for case in CLIENTS.values() if case.file == spoilt.case.file)

    def one_case(_sources: object) -> list[Case]:
        return [good if is_good else spoilt.case]

    monkeypatch.setattr(policy_cases, "read", one_case)
    done = CliRunner().invoke(app, ["selftest"])
    assert done.exit_code == (0 if is_good else 1)
    told = "" if is_good else f"{spoilt.told}\n"
    assert done.stdout == f"{told}1 policy cases on 1 days under law {RULES.version}: {outcome}\n"
    due = readings.renewal_due(RULES.law_of(clock.today()))
    assert done.stderr.splitlines() == [f"law: {note}" for note in due]


def test_parts_are_whole_laws_and_all_cases() -> None:
    cases = list(CLIENTS.values())
    parts = selftest.parts_of(cases, RULES, 3)
    assert sorted(map(id, (case for part in parts for case in part))) == sorted(map(id, cases))
    changes = RULES.change_dates()
    laws = [{bisect_right(changes, case.as_of) for case in part} for part in parts]
    assert sum(map(len, laws)) == len(set.union(*laws))
    assert max(map(len, laws)) - min(map(len, laws)) <= 1
    assert len(selftest.parts_of(cases[:1], RULES, 3)) == 1


def test_parts_find_what_one_run_finds(spoilt: Spoilt) -> None:
    other = next(case for case in CLIENTS.values() if case.as_of == date(2017, 6, 5) and "crs_sibling" in case.expect)
    cases = [replace(other, expect={"crs_sibling": 15}), spoilt.case]
    with selftest.helpers() as (pool, _):
        found = selftest.run_in_parts(cases, RULES, pool, 1)
    assert found == sorted(selftest.run(cases, RULES), key=lambda one: one.as_of)
    assert len(selftest.run(cases, RULES)) == 2


def test_other_rules_are_found_out() -> None:
    """A number of the law that is changed makes cases fail."""
    parameter = RULES.parameter("crs.additional.nomination")
    changed = replace(parameter, versions=tuple(replace(version, value=601) for version in parameter.versions))
    rules: Rules = replace(RULES, parameters={**RULES.parameters, parameter.id: changed})
    cases = [case for case in CLIENTS.values() if case.as_of == date(2024, 6, 3) and "crs_nomination" in case.expect]
    assert selftest.run(cases, rules)
