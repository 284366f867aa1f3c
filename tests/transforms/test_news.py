"""What is news of clients who are over: that they left, and what the rounds did to their invitation."""

from __future__ import annotations

import polars as pl
import pytest

from transforms.invitations import EVENTS
from transforms.news import news

KINDS = ("client", "score", "eligibility", "pool", "category", "invited", "uninvited", "above_line", "below_line")


def told(status: str | None) -> pl.DataFrame:
    """The news of one client, to whom all happened."""
    rows = [{"client_id": "a", "kind": kind, "text": "left the pool" if kind == "pool" else kind} for kind in KINDS]
    events = pl.DataFrame(rows, schema_overrides=EVENTS).with_columns(
        pl.lit(None, dtype).alias(name) for name, dtype in EVENTS.items() if name not in rows[0]
    )
    candidates = pl.DataFrame(
        {"client_id": ["a", "b"], "pool_status": [status, "withdrawn"]}, schema_overrides={"pool_status": pl.String}
    )
    return news(events.select(list(EVENTS)), candidates)


@pytest.mark.parametrize("status", ["in_pool", "draft", "invited", "declined", None])
def test_of_all_others_everything_is_news(status: str | None) -> None:
    assert told(status)["kind"].to_list() == list(KINDS)
    assert told(status)["text"].to_list()[3] == "left the pool"


@pytest.mark.parametrize("status", ["applied", "withdrawn", "expired"])
def test_of_who_is_over_only_that_they_left_is_news(status: str) -> None:
    found = told(status)
    assert dict(found.schema) == EVENTS
    assert found["kind"].to_list() == ["client", "pool", "invited", "uninvited"]
    assert found["text"].to_list()[1] == f"left the pool: pool_status is {status}"
