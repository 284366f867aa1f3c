"""Forms turned into files: a workbook a client, the official tool's own words, a web form with long questions."""

from __future__ import annotations

from sample_data.clients import Row
from tests.exports import books, words
from tests.exports.layout import ByHand, Export, Field, as_csv, cells, headings, known, other, ours
from tests.exports.people import has_ielts, is_plain, people

MAX_CANADIAN, MAX_FOREIGN = 5, 3
FRESH_NAME = "Full legal name (as per passport)"


def key_value_books() -> Export:
    """One workbook a client: names of fields in the first column, answers in the second, the number in the file's name."""
    rows = people(119, 12, "EE-{:03d}", is_plain)
    sections: list[tuple[str, list[Field]]] = [
        ("PERSONAL", [
            ours("Your surname", "family_name"),
            ours("Your given name", "given_name"),
            other("Gender", "Female", "Male"),
            ours("Date of birth", "date_of_birth"),
            ours("Country of citizenship", "citizenship"),
            ours("Current country of residence", "country_of_residence"),
            ours("Current marital status", "marital_status", words.word(words.MARRIED)),
            ours("Spouse accompanying", "spouse_accompanying", words.capital),
            other("E-mail", "client@firm.example"),
        ]),
        ("EDUCATION", [
            ours("Highest level of education", "education_level", words.word(words.LEVELS)),
            ours("Country of education", "education_country"),
            ours("ECA issue date", "eca_issued_on"),
        ]),
        ("LANGUAGE", [
            ours("English test", "english_test", words.word(words.TESTS_OF_THE_TOOL)),
            ours("English test date", "english_test_date"),
            ours("English listening", "english_listening"),
            ours("English reading", "english_reading"),
            ours("English writing", "english_writing"),
            ours("English speaking", "english_speaking"),
        ]),
        ("WORK", [
            ours("Canadian work experience (years)", "canadian_work_years"),
            ours("Foreign work experience (years)", "foreign_work_years"),
            ours("EE primary occupation NOC code", "primary_noc"),
        ]),
        ("EXPRESS ENTRY", [
            ours("Siblings in Canada", "sibling_in_canada", words.capital),
            ours("Profile submitted", "profile_submitted_at", words.real_day),
        ]),
    ]  # fmt: skip
    files = {f"{row['client_id']}.xlsx": _form(sections, row) for row in rows}
    fields = [field for _, own in sections for field in own]
    return Export(
        "key_value_books",
        "one workbook a client, keys in the first column, answers in the second",
        files,
        known(rows, fields, "client_id"),
        (
            ByHand("constants", 'client_id: "{file}"', "The client's number stands in the name of the file alone."),
        ),
    )  # fmt: skip


def _form(sections: list[tuple[str, list[Field]]], row: Row) -> bytes:
    book, (page,) = books.new_book("Info")
    page.cell(1, 1, "CLIENT INFORMATION SHEET").font = books.BOLD
    books.merge(page, 1, 1, 1, 2)
    at = 3
    for title, fields in sections:
        page.cell(at, 1, title).font = books.BOLD
        at = books.put(page, at + 1, [[field.heading, field.shown(row)] for field in fields]) + 1
    return books.saved(book)


def tool_words() -> Export:
    """Answers in the words of the official tool, days with the month's name."""
    rows = people(120, 28, "T-{:03d}", lambda row: is_plain(row) and row["education_level"] != "professional")
    rows = [_rounded(row) for row in rows]
    fields = [
        ours("Client ID", "client_id"),
        ours("Family name", "family_name"),
        ours("Given name", "given_name"),
        ours("Date of birth", "date_of_birth", words.month_named),
        ours("Country of citizenship", "citizenship"),
        ours("Country of residence", "country_of_residence"),
        ours("Marital status", "marital_status", words.word(words.MARRIED_OF_THE_TOOL)),
        ours("Is your spouse accompanying you?", "spouse_accompanying", words.capital),
        ours("Is your spouse a citizen or permanent resident of Canada?", "spouse_is_canadian", words.capital),
        ours("Level of education", "education_level", words.word(words.LEVELS_OF_THE_TOOL)),
        ours("Country of education", "education_country"),
        ours("ECA issue date", "eca_issued_on", words.month_named),
        ours("Canadian degree, diploma or certificate", "canadian_study", words.word(words.STUDIES_OF_THE_TOOL)),
        ours("Language test", "english_test", words.word(words.TESTS_OF_THE_TOOL)),
        ours("Language test date", "english_test_date", words.month_named),
        ours("English listening", "english_listening"),
        ours("English reading", "english_reading"),
        ours("English writing", "english_writing"),
        ours("English speaking", "english_speaking"),
        ours("Canadian work experience", "canadian_work_years", _canadian),
        ours("Foreign work experience", "foreign_work_years", _foreign),
        ours("Brother or sister in Canada", "sibling_in_canada", words.capital),
        ours("Profile submission date", "profile_submitted_at", words.month_named),
    ]
    return Export(
        "tool_words",
        "the official tool's words for every choice, March 5, 2024",
        {"tool-answers.csv": as_csv([headings(fields), *(cells(fields, row) for row in rows)])},
        known(rows, fields),
    )


