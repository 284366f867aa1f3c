"""Credentials to a level: what is Canadian or validly assessed on the day, two or more, and Canadian study.

Rows of one person with equal level, country and day of completion are one credential with several assessments
(IRPR 78(2), MI 11): of these the valid one that serves best counts, and of several valid ones the latest.
"""

from __future__ import annotations

import polars as pl

from transforms.facts.language import PEOPLE
from transforms.model.calendar import younger_than
from transforms.rules import Law
from transforms.rules.lookup import day_of, once_a_day, place

# From the lowest to the highest, as the tables of the law rank them; the intake's own words.
RANKED = (
    "none", "secondary", "one_year", "two_year", "three_year", "two_or_more", "masters", "professional", "doctorate",
)  # fmt: skip
RANK = {level: rank for rank, level in enumerate(RANKED)}
# Rows of one credential are equal in these, in the country, and in whether it is Canadian.
SAME = ["client_id", "level", "completed_on"]


def _rank(level: pl.Expr) -> pl.Expr:
    return place(RANK, level).cast(pl.Int16)


def summary(candidates: pl.DataFrame, prefix: str, law: Law) -> pl.DataFrame:
    """The summary columns as of the day: client_id, level, level_at_most, level_held, proof (String) and
    assessed_on (Date).

    An assessment that is too old, or of a later day, takes the level away; with none the level stands, its proof not
    known. What may be Canadian is possible. Proof and levels as in `settled`.
    """
    return candidates.select(_columns_of_summary(law, prefix))


@once_a_day
def _columns_of_summary(law: Law, prefix: str) -> list[pl.Expr]:
    level = pl.col(f"{prefix}education_level")
    canadian = pl.col(f"{prefix}education_country") == "CA"
    assessed = younger_than(pl.col(f"{prefix}eca_issued_on"), law["crs.records.eca_validity_years"], day_of(law))
    nothing, refuted = pl.lit("none"), ~(canadian | assessed)
    return [
        pl.col("client_id"),
        pl.when(canadian).then(level).when(~assessed).then(nothing).otherwise(level).alias("level"),
        pl.when(refuted).then(nothing).otherwise(level).alias("level_at_most"),
        level.alias("level_held"),
        pl.when(refuted | (level == "none"))
        .then(nothing)
        .when(canadian)
        .then(pl.lit("canadian"))
        .when(assessed)
        .then(pl.lit("assessed"))
        .otherwise(pl.lit("not_known"))
        .alias("proof"),
        pl.when(~canadian.fill_null(value=False) & (pl.col(f"{prefix}eca_issued_on") <= day_of(law)))
        .then(f"{prefix}eca_issued_on")
        .alias("assessed_on"),
    ]


def credentials(rows: pl.DataFrame, law: Law) -> pl.DataFrame:
    """The Education rows of one person a client settled: client_id, level, level_at_most, level_held, proof,
    canadian_study (String) and assessed_on (Date: the oldest assessment that counts), one row a client.

    A credential counts once completed, if Canadian or with an assessment of its own that is not too old; one that is
    not said to be Canadian or foreign is possible (law document 1.2, 1.6).
    """
    marks, found, columns = _steps_of_credentials(law)
    marked = rows.with_columns(marks)
    is_repeated = marked.select(SAME).is_duplicated()
    if is_repeated.any():
        marked = pl.concat([marked.filter(~is_repeated), _one_row_a_credential(marked.filter(is_repeated))])
    return marked.group_by("client_id", maintain_order=True).agg(found).select(columns)


