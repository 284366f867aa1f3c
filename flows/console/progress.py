"""The progress of a run on a terminal: a line a stage with its counts, on standard error; without a terminal nothing."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Self

from flows.console import stages
from flows.console.screen import unprotected
from transforms.model.wording import N_, _, n_, whole_number

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import TaskID

# The line of the terminal that a stage belongs to.
LINES = {
    "start": N_("Start"),
    "recover": N_("Recover an interrupted run"),
    "rules": N_("Law"),
    "open": N_("Open the history"),
    "intake": N_("Read files"),
    "check": N_("Check rows"),
    "scoring": N_("Score clients"),
    "scoring_before": N_("Score under the shipped law"),
    "records": N_("Compare records"),
    "rounds": N_("Rounds"),
    "rounds_seen": N_("Invitations"),
    "holding_rounds": N_("Hold rounds"),
    "changes": N_("Changes"),
    "history": N_("History"),
    "report": N_("Report"),
    "reports": N_("Reports"),
    "corrections": N_("Corrections"),
    "arrivals": N_("Arrivals"),
    "simulation": N_("Simulate rounds"),
    "advice": N_("Advice"),
    "client_pages": N_("Client pages"),
    "forecast": N_("Draw futures"),
    "backtest": N_("Forecast past rounds"),
    "page": N_("Draw charts"),
}
# What reading counts, and what checking the same rows does.
READ, CHECKED = ("files", "candidates", "detail_rows"), ("accepted", "quarantined")
COUNTS: dict[str, Callable[[int], str]] = {
    "files": lambda n: n_("{n} file", "{n} files", n),
    "candidates": lambda n: n_("{n} client", "{n} clients", n),
    "detail_rows": lambda n: n_("{n} detail row", "{n} detail rows", n),
    "accepted": lambda n: n_("{n} good", "{n} good", n),
    "quarantined": lambda n: n_("{n} quarantined", "{n} quarantined", n),
    "scored": lambda n: n_("{n} scored", "{n} scored", n),
    "in_pool": lambda n: n_("{n} in the pool", "{n} in the pool", n),
    "warnings": lambda n: n_("{n} warning", "{n} warnings", n),
    "rounds": lambda n: n_("{n} round", "{n} rounds", n),
    "sheets": lambda n: n_("{n} sheet", "{n} sheets", n),
    "workbooks": lambda n: n_("{n} workbook", "{n} workbooks", n),
    "levers": lambda n: n_("{n} change tried", "{n} changes tried", n),
    "pages": lambda n: n_("{n} page", "{n} pages", n),
    "nights": lambda n: n_("{n} night", "{n} nights", n),
}


def is_shown(*, quiet: bool = False) -> bool:
    """Is there somebody to look at it? Not without a terminal that can go back in a line, and not where it is to be quiet."""
    return not quiet and sys.stderr.isatty() and os.environ.get("TERM") != "dumb"


@contextmanager
def shown(*, quiet: bool = False) -> Iterator[None]:
    """Shows the stages of a block, where there is a terminal."""
    if not is_shown(quiet=quiet):
        yield
        return
    with _Screen() as screen, stages.watched_by(screen):
        yield


def in_words(counts: Mapping[str, int], names: tuple[str, ...] | None = None) -> str:
    """Counts in the language in use, those that are named or all."""
    return ", ".join(
        COUNTS[name](counts[name]).format(n=whole_number(counts[name]))
        for name in (names or tuple(counts))
        if name in counts and name in COUNTS
    )


class _Screen:
    """The lines of the stages on a terminal; a stage that is gone through again keeps its line."""

    def __init__(self, console: Console | None = None) -> None:
        from rich.console import Console
        from rich.progress import Progress, SpinnerColumn, TextColumn

        self._progress = Progress(
            SpinnerColumn(finished_text="✓"),
            TextColumn("{task.description}", style="bold"),
            TextColumn("{task.fields[counts]}"),
            TextColumn("{task.fields[seconds]}", style="dim"),
            console=console or Console(file=unprotected(sys.stderr), highlight=False),
            redirect_stdout=False,
        )
        self._lines: dict[str, TaskID] = {}
        self._seconds: dict[str, float] = {}

    def __enter__(self) -> Self:
        self._progress.start()
        self.begun("start")
        return self

    def __exit__(self, *_error: object) -> None:
        self._remove("start")
        self._progress.stop()

    def begun(self, stage: str) -> None:
        if stage != "start":
            self._remove("start")
        if stage in LINES and stage not in self._lines:
            self._lines[stage] = self._progress.add_task(_(LINES[stage]), total=None, counts="", seconds="")

    def went_on(self, stage: str, done: int, of: int) -> None:
        self._line(stage, counts=_("{done} of {of}").format(done=whole_number(done), of=whole_number(of)))
        if stage == "intake" and done == of:
            self._line(stage, total=1, completed=1)
            self.begun("check")

    def ended(self, stage: str, seconds: float, counts: Mapping[str, int]) -> None:
        self._seconds[stage] = self._seconds.get(stage, 0) + seconds
        if stage == "intake" and "check" in self._lines:
            self._line(stage, counts=in_words(counts, READ))
            self._done("check", in_words(counts, CHECKED), self._seconds[stage])
            return
        self._done(stage, in_words(counts), self._seconds[stage])

    def _done(self, stage: str, counts: str, seconds: float) -> None:
        self._line(stage, total=1, completed=1, counts=counts, seconds=_("{n} s").format(n=f"{seconds:.1f}"))

    def _line(self, stage: str, **fields: object) -> None:
        if stage in self._lines:
            self._progress.update(self._lines[stage], **fields)  # type: ignore[arg-type]

    def _remove(self, stage: str) -> None:
        if stage in self._lines:
            self._progress.remove_task(self._lines.pop(stage))
