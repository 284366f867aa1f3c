"""Clients written by hand for the tests of the advice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import polars as pl

from tests import candidates
from tests.transforms.shared import law_of
from transforms.advice import Nation, advise
from transforms.assessment import scores
from transforms.model.columns import CANDIDATES, DETAIL_SHEETS
from transforms.model.vocabulary import ABILITIES
from transforms.rounds.rounds import Round

DAY = date(2026, 8, 7)
SUBMITTED = datetime(2026, 3, 2, 15, 0, 0, tzinfo=UTC)
Row = dict[str, Any]


def levels(language: str, *scores_: float, prefix: str = "") -> Row:
    """A result stated as levels: one for all abilities, or four."""
    numbers = scores_ if scores_[1:] else scores_ * len(ABILITIES)
    stem = f"{prefix}{language}"
    test = "CLB" if language == "english" else "NCLC"
    given = {f"{stem}_{ability}": float(level) for ability, level in zip(ABILITIES, numbers, strict=True)}
    return {f"{stem}_test": test, f"{stem}_test_date": date(2026, 1, 15), **given}


def client(client_id: str = "A", **cells: Any) -> Row:
    """A single client of 30 in the pool with a Canadian bachelor's degree, and what else is said."""
    row: Row = dict.fromkeys(CANDIDATES.names)
    row |= {
        "client_id": client_id, "date_of_birth": date(1996, 2, 1), "marital_status": "single", "pool_status": "in_pool",
        "profile_submitted_at": SUBMITTED, "education_level": "three_year", "education_country": "CA",
        "settlement_funds_cad": 60_000.0, "family_size": 1, "canadian_work_years": 0.0, "foreign_work_years": 0.0,
        "canadian_work_months_last_36": 0, "primary_occupation_years": 0.0,
    }  # fmt: skip
    return row | cells


def married(client_id: str = "A", **cells: Any) -> Row:
    """The same with a spouse who comes along."""
    return client(client_id, marital_status="married", spouse_accompanying=True, spouse_is_canadian=False, **cells)


def sheets_of(clients: Sequence[Row], **details: list[Row]) -> dict[str, pl.DataFrame]:
    """The typed sheets of clients with some detail rows."""
    return candidates.typed(list(clients), {sheet.key: details.get(sheet.key, []) for sheet in DETAIL_SHEETS})


def advised(
    *clients: Row, rounds: Sequence[Round] = (), nation: Nation | None = None, day: date = DAY, **details: list[Row]
) -> pl.DataFrame:
    """The advice for clients."""
    sheets, law = sheets_of(clients, **details), law_of(day)
    return advise(sheets, scores.score(sheets, law), law, rounds, nation)


def lever(advice: pl.DataFrame, key: str, client_id: str = "A") -> Row:
    """The one row of a lever."""
    found = advice.filter((pl.col("lever") == key) & (pl.col("client_id") == client_id))
    assert found.height == 1, advice.filter(pl.col("client_id") == client_id)["lever"].to_list()
    return found.row(0, named=True)
