"""A made-up client as an office writes one down: the Candidates row, and detail rows that say the same."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

from sample_data.cast import DONE_AT, Person, occupations
from sample_data.histories import DAY, YEAR_OF_WORK, History, history_of, longest_run, years_before, years_worked
from sample_data.published import PublishedRound
from sample_data.sittings import Sitting, levels_from, sit

Value = str | int | float | date | None
Row = dict[str, Value]

DESKS = ("Desk A", "Desk B", "Desk C", "Desk D")
LEVEL_ORDER = ("secondary", "one_year", "two_year", "three_year", "masters", "professional", "doctorate")
SPOUSE_LEVELS = {
    "secondary": "secondary", "one_or_two_years": "two_year", "three_years_or_more": "three_year",
    "masters_or_professional": "masters", "doctorate": "doctorate",
}  # fmt: skip
# Ages in days, short of the limit: an assessment counts for five years, a test for two, a profile for one.
ECA_DAYS, TEST_DAYS, PROFILE_DAYS = 1820, 725, 360
# About what settlement needs, with some to spare: one person, and each more.
FUNDS, FUNDS_EACH_MORE = 16_000, 4_700
# How likely: levels without a day; no pool_status where in_pool is meant; a plain no left out; no day of assessment.
UNDATED_LEVELS = 0.3
STATUS_NOT_STATED = 0.2
NOT_ASKED = 0.1
ECA_NOT_STATED = 0.03


@dataclass
class Client:
    """One Candidates row, and the client's rows on the detail sheets by sheet key."""

    row: Row
    details: dict[str, list[Row]] = field(default_factory=dict)

    @property
    def client_id(self) -> str:
        return str(self.row["client_id"])

    def add(self, key: str, **values: Value) -> None:
        """Adds a row to a detail sheet."""
        self.details.setdefault(key, []).append({"client_id": self.client_id, **values})


@dataclass(frozen=True)
class Office:
    """What the clients of a workbook share: the sample, as_of, and the rounds held before."""

    sample: str
    as_of: date
    rounds: tuple[PublishedRound, ...]


@dataclass(frozen=True)
class Records:
    """The dated facts of one client from which both the summary and the detail rows are written."""

    history: History
    eca_issued_on: date | None
    sittings: dict[str, Sitting]
    spouse_sittings: dict[str, Sitting]


def yes_no(value: bool) -> str:
    """As the intake wants it."""
    return "yes" if value else "no"


def moment(day: date, rng: random.Random) -> datetime:
    """A moment of a day, to the second."""
    return datetime.combine(day, time(rng.randrange(24), rng.randrange(60), rng.randrange(60)))


def written(at: datetime) -> str:
    """A moment as ISO text in UTC."""
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


def client_of(person: Person, number: int, office: Office, rng: random.Random) -> tuple[Client, Records]:
    """The client's row, and the records that the detail rows are made from."""
    profile, submitted = _profile(person, office, rng)
    history = history_of(person, office.sample, office.as_of, rng)
    known_by = (submitted or office.as_of) - timedelta(days=10)
    records = Records(
        history,
        _eca_issued_on(person, history, known_by, office.as_of, rng),
        _sittings(person, known_by, office.as_of, rng),
        _spouse_sittings(person, office.as_of, rng),
    )
    row: Row = {
        "client_id": f"C-{number:04d}",
        "family_name": f"Sample-{number:04d}",
        "given_name": "Client",
        "case_owner": rng.choice(DESKS),
        "date_of_birth": history.born,
        "citizenship": person.citizenship,
        "country_of_residence": person.residence,
        "marital_status": person.marital_status,
        "family_size": 1 + person.is_partnered + person.children,
        **profile,
        "intends_quebec": None if person.intends_quebec == "not_stated" else person.intends_quebec,
        "job_bank_registered": rng.choice((None, None, "yes", "no")),
        **_languages(person, records),
        **_education(records),
        **_work(person, records, office, rng),
        **_in_canada(person),
        **_spouse(person, records, office, rng),
    }  # fmt: skip
    if not person.has_details and rng.random() < ECA_NOT_STATED:
        row["eca_issued_on"] = None
    row["settlement_funds_cad"] = _funds(person, int(str(row["family_size"])), rng)
    if person.is_recruit:
        row |= {"foreign_military_years": rng.randint(10, 12), "caf_offer_years": 3}
    return Client(row), records


