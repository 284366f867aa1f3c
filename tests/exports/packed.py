"""Cells that hold more or other than the value itself: codes with titles, four scores, months, ages, days of expiry."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from sample_data.clients import Client, Row
from sample_data.histories import years_before
from tests.exports import books, words
from tests.exports.layout import (
    NUMBER,
    ByHand,
    Export,
    Field,
    as_csv,
    cells,
    english_scores,
    headings,
    known,
    other,
    ours,
    with_number,
)
from tests.exports.people import AS_OF, has_ielts, has_test, is_plain, people, spouse_counts, together

MONTHS_A_YEAR = 12
# As the law has it on the day of the exports; an export shows deadlines and expiries, which the test holds to them.
DAYS_TO_APPLY, YEARS_OF_A_RESULT, YEARS_OF_A_PROFILE = 60, 2, 1
SHOWN_STATUSES = {"in_pool": "In pool", "invited": "ITA received", "draft": "Not submitted"}
BASES = {
    "lmia": "LMIA", "lmia_work_permit": "LMIA work permit", "lmia_exempt_work_permit": "LMIA-exempt work permit",
    "offer_only": "Offer letter",
}  # fmt: skip


def _sheet(title: str, fields: Sequence[Field], rows: Sequence[Row]) -> bytes:
    book, (page,) = books.new_book(title)
    books.put(page, 1, [headings(fields), *(cells(fields, row) for row in rows)])
    books.bold(page, 1)
    return books.saved(book)


def codes_with_text() -> Export:
    """Occupations with their titles and levels, provinces and countries as people write them."""
    rows = together(
        "JO-{:02d}",
        people(106, 6, "{}", lambda row: has_test(row) and bool(row.get("job_offer_noc"))),
        people(107, 14, "{}", lambda row: is_plain(row) and bool(row.get("canadian_work_noc"))),
    )
    fields = [
        ours("File Number", "client_id"),
        ours("Last Name", "family_name"),
        ours("First Name", "given_name"),
        ours("Date of Birth", "date_of_birth"),
        ours("Country of Citizenship", "citizenship"),
        ours("Country of Residence", "country_of_residence"),
        ours("Marital Status", "marital_status", words.word(words.MARRIED)),
        ours("Spouse Accompanying", "spouse_accompanying", words.capital),
        ours("Education Level", "education_level", words.word(words.LEVELS)),
        ours("Education Country", "education_country"),
        ours("ECA Issued", "eca_issued_on"),
        ours("English Test", "english_test", words.word(words.TESTS)),
        ours("English Test Date", "english_test_date"),
        *english_scores(),
        ours("Canadian Work Experience (Years)", "canadian_work_years"),
        ours("Foreign Work Experience (Years)", "foreign_work_years"),
        ours("Canadian Work Months (Last 36)", "canadian_work_months_last_36"),
        ours("Primary Occupation", "primary_noc", words.noc_with_title),
        ours("NOC of Canadian Work", "canadian_work_noc", words.noc_with_teer),
        ours("NOC of Job Offer", "job_offer_noc", words.noc_with_title),
        ours("Job Offer Basis", "job_offer_basis", words.word(BASES)),
        ours("Permanent Offer", "job_offer_permanent", words.capital),
        ours("Job Offer Years", "job_offer_years"),
        ours("Work Permit Held", "authorized_to_work_in_canada", words.capital),
        ours("Nominating Province", "provincial_nomination", words.word(words.PROVINCES)),
        ours("Profile Submitted", "profile_submitted_at", words.real_day),
    ]
    return Export(
        "codes_with_text",
        "NOC 21231 - Software engineers, 21231 (TEER 1), B.C. and P.E.I.",
        {"Job offers and nominees.xlsx": _sheet("Clients", fields, rows)},
        known(rows, fields),
    )


def scores_in_one_cell() -> Export:
    """The four scores of a test in one cell: with letters for the client, in an order for the spouse."""
    rows = together(
        "{:04d}-EE",
        people(109, 16, "{}", has_ielts),
        people(110, 12, "{}", lambda row: has_ielts(row) and spouse_counts(row)),
    )
    fields = [
        ours("Client No", "client_id"),
        ours("Family Name", "family_name"),
        ours("Given Name", "given_name"),
        ours("Date of Birth", "date_of_birth", words.day_first),
        ours("Citizenship", "citizenship"),
        ours("Country of Residence", "country_of_residence"),
        ours("Marital Status", "marital_status", words.word(words.MARRIED)),
        ours("Spouse Accompanying", "spouse_accompanying", words.capital),
        ours("Highest Education", "education_level", words.word(words.LEVELS)),
        ours("Education Country", "education_country"),
        ours("ECA Date", "eca_issued_on", words.day_first),
        ours("IELTS Date", "english_test_date", words.day_first),
        _four("IELTS Scores", "", "L {} R {} W {} S {}"),
        ours("Canadian Work (Years)", "canadian_work_years"),
        ours("Foreign Work (Years)", "foreign_work_years"),
        ours("Spouse Education", "spouse_education_level", words.word(words.LEVELS)),
        ours("Spouse Education Country", "spouse_education_country"),
        ours("Spouse ECA Date", "spouse_eca_issued_on", words.day_first),
        ours("Spouse IELTS Date", "spouse_english_test_date", words.day_first),
        _four("Spouse IELTS Scores", "spouse_", "{}/{}/{}/{}"),
        ours("NOC", "primary_noc"),
        ours("Sibling in Canada", "sibling_in_canada", words.capital),
        ours("Profile Submitted", "profile_submitted_at", words.day_first),
    ]
    order = '"Spouse IELTS Scores": {rule: scores, language: english, person: spouse, order: LRWS}'
    return Export(
        "scores_in_one_cell",
        "L 8 R 7.5 W 7 S 7 for the client, 8/7.5/7/7 for the spouse",
        {"clients-scores.csv": as_csv([headings(fields), *(cells(fields, row) for row in rows)])},
        known(rows, fields, "english_test", "spouse_english_test"),
        (
            ByHand("derived", order, "Nothing in 8/7.5/7/7 says which score is which."),
        ),
    )  # fmt: skip


def _four(heading: str, prefix: str, form: str) -> Field:
    names = tuple(f"{prefix}english_{ability}" for ability in ("listening", "reading", "writing", "speaking"))

    def shown(row: Row) -> str | None:
        scores = [row.get(name) for name in names]
        return None if None in scores else form.format(*(f"{float(str(score)):g}" for score in scores))

    return Field(heading, names, shown)


def months_and_ages() -> Export:
    """Work in months, and an age beside the date of birth."""
    rows = [_in_months(row) for row in people(111, 25, "CL{:03d}", is_plain)]
    fields = [
        ours("Client ID", "client_id"),
        ours("Last Name", "family_name"),
        ours("First Name", "given_name"),
        Field("Age", (), lambda row: _age(row["date_of_birth"])),
        ours("Date of Birth", "date_of_birth", words.day_first),
        ours("Nationality", "citizenship"),
        ours("Residence", "country_of_residence"),
        ours("Marital Status", "marital_status", words.word(words.MARRIED)),
        ours("Spouse Accompanying", "spouse_accompanying", words.letter),
        ours("Education", "education_level", words.word(words.SHORT_LEVELS)),
        ours("Education Country", "education_country"),
        ours("ECA Date", "eca_issued_on", words.day_first),
        ours("English Test", "english_test", words.word(words.TESTS_OF_THE_TOOL)),
        ours("English Test Date", "english_test_date", words.day_first),
        *english_scores(),
        ours("Canadian Work Months (last 3 years)", "canadian_work_months_last_36"),
        ours("Total Canadian Experience (Months)", "canadian_work_years", _months),
        ours("Total Foreign Experience (Months)", "foreign_work_years", _months),
        ours("NOC", "primary_noc"),
        ours("Sibling in Canada", "sibling_in_canada", words.letter),
        ours("Profile Submitted", "profile_submitted_at", words.day_first),
    ]
    return Export(
        "months_and_ages",
        "work in months, an age beside the date of birth, Y and N",
        {"assessment_list.csv": as_csv([headings(fields), *(cells(fields, row) for row in rows)])},
        known(rows, fields),
    )


def _in_months(row: Row) -> Row:
    """Years of work cut to whole months."""
    names = ("canadian_work_years", "foreign_work_years")
    return row | {name: int(float(str(row[name])) * MONTHS_A_YEAR) / MONTHS_A_YEAR for name in names}


def _months(years: object) -> int:
    return round(float(str(years)) * MONTHS_A_YEAR)


def _age(born: object) -> int:
    assert isinstance(born, date)
    return AS_OF.year - born.year - ((AS_OF.month, AS_OF.day) < (born.month, born.day))


def expiries() -> Export:
    """Days on which things end: results, profiles, invitations, passports, permits."""
    statuses = ("in_pool", "invited", "draft")
    rows = people(
        113, 22, "CAS{:03d}",
        lambda row: has_test(row) and row["english_test"] == "IELTS_GT" and row.get("pool_status") in statuses
        and not row.get("job_offer_noc") and row.get("intends_quebec") != "yes",
    )  # fmt: skip
    for row in rows:
        row["passport"] = date(2027, 3, 14) + timedelta(days=97 * int(str(row[NUMBER])))
        in_canada = row["country_of_residence"] == "Canada"
        row["permit"] = date(2026, 11, 20) + timedelta(days=41 * int(str(row[NUMBER]))) if in_canada else None
    fields = [
        ours("File ID", "client_id"),
        ours("Last name(s)", "family_name"),
        ours("First name(s)", "given_name"),
        with_number("Passport number", "X{:06d}"),
        ours("Passport Expiry", "passport"),
        ours("Work Permit Expiry", "permit"),
        ours("Date of birth", "date_of_birth"),
        ours("Nationality", "citizenship"),
        ours("Country of residence", "country_of_residence"),
        ours("Marital status", "marital_status", words.word(words.MARRIED)),
        ours("Spouse accompanying", "spouse_accompanying", words.capital),
        ours("Education level", "education_level", words.word(words.LEVELS)),
        ours("Education country", "education_country"),
        ours("ECA date", "eca_issued_on"),
        Field("IELTS Expiry", ("english_test_date",), lambda row: _later(row["english_test_date"], YEARS_OF_A_RESULT)),
        ours("IELTS Listening", "english_listening"),
        ours("IELTS Reading", "english_reading"),
        ours("IELTS Writing", "english_writing"),
        ours("IELTS Speaking", "english_speaking"),
        ours("Canadian work (years)", "canadian_work_years"),
        ours("Foreign work (years)", "foreign_work_years"),
        ours("Canadian work months in last 36", "canadian_work_months_last_36"),
        ours("NOC code", "primary_noc"),
        ours("Pool Status", "pool_status", words.word(SHOWN_STATUSES)),
        ours("EE Profile Expiry", "profile_submitted_at", lambda day: _later(words.real_day(day), YEARS_OF_A_PROFILE)),
        ours("ITA Deadline", "ita_issued_on", lambda day: words.real_day(day) + timedelta(days=DAYS_TO_APPLY)),
        other("Next Action", "Renew", "None"),
    ]
    return Export(
        "expiries",
        "expiry of results, profiles, passports and permits, deadline of invitations",
        {"Expiry watch.xlsx": _sheet("Expiries", fields, rows)},
        tuple(_with_documents(client, row) for client, row in zip(known(rows, fields, "english_test"), rows, strict=True)),
    )  # fmt: skip


def _later(day: object, years: int) -> date:
    assert isinstance(day, date)
    return years_before(day, -years)


def _with_documents(client: Client, row: Row) -> Client:
    for kind in ("passport", "permit"):
        if row[kind] is not None:
            named = "work_permit" if kind == "permit" else kind
            client.add("documents", person="principal", kind=named, expires_on=row[kind])
    return client
