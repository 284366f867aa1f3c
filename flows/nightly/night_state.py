"""What a run of nights holds as it goes on, and what the ledger tells of the nights that were."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows import run_request
from flows.console import stages
from flows.errors import UsageError
from flows.firm import settings
from flows.main_run import run_law
from transforms.model.wording import _

if TYPE_CHECKING:
    import polars as pl

    from flows.nightly.inbox import Found, Taken
    from history.store import History
    from transforms.rounds.rounds import Round, RoundOutcome
    from transforms.rules import Law, Rules

NIGHTLY, RESCORE, PRUNED, WITHDRAWN = "nightly", "rescore", "pruned", "withdrawn"
REBUILD, EXCLUSION = "rebuild", "exclusion"
DAY = timedelta(days=1)


@dataclass(frozen=True)
class NightRequest:
    """What a night was asked: its day, the firm's settings file, and whether anything may be written.

    `ahead`: a day that lies ahead is meant, though after it no earlier night takes anything.
    """

    as_of: date
    config: Path | None = None
    dry_run: bool = False
    wait: bool = True
    ahead: bool = False


@dataclass
class Night:
    """One night as it is worked out in memory, before anything of it is written.

    `sheets` are the records as they stand; in `scored` and `scores` the holders of an invitation are out of the pool,
    whether their records tell of it yet or not. `files` are the names of the files that its events may name, `cells`
    the changed cells behind them (transforms.changes.changed_cells), where they are known. `listed` is who is in the files that the
    run took (flows.nightly.inbox.Taken), None for a night that took none. `advice` is the frame of
    transforms.advice and `near` that of transforms.rounds.near, both made for the reports.
    """

    as_of: date
    law: Law
    records: pl.DataFrame
    sheets: Mapping[str, pl.DataFrame]
    inputs: list[dict[str, Any]]
    problems: pl.DataFrame
    scored: pl.DataFrame
    scores: pl.DataFrame
    outcomes: list[RoundOutcome]
    last_rounds: dict[str, Round]
    invitations: pl.DataFrame
    holders: pl.DataFrame
    events: pl.DataFrame
    counts: dict[str, int] = field(default_factory=dict)
    compared_with: date | None = None
    files: set[str] = field(default_factory=set)
    cells: pl.DataFrame | None = None
    listed: pl.DataFrame | None = None
    advice: pl.DataFrame | None = None
    near: pl.DataFrame | None = None


@dataclass
class Nights:
    """A run of the nightly job as it goes on: what was asked, what was found, and the nights that it worked out."""

    request: NightRequest
    run_id: str
    started_at: datetime
    firm: settings.Settings
    history: History
    rules: Rules | None = None
    days: list[date] = field(default_factory=list)
    is_latest: bool = True
    # The night is derived again from what came in: its rounds are held again.
    is_rebuild: bool = False
    rounds: pl.DataFrame | None = None
    # The rounds known on a day, as long as `known_of` is the frame of the rounds.
    known_of: pl.DataFrame | None = field(default=None, repr=False)
    known: dict[date, tuple[Round, ...]] = field(default_factory=dict, repr=False)
    found: Found | None = None
    taken: Taken | None = None
    stood_before: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    nights: list[Night] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    rounds_notes: list[str] = field(default_factory=list)
    law_notes: list[str] = field(default_factory=list)
    timings: dict[str, float] = field(default_factory=dict)
    timed_since: datetime | None = None
    error: Exception | None = None

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        """Notes how long a stage took, in seconds; of one that is gone through more than once, in all.

        A row of the ledger tells of what was timed since the one before it.
        """
        started = time.perf_counter()
        with stages.stage(stage, lambda: stages.counts_of_nights(stage, self)):
            yield
        self.timings[stage] = round(self.timings.get(stage, 0) + time.perf_counter() - started, 3)


def near_of(night: Night) -> pl.DataFrame:
    """Who is at or near a cut-off, the frame of transforms.rounds.near; computed once a night."""
    from transforms.rounds.near import CLOSE_POINTS, near

    if night.near is None:
        night.near = near(night.outcomes, night.scored, night.law, CLOSE_POINTS)
    return night.near


def history_of(firm: settings.Settings) -> History:
    """The firm's history; raises UsageError where the settings do not name one, or name a folder that it cannot lie in."""
    from history import places
    from history.store import History

    if firm.history is None:
        text = _('no history is named: write where it lies into {file}, such as history = "history"')
        raise UsageError(text.format(file=settings.FILE))
    problem = places.problem_of(firm.history) if isinstance(firm.history, Path) else None
    if problem is not None:
        raise UsageError(problem)
    return History(firm.history)


def rules_of(firm: settings.Settings) -> Rules:
    """The law with the firm's own overlays and readings; raises UsageError and UnusableFile."""
    run_request.existing(firm.rules)
    return run_law.rules_of(firm.rules, firm.readings)


def completed(history: History) -> list[date]:
    """The nights that came to their end, in order."""
    runs = history.runs()
    return sorted(set(runs.filter(runs["kind"] == NIGHTLY)["as_of"]))


def kept(history: History) -> list[date]:
    """The completed nights whose scores and events are kept, in order; `history compact` lets earlier ones go."""
    runs = history.runs()
    bounds = runs.filter(runs["kind"] == PRUNED)["as_of"].to_list()
    return [day for day in completed(history) if day >= max(bounds, default=day)]


def is_first_kept(history: History, day: date) -> bool:
    """Is a night the first of those kept, with earlier ones pruned?"""
    return kept(history)[:1] == [day] and completed(history)[0] < day


def named(folder: Path | None) -> Path:
    """A folder that the settings name, as `begin` made sure."""
    assert folder is not None
    return folder
