"""The SHA-256 of files, in hexadecimal."""

from __future__ import annotations

import hashlib
from pathlib import Path


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sha256_if_readable(path: Path) -> str | None:
    """The SHA-256 of a file, in hexadecimal; None for one that cannot be read."""
    try:
        return sha256_of(path)
    except OSError:
        return None
