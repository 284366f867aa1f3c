"""What it takes to bring in the first file of a firm, export by export: `python -m tests.campaigns.first_exports`.

Each of the synthetic exports goes through the commands that a new user gives, every command in a process of its own.
Seconds are those of the clock over all commands of an export; lines by hand are those that are added to the proposed map
or changed in it. The time in which a person reads and writes is not in the table.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from tests.exports.firms import EXPORTS
from tests.exports.people import AS_OF
from tests.exports.trial import bring_in, different, own_file
from tests.processes import drawline

ROOT = Path(__file__).parents[2]


def main() -> int:
    """Prints a table in Markdown; exit code 1 where a client is missing or scored otherwise than in our columns."""
    argparse.ArgumentParser(prog="python -m tests.campaigns.first_exports", description=__doc__).parse_args()
    print("| export | clients | commands | seconds | lines by hand |")
    print("| --- | --- | --- | --- | --- |")
    all_in = True
    for make in EXPORTS.values():
        export = make()
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            trial = bring_in(export, folder, lambda arguments, home=folder: _run(arguments, home))
            own = own_file(export, folder / "own")
            expected = folder / "own.parquet"
            _run(["score", str(own), "--as-of", AS_OF.isoformat(), "--out", str(expected)], folder)
            wrong = different(pl.read_parquet(expected), pl.read_parquet(trial.scores))
        all_in &= not wrong
        print(
            f"| {export.about} | {len(export.clients)} | {len(trial.steps)} | {trial.seconds:.1f}"
            f" | {len(trial.by_hand)} |" + (f" wrong: {wrong[:3]}" if wrong else "")
        )
    return int(not all_in)


def _run(arguments: Sequence[str], home: Path) -> tuple[int, str]:
    """A command in a process of its own, whose user has no settings."""
    environment = os.environ | {"PYTHONPATH": str(ROOT), "HOME": str(home), "XDG_CONFIG_HOME": str(home)}
    done = subprocess.run(
        drawline(*arguments), env=environment, cwd=home, capture_output=True, text=True, check=False
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


if __name__ == "__main__":
    sys.exit(main())
