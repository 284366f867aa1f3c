"""Workbooks that people keep by hand: a tracker, a sheet a case owner, a board, two rows of headings."""

from __future__ import annotations

from itertools import groupby

from openpyxl.worksheet.worksheet import Worksheet

from sample_data.clients import Row
from tests.exports import books, words
from tests.exports.layout import ByHand, Export, Field, cells, headings, known, other, ours
from tests.exports.people import DESKS, has_ielts, is_plain, people, spouse_counts

TITLE_ROWS = 4


def _by_owner(rows: list[Row]) -> list[tuple[str, list[Row]]]:
    ordered = sorted(rows, key=lambda row: str(row["case_owner"]))
    return [(owner, list(own)) for owner, own in groupby(ordered, key=lambda row: str(row["case_owner"]))]


def tracker() -> Export:
    """A tracker: title, legend, the owner merged over the owner's rows, and a row of totals."""
    rows = people(102, 18, "EE-{:03d}", is_plain)
    rows = [row | {"stated_crs": 430 + 7 * place} for place, row in enumerate(rows)]
    fields = [
        ours("Case Manager", "case_owner"),
        ours("File #", "client_id"),
        ours("Surname", "family_name"),
        ours("First Name", "given_name"),
        ours("DOB", "date_of_birth"),
        ours("Citizenship", "citizenship"),
        ours("Residence", "country_of_residence"),
        ours("Marital Status", "marital_status", words.word(words.MARRIED)),
        ours("Spouse Coming?", "spouse_accompanying", words.capital),
        ours("Family Size", "family_size"),
        ours("Education", "education_level", words.word(words.SHORT_LEVELS)),
        ours("Education Country", "education_country"),
        ours("ECA Date", "eca_issued_on"),
        ours("English Test", "english_test", words.word(words.TESTS)),
        ours("English Test Date", "english_test_date"),
        ours("Listening", "english_listening"),
        ours("Reading", "english_reading"),
        ours("Writing", "english_writing"),
        ours("Speaking", "english_speaking"),
        ours("Cdn Experience (yrs)", "canadian_work_years"),
        ours("Foreign Experience (yrs)", "foreign_work_years"),
        ours("NOC", "primary_noc"),
        ours("Sibling in Canada?", "sibling_in_canada", words.capital),
        ours("PNP", "provincial_nomination", empty="-"),
        ours("Profile Date", "profile_submitted_at", words.real_day),
        ours("CRS", "stated_crs"),
        other("Next Step", "Await round", "Collect documents", "Call client"),
    ]
    book, (page, colours) = books.new_book("Tracker 2026", "Legend")
    page.cell(1, 1, "EXPRESS ENTRY TRACKER - SAMPLE IMMIGRATION LTD.").font = books.BOLD
    books.merge(page, 1, 1, 1, len(fields))
    page.cell(2, 1, "Updated by the front desk each Friday")
    books.legend(page, 3, ("Green = ready", "Yellow = waiting for client", "Red = urgent"))
    books.put(page, TITLE_ROWS + 1, [headings(fields)])
    books.bold(page, TITLE_ROWS + 1)
    at = TITLE_ROWS + 2
    for _, own in _by_owner(rows):
        after = books.put(page, at, [cells(fields, row) for row in own])
        for row in range(at + 1, after):
            page.cell(row, 1).value = None
        if after - at > 1:
            books.merge(page, at, 1, after - 1, 1)
        at = after
    totals: list[object] = [None] * len(fields)
    totals[0], totals[1] = "TOTAL", f"{len(rows)} clients"
    totals[headings(fields).index("Family Size")] = sum(int(str(row["family_size"])) for row in rows)
    books.put(page, at, [totals])
    books.bold(page, at)
    books.put(colours, 1, [["Colour", "Meaning"], ["Green", "ready"], ["Yellow", "waiting"], ["Red", "urgent"]])
    return Export(
        "tracker",
        "tracker workbook: title, legend, owner merged over rows, a row of totals, a second sheet with colours",
        {"EE tracker.xlsx": books.saved(book)},
        known(rows, fields),
    )


