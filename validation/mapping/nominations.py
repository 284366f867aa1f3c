"""Headings that ask whether a province has nominated the client, and their cells where nothing gives the province."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import polars as pl

from transforms.model.wording import _, n_
from validation.mapping.heading_words import bare
from validation.mapping.readings import question_of
from validation.mapping.vocabulary import Question
from validation.mapping.vocabulary import vocabulary as vocabulary_of_headings
from validation.values import parse, vocabulary

COLUMN = "provincial_nomination"
NOMINATION = frozenset({"nomination", "nominations", "nominated", "nominee", "pnp", "pcp", "designation", "designe", "designee"})  # fmt: skip
# What a client may want or ask for, and what a document says; none of these is a nomination.
OTHERS = frozenset({"interested", "interest", "eligible", "eligibility", "intend", "intends", "plan", "planning", "want", "wants", "apply", "applied",
    "applying", "application", "stream", "interesse", "interessee", "admissible", "souhaite", "souhaitez", "demande", "demander"})  # fmt: skip
_YES = frozenset({"yes", "oui"})


class Found(NamedTuple):
    """A column whose cells say yes to a nomination: the row of the first such cell, its value, and problem and fix."""

    row: int
    value: str
    problem: str
    fix: str


def is_about(heading: str) -> bool:
    """Does a heading speak of a nomination that a client has, rather than of one that is wanted?"""
    words = set(bare(heading).split())
    return bool(words & NOMINATION) and not words & OTHERS


def is_yes_or_no(heading: str, question: Question | None) -> bool:
    """Does a heading ask for yes or no about a nomination?"""
    return is_about(heading) and question is not None and "yes_no" in question.kinds


def yes_without_province(heading: str, cells: pl.Series, first_row: int) -> Iterator[Found]:
    """What to say of the cells (String) below a heading that say yes to a nomination, if any; `first_row` is their first."""
    if not is_about(heading):
        return
    rows = [(row, value) for row, value in enumerate(cells, start=first_row) if value and _says_yes(value)]
    if rows:
        said = n_(
            "{heading!r} says yes in {number} cell, and no column gives provincial_nomination: the score of this client "
            "lacks the points of a nomination.",
            "{heading!r} says yes in {number} cells, and no column gives provincial_nomination: the scores of these "
            "clients lack the points of a nomination.",
            len(rows),
        )
        yield Found(
            *rows[0],
            said.format(heading=heading, number=len(rows)),
            _(
                "Enter the province that nominated in a column provincial_nomination, or name its heading in a map: "
                "`drawline map FILE`. Where it is no nomination of a province, leave it."
            ),
        )


def _says_yes(text: str) -> bool:
    is_yes = text.casefold().strip() in parse.YES or vocabulary.yes_no(text) == "yes"
    return is_yes or next(iter(bare(text).split()), "") in _YES


def reason(heading: str) -> str:
    """Why a heading that asks for yes or no about a nomination is not read; empty for every other."""
    if not is_yes_or_no(heading, question_of(heading, vocabulary_of_headings())):
        return ""
    return _("It asks for yes or no about a nomination; provincial_nomination needs the province.")
