"""A write-only sheet of openpyxl that takes its cells as XML: numbers, days and texts, so that none can be a formula.

openpyxl's own way of writing a cell costs several times as much, most of all for cells with a look.
"""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from tempfile import mkstemp
from typing import Any
from xml.sax.saxutils import escape

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import to_excel
from openpyxl.worksheet._write_only import WriteOnlyWorksheet
from openpyxl.worksheet._writer import ALL_TEMP_FILES, WorksheetWriter
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.xml.functions import fromstring

from reports.text import fit

ROWS = ".drawline-rows-"


def cell(address: str, value: object, style: int) -> str:
    """A cell as XML: an address such as B7, a text, number, day or moment without a zone (or None), and its style.

    Raises TypeError for any other value.
    """
    if value is None or value == "":
        return f'<c r="{address}" s="{style}"/>'
    if isinstance(value, str):
        text = escape(fit(value))
        return f'<c r="{address}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
    if isinstance(value, date):
        value = to_excel(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise TypeError(f"a cell holds text, a number or a day, not {type(value).__name__}")
    return f'<c r="{address}" s="{style}"><v>{value}</v></c>'


class CellSheet(WriteOnlyWorksheet):  # type: ignore[misc]
    """A write-only sheet whose appended rows are lists of cells made by `cell`.

    Until the book is saved the rows lie in a hidden file of `folder`, so that a process that is killed leaves them
    nowhere else.
    """

    _writer: _RowWriter | None = None

    def __init__(self, parent: Workbook, title: str, folder: Path) -> None:
        super().__init__(parent, title)
        self._folder = folder

    def link(self, column: int, row: int, *, target: str | None = None, location: str | None = None) -> None:
        """Makes a cell lead to a web address, or to a place in the book; after the first row was appended."""
        self._hyperlinks.append(Hyperlink(ref=f"{get_column_letter(column)}{row}", target=target, location=location))

    def leave(self) -> None:
        """Ends the rows of a sheet that is not saved, the innermost part first."""
        if self._rows is not None:
            self._rows.close()

    def _values_to_row(self, values: Sequence[str], row_idx: int) -> Sequence[str]:  # noqa: ARG002 - as openpyxl calls it
        return values

    def _get_writer(self) -> None:
        if self._writer is None:
            self._writer = _RowWriter(self, self._folder)
            self._writer.write_top()


class _RowWriter(WorksheetWriter):  # type: ignore[misc]
    """Writes a row from its cells' XML, with the height that is set for it, into a hidden file of a folder."""

    def __init__(self, sheet: CellSheet, folder: Path) -> None:
        handle, rows = mkstemp(prefix=ROWS, dir=folder)
        os.close(handle)
        # openpyxl removes what stands here once the book is saved, or when the process ends.
        ALL_TEMP_FILES.append(rows)
        self._file = _File(Path(rows))
        super().__init__(sheet, self._file)
        self.out = rows

    def close(self) -> None:
        super().close()
        self._file.check()

    def write_row(self, xf: Any, row: Sequence[str], row_idx: int) -> None:
        element = fromstring(f'<row r="{row_idx}">{"".join(row)}</row>')
        for name, value in dict(self.ws.row_dimensions.get(row_idx, {})).items():
            element.set(name, value)
        xf.write(element)


class _File:
    """A file that is open only while something is written to it, and whose errors wait for `check`.

    lxml, which writes to it, has an error of its own for a disk that is full, and raises it once more when all is over.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._error: OSError | None = None

    def write(self, data: bytes) -> None:
        if self._error is None:
            try:
                with self._path.open("ab") as file:
                    file.write(data)
            except OSError as error:
                self._error = error

    def check(self) -> None:
        """Raises the error of the first write that failed."""
        if self._error is not None:
            raise self._error
