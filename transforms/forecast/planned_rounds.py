"""What a plan of rounds would do to the forecast: its rounds in place of those of the calendar, under totals as caps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, timedelta

import numpy as np
import polars as pl

from transforms.forecast.fans import newest_lines
from transforms.forecast.forecast import HORIZONS, Ground, blocks, joined
from transforms.forecast.futures import BLOCK, MAX_PATH_LENGTH, Calendar, Path, Question, Span, check, path
from transforms.model.wording import _
from transforms.national_pool.knowledge import QUANTILES
from transforms.national_pool.national_pool import Floats
from transforms.rounds.rounds import KINDS, RoundError

ROUNDS = {
    "kind": pl.String(),
    "rounds": pl.Float64(),
    "invitations": pl.Float64(),
    "p10": pl.Float64(),
    "p50": pl.Float64(),
    "p90": pl.Float64(),
}
# Of the seed: other chance than that of the rounds that are drawn.
OF_PLANS = 2


@dataclass(frozen=True)
class Series:
    """Rounds of one kind and size: the first on a day, the others every so many days, so many times (0: to the end).

    `file_line` is the line of the plan's file that asks for it.
    """

    kind: str
    size: int
    first: date
    every_days: int = 0
    times: int = 1
    file_line: int | None = field(default=None, compare=False, repr=False)

    def days(self, end: date) -> Iterator[date]:
        """The days of its rounds up to a day."""
        day, number = self.first, 0
        while day <= end and (not self.times or number < self.times):
            yield day
            number += 1
            if not self.every_days:
                return
            if (end - day).days < self.every_days:
                return
            day += timedelta(days=self.every_days)


@dataclass(frozen=True)
class Cap:
    """A total that the invitations of some kinds (empty: all) do not go beyond from one day to another, both included."""

    first: date
    last: date
    invitations: int
    kinds: tuple[str, ...] = ()

    def counts(self, kind: str) -> bool:
        """Do the rounds of a kind count?"""
        return not self.kinds or kind in self.kinds


@dataclass(frozen=True)
class RoundPlan:
    """A plan: its series of rounds, the totals, and whether kinds that it does not name go on as the calendar draws them.

    `file` is the name of the plan's file, where it has one.
    """

    title: str
    series: tuple[Series, ...]
    caps: tuple[Cap, ...] = ()
    has_other_kinds: bool = True
    file: str = field(default="", compare=False, repr=False)

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds whose rounds the plan sets."""
        return tuple(dict.fromkeys(one.kind for one in self.series))


@dataclass(frozen=True)
class Scheduled(Calendar):
    """A calendar whose rounds are set: day and size of each by future, in the order of the days (infinite: none)."""

    rounds: Iterator[tuple[Floats, Floats]] = field(default_factory=lambda: iter(()))
    count: int = 0

    @property
    def longest_path(self) -> int:
        """As many rounds as are set."""
        return self.count

    @classmethod
    def after(cls, calendar: Calendar, day: Floats, size: Floats) -> Scheduled:
        """The set rounds (rounds by futures) that follow the last one of a calendar."""
        before = np.vstack([np.full((1, day.shape[1]), float(calendar.last.toordinal())), day])[:-1]
        gaps = np.where(np.isfinite(day), day - np.where(np.isfinite(before), before, 0.0), np.inf)
        known = {one.name: getattr(calendar, one.name) for one in fields(calendar) if one.init}
        return cls(**known, rounds=zip(gaps, np.maximum(size, 1.0), strict=True), count=len(gaps))

    def draw(self, elapsed: float, futures: int, rng: np.random.Generator) -> tuple[Floats, Floats]:  # noqa: ARG002 - as the calendar's
        """Days from the last round to the next set one, and its size, by future."""
        return next(self.rounds, (np.full(futures, np.inf), np.ones(futures)))


@dataclass(frozen=True, eq=False)
class Schedule:
    """Days and sizes of the rounds of one kind, rounds by futures, in the order of the days (infinite: none)."""

    day: Floats
    size: Floats

    @classmethod
    def ordered(cls, day: Floats, size: Floats) -> Schedule:
        """The rounds in the order of their days; those that are not held come last, and rows without any are left out."""
        order = np.argsort(day, axis=0, kind="stable")
        day, size = np.take_along_axis(day, order, 0), np.take_along_axis(size, order, 0)
        with_day = np.isfinite(day).any(axis=1)
        return cls(day[with_day], size[with_day])


