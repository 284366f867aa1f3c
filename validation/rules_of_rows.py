"""What a row must not say: named rules over typed rows, each with what is wrong and what would be right.

The rules of `of_columns`, `refused` and `refused_beside_client` quarantine a row; those of `warned` and
`warned_beside_client` tell what is implausible, and the row stands.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import polars as pl

from transforms.calendar import completed_years
from validation import explain, rules_of_dates
from validation.columns import (
    ABILITIES,
    CANDIDATES,
    ENGLISH_TESTS,
    FRENCH_TESTS,
    JOB_OFFER_BASES,
    LEVEL_SCALES,
    PARTNERED,
    PROVINCES,
    PROVINCES_WITHOUT_PROGRAM,
    Column,
    Sheet,
)

Row = Mapping[str, Any]
Told = explain.Told
Ranges = Mapping[tuple[str, str], tuple[float, float, float]]

OLDEST_DAY = date(explain.OLDEST_YEAR, 1, 1)
OLDEST_AGE = 120
WORK_FROM_AGE = 16
MANY_HOURS = 100
BELOW_COLLEGE = ("none", "secondary")
OTTAWA = "America/Toronto"
ON_A_STEP = 1e-6
SPOUSE_COLUMNS = tuple(name for name in CANDIDATES.names if name.startswith("spouse_"))
PREFIXES = (("", "client"), ("spouse_", "spouse"))
TEF = ("TEF_CANADA", "TEF_CANADA_OLD_SCALE")
TESTS_OF = {"english": ENGLISH_TESTS, "french": FRENCH_TESTS}
HAS_EDUCATION_ROWS = "has_education_rows"
ON_A_PERMIT = ("lmia_work_permit", "lmia_exempt_work_permit")
WORK_YEARS = ("canadian_work_years", "foreign_work_years")


@dataclass(frozen=True)
class Terms:
    """What the rules are held against: the day, the tests' ranges, and all known occupation codes.

    `noc_changes` gives what is told of each code whose eligibility changed with the classification, `limits` what the law
    says of dates (None: dates are not held against it).
    """

    as_of: date
    score_ranges: Ranges
    noc_codes: Collection[str]
    noc_changes: Mapping[str, Told] = field(default_factory=dict)
    limits: rules_of_dates.Limits | None = None


@dataclass(frozen=True)
class Rule:
    """One named rule: the column it points to, when a row is wrong (Boolean, null is right), and what is told.

    Told are the problem and the mend: two texts in which {column} stands for the row's value, or a function of the row.
    """

    name: str
    column: str
    wrong: pl.Expr
    told: Told | Callable[[Row], Told]

    @property
    def looks_at(self) -> frozenset[str]:
        """The columns that the rule depends on."""
        return frozenset(self.wrong.meta.root_names())

    def tell(self, row: Row) -> Told:
        """The problem and the mend for one row."""
        if callable(self.told):
            return self.told(row)
        problem, mend = self.told
        return problem.format_map(row), mend.format_map(row)


def _filled(*names: str) -> pl.Expr:
    return pl.any_horizontal(pl.col(name).is_not_null() for name in names)


def _empty(name: str) -> pl.Expr:
    return pl.col(name).is_null()


def of_columns(sheet: Sheet, terms: Terms) -> list[Rule]:
    """The rules that follow from a sheet's columns: choices, ranges, known occupations, possible days."""
    return [rule for column in sheet.columns if (rule := _of_column(column, terms))]


