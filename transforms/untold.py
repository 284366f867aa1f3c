"""Invitations that the published rounds gave by the score and the records do not tell of: what is to be entered of each."""

from __future__ import annotations

import polars as pl

from transforms.application import BETWEEN, PASSED
from transforms.deadlines import LAPSED_AFTER

KNOWN = "by round and score, not on record: "
IF_NOT = "not come or declined: enter declined and ita_round {}, then in the pool again"
# By the state of the invitation.
OF_ONE_THAT_WAITS = f"{KNOWN}if it came, enter ita_issued_on and ita_round; {IF_NOT}"
OF_ONE_THAT_LAPSED = (
    f"{KNOWN}if the client applied, enter ita_issued_on, ita_round and pool_status applied; if it lapsed, a new profile is "
    f"needed: enter its profile_submitted_at; {IF_NOT}"
)
OF_ONE_APPLIED_ON = f"{KNOWN}enter ita_issued_on and ita_round"


def in_applications(applications: pl.DataFrame, candidates: pl.DataFrame) -> pl.DataFrame:
    """The applications (APPLICATIONS), of each untold invitation with what is to be entered before all else in `why`.

    `candidates` are the typed Candidates rows as the firm wrote them, without the invitations of the rounds.
    """
    told = applications.join(_untold(applications, candidates), on="client_id", how="left", maintain_order="left")
    others = pl.when(pl.col("why") != "").then("why")
    known, is_lapsed = pl.col("to_enter").is_not_null(), pl.col("state") == "lapsed"
    return told.with_columns(
        pl.when(known & is_lapsed)
        .then(pl.concat_str(pl.lit(PASSED), "to_enter", separator=BETWEEN))
        .when(known)
        .then(pl.concat_str("to_enter", others, separator=BETWEEN, ignore_nulls=True))
        .otherwise("why")
        .alias("why")
    ).select(applications.columns)


def in_deadlines(events: pl.DataFrame, applications: pl.DataFrame, candidates: pl.DataFrame) -> pl.DataFrame:
    """The deadlines (frame `ahead.SCHEMA`), the last day of each untold invitation, and that it lapsed, with what is to be
    entered; the rest as `in_applications`.
    """
    told = events.join(_untold(applications, candidates), on="client_id", how="left", maintain_order="left")
    kind, known = pl.col("kind"), pl.col("to_enter").is_not_null()
    lapsed = pl.format(LAPSED_AFTER, "ita_issued_on", "deadline")
    return told.with_columns(
        pl.when(known & (kind == "ita_deadline"))
        .then(pl.concat_str("what", "to_enter", separator=BETWEEN))
        .when(known & (kind == "ita_lapsed"))
        .then(pl.concat_str(lapsed, "to_enter", separator=BETWEEN))
        .otherwise("what")
        .alias("what")
    ).select(events.columns)


def _untold(applications: pl.DataFrame, candidates: pl.DataFrame) -> pl.DataFrame:
    """The untold invitations: client_id, ita_issued_on, deadline and `to_enter` (String)."""
    named = [["client_id", "ita_issued_on"], ["client_id", "ita_round"]]
    untold = applications
    for name in named:
        untold = untold.join(candidates, on=name, how="anti", maintain_order="left")
    state = pl.col("state")
    to_enter = (
        pl.when(state == "applied")
        .then(pl.lit(OF_ONE_APPLIED_ON))
        .when(state == "lapsed")
        .then(pl.format(OF_ONE_THAT_LAPSED, "ita_round"))
        .otherwise(pl.format(OF_ONE_THAT_WAITS, "ita_round"))
    )
    return untold.select("client_id", "ita_issued_on", "deadline", to_enter.alias("to_enter"))
