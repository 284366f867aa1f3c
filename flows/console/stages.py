"""The stages of a run as it goes on, for whoever watches: the progress on a terminal, the log file.

A stage is reported by its key and its counts alone: nothing of a client, no path, no name of a file.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Protocol

# Counts of the intake under the names that a stage reports.
COUNTED_IN = {
    "candidates": "candidates_in",
    "detail_rows": "detail_rows_in",
    "accepted": "candidates_accepted",
    "quarantined": "candidates_quarantined",
}
LISTED = {"rounds": "rounds", "report": "sheets", "corrections": "workbooks"}


class Watcher(Protocol):
    """Who watches the stages of a run."""

    def begun(self, stage: str) -> None:
        """A stage begins."""

    def went_on(self, stage: str, done: int, of: int) -> None:
        """So many parts of a stage are done, of so many."""

    def ended(self, stage: str, seconds: float, counts: Mapping[str, int]) -> None:
        """A stage came to its end, with what it counted."""


_watchers: list[Watcher] = []


def watch(watcher: Watcher) -> None:
    """Has the stages watched from here on."""
    _watchers.append(watcher)


@contextmanager
def watched_by(watcher: Watcher) -> Iterator[None]:
    """Has the stages of a block watched, in whichever thread they run."""
    _watchers.append(watcher)
    try:
        yield
    finally:
        _watchers.remove(watcher)


@contextmanager
def stage(name: str, counts: Callable[[], Mapping[str, int]] = dict) -> Iterator[None]:
    """A stage: whoever watches hears of its beginning, and of its end if it comes to it, with what `counts` gives then."""
    if not _watchers:
        yield
        return
    for watcher in tuple(_watchers):
        watcher.begun(name)
    started = time.perf_counter()
    yield
    seconds, found = time.perf_counter() - started, counts()
    for watcher in tuple(_watchers):
        watcher.ended(name, seconds, found)


def went_on(name: str, done: int, of: int) -> None:
    """Reports that so many parts of a stage are done."""
    for watcher in tuple(_watchers):
        watcher.went_on(name, done, of)


def counts_of(name: str, run: Any) -> dict[str, int]:
    """What a stage of flows.main_run.run_state.Run has counted when it ends."""
    if name == "intake" and run.intake is not None:
        return {"files": len(run.intake.inputs)} | {key: run.intake.counts[of] for key, of in COUNTED_IN.items()}
    if name == "scoring" and run.scored is not None:
        return {"scored": run.scored.height, "in_pool": run.scored.filter("in_pool").height}
    if name == "records" and run.intake is not None:
        return {"warnings": run.intake.warnings.height}
    if name == "stated" and run.stated is not None:
        return {"stated": run.stated.height}
    if name == "advice" and run.advice is not None:
        return {"levers": run.advice.height}
    lists = {"rounds": run.outcomes, "report": run.sheet_names, "corrections": run.corrections}
    own = {"client_pages": {"pages": sum(run.client_pages.values())}}
    return {LISTED[name]: len(lists[name])} if name in lists else own.get(name, {})


def counts_of_nights(name: str, run: Any) -> dict[str, int]:
    """What a stage of flows.nightly.night_state.Nights has counted when it ends."""
    if name == "open":
        return {"nights": len(run.days)}
    if name == "intake" and run.taken is not None:
        return {"files": sum(one["outcome"] == "taken" for one in run.taken.inputs)}
    if name == "rounds" and run.rounds is not None:
        return {"rounds": run.rounds.height}
    return {}
