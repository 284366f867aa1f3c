"""What every command shares: its options, how it answers errors, and how it speaks."""

from __future__ import annotations

import inspect
import os
import sys
import traceback
from collections.abc import Callable
from datetime import date
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from transforms.model import wording
from transforms.model.panics import panics_as_errors
from transforms.model.wording import _, n_

if TYPE_CHECKING:
    from flows.main_run.run_state import Run
    from flows.run_request import Request
    from validation.intake.selection import Selection
from flows.console.answers import as_json_text, say


def day(text: str) -> date:
    """A day as ISO text; raises typer.BadParameter."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(_("{text!r} is not a day such as 2021-09-14").format(text=text)) from None


Inputs = Annotated[list[Path], typer.Argument(metavar="INPUT", help="Workbooks (.xlsx), CSV or Parquet files; "
                   "folders of them; quoted patterns such as 'clients/*.parquet'.")]  # fmt: skip
AsOf = Annotated[
    date | None,
    typer.Option("--as-of", metavar="DATE", parser=day, help="Day of the law and of every age, test and window; "
                 "default: today in Ottawa."),
]  # fmt: skip
RulesFiles = Annotated[
    list[Path] | None,
    typer.Option("--rules", metavar="FILE", help="Overlay: dated values on top of the shipped law; repeatable."),
]
MapFile = Annotated[
    Path | None, typer.Option("--map", metavar="FILE", help="The firm's own headers and values, mapped to ours (YAML).")
]
Config = Annotated[
    Path | None, typer.Option("--config", metavar="FILE", help="The firm's settings; default: drawline.toml here.")
]
SkipUnusable = Annotated[bool, typer.Option("--skip-unusable", help="Leave unusable inputs out instead of stopping.")]
PasswordFile = Annotated[
    Path | None,
    typer.Option("--password-file", metavar="FILE", help="Passwords of protected workbooks, a line each; default: as "
                 "set. DRAWLINE_WORKBOOK_PASSWORD is tried too."),
]  # fmt: skip
EncryptTo = Annotated[
    list[str] | None,
    typer.Option("--encrypt-to", metavar="RECIPIENT", help="Write encrypted outputs alone: an age or SSH public key, a "
                 "file of them, or `passphrase`; repeatable. Default: as set; `none`: none."),
]  # fmt: skip
Clients = Annotated[
    list[str] | None,
    typer.Option("--client", metavar="ID", help="Only this client, by client_id or by name; repeatable."),
]
Owners = Annotated[
    list[str] | None, typer.Option("--owner", metavar="NAME", help="Only the clients of this case_owner; repeatable.")
]
Where = Annotated[
    list[str] | None,
    typer.Option("--where", metavar="COLUMN=VALUE", help="Only clients whose row on Candidates says so; repeatable. Of "
                 "one column any value may hold, of several columns all must."),
]  # fmt: skip
SplitBy = Annotated[
    Literal["case_owner", "none"] | None,
    typer.Option("--split-by", help="A report for each case owner beside the whole one; default: as set, else none."),
]
ClientPages = Annotated[
    bool | None,
    typer.Option("--client-pages/--no-client-pages", help="A page about each client beside the report, in "
                 "client-pages.xlsx; default: as set, else none."),
]  # fmt: skip
Explain = Annotated[
    str,
    typer.Option("--explain", metavar="WHO", help="The clients whose score the report explains: near (invited, close "
                 "to or past a cut-off, or with another stated score) or all."),
]  # fmt: skip
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
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Prefect's own lines too, on standard error.")]
LogFile = Annotated[
    Path | None,
    typer.Option("--log-file", metavar="FILE", envvar="DRAWLINE_LOG_FILE", show_envvar=False,
                 help="Add a log without clients to a file: stages, counts, times; default: DRAWLINE_LOG_FILE."),
]  # fmt: skip
NoPrefect = Annotated[bool, typer.Option("--no-prefect", help="In this process alone, as for a line of cron.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Do all but write.")]
# Every command has it through `handle_errors`; LANGUAGES of transforms.model.wording.
Lang = Annotated[
    Literal["en", "fr"] | None,
    typer.Option("--lang", help="Language of what people read; default: as set, else DRAWLINE_LANG, else English."),
]


def handle_errors(command: Callable[..., None]) -> Callable[..., None]:
    """Gives a command the option --lang, and turns errors into one clear message and the contract's exit code, never a
    traceback.

    The language is set before the command runs; one that passes it on to other processes has a parameter `lang`.
    """
    signature = inspect.signature(command, eval_str=True)
    is_own = "lang" in signature.parameters

    @wraps(command)
    def answered(*args: Any, lang: str | None = None, **kwargs: Any) -> None:
        from flows.console import language, screen
        from flows.firm import access

        before = wording.current()
        try:
            with access.limited(kwargs.get("config")), screen.protected(), panics_as_errors():
                language.use(lang, kwargs.get("config"), is_firm_needed="config" in kwargs)
                command(*args, **kwargs, **({"lang": lang} if is_own else {}))
        except (typer.Exit, typer.Abort, typer.BadParameter):
            raise
        except Exception as error:  # noqa: BLE001 - a user gets a message, never a traceback
            raise typer.Exit(_report(error, as_json=kwargs.get("as_json", False))) from None
        finally:
            wording.set_language(before)

    option = inspect.Parameter("lang", inspect.Parameter.KEYWORD_ONLY, default=None, annotation=Lang)
    parameters = [*signature.parameters.values(), *([] if is_own else [option])]
    answered.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
    answered.__annotations__ = {**command.__annotations__, "lang": Lang}
    return answered


def _report(error: Exception, *, as_json: bool) -> int:
    """Reports what ended a command, to programs too where they asked; the exit code."""
    from flows.errors import EXIT_ERROR
    from transforms.model.errors import DrawlineError

    # An empty line tells whether the pipe is that of standard output.
    if isinstance(error, BrokenPipeError) and stdout_closed("\n"):
        return EXIT_ERROR
    if isinstance(error, DrawlineError) and not _is_full_history(error):
        code, lines = error.exit_code, error.lines
    else:
        code, lines = EXIT_ERROR, [_why(error)]
        if os.environ.get("DRAWLINE_TRACEBACK"):
            traceback.print_exception(error)
    for line in lines:
        say(f"drawline: {line}")
    if as_json:
        from flows.commands import error_answer

        print(as_json_text(error_answer.answer(error, code, lines[0])))
    return code


def _is_full_history(error: Exception) -> bool:
    """Is an error that of a history whose disk is full? Then the place is what counts."""
    from flows.outputs import full_disk

    return getattr(error, "place", None) is not None and full_disk.is_full(error)


def stdout_closed(last: str = "") -> bool:
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
    from flows.outputs import full_disk

    if full_disk.is_full(error):
        return full_disk.message(getattr(error, "place", None) or getattr(error, "filename", None))
    if isinstance(error, OSError):
        return f"{error.strerror or error}{f': {error.filename}' if error.filename else ''}"
    return _("an error of the program ({kind}); set DRAWLINE_TRACEBACK=1 for details").format(kind=type(error).__name__)


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
    selection: Selection | None = None,
    split_by: str | None = None,
    client_pages: bool | None = None,
    explain: str = "near",
    password_file: Path | None = None,
    encrypt_to: list[str] | None = None,
) -> Request:
    """What a command was asked, as a request of its own run id; what is not said is as the firm has set it.

    Raises UsageError for a file that is not there, UnusableFile for settings that cannot be used.
    """
    from flows import clock, errors, run_request
    from flows.firm import passwords, settings
    from flows.main_run import input_files
    from flows.outputs import encryption
    from validation.intake.selection import EVERYBODY

    day = as_of or clock.today()
    firm = settings.load(config)
    run_request.existing([path for path in (rounds_file, mapping, *(rules or ())) if path])
    passwords.read(password_file or firm.password_file)
    if explain not in run_request.EXPLAINED:
        text = _("--explain takes near or all, not {value!r}")
        raise errors.UsageError(text.format(value=explain))
    return run_request.Request(
        run_request.new_run_id(day),
        input_files.named(inputs),
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
        firm.max_quarantined_share,
        selection or EVERYBODY,
        firm.maps_folder,
        wording.current(),
        split_by=firm.split_by if split_by is None else split_by.replace(settings.UNSPLIT, ""),
        logo=firm.logo,
        client_pages=firm.client_pages if client_pages is None else client_pages,
        password_file=password_file or firm.password_file,
        encrypt_to=encryption.recipients(firm.encrypt_to if encrypt_to is None else encrypt_to),
        explain=explain,
    )


def part_of(clients: list[str] | None, owners: list[str] | None, where: list[str] | None) -> Selection:
    """The part of the list that a command is to work on; raises UsageError for a condition that no file could meet."""
    from flows.errors import UsageError
    from validation.intake.selection import SelectionError, selection_of

    try:
        return selection_of(clients or (), owners or (), where or ())
    except SelectionError as error:
        raise UsageError(str(error)) from None


def problem_line(row: dict[str, Any]) -> str:
    """A row of a problem frame in one line."""
    from reports.corrections.groups import row_of

    place = row["cell"] or row_of(row["source_sheet"], row["source_row"])
    value = f" {row['value']!r}" if row["value"] else ""
    return f"{row['source_file']} {place}{value}: {row['problem']} {row['fix']}".rstrip()


def say_left_out(done: Run) -> None:
    """Says which inputs were left out as unusable, and why."""
    for one in done.intake.unusable if done.intake else ():
        say(_("left out: {file}: {problem} {fix}").format(file=one.path, problem=one.problem, fix=one.fix))


def say_warnings(done: Run) -> None:
    """Reports how many warnings the records of the clients give, and where they are listed."""
    number = done.intake.warnings.height if done.intake else 0
    if number:
        text = n_(
            "{number} warning about the clients' records; drawline check --as-of {day} lists it",
            "{number} warnings about the clients' records; drawline check --as-of {day} lists them",
            number,
        )
        say(text.format(number=number, day=done.request.as_of))


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
        {"path": str(one.path), "problem": one.problem, "fix": one.fix}
        for one in (done.intake.unusable if done.intake else ())
    ]


def say_newest_round(path: Path) -> None:
    """Says which round is the newest of a rounds file that was read before."""
    from flows.main_run import run_rounds
    from validation.rounds import rounds_file

    say(f"drawline: {run_rounds.newest_line(rounds_file.rounds(rounds_file.read(path))[-1])}")
