"""Headings that name a test other than the one that the cell of the test says."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from transforms.rules.strict_yaml import read_yaml
from validation.intake.intake import Intake
from validation.mapping.firm_map import FirmMap
from validation.mapping.grammar import firm_map
from validation.mapping.named_tests import named_tests

BASE = ["Client ID", "DOB", "Marital"]
SCORES = ["8", "7.5", "7", "7"]
ABILITIES = ("listening", "reading", "writing", "speaking")
LEVELS = """
columns:
  CLB Listening: english_listening
  CLB Reading: english_reading
  CLB Writing: english_writing
  CLB Speaking: english_speaking
"""


def map_of(text: str) -> FirmMap:
    return firm_map(read_yaml(text.encode(), "map.yaml", as_text=True))


def written(path: Path, *rows: Sequence[str]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    return path


def client(number: str, *more: str) -> list[str]:
    return [number, "1990-12-25", "single", *more]


def quarantined(taken: Intake) -> list[tuple[str, str]]:
    return taken.quarantine.select("client_id", "column").rows()


def test_scores_under_another_test_are_quarantined(tmp_path: Path, take: Callable[..., Intake]) -> None:
    path = written(
        tmp_path / "export.csv",
        [*BASE, "English test", "IELTS Date", "IELTS L", "IELTS R", "IELTS W", "IELTS S"],
        client("C-1", "CELPIP", "2026-01-10", "8", "7", "7", "7"),
        client("C-2", "IELTS", "2026-01-10", *SCORES),
        client("C-3", "CELPIP", "", "", "", "", ""),
    )
    taken = take(path)
    assert "C-2" in taken.sheets["candidates"]["client_id"].to_list()
    assert [row for row in quarantined(taken) if row[0] == "C-1"] == [
        ("C-1", name) for name in ("english_test_date", *(f"english_{ability}" for ability in ABILITIES))
    ]
    problem, fix = taken.quarantine.filter(column="english_listening").select("problem", "fix").row(0)
    assert problem == "The heading 'IELTS L' names IELTS_GT, but english_test says 'CELPIP'."
    assert fix == "Enter the test of these scores in english_test, or head the column without IELTS_GT."


def test_levels_under_a_test_are_quarantined_with_a_map_too(tmp_path: Path, take: Callable[..., Intake]) -> None:
    path = written(
        tmp_path / "export.csv",
        [*BASE, "English exam", "English exam date", "CLB Listening", "CLB Reading", "CLB Writing", "CLB Speaking"],
        client("C-1", "IELTS", "2026-01-10", "9", "9", "8", "8"),
        client("C-2", "CLB", "2026-01-10", "9", "9", "8", "8"),
    )
    taken = take(path, mapping=map_of(LEVELS))
    assert taken.sheets["candidates"].select("client_id", "english_test", "english_listening").rows() == [
        ("C-2", "CLB", 9.0)
    ]
    assert {row[0] for row in quarantined(taken)} == {"C-1"}
    assert "Enter CLB in english_test where the cells are levels" in taken.quarantine["fix"][0]


def test_a_map_can_say_that_they_are_levels(tmp_path: Path, take: Callable[..., Intake]) -> None:
    path = written(
        tmp_path / "export.csv",
        [*BASE, "English exam", "English exam date", "CLB Listening", "CLB Reading", "CLB Writing", "CLB Speaking"],
        client("C-1", "IELTS", "2026-01-10", "9", "9", "8", "8"),
    )
    taken = take(path, mapping=map_of(LEVELS + "values: {english_test: {IELTS: CLB}}"))
    assert taken.sheets["candidates"].select("english_test", "english_listening").rows() == [("CLB", 9.0)]


def test_scores_of_another_test_on_the_sheet_of_tests_are_quarantined(
    cells_book: Callable[..., Path], take: Callable[..., Intake]
) -> None:
    book = cells_book(
        {
            "Candidates": [BASE, client("C-1")],
            "Language tests": [
                ["Client ID", "Person", "Language", "Test", "Test date", "IELTS L", "IELTS R", "IELTS W", "IELTS S"],
                ["C-1", "principal", "english", "CELPIP_G", "2026-01-10", 9, 9, 8, 8],
            ],
        }
    )
    taken = take(book)
    assert taken.counts["candidates_accepted"] == 0
    assert ("C-1", "listening") in quarantined(taken)


@pytest.mark.parametrize(
    ("heading", "language", "tests"),
    [("IELTS/CELPIP L", "english", ["CELPIP_G", "IELTS_GT"]), ("NCLC CO", "", ["NCLC"]), ("Listening", "", [])],
)
def test_the_tests_that_a_heading_names(heading: str, language: str, tests: list[str]) -> None:
    assert named_tests(heading, language) == tests
