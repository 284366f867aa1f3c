"""The workbook of a simulation: its sheets and charts, text that stays text, and equal bytes."""

from __future__ import annotations

import html
import re
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from openpyxl import load_workbook

from reports.simulation import simulation as report
from transforms import rules
from transforms.simulation.plan import Plan, PlannedRound
from transforms.simulation.pools import ScoredPool
from transforms.simulation.simulation import Simulation, simulate

START = date(2026, 8, 8)


@pytest.fixture(scope="module")
def done() -> Simulation:
    """Three rounds on eleven people, one with a name that a spreadsheet would take for a formula."""
    law = rules.load()
    frame = pl.DataFrame(
        {
            "client_id": ["=1+1", *(f"P{place}" for place in range(10))],
            "crs_total": [500, *range(400, 410)],
            "profile_submitted_at": [datetime(2026, 5, 1, tzinfo=UTC)] * 11,
            "cec_eligible": [True] * 11,
            "is_nominated": [False] * 11,
        },
        schema_overrides={"crs_total": pl.Int16},
    )
    planned = tuple(
        PlannedRound(START + timedelta(days=days), kind, 2) for days, kind in ((1, "CEC"), (5, "PNP"), (9, "CEC"))
    )
    return simulate(Plan("=SUM(A1)", START, planned), ScoredPool(frame, law.law_of(START)), law)


@pytest.fixture
def book(done: Simulation, tmp_path: Path) -> Path:
    """The workbook as written."""
    report.write_workbook(tmp_path / "one.xlsx", done, [("Plan", "=cmd"), ("Seed", "0")])
    return tmp_path / "one.xlsx"


@pytest.mark.parametrize("title", ["T" * 255, "&" * 200, "\U0001f341" * 200])
def test_a_long_title_leaves_a_footer_that_excel_opens(title: str, done: Simulation, tmp_path: Path) -> None:
    longer = replace(done, plan=replace(done.plan, title=title))
    report.write_workbook(tmp_path / "long.xlsx", longer, [("Plan", title)])
    with zipfile.ZipFile(tmp_path / "long.xlsx") as package:
        sheets = [package.read(name).decode() for name in package.namelist() if name.startswith("xl/worksheets/sheet")]
    footers = [html.unescape(re.findall(r"<oddFooter>(.*?)</oddFooter>", sheet)[0]) for sheet in sheets]
    assert footers
    assert all(len(footer.encode("utf-16-le")) // 2 <= 255 for footer in footers)
    if title.startswith("T"):
        assert all("2026-08-08 to 2026-08-17, seed 0" in footer for footer in footers)


def test_sheets_hold_the_tables(book: Path, done: Simulation) -> None:
    found = load_workbook(book)
    assert found.sheetnames == ["Summary", "Rounds", "Invited", "Left", "Pool by score", "Chart data"]
    invited = list(found["Invited"].iter_rows(min_row=2, values_only=True))
    assert [row[3] for row in invited] == done.invited["client_id"].to_list() == ["=1+1", "P9", "P8", "P7"]
    assert [row[3] for row in found["Left"].iter_rows(min_row=2, values_only=True)] == done.left["crs_total"].to_list()
    by_score = list(found["Pool by score"].iter_rows(min_row=1, values_only=True))
    assert by_score[0][:3] == ("Round", "Day", "601 to 1200")
    assert [sum(row[2:]) for row in by_score[1:]] == [11, 9, 9, 7]
    rounds = list(found["Rounds"].iter_rows(min_row=3, values_only=True))
    assert [row[4] for row in rounds] == [409, None, 407]


def test_text_is_never_a_formula(book: Path) -> None:
    for sheet in load_workbook(book):
        for row in sheet.iter_rows():
            assert all(cell.data_type != "f" for cell in row)


def test_three_charts_of_filled_columns(book: Path) -> None:
    found = load_workbook(book)
    charts = found["Summary"]._charts
    assert len(charts) == 3
    for chart in charts:
        for series in chart.series:
            title, cells = series.val.numRef.f.split("!")
            assert title.strip("'") == "Chart data"
            assert (
                any(cell[0].value is not None for cell in found["Chart data"][cells.replace("$", "")])
                or chart is charts[0]
            )


def test_equal_simulations_give_equal_bytes(book: Path, done: Simulation, tmp_path: Path) -> None:
    report.write_workbook(tmp_path / "other.xlsx", done, [("Plan", "=cmd"), ("Seed", "0")])
    assert (tmp_path / "other.xlsx").read_bytes() == book.read_bytes()


def test_long_tables_are_cut_and_say_so(done: Simulation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "MAX_SHOWN", 3)
    report.write_workbook(tmp_path / "cut.xlsx", done, [])
    found = load_workbook(tmp_path / "cut.xlsx")
    assert found["Left"].max_row == 4
    texts = [cell for row in found["Summary"].iter_rows(values_only=True) for cell in row if isinstance(cell, str)]
    assert any("the first 3 of 7, left.parquet has all" in text for text in texts)
