"""The session in which a map is asked for, in French: its questions, and its answers in either language."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.flows.test_map_command import columns, export, settled
from tests.french import english_left
from transforms.model import wording
from transforms.model.columns import CANDIDATES

HEADINGS = ["File No", "D.O.B.", "Marital", "Oddity"]


@pytest.fixture(autouse=True)
def _in_french() -> Iterator[None]:
    with wording.using("fr"):
        yield


@pytest.mark.parametrize("skip", ["s", "skip", "passer"])
def test_what_is_proposed_is_passed_over(skip: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = export(tmp_path / "a.csv", ["F-1", "25/12/1990", "single", "5"], headings=HEADINGS)
    found, _ = settled(path, skip)
    assert "Oddity" not in columns(found)
    said = capsys.readouterr().err
    assert "Entrée\u00a0: comme entre crochets" in said
    questions = said.partition("family_size.\n")[2].splitlines()
    assert english_left(questions, allowed=[*HEADINGS, *CANDIDATES.names]) == []


def test_a_value_is_emptied_by_the_french_word(tmp_path: Path) -> None:
    path = export(tmp_path / "a.csv", ["F-1", "25/12/1990", "Partner"], headings=HEADINGS[:3])
    _, answers = settled(path, "vide")
    assert answers.values == {"marital_status": {"Partner": ""}}
