"""The template's texts: every column has them in both languages, and each word of a list means one value."""

from __future__ import annotations

import string
from collections import Counter
from typing import Any

import pytest

from transforms.model.columns import SHEETS, Column, Sheet
from validation.template.controls import MAX_TEXT, MAX_TITLE, control
from validation.template.sheet import note
from validation.template.words import LANGUAGES, groups, list_of, placed, texts, values_by_words
from validation.values.words import plain_words

COLUMNS = [(sheet, column) for sheet in SHEETS for column in sheet.columns]
IDS = [f"{sheet.key}-{column.name}" for sheet, column in COLUMNS]


def test_every_column_has_a_place_and_its_texts_in_both_languages() -> None:
    for sheet, column in COLUMNS:
        assert placed(sheet, column.name).group in groups(sheet)
        assert placed(sheet, column.name).example
        for language in LANGUAGES:
            text = texts(language).column(sheet, column.name)
            assert text.title
            assert text.meaning.endswith((".", "?")), (language, sheet.key, column.name)
        units = [bool(texts(language).column(sheet, column.name).unit) for language in LANGUAGES]
        assert len(set(units)) == 1, (sheet.key, column.name)


def test_numbers_have_a_unit() -> None:
    assert not [
        (sheet.key, column.name)
        for sheet, column in COLUMNS
        if column.kind in {"number", "integer"} and not texts("en").column(sheet, column.name).unit
    ]


def test_every_list_has_words_for_each_value_in_both_languages() -> None:
    for _, column in COLUMNS:
        for language in LANGUAGES:
            choices = texts(language).choices(column)
            assert set(column.values) <= set(choices), (language, column.name)
            assert all(choices.values()), (language, column.name)


def test_a_word_of_a_list_means_one_value() -> None:
    for _, column in COLUMNS:
        pairs = {
            (plain_words(words), value)
            for language in LANGUAGES
            for value, words in texts(language).choices(column).items()
        }
        doubled = [word for word, number in Counter(word for word, _ in pairs).items() if number > 1]
        assert not doubled, (column.name, doubled)
        assert values_by_words(column.name, column.kind).items() <= pairs | {
            pair for other in _same_name(column) for pair in other
        }


def _same_name(column: Column) -> list[set[tuple[str, str]]]:
    return [
        {(plain_words(words), value) for language in LANGUAGES for value, words in texts(language).choices(one).items()}
        for _, one in COLUMNS
        if (one.name, one.kind) == (column.name, column.kind)
    ]


def test_columns_of_one_list_have_the_same_values_or_name_them_apart() -> None:
    for _, column in COLUMNS:
        if column.kind == "choice":
            known = texts("en").part("choices")[list_of(column)]
            assert set(column.values) <= set(known), column.name


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("sheet", "column"), COLUMNS, ids=IDS)
def test_prompts_and_messages_are_as_short_as_a_spreadsheet_allows(language: str, sheet: Sheet, column: Column) -> None:
    made = control(sheet, column, texts(language), 4, 504, "A")
    for title in (made.promptTitle, made.errorTitle or ""):
        assert 0 < len(title) <= MAX_TITLE or not title
    for text in (made.prompt, made.error or ""):
        assert len(text) <= MAX_TEXT
        assert "{" not in text
    title = " ".join(texts(language).column(sheet, column.name).title.split())
    assert title.startswith(" ".join(made.promptTitle.rstrip("…").split()))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_note_has_meaning_unit_and_example_and_marks_what_is_required(language: str) -> None:
    labels = texts(language).part("labels")
    for sheet, column in COLUMNS:
        text = texts(language).column(sheet, column.name)
        words = note(sheet, column, texts(language))
        assert text.meaning in words
        assert f"{labels['example']}: " in words
        assert (f"{labels['unit']}: {text.unit}" in words) == bool(text.unit)
        assert words.splitlines()[0].endswith(" *") == column.required


def test_both_languages_have_the_same_texts() -> None:
    def shape(found: Any) -> Any:
        if isinstance(found, dict):
            return {key: shape(value) for key, value in found.items()}
        if isinstance(found, list):
            return [shape(value) for value in found]
        return sorted(name for _, name, _, _ in string.Formatter().parse(found) if name)

    parts = {language: shape(texts(language).whole) for language in LANGUAGES}
    assert parts["en"] == parts["fr"]
