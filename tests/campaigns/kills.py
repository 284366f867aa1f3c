"""Nights that end before their time: `python -m tests.campaigns.kills`.

A firm has missed a night, and a new workbook and new rounds wait. The run that catches up is killed (SIGKILL) at many
moments, drawn by a seed over the whole of its time; it runs into a full disk (a small tmpfs, which only root can mount),
and into a folder of reports that cannot be written to. Each time all tables can be read, no report without its run.json
tells of a night, and the run started again leaves what one that was never broken off leaves.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import polars as pl

from flows import program
from history.store import HistoryError
from history.tables import RUNS
from tests.firm import Firm, assert_same, changed, clients

SEED = 5
FIRST = date(2026, 7, 20)
LAST = FIRST + timedelta(days=2)
ROOT = Path(__file__).parents[2]
RUN = """
import sys
from datetime import date
from pathlib import Path
from flows import nightly, inbox
from deltalake import write_deltalake
from transforms import scores
from reports import report
from validation import intake, rounds_file
print("ready", flush=True)
nightly.run(nightly.NightRequest(date.fromisoformat(sys.argv[2]), Path(sys.argv[1]), wait=False))
"""
# More than the folder of a firm at rest, and less than it needs: the disk is full at different moments.
KIBIBYTE = 1024
ROOM = (16, 90, 160, 230, 300, 400)


@dataclass(frozen=True)
class Trial:
    """A firm before the run, and what the run leaves where nothing gets in its way."""

    before: Path
    tables: dict[str, pl.DataFrame]
    files: dict[str, bytes]
    seconds: float


def prepared(folder: Path, size: int) -> Trial:
    """The firm before the run, and a run without a break."""
    firm = Firm(folder / "before")
    firm.publish(FIRST)
    firm.drop("all.xlsx", clients(*range(1, size + 1)))
    firm.night(FIRST)
    firm.publish(LAST)
    firm.drop("more.xlsx", [changed(one, sibling_in_canada="yes") for one in clients(*range(size // 2, size + 3))])
    whole = copy_of(firm.folder, folder / "whole")
    started = time.perf_counter()
    with running(whole) as process:
        assert process.wait() == 0
    return Trial(firm.folder, whole.tables(), whole.files(), time.perf_counter() - started)


def copy_of(folder: Path, to: Path) -> Firm:
    shutil.copytree(folder, to, dirs_exist_ok=True)
    return Firm(to)


@contextmanager
def running(firm: Firm) -> Iterator[subprocess.Popen[bytes]]:
    """The run in a process of its own, from the moment on that all modules are loaded."""
    command = [sys.executable, "-c", RUN, str(firm.config), LAST.isoformat()]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=ROOT) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield process


def killed(trial: Trial, firm: Firm, seconds: float) -> bool:
    """A run that is killed after some seconds; was it still at work?"""
    with running(firm) as process:
        time.sleep(seconds)
        was_at_work = process.poll() is None
        if was_at_work:
            os.kill(process.pid, signal.SIGKILL)
    check_nothing_is_half_written(firm)
    check_the_end(trial, firm)
    return was_at_work


def check_nothing_is_half_written(firm: Firm) -> None:
    """All tables can be read, and every run.json tells the truth about files that are whole."""
    firm.tables()
    nights = set(firm.table(RUNS)["as_of"].to_list())
    told = {date.fromisoformat(path.parent.name) for path in firm.reports.glob("*/run.json")}
    assert nights <= told, f"the nights {sorted(nights - told)} are in the ledger without their reports"
    for record in firm.reports.glob("*/run.json"):
        outputs = json.loads(record.read_text(encoding="utf-8"))["outputs"]
        for name, digest in outputs.items():
            assert program.sha256_of(record.parent / name) == digest, (
                f"{record.parent / name} is not what run.json tells"
            )


def check_the_end(trial: Trial, firm: Firm) -> None:
    """The run started again leaves what one that was never broken off leaves."""
    firm.night(LAST)
    assert_same(firm.tables(), trial.tables)
    assert firm.files() == trial.files
    check_nothing_is_half_written(firm)
    left = [path.name for path in firm.reports.rglob(".*")]
    assert not left, f"left over: {left}"


@contextmanager
def mounted(folder: Path, *arguments: str) -> Iterator[None]:
    """A file system mounted for as long as it is needed; raises PermissionError where this may not be done."""
    folder.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(["mount", *arguments, str(folder)], capture_output=True, text=True, check=False)
    if done.returncode:
        raise PermissionError(f"mount is not allowed here: {done.stderr.strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def on_a_full_disk(trial: Trial, folder: Path, room: int) -> bool:
    """A run with so many KiB to spare, and again once there is room; was the disk full? Raises PermissionError."""
    needed = sum(path.stat().st_size + 4 * KIBIBYTE for path in trial.before.rglob("*")) // KIBIBYTE
    with mounted(folder, "-t", "tmpfs", "-o", f"size={needed + room}k", "tmpfs"):
        firm = copy_of(trial.before, folder / "firm")
        was_full = False
        try:
            firm.night(LAST)
        except (OSError, HistoryError):
            was_full = True
        check_nothing_is_half_written(firm)
        subprocess.run(["mount", "-o", "remount,size=64m", str(folder)], check=True)
        check_the_end(trial, firm)
    return was_full


def without_reports(trial: Trial, folder: Path) -> None:
    """A run whose folder of reports cannot be written to: read-only, or where root may not mount, a file in its way."""
    firm = copy_of(trial.before, folder)
    kept = firm.folder / "kept"
    firm.reports.rename(kept)
    try:
        firm.reports.mkdir()
        with mounted(firm.reports, "--bind", "-o", "ro", str(kept)):
            _refused(firm)
    except PermissionError:
        firm.reports.rmdir()
        firm.reports.write_text("a file in the way", encoding="utf-8")
        _refused(firm)
        firm.reports.unlink()
    shutil.rmtree(firm.reports, ignore_errors=True)
    kept.rename(firm.reports)
    check_nothing_is_half_written(firm)
    check_the_end(trial, firm)


def _refused(firm: Firm) -> None:
    before = firm.table(RUNS).height
    try:
        firm.night(LAST)
    except OSError:
        assert firm.table(RUNS).height == before
        return
    raise AssertionError("the run wrote into a folder that cannot be written to")


def main() -> None:
    """The whole campaign, with its figures."""
    parser = argparse.ArgumentParser(prog="python -m tests.campaigns.kills", description="Nights that end too early.")
    parser.add_argument("--kills", type=int, default=60)
    parser.add_argument("--clients", type=int, default=60)
    parser.add_argument("--seed", type=int, default=SEED)
    asked = parser.parse_args()
    chance = random.Random(asked.seed)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        trial = prepared(folder, asked.clients)
        print(f"a run of {(LAST - FIRST).days} nights without a break: {trial.seconds:.1f} s", flush=True)
        at_work = 0
        for number in range(asked.kills):
            seconds = chance.random() * trial.seconds
            firm = copy_of(trial.before, folder / "killed")
            at_work += killed(trial, firm, seconds)
            shutil.rmtree(firm.folder)
            print(f"{number + 1} of {asked.kills}: killed after {seconds:.2f} s, the end is the same", flush=True)
        print(f"{at_work} of {asked.kills} runs were killed at work; every end is that of a run without a break")
        without_reports(trial, folder / "refused")
        print("reports that cannot be written to: the night is not in the ledger, and the end is the same")
        try:
            full = sum(on_a_full_disk(trial, folder / f"full-{room}", room) for room in ROOM)
            print(f"{full} of {len(ROOM)} runs ran into a full disk; every end is the same")
        except PermissionError as error:
            print(f"no full disk was tried: {error}")


if __name__ == "__main__":
    main()
