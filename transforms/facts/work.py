"""Work to counted time: how many years and months of it the law of a day counts, by program, window and kind."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Protocol

import polars as pl

from transforms.facts.jobs import BOUNDS, Count, Record, by_client, counted, in_named, months, years
from transforms.facts.noc import Occupations
from transforms.model.calendar import MONTHS_IN_A_YEAR
from transforms.rules import Law
from transforms.rules.lookup import done, once_a_law

SUMMARY_COLUMNS = (
    "canadian_work_years", "foreign_work_years", "spouse_canadian_work_years", "spouse_foreign_work_years",
    "canadian_work_months_last_36", "canadian_work_noc", "primary_noc", "primary_occupation_years", "trade_noc",
    "trade_years_last_5", "worked_in_canada_one_year", "spouse_worked_in_canada_one_year",
)  # fmt: skip
YEARS = ("canadian_work", "foreign_work", "spouse_canadian_work", "primary_years", "trade_years", "skilled_years")
# The ends of the names of what is proven and of what is possible.
ENDINGS = ("", "_at_most")
SETTLED = (
    *YEARS, *(f"{name}_at_most" for name in YEARS), "cec_months", "cec_months_at_most", "cec_is_skilled",
    "cec_minimum_language", "primary_is_skilled", "is_trade", "worked_in_canada_one_year",
    "spouse_worked_in_canada_one_year",
)  # fmt: skip
# What must be in the trade that FST is tested on, and the columns that name the trade of each (IRPR 87.2(3)(d)).
IN_TRADE = {"offer_in_trade": "job_offer_noc", "certificate_in_trade": "certificate_noc"}
CANADIAN_WORK = "crs.records.canadian_work_"
IN_CANADA = pl.col("in_canada") & pl.col("authorized")
# FSW and FST leave out only unauthorized work in Canada.
NOT_UNAUTHORIZED = ~pl.col("in_canada") | pl.col("authorized")


# --- What the law counts of the rows


@once_a_law
def wanted_by(law: Law) -> Mapping[str, Count]:
    """Everything that the CRS and the programs count of work, by name."""
    occupations = Occupations(law)
    fsw_window = law["fsw.experience_window_years"] * MONTHS_IN_A_YEAR
    fst_window = law["fst.window_years"] * MONTHS_IN_A_YEAR
    cec_window = law["cec.window_months"]
    skilled, trades = occupations.skilled_codes, occupations.trade_codes
    in_fsw = pl.col("paid") & NOT_UNAUTHORIZED
    in_cec = _employed_in_canada(law, "cec.") & pl.col("is_skilled") & pl.col("paid")
    full_time = IN_CANADA & pl.col("paid")
    return {
        "canadian_work": _canadian_work(law, "principal"),
        "foreign_work": _foreign_work(law, occupations),
        "spouse_canadian_work": _canadian_work(law, "spouse"),
        "cec": Count(in_cec, window=cec_window),
        "cec_occupation": Count(in_cec, window=cec_window, among=skilled),
        "primary": Count(in_fsw, "longest", fsw_window, among=skilled, declared="primary_noc"),
        "skilled": Count(in_fsw & pl.col("is_skilled"), window=fsw_window),
        "trade": Count(in_fsw, window=fst_window, among=trades, declared="trade_noc"),
        "full_time_in_canada": Count(full_time & pl.col("is_skilled"), "full_time"),
        "spouse_full_time_in_canada": Count(full_time, "full_time", person="spouse"),
    }


def _canadian_work(law: Law, person: str) -> Count:
    """Canadian work of the CRS (MI 15; 19 for the spouse): ten years, skilled; in one run before 2015-05-30."""
    counts = _employed_in_canada(law, CANADIAN_WORK) & pl.col("is_skilled")
    if law["crs.records.canadian_work_must_be_paid"]:
        counts &= pl.col("paid")
    continuous = law["crs.records.canadian_work_continuous"]
    return Count(counts, "longest" if continuous else "total", _crs_window(law), person)


def _foreign_work(law: Law, occupations: Occupations) -> Count:
    """Foreign work of the CRS (MI 25): ten years, skilled, paid; study and self-employment do not matter."""
    counts = ~pl.col("in_canada") & pl.col("is_skilled") & pl.col("paid")
    continuous = law["crs.records.foreign_work_continuous"]
    among = occupations.skilled_codes if law["crs.records.foreign_work_one_occupation"] else None
    return Count(counts, "longest" if continuous else "total", _crs_window(law), among=among)


def _crs_window(law: Law) -> int:
    months: int = law["crs.records.work_window_years"] * MONTHS_IN_A_YEAR
    return months


def _employed_in_canada(law: Law, rules: str) -> pl.Expr:
    """Work that the Canadian experience of the CRS or of CEC counts, of whatever skill and pay.

    Authorized, with temporary resident status, for a Canadian employer; without self-employment (but for physicians) and
    work during full-time study. Source: IRPR 87.1(3); MI 15(7), 22(4), 24(3).
    """
    counts = _canadian_experience(law, rules)
    if law[rules + "excludes_self_employment"]:
        employed = ~pl.col("self_employed")
        if law["crs.records.physicians_self_employment_counts"]:
            employed |= pl.col("is_physician")
        counts &= employed
    if law[rules + "excludes_full_time_study"]:
        counts &= ~pl.col("full_time_student")
    return counts


def _canadian_experience(law: Law, rules: str) -> pl.Expr:
    """Authorized work in Canada, with the status and for the employer that Canadian experience needs."""
    counts = IN_CANADA
    if law[rules + "needs_temporary_resident_status"]:
        counts &= pl.col("has_status")
    if law[rules + "needs_canadian_employer"]:
        counts &= pl.col("for_canadian_employer")
    return counts


def _cec_language(record: Record, amounts: pl.DataFrame) -> pl.DataFrame:
    """The level that the occupation with the most time asks in CEC: client, cec_minimum_language_of_rows (Int16).

    At a tie it is the higher one; empty where it is not known which occupation has the most time, and levels differ.
    Source: IRPR 87.1(2)(e).
    """
    most_proven = pl.col("least").max().over("client")
    asked = record.occupations.minimum_cec_language(pl.col("occupation").cast(pl.String))
    leading = (
        amounts.lazy()
        .filter((pl.col("count") == "cec_occupation") & (pl.col("most") > 0))
        .with_columns(most_proven.alias("most_proven"), asked.alias("asked"))
        .filter(pl.col("most") >= pl.col("most_proven"))
    )
    lowest, highest = pl.col("asked").min(), pl.col("asked").max()
    tie = (pl.col("least") == pl.col("most")).all()
    level = pl.when(pl.col("asked").is_not_null().all() & ((lowest == highest) | tie)).then(highest)
    return done(leading.group_by("client").agg(level.alias("cec_minimum_language_of_rows")))


class AsksForWork(Protocol):
    """What a category asks for: work in one of its occupations within so many years, in one run or not, anywhere or not."""

    @property
    def codes(self) -> Collection[str]: ...
    @property
    def window_years(self) -> int: ...
    @property
    def must_be_continuous(self) -> bool: ...
    @property
    def only_in_canada(self) -> bool: ...


def months_in(record: Record, wanted: Mapping[str, AsksForWork]) -> pl.DataFrame:
    """The principals' months of paid work in one occupation of each of some lists, by the name of the list.

    One row a client, in the candidates' order: client_id, and of each name {name} and {name}_at_most (Float64): so many
    months are proven, and no more are possible. Both are empty for a client without Work history rows, of whose work the
    summary columns tell. Codes are those of the classification of the day; unauthorized work in Canada is left out. A
    list of work in Canada alone asks for what Canadian work of the CRS needs. Six months are 26 weeks, or a full-time job from a day to the day before the same day six months later.
    """
    rules = tuple(
        (name, frozenset(one.codes), one.window_years, one.must_be_continuous, one.only_in_canada)
        for name, one in wanted.items()
    )
    return _months_of(record, _asked(record.law, rules))


@once_a_law
def _asked(law: Law, rules: tuple[tuple[str, frozenset[str], int, bool, bool], ...]) -> Mapping[str, Count]:
    """What is counted for `months_in`, by name: of lists, years, whether in one run, and whether in Canada alone."""
    in_canada = _canadian_experience(law, CANADIAN_WORK)
    return {
        name: Count(
            pl.col("paid") & (in_canada if only_in_canada else NOT_UNAUTHORIZED),
            "longest_in_months" if must_be_continuous else "total_in_months",
            window_years * MONTHS_IN_A_YEAR,
            among=codes,
        )
        for name, codes, window_years, must_be_continuous, only_in_canada in rules
    }


def canadian_months_in(
    record: Record, lists: Mapping[str, Collection[str]], window_years: int, *, one_occupation: bool
) -> pl.DataFrame:
    """The principals' months of Canadian work, as the CRS counts it, in the occupations of some lists, by their names.

    As `months_in`, but without self-employment and work during full-time study; of each list the work in one occupation,
    or in all of them together.
    """
    window = window_years * MONTHS_IN_A_YEAR
    counts = _canadian_work(record.law, "principal").counts
    if one_occupation:
        asked = {
            name: Count(counts, "total_in_months", window, among=frozenset(codes)) for name, codes in lists.items()
        }
    else:
        noc = pl.col("noc").cast(pl.String)
        asked = {
            name: Count(counts & record.occupations.is_listed(codes, noc), "total_in_months", window)
            for name, codes in lists.items()
        }
    return _months_of(record, asked)


def _months_of(record: Record, asked: Mapping[str, Count]) -> pl.DataFrame:
    """The months (Float64) of each count, {name} and {name}_at_most: client_id and these; empty without rows."""
    if not record.has_work_rows:
        nothing = (pl.lit(None, dtype=pl.Float64).alias(name + ending) for name in asked for ending in ENDINGS)
        return record.clients.select("client_id", *nothing)
    return by_client(record, asked, counted(record, asked)).select("client_id", *_columns_of_months(record.law, *asked))


@once_a_law
def _columns_of_months(law: Law, *names: str) -> list[pl.Expr]:
    """The months of counts by their names, for those who have rows."""
    return [
        pl.when("has_rows").then(months(pl.col(f"{bound}_{name}"), law)).alias(name + ending)
        for name in names
        for bound, ending in zip(BOUNDS, ENDINGS, strict=True)
    ]


# --- What is settled: the rows where there are any, else the summary columns


def settled(record: Record) -> pl.DataFrame:
    """One row a client, in the candidates' order: what the CRS counts of work, and what each program asks.

    Returns client_id; as far as it is proven, and (`_at_most`) as far as it is possible: canadian_work, foreign_work,
    spouse_canadian_work, primary_years, trade_years, skilled_years (for the FSW grid), cec_months, all Float64;
    cec_is_skilled, primary_is_skilled, is_trade, worked_in_canada_one_year, spouse_worked_in_canada_one_year (Boolean);
    cec_minimum_language (Int16); offer_in_trade, certificate_in_trade (Boolean: see `_in_trade`). An empty cell is not
    known.
    """
    if not record.has_work_rows:
        found = record.clients.select("client", "client_id", *_stated(record.law))
        return _in_trade(found, record, None)
    wanted = wanted_by(record.law)
    amounts = counted(record, wanted)
    language = _cec_language(record, amounts).lazy()
    clients = by_client(record, wanted, amounts).lazy()
    known = clients.join(language, on="client", how="left", maintain_order="left")
    work = done(known.select("client", "client_id", *_of_rows_or_summary(record.law)))
    return _in_trade(work, record, amounts)


@once_a_law
def _stated(law: Law) -> list[pl.Expr]:
    """SETTLED where nobody has rows."""
    summary = _of_summary(law)
    return [summary[name].alias(name) for name in SETTLED]


@once_a_law
def _of_rows_or_summary(law: Law) -> list[pl.Expr]:
    """SETTLED, by the rows of those who have any."""
    rows, summary = _of_rows(law), _of_summary(law)
    return [
        pl.when("spouse_has_rows" if name.startswith("spouse_") else "has_rows")
        .then(rows[name])
        .otherwise(summary[name])
        .alias(name)
        for name in SETTLED
    ]


def _in_trade(work: pl.DataFrame, record: Record, amounts: pl.DataFrame | None) -> pl.DataFrame:
    """The work of the clients with IN_TRADE (Boolean, empty: undetermined), and without the place of the client.

    The trade is the one specified in the application: trade_noc, and where that is empty one in which the Work history has
    the years that the class asks. Empty, too, where there is no offer or the trade of the certificate is not stated.
    """
    law = record.law
    for name, column in IN_TRADE.items():
        if record.clients[column].null_count() == record.clients.height:
            work = work.with_columns(pl.lit(None, dtype=pl.Boolean).alias(name))
            continue
        named = record.clients.lazy().select("client", "has_rows", "trade_noc", column)
        named = named.filter(pl.col(column).is_not_null())
        if amounts is not None:
            there = in_named(record, amounts.filter(pl.col("count") == "trade"), column)
            named = named.join(there.lazy(), on="client", how="left", maintain_order="left")
        in_trade = _is_in_trade(law, name, column, by_rows=amounts is not None)
        known = named.select("client", in_trade)
        work = done(work.lazy().join(known, on="client", how="left", maintain_order="left"))
    return work.drop("client")


@once_a_law
def _is_in_trade(law: Law, name: str, column: str, *, by_rows: bool) -> pl.Expr:
    """One of IN_TRADE, by least and most of the work there where anybody has rows."""
    worked: pl.Expr = pl.lit(None, dtype=pl.Boolean)
    if by_rows:
        least, most = (years(pl.col(bound).fill_null(0), law) for bound in BOUNDS)
        worked = pl.when("has_rows").then(reaches(least, most, law["fst.minimum_years"]))
    same = Occupations(law).is_same(pl.col("trade_noc"), pl.col(column))
    return pl.when(pl.col("trade_noc").is_not_null()).then(same).otherwise(worked).alias(name)


def _of_rows(law: Law) -> dict[str, pl.Expr]:
    """The settled columns of those who have rows. Only skilled work, and only work in a trade, is counted there."""
    occupations = Occupations(law)
    counted: dict[str, pl.Expr] = {}
    for name, count in {
        "canadian_work": "canadian_work", "foreign_work": "foreign_work", "spouse_canadian_work": "spouse_canadian_work",
        "primary_years": "primary", "trade_years": "trade", "skilled_years": "skilled",
    }.items():  # fmt: skip
        counted[name] = years(pl.col(f"least_{count}"), law)
        counted[f"{name}_at_most"] = years(pl.col(f"most_{count}"), law)
    return counted | {
        "cec_months": months(pl.col("least_cec"), law),
        "cec_months_at_most": months(pl.col("most_cec"), law),
        "cec_is_skilled": pl.lit(value=True),
        "cec_minimum_language": pl.col("cec_minimum_language_of_rows"),
        "primary_is_skilled": _unless_named("primary_noc", occupations.is_skilled),
        "is_trade": _unless_named("trade_noc", occupations.is_trade),
        "worked_in_canada_one_year": _full_time_year("full_time_in_canada", law),
        "spouse_worked_in_canada_one_year": _full_time_year("spouse_full_time_in_canada", law),
    }


def _unless_named(column: str, asked: Callable[[pl.Expr], pl.Expr]) -> pl.Expr:
    """What is asked of the occupation that is named; where none is, the rows have chosen one that has it."""
    return pl.when(pl.col(column).is_null()).then(pl.lit(value=True)).otherwise(asked(pl.col(column)))


def _full_time_year(count: str, law: Law) -> pl.Expr:
    least, most = (years(pl.col(f"{bound}_{count}"), law) for bound in BOUNDS)
    return reaches(least, most, law["fsw.grid.adaptability_work_minimum_years"])


def reaches(least: pl.Expr, most: pl.Expr, needed: float) -> pl.Expr:
    """Is so much reached, by what is proven and what is possible? Boolean, empty: cannot be counted."""
    return pl.when(least >= needed).then(pl.lit(value=True)).when(most < needed).then(pl.lit(value=False))


def _of_summary(law: Law) -> dict[str, pl.Expr]:
    """The settled columns of those who have no rows, as the summary columns state them."""
    occupations = Occupations(law)
    canadian, foreign, primary = (
        pl.col(name) for name in ("canadian_work_years", "foreign_work_years", "primary_occupation_years")
    )
    spouse, in_trade = pl.col("spouse_canadian_work_years"), pl.col("trade_years_last_5")
    in_cec = pl.col("canadian_work_months_last_36").cast(pl.Float64)
    # CEC counts no more in three years than the CRS in ten, unless that counts one run alone.
    at_most = in_cec
    if not law["crs.records.canadian_work_continuous"]:
        at_most = pl.coalesce(in_cec, canadian * MONTHS_IN_A_YEAR)
    skilled = pl.max_horizontal(canadian.fill_null(0) + foreign.fill_null(0), primary.fill_null(0))
    return {
        "canadian_work": canadian,
        "canadian_work_at_most": canadian,
        "foreign_work": foreign,
        "foreign_work_at_most": foreign,
        "spouse_canadian_work": spouse,
        "spouse_canadian_work_at_most": spouse,
        "primary_years": primary,
        "primary_years_at_most": primary,
        "trade_years": in_trade,
        "trade_years_at_most": in_trade,
        "skilled_years": skilled,
        "skilled_years_at_most": pl.when(canadian.is_not_null() & foreign.is_not_null() & primary.is_not_null())
        .then(skilled)
        .otherwise(float(law["fsw.experience_window_years"])),
        "cec_months": in_cec,
        "cec_months_at_most": at_most,
        # The column of the months is about skilled work.
        "cec_is_skilled": pl.when(pl.col("canadian_work_noc").is_null() & in_cec.is_not_null())
        .then(pl.lit(value=True))
        .otherwise(occupations.is_skilled(pl.col("canadian_work_noc"))),
        "cec_minimum_language": occupations.minimum_cec_language(pl.col("canadian_work_noc")),
        "primary_is_skilled": occupations.is_skilled(pl.col("primary_noc")),
        "is_trade": occupations.is_trade(pl.col("trade_noc")),
        "worked_in_canada_one_year": pl.col("worked_in_canada_one_year"),
        "spouse_worked_in_canada_one_year": pl.col("spouse_worked_in_canada_one_year"),
    }
