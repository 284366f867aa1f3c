"""The corrections workbooks of an intake: each input with anything wrong in it, given back with marks."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from transforms.model import correction_names
from transforms.model.wording import N_, _, n_

if TYPE_CHECKING:
    import polars as pl

    from flows.run_request import Request
    from reports.corrections.marks import FileMarks
    from validation.intake.intake import Intake
    from validation.intake.problems import Source
    from validation.intake.sheet_use import InputFile

CHANGED = N_("The file has changed since it was read. Check it again.")
KEPT = N_("{name} was kept: it was changed since it was written, or was written for something else.")
PROTECTED = N_("The file is password-protected, and no copy of it is written. Correct the file itself by this list.")
# As cells of a workbook, the fields of such a row would be taken for good ones of other columns.
DIVIDED_OTHERWISE = N_(
    "Rows of the file are divided into other cells than the header. Correct them in the file itself by this list."
)


def names(paths: Sequence[Path], *, is_part: bool = False) -> dict[int, str]:
    """The name of each input's corrections workbook, by the number of the input.

    It is that of the input with -corrections behind it; of a corrections workbook with the next number; and with -part for
    a part of the client list. Of inputs of one name all but the first get a number that is free.
    """
    stems = _stems(paths)
    return {number: correction_names.joined(stem, first, is_part=is_part) for number, (stem, first) in stems.items()}


def _stems(paths: Sequence[Path]) -> dict[int, tuple[str, int]]:
    """Of each input's corrections workbook the name without ending, and the number from which it counts; no two alike."""
    split = {place: correction_names.split(path.stem) for place, path in enumerate(paths, start=1)}
    wanted = {place: (stem, last + 1) for place, (stem, last) in split.items()}
    owners: dict[tuple[str, int], int] = {}
    for place, (stem, first) in wanted.items():
        owners.setdefault((stem.casefold(), first), place)
    found = {place: wanted[place] for place in owners.values()}
    for place in sorted(wanted.keys() - found.keys()):
        stem, first = wanted[place]
        number = place
        while (f"{stem} ({number})".casefold(), first) in owners:
            number += 1
        found[place] = (f"{stem} ({number})", first)
        owners[found[place][0].casefold(), first] = place
    return dict(sorted(found.items()))


def free_names(request: Request, numbers: Sequence[int]) -> dict[int, str]:
    """The names under which the workbooks of some inputs can be written to the folder of a request, by number.

    A file that is there is replaced only where it was written for the same input and is as it was written. Otherwise the
    next number is taken.
    """
    assert request.out is not None
    is_part = bool(request.selection)
    usual, stems = names(request.inputs, is_part=is_part), _stems(request.inputs)
    used = {name.casefold() for name in usual.values()}
    found = {}
    for number in numbers:
        identity = _identity(request, number)
        (stem, count), name = stems[number], usual[number]
        while not _may_replace(request.out / name, identity):
            while name.casefold() in used:
                count += 1
                name = correction_names.joined(stem, count, is_part=is_part)
            used.add(name.casefold())
        found[number] = name
    return found


def _may_replace(path: Path, identity: str) -> bool:
    from reports.corrections.seal import is_untouched

    return not os.path.lexists(path) or is_untouched(path, identity)


def _identity(request: Request, number: int) -> str:
    from reports.corrections.seal import identity_of

    part = json.dumps(request.selection.saved()) if request.selection else ""
    return identity_of(request.inputs[number - 1], part)


