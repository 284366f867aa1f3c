"""Cells in plain words into our own: what has one meaning is read, with a note where the words are wider than the value."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import polars as pl

from transforms.model.columns import PROVINCES, PROVINCES_WITHOUT_PROGRAM, Column, Kind, Sheet
from transforms.model.wording import _
from validation.files.sheet_xml import ERRORS, NO_RESULT, NO_TEXT
from validation.values import dates, numbers, parse, vocabulary

_ROUND = re.compile(r"(?:#|n[o°]\.?|number|round|draw|ronde|tirage)*\s*(?:#|n[o°]\.?)?\s*([0-9]+[a-z]?)", re.IGNORECASE)
_CODE = re.compile(r"(?<![0-9])[0-9]{4,5}(?![0-9])(?![.,][0-9]{1,3}(?![0-9]))")
# The years of the classifications, which stand beside codes: NOC 2021 21231.
_EDITIONS = frozenset({"2006", "2011", "2016", "2021"})
# Kinds with rules of their own for signs of doubt.
_WITH_SIGNS = frozenset({"number", "integer", "date", "date_time"})


class Reading(NamedTuple):
    """What a cell is read as: its text in our own words (None: an empty cell), and what to note of it (empty: nothing).

    `said` is what follows the number of cells in a note, `fix` what to do where it is otherwise.
    """

    text: str | None
    said: str = ""
    fix: str = ""

    @property
    def is_noted(self) -> bool:
        return bool(self.said)


@dataclass(frozen=True)
class Understood:
    """The text and the typed frame of a sheet after plain words are read, and the readings by column and cell's text."""

    text: pl.DataFrame
    typed: pl.DataFrame
    readings: Mapping[str, Mapping[str, Reading]]


def understand(
    sheet: Sheet,
    text: pl.DataFrame,
    typed: pl.DataFrame,
    noc_codes: Collection[str],
    *,
    with_notes: bool = True,
    as_of: date | None = None,
) -> Understood:
    """Reads the cells that are not in our own words; each distinct text once.

    `text` and `typed` as of `parse.typed`, and so is what comes out. Without `with_notes`, cells that are read with a note
    alone stay as they are. `as_of` is the day from which a year in a phrase is no past one (None: years say nothing).
    """
    readings: dict[str, dict[str, Reading]] = {}
    for column in sheet.columns:
        found = {
            value: reading
            for value in _odd(column, text[column.name], typed[column.name], noc_codes)
            if (reading := read(column, value, noc_codes, as_of)) and (with_notes or not reading.is_noted)
        }
        if found:
            readings[column.name] = found
    if not readings:
        return Understood(text, typed, readings)
    new = text.with_columns(
        pl.col(name).replace_strict(
            list(found), [reading.text for reading in found.values()], default=pl.col(name), return_dtype=pl.String
        )
        for name, found in readings.items()
    )
    changed = Sheet(sheet.key, sheet.title, tuple(sheet.column(name) for name in readings))
    again = parse.typed(changed, new)
    return Understood(new, typed.with_columns(again.get_columns()), readings)


def _odd(column: Column, text: pl.Series, typed: pl.Series, noc_codes: Collection[str]) -> list[str]:
    """The distinct texts of a column that are not in our own words."""
    if column.kind == "text" or text.null_count() == text.len():
        return []
    known: Collection[str] | None = None
    if column.kind == "choice":
        known = column.values
    elif column.kind == "province":
        known = PROVINCES + PROVINCES_WITHOUT_PROGRAM
    elif column.kind == "noc":
        known = noc_codes
    if known is None:
        if typed.null_count() == text.null_count():
            return []
        return text.filter(typed.is_null() & text.is_not_null()).unique().sort().to_list()
    is_known = typed.is_in(list(known))
    if is_known.all():
        return []
    return text.filter(text.is_not_null() & ~is_known.fill_null(value=False)).unique().sort().to_list()


def read(column: Column, value: str, noc_codes: Collection[str], as_of: date | None = None) -> Reading | None:
    """What a cell that is not in our own words is read as; None where that is open, or nothing is known by it."""
    if _is_no_text(value):
        return None
    if column.kind == "choice" and as_of and vocabulary.names_year_from(value, as_of.year):
        return None
    reader = _READERS.get(column.kind)
    is_word = column.kind not in _WITH_SIGNS
    found = reader(column, value, noc_codes) if reader and not (is_word and parse.DOUBT.search(value)) else None
    return found or _without_value(column, value)


def _is_no_text(value: str) -> bool:
    """Whether a cell holds an error, a formula without a result, what is no text, or invisible characters."""
    if value.startswith((NO_RESULT, NO_TEXT)) or value in ERRORS:
        return True
    return any(unicodedata.category(letter) == "Cf" for letter in value)


