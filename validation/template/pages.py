"""The template's own pages: the instructions in front, the list of all columns, and the hidden lists of the drop-downs."""

from __future__ import annotations

from collections.abc import Iterable

from openpyxl import Workbook
from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from transforms.model.columns import CANDIDATES, SHEETS, Column, Sheet
from validation.template import looks
from validation.template.controls import CLIENTS, LISTED, hint, list_name
from validation.template.example import PAGE_MARK
from validation.template.sheet import EXAMPLE_ROW, line_count, printed
from validation.template.words import Texts, mark_of, placed

NUMBER_WIDTH, NAME_WIDTH, TEXT_WIDTH = 5, 26, 88
LINE_HEIGHT = 15.5
# Letters of text that a width of 1 holds, where the font is a wide one.
LETTERS = 1.15
COLUMNS_HEAD = ("sheet", "column", "title", "mark", "meaning", "format", "example")
COLUMNS_WIDTHS = (20, 36, 29, 16, 60, 36, 23)
# Lists in which our own values may be chosen too.
WITH_CODES = ("country", "province")


def write_instructions(page: Worksheet, texts: Texts) -> None:
    """The page in front: steps, rules, the meaning of the colours, and the sheets with links to them."""
    words = texts.part("pages")["instructions"]
    filled = {
        "candidates": texts.sheet_title(CANDIDATES),
        "columns": texts.part("pages")["columns"]["tab"],
        "example": texts.example_id,
    }
    for letter, size in zip("ABC", (NUMBER_WIDTH, NAME_WIDTH, TEXT_WIDTH), strict=True):
        page.column_dimensions[letter].width = size
    row = _write_title(page, words["title"], words["lead"])
    row = _write_heading(page, row, words["steps_title"])
    for number, step in enumerate(words["steps"], start=1):
        row = _write_line(page, row, step.format_map(filled), number=number)
    row = _write_heading(page, row + 1, words["rules_title"])
    for rule in words["rules"]:
        row = _write_line(page, row, rule.format_map(filled), number="\u2022")
    row = _write_heading(page, row + 1, words["colours_title"])
    fills = looks.MARK_FILLS | {"missing": looks.MISSING_FILL, "example": looks.EXAMPLE_FILL}
    for mark, meaning in words["colours"].items():
        row = _write_line(page, row, meaning, colour=fills[mark])
    row = _write_heading(page, row + 1, words["sheets_title"])
    for sheet in SHEETS:
        row = _write_sheet(page, row, sheet, texts)
    page.sheet_view.showGridLines = False
    page.sheet_properties.tabColor = looks.TABS["instructions"]
    printed(page, is_landscape=False)


def _write_title(page: Worksheet, title: str, lead: str) -> int:
    """The mark, the title and what the page is for; the next free row."""
    page["A1"] = PAGE_MARK
    page["A1"].font = looks.font(size=9, ink=looks.MUTED)
    page["A2"] = title
    page["A2"].font = looks.font(size=20, bold=True, ink=looks.INK)
    page.row_dimensions[2].height = 30
    page["A3"] = lead
    page["A3"].font = looks.font(ink=looks.MUTED)
    return 5


def _write_heading(page: Worksheet, row: int, text: str) -> int:
    cell = page.cell(row, 1, text)
    cell.font = looks.font(size=14, bold=True, ink=looks.INK)
    page.row_dimensions[row].height = 22
    return row + 1


def _write_line(page: Worksheet, row: int, text: str, *, number: str | int = "", colour: str = "") -> int:
    """A line with its number or its colour in front; the next row."""
    front = page.cell(row, 1, number or None)
    front.font, front.alignment = looks.font(bold=True, ink=looks.INK), Alignment(horizontal="center", vertical="top")
    if colour:
        front.fill, front.border = looks.fill(colour), looks.border(is_first=False)
    page.merge_cells(start_row=row, start_column=2, end_row=row, end_column=3)
    cell = page.cell(row, 2, text)
    cell.font, cell.alignment = looks.font(), looks.WRAPPED
    page.row_dimensions[row].height = LINE_HEIGHT * line_count(text, (NAME_WIDTH + TEXT_WIDTH) * LETTERS) + 3
    return row + 1


def _write_sheet(page: Worksheet, row: int, sheet: Sheet, texts: Texts) -> int:
    title = texts.sheet_title(sheet)
    name = page.cell(row, 2, title)
    name.hyperlink = Hyperlink(ref=name.coordinate, location=f"{quote_sheetname(title)}!A{EXAMPLE_ROW + 1}")
    name.font = looks.font(bold=True, ink=looks.MARK_FILLS["required"])
    name.alignment = looks.WRAPPED
    purpose = page.cell(row, 3, texts.part("sheets")[sheet.key]["purpose"])
    purpose.font, purpose.alignment = looks.font(), looks.WRAPPED
    page.row_dimensions[row].height = LINE_HEIGHT * line_count(str(purpose.value), TEXT_WIDTH * LETTERS) + 3
    return row + 1


