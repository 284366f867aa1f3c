"""The page of the docs with what was measured."""

from __future__ import annotations

import statistics
from collections.abc import Mapping
from typing import Any

HEAD = """# Speed

This page is written by `make bench`. It shows what was measured, on the machine and day beside each figure. What was not
measured is not shown.

CPU seconds are those of the processor, over all threads. Compared ways run in turn, so that all meet the same changes of
the machine. A ratio is the median over the rounds, from CPU seconds. Other cores is how many cores other processes kept
busy meanwhile. Memory is the largest of a process of its own.

Random clients come from the generator of the tests: at most 20,000 are drawn one by one, the others from these again.
The kernel and the numpy columns read the same law, and tests hold their answers equal to the engine's.
"""
TABLE = """| way | CPU seconds | clock seconds | {counted} a CPU second | memory | other cores | load |
| --- | ---: | ---: | ---: | ---: | ---: | ---: |
"""
NOTHING = "\nNothing has been measured yet.\n"
THOUSAND = 1000
NOT_THERE = "-"


def page(rows: Mapping[str, Any]) -> str:
    """The page of some rows by name, as Markdown."""
    return HEAD + ("".join(f"\n{_row(name, rows[name])}" for name in rows) or NOTHING)


def _row(name: str, row: Mapping[str, Any]) -> str:
    machine = row["machine"]
    versions = ", ".join(f"{key} {machine[key]}" for key in ("python", "polars", "numba", "drawline") if key in machine)
    threads = f"{machine['cores']} cores, {_threads(machine['polars_threads'])}, {machine['memory_gb']} GB"
    parts = [
        f"## {row['title']}\n\n",
        f"Row `{name}`{_size(row)}. Goal: {row['goal']}.\n\n",
        TABLE.format(counted=row["counted"]),
        *(f"| {way} | {_cells(taken)} |\n" for way, taken in row["ways"].items()),
        "\n",
        *(f"- {one['of']} to {one['to']}: {one['cpu']:.2f} times\n" for one in row["ratios"]),
        *(f"- {note}\n" for note in row["notes"]),
        f"- measured {row['measured_at'][:10]} on {machine['processor']}, {threads}, {versions}\n",
    ]
    return "".join(parts)


def _size(row: Mapping[str, Any]) -> str:
    return f", {_count(row['size'])} {row['unit']}" if row["size"] > 1 else ""


def _cells(taken: Mapping[str, Any]) -> str:
    """The least seconds, the largest memory, and how busy the machine was."""
    cpu, wall = min(taken["cpu_seconds"]), min(taken["wall_seconds"])
    others = [one for one in taken["other_cores"] if one is not None]
    memory = [one for one in taken["megabytes"] if one is not None]
    return " | ".join((
        _seconds(cpu),
        _seconds(wall),
        _count(round(taken["count"] / cpu)) if cpu and taken["count"] > 1 else NOT_THERE,
        f"{max(memory) / THOUSAND:.2f} GB" if memory else NOT_THERE,
        f"{statistics.mean(others):.1f}" if others else NOT_THERE,
        f"{statistics.mean(taken['load']):.1f}",
    ))  # fmt: skip


def _seconds(value: float) -> str:
    return f"{value:.3f}" if value < 1 else f"{value:.2f}"


def _count(value: int) -> str:
    return f"{value:,}"


def _threads(count: int) -> str:
    return f"{count} thread of polars" if count == 1 else f"{count} threads of polars"
