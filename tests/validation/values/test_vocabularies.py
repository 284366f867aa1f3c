"""The words of forms and systems: each is read as the value that it means, or asked back with its readings."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from transforms.model.columns import BY_KEY, CANDIDATES, SHEETS, Column
from validation.checks import explain
from validation.values import parse, reading, vocabulary

CASES = json.loads((Path(__file__).parents[2] / "data" / "vocabularies.json").read_text(encoding="utf-8"))["words"]
# The columns in which the words of each list stand.
COLUMNS = {
    "marital_status": ["marital_status"],
    "education_level": ["education_level", "spouse_education_level"],
    "english_test": ["english_test", "spouse_english_test"],
    "french_test": ["french_test", "spouse_french_test"],
    "yes_no": ["sibling_in_canada", "spouse_is_canadian"],
    "years_of_work": ["canadian_work_years", "foreign_work_years", "spouse_canadian_work_years"],
    "canadian_study": ["canadian_study", "spouse_canadian_study"],
}
WORDS = [
    (name, word, expected)
    for kind, sources in CASES.items()
    for name in COLUMNS[kind]
    for words in sources.values()
    for word, expected in words.items()
]


def _typed(column: Column, text: str | None) -> Any:
    """What a text is in the typed frame of a column; None where it is unreadable or none of the choices."""
    if text is None or parse.unreadable_value(column, text):
        return None
    sheet = type(CANDIDATES)("one", "One", (column,))
    import polars as pl

    return parse.typed(sheet, pl.DataFrame({column.name: [text]}))[column.name][0]


def _read(column: Column, word: str) -> tuple[Any, bool]:
    """The value that a word is read as, and whether with a note."""
    plain = _typed(column, word)
    if plain is not None:
        return plain, False
    found = reading.read(column, word, ())
    assert found is not None, f"{word} is not read"
    return _typed(column, found.text), found.is_noted


@pytest.mark.parametrize(("name", "word", "expected"), WORDS, ids=[f"{name} {word:.40}" for name, word, _ in WORDS])
def test_every_word_is_read_or_asked_back(name: str, word: str, expected: str) -> None:
    column = CANDIDATES.column(name)
    if expected.startswith("asked"):
        assert _typed(column, word) is None
        assert reading.read(column, word, ()) is None
        problem, _ = explain.not_a_choice(column, word)
        may_be = expected.removeprefix("asked").removeprefix(": ").split(", ")
        assert all(value in problem for value in may_be), problem
        assert name != "marital_status" or explain.not_a_choice(column, word)[1] == "Write the value; it is required."
        return
    value, is_noted = _read(column, word)
    meant, _, said = expected.partition(", ")
    shown = {True: "yes", False: "no", None: "empty"}.get(value) if not isinstance(value, str | float) else value
    assert (f"{shown:g}" if isinstance(shown, float) else shown) == meant
    assert is_noted == (said == "said")


def test_every_word_of_the_data_means_one_value_of_its_columns() -> None:
    content = yaml.safe_load(vocabulary.FILE.read_text(encoding="utf-8"))
    columns = {column.name: column for sheet in SHEETS for column in sheet.columns}
    for name, own in content["vocabularies"].items():
        users = [columns[column] for column, used in content["columns"].items() if used == name]
        assert users, f"no column uses {name}"
        values = {value for column in users for value in column.values} or {str(number) for number in range(10)}
        seen: dict[str, str] = {}
        for value, words in own.get("words", {}).items():
            assert str(value) in values, (name, value)
            for word in words:
                assert seen.setdefault(vocabulary.key(str(word)), str(value)) == str(value), (name, word)
        for one in own.get("assumed", ()):
            assert str(one["is"]) in values
            assert not seen.keys() & {vocabulary.key(str(word)) for word in one["words"]}
        for part in ("begins", "patterns"):
            assert {str(value) for value in own.get(part, {})} <= values
        for one in own.get("asked", ()):
            assert set(one["may_be"]) <= values
            assert not seen.keys() & {vocabulary.key(str(word)) for word in one["words"]}, one


def test_columns_with_an_answer_in_their_empty_cells_are_columns() -> None:
    names = {column.name for sheet in SHEETS for column in sheet.columns}
    given = yaml.safe_load(vocabulary.FILE.read_text(encoding="utf-8"))["without_value"]
    assert given["empty_means"].keys() <= names
    assert {*given["none_is_empty"], *given["unknown_is_empty"]} <= given["empty_means"].keys()
    assert given["same_as_empty"].keys() <= given["empty_means"].keys()


@pytest.mark.parametrize("sheet", list(BY_KEY))
def test_our_own_values_are_no_words_of_other_values(sheet: str) -> None:
    for column in BY_KEY[sheet].columns:
        for value in column.values:
            found = vocabulary.meaning(column, value)
            assert found is None or found.value == value, (column.name, value)
            assert vocabulary.question(column, value) is None


NOT_HELD = [
    ("education_level", "Master of Business Administration (expected 2027)", "masters"),
    ("education_level", "Master of Science (ongoing)", "masters"),
    ("education_level", "Bachelor's degree or other (not finished)", "three_year"),
    ("education_level", "Bachelor's degree or other", "three_year"),
    ("education_level", "Master of Science (2026)", "masters"),
    ("education_level", "Master of Arts - in progress", "masters"),
    ("education_level", "Doctor of Philosophy (candidate)", "doctorate"),
    ("education_level", "Doctor of Philosophy, ABD", "doctorate"),
    ("education_level", "Bachelor of Science (dropped out)", "three_year"),
    ("education_level", "Bachelor of Commerce, last semester", "three_year"),
    ("education_level", "Bachelor of Arts to be completed", "three_year"),
    ("education_level", "Two-year program at Example College (incomplete)", "two_year"),
    ("education_level", "1 year diploma at Example College, pursuing", "one_year"),
    ("education_level", "Maîtrise en génie (en cours)", "masters"),
    ("education_level", "Maîtrise en droit, fin prévue 2028", "masters"),
    ("education_level", "Doctorat en chimie (inachevé)", "doctorate"),
    ("education_level", "Programme de deux ans non terminé", "two_year"),
    ("spouse_education_level", "Master of Nursing - currently studying", "masters"),
    ("canadian_study", "Two-year diploma, ongoing", "one_or_two_years"),
    ("canadian_study", "Degree, diploma or certificate of three years or longer (expected)", "three_years_or_more"),
]


@pytest.mark.parametrize(("name", "text", "value"), NOT_HELD)
def test_a_level_that_may_not_be_finished_is_asked_back(name: str, text: str, value: str) -> None:
    column = CANDIDATES.column(name)
    assert reading.read(column, text, (), date(2026, 6, 1)) is None
    problem, fix = explain.not_a_choice(column, text)
    assert problem.startswith(f"It may be {value}. ")
    assert fix.startswith(f"Write {value} where it is finished")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Master of Science (2015)", "masters"),
        ("Master of Science (completed 2025)", "masters"),
        ("Master of Applied Science", "masters"),
        ("Master of Urban Planning", "masters"),
        ("Master of Arts in Student Affairs", "masters"),
        ("Master of Science (non-thesis)", "masters"),
        ("Two-year program at a university, college, trade or technical school, or other institute", "two_year"),
        ("Baccalauréat ou autre programme de trois ans", "three_year"),
    ],
)
def test_a_level_that_is_finished_is_read(text: str, value: str) -> None:
    found = reading.read(CANDIDATES.column("education_level"), text, (), date(2026, 6, 1))
    assert found == reading.Reading(value)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("marital_status", "divorce pending"),
        ("marital_status", "separated soon"),
        ("english_test", "IELTS booked"),
        ("english_test", "PTE Core scheduled"),
        ("french_test", "TEF Canada (prévu)"),
        ("provincial_nomination", "Ontario - applied"),
        ("provincial_nomination", "BC (pending)"),
        ("provincial_nomination", "OINP: expected"),
        ("job_offer_basis", "LMIA pending"),
        ("job_offer_noc", "21231 (offer pending)"),
        ("certificate_noc", "72106 expected 2027"),
        ("pool_status", "invited soon"),
        ("canadian_work_years", "2 years expected"),
        ("certificate_of_qualification", "yes - pending"),
    ],
)
def test_what_is_not_there_yet_is_not_read(name: str, text: str) -> None:
    column = CANDIDATES.column(name)
    assert _typed(column, text) is None or column.kind == "noc"
    assert reading.read(column, text, {"21231", "72106"}) is None


def test_an_offer_that_is_pending_says_so() -> None:
    column = CANDIDATES.column("job_offer_noc")
    assert explain.unknown_noc(column, "21231 (offer pending)", {"21231"}) == (
        "The cell holds 21231 and says 'pending'.",
        "Write 21231 alone if it holds today; an empty cell means none.",
    )
