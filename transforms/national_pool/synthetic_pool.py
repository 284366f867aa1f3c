"""A synthetic national pool of a day: as many people by band as are known, with scores, groups and submission times."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta

import numpy as np
import polars as pl

from transforms.national_pool.cutoff_model import LOWEST_TAILS, NOMINEES_INSTEAD
from transforms.national_pool.knowledge import REHEARSED, Knowledge
from transforms.national_pool.national_groups import RoundInPlan, belongs_in, members_by_score, people_by_score
from transforms.national_pool.national_pool import Floats
from transforms.rounds.rounds import CATEGORIES, PROGRAMS

SCHEMA = {
    "client_id": pl.String(),
    "crs_total": pl.Int16(),
    "profile_submitted_at": pl.Datetime("us", "UTC"),
    "is_nominated": pl.Boolean(),
    "cec_eligible": pl.Boolean(),
    "fsw_eligible": pl.Boolean(),
    "fst_eligible": pl.Boolean(),
    "pool_eligible": pl.Boolean(),
    "categories": pl.String(),
}
# The kinds of round for which the pool has members.
GROUPED = (*PROGRAMS, *CATEGORIES)
SECONDS_A_DAY = 86_400
SECONDS_OF_ALL_TIMES = 10**11


def synthetic_pool(
    known: Knowledge, day: date, ages: Floats, seed: int = 0, asked: RoundInPlan | None = None,
    groups: Sequence[str] = GROUPED,
) -> pl.DataFrame:  # fmt: skip
    """The modelled pool of a day, best rank first; columns as SCHEMA, as `simulate` takes them.

    Counts by band are those known for the day (the last distribution, less who was invited since, and the flow of the
    days since). Each kind has the members that its rounds show at each score (national_groups), one group without
    regard to the others: rounds do not show how they overlap. Who is not eligible for CEC is taken to be for FSW.
    `asked`: a round shows something of the nominees by being held. One for nominees invites nearly all, and one for
    everybody reaches beyond them. Of its kind there are as many above the middle of the forecast as it invites. `ages`: ages in days of profiles (chances.ages_of_ties). Of kinds
    that are not among `groups` nobody is a member.
    """
    rng = np.random.default_rng([seed, day.toordinal()])
    bands = known.ledger.bands
    people = whole(known.ledger.on(day))
    counts = whole_by_band(people_by_score(known, day), people[:-1], bands.of_score)
    nominees = nominee_scores(known, nominees_on(known, day, int(people[-1]), asked))
    scores = np.concatenate([nominees, np.repeat(bands.scores, counts)])
    shares = {
        kind: members_by_score(known, kind, day, counts.astype(float), asked) / np.maximum(counts, 1)
        for kind in GROUPED
        if kind in groups
    }
    return ranked(people_of(scores, len(nominees), shares, _submitted(day, ages, len(scores), rng), rng)).with_columns(
        pl.format("N{}", pl.int_range(1, pl.len() + 1)).alias("client_id")
    )


def people_of(
    scores: np.ndarray, nominees: int, shares: Mapping[str, Floats], submitted: pl.Series, rng: np.random.Generator
) -> pl.DataFrame:
    """People with some scores, the nominees first, as SCHEMA; their groups drawn by the share of each at a score."""
    is_nominated = np.arange(len(scores)) < nominees
    nobody = np.zeros(len(scores), dtype=bool)
    members = {
        kind: _members(shares[kind], scores, is_nominated, rng) if kind in shares else nobody for kind in GROUPED
    }
    named = pl.concat_str([pl.when(kind).then(pl.lit(kind)) for kind in CATEGORIES], separator="|", ignore_nulls=True)
    frame = pl.DataFrame(
        {
            "client_id": np.arange(len(scores)).astype(str),
            "crs_total": scores,
            "profile_submitted_at": submitted,
            "is_nominated": is_nominated,
            "cec_eligible": members["CEC"],
            "fsw_eligible": members["FSW"] | ~members["CEC"],
            "fst_eligible": members["FST"],
            "pool_eligible": np.ones(len(scores), dtype=bool),
            **{kind: members[kind] for kind in CATEGORIES},
        }
    )
    return frame.with_columns(named.alias("categories")).select(
        pl.col(name).cast(dtype) for name, dtype in SCHEMA.items()
    )


def ranked(people: pl.DataFrame) -> pl.DataFrame:
    """People in the order of a round: the higher score first, then the earlier."""
    return people.sort("crs_total", "profile_submitted_at", descending=[True, False], maintain_order=True)


def nominees_on(known: Knowledge, day: date, counted: int, asked: RoundInPlan | None) -> int:
    """The nominees in the pool of a day, with so many counted, if a round is held that day."""
    if asked is None or asked.kind not in ("general", "PNP"):
        return counted
    if asked.kind == "PNP":
        return asked.size
    instead = round(NOMINEES_INSTEAD * asked.size)
    if not known.ready("general"):
        return min(counted, instead)
    drawn = known.nominees(
        "general", day, np.array(float(asked.size)), REHEARSED, np.random.default_rng(day.toordinal())
    )
    middle = round(float(np.median(drawn)))
    return middle if middle < asked.size else instead


def whole(people: Floats) -> np.ndarray:
    """People by band as whole numbers that keep the total: rounded down, and one more for the largest remainders."""
    down = np.floor(people)
    left = round(people.sum() - down.sum())
    down[np.argsort(down - people, kind="stable")[:left]] += 1
    return down.astype(int)


def whole_by_band(density: Floats, people: np.ndarray, of_score: np.ndarray) -> np.ndarray:
    """People per score as whole numbers that keep each band's count."""
    counts = np.zeros(len(density), dtype=int)
    for band, count in enumerate(people):
        here = of_score == band
        counts[here] = whole(density[here] * count / density[here].sum())
    return counts


