"""The pool model against what was published: replay."""

from __future__ import annotations

from typing import Annotated

import typer

from flows.commands.common import AsJson, Config, RoundsFile, handle_errors, request_of, say_newest_round
from flows.commands.forecast import opened
from flows.console.answers import as_json_text
from transforms.model.wording import _


@handle_errors
def replay(
    rounds_file: RoundsFile = None,
    kind: Annotated[str | None, typer.Option("--kind", metavar="KIND", help="Only rounds of this kind.")] = None,
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """The pool model against published rounds.

    Each round with a distribution: the cut-off that the model gives from what was known before it.
    """
    from flows.forecasting import past_rounds
    from transforms.backtest import backtest

    run = opened(request_of([], None, rounds_file=rounds_file, config=config))
    assert run.rules is not None
    made = past_rounds.replay(run.request.rounds_file, run.rules, kind)
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


def add_to(app: typer.Typer) -> None:
    """Adds this command to the command line."""
    app.command()(replay)
