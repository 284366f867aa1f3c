"""Numbers as people write them: what a text that is no plain number can mean, by what the cell says and its column."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from typing import NamedTuple

from transforms.model.columns import STATED_CRS, Column
from transforms.model.wording import _
from validation.values.parse import MONEY

MONTHS_IN_A_YEAR = 12
# Of a part of a year: no month is rounded to a whole year.
DECIMALS = 4
MAX_ROUNDED_DIGITS = 15
CANADIAN = frozenset(
    {"$", "c$", "ca$", "can$", "cad", "cad$", "$cad", "cdn", "cdn$", "$ca", "$can", "$c", "canadian dollars"}
)
SYMBOLS = {
    "us$": "USD", "$us": "USD", "u.s.$": "USD", "€": "EUR", "£": "GBP", "₹": "INR", "rs": "INR", "rs.": "INR", "₦": "NGN",
    "₱": "PHP", "¥": "JPY / CNY", "rmb": "CNY", "a$": "AUD", "au$": "AUD", "r$": "BRL", "₩": "KRW", "₺": "TRY",
    "dh": "AED", "dhs": "AED", "euro": "EUR", "euros": "EUR", "rupees": "INR", "us dollars": "USD",
}  # fmt: skip
MULTIPLES = {
    "k": 1_000, "thousand": 1_000, "mille": 1_000, "m": 1_000_000, "mn": 1_000_000, "million": 1_000_000,
}  # fmt: skip
YEAR = frozenset({"year", "years", "yr", "yrs", "y", "an", "ans", "année", "années"})
MONTH = frozenset({"month", "months", "mo", "mos", "mth", "mths", "m", "mois"})
PEOPLE = frozenset({"person", "persons", "people", "members", "personnes"})
HOURS = frozenset(
    {"h", "hr", "hrs", "hour", "hours", "heures", "h/week", "hrs/week", "hours/week", "hours a week", "hours per week",
     "hours weekly", "h/sem", "heures par semaine"}
)  # fmt: skip
WORDS = {
    "zero": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8",
    "nine": "9", "ten": "10", "eleven": "11", "twelve": "12", "un": "1", "une": "1", "deux": "2", "trois": "3", "quatre": "4",
    "cinq": "5", "sept": "7", "huit": "8", "neuf": "9", "dix": "10",
}  # fmt: skip
_BOUND = re.compile(
    r"^\s*[<>≤≥~≈±]|^\s*(about|approx|around|at least|at most|less than|more than|over|under|up to|nearly|almost|environ|"
    r"plus de|moins de)\b|\+\s*(years?|yrs?|ans|months?|mois)?\s*$|\b(or|ou) (more|less|plus|moins)\b|\b(minimum|maximum|min|max)\b|"
    r"^\s*[0-9][0-9.,]*\s*(-|\u2013|\u2014|to|à)\s*[0-9]",
    re.IGNORECASE,
)
# A CRS total as people write it: CRS 470, CRS: 470 pts, 470 points, 470 (CRS).
_POINTS_STATED = re.compile(
    r"^(?:(?:(?:my|total|current)\s+)?(?:crs|score|total|points?|pointage)(?:\s+(?:score|points?|total))?\s*[:=(-]?\s*)?"
    r"(?P<points>[0-9]+(?:[.,]0+)?)\)?"
    r"(?:\s*\(?(?:crs\s*)?(?:points?|pts?\.?|crs)?(?:\s*(?:crs|score|scg))?\)?)?$",
    re.IGNORECASE,
)
_GROUPS = re.compile(r"[0-9]{1,3}( [0-9]{3})+")
_COMMAS = re.compile(r"[0-9]{1,3}(,[0-9]{3})+|[0-9]{1,2}(,[0-9]{2})+,[0-9]{3}")
_POINTS = re.compile(r"[0-9]{1,3}(\.[0-9]{3})+")
_NUMBER = r"[0-9](?:[0-9 .,]*[0-9])?"
_PARTS = re.compile(rf"({_NUMBER})\s*([^\W\d_]+)\.?", re.UNICODE)
_FRACTION = re.compile(r"(?:([0-9]{1,4})[ ]?)?([1-9])/([2-9])")


class Meaning(NamedTuple):
    """What a text can mean as the number of a column: its readings, or why it has none (empty: it is no number)."""

    readings: tuple[str, ...] = ()
    problem: str = ""
    fix: str = ""


def meaning(column: Column, value: str) -> Meaning:
    """The readings of a text: one where it is clear, two where a comma may stand for either, none where it is no number."""
    text = _plain(value)
    if not any(letter.isdigit() for letter in text):
        word = WORDS.get(text.casefold())
        return Meaning((word,)) if word else Meaning()
    if _BOUND.search(text):
        return Meaning(
            problem=_("{value} is a bound or an estimate, not one number.").format(value=value),
            fix=_("Write the exact number"),
        )
    if column.name == MONEY:
        return _money(text)
    if column.name == STATED_CRS:
        text = _POINTS_STATED.sub(r"\g<points>", text)
    found = readings(text)
    if found:
        return Meaning(found)
    return Meaning(_measured(column, text) or _fraction(text))


def _plain(value: str) -> str:
    """A text with all blanks alike, all apostrophes as blanks between digits, and fractions of one character written out."""
    spaced = re.sub(r"([0-9])([¼½¾⅓⅔⅛⅜⅝⅞])", r"\1 \2", value)
    text = unicodedata.normalize("NFKC", spaced).replace("\u2044", "/")
    text = re.sub(r"(?<=[0-9])['\u2019\u02bc`\u00b4](?=[0-9]{3})", " ", text)
    return " ".join(text.split())


def readings(text: str) -> tuple[str, ...]:
    """What digits with blanks, commas and points between them can mean, as plain numbers."""
    sign, digits = ("-", text[1:].lstrip()) if text[:1] in {"-", "\u2212"} else ("", text.removeprefix("+").lstrip())
    return tuple(f"{sign}{found}" for found in _unsigned(digits))


def _unsigned(text: str) -> tuple[str, ...]:
    if not re.fullmatch(_NUMBER, text):
        return ()
    if " " in text:
        found = re.fullmatch(rf"({_GROUPS.pattern})(?:[.,]([0-9]+))?", text)
        return (_joined(found[1].replace(" ", ""), found[3]),) if found else ()
    if "," in text and "." in text:
        mark, groups = (",", _POINTS) if text.rindex(",") > text.rindex(".") else (".", _COMMAS)
        whole, _, part = text.rpartition(mark)
        return (_joined(re.sub("[.,]", "", whole), part),) if groups.fullmatch(whole) else ()
    if text.count(",") == 1:
        return _with_comma(*text.split(","))
    for mark, groups in ((",", _COMMAS), (".", _POINTS)):
        if text.count(mark) > 1:
            return (text.replace(mark, ""),) if groups.fullmatch(text) else ()
    return (text,)


def _with_comma(whole: str, part: str) -> tuple[str, ...]:
    """One comma: between groups of digits or before decimals where three digits follow, else before decimals."""
    is_group = len(part) == len("000") and len(whole) <= len("000") and not whole.startswith("0")
    decimal = f"{whole}.{part}"
    return (whole + part, decimal) if is_group else (decimal,)


def _joined(whole: str, part: str | None) -> str:
    return f"{whole}.{part}" if part else whole


def _money(text: str) -> Meaning:
    """An amount with its currency, before or behind it; another currency than Canadian dollars is not converted."""
    found = re.fullmatch(rf"([^0-9]*?)\s*({_NUMBER})\s*([^0-9]*)", text)
    if not found:
        return Meaning()
    before, amount, after = _currency(found[1]), found[2], _currency(found[3])
    times = 1
    for word, factor in MULTIPLES.items() if after else ():
        if after == word or re.match(rf"{word}(?=$|[ $])", after):
            times, after = factor, after[len(word) :].strip()
            break
    for mark in (before, after):
        other = _other_currency(mark)
        if other:
            return Meaning(
                problem=_("The amount is in {currency}, and the column is in Canadian dollars.").format(currency=other),
                fix=_("Convert it and write the amount in Canadian dollars"),
            )
    if not all(mark in CANADIAN_OR_NONE for mark in (before, after)):
        return Meaning()
    return Meaning(tuple(_times(reading, times) for reading in _amounts(amount, is_plain=times == 1)))


def _currency(text: str) -> str:
    """What stands beside an amount; the signs of the Canadian dollar without blanks between them."""
    mark = text.strip().casefold()
    joined = "".join(mark.split())
    return joined if joined in CANADIAN else mark


def _amounts(text: str, *, is_plain: bool) -> tuple[str, ...]:
    """The readings of an amount; of a plain one, a comma before three digits ends the thousands, a point may."""
    found = readings(text)
    if is_plain and len(found) > 1:
        return found[:1]
    if is_plain and text.count(".") == 1 and _POINTS.fullmatch(text):
        return text.replace(".", ""), _shown(Decimal(text))
    return found


CANADIAN_OR_NONE = CANADIAN | {""}


def _other_currency(mark: str) -> str:
    """The name of a currency that is not that of Canada; empty for one that is, and for what is no currency."""
    if mark in SYMBOLS:
        return SYMBOLS[mark]
    code = mark.strip("$ .").upper()
    if mark in CANADIAN_OR_NONE or len(code) != len("USD"):
        return ""
    import pycountry

    return code if code != "CAD" and pycountry.currencies.get(alpha_3=code) else ""


def _times(reading: str, factor: int) -> str:
    return reading if factor == 1 else _shown(Decimal(reading) * factor)


def _shown(number: Decimal) -> str:
    # Decimal rounds no number of more digits than its precision.
    text = f"{number if number.adjusted() > MAX_ROUNDED_DIGITS else round(number, DECIMALS):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _measured(column: Column, text: str) -> tuple[str, ...]:
    """A number with its unit, in the unit of the column."""
    if column.name == "distance_share":
        found = readings(text.removesuffix("%").strip()) if text.endswith("%") else ()
        return tuple(_shown(Decimal(one) / 100) for one in found)
    if column.name == "hours_per_week":
        return _before_unit(text, HOURS)
    if column.name == "family_size":
        return _before_unit(text, PEOPLE)
    if "month" in column.name or "year" in column.name:
        return _of_time(text, in_months="month" in column.name)
    return ()


def _before_unit(text: str, units: frozenset[str]) -> tuple[str, ...]:
    found = re.fullmatch(rf"({_NUMBER})\s*(\D+?)\.?", text)
    return readings(found[1]) if found and found[2].casefold() in units else ()


def _of_time(text: str, *, in_months: bool) -> tuple[str, ...]:
    """Years and months together, such as 18 months or 2 years 3 months, in years or in months."""
    parts = _PARTS.findall(text)
    rest = _PARTS.sub("", text).replace(",", "").replace("and", "").replace("et", "").strip()
    units = [_unit(word) for _, word in parts]
    if not parts or rest or None in units or len(set(units)) < len(units):
        return ()
    months = Decimal(0)
    for (number, _word), unit in zip(parts, units, strict=True):
        found = readings(number)
        if len(found) != 1:
            return ()
        months += Decimal(found[0]) * (MONTHS_IN_A_YEAR if unit == "year" else 1)
    return (_shown(months if in_months else months / MONTHS_IN_A_YEAR),)


def _unit(word: str) -> str | None:
    key = word.casefold()
    return "year" if key in YEAR else "month" if key in MONTH else None


def _fraction(text: str) -> tuple[str, ...]:
    found = _FRACTION.fullmatch(text)
    return (_shown(int(found[1] or 0) + Decimal(found[2]) / int(found[3])),) if found else ()
