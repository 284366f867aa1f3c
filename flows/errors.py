"""Errors of every command, each with a message for people, and the exit codes of the contract."""

from __future__ import annotations

import signal
from pathlib import Path

from transforms.model.errors import (
    EXIT_DONE,
    EXIT_ERROR,
    EXIT_QUARANTINED,
    EXIT_UNUSABLE,
    EXIT_USAGE,
    DrawlineError,
)

__all__ = [
    "EXIT_DONE",
    "EXIT_ERROR",
    "EXIT_QUARANTINED",
    "EXIT_TERMINATED",
    "EXIT_UNRECORDED",
    "EXIT_UNUSABLE",
    "EXIT_USAGE",
    "DrawlineError",
    "SurroundingsError",
    "UnusableFile",
    "UsageError",
]
# Of `history verify`: files that no run recorded.
EXIT_UNRECORDED = EXIT_QUARANTINED
# As a shell reports a program that SIGTERM ended.
EXIT_TERMINATED = 128 + signal.SIGTERM


class UsageError(DrawlineError, ValueError):
    """Something that was asked for cannot be done as asked; the message says what would be right."""

    exit_code = EXIT_USAGE


class SurroundingsError(DrawlineError, RuntimeError):
    """Something around the program does not work; the message says what would help."""

    exit_code = EXIT_ERROR


class UnusableFile(DrawlineError, ValueError):
    """A file beside the inputs (rules, rounds, mapping) cannot be used; the message says why."""

    exit_code = EXIT_UNUSABLE

    def __init__(self, message: str, file: Path | None = None) -> None:
        super().__init__(message)
        self.file = file
