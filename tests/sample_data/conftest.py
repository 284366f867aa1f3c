"""The sample's clients as rows, the second scorer, and the folder of the shipped files."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import sample_data
from sample_data import generate
from sample_data.clients import Client, Row
from sample_data.line_2021 import OnTheLine
from transforms.model.columns import BY_KEY, CANDIDATES, Sheet
from validation.values.countries import code_of


@pytest.fixture(scope="session")
def shipped() -> Path:
    """The folder of the shipped files."""
    return Path(sample_data.__file__).parent


@pytest.fixture(scope="session")
def clients_2026() -> list[Client]:
    """The clients of 2026, before any row goes wrong."""
    return generate.clients_2026()


@pytest.fixture(scope="session")
def clients_2021() -> list[tuple[Client, OnTheLine | None]]:
    """The clients of 2021, each with its design where it has one."""
    return generate.clients_2021()


@pytest.fixture(scope="session")
def oracle() -> ModuleType:
    """The second scorer, which shares nothing with the product."""
    path = Path(__file__).parent.parent / "oracle.py"
    spec = importlib.util.spec_from_file_location("oracle", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def score(oracle: ModuleType) -> Callable[..., Mapping[str, Any]]:
    """Scores a client on a day, with or without the detail rows."""

    def scored(client: Client, as_of: date, *, with_details: bool = True) -> Mapping[str, Any]:
        details = client.details if with_details else {}
        rows = {key: [_typed(BY_KEY[key], row) for row in of_sheet] for key, of_sheet in details.items()}
        found: Mapping[str, Any] = oracle.score(_typed(CANDIDATES, client.row), rows, as_of)
        return found

    return scored


def _typed(sheet: Sheet, row: Row) -> dict[str, Any]:
    """A written row as the intake reads it: every column, yes and no as Boolean, countries as codes, moments as such."""
    assert set(row) <= set(sheet.names)
    found: dict[str, Any] = {}
    for column in sheet.columns:
        value = row.get(column.name)
        if value is not None and column.kind == "yes_no":
            value = {"yes": True, "no": False}[str(value)]
        if value is not None and column.kind == "country":
            value = code_of(str(value))
            assert value is not None
        if value is not None and column.kind == "date_time":
            value = datetime.fromisoformat(str(value))
        found[column.name] = value
    return found
