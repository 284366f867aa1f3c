"""What a column of cells looks like, without its values."""

from __future__ import annotations

import re

import polars as pl

MAX_SHAPE = 40
MAX_SAMPLE = 30
LONG_WORD = 3
_PART = re.compile(r"[^\W\d_]+|\d|\s+|.", re.DOTALL)


def shape_of(text: str) -> str:
    """A text with 0 for every digit and Aaa, AAA or aaa for its words: 25/12/1990 is 00/00/0000."""
    shape = "".join(_shape_of_part(part) for part in _PART.findall(text))
    return shape if len(shape) <= MAX_SHAPE else f"{shape[: MAX_SHAPE - 1]}…"


def _shape_of_part(part: str) -> str:
    if part.isspace():
        return " "
    if part.isdigit():
        return "0"
    if not part.isalpha():
        return part
    first = "A" if part[0].isupper() else "a"
    rest = "A" if len(part) > 1 and part.isupper() else "a"
    return first + rest * (min(len(part), LONG_WORD) - 1)


def usual_shape(counts: pl.DataFrame) -> str:
    """The shape that most cells of a column have; `counts` has text (String) and count, its most frequent texts first."""
    shapes: dict[str, int] = {}
    for text, count in counts.iter_rows():
        shape = shape_of(text)
        shapes[shape] = shapes.get(shape, 0) + count
    return max(shapes, key=lambda shape: shapes[shape], default="")


def clipped(text: str) -> str:
    """A value short enough for a line on the screen."""
    text = " ".join(text.split())
    return text if len(text) <= MAX_SAMPLE else f"{text[: MAX_SAMPLE - 1]}…"
