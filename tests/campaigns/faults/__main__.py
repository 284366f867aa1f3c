"""Faults of many kinds, at many moments, in one command with a table: `python -m tests.campaigns.faults`.

Kills, full disks, read-only folders, two writers, damage of the tables, and servers that misbehave. Each trial takes a
fault and looks at what it left: held is a right result, or the message and exit code of the contract with all that was
there before. Everything else is lost, and lost is exit code 1. The seed decides moments, places and bytes.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

# Its threads are of no use to small firms.
os.environ.setdefault("POLARS_MAX_THREADS", "1")

import pytest

from tests.campaigns.faults import damage, endings, network, read_only, writers
from tests.campaigns.faults.trial import NotTried, Trial, Trials

KINDS: dict[str, Trials] = {
    "kills": endings.killed,
    "full disk": endings.full,
    "read-only": read_only.trials,
    "two writers": writers.trials,
    "damage": damage.trials,
    "network": network.trials,
}
EACH, SEED = 60, 14
HELD, LOST, NOT_TRIED = "held", "lost", "not tried"
SHOWN = 2000


def outcome(trial: Trial, folder: Path) -> tuple[str, str]:
    """What became of a trial in an empty folder, and why where it was not held."""
    try:
        trial.run(folder)
    except (NotTried, pytest.skip.Exception) as error:
        return NOT_TRIED, str(error)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001 - whatever a fault leads to is what is looked for
        place = "".join(traceback.format_tb(error.__traceback__)[-2:])
        return LOST, f"{type(error).__name__}: {error}"[:SHOWN] + f"\n{place}"
    return HELD, ""


def tried(
    trials: Trials, folder: Path, chance: random.Random, number: int, heard: Callable[[Trial, str, str], None]
) -> Counter[str]:
    """Runs the trials of a kind; how many were held, lost, and not tried."""
    counts: Counter[str] = Counter()
    shared = folder / "shared"
    shared.mkdir(parents=True)
    for trial in trials(shared, chance, number):
        place = folder / "trial"
        place.mkdir()
        how, why = outcome(trial, place)
        counts[how] += 1
        heard(trial, how, why)
        shutil.rmtree(place, ignore_errors=True)
    return counts


def row(kind: str, counts: Counter[str], seconds: float) -> str:
    """A row of the table."""
    number = counts[HELD] + counts[LOST]
    return f"{kind:<16}{number:>7}{counts[HELD]:>7}{counts[LOST]:>7}{counts[NOT_TRIED]:>11}{seconds:>8.0f}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Tries each kind, prints the table and what was lost; 1 where anything was."""
    asked = argparse.ArgumentParser(prog="python -m tests.campaigns.faults", description=__doc__.split("\n")[0])
    asked.add_argument("--each", type=int, default=EACH, help="trials drawn by chance, of each kind")
    asked.add_argument("--kind", choices=KINDS, action="append", help="only this kind; repeatable")
    asked.add_argument("--seed", type=int, default=SEED)
    options = asked.parse_args(arguments)

    def heard(trial: Trial, how: str, why: str) -> None:
        if how != HELD:
            print(f"{how}: {trial.name}: {why}", flush=True)

    total: Counter[str] = Counter()
    begun = time.monotonic()
    rows = [f"{'kind':<16}{'tried':>7}{'held':>7}{'lost':>7}{'not tried':>11}{'s':>8}"]
    with tempfile.TemporaryDirectory() as made:
        # The user's own settings and rounds stay out of it; loopback is asked without a proxy.
        os.environ |= {"XDG_CONFIG_HOME": made, "XDG_STATE_HOME": made, "no_proxy": "*"}
        for kind in options.kind or KINDS:
            started = time.monotonic()
            chance = random.Random(f"{options.seed} {kind}")
            counts = tried(KINDS[kind], Path(made) / kind.replace(" ", "-"), chance, options.each, heard)
            total += counts
            rows.append(row(kind, counts, time.monotonic() - started))
            print(rows[-1], flush=True)
    print("\n".join([*rows, row("all", total, time.monotonic() - begun)]))
    print(f"seed {options.seed}, {options.each} of each kind by chance")
    return int(bool(total[LOST]))


if __name__ == "__main__":
    sys.exit(main())