def _of_column(column: Column, terms: Terms) -> Rule | None:
    name, cell = column.name, pl.col(column.name)
    if column.kind == "choice":
        return Rule(
            f"{name}_is_a_choice", name, ~cell.is_in(column.values),
            lambda row: explain.not_a_choice(column, row[name]),
        )  # fmt: skip
    if column.kind == "province":
        return Rule(
            f"{name}_is_a_province", name, ~cell.is_in(PROVINCES + PROVINCES_WITHOUT_PROGRAM),
            lambda row: explain.not_a_province(row[name]),
        )  # fmt: skip
    if column.kind == "noc":
        return Rule(f"{name}_is_known", name, ~cell.is_in(list(terms.noc_codes)), _noc_told(column, terms.noc_codes))
    if column.kind == "date":
        return Rule(
            f"{name}_is_possible", name, cell < OLDEST_DAY,
            (f"The year of {{{name}}} cannot be right.", "Write the year with its four digits."),
        )  # fmt: skip
    if column.low is not None and column.high is not None:
        return Rule(
            f"{name}_in_range", name, ~cell.is_between(column.low, column.high),
            (f"{{{name}:g}} is not between {column.low:g} and {column.high:g}.",
             f"Write a number from {column.low:g} to {column.high:g}; {explain.EMPTY_MEANS}."),
        )  # fmt: skip
    return None


def _noc_told(column: Column, known: Collection[str]) -> Callable[[Row], Told]:
    told: dict[str, Told] = {}

    def tell(row: Row) -> Told:
        value = row[column.name]
        if value not in told:
            told[value] = explain.unknown_noc(column, value, known)
        return told[value]

    return tell


def refused(sheet: Sheet, terms: Terms) -> list[Rule]:
    """The cross-column rules whose breach quarantines a row of a sheet."""
    return [*_REFUSED[sheet.key](terms), *rules_of_dates.refused(sheet, terms)]


def warned(sheet: Sheet, terms: Terms) -> list[Rule]:
    """The rules whose breach is told while the row stands.

    Those of Candidates also look at Boolean columns such as `has_education_rows` and `spouse_has_education_rows`: where
    the Education sheet has rows of a person, they decide, and not the summary; so with `has_english_rows` and
    `has_french_rows` of Language tests.
    """
    return [*_WARNED[sheet.key](terms), *rules_of_dates.warned(sheet, terms), *_eligibility_changed(sheet, terms)]


def _eligibility_changed(sheet: Sheet, terms: Terms) -> list[Rule]:
    """Of each column of occupations: its code lost or gained eligibility when the classification changed.

    A client's code is told of once a sheet.
    """
    names = [column.name for column in sheet.columns if column.kind == "noc"] if terms.noc_changes else []
    changed = list(terms.noc_changes)

    def rule(place: int, name: str) -> Rule:
        elsewhere = [pl.col(before).eq_missing(pl.col(name)) for before in names[:place]]
        first = ~pl.any_horizontal(elsewhere) if elsewhere else pl.struct("client_id", name).is_first_distinct()
        return Rule(
            f"{name}_keeps_its_eligibility", name, pl.col(name).is_in(changed) & first,
            lambda row: terms.noc_changes[row[name]],
        )  # fmt: skip

    return [rule(place, name) for place, name in enumerate(names)]


# --- Candidates


