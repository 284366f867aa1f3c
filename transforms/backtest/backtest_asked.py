"""Past questions to the forecast, answered from what was published by their day, beside what came."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

from transforms.backtest.proper_scores import bootstrap, crps
from transforms.forecast import forecast
from transforms.forecast.futures import BLOCK, Question, calendars, check
from transforms.national_pool.knowledge import Foreseen, Knowledge
from transforms.national_pool.national_pool import Floats, Held, bands_of, crs_changes, published_rounds
from transforms.rounds.rounds import KINDS, RoundError
from transforms.rules import Rules

FUTURES = BLOCK
# A kind is asked about again after so many days, and as long as its last round is no older than so many.
ASK_EVERY, ASKED_FOR = 14, 365
# A round that comes later than this is no answer to what is asked today.
ANSWERED_WITHIN = 180
FORMS = ("KIND:SIZE@DATE", "KIND@DATE", "KIND:SIZE", "KIND")
SCHEMA = {
    "form": pl.String(),
    "as_of": pl.Date(),
    "days_ahead": pl.Int16(),
    "round": pl.String(),
    "date": pl.Date(),
    "kind": pl.String(),
    "size": pl.Int32(),
    "published": pl.Int16(),
    "last": pl.Int16(),
    "p10": pl.Float64(),
    "p50": pl.Float64(),
    "p90": pl.Float64(),
    "mean": pl.Float64(),
    "crps": pl.Float64(),
}
FIGURES_SCHEMA = {
    "form": pl.String(),
    "kind": pl.String(),
    "days_ahead": pl.Int16(),
    "asked": pl.Int64(),
    "rounds": pl.Int64(),
    "persistence": pl.Float64(),
    "error": pl.Float64(),
    "ratio": pl.Float64(),
    "ratio_low": pl.Float64(),
    "ratio_high": pl.Float64(),
    "covered": pl.Float64(),
    "covered_low": pl.Float64(),
    "covered_high": pl.Float64(),
    "crps": pl.Float64(),
    "width": pl.Float64(),
}


@dataclass(frozen=True)
class PastQuestion:
    """A question as it was asked on a day, what was known then, and the round that answered it."""

    form: str
    as_of: date
    known_on: date
    question: Question
    answer: Held
    days_ahead: int | None = None


def form_of(question: Question) -> str:
    """Which of kind, size and day a question names: one of FORMS."""
    return "KIND" + (":SIZE" if question.size is not None else "") + ("@DATE" if question.date is not None else "")


def dated(answer: Held, days_ahead: int, *, with_size: bool = True) -> PastQuestion:
    """A round as asked about so many days before it, by its day; on the day itself it is not known yet."""
    as_of = answer.date - timedelta(days=days_ahead)
    known_on = as_of - timedelta(days=1) if days_ahead == 0 else as_of
    size = answer.size if with_size else None
    question = Question(_words(answer.kind, size, answer.date), answer.kind, size, answer.date)
    return PastQuestion(form_of(question), as_of, known_on, question, answer, days_ahead)


def next_of_kind(answer: Held, as_of: date, *, with_size: bool = False) -> PastQuestion:
    """The next round of a kind as asked about on a day, without its day."""
    size = answer.size if with_size else None
    question = Question(_words(answer.kind, size, None), answer.kind, size)
    return PastQuestion(form_of(question), as_of, as_of, question, answer)


def _words(kind: str, size: int | None, day: date | None) -> str:
    return kind + ("" if size is None else f":{size}") + ("" if day is None else f"@{day}")


def every_fortnight(
    rounds: Sequence[Held], start: date, end: date, *, with_size: bool = False
) -> Iterator[PastQuestion]:
    """The next round of each kind, asked about every ASK_EVERY days from `start`, where it came by `end` and in time."""
    by_kind: dict[str, list[Held]] = {}
    for one in rounds:
        if one.kind in KINDS:
            by_kind.setdefault(one.kind, []).append(one)
    for as_of in asking_days(start, end):
        for held_of_kind in by_kind.values():
            earlier = [one for one in held_of_kind if one.date <= as_of]
            later = next((one for one in held_of_kind if one.date > as_of), None)
            if not earlier or later is None or later.date > min(end, as_of + timedelta(days=ANSWERED_WITHIN)):
                continue
            if (as_of - earlier[-1].date).days <= ASKED_FOR:
                yield next_of_kind(later, as_of, with_size=with_size)


def asking_days(start: date, end: date) -> list[date]:
    """The days from `start` to `end` on which is asked: every ASK_EVERY days."""
    return [start + timedelta(days=days) for days in range(0, (end - start).days + 1, ASK_EVERY)]


class Followed:
    """What was known of the rounds, taken in day by day and never further than asked for."""

    def __init__(self, frame: pl.DataFrame, rules: Rules, seed: int = 0) -> None:
        self.rounds = published_rounds(frame)
        self.known = Knowledge.of([], bands_of(frame), crs_changes(rules), seed)
        self.last: dict[str, int] = {}
        self._taken = 0

    def on(self, as_of: date, known_on: date) -> forecast.Ground:
        """The ground of the command's own forecast on a day; days must not go back."""
        while self._taken < len(self.rounds) and self.rounds[self._taken].date <= known_on:
            one = self.rounds[self._taken]
            self.known.take(one)
            self.last[one.kind] = one.cut_off
            self._taken += 1
        return forecast.Ground(as_of, known_on, self.known, calendars(self.known, known_on), self.known.seed)


