"""Published rounds held again on the modelled national pool: each on the pool of its day, and a year of them in a row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from transforms.forecast.chances import ages_of_ties
from transforms.forecast.forecast import Ground
from transforms.forecast.futures import calendars
from transforms.forecast.planned_intervals import HIGH, LOW, with_intervals
from transforms.model.wording import _
from transforms.national_pool.knowledge import Knowledge
from transforms.national_pool.national_arrivals import with_flows
from transforms.national_pool.national_groups import RoundInPlan, belongs_in, interval
from transforms.national_pool.national_pool import Held, bands_of, crs_changes, published_rounds
from transforms.national_pool.synthetic_pool import synthetic_pool
from transforms.rounds.rounds import CATEGORIES, KINDS, RoundError, line_of
from transforms.rules import Rules
from transforms.simulation.plan import Plan, PlannedRound
from transforms.simulation.pools import ScoredPool
from transforms.simulation.simulation import simulate

SCHEMA = {
    "round": pl.String(),
    "date": pl.Date(),
    "kind": pl.String(),
    "size": pl.Int32(),
    "published": pl.Int16(),
    "last": pl.Int16(),
    "modelled": pl.Int16(),
    "p10": pl.Float64(),
    "p90": pl.Float64(),
}
SUMMARY_SCHEMA = {
    "kind": pl.String(),
    "rounds": pl.Int64(),
    "compared": pl.Int64(),
    "persistence": pl.Float64(),
    "error": pl.Float64(),
    "error_of_all": pl.Float64(),
    "with_interval": pl.Int64(),
    "covered": pl.Float64(),
}


@dataclass(frozen=True)
class Year:
    """Published rounds held in a row on the pool modelled for a day: `rounds` as SCHEMA, and the pool.

    `people` are those modelled on the day of the last distribution, `published` those published for it.
    """

    rounds: pl.DataFrame
    distribution_as_of: date
    people: int
    published: int


def on_its_day(frame: pl.DataFrame, rules: Rules, start: date, end: date) -> pl.DataFrame:
    """Each round from `start` to `end` held on the pool modelled from what was published before it; columns as SCHEMA.

    `last`: the cut-off of the kind's round before (empty: none), `modelled`: the cut-off in the model (empty: nobody
    competes), `p10` and `p90`: the interval of four in five.
    """
    known = Knowledge.of([], bands_of(frame), crs_changes(rules))
    last: dict[str, int] = {}
    rows = []
    for one in published_rounds(frame):
        if start <= one.date <= end and one.kind in KINDS and known.ledger.last is not None:
            ages = ages_of_ties(frame, one.date)
            pool = synthetic_pool(known, one.date, ages, asked=RoundInPlan(one.kind, one.size), groups=(one.kind,))
            line = line_of(pool.filter(belongs_in(one.kind)), one.size, rules.law_of(one.date))
            modelled = None if line is None else line.cut_off
            expected = interval(known, one.kind, one.date, one.size)
            bounds: tuple[float | None, float | None] = (None, None)
            if expected is not None and modelled is not None:
                bounds = (min(expected.p10, modelled), max(expected.p90, modelled))
            rows.append((*_terms(one), last.get(one.kind), modelled, *bounds))
        known.take(one)
        last[one.kind] = one.cut_off
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def in_a_row(frame: pl.DataFrame, rules: Rules, start: date, end: date, seed: int = 0) -> Year:
    """The published rounds after `start` to `end` (kinds, days and sizes), held in a row on the pool modelled for `start`.

    Nothing published after `start` is used but those, and the cut-offs and distributions to compare with. Raises RoundError
    where no such round was published with a distribution.
    """
    rounds = published_rounds(frame)
    known = Knowledge.of([one for one in rounds if one.date <= start], bands_of(frame), crs_changes(rules))
    real = [one for one in rounds if start < one.date <= end and one.kind in KINDS]
    distributions = [one.distribution for one in real if one.distribution is not None]
    if not distributions:
        raise RoundError(
            _("no round after {start} up to {end} was published with a distribution of the pool").format(
                start=start, end=end
            )
        )
    planned = tuple(PlannedRound(one.date, one.kind, one.size) for one in real)
    plan = Plan("", start, planned, seed=seed, has_national_arrivals=True, renewed_after_expiry_share=1.0)
    pool = with_categories(synthetic_pool(known, start, ages_of_ties(frame, start), seed))
    made = simulate(plan, ScoredPool(with_flows(known, plan, pool), rules.law_of(start)), rules)
    ground = Ground(start, start, known, calendars(known, start), seed)
    simulated = with_intervals(made.rounds, ground).select("cut_off", LOW, HIGH)
    last = {one.kind: one.cut_off for one in rounds if one.date <= start}
    rows = []
    for one, found in zip(real, simulated.iter_rows(), strict=True):
        rows.append((*_terms(one), last.get(one.kind), *found))
        last[one.kind] = one.cut_off
    newest = distributions[-1]
    before = made.rounds.filter(pl.col("date") < newest.as_of)["pool_after"]
    people = made.pool_at_start if before.is_empty() else before[-1]
    return Year(pl.DataFrame(rows, schema=SCHEMA, orient="row"), newest.as_of, int(people), round(newest.people.sum()))


def with_categories(people: pl.DataFrame) -> pl.DataFrame:
    """People of a synthetic pool as ScoredPool takes them: category_<kind> (Boolean) in place of `categories`."""
    named = pl.col("categories").fill_null("").str.split("|")
    return people.with_columns(named.list.contains(kind).alias(f"category_{kind}") for kind in CATEGORIES).drop(
        "categories"
    )


def summary(replayed: pl.DataFrame) -> pl.DataFrame:
    """By kind, most rounds first, and over all kinds (`all`, last), of rounds as SCHEMA; columns as SUMMARY_SCHEMA.

    compared: rounds with a round of the kind before; persistence, error: mean absolute error of the last cut-off and of
    the model, of the compared; error_of_all: of all; with_interval: rounds that have one; covered: share of these from
    p10 to p90.
    """
    return pl.concat(
        [
            _figures(replayed).sort("rounds", "kind", descending=[True, False]),
            _figures(replayed.with_columns(pl.lit("all").alias("kind"))),
        ]
    )


def _figures(replayed: pl.DataFrame) -> pl.DataFrame:
    published, compared = pl.col("published"), pl.col("last").is_not_null()
    error = (pl.col("modelled") - published).abs()
    return replayed.group_by("kind").agg(
        pl.len().cast(pl.Int64).alias("rounds"),
        compared.sum().cast(pl.Int64).alias("compared"),
        (pl.col("last") - published).abs().mean().alias("persistence"),
        error.filter(compared).mean().alias("error"),
        error.mean().alias("error_of_all"),
        pl.col("p10").count().cast(pl.Int64).alias("with_interval"),
        published.is_between(pl.col("p10"), pl.col("p90")).mean().alias("covered"),
    )


def _terms(one: Held) -> tuple[object, ...]:
    return one.number, one.date, one.kind, one.size, one.cut_off
