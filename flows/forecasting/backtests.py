"""The forecast against what happened, as plain functions: the tables of the backtest, and past questions of a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.console import stages
from flows.errors import UnusableFile, UsageError
from flows.forecasting import past_rounds, published
from transforms.model.wording import _

if TYPE_CHECKING:
    import polars as pl

    from transforms.forecast.futures import Question
    from transforms.national_pool.national_pool import Held
    from transforms.rules import Rules
    from validation.plans.questions_file import PastQuestion

EVE, BASELINES, AHEAD, KINDS, CHANCES = TABLES = ("eve", "baselines", "ahead", "kinds", "chances")


@dataclass(frozen=True)
class Backtested:
    """The tables of a backtest, None for those that were not asked for.

    rounds and by_kind: `backtest` and `summary` of transforms.backtest.backtest; baselines, asked, chances and reliability: the
    figures of transforms.backtest.baselines, transforms.backtest.backtest_asked and transforms.backtest.backtest_chances.
    """

    rounds: pl.DataFrame | None = None
    by_kind: pl.DataFrame | None = None
    baselines: pl.DataFrame | None = None
    asked: pl.DataFrame | None = None
    chances: pl.DataFrame | None = None
    reliability: pl.DataFrame | None = None


def table_of(name: str) -> str:
    """The name of a table; raises UsageError that lists them."""
    if name not in TABLES:
        raise UsageError(_("{name!r} is no table; the tables are {tables}").format(name=name, tables=", ".join(TABLES)))
    return name


def backtested(path: Path, rules: Rules, start: date | None, end: date | None, tables: Sequence[str]) -> Backtested:
    """The tables that are asked for, from a rounds file; raises UsageError where no round can be forecast."""
    import polars as pl

    from transforms.backtest import backtest, backtest_ahead, backtest_asked, backtest_chances, baselines
    from transforms.national_pool.national_pool import published_rounds

    frame, start = published.published(path), start or backtest.FIRST_DAY
    made: dict[str, Any] = {}
    with stages.stage("backtest"):
        if {EVE, BASELINES} & set(tables):
            rounds = past_rounds.backtest(path, rules, start, end)
            if EVE in tables:
                made |= {"rounds": rounds, "by_kind": backtest.summary(rounds)}
            if BASELINES in tables:
                simple = baselines.baselines(
                    published_rounds(frame), rounds, with_statistical=baselines.has_statistical()
                )
                made["baselines"] = pl.concat([baselines.of_model(rounds), baselines.figures(simple)])
        asked = []
        if AHEAD in tables:
            ahead = backtest_ahead.backtest_ahead(frame, rules, start, end)
            asked += [backtest_asked.figures(ahead), backtest_asked.over_distances(ahead)]
        if KINDS in tables:
            asked.append(backtest_asked.figures(backtest_ahead.backtest_kinds(frame, rules, start, end)))
        if asked:
            made["asked"] = pl.concat(asked)
        if CHANCES in tables:
            chances = backtest_chances.backtest_chances(frame, rules, start, end)
            made |= {
                "chances": backtest_chances.figures(chances),
                "reliability": backtest_chances.reliability(chances),
            }
    if all(one is None or one.is_empty() for one in made.values()):
        raise UsageError(_("no round of that time could be forecast from what was published before it"))
    return Backtested(**made)


def answered(path: Path, rules: Rules, questions: Path) -> pl.DataFrame:
    """The past questions of a file, each answered as on its day, with the round that came.

    as_of Date, question String, round String, date Date, published Int16, p10, p50, p90 Float64, is_within Boolean; empty
    from `round` on where no round came yet. Raises UsageError and UnusableFile.
    """
    import polars as pl

    from transforms.forecast import forecast
    from transforms.national_pool.national_pool import published_rounds
    from transforms.rounds.rounds import RoundError

    asked = _questions(questions)
    frame = published.published(path)
    rounds = published_rounds(frame)
    rows = []
    with stages.stage("backtest"):
        for asked_before in asked:
            as_of, one = asked_before.as_of, asked_before.question
            try:
                found = forecast.answers(forecast.outlook(frame, rules, as_of, [one]), [one])[0].foreseen
            except RoundError as error:
                raise UsageError(f"{asked_before.place}: {error}") from None
            answer = _came(rounds, one, as_of)
            there = (None, None, None) if answer is None else (answer.number, answer.date, answer.cut_off)
            is_within = None if answer is None else found.covers(answer.cut_off)
            rows.append((as_of, one.text, *there, found.p10, found.p50, found.p90, is_within))
    return pl.DataFrame(
        rows,
        schema={
            "as_of": pl.Date(), "question": pl.String(), "round": pl.String(), "date": pl.Date(), "published": pl.Int16(),
            "p10": pl.Float64(), "p50": pl.Float64(), "p90": pl.Float64(), "is_within": pl.Boolean(),
        },
        orient="row",
    )  # fmt: skip


def _came(rounds: Sequence[Held], one: Question, as_of: date) -> Held | None:
    """The round that answers a question: that of its day, which may be the day of the question, else the next one."""
    kind = (found for found in rounds if found.kind == one.kind)
    if one.date is not None:
        return next((found for found in kind if found.date == one.date), None)
    return next((found for found in kind if found.date > as_of), None)


def _questions(path: Path) -> list[PastQuestion]:
    """The questions of a file; raises UsageError for a file that is not there, UnusableFile for one that cannot be used."""
    from validation.plans import questions_file
    from validation.plans.plan_file import PlanFileError

    if not path.is_file():
        raise UsageError(_("no file at {path}").format(path=path))
    try:
        return questions_file.read(path)
    except PlanFileError as error:
        raise UnusableFile(str(error), path) from None
