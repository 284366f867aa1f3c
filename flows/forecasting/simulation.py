"""A plan of rounds on a pool, stage by stage, as plain functions: read, simulate, write."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows import errors, run_request
from flows.console import formats
from flows.main_run import run_counts, run_intake, run_law, run_state
from flows.outputs import digests, files
from transforms.model.wording import _, decimal, n_, whole_number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from transforms.forecast.forecast import Ground
    from transforms.rules import Law
    from transforms.simulation.plan import Plan, PlanError
    from transforms.simulation.pools import ClientPool, ScoredPool
    from transforms.simulation.simulation import Simulation

TABLES = ("rounds", "invited", "bands", "left")
AS_CSV = ("rounds", "bands")
MAX_ARRIVALS = 1_000_000
WORKBOOK, RECORD = "simulation.xlsx", "simulation.json"
OUTPUTS = (*(f"{name}.parquet" for name in TABLES), *(f"{name}.csv" for name in AS_CSV), WORKBOOK, RECORD)


@dataclass
class Simulated:
    """One simulation as it goes on: the run whose request and intake it has, the plan, the pool, and what came out.

    `ground` is what intervals are drawn from, on the nation's pool alone.
    """

    run: run_state.Run
    plan_path: Path
    plan: Plan
    pool: ClientPool | ScoredPool
    notes: list[str]
    ground: Ground | None = None
    result: Simulation | None = None
    outputs: dict[str, str] = field(default_factory=dict)


def read_plan(path: Path) -> Plan:
    """The plan of a file; raises UsageError and UnusableFile."""
    from validation.plans.plan_file import PlanFileError, read

    if not path.is_file():
        raise errors.UsageError(_("no plan at {path}").format(path=path))
    try:
        return read(path)
    except PlanFileError as error:
        raise errors.UnusableFile(str(error), path) from None


def prepare(request: run_request.Request, plan_path: Path, plan: Plan) -> Simulated:
    """The pool that a plan is to run on, with its arrivals; raises UsageError, UnusableFile and UnusableInputs."""
    from transforms.simulation import pools
    from transforms.simulation.plan import PlanError, check, law_of
    from validation.plans import pool_file

    run = run_state.Run(request)
    with run.timed("rules"):
        run.rules = run_law.rules_of(request.rules, request.readings)
    try:
        check(plan, run.rules)
        law = law_of(plan.start, run.rules, plan.lines.get("start"))
    except PlanError as error:
        raise _unusable(plan_path, error) from None
    run.law = run_law.law_of(run.rules, request.as_of)
    if plan.has_national_arrivals:
        return _on_national_pool(run, plan_path, plan, law)
    scored = [path for path in request.inputs if pool_file.is_scored(path)]
    if not scored:
        run_intake.take_in(run)
        assert run.intake is not None
        pool: ClientPool | ScoredPool = pools.ClientPool(run.intake.sheets)
        notes = _without_a_day(run.intake.sheets["candidates"])
    else:
        with run.timed("intake"):
            pool = pools.ScoredPool(_people(request.inputs, scored, plan), law)
        notes = _what_scores_miss(plan, run)
    try:
        with run.timed("arrivals"):
            drawn = pools.arrivals(pool.people, plan, law)
            pool = pool.joined_by(drawn) if drawn.height else pool
    except PlanError as error:
        raise _unusable(plan_path, error) from None
    return Simulated(run, plan_path, plan, pool, notes)


def _on_national_pool(run: run_state.Run, plan_path: Path, plan: Plan, law: Law) -> Simulated:
    """The people of a pool file, with those who come and leave as the published distributions show it."""
    from flows.forecasting.modelled_nation import known_of_nation
    from transforms.national_pool import national_arrivals
    from transforms.simulation import pools
    from validation.plans import pool_file

    assert run.rules is not None
    inputs = run.request.inputs
    if not all(pool_file.is_scored(path) for path in inputs):
        raise errors.UsageError(
            _(
                "arrivals: national needs people with crs_total; write them with `drawline national --as-of {start} --out FILE`"
            ).format(start=plan.start)
        )
    with run.timed("intake"):
        people = _people(inputs, inputs, plan)
    if "is_nominated" not in people.columns:
        raise errors.UsageError(_("arrivals: national needs the column is_nominated"))
    with run.timed("arrivals"):
        nation = known_of_nation(run.request.rounds_file, run.rules, plan.start, plan.seed)
        number = national_arrivals.number_of_arrivals(nation.known, plan)
        if number > MAX_ARRIVALS:
            raise errors.UsageError(
                _(
                    "{number} people come from {start} to {end}; end the plan earlier, so that {most} or fewer come"
                ).format(number=whole_number(number), start=plan.start, end=plan.end, most=whole_number(MAX_ARRIVALS))
            )
        pool = pools.ScoredPool(national_arrivals.with_flows(nation.known, plan, people), law)
    notes = [_measured(plan), *_what_scores_miss(plan, run)]
    return Simulated(run, plan_path, plan, pool, notes, nation.ground)


def _measured(plan: Plan) -> str:
    """What cut-offs on the nation's pool are worth, as measured on past rounds."""
    from transforms.backtest.forecast_record import simulated_in_all

    record = simulated_in_all()
    return _(
        "Those who come and leave are as the distributions published by {day} show it, and the cut-offs are the middle of"
        " what may come. In at least four of five cases a cut-off lies between the two scores behind it. In a year held again"
        " from {first} the cut-offs were {points} points off on average, and {inside} of {rounds} lay within."
    ).format(
        day=plan.start,
        first=record["first"],
        points=decimal(record["error_of_all"]),
        inside=whole_number(round(record["covered"] * record["with_interval"])),
        rounds=whole_number(record["with_interval"]),
    )


