"""Whom a loss of points takes below, or further below, the cut-off of a recent round that is within reach."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from transforms.model.calendar import months_later
from transforms.rounds.rounds import CATEGORIES, Round, belongs, latest_of_each_kind
from transforms.rules import Law
from transforms.scoring import categories

CUT_OFFS = {"client_id": pl.String(), "kind": pl.String(), "round": pl.String(), "cut_off": pl.Int16()}


def cut_offs(scored: pl.DataFrame, published: Sequence[Round], law: Law, months: int) -> pl.DataFrame:
    """The last round of each kind of the last months for which each client in the pool is eligible, as CUT_OFFS.

    `scored` has one row a client with in_pool, eligibility and categories on the day of the law. A category that is not
    in force on the day counts no more.
    """
    since = months_later(law.as_of, -months)
    in_force = categories.in_force(law)
    parts = [pl.DataFrame(schema=CUT_OFFS)]
    for one in latest_of_each_kind(published, law.as_of):
        if one.date < since or (one.kind in CATEGORIES and one.kind not in in_force):
            continue
        own = scored.filter(pl.col("in_pool") & belongs(one.kind, law))
        parts.append(
            own.select(
                "client_id", pl.lit(one.kind).alias("kind"), pl.lit(one.number).alias("round"),
                pl.lit(one.cut_off, pl.Int16).alias("cut_off"),
            )
        )  # fmt: skip
    return pl.concat(parts)


def crossing(events: pl.DataFrame, lines: pl.DataFrame, margin: int) -> pl.DataFrame:
    """The events (client_id, on, points_before, points_after) after which a client is below a cut-off within reach.

    Within reach is a cut-off of `lines` (CUT_OFFS) that the score before reaches, which the loss then crosses, or misses by
    at most `margin` points, below which the loss takes the client further. Returns client_id and on, each once, with the
    lowest such cut-off, one that is crossed before any other: its kind, cut_off, and points_short (Int16), what the score
    after the loss misses it by.
    """
    reaches = pl.col("points_before") >= pl.col("cut_off") - margin
    falls_below = pl.col("points_after") < pl.col("cut_off")
    return (
        events.filter(pl.col("points_after") < pl.col("points_before"))
        .select("client_id", "on", "points_before", "points_after")
        .join(lines, on="client_id")
        .filter(reaches & falls_below)
        .sort("client_id", "on", "cut_off", "kind")
        .unique(["client_id", "on"], keep="first", maintain_order=True)
        .select(
            "client_id",
            "on",
            "kind",
            "cut_off",
            (pl.col("cut_off") - pl.col("points_after")).cast(pl.Int16).alias("points_short"),
        )
    )
