"""What a person should know of the choice of language results: what was taken, and what would serve better."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from transforms.assessment import facts
from transforms.assessment.language_choice import ROLES, UNDETERMINED
from transforms.model.vocabulary import ABILITIES
from transforms.rules import Law
from transforms.scoring import crs, programs, ranking

OF_A_NOTE: dict[str, pl.DataType] = {
    "client_id": pl.String(),
    "column": pl.String(),
    "value": pl.String(),
    "note": pl.String(),
    "language": pl.String(),
    "total": pl.Int16(),
    "other_total": pl.Int16(),
}
NOTES = (
    "taken_as_first", "another_serves_better", "another_may_open_the_pool", "another_opens_the_pool", "results_left_out",
)  # fmt: skip


def notes(sheets: Mapping[str, pl.DataFrame], settled: pl.DataFrame, law: Law) -> pl.DataFrame:
    """What a person should know of the choice: one row a client and NOTES.

    Takes the typed sheets and the facts settled from them. Returns client_id, column and value (String: the cell of
    Candidates that would settle it), note (NOTES), language (String), total and other_total (Int16: the CRS total as the
    record stands, and with the language in the note); the totals are empty but for the notes that begin with `another`.
    """
    stated = sheets["candidates"].select("client_id", *(pl.col(role).alias(f"stated_{role}") for role in ROLES))
    both = settled.join(stated, on="client_id", how="left", maintain_order="left")
    nothing = {"total": pl.lit(None, dtype=pl.Int16), "other_total": pl.lit(None, dtype=pl.Int16)}
    parts = [
        both.filter("first_language_is_open").select(
            "client_id", column=pl.lit("first_language"), value=pl.lit(""), note=pl.lit("taken_as_first"),
            language="first_language", **nothing,
        ),
        both.filter("spouse_language_is_open").select(
            "client_id", column=pl.lit("spouse_first_language"), value=pl.lit(""), note=pl.lit("taken_as_first"),
            language="spouse_first_language", **nothing,
        ),
        both.filter("language_choices_left_out").select(
            "client_id", column=pl.lit("client_id"), value="client_id", note=pl.lit("results_left_out"),
            language=pl.lit(""), **nothing,
        ),
    ]  # fmt: skip
    for role, unused in (("first_language", "second"), ("spouse_first_language", "spouse_second")):
        has_other = pl.any_horizontal(pl.col(f"{unused}_{ability}").is_not_null() for ability in ABILITIES)
        may_gain = pl.col(f"stated_{role}").is_not_null() & has_other
        if role == "spouse_first_language":
            may_gain &= pl.col("with_spouse")
        parts.append(_served_better(sheets, both.filter(may_gain)["client_id"], role, law))
    return pl.concat(parts)


def _served_better(sheets: Mapping[str, pl.DataFrame], clients: pl.Series, role: str, law: Law) -> pl.DataFrame:
    """The clients of some whom the other first language would serve better than the one that they named."""
    if clients.is_empty():
        return pl.DataFrame(schema=OF_A_NOTE)
    own = {key: frame.filter(pl.col("client_id").is_in(clients.implode())) for key, frame in sheets.items()}
    free = {**own, "candidates": own["candidates"].with_columns(pl.lit(None, dtype=pl.String).alias(role))}
    as_named, as_free = (_merits(of, role, law) for of in (own, free))
    rank, free_rank = (pl.col(name).cast(pl.Float32).fill_null(UNDETERMINED) for name in ("pool", "pool_free"))
    note = (
        pl.when((free_rank > rank) & pl.col("pool_free"))
        .then(pl.lit("another_opens_the_pool"))
        .when(free_rank > rank)
        .then(pl.lit("another_may_open_the_pool"))
        .otherwise(pl.lit("another_serves_better"))
    )
    return (
        as_named.join(as_free, on="client_id", suffix="_free", maintain_order="left")
        .filter(
            (pl.col("language_free") != pl.col("language"))
            & ((free_rank > rank) | ((free_rank == rank) & (pl.col("total_free") > pl.col("total"))))
        )
        .select(
            "client_id", column=pl.lit(role), value="language", note=note,
            language="language_free", total="total", other_total="total_free",
        )
    )  # fmt: skip


def _merits(sheets: Mapping[str, pl.DataFrame], role: str, law: Law) -> pl.DataFrame:
    scored = programs.eligibility_of(crs.points_of(facts.settle(sheets, law), law), law)
    return scored.select("client_id", language=role, total="crs_total", pool=ranking.may_enter(law))
