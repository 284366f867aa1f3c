"""The invitations of a night: those that stand, and whom the rounds that are newly seen invite."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from flows.nightly import pending_rebuild
from flows.nightly.night_rounds import known_rounds, new_rounds
from flows.nightly.night_state import DAY, NIGHTLY, Nights, completed

if TYPE_CHECKING:
    import polars as pl

    from history.store import History
    from transforms.rules import Law


def earlier_invitations(run: Nights, day: date) -> pl.DataFrame:
    """The invitations of completed nights before a day, and of those that this run worked out."""
    import polars as pl

    from history.tables import INVITATIONS

    found = invitations_by(run.history, day - DAY)
    mine = [night for night in run.nights if night.as_of < day]
    found = found.filter(~pl.col("as_of").is_in([night.as_of for night in mine]))
    columns = [name for name in INVITATIONS.schema if name != "as_of"]
    return pl.concat([found.select(columns), *(night.invitations.select(columns) for night in mine)])


def invitations_by(history: History, day: date) -> pl.DataFrame:
    """The rows of the invitations table of completed nights up to a day, in their order."""
    import polars as pl

    from history.tables import INVITATIONS

    return history.read(INVITATIONS, until=day).filter(pl.col("as_of").is_in(completed(history)))


def holders_on(history: History, day: date, candidates: pl.DataFrame) -> pl.DataFrame:
    """Who of the typed Candidates rows of a day holds an invitation by then, as transforms.rounds.invitations.invitation_holders."""
    from transforms.rounds import invitations

    return invitations.invitation_holders(invitations_by(history, day), candidates, history.declined_by(day))


@dataclass(frozen=True)
class Clients:
    """The clients of a night as its records tell of them: the typed sheets, and their scores under the law of the day."""

    law: Law
    sheets: Mapping[str, pl.DataFrame]
    scored: pl.DataFrame


def invited(run: Nights, clients: Clients, earlier: pl.DataFrame, declined_by_now: pl.DataFrame) -> pl.DataFrame:
    """Whom the rounds that this night saw first invite, each held on the records and under the law of its own day.

    What a completed run of the same night has reported on a round stays, whatever files and rules came since. A correction
    may give an invitation that would have kept its client out of later rounds, or take such a one back: of these clients
    the later rounds are held again; but where the client's record tells of an invitation, that is what came.
    """
    import polars as pl

    from transforms.assessment import scores
    from transforms.rounds import invitations
    from transforms.rounds import rounds as rounds_
    from transforms.rounds.invitations import INVITATIONS

    assert run.rules is not None
    day = clients.law.as_of
    reported, new = _already_reported(run, day, clients.sheets["candidates"])
    earlier, found = pl.concat([earlier, reported]), pl.DataFrame(schema=INVITATIONS)
    came = invitations.confirmed(earlier, clients.sheets["candidates"])
    known = known_rounds(run, day)
    first = next((place for place, one in enumerate(known) if one.number in new), len(known))
    for place, one in enumerate(known[first:], first):
        all_of_them = one.number in new
        if not all_of_them and found.is_empty():
            continue
        if one.date == day:
            sheets, law, declined = clients.sheets, clients.law, declined_by_now
        else:
            sheets, law = run.history.records_on(one.date), run.rules.law_of(one.date)
            declined = declined_by_now.filter(pl.col("declined_on") <= one.date)
        active = invitations.active_invitations(pl.concat([earlier, found]))
        by_it = active.filter(pl.col("round") == one.number)
        if not all_of_them:
            sheets, by_it = {key: _of(found, sheet) for key, sheet in sheets.items()}, _of(found, by_it)
        if sheets["candidates"].is_empty():
            continue
        before = active.filter(pl.col("round").is_in([other.number for other in known[:place]]))
        out = invitations.invitation_holders(before, sheets["candidates"], declined).select("client_id")
        scored = clients.scored if sheets is clients.sheets else scores.score(sheets, law)
        outcome = rounds_.hold(one, scored, law)
        # It invites whom it did not invite before, and withdraws what was given in error.
        later = came.filter(pl.col("held_on") >= one.date)
        already_invited = pl.concat([out, *(frame.select("client_id") for frame in (by_it, later))])
        in_doubt = by_it.join(came, on=["client_id", "round"], how="anti", maintain_order="left")
        found = pl.concat(
            [found, invitations.invited(outcome, already_invited), invitations.withdrawn(outcome, in_doubt, out)]
        )
    return pl.concat([reported, found])


def _already_reported(run: Nights, day: date, candidates: pl.DataFrame) -> tuple[pl.DataFrame, set[str]]:
    """The invitations that a completed run of a night reported, and the numbers of the rounds that are to be held.

    Where a round that it saw is another one by now, or the night is rebuilt, or a run was broken off while it wrote the night
    again, all rounds that the night saw are held again, and what the typed Candidates rows tell of stays.
    """
    import polars as pl

    from history.tables import INVITATIONS, ROUNDS_TABLE
    from transforms.rounds import invitations
    from validation.rounds import rounds_file

    columns = [name for name in INVITATIONS.schema if name != "as_of"]
    to_hold = {one.number for one in new_rounds(run, day)}
    if day not in completed(run.history):
        return INVITATIONS.empty().select(columns), to_hold
    reported = run.history.on(INVITATIONS, day).select(columns)
    stored = {one.number: one for one in rounds_file.rounds(run.history.on(ROUNDS_TABLE, day))}
    now = {one.number: one for one in known_rounds(run, day)}
    if run.is_rebuild or _is_broken_off(run, day) or any(now.get(number) != one for number, one in stored.items()):
        came = invitations.confirmed(reported, candidates)
        return reported.join(came, on=["client_id", "round"], how="semi", maintain_order="left"), to_hold
    return reported.filter(pl.col("round").is_in(list(now))), to_hold - set(stored)


def _is_broken_off(run: Nights, day: date) -> bool:
    """Was a run broken off while it wrote a completed night again?"""
    left = pending_rebuild.left(run.firm)
    return left is not None and left.kind == NIGHTLY and day in left.nights


def _of(clients: pl.DataFrame, frame: pl.DataFrame) -> pl.DataFrame:
    """The rows of these clients."""
    return frame.join(clients, on="client_id", how="semi", maintain_order="left")
