"""A small part of each campaign, so that they do not rust."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from tests.campaigns import kills, nights

pytestmark = pytest.mark.long

# The night after it sees a round that invites some of the first clients of the sample.
FIRST = date(2026, 7, 21)


def test_some_nights_of_a_small_firm(tmp_path: Path) -> None:
    passed = [
        one.run.request.as_of
        for one in nights.nights(tmp_path, count=2, size=40, seed=9, first=FIRST, again=2, rescore_after=1)
    ]
    assert passed == [FIRST, FIRST + nights.DAY]


@pytest.fixture(scope="module")
def trials(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, kills.Trial]:
    return kills.prepared(tmp_path_factory.mktemp("trial"), size=6, missed=0, kinds=(kills.CATCH_UP, kills.RESCORE))


@pytest.mark.parametrize(("kind", "share"), [(kills.RESCORE, 0.9)])
def test_a_run_that_is_killed(kind: str, share: float, trials: Mapping[str, kills.Trial], tmp_path: Path) -> None:
    trial = trials[kind]
    kills.killed(trial, kills.copy_of(trial.before, tmp_path / "firm"), share * trial.seconds)


def test_reports_that_cannot_be_written_to(trials: Mapping[str, kills.Trial], tmp_path: Path) -> None:
    kills.without_reports(trials[kills.CATCH_UP], tmp_path / "firm")


def test_a_full_disk(trials: Mapping[str, kills.Trial], tmp_path: Path) -> None:
    try:
        assert kills.on_a_full_disk(trials[kills.CATCH_UP], tmp_path / "disk", 16)
    except PermissionError as error:
        pytest.skip(str(error))
