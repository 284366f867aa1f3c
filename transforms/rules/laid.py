"""Compares the values of an overlay with those that are shipped: the same shape, and words that the law has."""

from __future__ import annotations

import csv
import difflib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from transforms.model.wording import _
from transforms.rules.errors import READINGS, RulesError, nearest, placed
from transforms.rules.law import IN_FORCE, Parameter, Version
from transforms.rules.strict_yaml import Where, from_day, shown

NOC = Path(__file__).parent / "noc"
NOC_VERSION = "noc.version"
# What a job offer may rest on, as the intake takes it.
BASES = ("lmia", "lmia_work_permit", "lmia_exempt_work_permit", "offer_only")
TOTAL = "crs.total.maximum"
# The largest number of each unit that can be counted with: a hundred years, a week, a whole, and 16 bits of a computer.
LARGEST = {
    "years": 100,
    "months": 1_200,
    "weeks": 5_300,
    "days": 36_600,
    "hours": 168,
    "share": 1,
    "cad": 1_000_000_000,
}
LARGEST_OF_OTHERS = 32_767
# Longer sets of words are shortened in a message.
MAX_LISTED = 9


def check(shipped: Mapping[str, Parameter], parameters: Mapping[str, Parameter]) -> None:
    """Raises RulesError, with the overlay's file, the parameter and the fix, for a value that is not like the shipped.

    Like it is a version from no day before the law; unknown only where the shipped law has a gap too; with the choices,
    levels, size and first step of the shipped value in force; without a number below zero or too large to count with,
    points of a factor above the highest total, a tier above the highest, or an empty place where the shipped ones have
    none; of words that the parameter may have. Parameters that the shipped
    law does not know on some day have no shape yet; `transforms.facts.high_wage` checks these.
    """
    totals = [version.value for version in parameters[TOTAL].versions]
    highest = max((total for total in totals if isinstance(total, int)), default=0)
    for name, parameter in parameters.items():
        for version in parameter.versions:
            if version.file:
                where = place_of(version, name)
                _check_version(version, shipped[name], shipped, where)
                if parameter.unit == "points" and name != TOTAL:
                    _check_points(version.value, highest, where)
                _check_words(version, parameter, shipped, parameters, where)


def place_of(version: Version, name: str) -> Where:
    """Where a version stands, in words: the overlay's file and line, the parameter and the day."""
    place = from_day(name, version.starts_on)
    if version.file:
        place = placed(_("{file}: line {line}").format(file=version.file, line=version.line), place)
    return Where(place, version.line)


def _check_version(version: Version, shipped: Parameter, law: Mapping[str, Parameter], where: str) -> None:
    first = law[IN_FORCE].versions[0].starts_on
    if version.starts_on < first:
        text = _("the law begins on {day}; let the version begin then or later")
        raise RulesError(text.format(day=first), where=where)
    has_gap = any(one.status == "unknown" for one in shipped.versions)
    if version.status == "unknown":
        if not has_gap:
            text = _("nothing can be scored without this value; enter one and write known")
            raise RulesError(text, version.line, where=f"{where}.status")
        return
    known = [one.value for one in shipped.versions if one.status != "unknown"]
    _check_leaves(version.value, known, shipped.unit, where)
    if shipped.shape == "steps":
        _check_bounds(version.value, where)
    if not has_gap and shipped.shape in _SHAPES:
        in_force = shipped.on(version.starts_on) or shipped.versions[0]
        _SHAPES[shipped.shape](version.value, in_force.value, where)


def check_reading(parameter: Parameter, value: Any) -> None:
    """Raises RulesError for what a firm set for a parameter that the law leaves open and cannot be counted with."""
    try:
        _check_leaves(value, [version.value for version in parameter.versions], parameter.unit, "")
    except RulesError as error:
        where = placed(READINGS, parameter.id)
        raise RulesError(error.problem, where=where, reading=parameter.id) from None


