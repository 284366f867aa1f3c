"""What a run left unfinished while it wrote completed nights again, or took them back, is ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.maintenance import rebuilt_nights, withdrawn_nights
from flows.maintenance.query import open_history_as_of
from flows.maintenance.rescored_nights import score_again
from flows.nightly import build_night, night_rounds, night_state, pending_rebuild, write_night
from transforms.model.wording import _

if TYPE_CHECKING:
    from flows.firm.settings import Settings


def recover(firm: Settings) -> None:
    """Ends what a run was broken off at while it wrote completed nights again, with nothing new in them, or took them back."""
    left = pending_rebuild.left(firm)
    if left is None:
        return
    if left.kind == night_state.REBUILD:
        rebuilt_nights.finish(firm, night_state.history_of(firm), left.nights, left.excluded)
    if left.kind == night_state.WITHDRAWN:
        withdrawn_nights.finish(firm, left.nights)
    kept_nights = night_state.kept(night_state.history_of(firm))
    days = [day for day in left.nights if day in kept_nights]
    if days and left.kind == night_state.RESCORE:
        score_again(firm, days[0], days[-1], dry_run=False)
    for day in days if left.kind == night_state.NIGHTLY else ():
        run = open_history_as_of(firm, day)
        run.rounds_notes = night_rounds.rounds_notes_of(run.history, day)
        run.notes.append(
            _("the night of {day} was broken off while it was written again, and is written again now").format(day=day)
        )
        write_night.write(run, build_night.build_night(run, day))
    # Of nights that this history does not hold, as one that was put back from a copy.
    pending_rebuild.forget(firm)
