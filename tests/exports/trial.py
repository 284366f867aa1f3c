"""An export brought in as a person does who has never seen drawline: check, the proposed map, some lines, check, score."""

from __future__ import annotations

import difflib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from sample_data.bad_rows import rows_by_sheet
from tests.exports import books
from tests.exports.layout import ByHand, Export
from tests.exports.people import AS_OF
from transforms.model.columns import SHEETS

PROPOSED = "map.yaml"
OWN_FILE = "in our columns.xlsx"
SOURCE = r"^source_"

Run = Callable[[Sequence[str]], tuple[int, str]]


@dataclass(frozen=True)
class Step:
    """A command, its exit code, its output, and how long it took."""

    command: tuple[str, ...]
    exit_code: int
    output: str
    seconds: float


@dataclass(frozen=True)
class Trial:
    """The commands in order, the lines that were added or changed by hand, and where scores, map and quarantine lie."""

    steps: tuple[Step, ...]
    by_hand: tuple[str, ...]
    scores: Path
    map_file: Path
    inputs: tuple[Path, ...]
    quarantine: Path

    @property
    def seconds(self) -> float:
        """The time of all commands."""
        return sum(step.seconds for step in self.steps)


def bring_in(export: Export, folder: Path, run: Run) -> Trial:
    """The trial of an export in an empty folder; `run` takes the arguments of a command, and gives exit code and output."""
    inputs = export.write(folder / "export")
    names = tuple(map(str, inputs))
    day = ("--as-of", AS_OF.isoformat())
    out, scores = folder / "out", folder / "scores.parquet"
    steps = [_step(run, ("check", *names, *day, "--out", str(out)))]
    proposed = (out / PROPOSED).read_text(encoding="utf-8")
    changed = edited(proposed, export.by_hand)
    map_file = folder / "firm.yaml"
    map_file.write_text(changed, encoding="utf-8")
    with_map = (*names, *day, "--map", str(map_file))
    steps.append(_step(run, ("check", *with_map, "--out", str(folder / "checked"))))
    steps.append(_step(run, ("score", *with_map, "--out", str(scores))))
    asked = folder / "checked" / "quarantine.csv"
    return Trial(tuple(steps), by_hand(proposed, changed), scores, map_file, tuple(inputs), asked)


def own_file(export: Export, folder: Path) -> Path:
    """The same clients as a workbook in our columns, all of them."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / OWN_FILE
    rows = rows_by_sheet(list(export.clients))
    book, pages = books.new_book(*(sheet.title for sheet in SHEETS))
    for sheet, page in zip(SHEETS, pages, strict=True):
        books.put(page, 1, [sheet.names, *([row.get(name) for name in sheet.names] for row in rows[sheet.key])])
    path.write_bytes(books.saved(book))
    return path


def edited(proposed: str, lines: Sequence[ByHand]) -> str:
    """A proposed map with lines by hand: each takes the place of the line with its key, or is added to its part."""
    found = proposed.splitlines()
    for change in lines:
        _edit(found, change)
    return "\n".join(found) + "\n"


def _edit(lines: list[str], change: ByHand) -> None:
    indented = f"  {change.line}" if change.part else change.line
    first, last = _span(lines, change.part)
    if first is None:
        lines.append(f"{change.part}: {{{change.line}}}" if change.part else change.line)
        return
    key = _key(indented)
    at = next((place for place in range(first, last) if _key(lines[place]) == key), None)
    if at is None:
        lines.insert(first, indented)
    else:
        lines[at] = indented


def _span(lines: Sequence[str], part: str) -> tuple[int | None, int]:
    """The lines of a part of the map; all lines for the top."""
    if not part:
        return 0, len(lines)
    head = next((place for place, line in enumerate(lines) if line.split("#")[0].rstrip() == f"{part}:"), None)
    if head is None:
        return None, 0
    after = (place for place in range(head + 1, len(lines)) if lines[place][:1].strip())
    return head + 1, next(after, len(lines))


def _key(line: str) -> tuple[int, str]:
    """How far a line is indented, and the key before its colon; a key in quotation marks may hold colons itself."""
    text = line.lstrip(" ")
    depth = len(line) - len(text)
    if text[:1] in {'"', "'"}:
        return depth, text[1 : text.find(text[0], 1)]
    return depth, text.partition(":")[0].strip()


def by_hand(proposed: str, changed: str) -> tuple[str, ...]:
    """The lines of the changed map that the proposed one has not."""
    compared = difflib.ndiff(proposed.splitlines(), changed.splitlines())
    return tuple(line[2:] for line in compared if line.startswith("+ "))


def different(expected: pl.DataFrame, found: pl.DataFrame) -> list[str]:
    """Where two frames differ, client by client, as `client column: expected, found`; beside columns on the source.

    Both have client_id, and one row a client, or rows that are sorted alike.
    """
    expected, found = (frame.select(pl.exclude(SOURCE + ".*$")) for frame in (expected, found))
    names = [name for name in expected.columns if name != "client_id"]
    expected, found = (frame.sort("client_id", *names, nulls_last=True) for frame in (expected, found))
    if expected["client_id"].to_list() != found["client_id"].to_list():
        missing = set(expected["client_id"]) - set(found["client_id"])
        more = set(found["client_id"]) - set(expected["client_id"])
        return [f"missing: {sorted(missing)}; too many: {sorted(more)}; {expected.height} rows, {found.height} found"]
    return [
        f"{client} {name}: {one!r}, {other!r}"
        for name in names
        for client, one, other in zip(expected["client_id"], expected[name], found[name], strict=True)
        if one != other and not _close(one, other)
    ]


def _close(one: object, other: object) -> bool:
    """Are two numbers of months in years one but for the digits that a cell shows?"""
    return isinstance(one, float) and isinstance(other, float) and abs(one - other) < 0.01


def _step(run: Run, command: tuple[str, ...]) -> Step:
    began = time.perf_counter()
    code, output = run(command)
    return Step(command, code, output, time.perf_counter() - began)
