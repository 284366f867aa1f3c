"""Trials in processes of their own, each with its time and its memory measured and bounded."""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

MEBIBYTE = 1 << 20
MAX_SECONDS, MAX_MEBIBYTES = 10, 1024
# Beyond these a trial is ended: processor seconds, seconds by the clock (a machine may be busy), and address space.
PROCESSOR_SECONDS, CLOCK_SECONDS, ADDRESS_MEBIBYTES = MAX_SECONDS + 1, 600, 8 * 1024
POLL_SECONDS = 0.01
ANSWERS = ".answers-"


@dataclass(frozen=True)
class Trial:
    """What is tried, in which folder; its faults come in words. What it prints to its streams goes to .out and .err there."""

    folder: Path
    run: Callable[[], list[str]]


@dataclass(frozen=True)
class Measured:
    """What became of a trial: its faults in words, its processor seconds and its largest memory in MiB."""

    faults: tuple[str, ...]
    seconds: float
    mebibytes: float


def tried(
    trials: Sequence[Trial], folder: Path, heard: Callable[[int, Measured], None] = lambda place, one: None
) -> list[Measured]:
    """Runs trials one after the other in a child process; a new child goes on where one was ended.

    A trial that takes too long or too much, or ends otherwise than by its own answer, has a fault; one that takes too much is
    tried once more in a child of its own, since a process keeps memory of earlier ones. The caller must not have used polars
    yet: its threads do not outlive a fork.
    """
    found: list[Measured] = []

    def add(one: Measured) -> None:
        is_too_large = one.mebibytes > MAX_MEBIBYTES and len(trials) > 1
        found.append(_judged(_alone(trials[len(found)], folder) if is_too_large else one))
        heard(len(found) - 1, found[-1])

    while len(found) < len(trials):
        how = _together(trials[len(found) :], folder / f"{ANSWERS}{len(found)}", add)
        if how:
            add(Measured((how,), 0, 0))
    return found


def _judged(one: Measured) -> Measured:
    more = [f"took {one.seconds:.1f} s"] if one.seconds > MAX_SECONDS else []
    more += [f"took {one.mebibytes:.0f} MiB"] if one.mebibytes > MAX_MEBIBYTES else []
    return Measured((*one.faults, *more), one.seconds, one.mebibytes)


def _alone(trial: Trial, folder: Path) -> Measured:
    """A trial in a child of its own."""
    answers: list[Measured] = []
    how = _together([trial], folder / f"{ANSWERS}alone", answers.append)
    return answers[0] if answers else Measured((how,), 0, 0)


def _together(trials: Sequence[Trial], answers: Path, add: Callable[[Measured], None]) -> str:
    """Adds what becomes of trials in one child, until one of them ends it; how it did so, or nothing where none did."""
    answers.write_text("", encoding="utf-8")
    sys.stdout.flush()
    sys.stderr.flush()
    process = os.fork()
    if process == 0:
        _child(trials, answers)
    status, ends, number = None, time.monotonic() + CLOCK_SECONDS, 0
    with answers.open(encoding="utf-8") as lines:
        while status is None:
            ended, code = os.waitpid(process, os.WNOHANG)
            status = code if ended else None
            while (line := lines.readline()).endswith("\n"):
                faults, seconds, mebibytes = json.loads(line)
                add(Measured(tuple(faults), seconds, mebibytes))
                ends, number = time.monotonic() + CLOCK_SECONDS, number + 1
            if status is None and time.monotonic() > ends:
                os.kill(process, signal.SIGKILL)
                status = os.waitpid(process, 0)[1]
            elif status is None:
                time.sleep(POLL_SECONDS)
    if number == len(trials):
        return ""
    if os.WIFSIGNALED(status):
        return f"ended by signal {signal.Signals(os.WTERMSIG(status)).name}"
    return f"ended the process with code {os.WEXITSTATUS(status)}"


def _child(trials: Sequence[Trial], answers: Path) -> None:
    """The child: bounds itself, answers, and ends without what the parent would do at its end."""
    code = 1
    try:
        resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_MEBIBYTES * MEBIBYTE,) * 2)
        with answers.open("a", encoding="utf-8") as lines:
            for trial in trials:
                lines.write(json.dumps(_answer(trial)) + "\n")
                lines.flush()
        code = 0
    finally:
        os._exit(code)


def _answer(trial: Trial) -> tuple[list[str], float, float]:
    """The faults, processor seconds and MiB of one trial in this process."""
    used = time.process_time()
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used) + PROCESSOR_SECONDS + 1, hard))
    for stream, name in ((1, ".out"), (2, ".err")):
        opened = os.open(trial.folder / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.dup2(opened, stream)
        os.close(opened)
    os.chdir(trial.folder)
    _forget_peak()
    try:
        found = trial.run()
    except BaseException as error:  # noqa: BLE001 - a fault of the trial, reported by the parent
        found = [f"ended with {type(error).__name__}: {error}"]
    return found, time.process_time() - used, _peak()


def _forget_peak() -> None:
    """Lets the system measure the largest memory of this process from here on, where it can."""
    try:
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    except OSError:
        return


def _peak() -> float:
    """The largest memory of this process in MiB, since it was last forgotten."""
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024
    except (OSError, StopIteration):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
