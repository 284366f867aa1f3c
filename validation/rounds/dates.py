"""Days and moments in IRCC's spellings, English and French."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

from transforms.model.wording import _
from validation.rounds.fields import NOTHING, shown
from validation.rounds.names import folded

# Bounds of what can be the year of a round at all.
MIN_YEAR, MAX_YEAR = 2000, 2100
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# Of the French months, folded, what sets each apart from the others.
FRENCH_MONTHS = ("janv", "fevr", "mars", "avr", "mai", "juin", "juil", "aou", "sept", "oct", "nov", "dec")
ISO_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_NAMED_DAY = re.compile(r"([A-Za-z]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?[.,\s]*(\d{4})?(?![\d:])", re.IGNORECASE)
_FRENCH_DAY = re.compile(r"(\d{1,2})(?:er)?\s+([a-z]{3,9})\.?[,\s]*(\d{4})?(?![\d:])")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2}):(\d{2})(?:\s*([AP])M)?", re.IGNORECASE)


def day(text: str, key: str) -> date | None:
    """A day as ISO text or written out in English or French; None for empty text.

    Raises ValueError naming the field.
    """
    if text.lower() in NOTHING:
        return None
    year, month, number = _day_parts(text) or (None, 0, 0)
    try:
        found = date(year or 0, month, number)
    except ValueError:
        raise ValueError(
            _("{key} {text} is not a date such as September 14, 2021").format(key=key, text=shown(text))
        ) from None
    _check_year(found.year, text, key)
    return found


def _check_year(year: int, text: str, key: str) -> None:
    if not MIN_YEAR <= year <= MAX_YEAR:
        raise ValueError(
            _("{key} {text} is in the year {year}; the years {first} to {last} can be").format(
                key=key, text=shown(text), year=year, first=MIN_YEAR, last=MAX_YEAR
            )
        )


def _day_parts(text: str) -> tuple[int | None, int, int] | None:
    if iso := ISO_DAY.search(text):
        return int(iso[1]), int(iso[2]), int(iso[3])
    if (named := _NAMED_DAY.search(text)) and named[1][:3].lower() in MONTHS:
        return (int(named[3]) if named[3] else None), MONTHS.index(named[1][:3].lower()) + 1, int(named[2])
    return _french_parts(folded(text))


def _french_parts(plain: str) -> tuple[int | None, int, int] | None:
    """Year, month and day of a folded French text, such as 21 janvier 2026 or 1er mars."""
    if (named := _FRENCH_DAY.search(plain)) is None:
        return None
    month = next((place for place, name in enumerate(FRENCH_MONTHS, 1) if named[2].startswith(name)), None)
    return None if month is None else (int(named[3]) if named[3] else None, month, int(named[1]))


def moment(text: str, held_on: date, key: str = "drawCutOff") -> datetime | None:
    """A moment in any of IRCC's spellings, read as 24-hour UTC; without a year, the last such day up to the round.

    An `AM` or `PM` is taken at its word where the hour alone does not say as much. Raises ValueError naming the field.
    """
    if text.lower() in NOTHING:
        return None
    parts, clock = _day_parts(text), _CLOCK.search(text)
    if parts is not None and clock is not None:
        year, month, number = parts
        if year is None:
            year = held_on.year if (month, number) <= (held_on.month, held_on.day) else held_on.year - 1
        _check_year(year, text, key)
        try:
            return datetime(year, month, number, _hour(clock), int(clock[2]), int(clock[3]), tzinfo=UTC)
        except ValueError:
            pass
    raise ValueError(
        _("{key} {text} is not a time such as September 11, 2021 at 10:55:43 UTC").format(key=key, text=shown(text))
    )


def _hour(clock: re.Match[str]) -> int:
    hour, half = int(clock[1]), (clock[4] or "").upper()
    noon = 12
    if half == "P" and hour < noon:
        return hour + noon
    return 0 if half == "A" and hour == noon else hour
