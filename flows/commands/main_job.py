"""The main job and its parts: run, demo, score, check."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from flows.commands.common import (
    AsJson,
    AsOf,
    Config,
    DryRun,
    Inputs,
    MapFile,
    NoPrefect,
    Quiet,
    Rounds,
    RoundsFile,
    RulesFiles,
    SkipUnusable,
    answering,
    as_json_text,
    left_out,
    problem_line,
    request_of,
    say,
    say_left_out,
    sheet_lines,
)

if TYPE_CHECKING:
    from flows.program import Request, Run
    from transforms.rounds import RoundOutcome

MOST_LISTED = 20


@answering
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
    as_json: AsJson = False,
    quiet: Quiet = False,
    dry_run: DryRun = False,
    no_prefect: NoPrefect = False,
) -> None:
    """The main job: from the clients' files to the Excel report.

    A Prefect flow: intake, validation, scores, rank, rounds, report.
    """
    request = request_of(
        inputs, as_of, out=out, rounds=rounds, rules=rules, rounds_file=rounds_file, mapping=mapping, config=config,
        skip_unusable=skip_unusable,
    )  # fmt: skip
    _run(request, as_json=as_json, quiet=quiet, dry_run=dry_run, no_prefect=no_prefect)


@answering
def demo(
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder for the outcome.")] = Path("drawline-demo"),
    as_json: AsJson = False,
    quiet: Quiet = False,
    no_prefect: NoPrefect = False,
) -> None:
    """The main job on the shipped sample workbook.

    As of the sample's own day.
    """
    from flows import program

    path, entry = next(iter(program.samples().items()))
    request = request_of([Path(path)], date.fromisoformat(entry["as_of"]), out=out, rounds_file=program.SHIPPED_ROUNDS)
    _run(request, as_json=as_json, quiet=quiet, dry_run=False, no_prefect=no_prefect)


def _run(request: Request, *, as_json: bool, quiet: bool, dry_run: bool, no_prefect: bool) -> None:
    from flows import early_checks, program

    early_checks.of_run(request)
    if dry_run or no_prefect:
        done = program.run_all(request, dry_run=dry_run)
    else:
        if quiet:
            # Prefect reads it when it is imported.
            os.environ["PREFECT_LOGGING_LEVEL"] = "ERROR"
        from flows import temporary_server

        # Gets ready while Prefect is imported.
        server = temporary_server.begin()
        from flows import prefect_run

        done = prefect_run.run(request, server)
    say_left_out(done)
    if as_json:
        print(as_json_text(program.manifest(done, done.outputs)))
    elif not quiet:
        _summary(done, dry_run=dry_run)
    raise typer.Exit(program.exit_code(done))


def _summary(done: Run, *, dry_run: bool = False) -> None:
    """What a run made, in a few lines on standard output."""
    from flows import program, readings

    found = program.counts(done)
    assert done.law is not None
    assert done.request.out is not None
    print(
        f"{found['candidates_in']} candidates in = {found['candidates_accepted']} scored"
        f" + {found['candidates_quarantined']} quarantined; as of {done.request.as_of},"
        f" law {done.law.rules.version} ({done.law.status})"
    )
    if done.law.rules.laid_over:
        print(f"  laid over the shipped law: {'; '.join(done.law.rules.laid_over)}")
    print(
        f"{found['detail_rows_in']} detail rows in = {found['detail_rows_used']} used"
        f" + {found['detail_rows_held']} held + {found['detail_rows_quarantined']} quarantined"
    )
    for line in sheet_lines(done, notable=True):
        print(f"  {line}")
    print(f"{found['in_pool']} in the pool, {found['cannot_be_told']} cannot be told")
    for note in program.notes(done):
        print(f"  {note}")
    print(
        f"{found['invited']} invited by a round of the last {done.request.headline_months} months,"
        f" {found['would_have_met_cut_off']} would have met the cut-off of another, {found['invited_on_record']} invited on record"
    )
    for outcome in done.outcomes:
        print(f"  {_round_line(outcome)}: {_made_of(outcome)}")
        for note in outcome.notes if done.request.rounds else []:
            print(f"    note: {note}")
    for note in (*readings.unknown_law(done.law), *readings.renewal_due(done.law)):
        print(f"  law: {note}")
    if dry_run:
        names = ", ".join(program.OUTPUTS)
        print(f"would write {names} to {done.request.out}; nothing was written")
        return
    print(f"report: {done.request.out / 'report.xlsx'}")
    print("  sheets: " + ", ".join(done.sheet_names))
    print(f"also there: {', '.join(name for name in program.OUTPUTS if name != 'report.xlsx')}")


def _made_of(outcome: RoundOutcome) -> str:
    """What a round makes of the firm's clients."""
    from transforms import rounds

    if not outcome.is_recent:
        return f"{rounds.would_have_met([outcome]).height} of our clients would have met the cut-off"
    invited = outcome.candidates.filter(outcome.candidates["outcome"] == "invited").height
    competing = rounds.competing(outcome)
    return f"{invited} of {competing} of ours invited"


