"""Runs that end before their time: `python -m tests.campaigns.kills`.

A firm has missed a night; a new workbook waits, in which a client whom a round invited declines, and new rounds, one of
which corrects an earlier one. Three kinds of runs are killed (SIGKILL) at many moments, drawn by a seed over the whole of
their time: the one that catches up, a second one of the same night, and one that scores the past nights anew under
corrected rules. The one that catches up also runs into a full disk (a small tmpfs, which only root can mount), and into a
folder of reports that cannot be written to. Each time all tables can be read, no report without its run.json tells of a
night, and the run started again leaves what one that was never broken off leaves.
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
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import polars as pl

from flows.firm import settings
from flows.maintenance import rescore
from flows.nightly import night_state, nightly
from flows.nightly.exclusive_run import exclusive_run
from flows.outputs import digests
from history.store import HistoryError
from history.tables import INVITATIONS, RUNS
from tests.firm import Firm, assert_same, changed, clients

SEED = 5
DAY = timedelta(days=1)
# Round 428 (CEC) is of this day; published first with this cut-off, later with its own of 516.
FIRST, CORRECTED, TOO_LOW = date(2026, 7, 21), "428", "505"
MISSED = 1
# Of the sample: whom round 428 invites, whom it invites by the wrong cut-off alone, who declined before, and who was
# invited before; then others.
INVITED, IN_ERROR, DECLINED, INVITED_BEFORE = 37, 16, 12, 53
OTHERS = (1, 2, 3, 8, 10, 30, 31, 33, 36, 40, 41, 47, 51, 54, 55, 71)
TO_COME = (72, 73)
SIZE = 16
ROOT = Path(__file__).parents[2]
CATCH_UP, SECOND, RESCORE = "catch-up", "second run", "rescore"
KINDS = (CATCH_UP, SECOND, RESCORE)
RUN = """
import sys
from datetime import date
from pathlib import Path
from deltalake import write_deltalake
from flows.nightly import inbox, night_alerts
from reports.alerts import alerts
from reports.report import report
from tests.campaigns import kills
from transforms.assessment import scores
from transforms.outlook import application, outlook
from validation.intake import intake
from validation.rounds import rounds_file
print("ready", flush=True)
kills.work(sys.argv[1], Path(sys.argv[2]), date.fromisoformat(sys.argv[3]))
"""
RULES = """
title: Corrected points
sources:
  trial:
    title: A trial
    href: https://example.org
parameters:
  crs.additional.sibling:
    versions:
      - from: 2017-06-06
        status: known
        confidence: L
        last_checked_on: 2026-10-31
        source: {key: trial, section: "1"}
        value: 40
