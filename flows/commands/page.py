"""The page of charts."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.commands.common import (
    AsOf,
    Config,
    MapFile,
    Quiet,
    RoundsFile,
    RulesFiles,
    SkipUnusable,
    handle_errors,
    request_of,
    say_newest_round,
    say_warnings,
)
from flows.console.links import linked
from flows.console.screen import show_drawn
from transforms.model.wording import _


@handle_errors
def page(
    out: Annotated[Path, typer.Option("--out", metavar="FILE.html", help="The page: one file that needs no network.")],
    clients: Annotated[
        list[Path] | None,
        typer.Option("--clients", metavar="INPUT", help="Clients as counts by score, as for `run`; repeatable."),
    ] = None,
    no_forecast: Annotated[
        bool, typer.Option("--no-forecast", help="Without forecast and backtest, which take seconds.")
    ] = False,
    as_of: AsOf = None,
    rounds_file: RoundsFile = None,
    rules: RulesFiles = None,
    mapping: MapFile = None,
    config: Config = None,
    skip_unusable: SkipUnusable = False,
    quiet: Quiet = False,
) -> None:
    """A page of charts in one HTML file.

    Rounds, pool, forecast and backtest; the firm's clients as counts where they are given.
    """
    from flows import errors, run_request
    from flows.commands.forecast import opened
    from flows.console import progress
    from flows.forecasting import page as page_
    from flows.main_run import output_names, run_counts, run_intake, run_scoring

    output_names.ending(out, (".html", ".htm"))
    page_.check_extra()
    request = request_of(
        clients or [], as_of, rounds_file=rounds_file, rules=rules, mapping=mapping, config=config,
        skip_unusable=skip_unusable,
    )  # fmt: skip
    run_request.keep_apart(request, [out])
    run = opened(request)
    with progress.shown(quiet=quiet):
        if clients:
            run_intake.take_in(run)
            run_scoring.score(run)
        page_.write(page_.contents(run, has_forecast=not no_forecast), out)
    if not quiet:
        if clients:
            say_warnings(run)
        say_newest_round(request.rounds_file)
        show_drawn(_("page: {file}").format(file=linked(out)))
    raise typer.Exit(run_counts.exit_code(run) if clients else errors.EXIT_DONE)


def add_to(app: typer.Typer) -> None:
    """Adds this command to the command line."""
    app.command()(page)
