"""The nightly job."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated, Any

import typer

from flows.commands.common import AsJson, AsOf, Config, DryRun, Lang, LogFile, NoPrefect, Quiet, Verbose, handle_errors
from flows.console.answers import json_answer, say
from flows.console.event_words import of_event
from transforms.model.wording import _

if TYPE_CHECKING:
    from flows.nightly.night_state import NightRequest, Nights


@handle_errors
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
    verbose: Verbose = False,
    log_file: LogFile = None,
) -> None:
    """What is new, everybody's scores, what changed, and alerts.

    A Prefect flow: it takes new files and rounds, compares with the night before, and writes history and reports.
    """
    from flows import clock
    from flows.console import logs
    from flows.main_run import early_checks
    from flows.nightly.night_state import NightRequest

    early_checks.of_firms_log(log_file, config)
    request = NightRequest(as_of or clock.today(), config, dry_run, wait, ahead)
    with logs.written(log_file, "nightly"):
        _nightly(request, as_json=as_json, quiet=quiet, verbose=verbose, with_prefect=not (dry_run or no_prefect))


def _nightly(request: NightRequest, *, as_json: bool, quiet: bool, verbose: bool, with_prefect: bool) -> None:
    from flows.console import progress
    from flows.main_run import early_checks
    from flows.nightly import night_outcome, nightly

    early_checks.of_nights(request, with_prefect=with_prefect)
    _say_if_waiting(request)
    with progress.shown(quiet=quiet):
        done = _with_prefect(request, verbose=verbose) if with_prefect else nightly.run(request)
    for note in done.notes:
        say(_("note: {text}").format(text=note))
    answer = nightly.summary(done)
    if as_json:
        print(json_answer("nightly", answer))
    elif not quiet:
        _tell(done, answer)
    raise typer.Exit(night_outcome.exit_code(done))


def _with_prefect(request: NightRequest, *, verbose: bool) -> Nights:
    from flows.orchestration import temporary_server

    # Gets ready while Prefect is imported.
    server = temporary_server.begin()
    from flows.console import logs
    from flows.orchestration import prefect_nightly

    logs.with_prefect(verbose=verbose)
    return prefect_nightly.run(request, server)


@handle_errors
def serve(
    config: Config = None,
    within: Annotated[
        int,
        typer.Option("--within", metavar="SECONDS", min=1, help="How long the server may take to answer and schedule."),
    ] = 120,
    log_file: LogFile = None,
    lang: Lang = None,
) -> None:
    """Keeps the schedules running, on a Prefect server.

    The night at 03:30, a look for new files and rounds every ten minutes, and the weekly forecast.
    """
    from flows import clock, errors
    from flows.nightly import nightly
    from flows.nightly.night_state import NightRequest

    nightly.begin(NightRequest(clock.today(), config))
    address = os.environ.get("PREFECT_API_URL")
    if not address:
        raise errors.UsageError(
            _(
                "the schedules need a Prefect server that stays: start one with `prefect server start --host "
                "127.0.0.1`, set PREFECT_API_URL to its address, such as http://127.0.0.1:4200/api; or let cron "
                "start `drawline nightly`"
            )
        )
    from flows.console import logs
    from flows.main_run import early_checks
    from flows.orchestration import deployments

    early_checks.of_firms_log(log_file, config)
    with logs.written(log_file, "serve"):
        logs.with_prefect(verbose=True)
        if deployments.serve(config, address, within, lang):
            say(_("drawline: stopped by SIGTERM"))
            raise typer.Exit(errors.EXIT_TERMINATED)


def _say_if_waiting(request: Any) -> None:
    from flows.firm import settings
    from flows.nightly.exclusive_run import is_at_work

    firm = settings.load(request.config)
    if request.wait and firm.history is not None and is_at_work(firm):
        say(_("another run is at work on the history; waiting for it to end"))


def _tell(done: Nights, answer: dict[str, Any]) -> None:
    taken = [one["name"] for one in answer["files"] if one["outcome"] == "taken"]
    text = _("would take {files}") if done.request.dry_run else _("took {files}")
    print(text.format(files=", ".join(taken) or _("no new file")))
    left_out = [one["name"] for one in answer["files"] if one["outcome"] in {"unusable", "not_read"}]
    if left_out:
        print(_("left out {files}: the notes say why").format(files=", ".join(left_out)))
    clients = answer["clients"]
    if taken:
        print(
            _("clients in them: {new} new, {changed} changed, {as_before} as before").format(
                new=clients["new"], changed=clients["changed"], as_before=clients["as_before"]
            )
        )
    for night in answer["nights"]:
        counts = night["counts"]
        print(
            _(
                "{as_of}: {scored} scored, {in_pool} in the pool, {quarantined} quarantined, {invited} newly invited"
            ).format(
                as_of=night["as_of"],
                scored=counts["candidates_accepted"],
                in_pool=counts["in_pool"],
                quarantined=counts["candidates_quarantined"],
                invited=counts["invited"],
            )
        )
        if newest := night["newest_round"]:
            print(
                "  "
                + _("rounds known to {date}, the newest is {number}").format(
                    date=newest["date"], number=newest["number"]
                )
            )
        for event in night["events"]:
            points = ", " + _("{points:+d} points in all").format(points=event["points"]) if event["points"] else ""
            reason = f" ({of_event(event['reason'])})" if event["reason"] else ""
            print(f"  {event['events']} {of_event(event['kind'])}{reason}{points}")
        print(
            "  "
            + (_("reports: {path}").format(path=night["reports"]) if night["reports"] else _("nothing was written"))
        )


def add_to(app: typer.Typer) -> None:
    """Adds these commands to the command line."""
    for command in (nightly, serve):
        app.command()(command)
