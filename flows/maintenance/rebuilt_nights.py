"""Nights derived again, in their order, from what came in: accepted records, rounds as they were seen, and decisions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from flows.maintenance.query import open_history_as_of
from flows.nightly import build_night, night_rounds, write_night
from flows.nightly.night_state import EXCLUSION, REBUILD, Night, Nights, completed
from history.store import EXCLUDED
from history.tables import EVENTS, INPUT, INVITATIONS, RUNS, SCORES_TABLE
from transforms.model.wording import _

if TYPE_CHECKING:
    from flows.firm.settings import Settings
    from history.store import History
    from history.tables import Table

# Of the scores: what names them, where they were read, and what depends on other clients.
NOT_COMPARED = frozenset(
    {
        "as_of",
        "client_id",
        "rules_version",
        "rules_status",
        "source_file",
        "source_sheet",
        "source_row",
        "rank",
        "above",
    }
)


@dataclass(frozen=True)
class NightChange:
    """What a rebuild changed of a night: clients before and after, scores, and rows of events and invitations.

    `scores_changed` counts the clients of both whose points, eligibility or categories are others, `points` by how much the
    totals differ in all, `ranks_changed` the clients with another rank.
    """

    as_of: date
    clients_before: int
    clients: int
    scores_changed: int
    points: int
    ranks_changed: int
    events_added: int
    events_removed: int
    invitations_added: int
    invitations_removed: int

    @property
    def is_any(self) -> bool:
        """Is anything of the night another?"""
        counts = (self.scores_changed, self.ranks_changed, self.events_added, self.events_removed)
        invitations = self.invitations_added or self.invitations_removed
        return bool(any(counts) or invitations or self.clients != self.clients_before)


def derived(
    firm: Settings,
    history: History,
    days: Sequence[date],
    excluded: Sequence[tuple[str, str]],
    *,
    dry_run: bool = False,
) -> list[NightChange]:
    """Derives nights again, each upon those before it, and writes each unless nothing may be written.

    `excluded` are the hashes and names of files that no longer count.
    """
    if not days:
        return []
    history.excluded = frozenset(digest for digest, _name in excluded)
    if excluded and not dry_run:
        _record_exclusion(firm, history, days[0], excluded)
    changes, nights = [], list[Night]()
    run = None
    for day in days:
        run = _run_of(firm, history, day, nights)
        night = build_night.build_night(run, day)
        changes.append(_change(history, night))
        if dry_run:
            nights.append(night)
        else:
            write_night.write_again(run, night)
    if run is not None and run.rules is not None and not dry_run:
        run.notes.append(_("the nights from {first} to {last} were rebuilt").format(first=days[0], last=days[-1]))
        write_night.add_run(run, REBUILD, days[-1], run.rules.law_of(days[-1]))
    return changes


def _run_of(firm: Settings, history: History, day: date, nights: Sequence[Night]) -> Nights:
    run = open_history_as_of(firm, day)
    run.history, run.nights, run.is_rebuild = history, list(nights), True
    run.rounds_notes = night_rounds.rounds_notes_of(history, day)
    run.notes.append(_("this night was rebuilt"))
    return run


def _record_exclusion(firm: Settings, history: History, day: date, excluded: Sequence[tuple[str, str]]) -> None:
    """Adds a row to the ledger that says which files no longer count, once."""
    known = set(history.runs().filter(kind=EXCLUSION).select("inputs").explode("inputs").unnest("inputs")["sha256"])
    new = [(digest, name) for digest, name in excluded if digest not in known]
    if not new:
        return
    run = open_history_as_of(firm, day)
    assert run.rules is not None
    assert run.taken is not None
    run.history = history
    run.notes.append(_("files excluded: {n}").format(n=len(new)))
    row = write_night.ledger_row(run, EXCLUSION, day, run.rules.law_of(day))
    inputs = [dict.fromkeys(INPUT) | {"sha256": digest, "name": name, "outcome": EXCLUDED} for digest, name in new]
    history.add_run(row.with_columns(_inputs(inputs)))


def _inputs(rows: list[dict[str, object]]) -> pl.Series:

    return pl.Series("inputs", [rows], dtype=RUNS.schema["inputs"])


def _change(history: History, night: Night) -> NightChange:
    """What a night as it is derived now has otherwise than the tables."""
    stored = history.on(SCORES_TABLE, night.as_of)
    beside = night.scores.join(stored, on="client_id", suffix="_stored")
    points = beside.select(pl.col("crs_total").fill_null(0) - pl.col("crs_total_stored").fill_null(0)).to_series()
    is_other = pl.any_horizontal(
        pl.col(name).ne_missing(pl.col(f"{name}_stored")) for name in SCORES_TABLE.schema if name not in NOT_COMPARED
    )
    events_added, events_removed = _rows_changed(history, EVENTS, night.as_of, night.events)
    invitations_added, invitations_removed = _rows_changed(history, INVITATIONS, night.as_of, night.invitations)
    return NightChange(
        night.as_of,
        stored.height,
        night.scores.height,
        beside.filter(is_other).height,
        int(points.sum() or 0),
        beside.filter(pl.col("rank").ne_missing(pl.col("rank_stored"))).height,
        events_added,
        events_removed,
        invitations_added,
        invitations_removed,
    )


def _rows_changed(history: History, table: Table, day: date, rows: pl.DataFrame) -> tuple[int, int]:
    """How many rows a table gains and loses on a day."""
    columns = [name for name in table.schema if name != table.day]
    stored, now = history.on(table, day).select(columns), rows.select(columns)
    gained = now.join(stored, on=columns, how="anti", nulls_equal=True).height
    return gained, stored.join(now, on=columns, how="anti", nulls_equal=True).height


def finish(firm: Settings, history: History, nights: Sequence[date], excluded: Sequence[tuple[str, str]]) -> None:
    """Ends a rebuild that was broken off, before the mark is taken away."""
    completed_nights = completed(history)
    derived(firm, history, [night for night in nights if night in completed_nights], excluded)
