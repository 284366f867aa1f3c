"""What dates and lengths must not say, held against the day and the law: tests, assessments, profiles, years of work.

A warning is worth its line only where someone can act on it: not for an expired test beside a valid one, for a spouse
who does not come along, or for a client whose application is made.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

import polars as pl

from transforms.assessment.facts import with_spouse
from transforms.facts.family import IS_OPEN
from transforms.model.calendar import day_after, first_day_short_of, moment, years_later, younger_than
from transforms.model.columns import EDUCATION_LEVELS, LANGUAGES, LEVEL_SCALES, Sheet
from transforms.model.vocabulary import ABILITIES, OTTAWA
from transforms.model.wording import _
from transforms.scoring.ranking import begin_in_ottawa
from validation.checks.rules import Row, Rule, Terms
from validation.intake.problems import ProblemText, place

BELOW_COLLEGE = ("none", "secondary")
IN_POOL_STATUSES = ("in_pool", "declined")
HAS_ROWS = "has_{}_rows"
PREFIXES = (("", "client"), ("spouse_", "spouse"))
WORK_IN_CANADA, WORK_ABROAD = "canadian_work_years", "foreign_work_years"
# A cell that holds a time alone is read as a moment of this day.
NO_DAY = date(1900, 1, 1)


@dataclass(frozen=True)
class Limits:
    """What the law of the day says of dates: its first day, the life of results and profiles in years, the longest work in
    years that each summary column can tell, and the days to apply by the day of the invitation (first, last or None, days).
    """

    first_day: date
    test_years: int
    assessment_years: int
    profile_years: int
    work_years: Mapping[str, int]
    invitation_days: Sequence[tuple[date, date | None, int]] = ()


def refused(sheet: Sheet, terms: Terms) -> list[Rule]:
    """The rules whose breach quarantines a row."""
    if sheet.key != "candidates" or terms.limits is None:
        return []
    return [*_before_the_law(terms.limits), *_longer_than_the_window(terms.limits)]


def warned(sheet: Sheet, terms: Terms) -> list[Rule]:
    """The rules of Candidates whose breach is reported while the row stands.

    They look at `has_english_rows`, `has_french_rows` and `has_education_rows` too, with and without `spouse_`: where a
    person has rows of their own these decide.
    """
    if sheet.key != "candidates" or terms.limits is None:
        return []
    made = [*_of_the_profile(terms, terms.limits), *_of_the_invitation(terms), *_of_both_works(terms.limits)]
    for prefix, person_name in PREFIXES:
        for language in LANGUAGES:
            made += _of_a_test(prefix, language, terms, terms.limits)
        made += _of_an_assessment(prefix, person_name, terms, terms.limits)
    return made


def warned_beside_client(sheet: Sheet, terms: Terms) -> list[Rule]:
    """The rules of Language tests and Education, each row beside what its client's row says of status and spouse."""
    if terms.limits is None:
        return []
    if sheet.key == "language_tests":
        return _of_test_rows(terms, terms.limits)
    return _of_education_rows(terms, terms.limits) if sheet.key == "education" else []


# --- Candidates


def _before_the_law(limits: Limits) -> Iterator[Rule]:
    submitted = pl.col("profile_submitted_at")

    def of_profile(row: Row) -> ProblemText:
        moment = row["profile_submitted_at"]
        if moment.date() < NO_DAY:
            return _("The cell holds a time ({moment:%H:%M:%S}) without a day.").format(moment=moment), _(
                "Write the day and the time, in UTC."
            )
        return (
            _("The profile was submitted on {moment:%Y-%m-%d}, before Express Entry began on {first_day}.").format(
                moment=moment, first_day=limits.first_day
            ),
            _("Correct the year of profile_submitted_at."),
        )

    yield Rule(
        "profile_within_express_entry", "profile_submitted_at", submitted < _begins(limits.first_day), of_profile
    )
    yield Rule(
        "ita_within_express_entry",
        "ita_issued_on",
        pl.col("ita_issued_on") < limits.first_day,
        (
            _("The invitation of {ita_issued_on} is before Express Entry began on {first_day}.").format(
                first_day=limits.first_day, ita_issued_on=place("ita_issued_on")
            ),
            _("Correct the year of ita_issued_on."),
        ),
    )


def _longer_than_the_window(limits: Limits) -> Iterator[Rule]:
    for column, years in limits.work_years.items():
        yield Rule(
            f"{column}_within_its_window",
            column,
            pl.col(column) > years,
            (
                _("{years_worked} years of work are more than the last {years} years hold.").format(
                    years_worked=place(column), years=years
                ),
                _("Write the years within the last {years}, {years} at most.").format(years=years),
            ),
        )


