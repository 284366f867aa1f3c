"""Invitations that a published round gave by the score and nobody has confirmed: by frames made by hand."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest

from transforms.outlook import ahead
from transforms.outlook.unconfirmed import with_unconfirmed
from transforms.rounds.near import AFTER_ROUND, MET, NEAR, SHORT, UNDETERMINED
from transforms.rounds.rounds import Round
from transforms.rules import Rules

DAY = date(2026, 8, 7)
HELD = {
    "408": date(2026, 4, 2), "422": date(2026, 6, 25), "432": date(2026, 8, 5), "433": date(2026, 8, 6),
}  # fmt: skip
PUBLISHED = [Round(number, day, "CEC", "CEC", 1000, 516, None) for number, day in HELD.items()]


def found(rules: Rules, *rows: dict[str, Any], events: list[dict[str, Any]] | None = None) -> list[dict[str, Any]]:
    made = [
        {"client_id": "A", "kind": "CEC", "held_on": HELD.get(row["round"], DAY), "cut_off": 516, "crs_total": 530,
         "margin": 14, "standing": MET, "is_eligible": True} | row
        for row in rows
    ]  # fmt: skip
    near = pl.DataFrame(made, schema=NEAR)
    given = ahead.empty() if events is None else ahead.of(pl.DataFrame(events, infer_schema_length=None))
    result = with_unconfirmed(given, near, PUBLISHED, rules, DAY)
    ahead.check(result)
    return result.to_dicts()


def test_who_is_taken_without_a_record_is_to_be_checked(rules: Rules) -> None:
    (row,) = found(rules, {"round": "432"})
    assert (row["kind"], row["state"], row["item"], row["since"]) == ("ita_deadline", "unrecorded", "432", HELD["432"])
    assert row["on"] == row["act_by"] == HELD["432"] + timedelta(days=60)


def test_of_several_rounds_the_first_still_open_counts(rules: Rules) -> None:
    (row,) = found(rules, {"round": "433"}, {"round": "408"}, {"round": "432"})
    assert (row["item"], row["detail"]) == ("432", "432, 433")


def test_one_round_to_check_needs_no_list(rules: Rules) -> None:
    assert [row["detail"] for row in found(rules, {"round": "408"}, {"round": "432"})] == [None]


def test_an_invitation_whose_time_is_over_lapsed(rules: Rules) -> None:
    (row,) = found(rules, {"round": "408"})
    assert (row["kind"], row["act_by"], row["item"]) == ("ita_lapsed", DAY, "408")


@pytest.mark.parametrize(
    "row",
    [
        {"standing": SHORT}, {"standing": UNDETERMINED}, {"ita_issued_on": HELD["432"]}, {"ita_round": "432"},
        {"ita_issued_on": DAY}, {"round": "CEC"}, {"is_answered": True}, {"standing": AFTER_ROUND},
    ],
)  # fmt: skip
def test_nothing_is_asked_of_who_is_not_surely_taken_or_is_on_record(row: dict[str, Any], rules: Rules) -> None:
    assert found(rules, {"round": "432"} | row) == []


def test_an_earlier_invitation_on_record_does_not_answer_for_the_round(rules: Rules) -> None:
    assert len(found(rules, {"round": "432", "ita_issued_on": date(2026, 1, 21), "ita_round": "392"})) == 1


def event(kind: str, days: int, **more: Any) -> dict[str, Any]:
    on = DAY + timedelta(days=days)
    return {"client_id": "A", "on": on, "kind": kind, "what": kind, "act_by": on - timedelta(days=1), **more}


def test_what_an_invitation_is_known_of_stays_as_it_is(rules: Rules) -> None:
    known = event("ita_deadline", 59, state="unrecorded", item="433")
    assert [row["item"] for row in found(rules, {"round": "432"}, events=[known])] == ["433"]


def test_what_counts_for_the_pool_alone_goes(rules: Rules) -> None:
    pool = [event("birthday", 9, points=-5), event("profile_expires", 70)]
    kept = [row["kind"] for row in found(rules, {"round": "432"}, events=pool)]
    assert kept == ["ita_deadline"]
    assert {row["kind"] for row in found(rules, {"round": "432", "client_id": "B"}, events=pool)} == {
        "birthday", "profile_expires", "ita_deadline",
    }  # fmt: skip


@pytest.mark.parametrize(("after", "acts"), [(516, False), (515, True)])
def test_an_expiry_matters_where_it_takes_the_score_below_the_cut_off(after: int, acts: bool, rules: Rules) -> None:
    rows = found(rules, {"round": "432"}, events=[event("test_expires", 9, points=after - 530, points_after=after)])
    (expiry,) = [row for row in rows if row["kind"] == "test_expires"]
    assert (expiry["act_by"] is not None) is acts
