"""Scores of one day: facts, eligibility, CRS, categories and rank in one pass, as the contract's columns."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from transforms.assessment import days, facts
from transforms.model.vocabulary import ABILITIES, PROGRAM_KEYS
from transforms.rules import Law
from transforms.scoring import programs, ranking

SCHEMA_VERSION = "1"
SCHEMA: dict[str, pl.DataType] = {
    "client_id": pl.String(),
    "source_file": pl.String(),
    "source_sheet": pl.String(),
    "source_row": pl.Int32(),
    "as_of": pl.Date(),
    "rules_version": pl.String(),
    "rules_status": pl.String(),
    "grid": pl.String(),
    **{
        f"{stem}_{ability}": pl.Int16()
        for stem in ("english_clb", "french_nclc", "spouse_clb")
        for ability in ABILITIES
    },
    **{f"{name}_eligible": pl.Boolean() for name in (*PROGRAM_KEYS, "pool")},
    "eligibility_reasons": pl.String(),
    "fsw_points": pl.Int16(),
    **{name: pl.Int16() for name in programs.FSW_FACTORS},
    "categories": pl.String(),
    "categories_unknown": pl.String(),
    **{
        f"crs_{name}": pl.Int16()
        for name in (
            "total", "core", "spouse", "transferability", "additional",
            "age", "education", "first_language", "second_language", "canadian_work",
            "spouse_education", "spouse_language", "spouse_canadian_work",
            "education_block", "foreign_work_block", "certificate_block",
            "education_language", "education_canadian_work", "foreign_work_language", "foreign_canadian_work",
            "sibling", "french", "canadian_study", "job_offer", "nomination", "high_wage",
        )
    },
    "rank": pl.Int32(),
    "age": pl.Int16(),
    "canadian_work_years": pl.Int16(),
    "foreign_work_years": pl.Int16(),
}  # fmt: skip


def score(sheets: Mapping[str, pl.DataFrame], law: Law) -> pl.DataFrame:
    """The typed sheets of the intake scored under the law of a day: the facts, every component, categories, in_pool and rank.

    One row a client in the candidates' order; `published` takes the contract's columns from it.
    """
    return ranking.ranked(days.apply_law(facts.settle(sheets, law), law), law)


def published(scored: pl.DataFrame, law: Law) -> pl.DataFrame:
    """The contract's `scores` columns, in its order and dtypes (CONTRACT 3)."""
    return scored.with_columns(
        pl.lit(law.as_of).alias("as_of"),
        pl.lit(law.rules.version).alias("rules_version"),
        pl.lit(law.status).alias("rules_status"),
        pl.when("with_spouse").then(pl.lit("with_spouse")).otherwise(pl.lit("without_spouse")).alias("grid"),
    ).select(pl.col(name).cast(dtype) for name, dtype in SCHEMA.items())