def owner_sheets() -> Export:
    """One sheet a case owner, whose title is the owner's name, and a sheet with sums in front."""
    rows = people(103, 24, "{:04d}", is_plain)
    fields = [
        ours("Client Number", "client_id"),
        ours("Last Name", "family_name"),
        ours("First Name", "given_name"),
        ours("Birth Date", "date_of_birth"),
        ours("Country of Citizenship", "citizenship"),
        ours("Country of Residence", "country_of_residence"),
        ours("Civil Status", "marital_status", words.word(words.MARRIED)),
        ours("Accompanying Spouse", "spouse_accompanying", words.capital),
        ours("Highest Education", "education_level", words.word(words.LEVELS)),
        ours("Country of Education", "education_country"),
        ours("Date of ECA", "eca_issued_on"),
        ours("Language Test", "english_test", words.word(words.TESTS)),
        ours("Language Test Date", "english_test_date"),
        ours("Listening Score", "english_listening"),
        ours("Reading Score", "english_reading"),
        ours("Writing Score", "english_writing"),
        ours("Speaking Score", "english_speaking"),
        ours("Canadian Experience", "canadian_work_years"),
        ours("Foreign Experience", "foreign_work_years"),
        ours("Primary NOC", "primary_noc"),
        ours("Brother or Sister in Canada", "sibling_in_canada", words.capital),
        ours("Profile Submission Date", "profile_submitted_at", words.real_day),
    ]
    book, pages = books.new_book("Overview", *DESKS)
    own_rows = _by_owner(rows)
    books.put(pages[0], 1, [["Desk", "Clients"], *([owner, len(own)] for owner, own in own_rows)])
    for page, (owner, own) in zip(pages[1:], own_rows, strict=True):
        assert page.title == owner
        books.put(page, 1, [headings(fields), *(cells(fields, row) for row in own)])
        books.bold(page, 1)
    return Export(
        "owner_sheets",
        "workbook with one sheet a case owner and a sheet of sums in front",
        {"Files by desk.xlsx": books.saved(book)},
        known(rows, fields, "case_owner"),
        (
            ByHand("constants", 'case_owner: "{sheet}"', "The owner's name stands in the title of the sheet alone."),
        ),
    )  # fmt: skip


def board() -> Export:
    """A board: its title, and each group with its own title, headings and a line that sums it up."""
    rows = people(116, 21, "2026-EE-{:03d}", has_ielts)
    fields = [
        Field("Name", ("given_name", "family_name"), lambda row: f"{row['given_name']} {row['family_name']}"),
        ours("Case Reference Number", "client_id"),
        ours("Case Manager", "case_owner"),
        other("Retainer Status", "Paid", "Partly paid"),
        other("Doc Readiness %", 20, 60, 100),
        ours("Date of Birth", "date_of_birth"),
        ours("Citizenship", "citizenship"),
        ours("Country of Residence", "country_of_residence"),
        ours("Marital Status", "marital_status", words.word(words.MARRIED)),
        ours("Spouse Accompanying", "spouse_accompanying", words.capital),
        ours("Education Level", "education_level", words.word(words.LEVELS)),
        ours("Education Country", "education_country"),
        ours("ECA Issue Date", "eca_issued_on"),
        ours("IELTS Test Date", "english_test_date"),
        ours("IELTS Listening", "english_listening"),
        ours("IELTS Reading", "english_reading"),
        ours("IELTS Writing", "english_writing"),
        ours("IELTS Speaking", "english_speaking"),
        ours("Canadian Work (Years)", "canadian_work_years"),
        ours("Foreign Work (Years)", "foreign_work_years"),
        ours("NOC Code", "primary_noc"),
        ours("Sibling in Canada", "sibling_in_canada", words.capital),
        ours("Profile Submitted", "profile_submitted_at", words.real_day),
    ]
    book, (page,) = books.new_book("client cases")
    page.cell(1, 1, "Client Cases").font = books.BOLD
    page.cell(2, 1, "All open Express Entry matters of the firm")
    at = 4
    groups = (("In preparation", rows[:8]), ("In the pool", rows[8:16]), ("Waiting for client", rows[16:]))
    for title, own in groups:
        page.cell(at, 1, title).font = books.BOLD
        books.put(page, at + 1, [headings(fields)])
        after = books.put(page, at + 2, [cells(fields, row) for row in own])
        sums: list[object] = [None] * len(fields)
        sums[headings(fields).index("Doc Readiness %")] = 60
        books.put(page, after, [sums])
        at = after + 2
    return Export(
        "board",
        "export of a board: title, groups with titles, headings and sums of their own, full name in one cell",
        {"Client_Cases_1786.xlsx": books.saved(book)},
        known(rows, fields, "english_test"),
    )  # fmt: skip


