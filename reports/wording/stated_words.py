"""Stated scores in words: how many agree, and which single difference gives one that does not."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import polars as pl

from transforms.explain import words
from transforms.explain.components import CRS, GROUPS, in_sentence
from transforms.model.wording import N_, _, listing, n_

NOTHING_SINGLE = N_("No single difference explains it. Compare the components.")
AGREES = N_("agrees")
TITLES = {part.column: part.title for part in CRS} | {cap.column: cap.title for cap in GROUPS}
WORK = {
    "crs_canadian_work": N_("Canadian work"),
    "crs_foreign_work_block": N_("Foreign work"),
    "crs_spouse_canadian_work": N_("Spouse's Canadian work"),
}
GRIDS = {
    "without_spouse": N_("Scored as if no spouse or partner came along"),
    "with_spouse": N_("Scored as if the spouse or partner came along"),
}
DAYS = {
    "profile": N_("The score of {day}, the day of the profile"),
    "invitation": N_("The score of {day}, the day of the invitation"),
}
SHEETS = {"candidates": "Candidates", "work_history": "Work history", "education": "Education"}
WORK_YEARS = {
    ("crs_canadian_work", "+1"): N_("Canadian work: one year more"),
    ("crs_canadian_work", "-1"): N_("Canadian work: one year less"),
    ("crs_foreign_work_block", "+1"): N_("Foreign work: one year more"),
    ("crs_foreign_work_block", "-1"): N_("Foreign work: one year less"),
    ("crs_spouse_canadian_work", "+1"): N_("Spouse's Canadian work: one year more"),
    ("crs_spouse_canadian_work", "-1"): N_("Spouse's Canadian work: one year less"),
}
LEVELS = {
    "+1": N_("First official language: {ability} one level higher"),
    "-1": N_("First official language: {ability} one level lower"),
}
AGES = {"+1": N_("Age: one year older"), "-1": N_("Age: one year younger")}

Reason = Mapping[str, str]


def _left_out(what: str) -> str:
    parts = listing(in_sentence(TITLES[part]) for part in what.split("+"))
    return _("Without points for: {parts}").format(parts=parts)


def _counted(what: str) -> str:
    column, points = what.split(":")
    return _("{component} counted with {points} points, which the record does not prove").format(
        component=_(TITLES[column]), points=points
    )


def _on_the_day(what: str) -> str:
    key, day = what.split(" ")
    return _(DAYS[key]).format(day=day)


def _earlier_law(what: str) -> str:
    day, title = what.split(" ", 1)
    shown = _(title)
    return _("The law before {day} (change: {title})").format(day=day, title=shown[0].lower() + shown[1:])


def _not_assessed(what: str) -> str:
    return _("{component} counted without a valid assessment").format(component=_(TITLES[what]))


def _work_years(what: str) -> str:
    column, more = what.split(":")
    return _(WORK_YEARS[column, more])


def _education(what: str) -> str:
    column, level = what.split(":")
    return _("{component}: {level}").format(component=_(TITLES[column]), level=_(words.LEVELS[level]))


def _language(what: str) -> str:
    ability, more = what.partition(":")[2].split(" ")
    which = _("every ability") if ability == "all" else _(words.ABILITY_WORDS[ability])
    return _(LEVELS[more]).format(ability=which)


def _empty_cell(what: str) -> str:
    sheet, columns = what.split(":")
    names = [part.split(" ")[0] for part in columns.split("|")]
    return _("Empty cells filled in: {names} (sheet {sheet}; see {warnings})").format(
        names=", ".join(names), sheet=SHEETS[sheet], warnings=_("Warnings")
    )


_WORDS: Mapping[str, Callable[[str], str]] = {
    "left_out": _left_out,
    "counted": _counted,
    "grid": lambda grid: _(GRIDS[grid]),
    "age": lambda years: _(AGES[years]),
    "on_the_day": _on_the_day,
    "earlier_law": _earlier_law,
    "not_assessed": _not_assessed,
    "expired": lambda what: _("An expired language result counted"),
    "all_work": lambda what: _(
        "Work counted that does not count (self-employed, as a student, not authorized or not paid)"
    ),
    "work_left_out": lambda what: _("{work} left out").format(work=_(WORK[what])),
    "work_years": _work_years,
    "no_caps": lambda what: _("{component} counted without its caps").format(component=_(TITLES[what])),
    "education": _education,
    "language_level": _language,
    "empty_cell": _empty_cell,
    "one_occupation": lambda what: _("Foreign work counted in one occupation alone"),
    "next_choice": lambda what: _("The next best choice of language results (sheet {sheet})").format(
        sheet=_("Language results")
    ),
}


def reason(one: Reason) -> str:
    """One difference, with the component that it concerns."""
    return _WORDS[one["code"]](one["what"])


def reasons(found: Sequence[Reason]) -> list[str]:
    """Every difference that gives a stated score, a text each; one text where nothing single does."""
    return [reason(one) for one in found] or [_(NOTHING_SINGLE)]


def line(stated: pl.DataFrame, quarantined: int = 0) -> str:
    """How many stated scores agree and differ (transforms.record_checks.stated.SCHEMA); `quarantined` have no computed score."""
    differ = stated.filter(stated["difference"] != 0).height
    agree = stated.height - differ
    text = n_(
        "{agree} of {number} stated scores agrees; {differ} differ",
        "{agree} of {number} stated scores agree; {differ} differ",
        agree,
    ).format(agree=agree, number=stated.height, differ=differ)
    if not quarantined:
        return text
    more = n_("{number} more is of quarantined clients", "{number} more are of quarantined clients", quarantined)
    return f"{text}; {more.format(number=quarantined)}"
