"""The rows of nights that were withdrawn leave the tables."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from flows.maintenance import query
from flows.nightly import night_state, write_night
from transforms.model.wording import _

if TYPE_CHECKING:
    import polars as pl

    from flows.firm.settings import Settings
    from flows.nightly.night_state import Nights
    from history.store import History


def finish(firm: Settings, nights: Sequence[date]) -> None:
    """Ends what a run was broken off at while it took nights back, before the mark is taken away."""
    withdraw(firm, night_state.history_of(firm), nights)


def first_day_of_rows(history: History, since: date) -> date:
    """From which day on rows go: where no night stays, all of them, the rounds that the first night took too."""
    return since if any(day < since for day in night_state.completed(history)) else date.min


def withdraw(firm: Settings, history: History, nights: Sequence[date]) -> None:
    """The ledger first: from then on the nights do not count, whatever of their rows is still there."""
    since = nights[0]
    if set(nights) & set(night_state.completed(history)):
        history.void(since, _row(query.open_history_as_of(firm, since), nights))
    history.withdraw(first_day_of_rows(history, since))


def _row(run: Nights, nights: Sequence[date]) -> pl.DataFrame:
    assert run.rules is not None
    assert run.rounds is not None
    run.rounds = run.rounds.filter(run.rounds["seen_on"] < nights[0])
    text = _("nights withdrawn: {n}, from {first} to {last}; their files are new again")
    run.notes.append(text.format(n=len(nights), first=nights[0], last=nights[-1]))
    return write_night.ledger_row(run, night_state.WITHDRAWN, nights[0], run.rules.law_of(nights[0]))