def nominee_scores(known: Knowledge, count: int) -> np.ndarray:
    """Scores of so many nominees: a logistic distribution whose lower end gives the lines that PNP rounds have shown.

    They stand evenly in it, so that the lowest of them does not hang on chance.
    """
    lines = known.lines["PNP"]
    if not count or not lines.seen:
        return np.full(count, lines.curves.scores[0], dtype=int)
    weights = lines.weights
    tail = float(weights @ np.array(LOWEST_TAILS)[lines.shape])
    lowest = float(weights @ (lines.curves.scores[0] + np.array(LOWEST_TAILS)[lines.shape] * lines.level))
    # The lowest of n lies n-fold down an exponential tail of the same length as the logistic distribution has.
    place = (np.arange(count) + 1) / (count + 1)
    scores = lowest + tail * np.log(place / (1 - place))
    return np.clip(np.round(scores), lines.curves.scores[0], lines.curves.scores[-1]).astype(int)


def _members(share: Floats, scores: np.ndarray, is_nominated: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Who of some people belongs to a kind, by its share at each score: so many of each score, which ones by chance.

    Of the nominees the share is that of all.
    """
    overall = share[scores[~is_nominated]].mean() if not is_nominated.all() else 0.0
    chance = np.where(is_nominated, overall, share[np.clip(scores, 0, len(share) - 1)])
    order = np.lexsort((rng.random(len(scores)), -scores))
    reached = np.floor(np.cumsum(chance[order]) + rng.random())
    members = np.empty(len(scores), dtype=bool)
    members[order] = np.diff(reached, prepend=np.floor(rng.random())) >= 1
    return members


def _submitted(day: date, ages: Floats, count: int, rng: np.random.Generator) -> pl.Series:
    """Submission times: ages drawn between those that ties showed, at any second of the day."""
    age = np.interp(rng.uniform(size=count), np.linspace(0, 1, len(ages)), ages)
    seconds = np.round(age * SECONDS_A_DAY + rng.integers(0, SECONDS_A_DAY, count)).astype(np.int64)
    end = int(datetime.combine(day + timedelta(days=1), time(), UTC).timestamp())
    return pl.Series("profile_submitted_at", (end - seconds) * 1_000_000).cast(pl.Datetime("us", "UTC"))


def placed(clients: pl.DataFrame, pool: pl.DataFrame, groups: pl.DataFrame) -> pl.DataFrame:
    """Where clients would stand in the national pool, by kind.

    client_id, kind, rank, of, rank_low, rank_high (Int32), percentile (Float64). `clients` has client_id, crs_total,
    profile_submitted_at, and in_round_<kind> (Boolean) for each kind of `groups` (national_groups.GROUPS). Rank 1 is the
    best; with four in five chances it lies from rank_low to rank_high. percentile: share, in percent, of the group's
    people who stand behind. Clients outside a group have no row.
    """
    parts = []
    for kind, factor in groups.select("kind", "factor").iter_rows():
        group = pool.filter(belongs_in(kind))
        mine = clients.filter(pl.col(f"in_round_{kind}").fill_null(value=False))
        ahead = np.searchsorted(np.sort(_order(group)), _order(mine))
        rank = pl.col("rank").cast(pl.Float64)
        parts.append(
            mine.select(
                "client_id",
                pl.lit(kind).alias("kind"),
                (pl.Series(ahead).cast(pl.Int32) + 1).alias("rank"),
                pl.lit(group.height, dtype=pl.Int32).alias("of"),
            ).with_columns(
                (rank / factor).round().clip(1).cast(pl.Int32).alias("rank_low"),
                (rank * factor).round().cast(pl.Int32).alias("rank_high"),
                (100 * (1 - (pl.col("rank") - 1) / pl.max_horizontal("of", 1))).alias("percentile"),
            )
        )
    return pl.concat(parts)


def _order(people: pl.DataFrame) -> np.ndarray:
    """A number that orders people as a round does: the higher score first, then the earlier second, none on record last."""
    seconds = pl.col("profile_submitted_at").dt.epoch("s").fill_null(SECONDS_OF_ALL_TIMES - 1)
    return people.select(SECONDS_OF_ALL_TIMES * -pl.col("crs_total").cast(pl.Int64) + seconds).to_series().to_numpy()