def _candidates_refused(terms: Terms) -> list[Rule]:
    rules = [
        Rule(
            "spouse_accompanying_is_told", "spouse_accompanying",
            pl.col("marital_status").is_in(PARTNERED) & _empty("spouse_accompanying"),
            ("The client is {marital_status}, but spouse_accompanying is empty.",
             "Write yes or no: does the spouse or partner come along to Canada?"),
        ),
        *_born("date_of_birth", terms),
        *_born("spouse_date_of_birth", terms),
        Rule(
            "ita_after_profile", "ita_issued_on",
            pl.col("ita_issued_on") < pl.col("profile_submitted_at").dt.convert_time_zone(OTTAWA).dt.date(),
            ("The invitation of {ita_issued_on} is before the profile was submitted "
             "({profile_submitted_at:%Y-%m-%d %H:%M:%S} UTC).",
             "Mend ita_issued_on or profile_submitted_at; leave ita_issued_on empty where this profile has none."),
        ),
        Rule(
            "nomination_by_a_program", "provincial_nomination",
            pl.col("provincial_nomination").is_in(PROVINCES_WITHOUT_PROGRAM),
            ("{provincial_nomination} has no program that nominates for Express Entry.",
             "Write the province or territory that nominated, or leave the cell empty: none."),
        ),
        Rule(
            "job_offer_has_a_basis", "job_offer_basis", _filled("job_offer_noc") & _empty("job_offer_basis"),
            ("job_offer_noc is given ({job_offer_noc}), but not what the offer rests on.",
             f"Write one of: {', '.join(JOB_OFFER_BASES)}; or empty job_offer_noc: no offer."),
        ),
        Rule(
            "job_offer_has_an_occupation", "job_offer_noc", _filled("job_offer_basis") & _empty("job_offer_noc"),
            ("job_offer_basis is given ({job_offer_basis}), but not the occupation of the offer.",
             "Write its NOC code, or empty job_offer_basis: no offer."),
        ),
        Rule(
            "job_offer_permit_is_held", "job_offer_basis",
            pl.col("job_offer_basis").is_in(ON_A_PERMIT) & ~pl.col("authorized_to_work_in_canada"),
            ("job_offer_basis is {job_offer_basis}, but authorized_to_work_in_canada is no: the offer rests on a permit "
             "that the client does not hold.",
             "Correct one of the two cells: write yes in authorized_to_work_in_canada, or what else the offer rests on in "
             "job_offer_basis."),
        ),
        Rule(
            "certificate_of_a_trade_is_held", "certificate_noc",
            _filled("certificate_noc") & ~pl.col("certificate_of_qualification"),
            ("certificate_noc is {certificate_noc}, but certificate_of_qualification is no.",
             "Write yes in certificate_of_qualification, or empty certificate_noc."),
        ),
        _after_birth("nomination_applied_on", "date_of_birth", "client"),
    ]  # fmt: skip
    for prefix, whose in PREFIXES:
        born = f"{prefix}date_of_birth"
        for language, tests in TESTS_OF.items():
            stem = f"{prefix}{language}_"
            rules.append(
                Rule(
                    f"{stem}scores_with_a_test", f"{stem}test",
                    _empty(f"{stem}test") & _filled(*(f"{stem}{ability}" for ability in ABILITIES)),
                    ("Scores are given, but not of which test.", f"Write one of: {', '.join(tests)}."),
                )
            )  # fmt: skip
            rules += _test_refused(stem, terms)
            rules.append(_after_birth(f"{stem}test_date", born, whose))
        rules.append(_after_birth(f"{prefix}eca_issued_on", born, whose))
    return rules


def _born(column: str, terms: Terms) -> list[Rule]:
    return [
        Rule(
            f"{column}_in_the_past", column, pl.col(column) > terms.as_of,
            (f"The date of birth {{{column}}} is after the day scored, {terms.as_of}.", "Write the date of birth."),
        ),
        _living(column, terms),
    ]  # fmt: skip


def _living(column: str, terms: Terms) -> Rule:
    return Rule(
        f"{column}_of_a_living_person", column, completed_years(pl.col(column), terms.as_of) > OLDEST_AGE,
        (f"Born on {{{column}}}, more than {OLDEST_AGE} years before {terms.as_of}.", "Write the date of birth."),
    )  # fmt: skip


def _after_birth(column: str, born: str, whose: str) -> Rule:
    return Rule(
        f"{column}_after_birth", column, pl.col(column) < pl.col(born),
        (f"{{{column}}} is before the birth of the {whose} ({{{born}}}).", f"Mend {column} or the date of birth."),
    )  # fmt: skip


