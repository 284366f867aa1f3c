"""The forecast against what happened, by how many days before the round it is made."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
import polars as pl

from transforms.backtest import FIRST_DAY
from transforms.futures import Calendar, Question, Span, check, path
from transforms.knowledge import Foreseen, Knowledge
from transforms.national_pool import Held, bands_of, crs_changes, held
from transforms.rounds import KINDS, RoundError
from transforms.rules import Rules

DAYS_AHEAD = (1, 7, 14, 30, 60, 90)
FUTURES = 400
SCHEMA = {
    "days_ahead": pl.Int16(),
    "round": pl.String(),
    "date": pl.Date(),
    "kind": pl.String(),
    "published": pl.Int16(),
    "last": pl.Int16(),
    "p10": pl.Float64(),
    "p50": pl.Float64(),
    "p90": pl.Float64(),
}
FIGURES_SCHEMA = {
    "kind": pl.String(),
    "days_ahead": pl.Int16(),
    "rounds": pl.Int64(),
    "persistence": pl.Float64(),
    "error": pl.Float64(),
    "covered": pl.Float64(),
}


def backtest_ahead(
    frame: pl.DataFrame,
    rules: Rules,
    start: date = FIRST_DAY,
    end: date | None = None,
    days_ahead: Sequence[int] = DAYS_AHEAD,
    futures: int = FUTURES,
) -> pl.DataFrame:
    """Each round from `start` to `end`, forecast so many days before it from what was published by then; columns as SCHEMA.

    Kind, day and number of invitations are given, as `drawline forecast --round KIND:SIZE@DATE` takes them. `last` is the
    newest cut-off of the kind that was published by the day of the forecast. Kept are the rounds that could be forecast at
    every distance, so that the distances compare the same rounds.
    """
    rounds = [one for one in held(frame) if end is None or one.date <= end]
    asked = sorted(
        ((one.date - timedelta(days=days), days, place) for place, one in enumerate(rounds) for days in days_ahead
         if one.date >= start),
    )  # fmt: skip
    known = Knowledge.of([], bands_of(frame), crs_changes(rules))
    by_kind: dict[str, list[Held]] = {}
    taken = 0
    rows = []
    for as_of, days, place in asked:
        while taken < len(rounds) and rounds[taken].date <= as_of:
            known.take(rounds[taken])
            by_kind.setdefault(rounds[taken].kind, []).append(rounds[taken])
            taken += 1
        one = rounds[place]
        earlier = by_kind.get(one.kind, [])
        foreseen = _foreseen(known, one, earlier, as_of, futures)
        if foreseen is not None:
            rows.append(
                (days, one.number, one.date, one.kind, one.cut_off, earlier[-1].cut_off, foreseen.p10, foreseen.p50,
                 foreseen.p90)
            )  # fmt: skip
    made = pl.DataFrame(rows, schema=SCHEMA, orient="row")
    every = pl.len().over("round") == len(days_ahead)
    return made.filter(every).sort("days_ahead", "date", "round", maintain_order=True)


def _foreseen(known: Knowledge, one: Held, earlier: Sequence[Held], as_of: date, futures: int) -> Foreseen | None:
    """A round as foreseen on a day; None where nothing is known of its kind."""
    if one.kind not in KINDS or not earlier:
        return None
    calendar = Calendar.of(earlier, as_of)
    question = Question(one.number, one.kind, one.size, one.date)
    try:
        check(question, known, calendar, as_of)
    except RoundError:
        return None
    rng = np.random.default_rng([known.seed, one.date.toordinal(), as_of.toordinal(), KINDS.index(one.kind)])
    _days, _sizes, lines = path(known, calendar, one.kind, (question,), Span(as_of, as_of), futures, rng).asked[-1]
    there = lines[np.isfinite(lines)]
    return Foreseen.of(there) if len(there) else None


def figures(forecasts: pl.DataFrame) -> pl.DataFrame:
    """By kind, most rounds first, over all kinds (`all`, first), and days ahead; columns as FIGURES_SCHEMA.

    persistence and error: mean absolute error in points of the last cut-off and of p50; covered: share of rounds within
    p10 to p90.
    """
    published = pl.col("published")
    both = pl.concat([forecasts.with_columns(pl.lit("all").alias("kind")), forecasts])
    return (
        both.group_by("kind", "days_ahead")
        .agg(
            pl.len().cast(pl.Int64).alias("rounds"),
            (pl.col("last") - published).abs().mean().alias("persistence"),
            (pl.col("p50") - published).abs().mean().alias("error"),
            published.is_between(pl.col("p10"), pl.col("p90")).mean().alias("covered"),
        )
        .sort("rounds", "kind", "days_ahead", descending=[True, False, False])
        .select(*FIGURES_SCHEMA)
    )
