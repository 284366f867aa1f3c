"""Thousands of futures of the coming rounds: when each kind is held, how many it invites, and where its line falls.

The work grows with futures and rounds, never with the size of the pool. Futures come in blocks of one size with a seed
each, so that blocks may be worked out anywhere and in any order, and together always give the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np

from transforms.knowledge import Knowledge
from transforms.lines import State
from transforms.model.wording import _
from transforms.national_pool import Floats, Held
from transforms.rounds import KINDS, RoundError

BLOCK = 1000
# The recent calendar of a kind: its rounds of so many days, the latest counting most (days after which one counts half).
RECENT_DAYS = 365
CALENDAR_HALF_LIFE = 120
# With fewer gaps than this a calendar has a rate, and no usual gap.
FEWEST_GAPS = 3
RECENT_SIZES = 8
LONGEST_PATH = 200
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
    """The recent rounds of one kind: days between them, sizes, and how much each counts."""

    last: date
    gaps: Floats
    sizes: Floats
    weights: Floats
    all_sizes: Floats

    @classmethod
    def of(cls, rounds: Sequence[Held], known_on: date) -> Calendar:
        """The calendar of the rounds of one kind (one at least) up to a day."""
        days = np.array([one.date.toordinal() for one in rounds], dtype=float)
        sizes = np.array([one.size for one in rounds], dtype=float)
        recent = np.nonzero(days > known_on.toordinal() - RECENT_DAYS)[0]
        gaps = np.array([days[place] - days[place - 1] if place else np.nan for place in recent])
        weights = 0.5 ** ((known_on.toordinal() - days[recent]) / CALENDAR_HALF_LIFE)
        return cls(rounds[-1].date, gaps, sizes[recent], weights, sizes[-RECENT_SIZES:])

    @property
    def is_running(self) -> bool:
        """Was any round of the kind held of late?"""
        return len(self.gaps) > 0

    @property
    def longest_gap(self) -> float:
        """The longest gap of late, in days; without a usual gap, the mean one."""
        return float(np.nanmax(self.gaps)) if self._is_regular else RECENT_DAYS / max(len(self.gaps), 1)

    @property
    def _is_regular(self) -> bool:
        return int((~np.isnan(self.gaps)).sum()) >= FEWEST_GAPS

    def draw(self, elapsed: float, futures: int, rng: np.random.Generator) -> tuple[Floats, Floats]:
        """Days from the last round to the next, longer than have elapsed, and the size of the next, by future."""
        usable = ~np.isnan(self.gaps) & (self.gaps > elapsed)
        if not self.is_running:
            return np.full(futures, np.inf), rng.choice(self.all_sizes, futures)
        if not self._is_regular or not usable.any():
            drawn = rng.choice(len(self.sizes), futures, p=self.weights / self.weights.sum())
            wait = np.ceil(rng.exponential(RECENT_DAYS / (len(self.gaps) + 1), futures))
            return elapsed + np.maximum(wait, 1.0), self.sizes[drawn]
        weights = np.where(usable, self.weights, 0.0)
        drawn = rng.choice(len(self.sizes), futures, p=weights / weights.sum())
        return self.gaps[drawn], self.sizes[drawn]


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
    lies further off than the longest gap of late: then rounds drawn from the calendar come before it.
    """
    state = known.lines[kind].start(futures, rng, REACH)
    state.cleared = state.cleared.copy()
    last_day = np.full(futures, float(calendar.last.toordinal()))
    at = np.zeros(futures, dtype=int)
    goes_on = np.ones(futures, dtype=bool)
    asked = [(np.full(futures, np.inf), np.zeros(futures), np.full(futures, np.nan)) for _one in fixed]
    rounds: list[tuple[Floats, Floats, Floats]] = []
    for _round in range(LONGEST_PATH):
        elapsed = 0 if rounds else (span.known_on - calendar.last).days
        gap, size = calendar.draw(elapsed, futures, rng)
        day, size, is_fixed = _next_round(last_day + gap, size, last_day, at, fixed, calendar.longest_gap, span)
        goes_on &= np.isfinite(day) & ((day <= span.end) | (at < len(fixed)))
        if not goes_on.any():
            break
        line = np.full(futures, np.nan)
        line[goes_on] = _step(known, state, kind, np.nonzero(goes_on)[0], day, size, rng)
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
    drawn: Floats, size: Floats, last_day: Floats, at: np.ndarray, fixed: Sequence[Question], longest_gap: float,
    span: Span,
) -> tuple[Floats, Floats, np.ndarray]:  # fmt: skip
    """Day and size of the next round by future, and whether it is the fixed one whose turn it is."""
    day, is_fixed = drawn, np.zeros(len(drawn), dtype=bool)
    for place, question in enumerate(fixed):
        if question.date is None:
            here = (at == place) & (drawn > span.as_of.toordinal())
        else:
            named = float(question.date.toordinal())
            here = (at == place) & ((named - last_day <= longest_gap) | (drawn >= named))
            day = np.where(here, named, day)
        is_fixed = is_fixed | here
        size = np.where(here, question.size or size, size)
    return day, size, is_fixed


def _step(
    known: Knowledge, state: State, kind: str, some: np.ndarray, day: Floats, size: Floats, rng: np.random.Generator
) -> Floats:
    """The line of the next round in some of the futures; the pool is the one known for the middle of its days."""
    lines = known.lines[kind]
    miss = lines.misses(state, rng)
    there = state.of(some)
    middle = date.fromordinal(int(np.median(day[some])))
    above = lines.above_by_future(there, day[some], known.people_on(middle))
    nominees = known.nominees(kind, middle, size[some], len(some), rng)
    line = lines.line(there, above, size[some], miss[some], nominees)
    lines.go_on(state, some, line, miss[some], day[some])
    return line
