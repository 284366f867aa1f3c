"""Where the line of a round falls: people come, a round clears all above its line, the next one takes who came since.

For one kind of round many members stand side by side, each with its own idea of how many people stand above a score
(a curve), and each keeps the level of its curve from round to round. What the members have been worth so far decides
how much each is heard. Three families of curves:

- arrivals: people arrive with scores in a bent exponential tail, stay for a while, and gather above a score only since
  a line last lay below it;
- share: the kind's people are a share of the national pool by score, which comes back after a line has cleared it (in
  a general round the share is all, and nominees come first);
- nominees: nearly all of them are invited, and the line falls with the logarithm of the number invited. The spread is that of
  the misses so far; before the first it is taken to be that of the lowest of many out of an exponential tail.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import date
from itertools import product

import numpy as np

from transforms.national_pool.national_pool import Bands, Floats, Held, Ledger, shapes, spread

# What members differ in. Spans are wide and coarse: what the rounds say decides between them.
TAILS = (10.0, 12.5, 16.0, 20.0, 25.0, 32.0)  # points over which people fall by the factor e, at the reference score
BENDS = (0.0, 1 / 8000, 1 / 4000, 1 / 2500)  # how much faster they fall for each point further up
STAYS = (45.0, 90.0, 180.0, 360.0)  # days until a score that was cleared is as full as it gets
SHARE_TAILS = (12.0, 16.0, 20.0, 25.0, 32.0)
SHARE_BENDS = (0.0, 1 / 4000, 1 / 2000, 1 / 1000)
SHARE_STAYS = (20.0, 45.0, 90.0, 180.0, 360.0)
LOWEST_TAILS = (15.0, 20.0, 25.0, 30.0, 35.0, 40.0, 50.0)
# How far a member's level follows what the last round showed.
GAINS = (0.4, 0.7, 1.0)
GENERAL_GAINS = (0.0, 0.3, 0.6, 1.0)
LOWEST_GAINS = (0.0, 0.1, 0.2, 0.4)

MAX_TAIL = 150.0
# Before it has been seen, a level is taken to miss by so much (standard deviation of a logarithm), as if from so many
# rounds. For nominees: pi / sqrt(6), by which the lowest of many out of an exponential tail misses.
FIRST_MISS, FIRST_ROUNDS = 0.2, 4.0
LOWEST_MISS = math.pi / math.sqrt(6)
# Memory, a round: of how far levels missed (for nominees: all misses alike), and of what the members were worth. One miss
# counts as no more than so many of the usual.
MISS_MEMORY, LOWEST_MISS_MEMORY, WORTH_MEMORY = 0.7, 1.0, 0.95
LARGEST_MISS = 2.5
# Share of rounds that lie within the interval, and how fast its width follows whether they do.
COVERED, WIDTH_PACE = 0.8, 0.2
# Levels miss by twice as much (variance) so many days ahead. Where a size is beyond those of the latest rounds, they miss by
# more: the standard deviation of what is added, where the size is e times the largest of them.
DOUBLED_AFTER = 60.0
RECENT_SIZES, BEYOND_MISS = 8, 0.5
# General rounds reach beyond the nominees: where more nominees are expected than a round invites, this share of its
# invitations is taken to go to them instead.
NOMINEES_INSTEAD = 0.75
SINCE_EVER = 10_000.0
MIN_OTHERS = 0.5
RECENT_LINES = 24


def reference(bands: Bands) -> int:
    """The score at which tails are named: the highest below the band under the nominees'."""
    return bands.lows[-2] - 1


