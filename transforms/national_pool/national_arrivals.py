"""Who comes into the national pool and leaves it over a plan of rounds, as the published distributions show it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import numpy as np
import polars as pl

from transforms.model.vocabulary import OTTAWA
from transforms.national_pool.knowledge import Knowledge
from transforms.national_pool.national_groups import RoundInPlan, arrivals_by_score, newcomers_by_score
from transforms.national_pool.national_pool import Floats, movements
from transforms.national_pool.synthetic_pool import (
    GROUPED,
    SECONDS_A_DAY,
    nominee_scores,
    nominees_on,
    people_of,
    whole,
)
from transforms.rounds.rounds import CATEGORIES
from transforms.simulation.plan import Plan, PlannedRound

# In the highest bands below the nominees, and in the others: mean days that people stay at their score, unless they are
# invited, until the profile ends, is withdrawn, or moves; and days after which arrivals that were seen count half.
BANDS_NEAR = 3
STAY_NEAR, STAY_FAR = 100.0, 160.0
HALF_LIFE_NEAR, HALF_LIFE_FAR = 60.0, 365.0
# Of a day, before which nobody submits.
FIRST_HOUR = 0.25


@dataclass(frozen=True)
class Nominated:
    """Nominees who come from and to so many days after a plan's start, and the day of the round that takes all of them."""

    since: float
    to: float
    count: int
    taken_on: date | None


@dataclass(frozen=True)
class Nominees:
    """The nominees who come in a plan, and how many of those in the pool leave at once."""

    coming: tuple[Nominated, ...]
    leaving: int


def arrivals_a_day(known: Knowledge, day: date) -> Floats:
    """People who come into each band a day (Float64), as the distributions up to a day show it.

    Between two distributions: after less before, with the invited and with those who left, one in so many days that people stay
    (nominees do until they are invited). Profiles that run out and are renewed neither come nor leave.
    """
    ledger = known.ledger
    seen = movements(known.rounds, ledger.bands, ledger.changes).filter(~pl.col("crs_changed"))
    if seen.is_empty():
        return np.zeros(len(ledger.bands.lows))
    days = (pl.col("after_as_of") - pl.col("before_as_of")).dt.total_days()
    near = pl.col("low") >= ledger.bands.lows[-1 - BANDS_NEAR]
    stays = (
        pl.when(pl.col("low") == ledger.bands.lows[-1])
        .then(0.0)
        .otherwise(1 / pl.when(near).then(STAY_NEAR).otherwise(STAY_FAR))
    )
    half_life = pl.when(near).then(HALF_LIFE_NEAR).otherwise(HALF_LIFE_FAR)
    age = (pl.lit(day) - pl.col("after_as_of")).dt.total_days()
    net = (pl.col("after") - pl.col("before") + pl.col("invited")) / days
    weight = days * pl.lit(0.5).pow(age / half_life)
    came = (
        seen.with_columns(
            (net + stays * (pl.col("before") + pl.col("after")) / 2).alias("came"), weight.alias("weight")
        )
        .group_by("low")
        .agg((pl.col("came") * pl.col("weight")).sum() / pl.col("weight").sum())
        .sort("low")["came"]
    )
    return np.maximum(came.to_numpy(), 0.0)


def with_flows(known: Knowledge, plan: Plan, people: pl.DataFrame) -> pl.DataFrame:
    """People of a pool, with those who come from the day after a plan's start to its end, and the days on which they leave.

    As ScoredPool takes them: beside the columns of `people` (client_id, crs_total, profile_submitted_at, is_nominated
    at least) `leaves_on` (Date), and of those who come the flags of synthetic_pool.SCHEMA and category_<kind> (Boolean).
    So many come into each band as the distributions up to the start show, and of each kind as many as its rounds show.
    The sizes of PNP rounds show the nominees.
    """
    is_nominated = pl.col("is_nominated").fill_null(value=False)
    a_day = arrivals_a_day(known, plan.start)
    nominees = nominees_of(known, plan, people.filter(is_nominated).height, float(a_day[-1]))
    rng = np.random.default_rng([plan.seed, plan.start.toordinal(), 2])
    first = nominees.coming[0].taken_on
    at_once = min(plan.start + timedelta(days=1), plan.rounds[0].date)
    there = people.with_columns(
        _stays(people["crs_total"], pl.lit(plan.start), known, rng).alias("stays_until"),
        pl.when(is_nominated.cum_sum() <= nominees.leaving)
        .then(pl.lit(at_once))
        .otherwise(pl.lit(_day_after(first), dtype=pl.Date))
        .alias("taken_until"),
    )
    coming = _arrivals(known, plan, a_day, nominees)
    came = pl.col("profile_submitted_at").dt.date()
    coming = coming.with_columns(_stays(coming["crs_total"], came, known, rng).alias("stays_until"))
    leaves = pl.when(is_nominated).then("taken_until").otherwise("stays_until")
    given = [pl.col("leaves_on")] if "leaves_on" in people.columns else []
    everybody = pl.concat([there, coming], how="diagonal").with_columns(
        pl.min_horizontal(*given, leaves).alias("leaves_on")
    )
    return everybody.drop("stays_until", "taken_until")


