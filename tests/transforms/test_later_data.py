"""What comes later changes nothing: at 40 days, all later rounds replaced by garbage, the answers are the same."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest

from transforms.backtest.backtest_asked import ASKED_FOR, Followed
from transforms.backtest.backtest_chances import clients_around, is_held
from transforms.forecast import forecast
from transforms.forecast.chances import ages_of_ties, chances
from transforms.forecast.forecast import Outlook
from transforms.forecast.planned_rounds import Cap, RoundPlan, Series, planned, rounds_of
from transforms.rounds.rounds import KINDS
from transforms.rules import Rules

pytestmark = pytest.mark.slow

FUTURES = 150
FIRST, LAST, POINTS = date(2022, 7, 20), date(2026, 8, 6), 40
STEP = (LAST - FIRST) / (POINTS - 1)
DAYS = [FIRST + place * STEP for place in range(POINTS)]


def garbage_after(rounds: pl.DataFrame, day: date) -> pl.DataFrame:
    """All rounds after a day with other kinds, sizes, cut-offs, tie-breaks and pools; a third of them gone."""
    rng = np.random.default_rng(day.toordinal())
    count = rounds.height
    later = pl.col("date") > day
    numbers = {
        "cut_off": rng.integers(1, 1199, count), "size": rng.integers(1, 20_000, count),
        **{name: rng.integers(0, 90_000, count) for name in rounds.columns if name.startswith("pool_")},
    }  # fmt: skip
    changed = rounds.with_columns(
        pl.when(later).then(pl.Series(rng.choice(KINDS, count))).otherwise("kind").alias("kind"),
        pl.when(later).then(pl.col("tie_break") - pl.duration(days=200)).otherwise("tie_break").alias("tie_break"),
        *(
            pl.when(later).then(pl.Series(values)).otherwise(name).cast(rounds.schema[name]).alias(name)
            for name, values in numbers.items()
        ),
    )
    return changed.filter(~later | pl.Series(rng.uniform(size=count) < 2 / 3))


def found(ahead: Outlook, frame: pl.DataFrame) -> dict[str, Any]:
    """The answers to questions of each form, the chances of clients of each kind of the last year, and a plan's rounds."""
    kinds = [
        kind for kind in KINDS
        if ahead.known.ready(kind) and is_held([one for one in ahead.known.rounds if one.kind == kind], ahead.as_of)
    ]  # fmt: skip
    running = [kind for kind in kinds if ahead.calendars[kind].is_running]
    soon, late = (ahead.as_of + timedelta(days=days) for days in (10, 75))
    texts = [*running, *(f"{kind}:900@{soon}" for kind in kinds), *(f"{kind}@{late}" for kind in kinds[:3])]
    answers = [forecast.answers(ahead, [one], FUTURES)[0] for one in map(forecast.question, texts)]
    paths = forecast.coming(ahead, (), FUTURES)
    last = {one.kind: one.cut_off for one in ahead.known.rounds}
    ages = ages_of_ties(frame, ahead.known_on)
    standing = clients_around(ahead.as_of, {kind: last[kind] for kind in kinds}, ages)
    drawn = [one for one in paths if one.kind in kinds]
    kind = running[0]
    plan = RoundPlan("fortnightly", (Series(kind, 1500, soon, 14, 5),), (Cap(ahead.as_of, late, 5000, (kind,)),))
    plan_rounds = rounds_of(planned(ahead, plan, paths), ahead.as_of, last)
    return {
        "answers": [(one.question.text, one.foreseen, one.middle_date, one.middle_size) for one in answers],
        "chances": chances(standing, drawn, kinds, ages).rows(),
        "plan": plan_rounds.rows(),
    }


@pytest.fixture(scope="module")
def as_published(rounds: pl.DataFrame, rules: Rules) -> dict[date, dict[str, Any]]:
    """What is found on each of the days, from rounds taken in one after the other."""
    followed = Followed(rounds, rules)
    made = {}
    for day in DAYS:
        ground = followed.on(day, day)
        made[day] = found(Outlook(**vars(ground), rules=rules), rounds)
    return made


def test_there_are_forty_days_and_each_has_later_rounds(rounds: pl.DataFrame) -> None:
    assert len(set(DAYS)) == POINTS
    assert all(rounds.filter(pl.col("date") > day).height >= 5 for day in DAYS)
    assert ASKED_FOR == 365


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_garbage_for_later_rounds_changes_no_answer_and_no_chance(
    day: date, rounds: pl.DataFrame, rules: Rules, as_published: dict[date, dict[str, Any]]
) -> None:
    changed = garbage_after(rounds, day)
    assert not changed.filter(pl.col("date") > day).equals(rounds.filter(pl.col("date") > day))
    assert changed.filter(pl.col("date") <= day).equals(rounds.filter(pl.col("date") <= day))
    again = found(forecast.outlook(changed, rules, day), changed)
    assert len(again["answers"]) > 3
    assert again == as_published[day]
