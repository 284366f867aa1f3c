"""Why a cell cannot be read or taken, and what would be right: both readings of what is ambiguous are named."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime, timedelta

from validation import numbers, synonyms
from validation.columns import ABILITIES, ENGLISH_TESTS, FRENCH_TESTS, PROVINCES, Column, Kind
from validation.parse import ERROR_CELL, LONGEST_TEXT
from validation.sheet_xml import NO_RESULT

Told = tuple[str, str]

# Day 1 of the two ways in which spreadsheets count days.
SERIAL_1900 = date(1899, 12, 30)
SERIAL_1904 = date(1904, 1, 1)
NOC_2016_DIGITS = 4
NOC_2021_DIGITS = 5
OLDEST_YEAR = 1900
WRITTEN_DATES = (
    "%d %B %Y", "%B %d, %Y", "%B %d %Y", "%d %b %Y", "%b %d, %Y", "%b %d %Y", "%d-%b-%Y", "%d-%B-%Y", "%d-%b-%y",
    "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%Y-%m-%d",
)  # fmt: skip
EMPTY_MEANS = "leave the cell empty where it is not known"
_SLASHED = re.compile(r"([0-9]{1,2})[/.\-]([0-9]{1,2})[/.\-]([0-9]{4}|[0-9]{2})(?:[ T].*)?")
_SERIAL = re.compile(r"[0-9]{3,6}(\.[0-9]+)?")
_WITH_TIME = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]([0-9]{1,2}:[0-9]{2}.*)")
# A date or a time as a spreadsheet's own cell is read: 2026-05-07 00:00:00, or 09:00:00.
_FORMATTED = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})?[T ]?([0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.[0-9]+)?")
DATES = frozenset({"date", "date_time"})
PROVINCE = Column("province", "province", "")


def unreadable(column: Column, value: str) -> Told:
    """What is wrong with a cell that could not be read, and what would be right: only what means the same."""
    if value.startswith(NO_RESULT):
        return (
            "The cell holds a formula whose result is not stored in the file.",
            "Open the file in a spreadsheet program and save it, or write the value itself.",
        )
    if re.fullmatch(ERROR_CELL.strip("^$"), value):
        return f"The cell shows the error {value}.", f"Correct the formula or write the value{_or_empty(column)}"
    return _of_any_kind(column, value) or _BY_KIND[column.kind](column, value)


def _or_empty(column: Column) -> str:
    """The end of a fix: that a cell may stay empty, but where the column is required."""
    return "." if column.required else f"; {EMPTY_MEANS}."


def _of_any_kind(column: Column, value: str) -> Told | None:
    """Name what any column refuses: invisible characters, a word for what is not known, the format of a date or time."""
    if column.kind == "text":
        return None
    marks = dict.fromkeys(f"U+{ord(letter):04X}" for letter in value if unicodedata.category(letter) == "Cf")
    if marks:
        return f"The cell holds an invisible character ({', '.join(marks)}).", "Type the value again by hand."
    if synonyms.is_not_known(value):
        none = column.name in synonyms.STATES_PRESENCE
        return (
            "The cell holds a word or a sign for what is not known.",
            "Write the value; it is required."
            if column.required
            else "Leave the cell empty, which means that there is none."
            if none
            else "Leave the cell empty.",
        )
    timed = _FORMATTED.fullmatch(value)
    if timed and column.kind not in DATES:
        return _formatted_as_date(column, timed[1], timed[2] or "")
    return None


def _formatted_as_date(column: Column, day: str, time: str) -> Told:
    """A cell of another kind that a spreadsheet formats as a date, as it does with 7.5 where that is a way of writing 7 May."""
    what = "a number" if column.kind in {"number", "integer"} else "text"
    written = "the number" if what == "a number" else "the value"
    if not day or day.startswith(("1899-12-3", "1904-01-01")):
        return f"The cell is formatted as a time ({time}).", f"Format the cell as {what} and write {written} again."
    found = _day(day)
    shown = _spelled(found) if found else day
    return f"The cell is formatted as a date ({shown}).", f"Format the cell as {what} and write {written} again."


def _text(column: Column, value: str) -> Told:
    if len(value) > LONGEST_TEXT:
        return f"The text is longer than {LONGEST_TEXT:,} characters.", "Shorten it."
    return "The text holds control characters that no workbook can show.", "Type it anew."


def _date(column: Column, value: str) -> Told:
    slashed = _SLASHED.fullmatch(value)
    if slashed:
        return _ambiguous_day(value, *slashed.groups())
    if _SERIAL.fullmatch(value):
        days = timedelta(days=int(float(value)))
        first, second = SERIAL_1900 + days, SERIAL_1904 + days
        return (
            f"A bare number is no date: {value} is {first} where days are counted from 1900, {second} where from 1904.",
            f"Format the cell as a date, or write it as text like {first}.",
        )
    timed = _WITH_TIME.fullmatch(value)
    if timed and _day(timed[1]):
        return f"It has a time of day ({timed[2]}) where only a date is meant.", f"Write {timed[1]}."
    return _other_day(value)


def _ambiguous_day(value: str, first: str, second: str, year: str) -> Told:
    """A date by three numbers with the year last, whose order of day and month cannot be told."""
    if len(year) == len("25"):
        return f"{value} has a year of two digits and no certain order of day and month.", "Write it as YYYY-MM-DD."
    one, other = _day(f"{year}-{second:0>2}-{first:0>2}"), _day(f"{year}-{first:0>2}-{second:0>2}")
    if one and other and one != other:
        return (
            f"{value} is ambiguous: it may be {_spelled(one)} or {_spelled(other)}.",
            f"Write {one} or {other}.",
        )
    found = one or other
    if found:
        return f"{value} is not an ISO date; only {_spelled(found)} can be meant.", f"Write {found}."
    return f"There is no such day as {value}.", "Write the date as YYYY-MM-DD."


def _other_day(value: str) -> Told:
    if re.fullmatch(r"0[0-9]{3}-[0-9]{2}-[0-9]{2}", value):
        return f"The year of {value} cannot be right.", "Write the year with its four digits."
    for written in WRITTEN_DATES:
        try:
            found = datetime.strptime(value, written).date()
        except ValueError:
            continue
        return f"{value} is not written as an ISO date.", f"Write {found}."
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        return f"There is no such day as {value}.", "Write the date as YYYY-MM-DD."
    return "It is not a date.", f"Write the date as YYYY-MM-DD, or {EMPTY_MEANS}."


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _spelled(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _date_time(column: Column, value: str) -> Told:
    mend = "Write the moment in UTC to the second, like 2021-09-11T10:55:43Z."
    day = _day(value[:10])
    if day and re.fullmatch(r"(?:[T ]00:00:00(?:\.0+)?)?", value[10:]):
        return (
            "It is a day without a time; the tie-break between equal scores needs the second.",
            f"{mend} If it was midnight itself, write {day}T00:00:00Z as text.",
        )
    if day and re.fullmatch(r"[T ][0-9]{1,2}:[0-9]{2}Z?", value[10:]):
        return "The seconds are missing; the tie-break between equal scores needs them.", mend
    if _SERIAL.fullmatch(value):
        moment = datetime.combine(SERIAL_1900, datetime.min.time()) + timedelta(days=float(value))
        other = moment + (SERIAL_1904 - SERIAL_1900)
        return (
            f"A bare number is no moment: {value} is {moment:%Y-%m-%d %H:%M:%S} where days are counted from 1900, "
            f"{other:%Y-%m-%d %H:%M:%S} where from 1904.",
            mend,
        )
    slashed = re.match(r"([0-9]{1,2})[/.\-]([0-9]{1,2})[/.\-]([0-9]{4})", value)
    if slashed:
        return _ambiguous_day(slashed[0], *slashed.groups())[0], mend
    return "It is not a moment with date and time.", mend


def _yes_no(column: Column, value: str) -> Told:
    meant = synonyms.YES_NO.get(synonyms.words(value))
    fix = f"Write {meant}" if meant else "Write yes or no"
    return "It is neither yes nor no.", f"{fix}; {EMPTY_MEANS}."


def _number(column: Column, value: str) -> Told:
    if value.lower().lstrip("+-") in {"nan", "inf", "infinity"}:
        return f"{value} is not a number that can be counted with.", f"Write the number; {EMPTY_MEANS}."
    found = numbers.meaning(column, value)
    if found.problem:
        return found.problem, f"{found.fix}; {EMPTY_MEANS}."
    if len(found.readings) > 1:
        either = " or ".join(found.readings)
        return f"{value} is ambiguous: it may be {either}.", f"Write {either}, with a point or none."
    if found.readings:
        return f"{value} is not written as a plain number.", f"Write {found.readings[0]}."
    return "It is not a number.", f"Write a number; {EMPTY_MEANS}."


def _integer(column: Column, value: str) -> Told:
    if re.fullmatch(r"[+-]?[0-9]*\.[0-9]+", value):
        return f"{value} is not a whole number.", "Write a whole number."
    if re.fullmatch(r"[+-]?[0-9]+", value):
        return f"{value} is too large.", "Write the number that is meant."
    return _number(column, value)


def _abilities(column: Column, value: str) -> Told:
    return (
        "It is not a list of abilities.",
        f"Write those that are excused, comma between, of: {', '.join(ABILITIES)}; leave it empty where none is.",
    )


def _round(column: Column, value: str) -> Told:
    return "It is not the number of a round.", "Write the number alone, like 204 or 91a."


def _kept(column: Column, value: str) -> Told:
    """Never asked: these kinds keep what they cannot read for the schema to find, or have a word of their own."""
    return "It cannot be read.", f"Write the value anew; {EMPTY_MEANS}."


def _country(column: Column, value: str) -> Told:
    """A text that names no country."""
    from validation.countries import same_name

    meant = same_name(value)
    fix = f"Did you mean {meant}?" if meant else "Write an ISO 3166 code (IN) or the English name (India)."
    return "No country is known by this ISO 3166 code or English name.", fix


_BY_KIND: Mapping[Kind, Callable[[Column, str], Told]] = {
    "text": _text,
    "date": _date,
    "date_time": _date_time,
    "yes_no": _yes_no,
    "integer": _integer,
    "number": _number,
    "choice": _kept,
    "noc": _kept,
    "country": _country,
    "province": _kept,
    "abilities": _abilities,
    "round": _round,
}


def unusable_value(column: Column, value: str) -> Told:
    """Why a column can never take a value, for a map that would put it there."""
    if column.kind == "choice":
        return not_a_choice(column, value)
    return not_a_province(value) if column.kind == "province" else unreadable(column, value)


def not_a_choice(column: Column, value: str) -> Told:
    """A value that is none of a column's choices; another choice is proposed only for a word that means the same."""
    for tests, language in ((ENGLISH_TESTS, "English"), (FRENCH_TESTS, "French")):
        if value in tests and value not in column.values:
            return f"{value} is an {language} test." if language == "English" else f"{value} is a French test.", (
                f"Move it to the {language} columns, or write one of: {', '.join(column.values)}."
            )
    common = _of_any_kind(column, value)
    if common:
        return common
    meant = synonyms.choice(column, value)
    sure = synonyms.SURE.get(synonyms.words(value))
    hint = (
        f"Write {meant} {sure}. The choices are"
        if meant and sure
        else f"Did you mean {meant}? Write one of"
        if meant
        else ""
    )
    return "It is none of the choices of this column.", f"{hint or 'Write one of'}: {', '.join(column.values)}."


