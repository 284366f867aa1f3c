"""Newer rounds for a firm: fetched from a file or an address, checked, compared, and kept whole or not at all."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from flows.clock import today
from flows.errors import UnusableFile, UsageError
from flows.outputs import full_disk
from flows.run_request import SHIPPED_ROUNDS
from transforms.model.addresses import without_credentials
from transforms.model.wording import _

if TYPE_CHECKING:
    import polars as pl

    from flows.firm.settings import Settings
    from validation.rounds.rounds_file import Published
    from validation.rounds.rounds_update import Changes

PREVIOUS = ".previous"
# Beside a rounds file: when it was fetched from an address, and the digest of the file of which that is true.
FETCHED = ".fetched"


@dataclass(frozen=True)
class Update:
    """What an update found: the rounds as published, what they change, in which file, and whether it was written.

    `source` is shown and reported: an address without its credentials.
    """

    source: str
    target: Path
    published: Published
    changes: Changes
    held_was_bad: str | None
    is_written: bool


def content_of(source: str, settings: Settings) -> bytes:
    """The content of a file or an http address; raises UsageError for a missing file and DownloadError."""
    from validation.rounds import download

    if "://" in source:
        if not download.is_address(source):
            raise UsageError(_("--from takes a file, or an http or https address: {source}").format(source=source))
        return download.fetch(source, timeout=settings.rounds_timeout_seconds, tries=settings.rounds_tries)
    path = Path(source)
    if not path.is_file():
        raise UsageError(_("no rounds file at {path}").format(path=path))
    return path.read_bytes()


class NotTaken(UnusableFile):
    """Published rounds are bad or fewer than those known; `why` is the message without what became of these."""

    def __init__(self, why: str) -> None:
        super().__init__(_("{why}; what is held stays").format(why=why))
        self.why = without_credentials(why)


def update(source: str, data: bytes, target: Path, *, dry_run: bool = False) -> Update:
    """Takes newly published rounds into a rounds file, keeping the one before as `.previous`.

    Held against the file's own rounds, or the shipped ones where it is not there or bad. Raises UnusableFile, and
    leaves the file alone, where the new rounds are bad or fewer.
    """
    from validation.rounds import rounds_file, rounds_update

    stored, bad = _held(target)
    try:
        published = rounds_file.parsed(data)
        changes = rounds_update.changes(stored, published.frame)
    except rounds_file.RoundsFileError as error:
        why = _("the rounds of {source} are not taken: {error}").format(source=source, error=error)
        raise NotTaken(why) from None
    is_new = not target.is_file() or target.read_bytes() != data
    if is_new and not dry_run:
        keep(data, target)
    if "://" in source and not dry_run:
        _note_fetch(data, target)
    return Update(without_credentials(source), target, published, changes, bad, is_new and not dry_run)


def _note_fetch(data: bytes, target: Path) -> None:
    """Notes beside a rounds file that today's rounds are in it."""
    from flows.outputs import files

    note = {"fetched_on": today().isoformat(), "sha256": hashlib.sha256(data).hexdigest()}
    with files.atomic_file(target.with_name(f"{target.name}{FETCHED}"), keeps_rights=True) as staged:
        staged.write_text(json.dumps(note) + "\n", encoding="utf-8")


def fetched_on(target: Path) -> date | None:
    """The day (of Ottawa) on which a rounds file was fetched from an address; None where that is not known of this file."""
    try:
        note = json.loads(target.with_name(f"{target.name}{FETCHED}").read_text(encoding="utf-8"))
        is_of_this = note["sha256"] == hashlib.sha256(target.read_bytes()).hexdigest()
        return date.fromisoformat(note["fetched_on"]) if is_of_this else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _held(target: Path) -> tuple[pl.DataFrame, str | None]:
    """The rounds held in a file, or the shipped ones; and why the file's own are bad, where they are."""
    from validation.rounds import rounds_file

    bad = None
    if target.is_file():
        try:
            return rounds_file.read(target), None
        except rounds_file.RoundsFileError as error:
            bad = str(error)
    return rounds_file.read(SHIPPED_ROUNDS), bad


def keep(data: bytes, target: Path) -> None:
    """Writes a file beside and moves it in with the rights of the one before, which is kept as `.previous`."""
    from flows.outputs import files

    with full_disk.naming(target.parent):
        target.parent.mkdir(parents=True, exist_ok=True)
    with files.atomic_file(target, keeps_rights=True) as staged:
        with staged.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if target.is_file():
            with files.atomic_file(target.with_name(f"{target.name}{PREVIOUS}"), keeps_rights=True) as before:
                shutil.copyfile(target, before)
