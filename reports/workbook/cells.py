"""A write-only sheet of openpyxl that takes its rows as XML: numbers, days and texts, so that none can be a formula.

openpyxl's own way of writing a cell costs many times as much; here whole columns become XML at once.
"""

from __future__ import annotations

import math
import shutil
import weakref
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO
from xml.sax.saxutils import escape

import polars as pl
from openpyxl import Workbook
from openpyxl.packaging.relationship import Relationship
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import to_excel
from openpyxl.worksheet._write_only import WriteOnlyWorksheet
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.xml.constants import REL_NS

from reports.workbook.text import fit, fitted

NO_ROWS = b"<sheetData></sheetData>"
NO_LINKS = b"<hyperlinks></hyperlinks>"
# Excel holds no more links on a sheet, and repairs a workbook that has more.
MAX_LINKS = 65_530
ROWS_AT_ONCE = 10_000
# Day 0 of Excel's calendar, and the days that it counts too many from 1900-02-29 on, which never was.
DAY_0 = date(1899, 12, 30)
BEFORE_MARCH = 60
MICROSECONDS_A_DAY = 86_400_000_000


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


def rows(frame: pl.DataFrame, styles: Sequence[int], first: int, heights: pl.Series) -> str:
    """The rows of a frame as XML from a row number on, its columns from A on; what is null has no cell.

    `styles` has one a column; `heights` one a row in points, null for the usual one. Raises TypeError for a column that
    is neither text, numbers, days nor moments without a zone.
    """
    texts = [name for name, dtype in frame.schema.items() if dtype == pl.String]
    fit_ = fitted(frame.select(texts)).with_columns(
        pl.all().str.replace_many(["&", "<", ">"], ["&amp;", "&lt;", "&gt;"])
    )
    values = [fit_[name] if name in fit_.columns else _value(frame[name]) for name in frame.columns]
    numbered = pl.DataFrame(values).with_columns(
        pl.int_range(first, pl.len() + first).cast(pl.String).alias("row number"), heights.alias("row height")
    )
    number = pl.col("row number")
    tall = pl.format(' ht="{}" customHeight="1"', "row height").fill_null("")
    cells = []
    for place, (name, style) in enumerate(zip(frame.columns, styles, strict=True), start=1):
        head = pl.concat_str(pl.lit(f'<c r="{get_column_letter(place)}'), number, pl.lit(f'" s="{style}"'))
        if frame.schema[name] == pl.String:
            text = pl.concat_str(
                head, pl.lit(' t="inlineStr"><is><t xml:space="preserve">'), name, pl.lit("</t></is></c>")
            )
            full = pl.when(pl.col(name) == "").then(pl.concat_str(head, pl.lit("/>"))).otherwise(text)
        else:
            full = pl.concat_str(head, pl.lit("><v>"), name, pl.lit("</v></c>"))
        cells.append(full.fill_null(""))
    row = pl.concat_str(pl.lit('<row r="'), number, pl.lit('"'), tall, pl.lit(">"), *cells, pl.lit("</row>"))
    return "".join(numbered.select(row).to_series())


def _value(column: pl.Series) -> pl.Series:
    """The values of a column that is not text as they stand in XML."""
    dtype = column.dtype
    if dtype == pl.Null:
        return column.cast(pl.String)
    if dtype.is_integer() or (dtype.is_float() and (column.is_finite() | column.is_null()).all()):
        return column.cast(pl.String)
    if dtype == pl.Date:
        return _counted_by_excel((column - DAY_0).dt.total_days()).cast(pl.String)
    if isinstance(dtype, pl.Datetime) and dtype.time_zone is None:
        since = (column - datetime(DAY_0.year, DAY_0.month, DAY_0.day)).dt.total_microseconds()  # noqa: DTZ001 - of no zone
        days, rest = since // MICROSECONDS_A_DAY, since % MICROSECONDS_A_DAY
        return (_counted_by_excel(days) + rest / MICROSECONDS_A_DAY).cast(pl.String)
    raise TypeError(f"a column of a sheet holds text, numbers or days, not {dtype}")


def _counted_by_excel(days: pl.Series) -> pl.Series:
    """Days since DAY_0 as Excel counts them, whose 1900 had a 29 February."""
    return days - days.is_between(1, BEFORE_MARCH).cast(pl.Int64)


LINKS = {"ref": pl.String(), "location": pl.String(), "target": pl.String()}


