"""The clients of a form as a grid: their headings in its first row, and where each of their cells stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import polars as pl

from transforms.model.wording import N_, _
from validation.files.readers import Grid, Remark
from validation.files.sheet_xml import letters_of

# Of a heading, our column or another thing that it is known to stand for; None for one that is not known.
Known = Callable[[str], str | None]

LAYOUT = N_("Its headings stand beside the values.")


@dataclass(frozen=True)
class Field:
    """One value: the heading that it is read under, the cell of its label, its text, and its own row and column."""

    heading: str
    label: str
    text: str | None
    row: int
    letters: str


@dataclass
class Record:
    """The fields of one client in order, and the row of its client number (else of its first label), from 1."""

    row: int
    fields: list[Field] = field(default_factory=list)


def laid(grid: Grid, records: Sequence[Record], known: Known) -> Grid:
    """Records as a grid with the headings in its first row; each heading once, doubled ones of one client apart."""
    names: dict[tuple[object, int], str] = {}
    spans: dict[int, tuple[int, int]] = {}
    columns: dict[str, dict[int, Field]] = {}
    headings: dict[str, Field] = {}
    row = 0
    for record in records:
        row = max(row + 1, record.row - 1)
        again: dict[object, int] = {}
        for one in record.fields:
            meaning = known(one.heading) or (one.heading,)
            again[meaning] = again.get(meaning, 0) + 1
            name = names.setdefault((meaning, again[meaning]), one.label)
            headings.setdefault(name, one)
            columns.setdefault(name, {})[row + 1] = one
        rows = [record.row, *(one.row for one in record.fields)]
        spans[row + 1] = min(rows), max(rows)
    height = row + 1
    cells = {
        name: [
            headings[name].heading,
            *(fields[place].text if place in fields else None for place in range(2, height + 1)),
        ]
        for name, fields in columns.items()
    }
    return replace(
        grid,
        cells=pl.DataFrame(cells, schema=dict.fromkeys(cells, pl.String)),
        letters=[headings[name].letters for name in columns],
        header_row=0,
        rows_of={name: {place: one.row for place, one in fields.items()} for name, fields in columns.items()},
        columns_of={name: {place: one.letters for place, one in fields.items()} for name, fields in columns.items()},
        headings={name: name for name in columns},
        layout=_(LAYOUT),
        too_long=_records_with(grid.too_long, spans),
        swallowed=_records_with(grid.swallowed, spans),
        merged=(),
    )


def _records_with(rows: Sequence[int], spans: Mapping[int, tuple[int, int]]) -> tuple[int, ...]:
    """The rows of the records among whose rows (first and last) are rows of the file; one of no record is the first's."""
    found = set()
    for row in rows:
        own = [record for record, (first, last) in spans.items() if first <= row <= last]
        found.update(own or list(spans)[:1])
    return tuple(sorted(found))


def merged_values(grid: Grid, found: Grid) -> Iterator[Remark]:
    """A remark for each value that is merged over the columns of several clients: it counts for the first alone."""
    cells = {
        (row, found.columns_of[name][record])
        for name, rows in found.rows_of.items()
        for record, row in rows.items()
    }  # fmt: skip
    for merge in sorted(grid.merged):
        letters = [letters_of(column) for column in range(merge.first_column, merge.last_column + 1)]
        own = [one for one in letters if (merge.first_row, one) in cells]
        if len(own) > 1 and own[0] == letters[0]:
            value = grid.cells[own[0]][merge.first_row - 1] if merge.first_row <= grid.cells.height else None
            if value is not None:
                yield Remark(
                    f"{own[0]}{merge.first_row}",
                    value,
                    _("The cell is merged over the columns of {own} clients; it counts for the first alone.").format(
                        own=len(own)
                    ),
                    _("Unmerge it and fill in each column."),
                )
