"""Clients with one mistake each, of many kinds, as offices make them; beside each the value that a person would write where
the message leaves it open.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl

from transforms.model.columns import BY_KEY

GOOD: dict[str, Any] = {
    "family_name": "Sample",
    "date_of_birth": date(1990, 5, 17),
    "citizenship": "IN",
    "marital_status": "single",
    "family_size": 1,
    "settlement_funds_cad": 30000,
    "pool_status": "draft",
    "english_test": "IELTS_GT",
    "english_test_date": date(2025, 12, 1),
    "english_listening": 8,
    "english_reading": 7.5,
    "english_writing": 7,
    "english_speaking": 7,
    "education_level": "secondary",
    "education_country": "CA",
}
MARRIED = {"marital_status": "married", "spouse_accompanying": "no", "spouse_is_canadian": "no", "family_size": 2}
FRENCH = {"french_test": "TEF_CANADA", "french_test_date": date(2025, 12, 1), "french_listening": 300, "french_reading": 300,
          "french_writing": 400, "french_speaking": 400, "first_language": "french"}  # fmt: skip
IN_CANADA = {"canadian_work_months_last_36": 36, "canadian_work_noc": "21231"}
OFFER = {"job_offer_noc": "21231", "job_offer_basis": "offer_only", "job_offer_employers": 1}
DETAILS: dict[str, dict[str, Any]] = {
    "language_tests": {
        "person": "principal", "language": "english", "test": "IELTS_GT", "test_date": date(2025, 12, 1), "listening": 8,
        "reading": 7.5, "writing": 7, "speaking": 7,
    },
    "education": {
        "person": "principal", "level": "secondary", "country": "CA", "in_canada": "yes", "started_on": date(2004, 9, 1),
        "completed_on": date(2008, 6, 1),
    },
    "work_history": {
        "person": "principal", "noc": "21231", "country": "IN", "started_on": date(2019, 1, 1),
        "ended_on": date(2021, 12, 31), "hours_per_week": 40, "paid": "yes",
    },
    "documents": {
        "person": "principal", "kind": "passport", "country": "IN", "issued_on": date(2020, 1, 1),
        "expires_on": date(2030, 1, 1),
    },
    "dependants": {"date_of_birth": date(2015, 4, 4)},
}  # fmt: skip


# The firm knows that the row is of the client for whom it was written.
KEEP = "the client of the row"


@dataclass(frozen=True)
class Mistake:
    """One mistake: a wrong value in a column of a sheet, in a row with more values of its own.

    `right` is what the firm knows: the value to write where the message says that something has to be written, and not
    what.
    """

    column: str
    value: Any
    right: Any = None
    given: dict[str, Any] = field(default_factory=dict)
    sheet: str = "candidates"


def _on(sheet: str, column: str, value: Any, right: Any = None, **given: Any) -> Mistake:
    return Mistake(column, value, right, given, sheet)


MISTAKES = (
    Mistake("date_of_birth", "03/04/1990"),
    Mistake("date_of_birth", 33725, date(1992, 5, 1)),
    Mistake("date_of_birth", "30/02/1990", date(1990, 3, 2)),
    Mistake("date_of_birth", "1990-02-30", date(1990, 3, 2)),
    Mistake("date_of_birth", "born in spring", date(1990, 4, 1)),
    Mistake("date_of_birth", date(2096, 3, 14), date(1996, 3, 14)),
    Mistake("date_of_birth", date(1901, 3, 14), date(1991, 3, 14)),
    Mistake("date_of_birth", "0990-03-14", date(1990, 3, 14)),
    Mistake("date_of_birth", "03/04/90", date(1990, 4, 3)),
    Mistake("date_of_birth", None, date(1990, 3, 14)),
    Mistake("date_of_birth", "#REF!", date(1990, 3, 14)),
    Mistake("date_of_birth", "1990-05-17 09:30", None),
    Mistake("marital_status", "maried", "married", MARRIED),
    Mistake("marital_status", None, "single"),
    Mistake("marital_status", "#N/A", "single"),
    Mistake("marital_status", 44561, "single"),
    Mistake("spouse_accompanying", None, "no", MARRIED),
    Mistake("spouse_accompanying", "perhaps", "no", MARRIED),
    Mistake("spouse_is_canadian", None, "no", MARRIED),
    Mistake("english_test", "TOEFL", "IELTS_GT"),
    Mistake("english_test", "TEF_CANADA", "IELTS_GT"),
    Mistake("english_test", None, "IELTS_GT"),
    Mistake("english_test_date", None, date(2025, 12, 1)),
    Mistake("english_test_date", date(1980, 12, 1), date(2025, 12, 1)),
    Mistake("english_test_date", date(2021, 12, 1), date(2025, 12, 1)),
    Mistake("english_test_date", date(2026, 12, 1), date(2025, 12, 1)),
    Mistake("english_listening", 9.5, 9),
    Mistake("english_reading", 6.7, 6.5),
    Mistake("english_writing", "7+", 7),
    Mistake("english_speaking", None, 7),
    Mistake("english_speaking", "1.234,5,6", 7),
    Mistake("english_reading", -1, 7),
    Mistake("english_reading", 800, 8),
    Mistake("french_listening", 546, 300, FRENCH),
    Mistake("french_speaking", "B2", 400, FRENCH),
    Mistake("language_exempt_abilities", "hearing", None),
    Mistake("foreign_work_years", "1,560", "1.560"),
    Mistake("settlement_funds_cad", "US$15,000", 20000),
    Mistake("settlement_funds_cad", "<20000", 20000),
    Mistake("settlement_funds_cad", "inf", 20000),
    Mistake("family_size", 0, 1),
    Mistake("family_size", 2.5, 2),
    Mistake("family_size", 99999999999, 1),
    Mistake("citizenship", "Indai", "India"),
    Mistake("primary_noc", "21238", "21231"),
    Mistake("primary_noc", "12", None),
    Mistake("primary_noc", "63200 or 63201", "63200"),
    Mistake("canadian_work_years", 40, 4, IN_CANADA),
    Mistake("spouse_canadian_work_years", 12, 4, MARRIED | {"spouse_accompanying": "yes"}),
    Mistake("foreign_work_years", "soon", 2),
    Mistake("provincial_nomination", "QC", None),
    Mistake("provincial_nomination", "Texas", None),
    Mistake("ita_round", "latest", None),
    Mistake("ita_issued_on", date(2025, 1, 1), date(2026, 3, 1), {"profile_submitted_at": "2026-02-01T10:00:00Z", "pool_status": "invited"}),
    Mistake("ita_issued_on", date(2014, 1, 1), date(2026, 3, 1), {"pool_status": "invited"}),
    Mistake("ita_issued_on", date(2026, 3, 1), None, {"profile_submitted_at": "2026-02-01T10:00:00Z", "pool_status": "in_pool"}),
    Mistake("profile_submitted_at", 46023.5, "2026-01-01"),
    Mistake("profile_submitted_at", "recently", "2026-01-01"),
    Mistake("profile_submitted_at", "2014-01-01", "2026-01-01"),
    Mistake("profile_submitted_at", None, "2026-01-01", {"pool_status": "in_pool"}),
    Mistake("job_offer_basis", None, "offer_only", OFFER),
    Mistake("job_offer_noc", None, "21231", OFFER),
    Mistake("job_offer_basis", "lmia_work_permit", None, OFFER | {"authorized_to_work_in_canada": "no"}),
    Mistake("certificate_noc", "72106", None, {"certificate_of_qualification": "no"}),
    Mistake("education_level", "apprenticeship of life", "secondary"),
    Mistake("spouse_education_level", "masters", None),
    Mistake("nomination_applied_on", date(1980, 1, 1), None),
    Mistake("family_name", "Sam\u0000ple".replace("\u0000", "_x0007_"), "Sample"),
    _on("language_tests", "person", "cousin", "principal"),
    _on("language_tests", "test", "NCLC", "IELTS_GT"),
    _on("language_tests", "test_date", "Sept 2019", date(2025, 12, 1)),
    _on("language_tests", "client_id", "nobody", KEEP),
    _on("education", "completed_on", date(2003, 1, 1), date(2008, 6, 1)),
    _on("work_history", "started_on", None, date(2019, 1, 1)),
    _on("work_history", "ended_on", date(2018, 1, 1), date(2021, 12, 31)),
    _on("work_history", "noc", None, "21231"),
    _on("work_history", "hours_per_week", 120, 40),
    _on("work_history", "started_on", date(1985, 1, 1), date(2019, 1, 1)),
    _on("documents", "kind", "library card", "other"),
    _on("documents", "expires_on", date(2019, 1, 1), date(2030, 1, 1)),
    _on("dependants", "date_of_birth", 2015, date(2015, 4, 4)),
)  # fmt: skip


def client_of(place: int) -> str:
    """The client_id of the client with the mistake at a place."""
    return f"M-{place:02}"


def write(path: Path) -> Path:
    """A workbook with a client for each mistake, a client twice, and two clients of one number."""
    sheets: dict[str, list[dict[str, Any]]] = {key: [] for key in BY_KEY}
    for place, mistake in enumerate(MISTAKES):
        client = GOOD | {"client_id": client_of(place)}
        if mistake.sheet == "candidates":
            client |= mistake.given | {mistake.column: mistake.value}
        else:
            client["family_size"] = 2 if mistake.sheet == "dependants" else 1
            row = {"client_id": client["client_id"]} | DETAILS[mistake.sheet] | mistake.given
            sheets[mistake.sheet].append(row | {mistake.column: mistake.value})
        sheets["candidates"].append(client)
    sheets["candidates"] += [GOOD | {"client_id": "TWICE"}] * 2
    sheets["candidates"] += [GOOD | {"client_id": "SHARED", "family_name": name} for name in ("Example", "Probe")]
    book = openpyxl.Workbook()
    assert book.active is not None
    book.remove(book.active)
    for key, rows in sheets.items():
        names = [name for name in BY_KEY[key].names if any(name in row for row in rows)]
        sheet = book.create_sheet(BY_KEY[key].title)
        sheet.append(names)
        for row in rows:
            sheet.append([row.get(name) for name in names])
    book.save(path)
    return path
