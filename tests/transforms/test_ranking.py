"""In the pool or not, and in which place: every edge of a profile's life, and equals."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import polars as pl
import pytest

from tests.transforms.shared import NO_OFFER, law_of
from transforms.model.calendar import day_before
from transforms.scoring import ranking

SCHEMA = {
    "client_id": pl.String(),
    "crs_total": pl.Int16(),
    "profile_submitted_at": pl.Datetime("us", "UTC"),
    "pool_status": pl.String(),
    "pool_eligible": pl.Boolean(),
    "is_nominated": pl.Boolean(),
    **NO_OFFER,
    "job_bank_registered": pl.Boolean(),
}
AS_OF = date(2021, 9, 14)
Row = dict[str, Any]


@pytest.fixture
def placed() -> Callable[..., pl.DataFrame]:
    """Clients given by what differs from one who is in the pool, placed as of a day."""

    def made(*rows: Row, as_of: date = AS_OF) -> pl.DataFrame:
        plain: Row = {
            "crs_total": 400, "profile_submitted_at": datetime(2021, 5, 1, 12, tzinfo=UTC), "pool_status": None,
            "pool_eligible": True, "is_nominated": False, "has_offer": False, "offer_employers": 0, "job_bank_registered": True,
        }  # fmt: skip
        clients = [{"client_id": f"C-{number}"} | plain | row for number, row in enumerate(rows)]
        return ranking.placed_in_pool(pl.DataFrame(clients, schema=SCHEMA), law_of(as_of))

    return made


LIVES = [
    # The day of Ottawa decides: four hours behind UTC in September.
    (datetime(2021, 9, 15, 3, 59, 59), True),
    (datetime(2021, 9, 15, 4, 0, 0), False),
    (datetime(2021, 9, 14, 0, 0, 0), True),
    (datetime(2020, 9, 15, 4, 0, 0), True),
    (datetime(2020, 9, 15, 3, 59, 59), False),
    (datetime(2020, 9, 14, 23, 0, 0), False),
    # In the pool by its status, since when is not on record.
    (None, True),
]


@pytest.mark.parametrize(("submitted", "is_live"), LIVES)
def test_a_profile_lives_a_year(
    submitted: datetime | None, *, is_live: bool, placed: Callable[..., pl.DataFrame]
) -> None:
    moment = None if submitted is None else submitted.replace(tzinfo=UTC)
    frame = placed({"profile_submitted_at": moment, "pool_status": "in_pool"})
    assert frame.select("is_live", "in_pool").row(0) == (is_live, is_live)


@pytest.mark.parametrize(("as_of", "is_live"), [(date(2021, 2, 28), True), (date(2021, 3, 1), False)])
def test_a_profile_of_29_february_ends_on_1_march(
    as_of: date, *, is_live: bool, placed: Callable[..., pl.DataFrame]
) -> None:
    assert placed({"profile_submitted_at": datetime(2020, 2, 29, 12, tzinfo=UTC)}, as_of=as_of)["is_live"][0] is is_live


@pytest.mark.parametrize(
    ("status", "is_live"),
    [("in_pool", True), ("declined", True), ("draft", False), ("invited", False), ("applied", False),
     ("withdrawn", False), ("expired", False), (None, True)],
)  # fmt: skip
def test_statuses_that_are_in_the_pool(
    status: str | None, *, is_live: bool, placed: Callable[..., pl.DataFrame]
) -> None:
    frame = placed({"pool_status": status})
    assert frame.select("pool_status", "is_live").row(0) == (status or "in_pool", is_live)


def test_without_a_profile_the_status_is_draft(placed: Callable[..., pl.DataFrame]) -> None:
    frame = placed({"profile_submitted_at": None})
    assert frame.select("pool_status", "is_live", "in_pool").row(0) == ("draft", False, False)


@pytest.mark.parametrize("eligible", [True, False, None])
def test_in_the_pool_is_told_by_eligibility(*, eligible: bool | None, placed: Callable[..., pl.DataFrame]) -> None:
    frame = placed({"pool_eligible": eligible}, {"pool_eligible": eligible, "pool_status": "withdrawn"})
    assert frame["in_pool"].to_list() == [eligible, False]


@pytest.mark.parametrize(("as_of", "in_pool"), [(date(2017, 6, 5), False), (date(2017, 6, 6), True)])
def test_job_bank_registration_until_2017(as_of: date, *, in_pool: bool, placed: Callable[..., pl.DataFrame]) -> None:
    submitted = datetime(2017, 1, 3, 12, tzinfo=UTC)
    frame = placed(
        {"profile_submitted_at": submitted, "job_bank_registered": False},
        {"profile_submitted_at": submitted, "job_bank_registered": False, "is_nominated": True},
        as_of=as_of,
    )
    assert frame["in_pool"].to_list() == [in_pool, True]


def test_places_by_score_then_time_and_equals_share_one(placed: Callable[..., pl.DataFrame]) -> None:
    early, late = datetime(2021, 4, 1, 8, 0, 1, tzinfo=UTC), datetime(2021, 4, 1, 8, 0, 2, tzinfo=UTC)
    frame = placed(
        {"crs_total": 460, "profile_submitted_at": late},
        {"crs_total": 470, "profile_submitted_at": late},
        {"crs_total": 460, "profile_submitted_at": early},
        {"crs_total": 460, "profile_submitted_at": late},
        {"crs_total": 459, "profile_submitted_at": early},
        {"crs_total": 900, "pool_status": "withdrawn"},
        {"crs_total": 800, "pool_eligible": None},
    )
    assert ranking.ranked(frame, law_of(AS_OF))["rank"].to_list() == [3, 1, 2, 3, 5, None, None]


def test_before_the_tie_break_equal_scores_share_a_place(placed: Callable[..., pl.DataFrame]) -> None:
    as_of = date(2017, 6, 5)
    times = [datetime(2017, 1, day, tzinfo=UTC) for day in (5, 4, 3)]
    frame = placed(*({"profile_submitted_at": time} for time in times), as_of=as_of)
    assert ranking.ranked(frame, law_of(as_of))["rank"].to_list() == [1, 1, 1]
    assert ranking.ranked(frame, law_of(date(2017, 6, 6)))["rank"].to_list() == [3, 2, 1]


def test_no_clients_have_no_places(placed: Callable[..., pl.DataFrame]) -> None:
    frame = ranking.ranked(placed(), law_of(AS_OF))
    assert frame.height == 0
    assert frame.schema["rank"] == pl.Int32()


def test_the_end_of_a_profile_is_where_its_life_ends(placed: Callable[..., pl.DataFrame]) -> None:
    """`lives_until` says beforehand what `placed_in_pool` says on the day."""
    law = law_of(AS_OF)
    moments = [datetime(2020, month, day, hour, tzinfo=UTC) for month, day, hour in
               ((2, 28, 12), (2, 29, 3), (2, 29, 12), (3, 1, 12), (12, 31, 23), (7, 1, 4), (7, 1, 3))]  # fmt: skip
    frame = pl.DataFrame({"profile_submitted_at": moments}, schema={"profile_submitted_at": pl.Datetime("us", "UTC")})
    since = ranking.day_in_ottawa(pl.col("profile_submitted_at"))
    spans = frame.select(since.alias("from"), ranking.lives_until(since, law).alias("until"))
    for moment, (first, until) in zip(moments, spans.iter_rows(), strict=True):
        for day, is_live in ((first, True), (day_before(until), True), (until, False)):
            assert placed({"profile_submitted_at": moment}, as_of=day)["is_live"][0] is is_live
        assert placed({"profile_submitted_at": moment}, as_of=day_before(first))["is_live"][0] is False
