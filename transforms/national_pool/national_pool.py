"""The national pool on and between the published distributions: people by band and by score, who came and who left."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import polars as pl

from transforms.rules import Rules

Floats = npt.NDArray[np.float64]

_BAND = re.compile(r"pool_(\d+)_(\d+)")
# A projection past the last distribution goes no further than this many days: flows do not go on for ever.
MAX_PROJECTION = 30
# Days after which a flow that was seen counts half.
FLOW_HALF_LIFE = 60
# People per score point fall by the factor e over so many points, far from where bands tell it.
USUAL_TAIL = 18.0
LOW_TAIL = 30.0
FEWEST = 0.5
DAYS_A_YEAR = 365


@dataclass(frozen=True)
class Bands:
    """The score bands of the published distribution, lowest first; the highest holds the nominees."""

    lows: tuple[int, ...]
    highs: tuple[int, ...]

    @property
    def names(self) -> list[str]:
        """The columns of the rounds frame, in the order of the bands."""
        return [f"pool_{low}_{high}" for low, high in zip(self.lows, self.highs, strict=True)]

    @property
    def scores(self) -> npt.NDArray[np.int64]:
        """Every score below the nominees' band, rising."""
        return np.arange(self.lows[0], self.lows[-1])

    @property
    def nominee_scores(self) -> npt.NDArray[np.int64]:
        """Every score of the nominees' band, rising."""
        return np.arange(self.lows[-1], self.highs[-1] + 1)

    @property
    def starts(self) -> npt.NDArray[np.int64]:
        """The place in `scores` at which each band below the nominees' starts."""
        return np.array(self.lows[:-1]) - self.lows[0]

    @property
    def of_score(self) -> npt.NDArray[np.int64]:
        """The number of the band of each of `scores`."""
        return np.searchsorted(np.array(self.highs[:-1]), self.scores)

    def totals(self, people: Floats) -> Floats:
        """People per score (of `scores`) summed by band, without the nominees' band."""
        return np.bincount(self.of_score, people, len(self.lows) - 1).astype(float)


@dataclass(frozen=True)
class Distribution:
    """The pool on a day: people by band, in the order of the bands."""

    as_of: date
    people: Floats


@dataclass(frozen=True)
class Held:
    """A published round as the model reads it, with its distribution if one was published."""

    number: str
    date: date
    kind: str
    size: int
    cut_off: int
    distribution: Distribution | None


def bands_of(frame: pl.DataFrame) -> Bands:
    """The bands that a rounds frame names by its columns pool_LOW_HIGH."""
    found = sorted((int(band[1]), int(band[2])) for name in frame.columns if (band := _BAND.fullmatch(name)))
    return Bands(tuple(low for low, _ in found), tuple(high for _, high in found))


def published_rounds(frame: pl.DataFrame) -> list[Held]:
    """The rounds of a rounds frame, oldest first (columns as validation.rounds.rounds_file.SCHEMA).

    Left out are those whose number of invitations was not published: the model learns nothing from them.
    """
    names = bands_of(frame).names
    return [
        Held(
            row["number"], row["date"], row["kind"], row["size"], row["cut_off"],
            None if row["pool_total"] is None
            else Distribution(row["distribution_as_of"], np.array([row[name] for name in names], dtype=float)),
        )
        for row in frame.drop_nulls("size").sort("date", maintain_order=True).iter_rows(named=True)
    ]  # fmt: skip


def crs_changes(rules: Rules) -> list[date]:
    """The days on which some value of the CRS starts: across them scores, and so the bands, moved for everybody."""
    return sorted(
        {version.starts_on for name, one in rules.parameters.items() if name.startswith("crs.")
         for version in one.versions}
    )  # fmt: skip


def per_score(people: Floats, bands: Bands, tail: float = USUAL_TAIL, bend: float = 0.0) -> Floats:
    """People per score point below the nominees, from people by band: each band keeps its count.

    Between the middles of the narrow bands the logarithm is straight; in the highest band it falls by 1/`tail` a
    point, and by `bend` more a point for each point further up (a normal tail bends so).
    """
    return spread(shapes(people, bands, np.array([tail]), np.array([bend])), people, bands)[0]


def shapes(people: Floats, bands: Bands, tails: Floats, bends: Floats) -> Floats:
    """Rows of people per score point, one a tail and bend, before each band is brought to its count."""
    lows, highs = np.array(bands.lows[:-1], dtype=float), np.array(bands.highs[:-1], dtype=float)
    scores = bands.scores
    density = np.log(np.maximum(people[:-1], FEWEST) / (highs - lows + 1))
    known = np.interp(scores, ((lows + highs) / 2)[:-1], density[:-1])
    lowest = int(highs[0]) - bands.lows[0]
    known[:lowest] = known[lowest] - (highs[0] - scores[:lowest]) / LOW_TAIL
    rows = np.repeat(np.exp(known)[None], len(tails), axis=0)
    above = scores[scores > highs[-2]] - highs[-2]
    rows[:, scores > highs[-2]] = np.exp(-above / tails[:, None] - bends[:, None] * above**2 / 2)
    return rows


def spread(weights: Floats, people: Floats, bands: Bands) -> Floats:
    """Rows of weights by score, each brought to the counts of people by band."""
    totals = np.add.reduceat(weights, bands.starts, axis=1)
    return weights * (np.maximum(people[:-1], FEWEST) / np.maximum(totals, 1e-300))[:, bands.of_score]