class CellSheet(WriteOnlyWorksheet):  # type: ignore[misc]
    """A write-only sheet that takes rows as lists of cells made by `cell`, or as a frame.

    Until the book is saved they lie in a file without a name in `folder`, so that a process that is killed leaves nothing
    of them anywhere.
    """

    _writer: _RowWriter | None = None

    def __init__(self, parent: Workbook, title: str, folder: Path) -> None:
        super().__init__(parent, title)
        self._folder = folder
        self._links = [pl.DataFrame(schema=LINKS)]
        self._room = MAX_LINKS

    def append(self, cells: Sequence[str]) -> None:
        """Appends a row, as high as its row_dimensions say."""
        number = self._max_row + 1
        about = "".join(f' {name}="{value}"' for name, value in dict(self.row_dimensions.get(number, {})).items())
        self._append(f'<row r="{number}"{about}>{"".join(cells)}</row>', 1)

    def append_frame(self, frame: pl.DataFrame, styles: Sequence[int], heights: pl.Series) -> None:
        """Appends the rows of a frame, as `rows` takes it."""
        for part in range(0, frame.height, ROWS_AT_ONCE):
            part_rows = frame[part : part + ROWS_AT_ONCE]
            xml = rows(part_rows, styles, self._max_row + 1, heights[part : part + ROWS_AT_ONCE])
            self._append(xml, part_rows.height)

    def _append(self, xml: str, height: int) -> None:
        self._get_writer()
        assert self._writer is not None
        self._writer.keep(xml.encode())
        self._max_row += height

    def release(self) -> None:
        """Releases the rows; the sheet can be saved no more."""
        if self._writer is not None:
            self._writer.cleanup()

    def link(self, column: int, row: int, *, target: str | None = None, location: str | None = None) -> None:
        """Makes a cell lead to a web address, to a place in the book, or to a place in a file beside it."""
        link = (f"{get_column_letter(column)}{row}", location, target)
        self._add_links(pl.DataFrame([link], schema=LINKS, orient="row"))

    def link_column(self, column: int, first: int, links: pl.DataFrame) -> None:
        """Makes the cells of a column lead somewhere, one row of `links` a row of the sheet from the row `first` on.

        `location` and `target` (String) are those of `link`; a cell leads nowhere where both are null. What is more than
        MAX_LINKS on a sheet is left out.
        """
        address = pl.lit(get_column_letter(column)) + pl.int_range(first, pl.len() + first).cast(pl.String)
        linked = links.select(address.alias("ref"), "location", "target")
        self._add_links(linked.filter(pl.any_horizontal(pl.col("location", "target").is_not_null())))

    def _add_links(self, links: pl.DataFrame) -> None:
        kept = links.head(self._room)
        self._room -= kept.height
        self._links.append(kept)

    @property
    def links(self) -> pl.DataFrame:
        """The links of the sheet: ref (the cell), location and target, all String."""
        return pl.concat(self._links)

    def _get_writer(self) -> None:
        if self._writer is None:
            self._writer = _RowWriter(self, self._folder)
            self._writer.write_top()


class _RowWriter(WorksheetWriter):  # type: ignore[misc]
    """Writes what stands around the rows into memory, and keeps the rows beside it."""

    def __init__(self, sheet: CellSheet, folder: Path) -> None:
        self._around = BytesIO()
        self._links = b""
        super().__init__(sheet, self._around)
        self._folder = folder
        self._kept = TemporaryFile(dir=folder)  # noqa: SIM115 - closed with the book, saved or not
        weakref.finalize(self, self._kept.close)

    def keep(self, xml: bytes) -> None:
        """Adds rows."""
        try:
            self._kept.write(xml)
            self._kept.flush()
        except OSError as error:
            # The file has no name, and its room is free once it is closed: this says which disk was full.
            error.filename = str(self._folder)
            # What could not be written is not to be tried again when the file is released.
            self._kept.raw.close()
            raise

    def write_rows(self) -> None:
        xf = self.xf.send(True)
        with xf.element("sheetData"):
            xf.write("")
        self.xf.send(None)

    def write_hyperlinks(self) -> None:
        self._links = self._links_xml(self.ws.links)
        if self._links:
            xf = self.xf.send(True)
            with xf.element("hyperlinks"):
                xf.write("")
            self.xf.send(None)

    def _links_xml(self, links: pl.DataFrame) -> bytes:
        """The links as XML; of links to one file, the package names the file once."""
        if links.is_empty():
            return b""
        files = links["target"].drop_nulls().unique(maintain_order=True).to_list()
        ids = []
        for file in files:
            relationship = Relationship(type="hyperlink", TargetMode="External", Target=file)
            self._rels.append(relationship)
            ids.append(f' r:id="{relationship.Id}"')
        place = pl.col("location").str.replace_many(["&", "<", ">", '"'], ["&amp;", "&lt;", "&gt;", "&quot;"])
        xml = links.select(
            pl.format(
                '<hyperlink ref="{}"{}{}/>', "ref",
                pl.col("target").replace_strict(files, ids, default=None, return_dtype=pl.String).fill_null(""),
                pl.format(' location="{}"', place).fill_null(""),
            )
        )  # fmt: skip
        made = "".join(xml.to_series())
        return f'<hyperlinks xmlns:r="{REL_NS}">{made}</hyperlinks>'.encode()

    def close(self) -> None:
        super().close()
        before, _, after = self._around.getvalue().partition(NO_ROWS)
        if self._links:
            after = after.replace(NO_LINKS, self._links, 1)
        self.out = SheetPart(before + b"<sheetData>", self._kept, b"</sheetData>" + after)

    def cleanup(self) -> None:
        self._kept.close()


@dataclass(frozen=True)
class SheetPart:
    """A sheet as it stands in the package: what comes before its rows, the rows, and what comes after."""

    before: bytes
    rows: IO[bytes]
    after: bytes

    def copy_to(self, target: IO[bytes]) -> None:
        """Writes all of it."""
        target.write(self.before)
        self.rows.seek(0)
        shutil.copyfileobj(self.rows, target)
        target.write(self.after)
