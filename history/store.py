"""The history on disk or object storage: whole nights are replaced, nothing is merged, and a write is seen whole or not."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import polars as pl

from history import reading
from history.purge import Traces, struck_out, traces, without_client
from history.tables import (
    EVENTS,
    INPUT,
    INVITATIONS,
    PROBLEMS,
    RECORDS,
    ROUNDS_TABLE,
    RUNS,
    SCORES_TABLE,
    TABLES,
    Table,
)
from transforms.model.columns import BY_KEY, SHEETS
from transforms.model.errors import DrawlineError
from transforms.model.wording import _
from transforms.rounds.invitations import denies
from validation.rounds.rounds_file import SCHEMA as ROUNDS
from validation.values.parse import schema_of

if TYPE_CHECKING:
    from deltalake import DeltaTable

_VERSION = re.compile(r"schema version (\d+)")
TAKEN, UNUSABLE, PUT_BACK, NOT_READ, EXCLUDED = "taken", "unusable", "put_back", "not_read", "excluded"
# The kind of a run of a night that was withdrawn.
VOID = "void"
# No least and greatest values of columns in the log: they would name clients in it, long after a purge.
# The log is put together often, since every command opens it.
CONFIGURATION = {"delta.dataSkippingNumIndexedCols": "0", "delta.checkpointInterval": "20"}
# A night's rows are few and kept for years.
COMPRESSION_LEVEL = 9
# Of a table to which rows are added one by one.
MAX_FILES = 30
MIGRATED = "drawline.migrated_to"
# A property of the ledger: all tables are there, so that one that is not there was lost.
WHOLE = "drawline.whole"
# A property of the ledger: the audit record holds digests of the files of the tables, so that one without any was lost.
DIGESTS = "drawline.digests"
# Of a ledger without WHOLE, which counts of a completed night say that a table has rows.
ROWS_COUNTED: Mapping[str, tuple[str, ...]] = {
    RECORDS.name: ("candidates_accepted",),
    SCORES_TABLE.name: ("candidates_accepted",),
    PROBLEMS.name: ("candidates_quarantined", "detail_rows_quarantined", "detail_rows_held"),
    INVITATIONS.name: ("invited",),
    EVENTS.name: ("events",),
}
Mode = Literal["overwrite", "append"]
Migration = Callable[[pl.DataFrame], pl.DataFrame]


def _with_new_fields(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows of the records table with the fields of today's sheets; what they did not hold is empty."""
    whole = {}
    for sheet in SHEETS:
        there = {field.name for field in rows.schema[sheet.key].fields}  # type: ignore[attr-defined]
        fields = [
            pl.col(sheet.key).struct.field(name) if name in there else pl.lit(None, dtype=dtype).alias(name)
            for name, dtype in schema_of(sheet).items()
        ]
        whole[sheet.key] = pl.when(pl.col(sheet.key).is_not_null()).then(pl.struct(fields))
    return rows.with_columns(column.alias(key) for key, column in whole.items())


