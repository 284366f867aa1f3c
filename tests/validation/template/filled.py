"""The template as somebody fills it in: which cell of which sheet gets what."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path

import openpyxl
from openpyxl.utils import get_column_letter

from transforms.model.columns import SHEETS, Column, Sheet
from validation.template.book import template
from validation.template.example import KEY, example
from validation.template.sheet import EXAMPLE_ROW, typed
from validation.template.words import placed, texts

MADE_ON = date(2026, 6, 1)
FIRST_ROW = EXAMPLE_ROW + 1
# Beside all examples: what one client who has everything needs so that no two columns contradict each other.
WITH_EVERYTHING = {"pool_status": "invited", "certificate_of_qualification": "yes"}


def example_of(sheet: Sheet, client_id: str, language: str = "en") -> dict[str, str]:
    """The example row of a sheet as that of a client: our values by column."""
    return example(sheet, language) | {KEY: client_id}


def everything(sheet: Sheet, client_id: str) -> dict[str, str]:
    """The examples of all columns of a sheet."""
    values = {name: placed(sheet, name).example for name in sheet.names}
    return values | {name: value for name, value in WITH_EVERYTHING.items() if name in values} | {KEY: client_id}


def opened(language: str, **options: int) -> openpyxl.Workbook:
    """The empty template, opened by another library than the intake's."""
    return openpyxl.load_workbook(io.BytesIO(made(language, **options)))


@cache
def made(language: str, **options: int) -> bytes:
    """The empty template."""
    return template(language, made_on=MADE_ON, **options)


def place(sheet: Sheet, column: str, row: int) -> str:
    """The address of a column's cell in a row."""
    return f"{get_column_letter(sheet.names.index(column) + 1)}{row}"


def fill_in(book: openpyxl.Workbook, language: str, rows: Mapping[str, list[Mapping[str, str]]], path: Path) -> Path:
    """Writes rows of our values (by sheet key) below the example rows, as this language says them, and saves."""
    words = texts(language)
    for sheet in SHEETS:
        page = book[words.sheet_title(sheet)]
        for number, row in enumerate(rows.get(sheet.key, []), start=FIRST_ROW):
            for name, value in row.items():
                page[place(sheet, name, number)] = typed(sheet.column(name), words, value)
    book.save(path)
    return path


def keystrokes(language: str, rows: Mapping[str, list[Mapping[str, str]]]) -> Iterator[tuple[str, str, str]]:
    """The same rows as somebody types them: title of the sheet, address, and what is typed."""
    words = texts(language)
    for sheet in SHEETS:
        for number, row in enumerate(rows.get(sheet.key, []), start=FIRST_ROW):
            for name, value in row.items():
                yield words.sheet_title(sheet), place(sheet, name, number), said(sheet.column(name), language, value)


def said(column: Column, language: str, value: str) -> str:
    """One of our values as it is typed: numbers and days as they are, choices in the words of the list."""
    is_plain = column.kind in {"number", "integer", "date", "date_time"}
    return value if is_plain else texts(language).value(column, value)


def meant(column: Column, value: str) -> object:
    """One of our values as the intake gives it."""
    if column.kind == "date":
        return date.fromisoformat(value)
    if column.kind == "date_time":
        return datetime.fromisoformat(f"{value}+00:00")
    if column.kind in {"number", "integer"}:
        return float(value)
    return {"yes": True, "no": False}[value] if column.kind == "yes_no" else value
