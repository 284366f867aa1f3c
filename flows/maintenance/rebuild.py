"""The one way to correct the past: nights from a day on are derived again, without files that were wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from flows.errors import UsageError
from flows.firm import folders
from flows.maintenance import recovery
from flows.maintenance.query import check_night
from flows.maintenance.rebuilt_nights import NightChange, derived
from flows.nightly import pending_rebuild
from flows.nightly.night_state import REBUILD, history_of, is_first_kept, kept
from flows.outputs.digests import sha256_of
from history.store import EXCLUDED, TAKEN
from history.tables import PROBLEMS
from transforms.model.wording import _, n_

if TYPE_CHECKING:
    from flows.firm.settings import Settings
    from history.store import History

MIN_HASH = 8


@dataclass(frozen=True)
class Rebuilt:
    """The nights that were derived again with what changed, the files that no longer count (hash, name), and notes."""

    nights: tuple[NightChange, ...]
    excluded: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]


def rebuild(firm: Settings, since: date, exclude: Sequence[str] = (), *, dry_run: bool = False) -> Rebuilt:
    """Derives the nights from a day on again from the accepted records and the rounds as they were seen.

    `exclude` names files by path, name or hash: their rows no longer count, and they are not taken again. Broken off, it is
    ended by whatever next writes nights. Raises UsageError where there is no such night, and for a file that no night from
    that day on has taken, or whose night was pruned.
    """
    folders.check(firm)
    if not dry_run:
        recovery.recover(firm)
    history = history_of(firm)
    history.check()
    days = [day for day in kept(history) if day >= since]
    if not days:
        check_night(history, since)
    if exclude and is_first_kept(history, days[0]):
        text = _(
            "the nights before {day} were pruned, so that one stays for the next to be compared with; name a later day"
        )
        raise UsageError(text.format(day=days[0]))
    excluded = tuple(dict.fromkeys(_file(history, text, days[0]) for text in exclude))
    notes = _lost_with(history, excluded)
    if dry_run:
        return Rebuilt(tuple(derived(firm, history, days, excluded, dry_run=True)), excluded, notes)
    with pending_rebuild.marked(firm, REBUILD, days, excluded):
        changes = derived(firm, history, days, excluded)
    return Rebuilt(tuple(changes), excluded, notes)


def _file(history: History, text: str, since: date) -> tuple[str, str]:
    """The hash and the name of a file that a night took, by its path, its name or its hash."""
    # One that an earlier rebuild excluded may be named again.
    taken = history.inputs().filter(pl.col("outcome").is_in([TAKEN, EXCLUDED]) & pl.col("kind").is_not_null())
    digest = sha256_of(Path(text)) if Path(text).is_file() else text.lower()
    is_hash = len(digest) >= MIN_HASH and set(digest) <= set("0123456789abcdef")
    found = taken.filter(pl.col("sha256").str.starts_with(digest) if is_hash else pl.col("name") == text)
    if found["sha256"].n_unique() > 1:
        hashes = ", ".join(sorted({digest[:MIN_HASH] for digest in found["sha256"]}))
        raise UsageError(
            _("{file} names several files that nights took; name one by its hash: {hashes}").format(
                file=text, hashes=hashes
            )
        )
    if found.is_empty():
        raise UsageError(
            _("no night took {file}; `drawline history run` lists the files of each night with their hashes").format(
                file=text
            )
        )
    first: date = found["as_of"].sort()[0]
    if first < kept(history)[0]:
        text_of_pruned = _("the night of {night}, which took {file}, was pruned: the file can no longer be left out")
        raise UsageError(text_of_pruned.format(night=first, file=text))
    if first < since:
        raise UsageError(
            _("the night of {night} took {file}; rebuild from that night: --from {night}").format(
                night=first, file=text
            )
        )
    return found["sha256"][0], found["name"][-1]


def _lost_with(history: History, excluded: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """A note for each excluded file that replaced rows of another file of the same night: those are in no table."""
    notes = []
    for digest, name in excluded:
        rows = history.read(PROBLEMS).filter(
            (pl.col("input_sha256") == digest)
            & (pl.col("standing") == "warning")
            & (pl.col("column") == "client_id")
            & (pl.col("cell") == "")
            & pl.col("source_row").is_not_null()
        )
        count = rows["client_id"].n_unique()
        if count:
            text = n_(
                "{count} client of {file} stood in another file of the same night too, whose rows are not kept: change a cell "
                "of that file, save it, and put it into the inbox again",
                "{count} clients of {file} stood in another file of the same night too, whose rows are not kept: change a cell "
                "of that file, save it, and put it into the inbox again",
                count,
            )
            notes.append(text.format(count=count, file=name))
    return tuple(notes)
