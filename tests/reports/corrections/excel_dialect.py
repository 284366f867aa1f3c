"""A workbook as Excel itself writes one, part by part, with what a rewriting library drops: drop-downs that refer to
another sheet, sparklines, a text box, stored results of formulas, a table, an image, comments and a sensitivity label.
"""

from __future__ import annotations

import base64
import zipfile
from pathlib import Path

HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
MICROSOFT = "http://schemas.microsoft.com/office"
X14 = f"{MICROSOFT}/spreadsheetml/2009/9/main"
XM = f"{MICROSOFT}/excel/2006/main"
MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
SHEET_ROOT = (
    f'<worksheet xmlns="{MAIN}" xmlns:r="{LINKS}" xmlns:mc="{MC}" mc:Ignorable="x14ac xr xr2 xr3" '
    f'xmlns:x14ac="{MICROSOFT}/spreadsheetml/2009/9/ac" xmlns:xr="{MICROSOFT}/spreadsheetml/2014/revision" '
    f'xmlns:xr2="{MICROSOFT}/spreadsheetml/2015/revision2" xmlns:xr3="{MICROSOFT}/spreadsheetml/2016/revision3" '
    'xr:uid="{00000000-0001-0000-0%s00-000000000000}">'
)
# One pixel.
IMAGE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
SETTINGS = bytes(range(256)) * 3
TEXTS = (
    "client_id", "family_name", "date_of_birth", "marital_status", "english_test", "english_test_date",
    "english_listening", "english_reading", "english_writing", "english_speaking", "foreign_work_years", "Months abroad",
    "Trend", "C-1", "Sample", "single", "IELTS_GT", "C-2", "Example", "maried", "C-3", "Probe", "03/04/1990",
    "Choices", "married", "common_law", "Welcome",
)  # fmt: skip
HEADINGS = TEXTS[:13]


def _shared(text: str) -> int:
    return TEXTS.index(text)


def _text(cell: str, text: str, style: int = 0) -> str:
    return f'<c r="{cell}" s="{style}" t="s"><v>{_shared(text)}</v></c>'


def _candidates() -> str:
    """Three clients: a good one, one with a misspelt status and an empty score, one with a date in words."""
    heads = "".join(_text(f"{'ABCDEFGHIJKLM'[place]}2", text, 4) for place, text in enumerate(HEADINGS))
    rows = [
        '<row r="1" spans="1:13" ht="21" customHeight="1" x14ac:dyDescent="0.25">'
        + _text("A1", "Welcome", 3)
        + "</row>",
        f'<row r="2" spans="1:13" x14ac:dyDescent="0.25">{heads}</row>',
    ]
    clients = (
        ("C-1", "Sample", '<c r="C3" s="1"><v>33010</v></c>', "single", (8, 7.5, 7, 7), 36),
        ("C-2", "Example", '<c r="C4" s="1"><v>33375</v></c>', "maried", (9.5, 7.5, 7, 7), 24),
        ("C-3", "Probe", _text("C5", "03/04/1990", 1), "single", (8, 7.5, 7, 7), 12),
    )
    for number, (client, name, born, status, scores, months) in enumerate(clients, start=3):
        formula = f'<f t="shared" ref="K3:K5" si="0">L{number}/12</f>' if number == 3 else '<f t="shared" si="0"/>'
        rows.append(
            f'<row r="{number}" spans="1:13" x14ac:dyDescent="0.25">'
            + _text(f"A{number}", client, 2)
            + _text(f"B{number}", name)
            + born
            + _text(f"D{number}", status, 5)
            + _text(f"E{number}", "IELTS_GT")
            + f'<c r="F{number}" s="1"><v>45992</v></c>'
            + "".join(
                f'<c r="{letter}{number}"><v>{score}</v></c>' for letter, score in zip("GHIJ", scores, strict=True)
            )
            + f'<c r="K{number}">{formula}<v>{months / 12:g}</v></c><c r="L{number}"><v>{months}</v></c>'
            + f'<c r="M{number}" s="3"/></row>'
        )
    rows.append('<row r="7" spans="1:13" x14ac:dyDescent="0.25"><c r="L7"><f>SUM(L3:L5)</f><v>72</v></c></row>')
    return "".join(rows)


