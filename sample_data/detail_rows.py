"""The detail rows of a made-up client: sittings, credentials and jobs that add up to the summary, and papers."""

from __future__ import annotations

import random
from datetime import date, timedelta

from sample_data.cast import Person
from sample_data.clients import Client, Office, Records, spouse_studies_done, yes_no
from sample_data.histories import DAY, STUDY_YEARS, YEAR_OF_WORK, Job
from sample_data.sittings import earlier

# Work beside studies in Canada, which counts for nothing: food counter attendants.
BESIDE_STUDIES = {"2026": "65201", "2021": "6711"}
# A few hours beside a full job, of which none counts twice: administrative assistants.
BESIDE_WORK = {"2026": "13110", "2021": "1241"}
EMPLOYERS = 400
OLDEST_CHILD = 20
YOUNGEST_PARENT = 21
# How likely a sheet tells of a client who has detail rows, and how likely what only some have.
ON_A_SHEET = 0.8
SOME = 0.4
FEW = 0.1


def add_details(client: Client, person: Person, records: Records, office: Office, rng: random.Random) -> None:
    """Adds rows of most sheets; what they say of a fact is what the summary says of it."""
    adders = (_add_languages, _add_education, _add_work, _add_documents)
    for add in [add for add in adders if rng.random() < ON_A_SHEET] or adders:
        add(client, person, records, office, rng)
    oldest = min(person.age - YOUNGEST_PARENT, OLDEST_CHILD)
    for _ in range(person.children):
        client.add("dependants", date_of_birth=office.as_of - timedelta(days=rng.randint(40, 365 * oldest)))


def _add_languages(client: Client, person: Person, records: Records, office: Office, rng: random.Random) -> None:
    """The result that counts, and for some the worse ones before it."""
    for who, sittings in (("principal", records.sittings), ("spouse", records.spouse_sittings)):
        for language, sitting in sittings.items():
            shown = [sitting]
            while rng.random() < SOME and (worse := earlier(shown[0], rng)):
                shown.insert(0, worse)
            for one in shown:
                client.add(
                    "language_tests",
                    person=who,
                    language=language,
                    test=one.test,
                    test_date=one.test_date,
                    **one.scores,
                )


def _add_education(client: Client, person: Person, records: Records, office: Office, rng: random.Random) -> None:
    for credential in records.history.credentials:
        in_canada = credential.is_canadian
        months = (credential.completed_on - credential.started_on).days // 30
        client.add(
            "education",
            person="principal",
            level=credential.level,
            country=credential.country,
            started_on=credential.started_on,
            completed_on=credential.completed_on,
            eca_issued_on=None if in_canada else records.eca_issued_on,
            in_canada=yes_no(in_canada),
            full_time_months_in_canada=months if in_canada else None,
            distance_share=rng.choice((0, 0, 0, 0.1, 0.25)) if in_canada else None,
        )
    if person.spouse_counts:
        level = str(client.row["spouse_education_level"])
        done = spouse_studies_done(person, _spouse_born(client))
        client.add(
            "education",
            person="spouse",
            level=level,
            country=client.row["spouse_education_country"],
            started_on=done - timedelta(days=365 * STUDY_YEARS[level] - 40),
            completed_on=done,
            eca_issued_on=client.row["spouse_eca_issued_on"],
            in_canada="no",
        )


def _spouse_born(client: Client) -> date:
    born = client.row["spouse_date_of_birth"]
    if not isinstance(born, date):
        raise TypeError("a spouse that counts has a date of birth")
    return born


def _add_work(client: Client, person: Person, records: Records, office: Office, rng: random.Random) -> None:
    """The jobs that the summary counts, and for some a job more that adds nothing."""
    for credential in records.history.credentials:
        if credential.is_canadian and rng.random() < SOME:
            started, ended = credential.started_on + timedelta(days=60), credential.completed_on - DAY
            beside = Job(BESIDE_STUDIES[office.sample], "Canada", started, ended, hours=20)
            _add_job(client, "principal", beside, rng, full_time_student=True)
    for job in records.history.jobs:
        _add_job(client, "principal", job, rng)
        if job.country == "Canada" and rng.random() < FEW:
            beside = Job(BESIDE_WORK[office.sample], "Canada", job.started_on, job.ended_on, hours=8)
            _add_job(client, "principal", beside, rng)
    if person.spouse_counts and person.spouse_canadian_years:
        days = YEAR_OF_WORK * person.spouse_canadian_years + rng.randint(5, 200)
        noc = str(client.row["spouse_primary_noc"])
        _add_job(client, "spouse", Job(noc, "Canada", office.as_of - timedelta(days=days), None, hours=40), rng)


def _add_job(client: Client, who: str, job: Job, rng: random.Random, *, full_time_student: bool = False) -> None:
    client.add(
        "work_history",
        person=who,
        noc=job.noc,
        country=job.country,
        started_on=job.started_on,
        ended_on=job.ended_on,
        hours_per_week=job.hours,
        paid="yes",
        authorized="yes",
        self_employed="no",
        full_time_student=yes_no(full_time_student),
        employer=f"Employer {rng.randint(1, EMPLOYERS)}",
    )


def _add_documents(client: Client, person: Person, records: Records, office: Office, rng: random.Random) -> None:
    """Passport, and the papers that the client's case needs; some end before long."""

    def add(kind: str, country: str, issued_on: date, days_valid: int | None = None) -> None:
        expires_on = issued_on + timedelta(days=days_valid) if days_valid else None
        client.add(
            "documents", person="principal", kind=kind, country=country, issued_on=issued_on, expires_on=expires_on
        )

    def ago(least: int, most: int) -> date:
        return office.as_of - timedelta(days=rng.randint(least, most))

    add("passport", person.citizenship, ago(100, 3_400), 3_652)
    if person.residence == "Canada":
        add("work_permit", "Canada", ago(30, 1_000), 1_095)
    if records.eca_issued_on:
        add("eca", "Canada", records.eca_issued_on, 1_826)
    for sitting in records.sittings.values():
        if sitting.test_date:
            add("language_result", person.residence, sitting.test_date, 730)
    if person.province:
        add("nomination", "Canada", ago(10, 150), 180)
    if person.pool_status in ("invited", "applied"):
        add("police_certificate", person.citizenship, ago(5, 170))
        add("medical", person.residence, ago(5, 300), 365)
        add("funds_letter", person.residence, ago(2, 40))
