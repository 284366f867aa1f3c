"""A small part of each campaign, so that they do not rust."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.campaigns import kills, nights


def test_some_nights_of_a_small_firm(tmp_path: Path) -> None:
    passed = [run.request.as_of for _, run in nights.nights(tmp_path, count=3, size=30, seed=9)]
    assert len(passed) == 3


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> kills.Trial:
    return kills.prepared(tmp_path_factory.mktemp("trial"), 6)


@pytest.mark.parametrize("share", [0.5, 0.9])
def test_a_run_that_is_killed(share: float, trial: kills.Trial, tmp_path: Path) -> None:
    kills.killed(trial, kills.copy_of(trial.before, tmp_path), share * trial.seconds)


def test_reports_that_cannot_be_written_to(trial: kills.Trial, tmp_path: Path) -> None:
    kills.without_reports(trial, tmp_path / "firm")


def test_a_full_disk(trial: kills.Trial, tmp_path: Path) -> None:
    try:
        assert kills.on_a_full_disk(trial, tmp_path / "disk", 16)
    except PermissionError as error:
        pytest.skip(str(error))