def _candidates_sheet() -> str:
    return (
        HEAD
        + SHEET_ROOT % "1"
        + '<sheetPr><tabColor theme="4"/><pageSetUpPr fitToPage="1"/></sheetPr><dimension ref="A1:M7"/><sheetViews><sheetView '
        'tabSelected="1" workbookViewId="0"><pane xSplit="1" ySplit="2" topLeftCell="B3" activePane="bottomRight" '
        'state="frozen"/><selection pane="bottomRight" activeCell="D4" sqref="D4"/></sheetView></sheetViews>'
        '<sheetFormatPr defaultRowHeight="15" x14ac:dyDescent="0.25"/><cols><col min="1" max="2" width="12.7109375" '
        'customWidth="1"/><col min="3" max="3" width="11" style="1" customWidth="1"/><col min="12" max="16384" width="14" '
        f'customWidth="1"/></cols><sheetData>{_candidates()}</sheetData>'
        '<mergeCells count="1"><mergeCell ref="A1:D1"/></mergeCells>'
        '<conditionalFormatting sqref="G3:J5"><cfRule type="cellIs" dxfId="0" priority="1" operator="lessThan"><formula>6'
        "</formula></cfRule></conditionalFormatting>"
        '<dataValidations count="1"><dataValidation type="decimal" allowBlank="1" showErrorMessage="1" sqref="G3:J5">'
        "<formula1>0</formula1><formula2>90</formula2></dataValidation></dataValidations>"
        '<hyperlinks><hyperlink ref="B3" r:id="rId6" xr:uid="{00000000-0004-0000-0100-000000000000}"/></hyperlinks>'
        '<pageMargins left="0.7" right="0.7" top="0.75" bottom="0.75" header="0.3" footer="0.3"/><pageSetup paperSize="9" '
        'orientation="landscape" r:id="rId1"/><headerFooter><oddFooter>&amp;LSample &amp;&amp; Example</oddFooter></headerFooter>'
        '<drawing r:id="rId2"/><legacyDrawing r:id="rId3"/><tableParts count="1"><tablePart r:id="rId4"/></tableParts>'
        "<extLst>"
        f'<ext uri="{{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}}" xmlns:x14="{X14}"><x14:dataValidations count="1" xmlns:xm="{XM}">'
        '<x14:dataValidation type="list" allowBlank="1" showErrorMessage="1" xr:uid="{00000000-0002-0000-0100-000001000000}">'
        "<x14:formula1><xm:f>Lists!$A$2:$A$4</xm:f></x14:formula1><xm:sqref>D3:D5</xm:sqref></x14:dataValidation>"
        "</x14:dataValidations></ext>"
        f'<ext uri="{{05C60535-1F16-4fd2-B633-F4F36F0B64E0}}" xmlns:x14="{X14}"><x14:sparklineGroups xmlns:xm="{XM}">'
        '<x14:sparklineGroup displayEmptyCellsAs="gap" xr2:uid="{00000000-0003-0000-0100-000000000000}"><x14:colorSeries '
        'theme="4"/><x14:sparklines>'
        + "".join(
            f"<x14:sparkline><xm:f>Candidates!G{row}:J{row}</xm:f><xm:sqref>M{row}</xm:sqref></x14:sparkline>"
            for row in (3, 4, 5)
        )
        + "</x14:sparklines></x14:sparklineGroup></x14:sparklineGroups></ext></extLst></worksheet>"
    )


def _lists_sheet() -> str:
    cells = "".join(
        f'<row r="{row}" spans="1:1" x14ac:dyDescent="0.25">{_text(f"A{row}", text)}</row>'
        for row, text in enumerate(("Choices", "single", "married", "common_law"), start=1)
    )
    return (
        HEAD
        + SHEET_ROOT % "0"
        + '<dimension ref="A1:A4"/><sheetViews><sheetView workbookViewId="0"/></sheetViews><sheetFormatPr '
        f'defaultRowHeight="15" x14ac:dyDescent="0.25"/><sheetData>{cells}</sheetData><pageMargins left="0.7" right="0.7" '
        'top="0.75" bottom="0.75" header="0.3" footer="0.3"/></worksheet>'
    )


