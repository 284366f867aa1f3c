"""The audit record: a chain of entries, whose first broken one is named, and whose names of files can be struck out."""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import filelock
import pytest

from history import audit

NAMES = ("Tremblay C-0037.xlsx", "list ü.csv", "undecodable \udce9.xlsx", "c.parquet")


def write(file: Path, *names: str) -> None:
    """An entry for each of some files."""
    for place, name in enumerate(names):
        entry = {
            "command": "nightly",
            "seconds": 1.25,
            "inputs": [{"name": name, "sha256": f"{place:064x}", "outcome": "taken"}],
            "files": {"added": {f"runs/{place}.parquet": [place, "ab"]}, "removed": [f"runs/{place - 1}.parquet"]},
        }
        audit.append(file, lambda _record, entry=entry: entry)  # type: ignore[misc]


@pytest.fixture
def record(tmp_path: Path) -> Path:
    file = tmp_path / "history" / audit.FILE
    write(file, *NAMES)
    return file


def test_entries_follow_each_other(record: Path) -> None:
    found = audit.read(record)
    assert found.broken is None
    assert [entry["inputs"][0]["name"] for entry in found.entries] == list(NAMES)
    assert [entry["number"] for entry in found.entries] == [1, 2, 3, 4]
    assert [entry["before"] for entry in found.entries[1:]] == [entry["hash"] for entry in found.entries[:-1]]
    assert found.last_hash == found.entries[-1]["hash"]
    assert found.files == {"runs/3.parquet": (3, "ab")}


def test_no_file_is_an_empty_record(tmp_path: Path) -> None:
    assert audit.read(tmp_path / audit.FILE) == audit.Record()


def removed(lines: list[bytes]) -> None:
    del lines[1]


def moved(lines: list[bytes]) -> None:
    lines[1], lines[2] = lines[2], lines[1]


def copied(lines: list[bytes]) -> None:
    lines.insert(1, lines[0])


def changed(key: str, value: Any) -> Callable[[list[bytes]], None]:
    def change(lines: list[bytes]) -> None:
        lines[1] = json.dumps(json.loads(lines[1]) | {key: value}).encode()

    return change


def renamed(lines: list[bytes]) -> None:
    entry = json.loads(lines[1])
    entry["inputs"][0]["name"] = "another.xlsx"
    lines[1] = json.dumps(entry).encode()


def another_file(lines: list[bytes]) -> None:
    entry = json.loads(lines[1])
    entry["inputs"][0]["sha256"] = "f" * 64
    lines[1] = json.dumps(entry).encode()


def made_up(lines: list[bytes]) -> None:
    """An entry that was changed, with the hash that it would have."""
    entry = json.loads(lines[1]) | {"command": "purge"}
    lines[1] = json.dumps(entry | {"hash": audit._hash(entry)}).encode()


def not_json(lines: list[bytes]) -> None:
    lines[1] = lines[1][:40]


@pytest.mark.parametrize(
    ("change", "entry", "says"),
    [
        (removed, 2, "does not follow"),
        (moved, 2, "does not follow"),
        (copied, 2, "does not follow"),
        (changed("user", "somebody"), 2, "is not as it was written"),
        (changed("added", 1), 2, "is not as it was written"),
        (changed("inputs", 5), 2, "cannot be read"),
        (changed("files", {"added": {"a": 1}}), 2, "cannot be read"),
        (renamed, 2, "the name of an input"),
        (another_file, 2, "is not as it was written"),
        (made_up, 3, "does not follow"),
        (not_json, 2, "cannot be read"),
    ],
)
def test_the_first_broken_entry_is_named(
    change: Callable[[list[bytes]], None], entry: int, says: str, record: Path
) -> None:
    lines = record.read_bytes().splitlines()
    change(lines)
    record.write_bytes(b"\n".join(lines) + b"\n")
    found = audit.read(record).broken
    assert found is not None
    assert (found.entry, says in found.problem) == (entry, True)
    # Entries that follow do not make it whole again.
    write(record, "d.xlsx")
    assert audit.read(record).broken == found


