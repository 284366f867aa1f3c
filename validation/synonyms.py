"""Other words for our values and headers, as data: only words that mean the same, never words that look alike."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import cache

from validation.columns import PROVINCE_NAMES, Column

# What people write where they do not know.
NOT_KNOWN = frozenset(
    {"-", "--", "?", "??", "n a", "na", "n/a", "tbd", "tba", "tbc", "unknown", "not known", "not sure", "unsure", "pending",
     "not available", "not applicable", "inconnu", "inconnue", "ne sais pas", "s o"}
)  # fmt: skip
# Columns in which an empty cell says that there is none.
STATES_PRESENCE = frozenset(
    {"provincial_nomination", "job_offer_noc", "job_offer_basis", "ita_issued_on", "intends_quebec", "language_exempt_abilities"}
)  # fmt: skip
# What an empty cell of other columns is taken as, where that is an answer and not unknown.
EMPTY_IS = {
    "pool_status": "in_pool where profile_submitted_at is given, else draft",
    "profile_submitted_at": "no profile, unless pool_status says in_pool or declined",
    "first_language": "the language that serves best", "spouse_first_language": "the language that serves best",
    "job_bank_registered": "yes", "canadian_employer": "yes", "temporary_resident_status": "the same as authorized",
    "job_offer_employers": "one employer where an offer is given",
    "certificate_noc": "the trade of trade_noc or of the work", "ended_on": "work to this day", "completed_on": "not completed",
}  # fmt: skip

_LEVELS = {
    "high school": "secondary", "high school diploma": "secondary", "secondary diploma": "secondary",
    "secondary school": "secondary", "less than high school": "none", "less than secondary": "none", "no education": "none",
    "bachelor": "three_year", "bachelors": "three_year", "bachelors degree": "three_year", "bachelor degree": "three_year",
    "baccalaureat": "three_year", "master": "masters", "masters degree": "masters", "master degree": "masters",
    "maitrise": "masters", "mba": "masters", "phd": "doctorate", "ph d": "doctorate",
    "doctoral": "doctorate", "doctoral degree": "doctorate", "doctorat": "doctorate", "one year program": "one_year",
    "one year diploma": "one_year", "1 year": "one_year", "two year program": "two_year", "two year diploma": "two_year",
    "2 year": "two_year", "three year program": "three_year", "3 year": "three_year", "professional degree": "professional",
    "two or more certificates": "two_or_more", "two or more degrees": "two_or_more",
}  # fmt: skip
_TESTS = {
    "ielts g": "IELTS_GT", "ielts general": "IELTS_GT", "ielts general training": "IELTS_GT", "ielts gen": "IELTS_GT",
    "ielts": "IELTS_GT", "celpip": "CELPIP_G", "celpip general": "CELPIP_G", "pte": "PTE_CORE", "tef": "TEF_CANADA",
    "tcf": "TCF_CANADA", "tefcanada": "TEF_CANADA", "tcfcanada": "TCF_CANADA",
}  # fmt: skip
# A word that leaves open which of two tests or degrees it was: what must be sure before it is written.
SURE = {
    "ielts": "if it was IELTS General Training", "celpip": "if it was CELPIP-General", "pte": "if it was PTE Core",
    "tef": "if it was TEF Canada", "tcf": "if it was TCF Canada",
    "baccalaureat": "if it is the first degree of a university, and not a diploma of secondary school as in France",
    "maitrise": "if it is a master's degree as in Quebec, and not the former maîtrise of four years as in France",
}  # fmt: skip
_PERSONS = {
    "applicant": "principal", "principal applicant": "principal", "pa": "principal", "client": "principal", "self": "principal",
    "main applicant": "principal", "wife": "spouse", "husband": "spouse", "partner": "spouse", "common law partner": "spouse",
    "conjoint": "spouse", "conjointe": "spouse", "epoux": "spouse", "epouse": "spouse",
}  # fmt: skip
_LANGUAGES = {
    "anglais": "english",
    "eng": "english",
    "en": "english",
    "francais": "french",
    "fr": "french",
    "fre": "french",
}
_STUDIES = {
    "no": "none",
    "non": "none",
    "one or two year": "one_or_two_years",
    "3 years or more": "three_years_or_more",
}
# Other words for the choices of a column, without accents, case and signs.
CHOICES: Mapping[str, Mapping[str, str]] = {
    "marital_status": {
        "never married": "single", "never married single": "single", "celibataire": "single",
        "marie": "married", "mariee": "married", "legally married": "married", "wed": "married",
        "common law partner": "common_law", "common law relationship": "common_law", "conjoint de fait": "common_law",
        "conjointe de fait": "common_law", "union de fait": "common_law", "cohabiting": "common_law", "divorce": "divorced",
        "divorcee": "divorced", "legally separated": "separated", "separe": "separated", "separee": "separated",
        "widow": "widowed", "widower": "widowed", "veuf": "widowed", "veuve": "widowed", "annulled marriage": "annulled",
        "marriage annulled": "annulled", "annulment": "annulled",
    },
    "pool_status": {
        "active": "in_pool", "in the pool": "in_pool", "pool": "in_pool", "ita": "invited", "ita received": "invited",
        "invitation received": "invited", "submitted to ircc": "applied", "application submitted": "applied",
        "ita declined": "declined", "withdrew": "withdrawn", "not submitted": "draft",
    },
    "first_language": _LANGUAGES, "spouse_first_language": _LANGUAGES, "language": _LANGUAGES,
    "english_test": _TESTS, "spouse_english_test": _TESTS, "french_test": _TESTS, "spouse_french_test": _TESTS, "test": _TESTS,
    "education_level": _LEVELS, "spouse_education_level": _LEVELS, "level": _LEVELS,
    "canadian_study": _STUDIES, "spouse_canadian_study": _STUDIES,
    "person": _PERSONS,
    "job_offer_basis": {
        "lmia approved": "lmia", "positive lmia": "lmia", "lmia exempt": "lmia_exempt_work_permit",
        "lmia exempt permit": "lmia_exempt_work_permit", "lmia based work permit": "lmia_work_permit",
        "offer letter": "offer_only", "letter of offer": "offer_only",
    },
    "kind": {
        "pcc": "police_certificate", "police clearance": "police_certificate", "police clearance certificate": "police_certificate",
        "medical exam": "medical", "ime": "medical", "proof of funds": "funds_letter", "bank letter": "funds_letter",
        "pnp nomination": "nomination", "provincial nomination": "nomination", "nomination certificate": "nomination",
        "pgwp": "work_permit", "ielts": "language_result", "language test": "language_result",
        "credential assessment": "eca", "wes": "eca",
    },
}  # fmt: skip
YES_NO = {
    "oui": "yes", "si": "yes", "yep": "yes", "checked": "yes", "non": "no", "none": "no", "nope": "no",
    "unchecked": "no", "vrai": "yes", "faux": "no",
}  # fmt: skip
PROVINCES = {
    **{name: code for code, name in PROVINCE_NAMES.items()},
    "Ont": "ON", "Québec": "QC", "Que": "QC", "B C": "BC", "Colombie-Britannique": "BC", "Alta": "AB", "Sask": "SK",
    "Man": "MB", "N B": "NB", "Nouveau-Brunswick": "NB", "N S": "NS", "Nouvelle-Écosse": "NS", "PEI": "PE", "P E I": "PE",
    "Île-du-Prince-Édouard": "PE", "Nfld": "NL", "Newfoundland": "NL", "Terre-Neuve-et-Labrador": "NL", "NWT": "NT",
    "Territoires du Nord-Ouest": "NT", "Yukon Territory": "YT", "Y T": "YT",
    "OINP": "ON", "BC PNP": "BC", "BCPNP": "BC", "AAIP": "AB", "AINP": "AB", "SINP": "SK", "MPNP": "MB", "NSNP": "NS", "NBPNP": "NB",
}  # fmt: skip
# People by the country of their citizenship.
CITIZENS = {
    "american": "US", "australian": "AU", "bangladeshi": "BD", "brazilian": "BR", "british": "GB", "canadian": "CA",
    "chinese": "CN", "colombian": "CO", "egyptian": "EG", "ethiopian": "ET", "filipino": "PH", "filipina": "PH", "french": "FR",
    "german": "DE", "ghanaian": "GH", "indian": "IN", "indonesian": "ID", "iranian": "IR", "iraqi": "IQ", "irish": "IE",
    "israeli": "IL", "italian": "IT", "jamaican": "JM", "japanese": "JP", "jordanian": "JO", "kenyan": "KE", "lebanese": "LB",
    "malaysian": "MY", "mexican": "MX", "moroccan": "MA", "nepalese": "NP", "nepali": "NP", "nigerian": "NG", "pakistani": "PK",
    "peruvian": "PE", "polish": "PL", "portuguese": "PT", "romanian": "RO", "russian": "RU", "saudi": "SA", "senegalese": "SN",
    "south african": "ZA", "spanish": "ES", "sri lankan": "LK", "syrian": "SY", "tunisian": "TN", "turkish": "TR",
    "ukrainian": "UA", "vietnamese": "VN", "zimbabwean": "ZW", "algerian": "DZ", "cameroonian": "CM", "ivorian": "CI",
}  # fmt: skip
_SCORES = {"listening": "compréhension orale", "reading": "compréhension écrite", "writing": "expression écrite",
           "speaking": "expression orale"}  # fmt: skip
# Other headers for our columns; of several columns the first that the sheet has.
_HEADERS: Mapping[str, tuple[str, ...]] = {
    "client_id": (
        "Client No", "Client number", "Client reference", "Client ref", "File number", "File no", "Case number", "Case ID",
        "Case reference number", "Matter number", "Folio", "Client #", "File #", "Dossier", "Numéro de dossier", "Numéro de client",
    ),
    "family_name": ("Last name", "Surname", "Family name (surname)", "Nom", "Nom de famille", "Client last name"),
    "given_name": ("First name", "First names", "First name(s)", "Given names", "Forename", "Prénom", "Client first name"),
    "case_owner": ("Owner", "Case manager", "Assigned to", "Consultant", "RCIC", "Responsible consultant", "Case worker"),
    "date_of_birth": ("DOB", "Birthday", "Birth date", "Birthdate", "Born", "Born on", "Date de naissance"),
    "citizenship": ("Country of citizenship", "Nationality", "Citizen of", "Nationalité", "Citoyenneté"),
    "country_of_residence": ("Residence", "Country of residence", "Current country of residence", "Current residence country"),
    "marital_status": ("Current marital status", "Civil status", "Family status", "État civil", "État matrimonial"),
    "spouse_accompanying": ("Accompanying spouse", "Is spouse accompanying", "Spouse coming"),
    "family_size": ("Number of family members", "Family members", "Size of family"),
    "settlement_funds_cad": ("Settlement funds", "Proof of funds", "Funds", "Funds (CAD)", "Liquid assets (CAD)"),
    "profile_submitted_at": ("Profile submitted", "Profile date", "Profile submission date", "EE profile submitted", "Submitted at"),
    "pool_status": ("EE status", "Profile status"),
    "ita_issued_on": ("ITA date", "ITA received", "Invitation date", "ITA issued", "Date of ITA"),
    "ita_round": ("ITA round", "Draw number", "Round number"),
    "first_language": ("First official language", "Main official language"),
    "education_level": ("Education", "Highest education", "Highest level of education", "Education level"),
    "eca_issued_on": ("ECA date", "ECA issue date", "Date of ECA"),
    "canadian_work_years": ("Canadian work experience", "Canadian experience", "Canadian work experience (years)"),
    "foreign_work_years": ("Foreign work experience", "Foreign experience", "Foreign work experience (years)"),
    "primary_noc": ("NOC", "NOC code", "Primary occupation", "Primary NOC code"),
    "provincial_nomination": ("PNP", "Nomination", "Provincial nominee", "Nominating province"),
    "sibling_in_canada": ("Siblings in Canada", "Sibling", "Brother or sister in Canada"),
    "spouse_date_of_birth": ("Spouse DOB", "Spouse birth date", "Spouse's date of birth"),
    "test": ("Test type", "Language test", "Exam"),
    "level": ("Education level", "Credential level", "Level of education"),
    "noc": ("NOC", "NOC code", "Occupation code"),
    "hours_per_week": ("Weekly hours", "Hours", "No. of hours worked per week", "Hours weekly"),
    "employer": ("Company", "Company name", "Employer name"),
    "started_on": ("Start date", "From", "Start", "Date started"),
    "ended_on": ("End date", "To", "End", "Until"),
    "completed_on": ("Graduation date", "Graduate date", "Completion date", "End date", "Date completed"),
    "issued_on": ("Issue date", "Date of issue"),
    "expires_on": ("Expiry date", "Expiration date", "Expires", "Valid until", "Expiry"),
    "kind": ("Document type", "Document", "Type of document"),
    **{f"{language}_{ability}": (f"{test} {ability}",) for language, test in (("english", "IELTS"), ("french", "TEF"))
       for ability in _SCORES},
}  # fmt: skip


def words(text: str) -> str:
    """A text without accents, case and signs, its words divided by one blank."""
    decomposed = unicodedata.normalize("NFKD", text.casefold().replace("\u2019", "'").replace("'", ""))
    plain = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return " ".join(re.sub(r"[\W_]+", " ", plain).split())


def is_not_known(value: str) -> bool:
    """Whether a cell says in words that its value is not known."""
    return value.casefold().strip() in NOT_KNOWN or (words(value) or "-") in NOT_KNOWN


def choice(column: Column, value: str) -> str | None:
    """The choice of a column that another word stands for."""
    found = CHOICES.get(column.name, {}).get(words(value))
    return found if found in column.values else None


@cache
def _provinces() -> dict[str, str]:
    return {words(name): code for name, code in PROVINCES.items()}


def province(value: str) -> str | None:
    """The code of a province or territory by its name, its abbreviation or its program."""
    return _provinces().get(words(value))


@cache
def _columns() -> dict[str, list[str]]:
    named: dict[str, list[str]] = {}
    for column, headers in _HEADERS.items():
        for header in headers:
            named.setdefault(words(header), []).append(column)
    return named


def columns_of(header: str) -> list[str]:
    """The columns that a header in other words stands for."""
    return _columns().get(words(header), [])