def two_heading_rows() -> Export:
    """Two rows of headings, the upper one merged over its group; required ones end in an asterisk, others in dots."""
    rows = people(114, 16, "F-{:03d}", lambda row: has_ielts(row) and spouse_counts(row))
    groups: list[tuple[str, list[Field]]] = [
        ("Client", [
            ours("File No.*", "client_id"),
            ours("Family Name*", "family_name"),
            ours("Given Name*", "given_name"),
            ours("Date of Birth*", "date_of_birth"),
            ours("Citizenship....", "citizenship"),
            ours("Residence......", "country_of_residence"),
            ours("Marital Status*", "marital_status", words.word(words.MARRIED)),
        ]),
        ("Education", [
            ours("Highest Level*", "education_level", words.word(words.LEVELS)),
            ours("Country.......", "education_country"),
            ours("ECA Date......", "eca_issued_on"),
        ]),
        ("IELTS", [
            ours("Test Date*", "english_test_date"),
            ours("L*", "english_listening"),
            ours("R*", "english_reading"),
            ours("W*", "english_writing"),
            ours("S*", "english_speaking"),
        ]),
        ("Work Experience", [
            ours("Canadian (years)", "canadian_work_years"),
            ours("Foreign (years)", "foreign_work_years"),
            ours("NOC Code......", "primary_noc"),
        ]),
        ("Spouse", [
            ours("Accompanying*", "spouse_accompanying", words.capital),
            ours("Education Level", "spouse_education_level", words.word(words.LEVELS)),
            ours("Education Country", "spouse_education_country"),
            ours("ECA Date", "spouse_eca_issued_on"),
            ours("IELTS Date", "spouse_english_test_date"),
            ours("IELTS Listening", "spouse_english_listening"),
            ours("IELTS Reading", "spouse_english_reading"),
            ours("IELTS Writing", "spouse_english_writing"),
            ours("IELTS Speaking", "spouse_english_speaking"),
        ]),
        ("Express Entry", [
            ours("Profile Submitted", "profile_submitted_at", words.real_day),
        ]),
    ]  # fmt: skip
    fields = [field for _, own in groups for field in own]
    book, (page,) = books.new_book("Clients")
    _upper(page, [(title, len(own)) for title, own in groups])
    books.put(page, 2, [headings(fields), *(cells(fields, row) for row in rows)])
    books.bold(page, 2)
    return Export(
        "two_heading_rows",
        "two rows of headings, the upper merged (IELTS over L, R, W, S; Spouse over its own), asterisks and dots",
        {"Profiles.xlsx": books.saved(book)},
        known(rows, fields, "english_test", "spouse_english_test"),
    )  # fmt: skip


def _upper(page: Worksheet, groups: list[tuple[str, int]]) -> None:
    at = 1
    for title, width in groups:
        page.cell(1, at, title).font = books.BOLD
        books.merge(page, 1, at, 1, at + width - 1)
        at += width
