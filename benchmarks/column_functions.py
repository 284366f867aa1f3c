"""The CRS as one function a column, over whole numpy columns: the names of the arguments say what each is computed from.

This is how GETTSIM writes a tax and transfer system: a graph is made of the functions by the names of their arguments, and
what is needed for the columns asked for is computed in its order. The leaves are the facts (`arrays.Inputs`) and the
tables of the law (`law_tables.Tables`).
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from graphlib import TopologicalSorter
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from benchmarks.arrays import COLUMNS, Bytes, Flags, Inputs, Numbers, frame_of, inputs_of
from benchmarks.law_tables import CELLS, Points, Tables, tables_of
from transforms.rules import Law

Column = Callable[..., Any]
COLUMN_FUNCTIONS: dict[str, Column] = {}


def column(function: Column) -> Column:
    """Registers a function as the column of its name."""
    COLUMN_FUNCTIONS[function.__name__] = function
    return function


def points_of(facts: pl.DataFrame, law: Law) -> pl.DataFrame:
    """The CRS columns of clients, from their facts as a frame to a frame."""
    return frame_of(computed(inputs_of(facts, law), tables_of(law)), law)


def computed(inputs: Inputs, tables: Tables) -> NDArray[np.int16]:
    """The CRS columns as an array of points: a row each of `COLUMNS`, a cell a client."""
    found = evaluated(COLUMNS, inputs._asdict() | tables._asdict())
    return np.stack([found[name] for name in COLUMNS])


def evaluated(targets: Iterable[str], leaves: Mapping[str, Any]) -> dict[str, Any]:
    """The columns asked for and all that they are computed from."""
    known = dict(leaves)
    for name in order(tuple(targets)):
        function = COLUMN_FUNCTIONS[name]
        known[name] = function(**{argument: known[argument] for argument in arguments(name)})
    return known


@cache
def order(targets: tuple[str, ...]) -> tuple[str, ...]:
    """The functions that some columns need, each after those whose columns it takes."""
    graph: dict[str, set[str]] = {}
    to_do = list(targets)
    while to_do:
        name = to_do.pop()
        if name not in graph:
            graph[name] = {argument for argument in arguments(name) if argument in COLUMN_FUNCTIONS}
            to_do += graph[name]
    return tuple(TopologicalSorter(graph).static_order())


@cache
def arguments(name: str) -> tuple[str, ...]:
    """The names of a function's arguments."""
    return tuple(inspect.signature(COLUMN_FUNCTIONS[name]).parameters)


def _whole(years: Numbers) -> Points:
    return np.where(np.isnan(years), -1, np.floor(years)).astype(np.int16)


def _cell(whole_years: Points) -> Points:
    return np.clip(whole_years, 0, CELLS - 1)


def _where(condition: Flags | Bytes, worth: Points | int) -> Points:
    return np.where(condition, worth, 0).astype(np.int16)


def _summed(points: Points) -> Points:
    """The sum of the abilities of a language, which are the rows."""
    total: Points = points.sum(axis=0, dtype=np.int16)
    return total


# --- Years of work


@column
def canadian_work_years(canadian_work: Numbers) -> Points:
    return _whole(canadian_work)


@column
def foreign_work_years(foreign_work: Numbers) -> Points:
    return _whole(foreign_work)


@column
def spouse_canadian_work_years(spouse_canadian_work: Numbers) -> Points:
    return _whole(spouse_canadian_work)


@column
def canadian_work_cell(canadian_work_years: Points) -> Points:
    return _cell(canadian_work_years)


@column
def foreign_work_cell(foreign_work_years: Points) -> Points:
    return _cell(foreign_work_years)


@column
def spouse_canadian_work_cell(spouse_canadian_work_years: Points) -> Points:
    return _cell(spouse_canadian_work_years)


# --- A. Core human capital


@column
def crs_age(age_points: Points, with_spouse: Bytes, age: Bytes) -> Points:
    return age_points[with_spouse, age]


@column
def crs_education(education_points: Points, with_spouse: Bytes, education: Bytes) -> Points:
    return education_points[with_spouse, education]


@column
def crs_first_language(first_language_points: Points, with_spouse: Bytes, first: Bytes) -> Points:
    return _summed(first_language_points[with_spouse, first])


@column
def crs_second_language(
    second_language_points: Points, second_language_maximum: Points, with_spouse: Bytes, second: Bytes
) -> Points:
    return np.minimum(_summed(second_language_points[second]), second_language_maximum[with_spouse])


