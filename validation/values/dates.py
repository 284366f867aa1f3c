"""Days as people write them, in English and French: every day that a text can mean, in the orders in which it is one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, time
from typing import Literal, NamedTuple

Order = Literal["dmy", "mdy", "ymd"]

MONTHS: Mapping[str, int] = {
    name: month
    for month, names in enumerate(
        (
            "jan january janv janvier", "feb february fev fevr fevrier", "mar march mars", "apr april avr avril", "may mai",
            "jun june juin", "jul july juil juillet", "aug august aou aout", "sep sept september septembre",
            "oct october octobre", "nov november novembre", "dec december decembre",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_WEEKDAYS = (
    "mon tue tues wed thu thur thurs fri sat sun monday tuesday wednesday thursday friday saturday sunday "
    "lun mar mer jeu ven sam dim lundi mardi mercredi jeudi vendredi samedi dimanche"
)
FIRST_YEAR, LAST_YEAR = 1900, 2100
# Between the numbers stands twice the same mark, with blanks around it or not, or a blank alone.
_NUMERIC = re.compile(
    r"(?P<first>[0-9]{1,2})\s*(?P<mark>[/.\- ])\s*(?P<second>[0-9]{1,2})\s*(?P=mark)\s*(?P<year>[0-9]{4}|[0-9]{2})"
)
_YEAR_FIRST = re.compile(
    r"(?P<year>[0-9]{4})\s*(?P<mark>[/.\- ])\s*(?P<month>[0-9]{1,2})\s*(?P=mark)\s*(?P<day>[0-9]{1,2})"
)
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DIGITS_YEAR_FIRST = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_DIGITS_YEAR_LAST = re.compile(r"([0-9]{2})([0-9]{2})([0-9]{4})")
_WEEKDAY = re.compile(rf"^({'|'.join(sorted(_WEEKDAYS.split(), key=len, reverse=True))})\.?(,\s*|\s+)")
_TOKEN = re.compile(r"[0-9]+|[^\W\d_]+")
_ORDINALS = frozenset({"st", "nd", "rd", "th", "er", "re"})
_FILLERS = frozenset({"le", "the", "of", "de", "du"})
# A time of day behind a date, and those that are midnight.
_TIME = re.compile(
    r"[T ,]+(?P<hour>[0-9]{1,2})(:|\s?h\s?)(?P<minute>[0-9]{2})(:(?P<second>[0-9]{2})(\.[0-9]+)?)?\s*(?P<half>[ap]\.?m\.?)?"
    r"\s*(?P<zone>Z|UTC|GMT|[+-][0-9]{2}:?[0-9]{2})?$",
    re.IGNORECASE,
)
_HAS_CLOCK = re.compile("[:hH]")
_HOURS_OF_A_HALF = 12


class Written(NamedTuple):
    """A date as it is written: the days that it can mean by their order, whether its year has two digits only, and
    whether it names its month, so that its order is no question.
    """

    days: Mapping[Order, date]
    is_short_year: bool = False
    names_month: bool = False

    @property
    def distinct(self) -> list[date]:
        """The days that it can mean, each once, the one with the day first before the others."""
        return list(dict.fromkeys(self.days.values()))

    @property
    def only(self) -> date | None:
        """The one day that it can mean, if there is but one."""
        found = self.distinct
        return found[0] if len(found) == 1 and not self.is_short_year else None


class Time(NamedTuple):
    """A time of day behind a date: hours, minutes, seconds (None: not stated) and the zone as written (empty: none)."""

    hour: int
    minute: int
    second: int | None
    zone: str

    @property
    def is_midnight(self) -> bool:
        return not (self.hour or self.minute or self.second) and self.zone in {"", "Z", "+00:00", "+0000"}


def split_time(text: str) -> tuple[str, Time | None]:
    """A text without the time of day at its end, and that time; an impossible time stays in the text."""
    found = _TIME.search(text) if _HAS_CLOCK.search(text) else None
    if not found or not found.start():
        return text, None
    hour, minute = int(found["hour"]), int(found["minute"])
    second = int(found["second"]) if found["second"] else None
    if found["half"]:
        if not 1 <= hour <= _HOURS_OF_A_HALF:
            return text, None
        hour = hour % _HOURS_OF_A_HALF + (_HOURS_OF_A_HALF if found["half"][0] in "pP" else 0)
    try:
        time(hour, minute, second or 0)
    except ValueError:
        return text, None
    zone = (found["zone"] or "").upper()
    return text[: found.start()], Time(hour, minute, second, "Z" if zone in {"UTC", "GMT"} else zone)


def written(text: str) -> Written | None:
    """A text without a time of day as a date; None where it is written as none, whether or not there is such a day."""
    plain = " ".join(unicodedata.normalize("NFKC", text).split())
    numeric = _NUMERIC.fullmatch(plain)
    if numeric:
        first, second, year = numeric["first"], numeric["second"], numeric["year"]
        if len(year) == len("25"):
            return Written({}, is_short_year=True)
        return Written(_possible({"dmy": (year, second, first), "mdy": (year, first, second)}))
    year_first = _YEAR_FIRST.fullmatch(plain)
    if year_first:
        return Written(_possible({"ymd": (year_first["year"], year_first["month"], year_first["day"])}))
    year_last = _DIGITS_YEAR_LAST.fullmatch(plain)
    year_first = _DIGITS_YEAR_FIRST.fullmatch(plain)
    if year_first and year_last:
        first, second, year = year_last.groups()
        days = _possible({"ymd": year_first.groups(), "dmy": (year, second, first), "mdy": (year, first, second)})
        return Written({order: day for order, day in days.items() if FIRST_YEAR <= day.year <= LAST_YEAR})
    return _in_words(plain)


def _possible(parts: Mapping[Order, Sequence[str]]) -> dict[Order, date]:
    """The days among years, months and days by order that there are."""
    found: dict[Order, date] = {}
    for order, (year, month, day) in parts.items():
        try:
            found[order] = date(int(year), int(month), int(day))
        except ValueError:
            continue
    return found


def _in_words(text: str) -> Written | None:
    """A date with the name of a month, in either language: `25 déc. 1990`, `Dec 25, 1990`, `le 1er mars 2024`."""
    plain = _without_accents(text)
    if re.search(r"[^\w\s,.\-/]", plain):
        return None
    # `mar` is a month or a weekday in French: it is a weekday only where the text has a month besides.
    return _of_tokens(plain) or _of_tokens(_WEEKDAY.sub("", plain))


def _of_tokens(text: str) -> Written | None:
    tokens = _TOKEN.findall(text)
    kept = [
        token
        for place, token in enumerate(tokens)
        if token not in _FILLERS and not (token in _ORDINALS and place and tokens[place - 1].isdigit())
    ]
    months = [MONTHS[token] for token in kept if token in MONTHS]
    figures = [token for token in kept if token.isdigit()]
    if len(months) != 1 or len(kept) != len("dmy") or len(figures) != len("dm"):
        return None
    years = [token for token in figures if len(token) == len("1990")]
    days = [token for token in figures if len(token) <= len("31")]
    if not years and len(days) == len(figures):
        return Written({}, is_short_year=True, names_month=True)
    if len(years) != 1 or len(days) != 1:
        return None
    order: Order = "ymd" if figures[0] in years else "mdy" if kept[0] in MONTHS else "dmy"
    return Written(_possible({order: (years[0], str(months[0]), days[0])}), names_month=True)


def _without_accents(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold().strip())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def names_month_alone(text: str) -> bool:
    """Whether a text names a month and a year, and no day."""
    tokens = _TOKEN.findall(_without_accents(text))
    return len(tokens) == len("my") and sum(token in MONTHS for token in tokens) == 1 and any(map(str.isdigit, tokens))


def possible_orders(text: str) -> frozenset[Order]:
    """The orders in which a date in figures is a day; empty for every other text, and for an ISO date, which has but one."""
    day, _ = split_time(text.strip())
    own = None if _ISO.match(day) else written(day)
    return frozenset(own.days) if own and not own.names_month else frozenset()


def settled_order(texts: Iterable[str | None]) -> Order | None:
    """The one order in which every date in figures of a column is a day.

    None where two orders fit or none does; a text that is a day in no order says nothing.
    """
    stated = [orders for text in set(texts) if text and (orders := possible_orders(text))]
    fitting = frozenset.intersection(*stated) if stated else frozenset()
    return next(iter(fitting)) if len(fitting) == 1 else None


def settling_texts(texts: Iterable[str | None]) -> dict[Order, str]:
    """The orders of day and month that single texts settle, each with the first text that settles it."""
    found: dict[Order, str] = {}
    for text in texts:
        orders = possible_orders(text) - {"ymd"} if text else frozenset()
        if len(orders) == 1:
            found.setdefault(next(iter(orders)), text or "")
    return found
