"""A proposal in French: its comments and reasons are French, its keys are ours, and it reads back as the English one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.french import english_left
from tests.validation.mapping.test_proposal import TRACKER, proposed, read_back
from tests.validation.mapping.test_proposal import written as csv_of
from transforms.model import wording
from transforms.model.columns import SHEETS
from transforms.model.wording import extract
from transforms.rules.strict_yaml import read_yaml
from validation.files.unusable import MappingError
from validation.mapping import proposal_text
from validation.mapping.grammar import firm_map
from validation.mapping.left_out import REASONS, LeftOut, sentences
from validation.mapping.matching import match

COMMENT = re.compile(r"(?:^|\s)#\s+(?P<text>.+)$")


@pytest.fixture(autouse=True)
def _english_afterwards() -> Iterator[None]:
    with wording.using("en"):
        yield


@pytest.fixture
def tracker(tmp_path: Path) -> Path:
    return csv_of(tmp_path / "export.csv", TRACKER)


def _comments(text: str) -> list[str]:
    """What stands behind the lines of a map, without the lines that are commented out themselves."""
    behind = [line.rpartition("  # ")[2] for line in text.splitlines() if "  # " in line]
    return behind + [line for line in text.splitlines() if line.startswith("# ") and ":" not in line]


def test_comments_of_a_proposal_are_french_and_its_lines_are_those_of_the_english_one(tracker: Path) -> None:
    english = proposal_text.map_text(proposed(tracker))
    with wording.using("fr"):
        found = proposed(tracker)
        french = proposal_text.map_text(found)
        assert read_back(found) == firm_map(read_yaml(english.encode(), "map.yaml", as_text=True))
    assert [line.partition("  # ")[0] for line in french.splitlines() if not line.startswith("#")] == [
        line.partition("  # ")[0] for line in english.splitlines() if not line.startswith("#")
    ]
    assert french != english
    texts = _comments(french)
    assert len(texts) > len(TRACKER[0]) // 2
    assert english_left(texts, allowed=[*TRACKER[0], *(sheet.title for sheet in SHEETS)]) == []


def test_the_table_of_headings_is_french(tracker: Path) -> None:
    with wording.using("fr"):
        found = proposed(tracker)
        heads = proposal_text.table_lines(found)[0].split("  ")
        names = {one.strip() for one in heads if one.strip()}
    assert names == {"en-tête", "notre colonne", "cellules", "par exemple", "raison"}


def test_a_reason_is_given_in_the_language_that_it_is_asked_for_in() -> None:
    assert match("Age", "candidates").why == "An age is not read: it is no date of birth."
    with wording.using("fr"):
        assert match("Age", "candidates").why.startswith("Un âge n\u2019est pas lu")
    assert match("Age", "candidates").why == "An age is not read: it is no date of birth."


def test_mistakes_of_a_map_are_reported_in_french() -> None:
    wrong = [
        "columns: {DOB: date_of_brith}", "dates: dym", "parts: {}", "columns: {DOB: [1]}", "derived: {Name: full}",
        "sheets: {Tracker: people}", "map: 7", "constants: {english_test: ''}", "rows: {joined_by: client_id}",
        "prefixes: {Spouse: wife}", "countries: xyz", "columns: [1]",
    ]  # fmt: skip
    said = []
    with wording.using("fr"):
        for text in wrong:
            with pytest.raises(MappingError) as caught:
                firm_map(read_yaml(text.encode(), "map.yaml", as_text=True))
            said.append(str(caught.value))
    assert english_left(said) == []


def test_rows_that_are_left_out_are_reported_in_french() -> None:
    with wording.using("fr"):
        for kind in REASONS:
            one = sentences([LeftOut(3, "Total", kind)], None)
            many = sentences([LeftOut(row, "Total", kind) for row in range(3, 12)], "documents")
            assert english_left([one, many]) == []
            assert many.startswith("Les lignes 3 'Total', 4 'Total'")
            assert "et 4 autres ne sont pas des données" in many


def test_every_text_of_maps_and_corrections_has_its_french() -> None:
    for room in ("corrections", "mapping"):
        texts = extract.read("fr", room)
        assert texts
        assert [
            text for text, french in texts.items() if not all([french] if isinstance(french, str) else french)
        ] == []
