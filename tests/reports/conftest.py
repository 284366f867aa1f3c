"""Runs of the shipped samples, short of writing, and a saved report to look into."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from reading_back import CLIENTS_2021, CLIENTS_2026, Saved, ran

from flows.main_run import run_contents, run_outputs
from flows.main_run.run_state import Run
from reports.report import report
from reports.report.contents import ReportContents


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
    return run_contents.contents(line_2021)


@pytest.fixture(scope="session")
def contents_2026(latest_2026: Run) -> ReportContents:
    return run_contents.contents(latest_2026)


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
        explanation=contents_2021.explanation.filter(mine),
        outcomes=[replace(one, candidates=one.candidates.filter(mine)) for one in contents_2021.outcomes],
        warnings=contents_2021.warnings.head(3),
        rules=contents_2021.rules.head(3),
    )


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
    run_outputs.write_outputs(replace(latest_2026, request=replace(latest_2026.request, out=folder)))
    return folder


@pytest.fixture(scope="session")
def report_2026(out_2026: Path) -> Saved:
    """The report in that folder."""
    return Saved(out_2026 / "report.xlsx")
