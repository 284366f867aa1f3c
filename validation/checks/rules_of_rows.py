"""What a row must not say: named rules over typed rows, each with what is wrong and what would be right.

The rules of `of_columns`, `refused` and `refused_beside_client` quarantine a row; those of `warned` and
`warned_beside_client` tell what is implausible, and the row stands.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date

import polars as pl

from transforms.model.columns import (
    ENGLISH_TESTS,
    FRENCH_TESTS,
    PARTNERED,
    PROVINCES,
    PROVINCES_WITHOUT_PROGRAM,
    Column,
    Sheet,
)
from transforms.model.wording import _, number
from validation.checks import explain, explain_dates, rules_of_clients, rules_of_dates
from validation.checks.rules import Row, Rule, Terms, empty, living
from validation.checks.rules_of_clients import HAS_EDUCATION_ROWS, SPOUSE_COLUMNS
from validation.checks.rules_of_tests import result_refused, result_warned
from validation.intake.problems import ProblemText, place
from validation.template.example import KEY, example_ids
from validation.values.vocabulary import EMPTY_MEANS

__all__ = (
    "BORN", "HAS_EDUCATION_ROWS", "MARITAL_STATUS", "SPOUSE_COLUMNS", "Rule", "Terms", "of_columns", "refused",
    "refused_beside_client", "warned", "warned_beside_client",
)  # fmt: skip

OLDEST_DAY = date(explain_dates.OLDEST_YEAR, 1, 1)
MANY_HOURS = 100
BELOW_COLLEGE = ("none", "secondary")


def _no_example() -> Rule:
    return Rule(
        "client_id_is_no_example",
        KEY,
        pl.col(KEY).is_in(list(example_ids())),
        (
            _("{client_id} is the client number of the template's example row, but the row says something else."),
            _("Enter the client's own number, or delete the row."),
        ),
    )


def of_columns(sheet: Sheet, terms: Terms) -> list[Rule]:
    """The rules that follow from a sheet's columns: choices, ranges, known occupations, possible days."""
    return [_no_example(), *(rule for column in sheet.columns if (rule := _of_column(column, terms)))]


def _of_column(column: Column, terms: Terms) -> Rule | None:
    name, cell = column.name, pl.col(column.name)
    if column.kind == "choice":
        return Rule(
            f"{name}_is_a_choice",
            name,
            ~cell.is_in(column.values),
            lambda row: explain.not_a_choice(column, row[name]),
        )
    if column.kind == "province":
        return Rule(
            f"{name}_is_a_province",
            name,
            ~cell.is_in(PROVINCES + PROVINCES_WITHOUT_PROGRAM),
            lambda row: explain.not_a_province(row[name]),
        )
    if column.kind == "noc":
        return Rule(f"{name}_is_known", name, ~cell.is_in(list(terms.noc_codes)), _noc_message(column, terms.noc_codes))
    if column.kind == "date":
        return Rule(
            f"{name}_is_possible",
            name,
            cell < OLDEST_DAY,
            (
                _("The year of {name} cannot be right.").format(name=place(name)),
                _("Write the year with its four digits."),
            ),
        )
    if column.low is not None and column.high is not None:
        return Rule(
            f"{name}_in_range",
            name,
            ~cell.is_between(column.low, column.high),
            (
                _("{name} is not between {low} and {high}.").format(
                    name=place(name), low=number(column.low), high=number(column.high)
                ),
                _("Write a number from {low} to {high}; {empty_means}.").format(
                    low=number(column.low), high=number(column.high), empty_means=_(EMPTY_MEANS)
                ),
            ),
        )
    return None


def _noc_message(column: Column, known: Collection[str]) -> Callable[[Row], ProblemText]:
    messages: dict[str, ProblemText] = {}

    def tell(row: Row) -> ProblemText:
        value = row[column.name]
        if value not in messages:
            messages[value] = explain.unknown_noc(column, value, known)
        return messages[value]

    return tell


def refused(sheet: Sheet, terms: Terms) -> list[Rule]:
    """The cross-column rules whose breach quarantines a row of a sheet."""
    return [*_REFUSED[sheet.key](terms), *rules_of_dates.refused(sheet, terms)]


def warned(sheet: Sheet, terms: Terms) -> list[Rule]:
    """The rules whose breach is a warning: the row is kept.

    Those of Candidates also look at Boolean columns such as `has_education_rows` and `spouse_has_education_rows`: where
    the Education sheet has rows of a person, they decide, and not the summary; so with `has_english_rows` and
    `has_french_rows` of Language tests.
    """
    return [*_WARNED[sheet.key](terms), *rules_of_dates.warned(sheet, terms), *_eligibility_changed(sheet, terms)]


def _eligibility_changed(sheet: Sheet, terms: Terms) -> list[Rule]:
    """Of each column of occupations: its code lost or gained eligibility when the classification changed.

    A client's code is reported once a sheet.
    """
    names = [column.name for column in sheet.columns if column.kind == "noc"] if terms.noc_changes else []
    changed = list(terms.noc_changes)

    def rule(place: int, name: str) -> Rule:
        elsewhere = [pl.col(before).eq_missing(pl.col(name)) for before in names[:place]]
        first = ~pl.any_horizontal(elsewhere) if elsewhere else _is_first_of(pl.col(name).is_in(changed), name)
        return Rule(
            f"{name}_keeps_its_eligibility",
            name,
            pl.col(name).is_in(changed) & first,
            lambda row: terms.noc_changes[row[name]],
        )

    return [rule(place, name) for place, name in enumerate(names)]


