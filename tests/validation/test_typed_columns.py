"""Typed columns of Parquet files, and warnings that many rows share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from transforms.model.columns import CANDIDATES, Column
from validation.checks import rules
from validation.files.parquet_file import parquet_grid
from validation.values import parse

DAYS = [date(1990, 5, 17), None, date(850, 1, 1), date(1850, 2, 3), date(2024, 2, 29)]
MOMENTS = [
    datetime(2026, 1, 11, 10, 55, 43, 997_000),
    None,
    datetime(850, 1, 1),
    datetime(2026, 5, 1),
    datetime(2999, 1, 1, 1),
]
TYPED = {
    "date_of_birth": pl.Series(DAYS, dtype=pl.Date),
    "profile_submitted_at": pl.Series(MOMENTS, dtype=pl.Datetime("ms")),
    "spouse_accompanying": pl.Series([True, None, False, True, False]),
    "family_size": pl.Series([1, None, 3_000_000_000, -2, 5], dtype=pl.Int64),
    "english_listening": pl.Series([7.5, None, float("nan"), float("inf"), 1e16]),
    "settlement_funds_cad": pl.Series([13757.5, None, 1.234, -0.5, 1000.0]),
    "canadian_work_years": pl.Series([1, None, 2, 3, 4], dtype=pl.UInt8),
    "ita_round": pl.Series([204, None, 91, 1, 2], dtype=pl.Int16),
}


def cells(typed: dict[str, pl.Series], path: Path) -> tuple[pl.DataFrame, dict[str, pl.Series]]:
    """The columns of a Parquet file as trimmed text, and as the values that its grid keeps."""
    pl.DataFrame(typed).write_parquet(path)
    grid = parquet_grid(path.read_bytes(), "Candidates")
    names = dict(zip(grid.letters, typed, strict=True))
    text = parse.trimmed(grid.cells, grid.typed)[1:].rename(names)
    absent = [pl.lit(None, pl.String).alias(name) for name in CANDIDATES.names if name not in typed]
    return text.with_columns(absent), {names[place]: values[1:] for place, values in grid.typed.items()}


@pytest.mark.parametrize("zone", [None, "UTC", "Asia/Kolkata"])
def test_values_of_a_parquet_file_are_those_of_their_texts(tmp_path: Path, zone: str | None) -> None:
    typed = TYPED | {"profile_submitted_at": TYPED["profile_submitted_at"].dt.replace_time_zone(zone)}
    text, given = cells(typed, tmp_path / "clients.parquet")
    assert set(given) == set(typed)
    from_texts = parse.typed(CANDIDATES, text)
    assert parse.typed(CANDIDATES, text, given).equals(from_texts, null_equal=True)
    assert from_texts["date_of_birth"].to_list() == [DAYS[0], None, None, *DAYS[3:]]


def test_typed_columns_are_not_read_from_text(
    take: Callable[..., Any], candidate: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "clients.parquet"
    pl.DataFrame([candidate(f"C-{number}") for number in range(3)]).write_parquet(path)
    read, names = parse._read, []

    def noted(text: pl.DataFrame, column: Column) -> pl.Series:
        names.append(column.name)
        return read(text, column)

    monkeypatch.setattr(parse, "_read", noted)
    taken = take(path)
    assert taken.counts["candidates_accepted"] == 3
    assert taken.sheets["candidates"]["profile_submitted_at"][0] == datetime(2026, 1, 11, 10, 55, 43, tzinfo=UTC)
    assert "citizenship" in names
    assert not {"date_of_birth", "profile_submitted_at", "english_test_date", "english_reading"} & set(names)


def test_alike_warnings_are_put_into_words_once(
    take: Callable[..., Any], candidate: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, rows = tmp_path / "clients.parquet", 500
    of_row = [candidate(f"C-{number}", marital_status="married", spouse_accompanying=True) for number in range(rows)]
    pl.DataFrame(of_row).write_parquet(path)
    tell, told = rules.Rule.tell, []

    def noted(self: rules.Rule, row: rules.Row) -> Any:
        told.append(self.name)
        return tell(self, row)

    monkeypatch.setattr(rules.Rule, "tell", noted)
    warnings = take(path).warnings.filter(pl.col("column") == "spouse_is_canadian")
    assert warnings["client_id"].to_list() == [f"C-{number}" for number in range(rows)]
    assert warnings["source_row"].to_list() == list(range(2, rows + 2))
    assert warnings["problem"].n_unique() == 1
    assert told.count("spouse_is_canadian_is_stated") == 1
