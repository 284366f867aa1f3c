"""What stands behind a chance: kinds, points and changes agree with the chances of the changed clients themselves."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest

from tests.transforms.test_chances import AGES, DAY, clients, path, shares
from transforms.advice import ADVICE
from transforms.forecast.chances import chances
from transforms.forecast.forecast import HORIZONS, Outlook, coming
from transforms.forecast.futures import Path
from transforms.forecast.prospects import POINTS, Distances, Prospects, best_steps, changed_kinds, median_day, prospects
from transforms.rules import Law, Rules

LEVER = {name: "" if dtype == pl.String() else None for name, dtype in ADVICE.items()}


def lever(client: str, key: str, gain: int | None, **more: Any) -> dict[str, Any]:
    """A row of ADVICE of a client who is eligible for the pool before and after."""
    known = {"client_id": client, "lever": key, "person": "principal", "effort": 2, "gain": gain}
    return (
        LEVER
        | known
        | {"rounds_met": [], "rounds_made_certain": [], "eligible_before": True, "eligible_after": True}
        | more
    )


def advice(*rows: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame([*rows], schema=ADVICE)


@pytest.fixture(scope="module")
def law(rules: Rules) -> Law:
    return rules.law_of(DAY)


@pytest.fixture(scope="module")
def drawn(ahead: Outlook) -> list[Path]:
    return coming(ahead, [], 200)


def of(standing: Any, paths: list[Path], law: Law, *rows: dict[str, Any]) -> Prospects:
    return prospects(Distances.of(standing, paths, AGES), advice(*rows), law)


def test_chances_and_more_points_are_those_of_clients_with_these_scores(drawn: list[Path], law: Law) -> None:
    scores = [380, 470, 495, 505, 512, 516, 520, 700, 760]
    told = {one.kind: [place % 3 != 1 or one.kind == "PNP" for place in range(len(scores))] for one in drawn}
    kinds = [one.kind for one in drawn]
    made = of(clients(scores, told), drawn, law).clients
    for points in (0, *POINTS):
        with_points = chances(clients([score + points for score in scores], told), drawn, kinds, AGES)
        names = [f"plus_{points}_p{days}" if points else f"p{days}" for days in HORIZONS]
        assert made.select(names).rows() == shares(with_points)


def test_each_kind_has_the_chance_of_its_own_rounds(drawn: list[Path], law: Law) -> None:
    scores = [400, 505, 520, 740]
    told = {one.kind: [True] * len(scores) for one in drawn}
    by_kind = of(clients(scores, told), drawn, law).by_kind
    for one in drawn:
        alone = chances(clients(scores, {one.kind: [True] * len(scores)}), [one], [one.kind], AGES)
        assert by_kind.filter(pl.col("kind") == one.kind).select("p30", "p90", "p180").rows() == shares(alone)
    whole = of(clients(scores, told), drawn, law).clients
    best = by_kind.group_by("client_id", maintain_order=True).agg(pl.col("p180").max())
    assert (whole["p180"] >= best["p180"]).all()


def test_the_points_that_are_missing_for_an_even_chance_give_it(drawn: list[Path], law: Law) -> None:
    scores = [440, 480, 500, 510, 530]
    told = {one.kind: [one.kind == "CEC"] * len(scores) for one in drawn}
    missing = of(clients(scores, told), drawn, law).clients["points_for_half"].to_list()
    assert missing == sorted(missing, reverse=True)
    assert 0 in missing
    assert None not in missing
    enough = [score + points for score, points in zip(scores, missing, strict=True)]
    short = [score - 1 for score, points in zip(enough, missing, strict=True) if points]
    assert (of(clients(enough, told), drawn, law).clients["p180"] >= 0.5).all()
    assert short
    assert (
        of(clients(short, {kind: them[: len(short)] for kind, them in told.items()}), drawn, law).clients["p180"] < 0.5
    ).all()


def test_the_median_day_is_the_day_by_which_half_of_the_futures_invite() -> None:
    never = float("inf")
    assert median_day(np.array([5.0, 3.0, never, never])) == date.fromordinal(5)
    assert median_day(np.array([5.0, never, never])) is None
    assert median_day(np.array([7.0])) == date.fromordinal(7)


def test_the_day_of_an_invitation_is_that_of_the_first_round_that_reaches(law: Law) -> None:
    rounds = [path("CEC", [(10, 530.0), (40, 515.0)]), path("french", [(60, 400.0)])]
    made = of(clients([520, 450], {"CEC": [True, True], "french": [False, True]}), rounds, law)
    assert made.clients["median_day"].to_list() == [DAY + timedelta(days=40), DAY + timedelta(days=60)]
    assert made.by_kind.select("client_id", "kind", "p90").rows() == [
        ("C0", "CEC", 1.0), ("C1", "CEC", 0.0), ("C1", "french", 1.0),
    ]  # fmt: skip
    assert made.clients["points_for_half"].to_list() == [0, 0]


def test_who_is_out_of_the_pool_undetermined_or_left_out_has_no_prospects(law: Law) -> None:
    rounds = [path("CEC", [(10, 500.0)])]
    standing = clients([520, 520, 520], {"CEC": [True, None, True]})
    distances = Distances.of(standing, rounds, AGES, left_out=["C2"])
    assert prospects(distances, advice(), law).clients["client_id"].to_list() == ["C0"]
    assert distances.any_kind()["client_id"].to_list() == ["C0"]
    gone = clients([520], {"CEC": [True]}, out_from=DAY)
    assert of(gone, rounds, law).clients.is_empty()


def test_a_change_raises_the_chance_by_points_and_by_kinds(law: Law) -> None:
    rounds = [path("CEC", [(10, 529.5)]), path("french", [(60, 399.5)]), path("PNP", [(20, 700.0)])]
    standing = clients([520, 420], {"CEC": [True, False], "french": [False, False], "PNP": [False, False]})
    made = of(
        standing, rounds, law,
        lever("C0", "english_all", 9), lever("C0", "canadian_year", 10), lever("C0", "french_nclc_7", 0, categories_gained="french"),
        lever("C0", "nomination", 600, effort=12), lever("C0", "assessment", None), lever("C0", "credential", 50, eligible_after=False),
        lever("C1", "canadian_year", 110, programs_gained="CEC"), lever("C1", "spouse_principal", -20, categories_gained="french"),
    ).steps  # fmt: skip
    assert made.select("client_id", "lever", "p30", "p90").rows() == [
        ("C0", "canadian_year", 1.0, 1.0), ("C0", "french_nclc_7", 0.0, 1.0), ("C0", "nomination", 1.0, 1.0),
        ("C1", "canadian_year", 1.0, 1.0), ("C1", "spouse_principal", 0.0, 1.0),
    ]  # fmt: skip
    assert made.filter(pl.col("lever") == "nomination")["is_own"].to_list() == [False]
    assert best_steps(made).select("client_id", "lever").rows() == [("C0", "canadian_year"), ("C1", "canadian_year")]


def test_a_change_that_raises_nothing_is_no_step(law: Law) -> None:
    rounds = [path("CEC", [(10, 530.0)]), path("french", [(20, 400.0)])]
    standing = clients([540], {"CEC": [True], "french": [False]})
    rows = (lever("C0", "canadian_year", 10), lever("C0", "spouse_principal", -5, programs_lost="CEC"))
    assert of(standing, rounds, law, *rows).steps.is_empty()


@pytest.mark.parametrize(
    ("change", "is_nominee", "kinds"),
    [
        ({}, False, {"CEC": None, "PNP": None, "general": None, "french": None}),
        ({"programs_gained": "CEC|FSW", "categories_lost": "french"}, False,
         {"CEC": True, "PNP": None, "general": None, "french": False}),
        ({"eligible_before": False}, False, {"CEC": None, "PNP": None, "general": True, "french": None}),
        ({"eligible_before": None}, False, {"CEC": None, "PNP": None, "general": True, "french": None}),
        ({"lever": "nomination"}, False, {"CEC": False, "PNP": True, "general": None, "french": False}),
        ({"categories_gained": "french"}, True, {"CEC": False, "PNP": None, "general": None, "french": False}),
    ],
)  # fmt: skip
def test_the_kinds_that_a_change_opens_and_closes(
    change: dict[str, Any], is_nominee: bool, kinds: dict[str, bool | None], law: Law
) -> None:
    row = lever("C0", "canadian_year", 5) | change
    assert changed_kinds(row, [*kinds], law, is_nominee=is_nominee) == kinds


def test_before_nominees_had_rounds_of_their_own_a_nomination_closed_nothing(rules: Rules) -> None:
    laws = [rules.law_of(day) for day in rules.change_dates()]
    open_to_all = next(one for one in laws if not one["rounds.nominees_only_as_nominees"])
    row = lever("C0", "nomination", 600)
    assert changed_kinds(row, ["CEC", "PNP"], open_to_all) == {"CEC": None, "PNP": True}
