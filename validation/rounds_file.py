"""The published rounds in IRCC's own JSON: read as text, parsed by us, refused with the place where they are bad."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl

from transforms.rounds import Round

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
# Fields dd1 to dd18 of the distribution, without the two subtotals dd3 and dd9.
BANDS = {
    "dd1": (601, 1200), "dd2": (501, 600), "dd4": (491, 500), "dd5": (481, 490), "dd6": (471, 480),
    "dd7": (461, 470), "dd8": (451, 460), "dd10": (441, 450), "dd11": (431, 440), "dd12": (421, 430),
    "dd13": (411, 420), "dd14": (401, 410), "dd15": (351, 400), "dd16": (301, 350), "dd17": (0, 300),
}  # fmt: skip
SCHEMA = {
    "number": pl.String(),
    "date": pl.Date(),
    "name": pl.String(),
    "kind": pl.String(),
    "size": pl.Int32(),
    "cut_off": pl.Int16(),
    "tie_break": pl.Datetime("us", "UTC"),
    "distribution_as_of": pl.Date(),
    **{f"pool_{low}_{high}": pl.Int32() for low, high in BANDS.values()},
    "pool_total": pl.Int32(),
}
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ISO_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_NAMED_DAY = re.compile(r"([A-Za-z]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?[.,\s]*(\d{4})?(?![\d:])", re.IGNORECASE)
_CLOCK = re.compile(r"(\d{1,2}):(\d{2}):(\d{2})")


class RoundsFileError(ValueError):
    """The rounds file cannot be used; the message says where it is bad and what would be right."""


def read(path: Path) -> pl.DataFrame:
    """The published rounds of a file, oldest first, one row a round; raises RoundsFileError.

    Columns and dtypes as SCHEMA: number, date, name, kind, size, cut_off, tie_break, and the pool's distribution
    (people by band; empty where none was published).
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
        content = json.loads(text)
    except OSError as error:
        raise RoundsFileError(f"the rounds file cannot be opened: {error.strerror}") from None
    except UnicodeDecodeError:
        raise RoundsFileError("the rounds file is not UTF-8 text") from None
    except json.JSONDecodeError as error:
        raise RoundsFileError(f"the rounds file is not JSON: line {error.lineno}: {error.msg}") from None
    if not isinstance(content, dict) or not isinstance(content.get("rounds"), list) or not content["rounds"]:
        raise RoundsFileError("the rounds file must be an object with a list `rounds`, as IRCC publishes it")
    frame = pl.DataFrame([_row(entry) for entry in reversed(content["rounds"])], schema=SCHEMA, orient="row")
    doubled = frame.filter(pl.col("number").is_duplicated())["number"].unique(maintain_order=True).to_list()
    if doubled:
        raise RoundsFileError(f"the rounds file holds a round more than once: {', '.join(doubled)}")
    return frame


def rounds(frame: pl.DataFrame) -> list[Round]:
    """The rows of a rounds frame as rounds, in the same order."""
    return [
        Round(**row)
        for row in frame.select("number", "date", "name", "kind", "size", "cut_off", "tie_break").to_dicts()
    ]


def kind_of_name(name: str) -> str:
    """The kind of round that a published name tells; `other` for a name of no known kind."""
    folded = name.lower()
    return next((kind for words, kind in KIND_WORDS if words in folded), OTHER_KIND)


def _row(entry: Any) -> tuple[Any, ...]:
    if not isinstance(entry, dict):
        raise RoundsFileError("the rounds file holds an entry that is no object")
    number = str(entry.get("drawNumber", "")).strip()
    if not re.fullmatch(r"\d+[ab]?", number):
        raise RoundsFileError(f"drawNumber {number!r} is not a number such as 204 or 91a")
    try:
        held_on = _held_on(entry)
        tie_break = moment(_text(entry, "drawCutOff"), held_on)
        total = _count(entry, "dd18")
        bands = [_count(entry, band) if total else None for band in BANDS]
        distribution = _day(_text(entry, "drawDistributionAsOn")) if total else None
        name = " ".join(_text(entry, "drawName").split())
        size, cut_off = _count(entry, "drawSize"), _count(entry, "drawCRS")
    except ValueError as error:
        raise RoundsFileError(f"round {number}: {error}") from None
    if not size or cut_off is None:
        raise RoundsFileError(f"round {number}: drawSize and drawCRS must be given")
    return (
        number, held_on, name, kind_of_name(name), size, cut_off, tie_break, distribution, *bands, total or None,
    )  # fmt: skip


def _text(entry: dict[str, Any], key: str) -> str:
    value = entry.get(key)
    return "" if value is None else str(value).strip()


def _count(entry: dict[str, Any], key: str) -> int | None:
    text = _text(entry, key).replace(",", "").replace(" ", "")
    if not text:
        return None
    if not text.isdigit():
        raise ValueError(f"{key} {_text(entry, key)!r} is not a whole number")
    return int(text)


def _held_on(entry: dict[str, Any]) -> date:
    """The day of the round: drawDate where it is ISO text, else the day written out."""
    text = _text(entry, "drawDate")
    if _ISO_DAY.fullmatch(text):
        return date.fromisoformat(text)
    day = _day(_text(entry, "drawDateFull"))
    if day is None:
        raise ValueError(f"drawDate {text!r} is not a date such as 2021-09-14")
    return day


def _day(text: str) -> date | None:
    """A day as ISO text or written out in English; None for empty text."""
    if not text:
        return None
    parts = _day_parts(text)
    if parts is None or parts[0] is None:
        raise ValueError(f"{text!r} is not a date such as September 14, 2021")
    return date(parts[0], parts[1], parts[2])


def _day_parts(text: str) -> tuple[int | None, int, int] | None:
    if iso := _ISO_DAY.search(text):
        return int(iso[1]), int(iso[2]), int(iso[3])
    if (named := _NAMED_DAY.search(text)) and named[1][:3].lower() in MONTHS:
        return (int(named[3]) if named[3] else None), MONTHS.index(named[1][:3].lower()) + 1, int(named[2])
    return None


def moment(text: str, held_on: date) -> datetime | None:
    """A tie-break in any of IRCC's spellings, read as 24-hour UTC; without a year, the last such day up to the round."""
    if not text or text.lower() in {"n/a", "na", "-"}:
        return None
    day, clock = _day_parts(text), _CLOCK.search(text)
    if day is None or clock is None:
        raise ValueError(f"{text!r} is not a time such as September 11, 2021 at 10:55:43 UTC")
    year, month, number = day
    hour, minute, second = (int(part) for part in clock.groups())
    if year is None:
        year = held_on.year if (month, number) <= (held_on.month, held_on.day) else held_on.year - 1
    return datetime(year, month, number, hour, minute, second, tzinfo=UTC)
