"""Rows of a table as it stands: the files that count are found in the log, and looked at before anything reads them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

import polars as pl

from transforms.model.panics import LibraryPanic, panics_as_errors

if TYPE_CHECKING:
    from deltalake import DeltaTable

LOCAL = "file://"
LOG = "_delta_log"
_FILE = "drawline.file"
# The files of a log by name, with what changes when one is written again: its number on the disk, its size, its time.
LogFiles = Mapping[str, tuple[int, int, int]]


class DamagedFile(ValueError):
    """A file of a table is not there (`found` is None), or not whole; `file` is its path within the table.

    `expected` is its size in bytes, where that is known.
    """

    def __init__(self, file: str, found: int | None, expected: int | None = None) -> None:
        super().__init__(file)
        self.file, self.found, self.expected = file, found, expected


@dataclass(frozen=True)
class DataFile:
    """A file of rows that counts: its path within the table, its size in the log, and the day of its rows where the table
    is kept by day.
    """

    name: str
    size: int
    day: date | None


@contextmanager
def read_errors() -> Iterator[None]:
    """Raises what keeps a table from being read as an OSError, a ValueError or an error of the libraries, never a panic."""
    with panics_as_errors():
        yield


def errors() -> tuple[type[Exception], ...]:
    """What reading a table raises where it is damaged."""
    from deltalake.exceptions import DeltaError

    return (DeltaError, OSError, ValueError, pl.exceptions.PolarsError, LibraryPanic)


def folder_of(opened: DeltaTable) -> Path | None:
    """The folder of a table, None for one in an object store."""
    if not opened.table_uri.startswith(LOCAL):
        return None
    path = unquote(opened.table_uri.removeprefix(LOCAL))
    # On Windows the address of C:/a is file:///C:/a.
    return Path(path[1:] if path[2:3] == ":" else path)


def files_of(opened: DeltaTable) -> list[DataFile]:
    """The files of rows that count, by name."""
    found = pl.DataFrame(opened.get_add_actions(flatten=True))
    partition = next((name for name in found.columns if name.startswith("partition.")), None)
    days = found[partition].to_list() if partition else [None] * found.height
    rows = zip(found["path"].to_list(), found["size_bytes"].to_list(), days, strict=True)
    return sorted((DataFile(unquote(name), size, day) for name, size, day in rows), key=lambda one: one.name)


def check_sizes(folder: Path, files: Sequence[DataFile]) -> None:
    """Raises DamagedFile for a file that is not there or has another size than the log says: polars panics on one cut short."""
    for file in files:
        try:
            found = (folder / file.name).stat().st_size
        except FileNotFoundError:
            found = None
        if found != file.size:
            raise DamagedFile(file.name, found, file.size)


def check_log(folder: Path) -> None:
    """Raises DamagedFile for an empty file of the log, which deltalake takes for a write without rows."""
    for path in sorted((folder / LOG).iterdir()):
        if path.suffix == ".json" and path.stat().st_size == 0:
            raise DamagedFile(f"{LOG}/{path.name}", 0)


def log_files(folder: Path) -> LogFiles | None:
    """The files of a table's log as they are now; every write to the table changes them. None where there is no log."""
    try:
        with os.scandir(folder / LOG) as entries:
            found = {entry.name: entry.stat() for entry in entries}
    except OSError:
        return None
    return {name: (one.st_ino, one.st_size, one.st_mtime_ns) for name, one in found.items()}


def scan(opened: DeltaTable, day: str | None, days: pl.Expr | None = None) -> pl.LazyFrame:
    """The rows of a table of whatever version, to be filtered before they are read, in no particular order.

    `day` is the column of the day of a table that is kept by day; `days`, a condition on it, leaves out the files of other
    days unread. Raises DamagedFile, and what `errors` names.
    """
    folder = folder_of(opened)
    if folder is None:
        rows = pl.scan_delta(opened)
        return rows if days is None else rows.filter(days)
    check_log(folder)
    files = files_of(opened)
    if days is not None and day is not None and files:
        known = pl.Series(day, [file.day for file in files], pl.Date)
        counts = pl.DataFrame([known]).select(days).to_series()
        files = [file for file, is_in in zip(files, counts, strict=True) if is_in]
    schema = pl.Schema(opened.schema())
    if not files:
        return pl.LazyFrame(schema=schema)
    check_sizes(folder, files)
    # polars itself would take brackets and stars of a path for a pattern, and x=1 for a column.
    places = {(folder / file.name).as_posix(): file.day for file in files}
    rows = pl.scan_parquet(
        list(places),
        glob=False,
        hive_partitioning=False,
        schema={name: dtype for name, dtype in schema.items() if name != day},
        missing_columns="insert",
        extra_columns="ignore",
        include_file_paths=_FILE if day else None,
    )
    if day is None:
        return rows
    if len(set(places.values())) == 1:
        of_file = pl.lit(files[0].day, dtype=pl.Date)
    else:
        of_file = pl.col(_FILE).replace_strict(places, return_dtype=pl.Date)
    return rows.with_columns(of_file.alias(day)).select(list(schema))
