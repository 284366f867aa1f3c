"""The narrow waist: all that depends on dates, settled once for one day, one row a client."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from transforms import categories, education, family, high_wage_work, jobs, language, work
from transforms.calendar import completed_years, day_of
from transforms.lookup import ABILITIES
from transforms.noc import Occupations
from transforms.rules import Law

PARTNERED = ("married", "common_law")


def settle(sheets: Mapping[str, pl.DataFrame], law: Law) -> pl.DataFrame:
    """The typed sheets of the intake (by sheet key) as facts of one day: one row a client, in the candidates' order.

    Every test, assessment, window and age is settled here; what follows is look-up and arithmetic on one row.
    """
    occupations = Occupations(law)
    candidates = sheets["candidates"].with_columns(
        completed_years(pl.col("date_of_birth"), day_of(law)).alias("age"), with_spouse().alias("with_spouse")
    )
    record = jobs.record_of(candidates, sheets["work_history"], law, occupations)
    facts = candidates.drop(
        "first_language", "spouse_first_language", "education_level", "spouse_education_level", "canadian_study",
        "spouse_canadian_study", "family_size", *work.SUMMARY_COLUMNS,
    )  # fmt: skip
    for part in (
        language.levels_by_client(candidates, sheets["language_tests"], law),
        education.settled(candidates, sheets["education"], "principal", "", law),
        education.settled(candidates, sheets["education"], "spouse", "spouse_", law),
        work.settled(record),
        categories.settled(record),
        high_wage_work.settled(record),
        family.settled(sheets, law),
    ):
        facts = facts.join(part, on="client_id", how="left", maintain_order="left")
    return facts.with_columns(*_by_role(), *_offer(occupations), *_presence())


def with_spouse() -> pl.Expr:
    """Which grid: with a spouse or partner who comes along and is neither citizen nor permanent resident (MI s. 1)."""
    return (
        pl.col("marital_status").is_in(PARTNERED)
        & pl.col("spouse_accompanying").fill_null(value=False)
        & ~pl.col("spouse_is_canadian").fill_null(value=False)
    )


def _by_role() -> list[pl.Expr]:
    """The levels of the first and of the second official language, by ability: `first_*`, `second_*` (Int16)."""
    english_first = pl.col("first_language") == "english"
    return [
        pl.when(english_first if role == "first" else ~english_first)
        .then(f"english_clb_{ability}")
        .otherwise(f"french_nclc_{ability}")
        .alias(f"{role}_{ability}")
        for role in ("first", "second")
        for ability in ABILITIES
    ]


def _offer(occupations: Occupations) -> list[pl.Expr]:
    """The job offer as stated: presence, employers (one where an offer is given), and what its occupation is."""
    present = pl.col("job_offer_noc").is_not_null() & pl.col("job_offer_basis").is_not_null()
    noc = pl.col("job_offer_noc")
    return [
        present.alias("has_offer"),
        pl.when(present).then(pl.col("job_offer_employers").fill_null(1)).otherwise(0).alias("offer_employers"),
        occupations.is_skilled(noc).alias("offer_is_skilled"),
        occupations.is_senior_management(noc).alias("offer_is_senior_management"),
        occupations.is_trade(noc).alias("offer_is_trade"),
    ]


def _presence() -> list[pl.Expr]:
    """Columns in which an empty cell states that there is none."""
    return [
        pl.col("provincial_nomination").is_not_null().alias("is_nominated"),
        pl.col("intends_quebec").fill_null(value=False),
        pl.col("job_bank_registered").fill_null(value=True),
    ]
