"""Synthetic clients for exports: those of the sample without detail rows, under made-up names and a firm's own numbers."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date
from functools import cache

from sample_data.clients import Row
from sample_data.generate import AS_OF_2026, clients_2026
from tests.exports.layout import NUMBER

AS_OF = AS_OF_2026
GIVEN = (
    "Alpha", "Bravo", "Charlie", "Delta", "Echo", "Foxtrot", "Golf", "Hotel", "Juliett", "Kilo", "Lima", "Mike",
    "November", "Oscar", "Papa", "Romeo", "Sierra", "Tango", "Uniform", "Victor", "Whiskey", "Xray", "Yankee", "Zulu",
)  # fmt: skip
FAMILY = (
    "Sample",
    "Specimen",
    "Placeholder",
    "Exemplar",
    "Mockup",
    "Testcase",
    "Fictional",
    "Pretend",
    "Dummy",
    "Trial",
)
DESKS = ("Alpha Desk", "Bravo Desk", "Charlie Desk")
LEAP_DAY = (2, 29)


@cache
def _sample() -> tuple[Row, ...]:
    return tuple(client.row for client in clients_2026() if not client.details)


def people(
    seed: int, count: int, number: str, wanted: Callable[[Row], bool], *, desks: tuple[str, ...] = DESKS
) -> list[Row]:
    """So many Candidates rows that are wanted, in our columns; `number` is the format of a client's number.

    The moment of a profile is cut to its day, as systems of firms show it. No test was taken on a leap day, so that an
    expiry names one day.
    """
    rng = random.Random(seed)
    fitting = [row for row in _sample() if wanted(row) and not _on_leap_day(row)]
    chosen = rng.sample(fitting, count)
    names = rng.sample([(given, family) for family in FAMILY for given in GIVEN], count)
    made = []
    for place, (row, (given, family)) in enumerate(zip(chosen, names, strict=True), start=1):
        submitted = row.get("profile_submitted_at")
        made.append(
            {
                **row,
                NUMBER: place,
                "client_id": number.format(place),
                "given_name": given,
                "family_name": family,
                "case_owner": rng.choice(desks),
                "profile_submitted_at": str(submitted)[:10] if submitted else None,
            }
        )
    return made


def together(number: str, *groups: list[Row]) -> list[Row]:
    """Several groups as one list of clients, numbered from 1."""
    rows = [row for group in groups for row in group]
    return [row | {NUMBER: place, "client_id": number.format(place)} for place, row in enumerate(rows, start=1)]


def _on_leap_day(row: Row) -> bool:
    days = (value for value in row.values() if isinstance(value, date))
    return any((day.month, day.day) == LEAP_DAY for day in days)


def has_test(row: Row) -> bool:
    """A result of a test rather than levels alone, and English alone."""
    return row.get("english_test") in ("IELTS_GT", "CELPIP_G", "PTE_CORE") and not row.get("french_test")


def is_open(row: Row) -> bool:
    """A profile in the pool, and nothing of invitations, job offers, Quebec and the armed forces."""
    unusual = ("job_offer_noc", "foreign_military_years", "language_exempt_abilities")
    return (
        row.get("pool_status") in (None, "in_pool")
        and row.get("profile_submitted_at") is not None
        and row.get("intends_quebec") != "yes"
        and not any(row.get(name) for name in unusual)
    )


def is_plain(row: Row) -> bool:
    """An open client with an English result alone."""
    return has_test(row) and is_open(row)


def is_partnered(row: Row) -> bool:
    return row["marital_status"] in ("married", "common_law")


def has_ielts(row: Row) -> bool:
    """A plain client whose own result, and the spouse's where there is one, is of IELTS."""
    return is_plain(row) and row["english_test"] == "IELTS_GT"


def spouse_counts(row: Row) -> bool:
    """Is there a spouse who comes along, with a result of IELTS?"""
    return row.get("spouse_english_test") == "IELTS_GT"
