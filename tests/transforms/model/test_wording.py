"""The catalogue: every marked text of the code has its French, with the same places, and numbers and dates are Canadian."""

from __future__ import annotations

import re
from datetime import date

import polars as pl
import pytest
from babel.numbers import format_decimal

from transforms.model import wording
from transforms.model.wording import extract

PLACES = re.compile(r"\{[^{}]*\}")


def _strings(key: str | tuple[str, str]) -> list[str]:
    return [key] if isinstance(key, str) else list(key)


def _french() -> dict[extract.Key, extract.Key]:
    return {key: string for room in extract._rooms() for key, string in extract.read("fr", room).items()}


def test_every_marked_text_is_translated() -> None:
    french = _french()
    missing = [found for key, found in extract.marked().items() if not all(_strings(french.get(key) or ""))]
    assert missing == []


def test_the_catalogue_holds_nothing_that_no_code_uses() -> None:
    marked = extract.marked()
    assert [key for key in _french() if key not in marked] == []


def test_a_plural_has_a_text_for_one_and_one_for_more() -> None:
    plurals = {key: string for key, string in _french().items() if not isinstance(key, str) and all(string)}
    assert plurals
    with wording.using("fr"):
        for (one, many), translated in plurals.items():
            shown = tuple(wording.n_(one, many, number) for number in (0, 1, 2, 1_000_000))
            assert shown == (translated[0], translated[0], translated[1], translated[1])


def test_a_translation_has_the_places_of_its_text() -> None:
    wrong = [
        (key, string)
        for key, strings in _french().items()
        for string in _strings(strings)
        if sorted(set(PLACES.findall(string))) != sorted(set(PLACES.findall(_strings(key)[-1])))
    ]
    assert wrong == []


def test_a_text_outside_the_catalogue_stays_english() -> None:
    with wording.using("fr"):
        assert wording._(str(["no", "such", "text"])) == "['no', 'such', 'text']"
    assert wording.current() == "en"


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(ValueError, match="no such language: de"):
        wording.set_language("de")


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", ("12,500", "7.5", "$15,263", "3 November 2026", "November", "France")),
        ("fr", ("12\u00a0500", "7,5", "15\u00a0263\u00a0$", "3 novembre 2026", "novembre", "France")),
    ],
)
def test_numbers_and_dates_follow_the_language(language: str, expected: tuple[str, ...]) -> None:
    with wording.using(language):
        found = (
            wording.whole_number(12_500), wording.decimal(7.5), wording.amount(15_263),
            wording.full_date(date(2026, 11, 3)), wording.month_name(11), wording.country_name("FR"),
        )  # fmt: skip
    assert found == expected


@pytest.mark.parametrize("number", [0, 7, -7, 999, 1000, -1000, 12_345_678, 10**20])
def test_a_whole_number_in_english_is_as_babel_writes_it(number: int) -> None:
    assert wording.whole_number(number) == format_decimal(number, locale="en_CA")


def test_a_phrase_is_null_where_a_part_is() -> None:
    frame = pl.DataFrame({"years": ["2", None]})
    shown = frame.select(wording.phrase("{years} years{more}", years=pl.col("years"), more=""))
    assert shown.to_series().to_list() == ["2 years", None]


@pytest.mark.parametrize(
    ("language", "expected"), [("en", ["", "a", "a and b", "a, b or c"]), ("fr", ["", "a", "a et b", "a, b ou c"])]
)
def test_a_list_is_joined_in_the_language(language: str, expected: list[str]) -> None:
    with wording.using(language):
        found = [wording.listing(""), wording.listing("a"), wording.listing("ab"), wording.listing("abc", "or")]
    assert found == expected


def test_a_number_takes_the_singular_or_the_plural() -> None:
    found = {}
    for language in wording.LANGUAGES:
        with wording.using(language):
            found[language] = [
                wording.n_("{number} row", "{number} rows", number).format(number=number)
                for number in (0, 1, 2, 1_000_000)
            ]
    assert found == {
        "en": ["0 rows", "1 row", "2 rows", "1000000 rows"],
        "fr": ["0 ligne", "1 ligne", "2 lignes", "1000000 lignes"],
    }
