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

from flows.errors import UnusableFile
from flows.firm.settings import Settings
from flows.nightly.night_state import WITHDRAWN
from flows.outputs import full_disk
from transforms.model.wording import _

MARK = ".drawline.rewriting"
# Kinds in a mark that an earlier version left, and those of today.
_EARLIER = {"taken_back": WITHDRAWN}


@dataclass(frozen=True)
class PendingRebuild:
    """What is being written again or withdrawn, or was broken off while it was: by which kind of run, which nights, and
    without which files (hash and name).
    """

    kind: str
    nights: tuple[date, ...]
    excluded: tuple[tuple[str, str], ...] = ()

    @property
    def nights_in_words(self) -> str:
        """The nights as text."""
        first, last = self.nights[0], self.nights[-1]
        text = _("the night of {first}") if first == last else _("the nights from {first} to {last}")
        return text.format(first=first, last=last)


def folder_of(firm: Settings) -> Path | None:
    """Where a firm's lock and mark lie: the history's folder, or where that is an address, the reports'."""
    return firm.history if isinstance(firm.history, Path) else firm.reports


def left(firm: Settings) -> PendingRebuild | None:
    """What is marked; None where all nights are whole. Raises UnusableFile for a mark that cannot be read."""
    folder = folder_of(firm)
    if folder is None or not (folder / MARK).is_file():
        return None
    try:
        found = json.loads((folder / MARK).read_text(encoding="utf-8"))
        nights = tuple(date.fromisoformat(one) for one in found["nights"])
        excluded = tuple((str(digest), str(name)) for digest, name in found.get("excluded", ()))
        kind = _EARLIER.get(found["kind"], found["kind"])
        return PendingRebuild(kind, (nights[0], *nights[1:]), excluded)
    except (ValueError, LookupError, TypeError, RecursionError):
        raise UnusableFile(
            _(
                "{file}, which names nights that were being written again, cannot be read; remove it, and write the last "
                "nights again with `drawline rescore`"
            ).format(file=folder / MARK)
        ) from None


@contextmanager
def marked(
    firm: Settings, kind: str, nights: Sequence[date], excluded: Sequence[tuple[str, str]] = ()
) -> Iterator[None]:
    """Completed nights are written again or withdrawn; the mark stays where that does not come to its end."""
    folder = folder_of(firm)
    assert folder is not None
    path = folder / MARK
    beside = path.with_name(f"{MARK}-new")
    try:
        with full_disk.naming(folder):
            content = {"kind": kind, "nights": [night.isoformat() for night in nights], "excluded": list(excluded)}
            beside.write_text(json.dumps(content), encoding="utf-8")
            os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)
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
    text = (
        _(
            "a run that takes {nights} back is at work or was broken off, and its tables may not go together yet; the next "
            "`drawline nightly` recovers that"
        )
        if found.kind == WITHDRAWN
        else _(
            "a run that writes {nights} again is at work or was broken off, and its tables may not go together yet; the next "
            "`drawline nightly` recovers that"
        )
    )
    return text.format(nights=found.nights_in_words)


def at_work(found: PendingRebuild) -> str:
    """What a dry run says of nights that are not whole."""
    text = (
        _("a run that took {nights} back is at work or was broken off; the night recovers that first")
        if found.kind == WITHDRAWN
        else _("a run that wrote {nights} again is at work or was broken off; the night recovers that first")
    )
    return text.format(nights=found.nights_in_words)


def was_broken_off(found: PendingRebuild) -> str:
    """What a night says of nights that it found not whole."""
    text = (
        _("a run that took {nights} back had been broken off; that was recovered first")
        if found.kind == WITHDRAWN
        else _("a run that wrote {nights} again had been broken off; that was recovered first")
    )
    return text.format(nights=found.nights_in_words)
