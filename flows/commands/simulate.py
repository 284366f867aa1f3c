"""A plan of rounds on a pool: simulate."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from flows.commands.common import (
    AsJson,
    Config,
    DryRun,
    MapFile,
    Quiet,
    RoundsFile,
    RulesFiles,
    SkipUnusable,
    handle_errors,
    request_of,
    say_warnings,
)
from flows.console.answers import as_json_text, say
from transforms.model.kind_words import kind_word
from transforms.model.wording import _, whole_number

if TYPE_CHECKING:
    from flows.forecasting.simulation import Simulated

Pool = Annotated[
    list[Path],
    typer.Argument(metavar="POOL", help="Clients as for `run`, or one Parquet or CSV file of people with crs_total."),
]


@handle_errors
def simulate(
    pool: Pool,
    plan: Annotated[Path, typer.Option("--plan", metavar="PLAN", help="The rounds, and what happens between (YAML).")],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder for tables, workbook and simulation.json.")],
    rounds_file: RoundsFile = None,
    rules: RulesFiles = None,
    mapping: MapFile = None,
    config: Config = None,
    skip_unusable: SkipUnusable = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
    dry_run: DryRun = False,
) -> None:
    """A sequence of rounds on a pool.

    The invited of each, where its line falls, and what is left.
    """
    from flows import run_request
    from flows.console import progress
    from flows.forecasting import simulation
    from flows.main_run import run_intake

    run_request.no_file(out)
    planned = simulation.read_plan(plan)
    inputs = simulation.with_arrivals(pool, plan, planned)
    request = request_of(
        list(inputs),
        planned.end,
        out=out,
        rounds_file=rounds_file,
        rules=rules,
        mapping=mapping,
        config=config,
        skip_unusable=skip_unusable,
    )
    run_request.output_folder(request, simulation.OUTPUTS)
    run_request.apart_from([plan], (out / name for name in simulation.OUTPUTS if out.is_dir()), "--out")
    with progress.shown(quiet=quiet):
        done = simulation.prepare(request, plan, planned)
        if done.run.intake is not None:
            run_intake.compare_records(done.run)
        simulation.simulate(done)
        if not dry_run:
            simulation.write(done, out)
    if done.run.intake is not None and not quiet:
        say_warnings(done.run)
    if as_json:
        print(as_json_text(_as_json(done)))
    elif not quiet:
        _summary(done, out, dry_run=dry_run)
    raise typer.Exit(simulation.exit_code(done))


def _as_json(done: Simulated) -> dict[str, Any]:
    from flows.forecasting import simulation

    assert done.result is not None
    return simulation.record(done) | {"rounds": done.result.rounds.to_dicts()}


def _summary(done: Simulated, out: Path, *, dry_run: bool) -> None:
    from flows.forecasting import simulation

    assert done.result is not None
    found = simulation.counts(done)
    if found.get("candidates_quarantined"):
        say(
            _("{number} of {total} candidates are quarantined and not simulated; drawline check lists them").format(
                number=found["candidates_quarantined"], total=found["candidates_in"]
            )
        )
    print(_("{number} in the pool on {day}").format(number=whole_number(found["pool_at_start"]), day=done.plan.start))
    for row in done.result.rounds.iter_rows(named=True):
        line = (
            _("nobody to invite") if row["cut_off"] is None else _("cut-off {cut_off}").format(cut_off=row["cut_off"])
        )
        if row["cut_off_p10"] is not None:
            line = _("{cut_off} ({low} to {high})").format(
                cut_off=line, low=round(row["cut_off_p10"]), high=round(row["cut_off_p90"])
            )
        if row["tie_break"] is not None:
            line = _("{cut_off}, tie-break {moment} UTC").format(
                cut_off=line, moment=f"{row['tie_break']:%Y-%m-%d %H:%M:%S}"
            )
        notes = f" ({row['notes']})" if row["notes"] else ""
        said = _("{invited} invited, {cut_off}; {left} left").format(
            invited=f"{whole_number(row['invited']):>7}", cut_off=line, left=whole_number(row["pool_after"])
        )
        print(f"  {row['round']:>3}  {row['date']}  {kind_word(row['kind']):<15} {said}{notes}")
    for note in done.notes:
        print(_("note: {text}").format(text=note))
    if dry_run:
        print(_("nothing was written to {out}").format(out=out))
        return
    print(_("workbook: {path}").format(path=out / simulation.WORKBOOK))
    print(
        _("also there: {names}").format(
            names=", ".join(name for name in (*done.outputs, simulation.RECORD) if name != simulation.WORKBOOK)
        )
    )


def add_to(app: typer.Typer) -> None:
    """Adds this command to the command line."""
    app.command()(simulate)
