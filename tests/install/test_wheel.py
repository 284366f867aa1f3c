"""The wheel: what is in it, and that a user with an empty home can install and run it."""

from __future__ import annotations

import re
import shutil
import subprocess
import zipfile
from email import message_from_string
from pathlib import Path

import pytest

from flows.version import __version__
from tests.install.building import PACKAGES, PROJECT, UV, built, copied, environment, why_no_registry

CONSTRAINTS = PROJECT / "requirements" / "versions.txt"
OF_A_FIRM = (
    "history/records/part-0.parquet",
    "history/.drawline.lock",
    "reports/2026-08-07/report.xlsx",
    "inbox/clients.xlsx",
)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    source = copied(folder / "source")
    for name in OF_A_FIRM:
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_text("a client", encoding="utf-8")
    return built(source, folder / "dist")


@pytest.mark.long
def test_the_wheel_has_every_file_of_the_rooms(wheel: Path) -> None:
    needed = {
        path.relative_to(PROJECT).as_posix()
        for room in PACKAGES
        for path in (PROJECT / room).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert needed <= set(zipfile.ZipFile(wheel).namelist())
    assert {f"{room}/py.typed" for room in PACKAGES} <= needed


@pytest.mark.long
def test_nothing_of_a_firm_gets_into_the_wheel(wheel: Path) -> None:
    assert not set(OF_A_FIRM) & set(zipfile.ZipFile(wheel).namelist())


@pytest.mark.long
def test_the_wheel_says_what_it_is(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    place = next(name for name in names if name.endswith("METADATA"))
    said = message_from_string(zipfile.ZipFile(wheel).read(place).decode())
    assert (said["Name"], said["Version"]) == ("drawline-express-entry", __version__)
    assert said.get_all("License-File") == ["LICENSE", "NOTICE"]
    assert "Typing :: Typed" in said.get_all("Classifier", [])


def test_the_constraints_are_the_versions_of_the_lock() -> None:
    locked = re.findall(
        r"^([A-Za-z0-9].*?==.*?) *\\$", (PROJECT / "requirements" / "run.txt").read_text(), re.MULTILINE
    )
    assert locked == CONSTRAINTS.read_text().splitlines(), "run `make lock`"


@pytest.mark.long
def test_an_empty_home_installs_and_runs_the_wheel(wheel: Path, tmp_path: Path) -> None:
    if why := why_no_registry(tmp_path):
        pytest.skip(f"no package registry can be reached: {why}")
    home = tmp_path / "home"
    home.mkdir()
    tried = environment(home)

    def run(*words: str | Path, code: int = 0) -> str:
        done = subprocess.run(words, env=tried, cwd=home, capture_output=True, text=True, check=False)
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout

    run(UV, "tool", "install", "--quiet", "--no-cache", "--constraints", CONSTRAINTS, wheel)
    drawline = home / ".local" / "bin" / "drawline"
    assert run(drawline, "--version").strip() == __version__
    assert "458 scored + 42 quarantined" in run(drawline, "demo", "--no-prefect", "--out", "demo", code=3)
    run(drawline, "template", "empty.xlsx")
    assert (home / "empty.xlsx").is_file()
    shutil.copy(PROJECT / "sample_data" / "clients_2026.xlsx", home / "clients.xlsx")
    assert "42 quarantined" in run(drawline, "check", "clients.xlsx", "--as-of", "2026-08-07", code=3)
    run(
        drawline,
        "run",
        "clients.xlsx",
        "--as-of",
        "2026-08-07",
        "--no-prefect",
        "--lang",
        "fr",
        "--out",
        "outcome",
        code=3,
    )
    assert (home / "outcome" / "report.xlsx").is_file()
    run(UV, "tool", "uninstall", "--quiet", "drawline-express-entry")
    assert not drawline.exists()
