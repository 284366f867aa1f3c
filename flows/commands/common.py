"""What every command shares: its options, how it answers errors, and how it speaks."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable
from datetime import date
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from flows.program import Request, Run


def day(text: str) -> date:
    """A day as ISO text; raises typer.BadParameter."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not a day such as 2021-09-14") from None


Inputs = Annotated[list[Path], typer.Argument(metavar="INPUT", help="Workbooks (.xlsx), CSV or Parquet files.")]
AsOf = Annotated[
    date | None,
    typer.Option("--as-of", metavar="DATE", parser=day, help="Day of the law and of every age, test and window; "
                 "default: today in Ottawa."),
]  # fmt: skip
RulesFiles = Annotated[
    list[Path] | None,
    typer.Option("--rules", metavar="FILE", help="Dated values laid over the shipped law; repeatable."),
]
MapFile = Annotated[
    Path | None, typer.Option("--map", metavar="FILE", help="The firm's own headers and values, mapped to ours (YAML).")
]
Config = Annotated[
    Path | None, typer.Option("--config", metavar="FILE", help="The firm's settings; default: drawline.toml here.")
]
SkipUnusable = Annotated[bool, typer.Option("--skip-unusable", help="Leave unusable inputs out instead of stopping.")]
Rounds = Annotated[
    list[str] | None,
    typer.Option("--round", metavar="R", help="204, latest, latest:KIND, or KIND:N on the file's own pool; repeatable. "
                 "Default: the last round of each kind."),
]  # fmt: skip
RoundsFile = Annotated[
    Path | None, typer.Option("--rounds", metavar="FILE", help="A rounds file in IRCC's own format.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Answer as JSON, for programs.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress and no summary.")]
NoPrefect = Annotated[bool, typer.Option("--no-prefect", help="In this process alone, as for a line of cron.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Do all but write.")]


def answering(command: Callable[..., None]) -> Callable[..., None]:
    """Turns errors into one clear message and the contract's exit code, never a traceback."""

    @wraps(command)
    def answered(*args: Any, **kwargs: Any) -> None:
        from flows.program import EXIT_ERROR, EXIT_UNUSABLE, EXIT_USAGE, SurroundingsError, UnusableFile, UsageError

        try:
            command(*args, **kwargs)
        except (typer.Exit, typer.Abort, typer.BadParameter):
            raise
        except UsageError as error:
            say(f"drawline: {error}")
            raise typer.Exit(EXIT_USAGE) from None
        except SurroundingsError as error:
            say(f"drawline: {error}")
            raise typer.Exit(EXIT_ERROR) from None
        except UnusableFile as error:
            say(f"drawline: {error}")
            raise typer.Exit(EXIT_UNUSABLE) from None
        except Exception as error:  # noqa: BLE001 - a user gets a message, never a traceback
            raise typer.Exit(_told(error)) from None

    return answered


def _told(error: Exception) -> int:
    """Says what ended a command unforeseen; the exit code."""
    from flows.program import EXIT_ERROR, EXIT_UNUSABLE

    # An empty line tells whether the pipe is that of standard output.
    if isinstance(error, BrokenPipeError) and nobody_reads("\n"):
        return EXIT_ERROR
    if os.environ.get("DRAWLINE_TRACEBACK"):
        traceback.print_exception(error)
    if type(error).__name__ == "UnusableInputs":
        for one in error.unusable:  # type: ignore[attr-defined]
            say(f"drawline: {one.path}: {one.problem} {one.mend}")
        return EXIT_UNUSABLE
    say(f"drawline: {_why(error)}")
    return EXIT_ERROR


def nobody_reads(last: str = "") -> bool:
    """Has whoever read standard output gone, as `head` does? What is left to say is then said to nobody."""
    try:
        print(end=last, flush=True)
    except BrokenPipeError:
        # Else Python tries once more at its end, and complains.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return True
    return False


def _why(error: Exception) -> str:
    """What to say of an error of the program or of its surroundings."""
    if type(error).__name__ == "HistoryError":
        return str(error)
    if isinstance(error, OSError):
        return f"{error.strerror or error}{f': {error.filename}' if error.filename else ''}"
    return f"an error of the program ({type(error).__name__}); set DRAWLINE_TRACEBACK=1 for details"


def say(text: str) -> None:
    """Says something to people, on standard error."""
    print(text, file=sys.stderr)


def request_of(
    inputs: list[Path],
    as_of: date | None,
    *,
    out: Path | None = None,
    rounds: list[str] | None = None,
    rules: list[Path] | None = None,
    rounds_file: Path | None = None,
    mapping: Path | None = None,
    skip_unusable: bool = False,
    config: Path | None = None,
) -> Request:
    """What a command was asked, as a request of its own run id; what is not said is as the firm has set it.

    Raises UsageError for a file that is not there, UnusableFile for settings that cannot be used.
    """
    from flows import program, settings

    day = as_of or program.today()
    firm = settings.load(config)
    program.existing([path for path in (rounds_file, mapping, *(rules or ())) if path])
    return program.Request(
        program.new_run_id(day),
        program.existing(inputs),
        day,
        out,
        tuple(rounds or ()),
        (*firm.rules, *(rules or ())),
        rounds_file or firm.rounds_file,
        mapping or firm.map,
        skip_unusable,
        firm.readings,
        firm.name,
        firm.headline_months,
    )


def problem_line(row: dict[str, Any]) -> str:
    """A row of a problem frame in one line."""
    place = row["cell"] or f"{row['source_sheet']} row {row['source_row']}"
    value = f" {row['value']!r}" if row["value"] else ""
    return f"{row['source_file']} {place}{value}: {row['problem']} {row['mend']}".rstrip()


def say_left_out(done: Run) -> None:
    """Says which inputs were left out as unusable, and why."""
    for one in done.intake.unusable if done.intake else ():
        say(f"left out: {one.path}: {one.problem} {one.mend}")


def say_warnings(done: Run) -> None:
    """Reports how many warnings the records of the clients give, and where they are listed."""
    number = done.intake.warnings.height if done.intake else 0
    if number:
        warnings = "1 warning" if number == 1 else f"{number} warnings"
        lists = "lists it" if number == 1 else "lists them"
        say(f"{warnings} about the clients' records; drawline check --as-of {done.request.as_of} {lists}")


def sheet_lines(done: Run, *, notable: bool = False) -> list[str]:
    """What became of each sheet with rows, a line each; with `notable`, those alone that were not simply read."""
    return [
        use.line(one.path.name)
        for one in (done.intake.inputs if done.intake else ())
        for use in one.uses
        if use.is_notable or not notable
    ]


def left_out(done: Run) -> list[dict[str, str]]:
    """The inputs left out as unusable, for programs."""
    return [
        {"path": str(one.path), "problem": one.problem, "mend": one.mend}
        for one in (done.intake.unusable if done.intake else ())
    ]


def say_newest_round(path: Path) -> None:
    """Says which round is the newest of a rounds file that was read before."""
    from flows import program
    from validation import rounds_file

    say(f"drawline: {program.newest_line(rounds_file.rounds(rounds_file.read(path))[-1])}")


def as_json_text(value: Any) -> str:
    """A value as JSON for programs; dates as ISO text."""
    import json

    return json.dumps(value, indent=2, default=lambda one: one.isoformat() if isinstance(one, date) else str(one))
