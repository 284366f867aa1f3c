"""Every command of the docs runs as it stands there, in a prepared firm's folder; what is not run says why."""

from __future__ import annotations

import csv
import io
import os
import re
import shlex
import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
import typer
from openpyxl import Workbook
from typer.core import TyperCommand, TyperGroup
from typer.testing import CliRunner

from flows.cli import app
from tests.docs.blocks import PROJECT, blocks, inline, name_of, pages
from tests.exports import case_systems
from tests.firm import MONDAY, TUESDAY, Firm, clients

# The clients of the firm; the docs name C-0004, C-0010 and C-0037.
NUMBERS = (*range(1, 13), 37)
RUN = [page for page in pages() if any(not block.reason for block in blocks(page))]
# The code of a list with rows in quarantine is no failure: 3.
SHIM = """#!/bin/sh
"{python}" -P -m flows.cli "$@"
code=$?
[ $code -eq 3 ] && code=0
exit $code
"""
# A word of a command that stands for something else: FILE, ROUND, D, [ID], KIND:N, …
STANDS_FOR = re.compile(r"…|\.\.\.|[\[\]|<>]|\b[A-Z][A-Z0-9_]*\b|'")


# Titles of sheets and columns of a corrections workbook.
TITLES = re.compile(r"drawline (corrections|status|message)")


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A firm after two nights, with a list of its clients and an export in words of its own."""
    folder = tmp_path_factory.mktemp("docs") / "firm"
    firm = Firm(folder, catch_up=0)
    firm.publish(MONDAY + timedelta(days=7))
    firm.drop("clients.xlsx", clients(*NUMBERS))
    for day in (MONDAY, TUESDAY, TUESDAY + timedelta(days=1)):
        firm.night(day)
    shutil.copy(firm.inbox / "clients.xlsx", folder / "clients.xlsx")
    _export(folder)
    return folder


def _export(folder: Path) -> None:
    """An export of a case system as a workbook, and the map that drawline proposes for it."""
    book = Workbook()
    for row in csv.reader(
        io.StringIO(case_systems.online_sheet().files["Express Entry - Clients.csv"].decode("utf-8-sig"))
    ):
        book.active.append(row)
    book.save(folder / "export.xlsx")
    words = [
        "check",
        str(folder / "export.xlsx"),
        "--config",
        str(folder / "drawline.toml"),
        "--out",
        str(folder / "proposed"),
    ]
    CliRunner().invoke(app, words)
    shutil.move(folder / "proposed" / "map.yaml", folder / "map.yaml")
    shutil.rmtree(folder / "proposed")


@pytest.fixture
def office(prepared: Path, tmp_path: Path) -> Path:
    """A copy of the prepared folder, with the command on the path and as `make` installs it."""
    folder = tmp_path / "firm"
    shutil.copytree(prepared, folder)
    (folder / "sample_data").symlink_to(PROJECT / "sample_data")
    (folder / "transforms").symlink_to(PROJECT / "transforms")
    for place in (tmp_path / "bin" / "drawline", folder / ".venv" / "bin" / "drawline"):
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(SHIM.format(python=sys.executable), encoding="utf-8")
        place.chmod(0o755)
    (tmp_path / "home").mkdir()
    return folder


@pytest.fixture
def environment(office: Path, tmp_path: Path) -> dict[str, str]:
    """An empty home, and a network in which nothing answers."""
    nothing = "http://127.0.0.1:9"
    return {
        "HOME": str(tmp_path / "home"),
        "PATH": f"{tmp_path / 'bin'}:{Path(sys.executable).parent}:{os.defpath}",
        "PYTHONPATH": str(PROJECT),
        "POLARS_MAX_THREADS": "1",
        "LANG": "C.UTF-8",
        "http_proxy": nothing,
        "https_proxy": nothing,
    }


@pytest.mark.long
@pytest.mark.skipif(os.name != "posix", reason="commands of a Linux shell")
@pytest.mark.parametrize("page", RUN, ids=name_of)
def test_the_commands_of_a_page_run_as_they_stand(page: Path, office: Path, environment: dict[str, str]) -> None:
    script = ["set -eu"]
    for block in blocks(page):
        if not block.reason:
            script += [f"echo '== {block.page}:{block.line}' >&2", block.text]
    done = subprocess.run(
        ["bash"], input="\n".join(script), cwd=office, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-1500:] + done.stderr[-1500:]


def test_what_is_not_run_says_why(capsys: pytest.CaptureFixture[str]) -> None:
    found = [block for page in pages() for block in blocks(page)]
    left_out = [block for block in found if block.reason]
    with capsys.disabled():
        print(f" {len(found) - len(left_out)} blocks of commands run, {len(left_out)} not run ", end="")
    assert all(len(block.reason.split()) > 2 for block in left_out)
    assert len(left_out) * 2 < len(found)


@pytest.mark.parametrize("page", pages(), ids=name_of)
def test_commands_within_a_line_exist_with_their_options(page: Path) -> None:
    root = typer.main.get_command(app)
    wrong = [text for text in inline(page) if not (TITLES.fullmatch(text) or _exists(root, text))]
    assert wrong == []


def _exists(root: TyperCommand | TyperGroup, text: str) -> bool:
    """Does a command exist, with each of its options?"""
    words = shlex.split(STANDS_FOR.sub("x", text))[1:]
    command = root
    while words and isinstance(command, TyperGroup) and (inner := command.commands.get(words[0].strip("x,"))):
        command, words = inner, words[1:]
    known = {option for one in command.params for option in (*one.opts, *one.secondary_opts)}
    known |= {"--help", "-h", "--version", "-V", "--install-completion"}
    options = [word.split("=")[0] for word in words if re.match(r"--?[a-z]", word)]
    is_whole = not isinstance(command, TyperGroup) or not words or words[0].startswith("-") or words[0] == "x"
    return is_whole and set(options) <= known
