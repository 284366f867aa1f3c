"""Sheets in other dialects than Excel's are marked all the same, and what the marks do not touch stays."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from reports.corrections import plain_book
from reports.corrections.parts import package_of
from reports.corrections.rows import RowEdit, SheetXml, letters_of, place_of
from reports.corrections.xml import CannotEditError
from tests.reports.corrections import excel_dialect, mistakes
from tests.reports.corrections.checking import canonical, check, parts
from tests.validation import raw_books

MAIN = f"{{{raw_books.MAIN}}}"
ROWS = [
    ["client_id", "date_of_birth", "marital_status"],
    ["1", "1990-05-17", "maried"],
    ["2", "1990-05-17", "single"],
]
TABLE = raw_books.table(ROWS)


def book_of(path: Path, sheet: str) -> Path:
    """A workbook whose one sheet is given as XML inside <worksheet>."""
    path.write_bytes(plain_book.of_table("Candidates", pl.DataFrame({"A": ["replaced"]})))
    contents = parts(path) | {
        "xl/worksheets/sheet1.xml": f'{raw_books.HEAD}<worksheet xmlns="{raw_books.MAIN}">{sheet}</worksheet>'.encode()
    }
    path.write_bytes(package_of(contents))
    return path


@pytest.mark.parametrize(
    "sheet",
    [
        TABLE,
        TABLE.replace("<row r=", "<!-- <row r='9'> --><row r="),
        re.sub(r'<c r="[A-Z]+[0-9]+"', "<c", re.sub(r'<row r="[0-9]+"', "<row", TABLE)),
        TABLE.replace('"', "'"),
        TABLE.replace("<t>maried</t>", "<t><![CDATA[maried]]></t>"),
        TABLE.replace("<row r=", "\n  <row r=").replace("<c r=", "\n    <c r="),
        TABLE.replace("</row>", '<c r="D2"/><c r="XFD2"/></row>', 1).replace("D2", "D1").replace("XFD2", "XFD1"),
        '<cols><col min="1" max="16384" width="9"/></cols>' + TABLE,
        TABLE + '<autoFilter ref="A1:F3"/>',
    ],
    ids=["plain", "comments", "without places", "apostrophes", "cdata", "indented", "blanks far off", "cols", "filter"],
)  # fmt: skip
def test_a_sheet_in_any_dialect_is_marked(tmp_path: Path, sheet: str) -> None:
    source = book_of(tmp_path / "list.xlsx", sheet)
    first = check(source, out=tmp_path / "out")
    marked = openpyxl.load_workbook(first.book)["Candidates"]
    place = {cell.value: cell.column for cell in marked[1]}
    assert [marked.cell(row, place["drawline status"]).value for row in (2, 3)] == ["quarantined", "ok"]
    assert marked["C2"].fill.fgColor.rgb == "FFF2A65A"
    assert marked["C2"].value == "maried"
    assert check(first.book, out=tmp_path / "out").said == first.said


def test_a_sheet_whose_elements_have_a_prefix_is_marked(tmp_path: Path) -> None:
    xml = (
        f'<x:worksheet xmlns:x="{raw_books.MAIN}"><x:sheetData><x:row r="1"><x:c r="A1"><x:v>1</x:v></x:c></x:row>'
        "</x:sheetData></x:worksheet>"
    )
    sheet = SheetXml(xml.encode(), "sheet1.xml")
    sheet.edit({1: RowEdit({2: sheet.cell("B1", 3, b"ok")}, {1: lambda style: style + 7})})
    cells = {cell.get("r"): cell.get("s") for cell in etree.fromstring(sheet.xml()).iter(f"{MAIN}c")}
    assert cells == {"A1": "7", "B1": "3"}


def test_an_empty_cell_is_coloured_in_the_format_of_its_column() -> None:
    xml = (
        f'<worksheet xmlns="{raw_books.MAIN}"><cols><col min="2" max="3" style="4"/></cols><sheetData><row r="1" spans="1:4">'
        '<c r="A1"><v>1</v></c><c r="D1"><v>2</v></c></row><row r="3" s="6" customFormat="1"><c r="A3"/></row></sheetData></worksheet>'
    )
    sheet = SheetXml(xml.encode(), "sheet1.xml")
    sheet.edit({row: RowEdit(styled={2: lambda style: style + 10}) for row in (1, 3)})
    cells = [(cell.get("r"), cell.get("s")) for cell in etree.fromstring(sheet.xml()).iter(f"{MAIN}c")]
    assert cells == [("A1", None), ("B1", "14"), ("D1", None), ("A3", None), ("B3", "16")]


@pytest.mark.parametrize(
    "xml", [b"<worksheet>", b"<!DOCTYPE w [<!ENTITY e 'x'>]><worksheet>&e;</worksheet>", b"<chart/>"]
)
def test_what_is_no_sheet_is_not_edited(xml: bytes) -> None:
    with pytest.raises(CannotEditError):
        SheetXml(xml, "sheet1.xml")


CELLS = st.dictionaries(
    st.integers(1, 30), st.sampled_from(["", "<v>1</v>", "<is><t>a</t></is>", "<f>1+1</f><v>2</v>"]), max_size=6
)


def written(rows: dict[int, dict[int, str]]) -> bytes:
    made = ""
    for number in sorted(rows):
        cells = "".join(
            f'<c r="{letters_of(column)}{number}">{inside}</c>' if inside else f'<c r="{letters_of(column)}{number}"/>'
            for column, inside in sorted(rows[number].items())
        )
        made += f'<row r="{number}">{cells}</row>' if cells else f'<row r="{number}"/>'
    return f'<worksheet xmlns="{raw_books.MAIN}"><sheetData>{made}</sheetData></worksheet>'.encode()


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(st.integers(1, 12), CELLS, min_size=1, max_size=6),
    st.dictionaries(st.integers(1, 14), st.tuples(st.sets(st.integers(1, 34), max_size=3), st.sets(st.integers(1, 34), max_size=3)), max_size=6),
)  # fmt: skip
def test_an_edit_changes_nothing_but_what_it_names(
    rows: dict[int, dict[int, str]], wanted: dict[int, tuple[set[int], set[int]]]
) -> None:
    sheet = SheetXml(written(rows), "sheet1.xml")
    edits = {
        row: RowEdit(
            {column: sheet.cell(f"{letters_of(column)}{row}", 5, b"new") for column in added},
            {column: lambda style: 9 for column in styled - added},
        )
        for row, (added, styled) in wanted.items()
    }
    sheet.edit(edits)
    root = etree.fromstring(sheet.xml())
    found = {cell.get("r"): cell for cell in root.iter(f"{MAIN}c")}
    for row, cells in rows.items():
        for column in cells:
            cell = found[f"{letters_of(column)}{row}"]
            added, styled = wanted.get(row, (set(), set()))
            if column in added:
                assert "".join(cell.itertext()) == "new"
            else:
                assert cell.get("s") == ("9" if column in styled else None)
                before = etree.fromstring(written({row: {column: cells[column]}})).find(f".//{MAIN}c")
                cell.attrib.pop("s", None)
                assert canonical(cell) == canonical(before)
    for row in root.iter(f"{MAIN}row"):
        places: Sequence[int] = [place_of(cell.get("r"))[1] for cell in row]
        assert list(places) == sorted(set(places))


@pytest.mark.long
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize("made", ["excel", "mistakes"])
@pytest.mark.filterwarnings("ignore:.*extension is not supported")
def test_libreoffice_opens_it_and_what_it_saves_is_read_alike(tmp_path: Path, made: str) -> None:
    source = (excel_dialect if made == "excel" else mistakes).write(tmp_path / "firm.xlsx")
    first = check(source, out=tmp_path / "out")
    for kind in ("pdf", "xlsx"):
        command = ["soffice", "--headless", f"-env:UserInstallation=file://{tmp_path}/profile", "--convert-to", kind,
                   "--outdir", str(tmp_path / kind), str(first.book)]  # fmt: skip
        subprocess.run(command, check=True, capture_output=True, timeout=240)
    assert (tmp_path / "pdf" / "firm-corrections.pdf").read_bytes().startswith(b"%PDF")
    saved = tmp_path / "xlsx" / "firm-corrections.xlsx"
    assert openpyxl.load_workbook(saved).sheetnames == openpyxl.load_workbook(first.book).sheetnames
    again = check(saved, out=tmp_path / "again")
    assert again.said == first.said
    marked, before = (openpyxl.load_workbook(path)["Candidates"] for path in (again.book, first.book))
    for row in before.iter_rows():
        for cell in row:
            other = marked[cell.coordinate]
            assert (cell.fill.fgColor.rgb == "FFF2A65A") == (other.fill.fgColor.rgb == "FFF2A65A"), cell.coordinate
            assert bool(cell.comment) == bool(other.comment), cell.coordinate
