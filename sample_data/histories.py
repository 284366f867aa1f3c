"""What a made-up client did when: studies and jobs laid out backwards from as_of, and the years that they add up to."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from sample_data.cast import DONE_AT, EDUCATIONS, FURTHER_YEARS, Person, occupations

DAY = timedelta(days=1)
YEAR_OF_WORK = 364
LONG_ENOUGH_FOR_TWO_JOBS = 800
# Sums of years shall not be whole ones by so few days that they are lost where each is rounded down to two decimals.
TOO_CLOSE = 8
HOURS = (30, 35, 37.5, 37.5, 40, 40, 40, 44)
STILL_AT_WORK = 0.88
# How many begin in Canada in another occupation than before, and in which (NOC 2021): supervisors and administrators.
CHANGED_OCCUPATION = 0.25
BEGINNINGS = ("62020", "62010", "13110")
# Physicians and pharmacists, whose degree is a professional one.
LICENSED = ("31102", "31120")
SECOND_CREDENTIAL = 0.15
STUDY_YEARS = {
    "secondary": 4, "one_year": 1, "two_year": 2, "three_year": 3, "masters": 2, "professional": 2, "doctorate": 4,
}  # fmt: skip


@dataclass(frozen=True)
class Credential:
    """One completed credential."""

    level: str
    country: str
    started_on: date
    completed_on: date

    @property
    def is_canadian(self) -> bool:
        return self.country == "Canada"


@dataclass(frozen=True)
class Job:
    """One job; `counts` is false for work beside studies and beside another job."""

    noc: str
    country: str
    started_on: date
    ended_on: date | None
    hours: float = 40
    counts: bool = True
    full_time_student: bool = False

    def days(self, since: date, as_of: date) -> int:
        """The days worked from `since` to the day before as_of."""
        last = min(self.ended_on or as_of, as_of - DAY)
        return max((last - max(self.started_on, since)).days + 1, 0)


@dataclass(frozen=True)
class History:
    """Birth, credentials and jobs of one person, each in the order of time."""

    born: date
    credentials: tuple[Credential, ...]
    jobs: tuple[Job, ...]


def years_before(day: date, years: int) -> date:
    """The same day so many years before; 1 March where there is no 29 February."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return date(day.year - years, 3, 1)


def years_worked(jobs: Iterable[Job], as_of: date, within: int) -> float:
    """Years of 52 full-time weeks in the `within` years before as_of, to two decimals, rounded down.

    The jobs that count are all of 30 hours a week or more, and never two at once.
    """
    days = sum(job.days(years_before(as_of, within), as_of) for job in jobs if job.counts)
    return days * 100 // YEAR_OF_WORK / 100


def longest_run(jobs: Iterable[Job], as_of: date) -> float:
    """Years of the longest run without a gap of more than 3 days in the 10 years before as_of, rounded down to 0.01."""
    best = run = 0
    ended = date.min
    for job in sorted((job for job in jobs if job.counts), key=lambda job: job.started_on):
        run = job.days(years_before(as_of, 10), as_of) + (run if (job.started_on - ended).days <= 4 else 0)
        best = max(best, run)
        ended = job.ended_on or as_of
    return best * 100 // YEAR_OF_WORK / 100


