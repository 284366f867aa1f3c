"""Files in a firm's own layout, read by a map or by themselves, come back with the marks at the cells that are meant."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl

from tests.reports.corrections.checking import check

MAP = """map: 1
sheets: {"Tracker": candidates}
columns:
  "Client No": client_id
  "DOB": date_of_birth
  "Passport expiry": documents.expires_on(kind=passport)
constants: {spouse_accompanying: "no", spouse_is_canadian: "no"}
rows: {joined_by: client_id, person: "Person"}
"""
TRACKER = [
    ["Clients of the office", None, None, None, None, None],
    ["Client No", "Person", "DOB", "Marital status", "Passport expiry", "Family size"],
    ["T-1", "Client", date(1990, 5, 17), "married", "2031-01-01", 2],
    ["T-1", "Spouse", "03/04/1991", None, None, None],
    ["T-2", "Client", date(1990, 5, 17), "single", "03/04/2031", 1],
    ["Total", None, None, None, None, 3],
]
ORANGE = "FFF2A65A"


def test_two_rows_a_client_and_a_column_of_documents(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Tracker"
    for row in TRACKER:
        sheet.append(row)
    book.save(tmp_path / "tracker.xlsx")
    (tmp_path / "map.yaml").write_text(MAP, encoding="utf-8")
    extra = ("--map", str(tmp_path / "map.yaml"))
    first = check(tmp_path / "tracker.xlsx", out=tmp_path / "out", extra=extra)
    marked = openpyxl.load_workbook(first.book)["Tracker"]
    assert [marked[f"G{row}"].value for row in range(1, 7)] == [
        None, "drawline status", "quarantined", None, "quarantined", None,
    ]  # fmt: skip
    assert {cell.coordinate for row in marked["A1:F6"] for cell in row if cell.fill.fgColor.rgb == ORANGE} == {
        "C4",
        "E5",
    }
    assert marked["H3"].value.startswith("C4: 03/04/1991 is ambiguous")
    assert "its client is quarantined" not in marked["H3"].value
    marked["C4"], marked["E5"] = "1991-04-03", "2031-04-03"
    assert marked.parent is not None
    marked.parent.save(tmp_path / "tracker-corrections-9.xlsx")
    again = check(tmp_path / "tracker-corrections-9.xlsx", out=tmp_path / "out", extra=extra)
    assert again.said == []
    assert again.answer["counts"]["candidates_accepted"] == 2


def test_a_sheet_of_labels_beside_values_gets_colours_and_no_columns(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Client 1"
    for row in (
        ("Client ID", "K-1"), ("Family name", "Sample"), ("Date of birth", date(1990, 5, 17)), ("Marital status", "maried"),
        ("Family size", 1),
    ):  # fmt: skip
        sheet.append(row)
    book.save(tmp_path / "info.xlsx")
    first = check(tmp_path / "info.xlsx", out=tmp_path / "out")
    marked = openpyxl.load_workbook(first.book)["Client 1"]
    assert marked.max_column == 2
    assert marked["B4"].fill.fgColor.rgb == ORANGE
    assert marked["B4"].comment is not None
    assert check(first.book, out=tmp_path / "out").said == first.said
