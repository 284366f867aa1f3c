"""The models against what was published: replay and backtest."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from flows.commands.common import (
    AsJson,
    Config,
    RoundsFile,
    answering,
    as_json_text,
    day,
    json_answer,
    request_of,
    say,
    say_newest_round,
)
from flows.commands.forecast import opened
from transforms.model.wording import _


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

    run = opened(request_of([], None, rounds_file=rounds_file, config=config))
    assert run.rules is not None
    made = outlook.replay(run.request.rounds_file, run.rules, kind)
    say_newest_round(run.request.rounds_file)
    if as_json:
        print(as_json_text(made.to_dicts()))
        return
    print(
        f"{_('round'):>5}  {_('date'):10}  {_('kind'):15}  {_('invited'):>7}  {_('cut-off'):>7}  {_('modelled'):>8}  "
        f"{_('error'):>5}"
    )
    for row in made.iter_rows(named=True):
        modelled, error = ("-", "") if row["modelled"] is None else (row["modelled"], f"{row['error']:+d}")
        print(
            f"{row['round']:>5}  {row['date']}  {row['kind']:15}  {row['size']:>7,}  {row['published']:>7}  "
            f"{modelled:>8}  {error:>5}"
        )
    print(f"\n{_('kind'):15}  {_('rounds'):>6}  {_('median error'):>12}  {_('nine in ten within'):>18}  {_('mean'):>5}")
    for row in backtest.spread_of_errors(made).iter_rows(named=True):
        print(f"{row['kind']:15}  {row['rounds']:>6}  {row['median']:>12.1f}  {row['p90']:>18.1f}  {row['mean']:>5.1f}")


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

    from flows import early_checks, files, outlook, page, program
    from transforms import backtest as backtest_

    early_checks.ending(chart, (".svg",), "--chart")
    if chart is not None:
        page.check_extra()
    request = request_of([], None, rounds_file=rounds_file, config=config)
    if chart is not None:
        program.apart_from(program.files_read(request), [chart], "--chart")
    run = opened(request)
    assert run.rules is not None
    made = outlook.backtest(run.request.rounds_file, run.rules, start, end)
    say_newest_round(run.request.rounds_file)
    by_kind = backtest_.summary(made)
    if chart is not None:
        from reports.page.pictures import backtest_picture

        with files.atomic_file(chart) as staged:
            staged.write_text(backtest_picture(made, by_kind), encoding="utf-8", newline="\n")
    if as_json:
        print(json_answer("backtest", {"kinds": by_kind.to_dicts(), "rounds": made.to_dicts()}))
        return
    first, last = made.select(pl.col("date").min().alias("first"), pl.col("date").max().alias("last")).row(0)
    print(
        _(
            "{n} rounds from {first} to {last}, each forecast from what was published before it, given kind, date and size;\n"
            "mean absolute error in points, and the share of rounds within the interval of four in five; in brackets with "
            "the round's own distribution"
        ).format(n=made.height, first=first, last=last)
    )
    print(
        f"{_('kind'):15}  {_('rounds'):>6}  {_('persistence'):>11}  {_('model'):>14}  {_('ratio'):>5}  {_('within'):>12}  "
        f"{_('width'):>5}"
    )
    for row in by_kind.iter_rows(named=True):
        error = f"{row['error']:.1f} ({row['own_error']:.1f})"
        within = f"{row['covered']:.0%} ({row['own_covered']:.0%})"
        ratio = "-" if row["ratio"] is None else f"{row['ratio']:.2f}"
        print(
            f"{row['kind']:15}  {row['rounds']:>6}  {row['persistence']:>11.1f}  {error:>14}  {ratio:>5}  "
            f"{within:>12}  {row['width']:>5.0f}"
        )
    if chart is not None:
        say(_("chart in {file}").format(file=chart))


def add_to(app: typer.Typer) -> None:
    """Adds these commands to the command line."""
    for command in (replay, backtest):
        app.command()(command)