def history_of(person: Person, sample: str, as_of: date, rng: random.Random) -> History:
    """Jobs and studies that fit the person's traits."""
    born = years_before(as_of, person.age) - timedelta(days=rng.randint(0, 364))
    spare = 365 * (person.years_for_work + 1 - person.canadian_years - person.foreign_years) - 120
    extra = max(min(spare // 2, 330), 6)
    home = person.citizenship if person.residence == "Canada" else person.residence
    until = as_of - DAY
    jobs: list[Job] = []
    credentials: list[Credential] = []
    canadian_days = YEAR_OF_WORK * person.canadian_years + rng.randint(5, extra) if person.canadian_years else 0
    if not canadian_days and person.residence == "Canada" and spare > YEAR_OF_WORK:
        canadian_days = rng.randint(60, 300)
    if canadian_days:
        is_at_work = person.residence == "Canada" and rng.random() < STILL_AT_WORK
        if not is_at_work:
            until -= timedelta(days=rng.randint(15, 60))
        jobs = _jobs(_canadian_noc(person, sample, rng), "Canada", until, canadian_days, rng, is_open=is_at_work)
        until = jobs[0].started_on - timedelta(days=rng.randint(10, 30))
    if person.further_study:
        credentials = [_further_credential(person, until, rng)]
        until = credentials[0].started_on - timedelta(days=rng.randint(10, 30))
    if person.foreign_years:
        is_at_work = not jobs and not credentials and rng.random() < STILL_AT_WORK
        foreign_days = YEAR_OF_WORK * person.foreign_years + rng.randint(5, extra)
        if (canadian_days + foreign_days) % YEAR_OF_WORK < TOO_CLOSE:
            foreign_days -= TOO_CLOSE
        noc = occupations(sample)[person.occupation].noc
        jobs = _jobs(noc, home, until, foreign_days, rng, is_open=is_at_work) + jobs
        until = jobs[0].started_on - timedelta(days=20)
    return History(born, (*_first_credentials(person, home, born, until, rng), *credentials), tuple(jobs))


def _jobs(noc: str, country: str, until: date, days: int, rng: random.Random, *, is_open: bool) -> list[Job]:
    """One job or two, one after the other, that end on `until` with so many days in all."""
    hours = rng.choice(HOURS)
    if days < LONG_ENOUGH_FOR_TWO_JOBS or rng.random() < 0.5:
        return [Job(noc, country, until - timedelta(days=days - 1), None if is_open else until, hours)]
    later = rng.randint(days // 4, days // 2)
    second = Job(noc, country, until - timedelta(days=later - 1), None if is_open else until, hours)
    ended = second.started_on - timedelta(days=1 + rng.choice((0, 0, 2, 9, 24)))
    return [Job(noc, country, ended - timedelta(days=days - later - 1), ended, rng.choice(HOURS)), second]


def _canadian_noc(person: Person, sample: str, rng: random.Random) -> str:
    """The occupation of the work in Canada: mostly the primary one, else one in which many begin."""
    is_other = person.foreign_years > 0 and rng.random() < CHANGED_OCCUPATION
    return occupations(sample)[rng.choice(BEGINNINGS) if is_other else person.occupation].noc


def _further_credential(person: Person, completed: date, rng: random.Random) -> Credential:
    level = _level(person, person.further_study, rng)
    years = 1 if level == "one_year" else FURTHER_YEARS[person.further_study]
    return Credential(level, "Canada", completed - timedelta(days=365 * years - rng.randint(30, 60)), completed)


def _first_credentials(
    person: Person, home: str, born: date, until: date, rng: random.Random
) -> tuple[Credential, ...]:
    """The studies before all work; of a higher degree also the lower ones."""
    is_canadian = person.canadian_study != "none" and not person.further_study
    educations = [person.first_education]
    while educations[0] in ("masters_or_professional", "doctorate"):
        educations.insert(0, EDUCATIONS[EDUCATIONS.index(educations[0]) - 1])
    levels = [_level(person, education, rng) for education in educations]
    if levels == ["three_year"] and person.canadian_study == "none" and rng.random() < SECOND_CREDENTIAL:
        levels.append("one_year")
    done = years_before(born, -DONE_AT[person.first_education]) + timedelta(days=rng.randint(0, 150))
    completed = min(done, until)
    made: list[Credential] = []
    for level in reversed(levels):
        started = completed - timedelta(days=365 * STUDY_YEARS[level] - rng.randint(30, 60))
        made.insert(0, Credential(level, "Canada" if is_canadian else home, started, completed))
        completed = started - timedelta(days=rng.randint(30, 60))
    return tuple(made)


def _level(person: Person, education: str, rng: random.Random) -> str:
    """The level of the intake for a level of the mix."""
    if education == "masters_or_professional":
        return "professional" if person.occupation in LICENSED else "masters"
    if education == "one_or_two_years":
        return rng.choice(("one_year", "two_year"))
    return {"three_years_or_more": "three_year"}.get(education, education)
