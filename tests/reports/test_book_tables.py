"""Tables, names, links and print set-up of the workbooks, read back from what was written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import openpyxl
import polars as pl
import pytest
from openpyxl.utils import range_boundaries
from openpyxl.worksheet.worksheet import Worksheet
from reading_back import Saved

from reports.report import report, tables
from reports.report.contents import ReportContents
from reports.workbook import cells, client_links
from reports.workbook.book import Book, Column
from reports.workbook.excel_tables import distinct
from transforms.model import wording

Writer = Callable[[ReportContents], Saved]
DAY = date(2026, 8, 7)
FOR_SCREEN = {
    "Would have met",
    "What would raise the score",
    "Scores",
    "Eligibility",
    "Explanation",
    "Language results",
    "Rules",
    "Warnings",
}


def tables_of(book: openpyxl.Workbook) -> dict[str, str]:
    """The tables of a book by name, each with the title of its sheet."""
    return {table.name: sheet.title for sheet in book for table in sheet.tables.values()}


def cell_at(book: openpyxl.Workbook, place: str) -> Any:
    title, _, address = place.rpartition("!")
    return book[title.strip("'").replace("''", "'")][address.replace("$", "")]


def linked(sheet: Worksheet, header: str) -> list[Any]:
    """The cells below a header of a sheet's table."""
    (table,) = sheet.tables.values()
    first, head, last, end = range_boundaries(table.ref)
    column = next(place for place in range(first, last + 1) if sheet.cell(head, place).value == header)
    return [sheet.cell(row, column) for row in range(head + 1, end + 1)]


def test_every_sheet_with_rows_is_a_table(report_2026: Saved) -> None:
    book = report_2026.book
    assert set(book.sheetnames) - set(tables_of(book).values()) == {"Summary", "About this run"}
    assert len(set(tables_of(book))) == sum(len(sheet.tables) for sheet in book)
    for sheet in book:
        for table in sheet.tables.values():
            first, head, last, end = range_boundaries(table.ref)
            headers = [sheet.cell(head, column).value for column in range(first, last + 1)]
            assert [column.name for column in table.tableColumns] == headers
            assert len({header.casefold() for header in headers}) == len(headers)
            assert any(sheet.cell(end, column).value is not None for column in range(first, last + 1))


def test_tables_and_names_are_called_the_same_in_french(few: ReportContents, tmp_path: Path) -> None:
    names = []
    for language in ("en", "fr"):
        with wording.using(language):
            report.write_report(tmp_path / f"{language}.xlsx", few)
        book = openpyxl.load_workbook(tmp_path / f"{language}.xlsx")
        names.append((list(tables_of(book)), list(book.defined_names)))
    assert names[0] == names[1]
    assert {"tbl_scores", "tbl_eligibility", "tbl_rounds"} <= set(names[0][0])


def test_a_sheet_without_rows_has_no_table(report_2021: Saved) -> None:
    assert not report_2021.book["Quarantine"].tables


def test_headers_that_repeat_get_a_name_of_their_own() -> None:
    assert distinct(["A", "B", "a", "A", "A (x)"], ["", "", "x", "", ""]) == ["A", "B", "a (x)", "A 2", "A (x) 2"]


def test_a_key_names_one_table(tmp_path: Path) -> None:
    with Book("Twice", DAY, tmp_path) as book:
        rows = pl.DataFrame({"a": ["1"]})
        book.table("One", "", [Column("a", "A")], rows, nothing="", key="rows")
        with pytest.raises(ValueError, match="the key rows names two tables"):
            book.table("Two", "", [Column("a", "A")], rows, nothing="", key="rows")


def test_the_named_cells_hold_the_day_and_the_cut_offs(report_2026: Saved, contents_2026: ReportContents) -> None:
    names = {
        name: cell_at(report_2026.book, one.attr_text).value for name, one in report_2026.book.defined_names.items()
    }
    assert names.pop("as_of") == datetime(2026, 8, 7)
    expected = {f"cut_off_{one.kind}": one.cut_off for one in contents_2026.outcomes}
    assert names == expected
    assert names["cut_off_CEC"] == 516


