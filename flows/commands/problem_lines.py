"""The problems of an intake on screen: grouped by column and kind, or each cell by itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from transforms.model.wording import _

if TYPE_CHECKING:
    from flows.main_run.run_state import Run

MAX_GROUPS = 60
All = Annotated[bool, typer.Option("--all", help="List every wrong cell, not one line for each kind of problem.")]


def of(done: Run, *, is_all: bool = False, most: int = MAX_GROUPS) -> Iterator[str]:
    """The problems as lines: at most so many groups with their number, first cell and fix, or (`is_all`) every problem."""
    from flows.commands.common import problem_line
    from reports.corrections import groups
    from reports.corrections.marks import STANDINGS
    from transforms.model.columns import CODES

    assert done.intake is not None
    frames = {"quarantined": done.intake.quarantine, "warning": done.intake.warnings}
    if is_all:
        for standing, frame in frames.items():
            for row in frame.iter_rows(named=True):
                yield _("{standing}: {text}").format(standing=_(STANDINGS[standing]), text=problem_line(row))
        return
    for standing, frame in frames.items():
        found = groups.grouped(frame, standing, CODES)
        yield from groups.lines(found[:most])
        if len(found) > most:
            yield _("… and {number} more kinds; drawline check --all lists every cell").format(number=len(found) - most)


def written(done: Run) -> Iterator[str]:
    """What `--out` received, or that it would have the full list."""
    if done.request.out is None:
        if done.intake is not None and (done.intake.quarantine.height or done.intake.warnings.height):
            yield _("Add --out DIR for your file with every wrong cell marked, or --all for a line for each cell.")
        return
    yield _("every wrong row: {path}").format(path=done.request.out / "quarantine.csv")
    yield from corrections(done)


def corrections(done: Run) -> Iterator[str]:
    """Where the corrections workbooks are, and what is to be known of them."""
    assert done.request.out is not None
    assert done.intake is not None
    wrong = {name for number, name in done.corrections_of.items() if number in done.intake.quarantine["input"]}
    for name in done.corrections:
        said = (
            _("to correct and send in again: {path}")
            if name in wrong
            else _("with warnings alone, nothing has to be corrected: {path}")
        )
        yield said.format(path=done.request.out / name)
    for note in done.corrections_notes:
        yield f"  {note}"
