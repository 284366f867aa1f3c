"""The template as a workbook: instructions, the six sheets of the intake, all columns, and the hidden lists.

It stands in validation and not in reports: it is the border's own form, made from the columns that the intake reads,
and the intake recognises its words, pages and example rows; reports may import none of that.
"""

from __future__ import annotations

from datetime import date

from openpyxl import Workbook

from transforms.model.columns import SHEETS
from validation.template import pages
from validation.template.package import packed
from validation.template.sheet import fill, texts_as_numbers
from validation.template.words import texts

DEFAULT_ROWS = 500


def template(language: str, *, rows: int = DEFAULT_ROWS, made_on: date) -> bytes:
    """The template as the bytes of an .xlsx file, with so many rows prepared on each sheet.

    `language` is one of words.LANGUAGES. The same day gives the same bytes.
    """
    words = texts(language)
    tabs = words.part("pages")
    book = Workbook()
    front = book.worksheets[0]
    front.title = tabs["instructions"]["tab"]
    pages.write_instructions(front, words)
    titles = {}
    for sheet in SHEETS:
        titles[words.sheet_title(sheet)] = texts_as_numbers(sheet, rows)
        fill(book.create_sheet(words.sheet_title(sheet)), sheet, words, rows)
    pages.write_columns(book.create_sheet(tabs["columns"]["tab"]), words)
    pages.write_lists(book.create_sheet(tabs["lists"]["tab"]), book, words, rows)
    properties = words.part("properties")
    book.properties.title, book.properties.subject = properties["title"], properties["subject"]
    book.properties.description, book.properties.creator = properties["description"], "drawline"
    book.properties.language = words.part("language")
    return packed(book, made_on=made_on, texts_as_numbers=titles)
