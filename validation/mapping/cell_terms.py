"""Messages on columns that a rule of a map gives, in the terms of the cell: its heading and its unit, not our column."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from transforms.model.calendar import MONTHS_IN_A_YEAR
from transforms.model.wording import N_, _, current
from validation.mapping.firm_map import Derivation


class RuleSource(NamedTuple):
    """From where a column comes by a rule: the heading in the file, and the rule with its options."""

    heading: str
    derivation: Derivation

    @property
    def named(self) -> str:
        """The heading with what its cells hold."""
        holds = _HOLDS.get(self.derivation.rule)
        return f"{self.heading!r} ({_(holds)})" if holds else f"{self.heading!r}"


def in_terms_of_cells(
    column: str, problem: str, fix: str, rules: Mapping[str, RuleSource], *, is_by_map: bool = False
) -> tuple[str, str]:
    """A problem and its fix, said of the cells from which rules give the columns that they name.

    `column` is the column that they are of, `rules` are by our column. What the map itself says of a cell (`is_by_map`)
    is in the terms of the cell but for its unit.
    """
    if not rules:
        return problem, fix
    own = rules.get(column)
    if own is None:
        return _with_headings(problem, rules), _with_headings(fix, rules)
    reworded = _FIXES.get(own.derivation.rule)
    if is_by_map or repr(own.heading) in problem:
        return problem, fix if own.derivation.rule not in _DAYS else fix.replace(
            _("the date"), _(_HOLDS[own.derivation.rule])
        )
    others = {name: rule for name, rule in rules.items() if rule != own}
    problem = _(_GIVES.get(own.derivation.rule, _GIVES_PLAINLY)).format(
        heading=own.heading, column=column, problem=_with_headings(problem, others)
    )
    return problem, _with_headings(reworded(fix, column, own) if reworded else fix, rules)


def _with_headings(text: str, rules: Mapping[str, RuleSource]) -> str:
    """A text in which a column that a rule gives goes by the heading from which it comes."""
    if not any(name in text for name in rules):
        return text
    return _NAME.sub(lambda found: rules[found[0]].named if found[0] in rules else found[0], text)


_NAME = re.compile(r"\b[a-z]+(?:_[a-z]+)+\b")
_LIMIT = re.compile(r"\b([0-9]+) (?:at most|au plus|au maximum)")
_OR = re.compile(r", (?:or|ou) ")
# How a fix begins that asks for a value, and one that corrects what is there, in each language.
WRITES = {"en": ("Write", "Enter the day", "Fill"), "fr": ("Inscrivez", "Écrivez", "Entrez", "Remplissez", "Indiquez")}
CORRECTS = {"en": ("Correct", "Mend"), "fr": ("Corrigez",)}


def _writes(fix: str) -> bool:
    return fix.startswith(WRITES[current()])


def _alternative(fix: str) -> str:
    """What a fix proposes behind its first "or", as the end of a sentence; empty where it proposes nothing else."""
    found = _OR.search(fix)
    return fix[found.end() :] if found else ""


def _months(fix: str, column: str, own: RuleSource) -> str:
    """The years of a fix as months."""
    if not _writes(fix):
        return fix
    limit = _LIMIT.search(fix)
    if limit is None:
        return _("Write the months as a plain number.")
    return _("Write the months as a plain number, {number} at most.").format(number=int(limit[1]) * MONTHS_IN_A_YEAR)


def _day(fix: str, column: str, own: RuleSource) -> str:
    """The day of a fix as the one from which the rule counts."""
    day = _DAY_FIXES[own.derivation.rule]
    if _writes(fix):
        return _(day.write)
    if fix.startswith(CORRECTS[current()]):
        rest = _alternative(fix)
        return _(day.correct_or if rest else day.correct).format(heading=own.heading, rest=rest)
    return fix


def _children(fix: str, column: str, own: RuleSource) -> str:
    if _writes(fix):
        return _("Write the number of dependent children.")
    return fix.replace(column, _("the number of children under {heading!r}").format(heading=own.heading))


def _scores(fix: str, column: str, own: RuleSource) -> str:
    if not _writes(fix):
        return fix
    order = own.derivation.options.get("order")
    text = (
        _("Write the four scores in the order {order}, like 8/7.5/7/7.").format(order=order.upper())
        if order
        else _("Write the four scores like L 8 R 7.5 W 7 S 7.")
    )
    rest = _alternative(fix)
    return _("{fix}, or {rest}").format(fix=text.removesuffix("."), rest=rest) if rest else text


class _DayFixes(NamedTuple):
    """The fixes of a day from which another one is counted."""

    write: str
    correct: str
    correct_or: str


_HOLDS = {
    "months": N_("months"),
    "expiry": N_("the day of expiry"),
    "ita_deadline": N_("the deadline of the invitation"),
    "family_size": N_("the number of children"),
    "scores": N_("four scores"),
}
_GIVES_PLAINLY = N_("{heading!r} gives {column}: {problem}")
_GIVES = {
    "months": N_("{heading!r} gives {column} in months: {problem}"),
    "expiry": N_("{heading!r} gives {column} by the day of expiry: {problem}"),
    "ita_deadline": N_("{heading!r} gives {column} by the deadline of the invitation: {problem}"),
    "family_size": N_("{heading!r} gives {column} by the number of children: {problem}"),
}
_DAY_FIXES = {
    "expiry": _DayFixes(
        N_("Write the day of expiry as YYYY-MM-DD."),
        N_("Correct the day of expiry under {heading!r}."),
        N_("Correct the day of expiry under {heading!r}, or {rest}"),
    ),
    "ita_deadline": _DayFixes(
        N_("Write the deadline of the invitation as YYYY-MM-DD."),
        N_("Correct the deadline of the invitation under {heading!r}."),
        N_("Correct the deadline of the invitation under {heading!r}, or {rest}"),
    ),
}
_DAYS = frozenset(_DAY_FIXES)
_FIXES: Mapping[str, Callable[[str, str, RuleSource], str]] = {
    "months": _months,
    "expiry": _day,
    "ita_deadline": _day,
    "family_size": _children,
    "scores": _scores,
}
