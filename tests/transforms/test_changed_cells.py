"""Which cells changed between two nights: column, both values, and where the later one stands."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import polars as pl

from transforms.changes.changed_cells import MAX_CELLS, cells_behind, changed_cells, with_cells
from transforms.model.columns import SHEETS
from transforms.model.frames import EVENTS
from validation.values.parse import schema_of

Rows = list[dict[str, Any]]


def sheets(file: str, **rows: Rows) -> dict[str, pl.DataFrame]:
    """Typed sheets of one file; rows are numbered from 2 as they stand there."""
    return {
        sheet.key: pl.DataFrame(
            [
                {"client_id": "C-1", "source_file": file, "source_sheet": sheet.title, "source_row": place, **row}
                for place, row in enumerate(rows.get(sheet.key, []), start=2)
            ],
            schema=schema_of(sheet),
        )
        for sheet in SHEETS
    }


def cells_between(before: dict[str, Rows], after: dict[str, Rows]) -> list[tuple[Any, ...]]:
    """The changed cells from a.xlsx to b.xlsx."""
    found = changed_cells(sheets("a.xlsx", **before), sheets("b.xlsx", **after))
    return found.drop("client_id").rows()


def test_a_stated_score_is_no_changed_cell() -> None:
    before: dict[str, Rows] = {"candidates": [{"stated_crs": 470}]}
    assert cells_between(before, {"candidates": [{"stated_crs": 480}]}) == []


def test_a_cell_is_named_with_both_values_and_its_place() -> None:
    before: dict[str, Rows] = {
        "candidates": [
            {"pool_status": "in_pool", "date_of_birth": date(1990, 1, 1), "spouse_accompanying": True,
             "english_reading": 7.0, "profile_submitted_at": None}
        ]
    }  # fmt: skip
    after: dict[str, Rows] = {
        "candidates": [
            {"pool_status": "invited", "date_of_birth": date(1991, 1, 1), "spouse_accompanying": False,
             "english_reading": 7.5, "profile_submitted_at": datetime(2026, 7, 1, 10, 55, 43, tzinfo=UTC)}
        ]
    }  # fmt: skip
    place = ("b.xlsx", "Candidates", 2)
    assert cells_between(before, after) == [
        ("date_of_birth", "1990-01-01", "1991-01-01", *place),
        ("spouse_accompanying", "yes", "no", *place),
        ("profile_submitted_at", "empty", "2026-07-01 10:55:43", *place),
        ("pool_status", "in_pool", "invited", *place),
        ("english_reading", "7", "7.5", *place),
    ]


def test_what_says_the_same_elsewhere_is_no_change_and_names_are_not_named() -> None:
    test = {"person": "principal", "test": "IELTS", "reading": 7.0}
    other = test | {"test": "CELPIP"}
    before: dict[str, Rows] = {"candidates": [{"family_name": "Old"}], "language_tests": [test, test, other]}
    after: dict[str, Rows] = {"candidates": [{"family_name": "New"}], "language_tests": [other, test, test]}
    assert cells_between(before, after) == []


def test_a_row_that_is_new_gone_or_changed() -> None:
    test = {"person": "principal", "test": "IELTS", "reading": 7.0}
    base: dict[str, Rows] = {"candidates": [{}]}
    one, two = base | {"language_tests": [test]}, base | {"language_tests": [test, test]}
    assert cells_between(one, two) == [(None, None, "row added", "b.xlsx", "Language tests", 3)]
    assert cells_between(two, one) == [(None, "row removed", None, "a.xlsx", "Language tests", 3)]
    other = base | {"language_tests": [test, test | {"reading": 8.0}]}
    assert cells_between(two, other) == [("reading", "7", "8", "b.xlsx", "Language tests", 3)]


def event(kind: str, reason: str, text: str) -> dict[str, Any]:
    return dict.fromkeys(EVENTS) | {"client_id": "C-1", "kind": kind, "reason": reason, "text": text}


def test_the_events_of_changed_data_name_the_cells_and_no_others_do() -> None:
    events = pl.DataFrame(
        [
            event("pool", "data_changed", "left the pool"),
            event("score", "birthday", "Age 110 to 105"),
            event("score", "data_changed", "First language 124 to 128"),
            event("client", "data_changed", "new: 400 points"),
        ],
        schema=EVENTS,
    )
    before: dict[str, Rows] = {"candidates": [{"pool_status": "in_pool", "english_reading": 7.0}]}
    after: dict[str, Rows] = {"candidates": [{"pool_status": "invited", "english_reading": 8.0}]}
    found = with_cells(events, cells_behind(events, sheets("a.xlsx", **before), sheets("b.xlsx", **after)))
    status, test = (
        "pool_status: in_pool → invited, b.xlsx Candidates row 2", "english_reading: 7 → 8, b.xlsx Candidates row 2",
    )  # fmt: skip
    assert found["text"].to_list() == [
        f"left the pool ({status}; {test})",
        "Age 110 to 105",
        f"First language 124 to 128 ({test}; {status})",
        "new: 400 points",
    ]
    assert found.schema == pl.Schema(EVENTS)
    # A change without a cell, as of a mapping that is another by then, stands as it is.
    same = sheets("b.xlsx", **after)
    assert with_cells(events, cells_behind(events, same, same))["text"].to_list() == events["text"].to_list()


def test_of_many_cells_the_first_are_named_and_the_others_counted() -> None:
    names = ("english_reading", "english_writing", "english_listening", "english_speaking", "foreign_work_years")
    before: dict[str, Rows] = {"candidates": [dict.fromkeys(names, 1.0)]}
    after: dict[str, Rows] = {"candidates": [dict.fromkeys(names, 2.0)]}
    events = pl.DataFrame([event("score", "data_changed", "x")], schema=EVENTS)
    text = with_cells(events, cells_behind(events, sheets("a.xlsx", **before), sheets("b.xlsx", **after)))["text"][0]
    assert text.count("→") == MAX_CELLS
    assert text.endswith(f"; and {len(names) - MAX_CELLS} more)")
