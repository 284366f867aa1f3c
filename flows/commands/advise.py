"""What would raise the score of each client of a list."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands.common import (
    AsJson,
    AsOf,
    Clients,
    Config,
    DryRun,
    EncryptTo,
    Inputs,
    MapFile,
    Owners,
    Quiet,
    RoundsFile,
    RulesFiles,
    SkipUnusable,
    Where,
    handle_errors,
    part_of,
    request_of,
    say_left_out,
    sheet_lines,
)
from flows.console.answers import json_answer, say

if TYPE_CHECKING:
    from flows.main_run.run_state import Run


@handle_errors
def advise(
    inputs: Inputs,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="advice.xlsx, .parquet or .csv.")],
    as_of: AsOf = None,
    rules: RulesFiles = None,
    rounds_file: RoundsFile = None,
    mapping: MapFile = None,
    config: Config = None,
    skip_unusable: SkipUnusable = False,
    clients: Clients = None,
    owners: Owners = None,
    where: Where = None,
    encrypt_to: EncryptTo = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
    dry_run: DryRun = False,
) -> None:
    """What would raise each client's score.

    Language levels, work, credentials, assessments, a nomination, the spouse: each is scored again, for all clients.
    """
    from flows import run_request
    from flows.console import progress
    from flows.firm import logos
    from flows.main_run import advice, output_names, run_counts, run_scoring, run_state, selected
    from flows.outputs import encrypted_outputs

    output_names.ending(out, advice.FORMATS)
    request = request_of(
        inputs, as_of, rules=rules, rounds_file=rounds_file, mapping=mapping, config=config, skip_unusable=skip_unusable,
        selection=part_of(clients, owners, where), encrypt_to=encrypt_to,
    )  # fmt: skip
    done = run_state.Run(request)
    written = encrypted_outputs.target(out, request.encrypt_to)
    run_request.keep_apart(done.request, [out, written])
    logos.read(done.request.logo)
    with progress.shown(quiet=quiet):
        for stage in (selected.read_in, run_scoring.score, advice.find, selected.limit):
            stage(done)
    say_left_out(done)
    if not dry_run:
        advice.write(done, out)
    if as_json:
        print(json_answer("advice", advice.as_json(done, written)))
    elif not quiet:
        _tell(done, written, dry_run=dry_run)
    raise typer.Exit(run_counts.exit_code(done))


def _tell(done: Run, out: Path, *, dry_run: bool) -> None:
    """What was found, in a few lines on standard error."""
    from flows.main_run import readings, run_counts, run_rounds, selected
    from transforms.advice import helps
    from transforms.model.wording import _, n_

    assert done.advice is not None
    assert done.law is not None
    found = run_counts.counts(done)
    for note in selected.notes(done):
        say(note)
    say(
        _("{clients} candidates in = {scored} scored + {quarantined} quarantined").format(
            clients=found["candidates_in"],
            scored=found["candidates_accepted"],
            quarantined=found["candidates_quarantined"],
        )
    )
    helped = done.advice.filter(helps())["client_id"].n_unique()
    clients = done.advice["client_id"].n_unique()
    say(
        n_(
            "{rows} changes tried on {clients} client with a round ahead; a change would help {helped}",
            "{rows} changes tried on {clients} clients with a round ahead; a change would help {helped} of them",
            clients,
        ).format(rows=done.advice.height, clients=clients, helped=helped)
    )
    for line in sheet_lines(done, notable=True):
        say(line)
    for note in (*run_rounds.notes(done), *readings.unknown_law(done.law)):
        say(note)
    say(_("nothing was written to {file}").format(file=out) if dry_run else _("advice in {file}").format(file=out))


def add_to(app: typer.Typer) -> None:
    """Adds this command to the command line."""
    app.command()(advise)
