"""Intervals of simulated rounds: around the cut-off, from what was known alone, and empty where nothing is known."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta

import polars as pl

from transforms.forecast.forecast import Outlook
from transforms.forecast.futures import Question
from transforms.forecast.planned_intervals import HIGH, LOW, with_intervals
from transforms.simulation.simulation import ROUNDS_SCHEMA

START = date(2024, 1, 8)
Round = tuple[int, str, int | None, int | None]
ROUNDS: Sequence[Round] = [
    (2, "general", 1500, 540), (16, "general", 1000, 538), (23, "french", 3000, 400), (30, "CEC", 3000, 480),
    (44, "general", None, 530), (58, "general", 1500, None), (300, "general", 1500, 520),
]  # fmt: skip


def simulated(rows: Sequence[Round]) -> pl.DataFrame:
    """Rounds as a simulation leaves them: days after the start, kind, size asked and cut-off."""
    values = {
        "round": range(1, len(rows) + 1),
        "date": [START + timedelta(days=days) for days, _kind, _size, _cut_off in rows],
        "kind": [kind for _days, kind, _size, _cut_off in rows],
        "size_asked": [size for _days, _kind, size, _cut_off in rows],
        "cut_off": [cut_off for _days, _kind, _size, cut_off in rows],
        "invited": [size or 700 for _days, _kind, size, _cut_off in rows],
    }
    empty = pl.DataFrame(schema=ROUNDS_SCHEMA)
    return pl.concat([empty, pl.DataFrame(values, schema_overrides=ROUNDS_SCHEMA)], how="diagonal")


def bounds(frame: pl.DataFrame) -> list[tuple[float | None, float | None]]:
    return frame.select(LOW, HIGH).rows()


def test_an_interval_holds_its_cut_off_and_grows_with_distance(
    known_by: Callable[[date, list[Question]], Outlook],
) -> None:
    found = with_intervals(simulated(ROUNDS), known_by(START, []))
    assert dict(found.schema) == ROUNDS_SCHEMA
    near, second, french, *_rest, far = bounds(found)
    for (low, high), cut_off in ((near, 540), (second, 538), (french, 400), (far, 520)):
        assert low is not None and high is not None
        assert low <= cut_off <= high
    assert None not in (*near, *far)
    assert 2 * (near[1] - near[0]) < far[1] - far[0]  # type: ignore[operator]


def test_a_round_without_size_or_cut_off_or_of_a_kind_never_shown_has_no_interval(
    known_by: Callable[[date, list[Question]], Outlook],
) -> None:
    """No CEC round was held since the pool is published; of the others one has a given line, and one invites nobody."""
    found = bounds(with_intervals(simulated(ROUNDS), known_by(START, [])))
    assert found[3:6] == [(None, None)] * 3


def test_a_cut_off_far_off_bounds_its_own_interval(known_by: Callable[[date, list[Question]], Outlook]) -> None:
    at = known_by(START, [])
    ((low, high),) = bounds(with_intervals(simulated([(2, "general", 1500, 300)]), at))
    ((usual_low, usual_high),) = bounds(with_intervals(simulated([(2, "general", 1500, 540)]), at))
    assert (low, high) == (300.0, usual_high)
    assert usual_low is not None and usual_low > 500


def test_rounds_before_one_of_its_kind_lower_its_interval(
    known_by: Callable[[date, list[Question]], Outlook],
) -> None:
    at = known_by(START, [])
    ((_low, alone),) = bounds(with_intervals(simulated([(30, "general", 1500, 500)]), at))
    before = [(days, "general", 4000, 500) for days in (10, 20, 29)]
    after = bounds(with_intervals(simulated([*before, (30, "general", 1500, 500)]), at))[-1][1]
    assert alone is not None and after is not None
    assert after < alone
