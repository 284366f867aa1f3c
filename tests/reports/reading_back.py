"""Runs short of writing, and saved workbooks read back."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl

from flows.main_run import advice, run_intake, run_law, run_rounds, run_scoring
from flows.main_run.run_state import Run
from flows.run_request import Request

SAMPLES = Path(__file__).parent.parent.parent / "sample_data"
CLIENTS_2026 = SAMPLES / "clients_2026.xlsx"
CLIENTS_2021 = SAMPLES / "clients_2021-09.xlsx"


def ran(
    *inputs: Path, as_of: str, rounds: tuple[str, ...] = (), out: Path | None = None, rules: tuple[Path, ...] = ()
) -> Run:
    """A run through all stages but the writing."""
    done = Run(Request("a-run", inputs, date.fromisoformat(as_of), out, rounds, rules))
    stages = (
        run_law.open_law,
        run_intake.take_in,
        run_scoring.score,
        run_scoring.score_before,
        run_intake.compare_records,
        run_rounds.hold_rounds,
        advice.find,
    )
    for stage in stages:
        stage(done)
    return done


class Saved:
    """A saved workbook, read back: the values of its cells by sheet, and its XML."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.book = openpyxl.load_workbook(path)

    def rows(self, title: str) -> list[tuple[Any, ...]]:
        return list(self.book[title].iter_rows(values_only=True))

    def table(self, title: str) -> list[dict[str, Any]]:
        """The rows of a sheet's table by header; none where the sheet has no rows, and so no table."""
        sheet = self.book[title]
        if not sheet.tables:
            return []
        (table,) = sheet.tables.values()
        head, *rows = [[one.value for one in row] for row in sheet[table.ref]]
        return [dict(zip(head, row, strict=True)) for row in rows]

    def beside(self, label: str, title: str = "Summary") -> list[Any]:
        """What stands in the cell to the right of a label, for each place the label stands in the first column."""
        return [row[1] for row in self.rows(title) if row[0] == label]

    def cells(self) -> Iterator[Any]:
        for sheet in self.book:
            for row in sheet.iter_rows():
                yield from (cell for cell in row if cell.value is not None)

    def xml(self) -> dict[str, bytes]:
        with zipfile.ZipFile(self.path) as package:
            return {name: package.read(name) for name in package.namelist()}
