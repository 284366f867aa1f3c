"""Whole columns as XML say what their cells say one by one."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree
from openpyxl import Workbook, load_workbook

from reports.workbook import package
from reports.workbook.cells import ROWS_AT_ONCE, CellSheet, cell, rows
from reports.workbook.layout import LINE_HEIGHT, TALLEST, heights, lines_of
from reports.workbook.text import LONGEST, fit, fitted

# Polars holds no half of a surrogate pair.
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
MOMENTS = st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2100, 1, 1)).map(
    lambda one: one.replace(microsecond=0)
)
ROW = st.fixed_dictionaries(
    {
        "text": st.none() | TEXTS | st.sampled_from(["", "_x000D_", "a\r\nb", "<&>", "=1+1", "]]>"]),
        "whole": st.none() | st.integers(-(2**31), 2**31),
        "number": st.none() | st.floats(allow_nan=False, allow_infinity=False, width=32),
        "day": st.none() | st.dates(min_value=date(1900, 1, 1)),
        "moment": st.none() | MOMENTS,
    }
)
SCHEMA = {"text": pl.String, "whole": pl.Int64, "number": pl.Float64, "day": pl.Date, "moment": pl.Datetime("us")}
STYLES = (1, 2, 3, 4, 5)


def no_heights(frame: pl.DataFrame) -> pl.Series:
    return pl.Series([None] * frame.height, dtype=pl.Float64)


def read(xml: str) -> list[tuple[str | None, str | None, str | None, str | float]]:
    """Each cell's place, style, type and value."""
    sheet = etree.fromstring(f"<sheetData>{xml}</sheetData>")
    return [
        (one.get("r"), one.get("s"), one.get("t"), "".join(one.itertext()) if one.get("t") else float("".join(one.itertext()) or "nan"))
        for one in sheet.iter("c")
    ]  # fmt: skip


@settings(deadline=None)
@given(st.lists(ROW, min_size=1, max_size=6))
@example([{"day": date(1900, 2, 28), "moment": datetime(1900, 1, 1)}])
def test_a_column_says_what_its_cells_say(made: list[dict[str, object]]) -> None:
    frame = pl.DataFrame(made, schema=SCHEMA)
    one_by_one = [
        cell(f"{letter}{number}", value, style)
        for number, row in enumerate(frame.iter_rows(), start=7)
        for letter, value, style in zip("ABCDE", row, STYLES, strict=True)
        if value is not None
    ]
    found, expected = read(rows(frame, STYLES, 7, no_heights(frame))), read("".join(one_by_one))
    assert str(found) == str(expected)


@given(st.lists(TEXTS | st.none()))
def test_texts_are_fitted_alike(texts: list[str | None]) -> None:
    for some in (texts, [*texts, "_x0041_x0042_"], [*texts, "x" * (LONGEST + 1)]):
        frame = pl.DataFrame(
            {"texts": some, "plain": ["a"] * len(some)}, schema={"texts": pl.String, "plain": pl.String}
        )
        found = fitted(frame)
        assert found["texts"].to_list() == [None if text is None else fit(text) for text in some]
        assert found["plain"].equals(frame["plain"])


@pytest.mark.parametrize(
    "column", [[True], [float("nan")], [float("inf"), None], [b"bytes"], [[1]], [datetime.fromisoformat("2026-08-07T00:00Z")]]
)  # fmt: skip
def test_other_columns_are_not_written(column: list[object]) -> None:
    frame = pl.DataFrame({"a": column})
    with pytest.raises(TypeError, match="a column of a sheet holds text, numbers or days"):
        rows(frame, [0], 1, no_heights(frame))


@given(st.lists(st.none() | TEXTS | st.text("ab\n", max_size=60), min_size=1), st.floats(3, 60))
def test_a_row_is_as_high_as_its_longest_text(texts: list[str | None], width: float) -> None:
    found = heights(pl.DataFrame({"a": texts}, schema={"a": pl.String}), [("a", width)]).to_list()
    lines = [1 if text is None else lines_of(text, width) for text in texts]
    assert found == [min(number * LINE_HEIGHT, TALLEST) if number > 1 else None for number in lines]


def test_a_sheet_of_rows_and_frames_is_read_as_written(tmp_path: Path) -> None:
    book = Workbook(write_only=True)
    sheet = CellSheet(book, "Rows", tmp_path)
    book._add_sheet(sheet)
    frame = pl.DataFrame({"n": range(ROWS_AT_ONCE + 2)}).with_columns(t=pl.format("row {}", "n"))
    sheet.row_dimensions[1].height = 40
    sheet.append([cell("A1", "number", 0), cell("B1", "text", 0)])
    sheet.append_frame(frame, [0, 0], pl.Series([30.0] * frame.height))
    sheet.append([cell(f"A{frame.height + 2}", "the end", 0)])
    package.save(book, tmp_path / "book.xlsx", title="Rows", day=date(2026, 8, 7))
    read_back = load_workbook(tmp_path / "book.xlsx")["Rows"]
    found = [tuple(one.value for one in row) for row in read_back.iter_rows()]
    assert found == [("number", "text"), *frame.iter_rows(), ("the end", None)]
    assert [read_back.row_dimensions[row].height for row in (1, 2, frame.height + 1)] == [40, 30, 30]
