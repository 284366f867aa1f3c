"""The high-wage occupations of the law: their levels, what hangs on them, and whether all of it is known on a day."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator

from transforms.facts.noc import noc_2021
from transforms.model.wording import _
from transforms.rules import Law, Rules, RulesError, Version, occupations
from transforms.rules.errors import nearest
from transforms.rules.laid import nearest_code, place_of

D = "crs.additional."
# Of the occupations, the best paid first.
LEVELS = occupations.LEVELS
COMBINATIONS = ("higher", "sum")
# What a job offer may be, to earn its points, from the first that it is.
KINDS_OF_OFFER = (*LEVELS, "senior_management", "other")
# Without any of these neither the high-wage points nor those for a job offer are known.
PARAMETERS = tuple(
    D + name
    for name in (
        "job_offer", "job_offer_routes", "high_wage_occupations", "high_wage_canadian_work", "high_wage_window_years",
        "high_wage_job_offer", "high_wage_combination", "high_wage_maximum",
    )
)  # fmt: skip
# The facts of a client's months by level, as `high_wage_work.settled` gives them.
MONTHS = tuple(f"high_wage_{level}" for level in LEVELS)


def is_known(law: Law) -> bool:
    """Is all known on the day that the points for high-wage occupations and for job offers hang on?"""
    return all(law.known(name) for name in PARAMETERS)


def is_there(law: Law) -> bool:
    """Is the factor known on the day, with occupations on its list?"""
    return is_known(law) and bool(law[D + "high_wage_occupations"])


def at_least(law: Law) -> dict[str, frozenset[str]]:
    """The occupations of each level or a higher one, by level."""
    of_code = law[D + "high_wage_occupations"]
    ranks = {level: rank for rank, level in enumerate(LEVELS)}
    return {
        level: frozenset(code for code, its in of_code.items() if ranks[its] <= rank) for level, rank in ranks.items()
    }


# --- What the loader cannot tell of the values of an overlay


def check(rules: Rules) -> None:
    """Raises RulesError, with the overlay's file, the parameter and the fix, for a value of the factor that cannot be
    counted with.
    """
    levels, kinds = ", ".join(LEVELS), ", ".join(KINDS_OF_OFFER)
    level = _("{value!r} is not a level ({known}){nearest}")
    for where, version in _known(rules, "high_wage_occupations"):
        codes = noc_2021().titles
        text = _("{value!r} is not a unit group of NOC 2021{nearest}")
        _each(version.value, codes, "", text, where, near=nearest_code)
        _each(version.value.values(), LEVELS, levels, level, where)
    for where, version in _known(rules, "high_wage_job_offer"):
        _each(version.value, LEVELS, levels, level, where)
        text = _("{value!r} is not among the levels named, and each must be{nearest}")
        _each(LEVELS, version.value, "", text, where)
    for where, version in _known(rules, "job_offer"):
        text = _("{value!r} is not a kind of offer ({known}){nearest}")
        _each(version.value, KINDS_OF_OFFER, kinds, text, where)
    for where, version in _known(rules, "high_wage_combination"):
        text = _("{value!r} is not one of {known}{nearest}")
        _each([version.value], COMBINATIONS, ", ".join(COMBINATIONS), text, where)
    for where, version in _known(rules, "high_wage_canadian_work"):
        if not version.value or version.value[0]["at_least"] != 0:
            raise RulesError(_("the first row must be at_least: {n}").format(n=0), where=where)


def _known(rules: Rules, name: str) -> Iterator[tuple[str, Version]]:
    """The versions of a parameter whose value is known, each with its place in words."""
    for version in rules.parameter(D + name).versions:
        if version.status != "unknown":
            yield place_of(version, f"{D}{name}"), version


def _each(
    values: Iterable[str],
    allowed: Collection[str],
    known: str,
    text: str,
    where: str,
    *,
    near: Callable[[str, Collection[str]], str] = nearest,
) -> None:
    for value in values:
        if value not in allowed:
            problem = text.format(value=value, known=known, nearest=near(value, allowed))
            raise RulesError(problem, where=where)
