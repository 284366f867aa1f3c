"""The workbooks as an office keeps them, written so that the same rows always give the same bytes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter

from sample_data.clients import Row
from transforms.model.columns import SHEETS, STATED_CRS, Column, Sheet

HEADER_FONT = Font(name="Calibri", size=11, bold=True, color="FFFFFF")
HEADER_FILL = PatternFill("solid", start_color="1F4E5F")
HEADER_ALIGNMENT = Alignment(vertical="center", wrap_text=True)
HEADER_HEIGHT = 32
TEXT, DATE = "@", "yyyy-mm-dd"
AS_TEXT = ("noc", "round", "date_time", "text")
WIDTHS = {"date": 12, "date_time": 22, "choice": 16, "country": 18}
NARROWEST, OTHER_WIDTH = 10, 14
# What only a firm or its client could say; its own column is optional.
NOT_WRITTEN = (STATED_CRS,)
ZIP_DATE = (1980, 1, 1, 0, 0, 0)


def write_workbook(path: Path, rows: Mapping[str, Sequence[Row]], *, title: str, made_on: date) -> None:
    """Writes the rows by sheet key to all sheets of the intake."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for sheet in SHEETS:
        _fill(book.create_sheet(sheet.title), sheet, rows.get(sheet.key, ()))
    book.properties.title, book.properties.creator = title, "drawline sample data"
    book.properties.created = book.properties.modified = datetime(made_on.year, made_on.month, made_on.day)
    raw = io.BytesIO()
    # Not book.save, which writes the present moment into the properties.
    ExcelWriter(book, zipfile.ZipFile(raw, "w")).save()
    path.write_bytes(_without_clock(raw.getvalue()))


def columns_of(sheet: Sheet) -> list[Column]:
    """The columns that the sample workbooks have of a sheet, in order."""
    return [column for column in sheet.columns if column.name not in NOT_WRITTEN]


def _fill(page: Worksheet, sheet: Sheet, rows: Sequence[Row]) -> None:
    columns = columns_of(sheet)
    page.append([column.name for column in columns])
    for cell in page[1]:
        cell.font, cell.fill, cell.alignment = HEADER_FONT, HEADER_FILL, HEADER_ALIGNMENT
    page.row_dimensions[1].height = HEADER_HEIGHT
    page.freeze_panes = "A2"
    for place, column in enumerate(columns, start=1):
        width = max(WIDTHS.get(column.kind, OTHER_WIDTH), min(len(column.name) * 0.6, 24), NARROWEST)
        page.column_dimensions[get_column_letter(place)].width = width
    for number, row in enumerate(rows, start=2):
        for place, column in enumerate(columns, start=1):
            if row.get(column.name) is not None:
                _write(page.cell(number, place), column, row[column.name])
    page.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{max(len(rows), 1) + 1}"


def _write(cell: Cell, column: Column, value: object) -> None:
    cell.value = value
    if isinstance(value, date):
        cell.number_format = DATE
    elif column.kind in AS_TEXT and isinstance(value, str):
        cell.number_format = TEXT


def _without_clock(data: bytes) -> bytes:
    """The same package with one date for all its parts."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            part = zipfile.ZipInfo(name, ZIP_DATE)
            part.compress_type = zipfile.ZIP_DEFLATED
            part.external_attr = 0o600 << 16
            part.create_system = 0
            new.writestr(part, old.read(name), compresslevel=9)
    return made.getvalue()
