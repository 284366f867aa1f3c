"""What the parts of a map have in common: names and values held against ours, and the message for those that are none."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from difflib import get_close_matches
from typing import Any

from transforms.model.columns import BY_KEY, SHEETS, Column
from transforms.model.wording import _
from transforms.rules.strict_yaml import line_of, shown
from validation.checks import explain
from validation.files.unusable import MappingError
from validation.mapping.other_words import closest_column
from validation.mapping.rules import sheets_with
from validation.values.parse import unreadable_value

COLUMNS = tuple(dict.fromkeys(name for sheet in SHEETS for name in sheet.names))


def is_empty(given: Any) -> bool:
    """Whether a part or a value of the map says nothing."""
    return given is None or given == ""


def nearest(name: object, names: Iterable[str]) -> str:
    """The end of a message as a sentence: the nearest of the right names, else all where they are few."""
    known = list(names)
    close = get_close_matches(str(name).casefold(), known, n=1)
    return (
        _("Did you mean {close}?").format(close=close[0])
        if close
        else _("Write one of: {known}.").format(known=", ".join(known))
    )


def mapping_part(content: Mapping[Any, Any], part: str, example: str) -> Mapping[Any, Any]:
    """A part that maps names; raises MappingError for one that does not."""
    found = content[part]
    if not isinstance(found, Mapping):
        raise MappingError(
            _("`{part}` needs names with what they stand for. Write it like {example}.").format(
                part=part, example=example
            ),
            line_of(content, part),
        )
    return found


def keyed(
    given: Mapping[Any, Any], part: str, key_of: Callable[[str], str], read: Callable[[Any, Any], Any]
) -> dict[str, Any]:
    """What is read of each name, under the key by which it is looked up; of two names read alike one that differs is a
    mistake.
    """
    found: dict[str, Any] = {}
    first: dict[str, Any] = {}
    for name, value in given.items():
        key, line = key_of(str(name)), line_of(given, name)
        if not key:
            raise MappingError(
                _("`{part}`: {name} is empty. Write the name as it stands in the file.").format(
                    part=part, name=shown(name)
                ),
                line,
            )
        one = read(name, value)
        if key in found and found[key] != one:
            raise MappingError(
                _(
                    "`{part}`: {name} is read like {first} above it, but they stand for different things. Keep one "
                    "of the two."
                ).format(part=part, name=shown(name), first=shown(first[key])),
                line,
            )
        found[key] = one
        first.setdefault(key, name)
    return found


def check_column(where: str, name: Any, line: int | None, names: tuple[str, ...] = COLUMNS) -> None:
    """Raises MappingError for a name that is none of our columns."""
    if not isinstance(name, str) or name not in names:
        close = closest_column(name, list(names)) if isinstance(name, str) else ""
        hint = _("Did you mean {close}?").format(close=close) if close else _("Run drawline columns to list them.")
        raise MappingError(
            _("{where} names {name}, which is none of our columns. {hint}").format(
                where=where, name=shown(name), hint=hint
            ),
            line,
        )


def check_value(where: str, columns: list[Column], value: str, line: int | None, choices: tuple[str, ...] = ()) -> None:
    """Raises MappingError where no column of a name can take a value; empty text empties the cell.

    `choices` are proposed in place of the column's own.
    """
    if value and all(unreadable_value(column, value) for column in columns):
        column = replace(columns[0], values=choices) if choices else columns[0]
        problem, fix = explain.unusable_value(column, value)
        raise MappingError(f"{where} is {shown(value)}. {problem} {fix}", line)


def plain_value(where: str, value: Any, line: int | None) -> str:
    """A value of the map as it stands in a cell: true is the text true; nothing, ~ and null are empty."""
    if isinstance(value, Mapping | list):
        raise MappingError(
            _("{where} is {value}. Write one plain value.").format(where=where, value=shown(value)), line
        )
    if value is None or value in {"~", "null"}:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value).strip()


def columns_named(name: str) -> list[Column]:
    """The columns of a name, on whichever sheet."""
    return [BY_KEY[key].column(name) for key in sheets_with(name)]
