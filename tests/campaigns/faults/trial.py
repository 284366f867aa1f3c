"""A trial of a fault, and what the trials of all kinds share: commands in this process, folders that cannot be written to."""

from __future__ import annotations

import os
import random
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from click.testing import Result
from typer.testing import CliRunner

from flows.cli import app
from tests.campaigns.kills import mounted

ROOT = 0


class NotTried(Exception):
    """What a trial needs is not to be had on this machine."""


@dataclass(frozen=True)
class Trial:
    """A fault by its name; `run` gets an empty folder and raises where the fault did harm."""

    name: str
    run: Callable[[Path], object]


# The trials of a kind: from a folder for what they share, a source of chance, and how many of those drawn by chance.
Trials = Callable[[Path, random.Random, int], Iterable[Trial]]


@dataclass(frozen=True)
class Answer:
    """What a command answered: its exit code, standard output, and all of standard error, that of libraries too."""

    code: int
    out: str
    err: str


def command(*words: object) -> Answer:
    """A command in this process; raises AssertionError where a user would see a traceback, a panic or a program error."""
    with tempfile.TemporaryFile() as heard:
        kept = os.dup(2)
        try:
            os.dup2(heard.fileno(), 2)
            done: Result = CliRunner().invoke(app, [str(word) for word in words])
        finally:
            os.dup2(kept, 2)
            os.close(kept)
        heard.seek(0)
        err = done.stderr + heard.read().decode(errors="replace")
    assert done.exception is None or isinstance(done.exception, SystemExit), f"{words[0]}: {done.exception!r}"
    for sign in ("Traceback", "panicked", "an error of the program"):
        assert sign not in err, f"{words[0]} shows '{sign}': {err[-1500:]}"
    return Answer(done.exit_code, done.stdout, err)


def assert_refused(done: Answer, *codes: int) -> None:
    """Fails where a command did not end with one of some exit codes and a message as its last line."""
    assert done.code in codes, f"exit code {done.code}: {done.err[-1500:]}"
    assert done.err.splitlines()[-1:] and done.err.splitlines()[-1].startswith("drawline: "), done.err[-1500:]


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder by its path."""
    found = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}


@contextmanager
def read_only(folder: Path) -> Iterator[Path]:
    """A folder that cannot be written to; raises NotTried where root may not mount. Root writes in spite of permissions."""
    if os.name != "posix":
        raise NotTried("permissions of folders are those of POSIX")
    if os.geteuid() != ROOT:
        folder.chmod(0o500)
        try:
            yield folder
        finally:
            folder.chmod(0o700)
        return
    try:
        held = mounted(folder, "--bind", "-o", "ro", str(folder))
        held.__enter__()
    except OSError as error:
        raise NotTried(str(error)) from None
    try:
        yield folder
    finally:
        held.__exit__(None, None, None)
