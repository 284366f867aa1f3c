"""Work to counted time: how many years and months of it the law of a day counts, by program, window and kind."""

from __future__ import annotations

from collections.abc import Callable, Collection
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


# --- What each program asks, from the rows: client, least, most (Int64, counted time of transforms.jobs)


def canadian_work(record: Record, person: str) -> pl.DataFrame:
    """Canadian work as the CRS counts it (MI 15, and 19 for the spouse): ten years, skilled, in one run before 2015-05-30."""
    law = record.law
    counts = _employed_in_canada(law, "crs.records.canadian_work_") & pl.col("is_skilled")
    if law["crs.records.canadian_work_must_be_paid"]:
        counts &= pl.col("paid")
    found = jobs.spans(record.jobs_of(person), counts, law, _crs_window(law))
    return jobs.counted(found, law, jobs.longest(law) if law["crs.records.canadian_work_continuous"] else jobs.total)


def foreign_work(record: Record, person: str) -> pl.DataFrame:
    """Foreign work as the CRS counts it (MI 25): ten years, skilled and paid; study and self-employment do not matter."""
    law, occupations = record.law, record.occupations
    counts = ~pl.col("in_canada") & pl.col("is_skilled") & pl.col("paid")
    found = jobs.spans(record.jobs_of(person), counts, law, _crs_window(law))
    measure = jobs.longest(law) if law["crs.records.foreign_work_continuous"] else jobs.total
    if law["crs.records.foreign_work_one_occupation"]:
        return jobs.in_one_occupation(found, occupations.skilled_codes, law, occupations, measure)
    return jobs.counted(found, law, measure)


def _crs_window(law: Law) -> date:
    return years_later(law.as_of, -law["crs.records.work_window_years"])


def _employed_in_canada(law: Law, rules: str) -> pl.Expr:
    """Authorized work in Canada, without self-employment (but for physicians) and work during full-time study."""
    counts = _authorized_in_canada()
    if law[rules + "excludes_self_employment"]:
        employed = ~pl.col("self_employed")
        if law["crs.records.physicians_self_employment_counts"]:
            employed |= pl.col("is_physician")
        counts &= employed
    if law[rules + "excludes_full_time_study"]:
        counts &= ~pl.col("full_time_student")
    return counts


def _cec_spans(record: Record) -> pl.DataFrame:
    """Skilled, paid work in Canada of the last three years (IRPR 87.1)."""
    law = record.law
    counts = _employed_in_canada(law, "cec.") & pl.col("is_skilled") & pl.col("paid")
    return jobs.spans(record.jobs_of("principal"), counts, law, months_later(law.as_of, -law["cec.window_months"]))


def cec_language(record: Record, found: pl.DataFrame) -> pl.DataFrame:
    """The level that the occupation with the most time asks in CEC: client, cec_minimum_language (Int16).

    At a tie it is the higher one; empty where it is not known which occupation has the most time, and levels differ.
    Source: IRPR 87.1(2)(e).
    """
    law, occupations = record.law, record.occupations
    proven, possible = jobs.by_occupation(found, occupations.skilled_codes, law, occupations)
    most = proven.group_by("client").agg(pl.col("amount").max().alias("most_proven"))
    least = proven.rename({"amount": "least"})
    leading = (
        possible.join(most, on="client", how="left")
        .filter(pl.col("amount") >= pl.col("most_proven").fill_null(0))
        .join(least, on=["client", "occupation"], how="left")
        .with_columns(occupations.minimum_cec_language(pl.col("occupation")).alias("asked"))
    )
    asked, lowest, highest = pl.col("asked"), pl.col("asked").min(), pl.col("asked").max()
    tie = (pl.col("least") == pl.col("most_proven")).fill_null(value=False).all()
    level = pl.when(asked.is_not_null().all() & ((lowest == highest) | tie)).then(highest)
    return leading.group_by("client").agg(level.alias("cec_minimum_language"))


def _fsw_spans(record: Record, counts: pl.Expr, years: int) -> pl.DataFrame:
    """Paid work of the last years, without unauthorized work in Canada (IRPR 75, 80, 87.2)."""
    since = years_later(record.law.as_of, -years)
    counts = counts & pl.col("paid") & _not_unauthorized()
    return jobs.spans(record.jobs_of("principal"), counts, record.law, since)


