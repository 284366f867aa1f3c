"""The published rounds in IRCC's own JSON: read as text, parsed by us, checked, refused with the place where bad."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import polars as pl

from transforms.ranking import OTTAWA, day_in_ottawa
from transforms.rounds import POOL_BANDS, Round

if TYPE_CHECKING:
    import pandera.polars as pa

# The words by which a published name tells the kind of round; the first that fits decides.
KIND_WORDS = (
    ("no program specified", "general"),
    ("general", "general"),
    ("provincial nominee", "PNP"),
    ("canadian experience class", "CEC"),
    ("federal skilled worker", "FSW"),
    ("federal skilled trades", "FST"),
    ("french", "french"),
    ("physicians", "physicians"),
    ("healthcare", "healthcare"),
    ("stem", "stem"),
    ("transport", "transport"),
    ("trade", "trades"),
    ("agriculture", "agriculture"),
    ("education", "education"),
    ("senior managers", "senior_managers"),
    ("researchers", "researchers"),
    ("military", "military"),
)
OTHER_KIND = "other"
PROGRAM_WORDS = (
    ("federal skilled worker", "FSW"),
    ("canadian experience class", "CEC"),
    ("federal skilled trades", "FST"),
    ("provincial nominee", "PNP"),
)
# Fields dd1 to dd17 of the distribution, without the two subtotals.
_BAND_FIELDS = (
    "dd1", "dd2", "dd4", "dd5", "dd6", "dd7", "dd8", "dd10", "dd11", "dd12", "dd13", "dd14", "dd15", "dd16", "dd17",
)  # fmt: skip
BANDS = dict(zip(_BAND_FIELDS, POOL_BANDS, strict=True))
TOTAL = "dd18"
SUMS = {
    "dd3": ("dd4", "dd5", "dd6", "dd7", "dd8"),
    "dd9": ("dd10", "dd11", "dd12", "dd13", "dd14"),
    TOTAL: ("dd1", "dd2", "dd3", "dd9", "dd15", "dd16", "dd17"),
}
SCHEMA: dict[str, pl.DataType] = {
    "number": pl.String(),
    "date": pl.Date(),
    "name": pl.String(),
    "kind": pl.String(),
    "size": pl.Int32(),
    "cut_off": pl.Int16(),
    "tie_break": pl.Datetime("us", "UTC"),
    "distribution_as_of": pl.Date(),
    **{f"pool_{low}_{high}": pl.Int32() for low, high in POOL_BANDS},
    "pool_total": pl.Int32(),
    "held_at": pl.Datetime("us", "UTC"),
    "programs": pl.String(),
}
# IRCC's own field behind each column that a check may find bad.
FIELDS = {"number": "drawNumber", "date": "drawDate", "size": "drawSize", "cut_off": "drawCRS"}
# One distribution was published with a subtotal 180 off in 230,189 (round 247); more than this share is no slip.
BAND_SLACK = 0.01
MOST_NAMED = 3
LONGEST_COUNT = 9
# Bounds of what can be a round at all, far beyond what was ever published.
MAX_NUMBER_DIGITS = 5
MIN_YEAR, MAX_YEAR = 2000, 2100
MAX_BYTES = 50_000_000
MAX_SHOWN = 40
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NUMBER = re.compile(rf"([0-9]{{1,{MAX_NUMBER_DIGITS}}})([a-z]?)")
# Half a character (a lone surrogate of JSON's escapes) or a control character.
_NO_TEXT = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
_ISO_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_NAMED_DAY = re.compile(r"([A-Za-z]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?[.,\s]*(\d{4})?(?![\d:])", re.IGNORECASE)
_CLOCK = re.compile(r"(\d{1,2}):(\d{2}):(\d{2})(?:\s*([AP])M)?", re.IGNORECASE)
_NOTHING = frozenset({"", "-", "n/a", "na"})
_WIDE: dict[pl.DataType, pl.DataType] = {pl.Int16(): pl.Int64(), pl.Int32(): pl.Int64()}


class RoundsFileError(ValueError):
    """The rounds file cannot be used; the message says where it is bad and what would be right."""


@dataclass(frozen=True)
class Published:
    """The published rounds as read: the frame as SCHEMA says, oldest first, and what is odd about single values."""

    frame: pl.DataFrame
    warnings: tuple[str, ...] = ()


@dataclass
class _Found:
    """What reading comes across: what is wrong, which ends it, and what is odd."""

    wrong: list[str] = field(default_factory=list)
    odd: list[tuple[str, str]] = field(default_factory=list)


def read(path: Path) -> pl.DataFrame:
    """The published rounds of a file, oldest first, one row a round; raises RoundsFileError.

    Columns and dtypes as SCHEMA: number, date, name, kind, size (empty where none was published), cut_off, tie_break
    (likewise, or none that can be), the pool's distribution (people by band; empty where none was published), held_at as
    published (in UTC, as it is labelled), programs that may be invited (`|` between).
    """
    return opened(path).frame


def opened(path: Path) -> Published:
    """The published rounds of a file, with what is odd about them; raises RoundsFileError."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise RoundsFileError(f"the rounds file is larger than {MAX_BYTES:,} bytes; that is not IRCC's")
        data = path.read_bytes()
    except OSError as error:
        raise RoundsFileError(f"the rounds file cannot be opened: {error.strerror}") from None
    return parsed(data)