def asked(frame: pl.DataFrame, rules: Rules, questions: Iterable[PastQuestion], futures: int = FUTURES) -> pl.DataFrame:
    """Every past question that could be answered, by form, distance and day; columns as SCHEMA.

    `published` is the cut-off that came, `last` the newest of its kind on the day of the question (persistence).
    """
    followed = Followed(frame, rules)
    rows = []
    for question in sorted(questions, key=lambda question: (question.known_on, question.as_of)):
        ground = followed.on(question.as_of, question.known_on)
        lines = lines_of(ground, question.question, futures)
        if lines is not None:
            rows.append(_row(question, followed.last[question.question.kind], lines))
    made = pl.DataFrame(rows, schema=SCHEMA, orient="row")
    return made.sort("form", "days_ahead", "as_of", "date", "round", maintain_order=True)


def lines_of(ground: forecast.Ground, question: Question, futures: int) -> Floats | None:
    """The cut-offs of a round in so many futures, as the command draws them; None where it cannot be forecast."""
    try:
        check(question, ground.known, ground.calendars.get(question.kind), ground.as_of)
    except RoundError:
        return None
    blocks = forecast.blocks_of_question(ground, question, [question], futures)
    drawn = [forecast.drawing(ground)(block).asked[-1][2] for block in blocks]
    lines = np.concatenate(drawn)
    lines = lines[np.isfinite(lines)]
    return lines if len(lines) else None


def _row(question: PastQuestion, last: int, lines: Floats) -> tuple[object, ...]:
    answer, foreseen = question.answer, Foreseen.of(lines)
    return (
        question.form, question.as_of, question.days_ahead, answer.number, answer.date, answer.kind, answer.size, answer.cut_off, last,
        foreseen.p10, foreseen.p50, foreseen.p90, foreseen.mean, crps(lines, answer.cut_off),
    )  # fmt: skip


def figures(answers: pl.DataFrame) -> pl.DataFrame:
    """By form and days ahead, over all kinds (`all`, first) and by kind, most rounds first; columns as FIGURES_SCHEMA.

    asked, rounds: questions, and rounds that answered them; persistence, error: mean absolute error in points of the last
    cut-off and of p50; ratio = error / persistence (empty where persistence has no error); covered: share within p10 to
    p90; crps and width (p90 - p10): mean, in points; low and high: where 19 in 20 bootstraps of the rounds fall.
    """
    both = pl.concat([answers.with_columns(pl.lit("all").alias("kind")), answers])
    rows = [
        _figures_of((form, kind, days), group)
        for (form, kind, days), group in both.group_by("form", "kind", "days_ahead", maintain_order=True)
    ]
    made = pl.DataFrame(rows, schema=FIGURES_SCHEMA, orient="row")
    order = pl.when(pl.col("kind") == "all").then(pl.col("rounds").max() + 1).otherwise("rounds")
    return made.sort(
        pl.col("form").replace_strict(list(FORMS), range(len(FORMS)), return_dtype=pl.Int8),
        order.max().over("form", "kind"), "kind", "days_ahead", descending=[False, True, False, False],
    )  # fmt: skip


def over_distances(answers: pl.DataFrame) -> pl.DataFrame:
    """The figures over all distances but that of the eve together, without days_ahead; columns as FIGURES_SCHEMA."""
    ahead = answers.filter(pl.col("days_ahead") > 0)
    return figures(ahead.with_columns(pl.lit(None, pl.Int16()).alias("days_ahead")))


def _figures_of(key: tuple[object, ...], group: pl.DataFrame) -> tuple[object, ...]:
    published, last, middle = (group[name].to_numpy().astype(float) for name in ("published", "last", "p50"))
    persistence, error = np.abs(last - published), np.abs(middle - published)
    covered = ((group["p10"] <= group["published"]) & (group["published"] <= group["p90"])).to_numpy().astype(float)
    clusters = group["round"].to_numpy()
    ratio: tuple[float | None, ...] = (None, None, None)
    if persistence.sum() > 0:
        ratio = (float(error.sum() / persistence.sum()), *bootstrap(error, persistence, clusters))
    return (
        *key, group.height, group["round"].n_unique(), float(persistence.mean()), float(error.mean()), *ratio,
        float(covered.mean()), *bootstrap(covered, np.ones(len(covered)), clusters),
        float(group["crps"].to_numpy().mean()), float((group["p90"] - group["p10"]).to_numpy().mean()),
    )  # fmt: skip
