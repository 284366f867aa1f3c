"""Parts of the main job: score, check."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands import problem_lines
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
    PasswordFile,
    Quiet,
    RulesFiles,
    SkipUnusable,
    Where,
    handle_errors,
    left_out,
    part_of,
    request_of,
    say_left_out,
    sheet_lines,
)
from flows.console.answers import json_answer, say
from transforms.model.wording import _, n_

if TYPE_CHECKING:
    from flows.main_run.run_state import Run

MAX_LISTED = 20
Partitions = Annotated[
    int | None,
    typer.Option("--partitions", metavar="N", min=1, help="Score the clients of Parquet files in N partitions, one at a "
                 "time; default: as many as they need, from 500,000 rows on."),
]  # fmt: skip


@handle_errors
def score(
    inputs: Inputs,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="scores.parquet, .csv or .xlsx.")],
    as_of: AsOf = None,
    rules: RulesFiles = None,
    mapping: MapFile = None,
    config: Config = None,
    skip_unusable: SkipUnusable = False,
    password_file: PasswordFile = None,
    clients: Clients = None,
    owners: Owners = None,
    where: Where = None,
    encrypt_to: EncryptTo = None,
    partitions: Partitions = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
    dry_run: DryRun = False,
) -> None:
    """Scores alone, without Prefect."""
    from flows import run_request
    from flows.console import progress
    from flows.main_run import (
        output_names,
        run_counts,
        run_intake,
        run_outputs,
        run_scoring,
        run_state,
        score_partitions,
        selected,
    )
    from flows.nightly import audit
    from flows.outputs import encrypted_outputs

    output_names.ending(out, output_names.SCORE_FORMATS)
    request = request_of(
        inputs, as_of, rules=rules, mapping=mapping, config=config, skip_unusable=skip_unusable,
        selection=part_of(clients, owners, where), password_file=password_file, encrypt_to=encrypt_to,
    )  # fmt: skip
    done = run_state.Run(request)
    written = encrypted_outputs.target(out, request.encrypt_to)
    run_request.keep_apart(done.request, [out, written])
    with audit.recorded_run("score", config, request, is_dry=dry_run) as record:
        with progress.shown(quiet=quiet):
            division, reason = score_partitions.division(done, out, partitions)
            if division is not None:
                score_partitions.score(done, division, out, is_dry=dry_run, is_asked=partitions is not None)
            else:
                for stage in (selected.read_in, run_scoring.score, selected.limit, run_intake.compare_records):
                    stage(done)
        if reason:
            say(reason)
        say_left_out(done)
        if division is None and not dry_run:
            run_outputs.write_scores(done, out)
        record(done)
    if as_json:
        print(
            json_answer(
                "scores",
                {
                    **run_counts.counts(done),
                    "rules_status": done.law.status if done.law else "",
                    "selection": selected.saved(done),
                    "unusable": left_out(done),
                    "warnings": done.intake.warnings.to_dicts() if done.intake else [],
                    "partitions": None if division is None else division.number,
                    "out": str(written),
                },
            )
        )
    elif not quiet:
        found = run_counts.counts(done)
        for note in selected.notes(done):
            say(note)
        where_to = _("nothing written to {file}") if dry_run else _("scores in {file}")
        say(
            _(
                "{candidates_in} candidates in = {candidates_accepted} scored + {candidates_quarantined} quarantined;"
                " {outcome}"
            ).format(**found, outcome=where_to.format(file=out))
        )
        for line in sheet_lines(done, notable=True):
            say(line)
        for line in problem_lines.of(done, most=MAX_LISTED):
            say(line)
        _say_state_of_law(done)
    raise typer.Exit(run_counts.exit_code(done))


@handle_errors
def check(
    inputs: Inputs,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Folder for quarantine.csv and each file with its problems marked."),
    ] = None,
    as_of: AsOf = None,
    mapping: MapFile = None,
    config: Config = None,
    skip_unusable: SkipUnusable = False,
    password_file: PasswordFile = None,
    clients: Clients = None,
    owners: Owners = None,
    where: Where = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
    is_all: problem_lines.All = False,
) -> None:
    """Validation alone: which rows are wrong, and in which cell.

    Each kind of problem with its number, its first cell, and what would be right. With --out, each file comes back with
    every wrong cell marked.
    """
    from flows import run_request
    from flows.commands import coverage
    from flows.console import progress
    from flows.main_run import (
        corrections,
        pool_notes,
        run_counts,
        run_intake,
        run_law,
        run_outputs,
        run_state,
        selected,
    )

    request = request_of(
        inputs, as_of, out=out, mapping=mapping, config=config, skip_unusable=skip_unusable,
        selection=part_of(clients, owners, where), password_file=password_file,
    )  # fmt: skip
    done = run_state.Run(request)
    usual = corrections.names(request.inputs, is_part=bool(request.selection))
    written = [*usual.values(), coverage.PROPOSED]
    run_request.output_folder(done.request, ["quarantine.csv", *written])
    run_law.open_law(done)
    with (
        coverage.of_unusable(
            out,
            as_json=as_json,
            quiet=quiet,
            is_mapped=request.mapping is not None,
            password_file=request.password_file,
        ),
        progress.shown(quiet=quiet),
    ):
        run_intake.take_in(done)
        for stage in (selected.find, selected.limit, run_intake.compare_records):
            stage(done)
    assert done.intake is not None
    layouts = coverage.unknown_layouts(done)
    notes = pool_notes.drafts(done.intake.sheets["candidates"])
    say_left_out(done)
    if out is not None:
        run_outputs.write_check(done, out)
    if as_json:
        print(
            json_answer(
                "check",
                {
                    "counts": run_counts.counts(done),
                    "selection": selected.saved(done),
                    "inputs": [one.saved() for one in done.intake.inputs],
                    "unusable": left_out(done),
                    "notes": notes,
                    "quarantine": done.intake.quarantine.to_dicts(),
                    "held": done.intake.held.to_dicts(),
                    "warnings": done.intake.warnings.to_dicts(),
                    "corrections": done.corrections,
                    "maps": coverage.map_uses(done),
                    **coverage.plain(layouts),
                },
            )
        )
    elif not quiet:
        found = run_counts.counts(done)
        for note in selected.notes(done):
            print(note)
        warnings = done.intake.warnings.height
        print(
            _(
                "{candidates_in} candidates in = {candidates_accepted} good + {candidates_quarantined} quarantined"
            ).format(**found)
            + "; "
            + n_("{n} warnings", "{n} warnings", warnings).format(n=warnings)
        )
        for note in notes:
            print(f"  {note}")
        for line in (*sheet_lines(done), *coverage.map_lines(done)):
            print(line)
        for line in (*problem_lines.of(done, is_all=is_all), *problem_lines.written(done)):
            print(line)
        coverage.show(layouts)
    coverage.keep(layouts, out)
    raise typer.Exit(run_counts.exit_code(done))


def _say_state_of_law(done: Run) -> None:
    from flows.main_run import readings

    assert done.law is not None
    for note in (*readings.unknown_law(done.law), *readings.renewal_due(done.law)):
        say(_("law: {note}").format(note=note))


def add_to(app: typer.Typer) -> None:
    """Adds these commands to the command line."""
    for command in (score, check):
        app.command()(command)
