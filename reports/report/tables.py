"""Tables for people and programs: scores as Parquet, CSV or a workbook, and the quarantined rows as CSV."""

from __future__ import annotations

import io
from pathlib import Path

import polars as pl

from reports.workbook.text import inactive
from transforms.assessment.scores import SCHEMA_VERSION
from transforms.model.wording import _, whole_number

VERSION_KEY = "drawline.scores.schema_version"


class TooManyRows(ValueError):
    """More rows than a sheet of a workbook holds."""


def write_scores(path: Path, scores: pl.DataFrame) -> None:
    """Writes the contract's scores by the file's ending: .parquet (with the schema version), .csv or .xlsx.

    Raises TooManyRows where a workbook cannot hold them.
    """
    ending = path.suffix.lower()
    if ending == ".parquet":
        # Through memory, so that a full disk is reported as one.
        made = io.BytesIO()
        scores.write_parquet(made, metadata={VERSION_KEY: SCHEMA_VERSION})
        path.write_bytes(made.getvalue())
    elif ending == ".csv":
        inactive(scores).write_csv(path)
    else:
        _write_workbook(path, scores)


def write_scores_of_parts(path: Path, parts: list[Path]) -> None:
    """Writes the contract's scores of several Arrow files as one, by the file's ending: .parquet or .csv."""
    if path.suffix.lower() == ".parquet":
        pl.scan_ipc(parts, glob=False).sink_parquet(path, metadata={VERSION_KEY: SCHEMA_VERSION})
        return
    with path.open("wb") as file:
        for number, part in enumerate(parts):
            inactive(pl.read_ipc(part)).write_csv(file, include_header=not number)


def write_quarantine_csv(path: Path, quarantine: pl.DataFrame) -> None:
    """Writes the quarantined rows as CSV that Excel reads as it should, and in which no text can act."""
    inactive(quarantine).write_csv(path, include_bom=True)


def _write_workbook(path: Path, scores: pl.DataFrame) -> None:
    """One sheet with the contract's names as headers, for people and programs alike."""
    from openpyxl.utils import get_column_letter

    from reports.wording import words
    from reports.workbook.book import MAX_ROWS, Book, Column
    from reports.workbook.package import NO_DAY

    if scores.height >= MAX_ROWS:
        raise TooManyRows(
            _("a sheet holds {value} rows under its header, and there are {height}; write .parquet or .csv").format(
                value=whole_number(MAX_ROWS - 1), height=whole_number(scores.height)
            )
        )
    days = scores["as_of"].drop_nulls().unique().to_list()
    properties = {VERSION_KEY: SCHEMA_VERSION}
    with Book(_("drawline scores"), days[0] if days else NO_DAY, path.parent, properties=properties) as book:
        readable = scores.with_columns(
            words.yes_no(name) for name, dtype in scores.schema.items() if dtype == pl.Boolean
        )
        columns = [Column(name, name, _look(dtype), widest=60) for name, dtype in scores.schema.items()]
        about = _("The scores, one row a client")
        book.table("scores", about, columns, readable, nothing=_("No client was scored."), frozen=1, key="scores")
        if not readable.is_empty():
            # One day for all rows; its cell is that of the first.
            book.name_cell("as_of", "scores", f"{get_column_letter(readable.columns.index('as_of') + 1)}2")
        book.save(path)


def _look(dtype: pl.DataType) -> str:
    if dtype == pl.Date:
        return "date"
    if dtype == pl.Boolean:
        return "centred"
    return "whole" if dtype.is_integer() else "text"