def _is_first_of(rows: pl.Expr, name: str) -> pl.Expr:
    """The first of some rows of each client and value of a column."""
    place = pl.int_range(pl.len())
    is_first = pl.struct("client_id", name).filter(rows).is_first_distinct()
    return place.is_in(place.filter(rows).filter(is_first).implode())


# --- Detail sheets


def _language_refused(terms: Terms) -> list[Rule]:
    return [
        Rule(
            "test_of_its_language",
            "test",
            ((pl.col("language") == "english") & ~pl.col("test").is_in(ENGLISH_TESTS))
            | ((pl.col("language") == "french") & ~pl.col("test").is_in(FRENCH_TESTS)),
            (_("{test} is no test of {language}."), _("Correct the test or the language.")),
        ),
        *result_refused("", terms),
    ]


def _language_warned(terms: Terms) -> list[Rule]:
    return result_warned("")


def _education_refused(terms: Terms) -> list[Rule]:
    return [_in_order("started_on", "completed_on")]


def _education_warned(terms: Terms) -> list[Rule]:
    foreign = ~pl.col("level").is_in(BELOW_COLLEGE) & ~pl.col("in_canada").fill_null(value=False)
    return [
        Rule(
            "eca_issued_on_is_stated",
            "eca_issued_on",
            foreign & empty("eca_issued_on"),
            (
                _("The credential ({level}) is not said to be of a school in Canada, and has no assessment."),
                _("Without one it proves nothing; write eca_issued_on, or yes in in_canada."),
            ),
        )
    ]


def _work_refused(terms: Terms) -> list[Rule]:
    return [_in_order("started_on", "ended_on")]


def _work_warned(terms: Terms) -> list[Rule]:
    return [
        Rule(
            "noc_is_stated",
            "noc",
            empty("noc"),
            (_("The work has no NOC code."), _("It counts for no occupation; write its code.")),
        ),
        Rule(
            "hours_within_a_week",
            "hours_per_week",
            pl.col("hours_per_week") > MANY_HOURS,
            (
                _("{hours} hours a week are more than {most}.").format(hours=place("hours_per_week"), most=MANY_HOURS),
                _("Check the hours; the row stands."),
            ),
        ),
    ]


def _documents_refused(terms: Terms) -> list[Rule]:
    return [_in_order("issued_on", "expires_on")]


def _dependants_refused(terms: Terms) -> list[Rule]:
    return [living("date_of_birth", terms)]


def _in_order(first: str, last: str) -> Rule:
    return Rule(
        f"{last}_after_{first}",
        last,
        pl.col(last) < pl.col(first),
        (
            _("{last} ({last_day}) is before {first} ({first_day}).").format(
                last=last, last_day=place(last), first=first, first_day=place(first)
            ),
            _("Correct {last} or {first}.").format(last=last, first=first),
        ),
    )


def _none(terms: Terms) -> list[Rule]:
    return []


_REFUSED: Mapping[str, Callable[[Terms], list[Rule]]] = {
    "candidates": rules_of_clients.refused,
    "language_tests": _language_refused,
    "education": _education_refused,
    "work_history": _work_refused,
    "documents": _documents_refused,
    "dependants": _dependants_refused,
}
_WARNED: Mapping[str, Callable[[Terms], list[Rule]]] = {
    "candidates": rules_of_clients.warned,
    "language_tests": _language_warned,
    "education": _education_warned,
    "work_history": _work_warned,
    "documents": _none,
    "dependants": _none,
}

# --- Detail rows against their client's row, of which two facts are joined to them

BORN = "born"
MARITAL_STATUS = "marital_status"
SINCE_BIRTH = {
    "language_tests": ("test_date",),
    "education": ("started_on", "completed_on", "eca_issued_on"),
    "work_history": ("started_on",),
    "documents": ("issued_on",),
    "dependants": (),
}


def refused_beside_client(sheet: Sheet) -> list[Rule]:
    """The rules that quarantine a detail row for what its client's row says; `born` (Date) is the person's birth."""
    return [
        Rule(
            f"{column}_after_birth",
            column,
            pl.col(column) < pl.col(BORN),
            (
                _("{day} is before the birth of the {person} ({born}).").format(
                    day=place(column), born=place(BORN), person=place("person")
                ),
                _("Correct {column} or the date of birth.").format(column=column),
            ),
        )
        for column in SINCE_BIRTH[sheet.key]
    ]


def warned_beside_client(sheet: Sheet, terms: Terms) -> list[Rule]:
    """The rules that warn of a detail row for what its client's row says (`marital_status`, `pool_status`, …)."""
    if "person" not in sheet.names:
        return []
    return [
        *rules_of_dates.warned_beside_client(sheet, terms),
        Rule(
            "no_spouse_rows_without_spouse",
            "person",
            (pl.col("person") == "spouse") & ~pl.col(MARITAL_STATUS).is_in(PARTNERED),
            (
                _("The row is about a spouse, but the client is {marital_status}."),
                _("It is not used; correct the person or the client's marital_status."),
            ),
        ),
    ]