def _with_sheets(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows of the ledger with the sheets of each file; what became of them is not known."""
    sheets = pl.lit(None, dtype=INPUT["sheets"]).alias("sheets")
    return rows.with_columns(pl.col("inputs").list.eval(pl.element().struct.with_fields(sheets)))


# Kinds, words and counts of earlier versions, and those of today.
_KINDS = {
    "uninvited": "invitation_withdrawn",
    "invitation_over": "invitation_ended",
    "above_line": "above_cutoff",
    "below_line": "below_cutoff",
}
_STATES = {"cannot be told": "undetermined"}
_RUNS = {"let_go": "pruned", "taken_back": "withdrawn"}
_COUNTS, _STAGES = {"cannot_be_told": "undetermined"}, {"mend": "recover"}
_TEXTS = {
    ": cannot be told any more": ": undetermined now",
    " is taken back: a round was corrected": " is withdrawn: a round was corrected",
}


def _with_fix(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows of the problems with the fix under its name of today."""
    return rows.rename({"mend": "fix"})


def _with_kinds(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows of the events with kinds, words and texts of today."""
    return rows.with_columns(
        pl.col("kind").replace(_KINDS),
        pl.col("before", "after").replace(_STATES),
        pl.col("text").str.replace_many(list(_TEXTS), list(_TEXTS.values())),
    )


def _with_counts(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows of the ledger with the names of kinds, counts and stages of today."""
    return rows.with_columns(
        pl.col("kind").replace(_RUNS),
        *(
            pl.col(name).list.eval(pl.element().struct.with_fields(pl.field(key).replace(names)))
            for name, key, names in (("counts", "count", _COUNTS), ("timings", "stage", _STAGES))
        ),
    )


# From which schema version of a table, and how its rows become those of the next one.
MIGRATIONS: Mapping[tuple[str, int], Migration] = {
    ("records", 1): _with_new_fields,
    ("records", 2): _with_new_fields,
    ("runs", 1): _with_sheets,
    ("runs", 2): _with_counts,
    ("problems", 1): _with_fix,
    ("events", 1): _with_kinds,
}


class HistoryError(DrawlineError, ValueError):
    """The history cannot be used as it is; the message names the table and the fix."""

    # Where a write failed; None where it was none.
    place: str | None = None


class History:
    """A firm's history in one place: a folder, or an address that Delta's object stores know."""

    def __init__(self, place: str | Path, storage_options: Mapping[str, str] | None = None) -> None:
        self.place = str(place)
        self.storage_options = dict(storage_options or {})
        self._ledger: tuple[int, pl.DataFrame] | None = None
        # Files that count as excluded though the ledger does not say so yet, by hash.
        self.excluded: frozenset[str] = frozenset()
        # Of each table the log with which it was opened last, and the table.
        self._last_opened: dict[str, tuple[reading.LogFiles, DeltaTable]] = {}

    @property
    def folder(self) -> Path | None:
        """The folder of the history, None for one at an address."""
        return None if "://" in self.place else Path(self.place)

    def address(self, table: Table) -> str:
        """Where a table lies, for polars, DuckDB or Power BI."""
        return f"{self.place.rstrip('/')}/{table.name}"

    def _there(self, table: Table) -> DeltaTable | None:
        """A table as it lies there, of whatever version; raises HistoryError where it cannot be read."""
        from deltalake import DeltaTable

        with self._readable(table):
            log = None if self.folder is None else reading.log_files(self.folder / table.name)
            known = self._last_opened.get(table.name)
            if known is not None and known[0] == log:
                return known[1]
            if DeltaTable.is_deltatable(self.address(table), self.storage_options):
                opened = DeltaTable(self.address(table), storage_options=self.storage_options)
                if log is not None:
                    self._last_opened[table.name] = log, opened
                return opened
        self._check_new(table)
        self._check_lost(table)
        return None

    def _check_new(self, table: Table) -> None:
        """Raises HistoryError where a table without a log has files of rows: of one that is new, the log is first."""
        if self.folder is not None and any((self.folder / table.name).rglob("*.parquet")):
            raise HistoryError(
                _(
                    "the table {name} in {place} has lost its log, the folder {log}: without it nobody knows "
                    "which of its files count; put back a copy of the folder, or name another one as `history`"
                ).format(name=table.name, place=self.place, log=reading.LOG)
            )

    def _check_lost(self, table: Table) -> None:
        """Raises HistoryError where a table that is not there was there: to begin it again would lose what it held."""
        if table.name == RUNS.name:
            others = [one.name for one in TABLES if one is not RUNS and self._is_there(one)]
            if others:
                raise HistoryError(
                    _(
                        "the table {name}, the ledger of all nights, is missing in {place}, and {other} is there; put "
                        "back a copy of the folder, or where no night ever came to its end, remove what is left in it"
                    ).format(name=table.name, place=self.place, other=others[0])
                )
            return
        ledger = self._there(RUNS)
        if ledger is not None and self._had_rows(ledger, table):
            raise HistoryError(
                _(
                    "the table {name} is missing in {place}, and completed nights have written it; put back a copy "
                    "of the folder {address}, of the same day as the rest"
                ).format(name=table.name, place=self.place, address=self.address(table))
            )

    def _is_there(self, table: Table) -> bool:
        from deltalake import DeltaTable

        with self._readable(table):
            return DeltaTable.is_deltatable(self.address(table), self.storage_options)

    def _had_rows(self, ledger: DeltaTable, table: Table) -> bool:
        """Does the ledger, of whatever version, say that a table was written?"""
        if WHOLE in ledger.metadata().configuration:
            return True
        rows = self._scanned(RUNS, ledger)
        columns = {"rounds_known", "counts"} & set(rows.collect_schema())
        found = self._collected(RUNS, rows.select(columns))
        if table.name == ROUNDS_TABLE.name:
            return "rounds_known" in columns and bool((found["rounds_known"] > 0).any())
        if "counts" not in columns:
            return False
        counts = found.select(pl.col("counts").explode(empty_as_null=False)).unnest("counts")
        return not counts.filter(pl.col("count").is_in(ROWS_COUNTED[table.name]), pl.col("value") > 0).is_empty()

    @contextmanager
    def _readable(self, table: Table) -> Iterator[None]:
        """Raises HistoryError where a table, its log or one of its files, cannot be read."""
        try:
            with reading.read_errors():
                yield
        except HistoryError:
            raise
        except reading.errors() as error:
            raise self._unreadable(table, error) from None

    def _unreadable(self, table: Table, error: Exception) -> HistoryError:
        why = type(error).__name__
        if isinstance(error, reading.DamagedFile):
            text = (
                _("its file {file} is missing")
                if error.found is None
                else _("its file {file} is empty")
                if not error.found
                else _("its file {file} has {found} of {expected} bytes")
            )
            why = text.format(file=error.file, found=error.found, expected=error.expected)
        return HistoryError(
            _(
                "the table {name} in {place} cannot be read ({error}); put back a copy of the folder, or name"
                " another one as `history`"
            ).format(name=table.name, place=self.place, error=why)
        )

    def _opened(self, table: Table) -> DeltaTable | None:
        opened = self._there(table)
        if opened is not None and (found := version_of(opened)) != table.version:
            raise _other_version(table, found)
        return opened

    def data_files(self, table: Table) -> list[str]:
        """The files of rows that count, by their path within the table."""
        opened = self._opened(table)
        if opened is None:
            return []
        with self._readable(table):
            return [file.name for file in reading.files_of(opened)]

    def is_empty(self) -> bool:
        """Is no table there?"""
        return not any(self._is_there(table) for table in TABLES)

    def scan(self, table: Table, days: pl.Expr | None = None) -> pl.LazyFrame:
        """The rows of a table, to be filtered before they are read, in no particular order.

        `days`, a condition on the day, leaves out the files of other days unread.
        """
        opened = self._opened(table)
        if opened is None:
            return table.empty().lazy()
        rows = self._scanned(table, opened, days)
        return rows.select(pl.col(name).cast(dtype) for name, dtype in table.schema.items())

    def _scanned(self, table: Table, opened: DeltaTable, days: pl.Expr | None = None) -> pl.LazyFrame:
        """The rows of a table of whatever version."""
        with self._readable(table):
            rows = reading.scan(opened, table.day if table.by_day else None, days if table.by_day else None)
        return rows if days is None else rows.filter(days)

    def _collected(self, table: Table, rows: pl.LazyFrame) -> pl.DataFrame:
        with self._readable(table):
            return rows.collect()

    def check(self, *, rows: bool = True) -> None:
        """Opens every table before one is changed; raises HistoryError where one cannot be read or is of another version.

        With `rows` all of them are read, a table at a time; else the files are looked at for their size alone.
        """
        for table in TABLES:
            found = self.scan(table)
            if rows:
                self._collected(table, found)

    def read(
        self,
        table: Table,
        *,
        since: date | None = None,
        until: date | None = None,
        client_id: str | None = None,
        columns: Sequence[str] | None = None,
    ) -> pl.DataFrame:
        """The rows of a table in the order of the days, of some days (both ends included) or of one client.

        `columns`, among them those of the order, are all that is read of a table with many.
        """
        day = pl.col(table.day)
        bounds = [*([day >= since] if since else []), *([day <= until] if until else [])]
        rows = self.scan(table, pl.all_horizontal(bounds) if bounds else None)
        if client_id is not None:
            rows = rows.filter(pl.col("client_id") == client_id)
        if columns is not None:
            rows = rows.select(columns)
        return self._collected(table, rows).sort(*table.order, nulls_last=True, maintain_order=True)

    def on(self, table: Table, day: date) -> pl.DataFrame:
        """The rows of one day."""
        return self.read(table, since=day, until=day)

    def days(self, table: Table) -> list[date]:
        """The days of which a table that is kept by day has rows, in order."""
        opened = self._opened(table)
        if opened is None:
            return []
        with self._readable(table):
            return sorted({date.fromisoformat(part[table.day]) for part in opened.partitions()})

    def replace_day(self, table: Table, day: date, rows: pl.DataFrame) -> bool:
        """Puts a day's rows in the place of what the table held of that day; writes nothing where they are the same."""
        rows = _as(table, rows.with_columns(pl.lit(day).alias(table.day)))
        if _same(rows, self.on(table, day)):
            return False
        self._write(table, rows, f"{table.day} = '{day.isoformat()}'")
        return True

    def replace(self, table: Table, rows: pl.DataFrame) -> bool:
        """Puts rows in the place of all that the table held; writes nothing where they are the same."""
        rows = _as(table, rows)
        if self._opened(table) is not None and _same(rows, self.read(table)):
            return False
        self._write(table, rows, None)
        return True

    def append(self, table: Table, rows: pl.DataFrame) -> None:
        """Adds rows."""
        self._write(table, _as(table, rows), None, mode="append")

    def _write(self, table: Table, rows: pl.DataFrame, predicate: str | None, mode: Mode = "overwrite") -> None:
        from deltalake import WriterProperties, write_deltalake

        there = self._opened(table) is not None
        with self._writing(table):
            if not there:
                self._create(table)
            write_deltalake(
                self.address(table),
                rows,
                mode=mode,  # type: ignore[arg-type]
                partition_by=[table.day] if table.by_day else None,
                predicate=predicate if there else None,
                storage_options=self.storage_options,
                writer_properties=WriterProperties(compression="ZSTD", compression_level=COMPRESSION_LEVEL),
            )

    @contextmanager
    def _writing(self, table: Table) -> Iterator[None]:
        """Raises HistoryError, with the place, where a table cannot be written."""
        try:
            with reading.read_errors():
                yield
        except HistoryError:
            raise
        except reading.errors() as error:
            found = HistoryError(
                _("the table {name} in {place} cannot be written: {reason}; what it held stays").format(
                    name=table.name, place=self.place, reason=(str(error) or type(error).__name__).splitlines()[0]
                )
            )
            found.place = f"{self.place}"
            raise found from error

    def _create(self, table: Table) -> None:
        """Makes a table without a row, the ledger before any other: where it is not there, no other is.

        The log before any rows, so that rows without a log are never those of a first write broken off.
        """
        from deltalake import DeltaTable, Schema

        if table.name != RUNS.name and self._there(RUNS) is None:
            self._create(RUNS)
        DeltaTable.create(
            self.address(table),
            Schema.from_arrow(table.empty().schema),
            partition_by=[table.day] if table.by_day else None,
            name=table.name,
            description=_description(table),
            configuration=CONFIGURATION,
            storage_options=self.storage_options,
        )

    def _make_whole(self) -> None:
        """Makes the tables that have had no row yet, and has the ledger say that all are there."""
        if (opened := self._opened(RUNS)) is not None and WHOLE in opened.metadata().configuration:
            return
        for table in TABLES:
            if self._opened(table) is None:
                with self._writing(table):
                    self._create(table)
        opened = self._opened(RUNS)
        assert opened is not None
        with self._writing(RUNS):
            opened.alter.set_table_properties({WHOLE: "true"}, raise_if_not_exists=False)

    def has_digests(self) -> bool:
        """Does the ledger say that digests of the files are recorded?"""
        opened = self._opened(RUNS)
        return opened is not None and DIGESTS in opened.metadata().configuration

    def mark_digests(self) -> bool:
        """Has the ledger say that digests of the files are recorded; False where it does, or is not there."""
        opened = self._opened(RUNS)
        if opened is None or DIGESTS in opened.metadata().configuration:
            return False
        with self._writing(RUNS):
            opened.alter.set_table_properties({DIGESTS: "true"}, raise_if_not_exists=False)
        return True

    def runs(self) -> pl.DataFrame:
        """The rows of the ledger in the order of the days and of the runs; read again once it has grown."""
        opened = self._opened(RUNS)
        version = -1 if opened is None else opened.version()
        if self._ledger is None or self._ledger[0] != version:
            self._ledger = version, self.read(RUNS)
        return self._ledger[1]

    def add_run(self, row: pl.DataFrame) -> None:
        """Adds a row to the ledger, once every table is there; its files, one a row, are put together from time to time."""
        self._make_whole()
        self.append(RUNS, row)
        opened = self._opened(RUNS)
        assert opened is not None
        if len(opened.file_uris()) >= MAX_FILES:
            with self._writing(RUNS):
                opened.optimize.compact()

    def inputs(self) -> pl.DataFrame:
        """Every file that a completed run took, found unusable or put back, with the run's as_of: the ledger, but for
        nights that were withdrawn. A file that was excluded later has the outcome excluded in all of its rows as taken.

        Columns as tables.INPUT, after as_of.
        """
        return self._inputs("as_of")

    def inputs_by_time(self) -> pl.DataFrame:
        """The ledger as `inputs`, with the run's started_at after as_of."""
        return self._inputs("as_of", "started_at")

    def _inputs(self, *columns: str) -> pl.DataFrame:
        completed = self.runs().filter(pl.col("kind").ne_missing(VOID))
        rows = completed.select(*columns, "inputs").explode("inputs").drop_nulls("inputs").unnest("inputs")
        excluded = {*rows.filter(pl.col("outcome") == EXCLUDED)["sha256"], *self.excluded}
        is_excluded = (pl.col("outcome") == TAKEN) & pl.col("sha256").is_in(excluded)
        return rows.with_columns(pl.when(is_excluded).then(pl.lit(EXCLUDED)).otherwise("outcome").alias("outcome"))

    def clients_of(self, sha256: str) -> list[str]:
        """The clients whose records a completed run took from a file."""
        columns = ["accepted_on", "client_id", "input_sha256"]
        rows = self.scan(RECORDS).filter(pl.col("input_sha256") == sha256).select(columns).unique()
        return sorted(set(self.vouched(self._collected(RECORDS, rows))["client_id"]))

    def quarantined_in(self, files: Sequence[str]) -> list[str]:
        """The clients with rows of some files, by their hashes, in quarantine on any night."""
        is_theirs = pl.col("input_sha256").is_in(files) & (pl.col("standing") == "quarantined")
        rows = self.scan(PROBLEMS).filter(is_theirs).select("client_id").unique()
        return sorted(self._collected(PROBLEMS, rows)["client_id"].drop_nulls())

    def records_on(self, day: date, tonight: pl.DataFrame | None = None) -> dict[str, pl.DataFrame]:
        """The records that stood on a day, as typed sheets by key: of each client those accepted last by then.

        `tonight` are rows of the day itself that stand in the place of what the table holds of it. Rows of a night that
        was broken off do not count.
        """
        last = self.accepted_by(day, tonight)
        days = last["accepted_on"].unique().to_list()
        # Of the table only the days that some client's records come from, seldom more than a few.
        rows = self._collected(RECORDS, self.scan(RECORDS, pl.col("accepted_on").is_in(days)))
        if tonight is not None:
            rows = pl.concat([rows.filter(pl.col("accepted_on") != day), tonight])
        return _as_sheets(rows.join(last, on=["accepted_on", "client_id", "input_sha256"], how="semi"))

    def accepted_by(self, day: date, tonight: pl.DataFrame | None = None) -> pl.DataFrame:
        """When each client's records of a day were accepted, and from which file: accepted_on, client_id, input_sha256."""
        rows = self._records_by(day, tonight, ["accepted_on", "client_id", "input_sha256"])
        ordered = self._in_order(rows.unique(maintain_order=True))
        return ordered.unique("client_id", keep="last", maintain_order=True).sort("client_id")

    def declined_by(self, day: date, tonight: pl.DataFrame | None = None) -> pl.DataFrame:
        """The records accepted by a day that say that an invitation was declined or that none came, as
        transforms.rounds.invitations.DECLINED.

        `tonight` as in `records_on`.
        """
        reported = ("pool_status", "ita_issued_on", "ita_round")
        columns: list[str | pl.Expr] = ["accepted_on", "client_id", "input_sha256"]
        columns += [pl.col("candidates").struct.field(name) for name in reported]
        ordered = self._in_order(self._records_by(day, tonight, columns, pl.col("sheet") == "candidates"))
        says_so = pl.col("pool_status") == "declined"
        said_so = says_so.shift(1).over("client_id").fill_null(value=False)
        found = ordered.with_columns((~said_so).alias("is_new"), denies().alias("is_denied")).filter(
            says_so | pl.col("is_denied")
        )
        return found.select(
            "client_id", pl.col("accepted_on").alias("declined_on"), "ita_issued_on", "ita_round", "is_new", "is_denied"
        ).sort("client_id", "declined_on", maintain_order=True)

    def _records_by(
        self, day: date, tonight: pl.DataFrame | None, columns: Sequence[str | pl.Expr], which: pl.Expr | None = None
    ) -> pl.DataFrame:
        """Of the records accepted by a day some columns; `tonight` as in `records_on`."""
        rows = self.scan(RECORDS, pl.col("accepted_on") <= (day if tonight is None else day - timedelta(days=1)))
        if which is not None:
            rows = rows.filter(which)
            tonight = None if tonight is None else tonight.filter(which)
        found = self.vouched(self._collected(RECORDS, rows.select(columns)))
        return found if tonight is None else pl.concat([found, tonight.select(columns)])

    def _in_order(self, accepted: pl.DataFrame) -> pl.DataFrame:
        """Rows of records in the order in which their files were taken; what is not in the ledger yet is tonight's."""
        taken = self.inputs().filter(pl.col("outcome") == TAKEN)
        keys = taken.select(pl.col("as_of").alias("accepted_on"), pl.col("sha256").alias("input_sha256"))
        # A file that is tried again on the day that took it keeps its place in it.
        place = keys.unique(keep="first", maintain_order=True).with_row_index("place")
        placed = accepted.join(place, on=["accepted_on", "input_sha256"], how="left", maintain_order="left")
        return placed.sort("accepted_on", "place", nulls_last=True, maintain_order=True).drop("place")

    def vouched(self, rows: pl.DataFrame, day: str = "accepted_on") -> pl.DataFrame:
        """Rows of files that completed runs took on their day; those of a night that was broken off are left out."""
        taken = self.inputs().filter(pl.col("outcome") == TAKEN)
        keys = taken.select(pl.col("as_of").alias(day), pl.col("sha256").alias("input_sha256"))
        return rows.join(keys, on=[day, "input_sha256"], how="semi", maintain_order="left")

    def rounds_on(self, day: date) -> pl.DataFrame:
        """The rounds known on a day, as rounds_file.SCHEMA and in its order, with seen_on before it."""
        return known_by(self.read(ROUNDS_TABLE), day)

    def traces_of(self, client_id: str) -> Traces:
        """What names a client beside the client's own rows, and numbers that are nearly the client's."""
        return traces({table.name: self.read(table) for table in TABLES}, client_id)

    def purge(self, client_id: str, *, dry_run: bool = False) -> dict[str, int]:
        """Takes a client out of every table and every older version of it; rows that went, by table.

        Names of files that held the client go from all rows. Whole tables are written again, since a deletion by client
        would leave the client's number in the log. All tables are read before one is written. Done again after it was broken
        off, it ends what it began.
        """
        there = [table for table in TABLES if self._opened(table) is not None]
        rows = {table.name: self.read(table) if table in there else table.empty() for table in TABLES}
        found = traces(rows, client_id)
        gone = {}
        # The client's own rows say which files held the client: two tables have them, and the last of both goes last.
        for table in sorted(there, key=lambda table: (table is RECORDS) + 2 * (table is PROBLEMS)):
            before = rows[table.name]
            kept = without_client(table, before, found)
            if not _same(kept, before):
                gone[table.name] = before.height - kept.height
            if dry_run:
                continue
            if table is RECORDS and PROBLEMS in there:
                problems = rows[PROBLEMS.name]
                self._replace_changed(PROBLEMS, problems, struck_out(PROBLEMS, problems, found))
            self._replace_changed(table, before, kept)
            opened = self._opened(table)
            assert opened is not None
            with self._writing(table):
                forget_older_versions(opened)
        return gone

    def _replace_changed(self, table: Table, before: pl.DataFrame, rows: pl.DataFrame) -> None:
        if not _same(rows, before):
            self._write(table, rows, None)

    def prune(self, before: date, *, dry_run: bool = False) -> dict[str, int]:
        """Takes the nights before a day out of scores, events and problems; rows that went, by table."""
        self.check()
        gone = {}
        for table in (SCORES_TABLE, EVENTS, PROBLEMS):
            rows = self.read(table, until=before - timedelta(days=1), columns=table.order).height
            if rows:
                gone[table.name] = rows
                if not dry_run:
                    self._write(table, table.empty(), f"{table.day} < '{before.isoformat()}'")
        return gone

    def void(self, since: date, row: pl.DataFrame) -> None:
        """Makes the nightly runs of a day and later ones void and adds a row to the ledger, both at once."""
        is_night = (pl.col("as_of") >= since) & (pl.col("kind") == "nightly")
        kind = pl.when(is_night).then(pl.lit(VOID)).otherwise("kind").alias("kind")
        self.replace(RUNS, pl.concat([self.runs().with_columns(kind), _as(RUNS, row)]))

    def withdraw(self, since: date, *, dry_run: bool = False) -> dict[str, int]:
        """Takes the rows of a day and later ones out of every table but the ledger; rows that went, by table."""
        self.check()
        gone = {}
        for table in TABLES:
            rows = 0 if table is RUNS else self.read(table, since=since, columns=table.order).height
            if rows:
                gone[table.name] = rows
                if not dry_run and table.by_day:
                    self._write(table, table.empty(), f"{table.day} >= '{since.isoformat()}'")
                elif not dry_run:
                    self.replace(table, self.read(table).filter(pl.col(table.day) < since))
        return gone

    def compact(self, keep: timedelta = timedelta(days=30), *, dry_run: bool = False) -> dict[str, int]:
        """Puts small files together and removes versions older than `keep`; files removed by table."""
        self.check()
        removed = {}
        hours = int(keep.total_seconds() // 3600)
        for table in TABLES:
            opened = self._opened(table)
            if opened is None:
                continue
            with self._writing(table):
                if not dry_run:
                    opened.optimize.compact()
                    opened.create_checkpoint()
                gone = opened.vacuum(hours, dry_run=dry_run, enforce_retention_duration=False, full=True)
            removed[table.name] = len(gone)
        return removed

    def migrate(self, *, dry_run: bool = False) -> list[str]:
        """Brings tables of an older schema version to today's, one version at a time; says what was done.

        Raises HistoryError, before anything is written, where a table is of a version that no migration leads on from or of
        a newer drawline, or cannot be read.
        """
        there = [(table, opened) for table in TABLES if (opened := self._there(table)) is not None]
        older = []
        for table, opened in there:
            found = version_of(opened)
            if found > table.version:
                raise _other_version(table, found)
            if found < table.version:
                self._way_on(table, found)
                older.append((table, opened, found))
            self._collected(table, self._scanned(table, opened))
        if not dry_run:
            for table, opened, found in older:
                with self._writing(table):
                    self._migrate(table, opened, found)
        return [
            _("{name}: schema version {found} to {version}").format(name=table.name, found=found, version=table.version)
            for table, _opened, found in older
        ]

    def _way_on(self, table: Table, found: int) -> list[Migration]:
        """The migrations from a version of a table to today's."""
        missing = [one for one in range(found, table.version) if (table.name, one) not in MIGRATIONS]
        if missing:
            raise HistoryError(
                _(
                    "the table {name} in {place} has schema version {found}, and no migration leads on from version "
                    "{version}; nothing was migrated: put back a copy of the folder that drawline wrote, or name "
                    "another one as `history`"
                ).format(name=table.name, place=self.place, found=found, version=missing[0])
            )
        return [MIGRATIONS[table.name, one] for one in range(found, table.version)]

    def _migrate(self, table: Table, opened: DeltaTable, found: int) -> None:
        """Rows and columns in one commit that says so, then the version; broken off in between, the version alone."""
        from deltalake import CommitProperties, write_deltalake

        if opened.history(1)[0].get(MIGRATED) != str(table.version):
            rows = self._collected(table, self._scanned(table, opened))
            for migration in self._way_on(table, found):
                rows = migration(rows)
            with self._writing(table):
                write_deltalake(
                    opened,
                    _as(table, rows),
                    mode="overwrite",
                    schema_mode="overwrite",
                    commit_properties=CommitProperties(custom_metadata={MIGRATED: str(table.version)}),
                )
                opened.update_incremental()
        with self._writing(table):
            opened.alter.set_table_description(_description(table))


def _other_version(table: Table, found: int) -> HistoryError:
    fix = _("run `drawline history migrate`") if found < table.version else _("use a newer drawline")
    return HistoryError(
        _("the table {name} has schema version {found}, not {version}; {fix}").format(
            name=table.name, found=found, version=table.version, fix=fix
        )
    )


def version_of(opened: DeltaTable) -> int:
    """The schema version that a table's description states; 0 where it states none."""
    found = _VERSION.search(opened.metadata().description or "")
    return int(found[1]) if found else 0


def as_records(day: date, sheets: Mapping[str, pl.DataFrame], kept: pl.DataFrame | None = None) -> pl.DataFrame:
    """Typed sheets as the day's rows of the records table: one column a sheet, the row itself as a struct.

    The sheets have the file's hash as `input_sha256` after their own columns. `kept` are rows of the day from before:
    they stay beside these, for the ledger says what counts, and a run that is broken off is not in it; but for
    those of the same client from the same file.
    """
    parts: Sequence[pl.DataFrame] = [
        frame.select(
            pl.lit(day).alias("accepted_on"),
            "client_id",
            pl.lit(key).alias("sheet"),
            "input_sha256",
            pl.struct(list(schema_of(BY_KEY[key]))).alias(key),
        )
        for key, frame in sheets.items()
    ]
    taken = pl.concat([RECORDS.empty(), *parts], how="diagonal")
    if kept is None:
        return taken
    return pl.concat([kept.join(taken, on=["client_id", "input_sha256"], how="anti", maintain_order="left"), taken])


def _as_sheets(rows: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Rows of the records table as typed sheets, in the order of the clients and of their rows in the source."""
    return {
        sheet.key: rows.filter(pl.col("sheet") == sheet.key)
        .select(pl.col(sheet.key).struct.unnest())
        .select(pl.col(name).cast(dtype) for name, dtype in schema_of(sheet).items())
        .sort("client_id", "source_row", maintain_order=True)
        for sheet in SHEETS
    }


def known_by(rows: pl.DataFrame, day: date) -> pl.DataFrame:
    """Of the rounds table the rounds known on a day, oldest first: of each number the row that was seen last by then."""
    by_then = rows.filter(pl.col("seen_on") <= day)
    return by_then.filter(pl.col("seen_on") == pl.col("seen_on").max().over("number")).sort(
        "date", pl.col("number").str.extract(r"^(\d+)").cast(pl.Int32), "number"
    )


def as_rounds(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows of the rounds table as the rounds file's frame."""
    return rows.select(*ROUNDS)


def _as(table: Table, rows: pl.DataFrame) -> pl.DataFrame:
    return rows.select(pl.col(name).cast(dtype) for name, dtype in table.schema.items())


def _same(rows: pl.DataFrame, stored: pl.DataFrame) -> bool:
    return rows.height == stored.height and rows.equals(stored)


def _description(table: Table) -> str:
    return f"drawline {table.name}, schema version {table.version}"


def forget_older_versions(opened: DeltaTable) -> None:
    """Removes every file that the table as it stands does not hold, those of writes that were broken off too."""
    opened.vacuum(0, dry_run=False, enforce_retention_duration=False, full=True)
    opened.create_checkpoint()
    opened.cleanup_metadata()


__all__ = [
    "EXCLUDED",
    "NOT_READ",
    "PUT_BACK",
    "TAKEN",
    "UNUSABLE",
    "History",
    "HistoryError",
    "as_records",
    "as_rounds",
    "known_by",
]
