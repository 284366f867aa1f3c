"""Past nights scored again, and what that changed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl

from flows.errors import UsageError
from flows.maintenance.query import check_night, difference, open_history_as_of
from flows.nightly import build_night, night_state, pending_rebuild, write_night
from history.tables import EVENTS, SCORES_TABLE
from transforms.model.wording import _

if TYPE_CHECKING:
    from flows.firm.settings import Settings
    from flows.nightly.night_state import Nights


def score_again(firm: Settings, since: date, until: date, *, dry_run: bool) -> Nights:
    """Scores the nights of a span again; raises UsageError where there is none."""
    run = open_history_as_of(firm, until)
    run.days = [day for day in night_state.kept(run.history) if since <= day <= until]
    if not run.days:
        if since > until:
            raise UsageError(
                _("the earlier night goes first: drawline rescore --from {until} --to {since}").format(
                    until=until, since=since
                )
            )
        check_night(run.history, since)
    run.history.check()
    for day in run.days:
        run.nights.append(build_night.build_night(run, day))
    run.notes.append(
        _("the nights from {start} to {end} were scored again").format(start=run.days[0], end=run.days[-1])
    )
    if not dry_run:
        with pending_rebuild.marked(firm, night_state.RESCORE, run.days):
            _write(run)
    return run


def _write(run: Nights) -> None:
    for night in run.nights:
        run.history.replace_day(SCORES_TABLE, night.as_of, night.scores)
        run.history.replace_day(EVENTS, night.as_of, night.events)
    last = run.nights[-1]
    later = [day for day in night_state.completed(run.history) if day > last.as_of]
    if later:
        # The night after them is compared with what is stored now.
        run.history.replace_day(EVENTS, later[0], difference(run.firm, last.as_of, later[0]))
        run.notes.append(_("the events of {night} were rebuilt against them").format(night=later[0]))
    write_night.add_run(run, night_state.RESCORE, last.as_of, last.law)


def rescored(run: Nights, stored: Mapping[date, pl.DataFrame]) -> list[dict[str, Any]]:
    """Of each night that was scored again, how many clients have another total, and by how much in all."""
    rows = []
    for night in run.nights:
        beside = night.scores.join(stored[night.as_of], on="client_id", suffix="_stored")
        points = beside.select(pl.col("crs_total") - pl.col("crs_total_stored")).to_series()
        rows.append(
            {"as_of": night.as_of, "clients": night.scores.height, "changed": int((points != 0).sum() or 0),
             "points": int(points.sum() or 0)}
        )  # fmt: skip
    return rows
