"""The Dockerfile: checked by hadolint, and its steps executed in an empty folder. The image itself is not built here."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from flows.version import __version__
from tests.install.building import PROJECT, environment, why_no_registry

FILE = PROJECT / "Dockerfile"
# Absolute paths of the image, which lie below the empty folder here.
PLACES = re.compile(r"(?<![\w./$-])/(?=(?:build|opt/drawline|inbox|history|reports|etc/drawline)\b)")
# A user of the machine that runs the tests is not made.
NOT_RUN = ("groupadd",)


def steps() -> list[tuple[str, str]]:
    """The instructions of the Dockerfile with their arguments, in order."""
    text = re.sub(r"^#.*\n", "", FILE.read_text(encoding="utf-8"), flags=re.MULTILINE).replace("\\\n", " ")
    return [(line.split(" ", 1)[0], line.split(" ", 1)[1].strip()) for line in text.splitlines() if line.strip()]


def of(instruction: str) -> list[str]:
    return [argument for name, argument in steps() if name == instruction]


def test_the_linter_has_nothing_to_say() -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("hadolint"), FILE], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "")


def test_the_image_runs_as_a_user_without_rights() -> None:
    assert of("USER") == ["10001:10001"]
    assert of("VOLUME") == ['["/inbox", "/history", "/reports"]']
    assert of("ENTRYPOINT") == ['["drawline"]']
    assert not [base for base in of("FROM") if ":" not in base or ":latest" in base]


def test_the_installer_is_the_one_of_the_lock() -> None:
    pin = re.search(r"uv==([0-9.]+)", FILE.read_text(encoding="utf-8"))
    assert pin
    assert f"\nuv=={pin[1]} " in (PROJECT / "requirements" / "dev.txt").read_text(encoding="utf-8")


def test_what_is_copied_is_let_through_and_nothing_else() -> None:
    sources = {source for argument in of("COPY") if "--from" not in argument for source in argument.split()[:-1]}
    lines = (PROJECT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert lines[1] == "*"
    through = {line[1:] for line in lines if line.startswith("!")} - {"history/*.py", "history/py.typed"}
    folders = {path for path in through if (PROJECT / path).is_dir()}
    files = {
        path if "/" not in path or path.startswith("docker/") else path.split("/")[0] for path in through - folders
    }
    assert sources == folders | files
    assert all((PROJECT / path).exists() for path in through)


@pytest.mark.long
def test_the_steps_make_a_command_in_an_empty_folder(tmp_path: Path) -> None:
    if why := why_no_registry(tmp_path):
        pytest.skip(f"no package registry can be reached: {why}")
    if os.geteuid() != 0:
        pytest.skip("folders of another user are made by root alone")
    root = tmp_path / "root"
    (root / "bin").mkdir(parents=True)
    (root / "bin" / "python").symlink_to(Path(sys.base_prefix) / "bin" / "python3")
    tried = environment(tmp_path) | {"PATH": f"{root / 'bin'}:{os.defpath}"}
    folder, not_run = root, []

    def here(text: str) -> str:
        return PLACES.sub(f"{root}/", text)

    for name, argument in steps():
        if name == "WORKDIR":
            folder = Path(here(argument))
            folder.mkdir(parents=True, exist_ok=True)
        elif name == "RUN" and argument.startswith(NOT_RUN):
            not_run.append(argument)
        elif name == "RUN":
            subprocess.run(here(argument), shell=True, check=True, cwd=folder, env=tried, stdout=subprocess.DEVNULL)  # noqa: S602
        elif name == "COPY" and "--from" in argument:
            # Both stages share the folder, so what is copied must keep its place.
            assert len({*argument.split()[1:]}) == 1
        elif name == "COPY":
            copy(argument.split(), folder, here)
        elif name == "ENV":
            tried |= dict(word.split("=", 1) for word in shlex.split(here(argument).replace("$PATH", tried["PATH"])))
    assert len(not_run) == 1
    settings = Path(tried["DRAWLINE_CONFIG"])
    settings.write_text(here(settings.read_text()) + 'rounds_address = ""\ninbox_settle_seconds = 0\n')
    shutil.copy(PROJECT / "sample_data" / "clients_2026.xlsx", root / "inbox")

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(["drawline", *words], env=tried, cwd=folder, capture_output=True, text=True, check=False)

    assert run("--version").stdout.strip() == __version__
    night = run("nightly", "--no-prefect", "--as-of", "2026-08-07")
    assert night.returncode == 3, night.stderr
    assert (root / "reports" / "2026-08-07" / "report.xlsx").is_file()
    assert (root / "history" / "scores").is_dir()


def copy(words: list[str], folder: Path, here: object) -> None:
    """Copies as COPY does: the content of a folder, or files."""
    assert callable(here)
    *sources, target = words
    to = Path(here(target)) if target.startswith("/") else folder / target
    for source in sources:
        if (PROJECT / source).is_dir():
            shutil.copytree(PROJECT / source, to, ignore=shutil.ignore_patterns("__pycache__"), dirs_exist_ok=True)
        else:
            place = to if target.startswith("/") else to / Path(source).name
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(PROJECT / source, place)
