"""Which rows of Candidates a selection takes, typed by the column, and what is left of an intake."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from validation.intake.intake import Intake
from validation.intake.selection import Selection, SelectionError, limited, selected_rows, selection_of

Made = Callable[..., Path]
Take = Callable[..., Intake]
ROWS: list[dict[str, Any]] = [
    {"client_id": "1001", "family_name": "Example-Muñoz", "given_name": "Ana", "case_owner": "Desk É",
     "date_of_birth": "1990-05-17", "marital_status": "single", "settlement_funds_cad": "20000",
     "citizenship": "India", "profile_submitted_at": "2026-01-05T10:00:00Z", "intends_quebec": "no"},
    {"client_id": "1002", "family_name": "Sample", "given_name": "Example-Muñoz", "case_owner": "desk e",
     "date_of_birth": "1991-05-17", "marital_status": "divorced", "citizenship": "PH"},
    {"client_id": "a 3", "family_name": "Sample", "case_owner": "Desk F", "date_of_birth": "03/04/1990",
     "marital_status": "single", "profile_submitted_at": "2026-01-05"},
    {"family_name": "Nameless", "case_owner": "Desk F", "date_of_birth": "1992-05-17", "marital_status": "single"},
]  # fmt: skip


@pytest.fixture
def intake(book: Made, take: Take) -> Intake:
    """Two good clients, one with a bad day of birth, one without a number; a job of each of three, and an orphan."""
    jobs = [
        {"client_id": name, "person": "principal", "started_on": "2020-01-01"} for name in ("1001", "1002", "a 3", "x")
    ]
    return take(book(ROWS, work_history=jobs))


def taken(intake: Intake, clients: tuple[str, ...] = (), owners: tuple[str, ...] = (), *where: str) -> list[str | None]:
    return selected_rows(selection_of(clients, owners, where), intake)["client_id"].to_list()


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        (("settlement_funds_cad=20000.0",), ["1001"]),
        (("Date of birth=1991-05-17",), ["1002"]),
        (("date_of_birth=17/05/1991",), ["1002"]),
        (("date_of_birth=17 May 1991",), ["1002"]),
        (("marital_status=Divorcé(e)",), ["1002"]),
        (("settlement_funds_cad=CA$20,000.00",), ["1001"]),
        (("intends_quebec=non",), ["1001"]),
        (("citizenship=Philippines",), ["1002"]),
        (("marital_status=Divorced",), ["1002"]),
        (("intends_quebec=N",), ["1001"]),
        (("profile_submitted_at=2026-01-05",), ["1001", "a 3"]),
        (("profile_submitted_at=2026-01-05T10:00Z",), ["1001"]),
        (("family_name=sample",), ["1002", "a 3"]),
        (("given_name=",), ["a 3", None]),
        (("citizenship=IN", "citizenship=PH"), ["1001", "1002"]),
        (("citizenship=IN", "citizenship=PH", "marital_status=single"), ["1001"]),
    ],
)
def test_values_are_typed_by_their_column(intake: Intake, where: tuple[str, ...], expected: list[str | None]) -> None:
    assert taken(intake, (), (), *where) == expected


def test_owners_are_found_without_regard_to_case_accents_and_blanks(intake: Intake) -> None:
    assert taken(intake, (), ("DESK  E",)) == ["1001", "1002"]
    assert taken(intake, (), ("desk e", "Desk F"), "marital_status=single") == ["1001", "a 3", None]


def test_clients_are_found_by_number_before_name(intake: Intake) -> None:
    assert taken(intake, ("1001.0",)) == ["1001"]
    assert taken(intake, ("A3", "nameless")) == ["a 3", None]
    with pytest.raises(SelectionError, match=r"stands for 2 clients: 1001 \(Ana Example-Muñoz\), 1002"):
        taken(intake, ("example munoz".replace(" ", "-"),))


def test_the_part_has_its_own_sums_and_problems(intake: Intake) -> None:
    assert intake.counts["candidates_in"] == 4
    rows = selected_rows(selection_of((), ("Desk F",), ()), intake)
    part = limited(intake, rows)
    assert part.counts == {
        "candidates_in": 2, "candidates_accepted": 0, "candidates_quarantined": 2,
        "detail_rows_in": 1, "detail_rows_used": 0, "detail_rows_held": 1, "detail_rows_quarantined": 0,
    }  # fmt: skip
    assert part.quarantine.select("client_id", "column").rows() == [("a 3", "date_of_birth"), ("", "client_id")]
    assert part.held["client_id"].to_list() == ["a 3"]


def test_two_rows_of_one_number_stay_apart(book: Made, take: Take) -> None:
    rows = [ROWS[0], ROWS[0] | {"case_owner": "Desk F"}]
    intake = take(book(rows))
    part = limited(intake, selected_rows(selection_of((), ("Desk F",), ()), intake))
    assert part.counts["candidates_quarantined"] == 1
    assert part.quarantine["source_row"].to_list() == [3]


def test_a_selection_is_kept_as_plain_values() -> None:
    selection = selection_of(("1001",), ("Desk F",), ("citizenship=IN",))
    assert Selection.of(selection.saved()) == selection
    assert selection.words == "client 1001, owner Desk F, citizenship IN"
    assert not Selection()


@pytest.mark.parametrize(
    ("where", "message"),
    [
        ("date_of_birth=03/04/1990", "03/04/1990 is ambiguous: it may be 3 April 1990 or 4 March 1990."),
        ("date_of_birth=31/02/1990", "There is no such day as 31/02/1990."),
        ("marital_status=unmarried", "It may be single, divorced, separated, widowed or common_law."),
        ("foreign_work_years=1,500", "1,500 looks like hours of work, and the column takes years."),
        ("citizenship=Nowhere", "No country is known by this ISO 3166 code or name."),
    ],
)
def test_a_value_that_its_column_cannot_read_is_asked_back(where: str, message: str) -> None:
    with pytest.raises(SelectionError) as raised:
        selection_of((), (), [where])
    assert f"--where {where}: {message}" in str(raised.value)


def test_a_code_with_words_beside_it_is_read(book: Made, take: Take) -> None:
    row = {"client_id": "1", "date_of_birth": "1990-05-17", "marital_status": "single", "primary_noc": "21231"}
    assert taken(take(book([row])), (), (), "primary_noc=NOC 2021 21231 - Software engineers") == ["1"]
