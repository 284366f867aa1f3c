"""Why a cell cannot be read or taken, and what would be right: both readings of what is ambiguous are named."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from validation import numbers, synonyms
from validation.columns import ABILITIES, ENGLISH_TESTS, FRENCH_TESTS, PROVINCES, Column, Kind
from validation.parse import ERROR_CELL, ID_AS_DAY, ID_IN_POWERS, LONGEST_TEXT
from validation.sheet_xml import NO_RESULT, NO_TEXT

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
_CONTENTS = {"(Binary)": "bytes", "(Struct)": "a record", "(Duration)": "a length of time"}
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
    if value.startswith(NO_TEXT):
        return (
            f"The cell holds {_CONTENTS.get(value[len(NO_TEXT) :], 'what is no text')}, not text.",
            "Write the column as text, numbers or dates.",
        )
    if re.fullmatch(ERROR_CELL.strip("^$"), value):
        return f"The cell shows the error {value}.", f"Correct the formula or write the value{_or_empty(column)}"
    return _of_any_kind(column, value) or _BY_KIND[column.kind](column, value)


def _or_empty(column: Column) -> str:
    """The end of a fix: that a cell may stay empty, or what an empty one is taken as; nothing where it is required."""
    if column.required:
        return "."
    taken_as = synonyms.EMPTY_IS.get(column.name)
    return f"; an empty cell means {taken_as}." if taken_as else f"; {EMPTY_MEANS}."


def _of_any_kind(column: Column, value: str) -> Told | None:
    """Name what any column refuses: invisible characters, a word for what is not known, the format of a date or time."""
    if column.kind == "text":
        return None
    marks = dict.fromkeys(f"U+{ord(letter):04X}" for letter in value if unicodedata.category(letter) == "Cf")
    if marks:
        return f"The cell holds an invisible character ({', '.join(marks)}).", "Type the value again by hand."
    if synonyms.is_not_known(value):
        return "The cell holds a word or a sign for what is not known.", _instead_of_not_known(column)
    timed = _FORMATTED.fullmatch(value)
    if timed and column.kind not in DATES:
        return _formatted_as_date(column, timed[1], timed[2] or "")
    return None


def _instead_of_not_known(column: Column) -> str:
    """What to write for a word that says not known: nothing only where an empty cell gives no other answer."""
    if column.required:
        return "Write the value; it is required."
    if column.name in synonyms.STATES_PRESENCE:
        return "Leave the cell empty, which means that there is none."
    if column.name not in synonyms.EMPTY_IS:
        return "Leave the cell empty."
    value = (
        f"one of: {', '.join(column.values)}"
        if column.values
        else "yes or no"
        if column.kind == "yes_no"
        else "the value"
    )
    return f"Write {value}{_or_empty(column)}"


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
    if re.fullmatch(ID_AS_DAY, value.strip()):
        return (
            "A spreadsheet turned the client_id into a date.",
            "Format the column as text and type the client_id again.",
        )
    if re.fullmatch(ID_IN_POWERS, value.strip()):
        return (
            f"A spreadsheet shortened the client_id to {value}, and its last digits are lost.",
            "Format the column as text and type the client_id again.",
        )
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
    return _other_day(column, value)


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


def _other_day(column: Column, value: str) -> Told:
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
    return "It is not a date.", f"Write the date as YYYY-MM-DD{_or_empty(column)}"


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _spelled(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _date_time(column: Column, value: str) -> Told:
    mend = "Write the moment in UTC, like 2021-09-11T10:55:43Z; where only the day is known, write the day, like 2021-09-11."
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
    return "It is neither yes nor no.", f"{fix}{_or_empty(column)}"


def _number(column: Column, value: str) -> Told:
    if value.lower().lstrip("+-") in {"nan", "inf", "infinity"}:
        return f"{value} is not a number that can be counted with.", f"Write the number{_or_empty(column)}"
    found = numbers.meaning(column, value)
    if found.problem:
        return found.problem, f"{found.fix}{_or_empty(column)}"
    if len(found.readings) > 1:
        either = " or ".join(found.readings)
        return f"{value} is ambiguous: it may be {either}.", f"Write {either}, with a point or none."
    if found.readings:
        return f"{value} is not written as a plain number.", f"Write {found.readings[0]}."
    return "It is not a number.", f"Write a number{_or_empty(column)}"


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
        f"Look the code up with drawline noc{_or_empty(column)}",
    )


def disagreement(sheet: str, found: str) -> Told:
    """That a summary column and the rows of a detail sheet do not say the same."""
    return f"The rows of {sheet} say otherwise: {found}.", "The rows decide; mend them, or this cell."


def family_is_larger(stated: str, found: int) -> Told:
    """That family_size is smaller than the persons on record."""
    return (
        f"family_size is {stated}, but the record shows {found} persons: the client, the spouse or partner, and the "
        "dependent children of the sheet Dependants.",
        f"{found} is used. Correct family_size, marital_status or the rows of Dependants.",
    )


def nomination_has_ended(province: str, ended_on: date) -> Told:
    """That the nomination of the Documents sheet ended before the day scored, while the Candidates row states one."""
    return (
        f"provincial_nomination is {province}, but the nomination on the sheet Documents ended on {ended_on}. Its points "
        "are counted.",
        "Add the new nomination to Documents, or empty provincial_nomination.",
    )


def unusable_lock_in(applied_on: str, reason: str, issued_on: date | None) -> Told:
    """That nomination_applied_on cannot lock in the age of a child: the day is not possible, or nobody is nominated."""
    if reason == "after_the_day":
        return (
            f"nomination_applied_on {applied_on} is after the day scored. It is not used, and the day on which a child's age "
            "is locked in is not known.",
            "Correct nomination_applied_on, or score a later day with --as-of.",
        )
    if reason == "after_the_issue":
        return (
            f"nomination_applied_on {applied_on} is after the nomination on the sheet Documents was issued on {issued_on}. It "
            "is not used, and the day of issue is the latest possible day.",
            "Correct nomination_applied_on, or issued_on of the nomination.",
        )
    return (
        f"nomination_applied_on is {applied_on}, but no nomination is on record. The cell is not used.",
        "Enter provincial_nomination once the nomination is issued, or empty nomination_applied_on.",
    )


def empty_cell(column: Column, stake: Mapping[str, Any]) -> Told:
    """That an empty cell of Candidates costs points, while another cell suggests what it would say."""
    by, tried = stake["suggested_by"], _as_written(stake["tried"])
    said = _HELD[column.kind] if column.kind in _HELD else f"{by} says {_as_written(stake['suggests'])}"
    if by == "education":
        said = "Education has a row of two years or more in Canada"
    with_it = "With it" if column.kind == "province" else f"With {tried} in it"
    if column.name == "family_size":
        said += f", and {_programs(stake)} undetermined"
    return (
        f"{column.name} is empty, though {said}. {with_it}: {_gain(stake)}.",
        _FIX_OF_CELL.get((column.name, by))
        or f"{_FILL_IN.get(column.kind, 'Fill in')} {column.name}"
        + (f": one of {', '.join(column.values)}." if column.values else "."),
    )


# What Documents holds where it suggests a cell.
_HELD: Mapping[Kind, str] = {
    "province": "Documents holds a nomination",
    "date": "Documents holds an assessment",
}
_FIX_OF_CELL = {
    ("family_size", "settlement_funds_cad"): "Write the number of persons in family_size, the client included.",
    ("certificate_of_qualification", "certificate_noc"): (
        "Write yes in certificate_of_qualification, or empty certificate_noc."
    ),
}
_FILL_IN: Mapping[Kind, str] = {
    "yes_no": "Write yes or no in",
    "number": "Write the number, 0 for none, in",
    "integer": "Write the number, 0 for none, in",
    "noc": "Write the code of the occupation in",
    "country": "Write the country in",
    "date": "Write the day in",
    "province": "Write the province or territory that nominated, or correct Documents:",
}


def _as_written(value: str) -> str:
    return {"true": "yes", "false": "no"}.get(value, value.removesuffix(".0"))


def _programs(stake: Mapping[str, Any]) -> str:
    """The programs that a client would meet, as a subject with its verb."""
    names = [name.upper() for name in stake["programs"].split("|")]
    return f"{' and '.join(names)} {'is' if len(names) == 1 else 'are'}"


def _gain(stake: Mapping[str, Any]) -> str:
    """What a client would have with cells filled in."""
    now, then = stake["crs_now"], stake["crs_then"]
    points = f"{then - now} more CRS points ({then}, not {now})" if then > now else ""
    met = f"{' and '.join(name.upper() for name in stake['programs'].split('|'))} met" if stake["programs"] else ""
    return " and ".join(part for part in (points, met) if part)


def empty_rows(sheet: str, stake: Mapping[str, Any]) -> Told:
    """That cells of a client's detail rows are empty which keep them from proving anything."""
    missing = [part.split(" ") for part in stake["column"].split("|")]
    counts = [f"{name} in {number} {'row' if number == '1' else 'rows'}" for name, number in missing]
    return (
        f"Empty cells of the client's {sheet} prove nothing: {', '.join(counts)}. Filled in, they may give "
        f"{_gain(stake)}.",
        f"Fill in {', '.join(name for name, _ in missing)} of the client's rows.",
    )


