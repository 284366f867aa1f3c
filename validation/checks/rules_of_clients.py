"""Rules on the rows of Candidates, across their columns."""

from __future__ import annotations

from datetime import date

import polars as pl

from transforms.model.calendar import completed_years
from transforms.model.columns import (
    CANDIDATES,
    ENGLISH_TESTS,
    FRENCH_TESTS,
    JOB_OFFER_BASES,
    PARTNERED,
    PROVINCES_WITHOUT_PROGRAM,
)
from transforms.model.vocabulary import ABILITIES, OTTAWA
from transforms.model.wording import _, number
from validation.checks.rules import Row, Rule, Terms, empty, filled, living
from validation.checks.rules_of_tests import date_has_a_test, result_refused, result_warned
from validation.intake.problems import ProblemText, place

WORK_FROM_AGE = 16
BELOW_COLLEGE = ("none", "secondary")
SPOUSE_COLUMNS = tuple(name for name in CANDIDATES.names if name.startswith("spouse_"))
PREFIXES = (("", "client"), ("spouse_", "spouse"))
TESTS_OF = {"english": ENGLISH_TESTS, "french": FRENCH_TESTS}
HAS_EDUCATION_ROWS = "has_education_rows"
ON_A_PERMIT = ("lmia_work_permit", "lmia_exempt_work_permit")
WORK_YEARS = ("canadian_work_years", "foreign_work_years")


def refused(terms: Terms) -> list[Rule]:
    """The rules whose breach quarantines a row of Candidates."""
    rules = [
        Rule(
            "spouse_accompanying_is_stated",
            "spouse_accompanying",
            pl.col("marital_status").is_in(PARTNERED) & empty("spouse_accompanying"),
            (
                _("The client is {marital_status}, but spouse_accompanying is empty."),
                _("Write yes or no: does the spouse or partner come along to Canada?"),
            ),
        ),
        *_born("date_of_birth", terms),
        *_born("spouse_date_of_birth", terms),
        Rule(
            "ita_after_profile",
            "ita_issued_on",
            pl.col("ita_issued_on") < pl.col("profile_submitted_at").dt.convert_time_zone(OTTAWA).dt.date(),
            (
                _(
                    "The invitation of {ita_issued_on} is before the profile was submitted "
                    "({profile_submitted_at:%Y-%m-%d %H:%M:%S} UTC)."
                ),
                _(
                    "Correct ita_issued_on or profile_submitted_at; leave ita_issued_on empty where this profile has "
                    "none."
                ),
            ),
        ),
        Rule(
            "nomination_by_a_program",
            "provincial_nomination",
            pl.col("provincial_nomination").is_in(PROVINCES_WITHOUT_PROGRAM),
            (
                _("{provincial_nomination} has no program that nominates for Express Entry."),
                _("Write the province or territory that nominated, or leave the cell empty: none."),
            ),
        ),
        Rule(
            "job_offer_has_a_basis",
            "job_offer_basis",
            filled("job_offer_noc") & empty("job_offer_basis"),
            (
                _("job_offer_noc is given ({job_offer_noc}), but not what the offer rests on."),
                _("Write one of: {job_offer_bases}; or empty job_offer_noc: no offer.").format(
                    job_offer_bases=", ".join(JOB_OFFER_BASES)
                ),
            ),
        ),
        Rule(
            "job_offer_has_an_occupation",
            "job_offer_noc",
            filled("job_offer_basis") & empty("job_offer_noc"),
            (
                _("job_offer_basis is given ({job_offer_basis}), but not the occupation of the offer."),
                _("Write its NOC code, or empty job_offer_basis: no offer."),
            ),
        ),
        Rule(
            "job_offer_permit_is_held",
            "job_offer_basis",
            pl.col("job_offer_basis").is_in(ON_A_PERMIT) & ~pl.col("authorized_to_work_in_canada"),
            (
                _(
                    "job_offer_basis is {job_offer_basis}, but authorized_to_work_in_canada is no: the offer rests on a"
                    " permit that the client does not hold."
                ),
                _(
                    "Correct one of the two cells: write yes in authorized_to_work_in_canada, or what else the offer "
                    "rests on in job_offer_basis."
                ),
            ),
        ),
        Rule(
            "certificate_of_a_trade_is_held",
            "certificate_noc",
            filled("certificate_noc") & ~pl.col("certificate_of_qualification"),
            (
                _("certificate_noc is {certificate_noc}, but certificate_of_qualification is no."),
                _("Write yes in certificate_of_qualification, or empty certificate_noc."),
            ),
        ),
        _after_birth("nomination_applied_on", "date_of_birth", "client"),
    ]
    for prefix, whose in PREFIXES:
        born = f"{prefix}date_of_birth"
        for language, tests in TESTS_OF.items():
            stem = f"{prefix}{language}_"
            rules.append(
                Rule(
                    f"{stem}scores_with_a_test",
                    f"{stem}test",
                    empty(f"{stem}test") & filled(*(f"{stem}{ability}" for ability in ABILITIES)),
                    (
                        _("Scores are given, but not of which test."),
                        _("Write one of: {tests}.").format(tests=", ".join(tests)),
                    ),
                )
            )
            rules += result_refused(stem, terms)
            rules.append(_after_birth(f"{stem}test_date", born, whose))
        rules.append(_after_birth(f"{prefix}eca_issued_on", born, whose))
    return rules


def _born(column: str, terms: Terms) -> list[Rule]:
    return [
        Rule(
            f"{column}_in_the_past",
            column,
            pl.col(column) > terms.as_of,
            (
                _("The date of birth {day} is after the day scored, {as_of}.").format(
                    day=place(column), as_of=terms.as_of
                ),
                _("Write the date of birth."),
            ),
        ),
        living(column, terms),
    ]


