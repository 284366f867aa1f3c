"""The map of a firm's file: proposed, asked for at a terminal, and kept for the next export."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from dataclasses import replace as replaced
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands.common import AsJson, Config, handle_errors
from flows.console.answers import json_answer, say
from transforms.model.wording import _

if TYPE_CHECKING:
    from flows.firm.settings import Settings
    from validation.files.locked import Passwords
    from validation.mapping.map_folder import MapFile
    from validation.mapping.proposal import Proposal

NAME = re.compile(r"[^/\\:*?\"<>|\x00-\x1f]+")


@handle_errors
def map_(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE...", help="Workbooks (.xlsx), CSV or Parquet files that one map is for."),
    ],
    save: Annotated[
        str | None,
        typer.Option(
            "--save",
            metavar="NAME",
            help="Keep the map in the folder of maps; the next export with these headings needs no option.",
        ),
    ] = None,
    headings: Annotated[
        int | None,
        typer.Option("--headings", metavar="ROW", min=1, help="The row of the headings, where none is recognized."),
    ] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Take the place of a map of this name.")] = False,
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """Proposes which headings of files are our columns.

    At a terminal it asks heading by heading. Without one, or with --json, it prints the proposal.
    """  # fmt: skip
    from flows import errors, run_request
    from flows.commands import coverage
    from flows.firm import passwords, settings
    from validation.mapping import proposal

    firm = settings.load(config)
    run_request.existing(files)
    target = None if save is None else _target(firm, save, replace=replace)
    missing: list[str] = []
    before = None if target is None else _before(target)
    by_file = _proposals(files, headings, passwords.read(firm.password_file), before)
    found = proposal.together(list(by_file.values()))
    if as_json:
        print(json_answer("map", coverage.plain(by_file)))
        if target is not None:
            _keep(found, target, before)
        return
    is_asked = sys.stdin.isatty() and sys.stdout.isatty()
    if is_asked:
        from flows.commands import map_session

        coverage.show(by_file)
        content = None if before is None else before.content
        found, extra = map_session.asked(found, map_session.at_terminal(), content)
        text = map_session.text_of(found, extra, content)
        missing = map_session.still_missing(found, extra)
        if target is None:
            name = map_session.name_to_keep(firm.maps_folder)
            target = _target(firm, name, replace=replace) if name else None
    else:
        from validation.mapping import proposal_text

        text = proposal_text.map_text(found, before=None if before is None else before.content)
    if target is None:
        print(text, end="")
    else:
        _keep(found, target, before, text)
        if not is_asked:
            coverage.show(by_file)
        say(
            _("map: {target}; to test it: drawline check {files}").format(
                target=target, files=" ".join(map(str, files))
            )
        )
    if missing:
        say(
            _(
                "The map is not complete: no heading gives {missing}. Add the lines to the map, or the columns "
                "to the file."
            ).format(missing=", ".join(missing))
        )
        raise typer.Exit(errors.EXIT_UNUSABLE)


def _target(firm: Settings, name: str, *, replace: bool) -> Path:
    """Where a map is kept; raises UsageError for a name that is no file's, or is taken."""
    from flows import errors

    stem = name.removesuffix(".yaml").removesuffix(".yml").strip()
    if not NAME.fullmatch(stem) or stem.startswith("."):
        raise errors.UsageError(
            _("--save {name!r} is no name of a file; use letters, digits, blanks and dashes").format(name=name)
        )
    if firm.maps_folder.exists() and not firm.maps_folder.is_dir():
        raise errors.UsageError(
            _("{folder} is a file; name another folder under maps in the settings").format(folder=firm.maps_folder)
        )
    path = firm.maps_folder / f"{stem}.yaml"
    if path.exists() and not replace:
        raise errors.UsageError(_("{path} is there already; choose another name, or give --replace").format(path=path))
    return path


def _before(target: Path) -> MapFile | None:
    """The map that is to be replaced; None, with a message, for one that cannot be read."""
    from validation.files.unusable import MappingError
    from validation.mapping import map_folder

    if not target.exists():
        return None
    try:
        return map_folder.read(target)
    except MappingError as error:
        say(_("{path} cannot be read, so its answers are not kept: {problem}").format(path=target, problem=error))
        return None


def _proposals(
    files: Sequence[Path], row: int | None, known: Passwords, before: MapFile | None = None
) -> dict[Path, Proposal]:
    """The proposal for each file, with the headings in a row that is given, and with what a map says that is to be
    replaced; raises UnusableInputs for those that cannot be read.
    """
    from validation.files import locked
    from validation.files.preflight import read_bytes
    from validation.files.unusable import NotRead, Unusable, UnusableInput, UnusableInputs
    from validation.mapping import file_headings, proposal
    from validation.mapping.firm_map import FirmMap, SheetOptions

    firm = FirmMap() if before is None else before.firm
    if row is not None:
        firm = replaced(firm, sheets={**firm.sheets, "*": SheetOptions("candidates", headings=(row,))})
    found: dict[Path, Proposal] = {}
    unusable = []
    for number, file in enumerate(files, start=1):
        digest, is_not_read = None, False
        try:
            found[file] = proposal.propose(
                file_headings.of_file(file, locked.opened(read_bytes(file), known), firm), firm
            )
        except Unusable as error:
            problem, fix, digest, is_not_read = error.problem, error.fix, error.sha256, isinstance(error, NotRead)
        else:
            if found[file].headings:
                continue
            problem, fix = _("No row of headings is found."), _("Put a heading above each column, and save it.")
        unusable.append(UnusableInput(number, file, problem, fix, digest, is_not_read))
    if unusable:
        raise UnusableInputs(unusable)
    return found


def _keep(found: Proposal, target: Path, before: MapFile | None, text: str = "") -> None:
    from flows.commands import coverage
    from validation.mapping import proposal_text

    content = None if before is None else before.content
    coverage.write(target, text or proposal_text.map_text(found, before=content))


def add_to(app: typer.Typer) -> None:
    """Adds this command to the command line."""
    app.command("map")(map_)
