"""The words of words.yaml stand in no text and no name, but for the places that are counted there."""

from __future__ import annotations

import ast

import pytest

from tests.health import words
from tests.health.imports import ROOT


@pytest.mark.parametrize("kind", ["words", "names"])
def test_remaining_places_are_those_listed(kind: str) -> None:
    places = words.word_places() if kind == "words" else words.name_places()
    found, listed = words.counts(places), words.lists()["remaining"][kind]
    more = {word for word, count in found.items() if count > listed.get(word, 0)}
    fewer = {word: found.get(word, 0) for word, count in listed.items() if count > found.get(word, 0)}
    where = [f"{path.relative_to(ROOT)}:{line}: {word}" for path, line, word in places if word in more]
    assert not more, f"words that drawline does not write; see tests/health/words.yaml: {'; '.join(where)}"
    assert not fewer, f"lower the remaining counts in tests/health/words.yaml to {fewer}"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The client is told.", ["told"]),
        ("MEND = 1", ["mend"]),
        ("class TakenBack:", ["taken back"]),
        ('raise ValueError("it cannot\n    be told")', ["cannot be told"]),
        ('_("nights that are let "\n  "go")', ["let go"]),
        ("cannot_be_told = 0", ["cannot be told"]),
        ("not in the client's power", ["not in the client's power"]),
        ("amendments, manewa, toldness, mendicant", []),
        ("The amended report names the fix.", []),
    ],
)
def test_a_planted_word_is_found(text: str, found: list[str]) -> None:
    assert [word for _line, word in words.words_in(text, words.never())] == found


def test_a_place_has_its_line() -> None:
    assert list(words.words_in("a\nb\nc anew", ["anew"])) == [(3, "anew")]


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("MOST_ROWS = 3", ["MOST_*"]),
        ("_LONGEST_NAME: int = 3", ["LONGEST_*"]),
        ("def worked_out(run): pass", ["worked_out"]),
        ("def score(one, /, *each, some=1): pass", ["one", "each", "some"]),
        ("names = [one for one in rows]", ["one"]),
        ("self.held = 1", ["held"]),
        ("import polars as past", ["past"]),
        ("class Asked: pass", ["Asked"]),
        ("MAX_ROWS = someone.one + each_row", []),
    ],
)
def test_a_planted_name_is_found(code: str, found: list[str]) -> None:
    assert sorted(pattern for _line, pattern in words.names_in(ast.parse(code), words.not_names())) == sorted(found)


def test_every_room_and_page_is_read() -> None:
    read = {path.relative_to(ROOT).parts[0] for path in words.texts()}
    assert read == {*words.ROOMS, *words.PAGES, "docs"}