def check_plan(plan: RoundPlan, ahead: Ground) -> None:
    """Raises RoundError for the first series whose rounds cannot be forecast, and for a plan of which nothing remains.

    Rounds dated on or before the day are left out. They are no error while others remain, or totals on rounds that are
    drawn.
    """
    end = ahead.as_of + timedelta(days=max(HORIZONS))
    counts: dict[str, int] = {}
    for one in plan.series:
        question = Question(f"{one.kind}:{one.size}@{one.first}", one.kind, one.size, max(one.first, ahead.as_of))
        try:
            check(question, ahead.known, ahead.calendars.get(one.kind), ahead.as_of)
        except RoundError as error:
            raise _in_file(plan, one, str(error)) from None
        counts[one.kind] = counts.get(one.kind, 0) + sum(day > ahead.as_of for day in one.days(end))
        if counts[one.kind] > MAX_PATH_LENGTH:
            raise _in_file(
                plan,
                one,
                _("the plan has more than {most} rounds of kind {kind} from {as_of} to {end}; give fewer").format(
                    most=MAX_PATH_LENGTH, kind=one.kind, as_of=ahead.as_of, end=end
                ),
            )
    has_rounds = any(day > ahead.as_of for one in plan.series for day in one.days(date.max))
    if plan.series and not has_rounds and not (plan.caps and plan.has_other_kinds):
        raise _in_file(
            plan,
            plan.series[0],
            _("no round of the plan is after {as_of}; give a later day").format(as_of=ahead.as_of),
        )


def _in_file(plan: RoundPlan, series: Series, problem: str) -> RoundError:
    """An error of a series, with the file and the line that ask for it where they are known."""
    if not plan.file or series.file_line is None:
        return RoundError(problem)
    return RoundError(
        _("{file}: line {line}: {problem}").format(file=plan.file, line=series.file_line, problem=problem)
    )


def planned(ahead: Ground, plan: RoundPlan, drawn: Sequence[Path]) -> list[Path]:
    """The paths of all kinds under a plan, from those that the calendar draws (`forecast.coming`).

    A kind that the plan names has the plan's rounds alone after the day. Where a total is used up, a round gets what is
    left of it, and those after it are not held. The invitations of rounds that are known count towards the totals. A
    kind whose rounds stay as drawn keeps its path, so that two plans differ by nothing but what they say.
    """
    end = ahead.as_of + timedelta(days=max(HORIZONS))
    by_kind = {one.kind: one for one in drawn}
    futures = drawn[0].day.shape[1] if drawn else BLOCK
    kept = [kind for kind in by_kind if plan.has_other_kinds or kind in plan.kinds]
    set_ = {
        kind: _set(ahead, plan, kind, by_kind.get(kind), end, futures) for kind in dict.fromkeys([*kept, *plan.kinds])
    }
    capped = _capped(set_, plan.caps, ahead)
    found = []
    for kind, schedule in capped.items():
        before = by_kind.get(kind)
        if before is not None and _is_as_drawn(schedule, before):
            found.append(before)
        else:
            found.append(walked(ahead, kind, schedule, end, futures))
    return found


def _set(ahead: Ground, plan: RoundPlan, kind: str, drawn: Path | None, end: date, futures: int) -> Schedule:
    """The rounds of a kind before totals: those of the plan after the day, else those that are drawn."""
    none = np.empty((0, futures))
    day, size = (none, none) if drawn is None else (drawn.day, drawn.size)
    if kind not in plan.kinds:
        return Schedule.ordered(day, size)
    day = np.where(day <= ahead.as_of.toordinal(), day, np.inf)
    own = [(held_on, one.size) for one in plan.series if one.kind == kind for held_on in one.days(end)]
    after = [(held_on.toordinal(), size) for held_on, size in own if held_on > ahead.as_of]
    rows = np.array(after, dtype=float).reshape(-1, 2)
    planned_day, planned_size = (np.repeat(column[:, None], futures, axis=1) for column in rows.T)
    return Schedule.ordered(np.vstack([day, planned_day]), np.vstack([size, planned_size]))


