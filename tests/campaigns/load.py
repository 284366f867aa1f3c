"""Many nightly runs at once against one history and one Prefect server: `python -m tests.campaigns.load`.

All are commands of their own for the same night. Every second one waits for the others, every second one refuses to. Each
has to end as done, or with the message that another run is at work. Then the history and the reports are those of one run
alone, and `history verify` is clean. The figures: seconds, and the largest memory and descriptors of a run and of the server.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from typer.testing import CliRunner

from flows.cli import app
from flows.errors import EXIT_DONE, EXIT_ERROR, EXIT_QUARANTINED
from tests.campaigns import usage
from tests.campaigns.kills import copy_of
from tests.firm import MONDAY, SOME, TUESDAY, Firm, assert_same, before_its_first_night
from tests.processes import PASSWORD, Running, ask, drawline, environment, free_port, prefect_server, started

RUNS_AT_ONCE = 50
MAX_SECONDS = 3600
POLL_SECONDS = 0.2
AT_WORK = "another run is still at work on the history"
DONE, REFUSED = "done", "another run was at work"


@dataclass
class Largest:
    """The largest usage seen of one process, or of several of a kind."""

    mebibytes: float = 0
    descriptors: int = 0

    def see(self, pid: int) -> bool:
        """Looks at a process; is it still there?"""
        used = usage.of(pid)
        if used is not None:
            self.mebibytes = max(self.mebibytes, used.peak_mebibytes)
            self.descriptors = max(self.descriptors, used.descriptors)
        return used is not None


@dataclass
class Outcome:
    """What became of the runs: how many ended how, their faults in words, and the figures."""

    ended: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    seconds: float = 0
    run: Largest = field(default_factory=Largest)
    server: Largest = field(default_factory=Largest)
    together_mebibytes: float = 0
    flow_runs: Counter[str] = field(default_factory=Counter)


def prepared(folder: Path) -> Firm:
    """A firm after one night, with a round that waits for the next one."""
    firm = before_its_first_night(folder, *SOME)
    firm.night(MONDAY)
    firm.publish(TUESDAY)
    return firm


def together(firm: Firm, folder: Path, runs: int) -> Outcome:
    """So many nightly runs of a firm at once, compared with one run alone on a copy of it."""
    single = copy_of(firm.folder, folder / "single")
    single.night(TUESDAY)
    port = free_port()
    surroundings = environment(
        folder, PREFECT_API_URL=f"http://127.0.0.1:{port}/api", PREFECT_API_AUTH_STRING=PASSWORD,
        PREFECT_SERVER_API_AUTH_STRING=PASSWORD, POLARS_MAX_THREADS="1",
    )  # fmt: skip
    made = Outcome()
    words = ("nightly", "--as-of", TUESDAY, "--ahead", "--config", firm.config)
    with prefect_server(port, surroundings, folder / "server") as server, ExitStack() as stack:
        begun = time.monotonic()
        running = [
            stack.enter_context(
                started(
                    drawline(*words, "--wait" if number % 2 else "--no-wait"), surroundings, folder / f"run-{number}"
                )
            )
            for number in range(runs)
        ]
        _watch(running, server, made)
        made.seconds = time.monotonic() - begun
        made.flow_runs.update(one["state_type"] for one in ask(port, "/flow_runs/filter", {"limit": 200}))
        said_by_server = server.output()
    for number, one in enumerate(running):
        _judge(number, one, made)
    if made.faults:
        made.faults.append(f"the server said: {said_by_server[-1500:]}")
    _compare(firm, single, made)
    return made


def _watch(running: Sequence[Running], server: Running, made: Outcome) -> None:
    """Looks at all processes until the runs have ended, or have taken too long."""
    ends = time.monotonic() + MAX_SECONDS
    while any(one.process.poll() is None for one in running) and time.monotonic() < ends:
        now = 0.0
        for one in running:
            used = usage.of(one.pid) if one.process.poll() is None else None
            now += used.mebibytes if used is not None else 0
            made.run.see(one.pid)
        made.server.see(server.pid)
        made.together_mebibytes = max(made.together_mebibytes, now)
        time.sleep(POLL_SECONDS)


def _judge(number: int, one: Running, made: Outcome) -> None:
    code, said = one.process.poll(), one.output()
    waits = bool(number % 2)
    if code in {EXIT_DONE, EXIT_QUARANTINED}:
        made.ended[DONE] += 1
    elif code == EXIT_ERROR and AT_WORK in said and not waits:
        made.ended[REFUSED] += 1
    else:
        made.faults.append(f"run {number} ({'waits' if waits else 'refuses'}) ended with {code}: {said[-1500:]}")
    if "Traceback" in said:
        made.faults.append(f"run {number} printed a traceback: {said[-1500:]}")


def _compare(firm: Firm, single: Firm, made: Outcome) -> None:
    """Adds what of the history or the reports is not as after one run."""
    try:
        assert_same(firm.tables(), single.tables())
    except AssertionError as error:
        made.faults.append(str(error))
    if firm.files() != single.files():
        made.faults.append("the reports differ from those of one run")
    verified = CliRunner().invoke(app, ["history", "verify", "--config", str(firm.config)])
    if verified.exit_code != EXIT_DONE:
        made.faults.append(f"history verify ended with {verified.exit_code}: {verified.output}")
    if not made.ended[DONE]:
        made.faults.append("no run was done")


def main(arguments: Sequence[str] | None = None) -> int:
    """Starts the runs and prints the figures; 1 where anything was lost."""
    asked = argparse.ArgumentParser(prog="python -m tests.campaigns.load", description=__doc__.split("\n")[0])
    asked.add_argument("--runs", type=int, default=RUNS_AT_ONCE)
    options = asked.parse_args(arguments)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        made = together(prepared(folder / "firm"), folder, options.runs)
    for fault in made.faults:
        print(f"lost: {fault}")
    ended = ", ".join(f"{number} {how}" for how, number in sorted(made.ended.items()))
    print(f"{options.runs} runs at once: {ended}, {len(made.faults)} faults; {made.seconds:.0f} s")
    states = ", ".join(f"{number} {state}" for state, number in sorted(made.flow_runs.items()))
    print(f"flow runs of the Prefect server: {states}")
    print(f"{'':<22}{'largest, MiB':>14}{'descriptors':>13}")
    for kind, largest in (("a run", made.run), ("the Prefect server", made.server)):
        print(f"{kind:<22}{largest.mebibytes:>14.0f}{largest.descriptors:>13}")
    print(f"{'all runs together':<22}{made.together_mebibytes:>14.0f}")
    return int(bool(made.faults))


if __name__ == "__main__":
    sys.exit(main())
