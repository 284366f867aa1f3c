"""A run that shows and writes a part of the client list: all is scored and ranked on the whole list first."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flows.errors import UsageError
from flows.main_run.run_state import Run
from transforms.model.wording import n_

if TYPE_CHECKING:
    import polars as pl


def find(run: Run) -> None:
    """Finds the rows of Candidates that the request asks for; raises UsageError where there are none."""
    from validation.intake.selection import SelectionError, selected_rows

    assert run.intake is not None
    if not run.request.selection:
        return
    try:
        run.selected = selected_rows(run.request.selection, run.intake)
    except SelectionError as error:
        raise UsageError(str(error)) from None
    run.listed = run.intake.candidates.height


def read_in(run: Run) -> None:
    """Opens the law, takes the inputs in, and finds the rows that are asked for: how every command on a client list begins.

    Raises UsageError, UnusableFile and validation.files.unusable.UnusableInputs.
    """
    from flows.main_run import quarantine_limit, run_intake, run_law

    for stage in (run_law.open_law, run_intake.take_in, quarantine_limit.check, find):
        stage(run)


def limit(run: Run) -> None:
    """Leaves the selected clients alone in what a run holds: scores with their rank among all, rounds, problems, sums."""
    from validation.intake import selection

    if run.selected is None:
        return
    assert run.intake is not None
    run.intake = selection.limited(run.intake, run.selected)
    ids = run.selected["client_id"].drop_nulls().unique()
    run.scored, run.scored_before = _of(run.scored, ids), _of(run.scored_before, ids)
    run.outcomes = [
        replace(one, candidates=one.candidates.filter(one.candidates["client_id"].is_in(ids.implode())))
        for one in run.outcomes
    ]


def _of(frame: pl.DataFrame | None, ids: pl.Series) -> pl.DataFrame | None:
    return None if frame is None else frame.filter(frame["client_id"].is_in(ids.implode()))


def notes(run: Run) -> list[str]:
    """Which part of the list is shown, in a line; nothing where it is the whole list."""
    if run.selected is None:
        return []
    assert run.intake is not None
    number = run.intake.candidates.height
    text = n_(
        "{number} of {total} clients is selected ({words}); ranks and rounds are those of the whole list",
        "{number} of {total} clients are selected ({words}); ranks and rounds are those of the whole list",
        number,
    )
    return [text.format(number=number, total=run.listed, words=run.request.selection.words)]


def saved(run: Run) -> dict[str, Any] | None:
    """Which part of the list is shown, as plain values for run.json; None where it is the whole list."""
    if run.selected is None:
        return None
    return {**run.request.selection.saved(), "selected": run.selected.height, "of": run.listed}
