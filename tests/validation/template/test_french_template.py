"""The French template holds no English: cells, notes of headings, and the messages of its drop-downs."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

import openpyxl
from openpyxl.workbook import Workbook

from tests.french import english_left
from tests.validation.template.filled import made
from transforms.model.columns import CODES, SHEETS
from validation.template.example import PAGE_MARK

YES_NO = ("yes", "no")


def _texts(book: Workbook) -> Iterator[str]:
    yield from book.sheetnames
    for sheet in book:
        for cells in sheet.iter_rows():
            yield from (cell.value for cell in cells if isinstance(cell.value, str) and not cell.value.startswith("="))
            yield from (cell.comment.text for cell in cells if cell.comment is not None)
        for one in sheet.data_validations.dataValidation:
            yield from (text for text in (one.promptTitle, one.prompt, one.errorTitle, one.error) if text)


def test_french_template_holds_no_english() -> None:
    book = openpyxl.load_workbook(BytesIO(made("fr")))
    texts = list(_texts(book))
    names = {name for sheet in SHEETS for name in sheet.names}
    assert names <= set(texts)
    # Beside the words of a drop-down stand our own values.
    ours = {*names, *CODES, *YES_NO, PAGE_MARK}
    assert sum(bool(one.error) for sheet in book for one in sheet.data_validations.dataValidation)
    assert english_left([text for text in texts if text not in ours]) == []
