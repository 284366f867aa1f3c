"""Education rows: what is one credential with several assessments, and what are two."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.transforms.shared import law_of
from tests.transforms.test_work import frame
from transforms.facts import education

AS_OF = date(2026, 6, 15)
OLD, VALID, NEWER = date(2021, 6, 15), date(2024, 1, 10), date(2026, 1, 10)
Row = dict[str, Any]


def credential(**changes: Any) -> Row:
    """A bachelor's of India with a valid assessment."""
    return {
        "client_id": "C-1", "person": "principal", "level": "three_year", "country": "IN", "in_canada": False,
        "completed_on": date(2018, 5, 31), "eca_issued_on": VALID, **changes,
    }  # fmt: skip


def settled(*rows: Row) -> Row:
    """What is settled of the Education rows of one client."""
    return education.credentials(frame("education", rows), law_of(AS_OF)).row(0, named=True)


@pytest.mark.parametrize("first", [OLD, VALID, NEWER, None])
@pytest.mark.parametrize("second", [VALID, NEWER])
def test_a_renewed_assessment_is_no_second_credential(first: date | None, second: date) -> None:
    rows = [credential(eca_issued_on=first), credential(eca_issued_on=second)]
    for found in (settled(*rows), settled(*reversed(rows))):
        assert (found["level"], found["level_at_most"], found["level_held"]) == ("three_year",) * 3
        assert found["assessed_on"] == max(second, first or second)


@pytest.mark.parametrize(
    "other", [{"level": "two_year"}, {"country": "PK"}, {"completed_on": date(2019, 5, 31)}, {"country": "CA"}]
)
def test_another_level_country_or_day_is_another_credential(other: Row) -> None:
    assert settled(credential(), credential(**other))["level"] == "two_or_more"


def test_a_second_credential_must_be_valid_itself() -> None:
    rows = [credential(), credential(country="PK", eca_issued_on=OLD), credential(country="PK", eca_issued_on=None)]
    assert settled(*rows)["level"] == "three_year"
    assert settled(*rows, credential(country="PK"))["level"] == "two_or_more"


def test_a_row_without_a_country_proves_no_second_credential() -> None:
    """It may be another one; beside a Canadian one, a foreign one is."""
    for rows in ([credential(), credential(country=None)], [credential(country=None), credential()]):
        found = settled(*rows)
        assert (found["level"], found["level_at_most"]) == ("three_year", "two_or_more")
    canadian = credential(country="CA", in_canada=True, eca_issued_on=None)
    assert settled(credential(country=None), canadian)["level"] == "two_or_more"
    assert settled(credential(country=None), credential(country=None))["level_at_most"] == "three_year"


def test_the_rows_that_repeat_a_credential_are_named_beside_the_first() -> None:
    rows = [
        credential(), credential(level="two_year"), credential(eca_issued_on=NEWER), credential(person="spouse"),
        credential(client_id="C-2", country=None), credential(client_id="C-2"),
        credential(client_id="C-3", completed_on=None), credential(client_id="C-3", completed_on=None),
        credential(client_id="C-4", level="secondary"), credential(client_id="C-4", level="secondary"),
    ]  # fmt: skip
    assert education.repeated(frame("education", rows)).rows() == [(2, 0, False), (4, 5, True)]
    assert education.repeated(frame("education", rows[:2])).is_empty()


@pytest.mark.parametrize(
    ("changes", "proof"),
    [
        ({}, "assessed"),
        ({"in_canada": True, "country": "CA", "eca_issued_on": None}, "canadian"),
        ({"eca_issued_on": OLD}, "none"),
        ({"in_canada": None, "country": None, "eca_issued_on": None}, "not_known"),
        ({"level": "none"}, "none"),
    ],
)
def test_what_proves_the_level_is_named(changes: Row, proof: str) -> None:
    found = settled(credential(**changes))
    assert found["proof"] == proof


def test_every_assessment_on_record_is_listed() -> None:
    candidate = {"client_id": "C-1", "eca_issued_on": OLD, "spouse_eca_issued_on": NEWER}
    candidates, rows = (
        frame("candidates", [candidate]),
        frame("education", [credential(), credential(eca_issued_on=None)]),
    )
    assert education.assessments(candidates, rows).rows() == [
        ("C-1", "principal", OLD), ("C-1", "spouse", NEWER), ("C-1", "principal", VALID),
    ]  # fmt: skip
