"""Many clients on many days in one pass are scored as each of them is on each of these days alone."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from tests.candidates import batch
from transforms.assessment import scores
from transforms.assessment.days import BatchScorer, scored_on
from transforms.rules import Rules

# On and about changes of the law, a 29 February, and the longest window's end.
DAYS = [
    day + timedelta(days=off)
    for day in (date(2015, 5, 30), date(2016, 11, 19), date(2022, 11, 16), date(2024, 2, 29), date(2026, 11, 3))
    for off in (-1, 0, 1)
]
COMPARED = [name for name in scores.SCHEMA if name not in {"rank", "as_of", "rules_version", "rules_status", "grid"}]


@pytest.mark.parametrize("around", [date(2016, 2, 29), date(2022, 11, 16), date(2026, 11, 3)])
def test_as_each_day_by_itself(around: date, rules: Rules) -> None:
    sheets = batch(seed=around.toordinal(), size=80, around=around).frames
    clients = sheets["candidates"].select("client_id")
    pairs = clients.join(pl.DataFrame({"as_of": DAYS}), how="cross").sample(fraction=0.5, shuffle=True, seed=1)
    found = scored_on(sheets, pairs, rules)
    assert_frame_equal(found.select("client_id", "as_of"), pairs)
    for day in DAYS:
        alone = scores.score(sheets, rules.law_of(day))
        of_day = found.filter(pl.col("as_of") == day)
        columns = [*COMPARED, "is_live", "in_pool", "education_assessed_on", "english_sitting_on"]
        assert_frame_equal(
            of_day.select(columns), of_day.select("client_id").join(alone, on="client_id", how="left").select(columns)
        )


def test_the_age_of_another_day(rules: Rules) -> None:
    sheets = batch(seed=1, size=50, around=date(2025, 6, 1)).frames
    day, invited_on = date(2025, 7, 1), date(2023, 5, 2)
    asked = sheets["candidates"].select("client_id", pl.lit(day).alias("as_of"))
    forgiven = scored_on(sheets, asked.with_columns(pl.lit(invited_on).alias("age_on")), rules)
    then = scores.score(sheets, rules.law_of(invited_on))
    assert forgiven["age"].to_list() == then["age"].to_list()
    plain = scored_on(sheets, asked, rules)
    assert (plain["age"] > forgiven["age"]).any()
    assert plain["crs_first_language"].to_list() == forgiven["crs_first_language"].to_list()


def test_nothing_asked_is_nothing_scored(rules: Rules) -> None:
    sheets = batch(seed=1, size=5, around=date(2025, 6, 1)).frames
    nobody = pl.DataFrame(schema={"client_id": pl.String, "as_of": pl.Date})
    assert scored_on(sheets, nobody, rules).is_empty()
    stranger = pl.DataFrame({"client_id": ["nobody of ours"], "as_of": [date(2025, 1, 1)]})
    assert scored_on(sheets, stranger, rules).is_empty()


def test_what_is_asked_again_is_answered_as_the_first_time(rules: Rules) -> None:
    """What one question settled, the next one uses; each gets its own clients and days, and no others."""
    sheets = batch(seed=2, size=30, around=date(2025, 6, 1)).frames
    pairs = sheets["candidates"].select("client_id").join(pl.DataFrame({"as_of": DAYS[-3:]}), how="cross")
    asked = BatchScorer(sheets, rules)
    for part in (pairs[:20], pairs[10:50], pairs[:5], pairs):
        found = asked.scored_on(part).select("as_of", *COMPARED)
        assert_frame_equal(found, scored_on(sheets, part, rules).select(found.columns))
