"""One run at a time writes to a firm's history."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flows.errors import SurroundingsError, UsageError
from flows.firm import settings
from flows.nightly import pending_rebuild
from flows.outputs import full_disk
from transforms.model.wording import _

LOCK = ".drawline.lock"
MAX_WAIT_SECONDS = 3600


def lock_of(firm: settings.Settings) -> Path:
    """The file that a run holds while it writes: in the history's folder, or where that is an address, in the reports'."""
    folder = pending_rebuild.folder_of(firm)
    if folder is None:
        raise UsageError(
            _("`reports` must be named in {file} where `history` is an address").format(file=settings.FILE)
        )
    with full_disk.naming(folder):
        folder.mkdir(parents=True, exist_ok=True)
    return folder / LOCK


@contextmanager
def exclusive_run(firm: settings.Settings, *, wait: bool) -> Iterator[None]:
    """As the only run that writes to the firm's history; raises SurroundingsError where another one is at work.

    The lock goes with the process that holds it, however it ends.
    """
    from filelock import FileLock, Timeout

    try:
        place = lock_of(firm)
        lock = FileLock(place, timeout=MAX_WAIT_SECONDS if wait else 0)
        with full_disk.naming(place.parent):
            lock.acquire()
    except Timeout:
        text = (
            _("another run is still at work on the history {history} after {n} minutes; try again once it is done")
            if wait
            else _("another run is still at work on the history {history}; try again once it is done")
        )
        raise SurroundingsError(text.format(history=firm.history, n=MAX_WAIT_SECONDS // 60)) from None
    try:
        yield
    finally:
        lock.release()


def is_at_work(firm: settings.Settings) -> bool:
    """Does another run hold the firm's history? Makes no folder for the lock where there is none."""
    folder = pending_rebuild.folder_of(firm)
    if folder is not None and not (folder / LOCK).exists():
        return False
    try:
        with exclusive_run(firm, wait=False):
            return False
    except SurroundingsError:
        return True
