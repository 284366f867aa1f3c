"""The rules as loaded, and as their files stand."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.transforms.rules.shipped import GROUPS, HERE, plain
from transforms.rules import Rules, load


@pytest.fixture(scope="session")
def rules() -> Rules:
    """The shipped rules."""
    return load()


@pytest.fixture(scope="session")
def files() -> dict[str, Any]:
    """Each group file as plain YAML, by its name."""
    return {name: plain(name) for name in GROUPS}


@pytest.fixture
def broken(tmp_path: Path) -> Callable[..., Path]:
    """A copy of the rules in which some text of one file is another; returns the folder."""

    def made(name: str, old: str, new: str) -> Path:
        folder = tmp_path / "rules"
        folder.mkdir()
        for path in HERE.glob("*.yaml"):
            shutil.copy(path, folder)
        text = (folder / name).read_text(encoding="utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")
        return folder

    return made
