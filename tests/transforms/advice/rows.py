"""The rows of a client as an office would change them for a lever; knows the intake's columns, not the code of the advice."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from tests import oracle
from transforms.model.columns import CANDIDATES
from transforms.model.vocabulary import ABILITIES

Row = dict[str, Any]
Details = dict[str, list[Row]]
# Fifty-two weeks of full-time work are a year of it.
WEEKS_A_YEAR, DAYS_A_WEEK, HOURS = 52, 7, 30.0
TEN_YEARS_DAYS = 3652
LEVELS = {"english": ("CLB", "english_clb"), "french": ("NCLC", "french_nclc")}
# What a credential adds to reach a level beside what is there.
ADDED = {"two_or_more": {"one_year": "three_year", "two_year": "three_year", "three_year": "one_year"}}
ABROAD = "IN"
SKILLED = "21231"
NOC_2021_SINCE = date(2022, 11, 16)


IN_CANADA = {
    "country": "CA", "hours_per_week": HOURS, "paid": True, "authorized": True, "self_employed": False,
    "full_time_student": False, "temporary_resident_status": True, "canadian_employer": True,
}  # fmt: skip


class NoRoom(Exception):
    """The record has work on so many days that no further year fits into the window."""


@dataclass
class Records:
    """A client's row and detail rows, as they stand; what was scored of them; the day."""

    row: Row
    details: Details
    scored: Row
    day: date

    def of(self, key: str, person: str) -> list[Row]:
        return [row for row in self.details.get(key, []) if row["person"] == person]

    def add(self, key: str, person: str, **values: Any) -> None:
        self.details.setdefault(key, []).append({"client_id": self.row["client_id"], "person": person, **values})


def changed(row: Row, details: Details, scored: Row, lever: str, detail: str, day: date) -> tuple[Row, Details]:
    """The rows of a client with a lever pulled."""
    records = Records(deepcopy(row), deepcopy(details), scored, day)
    CHANGES[lever](records, detail)
    return records.row, records.details


# --- Language


def _tested(records: Records, person: str, language: str, levels: dict[str, int | None]) -> None:
    """A result of the day beside the results on record, which stay."""
    prefix = "" if person == "principal" else "spouse_"
    if not any(one["language"] == language for one in records.of("language_tests", person)):
        stem = f"{prefix}{language}"
        if records.row[f"{stem}_test"] is not None:
            names = ("test", "test_date", *ABILITIES)
            values = {name: records.row[f"{stem}_{name}"] for name in names}
            records.add("language_tests", person, language=language, **values)
    test = LEVELS[language][0]
    numbers = {ability: None if level is None else float(level) for ability, level in levels.items()}
    records.add("language_tests", person, language=language, test=test, test_date=records.day, **numbers)


def _one(language: str, ability: str) -> Callable[[Records, str], None]:
    def change(records: Records, detail: str) -> None:
        stem = LEVELS[language][1]
        now = {each: records.scored[f"{stem}_{each}"] for each in ABILITIES}
        assert int(detail) == max(now[ability] + 1, 4)
        _tested(records, "principal", language, now | {ability: int(detail)})

    return change


def _all(language: str) -> Callable[[Records, str], None]:
    def change(records: Records, detail: str) -> None:
        levels = [int(level) for level in detail.split(",")]
        _tested(records, "principal", language, dict(zip(ABILITIES, levels if levels[1:] else levels * 4, strict=True)))

    return change


def _french(records: Records, detail: str) -> None:
    now = {ability: records.scored[f"french_nclc_{ability}"] or 0 for ability in ABILITIES}
    _tested(records, "principal", "french", {ability: max(level, int(detail)) for ability, level in now.items()})


def _spouse_language(records: Records, detail: str) -> None:
    language, level = detail.split(":")
    now = {ability: records.scored[f"spouse_clb_{ability}"] or 0 for ability in ABILITIES}
    _tested(records, "spouse", language, {ability: max(each, int(level)) for ability, each in now.items()})


# --- Work


def _counts(job: Row, day: date, *, in_canada: bool) -> bool:
    """Does a job surely count as skilled work of employees in Canada, or as work abroad?"""
    counts = (
        job["paid"] is True
        and (job["hours_per_week"] or 0) > 0
        and oracle.skilled(job["noc"], noc_2021=day >= NOC_2021_SINCE) is True
        and job["country"] is not None
        and (job["country"] == "CA") == in_canada
    )
    if not in_canada:
        return counts
    has_status = job["temporary_resident_status"]
    return (
        counts
        and job["authorized"] is True
        and (job["authorized"] if has_status is None else has_status)
        and job["self_employed"] is False
        and job["full_time_student"] is False
        and job["canadian_employer"] is not False
    )


def _free_days(jobs: list[Row], day: date, number: int) -> list[tuple[date, date]]:
    """The last days before a day on which none of some jobs runs, as stretches of first and last day.

    Raises NoRoom where there are not so many in the ten years before the day.
    """
    free: list[tuple[date, date]] = []
    current = day - timedelta(days=1)
    earliest = day - timedelta(days=TEN_YEARS_DAYS)
    while number:
        if current < earliest:
            raise NoRoom
        running = any(job["started_on"] <= current <= (job.get("ended_on") or day) for job in jobs)
        if not running:
            if free and free[-1][0] == current + timedelta(days=1):
                free[-1] = (current, free[-1][1])
            else:
                free.append((current, current))
            number -= 1
        current -= timedelta(days=1)
    return free


