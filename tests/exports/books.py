"""Workbooks as people keep them: titles, legends, merged cells and totals around the table."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date

from openpyxl import Workbook
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

BOLD = Font(bold=True)
COLOURS = ("C6EFCE", "FFEB9C", "FFC7CE")
DATE = "yyyy-mm-dd"


def new_book(*titles: str) -> tuple[Workbook, list[Worksheet]]:
    """A workbook with sheets of these titles."""
    book = Workbook()
    book.remove(book.worksheets[0])
    return book, [book.create_sheet(title) for title in titles]


def put(page: Worksheet, first_row: int, table: Sequence[Sequence[object]], *, date_format: str = DATE) -> int:
    """Writes rows from a row on; the row after them."""
    for number, row in enumerate(table, start=first_row):
        for place, value in enumerate(row, start=1):
            if value is None:
                continue
            cell = page.cell(number, place, value)
            if isinstance(value, date):
                cell.number_format = date_format
    return first_row + len(table)


def bold(page: Worksheet, row: int) -> None:
    for cell in page[row]:
        cell.font = BOLD


def legend(page: Worksheet, row: int, meanings: Sequence[str]) -> None:
    """Coloured cells beside each other, each with what its colour means."""
    for place, (meaning, colour) in enumerate(zip(meanings, COLOURS, strict=False), start=1):
        page.cell(row, place, meaning).fill = PatternFill("solid", start_color=colour)


def merge(page: Worksheet, first_row: int, first_column: int, last_row: int, last_column: int) -> None:
    """Shows cells as one, which keeps the value of the first."""
    letters = get_column_letter(first_column), get_column_letter(last_column)
    page.merge_cells(f"{letters[0]}{first_row}:{letters[1]}{last_row}")


def saved(book: Workbook) -> bytes:
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()
