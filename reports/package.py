"""Workbooks packed without a clock: the same cells always give the same bytes."""

from __future__ import annotations

import zipfile
from datetime import date, datetime
from pathlib import Path

from openpyxl import Workbook
from openpyxl.writer.excel import ExcelWriter

from reports.cells import SheetPart

# The first moment that a zip archive can name.
NO_TIME = (1980, 1, 1, 0, 0, 0)
NO_DAY = date(*NO_TIME[:3])


def save(book: Workbook, path: Path, *, title: str, day: date) -> None:
    """Writes a workbook whose properties and parts carry the day it speaks of, and no time of writing."""
    book.properties.title, book.properties.creator = title, "drawline"
    book.properties.created = book.properties.modified = datetime(day.year, day.month, day.day)  # noqa: DTZ001 - of no zone
    # Nothing is to be calculated, so that Excel does not ask to save what nobody changed.
    book.calculation.fullCalcOnLoad = False
    # Not book.save, which writes the present moment into the properties.
    with _Package(path, "w", zipfile.ZIP_DEFLATED) as package:
        ExcelWriter(book, package).save()


class _Package(zipfile.ZipFile):
    """A zip archive whose parts all bear one date."""

    def writestr(self, name: str, data: str | bytes) -> None:  # type: ignore[override]
        super().writestr(_part(name), data)

    def write(self, sheet: SheetPart, name: str) -> None:  # type: ignore[override]
        with self.open(_part(name), "w") as part:
            sheet.copy_to(part)


def _part(name: str) -> zipfile.ZipInfo:
    part = zipfile.ZipInfo(name, NO_TIME)
    part.compress_type = zipfile.ZIP_DEFLATED
    part.external_attr = 0o600 << 16
    part.create_system = 0
    return part
