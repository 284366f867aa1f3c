"""The last nights withdrawn, as where a wrong file or a wrong date was taken: they count as if they had never been."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from flows.errors import UsageError
from flows.maintenance import recovery
from flows.maintenance.withdrawn_nights import first_day_of_rows, withdraw
from flows.nightly import inbox, night_state, pending_rebuild
from history.store import EXCLUDED, VOID
from transforms.model.wording import _

if TYPE_CHECKING:
    from flows.firm.settings import Settings
    from history.store import History


@dataclass(frozen=True)
class File:
    """A content that a night took: the night, its name then, its hash, and whether it lies in the inbox now under any name
    (None: no inbox is named).
    """

    as_of: date
    name: str
    sha256: str
    in_inbox: bool | None


@dataclass(frozen=True)
class WithdrawnNights:
    """The nights that were withdrawn, rows that went by table, the files that they took by night, the folders of their
    reports, which stay, and the notes on a run that was broken off before.
    """

    nights: tuple[date, ...]
    rows: dict[str, int]
    files: tuple[File, ...]
    reports: tuple[Path, ...]
    notes: tuple[str, ...] = ()


def take_back(firm: Settings, since: date, *, dry_run: bool = False) -> WithdrawnNights:
    """Withdraws all nights from a day on: their rows leave the tables, their runs in the ledger are void, a row records it.

    Their files are new again. Broken off, it is ended by whatever next writes nights; one from an earlier day is ended with
    all of its nights. Raises UsageError where there is no such night, or the nights before it were pruned.
    """
    left = pending_rebuild.left(firm)
    begun = left.nights if left is not None and left.kind == night_state.WITHDRAWN else ()
    notes = (_ends_earlier(begun[0], since, dry_run=dry_run),) if begun and begun[0] < since else ()
    since = min([since, *begun[:1]])
    if not (dry_run or begun):
        recovery.recover(firm)
    history = night_state.history_of(firm)
    history.check()
    kept_nights = night_state.kept(history)
    going = tuple(sorted({*begun, *(day for day in kept_nights if day >= since)}))
    _check(history, since, kept_nights, going)
    rows = history.withdraw(first_day_of_rows(history, since), dry_run=True)
    withdrawn = WithdrawnNights(going, rows, _files(firm, history, going, begun), _reports(firm, going), notes)
    if not dry_run:
        with pending_rebuild.marked(firm, night_state.WITHDRAWN, going):
            withdraw(firm, history, going)
    return withdrawn


def _ends_earlier(begun: date, since: date, *, dry_run: bool) -> str:
    text = (
        _(
            "a take-back from {begun} on is at work or was broken off: all nights from {begun} on go, not only those from "
            "{since} on"
        )
        if dry_run
        else _(
            "a take-back from {begun} on was broken off, and is ended by this one: all nights from {begun} on go, not only "
            "those from {since} on"
        )
    )
    return text.format(begun=begun, since=since)


def _check(history: History, since: date, kept_nights: Sequence[date], going: Sequence[date]) -> None:
    if not going:
        text = (
            _("the history holds no night from {since} on; the last one is {last}")
            if kept_nights
            else _("the history holds no night from {since} on; it holds none")
        )
        raise UsageError(text.format(since=since, last=kept_nights[-1] if kept_nights else ""))
    if kept_nights and night_state.completed(history)[0] < kept_nights[0] and going[0] <= kept_nights[0]:
        text = _(
            "the nights before {day} were pruned, so that one stays for the next to be compared with; name a later day"
        )
        raise UsageError(text.format(day=kept_nights[0]))


def _files(firm: Settings, history: History, nights: Sequence[date], begun: Sequence[date]) -> tuple[File, ...]:
    """What the nights took, of each content the first time; of nights that are void already what these runs of them took."""
    runs, completed = history.runs(), night_state.completed(history)
    gone = [day for day in begun if day not in completed]
    before = runs.filter(pl.col("kind") == night_state.WITHDRAWN)["started_at"].sort()[:-1]
    is_gone = pl.col("as_of").is_in(gone) & (True if before.is_empty() else pl.col("started_at") > before[-1])
    theirs = runs.filter(pl.col("as_of").is_in(nights) & ((pl.col("kind") != VOID) | is_gone))
    inputs = theirs.select("as_of", "inputs").explode("inputs").drop_nulls("inputs").unnest("inputs")
    excluded = history.inputs().filter(pl.col("outcome") == EXCLUDED)["sha256"].to_list()
    is_new_again = (pl.col("outcome") == "taken") & ~pl.col("sha256").is_in(excluded)
    taken = inputs.filter(is_new_again).unique("sha256", keep="first", maintain_order=True)
    present = None if firm.inbox is None or not firm.inbox.is_dir() else inbox.present(firm.inbox)
    return tuple(
        File(as_of, name, digest, None if present is None else digest in present)
        for as_of, name, digest in taken.select("as_of", "name", "sha256").iter_rows()
    )


def _reports(firm: Settings, nights: Sequence[date]) -> tuple[Path, ...]:
    folders = () if firm.reports is None else tuple(firm.reports / day.isoformat() for day in nights)
    return tuple(folder for folder in folders if folder.is_dir())