def _test_refused(stem: str, terms: Terms) -> list[Rule]:
    """A test without its date, and each ability off its test's scale."""
    test, day = f"{stem}test", f"{stem}test_date"
    return [
        Rule(
            f"{test}_has_a_date", day, pl.col(test).is_not_null() & ~pl.col(test).is_in(LEVEL_SCALES) & _empty(day),
            (f"{{{test}}} is given without the day of the test.", "Write the day as it stands on the result."),
        ),
        *(_on_scale(f"{stem}{ability}", ability, test, terms.score_ranges) for ability in ABILITIES),
    ]  # fmt: skip


def _on_scale(column: str, ability: str, test: str, ranges: Ranges) -> Rule:
    scales = {named: scale for (named, of), scale in ranges.items() if of == ability}
    score = pl.col(column)

    def of_the_test(part: int) -> pl.Expr:
        """Lowest score (0), highest score (1) or step (2) of the row's own test."""
        values = [scale[part] for scale in scales.values()]
        return pl.col(test).replace_strict(list(scales), values, default=None, return_dtype=pl.Float64)

    steps = (score - of_the_test(0)) / of_the_test(2)
    wrong = ~score.is_between(of_the_test(0), of_the_test(1)) | ((steps - steps.round()).abs() > ON_A_STEP)

    def tell(row: Row) -> Told:
        low, high, step = scales[row[test]]
        if row[test] in TEF and row[column] > high:
            return (
                f"{row[column]:g} is above the highest {ability} score of TEF Canada in Express Entry, {high:g}.",
                "Enter the column Équivalence ancien score of the attestation.",
            )
        steps = "in whole numbers" if step == 1 else f"in steps of {step:g}"
        return (
            f"{row[column]:g} is no {ability} score of {row[test]}, which goes from {low:g} to {high:g} {steps}.",
            f"Write the {ability} score as it stands on the result, or mend {test}.",
        )

    return Rule(f"{column}_on_scale", column, wrong, tell)


def _candidates_warned(terms: Terms) -> list[Rule]:
    age = completed_years(pl.col("date_of_birth"), terms.as_of)
    years = pl.sum_horizontal(WORK_YEARS)
    partnered = pl.col("marital_status").is_in(PARTNERED)
    single = pl.col("marital_status").is_not_null() & ~partnered
    rules = [
        Rule(
            "spouse_is_canadian_is_told", "spouse_is_canadian", partnered & _empty("spouse_is_canadian"),
            ("It is not told whether the spouse or partner is a citizen or permanent resident of Canada.",
             "Taken as no; write yes or no."),
        ),
        Rule(
            "no_spouse_columns_without_spouse", "marital_status",
            single & pl.any_horizontal(map(_says_something, SPOUSE_COLUMNS)), _spouse_columns_told,
        ),
        Rule(
            "work_within_a_life", "date_of_birth", (years > 0) & (years > age - WORK_FROM_AGE),
            lambda row: (
                f"{sum(row[name] or 0 for name in WORK_YEARS):g} years of skilled work at the age of "
                f"{_age(row, terms.as_of)}: they would have begun before the age of {WORK_FROM_AGE}.",
                "Check the date of birth and the years of work; the row is scored as it stands.",
            ),
        ),
        Rule(
            "principal_is_grown_up", "date_of_birth", age < WORK_FROM_AGE,
            lambda row: (
                f"The client is {_age(row, terms.as_of)} years old on {terms.as_of}.",
                "Check the year of birth; the row is scored as it stands.",
            ),
        ),
        Rule(
            "certificate_of_a_trade_is_told", "certificate_of_qualification",
            _filled("certificate_noc") & _empty("certificate_of_qualification"),
            ("certificate_noc is {certificate_noc}, but certificate_of_qualification is empty: no certificate counts.",
             "Write yes in certificate_of_qualification, or empty certificate_noc."),
        ),
        Rule(
            "in_pool_with_a_profile", "profile_submitted_at",
            pl.col("pool_status").is_in(["in_pool", "declined"]) & _empty("profile_submitted_at"),
            ("pool_status is {pool_status}, but profile_submitted_at is empty: the client is ranked by score alone, and "
             "whether published rounds invite them is undetermined.",
             "Enter when the profile was submitted; the day alone also serves."),
        ),
        Rule(
            "in_pool_without_an_invitation", "ita_issued_on",
            (pl.col("pool_status") == "in_pool") & _filled("ita_issued_on"),
            ("The client is said to be in the pool, but ita_issued_on tells of an invitation of {ita_issued_on}.",
             "It is passed over unless the published rounds give it; write invited, applied or declined in pool_status, "
             "or empty ita_issued_on and ita_round."),
        ),
    ]  # fmt: skip
    for prefix, whose in PREFIXES:
        for language in TESTS_OF:
            stem = f"{prefix}{language}_"
            rules += _test_warned(stem, "" if prefix else "language_exempt_abilities")
            rules.append(_date_has_a_test(stem))
        level, country, issued = (
            f"{prefix}{name}" for name in ("education_level", "education_country", "eca_issued_on")
        )
        foreign = (
            pl.col(level).is_not_null() & ~pl.col(level).is_in(BELOW_COLLEGE) & pl.col(country).ne_missing("CA")
        ) & ~pl.col(f"{prefix}{HAS_EDUCATION_ROWS}")
        rules.append(
            Rule(
                f"{issued}_is_told", issued, (partnered & foreign if prefix else foreign) & _empty(issued),
                (f"The education of the {whose} ({{{level}}}) is not Canadian, as far as is told, and its assessment "
                 "has no date.",
                 "The points stand, but what hangs on the age of the assessment cannot be told; write its date, or "
                 f"Canada in {country}."),
            )
        )  # fmt: skip
    return rules


