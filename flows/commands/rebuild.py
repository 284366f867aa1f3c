"""Nights derived again, without files that were wrong."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands.common import AsJson, Config, DryRun, day, handle_errors
from flows.console.answers import json_answer, say
from transforms.model.wording import _, n_

if TYPE_CHECKING:
    from flows.maintenance.rebuild import Rebuilt
    from flows.maintenance.rebuilt_nights import NightChange


@handle_errors
def rebuild(
    since: Annotated[date, typer.Option("--from", metavar="DATE", parser=day, help="The first night to rebuild.")],
    exclude: Annotated[
        list[str] | None,
        typer.Option("--exclude", metavar="FILE_OR_HASH", help="A file that no longer counts; repeatable."),
    ] = None,
    config: Config = None,
    as_json: AsJson = False,
    dry_run: DryRun = False,
) -> None:
    """Derives all nights from a day on again.

    From the records and rounds as they came in, under today's rules. Reports of these nights are replaced.
    """
    from contextlib import nullcontext
    from dataclasses import asdict

    from flows.firm import settings
    from flows.maintenance import rebuild
    from flows.nightly import audit
    from flows.nightly.exclusive_run import exclusive_run

    firm = settings.load(config)
    with (
        nullcontext() if dry_run else exclusive_run(firm, wait=True),
        audit.recorded(firm, "rebuild", as_of=since, is_dry=dry_run),
    ):
        done = rebuild.rebuild(firm, since, exclude or (), dry_run=dry_run)
    if as_json:
        answer = asdict(done) | {
            "excluded": [{"sha256": digest, "name": name} for digest, name in done.excluded],
            "dry_run": dry_run,
        }
        print(json_answer("rebuild", answer))
        return
    _print(done, dry_run=dry_run)


def _print(done: Rebuilt, *, dry_run: bool) -> None:
    for digest, name in done.excluded:
        print(_("excluded: {file} ({sha256})").format(file=name, sha256=digest[:8]))
    for night in done.nights:
        print(f"{night.as_of}  {_in_words(night)}")
    for note in done.notes:
        say(_("note: {text}").format(text=note))
    print(_("nothing was written") if dry_run else _("the nights were rebuilt"))


def _in_words(night: NightChange) -> str:
    """What changed of a night, in words."""
    if not night.is_any:
        return _("as before")
    parts = [_("clients: {before} before, {now} now").format(before=night.clients_before, now=night.clients)]
    if night.scores_changed:
        text = n_("{n} score changed ({points:+d})", "{n} scores changed ({points:+d} in all)", night.scores_changed)
        parts.append(text.format(n=night.scores_changed, points=night.points))
    if night.ranks_changed:
        text = n_("{n} rank changed", "{n} ranks changed", night.ranks_changed)
        parts.append(text.format(n=night.ranks_changed))
    parts.append(_("events: {more} new, {fewer} gone").format(more=night.events_added, fewer=night.events_removed))
    parts.append(
        _("invitations: {more} new, {fewer} gone").format(more=night.invitations_added, fewer=night.invitations_removed)
    )
    return ", ".join(parts)