def write(intake: Intake, request: Request, folder: Path) -> tuple[dict[str, Path], list[str]]:
    """Writes the workbooks of the inputs with problems into a folder, from which they are to be moved to that of the
    request; their names with what was written, and what is to be reported of them.
    """
    written: dict[str, Path] = {}
    notes: list[str] = []
    usual = names(request.inputs, is_part=bool(request.selection))
    found = free_names(request, with_problems(intake))
    for one in intake.inputs:
        if one.number not in found:
            if _is_kept(request, usual[one.number], _identity(request, one.number)):
                notes.append(
                    _("Nothing is wrong in {file}. {note}").format(
                        file=one.path.name, note=_(KEPT).format(name=usual[one.number])
                    )
                )
            continue
        name = found[one.number]
        target = folder / name
        reason = _written(intake, one, _marks(intake, request, one), target)
        if name != usual[one.number]:
            notes.append(_("{note} Correct {name}.").format(note=_(KEPT).format(name=usual[one.number]), name=name))
        if reason:
            notes.append(_("{name} is a list alone. {reason}").format(name=name, reason=reason))
        written[name] = target
    return written, notes


def _is_kept(request: Request, name: str, identity: str) -> bool:
    """Is there a file with the name of a workbook that is no longer needed, but is not to be removed?"""
    return request.out is not None and not _may_replace(request.out / name, identity)


def _marks(intake: Intake, request: Request, one: InputFile) -> FileMarks:
    marks = replace(marks_of(intake, one), identity=_identity(request, one.number))
    if not request.selection:
        return marks
    return replace(
        marks,
        lines=[
            _("Part of the list: {words}. No other rows are marked.").format(words=request.selection.words),
            *marks.lines,
        ],
    )


def stale(request: Request, numbers: Sequence[int], written: Sequence[str]) -> list[Path]:
    """The workbooks that an earlier run left for some inputs, as they were written, but for those written now."""
    from reports.corrections.seal import is_untouched

    assert request.out is not None
    books = [(path, correction_names.split(path.stem)) for path in sorted(request.out.glob("*-*.xlsx"))]
    stems = _stems(request.inputs)
    return [
        path
        for number in numbers
        for path, (stem, count) in books
        if (stem, count >= stems[number][1]) == (stems[number][0], True) and path.name not in written
        if is_untouched(path, _identity(request, number))
    ]


def with_problems(intake: Intake) -> list[int]:
    """The numbers of the inputs in which something is wrong or worth a warning."""
    found = {*intake.quarantine["input"], *intake.warnings["input"]}
    return sorted(found)


def _written(intake: Intake, one: InputFile, marks: FileMarks, target: Path) -> str:
    """Writes the workbook of one input; returns why it is a list alone, empty where it is not."""
    import hashlib

    from reports.corrections import plain_book, workbook
    from validation.files import locked
    from validation.files.preflight import read_bytes
    from validation.files.unusable import Unusable

    grid = intake.grids.get(one.number)
    if grid and (grid.too_long or grid.swallowed):
        workbook.write_list(target, marks, _(DIVIDED_OTHERWISE))
        return _(DIVIDED_OTHERWISE)
    if grid:
        heading_row = marks.sheets[0].heading_row if marks.sheets else 0
        return workbook.write(target, plain_book.of_table(grid.title, grid.cells, heading_row), marks)
    try:
        data = read_bytes(one.path)
    except Unusable:
        data = b""
    if locked.is_protected(data):
        workbook.write_list(target, marks, _(PROTECTED))
        return _(PROTECTED)
    if hashlib.sha256(data).hexdigest() != one.sha256:
        workbook.write_list(target, marks, _(CHANGED))
        return _(CHANGED)
    return workbook.write(target, data, marks)


def marks_of(intake: Intake, one: InputFile) -> FileMarks:
    """What is to be marked in an input."""
    import polars as pl

    from reports.corrections.marks import HELD, QUARANTINED, WARNING, FileMarks, sheet_marks
    from transforms.model.columns import CODES

    frames = {QUARANTINED: intake.quarantine, HELD: intake.held, WARNING: intake.warnings}
    found = pl.concat(
        frame.filter(pl.col("input") == one.number).with_columns(pl.lit(standing).alias("standing"))
        for standing, frame in frames.items()
    )
    sheets = []
    for title, places in _places(intake, one).items():
        sources = [intake.sources[place] for place in places]
        own = found.filter(pl.col("source_sheet") == title)
        rows = {row for place, source in zip(places, sources, strict=True) for row in _rows(intake, place, source)}
        columns = [letters for source in sources for letters in source.own_columns]
        heading = 0 if all(map(_is_turned, sources)) else sources[0].header_row
        sheets.append(sheet_marks(title, heading, sorted(rows), own, list(dict.fromkeys(columns))))
    listed = found.filter(pl.col("standing") != HELD)
    return FileMarks(one.path.name, _lines(_counts(intake, one, found)), sheets, listed, CODES, "")