def not_a_province(value: str) -> Told:
    """A value that is no code of a province or territory."""
    common = _of_any_kind(PROVINCE, value)
    if common:
        return common
    meant = synonyms.province(value)
    hint = f"Did you mean {meant}? " if meant else ""
    return "It is no code of a province or territory.", f"{hint}Write one of: {', '.join(PROVINCES)}; empty means none."


def unknown_noc(column: Column, value: str, known: Collection[str]) -> Told:
    """A code that is in neither classification, or that lost its leading zeros on the way; no other code is proposed."""
    common = _of_any_kind(column, value)
    if common:
        return common
    if value.isascii() and value.isdigit() and len(value) < NOC_2021_DIGITS:
        padded = [value.zfill(NOC_2016_DIGITS), value.zfill(NOC_2021_DIGITS)]
        restored = [code for code in dict.fromkeys(padded) if code in known and code != value]
        if restored:
            return (
                f"{value} is no code of NOC 2016 or NOC 2021; its leading zeros seem to be lost.",
                f"Format the cell as text and write {' or '.join(_edition(code) for code in restored)}.",
            )
    inside = [code for code in re.findall(r"(?<![0-9])[0-9]{4,5}(?![0-9])", value) if code in known]
    if len(set(inside)) == 1:
        return "The cell holds more than the code.", f"Write {inside[0]} alone."
    return (
        "It is no code of NOC 2016 (4 digits) or NOC 2021 (5 digits).",
        f"Look the code up with drawline noc; {EMPTY_MEANS}.",
    )


def disagreement(sheet: str, found: str) -> Told:
    """That a summary column and the rows of a detail sheet do not say the same."""
    return f"The rows of {sheet} say otherwise: {found}.", "The rows decide; mend them, or this cell."


def high_wage_doubt(column: str, proven: int, possible: int) -> Told:
    """That the record leaves more points for high-wage occupations possible than it proves."""
    problem = f"{proven} points for a high-wage occupation and the job offer are proven, {possible} are possible."
    if column == "job_offer_noc":
        return problem, "Write the code of NOC 2021 that the offer names."
    return problem, "Fill in Work history: occupation, days, hours, pay and permission of each job in Canada."


def _edition(code: str) -> str:
    return f"{code} (NOC {'2016' if len(code) == NOC_2016_DIGITS else '2021'})"
