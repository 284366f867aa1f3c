"""What a command imports, and how long it takes beside the import of polars alone."""

from __future__ import annotations

import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from benchmarks.measuring import apart, drawline, in_turn, python, ratio
from benchmarks.process_rows import COMMANDS

PROJECT = Path(__file__).parents[2]
SHOWN = (
    "import atexit, sys\n"
    "atexit.register(lambda: print(*sys.modules, file=sys.stderr))\n"
    "from flows.cli import main\n"
    "sys.argv[1:] = {words!r}\n"
    "main()\n"
)
# Long to import, and of no use to a command that only looks something up.
WITHOUT_FRAMES = {"polars", "yaml", "rich", "babel"}
NEVER = {
    "pandera",
    "numpy",
    "prefect",
    "openpyxl",
    "lxml",
    "deltalake",
    "icalendar",
    "fastexcel",
    "pycountry",
    "altair",
}
# How many times the processor's seconds of an import of polars; measured 0.5, 2.0 and 1.7 times.
MAX_TIMES = {"--help": 1.0, "noc": 4.0, "rounds list": 4.0}
ROUNDS = 3


@cache
def modules(*words: str) -> frozenset[str]:
    """The packages that a command has imported at its end."""
    code = SHOWN.format(words=list(words))
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8", cwd=PROJECT, check=True
    )
    return frozenset(name.partition(".")[0] for name in done.stderr.splitlines()[-1].split())


@pytest.mark.parametrize("name", list(COMMANDS))
def test_a_command_that_looks_something_up_leaves_the_large_packages_alone(name: str) -> None:
    assert modules(*COMMANDS[name]) & NEVER == set()


@pytest.mark.parametrize("words", [["--help"], ["--version"], ["noc", "--help"], ["nightly", "--help"]], ids=" ".join)
def test_help_needs_no_frames(words: list[str]) -> None:
    assert modules(*words) & (NEVER | WITHOUT_FRAMES) == set()


def test_the_list_of_commands_needs_no_types_of_options() -> None:
    assert modules("--help") & {"pydantic", "zoneinfo", "logging"} == set()


def test_a_schema_is_printed_without_frames() -> None:
    assert modules("schema", "run") & {"polars", "numpy", "pandera"} == set()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="seconds are read with the module resource")
def test_a_command_starts_within_a_few_imports_of_polars(tmp_path: Path) -> None:
    home = {"HOME": str(tmp_path), "POLARS_MAX_THREADS": "1"}
    ways = {name: apart(drawline(*words), tmp_path, environment=home) for name, words in COMMANDS.items()}
    taken = in_turn({**ways, "polars": apart(python("-c", "import polars"), tmp_path)}, ROUNDS, warm=True)
    found = {name: ratio(taken, name, "polars") for name in COMMANDS}
    assert {name: times for name, times in found.items() if times > MAX_TIMES[name]} == {}
