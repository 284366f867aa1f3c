"""Every parameter of the law is read when clients are scored, or is listed with who reads it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from flows.reference import selftest
from transforms.assessment import policy_cases
from transforms.rounds import rounds
from transforms.rules import Parameter, Rules, load

# Read elsewhere, or not yet: by whom, and why it stands here already.
READ_ELSEWHERE = {
    "application.counted_on_the_application": "transforms.outlook.application: the law of the day of the application",
    "application.funds_exempt_classes": "transforms.outlook.checklist: proof of funds",
    "application.medical_quotable_years": "transforms.outlook.checklist: the medical examination",
    "application.medical_up_front": "transforms.outlook.checklist: the medical examination",
    "application.medical_validity_months": "transforms.outlook.checklist: the medical examination",
    "application.police_certificate_validity_months": "transforms.outlook.checklist: police certificates",
    "application.police_lookback_years": "transforms.facts.stays: which countries ask for a police certificate",
    "application.police_minimum_age": "transforms.outlook.checklist and stays: police certificates",
    "application.police_stay_in_a_row": "transforms.facts.stays: which countries ask for a police certificate",
    "application.police_stay_months": "transforms.facts.stays: which countries ask for a police certificate",
    "application.service_standard_months": "transforms.outlook.application: when a decision may be expected",
    "language.score_range": "the intake, by flows.main_run.run_law.score_ranges",
    "rounds.ita_window_days": "transforms.outlook.application: the deadline of an invitation",
    "system.in_force": "the loader: the first day of the law",
}


class Recorded(dict[str, Parameter]):
    """Parameters that note which of them are asked for."""

    def __init__(self, parameters: dict[str, Parameter]) -> None:
        super().__init__(parameters)
        self.asked: set[str] = set()

    def __getitem__(self, name: str) -> Parameter:
        self.asked.add(name)
        return super().__getitem__(name)


def some_days(rules: Rules) -> Iterator[date]:
    """The first day, and every day on which some value changes."""
    yield from rules.change_dates()
    yield rules.change_dates()[-1] - timedelta(days=1)


@pytest.fixture(scope="module")
def asked() -> set[str]:
    """The parameters that scoring the policy cases and holding rounds ask for, on every day of change.

    Made-up values stand where the law is not known, so that what hangs on them is counted too.
    """
    rules = load([Path(__file__).parent / "fictional_values.yaml"])
    recorded = Recorded(rules.parameters)
    watched = replace(rules, parameters=recorded)
    clients = selftest.ids_of(policy_cases.read(rules.sources))
    sheets = selftest.take_in(clients, rules).sheets
    recorded.asked.clear()
    for day in some_days(rules):
        law = watched.law_of(day)
        scored: Any = selftest.scores.score(sheets, law)
        for kind in rounds.KINDS:
            try:
                rounds.hold(rounds.asked(f"{kind}:10", [], day), scored, law, f"{kind}:10")
            except rounds.RoundError:
                continue
    return recorded.asked - {"system.in_force"}


def test_every_parameter_is_read_or_listed(asked: set[str], rules: Rules) -> None:
    unread = set(rules.parameters) - asked - set(READ_ELSEWHERE)
    assert not unread, (
        f"nobody reads {', '.join(sorted(unread))}: a value that is not used misleads; use it or take it out"
    )


def test_what_is_listed_is_there_and_not_read(asked: set[str], rules: Rules) -> None:
    assert set(READ_ELSEWHERE) <= set(rules.parameters)
    assert not asked & set(READ_ELSEWHERE)
