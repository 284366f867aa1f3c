"""Who is at or above the cut-off of a counted round, and who is close to one."""

from __future__ import annotations

import polars as pl

from reports.alerts import alert_lists
from reports.people.names import with_names
from reports.people.steps import with_last_days, with_steps
from reports.report.computed_once import computed_once
from reports.report.contents import ReportContents
from reports.wording.kinds import round_text
from transforms.model.wording import N_, _, named, phrase
from transforms.rounds.near import AFTER_ROUND, AFTER_TIE_BREAK, MET, ON_RECORD, SHORT, UNDETERMINED

STANDING_WORDS = {
    ON_RECORD: N_("invited by it, on record"),
    MET: N_("yes"),
    AFTER_ROUND: N_("score yes; profile submitted after the round"),
    AFTER_TIE_BREAK: N_("no: submitted after the tie-break"),
    UNDETERMINED: N_("undetermined"),
}
# The sure ones first, those whom the round invited last.
ORDER = (MET, AFTER_ROUND, AFTER_TIE_BREAK, UNDETERMINED, ON_RECORD)
DECLINED = "declined"
ELIGIBLE, OPEN = N_("yes"), N_("undetermined")


@computed_once
def at_or_above(contents: ReportContents) -> pl.DataFrame:
    """The clients at or above the cut-off of a counted round, and those whom it invited, one row a client and round.

    The columns of NEAR, name, case_owner, round_text, standing_text and invitation (String). Sure ones first, those whom
    the round invited last, whatever their score of the day; of these the newest round first, then the largest margin.
    """
    found = contents.near.filter(pl.col("standing") != SHORT)
    return (
        with_names(found, contents.people)
        .join(contents.people.select("client_id", "pool_status"), on="client_id", how="left", maintain_order="left")
        .with_columns(
            round_text().alias("round_text"),
            named(STANDING_WORDS, pl.col("standing")).alias("standing_text"),
            invitation().alias("invitation"),
        )
        .sort(
            _rank(), "held_on", "round", "margin", "client_id",
            descending=[False, True, True, True, False], maintain_order=True,
        )
    )  # fmt: skip


@computed_once
def close(contents: ReportContents) -> pl.DataFrame:
    """The clients a few points below the cut-off of a counted round, one row a client and round.

    The columns of NEAR, name, case_owner, round_text, points_short (Int16), eligible_text, and of the cheapest step its
    text, gain, effort, whether it is enough and for which other round (STEP; see `with_steps`), and how long the score
    lasts (`with_last_days`). Who is eligible for the round comes first; of these who lacks the fewest points.
    """
    found = contents.near.filter(pl.col("standing") == SHORT)
    eligible = pl.when("is_eligible").then(pl.lit(_(ELIGIBLE))).otherwise(pl.lit(_(OPEN)))
    short = with_names(found, contents.people).with_columns(
        round_text().alias("round_text"), (-pl.col("margin")).alias("points_short"), eligible.alias("eligible_text")
    )
    published = {one.number for one in contents.outcomes if one.number is not None}
    events = None if contents.coming is None else contents.coming.events
    lasting = with_last_days(short, events, alert_lists.TO_DO_DAYS, contents.as_of)
    return with_steps(lasting, contents.advice, published).sort(
        pl.col("is_eligible").is_null(), "points_short", "held_on", "client_id",
        descending=[False, False, True, False], maintain_order=True,
    )  # fmt: skip


def sure(at: pl.DataFrame) -> pl.DataFrame:
    """The rows of those who surely meet a cut-off with the score of the day."""
    return at.filter(pl.col("standing") == MET)


def invited(at: pl.DataFrame) -> pl.DataFrame:
    """The rows of those whom the round invited by their record, whatever their score of the day."""
    return at.filter(pl.col("standing") == ON_RECORD)


def invitation() -> pl.Expr:
    """The invitation that a client has on record, by its day and round, and that it was declined (String)."""
    day = pl.col("ita_issued_on").cast(pl.String)
    by_round = phrase(_("{day}, round {number}"), day=day, number=pl.col("ita_round"))
    stated = pl.when(pl.col("ita_round").is_null()).then(day).otherwise(by_round)
    is_denied = pl.col("ita_issued_on").is_null() & pl.col("is_answered") & (pl.col("pool_status") != DECLINED)
    return (
        pl.when(is_denied.fill_null(value=False))
        .then(pl.lit(_("none came, by the record")))
        .when(pl.col("ita_issued_on").is_null())
        .then(pl.lit(_("none")))
        .when(pl.col("pool_status") == DECLINED)
        .then(phrase(_("{invitation}, declined"), invitation=stated))
        .otherwise(stated)
    )


def _rank() -> pl.Expr:
    """The place of a standing among ORDER."""
    return pl.col("standing").replace_strict(ORDER, range(len(ORDER)), return_dtype=pl.Int8)