@dataclass(frozen=True)
class Curves:
    """The curves of one kind: for each shape, the logarithm of the people above each score."""

    kind: str
    bands: Bands
    scores: Floats = field(repr=False)
    arrivals: Floats = field(repr=False)
    stays: Floats = field(repr=False)
    share: Floats = field(repr=False)

    @property
    def count(self) -> int:
        """How many shapes there are."""
        return len(LOWEST_TAILS) if self.kind == "PNP" else len(self.stays)

    @classmethod
    def of(cls, kind: str, bands: Bands) -> Curves:
        """The curves of a kind of round."""
        if kind == "PNP":
            none = np.empty((0, 2))
            return cls(kind, bands, bands.nominee_scores.astype(float), none, none[:, 0], none)
        arrivals = np.array(list(product(TAILS, BENDS, STAYS)))
        share = np.array(list(product(SHARE_TAILS, SHARE_BENDS, SHARE_STAYS)))
        by_score = np.array([tail_shape(bands, tail, bend) for tail, bend in arrivals[:, :2]])
        stays = np.concatenate([arrivals[:, 2], share[:, 2]])
        return cls(kind, bands, bands.scores.astype(float), by_score, stays, share[:, :2])

    def densities(self, people: Floats) -> Floats:
        """People per score that a day brings (arrivals) or that are there (share), shapes by scores, for a pool by band."""
        by_tail, place = np.unique(self.share, axis=0, return_inverse=True)
        rows = shapes(people, self.bands, by_tail[:, 0], by_tail[:, 1])
        if self.kind != "general":
            rows = spread(rows, people, self.bands)
        return np.concatenate([self.arrivals, rows[place]])

    def people_above(self, densities: Floats, which: np.ndarray, since: Floats, people: Floats) -> Floats:
        """Log people above each score, one row a shape in `which`.

        `since`: days since a line last lay below each score (scores, or rows by scores). Nominees are not among them.
        """
        if self.kind == "PNP":
            return -(self.scores - self.scores[0]) / np.array(LOWEST_TAILS)[which, None]
        stays = self.stays[which, None]
        there = _filled(since, stays)
        there *= densities[which]
        is_share = which >= len(self.arrivals)
        there[~is_share] *= stays[~is_share]
        if self.kind == "general":
            there[is_share] = spread(there[is_share], people, self.bands)
        above = np.cumsum(there[:, ::-1], axis=1)[:, ::-1]
        above -= there / 2
        return np.log(np.maximum(above, 1e-12, out=above), out=above)


def _filled(since: Floats, stays: Floats) -> Floats:
    """How full each score is again, so many days since it was cleared: 1 - exp(-days / stay)."""
    days = np.maximum(since, 0.5)
    if days.ndim > 1:
        return -np.expm1(-days / stays)
    different, place = np.unique(stays[:, 0], return_inverse=True)
    return -np.expm1(-days / different[:, None])[place]


def tail_shape(bands: Bands, tail: float, bend: float) -> Floats:
    """Arrivals by score, 1 at the reference score: e-fold over `tail` points there, and `bend` faster further up."""
    slope = np.maximum(1 / tail + bend * (bands.scores - reference(bands)), 1 / MAX_TAIL)
    fallen = np.cumsum(slope)
    return np.exp(np.minimum(fallen[reference(bands) - bands.lows[0]] - fallen, 60.0))


@dataclass
class State:
    """Where a number of futures stand for one kind: member, level, what levels miss by, and each score's last clearing.

    Arrays by future; `cleared`: futures by scores (days as ordinals), from the place `floor` of the scores on: lines
    further down are not looked for.
    """

    member: np.ndarray
    level: Floats
    scale: Floats
    freedom: Floats
    cleared: Floats
    floor: int = 0

    def of(self, chosen: np.ndarray) -> State:
        """The state of some of the futures."""
        return State(
            self.member[chosen],
            self.level[chosen],
            self.scale[chosen],
            self.freedom[chosen],
            self.cleared[chosen],
            self.floor,
        )


