"""Rows gone wrong, as real offices get them wrong: in which ways, and in which cell each can be seen."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from openpyxl.utils import get_column_letter

from sample_data.clients import Client, Row, Value
from sample_data.workbook import columns_of
from transforms.model.columns import BY_KEY, DETAIL_SHEETS

UNKNOWN_CLIENT = "C-9041"


def _filled(column: str) -> Callable[[Row], bool]:
    return lambda row: row.get(column) is not None


def _is(column: str, *values: Value) -> Callable[[Row], bool]:
    return lambda row: row.get(column) in values


def _any_row(row: Row) -> bool:
    return True


@dataclass(frozen=True)
class Way:
    """One way to go wrong: a cell gets a wrong value (None: is emptied) in rows where that is a mistake.

    `seen_at` is the column in which it shows, where that is another one. `outcome` is what the intake makes of the row:
    quarantined, warned, or read, of what looks wrong and serves.
    """

    name: str
    column: str
    value: Value | Callable[[Row], Value]
    where: Callable[[Row], bool] = _any_row
    sheet: str = "candidates"
    seen_at: str = ""
    outcome: str = "quarantined"


def _before(column: str, days: int) -> Callable[[Row], Value]:
    """The day so many days before another date of the row."""

    def day(row: Row) -> Value:
        known = row[column]
        if isinstance(known, str):
            known = date.fromisoformat(known[:10])
        if not isinstance(known, date):
            raise TypeError(f"{column} holds no date")
        return known - timedelta(days=days)

    return day


WAYS = (
    Way("day and month that can be swapped", "english_test_date", "03/04/2025", _is("english_test", "IELTS_GT")),
    Way("day and month that can be swapped", "eca_issued_on", "11/12/2024", _filled("eca_issued_on")),
    Way("date with dots", "spouse_date_of_birth", "15.03.1992", _filled("spouse_date_of_birth"), outcome="read"),
    Way("bare serial number as date", "date_of_birth", 33725),
    Way("bare serial number as date", "english_test_date", 45890, _is("english_test", "CELPIP_G")),
    Way("year alone as date of birth", "date_of_birth", 1991),
    Way("year of two digits", "date_of_birth", "14-Mar-93"),
    Way("day that does not exist", "eca_issued_on", "2025-02-30", _filled("eca_issued_on")),
    Way("missing date of birth", "date_of_birth", None),
    Way("birth in the future", "date_of_birth", date(2096, 3, 14)),
    Way("missing client_id", "client_id", None),
    Way("married without spouse_accompanying", "spouse_accompanying", None, _is("marital_status", "married")),
    Way("common-law without spouse_accompanying", "spouse_accompanying", None, _is("marital_status", "common_law")),
    Way("missing marital status", "marital_status", None, _is("marital_status", "single")),
    Way("misspelt marital status", "marital_status", "maried", _is("marital_status", "married")),
    Way("other word for a level of education", "education_level", "bachelors", _is("education_level", "three_year"),
        outcome="read"),
    Way("other name of a test", "english_test", "IELTS Academic", _is("english_test", "IELTS_GT")),
    Way("scores without test", "english_test", None, _is("english_test", "IELTS_GT")),
    Way("test without date", "english_test_date", None, _is("english_test", "CELPIP_G")),
    Way("test without date", "spouse_english_test_date", None, _filled("spouse_english_test")),
    Way("score off the steps of its test", "english_reading", 6.7, _is("english_test", "IELTS_GT")),
    Way("score above its test", "english_listening", 9.5, _is("english_test", "IELTS_GT")),
    Way("level above its scale", "english_speaking", 14, _is("english_test", "CLB")),
    Way("French test in the English columns", "english_test", "TEF_CANADA", _is("english_test", "PTE_CORE")),
    Way("TEF score out of 699", "french_listening", 546, _is("french_test", "TEF_CANADA")),
    Way("unknown NOC code of five digits", "primary_noc", "21238", _is("primary_noc", "21231")),
    Way("unknown NOC code of four digits", "canadian_work_noc", "2137", _filled("canadian_work_noc")),
    Way("NOC code without its leading zeros", "primary_noc", 12, _is("primary_noc", "00012")),
    Way("NOC code with its title", "primary_noc", "63200 Cooks", _is("primary_noc", "63200"), outcome="read"),
    Way("nomination by Quebec", "provincial_nomination", "QC"),
    Way("province in words", "provincial_nomination", "Ontario", _filled("provincial_nomination"),
        outcome="read"),
    Way("maybe for yes or no", "sibling_in_canada", "maybe"),
    Way("n/a in a number", "settlement_funds_cad", "n/a", outcome="warned"),
    Way("number with a comma", "foreign_work_years", "1,560"),
    Way("number with its unit", "canadian_work_years", "3 years", _filled("canadian_work_noc"),
        outcome="read"),
    Way("decimal comma", "english_listening", "7,5", _is("english_test", "IELTS_GT"), outcome="read"),
    Way("family of none", "family_size", 0),
    Way("misspelt country", "citizenship", "Indai", _is("citizenship", "India")),
    Way("error of a formula", "canadian_work_years", "#N/A"),
    Way("profile without a time", "profile_submitted_at", date(2026, 3, 4), _is("pool_status", "in_pool"),
        outcome="read"),
    Way("profile without a time", "profile_submitted_at", "2026-02-11", _is("pool_status", "in_pool"),
        outcome="read"),
    Way("profile without seconds", "profile_submitted_at", "2026-05-19 14:05", _is("pool_status", "in_pool"),
        outcome="read"),
    Way("in the pool without a profile", "profile_submitted_at", None, _is("pool_status", "in_pool"),
        outcome="warned"),
    Way("invited before the profile", "ita_issued_on", _before("profile_submitted_at", 30), _filled("ita_issued_on")),
    Way("job offer that rests on nothing", "job_offer_basis", None, _filled("job_offer_noc")),
    Way("date in words", "started_on", "Sept 2019", sheet="work_history"),
    Way("job that ends before it begins", "ended_on", _before("started_on", 45), _filled("ended_on"), "work_history"),
    Way("test of the other language", "test", "TEF_CANADA", _is("test", "IELTS_GT"), "language_tests"),
    Way("score above its test", "listening", 9.5, _is("test", "IELTS_GT"), "language_tests"),
    Way("person in another word", "person", "wife", _is("person", "spouse"), "education", outcome="read"),
    Way("document that ends before it was issued", "expires_on", _before("issued_on", 20), _filled("expires_on"),
        "documents"),
    Way("year alone as date of birth", "date_of_birth", 2015, sheet="dependants"),
)  # fmt: skip


@dataclass(frozen=True)
class BadRow:
    """One row gone wrong: the way, and the row itself with the column in which it shows."""

    way: str
    sheet: str
    row: Row
    column: str


def spoil(clients: list[Client], rng: random.Random) -> tuple[list[BadRow], list[BadRow]]:
    """Spoils rows in every way, each of another client; returns the bad rows, and those that are but warned of.

    One client is written down a second time, in a row at the end.
    """
    untouched = rng.sample(clients, len(clients))
    bad: list[BadRow] = []
    warned: list[BadRow] = []
    lists = {"quarantined": bad, "warned": warned, "read": []}
    for way in WAYS:
        row = _take(untouched, way)
        row[way.column] = way.value(row) if callable(way.value) else way.value
        lists[way.outcome].append(BadRow(way.name, way.sheet, row, way.seen_at or way.column))
    bad += _same_client_id(untouched)
    bad.append(_row_of_nobody(untouched))
    return bad, [*warned, _spouse_of_a_single(untouched), _twice(untouched, clients)]


def _take(untouched: list[Client], way: Way) -> Row:
    """A row that can go wrong in this way, of a client with no other mistake."""
    on_candidates = way.sheet == "candidates"
    for place, client in enumerate(untouched):
        if on_candidates and client.details:
            continue
        for row in [client.row] if on_candidates else client.details.get(way.sheet, ()):
            if way.where(row):
                untouched.pop(place)
                return row
    raise ValueError(f"no client is left to go wrong in this way: {way.name}")


def _without_details(untouched: list[Client]) -> Client:
    return untouched.pop(next(place for place, client in enumerate(untouched) if not client.details))


def _same_client_id(untouched: list[Client]) -> list[BadRow]:
    """Two different clients under one client_id."""
    one, other = _without_details(untouched), _without_details(untouched)
    other.row["client_id"] = one.client_id
    return [BadRow("client_id of another client", "candidates", client.row, "client_id") for client in (one, other)]


def _row_of_nobody(untouched: list[Client]) -> BadRow:
    """A language test whose client_id is on no Candidates row."""
    client = untouched.pop(next(place for place, one in enumerate(untouched) if "language_tests" in one.details))
    row = client.details["language_tests"][0] | {"client_id": UNKNOWN_CLIENT}
    client.details["language_tests"].append(row)
    return BadRow("row of an unknown client", "language_tests", row, "client_id")


def _spouse_of_a_single(untouched: list[Client]) -> BadRow:
    """Columns about a spouse are filled, though the client is single: a warning."""
    name, column = "spouse columns of a single client", "spouse_education_level"
    row = _take(untouched, Way(name, column, "masters", _is("marital_status", "single")))
    row[column] = "masters"
    return BadRow(name, "candidates", row, "marital_status")


def _twice(untouched: list[Client], clients: list[Client]) -> BadRow:
    """A client written down once more at the end: counts once, with a warning."""
    again = Client(dict(_without_details(untouched).row))
    clients.append(again)
    return BadRow("the same row twice", "candidates", again.row, "")


def addresses(bad: Sequence[BadRow], rows: Mapping[str, Sequence[Row]]) -> list[dict[str, str | int]]:
    """Where the bad rows stand among the rows of each sheet: way, sheet, row, cell, column and client_id.

    The cell is empty where the whole row is meant.
    """
    found: list[dict[str, str | int]] = []
    numbers = {key: {id(row): number for number, row in enumerate(of_sheet, start=2)} for key, of_sheet in rows.items()}
    order = list(BY_KEY)
    for one in sorted(bad, key=lambda one: (order.index(one.sheet), numbers[one.sheet][id(one.row)])):
        sheet, number = BY_KEY[one.sheet], numbers[one.sheet][id(one.row)]
        title = f"'{sheet.title}'" if " " in sheet.title else sheet.title
        names = [column.name for column in columns_of(sheet)]
        letters = get_column_letter(names.index(one.column) + 1) if one.column else ""
        found.append(
            {
                "way": one.way,
                "sheet": sheet.title,
                "row": number,
                "cell": f"{title}!{letters}{number}" if letters else "",
                "column": one.column,
                "client_id": str(one.row["client_id"] or ""),
            }
        )
    return found


def rows_by_sheet(clients: Sequence[Client]) -> dict[str, list[Row]]:
    """The rows of every sheet, in the order of the clients."""
    found = {"candidates": [client.row for client in clients]}
    for sheet in DETAIL_SHEETS:
        found[sheet.key] = [row for client in clients for row in client.details.get(sheet.key, ())]
    return found
