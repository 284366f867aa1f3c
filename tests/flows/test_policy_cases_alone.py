"""Every policy case in frames of one row: what is right in a batch is right alone."""

from __future__ import annotations

import pytest

from flows.reference import selftest
from tests.flows import batches
from transforms.assessment import policy_cases
from transforms.rules import load
from validation.intake.intake import Intake

RULES = load()
CLIENTS = selftest.ids_of(policy_cases.read(RULES.sources))
FILES = sorted({case.file for case in CLIENTS.values()})


@pytest.fixture(scope="module")
def taken() -> Intake:
    """All cases through the intake."""
    return selftest.take_in(CLIENTS, RULES)


@pytest.mark.parametrize("file", FILES)
def test_cases_of_a_file_each_alone(file: str, taken: Intake) -> None:
    told = []
    for client, case in CLIENTS.items():
        if case.file == file:
            sheets = batches.sheets_of(taken, [client])
            assert sheets["candidates"].height == 1
            answer = batches.answers(sheets, RULES.law_of(case.as_of))[client]
            told += [one.line() for one in selftest.compared(case, answer)]
    assert told == []
