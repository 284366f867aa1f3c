"""The frame of what lies ahead: its order, and that nothing in it is told twice."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from transforms.outlook import ahead

DAY = date(2026, 9, 1)


def event(client_id: str = "A", on: date | None = DAY, kind: str = "birthday", **more: Any) -> pl.DataFrame:
    row = {"client_id": client_id, "on": on, "kind": kind, "what": "turns 30"} | more
    return ahead.of(pl.DataFrame([row], schema_overrides={"on": pl.Date, "points": pl.Int16}))


def test_by_day_then_the_largest_loss_then_what_is_not_known_then_gains() -> None:
    parts = [
        event("A", points=5), event("B"), event("C", points=-5), event("D", points=-50),
        event("E", date(2026, 8, 31)),
    ]  # fmt: skip
    assert ahead.sorted_(parts)["client_id"].to_list() == ["E", "D", "C", "B", "A"]


def test_one_row_a_client_day_kind_and_subject() -> None:
    told = ahead.sorted_([event(), event(), event(subject="x"), event(kind="ita_deadline")])
    assert told.height == 3
    ahead.check(told)


def test_an_event_without_a_day_is_none() -> None:
    assert event(on=None).is_empty()
    assert ahead.sorted_([]).equals(ahead.empty())


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (event().drop("points"), "must have the columns"),
        (event(kind="surprise"), "'surprise'; add it to transforms/outlook/ahead.py"),
        (event().with_columns(what=pl.lit(None, pl.String)), "needs what"),
        (pl.concat([event(), event()]), "stands twice"),
    ],
)
def test_what_is_no_such_frame_is_refused(frame: pl.DataFrame, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ahead.check(frame)
