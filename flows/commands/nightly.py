"""The nightly job."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated, Any

import typer

from flows.commands.common import AsJson, AsOf, Config, DryRun, NoPrefect, Quiet, answering, as_json_text, say

if TYPE_CHECKING:
    from flows.night_state import Nights


@answering
def nightly(
    as_of: AsOf = None,
    config: Config = None,
    wait: Annotated[
        bool, typer.Option("--wait/--no-wait", help="Wait where another run is at work, or stop with a message.")
    ] = True,
    as_json: AsJson = False,
    quiet: Quiet = False,
    dry_run: DryRun = False,
    ahead: Annotated[
        bool, typer.Option("--ahead", help="Also a night that lies ahead of today; nights before it take nothing then.")
    ] = False,
    no_prefect: NoPrefect = False,
) -> None:
    """What is new, everybody's scores, what changed, and alerts.

    A Prefect flow: it takes new files and rounds, compares with the night before, and writes history and reports.
    """
    from flows import early_checks, program
    from flows import nightly as nightly_
    from flows.night_state import NightRequest

    request = NightRequest(as_of or program.today(), config, dry_run, wait, ahead)
    early_checks.of_nights(request)
    _say_if_waiting(request)
    if dry_run or no_prefect:
        done = nightly_.run(request)
    else:
        if quiet:
            # Prefect reads it when it is imported.
            os.environ["PREFECT_LOGGING_LEVEL"] = "ERROR"
        from flows import temporary_server

        # Gets ready while Prefect is imported.
        server = temporary_server.begin()
        from flows import prefect_nightly

        done = prefect_nightly.run(request, server)
    for note in done.notes:
        say(f"note: {note}")
    told = nightly_.summary(done)
    if as_json:
        print(as_json_text(told))
    elif not quiet:
        _tell(done, told)
    raise typer.Exit(nightly_.exit_code(done))


@answering
def serve(
    config: Config = None,
    within: Annotated[
        int,
        typer.Option("--within", metavar="SECONDS", min=1, help="How long the server may take to answer and schedule."),
    ] = 120,
) -> None:
    """Keeps the schedules running, on a Prefect server.

    The night at 03:30, a look for new files and rounds every ten minutes, and the weekly forecast.
    """
    from flows import nightly as nightly_
    from flows import program
    from flows.night_state import NightRequest

    nightly_.begin(NightRequest(program.today(), config))
    address = os.environ.get("PREFECT_API_URL")
    if not address:
        raise program.UsageError(
            "the schedules need a Prefect server that stays: start one with `prefect server start --host 127.0.0.1`, set "
            "PREFECT_API_URL to its address, such as http://127.0.0.1:4200/api; or let cron start `drawline nightly`"
        )
    from flows import deployments

    if deployments.serve(config, address, within):
        say("drawline: stopped by SIGTERM")
        raise typer.Exit(program.EXIT_TERMINATED)


def _say_if_waiting(request: Any) -> None:
    from flows import settings
    from flows.alone import is_at_work

    firm = settings.load(request.config)
    if request.wait and firm.history is not None and is_at_work(firm):
        say("another run is at work on the history; waiting for it to end")


def _tell(done: Nights, told: dict[str, Any]) -> None:
    taken = [one["name"] for one in told["files"] if one["outcome"] == "taken"]
    would = "would take" if done.request.dry_run else "took"
    print(f"{would} {', '.join(taken) or 'no new file'}")
    clients = told["clients"]
    if taken:
        print(f"clients in them: {clients['new']} new, {clients['changed']} changed, {clients['as_before']} as before")
    for night in told["nights"]:
        counts = night["counts"]
        print(
            f"{night['as_of']}: {counts['candidates_accepted']} scored, {counts['in_pool']} in the pool,"
            f" {counts['candidates_quarantined']} quarantined, {counts['invited']} newly invited"
        )
        if newest := night["newest_round"]:
            print(f"  rounds known to {newest['date']}, the newest is {newest['number']}")
        for event in night["events"]:
            points = f", {event['points']:+d} points in all" if event["points"] else ""
            reason = f" ({event['reason']})" if event["reason"] else ""
            print(f"  {event['events']} {event['kind'].replace('_', ' ')}{reason.replace('_', ' ')}{points}")
        print(f"  reports: {night['reports']}" if night["reports"] else "  nothing was written")


def add_to(app: typer.Typer) -> None:
    """Adds these commands to the command line."""
    for command in (nightly, serve):
        app.command()(command)