def parsed(data: bytes) -> Published:
    """The published rounds of a file's content; raises RoundsFileError naming round, field, value and mend."""
    entries = _entries(data)
    found = _Found()
    rows = [row for entry in entries if (row := _row(entry, found)) is not None]
    _refuse(found.wrong)
    rows.sort(key=lambda row: _in_order(row[0]))
    wide = {name: _WIDE.get(dtype, dtype) for name, dtype in SCHEMA.items()}
    frame = pl.DataFrame(rows, schema=wide, orient="row")
    _refuse([*_failures(frame), *_holes(frame["number"].to_list())])
    odd = sorted(found.odd, key=lambda one: _in_order(one[0]))
    return Published(frame.cast(pl.Schema(SCHEMA)), tuple(f"round {number}: {text}" for number, text in odd))


def rounds(frame: pl.DataFrame) -> list[Round]:
    """The rows of a rounds frame as rounds, in the same order."""
    return [
        Round(**row)
        for row in frame.select("number", "date", "name", "kind", "size", "cut_off", "tie_break", "held_at").to_dicts()
    ]


def kind_of_name(name: str) -> str:
    """The kind of round that a published name tells; `other` for a name of no known kind."""
    folded = name.lower()
    return next((kind for words, kind in KIND_WORDS if words in folded), OTHER_KIND)


def _refuse(wrong: list[str]) -> None:
    if wrong:
        more = f"; and {len(wrong) - MOST_NAMED} more" if len(wrong) > MOST_NAMED else ""
        raise RoundsFileError("; ".join(wrong[:MOST_NAMED]) + more)


def _entries(data: bytes) -> list[Any]:
    try:
        # Numbers stay text until their own field is read: a number of any length is a value of its round.
        content = json.loads(data.decode("utf-8-sig"), parse_int=str, parse_float=str, parse_constant=str)
    except UnicodeDecodeError:
        raise RoundsFileError("the rounds file is not UTF-8 text") from None
    except json.JSONDecodeError as error:
        raise RoundsFileError(f"the rounds file is not JSON: line {error.lineno}: {error.msg}") from None
    except RecursionError:
        raise RoundsFileError("the rounds file is nested too deeply to be IRCC's") from None
    if not isinstance(content, dict) or not isinstance(content.get("rounds"), list) or not content["rounds"]:
        raise RoundsFileError("the rounds file must be an object with a list `rounds`, as IRCC publishes it")
    return content["rounds"]


