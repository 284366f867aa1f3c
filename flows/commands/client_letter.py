"""A page about each client, for the licensed professional."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

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
    problem_line,
    request_of,
    say_left_out,
)
from flows.console.answers import json_answer, say
from flows.console.links import linked
from flows.console.screen import show_drawn
from transforms.model.wording import _, n_

if TYPE_CHECKING:
    from flows.main_run.run_state import Run


@handle_errors
def client_letter(
    inputs: Inputs,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="FILE.xlsx: a sheet each; FILE.pdf: a page each; a folder: a PDF file "
                     "each. Default: client-page-ID.xlsx, of several client-pages.xlsx."),
    ] = None,
    clients: Clients = None,
    owners: Owners = None,
    where: Where = None,
    forecast: Annotated[
        bool, typer.Option("--forecast", help="Add each client's chance of an invitation; takes some seconds more.")
    ] = False,
    as_of: AsOf = None,
    rules: RulesFiles = None,
    rounds_file: RoundsFile = None,
    mapping: MapFile = None,
    config: Config = None,
    skip_unusable: SkipUnusable = False,
    encrypt_to: EncryptTo = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
    dry_run: DryRun = False,
) -> None:  # fmt: skip
    """One page about a client, for the licensed professional.

    Score with caps, programs, categories, ranks, the best changes, dates to watch. A workbook or PDF.
    """
    from flows import errors, run_request
    from flows.console import progress, stages
    from flows.main_run import advice, letters, run_counts, run_scoring, run_state, selected

    selection = part_of(clients, owners, where)
    if not selection:
        raise errors.UsageError(
            _("Nobody is named. Name a client with --client, or a part of the list with --owner or --where.")
        )
    if out is not None:
        letters.check_out(out)
    done = run_state.Run(
        request_of(
            inputs, as_of, rules=rules, rounds_file=rounds_file, mapping=mapping, config=config,
            skip_unusable=skip_unusable, selection=selection, encrypt_to=encrypt_to,
        )
    )  # fmt: skip
    if out is not None and not out.is_dir():
        run_request.keep_apart(done.request, [out])
    files: list[Path] = []
    with progress.shown(quiet=quiet):
        for stage in (selected.read_in, run_scoring.score, advice.find, selected.limit):
            stage(done)
        assert done.scored is not None
        if not done.scored.is_empty():
            out = out or letters.default_out(done.scored["client_id"].to_list())
            run_request.keep_apart(done.request, letters.targets(done, out))
            with stages.stage("client_pages", lambda: {"pages": _pages(done)}):
                contents = letters.gather(done, with_chances=forecast)
                files = letters.targets(done, out) if dry_run else letters.write(done, contents, out)
    say_left_out(done)
    if as_json:
        print(json_answer("client-letter", letters.as_json(done, files, dry_run=dry_run)))
    _report(done, files, quiet=quiet or as_json, dry_run=dry_run)
    raise typer.Exit(run_counts.exit_code(done))


def _pages(done: Run) -> int:
    return 0 if done.scored is None else done.scored.height


def _report(done: Run, files: list[Path], *, quiet: bool, dry_run: bool) -> None:
    """Who has no page and why, and which files there are."""
    assert done.intake is not None
    rows: list[dict[str, Any]] = done.intake.quarantine.to_dicts()
    missing = len({row["client_id"] or (row["source_file"], row["source_row"]) for row in rows})
    if missing:
        text = n_(
            "{number} client is quarantined and has no page. Correct the cells, and run this again.",
            "{number} clients are quarantined and have no page. Correct the cells, and run this again.",
            missing,
        )
        say(text.format(number=missing))
    for row in rows:
        say(_("quarantined: {problem}").format(problem=problem_line(row)))
    if quiet or not files:
        return
    names = ", ".join(linked(file) for file in files)
    if dry_run:
        show_drawn(_("nothing was written to {file}").format(file=names))
        return
    pages = _pages(done)
    show_drawn(
        n_("{number} client page in {files}", "{number} client pages in {files}", pages).format(
            number=pages, files=names
        )
    )


def add_to(app: typer.Typer) -> None:
    """Adds this command to the command line."""
    app.command()(client_letter)
