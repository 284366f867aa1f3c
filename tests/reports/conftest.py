"""Runs of the shipped samples, short of writing, and a saved report to look into."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest

from flows import program
from flows.program import Request, Run
from reports import report
from reports.contents import ReportContents

SAMPLES = Path(__file__).parent.parent.parent / "sample_data"
CLIENTS_2026 = SAMPLES / "clients_2026.xlsx"
CLIENTS_2021 = SAMPLES / "clients_2021-09.xlsx"


def ran(*inputs: Path, as_of: str, rounds: tuple[str, ...] = (), out: Path | None = None) -> Run:
    """A run through all stages but the writing."""
    done = Run(Request("a-run", inputs, date.fromisoformat(as_of), out, rounds))
    for stage in (program.open_law, program.take_in, program.score, program.hold_rounds):
        stage(done)
    return done


@pytest.fixture(scope="session")
def line_2021() -> Run:
    """The sample of September 2021 in the round of its day."""
    return ran(CLIENTS_2021, as_of="2021-09-14", rounds=("204",))


@pytest.fixture(scope="session")
def latest_2026() -> Run:
    """The sample of 2026, with its bad rows, in the last round of each kind."""
    return ran(CLIENTS_2026, as_of="2026-08-07")


@pytest.fixture(scope="session")
def contents_2021(line_2021: Run) -> ReportContents:
    return program.contents(line_2021)


@pytest.fixture(scope="session")
def contents_2026(latest_2026: Run) -> ReportContents:
    return program.contents(latest_2026)


@pytest.fixture(scope="session")
def few(contents_2021: ReportContents) -> ReportContents:
    """A few clients of that run, some of them invited, quick to write and to read back."""
    clients = pl.concat(
        [contents_2021.outcomes[0].candidates["client_id"].gather_every(20), contents_2021.scores["client_id"].head(20)]
    ).unique(maintain_order=True)
    mine = pl.col("client_id").is_in(clients.to_list())
    return replace(
        contents_2021,
        scores=contents_2021.scores.filter(mine),
        people=contents_2021.people.filter(mine),
        outcomes=[replace(one, candidates=one.candidates.filter(mine)) for one in contents_2021.outcomes],
        warnings=contents_2021.warnings.head(3),
        rules=contents_2021.rules.head(3),
    )


class Saved:
    """A saved workbook, read back: the values of its cells by sheet, and its XML."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.book = openpyxl.load_workbook(path)

    def rows(self, title: str) -> list[tuple[Any, ...]]:
        return list(self.book[title].iter_rows(values_only=True))

    def table(self, title: str) -> list[dict[str, Any]]:
        """The rows of a table's sheet by header, which is the row that the filter stands in."""
        sheet = self.book[title]
        rows = self.rows(title)
        head = int(sheet.freeze_panes.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")) - 2
        return [dict(zip(rows[head], row, strict=True)) for row in rows[head + 1 :]]

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


@pytest.fixture
def saved(tmp_path: Path) -> Callable[[ReportContents], Saved]:
    """Writes a report and reads it back."""

    def made(contents: ReportContents) -> Saved:
        report.write_report(tmp_path / "report.xlsx", contents)
        return Saved(tmp_path / "report.xlsx")

    return made


@pytest.fixture(scope="session")
def report_2021(contents_2021: ReportContents, tmp_path_factory: pytest.TempPathFactory) -> Saved:
    """The report of the run of September 2021."""
    path = tmp_path_factory.mktemp("2021") / "report.xlsx"
    report.write_report(path, contents_2021)
    return Saved(path)


@pytest.fixture(scope="session")
def out_2026(latest_2026: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the run of 2026 leaves."""
    folder = tmp_path_factory.mktemp("2026")
    program.write_outputs(replace(latest_2026, request=replace(latest_2026.request, out=folder)))
    return folder


@pytest.fixture(scope="session")
def report_2026(out_2026: Path) -> Saved:
    """The report in that folder."""
    return Saved(out_2026 / "report.xlsx")
