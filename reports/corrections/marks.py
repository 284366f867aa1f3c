"""What is to be marked in one file: a status and a message for each row, the wrong cells, and all problems as a list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from transforms.model.wording import N_

OK, QUARANTINED, WARNING, HELD = "ok", "quarantined", "warning", "held"
# Of several standings of a row or a cell the first counts.
WEIGHT = (QUARANTINED, HELD, WARNING, OK)
# As people read them, by themselves.
STANDINGS = {OK: N_("ok"), QUARANTINED: N_("quarantined"), WARNING: N_("warning"), HELD: N_("held")}


@dataclass(frozen=True)
class CellMark:
    """A wrong cell: quarantined or warning, and what is wrong with it and what to do."""

    standing: str
    words: str


@dataclass(frozen=True)
class SheetMarks:
    """The marks of one sheet: its title, the row of its headings, of each row that was read its standing and message, and
    the wrong cells by address. `own_columns` are the letters of columns that an earlier marking left.

    A sheet whose records are no rows has `heading_row` 0, and gets no columns.
    """

    title: str
    heading_row: int
    standings: Mapping[int, str] = field(repr=False)
    messages: Mapping[int, str] = field(repr=False)
    cells: Mapping[str, CellMark] = field(repr=False)
    own_columns: Sequence[str] = ()


@dataclass(frozen=True)
class FileMarks:
    """The marks of one file: its name, a few lines that sum it up, its sheets, and its problems.

    `problems` has the columns of a problem frame and `standing` (quarantined or warning). `codes` are the words of choice
    columns, `identity` tells the file from others (reports.corrections.seal).
    """

    name: str
    lines: Sequence[str]
    sheets: Sequence[SheetMarks]
    problems: pl.DataFrame = field(repr=False)
    codes: frozenset[str] = field(repr=False)
    identity: str


def sheet_marks(
    title: str, heading_row: int, rows: Iterable[int], problems: pl.DataFrame, own_columns: Sequence[str] = ()
) -> SheetMarks:
    """The marks of a sheet: `rows` are those that were taken, `problems` its problems with `standing`, held rows too."""
    standings = dict.fromkeys(rows, OK)
    messages: dict[int, list[str]] = {}
    cells: dict[str, list[CellMark]] = {}
    for row in problems.iter_rows(named=True):
        number, standing = row["source_row"], row["standing"]
        address = (row["cell"] or "").rpartition("!")[2]
        words = f"{row['problem']} {row['fix']}".rstrip()
        if number != heading_row and heading_row:
            standings[number] = _weightier(standings.get(number, OK), standing)
            if standing != HELD or number not in messages:
                messages.setdefault(number, []).append(f"{address}: {words}" if address else words)
        if address and standing != HELD:
            cells.setdefault(address, []).append(CellMark(standing, words))
    return SheetMarks(
        title,
        heading_row,
        standings,
        {number: "\n".join(said) for number, said in messages.items()},
        {address: _one_mark(found) for address, found in cells.items()},
        own_columns,
    )


def _weightier(one: str, other: str) -> str:
    return min(one, other, key=WEIGHT.index)


def _one_mark(found: Sequence[CellMark]) -> CellMark:
    standing = min((mark.standing for mark in found), key=WEIGHT.index)
    return CellMark(standing, "\n".join(dict.fromkeys(mark.words for mark in found)))
