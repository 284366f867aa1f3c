"""The published rounds (rounds.json), as far as made-up invitations need them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path

FILE = Path(__file__).parent / "rounds.json"


@dataclass(frozen=True)
class PublishedRound:
    """One published round: number, day and name."""

    number: str
    held_on: date
    name: str


def rounds_until(as_of: date) -> tuple[PublishedRound, ...]:
    """The rounds held before a day, the earliest first."""
    published = json.loads(FILE.read_text(encoding="utf-8"))["rounds"]
    rounds = (
        PublishedRound(one["drawNumber"], date.fromisoformat(one["drawDate"]), one["drawName"]) for one in published
    )
    return tuple(sorted((one for one in rounds if one.held_on < as_of), key=lambda one: one.held_on))
