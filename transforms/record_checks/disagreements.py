"""Where a client's summary columns say otherwise than the detail rows, which decide."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import polars as pl

from transforms.facts import education, language, work
from transforms.facts.noc import Occupations
from transforms.model.vocabulary import ABILITIES
from transforms.model.wording import N_, _, phrase
from transforms.rules import Law

SCHEMA = {"client_id": pl.String, "column": pl.String, "value": pl.String, "rows": pl.String, "found": pl.String}
# The summary columns of work in years, by person, each with what settles it.
YEARS = {
    "principal": {
        "canadian_work_years": "canadian_work",
        "foreign_work_years": "foreign_work",
        "primary_occupation_years": "primary_years",
        "trade_years_last_5": "trade_years",
    },
    "spouse": {"spouse_canadian_work_years": "spouse_canadian_work"},
}
FULL_TIME_YEAR = {"principal": "worked_in_canada_one_year", "spouse": "spouse_worked_in_canada_one_year"}


def disagreements(sheets: Mapping[str, pl.DataFrame], facts: pl.DataFrame, law: Law) -> pl.DataFrame:
    """Each summary column that says otherwise than the person's own rows, both read as of the day of the law.

    Takes the typed sheets and the facts settled from them. Returns client_id, column, value (what the column says), rows
    (key of the sheet), found (what its rows give), all String. Whole years are compared; months may be one apart, unless
    one of the two is enough for CEC and the other not; an empty column says nothing.
    """
    found = [*_of_work(sheets, facts, law), *_of_language(sheets, facts, law), *_of_education(sheets, facts, law)]
    return pl.concat([pl.LazyFrame(schema=SCHEMA), *found]).collect()


def _who_have_rows(sheets: Mapping[str, pl.DataFrame], key: str, **of: str) -> pl.LazyFrame:
    """The candidates who have rows on a sheet: of a person, and of a language."""
    rows = sheets[key].lazy().filter(pl.col(name) == value for name, value in of.items())
    return sheets["candidates"].lazy().join(rows.select("client_id"), on="client_id", how="semi", maintain_order="left")


def _disagreements(both: pl.LazyFrame, key: str, column: str, wrong: pl.Expr, found: pl.Expr) -> pl.LazyFrame:
    stated = pl.col(column)
    value = _yes_no(stated) if column in FULL_TIME_YEAR.values() else stated.cast(pl.String).str.strip_suffix(".0")
    return both.filter(stated.is_not_null() & wrong).select(
        "client_id",
        pl.lit(column).alias("column"),
        value.alias("value"),
        pl.lit(key).alias("rows"),
        found.cast(pl.String).alias("found"),
    )


def _yes_no(value: pl.Expr) -> pl.Expr:
    return pl.when(value).then(pl.lit("yes")).otherwise(pl.lit("no"))


# --- Work


def _of_work(sheets: Mapping[str, pl.DataFrame], facts: pl.DataFrame, law: Law) -> Iterator[pl.LazyFrame]:
    settled = (
        facts.lazy()
        .select("client_id", *work.SETTLED)
        .rename(lambda name: name if name == "client_id" else f"rows_{name}")
    )
    for person, columns in YEARS.items():
        both = _who_have_rows(sheets, "work_history", person=person).join(
            settled, on="client_id", how="left", maintain_order="left"
        )
        for column, name in columns.items():
            least, most = pl.col(f"rows_{name}").floor(), pl.col(f"rows_{name}_at_most").floor()
            wrong = ~pl.col(column).floor().is_between(least, most)
            yield _disagreements(both, "work_history", column, wrong & _is_counted(name), _span(least, most, _YEARS))
        column = FULL_TIME_YEAR[person]
        found = pl.col(f"rows_{column}")
        yield _disagreements(both, "work_history", column, found != pl.col(column), _yes_no(found))
        if person == "principal":
            yield from _of_cec(both, law)


def _is_counted(name: str) -> pl.Expr:
    """Is the occupation that is named one of which the rows count the time?"""
    if name == "primary_years":
        return pl.col("rows_primary_is_skilled").fill_null(value=False)
    return pl.col("rows_is_trade").fill_null(value=False) if name == "trade_years" else pl.lit(value=True)


def _of_cec(both: pl.LazyFrame, law: Law) -> Iterator[pl.LazyFrame]:
    stated, needed = pl.col("canadian_work_months_last_36"), law["cec.minimum_months"]
    least, most = pl.col("rows_cec_months"), pl.col("rows_cec_months_at_most")
    apart = ~stated.is_between(least.floor() - 1, most.floor() + 1)
    decides = ((stated >= needed) & (most < needed)) | ((stated < needed) & (least >= needed))
    months = _span(least.floor(), most.floor(), _MONTHS)
    yield _disagreements(both, "work_history", "canadian_work_months_last_36", apart | decides, months)
    level = pl.col("rows_cec_minimum_language")
    asked = Occupations(law).minimum_cec_language(pl.col("canadian_work_noc"))
    most_time = phrase(_("most time in an occupation that asks CLB {level}"), level=level.cast(pl.String))
    yield _disagreements(both, "work_history", "canadian_work_noc", asked != level, most_time)


class _Unit(NamedTuple):
    """The texts of one, several and a range of a unit of time."""

    one: str
    several: str
    span: str


_YEARS = _Unit(N_("1 year"), N_("{number} years"), N_("{low} to {high} years"))
_MONTHS = _Unit(N_("1 month"), N_("{number} months"), N_("{low} to {high} months"))


def _span(least: pl.Expr, most: pl.Expr, unit: _Unit) -> pl.Expr:
    """`1 year`, `3 years`, or where what is not known leaves more possible, `1 to 3 years`."""
    low, high = (number.cast(pl.Int64).cast(pl.String) for number in (least, most))
    single = pl.when(high == "1").then(pl.lit(_(unit.one))).otherwise(phrase(_(unit.several), number=high))
    return pl.when(low == high).then(single).otherwise(phrase(_(unit.span), low=low, high=high))


# --- Language


def _of_language(sheets: Mapping[str, pl.DataFrame], facts: pl.DataFrame, law: Law) -> Iterator[pl.LazyFrame]:
    """Each summary result whose levels no valid row of the same language has."""
    rows = sheets["language_tests"]
    candidates = sheets["candidates"].join(rows.select("client_id"), on="client_id", how="semi", maintain_order="left")
    if candidates.is_empty():
        return
    key = ["client_id", "person", "language"]
    stated, valid = (language.valid_results(candidates, of, law).lazy() for of in (rows.clear(), rows))
    equal = valid.join(stated, on=[*key, *ABILITIES], how="semi", nulls_equal=True).select(key).unique()
    for person, prefix in language.PEOPLE.items():
        for spoken in language.LANGUAGES:
            column = f"{prefix}{spoken}_test"
            mine = (pl.col("person") == person) & (pl.col("language") == spoken)
            of_rows, of_summary = (frame.filter(mine).select("client_id") for frame in (valid, stated))
            both = (
                _who_have_rows(sheets, "language_tests", person=person, language=spoken)
                .select("client_id", column)
                .join(equal.filter(mine), on="client_id", how="anti", maintain_order="left")
                .join(facts.lazy().select("client_id", *_levels(person, spoken)), on="client_id", how="left")
            )
            counted = pl.concat([of_rows, of_summary]).unique()
            wrong = both.join(counted, on="client_id", how="semi", maintain_order="left")
            found = _shown_levels("CLB" if spoken == "english" else "NCLC")
            yield _disagreements(wrong, "language_tests", column, pl.lit(value=True), found)


def _levels(person: str, spoken: str) -> list[pl.Expr]:
    """A person's levels of a language by ability, as settled facts hold them."""
    if person == "principal":
        stem = "english_clb" if spoken == "english" else "french_nclc"
        return [pl.col(f"{stem}_{ability}").alias(ability) for ability in ABILITIES]
    first = pl.col("spouse_first_language") == spoken
    return [
        pl.when(first).then(f"spouse_clb_{ability}").otherwise(f"spouse_second_{ability}").alias(ability)
        for ability in ABILITIES
    ]


