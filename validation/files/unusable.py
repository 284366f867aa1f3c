"""Inputs that cannot be used at all: one clear message each, without path or content, so that it may be logged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from transforms.model.errors import EXIT_UNUSABLE, DrawlineError
from transforms.model.wording import _

SHORT_HASH = 8


class Unusable(Exception):
    """Why one input cannot be used, and what would fix it; caught by the intake, which knows the input's number.

    `sha256` is the hash of the content, where whoever raises this has read it and nobody else will.
    """

    def __init__(self, problem: str, fix: str, sha256: str | None = None) -> None:
        super().__init__(f"{problem} {fix}")
        self.problem = problem
        self.fix = fix
        self.sha256 = sha256


class NotRead(Unusable):
    """The content of an input could not be read at all, which says nothing about the content."""


@dataclass(frozen=True)
class UnusableInput:
    """One input that cannot be used: its number in the order given, path, hash (if it could be read), and why.

    `is_not_read`: the content could not be read at all, so that another try may end otherwise. As text it names the
    input by number and short hash alone.
    """

    number: int
    path: Path = field(repr=False)
    problem: str
    fix: str
    sha256: str | None = None
    is_not_read: bool = False

    def __str__(self) -> str:
        number = f"{self.number} ({self.sha256[:SHORT_HASH]})" if self.sha256 else str(self.number)
        return _("Input {number}: {problem} {fix}").format(number=number, problem=self.problem, fix=self.fix)


class UnusableInputs(DrawlineError):
    """Raised when inputs cannot be used and may not be left out; `unusable` holds one record an input.

    `answer` is what a command adds to its answer for programs.
    """

    exit_code = EXIT_UNUSABLE

    def __init__(self, unusable: Sequence[UnusableInput]) -> None:
        super().__init__("\n".join(str(one) for one in unusable))
        self.unusable = tuple(unusable)
        self.answer: dict[str, Any] = {}

    @property
    def lines(self) -> list[str]:
        """The problem and the fix of each input, with its path."""
        return [f"{found.path}: {found.problem} {found.fix}" for found in self.unusable]


class MappingError(ValueError):
    """A firm's mapping names what is not ours; the message names the key and the closest right one.

    `line` is the line of the mapping's file, where it is known.
    """

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.line = line