def _says_something(name: str) -> pl.Expr:
    """Is a column about the spouse filled? A plain no says nothing."""
    if CANDIDATES.column(name).kind == "yes_no":
        return pl.col(name).fill_null(value=False)
    return pl.col(name).is_not_null()


def _spouse_columns_told(row: Row) -> Told:
    filled = [name for name in SPOUSE_COLUMNS if row[name] not in (None, False)]
    return (
        f"The client is {row['marital_status']}, but columns about a spouse are filled: {', '.join(filled)}.",
        "They are not used; mend marital_status or empty them.",
    )


def _age(row: Row, on: date) -> int:
    born: date = row["date_of_birth"]
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def _test_warned(stem: str, exempt: str = "") -> list[Rule]:
    """Levels without a date, and abilities without a result (unless excused in the column `exempt`)."""
    test, day = f"{stem}test", f"{stem}test_date"

    def lacks(ability: str) -> pl.Expr:
        empty = _empty(f"{stem}{ability}")
        return empty & ~pl.col(exempt).str.contains(ability, literal=True).fill_null(value=False) if exempt else empty

    def tell(row: Row) -> Told:
        excused = (row[exempt] or "") if exempt else ""
        lacking = [name for name in ABILITIES if row[f"{stem}{name}"] is None and name not in excused]
        return (
            f"{row[test]} has no result for {', '.join(lacking)}.",
            "An ability without a result earns no points and meets no level; write all four.",
        )

    return [
        Rule(
            f"{test}_levels_have_a_date", day, pl.col(test).is_in(LEVEL_SCALES) & _empty(day),
            (f"{{{test}}} levels are given without the day of the test.",
             "They stand, and their age is not checked; write the day of the test."),
        ),
        Rule(
            f"{test}_covers_all_abilities", test, pl.col(test).is_not_null() & pl.any_horizontal(map(lacks, ABILITIES)),
            tell,
        ),
    ]  # fmt: skip


def _date_has_a_test(stem: str) -> Rule:
    test, day = f"{stem}test", f"{stem}test_date"
    scores = (f"{stem}{ability}" for ability in ABILITIES)
    return Rule(
        f"{day}_has_a_test", test, _empty(test) & pl.col(day).is_not_null() & ~_filled(*scores),
        ("The day of a test is given, but neither the test nor its scores.",
         "It is passed over; write the test and its scores."),
    )  # fmt: skip


