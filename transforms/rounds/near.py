"""Which clients reach the cut-off of a recent round, and which miss it by a few points."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from transforms.rounds.invitations import says_no_invitation
from transforms.rounds.rounds import RoundOutcome, belongs, invited_on_record
from transforms.rules import Law

# The client is at or above the cut-off, and the tie-break lets the client in.
MET = "met"
# The firm's record has an invitation by this very round; the score of the day may be below its cut-off.
ON_RECORD = "on_record"
AFTER_TIE_BREAK = "after_tie_break"
# The score reaches the cut-off, and the profile was not in the pool when the round was held.
AFTER_ROUND = "after_round"
UNDETERMINED = "undetermined"
SHORT = "short"
# So many points below a cut-off are close to it.
CLOSE_POINTS = 10

NEAR: dict[str, pl.DataType] = {
    "client_id": pl.String(),
    "round": pl.String(),
    "kind": pl.String(),
    "held_on": pl.Date(),
    "cut_off": pl.Int16(),
    "crs_total": pl.Int16(),
    "margin": pl.Int16(),
    "standing": pl.String(),
    "is_eligible": pl.Boolean(),
    "ita_issued_on": pl.Date(),
    "ita_round": pl.String(),
    "is_answered": pl.Boolean(),
}


def near(outcomes: Sequence[RoundOutcome], scored: pl.DataFrame, law: Law, reach: int) -> pl.DataFrame:
    """The clients at or above the cut-offs of the recent rounds, or at most `reach` points below, as NEAR.

    Takes the rounds held on the clients and their scores of the day. One row a client and round: margin is crs_total less
    the cut-off. `is_eligible` says whether the client is in the pool of the day and belongs to the round's program or
    category (empty: undetermined); who is not eligible has no row. MET is who was in the pool when the round was held, by
    profile_submitted_at; AFTER_ROUND who submitted later. `ita_issued_on` and `ita_round` are the invitation on record.
    `is_answered` says that the record denies or declines an invitation by the round (invitations.says_no_invitation). Who was invited by the round itself is there whatever the score of the day, as ON_RECORD: a group of its own,
    which says nothing about the cut-off.
    """
    on_record = invited_on_record(scored, law.as_of)
    parts = [pl.DataFrame(schema=NEAR)]
    for outcome in outcomes:
        if not outcome.is_recent or outcome.cut_off is None:
            continue
        # Of most rounds nobody is close to the cut-off, and this look is all that they need.
        has_close = (outcome.candidates["distance"] >= -reach).any()
        if has_close or outcome.number in on_record["ita_round"]:
            parts.append(_of_round(outcome, scored, on_record, law, reach))
    return pl.concat(parts)


def _of_round(
    one: RoundOutcome, scored: pl.DataFrame, on_record: pl.DataFrame, law: Law, reach: int
) -> pl.DataFrame:  # fmt: skip
    """The rows of one round, in the order of its candidates, those on record first."""
    known = scored.select(
        "client_id",
        (pl.col("in_pool") & belongs(one.kind, law)).alias("is_eligible"),
    )  # fmt: skip
    invited = on_record.select("client_id", "ita_issued_on", "ita_round")
    meets = pl.col("meets_cut_off")
    status = (
        pl.when(pl.col("margin") < 0)
        .then(pl.lit(SHORT))
        .when(meets & pl.col("is_eligible") & (pl.col("outcome") == "invited"))
        .then(pl.lit(MET))
        .when(meets & pl.col("is_eligible") & (pl.col("outcome") == "not_invited"))
        .then(pl.lit(AFTER_ROUND))
        .when(~meets)
        .then(pl.lit(AFTER_TIE_BREAK))
        .otherwise(pl.lit(UNDETERMINED))
    )
    by_this = on_record.filter(pl.col("ita_round") == pl.lit(one.number, pl.String)).select("client_id", "crs_total")
    competing = (
        one.candidates.select("client_id", "crs_total", "outcome", "meets_cut_off", pl.col("distance").alias("margin"))
        .join(known, on="client_id", maintain_order="left")
        .filter(pl.col("is_eligible").fill_null(value=True) & (pl.col("margin") >= -reach))
        .with_columns(status.alias("standing"))
        .join(by_this, on="client_id", how="anti", maintain_order="left")
    )
    recorded = by_this.with_columns(
        (pl.col("crs_total") - pl.lit(one.cut_off, pl.Int16)).alias("margin"),
        pl.lit(ON_RECORD).alias("standing"),
        pl.lit(value=True).alias("is_eligible"),
    )
    number = pl.lit(one.number, pl.String)
    answers = scored.select("client_id", says_no_invitation(number).alias("is_answered"))
    return (
        pl.concat([recorded, competing], how="diagonal")
        .join(invited, on="client_id", how="left", maintain_order="left")
        .join(answers, on="client_id", how="left", maintain_order="left")
        .with_columns(
            pl.lit(one.number or one.question).alias("round"),
            pl.lit(one.kind).alias("kind"),
            pl.lit(one.date).alias("held_on"),
            pl.lit(one.cut_off, pl.Int16).alias("cut_off"),
        )
        .select(pl.col(name).cast(dtype) for name, dtype in NEAR.items())
    )
