"""Job titles as clients write them find their occupation at first place."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from transforms import noc_search
from transforms.facts.noc import noc_2021
from transforms.model.wording import using

FILE = Path(__file__).parents[2] / "data" / "everyday_titles.csv"
# How many of the 60 English and 30 French titles must be right at first place: 92 and 90 per cent.
GOALS = {"en": 56, "fr": 27}


def titles(language: str) -> list[dict[str, str]]:
    with FILE.open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["language"] == language]


def test_titles_are_as_many_as_the_goal_is_of_and_their_codes_are_known() -> None:
    assert {language: len(titles(language)) for language in GOALS} == {"en": 60, "fr": 30}
    for row in titles("en") + titles("fr"):
        codes = row["codes"].split("|")
        assert set(codes) <= set(noc_2021().titles)
        assert (len(codes) > 1) == bool(row["why"]), row["title"]


@pytest.mark.parametrize("in_use", ["en", "fr"])
@pytest.mark.parametrize("language", list(GOALS))
def test_everyday_titles_are_found_at_first_place(language: str, in_use: str) -> None:
    wrong = []
    with using(in_use):
        for row in titles(language):
            found = noc_search.by_words(row["title"])
            if not found or found[0].code not in row["codes"].split("|"):
                wrong.append((row["title"], found[0].code if found else None))
    assert len(titles(language)) - len(wrong) >= GOALS[language], wrong
