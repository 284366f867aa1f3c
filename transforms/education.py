"""Credentials to a level: what is Canadian or validly assessed on the day, two or more, and Canadian study."""

from __future__ import annotations

import polars as pl

from transforms.calendar import younger_than
from transforms.rules import Law

# From the lowest to the highest, as the tables of the law rank them; the intake's own words.
RANKED = (
    "none", "secondary", "one_year", "two_year", "three_year", "two_or_more", "masters", "professional", "doctorate",
)  # fmt: skip
RANK = {level: rank for rank, level in enumerate(RANKED)}


def _rank(level: pl.Expr) -> pl.Expr:
    return level.replace_strict(list(RANK), list(RANK.values()), return_dtype=pl.Int16)


def _level(rank: pl.Expr) -> pl.Expr:
    return rank.replace_strict(list(RANK.values()), list(RANK), return_dtype=pl.String)


def _together(rank: str) -> pl.Expr:
    """The level of several credentials: the highest, or two_or_more where one of three years has another beside it."""
    highest = pl.col(rank).max()
    several = ((pl.col(rank) >= RANK["one_year"]).sum() > 1) & (highest == RANK["three_year"])
    return pl.when(several).then(RANK["two_or_more"]).otherwise(highest)


def summary(candidates: pl.DataFrame, prefix: str, law: Law) -> pl.DataFrame:
    """The summary columns as of the day: client_id, level (String), proof (`canadian`, `assessed`, `not_known`, `none`),
    level_held (String: without regard to its proof) and assessed_on (Date).

    An assessment that is too old takes the level away; with none the level stands, its proof not known.
    """
    as_of, validity = law.as_of, law["crs.records.eca_validity_years"]
    issued = pl.when(pl.col(f"{prefix}eca_issued_on") <= as_of).then(pl.col(f"{prefix}eca_issued_on"))
    proof = (
        pl.when((pl.col(f"{prefix}education_country") == "CA").fill_null(value=False))
        .then(pl.lit("canadian"))
        .when(issued.is_null())
        .then(pl.lit("not_known"))
        .when(younger_than(issued, validity, as_of))
        .then(pl.lit("assessed"))
        .otherwise(pl.lit("none"))
    )
    level = pl.col(f"{prefix}education_level")
    return candidates.select(
        "client_id",
        level.alias("level"),
        proof.alias("proof"),
        level.alias("level_held"),
        pl.when(proof != "canadian").then(issued).alias("assessed_on"),
    ).with_columns(
        pl.when(pl.col("proof") == "none").then(pl.lit("none")).otherwise("level").alias("level"),
        pl.when(pl.col("level") == "none").then(pl.lit("none")).otherwise("proof").alias("proof"),
    )


def credentials(rows: pl.DataFrame, person: str, law: Law) -> pl.DataFrame:
    """A person's Education rows settled: client_id, level, proof, level_held, canadian_study (String) and assessed_on
    (Date: the oldest assessment that counts), one row a client.

    A credential counts once completed, if Canadian or with an assessment of its own that is not too old; two or more
    of one year or longer, one of them three years or longer, make the level two_or_more (law document 1.2, 1.6).
    """
    as_of = law.as_of
    own = rows.filter(pl.col("person") == person)
    canadian = pl.col("in_canada").fill_null(value=False)
    assessed = younger_than(pl.col("eca_issued_on"), law["crs.records.eca_validity_years"], as_of).fill_null(
        value=False
    )
    rank = _rank(pl.col("level"))
    completed = (pl.col("completed_on") <= as_of).fill_null(value=False)
    none = pl.lit(RANK["none"], dtype=pl.Int16)
    ranks = [
        pl.when(completed & (canadian | assessed)).then(rank).otherwise(none).alias("rank"),
        pl.when(completed).then(rank).otherwise(none).alias("rank_held"),
    ]
    study = _canadian_study(law)
    return (
        own.with_columns(*ranks, canadian.alias("canadian"), study.alias("study"))
        .group_by("client_id", maintain_order=True)
        .agg(
            _together("rank").alias("reached"),
            _together("rank_held").alias("held"),
            pl.col("eca_issued_on")
            .filter((pl.col("rank") > RANK["none"]) & ~pl.col("canadian"))
            .min()
            .alias("assessed_on"),
            ((pl.col("rank") > RANK["none"]) & pl.col("canadian")).any().alias("canadian"),
            pl.col("study").max(),
        )
        .select(
            "client_id",
            _level(pl.col("reached")).alias("level"),
            _level(pl.col("held")).alias("level_held"),
            "assessed_on",
            pl.when(pl.col("reached") == RANK["none"])
            .then(pl.lit("none"))
            .when("canadian")
            .then(pl.lit("canadian"))
            .otherwise(pl.lit("assessed"))
            .alias("proof"),
            pl.col("study")
            .replace_strict([0, 1, 2], ["none", "one_or_two_years", "three_years_or_more"], return_dtype=pl.String)
            .alias("canadian_study"),
        )
    )


def _canadian_study(law: Law) -> pl.Expr:
    """What an Education row is worth as Canadian study: 0 nothing, 1 one or two years, 2 three years or above."""
    rank = _rank(pl.col("level"))
    present = (pl.col("full_time_months_in_canada") >= law["crs.records.canadian_study_minimum_months"]) & (
        pl.col("distance_share") <= law["crs.records.canadian_study_maximum_distance_share"]
    )
    if law["crs.records.canadian_study_waiver"]:
        window = law["crs.records.canadian_study_waiver_window"]
        began, ended = (pl.lit(window[key]).str.to_date() for key in ("from", "to"))
        waived = (pl.col("started_on") <= ended) & (pl.col("completed_on") >= began)
        present = present.fill_null(value=False) | waived.fill_null(value=False)
    eligible = (
        pl.col("in_canada").fill_null(value=False)
        & present.fill_null(value=False)
        & (pl.col("completed_on") <= law.as_of).fill_null(value=False)
        & (rank >= RANK["one_year"])
    )
    return pl.when(~eligible).then(0).when(rank >= RANK["three_year"]).then(2).otherwise(1)


def settled(candidates: pl.DataFrame, rows: pl.DataFrame, person: str, prefix: str, law: Law) -> pl.DataFrame:
    """One row a client: client_id, {prefix}education, {prefix}education_proof, {prefix}education_held,
    {prefix}canadian_study (String) and {prefix}education_assessed_on (Date).

    The Education rows decide for whom there are any; else the summary columns.
    """
    detail = credentials(rows, person, law)
    stated = summary(candidates, prefix, law).with_columns(
        candidates.get_column(f"{prefix}canadian_study").alias("canadian_study")
    )
    joined = stated.join(detail, on="client_id", how="left", maintain_order="left", suffix="_rows")
    by_rows = pl.col("level_rows").is_not_null()
    return joined.select(
        "client_id",
        pl.coalesce("level_held_rows", "level_held").alias(f"{prefix}education_held"),
        pl.when(by_rows).then("assessed_on_rows").otherwise("assessed_on").alias(f"{prefix}education_assessed_on"),
        pl.coalesce("level_rows", "level").alias(f"{prefix}education"),
        pl.coalesce("proof_rows", "proof").alias(f"{prefix}education_proof"),
        pl.coalesce("canadian_study_rows", "canadian_study").alias(f"{prefix}canadian_study"),
    )
