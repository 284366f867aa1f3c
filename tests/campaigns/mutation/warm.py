"""Tests that are collected once, in a process that forks for each mutant: most trials then take a fraction of a second.

The process that collects runs no test and no query, so that a fork loses no thread of polars; where collecting starts
one, `Server` refuses. In the fork, the code of the changed function is replaced where it stands, which all who imported
it see. What was computed while the modules were imported stays as it was, so a function that ran then is tried in a
process that imports its module (see `trial`), as is what stands outside of functions.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from types import CodeType, FunctionType, ModuleType

import pytest

from tests.campaigns.mutation.mutants import ROOT, Mutant
from tests.campaigns.mutation.trial import FAILED, NOT_REPLACED, PASSED, TIMEOUT, Plugin, Trial, named, options, quiet

POLL = 0.01


class NotReplaced(Exception):
    """The changed function is not one whose code can be replaced where it stands."""


@dataclass(frozen=True)
class Request:
    """A trial asked for: the mutant, the tests in their order, the longest time and the folder for temporary files."""

    number: int
    mutant: Mutant
    order: Sequence[str]
    limit: float
    folder: str


class _Collector(Plugin):
    """Collects the tests, and then runs those asked for in forks until the other end closes."""

    def __init__(self, connection: Connection) -> None:
        super().__init__((), ())
        self.connection = connection

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        threads = len(list(Path("/proc/self/task").iterdir()))
        self.connection.send(("ready", threads))
        children: dict[int, tuple[int, float, float]] = {}
        with suppress(EOFError, BrokenPipeError):
            while True:
                while self.connection.poll(POLL):
                    if (request := self.connection.recv()) is None:
                        raise EOFError
                    pid = os.fork()
                    if pid == 0:
                        self._run(session, request)
                    now = time.monotonic()
                    children[pid] = (request.number, now, now + request.limit)
                for pid, (number, started, latest) in list(children.items()):
                    if os.waitpid(pid, os.WNOHANG)[0]:
                        del children[pid]
                        self.connection.send((number, "ended", time.monotonic() - started))
                    elif time.monotonic() > latest:
                        end(pid)
                        del children[pid]
                        self.connection.send((number, TIMEOUT, time.monotonic() - started))
        for pid in children:
            end(pid)
        os._exit(0)

    def _run(self, session: pytest.Session, request: Request) -> None:
        """In the fork: replaces the function, runs the tests up to the first that fails, and writes how they ended."""
        answer = {"outcome": FAILED, "by": ""}
        try:
            os.setsid()
            os.environ["PYTEST_DEBUG_TEMPROOT"] = request.folder
            replace_in_place(request.mutant)
            by_name = {item.nodeid: item for item in session.items}
            items = [by_name[name] for name in request.order]
            for item, following in zip(items, [*items[1:], None], strict=True):
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
                if self.failed:
                    break
            answer = {"outcome": FAILED if self.failed else PASSED, "by": self.failed}
        except NotReplaced:
            answer = {"outcome": NOT_REPLACED, "by": ""}
        except BaseException:  # noqa: BLE001  (a mutant may raise anything; the process ends here)
            answer["by"] = traceback.format_exc()[-2000:]
        finally:
            (Path(request.folder) / "answer.json").write_text(json.dumps(answer), encoding="utf-8")
            os._exit(0)


def end(pid: int) -> None:
    """Ends a child with what it started, and waits for it."""
    for kill in (os.killpg, os.kill):
        with suppress(ProcessLookupError, PermissionError):
            kill(pid, signal.SIGKILL)
    with suppress(ChildProcessError):
        os.waitpid(pid, 0)


def replace_in_place(mutant: Mutant) -> None:
    """Gives the function of a mutant, as it was imported, its changed code.

    Raises NotReplaced where the change is outside of functions, or in what is carried out when they are defined.
    """
    module = sys.modules.get(named(mutant.module))
    if module is None:
        raise NotReplaced
    path = str(ROOT / mutant.module)
    before = list(_codes(compile(Path(path).read_text(encoding="utf-8"), path, "exec", dont_inherit=True)))
    after = list(_codes(compile(mutant.source, path, "exec", dont_inherit=True)))
    if [code.co_qualname for code in before] != [code.co_qualname for code in after]:
        raise NotReplaced
    changed = {
        (old.co_qualname, old.co_firstlineno): new for old, new in zip(before, after, strict=True) if _differ(old, new)
    }
    functions = [
        one for one in _functions(module) if (one.__code__.co_qualname, one.__code__.co_firstlineno) in changed
    ]
    if not functions:
        raise NotReplaced
    for function in functions:
        function.__code__ = changed[function.__code__.co_qualname, function.__code__.co_firstlineno]


def _codes(code: CodeType) -> Iterator[CodeType]:
    """The code of functions and methods, without what stands in them."""
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            if constant.co_flags & 0x2:  # has local variables of its own: a function
                yield constant
            else:
                yield from _codes(constant)


def _differ(old: CodeType, new: CodeType) -> bool:
    return old.replace(co_firstlineno=1, co_linetable=b"") != new.replace(co_firstlineno=1, co_linetable=b"")


def _functions(module: ModuleType) -> Iterator[FunctionType]:
    """The functions and methods that a module defines."""
    for value in vars(module).values():
        if isinstance(value, FunctionType) and value.__module__ == module.__name__:
            yield value
        elif isinstance(value, type) and value.__module__ == module.__name__:
            for method in vars(value).values():
                function = method.__func__ if isinstance(method, staticmethod | classmethod) else method
                if isinstance(function, FunctionType):
                    yield function


class WarmTrial:
    """A trial in a server."""

    def __init__(self, server: Server, number: int, folder: tempfile.TemporaryDirectory[str]) -> None:
        self.server, self.number, self.folder = server, number, folder

    def ended(self) -> Trial | None:
        """How it ended; None where it still runs."""
        self.server.receive()
        if self.number not in self.server.ended:
            return None
        how, seconds = self.server.ended.pop(self.number)
        answer = Path(self.folder.name) / "answer.json"
        made = (
            json.loads(answer.read_text(encoding="utf-8")) if answer.exists() else {"outcome": FAILED, "by": "crashed"}
        )
        self.folder.cleanup()
        return Trial(TIMEOUT if how == TIMEOUT else made["outcome"], seconds, made["by"])

    def stop(self) -> None:
        """Leaves it to its server, which ends it."""
        self.server.stop()
        self.folder.cleanup()


class Server:
    """A process that has collected tests and forks for each trial."""

    def __init__(self, tests: Sequence[str]) -> None:
        self.connection, theirs = Pipe()
        self.ended: dict[int, tuple[str, float]] = {}
        self._number = 0
        sys.stdout.flush()
        sys.stderr.flush()
        self.pid = os.fork()
        if self.pid == 0:
            self.connection.close()
            quiet()
            with suppress(BaseException):
                pytest.main([*options(), *tests], plugins=[_Collector(theirs)])
            os._exit(1)
        theirs.close()
        try:
            _, threads = self.connection.recv()
        except EOFError:
            threads = 0
        self.is_usable = threads == 1
        if not self.is_usable:
            self.stop()

    def start(self, mutant: Mutant, order: Sequence[str], limit: float) -> WarmTrial:
        """Starts the tests on a mutant."""
        folder = tempfile.TemporaryDirectory(prefix="mutation-", ignore_cleanup_errors=True)
        self._number += 1
        self.connection.send(Request(self._number, mutant, order, limit, folder.name))
        return WarmTrial(self, self._number, folder)

    def receive(self) -> None:
        """Takes what the server says of trials that ended.

        Raises EOFError where the server itself ended.
        """
        while not self.connection.closed and self.connection.poll(0):
            number, how, seconds = self.connection.recv()
            self.ended[number] = (how, seconds)

    def stop(self) -> None:
        """Ends the server with its trials."""
        if not self.connection.closed:
            with suppress(BrokenPipeError):
                self.connection.send(None)  # others may hold this end as well, so that closing it is not enough
            self.connection.close()
            with suppress(ChildProcessError):
                os.waitpid(self.pid, 0)
