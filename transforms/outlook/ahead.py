"""The dated events that lie ahead of each client: the one frame that the outlook and the deadlines both make.

`what` is the text that people read, in the language in use; everything that decides something stands in codes: `kind`,
`state` (STATES, by kind), `person` (principal, spouse, child), `item` (code of a test or document, number of a round, an
age) and `detail` (country, language, the rounds of an unconfirmed invitation). `since` is the day of the item itself, `needed_on` that of the application.
"""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

# From the engine, which scores the client on the days to come.
ENGINE_KINDS = (
    "birthday", "test_expires", "assessment_expires", "profile_expires", "work_year_reached", "work_window",
    "profile_begins", "law_changes", "test_counts", "credential_counts",
)  # fmt: skip
# From documents and clocks.
DEADLINE_KINDS = (
    "work_permit_expires", "passport_expires", "nomination_expires", "document_expires", "dependant_ages_out",
    "ita_deadline", "ita_lapsed", "ita_doubtful", "document_too_old", "decision_expected",
)  # fmt: skip
KINDS = ENGINE_KINDS + DEADLINE_KINDS

# What an event is like beyond its kind. Of the last day to apply and of an invitation that lapsed:
UNRECORDED, NOT_HELD, LAPSED = "unrecorded", "not_held", "lapsed"
PLAN_STATES = ("planned", "not_planned", "plan_has_passed", "planned_too_late")
# Of what falls before the application of an invited client, by the test of IRPA 11.2; `not_held` as well:
HELD, UNDETERMINED, DISREGARDED = "held", "undetermined", "disregarded"
# Of a child of a nominee; of a document for an application; of a decision of IRCC:
LOCK_IN_UNKNOWN = "lock_in_unknown"
STILL_VALID, TOO_OLD = "still_valid", "too_old"
DUE, OVERDUE = "due", "overdue"
# Of what has ended already, and of what ended while the client is not in the pool:
EXPIRED, OUT_OF_POOL = "expired", "out_of_pool"
STATES = (
    UNRECORDED, NOT_HELD, LAPSED, *PLAN_STATES, HELD, UNDETERMINED, DISREGARDED, LOCK_IN_UNKNOWN, STILL_VALID, TOO_OLD,
    DUE, OVERDUE, EXPIRED, OUT_OF_POOL,
)  # fmt: skip

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
    "state": pl.String(),
    "person": pl.String(),
    "item": pl.String(),
    "detail": pl.String(),
    "since": pl.Date(),
    "needed_on": pl.Date(),
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
    kind and subject the first stays, so that nothing is reported twice.
    """
    together = pl.concat([empty(), *parts]).sort(
        *(pl.col(name).fill_null(0) if name == "points" else pl.col(name) for name in ORDER), nulls_last=True
    )
    return together.unique(ONE_EVENT, keep="first", maintain_order=True)


def check(frame: pl.DataFrame) -> None:
    """Raises ValueError where a frame is not AHEAD: its columns, an unknown kind or state, an empty needed cell, a doubled event."""
    if dict(frame.schema) != SCHEMA:
        raise ValueError(f"the events ahead must have the columns {', '.join(SCHEMA)} with their dtypes")
    unknown = frame.filter(~pl.col("kind").is_in(KINDS))["kind"].unique().sort().to_list()
    if unknown:
        raise ValueError(f"no event ahead is of the kind {unknown[0]!r}; add it to transforms/outlook/ahead.py")
    odd = frame.filter(~pl.col("state").is_in(STATES))["state"].unique().sort().to_list()
    if odd:
        raise ValueError(f"no event ahead is in the state {odd[0]!r}; add it to transforms/outlook/ahead.py")
    for name in NEEDED:
        if frame[name].null_count():
            raise ValueError(f"every event ahead needs {name}")
    if frame.select(ONE_EVENT).is_duplicated().any():
        raise ValueError("an event ahead stands twice; put the parts together with sorted_")
