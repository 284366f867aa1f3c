"""The measures of a sheet's columns and rows, so that nothing is cut off."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl
from openpyxl.utils import get_column_letter

from reports.workbook.cells import CellSheet
from reports.workbook.looks import LOOKS

LINE_HEIGHT, TALLEST = 15.0, 409.0
MAX_HEADER_LINES = 3
LETTERS_A_FIGURE = 1.15
NARROWEST = 7
# Width of a column of arrows, and the height in points of a letter of its header, which is read from below.
JUMP_WIDTH = 5
UPRIGHT_LETTER, UPRIGHT_MARGIN = 6.6, 24


@dataclass(frozen=True)
class Column:
    """A column of a sheet: the frame's column, the header in people's words, its look, and the group it stands under.

    `width` is its width in characters, or 0 to fit what is in it, up to `widest`. `to` is the frame's column with the
    place in the book to which each cell leads, `file` the one with the file beside the book in which that place is; empty:
    to none. `on_paper`: is the column printed? Columns that are not stand behind all that are.
    """

    key: str
    title: str
    look: str = "text"
    group: str = ""
    width: int = 0
    widest: int = 32
    to: str = ""
    file: str = ""
    on_paper: bool = True


def widths_of(columns: Sequence[Column], frame: pl.DataFrame) -> list[float]:
    """The width of each column, wide enough for what is in it and for its header."""
    fitted = {column.key for column in columns if column.look != "jump" and not column.width}
    texts = [name for name, dtype in frame.schema.items() if name in fitted and dtype == pl.String]
    longest = frame.select(pl.col(texts).str.len_chars().max()).row(0, named=True) if texts else {}
    return [_width_of(column, longest.get(column.key) or 0) for column in columns]


def _width_of(column: Column, most_letters: int) -> float:
    """Wide enough for texts of so many letters and for the longest word of its header, beside the filter's arrow."""
    if column.look == "jump":
        return JUMP_WIDTH
    if column.width:
        return column.width
    longest = max(len(word) for word in column.title.split()) + 4
    if most_letters:
        longest = max(longest, most_letters + 3)
    return min(max(longest, len(column.title) / MAX_HEADER_LINES + 5, NARROWEST), column.widest)


def lay_out(sheet: CellSheet, columns: Sequence[Column], widths: Sequence[float], head: int, frozen: int) -> None:
    """Everything that a write-only sheet must know before its first row."""
    for place, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    upright = [len(column.title) for column in columns if column.look == "jump"]
    header_lines = max(
        lines_of(column.title, width - 3)
        for column, width in zip(columns, widths, strict=True)
        if column.look != "jump" or len(upright) == len(columns)
    )
    height = LINE_HEIGHT * max(header_lines, 2) + 4
    sheet.row_dimensions[head].height = max(height, max(upright, default=0) * UPRIGHT_LETTER + UPRIGHT_MARGIN)
    sheet.freeze_panes = f"{get_column_letter(frozen + 1)}{head + 1}"


def lines_of(text: str, width: float) -> int:
    """How many lines a text takes in a cell of a width in characters (of figures, which are wider than most letters)."""
    return sum(max(1, math.ceil(len(line) / (width * LETTERS_A_FIGURE))) for line in text.split("\n"))


def heights(frame: pl.DataFrame, wrapped: Sequence[tuple[str, float]]) -> pl.Series:
    """The height of each row by the lines of its wrapped columns; null where one line is enough.

    Not every program that opens workbooks finds it by itself.
    """
    if not wrapped or frame.is_empty():
        return pl.repeat(None, frame.height, dtype=pl.Float64, eager=True)
    lines = pl.max_horizontal(_lines(pl.col(name), width) for name, width in wrapped)
    height = pl.when(lines > 1).then((lines * LINE_HEIGHT).clip(upper_bound=TALLEST))
    return frame.select(height.alias("height")).to_series()


def wrapped_columns(columns: Sequence[Column], widths: Sequence[float]) -> list[tuple[str, float]]:
    """The columns whose texts go over several lines, each with its width."""
    return [(column.key, width) for column, width in zip(columns, widths, strict=True) if LOOKS[column.look].wrap]


def _lines(texts: pl.Expr, width: float) -> pl.Expr:
    """`lines_of` for a column of texts."""
    of_each = (pl.element().str.len_chars() / (width * LETTERS_A_FIGURE)).ceil().clip(lower_bound=1)
    return texts.str.split("\n").list.eval(of_each).list.sum()
