"""A plan of coming rounds of the nation as YAML, for the forecast: read strictly, as a plan for `simulate`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from transforms.forecast.planned_rounds import Cap, RoundPlan, Series
from transforms.model.wording import _, whole_number
from transforms.model.wording import number as shown_number
from transforms.rules.strict_yaml import Where, line_of, shown, within
from validation.plans.plan_file import (
    LAST_YEAR,
    PlanFileError,
    day_in,
    kind_in,
    known_keys,
    number_in,
    read_with,
    size_in,
    title_in,
    whole_in,
    wrong_at,
)

KEYS = ("title", "rounds", "other_kinds", "totals")
ROUND_KEYS = ("date", "kind", "size", "every_days", "times")
TOTAL_KEYS = ("year", "from", "to", "kinds", "invitations", "admissions", "people_per_invitation")
DRAWN, NONE = "drawn", "none"
MAX_TOTAL = 10_000_000
# People admitted of one invitation: some invitations come to nothing, and a large family comes with one.
MIN_PEOPLE = 0.1
MAX_PEOPLE = 20


def read(path: Path) -> RoundPlan:
    """The plan of a file; raises PlanFileError."""
    return replace(read_with(path, _plan), file=path.name)


def _plan(content: Any, name: str) -> RoundPlan:
    content = known_keys(content, KEYS, _("the plan"))
    series = [_series(entry, where) for entry, where in _entries(content, "rounds")]
    totals = [_total(entry, where) for entry, where in _entries(content, "totals")]
    if not series and not totals:
        raise PlanFileError(_("the plan has neither `rounds` nor `totals`; give at least one of them"))
    others = content.get("other_kinds", DRAWN)
    if others not in (DRAWN, NONE):
        raise PlanFileError(
            _("other_kinds is {value}; give `drawn` or `none`").format(value=shown(others)),
            line_of(content, "other_kinds"),
        )
    if others == NONE and not series:
        raise PlanFileError(
            _("other_kinds is `none` and the plan has no `rounds`; give the rounds that are held"),
            line_of(content, "other_kinds"),
        )
    return RoundPlan(title_in(content, name), tuple(series), tuple(totals), others == DRAWN)


def _entries(content: Mapping[str, Any], key: str) -> list[tuple[Any, Where]]:
    """The entries of a list, each with its place; none where the key is not there."""
    entries = content.get(key)
    if entries is None:
        return []
    place = within(f"`{key}`", "", content, key)
    if not isinstance(entries, list) or not entries:
        raise wrong_at(place, _(" must be a list with at least one entry"))
    return [
        (entry, within(_("{key}, entry {number}").format(key=key, number=number), "", entries, number - 1))
        for number, entry in enumerate(entries, start=1)
    ]


def _series(entry: Any, where: Where) -> Series:
    entry = known_keys(entry, ROUND_KEYS, where)
    for key in ("date", "kind", "size"):
        if key not in entry:
            raise wrong_at(where, _(": the key `{key}` is missing").format(key=key))
    if "times" in entry and "every_days" not in entry:
        raise wrong_at(where, _(": `times` goes with `every_days`"))
    size = size_in(entry, where)
    repeats = "every_days" in entry
    return Series(
        kind_in(entry["kind"], within(where, "", entry, "kind")),
        size,
        day_in(entry["date"], within(where, ": date", entry, "date")),
        whole_in(entry, where, "every_days", 1) if repeats else 0,
        whole_in(entry, where, "times", 1) if "times" in entry or not repeats else 0,
        where.line,
    )


def _total(entry: Any, where: Where) -> Cap:
    entry = known_keys(entry, TOTAL_KEYS, where)
    first, last = _span(entry, where)
    kinds, place = entry.get("kinds", []), within(where, "", entry, "kinds")
    if not isinstance(kinds, list):
        raise wrong_at(place, _(": `kinds` must be a list, such as [CEC, french]"))
    if "kinds" in entry and not kinds:
        raise wrong_at(place, _(": `kinds` names no kind; name one, or leave the key out for all kinds"))
    return Cap(first, last, _invitations(entry, where), tuple(kind_in(kind, place) for kind in kinds))


def _span(entry: Mapping[str, Any], where: Where) -> tuple[date, date]:
    """The days of a total: a calendar year, or from one day to another."""
    is_of_a_year, is_of_days = "year" in entry, "from" in entry and "to" in entry
    if is_of_a_year == is_of_days or (is_of_a_year and ("from" in entry or "to" in entry)):
        raise wrong_at(where, _(": give either `year`, or `from` and `to`"))
    if is_of_a_year:
        year = whole_in(entry, where, "year", 1)
        if year > LAST_YEAR:
            raise PlanFileError(
                _("{where}: year {year} is no year of a plan; give one up to {last}").format(
                    where=where, year=year, last=LAST_YEAR
                ),
                line_of(entry, "year"),
            )
        return date(year, 1, 1), date(year, 12, 31)
    first = day_in(entry["from"], within(where, ": from", entry, "from"))
    last = day_in(entry["to"], within(where, ": to", entry, "to"))
    if last < first:
        raise wrong_at(
            within(where, "", entry, "to"), _(": `to` {last} is before `from` {first}").format(last=last, first=first)
        )
    return first, last


def _invitations(entry: Mapping[str, Any], where: Where) -> int:
    """The invitations of a total: as they are given, or admissions over the people of an invitation."""
    if ("invitations" in entry) == ("admissions" in entry):
        raise wrong_at(where, _(": give either `invitations` or `admissions`"))
    if ("admissions" in entry) != ("people_per_invitation" in entry):
        raise wrong_at(where, _(": `admissions` and `people_per_invitation` go together"))
    key = "invitations" if "invitations" in entry else "admissions"
    total = whole_in(entry, where, key, 0, least=0)
    if total > MAX_TOTAL:
        raise PlanFileError(
            _("{where}: {key} {total} is beyond every plan; give {most} or less").format(
                where=where, key=key, total=whole_number(total), most=whole_number(MAX_TOTAL)
            ),
            line_of(entry, key),
        )
    if key == "invitations":
        return total
    people = number_in(entry, where, "people_per_invitation")
    if not MIN_PEOPLE <= people <= MAX_PEOPLE:
        raise PlanFileError(
            _(
                "{where}: people_per_invitation {people} is beyond every plan; give a number from {least} to {most}"
            ).format(
                where=where,
                people=shown(entry.get("people_per_invitation")),
                least=shown_number(MIN_PEOPLE),
                most=whole_number(MAX_PEOPLE),
            ),
            line_of(entry, "people_per_invitation"),
        )
    if total / people > MAX_TOTAL:
        raise PlanFileError(
            _(
                "{where}: admissions {total} with people_per_invitation {people} are beyond every plan; give less"
            ).format(where=where, total=whole_number(total), people=shown_number(people)),
            line_of(entry, key),
        )
    return int(total / people)