def _places(intake: Intake, one: InputFile) -> dict[str, list[int]]:
    """The sheets of an input that were read, by title, each with its places among the sources: a map may read several
    tables of one sheet.
    """
    places: dict[str, list[int]] = {}
    for place, source in enumerate(intake.sources):
        if source.number == one.number and source.header_row:
            places.setdefault(source.title, []).append(place)
    return places


def _rows(intake: Intake, place: int, source: Source) -> list[int]:
    """The rows of a source that were taken."""
    import polars as pl

    return intake.origins[source.sheet.key].filter(pl.col("source") == place)["source_row"].to_list()


def _is_turned(source: Source) -> bool:
    """Are the records of a sheet no rows, but columns or blocks of labels and values?"""
    return bool(source.letters) and all(column in source.rows_of for column in source.letters)


def _counts(intake: Intake, one: InputFile, found: pl.DataFrame) -> dict[str, dict[str, int]]:
    """Of clients and of detail rows of one input, how many are good, held and quarantined, and of all how many warnings.

    A map may read clients and their detail rows of one sheet; held rows are detail rows always.
    """
    import polars as pl

    from transforms.model.columns import CANDIDATES

    counts = {"clients": dict.fromkeys(("good", "held", "quarantined"), 0)}
    counts["details"] = dict(counts["clients"])
    clients, details = counts["clients"], counts["details"]
    for title, places in _places(intake, one).items():
        sources = {place: intake.sources[place] for place in places}
        of_clients = [place for place, source in sources.items() if source.sheet.key == CANDIDATES.key]
        of_details = {place: source for place, source in sources.items() if place not in of_clients}
        own = found.filter(pl.col("source_sheet") == title)
        wrong = own.filter(pl.col("standing") == "quarantined")
        if of_clients:
            file, good = (
                sources[of_clients[0]].file,
                sum(len(_rows(intake, place, sources[place])) for place in of_clients),
            )
            is_own = (pl.col("source_file") == file) & (pl.col("source_sheet") == title)
            clients["good"] += good
            clients["quarantined"] += intake.candidates.filter(is_own).height - good
            of_others = {name for source in of_details.values() for name in source.sheet.names} - set(CANDIDATES.names)
            wrong = wrong.filter(pl.col("column").is_in(sorted(of_others)))
        details["good"] += sum(len(_rows(intake, place, source)) for place, source in of_details.items())
        details["quarantined"] += wrong["source_row"].n_unique()
        details["held"] += own.filter(pl.col("standing") == "held")["source_row"].n_unique()
    return counts | {"all": {"warnings": found.filter(pl.col("standing") == "warning").height}}


def _lines(counts: Mapping[str, Mapping[str, int]]) -> list[str]:
    """The counts as lines of text."""
    clients, details = counts["clients"], counts["details"]
    lines = []
    if total := sum(clients.values()):
        lines.append(
            _("{total} clients in = {good} good + {quarantined} quarantined").format(
                total=total, good=clients["good"], quarantined=clients["quarantined"]
            )
        )
    if total := sum(details.values()):
        lines.append(
            _("{total} detail rows in = {good} used + {held} held + {quarantined} quarantined").format(
                total=total, good=details["good"], held=details["held"], quarantined=details["quarantined"]
            )
        )
    number = counts["all"]["warnings"]
    return [*lines, n_("{number} warning", "{number} warnings", number).format(number=number)]
