"""Workbooks packed without a clock: the same cells always give the same bytes."""

from __future__ import annotations

import zipfile
from datetime import date, datetime
from pathlib import Path

from openpyxl import Workbook
from openpyxl.writer.excel import ExcelWriter
from openpyxl.xml.constants import ARC_APP, XPROPS_NS
from openpyxl.xml.functions import SubElement, fromstring, tostring

from reports.workbook.cells import SheetPart
from reports.workbook.text import fit
from transforms.model.zip_entries import NO_TIME, timeless_entry

NO_DAY = date(*NO_TIME[:3])


def save(book: Workbook, path: Path, *, title: str, day: date, company: str = "") -> None:
    """Writes a workbook whose properties and parts carry the day it speaks of, and no time of writing."""
    book.properties.title, book.properties.creator = title, "drawline"
    book.properties.created = book.properties.modified = datetime(day.year, day.month, day.day)  # noqa: DTZ001 - of no zone
    # Nothing is to be calculated, so that Excel does not ask to save what nobody changed.
    book.calculation.fullCalcOnLoad = False
    # Not book.save, which writes the present moment into the properties.
    with _Package(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.company = fit(company)
        ExcelWriter(book, package).save()


class _Package(zipfile.ZipFile):
    """A zip archive whose parts all bear one date, and whose properties name a company."""

    company = ""

    def writestr(self, name: str, data: str | bytes) -> None:  # type: ignore[override]
        if name == ARC_APP and self.company:
            # openpyxl writes these properties without a way to set them.
            root = fromstring(data)
            SubElement(root, f"{{{XPROPS_NS}}}Company").text = self.company
            data = tostring(root)
        super().writestr(timeless_entry(name), data)

    def write(self, sheet: SheetPart, name: str) -> None:  # type: ignore[override]
        with self.open(timeless_entry(name), "w") as part:
            sheet.copy_to(part)
