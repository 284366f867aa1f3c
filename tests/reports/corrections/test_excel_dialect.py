"""A workbook of Excel's own keeps everything in its corrections workbook but for what the marks are."""

from __future__ import annotations

import re
from pathlib import Path

import openpyxl
import pytest
from lxml import etree

from tests.reports.corrections import excel_dialect
from tests.reports.corrections.checking import canonical, check, parts

MAIN = f"{{{excel_dialect.MAIN}}}"
# Parts that have to change, and those that are added.
CHANGED = {
    "[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/worksheets/sheet2.xml", "xl/styles.xml",
    "xl/comments1.xml", "xl/drawings/vmlDrawing1.vml", "docProps/app.xml",
}  # fmt: skip
ADDED = {"xl/worksheets/drawlineCorrections1.xml"}
SHEET = "xl/worksheets/sheet2.xml"
OWN_COLUMNS = ("Q", "R")
COLOURED = {"C5", "D4", "G4", "L2", "M2"}


@pytest.fixture
def firm(tmp_path: Path) -> Path:
    return excel_dialect.write(tmp_path / "firm.xlsx")


def without_marks(xml: bytes) -> etree._Element:
    """A sheet without what marking may change: own cells, styles of coloured cells, widths, dimension, the shown tab."""
    root = etree.fromstring(xml)
    for cell in root.iter(f"{MAIN}c"):
        if cell.get("r").rstrip("0123456789") in OWN_COLUMNS:
            cell.getparent().remove(cell)
        elif cell.get("r") in COLOURED:
            cell.attrib.pop("s", None)
    for row in root.iter(f"{MAIN}row"):
        row.attrib.pop("spans", None)
    for name in ("cols", "dimension"):
        root.remove(root.find(f"{MAIN}{name}"))
    for view in root.iter(f"{MAIN}sheetView"):
        view.attrib.pop("tabSelected", None)
    return root


def test_every_other_part_is_the_same_byte_by_byte(firm: Path, tmp_path: Path) -> None:
    before, after = parts(firm), parts(check(firm, out=tmp_path / "out").book)
    assert set(after) == set(before) | ADDED
    assert {name for name in before if before[name] != after[name]} == CHANGED
    assert list(after)[: len(before)] == list(before)


def test_the_sheet_keeps_every_element_but_the_marks(firm: Path, tmp_path: Path) -> None:
    before, after = parts(firm)[SHEET], parts(check(firm, out=tmp_path / "out").book)[SHEET]
    assert canonical(without_marks(after)) == canonical(without_marks(before))
    for kept in (b"Lists!$A$2:$A$4", b"<x14:sparkline>", b'<f t="shared" ref="K3:K5" si="0">L3/12</f><v>3</v>',
                 b'mc:Ignorable="x14ac xr xr2 xr3"', b'<mergeCell ref="A1:D1"/>', b'topLeftCell="B3"'):  # fmt: skip
        assert kept in after


def test_styles_are_added_at_the_end_alone(firm: Path, tmp_path: Path) -> None:
    before, after = parts(firm), parts(check(firm, out=tmp_path / "out").book)
    old, new = etree.fromstring(before["xl/styles.xml"]), etree.fromstring(after["xl/styles.xml"])
    assert [section.tag for section in old] == [section.tag for section in new]
    for one, other in zip(old, new, strict=True):
        assert [canonical(entry) for entry in other][: len(one)] == [canonical(entry) for entry in one]
        assert len(other) == int(other.get("count", len(other)))


def test_what_counts_sheets_by_place_counts_the_new_one(firm: Path, tmp_path: Path) -> None:
    after = parts(check(firm, out=tmp_path / "out").book)
    root = etree.fromstring(after["xl/workbook.xml"])
    assert [sheet.get("name") for sheet in root.iter(f"{MAIN}sheet")] == ["drawline corrections", "Lists", "Candidates"]
    assert [sheet.get("sheetId") for sheet in root.iter(f"{MAIN}sheet")] == ["4", "3", "1"]
    names = {name.get("name"): name.get("localSheetId") for name in root.iter(f"{MAIN}definedName")}
    assert names == {
        "_xlnm._FilterDatabase": "2", "choices": None, "_xlnm.Print_Area": "2", "_xlnm.Print_Titles": "2",
    }  # fmt: skip
    view = root.find(f".//{MAIN}workbookView")
    assert view.get("activeTab") is None
    assert view.get("windowWidth") == "28800"
    shown = [name for name, xml in after.items() if b'tabSelected="1"' in xml]
    assert shown == ["xl/worksheets/drawlineCorrections1.xml"]
    titles = re.findall(r"<vt:lpstr>([^<]*)", after["docProps/app.xml"].decode())
    assert titles[2:] == [
        "drawline corrections", "Lists", "Candidates", "choices", "Candidates!Print_Area", "Candidates!Print_Titles",
    ]  # fmt: skip
    assert "<vt:i4>3</vt:i4></vt:variant><vt:variant><vt:lpstr>Named Ranges" in after["docProps/app.xml"].decode()