def test_of_several_rounds_of_a_kind_the_newest_published_one_is_named(few: ReportContents, saved: Writer) -> None:
    (one,) = few.outcomes
    older = replace(one, number="1", date=date(2020, 1, 1), cut_off=1)
    own = replace(one, number=None, date=date(2022, 1, 1), cut_off=2)
    book = saved(replace(few, outcomes=[older, one, own])).book
    place = book.defined_names[f"cut_off_{one.kind}"].attr_text
    assert cell_at(book, place).value == one.cut_off


def test_the_scores_alone_have_a_table_and_the_day(contents_2026: ReportContents, tmp_path: Path) -> None:
    tables.write_scores(tmp_path / "scores.xlsx", contents_2026.scores)
    book = openpyxl.load_workbook(tmp_path / "scores.xlsx")
    assert tables_of(book) == {"tbl_scores": "scores"}
    assert cell_at(book, book.defined_names["as_of"].attr_text).value == datetime(2026, 8, 7)


# --- Links


def test_a_client_leads_to_the_row_on_scores(report_2026: Saved) -> None:
    book = report_2026.book
    checked = 0
    for title in (
        "Invited",
        "Invited on record",
        "Not invited",
        "Would have met",
        "Eligibility",
        "Language results",
        "Warnings",
    ):
        for one in linked(book[title], "Client ID"):
            if one.hyperlink is None:
                continue
            target = cell_at(book, one.hyperlink.location)
            assert (target.parent.title, target.value) == ("Scores", one.value)
            checked += 1
    scored = {one.value for one in linked(book["Scores"], "Client ID")}
    shown = [
        one.value
        for title in ("Invited", "Eligibility", "Language results")
        for one in linked(book[title], "Client ID")
    ]
    assert checked > len(shown) > len(scored)
    assert set(shown) == scored


def test_scores_lead_to_every_sheet_on_which_the_client_is(report_2026: Saved) -> None:
    book = report_2026.book
    sheet = book["Scores"]
    clients = [one.value for one in linked(sheet, "Client ID")]
    for title in (
        "Invited",
        "Invited on record",
        "Not invited",
        "Would have met",
        "Eligibility",
        "Explanation",
        "Language results",
        "Warnings",
    ):
        there = {one.value for one in linked(book[title], "Client ID")}
        for client, jump in zip(clients, linked(sheet, title), strict=True):
            assert (jump.value == client_links.ARROW) == (client in there) == (jump.hyperlink is not None)
            if jump.hyperlink:
                target = cell_at(book, jump.hyperlink.location)
                row = [one.value for one in target.parent[target.row]]
                assert target.parent.title == title
                assert client in row


def test_the_row_that_is_led_to_is_the_first_of_the_client(report_2026: Saved) -> None:
    book = report_2026.book
    explained = [one.value for one in linked(book["Explanation"], "Client ID")]
    clients = [one.value for one in linked(book["Scores"], "Client ID")]
    jumps = zip(clients, linked(book["Scores"], "Explanation"), strict=True)
    leading = [(client, jump) for client, jump in jumps if client in explained]
    assert len(leading) > 50
    for client, jump in leading[:50]:
        assert cell_at(book, jump.hyperlink.location).row == explained.index(client) + 2


