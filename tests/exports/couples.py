"""Clients with their spouses: two rows a file, or the spouse's columns beside the client's."""

from __future__ import annotations

from sample_data.clients import Row
from tests.exports import books, words
from tests.exports.layout import Export, Field, as_csv, cells, english_scores, headings, known, other, ours
from tests.exports.people import has_ielts, is_plain, people, spouse_counts

SPOUSE = "spouse_"
SHARED = (
    "date_of_birth", "education_level", "education_country", "eca_issued_on", "english_test", "english_test_date",
    "english_listening", "english_reading", "english_writing", "english_speaking", "canadian_work_years",
    "foreign_work_years", "primary_noc",
)  # fmt: skip


def two_rows_a_client() -> Export:
    """A row for the principal applicant and one for the spouse, joined by the number of the file."""
    rows = people(
        115, 20, "2026-{:04d}", lambda row: is_plain(row) and (not row.get("spouse_accompanying") or spouse_counts(row))
    )
    fields = [
        ours("File No.", "client_id"),
        Field("Role", (), lambda row: "Spouse" if row.get("is_spouse") else "Principal Applicant"),
        ours("Last Name", "family_name"),
        ours("First Name", "given_name"),
        ours("DOB", "date_of_birth"),
        ours("Citizenship", "citizenship"),
        ours("Country of Residence", "country_of_residence"),
        ours("Marital Status", "marital_status", words.word(words.MARRIED)),
        ours("Spouse Accompanying", "spouse_accompanying", words.capital),
        ours("Education", "education_level", words.word(words.LEVELS)),
        ours("Education Country", "education_country"),
        ours("ECA Date", "eca_issued_on"),
        ours("English Test", "english_test", words.word(words.TESTS)),
        ours("English Test Date", "english_test_date"),
        *english_scores(),
        ours("Canadian Work (Years)", "canadian_work_years"),
        ours("Foreign Work (Years)", "foreign_work_years"),
        ours("Canadian Work Months Last 36", "canadian_work_months_last_36"),
        ours("NOC", "primary_noc"),
        ours("Siblings in Canada", "sibling_in_canada", words.capital),
        ours("Profile Submitted", "profile_submitted_at", words.real_day),
        other("Notes", None),
    ]
    table = []
    for row in rows:
        table.append(cells(fields, row))
        if row.get("spouse_accompanying"):
            table.append(cells(fields, _spouse_of(row)))
    book, (page,) = books.new_book("Applicants")
    books.put(page, 1, [headings(fields), *table])
    return Export(
        "two_rows_a_client",
        "two rows a client, principal applicant and spouse, joined by the file number",
        {"Applicants.xlsx": books.saved(book)},
        known(rows, fields, *(f"{SPOUSE}{name}" for name in SHARED)),
    )


def _spouse_of(row: Row) -> Row:
    """The row that a firm keeps for the spouse."""
    own = {name: row.get(f"{SPOUSE}{name}") for name in SHARED}
    number = next(name for name in row if name.startswith("_"))
    same = {name: row[name] for name in (number, "client_id", "family_name", "citizenship", "country_of_residence")}
    return {"is_spouse": "yes", "given_name": f"{row['given_name']}a", **same, **own}


def spouse_by_prefix() -> Export:
    """The spouse's columns have the client's headings behind the word Spouse."""
    rows = people(117, 18, "ON{:04d}", lambda row: has_ielts(row) and spouse_counts(row))
    own = [
        ours("DOB", "date_of_birth", words.day_first),
        ours("Education", "education_level", words.word(words.LEVELS)),
        ours("Education Country", "education_country"),
        ours("ECA Date", "eca_issued_on", words.day_first),
        ours("IELTS Test Date", "english_test_date", words.day_first),
        ours("IELTS Listening", "english_listening"),
        ours("IELTS Reading", "english_reading"),
        ours("IELTS Writing", "english_writing"),
        ours("IELTS Speaking", "english_speaking"),
        ours("Canadian Work Years", "canadian_work_years"),
    ]
    fields = [
        ours("Client Ref", "client_id"),
        ours("Last Name", "family_name"),
        ours("First Name", "given_name"),
        ours("Citizenship", "citizenship"),
        ours("Country of Residence", "country_of_residence"),
        ours("Marital Status", "marital_status", words.word(words.MARRIED)),
        ours("Is Spouse Accompanying", "spouse_accompanying", words.capital),
        *own,
        ours("Foreign Work Years", "foreign_work_years"),
        ours("NOC", "primary_noc"),
        ours("Sibling in Canada", "sibling_in_canada", words.capital),
        ours("Profile Submitted", "profile_submitted_at", words.day_first),
        *(_of_spouse(field) for field in own),
    ]
    return Export(
        "spouse_by_prefix",
        "the spouse's columns by prefix: Spouse IELTS Listening, Spouse DOB",
        {"couples.csv": as_csv([headings(fields), *(cells(fields, row) for row in rows)])},
        known(rows, fields, "english_test", "spouse_english_test"),
    )  # fmt: skip


def _of_spouse(field: Field) -> Field:
    """The same field of the spouse."""
    (name,) = field.columns
    return Field(
        f"Spouse {field.heading}",
        (f"{SPOUSE}{name}",),
        lambda row: field.shown({name: row.get(f"{SPOUSE}{name}")}),
    )
