"""One run at a time writes to a firm's history."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flows import rewriting, settings
from flows.program import SurroundingsError, UsageError

LOCK = ".drawline.lock"
LONGEST_WAIT_SECONDS = 3600


def lock_of(firm: settings.Settings) -> Path:
    """The file that a run holds while it writes: in the history's folder, or where that is an address, in the reports'."""
    folder = rewriting.folder_of(firm)
    if folder is None:
        raise UsageError(f"`reports` must be named in {settings.FILE} where `history` is an address")
    folder.mkdir(parents=True, exist_ok=True)
    return folder / LOCK


@contextmanager
def alone(firm: settings.Settings, *, wait: bool) -> Iterator[None]:
    """As the only run that writes to the firm's history; raises SurroundingsError where another one is at work.

    The lock goes with the process that holds it, however it ends.
    """
    from filelock import FileLock, Timeout

    try:
        lock = FileLock(lock_of(firm), timeout=LONGEST_WAIT_SECONDS if wait else 0)
        lock.acquire()
    except Timeout:
        waited = f" after {LONGEST_WAIT_SECONDS // 60} minutes" if wait else ""
        raise SurroundingsError(
            f"another run is still at work on the history {firm.history}{waited}; try again once it is done"
        ) from None
    try:
        yield
    finally:
        lock.release()


def is_at_work(firm: settings.Settings) -> bool:
    """Does another run hold the firm's history? Makes no folder for the lock where there is none."""
    folder = rewriting.folder_of(firm)
    if folder is not None and not (folder / LOCK).exists():
        return False
    try:
        with alone(firm, wait=False):
            return False
    except SurroundingsError:
        return True
