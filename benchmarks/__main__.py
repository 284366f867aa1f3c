"""Measures rows of the table: `python -m benchmarks [--row NAME]… [--scale small|full] [--json FILE] [--page FILE]`."""

from __future__ import annotations

import argparse
import compileall
import json
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import Any

from benchmarks import engine_rows, page, process_rows, record
from benchmarks.measuring import ROOT, in_turn
from benchmarks.registry import FULL, ROWS, SCALES, Place, Row, Unavailable

# Where the rows are registered.
MODULES = (engine_rows, process_rows)
PACKAGES = ("flows", "history", "reports", "sample_data", "transforms", "validation")


@cache
def compile_modules() -> None:
    """Compiles the project's modules, as an installation does: no command that is measured has to."""
    for package in PACKAGES:
        compileall.compile_dir(ROOT / package, quiet=2)


def measured(row: Row, *, is_full: bool, size: int | None = None, rounds: int | None = None) -> dict[str, Any]:
    """One row as it is recorded; raises Unavailable where it cannot be measured here."""
    of = size or (row.full if is_full else row.small)
    compile_modules()
    with tempfile.TemporaryDirectory(prefix="drawline-bench-") as folder, ExitStack() as until_done:
        prepared = row.prepare(of, Place(Path(folder), until_done, is_full))
        taken = in_turn(prepared.ways, rounds or (row.rounds if is_full else 1), warm=row.warm)
        return record.of_row(row, of, prepared, taken)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures, prints the page of what was measured, and writes the files that are asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="How fast drawline is.")
    parser.add_argument("--row", action="append", choices=list(ROWS), metavar="NAME", help="only these; repeatable")
    parser.add_argument("--list", action="store_true", help="the names of the rows, and nothing measured")
    parser.add_argument("--scale", choices=SCALES, default=FULL)
    parser.add_argument("--size", type=int, help="another size than that of the scale")
    parser.add_argument("--rounds", type=int, help="how often each way is measured")
    parser.add_argument("--json", type=Path, metavar="FILE", help="rows measured now replace those of the file")
    parser.add_argument("--page", type=Path, metavar="FILE", help="a page of all rows of the JSON file, or of these")
    given = parser.parse_args(arguments)
    if given.list:
        for row in ROWS.values():
            print(f"{row.name:15} {row.title}: {row.full:,} {row.unit}, small {row.small:,}")
        return 0
    found: dict[str, Any] = {}
    for name in given.row or ROWS:
        try:
            found[name] = measured(ROWS[name], is_full=given.scale == FULL, size=given.size, rounds=given.rounds)
        except Unavailable as error:
            print(f"{name}: not measured. {error}", file=sys.stderr)
            continue
        print(page.page({name: found[name]}).removeprefix(page.HEAD), flush=True)
        _write(given, found)
    return 0


def _write(given: argparse.Namespace, found: dict[str, Any]) -> None:
    """Writes after each row, so that a run that is ended keeps what it has."""
    rows = record.merged(given.json, found) if given.json else found
    rows = {name: rows[name] for name in ROWS if name in rows}
    if given.json:
        given.json.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    if given.page:
        given.page.write_text(page.page(rows), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    sys.exit(main())
