"""What something takes: seconds of the processor and of the clock, memory, and how busy the machine is beside it.

Seconds of the processor are compared, because other work on the machine changes those of the clock more. Needs Linux.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
LAUNCHER = Path(__file__).with_name("launched.py")
KIBIBYTES_A_MEGABYTE = 1000 / 1.024
# The columns of the first line of /proc/stat in which no work was done.
IDLE, WAITING = 3, 4
STAT = Path("/proc/stat")
# Compiled modules are kept and used, as they are once drawline is installed.
AS_INSTALLED = {"PYTHONDONTWRITEBYTECODE": ""}
# Of what a command said that failed.
MAX_SHOWN = 2_000


@dataclass(frozen=True)
class Taken:
    """What one measurement took.

    `cpu_seconds` are of the processor, in user and system mode, over all threads and ended children. `other_cores` is how
    many cores the other processes of the machine kept busy meanwhile, `load` the load average of a minute at the end;
    `megabytes` is the largest memory of a process of its own, None in this process.
    """

    cpu_seconds: float
    wall_seconds: float
    other_cores: float
    load: float
    megabytes: float | None = None


Way = Callable[[], Taken]


class CommandFailed(RuntimeError):
    """A command that is measured ended otherwise than expected."""


def here(function: Callable[[], object]) -> Way:
    """A function as a way that is measured in this process."""

    def measured() -> Taken:
        gc.collect()
        busy, own, started = busy_seconds(), own_seconds(), time.perf_counter()
        made = function()
        wall, cpu = time.perf_counter() - started, own_seconds() - own
        others = _other_cores(busy_seconds() - busy, cpu, wall)
        del made
        return Taken(cpu, wall, others, os.getloadavg()[0])

    return measured


def apart(
    arguments: Sequence[object],
    folder: Path,
    *,
    environment: Mapping[str, str] | None = None,
    codes: Collection[int] = (0,),
    before: Callable[[], object] | None = None,
    reports_itself: bool = False,
) -> Way:
    """A command as a way that is measured in a process of its own, in a folder.

    `before` is called first and not measured. A command that `reports_itself` prints the cpu_seconds and wall_seconds of
    the part that counts as JSON. Raises CommandFailed for an exit code that is not among `codes`.
    """
    words = [str(word) for word in arguments]
    surroundings = {**os.environ, **(environment or {}), "PYTHONPATH": str(ROOT), **AS_INSTALLED}

    def measured() -> Taken:
        if before is not None:
            before()
        figures, log = folder / "figures.txt", folder / "output.log"
        busy = busy_seconds()
        with log.open("wb") as output:
            launcher = [sys.executable, "-I", "-S", str(LAUNCHER), str(figures), *words]
            done = subprocess.run(
                launcher, cwd=folder, env=surroundings, stdin=subprocess.DEVNULL, stdout=output,
                stderr=subprocess.STDOUT, check=False,
            )  # fmt: skip
        said = log.read_text(encoding="utf-8", errors="replace")
        if done.returncode not in codes:
            raise CommandFailed(f"exit code {done.returncode} of {words[1:]}: {said[-MAX_SHOWN:]}")
        cpu, wall, kibibytes = map(float, figures.read_text(encoding="ascii").split())
        others = _other_cores(busy_seconds() - busy, cpu, wall)
        part = json.loads(said.splitlines()[-1]) if reports_itself else {"cpu_seconds": cpu, "wall_seconds": wall}
        load, megabytes = os.getloadavg()[0], kibibytes / KIBIBYTES_A_MEGABYTE
        return Taken(part["cpu_seconds"], part["wall_seconds"], others, load, megabytes)

    return measured


def python(*arguments: object) -> list[object]:
    """A command line of this interpreter."""
    return [sys.executable, *arguments]


def drawline(*arguments: object) -> list[object]:
    """A command line of this project."""
    return python("-m", "flows.cli", *arguments)


def in_turn(ways: Mapping[str, Way], rounds: int, *, warm: bool = False) -> dict[str, list[Taken]]:
    """Each way once a round, one after the other, so that all of them meet the same changes of the machine.

    `warm`: a round before the first, which does not count.
    """
    if warm:
        for way in ways.values():
            way()
    taken: dict[str, list[Taken]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            taken[name].append(way())
    return taken


def ratio(taken: Mapping[str, Sequence[Taken]], of: str, to: str) -> float:
    """How many times the seconds of the processor of one way are those of another: the median over the rounds."""
    pairs = zip(taken[of], taken[to], strict=True)
    return statistics.median(one.cpu_seconds / other.cpu_seconds for one, other in pairs)


def own_seconds() -> float:
    """Seconds of the processor of this process so far, its ended children included."""
    used = [resource.getrusage(whose) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def busy_seconds() -> float:
    """Seconds that all cores together were busy so far, by all processes; NaN where that cannot be read."""
    try:
        ticks = [int(word) for word in STAT.read_text(encoding="ascii").splitlines()[0].split()[1:]]
    except OSError:
        return float("nan")
    return (sum(ticks) - ticks[IDLE] - ticks[WAITING]) / os.sysconf("SC_CLK_TCK")


def _other_cores(busy: float, own: float, wall: float) -> float:
    """Cores that others kept busy; the clock of /proc/stat is too coarse for less than nothing to mean anything."""
    return max(0.0, (busy - own) / wall) if wall > 0 else float("nan")
