"""The compiled kernel and the numpy columns give the engine's points, in every column and for every client."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import polars as pl
import pytest

from benchmarks import arrays, column_functions, law_tables, random_clients
from transforms.assessment import facts
from transforms.rules import Law, Rules, load
from transforms.scoring import crs

FICTION = Path(__file__).parents[1] / "transforms" / "rules" / "fictional_values.yaml"
DAY = timedelta(days=1)
# Job offers lose and gain points; all of them; the high-wage occupations, which are not known yet.
CHANGES = (date(2016, 11, 19), date(2025, 3, 25), date(2026, 11, 3))
CLIENTS = 20_000 // len(CHANGES)
Points = Callable[[pl.DataFrame, Law], pl.DataFrame]


def by_kernel(of: pl.DataFrame, law: Law) -> pl.DataFrame:
    pytest.importorskip("numba", reason="numba is not installed: it comes with the extra `benchmark`")
    from benchmarks import kernel

    return kernel.points_of(of, law)


@cache
def rules(*overlays: Path) -> Rules:
    return load(overlays)


def law_of(day: date) -> Law:
    return rules().law_of(day)


@cache
def settled(around: date, as_of: date) -> pl.DataFrame:
    return facts.settle(random_clients.drawn(CLIENTS, around).frames, law_of(as_of))


WAYS = pytest.mark.parametrize("points_of", [by_kernel, column_functions.points_of], ids=["kernel", "column functions"])


@WAYS
@pytest.mark.parametrize("before", [DAY, 0 * DAY], ids=["the day before", "the day"])
@pytest.mark.parametrize("around", CHANGES, ids=str)
def test_they_give_the_points_of_the_engine(points_of: Points, around: date, before: timedelta) -> None:
    law = law_of(around - before)
    of = settled(around, law.as_of)
    expected, found = crs.points_of(of, law).select(arrays.COLUMNS), points_of(of.select(arrays.FACTS), law)
    assert found.schema == expected.schema
    assert arrays.differing(expected, found) == {}


@WAYS
def test_they_count_high_wage_occupations_as_the_engine_does(points_of: Points) -> None:
    law = rules(FICTION).law_of(CHANGES[-1] + 400 * DAY)
    of = facts.settle(random_clients.drawn(2000, law.as_of).frames, law)
    expected = crs.points_of(of, law).select(arrays.COLUMNS)
    assert expected["crs_high_wage"].n_unique() > 1
    assert arrays.differing(expected, points_of(of, law)) == {}


def test_their_columns_are_those_that_the_engine_adds() -> None:
    law = law_of(CHANGES[1])
    of = settled(CHANGES[1], law.as_of)
    added = [name for name in crs.points_of(of, law).columns if name not in of.columns]
    assert added == list(arrays.COLUMNS)


def test_a_difference_is_counted_by_column() -> None:
    law = law_of(CHANGES[1])
    expected = crs.points_of(settled(CHANGES[1], law.as_of), law).select(arrays.COLUMNS)
    changed = expected.with_columns(crs_total=pl.col("crs_total") + (pl.col("crs_age") == 0).cast(pl.Int16))
    assert arrays.differing(expected, changed) == {"crs_total": expected.filter(pl.col("crs_age") == 0).height}


def test_clients_without_an_age_are_refused() -> None:
    law = law_of(CHANGES[1])
    of = settled(CHANGES[1], law.as_of).head(5).with_columns(age=pl.lit(None, dtype=pl.Int16))
    with pytest.raises(ValueError, match="the age of some clients is not known"):
        arrays.inputs_of(of, law)


def test_a_column_is_computed_from_its_arguments_alone() -> None:
    order = column_functions.order(("crs_spouse",))
    assert set(order) == {
        "spouse_canadian_work_years", "spouse_canadian_work_cell", "crs_spouse_education", "crs_spouse_language",
        "crs_spouse_canadian_work", "crs_spouse",
    }  # fmt: skip
    assert order[-1] == "crs_spouse"


def test_steps_beyond_a_table_are_refused() -> None:
    with pytest.raises(ValueError, match="do not fit"):
        law_tables._steps([{"at_least": 0, "value": 0}, {"at_least": law_tables.CELLS, "value": 1}])


def test_more_clients_are_drawn_from_those_made_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(random_clients, "MAX_DRAWN", 50)
    law = law_of(CHANGES[1])
    many = random_clients.settled(200, law)
    assert many["client_id"].n_unique() == 200
    sheets = random_clients.records(200, law)
    assert {key: sheet.height for key, sheet in sheets.items()} == {
        "candidates": 200, "language_tests": 400, "education": 320, "work_history": 800, "documents": 0, "dependants": 0,
    }  # fmt: skip
    assert facts.settle(sheets, law).height == 200
