"""One run as it goes on."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flows.console import stages
from flows.run_request import Request

if TYPE_CHECKING:
    from concurrent.futures import Future

    import polars as pl

    from flows.main_run.split import Part
    from transforms.outlook.coming import Coming
    from transforms.rounds.rounds import Round, RoundOutcome
    from transforms.rules import Law, Rules
    from validation.intake.intake import Intake


@dataclass
class Run:
    """One run as it goes on: what was asked, and what each stage made of it.

    `hashes` are the SHA-256 of the inputs that were read, by number, known even if the intake fails. `selected` are the
    rows of Candidates that are shown and written, `listed` how many there are; None: all of them. `stated` is the frame of
    transforms.record_checks.stated.compared. `published` are the rounds of the request's file, `coming` what lies ahead of the clients,
    which is looked for beside the other stages. `in_pool` counts the clients of the whole list who are in the pool;
    `client_pages` are the workbooks of client pages by name, with how many each has.
    """

    request: Request
    rules: Rules | None = None
    law: Law | None = None
    intake: Intake | None = None
    hashes: dict[int, str] = field(default_factory=dict)
    scored: pl.DataFrame | None = None
    scored_before: pl.DataFrame | None = None
    outcomes: list[RoundOutcome] = field(default_factory=list)
    newest_round: Round | None = None
    timings: dict[str, float] = field(default_factory=dict)
    outputs: dict[str, str] = field(default_factory=dict)
    sheet_names: list[str] = field(default_factory=list)
    corrections: list[str] = field(default_factory=list)
    corrections_of: dict[int, str] = field(default_factory=dict)
    parts: list[Part] = field(default_factory=list)
    corrections_notes: list[str] = field(default_factory=list)
    error: Exception | None = None
    selected: pl.DataFrame | None = None
    listed: int = 0
    stated: pl.DataFrame | None = None
    published: list[Round] = field(default_factory=list)
    coming: Future[Coming] | None = None
    advice: pl.DataFrame | None = None
    recent_rounds: int = 0
    in_pool: int = 0
    client_pages: dict[str, int] = field(default_factory=dict)

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        """Notes how long a stage took, in seconds."""
        started = time.perf_counter()
        with stages.stage(stage, lambda: stages.counts_of(stage, self)):
            yield
        self.timings[stage] = round(time.perf_counter() - started, 3)