def _profile(person: Person, office: Office, rng: random.Random) -> tuple[Row, date | None]:
    """How the profile stands, and the day it was submitted."""
    as_of, status = office.as_of, person.pool_status
    if status == "draft":
        return {"pool_status": rng.choice(("draft", None))}, None
    if status in ("invited", "applied", "declined"):
        least, most = {"invited": (1, 58), "applied": (20, 200), "declined": (20, 200)}[status]
        invited_in = _round(person, office, least, most, rng)
        waited = rng.randint(3, max(PROFILE_DAYS - 20 - (as_of - invited_in.held_on).days, 4))
        submitted = invited_in.held_on - timedelta(days=waited)
        planned = invited_in.held_on + timedelta(days=rng.randint(30, 58)) if status == "invited" else None
        row: Row = {
            "ita_issued_on": invited_in.held_on,
            "ita_round": invited_in.number,
            "planned_application_on": planned,
        }
    else:
        is_old = person.profile_is_old or status == "expired"
        days = rng.randint(PROFILE_DAYS + 10, PROFILE_DAYS + 140) if is_old else rng.randint(1, PROFILE_DAYS - 10)
        submitted, row = as_of - timedelta(days=days), {}
    shown = None if status == "in_pool" and rng.random() < STATUS_NOT_STATED else status
    return {"profile_submitted_at": written(moment(submitted, rng)), "pool_status": shown, **row}, submitted


def _round(person: Person, office: Office, least: int, most: int, rng: random.Random) -> PublishedRound:
    """A round that the person may have been invited in, so many days before as_of."""
    name = "Provincial Nominee" if person.province else "Canadian Experience"
    if person.french and not person.province and any("French" in one.name for one in office.rounds):
        name = "French"
    return rng.choice(
        [one for one in office.rounds if name in one.name and least <= (office.as_of - one.held_on).days <= most]
    )


def _eca_issued_on(person: Person, history: History, known_by: date, as_of: date, rng: random.Random) -> date | None:
    foreign = [credential.completed_on for credential in history.credentials if not credential.is_canadian]
    if not foreign:
        return None
    if person.eca_is_old:
        return as_of - timedelta(days=rng.randint(ECA_DAYS + 15, ECA_DAYS + 300))
    first = max(foreign[-1] + timedelta(days=40), as_of - timedelta(days=ECA_DAYS))
    return min(first + timedelta(days=rng.randint(0, max((known_by - first).days, 0))), as_of - DAY)


def _test_day(known_by: date, as_of: date, *, is_old: bool, rng: random.Random) -> date:
    if is_old:
        return as_of - timedelta(days=rng.randint(TEST_DAYS + 15, TEST_DAYS + 170))
    first = as_of - timedelta(days=TEST_DAYS)
    return first + timedelta(days=rng.randint(0, (known_by - first).days))


def _sittings(person: Person, known_by: date, as_of: date, rng: random.Random) -> dict[str, Sitting]:
    """The result that counts, by language."""
    found = {}
    if person.english_test != "none":
        lowest = rng.randint(4, 8) if person.french == "first" else person.level
        found["english"] = _sitting(person, person.english_test, lowest, known_by, as_of, rng)
    if person.french:
        lowest = person.level if person.french == "first" else rng.randint(7, 9)
        found["french"] = _sitting(person, person.french_test, lowest, known_by, as_of, rng)
    return found


def _sitting(person: Person, test: str, lowest: int, known_by: date, as_of: date, rng: random.Random) -> Sitting:
    day = _test_day(known_by, as_of, is_old=person.tests_are_old, rng=rng)
    levels = levels_from(lowest, rng)
    if person.is_exempt:
        del levels["speaking"]
    sitting = sit(test, day, levels, rng)
    if test in ("CLB", "NCLC") and not person.tests_are_old and rng.random() < UNDATED_LEVELS:
        sitting = replace(sitting, test_date=None)
    return sitting


def _spouse_sittings(person: Person, as_of: date, rng: random.Random) -> dict[str, Sitting]:
    if not person.spouse_counts or not person.spouse_level:
        return {}
    language, test = ("french", "TEF_CANADA") if person.french == "first" else ("english", "IELTS_GT")
    day = _test_day(as_of - DAY, as_of, is_old=False, rng=rng)
    return {language: sit(test, day, levels_from(person.spouse_level, rng), rng)}


def _test_columns(prefix: str, sittings: dict[str, Sitting]) -> Row:
    found: Row = {}
    for language, sitting in sittings.items():
        stem = f"{prefix}{language}_"
        found |= {f"{stem}test": sitting.test, f"{stem}test_date": sitting.test_date}
        found |= {f"{stem}{ability}": score for ability, score in sitting.scores.items()}
    return found


def _languages(person: Person, records: Records) -> Row:
    return {
        "first_language": "french" if person.french == "first" else "english" if person.french else None,
        **_test_columns("", records.sittings),
        "language_exempt_abilities": "speaking" if person.is_exempt else None,
    }


def _education(records: Records) -> Row:
    """The highest level as assessed, two or more credentials together included."""
    credentials = records.history.credentials
    highest = max(credentials, key=lambda credential: LEVEL_ORDER.index(credential.level))
    beyond = [credential for credential in credentials if credential.level != "secondary"]
    canadian = [credential for credential in credentials if credential.is_canadian]
    is_long = any(credential.level not in ("one_year", "two_year") for credential in canadian)
    return {
        "education_level": "two_or_more" if highest.level == "three_year" and len(beyond) > 1 else highest.level,
        "education_country": highest.country,
        "eca_issued_on": None if highest.is_canadian else records.eca_issued_on,
        "canadian_study": "none" if not canadian else "three_years_or_more" if is_long else "one_or_two_years",
        "studied_in_canada_two_years": yes_no(any(credential.level != "one_year" for credential in canadian)),
    }


