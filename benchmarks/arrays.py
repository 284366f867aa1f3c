"""Facts of clients as arrays, and arrays of points as a frame: the way into and out of code without polars."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from benchmarks import law_tables
from transforms.facts import high_wage
from transforms.model.columns import CANADIAN_STUDIES, EDUCATION_LEVELS
from transforms.model.vocabulary import ABILITIES
from transforms.rules import Law

Bytes = NDArray[np.uint8]
Flags = NDArray[np.bool_]
Numbers = NDArray[np.float64]

YEARS = ("canadian_work_years", "foreign_work_years", "spouse_canadian_work_years")
CORE = ("crs_age", "crs_education", "crs_first_language", "crs_second_language", "crs_canadian_work")
SPOUSE = ("crs_spouse_education", "crs_spouse_language", "crs_spouse_canadian_work")
PAIRS = (
    "crs_education_language", "crs_education_canadian_work", "crs_foreign_work_language", "crs_foreign_canadian_work",
    "crs_certificate",
)  # fmt: skip
ADDITIONAL = (
    "crs_nomination", "crs_job_offer", "job_offer_at_most", "crs_canadian_study", "crs_sibling", "crs_french",
    "crs_high_wage", "high_wage_before_cap", "high_wage_at_most",
)  # fmt: skip
BLOCKS = ("crs_education_block", "crs_foreign_work_block", "crs_certificate_block")
GROUPS = ("crs_core", "crs_spouse", "crs_transferability", "crs_additional")
# What the engine adds to the facts, in its order.
COLUMNS = (*YEARS, *CORE, *SPOUSE, *PAIRS, *ADDITIONAL, *BLOCKS, *GROUPS, "crs_total")
# Empty where the law is not known.
NOT_ALWAYS_KNOWN = ("crs_job_offer", "job_offer_at_most", "crs_high_wage", "high_wage_before_cap", "high_wage_at_most")

LANGUAGES = ("first", "second", "spouse_clb", "french_nclc", "english_clb")
WORK = ("canadian_work", "foreign_work", "spouse_canadian_work")
HIGH_WAGE = tuple(f"high_wage_{level}" for level in high_wage.LEVELS)
# The facts that the CRS is computed from.
FACTS = (
    "with_spouse", "age", "education", "education_held", "spouse_education", "canadian_study", *WORK,
    *(f"{stem}_{ability}" for stem in LANGUAGES for ability in ABILITIES),
    "certificate_of_qualification", "is_nominated", "sibling_in_canada",
    "has_offer", "job_offer_basis", "offer_is_skilled", "offer_employers", "offer_is_trade", "job_offer_permanent",
    "job_offer_years", "offer_is_senior_management", "offer_high_wage", "offer_high_wage_at_most",
    *(f"{name}{ending}" for name in HIGH_WAGE for ending in ("", "_at_most")),
)  # fmt: skip


class Inputs(NamedTuple):
    """One array a fact, a cell a client: levels and codes as bytes, years as floats with NaN where they are not known.

    Languages have a row an ability, months of high-wage work a row a level (and no cells where the law has no such
    points).
    """

    with_spouse: Bytes
    age: Bytes
    education: Bytes
    tier_education: Bytes
    spouse_education: Bytes
    canadian_study: Bytes
    canadian_work: Numbers
    foreign_work: Numbers
    spouse_canadian_work: Numbers
    first: Bytes
    second: Bytes
    spouse: Bytes
    french: Bytes
    english: Bytes
    certificate: Flags
    nominated: Flags
    sibling: Flags
    has_offer: Flags
    offer_basis: Bytes
    offer_skilled: Flags
    offer_employers: Bytes
    offer_trade: Flags
    offer_permanent: Flags
    offer_years: Numbers
    offer_senior: Bytes
    offer_level: Bytes
    offer_level_at_most: Bytes
    months: Bytes
    months_at_most: Bytes


def inputs_of(facts: pl.DataFrame, law: Law) -> Inputs:
    """The facts of clients as arrays.

    Raises ValueError for clients whose age is not known.
    """
    if facts["age"].null_count():
        raise ValueError("the age of some clients is not known")
    tier = "education" if law["crs.transferability.education_must_be_assessed"] else "education_held"
    permanent = pl.col("job_offer_permanent").fill_null(pl.col("job_offer_years").is_null())
    made = facts.select(
        _byte("with_spouse"),
        _byte("age"),
        *(_code(name, EDUCATION_LEVELS) for name in {"education", tier, "spouse_education"}),
        _code("canadian_study", CANADIAN_STUDIES),
        *(pl.col(name).fill_null(float("nan")) for name in (*WORK, "job_offer_years")),
        *(_byte(f"{stem}_{ability}") for stem in LANGUAGES for ability in ABILITIES),
        *(_flag(name) for name in ("certificate_of_qualification", "is_nominated", "sibling_in_canada")),
        *(_flag(name) for name in ("has_offer", "offer_is_skilled", "offer_is_trade")),
        permanent,
        _flag("offer_is_senior_management").cast(pl.UInt8),
        _byte("offer_employers"),
        _code("job_offer_basis", law_tables.BASES),
        *(_code(f"offer_high_wage{ending}", law_tables.LEVELS) for ending in ("", "_at_most")),
    )
    array = {name: made[name].to_numpy() for name in made.columns}
    language = {stem: np.stack([array[f"{stem}_{ability}"] for ability in ABILITIES]) for stem in LANGUAGES}
    months, months_at_most = _months(facts, law)
    return Inputs(
        with_spouse=array["with_spouse"],
        age=array["age"],
        education=array["education"],
        tier_education=array[tier],
        spouse_education=array["spouse_education"],
        canadian_study=array["canadian_study"],
        canadian_work=array["canadian_work"],
        foreign_work=array["foreign_work"],
        spouse_canadian_work=array["spouse_canadian_work"],
        first=language["first"],
        second=language["second"],
        spouse=language["spouse_clb"],
        french=language["french_nclc"],
        english=language["english_clb"],
        certificate=array["certificate_of_qualification"],
        nominated=array["is_nominated"],
        sibling=array["sibling_in_canada"],
        has_offer=array["has_offer"],
        offer_basis=array["job_offer_basis"],
        offer_skilled=array["offer_is_skilled"],
        offer_employers=array["offer_employers"],
        offer_trade=array["offer_is_trade"],
        offer_permanent=array["job_offer_permanent"],
        offer_years=array["job_offer_years"],
        offer_senior=array["offer_is_senior_management"],
        offer_level=array["offer_high_wage"],
        offer_level_at_most=array["offer_high_wage_at_most"],
        months=months,
        months_at_most=months_at_most,
    )


def _months(facts: pl.DataFrame, law: Law) -> tuple[Bytes, Bytes]:
    """Months of high-wage work that are proven, and those that the record leaves possible; a row a level."""
    if not high_wage.is_there(law):
        nobody = np.zeros((len(HIGH_WAGE), 0), dtype=np.uint8)
        return nobody, nobody
    made = facts.select(
        *(_byte(name) for name in HIGH_WAGE),
        *(_byte(f"{name}_at_most", law_tables.most_months(law)) for name in HIGH_WAGE),
    )
    proven, possible = (
        np.stack([made[f"{name}{ending}"].to_numpy() for name in HIGH_WAGE]) for ending in ("", "_at_most")
    )
    return proven, possible


def frame_of(points: NDArray[np.int16], law: Law) -> pl.DataFrame:
    """The engine's columns from an array of points, one row a column of it; a negative number of years is empty."""
    made = pl.DataFrame({name: points[place] for place, name in enumerate(COLUMNS)})
    made = made.with_columns(pl.when(pl.col(name) >= 0).then(name) for name in YEARS)
    if high_wage.is_known(law):
        return made
    return made.with_columns(pl.lit(None, dtype=pl.Int16).alias(name) for name in NOT_ALWAYS_KNOWN)


def differing(expected: pl.DataFrame, found: pl.DataFrame) -> dict[str, int]:
    """In how many clients two frames of points differ, by column; columns that agree are left out."""
    counts = expected.select(pl.col(name).ne_missing(found[name]).sum() for name in COLUMNS).row(0, named=True)
    return {name: count for name, count in counts.items() if count}


def _byte(name: str, where_empty: int = 0) -> pl.Expr:
    """A whole number as one byte; what is above is as much as it holds."""
    return pl.col(name).fill_null(where_empty).clip(upper_bound=law_tables.CELLS - 1).cast(pl.UInt8)


def _flag(name: str) -> pl.Expr:
    return pl.col(name).fill_null(value=False)


def _code(name: str, values: Sequence[str]) -> pl.Expr:
    """A text as its place among all that it may be; the first where it is empty."""
    return pl.col(name).fill_null(values[0]).cast(pl.Enum(values)).to_physical().cast(pl.UInt8)
