"""Outputs that appear whole: written beside their place, moved in at the end, and removed where a run was killed.

What is not whole yet lies in a hidden folder beside its place, with a lock in the same name. The system gives the lock up
with the process that holds it, so the next writer removes what nobody holds.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import stat
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from flows.outputs import full_disk, locks
from transforms.model.wording import _

STAGED = re.compile(r"\.drawline-[0-9a-f]{8}")
LOCK_ENDING = ".lock"
# Held in a folder by the run that writes its outputs there.
WRITING = ".drawline.writing"
MAX_WAIT_SECONDS = 60
OWNER_ONLY = 0o700
# In a staged folder once all of it is to be moved in, or to be moved back; and the files from before.
MOVES, UNDO, EARLIER = ".moves.json", ".undo.json", ".earlier"


@contextmanager
def atomic_file(path: Path, *, keeps_rights: bool = False) -> Iterator[Path]:
    """A place to write a file; it takes the place of the one before once it is whole.

    Its rights are those of a new file, or with `keeps_rights` those of the file before.
    """
    remove_leftovers(path.parent)
    _remove_of_older_writer(path)
    with full_disk.naming(path.parent), hidden_folder(path.parent) as folder:
        staged = folder / path.name
        yield staged
        if keeps_rights and os.name == "posix" and path.exists():
            staged.chmod(stat.S_IMODE(path.stat().st_mode))
        os.replace(staged, path)


@contextmanager
def atomic_folder(out: Path, *, last: str | None = None, obsolete: Sequence[Path] = ()) -> Iterator[Path]:
    """A place to write several files of a folder; all of them are moved in once they are whole, the record `last`.

    `obsolete` are files of the folder that go with the same step; it may grow within the block. While files are moved, the
    record is not there. What ends the step is undone, and what kills the process is finished by the next one that writes
    to the folder. One process at a time is in the block. Raises SurroundingsError where another one stays there for
    MAX_WAIT_SECONDS.
    """
    with full_disk.naming(out), _only_writer(out):
        finish(out)
        with hidden_folder(out) as staged:
            yield staged
            names = sorted((path.name for path in staged.iterdir()), key=lambda name: (name == last, name))
            gone = sorted({path.name for path in obsolete} - set(names))
            earlier = {name: stamp for name in (*names, *gone) if (stamp := _stamp(out / name)) is not None}
            made = {name: stamp for name in names if (stamp := _stamp(staged / name)) is not None}
            _move(Moves(names, gone, earlier, made, last), staged, out)
            for name in names:
                _remove_of_older_writer(out / name)


@contextmanager
def _only_writer(out: Path) -> Iterator[None]:
    from flows.errors import SurroundingsError

    out.mkdir(parents=True, exist_ok=True)
    lock = locks.taken(out / WRITING, wait_seconds=MAX_WAIT_SECONDS)
    if lock is None:
        text = _(
            "another run is still writing to {folder} after {n} seconds; try again once it is done, or name another folder"
        )
        raise SurroundingsError(text.format(folder=out, n=MAX_WAIT_SECONDS))
    try:
        yield
    finally:
        lock.release()


@contextmanager
def hidden_folder(folder: Path) -> Iterator[Path]:
    """A hidden folder for its owner alone, and its lock; both go at the end, but for a folder whose files are half moved."""
    lock = None
    while lock is None:
        staged = folder / f".drawline-{os.urandom(4).hex()}"
        lock = locks.taken(_lock_of(staged))
    try:
        staged.mkdir(mode=OWNER_ONLY)
        yield staged
    finally:
        if not _is_half_moved(staged):
            shutil.rmtree(staged, ignore_errors=True)
        lock.release()


def _lock_of(staged: Path) -> Path:
    return staged.with_name(f"{staged.name}{LOCK_ENDING}")


def remove_leftovers(folder: Path) -> None:
    """Removes what killed processes left beside their outputs in a folder; files that are half moved stay for `finish`."""
    for staged in _staged(folder):
        with locks.unheld(_lock_of(staged)) as is_left:
            if is_left and not _is_half_moved(staged):
                shutil.rmtree(staged, ignore_errors=True)


def _remove_of_older_writer(path: Path) -> None:
    """Removes what an older drawline, which staged a file beside its place and had no lock, left of a file."""
    older = re.compile(rf"\.[0-9a-f]{{8}}-{re.escape(path.name)}")
    with suppress(OSError), os.scandir(path.parent) as entries:
        for entry in entries:
            if older.fullmatch(entry.name) and entry.is_file(follow_symlinks=False):
                Path(entry.path).unlink()


def finish(out: Path) -> None:
    """Moves in, or back, what killed processes were moving in a folder, and removes what else they left; to be called by
    its only writer. Where it cannot be read what was to be moved, the files stay as they are.
    """
    for staged in _staged(out):
        with locks.unheld(_lock_of(staged)) as is_left:
            if is_left and _finish_moves(staged, out):
                shutil.rmtree(staged, ignore_errors=True)


def _staged(folder: Path) -> list[Path]:
    """The places of outputs that are not whole in a folder; of some the lock alone is there."""
    names = set()
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            name = entry.name.removesuffix(LOCK_ENDING)
            is_folder = name == entry.name
            if STAGED.fullmatch(name) and entry.is_dir(follow_symlinks=False) == is_folder:
                names.add(name)
    return [folder / name for name in sorted(names)]


@dataclass(frozen=True)
class Moves:
    """Which files are moved into a folder in their order, which go, which of both were there before, and the record.

    `earlier` and `made` have the size and the time in nanoseconds of the files before and of those that are moved in.
    """

    names: list[str]
    gone: list[str]
    earlier: dict[str, list[int]]
    made: dict[str, list[int]]
    last: str | None

    def is_changed(self, path: Path) -> bool:
        """Is another file there than before and than was moved in: one that somebody has changed since?"""
        stamp = _stamp(path)
        return stamp is not None and stamp not in (self.earlier.get(path.name), self.made.get(path.name))


def _stamp(path: Path) -> list[int] | None:
    """Size and time of the last change of a file, in nanoseconds; None where it is not there."""
    try:
        found = path.lstat()
    except FileNotFoundError:
        return None
    return [found.st_size, found.st_mtime_ns]


def _move(moves: Moves, staged: Path, out: Path) -> None:
    """Moves staged files in; on an error all is as before."""
    (staged / EARLIER).mkdir()
    for name in moves.earlier:
        _keep(out / name, staged / EARLIER / name)
    beside = staged / f"{MOVES}-new"
    beside.write_text(json.dumps(asdict(moves)), encoding="utf-8")
    # Before what is written here counts, all of it has to be on the disk: the power may go.
    for path in (*(staged / name for name in moves.names), beside):
        _sync(path)
    beside.rename(staged / MOVES)
    _sync_folder(staged)
    try:
        _forward(moves, staged, out)
    except BaseException:
        (staged / MOVES).rename(staged / UNDO)
        _back(moves, staged, out)
        (staged / UNDO).unlink()
        raise
    (staged / MOVES).unlink()


def _sync(path: Path) -> None:
    """Has the system write a file to the disk."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    """The same of the names in a folder, where the system has that."""
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        # Some file systems of networks refuse it.
        with suppress(OSError):
            os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _keep(path: Path, kept: Path) -> None:
    """The same file under another name, or a copy where the file system has one name for each."""
    try:
        os.link(path, kept, follow_symlinks=os.link not in os.supports_follow_symlinks)
    except OSError:
        shutil.copy2(path, kept, follow_symlinks=False)


def _forward(moves: Moves, staged: Path, out: Path) -> None:
    if moves.last is not None and os.path.lexists(staged / moves.last):
        # Until all are there, no record says that they are.
        (out / moves.last).unlink(missing_ok=True)
    *others, final = moves.names or [""]
    for name in others:
        _put(moves, staged / name, out / name)
    for name in moves.gone:
        if not moves.is_changed(out / name):
            (out / name).unlink(missing_ok=True)
    if final:
        _put(moves, staged / final, out / final)


def _put(moves: Moves, staged: Path, path: Path) -> None:
    if os.path.lexists(staged) and not moves.is_changed(path):
        os.replace(staged, path)


def _back(moves: Moves, staged: Path, out: Path) -> None:
    # The record last here, too.
    for name in (*moves.gone, *moves.names):
        kept = staged / EARLIER / name
        if moves.is_changed(out / name):
            continue
        if name not in moves.earlier:
            if not os.path.lexists(staged / name):
                (out / name).unlink(missing_ok=True)
        elif os.path.lexists(kept):
            if sys.platform == "win32":
                (out / name).unlink(missing_ok=True)
            kept.rename(out / name)


def _is_half_moved(staged: Path) -> bool:
    return (staged / MOVES).is_file() or (staged / UNDO).is_file()


def _finish_moves(staged: Path, out: Path) -> bool:
    """Finishes what was moved, but for files that somebody has changed since; False where what was moved cannot be read."""
    for name, step in ((UNDO, _back), (MOVES, _forward)):
        if not (staged / name).is_file():
            continue
        moves = _read(staged / name)
        if moves is None:
            return False
        step(moves, staged, out)
        (staged / name).unlink()
    return True


def _read(path: Path) -> Moves | None:
    """Moves as they were written down; None where they cannot be read."""
    try:
        moves = Moves(**json.loads(path.read_text(encoding="utf-8")))
        names = [*moves.names, *moves.gone, *moves.earlier, *moves.made, moves.last or ""]
    except (OSError, ValueError, TypeError):
        return None
    return moves if all(Path(name).name == name for name in names) else None