def test_links_are_bounded_and_the_sheet_says_so(
    few: ReportContents, saved: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (cells, client_links):
        monkeypatch.setattr(module, "MAX_LINKS", 60)
    made = saved(few)
    note = "Only the first {} rows lead to other sheets. Excel allows 65,530 links on a sheet."
    for sheet in made.book:
        links = sum(one.hyperlink is not None for row in sheet.iter_rows() for one in row)
        assert links <= 60
    jumps = sum(column.startswith("On other sheets") for column in [str(one.value) for one in made.book["Scores"][1]])
    assert jumps == 1
    texts = [row[0] for row in made.rows("Explanation")]
    assert note.format(60) in texts
    assert note.format(60) not in [row[0] for row in made.rows("Eligibility")]


def test_a_wrong_cell_leads_to_itself_in_the_corrections_workbook(out_2026: Path, report_2026: Saved) -> None:
    for title in ("Quarantine", "Warnings"):
        sheet = report_2026.book[title]
        shown = zip(*(linked(sheet, header) for header in ("Cell", "Value as it stands")), strict=True)
        opened: dict[str, openpyxl.Workbook] = {}
        found = 0
        for one, value in shown:
            if one.value is None:
                assert one.hyperlink is None
                continue
            name = unquote(one.hyperlink.target)
            assert name == "clients_2026-corrections.xlsx"
            if name not in opened:
                opened[name] = openpyxl.load_workbook(out_2026 / name)
            target = cell_at(opened[name], one.hyperlink.location)
            assert one.hyperlink.location.replace("'", "") == one.value.replace("'", "")
            if value.value is not None:
                assert str(target.value if target.value is not None else "") or title == "Warnings"
                found += str(target.value) == value.value
        assert found > 20


def test_a_row_without_a_cell_leads_to_its_row(report_2026: Saved) -> None:
    sheet = report_2026.book["Quarantine"]
    rows = [
        (cell, row) for cell, row in zip(linked(sheet, "Cell"), linked(sheet, "Row"), strict=True) if cell.value is None
    ]
    assert rows
    for _cell, row in rows:
        assert row.hyperlink.location.endswith(f"!A{row.value}")


@pytest.mark.parametrize(
    "name",
    [
        "my clients.xlsx",
        "a#b?.xlsx",
        "javascript:alert(1)",
        "\\\\server\\share.xlsx",
        "../up.xlsx",
        "http://evil/x.xlsx",
    ],
)
def test_a_link_to_a_file_stays_beside_the_report(name: str, few: ReportContents, saved: Writer) -> None:
    warnings = few.warnings.head(1).with_columns(
        pl.lit(name).alias("source_file"),
        pl.lit("O'Neil!").alias("source_sheet"),
        pl.lit("'O''Neil!'!C7").alias("cell"),
    )
    (one,) = linked(saved(replace(few, warnings=warnings)).book["Warnings"], "Cell")
    assert unquote(one.hyperlink.target) == name
    assert not set(one.hyperlink.target) & set(":/\\#? ")
    assert one.hyperlink.location == "'O''Neil!'!C7"


def test_links_to_one_file_name_it_once(report_2026: Saved) -> None:
    place = report_2026.book.sheetnames.index("Warnings") + 1
    assert report_2026.xml()[f"xl/worksheets/_rels/sheet{place}.xml.rels"].count(b"TargetMode") == 1


# --- Colours and print


def rules_of(sheet: Worksheet, header: str) -> list[str]:
    letter = linked(sheet, header)[0].column_letter
    return [
        rule.formula[0]
        for area, rules in sheet.conditional_formatting._cf_rules.items()
        if str(area.sqref).startswith(f"{letter}") and f":{letter}" in str(area.sqref)
        for rule in rules
    ]


def test_margins_are_coloured_by_range(report_2026: Saved) -> None:
    sheet = report_2026.book["Not invited"]
    first = linked(sheet, "Distance to the cut-off")[0].coordinate
    conditions = [f"{first}>=0", f"{first}>=-10", f"{first}<-10"]
    assert rules_of(sheet, "Distance to the cut-off") == [f"AND(ISNUMBER({first}),{one})" for one in conditions]
    tinted = [rule for rules in sheet.conditional_formatting._cf_rules.values() for rule in rules]
    fills = {rule.dxf.fill.bgColor.rgb for rule in tinted if first in rule.formula[0]}
    assert len(fills) == len(conditions)


def test_tables_are_printed_on_one_page_across_with_their_headers(report_2026: Saved) -> None:
    for sheet in report_2026.book:
        assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        area = range_boundaries(sheet.print_area.split("!")[1].replace("$", ""))
        if sheet.title in FOR_SCREEN:
            assert area[1] == area[3]
            assert "This sheet is for the screen" in sheet.cell(area[1], 1).value
            assert sheet.print_title_rows is None
        elif sheet.title not in {"Summary", "Rounds", "Method", "About this run"}:
            (table,) = sheet.tables.values()
            head = range_boundaries(table.ref)[1]
            assert sheet.print_title_rows == f"$1:${head}"
            assert area[:2] == (1, 1)
            assert area[3] >= range_boundaries(table.ref)[3]
