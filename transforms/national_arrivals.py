"""Who comes into the national pool and leaves it over a plan of rounds, as the published distributions show it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl

from transforms.knowledge import Knowledge
from transforms.national_groups import arrivals_by_score, newcomers_by_score
from transforms.lines import NOMINEES_INSTEAD
from transforms.national_pool import Floats, movements
from transforms.plan import Plan, PlannedRound
from transforms.ranking import OTTAWA
from transforms.rounds import CATEGORIES
from transforms.synthetic_pool import SECONDS_A_DAY, Asked, nominee_scores, nominees_on, people_of, whole

# In the highest bands below the nominees, and in the others: mean days that people stay at their score, unless they are
# invited, until the profile ends, is withdrawn, or moves; and days after which arrivals that were seen count half.
BANDS_NEAR = 3
STAY_NEAR, STAY_FAR = 100.0, 160.0
HALF_LIFE_NEAR, HALF_LIFE_FAR = 60.0, 365.0
KINDS = ("CEC", "FSW", "FST", *CATEGORIES)


@dataclass(frozen=True)
class Nominees:
    """The nominees who come in a plan (from and to, in days after its start, and how many), and how many leave at once."""

    coming: tuple[tuple[float, float, int], ...]
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
        seen.with_columns((net + stays * (pl.col("before") + pl.col("after")) / 2).alias("came"), weight.alias("weight"))
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
    arriving = _arrivals(known, plan, a_day, nominees)
    rng = np.random.default_rng([plan.seed, plan.start.toordinal(), 2])
    everybody = pl.concat([people, arriving], how="diagonal")
    came = pl.max_horizontal(pl.col("profile_submitted_at").dt.date(), pl.lit(plan.start))
    is_near = everybody["crs_total"].to_numpy() >= known.ledger.bands.lows[-1 - BANDS_NEAR]
    stay = pl.Series(np.ceil(rng.exponential(np.where(is_near, STAY_NEAR, STAY_FAR))).astype(np.int64))
    at_once = min(plan.start + timedelta(days=1), plan.rounds[0].date)
    leaves = (
        pl.when(~is_nominated)
        .then(came + pl.duration(days=stay))
        .when((pl.int_range(pl.len()) < people.height) & (is_nominated.cum_sum() <= nominees.leaving))
        .then(pl.lit(at_once))
    )
    given = [pl.col("leaves_on")] if "leaves_on" in everybody.columns else []
    return everybody.with_columns(pl.min_horizontal(*given, leaves).alias("leaves_on"))


def _arrivals(known: Knowledge, plan: Plan, a_day: Floats, nominees: Nominees) -> pl.DataFrame:
    """Those who come: so many a day into each band, and the nominees; columns as with_flows says."""
    rng = np.random.default_rng([plan.seed, plan.start.toordinal(), 1])
    days = (plan.end - plan.start).days
    scores = known.ledger.bands.scores
    density = newcomers_by_score(known, a_day)
    counts = whole(density * days)
    shares = {kind: arrivals_by_score(known, kind, plan.start, density) / np.maximum(density, 1e-9) for kind in KINDS}
    nominated, nominated_on = [np.empty(0, dtype=int)], [np.empty(0)]
    for since, to, count in nominees.coming:
        found = nominee_scores(known, count)
        rng.shuffle(found)
        nominated.append(found)
        nominated_on.append(rng.uniform(since, to, count))
    arrived_on = rng.uniform(0, days, int(counts.sum()))
    moments = _moments(plan.start, np.concatenate([*nominated_on, arrived_on]))
    count = sum(len(part) for part in nominated)
    people = people_of(np.concatenate([*nominated, np.repeat(scores, counts)]), count, shares, moments, rng)
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
    left, leaving, found = float(there), 0, []
    for (since, to), one in zip(spans, taking, strict=True):
        usual = rate * (to - since)
        wanted = float(one.size or 0) if _shows(one) else left + usual
        if one.kind == "general" and one.size is not None:
            counted = round(left + usual)
            wanted = min(
                wanted, float(nominees_on(known, one.date, counted, Asked("general", one.size))),
                NOMINEES_INSTEAD * one.size if wanted > one.size else wanted,
            )  # fmt: skip
        if not found:
            leaving = max(round(left - wanted), 0)
            left -= leaving
        found.append((since, to, max(round(wanted - left), 0)))
        left = max(left + found[-1][2] - (one.size or 0), 0.0)
    last, end = spans[-1][1] if spans else 0.0, float((plan.end - plan.start).days)
    found.append((last, end, round(rate * (end - last))))
    return Nominees(tuple(found), leaving)


def _shows(one: PlannedRound) -> bool:
    """Does a round show how many nominees there are?"""
    return one.kind == "PNP" and one.size is not None


def _spans(start: date, rounds: Sequence[PlannedRound]) -> list[tuple[float, float]]:
    """From each round's predecessor to its day, in days after the start."""
    days = [float((one.date - start).days) for one in rounds]
    return list(zip([0.0, *days[:-1]], days, strict=True))


def _moments(start: date, days: Floats) -> pl.Series:
    """Moments so many days after the end of a day in Ottawa."""
    first = int(datetime.combine(start + timedelta(days=1), time(), ZoneInfo(OTTAWA)).timestamp())
    seconds = (days * SECONDS_A_DAY).astype(np.int64)
    return pl.Series("profile_submitted_at", (first + seconds) * 1_000_000).cast(pl.Datetime("us", "UTC"))
