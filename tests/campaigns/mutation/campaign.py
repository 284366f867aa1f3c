"""Mutants of `transforms/` against the tests that bear on them."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from tests.campaigns.mutation import trial
from tests.campaigns.mutation.mutants import ROOT, Change, Mutant, Parsed
from tests.campaigns.mutation.trial import NOT_REPLACED, NOTHING_RUN, PASSED, Process, Trial
from tests.campaigns.mutation.warm import Server, WarmTrial

HERE = Path(__file__).parent
TESTS, SURVIVORS = HERE / "tests_of_modules.yaml", HERE / "survivors.yaml"
MIN_CAUGHT = 0.9
SEED = "drawline"
SAMPLE = 250
# A mutant that makes the tests take so many times as long, and so many seconds more, is caught.
TIMES, SECONDS_MORE = 6, 30
BASELINE_LIMIT = 1_800
POLL = 0.02


Key = tuple[str, str, str, str]


class CampaignError(Exception):
    """The campaign cannot be run: its tables do not fit the code, or a test fails without a mutant."""


@dataclass(frozen=True)
class Result:
    """A mutant and how its tests ended: a line of the file of results."""

    digest: str
    module: str
    function: str
    line: int
    was: str
    becomes: str
    outcome: str
    seconds: float
    by: str

    @property
    def key(self) -> Key:
        """What names the mutant in the table of survivors."""
        return self.module, self.function, self.was, self.becomes

    @property
    def is_caught(self) -> bool:
        """Whether a test noticed the mutant."""
        return self.outcome != PASSED

    def __str__(self) -> str:
        return f"{self.module}:{self.line} {self.function}: {self.was}  ->  {self.becomes}"


def bearing_tests(groups: Sequence[str] = (), *, by_name: bool = True) -> dict[str, list[str]]:
    """The test files that bear on each module (of some groups alone), by the module's path from the root.

    Without `by_name` the groups that are tried by name alone are left out.

    Raises CampaignError where a module of transforms/ is in the table twice or not at all, or a file or group is missing.
    """
    table: dict[str, list[str]] = {}
    group_of, optional = {}, set()
    for group in yaml.safe_load(TESTS.read_text(encoding="utf-8")):
        for module in group["modules"]:
            if module in table:
                raise CampaignError(f"{TESTS.name} has {module} twice")
            table[module] = list(group["tests"])
            group_of[module] = group["group"]
            optional |= {module} if group.get("by_name") else set()
    missing = sorted(set(modules()) ^ set(table))
    if missing:
        raise CampaignError(f"{TESTS.name} and transforms/ differ in {', '.join(missing)}")
    absent = sorted({name for names in table.values() for name in names if not (ROOT / file_of(name)).is_file()})
    if absent:
        raise CampaignError(f"{TESTS.name} names no test files: {', '.join(absent)}")
    if unknown := set(groups) - set(group_of.values()):
        raise CampaignError(f"{TESTS.name} has no group {', '.join(sorted(unknown))}")
    return {
        module: files
        for module, files in table.items()
        if (group_of[module] in groups if groups else by_name or module not in optional)
    }


def modules() -> list[str]:
    """Every module of transforms/."""
    return sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "transforms").rglob("*.py"))


def known_survivors() -> dict[Key, str]:
    """The survivors that are explained, with the reason of each.

    Raises CampaignError where one has no reason.
    """
    table: dict[Key, str] = {}
    for entry in yaml.safe_load(SURVIVORS.read_text(encoding="utf-8")) or []:
        for change in entry["changes"]:
            key = (entry["module"], change["function"], change["was"], change["becomes"])
            if not str(entry.get("reason", "")).strip():
                raise CampaignError(f"{SURVIVORS.name}: {key} needs a reason")
            table[key] = entry["reason"]
    return table


def changes_of(names: Sequence[str]) -> list[Change]:
    """Every change of some modules."""
    return [change for name in names for change in Parsed(name).changes()]


@dataclass(frozen=True)
class Job:
    """A trial under way: of a group without a mutant, or of a mutant."""

    group: Group
    change: Change | None
    mutant: Mutant | None
    process: Process | WarmTrial


class Group:
    """Mutants with the same tests, how these ran without a mutant, and which of them caught mutants so far."""

    def __init__(self, tests: Sequence[str], changes: Sequence[Change]) -> None:
        self.tests, self.waiting = list(tests), list(changes)
        self.modules = sorted({change.module for change in changes})
        self._seconds: Mapping[str, float] = {}
        self._reached: dict[tuple[str, int], set[str]] = {}
        self._catches: dict[str, int] = {}
        self._total = 0.0
        self._server: Server | None = None

    def measure(self) -> Process:
        """Starts the tests on the source as it stands."""
        return trial.start(self.tests, measured=self.modules, limit=BASELINE_LIMIT)

    def measured(self, ended: Trial) -> str:
        """Takes over how they ended, and returns that for people.

        Raises CampaignError where a test fails.
        """
        if ended.outcome != PASSED:
            raise CampaignError(
                f"{', '.join(self.modules)}: without a mutant the tests end as {ended.outcome}: {ended.by}"
            )
        self._total, self._seconds = ended.seconds, ended.tests
        for test, module, line in ended.reached:
            self._reached.setdefault((module, line), set()).add(test)
        return (
            f"{', '.join(self.modules)}: {len(self.waiting)} mutants, {len(ended.tests)} tests of {ended.seconds:.0f} s"
        )

    def order(self, mutant: Mutant) -> list[str]:
        """The tests that can notice a mutant, in the order in which they probably do so soonest.

        These are the tests of the files of which one reaches the function: what one test computes, a fixture or a cache
        of its file may keep for the next. Where none reaches it, and outside of functions, all tests are run.
        """
        exact = self._reached.get((mutant.module, mutant.line), set())
        around = exact.union(*(self._reached.get((mutant.module, line), set()) for line in mutant.body))
        files = {file_of(test) for test in around if test in self._seconds} if mutant.body else set()
        chosen = [test for test in self._seconds if not files or file_of(test) in files]

        def rank(test: str) -> tuple[bool, bool, float]:
            return test not in exact, test not in around, self._seconds[test] / (1 + self._catches.get(test, 0))

        return sorted(chosen, key=rank)

    def next(self) -> Job:
        """Starts the tests on the next mutant, where that can be done in a process that has collected them."""
        change = self.waiting.pop(0)
        mutant = change.mutant()
        if self._server is None:
            self._server = Server(self.tests)
        ran_early = any("" in self._reached.get((mutant.module, line), ()) for line in mutant.body)
        if not mutant.body or ran_early or not self._server.is_usable:
            return self.cold(change, mutant)
        return Job(self, change, mutant, self._server.start(mutant, self.order(mutant), self._limit))

    def cold(self, change: Change, mutant: Mutant) -> Job:
        """Starts the tests on a mutant in a process that imports its module."""
        order = self.order(mutant)
        files = {file_of(test) for test in order}
        tests = [name for name in self.tests if file_of(name) in files]
        process = trial.start(tests, order=order, replaced=(mutant.module, mutant.source), limit=self._limit)
        return Job(self, change, mutant, process)

    @property
    def _limit(self) -> float:
        return TIMES * self._total + SECONDS_MORE

    def stop(self) -> None:
        """Ends the process that has collected the tests."""
        if self._server is not None:
            self._server.stop()
            self._server = None

    def result(self, change: Change, mutant: Mutant, ended: Trial) -> Result:
        """A mutant with how its tests ended; remembers which test caught it.

        Raises CampaignError where no test ran.
        """
        if ended.outcome == NOTHING_RUN:
            raise CampaignError(f"no test ran for {mutant}")
        if ended.by in self._seconds:
            self._catches[ended.by] = self._catches.get(ended.by, 0) + 1
        return Result(
            change.digest, mutant.module, mutant.function, mutant.line, mutant.was, mutant.becomes,
            ended.outcome, round(ended.seconds, 2), ended.by,
        )  # fmt: skip


def _next(ready: list[Group], unmeasured: list[Group]) -> Job:
    """Starts the next mutant of the groups that are measured, or else measures a group."""
    if not ready:
        group = unmeasured.pop(0)
        return Job(group, None, None, group.measure())
    job = ready[0].next()
    if not ready[0].waiting:
        ready.pop(0)
    return job


def file_of(test: str) -> str:
    """The file of a test."""
    return test.split("::", maxsplit=1)[0]


def run(
    changes: Sequence[Change], tests: Mapping[str, Sequence[str]], workers: int, report: Callable[[str], None]
) -> Iterator[Result]:
    """Tries each change; the tests of the next modules are measured while the mutants of others run."""
    by_tests: dict[tuple[str, ...], list[Change]] = {}
    for change in sorted(changes, key=lambda change: change.module):
        by_tests.setdefault(tuple(tests[change.module]), []).append(change)
    unmeasured = [Group(files, of_group) for files, of_group in by_tests.items()]
    ready: list[Group] = []
    running: list[Job] = []
    try:
        while unmeasured or ready or running:
            while len(running) < workers and (ready or unmeasured):
                running.append(_next(ready, unmeasured))
            time.sleep(POLL)
            for job in list(running):
                if (ended := job.process.ended()) is None:
                    continue
                running.remove(job)
                if job.change is None or job.mutant is None:
                    report(job.group.measured(ended))
                    ready.append(job.group)
                elif ended.outcome == NOT_REPLACED:
                    running.append(job.group.cold(job.change, job.mutant))
                else:
                    yield job.group.result(job.change, job.mutant, ended)
                if not job.group.waiting and all(job.group is not other.group for other in running):
                    job.group.stop()
    finally:
        for job in running:
            job.process.stop()
            job.group.stop()


@dataclass(frozen=True)
class Verdict:
    """What a campaign found: counts by module, survivors without a reason, and whether it passes."""

    counts: Mapping[str, tuple[int, int, int]]  # tried, caught, explained
    unexplained: Sequence[Result]

    @property
    def tried(self) -> int:
        """The mutants tried."""
        return sum(tried for tried, _, _ in self.counts.values())

    @property
    def caught(self) -> int:
        """The mutants that a test noticed."""
        return sum(caught for _, caught, _ in self.counts.values())

    @property
    def explained(self) -> int:
        """The survivors that stand in the table with a reason."""
        return sum(explained for _, _, explained in self.counts.values())

    @property
    def passes(self) -> bool:
        """Whether enough mutants were caught and every survivor has a reason."""
        return self.tried > 0 and not self.unexplained and self.caught >= MIN_CAUGHT * self.tried

    def table(self) -> str:
        """The counts for people."""
        lines = [f"{'module':46} {'tried':>6} {'caught':>7} {'listed':>7} {'not listed':>11}"]
        for name, (tried, caught, explained) in [
            *sorted(self.counts.items()), ("together", (self.tried, self.caught, self.explained)),
        ]:  # fmt: skip
            lines.append(f"{name:46} {tried:6} {caught:7} {explained:7} {tried - caught - explained:11}")
        share = self.caught / self.tried if self.tried else 0
        lines.append(f"caught {share:.1%} of {self.tried} mutants; at least {MIN_CAUGHT:.0%} are asked")
        return "\n".join(lines)


def verdict(results: Sequence[Result], known: Mapping[Key, str]) -> Verdict:
    """The counts of a campaign."""
    counts: dict[str, tuple[int, int, int]] = {}
    unexplained = []
    for result in results:
        tried, caught, explained = counts.get(result.module, (0, 0, 0))
        listed = not result.is_caught and result.key in known
        if not result.is_caught and not listed:
            unexplained.append(result)
        counts[result.module] = (tried + 1, caught + result.is_caught, explained + listed)
    return Verdict(counts, unexplained)


def workers() -> int:
    """As many trials at once as there are processors."""
    return os.cpu_count() or 1
