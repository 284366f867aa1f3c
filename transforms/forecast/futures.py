"""Thousands of futures of the coming rounds: when each kind is held, how many it invites, and where its line falls.

The work grows with futures and rounds, never with the size of the pool. Futures come in blocks of one size with a seed
each, so that blocks may be worked out anywhere and in any order, and together always give the same.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np

from transforms.model.wording import _
from transforms.national_pool.cutoff_model import RECENT_SIZES, State
from transforms.national_pool.knowledge import Knowledge
from transforms.national_pool.national_pool import DAYS_A_YEAR, Floats, Held
from transforms.rounds.rounds import KINDS, RoundError

BLOCK = 1000
# A kind whose last round is further back than this has no calendar any more.
RECENT_DAYS = 365
# The calendar of a kind: its latest gaps and sizes, each drawn the more often the later it is (the number of rounds after
# which one counts half), and blurred (standard deviation of a logarithm).
RECENT_GAPS, GAP_HALF_LIFE, GAP_BLUR = 12, 4.0, 0.35
SIZE_HALF_LIFE, SIZE_BLUR = 1.0, 0.3
# What a kind of one round adds to the blur of its sizes; of more, less by the root of their number.
FIRST_SIZE_BLUR = 1.0
# Gaps in days that any kind may have: all of them together count so many times the latest gap.
USUAL_GAPS, USUAL_GAP_BLUR, USUAL_WEIGHT = (14.0, 30.0, 60.0, 120.0), 0.6, 1.0
# A kind stops so many times a year (in other words: no round of it for a long time), and is held again after so many days.
STOPS_A_YEAR, STOPPED_DAYS = 0.5, 300.0
# With fewer gaps than this a kind has no median gap of its own, but this one in days.
MIN_GAPS, UNKNOWN_MEDIAN_GAP = 3, 45.0
# A round drawn so shortly before a named day (share of the median gap) is the named one.
SAME_ROUND = 0.35
# Gaps drawn to find those that are longer than the days which have elapsed.
GAPS_DRAWN = 4000
MAX_PATH_LENGTH = 200
# Points below the lines of late down to which the futures look for lines.
REACH = 100


@dataclass(frozen=True)
class Question:
    """A coming round that is asked about: its words, kind, and day and size where they are named."""

    text: str
    kind: str
    size: int | None = None
    date: date | None = None


@dataclass(frozen=True)
class Calendar:
    """The latest rounds of one kind up to a day: days between them and sizes, oldest first."""

    last: date
    gaps: Floats
    all_sizes: Floats
    known_on: date

    @classmethod
    def of(cls, rounds: Sequence[Held], known_on: date) -> Calendar:
        """The calendar of the rounds of one kind (one at least) up to a day."""
        days = np.array([one.date.toordinal() for one in rounds], dtype=float)
        sizes = np.array([one.size for one in rounds], dtype=float)
        return cls(rounds[-1].date, np.diff(days)[-RECENT_GAPS:], sizes[-RECENT_SIZES:], known_on)

    @property
    def is_running(self) -> bool:
        """Was a round of the kind held within the last year?"""
        return (self.known_on - self.last).days < RECENT_DAYS

    @property
    def median_gap(self) -> float:
        """The median of the latest gaps in days: up to here a named day is that of the next round."""
        return float(np.median(self.gaps)) if len(self.gaps) >= MIN_GAPS else UNKNOWN_MEDIAN_GAP

    @property
    def longest_path(self) -> int:
        """The most rounds that a future has."""
        return MAX_PATH_LENGTH

    def draw(self, elapsed: float, futures: int, rng: np.random.Generator) -> tuple[Floats, Floats]:
        """Days from the last round to the next, longer than have elapsed, and the size of the next, by future.

        A kind without a round for a year has no next round: its days are infinite.
        """
        latest = _fading(len(self.all_sizes), SIZE_HALF_LIFE)
        drawn = rng.choice(self.all_sizes, futures, p=latest / latest.sum())
        blur = math.hypot(SIZE_BLUR, FIRST_SIZE_BLUR / math.sqrt(len(self.all_sizes)))
        sizes = np.maximum(np.round(drawn * np.exp(blur * rng.standard_normal(futures))), 1.0)
        if not self.is_running:
            return np.full(futures, np.inf), sizes
        return self._wait(elapsed, futures, rng), sizes

    def _wait(self, elapsed: float, futures: int, rng: np.random.Generator) -> Floats:
        """Days from the last round to the next: the kind goes on after one more gap, or has stopped."""
        gaps = np.concatenate([self.gaps, USUAL_GAPS])
        blur = np.repeat([GAP_BLUR, USUAL_GAP_BLUR], [len(self.gaps), len(USUAL_GAPS)])
        weights = np.concatenate(
            [_fading(len(self.gaps), GAP_HALF_LIFE), np.full(len(USUAL_GAPS), USUAL_WEIGHT / len(USUAL_GAPS))]
        )
        weights /= weights.sum()
        place = rng.choice(len(gaps), GAPS_DRAWN, p=weights)
        running = np.maximum(np.round(gaps[place] * np.exp(blur[place] * rng.standard_normal(GAPS_DRAWN))), 1.0)
        longer = running[running > elapsed]
        usual = math.exp(float(weights @ np.log(gaps)))
        stops = -math.expm1(-usual * STOPS_A_YEAR / DAYS_A_YEAR)
        stopped = stops * math.exp(-elapsed / STOPPED_DAYS)
        goes_on = (1 - stops) * len(longer) / GAPS_DRAWN
        is_stopped = rng.uniform(size=futures) < stopped / (stopped + goes_on)
        again = elapsed + np.maximum(np.ceil(rng.exponential(STOPPED_DAYS, futures)), 1.0)
        return np.where(is_stopped, again, rng.choice(longer, futures) if len(longer) else again)


def _fading(count: int, half_life: float) -> Floats:
    """Weights of so many rounds, oldest first: the latest counts 1, and half so many rounds before."""
    return 0.5 ** (np.arange(count)[::-1] / half_life)


@dataclass(frozen=True)
class Span:
    """The time that futures run through: known up to a day, asked on a day, and up to a day (None: as far as asked)."""

    known_on: date
    as_of: date
    until: date | None = None

    @property
    def end(self) -> float:
        """The last day as an ordinal; before all days where there is none."""
        return -np.inf if self.until is None else float(self.until.toordinal())


@dataclass(frozen=True)
class Path:
    """The coming rounds of one kind, rounds by futures: day (ordinals; infinite: none), size and line.

    `asked`: for each fixed round, by future, the day, size and line that it got.
    """

    kind: str
    day: Floats
    size: Floats
    line: Floats
    asked: list[tuple[Floats, Floats, Floats]] = field(default_factory=list)


def calendars(known: Knowledge, known_on: date) -> dict[str, Calendar]:
    """The recent calendar of each kind that was ever held."""
    by_kind: dict[str, list[Held]] = {}
    for one in known.rounds:
        if one.kind in KINDS:
            by_kind.setdefault(one.kind, []).append(one)
    return {kind: Calendar.of(rounds, known_on) for kind, rounds in by_kind.items()}


def check(question: Question, known: Knowledge, calendar: Calendar | None, as_of: date) -> None:
    """Can this round be forecast? Raises RoundError that says why not, and what would be right."""
    kind = question.kind
    if calendar is None or not known.ready(kind):
        text = (
            _("{round} cannot be forecast: by {as_of} no round of kind {kind} was held")
            if calendar is None
            else _("{round} cannot be forecast: by {as_of} no round of kind {kind} was held since pools are published")
        )
        raise RoundError(text.format(round=repr(question.text), as_of=as_of, kind=kind))
    if question.date is not None and question.date < as_of:
        raise RoundError(
            _("{round} lies before {as_of}; use --as-of {day} to look back to it").format(
                round=repr(question.text), as_of=as_of, day=question.date
            )
        )
    if question.date is None and not calendar.is_running:
        raise RoundError(
            _(
                "{round} needs a day: the last round of kind {kind} was on {last}, too long ago to draw a day from; name one "
                "such as {example}"
            ).format(
                round=repr(question.text),
                kind=kind,
                last=calendar.last,
                example=f"{kind}:{question.size or int(calendar.all_sizes[-1])}@{as_of + timedelta(days=14)}",
            )
        )


def path(
    known: Knowledge, calendar: Calendar, kind: str, fixed: Sequence[Question], span: Span, futures: int,
    rng: np.random.Generator,
) -> Path:  # fmt: skip
    """The coming rounds of one kind, in so many futures.

    A fixed round without a day is the next one after as_of. One with a day is the next of its kind, unless that day
    lies further off than the median gap: then rounds drawn from the calendar come before it.
    """
    state = known.lines[kind].start(futures, rng, REACH)
    state.cleared = state.cleared.copy()
    last_day = np.full(futures, float(calendar.last.toordinal()))
    at = np.zeros(futures, dtype=int)
    goes_on = np.ones(futures, dtype=bool)
    asked = [(np.full(futures, np.inf), np.zeros(futures), np.full(futures, np.nan)) for _one in fixed]
    rounds: list[tuple[Floats, Floats, Floats]] = []
    after = known.shift(kind, np.full(futures, np.inf), futures, rng)
    change = known.next_change(kind)
    changed_on = np.inf if change is None else change.toordinal()
    for _round in range(calendar.longest_path):
        elapsed = 0 if rounds else (span.known_on - calendar.last).days
        gap, size = calendar.draw(elapsed, futures, rng)
        day, size, is_fixed = _next_round(last_day + gap, size, last_day, at, fixed, calendar.median_gap, span)
        goes_on &= np.isfinite(day) & ((day <= span.end) | (at < len(fixed)))
        if not goes_on.any():
            break
        line = np.full(futures, np.nan)
        line[goes_on] = _step(known, state, kind, np.nonzero(goes_on)[0], day, size, span.known_on, rng)
        line = np.where(day >= changed_on, line + after, line)
        rounds.append((np.where(goes_on, day, np.inf), size, line))
        for place, answer in enumerate(asked):
            here = is_fixed & goes_on & (at == place)
            for array, values in zip(answer, (day, size, line), strict=True):
                array[here] = values[here]
        at = at + (is_fixed & goes_on)
        last_day = np.where(goes_on, day, last_day)
    days, sizes, lines = np.array(rounds).reshape(-1, 3, futures).swapaxes(0, 1)
    return Path(kind, days, sizes, lines, asked)


def _next_round(
    drawn: Floats, size: Floats, last_day: Floats, at: np.ndarray, fixed: Sequence[Question], median_gap: float,
    span: Span,
) -> tuple[Floats, Floats, np.ndarray]:  # fmt: skip
    """Day and size of the next round by future, and whether it is the fixed one whose turn it is."""
    day, is_fixed = drawn, np.zeros(len(drawn), dtype=bool)
    for place, question in enumerate(fixed):
        if question.date is None:
            here = (at == place) & (drawn > span.as_of.toordinal())
        else:
            named = float(question.date.toordinal())
            here = (at == place) & ((named - last_day <= median_gap) | (drawn > named - SAME_ROUND * median_gap))
            day = np.where(here, named, day)
        is_fixed = is_fixed | here
        size = np.where(here, question.size or size, size)
    return day, size, is_fixed


def _step(
    known: Knowledge, state: State, kind: str, chosen: np.ndarray, day: Floats, size: Floats, known_on: date,
    rng: np.random.Generator,
) -> Floats:  # fmt: skip
    """The line of the next round in some of the futures; the pool is the one known for the middle of its days."""
    lines = known.lines[kind]
    miss = lines.misses(state, rng, size, np.where(np.isfinite(day), day - known_on.toordinal(), 0.0))
    there = state.of(chosen)
    middle = date.fromordinal(int(np.median(day[chosen])))
    above = lines.above_by_future(there, day[chosen], known.people_on(middle))
    nominees = known.nominees(kind, middle, size[chosen], len(chosen), rng)
    line = lines.line(there, above, size[chosen], miss[chosen], nominees)
    lines.go_on(state, chosen, line, miss[chosen], day[chosen])
    return line
