"""What an export is: files as a firm's own system writes them, and the clients that stand in them in our columns."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sample_data.clients import Client, Row
from transforms.model.columns import CANDIDATES
from transforms.model.vocabulary import ABILITIES

NUMBER = "_number"
Shown = Callable[[Row], object]


@dataclass(frozen=True)
class ByHand:
    """A line that a person adds to the proposed map or changes in it: its part of the map (empty: the top), the line,
    and why drawline cannot know it.
    """

    part: str
    line: str
    reason: str


@dataclass(frozen=True)
class Export:
    """The files of one firm by name, the clients as they should come in, the lines by hand (at most three), and the
    numbers of further clients for whom a question comes back, each with our column that is asked.
    """

    key: str
    about: str
    files: Mapping[str, bytes]
    clients: tuple[Client, ...]
    by_hand: tuple[ByHand, ...] = ()
    asked: Mapping[str, str] = field(default_factory=dict)

    def write(self, folder: Path) -> list[Path]:
        """Writes the files to a folder, in order."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in self.files.items():
            (folder / name).write_bytes(content)
        return [folder / name for name in self.files]


@dataclass(frozen=True)
class Field:
    """A column of an export: its heading, our columns whose values it carries, and what stands in a client's cell."""

    heading: str
    columns: tuple[str, ...]
    shown: Shown


def ours(heading: str, column: str, show: Callable[..., object] = lambda value: value, empty: object = None) -> Field:
    """A field with the value of one of our columns, in the firm's own form; `empty` stands where there is none."""
    return Field(
        heading, (column,), lambda row: empty if (value := row.get(column)) is None else show(value)
    )  # fmt: skip


def english_scores() -> list[Field]:
    """The four scores of the client's English test, a field each."""
    return [ours(f"English {ability.capitalize()}", f"english_{ability}") for ability in ABILITIES]


def other(heading: str, *values: object) -> Field:
    """A field that is not ours, with values in turn."""
    return Field(heading, (), lambda row: values[_number(row) % len(values)])


def with_number(heading: str, text: str) -> Field:
    """A field that is not ours, with the number of the client in a text."""
    return Field(heading, (), lambda row: text.format(_number(row)))


def _number(row: Row) -> int:
    return int(str(row[NUMBER]))


def headings(fields: Sequence[Field]) -> list[str]:
    return [one.heading for one in fields]


def cells(fields: Sequence[Field], row: Row) -> list[object]:
    """A client's cells, one for each field."""
    return [one.shown(row) for one in fields]


def known(rows: Sequence[Row], fields: Sequence[Field], *more: str) -> tuple[Client, ...]:
    """The clients with those of our columns alone that the fields carry, and `more` that stand elsewhere in the file."""
    carried = {column for one in fields for column in one.columns} | set(more)
    return tuple(Client({name: row.get(name) for name in CANDIDATES.names if name in carried}) for row in rows)


def as_csv(
    table: Sequence[Sequence[object]], *, delimiter: str = ",", encoding: str = "utf-8", line: str = "\r\n"
) -> bytes:
    """Rows as the bytes of a CSV file."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator=line).writerows(
        ["" if cell is None else cell for cell in row] for row in table
    )
    return text.getvalue().encode(encoding)
