"""Holds what an overlay lays over the law against what is shipped: the same shape, and words that the law has."""

from __future__ import annotations

import csv
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from transforms.rules.loader import IN_FORCE, Parameter, RulesError, Version, Where, nearest, shown

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
# Sets of words longer than this are not told whole.
MOST_TOLD = 9


def check(shipped: Mapping[str, Parameter], parameters: Mapping[str, Parameter]) -> None:
    """Raises RulesError, with the overlay's file, the parameter and the mend, for a value that is not like the shipped.

    Like it is a version from no day before the law; unknown only where the shipped law has a gap too; with the choices,
    levels, size and first step of the shipped value in force; without a number below zero or too large to count with,
    points of a factor above the highest total, a tier above the highest, or an empty place where the shipped ones have
    none; of words that the parameter may have. Parameters that the shipped
    law does not know on some day have no shape yet; `transforms.high_wage` checks these.
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
    file = f"{version.file}: line {version.line}: " if version.file else ""
    return Where(f"{file}{name}, from {version.starts_on}", version.line)


def _check_version(version: Version, shipped: Parameter, law: Mapping[str, Parameter], where: str) -> None:
    first = law[IN_FORCE].versions[0].starts_on
    if version.starts_on < first:
        raise RulesError(f"{where}: the law begins on {first}; let the version begin then or later")
    has_gap = any(one.status == "unknown" for one in shipped.versions)
    if version.status == "unknown":
        if not has_gap:
            raise RulesError(f"{where}.status: nothing can be scored without this value; enter one and write known")
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
        raise RulesError(f"readings: {parameter.id}{error}", reading=parameter.id) from None


def _check_points(value: Any, highest: int, where: str) -> None:
    for one in _leaves(value):
        if isinstance(one, int) and one > highest:
            raise RulesError(f"{where}: {one} points are more than the highest total, {highest}; correct the number")


def _check_leaves(value: Any, known: Sequence[Any], unit: str, where: str) -> None:
    """Every plain value, wherever it stands: not below zero, not too large, no tier that is not there, not empty."""
    of_law = list(_leaves(known))
    for one in _leaves(value):
        if one is None and None not in of_law:
            raise RulesError(f"{where}: a value is left empty; enter it")
        if isinstance(one, int | float) and one < 0:
            raise RulesError(f"{where}: {one} is below zero; {unit} are 0 or more")
        largest = LARGEST.get(unit, LARGEST_OF_OTHERS)
        if isinstance(one, int | float) and not one <= largest:
            raise RulesError(f"{where}: {shown(one)} is too large; {unit} are {largest} or less")
        if unit == "tier" and one > max(of_law):
            raise RulesError(f"{where}: there is no tier {one}; the highest is {max(of_law)}")


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
        raise RulesError(f"{where}: the first row must be at_least: {first}")


def _check_bounds(rows: Sequence[Any], where: str) -> None:
    if not rows:
        return
    last = rows[-1]["at_least"]
    if last > LARGEST_OF_OTHERS:
        raise RulesError(f"{where}: at_least: {shown(last)} is never reached; give {LARGEST_OF_OTHERS} or less")


def _check_choices(value: Mapping[str, Any], shipped: Mapping[str, Any], where: str) -> None:
    _check_same(value, shipped, "choice", where)


def _check_matrix(value: Sequence[Any], shipped: Sequence[Any], where: str) -> None:
    if len(value) != len(shipped):
        raise RulesError(f"{where}: {len(shipped)} rows of {len(shipped)} values are needed, as in the shipped law")


def _check_levels(value: Sequence[Any], shipped: Sequence[Any], where: str) -> None:
    _check_same([row["level"] for row in value], [row["level"] for row in shipped], "level", where)


def _check_same(found: Collection[Any], expected: Collection[Any], what: str, where: str) -> None:
    for one in found:
        if one not in expected:
            raise RulesError(f"{where}: unknown {what} {one!r}{nearest(one, map(str, expected))}")
    for one in expected:
        if one not in found:
            raise RulesError(f"{where}: the {what} {one!r} is missing")


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
        _check_codes(words, unit_groups(noc.value), f"a unit group of NOC {noc.value}", where)
    elif name.endswith(("_groups", "_groups_excluded")):
        _check_codes(words, _groups(noc.value), f"a group of NOC {noc.value}", where)
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
            told = f"none of {', '.join(allowed)}" if len(allowed) <= MOST_TOLD else "not known"
            raise RulesError(f"{where}: {word!r} is {told}{nearest(word, allowed)}")


def _check_days(words: Iterable[str], where: str) -> None:
    for word in words:
        try:
            date.fromisoformat(word)
        except ValueError:
            raise RulesError(f"{where}: {word!r} is not a date such as 2021-09-14") from None


def _check_codes(words: Iterable[str], allowed: Collection[str], what: str, where: str) -> None:
    for word in words:
        if word not in allowed:
            raise RulesError(f"{where}: {word!r} is not {what}{nearest_code(word, allowed)}")


def nearest_code(code: str, codes: Collection[str]) -> str:
    """The end of a message that names the known code closest to an unknown one: that shares its beginning for longest.

    Empty where none begins as it does.
    """
    shared = next((code[:length] for length in range(len(code), 0, -1) if _any_begins(codes, code[:length])), "")
    return nearest(code, [one for one in codes if one.startswith(shared)]) if shared else ""


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
