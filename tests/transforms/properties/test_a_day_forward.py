"""A property that needs no expected value: from one day to the next only what an event explains is another."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.agreement import DAYS
from tests.candidates import batch
from tests.transforms.shared import all_rules, law_of
from transforms.assessment import scores
from transforms.model.vocabulary import ENDED_STATUSES
from transforms.outlook import outlook

FEW = settings(max_examples=3, deadline=None, derandomize=True)
DAY = timedelta(days=1)
# The answers of which a change has an event; the components change with the total alone.
WATCHED = ("crs_total", "fsw_eligible", "cec_eligible", "fst_eligible", "in_pool", "categories")


@FEW
@given(seed=st.integers(0, 10_000), day=st.sampled_from(DAYS[1:]))
def test_a_day_forward_changes_only_what_an_event_explains(seed: int, day: date) -> None:
    """The clients are drawn around the day, so that birthdays, ends of validity and changes of the law fall on it."""
    before = day - DAY
    sheets = batch(seed, 30, day).frames
    is_over = (pl.col("pool_status").is_in(ENDED_STATUSES) | (pl.col("pool_status") == outlook.INVITED)).fill_null(
        value=False
    )
    sheets["candidates"] = sheets["candidates"].filter(~is_over)
    events = outlook.upcoming_events(sheets, before, all_rules()).filter(pl.col("on") == day)
    old, new = (scores.score(sheets, law_of(on)).with_columns(pl.col("in_pool").fill_null(value=False))
                for on in (before, day))  # fmt: skip
    changed = {name: set(old["client_id"].filter(old[name].ne_missing(new[name]))) for name in WATCHED}
    explained = set(events["client_id"])
    for name, clients in changed.items():
        assert clients <= explained, (name, clients - explained)
    points = dict(events.group_by("client_id").agg(pl.col("points").sum()).iter_rows())
    for client, earlier, later in zip(old["client_id"], old["crs_total"], new["crs_total"], strict=True):
        assert points.get(client, 0) == later - earlier, client