def _after_birth(column: str, born: str, whose: str) -> Rule:
    return Rule(
        f"{column}_after_birth",
        column,
        pl.col(column) < pl.col(born),
        (
            _before_birth(whose).format(day=place(column), born=place(born)),
            _("Correct {column} or the date of birth.").format(column=column),
        ),
    )


def _before_birth(whose: str) -> str:
    """That a day is before the birth of the client or the spouse, with {day} and {born}."""
    if whose == "spouse":
        return _("{day} is before the birth of the spouse ({born}).")
    return _("{day} is before the birth of the client ({born}).")


def warned(terms: Terms) -> list[Rule]:
    """The rules whose breach is reported while the row of Candidates stands."""
    age = completed_years(pl.col("date_of_birth"), terms.as_of)
    years = pl.sum_horizontal(WORK_YEARS)
    partnered = pl.col("marital_status").is_in(PARTNERED)
    single = pl.col("marital_status").is_not_null() & ~partnered
    rules = [
        Rule(
            "spouse_is_canadian_is_stated",
            "spouse_is_canadian",
            partnered & empty("spouse_is_canadian"),
            (
                _("Whether the spouse or partner is a citizen or permanent resident of Canada is not stated."),
                _("Taken as no; write yes or no."),
            ),
        ),
        Rule(
            "no_spouse_columns_without_spouse",
            "marital_status",
            single & pl.any_horizontal(map(_says_something, SPOUSE_COLUMNS)),
            _spouse_columns_missing,
        ),
        Rule(
            "work_within_a_life",
            "date_of_birth",
            (years > 0) & (years > age - WORK_FROM_AGE),
            lambda row: (
                _(
                    "{years} years of skilled work at the age of {age}: they would have begun before the age of "
                    "{work_from_age}."
                ).format(
                    years=number(sum(row[name] or 0 for name in WORK_YEARS)),
                    age=_age(row, terms.as_of),
                    work_from_age=WORK_FROM_AGE,
                ),
                _("Check the date of birth and the years of work; the row is scored as it stands."),
            ),
        ),
        Rule(
            "principal_is_grown_up",
            "date_of_birth",
            age < WORK_FROM_AGE,
            lambda row: (
                _("The client is {age} years old on {as_of}.").format(age=_age(row, terms.as_of), as_of=terms.as_of),
                _("Check the year of birth; the row is scored as it stands."),
            ),
        ),
        Rule(
            "certificate_of_a_trade_is_stated",
            "certificate_of_qualification",
            filled("certificate_noc") & empty("certificate_of_qualification"),
            (
                _(
                    "certificate_noc is {certificate_noc}, but certificate_of_qualification is empty: no certificate "
                    "counts."
                ),
                _("Write yes in certificate_of_qualification, or empty certificate_noc."),
            ),
        ),
        Rule(
            "in_pool_with_a_profile",
            "profile_submitted_at",
            pl.col("pool_status").is_in(["in_pool", "declined"]) & empty("profile_submitted_at"),
            (
                _(
                    "pool_status is {pool_status}, but profile_submitted_at is empty: the client is ranked by score "
                    "alone, and whether published rounds invite them is undetermined."
                ),
                _("Enter when the profile was submitted; the day alone also serves."),
            ),
        ),
        Rule(
            "in_pool_without_an_invitation",
            "ita_issued_on",
            (pl.col("pool_status") == "in_pool") & filled("ita_issued_on"),
            (
                _("The client is said to be in the pool, but ita_issued_on tells of an invitation of {ita_issued_on}."),
                _(
                    "It is passed over unless the published rounds give it; write invited, applied or declined in "
                    "pool_status, or empty ita_issued_on and ita_round."
                ),
            ),
        ),
    ]
    for prefix, whose in PREFIXES:
        for language in TESTS_OF:
            stem = f"{prefix}{language}_"
            rules += result_warned(stem, "" if prefix else "language_exempt_abilities")
            rules.append(date_has_a_test(stem))
        level, country, issued = (
            f"{prefix}{name}" for name in ("education_level", "education_country", "eca_issued_on")
        )
        foreign = (
            pl.col(level).is_not_null() & ~pl.col(level).is_in(BELOW_COLLEGE) & pl.col(country).ne_missing("CA")
        ) & ~pl.col(f"{prefix}{HAS_EDUCATION_ROWS}")
        rules.append(
            Rule(
                f"{issued}_is_stated",
                issued,
                (partnered & foreign if prefix else foreign) & empty(issued),
                (
                    _undated_assessment(whose).format(level=place(level)),
                    _(
                        "The points stand, but what hangs on the age of the assessment is undetermined; write its date, "
                        "or Canada in {country}."
                    ).format(country=country),
                ),
            )
        )
    return rules


def _undated_assessment(whose: str) -> str:
    """That the assessment of an education, its {level} named, has no date."""
    if whose == "spouse":
        return _("The education of the spouse ({level}) is not Canadian by the record, and its assessment has no date.")
    return _("The education of the client ({level}) is not Canadian by the record, and its assessment has no date.")


def _says_something(name: str) -> pl.Expr:
    """Is a column about the spouse filled? A plain no says nothing."""
    if CANDIDATES.column(name).kind == "yes_no":
        return pl.col(name).fill_null(value=False)
    return pl.col(name).is_not_null()


def _spouse_columns_missing(row: Row) -> ProblemText:
    filled = [name for name in SPOUSE_COLUMNS if row[name] not in (None, False)]
    return (
        _("The client is {marital_status}, but columns about a spouse are filled: {filled}.").format(
            marital_status=row["marital_status"], filled=", ".join(filled)
        ),
        _("They are not used; correct marital_status or empty them."),
    )


def _age(row: Row, on: date) -> int:
    born: date = row["date_of_birth"]
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))