@once_a_day
def _steps_of_credentials(law: Law) -> tuple[list[pl.Expr], list[pl.Expr], list[pl.Expr]]:
    """What marks each row, what is found of the rows of a client, and how it is put."""
    canadian = pl.col("in_canada").fill_null(value=False)
    assessed = younger_than(pl.col("eca_issued_on"), law["crs.records.eca_validity_years"], day_of(law))
    completed = (pl.col("completed_on") <= day_of(law)).fill_null(value=False)
    counts = pl.col("in_canada") | assessed.fill_null(value=False)
    proven, possible = completed & counts.fill_null(value=False), completed & counts.fill_null(value=True)
    nothing = pl.col("level_at_most") == "none"
    marks = [proven.alias("is_proven"), possible.alias("is_possible"), completed.alias("is_held")]
    proven, foreign = pl.col("is_proven"), ~canadian & (pl.col("level") != "none")
    return (
        marks,
        [
            _reached(proven).alias("level"),
            _reached(pl.col("is_possible")).alias("level_at_most"),
            _reached(pl.col("is_held")).alias("level_held"),
            (proven & canadian & (pl.col("level") != "none")).any().alias("canadian"),
            _canadian_study(law).max().alias("study"),
            pl.col("eca_issued_on").filter(proven & foreign).min().alias("assessed_on"),
        ],
        [
            pl.col("client_id", "level", "level_at_most", "level_held"),
            pl.when(nothing)
            .then(pl.lit("none"))
            .when(pl.col("level") == "none")
            .then(pl.lit("not_known"))
            .when("canadian")
            .then(pl.lit("canadian"))
            .otherwise(pl.lit("assessed"))
            .alias("proof"),
            pl.col("study")
            .replace_strict([0, 1, 2], ["none", "one_or_two_years", "three_years_or_more"], return_dtype=pl.String)
            .alias("canadian_study"),
            pl.col("assessed_on"),
        ],
    )


def _one_row_a_credential(marked: pl.DataFrame) -> pl.DataFrame:
    """Education rows of one person a client, in which further rows of a credential are no further credential.

    Takes and returns the rows with is_proven, is_possible and is_held (Boolean): of the rows of one credential that have
    the mark one keeps it, the one with the latest assessment. Where a country is empty, another credential than one of
    a named country is possible, but not proven.
    """
    placed = marked.with_columns(_place()).sort("eca_issued_on", descending=True, nulls_last=True, maintain_order=True)
    return placed.with_columns(
        _is_another("is_proven", SAME), _is_first("is_possible", SAME), _is_another("is_held", SAME)
    ).drop("place")


def _place() -> pl.Expr:
    return pl.coalesce("country", pl.when("in_canada").then(pl.lit("CA"))).alias("place")


def _is_first(mark: str, same: list[str]) -> pl.Expr:
    """Does the row have the mark, as the first of its credential and place?"""
    return (pl.col(mark) & (pl.col(mark).cum_sum().over([*same, "place"]) == 1)).alias(mark)


def _is_another(mark: str, same: list[str]) -> pl.Expr:
    """Does the row have the mark, as the first of a credential that is surely none of the others?"""
    named = pl.col(mark) & pl.col("place").is_not_null()
    nameless = pl.col("place").is_null() & pl.when(~pl.col("in_canada")).then(
        (named & (pl.col("place") != "CA")).any().over(same)
    ).otherwise(named.any().over(same))
    return (_is_first(mark, same) & ~nameless).alias(mark)


def repeated(rows: pl.DataFrame) -> pl.DataFrame:
    """The Education rows that are no credential of their own, each beside the row of the credential that they repeat.

    Returns place and first (UInt32, places among `rows`), is_nameless (Boolean: the country is empty beside a named one),
    in the order of the rows.
    """
    same = [*SAME, "person"]
    counted = rows.with_row_index("number").filter(
        pl.col("completed_on").is_not_null() & (_rank(pl.col("level")) >= RANK["one_year"])
    )
    if not counted.select(same).is_duplicated().any():
        return pl.DataFrame(schema={"place": pl.UInt32, "first": pl.UInt32, "is_nameless": pl.Boolean})
    marked = counted.with_columns(_place(), pl.lit(value=True).alias("is_own")).with_columns(
        _is_another("is_own", same)
    )
    kept = pl.col("number").filter(pl.col("is_own")).first()
    of_place = kept.over([*same, "place"])
    return (
        marked.with_columns(
            pl.coalesce(of_place, kept.over(same)).alias("first"), of_place.is_null().alias("is_nameless")
        )
        .filter(~pl.col("is_own"))
        .select(pl.col("number").alias("place"), "first", "is_nameless")
    )


