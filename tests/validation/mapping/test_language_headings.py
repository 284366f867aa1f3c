"""Headings of language tests in a list of clients, read together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tests.validation.mapping.test_named_tests import client, written
from tests.validation.mapping.test_proposal import heading, proposed, read_back
from validation.intake.intake import Intake
from validation.mapping import proposal_text

BASE = ["Client ID", "DOB", "Marital"]
IELTS = ["IELTS L", "IELTS R", "IELTS W", "IELTS S", "IELTS Date"]
CELPIP = ["CELPIP L", "CELPIP R", "CELPIP W", "CELPIP S", "CELPIP Date"]


def of_two_tests(path: Path) -> Path:
    return written(
        path / "export.csv",
        [*BASE, *IELTS, *CELPIP],
        client("C-1", "8", "7.5", "7", "7", "2026-01-10", "", "", "", "", ""),
        client("C-2", "", "", "", "", "", "9", "9", "8", "8", "2026-02-02"),
    )


def test_columns_of_two_tests_make_rows_of_language_tests(tmp_path: Path, take: Callable[..., Intake]) -> None:
    path = of_two_tests(tmp_path)
    firm = read_back(proposed(path))
    assert not firm.not_ours
    taken = take(path, mapping=firm)
    rows = taken.sheets["language_tests"].sort("client_id")
    assert rows.select("client_id", "person", "language", "test", "listening", "speaking").rows() == [
        ("C-1", "principal", "english", "IELTS_GT", 8.0, 7.0), ("C-2", "principal", "english", "CELPIP_G", 9.0, 8.0),
    ]  # fmt: skip


def test_columns_of_two_tests_are_reported_without_a_map(tmp_path: Path, take: Callable[..., Intake]) -> None:
    taken = take(of_two_tests(tmp_path))
    mends = dict(taken.warnings.select("column", "fix").rows())
    assert mends["IELTS L"] == mends["CELPIP L"] == (
        "'IELTS L' and 'CELPIP L' are as near to english_listening. Let `drawline map FILE` propose how to read both."
    )  # fmt: skip


def test_the_spouse_has_rows_of_two_tests_too(tmp_path: Path) -> None:
    names = [f"Spouse {name}" for name in (*IELTS, *CELPIP)]
    path = written(tmp_path / "export.csv", [*BASE, *names], client("C-1", *["8"] * 4, "2026-01-10", *[""] * 5))
    target = read_back(proposed(path)).targets["spousecelpipl"]
    assert (target.sheet, target.column) == ("language_tests", "listening")
    assert target.fixed == {"test": "CELPIP_G", "language": "english", "person": "spouse"}


def test_levels_beside_a_test_that_cells_name_are_asked(tmp_path: Path) -> None:
    levels = ["CLB Listening", "CLB Reading", "CLB Writing", "CLB Speaking"]
    path = written(
        tmp_path / "export.csv", [*BASE, "English exam", *levels], client("C-1", "IELTS", "9", "9", "8", "8")
    )
    found = proposed(path)
    assert read_back(found).columns.keys() & {"clblistening", "clbreading", "clbwriting", "clbspeaking"} == set()
    one = heading(found, "CLB Listening")
    assert "It names CLB, but 'English exam' says IELTS_GT." in one.match.why
    assert '"English exam": "-" here, and english_test: CLB under constants' in one.match.why


def test_levels_alone_are_read_as_levels(tmp_path: Path) -> None:
    levels = ["CLB Listening", "CLB Reading", "CLB Writing", "CLB Speaking"]
    path = written(tmp_path / "export.csv", [*BASE, *levels], client("C-1", "9", "9", "8", "8"))
    firm = read_back(proposed(path))
    assert firm.columns["clblistening"] == "english_listening"
    assert firm.constants == {"english_test": "CLB"}


def test_levels_beside_scores_are_not_read_as_scores(tmp_path: Path) -> None:
    path = written(
        tmp_path / "export.csv",
        [*BASE, *IELTS, "CLB L", "CLB R"],
        client("C-1", "8", "7.5", "7", "7", "2026-01-10", "9", "9"),
    )
    firm = read_back(proposed(path))
    assert firm.columns["ieltsl"] == "english_listening"
    assert not {"clbl", "clbr"} & (firm.columns.keys() | firm.not_ours)
    assert firm.constants == {"english_test": "IELTS_GT"}


@pytest.mark.parametrize(
    ("headings", "columns"),
    [
        (
            ["Test de français", "Date du test", "CO", "CE", "EE", "EO", "Test anglais", "Date du test anglais",
             "Compréhension orale", "Compréhension écrite", "Expression écrite", "Expression orale"],
            ["french_test", "french_test_date", "french_listening", "french_reading", "french_writing", "french_speaking",
             "english_test", "english_test_date", "english_listening", "english_reading", "english_writing",
             "english_speaking"],
        ),
        (
            ["English test", "Test date", "Listening", "Reading", "Writing", "Speaking", "French test", "French test date"],
            ["english_test", "english_test_date", "english_listening", "english_reading", "english_writing",
             "english_speaking", "french_test", "french_test_date"],
        ),
    ],
)  # fmt: skip
def test_headings_without_a_language_have_that_of_their_neighbours(
    tmp_path: Path, headings: Sequence[str], columns: Sequence[str]
) -> None:
    path = written(tmp_path / "export.csv", [*BASE, *headings], client("C-1", *["7"] * len(headings)))
    found = proposed(path)
    assert [heading(found, one).match.column for one in headings] == columns
    assert all(heading(found, one).is_read for one in headings)


def test_a_filled_column_as_near_is_never_given_up_in_silence(tmp_path: Path) -> None:
    path = written(
        tmp_path / "export.csv",
        ["Client No", "File number", "DOB", "Marital"],
        ["C-1", "F-9", "1990-12-25", "single"],
    )
    text = proposal_text.map_text(proposed(path))
    assert '"File number": "-"' not in text
    assert '# "File number": client_id' in text
