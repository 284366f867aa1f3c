"""Newer rounds for a firm: fetched from a file or an address, checked, compared, and kept whole or not at all."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from flows.program import SHIPPED_ROUNDS, UnusableFile, UsageError

if TYPE_CHECKING:
    import polars as pl

    from flows.settings import Settings
    from validation.rounds_file import Published
    from validation.rounds_update import Changes

PREVIOUS = ".previous"


@dataclass(frozen=True)
class Update:
    """What an update found: the rounds as published, what they change, in which file, and whether it was written."""

    source: str
    target: Path
    published: Published
    changes: Changes
    held_was_bad: str | None
    is_written: bool


def content_of(source: str, settings: Settings) -> bytes:
    """The content of a file or an http address; raises UsageError for a missing file and DownloadError."""
    from validation import download

    if "://" in source:
        if not download.is_address(source):
            raise UsageError(f"--from takes a file, or an http or https address: {source}")
        return download.fetch(source, timeout=settings.rounds_timeout_seconds, tries=settings.rounds_tries)
    path = Path(source)
    if not path.is_file():
        raise UsageError(f"no rounds file at {path}")
    return path.read_bytes()


def update(source: str, data: bytes, target: Path, *, dry_run: bool = False) -> Update:
    """Takes newly published rounds into a rounds file, keeping the one before as `.previous`.

    Held against the file's own rounds, or the shipped ones where it is not there or bad. Raises UnusableFile, and
    leaves the file alone, where the new rounds are bad or fewer.
    """
    from validation import rounds_file, rounds_update

    held, bad = _held(target)
    try:
        published = rounds_file.parsed(data)
        changes = rounds_update.changes(held, published.frame)
    except rounds_file.RoundsFileError as error:
        raise UnusableFile(f"the rounds of {source} are not taken: {error}; what is held stays") from None
    is_new = not target.is_file() or target.read_bytes() != data
    if is_new and not dry_run:
        keep(data, target)
    return Update(source, target, published, changes, bad, is_new and not dry_run)


def _held(target: Path) -> tuple[pl.DataFrame, str | None]:
    """The rounds held in a file, or the shipped ones; and why the file's own are bad, where they are."""
    from validation import rounds_file

    bad = None
    if target.is_file():
        try:
            return rounds_file.read(target), None
        except rounds_file.RoundsFileError as error:
            bad = str(error)
    return rounds_file.read(SHIPPED_ROUNDS), bad


def keep(data: bytes, target: Path) -> None:
    """Writes a file beside and moves it in; the one before is kept as `.previous`."""
    target.parent.mkdir(parents=True, exist_ok=True)
    staged = target.with_name(f".{os.urandom(4).hex()}-{target.name}")
    try:
        with staged.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if target.is_file():
            before = staged.with_name(f"{staged.name}{PREVIOUS}")
            try:
                shutil.copyfile(target, before)
                os.replace(before, target.with_name(f"{target.name}{PREVIOUS}"))
            finally:
                before.unlink(missing_ok=True)
        os.replace(staged, target)
    finally:
        staged.unlink(missing_ok=True)
