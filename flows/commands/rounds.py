"""The published rounds: rounds list, rounds update."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from flows.commands.common import AsJson, Config, DryRun, Quiet, RoundsFile, day, handle_errors
from flows.console.answers import as_json_text, json_answer, say
from transforms.model.printable import printable
from transforms.model.wording import N_, _, whole_number

if TYPE_CHECKING:
    import polars as pl

    from flows.firm.rounds_update import Update

rounds_app = typer.Typer(help="The published rounds of invitations.", no_args_is_help=True)

Since = Annotated[
    date | None, typer.Option("--from", metavar="DATE", parser=day, help="Only rounds on or after this day.")
]
Until = Annotated[
    date | None, typer.Option("--to", metavar="DATE", parser=day, help="Only rounds on or before this day.")
]
COLUMNS = (N_("round"), N_("date"), N_("kind"), N_("invited"), N_("cut-off"), N_("tie-break (UTC)"), N_("name"))
TO_THE_RIGHT = frozenset({"round", "invited", "cut-off"})


@rounds_app.command("list")
@handle_errors
def rounds_list(
    rounds_file: RoundsFile = None,
    kind: Annotated[str | None, typer.Option("--kind", metavar="KIND", help="Only rounds of this kind.")] = None,
    since: Since = None,
    until: Until = None,
    last: Annotated[int, typer.Option("--last", metavar="N", min=0, help="Only the last N; 0: all.")] = 0,
    as_json: AsJson = False,
    config: Config = None,
) -> None:
    """The published rounds, oldest first."""
    import polars as pl

    from flows import errors
    from flows.firm import settings
    from flows.main_run import run_rounds
    from transforms.rounds.rounds import RoundError, kind_of
    from validation.rounds import rounds_file as rounds_file_

    path = rounds_file or settings.load(config).rounds_file
    if not path.is_file():
        raise errors.UsageError(_("no rounds file at {path}").format(path=path))
    try:
        frame = rounds_file_.read(path)
        newest = rounds_file_.rounds(frame)[-1]
        if kind:
            frame = frame.filter(pl.col("kind") == kind_of(kind))
    except rounds_file_.RoundsFileError as error:
        raise errors.UnusableFile(f"{path}: {error}") from None
    except RoundError as error:
        raise errors.UsageError(str(error)) from None
    frame = frame.filter(pl.col("date").is_between(since or date.min, until or date.max))
    frame = frame.tail(last) if last else frame
    if as_json:
        print(as_json_text(frame.to_dicts()), flush=True)
    else:
        _show(frame)
        sys.stdout.flush()
    say(f"drawline: {run_rounds.newest_line(newest)}")


def _show(frame: pl.DataFrame) -> None:
    """The rounds as a table: with lines and colours on a terminal, else plain, a round a line."""
    rows = [_cells(row) for row in frame.iter_rows(named=True)]
    heads = tuple(_(column) for column in COLUMNS)
    widths = [max(len(cell) for cell in column) for column in zip(heads, *rows, strict=True)]
    if sys.stdout.isatty():
        from rich.console import Console
        from rich.table import Table
        from rich.text import Text

        from flows.console.screen import unprotected

        table = Table(header_style="bold", box=None, pad_edge=False)
        for column, width in zip(COLUMNS, widths, strict=True):
            justify: Literal["left", "right"] = "right" if column in TO_THE_RIGHT else "left"
            least = None if column == COLUMNS[-1] else width
            table.add_column(_(column), justify=justify, min_width=least, no_wrap=True, overflow="ellipsis")
        for row in rows:
            table.add_row(*(Text(printable(cell)) for cell in row))
        Console(file=unprotected(sys.stdout)).print(table)
        return
    for row in (heads, *rows):
        cells = (
            cell.rjust(width) if column in TO_THE_RIGHT else cell.ljust(width)
            for column, cell, width in zip(COLUMNS, row, widths, strict=True)
        )
        print("  ".join(cells).rstrip())


def _cells(row: dict[str, Any]) -> tuple[str, ...]:
    tie_break = "" if row["tie_break"] is None else row["tie_break"].strftime("%Y-%m-%d %H:%M:%S")
    size = "" if row["size"] is None else whole_number(row["size"])
    return (
        row["number"], str(row["date"]), row["kind"], size, str(row["cut_off"]), tie_break, row["name"]
    )  # fmt: skip


@rounds_app.command("update")
@handle_errors
def rounds_update(
    source: Annotated[
        str | None,
        typer.Option("--from", metavar="FILE_OR_URL", help="IRCC's rounds file or its address; default: as set."),
    ] = None,
    target: Annotated[
        Path | None,
        typer.Option("--to", metavar="FILE", help="The firm's rounds file; default: as set, else the user's folder."),
    ] = None,
    config: Config = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
    dry_run: DryRun = False,
) -> None:
    """Takes newer published rounds into the firm's rounds file.

    Says what is new.
    """
    from flows import errors
    from flows.firm import rounds_update as updating
    from flows.firm import settings
    from validation.rounds.download import DownloadError

    found = settings.load(config)
    source = source or found.rounds_address
    target = target or found.own_rounds
    if target.is_dir():
        raise errors.UsageError(_("--to names a folder, a file is needed: {target}").format(target=target))
    try:
        data = updating.content_of(source, found)
    except DownloadError as error:
        say(_("drawline: {error}; what is held stays").format(error=error))
        raise typer.Exit(errors.EXIT_ERROR) from None
    done = updating.update(source, data, target, dry_run=dry_run)
    if as_json:
        print(json_answer("rounds-update", _as_json(done)))
    elif not quiet:
        _tell(done, dry_run=dry_run)


def _as_json(done: Update) -> dict[str, Any]:
    return {
        "from": done.source,
        "to": str(done.target),
        "rounds": done.published.frame.height,
        "added": done.changes.added.to_dicts(),
        "corrected": done.changes.corrected.to_dicts(),
        "warnings": list(done.published.warnings),
        "written": done.is_written,
    }


def _tell(done: Update, *, dry_run: bool) -> None:
    newest = done.published.frame.row(-1, named=True)
    print(
        _("{count} rounds; the newest is {number} of {date}, {name}").format(
            count=done.published.frame.height, number=newest["number"], date=newest["date"], name=newest["name"]
        )
    )
    if done.held_was_bad:
        say(
            _("the rounds file that was held could not be read ({reason}); compared with the shipped one").format(
                reason=done.held_was_bad
            )
        )
    for row in done.changes.added.iter_rows(named=True):
        number, held_on, kind, size, cut_off, *_rest = _cells(row)
        invited = _("{size} invited").format(size=size) if size else _("invitations not published")
        print(
            _("added: round {number}, {held_on}, {kind}, {invited}, cut-off {cut_off}").format(
                number=number, held_on=held_on, kind=kind, invited=invited, cut_off=cut_off
            )
        )
    for number, field, stored, published in done.changes.corrected.iter_rows():
        print(
            _("corrected: round {number} {field}: {held} -> {published}").format(
                number=number, field=field, held=stored or _("empty"), published=published or _("empty")
            )
        )
    new = {*done.changes.added["number"], *done.changes.corrected["number"]}
    for warning in done.published.warnings:
        if warning.split(":")[0].removeprefix("round ") in new:
            say(_("note: {text}").format(text=warning))
    if done.changes.is_empty:
        print(_("nothing is new"))
    if done.is_written:
        print(_("kept in {target}").format(target=done.target))
    elif dry_run:
        print(_("nothing was written to {target}").format(target=done.target))


def add_to(app: typer.Typer) -> None:
    """Adds these commands to the command line."""
    app.add_typer(rounds_app, name="rounds")
