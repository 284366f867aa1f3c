"""A pool of people who are scored already: one Parquet or CSV file, checked against a schema of its own."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from transforms.model.columns import POOL_STATUSES, Column, Sheet
from transforms.model.wording import N_, _, whole_number
from transforms.rounds.rounds import CATEGORIES, POOL_BANDS
from validation.checks import explain
from validation.files import preflight, readers
from validation.files.parquet_file import parsing_parquet
from validation.files.table_size import refuse_large_parquet
from validation.files.unusable import Unusable
from validation.intake import examine, headers
from validation.mapping.firm_map import NO_MAP
from validation.mapping.meanings import KEY_COLUMN
from validation.values import parse, reading
from validation.values.words import plain

if TYPE_CHECKING:
    import pandera.polars as pa

HIGHEST = max(high for _, high in POOL_BANDS)
POOL = Sheet(
    "pool",
    "Pool",
    (
        Column("client_id", "text", "one row each", required=True),
        Column("crs_total", "integer", "the score on the day that the plan starts from", required=True),
        Column(
            "profile_submitted_at",
            "date_time",
            "in UTC, to the second; of a day its first second in Ottawa; empty: no profile yet",
        ),
        Column("pool_status", "choice", "empty: in the pool", values=POOL_STATUSES),
        Column("is_nominated", "yes_no", "for rounds of kind PNP; empty or no column: not nominated"),
        Column("cec_eligible", "yes_no", "for rounds of kind CEC; empty: undetermined"),
        Column("fsw_eligible", "yes_no", "for rounds of kind FSW"),
        Column("fst_eligible", "yes_no", "for rounds of kind FST"),
        Column("pool_eligible", "yes_no", "meets a program; no column: everybody does"),
        Column("categories", "text", "for rounds of categories: their keys, | between"),
        Column("date_of_birth", "date", "with it, points for age move with birthdays"),
        Column("with_spouse", "yes_no", "which grid; goes with date_of_birth"),
        Column("leaves_on", "date", "no longer eligible from this day on, as when a test gets too old"),
    ),
)
NEEDED = ("client_id", "crs_total", "profile_submitted_at")
WORDS = {
    "yes_no": N_("{value!r} is not yes or no"),
    "date": N_("{value!r} is not a date such as 1990-01-31"),
    "date_time": N_("{value!r} is not a time in UTC such as 2026-05-01T09:30:00Z"),
    "integer": N_("{value!r} is not a whole number"),
}


class PoolFileError(ValueError):
    """A pool file cannot be used; the message names column, row and what would be right."""


def is_scored(path: Path) -> bool:
    """Does a file hold people with a score, rather than clients to be scored?"""
    try:
        names = _names(path)
    except (Unusable, OSError, csv.Error):
        return False
    return {"crs_total", "client_id"} <= names and "marital_status" not in names


def read(path: Path, kinds: Sequence[str]) -> pl.DataFrame:
    """The people of a pool file, as ScoredPool takes them; raises PoolFileError.

    Of the columns of POOL those that are there, in their dtypes (crs_total Int16); `categories` comes out as
    category_<kind> (Boolean) for every category. What the planned kinds of round ask for must be there.
    """
    try:
        raw, rows = _csv_rows(path) if path.suffix.lower() == ".csv" else _parquet_rows(path)
    except Unusable as error:
        raise PoolFileError(f"{path.name}: {error}") from None
    _refuse_missing(path, raw.columns, kinds)
    sheet = Sheet(POOL.key, POOL.title, tuple(column for column in POOL.columns if column.name in raw.columns))
    raw = raw.select(sheet.names)
    if path.suffix.lower() == ".csv":
        # A pool has no place for notes, so what would need one stays unread and is refused.
        understood = reading.understand(sheet, raw, parse.typed(sheet, raw), (), with_notes=False)
        raw, frame = understood.text, understood.typed
    else:
        frame = raw.select(_cast(column, raw.schema[column.name]) for column in sheet.columns)
    for name, lost in parse.unreadable(raw, frame).items():
        place = lost.arg_true()[0]
        column, value = sheet.column(name), raw[name][place]
        problem = (
            _(WORDS[column.kind]).format(value=value)
            if column.kind in WORDS
            else " ".join(explain.unreadable(column, str(value)))
        )
        raise PoolFileError(
            _("{file}: {column}, row {row}: {problem}").format(
                file=path.name, column=name, row=rows[place], problem=problem
            )
        )
    problem = next(iter(_failures(frame, rows)), "")
    if problem:
        raise PoolFileError(f"{path.name}: {problem}")
    return _with_categories(frame.with_columns(pl.col("crs_total").cast(pl.Int16)))


def _names(path: Path) -> set[str]:
    """The names of our columns that the headers of a file hold, as far as they tell what it is."""
    match path.suffix.lower():
        case ".csv":
            with path.open("rb") as file:
                text = file.read(preflight.MEBIBYTE).decode("utf-8-sig", "replace")
            try:
                delimiter = readers.csv_delimiter(text, _known)
            except Unusable:
                return set()
            rows = csv.reader(text.splitlines()[: readers.HEADER_WITHIN], delimiter=delimiter)
            known = ({_DECISIVE.get(plain(field), "") for field in row} - {""} for row in rows)
            return next((names for names in known if KEY_COLUMN in names), set())
        case ".parquet":
            with parsing_parquet():
                return set(pl.read_parquet_schema(io.BytesIO(path.read_bytes())))
    return set()


_DECISIVE = {plain(name): name for name in (*POOL.names, "marital_status")}


def _known(fields: Sequence[str]) -> int:
    """How many of some fields are headers of a pool."""
    return sum(plain(field) in _DECISIVE for field in fields)


def _csv_rows(path: Path) -> tuple[pl.DataFrame, list[int]]:
    """The rows of a CSV file as text, read as the intake reads CSV, and their numbers in the file; raises Unusable."""
    data = preflight.read_bytes(path)
    # A pool has no place for a note on its encoding.
    preflight.check_text(data)
    grid = readers.csv_file(data, POOL.title, _known)
    table = headers.table(grid, POOL, NO_MAP)
    if table is None:
        raise Unusable(_("The file is blank."), _("Fill in one row a person under the headers."))
    for rows, problem in ((table.too_long, examine.TOO_LONG), (table.swallowed, examine.SWALLOWED)):
        if rows:
            raise Unusable(_("Row {row}: {problem}").format(row=rows[0], problem=_(problem[0])), _(problem[1]))
    return table.rows.drop(headers.ROW), table.rows[headers.ROW].to_list()


def _parquet_rows(path: Path) -> tuple[pl.DataFrame, list[int]]:
    """The rows of a Parquet file, and their numbers from 1; raises Unusable."""
    # Of bytes: of a path, polars takes brackets and stars for a pattern.
    data = preflight.read_bytes(path)
    with parsing_parquet():
        refuse_large_parquet(pl.scan_parquet(io.BytesIO(data)))
        raw = pl.read_parquet(io.BytesIO(data))
    return raw, list(range(1, raw.height + 1))


def _refuse_missing(path: Path, names: Sequence[str], kinds: Sequence[str]) -> None:
    asked = dict.fromkeys(NEEDED, _("every pool"))
    for kind in kinds:
        if kind in CATEGORIES:
            asked["categories"] = _("rounds of kind {kind}").format(kind=kind)
        elif kind != "general":
            asked["is_nominated" if kind == "PNP" else f"{kind.lower()}_eligible"] = _("rounds of kind {kind}").format(
                kind=kind
            )
    if "date_of_birth" in names:
        asked["with_spouse"] = "birthdays"
    for name, by in asked.items():
        if name not in names:
            raise PoolFileError(
                _("{file} has no column {column}, which is needed for {by}").format(file=path.name, column=name, by=by)
            )


def _cast(column: Column, dtype: pl.DataType) -> pl.Expr:
    """A column of a typed file in our dtype, empty where it does not fit; moments to the second, of a day its first."""
    if column.kind == "date_time" and dtype == pl.Date:
        return parse.midnight(pl.col(column.name))
    found = pl.col(column.name).cast(parse.DTYPES[column.kind], strict=False)
    return found.dt.truncate("1s") if column.kind == "date_time" else found


def _with_categories(frame: pl.DataFrame) -> pl.DataFrame:
    """`categories` as a Boolean column for each, false where it names others or none."""
    if "categories" not in frame.columns:
        return frame
    named = pl.col("categories").fill_null("").str.split("|")
    return frame.with_columns(named.list.contains(kind).alias(f"category_{kind}") for kind in CATEGORIES)


@cache
def _schema(names: tuple[str, ...]) -> pa.DataFrameSchema:
    """The schema of a pool's typed frame with some of the columns of POOL."""
    import pandera.polars as pa

    scores = pa.Check.in_range(0, HIGHEST, error="score")
    statuses = pa.Check.isin(POOL_STATUSES, error="status")
    checks = {"crs_total": scores, "pool_status": statuses}
    return pa.DataFrameSchema(
        {
            column.name: pa.Column(
                parse.DTYPES[column.kind],
                checks=checks.get(column.name),
                nullable=not column.required,
                unique=column.name == "client_id",
            )
            for column in POOL.columns
            if column.name in names
        },
        strict=True,
        ordered=True,
        name="pool",
    )


def _failures(frame: pl.DataFrame, rows: Sequence[int]) -> list[str]:
    """What the schema finds, in words; `rows` are the numbers of the rows in the file."""
    from pandera.errors import SchemaErrors

    words = {
        "not_nullable": _("is empty; every row needs it"),
        "field_uniqueness": _("stands twice; keep one row each"),
        "score": _("is no score; scores are 0 to {highest}").format(highest=whole_number(HIGHEST)),
        "status": _("is none of {values}").format(values=", ".join(POOL_STATUSES)),
    }
    try:
        _schema(tuple(frame.columns)).validate(frame, lazy=True)
    except SchemaErrors as errors:
        found = errors.failure_cases.sort("index", maintain_order=True)
    else:
        return []
    return [
        (
            _("{column}, row {row}: {problem}")
            if frame[column][row] is None
            else _("{column}, row {row}: {value!r} {problem}")
        ).format(column=column, row=rows[row], value=frame[column][row], problem=words.get(check, check))
        for column, check, row in found.select("column", "check", "index").iter_rows()
    ]