def skilled_work(record: Record) -> pl.DataFrame:
    """All skilled work of ten years, for the points of the FSW grid (IRPR 80)."""
    found = _fsw_spans(record, pl.col("is_skilled"), record.law["fsw.experience_window_years"])
    return jobs.counted(found, record.law)


def primary_occupation(record: Record) -> pl.DataFrame:
    """The longest run in one skilled occupation within ten years: the primary one, or else the best (IRPR 75(2)(a))."""
    law, occupations = record.law, record.occupations
    found = _fsw_spans(record, pl.lit(value=True), law["fsw.experience_window_years"])
    codes = occupations.skilled_codes
    return jobs.in_one_occupation(found, codes, law, occupations, jobs.longest(law), _declared(record, "primary_noc"))


def trade(record: Record) -> pl.DataFrame:
    """All time in one skilled trade within five years: the one that is named, or else the best (IRPR 87.2(3)(b))."""
    law, occupations = record.law, record.occupations
    found = _fsw_spans(record, pl.lit(value=True), law["fst.window_years"])
    codes = occupations.trade_codes
    return jobs.in_one_occupation(found, codes, law, occupations, declared=_declared(record, "trade_noc"))


def _declared(record: Record, column: str) -> pl.DataFrame:
    return record.clients.select("client", pl.col(column).alias("noc")).drop_nulls("noc")


def full_time_in_canada(record: Record, person: str) -> pl.DataFrame:
    """Full-time, paid, authorized work in Canada at any time, skilled if it is the principal's (IRPR 83(1)(c), (c.1))."""
    counts = _authorized_in_canada() & pl.col("paid")
    if person == "principal":
        counts &= pl.col("is_skilled")
    found = jobs.spans(record.jobs_of(person), counts, record.law)
    return jobs.counted(found, record.law, jobs.full_time_days(record.law))


def _by_rows(record: Record) -> pl.DataFrame:
    """One row a client, in their order: what the rows of the principal and of the spouse add up to.

    Adds to the clients {name}_least and {name}_most (Int64, counted time) by each count, and cec_minimum_language.
    """
    cec = _cec_spans(record)
    found = {
        "canadian_work": canadian_work(record, "principal"),
        "foreign_work": foreign_work(record, "principal"),
        "spouse_canadian_work": canadian_work(record, "spouse"),
        "cec": jobs.counted(cec, record.law),
        "skilled": skilled_work(record),
        "primary": primary_occupation(record),
        "trade": trade(record),
        "worked_in_canada": full_time_in_canada(record, "principal"),
        "spouse_worked_in_canada": full_time_in_canada(record, "spouse"),
    }
    made = record.beside_clients(cec_language(record, cec))
    for name, amounts in found.items():
        named = amounts.select("client", pl.col("least").alias(f"{name}_least"), pl.col("most").alias(f"{name}_most"))
        made = made.join(named, on="client", how="left", maintain_order="left")
    return made.with_columns(pl.col(f"{name}_{end}").fill_null(0) for name in found for end in ("least", "most"))


# --- What is settled: the rows for whom there are any, else the summary columns


def settled(record: Record) -> pl.DataFrame:
    """One row a client, in the candidates' order: what the CRS counts of work, and what each program asks.

    Returns client_id; as far as it is proven, and (`_at_most`) as far as it is possible: canadian_work, foreign_work,
    spouse_canadian_work, primary_years, trade_years, skilled_years (for the FSW grid), cec_months, all Float64;
    cec_is_skilled, primary_is_skilled, is_trade, worked_in_canada_one_year, spouse_worked_in_canada_one_year (Boolean);
    cec_minimum_language (Int16). An empty cell is not known.
    """
    rows, summary = _told_by_rows(record), _told_by_summary(record)
    return _by_rows(record).select(
        "client_id",
        *(
            pl.when("spouse_has_rows" if name.startswith("spouse_") else "has_rows")
            .then(told)
            .otherwise(summary[name])
            .alias(name)
            for name, told in rows.items()
        ),
    )


