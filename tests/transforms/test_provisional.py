"""From when scores are provisional, and whom it touches."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from transforms.assessment.provisional import provisional
from transforms.rules import Rules

UNKNOWN_FROM = date(2026, 11, 3)


def client(**stated: Any) -> dict[str, Any]:
    return {
        "pool_status": "in_pool", "canadian_work": 0.0, "canadian_work_at_most": 0.0, "has_offer": False, **stated,
    }  # fmt: skip


def scored(*clients: dict[str, Any]) -> pl.DataFrame:
    types = {"canadian_work": pl.Float64, "canadian_work_at_most": pl.Float64, "has_offer": pl.Boolean}
    return pl.DataFrame(list(clients), schema_overrides=types)


@pytest.mark.parametrize(
    ("stated", "is_touched"),
    [
        ({}, False),
        ({"canadian_work": 1.5, "canadian_work_at_most": 1.5}, True),
        ({"canadian_work": None, "canadian_work_at_most": 0.5}, True),
        ({"has_offer": True}, True),
        ({"has_offer": None}, None),
        ({"canadian_work": None, "canadian_work_at_most": None}, None),
        ({"canadian_work": 0.0, "canadian_work_at_most": None}, None),
        ({"canadian_work": None, "canadian_work_at_most": 0.0}, False),
        ({"canadian_work": 0.5, "canadian_work_at_most": None}, True),
        ({"has_offer": True, "canadian_work": None, "canadian_work_at_most": None}, True),
        ({"has_offer": None, "pool_status": "applied"}, False),
        ({"has_offer": True, "pool_status": "applied"}, False),
        ({"has_offer": True, "pool_status": "withdrawn"}, False),
        ({"has_offer": True, "pool_status": None}, True),
    ],
)
def test_open_files_with_canadian_work_or_an_offer_are_touched(
    stated: dict[str, Any], is_touched: bool | None, rules: Rules
) -> None:
    found = provisional(scored(client(**stated)), rules, date(2026, 8, 7))
    assert found is not None
    assert (found.since, found.only_work_and_offers) == (UNKNOWN_FROM, True)
    assert (found.clients, found.undetermined) == (int(is_touched is True), int(is_touched is None))


@pytest.mark.parametrize(
    ("as_of", "is_said"),
    [
        (date(2025, 11, 2), False),
        (date(2025, 11, 3), True),
        (date(2026, 11, 2), True),
        (date(2026, 11, 3), True),
        (date(2027, 2, 1), True),
    ],
)
def test_it_is_said_from_a_year_before_the_unknown_law(as_of: date, is_said: bool, rules: Rules) -> None:
    found = provisional(scored(client()), rules, as_of)
    assert (found is not None) == is_said
    if found is not None:
        assert found.since == UNKNOWN_FROM
        assert "crs.additional.high_wage_canadian_work" in found.parameters