def _row(entry: Any, found: _Found) -> tuple[Any, ...] | None:
    """One entry as a row of SCHEMA; None, with a word on what is wrong, where it cannot be read."""
    if not isinstance(entry, dict):
        found.wrong.append("an entry of `rounds` is no object with drawNumber, drawDate and so on")
        return None
    whose = ""
    try:
        number = _number(entry)
        whose = f"round {number}: "
        return _read(entry, number, found)
    except ValueError as error:
        found.wrong.append(f"{whose}{error}")
        return None


def _number(entry: dict[str, Any]) -> str:
    """The number of a round; raises ValueError naming the day of the round, since it has no number to be named by."""
    number = _text(entry, "drawNumber")
    if _NUMBER.fullmatch(number.lower()):
        return number.lower()
    day = _text(entry, "drawDate") or _text(entry, "drawDateFull")
    whose = f"the round of {day[:MAX_SHOWN]}: " if day else ""
    raise ValueError(f"{whose}drawNumber {_shown(number)} is not a number such as 204 or 91a")


def _read(entry: dict[str, Any], number: str, found: _Found) -> tuple[Any, ...]:
    def odd(text: str) -> None:
        found.odd.append((number, text))

    held_on = _held_on(entry, odd)
    name = " ".join(_text(entry, "drawName").split())
    kind = kind_of_name(name)
    if kind == OTHER_KIND:
        odd(f"drawName {_shown(name)} tells no kind of round that is known; nobody can be told to belong to it")
    size, cut_off = _count(entry, "drawSize"), _count(entry, "drawCRS")
    if cut_off is None:
        raise ValueError("drawCRS is empty; a round has its cut-off")
    return (
        number, held_on, name, kind, size, cut_off, _tie_break(entry, held_on, odd), *_distribution(entry, held_on, odd),
        _held_at(entry, held_on, odd), _programs(_text(entry, "drawText2")),
    )  # fmt: skip


def _text(entry: dict[str, Any], key: str) -> str:
    """A field as one line of text; raises ValueError naming the field where it is none."""
    value = entry.get(key)
    text = "" if value is None else " ".join(str(value).split())
    if _NO_TEXT.search(text):
        raise ValueError(f"{key} {_shown(text)} holds what is no character of a text")
    return text


def _shown(text: str) -> str:
    """A value as a message shows it: quoted, and no longer than people read."""
    return (
        repr(text) if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]!r} and {len(text) - MAX_SHOWN:,} characters more"
    )


def _count(entry: dict[str, Any], key: str) -> int | None:
    text = _text(entry, key)
    digits = text.replace(",", "").replace(" ", "")
    if text.lower() in _NOTHING:
        return None
    if not (digits.isascii() and digits.isdigit() and len(digits) <= LONGEST_COUNT):
        raise ValueError(f"{key} {_shown(text)} is not a whole number such as 2,000")
    return int(digits)


def _held_on(entry: dict[str, Any], odd: Callable[[str], None]) -> date:
    """The day of the round: drawDate where it is ISO text, else the day written out."""
    text, written = _text(entry, "drawDate"), _text(entry, "drawDateFull")
    if _ISO_DAY.fullmatch(text) is None:
        day = _day(written, "drawDateFull")
        if day is None:
            raise ValueError(f"drawDate {_shown(text)} is not a date such as 2021-09-14, and drawDateFull is empty")
        odd(f"drawDate {_shown(text)} is not a date such as 2021-09-14; {day} is read from drawDateFull")
        return day
    held_on = _day(text, "drawDate")
    assert held_on is not None
    if written and _day(written, "drawDateFull") != held_on:
        odd(f"drawDate {held_on} and drawDateFull {_shown(written)} disagree; drawDate is taken")
    return held_on


def _held_at(entry: dict[str, Any], held_on: date, odd: Callable[[str], None]) -> datetime | None:
    """The moment of the round as published; it may disagree with the day, which then stands."""
    text = _text(entry, "drawDateTime")
    held_at = moment(text, held_on, "drawDateTime")
    if held_at is not None and held_on not in {held_at.date(), _day_of(held_at)}:
        odd(f"drawDateTime {_shown(text)} is not on drawDate {held_on}; drawDate is taken")
    return held_at


