"""What docs/privacy.md says of a nightly run: nothing of a client in Prefect's database or the log, nothing for other users."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.firm import before_its_first_night
from tests.processes import environment

CLIENTS = (30, 31, 33, 36, 37)
# The night of a day; a file of the inbox is named after a client, as offices do.
DAY, WORKBOOK = "2026-07-20", "Tremblay C-0037.xlsx"


@pytest.mark.flow
@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="Windows has no umask")
def test_a_night_keeps_clients_out_of_prefect_and_out_of_reach(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        firm = before_its_first_night(tmp_path / "firm", *CLIENTS)
        taken = next(firm.inbox.iterdir())
        names = {str(value) for value in _of_clients(taken)}
        taken.rename(firm.inbox / WORKBOOK)
        words = [
            "nightly",
            "--as-of",
            DAY,
            "--config",
            str(firm.config),
            "--log-file",
            str(tmp_path / "log"),
            "--verbose",
        ]
        done = subprocess.run(
            [sys.executable, "-m", "flows.cli", *words],
            env=environment(tmp_path),
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        os.umask(before)
    assert done.returncode in (0, 3), done.stderr
    database = b"".join(path.read_bytes() for path in (tmp_path / "prefect").glob("prefect.db*"))
    assert b"drawline-nightly" in database
    log = (tmp_path / "log").read_bytes()
    assert log
    kept = {name for name in (*names, WORKBOOK) if name.encode() in database + log}
    assert names
    assert kept == set()
    written = [path for folder in (firm.folder / "history", firm.reports) for path in folder.rglob("*")]
    assert len(written) > len(CLIENTS)
    assert [path for path in [*written, tmp_path / "log"] if stat.S_IMODE(path.stat().st_mode) & 0o077] == []


def _of_clients(workbook: Path) -> list[str]:
    """Client numbers and family names of a workbook of the firm."""
    from openpyxl import load_workbook

    rows = load_workbook(workbook)["Candidates"].iter_rows(values_only=True)
    header = next(rows)
    places = [header.index(name) for name in ("client_id", "family_name")]
    return [str(row[place]) for row in rows for place in places if row[place]]
