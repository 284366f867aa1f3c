"""What is told to a program that reads no further, as `head` does: a command ends quietly."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest


@pytest.mark.parametrize("arguments", [["rounds", "list", "--json"], ["rounds", "list"], ["--version"], ["--help"]])
def test_a_reader_that_goes_ends_a_command_quietly(arguments: list[str]) -> None:
    """Of much that is told and of little: the pipe has no reader from the start."""
    read, write = os.pipe()
    os.close(read)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "flows.cli", *arguments],
            stdout=write,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    finally:
        os.close(write)
    assert (done.stderr, done.returncode) == ("", 1)
