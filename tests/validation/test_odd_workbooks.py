"""Workbooks that other programs write in their own way: what they say is what is read."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.validation import raw_books
from tests.validation.raw_books import table
from validation.files import readers, sheet_extent, sheet_xml
from validation.files.package import Package
from validation.files.unusable import Unusable
from validation.intake.intake import UnusableInputs

HEADERS = ["client_id", "date_of_birth", "marital_status"]
ROW = ["C-1", "1990-01-02", "single"]
# A pass that reads a megabyte again at each of its marks takes minutes.
MAX_SECONDS = 20
BORN = '<c r="@" s="1"><v>32875</v></c>'
BORN_1904 = '<c r="@" s="1"><v>31413</v></c>'


def listed(taken: Any) -> list[tuple[str, str]]:
    rows: list[tuple[str, str]] = taken.quarantine.select("cell", "value").rows()
    return rows


def one_more(tmp_path: Path, header: str, cell: str, **options: Any) -> Path:
    """A workbook with one good client and one more cell."""
    return raw_books.write(tmp_path / "book.xlsx", {"Candidates": table([[*HEADERS, header], [*ROW, cell]])}, **options)


BOOLEANS = [
    ("<v>false</v>", False),
    ("<v>0</v>", False),
    ("<v> FALSE </v>", False),
    ("<v>true</v>", True),
    ("<v>1</v>", True),
    ("<f>A1=1</f><v>false</v>", False),
]


@pytest.mark.parametrize(("content", "right"), BOOLEANS)
def test_yes_and_no_as_words_or_digits(tmp_path: Path, take: Callable[..., Any], content: str, right: bool) -> None:
    path = one_more(tmp_path, "sibling_in_canada", f'<c r="@" s="1" t="b">{content}</c>')
    assert take(path).sheets["candidates"]["sibling_in_canada"].to_list() == [right]


def test_a_yes_or_no_that_is_neither_is_listed(tmp_path: Path, take: Callable[..., Any]) -> None:
    path = one_more(tmp_path, "sibling_in_canada", '<c r="@" t="b"><v>2</v></c>')
    assert listed(take(path)) == [("Candidates!D2", "2")]


BARE_TEXTS = [
    "<v>yes</v>", '<v xml:space="preserve">yes</v>', "\n <v>yes</v>", "<f>A1&amp;B1</f><v>yes</v>", '<f t="shared"/> <v>yes</v>',
    "<is/><v>yes</v>", "<f>A1</f><is/><v>yes</v>", "<is></is><v>yes</v>",
]  # fmt: skip


@pytest.mark.parametrize("form", BARE_TEXTS)
def test_a_text_that_stands_where_numbers_do(tmp_path: Path, take: Callable[..., Any], form: str) -> None:
    path = one_more(tmp_path, "sibling_in_canada", f'<c r="@" s="1" t="inlineStr">{form}</c>')
    assert take(path).sheets["candidates"]["sibling_in_canada"].to_list() == [True]


@pytest.mark.parametrize("kind", ['t="str"', 't="n"', "", 't="b"', 't="s"'])
def test_a_formula_without_a_result_is_listed_whatever_its_type(
    tmp_path: Path, take: Callable[..., Any], kind: str
) -> None:
    path = one_more(tmp_path, "foreign_work_years", f'<c r="@" {kind}><f>1+2</f></c>')
    taken = take(path)
    assert listed(taken) == [("Candidates!D2", "=1+2")]
    assert "result is not stored" in taken.quarantine["problem"][0]


@pytest.mark.parametrize("result", ["<v></v>", "<v/>"])
def test_a_formula_with_an_empty_text_is_an_empty_cell(tmp_path: Path, take: Callable[..., Any], result: str) -> None:
    path = one_more(tmp_path, "foreign_work_years", f'<c r="@" t="str"><f>1+2</f>{result}</c>')
    assert take(path).sheets["candidates"]["foreign_work_years"].to_list() == [None]


ERRORS = ["#SPILL!", "#CALC!", "#GETTING_DATA", "#FIELD!", "#BLOCKED!", "#CONNECT!", "#ERROR!", "#UNKNOWN!", "#N/A"]


@pytest.mark.parametrize("error", ERRORS)
def test_every_error_is_listed_in_our_columns_and_passed_over_elsewhere(
    tmp_path: Path, take: Callable[..., Any], error: str
) -> None:
    cell = f'<c r="@" t="e"><v>{error}</v></c>'
    assert listed(take(one_more(tmp_path, "family_name", cell))) == [("Candidates!D2", error)]
    assert take(one_more(tmp_path, "our notes", cell)).counts["candidates_accepted"] == 1


def test_an_error_in_another_language_is_an_error(tmp_path: Path, take: Callable[..., Any]) -> None:
    path = one_more(tmp_path, "family_name", '<c r="@" t="e"><v>#ПУСТО!</v></c>')
    assert listed(take(path)) == [("Candidates!D2", "#ERROR!")]


def test_an_error_in_the_last_row_does_not_lose_the_row(tmp_path: Path, take: Callable[..., Any]) -> None:
    error = '<c r="@" t="e"><v>#SPILL!</v></c>'
    path = raw_books.write(tmp_path / "book.xlsx", {"Candidates": table([HEADERS, ROW, [error, "", ""]])})
    assert take(path).counts["candidates_in"] == 2


COMMENTS = [
    '<!-- <c r="B2" t="e"><v>#N/A</v></c> -->',
    '<!--<row r="2"><c r="B2"><f>1</f></c></row>-->',
    '<!-- <mergeCell ref="A2:A9"/> hidden="1" -->',
    '<?note <c r="B2" t="e"><v>#N/A</v></c>?>',
]


@pytest.mark.parametrize("comment", COMMENTS)
def test_what_stands_in_a_comment_is_no_cell(tmp_path: Path, take: Callable[..., Any], comment: str) -> None:
    path = raw_books.write(tmp_path / "book.xlsx", {"Candidates": f"{comment}{table([HEADERS, ROW])}{comment}"})
    taken = take(path)
    assert taken.sheets["candidates"]["date_of_birth"].to_list() == [date(1990, 1, 2)]
    assert taken.warnings.is_empty()


def test_marked_text_of_xml_is_text(tmp_path: Path, take: Callable[..., Any]) -> None:
    path = one_more(tmp_path, "family_name", '<c r="@" t="inlineStr"><is><t><![CDATA[A <b> & C]]></t></is></c>')
    assert take(path).sheets["candidates"]["family_name"].to_list() == ["A <b> & C"]


def test_attributes_between_apostrophes_leave_texts_as_they_are(tmp_path: Path, take: Callable[..., Any]) -> None:
    rows = table([[*HEADERS, "family_name", "given_name"], [*ROW, "x='y'", "<c r='@' t='e'><v>#SPILL!</v></c>"]])
    path = raw_books.write(tmp_path / "book.xlsx", {"Candidates": rows})
    taken = take(path)
    assert listed(taken) == [("Candidates!E2", "#SPILL!")]
    book = readers.Workbook(path.read_bytes())
    assert book.grid(book.sheets[0]).cells["D"].to_list() == ["family_name", "x='y'"]


X15 = '<extLst><ext xmlns:x15="http://schemas.microsoft.com/office/spreadsheetml/2010/11/main">{}</ext></extLst>'
DAYS_1904 = [
    ('<workbookPr date1904="1"/>', ""),
    ('<workbookPr date1904="true"/>', ""),
    ('<workbookPr date1904="1"/>', X15.format('<x15:workbookPr chartTrackingRefBase="1"/>')),
    ('<workbookPr codeName="ThisWorkbook" date1904="1"/>', X15.format('<x15:workbookPr date1904="0"/>')),
]


@pytest.mark.parametrize(("workbook", "after"), DAYS_1904)
def test_days_counted_from_1904(tmp_path: Path, take: Callable[..., Any], workbook: str, after: str) -> None:
    rows = table([HEADERS, ["C-1", BORN_1904, "single"]])
    path = raw_books.write(tmp_path / "book.xlsx", {"Candidates": rows}, workbook=workbook, after=after)
    assert take(path).sheets["candidates"]["date_of_birth"].to_list() == [date(1990, 1, 2)]


@pytest.mark.parametrize("extension", ["", X15.format('<x15:workbookPr date1904="1"/>')])
def test_days_counted_from_1900(tmp_path: Path, take: Callable[..., Any], extension: str) -> None:
    rows = table([HEADERS, ["C-1", BORN, "single"]])
    path = raw_books.write(tmp_path / "book.xlsx", {"Candidates": rows}, after=extension)
    assert take(path).sheets["candidates"]["date_of_birth"].to_list() == [date(1990, 1, 2)]


@pytest.mark.parametrize("number", [14, 22, 27, 28, 31, 36, 50, 57, 58, 71, 81])
def test_built_in_date_formats_of_all_countries(tmp_path: Path, take: Callable[..., Any], number: int) -> None:
    rows = table([HEADERS, ["C-1", BORN, "single"]])
    path = raw_books.write(tmp_path / "book.xlsx", {"Candidates": rows}, number_format=number)
    assert take(path).sheets["candidates"]["date_of_birth"].to_list() == [date(1990, 1, 2)]


def test_a_format_of_the_workbooks_own_is_what_it_says(tmp_path: Path, take: Callable[..., Any]) -> None:
    own = '<numFmts count="1"><numFmt numFmtId="31" formatCode="0.00"/></numFmts><fonts>'
    rows = table([[*HEADERS, "foreign_work_years"], [*ROW, '<c r="@" s="1"><v>3</v></c>']])
    path = raw_books.write(
        tmp_path / "book.xlsx", {"Candidates": rows}, number_format=31,
        styles=raw_books.STYLES.replace("<fonts>", own, 1),
    )  # fmt: skip
    assert take(path).sheets["candidates"]["foreign_work_years"].to_list() == [3.0]


NAMES = [
    {"xl/worksheets/sheet1.xml": "xl/worksheets/SHEET1.XML"},
    {"xl/workbook.xml": "XL/Workbook.xml", "xl/_rels/workbook.xml.rels": "XL/_rels/Workbook.xml.rels"},
    {"xl/worksheets/sheet1.xml": "xl\\worksheets\\sheet1.xml", "xl/styles.xml": "xl\\styles.xml"},
    {"xl/styles.xml": "xl/Styles.xml", "xl/sharedStrings.xml": "xl/sharedstrings.xml"},
    {"_rels/.rels": "_RELS/.RELS"},
]


@pytest.mark.parametrize("renamed", NAMES, ids=lambda names: next(iter(names.values())))
def test_names_of_parts_go_without_case_and_with_either_slash(
    tmp_path: Path, take: Callable[..., Any], renamed: dict[str, str]
) -> None:
    shared = '<c r="@" t="s"><v>0</v></c>'
    rows = table([HEADERS, ["C-1", BORN, shared]])
    path = raw_books.write(tmp_path / "book.xlsx", {"Candidates": rows}, renamed=renamed, shared=["single"])
    row = take(path).sheets["candidates"].row(0, named=True)
    assert (row["date_of_birth"], row["marital_status"]) == (date(1990, 1, 2), "single")


def test_styles_and_texts_of_another_name_are_found(tmp_path: Path, take: Callable[..., Any]) -> None:
    rows = table([HEADERS, ["C-1", BORN, '<c r="@" t="s"><v>0</v></c>']])
    path = raw_books.write(tmp_path / "book.xlsx", {"Candidates": rows}, shared=["single"])
    made = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            for part, other in (("styles.xml", "styles7.xml"), ("sharedStrings.xml", "texts.xml")):
                content = content.replace(part.encode(), other.encode())
                name = name.replace(part, other)
            new.writestr(name, content)
    path.write_bytes(made.getvalue())
    assert take(path).sheets["candidates"]["date_of_birth"].to_list() == [date(1990, 1, 2)]


def test_a_document_of_another_kind_is_no_workbook(tmp_path: Path, take: Callable[..., Any]) -> None:
    path = raw_books.write(tmp_path / "book.xlsx", {"Candidates": table([HEADERS, ROW])})
    made = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, b"<document/>" if name == "xl/workbook.xml" else content)
    path.write_bytes(made.getvalue())
    with pytest.raises(UnusableInputs, match="holds no workbook"):
        take(path)


def styled(rows: list[str]) -> str:
    return f"<sheetData>{''.join(rows)}</sheetData>"


def with_rows(tmp_path: Path, *rows: str, shared: tuple[str, ...] = ()) -> Path:
    """A workbook with one client and more rows below, given as XML."""
    data = table([HEADERS, ROW]).replace("</sheetData>", "".join(rows) + "</sheetData>")
    return raw_books.write(tmp_path / "book.xlsx", {"Candidates": data}, shared=shared)


STRAY = [
    ('<row r="1048576" ht="15" customHeight="1"/>', ()),
    ('<row r="1048576"><c r="XFD1048576" s="1"/></row>', ()),
    ('<row r="1048576"><c r="AX1048576" t="inlineStr"><is><t xml:space="preserve"> </t></is></c></row>', ()),
    ('<row r="1048576"><c r="XFD1048576" t="s"><v>1</v></c></row>', ("x", "  ")),
    ('<row r="900000"><c r="XFD900000" t="str"><v> </v></c></row>', ()),
    ('<row r="3"><c r="AMJ3" s="1"></c><c r="XFD3" s="1"/></row>', ()),
]


@pytest.mark.parametrize(("row", "shared"), STRAY, ids=[row[:50] for row, _ in STRAY])
def test_blank_cells_far_off_cost_nothing(
    tmp_path: Path, take: Callable[..., Any], row: str, shared: tuple[str, ...]
) -> None:
    path = with_rows(tmp_path, row, shared=shared)
    book = readers.Workbook(path.read_bytes())
    assert book.grid(book.sheets[0]).cells.shape == (2, 3)
    assert take(path).counts["candidates_accepted"] == 1


FAR = [
    ('<row r="1048576"><c r="AX1048576"><v>1</v></c></row>', "AX1048576"),
    ('<row r="1048576"><c r="E1048576" t="s"><v>0</v></c></row>', "E1048576"),
    ('<row r="40000"><c r="XFD40000"><f>1</f></c></row>', "XFD40000"),
]


@pytest.mark.parametrize(("row", "cell"), FAR)
def test_filled_cells_far_off_are_refused_by_name(
    tmp_path: Path, take: Callable[..., Any], row: str, cell: str
) -> None:
    path = with_rows(tmp_path, row, shared=("x",))
    with pytest.raises(UnusableInputs, match=f"reaches as far as cell {cell}"):
        take(path)


def test_a_wide_sheet_of_few_rows_is_read(tmp_path: Path, take: Callable[..., Any]) -> None:
    rows = [[*HEADERS, *[""] * 1500, "family_name"], [*ROW, *[""] * 1500, "Sample"]]
    path = raw_books.write(tmp_path / "book.xlsx", {"Candidates": table(rows)})
    assert take(path).sheets["candidates"]["family_name"].to_list() == ["Sample"]


CALCULATED = '<calcPr calcId="1" fullCalcOnLoad="{}"/>'
ZERO = '<c r="@"><f>1+2</f><v>0</v></c>'


def test_formulas_not_calculated_yet_are_named_by_column(tmp_path: Path, take: Callable[..., Any]) -> None:
    rows = [[*HEADERS, "foreign_work_years", "notes"], *([f"C-{row}", *ROW[1:], ZERO, ZERO] for row in range(8))]
    path = raw_books.write(tmp_path / "book.xlsx", {"Candidates": table(rows)}, after=CALCULATED.format("1"))
    warnings = take(path).warnings
    [row] = [row for row in warnings.iter_rows(named=True) if row["column"] == "foreign_work_years"]
    assert row["cell"] == "Candidates!D2"
    assert "(D2, D3, D4, D5, D6 and 3 more)" in row["problem"]


@pytest.mark.parametrize("result", ["<v>0.0</v>", "<v>-0</v>", "<v>0E0</v>", "<v> 0 </v>"])
def test_a_zero_in_any_form_is_not_calculated_yet(tmp_path: Path, take: Callable[..., Any], result: str) -> None:
    cell = f'<c r="@"><f>1+2</f>{result}</c>'
    warnings = take(one_more(tmp_path, "foreign_work_years", cell, after=CALCULATED.format("1"))).warnings
    assert warnings["cell"].to_list() == ["Candidates!D2"]


@pytest.mark.parametrize("result", ["0", "false"])
def test_a_no_of_a_formula_may_not_be_calculated_yet(tmp_path: Path, take: Callable[..., Any], result: str) -> None:
    cell = f'<c r="@" t="b"><f>A1=1</f><v>{result}</v></c>'
    warnings = take(one_more(tmp_path, "sibling_in_canada", cell, after=CALCULATED.format("1"))).warnings
    assert warnings.select("cell", "column").rows() == [("Candidates!D2", "sibling_in_canada")]
    assert "stored result 0 or FALSE" in warnings["problem"][0]


@pytest.mark.parametrize(
    ("mark", "cell"),
    [
        ("0", ZERO),
        ("1", '<c r="@"><f>1+2</f><v>3</v></c>'),
        ("1", '<c r="@"><v>0</v></c>'),
        ("1", '<c r="@"><f>1+2</f><v>0.5</v></c>'),
    ],
    ids=["not asked for", "another result", "no formula", "half"],
)
def test_results_that_can_be_relied_on_are_no_warning(
    tmp_path: Path, take: Callable[..., Any], mark: str, cell: str
) -> None:
    path = one_more(tmp_path, "foreign_work_years", cell, after=CALCULATED.format(mark))
    assert take(path).warnings.is_empty()


def test_a_chart_is_no_sheet_of_rows(tmp_path: Path, take: Callable[..., Any]) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Candidates"
    for row in (HEADERS, ROW):
        sheet.append(row)
    book.create_chartsheet("Chart").add_chart(openpyxl.chart.BarChart())
    book.save(tmp_path / "book.xlsx")
    taken = take(tmp_path / "book.xlsx")
    assert [use.title for use in taken.inputs[0].uses] == ["Candidates"]


HOSTILE = [
    b"<!--" * 200_000,
    b't="e"' * 200_000,
    b'<c r="A1" t="e">' * 200_000,
    b'<c r="AAA1">' * 200_000,
    b"<row " * 200_000,
    b"row " * 200_000,
    b"='" * 200_000 + b" r='",
    b"<mergeCell " * 200_000,
    b'<row hidden="1" ' * 200_000,
    b"<f>" * 200_000,
    b"<![CDATA[" * 200_000,
]


@pytest.mark.parametrize("xml", HOSTILE, ids=lambda xml: repr(xml[:12]))
def test_broken_xml_of_any_kind_is_looked_through_once(xml: bytes) -> None:
    started = time.process_time()
    with suppress(Unusable):
        plain = sheet_xml.plain_xml(b"<sheetData>" + xml)
        sheet_xml.lost_cells(plain, with_zeros=True)
        sheet_xml.merges(plain)
        sheet_xml.hidden_rows(plain)
        sheet_extent.fitted(plain + b'<row r="1048576"><c r="XFD1048576"/></row>', "Sheet", lambda: b"<si>" * 200_000)
    assert time.process_time() - started < MAX_SECONDS


SAMPLES = Path(__file__).parent.parent.parent / "sample_data"


@pytest.mark.parametrize("name", ["clients_2026.xlsx", "clients_2021-09.xlsx"])
def test_a_plain_workbook_says_the_same_through_either_way(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    data = (SAMPLES / name).read_bytes()
    directly = readers.Workbook(data)
    assert not directly._package.is_odd
    grids = [directly.grid(sheet) for sheet in directly.sheets]
    monkeypatch.setattr(Package, "is_odd", True)
    rewritten = readers.Workbook(data)
    for sheet, grid in zip(rewritten.sheets, grids, strict=True):
        assert rewritten.grid(sheet).cells.equals(grid.cells)
