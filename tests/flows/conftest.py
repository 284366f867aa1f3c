"""A small firm before its first night, and after it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.firm import MONDAY, SOME, Firm, before_its_first_night


@pytest.fixture
def firm(tmp_path: Path) -> Firm:
    """A firm before its first night."""
    return before_its_first_night(tmp_path / "firm", *SOME)


@pytest.fixture(scope="module")
def after_monday(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = before_its_first_night(tmp_path_factory.mktemp("monday"), *SOME)
    made.night(MONDAY)
    return made.folder


@pytest.fixture
def later(after_monday: Path, tmp_path: Path) -> Firm:
    """The same firm after the night of Monday."""
    shutil.copytree(after_monday, tmp_path / "firm")
    return Firm(tmp_path / "firm")