def _workbook() -> str:
    return (
        f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{LINKS}" xmlns:mc="{MC}" mc:Ignorable="x15 xr xr6 xr10 xr2" '
        f'xmlns:x15="{MICROSOFT}/spreadsheetml/2010/11/main" xmlns:xr="{MICROSOFT}/spreadsheetml/2014/revision" '
        f'xmlns:xr6="{MICROSOFT}/spreadsheetml/2016/revision6" xmlns:xr10="{MICROSOFT}/spreadsheetml/2016/revision10" '
        f'xmlns:xr2="{MICROSOFT}/spreadsheetml/2015/revision2"><fileVersion appName="xl" lastEdited="7" lowestEdited="7" '
        'rupBuild="27328"/><workbookPr defaultThemeVersion="166925"/><xr:revisionPtr revIDLastSave="0" documentId="8_{0}" '
        'xr6:coauthVersionLast="47" xr6:coauthVersionMax="47" xr10:uidLastSave="{00000000-0000-0000-0000-000000000000}"/>'
        '<bookViews><workbookView xWindow="0" yWindow="0" windowWidth="28800" windowHeight="15000" activeTab="1" '
        'xr2:uid="{00000000-000D-0000-FFFF-FFFF00000000}"/></bookViews><sheets><sheet name="Lists" sheetId="3" state="hidden" '
        'r:id="rId1"/><sheet name="Candidates" sheetId="1" r:id="rId2"/></sheets><definedNames>'
        '<definedName name="_xlnm._FilterDatabase" localSheetId="1" hidden="1">Candidates!$A$2:$M$5</definedName>'
        '<definedName name="choices">Lists!$A$2:$A$4</definedName>'
        '<definedName name="_xlnm.Print_Area" localSheetId="1">Candidates!$A$1:$M$7</definedName>'
        '<definedName name="_xlnm.Print_Titles" localSheetId="1">Candidates!$2:$2</definedName></definedNames>'
        f'<calcPr calcId="191029"/><extLst><ext uri="{{140A7094-0E35-4892-8432-C4D2E57EDEB5}}" xmlns:x15="{MICROSOFT}'
        '/spreadsheetml/2010/11/main"><x15:workbookPr chartTrackingRefBase="1"/></ext></extLst></workbook>'
    )


