"""Who reaches the cut-off of a recent round, and who misses it by a few points."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from transforms.rounds.near import (
    AFTER_ROUND,
    AFTER_TIE_BREAK,
    CLOSE_POINTS,
    MET,
    NEAR,
    ON_RECORD,
    SHORT,
    UNDETERMINED,
    near,
)
from transforms.rounds.rounds import CANDIDATES_SCHEMA, RoundOutcome
from transforms.rules import Law, Rules

AS_OF = date(2026, 8, 7)
CUT_OFF = 505


@pytest.fixture(scope="module")
def law(rules: Rules) -> Law:
    return rules.law_of(AS_OF)


def client(name: str, score: int, **stated: Any) -> dict[str, Any]:
    """A client of the pool who is eligible for CEC and in no category, unless stated otherwise."""
    return {
        "client_id": name, "crs_total": score, "in_pool": True, "is_nominated": False, "cec_eligible": True,
        "category_french": False, "pool_status": "in_pool", "ita_issued_on": None, "ita_round": None, **stated,
    }  # fmt: skip


def scored(*clients: dict[str, Any]) -> pl.DataFrame:
    types = {
        "crs_total": pl.Int16, "in_pool": pl.Boolean, "cec_eligible": pl.Boolean, "category_french": pl.Boolean,
        "ita_issued_on": pl.Date, "ita_round": pl.String,
    }  # fmt: skip
    return pl.DataFrame(list(clients), schema_overrides=types)


def held(clients: pl.DataFrame, meets: dict[str, bool | None], **terms: Any) -> RoundOutcome:
    """The round 430 held on clients, with whether each meets its line."""
    asked = {"kind": "CEC", "number": "430", "cut_off": CUT_OFF, "is_recent": True, "outcome": "invited", **terms}
    rows = [
        {
            "client_id": name,
            "crs_total": score,
            "distance": score - CUT_OFF,
            "meets_cut_off": meets[name],
            "outcome": asked["outcome"],
        }
        for name, score in clients.select("client_id", "crs_total").iter_rows()
        if name in meets
    ]
    candidates = pl.DataFrame(
        rows, schema={name: CANDIDATES_SCHEMA[name] for name in rows[0]} if rows else CANDIDATES_SCHEMA
    )
    return RoundOutcome(
        asked["number"] or "CEC:20", asked["kind"], asked["number"], "a round", date(2026, 8, 6), 1000, asked["cut_off"], None,
        candidates, is_recent=asked["is_recent"],
    )  # fmt: skip


def told(outcome: RoundOutcome, clients: pl.DataFrame, law: Law) -> dict[str, tuple[int, str, bool | None]]:
    found = near([outcome], clients, law, CLOSE_POINTS)
    assert dict(found.schema) == NEAR
    return {
        row["client_id"]: (row["margin"], row["standing"], row["is_eligible"]) for row in found.iter_rows(named=True)
    }


def test_ten_points_short_is_close_and_eleven_is_not(law: Law) -> None:
    clients = scored(client("C-10", CUT_OFF - 10), client("C-11", CUT_OFF - 11), client("C-1", CUT_OFF - 1))
    outcome = held(clients, dict.fromkeys(("C-10", "C-11", "C-1"), False))
    assert told(outcome, clients, law) == {"C-10": (-10, SHORT, True), "C-1": (-1, SHORT, True)}


def test_who_is_at_or_above_the_cut_off_is_met_by_the_tie_break(law: Law) -> None:
    clients = scored(client("C-1", CUT_OFF + 3), client("C-2", CUT_OFF), client("C-3", CUT_OFF), client("C-4", CUT_OFF))
    outcome = held(clients, {"C-1": True, "C-2": True, "C-3": False, "C-4": None})
    assert told(outcome, clients, law) == {
        "C-1": (3, MET, True), "C-2": (0, MET, True), "C-3": (0, AFTER_TIE_BREAK, True), "C-4": (0, UNDETERMINED, True),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("outcome", "standing"), [("invited", MET), ("not_invited", AFTER_ROUND), ("undetermined", UNDETERMINED)]
)
def test_who_was_not_in_the_pool_at_the_round_has_the_score_alone(outcome: str, standing: str, law: Law) -> None:
    clients = scored(client("C-1", CUT_OFF + 3))
    assert told(held(clients, {"C-1": True}, outcome=outcome), clients, law) == {"C-1": (3, standing, True)}


@pytest.mark.parametrize(
    ("stated", "is_answered"),
    [
        ({}, False),
        ({"ita_round": "430"}, True),
        ({"ita_round": "429"}, False),
        ({"pool_status": "declined", "ita_round": "430"}, True),
    ],
)
def test_a_record_may_say_that_no_invitation_came(stated: dict[str, Any], is_answered: bool, law: Law) -> None:
    clients = scored(client("C-1", CUT_OFF, **stated))
    assert near([held(clients, {"C-1": True})], clients, law, 0)["is_answered"].to_list() == [is_answered]


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ({"cec_eligible": True}, True),
        ({"cec_eligible": None}, None),
        ({"in_pool": None}, None),
    ],
)
def test_eligibility_for_the_program_may_be_undetermined(
    stated: dict[str, Any], expected: bool | None, law: Law
) -> None:
    clients = scored(client("C-1", CUT_OFF - 4, **stated))
    assert told(held(clients, {"C-1": False}), clients, law) == {"C-1": (-4, SHORT, expected)}


@pytest.mark.parametrize("stated", [{"cec_eligible": False}, {"in_pool": False}, {"is_nominated": True}])
def test_who_is_not_eligible_for_the_program_is_not_close(stated: dict[str, Any], law: Law) -> None:
    """A nominee is invited in rounds for nominees alone."""
    clients = scored(client("C-1", CUT_OFF - 4, **stated))
    assert told(held(clients, {"C-1": False}), clients, law) == {}


def test_a_category_asks_for_its_members_alone(law: Law) -> None:
    clients = scored(
        client("C-1", CUT_OFF - 4, category_french=True),
        client("C-2", CUT_OFF - 4),
        client("C-3", CUT_OFF - 4, category_french=None),
    )
    outcome = held(clients, dict.fromkeys(("C-1", "C-2", "C-3"), False), kind="french")
    assert told(outcome, clients, law) == {"C-1": (-4, SHORT, True), "C-3": (-4, SHORT, None)}


def test_an_invitation_by_the_very_round_is_on_record(law: Law) -> None:
    """The client is out of the pool by then, and may have fewer points today."""
    invited = {"in_pool": False, "pool_status": "invited", "ita_issued_on": date(2026, 8, 6)}
    clients = scored(
        client("C-1", CUT_OFF - 40, **invited, ita_round="430"), client("C-2", CUT_OFF - 4, **invited, ita_round="429")
    )
    assert told(held(clients, {}), clients, law) == {"C-1": (-40, ON_RECORD, True)}


@pytest.mark.parametrize("terms", [{"is_recent": False}, {"cut_off": None}])
def test_only_recent_rounds_with_a_cut_off_count(terms: dict[str, Any], law: Law) -> None:
    clients = scored(client("C-1", CUT_OFF))
    assert near([held(clients, {"C-1": True}, **terms)], clients, law, CLOSE_POINTS).is_empty()


def test_a_round_held_on_the_own_pool_goes_by_its_question(law: Law) -> None:
    clients = scored(client("C-1", CUT_OFF), client("C-2", CUT_OFF - 2))
    outcome = held(clients, {"C-1": True, "C-2": False}, number=None)
    found = near([outcome], clients, law, CLOSE_POINTS)
    assert found.select("client_id", "round", "standing").rows() == [("C-1", "CEC:20", MET), ("C-2", "CEC:20", SHORT)]


@pytest.mark.parametrize("terms", [None, {"is_recent": False}, {"cut_off": None}])
def test_without_a_recent_cut_off_nobody_is_near(terms: dict[str, Any] | None, law: Law) -> None:
    clients = scored(client("A", CUT_OFF))
    outcomes = [] if terms is None else [held(clients, {"A": True}, **terms)]
    found = near(outcomes, clients, law, CLOSE_POINTS)
    assert dict(found.schema) == NEAR
    assert found.is_empty()
