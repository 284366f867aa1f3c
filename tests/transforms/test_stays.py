"""Stays in other countries, as far as the records tell: long enough to the day, in a row or in total."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from invited import client, sheets

from transforms.facts import stays
from transforms.rules import Rules

DAY = timedelta(days=1)
ON = date(2026, 8, 24)
Row = dict[str, Any]


def found(rules: Rules, *work: Row, on: date = ON, born: date = date(1990, 1, 1), **more: Any) -> dict[str, Row]:
    """By country, what is told of the principal of one client."""
    changes = {"citizenship": None, "country_of_residence": "CA"} | more
    person = changes.pop("person", "principal")
    education = changes.pop("education", [])
    typed = sheets(
        client(**changes), work_history=[{"person": person} | row for row in work], education=education
    )  # fmt: skip
    people = typed["candidates"].select(
        "client_id", pl.lit(person).alias("person"), pl.lit(born).alias("born"),
        pl.col("country_of_residence").alias("residence"), "citizenship", pl.lit(on).alias("needed_on"),
    )  # fmt: skip
    made = stays.countries(people, typed, rules)
    return {row["country"]: row for row in made.iter_rows(named=True)}


def job(country: str | None, first: date, last: date | None) -> Row:
    return {"noc": "21231", "country": country, "started_on": first, "ended_on": last}


@pytest.mark.parametrize(
    ("last", "is_long"), [(date(2020, 8, 30), None), (date(2020, 8, 31), True), (date(2020, 9, 1), True)]
)
def test_six_months_to_the_day(last: date, is_long: bool | None, rules: Rules) -> None:
    told = found(rules, job("IN", date(2020, 3, 1), last))["IN"]
    assert told["is_long"] is is_long
    assert told["left_on"] == (last + DAY if is_long else None)


def test_in_a_row_gaps_break_and_what_touches_or_overlaps_goes_on(rules: Rules) -> None:
    first = job("IN", date(2020, 1, 1), date(2020, 4, 30))
    assert found(rules, first, job("IN", date(2020, 5, 1), date(2020, 7, 31)))["IN"]["is_long"] is True
    assert found(rules, first, job("IN", date(2020, 3, 1), date(2020, 7, 31)))["IN"]["is_long"] is True
    assert found(rules, first, job("IN", date(2020, 5, 2), date(2020, 8, 31)))["IN"]["is_long"] is None
    # A short job inside a long one ends nothing.
    inside = job("IN", date(2020, 2, 1), date(2020, 2, 10))
    long = job("IN", date(2020, 1, 1), date(2020, 12, 31))
    assert found(rules, long, inside)["IN"]["left_on"] == date(2021, 1, 1)
    after = job("IN", date(2020, 12, 1), date(2021, 2, 28))
    assert found(rules, long, inside, after)["IN"]["left_on"] == date(2021, 3, 1)


@pytest.mark.parametrize(
    ("on", "is_long"),
    [(date(2016, 2, 10), None), (date(2016, 2, 11), True), (date(2018, 2, 26), True), (date(2018, 2, 27), None)],
)
def test_in_total_as_the_law_of_the_day_had_it(on: date, is_long: bool | None, rules: Rules) -> None:
    apart = [job("IN", date(year, 1, 1), date(year, 4, 30)) for year in (2012, 2014)]
    assert found(rules, *apart, on=on)["IN"]["is_long"] is is_long


@pytest.mark.parametrize(("last", "is_long"), [(date(2017, 2, 22), None), (date(2017, 2, 23), True)])
def test_only_the_last_ten_years_count(last: date, is_long: bool | None, rules: Rules) -> None:
    """From 2016-08-24 on: six months of it end with 2017-02-23."""
    assert found(rules, job("IN", date(2010, 1, 1), last))["IN"]["is_long"] is is_long


@pytest.mark.parametrize(("last", "is_long"), [(date(2020, 8, 31), None), (date(2020, 9, 1), True)])
def test_only_what_is_after_the_eighteenth_birthday_counts(last: date, is_long: bool | None, rules: Rules) -> None:
    """Of age on 2020-03-02: six months of it end with 2020-09-01."""
    assert found(rules, job("IN", date(2019, 1, 1), last), born=date(2002, 3, 2))["IN"]["is_long"] is is_long


def test_what_goes_on_is_taken_to_last_to_the_day(rules: Rules) -> None:
    told = found(rules, job("IN", ON - timedelta(days=190), None), country_of_residence=None)["IN"]
    assert (told["is_long"], told["lives_there"], told["left_on"]) == (True, True, None)
    assert found(rules, job("IN", ON - timedelta(days=150), None))["IN"]["is_long"] is None


def test_the_residence_decides_where_one_lives(rules: Rules) -> None:
    work = job("IN", date(2020, 1, 1), date(2021, 1, 1))
    assert found(rules, work)["IN"]["lives_there"] is False
    assert found(rules, work, country_of_residence="IN")["IN"]["lives_there"] is True
    assert found(rules, work, country_of_residence=None)["IN"]["lives_there"] is None
    # A job that goes on in another country than the residence leaves open when the stay ended.
    abroad = found(rules, job("IN", date(2020, 1, 1), None))["IN"]
    assert (abroad["lives_there"], abroad["left_on"]) == (False, None)


def test_study_counts_where_it_was_at_the_school_and_is_over(rules: Rules) -> None:
    def study(**more: Any) -> dict[str, Row]:
        row = {"level": "masters", "country": "FR", "started_on": date(2019, 9, 1), "completed_on": date(2021, 6, 1)}
        return found(rules, education=[row | more])

    assert study()["FR"]["is_long"] is True
    assert study(distance_share=1.0)["FR"]["is_long"] is None
    assert study(completed_on=None)["FR"]["is_long"] is None
    assert study(started_on=None)["FR"]["is_long"] is None
    assert study(in_canada=True) == {}


def test_citizenship_and_residence_name_a_country_without_a_stay(rules: Rules) -> None:
    told = found(rules, citizenship="NG", country_of_residence="GH")
    assert {country: row["is_long"] for country, row in told.items()} == {"GH": None, "NG": None}


def test_of_whom_nothing_is_known_one_row_without_a_country(rules: Rules) -> None:
    assert list(found(rules, country_of_residence=None)) == [None]
    assert list(found(rules, person="spouse", citizenship="NG")) == [None]
    assert found(rules, job(None, date(2020, 1, 1), None)).keys() == {None}


def test_canada_asks_for_none(rules: Rules) -> None:
    assert found(rules, job("CA", date(2018, 1, 1), None), citizenship="CA") == {}