def _of_both_works(limits: Limits) -> Iterator[Rule]:
    for prefix, _person in PREFIXES:
        here, abroad = f"{prefix}{WORK_IN_CANADA}", f"{prefix}{WORK_ABROAD}"
        years = limits.work_years[here]
        yield Rule(
            f"{prefix}works_within_one_window",
            abroad,
            (pl.col(here) + pl.col(abroad) > years) & (pl.col(here) <= years) & (pl.col(abroad) <= years),
            (
                _(
                    "{here} years of work in Canada and {abroad} abroad are more than the last {years} years hold."
                ).format(here=place(here), abroad=place(abroad), years=years),
                _("Check {here} and {abroad}; both count within the last {years} years alone.").format(
                    here=here, abroad=abroad, years=years
                ),
            ),
        )


def _of_the_profile(terms: Terms, limits: Limits) -> Iterator[Rule]:
    submitted = pl.col("profile_submitted_at")
    in_pool = pl.col("pool_status").is_null() | pl.col("pool_status").is_in(IN_POOL_STATUSES)
    yield Rule(
        "profile_not_after_the_day",
        "profile_submitted_at",
        in_pool & (submitted >= _begins(day_after(terms.as_of))),
        (
            _("The profile was submitted on {day}, after the day scored, {as_of}.").format(
                as_of=terms.as_of, day=place("profile_submitted_at", "%Y-%m-%d")
            ),
            _("The client is not in the pool on that day. Correct the year, or score a later day with --as-of."),
        ),
    )

    def over(row: Row) -> ProblemText:
        day = row["profile_submitted_at"].astimezone(ZoneInfo(OTTAWA)).date()
        return (
            _("The profile of {day} ended on {ended_on}, and the client is not in the pool.").format(
                day=day, ended_on=years_later(day, limits.profile_years)
            ),
            _("Write when the new profile was submitted, or expired in pool_status."),
        )

    is_over = in_pool & (submitted < _begins(first_day_short_of(limits.profile_years, terms.as_of)))
    yield Rule("profile_not_over", "profile_submitted_at", is_over, over)


def _of_the_invitation(terms: Terms) -> Iterator[Rule]:
    status, issued = pl.col("pool_status"), pl.col("ita_issued_on")
    yield Rule(
        "invited_with_a_day",
        "ita_issued_on",
        (status == "invited") & issued.is_null(),
        (
            _("The client is invited, but ita_issued_on is empty."),
            _("Write the day of the invitation. Without it the last day to apply is not known."),
        ),
    )
    yield Rule(
        "applied_with_a_day",
        "ita_issued_on",
        (status == "applied") & issued.is_null() & pl.col("planned_application_on").is_null(),
        (
            _("The client applied, but ita_issued_on and planned_application_on are empty."),
            _("Write the day of the invitation and the day of the application."),
        ),
    )
    yield Rule(
        "ita_not_after_the_day",
        "ita_issued_on",
        _is_to_come(issued, terms),
        (
            _("The invitation of {ita_issued_on} is after the day scored, {as_of}.").format(
                as_of=terms.as_of, ita_issued_on=place("ita_issued_on")
            ),
            _("Correct ita_issued_on, or score a later day with --as-of."),
        ),
    )


def _matters(person: pl.Expr | None = None, prefix: str = "") -> pl.Expr:
    """Results that still decide something: of an open case, and of a spouse who comes along and is not Canadian."""
    if person is not None:
        return IS_OPEN & ((person == "principal") | with_spouse())
    return IS_OPEN & with_spouse() if prefix else IS_OPEN


def _is_to_come(day: pl.Expr, terms: Terms) -> pl.Expr:
    """A day after the one that is scored; where the profile is later too, that alone is reported."""
    later = (pl.col("profile_submitted_at") >= _begins(day_after(terms.as_of))).fill_null(value=False)
    return (day > terms.as_of) & ~later


def _is_too_old(day: pl.Expr, years: int, terms: Terms) -> pl.Expr:
    return day < first_day_short_of(years, terms.as_of)


def _begins(day: date) -> pl.Expr:
    """The first moment of a day of Ottawa, in UTC."""
    return moment(begin_in_ottawa(day))


def _of_a_test(prefix: str, language: str, terms: Terms, limits: Limits) -> Iterator[Rule]:
    stem = f"{prefix}{language}_"
    test, day = f"{stem}test", f"{stem}test_date"
    counted = pl.col(test).is_not_null() & ~pl.col(f"{prefix}{HAS_ROWS.format(language)}") & _matters(prefix=prefix)
    scored = pl.any_horizontal(pl.col(f"{stem}{ability}").is_not_null() for ability in ABILITIES)

    def too_old(row: Row) -> ProblemText:
        return _test_too_old(row[test], row[day], language, limits)

    yield Rule(f"{test}_not_too_old", day, counted & _is_too_old(pl.col(day), limits.test_years, terms), too_old)
    yield Rule(
        f"{test}_not_after_the_day",
        day,
        counted & scored & _is_to_come(pl.col(day), terms),
        _test_to_come(test, day, terms),
    )


