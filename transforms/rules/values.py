"""The values of parameters by shape and unit, held against what each may be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from transforms.model.vocabulary import ABILITIES
from transforms.model.wording import _
from transforms.rules.strict_yaml import checked_keys, line_of, shown, within, wrong_at

UNITS = frozenset(
    {"points", "level", "tier", "years", "months", "weeks", "hours", "days", "cad", "score", "codes", "switch", "count",
     "share", "text"}
)  # fmt: skip
SHAPES = frozenset({"value", "steps", "choices", "codes", "matrix", "levels"})
# What each value of a unit is; of all others a whole number.
WRITTEN: Mapping[str, tuple[type, ...]] = {
    "codes": (str,), "text": (str,), "switch": (bool,), "score": (int, float), "share": (int, float), "level": (int, float),
}  # fmt: skip


def check_written(value: Any, unit: str, where: str) -> None:
    """Refuses a value that is not written as its unit is: points in quotes, a switch as a number."""
    kinds = WRITTEN.get(unit, (int,))
    for container, key, part in _plain_values(value):
        if part is not None and type(part) not in kinds:
            expected = _(" or ").join(kind.__name__ for kind in kinds)
            text = _("{value} is {kind}; {unit} are written as {expected}")
            problem = text.format(value=shown(part), kind=type(part).__name__, unit=unit, expected=expected)
            raise wrong_at(within(where, "", container, key), problem)


def plain(value: Any) -> Any:
    """A value without the lines of its parts."""
    if isinstance(value, dict):
        return {key: plain(part) if isinstance(part, dict | list) else part for key, part in value.items()}
    if isinstance(value, list):
        return [plain(part) if isinstance(part, dict | list) else part for part in value]
    return value


def _plain_values(value: Any, container: Any = None, key: Any = None) -> Iterator[tuple[Any, Any, Any]]:
    """Each plain value of a value of any shape, with what it stands in and its key there."""
    if isinstance(value, dict | list | tuple):
        for inner, part in value.items() if isinstance(value, dict) else enumerate(value):
            if isinstance(part, dict | list | tuple):
                yield from _plain_values(part, value, inner)
            else:
                yield value, inner, part
    else:
        yield container, key, value


def _scalar(value: Any, _columns: tuple[str, ...], where: str) -> Any:
    if isinstance(value, dict | list) or value is None:
        raise wrong_at(where, _("one plain value is expected"))
    return value


def _plain_entries(row: Any, where: str) -> None:
    """Refuses a list or a mapping where a row of a table has a plain value."""
    for key, value in row.items() if isinstance(row, dict) else enumerate(row):
        if isinstance(value, dict | list):
            text = _("one plain value is expected, not {value}")
            raise wrong_at(within(where, "", row, key), text.format(value=shown(value)))


def _steps(value: Any, columns: tuple[str, ...], where: str) -> list[dict[str, Any]]:
    names = columns or ("value",)
    rows = _rows(value, ("at_least", *names), where)
    bounds = [_bound(row, "at_least", where) for row in rows]
    if bounds != sorted(set(bounds)):
        raise wrong_at(where, _("at_least must rise from row to row"))
    return rows


def _rows(value: Any, names: tuple[str, ...], where: str) -> list[dict[str, Any]]:
    """The rows of a table, each with plain values under some names."""
    entries, known = _listed(value, where), frozenset(names)
    for number, row in enumerate(entries):
        if not isinstance(row, dict) or row.keys() != known:
            checked_keys(row, known, names, within(where, "", entries, number))
        _plain_entries(row, where)
    return entries


def _bound(row: Mapping[str, Any], key: str, where: str) -> float:
    value: Any = row[key]
    if type(value) not in {int, float} or not abs(value) < float("inf"):
        text = _("{key} {value} is not a number")
        raise wrong_at(within(where, "", row, key), text.format(key=key, value=shown(value)))
    return value


def _choices(value: Any, columns: tuple[str, ...], where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise wrong_at(where, _("a mapping of choices is expected"))
    for key, entry in value.items():
        if not isinstance(key, str):
            text = _("the choice {key} must be text; put it in quotes")
            raise wrong_at(where, text.format(key=shown(key)), line_of(value, key))
        if columns:
            if not isinstance(entry, dict) or list(entry) != list(columns):
                checked_keys(entry, frozenset(columns), columns, within(where, f".{key}", value, key))
            _plain_entries(entry, where)
        elif isinstance(entry, dict | list):
            raise wrong_at(within(where, f".{key}", value, key), _("one plain value is expected"))
    return value


def _codes(value: Any, _columns: tuple[str, ...], where: str) -> tuple[str, ...]:
    codes = _listed(value, where)
    for number, code in enumerate(codes):
        if not isinstance(code, str):
            text = _("the code {code} must be text; put it in quotes")
            raise wrong_at(within(where, "", codes, number), text.format(code=shown(code)))
    if len(set(codes)) != len(codes):
        raise wrong_at(where, _("a code stands twice"))
    return tuple(codes)


def _matrix(value: Any, _columns: tuple[str, ...], where: str) -> list[list[int]]:
    rows = _listed(value, where)
    if not all(isinstance(row, list) and len(row) == len(rows) for row in rows):
        raise wrong_at(where, _("a square matrix is expected"))
    for row in rows:
        _plain_entries(row, where)
    return rows


def _levels(value: Any, _columns: tuple[str, ...], where: str) -> list[dict[str, Any]]:
    rows = _rows(value, ("level", *ABILITIES), where)
    levels = [_bound(row, "level", where) for row in rows]
    if levels != sorted(set(levels), reverse=True):
        raise wrong_at(where, _("the levels must fall from row to row"))
    return rows


def _listed(value: Any, where: str) -> list[Any]:
    if not isinstance(value, list):
        raise wrong_at(where, _("a list is expected"))
    return value


READERS = {
    "value": _scalar,
    "steps": _steps,
    "choices": _choices,
    "codes": _codes,
    "matrix": _matrix,
    "levels": _levels,
}
