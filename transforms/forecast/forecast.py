"""What coming rounds will take: quantiles of their cut-offs, from what was published up to a day."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

from transforms.forecast.futures import BLOCK, Calendar, Path, Question, Span, calendars, check, path
from transforms.model.wording import _
from transforms.national_pool.knowledge import Foreseen, Knowledge
from transforms.national_pool.national_pool import Floats, bands_of, crs_changes, published_rounds
from transforms.rounds.rounds import KINDS, RoundError, day_of, kind_of, size_of
from transforms.rules import Rules

HORIZONS = (30, 90, 180)
FUTURES = 5000
# A round without a day counts as dated on the day by which it has come in so many of the futures.
LATE = 0.9

_QUESTION = re.compile(r"(?P<kind>[A-Za-z_]+)(?::(?P<size>\d+))?(?:@(?P<date>\d{4}-\d{2}-\d{2}))?")


@dataclass(frozen=True)
class Answer:
    """A coming round as forecast; what was not named is drawn, and its middle given."""

    question: Question
    foreseen: Foreseen
    middle_date: date
    middle_size: int
    rules_status: str


@dataclass(frozen=True)
class Ground:
    """What futures are drawn from: what is known on a day, the calendar of each kind, and the seed."""

    as_of: date
    known_on: date
    known: Knowledge
    calendars: dict[str, Calendar]
    seed: int


@dataclass(frozen=True)
class Outlook(Ground):
    """What is known on a day, ready to look ahead, with the law and its gaps."""

    rules: Rules


@dataclass(frozen=True)
class Block:
    """Some futures of the rounds of one kind, by words alone: small to send, and drawn from any equal ground."""

    kind: str
    fixed: tuple[Question, ...]
    span: Span
    number: int
    futures: int


# How blocks are drawn: here, or looked up among those that were drawn elsewhere.
Draw = Callable[[Block], Path]


def question(text: str) -> Question:
    """A coming round by its words: `CEC`, `CEC:2000`, `CEC@2026-09-01`, `CEC:2000@2026-09-01`; raises RoundError."""
    found = _QUESTION.fullmatch(text)
    if found is None:
        raise RoundError(
            _("{round} is no coming round; give KIND, KIND:SIZE, KIND@DATE or KIND:SIZE@DATE").format(round=repr(text))
        )
    size = None if found["size"] is None else size_of(found["size"], text)
    return Question(text, kind_of(found["kind"]), size, day_of(found["date"], text))


def outlook(
    frame: pl.DataFrame, rules: Rules, as_of: date, questions: Sequence[Question] = (), seed: int = 0,
    fetched_on: date | None = None,
) -> Outlook:  # fmt: skip
    """What the rounds of a rounds frame up to a day tell; a round asked about for that very day is not known yet.

    `fetched_on`: the day on which the frame was fetched from the publisher, where that is known.
    """
    at = ground(frame, crs_changes(rules), as_of, known_until(as_of, questions), seed, fetched_on)
    return Outlook(at.as_of, at.known_on, at.known, at.calendars, at.seed, rules)


def known_until(as_of: date, questions: Sequence[Question]) -> date:
    """The day up to which rounds are known; a round asked about for the very day is not known yet."""
    on_the_day = any(one.date == as_of for one in questions)
    return as_of - timedelta(days=1) if on_the_day else as_of


def ground(
    frame: pl.DataFrame, changes: Sequence[date], as_of: date, until: date, seed: int = 0,
    fetched_on: date | None = None,
) -> Ground:  # fmt: skip
    """What the rounds of a rounds frame up to a day tell, given the days on which the CRS changed."""
    rounds = [one for one in published_rounds(frame) if one.date <= until]
    if not rounds:
        raise RoundError(_("no published round before {day}: nothing to forecast from").format(day=as_of))
    known = Knowledge.of(rounds, bands_of(frame), changes, seed)
    # Where the file ends before as_of, rounds since its end, or since it was fetched, are not known, and are drawn too.
    ends_on = max(published_rounds(frame)[-1].date, fetched_on or date.min)
    known_on = min(ends_on, until)
    return Ground(as_of, known_on, known, calendars(known, known_on), seed)


def answers(
    ahead: Outlook, questions: Sequence[Question], futures: int = FUTURES, draw: Draw | None = None
) -> list[Answer]:
    """The rounds that are asked about, in the order of the questions; raises RoundError for what cannot be forecast."""
    check_all(ahead, questions)
    return [_answer(ahead, one, questions, futures, draw or drawing(ahead)) for one in questions]


def check_all(ahead: Outlook, questions: Sequence[Question]) -> None:
    """Raises RoundError for the first round that cannot be forecast."""
    for one in questions:
        check(one, ahead.known, ahead.calendars.get(one.kind), ahead.as_of)


def _answer(ahead: Outlook, one: Question, questions: Sequence[Question], futures: int, draw: Draw) -> Answer:
    parts = [draw(block).asked[-1] for block in blocks_of_question(ahead, one, questions, futures)]
    days, sizes, lines = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    there = np.isfinite(lines)
    return Answer(
        one,
        Foreseen.of(lines[there]),
        date.fromordinal(int(np.median(days[there]))),
        int(np.median(sizes[there])),
        status(ahead, float(np.quantile(days[there], LATE))),
    )


def blocks_of_question(ahead: Ground, one: Question, questions: Sequence[Question], futures: int) -> list[Block]:
    """The blocks that answer one of the questions."""
    fixed = (*_before(one, questions), one)
    return _blocks(one.kind, fixed, Span(ahead.known_on, ahead.as_of), futures)


def blocks_of_coming(ahead: Ground, questions: Sequence[Question], futures: int) -> dict[str, list[Block]]:
    """The blocks of all rounds of the longest horizon, by kind; kinds that cannot be drawn are left out."""
    until = ahead.as_of + timedelta(days=max(HORIZONS))
    span = Span(ahead.known_on, ahead.as_of, until)
    found = {}
    for kind, calendar in ahead.calendars.items():
        fixed = tuple(sorted((one for one in questions if one.kind == kind and _day(one) <= until), key=_day))
        if ahead.known.ready(kind) and (calendar.is_running or fixed):
            found[kind] = _blocks(kind, fixed, span, futures)
    return found


def _blocks(kind: str, fixed: tuple[Question, ...], span: Span, futures: int) -> list[Block]:
    return [Block(kind, fixed, span, number, size) for number, size in enumerate(blocks(futures))]


def drawing(at: Ground) -> Draw:
    """Draws blocks here and now."""
    return lambda block: block_of(at, block.kind, block.fixed, block.span, block.number, block.futures)


def block_of(ahead: Ground, kind: str, fixed: Sequence[Question], span: Span, block: int, futures: int) -> Path:
    """One block of futures of the rounds of one kind: the same wherever and whenever it is worked out."""
    rng = np.random.default_rng([ahead.seed, block, KINDS.index(kind), span.until is None])
    return path(ahead.known, ahead.calendars[kind], kind, fixed, span, futures, rng)


def _before(one: Question, questions: Sequence[Question]) -> list[Question]:
    """The other rounds of the kind that are asked about for an earlier day, in the order of their days."""
    earlier = [
        other
        for other in questions
        if other.kind == one.kind and one.date is not None and other.date is not None and other.date < one.date
    ]
    return sorted(earlier, key=_day)


def _day(one: Question) -> date:
    """By which questions are put in order: those without a day come first."""
    return one.date or date.min


def coming(
    ahead: Ground, questions: Sequence[Question] = (), futures: int = FUTURES, draw: Draw | None = None
) -> list[Path]:
    """All rounds of the longest horizon from as_of on, by kind, with those asked about among them."""
    draw = draw or drawing(ahead)
    return [joined([draw(one) for one in made]) for made in blocks_of_coming(ahead, questions, futures).values()]


def blocks(futures: int) -> list[int]:
    """How many futures each block has."""
    whole, rest = divmod(futures, BLOCK)
    return [BLOCK] * whole + ([rest] if rest else [])


def joined(parts: Sequence[Path]) -> Path:
    """The paths of all blocks of one kind as one; where a block has fewer rounds, there are none."""
    rounds = max(len(part.day) for part in parts)

    def filled(arrays: Sequence[Floats], empty: float) -> Floats:
        return np.concatenate(
            [np.pad(array, ((0, rounds - len(array)), (0, 0)), constant_values=empty) for array in arrays], axis=1
        )

    return Path(
        parts[0].kind, filled([part.day for part in parts], np.inf), filled([part.size for part in parts], 0.0),
        filled([part.line for part in parts], np.nan),
    )  # fmt: skip


def status(ahead: Outlook, last_day: float) -> str:
    """`incomplete` where the law of the last day, or of a round that was learnt from, is not known in full."""
    days = [date.fromordinal(int(last_day)), ahead.known.rounds[-1].date]
    return "incomplete" if any(ahead.rules.law_of(day).status == "incomplete" for day in days) else "complete"