def _shown_levels(scale: str) -> pl.Expr:
    levels = [pl.col(ability) for ability in ABILITIES]
    shown = pl.concat_str((level.cast(pl.String).fill_null(_("none")) for level in levels), separator=", ")
    nothing = pl.all_horizontal(level.is_null() for level in levels)
    return pl.when(nothing).then(pl.lit(_("no valid result"))).otherwise(pl.format(f"{scale} {{}}", shown))


# --- Education


def _of_education(sheets: Mapping[str, pl.DataFrame], facts: pl.DataFrame, law: Law) -> Iterator[pl.LazyFrame]:
    for person, prefix in language.PEOPLE.items():
        level, study = f"{prefix}education_level", f"{prefix}canadian_study"
        own = _who_have_rows(sheets, "education", person=person)
        settled = facts.lazy().select("client_id", level_rows=f"{prefix}education", study_rows=study)
        both = (
            own.select("client_id", level, study)
            .join(
                education.summary(sheets["candidates"], prefix, law).lazy().select("client_id", "level"),
                on="client_id",
                how="left",
            )
            .join(settled, on="client_id", how="left", maintain_order="left")
        )
        yield _disagreements(both, "education", level, pl.col("level") != pl.col("level_rows"), pl.col("level_rows"))
        yield _disagreements(both, "education", study, pl.col(study) != pl.col("study_rows"), pl.col("study_rows"))
