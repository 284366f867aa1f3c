"""Workbooks written part by part, as programs write them that are no spreadsheet."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from validation.files.sheet_xml import letters_of

HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE_LINKS = "http://schemas.openxmlformats.org/package/2006/relationships"
STYLES = (
    f'{HEAD}<styleSheet xmlns="{MAIN}"><fonts><font/></fonts><fills><fill/></fills><borders><border/></borders>'
    '<cellStyleXfs><xf/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="{format}"/></cellXfs></styleSheet>'
)


def text(cell: str, value: str) -> str:
    """A cell with a text."""
    return f'<c r="{cell}" t="inlineStr"><is><t>{value}</t></is></c>'


def table(rows: Sequence[Sequence[str]]) -> str:
    """Rows of cells: a text, or (beginning with <) a cell's own XML, in which @ stands for its place."""
    made = ""
    for number, row in enumerate(rows, start=1):
        cells = ""
        for column, value in enumerate(row):
            place = f"{letters_of(column)}{number}"
            cells += value.replace("@", place) if value.startswith("<") else text(place, value) if value else ""
        made += f'<row r="{number}">{cells}</row>'
    return f"<sheetData>{made}</sheetData>"


def write(
    path: Path,
    sheets: Mapping[str, str],
    *,
    workbook: str = "<workbookPr/>",
    after: str = "",
    number_format: int = 14,
    styles: str = STYLES,
    renamed: Mapping[str, str] | None = None,
    shared: Sequence[str] = (),
) -> Path:
    """A workbook of sheets given as XML inside <worksheet>; `renamed` gives parts another name."""
    entries = "".join(
        f'<sheet name="{title}" sheetId="{place}" r:id="rId{place}"/>' for place, title in enumerate(sheets, start=1)
    )
    links = "".join(
        f'<Relationship Id="rId{place}" Type="{LINKS}/worksheet" Target="worksheets/sheet{place}.xml"/>'
        for place in range(1, len(sheets) + 1)
    )
    links += f'<Relationship Id="rIdS" Type="{LINKS}/styles" Target="styles.xml"/>'
    links += f'<Relationship Id="rIdT" Type="{LINKS}/sharedStrings" Target="sharedStrings.xml"/>' if shared else ""
    parts = {
        "[Content_Types].xml": f'{HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": (
            f'{HEAD}<Relationships xmlns="{PACKAGE_LINKS}"><Relationship Id="rId1" Type="{LINKS}/officeDocument" '
            'Target="xl/workbook.xml"/></Relationships>'
        ),
        "xl/workbook.xml": (
            f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{LINKS}">{workbook}<sheets>{entries}</sheets>{after}</workbook>'
        ),
        "xl/_rels/workbook.xml.rels": f'{HEAD}<Relationships xmlns="{PACKAGE_LINKS}">{links}</Relationships>',
        "xl/styles.xml": styles.replace("{format}", str(number_format)),
    }
    for place, xml in enumerate(sheets.values(), start=1):
        parts[f"xl/worksheets/sheet{place}.xml"] = f'{HEAD}<worksheet xmlns="{MAIN}">{xml}</worksheet>'
    if shared:
        texts = "".join(f'<si><t xml:space="preserve">{value}</t></si>' for value in shared)
        parts["xl/sharedStrings.xml"] = f'{HEAD}<sst xmlns="{MAIN}">{texts}</sst>'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr((renamed or {}).get(name, name), content)
    return path