@dataclass
class CutoffModel:
    """What is known of the lines of one kind of round so far."""

    curves: Curves
    shape: np.ndarray
    gain: Floats
    level: Floats
    worth: Floats
    freedom: Floats
    squares: Floats
    cleared: Floats
    width: float = 1.0
    recent: list[int] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)

    @classmethod
    def of(cls, kind: str, bands: Bands) -> CutoffModel:
        """The lines of a kind before any round of it was seen."""
        curves = Curves.of(kind, bands)
        gains = {"PNP": LOWEST_GAINS, "general": GENERAL_GAINS}.get(kind, GAINS)
        which = np.repeat(np.arange(curves.count), len(gains))
        count = len(which)
        level = np.full(count, np.nan)
        if kind == "general":
            level[which >= len(curves.arrivals)] = 0.0
        miss = LOWEST_MISS if kind == "PNP" else FIRST_MISS
        lines = cls(
            curves, which, np.tile(np.array(gains), curves.count), level, np.empty(0), np.full(count, FIRST_ROUNDS),
            np.full(count, FIRST_ROUNDS * miss**2), np.full(len(curves.scores), -SINCE_EVER),
        )  # fmt: skip
        lines.worth = lines.prior.copy()
        return lines

    @property
    def kind(self) -> str:
        """The kind of round."""
        return self.curves.kind

    @property
    def prior(self) -> Floats:
        """Log weight of each member before any round: the families alike, and the members of a family alike."""
        arrivals = len(self.curves.arrivals)
        sizes = np.where(self.shape < arrivals, max(arrivals, 1), max(self.curves.count - arrivals, 1))
        return -np.log(sizes)

    @property
    def weights(self) -> Floats:
        """What each member counts, summing to 1; members that have seen no round of the kind count nothing."""
        found = np.where(np.isnan(self.level), -np.inf, self.worth)
        found = np.exp(found - found.max())
        return found / found.sum()

    @property
    def seen(self) -> bool:
        """Has any round been seen that gives a level?"""
        return bool((~np.isnan(self.level)).any())

    def clear(self, cut_off: int, day: date) -> None:
        """A round has invited everybody above a line."""
        self.cleared[self.curves.scores > cut_off] = day.toordinal()

    def log_above(self, day: date, ledger: Ledger) -> Floats:
        """Log people above each score on a day, shapes by scores, as known in the ledger."""
        every = np.arange(self.curves.count)
        if self.kind == "PNP":
            return self.curves.people_above(np.empty(0), every, np.empty(0), np.empty(0))
        people = ledger.on(day)
        return self.curves.people_above(self.curves.densities(people), every, day.toordinal() - self.cleared, people)

    def for_others(self, which: np.ndarray, size: Floats | float, nominees: Floats | float) -> Floats:
        """How many of a round's invitations go to those whom the curves of the shapes count.

        In a general round nominees come first, and a share of the pool counts the others alone.
        """
        if self.kind != "general":
            return np.broadcast_to(np.asarray(size, dtype=float), which.shape)
        is_share = which >= len(self.curves.arrivals)
        return np.where(is_share, np.maximum(np.asarray(size) - nominees, MIN_OTHERS), size)

    def floor(self, reach: int) -> int:
        """The place in the scores so many points below the lowest of the lines seen of late."""
        if self.kind == "general" or not self.recent:
            return 0
        return int(
            np.clip(min(self.recent[-RECENT_LINES:]) - reach - self.curves.scores[0], 0, len(self.curves.scores) - 2)
        )

    def start(self, futures: int, rng: np.random.Generator, reach: int | None = None) -> State:
        """So many futures from what is known now, in pairs of opposite chance: a member each by weight, with its level.

        With a `reach`, lines are looked for no further than so many points below those seen of late.
        """
        pairs = (futures + 1) // 2
        steps = (np.arange(pairs) + 0.5) / pairs
        member = np.minimum(np.searchsorted(np.cumsum(self.weights), steps), len(self.level) - 1)
        rng.shuffle(member)
        member = np.tile(member, 2)[:futures]
        scale = np.sqrt(self.squares / self.freedom) * self.width
        floor = 0 if reach is None else self.floor(reach)
        cleared = np.broadcast_to(self.cleared[floor:], (futures, len(self.cleared) - floor))
        return State(member, self.level[member], scale[member], self.freedom[member], cleared, floor)

    def misses(
        self, state: State, rng: np.random.Generator, size: Floats | float | None = None, ahead: Floats | float = 0.0
    ) -> Floats:
        """By how much the level misses in the next round, by future: pairs of futures miss to opposite sides.

        It misses by more the further the round is ahead (days), and the further its size is beyond those of the latest
        rounds, but by no more than that distance against it: more invitations never raise a line.
        """
        pairs = (len(state.level) + 1) // 2
        half = np.stack([rng.standard_t(state.freedom[:pairs]), rng.standard_normal(pairs)])
        miss, further = np.concatenate([half, -half], axis=1)[:, : len(state.level)]
        miss *= state.scale * np.sqrt(1 + np.maximum(ahead, 0.0) / DOUBLED_AFTER)
        if size is None:
            return miss
        beyond = self.beyond(size)
        further *= BEYOND_MISS * np.sqrt(np.abs(beyond))
        return miss + np.where(beyond > 0, np.minimum(further, beyond), np.maximum(further, beyond))

    def beyond(self, size: Floats | float) -> Floats:
        """How far a size is above (positive) or below those of the latest rounds (logarithm; 0 among them).

        Where nominees come first it says nothing, and is 0.
        """
        asked = np.log(np.asarray(size, dtype=float))
        if self.kind in ("PNP", "general") or not self.sizes:
            return np.zeros_like(asked)
        latest = np.log(self.sizes[-RECENT_SIZES:])
        return asked - np.clip(asked, latest.min(), latest.max())

    def line(self, state: State, above: Floats, size: Floats, miss: Floats, nominees: Floats | float = 0.0) -> Floats:
        """The line of the next round in each future, from log people above each score (futures by scores).

        CutoffModel are real numbers: the people of a score lie half a point to either side of it. `nominees`: who come
        before all others in a general round.
        """
        size = self.for_others(self.shape[state.member], size, nominees)
        return crossing(above, np.log(size) - state.level - miss, self.curves.scores[state.floor :])

    def nominees(
        self, size: Floats, people: Floats, uncertain: float, futures: int, rng: np.random.Generator
    ) -> Floats:
        """How many nominees a general round invites, by future, if so many (standard deviation) are uncertain.

        It reaches beyond them, by up to as many invitations as their number is uncertain.
        """
        guess = np.maximum(people[-1] + uncertain * rng.standard_normal(futures), 0.0)
        return np.minimum(guess, size - np.minimum(uncertain, size) * rng.uniform(size=futures))

    def go_on(self, state: State, chosen: np.ndarray, line: Floats, miss: Floats, day: Floats) -> None:
        """Levels and clearings of some of the futures go on from a round's line, miss and day there."""
        first = 0.0 if self.kind == "general" else 1 / (len(self.recent) + 1)
        state.level[chosen] += np.maximum(self.gain[state.member[chosen]], first) * miss
        if self.kind != "PNP":
            cleared = self.curves.scores[state.floor :] > np.round(line)[:, None]
            state.cleared[chosen] = np.where(cleared, day[:, None], state.cleared[chosen])

    def above_by_future(self, state: State, day: Floats, people: Floats) -> Floats:
        """Log people above each score, futures by scores, on days by future (ordinals) in a pool by band."""
        which = self.shape[state.member]
        if self.kind == "PNP":
            return self.curves.people_above(np.empty(0), which, np.empty(0), np.empty(0))[:, state.floor :]
        since = np.broadcast_to(day, which.shape)[:, None] - state.cleared
        return self.curves.people_above(self.curves.densities(people)[:, state.floor :], which, since, people)

    def learn(self, foreseen: Floats, now: Floats, one: Held, nominees: tuple[float, float]) -> None:
        """Takes in a round: how far each member missed with what it knew before, and the level with what is known now.

        `foreseen` and `now`: log people above each score (shapes by scores), and `nominees`, before the round and with
        what was published with it.
        """
        place = int(np.clip(one.cut_off - self.curves.scores[0], 1, len(self.curves.scores) - 2))
        size_before, size_now = (
            np.log(self.for_others(self.shape, one.size, number if number < one.size else NOMINEES_INSTEAD * one.size))
            for number in nominees
        )
        shown = size_now - now[self.shape, place]
        miss = size_before - foreseen[self.shape, place] - self.level
        new = np.isnan(self.level)
        if not new.all():
            slope = ((foreseen[:, place - 1] - foreseen[:, place + 1]) / 2)[self.shape]
            self._judge(miss, np.maximum(slope, 1e-6), new)
        self.recent.append(one.cut_off)
        self.sizes.append(one.size)
        gain = self.gain if self.kind == "general" else np.maximum(self.gain, 1 / len(self.recent))
        self.level = np.where(new, shown, self.level + gain * (shown - self.level))

    def _judge(self, miss: Floats, slope: Floats, new: np.ndarray) -> None:
        """What the members are worth after a miss: the density that each gave the line that came (a Student's t)."""
        usual = np.sqrt(self.squares / self.freedom)
        worth = log_t_density(miss / usual, self.freedom) - np.log(usual) + np.log(slope)
        worth = np.where(new, np.nanmean(worth), worth)
        self.worth = WORTH_MEMORY * (self.worth - self.prior) + self.prior + worth
        counted = np.minimum(np.abs(np.nan_to_num(miss)), LARGEST_MISS * usual) ** 2
        memory = LOWEST_MISS_MEMORY if self.kind == "PNP" else MISS_MEMORY
        self.squares = np.where(new, self.squares, memory * self.squares + counted)
        self.freedom = np.where(new, self.freedom, memory * self.freedom + 1)

    def widen(self, *, covered: bool) -> None:
        """Moves the width of the interval: wider after a round outside it, narrower after one inside."""
        self.width *= math.exp(WIDTH_PACE * ((0.0 if covered else 1.0) - (1 - COVERED)))


def crossing(above: Floats, wanted: Floats, scores: Floats) -> Floats:
    """The score at which each row of falling log counts comes down to what is wanted, between two scores as they lie."""
    reached = np.clip((above > wanted[:, None]).sum(axis=1), 1, above.shape[1] - 1)
    rows = np.arange(len(above))
    higher, lower = above[rows, reached - 1], above[rows, reached]
    part = np.clip((higher - wanted) / np.maximum(higher - lower, 1e-9), 0.0, 1.0)
    return scores[reached - 1] + part


def log_t_density(value: Floats, freedom: Floats) -> Floats:
    """Logarithm of the density of Student's t."""
    different, place = np.unique(freedom, return_inverse=True)
    half = np.array([math.lgamma((one + 1) / 2) - math.lgamma(one / 2) for one in different])
    return half[place] - 0.5 * np.log(freedom * math.pi) - (freedom + 1) / 2 * np.log1p(value**2 / freedom)
