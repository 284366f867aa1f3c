"""Places in the firm's pool and in the modelled national one, for scores that a lever would give."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from transforms.national_pool.national_pool import Ledger, bands_of, crs_changes, per_score, published_rounds
from transforms.rules import Law, Rules
from transforms.scoring.ranking import rank_keys

# More seconds than from 1970 to any profile: a point of the score weighs more than all of them.
SECONDS_OF_ALL_TIMES = 2**33


def order(law: Law) -> pl.Expr:
    """A number (Int64) that orders people as a round does: the lower, the earlier; empty without a score."""
    keys, _ = rank_keys(law)
    seconds = pl.lit(0)
    if "profile_submitted_at" in keys:
        seconds = pl.col("profile_submitted_at").dt.epoch("s").fill_null(SECONDS_OF_ALL_TIMES - 1)
    return seconds - pl.col("crs_total").cast(pl.Int64) * SECONDS_OF_ALL_TIMES


@dataclass(frozen=True, eq=False)
class FirmPool:
    """The order of everybody in the firm's own pool, rising."""

    ordered: pl.Series

    @classmethod
    def of(cls, scored: pl.DataFrame, law: Law) -> FirmPool:
        """The pool of all scored clients."""
        return cls(scored.filter("in_pool").select(order(law).alias("order")).to_series().sort())

    def place(self, now: pl.Series, was: pl.Series) -> pl.Series:
        """The place (UInt32) of somebody with an order, who had another in the pool (empty: was not there)."""
        ahead = self.ordered.search_sorted(now.fill_null(0), side="left")
        places = pl.DataFrame({"ahead": ahead, "now": now, "was": was})
        own = (pl.col("was") < pl.col("now")).fill_null(value=False).cast(pl.UInt32)
        return places.select(
            pl.when(pl.col("now").is_not_null()).then(pl.col("ahead").cast(pl.UInt32) + 1 - own).alias("place")
        ).to_series()


@dataclass(frozen=True, eq=False)
class Nation:
    """The modelled national pool of a day: how many people are ahead of each score below the nominees'.

    `ahead` (Float64) by score from `lowest` up, `people` how many there are in all. Among nominees no place is modelled.
    """

    lowest: int
    ahead: pl.Series
    people: float = 0.0

    @classmethod
    def of(cls, frame: pl.DataFrame, rules: Rules, as_of: date) -> Nation | None:
        """The pool as the rounds of a rounds frame up to a day show it; None before the first distribution."""
        bands = bands_of(frame)
        ledger = Ledger(bands, crs_changes(rules))
        for one in published_rounds(frame):
            if one.date > as_of:
                break
            if one.distribution is not None:
                ledger.publish(one.distribution)
            ledger.invite(one)
        if ledger.last is None:
            return None
        people = ledger.on(as_of)
        above = np.cumsum(per_score(people, bands)[::-1])[::-1]
        ahead = people[-1] + np.append(above[1:], 0.0)
        return cls(bands.lows[0], pl.Series("ahead", ahead), float(people.sum()))

    def place(self, scores: pl.Series) -> pl.Series:
        """The place (UInt32) of a score, people with the same score not ahead; empty for the scores of nominees."""
        row = scores.cast(pl.Int64) - self.lowest
        inside = row.is_between(0, self.ahead.len() - 1)
        found = self.ahead.gather(row.clip(0, self.ahead.len() - 1))
        return (
            pl.DataFrame({"inside": inside, "ahead": found})
            .select(pl.when("inside").then(pl.col("ahead").round().cast(pl.UInt32) + 1).alias("place"))
            .to_series()
        )
