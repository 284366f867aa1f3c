"""What a process uses: its memory and its open descriptors, as Linux counts them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

KIBIBYTES_A_MEBIBYTE = 1024


@dataclass(frozen=True)
class Usage:
    """Memory in use and the largest so far, both in MiB, and open descriptors."""

    mebibytes: float
    peak_mebibytes: float
    descriptors: int


def of(pid: int | str = "self") -> Usage | None:
    """The usage of a process; none where it has ended, or where there is no /proc."""
    folder = Path(f"/proc/{pid}")
    try:
        lines = (folder / "status").read_text(encoding="ascii", errors="replace").splitlines()
        descriptors = len(os.listdir(folder / "fd"))  # noqa: PTH208 - a count alone
    except OSError:
        return None
    sizes = {name: int(value.split()[0]) for name, _, value in (line.partition(":") for line in lines) if "kB" in value}
    if "VmRSS" not in sizes:
        # A process that waits to be reaped has no memory.
        return None
    return Usage(sizes["VmRSS"] / KIBIBYTES_A_MEBIBYTE, sizes["VmHWM"] / KIBIBYTES_A_MEBIBYTE, descriptors)
