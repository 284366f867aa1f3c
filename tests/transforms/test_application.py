"""The application stage: deadlines by the law of the invitation, the day reckoned with, and the test of IRPA 11.2."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from invited import ABILITIES, AS_OF, CEC_ROUND, INVITED_ON, LAST_DAY, PLANNED, client, paper, sheets

from transforms.outlook.application import APPLICATIONS, stage
from transforms.rounds.rounds import Round
from transforms.rules import Rules

DAY = timedelta(days=1)


def told(rules: Rules, *rounds: Round, as_of: date = AS_OF, **changes: Any) -> dict[str, Any]:
    """The row of one client."""
    made = stage(sheets(client(**changes)), rules, as_of, rounds or (CEC_ROUND,)).applications
    assert dict(made.schema) == APPLICATIONS
    return made.row(0, named=True)


@pytest.mark.parametrize(
    ("invited_on", "days"),
    [
        (date(2015, 1, 31), 60),
        (date(2016, 11, 18), 60),
        (date(2016, 11, 19), 90),
        (date(2018, 6, 25), 90),
        (date(2018, 6, 26), 60),
        (date(2020, 3, 17), 60),
        (date(2020, 3, 18), 90),
        (date(2021, 6, 28), 90),
        (date(2021, 6, 29), 60),
        (date(2024, 1, 1), 60),
    ],
)
def test_the_window_is_that_of_the_law_on_the_day_of_the_invitation(invited_on: date, days: int, rules: Rules) -> None:
    found = told(rules, ita_issued_on=invited_on, planned_application_on=None, as_of=invited_on)
    assert found["deadline"] == invited_on + timedelta(days=days)
    assert found["days_left"] == days


def test_the_first_day_is_the_day_after_the_invitation(rules: Rules) -> None:
    """Over a 29 February: 2024-01-01 and 60 days end on 1 March, in a common year on 2 March."""
    assert told(rules, ita_issued_on=date(2024, 1, 1), as_of=date(2024, 1, 1))["deadline"] == date(2024, 3, 1)
    assert told(rules, ita_issued_on=date(2023, 1, 1), as_of=date(2023, 1, 1))["deadline"] == date(2023, 3, 2)


@pytest.mark.parametrize(
    ("as_of", "planned", "state", "reckoned"),
    [
        (AS_OF, PLANNED, "planned", PLANNED),
        (PLANNED, PLANNED, "planned", PLANNED),
        (PLANNED + DAY, PLANNED, "plan_has_passed", LAST_DAY),
        (AS_OF, LAST_DAY, "planned", LAST_DAY),
        (AS_OF, LAST_DAY + DAY, "planned_too_late", LAST_DAY + DAY),
        (AS_OF, None, "not_planned", LAST_DAY),
        (AS_OF, INVITED_ON - DAY, "not_planned", LAST_DAY),
        (LAST_DAY, None, "not_planned", LAST_DAY),
        (LAST_DAY + DAY, None, "lapsed", None),
        (LAST_DAY + DAY, LAST_DAY + 9 * DAY, "lapsed", None),
    ],
)
def test_the_day_that_is_reckoned_with(
    as_of: date, planned: date | None, state: str, reckoned: date | None, rules: Rules
) -> None:
    found = told(rules, as_of=as_of, planned_application_on=planned)
    assert (found["state"], found["application_on"]) == (state, reckoned)


def test_who_applied_has_no_deadline_to_fear_and_no_documents_to_gather(rules: Rules) -> None:
    made = stage(sheets(client(pool_status="applied")), rules, LAST_DAY + DAY, [CEC_ROUND])
    found = made.applications.row(0, named=True)
    assert (found["state"], found["application_on"]) == ("applied", PLANNED)
    assert made.documents.is_empty()
    assert told(rules, pool_status="applied", planned_application_on=None)["application_on"] is None


def test_what_lapsed_has_no_test_and_no_decision(rules: Rules) -> None:
    found = told(rules, as_of=LAST_DAY + DAY, planned_application_on=None)
    assert found["state"] == "lapsed" and found["why"].startswith("the last day to apply has passed: a new profile")
    empty = ("margin", "score_on_application", "holds", "score_holds", "criteria_hold", "decision_expected_on")
    assert {found[name] for name in empty} == {None}


@pytest.mark.parametrize("status", ["in_pool", "declined", "withdrawn", "expired"])
def test_an_invitation_that_is_over_is_none(status: str, rules: Rules) -> None:
    assert stage(sheets(client(pool_status=status)), rules, AS_OF, [CEC_ROUND]).applications.is_empty()


def test_where_the_record_does_not_say_how_it_stands_the_invitation_does(rules: Rules) -> None:
    assert told(rules, pool_status=None)["state"] == "planned"


def test_an_invitation_of_tomorrow_is_not_there_yet(rules: Rules) -> None:
    assert stage(sheets(), rules, INVITED_ON - DAY, [CEC_ROUND]).applications.is_empty()
    assert stage(sheets(), rules, INVITED_ON, [CEC_ROUND]).applications.height == 1


def test_six_months_from_the_application(rules: Rules) -> None:
    assert told(rules)["decision_expected_on"] == date(2027, 2, 24)
    # 31 August: in six months there is no such day.
    assert told(rules, planned_application_on=date(2026, 8, 31))["decision_expected_on"] == date(2027, 3, 1)


def test_a_score_that_stands_holds(rules: Rules) -> None:
    found = told(rules)
    assert found["invited_as"] == "CEC"
    assert found["score_at_invitation"] == found["score_on_application"]
    assert found["margin"] == found["score_on_application"] - 400 > 0
    assert (found["score_holds"], found["criteria_hold"], found["holds"]) == (True, True, True)
    assert found["why"] == ""


@pytest.mark.parametrize(("above", "holds"), [(-1, True), (0, True), (1, None)])
def test_at_the_cut_off_is_enough(above: int, holds: bool | None, rules: Rules) -> None:
    """Where the records fall short on the day of the invitation already, it cannot be told."""
    score = told(rules)["score_at_invitation"]
    found = told(rules, replace(CEC_ROUND, cut_off=score + above))
    assert found["holds"] is holds
    assert ("day of the invitation already" in found["why"]) == (holds is None)


def test_at_the_cut_off_behind_the_tie_break_is_said(rules: Rules) -> None:
    score = told(rules)["score_at_invitation"]
    early = CEC_ROUND.tie_break.replace(month=3)
    found = told(rules, replace(CEC_ROUND, cut_off=score, tie_break=early))
    assert found["holds"] is True
    assert "later than the round's tie-break" in found["why"]


@pytest.mark.parametrize(("taken_on", "holds"), [(date(2024, 8, 25), True), (date(2024, 8, 24), False)])
def test_a_test_that_gets_too_old_before_the_application(taken_on: date, holds: bool, rules: Rules) -> None:
    """Under two years on the day, 2026-08-24; the points and the class go with it."""
    found = told(rules, english_test_date=taken_on)
    assert (found["score_holds"], found["criteria_hold"], found["holds"]) == (holds, holds, holds)
    if not holds:
        assert "below the cut-off 400" in found["why"]
        assert "CEC not met: the language level that the occupation asks" in found["why"]


def test_the_birthday_after_the_invitation_is_forgiven(rules: Rules) -> None:
    found = told(rules, date_of_birth=date(1990, 8, 1))
    assert found["score_at_invitation"] == found["score_on_application"]
    # The birthday on the day of the invitation itself has happened.
    before, on = (told(rules, date_of_birth=day) for day in (date(1990, 7, 22), date(1990, 7, 21)))
    assert before["score_at_invitation"] > on["score_at_invitation"]


def test_an_invitation_keeps_the_law_of_its_day(rules: Rules) -> None:
    """Points for job offers ended on 2025-03-25; who was invited before keeps them."""
    offer = {
        "job_offer_noc": "21231", "job_offer_basis": "lmia", "job_offer_years": 2.0, "job_offer_employers": 1,
        "english_test_date": date(2024, 6, 1),
    }  # fmt: skip
    invited_on, applies_on = date(2025, 3, 1), date(2025, 4, 1)
    found, without = (
        told(
            rules, replace(CEC_ROUND, date=invited_on), ita_issued_on=invited_on, planned_application_on=applies_on,
            as_of=invited_on, **more,
        )
        for more in (offer, offer | {"job_offer_noc": None, "job_offer_basis": None})
    )  # fmt: skip
    assert found["score_at_invitation"] == found["score_on_application"] == without["score_on_application"] + 50


# Skilled work abroad, one person, and 15,000 CAD: enough to 2025-07-06, and 15,263 from the next day.
FSW_ROUND = replace(CEC_ROUND, date=date(2025, 6, 4), kind="FSW", cut_off=300)
FSW_CLIENT = {
    "ita_issued_on": FSW_ROUND.date, "as_of": date(2025, 6, 10), "canadian_work_months_last_36": 0, "canadian_work_noc": None,
    "canadian_work_years": 0.0, "foreign_work_years": 4.0, "primary_noc": "21231", "primary_occupation_years": 4.0,
    "english_test_date": date(2024, 1, 11), "settlement_funds_cad": 15_000.0, "profile_submitted_at": None,
}  # fmt: skip


@pytest.mark.parametrize(
    ("applies_on", "holds"), [(date(2025, 7, 6), True), (date(2025, 7, 7), False), (date(2025, 7, 8), False)]
)
def test_funds_go_by_the_table_of_the_day_of_the_application(applies_on: date, holds: bool, rules: Rules) -> None:
    found = told(rules, FSW_ROUND, **FSW_CLIENT, planned_application_on=applies_on)
    assert (found["invited_as"], found["score_holds"], found["criteria_hold"]) == ("FSW", True, holds)
    asked = f"funds of 15000 CAD, and 15263 CAD are asked for on {applies_on}"
    assert (asked in found["why"]) != holds
    assert ("FSW not met: settlement funds" in found["why"]) != holds
    enough = FSW_CLIENT | {"settlement_funds_cad": 15_263.0}
    assert told(rules, FSW_ROUND, **enough, planned_application_on=applies_on)["holds"] is True


def test_an_offer_that_exempts_from_funds_still_does(rules: Rules) -> None:
    offer = {
        "job_offer_noc": "21231", "job_offer_basis": "lmia", "job_offer_years": 2.0, "authorized_to_work_in_canada": True,
    }  # fmt: skip
    made = told(rules, FSW_ROUND, **FSW_CLIENT | offer, planned_application_on=date(2025, 7, 25))
    assert (made["criteria_hold"], made["why"]) == (True, "")


def test_the_categories_stay_those_of_the_day_of_the_invitation(rules: Rules) -> None:
    """From 2026-02-18 twelve months are asked instead of six; who was invited before needs six on the later day too."""
    invited_on = date(2026, 2, 10)
    health = replace(CEC_ROUND, date=invited_on, kind="healthcare", cut_off=100)
    nurse = {"canadian_work_noc": "31301", "canadian_work_months_last_36": 12, "primary_noc": "31301"}
    job = {
        "noc": "31301", "country": "CA", "started_on": date(2025, 5, 1), "ended_on": date(2025, 12, 31),
        "hours_per_week": 40.0, "paid": True, "authorized": True, "self_employed": False, "full_time_student": False,
    }  # fmt: skip
    before = {**job, "noc": "21231", "started_on": date(2024, 4, 1), "ended_on": date(2025, 4, 30)}
    dates = {"ita_issued_on": invited_on, "planned_application_on": date(2026, 3, 10)}
    made = stage(
        sheets(client(**dates, **nurse), work_history=[job, before]), rules, invited_on, [health]
    ).applications.row(0, named=True)  # fmt: skip
    assert (made["criteria_hold"], made["holds"]) == (True, True)


NOMINEE_ROUND = replace(CEC_ROUND, kind="PNP", cut_off=700)


@pytest.mark.parametrize(("ends_on", "holds"), [(PLANNED - DAY, False), (PLANNED, True), (PLANNED + DAY, True)])
def test_a_nomination_must_last_to_the_application(ends_on: date, holds: bool, rules: Rules) -> None:
    made = stage(
        sheets(
            client(provincial_nomination="ON", canadian_study="none"), documents=[paper("nomination", None, ends_on)]
        ),
        rules, AS_OF, [NOMINEE_ROUND],
    )  # fmt: skip
    found = made.applications.row(0, named=True)
    assert (found["score_holds"], found["criteria_hold"], found["holds"]) == (holds, holds, holds)
    assert found["score_at_invitation"] - found["score_on_application"] == (0 if holds else 600)
    assert found["why"].startswith(f"the nomination ends on {ends_on}, before the application") != holds
    assert "not met" not in found["why"]


@pytest.mark.parametrize(
    ("ended_on", "day"), [(INVITED_ON + DAY, AS_OF), (INVITED_ON - 30 * DAY, AS_OF), (INVITED_ON - DAY, INVITED_ON)]
)
def test_a_nomination_that_already_ended_is_to_be_replaced(ended_on: date, day: date, rules: Rules) -> None:
    made = stage(
        sheets(client(provincial_nomination="ON"), documents=[paper("nomination", None, ended_on)]),
        rules, day, [NOMINEE_ROUND],
    )  # fmt: skip
    found = made.applications.row(0, named=True)
    assert (found["criteria_hold"], found["holds"]) == (False, False)
    assert found["why"].startswith(f"the nomination ended on {ended_on}: add the new nomination to Documents")
    assert "apply by that day" not in found["why"]


def test_a_nomination_that_ends_today_still_serves_today(rules: Rules) -> None:
    made = stage(
        sheets(client(provincial_nomination="ON"), documents=[paper("nomination", None, AS_OF)]),
        rules, AS_OF, [NOMINEE_ROUND],
    )  # fmt: skip
    assert made.applications["why"].item().startswith(f"the nomination ends on {AS_OF}, before the application")


def test_a_nomination_without_a_stated_end_or_with_a_later_one_holds(rules: Rules) -> None:
    ended = paper("nomination", None, PLANNED - DAY)
    for other in (paper("nomination"), paper("nomination", None, PLANNED)):
        made = stage(
            sheets(client(provincial_nomination="ON"), documents=[ended, other]), rules, AS_OF, [NOMINEE_ROUND]
        )
        assert made.applications["holds"].item() is True


def test_an_invitation_as_nominee_without_a_nomination_says_so(rules: Rules) -> None:
    """The records are not those that it was given on: what they fail later is undetermined."""
    found = told(rules, NOMINEE_ROUND)
    assert found["holds"] is None
    assert "provincial_nomination is empty: no nomination is on record" in found["why"]


def test_under_a_law_that_is_not_known_it_cannot_be_told(rules: Rules) -> None:
    invited_on = date(2026, 11, 10)
    found = told(
        rules, replace(CEC_ROUND, date=invited_on), ita_issued_on=invited_on, as_of=invited_on,
        planned_application_on=None, profile_submitted_at=None,
    )  # fmt: skip
    assert (found["score_holds"], found["holds"]) == (None, None)
    assert "part of the law" in found["why"]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"ita_round": None}, "ita_round is empty"),
        ({"ita_round": "999"}, "round 999 is not among the published rounds"),
        ({"pool_status": "applied", "planned_application_on": None}, "day of the application is not on record"),
    ],
)
def test_what_is_not_known_stays_unknown(changes: dict[str, Any], why: str, rules: Rules) -> None:
    found = told(rules, **changes)
    assert found["holds"] is None
    assert why in found["why"]


def test_a_round_of_another_day_is_said(rules: Rules) -> None:
    assert "was held on 2026-07-20" in told(rules, replace(CEC_ROUND, date=INVITED_ON - DAY))["why"]


def test_the_category_must_still_be_met(rules: Rules) -> None:
    french = {f"french_{ability}": 8.0 for ability in ABILITIES}
    spoken = {"french_test": "NCLC", "french_test_date": date(2024, 8, 20), **french}
    found = told(rules, replace(CEC_ROUND, kind="french", cut_off=300), **spoken)
    assert (found["score_holds"], found["criteria_hold"], found["holds"]) == (True, False, False)
    assert "the category french is not met" in found["why"]
    fresh = told(
        rules, replace(CEC_ROUND, kind="french", cut_off=300), **spoken | {"french_test_date": date(2025, 1, 1)}
    )
    assert fresh["holds"] is True
    assert fresh["invited_as"] == "CEC"


def test_a_nominee_is_invited_as_such(rules: Rules) -> None:
    found = told(rules, replace(CEC_ROUND, kind="PNP", cut_off=700), provincial_nomination="ON")
    assert (found["invited_as"], found["holds"]) == ("PNP", True)


def test_the_clients_keep_their_order_and_strangers_stay_out(rules: Rules) -> None:
    many = sheets(
        client("Z", ita_issued_on=date(2024, 2, 1)), client("B"), client("M", ita_issued_on=None, ita_round=None),
        client("A", ita_issued_on=date(2026, 3, 31)),
    )  # fmt: skip
    made = stage(many, rules, AS_OF, [CEC_ROUND])
    assert made.applications["client_id"].to_list() == ["Z", "B", "A"]
    assert set(made.documents["client_id"]) == {"B"}


def test_nobody_invited_gives_empty_frames(rules: Rules) -> None:
    made = stage(sheets(client(ita_issued_on=None, ita_round=None)), rules, AS_OF, [])
    assert made.applications.is_empty() and made.documents.is_empty()
    assert dict(made.applications.schema) == APPLICATIONS


def test_an_invitation_before_express_entry_has_no_law(rules: Rules) -> None:
    found = told(rules, ita_issued_on=date(2014, 12, 31), planned_application_on=None)
    assert (found["deadline"], found["score_at_invitation"], found["holds"]) == (None, None, None)


def two_results(first_on: date, second_on: date) -> list[dict[str, Any]]:
    """CLB 9, and CLB 10 of a later day."""
    nine, ten = ((8.0, 7.0, 7.0, 7.0), (8.5, 8.0, 7.5, 7.5))
    return [
        {"language": "english", "test": "IELTS_GT", "test_date": day, **dict(zip(ABILITIES, scores, strict=True))}
        for day, scores in ((first_on, nine), (second_on, ten))
    ]


def scores_of(rules: Rules, results: list[dict[str, Any]]) -> tuple[int, int]:
    made = stage(sheets(client(), language_tests=results), rules, AS_OF, [CEC_ROUND]).applications
    row = made.row(0, named=True)
    return row["score_at_invitation"], row["score_on_application"]


def test_results_of_the_invitation_stay_for_the_test_on_the_application(rules: Rules) -> None:
    """A better result of after the invitation does not enter the profile that was invited."""
    then, later = scores_of(rules, two_results(date(2026, 1, 11), INVITED_ON + DAY))
    assert then == later


def test_other_results_count_where_that_of_the_invitation_expires_first(rules: Rules) -> None:
    then, later = scores_of(rules, two_results(date(2024, 8, 20), INVITED_ON + DAY))
    assert date(2026, 8, 20) < PLANNED
    assert later > then
