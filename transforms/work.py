"""Work to counted time: how many years and months of it the law of a day counts, by program, window and kind."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import polars as pl

from transforms import jobs
from transforms.calendar import MONTHS_IN_A_YEAR, months_later, years_later
from transforms.jobs import Measure
from transforms.noc import Occupations
from transforms.rules import Law

SUMMARY_COLUMNS = (
    "canadian_work_years", "foreign_work_years", "spouse_canadian_work_years", "spouse_foreign_work_years",
    "canadian_work_months_last_36", "canadian_work_noc", "primary_noc", "primary_occupation_years", "trade_noc",
    "trade_years_last_5", "worked_in_canada_one_year", "spouse_worked_in_canada_one_year",
)  # fmt: skip


@dataclass(frozen=True)
class Record:
    """All that is told of the clients' work, as of the day of a law.

    `clients` are the candidates with client (UInt32, their place), has_rows and spouse_has_rows (Boolean): where a person
    has Work history rows these decide, else the summary columns do. `jobs` are the rows as transforms.jobs reads them.
    """

    clients: pl.DataFrame
    jobs: pl.DataFrame
    law: Law
    occupations: Occupations

    def jobs_of(self, person: str) -> pl.DataFrame:
        """The jobs of all principals or of all spouses."""
        return self.jobs.filter(pl.col("person") == person)

    def beside_clients(self, found: pl.DataFrame) -> pl.DataFrame:
        """The clients, in their order, with what was found of some of them."""
        return self.clients.join(found, on="client", how="left", maintain_order="left")


def record_of(candidates: pl.DataFrame, rows: pl.DataFrame, law: Law, occupations: Occupations) -> Record:
    """The record of the typed candidates and Work history rows."""
    people = {person: rows.filter(pl.col("person") == person)["client_id"] for person in ("principal", "spouse")}
    clients = candidates.with_row_index("client").with_columns(
        pl.col("client_id").is_in(people["principal"].to_list()).alias("has_rows"),
        pl.col("client_id").is_in(people["spouse"].to_list()).alias("spouse_has_rows"),
    )
    return Record(
        clients, jobs.jobs_of(rows, clients.select("client_id", "client"), law, occupations), law, occupations
    )


def months_in(
    record: Record, codes: Collection[str], *, window_years: int, continuous: bool, in_canada: bool = False
) -> pl.DataFrame:
    """The principals' months of paid work in one occupation of a list: what the record proves, what it leaves possible.

    `codes` are of the classification of the day. Counted is what lies within `window_years` before the day of the law,
    `continuous` in one run, `in_canada` there alone; unauthorized work in Canada is left out. Returns client_id, months,
    months_at_most (Float64), one row a client in the candidates' order: at least n months are proven where months >= n,
    ruled out where months_at_most < n, and cannot be told between. Six months are 26 weeks, or a full-time job from a
    day to the day before the same day six months later.

    Without Work history rows: canadian_work_months_last_36 are taken to be in canadian_work_noc, and prove no run; of
    primary_occupation_years (a run within ten years) as much is proven as must reach into the window. Possible beside
    these is what foreign_work_years leaves when the primary occupation is another one.
    """
    since = years_later(record.law.as_of, -window_years)
    found = _months_of_rows(record, codes, since, in_canada=in_canada, continuous=continuous)
    window = window_years * MONTHS_IN_A_YEAR
    proven, possible = _months_of_summary(record, codes, window, in_canada=in_canada, continuous=continuous)
    return record.beside_clients(found).select(
        "client_id",
        pl.when("has_rows").then(pl.col("least").fill_null(0)).otherwise(proven).alias("months"),
        pl.when("has_rows").then(pl.col("most").fill_null(0)).otherwise(possible).alias("months_at_most"),
    )


def _months_of_rows(
    record: Record, codes: Collection[str], since: date, *, continuous: bool, in_canada: bool
) -> pl.DataFrame:
    law = record.law
    counts = pl.col("paid") & (_authorized_in_canada() if in_canada else _not_unauthorized())
    found = jobs.spans(record.jobs_of("principal"), counts, law, since)

    def measured(measure: Measure) -> pl.DataFrame:
        return jobs.in_one_occupation(found, codes, law, record.occupations, measure)

    time = measured(jobs.longest(law) if continuous else jobs.total)
    calendar = measured(jobs.full_time_months(law))
    return time.join(calendar, on="client", how="left", suffix="_calendar").select(
        "client",
        *(
            pl.max_horizontal(jobs.months(pl.col(name), law), pl.col(f"{name}_calendar")).alias(name)
            for name in ("least", "most")
        ),
    )


def _months_of_summary(
    record: Record, codes: Collection[str], window: int, *, continuous: bool, in_canada: bool
) -> tuple[pl.Expr, pl.Expr]:
    """Months in one of some occupations by the summary columns: proven and possible (Float64), never empty."""
    law, occupations = record.law, record.occupations
    stated, named, primary = (
        pl.col(name) for name in ("canadian_work_months_last_36", "canadian_work_noc", "primary_noc")
    )
    canadian, foreign, run = (
        pl.col(f"{name}_years") * MONTHS_IN_A_YEAR for name in ("canadian_work", "foreign_work", "primary_occupation")
    )
    is_named, is_primary = (_is_one_of(code, codes, occupations) for code in (named, primary))
    outside = max(law["cec.window_months"] - window, 0)
    before = law["fsw.experience_window_years"] * MONTHS_IN_A_YEAR - window
    proven = pl.lit(0.0)
    if not continuous:
        proven = pl.max_horizontal(proven, pl.when(is_named).then(stated - outside))
    if not in_canada:
        proven = pl.max_horizontal(proven, pl.when(is_primary).then(run - before))
    possible = pl.when(~is_named & stated.is_not_null()).then(0).otherwise(pl.coalesce(stated, canadian, window))
    if not in_canada:
        other_run = pl.when(primary == named).then(run - canadian).otherwise(run).clip(lower_bound=0)
        abroad = foreign - pl.when(~is_primary).then(other_run).fill_null(0)
        possible += abroad.clip(lower_bound=0).fill_null(window)
    return proven.cast(pl.Float64), pl.max_horizontal(possible.clip(upper_bound=window), proven).cast(pl.Float64)


def _is_one_of(code: pl.Expr, codes: Collection[str], occupations: Occupations) -> pl.Expr:
    """Is the occupation one of some? Boolean, empty: cannot be told."""
    meanings = occupations.meanings
    may_be = meanings.filter(pl.col("occupation").is_in(list(codes)))["noc"].unique()
    return (
        pl.when(code.is_in(occupations.certain(codes)))
        .then(pl.lit(value=True))
        .when(~code.is_in(may_be.to_list()))
        .then(pl.lit(value=False))
    )


def _authorized_in_canada() -> pl.Expr:
    return pl.col("in_canada") & pl.col("authorized")


def _not_unauthorized() -> pl.Expr:
    """FSW and FST leave out only unauthorized work in Canada."""
    return ~pl.col("in_canada") | pl.col("authorized")


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
        pl.when(canadian.is_not_null() & foreign.is_not_null())
        .then(known)
        .otherwise(pl.lit(float(law["crs.records.work_window_years"])))
        .alias("skilled_years_at_most"),
    )