def assessments(candidates: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Every assessment on record, of the summary columns and of the Education rows: client_id, person, eca_issued_on
    (Date).
    """
    stated = [
        candidates.select("client_id", pl.lit(person).alias("person"), eca_issued_on=f"{prefix}eca_issued_on")
        for person, prefix in PEOPLE.items()
    ]
    return pl.concat([*stated, rows.select("client_id", "person", "eca_issued_on")]).drop_nulls("eca_issued_on")


def _reached(counts: pl.Expr) -> pl.Expr:
    """The level of a client's credentials that count: the highest, or two or more of one year or longer, one of them
    three years or longer (String, within a group).
    """
    rank = pl.when(counts).then(_rank(pl.col("level"))).otherwise(RANK["none"])
    highest = rank.max()
    several = ((rank >= RANK["one_year"]).sum() > 1) & (highest == RANK["three_year"])
    reached = pl.when(several).then(RANK["two_or_more"]).otherwise(highest)
    return reached.replace_strict(list(RANK.values()), list(RANK), return_dtype=pl.String)


def _canadian_study(law: Law) -> pl.Expr:
    """What an Education row is worth as Canadian study: 0 nothing, 1 one or two years, 2 three years or above."""
    rank = _rank(pl.col("level"))
    present = (pl.col("full_time_months_in_canada") >= law["crs.records.canadian_study_minimum_months"]) & (
        pl.col("distance_share") <= law["crs.records.canadian_study_maximum_distance_share"]
    )
    if law["crs.records.canadian_study_waiver"]:
        window = law["crs.records.canadian_study_waiver_window"]
        began, ended = (pl.lit(window[key]).str.to_date() for key in ("from", "to"))
        started = pl.col("started_on").fill_null(pl.col("completed_on"))
        waived = (started <= ended) & (pl.col("completed_on") >= began)
        present = present.fill_null(value=False) | waived.fill_null(value=False)
    eligible = (
        pl.col("in_canada").fill_null(value=False)
        & present.fill_null(value=False)
        & (pl.col("completed_on") <= day_of(law)).fill_null(value=False)
        & (rank >= RANK["one_year"])
    )
    return pl.when(~eligible).then(0).when(rank >= RANK["three_year"]).then(2).otherwise(1)


def settled(candidates: pl.DataFrame, rows: pl.DataFrame, person: str, prefix: str, law: Law) -> pl.DataFrame:
    """One row a client, with the person's prefix: education (the level that is proven), education_at_most (that what is
    not known leaves possible, empty: any), education_held (without regard to assessments), education_proof
    (`canadian`, `assessed`, `not_known`, `none`), canadian_study (String), education_assessed_on (Date), beside client_id.

    The Education rows decide for whom there are any; else the summary columns.
    """
    stated = summary(candidates, prefix, law).with_columns(
        candidates.get_column(f"{prefix}canadian_study").alias("canadian_study")
    )
    names = {
        "level": "education",
        "level_at_most": "education_at_most",
        "level_held": "education_held",
        "proof": "education_proof",
        "canadian_study": "canadian_study",
        "assessed_on": "education_assessed_on",
    }
    own = rows.filter(pl.col("person") == person)
    if own.is_empty():
        return stated.select("client_id", *(pl.col(name).alias(f"{prefix}{fact}") for name, fact in names.items()))
    joined = stated.join(
        credentials(own, law).with_columns(pl.lit(value=True).alias("has_rows")),
        on="client_id", how="left", maintain_order="left", suffix="_rows",
    )  # fmt: skip
    return joined.select(
        "client_id",
        *(
            pl.when("has_rows").then(f"{name}_rows").otherwise(name).alias(f"{prefix}{fact}")
            for name, fact in names.items()
        ),
    )
