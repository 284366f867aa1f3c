"""Locks on files that end with the process that holds them, however it ends: nobody guesses whether it is still at work."""

from __future__ import annotations

import errno
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

LOOK_AGAIN_SECONDS = 0.05
# Some file systems of networks have no locks.
NO_LOCKS = frozenset({errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP})
READABLE = 0o666
NO_LINKS: int = getattr(os, "O_NOFOLLOW", 0)


@dataclass
class Lock:
    """A file that this process holds; `is_kept` is false where the file system has no locks, so that nobody holds it."""

    path: Path
    descriptor: int
    is_kept: bool = True

    def release(self) -> None:
        """Removes the file and gives the lock up."""
        if sys.platform == "win32":
            # An open file cannot be removed there.
            os.close(self.descriptor)
            with suppress(OSError):
                self.path.unlink()
            return
        with suppress(OSError):
            self.path.unlink()
        os.close(self.descriptor)


def taken(path: Path, *, wait_seconds: float = 0) -> Lock | None:
    """Takes a lock, making its file; None where another process holds it for all of the time to wait.

    Raises OSError where the file cannot be made or opened.
    """
    ends = time.monotonic() + wait_seconds
    while True:
        lock = _tried(path)
        if lock is not None or time.monotonic() >= ends:
            return lock
        time.sleep(LOOK_AGAIN_SECONDS)


@contextmanager
def unheld(path: Path) -> Iterator[bool]:
    """Holds a lock for the block, where nobody holds it; false where another process does, or where that cannot be known."""
    try:
        lock = taken(path)
    except OSError:
        lock = None
    if lock is None:
        yield False
        return
    try:
        yield lock.is_kept
    finally:
        if lock.is_kept:
            lock.release()
        else:
            os.close(lock.descriptor)


def _tried(path: Path) -> Lock | None:
    while True:
        descriptor = _opened(path)
        try:
            is_kept = _is_locked(descriptor)
        except OSError as error:
            os.close(descriptor)
            if error.errno in {errno.EACCES, errno.EAGAIN, errno.EDEADLK}:
                return None
            raise
        if not is_kept or _is_still(path, descriptor):
            return Lock(path, descriptor, is_kept)
        # Whoever held it removed it between the two steps.
        os.close(descriptor)


def _opened(path: Path) -> int:
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | NO_LINKS, READABLE)
    except PermissionError as refused:
        # That of another user can be looked at all the same, where it may be read.
        try:
            return os.open(path, os.O_RDONLY | NO_LINKS)
        except FileNotFoundError:
            # There is none, and none can be made.
            raise refused from None


def _is_locked(descriptor: int) -> bool:
    """Locks an open file; False where the file system cannot. Raises OSError where another process holds it."""
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        return True
    import fcntl

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in NO_LOCKS:
            return False
        raise
    return True


def _is_still(path: Path, descriptor: int) -> bool:
    """Is the file that was locked the one that others open under this path?"""
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat(follow_symlinks=False))
    except FileNotFoundError:
        return False
