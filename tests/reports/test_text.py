"""Text made fit for a cell, and unable to act in a CSV file."""

from __future__ import annotations

import csv
import io
import re
from datetime import date, datetime

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from reports.workbook.cells import cell
from reports.workbook.text import LONGEST, fit, inactive

ACTIVE = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\tx",
    "\rx",
    "\nx",
    "  =1",
    "\xa0=1",
    "\ufeff=1",
    "\u200b+1",
    '"=1',
    "\N{FULLWIDTH EQUALS SIGN}1",
    "\N{FULLWIDTH COMMERCIAL AT}a",
]
AT_REST = ["Smith", "a=b", "O'Neil", "", "3-4", "José", "'=1"]


@pytest.mark.parametrize("text", ACTIVE)
def test_an_apostrophe_stands_before_what_would_be_calculated(text: str) -> None:
    assert inactive(pl.DataFrame({"a": [text]}))["a"].to_list() == ["'" + text]


@pytest.mark.parametrize("text", AT_REST)
def test_other_text_is_left_as_it_is(text: str) -> None:
    assert inactive(pl.DataFrame({"a": [text]}))["a"].to_list() == [text]


INSIDE = {
    "x;=cmd|' /C calc'!A0;y": "x;'=cmd|' /C calc'!A0;y",
    "x\n@SUM(1)": "x\n'@SUM(1)",
    "x\t+1": "x\t'+1",
    "x; \t -1": "x; \t' -1",
    'x;"=1': "x;'\"=1",
    "x;\n\n=1": "x;\n\n'=1",
    "\t=1": "'\t'=1",
    "=1;=2": "'=1;'=2",
    "x;\N{FULLWIDTH EQUALS SIGN}1": "x;'\N{FULLWIDTH EQUALS SIGN}1",
    "FSW not met: 67 points; PNP not known": "FSW not met: 67 points; PNP not known",
}


@pytest.mark.parametrize("text", INSIDE)
def test_an_apostrophe_stands_where_a_cell_may_start_inside_a_text(text: str) -> None:
    assert inactive(pl.DataFrame({"a": [text]}))["a"].to_list() == [INSIDE[text]]


def test_numbers_and_empty_cells_are_left_as_they_are() -> None:
    frame = pl.DataFrame({"n": [-5, None], "t": [None, "x"]})
    assert inactive(frame).equals(frame)


@settings(deadline=None)
@given(st.lists(st.text(), min_size=1))
def test_no_field_of_a_csv_file_starts_a_formula(texts: list[str]) -> None:
    written = inactive(pl.DataFrame({"a": texts, "b": texts})).write_csv()
    for row in csv.reader(io.StringIO(written, newline="")):
        for field in row:
            assert field.lstrip()[:1] not in {"=", "+", "-", "@"}
            assert field[:1] not in {"\t", "\r", "\n"}


LIKE_FORMULAS = st.text(st.sampled_from(" ;,\t\r\n\"'=+-@ax\u200b\uff1d"))


@settings(deadline=None)
@given(st.lists(LIKE_FORMULAS, min_size=1))
def test_no_cell_starts_a_formula_where_semicolons_or_tabs_divide(texts: list[str]) -> None:
    written = inactive(pl.DataFrame({"a": texts, "b": texts})).write_csv(include_header=False)
    cells = re.split("[;\t\r\n]", written)
    for divider in ";\t":
        cells += [field for row in csv.reader(io.StringIO(written, newline=""), delimiter=divider) for field in row]
    for field in cells:
        assert field.strip(' \t\r\n"\u200b')[:1] not in {"=", "+", "-", "@", "\uff1d"}


@settings(deadline=None)
@given(st.text())
def test_every_text_fits_into_a_cell(text: str) -> None:
    element = etree.fromstring(cell("A1", text, 0))
    assert element.get("t") == ("inlineStr" if text else None)
    assert element.findall(".//f") == []
    assert "".join(element.itertext()) == fit(text)


def test_a_text_is_cut_at_the_longest_that_a_cell_holds() -> None:
    assert fit("x" * LONGEST) == "x" * LONGEST
    assert fit("x" * (LONGEST + 1)) == "x" * (LONGEST - 1) + "…"
    # Excel counts a character outside the first plane as two.
    assert fit("𝄞" * LONGEST) == "𝄞" * ((LONGEST - 1) // 2) + "…"


def test_what_no_workbook_holds_is_replaced() -> None:
    assert fit("a\x00b\x1bc\ud800d\ufffee") == "a\ufffdb\ufffdc\ufffdd\ufffde"
    assert fit("tab\tand\r\nlines\rof text\n") == "tab\tand\nlines\nof text\n"


def test_a_text_that_looks_like_an_escape_stays_as_it_is() -> None:
    assert fit("_x003D_1") == "_x005F_x003D_1"
    assert fit("client_xyz") == "client_xyz"


def test_cells_of_days_and_numbers() -> None:
    assert cell("A1", date(2026, 8, 7), 3) == '<c r="A1" s="3"><v>46241.0</v></c>'
    assert cell("A1", datetime(2026, 8, 7, 12), 3) == '<c r="A1" s="3"><v>46241.5</v></c>'
    assert cell("B2", -4, 0) == '<c r="B2" s="0"><v>-4</v></c>'
    assert cell("B2", None, 7) == cell("B2", "", 7) == '<c r="B2" s="7"/>'


@pytest.mark.parametrize("value", [True, float("nan"), float("inf"), ["list"], b"bytes"])
def test_other_values_are_no_cells(value: object) -> None:
    with pytest.raises(TypeError, match="a cell holds text, a number or a day"):
        cell("A1", value, 0)
