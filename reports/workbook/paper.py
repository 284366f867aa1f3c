"""How sheets are printed: landscape, as wide as the page, with a footer; sheets for the screen print one line."""

from __future__ import annotations

import math
from collections.abc import Sequence

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties

from reports.workbook.cells import CellSheet
from reports.workbook.layout import Column
from transforms.model.wording import n_, whole_number

LETTER_PAPER = 1
# Of the 255 characters of a whole footer.
MAX_FOOTER_LENGTH = 200
MARGINS = {"left": 0.4, "right": 0.4, "top": 0.5, "bottom": 0.6, "header": 0.3, "footer": 0.3}
# Over so many columns the line of a sheet for the screen goes.
LINE_COLUMNS = 6
# Characters across a page of the tables as a rule, and those of an empty column.
USUAL_WIDTH, EMPTY_WIDTH = 180, 9


def set_up(sheet: CellSheet, footer: str) -> None:
    """Sets up a sheet for print: landscape, all columns on one page, with a footer."""
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", LETTER_PAPER
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.page_margins = PageMargins(**MARGINS)
    foot = sheet.HeaderFooter.oddFooter
    foot.left.text, foot.center.text, foot.right.text = _footer_text(footer), "&A", "&P / &N"
    for part in (foot.left, foot.center, foot.right):
        part.size = 8


def print_table(sheet: CellSheet, columns: Sequence[Column], widths: Sequence[float], head: int, last: int) -> None:
    """Prints the columns that are for paper, to the last row, the headers on each page.

    Beside a narrow table empty columns are printed too, so that its letters are no larger than those of the others.
    """
    end = max((place for place, column in enumerate(columns, start=1) if column.on_paper), default=len(columns))
    if end == len(columns):
        end += max(0, math.floor((USUAL_WIDTH - sum(widths)) / EMPTY_WIDTH))
    sheet.print_title_rows = f"1:{head}"
    sheet.print_area = f"A1:{get_column_letter(end)}{last}"


def print_line(sheet: CellSheet, row: int) -> None:
    """Prints one row alone: what says that the sheet is for the screen.

    A sheet without a print area would be printed whole by Excel, and by LibreOffice where no other sheet has one.
    """
    sheet.print_area = f"A{row}:{get_column_letter(LINE_COLUMNS)}{row}"


def screen_line(rows: int) -> str:
    """What the page of a sheet for the screen says."""
    return n_(
        "This sheet is for the screen: {rows} row. To print it, clear its print area.",
        "This sheet is for the screen: {rows} rows. To print it, clear its print area.",
        rows,
    ).format(rows=whole_number(rows))


def _footer_text(text: str) -> str:
    """A text as it stands in a footer, cut to what fits: Excel repairs a workbook whose footer is longer."""
    escaped = text.replace("&", "&&")
    if len(escaped.encode("utf-16-le")) // 2 <= MAX_FOOTER_LENGTH:
        return escaped
    kept = text
    while len(kept.replace("&", "&&").encode("utf-16-le")) // 2 >= MAX_FOOTER_LENGTH:
        kept = kept[:-1]
    return kept.rstrip().replace("&", "&&") + "…"
