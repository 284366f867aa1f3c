"""Columns of dates that contradict one another: two orders, or dates that a spreadsheet turned round."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest

from validation.intake.intake import Intake
from validation.mapping.firm_map import Derivation, FirmMap
from validation.values import date_columns
from validation.values.dates import Order

STORED = ["1990-04-03 00:00:00", "1991-06-05 00:00:00"]


def turned(cells: Sequence[str | None], order: Order | None = None) -> list[int]:
    found = date_columns.orders(pl.Series("day", cells, dtype=pl.String))
    return date_columns.turned_round(found, order) if found else []


@pytest.mark.parametrize("order", ["dmy", None])
def test_date_cells_beside_texts_that_a_spreadsheet_could_not_turn_round(order: Order | None) -> None:
    assert turned([*STORED, "25/12/1990", None], order) == [0, 1]
    assert turned(["1990-03-04", "25/12/1990", "17 / 02 / 1988"], order) == [0]
    assert turned([*STORED, "25/12/1990", "03/04/1990"], order) == []
    assert turned(["1990-04-13 00:00:00", *STORED, "25/12/1990"], order) == []
    assert turned(["1990-04-04 00:00:00", "25/12/1990"], order) == []
    assert turned(STORED, order) == []
    assert turned(["25/12/1990"], order) == []


def test_texts_with_the_month_first_show_it_too() -> None:
    assert turned([*STORED, "12/25/1990"], "mdy") == [0, 1]
    assert turned([*STORED, "12/25/1990"]) == [0, 1]
    assert turned([*STORED, "12/25/1990"], "dmy") == []


def test_texts_of_both_orders_settle_nothing() -> None:
    assert turned([*STORED, "12/25/1990", "25/12/1990"]) == []


HEAD = ("client_id", "date_of_birth", "marital_status")


@pytest.fixture
def noted(cells_book: Callable[..., Path], take: Callable[..., Intake]) -> Callable[..., list[tuple[str, str]]]:
    """The cell and the problem of the notes of dates of birth."""

    def made(
        days: Sequence[object], mapping: FirmMap | None = None, head: Sequence[str] = HEAD
    ) -> list[tuple[str, str]]:
        rows = [(f"C-{place}", day, "single") for place, day in enumerate(days)]
        taken = take(cells_book({"Candidates": [head, *rows]}), **({"mapping": mapping} if mapping else {}))
        return taken.warnings.filter(column="date_of_birth").select("cell", "problem").rows()

    return made


def test_dates_turned_round_are_noted_without_a_map(noted: Callable[..., list[tuple[str, str]]]) -> None:
    [(cell, problem)] = noted(["25/12/1990", "17/02/1988", *(datetime(1990, 3, day) for day in range(4, 11))])
    assert cell == "Candidates!B1"
    assert problem.startswith(
        "date_of_birth holds 7 dates whose day may be a month (B4, B5, B6, B7, B8 and 2 more), and texts like 25/12/1990 "
        "(B2, B3) whose day may not."
    )
    assert noted(["25/12/1990", datetime(1990, 3, 4), datetime(1990, 3, 24)]) == []


def test_two_orders_in_a_column_are_noted(noted: Callable[..., list[tuple[str, str]]]) -> None:
    [(_, problem)] = noted(["13/04/1990", "04/25/1990", date(1990, 1, 2)])
    assert problem == (
        "date_of_birth holds dates of two orders: day first, like 13/04/1990 (B2), and month first, like 04/25/1990 (B3)."
    )
    assert noted(["13/04/1990", "25/04/1990"]) == []


def test_the_dates_that_a_rule_reads_are_looked_at_too(
    cells_book: Callable[..., Path], take: Callable[..., Intake]
) -> None:
    rows = [
        ("C-1", date(1990, 12, 25), "single", "13/04/2027"),
        ("C-2", date(1990, 12, 25), "single", "04/25/2027"),
    ]
    mapping = FirmMap(derived={"valid": Derivation("expiry", {"column": "english_test_date"})})
    taken = take(cells_book({"Candidates": [(*HEAD, "Valid"), *rows]}), mapping=mapping)
    [(cell, problem)] = taken.warnings.filter(column="english_test_date").select("cell", "problem").rows()
    assert cell == "Candidates!D1"
    assert "day first, like 13/04/2027 (D2), and month first, like 04/25/2027 (D3)" in problem
