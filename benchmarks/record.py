"""What was measured, as JSON: the machine, and for each row its ways with every measurement."""

from __future__ import annotations

import json
import math
import os
import platform
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import polars as pl

from benchmarks.measuring import Taken, ratio
from benchmarks.registry import Prepared, Row
from flows.version import __version__

PACKAGES = ("polars", "numpy", "numba", "pandera", "prefect", "fastexcel")
KIBIBYTES_A_GIGABYTE = 1e6 / 1.024


def machine() -> dict[str, Any]:
    """What was measured on: cores, threads of polars, memory in GB, versions."""
    return {
        "processor": _line("/proc/cpuinfo", "model name") or platform.processor(),
        "cores": os.cpu_count(),
        "polars_threads": pl.thread_pool_size(),
        "memory_gb": round(int((_line("/proc/meminfo", "MemTotal") or "0").split()[0]) / KIBIBYTES_A_GIGABYTE, 1),
        "system": platform.system(),
        "python": platform.python_version(),
        "drawline": __version__,
        **{name: found for name in PACKAGES if (found := _version(name))},
    }


def of_row(row: Row, size: int, prepared: Prepared, taken: Mapping[str, Sequence[Taken]]) -> dict[str, Any]:
    """One row with all that was measured; seconds to the tenth of a millisecond."""
    return {
        "title": row.title,
        "goal": row.goal,
        "unit": row.unit,
        "counted": prepared.counted or row.unit,
        "size": size,
        "measured_at": datetime.now(UTC).isoformat(timespec="minutes"),
        "machine": machine(),
        "ways": {name: _way(prepared.counts.get(name, size), taken_times) for name, taken_times in taken.items()},
        "ratios": [
            {"of": of, "to": to, "cpu": round(ratio(taken, of, to), 3)} for of, to in prepared.ratios if of in taken
        ],
        "notes": list(prepared.notes),
    }


def _way(count: int, taken: Sequence[Taken]) -> dict[str, Any]:
    """Every measurement of one way, and how many things it did."""
    return {
        "count": count,
        "cpu_seconds": [round(one.cpu_seconds, 4) for one in taken],
        "wall_seconds": [round(one.wall_seconds, 4) for one in taken],
        "other_cores": [None if math.isnan(one.other_cores) else round(one.other_cores, 2) for one in taken],
        "load": [round(one.load, 2) for one in taken],
        "megabytes": [None if one.megabytes is None else round(one.megabytes) for one in taken],
    }


def merged(path: Path, rows: Mapping[str, Any]) -> dict[str, Any]:
    """The rows of a file with those measured again in the place of the earlier ones."""
    earlier: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return {**earlier, **rows}


def _line(path: str, name: str) -> str:
    """What stands behind a name in a file of /proc; empty where it does not stand there."""
    try:
        lines = Path(path).read_text(encoding="utf-8").splitlines()
    except OSError:
        return ""
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(name)), "")


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
