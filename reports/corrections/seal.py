"""The seal of a corrections workbook: for which input it was written, and whether anybody has changed it since."""

from __future__ import annotations

import hashlib
import re
import zipfile
from collections.abc import Iterable
from pathlib import Path

FRONT = re.compile(r"xl/worksheets/drawlineCorrections[0-9]*\.xml")
# A sheet in front of a workbook with very many problems; a larger one was not written here.
MAX_FRONT = 512 << 20
_HEAD = "written for "
_OPEN = "0" * hashlib.sha256().digest_size * 2
_CLOSED = re.compile(rb"(?<=" + _HEAD.encode() + rb"[0-9a-f]{32}: )[0-9a-f]{64}")


def identity_of(path: Path, part: str) -> str:
    """What tells an input from all others, and a part of the client list from the whole (empty), in 32 characters."""
    return hashlib.blake2b(f"{path.resolve()}\n{part}".encode(errors="surrogateescape"), digest_size=16).hexdigest()


def opened(identity: str) -> str:
    """The text of the seal before the workbook is written."""
    return f"{_HEAD}{identity}: {_OPEN}"


def closed(front: bytes, others: Iterable[zipfile.ZipInfo]) -> bytes:
    """The XML of the sheet in front with the seal of a workbook whose other parts are written."""
    return _CLOSED.sub(_digest(front, others), front, count=1)


def is_untouched(path: Path, identity: str) -> bool:
    """Was a file written here for an input, and has nobody changed it since?

    A spreadsheet program that saves a workbook writes all of its parts again, so that their checksums differ.
    """
    try:
        with zipfile.ZipFile(path) as package:
            entries = package.infolist()
            fronts = [entry for entry in entries if FRONT.fullmatch(entry.filename)]
            if len(fronts) != 1 or fronts[0].file_size > MAX_FRONT:
                return False
            front = package.read(fronts[0])
    except (OSError, ValueError, NotImplementedError, RuntimeError, zipfile.BadZipFile):
        return False
    found = _CLOSED.search(front)
    if found is None or f"{_HEAD}{identity}: ".encode() != front[found.start() - len(_HEAD) - 34 : found.start()]:
        return False
    others = [entry for entry in entries if entry is not fronts[0]]
    return found[0] == _digest(_CLOSED.sub(_OPEN.encode(), front, count=1), others)


def _digest(front: bytes, others: Iterable[zipfile.ZipInfo]) -> bytes:
    """A digest of the sheet in front with its seal open, and of name, size and checksum of every other part."""
    made = hashlib.sha256(front)
    for entry in others:
        made.update(f"\n{entry.filename} {entry.file_size} {entry.CRC}".encode(errors="surrogateescape"))
    return made.hexdigest().encode()
