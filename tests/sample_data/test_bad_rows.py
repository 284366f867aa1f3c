"""Every bad row of the sample is found at its very cell, and no other."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest

from sample_data import generate
from sample_data.mix import FOLDER
from transforms import rules
from transforms.model.vocabulary import ABILITIES
from validation.intake import intake
from validation.intake.intake import Intake

SCALES = {
    "IELTS_GT": (0, 9, 0.5), "CELPIP_G": (0, 12, 1), "PTE_CORE": (10, 90, 1), "CLB": (0, 12, 1), "NCLC": (0, 12, 1),
    "TEF_CANADA": (0, 450, 1), "TEF_CANADA_OLD_SCALE": (0, 450, 1), "TCF_CANADA": (0, 699, 1),
}  # fmt: skip
SCORE_RANGES = {(test, ability): scale for test, scale in SCALES.items() for ability in ABILITIES}
# Cells that are told of besides: born in 2096, all that came before is before birth; and scores of another test.
FOLLOWING = {"birth in the future", "test of the other language"}


def _told(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((FOLDER / name).read_text(encoding="utf-8"))
    return found


def _read(name: str, as_of: date) -> Intake:
    codes: set[str] = set()
    for table in ("noc2016.csv", "noc2021.csv"):
        with (Path(rules.__file__).parent / "noc" / table).open(encoding="utf-8", newline="") as file:
            codes |= {row["code"] for row in csv.DictReader(file)}
    return intake.read([FOLDER / name], as_of=as_of, score_ranges=SCORE_RANGES, noc_codes=codes)


@pytest.fixture(scope="module")
def taken_2026() -> Intake:
    return _read(generate.FILE_2026, generate.AS_OF_2026)


def test_there_are_many_bad_rows_in_many_ways() -> None:
    bad = _told("bad_rows_2026.json")
    assert len({(one["sheet"], one["row"]) for one in bad}) >= 30
    assert len({one["way"] for one in bad}) >= 20
    assert all(one["cell"] and one["column"] for one in bad)


def test_addresses_point_at_their_columns() -> None:
    book = openpyxl.load_workbook(FOLDER / generate.FILE_2026)
    for one in _told("bad_rows_2026.json"):
        title, _, place = one["cell"].rpartition("!")
        page = book[title.strip("'")]
        cell = page[place]
        assert (title.strip("'"), cell.row) == (one["sheet"], one["row"])
        assert page.cell(1, cell.column).value == one["column"]
        assert (page.cell(cell.row, 1).value or "") == one["client_id"]


def test_each_bad_row_is_quarantined_at_its_cell(taken_2026: Intake) -> None:
    found = set(taken_2026.quarantine.select("source_sheet", "source_row", "cell", "column", "client_id").rows())
    for one in _told("bad_rows_2026.json"):
        assert (one["sheet"], one["row"], one["cell"], one["column"], one["client_id"]) in found, one


def test_nothing_else_is_quarantined(taken_2026: Intake) -> None:
    bad = _told("bad_rows_2026.json")
    rows = {(one["sheet"], one["row"]) for one in bad}
    clients = {one["client_id"] for one in bad}
    cells = {one["cell"] for one in bad}
    following = {(one["sheet"], one["row"]) for one in bad if one["way"] in FOLLOWING}
    for sheet, row, cell, client in taken_2026.quarantine.select(
        "source_sheet", "source_row", "cell", "client_id"
    ).iter_rows():
        if cell:
            assert cell in cells or (sheet, row) in following
            assert (sheet, row) in rows
        else:
            assert client in clients
    assert taken_2026.counts["candidates_in"] == 500
    assert taken_2026.counts["detail_rows_held"] > 0


def test_what_is_but_odd_is_warned_of(taken_2026: Intake) -> None:
    found = set(taken_2026.warnings.select("source_sheet", "source_row", "cell", "column", "client_id").rows())
    quarantined = set(taken_2026.quarantine["client_id"])
    for one in _told("warned_rows_2026.json"):
        assert (one["sheet"], one["row"], one["cell"], one["column"], one["client_id"]) in found, one
        assert one["client_id"] not in quarantined


def test_all_rows_of_2021_are_good() -> None:
    taken = _read(generate.FILE_2021, generate.AS_OF_2021)
    assert taken.quarantine.is_empty() and taken.held.is_empty()
    assert taken.counts["candidates_accepted"] == 500
    assert taken.sheets["candidates"].select(pl.col("client_id").n_unique()).item() == 500