@column
def crs_canadian_work(canadian_work_points: Points, with_spouse: Bytes, canadian_work_cell: Points) -> Points:
    return canadian_work_points[with_spouse, canadian_work_cell]


@column
def crs_core(
    crs_age: Points,
    crs_education: Points,
    crs_first_language: Points,
    crs_second_language: Points,
    crs_canadian_work: Points,
    core_maximum: Points,
    with_spouse: Bytes,
) -> Points:
    total = crs_age + crs_education + crs_first_language + crs_second_language + crs_canadian_work
    return np.minimum(total, core_maximum[with_spouse])


# --- B. Spouse or partner


@column
def crs_spouse_education(spouse_education_points: Points, with_spouse: Bytes, spouse_education: Bytes) -> Points:
    return _where(with_spouse, spouse_education_points[spouse_education])


@column
def crs_spouse_language(spouse_language_points: Points, with_spouse: Bytes, spouse: Bytes) -> Points:
    return _where(with_spouse, _summed(spouse_language_points[spouse]))


@column
def crs_spouse_canadian_work(
    spouse_canadian_work_points: Points, with_spouse: Bytes, spouse_canadian_work_cell: Points
) -> Points:
    return _where(with_spouse, spouse_canadian_work_points[spouse_canadian_work_cell])


@column
def crs_spouse(
    crs_spouse_education: Points, crs_spouse_language: Points, crs_spouse_canadian_work: Points, spouse_maximum: int
) -> Points:
    return np.minimum(crs_spouse_education + crs_spouse_language + crs_spouse_canadian_work, spouse_maximum)


# --- C. Skill transferability


@column
def lowest_level(first: Bytes) -> Bytes:
    lowest: Bytes = first.min(axis=0)
    return lowest


@column
def schooling_tier(education_tier: Points, tier_education: Bytes) -> Points:
    return education_tier[tier_education]


@column
def spoken_tier(language_tier: Points, lowest_level: Bytes) -> Points:
    return language_tier[lowest_level]


@column
def canadian_tier(canadian_work_tier: Points, canadian_work_cell: Points) -> Points:
    return canadian_work_tier[canadian_work_cell]


@column
def foreign_tier(foreign_work_tier: Points, foreign_work_cell: Points) -> Points:
    return foreign_work_tier[foreign_work_cell]


@column
def crs_education_language(education_language_points: Points, schooling_tier: Points, spoken_tier: Points) -> Points:
    return education_language_points[schooling_tier, spoken_tier]


@column
def crs_education_canadian_work(
    education_canadian_work_points: Points, schooling_tier: Points, canadian_tier: Points
) -> Points:
    return education_canadian_work_points[schooling_tier, canadian_tier]


@column
def crs_foreign_work_language(
    foreign_work_language_points: Points, foreign_tier: Points, spoken_tier: Points
) -> Points:
    return foreign_work_language_points[foreign_tier, spoken_tier]


@column
def crs_foreign_canadian_work(
    foreign_canadian_work_points: Points, foreign_tier: Points, canadian_tier: Points
) -> Points:
    return foreign_canadian_work_points[foreign_tier, canadian_tier]


@column
def crs_certificate(certificate_points: Points, certificate: Flags, lowest_level: Bytes) -> Points:
    return _where(certificate, certificate_points[lowest_level])


@column
def crs_education_block(
    crs_education_language: Points, crs_education_canadian_work: Points, education_maximum: int
) -> Points:
    return np.minimum(crs_education_language + crs_education_canadian_work, education_maximum)


@column
def crs_foreign_work_block(
    crs_foreign_work_language: Points, crs_foreign_canadian_work: Points, foreign_work_maximum: int
) -> Points:
    return np.minimum(crs_foreign_work_language + crs_foreign_canadian_work, foreign_work_maximum)


@column
def crs_certificate_block(crs_certificate: Points, certificate_maximum: int) -> Points:
    return np.minimum(crs_certificate, certificate_maximum)


@column
def crs_transferability(
    crs_education_block: Points,
    crs_foreign_work_block: Points,
    crs_certificate_block: Points,
    transferability_maximum: int,
) -> Points:
    return np.minimum(crs_education_block + crs_foreign_work_block + crs_certificate_block, transferability_maximum)


# --- D. Additional points


@column
def crs_nomination(nominated: Flags, nomination_points: int) -> Points:
    return _where(nominated, nomination_points)


@column
def offer_is_long(offer_permanent: Flags, offer_years: Numbers, offer_minimum_years: float) -> Flags:
    return offer_permanent | (offer_years >= offer_minimum_years)


