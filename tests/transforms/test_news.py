"""What is news of clients who are over: that they left, and what the rounds did to their invitation; and a disregarded birthday."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from invited import AS_OF, CEC_ROUND, INVITED_ON, LAST_DAY, client, sheets

from transforms.model.frames import EVENTS
from transforms.outlook.application import APPLICATIONS, stage
from transforms.outlook.news import news
from transforms.outlook.outlook_invited import DISREGARDED
from transforms.rules import Rules

KINDS = (
    "client",
    "score",
    "eligibility",
    "pool",
    "category",
    "invited",
    "invitation_withdrawn",
    "above_cutoff",
    "below_cutoff",
)


def told(status: str | None) -> pl.DataFrame:
    """The news of one client, to whom all happened."""
    rows = [{"client_id": "a", "kind": kind, "text": "left the pool" if kind == "pool" else kind} for kind in KINDS]
    events = pl.DataFrame(rows, schema_overrides=EVENTS).with_columns(
        pl.lit(None, dtype).alias(name) for name, dtype in EVENTS.items() if name not in rows[0]
    )
    candidates = sheets(client("a", pool_status=status), client("b", pool_status="withdrawn"))["candidates"]
    return news(events.select(list(EVENTS)), candidates, pl.DataFrame(schema=APPLICATIONS), AS_OF)


@pytest.mark.parametrize("status", ["in_pool", "draft", "invited", "declined", None])
def test_of_all_others_everything_is_news(status: str | None) -> None:
    assert told(status)["kind"].to_list() == list(KINDS)
    assert told(status)["text"].to_list()[3] == "left the pool"


@pytest.mark.parametrize("status", ["applied", "withdrawn", "expired"])
def test_of_who_is_over_only_that_they_left_is_news(status: str) -> None:
    found = told(status)
    assert dict(found.schema) == EVENTS
    assert found["kind"].to_list() == ["client", "pool", "invited", "invitation_withdrawn"]
    assert found["text"].to_list()[1] == f"left the pool: pool_status is {status}"


def texts(rules: Rules, as_of: date = AS_OF, **changes: Any) -> list[str]:
    """The news of a client from whom a birthday and a test took something, and to whom a birthday gave something."""
    rows = [
        {"kind": "score", "reason": "birthday", "points": -6},
        {"kind": "eligibility", "reason": "birthday", "after": "false"},
        {"kind": "score", "reason": "test_expired", "points": -30},
        {"kind": "score", "reason": "birthday", "points": 5},
        {"kind": "eligibility", "reason": "birthday", "after": "true"},
    ]
    nothing = dict.fromkeys(EVENTS)
    events = pl.DataFrame([nothing | {"client_id": "A", "text": "told"} | row for row in rows], schema=EVENTS)
    typed = sheets(client(**changes))
    made = stage(typed, rules, as_of, [CEC_ROUND]).applications
    return news(events, typed["candidates"], made, as_of)["text"].to_list()


def test_what_a_birthday_after_the_invitation_takes_is_said_to_be_disregarded(rules: Rules) -> None:
    after = date(1996, 8, 7)
    assert texts(rules, date_of_birth=after) == [DISREGARDED.format(event="told")] * 2 + ["told"] * 3


@pytest.mark.parametrize(
    ("as_of", "changes"),
    [
        # The birthday on the day of the invitation itself has happened.
        (AS_OF, {"date_of_birth": INVITED_ON.replace(year=1996)}),
        # It is still to come.
        (AS_OF, {"date_of_birth": date(1996, 8, 8)}),
        (AS_OF, {"date_of_birth": date(1996, 8, 7), "pool_status": "in_pool"}),
        (AS_OF, {"date_of_birth": date(1996, 8, 7), "pool_status": "declined"}),
        # Of an invitation that lapsed, no application holds.
        (LAST_DAY + timedelta(days=1), {"date_of_birth": date(1996, 8, 7)}),
    ],
)
def test_no_other_birthday_is(as_of: date, changes: dict[str, Any], rules: Rules) -> None:
    assert texts(rules, as_of, **changes) == ["told"] * 5