def _unusable(plan_path: Path, error: PlanError) -> errors.UnusableFile:
    """What to report of a plan that asks for what cannot be, with the line of its file."""
    return errors.UnusableFile(
        _("{name}: line {line}: {error}").format(name=plan_path.name, line=error.line or 1, error=error)
    )


def with_arrivals(inputs: Sequence[Path], plan_path: Path, plan: Plan) -> tuple[Path, ...]:
    """The inputs, with the file of arrivals that the plan names from its own folder; raises UsageError."""
    arriving = [plan_path.parent / plan.arrivals_file] if plan.arrivals_file else []
    for path in arriving:
        if not path.is_file():
            raise errors.UsageError(
                _("{name} names the arrivals {path}, which are not there").format(name=plan_path.name, path=path)
            )
    return (*run_request.existing(inputs), *arriving)


def _people(inputs: Sequence[Path], scored: Sequence[Path], plan: Plan) -> Any:
    """The people of a pool file, and those of a file of arrivals, whose scores are those of the day they arrive."""
    import polars as pl

    from transforms.scoring.ranking import day_in_ottawa
    from validation.plans import pool_file

    if len(scored) < len(inputs) or len(inputs) > 1 + bool(plan.arrivals_file):
        raise errors.UsageError(
            _("a pool of people with crs_total is one file, and its arrivals are another of the kind")
        )
    kinds = sorted({one.kind for one in plan.rounds})
    try:
        frames = [pool_file.read(path, kinds) for path in inputs]
    except pool_file.PoolFileError as error:
        raise errors.UnusableFile(str(error)) from None
    arriving = [
        frame.with_columns(day_in_ottawa(pl.col("profile_submitted_at")).alias("scored_on")) for frame in frames[1:]
    ]
    people = pl.concat([frames[0].with_columns(pl.lit(plan.start).alias("scored_on")), *arriving], how="diagonal")
    doubled = people.filter(pl.col("client_id").is_duplicated())["client_id"]
    if len(doubled):
        raise errors.UnusableFile(
            _("{client!r} is both in the pool and among the arrivals; give each an own client_id").format(
                client=doubled[0]
            )
        )
    return people


def _without_a_day(candidates: Any) -> list[str]:
    """How many clients of the pool a simulation leaves out, as nobody knows when their profiles end."""
    import polars as pl

    from transforms.scoring.ranking import POOL_STATUSES

    is_open = pl.col("pool_status").is_in(POOL_STATUSES) & pl.col("profile_submitted_at").is_null()
    left_out = candidates.filter(is_open).height
    if not left_out:
        return []
    text = n_(
        "{number} client of the pool has no profile_submitted_at and no part in the rounds; enter it, the day alone also serves",
        "{number} clients of the pool have no profile_submitted_at and no part in the rounds; enter it, the day alone also "
        "serves",
        left_out,
    )
    return [text.format(number=left_out)]


def _what_scores_miss(plan: Plan, run: run_state.Run) -> list[str]:
    """What scores that are given once cannot follow."""
    from transforms.simulation.plan import changes_of_law

    assert run.rules is not None
    changed = changes_of_law(plan, run.rules, ("crs.",))
    if not changed:
        return []
    return [
        _("the scores are those of {start} but for birthdays; the law changes in between: {changes}").format(
            start=plan.start, changes=", ".join(changed)
        )
    ]


