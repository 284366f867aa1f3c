"""The last nights taken back."""

from __future__ import annotations

import sys
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands.common import AsJson, Config, DryRun, answering, as_json_text, day, say

if TYPE_CHECKING:
    from flows.take_back import TakenBack


@answering
def take_back(
    since: Annotated[date, typer.Option("--from", metavar="DATE", parser=day, help="The first night that goes.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask; needed without a terminal.")] = False,
    config: Config = None,
    as_json: AsJson = False,
    dry_run: DryRun = False,
) -> None:
    """Takes back all nights from a day on, as if they had never been.

    For a wrong file or a wrong date. The reports of these nights stay.
    """
    from contextlib import nullcontext
    from dataclasses import asdict

    from flows import program, settings
    from flows import take_back as taking
    from flows.alone import alone

    firm = settings.load(config)
    if not (yes or dry_run):
        if not sys.stdin.isatty():
            raise program.UsageError(
                f"take-back takes all nights from {since} on out of the history; say --yes, or look with --dry-run"
            )
        planned = taking.take_back(firm, since, dry_run=True)
        typer.confirm(
            f"Nights that go: {len(planned.nights)}, from {planned.nights[0]} to {planned.nights[-1]}. Take them back?",
            abort=True,
        )
    with nullcontext() if dry_run else alone(firm, wait=True):
        done = taking.take_back(firm, since, dry_run=dry_run)
    if as_json:
        print(as_json_text(asdict(done) | {"dry_run": dry_run}))
        return
    _tell(done, would="would be " if dry_run else "")


def _tell(done: TakenBack, would: str) -> None:
    rows = "".join(f", {count} rows of {table}" for table, count in done.rows.items())
    print(f"nights {would}taken back: {len(done.nights)}, from {done.nights[0]} to {done.nights[-1]}{rows}")
    for one in done.files:
        where = {True: "lies in the inbox: the next night takes it again", None: "is new again where it is dropped"}
        told = where.get(one.in_inbox, "is no longer in the inbox: put it there, if it is to count")
        print(f"{one.as_of}  {one.name}  {one.sha256[:8]}  {told}")
    for folder in done.reports:
        print(f"stays as it is: {folder}")
    say(
        "a wrong file must be out of the inbox before the next night; who was purged comes back with a file that is new again"
    )