def several_occupations(now: int, then: int) -> Told:
    """That foreign work in several occupations counts, which the official tool does not ask for."""
    return (
        f"The CRS total is {now} with foreign work in all occupations, and {then} with the best single one. The "
        "instructions allow several occupations. The official tool asks for one.",
        "Check which years the profile declares. For the strict reading, set crs.records.foreign_work_one_occupation = true.",
    )


def repeated_credential(address: str) -> Told:
    """That an Education row has the same level, country and day of completion as another one of the person."""
    return (
        f"The row is the same credential as {address}: level, country and completion day are equal. They count as one, "
        "with the valid assessment that serves best.",
        "Delete the row of the older assessment, or correct level, country or completed_on if they are two credentials.",
    )


def nameless_credential(address: str, stake: Mapping[str, Any] | None) -> Told:
    """That an Education row without a country may repeat another one of the person; and what a further one would give."""
    gain = "" if stake is None else f" With another country: {_gain(stake)}."
    return (
        f"The row has the level and completion day of {address}, and its country is empty. It proves no further credential."
        + gain,
        "Enter the country.",
    )


def columns_not_given(names: list[str], taken_as: list[str]) -> Told:
    """That a sheet of a file lacks columns, and as what its rows are taken."""
    columns = "column" if len(names) == 1 else "columns"
    return (
        f"The sheet has no {columns} {' and '.join(names)}. Taken for all its rows: {'; '.join(taken_as)}.",
        f"Add the {columns}, with no where a row is otherwise.",
    )