@column
def offer_is_lasting(offer_is_long: Flags, offer_permanent: Flags, offer_must_be_permanent: bool) -> Flags:
    return offer_permanent if offer_must_be_permanent else offer_is_long


@column
def offer_counts_in_trade(
    offer_trade: Flags, offer_is_long: Flags, offer_employers: Bytes, offer_maximum_employers: int
) -> Flags:
    return offer_trade & offer_is_long & (offer_employers >= 1) & (offer_employers <= offer_maximum_employers)


@column
def offer_qualifies(
    has_offer: Flags,
    offer_bases: Flags,
    offer_basis: Bytes,
    offer_skilled: Flags,
    offer_employers: Bytes,
    offer_is_lasting: Flags,
    offer_counts_in_trade: Flags,
) -> Flags:
    lasts = ((offer_employers == 1) & offer_is_lasting) | offer_counts_in_trade
    return has_offer & offer_bases[offer_basis] & offer_skilled & lasts


@column
def crs_job_offer(offer_points: Points, offer_level: Bytes, offer_senior: Bytes, offer_qualifies: Flags) -> Points:
    return _where(offer_qualifies, offer_points[offer_level, offer_senior])


@column
def job_offer_at_most(
    offer_points: Points, offer_level_at_most: Bytes, offer_senior: Bytes, offer_qualifies: Flags
) -> Points:
    return _where(offer_qualifies, offer_points[offer_level_at_most, offer_senior])


@column
def crs_canadian_study(study_points: Points, canadian_study: Bytes) -> Points:
    return study_points[canadian_study]


@column
def crs_sibling(sibling: Flags, sibling_points: int) -> Points:
    return _where(sibling, sibling_points)


@column
def crs_french(
    french: Bytes,
    english: Bytes,
    french_minimum: int,
    french_english_minimum: int,
    french_lower: int,
    french_higher: int,
) -> Points:
    has_french: Flags = np.all(french >= french_minimum, axis=0)
    has_english: Flags = np.all(english >= french_english_minimum, axis=0)
    return _where(has_french, np.where(has_english, french_higher, french_lower))


def _high_wage(
    months: Bytes, level: Bytes, qualifies: Flags, work_points: Points, offer_points: Points, *, summed: bool
) -> Points:
    """Points for high-wage work and a job offer, before their maximum."""
    work = np.max([work_points[row, months[row]] for row in range(len(months))], axis=0)
    offer = _where(qualifies, offer_points[level])
    return work + offer if summed else np.maximum(work, offer)


@column
def high_wage_before_cap(
    has_high_wage: bool,
    months: Bytes,
    offer_level: Bytes,
    offer_qualifies: Flags,
    high_wage_points: Points,
    high_wage_offer_points: Points,
    high_wage_is_summed: bool,
) -> Points:
    if not has_high_wage:
        return np.zeros(len(offer_qualifies), dtype=np.int16)
    given = months, offer_level, offer_qualifies, high_wage_points, high_wage_offer_points
    return _high_wage(*given, summed=high_wage_is_summed)


@column
def crs_high_wage(high_wage_before_cap: Points, high_wage_maximum: int) -> Points:
    return np.minimum(high_wage_before_cap, high_wage_maximum)


@column
def high_wage_at_most(
    has_high_wage: bool,
    months_at_most: Bytes,
    offer_level_at_most: Bytes,
    offer_qualifies: Flags,
    high_wage_points: Points,
    high_wage_offer_points: Points,
    high_wage_is_summed: bool,
    high_wage_maximum: int,
) -> Points:
    if not has_high_wage:
        return np.zeros(len(offer_qualifies), dtype=np.int16)
    given = months_at_most, offer_level_at_most, offer_qualifies, high_wage_points, high_wage_offer_points
    return np.minimum(_high_wage(*given, summed=high_wage_is_summed), high_wage_maximum)


@column
def crs_additional(
    crs_nomination: Points,
    crs_job_offer: Points,
    crs_canadian_study: Points,
    crs_sibling: Points,
    crs_french: Points,
    crs_high_wage: Points,
    additional_maximum: int,
) -> Points:
    total = crs_nomination + crs_job_offer + crs_canadian_study + crs_sibling + crs_french + crs_high_wage
    return np.minimum(total, additional_maximum)


@column
def crs_total(
    crs_core: Points, crs_spouse: Points, crs_transferability: Points, crs_additional: Points, total_maximum: int
) -> Points:
    return np.minimum(crs_core + crs_spouse + crs_transferability + crs_additional, total_maximum)
