"""What of a night's events is news to people: all of it, but of clients who are over only that they left."""

from __future__ import annotations

from datetime import date

import polars as pl

from transforms.changes.changed_cells import DATA_CHANGED
from transforms.changes.changes import TRUE, WORDS
from transforms.model.calendar import completed_years
from transforms.model.vocabulary import ENDED_STATUSES
from transforms.model.wording import _, phrase
from transforms.outlook.application import WAITING, is_invited
from transforms.outlook.outlook_invited import disregarded

# Of who is over: came or gone, out of the pool, and what the rounds did to the invitation.
STILL_NEWS = ("client", "pool", "invited", "invitation_withdrawn", "invitation_ended", "status", "owner", "quarantined")
# What a birthday takes and IRPA 11.2 gives back.
TAKEN_BY_AGE = ("score", "eligibility")


def news(events: pl.DataFrame, candidates: pl.DataFrame, applications: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """The events of a night (EVENTS) without those that mean nothing any more to clients who applied or left.

    `candidates` are the typed Candidates rows of the night with the invitations of the rounds, `applications` their
    application stage. Who left the pool thereby is reported with the pool_status, and what a birthday takes from who
    waits to apply as disregarded, where it fell after the invitation.
    """
    over = candidates.filter(pl.col("pool_status").is_in(ENDED_STATUSES)).select("client_id", "pool_status")
    joined = events.join(over, on="client_id", how="left", maintain_order="left").filter(
        pl.col("pool_status").is_null() | pl.col("kind").is_in(STILL_NEWS)
    )
    left = pl.col("pool_status").is_not_null() & (pl.col("kind") == "pool")
    # Where data changed, the text names the changed cells.
    is_named = (pl.col("reason") == DATA_CHANGED).fill_null(value=False)
    with_status = phrase(_("{event}: pool_status is {status}"), event=pl.col("text"), status=pl.col("pool_status"))
    said = pl.when(is_named).then("text").otherwise(with_status)
    older = pl.col("client_id").is_in(_older_than_invited(candidates, applications, as_of))
    return joined.with_columns(
        pl.when(left)
        .then(said)
        .when(older & _taken_by_a_birthday())
        .then(disregarded(pl.col("text")))
        .otherwise("text")
        .alias("text")
    ).select(events.columns)


def _older_than_invited(candidates: pl.DataFrame, applications: pl.DataFrame, as_of: date) -> list[str]:
    """Who waits to apply on an invitation, and had a birthday after its day."""
    born, invited_on = pl.col("date_of_birth"), pl.col("ita_issued_on")
    older = candidates.filter(is_invited(as_of) & (completed_years(born, as_of) > completed_years(born, invited_on)))
    waiting = applications.filter(pl.col("state").is_in(WAITING))
    return older.join(waiting, on="client_id", how="semi")["client_id"].to_list()


def _taken_by_a_birthday() -> pl.Expr:
    loss = (pl.col("points") < 0).fill_null(pl.col("after") != WORDS[TRUE])
    return (pl.col("reason") == "birthday") & pl.col("kind").is_in(TAKEN_BY_AGE) & loss