def simulate(done: Simulated) -> None:
    """Holds the plan's rounds; raises UnusableFile where the plan asks for what cannot be."""
    from transforms.simulation.plan import PlanError
    from transforms.simulation.simulation import simulate as hold

    assert done.run.rules is not None
    try:
        with done.run.timed("simulation"):
            done.result = hold(done.plan, done.pool, done.run.rules)
    except PlanError as error:
        raise _unusable(done.plan_path, error) from None
    if done.ground is not None:
        with done.run.timed("intervals"):
            _bound(done, done.ground)


def _bound(done: Simulated, ground: Ground) -> None:
    """Puts the interval of each cut-off beside it, and a note that names the kinds without one."""
    from transforms.forecast.planned_intervals import with_intervals
    from transforms.model.kind_words import kind_word

    assert done.result is not None
    done.result = replace(done.result, rounds=with_intervals(done.result.rounds, ground))
    kinds = list(dict.fromkeys(one.kind for one in done.plan.rounds if one.size is not None))
    without = [kind_word(kind) for kind in kinds if not ground.known.ready(kind)]
    if without:
        done.notes.append(
            _("No interval for {kinds}: by {day} no round of the kind was held since pools are published.").format(
                kinds=", ".join(without), day=done.plan.start
            )
        )


def counts(done: Simulated) -> dict[str, int]:
    """The counts of a simulation: the people in the file, those quarantined, and the pool's way from start to end."""
    assert done.result is not None
    made = {} if done.run.intake is None else dict(done.run.intake.counts)
    table = done.result.rounds
    return made | {
        "people": done.pool.people.height,
        "pool_at_start": done.result.pool_at_start,
        "rounds": table.height,
        "invited": done.result.invited.height,
        "pool_at_end": done.result.left.height,
    }


def exit_code(done: Simulated) -> int:
    """0, or 3 where some rows of the clients were quarantined."""
    return errors.EXIT_DONE if done.run.intake is None else run_counts.exit_code(done.run)


def write(done: Simulated, out: Path) -> None:
    """Writes tables and workbook beside the folder's files and moves them in together, simulation.json last."""
    from reports.simulation import simulation as report

    assert done.result is not None
    started = time.perf_counter()
    with files.atomic_folder(out, last=RECORD) as staged:
        for name in TABLES:
            frame = getattr(done.result, name)
            frame.write_parquet(staged / f"{name}.parquet")
            if name in AS_CSV:
                frame.write_csv(staged / f"{name}.csv", datetime_format="%Y-%m-%dT%H:%M:%SZ")
        report.write_workbook(staged / WORKBOOK, done.result, about(done))
        done.run.timings["writing"] = round(time.perf_counter() - started, 3)
        made = sorted(path.name for path in staged.iterdir())
        done.outputs = {name: digests.sha256_of(staged / name) for name in made}
        (staged / RECORD).write_text(json.dumps(record(done), indent=2) + "\n", encoding="utf-8")


def about(done: Simulated) -> list[tuple[str, str]]:
    """What a simulation was, as pairs of words for people."""
    from flows.main_run import readings

    assert done.run.law is not None
    plan, law = done.plan, done.run.law
    kind = _("clients, scored again on every day") if done.run.intake is not None else _("people with a score")
    rows = [
        (_("Plan"), plan.title),
        (_("Days"), _("{start} to {end}").format(start=plan.start, end=plan.end)),
        (_("Seed"), str(plan.seed)),
        (_("Pool"), kind),
        (_("Rules"), law.rules.version),
        (_("Program"), run_law.code_version()),
    ]
    return rows + [(_("Note"), note) for note in (*done.notes, *readings.unknown_law(law), *readings.renewal_due(law))]


def record(done: Simulated) -> dict[str, Any]:
    """simulation.json: plan and inputs with hashes, versions, counts, rounds, notes, timings, hashes of the outputs."""
    assert done.result is not None
    assert done.run.law is not None
    inputs = [
        {"path": str(path), "sha256": digests.sha256_of(path)}
        for path in (
            done.plan_path,
            *done.run.request.inputs,
            *([done.run.request.rounds_file] if done.plan.has_national_arrivals else []),
        )
    ]
    answer = {
        "plan": {"title": done.plan.title, "seed": done.plan.seed, "start": done.plan.start.isoformat()},
        "inputs": inputs,
        **run_law.versions(done.run.law),
        "counts": counts(done),
        "notes": done.notes,
        "timings_seconds": done.run.timings,
        "outputs": done.outputs,
    }
    return formats.headed("simulation", answer)
