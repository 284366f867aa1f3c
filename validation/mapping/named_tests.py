"""The language tests that headings name, and cells whose heading and test column name two."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import polars as pl

from transforms.model.columns import CANDIDATES, LANGUAGE_TESTS, LANGUAGES, PERSONS, Sheet
from transforms.model.vocabulary import ABILITIES
from transforms.model.wording import _, listing
from validation.mapping.answers import read_as
from validation.mapping.heading_words import bare

# The test that is meant where headings name it.
TESTS = {
    "english": (("clb", "CLB"), ("celpip", "CELPIP_G"), ("pte", "PTE_CORE"), ("ielts", "IELTS_GT")),
    "french": (("nclc", "NCLC"), ("tcf", "TCF_CANADA"), ("tef", "TEF_CANADA")),
}  # fmt: skip
LEVELS = ("CLB", "NCLC")


class Contradiction(NamedTuple):
    """Cells whose heading names another test than the test column: our column, which cells (Boolean), problems and fixes."""

    column: str
    is_there: pl.Series
    words: tuple[tuple[str, str], ...]


def named_tests(heading: str, language: str = "") -> list[str]:
    """The tests that a heading names, of one language or of both."""
    words = set(bare(heading).split())
    return [test for name in LANGUAGES if language in {"", name} for word, test in TESTS[name] if word in words]


def contradictions(sheet: Sheet, text: Mapping[str, pl.Series], headings: Mapping[str, str]) -> Iterator[Contradiction]:
    """The filled cells of test columns of a sheet of which the heading names one test, and the cell of the test another.

    `text` are the columns (String), `headings` what stands above them, by our column.
    """
    for test, language, columns in _sets(sheet):
        if test not in text or text[test].null_count() == text[test].len():
            continue
        said = {cell: read_as(sheet.column(test), cell) for cell in text[test].unique().drop_nulls()}
        for name in columns:
            named = named_tests(headings.get(name, ""), language) if name in text else []
            other = [cell for cell, found in said.items() if found is not None and found not in named] if named else []
            is_there = text[test].is_in(other) & text[name].is_not_null() if other else None
            if is_there is not None and is_there.any():
                words = tuple(_words(headings[name], named, test, cell) for cell in text[test].filter(is_there))
                yield Contradiction(name, is_there.fill_null(value=False), words)


def _sets(sheet: Sheet) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """The columns of a test, of its language (empty: either), and of its day and scores."""
    if sheet is LANGUAGE_TESTS:
        yield "test", "", ("test_date", *ABILITIES)
    if sheet is CANDIDATES:
        for prefix in ("" if person == PERSONS[0] else f"{person}_" for person in PERSONS):
            for language in LANGUAGES:
                stem = f"{prefix}{language}_"
                yield f"{stem}test", language, tuple(f"{stem}{name}" for name in ("test_date", *ABILITIES))


def _words(heading: str, named: list[str], test: str, cell: str) -> tuple[str, str]:
    what = listing(named, "or")
    fix = _("Enter the test of these scores in {test}, or head the column without {what}.").format(test=test, what=what)
    if set(named) & set(LEVELS):
        fix = _(
            "Enter {what} in {test} where the cells are levels; where they are scores of {cell}, head them so."
        ).format(what=what, test=test, cell=cell)
    return _("The heading {heading!r} names {what}, but {test} says {cell!r}.").format(
        heading=heading, what=what, test=test, cell=cell
    ), fix
