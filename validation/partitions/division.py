"""The division of a client list: one pass over the client numbers says in which partition each row is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from transforms.model.columns import CANDIDATES, Sheet
from transforms.model.wording import _, whole_number
from validation.files.parquet_file import parsing_parquet, text_of
from validation.files.sheet_extent import MAXIMUM_CELLS, MAXIMUM_TEXT
from validation.files.table_size import cut
from validation.intake.quarantine import numbers_alike
from validation.mapping import no_clients, row_words
from validation.partitions.plain_files import FIRST_ROW, HEADER_ROW, NotPlainError, PlainFile
from validation.template.example import example_ids
from validation.values.parse import BLANKS, client_key, is_typed, trimmed, typed

KEY = "client_id"
ROWS_AT_ONCE = 500_000
# Of a partition; those of equal clients are never quite equal in size.
MAX_CELLS = 2 * MAXIMUM_CELLS
# Of the rows that may be no clients, no more are looked at.
MAX_SUSPECTS = 100_000


@dataclass(frozen=True)
class Division:
    """In which partition (UInt16, from 0) each row of each file is, by the hash of its client's number.

    All rows of a client are in one partition. `plain_numbers` are the places of the files whose numbers are compared as
    they stand. `alike` is by folded text the client number that an unknown one of a detail sheet may mean.
    """

    number: int
    files: Sequence[PlainFile] = field(repr=False)
    partitions: Sequence[pl.Series] = field(repr=False)
    plain_numbers: frozenset[int]
    alike: Mapping[str, str] = field(repr=False)

    def rows(self, first: int, last: int) -> Iterator[tuple[int, list[tuple[pl.DataFrame, pl.Series]]]]:
        """Partitions from the first to the last: of each file its rows, and where they stand in it (UInt32, from 0).

        The rows of all of these are in memory at once. Raises NotPlainError where their texts are too long for that.
        """
        found = [self._read(place, first, last) for place in range(len(self.files))]
        if sum(_text_bytes(values) for values, _places, _own in found) > MAXIMUM_TEXT * (last - first + 1):
            raise NotPlainError(_("The texts of a partition are too long. Divide the list into more partitions."))
        for number in range(first, last + 1):
            rows = []
            for values, places, own in found:
                is_here = own == number
                rows.append((values.filter(is_here), places.filter(is_here)))
            yield number, rows

    def _read(self, place: int, first: int, last: int) -> tuple[pl.DataFrame, pl.Series, pl.Series]:
        """Rows of some partitions of a file, their places and their partitions."""
        file, own = self.files[place], self.partitions[place]
        is_wanted = own.is_between(first, last)
        places = is_wanted.arg_true()
        with parsing_parquet():
            if is_wanted.all():
                values = file.scan().collect()
            elif place in self.plain_numbers:
                partition = _partition(pl.col(file.columns[KEY]), self.number)
                values = file.scan().filter(partition.is_between(first, last)).collect()
            else:
                index = "\x00place"
                numbered = pl.scan_parquet(file.path, glob=False, hive_partitioning=False, row_index_name=index)
                values = numbered.filter(pl.lit(is_wanted).gather(pl.col(index))).drop(index).collect()
        if values.height != places.len():
            raise NotPlainError(_("{file} has changed since it was read.").format(file=file.path.name))
        return values, places, own.filter(is_wanted)


def divided(files: Sequence[PlainFile], number: int) -> Division:
    """The rows of files in a number of partitions; raises NotPlainError where a row may be no record of a client."""
    partitions, plain_numbers = [], set()
    clients: list[pl.Series] = []
    others: list[pl.Series] = []
    has_details = any(file.key != CANDIDATES.key for file in files)
    for place, file in enumerate(files):
        own, is_plain = [], True
        for ids, stands in _numbers(file):
            own.append(ids.to_frame().select(_partition(pl.col(KEY), number)).to_series())
            is_plain = is_plain and stands
            if has_details:
                (clients if file.key == CANDIDATES.key else others).append(ids.drop_nulls().unique(maintain_order=True))
        partitions.append(pl.concat(own) if own else pl.Series([], dtype=pl.UInt16))
        if is_plain:
            plain_numbers.add(place)
        _refuse_suspects(file)
    _refuse_large(files, partitions, number)
    return Division(number, files, partitions, frozenset(plain_numbers), _alike(clients, others))


def _refuse_large(files: Sequence[PlainFile], partitions: Sequence[pl.Series], number: int) -> None:
    """Raises NotPlainError where a partition has more cells than are read, as where rows share a number or have none."""
    cells = [0] * number
    for file, own in zip(files, partitions, strict=True):
        for place, rows in own.value_counts().iter_rows():
            cells[place] += rows * len(file.schema)
    if max(cells) > MAX_CELLS:
        text = _(
            "A partition has {cells} cells, which is more than is read. Name more partitions, or correct rows that share a client_id."
        )
        raise NotPlainError(text.format(cells=whole_number(max(cells))))


def _partition(ids: pl.Expr, number: int) -> pl.Expr:
    return (ids.hash(seed=0) % number).cast(pl.UInt16)


def _text_bytes(values: pl.DataFrame) -> int:
    """How many bytes the texts of rows have, each written out in every cell."""
    sizes = [
        column.str.len_bytes().sum() if column.dtype == pl.String else column.bin.size().sum()
        for column in values.get_columns()
        if column.dtype in (pl.String, pl.Binary)
    ]
    return int(sum(sizes))


def _slices(file: PlainFile, columns: Sequence[str]) -> Iterator[pl.DataFrame]:
    """Some columns of a file, by our names, so many rows at once."""
    for start in range(0, file.rows, ROWS_AT_ONCE):
        with parsing_parquet():
            names = (pl.col(file.columns[name]).alias(name) for name in columns)
            yield file.scan().select(names).slice(start, ROWS_AT_ONCE).collect()


def _numbers(file: PlainFile) -> Iterator[tuple[pl.Series, bool]]:
    """The client numbers of a file as they are compared, and whether they stand so in the file, so many rows at once.

    Raises NotPlainError where one is the heading or the number of the template's example.
    """
    sheet = Sheet(file.key, file.table.sheet.title, (file.table.sheet.column(KEY),))
    not_clients = [file.columns[KEY].strip(), *example_ids()]
    for values in _slices(file, [KEY]):
        text = trimmed(cut(text_of(values)))
        given = {KEY: values[KEY]} if is_typed(values[KEY].dtype) else {}
        ids = typed(sheet, text, given)[KEY]
        if text.select(client_key(pl.col(KEY)).is_in(not_clients).any() | pl.col(KEY).is_in(not_clients).any()).item():
            raise NotPlainError(_("A row repeats the headings, or is the example of the template."))
        yield ids, values[KEY].dtype == pl.String and ids.eq_missing(values[KEY]).all()


def _alike(clients: Sequence[pl.Series], others: Sequence[pl.Series]) -> dict[str, str]:
    """By folded text the clients that unknown numbers of detail sheets may mean."""
    if not others:
        return {}
    known = pl.concat(clients).to_frame() if clients else pl.DataFrame(schema={KEY: pl.String})
    orphans = pl.concat(others).unique().to_frame().join(known, on=KEY, how="anti")
    return {} if orphans.is_empty() else numbers_alike(orphans[KEY], known[KEY])


def _refuse_suspects(file: PlainFile) -> None:
    """Raises NotPlainError where a row may be a total, a legend or a remark: that is decided on the whole file."""
    sheet = file.table.sheet
    required = [column.name for column in sheet.columns if column.required and column.name in file.columns]
    poor: list[pl.Series] = []
    last = -1
    for number, values in enumerate(_slices(file, required)):
        is_poor = values.select(_said(values, required) <= 1).to_series()
        poor.append(is_poor.arg_true() + number * ROWS_AT_ONCE)
        others = (~is_poor).arg_true()
        if others.len():
            last = int(others[-1]) + number * ROWS_AT_ONCE
    places = pl.concat(poor) if poor else pl.Series([], dtype=pl.UInt32)
    if places.is_empty():
        return
    if places.len() > MAX_SUSPECTS:
        raise NotPlainError(_("{number} rows lack what is required.").format(number=whole_number(places.len())))
    wanted = places if last < 0 else pl.concat([places, pl.Series([last], dtype=places.dtype)]).sort()
    index = "\x00place"
    numbered = pl.scan_parquet(file.path, glob=False, hive_partitioning=False, row_index_name=index)
    with parsing_parquet():
        cells = text_of(numbered.filter(pl.col(index).is_in(wanted.implode())).drop(index).collect())
    header = pl.DataFrame({name: [name] for name in cells.columns}, schema=cells.schema)
    cells = trimmed(cut(pl.concat([header, cells])))
    headed = no_clients.Headed(sheet, cells, HEADER_ROW - 1, dict(file.columns))
    suspects, _end = no_clients.suspects_of(headed, [file.columns[name] for name in required])
    if not suspects.is_empty():
        row = wanted[suspects[no_clients.ROW][0] - FIRST_ROW] + FIRST_ROW
        raise NotPlainError(_("Row {row} may not be the row of a client.").format(row=whole_number(row)))


def _said(values: pl.DataFrame, required: Sequence[str]) -> pl.Expr:
    """How many required cells of a row say more than a number, or are filled where they are client numbers."""
    counted = []
    for name in required:
        is_said = pl.col(name).is_not_null()
        if values[name].dtype in (pl.String, pl.Categorical, pl.Enum):
            text = pl.col(name).cast(pl.String).str.strip_chars(BLANKS)
            is_said &= text != ""
            if name != KEY:
                is_said &= ~text.str.contains(row_words.NUMBER) & ~text.str.contains(row_words.EXPLAINED)
        elif name != KEY and values[name].dtype not in (pl.Date, pl.Datetime):
            # Numbers, and what is no text, are looked at with the whole row.
            is_said = pl.lit(value=False)
        counted.append(is_said.cast(pl.UInt8))
    return pl.sum_horizontal(counted)
