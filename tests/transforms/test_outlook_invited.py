"""What is foretold of who holds an invitation: what comes before the application, and whether it touches it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from invited import AS_OF, CEC_ROUND, LAST_DAY, PLANNED, client, sheets

from transforms.outlook import ahead, deadlines, outlook, outlook_invited
from transforms.outlook.application import stage
from transforms.rules import Rules

DAY = timedelta(days=1)
Row = dict[str, Any]


def told(rules: Rules, *jobs: Row, as_of: date = AS_OF, cut_off: int = CEC_ROUND.cut_off, **changes: Any) -> list[Row]:
    """The events of one client."""
    typed = sheets(client(**changes), work_history=list(jobs))
    made = stage(typed, rules, as_of, [replace(CEC_ROUND, cut_off=cut_off)])
    found = outlook_invited.upcoming_of_invited(typed, made, as_of, rules)
    ahead.check(found)
    assert outlook.upcoming_events(typed, as_of, rules).is_empty()
    return found.to_dicts()


def result_until(too_old_on: date) -> dict[str, Any]:
    """The cells of a language test that gets too old on a day."""
    return {"english_test_date": too_old_on.replace(year=too_old_on.year - 2)}


@pytest.mark.parametrize(
    ("changes", "too_old_on", "is_told"),
    [
        ({}, PLANNED, True),
        ({}, PLANNED + DAY, False),
        ({"planned_application_on": None}, LAST_DAY, True),
        ({"planned_application_on": None}, LAST_DAY + DAY, False),
        # A plan that has passed is none.
        ({"planned_application_on": AS_OF - DAY}, LAST_DAY, True),
    ],
)
def test_it_ends_with_the_day_of_the_application(
    changes: dict[str, Any], too_old_on: date, is_told: bool, rules: Rules
) -> None:
    made = told(rules, **changes, **result_until(too_old_on))
    assert [(row["kind"], row["on"]) for row in made] == ([("test_expires", too_old_on)] if is_told else [])
    assert all("IRPA 11.2 would not be met on" in row["what"] and row["points"] < 0 for row in made)


def test_nothing_is_to_be_done_about_what_leaves_the_application_standing(rules: Rules) -> None:
    """An assessment gets too old: some points are gone, and the score is still above the cut-off."""
    assessed = {"education_country": "IN", "eca_issued_on": date(2021, 8, 15), "canadian_study": "none"}
    (row,) = told(rules, **assessed, cut_off=200)
    assert row["kind"] == "assessment_expires" and row["points"] < 0
    above = row["points_after"] - 200
    assert above > 0 and row["act_by"] is None
    assert row["what"].endswith(f"; an application on {PLANNED} would still hold, {above} above the cut-off")
    (at,) = told(rules, **assessed, cut_off=row["points_after"])
    assert at["act_by"] is None and at["what"].endswith("would still hold, at the cut-off")
    (below,) = told(rules, **assessed, cut_off=row["points_after"] + 1)
    assert below["what"].endswith(f"; IRPA 11.2 would not be met on {PLANNED}")
    (unknown,) = told(rules, **assessed, ita_round=None)
    assert unknown["what"].endswith("is undetermined")


def test_what_would_fail_the_application_can_be_acted_on(rules: Rules) -> None:
    """Within three years less than a year of Canadian work is left: apply before that day."""
    job = {
        "noc": "21231", "country": "CA", "started_on": date(2022, 1, 3), "ended_on": date(2024, 8, 16),
        "hours_per_week": 40.0, "paid": True, "authorized": True, "self_employed": False, "full_time_student": False,
    }  # fmt: skip
    row = told(rules, job)[-1]
    assert row["kind"] == "work_window" and AS_OF < row["on"] <= PLANNED
    assert row["act_by"] == row["on"] - DAY
    assert row["what"].endswith(f"; IRPA 11.2 would not be met on {PLANNED}")


def test_a_document_that_is_to_be_renewed_is_one_thing_to_do(rules: Rules) -> None:
    """The deadlines ask for it; the engine says what it would cost."""
    typed = sheets(client(**result_until(date(2026, 8, 20))))
    made = stage(typed, rules, AS_OF, [CEC_ROUND])
    both = pl.concat(
        [outlook_invited.upcoming_of_invited(typed, made, AS_OF, rules), deadlines.deadlines(typed, made, rules, AS_OF)]
    )
    assert both.filter(kind="test_expires")["act_by"].to_list() == [None]
    assert both.filter(kind="document_too_old")["act_by"].to_list() == [date(2026, 8, 19)]


def test_the_birthday_after_the_invitation_takes_nothing(rules: Rules) -> None:
    """Who turned 30 has the points of 29, for every event that follows too."""
    born = {"date_of_birth": date(1996, 8, 10)}
    (birthday,) = told(rules, **born)
    assert (birthday["on"], birthday["points"], birthday["act_by"]) == (date(2026, 8, 10), 0, None)
    assert birthday["what"].startswith("turns 30; disregarded")
    younger, older = (told(rules, **dob, **result_until(date(2026, 8, 20)))[-1] for dob in ({}, born))
    assert younger["points_before"] == older["points_before"]
    # The one on the day of the application is forgiven as well, a later one is not told of.
    assert len(told(rules, date_of_birth=date(1996, 8, 24))) == 1
    assert told(rules, date_of_birth=date(1996, 8, 25)) == []


def test_a_later_law_changes_nothing_for_an_invitation(rules: Rules) -> None:
    """Job offers gave points until 2025-03-24: who was invited before keeps them."""
    before = replace(CEC_ROUND, date=date(2025, 3, 20))
    offer = {"job_offer_noc": "21231", "job_offer_basis": "lmia", "job_offer_years": 2.0}
    typed = sheets(client(ita_issued_on=before.date, planned_application_on=date(2025, 4, 1), **offer))
    made = stage(typed, rules, date(2025, 3, 21), [before])
    assert outlook_invited.upcoming_of_invited(typed, made, date(2025, 3, 21), rules).is_empty()
    in_the_pool = outlook.of_clients(typed, date(2025, 3, 21), rules, date(2025, 4, 1))
    assert in_the_pool.select("kind", "on").rows() == [("law_changes", date(2025, 3, 25))]


@pytest.mark.parametrize(("funds", "is_told"), [(15_000.0, True), (15_263.0, False)])
def test_a_higher_table_of_funds_before_the_application_can_be_acted_on(
    funds: float, is_told: bool, rules: Rules
) -> None:
    """Funds go by the table of the day of the application: from 2025-07-07 it asks 15,263 CAD of one person."""
    invited = replace(CEC_ROUND, date=date(2025, 6, 4), kind="FSW", cut_off=300)
    as_of = date(2025, 6, 10)
    worker = client(
        ita_issued_on=invited.date, planned_application_on=date(2025, 7, 25), canadian_work_months_last_36=0,
        canadian_work_noc=None, canadian_work_years=0.0, foreign_work_years=4.0, primary_noc="21231",
        primary_occupation_years=4.0, english_test_date=date(2024, 1, 11), profile_submitted_at=None,
        settlement_funds_cad=funds, trade_years_last_5=0.0,
    )  # fmt: skip
    typed = sheets(worker)
    found = outlook_invited.upcoming_of_invited(typed, stage(typed, rules, as_of, [invited]), as_of, rules)
    expected = [("law_changes", date(2025, 7, 7), date(2025, 7, 6), "FSW", "")] if is_told else []
    assert found.select("kind", "on", "act_by", "programs_before", "programs_after").rows() == expected
    assert all(what == "the law changes; IRPA 11.2 would not be met on 2025-07-25" for what in found["what"])


@pytest.mark.parametrize("status", ["invited", "applied", "declined", "withdrawn", "expired"])
def test_a_lapsed_or_used_invitation_has_no_score_ahead(status: str, rules: Rules) -> None:
    typed = sheets(client(pool_status=status, **result_until(date(2026, 11, 1))))
    as_of = LAST_DAY + DAY
    made = stage(typed, rules, as_of, [CEC_ROUND])
    assert outlook_invited.upcoming_of_invited(typed, made, as_of, rules).is_empty()


def test_who_is_invited_on_a_day_that_is_not_known_is_left_to_the_plain_outlook(rules: Rules) -> None:
    typed = sheets(client(ita_issued_on=None))
    made = stage(typed, rules, AS_OF, [CEC_ROUND])
    assert outlook_invited.upcoming_of_invited(typed, made, AS_OF, rules).is_empty()
    assert not outlook.upcoming_events(typed, AS_OF, rules).is_empty()


@pytest.mark.parametrize(
    ("holds", "margin", "said", "state"),
    [
        (True, 2, "would still hold, 2 above the cut-off", "held"),
        (True, 1, "would still hold, 1 above the cut-off", "held"),
        (True, 0, "would still hold, at the cut-off", "held"),
        (False, -1, "IRPA 11.2 would not be met", "not_held"),
        (None, None, "is undetermined", "undetermined"),
    ],
)
def test_what_an_event_before_the_application_leaves_is_said(
    holds: bool | None, margin: int | None, said: str, state: str
) -> None:
    event = {"client_id": "A", "on": AS_OF, "kind": "test_expires", "what": "a test ends", "act_by": AS_OF}
    events = ahead.of(pl.DataFrame([event]))
    waiting = pl.DataFrame(
        {"client_id": ["A"], "application_on": [AS_OF + timedelta(days=9)], "holds": [holds], "margin": [margin]},
        schema_overrides={"holds": pl.Boolean, "margin": pl.Int64},
    )
    found = outlook_invited._before_the_application(events, waiting).row(0, named=True)
    assert said in found["what"]
    assert found["state"] == state
    assert found["act_by"] == (None if holds else AS_OF)