def test_every_flip_of_a_bit_breaks_the_chain(record: Path) -> None:
    data, chance = record.read_bytes(), random.Random(14)
    for _ in range(400):
        place, bit = chance.randrange(len(data)), 1 << chance.randrange(8)
        record.write_bytes(data[:place] + bytes([data[place] ^ bit]) + data[place + 1 :])
        found = audit.read(record)
        assert found.broken is not None or found.is_cut, (place, bit)


def test_a_line_that_was_cut_off_is_said_and_the_next_entry_takes_its_place(record: Path) -> None:
    data = record.read_bytes()
    record.write_bytes(data + data[:30])
    found = audit.read(record)
    assert (found.is_cut, found.broken, found.lines) == (True, None, 4)
    write(record, "d.xlsx")
    found = audit.read(record)
    assert (found.is_cut, found.broken, found.lines) == (False, None, 5)


def test_a_full_disk_leaves_the_record_as_it_was(record: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before, write_some = record.read_bytes(), audit.os.write

    def full(descriptor: int, data: bytes) -> int:
        if len(data) > 10:
            return write_some(descriptor, data[:10])
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(audit.os, "write", full)
        with pytest.raises(OSError, match="No space left"):
            write(record, "d.xlsx")
    assert record.read_bytes() == before


def test_a_name_is_struck_out_and_the_chain_holds(record: Path) -> None:
    assert audit.redact(record, lambda one: "C-0037" in one["name"] or one["sha256"].endswith("3")) == 2
    data = record.read_bytes()
    assert b"Tremblay" not in data
    found = audit.read(record)
    assert found.broken is None
    inputs = [entry["inputs"][0] for entry in found.entries]
    assert [one["name"] for one in inputs] == ["(purged)", *NAMES[1:3], "(purged)"]
    # Without its salt the hash of the name cannot be tried out with names.
    assert [bool(one["salt"]) for one in inputs] == [False, True, True, False]
    assert audit.redact(record, lambda _one: False) == 0
    assert record.read_bytes() == data
    write(record, "d.xlsx")
    assert audit.read(record).broken is None


def test_lines_that_cannot_be_read_stay_when_a_name_is_struck_out(record: Path) -> None:
    lines = record.read_bytes().splitlines()
    lines[2] = b"not an entry"
    record.write_bytes(b"\n".join(lines) + b"\n")
    assert audit.redact(record, lambda _one: True) == 3
    assert record.read_bytes().splitlines()[2] == b"not an entry"
    broken = audit.read(record).broken
    assert broken is not None
    assert broken.entry == 3


def test_several_processes_write_one_chain(tmp_path: Path) -> None:
    file = tmp_path / audit.FILE
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=write, args=(file, *[f"{one}-{n}.xlsx" for n in range(8)])) for one in range(3)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    found = audit.read(file)
    assert (found.lines, found.broken) == (24, None)


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such rights")
@pytest.mark.parametrize(("mask", "mode"), [(0o077, 0o600), (0o027, 0o640), (0o002, 0o664)])
def test_record_and_lock_have_the_rights_of_the_umask(mask: int, mode: int, tmp_path: Path) -> None:
    file = tmp_path / audit.FILE
    before = os.umask(mask)
    try:
        write(file, *NAMES)
        assert [path.stat().st_mode & 0o777 for path in (file, tmp_path / audit.LOCK)] == [mode, mode]
        audit.redact(file, lambda _one: True)
    finally:
        os.umask(before)
    assert file.stat().st_mode & 0o777 == mode


def test_the_record_is_read_while_nobody_writes(record: Path) -> None:
    """A reader waits for whoever adds an entry, and reads without the lock where it cannot have it."""
    reader = threading.Thread(target=lambda: seen.append(audit.read_while_nobody_writes(record)))
    seen: list[audit.Record] = []
    with filelock.FileLock(record.with_name(audit.LOCK)):
        reader.start()
        reader.join(0.5)
        assert not seen
    reader.join()
    assert seen[0].lines == 4
    record.with_name(audit.LOCK).unlink(missing_ok=True)
    record.with_name(audit.LOCK).mkdir()
    assert audit.read_while_nobody_writes(record).lines == 4