def _check_points(value: Any, highest: int, where: str) -> None:
    for one in _leaves(value):
        if isinstance(one, int) and one > highest:
            text = _("{n} points are more than the highest total, {highest}; correct the number")
            raise RulesError(text.format(n=one, highest=highest), where=where)


def _check_leaves(value: Any, known: Sequence[Any], unit: str, where: str) -> None:
    """Every plain value, wherever it stands: not below zero, not too large, no tier that is not there, not empty."""
    of_law = list(_leaves(known))
    for one in _leaves(value):
        if one is None and None not in of_law:
            raise RulesError(_("a value is left empty; enter it"), where=where)
        if isinstance(one, int | float) and one < 0:
            raise RulesError(_("{n} is below zero; {unit} are 0 or more").format(n=one, unit=unit), where=where)
        largest = LARGEST.get(unit, LARGEST_OF_OTHERS)
        if isinstance(one, int | float) and not one <= largest:
            text = _("{n} is too large; {unit} are {largest} or less")
            raise RulesError(text.format(n=shown(one), unit=unit, largest=largest), where=where)
        if unit == "tier" and one > max(of_law):
            text = _("there is no tier {n}; the highest is {highest}")
            raise RulesError(text.format(n=one, highest=max(of_law)), where=where)


def _leaves(value: Any) -> Iterator[Any]:
    """The plain values of a value of any shape, but for the bounds of steps."""
    if isinstance(value, Mapping):
        for key, part in value.items():
            if key != "at_least":
                yield from _leaves(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _leaves(part)
    else:
        yield value


def _check_steps(value: Sequence[Any], shipped: Sequence[Any], where: str) -> None:
    first = shipped[0]["at_least"]
    if not value or value[0]["at_least"] != first:
        raise RulesError(_("the first row must be at_least: {n}").format(n=first), where=where)


def _check_bounds(rows: Sequence[Any], where: str) -> None:
    if not rows:
        return
    last = rows[-1]["at_least"]
    if last > LARGEST_OF_OTHERS:
        text = _("at_least: {n} is never reached; give {largest} or less")
        raise RulesError(text.format(n=shown(last), largest=LARGEST_OF_OTHERS), where=where)


def _check_choices(value: Mapping[str, Any], shipped: Mapping[str, Any], where: str) -> None:
    unknown, missing = _("unknown choice {name!r}{nearest}"), _("the choice {name!r} is missing")
    _check_same(value, shipped, unknown, missing, where)


def _check_matrix(value: Sequence[Any], shipped: Sequence[Any], where: str) -> None:
    if len(value) != len(shipped):
        text = _("{n} rows of {n} values are needed, as in the shipped law")
        raise RulesError(text.format(n=len(shipped)), where=where)


def _check_levels(value: Sequence[Any], shipped: Sequence[Any], where: str) -> None:
    unknown, missing = _("unknown level {name!r}{nearest}"), _("the level {name!r} is missing")
    _check_same([row["level"] for row in value], [row["level"] for row in shipped], unknown, missing, where)


def _check_same(found: Collection[Any], expected: Collection[Any], unknown: str, missing: str, where: str) -> None:
    for one in found:
        if one not in expected:
            near = nearest(one, map(str, expected))
            raise RulesError(unknown.format(name=one, nearest=near), where=where)
    for one in expected:
        if one not in found:
            raise RulesError(missing.format(name=one), where=where)


_SHAPES: Mapping[str, Callable[[Any, Any, str], None]] = {
    "steps": _check_steps,
    "choices": _check_choices,
    "matrix": _check_matrix,
    "levels": _check_levels,
}


# --- Words: of a list of codes, or a text


def _check_words(
    version: Version,
    parameter: Parameter,
    shipped: Mapping[str, Parameter],
    parameters: Mapping[str, Parameter],
    where: str,
) -> None:
    if version.status == "unknown" or parameter.unit not in ("codes", "text"):
        return
    words = [str(word) for word in _leaves(version.value)]
    noc = parameters[NOC_VERSION].on(version.starts_on)
    assert noc is not None
    name = parameter.id.rpartition(".")[2]
    if parameter.id == "categories.military.education":
        _check_each(words, shipped["crs.core.education"].versions[0].value, where)
    elif name in ("codes", "physicians_nocs"):
        text = _("{code!r} is not a unit group of NOC {version}{nearest}")
        _check_codes(words, unit_groups(noc.value), noc.value, text, where)
    elif name.endswith(("_groups", "_groups_excluded")):
        text = _("{code!r} is not a group of NOC {version}{nearest}")
        _check_codes(words, _groups(noc.value), noc.value, text, where)
    elif name.endswith("skilled_levels"):
        _check_each(words, sorted(set(unit_groups(noc.value).values())), where)
    elif name.endswith("_routes"):
        _check_each(words, BASES, where)
    elif name == "funds_exempt_classes":
        _check_each(words, _used(shipped["rounds.class_order"]), where)
    elif name == "canadian_study_waiver_window":
        _check_days(words, where)
    elif not any(one.status == "unknown" for one in shipped[parameter.id].versions):
        _check_each(words, _used(shipped[parameter.id]), where)


def _used(parameter: Parameter) -> list[str]:
    """The words of all versions of a parameter."""
    return list(dict.fromkeys(str(word) for version in parameter.versions for word in _leaves(version.value)))


def _check_each(words: Iterable[str], allowed: Collection[str], where: str) -> None:
    for word in words:
        if word not in allowed:
            text = (
                _("{value} is none of {known}{nearest}")
                if len(allowed) <= MAX_LISTED
                else _("{value} is not known{nearest}")
            )
            problem = text.format(value=repr(word), known=", ".join(allowed), nearest=nearest(word, allowed))
            raise RulesError(problem, where=where)


def _check_days(words: Iterable[str], where: str) -> None:
    for word in words:
        try:
            date.fromisoformat(word)
        except ValueError:
            text = _("{value} is not a date such as 2021-09-14")
            raise RulesError(text.format(value=repr(word)), where=where) from None


def _check_codes(words: Iterable[str], allowed: Collection[str], version: str, text: str, where: str) -> None:
    for word in words:
        if word not in allowed:
            near = nearest_code(word, allowed)
            raise RulesError(text.format(code=word, version=version, nearest=near), where=where)


def nearest_code(code: str, codes: Collection[str]) -> str:
    """The end of a message that names the known code closest to an unknown one (see `closest_code`)."""
    return nearest(code, filter(None, [closest_code(code, codes)]))


def closest_code(code: str, codes: Collection[str]) -> str:
    """The known code closest to an unknown one among those that share its beginning for longest.

    Empty where none begins as it does, or none is close.
    """
    shared = next((code[:length] for length in range(len(code), 0, -1) if _any_begins(codes, code[:length])), "")
    if not shared:
        return ""
    close = difflib.get_close_matches(code, [one for one in codes if one.startswith(shared)], 1)
    return close[0] if close else ""


def _any_begins(codes: Iterable[str], beginning: str) -> bool:
    return any(one.startswith(beginning) for one in codes)


@cache
def unit_groups(version: str) -> dict[str, str]:
    """Every unit group of a NOC version with its skill level or TEER; for NOC 2011 the table of NOC 2016 serves."""
    in_2021 = version == "2021"
    path = NOC / ("noc2021.csv" if in_2021 else "noc2016.csv")
    with path.open(encoding="utf-8", newline="") as file:
        return {row["code"]: row["teer" if in_2021 else "skill_level"] for row in csv.DictReader(file)}


@cache
def _groups(version: str) -> frozenset[str]:
    """Every unit group of a NOC version, and what it begins with: minor, major and broad groups."""
    return frozenset(code[:length] for code in unit_groups(version) for length in range(1, len(code) + 1))
