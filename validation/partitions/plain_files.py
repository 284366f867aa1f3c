"""Parquet files that can be read in partitions: the names of the columns are the headings, and each row is a record."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import polars as pl

from transforms.model.columns import CANDIDATES
from transforms.model.wording import _
from validation.checks.rules_of_dates import Limits
from validation.files.parquet_file import parsing_parquet, text_of
from validation.files.preflight import PARQUET, refuse_large_file
from validation.files.sheet_xml import column_of
from validation.files.table_size import cut
from validation.files.unusable import Unusable
from validation.intake.headers import ROW, Note, Table
from validation.intake.opening import Maps, Opened, open_input, stem_of
from validation.mapping import nominations
from validation.mapping.complete import DATES, completed
from validation.mapping.file_headings import ROWS_LOOKED_AT
from validation.mapping.firm_map import NO_MAP
from validation.mapping.map_folder import MapFile
from validation.values import date_columns
from validation.values.parse import is_typed, trimmed

# The row of the headings; the first record stands below it.
HEADER_ROW = 1
FIRST_ROW = HEADER_ROW + 1


class NotPlainError(Exception):
    """A file that cannot be read in partitions; the message says why. `is_unusable`: it cannot be read at all."""

    def __init__(self, message: str, *, is_unusable: bool = False) -> None:
        super().__init__(message)
        self.is_unusable = is_unusable


@dataclass(frozen=True)
class PlainFile:
    """A Parquet file of plain rows: what its first rows were opened as, how many rows it has, and the notes on its dates.

    `columns` are the names in the file of the columns that are read, by our names.
    """

    path: Path = field(repr=False)
    opened: Opened = field(repr=False)
    rows: int
    columns: Mapping[str, str]
    notes: tuple[Note, ...] = field(default=(), repr=False)

    @property
    def number(self) -> int:
        """The number of the input, from 1."""
        return self.opened.file.number

    @property
    def table(self) -> Table:
        """The table of its first rows."""
        return self.opened.tables[0]

    @property
    def key(self) -> str:
        """The key of the sheet that it holds."""
        return self.table.sheet.key

    @property
    def cells(self) -> int:
        """How many cells the table has."""
        return self.rows * len(self.schema)

    @cached_property
    def schema(self) -> pl.Schema:
        """The columns of the file."""
        return self.scan().collect_schema()

    def scan(self) -> pl.LazyFrame:
        """The file, to be read."""
        return pl.scan_parquet(self.path, glob=False, hive_partitioning=False)

    def texts(self, column: str) -> pl.Series:
        """The texts (String, trimmed) of all rows of one of our columns."""
        with parsing_parquet():
            values = self.scan().select(self.columns[column]).collect()
        return trimmed(cut(text_of(values))).to_series().alias(column)

    def part(self, values: pl.DataFrame, places: pl.Series, limits: Limits | None) -> Opened:
        """Some rows of the file as an opened input.

        `values` are the rows, with all columns of the file; `places` is where each stands in it (UInt32, from 0).
        """
        read = values.select(pl.col(name).alias(own) for own, name in self.columns.items())
        text = cut(text_of(read))
        # Values that are no text have no blanks around them.
        texts = trimmed(text.select(name for name in text.columns if name not in self.table.typed))
        numbered = text.with_columns(*texts.get_columns(), (places.cast(pl.Int32) + FIRST_ROW).alias(ROW))
        is_filled = numbered.select(pl.any_horizontal(pl.exclude(ROW).is_not_null())).to_series()
        typed = {name: read[name] for name in self.table.typed}
        rows = numbered
        if not is_filled.all():
            rows = numbered.filter(is_filled)
            typed = {name: column.filter(is_filled) for name, column in typed.items()}
        table = replace(self.table, rows=rows, typed=typed, notes=(), stated=None, refusals=())
        [table] = completed(table, NO_MAP, file=stem_of(self.path), limits=limits)
        table = replace(table, notes=list(self.notes))
        file = replace(self.opened.file, sheets={self.key: table.rows.height})
        return Opened(file, [table], (), None)


def plain_file(number: int, path: Path, digest: str, maps: Sequence[MapFile], limits: Limits | None) -> PlainFile:
    """An input as a file that can be read in partitions; `digest` is its SHA-256, `maps` are those of the firm's folder.

    Raises NotPlainError.
    """
    try:
        _check_form(path)
        with parsing_parquet():
            scan = pl.scan_parquet(path, glob=False, hive_partitioning=False)
            rows: int = scan.select(pl.len()).collect().item()
            first = io.BytesIO()
            scan.head(ROWS_LOOKED_AT).collect().write_parquet(first)
        opened = open_input(number, path, first.getvalue(), digest, Maps(None, tuple(maps)), limits)
    except (Unusable, OSError) as error:
        raise NotPlainError(str(error), is_unusable=True) from None
    reason = next(_reasons(opened), None)
    if reason is not None:
        raise NotPlainError(reason)
    [table] = opened.tables
    names = scan.collect_schema().names()
    columns = {name: names[column_of(letters)] for name, letters in table.letters.items()}
    schema = scan.collect_schema()
    table = replace(table, typed={name: table.rows[name] for name in columns if is_typed(schema[columns[name]])})
    file = PlainFile(path, replace(opened, tables=[table]), rows, columns)
    return replace(file, notes=tuple(_notes_on_dates(file)))


def _check_form(path: Path) -> None:
    """Raises Unusable for a file that is no whole Parquet file by its name, size and ends, OSError where it cannot be read."""
    refuse_large_file(path)
    with path.open("rb") as file:
        begins = file.read(len(PARQUET))
        file.seek(-min(len(PARQUET), path.stat().st_size), io.SEEK_END)
        ends = file.read()
    if path.suffix.lower() != ".parquet" or (begins, ends) != (PARQUET, PARQUET):
        raise NotPlainError(_("It is no Parquet file."), is_unusable=path.suffix.lower() == ".parquet")


def _reasons(opened: Opened) -> Iterator[str]:
    """Why an opened file cannot be read in partitions."""
    if opened.file.map is not None:
        yield _("It is read with the map {name}.").format(name=opened.file.map.name)
    if len(opened.tables) != 1 or opened.unread:
        yield _("Its columns give rows of several sheets.")
        return
    table = opened.tables[0]
    if table.header_row != HEADER_ROW or table.layout or table.rows_of or table.columns_of or table.asides:
        yield _("Its headings are not the names of its columns alone.")
    if table.rules:
        yield _("A column is derived from a heading in other words.")
    if table.left_out:
        yield _("Row {row} is not the row of a client.").format(row=table.left_out[0].row)
    asks = any(nominations.is_about(heading) for _letters, heading, _fix in table.unknown)
    if asks and table.sheet is CANDIDATES and nominations.COLUMN not in table.letters:
        yield _("A heading speaks of a nomination, and no column gives {column}.").format(column=nominations.COLUMN)


def _notes_on_dates(file: PlainFile) -> Iterator[Note]:
    """The notes on columns of dates as text whose cells contradict one another."""
    for name in file.columns:
        if file.table.sheet.column(name).kind not in DATES or file.schema[file.columns[name]] != pl.String:
            continue
        letters = file.table.letters[name]

        def addresses(places: Sequence[int], letters: str = letters) -> list[str]:
            return [f"{letters}{place + FIRST_ROW}" for place in places]

        for text, problem, fix in date_columns.contradictions(name, file.texts(name), None, addresses):
            yield Note(HEADER_ROW, name, text, problem, fix, letters)