STYLES = (
    f'{HEAD}<styleSheet xmlns="{MAIN}" xmlns:mc="{MC}" mc:Ignorable="x14ac x16r2" xmlns:x14ac="{MICROSOFT}'
    f'/spreadsheetml/2009/9/ac" xmlns:x16r2="{MICROSOFT}/spreadsheetml/2015/02/main"><fonts count="2" x14ac:knownFonts="1">'
    '<font><sz val="11"/><color theme="1"/><name val="Calibri"/><family val="2"/><scheme val="minor"/></font><font><b/>'
    '<sz val="11"/><color theme="0"/><name val="Calibri"/><family val="2"/><scheme val="minor"/></font></fonts>'
    '<fills count="4"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '<fill><patternFill patternType="solid"><fgColor theme="4" tint="-0.249977111117893"/><bgColor indexed="64"/>'
    '</patternFill></fill><fill><patternFill patternType="solid"><fgColor rgb="FFE2EFDA"/><bgColor indexed="64"/>'
    '</patternFill></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="6">'
    '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="14" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"><alignment horizontal="center"/></xf>'
    '<xf numFmtId="0" fontId="1" fillId="2" borderId="0" xfId="0" applyFont="1" applyFill="1"/>'
    '<xf numFmtId="0" fontId="0" fillId="3" borderId="0" xfId="0" applyFill="1"/></cellXfs><cellStyles count="1">'
    '<cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles><dxfs count="1"><dxf><font><color rgb="FF9C0006"/></font>'
    '<fill><patternFill><bgColor rgb="FFFFC7CE"/></patternFill></fill></dxf></dxfs><tableStyles count="0" '
    'defaultTableStyle="TableStyleMedium2" defaultPivotStyle="PivotStyleLight16"/></styleSheet>'
)
TABLE = (
    f'{HEAD}<table xmlns="{MAIN}" id="1" name="Clients" displayName="Clients" ref="A2:M5" totalsRowShown="0"><autoFilter '
    'ref="A2:M5"/><tableColumns count="13">'
    + "".join(f'<tableColumn id="{place}" name="{text}"/>' for place, text in enumerate(HEADINGS, start=1))
    + '</tableColumns><tableStyleInfo name="TableStyleMedium2" showFirstColumn="0" showLastColumn="0" showRowStripes="1" '
    'showColumnStripes="0"/></table>'
)
_DRAWING_ML = "http://schemas.openxmlformats.org/drawingml/2006"
DRAWING = (
    f'{HEAD}<xdr:wsDr xmlns:xdr="{_DRAWING_ML}/spreadsheetDrawing" xmlns:a="{_DRAWING_ML}/main"><xdr:twoCellAnchor><xdr:from>'
    "<xdr:col>14</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>1</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:from><xdr:to>"
    "<xdr:col>15</xdr:col><xdr:colOff>9525</xdr:colOff><xdr:row>4</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:to>"
    '<xdr:sp macro="" textlink=""><xdr:nvSpPr><xdr:cNvPr id="2" name="TextBox 1"/><xdr:cNvSpPr txBox="1"/></xdr:nvSpPr>'
    '<xdr:spPr><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></xdr:spPr><xdr:txBody><a:bodyPr/><a:p><a:r><a:t>Ask '
    "reception for files</a:t></a:r></a:p></xdr:txBody></xdr:sp><xdr:clientData/></xdr:twoCellAnchor><xdr:oneCellAnchor>"
    "<xdr:from><xdr:col>5</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>8</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:from>"
    '<xdr:ext cx="190500" cy="190500"/><xdr:pic><xdr:nvPicPr><xdr:cNvPr id="3" name="Logo"/><xdr:cNvPicPr/></xdr:nvPicPr>'
    f'<xdr:blipFill><a:blip xmlns:r="{LINKS}" r:embed="rId1"/><a:stretch><a:fillRect/></a:stretch></xdr:blipFill><xdr:spPr>'
    '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></xdr:spPr></xdr:pic><xdr:clientData/></xdr:oneCellAnchor></xdr:wsDr>'
)
COMMENTS = (
    f'{HEAD}<comments xmlns="{MAIN}"><authors><author>Reception</author><author>tc={{11111111-1111-1111-1111-111111111111}}'
    '</author></authors><commentList><comment ref="B3" authorId="0" shapeId="0"><text><r><rPr><b/><sz val="9"/></rPr><t>'
    'Reception:</t></r><r><t xml:space="preserve"> call back</t></r></text></comment><comment ref="G4" authorId="1" '
    'shapeId="0"><text><t>[Threaded comment] Is this score right?</t></text></comment></commentList></comments>'
)


def _note(number: int, row: int, column: int) -> str:
    return (
        f'<v:shape id="_x0000_s{number}" type="#_x0000_t202" style=\'position:absolute;visibility:hidden\' fillcolor="#ffffe1">'
        f'<x:ClientData ObjectType="Note"><x:Anchor>2, 15, 1, 10, 4, 15, 5, 4</x:Anchor><x:Row>{row}</x:Row><x:Column>{column}'
        "</x:Column></x:ClientData></v:shape>"
    )


