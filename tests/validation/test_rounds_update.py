"""Newer rounds against those held: added, corrected field by field, and refused where they are fewer."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import sample_data
from validation.rounds import rounds_file, rounds_update
from validation.rounds.rounds_file import RoundsFileError

SHIPPED = Path(sample_data.__file__).parent / "rounds.json"
OF_2023 = Path(__file__).parent.parent / "data" / "rounds_2023-01-17.json.gz"


@pytest.fixture(scope="module")
def held() -> pl.DataFrame:
    """The shipped rounds."""
    return rounds_file.read(SHIPPED)


def as_published_before(**of_rounds: dict[str, Any]) -> pl.DataFrame:
    """The shipped rounds with fields as they were published before they were corrected, by round."""
    content = json.loads(SHIPPED.read_bytes())
    for entry in content["rounds"]:
        entry.update(of_rounds.get(f"r{entry['drawNumber']}", {}))
    return rounds_file.parsed(json.dumps(content).encode()).frame


def test_nothing_is_new(held: pl.DataFrame) -> None:
    assert rounds_update.changes(held, held).is_empty


def test_rounds_of_three_years_are_added(held: pl.DataFrame) -> None:
    before = rounds_file.parsed(gzip.decompress(OF_2023.read_bytes())).frame
    found = rounds_update.changes(before, held)
    assert found.added["number"].to_list() == [str(number) for number in range(238, 445)]
    assert found.corrected.is_empty()


# As seen in earlier copies of the file; the first two values changed, the others only their writing.
EARLIER = {
    "r262": {"drawCutOff": "August 01, 2023 at 12:59:52 UTC"},
    "r252": {"drawName": "Healthcare occupations (2023-1)"},
    "r335": {"drawCutOff": "November 14, 2025 at 02:52:14 UTC"},
    "r237": {"drawDate": "11-01-2023"},
    "r246": {"drawDate": "12-04-2023"},
    "r221": {"drawCutOff": "March 24,2022 at 8:00:50 UTC", "drawDateTime": "April 27,2022 16:04:21 UTC"},
    "r234": {"drawCutOff": "May 09,2022 09:04:20 UTC", "drawDateTime": "October 26,2022 13:05:36 UTC"},
    "r235": {"drawCutOff": "June 06,2022 20:48:23 UTC", "drawDateTime": "November 09,2022 14:21:26 UTC"},
}


def test_late_corrections_field_by_field(held: pl.DataFrame) -> None:
    found = rounds_update.changes(as_published_before(**EARLIER), held)
    assert found.added.is_empty()
    assert found.corrected.rows() == [
        ("252", "name", "Healthcare occupations (2023-1)", "Healthcare occupations (Version 1)"),
        ("262", "tie_break", "2023-08-01 12:59:52 UTC", "2023-07-04 19:36:18 UTC"),
        ("335", "tie_break", "", "2024-11-14 02:52:14 UTC"),
    ]


def test_fewer_rounds_are_refused(held: pl.DataFrame) -> None:
    with pytest.raises(RoundsFileError, match="444 rounds, fewer than the 445 that are held"):
        rounds_update.changes(held, held.head(444))


def test_a_held_round_that_is_gone_is_refused(held: pl.DataFrame) -> None:
    other = held.with_columns(
        pl.when(pl.col("number") == "91a").then(pl.lit("435")).otherwise("number").alias("number")
    )
    with pytest.raises(RoundsFileError, match="the held rounds 91a are gone"):
        rounds_update.changes(held, other)
