"""The main job: run, demo."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from flows.commands import problem_lines
from flows.commands.common import (
    AsJson,
    AsOf,
    ClientPages,
    Clients,
    Config,
    DryRun,
    EncryptTo,
    Explain,
    Inputs,
    LogFile,
    MapFile,
    NoPrefect,
    Owners,
    PasswordFile,
    Quiet,
    Rounds,
    RoundsFile,
    RulesFiles,
    SkipUnusable,
    SplitBy,
    Verbose,
    Where,
    handle_errors,
    part_of,
    request_of,
    say_left_out,
    sheet_lines,
)
from flows.console.answers import as_json_text
from transforms.model.round_names import round_name
from transforms.model.wording import _, n_

if TYPE_CHECKING:
    from flows.main_run.run_state import Run
    from flows.run_request import Request
    from transforms.rounds.rounds import RoundOutcome


@handle_errors
def run(
    inputs: Inputs,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder for report, scores and run.json.")],
    as_of: AsOf = None,
    rounds: Rounds = None,
    rules: RulesFiles = None,
    rounds_file: RoundsFile = None,
    mapping: MapFile = None,
    config: Config = None,
    skip_unusable: SkipUnusable = False,
    password_file: PasswordFile = None,
    clients: Clients = None,
    owners: Owners = None,
    where: Where = None,
    split_by: SplitBy = None,
    client_pages: ClientPages = None,
    explain: Explain = "near",
    encrypt_to: EncryptTo = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
    dry_run: DryRun = False,
    no_prefect: NoPrefect = False,
    verbose: Verbose = False,
    log_file: LogFile = None,
) -> None:
    """The main job: from the clients' files to the Excel report.

    A Prefect flow: intake, validation, scores, rank, rounds, report.
    """
    request = request_of(
        inputs, as_of, out=out, rounds=rounds, rules=rules, rounds_file=rounds_file, mapping=mapping, config=config,
        skip_unusable=skip_unusable, selection=part_of(clients, owners, where), split_by=split_by,
        client_pages=client_pages, explain=explain, password_file=password_file, encrypt_to=encrypt_to,
    )  # fmt: skip
    from flows import run_request
    from flows.console import logs
    from flows.main_run import early_checks
    from flows.nightly import audit

    early_checks.of_log(log_file, run_request.files_read(request), config, (out,))
    with logs.written(log_file, "run", request.run_id):
        recording = audit.recorded_run("run", config, request, is_dry=dry_run)
        _run(
            request, recording, as_json=as_json, quiet=quiet, verbose=verbose, dry_run=dry_run, no_prefect=no_prefect
        )  # fmt: skip


@handle_errors
def demo(
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder for the outcome.")] = Path("drawline-demo"),
    as_json: AsJson = False,
    quiet: Quiet = False,
    no_prefect: NoPrefect = False,
    verbose: Verbose = False,
    log_file: LogFile = None,
) -> None:
    """The main job on the shipped sample workbook.

    As of the sample's own day.
    """
    from flows import run_request
    from flows.console import logs
    from flows.main_run import early_checks

    path, entry = next(iter(run_request.samples().items()))
    request = request_of(
        [Path(path)], date.fromisoformat(entry["as_of"]), out=out, rounds_file=run_request.SHIPPED_ROUNDS
    )
    early_checks.of_log(log_file, run_request.files_read(request), None, (out,))
    with logs.written(log_file, "demo", request.run_id):
        recording = nullcontext(lambda _run: None)
        _run(request, recording, as_json=as_json, quiet=quiet, verbose=verbose, dry_run=False, no_prefect=no_prefect)


def _run(
    request: Request,
    recording: AbstractContextManager[Callable[[Run], None]],
    *,
    as_json: bool,
    quiet: bool,
    verbose: bool,
    dry_run: bool,
    no_prefect: bool,
) -> None:
    from flows.console import progress
    from flows.main_run import early_checks, run_counts, run_job, run_outputs

    with recording as record:
        early_checks.of_run(request)
        with progress.shown(quiet=quiet):
            if dry_run or no_prefect:
                done = run_job.run_all(request, dry_run=dry_run)
            else:
                done = _with_prefect(request, verbose=verbose)
        record(done)
    say_left_out(done)
    if as_json:
        print(as_json_text(run_outputs.manifest(done, done.outputs)))
    elif not quiet:
        _summary(done, dry_run=dry_run)
    raise typer.Exit(run_counts.exit_code(done))


def _with_prefect(request: Request, *, verbose: bool) -> Run:
    from flows.orchestration import temporary_server

    # Gets ready while Prefect is imported.
    server = temporary_server.begin()
    from flows.console import logs
    from flows.orchestration import prefect_run

    logs.with_prefect(verbose=verbose)
    return prefect_run.run(request, server)


def _summary(done: Run, *, dry_run: bool = False) -> None:
    """What a run made, in a few lines on standard output."""
    from flows.main_run import readings, run_counts, run_rounds, run_scoring, selected
    from reports.sheets import stated
    from reports.wording import stated_words

    found = run_counts.counts(done)
    assert done.law is not None
    assert done.request.out is not None
    for note in selected.notes(done):
        print(note)
    print(
        _(
            "{candidates_in} candidates in = {candidates_accepted} scored + {candidates_quarantined} quarantined;"
            " as of {as_of}, law {version} ({status})"
        ).format(**found, as_of=done.request.as_of, version=done.law.rules.version, status=_law_status(done))
    )
    if done.law.rules.overlay_titles:
        print("  " + _("overlay on the shipped law: {files}").format(files="; ".join(done.law.rules.overlay_titles)))
    print(
        _(
            "{detail_rows_in} detail rows in = {detail_rows_used} used + {detail_rows_held} held"
            " + {detail_rows_quarantined} quarantined"
        ).format(**found)
    )
    for line in sheet_lines(done, notable=True):
        print(f"  {line}")
    print(_("{in_pool} in the pool, {undetermined} undetermined").format(**found))
    for note in run_rounds.notes(done):
        print(f"  {note}")
    print(
        _(
            "{invited} invited by a round of the last {months} months, {would_have_met_cut_off} would have met the"
            " cut-off of another, {invited_on_record} invited on record"
        ).format(**found, months=done.request.headline_months)
    )
    print(_at_or_above(done))
    if done.stated is not None and not done.stated.is_empty():
        words = stated_words.line(done.stated, run_scoring.stated_of_quarantined(done))
        print(_("{words} (sheet {title})").format(words=words, title=_(stated.TITLE)))
    for outcome in done.outcomes:
        print("  " + _("{round}: {outcome}").format(round=_round_line(outcome), outcome=_made_of(outcome)))
        for note in outcome.notes if done.request.rounds else []:
            print("    " + _("note: {note}").format(note=note))
    for note in (*readings.unknown_law(done.law), *readings.renewal_due(done.law)):
        print("  " + _("law: {note}").format(note=note))
    if dry_run:
        _print_dry(done, done.request.out)
    else:
        _print_files(done, done.request.out)


def _law_status(done: Run) -> str:
    assert done.law is not None
    return {"complete": _("complete"), "incomplete": _("incomplete")}[done.law.status]


def _print_dry(done: Run, out: Path) -> None:
    """The files that a run would write."""
    from flows.main_run import letters, output_names, run_outputs
    from flows.outputs import encrypted_outputs

    pages = letters.book_names(done.scored.height) if done.request.client_pages and done.scored is not None else ()
    names = ", ".join((*output_names.OUTPUTS, *pages, *run_outputs.expected_corrections(done)))
    if done.request.encrypt_to:
        names = encrypted_outputs.ARCHIVE
    print(_("would write {names} to {folder}; nothing was written").format(names=names, folder=out))


def _print_files(done: Run, out: Path) -> None:
    """The files that a run has written."""
    from flows.console.links import linked
    from flows.console.screen import show_drawn
    from flows.main_run import output_names
    from flows.outputs import encrypted_outputs

    if done.request.encrypt_to:
        show_drawn(_("encrypted outputs: {file}").format(file=linked(out / encrypted_outputs.ARCHIVE)))
        print("  " + _("in it: {files}").format(files=", ".join((*done.outputs, output_names.RECORD))))
        return
    show_drawn(_("report: {file}").format(file=linked(out / "report.xlsx")))
    print("  " + _("sheets: {titles}").format(titles=", ".join(done.sheet_names)))
    others = [linked(out / name, name) for name in output_names.OUTPUTS if name != "report.xlsx"]
    show_drawn(_("also there: {files}").format(files=", ".join(others)))
    if done.parts:
        owners = n_(
            "{number} case owner has a report: {files}",
            "{number} case owners have a report each: {files}",
            len(done.parts),
        )
        print(owners.format(number=len(done.parts), files=", ".join(part.name for part in done.parts)))
    if done.client_pages:
        files = ", ".join(linked(out / name, name) for name in done.client_pages)
        pages = sum(done.client_pages.values())
        text = n_("{number} client page in {files}", "{number} client pages in {files}", pages)
        show_drawn(text.format(number=pages, files=files))
    for line in problem_lines.corrections(done):
        print(line)


def _at_or_above(done: Run) -> str:
    """How many clients are at or above the cut-off of a counted round by their scores of the day, as on the first sheet."""
    from reports.sheets import at_or_above
    from transforms.rounds.near import MET, UNDETERMINED, near

    assert done.scored is not None
    assert done.law is not None
    found = near(done.outcomes, done.scored, done.law, 0)
    sure = found.filter(found["standing"] == MET)["client_id"].unique()
    open_ = found.filter((found["standing"] == UNDETERMINED) & ~found["client_id"].is_in(sure.implode()))[
        "client_id"
    ].n_unique()
    text = n_(
        "{number} client is at or above the cut-off of a counted round today, {undetermined} undetermined (sheet {title})",
        "{number} clients are at or above the cut-off of a counted round today, {undetermined} undetermined (sheet {title})",
        sure.len(),
    )
    return text.format(number=sure.len(), undetermined=open_, title=_(at_or_above.TITLE))


def _made_of(outcome: RoundOutcome) -> str:
    """What a round makes of the firm's clients."""
    from transforms.rounds import rounds

    if not outcome.is_recent:
        n = rounds.would_have_met([outcome]).height
        return n_(
            "{n} of our clients would have met the cut-off", "{n} of our clients would have met the cut-off", n
        ).format(n=n)
    invited = outcome.candidates.filter(outcome.candidates["outcome"] == "invited").height
    competing = rounds.competing(outcome)
    return n_("{n} of {competing} of our clients invited", "{n} of {competing} of our clients invited", invited).format(
        n=invited, competing=competing
    )


def _round_line(outcome: Any) -> str:
    number = _("round {number}").format(number=outcome.number) + ", " if outcome.number else ""
    cut_off = _("nobody to invite") if outcome.cut_off is None else _("cut-off {points}").format(points=outcome.cut_off)
    return f"{number}{round_name(outcome.name, outcome.kind)}, {outcome.date}, {cut_off}"


def add_to(app: typer.Typer) -> None:
    """Adds these commands to the command line."""
    for command in (run, demo):
        app.command()(command)
