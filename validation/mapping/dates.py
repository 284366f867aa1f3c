"""Dates in figures in the order that a map gives: cells as ISO text, and those that are no day in it."""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

from transforms.model.wording import N_, _
from validation.values.dates import Order, Time, Written, split_time, written

ORDERS: tuple[Order, ...] = ("dmy", "mdy", "ymd")
_IN_WORDS = {"dmy": N_("day, month, year"), "mdy": N_("month, day, year"), "ymd": N_("year, month, day")}
ISO = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}"


class ReadDates(NamedTuple):
    """The cells of a column (String) with dates in figures as ISO text, and by text the problem and fix of those that
    there are not in the order.
    """

    text: pl.Series
    wrong: dict[str, tuple[str, str]]


def read(cells: pl.Series, order: Order) -> ReadDates:
    """A column of text (String) with its dates in figures as ISO text, in an order that the map gives.

    Other cells stay as they are. A year of two digits and a day that there is not in this order are wrong.
    """
    is_odd = ~cells.str.contains(ISO).fill_null(value=True)
    found: dict[str, str] = {}
    wrong: dict[str, tuple[str, str]] = {}
    for value in cells.filter(is_odd).unique():
        text, time = split_time(value)
        own = written(text)
        if own is None or own.names_month:
            continue
        if order in own.days:
            found[value] = f"{own.days[order]}{_clock(time)}"
        elif why := _why_wrong(value, order, own):
            wrong[value] = why
    if not found:
        return ReadDates(cells, wrong)
    return ReadDates(cells.replace_strict(list(found), list(found.values()), default=cells), wrong)


def _clock(time: Time | None) -> str:
    """The end of an ISO text with a time of day of 24 hours."""
    if time is None:
        return ""
    second = "" if time.second is None else f":{time.second:02}"
    return f" {time.hour:02}:{time.minute:02}{second}{time.zone}"


def _why_wrong(value: str, order: Order, own: Written) -> tuple[str, str] | None:
    """Why a date in figures is none in an order, and the fix; None for one that begins with the year."""
    stated = _("`dates` of the map says {in_words}").format(in_words=_(_IN_WORDS[order]))
    if own.is_short_year:
        return (
            _("{value} has a year of two digits, which leaves the century open.").format(value=value),
            _("Write the date as YYYY-MM-DD."),
        )
    if "ymd" in own.days:
        return None
    if own.days:
        other = min(own.days)
        return (
            _("{value} is no day where {stated}; it is one only as {in_words}.").format(
                value=value, stated=stated, in_words=_(_IN_WORDS[other])
            ),
            _("Write {days} if that is meant, or correct `dates` of the map.").format(days=own.days[other]),
        )
    return _("There is no such day as {value}.").format(value=value), _("Write the date as YYYY-MM-DD.")
