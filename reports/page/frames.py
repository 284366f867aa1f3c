"""The numbers behind the charts of rounds, of the pool and of clients, as frames."""

from __future__ import annotations

import re
from datetime import date, timedelta

import polars as pl

from transforms.model.wording import N_

# How far the charts of cut-offs and of the pool's flow look back.
YEARS_SHOWN, FLOW_YEARS = 3, 2
DAYS_A_YEAR = 365
CUT_OFF_DAYS = 365
BAND = re.compile(r"pool_(\d+)_(\d+)")
# Scores up to which the bands of the distribution are shown together over time.
POOL_GROUPS = (350, 400, 450, 500, 600, 1200)
CLIENT_BAND = 20
GROUP_WORDS = {
    "general": N_("general"),
    "PNP": N_("PNP"),
    "CEC": N_("CEC"),
    "trades_and_skilled": N_("FSW and FST"),
    "french": N_("French"),
    "categories": N_("occupations"),
}
FLOW_WORDS = {"arrived": N_("arrived"), "invited": N_("invited"), "left": N_("left")}


def cut_offs(rounds: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """The rounds of the last YEARS_SHOWN years, kinds with most rounds first: number, date, kind, size, cut_off."""
    first = as_of - timedelta(days=YEARS_SHOWN * DAYS_A_YEAR)
    return (
        rounds.filter(pl.col("date") > first)
        .select("number", "date", "kind", "size", "cut_off")
        .sort(pl.len().over("kind"), "kind", "date", descending=[True, False, False], maintain_order=True)
    )


def invitations(rounds: pl.DataFrame) -> pl.DataFrame:
    """Invitations of each year and group of kinds: year (Int32), group (a key of GROUP_WORDS), rounds, invited (Int64)."""
    kind = pl.col("kind")
    group = (
        pl.when(kind.is_in(["general", "PNP", "CEC", "french"])).then(kind)
        .when(kind.is_in(["FSW", "FST"])).then(pl.lit("trades_and_skilled"))
        .otherwise(pl.lit("categories"))
    )  # fmt: skip
    order = {key: place for place, key in enumerate(GROUP_WORDS)}
    return (
        rounds.group_by(pl.col("date").dt.year().alias("year"), group.alias("group"))
        .agg(pl.len().cast(pl.Int64).alias("rounds"), pl.col("size").cast(pl.Int64).sum().alias("invited"))
        .sort("year", pl.col("group").replace_strict(order, return_dtype=pl.Int8))
    )


def _distributions(rounds: pl.DataFrame) -> pl.DataFrame:
    """The published distributions, one a day, oldest first: as_of, low, high, people."""
    bands = [name for name in rounds.columns if BAND.fullmatch(name)]
    return (
        rounds.drop_nulls(["pool_total", "distribution_as_of"])
        .unique("distribution_as_of", keep="last", maintain_order=True)
        .unpivot(bands, index="distribution_as_of", variable_name="band", value_name="people")
        .with_columns(
            pl.col("band").str.extract(BAND.pattern, 1).cast(pl.Int16).alias("low"),
            pl.col("band").str.extract(BAND.pattern, 2).cast(pl.Int16).alias("high"),
        )
        .select(pl.col("distribution_as_of").alias("as_of"), "low", "high", pl.col("people").cast(pl.Int64))
        .sort("as_of", "low")
    )


def distribution(rounds: pl.DataFrame) -> pl.DataFrame:
    """The newest distribution beside the newest of a year before it: low, high, people, before, as_of, before_as_of.

    `before` and `before_as_of` are empty where none was published by then; no rows where there is no distribution.
    """
    found = _distributions(rounds)
    newest = found["as_of"].max()
    if not isinstance(newest, date):
        return found.with_columns(
            pl.lit(None, pl.Int64).alias("before"), pl.lit(None, pl.Date).alias("before_as_of")
        ).clear()
    earlier = found.filter(pl.col("as_of") <= newest - timedelta(days=DAYS_A_YEAR))
    earlier = earlier.filter(pl.col("as_of") == pl.col("as_of").max())
    return (
        found.filter(pl.col("as_of") == newest)
        .join(
            earlier.select("low", pl.col("people").alias("before"), pl.col("as_of").alias("before_as_of")),
            on="low", how="left", maintain_order="left",
        )
        .select("low", "high", "people", "before", "as_of", "before_as_of")
    )  # fmt: skip


def pool(rounds: pl.DataFrame) -> pl.DataFrame:
    """The published pool over time in a few groups of bands: as_of, low, high (Int16, bounds of the group), people."""
    found = _distributions(rounds)
    tops = pl.lit(pl.Series(POOL_GROUPS, dtype=pl.Int16))
    group = tops.search_sorted(pl.col("high"), side="left").cast(pl.Int8)
    return (
        found.group_by("as_of", group.alias("group"))
        .agg(pl.col("low").min(), pl.col("high").max(), pl.col("people").sum())
        .sort("as_of", "low")
        .select("as_of", "low", "high", "people")
    )


def flow(movements: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """People a day who came and went between two distributions, of the last FLOW_YEARS years.

    first, last (Date) · what (a key of FLOW_WORDS) · people (Float64, in all) · from_, to (Float64, people a day, where
    the bar of the chart begins and ends; below zero for those who are gone). Left out are times across a change of the CRS.
    """
    since = as_of - timedelta(days=FLOW_YEARS * DAYS_A_YEAR)
    total = (
        movements.filter(pl.col("before_as_of") > since)
        .group_by("before_as_of", "after_as_of")
        .agg(pl.col("arrived", "invited", "left").sum(), pl.col("crs_changed").any())
        .filter(~pl.col("crs_changed"))
        .sort("before_as_of")
    )
    days = (pl.col("after_as_of") - pl.col("before_as_of")).dt.total_days()
    nobody = pl.lit(0.0)
    bars = {
        "arrived": (nobody, pl.col("arrived")),
        "invited": (nobody, -pl.col("invited")),
        "left": (-pl.col("invited"), -pl.col("invited") - pl.col("left")),
    }
    return pl.concat(
        [
            total.select(
                pl.col("before_as_of").alias("first"), pl.col("after_as_of").alias("last"), pl.lit(what).alias("what"),
                pl.col(what).alias("people"), (low / days).alias("from_"), (high / days).alias("to"),
            )
            for what, (low, high) in bars.items()
        ]
    )  # fmt: skip


def latest_cut_offs(rounds: pl.DataFrame) -> pl.DataFrame:
    """The newest cut-off of each kind of the last 365 days that rounds were held, highest first: kind, date, cut_off."""
    first = pl.col("date").max() - timedelta(days=CUT_OFF_DAYS)
    return (
        rounds.filter(pl.col("date") > first)
        .unique("kind", keep="last", maintain_order=True)
        .select("kind", "date", "cut_off")
        .sort("cut_off", "kind", descending=[True, False])
    )


def clients_by_band(clients: pl.DataFrame) -> pl.DataFrame:
    """Clients by score in bands of CLIENT_BAND points, bands without a client between others too: low, high, in_pool, others."""
    band = pl.col("crs_total") // CLIENT_BAND
    counted = (
        clients.drop_nulls("crs_total")
        .group_by(band.cast(pl.Int16).alias("band"))
        .agg(
            pl.col("in_pool").fill_null(value=False).sum().cast(pl.Int64).alias("in_pool"),
            (~pl.col("in_pool").fill_null(value=False)).sum().cast(pl.Int64).alias("others"),
        )
    )
    if counted.is_empty():
        every = pl.DataFrame(schema={"band": pl.Int16})
    else:
        lowest, highest = counted.select(pl.col("band").min().alias("low"), pl.col("band").max().alias("high")).row(0)
        every = pl.DataFrame({"band": range(lowest, highest + 1)}, schema={"band": pl.Int16})
    low = pl.col("band") * CLIENT_BAND
    return (
        every.join(counted, on="band", how="left", maintain_order="left")
        .select(
            low.alias("low"), (low + CLIENT_BAND - 1).alias("high"), pl.col("in_pool", "others").fill_null(0),
        )
    )  # fmt: skip
