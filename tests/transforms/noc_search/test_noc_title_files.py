"""The files that the search reads are those that the lists of titles make."""

from __future__ import annotations

import csv

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from transforms.facts.noc import FOLDER, noc_2021
from transforms.noc_search import build
from transforms.noc_search.index import index, meanings
from transforms.noc_search.words import STEMS, english_stem, french_stem, words_of


@pytest.mark.parametrize("language", ["en", "fr"])
def test_files_are_up_to_date(language: str) -> None:
    for name, table in zip(("titles", "words"), build.tables(language), strict=True):
        assert_frame_equal(pl.read_parquet(FOLDER / f"noc2021_{name}_{language}.parquet"), table)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_unit_group_has_titles(language: str) -> None:
    assert set(index(language).entries["code"]) == set(noc_2021().titles)


def test_every_meaning_is_one_that_titles_can_hold() -> None:
    for language in STEMS:
        known = index(language).weights
        for said, several in meanings(language).items():
            for meaning in several:
                stems = [STEMS[language](word) for word in meaning.words]
                assert any(stem in known for stem in stems), (said, meaning)


def test_search_words_name_their_source_and_stand_once() -> None:
    with (FOLDER / "search_words.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert all(row["source"] and row["meaning"] and row["kind"] in {"abbreviation", "synonym"} for row in rows)
    keys = [(row["language"], row["kind"], row["word"]) for row in rows]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("nurses", "nurse"), ("secretaries", "secretary"), ("waitresses", "waitress"), ("coaches", "coach"),
        ("fishermen", "fisherman"),
    ],
)  # fmt: skip
def test_english_plural_is_the_same_word(one: str, other: str) -> None:
    assert english_stem(one) == english_stem(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("directrices", "directeur"), ("camionneuse", "camionneur"), ("infirmière", "infirmier"), ("avocate", "avocat"),
        ("mécanicienne", "mécaniciens"), ("administratives", "administratif"), ("préposées", "préposé"),
        ("sociaux", "social"), ("maîtresse", "maître"), ("ingénieure", "ingénieur"), ("bouchère", "boucher"),
    ],
)  # fmt: skip
def test_french_gender_and_plural_are_the_same_word(one: str, other: str) -> None:
    assert french_stem(*words_of(one)) == french_stem(*words_of(other))


def test_words_are_without_accents_elisions_and_points() -> None:
    assert words_of("L\u2019œuvre d'une aide-ménagère (R.N.)") == ["oeuvre", "une", "aide", "menagere", "rn"]
