"""What the published rounds and distributions tell on a day, taken in round by round, and what they foresee of the next."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from statistics import NormalDist

import numpy as np

from transforms.national_pool.cutoff_model import COVERED, CutoffModel
from transforms.national_pool.national_pool import Bands, Floats, Held, Ledger
from transforms.rounds.rounds import KINDS

# Futures by which each published round is foreseen before it is taken in.
REHEARSED = 1000
QUANTILES = ((1 - COVERED) / 2, 0.5, (1 + COVERED) / 2)
# A kind of so many rounds teaches by how much a change of the CRS moves lines: of fewer, forecasts miss by as much anyway.
MIN_OBSERVATIONS = 10
# How many standard deviations of a normal spread reach to the ends of the interval.
DEVIATIONS = NormalDist().inv_cdf(QUANTILES[-1])


@dataclass(frozen=True)
class Foreseen:
    """A round as foreseen: quantiles and mean of its cut-off (points, with decimals)."""

    p10: float
    p50: float
    p90: float
    mean: float

    @classmethod
    def of(cls, lines: Floats) -> Foreseen:
        """The quantiles and the mean of futures' lines."""
        p10, p50, p90 = (float(value) for value in np.quantile(lines, QUANTILES))
        return cls(p10, p50, p90, float(lines.mean()))

    def covers(self, cut_off: int) -> bool:
        """Does a cut-off lie in the interval from p10 to p90?"""
        return self.p10 <= cut_off <= self.p90


@dataclass(frozen=True)
class Moved:
    """By how many points the first round of a kind after a change of the CRS missed its forecast."""

    change: date
    round: str
    kind: str
    points: float


@dataclass
class Knowledge:
    """All that is known so far: the pool's ledger, the lines of each kind, the rounds taken in, and what changes moved."""

    ledger: Ledger
    lines: dict[str, CutoffModel]
    seed: int = 0
    rounds: list[Held] = field(default_factory=list)
    moved: Moved | None = None

    @classmethod
    def of(
        cls, rounds: Iterable[Held], bands: Bands, changes: Sequence[date] = (), seed: int = 0,
        kinds: Sequence[str] = KINDS,
    ) -> Knowledge:  # fmt: skip
        """What is known after so many rounds, oldest first; `changes`: days on which the CRS changed."""
        known = cls(Ledger(bands, changes), {kind: CutoffModel.of(kind, bands) for kind in kinds}, seed)
        for one in rounds:
            known.take(one)
        return known

    def ready(self, kind: str) -> bool:
        """Can a round of this kind be foreseen: was one seen since all that is needed is published?"""
        return kind in self.lines and self.lines[kind].seen and self._measured(kind)

    def _measured(self, kind: str) -> bool:
        return kind == "PNP" or self.ledger.last is not None

    def foresee(self, kind: str, day: date, size: int, futures: int = REHEARSED, above: Floats | None = None) -> Floats:
        """The cut-off of a round of a kind, day and size, in so many futures.

        `above`: log people above each score by shape, where it is at hand.
        """
        lines = self.lines[kind]
        rng = np.random.default_rng([self.seed, day.toordinal(), KINDS.index(kind)])
        state = lines.start(futures, rng)
        above = lines.log_above(day, self.ledger) if above is None else above
        miss = lines.misses(state, rng, float(size))
        nominees = self.nominees(kind, day, np.array(float(size)), futures, rng)
        line = lines.line(state, above[lines.shape[state.member]], np.array(float(size)), miss, nominees)
        return line + self.shift(kind, np.array(float(day.toordinal())), futures, rng)

    def shift(self, kind: str, day: Floats, futures: int, rng: np.random.Generator) -> Floats:
        """Points by which lines move, by future, on days (ordinals) after a change of the CRS that the kind has not seen."""
        change = self.next_change(kind)
        drawn = rng.standard_normal(futures)
        if change is None or self.moved is None:
            return np.zeros(futures)
        return np.where(day >= change.toordinal(), drawn * self.moved.points / DEVIATIONS, 0.0)

    def next_change(self, kind: str) -> date | None:
        """The first change of the CRS since the last round of a kind; None where there is none, or no round."""
        last = next((one.date for one in reversed(self.rounds) if one.kind == kind), None)
        if last is None:
            return None
        return min((change for change in self.ledger.changes if change > last), default=None)

    def nominees(self, kind: str, day: date, size: Floats, futures: int, rng: np.random.Generator) -> Floats | float:
        """How many nominees a round of a kind invites before all others, by future."""
        if kind != "general" or self.ledger.last is None:
            return 0.0
        days = max((day - self.ledger.last.as_of).days, 0)
        uncertain = float(np.sqrt(self.ledger.nominee_error * days))
        return self.lines[kind].nominees(size, self.ledger.on(day), uncertain, futures, rng)

    def people_on(self, day: date) -> Floats:
        """The pool by band on a day, as far as known; empty before the first distribution."""
        return np.empty(0) if self.ledger.last is None else self.ledger.on(day)

    def take(self, one: Held, *, own_first: bool = False) -> Foreseen | None:
        """Foresees a published round from what was known before it, then takes it in; None if it cannot be foreseen.

        `own_first`: its own distribution counts as known before it.
        """
        if own_first and one.distribution is not None:
            self.ledger.publish(one.distribution)
        foreseen = None
        lines = self.lines.get(one.kind)
        before = None
        if lines is not None and self._measured(one.kind):
            before = lines.log_above(one.date, self.ledger)
            if lines.seen:
                foreseen = Foreseen.of(self.foresee(one.kind, one.date, one.size, above=before))
                lines.widen(covered=foreseen.covers(one.cut_off))
                self._teach(one, foreseen, lines)
        expected = self._expected_nominees(one.date)
        new = one.distribution is not None and self.ledger.publish(one.distribution)
        if lines is not None and self._measured(one.kind):
            now = before if before is not None and not new else lines.log_above(one.date, self.ledger)
            lines.learn(now if before is None else before, now, one, (expected, self._expected_nominees(one.date)))
        self._clear(one)
        self.ledger.invite(one)
        self.rounds.append(one)
        return foreseen

    def _teach(self, one: Held, foreseen: Foreseen, lines: CutoffModel) -> None:
        """Notes how far a round missed that is the first of its kind after a change: the largest miss stands."""
        change = self.next_change(one.kind)
        if one.kind == "PNP" or change is None or change > one.date or len(lines.recent) < MIN_OBSERVATIONS:
            return
        points = abs(foreseen.p50 - one.cut_off)
        if self.moved is None or points > self.moved.points:
            self.moved = Moved(change, one.number, one.kind, points)

    def _expected_nominees(self, day: date) -> float:
        """The nominees expected on a day."""
        return 0.0 if self.ledger.last is None else float(self.ledger.on(day)[-1])

    def _clear(self, one: Held) -> None:
        """Above its line a round leaves nobody of its kind, a general round nobody at all."""
        for kind, lines in self.lines.items():
            if kind == one.kind or (one.kind == "general" and kind != "PNP"):
                lines.clear(one.cut_off, one.date)
