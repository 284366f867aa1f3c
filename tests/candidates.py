"""Seeded random clients with their records, drawn so that the bounds of the law are hit often.

Clients are made around a day on which the law changes: their birthdays, tests, assessments, jobs and profiles fall on
the anniversaries of that day, one day to either side, or anywhere near. All that the intake takes may come up, and
nothing that it quarantines.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from tests import oracle
from transforms.model.columns import (
    BY_KEY,
    CANADIAN_STUDIES,
    CANDIDATES,
    DETAIL_SHEETS,
    EDUCATION_LEVELS,
    ENGLISH_TESTS,
    FRENCH_TESTS,
    JOB_OFFER_BASES,
    LANGUAGES,
    LEVEL_SCALES,
    POOL_STATUSES,
    PROVINCES,
)
from transforms.model.vocabulary import ABILITIES
from validation.values.parse import schema_of

Row = dict[str, Any]
OTTAWA = ZoneInfo("America/Toronto")
OLDEST_RECORD = 14
TESTS = {"english": ENGLISH_TESTS, "french": FRENCH_TESTS}
FOREIGN = ("IN", "PH", "NG", "FR")


@dataclass(frozen=True)
class Batch:
    """Clients of one seed around one day: Candidates rows, and the detail rows by sheet key."""

    around: date
    candidates: list[Row]
    details: dict[str, list[Row]]

    @cached_property
    def by_client(self) -> dict[str, dict[str, list[Row]]]:
        """The detail rows of each client, by sheet key."""
        found: dict[str, dict[str, list[Row]]] = {row["client_id"]: {} for row in self.candidates}
        for key, rows in self.details.items():
            for row in rows:
                found[row["client_id"]].setdefault(key, []).append(row)
        return found

    @cached_property
    def frames(self) -> dict[str, pl.DataFrame]:
        """The typed sheets of the intake."""
        return typed(self.candidates, self.details)


def typed(candidates: list[Row], details: Mapping[str, list[Row]]) -> dict[str, pl.DataFrame]:
    """Rows as the typed frames that the intake would make of them."""
    made = {}
    for key, rows in {CANDIDATES.key: candidates, **{sheet.key: details[sheet.key] for sheet in DETAIL_SHEETS}}.items():
        schema = schema_of(BY_KEY[key])
        source = {"source_file": "random", "source_sheet": BY_KEY[key].title}
        columns: dict[str, list[Any]] = {name: [row.get(name) for row in rows] for name in schema}
        columns |= {name: [text] * len(rows) for name, text in source.items()}
        columns["source_row"] = list(range(2, len(rows) + 2))
        made[key] = pl.DataFrame(columns, schema=schema)
    return made


def batch(seed: int, size: int, around: date) -> Batch:
    """So many clients around a day; the same seed makes the same clients.

    They may be scored on `around` and on the day before.
    """
    candidates: list[Row] = []
    details: dict[str, list[Row]] = {sheet.key: [] for sheet in DETAIL_SHEETS}
    for number in range(size):
        client = Client(random.Random(f"{seed} {around} {number}"), around)
        row = client.row(f"{seed}-{number}")
        candidates.append(row)
        details["language_tests"] += client.rows(row["client_id"], client.language_row)
        details["education"] += client.education(row["client_id"])
        details["work_history"] += client.work_history(row["client_id"])
        details["dependants"] += client.children(row["client_id"])
        details["documents"] += client.nominations(row)
    return Batch(around, candidates, details)


# --- Occupations ---------------------------------------------------------------------------------------------------


def _occupations() -> dict[str, tuple[str, ...]]:
    """Codes of both versions by what they are in at least one of them; `split`: told in one version, not in the other.

    A code is told where all codes that it leads to agree.
    """
    codes = sorted({*oracle.TARGETS, *oracle.SOURCES})
    tests: dict[str, Callable[[str | None, bool], oracle.Tri]] = {
        "skilled": oracle.skilled,
        "trade": oracle.trade,
        "senior": oracle.senior,
        "physician": oracle.physician,
    }
    made = {
        name: tuple(code for code in codes if test(code, noc_2021=True) or test(code, noc_2021=False))
        for name, test in tests.items()
    }
    made["split"] = tuple(
        code
        for code in codes
        if len(oracle._thresholds(code, noc_2021=len(code) == 4)) > 1
        or any(test(code, noc_2021=len(code) == 4) is None for test in tests.values())
    )
    made["any"] = tuple(codes)
    return made


OCCUPATIONS = _occupations()
# Skilled in both versions, trades among them, both digits.
STRONG = ("2173", "21231", "1112", "11101", "7241", "72200", "72106", "7237", "00012", "0013", "31102", "3112")
STRONG_TRADES = ("7241", "72200", "72106", "7237", "6321", "62200")

# --- Test scores ---------------------------------------------------------------------------------------------------

_TO_699 = dict.fromkeys(ABILITIES, (0, 699, 1))
_TEF = {"listening": (0, 360, 1), "reading": (0, 300, 1), "writing": (0, 450, 1), "speaking": (0, 450, 1)}
_LEVELS = dict.fromkeys(ABILITIES, (0, 12, 1))
# Lowest and highest score of each ability, and the step between.
SCALES: Mapping[str, Mapping[str, tuple[float, float, float]]] = {
    "IELTS_GT": dict.fromkeys(ABILITIES, (0, 9, 0.5)),
    "CELPIP_G": _LEVELS,
    "CLB": _LEVELS,
    "NCLC": _LEVELS,
    "PTE_CORE": dict.fromkeys(ABILITIES, (10, 90, 1)),
    "TCF_CANADA": _TO_699 | {"writing": (0, 20, 1), "speaking": (0, 20, 1)},
    "TEF_CANADA": _TEF,
    "TEF_CANADA_OLD_SCALE": _TEF,
}  # fmt: skip

# --- One client ----------------------------------------------------------------------------------------------------


class Client:
    """The draws of one client: some are complete and strong, so that programs are met; some full of gaps."""

    def __init__(self, rng: random.Random, day: date) -> None:
        self.rng, self.random = rng, rng.random
        self.day = day
        self.strong = self.chance(0.6)
        self.unknown = self.one(0.0, 0.0, 0.02, 0.1, 0.4)
        self.codes = [self.one(*STRONG_TRADES) if self.chance(0.2) else self.noc(), self.noc()]

    # Values

    def chance(self, share: float) -> bool:
        return self.random() < share

    def below(self, bound: int) -> int:
        return int(self.random() * bound)

    def one(self, *values: Any) -> Any:
        return values[int(self.random() * len(values))]

    def told(self, *values: Any) -> Any:
        """One of the values, or nothing."""
        return None if self.random() < self.unknown else values[int(self.random() * len(values))]

    def good(self, usual: Any, *others: Any) -> Any:
        """As a strong client would have it, or else anything; or nothing."""
        return self.told(usual) if self.strong and self.chance(0.85) else self.told(usual, *others)

    def yes_no(self) -> bool | None:
        return self.told(True, False)

    def noc(self) -> str:
        if self.strong and self.chance(0.6):
            return self.one(*STRONG)
        return self.one(*OCCUPATIONS[self.one("skilled", "trade", "senior", "physician", "split", "split", "any")])

    # Days

    def edge(self, years: int) -> date:
        """So many years before the day, or a day or two to either side."""
        return oracle.years_on(self.day, -years) + timedelta(self.one(-2, -1, -1, 0, 0, 1, 1, 2))

    def before(self, years: float) -> date:
        """Any day of so many years before."""
        return self.day - timedelta(1 + self.below(int(years * 365) - 1))

    def leap_day(self, years: int) -> date:
        """The 29 February nearest to so many years before, or a day or two to either side."""
        year = round((self.day.year - years) / 4) * 4
        return date(year, 2, 29) + timedelta(self.one(-1, 0, 0, 0, 1))

    def issued(self, years: int) -> date:
        """A day of issue of something that is valid for so many years: valid, too old, just either, or still to come.

        Never so early that the youngest client was not born.
        """
        if self.strong and self.chance(0.6):
            return self.before(years)
        drawn = self.random()
        if drawn < 0.35:
            return self.edge(years)
        if drawn < 0.45:
            return min(self.leap_day(years), self.day)
        if drawn < 0.5:
            return self.day + timedelta(self.below(61) - 1)
        return self.before(years if drawn < 0.85 else years + 4)

    def born(self) -> date:
        age = 17 + self.below(31 if self.chance(0.95) else 70)
        if self.chance(0.6):
            return self.edge(age)
        if self.chance(0.2):
            return self.leap_day(age + 2)
        return self.edge(age) - timedelta(self.below(365))

    # The Candidates sheet

    def row(self, client_id: str) -> Row:
        """One Candidates row, with every column."""
        row: Row = dict.fromkeys(CANDIDATES.names)
        row |= {"client_id": client_id, "date_of_birth": self.born()}
        row |= self.family()
        row |= self.pool()
        row |= self.funds()
        row |= {
            "intends_quebec": self.one(None, None, False, False, self.chance(0.3)),
            "job_bank_registered": self.one(None, True, False),
            "first_language": self.one(None, "english", "english", "french"),
            "canadian_study": self.told(*CANADIAN_STUDIES),
            "certificate_of_qualification": self.yes_no(),
            "provincial_nomination": self.one(*PROVINCES) if self.chance(0.15) else None,
            "nomination_applied_on": self.issued(2) if self.chance(0.15) else None,
            "language_exempt_abilities": self.exempt() if self.chance(0.12) else None,
        }
        for name in (
            "sibling_in_canada", "relative_in_canada", "studied_in_canada_two_years", "worked_in_canada_one_year",
            "spouse_studied_in_canada_two_years", "spouse_worked_in_canada_one_year",
        ):  # fmt: skip
            row[name] = self.yes_no()
        row |= self.schooling("")
        row |= self.work()
        row |= self.offer()
        row["certificate_noc"] = self.trade_certified(row["certificate_of_qualification"])
        row |= self.language("", "english", 0.85) | self.language("", "french", 0.5)
        if row["marital_status"] in ("married", "common_law") or self.chance(0.1):
            row |= {"spouse_date_of_birth": self.told(self.born())}
            row |= {"spouse_first_language": self.one(None, "english", "french")}
            row |= self.schooling("spouse_")
            row |= {"spouse_canadian_work_years": self.years()}
            row |= self.language("spouse_", "english", 0.7) | self.language("spouse_", "french", 0.4)
        return row

    def family(self) -> Row:
        status = self.one(
            "single", "single", "married", "married", "common_law", "divorced", "separated", "divorced_or_separated",
            "widowed",
        )  # fmt: skip
        if status not in ("married", "common_law"):
            return {"marital_status": status, "spouse_accompanying": self.one(None, None, None, True, False)}
        return {
            "marital_status": status,
            "spouse_accompanying": self.one(True, True, True, False),
            "spouse_is_canadian": self.one(None, False, False, False, True),
        }

    def pool(self) -> Row:
        submitted = None
        if self.chance(0.85):
            moment = datetime.combine(self.edge(self.one(0, 1)), time(), OTTAWA) + timedelta(
                seconds=self.one(-1, 0, 1, self.below(86_400))
            )
            if self.chance(0.6):
                moment = datetime.combine(self.before(1), time(12), OTTAWA)
            submitted = moment.astimezone(UTC)
        status = self.one(*POOL_STATUSES) if self.chance(0.3) else self.one(None, POOL_STATUSES[0])
        return {"profile_submitted_at": submitted, "pool_status": status}

    def funds(self) -> Row:
        size = self.told(1 + self.below(9), 1 + self.below(30))
        day = self.day - timedelta(self.one(0, 1))
        needed = oracle.funds_needed(size or 1 + self.below(9), max(day, date(2015, 1, 1)))
        funds = self.told(needed - 1, needed, needed + 1, needed - 0.01, 0)
        if self.strong and self.chance(0.7):
            funds = self.told(needed + self.one(0, 0.5, 20_000))
        return {"family_size": size, "settlement_funds_cad": None if funds is None else float(funds)}

    def children(self, client_id: str) -> list[Row]:
        """A client's children: for most none, else of any age, at an age limit, or not born yet."""
        if self.chance(0.7):
            return []
        return [
            {
                "client_id": client_id,
                "date_of_birth": self.one(
                    self.before(18), self.edge(22), self.edge(22), self.edge(19), self.edge(23), self.edge(0)
                ),
            }
            for _ in range(self.one(1, 1, 2, 3))
        ]

    def nominations(self, row: Row) -> list[Row]:
        """The nomination of a client on the Documents sheet, at times."""
        if row["provincial_nomination"] is None or self.chance(0.4):
            return []
        issued = self.told(self.edge(0), self.before(1), self.edge(1))
        return [
            {
                "client_id": row["client_id"],
                "person": self.one("principal", "principal", "spouse"),
                "kind": self.one("nomination", "nomination", "passport"),
                "issued_on": issued,
            }
            for _ in range(self.one(1, 1, 2))
        ]

    def exempt(self) -> str:
        named = self.rng.sample(ABILITIES, self.one(1, 1, 2, 3, 4))
        return "|".join(ability for ability in ABILITIES if ability in named)

    def schooling(self, prefix: str) -> Row:
        return {
            f"{prefix}education_level": self.good(self.one(*EDUCATION_LEVELS[3:]), *EDUCATION_LEVELS),
            f"{prefix}education_country": self.told("CA", *FOREIGN),
            f"{prefix}eca_issued_on": self.issued(5) if self.chance(0.75) else None,
        }

    def years(self) -> float | None:
        return self.told(*map(float, (0, 0.5, 0.99, 1, 1, 1.01, 1.99, 2, 2.5, 2.99, 3, 3, 3.9, 4, 4.99, 5, 6, 12.5)))

    def work(self) -> Row:
        code = self.one(*self.codes, self.noc())
        return {
            "canadian_work_years": self.years(),
            "foreign_work_years": self.years(),
            "canadian_work_months_last_36": self.good(self.one(12, 13, 36), 0, 6, 11, 12),
            "canadian_work_noc": self.told(code, *self.codes),
            "primary_noc": self.told(code, code, *self.codes, None),
            "primary_occupation_years": self.good(self.one(1.0, 2.0, 6.0), 0.0, 0.99, 1.0, 1.5, 5.99),
            "trade_noc": self.told(self.one(*OCCUPATIONS["trade"]), self.codes[0], self.codes[0], *self.codes, None),
            "trade_years_last_5": self.good(self.one(2.0, 2.01, 5.0), 0.0, 1.0, 1.99, 2.0),
        }

    def offer(self) -> Row:
        made: Row = {"authorized_to_work_in_canada": self.yes_no()}
        if self.chance(0.5):
            made |= {
                "job_offer_noc": self.one(self.noc(), *self.codes),
                "job_offer_basis": self.one(*JOB_OFFER_BASES),
                "job_offer_employers": self.one(None, None, 1, 1, 2, 0, 3),
                "job_offer_years": self.one(None, 0.5, 0.99, 1.0, 2.0),
                "job_offer_permanent": self.one(None, True, False),
            }
            if made["job_offer_basis"] in ("lmia_work_permit", "lmia_exempt_work_permit"):
                made["authorized_to_work_in_canada"] = self.told(True)
        return made

    def trade_certified(self, certified: bool | None) -> str | None:
        """The trade of a certificate of qualification, at times."""
        if certified is False or self.chance(0.6):
            return None
        return self.one(*self.codes, *self.codes, self.one(*OCCUPATIONS["trade"]))

    def language(self, prefix: str, language: str, share: float) -> Row:
        """A test in the summary columns, or at times only the day of one, which is passed over."""
        if not self.chance(share):
            return {f"{prefix}{language}_test_date": self.issued(2) if self.chance(0.05) else None}
        return {f"{prefix}{language}_{name}": value for name, value in self.sitting(language).items()}

    # Records

    def rows(self, client_id: str, make: Callable[[], Row]) -> list[Row]:
        """A client's rows of one sheet: for most none, for some the principal's, the spouse's, or both mixed."""
        if self.chance(0.55):
            return []
        people = self.one(("principal",), ("principal",), ("spouse",), ("principal", "spouse"))
        return [
            {"client_id": client_id, "person": self.one(*people), **make()} for _ in range(self.one(1, 1, 2, 3, 4, 6))
        ]

    def language_row(self) -> Row:
        language = self.one(*LANGUAGES)
        return {"language": language, **self.sitting(language)}

    def sitting(self, language: str) -> Row:
        """A test, its day and its four scores, each at a bound of a level or one step under, or missing."""
        day = self.issued(2)
        if self.chance(0.15):
            day = self.one(date(2019, 9, 30), date(2019, 10, 1), date(2023, 12, 10), date(2023, 12, 11))
        day = max(day, oracle.years_on(self.day, -OLDEST_RECORD))
        test = self.one(*TESTS[language])
        around = self.one(5, 6, 7, 7, 8, 9, 9, 10) if self.strong else 3 + self.below(8)
        made: Row = {"test": test, "test_date": None if test in LEVEL_SCALES and self.chance(0.4) else day}
        for ability in ABILITIES:
            level = min(max(around + self.one(0, 0, 0, 0, 1, 1, 2, -1), 3), 10)
            missing = self.chance(0.03 if self.unknown < 0.1 else 0.15)
            made[ability] = None if missing else self.score(test, ability, level)
        return made

    def score(self, test: str, ability: str, level: int) -> float:
        """A score of a level (3: under 4): its lowest, its highest, or any."""
        low, high, step = SCALES[test][ability]
        bounds = [low, *oracle._bounds(test)[ABILITIES.index(ability)], high + step]
        lowest, highest = bounds[level - 3], bounds[level - 2] - step
        steps = self.below(int((highest - lowest) / step) + 1)
        return float(self.one(lowest, lowest, highest, lowest + steps * step))

    def education(self, client_id: str) -> list[Row]:
        """A client's credentials; now and then one stands on a second row, with another assessment or less of it."""
        rows = self.rows(client_id, self.education_row)
        for row in rows[:2]:
            if self.chance(0.25):
                changed = self.one({}, {}, {"country": self.told("CA", *FOREIGN)}, {"in_canada": self.yes_no()})
                issued = self.issued(5) if self.chance(0.8) else None
                rows.append({**row, "eca_issued_on": issued, **changed})
        return rows

    def education_row(self) -> Row:
        completed = self.told(self.before(9), self.before(4), self.edge(0), date(2020, 3, 1), date(2020, 2, 29))
        started = self.told(self.before(9), date(2022, 8, 31), date(2022, 9, 1))
        if completed is not None and started is not None:
            started, completed = min(started, completed), max(started, completed)
        earliest = oracle.years_on(self.day, -OLDEST_RECORD)
        return {
            "level": self.one(*EDUCATION_LEVELS),
            "country": self.told("CA", *FOREIGN),
            "started_on": None if started is None else max(started, earliest),
            "completed_on": None if completed is None else max(completed, earliest),
            "eca_issued_on": self.issued(5) if self.chance(0.7) else None,
            "in_canada": self.yes_no(),
            "full_time_months_in_canada": self.told(0.0, 7.5, 8.0, 8.0, 20.0),
            "distance_share": self.told(0.0, 0.0, 0.5, 0.51, 1.0),
        }

    def work_history(self, client_id: str) -> list[Row]:
        """A client's jobs: for most none, for some a run of one kind of work, unrelated jobs, or both."""
        if self.chance(0.5):
            return []
        drawn = self.random()
        jobs = self.run() if drawn < 0.7 else []
        if drawn > 0.45:
            jobs += [self.job() for _ in range(self.one(1, 1, 2, 3, 5))]
        person = self.one("principal", "principal", "spouse")
        return [
            {"client_id": client_id, "person": person if self.chance(0.9) else self.one("principal", "spouse"), **job}
            for job in jobs
        ]

    def run(self) -> list[Row]:
        """Jobs of one occupation one after the other, with a few days between, that make a number of years or just
        fail to, counted from the first day, or from about where a window begins.
        """
        counted_from = self.edge(self.one(1, 2, 2, 3, 3, 3, 4, 5, 5, 5, 6, 10, 10))
        hours = self.told(30.0, 30.0, 37.5, 15.0, 29.9)
        years = self.one(1, 1, 1, 2, 2, 3) * (2 if hours == 15 else 1)
        calendar = (oracle.years_on(counted_from, years) - counted_from).days
        left = self.one(calendar, 364 * years) + self.one(-2, -1, -1, 0, 0, 0, 1)
        start = counted_from - timedelta(self.one(0, 0, 0, 30, 364))
        left += (counted_from - start).days
        kind = self.kind_of_work(self.codes[0])
        jobs = []
        for number in range(pieces := self.one(1, 1, 2, 2, 3)):
            days = left if number == pieces - 1 else 1 + self.below(left - 1)
            jobs.append({
                **kind,
                "noc": self.alike(kind["noc"]),
                "hours_per_week": hours,
                "started_on": start,
                "ended_on": start + timedelta(days - 1),
            })  # fmt: skip
            left = max(left - days, 2)
            start += timedelta(days + self.one(0, 0, 0, 1, 2, 3, 3, 4, 4, 5, -1))
        return jobs

    def job(self) -> Row:
        """A job of half a year, a year, or some, that ends around the day, around an anniversary of its first day, or
        a few days before another begins; full-time, part-time, or more than a week holds.
        """
        started = self.edge(self.one(1, 1, 2, 3, 3, 4, 5, 5, 6, 10, 11)) + timedelta(
            self.one(0, 0, 0, 1, 2, 3, 4, 5, -3, -4, -182, 182)
        )
        length = self.one(1, 1, 2, 2, 3, 5)
        ended = self.one(
            oracle.years_on(started, length) - timedelta(self.one(1, 1, 1, 0, 2)),
            started + timedelta(7 * 52 * length - self.one(1, 1, 0, 2)),
            started + timedelta(self.one(0, 181, 182, 183)),
            self.edge(0),
            self.edge(1) + timedelta(self.one(0, -3, -4, -5)),
            None,
        )
        return {
            **self.kind_of_work(self.alike(self.one(*self.codes))),
            "started_on": started,
            "ended_on": None if ended is None else max(ended, started),
            "hours_per_week": self.told(*map(float, (30, 30, 30, 37.5, 40, 29.9, 29, 20, 15, 15, 10, 0, 60))),
        }

    def alike(self, code: str | None) -> str | None:
        """The code, or at times one that it may mean in the other classification."""
        if code is None or self.chance(0.8):
            return code
        return self.one(*sorted(oracle.meanings(code, noc_2021=len(code) == 4)))

    def kind_of_work(self, code: str | None) -> Row:
        return {
            "noc": self.told(code),
            "country": self.told("CA", "CA", FOREIGN[0]),
            "paid": self.good(True, True, False),
            "authorized": self.good(True, True, False),
            "self_employed": self.good(False, False, True),
            "full_time_student": self.good(False, False, True),
            "temporary_resident_status": self.one(None, None, None, True, True, False),
            "canadian_employer": self.one(None, None, None, True, True, False),
        }
