"""The engine of work history: jobs to spans of days, and spans to counted time, for all clients at once.

Counted time. On each day the hours a week of all jobs that count are added, and cut at 30 (work.time.hours_per_week).
The sum of that over the days is the counted time. Hours are held in whole millionths, so the sum is exact, and the same
in whatever order the jobs stand and however they are split. A day without work, in a gap too, adds nothing.

A year. 52 weeks of 30 hours (1,560 hours) are a year, so 364 full-time days; a calendar year has one or two days more,
which are no further work. Of n whole years the first 366 days each are therefore taken as used up, and what is over
begins the next one. So a full-time job from a date to the day before its nth anniversary is exactly n years, whatever
leap years lie between, and n calendar years never hold more than n. Half a year (26 weeks, six months) likewise with
184 days.

Two amounts. `least` is what the record proves, `most` what it leaves possible: a job of which something that matters
is not known may count or not, and hours that are not known may be 30 or more.

Source: IRPR 73, 80(3), 80(4); law document 1.6 and 2.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import date

import polars as pl

from transforms.calendar import (
    DAYS_IN_A_WEEK,
    LONGEST_HALF_YEAR_DAYS,
    LONGEST_YEAR_DAYS,
    MONTHS_IN_HALF_A_YEAR,
    completed_months,
)
from transforms.noc import Occupations
from transforms.rules import Law

HOUR = 1_000_000
CLIENT = ["client"]
OCCUPATION = ["client", "occupation"]
# Stretches of equal load and the columns that tell whose they are, to one `amount` for each of these.
Measure = Callable[[pl.DataFrame, Sequence[str]], pl.DataFrame]


def jobs_of(rows: pl.DataFrame, clients: pl.DataFrame, law: Law, occupations: Occupations) -> pl.DataFrame:
    """The typed Work history rows as of the day of the law: what lies before it, and what each job is.

    `clients` has client_id and client (UInt32). Returns client, person, noc (String), only (String: the one occupation
    that the code stands for, else the code), start, end (Date, the day after the last one), hours (Int64, millionths),
    in_canada, paid, authorized, self_employed, full_time_student, is_skilled, is_physician (Boolean; empty: not known).
    A worked day counts once it is over: an open job ends with the day before.
    """
    noc = pl.col("noc")
    ended = pl.col("ended_on").dt.offset_by("1d").fill_null(law.as_of)
    return (
        rows.join(clients, on="client_id", how="inner", maintain_order="left")
        .with_columns(ended.clip(upper_bound=law.as_of).alias("end"))
        .filter(pl.col("started_on") < pl.col("end"))
        .select(
            "client",
            "person",
            "noc",
            occupations.only(noc).alias("only"),
            pl.col("started_on").alias("start"),
            "end",
            (pl.col("hours_per_week") * HOUR).round().cast(pl.Int64).alias("hours"),
            (pl.col("country") == "CA").alias("in_canada"),
            "paid",
            "authorized",
            "self_employed",
            "full_time_student",
            occupations.is_skilled(noc).alias("is_skilled"),
            occupations.is_physician(noc).alias("is_physician"),
        )
    )


def full_time(law: Law) -> int:
    """The hours of a full-time week, in millionths."""
    return int(law["work.time.hours_per_week"] * HOUR)


def spans(jobs: pl.DataFrame, counts: pl.Expr, law: Law, since: date | None = None) -> pl.DataFrame:
    """The jobs that count or may count, cut to a window that ends with the day before the day of the law.

    `counts` (Boolean, empty: not known) tells which do; adds `proven`: it counts, and its hours are known.
    """
    start = pl.col("start") if since is None else pl.col("start").clip(lower_bound=since)
    return (
        jobs.with_columns(start, counts.alias("counts"))
        .filter((pl.col("start") < pl.col("end")) & pl.col("counts").fill_null(value=True))
        .with_columns(
            (pl.col("counts").fill_null(value=False) & pl.col("hours").is_not_null()).alias("proven"),
            pl.col("hours").fill_null(full_time(law)),
        )
    )


def stretches(found: pl.DataFrame, by: Sequence[str], law: Law) -> pl.DataFrame:
    """The stretches of equal load of each client (or occupation), in order, without those that are idle.

    Takes spans; returns the columns of `by`, start, end (Date, the day after the last), load (Int64, at most a full-time
    week). A sweep over the days on which a job starts or ends: what starts there is added, what ends there taken away,
    so that the sum is 0 after the last day of each.
    """
    edges = pl.concat(
        [
            found.select(*by, pl.col("start").alias("day"), "hours"),
            found.select(*by, pl.col("end").alias("day"), -pl.col("hours")),
        ]
    ).sort(*by, "day")
    return edges.select(
        *by,
        pl.col("day").alias("start"),
        pl.col("day").shift(-1).alias("end"),
        pl.col("hours").cum_sum().clip(upper_bound=full_time(law)).alias("load"),
    ).filter((pl.col("load") > 0) & (pl.col("start") < pl.col("end")))


def amount() -> pl.Expr:
    """The counted time of stretches: days times hours a week (Int64, millionths)."""
    return ((pl.col("end") - pl.col("start")).dt.total_days() * pl.col("load")).sum().alias("amount")


def total(found: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    """All counted time."""
    return found.group_by(by).agg(amount())


def longest(law: Law) -> Measure:
    """The counted time of the longest run: no gap in it is longer than the law of the day lets pass."""
    days = law["work.time.gap_days"]

    def measure(found: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
        return found.group_by(*by, _run(by, days)).agg(amount()).group_by(by).agg(pl.col("amount").max())

    return measure


def full_time_days(law: Law) -> Measure:
    """The counted time of the days on which the week is full-time; part-time has no equivalent."""
    full = full_time(law)

    def measure(found: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
        return total(found.filter(pl.col("load") == full), by)

    return measure


def full_time_months(law: Law) -> Measure:
    """The calendar months that the longest full-time stretch without any gap completes."""
    full = full_time(law)

    def measure(found: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
        unbroken = (
            found.filter(pl.col("load") == full)
            .group_by(*by, _run(by, 0))
            .agg(pl.col("start").min(), pl.col("end").max())
        )
        months = completed_months(pl.col("start"), pl.col("end"))
        return unbroken.group_by(by).agg(months.max().cast(pl.Int64).alias("amount"))

    return measure


def _run(by: Sequence[str], days: int) -> pl.Expr:
    """A number for each run of stretches between which no more than so many days lie."""
    another = pl.any_horizontal(pl.col(name).ne_missing(pl.col(name).shift(1)) for name in by)
    gap = (pl.col("start") - pl.col("end").shift(1)).dt.total_days()
    return (another | (gap > days)).fill_null(value=True).cum_sum().alias("run")


def counted(found: pl.DataFrame, law: Law, measure: Measure = total) -> pl.DataFrame:
    """The counted time of spans by client: client, least, most (Int64); clients without a span are left out."""
    least = measure(stretches(found.filter("proven"), CLIENT, law), CLIENT).rename({"amount": "least"})
    most = measure(stretches(found, CLIENT, law), CLIENT).rename({"amount": "most"})
    return most.join(least, on=CLIENT, how="left").with_columns(pl.col("least").fill_null(0))


def by_occupation(
    found: pl.DataFrame,
    among: Collection[str],
    law: Law,
    occupations: Occupations,
    measure: Measure = total,
    named: pl.DataFrame | None = None,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The counted time of spans in each of some occupations (codes of the classification of the day), by client.

    First what is proven, in jobs whose codes are the same or lead to one and the same occupation: client, occupation
    (that one, or else the code), amount. Then what is possible, in jobs that may be in the occupation, by one of the
    meanings of their code or because they have none: client, occupation (empty: one that no other job is in), amount.
    `named` (client, occupation) adds occupations in which jobs without a code may have been.
    """
    proven = found.filter(pl.col("proven") & pl.col("noc").is_in(occupations.certain(among)))
    meanings = occupations.meanings.filter(pl.col("occupation").is_in(list(among)))
    told = found.join(meanings, on="noc", how="inner")
    untold = found.filter(pl.col("noc").is_null())
    others = told.select(OCCUPATION) if named is None else pl.concat([told.select(OCCUPATION), named])
    possible = pl.concat(
        [
            told,
            untold.join(others.unique(), on=CLIENT, how="inner"),
            untold.with_columns(pl.lit(None, dtype=pl.String).alias("occupation")),
        ]
    )
    return (
        measure(stretches(proven.with_columns(occupation="only"), OCCUPATION, law), OCCUPATION),
        measure(stretches(possible, OCCUPATION, law), OCCUPATION),
    )


