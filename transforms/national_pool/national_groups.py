"""How many people of each kind of round the national pool holds at each score, and how many arrive a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from transforms.national_pool.cutoff_model import CutoffModel
from transforms.national_pool.knowledge import Foreseen, Knowledge
from transforms.national_pool.national_pool import DAYS_A_YEAR, Floats, per_score, spread
from transforms.scoring import categories

# Of the invitations of January to September 2023 that went neither to nominees nor through a round for one program or
# category, 23,910 went to the Canadian Experience Class and 12,555 to Federal Skilled Workers (IRCC open data).
CEC_SHARE = 23_910 / (23_910 + 12_555)
# The share of a category before any category was invited, and how far the shares of categories lie apart: standard
# deviation of their logarithm.
CATEGORY_SHARE, CATEGORY_SPREAD = 0.05, 1.0
PROGRAM_SPREAD = 0.3
# The normal deviate with a tenth of the chance above it.
TENTH = 1.2816
# Rounds a year from which on a kind's invitations show its part in the arrivals.
OFTEN = 6
SEVERAL = 2
# Scores above the lowest cut-off of a kind that show its share below it.
NEAR_LOWEST = 20
# Members, drawn by what they count, whose median is taken.
MEMBERS = 301


@dataclass(frozen=True)
class RoundInPlan:
    """The round that a pool is to be held for: its kind, and how many it invites."""

    kind: str
    size: int


@dataclass(frozen=True)
class Share:
    """The share of the pool that a kind without a usable round is assumed to have, and the spread of its logarithm."""

    share: float
    spread: float


def people_by_score(known: Knowledge, day: date) -> Floats:
    """People at each score below the nominees' on a day (Float64), each band with the count known for the day.

    Within a band the rounds for everybody decide, where one was held: above the last cut-off stand only those who came
    since.
    """
    since = day.toordinal() - known.lines["general"].cleared
    return _within_bands(known, known.ledger.on(day), since)


def newcomers_by_score(known: Knowledge, arriving: Floats) -> Floats:
    """Arrivals at each score below the nominees' (Float64), from the arrivals by band."""
    return _within_bands(known, arriving, None)


def _within_bands(known: Knowledge, people: Floats, since: Floats | None) -> Floats:
    """People by band laid on the scores, `since` so many days after a general round cleared each (None: never)."""
    bands, lines = known.ledger.bands, known.lines["general"]
    is_share = lines.shape >= len(lines.curves.arrivals)
    if not lines.seen:
        return per_score(people, bands)
    weights = np.bincount(lines.shape, np.where(is_share, lines.weights, 0.0), lines.curves.count)
    used = np.nonzero(weights)[0]
    rows = lines.curves.densities(people)[used]
    if since is not None:
        rows = rows * -np.expm1(-np.maximum(since, 1.0) / lines.curves.stays[used, None])
    return np.asarray(weights[used] @ spread(rows, people, bands) / weights.sum())


def members_by_score(
    known: Knowledge, kind: str, day: date, people: Floats, asked: RoundInPlan | None = None
) -> Floats:
    """The people of a kind at each score below the nominees' on a day (Float64), out of so many people at each score.

    If the round `asked` is of the kind, as many of them stand above the middle of its forecast as it invites.
    """
    lines = known.lines[kind]
    if not known.ready(kind):
        return people * share_without_rounds(known, kind, day).share
    above = median_by_score(lines, lines.log_above(day, known.ledger))
    lowest = min(lines.recent)
    if asked is not None and asked.kind == kind:
        middle = Foreseen.of(known.foresee(kind, day, asked.size)).p50
        above = above + np.log(asked.size) - np.interp(middle, lines.curves.scores, above)
        lowest = min(lowest, round(middle))
    share = np.where(lines.curves.scores < lowest, share_below(known, kind, day), 1.0)
    return within(by_score(above), people * share)


def arrivals_by_score(known: Knowledge, kind: str, day: date, arriving: Floats) -> Floats:
    """The people of a kind who arrive in a day at each score (Float64), out of so many arrivals at each score."""
    lines = known.lines[kind]
    if not known.ready(kind):
        return arriving * share_without_rounds(known, kind, day).share
    people = known.ledger.on(day)
    every, one_day = np.arange(lines.curves.count), np.ones(len(lines.curves.scores))
    above = lines.curves.people_above(lines.curves.densities(people), every, one_day, people)
    share = np.where(lines.curves.scores < min(lines.recent), share_below(known, kind, day), 1.0)
    return within(by_score(median_by_score(lines, above)), arriving * share)


def median_by_score(lines: CutoffModel, above: Floats) -> Floats:
    """The median, by what the members count, of the log people above each score (shapes by scores)."""
    steps = (np.arange(MEMBERS) + 0.5) / MEMBERS
    member = np.minimum(np.searchsorted(np.cumsum(lines.weights), steps), len(lines.level) - 1)
    return np.asarray(np.median(above[lines.shape[member]] + lines.level[member, None], axis=0))


def by_score(above: Floats) -> Floats:
    """People at each score, from the log people above its middle."""
    places = np.arange(len(above), dtype=float)
    edges = np.exp(np.interp(np.append(places, len(above)) - 0.5, places, above))
    edges[-1] = 0.0
    return np.maximum(edges[:-1] - edges[1:], 0.0)


def within(wanted: Floats, there: Floats) -> Floats:
    """People at each score, no more than are there: who finds no place stands at the next lower score that has one."""
    ahead = np.cumsum(wanted[::-1])
    room = np.cumsum(there[::-1])
    # From the top, whoever is wanted is placed as soon as there is room: the least of the room that was left above.
    placed = np.minimum(ahead, room + np.minimum(np.minimum.accumulate(ahead - room), 0.0))
    return np.clip(np.diff(placed, prepend=0.0)[::-1], 0.0, there)


