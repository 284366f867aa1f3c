"""The Comprehensive Ranking System: one short function a factor; every number comes from the law of the day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache, reduce
from operator import add

import polars as pl

from transforms.facts import high_wage
from transforms.facts.work import ENDINGS
from transforms.rules import Law
from transforms.rules.lookup import (
    Frame,
    Levels,
    all_abilities,
    by_grid,
    capped,
    cell,
    of_level,
    of_level_by_grid,
    of_place,
    once_a_law,
    place,
    points,
    step,
)

# The columns of the tables that differ by the spouse or partner who comes along.
GRIDS = ("with_spouse", "without_spouse")
HIGH_WAGE = "crs.additional.high_wage_"
ASSESSED = "crs.transferability.education_must_be_assessed"
# Columns that are there only while the components are found: the levels of the first language, the education, whether
# the job offer qualifies, and the tiers of transferability.
FIRST, EDUCATION, OFFER = "levels first", "place of education", "offer qualifies"
TIERS = EDUCATION_TIER, LANGUAGE_TIER, CANADIAN_TIER, FOREIGN_TIER = (
    "tier of education", "tier of language", "tier of canadian work", "tier of foreign work",
)  # fmt: skip
NO_POINTS = pl.lit(0, dtype=pl.Int16)


def points_of(facts: Frame, law: Law) -> Frame:
    """The facts with every CRS component, block and total as Int16 columns named as in the contract.

    Components that the law of the day has but we do not know are empty; the total is then the sum of the rest.
    Source: MI respecting the Express Entry system, ss. 8 to 30 (law document, section 1).
    """
    read = facts.with_columns(_whole_years()).with_columns(_places(law)).with_columns(_tiers(law))
    return totals_of(read.with_columns(_components(law)).drop(_read_for_components(law)), law)


def totals_of(scored: Frame, law: Law) -> Frame:
    """Clients with every CRS component, and with the blocks, the groups and the total that these give."""
    return scored.with_columns(_blocks(law)).with_columns(_groups(law)).with_columns(_total(law))


@once_a_law
def _components(law: Law) -> list[pl.Expr]:
    """Every component before the caps of blocks and groups."""
    return [*_core(law), *_spouse(law), *_transferability(law), *_additional(law)]


@once_a_law
def _total(law: Law) -> pl.Expr:
    """The total of the groups, capped."""
    groups = sum_of(pl.col(f"crs_{name}") for name in ("core", "spouse", "transferability", "additional"))
    return capped(groups, law["crs.total.maximum"]).alias("crs_total")


@once_a_law
def _levels(law: Law) -> Levels:
    """The four abilities as one index, up to the highest level that a table of the CRS tells apart."""
    transferability, french = "crs.transferability.", "crs.additional.french_"
    tables = (
        "crs.core.first_language", "crs.core.second_language", "crs.spouse.language",
        transferability + "language_tier", transferability + "certificate_language",
    )  # fmt: skip
    highest = max(row["at_least"] for table in tables for row in law[table])
    return Levels(max(highest, law[french + "minimum_nclc"], law[french + "english_minimum_clb"]))


@once_a_law
def _places(law: Law) -> list[pl.Expr]:
    """What several components and tiers look up by, each by itself; the offer where the law on it is known."""
    offer = [offer_qualifies(law).fill_null(value=False).alias(OFFER)] if high_wage.is_known(law) else []
    return [
        _levels(law).index("first").alias(FIRST),
        *(
            place(law["crs.core.education"], pl.col(name), "none").alias(f"place of {name}")
            for name in dict.fromkeys(("education", _schooling(law)))
        ),
        *offer,
    ]


def _schooling(law: Law) -> str:
    """The fact that holds the education which skill transferability counts."""
    return "education" if law[ASSESSED] else "education_held"


@once_a_law
def _read_for_components(law: Law) -> list[str]:
    """The columns that are there only while the components are found."""
    return [column.meta.output_name() for column in (*_places(law), *_tiers(law))]


@once_a_law
def _tiers(law: Law) -> list[pl.Expr]:
    """The tiers of transferability, each by itself: TIERS."""
    name, education = "crs.transferability.", law["crs.core.education"]
    by_place = {key: law[name + "education_tier"][key] for key in education}
    return [
        of_place(by_place, pl.col(f"place of {_schooling(law)}")).alias(EDUCATION_TIER),
        _levels(law).lowest(law[name + "language_tier"]).gather(pl.col(FIRST)).alias(LANGUAGE_TIER),
        of_level(law[name + "canadian_work_tier"], _years("canadian")).alias(CANADIAN_TIER),
        of_level(law[name + "foreign_work_tier"], _years("foreign")).alias(FOREIGN_TIER),
    ]


@cache
def _whole_years() -> list[pl.Expr]:
    """Years of work, rounded down."""
    return [
        pl.col(f"{name}_work").floor().cast(pl.Int16).alias(f"{name}_work_years")
        for name in ("canadian", "foreign", "spouse_canadian")
    ]


def _core(law: Law) -> list[pl.Expr]:
    """A. Core human capital: age, education, official languages, Canadian work."""
    levels, education = _levels(law), law["crs.core.education"]
    first = (levels.sums(law["crs.core.first_language"], grid).gather(pl.col(FIRST)) for grid in GRIDS)
    second, most = levels.sums(law["crs.core.second_language"]), law["crs.core.second_language_maximum"]
    return [
        of_level_by_grid(law["crs.core.age"], pl.col("age")).alias("crs_age"),
        by_grid(*(of_place(education, pl.col(EDUCATION), grid) for grid in GRIDS)).alias("crs_education"),
        by_grid(*first).alias("crs_first_language"),
        capped(second.gather(levels.index("second")), by_grid(*(most[grid] for grid in GRIDS))).alias(
            "crs_second_language"
        ),
        of_level_by_grid(law["crs.core.canadian_work"], _years("canadian")).alias("crs_canadian_work"),
    ]


def _spouse(law: Law) -> list[pl.Expr]:
    """B. The accompanying spouse or partner: education, first official language, Canadian work."""
    levels = _levels(law)
    factors = {
        "crs_spouse_education": of_choice(law["crs.spouse.education"], "spouse_education"),
        "crs_spouse_language": levels.sums(law["crs.spouse.language"]).gather(levels.index("spouse_clb")),
        "crs_spouse_canadian_work": of_level(law["crs.spouse.canadian_work"], _years("spouse_canadian")),
    }
    return [by_grid(factor, 0).alias(name) for name, factor in factors.items()]


def _transferability(law: Law) -> list[pl.Expr]:
    """C. Skill transferability: the pairs of tiers, before any cap."""
    education, spoken, canadian, foreign = (pl.col(name) for name in TIERS)
    certificate = _levels(law).lowest(law["crs.transferability.certificate_language"]).gather(pl.col(FIRST))
    pair = "crs.transferability."
    return [
        cell(law[pair + "education_language"], education, spoken).alias("crs_education_language"),
        cell(law[pair + "education_canadian_work"], education, canadian).alias("crs_education_canadian_work"),
        cell(law[pair + "foreign_work_language"], foreign, spoken).alias("crs_foreign_work_language"),
        cell(law[pair + "foreign_work_canadian_work"], foreign, canadian).alias("crs_foreign_canadian_work"),
        pl.when(pl.col("certificate_of_qualification").fill_null(value=False))
        .then(certificate)
        .otherwise(NO_POINTS)
        .alias("crs_certificate"),
    ]


def _additional(law: Law) -> list[pl.Expr]:
    """D. Additional points."""
    return [
        _if(pl.col("is_nominated"), law["crs.additional.nomination"]).alias("crs_nomination"),
        _job_offer(law, "").alias("crs_job_offer"),
        _job_offer(law, "_at_most").alias("job_offer_at_most"),
        of_choice(law["crs.additional.canadian_study"], "canadian_study").alias("crs_canadian_study"),
        _if(pl.col("sibling_in_canada").fill_null(value=False), law["crs.additional.sibling"]).alias("crs_sibling"),
        _french(law).alias("crs_french"),
        *_high_wage(law),
    ]


def _french(law: Law) -> pl.Expr:
    """French: the lower points at the minimum NCLC in all four; the higher with English at its minimum in all four."""
    table = law["crs.additional.french"]
    french = all_abilities("french_nclc", law["crs.additional.french_minimum_nclc"])
    english = all_abilities("english_clb", law["crs.additional.french_english_minimum_clb"])
    return (
        pl.when(french & english)
        .then(points(table["higher"]))
        .when(french)
        .then(points(table["lower"]))
        .otherwise(NO_POINTS)
    )


def _job_offer(law: Law, ending: str) -> pl.Expr:
    """Points for a qualifying offer by the first kind that it is of; `_at_most`: as far as its level is determined.

    Empty where the law is not known.
    """
    if not high_wage.is_known(law):
        return pl.lit(None, dtype=pl.Int16)
    table, level = law["crs.additional.job_offer"], pl.col(f"offer_high_wage{ending}")
    is_of = {level_name: level == level_name for level_name in high_wage.LEVELS}
    is_of |= {"senior_management": pl.col("offer_is_senior_management"), "other": pl.lit(value=True)}
    worth = NO_POINTS
    for kind in reversed(high_wage.KINDS_OF_OFFER):
        if kind in table:
            worth = pl.when(is_of[kind]).then(points(table[kind])).otherwise(worth)
    return pl.when(OFFER).then(worth).otherwise(NO_POINTS)


def offer_qualifies(law: Law) -> pl.Expr:
    """Does the job offer meet MI s. 29 on the day: route, skilled occupation, length, number of employers?

    Boolean, empty: undetermined. An offer without years or permanence is taken to be long enough.
    """
    name = "crs.additional.job_offer_"
    by_trade = long_enough(law[name + "minimum_years"]) & employers(law[name + "trades_maximum_employers"])
    lasting = permanent() if law[name + "must_be_permanent"] else long_enough(law[name + "minimum_years"])
    return (
        pl.col("has_offer")
        & pl.col("job_offer_basis").is_in(law[name + "routes"]).fill_null(value=False)
        & pl.col("offer_is_skilled")
        & ((employers(1) & lasting) | (pl.col("offer_is_trade") & by_trade))
    )


def employers(most: int) -> pl.Expr:
    """Does the offer come from one employer, or more up to a number?"""
    return pl.col("offer_employers").is_between(1, most)


def permanent() -> pl.Expr:
    """Is the offer without an end? Taken as such where neither years nor permanence are given."""
    return pl.col("job_offer_permanent").fill_null(pl.col("job_offer_years").is_null())


def long_enough(years: float) -> pl.Expr:
    """Does the offer last so many years? Taken as such where neither years nor permanence are given.

    Empty where it is said to end, but not when.
    """
    return permanent() | (pl.col("job_offer_years") >= years)


def _high_wage(law: Law) -> Iterator[pl.Expr]:
    """The high-wage points that the record proves, these before their maximum, and the most that it leaves possible.

    Nothing before 2026-11-03; empty while they are not known.
    """
    most = law[HIGH_WAGE + "maximum"] if high_wage.is_known(law) else 0
    proven, possible = (_before_maximum(law, ending) for ending in ENDINGS)
    yield capped(proven, most).alias("crs_high_wage")
    yield proven.alias("high_wage_before_cap")
    yield capped(possible, most).alias("high_wage_at_most")


def _before_maximum(law: Law, ending: str) -> pl.Expr:
    """High-wage points for Canadian work and for a qualifying offer, together or the higher."""
    if not high_wage.is_known(law):
        return pl.lit(None, dtype=pl.Int16)
    if not high_wage.is_there(law):
        return NO_POINTS
    table, by_level = law[HIGH_WAGE + "canadian_work"], law[HIGH_WAGE + "job_offer"]
    bound = table[-1]["at_least"] if ending else 0
    work = pl.max_horizontal(
        step(table, pl.col(f"high_wage_{level}{ending}").fill_null(bound), level) for level in high_wage.LEVELS
    )
    worth = pl.col(f"offer_high_wage{ending}").replace_strict(by_level, default=0, return_dtype=pl.Int16)
    offer = pl.when(OFFER).then(worth).otherwise(NO_POINTS)
    return work + offer if law[HIGH_WAGE + "combination"] == "sum" else pl.max_horizontal(work, offer)


@once_a_law
def _blocks(law: Law) -> list[pl.Expr]:
    """C. The three blocks, each after its own cap."""
    name = "crs.transferability."
    education = pl.col("crs_education_language") + pl.col("crs_education_canadian_work")
    foreign = pl.col("crs_foreign_work_language") + pl.col("crs_foreign_canadian_work")
    return [
        capped(education, law[name + "education_maximum"]).alias("crs_education_block"),
        capped(foreign, law[name + "foreign_work_maximum"]).alias("crs_foreign_work_block"),
        capped(pl.col("crs_certificate"), law[name + "certificate_maximum"]).alias("crs_certificate_block"),
    ]


@once_a_law
def _groups(law: Law) -> list[pl.Expr]:
    """The four groups A to D, each after its cap; what is not known adds nothing."""
    core = sum_of(
        pl.col(f"crs_{name}") for name in ("age", "education", "first_language", "second_language", "canadian_work")
    )
    spouse = sum_of(pl.col(f"crs_spouse_{name}") for name in ("education", "language", "canadian_work"))
    blocks = sum_of(pl.col(f"crs_{name}_block") for name in ("education", "foreign_work", "certificate"))
    additional = sum_of(
        pl.col(f"crs_{name}").fill_null(0)
        for name in ("nomination", "job_offer", "canadian_study", "sibling", "french", "high_wage")
    )
    most = law["crs.core.maximum"]
    return [
        capped(core, by_grid(most["with_spouse"], most["without_spouse"])).alias("crs_core"),
        capped(spouse, law["crs.spouse.maximum"]).alias("crs_spouse"),
        capped(blocks, law["crs.transferability.maximum"]).alias("crs_transferability"),
        capped(additional, law["crs.additional.maximum"]).alias("crs_additional"),
    ]


def sum_of(parts: Iterable[pl.Expr]) -> pl.Expr:
    """The sum of components; empty where any of them is."""
    return reduce(add, parts)


def _years(whose: str) -> pl.Expr:
    """Whole years of work; what is not known proves nothing."""
    return pl.col(f"{whose}_work_years").fill_null(0)


def of_choice(table: Mapping[str, int], column: str) -> pl.Expr:
    """The value (Int16) of the choice in a column; an empty one stands for `none`."""
    return of_place(table, place(table, pl.col(column), "none"))


def _if(condition: pl.Expr, worth: int) -> pl.Expr:
    return pl.when(condition).then(points(worth)).otherwise(NO_POINTS)
