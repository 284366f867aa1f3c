"""What a rule of a map answers to the text of one cell, and what it knows beside the cell."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

import polars as pl

from transforms.model.columns import Column, Sheet
from validation.checks.rules_of_dates import Limits
from validation.values import parse, reading

TEXTS_KEPT = 10_000


class Derived(NamedTuple):
    """What a cell gives: the texts of the columns in order (None: nothing), or the problem and fix; `mark` names what a
    note counts.
    """

    texts: tuple[str | None, ...] = ()
    problem: str = ""
    fix: str = ""
    mark: str = ""


class Context(NamedTuple):
    """What a rule knows beside the cell: its options, the column that it gives first, what the law says of dates, the
    heading, and the list of country codes.
    """

    options: Mapping[str, str]
    column: Column
    limits: Limits | None
    heading: str
    countries: str = "iso"


@lru_cache(maxsize=TEXTS_KEPT)
def read_as(column: Column, text: str) -> Any:
    """What the intake reads a text as in a column, in our words or others; None where it cannot be read."""
    sheet, cell = Sheet(column.name, column.name, (column,)), pl.DataFrame({column.name: [text]})
    found = reading.understand(sheet, cell, parse.typed(sheet, cell), ()).typed[column.name][0]
    return None if column.kind == "choice" and found not in column.values else found
