"""One sheet of the template: groups, titles, our column names, the example row, and the cells to fill in below."""

from __future__ import annotations

import math
from datetime import date, datetime
from typing import NamedTuple

from openpyxl.cell import Cell
from openpyxl.comments import Comment
from openpyxl.formatting.rule import FormulaRule
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from transforms.model.columns import CANDIDATES, PARTNERED, Column, Sheet
from validation.template import looks
from validation.template.controls import control, hint
from validation.template.example import KEY, PAGE_MARK, example
from validation.template.words import Texts, mark_of, placed

# The rows of a sheet. The row of the names is the one that the intake reads as headings.
GROUP_ROW, TITLE_ROW, NAME_ROW, EXAMPLE_ROW = 1, 2, 3, 4
FORMATS = {
    "date": "yyyy-mm-dd", "date_time": "yyyy-mm-dd hh:mm:ss", "noc": "@", "round": "@", "integer": "0",
}  # fmt: skip
MONEY, MANY = "#,##0", 1e6
WIDTHS = {"date": 13, "date_time": 20, "country": 20, "province": 20, "abilities": 24, "choice": 19,
          "text": 16}  # fmt: skip
OTHER_WIDTH, WIDEST, NAME_SIZE = 14, 50, 8
# How wide a letter of the names is, as a share of one of the cells below.
NAME_SHARE = 0.78
# The same for a letter of a title, which is bold.
TITLE_SHARE = 1.15
# What stays free beside a text, for the button of the filter too.
MARGIN = 4
# Widths of columns that one printed page holds at a readable size.
PAGE_WIDTH = 250
# The columns that stay in sight, and on every printed page.
KEPT_IN_SIGHT = {"candidates": 3, "dependants": 1}
NOTE_WIDTH, NOTE_LINE, LETTERS_A_LINE = 320, 19, 46
LISTED_IN_NOTES = ("choice", "yes_no")


class Cells(NamedTuple):
    """The rows to fill in: the first, which holds the example, and the last one."""

    first: int
    last: int


def fill(page: Worksheet, sheet: Sheet, texts: Texts, rows: int) -> None:
    """Writes an intake sheet to an empty worksheet, with so many rows prepared below the example."""
    cells = Cells(EXAMPLE_ROW, EXAMPLE_ROW + rows)
    shown = example(sheet, texts.language)
    group = None
    for place, column in enumerate(sheet.columns, start=1):
        own = placed(sheet, column.name).group
        is_first = own != group
        _write_column(page, sheet, column, place, texts, is_first=is_first)
        _write_example(page.cell(EXAMPLE_ROW, place), column, texts, shown.get(column.name), is_first=is_first)
        letter = get_column_letter(place)
        page.add_data_validation(control(sheet, column, texts, *cells, letter))
        group = own
    _write_groups(page, sheet, texts)
    _mark_missing(page, sheet, texts, cells)
    _set_up(page, sheet, texts, cells)


def number_format(column: Column) -> str:
    """The format of the cells of a column."""
    if column.name == KEY:
        return "@"
    if column.kind == "number" and (column.high or 0) >= MANY:
        return MONEY
    return FORMATS.get(column.kind, "General")


def texts_as_numbers(sheet: Sheet, rows: int) -> str:
    """The cells in which digits are meant as text, as ranges."""
    letters = [
        get_column_letter(place) for place, column in enumerate(sheet.columns, 1) if number_format(column) == "@"
    ]
    return " ".join(f"{letter}{EXAMPLE_ROW}:{letter}{EXAMPLE_ROW + rows}" for letter in letters)


def note(sheet: Sheet, column: Column, texts: Texts) -> str:
    """The note of a column: title with an asterisk where required, meaning, unit, example and choices."""
    text, labels = texts.column(sheet, column.name), texts.part("labels")
    mark = mark_of(sheet, column)
    star = " *" if mark == "required" else ""
    paragraphs = [
        f"{text.title}{star}",
        texts.part("marks")[mark],
        "",
        " ".join(filter(None, (text.meaning, hint(column, texts)))),
    ]
    if text.unit:
        paragraphs.append(f"{labels['unit']}: {text.unit}")
    paragraphs.append(f"{labels['example']}: {texts.value(column, placed(sheet, column.name).example)}")
    if column.kind in LISTED_IN_NOTES:
        paragraphs += [f"{labels['choices']}:", *(f"- {words}" for words in texts.choices(column).values())]
    return "\n".join(paragraphs)


def width(sheet: Sheet, column: Column, texts: Texts) -> float:
    """The width of a column, in which its name, each word of its title and the words of its list can be read."""
    longest = max(len(word) for word in texts.column(sheet, column.name).title.split(" "))
    words = texts.choices(column).values() if column.kind == "choice" else ()
    wanted = max(
        WIDTHS.get(column.kind, OTHER_WIDTH),
        len(column.name) * NAME_SHARE + MARGIN,
        longest * TITLE_SHARE + MARGIN,
        *(len(word) + MARGIN for word in words),
    )
    return min(wanted, WIDEST)


def line_count(text: str, letters: float) -> int:
    """How many lines of so many letters a text needs."""
    return sum(max(math.ceil(len(part) / letters), 1) for part in text.split("\n"))


