"""A small firm before its first night, and after it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.firm import MONDAY, SOME, TUESDAY, Firm, before_its_first_night


@pytest.fixture
def firm(tmp_path: Path) -> Firm:
    """A firm before its first night."""
    return before_its_first_night(tmp_path / "firm", *SOME)


@pytest.fixture(scope="session")
def after_monday(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = before_its_first_night(tmp_path_factory.mktemp("monday"), *SOME)
    made.night(MONDAY)
    return made.folder


@pytest.fixture
def later(after_monday: Path, tmp_path: Path) -> Firm:
    """The same firm after the night of Monday."""
    shutil.copytree(after_monday, tmp_path / "firm")
    return Firm(tmp_path / "firm")


@pytest.fixture(scope="session")
def after_tuesday(after_monday: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tuesday") / "firm"
    shutil.copytree(after_monday, folder)
    made = Firm(folder)
    made.publish(TUESDAY)
    made.night(TUESDAY)
    return folder


@pytest.fixture
def invited(after_tuesday: Path, tmp_path: Path) -> Firm:
    """The same firm after the night of Tuesday, whose round invites CLIENT."""
    shutil.copytree(after_tuesday, tmp_path / "firm")
    return Firm(tmp_path / "firm")
