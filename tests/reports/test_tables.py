"""The scores and the quarantine as tables."""

from __future__ import annotations

import gc
import tempfile
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from flows.errors import UsageError
from flows.main_run import run_outputs
from flows.main_run.run_state import Run
from reports.report import report, tables
from reports.report.contents import ReportContents
from reports.workbook import book, cells, package
from transforms.assessment.scores import SCHEMA, SCHEMA_VERSION


def test_parquet_holds_the_scores_and_the_version_of_their_schema(
    contents_2026: ReportContents, tmp_path: Path
) -> None:
    tables.write_scores(tmp_path / "scores.parquet", contents_2026.scores)
    assert_frame_equal(pl.read_parquet(tmp_path / "scores.parquet"), contents_2026.scores)
    assert pl.read_parquet_metadata(tmp_path / "scores.parquet")[tables.VERSION_KEY] == SCHEMA_VERSION


def test_csv_holds_the_scores(contents_2026: ReportContents, tmp_path: Path) -> None:
    tables.write_scores(tmp_path / "scores.csv", contents_2026.scores)
    read = pl.read_csv(tmp_path / "scores.csv", schema_overrides=SCHEMA)
    assert_frame_equal(read, contents_2026.scores)


def test_a_workbook_holds_the_scores_under_the_names_of_the_contract(
    contents_2026: ReportContents, tmp_path: Path
) -> None:
    tables.write_scores(tmp_path / "scores.xlsx", contents_2026.scores)
    read = openpyxl.load_workbook(tmp_path / "scores.xlsx")
    assert read.sheetnames == ["scores"]
    assert read.custom_doc_props[tables.VERSION_KEY].value == SCHEMA_VERSION
    head, *rows = read["scores"].iter_rows(values_only=True)
    assert head == tuple(SCHEMA)
    assert len(rows) == contents_2026.scores.height
    for name in ("client_id", "crs_total", "rank", "fsw_points", "source_row"):
        assert [row[head.index(name)] for row in rows] == contents_2026.scores[name].to_list()
    told = {True: "yes", False: "no", None: "undetermined"}
    eligible = contents_2026.scores["pool_eligible"].to_list()
    assert [row[head.index("pool_eligible")] for row in rows] == [told[one] for one in eligible]


def test_what_is_written_of_a_workbook_before_it_is_saved_has_no_name_anywhere(
    contents_2026: ReportContents, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere, folder = tmp_path / "elsewhere", tmp_path / "folder"
    elsewhere.mkdir()
    folder.mkdir()
    save, seen = package.save, []

    def looked_at(made: openpyxl.Workbook, path: Path, **told: Any) -> None:
        seen.append([*elsewhere.iterdir(), *folder.iterdir()])
        save(made, path, **told)

    monkeypatch.setattr(tempfile, "tempdir", str(elsewhere))
    monkeypatch.setattr(package, "save", looked_at)
    tables.write_scores(folder / "scores.xlsx", contents_2026.scores)
    assert seen == [[]]
    assert [one.name for one in folder.iterdir()] == ["scores.xlsx"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_is_told_as_such_by_a_workbook_too(
    contents_2026: ReportContents, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cells, "TemporaryFile", lambda **_: Path("/dev/full").open("w+b"))  # noqa: SIM115
    with pytest.raises(OSError, match="No space left on device"):
        report.write_report(tmp_path / "report.xlsx", contents_2026)
    gc.collect()


@pytest.mark.parametrize("name", ["scores.parquet", "scores.csv", "scores.xlsx"])
def test_equal_scores_give_equal_bytes(contents_2021: ReportContents, tmp_path: Path, name: str) -> None:
    written = []
    for folder in ("one", "other"):
        (tmp_path / folder).mkdir()
        tables.write_scores(tmp_path / folder / name, contents_2021.scores)
        written.append((tmp_path / folder / name).read_bytes())
    assert written[0] == written[1]


def test_more_scores_than_a_sheet_holds_are_refused_and_an_earlier_file_stays(
    line_2021: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(book, "MAX_ROWS", 100)
    path = tmp_path / "scores.xlsx"
    path.write_text("of yesterday", encoding="utf-8")
    with pytest.raises(UsageError, match=r"a sheet holds 99 rows.* there are 500; write \.parquet or \.csv"):
        run_outputs.write_scores(line_2021, path)
    assert path.read_text(encoding="utf-8") == "of yesterday"
    assert [file.name for file in tmp_path.iterdir()] == ["scores.xlsx"]


def test_the_quarantine_reads_back_as_it_was(contents_2026: ReportContents, tmp_path: Path) -> None:
    tables.write_quarantine_csv(tmp_path / "quarantine.csv", contents_2026.quarantine)
    assert (tmp_path / "quarantine.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    read = pl.read_csv(tmp_path / "quarantine.csv", schema_overrides=contents_2026.quarantine.schema)
    assert_frame_equal(read, contents_2026.quarantine)


def test_an_empty_quarantine_leaves_its_headers(contents_2021: ReportContents, tmp_path: Path) -> None:
    tables.write_quarantine_csv(tmp_path / "quarantine.csv", contents_2021.quarantine)
    assert pl.read_csv(tmp_path / "quarantine.csv").columns == contents_2021.quarantine.columns
