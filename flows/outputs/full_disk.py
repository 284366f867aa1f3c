"""A full disk, or a used-up quota: one message that names the folder and the fix, whatever library ran into it."""

from __future__ import annotations

import errno
import gc
import os
import shutil
import sys
import tempfile
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from transforms.model.addresses import without_credentials
from transforms.model.errors import DrawlineError
from transforms.model.wording import _

NUMBERS = frozenset({errno.ENOSPC, errno.EDQUOT})
# What libraries say that have no number: the system's words in Rust and C, and SQLite's.
WORDS = ("No space left on device", "Disk quota exceeded", "database or disk is full", "os error 28", "os error 122")
# With less than this free, a disk is the one that is full.
MIN_FREE_BYTES = 65_536


class FullDisk(DrawlineError, OSError):
    """The disk of a folder is full; the message names the folder."""

    def __init__(self, folder: Path) -> None:
        super().__init__(message(folder))
        self.errno, self.strerror = errno.ENOSPC, _("the disk is full")

    def __str__(self) -> str:
        return str(self.args[0])


def message(folder: str | Path | None) -> str:
    """What is full, where that is known, and what to do."""
    if folder is None:
        return _("A disk is full. Free space on it, and run this again.")
    return _(
        "The disk of {folder} is full. Free space there, or name a folder on another disk, and run this again. What was "
        "there before is unchanged."
    ).format(folder=without_credentials(str(folder)))


def is_full(error: BaseException | None, words: str = "") -> bool:
    """Did an error, or one that it came from, run into a full disk? `words` are what else was said."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        if isinstance(error, OSError) and error.errno in NUMBERS:
            return True
        words += f"\n{error}"
        seen.add(id(error))
        error = error.__cause__ or error.__context__
    return any(said in words for said in WORDS)


@contextmanager
def naming(*folders: Path) -> Iterator[None]:
    """Raises FullDisk, with the one of some folders whose disk is full, in the place of what a full disk raised."""
    try:
        yield
    except FullDisk:
        raise
    except Exception as error:
        if not is_full(error):
            raise
        found = FullDisk(_named_one(error, folders) or full_one(folders))
        _close_quietly(error)
        raise found from error


def _named_one(error: BaseException | None, folders: Sequence[Path]) -> Path | None:
    """The one of some folders that an error, or one that it came from, names a file of."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        if isinstance(error, OSError) and error.errno in NUMBERS and error.filename is not None:
            path = Path(os.fsdecode(error.filename)).absolute()
            within = (folder for folder in folders if path.is_relative_to(folder.absolute()))
            return next(within, None)
        seen.add(id(error))
        error = error.__cause__ or error.__context__
    return None


def _close_quietly(error: BaseException) -> None:
    """Closes what the frames of an error left open: closing a workbook writes again, fails again, and Python would say so."""
    report = sys.unraisablehook

    def unless_full(unraisable: Any) -> None:
        if not is_full(unraisable.exc_value):
            report(unraisable)

    sys.unraisablehook = unless_full
    try:
        traceback.clear_frames(error.__traceback__)
        gc.collect()
    finally:
        sys.unraisablehook = report


def full_one(folders: Sequence[Path]) -> Path:
    """Of some folders, or else that for temporary files, the one whose disk has no room; the first where all have."""
    for folder in (*folders, Path(tempfile.gettempdir())):
        there = next((one for one in (folder, *folder.absolute().parents) if one.exists()), None)
        if there is not None and shutil.disk_usage(there).free < MIN_FREE_BYTES:
            return folder
    return folders[0]
