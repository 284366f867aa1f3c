"""A client who holds an invitation, changed as a test needs it, and the typed sheets of some such clients."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import polars as pl

from tests.candidates import typed
from transforms.model.columns import DETAIL_SHEETS
from transforms.rounds.rounds import Round

AS_OF = date(2026, 8, 7)
INVITED_ON = date(2026, 7, 21)
# 60 days after the invitation.
LAST_DAY = date(2026, 9, 19)
PLANNED = date(2026, 8, 24)
CEC_ROUND = Round("428", INVITED_ON, "Canadian Experience Class", "CEC", 2000, 400, datetime(2026, 5, 1, tzinfo=UTC))
ABILITIES = ("listening", "reading", "writing", "speaking")


def client(client_id: str = "A", **changes: Any) -> dict[str, Any]:
    """An invited client: single, 29, CLB 9, a Canadian degree, two years of Canadian work in a TEER 1 occupation."""
    scores = dict(zip((f"english_{ability}" for ability in ABILITIES), (8.0, 7.0, 7.0, 7.0), strict=True))
    row = {
        "client_id": client_id, "date_of_birth": date(1997, 3, 10), "marital_status": "single",
        "citizenship": "IN", "country_of_residence": "CA", "family_size": 1,
        "profile_submitted_at": datetime(2026, 4, 1, 12, tzinfo=UTC), "pool_status": "invited",
        "ita_issued_on": INVITED_ON, "ita_round": "428", "planned_application_on": PLANNED,
        "first_language": "english", "english_test": "IELTS_GT", "english_test_date": date(2026, 1, 11), **scores,
        "education_level": "three_year", "education_country": "CA", "canadian_study": "three_years_or_more",
        "canadian_work_years": 2.0, "foreign_work_years": 0.0, "canadian_work_months_last_36": 24,
        "canadian_work_noc": "21231",
    }  # fmt: skip
    return row | changes


def sheets(*clients: dict[str, Any], **details: list[dict[str, Any]]) -> Mapping[str, pl.DataFrame]:
    """The typed sheets of some clients; detail rows by sheet key, of client A and the principal unless they say else."""
    whose = {"client_id": "A", "person": "principal"}
    rows = {sheet.key: [whose | row for row in details.get(sheet.key, [])] for sheet in DETAIL_SHEETS}
    return typed(list(clients or [client()]), rows)


def paper(kind: str, issued_on: date | None = None, expires_on: date | None = None, **more: Any) -> dict[str, Any]:
    """A row of the Documents sheet."""
    return {"kind": kind, "issued_on": issued_on, "expires_on": expires_on} | more
