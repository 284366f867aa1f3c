"""Errors of every command, each with a message for people, and the exit codes of the contract."""

from __future__ import annotations

import signal
from pathlib import Path

from transforms.model.addresses import ForeseenError

EXIT_DONE, EXIT_ERROR, EXIT_USAGE, EXIT_QUARANTINED, EXIT_UNUSABLE = range(5)
# Of `history verify`: files that no run recorded.
EXIT_UNRECORDED = EXIT_QUARANTINED
# As a shell reports a program that SIGTERM ended.
EXIT_TERMINATED = 128 + signal.SIGTERM


class UsageError(ForeseenError, ValueError):
    """Something that was asked for cannot be done as asked; the message says what would be right."""


class SurroundingsError(ForeseenError, RuntimeError):
    """Something around the program does not work; the message says what would help."""


class UnusableFile(ForeseenError, ValueError):
    """A file beside the inputs (rules, rounds, mapping) cannot be used; the message says why."""

    def __init__(self, message: str, file: Path | None = None) -> None:
        super().__init__(message)
        self.file = file