SHAPES = (
    '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="1"/>'
    '</o:shapelayout><v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
    + _note(1025, 2, 1)
    + _note(1026, 3, 6)
    + "</xml>"
)
THREADED = (
    f'{HEAD}<ThreadedComments xmlns="{MICROSOFT}/spreadsheetml/2018/threadedcomments"><threadedComment ref="G4" '
    'dT="2026-05-01T10:00:00.00" personId="{22222222-2222-2222-2222-222222222222}" '
    'id="{11111111-1111-1111-1111-111111111111}"><text>Is this score right?</text></threadedComment></ThreadedComments>'
)
PERSONS = (
    f'{HEAD}<personList xmlns="{MICROSOFT}/spreadsheetml/2018/threadedcomments"><person displayName="Reception" '
    'id="{22222222-2222-2222-2222-222222222222}" userId="reception" providerId="None"/></personList>'
)
_LABEL = "33333333-3333-3333-3333-333333333333"
CUSTOM = (
    f'{HEAD}<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" '
    'xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"><property '
    f'fmtid="{{D5CDD505-2E9C-101B-9397-08002B2CF9AE}}" pid="2" name="MSIP_Label_{_LABEL}_Enabled"><vt:lpwstr>true</vt:lpwstr>'
    "</property></Properties>"
)
LABEL = (
    f'{HEAD}<clbl:labelList xmlns:clbl="{MICROSOFT}/2020/mipLabelMetadata"><clbl:label id="{{{_LABEL}}}" enabled="1" '
    'method="Privileged" siteId="{44444444-4444-4444-4444-444444444444}" contentBits="0" removed="0"/></clbl:labelList>'
)
APP = (
    f'{HEAD}<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties" '
    'xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"><Application>Microsoft Excel'
    '</Application><HeadingPairs><vt:vector size="4" baseType="variant"><vt:variant><vt:lpstr>Worksheets</vt:lpstr>'
    "</vt:variant><vt:variant><vt:i4>2</vt:i4></vt:variant><vt:variant><vt:lpstr>Named Ranges</vt:lpstr></vt:variant>"
    '<vt:variant><vt:i4>3</vt:i4></vt:variant></vt:vector></HeadingPairs><TitlesOfParts><vt:vector size="5" '
    'baseType="lpstr"><vt:lpstr>Lists</vt:lpstr><vt:lpstr>Candidates</vt:lpstr><vt:lpstr>choices</vt:lpstr>'
    "<vt:lpstr>Candidates!Print_Area</vt:lpstr><vt:lpstr>Candidates!Print_Titles</vt:lpstr></vt:vector></TitlesOfParts>"
    "<AppVersion>16.0300</AppVersion></Properties>"
)
CALC_CHAIN = (
    f'{HEAD}<calcChain xmlns="{MAIN}"><c r="K3" i="1"/><c r="K4" i="1"/><c r="K5" i="1"/><c r="L7" i="1"/></calcChain>'
)
CUSTOM_XML = "<firm xmlns='urn:sample'><case-owner>Sample</case-owner></firm>"


def _links(*links: tuple[str, str]) -> str:
    entries = "".join(
        f'<Relationship Id="rId{place}" Type="{kind if kind.startswith("http") else f"{LINKS}/{kind}"}" Target="{target}"'
        + (' TargetMode="External"/>' if kind == "hyperlink" else "/>")
        for place, (kind, target) in enumerate(links, start=1)
    )
    return f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">{entries}</Relationships>'


