"""Who is in the pool on a day, and in which order a round takes them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import polars as pl

from transforms.model.calendar import completed_years, first_day_short_of, moment
from transforms.model.columns import SUBMITTED_LATEST
from transforms.model.vocabulary import OTTAWA
from transforms.rules import Law
from transforms.rules.lookup import Frame, day_of, once_a_day, once_a_law
from transforms.scoring.crs import offer_qualifies

POOL_STATUSES = ("in_pool", "declined")


def day_in_ottawa(moment: pl.Expr) -> pl.Expr:
    """The day (Date) on which a moment in UTC falls in Ottawa."""
    return moment.dt.convert_time_zone(OTTAWA).dt.date()


def lives_until(since: pl.Expr, law: Law) -> pl.Expr:
    """The first day (Date) on which a profile that was submitted on a day lives no more."""
    anniversary = since.dt.offset_by(f"{law['pool.profile_life_years']}y")
    falls_on_1_march = (since.dt.day() != anniversary.dt.day()).cast(pl.Int32)
    return (anniversary + pl.duration(days=falls_on_1_march)).cast(pl.Date)


def submitted_latest(columns: Collection[str]) -> pl.Expr:
    """The last second (Datetime) at which the profile may have been submitted; of a frame without it, the second itself."""
    first = pl.col("profile_submitted_at")
    return pl.coalesce(SUBMITTED_LATEST, first) if SUBMITTED_LATEST in columns else first


def is_live_at(window: tuple[datetime, datetime], law: Law, columns: Collection[str]) -> pl.Expr:
    """Does the profile live at a moment that lies within a window (first and last second)? Boolean, empty: undetermined.

    A profile lives from the second of its submission until the same time of Ottawa one year later (MI-2017-1, s. 4(1);
    of 29 February: 1 March), without that second. Empty where the window or the span of the submission leaves it open:
    of a window of a whole day, wherever the profile was submitted or ended on it.
    """
    earliest, latest = window
    first, last = pl.col("profile_submitted_at"), submitted_latest(columns)
    if earliest != latest:
        earliest -= timedelta(seconds=1)
    begun = pl.when(last <= earliest).then(True).when(first > latest).then(False)
    goes_on = (
        pl.when(_life_ends(first, law) > _clock_in_ottawa(latest))
        .then(True)
        .when(_life_ends(last, law) <= _clock_in_ottawa(earliest))
        .then(False)
    )
    return begun & goes_on


def _clock_in_ottawa(moment: datetime) -> datetime:
    """What the clocks of Ottawa show at a moment in UTC, without a zone."""
    return moment.astimezone(ZoneInfo(OTTAWA)).replace(tzinfo=None)


def _life_ends(submitted: pl.Expr, law: Law) -> pl.Expr:
    """What the clocks of Ottawa show (Datetime without a zone) when a profile of a moment in UTC lives no more."""
    clock = submitted.dt.convert_time_zone(OTTAWA).dt.replace_time_zone(None)
    anniversary = clock.dt.offset_by(f"{law['pool.profile_life_years']}y")
    falls_on_1_march = (clock.dt.day() != anniversary.dt.day()).cast(pl.Int32)
    return anniversary + pl.duration(days=falls_on_1_march)


def placed_in_pool(scored: Frame, law: Law) -> Frame:
    """The scored clients with `pool_status` filled in, `is_live` and `in_pool` (Boolean; empty: undetermined).

    Live: status in_pool or declined, and the profile submitted on or before the day and less than its life earlier
    (days of Ottawa), or on a day that is not on record. In the pool: live and eligible for a program. Until 2017-06-05
    also registered with Job Bank, unless nominated or with a qualifying offer.

    A profile lives until the same time one year after it was received (MI-2017-1, s. 4(1)), so that the pool of a day
    is the pool at that day's end.
    """
    state, enters = _states(law)
    return scored.with_columns(state).with_columns(_lives(law)).with_columns(enters)


@once_a_law
def _states(law: Law) -> tuple[pl.Expr, pl.Expr]:
    """pool_status filled in, and in_pool."""
    submitted = pl.col("profile_submitted_at").is_not_null()
    status = pl.col("pool_status").fill_null(pl.when(submitted).then(pl.lit("in_pool")).otherwise(pl.lit("draft")))
    return status.alias("pool_status"), (pl.col("is_live") & may_enter(law)).alias("in_pool")


@once_a_day
def _lives(law: Law) -> pl.Expr:
    """is_live, by a pool_status that is filled in."""
    lives = _submitted_in_time_by_row(law) if law.by_row else _submitted_in_time(law)
    return (pl.col("pool_status").is_in(POOL_STATUSES) & lives.fill_null(value=True)).alias("is_live")


def _submitted_in_time(law: Law) -> pl.Expr:
    """Was the profile submitted up to the day, and less than its life before it? By moments in UTC."""
    first = first_day_short_of(law["pool.profile_life_years"], law.as_of)
    begins, ends = (begin_in_ottawa(day) for day in (first, law.as_of + timedelta(days=1)))
    submitted = pl.col("profile_submitted_at")
    return (submitted >= moment(begins)) & (submitted < moment(ends))


def _submitted_in_time_by_row(law: Law) -> pl.Expr:
    """As `_submitted_in_time`, on each row's own day."""
    submitted = day_in_ottawa(pl.col("profile_submitted_at"))
    age = completed_years(submitted, day_of(law))
    return (submitted <= day_of(law)) & (age < law["pool.profile_life_years"])


def begin_in_ottawa(day: date) -> datetime:
    """The moment in UTC at which a day begins in Ottawa."""
    return datetime.combine(day, time(), ZoneInfo(OTTAWA)).astimezone(UTC)


@once_a_law
def may_enter(law: Law) -> pl.Expr:
    """Does a live profile make its owner one of the pool: eligible, and registered with Job Bank where that is asked?"""
    registered: pl.Expr = pl.lit(value=True)
    if law["rounds.job_bank_registration_required"]:
        registered = pl.col("job_bank_registered") | pl.col("is_nominated") | offer_qualifies(law)
    return registered & pl.col("pool_eligible")


def rank_keys(law: Law) -> tuple[list[str], list[bool]]:
    """The columns that order a round and which of them fall: score, then (once the law has it) the tie-break."""
    if law["rounds.tie_break"]:
        return ["crs_total", "profile_submitted_at"], [True, False]
    return ["crs_total"], [True]


def places(law: Law, within: pl.Expr | None = None) -> pl.Expr:
    """The place (Int32) of each row by the round's order; equals share a place; empty outside `within`."""
    keys, falling = rank_keys(law)
    return _places(keys, falling, within)


def _places(keys: Sequence[str], falling: Sequence[bool], within: pl.Expr | None) -> pl.Expr:
    # Who has no time of submission on record comes last among equal scores.
    order = pl.struct(
        (-pl.col(key).cast(pl.Int64) if down else pl.col(key).cast(pl.Int64).fill_null(pl.Int64.max())).alias(key)
        for key, down in zip(keys, falling, strict=True)
    )
    if within is None:
        return order.rank("min").cast(pl.Int32)
    return pl.when(within).then(order).rank("min").cast(pl.Int32)


def ranked(placed: pl.DataFrame, law: Law) -> pl.DataFrame:
    """The clients with `rank` (Int32), their place in the file's own pool; empty outside it."""
    return placed.with_columns(places(law, pl.col("in_pool").fill_null(value=False)).alias("rank"))
