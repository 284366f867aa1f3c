"""The narrow waist: all that depends on dates, settled once for one day, one row a client."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from transforms.assessment import high_wage_work, language_choice
from transforms.facts import education, family, jobs, work
from transforms.facts.noc import Occupations
from transforms.model.calendar import completed_years
from transforms.rules import Law
from transforms.rules.lookup import day_of, once_a_day, once_a_law
from transforms.scoring import categories

PARTNERED = ("married", "common_law")


def settle(sheets: Mapping[str, pl.DataFrame], law: Law) -> pl.DataFrame:
    """The typed sheets of the intake (by sheet key) as facts of one day: one row a client, in the candidates' order.

    Of the candidates a column `age_on` (Date) names another day on which the age is counted, `nominated_until` (Date) the
    last day of the nomination (empty: no end), and those of `language_choice.KEPT` results that stay chosen. Every test,
    assessment, window and age is settled here; what follows is look-up and arithmetic on one row.
    """
    occupations = Occupations(law)
    candidates = sheets["candidates"]
    age_on = pl.col("age_on") if "age_on" in candidates.columns else day_of(law)
    candidates = candidates.with_columns(
        completed_years(pl.col("date_of_birth"), age_on).alias("age"), with_spouse().alias("with_spouse")
    )
    record = jobs.record_of(candidates, sheets["work_history"], law, occupations)
    facts = candidates.drop(
        "education_level", "spouse_education_level", "canadian_study", "spouse_canadian_study", "family_size",
        *work.SUMMARY_COLUMNS,
    )  # fmt: skip
    parts = [
        education.settled(candidates, sheets["education"], "principal", "", law),
        education.settled(candidates, sheets["education"], "spouse", "spouse_", law),
        work.settled(record),
        categories.settled(record),
        high_wage_work.settled(record),
        family.settled(sheets, law),
    ]
    for part in parts:
        facts = _beside(facts, part)
    people = facts.with_columns(*_offer(law), *_presence(law, ends="nominated_until" in candidates.columns))
    return language_choice.with_language(people, sheets["language_tests"], law)


def _beside(facts: pl.DataFrame, part: pl.DataFrame) -> pl.DataFrame:
    """Facts with a part of one row a client: by place where both name the same clients in one order, else by client_id."""
    if part["client_id"].equals(facts["client_id"]):
        return facts.hstack(part.drop("client_id"))
    return facts.join(part, on="client_id", how="left", maintain_order="left")


def with_spouse() -> pl.Expr:
    """Which grid: with a spouse or partner who comes along and is neither citizen nor permanent resident (MI s. 1)."""
    return (
        pl.col("marital_status").is_in(PARTNERED)
        & pl.col("spouse_accompanying").fill_null(value=False)
        & ~pl.col("spouse_is_canadian").fill_null(value=False)
    )


@once_a_law
def _offer(law: Law) -> list[pl.Expr]:
    """The job offer as stated: presence, employers (one where an offer is given), and what its occupation is."""
    occupations = Occupations(law)
    present = pl.col("job_offer_noc").is_not_null() & pl.col("job_offer_basis").is_not_null()
    noc = pl.col("job_offer_noc")
    return [
        present.alias("has_offer"),
        pl.when(present).then(pl.col("job_offer_employers").fill_null(1)).otherwise(0).alias("offer_employers"),
        occupations.is_skilled(noc).alias("offer_is_skilled"),
        occupations.is_senior_management(noc).alias("offer_is_senior_management"),
        occupations.is_trade(noc).alias("offer_is_trade"),
    ]


@once_a_day
def _presence(law: Law, *, ends: bool) -> list[pl.Expr]:
    """Columns in which an empty cell states that there is none."""
    nominated = pl.col("provincial_nomination").is_not_null()
    if ends:
        nominated &= (day_of(law) <= pl.col("nominated_until")).fill_null(value=True)
    return [
        nominated.alias("is_nominated"),
        pl.col("intends_quebec").fill_null(value=False),
        pl.col("job_bank_registered").fill_null(value=True),
    ]
