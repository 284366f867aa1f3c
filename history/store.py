"""The history on disk or object storage: whole days are replaced, nothing is merged, and a write is seen whole or not."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from history.tables import BY_NAME, RECORDS, TABLES, Table
from validation.columns import SHEETS
from validation.parse import schema_of

if TYPE_CHECKING:
    from deltalake import DeltaTable

_VERSION = re.compile(r"schema version (\d+)")
Migration = Callable[[pl.DataFrame], pl.DataFrame]
# From which schema version of a table, and how its rows become those of the next one.
MIGRATIONS: Mapping[tuple[str, int], Migration] = {}


class HistoryError(ValueError):
    """The history cannot be used as it is; the message names the table and the mend."""


class History:
    """A firm's history in one place: a folder, or an address that Delta's object stores know."""

    def __init__(self, place: str | Path, storage_options: Mapping[str, str] | None = None) -> None:
        self.place = str(place)
        self.storage_options = dict(storage_options or {})

    def address(self, table: Table) -> str:
        """Where a table lies, for polars, DuckDB or Power BI."""
        return f"{self.place.rstrip('/')}/{table.name}"

    def _opened(self, table: Table) -> DeltaTable | None:
        from deltalake import DeltaTable

        if not DeltaTable.is_deltatable(self.address(table), self.storage_options):
            return None
        opened = DeltaTable(self.address(table), storage_options=self.storage_options)
        found = version_of(opened)
        if found != table.version:
            mend = "run `drawline history migrate`" if found < table.version else "use a newer drawline"
            raise HistoryError(f"the table {table.name} has schema version {found}, not {table.version}; {mend}")
        return opened

    def read(self, table: Table, *, since: date | None = None, until: date | None = None) -> pl.DataFrame:
        """The rows of a table, of some days if it is kept by day (both ends included), in the order of the days."""
        if self._opened(table) is None:
            return table.empty()
        rows = pl.scan_delta(self.address(table), storage_options=self.storage_options)
        if table.day and since:
            rows = rows.filter(pl.col(table.day) >= since)
        if table.day and until:
            rows = rows.filter(pl.col(table.day) <= until)
        collected = rows.collect().select(pl.col(name).cast(dtype) for name, dtype in table.schema.items())
        return collected.sort(table.day, maintain_order=True) if table.day else collected

    def on(self, table: Table, day: date) -> pl.DataFrame:
        """The rows of one day."""
        return self.read(table, since=day, until=day)

    def days(self, table: Table) -> list[date]:
        """The days of which a table has rows, in order."""
        opened = self._opened(table)
        if opened is None or table.day is None:
            return []
        return sorted({date.fromisoformat(part[table.day]) for part in opened.partitions()})

    def replace_day(self, table: Table, day: date, rows: pl.DataFrame) -> None:
        """Puts a day's rows in the place of what the table held of that day; other days stay as they are."""
        if table.day is None:
            raise ValueError(f"{table.name} is not kept by day")
        self._write(table, rows.with_columns(pl.lit(day).alias(table.day)), f"{table.day} = '{day.isoformat()}'")

    def replace(self, table: Table, rows: pl.DataFrame) -> None:
        """Puts rows in the place of all that the table held."""
        self._write(table, rows, None)

    def append(self, table: Table, rows: pl.DataFrame) -> None:
        """Adds rows."""
        self._write(table, rows, None, mode="append")

    def _write(self, table: Table, rows: pl.DataFrame, predicate: str | None, mode: str = "overwrite") -> None:
        from deltalake import write_deltalake

        there = self._opened(table) is not None
        frame = rows.select(pl.col(name).cast(dtype) for name, dtype in table.schema.items())
        write_deltalake(
            self.address(table),
            frame,
            mode=mode,  # type: ignore[arg-type]
            partition_by=[table.day] if table.day else None,
            predicate=predicate if there else None,
            name=table.name,
            description=f"drawline {table.name}, schema version {table.version}",
            storage_options=self.storage_options,
        )

    def accept(self, day: date, sheets: Mapping[str, pl.DataFrame], sha256_of: Mapping[str, str]) -> None:
        """Takes typed sheets (by sheet key) as the records of their clients from a day on.

        A client's rows replace all earlier ones of that client, on every sheet; clients that are not among them keep
        theirs. `sha256_of` gives the hash of a source file by its name.
        """
        taken = as_records(day, sheets, sha256_of)
        clients = sheets["candidates"]["client_id"]
        kept = self.on(RECORDS, day).filter(~pl.col("client_id").is_in(clients.to_list()))
        self.replace_day(RECORDS, day, pl.concat([kept, taken]))

    def records_on(self, day: date) -> dict[str, pl.DataFrame]:
        """The records that stood on a day, as typed sheets by key: of each client those accepted last by then."""
        rows = self.read(RECORDS, until=day)
        latest = rows.filter(pl.col("accepted_on") == pl.col("accepted_on").max().over("client_id"))
        return {
            sheet.key: latest.filter(pl.col("sheet") == sheet.key).select(sheet.key).unnest(sheet.key)
            if not latest.is_empty()
            else pl.DataFrame(schema=schema_of(sheet))
            for sheet in SHEETS
        }

    def purge(self, client_id: str) -> int:
        """Takes a client out of every table and every older version of it; returns how many rows went."""
        gone = 0
        for table in TABLES:
            opened = self._opened(table)
            if opened is None or "client_id" not in table.schema:
                continue
            quoted = client_id.replace("'", "''")
            gone += int(opened.delete(f"client_id = '{quoted}'")["num_deleted_rows"] or 0)
            _forget_older_versions(opened)
        return gone

    def compact(self, keep: timedelta = timedelta(days=30)) -> dict[str, int]:
        """Puts small files together and lets go of versions older than `keep`; files removed by table."""
        removed = {}
        for table in TABLES:
            opened = self._opened(table)
            if opened is not None:
                opened.optimize.compact()
                opened.create_checkpoint()
                hours = int(keep.total_seconds() // 3600)
                removed[table.name] = len(
                    opened.vacuum(retention_hours=hours, dry_run=False, enforce_retention_duration=False)
                )
        return removed

    def migrate(self) -> list[str]:
        """Brings tables of an older schema version to today's, one version at a time; says what was done."""
        from deltalake import DeltaTable, write_deltalake

        done = []
        for table in TABLES:
            if not DeltaTable.is_deltatable(self.address(table), self.storage_options):
                continue
            opened = DeltaTable(self.address(table), storage_options=self.storage_options)
            found = version_of(opened)
            if found >= table.version:
                continue
            rows = pl.read_delta(self.address(table), storage_options=self.storage_options)
            for version in range(found, table.version):
                rows = MIGRATIONS[table.name, version](rows)
            frame = rows.select(pl.col(name).cast(dtype) for name, dtype in table.schema.items())
            write_deltalake(
                self.address(table),
                frame,
                mode="overwrite",
                schema_mode="overwrite",
                storage_options=self.storage_options,
            )
            DeltaTable(self.address(table), storage_options=self.storage_options).alter.set_table_description(
                f"drawline {table.name}, schema version {table.version}"
            )
            done.append(f"{table.name}: schema version {found} to {table.version}")
        return done


def version_of(opened: DeltaTable) -> int:
    """The schema version that a table's description states; 0 where it states none."""
    found = _VERSION.search(opened.metadata().description or "")
    return int(found[1]) if found else 0


def as_records(day: date, sheets: Mapping[str, pl.DataFrame], sha256_of: Mapping[str, str]) -> pl.DataFrame:
    """Typed sheets as rows of the records table: one column a sheet, the row itself as a struct."""
    parts: Sequence[pl.DataFrame] = [
        frame.select(
            pl.lit(day).alias("accepted_on"),
            "client_id",
            pl.lit(key).alias("sheet"),
            pl.col("source_file").replace_strict(sha256_of, default=None, return_dtype=pl.String).alias("input_sha256"),
            pl.struct(frame.columns).alias(key),
        )
        for key, frame in sheets.items()
    ]
    return pl.concat([RECORDS.empty(), *parts], how="diagonal")


def _forget_older_versions(opened: DeltaTable) -> None:
    opened.vacuum(retention_hours=0, dry_run=False, enforce_retention_duration=False)
    opened.create_checkpoint()
    opened.cleanup_metadata()


__all__ = ["BY_NAME", "History", "HistoryError"]
