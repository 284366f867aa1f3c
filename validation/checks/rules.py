"""A named rule over typed rows, and what rules are held against."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from string import Formatter
from typing import TYPE_CHECKING, Any

import polars as pl

from transforms.model.calendar import completed_years
from transforms.model.wording import _, number
from validation.intake.problems import ProblemText, place

if TYPE_CHECKING:
    from validation.checks.rules_of_dates import Limits

Row = Mapping[str, Any]
Ranges = Mapping[tuple[str, str], tuple[float, float, float]]

OLDEST_AGE = 120


@dataclass(frozen=True)
class Terms:
    """What the rules are held against: the day, the tests' ranges, and all known occupation codes.

    `noc_changes` gives the warning on each code whose eligibility changed with the classification, `limits` what the law
    says of dates (None: dates are not held against it).
    """

    as_of: date
    score_ranges: Ranges
    noc_codes: Collection[str]
    noc_changes: Mapping[str, ProblemText] = field(default_factory=dict)
    limits: Limits | None = None


@dataclass(frozen=True)
class Rule:
    """One named rule: the column it points to, when a row is wrong (Boolean, null is right), and the message.

    `message` holds problem and fix: two texts in which {column} stands for the row's value, or a function of the row.
    """

    name: str
    column: str
    wrong: pl.Expr
    message: ProblemText | Callable[[Row], ProblemText]

    @property
    def looks_at(self) -> frozenset[str]:
        """The columns that the rule depends on."""
        return frozenset(self.wrong.meta.root_names())

    def spoken_of(self, columns: Collection[str]) -> list[str]:
        """Those of a frame's columns of which the words on a row may be made."""
        if callable(self.message):
            named = {*self.looks_at, self.column, "person"}
        else:
            named = {name for text in self.message for _text, name, *_form in Formatter().parse(text) if name}
        return sorted(named & set(columns))

    def tell(self, row: Row) -> ProblemText:
        """The problem and the fix for one row."""
        if callable(self.message):
            return self.message(row)
        problem, fix = self.message
        shown = {name: number(value) if isinstance(value, float) else value for name, value in row.items()}
        return problem.format_map(shown), fix.format_map(shown)


def filled(*names: str) -> pl.Expr:
    """Is any of some columns filled?"""
    return pl.any_horizontal(pl.col(name).is_not_null() for name in names)


def empty(name: str) -> pl.Expr:
    """Is a column empty?"""
    return pl.col(name).is_null()


def living(column: str, terms: Terms) -> Rule:
    """The rule that a date of birth is that of somebody who can be alive."""
    return Rule(
        f"{column}_of_a_living_person",
        column,
        completed_years(pl.col(column), terms.as_of) > OLDEST_AGE,
        (
            _("Born on {day}, more than {years} years before {as_of}.").format(
                day=place(column), years=OLDEST_AGE, as_of=terms.as_of
            ),
            _("Write the date of birth."),
        ),
    )
