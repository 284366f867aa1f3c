"""The columns of the intake, defined once; schemas, template, header notes and docs are made from them.

Imports nothing of the project, so every room may import it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from transforms.model.vocabulary import ABILITIES

Kind = Literal[
    "text", "date", "date_time", "yes_no", "integer", "number", "choice", "noc", "country",
    "province", "abilities", "round",
]  # fmt: skip

# Beside profile_submitted_at in the typed frame: the last second that the cell may mean, where it is a day or a minute.
SUBMITTED_LATEST = "profile_submitted_latest"
# The score that the firm or the client believes; nothing is computed from it.
STATED_CRS = "stated_crs"
PERSONS = ("principal", "spouse")
# The scale on which the scores of a language are written.
SCALES = {
    "english": "the test's own scale",
    "french": "the test's own scale; TEF Canada: the column Équivalence ancien score",
}
LANGUAGES = ("english", "french")
ENGLISH_TESTS = ("IELTS_GT", "CELPIP_G", "PTE_CORE", "CLB")
FRENCH_TESTS = ("TEF_CANADA", "TEF_CANADA_OLD_SCALE", "TCF_CANADA", "NCLC")
LEVEL_SCALES = ("CLB", "NCLC")
MARITAL_STATUSES = (
    "single", "married", "common_law", "divorced", "separated", "divorced_or_separated", "widowed", "annulled",
)  # fmt: skip
PARTNERED = ("married", "common_law")
POOL_STATUSES = ("in_pool", "draft", "invited", "applied", "declined", "withdrawn", "expired")
# Clients whose results still decide something; of an empty status the profile decides.
OPEN_STATUSES = ("draft", "in_pool", "declined", "invited")
EDUCATION_LEVELS = (
    "none", "secondary", "one_year", "two_year", "three_year", "two_or_more", "masters",
    "professional", "doctorate",
)  # fmt: skip
CANADIAN_STUDIES = ("none", "one_or_two_years", "three_years_or_more")
JOB_OFFER_BASES = ("lmia", "lmia_work_permit", "lmia_exempt_work_permit", "offer_only")
PROVINCES = ("AB", "BC", "MB", "NB", "NL", "NS", "NT", "ON", "PE", "SK", "YT")
PROVINCES_WITHOUT_PROGRAM = ("NU", "QC")
PROVINCE_NAMES = {
    "AB": "Alberta", "BC": "British Columbia", "MB": "Manitoba", "NB": "New Brunswick",
    "NL": "Newfoundland and Labrador", "NS": "Nova Scotia", "NT": "Northwest Territories", "NU": "Nunavut",
    "ON": "Ontario", "PE": "Prince Edward Island", "QC": "Quebec", "SK": "Saskatchewan", "YT": "Yukon",
}  # fmt: skip
DOCUMENT_KINDS = (
    "passport", "work_permit", "nomination", "police_certificate", "medical", "funds_letter",
    "eca", "language_result", "other",
)  # fmt: skip


@dataclass(frozen=True)
class Column:
    """One intake column: its name, kind of value, allowed values, bounds and the note people read.

    A sheet of a file without the column is taken as `taken_as` says, which is noted where a row has the value that
    `matters_for` names (column, value), if any; `without_column` is the value that its rows get. An empty cell in a
    column that is there stays unknown, or is taken as `taken_as` says where `empty_matters_for` names the values of the
    rows (column, value) of which that is noted. Where nothing `is_computed_from` a column, a number in it that cannot be
    read or is out of bounds is a warning, and taken as empty.
    """

    name: str
    kind: Kind
    note: str
    required: bool = False
    values: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    without_column: bool | None = None
    taken_as: str = ""
    matters_for: tuple[str, str] | None = None
    empty_matters_for: tuple[tuple[str, str | bool], ...] = ()
    is_computed_from: bool = True


@dataclass(frozen=True)
class Sheet:
    """One intake sheet: its key, the title a workbook shows, and its columns in order."""

    key: str
    title: str
    columns: tuple[Column, ...]

    @cached_property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    def has_required(self, name: str) -> bool:
        """Is a column of this name required?"""
        return any(column.name == name and column.required for column in self.columns)


def _text(name: str, note: str, *, required: bool = False) -> Column:
    return Column(name, "text", note, required)


def _date(name: str, note: str, *, required: bool = False) -> Column:
    return Column(name, "date", note, required)


def _yes_no(name: str, note: str) -> Column:
    return Column(name, "yes_no", note)


def _number(name: str, note: str, low: float = 0, high: float = 80) -> Column:
    return Column(name, "number", note, low=low, high=high)


def _integer(name: str, note: str, low: int = 0, high: int = 80) -> Column:
    return Column(name, "integer", note, low=low, high=high)


def _choice(name: str, note: str, values: tuple[str, ...], *, required: bool = False) -> Column:
    return Column(name, "choice", note, required, values)


def _noc(name: str, note: str) -> Column:
    return Column(name, "noc", note + "; 4 digits: NOC 2016, 5 digits: NOC 2021, kept as text")


def _language(prefix: str, whose: str) -> tuple[Column, ...]:
    """The test, its date and the four scores in English and in French, for one person."""
    made: list[Column] = []
    for language, tests in (("english", ENGLISH_TESTS), ("french", FRENCH_TESTS)):
        shown = language.capitalize()
        stem = f"{prefix}{language}"
        made.append(_choice(f"{stem}_test", f"{whose} {shown} test, or the levels themselves", tests))
        made.append(_date(f"{stem}_test_date", f"Day of {whose.lower()} {shown} test"))
        made += [
            _number(f"{stem}_{ability}", f"{whose} {shown} {ability} score, on {SCALES[language]}", 0, 699)
            for ability in ABILITIES
        ]
    return tuple(made)


CANDIDATES = Sheet(
    "candidates",
    "Candidates",
    (
        _text("client_id", "The firm's own number for the client; one row a client", required=True),
        _text("family_name", "Family name"),
        _text("given_name", "Given name"),
        _text("case_owner", "Who in the firm looks after the client"),
        _date("date_of_birth", "Date of birth", required=True),
        Column("citizenship", "country", "ISO 3166 code or English name"),
        Column("country_of_residence", "country", "ISO 3166 code or English name"),
        _choice("marital_status", "Marital status", MARITAL_STATUSES, required=True),
        _yes_no("spouse_accompanying", "Does the spouse or partner come along? Needed when married or common_law"),
        _yes_no("spouse_is_canadian", "Is the spouse or partner a citizen or permanent resident of Canada?"),
        _integer("family_size", "Client, spouse and dependent children, coming or not; the record counts if it shows more",
                 1, 30),
        _number("settlement_funds_cad", "Settlement funds in Canadian dollars", 0, 1e9),
        Column("profile_submitted_at", "date_time", "UTC, to the second for the tie-break; also a minute, or a day of Ottawa"),
        _choice("pool_status", "Default: in_pool where profile_submitted_at is given, else draft", POOL_STATUSES),
        Column(STATED_CRS, "integer", "The CRS total that the firm or the client believes", low=0, high=1200,
               is_computed_from=False),
        _date("ita_issued_on", "Day of the invitation to apply; empty: none"),
        Column("ita_round", "round", "Number of the round that invited; with in_pool and no ita_issued_on: no invitation came up to it"),
        _date("planned_application_on", "Planned day of the application"),
        _yes_no("intends_quebec", "Intends to live in Quebec; empty: no"),
        _yes_no("job_bank_registered", "Registered with Job Bank; empty: yes"),
        _choice("first_language", "First official language as named; empty: the one that serves best", LANGUAGES),
        *_language("", "The client's"),
        Column("language_exempt_abilities", "abilities", "Abilities that the disability policy excuses, comma between"),
        _choice("education_level", "Highest level; foreign: as assessed", EDUCATION_LEVELS),
        Column("education_country", "country", "Canada: no assessment is needed"),
        _date("eca_issued_on", "Day of the educational credential assessment"),
        _choice("canadian_study", "Eligible Canadian credential; three_years_or_more: also master's and above",
                CANADIAN_STUDIES),
        _number("canadian_work_years", "Skilled work in Canada in the last 10 years, as the CRS counts it"),
        _number("foreign_work_years", "Skilled work abroad in the last 10 years, as the CRS counts it"),
        _integer("canadian_work_months_last_36", "Months of skilled work in Canada in the last 36, for CEC", 0, 36),
        _noc("canadian_work_noc", "Occupation of most of that work"),
        _noc("primary_noc", "Primary occupation, for FSW"),
        _number("primary_occupation_years", "Continuous years in the primary occupation in the last 10"),
        _noc("trade_noc", "Skilled trade, for FST"),
        _number("trade_years_last_5", "Years in the trade in the last 5", 0, 5),
        _yes_no("certificate_of_qualification", "Certificate of qualification of a Canadian authority"),
        _noc("certificate_noc", "Trade of that certificate; empty: the trade of trade_noc or of the work"),
        _noc("job_offer_noc", "Occupation of the job offer; empty: no offer"),
        _choice("job_offer_basis", "What the job offer rests on", JOB_OFFER_BASES),
        _integer("job_offer_employers", "Employers in the offer; default 1 where an offer is given", 0, 9),
        _number("job_offer_years", "Length of the offer in years"),
        _yes_no("job_offer_permanent", "Offer without an end (indeterminate)"),
        _yes_no("authorized_to_work_in_canada", "Holds a permit to work in Canada now"),
        Column("provincial_nomination", "province", "Province or territory that nominated; empty: none"),
        _date("nomination_applied_on", "Day of the application to the province: a nominee's child is locked in on it"),
        _yes_no("sibling_in_canada", "Adult brother or sister, citizen or permanent resident, living in Canada"),
        _yes_no("relative_in_canada", "Adult relative in Canada as IRPR 83 lists them"),
        _yes_no("studied_in_canada_two_years", "Two academic years of full-time study in Canada"),
        _yes_no("worked_in_canada_one_year", "One year of full-time authorized skilled work in Canada"),
        _yes_no("spouse_studied_in_canada_two_years", "Spouse: two academic years of full-time study in Canada"),
        _yes_no("spouse_worked_in_canada_one_year", "Spouse: one year of full-time authorized work in Canada"),
        _number("foreign_military_years", "Continuous years in a recognised foreign military"),
        _number("caf_offer_years", "Years of full-time service offered by the Canadian Armed Forces"),
        _choice("spouse_education_level", "Spouse's highest level; foreign: as assessed", EDUCATION_LEVELS),
        Column("spouse_education_country", "country", "Canada: no assessment is needed"),
        _date("spouse_eca_issued_on", "Day of the spouse's credential assessment"),
        _choice("spouse_first_language", "Spouse's first official language; empty: the one that serves best", LANGUAGES),
        *_language("spouse_", "The spouse's"),
        _number("spouse_canadian_work_years", "Spouse's skilled work in Canada in the last 10 years"),
        _date("spouse_date_of_birth", "Used only when the spouse is tried as principal applicant"),
        _number("spouse_foreign_work_years", "Used only when the spouse is tried as principal applicant"),
        _choice("spouse_canadian_study", "Used only when the spouse is tried as principal applicant", CANADIAN_STUDIES),
        _yes_no("spouse_certificate_of_qualification", "Used only when the spouse is tried as principal applicant"),
        _noc("spouse_primary_noc", "Used only when the spouse is tried as principal applicant"),
    ),
)  # fmt: skip

_CLIENT = _text("client_id", "As on the Candidates sheet", required=True)
_PERSON = _choice("person", "Whose record this is", PERSONS, required=True)

LANGUAGE_TESTS = Sheet(
    "language_tests",
    "Language tests",
    (
        _CLIENT,
        _PERSON,
        _choice("language", "Language of the test", LANGUAGES, required=True),
        _choice("test", "The test, or the levels themselves", ENGLISH_TESTS + FRENCH_TESTS, required=True),
        _date("test_date", "Day of the test"),
        *(_number(ability, f"{ability.capitalize()} score, on {SCALES['french']}", 0, 699) for ability in ABILITIES),
    ),
)  # fmt: skip

EDUCATION = Sheet(
    "education",
    "Education",
    (
        _CLIENT,
        _PERSON,
        _choice("level", "Level of this credential", EDUCATION_LEVELS, required=True),
        Column("country", "country", "Where the school is; describes only"),
        _date("started_on", "First day"),
        _date("completed_on", "Day of completion; empty: not completed"),
        _date("eca_issued_on", "Day of the credential assessment"),
        _yes_no("in_canada", "Studied at a school in Canada"),
        _number("full_time_months_in_canada", "Months of full-time study while in Canada", 0, 240),
        _number("distance_share", "Share of distance learning, 0 to 1", 0, 1),
    ),
)

# Rows of Work history that may count as work in Canada.
COUNTED_IN_CANADA = (("country", "CA"), ("authorized", True), ("paid", True), ("full_time_student", False))

WORK_HISTORY = Sheet(
    "work_history",
    "Work history",
    (
        _CLIENT,
        _PERSON,
        _noc("noc", "Occupation"),
        Column("country", "country", "Where the work was done"),
        Column("started_on", "date", "First day", required=True),
        _date("ended_on", "Last day; empty: to this day"),
        _number("hours_per_week", "Hours a week", 0, 168),
        Column(
            "paid",
            "yes_no",
            "Paid by wages or commission; a sheet without this column is taken as paid throughout",
            without_column=True,
            taken_as="every job as paid",
        ),
        _yes_no("authorized", "Authorized to work there"),
        _yes_no("self_employed", "Self-employed"),
        _yes_no("full_time_student", "Full-time student at the time"),
        _text("employer", "Employer"),
        Column(
            "temporary_resident_status",
            "yes_no",
            "Temporary resident status in Canada at the time, which CEC and the CRS ask of "
            "Canadian work and a refugee claimant lacks; empty: as authorized",
            taken_as="authorized work in Canada as done with temporary resident status",
            matters_for=("country", "CA"),
            empty_matters_for=COUNTED_IN_CANADA,
        ),
        Column(
            "canadian_employer",
            "yes_no",
            "Work in Canada for a Canadian employer, as CEC and the CRS ask; empty: yes",
            taken_as="every employer in Canada as Canadian",
            matters_for=("country", "CA"),
            empty_matters_for=COUNTED_IN_CANADA,
        ),
    ),
)

DOCUMENTS = Sheet(
    "documents",
    "Documents",
    (
        _CLIENT,
        _PERSON,
        _choice("kind", "Kind of document", DOCUMENT_KINDS, required=True),
        Column("country", "country", "Country that issued it"),
        _date("issued_on", "Day of issue"),
        _date("expires_on", "Last day of validity"),
    ),
)

DEPENDANTS = Sheet(
    "dependants",
    "Dependants",
    (_CLIENT, _date("date_of_birth", "Date of birth, for the age limit of 22", required=True)),
)

SHEETS = (CANDIDATES, LANGUAGE_TESTS, EDUCATION, WORK_HISTORY, DOCUMENTS, DEPENDANTS)
DETAIL_SHEETS = SHEETS[1:]
BY_KEY = {sheet.key: sheet for sheet in SHEETS}
# The words of our choice columns and the abilities, such as IELTS_GT, masters or reading.
CODES = frozenset({value for sheet in SHEETS for column in sheet.columns for value in column.values} | {*ABILITIES})
