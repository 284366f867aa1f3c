"""The published rounds: rounds list."""

from __future__ import annotations

from typing import Annotated

import typer

from flows.commands.common import AsJson, RoundsFile, answering, as_json_text

rounds_app = typer.Typer(help="The published rounds of invitations.", no_args_is_help=True)


@rounds_app.command("list")
@answering
def rounds_list(
    rounds_file: RoundsFile = None,
    kind: Annotated[str | None, typer.Option("--kind", metavar="KIND", help="Only rounds of this kind.")] = None,
    last: Annotated[int, typer.Option("--last", metavar="N", min=0, help="Only the last N; 0: all.")] = 0,
    as_json: AsJson = False,
) -> None:
    """The published rounds, oldest first."""
    import polars as pl

    from flows import program
    from transforms.rounds import RoundError, kind_of
    from validation import rounds_file as rounds_file_

    path = rounds_file or program.SHIPPED_ROUNDS
    if not path.is_file():
        raise program.UsageError(f"no rounds file at {path}")
    try:
        frame = rounds_file_.read(path)
        if kind:
            frame = frame.filter(pl.col("kind") == kind_of(kind))
    except rounds_file_.RoundsFileError as error:
        raise program.UnusableFile(str(error)) from None
    except RoundError as error:
        raise program.UsageError(str(error)) from None
    frame = frame.tail(last) if last else frame
    if as_json:
        print(as_json_text(frame.to_dicts()))
        return
    print(f"{'round':>5}  {'date':10}  {'kind':15}  {'invited':>7}  {'cut-off':>7}  tie-break (UTC)      name")
    for row in frame.iter_rows(named=True):
        tie_break = "" if row["tie_break"] is None else row["tie_break"].strftime("%Y-%m-%d %H:%M:%S")
        print(
            f"{row['number']:>5}  {row['date']}  {row['kind']:15}  {row['size']:>7,}  {row['cut_off']:>7}  "
            f"{tie_break:19}  {row['name']}"
        )


def add_to(app: typer.Typer) -> None:
    """Adds these commands to the command line."""
    app.add_typer(rounds_app, name="rounds")
