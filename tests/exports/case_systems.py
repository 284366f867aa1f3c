"""Exports of programs: a case-management system, an online sheet, a bulk file with FIPS codes, a database."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date

import polars as pl

from sample_data.clients import Row
from tests.exports import words
from tests.exports.layout import (
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
from tests.exports.people import has_test, is_plain, people


def _full_name(heading: str) -> Field:
    return Field(heading, ("given_name", "family_name"), lambda row: f"{row['given_name']} {row['family_name']}")


def _table(fields: Sequence[Field], rows: Sequence[Row]) -> list[list[object]]:
    return [list(headings(fields)), *(cells(fields, row) for row in rows)]


def case_management() -> Export:
    """A case-management system: matters with their clients, dates by day, month and year."""
    rows = people(
        101, 40, "SMP-{:04d}",
        lambda row: has_test(row) and row.get("pool_status") in (None, "in_pool", "draft", "withdrawn", "expired")
        and not row.get("job_offer_noc") and not row.get("language_exempt_abilities"),
    )  # fmt: skip
    fields = [
        ours("Client Reference", "client_id"),
        with_number("Matter Number", "{:05d}-EE"),
        other("Matter Status", "Open", "Open", "Pending", "Closed"),
        other("Practice Area", "Express Entry"),
        ours("Client First Name", "given_name"),
        ours("Client Last Name", "family_name"),
        with_number("Client Email", "client{}@firm.example"),
        ours("Date of Birth", "date_of_birth", words.day_first),
        ours("Nationality", "citizenship"),
        ours("Country of Residence", "country_of_residence"),
        ours("Marital Status", "marital_status", words.word(words.MARRIED)),
        ours("Spouse Accompanying", "spouse_accompanying", words.capital, "N/A"),
        ours("Responsible Consultant", "case_owner"),
        other("Open Date", "13/01/2026", "28/02/2026", "05/03/2026"),
        ours("Highest Level of Education", "education_level", words.word(words.LEVELS)),
        ours("Country of Education", "education_country"),
        ours("ECA Issue Date", "eca_issued_on", words.day_first),
        ours("English Test", "english_test", words.word(words.TESTS)),
        ours("English Test Date", "english_test_date", words.day_first),
        *english_scores(),
        ours("Canadian Work Experience (Years)", "canadian_work_years"),
        ours("Foreign Work Experience (Years)", "foreign_work_years"),
        ours("Canadian Work Months (Last 3 Years)", "canadian_work_months_last_36"),
        ours("NOC Code", "primary_noc"),
        ours("Settlement Funds", "settlement_funds_cad", "{:,.2f}".format),
        ours("Family Size", "family_size"),
        ours("Sibling in Canada", "sibling_in_canada", words.capital),
        ours("Provincial Nomination", "provincial_nomination", empty="N/A"),
        ours("Profile Submitted", "profile_submitted_at", words.day_first),
        ours("Profile Status", "pool_status", words.word(words.STATUSES)),
        other("Trust Balance", "$0.00", "$1,250.00"),
    ]
    return Export(
        "case_management",
        "case-management CSV of 40 clients, day/month/year, matter columns beside the client's",
        {"matters.csv": as_csv(_table(fields, rows))},
        known(rows, fields),
        (
            ByHand("values", "pool_status: {Active: in_pool}", "An active profile may be a draft or one in the pool."),
        ),
    )  # fmt: skip


def online_sheet() -> Export:
    """An online sheet saved as CSV: checkboxes, amounts with the sign of Canadian dollars, months by name."""
    rows = people(104, 24, "{:03d}", is_plain)
    fields = [
        other("Done?", "FALSE", "TRUE"),
        ours("Client #", "client_id"),
        ours("First name", "given_name"),
        ours("Last name", "family_name"),
        other("Phone", "+1 555 0100", "+1 555 0101"),
        ours("Birthday", "date_of_birth", words.short_month),
        ours("Citizen of", "citizenship"),
        ours("Lives in", "country_of_residence"),
        ours("Marital status", "marital_status", words.word(words.MARRIED)),
        ours("Spouse accompanying", "spouse_accompanying", words.checkbox),
        ours("Family members", "family_size"),
        ours("Proof of funds (CAD)", "settlement_funds_cad", words.dollars, "TBD"),
        ours("Education", "education_level", words.word(words.SHORT_LEVELS)),
        ours("Country of education", "education_country"),
        ours("ECA date", "eca_issued_on", words.short_month, "-"),
        ours("English test", "english_test", words.word(words.TESTS)),
        ours("English test date", "english_test_date", words.short_month),
        ours("English - Listening", "english_listening"),
        ours("English - Reading", "english_reading"),
        ours("English - Writing", "english_writing"),
        ours("English - Speaking", "english_speaking"),
        ours("Canadian work (years)", "canadian_work_years"),
        ours("Foreign work (years)", "foreign_work_years"),
        ours("Canadian work in last 36 months", "canadian_work_months_last_36"),
        ours("NOC", "primary_noc"),
        ours("Sibling in Canada?", "sibling_in_canada", words.checkbox),
        ours("Studied in Canada 2+ years", "studied_in_canada_two_years", words.checkbox),
        ours("EE profile submitted", "profile_submitted_at", words.short_month),
    ]
    return Export(
        "online_sheet",
        "online sheet as CSV: checkboxes TRUE and FALSE, CA$15,000.00, 03-Apr-2025, TBD and - where nothing is known",
        {"Express Entry - Clients.csv": as_csv(_table(fields, rows), line="\n")},
        known(rows, fields),
    )


def fips_codes() -> Export:
    """A bulk file of an American vendor: full name in one cell, FIPS codes, dates by month, day and year."""
    rows = people(112, 30, "A{:05d}", is_plain)
    fields = [
        ours("Case No.", "client_id"),
        _full_name("Applicant Name"),
        other("Gender", "M", "F", "X"),
        ours("DOB", "date_of_birth", words.month_first),
        ours("Country of Citizenship", "citizenship", words.word(words.FIPS)),
        ours("Current Country of Residence", "country_of_residence", words.word(words.FIPS)),
        ours("Marital Status", "marital_status", words.word(words.MARRIED)),
        ours("Spouse Accompanying?", "spouse_accompanying", words.letter),
        ours("Highest Degree", "education_level", words.word(words.LEVELS)),
        ours("Degree Country", "education_country", words.word(words.FIPS)),
        ours("ECA Date", "eca_issued_on", words.month_first),
        ours("English Exam", "english_test", words.word(words.TESTS)),
        ours("English Exam Date", "english_test_date", words.month_first),
        ours("English Listening Score", "english_listening"),
        ours("English Reading Score", "english_reading"),
        ours("English Writing Score", "english_writing"),
        ours("English Speaking Score", "english_speaking"),
        ours("Years of Canadian Work Experience", "canadian_work_years"),
        ours("Years of Foreign Work Experience", "foreign_work_years"),
        ours("NOC Code", "primary_noc"),
        ours("Sibling in Canada", "sibling_in_canada", words.letter),
        ours("Profile Submission Date", "profile_submitted_at", words.month_first),
    ]
    return Export(
        "fips_codes",
        "bulk CSV: full name in one cell, two-letter FIPS country codes, month/day/year",
        {"applicants_export.csv": as_csv(_table(fields, rows))},
        known(rows, fields),
        (
            ByHand("", "countries: fips", "CH may be China or Switzerland: the vendor's list decides, not the file."),
        ),
    )  # fmt: skip


def database() -> Export:
    """A query of a database as Parquet: names in snake case, dates, numbers and Booleans of their own types."""
    rows = people(118, 36, "{}", is_plain)
    typed: list[tuple[Field, pl.DataType]] = [
        (Field("id", ("client_id",), lambda row: int(str(row["client_id"])) + 70_000), pl.Int64()),
        (other("created_at", date(2026, 1, 5), date(2026, 3, 9)), pl.Date()),
        (ours("first_name", "given_name"), pl.String()),
        (ours("last_name", "family_name"), pl.String()),
        (ours("assigned_rcic", "case_owner"), pl.String()),
        (ours("birth_date", "date_of_birth"), pl.Date()),
        (ours("citizenship_country", "citizenship"), pl.String()),
        (ours("residence_country", "country_of_residence"), pl.String()),
        (ours("marital_status", "marital_status", lambda value: str(value).upper()), pl.String()),
        (ours("is_spouse_accompanying", "spouse_accompanying", lambda value: value == "yes"), pl.Boolean()),
        (ours("household_size", "family_size"), pl.Int32()),
        (ours("settlement_funds", "settlement_funds_cad", lambda value: float(str(value))), pl.Float64()),
        (ours("highest_education", "education_level", words.word(words.LEVELS)), pl.String()),
        (ours("education_country", "education_country"), pl.String()),
        (ours("eca_issue_date", "eca_issued_on"), pl.Date()),
        (ours("english_test_type", "english_test"), pl.String()),
        (ours("english_test_date", "english_test_date"), pl.Date()),
        (ours("english_listening_score", "english_listening", lambda value: float(str(value))), pl.Float64()),
        (ours("english_reading_score", "english_reading", lambda value: float(str(value))), pl.Float64()),
        (ours("english_writing_score", "english_writing", lambda value: float(str(value))), pl.Float64()),
        (ours("english_speaking_score", "english_speaking", lambda value: float(str(value))), pl.Float64()),
        (ours("canadian_experience_years", "canadian_work_years", lambda value: float(str(value))), pl.Float64()),
        (ours("foreign_experience_years", "foreign_work_years", lambda value: float(str(value))), pl.Float64()),
        (ours("canadian_work_months_last_36", "canadian_work_months_last_36"), pl.Int32()),
        (ours("noc_code", "primary_noc"), pl.String()),
        (ours("has_sibling_in_canada", "sibling_in_canada", lambda value: value == "yes"), pl.Boolean()),
        (ours("profile_submitted_on", "profile_submitted_at", words.real_day), pl.Date()),
        (other("is_deleted", False), pl.Boolean()),
    ]
    fields = [field for field, _ in typed]
    columns = {field.heading: [field.shown(row) for row in rows] for field, _ in typed}
    content = io.BytesIO()
    pl.DataFrame(columns, schema={field.heading: dtype for field, dtype in typed}).write_parquet(content)
    rows = [row | {"client_id": str(fields[0].shown(row))} for row in rows]
    return Export(
        "database",
        "Parquet from a database: snake_case names, typed dates, Booleans, a whole number as the client's key",
        {"express_entry_clients.parquet": content.getvalue()},
        known(rows, fields),
        (
            ByHand("columns", '"id": client_id', "A column named id may be the key of anything."),
        ),
    )  # fmt: skip
