"""Years that are completed, and the first day since which they are not."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest

from transforms.model.calendar import completed_years, first_day_short_of

DAYS = pl.date_range(date(2017, 1, 1), date(2025, 12, 31), eager=True).alias("day")


@pytest.mark.parametrize("years", [1, 2, 4])
def test_the_first_day_short_of_some_years_is_where_their_count_ends(years: int) -> None:
    """On every day of four years, among them two with a 29 February."""
    for place in range(366 * 4):
        on = date(2022, 1, 1) + timedelta(days=place)
        short = DAYS.to_frame().filter(completed_years(pl.col("day"), on) < years)["day"]
        assert first_day_short_of(years, on) == short[0], on