def _tie_break(entry: dict[str, Any], held_on: date, odd: Callable[[str], None]) -> datetime | None:
    """The tie-break; one after the round's day cannot be (it was published once) and counts as not published."""
    text = _text(entry, "drawCutOff")
    tie_break = moment(text, held_on, "drawCutOff")
    if tie_break is not None and _day_of(tie_break) > held_on:
        odd(
            f"drawCutOff {_shown(text)} is after the round of {held_on}; it counts as not published until it is corrected"
        )
        return None
    return tie_break


def _distribution(entry: dict[str, Any], held_on: date, odd: Callable[[str], None]) -> tuple[Any, ...]:
    """Day, people by band and total; all empty where zeros and a placeholder date say that none was published."""
    counts = {key: _count(entry, key) or 0 for key in (*BANDS, *SUMS)}
    total = counts[TOTAL]
    if not total:
        return (None, *(None for _ in BANDS), None)
    as_of = _day(_text(entry, "drawDistributionAsOn"), "drawDistributionAsOn")
    if as_of is None or as_of > held_on:
        odd(
            f"drawDistributionAsOn {_shown(_text(entry, 'drawDistributionAsOn'))} is not a day up to the round of {held_on}"
        )
    for whole, parts in SUMS.items():
        summed = sum(counts[part] for part in parts)
        if summed == counts[whole]:
            continue
        told = f"{whole} {counts[whole]:,} is not the sum of {', '.join(parts)}, {summed:,}"
        if abs(summed - counts[whole]) > BAND_SLACK * total:
            raise ValueError(f"{told}; one of them is wrong")
        odd(f"{told}; kept as published")
    return (as_of, *(counts[band] for band in BANDS), total)


def _programs(text: str) -> str | None:
    """The programs whose candidates the round may invite, `|` between; empty where the text names none."""
    folded = text.lower()
    return "|".join(program for words, program in PROGRAM_WORDS if words in folded) or None


def _day(text: str, key: str) -> date | None:
    """A day as ISO text or written out in English; None for empty text."""
    if text.lower() in _NOTHING:
        return None
    year, month, number = _day_parts(text) or (None, 0, 0)
    try:
        day = date(year or 0, month, number)
    except ValueError:
        raise ValueError(f"{key} {_shown(text)} is not a date such as September 14, 2021") from None
    _check_year(day.year, text, key)
    return day


def _check_year(year: int, text: str, key: str) -> None:
    if not MIN_YEAR <= year <= MAX_YEAR:
        raise ValueError(f"{key} {_shown(text)} is in the year {year}; the years {MIN_YEAR} to {MAX_YEAR} can be")


def _day_parts(text: str) -> tuple[int | None, int, int] | None:
    if iso := _ISO_DAY.search(text):
        return int(iso[1]), int(iso[2]), int(iso[3])
    if (named := _NAMED_DAY.search(text)) and named[1][:3].lower() in MONTHS:
        return (int(named[3]) if named[3] else None), MONTHS.index(named[1][:3].lower()) + 1, int(named[2])
    return None


def moment(text: str, held_on: date, key: str = "drawCutOff") -> datetime | None:
    """A moment in any of IRCC's spellings, read as 24-hour UTC; without a year, the last such day up to the round.

    An `AM` or `PM` is taken at its word where the hour alone does not say as much. Raises ValueError naming the field.
    """
    if text.lower() in _NOTHING:
        return None
    day, clock = _day_parts(text), _CLOCK.search(text)
    if day is not None and clock is not None:
        year, month, number = day
        if year is None:
            year = held_on.year if (month, number) <= (held_on.month, held_on.day) else held_on.year - 1
        _check_year(year, text, key)
        try:
            return datetime(year, month, number, _hour(clock), int(clock[2]), int(clock[3]), tzinfo=UTC)
        except ValueError:
            pass
    raise ValueError(f"{key} {_shown(text)} is not a time such as September 11, 2021 at 10:55:43 UTC")


