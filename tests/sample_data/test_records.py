"""What the made-up records add up to, by the second scorer: summary and rows agree, and the line runs as designed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from types import ModuleType
from typing import Any

import pytest

from sample_data.cast import HIGH_LEVEL, occupations
from sample_data.clients import Client
from sample_data.generate import AS_OF_2021, AS_OF_2026
from sample_data.line_2021 import INVITED, NOT_INVITED, OnTheLine
from sample_data.mix import table
from transforms.model.vocabulary import ABILITIES

Score = Callable[..., Mapping[str, Any]]
CUT_OFF = 462
TIE_BREAK = "2021-09-11T10:55:43Z"


def test_detail_rows_say_what_the_summary_says(
    clients_2026: list[Client], clients_2021: list[tuple[Client, OnTheLine | None]], score: Score
) -> None:
    with_details = 0
    samples = ((clients_2026, AS_OF_2026), ([client for client, _ in clients_2021], AS_OF_2021))
    for clients, as_of in samples:
        for client in clients:
            with_details += bool(client.details)
            assert score(client, as_of) == score(client, as_of, with_details=False), client.client_id
    assert with_details == pytest.approx(340, abs=15)


def test_most_are_eligible_and_in_the_pool(
    clients_2026: list[Client], clients_2021: list[tuple[Client, OnTheLine | None]], score: Score
) -> None:
    for clients, as_of in ((clients_2026, AS_OF_2026), ([client for client, _ in clients_2021], AS_OF_2021)):
        eligible = [client for client in clients if score(client, as_of)["pool_eligible"]]
        assert len(eligible) > 350
        fresh = [client for client in eligible if _is_in_pool(client, as_of)]
        assert len(fresh) > 200


def _is_in_pool(client: Client, as_of: date) -> bool:
    at = client.row.get("profile_submitted_at")
    if client.row.get("pool_status") not in ("in_pool", "declined", None) or not isinstance(at, str):
        return False
    return 0 <= (as_of - datetime.fromisoformat(at).date()).days < 365


def test_round_204_cuts_through_the_clients(clients_2021: list[tuple[Client, OnTheLine | None]], score: Score) -> None:
    competing: dict[str, list[int]] = {INVITED: [], NOT_INVITED: []}
    for client, line in clients_2021:
        scored = score(client, AS_OF_2021)
        outcome = "not_in_round"
        if _is_in_pool(client, AS_OF_2021) and scored["cec_eligible"] and not client.row.get("provincial_nomination"):
            key = (-scored["crs_total"], str(client.row["profile_submitted_at"]))
            outcome = INVITED if key <= (-CUT_OFF, TIE_BREAK) else NOT_INVITED
            competing[outcome].append(scored["crs_total"])
        if line:
            assert (scored["crs_total"], outcome) == (line.crs_total, line.outcome), line.shows
    assert len(competing[INVITED]) > 40 and len(competing[NOT_INVITED]) > 100
    assert competing[INVITED].count(CUT_OFF) >= 5 and competing[NOT_INVITED].count(CUT_OFF) >= 4


def test_typical_scores_stand_for_their_levels(oracle: ModuleType) -> None:
    for row in table("typical_scores.csv"):
        if row["test"] == "TEF_CANADA_699":  # what is drawn, of which the equivalent is written
            continue
        for ability in ABILITIES:
            for score in row[ability].split("-"):
                assert oracle.level(row["test"], ability, float(score)) == int(row["level"]), (row, ability)


def test_occupations_are_what_they_are_said_to_be(oracle: ModuleType) -> None:
    for sample, is_2021 in (("2026", True), ("2021", False)):
        for code, occupation in occupations(sample).items():
            assert oracle.skilled(occupation.noc, is_2021) is True, code
            assert oracle.trade(occupation.noc, is_2021) is occupation.is_trade, code
            asked = {HIGH_LEVEL} if not occupation.is_below_degree else {5}
            assert oracle._thresholds(occupation.noc, is_2021) == asked, code