"""
# More than the folder of a firm at rest, and less than it needs: the disk is full at different moments.
KIBIBYTE = 1024
ROOM = (16, 90, 160, 230, 300, 400)


@dataclass(frozen=True)
class Trial:
    """A kind of run: its last night, the firm before it, and what it leaves where nothing gets in its way."""

    kind: str
    last: date
    before: Path
    tables: dict[str, pl.DataFrame]
    files: dict[str, bytes]
    seconds: float


def work(kind: str, config: Path, last: date) -> None:
    """A run of a kind: a night with those that were missed, or the nights before it scored anew."""
    if kind == RESCORE:
        firm = settings.load(config)
        with exclusive_run(firm, wait=False):
            rescore.rescore(firm, FIRST, last - DAY)
    else:
        nightly.run(night_state.NightRequest(last, config, wait=False, ahead=True))


def prepared(folder: Path, size: int = SIZE, missed: int = MISSED, kinds: Sequence[str] = KINDS) -> Mapping[str, Trial]:
    """A trial of each kind, the later ones made from what the first one leaves."""
    last = FIRST + (missed + 1) * DAY
    firm = _after_the_first_night(folder / "before", size, last)
    first, whole = _without_a_break(CATCH_UP, last, firm, folder / CATCH_UP)
    _check_what_it_holds(whole)
    corrected = copy_of(whole.folder, folder / "corrected", more='rules = ["rules.yaml"]\n')
    (corrected.folder / "rules.yaml").write_text(RULES, encoding="utf-8")
    later = [
        _without_a_break(kind, last, before, folder / kind.replace(" ", "-"))[0]
        for kind, before in ((SECOND, whole), (RESCORE, corrected))
        if kind in kinds
    ]
    for one in later:
        assert one.tables["scores"].equals(first.tables["scores"]) == (one.kind == SECOND)
    return {one.kind: one for one in (first, *later)}


def _after_the_first_night(folder: Path, size: int, last: date) -> Firm:
    """A firm after its first night, with what waits for the last one."""
    firm = Firm(folder)
    numbers = (INVITED, IN_ERROR, DECLINED, INVITED_BEFORE, *OTHERS)[:size]
    firm.publish(FIRST, change={CORRECTED: {"drawCRS": TOO_LOW}})
    firm.drop("all.xlsx", clients(*numbers))
    firm.night(FIRST)
    firm.publish(last)
    declined = [changed(one, pool_status="declined") for one in clients(INVITED)]
    more = [changed(one, sibling_in_canada="yes") for one in clients(*numbers[size // 2 :], *TO_COME)]
    firm.drop("more.xlsx", [*declined, *more])
    return firm


def _without_a_break(kind: str, last: date, before: Firm, folder: Path) -> tuple[Trial, Firm]:
    """A trial, and the firm after the run."""
    whole = copy_of(before.folder, folder)
    with running(kind, whole, last) as process:
        started = time.perf_counter()
        assert process.wait() == 0, f"the {kind} failed"
        seconds = time.perf_counter() - started
    return Trial(kind, last, before.folder, whole.tables(), whole.files(), seconds), whole


def _check_what_it_holds(firm: Firm) -> None:
    """Without an invitation that stands, and one that the correction took back, the trial would be a weaker one."""
    rows = firm.table(INVITATIONS).filter(pl.col("round") == CORRECTED)
    told = dict(rows.select("client_id", "standing").iter_rows())
    invited, in_error = (one.client_id for one in clients(INVITED, IN_ERROR))
    assert (told[invited], told[in_error]) == ("invited", "withdrawn")


def copy_of(folder: Path, to: Path, *, more: str = "") -> Firm:
    """A firm in another folder, with its settings and more of them."""
    shutil.copytree(folder, to, dirs_exist_ok=True)
    text = (folder / "drawline.toml").read_text(encoding="utf-8")
    made = Firm(to)
    made.config.write_text(text + more, encoding="utf-8")
    return made


@contextmanager
def running(kind: str, firm: Firm, last: date) -> Iterator[subprocess.Popen[bytes]]:
    """The run in a process of its own, from the moment on that all modules are loaded."""
    command = [sys.executable, "-c", RUN, kind, str(firm.config), last.isoformat()]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=ROOT) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield process


def killed(trial: Trial, firm: Firm, seconds: float) -> bool:
    """A run that is killed after some seconds; was it still at work?"""
    with running(trial.kind, firm, trial.last) as process:
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
            assert digests.sha256_of(record.parent / name) == digest, (
                f"{record.parent / name} is not what run.json tells"
            )


def check_the_end(trial: Trial, firm: Firm) -> None:
    """The run started again leaves what one that was never broken off leaves."""
    work(trial.kind, firm.config, trial.last)
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
            work(trial.kind, firm.config, trial.last)
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
            _refused(trial, firm)
    except PermissionError:
        firm.reports.rmdir()
        firm.reports.write_text("a file in the way", encoding="utf-8")
        _refused(trial, firm)
        firm.reports.unlink()
    shutil.rmtree(firm.reports, ignore_errors=True)
    kept.rename(firm.reports)
    check_nothing_is_half_written(firm)
    check_the_end(trial, firm)


def _refused(trial: Trial, firm: Firm) -> None:
    before = firm.table(RUNS).height
    try:
        work(trial.kind, firm.config, trial.last)
    except OSError:
        assert firm.table(RUNS).height == before
        return
    raise AssertionError("the run wrote into a folder that cannot be written to")


def main() -> None:
    """The whole campaign, with its figures."""
    parser = argparse.ArgumentParser(prog="python -m tests.campaigns.kills", description="Runs that end too early.")
    parser.add_argument("--kills", type=int, default=60)
    parser.add_argument("--clients", type=int, default=SIZE)
    parser.add_argument("--seed", type=int, default=SEED)
    asked = parser.parse_args()
    chance = random.Random(asked.seed)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        trials = prepared(folder, asked.clients)
        for trial in trials.values():
            print(f"{trial.kind}: {trial.seconds:.1f} s without a break", flush=True)
        at_work: Counter[str] = Counter()
        for number in range(asked.kills):
            trial = trials[KINDS[number % len(KINDS)]]
            seconds = chance.random() * trial.seconds
            started = time.perf_counter()
            firm = copy_of(trial.before, folder / "killed")
            at_work[trial.kind] += killed(trial, firm, seconds)
            shutil.rmtree(firm.folder)
            print(
                f"{number + 1} of {asked.kills}: {trial.kind} killed after {seconds:.2f} s, the end is the same "
                f"({time.perf_counter() - started:.1f} s)",
                flush=True,
            )
        told = ", ".join(f"{number} of {kind}" for kind, number in at_work.items())
        print(
            f"{at_work.total()} of {asked.kills} were killed at work ({told}); every end is that of a run without a break"
        )
        trial = trials[CATCH_UP]
        without_reports(trial, folder / "refused")
        print("reports that cannot be written to: the night is not in the ledger, and the end is the same")
        try:
            full = sum(on_a_full_disk(trial, folder / f"full-{room}", room) for room in ROOM)
            print(f"{full} of {len(ROOM)} runs ran into a full disk; every end is the same")
        except PermissionError as error:
            print(f"no full disk was tried: {error}")


if __name__ == "__main__":
    main()
