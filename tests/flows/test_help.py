"""What --help says: whole lines, and how an argument is named."""

from __future__ import annotations

import subprocess
import sys

import pytest
from typer.testing import CliRunner

from flows.cli import app
from flows.version import __version__


@pytest.mark.parametrize("group", [[], ["rounds"], ["history"]])
def test_the_line_of_a_command_is_whole(group: list[str]) -> None:
    text = CliRunner().invoke(app, [*group, "--help"]).stdout
    lines = text.partition("Commands:\n")[2].splitlines()
    assert lines
    assert not [line for line in lines if not line.endswith(".") or line.endswith("...")]


@pytest.mark.parametrize("command", ["run", "score", "check", "explain", "simulate"])
def test_the_dots_of_an_argument_stand_once(command: str) -> None:
    text = CliRunner().invoke(app, [command, "--help"]).stdout
    assert "}..." in text
    assert "...}" not in text


@pytest.mark.parametrize("words", [[], ["rounds"], ["rounds", "list"], ["history", "diff"], ["forecast"]])
def test_help_has_a_short_option(words: list[str]) -> None:
    short, long = (CliRunner().invoke(app, [*words, option]) for option in ("-h", "--help"))
    assert short.exit_code == 0
    assert short.stdout == long.stdout


def test_the_version_has_a_short_option() -> None:
    answer = CliRunner().invoke(app, ["-V"])
    assert (answer.exit_code, answer.stdout.strip()) == (0, __version__)


@pytest.mark.parametrize(
    ("typed", "proposed"),
    [("drawline ro", {"rounds"}), ("drawline history com", {"compact"}), ("drawline s", {"score"})],
)
def test_a_shell_completes_commands(typed: str, proposed: set[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMP_WORDS", typed)
    monkeypatch.setenv("COMP_CWORD", str(typed.count(" ")))
    monkeypatch.setenv("_DRAWLINE_COMPLETE", "complete_bash")
    answer = CliRunner().invoke(app, [], prog_name="drawline")
    assert proposed <= set(answer.stdout.split())


def test_help_imports_nothing_heavy() -> None:
    code = "import sys, flows.cli; print(*sorted({'polars', 'babel', 'rich.progress', 'prefect'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
