"""The rows that are measured, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.measuring import Way

SCALES = ("small", "full")
# Full sizes tell of nights this late in a history; small ones are over within seconds.
FULL, SMALL = "full", "small"


class Unavailable(RuntimeError):
    """A row cannot be measured here; the message says what is missing."""


@dataclass(frozen=True)
class Place:
    """Where a row is measured: a folder of its own, what is closed afterwards, and whether it is at full size."""

    folder: Path
    until_done: ExitStack
    is_full: bool


@dataclass(frozen=True)
class Prepared:
    """What is to be measured: ways by name, and pairs of them whose ratio is given.

    `counts` has how many things each way did, where that is not the row's size, and `counted` says what they are.
    """

    ways: Mapping[str, Way]
    ratios: Sequence[tuple[str, str]] = ()
    notes: Sequence[str] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    counted: str = ""


Prepare = Callable[[int, Place], Prepared]


@dataclass(frozen=True)
class Row:
    """A row of the table: what is measured, its goal in words, and its size at full and at reduced scale.

    `warm`: measured once before it counts, as what is compiled or kept is no part of it. `rounds`: how often at full size.
    """

    name: str
    title: str
    goal: str
    unit: str
    full: int
    small: int
    prepare: Prepare
    warm: bool = False
    rounds: int = 3


ROWS: dict[str, Row] = {}


def row(
    name: str, title: str, goal: str, *, unit: str, full: int, small: int, warm: bool = False, rounds: int = 3
) -> Callable[[Prepare], Prepare]:
    """Registers a function that prepares a row."""

    def registered(prepare: Prepare) -> Prepare:
        ROWS[name] = Row(name, title, goal, unit, full, small, prepare, warm, rounds)
        return prepare

    return registered
