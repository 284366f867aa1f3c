"""Cut-offs within a client's reach, and losses that take the client below one."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from transforms.rounds.reach import CUT_OFFS, crossing, cut_offs
from transforms.rounds.rounds import Round
from transforms.rules import Rules, load

AS_OF = date(2026, 8, 7)
ROUNDS = [
    Round("400", date(2025, 12, 1), "FSW", "FSW", 1000, 480, None),
    Round("401", date(2026, 2, 7), "CEC", "CEC", 1000, 510, None),
    Round("402", date(2026, 6, 1), "CEC", "CEC", 1000, 505, None),
    Round("403", date(2026, 7, 1), "PNP", "PNP", 500, 740, None),
    Round("404", date(2026, 9, 1), "CEC", "CEC", 1000, 400, None),
]


@pytest.fixture(scope="module")
def rules() -> Rules:
    return load()


def scored(in_pool: bool | None = True) -> pl.DataFrame:
    rows = [{"client_id": "C-1", "in_pool": in_pool, "is_nominated": False, "pool_eligible": True,
             "cec_eligible": True, "fsw_eligible": True, "fst_eligible": False}]  # fmt: skip
    return pl.DataFrame(rows, schema_overrides={"in_pool": pl.Boolean})


def test_the_last_round_of_each_kind_of_the_months_counts(rules: Rules) -> None:
    law = rules.law_of(AS_OF)
    assert cut_offs(scored(), ROUNDS, law, 6).rows() == [("C-1", "CEC", "402", 505)]
    assert cut_offs(scored(), ROUNDS, law, 9)["kind"].to_list() == ["CEC", "FSW"]
    assert cut_offs(scored(), ROUNDS, law, 1).is_empty()


@pytest.mark.parametrize("in_pool", [False, None])
def test_who_is_not_in_the_pool_reaches_no_cut_off(in_pool: bool | None, rules: Rules) -> None:
    assert cut_offs(scored(in_pool), ROUNDS, rules.law_of(AS_OF), 6).is_empty()


@pytest.mark.parametrize(
    ("before", "after", "crosses"),
    [
        (505, 500, True),
        (510, 505, False),
        (495, 490, True),
        (494, 489, False),
        (600, 595, False),
        (500, 500, False),
        (500, 510, False),
    ],
)
def test_a_loss_counts_where_it_leaves_a_cut_off_within_reach(before: int, after: int, crosses: bool) -> None:
    lines = pl.DataFrame([("C-1", "CEC", "402", 505), ("C-1", "PNP", "403", 740)], schema=CUT_OFFS, orient="row")
    event = {"client_id": "C-1", "on": AS_OF, "points_before": before, "points_after": after}
    found = crossing(pl.DataFrame([event, event | {"client_id": "C-2"}]), lines, margin=10)
    assert found.rows() == ([("C-1", AS_OF, "CEC", 505, 505 - after)] if crosses else [])


def test_a_cut_off_that_the_loss_crosses_comes_before_one_that_was_missed_already() -> None:
    lines = pl.DataFrame([("C-1", "CEC", "402", 516), ("C-1", "FSW", "400", 508)], schema=CUT_OFFS, orient="row")
    event = {"client_id": "C-1", "on": AS_OF, "points_before": 508, "points_after": 503}
    assert crossing(pl.DataFrame([event]), lines, margin=10).rows() == [("C-1", AS_OF, "FSW", 508, 5)]
    assert crossing(pl.DataFrame([event]), lines[:1], margin=10).rows() == [("C-1", AS_OF, "CEC", 516, 13)]


def test_of_two_kinds_with_one_cut_off_the_first_by_name_is_given() -> None:
    lines = pl.DataFrame([("C-1", "FSW", "400", 508), ("C-1", "CEC", "402", 508)], schema=CUT_OFFS, orient="row")
    event = {"client_id": "C-1", "on": AS_OF, "points_before": 508, "points_after": 503}
    for order in (lines, lines.reverse()):
        assert crossing(pl.DataFrame([event]), order, margin=10)["kind"].to_list() == ["CEC"]