def _year(records: Records, noc: str, *, in_canada: bool) -> None:
    """A year of full-time work in days that no job of the kind takes yet; else the summary columns."""
    jobs = records.of("work_history", "principal")
    if not jobs:
        return _year_in_summary(records.row, records.scored, noc, in_canada=in_canada)
    beside = [job for job in jobs if _counts(job, records.day, in_canada=in_canada)]
    for first, last in _free_days(beside, records.day, WEEKS_A_YEAR * DAYS_A_WEEK):
        records.add(
            "work_history", "principal", noc=noc or SKILLED, country="CA" if in_canada else ABROAD, started_on=first,
            ended_on=last, hours_per_week=HOURS, paid=True, authorized=True, self_employed=False,
            full_time_student=False, temporary_resident_status=True, canadian_employer=True,
        )  # fmt: skip
    return None


def _year_in_summary(row: Row, scored: Row, noc: str, *, in_canada: bool) -> None:
    if in_canada:
        months = row["canadian_work_months_last_36"]
        row["canadian_work_years"] = (row["canadian_work_years"] or 0) + 1
        row["canadian_work_months_last_36"] = min((months or 0) + 12, 36)
        row["worked_in_canada_one_year"] = True
        # The column names the occupation of most of the work: the new one where the other is no skilled one.
        if not months or (row["canadian_work_noc"] is not None and not scored["cec_is_skilled"]):
            row["canadian_work_noc"] = noc or None
    else:
        row["foreign_work_years"] = (row["foreign_work_years"] or 0) + 1
    if noc and noc == row["primary_noc"]:
        row["primary_occupation_years"] = max(row["primary_occupation_years"] or 0, 1.0)
    if noc and noc == row["trade_noc"]:
        row["trade_years_last_5"] = min((row["trade_years_last_5"] or 0) + 1, 5.0)


def _canadian_year(records: Records, detail: str) -> None:
    _year(records, detail, in_canada=True)


def _foreign_year(records: Records, detail: str) -> None:
    _year(records, detail, in_canada=False)


def _spouse_canadian_year(records: Records, detail: str) -> None:
    jobs = records.of("work_history", "spouse")
    if not jobs:
        records.row["spouse_canadian_work_years"] = (records.row["spouse_canadian_work_years"] or 0) + 1
        return
    beside = [job for job in jobs if _counts(job, records.day, in_canada=True)]
    for first, last in _free_days(beside, records.day, WEEKS_A_YEAR * DAYS_A_WEEK):
        records.add("work_history", "spouse", started_on=first, ended_on=last, **IN_CANADA, noc=SKILLED)


# --- Credentials and papers


def _credential(person: str) -> Callable[[Records, str], None]:
    prefix = "" if person == "principal" else "spouse_"

    def change(records: Records, detail: str) -> None:
        if records.of("education", person):
            level = ADDED.get(detail, {}).get(records.scored[f"{prefix}education"], detail)
            records.add(
                "education", person, level=level, country="XX", in_canada=False, eca_issued_on=records.day,
                completed_on=records.day - timedelta(days=1),
            )  # fmt: skip
            return
        records.row[f"{prefix}education_level"] = detail
        if records.row[f"{prefix}education_country"] != "CA":
            records.row[f"{prefix}eca_issued_on"] = records.day

    return change


def _assessment(person: str) -> Callable[[Records, str], None]:
    prefix = "" if person == "principal" else "spouse_"

    def change(records: Records, detail: str) -> None:
        for row in records.of("education", person):
            if not row["in_canada"]:
                row["eca_issued_on"] = records.day
        if not records.of("education", person):
            records.row[f"{prefix}eca_issued_on"] = records.day

    return change


def _certificate(records: Records, detail: str) -> None:
    records.row["certificate_of_qualification"] = True


def _nomination(records: Records, detail: str) -> None:
    records.row["provincial_nomination"] = "ON"


# --- The spouse as principal applicant


def _swap(records: Records, detail: str) -> None:
    """A record written for the spouse: what the sheet has of both changes places, what it has of the client alone is left out."""
    old, names = records.row, set(CANDIDATES.names)
    new = dict(old)
    for name in names:
        if name.startswith("spouse_") and (own := name.removeprefix("spouse_")) in names:
            new[name], new[own] = old[own], old[name]
    lost = (
        "language_exempt_abilities", "canadian_work_months_last_36", "canadian_work_noc", "primary_occupation_years",
        "trade_noc", "trade_years_last_5", "certificate_noc", "job_offer_noc", "job_offer_basis", "job_offer_employers",
        "job_offer_years", "job_offer_permanent", "authorized_to_work_in_canada", "provincial_nomination",
        "nomination_applied_on", "foreign_military_years", "caf_offer_years",
    )  # fmt: skip
    records.row = new | dict.fromkeys(lost)
    other = {"principal": "spouse", "spouse": "principal"}
    for rows in records.details.values():
        for row in rows:
            if "person" in row:
                row["person"] = other[row["person"]]


CHANGES: dict[str, Callable[[Records, str], None]] = {
    **{f"{language}_{ability}": _one(language, ability) for language in LEVELS for ability in ABILITIES},
    "english_all": _all("english"),
    "french_all": _all("french"),
    "french_nclc_7": _french,
    "spouse_language": _spouse_language,
    "spouse_language_start": _spouse_language,
    "spouse_canadian_year": _spouse_canadian_year,
    "canadian_year": _canadian_year,
    "foreign_year": _foreign_year,
    "credential": _credential("principal"),
    "spouse_study": _credential("spouse"),
    "assessment": _assessment("principal"),
    "spouse_assessment": _assessment("spouse"),
    "certificate": _certificate,
    "nomination": _nomination,
    "spouse_principal": _swap,
}
