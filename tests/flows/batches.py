"""The policy cases as one batch a day, scored as a firm's own clients are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl

from transforms.assessment import scores
from transforms.assessment.policy_cases import Case
from transforms.rules import Law
from validation.intake import intake


def sheets_of(taken: intake.Intake, clients: Sequence[str]) -> dict[str, pl.DataFrame]:
    """The typed sheets of some clients alone."""
    return {key: sheet.filter(pl.col("client_id").is_in(clients)) for key, sheet in taken.sheets.items()}


def answers(sheets: Mapping[str, pl.DataFrame], law: Law) -> dict[str, dict[str, Any]]:
    """The published outputs by client number, and with them `in_pool`."""
    scored = scores.score(sheets, law)
    outputs = scores.published(scored, law).with_columns(scored["in_pool"])
    return {row["client_id"]: row for row in outputs.iter_rows(named=True)}


def by_day(clients: Mapping[str, Case]) -> dict[date, list[str]]:
    """The client numbers of each day, in the order of the days."""
    days: dict[date, list[str]] = {}
    for client, case in clients.items():
        days.setdefault(case.as_of, []).append(client)
    return dict(sorted(days.items()))
