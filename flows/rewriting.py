"""The mark that a run leaves beside the lock while it writes completed nights again, or takes them back, so that one broken
off is seen.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from flows.night_state import TAKEN_BACK
from flows.program import UnusableFile
from flows.settings import Settings

MARK = ".drawline.rewriting"


@dataclass(frozen=True)
class Rewriting:
    """What is being written again or taken back, or was broken off while it was: by which kind of run, and which nights."""

    kind: str
    nights: tuple[date, ...]

    @property
    def told(self) -> str:
        """Which nights they are, in words."""
        first, last = self.nights[0], self.nights[-1]
        return f"the night of {first}" if first == last else f"the nights from {first} to {last}"

    def done(self, *, past: bool) -> str:
        """What the run does, or did, with them."""
        if self.kind == TAKEN_BACK:
            return f"{'took' if past else 'takes'} {self.told} back"
        return f"{'wrote' if past else 'writes'} {self.told} again"


def folder_of(firm: Settings) -> Path | None:
    """Where a firm's lock and mark lie: the history's folder, or where that is an address, the reports'."""
    return firm.history if isinstance(firm.history, Path) else firm.reports


def left(firm: Settings) -> Rewriting | None:
    """What is marked; None where all nights are whole. Raises UnusableFile for a mark that cannot be read."""
    folder = folder_of(firm)
    if folder is None or not (folder / MARK).is_file():
        return None
    try:
        found = json.loads((folder / MARK).read_text(encoding="utf-8"))
        return Rewriting(found["kind"], tuple(date.fromisoformat(one) for one in found["nights"]))
    except (ValueError, KeyError, TypeError):
        raise UnusableFile(
            f"{folder / MARK}, which names nights that were being written again, cannot be read; remove it, and write the "
            "last nights again with `drawline rescore`"
        ) from None


@contextmanager
def marked(firm: Settings, kind: str, nights: Sequence[date]) -> Iterator[None]:
    """Completed nights are written again or taken back; the mark stays where that does not come to its end."""
    folder = folder_of(firm)
    assert folder is not None
    path = folder / MARK
    beside = path.with_name(f"{MARK}-new")
    beside.write_text(json.dumps({"kind": kind, "nights": [one.isoformat() for one in nights]}), encoding="utf-8")
    os.replace(beside, path)
    yield
    path.unlink()


def forget(firm: Settings) -> None:
    """Takes the mark away."""
    folder = folder_of(firm)
    if folder is not None:
        (folder / MARK).unlink(missing_ok=True)


def warning(firm: Settings) -> str | None:
    """What whoever reads the history is to know of it; None where all nights are whole."""
    found = left(firm)
    if found is None:
        return None
    return (
        f"a run that {found.done(past=False)} is at work or was broken off, and its tables may not go together yet; "
        "the next `drawline nightly` mends that"
    )
