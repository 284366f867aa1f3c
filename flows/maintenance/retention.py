"""Which nights a firm keeps: earlier ones are pruned from the tables that a row a night and client makes large."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from flows.errors import UsageError
from flows.maintenance import query, recovery
from flows.nightly import night_state, write_night
from transforms.model.wording import _

if TYPE_CHECKING:
    from flows.firm.settings import Settings

# The last night, which is worked out again for new files of its day, is compared with the one before it.
FEWEST = 2


@dataclass(frozen=True)
class PrunedNights:
    """How many nights were pruned, and how many rows of each table."""

    nights: int
    rows: dict[str, int]


def prune(firm: Settings, since: date, *, dry_run: bool = False) -> PrunedNights:
    """Lets the nights before a day go from scores, events and problems, with a row in the ledger before they go.

    Records, rounds, invitations and the ledger stay: the state of any day stays on record. Done again after it was
    broken off, it ends what it began. Raises UsageError where fewer than the last two nights would stay.
    """
    if not dry_run:
        recovery.recover(firm)
    history = night_state.history_of(firm)
    # Before the ledger names nights that then cannot go.
    history.check()
    nights = night_state.kept(history)
    going = [day for day in nights if day < since]
    if going and len(nights) - len(going) < FEWEST:
        raise UsageError(
            _("the last {n} nights stay, for the next one is compared with them; name {day} or an earlier day").format(
                n=FEWEST, day=nights[-FEWEST:][0]
            )
        )
    rows = history.prune(since, dry_run=True)
    if not dry_run:
        if going:
            run = query.open_history_as_of(firm, since)
            assert run.rules is not None
            run.notes.append(
                _("{n} nights before {day} were pruned: scores, events and problems").format(n=len(going), day=since)
            )
            write_night.add_run(run, night_state.PRUNED, since, run.rules.law_of(since))
        history.prune(since)
    return PrunedNights(len(going), rows)