def _without_value(column: Column, value: str) -> Reading | None:
    """An empty cell, where a word says that there is no value and an empty cell of the column says nothing else."""
    if column.required:
        return None
    if vocabulary.is_same_as_empty(column, value):
        return Reading(None)
    answers = vocabulary.empty_means(column)
    if answers and vocabulary.none_is_empty(column) and vocabulary.says_none(value):
        return Reading(None)
    said = _("read as empty, which means {answers}").format(answers=answers) if answers else _("read as empty")
    if vocabulary.is_none(value) and (not answers or vocabulary.none_is_empty(column)):
        return Reading(None, said, _("Enter the value where there is one."))
    if vocabulary.is_unknown(value) and (not answers or vocabulary.unknown_is_empty(column)):
        return Reading(None, said, _("Enter the value once it is known."))
    return None


def _word(column: Column, value: str, noc_codes: Collection[str]) -> Reading | None:
    return _of_meaning(vocabulary.meaning(column, value))


def _of_meaning(found: vocabulary.Meaning | None) -> Reading | None:
    if found is None:
        return None
    said = _("read as {value}. {assumed}").format(value=found.value, assumed=_(found.assumed)) if found.assumed else ""
    return Reading(found.value, said, _(found.fix))


def _yes_no(column: Column, value: str, noc_codes: Collection[str]) -> Reading | None:
    answer = vocabulary.yes_no(value)
    return Reading(answer) if answer else None


def _province(column: Column, value: str, noc_codes: Collection[str]) -> Reading | None:
    return _of_meaning(vocabulary.province(value))


def _country(column: Column, value: str, noc_codes: Collection[str]) -> Reading | None:
    from validation.values import countries

    found = [countries.in_other_words(part) for part in vocabulary.parts(value)]
    codes = {country.code for country in found if country}
    if len(codes) != 1 or None in found:
        return None
    [code] = codes
    if not all(country.is_people for country in found if country):
        return Reading(code)
    said = _("read as {country} ({code}), the country of these people").format(
        country=countries.name_of(code), code=code
    )
    return Reading(code, said, _("Enter the country where it is another one."))


def _number(column: Column, value: str, noc_codes: Collection[str]) -> Reading | None:
    word = None if parse.DOUBT.search(value) else vocabulary.meaning(column, value)
    if word:
        return _of_meaning(word)
    found = numbers.meaning(column, value).readings
    if len(found) != 1 or (column.kind == "integer" and "." in found[0].rstrip("0").rstrip(".")):
        return None
    return Reading(found[0])


def _date(column: Column, value: str, noc_codes: Collection[str]) -> Reading | None:
    text, time = dates.split_time(value)
    if time and not time.is_midnight:
        return None
    found = dates.written(text)
    return Reading(found.only.isoformat()) if found and found.only else None


def _date_time(column: Column, value: str, noc_codes: Collection[str]) -> Reading | None:
    text, time = dates.split_time(value)
    found = dates.written(text)
    if not found or not found.only:
        return None
    day = found.only.isoformat()
    if time is None or (time.is_midnight and not time.zone):
        return Reading(day)
    second = "" if time.second is None else f":{time.second:02}"
    return Reading(f"{day}T{time.hour:02}:{time.minute:02}{second}{time.zone or 'Z'}")


def codes_in(value: str) -> list[str]:
    """The codes of occupations that a text names, known or not; the years of the classifications are none."""
    return [code for code in dict.fromkeys(_CODE.findall(value)) if code not in _EDITIONS]


def _noc(column: Column, value: str, noc_codes: Collection[str]) -> Reading | None:
    """The one code of a cell with words beside it; two codes, or one that is unknown, leave it open.

    So does a word that leaves open whether there is an offer or a certificate yet.
    """
    if column.name in vocabulary.HELD_CODES and vocabulary.not_held(value):
        return None
    inside = [code for code in dict.fromkeys(_CODE.findall(value)) if code in noc_codes or code not in _EDITIONS]
    return Reading(inside[0]) if len(inside) == 1 and inside[0] in noc_codes else None


def _round(column: Column, value: str, noc_codes: Collection[str]) -> Reading | None:
    found = _ROUND.fullmatch(value.strip())
    return Reading(found[1].lower()) if found else None


_READERS: Mapping[Kind, Callable[[Column, str, Collection[str]], Reading | None]] = {
    "date": _date,
    "date_time": _date_time,
    "yes_no": _yes_no,
    "integer": _number,
    "number": _number,
    "choice": _word,
    "noc": _noc,
    "country": _country,
    "province": _province,
    "round": _round,
}
