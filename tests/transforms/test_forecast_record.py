"""The record that is shipped: what the command measures, and the row that applies to a question."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest

from flows.forecasting.forecast_record import FIRST, LAST, YEAR
from transforms.backtest import backtest_asked, backtest_chances, forecast_record
from transforms.backtest.backtest_ahead import DAYS_AHEAD
from transforms.backtest.backtest_asked import FORMS, dated
from transforms.forecast.forecast import HORIZONS, question
from transforms.national_pool.national_pool import published_rounds
from transforms.rules import Rules

DAY = date(2026, 8, 7)
# What is measured again from time to time: kinds of few rounds, so that it takes seconds.
SAMPLE = ("healthcare", "trades")


def test_the_record_has_a_row_for_every_question() -> None:
    record = forecast_record.shipped_rounds()
    keys = set(record.filter(pl.col("kind") == "all").select("form", "days_ahead").rows())
    with_day = [form for form in FORMS if "@" in form]
    assert keys == {(form, days) for form in with_day for days in (*DAYS_AHEAD, None)} | {
        (form, None) for form in FORMS if form not in with_day
    }
    assert set(record.select("first", "last").rows()) == {(FIRST, LAST)}
    chances = forecast_record.shipped_chances()
    assert set(chances.filter(pl.col("kind") == "all")["days"]) == set(HORIZONS)
    assert not forecast_record.shipped_reliability().is_empty()


@pytest.mark.parametrize(
    ("text", "days", "distance", "is_beyond"),
    [
        ("CEC:2000", 1, 0, False), ("CEC:2000", 2, 7, False), ("CEC", 14, 14, False), ("CEC", 15, 30, False),
        ("CEC:2000", 90, 90, False), ("CEC:2000", 91, 90, True), ("CEC", None, None, False),
        ("CEC:2000", None, None, False),
    ],
)  # fmt: skip
def test_the_row_is_that_of_the_form_and_of_the_next_longer_distance(
    text: str, days: int | None, distance: int | None, is_beyond: bool
) -> None:
    one = question(text if days is None else f"{text}@{DAY + timedelta(days=days)}")
    row = forecast_record.row_of(one, DAY)
    assert (row["kind"], row["days_ahead"], row["is_beyond"]) == ("CEC", distance, is_beyond)
    assert row["form"] == backtest_asked.form_of(one)
    assert ("further ahead than was measured" in forecast_record.note_of(one, row)) == is_beyond


def test_a_round_past_a_change_of_the_crs_lies_beyond_what_was_measured() -> None:
    one = question(f"CEC:2000@{DAY + timedelta(days=7)}")
    row = forecast_record.row_of(one, DAY, is_past_change=True)
    assert (row["days_ahead"], row["is_past_change"], row["is_beyond"]) == (7, True, True)
    note = forecast_record.note_of(one, row)
    assert note.endswith("A change of the CRS lies between these rounds and this one.")
    assert "further ahead" not in note
    assert "change of the CRS" not in forecast_record.note_of(one, forecast_record.row_of(one, DAY))


def test_a_kind_of_few_rounds_has_the_row_of_all_kinds() -> None:
    for text in ("stem", "researchers:20@2026-08-20"):
        row = forecast_record.row_of(question(text), DAY)
        assert row["kind"] == "all"
        assert "past rounds of all kinds" in forecast_record.note_of(question(text), row)


def test_a_note_says_what_the_row_says() -> None:
    record = forecast_record.shipped_rounds().filter(
        (pl.col("form") == "KIND:SIZE@DATE") & (pl.col("kind") == "CEC") & (pl.col("days_ahead") == 30)
    )
    changed = record.with_columns(error=pl.lit(3.14), persistence=pl.lit(6.28), covered=pl.lit(0.801))
    one = question(f"CEC:2000@{DAY + timedelta(days=20)}")
    note = forecast_record.note_of(one, forecast_record.row_of(one, DAY, changed))
    count = record["rounds"].item()
    assert note == (
        f"CEC:2000@2026-08-27: measured on {count} past rounds of CEC, asked 30 days ahead. The forecast missed by 3.1 "
        "points on average, the last cut-off by 6.3. 80 % of the rounds lay within p10 to p90."
    )


def test_the_note_on_chances_says_what_chances_in_the_middle_were_worth() -> None:
    shipped = forecast_record.shipped_reliability()
    longest = shipped.filter(pl.col("days") == max(HORIZONS))
    third, half = (longest.filter(pl.col("low") == low).row(0, named=True) for low in (0.3, 0.5))
    note = forecast_record.chances_note()
    assert "(log score 0.37, that of the usual share 0.42, less is better)" in note
    assert note.endswith(
        f"Of people shown {100 * third['chance']:.0f} % within 180 days, {100 * third['happened']:.0f} % were invited, "
        f"and of those shown {100 * half['chance']:.0f} %, {100 * half['happened']:.0f} %."
    )
    changed = shipped.with_columns(happened=pl.lit(0.777))
    assert forecast_record.chances_note(reliability=changed).count("78 %") == 2
    assert "shown" not in forecast_record.chances_note(reliability=shipped.clear())


@pytest.mark.slow
def test_the_record_of_rounds_is_what_is_measured(rounds: pl.DataFrame, rules: Rules) -> None:
    shipped = forecast_record.shipped_rounds().filter(
        pl.col("kind").is_in(SAMPLE) & (pl.col("form") == "KIND:SIZE@DATE") & (pl.col("days_ahead") == 30)
    )
    some = [one for one in published_rounds(rounds) if one.kind in SAMPLE and FIRST <= one.date <= LAST]
    made = backtest_asked.figures(backtest_asked.asked(rounds, rules, (dated(one, 30) for one in some)))
    again = forecast_record.spanned(made.filter(pl.col("kind").is_in(SAMPLE)), FIRST, LAST)
    assert shipped.height == len(SAMPLE)
    assert again.drop("kind", "form").sort("rounds").to_dicts() == [
        {name: pytest.approx(value, abs=2e-3) if isinstance(value, float) else value for name, value in row.items()}
        for row in shipped.drop("kind", "form").sort("rounds").to_dicts()
    ]


@pytest.mark.slow
def test_the_record_of_chances_is_what_is_measured(rounds: pl.DataFrame, rules: Rules) -> None:
    shipped = forecast_record.shipped_chances().filter(pl.col("kind") == "senior_managers")
    made = backtest_chances.backtest_chances(rounds, rules, FIRST, LAST, asked_kinds=["senior_managers"])
    again = forecast_record.spanned(backtest_chances.figures(made), FIRST, LAST).filter(
        pl.col("kind") == "senior_managers"
    )
    assert again.height == shipped.height > 0
    for row, before in zip(again.sort("days").to_dicts(), shipped.sort("days").to_dicts(), strict=True):
        assert row == {
            name: pytest.approx(value, abs=2e-3) if isinstance(value, float) else value
            for name, value in before.items()
        }


@pytest.mark.slow
def test_the_record_of_simulated_rounds_is_what_is_measured(rounds: pl.DataFrame, rules: Rules) -> None:
    """What `simulate` says of its own error is measured again: the year in a row, of all kinds."""
    again = forecast_record.simulated_record(rounds, rules, *YEAR)
    assert dict(again.schema) == forecast_record.SIMULATED_SCHEMA
    shipped = forecast_record.shipped_simulated()
    assert again.drop("error", "error_of_all", "covered").equals(shipped.drop("error", "error_of_all", "covered"))
    for row, before in zip(again.to_dicts(), shipped.to_dicts(), strict=True):
        for name, near in {"error": 0.5, "error_of_all": 0.5, "covered": 0.1}.items():
            assert row[name] == (None if before[name] is None else pytest.approx(before[name], abs=near))
    assert forecast_record.simulated_in_all()["kind"] == "all"


def test_the_row_of_simulated_rounds_of_all_kinds_sums_up_the_others() -> None:
    shipped = forecast_record.shipped_simulated()
    overall, kinds = forecast_record.simulated_in_all(), shipped.filter(pl.col("kind") != "all")
    assert set(shipped.select("first", "last").rows()) == {YEAR}
    assert overall["rounds"] == kinds["rounds"].sum()
    assert overall["with_interval"] == kinds["with_interval"].sum()
    errors = (kinds["error_of_all"] * kinds["rounds"]).sum()
    assert overall["error_of_all"] == pytest.approx(errors / overall["rounds"], abs=1e-3)