def _told_by_rows(record: Record) -> dict[str, pl.Expr]:
    """The settled columns of those who have rows. Only skilled work, and only work in a trade, is counted there."""
    law = record.law
    counts = {
        "canadian_work": "canadian_work", "foreign_work": "foreign_work", "spouse_canadian_work": "spouse_canadian_work",
        "primary_years": "primary", "trade_years": "trade", "skilled_years": "skilled",
    }  # fmt: skip
    told: dict[str, pl.Expr] = {}
    for name, count in counts.items():
        told[name] = jobs.years(pl.col(f"{count}_least"), law)
        told[f"{name}_at_most"] = jobs.years(pl.col(f"{count}_most"), law)
    return told | {
        "cec_months": jobs.months(pl.col("cec_least"), law),
        "cec_months_at_most": jobs.months(pl.col("cec_most"), law),
        "cec_is_skilled": pl.lit(value=True),
        "cec_minimum_language": pl.col("cec_minimum_language"),
        "primary_is_skilled": _unless_named("primary_noc", record.occupations.is_skilled),
        "is_trade": _unless_named("trade_noc", record.occupations.is_trade),
        "worked_in_canada_one_year": _a_full_time_year("worked_in_canada", law),
        "spouse_worked_in_canada_one_year": _a_full_time_year("spouse_worked_in_canada", law),
    }


def _unless_named(column: str, asked: Callable[[pl.Expr], pl.Expr]) -> pl.Expr:
    """What is asked of the occupation that is named; where none is, the rows have chosen one that has it."""
    return pl.when(pl.col(column).is_null()).then(pl.lit(value=True)).otherwise(asked(pl.col(column)))


def _a_full_time_year(count: str, law: Law) -> pl.Expr:
    needed = law["fsw.grid.adaptability_work_minimum_years"]
    return reaches(jobs.years(pl.col(f"{count}_least"), law), jobs.years(pl.col(f"{count}_most"), law), needed)


def reaches(least: pl.Expr, most: pl.Expr, needed: float) -> pl.Expr:
    """Is so much reached, by what is proven and what is possible? Boolean, empty: cannot be told."""
    return pl.when(least >= needed).then(pl.lit(value=True)).when(most < needed).then(pl.lit(value=False))


def _told_by_summary(record: Record) -> dict[str, pl.Expr]:
    """The settled columns of those who have no rows, as the summary columns state them."""
    law, occupations = record.law, record.occupations
    canadian, foreign, primary = (
        pl.col(name) for name in ("canadian_work_years", "foreign_work_years", "primary_occupation_years")
    )
    spouse, trade_years = pl.col("spouse_canadian_work_years"), pl.col("trade_years_last_5")
    months = pl.col("canadian_work_months_last_36").cast(pl.Float64)
    # What the CRS counts in ten years is no less than what CEC counts in three, unless it counts one run alone.
    not_more = pl.lit(None) if law["crs.records.canadian_work_continuous"] else canadian * MONTHS_IN_A_YEAR
    skilled = pl.max_horizontal(canadian.fill_null(0) + foreign.fill_null(0), primary.fill_null(0))
    window = pl.lit(float(law["fsw.experience_window_years"]))
    return {
        "canadian_work": canadian,
        "canadian_work_at_most": canadian,
        "foreign_work": foreign,
        "foreign_work_at_most": foreign,
        "spouse_canadian_work": spouse,
        "spouse_canadian_work_at_most": spouse,
        "primary_years": primary,
        "primary_years_at_most": primary,
        "trade_years": trade_years,
        "trade_years_at_most": trade_years,
        "skilled_years": skilled,
        "skilled_years_at_most": pl.when(canadian.is_not_null() & foreign.is_not_null())
        .then(skilled)
        .otherwise(window),
        "cec_months": months,
        "cec_months_at_most": pl.coalesce(months, not_more),
        "cec_is_skilled": occupations.is_skilled(pl.col("canadian_work_noc")),
        "cec_minimum_language": occupations.minimum_cec_language(pl.col("canadian_work_noc")),
        "primary_is_skilled": occupations.is_skilled(pl.col("primary_noc")),
        "is_trade": occupations.is_trade(pl.col("trade_noc")),
        "worked_in_canada_one_year": pl.col("worked_in_canada_one_year"),
        "spouse_worked_in_canada_one_year": pl.col("spouse_worked_in_canada_one_year"),
    }