def _write_column(page: Worksheet, sheet: Sheet, column: Column, place: int, texts: Texts, *, is_first: bool) -> None:
    """The title with its note, our name, and the look of all cells below."""
    dimension = page.column_dimensions[get_column_letter(place)]
    dimension.width = width(sheet, column, texts)
    dimension.number_format = number_format(column)
    dimension.font = looks.font()
    dimension.alignment = looks.alignment(column.kind)
    dimension.border = looks.border(is_first=is_first, is_ruled=False)
    mark = mark_of(sheet, column)
    title = page.cell(TITLE_ROW, place, texts.column(sheet, column.name).title + (" *" if mark == "required" else ""))
    title.font = looks.font(bold=True, ink=looks.MARK_INKS[mark])
    title.fill, title.alignment = looks.fill(looks.MARK_FILLS[mark]), looks.MIDDLE
    title.border = looks.border(is_first=is_first)
    words = note(sheet, column, texts)
    title.comment = Comment(
        words, PAGE_MARK, width=NOTE_WIDTH, height=(line_count(words, LETTERS_A_LINE) + 1) * NOTE_LINE
    )
    name = page.cell(NAME_ROW, place, column.name)
    name.font, name.fill = looks.font(size=NAME_SIZE, ink=looks.MUTED), looks.fill(looks.NAME_FILL)
    name.alignment, name.border = looks.PLAIN, looks.border(is_first=is_first)


def _write_example(cell: Cell, column: Column, texts: Texts, value: str | None, *, is_first: bool) -> None:
    if value is not None:
        cell.value = typed(column, texts, value)
    cell.font, cell.fill = looks.font(italic=True, ink=looks.MUTED), looks.fill(looks.EXAMPLE_FILL)
    cell.number_format, cell.alignment = number_format(column), looks.alignment(column.kind)
    cell.border = looks.border(is_first=is_first)


def typed(column: Column, texts: Texts, value: str) -> str | float | date | datetime:
    """One of our values as it stands in a cell of the column."""
    if column.kind == "date":
        return date.fromisoformat(value)
    if column.kind == "date_time":
        return datetime.fromisoformat(value)
    if column.kind in {"integer", "number"}:
        return float(value) if "." in value else int(value)
    return texts.value(column, value)


def _write_groups(page: Worksheet, sheet: Sheet, texts: Texts) -> None:
    """The band over each group of columns; its name stands over the first one."""
    group, band = None, -1
    for place, column in enumerate(sheet.columns, start=1):
        own = placed(sheet, column.name).group
        cell = page.cell(GROUP_ROW, place)
        if own != group:
            group, band = own, band + 1
            cell.value = texts.part("groups")[own]
        cell.font = looks.font(bold=True, ink=looks.PAPER)
        cell.fill = looks.fill(looks.BANDS[band % len(looks.BANDS)])
        cell.alignment = looks.PLAIN


def _mark_missing(page: Worksheet, sheet: Sheet, texts: Texts, cells: Cells) -> None:
    """Colours the cells of a row in use that are still required."""
    letters = {column.name: get_column_letter(place) for place, column in enumerate(sheet.columns, start=1)}
    key, end, first = letters[KEY], get_column_letter(len(letters)), cells.first
    formulas = {
        column.name: f"AND(LEN(${key}{first})>0,LEN({letters[column.name]}{first})=0)"
        for column in sheet.columns
        if column.required and column.name != KEY
    }
    formulas[KEY] = f"AND(LEN(${key}{first})=0,COUNTA($B{first}:${end}{first})>0)"
    if sheet is CANDIDATES:
        status, spouse = letters["marital_status"], letters["spouse_accompanying"]
        words = texts.choices(sheet.column("marital_status"))
        is_partnered = ",".join(f'${status}{first}="{words[value]}"' for value in PARTNERED)
        formulas["spouse_accompanying"] = f"AND(OR({is_partnered}),LEN({spouse}{first})=0)"
    for name, formula in formulas.items():
        rule = FormulaRule(formula=[formula], fill=looks.fill(looks.MISSING_FILL))
        page.conditional_formatting.add(f"{letters[name]}{first}:{letters[name]}{cells.last}", rule)


def _set_up(page: Worksheet, sheet: Sheet, texts: Texts, cells: Cells) -> None:
    """Heights, what stays in sight, the filter, and how the sheet is printed."""
    widths = [page.column_dimensions[get_column_letter(place)].width for place in range(1, len(sheet.columns) + 1)]
    titles = [str(page.cell(TITLE_ROW, place).value) for place in range(1, len(sheet.columns) + 1)]
    height = max(line_count(title, (size - 2) * 0.85) for title, size in zip(titles, widths, strict=True))
    page.row_dimensions[GROUP_ROW].height = 18
    page.row_dimensions[TITLE_ROW].height = 15 * height + 6
    page.row_dimensions[NAME_ROW].height = 15
    page.row_dimensions[EXAMPLE_ROW].height = 16
    kept = KEPT_IN_SIGHT.get(sheet.key, 2)
    page.freeze_panes = f"{get_column_letter(kept + 1)}{NAME_ROW + 1}"
    page.auto_filter.ref = f"A{NAME_ROW}:{get_column_letter(len(sheet.columns))}{cells.last}"
    page.sheet_properties.tabColor = looks.TABS.get(sheet.key, looks.OTHER_TAB)
    page.print_title_rows = f"{GROUP_ROW}:{NAME_ROW}"
    page.print_title_cols = f"A:{get_column_letter(kept)}"
    printed(page, pages_wide=math.ceil(sum(widths) / PAGE_WIDTH))


def printed(page: Worksheet, *, pages_wide: int = 1, is_landscape: bool = True) -> None:
    """Sets a worksheet up for Letter paper, so many pages wide, with its name and page number at the foot."""
    page.page_setup.orientation = "landscape" if is_landscape else "portrait"
    page.page_setup.paperSize = page.PAPERSIZE_LETTER
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = pages_wide, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.page_margins.left = page.page_margins.right = 0.4
    page.page_margins.top, page.page_margins.bottom, page.page_margins.footer = 0.5, 0.8, 0.4
    page.oddFooter.left.text, page.oddFooter.right.text = "&A", "&P / &N"
