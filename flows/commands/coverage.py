"""What a file's headings stand for, on the screen: the coverage of an unknown layout, and what of a map was used."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.console.answers import say
from transforms.model.wording import _

if TYPE_CHECKING:
    from flows.main_run.run_state import Run
    from validation.files.locked import Passwords
    from validation.files.readers import Grid
    from validation.intake.sheet_use import InputFile
    from validation.mapping.proposal import Proposal

PROPOSED = "map.yaml"
MAX_UNUSED = 20
INDENT = "  "


def proposals(
    paths: Sequence[Path], passwords: Passwords, read: Mapping[Path, Grid] | None = None
) -> dict[Path, Proposal]:
    """The proposal of a map for each file that can be read at all; `read` are the cells of those that are read already."""
    from validation.files import locked
    from validation.files.preflight import read_bytes
    from validation.files.unusable import Unusable
    from validation.mapping import file_headings, proposal

    found = {}
    known = read or {}
    for path in paths:
        try:
            if path in known:
                grid = replace(known[path], title=path.stem)
                found[path] = proposal.propose(file_headings.of_grids(path, [grid], is_file=True))
            else:
                found[path] = proposal.propose(file_headings.of_file(path, locked.opened(read_bytes(path), passwords)))
        except Unusable:
            # What is wrong with it is reported by the intake.
            continue
    return {path: one for path, one in found.items() if one.headings}


def unknown_layouts(done: Run) -> dict[Path, Proposal]:
    """The proposals for the inputs that are read without a map and have headings that are not ours."""
    if done.intake is None:
        return {}
    from flows.firm import passwords

    known = passwords.read(done.request.password_file)
    paths = {one.path: one.number for one in done.intake.inputs if one.map is None and one.is_unknown_layout}
    read = {path: done.intake.grids[number] for path, number in paths.items() if number in done.intake.grids}
    return {path: one for path, one in proposals(list(paths), known, read).items() if one.is_needed}


@contextmanager
def of_unusable(
    out: Path | None, *, as_json: bool, quiet: bool, is_mapped: bool = False, password_file: Path | None = None
) -> Iterator[None]:
    """Shows the coverage of inputs whose layout keeps them from being read, before what is wrong with them is reported.

    Where a map is given (`is_mapped`), that is what is to be corrected, and how to make one is not said.
    """
    from flows.firm import passwords
    from validation.files.unusable import UnusableInputs

    try:
        yield
    except UnusableInputs as error:
        found = proposals([one.path for one in error.unusable], passwords.read(password_file))
        if as_json:
            unusable = [{"path": str(one.path), "problem": one.problem, "fix": one.fix} for one in error.unusable]
            error.answer = {"unusable": unusable, **plain(found)}
        elif not quiet:
            show(found)
        if out is not None or not is_mapped:
            keep(found, out)
        raise


def show(found: Mapping[Path, Proposal]) -> None:
    """Prints the coverage of each file, at a terminal within its width."""
    from validation.mapping import proposal_text

    width = shutil.get_terminal_size().columns - len(INDENT) if sys.stdout.isatty() else None

    for path, one in found.items():
        said = _("{file}: {numbers}").format(file=path.name, numbers=proposal_text.totals(one))
        print(f"\n{said}")
        for line in proposal_text.table_lines(one, width):
            print(f"{INDENT}{line}")


def keep(found: Mapping[Path, Proposal], out: Path | None) -> None:
    """Writes the proposed map of all where there is a folder for it, and says how to go on."""
    from validation.mapping import proposal, proposal_text

    if not found:
        return
    files = " ".join(map(str, found))
    if out is None:
        say(_("to make a map: drawline map {file} --save NAME").format(file=next(iter(found))))
        return
    write(out / PROPOSED, proposal_text.map_text(proposal.together(list(found.values()))))
    say(
        _("proposed map: {map}; read and correct it, then: drawline check {files} --map {map}").format(
            map=out / PROPOSED, files=files
        )
    )


def write(path: Path, text: str) -> None:
    """Writes a text to a file, whole or not at all."""
    from flows.outputs import files

    path.parent.mkdir(parents=True, exist_ok=True)
    with files.atomic_file(path) as staged:
        staged.write_text(text, encoding="utf-8")


def plain(found: Mapping[Path, Proposal]) -> dict[str, Any]:
    """The proposals as plain values, without values of clients: of one file its columns, of several those of all."""
    return {
        "columns": [column for one in found.values() for column in one.columns_as_json()],
        "missing": list(dict.fromkeys(name for one in found.values() for name in one.missing)),
    }


def map_uses(done: Run) -> list[dict[str, Any]]:
    """What of each map was used by the inputs that were read with it, and what not."""
    if done.intake is None:
        return []
    together: dict[tuple[str, str], list[InputFile]] = {}
    for one in done.intake.inputs:
        if one.map is not None:
            together.setdefault((one.map.name, one.map.sha256), []).append(one)
    return [
        {
            "name": name,
            "sha256": sha256,
            "inputs": [one.number for one in inputs],
            **_used_and_unused(inputs),
        }
        for (name, sha256), inputs in together.items()
    ]


def _used_and_unused(inputs: Sequence[InputFile]) -> dict[str, list[str]]:
    lines = list(dict.fromkeys(line for one in inputs for line in one.map_uses))
    used = [line for line in lines if any(one.map_uses.get(line) for one in inputs)]
    return {"used": used, "unused": [line for line in lines if line not in used]}


def map_lines(done: Run) -> list[str]:
    """What of each map was used, in lines for people."""
    lines = []
    for one in map_uses(done):
        total = len(one["used"]) + len(one["unused"])
        lines.append(
            _("map {name}: {number} of its {total} lines are used").format(
                name=one["name"], number=len(one["used"]), total=total
            )
        )
        lines += ["  " + _("not used: {line}").format(line=line) for line in one["unused"][:MAX_UNUSED]]
        if len(one["unused"]) > MAX_UNUSED:
            lines.append("  " + _("… and {number} more").format(number=len(one["unused"]) - MAX_UNUSED))
    return lines
