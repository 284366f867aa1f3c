"""Digests of the files of a history: what was added and removed since they were recorded, and what is not as it was."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from history.reading import LOG
from history.tables import BY_NAME

# What Delta writes again under the same name; all other files stay as they were written until they are removed.
_POINTER, _CHECKPOINT = "_last_checkpoint", ".checkpoint.parquet"
# Between the clock of a file system and that of the program.
_CLOCK_SECONDS = 2.0


class Digest(NamedTuple):
    """Size in bytes and SHA-256 of a file."""

    size: int
    sha256: str


@dataclass(frozen=True)
class Changes:
    """Files by their path within the history: those that no run has recorded yet with their digests, and those that went."""

    added: dict[str, Digest] = field(default_factory=dict)
    removed: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Comparison:
    """Files by their path within the history: as recorded, `damaged` (with the digest found), `missing`, `unrecorded` (of a
    table, and no run has recorded it) and `unexpected` (neither of a table nor recorded).
    """

    whole: int
    damaged: dict[str, Digest]
    missing: list[str]
    unrecorded: list[str]
    unexpected: list[str]


def of_file(path: Path) -> Digest:
    """The digest of a file; raises OSError."""
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
        return Digest(file.tell(), found)


def present(place: Path) -> dict[str, Path]:
    """The files in the folders of the tables, by their path within the history, in order."""
    found = sorted(
        Path(folder, name) for table in BY_NAME for folder, _folders, files in os.walk(place / table) for name in files
    )
    return {path.relative_to(place).as_posix(): path for path in found}


def changes(
    place: Path, recorded: Mapping[str, Digest], counted: Mapping[str, Collection[str] | None], since: float
) -> Changes:
    """What is to be recorded of a history after a run that began at `since` (seconds since 1970).

    A file that is recorded keeps its digest, so that later damage is found. A checkpoint gets a new one where this run wrote
    it, and `_last_checkpoint` where it is usable, as a run that was killed may have written it. `counted` are the files of rows of each table, None for a table that cannot be read. A recorded file
    that is gone stays recorded while a table counts it.
    """
    there = present(place)
    added = {}
    for name, path in there.items():
        if name not in recorded:
            added[name] = of_file(path)
        elif (name.endswith(_CHECKPOINT) and path.stat().st_mtime >= since - _CLOCK_SECONDS) or _points_right(
            name, there
        ):
            found = of_file(path)
            if found != recorded[name]:
                added[name] = found
    gone = (name for name in recorded if name not in there)
    return Changes(added, sorted(name for name in gone if not _counts(name, counted)))


def compare(place: Path, recorded: Mapping[str, Digest], counted: Mapping[str, Collection[str] | None]) -> Comparison:
    """Reads every file of a history and compares it with what is recorded; `counted` as in `changes`.

    `_last_checkpoint` is whole with any content that names a checkpoint that is there.
    """
    there = present(place)
    whole, damaged, unrecorded, unexpected = 0, {}, [], []
    for name, path in there.items():
        if name in recorded:
            found = of_file(path)
            if found == recorded[name] or _points_right(name, there):
                whole += 1
            else:
                damaged[name] = found
        elif _counts(name, counted) or f"/{LOG}/" in name:
            unrecorded.append(name)
        else:
            unexpected.append(name)
    expected = {f"{table}/{name}" for table, names in counted.items() for name in names or ()}
    missing = sorted(name for name in expected | set(recorded) if name not in there)
    return Comparison(whole, damaged, missing, unrecorded, unexpected)


def _counts(name: str, counted: Mapping[str, Collection[str] | None]) -> bool:
    """Is a file one of the rows of its table, as far as the table can be read?"""
    table, _slash, rest = name.partition("/")
    files = counted.get(table)
    return files is None or rest in files


def _points_right(name: str, there: Mapping[str, Path]) -> bool:
    """Is a file a `_last_checkpoint` that names a checkpoint that is there?"""
    folder, _slash, file = name.rpartition("/")
    if file != _POINTER:
        return False
    try:
        version = json.loads(there[name].read_bytes())["version"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return False
    is_version = isinstance(version, int) and not isinstance(version, bool) and version >= 0
    return is_version and any(one.startswith(f"{folder}/{version:020d}.checkpoint.") for one in there)