def write_columns(page: Worksheet, texts: Texts) -> None:
    """The page that lists every column of every sheet with all that is known of it."""
    words, labels = texts.part("pages")["columns"], texts.part("labels")
    head = _write_title(page, words["title"], words["lead"])
    for place, (key, size) in enumerate(zip(COLUMNS_HEAD, COLUMNS_WIDTHS, strict=True), start=1):
        page.column_dimensions[get_column_letter(place)].width = size
        cell = page.cell(head, place, labels[key])
        cell.font, cell.fill = looks.font(bold=True, ink=looks.PAPER), looks.fill(looks.INK)
        cell.alignment = looks.PLAIN
    row = head
    for sheet in SHEETS:
        for column in sheet.columns:
            row += 1
            _write_column(page, row, sheet, column, texts)
    page.freeze_panes = f"A{head + 1}"
    page.auto_filter.ref = f"A{head}:{get_column_letter(len(COLUMNS_HEAD))}{row}"
    page.print_title_rows = f"{head}:{head}"
    page.sheet_view.showGridLines = False
    page.sheet_properties.tabColor = looks.TABS["columns"]
    printed(page)


def _write_column(page: Worksheet, row: int, sheet: Sheet, column: Column, texts: Texts) -> None:
    mark = mark_of(sheet, column)
    text = texts.column(sheet, column.name)
    shown_texts = (
        texts.sheet_title(sheet),
        column.name,
        text.title + (" *" if mark == "required" else ""),
        texts.part("marks")[mark],
        text.meaning,
        _format(column, text.unit, texts),
        texts.value(column, placed(sheet, column.name).example),
    )
    for place, words in enumerate(shown_texts, start=1):
        cell = page.cell(row, place, words)
        cell.font, cell.alignment, cell.border = looks.font(), looks.WRAPPED, looks.border(is_first=False)
        cell.number_format = "@"
    shown = page.cell(row, COLUMNS_HEAD.index("mark") + 1)
    shown.fill = looks.fill(looks.MARK_FILLS[mark])
    shown.font = looks.font(bold=True, ink=looks.MARK_INKS[mark])
    height = max(line_count(words, size * 0.95) for words, size in zip(shown_texts, COLUMNS_WIDTHS, strict=True))
    page.row_dimensions[row].height = LINE_HEIGHT * height + 3


def _format(column: Column, unit: str, texts: Texts) -> str:
    """What a column's cells hold: the choices, else the unit and how it is filled in."""
    if column.kind in {"choice", "yes_no"}:
        return "; ".join(texts.choices(column).values())
    unit_sentence = f"{unit[0].upper()}{unit[1:]}." if unit else ""
    return " ".join(filter(None, (unit_sentence, hint(column, texts))))


def write_lists(page: Worksheet, book: Workbook, texts: Texts, rows: int) -> None:
    """The hidden page with the values of every drop-down beside our own, each list under its defined name."""
    page["A1"] = PAGE_MARK
    place = 2
    written: set[str] = set()
    for column in (column for sheet in SHEETS for column in sheet.columns if column.kind in LISTED):
        name = list_name(column)
        if name in written:
            continue
        written.add(name)
        choices = texts.choices(column)
        listed = [*choices.values(), *(choices if column.kind in WITH_CODES else ())]
        _write_list(page, place, name, listed, choices)
        letter = get_column_letter(place)
        _define(book, name, f"{quote_sheetname(page.title)}!${letter}$2:${letter}${len(listed) + 1}")
        place += 2
    clients = quote_sheetname(texts.sheet_title(CANDIDATES))
    first, last = EXAMPLE_ROW, EXAMPLE_ROW + rows
    # As long as there are clients, so that a number that is none of theirs is noticed.
    _define(book, CLIENTS, f"OFFSET({clients}!$A${first},0,0,MAX(1,COUNTA({clients}!$A${first}:$A${last})),1)")
    page.sheet_state = "hidden"


def _write_list(page: Worksheet, place: int, name: str, listed: Iterable[str], ours: Iterable[str]) -> None:
    page.cell(1, place, name)
    for row, words in enumerate(listed, start=2):
        page.cell(row, place, words).number_format = "@"
    for row, value in enumerate(ours, start=2):
        page.cell(row, place + 1, value).number_format = "@"
    page.column_dimensions[get_column_letter(place)].width = 40


def _define(book: Workbook, name: str, cells: str) -> None:
    book.defined_names[name] = DefinedName(name, attr_text=cells)
