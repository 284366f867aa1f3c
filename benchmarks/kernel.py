"""All columns of the CRS in one pass over the clients, compiled by numba: the anchor that the engine is held against.

Raises ImportError where numba is not installed; it comes with the extra `benchmark`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numba
import numpy as np
import polars as pl
from numpy.typing import NDArray

from benchmarks.arrays import COLUMNS, Inputs, frame_of, inputs_of
from benchmarks.law_tables import CELLS, Tables, tables_of
from transforms.rules import Law

# Threads of this layer sleep between loops; those of OpenMP keep their core busy, which counts as time of the processor.
numba.config.THREADING_LAYER = "workqueue"
LAST_CELL = CELLS - 1
NOT_KNOWN = -1

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    Function = TypeVar("Function", bound=Callable[..., object])

    def compiled(function: Function) -> Function: ...
    def compiled_parallel(function: Function) -> Function: ...

else:
    compiled = numba.njit(cache=True, inline="always")
    compiled_parallel = numba.njit(cache=True, parallel=True)


def points_of(facts: pl.DataFrame, law: Law) -> pl.DataFrame:
    """The CRS columns of clients, from their facts as a frame to a frame."""
    return frame_of(computed(inputs_of(facts, law), tables_of(law)), law)


def computed(inputs: Inputs, tables: Tables, out: NDArray[np.int16] | None = None) -> NDArray[np.int16]:
    """The CRS columns as an array of points: a row each of `COLUMNS`, a cell a client."""
    points = np.empty((len(COLUMNS), len(inputs.age)), dtype=np.int16) if out is None else out
    _fill(inputs, tables, points)
    return points


@compiled
def _whole(years: float) -> int:
    return NOT_KNOWN if np.isnan(years) else int(np.floor(years))


@compiled
def _cell(whole_years: int) -> int:
    """The cell of a table by years; what is not known proves nothing."""
    return min(max(whole_years, 0), LAST_CELL)


@compiled
def _qualifies(inputs: Inputs, tables: Tables, client: int) -> bool:
    """Does a job offer earn points?"""
    if not (
        inputs.has_offer[client] and inputs.offer_skilled[client] and tables.offer_bases[inputs.offer_basis[client]]
    ):
        return False
    employers = inputs.offer_employers[client]
    is_permanent = inputs.offer_permanent[client]
    is_long = is_permanent or inputs.offer_years[client] >= tables.offer_minimum_years
    is_lasting = is_permanent if tables.offer_must_be_permanent else is_long
    if employers == 1 and is_lasting:
        return True
    return inputs.offer_trade[client] and is_long and 1 <= employers <= tables.offer_maximum_employers


@compiled
def _high_wage(months: NDArray[np.uint8], level: int, tables: Tables, client: int, qualifies: bool) -> int:
    """Points for high-wage work and a job offer, before their maximum."""
    work = 0
    for row in range(months.shape[0]):
        work = max(work, tables.high_wage_points[row, months[row, client]])
    offer = tables.high_wage_offer_points[level] if qualifies else 0
    return work + offer if tables.high_wage_is_summed else max(work, offer)


@compiled_parallel
def _fill(inputs: Inputs, tables: Tables, out: NDArray[np.int16]) -> None:
    """Every column of every client; the rows of `out` are in the order of `COLUMNS`."""
    for client in numba.prange(inputs.age.shape[0]):
        grid = inputs.with_spouse[client]
        canadian_years = _whole(inputs.canadian_work[client])
        foreign_years = _whole(inputs.foreign_work[client])
        spouse_years = _whole(inputs.spouse_canadian_work[client])
        first = second = spouse_language = 0
        lowest = LAST_CELL
        has_french = has_english = True
        for ability in range(inputs.first.shape[0]):
            level = inputs.first[ability, client]
            first += tables.first_language_points[grid, level]
            lowest = min(lowest, level)
            second += tables.second_language_points[inputs.second[ability, client]]
            has_french &= inputs.french[ability, client] >= tables.french_minimum
            has_english &= inputs.english[ability, client] >= tables.french_english_minimum
            if grid:
                spouse_language += tables.spouse_language_points[inputs.spouse[ability, client]]
        second = min(second, tables.second_language_maximum[grid])
        age = tables.age_points[grid, inputs.age[client]]
        education = tables.education_points[grid, inputs.education[client]]
        canadian = tables.canadian_work_points[grid, _cell(canadian_years)]
        core = min(age + education + first + second + canadian, tables.core_maximum[grid])
        spouse_education = tables.spouse_education_points[inputs.spouse_education[client]] if grid else 0
        spouse_work = tables.spouse_canadian_work_points[_cell(spouse_years)] if grid else 0
        spouse = min(spouse_education + spouse_language + spouse_work, tables.spouse_maximum)

        schooling = tables.education_tier[inputs.tier_education[client]]
        spoken = tables.language_tier[lowest]
        canadian_tier = tables.canadian_work_tier[_cell(canadian_years)]
        foreign_tier = tables.foreign_work_tier[_cell(foreign_years)]
        education_language = tables.education_language_points[schooling, spoken]
        education_work = tables.education_canadian_work_points[schooling, canadian_tier]
        foreign_language = tables.foreign_work_language_points[foreign_tier, spoken]
        foreign_canadian = tables.foreign_canadian_work_points[foreign_tier, canadian_tier]
        certificate = tables.certificate_points[lowest] if inputs.certificate[client] else 0
        education_block = min(education_language + education_work, tables.education_maximum)
        foreign_block = min(foreign_language + foreign_canadian, tables.foreign_work_maximum)
        certificate_block = min(certificate, tables.certificate_maximum)
        transferability = min(education_block + foreign_block + certificate_block, tables.transferability_maximum)

        nomination = tables.nomination_points if inputs.nominated[client] else 0
        qualifies = _qualifies(inputs, tables, client)
        senior = inputs.offer_senior[client]
        offer = tables.offer_points[inputs.offer_level[client], senior] if qualifies else 0
        offer_at_most = tables.offer_points[inputs.offer_level_at_most[client], senior] if qualifies else 0
        study = tables.study_points[inputs.canadian_study[client]]
        sibling = tables.sibling_points if inputs.sibling[client] else 0
        french = 0
        if has_french:
            french = tables.french_higher if has_english else tables.french_lower
        high_wage = high_wage_at_most = 0
        if tables.has_high_wage:
            high_wage = _high_wage(inputs.months, inputs.offer_level[client], tables, client, qualifies)
            high_wage_at_most = _high_wage(
                inputs.months_at_most, inputs.offer_level_at_most[client], tables, client, qualifies
            )
        capped = min(high_wage, tables.high_wage_maximum)
        additional = min(nomination + offer + study + sibling + french + capped, tables.additional_maximum)

        out[0, client] = canadian_years
        out[1, client] = foreign_years
        out[2, client] = spouse_years
        out[3, client] = age
        out[4, client] = education
        out[5, client] = first
        out[6, client] = second
        out[7, client] = canadian
        out[8, client] = spouse_education
        out[9, client] = spouse_language
        out[10, client] = spouse_work
        out[11, client] = education_language
        out[12, client] = education_work
        out[13, client] = foreign_language
        out[14, client] = foreign_canadian
        out[15, client] = certificate
        out[16, client] = nomination
        out[17, client] = offer
        out[18, client] = offer_at_most
        out[19, client] = study
        out[20, client] = sibling
        out[21, client] = french
        out[22, client] = capped
        out[23, client] = high_wage
        out[24, client] = min(high_wage_at_most, tables.high_wage_maximum)
        out[25, client] = education_block
        out[26, client] = foreign_block
        out[27, client] = certificate_block
        out[28, client] = core
        out[29, client] = spouse
        out[30, client] = transferability
        out[31, client] = additional
        out[32, client] = min(core + spouse + transferability + additional, tables.total_maximum)
