"""Headings that ask for a nomination: proposed, or named in a warning where nothing gives the province."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.validation.mapping.test_named_tests import written
from validation.intake.intake import Intake
from validation.mapping.grammar import firm_map
from validation.mapping.matching import match

QUESTION = "Have you received a NOI, nomination, or invitation?"
HEADINGS = ["client_id", "date_of_birth", "marital_status"]
ADA = ["C-1", "1990-12-25", "single"]
BEN = ["C-2", "1988-04-03", "single"]


def test_which_province_is_proposed_and_asked() -> None:
    found = match("Which province?", "candidates")
    assert (found.how, found.column, found.is_open) == ("proposed", "provincial_nomination", True)


@pytest.mark.parametrize("heading", [QUESTION, "Do you have a provincial nomination?", "Avez-vous une désignation?"])
def test_a_question_about_a_nomination_is_asked_with_what_it_lacks(heading: str) -> None:
    found = match(heading, "candidates")
    assert found.how == "unknown"
    assert found.why == "It asks for yes or no about a nomination; provincial_nomination needs the province."


def warnings_of(taken: Intake) -> list[str]:
    return [text for text in taken.warnings["problem"] if "points of a nomination" in text]


@pytest.mark.parametrize("answer", ["Yes", "Y", "Oui", "Yes, in May"])
def test_check_warns_of_a_yes_without_a_province(tmp_path: Path, take: Callable[..., Intake], answer: str) -> None:
    path = written(tmp_path / "export.csv", [*HEADINGS, QUESTION], [*ADA, "No"], [*BEN, answer])
    taken = take(path)
    assert warnings_of(taken) == [
        f"{QUESTION!r} says yes in 1 cell, and no column gives provincial_nomination: the score of this client lacks the "
        "points of a nomination."
    ]
    found = taken.warnings.filter(taken.warnings["problem"].str.contains("points of a nomination"))
    assert found["cell"].to_list() == ["Candidates!D3"]


def test_a_warning_stands_though_a_map_leaves_the_question_out(tmp_path: Path, take: Callable[..., Intake]) -> None:
    path = written(tmp_path / "export.csv", [*HEADINGS, QUESTION], [*ADA, "Yes"])
    assert warnings_of(take(path, mapping=firm_map({"columns": {QUESTION: "-"}})))


@pytest.mark.parametrize(
    ("headings", "cells"),
    [
        ([QUESTION], ["No"]),
        ([QUESTION, "provincial_nomination"], ["Yes", "ON"]),
        (["Interested in a nomination?"], ["Yes"]),
        (["Will you apply for a nomination?"], ["Yes"]),
    ],
)
def test_no_warning_where_nothing_is_lost(
    tmp_path: Path, take: Callable[..., Intake], headings: list[str], cells: list[str]
) -> None:
    path = written(tmp_path / "export.csv", [*HEADINGS, *headings], [*ADA, *cells])
    assert warnings_of(take(path)) == []