def cells_not_given(numbers: Mapping[str, int], taken_as: list[str]) -> Told:
    """That cells of rows of work in Canada are empty, and as what these rows are taken."""
    counts = [f"{name} in {number} {'row' if number == 1 else 'rows'}" for name, number in numbers.items()]
    return (
        f"Cells of authorized work in Canada are empty: {', '.join(counts)}. Taken for these rows: {'; '.join(taken_as)}.",
        f"Enter no in {' and '.join(numbers)} where a row is otherwise, and yes elsewhere.",
    )


def high_wage_doubt(column: str, proven: int, possible: int) -> Told:
    """That the record leaves more points for high-wage occupations possible than it proves."""
    problem = f"{proven} points for a high-wage occupation and the job offer are proven, {possible} are possible."
    if column == "job_offer_noc":
        return problem, "Write the code of NOC 2021 that the offer names."
    return problem, "Fill in Work history: occupation, days, hours, pay and permission of each job in Canada."


def language_note(column: str, note: str, language: str | None, total: int | None, other_total: int | None) -> Told:
    """What was chosen of the language results, or what would serve better than what is named."""
    whose = "spouse's first" if column.startswith("spouse") else "first"
    if note == "taken_as_first":
        return (
            f"{column} is empty. {str(language).capitalize()} is taken as the {whose} official language: of the results on "
            "file it serves best.",
            f"Enter {language}, or the language that the profile names.",
        )
    if note.startswith("another_"):
        opens = {
            "another_opens_the_pool": "a program is met that is not met now, and ",
            "another_may_open_the_pool": "no program is ruled out any more, and ",
        }.get(note, "")
        return (
            f"With {str(language).capitalize()} as the {whose} official language {opens}the CRS total is {other_total}, "
            f"not {total}.",
            f"Enter {language} if the profile can be changed.",
        )
    return (
        "There are too many language results to try every combination. Only the newest are used.",
        "Delete the results that the profile will not use.",
    )


def _edition(code: str) -> str:
    return f"{code} (NOC {'2016' if len(code) == NOC_2016_DIGITS else '2021'})"
