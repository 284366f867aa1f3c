"""The levers: what of a client's facts can change, for whom, and how much effort each asks.

The order of effort is the firm's view of the work, no law: a level more in a test that was taken comes first, then a first
test, a paper, work, study, a new language, and what hangs on others.
"""

from __future__ import annotations

from dataclasses import dataclass

from transforms.model.vocabulary import ABILITIES
from transforms.model.wording import N_

LANGUAGES = ("english", "french")
FRENCH_GOAL = "french_nclc_7"
PRINCIPAL, SPOUSE = "principal", "spouse"


@dataclass(frozen=True)
class Lever:
    """One lever: its key, whose fact it changes, its subject, its effort (1 is the least), and the reason for that effort."""

    key: str
    person: str
    subject: str
    effort: int
    reason: str


def ability_lever(language: str, ability: str) -> str:
    """The key of the lever that raises one ability by a level."""
    return f"{language}_{ability}"


def all_lever(language: str) -> str:
    """The key of the lever that raises all four abilities by a level."""
    return f"{language}_all"


# The classes of effort; the distances matter where gains are compared.
ONE_LEVEL, SEVERAL_LEVELS, FIRST_TEST, FIRST_TEST_HIGHER, PAPERS = 1, 2, 3, 4, 5
OCCUPATION, WORK_YEAR, STUDIES, NEW_LANGUAGE, PROVINCE = 6, 7, 8, 9, 12
ENGLISH_ALL, SPOUSE_LANGUAGE, SPOUSE_START = "english_all", "spouse_language", "spouse_language_start"
# The effort of a lever for whom no result of the language is on record.
WITHOUT_RESULT = {ENGLISH_ALL: FIRST_TEST, SPOUSE_LANGUAGE: FIRST_TEST_HIGHER, FRENCH_GOAL: NEW_LANGUAGE}

TEST = N_("one day of tests, some weeks of preparation")
MONTHS_OF_LEARNING = N_("one day of tests, some months of preparation")
PAPER = N_("a paper to ask for, some weeks")
STUDY = N_("a year or more of study, and fees")
YEAR = N_("a year")

LEVERS = (
    Lever("assessment", PRINCIPAL, "assessment", PAPERS, PAPER),
    Lever("spouse_assessment", SPOUSE, "spouse_assessment", PAPERS, PAPER),
    Lever("spouse_principal", SPOUSE, "spouse_principal", PAPERS, N_("nothing to earn, but a new profile")),
    Lever(SPOUSE_START, SPOUSE, "spouse_language", FIRST_TEST, TEST),
    Lever(SPOUSE_LANGUAGE, SPOUSE, "spouse_language", SEVERAL_LEVELS, TEST),
    *(
        Lever(ability_lever(language, ability), PRINCIPAL, language, ONE_LEVEL, TEST)
        for language in LANGUAGES
        for ability in ABILITIES
    ),
    *(Lever(all_lever(language), PRINCIPAL, language, SEVERAL_LEVELS, MONTHS_OF_LEARNING) for language in LANGUAGES),
    Lever("category", PRINCIPAL, "work", OCCUPATION, N_("months of work in an occupation on record")),
    Lever(FRENCH_GOAL, PRINCIPAL, "french", OCCUPATION, N_("for many a year of study or more")),
    Lever(
        "certificate",
        PRINCIPAL,
        "certificate",
        OCCUPATION,
        N_("an examination of a Canadian authority, often after hours of work"),
    ),
    Lever("canadian_year", PRINCIPAL, "work", WORK_YEAR, YEAR),
    Lever("foreign_year", PRINCIPAL, "work", WORK_YEAR, YEAR),
    Lever("spouse_canadian_year", SPOUSE, "spouse_work", WORK_YEAR, YEAR),
    Lever("credential", PRINCIPAL, "study", STUDIES, STUDY),
    Lever("spouse_study", SPOUSE, "spouse_study", STUDIES, STUDY),
    Lever("nomination", PRINCIPAL, "nomination", PROVINCE, N_("a province decides")),
)
BY_KEY = {lever.key: lever for lever in LEVERS}
KEYS = tuple(BY_KEY)
