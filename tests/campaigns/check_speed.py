"""How long `check` of 100,000 rows takes beside another version of the code: `python -m tests.campaigns.check_speed`.

Both versions check the same two files in turn: one in our own columns, one in a firm's words with a map. A time is that
of the processor, which other work on the machine changes less than that of the clock. The ratio is that of the medians.
It has a bound where both versions write the same: the files of `--out` hold a workbook of corrections today.
"""

from __future__ import annotations

import argparse
import csv
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sample_data.clients import Row
from sample_data.generate import AS_OF_2026, clients_2026
from transforms.model.columns import CANDIDATES

ROOT = Path(__file__).parents[2]
BASE = "f8235f8"
ROWS, ROUNDS, MOST = 100_000, 3, 1.2
WORDS = {"single": "Unattached", "married": "Wed (civil)", "common_law": "Cohabiting partners"}
THEIRS = {
    "client_id": "Our Ref", "date_of_birth": "Born at", "marital_status": "Family state", "english_test": "Exam sat",
    "english_test_date": "Exam sat on", "education_level": "Schooling", "primary_noc": "Line of work",
}  # fmt: skip
MAP = (
    "columns:\n"
    + "".join(f"  {theirs}: {ours}\n" for ours, theirs in THEIRS.items())
    + "values:\n  marital_status:\n"
    + "".join(f"    {theirs}: {ours}\n" for ours, theirs in WORDS.items())
)


@dataclass(frozen=True)
class Taken:
    """What a command took: seconds of the processor and of the clock, and its exit code."""

    processor: float
    clock: float
    exit_code: int


def write_clients(path: Path, rows: int, *, mapped: bool) -> None:
    """So many clients as CSV, in our columns or in a firm's words."""
    sample = [client.row for client in clients_2026() if not client.details]
    names = CANDIDATES.names
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([THEIRS.get(name, name) if mapped else name for name in names])
        for number in range(rows):
            row: Row = {**sample[number % len(sample)], "client_id": f"C-{number:06d}"}
            if mapped:
                status = str(row["marital_status"])
                row["marital_status"] = WORDS.get(status, status)
            writer.writerow(["" if (value := row.get(name)) is None else value for name in names])


@contextmanager
def tree_of(commit: str, folder: Path) -> Iterator[Path]:
    """The files of a commit in a folder of their own."""
    tree = folder / "base"
    subprocess.run(["git", "worktree", "add", "--quiet", "--detach", str(tree), commit], cwd=ROOT, check=True)
    try:
        yield tree
    finally:
        subprocess.run(["git", "worktree", "remove", "--force", str(tree)], cwd=ROOT, check=True)


def check(tree: Path, folder: Path, arguments: list[str]) -> Taken:
    """A check by the code of a tree."""
    command = [sys.executable, "-m", "flows.cli", "check", *arguments, "--as-of", AS_OF_2026.isoformat(), "--quiet"]
    environment = os.environ | {"PYTHONPATH": str(tree), "POLARS_MAX_THREADS": "1", "HOME": str(folder)}
    before = os.times()
    done = subprocess.run(command, env=environment, cwd=folder, stdout=subprocess.DEVNULL, check=False)
    after = os.times()
    processor = after.children_user - before.children_user + after.children_system - before.children_system
    return Taken(processor, after.elapsed - before.elapsed, done.returncode)


def main() -> int:
    """Prints the seconds of both versions and their ratio; exit code 1 where a ratio is above the bound."""
    parser = argparse.ArgumentParser(prog="python -m tests.campaigns.check_speed", description=__doc__)
    parser.add_argument("--base", default=BASE, help="the commit to compare with")
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    given = parser.parse_args()
    is_slow = False
    with tempfile.TemporaryDirectory() as name, tree_of(given.base, Path(name)) as base:
        folder = Path(name)
        write_clients(folder / "ours.csv", given.rows, mapped=False)
        write_clients(folder / "theirs.csv", given.rows, mapped=True)
        (folder / "map.yaml").write_text(MAP, encoding="utf-8")
        cases = {
            "our columns": ["ours.csv"],
            "with a map": ["theirs.csv", "--map", "map.yaml"],
            "with files": ["ours.csv", "--out", "out"],
        }
        for what, arguments in cases.items():
            taken: dict[Path, list[Taken]] = {base: [], ROOT: []}
            for _ in range(given.rounds):
                for tree, times in taken.items():
                    times.append(check(tree, folder, arguments))
            codes = {one.exit_code for times in taken.values() for one in times}
            medians = [statistics.median(one.processor for one in times) for times in taken.values()]
            clocks = [statistics.median(one.clock for one in times) for times in taken.values()]
            ratio = medians[1] / medians[0]
            is_slow |= codes != {0} or (ratio > MOST and "--out" not in arguments)
            print(
                f"{what}: {given.rows} rows, processor {medians[0]:.2f} s before, {medians[1]:.2f} s now, ratio {ratio:.2f};"
                f" clock {clocks[0]:.2f} s, {clocks[1]:.2f} s; exit codes {sorted(codes)}"
            )
    return int(is_slow)


if __name__ == "__main__":
    sys.exit(main())
