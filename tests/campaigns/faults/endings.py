"""Runs that are killed at moments drawn by chance, and full disks."""

from __future__ import annotations

import json
import random
import signal
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from flows.outputs import files
from tests.campaigns import kills
from tests.campaigns.faults.trial import NotTried, Trial
from tests.flows import test_full_disk, test_whole_outputs
from tests.flows.test_whole_outputs import is_whole, names, write

# Rooms in KiB in which a run meets a full disk at different moments, and too few for one command.
ROOMS, FEW_ROOMS = (16, 400), (4, 40)


def killed(folder: Path, chance: random.Random, number: int) -> Iterator[Trial]:
    """A plain writer before each of its steps, each command that writes files, and runs of a firm."""
    whole = folder / "whole"
    write(whole, "first")
    steps = int(write(whole, "second").stdout)
    for step in range(steps):
        yield Trial(f"a writer at step {step}", partial(writer, step))
    for name in test_whole_outputs.COMMANDS:
        what = test_whole_outputs.test_what_a_killed_command_leaves_is_removed_by_the_next_one
        yield Trial(f"{name} before its end", partial(what, name=name))
    prepared = kills.prepared(folder / "trial")
    for place in range(number):
        trial = prepared[kills.KINDS[place % len(kills.KINDS)]]
        seconds = chance.random() * trial.seconds
        yield Trial(f"{trial.kind} after {seconds:.2f} s", partial(run, trial, seconds))


def writer(step: int, folder: Path) -> None:
    """A writer that is killed before a step: the next one finds one result or the other."""
    out = folder / "out"
    assert write(out, "first").returncode == 0
    assert write(out, "second", step).returncode == -signal.SIGKILL
    with files.atomic_folder(out):
        assert is_whole(out)
    assert json.loads((out / "run.json").read_text(encoding="utf-8"))["text"] in {"first", "second"}
    assert names(out) == ["a.txt", "b.txt", "run.json"]


def run(trial: kills.Trial, seconds: float, folder: Path) -> None:
    """A run of a firm that is killed after some seconds, and again to its end."""
    kills.killed(trial, kills.copy_of(trial.before, folder / "firm"), seconds)


def full(folder: Path, chance: random.Random, number: int) -> Iterator[Trial]:
    """Each command on a full disk, on one that gets full on the way, and the nightly run with little room."""
    for name in test_full_disk.COMMANDS:
        what = test_full_disk.test_a_command_on_a_full_disk_names_the_folder_and_leaves_what_was_there
        yield Trial(f"{name} on a full disk", partial(what, name))
    for _ in range(number):
        room = chance.randint(*FEW_ROOMS)
        on_the_way = test_full_disk.test_a_disk_that_gets_full_on_the_way_is_left_as_it_was
        yield Trial(f"simulate, {room} KiB left", partial(on_the_way, room))
    trial = kills.prepared(folder / "trial", kinds=(kills.CATCH_UP,))[kills.CATCH_UP]
    for room in [chance.randint(*ROOMS) for _ in range(max(1, number // 3))]:
        yield Trial(f"nightly, {room} KiB left", partial(night, trial, room))


def night(trial: kills.Trial, room: int, folder: Path) -> None:
    """A nightly run with so many KiB left, and again once there is room."""
    try:
        with kills.mounted(folder / "tried", "-t", "tmpfs", "tmpfs"):
            pass
    except PermissionError as error:
        raise NotTried(str(error)) from None
    kills.on_a_full_disk(trial, folder / "disk", room)
