"""The warning of an occupation whose eligibility changed with the classification."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from validation.intake.intake import Intake

CHANGES = {"72106": ("Changed.", "The row stands.")}


def test_client_is_warned_of_a_changed_code_once_a_sheet(
    book: Callable[..., Path], candidate: Callable[..., Any], detail: Callable[..., Any], take: Callable[..., Intake]
) -> None:
    path = book(
        [
            candidate("C-1", primary_noc="21231", trade_noc="72106", job_offer_noc="72106", job_offer_basis="lmia"),
            candidate("C-2", primary_noc="72106"),
            candidate("C-3"),
        ],
        work_history=[
            detail("work_history", "C-1", noc="72106"),
            detail("work_history", "C-1", noc="72106", employer="Other"),
            detail("work_history", "C-3"),
        ],
    )
    found = take(path, noc_changes=CHANGES).warnings
    told = found.filter(found["problem"] == "Changed.").select("client_id", "column", "value", "fix", "source_sheet")
    assert told.rows() == [
        ("C-1", "trade_noc", "72106", "The row stands.", "Candidates"),
        ("C-2", "primary_noc", "72106", "The row stands.", "Candidates"),
        ("C-1", "noc", "72106", "The row stands.", "Work history"),
    ]


def test_without_changes_nothing_is_said(
    book: Callable[..., Path], candidate: Callable[..., Any], take: Callable[..., Intake]
) -> None:
    assert take(book([candidate(primary_noc="72106")])).warnings.is_empty()
