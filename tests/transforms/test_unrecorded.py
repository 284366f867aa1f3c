"""Invitations that the records do not tell of: one clear text for each state, and nothing of all others."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import polars as pl
import pytest
from invited import AS_OF, CEC_ROUND, INVITED_ON, LAST_DAY, client, sheets

from transforms.outlook import ahead, unrecorded
from transforms.outlook.application import APPLICATIONS, stage
from transforms.outlook.deadlines import deadlines
from transforms.rounds import invitations
from transforms.rules import Rules

DAY = timedelta(days=1)
NO_ITA = {"ita_issued_on": None, "ita_round": None, "planned_application_on": None, "pool_status": "in_pool"}
BACK = "declined: enter declined and ita_round 428; none came: enter in_pool and ita_round 428, ita_issued_on empty"


def told(rules: Rules, as_of: Any = AS_OF, **changes: Any) -> tuple[list[str], dict[str, tuple[str, str]]]:
    """The reasons in the applications, and the texts and states of the deadlines by kind, of a holder of round 428."""
    record = sheets(client(**changes))
    held = pl.DataFrame({"client_id": ["A"], "round": ["428"], "held_on": [INVITED_ON]})
    candidates = invitations.with_invitations(record["candidates"], held)
    invited = {**record, "candidates": candidates}
    made = stage(invited, rules, as_of, [CEC_ROUND])
    found = unrecorded.in_applications(made.applications, record["candidates"])
    assert dict(found.schema) == APPLICATIONS
    coming = deadlines(invited, made, rules, as_of)
    events = unrecorded.in_deadlines(coming, made.applications, record["candidates"])
    ahead.check(events)
    assert events.drop("what", "state").equals(coming.drop("what", "state"))
    return found["why"].to_list(), {
        kind: (what, state) for kind, what, state in events.select("kind", "what", "state").iter_rows()
    }


def test_one_that_waits_says_what_to_enter_whether_it_came_or_not(rules: Rules) -> None:
    (why,), events = told(rules, **NO_ITA)
    assert "if it came, enter ita_issued_on and ita_round; " in why
    assert BACK in why
    assert events["ita_deadline"] == (f"last day to apply: invited on 2026-07-21; {why}", "unrecorded")


def test_what_stands_in_the_way_follows(rules: Rules) -> None:
    too_old = {"english_test_date": LAST_DAY.replace(year=2024)}
    (why,), _ = told(rules, **NO_ITA, **too_old)
    assert why.startswith(unrecorded.OF_ONE_THAT_WAITS.format(round="428") + "; CRS ")


def test_one_that_lapsed_says_one_thing_for_each_case(rules: Rules) -> None:
    (why,), events = told(rules, LAST_DAY + DAY, **NO_ITA)
    assert why == f"the last day to apply has passed; {unrecorded.OF_ONE_THAT_LAPSED.format(round='428')}"
    assert BACK in why and why.count("enter ita_issued_on") == 1 and "pool_status applied" in why
    lapsed, state = events["ita_lapsed"]
    assert state == "unrecorded"
    assert (
        lapsed
        == f"the invitation of 2026-07-21 lapsed after 2026-09-19; {unrecorded.OF_ONE_THAT_LAPSED.format(round='428')}"
    )


def test_one_that_was_applied_on_asks_for_its_cells(rules: Rules) -> None:
    (why,), _ = told(rules, **NO_ITA | {"pool_status": "applied"})
    assert why.startswith(unrecorded.OF_ONE_APPLIED_ON + "; the day of the application is not on record")


@pytest.mark.parametrize("as_of", [AS_OF, LAST_DAY + DAY])
def test_of_one_on_record_nothing_is_asked(as_of: Any, rules: Rules) -> None:
    (why,), events = told(rules, as_of)
    assert "not on record" not in why
    assert not [what for what, _ in events.values() if "not on record" in what]
    assert "unrecorded" not in {state for _, state in events.values()}
