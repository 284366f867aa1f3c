"""The dated events that lie ahead of each client: the one frame that the outlook and the deadlines both make."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

# Told by the engine, which scores the client on the days to come.
ENGINE_KINDS = (
    "birthday", "test_expires", "assessment_expires", "profile_expires", "work_year_reached", "work_window",
    "profile_begins", "law_changes", "test_counts", "credential_counts",
)  # fmt: skip
# Told by documents and clocks.
DEADLINE_KINDS = (
    "work_permit_expires", "passport_expires", "nomination_expires", "document_expires", "dependant_ages_out",
    "ita_deadline", "ita_lapsed", "document_too_old",
)  # fmt: skip
KINDS = ENGINE_KINDS + DEADLINE_KINDS

SCHEMA: dict[str, pl.DataType] = {
    "client_id": pl.String(),
    "on": pl.Date(),
    "kind": pl.String(),
    "what": pl.String(),
    "points_before": pl.Int16(),
    "points_after": pl.Int16(),
    "points": pl.Int16(),
    "programs_before": pl.String(),
    "programs_after": pl.String(),
    "categories_before": pl.String(),
    "categories_after": pl.String(),
    "act_by": pl.Date(),
    "subject": pl.String(),
}
NEEDED = ("client_id", "on", "kind", "what")
ONE_EVENT = ("client_id", "on", "kind", "subject")
ORDER = ("on", "points", "client_id", "kind", "subject", "what")


def empty() -> pl.DataFrame:
    """The frame AHEAD without an event."""
    return pl.DataFrame(schema=SCHEMA)


def of(events: pl.DataFrame) -> pl.DataFrame:
    """Events as the frame AHEAD: its columns in order and dtype, those that the events lack empty.

    An event has at least client_id, on, kind and what; events without a day are left out, for there is nothing to wait
    for. `points` is what the score gains (losses are negative), `act_by` the last day on which something can be done.
    """
    lacking = [pl.lit(None, dtype).alias(name) for name, dtype in SCHEMA.items() if name not in events.columns]
    made = events.with_columns(lacking).select(pl.col(name).cast(dtype) for name, dtype in SCHEMA.items())
    return made.filter(pl.col("on").is_not_null())


def sorted_(parts: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """Several frames AHEAD as one: by day, then the largest loss first, then client, kind and subject.

    What has no known effect on the score follows the losses and goes before the gains. Of events of one client, day,
    kind and subject the first stays, so that nothing is told twice.
    """
    together = pl.concat([empty(), *parts]).sort(
        *(pl.col(name).fill_null(0) if name == "points" else pl.col(name) for name in ORDER), nulls_last=True
    )
    return together.unique(ONE_EVENT, keep="first", maintain_order=True)


def check(frame: pl.DataFrame) -> None:
    """Raises ValueError where a frame is not AHEAD: its columns, an unknown kind, an empty needed cell, a doubled event."""
    if dict(frame.schema) != SCHEMA:
        raise ValueError(f"the events ahead must have the columns {', '.join(SCHEMA)} with their dtypes")
    unknown = frame.filter(~pl.col("kind").is_in(KINDS))["kind"].unique().sort().to_list()
    if unknown:
        raise ValueError(f"no event ahead is of the kind {unknown[0]!r}; add it to transforms/ahead.py")
    for name in NEEDED:
        if frame[name].null_count():
            raise ValueError(f"every event ahead needs {name}")
    if frame.select(ONE_EVENT).is_duplicated().any():
        raise ValueError("an event ahead stands twice; put the parts together with sorted_")
