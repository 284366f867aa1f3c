"""Every change between two nights is told, with its reason, and the points of the reasons add up."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest

from tests.candidates import batch, typed
from tests.transforms.shared import all_rules, law_of
from transforms.assessment import scores
from transforms.changes import changes
from transforms.changes.changes import Night, between
from transforms.model.columns import DETAIL_SHEETS
from transforms.model.frames import EVENTS

Sheets = Mapping[str, pl.DataFrame]
PLAIN: dict[str, Any] = {
    "client_id": "A",
    "date_of_birth": date(1990, 1, 1),
    "marital_status": "single",
    "first_language": "english",
    "english_test": "IELTS_GT",
    "english_test_date": date(2025, 1, 10),
    "english_listening": 8.0,
    "english_reading": 7.0,
    "english_writing": 7.0,
    "english_speaking": 7.0,
    "education_level": "three_year",
    "education_country": "IN",
    "eca_issued_on": date(2023, 5, 5),
    "primary_noc": "21231",
    "primary_occupation_years": 3.0,
    "canadian_work_years": 0.0,
    "foreign_work_years": 3.0,
    "settlement_funds_cad": 50_000.0,
    "family_size": 1,
}


def sheets_of(*rows: Mapping[str, Any], **details: list[dict[str, Any]]) -> Sheets:
    """Typed sheets of these rows, each laid over PLAIN."""
    return typed([{**PLAIN, **row} for row in rows], {sheet.key: details.get(sheet.key, []) for sheet in DETAIL_SHEETS})


def night(day: date, sheets: Sheets) -> Night:
    """The night of a day on these records."""
    law = law_of(day)
    return Night(day, sheets, scores.published(scores.score(sheets, law), law))


def told(before: date, after: date, sheets: Sheets, new: Sheets | None = None) -> pl.DataFrame:
    """What is told between two days."""
    return between(night(before, sheets), night(after, new or sheets), all_rules())


def reasons(found: pl.DataFrame) -> list[tuple[str, str, str]]:
    return [(row["kind"], row["what"], row["reason"]) for row in found.iter_rows(named=True)]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (date(2016, 11, 18), date(2016, 11, 19)),
        (date(2022, 11, 15), date(2022, 11, 16)),
        (date(2024, 2, 28), date(2024, 3, 1)),
        (date(2025, 3, 24), date(2025, 3, 25)),
        (date(2026, 11, 2), date(2026, 11, 3)),
        (date(2024, 6, 1), date(2025, 6, 1)),
    ],
)
def test_the_reasons_add_up_and_nothing_is_left_out(before: date, after: date) -> None:
    old_batch, new_batch = (batch(seed=5, size=60, around=day) for day in (before, after))
    half = {f"5-{number}" for number in range(0, 60, 2)}
    old = old_batch.frames
    new = {
        key: pl.concat(
            [
                frame.filter(~pl.col("client_id").is_in(half)),
                new_batch.frames[key].filter(pl.col("client_id").is_in(half)),
            ]
        )
        for key, frame in old.items()
    }
    first, second = night(before, old), night(after, new)
    found = between(first, second, all_rules())
    assert dict(found.schema) == EVENTS
    both = first.scores.join(second.scores, on="client_id", suffix="_new")
    points = found.filter(kind="score").group_by("client_id").agg(pl.col("points").sum())
    total = both.join(points, on="client_id", how="left").select(
        (pl.col("crs_total_new") - pl.col("crs_total")) == pl.col("points").fill_null(0)
    )
    assert total.to_series().all()
    for name in ("fsw", "cec", "fst", "pool"):
        turned = both.filter(pl.col(f"{name}_eligible").ne_missing(pl.col(f"{name}_eligible_new")))
        assert set(turned["client_id"]) == set(found.filter(kind="eligibility", what=name)["client_id"])
    turned = both.filter(pl.col("rank").is_null() != pl.col("rank_new").is_null())
    assert set(turned["client_id"]) == set(found.filter(kind="pool")["client_id"])
    assert not found["reason"].null_count()
    untouched = found.filter(~pl.col("client_id").is_in(half))
    assert not set(untouched["reason"]) & {"data_changed", "rules_corrected"}


def test_a_birthday() -> None:
    found = told(date(2025, 12, 31), date(2026, 1, 1), sheets_of({}))
    assert reasons(found) == [("score", "crs_total", "birthday")]
    assert found["points"].to_list() == [-5]
    assert found["text"].item() == "Age 77 to 72"


@pytest.mark.parametrize(
    ("taken_on", "ends_on"), [(date(2024, 5, 10), date(2026, 5, 10)), (date(2024, 2, 29), date(2026, 3, 1))]
)
def test_a_test_gets_too_old(taken_on: date, ends_on: date) -> None:
    sheets = sheets_of({"english_test_date": taken_on})
    day = timedelta(days=1)
    assert told(ends_on - 2 * day, ends_on - day, sheets).is_empty()
    found = told(ends_on - day, ends_on, sheets)
    assert ("score", "crs_total", "test_expired") in reasons(found)
    assert ("eligibility", "fsw", "test_expired") in reasons(found)
    assert told(ends_on, ends_on + day, sheets).is_empty()


def test_a_year_of_work_is_reached() -> None:
    job = {
        "client_id": "A", "person": "principal", "noc": "21231", "country": "CA", "started_on": date(2025, 2, 2),
        "hours_per_week": 40.0, "paid": True, "authorized": True, "self_employed": False, "full_time_student": False,
    }  # fmt: skip
    sheets = sheets_of({}, work_history=[job])
    # 52 weeks of full-time work are a year.
    found = told(date(2026, 1, 31), date(2026, 2, 1), sheets)
    assert ("score", "crs_total", "work_year_reached") in reasons(found)
    assert ("eligibility", "cec", "work_year_reached") in reasons(found)
    assert found.filter(kind="score")["points"].item() > 0


def test_the_profile_ends() -> None:
    from datetime import UTC, datetime

    sheets = sheets_of({"profile_submitted_at": datetime(2025, 3, 3, 15, tzinfo=UTC), "pool_status": "in_pool"})
    assert reasons(told(date(2026, 3, 2), date(2026, 3, 3), sheets)) == [("pool", "left", "profile_expired")]
    assert reasons(told(date(2025, 3, 2), date(2025, 3, 3), sheets)) == [("pool", "entered", "profile_submitted")]


def test_a_change_of_the_law() -> None:
    sheets = sheets_of({"job_offer_noc": "21231", "job_offer_basis": "lmia"})
    found = told(date(2025, 3, 24), date(2025, 3, 25), sheets)
    assert reasons(found) == [("score", "crs_total", "law_changed")]
    assert found["points"].item() == -50


def test_new_records() -> None:
    old = sheets_of({}, {"client_id": "B"})
    new = sheets_of({"english_speaking": 8.0}, {"client_id": "C"})
    found = told(date(2026, 1, 5), date(2026, 1, 6), old, new)
    assert ("client", "added", "data_changed") in reasons(found)
    assert ("client", "left", "data_changed") in reasons(found)
    assert [row for row in reasons(found) if row[0] == "score"] == [("score", "crs_total", "data_changed")]


def test_corrected_rules() -> None:
    """What was stored under other rules than today's is told as their correction, not as the day's doing."""
    sheets = sheets_of({})
    before, after = night(date(2025, 12, 31), sheets), night(date(2026, 1, 1), sheets)
    wrong = before.scores.with_columns(pl.col("crs_total") - 3, pl.col("crs_age") - 3)
    found = between(Night(before.as_of, sheets, wrong), after, all_rules())
    assert [(row["reason"], row["points"]) for row in found.iter_rows(named=True)] == [
        ("rules_corrected", 3),
        ("birthday", -5),
    ]


def test_rules_corrected_on_the_later_side() -> None:
    """A later night that was stored under other rules is told as their correction, not as new records."""
    sheets = sheets_of({})
    before, after = night(date(2026, 1, 5), sheets), night(date(2026, 1, 6), sheets)
    wrong = after.scores.with_columns(pl.col("crs_total") + 5, pl.col("crs_sibling") + 5)
    found = between(before, Night(after.as_of, sheets, wrong, is_stored=True), all_rules())
    assert [(row["reason"], row["points"]) for row in found.iter_rows(named=True)] == [("rules_corrected", 5)]


def test_nothing_changes_where_nothing_does() -> None:
    assert told(date(2026, 1, 5), date(2026, 1, 6), sheets_of({}, {"client_id": "B"})).is_empty()


def test_categories_are_gained_and_lost() -> None:
    old = sheets_of({"primary_noc": "31301"})
    new = sheets_of({"primary_noc": "21231"})
    found = told(date(2026, 1, 5), date(2026, 1, 6), old, new)
    assert {(row["what"], row["after"]) for row in found.filter(kind="category").iter_rows(named=True)} == {
        ("healthcare", "false")
    }
    assert set(changes.REASONS["data"]) == set(found["reason"])
