"""Which levers count as giving something, in what order they stand, and how they are counted over the list."""

from __future__ import annotations

from typing import Any

import pytest

from tests.transforms.advice.by_hand import advised, client, levels
from tests.transforms.advice.test_eligible_then import OF_CEC, frame, row
from transforms.advice import LEVERS, best, by_lever, helps, in_order, swap
from transforms.advice.best import gives, is_less_sure, takes_out
from transforms.model.columns import CANDIDATES


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({}, False),
        ({"gain": 1}, True),
        ({"gain": -1}, False),
        ({"gain": None}, False),
        ({"gain": None, "programs_gained": "CEC"}, True),
        ({"categories_gained": "french"}, True),
        ({"rounds_met": ["430"]}, True),
    ],
)
def test_a_point_a_program_a_category_or_a_round_is_something(cells: dict[str, Any], expected: bool) -> None:
    assert frame(row("english_all", **cells)).select(gives()).item() is expected


@pytest.mark.parametrize(
    ("before", "after", "helpful", "out", "less_sure"),
    [
        (True, True, True, False, False),
        (True, None, True, False, True),
        (True, False, False, True, False),
        (None, None, True, False, False),
        (None, False, False, True, False),
        (False, False, False, False, False),
        (False, None, True, False, False),
        (False, True, True, False, False),
    ],
)
def test_what_a_lever_does_to_eligibility(
    before: bool | None, after: bool | None, helpful: bool, out: bool, less_sure: bool
) -> None:
    lever = frame(row("english_all", gain=1, eligible_before=before, eligible_after=after))
    assert lever.select(helps(), out=takes_out(), less_sure=is_less_sure()).row(0) == (helpful, out, less_sure)


def test_levers_of_one_kind_stand_by_effort_and_gain() -> None:
    met = [
        row("canadian_year", gain=50, effort=6, rounds_met=["430"]),
        row("english_all", gain=20, effort=2, rounds_met=["430"]),
        row("french", gain=60, effort=2, rounds_met=["430"]),
    ]
    raising = [
        row("nomination", gain=90, effort=6),
        row("assessment", gain=50, effort=1),
        row("credential", gain=60, effort=1),
        row("foreign_year", gain=120, effort=2),
    ]
    found = in_order(frame(*met, *raising))["lever"].to_list()
    assert found == ["french", "english_all", "canadian_year", "foreign_year", "credential", "assessment", "nomination"]


def test_clients_keep_their_order() -> None:
    found = in_order(frame(row("english_all", client_id="B", gain=1), row("english_all", client_id="A", gain=99)))
    assert found["client_id"].to_list() == ["B", "A"]


def test_the_best_are_numbered_and_cut_by_client() -> None:
    levers = frame(
        row("nomination", client_id="A", gain=600, effort=6),
        row("canadian_year", client_id="A", gain=50, effort=6),
        row("foreign_year", client_id="A", gain=10, effort=6),
        row("nomination", client_id="B", gain=600, effort=6),
    )
    found = best(levers, 2).select("client_id", "lever", "place").rows()
    assert found == [("A", "nomination", 1), ("A", "canadian_year", 2), ("B", "nomination", 1)]


def test_what_a_lever_gives_over_the_list() -> None:
    certain = {"programs_gained": "CEC|FSW", "programs_made_certain": "CEC"}
    levers = frame(
        row("nomination", client_id="A", gain=600),
        row("nomination", client_id="B", gain=1, eligible_after=None, rounds_met=["1", "2"], rounds_made_certain=["1"]),
        row("nomination", client_id="C", gain=3, **certain),
        row("nomination", client_id="D", gain=None, categories_gained="french", categories_lost="stem"),
        row("nomination", client_id="E", gain=50, eligible_after=False, programs_lost="CEC"),
        row("nomination", client_id="F", gain=0),
        row("english_all", client_id="A", gain=5, effort=2),
    )
    found = by_lever(levers)
    assert set(found["lever"]) == {"english_all", "nomination"}
    nomination = {name: found.row(index, named=True)[name] for index in range(2) for name in found.columns
                  if found["lever"][index] == "nomination"}  # fmt: skip
    effort = nomination.pop("effort")
    assert effort > 0
    assert nomination == {
        "lever": "nomination", "clients": 6, "gaining": 3, "outside": 1, "undetermined": 1, "median": 3.0, "largest": 600,
        "programs": 1, "categories": 1, "rounds": 1, "certain": 2, "losing": 2,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("months", "is_open"),
    [(12, False), (None, True)],  # with 12 months CEC is met; without them that is undetermined
)
def test_a_year_in_canada_is_open_at_the_top_where_it_decides_a_program(months: int | None, is_open: bool) -> None:
    at_the_top = OF_CEC | {"canadian_work_years": 5.0, "canadian_work_months_last_36": months}
    advice = advised(client(**levels("english", 7), **at_the_top))
    assert ("canadian_year" in set(advice["lever"])) is is_open


@pytest.mark.parametrize(("level", "is_open"), [(9, True), (10, False), (12, False)])
def test_nothing_is_gained_above_the_highest_level_that_counts(level: int, is_open: bool) -> None:
    assert ("english_all" in set(advised(client(**levels("english", level)))["lever"])) is is_open


def test_every_column_that_a_swap_moves_or_empties_is_one_of_candidates() -> None:
    known = {*CANDIDATES.names, "profile_submitted_latest"}
    assert {*swap.OF_BOTH, *swap.OF_PRINCIPAL} <= known
    assert {f"spouse_{name}" for name in swap.OF_BOTH} <= known
    assert set(swap.NEEDED) <= known


def test_each_lever_has_a_person_a_subject_and_a_reason_for_its_effort() -> None:
    subjects = {lever.key: lever.subject for lever in LEVERS}
    assert {subjects[name] for name in ("canadian_year", "foreign_year", "category")} == {"work"}
    for name in (
        "assessment",
        "spouse_assessment",
        "spouse_principal",
        "spouse_language",
        "spouse_study",
        "nomination",
    ):
        assert subjects[name] == name
    for lever in LEVERS:
        assert lever.person in {"principal", "spouse"}
        assert (lever.person == "spouse") is lever.key.startswith("spouse_")
        assert isinstance(lever.reason, str) and lever.reason