def _rounded(row: Row) -> Row:
    """The client as the tool's answers leave it: whole years to a maximum, divorced and separated in one."""
    canadian = min(int(float(str(row["canadian_work_years"]))), MAX_CANADIAN)
    foreign = min(int(float(str(row["foreign_work_years"]))), MAX_FOREIGN)
    status = "divorced_or_separated" if row["marital_status"] == "divorced" else row["marital_status"]
    return row | {"canadian_work_years": canadian, "foreign_work_years": foreign, "marital_status": status}


def _canadian(years: object) -> str:
    return _answer(int(str(years)), MAX_CANADIAN)


def _foreign(years: object) -> str:
    return _answer(int(str(years)), MAX_FOREIGN)


def _answer(years: int, most: int) -> str:
    if years == 0:
        return "None or less than a year"
    return f"{years} years or more" if years == most else "1 year" if years == 1 else f"{years} years"


def questionnaire() -> Export:
    """The answers to a web form: a question as each heading."""
    rows = people(121, 16, "SUB-{:04d}", has_ielts)
    asked = str(rows[6]["client_id"])
    fields = [
        other("Timestamp", "2026/07/02 9:14:05 AM EST", "2026/07/03 4:40:51 PM EST"),
        ours("Client ID", "client_id"),
        Field(FRESH_NAME, ("given_name", "family_name"), lambda row: f"{row['given_name']} {row['family_name']}"),
        other("Email address", "client@firm.example"),
        ours("What is your date of birth?", "date_of_birth", words.day_first),
        ours("What is your country of citizenship?", "citizenship"),
        ours("What is your current country of residence?", "country_of_residence"),
        ours("What is your marital status?", "marital_status", words.word(words.MARRIED)),
        ours("Will your spouse or common-law partner accompany you?", "spouse_accompanying", words.capital),
        Field("What is your highest level of education?", ("education_level",), lambda row: _level(row, asked)),
        ours("In which country did you complete your education?", "education_country"),
        ours("When was your ECA issued?", "eca_issued_on", words.day_first),
        ours("Which English test did you take?", "english_test", words.word(words.TESTS)),
        ours("When did you take your English test?", "english_test_date", words.day_first),
        ours("English score — Listening", "english_listening"),
        ours("English score — Reading", "english_reading"),
        ours("English score — Writing", "english_writing"),
        ours("English score — Speaking", "english_speaking"),
        ours("How many years of Canadian work experience do you have?", "canadian_work_years"),
        ours("How many years of foreign work experience do you have?", "foreign_work_years"),
        ours("What is your primary NOC code?", "primary_noc"),
        ours("Do you have a brother or sister in Canada?", "sibling_in_canada", words.capital),
        ours("When was your Express Entry profile submitted?", "profile_submitted_at", words.day_first),
        other("How did you hear about us?", "Friend", "Search"),
    ]
    return Export(
        "questionnaire",
        "web form as CSV: whole questions as headings",
        {"Form responses 1.csv": as_csv([headings(fields), *(cells(fields, row) for row in rows)])},
        known([row for row in rows if row["client_id"] != asked], fields),
        asked={asked: "education_level"},
    )


def _level(row: Row, asked: str) -> str:
    """The answer on education; one client's names no length of program."""
    return "Diploma / Certificate" if row["client_id"] == asked else words.LEVELS[str(row["education_level"])]
