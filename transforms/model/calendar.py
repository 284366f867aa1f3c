"""Calendar arithmetic by name; a day that a year lacks (29 February) falls on 1 March."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache

import polars as pl

MONTHS_IN_A_YEAR = 12
MONTHS_IN_HALF_A_YEAR = 6
DAYS_IN_A_WEEK = 7
MAX_YEAR_DAYS = 366
MAX_HALF_YEAR_DAYS = 184
MAX_MOMENTS = 1024


@lru_cache(MAX_MOMENTS)
def moment(at: datetime) -> pl.Expr:
    """A moment in UTC as a literal, made once."""
    return pl.lit(at)


def years_later(day: date, years: int) -> date:
    """The anniversary of a day a number of years later (negative: earlier)."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, day.month + 1, 1)


def months_later(day: date, months: int) -> date:
    """The same day of the month a number of months later (negative: earlier), or the first day after a shorter month."""
    year, month = divmod(day.year * MONTHS_IN_A_YEAR + day.month - 1 + months, MONTHS_IN_A_YEAR)
    try:
        return date(year, month + 1, day.day)
    except ValueError:
        return date(year, month + 2, 1)


def day_before(day: date) -> date:
    """The day before a day."""
    return day - timedelta(days=1)


def day_after(day: date) -> date:
    """The day after a day."""
    return day + timedelta(days=1)


def completed_years(since: pl.Expr, on: date | pl.Expr) -> pl.Expr:
    """Whole years completed on a day since each date (Int16), negative for later dates; empty stays empty."""
    day = pl.lit(on) if isinstance(on, date) else on
    before_anniversary = (since.dt.month() > day.dt.month()) | (
        (since.dt.month() == day.dt.month()) & (since.dt.day() > day.dt.day())
    )
    return (day.dt.year() - since.dt.year() - before_anniversary.cast(pl.Int32)).cast(pl.Int16)


def first_day_short_of(years: int, on: date) -> date:
    """The first day since which a number of years is not completed on a day, as `completed_years` counts them."""
    same = years_later(on, -years)
    # Of 29 February in a year that lacks it: 1 March, from which the years are not completed.
    return same if same.day != on.day else same + timedelta(days=1)


def completed_months(since: pl.Expr, until: pl.Expr) -> pl.Expr:
    """Whole months from each date to another one (Int32); a day that a month lacks falls on the first of the next."""
    months = (until.dt.year() - since.dt.year()) * MONTHS_IN_A_YEAR + until.dt.month() - since.dt.month()
    return months - (until.dt.day() < since.dt.day()).cast(pl.Int32)


def anniversary(since: pl.Expr, years: int | pl.Expr) -> pl.Expr:
    """The anniversary (Date) of each date a number of years later (negative: earlier); empty where either is."""
    return _moved(since, f"{years}y" if isinstance(years, int) else pl.format("{}y", years))


def same_day(since: pl.Expr, months: int | pl.Expr) -> pl.Expr:
    """The same day of the month (Date) a number of months later (negative: earlier), or the first day after a shorter
    month; empty stays empty.
    """
    return _moved(since, f"{months}mo" if isinstance(months, int) else pl.format("{}mo", months))


def _moved(since: pl.Expr, by: str | pl.Expr) -> pl.Expr:
    """A date moved by whole months or years; what falls behind a month's end is its next day."""
    clamped = since.dt.offset_by(by)
    return clamped + pl.duration(days=(clamped.dt.day() != since.dt.day()).cast(pl.Int32))


def younger_than(since: pl.Expr, years: int, on: date | pl.Expr) -> pl.Expr:
    """Is a date on or before a day and its anniversary of so many years after that day? Empty stays empty."""
    return (since <= on) & (completed_years(since, on) < years)
