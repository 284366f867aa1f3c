"""The second border: scores are held against their schema before anything publishes them."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import polars as pl

from transforms.assessment.scores import SCHEMA
from transforms.rules import Law

if TYPE_CHECKING:
    import pandera.polars as pa

GROUPS = ("crs_core", "crs_spouse", "crs_transferability", "crs_additional")
POINTS = tuple(name for name in SCHEMA if name.startswith(("crs_", "fsw_")) and SCHEMA[name] == pl.Int16())


def checked(scores: pl.DataFrame, law: Law) -> pl.DataFrame:
    """The published scores (transforms.assessment.scores.SCHEMA) as they are, one row a client.

    Each client stands once, no points are negative, and a total is the sum of its groups up to the law's maximum. Clients
    who are equal in all that orders a round share a rank. Raises RuntimeError for scores that break this: an error of the program. Its message names
    columns and checks, no client.
    """
    import pandera.config
    from pandera.errors import SchemaErrors

    if scores.schema != pl.Schema(SCHEMA):
        raise RuntimeError("the scores do not have the columns of their schema")
    rules = scores.select(
        "client_id",
        "rank",
        "crs_total",
        (pl.min_horizontal(POINTS).fill_null(0) >= 0).alias("points"),
        (pl.min_horizontal(pl.sum_horizontal(GROUPS), law["crs.total.maximum"]) == pl.col("crs_total"))
        .fill_null(value=True)
        .alias("total"),
    )
    try:
        with pandera.config.config_context(
            validation_enabled=True, validation_depth=pandera.config.ValidationDepth.SCHEMA_AND_DATA
        ):
            _schema().validate(rules, lazy=True)
    except SchemaErrors as errors:
        failed = errors.failure_cases.select("column", "check").unique().sort("column", "check").rows()
    else:
        return scores
    # Raised out here: pandera's own error quotes values, which must not come along as its context.
    raise RuntimeError(
        f"the scores do not keep their schema: {', '.join(f'{column}: {check}' for column, check in failed)}"
    )


@cache
def _schema() -> pa.DataFrameSchema:
    import pandera.polars as pa

    return pa.DataFrameSchema(
        {
            "client_id": pa.Column(pl.String(), unique=True),
            "rank": pa.Column(pl.Int32(), checks=pa.Check.ge(1), nullable=True),
            "crs_total": pa.Column(pl.Int16(), checks=pa.Check.ge(0), nullable=True),
            "points": pa.Column(pl.Boolean(), checks=pa.Check.eq(True)),
            "total": pa.Column(pl.Boolean(), checks=pa.Check.eq(True)),
        },
        strict=True,
        ordered=True,
        name="scores",
    )
