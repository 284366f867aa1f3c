"""How firms write days, money and choices: forms and words by style, each for one of our values."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache

from sample_data.mix import FOLDER

MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip
FIPS = {
    "Algeria": "AG", "Australia": "AS", "Bangladesh": "BG", "Brazil": "BR", "Cameroon": "CM", "Canada": "CA", "China": "CH",
    "Colombia": "CO", "France": "FR", "India": "IN", "Iran": "IR", "Ireland": "EI", "Lebanon": "LE", "Mexico": "MX",
    "Morocco": "MO", "Nigeria": "NI", "Pakistan": "PK", "Philippines": "RP", "Qatar": "QA", "South Korea": "KS",
    "Sri Lanka": "CE", "Tunisia": "TS", "United Arab Emirates": "AE", "United Kingdom": "UK", "United States": "US",
    "Vietnam": "VM",
}  # fmt: skip
IN_FRENCH = {
    "Algeria": "Algérie", "Australia": "Australie", "Bangladesh": "Bangladesh", "Brazil": "Brésil", "Cameroon": "Cameroun",
    "Canada": "Canada", "China": "Chine", "Colombia": "Colombie", "France": "France", "India": "Inde", "Iran": "Iran",
    "Ireland": "Irlande", "Lebanon": "Liban", "Mexico": "Mexique", "Morocco": "Maroc", "Nigeria": "Nigéria",
    "Pakistan": "Pakistan", "Philippines": "Philippines", "Qatar": "Qatar", "South Korea": "Corée du Sud",
    "Sri Lanka": "Sri Lanka", "Tunisia": "Tunisie", "United Arab Emirates": "Émirats arabes unis",
    "United Kingdom": "Royaume-Uni", "United States": "États-Unis", "Vietnam": "Vietnam",
}  # fmt: skip
PROVINCES = {
    "AB": "Alberta", "BC": "B.C.", "MB": "Manitoba", "NB": "New Brunswick", "NL": "Newfoundland & Labrador",
    "NS": "Nova Scotia", "NT": "NWT", "ON": "Ontario", "PE": "P.E.I.", "SK": "Sask.", "YT": "Yukon",
}  # fmt: skip
MARRIED = {
    "single": "Single", "married": "Married", "common_law": "Common-law", "divorced": "Divorced", "separated": "Separated",
    "widowed": "Widowed", "annulled": "Annulled Marriage",
}  # fmt: skip
MARRIED_OF_THE_TOOL = {
    "single": "Never Married / Single", "married": "Married", "common_law": "Common-Law",
    "divorced_or_separated": "Divorced / Separated", "separated": "Legally Separated", "widowed": "Widowed",
    "annulled": "Annulled Marriage",
}  # fmt: skip
MARRIED_IN_FRENCH = {
    "single": "célibataire", "married": "marié(e)", "common_law": "conjoint de fait", "divorced": "divorcé(e)",
    "separated": "séparé(e)", "widowed": "veuf", "annulled": "mariage annulé",
}  # fmt: skip
LEVELS = {
    "secondary": "High school", "one_year": "One-year certificate", "two_year": "Two-year diploma",
    "three_year": "Bachelor's degree", "two_or_more": "Two or more degrees", "masters": "Master's degree",
    "professional": "Professional degree", "doctorate": "PhD",
}  # fmt: skip
SHORT_LEVELS = {
    "secondary": "High school", "one_year": "1-year diploma", "two_year": "2-year diploma", "three_year": "Bachelor 4yr",
    "two_or_more": "Two or more credentials", "masters": "Masters", "professional": "Professional", "doctorate": "Ph.D.",
}  # fmt: skip
LEVELS_OF_THE_TOOL = {
    "secondary": "Secondary diploma (high school graduation)",
    "one_year": "One-year program at a university, college, trade or technical school, or other institute",
    "two_year": "Two-year program at a university, college, trade or technical school, or other institute",
    "three_year": "Bachelor's degree (three or more year program at a university, college, trade or technical school, "
                  "or other institute)",
    "two_or_more": "Two or more certificates, diplomas or degrees. One must be for a program of three or more years",
    "masters": "Master's degree, or professional degree needed to practice in a licensed profession",
    "doctorate": "Doctoral level university degree (PhD)",
}  # fmt: skip
LEVELS_IN_FRENCH = {
    "secondary": "Diplôme d'études secondaires", "one_year": "Programme d'un an", "two_year": "Programme de deux ans",
    "three_year": "Baccalauréat universitaire (3 ans ou plus)", "two_or_more": "Deux diplômes ou plus",
    "masters": "Maîtrise universitaire (2e cycle)", "professional": "Diplôme professionnel", "doctorate": "Doctorat (Ph. D.)",
}  # fmt: skip
TESTS = {"IELTS_GT": "IELTS General", "CELPIP_G": "CELPIP General", "PTE_CORE": "PTE Core"}
TESTS_OF_THE_TOOL = {"IELTS_GT": "IELTS", "CELPIP_G": "CELPIP-G", "PTE_CORE": "PTE Core"}
FRENCH_TESTS = {"TEF_CANADA": "TEF Canada", "TCF_CANADA": "TCF Canada"}
STUDIES_OF_THE_TOOL = {
    "none": "No", "one_or_two_years": "One or two year diploma or certificate",
    "three_years_or_more": "Degree, diploma or certificate of three years or longer OR a Master's, professional or doctoral "
                           "degree of at least one academic year",
}  # fmt: skip
STATUSES = {
    "in_pool": "Active",
    "draft": "Draft",
    "invited": "ITA received",
    "withdrawn": "Withdrawn",
    "expired": "Expired",
}


def word(words: Mapping[str, str]) -> Callable[[object], str]:
    """Our value in the words of a style."""
    return lambda value: words[str(value)]


def day_first(day: object) -> str:
    return f"{_day(day):%d/%m/%Y}"


def month_first(day: object) -> str:
    return f"{_day(day):%m/%d/%Y}"


def short_month(day: object) -> str:
    return f"{_day(day):%d-%b-%Y}"


def month_named(day: object) -> str:
    return f"{_day(day):%B} {_day(day).day}, {_day(day).year}"


def day_in_french(day: object) -> str:
    found = _day(day)
    return f"{'1er' if found.day == 1 else found.day} {MONTHS[found.month - 1]} {found.year}"


def real_day(day: object) -> date:
    """A day as a spreadsheet keeps it."""
    return _day(day)


def _day(day: object) -> date:
    return day if isinstance(day, date) else date.fromisoformat(str(day))


def capital(value: object) -> str:
    """Yes or No."""
    return str(value).capitalize()


def checkbox(value: object) -> str:
    """As the checkbox of an online sheet comes out of it."""
    return "TRUE" if value == "yes" else "FALSE"


def oui(value: object) -> str:
    return "Oui" if value == "yes" else "Non"


def letter(value: object) -> str:
    return "Y" if value == "yes" else "N"


def dollars(amount: object) -> str:
    return f"CA${float(str(amount)):,.2f}"


def dollars_in_french(amount: object) -> str:
    return f"{float(str(amount)):,.2f} $".replace(",", "\N{NO-BREAK SPACE}").replace(".", ",")


def comma(number: object) -> str:
    """A number with a decimal comma."""
    return str(number).replace(".", ",")


@cache
def titles() -> dict[str, str]:
    """The titles of the sample's occupations by code."""
    with (FOLDER / "occupations.csv").open(encoding="utf-8", newline="") as file:
        return {row["noc_2021"]: row["title"] for row in csv.DictReader(file)}


def noc_with_title(code: object) -> str:
    return f"NOC {code} - {titles()[str(code)]}"


def noc_with_teer(code: object) -> str:
    """A code with its level, which is its second digit."""
    return f"{code} (TEER {str(code)[1]})"
