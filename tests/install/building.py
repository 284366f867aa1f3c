"""A wheel of the project as it is, built from a copy without what a clone has besides; and what an empty machine knows."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).parents[2]
PACKAGES = ("flows", "history", "reports", "sample_data", "transforms", "validation")
FILES = ("pyproject.toml", "README.md", "LICENSE", "NOTICE")
UV = Path(sys.executable).with_name("uv")
# How packages are found here; nothing else of whoever runs the tests reaches the commands.
KEPT = (
    "PIP_",
    "UV_",
    "SSL_",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
    "http_proxy",
    "https_proxy",
    "no_proxy",
    "XDG_CONFIG_DIRS",
)
SMALL_PACKAGE = "editables==0.6"


def environment(home: Path) -> dict[str, str]:
    """The environment of a user with an empty home and no PYTHONPATH."""
    kept = {name: value for name, value in os.environ.items() if name.startswith(KEPT)}
    return kept | {"HOME": str(home), "PATH": os.defpath, "LANG": "C.UTF-8", "POLARS_MAX_THREADS": "1"}


def copied(to: Path) -> Path:
    """The files that a wheel is built from, as they lie in a clone."""
    for name in PACKAGES:
        shutil.copytree(PROJECT / name, to / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in FILES:
        shutil.copy(PROJECT / name, to / name)
    return to


def built(source: Path, out: Path) -> Path:
    """The wheel of a source folder, built as `make wheel` does."""
    done = subprocess.run(
        [
            UV,
            "build",
            "--quiet",
            "--wheel",
            "--no-build-isolation",
            "--python",
            sys.executable,
            "--out-dir",
            out,
            source,
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return next(out.glob("*.whl"))


def why_no_registry(home: Path) -> str:
    """Why no package can be had from a registry here; empty where one can."""
    done = subprocess.run(
        [UV, "pip", "install", "--quiet", "--no-deps", "--no-cache", "--target", home / "reachable", SMALL_PACKAGE],
        env=environment(home),
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stderr.strip()[:200] if done.returncode else ""
