"""Who comes into the national pool and leaves it over a plan of rounds, as the published distributions show it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl

from transforms.knowledge import Knowledge
from transforms.national_groups import arrivals_by_score, newcomers_by_score
from transforms.national_pool import Floats, movements
from transforms.plan import Plan, PlannedRound
from transforms.ranking import OTTAWA
from transforms.rounds import CATEGORIES
from transforms.synthetic_pool import SECONDS_A_DAY, nominee_scores, people_of, whole

# Mean days that people stay at their score, unless they are invited: until the profile ends, is withdrawn, or moves.
STAY_DAYS = 160.0
# Days after which arrivals that were seen count half, in the highest bands below the nominees, and in the others.
HALF_LIFE_NEAR, HALF_LIFE_FAR = 120.0, 365.0
BANDS_NEAR = 3
KINDS = ("CEC", "FSW", "FST", *CATEGORIES)


def arrivals_a_day(known: Knowledge, day: date) -> Floats:
    """People who come into each band a day (Float64), as the distributions up to a day show it.

    Between two distributions: after less before, with the invited and with those who left, one in STAY_DAYS a day
    (nominees stay). Profiles that run out and are renewed neither come nor leave.
    """
    ledger = known.ledger
    seen = movements(known.rounds, ledger.bands, ledger.changes).filter(~pl.col("crs_changed"))
    if seen.is_empty():
        return np.zeros(len(ledger.bands.lows))
    days = (pl.col("after_as_of") - pl.col("before_as_of")).dt.total_days()
    stays = pl.when(pl.col("low") == ledger.bands.lows[-1]).then(0.0).otherwise(1 / STAY_DAYS)
    near = pl.col("low") >= ledger.bands.lows[-1 - BANDS_NEAR]
    half_life = pl.when(near).then(HALF_LIFE_NEAR).otherwise(HALF_LIFE_FAR)
    age = (pl.lit(day) - pl.col("after_as_of")).dt.total_days()
    net = (pl.col("after") - pl.col("before") + pl.col("invited")) / days
    weight = days * pl.lit(0.5).pow(age / half_life)
    came = (
        seen.with_columns((net + stays * (pl.col("before") + pl.col("after")) / 2).alias("came"), weight.alias("weight"))
        .group_by("low")
        .agg((pl.col("came") * pl.col("weight")).sum() / pl.col("weight").sum())
        .sort("low")["came"]
    )
    return np.maximum(came.to_numpy(), 0.0)


def national_arrivals(known: Knowledge, plan: Plan) -> pl.DataFrame:
    """Those who come into the pool from the day after a plan's start to its end, as ScoredPool takes them.

    client_id, crs_total (Int16), profile_submitted_at, the flags of synthetic_pool.SCHEMA, and category_<kind>
    (Boolean). So many come into each band as the distributions up to the start show; of each kind so many as its rounds
    show. Before a PNP round of the plan so many nominees come as it invites.
    """
    rng = np.random.default_rng([plan.seed, plan.start.toordinal(), 1])
    days = (plan.end - plan.start).days
    a_day = arrivals_a_day(known, plan.start)
    scores = known.ledger.bands.scores
    density = newcomers_by_score(known, a_day)
    counts = whole(density * days)
    shares = {
        kind: arrivals_by_score(known, kind, plan.start, density) / np.maximum(density, 1e-9) for kind in KINDS
    }
    nominees, nominated_at = _nominees(known, plan, float(a_day[-1]), rng)
    arrived_at = rng.uniform(0, days, int(counts.sum()))
    people = people_of(
        np.concatenate([nominees, np.repeat(scores, counts)]), len(nominees), shares,
        _moments(plan.start, np.concatenate([nominated_at, arrived_at])), rng,
    )  # fmt: skip
    named = pl.col("categories").fill_null("").str.split("|")
    return people.with_columns(
        pl.format(f"arrival-{plan.start}-{{}}", pl.int_range(1, pl.len() + 1)).alias("client_id"),
        *(named.list.contains(kind).alias(f"category_{kind}") for kind in CATEGORIES),
    ).drop("categories")


def _nominees(known: Knowledge, plan: Plan, a_day: float, rng: np.random.Generator) -> tuple[np.ndarray, Floats]:
    """Scores of the nominees who come in a plan, and the days after its start on which they do (Float64)."""
    scores, moments = [np.empty(0, dtype=int)], [np.empty(0)]
    for first, last, count in nominees_between(known, plan, a_day):
        found = nominee_scores(known, count)
        rng.shuffle(found)
        scores.append(found)
        moments.append(rng.uniform(first, last, count))
    return np.concatenate(scores), np.concatenate(moments)


def nominees_between(known: Knowledge, plan: Plan, a_day: float) -> list[tuple[float, float, int]]:
    """The nominees who come between the rounds of a plan that take them: from and to (days after the start), how many.

    Before a PNP round as many as it invites, less those who are in the pool at the start; before a general round as
    many as come between PNP rounds otherwise (without any: `a_day`).
    """
    taking = [one for one in plan.rounds if one.kind in ("PNP", "general")]
    spans = _spans(plan.start, taking)
    sized = [(to - since, one.size) for (since, to), one in zip(spans, taking, strict=True) if _shows(one)]
    rate = sum(size or 0 for _days, size in sized[1:]) / max(sum(days for days, _size in sized[1:]), 1.0)
    rate = rate if len(sized) > 1 else a_day
    there = float(known.ledger.on(plan.start)[-1])
    found = []
    for (since, to), one in zip(spans, taking, strict=True):
        come = max((one.size or 0) - there, 0.0) if _shows(one) else rate * (to - since)
        found.append((since, to, round(come)))
        there = max(there + come - (one.size or 0), 0.0)
    last = spans[-1][1] if spans else 0.0
    end = float((plan.end - plan.start).days)
    if end > last:
        found.append((last, end, round(rate * (end - last))))
    return found


def _shows(one: PlannedRound) -> bool:
    """Does a round show how many nominees there are?"""
    return one.kind == "PNP" and one.size is not None


def _spans(start: date, rounds: Sequence[PlannedRound]) -> list[tuple[float, float]]:
    """From each round's predecessor to its day, in days after the start."""
    days = [float((one.date - start).days) for one in rounds]
    return list(zip([0.0, *days[:-1]], days, strict=True))


def with_leavers(people: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    """People with the day on which they leave the pool, `leaves_on` (Date): one in STAY_DAYS a day; nominees stay.

    A day that they have already stays where it is the earlier.
    """
    rng = np.random.default_rng([plan.seed, plan.start.toordinal(), 2])
    came = pl.max_horizontal(pl.col("profile_submitted_at").dt.date(), pl.lit(plan.start))
    stay = pl.Series(np.ceil(rng.exponential(STAY_DAYS, people.height)).astype(np.int64))
    leaves = pl.when(~pl.col("is_nominated").fill_null(value=False)).then(came + pl.duration(days=stay))
    given = [pl.col("leaves_on")] if "leaves_on" in people.columns else []
    return people.with_columns(pl.min_horizontal(*given, leaves).alias("leaves_on"))


def _moments(start: date, days: Floats) -> pl.Series:
    """Moments so many days after the end of a day in Ottawa."""
    first = int(datetime.combine(start + timedelta(days=1), time(), ZoneInfo(OTTAWA)).timestamp())
    seconds = (days * SECONDS_A_DAY).astype(np.int64)
    return pl.Series("profile_submitted_at", (first + seconds) * 1_000_000).cast(pl.Datetime("us", "UTC"))
