"""The family: who counts for settlement funds, and the day on which a child's age is locked in.

The spouse or partner and the dependent children count, coming along or not, citizens and permanent residents too.
Source: IRPR 1(3), 2 (dependent child), 25.1, 76(1)(b), 87.2(5); law document 5 and 10.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from transforms.model.calendar import completed_years
from transforms.model.columns import OPEN_STATUSES, PARTNERED
from transforms.rules import Law
from transforms.rules.lookup import day_of, done

NOMINEE = pl.col("provincial_nomination").is_not_null()
# The states of a profile that is scored for the pool.
COUNTED = ("in_pool", "draft", "declined")
IS_OPEN = pl.col("pool_status").is_null() | pl.col("pool_status").is_in(OPEN_STATUSES)


def nominations(documents: pl.DataFrame, day: pl.Expr) -> pl.DataFrame:
    """What the Documents sheet says of the principal's nominations that are there on a day.

    Returns one row a client who has any: client_id, nomination_issued_on (Date, of the latest), nomination_ends_on (Date,
    the last day of validity of the last to end; empty where one of them states none).
    """
    own = documents.lazy().filter(
        (pl.col("kind") == "nomination")
        & (pl.col("person") == "principal")
        & ~(pl.col("issued_on") > day).fill_null(value=False)
    )
    return done(
        own.group_by("client_id", maintain_order=True).agg(
            pl.col("issued_on").max().alias("nomination_issued_on"),
            pl.when(pl.col("expires_on").is_not_null().all())
            .then(pl.col("expires_on").max())
            .alias("nomination_ends_on"),
        )
    )


def lock_in(
    candidates: pl.DataFrame, documents: pl.DataFrame, day: pl.Expr, nominee: pl.Expr = NOMINEE
) -> pl.DataFrame:
    """When the age of a nominee's children is locked in: on the day of the application for the nomination (IRPR 25.1(4)).

    Takes the typed sheets and the day of the record. Returns client_id, locked_in_on (Date: the day itself), locked_in_by
    (Date: that day, else the issue of the nomination, before which it was), one row a nominee; both may be empty. Nobody is
    nominated before applying: an application after the issue or after the day is not used. Of all other clients the day of
    the application for permanent residence counts (IRPR 25.1(1)).
    """
    nominees = candidates.filter(nominee)
    applied, issued = pl.col("nomination_applied_on"), pl.col("nomination_issued_on")
    possible = pl.when(applied <= pl.min_horizontal(issued, day)).then(applied)
    return nominees.join(nominations(documents, day), on="client_id", how="left", maintain_order="left").select(
        "client_id",
        possible.alias("locked_in_on"),
        pl.coalesce(possible, issued).alias("locked_in_by"),
        pl.lit(value=True).alias("is_locked_in"),
    )


def is_dependant(born: pl.Expr, on: pl.Expr, limit: pl.Expr) -> pl.Expr:
    """Is a child under the age limit on its lock-in day, for an application made on a day? Boolean, empty: undetermined.

    Reads locked_in_on, locked_in_by and is_locked_in (Boolean, empty: no nominee) of `lock_in`. A child who is under the
    limit on the latest possible day was so before; one who is not may have been.
    """
    latest = pl.min_horizontal(pl.coalesce("locked_in_by", on), on)
    young = completed_years(born, latest) < limit
    open_ = pl.col("is_locked_in").fill_null(value=False) & pl.col("locked_in_on").is_null()
    return pl.when(young).then(pl.lit(value=True)).when(~open_).then(pl.lit(value=False))


def settled(sheets: Mapping[str, pl.DataFrame], law: Law) -> pl.DataFrame:
    """One row a client, in the candidates' order: client_id, family_size, family_size_at_least (Int32).

    At least: the client, the spouse or partner, and the children on record who are dependants on the day for certain.
    Where the column states fewer, the record decides; where it states none, the size is not known, but no smaller.
    """
    candidates, rows = sheets["candidates"], sheets["dependants"]
    stated = pl.col("family_size").cast(pl.Int32)
    partner = pl.col("marital_status").is_in(PARTNERED).cast(pl.Int32)
    if rows.is_empty():
        at_least = 1 + partner
        return candidates.select("client_id", *_sizes(stated, at_least))
    locked = lock_in(candidates, sheets["documents"], day_of(law))
    limit = pl.lit(law["application.dependant_age_limit"])
    counts = is_dependant(pl.col("date_of_birth"), day_of(law), limit) & (pl.col("date_of_birth") <= day_of(law))
    children = (
        rows.lazy()
        .join(locked.lazy(), on="client_id", how="left", maintain_order="left")
        .filter(counts)
        .group_by("client_id")
        .agg(pl.len().cast(pl.Int32).alias("children"))
    )
    known = candidates.lazy().select("client_id", "family_size", "marital_status")
    return done(
        known.join(children, on="client_id", how="left", maintain_order="left").select(
            "client_id", *_sizes(stated, 1 + partner + pl.col("children").fill_null(0))
        )
    )


def _sizes(stated: pl.Expr, at_least: pl.Expr) -> list[pl.Expr]:
    larger = pl.when(stated.is_not_null()).then(pl.max_horizontal(stated, at_least))
    return [larger.alias("family_size"), at_least.alias("family_size_at_least")]


def understated(sheets: Mapping[str, pl.DataFrame], law: Law) -> pl.DataFrame:
    """The clients whose family_size is smaller than the record shows, in their order.

    Returns client_id, value (String: what the column states), found (Int32: the persons on record).
    """
    return (
        sheets["candidates"]
        .select("client_id", stated="family_size")
        .join(settled(sheets, law), on="client_id", how="left", maintain_order="left")
        .filter(pl.col("stated") < pl.col("family_size_at_least"))
        .select("client_id", pl.col("stated").cast(pl.String).alias("value"), found="family_size_at_least")
    )


def unusable_lock_ins(sheets: Mapping[str, pl.DataFrame], law: Law) -> pl.DataFrame:
    """The clients of open cases whose nomination_applied_on cannot be used, in their order.

    Returns client_id, value (String: the day), reason (`after_the_day`, `after_the_issue`, `not_nominated`), issued_on
    (Date: the issue of the nomination).
    """
    applied, issued = pl.col("nomination_applied_on"), pl.col("nomination_issued_on")
    stated = sheets["candidates"].filter(applied.is_not_null() & IS_OPEN)
    reason = (
        pl.when(applied > day_of(law))
        .then(pl.lit("after_the_day"))
        .when(applied > issued)
        .then(pl.lit("after_the_issue"))
        .when(~NOMINEE & issued.is_null())
        .then(pl.lit("not_nominated"))
    )
    found = nominations(sheets["documents"], day_of(law)).with_columns(issued.fill_null(day_of(law)))
    return (
        stated.join(found, on="client_id", how="left", maintain_order="left")
        .select("client_id", value=applied.cast(pl.String), reason=reason, issued_on=issued)
        .filter(pl.col("reason").is_not_null())
    )


def ended_nominations(sheets: Mapping[str, pl.DataFrame], law: Law) -> pl.DataFrame:
    """The clients whose score counts a nomination that ended before the day by the Documents sheet, in their order.

    Returns client_id, value (String: the province or territory), ended_on (Date).
    """
    counts = pl.col("pool_status").is_null() | pl.col("pool_status").is_in(COUNTED)
    stated = sheets["candidates"].filter(counts & NOMINEE)
    return (
        stated.join(nominations(sheets["documents"], day_of(law)), on="client_id", maintain_order="left")
        .filter(pl.col("nomination_ends_on") < day_of(law))
        .select("client_id", value="provincial_nomination", ended_on="nomination_ends_on")
    )
