"""Small workbooks and a short way through the intake."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from transforms.model.columns import BY_KEY
from transforms.model.vocabulary import ABILITIES
from validation.checks.rules_of_dates import Limits
from validation.checks.rules_of_rows import Terms
from validation.intake import intake
from validation.intake.intake import Intake

AS_OF = date(2026, 6, 1)
NOC_CODES = frozenset({"0011", "0013", "0111", "2173", "2174", "00011", "00013", "21231", "21232", "31102", "72106"})
SCALES = {
    "IELTS_GT": (0, 9, 0.5),
    "CELPIP_G": (0, 12, 1),
    "PTE_CORE": (10, 90, 1),
    "CLB": (0, 12, 1),
    "TEF_CANADA": (0, 450, 1),
    "TEF_CANADA_OLD_SCALE": (0, 450, 1),
    "TCF_CANADA": (0, 699, 1),
    "NCLC": (0, 12, 1),
}
SCORE_RANGES = {(test, ability): scale for test, scale in SCALES.items() for ability in ABILITIES}
SCORE_RANGES |= {("TCF_CANADA", ability): (0, 20, 1) for ability in ("writing", "speaking")}

LIMITS = Limits(
    date(2015, 1, 1), 2, 5, 1,
    dict.fromkeys(
        ("canadian_work_years", "foreign_work_years", "spouse_canadian_work_years", "spouse_foreign_work_years",
         "primary_occupation_years"),
        10,
    ),
)  # fmt: skip

Row = dict[str, Any]


def good_candidate(client_id: object = "C-1") -> Row:
    """A row to which nothing is to be said."""
    return {
        "client_id": client_id,
        "family_name": "Sample",
        "date_of_birth": date(1990, 5, 17),
        "citizenship": "India",
        "marital_status": "single",
        "profile_submitted_at": datetime(2026, 1, 11, 10, 55, 43),
        "pool_status": "in_pool",
        "english_test": "IELTS_GT",
        "english_test_date": date(2025, 12, 1),
        "english_listening": 8,
        "english_reading": 7.5,
        "english_writing": 7,
        "english_speaking": 7,
        "education_level": "masters",
        "education_country": "IND",
        "eca_issued_on": date(2025, 3, 1),
        "foreign_work_years": 3,
        "primary_noc": "21231",
    }


def good_detail(key: str, client_id: object = "C-1") -> Row:
    """A row of a detail sheet to which nothing is to be said."""
    rows: dict[str, Row] = {
        "language_tests": {
            "person": "principal", "language": "french", "test": "TEF_CANADA", "test_date": date(2025, 2, 1),
            "listening": 300, "reading": 300, "writing": 300, "speaking": 300,
        },
        "education": {
            "person": "principal", "level": "masters", "country": "India", "started_on": date(2012, 9, 1),
            "completed_on": date(2014, 6, 30), "eca_issued_on": date(2025, 3, 1),
        },
        "work_history": {
            "person": "principal", "noc": "21231", "country": "India", "started_on": date(2018, 1, 1),
            "ended_on": date(2021, 12, 31), "hours_per_week": 40, "paid": "yes",
        },
        "documents": {
            "person": "principal", "kind": "passport", "country": "India", "issued_on": date(2020, 1, 1),
            "expires_on": date(2030, 1, 1),
        },
        "dependants": {"date_of_birth": date(2015, 4, 4)},
    }  # fmt: skip
    return {"client_id": client_id, **rows[key]}


@pytest.fixture
def candidate() -> Callable[..., Row]:
    """A good Candidates row with changes; None empties a cell."""

    def made(client_id: object = "C-1", **changes: Any) -> Row:
        return good_candidate(client_id) | changes

    return made


@pytest.fixture
def detail() -> Callable[..., Row]:
    """A good detail row of a sheet with changes."""

    def made(key: str, client_id: object = "C-1", **changes: Any) -> Row:
        return good_detail(key, client_id) | changes

    return made


def write_book(path: Path, sheets: Mapping[str, Sequence[Sequence[object]]]) -> Path:
    """A workbook of sheets given cell by cell."""
    book = openpyxl.Workbook()
    assert book.active is not None
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    book.save(path)
    return path


@pytest.fixture
def cells_book(tmp_path: Path) -> Callable[..., Path]:
    """Writes a workbook of sheets given cell by cell."""

    def made(sheets: Mapping[str, Sequence[Sequence[object]]], name: str = "clients.xlsx") -> Path:
        return write_book(tmp_path / name, sheets)

    return made


@pytest.fixture
def book(tmp_path: Path) -> Callable[..., Path]:
    """Writes a workbook of rows by sheet key; each sheet has the columns that its rows use, in our order."""

    def made(candidates: Sequence[Row], name: str = "clients.xlsx", **details: Sequence[Row]) -> Path:
        sheets: dict[str, list[list[object]]] = {}
        for key, rows in {"candidates": candidates, **details}.items():
            sheet = BY_KEY[key]
            required = {column.name for column in sheet.columns if column.required}
            columns = [column for column in sheet.names if column in required or any(column in row for row in rows)]
            header: list[object] = [*columns]
            sheets[sheet.title] = [header, *([row.get(column) for column in columns] for row in rows)]
        return write_book(tmp_path / name, sheets)

    return made


@pytest.fixture
def take() -> Callable[..., Intake]:
    """Reads inputs as of the tests' day with the tests' scales and codes."""

    def read(*paths: Path, **changes: Any) -> Intake:
        options: dict[str, Any] = {
            "as_of": AS_OF, "score_ranges": SCORE_RANGES, "noc_codes": NOC_CODES,
            "limits": LIMITS,
        } | changes  # fmt: skip
        return intake.read(paths, **options)

    return read


@pytest.fixture
def terms() -> Terms:
    """What the rules are held against in these tests."""
    return Terms(AS_OF, SCORE_RANGES, NOC_CODES, limits=LIMITS)