def _round_line(outcome: Any) -> str:
    number = f"round {outcome.number}, " if outcome.number else ""
    cut_off = "nobody to invite" if outcome.cut_off is None else f"cut-off {outcome.cut_off}"
    return f"{number}{outcome.name}, {outcome.date}, {cut_off}"


@answering
def score(
    inputs: Inputs,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="scores.parquet, .csv or .xlsx.")],
    as_of: AsOf = None,
    rules: RulesFiles = None,
    mapping: MapFile = None,
    config: Config = None,
    skip_unusable: SkipUnusable = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
    dry_run: DryRun = False,
) -> None:
    """Scores alone, without Prefect."""
    from flows import program

    if out.suffix.lower() not in program.SCORE_FORMATS:
        raise program.UsageError(f"--out must end in {', '.join(program.SCORE_FORMATS)}: {out.name}")
    done = program.Run(
        request_of(inputs, as_of, rules=rules, mapping=mapping, config=config, skip_unusable=skip_unusable)
    )
    program.keep_apart(done.request, [out])
    for stage in (program.open_law, program.take_in, program.score, program.compare_records):
        stage(done)
    say_left_out(done)
    if not dry_run:
        program.write_scores(done, out)
    if as_json:
        print(
            as_json_text(
                {
                    **program.counts(done),
                    "rules_status": done.law.status if done.law else "",
                    "unusable": left_out(done),
                    "warnings": done.intake.warnings.to_dicts() if done.intake else [],
                    "out": str(out),
                }
            )
        )
    elif not quiet:
        found = program.counts(done)
        say(
            f"{found['candidates_in']} candidates in = {found['candidates_accepted']} scored"
            f" + {found['candidates_quarantined']} quarantined"
            + (f"; nothing written to {out}" if dry_run else f"; scores in {out}")
        )
        for line in sheet_lines(done, notable=True):
            say(line)
        _list_problems(done, MOST_LISTED)
        _list_warnings(done, MOST_LISTED)
        _say_state_of_law(done)
    raise typer.Exit(program.exit_code(done))


@answering
def check(
    inputs: Inputs,
    out: Annotated[Path | None, typer.Option("--out", metavar="DIR", help="Folder for quarantine.csv.")] = None,
    as_of: AsOf = None,
    mapping: MapFile = None,
    config: Config = None,
    skip_unusable: SkipUnusable = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Validation alone: which rows are wrong, and in which cell.

    Each with what would be right.
    """
    from flows import program

    done = program.Run(request_of(inputs, as_of, out=out, mapping=mapping, config=config, skip_unusable=skip_unusable))
    program.output_folder(done.request, ["quarantine.csv"])
    for stage in (program.open_law, program.take_in, program.compare_records):
        stage(done)
    assert done.intake is not None
    say_left_out(done)
    if out is not None:
        program.write_quarantine(done, out)
    if as_json:
        print(
            as_json_text(
                {
                    "counts": program.counts(done),
                    "inputs": [one.saved() for one in done.intake.inputs],
                    "unusable": left_out(done),
                    "quarantine": done.intake.quarantine.to_dicts(),
                    "held": done.intake.held.to_dicts(),
                    "warnings": done.intake.warnings.to_dicts(),
                }
            )
        )
    elif not quiet:
        found = program.counts(done)
        print(
            f"{found['candidates_in']} candidates in = {found['candidates_accepted']} good"
            f" + {found['candidates_quarantined']} quarantined; {done.intake.warnings.height} warnings"
        )
        for line in sheet_lines(done):
            print(line)
        for kind, frame in (("quarantined", done.intake.quarantine), ("warning", done.intake.warnings)):
            for row in frame.iter_rows(named=True):
                print(f"{kind}: {problem_line(row)}")
    raise typer.Exit(program.exit_code(done))


def _list_problems(done: Run, most: int) -> None:
    assert done.intake is not None
    for kind, frame in (("quarantined", done.intake.quarantine), ("warning", done.intake.warnings)):
        for row in frame.head(most).iter_rows(named=True):
            say(f"{kind}: {problem_line(row)}")
        if frame.height > most:
            say(f"… and {frame.height - most} more; drawline check lists them all")


def _list_warnings(done: Run, most: int) -> None:
    assert done.intake is not None
    frame = done.intake.warnings
    for row in frame.head(most).iter_rows(named=True):
        say(f"warning: {problem_line(row)}")
    if frame.height > most:
        say(f"… and {frame.height - most} more warnings; drawline check lists them all")


def _say_state_of_law(done: Run) -> None:
    from flows import readings

    assert done.law is not None
    for note in (*readings.unknown_law(done.law), *readings.renewal_due(done.law)):
        say(f"law: {note}")


def add_to(app: typer.Typer) -> None:
    """Adds these commands to the command line."""
    for command in (run, demo, score, check):
        app.command()(command)
