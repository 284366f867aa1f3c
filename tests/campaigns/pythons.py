"""A sample of the tests on every Python that is here: `python -m tests.campaigns.pythons`.

Looks for Python 3.11, 3.12 and 3.13 on the PATH and among those of pyenv. Each one that is found gets a virtual environment
of its own with the locked requirements, in `.venv-3.12` and so on, and runs the tests of the flows with Prefect and those of
some rooms. A version that is not found is listed as such: its tests were not run.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
VERSIONS = ("3.11", "3.12", "3.13")
# Every test that starts Prefect, and those of the rooms in which versions of Python and of libraries differ first.
SAMPLE = (
    ("tests/flows", "tests/install/test_privacy.py", "-m", "flow"),
    ("tests/history", "tests/validation/test_download.py", "tests/reports/test_cells.py", "tests/transforms/model", "-m", "not flow"),
)  # fmt: skip
TESTED = re.compile(r"(\d+ passed.*) in [\d.]+s")


@dataclass(frozen=True)
class Outcome:
    """What came of a version: the interpreter (None: not here), the words of pytest, and whether all passed."""

    version: str
    python: Path | None
    words: str
    is_good: bool
    seconds: float = 0


def interpreter(version: str) -> Path | None:
    """A Python of a version: that on the PATH, else the newest of pyenv."""
    candidates = [found] if (found := shutil.which(f"python{version}")) else []
    root = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    candidates += [str(path) for path in sorted(root.glob(f"versions/{version}.*/bin/python"), reverse=True)]
    for path in candidates:
        asked = [path, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
        done = subprocess.run(asked, capture_output=True, text=True, check=False)
        if done.stdout.strip() == version:
            return Path(path)
    return None


def environment(version: str, python: Path) -> Path:
    """The Python of a virtual environment with the locked requirements; one that is up to date is used again."""
    folder, lock = ROOT / f".venv-{version}", ROOT / "requirements" / "dev.txt"
    made, stamp = folder / "bin" / "python", folder / ".installed"
    if stamp.is_file() and stamp.stat().st_mtime > lock.stat().st_mtime:
        return made
    subprocess.run([python, "-m", "venv", "--clear", folder], check=True)
    install = [made, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
    subprocess.run([*install, "-r", lock, "-c", lock], check=True)
    stamp.touch()
    return made


def tested(version: str) -> Outcome:
    """The sample on a version."""
    python = interpreter(version)
    if python is None:
        return Outcome(version, None, "not here: its tests were not run", is_good=True)
    made = environment(version, python)
    started = time.monotonic()
    words, is_good = [], True
    for sample in SAMPLE:
        command = [made, "-m", "pytest", "-q", "-p", "no:cacheprovider", *sample]
        found = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
        done = subprocess.run(command, cwd=ROOT, env=found, capture_output=True, text=True, check=False)
        passed = TESTED.search(done.stdout)
        is_good &= done.returncode == 0
        words.append(passed[1] if passed and not done.returncode else done.stdout[-2_000:] + done.stderr[-2_000:])
    return Outcome(version, python, "; ".join(words), is_good, time.monotonic() - started)


def main() -> None:
    """The sample on each version, with a table."""
    parser = argparse.ArgumentParser(prog="python -m tests.campaigns.pythons", description="A sample on every Python.")
    parser.add_argument("versions", nargs="*", default=VERSIONS, help="such as 3.13; default: all that are supported")
    outcomes = []
    for version in parser.parse_args().versions:
        outcomes.append(tested(version))
        found = outcomes[-1]
        print(f"{version}  {'good' if found.is_good else 'FAILED'}  {found.seconds:.0f} s  {found.words}", flush=True)
    if not all(found.is_good for found in outcomes) or not any(found.python for found in outcomes):
        sys.exit(1)


if __name__ == "__main__":
    main()
