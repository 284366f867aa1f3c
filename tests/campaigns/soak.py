"""Many nights of a small firm in one process, with its memory and its descriptors: `python -m tests.campaigns.soak`.

A workbook with all clients comes in every week, some of them changed; the history is compacted every 30 nights. Every
100 nights the memory in use and the open descriptors are printed. Memory or descriptors that grow beyond a bound after the
warm-up are an error, and so is a history that is not clean at the end.
"""

from __future__ import annotations

import argparse
import gc
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from typer.testing import CliRunner

from flows.cli import app
from history.tables import RUNS
from tests.campaigns import usage
from tests.campaigns.office import Office
from tests.firm import Firm

FIRST_NIGHT = date(2025, 8, 8)
DAY = timedelta(days=1)
DAYS_A_WEEK, COMPACTED_EVERY, SHOWN_EVERY = 7, 30, 100
NIGHTS, CLIENTS, SEED = 2000, 5, 14
SECONDS_A_MINUTE = 60
# Growth after the warm-up that is no leak: what the allocators keep, and the tables that the nights make longer.
MAX_GROWTH_MEBIBYTES, MAX_MORE_DESCRIPTORS = 96, 4


@dataclass(frozen=True)
class Mark:
    """The usage after so many nights, and the seconds of a night since the mark before."""

    nights: int
    used: usage.Usage
    seconds: float


def marks(folder: Path, nights: int, clients: int, every: int, seed: int = SEED) -> Iterator[Mark]:
    """Runs the nights, and yields a mark after each so many of them; raises AssertionError where the end is not clean."""
    firm = Firm(folder)
    office = Office(firm, clients, random.Random(seed), follows=False)
    office.begin(FIRST_NIGHT)
    started = time.perf_counter()
    for number in range(nights):
        day = FIRST_NIGHT + number * DAY
        firm.publish(day - DAY)
        if number and number % DAYS_A_WEEK == 0:
            office.pass_day(number, day)
            firm.drop("all.xlsx", office.now.values(), title=f"Clients on {day}")
        firm.night(day)
        if (number + 1) % COMPACTED_EVERY == 0:
            command(firm, "history", "compact", "--keep-days", "0")
        if (number + 1) % every == 0:
            gc.collect()
            used = usage.of()
            assert used is not None, "the usage of a process is read from /proc, which is not there"
            yield Mark(number + 1, used, (time.perf_counter() - started) / every)
            started = time.perf_counter()
    check_the_end(firm, nights)


def check_the_end(firm: Firm, nights: int) -> None:
    """Raises AssertionError where a night is not in the ledger, or the history is not clean."""
    assert firm.table(RUNS)["as_of"].n_unique() == nights, "a night is not in the ledger"
    command(firm, "history", "verify")


def command(firm: Firm, *words: str) -> None:
    """A command of the firm that has to end with exit code 0."""
    done = CliRunner().invoke(app, [*words, "--config", str(firm.config)])
    assert done.exit_code == 0, f"{' '.join(words)}: {done.output}"


def growth(seen: Sequence[Mark], warm_up: int) -> list[str]:
    """What grew beyond its bound between the end of the warm-up and any later mark, in words."""
    later = [mark for mark in seen if mark.nights >= warm_up]
    if not later:
        return [f"no mark after the warm-up of {warm_up} nights"]
    first, most = later[0].used, max(later, key=lambda mark: mark.used.mebibytes)
    found = []
    more = most.used.mebibytes - first.mebibytes
    if more > MAX_GROWTH_MEBIBYTES:
        found.append(f"{more:.0f} MiB more after {most.nights} nights than after {later[0].nights}")
    opened = max(mark.used.descriptors for mark in later) - first.descriptors
    if opened > MAX_MORE_DESCRIPTORS:
        found.append(f"{opened} more descriptors than after {later[0].nights} nights")
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the nights and prints their marks; 1 where memory or descriptors grew beyond their bound."""
    asked = argparse.ArgumentParser(prog="python -m tests.campaigns.soak", description=__doc__.split("\n")[0])
    asked.add_argument("--nights", type=int, default=NIGHTS)
    asked.add_argument("--clients", type=int, default=CLIENTS)
    asked.add_argument("--every", type=int, default=SHOWN_EVERY, help="nights between two marks")
    asked.add_argument("--warm-up", type=int, default=None, help="nights before growth counts; default: one in ten")
    asked.add_argument(
        "--minutes", type=float, default=float("inf"), help="ends at the first mark after so many minutes"
    )
    asked.add_argument("--seed", type=int, default=SEED)
    options = asked.parse_args(arguments)
    warm_up = options.nights // 10 if options.warm_up is None else options.warm_up
    seen: list[Mark] = []
    ends = time.monotonic() + SECONDS_A_MINUTE * options.minutes
    print(f"{'nights':>7}{'MiB':>8}{'most, MiB':>11}{'descriptors':>13}{'s a night':>11}")
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        for mark in marks(place, options.nights, options.clients, options.every, options.seed):
            seen.append(mark)
            used = mark.used
            print(
                f"{mark.nights:>7}{used.mebibytes:>8.0f}{used.peak_mebibytes:>11.0f}{used.descriptors:>13}"
                f"{mark.seconds:>11.2f}",
                flush=True,
            )
            if time.monotonic() > ends:
                check_the_end(Firm(place), mark.nights)
                break
    found = growth(seen, max(warm_up, options.every))
    for fault in found:
        print(f"grew: {fault}")
    print(
        f"{seen[-1].nights if seen else options.nights} nights of {options.clients} clients, seed {options.seed}, the history is clean"
    )
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
