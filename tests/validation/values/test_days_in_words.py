"""Days as people write them: one meaning is read, two are named, years of two digits are refused."""

from __future__ import annotations

from datetime import date

import pytest

from transforms.model.columns import CANDIDATES
from validation.checks import explain
from validation.values import dates, reading

CHRISTMAS = date(1990, 12, 25)
DAY = CANDIDATES.column("date_of_birth")
MOMENT = CANDIDATES.column("profile_submitted_at")


@pytest.mark.parametrize(
    "text",
    [
        "25/12/1990", "12/25/1990", "25-12-1990", "25.12.1990", "25. 12. 1990", "1990/12/25", "1990.12.25", "19901225", "25121990",
        "25 December 1990", "25 Dec 1990", "25-Dec-1990", "25/Dec/1990", "25Dec1990", "Dec 25, 1990", "December 25 1990",
        "December 25th, 1990", "the 25th of December 1990", "Dec. 25, 1990", "DEC-25-1990", "1990-Dec-25", "1990 December 25",
        "Tuesday, December 25, 1990", "Tue 25 Dec 1990", "25 décembre 1990", "25 déc. 1990", "le 25 décembre 1990",
        "mardi 25 décembre 1990", "mar. 25 déc. 1990", "25 dec 1990", "25\u00a0décembre\u00a01990", "25/12/1990 00:00",
        "12/25/1990 12:00:00 AM", "25 Dec 1990 0:00", "1990/12/25 00:00:00",
    ],
)  # fmt: skip
def test_a_day_of_one_meaning_is_read(text: str) -> None:
    assert reading.read(DAY, text, ()) == reading.Reading(CHRISTMAS.isoformat())


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("1er mars 2024", date(2024, 3, 1)),
        ("le 3 février 2024", date(2024, 2, 3)),
        ("3 févr. 2024", date(2024, 2, 3)),
        ("14 juil. 1999", date(1999, 7, 14)),
        ("14 juin 1999", date(1999, 6, 14)),
        ("15 août 2001", date(2001, 8, 15)),
        ("Mar 5, 2024", date(2024, 3, 5)),
        ("mar 5, 2024", date(2024, 3, 5)),
        ("5 may 2024", date(2024, 5, 5)),
        ("5 mai 2024", date(2024, 5, 5)),
        ("05/05/2024", date(2024, 5, 5)),
        ("2024/3/4", date(2024, 3, 4)),
        ("2024-3-4", date(2024, 3, 4)),
        ("29 Feb 2024", date(2024, 2, 29)),
        ("20240304", date(2024, 3, 4)),
    ],
)
def test_months_in_both_languages_and_days_that_every_order_gives(text: str, day: date) -> None:
    assert reading.read(DAY, text, ()) == reading.Reading(day.isoformat())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("03/04/2025", "may be 3 April 2025 or 4 March 2025. Write 2025-04-03 or 2025-03-04."),
        ("3-4-2025", "may be 3 April 2025 or 4 March 2025."),
        ("3.4.2025", "may be 3 April 2025 or 4 March 2025."),
        ("03042025", "may be 3 April 2025 or 4 March 2025."),
        ("03/04/2025 00:00", "may be 3 April 2025 or 4 March 2025."),
        ("25/12/90", "has a year of two digits. Write the date as YYYY-MM-DD."),
        ("25-Dec-90", "has a year of two digits."),
        ("12/1990", "not a date"),
        ("Dec 1990", "names no day"),
        ("déc. 1990", "names no day"),
        ("1990", "1990 looks like a year, without month and day. Write the date as YYYY-MM-DD"),
        ("1900", "1900 looks like a year"),
        ("2100", "2100 looks like a year"),
        ("2101", "A bare number is no date"),
        ("1899", "A bare number is no date"),
        ("45000", "A bare number is no date"),
        ("31/11/2024", "no such day"),
        ("30 Feb 2024", "no such day"),
        ("32131999", "no such day"),
        ("25/12/1990 14:30", "time of day (14:30) where only a date is meant. Write 1990-12-25."),
        ("Dec 25, 1990 2:30 PM", "time of day (2:30 PM) where only a date is meant. Write 1990-12-25."),
        ("25/12-1990", "not a date"),
        ("25 Dec 1990 or 26 Dec 1990", "not a date"),
        ("25 Dec or Jan 1990", "not a date"),
        ("about 25 Dec 1990", "not a date"),
        ("~25 Dec 1990", "not a date"),
    ],
)
def test_a_day_of_two_meanings_or_none_is_asked_back(text: str, words: str) -> None:
    assert reading.read(DAY, text, ()) is None
    assert words in " ".join(explain.unreadable(DAY, text))


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("25/12/2025", "2025-12-25"),
        ("Dec 25, 2025", "2025-12-25"),
        ("25/12/2025 10:55:43", "2025-12-25T10:55:43Z"),
        ("Dec 25, 2025 10:55 PM", "2025-12-25T22:55Z"),
        ("25 déc. 2025 10 h 55", "2025-12-25T10:55Z"),
        ("25 Dec 2025 12:05 am", "2025-12-25T00:05Z"),
        ("25 Dec 2025 10:55:43 -05:00", "2025-12-25T10:55:43-05:00"),
        ("25 Dec 2025 10:55 UTC", "2025-12-25T10:55Z"),
        ("25/12/2025 0:00", "2025-12-25"),
    ],
)
def test_moments_behind_a_day_of_one_meaning_are_read(text: str, moment: str) -> None:
    assert reading.read(MOMENT, text, ()) == reading.Reading(moment)


@pytest.mark.parametrize(
    "text", ["03/04/2025 10:55", "25/12/2025 25:00", "25/12/2025 13:00 PM", "25/12/25 10:00", "soon"]
)
def test_other_moments_are_not(text: str) -> None:
    assert reading.read(MOMENT, text, ()) is None


def test_the_orders_that_single_cells_settle() -> None:
    texts = ["03/04/2025", None, "05/05/2025", "25/12/1990", "1990-12-31", "31/01/2024", "25 Dec 1990"]
    assert dates.settling_texts(texts) == {"dmy": "25/12/1990"}
    assert dates.settling_texts([*texts, "12/31/2024"]) == {"dmy": "25/12/1990", "mdy": "12/31/2024"}
    assert dates.settling_texts(["03/04/2025", "2025-04-03"]) == {}


def test_a_day_of_one_reading_is_never_no_such_day() -> None:
    assert explain.unreadable(DAY, "25/12/1990") == ("25/12/1990 is not written as YYYY-MM-DD.", "Write 1990-12-25.")
