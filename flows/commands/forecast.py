"""Looking back and ahead: replay, forecast, backtest, and the national pool."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands.common import (
    AsJson,
    AsOf,
    Config,
    MapFile,
    Quiet,
    RoundsFile,
    RulesFiles,
    SkipUnusable,
    answering,
    as_json_text,
    day,
    request_of,
    say,
    say_newest_round,
    say_warnings,
)

if TYPE_CHECKING:
    from flows.outlook import Forecast
    from flows.program import Request, Run

MOST_LISTED = 40
Pool = Annotated[list[Path] | None, typer.Option("--pool", metavar="INPUT", help="Clients, as for `run`; repeatable.")]
Seed = Annotated[int, typer.Option("--seed", min=0, help="Of chance: the same seed gives the same answer.")]
Out = Annotated[Path | None, typer.Option("--out", metavar="FILE", help="A table (.parquet or .csv).")]


@answering
def replay(
    rounds_file: RoundsFile = None,
    kind: Annotated[str | None, typer.Option("--kind", metavar="KIND", help="Only rounds of this kind.")] = None,
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """The pool model against published rounds.

    Each round with a distribution: the cut-off that the model gives from what was known before it.
    """
    from flows import outlook
    from transforms import backtest

    run = _opened(request_of([], None, rounds_file=rounds_file, config=config))
    assert run.rules is not None
    made = outlook.replay(run.request.rounds_file, run.rules, kind)
    say_newest_round(run.request.rounds_file)
    if as_json:
        print(as_json_text(made.to_dicts()))
        return
    print(f"{'round':>5}  {'date':10}  {'kind':15}  {'invited':>7}  {'cut-off':>7}  {'modelled':>8}  {'error':>5}")
    for row in made.iter_rows(named=True):
        modelled, error = ("-", "") if row["modelled"] is None else (row["modelled"], f"{row['error']:+d}")
        print(
            f"{row['round']:>5}  {row['date']}  {row['kind']:15}  {row['size']:>7,}  {row['published']:>7}  "
            f"{modelled:>8}  {error:>5}"
        )
    print(f"\n{'kind':15}  {'rounds':>6}  median error  nine in ten within   mean")
    for row in backtest.spread_of_errors(made).iter_rows(named=True):
        print(f"{row['kind']:15}  {row['rounds']:>6}  {row['median']:>12.1f}  {row['p90']:>18.1f}  {row['mean']:>5.1f}")


@answering
def forecast(
    rounds: Annotated[
        list[str] | None,
        typer.Option("--round", metavar="R", help="KIND, KIND:SIZE, KIND@DATE or KIND:SIZE@DATE; repeatable. "
                     "Default: the next of each kind held of late."),
    ] = None,
    pool: Pool = None,
    as_of: AsOf = None,
    rounds_file: RoundsFile = None,
    rules: RulesFiles = None,
    mapping: MapFile = None,
    config: Config = None,
    skip_unusable: SkipUnusable = False,
    futures: Annotated[int, typer.Option("--futures", min=100, max=1_000_000, help="How many are drawn.")] = 5000,
    seed: Seed = 0,
    cluster: Annotated[
        str | None,
        typer.Option("--cluster", metavar="C", help="Draw futures on a Dask cluster: the address of its scheduler, or "
                     "local:N for N workers here. Default: cluster of drawline.toml, else in this process."),
    ] = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:  # fmt: skip
    """What coming rounds will take, and each client's chance.

    The chance of an invitation in 30, 90 and 180 days.
    """
    from flows import outlook, program, settings
    from transforms.forecast import question

    program.check_rounds(rounds or (), question)
    run = _opened(
        request_of(
            pool or [], as_of, rounds=rounds, rounds_file=rounds_file, rules=rules, mapping=mapping, config=config,
            skip_unusable=skip_unusable,
        )
    )  # fmt: skip
    if pool:
        _take_in(run, quiet=quiet)
    where = settings.load(config).cluster if cluster is None else cluster
    made = outlook.forecast(run, run.request.rounds, futures, seed, where)
    if as_json:
        print(as_json_text(outlook.forecast_json(made)))
    elif not quiet:
        _tell(made, run)
    raise typer.Exit(program.exit_code(run) if pool else program.EXIT_DONE)


def _tell(made: Forecast, run: Run) -> None:
    from flows import outlook, readings

    told = outlook.forecast_json(made)
    print(f"rounds known to {told['newest_round']['date']}, the newest is {told['newest_round']['number']}")
    print(f"as of {told['as_of']}: cut-off with four in five chances from p10 to p90")
    print(f"{'round':28}  {'date':10}  {'invited':>7}  {'p10':>6}  {'p50':>6}  {'p90':>6}  {'mean':>6}")
    for row in told["rounds"]:
        drawn = f"  (drawn: {', '.join(row['drawn'])})" if row["drawn"] else ""
        mark = "  law not known in full" if row["rules_status"] == "incomplete" else ""
        print(
            f"{row['round']:28}  {row['date']}  {row['size']:>7,}  {row['p10']:>6.1f}  {row['p50']:>6.1f}  "
            f"{row['p90']:>6.1f}  {row['mean']:>6.1f}{drawn}{mark}"
        )
    if made.chances is not None:
        print(f"\n{'client':16}  30 days  90 days  180 days  limited by")
        for client in told["clients"][:MOST_LISTED]:
            shares = (client[name] for name in ("p30", "p90", "p180"))
            shown = "  ".join(f"{'-' if share is None else f'{share:.0%}':>7}" for share in shares)
            print(f"{client['client_id']:16}  {shown}   {client['limited_by']}")
        if len(told["clients"]) > MOST_LISTED:
            print(f"... and {len(told['clients']) - MOST_LISTED} more; --json has all")
    for note in told["notes"]:
        print(f"note: {note}")
    if told["rules_status"] == "incomplete":
        assert run.rules is not None
        last = max(row["date"] for row in told["rounds"])
        law = run.rules.law_of(max(last, *(one for one in run.rules.change_dates() if one <= _end(made))))
        for note in readings.unknown_law(law):
            print(f"law: {note}")


def _end(made: Forecast) -> date:
    from datetime import timedelta

    from transforms.forecast import HORIZONS

    return made.ahead.as_of + timedelta(days=max(HORIZONS))


@answering
def backtest(
    start: Annotated[
        date | None, typer.Option("--from", metavar="DATE", parser=day, help="First day; default: 2024-01-01.")
    ] = None,
    end: Annotated[
        date | None, typer.Option("--to", metavar="DATE", parser=day, help="Last day; default: the last round.")
    ] = None,
    rounds_file: RoundsFile = None,
    config: Config = None,
    chart: Annotated[Path | None, typer.Option("--chart", metavar="FILE", help="A chart as well (.svg).")] = None,
    as_json: AsJson = False,
) -> None:
    """The forecast against what happened.

    Error and coverage by kind, beside persistence (the kind's last cut-off).
    """
    import polars as pl

    from flows import outlook, program
    from transforms import backtest as backtest_

    if chart is not None and chart.suffix.lower() != ".svg":
        raise program.UsageError(f"--chart must end in .svg: {chart.name}")
    run = _opened(request_of([], None, rounds_file=rounds_file, config=config))
    assert run.rules is not None
    made = outlook.backtest(run.request.rounds_file, run.rules, start, end)
    say_newest_round(run.request.rounds_file)
    by_kind = backtest_.summary(made)
    if chart is not None:
        from reports.backtest_chart import drawn

        with program.whole_file(chart) as staged:
            staged.write_text(drawn(made, by_kind), encoding="utf-8")
    if as_json:
        print(as_json_text({"kinds": by_kind.to_dicts(), "rounds": made.to_dicts()}))
        return
    first, last = made.select(pl.col("date").min().alias("first"), pl.col("date").max().alias("last")).row(0)
    print(
        f"{made.height} rounds from {first} to {last}, each forecast from what was published "
        "before it, given kind, date and size;\nmean absolute error in points, and the share of rounds within the "
        "interval of four in five; in brackets with the round's own distribution"
    )
    print(f"{'kind':15}  {'rounds':>6}  {'persistence':>11}  {'model':>14}  {'ratio':>5}  {'within':>12}  {'width':>5}")
    for row in by_kind.iter_rows(named=True):
        error = f"{row['error']:.1f} ({row['own_error']:.1f})"
        within = f"{row['covered']:.0%} ({row['own_covered']:.0%})"
        ratio = "-" if row["ratio"] is None else f"{row['ratio']:.2f}"
        print(
            f"{row['kind']:15}  {row['rounds']:>6}  {row['persistence']:>11.1f}  {error:>14}  {ratio:>5}  "
            f"{within:>12}  {row['width']:>5.0f}"
        )
    if chart is not None:
        say(f"chart in {chart}")


@answering
def national(
    pool: Pool = None,
    as_of: AsOf = None,
    out: Out = None,
    rounds_file: RoundsFile = None,
    rules: RulesFiles = None,
    mapping: MapFile = None,
    config: Config = None,
    skip_unusable: SkipUnusable = False,
    seed: Seed = 0,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """A modelled national pool of a day.

    As `simulate` takes it, and the rank of the firm's own clients in it.
    """
    from flows import outlook, program

    if out is not None and out.suffix.lower() not in (".parquet", ".csv"):
        raise program.UsageError(f"--out must end in .parquet or .csv: {out.name}")
    run = _opened(
        request_of(
            pool or [], as_of, rounds_file=rounds_file, rules=rules, mapping=mapping, config=config,
            skip_unusable=skip_unusable,
        )
    )  # fmt: skip
    if pool:
        _take_in(run, quiet=quiet)
        program.score(run)
    people, places = outlook.national(run, seed)
    if not quiet:
        say_newest_round(run.request.rounds_file)
    if out is not None:
        with program.whole_file(out) as staged:
            people.write_parquet(staged) if out.suffix.lower() == ".parquet" else people.write_csv(staged)
    if as_json:
        rows = [] if places is None else places.to_dicts()
        print(as_json_text({"as_of": run.request.as_of, "people": people.height, "clients": rows}))
    elif not quiet:
        print(f"{people.height:,} people on {run.request.as_of}{f', in {out}' if out else ''}")
        if places is not None:
            print(f"{'client':16}  {'kind':15}  {'rank':>8}  {'of':>8}  ahead of")
            for row in places.head(MOST_LISTED).iter_rows(named=True):
                print(
                    f"{row['client_id']:16}  {row['kind']:15}  {row['rank']:>8,}  {row['of']:>8,}  "
                    f"{row['percentile']:.1f} %"
                )
            if places.height > MOST_LISTED:
                print(f"... and {places.height - MOST_LISTED} more; --json has all")
    raise typer.Exit(program.exit_code(run) if pool else program.EXIT_DONE)


def _opened(request: Request) -> Run:
    """A run with its law open."""
    from flows import program

    run = program.Run(request)
    program.open_law(run)
    return run


def _take_in(run: Run, *, quiet: bool) -> None:
    """Takes in the clients, and reports the warnings as `drawline check` counts them: before the clients are scored."""
    from flows import program

    program.take_in(run)
    program.compare_records(run)
    if not quiet:
        say_warnings(run)


def add_to(app: typer.Typer) -> None:
    """Adds these commands to the command line."""
    for command in (replay, forecast, backtest, national):
        app.command()(command)
