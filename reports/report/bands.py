"""The pool's scores in bands, with who was invited and where the cut-offs lie."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import polars as pl

from reports.report import rounds
from reports.report.contents import ReportContents
from transforms.model.wording import _
from transforms.rounds.rounds import RoundOutcome, competing

WIDTHS = (10, 20, 50, 100)
MAX_BANDS = 24
MAX_NAMED = 2
# Scores further than this many quartile ranges from the middle half go into the open bands at the ends.
REACH = 1.5


@dataclass(frozen=True)
class Band:
    """One band of scores, `low` to `high` (empty: open), with how many of the pool stand in it and how they fared."""

    low: int | None
    high: int | None
    invited: int
    not_invited: int
    elsewhere: int
    cut_offs: str

    @property
    def all(self) -> int:
        return self.invited + self.not_invited + self.elsewhere

    @property
    def label(self) -> str:
        """The band in words, with the cut-offs that fall into it."""
        if self.low is None:
            scores = _("{high} and less").format(high=self.high)
        elif self.high is None:
            scores = _("{low} and more").format(low=self.low)
        else:
            scores = _("{low} to {high}").format(low=self.low, high=self.high)
        return f"{self.cut_offs} ▸  {scores}" if self.cut_offs else scores


def of_pool(contents: ReportContents) -> list[Band]:
    """The pool in bands of 10 points (or 20, 50, 100 where it is spread wide), the highest first.

    Each client of the pool counts once: invited by any of the rounds, in a round and not invited, or in none of them.
    """
    pool = _pool(contents)
    if pool.is_empty():
        return []
    edges = _edges(pool["crs_total"])
    found: Counter[tuple[int, str | None]] = Counter()
    for score, fate, count in pool.group_by("crs_total", "fate").len().iter_rows():
        found[bisect_right(edges, score), fate] += count
    made = [
        Band(
            low, None if high is None else high - 1,
            found[place, rounds.INVITED], found[place, rounds.NOT_INVITED], found[place, None],
            _cut_offs(rounds.recent(contents), low, high),
        )
        for place, (low, high) in enumerate(pairwise([None, *edges, None]))
    ]  # fmt: skip
    return made[::-1]


def _pool(contents: ReportContents) -> pl.DataFrame:
    """The pool's clients with crs_total and `fate`: the best that the rounds did for each, empty if in none."""
    fates = rounds.candidates(contents).filter(pl.col("outcome") != rounds.UNDETERMINED)
    best = fates.group_by("client_id").agg(pl.col("outcome").min().alias("fate"))
    return (
        contents.people.filter("in_pool")
        .select("client_id")
        .join(contents.scores.select("client_id", "crs_total"), on="client_id", how="left")
        .join(best, on="client_id", how="left")
    )


def _edges(scores: pl.Series) -> list[int]:
    """The bounds between the bands, rising: round numbers over the reach of the middle half of the scores."""
    first, third = (float(scores.quantile(share) or 0) for share in (0.25, 0.75))
    low = max(float(scores.min()), first - REACH * (third - first))  # type: ignore[arg-type]
    high = min(float(scores.max()), third + REACH * (third - first))  # type: ignore[arg-type]
    for width in WIDTHS:
        start, end = width * math.floor(low / width), width * (math.floor(high / width) + 1)
        if (end - start) / width <= MAX_BANDS:
            break
    return list(range(start, end + 1, width))


def _cut_offs(outcomes: Sequence[RoundOutcome], low: int | None, high: int | None) -> str:
    """The cut-offs within a band, of the rounds in which any of the firm's clients competed."""
    inside = {
        f"{rounds.kind(one)} {one.cut_off}"
        for one in outcomes
        if one.cut_off is not None
        and (low is None or low <= one.cut_off)
        and (high is None or one.cut_off < high)
        and competing(one)
    }
    return ", ".join(sorted(inside)) if len(inside) <= MAX_NAMED else f"{len(inside)} cut-offs"
