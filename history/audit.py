"""The audit record: who ran what on which inputs, one JSON object a line, each with the hash of the one before.

A line is never changed but for the names of its inputs: their salted hashes are in the chain, so that a name can be struck
out and the chain still holds.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from history.digests import Digest
from transforms.model.wording import N_, _

FILE = "drawline-audit.jsonl"
LOCK = ".drawline-audit.lock"
# Whoever else writes an entry is done within milliseconds.
MAX_WAIT_SECONDS = 60
# Less what the umask takes away: see flows.firm.access.
_MODE = 0o666
STRUCK_OUT = "(purged)"
# Of an input, what is not in the chain.
_OPEN = ("name", "salt")
_UNREADABLE = N_("it cannot be read as an entry")
_CHANGED = N_("it is not as it was written")
_RENAMED = N_("the name of an input is not the one that was written")
_LOST = N_("the digests of files that the ledger says were recorded are missing")
_MOVED = N_("it does not follow the entry before it: an entry was changed, removed, added or moved")


@dataclass(frozen=True)
class Broken:
    """The first entry of a record that is not right: its number (the line of the file), and why."""

    entry: int
    problem: str


@dataclass(frozen=True)
class Record:
    """An audit record as it is read: its readable entries, how many lines it has, the hash of the last one, and the first
    entry that is not right.

    `is_cut` where the last line has no end: a run was interrupted while it wrote it.
    """

    entries: Sequence[Mapping[str, Any]] = ()
    lines: int = 0
    last_hash: str = ""
    broken: Broken | None = None
    is_cut: bool = False

    @property
    def without_digests(self) -> Record:
        """The record of a history whose ledger says that digests were recorded, as a broken one."""
        return replace(self, broken=self.broken or Broken(1, _(_LOST)))

    @property
    def files(self) -> dict[str, Digest]:
        """The files of the history that the entries record, by their path, with their digests."""
        found: dict[str, Digest] = {}
        for entry in self.entries:
            changed = entry.get("files") or {}
            for name in changed.get("removed", ()):
                found.pop(name, None)
            found |= {name: Digest(*digest) for name, digest in changed.get("added", {}).items()}
        return found


def read(file: Path, *, is_checked: bool = True) -> Record:
    """An audit record, checked entry by entry; an empty one where there is no file. Raises OSError.

    Without `is_checked`, only what cannot be read as an entry is found broken.
    """
    if not file.is_file():
        return Record()
    lines = file.read_bytes().split(b"\n")
    tail = lines.pop()
    entries: list[dict[str, Any]] = []
    broken: Broken | None = None
    before = ""
    for number, line in enumerate(lines, start=1):
        entry = _parsed(line)
        if entry is None:
            broken = broken or Broken(number, _(_UNREADABLE))
            before = _sha256(line)
            continue
        why = _problem(entry, number, before) if is_checked and broken is None else None
        if why is not None:
            broken = Broken(number, why)
        entries.append(entry)
        before = entry["hash"]
    return Record(entries, len(lines), before, broken, bool(tail))


def read_while_nobody_writes(file: Path) -> Record:
    """An audit record as `read`, under its lock; without it where this user may not write there. Raises OSError."""
    with ExitStack() as resources:
        with suppress(OSError):
            resources.enter_context(_locked(file))
        return read(file)


def check_writable(file: Path) -> None:
    """Raises OSError, TimeoutError where an entry could not be added to an audit record; makes an empty one where none is."""
    with _locked(file):
        os.close(os.open(file, os.O_RDWR | os.O_CREAT, _MODE))


def append(
    file: Path,
    entry: Callable[[Record], Mapping[str, Any]],
    completed: Callable[[Record], Mapping[str, Any] | None] | None = None,
) -> dict[str, Any]:
    """Adds an entry to an audit record and returns it as written; `entry` makes it of the record so far.

    Inputs are given as {name, sha256, …}. What an interrupted run left of a last line is removed. `completed`, called with the
    record so far once the entry is on disk, may return an entry to write in its place. Raises OSError, TimeoutError.
    """
    with _locked(file):
        record = read(file)
        made = dict(entry(record))
        whole, line = _written(made, record)
        descriptor = os.open(file, os.O_RDWR | os.O_CREAT, _MODE)
        try:
            end = _end_of_lines(file) if record.is_cut else file.stat().st_size
            os.ftruncate(descriptor, end)
            os.lseek(descriptor, end, os.SEEK_SET)
            try:
                _write_all(descriptor, line)
                os.fsync(descriptor)
            except OSError:
                # As on a full disk: what is there of the line would be one without an end.
                os.ftruncate(descriptor, end)
                raise
        finally:
            os.close(descriptor)
        instead = completed(record) if completed is not None else None
        if instead is not None:
            whole, line = _written(dict(instead), record)
            _replace(file, file.read_bytes()[:end] + line)
    return whole


def _written(made: dict[str, Any], record: Record) -> tuple[dict[str, Any], bytes]:
    """An entry with its place in the chain, and its line."""
    made["inputs"] = [_sealed(one) for one in made.get("inputs", ())]
    whole = {"number": record.lines + 1, **made, "before": record.last_hash}
    whole["hash"] = _hash(whole)
    return whole, (json.dumps(whole) + "\n").encode()


def redact(file: Path, is_struck: Callable[[Mapping[str, Any]], bool]) -> int:
    """Strikes names of inputs out of an audit record, in a file written beside and moved in; returns how many.

    `is_struck` decides by an input (name, sha256). The chain still holds. Lines that cannot be read stay as they are. Raises OSError, TimeoutError.
    """
    if not file.is_file():
        return 0
    with _locked(file):
        struck = 0
        lines = []
        entry: dict[str, Any] | None
        for line in file.read_bytes().split(b"\n"):
            entry = _parsed(line)
            inputs = entry["inputs"] if entry else []
            found = [one for one in inputs if one["name"] != STRUCK_OUT and is_struck(one)]
            for one in found:
                one["name"], one["salt"] = STRUCK_OUT, ""
            struck += len(found)
            lines.append(json.dumps(entry).encode() if found else line)
        if struck:
            _replace(file, b"\n".join(lines))
    return struck


def _locked(file: Path) -> Any:
    from filelock import FileLock

    file.parent.mkdir(parents=True, exist_ok=True)
    return FileLock(file.with_name(LOCK), timeout=MAX_WAIT_SECONDS)


def _parsed(line: bytes) -> dict[str, Any] | None:
    """A line as an entry; None for one that has not its form."""
    try:
        found = json.loads(line)
        inputs = found["inputs"]
        is_entry = (
            isinstance(found["hash"], str)
            and all({"name", "salt", "name_hash"} <= set(one) for one in inputs)
            and all(isinstance(one["name"], str) and isinstance(one["salt"], str) for one in inputs)
        )
        Record([found]).files  # noqa: B018 - its files have their form
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return found if is_entry else None


def _problem(entry: Mapping[str, Any], number: int, before: str) -> str | None:
    if _hash(entry) != entry["hash"]:
        return _(_CHANGED)
    if entry.get("before") != before or entry.get("number") != number:
        return _(_MOVED)
    renamed = any(
        _name_hash(one["salt"], one["name"]) != one["name_hash"]
        for one in entry["inputs"]
        if one["salt"] or one["name"] != STRUCK_OUT
    )
    return _(_RENAMED) if renamed else None


def _sealed(one: Mapping[str, Any]) -> dict[str, Any]:
    salt = secrets.token_hex(16)
    return {**one, "salt": salt, "name_hash": _name_hash(salt, one["name"])}


def _name_hash(salt: str, name: str) -> str:
    return _sha256(f"{salt}\n{name}".encode("utf-8", "surrogatepass"))


def _hash(entry: Mapping[str, Any]) -> str:
    """The hash of an entry: of all but itself, and the names of inputs with their salts."""
    inputs = [{key: value for key, value in one.items() if key not in _OPEN} for one in entry.get("inputs", ())]
    covered = {key: value for key, value in entry.items() if key != "hash"} | {"inputs": inputs}
    return _sha256(json.dumps(covered, sort_keys=True, separators=(",", ":")).encode())


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _end_of_lines(file: Path) -> int:
    return file.read_bytes().rfind(b"\n") + 1


def _write_all(descriptor: int, data: bytes) -> None:
    while data:
        data = data[os.write(descriptor, data) :]


def _replace(file: Path, data: bytes) -> None:
    beside = file.with_name(f".{file.name}-new")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _MODE)
    try:
        _write_all(descriptor, data)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    os.replace(beside, file)