def _test_too_old(test: str, day: date, language: str, limits: Limits) -> ProblemText:
    problem = (
        _("The {test} test of {day} expired on {expired_on}, and no valid English result is on file.")
        if language == "english"
        else _("The {test} test of {day} expired on {expired_on}, and no valid French result is on file.")
    )
    return (
        problem.format(test=test, day=day, expired_on=years_later(day, limits.test_years)),
        _("Enter a newer result. An expired one earns no points."),
    )


def _test_to_come(test: str, day: str, terms: Terms) -> ProblemText:
    return (
        _("The {test} test of {day} is after the day scored, {as_of}, and does not count yet.").format(
            test=place(test), day=place(day), as_of=terms.as_of
        ),
        _("Correct {column}, or score a later day with --as-of.").format(column=day),
    )


def _of_an_assessment(prefix: str, person_name: str, terms: Terms, limits: Limits) -> Iterator[Rule]:
    level, issued = f"{prefix}education_level", f"{prefix}eca_issued_on"
    foreign = ~pl.col(level).is_in(BELOW_COLLEGE) & pl.col(f"{prefix}education_country").ne_missing("CA")
    counted = foreign & ~pl.col(f"{prefix}{HAS_ROWS.format('education')}") & _matters(prefix=prefix)

    def too_old(row: Row) -> ProblemText:
        return _assessment_too_old(row[issued], person_name, limits)

    yield Rule(
        f"{issued}_not_too_old", issued, counted & _is_too_old(pl.col(issued), limits.assessment_years, terms), too_old
    )
    yield Rule(
        f"{issued}_not_after_the_day",
        issued,
        counted & _is_to_come(pl.col(issued), terms),
        _assessment_to_come(issued, terms),
    )


def _assessment_too_old(day: date, person: str, limits: Limits) -> ProblemText:
    problem = (
        _("The assessment of {day} of the spouse expired on {expired_on}.")
        if person == "spouse"
        else _("The assessment of {day} of the client expired on {expired_on}.")
    )
    return (
        problem.format(day=day, expired_on=years_later(day, limits.assessment_years)),
        _("Enter a newer assessment. An expired one earns no points."),
    )


def _assessment_to_come(issued: str, terms: Terms) -> ProblemText:
    return (
        _("The assessment of {issued} is after the day scored, {as_of}, and does not count yet.").format(
            issued=place(issued), as_of=terms.as_of
        ),
        _("Correct {column}, or score a later day with --as-of.").format(column=issued),
    )


# --- Detail rows


def _of_test_rows(terms: Terms, limits: Limits) -> list[Rule]:
    day, matters = pl.col("test_date"), _matters(pl.col("person"))
    keys = ("client_id", "person", "language")
    young = younger_than(day, limits.test_years, pl.lit(terms.as_of))
    valid = young.fill_null(pl.col("test").is_in(LEVEL_SCALES)).fill_null(value=False)
    too_old = _is_too_old(day, limits.test_years, terms).fill_null(value=False)
    is_last = day == pl.when(too_old).then(day).max().over(keys)
    scored = pl.any_horizontal(pl.col(ability).is_not_null() for ability in ABILITIES)
    return [
        Rule(
            "test_not_too_old",
            "test_date",
            too_old & is_last & ~valid.any().over(keys) & matters,
            lambda row: _test_too_old(row["test"], row["test_date"], row["language"], limits),
        ),
        Rule(
            "test_not_after_the_day",
            "test_date",
            pl.col("test").is_not_null() & scored & matters & _is_to_come(day, terms),
            _test_to_come("test", "test_date", terms),
        ),
    ]


def _of_education_rows(terms: Terms, limits: Limits) -> list[Rule]:
    issued, matters = pl.col("eca_issued_on"), _matters(pl.col("person"))
    keys = ("client_id", "person")
    ranks = {level: rank for rank, level in enumerate(EDUCATION_LEVELS)}
    rank = pl.col("level").replace_strict(list(ranks), list(ranks.values()), default=None, return_dtype=pl.Int8)
    in_canada = pl.col("in_canada").fill_null(value=False)
    foreign = ~in_canada & ~pl.col("level").is_in(BELOW_COLLEGE)
    valid = in_canada | younger_than(issued, limits.assessment_years, pl.lit(terms.as_of)).fill_null(value=False)
    too_old = (foreign & _is_too_old(issued, limits.assessment_years, terms)).fill_null(value=False)
    proven = pl.when(valid).then(rank).max().over(keys).fill_null(-1)
    is_highest = rank == pl.when(too_old).then(rank).max().over(keys)
    return [
        Rule(
            "assessment_not_too_old",
            "eca_issued_on",
            too_old & is_highest & (proven < rank) & matters,
            lambda row: _assessment_too_old(row["eca_issued_on"], row["person"], limits),
        ),
        Rule(
            "assessment_not_after_the_day",
            "eca_issued_on",
            foreign & matters & _is_to_come(issued, terms),
            _assessment_to_come("eca_issued_on", terms),
        ),
    ]
