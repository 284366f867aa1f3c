"""The published rounds in IRCC's own JSON: read as text, parsed by us, checked, refused with the place where bad.

The English and the French file are alike but for their names, months and the blank between thousands; both are read.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from transforms.model.wording import _, current, whole_number
from transforms.rounds.rounds import Round
from validation.rounds.dates import moment
from validation.rounds.names import KIND_WORDS, OTHER_KIND, PROGRAM_WORDS, kind_of_name
from validation.rounds.rows import BANDS, SUMS, TOTAL, Findings, row_of
from validation.rounds.table import AS_READ, MAX_NAMED, SCHEMA, failures, holes, in_order, schema

__all__ = (
    "BANDS", "KIND_WORDS", "MAX_BYTES", "MAX_NAMED", "OTHER_KIND", "PROGRAM_WORDS", "SCHEMA", "SUMS", "TOTAL", "Published",
    "RoundsFileError", "kind_of_name", "moment", "opened", "parsed", "read", "rounds", "schema",
)  # fmt: skip

MAX_BYTES = 20_000_000
# What IRCC's French file was encoded in before October 2026.
OLD_ENCODING = "cp1252"
# Files that a process keeps as read: one that is read every night changes with a round alone.
FILES_KEPT = 4


class RoundsFileError(ValueError):
    """The rounds file cannot be used; the message says where it is bad and what would be right."""


@dataclass(frozen=True)
class Published:
    """The published rounds as read: the frame as SCHEMA says, oldest first, and what is odd about single values."""

    frame: pl.DataFrame
    warnings: tuple[str, ...] = ()


_parsed_before: dict[tuple[bytes, str], Published] = {}


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
            raise RoundsFileError(
                _("the rounds file is larger than {number} bytes; that is not IRCC's").format(
                    number=whole_number(MAX_BYTES)
                )
            )
        data = path.read_bytes()
    except OSError as error:
        raise RoundsFileError(_("the rounds file cannot be opened: {reason}").format(reason=error.strerror)) from None
    return parsed(data)


def parsed(data: bytes) -> Published:
    """The published rounds of a file's content; raises RoundsFileError naming round, field, value and fix."""
    key = (hashlib.sha256(data).digest(), current())
    if key not in _parsed_before:
        made = _parsed(data)
        while len(_parsed_before) >= FILES_KEPT:
            del _parsed_before[next(iter(_parsed_before))]
        _parsed_before[key] = made
    return _parsed_before[key]


def _parsed(data: bytes) -> Published:
    entries = _entries(data)
    found = Findings()
    rows = [row for entry in entries if (row := row_of(entry, found)) is not None]
    _refuse(found.wrong)
    rows.sort(key=lambda row: in_order(row[0]))
    frame = pl.DataFrame(rows, schema=AS_READ, orient="row")
    _refuse([*failures(frame), *holes(frame["number"].to_list())])
    odd = sorted(found.odd, key=lambda one: in_order(one[0]))
    return Published(
        frame.cast(pl.Schema(SCHEMA)),
        tuple(_("round {number}: {problem}").format(number=number, problem=text) for number, text in odd),
    )


def rounds(frame: pl.DataFrame) -> list[Round]:
    """The rows of a rounds frame as rounds, in the same order."""
    return [
        Round(**row)
        for row in frame.select("number", "date", "name", "kind", "size", "cut_off", "tie_break", "held_at").to_dicts()
    ]


def _refuse(wrong: list[str]) -> None:
    if wrong:
        listed = "; ".join(wrong[:MAX_NAMED])
        if len(wrong) > MAX_NAMED:
            listed = _("{problems}; and {number} more").format(problems=listed, number=len(wrong) - MAX_NAMED)
        raise RoundsFileError(listed)


def _entries(data: bytes) -> list[Any]:
    content = _content(data)
    if not isinstance(content, dict) or not isinstance(content.get("rounds"), list) or not content["rounds"]:
        raise RoundsFileError(_("the rounds file must be an object with a list `rounds`, as IRCC publishes it"))
    return content["rounds"]


def _content(data: bytes) -> Any:
    """The JSON of a file; of one that is not UTF-8, as IRCC's French file was written before."""
    try:
        return _decoded(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        try:
            return _decoded(data.decode(OLD_ENCODING))
        except (UnicodeDecodeError, RoundsFileError):
            raise RoundsFileError(_("the rounds file is not UTF-8 text")) from None


def _decoded(text: str) -> Any:
    try:
        # Numbers stay text until their own field is read: a number of any length is a value of its round.
        return json.loads(text, parse_int=str, parse_float=str, parse_constant=str)
    except json.JSONDecodeError as error:
        raise RoundsFileError(
            _("the rounds file is not JSON: line {line}: {reason}").format(line=error.lineno, reason=error.msg)
        ) from None
    except RecursionError:
        raise RoundsFileError(_("the rounds file is nested too deeply to be IRCC's")) from None
