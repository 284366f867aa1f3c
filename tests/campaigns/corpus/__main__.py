"""Files of many kinds with their expected answers: `python -m tests.campaigns.corpus`.

A script makes each file together with the answer that is right: the exit code, the values that reading has to give, or
fragments of the message that refuses it. Each file is tried in a process of its own, at most 10 processor seconds and 1 GiB
of memory. Lost is what is answered otherwise, ends in a traceback, or takes more.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from functools import partial
from pathlib import Path

# Its threads do not outlive the fork of each trial.
os.environ.setdefault("POLARS_MAX_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from tests.campaigns.corpus import child, command
from tests.campaigns.corpus.case import Case, faults

GROUPS = (
    "containers", "dialects", "layouts", "cells", "csv_files", "parquet_files", "settings_files", "map_files", "overlays",
    "plans", "rounds_files",
)  # fmt: skip
USED = (
    "flows.cli",
    "flows.main_run.run_job",
    "flows.forecasting.simulation",
    "transforms.assessment.scores",
    "validation.intake.intake",
    "validation.plans.pool_file",
)
SEED = 20
# Of the files that are to be read, each of so many is tried with the whole command.
WHOLE = 8
ROOM = 4000


def corpus(seed: int, groups: Sequence[str] = GROUPS) -> list[Case]:
    """The cases of some groups; the same seed gives the same files."""
    made = [case for name in groups for case in importlib.import_module(f"tests.campaigns.corpus.{name}").cases(seed)]
    doubled = [name for name, times in Counter((case.group, case.name) for case in made).items() if times > 1]
    assert not doubled, f"cases of one name: {doubled}"
    return made


def prepared() -> None:
    """Imports what every trial needs, and computes nothing."""
    for name in USED:
        importlib.import_module(name)


def tried(cases: Sequence[Case], folder: Path) -> list[tuple[Case, child.Measured]]:
    """Each case with what became of it; the files stay in the folder."""
    places = [folder / f"{number:04d}" for number in range(len(cases))]

    def written() -> list[str]:
        for case, place in zip(cases, places, strict=True):
            place.mkdir()
            case.write(place)
        return []

    def heard(number: int, measured: child.Measured) -> None:
        for fault in measured.faults:
            print(f"lost: {cases[number].group}, {cases[number].name}: {fault[:ROOM]}", flush=True)

    [made] = child.tried([child.Trial(folder, written)], folder)
    assert not [fault for fault in made.faults if not fault.startswith("took")], made.faults
    trials = [
        child.Trial(place, partial(_faults, case, place, whole=case.sample or number % WHOLE == 0))
        for number, (case, place) in enumerate(zip(cases, places, strict=True))
    ]
    return list(zip(cases, child.tried(trials, folder, heard), strict=True))


def _faults(case: Case, folder: Path, *, whole: bool) -> list[str]:
    """What is wrong with the answer to a case; of one that is to be read, by the whole command or by the reading alone."""
    if whole or not case.inputs:
        return faults(case, command.answered(case.words, folder))
    return faults(case, command.read(case.inputs, case.mapping, folder))


def shown(trials: Sequence[tuple[Case, child.Measured]]) -> str:
    """The table by group."""
    lines = [f"{'group':<16}{'tried':>7}{'held':>7}{'lost':>7}{'slowest, s':>12}{'most, MiB':>12}"]
    for group in (*dict.fromkeys(case.group for case, _ in trials), "all"):
        own = [measured for case, measured in trials if group in {case.group, "all"}]
        lost = sum(bool(one.faults) for one in own)
        lines.append(
            f"{group:<16}{len(own):>7}{len(own) - lost:>7}{lost:>7}{max(one.seconds for one in own):>12.1f}"
            f"{max(one.mebibytes for one in own):>12.0f}"
        )
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Tries the corpus, prints the table and what was lost; 1 where anything was."""
    asked = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    asked.add_argument("--seed", type=int, default=SEED)
    asked.add_argument("--group", choices=GROUPS, action="append", help="only this group; repeatable")
    asked.add_argument("--sample", action="store_true", help="a few cases of each group")
    asked.add_argument("--name", default="", help="only cases whose name holds this")
    asked.add_argument("--part", default="1/1", metavar="N/M", help="the N-th of M parts, for several processes")
    asked.add_argument("--keep", type=Path, help="an empty folder for the files")
    options = asked.parse_args(arguments)
    part, parts = map(int, options.part.split("/"))
    cases = [
        case
        for case in corpus(options.seed, options.group or GROUPS)
        if options.name in case.name and (case.sample or not options.sample)
    ][part - 1 :: parts]
    prepared()
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as made:
        for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "HOME"):
            os.environ[name] = made
        folder = options.keep or Path(made) / "files"
        folder.mkdir(exist_ok=True)
        trials = tried(cases, folder)
    print(shown(trials))
    print(f"seed {options.seed}, {time.monotonic() - started:.0f} s")
    return int(any(measured.faults for _, measured in trials))


if __name__ == "__main__":
    sys.exit(main())