@dataclass
class Ledger:
    """What the published distributions and rounds tell of the pool so far, brought forward round by round.

    distribution after = before - invited + arrived - left: `flow` is arrived less left, people a day by band, the
    latest counting most; a change of the CRS between two distributions makes their difference no flow.
    `nominee_error`: how far the nominees were from what was expected (people squared, a day).
    """

    bands: Bands
    changes: Sequence[date] = ()
    last: Distribution | None = None
    flow: Floats | None = None
    nominee_error: float = 0.0
    _invited: list[tuple[date, Floats]] = field(default_factory=list)

    def publish(self, new: Distribution) -> bool:
        """Takes in a distribution, if it tells anything new: not one that repeats the last under a new date."""
        if self.last is not None and (new.as_of <= self.last.as_of or np.array_equal(new.people, self.last.people)):
            return False
        if self.last is not None:
            moved = movement(self.last, new, self.invited_until(new.as_of), self.changes)
            if moved is not None:
                self._learn(new, moved)
        self._invited = [(day, people) for day, people in self._invited if day >= new.as_of]
        self.last = new
        return True

    def _learn(self, new: Distribution, moved: Floats) -> None:
        assert self.last is not None
        days = (new.as_of - self.last.as_of).days
        kept = 0.5 ** (days / FLOW_HALF_LIFE)
        if self.flow is None:
            self.flow = moved
            return
        missed = float(new.people[-1] - self._before(new.as_of, new.as_of)[-1]) ** 2 / days
        self.nominee_error = kept * self.nominee_error + (1 - kept) * missed
        self.flow = kept * self.flow + (1 - kept) * moved

    def invited_until(self, day: date) -> Floats:
        """The invitations since the last distribution and before a day, by band."""
        return sum((people for held_on, people in self._invited if held_on < day), np.zeros(len(self.bands.lows)))

    def invite(self, one: Held) -> None:
        """Notes a round's invitations, by band: nominees first where all compete, then from the line upwards."""
        if self.last is not None:
            self._invited.append((one.date, invited(one, self.on(one.date), self.bands)))

    def on(self, day: date) -> Floats:
        """People by band at the end of a day: the last distribution, less those invited since, and the flow of the days.

        Rounds that were held after the day take nobody off.
        """
        return self._before(day + timedelta(days=1), day)

    def _before(self, end: date, day: date) -> Floats:
        """People by band after the rounds before `end`, with the flow up to a day."""
        assert self.last is not None
        people = self.last.people - self.invited_until(end)
        if self.flow is not None:
            people = people + self.flow * min(max((day - self.last.as_of).days, 0), MAX_PROJECTION)
        return np.maximum(people, FEWEST)


def movement(
    before: Distribution, after: Distribution, invited_between: Floats, changes: Sequence[date] = ()
) -> Floats | None:
    """Arrived less left, people a day by band, between two distributions; None across a change of the CRS."""
    days = (after.as_of - before.as_of).days
    if days <= 0 or any(before.as_of < change <= after.as_of for change in changes):
        return None
    return (after.people - before.people + invited_between) / days


def invited(one: Held, people: Floats, bands: Bands) -> Floats:
    """The invitations of a round by band, as far as its line tells: never more than are there."""
    taken = np.zeros(len(bands.lows))
    left = float(one.size)
    if one.kind in ("PNP", "general"):
        taken[-1] = left if one.kind == "PNP" else min(left, people[-1])
        left -= taken[-1]
    if left > 0:
        there = np.where(bands.scores >= one.cut_off, per_score(people, bands), 0.0)
        taken[:-1] = bands.totals(there) * min(1.0, left / max(there.sum(), FEWEST))
    return taken


MOVEMENTS_SCHEMA = {
    "before_as_of": pl.Date(),
    "after_as_of": pl.Date(),
    "low": pl.Int16(),
    "high": pl.Int16(),
    "before": pl.Float64(),
    "invited": pl.Float64(),
    "arrived": pl.Float64(),
    "left": pl.Float64(),
    "after": pl.Float64(),
    "crs_changed": pl.Boolean(),
}


def movements(rounds: Sequence[Held], bands: Bands, changes: Sequence[date] = ()) -> pl.DataFrame:
    """People by band between each distribution and the next that differs: after = before - invited + arrived - left.

    Columns as MOVEMENTS_SCHEMA, people. Published are before and after; invited is laid on the bands from each round's
    line upwards; what is left over is arrived less left. Of those, left is taken to be the people whose year ran out
    (before, by days of a year), and more where even so fewer than nobody arrived. `crs_changed`: scores, and so bands,
    moved in between, and arrived and left hold that too.
    """
    ledger = Ledger(bands, changes)
    rows = []
    for one in rounds:
        if one.distribution is not None:
            before, after = ledger.last, one.distribution
            taken = ledger.invited_until(after.as_of)
            if ledger.publish(after) and before is not None:
                rows += _moved(before, after, taken, bands, changes)
        ledger.invite(one)
    return pl.DataFrame(rows, schema=MOVEMENTS_SCHEMA, orient="row")


def _moved(
    before: Distribution, after: Distribution, taken: Floats, bands: Bands, changes: Sequence[date]
) -> list[tuple[object, ...]]:
    net = after.people - before.people + taken
    ran_out = before.people * (after.as_of - before.as_of).days / DAYS_A_YEAR
    arrived = np.maximum(net + ran_out, 0.0)
    moved = any(before.as_of < change <= after.as_of for change in changes)
    columns = zip(
        bands.lows, bands.highs, before.people, taken, arrived, arrived - net, after.people, strict=True
    )  # fmt: skip
    return [
        (before.as_of, after.as_of, low, high, *(float(value) for value in values), moved)
        for low, high, *values in columns
    ]