@pytest.mark.filterwarnings("ignore:.*extension is not supported")
def test_marks_stand_right_of_table_text_box_and_sparklines(firm: Path, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(check(firm, out=tmp_path / "out").book)
    sheet = book["Candidates"]
    assert [sheet[f"{letter}2"].value for letter in ("N", "O", "P", *OWN_COLUMNS)] == [
        None, None, None, "drawline status", "drawline message",
    ]  # fmt: skip
    assert [sheet[f"Q{row}"].value for row in (1, 3, 4, 5, 7)] == [None, "ok", "quarantined", "quarantined", None]
    assert sheet["R4"].value.startswith("D4: It is none of the choices of this column. Write one of: single, married")
    assert "\nG4: 9.5 is no listening score" in sheet["R4"].value
    widths = sheet.column_dimensions
    assert (widths["Q"].width, widths["R"].width) == (18, 70)
    assert next(iter(sheet.tables.values())).ref == "A2:M5"
    assert {cell.coordinate for row in sheet["A1:M7"] for cell in row if cell.fill.fgColor.rgb == "FFF2A65A"} == {
        "C5", "D4", "G4",
    }  # fmt: skip
    assert sheet["C5"].number_format == "mm-dd-yy"


@pytest.mark.filterwarnings("ignore:.*extension is not supported")
def test_comments_of_the_firm_stay_and_are_alone_in_their_cells(firm: Path, tmp_path: Path) -> None:
    after = check(firm, out=tmp_path / "out").book
    sheet = openpyxl.load_workbook(after)["Candidates"]
    found = {cell.coordinate: cell.comment for row in sheet["A1:P7"] for cell in row if cell.comment}
    assert set(found) == {"B3", "C5", "D4", "G4", "L2", "M2"}
    assert found["B3"].text == "Reception: call back"
    assert found["G4"].text.startswith("[Threaded comment]")
    assert found["C5"].author == "drawline"
    assert found["C5"].text == (
        "drawline:\n03/04/1990 is ambiguous: it may be 3 April 1990 or 4 March 1990. Write 1990-04-03 or 1990-03-04."
    )
    shapes = etree.fromstring(parts(after)["xl/drawings/vmlDrawing1.vml"])
    numbers = [shape.get("id") for shape in shapes if shape.get("type")]
    assert numbers == [f"_x0000_s{number}" for number in range(1025, 1031)]


@pytest.mark.filterwarnings("ignore:.*extension is not supported")
def test_the_sheet_in_front_leads_to_the_cells(firm: Path, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(check(firm, out=tmp_path / "out").book)
    front = book.worksheets[0]
    texts = [[cell.value for cell in row] for row in front.iter_rows()]
    assert texts[0][0] == "Corrections of firm.xlsx"
    assert texts[1][0] == "3 clients in = 1 good + 2 quarantined"
    links = {cell.value: cell.hyperlink.location for row in front.iter_rows() for cell in row if cell.hyperlink}
    assert links["Candidates!D4"] == "Candidates!D4"
    head = texts.index(
        ["Sheet", "Column", "Status", "Count", "What is wrong", "What to do", "First cell", "Value there", None]
    )
    assert texts[head + 1][:4] == ["Candidates", "marital_status", "quarantined", 1]
    assert texts[head + 1][6:8] == ["Candidates!D4", "maried"]


def test_sent_in_again_it_gives_the_same_answer_and_the_same_marks(firm: Path, tmp_path: Path) -> None:
    first = check(firm, out=tmp_path / "out")
    second = check(first.book, out=tmp_path / "out")
    third = check(second.book, out=tmp_path / "out")
    assert second.said == first.said
    assert list(second.books) == ["firm-corrections-2.xlsx"]
    before, after = parts(second.book), parts(third.book)
    name = "xl/worksheets/drawlineCorrections1.xml"
    assert {name for name in after if before[name] != after[name]} == {name}
    sealed = re.compile(rb"written for [0-9a-f]{32}: [0-9a-f]{64}")
    assert len(sealed.findall(after[name])) == len(sealed.findall(before[name])) == 1
    renamed = after[name].replace(b"-corrections-2", b"-corrections")
    assert sealed.sub(b"", renamed) == sealed.sub(b"", before[name])
    once = parts(first.book)
    assert once[SHEET] == before[SHEET]
    assert once["xl/styles.xml"] == before["xl/styles.xml"]


def test_a_corrected_cell_has_its_own_fill_again(firm: Path, tmp_path: Path) -> None:
    first = check(firm, out=tmp_path / "out").book
    after = parts(first)
    coloured = re.search(rb'<c r="D4" s="([0-9]+)" t="s"><v>19</v>', after[SHEET])
    assert coloured
    assert int(coloured[1]) > 5
    corrected = tmp_path / "corrected.xlsx"
    text = after[SHEET].replace(coloured[0], coloured[0].replace(b"<v>19<", b"<v>15<"))
    excel_dialect.write(corrected, {**after, SHEET: text})
    again = parts(check(corrected, out=tmp_path / "out").book)
    assert re.search(rb'<c r="D4" s="5" t="s"><v>15</v>', again[SHEET])
    assert b'ref="D4"' not in again["xl/comments1.xml"]


def test_a_signed_workbook_is_a_list_alone(tmp_path: Path) -> None:
    firm = excel_dialect.write(tmp_path / "firm.xlsx", {"_xmlsignatures/sig1.xml": "<Signature/>"})
    done = check(firm, out=tmp_path / "out")
    book = openpyxl.load_workbook(done.book)
    assert book.sheetnames == ["drawline corrections"]
    texts = [cell.value for row in book.worksheets[0].iter_rows() for cell in row if cell.value]
    assert (
        "The workbook is signed digitally, and a change would break its signature. Correct the file itself by this list."
    ) in texts
    assert "Candidates!D4" in texts
    assert "_xmlsignatures/sig1.xml" not in parts(done.book)
