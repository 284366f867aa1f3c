"""The tests of a module, run on its source or on a mutant, each time in a process of its own.

The process forks from one that has imported every third-party package and none of our own, and that never ran a
query: polars starts its threads with the first query, and a fork would lose them.
"""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import json
import os
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

import coverage
import pytest
from hypothesis import Phase, settings

from tests.campaigns.mutation.mutants import ROOT

# Imported once; each would take a second in every trial.
PRELOADED = (
    "polars", "pandera.polars", "numpy", "yaml", "hypothesis", "openpyxl", "lxml.etree", "fastexcel", "rapidfuzz",
    "pycountry", "babel", "babel.support", "typer", "rich", "filelock", "jsonschema", "polars.testing",
)  # fmt: skip
# How a trial ends: every test passes; one fails; the tests cannot be collected; they take too long; the process ends.
NOT_REPLACED = "not replaced"  # nothing was tried: see `warm`
PASSED, FAILED, BROKEN, TIMEOUT, CRASHED, NOTHING_RUN = (
    "passed",
    "failed",
    "broken",
    "timeout",
    "crashed",
    "nothing run",
)
OUTCOMES = {
    pytest.ExitCode.OK: PASSED,
    pytest.ExitCode.TESTS_FAILED: FAILED,
    pytest.ExitCode.NO_TESTS_COLLECTED: NOTHING_RUN,
}


@dataclass(frozen=True)
class Trial:
    """How the tests ended, the test that failed first, and of a whole run each test's seconds and the lines it reached."""

    outcome: str
    seconds: float
    by: str = ""
    tests: Mapping[str, float] = field(default_factory=dict, repr=False)
    reached: Sequence[tuple[str, str, int]] = field(default=(), repr=False)  # test, module, line


def preload() -> None:
    """Imports what every trial needs."""
    for name in PRELOADED:
        importlib.import_module(name)


class _Loader(importlib.machinery.SourceFileLoader):
    """Loads a module of which only the text differs from its file."""

    def __init__(self, name: str, path: str, text: str) -> None:
        super().__init__(name, path)
        self._text = text

    def get_code(self, fullname: str) -> CodeType:  # noqa: ARG002  (the interface of a loader)
        return compile(self._text, self.path, "exec", dont_inherit=True)


def named(module: str) -> str:
    """The name of a module by its path from the root."""
    parts = Path(module).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


class _Finder(importlib.abc.MetaPathFinder):
    def __init__(self, module: str, text: str) -> None:
        self._path = ROOT / module
        self._is_package = self._path.name == "__init__.py"
        self._name = named(module)
        self._text = text

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,  # noqa: ARG002  (the interface of a finder)
        target: ModuleType | None = None,  # noqa: ARG002  (likewise)
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname != self._name:
            return None
        return importlib.util.spec_from_file_location(
            fullname,
            self._path,
            loader=_Loader(fullname, str(self._path), self._text),
            submodule_search_locations=[str(self._path.parent)] if self._is_package else None,
        )


class Plugin:
    """Puts the tests in order, gives them the same random examples each time, and notes how they end."""

    def __init__(self, order: Sequence[str], measured: Sequence[str]) -> None:
        self.order = {name: place for place, name in enumerate(order)}
        self.failed = ""
        self.seconds: dict[str, float] = {}
        self.cover = None
        if measured:
            files = [str(ROOT / module) for module in measured]
            self.cover = coverage.Coverage(data_file=None, include=files, config_file=False)
            self.cover.start()  # before anything of ours is imported: what importing runs has no test

    @pytest.hookimpl(trylast=True)
    def pytest_configure(self) -> None:
        settings.register_profile(
            "mutation", deadline=None, derandomize=True, database=None, phases=(Phase.explicit, Phase.generate)
        )
        settings.load_profile("mutation")

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items.sort(key=lambda item: self.order.get(item.nodeid, len(self.order)))

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        if self.cover:
            self.cover.switch_context(item.nodeid)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.seconds[report.nodeid] = self.seconds.get(report.nodeid, 0) + report.duration
        if report.failed:
            self.failed = self.failed or report.nodeid

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.failed = self.failed or report.nodeid

    def reached(self) -> list[tuple[str, str, int]]:
        """The lines of the modules that each test ran; those run before the first test have an empty name."""
        if not self.cover:
            return []
        self.cover.stop()
        data = self.cover.get_data()
        return [
            (test, Path(name).relative_to(ROOT).as_posix(), line)
            for name in data.measured_files()
            for line, tests in data.contexts_by_lineno(name).items()
            for test in tests
        ]


def quiet() -> None:
    """Makes a new process one that prints nothing, stands in the root and has one thread of polars."""
    os.chdir(ROOT)
    silence = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(silence, stream)
    os.environ["POLARS_MAX_THREADS"] = "1"


def options() -> list[str]:
    """The options of pytest."""
    return [
        "-x",
        "-q",
        "--tb=no",
        "--assert=plain",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:xdist",
        "-p",
        "no:faulthandler",
    ]


def _run(
    tests: Sequence[str], order: Sequence[str], measured: Sequence[str], replaced: tuple[str, str] | None, to: Path
) -> None:
    """In the new process: runs the tests and writes how they ended; never returns."""
    code = 1
    try:
        os.setsid()
        quiet()
        if replaced:
            sys.meta_path.insert(0, _Finder(*replaced))
        plugin = Plugin(order, measured)
        temporary = f"--basetemp={to.parent / 'pytest'}"
        ended = int(pytest.main([*options(), temporary, *tests], plugins=[plugin]))
        made = {"ended": ended, "by": plugin.failed, "tests": plugin.seconds, "reached": plugin.reached()}
        to.write_text(json.dumps(made), encoding="utf-8")
        code = 0
    except BaseException:  # noqa: BLE001  (a mutant may raise anything; the process ends here)
        to.write_text(json.dumps({"ended": -1, "by": traceback.format_exc()[-2000:]}), encoding="utf-8")
    finally:
        os._exit(code)


@dataclass
class Process:
    """A trial under way."""

    pid: int
    folder: tempfile.TemporaryDirectory[str]
    started: float
    limit: float

    def ended(self) -> Trial | None:
        """How it ended; None where it still runs."""
        pid, status = os.waitpid(self.pid, os.WNOHANG)
        seconds = time.monotonic() - self.started
        if pid == 0:
            if seconds < self.limit:
                return None
            self.stop()
            return Trial(TIMEOUT, seconds)
        made = self._answer()
        self.folder.cleanup()
        if status or made is None:
            return Trial(CRASHED, seconds, made["by"] if made else f"status {status}")
        outcome = OUTCOMES.get(made["ended"], BROKEN)
        return Trial(outcome, seconds, made["by"], made.get("tests", {}), made.get("reached", ()))

    def _answer(self) -> dict[str, Any] | None:
        with suppress(OSError, ValueError):
            return dict(json.loads((Path(self.folder.name) / "answer.json").read_text(encoding="utf-8")))
        return None

    def stop(self) -> None:
        """Ends it with what it started."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        self.folder.cleanup()


def start(
    tests: Sequence[str], *, order: Sequence[str] = (), measured: Sequence[str] = (), replaced: tuple[str, str] | None = None,
    limit: float,
) -> Process:  # fmt: skip
    """Starts tests in a new process; `order` is that of the tests, `replaced` a module and its text."""
    folder = tempfile.TemporaryDirectory(prefix="mutation-", ignore_cleanup_errors=True)
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid == 0:
        _run(tests, order, measured, replaced, Path(folder.name) / "answer.json")
    return Process(pid, folder, time.monotonic(), limit)
