"""Messages on cells that are no date or moment; both days of an ambiguous date are named."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from transforms.model.columns import Column
from transforms.model.wording import N_, _, full_date, listing
from validation.intake.problems import ProblemText
from validation.values import dates
from validation.values.vocabulary import or_empty

DATES = frozenset({"date", "date_time"})
OLDEST_YEAR, LATEST_YEAR = 1900, 2100
# Day 1 of the two ways in which spreadsheets count days.
SERIAL_1900 = date(1899, 12, 30)
SERIAL_1904 = date(1904, 1, 1)
_SERIAL = re.compile(r"[0-9]{3,6}(\.[0-9]+)?")
_FIRST = {"dmy": N_("the day first ({text})"), "mdy": N_("the month first ({text})")}


def not_a_date(column: Column, value: str) -> ProblemText:
    """A text that is no date."""
    as_iso = _("Write the date as YYYY-MM-DD{or_empty}").format(or_empty=or_empty(column))
    if _is_a_year(value):
        return _year_alone(value), as_iso
    if _SERIAL.fullmatch(value):
        days = timedelta(days=int(float(value)))
        first, second = SERIAL_1900 + days, SERIAL_1904 + days
        return (
            _(
                "A bare number is no date: {value} is {first} where days are counted from 1900, {second} where "
                "from 1904."
            ).format(value=value, first=first, second=second),
            _("Format the cell as a date, or write it as text like {first}.").format(first=first),
        )
    if re.fullmatch(r"0[0-9]{3}-[0-9]{2}-[0-9]{2}", value):
        return _("The year of {value} cannot be right.").format(value=value), _("Write the year with its four digits.")
    text, time = dates.split_time(value)
    written = dates.written(text)
    if written is None:
        names_no_day = dates.names_month_alone(text)
        return _("{value} names no day.").format(value=value) if names_no_day else _("It is not a date."), as_iso
    if time and not time.is_midnight and written.only:
        return (
            _("It has a time of day ({time}) where only a date is meant.").format(time=value[len(text) :].strip(" T,")),
            _("Write {day}.").format(day=written.only),
        )
    return _open_day(text, written)


def _is_a_year(value: str) -> bool:
    """Is a text a number that people mean as a year rather than as a day that is counted?"""
    return re.fullmatch(r"[0-9]{4}(\.0*)?", value) is not None and OLDEST_YEAR <= float(value) <= LATEST_YEAR


def _year_alone(value: str) -> str:
    return _("{value} looks like a year, without month and day.").format(value=value)


def not_a_moment(column: Column, value: str) -> ProblemText:
    """A text that is no moment."""
    fix = _(
        "Write the moment in UTC, like 2021-09-11T10:55:43Z; where only the day is known, write the day,"
        " like 2021-09-11."
    )
    if _is_a_year(value):
        return _year_alone(value), fix
    if _SERIAL.fullmatch(value):
        moment = datetime.combine(SERIAL_1900, datetime.min.time()) + timedelta(days=float(value))
        other = moment + (SERIAL_1904 - SERIAL_1900)
        return (
            _(
                "A bare number is no moment: {value} is {moment:%Y-%m-%d %H:%M:%S} where days are counted from "
                "1900, {other:%Y-%m-%d %H:%M:%S} where from 1904."
            ).format(value=value, moment=moment, other=other),
            fix,
        )
    text = dates.split_time(value)[0]
    written = dates.written(text)
    if written and (len(written.distinct) > 1 or written.is_short_year):
        return _open_day(text, written)[0], fix
    return _("It is not a moment with date and time."), fix


def _open_day(text: str, written: dates.Written) -> ProblemText:
    """Why a text that is written as a date is none: two days or none, or a year of two digits."""
    if written.is_short_year:
        return _("{text} has a year of two digits.").format(text=text), _("Write the date as YYYY-MM-DD.")
    if len(written.distinct) > 1:
        one, other = written.distinct[:2]
        return _("{text} is ambiguous: it may be {one} or {other}.").format(
            text=text, one=full_date(one), other=full_date(other)
        ), _("Write {one} or {other}.").format(one=one, other=other)
    if written.only:
        return _("{text} is not written as YYYY-MM-DD.").format(text=text), _("Write {day}.").format(day=written.only)
    return _("There is no such day as {text}.").format(text=text), _("Write the date as YYYY-MM-DD.")


def with_settled_order(
    message: ProblemText, column: Column, value: str, orders: Mapping[dates.Order, str]
) -> ProblemText:
    """What is said of an ambiguous date, with the order that other cells of its column settle.

    `orders` holds the orders that single cells settle, each with such a cell.
    """
    written = dates.written(dates.split_time(value)[0])
    if written is None or len(written.distinct) < len(_FIRST) or not orders:
        return message
    problem, fix = message
    examples = listing(_(_FIRST[order]).format(text=text) for order, text in orders.items() if order in _FIRST)
    problem = _("{problem} Other cells of the column have {examples}.").format(problem=problem, examples=examples)
    if len(orders) > 1:
        return problem, fix
    [order] = orders
    return problem, _("Write {day}, or name the order in a map: {rule}.").format(
        day=written.days[order], rule=f"dates: {{{column.name}: {order}}}"
    )


def formatted_as_date(column: Column, day: str, time: str) -> ProblemText:
    """A cell of another kind that a spreadsheet formats as a date, as it does with 7.5 where that is a way of writing 7 May."""
    fix = (
        _("Format the cell as a number and write the number again.")
        if column.kind in {"number", "integer"}
        else _("Format the cell as text and write the value again.")
    )
    if not day or day.startswith(("1899-12-3", "1904-01-01")):
        return _("The cell is formatted as a time ({time}).").format(time=time), fix
    found = _day(day)
    return _("The cell is formatted as a date ({day}).").format(day=full_date(found) if found else day), fix


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
