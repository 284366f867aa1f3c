"""Clients as a firm means them, drawn by a seed, and how their values are written."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

Client = dict[str, Any]

NAMES = ("Müller", "O'Brien", "Nguyễn", "Côté", "Smith-Jones", "de la Cruz", "Łukasz", "王", "D\u2019Souza", "Øster")
OWNERS = ("Ann", "Désirée", "Desk 4")
COUNTRIES = ("IN", "PH", "NG", "BR", "FR", "CN")
CODES = ("21231", "31301", "72310", "12200", "00012")
# Columns of a list, in the order of the intake.
COLUMNS = (
    "client_id", "family_name", "case_owner", "date_of_birth", "citizenship", "marital_status", "family_size",
    "settlement_funds_cad", "profile_submitted_at", "pool_status", "english_test", "english_test_date",
    "english_listening", "english_reading", "english_writing", "english_speaking", "education_level",
    "education_country", "eca_issued_on", "foreign_work_years", "primary_noc", "sibling_in_canada",
)  # fmt: skip
ABILITIES = ("listening", "reading", "writing", "speaking")


def client(chance: random.Random, number: int) -> Client:
    """A client without contradictions, every value of whom can be written in any format."""
    born = date(1980, 1, 1) + timedelta(days=chance.randrange(7000))
    made: Client = {
        "client_id": f"C-{number:03d}",
        "family_name": chance.choice(NAMES),
        "case_owner": chance.choice(OWNERS),
        "date_of_birth": born,
        "citizenship": chance.choice(COUNTRIES),
        "marital_status": chance.choice(("single", "divorced", "widowed")),
        "family_size": 1,
        "settlement_funds_cad": chance.randrange(15_000, 90_000) + chance.choice((0, 0.5, 0.25)),
        "profile_submitted_at": datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=chance.randrange(9_000_000)),
        "pool_status": "in_pool",
        "english_test": "IELTS_GT",
        "english_test_date": date(2025, 2, 1) + timedelta(days=chance.randrange(300)),
        "education_level": chance.choice(("secondary", "one_year", "two_year", "three_year", "masters", "doctorate")),
        "education_country": chance.choice(COUNTRIES),
        "eca_issued_on": date(2024, 1, 1) + timedelta(days=chance.randrange(600)),
        "foreign_work_years": chance.choice((0, 1, 2.5, 3, 6)),
        "primary_noc": chance.choice(CODES),
        "sibling_in_canada": chance.random() < 0.5,
    }
    return made | {f"english_{ability}": chance.choice((6, 6.5, 7, 7.5, 8, 9)) for ability in ABILITIES}


def clients(chance: random.Random, number: int, first: int = 1) -> list[Client]:
    """Some clients with numbers in order."""
    return [client(chance, place) for place in range(first, first + number)]


def detail(key: str, client_id: str, chance: random.Random) -> Client:
    """A row of a detail sheet of a client."""
    day = date(2018, 1, 1) + timedelta(days=chance.randrange(900))
    rows: dict[str, Client] = {
        "language_tests": {
            "person": "principal", "language": "french", "test": "TCF_CANADA", "test_date": day.replace(year=2025),
            "listening": chance.randrange(400, 600), "reading": chance.randrange(400, 600), "writing": 11, "speaking": 12,
        },
        "education": {
            "person": "principal", "level": "masters", "country": "IN", "completed_on": day,
            "eca_issued_on": day.replace(year=2024),
        },
        "work_history": {
            "person": "principal", "noc": "21231", "country": "IN", "started_on": day,
            "ended_on": day + timedelta(days=1000), "hours_per_week": 40, "paid": True,
        },
        "documents": {"person": "principal", "kind": "passport", "country": "IN", "expires_on": day.replace(year=2030)},
        "dependants": {"date_of_birth": day.replace(year=2015)},
    }  # fmt: skip
    return {"client_id": client_id, **rows[key]}


def text(value: Any) -> str:
    """A value as plain text, as the intake documents it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def table(rows: Sequence[Mapping[str, Any]], columns: Sequence[str] = ()) -> list[list[Any]]:
    """The rows below their headings, as values."""
    names = list(columns) or list(dict.fromkeys(name for row in rows for name in row))
    return [names, *([row.get(name) for name in names] for row in rows)]


def csv(rows: Sequence[Sequence[Any]], mark: str = ",", end: str = "\n") -> str:
    """Rows as CSV, with quotation marks only where they are needed."""

    def field(value: Any) -> str:
        written = text(value)
        return (
            '"' + written.replace('"', '""') + '"'
            if any(one in written for one in (mark, '"', "\n", "\r"))
            else written
        )

    return "".join(mark.join(field(value) for value in row) + end for row in rows)
