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
    RulesFiles,
    SkipUnusable,
    answering,
    as_json_text,
    request_of,
    say,
    say_warnings,
)

if TYPE_CHECKING:
    from flows.simulation import Simulated

Pool = Annotated[
    list[Path],
    typer.Argument(metavar="POOL", help="Clients as for `run`, or one Parquet or CSV file of people with crs_total."),
]


@answering
def simulate(
    pool: Pool,
    plan: Annotated[Path, typer.Option("--plan", metavar="PLAN", help="The rounds, and what happens between (YAML).")],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder for tables, workbook and simulation.json.")],
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
    from flows import program, simulation

    program.no_file(out)
    planned = simulation.read_plan(plan)
    inputs = simulation.with_arrivals(pool, plan, planned)
    request = request_of(
        list(inputs), planned.end, out=out, rules=rules, mapping=mapping, config=config, skip_unusable=skip_unusable
    )
    done = simulation.prepare(request, plan, planned)
    if done.run.intake is not None:
        program.compare_records(done.run)
        if not quiet:
            say_warnings(done.run)
    simulation.simulate(done)
    if not dry_run:
        simulation.write(done, out)
    if as_json:
        print(as_json_text(_as_json(done)))
    elif not quiet:
        _summary(done, out, dry_run=dry_run)
    raise typer.Exit(simulation.exit_code(done))


def _as_json(done: Simulated) -> dict[str, Any]:
    from flows import simulation

    assert done.result is not None
    return simulation.record(done) | {"rounds": done.result.rounds.to_dicts()}


def _summary(done: Simulated, out: Path, *, dry_run: bool) -> None:
    from flows import simulation

    assert done.result is not None
    found = simulation.counts(done)
    if found.get("candidates_quarantined"):
        say(
            f"{found['candidates_quarantined']} of {found['candidates_in']} candidates are quarantined and not simulated; "
            "drawline check lists them"
        )
    print(f"{found['pool_at_start']:,} in the pool on {done.plan.start}")
    for row in done.result.rounds.iter_rows(named=True):
        line = "nobody to invite" if row["cut_off"] is None else f"cut-off {row['cut_off']}"
        tie_break = "" if row["tie_break"] is None else f", tie-break {row['tie_break']:%Y-%m-%d %H:%M:%S} UTC"
        notes = f" ({row['notes']})" if row["notes"] else ""
        print(
            f"  {row['round']:>3}  {row['date']}  {row['kind']:<15} {row['invited']:>7,} invited, {line}{tie_break}; "
            f"{row['pool_after']:,} left{notes}"
        )
    for note in done.notes:
        print(f"note: {note}")
    if dry_run:
        print(f"nothing was written to {out}")
        return
    print(f"workbook: {out / simulation.WORKBOOK}")
    print(
        f"also there: {', '.join(name for name in (*done.outputs, simulation.RECORD) if name != simulation.WORKBOOK)}"
    )


def add_to(app: typer.Typer) -> None:
    """Adds this command to the command line."""
    app.command()(simulate)
