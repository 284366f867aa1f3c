"""The size of a table in a CSV or Parquet file, which may be far larger than the file: what would fill the memory is refused."""

from __future__ import annotations

import polars as pl

from transforms.model.wording import _, whole_number
from validation.files.preflight import MEBIBYTE
from validation.files.sheet_extent import LAST_COLUMN, MAXIMUM_CELLS, MAXIMUM_TEXT
from validation.files.unusable import Unusable
from validation.values.parse import MAX_TEXT_LENGTH

MAX_BYTES_OF_A_CHARACTER = 4


def refuse_large(rows: int, columns: int) -> None:
    """Raises Unusable for a table with more columns than a spreadsheet has, or with more cells than are read."""
    if columns > LAST_COLUMN or rows * columns > MAXIMUM_CELLS:
        raise Unusable(
            _("The table has {rows} rows and {columns} columns, which is more than is read.").format(
                rows=whole_number(rows), columns=whole_number(columns)
            ),
            _("Divide it into several files; all may be given."),
        )


def refuse_large_parquet(lazy: pl.LazyFrame) -> pl.Schema:
    """The columns of a Parquet file; raises Unusable where its table or its texts are larger than is read."""
    schema = lazy.collect_schema()
    refuse_large(lazy.select(pl.len()).collect().item(), len(schema))
    sizes = [
        (pl.col(name).str.len_bytes() if dtype == pl.String else pl.col(name).bin.size()).sum().alias(name)
        for name, dtype in schema.items()
        if dtype in (pl.String, pl.Binary)
    ]
    if sizes and sum(lazy.select(sizes).collect().row(0)) > MAXIMUM_TEXT:
        raise Unusable(
            _("The texts of the table are longer than {size} MiB in all.").format(size=MAXIMUM_TEXT // MEBIBYTE),
            _("Shorten them, or divide the table into several files; all may be given."),
        )
    return schema


def cut(cells: pl.DataFrame) -> pl.DataFrame:
    """The cells, each text that is far longer than a cell may hold cut to one that is still too long."""
    far_longer = [
        name
        for name in cells.columns
        if (cells[name].str.len_bytes() > MAX_BYTES_OF_A_CHARACTER * MAX_TEXT_LENGTH).any()
    ]
    return cells.with_columns(pl.col(far_longer).str.slice(0, MAX_TEXT_LENGTH + 1)) if far_longer else cells
