"""Workbooks part by part, in the dialects of the programs that write them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from xml.sax.saxutils import escape

from validation.files.sheet_xml import letters_of

HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
FIRST_DAY, FIRST_DAY_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)
DAY_FORMAT, MOMENT_FORMAT = 14, 22

Table = Sequence[Sequence[Any]]


@dataclass(frozen=True)
class Xml:
    """A cell given as XML, in which @ stands for its place."""

    text: str


@dataclass(frozen=True)
class Dialect:
    """How a program writes: texts shared or inline, days from 1904, formats of days, and changes of the XML of sheets."""

    shared: bool = True
    from_1904: bool = False
    day_format: int = DAY_FORMAT
    formats: Mapping[int, str] = field(default_factory=dict)
    sheet: Callable[[str], str] = lambda xml: xml
    texts: Callable[[str], str] = lambda xml: xml
    workbook: Callable[[str], str] = lambda xml: xml
    states: Mapping[str, str] = field(default_factory=dict)


PLAIN = Dialect()


def serial(value: date, *, from_1904: bool = False) -> str:
    """A day or a moment as the number of days that a spreadsheet counts."""
    moment = value.replace(tzinfo=None) if isinstance(value, datetime) else datetime(value.year, value.month, value.day)
    since = moment - (FIRST_DAY_1904 if from_1904 else FIRST_DAY)
    days = since.days + since.seconds / 86_400
    return repr(since.days if not since.seconds else days)


def _cell(place: str, value: Any, shared: dict[str, int], dialect: Dialect) -> str:
    if isinstance(value, Xml):
        return value.text.replace("@", place)
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        value = "yes" if value else "no"
    if isinstance(value, date):
        style = 2 if isinstance(value, datetime) else 1
        return f'<c r="{place}" s="{style}"><v>{serial(value, from_1904=dialect.from_1904)}</v></c>'
    if isinstance(value, int | float):
        return f'<c r="{place}"><v>{value}</v></c>'
    if dialect.shared:
        return f'<c r="{place}" t="s"><v>{shared.setdefault(value, len(shared))}</v></c>'
    return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'


def sheet_xml(rows: Table, shared: dict[str, int], dialect: Dialect = PLAIN) -> str:
    """The XML of a sheet from its first row on."""
    made = "".join(
        f'<row r="{number}">{"".join(_cell(f"{letters_of(place)}{number}", value, shared, dialect) for place, value in enumerate(row))}</row>'
        for number, row in enumerate(rows, start=1)
    )
    return dialect.sheet(f'{HEAD}<worksheet xmlns="{MAIN}" xmlns:r="{LINKS}"><sheetData>{made}</sheetData></worksheet>')


def parts(sheets: Mapping[str, Table], dialect: Dialect = PLAIN) -> dict[str, bytes]:
    """The parts of a workbook by name."""
    shared: dict[str, int] = {}
    written = [sheet_xml(rows, shared, dialect) for rows in sheets.values()]
    entries = "".join(
        f'<sheet name="{escape(title)}" sheetId="{place}" state="{dialect.states.get(title, "visible")}" r:id="rId{place}"/>'
        for place, title in enumerate(sheets, start=1)
    )
    links = "".join(
        f'<Relationship Id="rId{place}" Type="{LINKS}/worksheet" Target="worksheets/sheet{place}.xml"/>'
        for place in range(1, len(sheets) + 1)
    )
    links += f'<Relationship Id="rIdS" Type="{LINKS}/styles" Target="styles.xml"/>'
    properties = '<workbookPr date1904="1"/>' if dialect.from_1904 else "<workbookPr/>"
    overrides = "".join(
        f'<Override PartName="/xl/worksheets/sheet{place}.xml" ContentType="{SHEET_TYPE}.worksheet+xml"/>'
        for place in range(1, len(sheets) + 1)
    )
    formats = "".join(f'<numFmt numFmtId="{number}" formatCode="{escape(code, {chr(34): "&quot;"})}"/>'
                      for number, code in dialect.formats.items())  # fmt: skip
    made = {
        "[Content_Types].xml": f'{HEAD}<Types xmlns="{TYPES}"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{SHEET_TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{SHEET_TYPE}.styles+xml"/>{overrides}</Types>',
        "_rels/.rels": f'{HEAD}<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" Type="{LINKS}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": dialect.workbook(
            f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{LINKS}">{properties}<sheets>{entries}</sheets></workbook>'
        ),
        "xl/_rels/workbook.xml.rels": "",
        "xl/styles.xml": f'{HEAD}<styleSheet xmlns="{MAIN}"><numFmts count="{len(dialect.formats)}">{formats}</numFmts>'
        "<fonts><font/></fonts><fills><fill/></fills><borders><border/></borders><cellStyleXfs><xf/></cellStyleXfs>"
        f'<cellXfs><xf numFmtId="0"/><xf numFmtId="{dialect.day_format}" applyNumberFormat="1"/>'
        f'<xf numFmtId="{MOMENT_FORMAT}" applyNumberFormat="1"/></cellXfs></styleSheet>',
    }
    for place, xml in enumerate(written, start=1):
        made[f"xl/worksheets/sheet{place}.xml"] = xml
    if shared:
        texts = "".join(f'<si><t xml:space="preserve">{escape(value)}</t></si>' for value in shared)
        made["xl/sharedStrings.xml"] = dialect.texts(f'{HEAD}<sst xmlns="{MAIN}">{texts}</sst>')
        links += f'<Relationship Id="rIdT" Type="{LINKS}/sharedStrings" Target="sharedStrings.xml"/>'
    made["xl/_rels/workbook.xml.rels"] = f'{HEAD}<Relationships xmlns="{PACKAGE}">{links}</Relationships>'
    return {name: content.encode() for name, content in made.items()}


def packed(content: Mapping[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Parts as one package, always the same bytes for the same parts."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", compression) as package:
        for name, part in content.items():
            entry = zipfile.ZipInfo(name, (2026, 5, 1, 9, 0, 0))
            entry.compress_type = compression
            package.writestr(entry, part)
    return made.getvalue()


def book(sheets: Mapping[str, Table] | Table, dialect: Dialect = PLAIN) -> bytes:
    """A workbook of sheets, or of the Candidates alone."""
    return packed(parts(sheets if isinstance(sheets, Mapping) else {"Candidates": sheets}, dialect))