# --- Detail sheets


def _language_refused(terms: Terms) -> list[Rule]:
    return [
        Rule(
            "test_of_its_language", "test",
            ((pl.col("language") == "english") & ~pl.col("test").is_in(ENGLISH_TESTS))
            | ((pl.col("language") == "french") & ~pl.col("test").is_in(FRENCH_TESTS)),
            ("{test} is no test of {language}.", "Mend the test or the language."),
        ),
        *_test_refused("", terms),
    ]  # fmt: skip


def _language_warned(terms: Terms) -> list[Rule]:
    return _test_warned("")


def _education_refused(terms: Terms) -> list[Rule]:
    return [_in_order("started_on", "completed_on")]


def _education_warned(terms: Terms) -> list[Rule]:
    foreign = ~pl.col("level").is_in(BELOW_COLLEGE) & ~pl.col("in_canada").fill_null(value=False)
    return [
        Rule(
            "eca_issued_on_is_told", "eca_issued_on", foreign & _empty("eca_issued_on"),
            ("The credential ({level}) is not said to be of a school in Canada, and has no assessment.",
             "Without one it proves nothing; write eca_issued_on, or yes in in_canada."),
        )
    ]  # fmt: skip


def _work_refused(terms: Terms) -> list[Rule]:
    return [_in_order("started_on", "ended_on")]


def _work_warned(terms: Terms) -> list[Rule]:
    return [
        Rule(
            "noc_is_told", "noc", _empty("noc"),
            ("The work has no NOC code.", "It counts for no occupation; write its code."),
        ),
        Rule(
            "hours_within_a_week", "hours_per_week", pl.col("hours_per_week") > MANY_HOURS,
            (f"{{hours_per_week:g}} hours a week are more than {MANY_HOURS}.", "Check the hours; the row stands."),
        ),
    ]  # fmt: skip


def _documents_refused(terms: Terms) -> list[Rule]:
    return [_in_order("issued_on", "expires_on")]


def _dependants_refused(terms: Terms) -> list[Rule]:
    return [_living("date_of_birth", terms)]


def _in_order(first: str, last: str) -> Rule:
    return Rule(
        f"{last}_after_{first}", last, pl.col(last) < pl.col(first),
        (f"{last} ({{{last}}}) is before {first} ({{{first}}}).", f"Mend {last} or {first}."),
    )  # fmt: skip


def _none(terms: Terms) -> list[Rule]:
    return []


_REFUSED: Mapping[str, Callable[[Terms], list[Rule]]] = {
    "candidates": _candidates_refused,
    "language_tests": _language_refused,
    "education": _education_refused,
    "work_history": _work_refused,
    "documents": _documents_refused,
    "dependants": _dependants_refused,
}
_WARNED: Mapping[str, Callable[[Terms], list[Rule]]] = {
    "candidates": _candidates_warned,
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
            f"{column}_after_birth", column, pl.col(column) < pl.col(BORN),
            (f"{{{column}}} is before the birth of the {{person}} ({{{BORN}}}).",
             f"Mend {column} or the date of birth."),
        )
        for column in SINCE_BIRTH[sheet.key]
    ]  # fmt: skip


def warned_beside_client(sheet: Sheet, terms: Terms) -> list[Rule]:
    """The rules that warn of a detail row for what its client's row says (`marital_status`, `pool_status`, …)."""
    if "person" not in sheet.names:
        return []
    return [
        *rules_of_dates.warned_beside_client(sheet, terms),
        Rule(
            "no_spouse_rows_without_spouse", "person",
            (pl.col("person") == "spouse") & ~pl.col(MARITAL_STATUS).is_in(PARTNERED),
            ("The row is about a spouse, but the client is {marital_status}.",
             "It is not used; mend the person or the client's marital_status."),
        )
    ]  # fmt: skip
