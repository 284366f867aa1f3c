"""The sample's clients as the intake takes them, and a history that holds nothing yet."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from flows import run_request
from flows.main_run import run_intake, run_law, run_scoring, run_state
from history.store import TAKEN, History, as_records
from history.tables import RECORDS, RUNS

Sheets = dict[str, pl.DataFrame]
FIRST, SECOND, THIRD = date(2026, 8, 7), date(2026, 8, 8), date(2026, 8, 9)


@pytest.fixture(scope="session")
def taken_in() -> run_state.Run:
    """The shipped workbook, taken in and scored."""
    path, entry = next(iter(run_request.samples().items()))
    run = run_state.Run(run_request.Request("r", (Path(path),), date.fromisoformat(entry["as_of"])))
    for stage in (run_law.open_law, run_intake.take_in, run_scoring.score):
        stage(run)
    return run


@pytest.fixture(scope="session")
def sheets(taken_in: run_state.Run) -> Sheets:
    assert taken_in.intake is not None
    return taken_in.intake.sheets


@pytest.fixture
def history(tmp_path: Path) -> History:
    return History(tmp_path / "history")


def of(sheets: Sheets, *clients: str, file: str = "a.xlsx", **changes: object) -> Sheets:
    """The sheets of some clients alone, as if from a file of that name, with cells of their Candidates rows changed."""
    made = {
        key: sheet.filter(pl.col("client_id").is_in(clients)).with_columns(pl.lit(file).alias("source_file"))
        for key, sheet in sheets.items()
    }
    candidates = made["candidates"]
    cells = [pl.lit(value, dtype=candidates.schema[name]).alias(name) for name, value in changes.items()]
    return made | {"candidates": candidates.with_columns(cells)}


def hashed(sheets: Sheets, sha256: str) -> Sheets:
    """The sheets with the hash of the file that they are from."""
    return {key: sheet.with_columns(pl.lit(sha256).alias("input_sha256")) for key, sheet in sheets.items()}


def accept(history: History, day: date, sheets: Sheets, sha256: str, *, completed: bool = True) -> None:
    """What a night does with a file, and its row in the ledger if it came to its end."""
    kept = history.vouched(history.on(RECORDS, day))
    history.replace_day(RECORDS, day, as_records(day, hashed(sheets, sha256), kept))
    if completed:
        inputs = [{"sha256": sha256, "name": sheets["candidates"]["source_file"][0], "outcome": TAKEN}]
        started_at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=history.runs().height)
        row = {
            "as_of": day, "run_id": sha256, "kind": "nightly", "started_at": started_at, "inputs": inputs, "notes": [],
        }  # fmt: skip
        history.append(RUNS, pl.DataFrame([row], schema=RUNS.schema))
