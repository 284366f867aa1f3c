"""Which of many language results stay among those to choose from, and the note on those that were left out."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl

from tests.transforms.shared import law_of
from tests.transforms.test_language_choice import CASE_DAY, clients, results_in_both
from transforms.assessment import facts, language_choice, language_notes
from transforms.model.vocabulary import ABILITIES

OLD, NEW = date(2025, 1, 10), date(2026, 1, 10)


def results(*rows: tuple[date | None, tuple[int | None, ...]]) -> pl.DataFrame:
    """Results of one client in one slot: the day and the four levels of each."""
    made: list[dict[str, Any]] = [
        {
            "client_id": "A",
            "slot": "english",
            "result": number,
            "test_date": day,
            **dict(zip(ABILITIES, levels, strict=True)),
        }
        for number, (day, levels) in enumerate(rows)
    ]
    return pl.DataFrame(made, schema_overrides={"test_date": pl.Date})


def test_a_result_that_another_equals_or_betters_is_left_out() -> None:
    given = results(
        (OLD, (7, 7, 7, 7)),  # bettered by the next
        (NEW, (7, 7, 7, 8)),
        (NEW, (7, 7, 7, 8)),  # the same again
        (OLD, (9, 7, 7, 7)),  # older, but better in one
        (NEW, (None, 7, 7, 7)),  # a missing ability is below the lowest level
        (NEW, (0, 7, 7, 7)),
        (None, (12, 12, 12, 12)),  # without a day it betters none that has one
    )
    assert language_choice._undominated(given)["result"].to_list() == [1, 3, 6]
    assert language_choice._undominated(given[4:6])["result"].to_list() == [5]


def test_the_newest_of_equal_results_stays_and_has_the_first_place() -> None:
    given = results((OLD, (7, 7, 7, 7)), (NEW, (7, 7, 7, 7)), (date(2025, 6, 1), (8, 8, 8, 8)), (None, (7, 7, 7, 7)))
    found = language_choice._newest_of_each(given).select("result", "place")
    assert found.rows() == [(1, 0), (2, 1), (3, 2)]


def test_the_note_on_results_left_out_names_the_column_of_the_client() -> None:
    sheets, law = clients({"A": {"first_language": "english"}}, results_in_both("A", 9, 4)), law_of(CASE_DAY)
    settled = facts.settle(sheets, law).with_columns(language_choices_left_out=pl.lit(value=True))
    assert ("A", "client_id", "A", "results_left_out", "", None, None) in language_notes.notes(
        sheets, settled, law
    ).rows()