def share_without_rounds(known: Knowledge, kind: str, day: date) -> Share:
    """The share assumed of a kind of which no round was held since the pool is published.

    A category is taken to be as large as the categories that rounds have shown, which lie far apart.
    """
    if kind == "CEC":
        return Share(CEC_SHARE, PROGRAM_SPREAD)
    if kind == "FSW":
        return Share(1.0, PROGRAM_SPREAD)
    shown = [one for one in categories.KINDS if one != "french" and known.ready(one)]
    if not shown:
        return Share(CATEGORY_SHARE, CATEGORY_SPREAD)
    people = np.cumsum(people_by_score(known, day)[::-1])[::-1]
    logs = [_log_share(known, one, people) for one in shown]
    apart = float(np.std(logs, ddof=1)) if len(logs) > SEVERAL else CATEGORY_SPREAD
    return Share(float(np.exp(np.median(logs))), max(apart, CATEGORY_SPREAD))


def share_below(known: Knowledge, kind: str, day: date) -> float:
    """The largest share that a kind can have of the people at a score below its lowest cut-off.

    There rounds show nothing of it: it has at most its share just above that cut-off, were that as full as it gets, and
    its part in the arrivals.
    """
    lines = known.lines[kind]
    lowest = int(min(lines.recent) - lines.curves.scores[0])
    near = slice(lowest, lowest + NEAR_LOWEST)
    people = people_by_score(known, day)[near].sum()
    share = by_score(_log_above_when_full(known, kind))[near].sum() / max(people, 1.0)
    return float(min(share, part_in_arrivals(known, kind, day), 1.0))


def _log_share(known: Knowledge, kind: str, people_above: Floats) -> float:
    """The logarithm of a kind's share of the pool above its lowest cut-off, were it as full as it gets."""
    lines = known.lines[kind]
    lowest = int(min(lines.recent) - lines.curves.scores[0])
    return float(min(_log_above_when_full(known, kind)[lowest] - np.log(max(people_above[lowest], 1.0)), 0.0))


def _log_above_when_full(known: Knowledge, kind: str) -> Floats:
    """Log people of a kind above each score, if none was held for a year."""
    lines = known.lines[kind]
    every, long_ago = np.arange(lines.curves.count), np.full(len(lines.curves.scores), float(DAYS_A_YEAR))
    people = known.ledger.last.people if known.ledger.last is not None else np.empty(0)
    above = lines.curves.people_above(lines.curves.densities(people), every, long_ago, people)
    return median_by_score(lines, above)


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


def assumed_share(known: Knowledge, kind: str, day: date) -> float | None:
    """The share of the pool that is assumed of a kind; None where rounds show it, or everybody or all nominees belong."""
    if known.ready(kind) or kind in ("general", "PNP"):
        return None
    return share_without_rounds(known, kind, day).share


GROUPS = {
    "kind": pl.String(),
    "people": pl.Int32(),
    "factor": pl.Float64(),
    "is_assumed": pl.Boolean(),
}


def groups(known: Knowledge, day: date, pool: pl.DataFrame, kinds: Sequence[str]) -> pl.DataFrame:
    """The groups of a modelled pool by kind, as GROUPS: how many people, and how far that may be off.

    `factor` is at least 1: with four in five chances there are as many above a score as modelled, divided or multiplied
    by it. `is_assumed`: no round shows the kind's share of the pool.
    """
    rows = [
        (
            kind,
            pool.filter(belongs_in(kind)).height,
            float(np.exp(TENTH * _spread(known, kind, day))),
            assumed_share(known, kind, day) is not None,
        )
        for kind in kinds
    ]
    return pl.DataFrame(rows, schema=GROUPS, orient="row")


def _spread(known: Knowledge, kind: str, day: date) -> float:
    """The standard deviation of the logarithm of how many people of a kind stand above a score."""
    if not known.ready(kind):
        return PROGRAM_SPREAD if kind in ("general", "PNP") else share_without_rounds(known, kind, day).spread
    lines = known.lines[kind]
    return float(lines.weights @ np.sqrt(lines.squares / lines.freedom) * lines.width)


def belongs_in(kind: str) -> pl.Expr:
    """Does a person of the synthetic pool belong to the grouping of a kind of round?"""
    if kind == "general":
        return pl.col("pool_eligible")
    if kind == "PNP":
        return pl.col("is_nominated")
    if kind in categories.KINDS:
        return ~pl.col("is_nominated") & pl.col("categories").str.split("|").list.contains(kind)
    return ~pl.col("is_nominated") & pl.col(f"{kind.lower()}_eligible")


def interval(known: Knowledge, kind: str, day: date, size: int) -> Foreseen | None:
    """The cut-off of a round of a kind, day and size on the national pool, with four in five chances from p10 to p90.

    Of a kind without a usable round the share of the pool is assumed; None of nominees before any PNP round.
    """
    if known.ready(kind):
        return Foreseen.of(known.foresee(kind, day, size))
    if kind == "PNP":
        return None
    assumed = Share(1.0, PROGRAM_SPREAD) if kind == "general" else share_without_rounds(known, kind, day)
    people = people_by_score(known, day)
    above = np.cumsum(people[::-1])[::-1] * assumed.share
    scores = known.ledger.bands.scores
    low, middle, high = (
        float(scores[max(int((above * np.exp(step * assumed.spread) >= size).sum()) - 1, 0)])
        for step in (-TENTH, 0.0, TENTH)
    )
    return Foreseen(low, middle, high, middle)
