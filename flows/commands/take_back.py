"""The last nights withdrawn."""

from __future__ import annotations

import sys
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands.common import AsJson, Config, DryRun, day, handle_errors
from flows.console.answers import json_answer, say
from transforms.model.wording import _

if TYPE_CHECKING:
    from flows.maintenance.take_back import WithdrawnNights


@handle_errors
def take_back(
    since: Annotated[date, typer.Option("--from", metavar="DATE", parser=day, help="The first night that goes.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask; needed without a terminal.")] = False,
    config: Config = None,
    as_json: AsJson = False,
    dry_run: DryRun = False,
) -> None:
    """Withdraws all nights from a day on, as if they had never been.

    For a wrong file or a wrong date. The reports of these nights stay.
    """
    from contextlib import nullcontext
    from dataclasses import asdict

    from flows import errors
    from flows.firm import settings
    from flows.maintenance import take_back
    from flows.nightly import audit
    from flows.nightly.exclusive_run import exclusive_run

    firm = settings.load(config)
    if not (yes or dry_run):
        if not sys.stdin.isatty():
            raise errors.UsageError(
                _(
                    "take-back takes all nights from {since} on out of the history; say --yes, or look with --dry-run"
                ).format(since=since)
            )
        planned = take_back.take_back(firm, since, dry_run=True)
        for note in planned.notes:
            say(note)
        typer.confirm(
            _("Nights that go: {number}, from {first} to {last}. Take them back?").format(
                number=len(planned.nights), first=planned.nights[0], last=planned.nights[-1]
            ),
            abort=True,
        )
    with (
        nullcontext() if dry_run else exclusive_run(firm, wait=True),
        audit.recorded(firm, "take-back", as_of=since, is_dry=dry_run),
    ):
        done = take_back.take_back(firm, since, dry_run=dry_run)
    if as_json:
        print(json_answer("take-back", asdict(done) | {"dry_run": dry_run}))
        return
    _tell(done, dry_run=dry_run)


def _tell(done: WithdrawnNights, *, dry_run: bool) -> None:
    rows = "".join(
        ", " + _("{count} rows of {table}").format(count=count, table=table) for table, count in done.rows.items()
    )
    text = (
        _("nights would be withdrawn: {number}, from {first} to {last}")
        if dry_run
        else _("nights withdrawn: {number}, from {first} to {last}")
    )
    print(text.format(number=len(done.nights), first=done.nights[0], last=done.nights[-1]) + rows)
    for one in done.files:
        where = {True: _("lies in the inbox"), False: _("is not in the inbox"), None: _("no inbox is named")}[
            one.in_inbox
        ]
        print(f"{one.as_of}  {one.name}  {one.sha256[:8]}  {where}")
    for note in done.notes:
        say(note)
    for folder in done.reports:
        print(_("stays as it is: {folder}").format(folder=folder))
    if not done.files:
        return
    say(
        _(
            "These files are new again. The next night counts all that it finds from its own day: rounds of "
            "earlier days are held without them, and invitations may be missing. So stop `drawline serve`, "
            "take the files out of the inbox, and make the nights again before any other, the oldest first, "
            "each once the files of its day are back in the inbox. A wrong file stays out, a corrected one "
            "takes its place; a night of a wrong date is not made again, its files count with the day on "
            "which they came."
        )
    )
    for night in done.nights:
        say(f"  drawline nightly --as-of {night}")
    say(_("Who was purged comes back with a file that is new again."))