def in_one_occupation(
    found: pl.DataFrame,
    among: Collection[str],
    law: Law,
    occupations: Occupations,
    measure: Measure = total,
    declared: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """The counted time of spans in one of some occupations: client, least, most (Int64).

    `declared` (client, noc) names the occupation that is tested, for whom it does; for all others, the best one counts.
    """
    if declared is None:
        declared = pl.DataFrame(schema={"client": pl.UInt32, "noc": pl.String})
    meant = declared.join(
        occupations.meanings.filter(pl.col("occupation").is_in(list(among))), on="noc", how="inner"
    ).select(OCCUPATION)
    proven, possible = by_occupation(found, among, law, occupations, measure, meant)
    only = declared.select("client", occupations.only(pl.col("noc")).alias("occupation"))
    return (
        _best(possible, declared, meant, "most")
        .join(_best(proven, declared, only, "least"), on=CLIENT, how="left")
        .with_columns(pl.col("least").fill_null(0))
    )


def _best(amounts: pl.DataFrame, declared: pl.DataFrame, meant: pl.DataFrame, name: str) -> pl.DataFrame:
    """The largest amount of each client, among the occupations that are meant for whom one is declared."""
    free = amounts.join(declared, on=CLIENT, how="anti")
    bound = amounts.join(meant, on=OCCUPATION, how="semi")
    return pl.concat([free, bound]).group_by(CLIENT).agg(pl.col("amount").max().alias(name))


def years(counted_time: pl.Expr, law: Law) -> pl.Expr:
    """Counted time in years (Float64)."""
    return _steps(counted_time, law["work.time.weeks_per_year"], LONGEST_YEAR_DAYS, law)


def months(counted_time: pl.Expr, law: Law) -> pl.Expr:
    """Counted time in months (Float64), six to half a year."""
    return (
        _steps(counted_time, law["work.time.weeks_per_half_year"], LONGEST_HALF_YEAR_DAYS, law) * MONTHS_IN_HALF_A_YEAR
    )


def _steps(counted_time: pl.Expr, weeks: int, longest_days: int, law: Law) -> pl.Expr:
    """Whole steps of so many weeks, and the part of the next that is begun (Float64)."""
    full = full_time(law)
    whole = counted_time // (weeks * DAYS_IN_A_WEEK * full)
    begun = (counted_time - whole * longest_days * full).clip(lower_bound=0) / (longest_days * full)
    return whole + begun
