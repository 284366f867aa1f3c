"""The bounds of the soak and the figures of the load, and a few runs of each."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tests.campaigns import load, soak, usage

pytestmark = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads /proc")


@pytest.mark.long
def test_some_nights_in_one_process_leave_a_clean_history(tmp_path: Path) -> None:
    seen = list(soak.marks(tmp_path, nights=2, clients=3, every=1))
    assert [mark.nights for mark in seen] == [1, 2]
    assert all(mark.used.mebibytes > 0 < mark.used.descriptors for mark in seen)


def marks(*used: tuple[float, int]) -> list[soak.Mark]:
    return [
        soak.Mark((place + 1) * 100, usage.Usage(mebibytes, mebibytes, descriptors), 1.0)
        for place, (mebibytes, descriptors) in enumerate(used)
    ]


def test_growth_before_the_end_of_the_warm_up_does_not_count() -> None:
    assert soak.growth(marks((100, 10), (400, 40), (420, 42)), warm_up=200) == []


def test_growth_of_memory_or_descriptors_is_named() -> None:
    [memory] = soak.growth(marks((300, 10), (350, 10), (301 + soak.MAX_GROWTH_MEBIBYTES, 10)), warm_up=100)
    assert memory == "97 MiB more after 300 nights than after 100"
    [opened] = soak.growth(marks((300, 10), (300, 15)), warm_up=100)
    assert opened == "5 more descriptors than after 100 nights"


def test_no_mark_after_the_warm_up_is_an_error() -> None:
    assert soak.growth(marks((300, 10)), warm_up=200) == ["no mark after the warm-up of 200 nights"]


def test_a_descriptor_that_stays_open_is_seen() -> None:
    before = usage.of()
    opened = [os.open(os.devnull, os.O_RDONLY) for _ in range(5)]
    after = usage.of()
    for one in opened:
        os.close(one)
    assert before is not None
    assert after is not None
    assert after.descriptors == before.descriptors + 5


def test_a_process_that_has_ended_has_no_usage() -> None:
    assert usage.of(2**22 + 1) is None


@pytest.mark.flow
@pytest.mark.skipif(sys.platform == "win32", reason="signals and ps")
def test_two_nightly_runs_at_once_on_one_server(tmp_path: Path) -> None:
    made = load.together(load.prepared(tmp_path / "firm"), tmp_path, 2)
    assert made.faults == []
    assert made.ended[load.DONE] >= 1
    assert made.ended.total() == 2
    assert made.run.mebibytes > 0 < made.server.descriptors
