"""Work to counted time: how many years and months of it the law of a day counts, by window and kind."""

from __future__ import annotations

import polars as pl

from transforms.noc import Occupations
from transforms.rules import Law

SUMMARY_COLUMNS = (
    "canadian_work_years", "foreign_work_years", "spouse_canadian_work_years", "spouse_foreign_work_years",
    "canadian_work_months_last_36", "canadian_work_noc", "primary_noc", "primary_occupation_years", "trade_noc",
    "trade_years_last_5",
)  # fmt: skip


def settled(candidates: pl.DataFrame, rows: pl.DataFrame, law: Law, occupations: Occupations) -> pl.DataFrame:
    """One row a client, from the summary columns: the years that the CRS counts, and what each program asks.

    Returns client_id; canadian_work, foreign_work, spouse_canadian_work (Float64 years); cec_months (Float64),
    cec_is_skilled (Boolean), cec_minimum_language (Int16); primary_years, primary_is_skilled; trade_years, is_trade;
    skilled_years and skilled_years_at_most (Float64, for the FSW grid); an empty cell is not known.
    """
    canadian, foreign, primary = (
        pl.col(name) for name in ("canadian_work_years", "foreign_work_years", "primary_occupation_years")
    )
    known = pl.max_horizontal(canadian.fill_null(0) + foreign.fill_null(0), primary.fill_null(0))
    return candidates.select(
        "client_id",
        canadian.alias("canadian_work"),
        foreign.alias("foreign_work"),
        pl.col("spouse_canadian_work_years").alias("spouse_canadian_work"),
        pl.col("canadian_work_months_last_36").cast(pl.Float64).alias("cec_months"),
        occupations.is_skilled(pl.col("canadian_work_noc")).alias("cec_is_skilled"),
        occupations.minimum_cec_language(pl.col("canadian_work_noc")).alias("cec_minimum_language"),
        primary.alias("primary_years"),
        occupations.is_skilled(pl.col("primary_noc")).alias("primary_is_skilled"),
        pl.col("trade_years_last_5").alias("trade_years"),
        occupations.is_trade(pl.col("trade_noc")).alias("is_trade"),
        known.alias("skilled_years"),
        pl.when(canadian.is_not_null() & foreign.is_not_null() & primary.is_not_null())
        .then(known)
        .otherwise(pl.lit(float(law["crs.records.work_window_years"])))
        .alias("skilled_years_at_most"),
    )
