"""Dates by three numbers: the order of a column, and what is read in it."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from validation.mapping import dates
from validation.values.dates import settled_order


@pytest.mark.parametrize(
    ("texts", "order"),
    [
        (["25/12/1990"], "dmy"),
        (["03/04/1990", "25-12-1990", None, ""], "dmy"),
        (["12/25/1990", "03/04/1990"], "mdy"),
        (["1990/12/25", "1990.01.02"], "ymd"),
        (["03/04/1990", "05/06/1991"], None),
        (["25/12/1990", "12/25/1990"], None),
        (["25/12/1990", "1990/12/25"], None),
        (["25/12/1990", "31/02/2000", "done"], "dmy"),
        (["1990-12-25", "25 December 1990"], None),
        ([], None),
    ],
)
def test_one_date_settles_the_order_of_a_column(texts: list[str | None], order: str | None) -> None:
    assert settled_order(texts) == order


@given(st.lists(st.dates(min_value=date(1900, 1, 1)), min_size=1))
def test_dates_in_an_order_are_read_back(days: list[date]) -> None:
    for order, form in (("dmy", "%d/%m/%Y"), ("mdy", "%m-%d-%Y"), ("ymd", "%Y.%m.%d")):
        texts = pl.Series("day", [day.strftime(form) for day in days], dtype=pl.String)
        assert dates.read(texts, order).text.to_list() == [str(day) for day in days]


def test_other_texts_stay_as_they_are() -> None:
    cells = pl.Series("day", ["1990-12-25", "1990-12-25 00:00:00", "25 Dec 1990", None, "done", "5/7"])
    assert dates.read(cells, "dmy").text.to_list() == cells.to_list()
    assert dates.read(cells, "dmy").wrong == {}


def test_a_time_of_day_stays_with_its_date() -> None:
    cells = pl.Series("day", ["25/12/2025 9:05 PM", "25/12/2025 12:05 am", "25/12/2025 14:30:10", "25/12/2025, 9:05"])
    assert dates.read(cells, "dmy").text.to_list() == [
        "2025-12-25 21:05", "2025-12-25 00:05", "2025-12-25 14:30:10", "2025-12-25 09:05",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "order", "problem"),
    [
        ("12/25/1990", "dmy", "12/25/1990 is no day where `dates` of the map says day, month, year"),
        ("25.12.1990", "mdy", "25.12.1990 is no day where `dates` of the map says month, day, year"),
        ("31/02/1990", "dmy", "There is no such day as 31/02/1990."),
        ("25/12/90", "dmy", "25/12/90 has a year of two digits, which leaves the century open."),
        ("25/12/1990", "ymd", "25/12/1990 is no day where `dates` of the map says year, month, day"),
    ],
)
def test_a_date_that_the_order_does_not_have_is_wrong(text: str, order: str, problem: str) -> None:
    read = dates.read(pl.Series("day", [text]), order)
    assert read.text.to_list() == [text]
    assert read.wrong[text][0].startswith(problem)


def test_a_date_with_the_year_first_is_left_to_the_intake() -> None:
    read = dates.read(pl.Series("day", ["1990/12/25"]), "dmy")
    assert (read.text.to_list(), read.wrong) == (["1990/12/25"], {})


@pytest.mark.parametrize(
    "text",
    ["13/04/1990", "13 / 04 / 1990", "13/ 04/1990", "13 04 1990", "13.04.1990", "13 - 4 - 1990", "13041990",
     "13/04/1990 0:00", " 13/04/1990"],
)  # fmt: skip
def test_every_way_to_write_figures_is_held_to_the_order(text: str) -> None:
    cells = pl.Series("day", [text])
    assert dates.read(cells, "mdy").wrong.keys() == {text}
    assert dates.read(cells, "dmy").text.to_list()[0].startswith("1990-04-13")


def test_figures_of_two_readings_are_read_in_the_order() -> None:
    cells = pl.Series("day", ["03 / 04 / 1990", "03041990", "3.4.1990"])
    assert dates.read(cells, "dmy").text.to_list() == ["1990-04-03"] * 3
    assert dates.read(cells, "mdy").text.to_list() == ["1990-03-04"] * 3
