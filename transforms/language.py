"""Test results to levels: the sittings that count on a day, each read by its own test's table (CLB, NCLC)."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from typing import Any

import polars as pl

from transforms.calendar import day_of, younger_than
from transforms.lookup import ABILITIES, step, step_by_grid
from transforms.rules import Law

# The intake's name of each test, and the parameter of the law that holds its table.
TABLES = {
    "IELTS_GT": "language.ielts_gt",
    "CELPIP_G": "language.celpip_g",
    "PTE_CORE": "language.pte_core",
    "TEF_CANADA": "language.tef_canada",
    "TEF_CANADA_OLD_SCALE": "language.tef_canada_old_scale",
    "TCF_CANADA": "language.tcf_canada",
    "CLB": "language.clb",
    "NCLC": "language.nclc",
}
PEOPLE = {"principal": "", "spouse": "spouse_"}
LANGUAGES = ("english", "french")
SCORES = {ability: f"{ability}_score" for ability in ABILITIES}


def sittings(candidates: pl.DataFrame, rows: pl.DataFrame, law: Law) -> pl.DataFrame:
    """Every recorded sitting: client_id, as_of (Date, the day), person, language, test, test_date, four scores (Float64),
    order (UInt32).

    Where a person has rows for a language on the Language tests sheet these decide; else the summary columns do.
    """
    summary = pl.concat(
        candidates.select(
            "client_id",
            day_of(law).alias("as_of"),
            pl.lit(person).alias("person"),
            pl.lit(language).alias("language"),
            pl.col(f"{prefix}{language}_test").alias("test"),
            pl.col(f"{prefix}{language}_test_date").alias("test_date"),
            *(pl.col(f"{prefix}{language}_{ability}").alias(ability) for ability in ABILITIES),
        ).filter(pl.col("test").is_not_null())
        for person, prefix in PEOPLE.items()
        for language in LANGUAGES
    )
    detail = rows.with_columns(day_of(law).alias("as_of")).select(summary.columns)
    decided = ["client_id", "person", "language"]
    kept = summary.join(detail.select(decided).unique(), on=decided, how="anti", maintain_order="left")
    return pl.concat([kept, detail]).with_row_index("order")


def levels_of(found: pl.DataFrame, law: Law) -> pl.DataFrame:
    """The sittings with each ability's score turned into its level (Int16: 0 for under 4, 10 for 10 or more).

    The score itself stays as `{ability}_score` (Float64). Tables: law document, section 3; an ability without a score
    has no level.
    """
    tests = [test for test in TABLES if test in found["test"]]
    scores = [pl.col(ability).alias(score) for ability, score in SCORES.items()]
    return found.with_columns(*scores, *(_level(ability, tests, law).alias(ability) for ability in ABILITIES))


def _level(ability: str, tests: Iterable[str], law: Law) -> pl.Expr:
    unread: pl.Expr = pl.lit(None, dtype=pl.Int16)
    return reduce(
        lambda otherwise, test: (
            pl.when(pl.col("test") == test).then(_level_in(test, ability, law)).otherwise(otherwise)
        ),
        tests,
        unread,
    )


def _level_in(test: str, ability: str, law: Law) -> pl.Expr:
    parameter, score = law.rules.parameter(TABLES[test]), pl.col(ability)
    if parameter.dated_by == "as_of":
        return _read(law[parameter.id], ability, score)
    by_date: pl.Expr = pl.lit(None, dtype=pl.Int16)
    for version in parameter.versions:
        read = _read(version.value, ability, score)
        by_date = pl.when(pl.col("test_date") >= version.starts_on).then(read).otherwise(by_date)
    return by_date


def _read(table: list[dict[str, Any]], ability: str, score: pl.Expr) -> pl.Expr:
    """The level whose lowest score a score reaches; below the lowest counted level: 0."""
    rising = [{"at_least": -1.0, "value": 0}]
    rising += [{"at_least": float(row[ability]), "value": row["level"]} for row in reversed(table)]
    return step(rising, score)


def valid(law: Law) -> pl.Expr:
    """Does a sitting count on the day: its test accepted, taken on or before the day and not yet too old?

    Levels given as such (CLB, NCLC) without a date count. Source: MI 12(3), law document 1.6.
    """
    young = younger_than(pl.col("test_date"), law["language.validity_years"], day_of(law))
    return pl.col("test").is_in(list(law["language.accepted"])) & young.fill_null(pl.col("test").is_in(["CLB", "NCLC"]))


def first_language(found: pl.DataFrame, law: Law) -> pl.DataFrame:
    """The language that is named by the records where the person named none: the one given, else English.

    Returns client_id, person, given_language; a sitting dated after the day is not there yet.
    """
    there = found.filter(pl.col("test_date").is_null() | (pl.col("test_date") <= day_of(law)))
    return there.group_by("client_id", "person", maintain_order=True).agg(
        pl.when((pl.col("language") == "french").all())
        .then(pl.lit("french"))
        .otherwise(pl.lit("english"))
        .alias("given_language")
    )


def chosen(found: pl.DataFrame, law: Law) -> pl.DataFrame:
    """Of several valid sittings of one language the one taken whole: more points as used, then the later one.

    Takes sittings with levels, `is_first` and `with_spouse` (Boolean); returns one row a client, person and language.
    """
    whose = ["client_id", "person", "language"]
    if not found.select(whose).is_duplicated().any():
        return found
    used = pl.sum_horizontal(_points_as_used(ability, law).fill_null(0) for ability in ABILITIES)
    return (
        found.with_columns(used.alias("points_as_used"))
        .sort(
            [*whose, "points_as_used", "test_date", "order"],
            descending=[False, False, False, True, True, False],
            nulls_last=True,
        )
        .unique(whose, keep="first", maintain_order=True)
    )


def _points_as_used(ability: str, law: Law) -> pl.Expr:
    level = pl.col(ability)
    principal = (
        pl.when("is_first")
        .then(step_by_grid(law["crs.core.first_language"], level))
        .otherwise(step(law["crs.core.second_language"], level))
    )
    return pl.when(pl.col("person") == "spouse").then(step(law["crs.spouse.language"], level)).otherwise(principal)


def exempted(found: pl.DataFrame, law: Law) -> pl.DataFrame:
    """The principal's levels with each exempt ability that was not tested at the average of the tested ones, rounded
    down (disability public policy).

    Takes the column `language_exempt_abilities`; more such abilities than the policy allows change nothing.
    """
    if found["language_exempt_abilities"].null_count() == found.height:
        return found
    replaced = {
        ability: pl.col("language_exempt_abilities").fill_null("").str.contains(ability, literal=True)
        & (pl.col("person") == "principal")
        & pl.col(ability).is_null()
        for ability in ABILITIES
    }
    average = pl.concat_list(ABILITIES).list.mean()
    few = pl.sum_horizontal(replaced.values()) <= law["language.exemption_maximum_abilities"]
    return found.with_columns(
        pl.when(replaced[ability] & few)
        .then(_read(law["language.clb"], ability, average))
        .otherwise(pl.col(ability))
        .alias(ability)
        for ability in ABILITIES
    )


def levels_by_client(candidates: pl.DataFrame, rows: pl.DataFrame, law: Law) -> pl.DataFrame:
    """One row a client, in the candidates' order: the levels that count on the day, Int16, empty without a valid result.

    Takes the typed candidates with `with_spouse`, and the typed Language tests rows. Returns client_id,
    first_language, spouse_first_language and english_clb_*, french_nclc_*, spouse_clb_* and spouse_second_* by ability;
    and the sitting that the levels come from, for english, french and spouse (first language): {whose}_sitting_test
    (String), {whose}_sitting_on (Date) and {whose}_sitting_{ability} (Float64, the scores).
    """
    found = sittings(candidates, rows, law)
    given = first_language(found, law)
    people = candidates.select("client_id", "with_spouse", "language_exempt_abilities")
    for person, prefix in PEOPLE.items():
        own = given.filter(pl.col("person") == person).select("client_id", "given_language")
        named = candidates.select("client_id", pl.col(f"{prefix}first_language").alias("named"))
        people = people.with_columns(
            named.join(own, on="client_id", how="left", maintain_order="left")
            .select(pl.coalesce("named", "given_language", pl.lit("english")).alias(f"{prefix}first_language"))
            .to_series()
        )
    read = levels_of(found, law).filter(valid(law)).join(people, on="client_id", how="inner", maintain_order="left")
    named_first = pl.when(pl.col("person") == "spouse").then("spouse_first_language").otherwise(
        "first_language"
    ) == pl.col("language")
    best = chosen(exempted(read, law).with_columns(named_first.alias("is_first")), law)

    def taken(person: str, condition: pl.Expr, stem: str, whose: str | None = None) -> pl.DataFrame:
        levels = [pl.col(ability).alias(f"{stem}_{ability}") for ability in ABILITIES]
        return best.filter((pl.col("person") == person) & condition).select("client_id", *levels, *_sitting(whose))

    made = people.drop("with_spouse", "language_exempt_abilities")
    for part in (
        taken("principal", pl.col("language") == "english", "english_clb", "english"),
        taken("principal", pl.col("language") == "french", "french_nclc", "french"),
        taken("spouse", pl.col("is_first"), "spouse_clb", "spouse"),
        taken("spouse", ~pl.col("is_first"), "spouse_second"),
    ):
        made = made.join(part, on="client_id", how="left", maintain_order="left")
    return made


def _sitting(whose: str | None) -> list[pl.Expr]:
    """The sitting itself, as it is told: its test, its day and its scores; none for nobody."""
    if whose is None:
        return []
    return [
        pl.col("test").alias(f"{whose}_sitting_test"),
        pl.col("test_date").alias(f"{whose}_sitting_on"),
        *(pl.col(score).alias(f"{whose}_sitting_{ability}") for ability, score in SCORES.items()),
    ]
