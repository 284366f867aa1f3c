"""A Parquet file to a sheet of text."""

from __future__ import annotations

import io
from contextlib import AbstractContextManager
from dataclasses import replace

import polars as pl

from transforms.model.wording import N_
from validation.files.readers import Grid, lettered, parsing
from validation.files.sheet_xml import NO_TEXT
from validation.files.table_size import cut, refuse_large_parquet
from validation.values.parse import is_typed

MOMENT = "%Y-%m-%dT%H:%M:%S%.fZ"
DAY = "%Y-%m-%d 00:00:00"
FIRST_YEAR = 1900


def parquet_grid(data: bytes, title: str) -> Grid:
    """A Parquet file's columns as text, its column names as row 1; raises Unusable."""
    with parsing_parquet():
        lazy = pl.scan_parquet(io.BytesIO(data))
        refuse_large_parquet(lazy)
        values = lazy.collect()
        cells = text_of(values)
    header = pl.DataFrame({name: [name] for name in cells.columns}, schema=cells.schema)
    grid = lettered(title, cut(pl.concat([header, cells])))
    typed = {
        letters: pl.concat([column.clear(1), column])
        for letters, column in zip(grid.letters, values.get_columns(), strict=True)
        if is_typed(column.dtype)
    }
    return replace(grid, typed=typed)


def text_of(values: pl.DataFrame) -> pl.DataFrame:
    """The columns of a Parquet file as text (String), as our parser reads them to the same values."""
    cells = values.lazy().select(_as_text(name, dtype) for name, dtype in values.schema.items()).collect()
    return cells.with_columns(
        _text_of_bytes(cells[name]) for name, dtype in values.schema.items() if isinstance(dtype, pl.Binary)
    )


def parsing_parquet() -> AbstractContextManager[None]:
    """Turns what a damaged Parquet file raises into Unusable."""
    return parsing(
        N_("The Parquet file is damaged."), N_("Write or copy it again."), pl.exceptions.PolarsError, OSError
    )


def _as_text(name: str, dtype: pl.DataType) -> pl.Expr:
    """A typed column as the text that our parser reads to the same value."""
    column = pl.col(name)
    if isinstance(dtype, pl.Datetime):
        moment = column.dt.convert_time_zone("UTC") if dtype.time_zone else column
        return moment.dt.strftime(MOMENT).alias(name)
    if isinstance(dtype, pl.Date):
        # As a workbook's dates are read, so that a day where none belongs is seen as one.
        return (
            pl.when(column.dt.year() >= FIRST_YEAR)
            .then(column.dt.strftime(DAY))
            .otherwise(column.cast(pl.String))
            .alias(name)
        )
    if isinstance(dtype, pl.List) and dtype.inner == pl.String():
        return column.list.join(",").alias(name)
    if isinstance(dtype, pl.Duration | pl.Object) or dtype.is_nested():
        return pl.when(column.is_not_null()).then(pl.lit(f"{NO_TEXT}({dtype.base_type()})")).alias(name)
    if isinstance(dtype, pl.Binary):
        return column
    return column.cast(pl.String).alias(name)


def _text_of_bytes(column: pl.Series) -> pl.Series:
    """Bytes that are UTF-8 as text; in others' place the kind of content after NO_TEXT."""
    try:
        return column.cast(pl.String)
    except pl.exceptions.PolarsError:
        texts = [None if value is None else _text_of_value(value) for value in column]
    return pl.Series(column.name, texts, dtype=pl.String)


def _text_of_value(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return f"{NO_TEXT}(Binary)"
