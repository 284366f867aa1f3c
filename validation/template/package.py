"""Packs the template so that the same day always gives the same bytes."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from datetime import date, datetime

from openpyxl import Workbook
from openpyxl.writer.excel import ExcelWriter

from transforms.model.zip_entries import timeless_entry

_BEFORE = re.compile(rb"<(drawing|legacyDrawing|tableParts)\b|</worksheet>")


def packed(book: Workbook, *, made_on: date, texts_as_numbers: Mapping[str, str]) -> bytes:
    """The bytes of a workbook; `texts_as_numbers` are by sheet title the cells in which digits are meant as text, so
    that Excel does not mark them as a mistake.
    """
    book.properties.created = book.properties.modified = datetime(made_on.year, made_on.month, made_on.day)  # noqa: DTZ001 - of no zone
    # Nothing is to be calculated, so that Excel does not ask to save what nobody changed.
    book.calculation.fullCalcOnLoad = False
    raw = io.BytesIO()
    # Not book.save, which writes the present moment into the properties.
    ExcelWriter(book, zipfile.ZipFile(raw, "w")).save()
    cells_of = {
        f"xl/worksheets/sheet{number}.xml": texts_as_numbers[title]
        for number, title in enumerate(book.sheetnames, start=1)
        if texts_as_numbers.get(title)
    }
    made = io.BytesIO()
    with zipfile.ZipFile(raw) as written, zipfile.ZipFile(made, "w") as package:
        for name in written.namelist():
            content = written.read(name)
            package.writestr(timeless_entry(name), _with_ignored(content, cells_of.get(name)), compresslevel=9)
    return made.getvalue()


def _with_ignored(xml: bytes, cells: str | None) -> bytes:
    if not cells:
        return xml
    # openpyxl knows the element, but does not write it.
    element = f'<ignoredErrors><ignoredError sqref="{cells}" numberStoredAsText="1"/></ignoredErrors>'.encode()
    place = next(_BEFORE.finditer(xml)).start()
    return xml[:place] + element + xml[place:]
