"""What of a client's Canadian work and job offer is in high-wage occupations, settled for one day."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from transforms.facts import high_wage
from transforms.facts.jobs import Record
from transforms.facts.noc import Occupations
from transforms.facts.work import ENDINGS, canadian_months_in
from transforms.scoring.categories import WorkRule, by_summary


def settled(record: Record) -> pl.DataFrame:
    """One row a client, in the candidates' order: what the factor asks for and records settle.

    Returns client_id; high_wage_<level> and high_wage_<level>_at_most (Float64): so many months of Canadian work in
    occupations of the level or a higher one are proven, and no more are possible; offer_high_wage and
    offer_high_wage_at_most (String): the level that the occupation of the job offer has for sure, and the highest that
    it may have. Where there are Work history rows of the client they decide, else the summary columns do. All is empty
    on a day without the factor.
    """
    law, occupations = record.law, record.occupations
    columns = [name + ending for name in high_wage.MONTHS for ending in ENDINGS]
    if not high_wage.is_there(law):
        return record.clients.select(
            "client_id",
            *(pl.lit(None, dtype=pl.Float64).alias(name) for name in columns),
            *(pl.lit(None, dtype=pl.String).alias(f"offer_high_wage{ending}") for ending in ENDINGS),
        )
    lists, window = high_wage.at_least(law), law["crs.additional.high_wage_window_years"]
    rules = {
        f"high_wage_{level}": WorkRule(
            tuple(codes), 0, must_be_continuous=False, window_years=window, only_in_canada=True
        )
        for level, codes in lists.items()
    }
    rows = canadian_months_in(
        record,
        {name: rule.codes for name, rule in rules.items()},
        window,
        one_occupation=law["crs.additional.high_wage_one_occupation"],
    )
    summary = [months for name, rule in rules.items() for months in by_summary(name, rule, law, occupations)]
    known = pl.concat([rows, record.clients.select("job_offer_noc", *summary)], how="horizontal")
    return known.select(
        "client_id",
        *(pl.coalesce(name, f"summary_{name}").alias(name) for name in columns),
        _level_of_offer(lists, occupations, unknown_as=False).alias("offer_high_wage"),
        _level_of_offer(lists, occupations, unknown_as=True).alias("offer_high_wage_at_most"),
    )


def _level_of_offer(lists: Mapping[str, frozenset[str]], occupations: Occupations, *, unknown_as: bool) -> pl.Expr:
    """The highest level that the occupation of the offer reaches, where what is undetermined counts as met."""
    noc = pl.col("job_offer_noc")
    return pl.coalesce(
        pl.when(occupations.is_listed(codes, noc).fill_null(value=unknown_as) & noc.is_not_null()).then(pl.lit(level))
        for level, codes in lists.items()
    )


def doubts(candidates: pl.DataFrame, scored: pl.DataFrame) -> pl.DataFrame:
    """The clients whose record leaves more points possible than it proves, for high-wage work or for the offer.

    Takes the typed candidates and the frame that `scores.score` makes of them. Returns client_id, column (where it would
    be determined: canadian_work_noc or job_offer_noc), value (what stands there; both String), proven and possible (Int16): of
    high-wage occupations and the job offer together. Work without any record is no doubt.
    """
    of_offer = pl.col("has_offer") & pl.col("offer_high_wage").ne_missing(pl.col("offer_high_wage_at_most"))
    of_work = pl.any_horizontal(pl.col(f"{name}_at_most") > pl.col(name) for name in high_wage.MONTHS)
    return (
        scored.select(
            "client_id",
            pl.when(of_offer)
            .then(pl.lit("job_offer_noc"))
            .when(of_work)
            .then(pl.lit("canadian_work_noc"))
            .alias("column"),
            (pl.col("crs_high_wage") + pl.col("crs_job_offer")).alias("proven"),
            (pl.col("high_wage_at_most") + pl.col("job_offer_at_most")).alias("possible"),
        )
        .with_columns(
            pl.when(pl.col("column") == "job_offer_noc")
            .then(candidates["job_offer_noc"])
            .otherwise(candidates["canadian_work_noc"])
            .alias("value")
        )
        .filter(pl.col("possible") > pl.col("proven"), pl.col("column").is_not_null())
        .select("client_id", "column", "value", "proven", "possible")
    )
