"""What is foretold is what comes: no day on which something changes is missed, none is told for nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest

from tests.candidates import batch
from tests.transforms.shared import all_rules
from tests.transforms.test_changes import sheets_of
from transforms.assessment.days import scored_on
from transforms.model.vocabulary import ENDED_STATUSES
from transforms.outlook import ahead, outlook

DAY = timedelta(days=1)
WATCHED = ("crs_total", "fsw_eligible", "cec_eligible", "fst_eligible", "in_pool", "categories")


@pytest.mark.parametrize("as_of", [date(2015, 4, 10), date(2022, 9, 1), date(2024, 1, 31), date(2026, 9, 20)])
def test_every_day_on_which_something_changes_is_stated(as_of: date) -> None:
    clients = batch(seed=as_of.toordinal(), size=40, around=as_of).frames
    found = outlook.upcoming_events(clients, as_of, all_rules())
    ahead.check(found)
    live = clients["candidates"].filter(~pl.col("pool_status").is_in(ENDED_STATUSES).fill_null(value=False))
    last = as_of + 100 * DAY
    pairs = live.select("client_id").join(pl.DataFrame({"as_of": pl.date_range(as_of, last, eager=True)}), how="cross")
    each_day = scored_on(clients, pairs, all_rules()).with_columns(pl.col("in_pool").fill_null(value=False))
    former = {name: pl.col(name).shift(1).over("client_id") for name in WATCHED}
    moved = each_day.with_columns(former["crs_total"].alias("old")).filter(
        pl.any_horizontal(pl.col(name).ne_missing(before) for name, before in former.items())
        & (pl.col("as_of") > as_of)
    )
    changed = set(moved.select("client_id", "as_of").iter_rows())
    totals = {
        (client, on): new - old
        for client, on, new, old in moved.select("client_id", "as_of", "crs_total", "old").iter_rows()
    }
    soon = found.filter(pl.col("on") <= last)
    told = soon.filter((pl.col("points") != 0) | pl.any_horizontal(
        pl.col(f"{name}_before").is_not_null() for name in ("programs", "categories")
    ) | pl.col("kind").is_in(["profile_expires", "work_window", "law_changes"]))  # fmt: skip
    assert changed
    assert changed <= set(soon.select("client_id", "on").iter_rows())
    assert set(told.filter(pl.col("points") != 0).select("client_id", "on").iter_rows()) <= changed
    by_day = soon.group_by("client_id", "on").agg(pl.col("points").sum())
    for client, on, points in by_day.iter_rows():
        assert points == totals.get((client, on), 0), (client, on)


def test_the_plain_client() -> None:
    found = outlook.upcoming_events(sheets_of({}), date(2026, 6, 1), all_rules())
    assert found.select("on", "kind", "what", "points", "act_by", "subject").rows() == [
        (date(2027, 1, 1), "birthday", "turns 37", -6, date(2026, 12, 31), None),
        (
            date(2027, 1, 10), "test_expires", "IELTS General Training of 2025-01-10 expires", -199,
            date(2027, 1, 9), "IELTS General Training",
        ),
    ]  # fmt: skip
    assert found["programs_before"].to_list() == ["FSW|FST?", "FSW?|FST?"]
    assert found["programs_after"].to_list() == ["FSW?|FST?", ""]


def test_a_profile_that_begins_is_nothing_to_act_on() -> None:
    sheets = sheets_of({"profile_submitted_at": datetime(2026, 6, 3, 15, tzinfo=UTC), "pool_status": "in_pool",
                        "english_test_date": date(2026, 1, 10)})  # fmt: skip
    found = outlook.upcoming_events(sheets, date(2026, 6, 1), all_rules())
    begins = found.filter(pl.col("on") == date(2026, 6, 3))
    assert begins.select("kind", "act_by").rows() == [("profile_begins", None)]
    ends = found.filter(pl.col("kind") == "profile_expires")
    assert ends.select("on", "act_by").rows() == [(date(2027, 6, 3), date(2027, 6, 2))] or ends.is_empty()


def test_what_ends_is_told_in_words_that_stand_alone() -> None:
    sheets = sheets_of({"profile_submitted_at": datetime(2026, 1, 3, 15, tzinfo=UTC), "pool_status": "in_pool",
                        "english_test": "CLB"})  # fmt: skip
    found = outlook.upcoming_events(sheets, date(2026, 6, 1), all_rules())
    told = dict(found.select("kind", "what").iter_rows())
    assert found.filter(pl.col("kind") == "profile_expires")["since"].to_list() == [date(2026, 1, 3)]
    assert told["profile_expires"] == "the profile of 2026-01-03 ends: a new one is needed"
    assert told["test_expires"] == "CLB result of 2025-01-10 expires"


def test_the_birthday_of_who_is_invited_is_forgiven() -> None:
    for status, act_by in (("in_pool", date(2026, 12, 31)), ("invited", None)):
        found = outlook.upcoming_events(sheets_of({"pool_status": status}), date(2026, 6, 1), all_rules())
        assert found.filter(pl.col("kind") == "birthday")["act_by"].to_list() == [act_by]


def test_who_is_out_of_the_pool_for_good_has_no_outlook() -> None:
    for status in ENDED_STATUSES:
        assert outlook.upcoming_events(sheets_of({"pool_status": status}), date(2026, 6, 1), all_rules()).is_empty()
