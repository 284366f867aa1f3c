"""Tables of Excel over the cells of a sheet: names for Power Query, pivots and formulas, headers that differ, a filter."""

from __future__ import annotations

import re
from collections.abc import Sequence

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.filters import AutoFilter
from openpyxl.worksheet.table import Table, TableColumn

from reports.workbook.cells import CellSheet
from reports.workbook.text import fit

PREFIX = "tbl_"


def key_of(title: str) -> str:
    """The key of a sheet by its English title: `Not invited` gives `not_invited`."""
    return re.sub(r"[^a-z0-9]+", "_", title.lower()).strip("_")


def distinct(titles: Sequence[str], groups: Sequence[str]) -> list[str]:
    """Headers as a table needs them, no two alike without regard to case: one that repeats names its group, else counts."""
    found: list[str] = []
    taken: set[str] = set()
    for title, group in zip(titles, groups, strict=True):
        name, number = title, 1
        if group and name.casefold() in taken:
            name = f"{title} ({group})"
        while name.casefold() in taken:
            number += 1
            name = f"{title} {number}"
        taken.add(name.casefold())
        found.append(name)
    return found


def add_table(sheet: CellSheet, key: str, titles: Sequence[str], head: int, last: int, first_column: int = 1) -> None:
    """Makes a range of a sheet a table named `tbl_` and the key: its headers in row `head`, its last row `last`.

    `titles` are the texts of the header cells, no two alike. Raises ValueError for a table without rows.
    """
    if last <= head:
        raise ValueError(f"the table {key} has no rows")
    corner = get_column_letter(first_column + len(titles) - 1)
    area = f"{get_column_letter(first_column)}{head}:{corner}{last}"
    columns = [TableColumn(id=number, name=fit(title)) for number, title in enumerate(titles, start=1)]
    name = f"{PREFIX}{key}"
    # Not add_table, which warns that a write-only sheet cannot read the headers by itself.
    sheet.tables.add(
        Table(displayName=name, name=name, ref=area, tableColumns=columns, autoFilter=AutoFilter(ref=area))
    )
