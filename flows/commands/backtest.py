"""The forecast against what happened: backtest."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from flows.commands.common import AsJson, Config, Quiet, RoundsFile, day, handle_errors, request_of, say_newest_round
from flows.commands.forecast import opened
from flows.console.answers import json_answer, say
from transforms.model.wording import _

if TYPE_CHECKING:
    import polars as pl

    from flows.forecasting.backtests import Backtested


@handle_errors
def backtest(
    start: Annotated[
        date | None, typer.Option("--from", metavar="DATE", parser=day, help="First day; default: 2024-01-01.")
    ] = None,
    end: Annotated[
        date | None, typer.Option("--to", metavar="DATE", parser=day, help="Last day; default: the last round.")
    ] = None,
    tables: Annotated[
        list[str] | None,
        typer.Option("--table", metavar="NAME", help="eve, baselines, ahead, kinds or chances; repeatable. Default: all, "
                     "which takes minutes."),
    ] = None,
    questions: Annotated[
        Path | None,
        typer.Option("--questions", metavar="FILE.yaml", help="Only these past questions, each answered as on its day."),
    ] = None,
    rounds_file: RoundsFile = None,
    config: Config = None,
    chart: Annotated[Path | None, typer.Option("--chart", metavar="FILE", help="A chart as well (.svg).")] = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:  # fmt: skip
    """The forecast against what happened.

    On the eve of each round, weeks ahead, by kind alone, and for a client's chance.
    """
    from flows import errors, run_request
    from flows.console import progress
    from flows.forecasting import backtests, page
    from flows.main_run import output_names

    if questions is not None:
        others = {"--from": start, "--to": end, "--table": tables or None, "--chart": chart}
        for option, value in others.items():
            if value is not None:
                raise errors.UsageError(
                    _("--questions answers the questions of its file alone; leave out {option}").format(option=option)
                )
    output_names.ending(chart, (".svg",), "--chart")
    wanted = [backtests.table_of(name) for name in tables or backtests.TABLES]
    request = request_of([], None, rounds_file=rounds_file, config=config)
    if chart is not None:
        page.check_extra()
        run_request.apart_from(run_request.files_read(request), [chart], "--chart")
        wanted.append(backtests.EVE)
    run = opened(request)
    assert run.rules is not None
    made: Any
    with progress.shown(quiet=quiet):
        if questions is None:
            made = backtests.backtested(run.request.rounds_file, run.rules, start, end, wanted)
        else:
            made = backtests.answered(run.request.rounds_file, run.rules, questions)
    say_newest_round(run.request.rounds_file)
    if questions is not None:
        _show(as_json, quiet, {"questions": made.to_dicts()} if as_json else {}, lambda: _print_answered(made))
        return
    _show(as_json, quiet, as_answer(made) if as_json else {}, lambda: _print_tables(made))
    if chart is not None:
        _draw(made, chart)


def _show(as_json: bool, quiet: bool, answer: dict[str, Any], shown: Callable[[], None]) -> None:
    if as_json:
        print(json_answer("backtest", answer))
    elif not quiet:
        shown()


def _draw(made: Backtested, chart: Path) -> None:
    """Writes the chart of the eve, whole or not at all."""
    from flows.outputs import files
    from reports.page.pictures import backtest_picture

    assert made.rounds is not None
    assert made.by_kind is not None
    with files.atomic_file(chart) as staged:
        staged.write_text(backtest_picture(made.rounds, made.by_kind), encoding="utf-8", newline="\n")
    say(_("chart in {file}").format(file=chart))


def as_answer(made: Backtested) -> dict[str, Any]:
    """The tables for programs; those that were not asked for are left out."""
    tables = {
        "kinds": made.by_kind, "rounds": made.rounds, "baselines": made.baselines, "asked": made.asked,
        "chances": made.chances, "reliability": made.reliability,
    }  # fmt: skip
    return {name: table.to_dicts() for name, table in tables.items() if table is not None}


def _print_tables(made: Backtested) -> None:
    if made.rounds is not None and made.by_kind is not None:
        _print_eve(made.rounds, made.by_kind)
    if made.baselines is not None:
        _print_baselines(made.baselines)
    if made.asked is not None:
        _print_asked(made.asked)
    if made.chances is not None and made.reliability is not None:
        _print_chances(made.chances, made.reliability)


def _print_eve(rounds: pl.DataFrame, by_kind: pl.DataFrame) -> None:
    print(
        _(
            "{n} rounds from {first} to {last}, each forecast from what was published before it, given kind, date and size;\n"
            "mean absolute error and CRPS in points, and the share of rounds within the interval of four in five; in "
            "parentheses\nwith the round's own distribution, in brackets where 19 in 20 bootstraps fall"
        ).format(n=rounds.height, first=rounds["date"].min(), last=rounds["date"].max())
    )
    print(
        f"{_('kind'):15}  {_('rounds'):>6}  {_('persistence'):>11}  {_('model'):>14}  {_('ratio'):>17}  {_('within'):>18}  "
        f"{_('width'):>5}  {'CRPS':>5}"
    )
    for row in by_kind.iter_rows(named=True):
        error = f"{row['error']:.1f} ({row['own_error']:.1f})"
        within = f"{row['covered']:.0%} {_shares(row['covered_low'], row['covered_high'])}"
        print(
            f"{row['kind']:15}  {row['rounds']:>6}  {row['persistence']:>11.1f}  {error:>14}  {_ratio(row):>17}  "
            f"{within:>18}  {row['width']:>5.0f}  {row['crps']:>5.1f}"
        )


def _ratio(row: dict[str, Any]) -> str:
    return "-" if row["ratio"] is None else f"{row['ratio']:.2f} [{row['ratio_low']:.2f}-{row['ratio_high']:.2f}]"


def _shares(low: float, high: float) -> str:
    return f"[{low:.0%}-{high:.0%}]"


def _print_baselines(baselines: pl.DataFrame) -> None:
    names = {"model": _("model"), "persistence": _("persistence"), "exponential smoothing": _("exponential smoothing")}
    print("\n" + _("The same rounds by simple forecasts, given kind, date and size:"))
    print(f"{'':22}  {_('rounds'):>6}  {_('error'):>6}  {_('ratio'):>17}  {_('within'):>6}  {'CRPS':>5}")
    for row in baselines.iter_rows(named=True):
        print(
            f"{names.get(row['baseline'], row['baseline']):22}  {row['rounds']:>6}  {row['error']:>6.1f}  {_ratio(row):>17}  "
            f"{row['covered']:>6.0%}  {row['crps']:>5.1f}"
        )


def _print_asked(asked: pl.DataFrame) -> None:
    print(
        "\n"
        + _(
            "As users ask, from what was published by the day of the question. KIND:SIZE@DATE is asked so many days before "
            "the round,\nand the line without days is all of 7 days and more; KIND is the next round of the kind, asked every "
            "14 days:"
        )
    )
    print(
        f"{_('question'):15}  {_('kind'):15}  {_('days'):>4}  {_('asked'):>5}  {_('rounds'):>6}  {_('persistence'):>11}  "
        f"{_('error'):>6}  {_('ratio'):>17}  {_('within'):>18}  {_('width'):>5}  {'CRPS':>5}"
    )
    for row in asked.iter_rows(named=True):
        within = f"{row['covered']:.0%} {_shares(row['covered_low'], row['covered_high'])}"
        days = "" if row["days_ahead"] is None else row["days_ahead"]
        print(
            f"{row['form']:15}  {row['kind']:15}  {days:>4}  {row['asked']:>5}  {row['rounds']:>6}  "
            f"{row['persistence']:>11.1f}  {row['error']:>6.1f}  {_ratio(row):>17}  {within:>18}  {row['width']:>5.0f}  "
            f"{row['crps']:>5.1f}"
        )


def _print_chances(chances: pl.DataFrame, reliability: pl.DataFrame) -> None:
    print(
        "\n"
        + _(
            "Chances of an invitation, asked every 14 days for scores from 60 points below to 60 above the last cut-off. Log "
            "score\nand Brier score: less is better. Climatology is the share of earlier fortnights:"
        )
    )
    print(
        f"{_('kind'):15}  {_('days'):>4}  {_('asked'):>6}  {_('invited'):>7}  {_('log score'):>19}  {_('climatology'):>11}  "
        f"{'Brier':>5}  {_('climatology'):>11}  {_('off'):>4}"
    )
    for row in chances.iter_rows(named=True):
        score = f"{row['log_score']:.2f} [{row['log_score_low']:.2f}-{row['log_score_high']:.2f}]"
        print(
            f"{row['kind']:15}  {row['days']:>4}  {row['asked']:>6}  {row['happened']:>7.0%}  {score:>19}  "
            f"{row['climatology_log_score']:>11.2f}  {row['brier']:>5.3f}  {row['climatology_brier']:>11.3f}  {row['off']:>4.0%}"
        )
    print("\n" + _("Of clients with such a chance, so many were invited:"))
    print(f"{_('days'):>4}  {_('chance'):>12}  {_('asked'):>6}  {_('mean'):>6}  {_('invited'):>7}")
    for row in reliability.iter_rows(named=True):
        chance = f"{row['low']:.1%}-{row['high']:.1%}"
        print(f"{row['days']:>4}  {chance:>12}  {row['asked']:>6}  {row['chance']:>6.1%}  {row['happened']:>7.1%}")


def _print_answered(answered: pl.DataFrame) -> None:
    print(
        f"{_('as of'):10}  {_('question'):24}  {'p10':>6}  {'p50':>6}  {'p90':>6}  {_('round'):>5}  {_('date'):10}  {_('cut-off'):>7}"
    )
    for row in answered.iter_rows(named=True):
        verdict = {None: _("has not come"), True: _("within"), False: _("outside")}[row["is_within"]]
        number, day_of_it, cut_off = (
            "" if row[name] is None else str(row[name]) for name in ("round", "date", "published")
        )
        came = f"{number:>5}  {day_of_it:10}  {cut_off:>7}"
        print(
            f"{row['as_of']}  {row['question']:24}  {row['p10']:>6.1f}  {row['p50']:>6.1f}  {row['p90']:>6.1f}  "
            f"{came}  {verdict}"
        )
    known = answered["is_within"].drop_nulls()
    print(_("{n} of {of} lie within p10 to p90").format(n=int(known.sum()), of=len(known)))


def add_to(app: typer.Typer) -> None:
    """Adds this command to the command line."""
    app.command()(backtest)
