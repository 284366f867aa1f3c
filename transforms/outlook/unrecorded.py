"""Invitations that the published rounds gave by the score and the records lack: what is to be entered of each."""

from __future__ import annotations

import polars as pl

from transforms.model.wording import N_, _, phrase
from transforms.outlook import ahead
from transforms.outlook.application import BETWEEN, PASSED
from transforms.outlook.deadlines import lapsed_after

# By the state of the invitation.
OF_ONE_THAT_WAITS = N_(
    "by round and score, not on record: if it came, enter ita_issued_on and ita_round; declined: enter declined and "
    "ita_round {round}; none came: enter in_pool and ita_round {round}, ita_issued_on empty"
)
OF_ONE_THAT_LAPSED = N_(
    "by round and score, not on record: if the client applied, enter ita_issued_on, ita_round and pool_status applied; if "
    "it lapsed, a new profile is needed: enter its profile_submitted_at; declined: enter declined and ita_round {round}; "
    "none came: enter in_pool and ita_round {round}, ita_issued_on empty"
)
OF_ONE_APPLIED_ON = N_("by round and score, not on record: enter ita_issued_on and ita_round")


def in_applications(applications: pl.DataFrame, candidates: pl.DataFrame) -> pl.DataFrame:
    """The applications (APPLICATIONS), of each unrecorded invitation with what is to be entered before all else in `why`.

    `candidates` are the typed Candidates rows as the firm wrote them, without the invitations of the rounds.
    """
    joined = applications.join(_unrecorded(applications, candidates), on="client_id", how="left", maintain_order="left")
    others = pl.when(pl.col("why") != "").then("why")
    known, is_lapsed = pl.col("to_enter").is_not_null(), pl.col("state") == "lapsed"
    return joined.with_columns(
        pl.when(known & is_lapsed)
        .then(pl.concat_str(pl.lit(PASSED), "to_enter", separator=BETWEEN))
        .when(known)
        .then(pl.concat_str("to_enter", others, separator=BETWEEN, ignore_nulls=True))
        .otherwise("why")
        .alias("why")
    ).select(applications.columns)


def in_deadlines(events: pl.DataFrame, applications: pl.DataFrame, candidates: pl.DataFrame) -> pl.DataFrame:
    """The deadlines (frame `ahead.SCHEMA`), the last day of each unrecorded invitation, and that it lapsed, with what is to
    be entered and `ahead.UNRECORDED` as their state; the rest as `in_applications`.
    """
    joined = events.join(_unrecorded(applications, candidates), on="client_id", how="left", maintain_order="left")
    kind, known = pl.col("kind"), pl.col("to_enter").is_not_null()
    of_invitations = kind.is_in(["ita_deadline", "ita_lapsed"])
    return joined.with_columns(
        pl.when(known & of_invitations).then(pl.lit(ahead.UNRECORDED)).otherwise("state").alias("state"),
        pl.when(known & (kind == "ita_deadline"))
        .then(pl.concat_str("what", "to_enter", separator=BETWEEN))
        .when(known & (kind == "ita_lapsed"))
        .then(pl.concat_str(lapsed_after(), "to_enter", separator=BETWEEN))
        .otherwise("what")
        .alias("what"),
    ).select(events.columns)


def _unrecorded(applications: pl.DataFrame, candidates: pl.DataFrame) -> pl.DataFrame:
    """The unrecorded invitations: client_id, ita_issued_on, deadline and `to_enter` (String)."""
    named = [["client_id", "ita_issued_on"], ["client_id", "ita_round"]]
    unrecorded = applications
    for name in named:
        unrecorded = unrecorded.join(candidates, on=name, how="anti", maintain_order="left")
    state = pl.col("state")
    to_enter = (
        pl.when(state == "applied")
        .then(pl.lit(_(OF_ONE_APPLIED_ON)))
        .when(state == "lapsed")
        .then(phrase(_(OF_ONE_THAT_LAPSED), round=pl.col("ita_round")))
        .otherwise(phrase(_(OF_ONE_THAT_WAITS), round=pl.col("ita_round")))
    )
    return unrecorded.select("client_id", "ita_issued_on", "deadline", to_enter.alias("to_enter"))
