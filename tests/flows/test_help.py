"""What --help says: whole lines, and how an argument is named."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from flows.cli import app


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
