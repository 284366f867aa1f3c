"""Clients whom a published round takes, though no invitation is on record: what is to be checked, and by when to apply."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import polars as pl

from transforms.model.wording import N_, _, phrase
from transforms.outlook import ahead
from transforms.rounds.near import MET
from transforms.rounds.rounds import Round
from transforms.rules import Rules
from transforms.rules.lookup import in_force_on

DAY = timedelta(days=1)
BETWEEN = ", "
OPEN, CLOSED = "ita_deadline", "ita_lapsed"
WHAT = N_("round {round} of {held_on} takes the client by the score of {as_of}; no invitation is on record")
# What of the engine touches only who is in the pool: who holds an invitation is out of it.
OF_THE_POOL = ("birthday", "profile_expires", "work_window")
# What the engine says of a score that an application is tested on.
OF_THE_SCORE = (*ahead.ENGINE_KINDS, "nomination_expires")


def with_unconfirmed(
    events: pl.DataFrame, near: pl.DataFrame, published: Sequence[Round], rules: Rules, as_of: date
) -> pl.DataFrame:
    """Events ahead (frame `ahead.SCHEMA`) with the invitations that nobody has confirmed yet.

    `near` is the frame of transforms.rounds.near. One event a client: of the rounds that surely take the client and of which the
    record says nothing, the first whose window to apply (rounds.ita_window_days) is still open; where none is, the last
    one, as lapsed. `item` is that round, `detail` names all the rounds of the client that are as open, or as lapsed, where
    there are several, in the order in which they were held. Clients with an invitation among the events already are left as they are. Of the others, what counts
    for the pool alone goes, and an expiry with which the score stays at the cut-off is nothing to act on.
    """
    numbers = [one.number for one in published if one.date <= as_of]
    known = events.filter(pl.col("kind").is_in([OPEN, CLOSED])).select("client_id")
    window = in_force_on(rules.parameter("rounds.ita_window_days"), pl.col("held_on"), pl.Int64())
    found = (
        taken(near, numbers)
        .join(known, on="client_id", how="anti", maintain_order="left")
        .with_columns((pl.col("held_on") + pl.duration(days=window)).alias("deadline"))
        .with_columns((pl.col("deadline") >= as_of).alias("is_open"))
    )  # fmt: skip
    is_open = pl.col("is_open")
    age = pl.when(is_open).then(pl.col("held_on").to_physical()).otherwise(-pl.col("held_on").to_physical())
    alike = found.sort("held_on", "round", maintain_order=True).group_by("client_id", "is_open", maintain_order=True)
    several = alike.agg(pl.when(pl.len() > 1).then(pl.col("round").str.join(BETWEEN)).alias("rounds"))
    first = found.sort(~is_open, age, "round", maintain_order=True).unique(
        "client_id", keep="first", maintain_order=True
    )
    first = first.join(several, on=["client_id", "is_open"], how="left", maintain_order="left")
    made = ahead.of(
        first.select(
            "client_id",
            pl.when(is_open).then("deadline").otherwise(pl.col("deadline") + DAY).alias("on"),
            pl.when(is_open).then(pl.lit(OPEN)).otherwise(pl.lit(CLOSED)).alias("kind"),
            phrase(
                _(WHAT),
                round=pl.col("round"), held_on=pl.col("held_on").cast(pl.String), as_of=pl.lit(as_of.isoformat()),
            ).alias("what"),
            pl.when(is_open).then("deadline").otherwise(pl.lit(as_of, pl.Date)).alias("act_by"),
            pl.format("round {}", "round").alias("subject"),
            pl.lit(ahead.UNRECORDED).alias("state"),
            pl.col("round").alias("item"),
            pl.col("rounds").alias("detail"),
            pl.col("held_on").alias("since"),
        )
    )  # fmt: skip
    return ahead.sorted_([_of_who_waits(events, first.filter("is_open")), made])


def taken(near: pl.DataFrame, numbers: Sequence[str]) -> pl.DataFrame:
    """The rows of transforms.rounds.near of clients whom a round of some numbers surely takes, the record saying nothing of it."""
    says_more = (pl.col("ita_issued_on") >= pl.col("held_on")) | (pl.col("ita_round") == pl.col("round"))
    is_known = (says_more | pl.col("is_answered")).fill_null(value=False)
    return near.filter((pl.col("standing") == MET) & pl.col("round").is_in(list(numbers)) & ~is_known)


def _of_who_waits(events: pl.DataFrame, waiting: pl.DataFrame) -> pl.DataFrame:
    """The events in which those of waiting clients (client_id, deadline, cut_off) say what touches an application."""
    own = events.join(
        waiting.select("client_id", "deadline", "cut_off", waits=True),
        on="client_id",
        how="left",
        maintain_order="left",
    )
    stays = (
        pl.col("waits")
        & pl.col("kind").is_in(OF_THE_SCORE)
        & (pl.col("points_after") >= pl.col("cut_off"))
        & pl.col("programs_before").is_null()
        & pl.col("categories_before").is_null()
    ).fill_null(value=False)
    of_the_pool = pl.col("waits").fill_null(value=False) & pl.col("kind").is_in(OF_THE_POOL)
    return own.with_columns(pl.when(~stays).then("act_by").alias("act_by")).filter(~of_the_pool).select(events.columns)
