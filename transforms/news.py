"""What of a night's events is news to people: all of it, but of clients who are over only that they left."""

from __future__ import annotations

import polars as pl

from transforms.outlook import OVER

# Of who is over: came or gone, out of the pool, and what the rounds did to the invitation.
STILL_NEWS = ("client", "pool", "invited", "uninvited", "invitation_over")


def news(events: pl.DataFrame, candidates: pl.DataFrame) -> pl.DataFrame:
    """The events of a night (EVENTS) without those that mean nothing any more to clients who applied or left.

    `candidates` are the typed Candidates rows of the night. Who left the pool thereby is told with the pool_status.
    """
    over = candidates.filter(pl.col("pool_status").is_in(OVER)).select("client_id", "pool_status")
    told = events.join(over, on="client_id", how="left", maintain_order="left").filter(
        pl.col("pool_status").is_null() | pl.col("kind").is_in(STILL_NEWS)
    )
    left = pl.col("pool_status").is_not_null() & (pl.col("kind") == "pool")
    said = pl.format("{}: pool_status is {}", "text", "pool_status")
    return told.with_columns(pl.when(left).then(said).otherwise("text").alias("text")).select(events.columns)
