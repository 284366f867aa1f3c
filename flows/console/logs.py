"""The log of a run: lines with a time for a file, without anything of a client; and what Prefect's lines reach a screen."""

from __future__ import annotations

import logging
import os
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import typer

from flows.console import stages
from flows.errors import EXIT_DONE, EXIT_ERROR, EXIT_UNUSABLE, EXIT_USAGE, UnusableFile, UsageError
from transforms.model.printable import printable
from transforms.model.wording import _

# Of the environment: the file that the scheduled runs of `drawline serve` and of workers write to as well.
VARIABLE = "DRAWLINE_LOG_FILE"
FORMAT, TIME = "%(asctime)s %(levelname)s %(name)s %(message)s", "%Y-%m-%dT%H:%M:%S%z"
OWNER_ONLY = 0o600
# As a shell reports a program that SIGINT ended.
EXIT_INTERRUPTED = 128 + signal.SIGINT
OWN, PREFECT = "drawline", "prefect"

logger = logging.getLogger(OWN)


class _Log:
    """Writes the stages of a run to the log."""

    def begun(self, stage: str) -> None:
        logger.debug("%s begins", stage)

    def went_on(self, stage: str, done: int, of: int) -> None:
        logger.debug("%s %s of %s", stage, done, of)

    def ended(self, stage: str, seconds: float, counts: Mapping[str, int]) -> None:
        logger.info("%s", " ".join([stage, f"{seconds:.3f} s", *(f"{name}={value}" for name, value in counts.items())]))


@contextmanager
def written(file: Path | None, command: str, run_id: str = "") -> Iterator[None]:
    """Writes the stages of a block and Prefect's lines to a file, where one is named; raises UsageError for one that
    cannot be written.

    How the command ended is written by the kind of error alone, whose text may speak of a client.
    """
    if file is None:
        yield
        return
    handler = _handler(file)
    level, propagates = logger.level, logger.propagate
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    # Prefect sets its root handler up to write to the screen.
    logger.propagate = False
    before = os.environ.get(VARIABLE)
    os.environ[VARIABLE] = str(file.resolve())
    logger.info("%s begins %s", command, run_id)
    try:
        with stages.watched_by(_Log()):
            yield
    except BaseException as error:
        kind = "" if isinstance(error, typer.Exit) else f" by {type(error).__name__}"
        logger.info("%s ends%s, exit code %s", command, kind, code_of(error))
        raise
    else:
        logger.info("%s ends, exit code %s", command, EXIT_DONE)
    finally:
        logging.getLogger(PREFECT).removeHandler(handler)
        logger.removeHandler(handler)
        logger.setLevel(level)
        logger.propagate = propagates
        handler.close()
        if before is None:
            del os.environ[VARIABLE]
        else:
            os.environ[VARIABLE] = before


def code_of(error: BaseException) -> int:
    """The exit code of a command that an error ends."""
    from validation.files.unusable import UnusableInputs

    if isinstance(error, typer.Exit):
        return error.exit_code
    if isinstance(error, SystemExit):
        return error.code if isinstance(error.code, int) else EXIT_ERROR
    if isinstance(error, KeyboardInterrupt):
        return EXIT_INTERRUPTED
    if isinstance(error, UsageError):
        return EXIT_USAGE
    return EXIT_UNUSABLE if isinstance(error, UnusableFile | UnusableInputs) else EXIT_ERROR


def with_prefect(*, verbose: bool = False) -> None:
    """Has Prefect's lines written to the log file, and keeps all but errors off the screen; Prefect must be imported."""
    from flows.orchestration import prefect_logging

    prefect_logging.set_console_level(logging.NOTSET if verbose else logging.ERROR)
    for handler in logger.handlers:
        prefect_logging.also_to(handler)


def of_environment() -> None:
    """In a process that a Prefect runner started: writes to the file that the environment names, if it names one."""
    file = os.environ.get(VARIABLE)
    if not file or logger.handlers:
        return
    try:
        handler = _handler(Path(file))
    except UsageError as error:
        print(printable(f"drawline: {error}"), file=sys.stderr)
        return
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.propagate = False
    stages.watch(_Log())
    from flows.orchestration import prefect_logging

    prefect_logging.also_to(handler)


def _handler(file: Path) -> logging.Handler:
    """Lines added to a file that the owner alone can read, if it is new; raises UsageError."""
    try:
        os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, OWNER_ONLY))
    except OSError as error:
        raise UsageError(
            _("The log file {file} cannot be written: {reason}. Name another one with --log-file.").format(
                file=file, reason=error.strerror
            )
        ) from None
    handler = logging.FileHandler(file, encoding="utf-8")
    handler.setFormatter(logging.Formatter(FORMAT, TIME))
    return handler
