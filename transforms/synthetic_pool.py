"""A synthetic national pool of a day: as many people by band as are known, with scores, groups and submission times."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

import numpy as np
import polars as pl

from transforms.knowledge import Knowledge
from transforms.lines import LOWEST_TAILS
from transforms.national_pool import DAYS_A_YEAR, Floats, per_score
from transforms.rounds import CATEGORIES

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
SECONDS_A_DAY = 86_400
SECONDS_OF_ALL_TIMES = 10**11
# Rounds a year from which on a kind's invitations tell its part in the arrivals.
OFTEN = 6


def synthetic_pool(known: Knowledge, day: date, ages: Floats, seed: int = 0) -> pl.DataFrame:
    """The modelled pool of a day, best rank first; columns as SCHEMA, as `simulate` takes them.

    Counts by band are those known for the day (the last distribution, less who was invited since, and the flow of the
    days since). Groups are drawn for each person by the share that the rounds of each kind show at that score, one
    group without regard to the others: rounds tell nothing of how they overlap. Who is not eligible for CEC is taken
    to be for FSW, and nobody for FST. `ages`: ages in days of profiles (chances.ages_of_ties).
    """
    rng = np.random.default_rng([seed, day.toordinal()])
    bands = known.ledger.bands
    people = whole(known.ledger.on(day))
    below = np.repeat(bands.scores, whole_by_band(per_score(people, bands), people[:-1], bands.of_score))
    nominees = nominee_scores(known, int(people[-1]), rng)
    scores = np.concatenate([nominees, below])
    is_nominated = np.arange(len(scores)) < len(nominees)
    members = {kind: _members(known, kind, day, scores, is_nominated, rng) for kind in ("CEC", *CATEGORIES)}
    submitted = _submitted(day, ages, len(scores), rng)
    frame = pl.DataFrame(
        {
            "crs_total": scores.astype(np.int16),
            "profile_submitted_at": submitted,
            "is_nominated": is_nominated,
            "cec_eligible": members["CEC"],
            "fsw_eligible": ~members["CEC"],
            "fst_eligible": np.zeros(len(scores), dtype=bool),
            "pool_eligible": np.ones(len(scores), dtype=bool),
            **{kind: members[kind] for kind in CATEGORIES},
        }
    )
    named = pl.concat_str([pl.when(kind).then(pl.lit(kind)) for kind in CATEGORIES], separator="|", ignore_nulls=True)
    ranked = frame.sort("crs_total", "profile_submitted_at", descending=[True, False], maintain_order=True)
    return ranked.with_columns(
        named.alias("categories"), pl.format("N{}", pl.int_range(1, pl.len() + 1)).alias("client_id")
    ).select(pl.col(name).cast(dtype) for name, dtype in SCHEMA.items())


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


def nominee_scores(known: Knowledge, count: int, rng: np.random.Generator) -> np.ndarray:
    """Scores of so many nominees: a logistic distribution whose lower end gives the lines that PNP rounds have shown."""
    lines = known.lines["PNP"]
    if not count or not lines.seen:
        return np.full(count, lines.curves.scores[0], dtype=int)
    weights = lines.weights
    tail = float(weights @ np.array(LOWEST_TAILS)[lines.shape])
    lowest = float(weights @ (lines.curves.scores[0] + np.array(LOWEST_TAILS)[lines.shape] * lines.level))
    # The lowest of n lies n-fold down an exponential tail of the same length as the logistic distribution has.
    uniform = rng.uniform(size=count)
    drawn = lowest + tail * np.log(uniform / (1 - uniform))
    return np.clip(np.round(drawn), lines.curves.scores[0], lines.curves.scores[-1]).astype(int)


def share_by_score(known: Knowledge, kind: str, day: date) -> Floats:
    """The share of the people below the nominees who belong to a kind, by score, as the rounds of the kind show it.

    Just above the last line there are only those who came since. Below it rounds show nothing but that there are
    enough: the share there is the one that refills the line, and no more than the kind's part in the arrivals.
    """
    lines = known.lines[kind]
    if not lines.seen:
        return np.zeros(len(known.ledger.bands.scores))
    return np.minimum(lines.share(day), part_in_arrivals(known, kind, day))


def part_in_arrivals(known: Knowledge, kind: str, day: date) -> float:
    """Invitations of a kind's rounds of a year over all who arrived above its line in that time; 1 if rounds are few.

    Who has gathered above the line is invited round after round, so that both are alike but for the other groups.
    Arrivals: the flow (arrived less left), and those whose year runs out.
    """
    year = [one for one in known.rounds if one.kind == kind and (day - one.date).days < DAYS_A_YEAR]
    if len(year) < OFTEN or known.ledger.flow is None:
        return 1.0
    bands, line = known.ledger.bands, float(np.median([one.cut_off for one in year]))
    lows, highs = np.array(bands.lows[:-1]), np.array(bands.highs[:-1])
    above = np.clip((highs + 1 - line) / (highs + 1 - lows), 0.0, 1.0)
    arrived = (known.ledger.flow + known.ledger.on(day) / DAYS_A_YEAR)[:-1] @ above
    return float(min(sum(one.size for one in year) / DAYS_A_YEAR / max(arrived, 1e-9), 1.0))


def _members(
    known: Knowledge, kind: str, day: date, scores: np.ndarray, is_nominated: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    share = share_by_score(known, kind, day)
    base = np.clip(scores, 0, len(share) - 1)
    chance = np.where(is_nominated, share[len(share) // 2], share[base])
    return rng.uniform(size=len(scores)) < chance


def _submitted(day: date, ages: Floats, count: int, rng: np.random.Generator) -> pl.Series:
    """Submission times: ages drawn between those that ties showed, at any second of the day."""
    age = np.interp(rng.uniform(size=count), np.linspace(0, 1, len(ages)), ages)
    seconds = np.round(age * SECONDS_A_DAY + rng.integers(0, SECONDS_A_DAY, count)).astype(np.int64)
    end = int(datetime.combine(day + timedelta(days=1), time(), UTC).timestamp())
    return pl.Series("profile_submitted_at", (end - seconds) * 1_000_000).cast(pl.Datetime("us", "UTC"))


def placed(clients: pl.DataFrame, pool: pl.DataFrame, kinds: Sequence[str]) -> pl.DataFrame:
    """Where clients would stand in the national pool: client_id, kind, rank (Int32), of (Int32), percentile (Float64).

    `clients` has client_id, crs_total, profile_submitted_at, and told_<kind> (Boolean) for each kind. Rank 1 is the
    best; percentile: share, in percent, of the group's people who stand behind. Clients outside a group have no row.
    """
    parts = []
    for kind in kinds:
        group = pool.filter(belongs_in(kind))
        mine = clients.filter(pl.col(f"told_{kind}").fill_null(value=False))
        ahead = np.searchsorted(np.sort(_order(group)), _order(mine))
        parts.append(
            mine.select(
                "client_id",
                pl.lit(kind).alias("kind"),
                (pl.Series(ahead).cast(pl.Int32) + 1).alias("rank"),
                pl.lit(group.height, dtype=pl.Int32).alias("of"),
            ).with_columns((100 * (1 - (pl.col("rank") - 1) / pl.max_horizontal("of", 1))).alias("percentile"))
        )
    return pl.concat(parts)


def _order(people: pl.DataFrame) -> np.ndarray:
    """A number that orders people as a round does: the higher score first, then the earlier second, none on record last."""
    seconds = pl.col("profile_submitted_at").dt.epoch("s").fill_null(SECONDS_OF_ALL_TIMES - 1)
    return people.select(SECONDS_OF_ALL_TIMES * -pl.col("crs_total").cast(pl.Int64) + seconds).to_series().to_numpy()


def belongs_in(kind: str) -> pl.Expr:
    """Does a person of the synthetic pool belong to the grouping of a kind of round?"""
    if kind == "general":
        return pl.col("pool_eligible")
    if kind == "PNP":
        return pl.col("is_nominated")
    if kind in CATEGORIES:
        return ~pl.col("is_nominated") & pl.col("categories").str.split("|").list.contains(kind)
    return ~pl.col("is_nominated") & pl.col(f"{kind.lower()}_eligible")
