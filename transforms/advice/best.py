"""Which levers of a client come first, and how many clients each lever helps."""

from __future__ import annotations

import polars as pl

from transforms.advice.levers import KEYS, LEVERS

# The groups of a client's levers, in the order in which they come.
MEETS, RAISES, OTHER, UNDETERMINED, OUTSIDE, TAKES_OUT = range(6)


def gives() -> pl.Expr:
    """Does a lever of ADVICE give anything: points, a program, a category, or a recent round? Boolean."""
    return (
        (pl.col("gain") > 0).fill_null(value=False)
        | (pl.col("programs_gained") != "")
        | (pl.col("categories_gained") != "")
        | (pl.col("rounds_met").list.len() > 0)
    )


def opens_anything() -> pl.Expr:
    """Does a lever of ADVICE open a program, a category or a recent round that is not undetermined today? Boolean."""
    lists = [(pl.col(f"{what}_gained"), pl.col(f"{what}_made_certain")) for what in ("programs", "categories")]
    opens = [gained != certain for gained, certain in lists]
    met = pl.col("rounds_met").list.len() > pl.col("rounds_made_certain").list.len()
    return pl.any_horizontal(*opens, met).fill_null(value=False)


def is_outside() -> pl.Expr:
    """Is the client, with a lever of ADVICE, surely not eligible for the pool? Boolean."""
    return ~pl.col("eligible_after").fill_null(value=True)


def helps() -> pl.Expr:
    """Does a lever of ADVICE give anything to a client who is, or may be, eligible for the pool then? Boolean."""
    return gives() & ~is_outside()


def takes_out() -> pl.Expr:
    """Does a lever of ADVICE take a client who is, or may be, eligible for the pool surely out of it? Boolean."""
    return is_outside() & pl.col("eligible_before").fill_null(value=True)


def is_less_sure() -> pl.Expr:
    """Is eligibility for the pool, sure today, undetermined with a lever of ADVICE? Boolean."""
    return pl.col("eligible_before").fill_null(value=False) & pl.col("eligible_after").is_null()


def in_order(advice: pl.DataFrame) -> pl.DataFrame:
    """The levers of each client, the best first, clients in their order.

    First those with which a recent round would have taken the client, the least effort first, then the greater gain. Then,
    of those with which the client is surely eligible for the pool, what gives points or makes the client eligible, the
    greater gain for the effort first, and then the others. Then what leaves that undetermined, and last what leaves the
    client outside, or takes the client out.
    """
    gain = pl.col("gain").fill_null(0)
    meets = pl.col("rounds_met").list.len() > 0
    per_effort = gain / pl.col("effort")
    is_inside = pl.col("eligible_after").fill_null(value=False)
    opens_pool = is_inside & ~pl.col("eligible_before").fill_null(value=False)
    group = (
        pl.when(meets)
        .then(MEETS)
        .when(takes_out())
        .then(TAKES_OUT)
        .when(is_outside())
        .then(OUTSIDE)
        .when(~is_inside)
        .then(UNDETERMINED)
        .when((gain > 0) | opens_pool)
        .then(RAISES)
        .otherwise(OTHER)
    )
    return (
        advice.with_columns(
            pl.col("client_id").rle_id().alias("_client"),
            group.alias("_group"),
            pl.when(meets).then(pl.col("effort").cast(pl.Float64)).otherwise(-per_effort).alias("_first"),
            (-gain).alias("_gain"),
        )
        .sort("_client", "_group", "_first", "_gain", maintain_order=True)
        .drop("_client", "_group", "_first", "_gain")
    )


def best(advice: pl.DataFrame, most: int) -> pl.DataFrame:
    """The best levers of each client that give something, of each subject one: ADVICE with place (UInt32, from 1 up to
    `most`). Levers that take the client out of the pool are none of them; those that leave the client outside come last.
    """
    subject = pl.col("lever").replace_strict([*KEYS], [one.subject for one in LEVERS], return_dtype=pl.String)
    return (
        in_order(advice.filter(gives() & ~takes_out()))
        .with_columns(subject.alias("_subject"))
        .unique(["client_id", "_subject"], keep="first", maintain_order=True)
        .with_columns((pl.int_range(pl.len(), dtype=pl.UInt32).over("client_id") + 1).alias("place"))
        .filter(pl.col("place") <= most)
        .drop("_subject")
    )


def by_lever(advice: pl.DataFrame) -> pl.DataFrame:
    """What each lever gives over the list, one row a lever in the order of LEVERS: lever, effort, clients (to whom it is
    open), gaining (points, and eligible for the pool then, or undetermined), outside (points, and not eligible then),
    undetermined, median (Float64) and largest gain of those who gain, and the clients to whom it opens programs, categories
    and rounds, of these the ones that it makes certain (certain), and from whom it takes a program or category (losing).
    """
    is_gain = (pl.col("gain") > 0).fill_null(value=False)
    gains = pl.col("gain").filter(is_gain & ~is_outside())
    certain = [pl.col(f"{what}_made_certain") != "" for what in ("programs", "categories")]
    losing = [pl.col(f"{what}_lost") != "" for what in ("programs", "categories")]
    found = advice.group_by("lever").agg(
        pl.len().alias("clients"),
        gains.len().alias("gaining"),
        (is_gain & is_outside()).sum().alias("outside"),
        pl.col("gain").null_count().alias("undetermined"),
        gains.median().alias("median"),
        gains.max().alias("largest"),
        (pl.col("programs_gained") != pl.col("programs_made_certain")).sum().alias("programs"),
        (pl.col("categories_gained") != pl.col("categories_made_certain")).sum().alias("categories"),
        (pl.col("rounds_met").list.len() > pl.col("rounds_made_certain").list.len()).sum().alias("rounds"),
        pl.any_horizontal(*certain, pl.col("rounds_made_certain").list.len() > 0).sum().alias("certain"),
        pl.any_horizontal(losing).sum().alias("losing"),
    )
    levers = pl.DataFrame({"lever": KEYS, "effort": [one.effort for one in LEVERS]})
    return levers.join(found, on="lever", how="inner", maintain_order="left")
