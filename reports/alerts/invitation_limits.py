"""What ends before an invited client applies, and so shortens the time to apply: one row with the invitation itself."""

from __future__ import annotations

import polars as pl

# The tasks that have applying in time as their other way, by what ends; of a document its own kind says it.
ENDS = {
    "book_test_or_apply": "language_result",
    "order_assessment_or_apply": "eca",
    "extend_or_apply": "nomination",
    "apply_with_child": "dependant",
}
OF_DOCUMENT = "replace_or_apply"
# The documents on which the invitation rests (IRPA 11.2); the others are only papers to renew.
RESTING = ("language_result", "eca")
INVITATION = "ita_deadline"
AS_PLANNED, EARLIER = "apply_as_planned", "plan_earlier"


def with_limits(classified: pl.DataFrame) -> pl.DataFrame:
    """Judged events in which an invitation and what ends before its application are one row.

    Takes client_id, kind, task, item, act_by and needed_on. Of the last day to apply, act_by becomes the last day on which
    all of that still counts, `limited_by` (String) names what ends first, and a plan for a later day is to be moved. The
    rows of what ends go. All stays of a client whose last day to apply is no task.
    """
    ends = (
        pl.when((pl.col("task") == OF_DOCUMENT) & pl.col("item").is_in(RESTING))
        .then("item")
        .otherwise(pl.col("task").replace_strict(ENDS, default=None, return_dtype=pl.String))
    )
    marked = classified.with_columns(ends.alias("ends"))
    has_task = marked.filter((pl.col("kind") == INVITATION) & pl.col("task").is_not_null()).select("client_id").unique()
    limits = (
        marked.filter(pl.col("ends").is_not_null())
        .join(has_task, on="client_id", how="semi", maintain_order="left")
        .sort("act_by", "ends", maintain_order=True)
        .unique("client_id", keep="first", maintain_order=True)
        .select("client_id", limit="act_by", limited_by="ends")
    )
    found = marked.join(limits, on="client_id", how="left", maintain_order="left")
    kept = found.filter(pl.col("ends").is_null() | pl.col("limit").is_null())
    is_limited = (pl.col("kind") == INVITATION) & (pl.col("limit") < pl.col("act_by"))
    is_too_late = is_limited & (pl.col("task") == AS_PLANNED) & (pl.col("needed_on") > pl.col("limit"))
    return kept.with_columns(
        pl.when(is_limited).then("limit").otherwise("act_by").alias("act_by"),
        pl.when(is_limited).then("limited_by").alias("limited_by"),
        pl.when(is_too_late).then(pl.lit(EARLIER)).otherwise("task").alias("task"),
    ).drop("ends", "limit")
