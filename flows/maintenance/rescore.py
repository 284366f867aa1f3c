"""Past nights scored again by a command: what an earlier run left unfinished is ended first."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from flows.maintenance.recovery import recover
from flows.maintenance.rescored_nights import score_again

if TYPE_CHECKING:
    from flows.firm.settings import Settings
    from flows.nightly.night_state import Nights


def rescore(firm: Settings, since: date, until: date, *, dry_run: bool = False) -> Nights:
    """The nights from one day to another again, under today's rules and with what was known then.

    Replaces their scores and events, and adds one row to the ledger; invitations and reports stay as they are. Raises
    UsageError where the history holds no such night.
    """
    if not dry_run:
        recover(firm)
    return score_again(firm, since, until, dry_run=dry_run)