def _types() -> str:
    spreadsheet = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    overrides = {
        "xl/workbook.xml": f"{spreadsheet}.sheet.main+xml",
        "xl/worksheets/sheet1.xml": f"{spreadsheet}.worksheet+xml",
        "xl/worksheets/sheet2.xml": f"{spreadsheet}.worksheet+xml",
        "xl/styles.xml": f"{spreadsheet}.styles+xml",
        "xl/sharedStrings.xml": f"{spreadsheet}.sharedStrings+xml",
        "xl/calcChain.xml": f"{spreadsheet}.calcChain+xml",
        "xl/tables/table1.xml": f"{spreadsheet}.table+xml",
        "xl/comments1.xml": f"{spreadsheet}.comments+xml",
        "xl/drawings/drawing1.xml": "application/vnd.openxmlformats-officedocument.drawing+xml",
        "xl/threadedComments/threadedComment1.xml": "application/vnd.ms-excel.threadedcomments+xml",
        "xl/persons/person.xml": "application/vnd.ms-excel.person+xml",
        "docProps/app.xml": "application/vnd.openxmlformats-officedocument.extended-properties+xml",
        "docProps/custom.xml": "application/vnd.openxmlformats-officedocument.custom-properties+xml",
        "docMetadata/LabelInfo.xml": "application/vnd.ms-office.classificationlabels+xml",
    }
    entries = "".join(f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, kind in overrides.items())
    return (
        f'{HEAD}<Types xmlns="{PACKAGE}/content-types"><Default Extension="bin" '
        'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.printerSettings"/><Default Extension="png" '
        'ContentType="image/png"/><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="vml" ContentType="application/vnd.openxmlformats-officedocument.vmlDrawing"/><Default '
        f'Extension="xml" ContentType="application/xml"/>{entries}</Types>'
    )


def parts() -> dict[str, str | bytes]:
    """The parts of the workbook by name."""
    texts = "".join(f"<si><t>{text}</t></si>" for text in TEXTS)
    return {
        "[Content_Types].xml": _types(),
        "_rels/.rels": _links(
            ("officeDocument", "xl/workbook.xml"),
            ("extended-properties", "docProps/app.xml"),
            ("custom-properties", "docProps/custom.xml"),
            (f"{MICROSOFT}/2020/02/relationships/classificationlabels", "docMetadata/LabelInfo.xml"),
        ),
        "xl/workbook.xml": _workbook(),
        "xl/_rels/workbook.xml.rels": _links(
            ("worksheet", "worksheets/sheet1.xml"), ("worksheet", "worksheets/sheet2.xml"), ("styles", "styles.xml"),
            ("sharedStrings", "sharedStrings.xml"), ("calcChain", "calcChain.xml"), ("customXml", "../customXml/item1.xml"),
            (f"{MICROSOFT}/2017/10/relationships/person", "persons/person.xml"),
        ),
        "xl/worksheets/sheet1.xml": _lists_sheet(),
        "xl/worksheets/sheet2.xml": _candidates_sheet(),
        "xl/worksheets/_rels/sheet2.xml.rels": _links(
            ("printerSettings", "../printerSettings/printerSettings1.bin"), ("drawing", "../drawings/drawing1.xml"),
            ("vmlDrawing", "../drawings/vmlDrawing1.vml"), ("table", "../tables/table1.xml"), ("comments", "../comments1.xml"),
            ("hyperlink", "https://example.org/"),
            (f"{MICROSOFT}/2017/10/relationships/threadedComment", "../threadedComments/threadedComment1.xml"),
        ),
        "xl/styles.xml": STYLES,
        "xl/sharedStrings.xml": f'{HEAD}<sst xmlns="{MAIN}" count="{len(TEXTS)}" uniqueCount="{len(TEXTS)}">{texts}</sst>',
        "xl/calcChain.xml": CALC_CHAIN,
        "xl/tables/table1.xml": TABLE,
        "xl/drawings/drawing1.xml": DRAWING,
        "xl/drawings/_rels/drawing1.xml.rels": _links(("image", "../media/image1.png")),
        "xl/drawings/vmlDrawing1.vml": SHAPES,
        "xl/media/image1.png": IMAGE,
        "xl/comments1.xml": COMMENTS,
        "xl/threadedComments/threadedComment1.xml": THREADED,
        "xl/persons/person.xml": PERSONS,
        "xl/printerSettings/printerSettings1.bin": SETTINGS,
        "docProps/app.xml": APP,
        "docProps/custom.xml": CUSTOM,
        "docMetadata/LabelInfo.xml": LABEL,
        "customXml/item1.xml": CUSTOM_XML,
    }  # fmt: skip


def write(path: Path, changed: dict[str, str | bytes] | None = None) -> Path:
    """Writes the workbook; `changed` replaces parts or adds some."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in (parts() | (changed or {})).items():
            package.writestr(name, content)
    return path
