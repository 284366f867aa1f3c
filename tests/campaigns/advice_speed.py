"""How long `advise` takes for 500 and for 250,000 clients, and how much memory: `python -m tests.campaigns.advice_speed`.

The 500 are the sample workbook with its detail sheets, the result a workbook. The 250,000 are Candidates rows as CSV, the
result Parquet. Seconds are those of the clock and of the processor; on a busy machine the clock says more of the others.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import sample_data
from sample_data.generate import AS_OF_2026
from tests.campaigns.check_speed import write_clients

ROOT = Path(__file__).parents[2]
SAMPLE = Path(sample_data.__file__).parent / "clients_2026.xlsx"
MANY = 250_000
# Seconds of the clock that each may take.
MAX_FOR_FEW, MAX_FOR_MANY = 3.0, 60.0
# The sample has bad rows.
CODES = (0, 3)


@dataclass(frozen=True)
class Taken:
    """What a command took: seconds of the clock and of the processor, its most memory in megabytes, its exit code."""

    clock: float
    processor: float
    megabytes: float
    exit_code: int


def advise(source: Path, out: Path) -> Taken:
    """The advice for one file, in a process of its own."""
    words = [source, "--as-of", AS_OF_2026.isoformat(), "--out", out, "--quiet"]
    command = [sys.executable, "-m", "flows.cli", "advise", *map(str, words)]
    started = time.perf_counter()
    process = subprocess.Popen(command, cwd=out.parent, env=os.environ | {"PYTHONPATH": str(ROOT)})
    _, status, usage = os.wait4(process.pid, 0)
    clock = time.perf_counter() - started
    return Taken(clock, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, os.waitstatus_to_exitcode(status))


def main() -> int:
    """Prints the seconds and the memory of both; exit code 1 where one takes too long or ends otherwise than well."""
    parser = argparse.ArgumentParser(prog="python -m tests.campaigns.advice_speed", description=__doc__)
    parser.add_argument("--clients", type=int, default=MANY)
    parser.add_argument("--rounds", type=int, default=3, help="the best of so many for the sample")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        tries = [advise(SAMPLE, folder / "few.xlsx") for _ in range(given.rounds)]
        few = min(tries, key=lambda one: one.clock)
        source = folder / "many.csv"
        write_clients(source, given.clients, mapped=False)
        many = advise(source, folder / "many.parquet")
    load = os.getloadavg()[0]
    for what, one in (("500 clients, workbook to workbook", few), (f"{given.clients:,} clients, CSV to Parquet", many)):
        print(
            f"{what}: {one.clock:.1f} s ({one.processor:.1f} s of the processor), {one.megabytes:,.0f} MB,"
            f" exit code {one.exit_code}; load {load:.1f}"
        )
    is_slow = few.clock > MAX_FOR_FEW or many.clock > MAX_FOR_MANY
    return int(is_slow or any(one.exit_code not in CODES for one in (*tries, many)))


if __name__ == "__main__":
    sys.exit(main())
