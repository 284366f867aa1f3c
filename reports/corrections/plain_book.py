"""A plain workbook made of a table of texts, so that a CSV or Parquet file can be given back with its marks."""

from __future__ import annotations

import itertools
from xml.sax.saxutils import quoteattr

import polars as pl

from reports.corrections.book import SHEET_TYPE
from reports.corrections.parts import CONTENT_TYPES, package_of
from reports.corrections.styles import CONTENT_TYPE as STYLES_TYPE
from reports.corrections.styles import TEXT_FORMAT
from reports.corrections.xml import LINKS, MAIN
from reports.workbook.cells import ROWS_AT_ONCE, rows
from reports.workbook.looks import FONT
from reports.workbook.text import fit

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_BOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_LINKS_TYPE = "application/vnd.openxmlformats-package.relationships+xml"
MAX_TITLE = 31
MIN_WIDTH, MAX_WIDTH, MARGIN = 10, 40, 3
TEXT_STYLE, HEADING_STYLE = 1, 2
# What stands for content that is no text, in private-use characters.
_MARKERS = "[\ue000\ue001]"
_STYLES = (
    f'{_HEAD}<styleSheet xmlns="{MAIN}"><fonts count="2"><font><sz val="11"/><name val="{FONT}"/></font>'
    f'<font><b/><sz val="11"/><name val="{FONT}"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="3">'
    '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    f'<xf numFmtId="{TEXT_FORMAT}" fontId="0" fillId="0" borderId="0" xfId="0" quotePrefix="1" applyNumberFormat="1"/>'
    f'<xf numFmtId="{TEXT_FORMAT}" fontId="1" fillId="0" borderId="0" xfId="0" quotePrefix="1" applyNumberFormat="1"'
    ' applyFont="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


def of_table(title: str, cells: pl.DataFrame, heading_row: int = 0) -> bytes:
    """A workbook of one sheet: each cell of a String frame as text, its first row as row 1.

    The row of the headings (from 1) is bold and stays on the screen; 0: there is none.
    """
    return _package({title: _sheet(cells, heading_row)})


def without_sheets() -> bytes:
    """A workbook that holds no sheet yet."""
    return _package({})


def _sheet(cells: pl.DataFrame, heading_row: int) -> bytes:
    """The XML of a sheet of texts."""
    shown = cells.with_columns(pl.all().str.replace_all(_MARKERS, ""))
    bounds = sorted({0, max(heading_row - 1, 0), heading_row, *range(0, shown.height, ROWS_AT_ONCE), shown.height})
    parts = [
        rows(part, [style] * part.width, first + 1, pl.Series([None] * part.height, dtype=pl.Float64))
        for first, end in itertools.pairwise(bounds)
        for part in [shown[first:end]]
        for style in [HEADING_STYLE if end == heading_row else TEXT_STYLE]
    ]
    columns = "".join(
        f'<col min="{place}" max="{place}" width="{width}" style="{TEXT_STYLE}" customWidth="1"/>'
        for place, width in enumerate(_widths(shown), start=1)
    )
    frozen = (
        f'<pane ySplit="{heading_row}" topLeftCell="A{heading_row + 1}" activePane="bottomLeft" state="frozen"/>'
        if heading_row
        else ""
    )
    return (
        f'{_HEAD}<worksheet xmlns="{MAIN}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
        f'<sheetViews><sheetView workbookViewId="0">{frozen}</sheetView></sheetViews>'
        f'<sheetFormatPr defaultRowHeight="15"/>{f"<cols>{columns}</cols>" if columns else ""}'
        f"<sheetData>{''.join(parts)}</sheetData>"
        '<pageMargins left="0.4" right="0.4" top="0.5" bottom="0.6" header="0.3" footer="0.3"/>'
        '<pageSetup orientation="landscape" fitToHeight="0"/></worksheet>'
    ).encode()


def _widths(shown: pl.DataFrame) -> list[int]:
    """The widths at which the texts of each column can be read."""
    longest = shown.select(pl.all().str.len_chars().max().fill_null(0)) if shown.height else shown
    return [min(max(letters + MARGIN, MIN_WIDTH), MAX_WIDTH) for letters in (longest.row(0) if shown.height else ())]


def _package(sheets: dict[str, bytes]) -> bytes:
    names = {title: f"xl/worksheets/sheet{place}.xml" for place, title in enumerate(sheets, start=1)}
    entries = "".join(
        f'<sheet name={quoteattr(fit(title)[:MAX_TITLE])} sheetId="{place}" r:id="rId{place}"/>'
        for place, title in enumerate(sheets, start=1)
    )
    links = [(f"rId{place}", "worksheet", name) for place, name in enumerate(names.values(), start=1)]
    links.append((f"rId{len(names) + 1}", "styles", "xl/styles.xml"))
    types = [
        ("xl/workbook.xml", _BOOK_TYPE),
        ("xl/styles.xml", STYLES_TYPE),
        *((name, SHEET_TYPE) for name in names.values()),
    ]
    overrides = "".join(f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, kind in types)
    contents = {
        CONTENT_TYPES: f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" ContentType="{_LINKS_TYPE}"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>',
        "_rels/.rels": _links([("rId1", "officeDocument", "xl/workbook.xml")]),
        "xl/workbook.xml": f'{_HEAD}<workbook xmlns="{MAIN}" xmlns:r="{LINKS}"><bookViews><workbookView/></bookViews>'
        f"<sheets>{entries}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": _links(links),
        "xl/styles.xml": _STYLES,
    }
    return package_of(
        {name: content.encode() for name, content in contents.items()}
        | {names[title]: xml for title, xml in sheets.items()}
    )


def _links(links: list[tuple[str, str, str]]) -> str:
    entries = "".join(
        f'<Relationship Id="{id_}" Type="{LINKS}/{kind}" Target="/{target}"/>' for id_, kind, target in links
    )
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{entries}</Relationships>'