def _capped(schedules: Mapping[str, Schedule], caps: Sequence[Cap], ahead: Ground) -> dict[str, Schedule]:
    """The rounds as far as the totals reach, in the order of the days; of one day, in the order of the kinds."""
    if not caps or not schedules:
        return dict(schedules)
    day = np.vstack([one.day for one in schedules.values()])
    size = np.vstack([one.size for one in schedules.values()])
    kinds = np.repeat(np.array([*schedules]), [len(one.day) for one in schedules.values()])
    order = np.argsort(day, axis=0, kind="stable")
    futures = np.arange(day.shape[1])
    counts = np.array([[cap.counts(kind) for kind in kinds] for cap in caps])
    left = np.array([[float(cap.invitations - held_towards(cap, ahead))] for cap in caps]) * np.ones(day.shape[1])
    for rows in order:
        days = day[rows, futures]
        inside = [
            counts[number, rows] & (days >= cap.first.toordinal()) & (days <= cap.last.toordinal())
            for number, cap in enumerate(caps)
        ]
        allowed = size[rows, futures]
        for number, is_inside in enumerate(inside):
            allowed = np.where(is_inside, np.minimum(allowed, np.maximum(left[number], 0.0)), allowed)
        size[rows, futures] = allowed
        day[rows, futures] = np.where(allowed >= 1, days, np.inf)
        for number, is_inside in enumerate(inside):
            left[number] -= np.where(is_inside, allowed, 0.0)
    return {kind: Schedule.ordered(day[kinds == kind], size[kinds == kind]) for kind in schedules}


def held_towards(cap: Cap, ahead: Ground) -> int:
    """The invitations of known rounds that count towards a total."""
    return sum(
        one.size for one in ahead.known.rounds if cap.counts(one.kind) and cap.first <= one.date <= cap.last
    )  # fmt: skip


def _is_as_drawn(schedule: Schedule, drawn: Path) -> bool:
    before = Schedule.ordered(drawn.day, drawn.size)
    return bool(
        before.day.shape == schedule.day.shape
        and (before.day == schedule.day).all()
        and (np.where(np.isfinite(before.day), before.size - schedule.size, 0.0) == 0).all()
    )


def walked(ahead: Ground, kind: str, schedule: Schedule, end: date, futures: int) -> Path:
    """The path of the set rounds of one kind up to a day, block by block."""
    parts, first = [], 0
    for number, count in enumerate(blocks(futures)):
        block = slice(first, first + count)
        calendar = Scheduled.after(ahead.calendars[kind], schedule.day[:, block], schedule.size[:, block])
        rng = np.random.default_rng([ahead.seed, number, KINDS.index(kind), OF_PLANS])
        span = Span(ahead.known_on, ahead.as_of, end)
        parts.append(path(ahead.known, calendar, kind, (), span, count, rng))
        first += count
    return joined(parts)


def rounds_of(paths: Sequence[Path], as_of: date, last: Mapping[str, int]) -> pl.DataFrame:
    """By kind the rounds and invitations after a day (means over the futures), and the newest cut-off at the end; ROUNDS.

    `last` is the newest published cut-off of each kind.
    """
    rows = []
    end = as_of + timedelta(days=max(HORIZONS))
    for one in paths:
        counts = np.isfinite(one.day) & (one.day > as_of.toordinal()) & (one.day <= end.toordinal())
        lines = newest_lines(one, end.toordinal(), last[one.kind])
        rows.append(
            (one.kind, counts.sum(axis=0).mean(), np.where(counts, one.size, 0.0).sum(axis=0).mean(),
             *np.quantile(lines, QUANTILES).tolist())
        )  # fmt: skip
    return pl.DataFrame(rows, schema=ROUNDS, orient="row")


def passed(plan: RoundPlan, as_of: date) -> int:
    """How many rounds of the plan's series are of a day up to `as_of`, and are left out."""
    return sum(1 for one in plan.series for _day in one.days(as_of))


def later(plan: RoundPlan, end: date) -> int:
    """How many rounds of the plan's series are after a day; those of a series without end are not counted."""
    return sum(1 for one in plan.series if one.times or not one.every_days for day in one.days(date.max) if day > end)