def _stays(scores: pl.Series, came: pl.Expr, known: Knowledge, rng: np.random.Generator) -> pl.Expr:
    """The day (Date) on which people leave who came on a day: one in so many days that people stay at their score."""
    is_near = scores.to_numpy() >= known.ledger.bands.lows[-1 - BANDS_NEAR]
    days = pl.Series(np.ceil(rng.exponential(np.where(is_near, STAY_NEAR, STAY_FAR))).astype(np.int64))
    return came + pl.duration(days=pl.lit(days))


def _day_after(day: date | None) -> date | None:
    return None if day is None else day + timedelta(days=1)


def number_of_arrivals(known: Knowledge, plan: Plan) -> int:
    """How many people come from a plan's start to its end, without the nominees."""
    return round(float(arrivals_a_day(known, plan.start)[:-1].sum()) * (plan.end - plan.start).days)


def _arrivals(known: Knowledge, plan: Plan, a_day: Floats, nominees: Nominees) -> pl.DataFrame:
    """Those who come: so many a day into each band, and the nominees; columns as with_flows says."""
    rng = np.random.default_rng([plan.seed, plan.start.toordinal(), 1])
    days = (plan.end - plan.start).days
    scores = known.ledger.bands.scores
    density = newcomers_by_score(known, a_day)
    counts = whole(density * days)
    shares = {kind: arrivals_by_score(known, kind, plan.start, density) / np.maximum(density, 1e-9) for kind in GROUPED}
    nominated = [nominee_scores(known, one.count) for one in nominees.coming]
    for scores_of_part in nominated:
        rng.shuffle(scores_of_part)
    nominated_on = [rng.uniform(one.since, one.to, one.count) for one in nominees.coming]
    taken_until = [day for one in nominees.coming for day in [_day_after(one.taken_on)] * one.count]
    arrived_on = rng.uniform(0, days, int(counts.sum()))
    moments = _moments(plan.start, np.concatenate([*nominated_on, arrived_on]))
    people = people_of(
        np.concatenate([*nominated, np.repeat(scores, counts)]), len(taken_until), shares, moments, rng
    ).with_columns(pl.Series("taken_until", taken_until + [None] * len(arrived_on), dtype=pl.Date))
    named = pl.col("categories").fill_null("").str.split("|")
    return people.with_columns(
        pl.format(f"arrival-{plan.start}-{{}}", pl.int_range(1, pl.len() + 1)).alias("client_id"),
        *(named.list.contains(kind).alias(f"category_{kind}") for kind in CATEGORIES),
    ).drop("categories")


def nominees_of(known: Knowledge, plan: Plan, there: int, a_day: float) -> Nominees:
    """The nominees who come between the rounds of a plan that take them, if so many are there at its start.

    Before a PNP round there are as many as it invites. A general round reaches beyond the nominees; before it as many
    come as between PNP rounds otherwise (without two of these: `a_day`). Where the first round shows fewer than are
    there, the others leave.
    """
    taking = [one for one in plan.rounds if one.kind in ("PNP", "general")]
    spans = _spans(plan.start, taking)
    sized = [(to - since, one.size or 0) for (since, to), one in zip(spans, taking, strict=True) if _shows(one)][1:]
    days_seen = sum(days for days, _size in sized)
    rate = sum(size for _days, size in sized) / days_seen if days_seen else a_day
    left, leaving = float(there), 0
    found: list[Nominated] = []
    for (since, to), one in zip(spans, taking, strict=True):
        usual = rate * (to - since)
        wanted = float(one.size or 0) if _shows(one) else left + usual
        if one.kind == "general" and one.size is not None:
            asked = RoundInPlan("general", one.size)
            wanted = min(wanted, float(nominees_on(known, one.date, round(wanted), asked)))
        if not found:
            leaving = max(round(left - wanted), 0)
            left -= leaving
        found.append(
            Nominated(min(since, to - 1), to, max(round(wanted - left), 0), None if one.size is None else one.date)
        )
        # Whoever is not invited leaves: nearly all nominees are.
        left = left + found[-1].count if one.size is None else 0.0
    last, end = spans[-1][1] if spans else 0.0, float((plan.end - plan.start).days)
    found.append(Nominated(last, end, round(rate * (end - last)), None))
    return Nominees(tuple(found), leaving)


def _shows(one: PlannedRound) -> bool:
    """Does a round show how many nominees there are?"""
    return one.kind == "PNP" and one.size is not None


def _spans(start: date, rounds: Sequence[PlannedRound]) -> list[tuple[float, float]]:
    """From each round's predecessor to its day, in days after the start."""
    days = [float((one.date - start).days) for one in rounds]
    return list(zip([0.0, *days[:-1]], days, strict=True))


def _moments(start: date, days: Floats) -> pl.Series:
    """Moments in the day that lies so many days after a start, from 6 a.m. to midnight in Ottawa."""
    whole_days = np.floor(days)
    seconds = np.floor((FIRST_HOUR + (days - whole_days) * (1 - FIRST_HOUR)) * SECONDS_A_DAY)
    first = datetime.combine(start + timedelta(days=1), time())
    local = pl.lit(first) + pl.duration(
        days=pl.lit(pl.Series(whole_days.astype(np.int64))), seconds=pl.lit(pl.Series(seconds.astype(np.int64)))
    )
    return pl.select(
        local.dt.replace_time_zone(OTTAWA).dt.convert_time_zone("UTC").alias("profile_submitted_at")
    ).to_series()