def _work(person: Person, records: Records, office: Office, rng: random.Random) -> Row:
    jobs, as_of = records.history.jobs, office.as_of
    occupation = occupations(office.sample)[person.occupation]
    canadian = [job for job in jobs if job.country == "Canada"]
    foreign = [job for job in jobs if job.country != "Canada"]
    own = [job for job in jobs if job.noc == occupation.noc]
    recent = sum(job.days(years_before(as_of, 3), as_of) for job in canadian)
    row: Row = {
        "canadian_work_years": years_worked(canadian, as_of, 10),
        "foreign_work_years": years_worked(foreign, as_of, 10),
        "canadian_work_months_last_36": min(recent * 12 // YEAR_OF_WORK, 36),
        "canadian_work_noc": canadian[-1].noc if canadian else None,
        "primary_noc": occupation.noc,
        "primary_occupation_years": longest_run(own, as_of),
        "worked_in_canada_one_year": yes_no(sum(job.days(date.min, as_of) for job in canadian) >= YEAR_OF_WORK),
        "authorized_to_work_in_canada": yes_no(person.residence == "Canada"),
    }
    row["certificate_of_qualification"] = None if rng.random() < NOT_ASKED and not person.has_details else "no"
    if occupation.is_trade:
        row |= {
            "trade_noc": occupation.noc,
            "trade_years_last_5": min(years_worked(own, as_of, 5), 5),
            "certificate_of_qualification": yes_no(person.has_certificate),
        }
    if person.has_job_offer:
        bases = ("lmia", "lmia_work_permit", "lmia_exempt_work_permit")
        row |= {
            "job_offer_noc": canadian[-1].noc if canadian else occupation.noc,
            "job_offer_basis": rng.choice(bases if person.residence == "Canada" else ("lmia", "offer_only")),
            "job_offer_employers": 1,
            "job_offer_years": rng.choice((1, 2, 2, 3)),
            "job_offer_permanent": rng.choice(("yes", "no")),
        }
    return row


def _in_canada(person: Person) -> Row:
    return {
        "provincial_nomination": person.province or None,
        "sibling_in_canada": yes_no(person.has_sibling),
        "relative_in_canada": yes_no(person.has_relative),
    }


def _spouse(person: Person, records: Records, office: Office, rng: random.Random) -> Row:
    """Only for the married and common-law; language, education and work where the spouse counts."""
    if not person.is_partnered:
        return {}
    as_of = office.as_of
    age = max(person.age + rng.randint(-5, 4), DONE_AT[person.spouse_education] + 2)
    born = years_before(as_of, age) - timedelta(days=rng.randint(0, 364))
    row: Row = {
        "spouse_accompanying": yes_no(person.spouse_accompanying),
        "spouse_is_canadian": "yes" if person.spouse_is_canadian else None if rng.random() < NOT_ASKED else "no",
        "spouse_date_of_birth": born,
    }
    if not person.spouse_counts:
        return row
    known = occupations(office.sample)
    since_assessable = min((as_of - spouse_studies_done(person, born)).days - 30, ECA_DAYS)
    return row | {
        "spouse_education_level": SPOUSE_LEVELS[person.spouse_education],
        "spouse_education_country": person.citizenship,
        "spouse_eca_issued_on": as_of - timedelta(days=rng.randint(20, since_assessable)),
        "spouse_studied_in_canada_two_years": "no",
        "spouse_worked_in_canada_one_year": yes_no(person.spouse_canadian_years > 0),
        **_test_columns("spouse_", records.spouse_sittings),
        "spouse_first_language": next(iter(records.spouse_sittings), None),
        "spouse_canadian_work_years": person.spouse_canadian_years,
        "spouse_foreign_work_years": min(rng.choice((0, 0, 1, 2, 3, 5)), age - DONE_AT[person.spouse_education] - 1),
        "spouse_canadian_study": "none",
        "spouse_certificate_of_qualification": "no",
        "spouse_primary_noc": known[rng.choice(sorted(known))].noc,
    }


def spouse_studies_done(person: Person, born: date) -> date:
    """The day the spouse's studies ended."""
    return years_before(born, -DONE_AT[person.spouse_education])


def _funds(person: Person, family_size: int, rng: random.Random) -> int | None:
    """Settlement funds in Canadian dollars."""
    if person.settlement_funds == "not_known":
        return None
    share = rng.uniform(1, 2.6) if person.settlement_funds == "enough" else rng.uniform(0.3, 0.8)
    return 100 * round((FUNDS + FUNDS_EACH_MORE * (family_size - 1)) * share / 100)
