"""The engine of work history: jobs to spans of days, and spans to counted time, for all clients and counts at once.

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

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Literal

import polars as pl

from transforms.facts.noc import AS_CODE, CODE, Occupations
from transforms.model.calendar import (
    DAYS_IN_A_WEEK,
    MAX_HALF_YEAR_DAYS,
    MAX_YEAR_DAYS,
    MONTHS_IN_HALF_A_YEAR,
    completed_months,
    same_day,
)
from transforms.rules import Law
from transforms.rules.lookup import day_of, done, once_a_day, once_a_law

HOUR = 1_000_000
BOUNDS = ("least", "most")
# Whose a stretch is: the count, the client and the occupation in one number, which is quicker to sort and to group by.
WHOSE = "whose"
BITS_OF_COUNT, BITS_OF_CLIENT, BITS_OF_OCCUPATION, BITS_OF_DAY = 8, 27, 11, 18
# Days are counted from so many before 1970.
FIRST_DAY = 2 ** (BITS_OF_DAY - 1)
# The candidates' columns that name an occupation in which work may be.
NAMING = ("primary_noc", "trade_noc", "job_offer_noc", "certificate_noc")
AS_OF = pl.col("as_of")
_HAS_BEGUN = pl.col("start") < pl.col("end")
NO_OCCUPATION = pl.lit(None, dtype=CODE)
MeasureName = Literal["total", "longest", "full_time", "total_in_months", "longest_in_months"]
# Stretches of equal load, to what they amount to for each whose they are: least, most (Int64).
Measure = Callable[[pl.LazyFrame, Law], pl.LazyFrame]


@dataclass(frozen=True, eq=False)
class Record:
    """The clients' work on record, as of the day of a law.

    `clients`: the candidates with client (UInt32, their place), has_rows and spouse_has_rows (Boolean). Where a person has
    Work history rows these decide, else the summary columns do.

    `jobs`: one row a job, cut to what lies before the day: client, person, as_of (Date, the day), noc, start, end (Date, the day after the last
    one), hours (Int64, millionths), in_canada, paid, authorized, has_status, for_canadian_employer, self_employed,
    full_time_student, is_skilled, is_physician (Boolean, empty: not known). Temporary resident status is as the
    authorization where it is not stated, and an employer is Canadian unless it is stated otherwise.
    """

    clients: pl.DataFrame
    jobs: pl.DataFrame
    law: Law
    occupations: Occupations

    @cached_property
    def in_occupations(self) -> pl.DataFrame:
        """Each job in each occupation that it may be in, with occupation and is_sure.

        Sure is the one that the code stands for, or else the code itself: equal codes are the same occupation. A job
        without a code may be in each occupation that the client's other jobs or declarations name, or (occupation
        empty) in one that none of them names.
        """
        return _in_occupations(self.jobs, self.clients, self.occupations)

    @property
    def has_work_rows(self) -> bool:
        """Has anybody Work history rows?"""
        return bool(self.clients["has_rows"].any() or self.clients["spouse_has_rows"].any())


@dataclass(frozen=True, eq=False)
class Count:
    """One thing that the law counts: which jobs (Boolean, empty: not known), whose, of how many months back, and how.

    `among` are occupations (codes of the classification of the day), of which each is counted for itself; `declared` is
    the candidates' column that names the one of them that decides.
    """

    counts: pl.Expr
    measure: MeasureName = "total"
    window: int | None = None
    person: str = "principal"
    among: frozenset[str] | None = None
    declared: str | None = None


def record_of(candidates: pl.DataFrame, rows: pl.DataFrame, law: Law, occupations: Occupations) -> Record:
    """The record of the typed candidates and Work history rows."""
    clients = candidates.with_row_index("client").with_columns(
        pl.col("client_id").is_in(rows.filter(pl.col("person") == person)["client_id"].implode()).alias(name)
        for person, name in (("principal", "has_rows"), ("spouse", "spouse_has_rows"))
    )
    jobs = _jobs(rows.join(clients.select("client_id", "client"), on="client_id"), law)
    return Record(clients, jobs, law, occupations)


def _jobs(rows: pl.DataFrame, law: Law) -> pl.DataFrame:
    """A worked day counts once it is over: an open job ends with the day before the day of the law."""
    columns: list[pl.Expr] = _columns_of_jobs(law)
    return rows.select(columns).filter(_HAS_BEGUN)


@once_a_day
def _columns_of_jobs(law: Law) -> list[pl.Expr]:
    occupations = Occupations(law)
    ended = pl.col("ended_on").dt.offset_by("1d").fill_null(day_of(law))
    return [
        pl.col("client"),
        pl.col("person"),
        day_of(law).alias("as_of"),
        pl.col("noc").cast(AS_CODE),
        pl.col("started_on").alias("start"),
        ended.clip(upper_bound=day_of(law)).alias("end"),
        (pl.col("hours_per_week") * HOUR).round().cast(pl.Int64).alias("hours"),
        (pl.col("country") == "CA").alias("in_canada"),
        pl.col("paid"),
        pl.col("authorized"),
        pl.coalesce("temporary_resident_status", "authorized").alias("has_status"),
        pl.col("canadian_employer").fill_null(value=True).alias("for_canadian_employer"),
        pl.col("self_employed"),
        pl.col("full_time_student"),
        occupations.is_skilled(pl.col("noc")).alias("is_skilled"),
        occupations.is_physician(pl.col("noc")).alias("is_physician"),
    ]


def _in_occupations(jobs: pl.DataFrame, clients: pl.DataFrame, occupations: Occupations) -> pl.DataFrame:
    coded = jobs.join(occupations.meanings, on="noc")
    if not jobs["noc"].null_count():
        return coded
    uncoded = jobs.filter(pl.col("noc").is_null()).with_columns(is_sure=pl.lit(value=False))
    stated = _declared(clients.join(uncoded, on="client", how="semi"), occupations, NAMING)
    named = pl.concat([coded.select("client", "occupation"), stated.select("client", "occupation")])
    return pl.concat(
        [
            coded,
            uncoded.join(named.unique(), on="client").select(coded.columns),
            uncoded.with_columns(occupation=NO_OCCUPATION).select(coded.columns),
        ]
    )


def _declared(clients: pl.DataFrame, occupations: Occupations, columns: Collection[str]) -> pl.DataFrame:
    """What some columns of the candidates stand for: client, declared (the column), occupation, is_sure."""
    stated = clients.lazy().select("client", *columns)
    stated = stated.unpivot(list(columns), index="client", variable_name="declared", value_name="noc")
    meanings = occupations.meanings.lazy()
    return done(stated.with_columns(pl.col("noc").cast(AS_CODE)).join(meanings, on="noc").drop("noc"))


def full_time(law: Law) -> int:
    """The hours of a full-time week, in millionths."""
    return int(law["work.time.hours_per_week"] * HOUR)


def counted(record: Record, wanted: Mapping[str, Count]) -> pl.DataFrame:
    """The counted time of everything wanted, by its name: count (Enum), client, occupation, least, most (Int64).

    The occupation is empty where occupations are not counted each for itself. Raises OverflowError for more counts or
    clients than WHOSE holds.
    """
    if len(wanted) > 2**BITS_OF_COUNT or record.clients.height > 2**BITS_OF_CLIENT:
        raise OverflowError(
            f"{len(wanted)} counts of {record.clients.height} clients are more than are counted at once"
        )
    windows = {count.window for count in wanted.values() if count.window is not None}
    since = [same_day(AS_OF, -months).alias(_since(months)) for months in windows]
    jobs, in_occupations = record.jobs.with_columns(since).lazy(), record.in_occupations.with_columns(since).lazy()
    spans = [
        _spans(jobs if count.among is None else in_occupations, record, number, count)
        for number, count in enumerate(wanted.values())
    ]
    loads = done(_stretches(pl.concat(spans), record.law))
    made = []
    for measure in dict.fromkeys(count.measure for count in wanted.values()):
        own = [number for number, count in enumerate(wanted.values()) if count.measure == measure]
        made.append(MEASURES[measure](loads.lazy().filter(_COUNT.is_in(own)), record.law))
    return done(pl.concat(made).select(*_distinguished(tuple(wanted)), *BOUNDS))


_COUNT = pl.col(WHOSE) // 2 ** (BITS_OF_CLIENT + BITS_OF_OCCUPATION)


def _whose(count: int, occupation: pl.Expr) -> pl.Expr:
    """WHOSE of a count, the client of the row and an occupation (UInt64)."""
    place = (occupation.to_physical().cast(pl.UInt64) + 1).fill_null(0)
    client = pl.col("client").cast(pl.UInt64) * 2**BITS_OF_OCCUPATION
    return (client + place + pl.lit(count * 2 ** (BITS_OF_CLIENT + BITS_OF_OCCUPATION), dtype=pl.UInt64)).alias(WHOSE)


@cache
def _distinguished(wanted: tuple[str, ...]) -> list[pl.Expr]:
    """The count (Enum), the client (UInt32) and the occupation of WHOSE."""
    names, codes = pl.lit(pl.Series(wanted, dtype=pl.Enum(wanted))), CODE.categories.to_list()
    occupations = pl.lit(pl.Series([None, *codes], dtype=CODE))
    return [
        names.gather(_COUNT).alias("count"),
        (pl.col(WHOSE) // 2**BITS_OF_OCCUPATION % 2**BITS_OF_CLIENT).cast(pl.UInt32).alias("client"),
        occupations.gather(pl.col(WHOSE) % 2**BITS_OF_OCCUPATION).alias("occupation"),
    ]


def _since(months: int) -> str:
    """The name of the column of the first day that a window of so many months back takes in."""
    return f"since_{months}"


def _spans(source: pl.LazyFrame, record: Record, number: int, count: Count) -> pl.LazyFrame:
    """The jobs that count or may count, cut to the window; `proven`: it counts for sure, and its hours are known."""
    wanted, columns = _parts_of_spans(record.law, number, count)
    return source.filter(wanted).select(columns)


@once_a_law
def _parts_of_spans(law: Law, number: int, count: Count) -> tuple[pl.Expr, list[pl.Expr]]:
    """Which jobs may count, and the columns of their spans."""
    start = pl.col("start") if count.window is None else pl.max_horizontal("start", _since(count.window))
    counts, sure, occupation = count.counts.fill_null(value=False), pl.lit(value=True), NO_OCCUPATION
    wanted = (pl.col("person") == count.person) & count.counts.fill_null(value=True) & (start < pl.col("end"))
    if count.among is not None:
        occupation, sure = pl.col("occupation"), pl.col("is_sure")
        wanted &= Occupations(law).may_be_listed(count.among, occupation).fill_null(value=True)
    return wanted, [
        _whose(number, occupation),
        start.alias("start"),
        pl.col("end"),
        pl.col("hours").fill_null(full_time(law)),
        (counts & sure & pl.col("hours").is_not_null()).alias("proven"),
    ]


def _stretches(spans: pl.LazyFrame, law: Law) -> pl.LazyFrame:
    """Stretches of equal load in order: whose they are, start, end (the day after the last), days, and the two loads.

    A sweep over the days on which a job starts or ends: what starts there is added, what ends there is taken away, so the
    sums are 0 again after the last day of each. Loads (Int64, millionths) are at most a full-time week, `most` above 0.
    """
    proven = pl.when("proven").then("hours").otherwise(0)
    starts = spans.select(_edge("start"), least=proven, most="hours")
    ends = spans.select(_edge("end"), least=-proven, most=-pl.col("hours"))
    edges = pl.concat([starts, ends]).sort("edge")
    return (
        edges.select(*_whose_and_start(), *BOUNDS)
        .with_columns(
            pl.col("start").shift(-1).alias("end"),
            *(pl.col(bound).cum_sum().clip(upper_bound=full_time(law)) for bound in BOUNDS),
        )
        .with_columns((pl.col("end") - pl.col("start")).dt.total_days().alias("days"))
        .filter((pl.col("most") > 0) & (pl.col("days") > 0))
    )


def _edge(day: str) -> pl.Expr:
    """WHOSE and a day in one number (UInt64), in whose order the edges of all stretches lie."""
    since = (pl.col(day).to_physical() + FIRST_DAY).cast(pl.UInt64)
    return (pl.col(WHOSE) * 2**BITS_OF_DAY + since).alias("edge")


@cache
def _whose_and_start() -> list[pl.Expr]:
    """WHOSE and the day of an edge."""
    day = (pl.col("edge") % 2**BITS_OF_DAY).cast(pl.Int32) - FIRST_DAY
    return [(pl.col("edge") // 2**BITS_OF_DAY).alias(WHOSE), day.cast(pl.Date).alias("start")]


def _total(loads: pl.LazyFrame, law: Law) -> pl.LazyFrame:
    """All counted time."""
    return loads.group_by(WHOSE).agg((pl.col(bound) * pl.col("days")).sum() for bound in BOUNDS)


def _full_time(loads: pl.LazyFrame, law: Law) -> pl.LazyFrame:
    """The counted time of the days on which the week is full-time; part-time has no equivalent."""
    full = full_time(law)
    return _total(loads.with_columns(pl.when(pl.col(bound) == full).then(bound).otherwise(0) for bound in BOUNDS), law)


def _longest(loads: pl.LazyFrame, law: Law) -> pl.LazyFrame:
    """The counted time of the longest run: no gap in it has more days than the law of the day lets pass."""
    time = {bound: (pl.col(bound) * pl.col("days")).sum() for bound in BOUNDS}
    return _of_runs(loads, 1, law["work.time.gap_days"], time)


def _with_half_years(measure: Measure) -> Measure:
    """A measure, but no less than 26 weeks for each six calendar months of the longest full-time stretch without a gap.

    Six months may have 181 days, one less than 26 weeks.
    """

    def by_calendar(loads: pl.LazyFrame, law: Law) -> pl.LazyFrame:
        half_years = completed_months(pl.col("start").min(), pl.col("end").max()) // MONTHS_IN_HALF_A_YEAR
        time = half_years.cast(pl.Int64) * _weeks(law["work.time.weeks_per_half_year"], law)
        unbroken = _of_runs(loads, full_time(law), 0, dict.fromkeys(BOUNDS, time))
        return (
            measure(loads, law)
            .join(unbroken, on=WHOSE, how="left", suffix="_unbroken")
            .select(WHOSE, *(pl.max_horizontal(bound, f"{bound}_unbroken") for bound in BOUNDS))
        )

    return by_calendar


def _of_runs(loads: pl.LazyFrame, load: int, gap: int, worth: Mapping[str, pl.Expr]) -> pl.LazyFrame:
    """The most that a run of at least some load is worth, by what is proven and by what is possible."""
    best = [
        loads.filter(pl.col(bound) >= load)
        .group_by(_run(gap))
        .agg(pl.col(WHOSE).first(), worth[bound].alias(bound))
        .group_by(WHOSE)
        .agg(pl.col(bound).max())
        for bound in BOUNDS
    ]
    least, most = best
    return most.join(least, on=WHOSE, how="left").select(WHOSE, pl.col("least").fill_null(0), "most")


def _run(gap: int) -> pl.Expr:
    """A number for each run of stretches between which no more than so many days lie."""
    another = pl.col(WHOSE) != pl.col(WHOSE).shift(1)
    days = (pl.col("start") - pl.col("end").shift(1)).dt.total_days()
    return (another | (days > gap)).fill_null(value=True).cum_sum().alias("run")


MEASURES: dict[MeasureName, Measure] = {
    "total": _total,
    "longest": _longest,
    "full_time": _full_time,
    "total_in_months": _with_half_years(_total),
    "longest_in_months": _with_half_years(_longest),
}


def by_client(record: Record, wanted: Mapping[str, Count], amounts: pl.DataFrame) -> pl.DataFrame:
    """The clients in their order with least_{name} and most_{name} (Int64, 0 where nothing counts) of what is wanted.

    Of occupations each counted for itself the declared one decides, and where none is declared the best.
    """
    declared = {name: count.declared for name, count in wanted.items() if count.declared is not None}
    best = _held_to_declarations(record, declared, amounts) if declared else amounts
    wide = best.pivot("count", list(wanted), index="client", values=BOUNDS, aggregate_function="max")
    clients = record.clients.lazy().join(wide.lazy(), on="client", how="left", maintain_order="left")
    return done(clients.with_columns(pl.col(f"{bound}_{name}" for bound in BOUNDS for name in wanted).fill_null(0)))


def _held_to_declarations(record: Record, declared: Mapping[str, str], amounts: pl.DataFrame) -> pl.DataFrame:
    """The amounts without those of occupations other than the declared one, in the counts that have such a column."""
    column = pl.col("count").cast(pl.String).replace_strict(declared, default=None, return_dtype=pl.String)
    meant = _declared(record.clients, record.occupations, declared.values())
    binding = meant.lazy().select("client", "declared").unique().with_columns(is_bound=pl.lit(value=True))
    return done(
        amounts.lazy()
        .with_columns(column.alias("declared"))
        .join(binding, on=["client", "declared"], how="left")
        .join(meant.lazy(), on=["client", "declared", "occupation"], how="left")
        .with_columns(
            pl.when(pl.col("is_bound").is_null() | pl.col("is_sure")).then("least").alias("least"),
            pl.when(pl.col("is_bound").is_null() | pl.col("is_sure").is_not_null()).then("most").alias("most"),
        )
    )


def in_named(record: Record, amounts: pl.DataFrame, column: str) -> pl.DataFrame:
    """The amounts of one count in the occupation that a candidates' column names: client, least, most (Int64).

    `amounts` are those of a count of each occupation for itself; a client with nothing counted there has no row.
    """
    named = _declared(record.clients, record.occupations, [column])
    return done(
        amounts.lazy()
        .join(named.lazy(), on=["client", "occupation"])
        .group_by("client")
        .agg(pl.col("least").filter("is_sure").max().fill_null(0), pl.col("most").max())
    )


def years(counted_time: pl.Expr, law: Law) -> pl.Expr:
    """Counted time in years (Float64)."""
    return _steps(counted_time, law["work.time.weeks_per_year"], MAX_YEAR_DAYS, law)


def months(counted_time: pl.Expr, law: Law) -> pl.Expr:
    """Counted time in months (Float64), six to half a year."""
    half_years = _steps(counted_time, law["work.time.weeks_per_half_year"], MAX_HALF_YEAR_DAYS, law)
    return half_years * MONTHS_IN_HALF_A_YEAR


def _steps(counted_time: pl.Expr, weeks: int, longest_days: int, law: Law) -> pl.Expr:
    """Whole steps of so many weeks, and the part of the next that is begun (Float64)."""
    longest = longest_days * full_time(law)
    whole = counted_time // _weeks(weeks, law)
    return whole + (counted_time - whole * longest).clip(lower_bound=0) / longest


def _weeks(weeks: int, law: Law) -> int:
    """The counted time of so many full-time weeks."""
    return weeks * DAYS_IN_A_WEEK * full_time(law)
