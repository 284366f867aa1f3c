"""A year of nights: how large the history becomes, and how long a look into it takes: `python -m tests.campaigns.year`.

A workbook with all clients comes in every week, some of them changed. The reports are left out, since they are no part
of the history.
"""

from __future__ import annotations

import argparse
import random
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

from flows.nightly import night_state, write_night
from tests.campaigns.office import Office
from tests.firm import Firm

FIRST_NIGHT = date(2025, 8, 8)
DAY = timedelta(days=1)
DAYS_A_WEEK = 7
TRIES = 5


def without_reports(run: night_state.Nights, night: night_state.Night) -> None:
    """Nothing: they are no part of the history."""


def main() -> None:
    """The year, with its figures."""
    parser = argparse.ArgumentParser(prog="python -m tests.campaigns.year", description="A year of nights.")
    parser.add_argument("--nights", type=int, default=365)
    parser.add_argument("--clients", type=int, default=500)
    asked = parser.parse_args()
    write_night.write_reports = without_reports
    with tempfile.TemporaryDirectory() as folder:
        firm = Firm(Path(folder))
        office = Office(firm, asked.clients, random.Random(5), follows=False)
        office.begin(FIRST_NIGHT)
        seconds = []
        for number in range(asked.nights):
            day = FIRST_NIGHT + number * DAY
            firm.publish(day - DAY)
            if number and number % DAYS_A_WEEK == 0:
                office.pass_day(number, day)
                firm.drop("all.xlsx", office.now.values())
            started = time.perf_counter()
            firm.night(day)
            seconds.append(time.perf_counter() - started)
        print(f"{asked.nights} nights of {asked.clients} clients, all in a workbook every week")
        print(f"history: {firm.bytes_held() / 1e6:.1f} MB")
        print(f"a night without its reports: median {statistics.median(seconds):.2f} s, the last {seconds[-1]:.2f} s")
        command = [
            sys.executable,
            "-m",
            "flows.cli",
            "history",
            "client",
            "C-0010",
            "--config",
            str(firm.config),
            "--json",
        ]
        looks = []
        for _ in range(TRIES):
            started = time.perf_counter()
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=Path(__file__).parents[2])
            looks.append(time.perf_counter() - started)
        print(f"history of one client, a process of its own: best of {TRIES} {min(looks):.2f} s")
        firm.history.compact(timedelta(days=1))
        print(f"compacted: {firm.bytes_held() / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
