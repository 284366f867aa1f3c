"""Past questions: asked with what was known on their day, answered as the command answers, counted as they should be."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import polars as pl
import pytest

from transforms.backtest.backtest_ahead import DAYS_AHEAD, backtest_ahead
from transforms.backtest.backtest_asked import (
    FUTURES,
    SCHEMA,
    asked,
    dated,
    every_fortnight,
    figures,
    form_of,
    next_of_kind,
    over_distances,
)
from transforms.forecast.forecast import Outlook, answers, question
from transforms.forecast.futures import Question
from transforms.national_pool.national_pool import Held, published_rounds
from transforms.rules import Rules

DAY = date(2026, 3, 17)


def of_number(rounds: pl.DataFrame, number: str) -> Held:
    return next(one for one in published_rounds(rounds) if one.number == number)


def test_the_form_says_what_a_question_names() -> None:
    texts = ("CEC", "CEC:2000", "CEC@2026-09-01", "CEC:2000@2026-09-01")
    assert [form_of(question(text)) for text in texts] == ["KIND", "KIND:SIZE", "KIND@DATE", "KIND:SIZE@DATE"]


def test_on_the_day_of_the_round_it_is_not_known_and_before_it_all_up_to_the_day_is(rounds: pl.DataFrame) -> None:
    one = of_number(rounds, "404")
    eve, month = dated(one, 0), dated(one, 30, with_size=False)
    assert (eve.as_of, eve.known_on, eve.question.text) == (
        one.date,
        one.date - timedelta(days=1),
        "CEC:4000@2026-03-17",
    )
    assert month.as_of == month.known_on == one.date - timedelta(days=30)
    assert (month.form, month.question.size) == ("KIND@DATE", None)


def test_every_fortnight_asks_for_the_next_round_of_each_kind(rounds: pl.DataFrame) -> None:
    start, end = date(2026, 1, 6), date(2026, 8, 7)
    made = list(every_fortnight(published_rounds(rounds), start, end))
    assert {past.as_of for past in made} <= {start + timedelta(days=days) for days in range(0, 220, 14)}
    for past in made:
        earlier = [one for one in published_rounds(rounds) if one.kind == past.question.kind and one.date <= past.as_of]
        between = [
            one
            for one in published_rounds(rounds)
            if one.kind == past.question.kind and past.as_of < one.date < past.answer.date
        ]
        assert earlier
        assert not between
        assert past.as_of < past.answer.date <= end
    # Nobody asks for general rounds two years after the last one, nor for a kind before its first round.
    kinds = {past.question.kind for past in made}
    assert {"CEC", "PNP", "french", "healthcare", "trades"} <= kinds
    assert "general" not in kinds
    assert not [past for past in made if past.question.kind == "physicians" and past.as_of < date(2026, 2, 19)]


@pytest.mark.slow
def test_the_backtest_answers_as_the_command_does(
    rounds: pl.DataFrame, rules: Rules, known_by: Callable[[date, list[Question]], Outlook]
) -> None:
    cec, french, pnp = (of_number(rounds, number) for number in ("404", "405", "406"))
    past = [
        dated(cec, 0), dated(french, 7), dated(french, 60), dated(pnp, 30, with_size=False),
        next_of_kind(cec, cec.date - timedelta(days=9)), next_of_kind(pnp, DAY, with_size=True),
    ]  # fmt: skip
    made = asked(rounds, rules, past)
    assert made.height == len(past)
    for row in made.iter_rows(named=True):
        one = next(
            each for each in past
            if (each.form, each.as_of, each.answer.number) == (row["form"], row["as_of"], row["round"])
        )  # fmt: skip
        answer = answers(known_by(one.as_of, [one.question]), [one.question], FUTURES)[0].foreseen
        assert (row["p10"], row["p50"], row["p90"], row["mean"]) == pytest.approx(
            (answer.p10, answer.p50, answer.p90, answer.mean)
        )
        assert row["last"] == [
            each.cut_off for each in published_rounds(rounds) if each.kind == row["kind"] and each.date < one.answer.date
            and each.date <= one.known_on
        ][-1]  # fmt: skip


@pytest.mark.slow
def test_the_same_rounds_stand_at_every_distance(rounds: pl.DataFrame, rules: Rules) -> None:
    made = backtest_ahead(rounds, rules, date(2026, 2, 1), date(2026, 3, 31), futures=100)
    by_distance = made.group_by("days_ahead").agg(pl.col("round").sort())
    assert by_distance["days_ahead"].sort().to_list() == list(DAYS_AHEAD)
    assert by_distance["round"].n_unique() == 1
    # The first rounds of these kinds could not be forecast at all.
    assert not {"397", "402"} & set(made["round"])
    assert {"404", "405"} <= set(made["round"])


def row(
    number: str, kind: str, days: int | None, published: int, last: int, quantiles: tuple[float, ...]
) -> tuple[object, ...]:
    form = "KIND" if days is None else "KIND:SIZE@DATE"
    return (form, DAY, days, number, DAY, kind, 100, published, last, *quantiles, quantiles[1], 5.0)


def test_figures_count_misses_coverage_and_rounds() -> None:
    made = pl.DataFrame(
        [
            row("1", "CEC", 0, 500, 510, (495, 505, 515)),
            row("1", "CEC", 30, 500, 520, (501, 505, 515)),
            row("1", "CEC", 60, 500, 530, (480, 515, 540)),
            row("2", "PNP", 0, 700, 700, (650, 690, 720)),
            row("2", "PNP", 30, 700, 700, (650, 690, 720)),
            row("2", "PNP", None, 700, 740, (650, 690, 720)),
            row("2", "PNP", None, 700, 760, (650, 700, 720)),
        ],
        schema=SCHEMA, orient="row",
    )  # fmt: skip
    found = {(one["form"], one["kind"], one["days_ahead"]): one for one in figures(made).to_dicts()}
    eve = found["KIND:SIZE@DATE", "all", 0]
    assert (eve["asked"], eve["rounds"], eve["persistence"], eve["error"], eve["covered"]) == (2, 2, 5.0, 7.5, 1.0)
    assert eve["ratio"] == pytest.approx(1.5)
    assert eve["width"] == pytest.approx(45.0)
    month = found["KIND:SIZE@DATE", "CEC", 30]
    assert (month["covered"], month["ratio"]) == (0.0, 0.25)
    assert found["KIND:SIZE@DATE", "PNP", 0]["ratio"] is None
    alone = found["KIND", "all", None]
    assert (alone["asked"], alone["rounds"], alone["persistence"], alone["error"]) == (2, 1, 50.0, 5.0)
    together = {one["kind"]: one for one in over_distances(made).to_dicts()}
    assert together["all"]["asked"] == 3
    assert together["CEC"]["persistence"] == 25.0
    assert together["CEC"]["days_ahead"] is None
