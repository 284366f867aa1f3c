"""Pages of a few clients made by hand, in a run of all their stages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from flows.main_run import advice, letters, run_intake, run_law, run_scoring
from flows.main_run.run_state import Run
from flows.run_request import Request
from reports.letter.contents import LettersContents
from transforms.model import wording

DAY = date(2026, 8, 7)
# 36 years old, a Canadian master's degree, CLB 9 in English, three years of Canadian work, nobody comes along.
CLIENT: dict[str, Any] = {
    "client_id": "C-1", "family_name": "Okafor", "given_name": "Ada", "case_owner": "Desk A", "date_of_birth": "1990-05-17",
    "marital_status": "single", "pool_status": "in_pool", "profile_submitted_at": "2026-01-11T10:55:00Z",
    "english_test": "IELTS_GT", "english_test_date": "2025-12-01", "english_listening": "8", "english_reading": "7.5",
    "english_writing": "7", "english_speaking": "7", "education_level": "masters", "education_country": "Canada",
    "canadian_work_years": "3", "canadian_work_months_last_36": "36", "canadian_work_noc": "21231", "intends_quebec": "no",
}  # fmt: skip
Made = Callable[..., LettersContents]


@pytest.fixture(scope="session")
def contents_of(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """The contents of the pages of some clients; each names what it has other than CLIENT."""
    kept: dict[str, LettersContents] = {}

    def made(*clients: dict[str, Any]) -> LettersContents:
        key = f"{wording.current()} {clients}"
        if key not in kept:
            kept[key] = _gathered(tmp_path_factory.mktemp("clients") / "clients.csv", clients)
        return kept[key]

    return made


def _gathered(path: Path, clients: tuple[dict[str, Any], ...]) -> LettersContents:
    columns = dict.fromkeys((name for one in clients for name in one), "")
    pl.DataFrame([{**columns, **CLIENT, **one} for one in clients]).write_csv(path)
    run = Run(Request("a-run", (path,), DAY))
    for stage in (run_law.open_law, run_intake.take_in, run_scoring.score, advice.find):
        stage(run)
    return letters.gather(run)
