"""Test results to levels: the sittings that count on a day, each read by its own test's table (CLB, NCLC)."""

from __future__ import annotations

from functools import reduce
from typing import Any

import polars as pl

from transforms.model.calendar import younger_than
from transforms.model.vocabulary import ABILITIES
from transforms.rules import Law
from transforms.rules.lookup import day_of, done, of_halves, once_a_day, once_a_law

# The intake's name of each test, and the parameter of the law that holds its table.
TABLES = {
    "IELTS_GT": "language.ielts_gt",
    "CELPIP_G": "language.celpip_g",
    "PTE_CORE": "language.pte_core",
    "TEF_CANADA": "language.tef_canada",
    "TEF_CANADA_OLD_SCALE": "language.tef_canada",
    "TCF_CANADA": "language.tcf_canada",
    "CLB": "language.clb",
    "NCLC": "language.nclc",
}
PEOPLE = {"principal": "", "spouse": "spouse_"}
LANGUAGES = ("english", "french")
_HAS_TEST = pl.col("test").is_not_null()
SCORES = {ability: f"{ability}_score" for ability in ABILITIES}


def sittings(candidates: pl.DataFrame, rows: pl.DataFrame, law: Law) -> pl.DataFrame:
    """Every recorded sitting: client_id, as_of (Date, the day), person, language, test, test_date, four scores (Float64),
    order (UInt32).

    Where a person has rows for a language on the Language tests sheet these decide; else the summary columns do.
    """
    of_columns = [candidates.lazy().select(columns).filter(_HAS_TEST) for columns in _columns_of_summary(law)]
    summary = done(pl.concat(of_columns))
    if rows.is_empty():
        return summary.with_row_index("order")
    detail = rows.with_columns(day_of(law).alias("as_of")).select(summary.columns)
    decided = ["client_id", "person", "language"]
    kept = summary.join(detail.select(decided).unique(), on=decided, how="anti", maintain_order="left")
    return pl.concat([kept, detail]).with_row_index("order")


@once_a_day
def _columns_of_summary(law: Law) -> list[list[pl.Expr]]:
    """The columns of a sitting in the summary columns, by person and language."""
    return [
        [
            pl.col("client_id"),
            day_of(law).alias("as_of"),
            pl.lit(person).alias("person"),
            pl.lit(language).alias("language"),
            pl.col(f"{prefix}{language}_test").alias("test"),
            pl.col(f"{prefix}{language}_test_date").alias("test_date"),
            *(pl.col(f"{prefix}{language}_{ability}").alias(ability) for ability in ABILITIES),
        ]
        for person, prefix in PEOPLE.items()
        for language in LANGUAGES
    ]


def levels_of(found: pl.DataFrame, law: Law) -> pl.DataFrame:
    """The sittings with each ability's score turned into its level (Int16: 0 for under 4, 10 for 10 or more).

    The score itself stays as `{ability}_score` (Float64). Tables: law document, section 3; an ability without a score
    has no level.
    """
    there = set(found["test"].unique().to_list())
    tests = [test for test in TABLES if test in there]
    scores = [pl.col(ability).alias(score) for ability, score in SCORES.items()]
    return found.with_columns(*scores, *(_level(law, ability, *tests).alias(ability) for ability in ABILITIES))


@once_a_law
def _level(law: Law, ability: str, *tests: str) -> pl.Expr:
    unread: pl.Expr = pl.lit(None, dtype=pl.Int16)
    return reduce(
        lambda otherwise, test: (
            pl.when(pl.col("test") == test).then(_level_in(test, ability, law)).otherwise(otherwise)
        ),
        tests,
        unread,
    )


def _level_in(test: str, ability: str, law: Law) -> pl.Expr:
    return _read(law[TABLES[test]], ability, pl.col(ability))


def _read(table: list[dict[str, Any]], ability: str, score: pl.Expr) -> pl.Expr:
    """The level whose lowest score a score reaches; below the lowest counted level: 0."""
    rising = [{"at_least": 0.0, "value": 0}]
    rising += [{"at_least": float(row[ability]), "value": row["level"]} for row in reversed(table)]
    return of_halves(rising, score)


@once_a_day
def valid(law: Law) -> pl.Expr:
    """Does a sitting count on the day: its test accepted, taken on or before the day and not yet too old?

    Levels given as such (CLB, NCLC) without a date count. Source: MI 12(3), law document 1.6.
    """
    young = younger_than(pl.col("test_date"), law["language.validity_years"], day_of(law))
    return pl.col("test").is_in(list(law["language.accepted"])) & young.fill_null(pl.col("test").is_in(["CLB", "NCLC"]))


def exempted(found: pl.DataFrame, law: Law) -> pl.DataFrame:
    """The principal's levels with each exempt ability that was not tested at the average of the tested ones, rounded
    down (disability public policy).

    Takes the column `language_exempt_abilities`; more such abilities than the policy allows change nothing.
    """
    untested = pl.any_horizontal(pl.col(ability).is_null() for ability in ABILITIES)
    asked = (pl.col("person") == "principal") & pl.col("language_exempt_abilities").is_not_null() & untested
    concerned = found.filter(asked)
    if concerned.is_empty():
        return found
    replaced = {
        ability: pl.col("language_exempt_abilities").str.contains(ability, literal=True) & pl.col(ability).is_null()
        for ability in ABILITIES
    }
    average = pl.concat_list(ABILITIES).list.mean()
    few = pl.sum_horizontal(replaced.values()) <= law["language.exemption_maximum_abilities"]
    settled = concerned.with_columns(
        pl.when(replaced[ability] & few)
        .then(_read(law["language.clb"], ability, average))
        .otherwise(pl.col(ability))
        .alias(ability)
        for ability in ABILITIES
    )
    return pl.concat([found.filter(~asked), settled]).sort("order")


def valid_results(candidates: pl.DataFrame, rows: pl.DataFrame, law: Law) -> pl.DataFrame:
    """Every result that counts on the day, with its levels: the columns of `sittings`, each ability as its level (Int16),
    and the scores as `{ability}_score` (Float64).

    Takes the typed candidates and the typed Language tests rows.
    """
    return valid_of(sittings(candidates, rows, law), candidates, law)


def valid_of(found: pl.DataFrame, candidates: pl.DataFrame, law: Law) -> pl.DataFrame:
    """Of some sittings those that count on the day, as `valid_results` returns them."""
    exempt = candidates.select("client_id", "language_exempt_abilities")
    read = levels_of(found, law).filter(valid(law)).join(exempt, on="client_id", how="inner", maintain_order="left")
    return exempted(read, law).drop("language_exempt_abilities")