def _day_of(moment: datetime) -> date:
    return moment.astimezone(ZoneInfo(OTTAWA)).date()


def _hour(clock: re.Match[str]) -> int:
    hour, half = int(clock[1]), (clock[4] or "").upper()
    noon = 12
    if half == "P" and hour < noon:
        return hour + noon
    return 0 if half == "A" and hour == noon else hour


def _in_order(number: str) -> tuple[int, str]:
    parts = _NUMBER.fullmatch(number)
    assert parts is not None
    return int(parts[1]), parts[2]


def _holes(numbers: list[str]) -> list[str]:
    """The numbers that are missing between the first and the last; of a lettered one, the letters before."""
    letters: dict[int, str] = {}
    for plain, letter in map(_in_order, numbers):
        letters[plain] = letters.get(plain, "") + letter
    plains = sorted(letters)
    gaps = [(low + 1, high - low - 1) for low, high in pairwise(plains) if high - low > 1]
    first = [str(start + place) for start, size in gaps[:MOST_NAMED] for place in range(min(size, MOST_NAMED))]
    lettered = [
        f"{plain}{letter}" for plain, found in letters.items() if found for letter in "ab" if letter not in found
    ]
    count = sum(size for _, size in gaps) + len(lettered)
    more = f" and {count - MOST_NAMED} more" if count > MOST_NAMED else ""
    named = ", ".join([*first, *lettered][:MOST_NAMED])
    return [f"drawNumber: the rounds {named}{more} are missing in between"] if count else []


@cache
def schema() -> pa.DataFrameSchema:
    """The pandera schema of the rounds frame as read, collected, its counts still Int64."""
    import pandera.polars as pa
    from pandera.api.polars.types import PolarsData

    def check(right: pl.Expr, words: str) -> pa.Check:
        def checked(data: PolarsData) -> pl.LazyFrame:
            return data.lazyframe.select(right.fill_null(value=True))

        return pa.Check(checked, name=words, error=words)

    highest = max(high for _, high in POOL_BANDS)
    in_order = pl.col("date") >= pl.col("date").shift(1)
    not_later = day_in_ottawa(pl.col("tie_break")) <= pl.col("date")
    checks = {
        "number": [check(pl.col("number").is_first_distinct(), "stands twice; keep one entry a round")],
        "date": [check(in_order, "is before the day of the round before it; one of the two dates is wrong")],
        "size": [check(pl.col("size") > 0, "is no number of invitations; a round has at least one")],
        "cut_off": [check(pl.col("cut_off").is_between(0, highest), f"is no score; scores are 0 to {highest:,}")],
        "tie_break": [check(not_later, "is after the round")],
        "kind": [pa.Check.isin([OTHER_KIND, *(kind for _, kind in KIND_WORDS)])],
    }
    needed = ("number", "date", "name", "kind", "cut_off")
    return pa.DataFrameSchema(
        {
            name: pa.Column(_WIDE.get(dtype, dtype), checks=checks.get(name), nullable=name not in needed)
            for name, dtype in SCHEMA.items()
        },
        strict=True,
        ordered=True,
        name="rounds",
    )


def _failures(frame: pl.DataFrame) -> Iterator[str]:
    """What the schema finds, each with round, field, value and mend."""
    from pandera.errors import SchemaErrors

    try:
        schema().validate(frame, lazy=True)
    except SchemaErrors as errors:
        for case in errors.failure_cases.sort("index", maintain_order=True).iter_rows(named=True):
            row, column = case["index"], case["column"]
            if row is None:
                raise RuntimeError(f"the rounds frame does not have the structure of its schema: {case}") from None
            value = frame[column][row]
            yield f"round {frame['number'][row]}: {FIELDS.get(column, column)} {value} {case['check']}"
