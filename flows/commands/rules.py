"""The firm's own values of the law, in an overlay: rules new, rules check."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands.common import AsJson, AsOf, Quiet, day, handle_errors
from flows.console.answers import json_answer, say
from transforms.model.wording import _, n_

if TYPE_CHECKING:
    from transforms.overlays import Finding
    from transforms.rules import Law

rules_app = typer.Typer(help="Published values of the law, entered by the firm.", no_args_is_help=True)

Overlay = Annotated[Path, typer.Argument(metavar="FILE", help="The overlay, a YAML file.")]
Occupations = Annotated[
    Path | None,
    typer.Option("--occupations", metavar="CSV", help="Occupations with the headings noc and level, to be written in."),
]
Published = Annotated[
    date | None, typer.Option("--published-on", metavar="DATE", parser=day, help="The day of publication.")
]
Checked = Annotated[
    date | None, typer.Option("--checked-on", metavar="DATE", parser=day, help="The day on which you read the text.")
]


@rules_app.command("new")
@handle_errors
def rules_new(
    file: Overlay,
    as_of: AsOf = None,
    occupations: Occupations = None,
    title: Annotated[str, typer.Option("--title", metavar="TEXT", help="Title of the published text.")] = "",
    address: Annotated[str, typer.Option("--address", metavar="URL", help="Address of the published text.")] = "",
    section: Annotated[str, typer.Option("--section", metavar="TEXT", help="Section of the published text.")] = "",
    published_on: Published = None,
    checked_on: Checked = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
    quiet: Quiet = False,
) -> None:
    """A draft of what the law of the day lacks.

    Each value that drawline does not know stands as ???, with a comment that says what to enter. With --title, --address,
    --section, --published-on and --checked-on the draft has them already.
    """
    from flows import errors, run_request
    from flows.outputs import files, full_disk
    from transforms.overlays import Known, draft, missing

    if file.exists() and not force:
        raise errors.UsageError(_("{file} is there already. Name another file, or give --force.").format(file=file))
    if occupations is not None:
        run_request.apart_from([occupations], [file], "FILE")
    law = _shipped(as_of)
    known = Known(title, address, section, published_on, checked_on, _read(occupations))
    lacking = list(missing(law))
    if not lacking:
        say(_("The law of {day} lacks no value. No file was written.").format(day=law.as_of))
        return
    try:
        with files.atomic_file(file) as staged:
            staged.write_text(draft(lacking, law.as_of, known), encoding="utf-8")
    except full_disk.FullDisk:
        raise
    except OSError as error:
        raise errors.SurroundingsError(
            _("{file} cannot be written ({error}).").format(file=file, error=error.strerror)
        ) from None
    if not quiet:
        text = n_("{file}: a draft with {n} parameter.", "{file}: a draft with {n} parameters.", len(lacking))
        print(text.format(file=file, n=len(lacking)))
        print(_("Enter the values, then run: drawline rules check {file}").format(file=file))


@rules_app.command("check")
@handle_errors
def rules_check(file: Overlay, as_of: AsOf = None, as_json: AsJson = False, quiet: Quiet = False) -> None:
    """What an overlay still lacks, and what is wrong in it.

    One line for each value, with its line in the file and the fix. Exit code 0: complete and right; 3: values are missing;
    4: a value is wrong.
    """
    from dataclasses import asdict

    from flows import errors
    from transforms.overlays import findings

    if not file.is_file():
        raise errors.UsageError(_("There is no file {file}. Begin one with `drawline rules new`.").format(file=file))
    law = _shipped(as_of)
    found = findings(file, law)
    wrong = sum(one.kind == "wrong" for one in found)
    if as_json:
        answer = {"file": file.name, "as_of": law.as_of, "wrong": wrong, "missing": len(found) - wrong}
        print(json_answer("rules-check", {**answer, "findings": [asdict(one) for one in found]}))
    else:
        for one in found:
            print(_line(one, file, law))
        if not quiet:
            print(_outcome(file, len(found) - wrong, wrong))
    raise typer.Exit(errors.EXIT_UNUSABLE if wrong else errors.EXIT_QUARANTINED if found else errors.EXIT_DONE)


def _line(one: Finding, file: Path, law: Law) -> str:
    """A finding on one line: file, line, parameter with its title, problem, fix."""
    from transforms.rules.errors import placed

    place = file.name if one.line is None else _("{file}: line {line}").format(file=file.name, line=one.line)
    parameter = law.rules.parameters.get(one.parameter)
    text = f"{one.problem} {one.fix}"
    if parameter is not None:
        text = placed(f"{parameter.id} ({_(parameter.title)})", text)
    return placed(place, text)


def _outcome(file: Path, missing: int, wrong: int) -> str:
    """The last line of a check."""
    if not missing and not wrong:
        return _("{file} is complete. Use it with --rules {file}.").format(file=file)
    parts = []
    if wrong:
        parts.append(n_("{n} value is wrong", "{n} values are wrong", wrong).format(n=wrong))
    if missing:
        parts.append(n_("{n} value is missing", "{n} values are missing", missing).format(n=missing))
    return _("{file}: {counts}.").format(file=file, counts=", ".join(parts))


def _shipped(as_of: date | None) -> Law:
    """The law of a day without any overlay."""
    from flows import clock
    from flows.main_run import run_law

    return run_law.law_of(run_law.rules_of((), {}), as_of or clock.today())


def _read(occupations: Path | None) -> dict[str, str]:
    """The occupations of a CSV file by code; raises UnusableFile with every wrong row."""
    from flows import errors
    from transforms.rules import occupations as table

    if occupations is None:
        return {}
    levels, wrong = table.read(occupations)
    if wrong:
        rows = [
            _("{file}, line {line}: {problem}").format(
                file=occupations, line=one.line, problem=f"{one.problem} {one.fix}"
            )
            for one in wrong
        ]
        raise errors.UnusableFile("\n".join(rows))
    return levels


def add_to(app: typer.Typer) -> None:
    """Adds these commands to the command line."""
    app.add_typer(rules_app, name="rules")
