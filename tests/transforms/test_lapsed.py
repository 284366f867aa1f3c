"""What ended before the day and is to be replaced, of clients written by hand, scored by the engine."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import polars as pl
import pytest
from invited import AS_OF, CEC_ROUND, client, sheets

from transforms.assessment import scores
from transforms.outlook import ahead
from transforms.outlook.application import APPLICATIONS, stage
from transforms.outlook.lapsed import with_lapsed
from transforms.rules import Rules

NO_ITA = {"ita_issued_on": None, "ita_round": None, "planned_application_on": None, "pool_status": "in_pool"}
OLD = date(2024, 7, 24)
FOREIGN = {"education_country": "IN", "canadian_study": None}


def lapsed(rules: Rules, *clients: dict[str, Any], **details: list[dict[str, Any]]) -> list[dict[str, Any]]:
    typed, law = sheets(*(client(**NO_ITA) | one for one in clients), **details), rules.law_of(AS_OF)
    applications = stage(typed, rules, AS_OF, [CEC_ROUND]).applications
    found = with_lapsed(ahead.empty(), typed, scores.score(typed, law), applications, law)
    ahead.check(found)
    return found.to_dicts()


def test_a_result_that_expired_is_to_be_replaced_and_takes_the_client_out_of_the_pool(rules: Rules) -> None:
    (row,) = lapsed(rules, {"english_test_date": OLD})
    assert (row["kind"], row["state"], row["item"], row["person"]) == (
        "test_expires", ahead.OUT_OF_POOL, "IELTS_GT", "principal",
    )  # fmt: skip
    assert (row["on"], row["since"], row["act_by"]) == (date(2026, 7, 24), OLD, AS_OF)


@pytest.mark.parametrize("on", [date(2024, 8, 8), None])
def test_a_result_that_counts_on_the_day_is_no_task(on: date | None, rules: Rules) -> None:
    assert lapsed(rules, {"english_test_date": on}) == []


def test_beside_a_valid_result_an_old_one_is_no_task(rules: Rules) -> None:
    abilities = dict.fromkeys(("listening", "reading", "writing", "speaking"), 7.0)
    rows = [
        {"language": "english", "test": "IELTS_GT", "test_date": day, **abilities} for day in (OLD, date(2026, 1, 11))
    ]
    assert lapsed(rules, {}, language_tests=rows) == []


@pytest.mark.parametrize("status", ["applied", "withdrawn", "invited"])
def test_who_is_not_on_the_way_to_a_round_gets_no_task(status: str, rules: Rules) -> None:
    rows = lapsed(rules, {"english_test_date": OLD, "pool_status": status, "ita_issued_on": date(2026, 8, 5)})
    assert [row for row in rows if row["kind"] == "test_expires"] == []


@pytest.mark.parametrize(("issued_on", "kinds"), [(date(2021, 8, 7), ["assessment_expires"]), (date(2021, 8, 8), [])])
def test_an_assessment_that_expired_counts_where_the_credential_rests_on_it(
    issued_on: date, kinds: list[str], rules: Rules
) -> None:
    rows = lapsed(rules, FOREIGN | {"eca_issued_on": issued_on})
    assert [row["kind"] for row in rows] == kinds
    assert lapsed(rules, {"eca_issued_on": issued_on}) == []


def test_a_spouse_is_a_person_of_the_own_where_he_comes_along(rules: Rules) -> None:
    spouse = {
        "marital_status": "married", "spouse_accompanying": True, "spouse_is_canadian": False, "family_size": 2,
        "spouse_english_test": "CELPIP_G", "spouse_english_test_date": OLD, "spouse_date_of_birth": date(1998, 1, 1),
        **dict.fromkeys([f"spouse_english_{one}" for one in ("listening", "reading", "writing", "speaking")], 7.0),
    }  # fmt: skip
    assert [(row["person"], row["state"]) for row in lapsed(rules, spouse)] == [("spouse", ahead.EXPIRED)]
    assert lapsed(rules, spouse | {"spouse_accompanying": False}) == []


@pytest.mark.parametrize(
    ("submitted", "tested", "item"),
    [
        (datetime(2025, 8, 7, 12, tzinfo=UTC), date(2026, 1, 11), None),
        (datetime(2025, 7, 1, tzinfo=UTC), OLD, "english"),
    ],
)
def test_a_profile_that_ended_names_what_must_come_first(
    submitted: datetime, tested: date, item: str | None, rules: Rules
) -> None:
    rows = lapsed(rules, {"profile_submitted_at": submitted, "english_test_date": tested})
    (row,) = [row for row in rows if row["kind"] == "profile_expires"]
    assert (row["item"], row["state"]) == (item, ahead.EXPIRED)
    living = lapsed(rules, {"profile_submitted_at": datetime(2025, 8, 8, 12, tzinfo=UTC)})
    assert living == []


@pytest.mark.parametrize(
    ("points", "state", "is_doubtful"), [(515, "planned", True), (516, "planned", False), (515, "applied", False)]
)
def test_an_invitation_below_the_cut_off_of_its_round_is_to_be_checked(
    points: int, state: str, is_doubtful: bool, rules: Rules
) -> None:
    row = dict.fromkeys(APPLICATIONS) | {
        "client_id": "A", "state": state, "ita_issued_on": date(2026, 8, 5), "ita_round": "432", "cut_off": 516,
        "score_at_invitation": points,
    }  # fmt: skip
    typed, law = sheets(client(**NO_ITA)), rules.law_of(AS_OF)
    applications = pl.DataFrame([row], schema=APPLICATIONS)
    found = with_lapsed(ahead.empty(), typed, scores.score(typed, law), applications, law)
    assert [(one["kind"], one["item"], one["what"]) for one in found.to_dicts()] == [
        ("ita_doubtful", "432", "515 points by the records of that day, below the cut-off of 516 of round 432")
    ] * is_doubtful
