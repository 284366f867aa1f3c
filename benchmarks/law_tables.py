"""The CRS of a day as small arrays that are read by position, all from the law's own data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from transforms.facts import high_wage
from transforms.model.columns import CANADIAN_STUDIES, EDUCATION_LEVELS, JOB_OFFER_BASES
from transforms.rules import Law

Points = NDArray[np.int16]
# A table of steps has a cell for each value of one byte.
CELLS = 256
# The grid of a client by `with_spouse`, as a number.
GRIDS = ("without_spouse", "with_spouse")
# What stands first where a text is empty.
EMPTY = ""
BASES = (EMPTY, *JOB_OFFER_BASES)
LEVELS = (EMPTY, *high_wage.LEVELS)
ADDITIONAL, TIERS = "crs.additional.", "crs.transferability."


class Tables(NamedTuple):
    """Points (Int16) by grid, level, whole years or code; numbers and switches as they stand in the law."""

    age_points: Points
    education_points: Points
    first_language_points: Points
    second_language_points: Points
    second_language_maximum: Points
    canadian_work_points: Points
    core_maximum: Points
    spouse_education_points: Points
    spouse_language_points: Points
    spouse_canadian_work_points: Points
    spouse_maximum: int
    education_tier: Points
    language_tier: Points
    canadian_work_tier: Points
    foreign_work_tier: Points
    certificate_points: Points
    education_language_points: Points
    education_canadian_work_points: Points
    foreign_work_language_points: Points
    foreign_canadian_work_points: Points
    education_maximum: int
    foreign_work_maximum: int
    certificate_maximum: int
    transferability_maximum: int
    nomination_points: int
    study_points: Points
    sibling_points: int
    french_lower: int
    french_higher: int
    french_minimum: int
    french_english_minimum: int
    additional_maximum: int
    total_maximum: int
    offers_are_known: bool
    offer_bases: NDArray[np.bool_]
    offer_must_be_permanent: bool
    offer_minimum_years: float
    offer_maximum_employers: int
    offer_points: Points
    has_high_wage: bool
    high_wage_points: Points
    high_wage_offer_points: Points
    high_wage_is_summed: bool
    high_wage_maximum: int


def tables_of(law: Law) -> Tables:
    """The tables of the law of a day; of what is not known that day zeros.

    Raises ValueError for a table of steps that goes beyond one byte.
    """
    most = law["crs.core.second_language_maximum"], law["crs.core.maximum"]
    french = law[ADDITIONAL + "french"]
    spouse_education, tier = law["crs.spouse.education"], law[TIERS + "education_tier"]
    study = law[ADDITIONAL + "canadian_study"]
    return Tables(
        age_points=_by_grid(law["crs.core.age"]),
        education_points=_points(
            [[law["crs.core.education"][level][grid] for level in EDUCATION_LEVELS] for grid in GRIDS]
        ),
        first_language_points=_by_grid(law["crs.core.first_language"]),
        second_language_points=_steps(law["crs.core.second_language"]),
        second_language_maximum=_points([most[0][grid] for grid in GRIDS]),
        canadian_work_points=_by_grid(law["crs.core.canadian_work"]),
        core_maximum=_points([most[1][grid] for grid in GRIDS]),
        spouse_education_points=_points([spouse_education[level] for level in EDUCATION_LEVELS]),
        spouse_language_points=_steps(law["crs.spouse.language"]),
        spouse_canadian_work_points=_steps(law["crs.spouse.canadian_work"]),
        spouse_maximum=law["crs.spouse.maximum"],
        education_tier=_points([tier[level] for level in EDUCATION_LEVELS]),
        language_tier=_steps(law[TIERS + "language_tier"]),
        canadian_work_tier=_steps(law[TIERS + "canadian_work_tier"]),
        foreign_work_tier=_steps(law[TIERS + "foreign_work_tier"]),
        certificate_points=_steps(law[TIERS + "certificate_language"]),
        education_language_points=_points(law[TIERS + "education_language"]),
        education_canadian_work_points=_points(law[TIERS + "education_canadian_work"]),
        foreign_work_language_points=_points(law[TIERS + "foreign_work_language"]),
        foreign_canadian_work_points=_points(law[TIERS + "foreign_work_canadian_work"]),
        education_maximum=law[TIERS + "education_maximum"],
        foreign_work_maximum=law[TIERS + "foreign_work_maximum"],
        certificate_maximum=law[TIERS + "certificate_maximum"],
        transferability_maximum=law[TIERS + "maximum"],
        nomination_points=law[ADDITIONAL + "nomination"],
        study_points=_points([study[kind] for kind in CANADIAN_STUDIES]),
        sibling_points=law[ADDITIONAL + "sibling"],
        french_lower=french["lower"],
        french_higher=french["higher"],
        french_minimum=law[ADDITIONAL + "french_minimum_nclc"],
        french_english_minimum=law[ADDITIONAL + "french_english_minimum_clb"],
        additional_maximum=law[ADDITIONAL + "maximum"],
        total_maximum=law["crs.total.maximum"],
        **_offers(law),
        **_high_wage(law),
    )


def _offers(law: Law) -> dict[str, Any]:
    """What a job offer must be, and its points by level of its occupation (first index) and major group 00 (second)."""
    is_known = high_wage.is_known(law)
    by_kind = law[ADDITIONAL + "job_offer"] if is_known else {}
    routes = law[ADDITIONAL + "job_offer_routes"] if is_known else ()
    return {
        "offers_are_known": is_known,
        "offer_bases": np.array([basis in routes for basis in BASES]),
        "offer_must_be_permanent": bool(law[ADDITIONAL + "job_offer_must_be_permanent"]),
        "offer_minimum_years": float(law[ADDITIONAL + "job_offer_minimum_years"]),
        "offer_maximum_employers": law[ADDITIONAL + "job_offer_trades_maximum_employers"],
        "offer_points": _points(
            [[_offer(by_kind, level, senior=senior) for senior in (False, True)] for level in LEVELS]
        ),
    }


def _offer(by_kind: Mapping[str, int], level: str, *, senior: bool) -> int:
    """The points of the first kind that an offer is of, of those that the law names."""
    is_of = {level: True, "senior_management": senior, "other": True}
    return next((by_kind[kind] for kind in high_wage.KINDS_OF_OFFER if kind in by_kind and is_of.get(kind)), 0)


def _high_wage(law: Law) -> dict[str, Any]:
    """Points for months of work in high-wage occupations, a row a level, and for a job offer in one."""
    name = high_wage.is_there(law)
    rows = law[ADDITIONAL + "high_wage_canadian_work"] if name else [{"at_least": 0}]
    by_level = law[ADDITIONAL + "high_wage_job_offer"] if name else {}
    return {
        "has_high_wage": name,
        "high_wage_points": np.stack([_steps(rows, level) for level in high_wage.LEVELS]),
        "high_wage_offer_points": _points([by_level.get(level, 0) for level in LEVELS]),
        "high_wage_is_summed": name and law[ADDITIONAL + "high_wage_combination"] == "sum",
        "high_wage_maximum": law[ADDITIONAL + "high_wage_maximum"] if name else 0,
    }


def most_months(law: Law) -> int:
    """Months of high-wage work from which on more make no difference."""
    return int(law[ADDITIONAL + "high_wage_canadian_work"][-1]["at_least"]) if high_wage.is_there(law) else 0


def _points(values: Sequence[Any]) -> Points:
    return np.array(values, dtype=np.int16)


def _by_grid(rows: Sequence[Mapping[str, Any]]) -> Points:
    """Steps in both grids: one row without and one with a spouse or partner."""
    return np.stack([_steps(rows, grid) for grid in GRIDS])


def _steps(rows: Sequence[Mapping[str, Any]], column: str = "value") -> Points:
    """The value of the highest step reached, for each number from 0 to 255."""
    if rows[0]["at_least"] > 0 or rows[-1]["at_least"] >= CELLS:
        raise ValueError(
            f"steps from {rows[0]['at_least']} to {rows[-1]['at_least']} do not fit a table of {CELLS} cells"
        )
    values = np.zeros(CELLS, dtype=np.int16)
    for row in rows:
        values[int(np.ceil(row["at_least"])) :] = row.get(column, 0)
    return values
