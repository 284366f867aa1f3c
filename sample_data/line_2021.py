"""Clients of September 2021 designed by hand, around the line that round 204 drew: 462, 2021-09-11T10:55:43Z."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta

from sample_data.clients import DESKS, Client, Row
from sample_data.histories import years_before
from transforms.model.vocabulary import ABILITIES

AS_OF = date(2021, 9, 14)
IELTS = {
    7: (6, 6, 6, 6), 8: (7.5, 6.5, 6.5, 6.5), 9: (8, 7, 7, 7), 10: (8.5, 8, 7.5, 7.5),
}  # fmt: skip
NINES_AND_AN_EIGHT = (8, 7, 7, 6.5)
TWO_NINES_TWO_SEVENS = (8, 7, 6, 6)
NOC_2016 = ("1111", "1241", "2173", "3012", "4214", "6211", "6311")
TESTED_ON, ASSESSED_ON = date(2020, 6, 20), date(2019, 11, 5)


def _tested(prefix: str, scores: tuple[float, ...]) -> Row:
    found: Row = {f"{prefix}english_test": "IELTS_GT", f"{prefix}english_test_date": TESTED_ON}
    return found | {f"{prefix}english_{ability}": score for ability, score in zip(ABILITIES, scores, strict=True)}


def _abroad(level: str) -> Row:
    return {
        "education_level": level, "education_country": "India", "eca_issued_on": ASSESSED_ON, "canadian_study": "none",
    }  # fmt: skip


def _worked(canadian_years: float, foreign_years: float) -> Row:
    """All in one occupation, which the client gets later."""
    return {
        "canadian_work_years": canadian_years, "foreign_work_years": foreign_years,
        "canadian_work_months_last_36": min(int(canadian_years * 12), 36),
        "primary_occupation_years": max(canadian_years, foreign_years),
        "worked_in_canada_one_year": "yes" if canadian_years else "no",
        "authorized_to_work_in_canada": "yes" if canadian_years else "no",
        "country_of_residence": "Canada" if canadian_years else "India",
    }  # fmt: skip


CANADIAN_BACHELOR: Row = {
    # 27: 110; bachelor 120; CLB 9: 124; one year in Canada 40; transferability 25 + 13; Canadian study 30.
    "age": 27, "education_level": "three_year", "education_country": "Canada",
    "canadian_study": "three_years_or_more", "studied_in_canada_two_years": "yes",
    **_tested("", IELTS[9]), **_worked(1.3, 0),
}  # fmt: skip
MASTERS: Row = {
    # 33: 88; master's 135; CLB 10: 136; two years in Canada 53; transferability 50.
    "age": 33, **_abroad("masters"), **_tested("", IELTS[10]), **_worked(2.4, 0),
}  # fmt: skip
WORKED_ABROAD: Row = {
    # 27: 110; bachelor 120; CLB 9, 9, 9, 8: 116; one year in Canada 40; transferability 13 + 13 and 50.
    "age": 27, **_abroad("three_year"), **_tested("", NINES_AND_AN_EIGHT), **_worked(1.2, 3.1),
}  # fmt: skip
WITH_SPOUSE: Row = {
    # 29: 100; master's 126; CLB 9: 116; two years in Canada 46; transferability 50; spouse: bachelor 8, language 16.
    "age": 29, **_abroad("masters"), **_tested("", IELTS[9]), **_worked(2.1, 0),
    "marital_status": "married", "spouse_accompanying": "yes", "spouse_is_canadian": "no", "family_size": 2,
    "spouse_date_of_birth": date(1993, 2, 11), "spouse_education_level": "three_year",
    "spouse_education_country": "India", "spouse_eca_issued_on": ASSESSED_ON,
    **_tested("spouse_", TWO_NINES_TWO_SEVENS), "spouse_canadian_work_years": 0,
}  # fmt: skip
WITH_SISTER: Row = {
    # 35: 77; two credentials 128; CLB 9: 124; two years in Canada 53; transferability 50; diploma in Canada 15;
    # sister in Canada 15.
    "age": 35, **_abroad("two_or_more"), **_tested("", IELTS[9]), **_worked(2.5, 0),
    "canadian_study": "one_or_two_years", "studied_in_canada_two_years": "yes", "sibling_in_canada": "yes",
    "relative_in_canada": "yes",
}  # fmt: skip
ONE_MORE: Row = {
    # 27: 110; bachelor 120; CLB 8: 92; two years in Canada 53; transferability 13 + 25 and 50: 463.
    "age": 27, **_abroad("three_year"), **_tested("", IELTS[8]), **_worked(2.2, 3.3),
}  # fmt: skip
ONE_LESS: Row = {
    # 27: 110; bachelor 120; CLB 7: 68; four years in Canada 72; transferability 38 and 38; sister in Canada 15: 461.
    "age": 27, **_abroad("three_year"), **_tested("", IELTS[7]), **_worked(4.1, 1.2),
    "sibling_in_canada": "yes", "relative_in_canada": "yes",
}  # fmt: skip
NEVER_IN_CANADA: Row = {
    # 29: 110; two credentials 128; CLB 9: 124; transferability 50 and 50.
    "age": 29, **_abroad("two_or_more"), **_tested("", IELTS[9]), **_worked(0, 3.4),
}  # fmt: skip


@dataclass(frozen=True)
class OnTheLine:
    """One designed client: what it shows, the score, and what round 204 makes of it."""

    shows: str
    design: Row
    submitted: str
    outcome: str
    crs_total: int = 462
    changes: Row = field(default_factory=dict)


INVITED, NOT_INVITED, OUTSIDE = "invited", "not_invited", "not_in_round"
LINE = (
    OnTheLine("well before the tie-break", CANADIAN_BACHELOR, "2021-03-02T18:04:11Z", INVITED),
    OnTheLine("the day before", MASTERS, "2021-09-10T23:59:59Z", INVITED),
    OnTheLine("one second before", WORKED_ABROAD, "2021-09-11T10:55:42Z", INVITED),
    OnTheLine("at the tie-break to the second", CANADIAN_BACHELOR, "2021-09-11T10:55:43Z", INVITED),
    OnTheLine("one second after", CANADIAN_BACHELOR, "2021-09-11T10:55:44Z", NOT_INVITED),
    OnTheLine("the same day, later", WITH_SISTER, "2021-09-11T16:20:05Z", NOT_INVITED),
    OnTheLine("the day before the round", MASTERS, "2021-09-13T08:30:00Z", NOT_INVITED),
    OnTheLine("with a spouse who comes along, before", WITH_SPOUSE, "2021-05-27T12:00:31Z", INVITED),
    OnTheLine("with a spouse who comes along, after", WITH_SPOUSE, "2021-09-12T02:41:56Z", NOT_INVITED),
    OnTheLine("declined an invitation and is in the pool again", WITH_SISTER, "2021-01-19T09:15:27Z", INVITED,
              changes={"pool_status": "declined", "ita_issued_on": date(2021, 6, 24), "ita_round": "194"}),
    OnTheLine("one point more, after the tie-break", ONE_MORE, "2021-09-13T20:10:00Z", INVITED, 463),
    OnTheLine("one point less, long before", ONE_LESS, "2020-10-05T14:00:00Z", NOT_INVITED, 461),
    OnTheLine("a nominee, who is invited only as one", CANADIAN_BACHELOR, "2021-04-08T11:11:11Z", OUTSIDE, 1032,
              changes={"provincial_nomination": "ON"}),
    OnTheLine("eligible as a skilled worker alone", NEVER_IN_CANADA, "2021-02-15T07:45:10Z", OUTSIDE),
    OnTheLine("the profile is over a year old", MASTERS, "2020-08-30T10:00:00Z", OUTSIDE),
    OnTheLine("withdrawn", WORKED_ABROAD, "2021-03-30T15:22:48Z", OUTSIDE, changes={"pool_status": "withdrawn"}),
    OnTheLine("invited in an earlier round already", WITH_SPOUSE, "2021-02-03T19:37:02Z", OUTSIDE,
              changes={"pool_status": "invited", "ita_issued_on": date(2021, 8, 19), "ita_round": "202"}),
)  # fmt: skip


def designed_client(line: OnTheLine, number: int, rng: random.Random) -> Client:
    """The Candidates row of a designed client, without detail rows."""
    row: Row = {
        "client_id": f"C-{number:04d}",
        "family_name": f"Sample-{number:04d}",
        "given_name": "Client",
        "case_owner": rng.choice(DESKS),
        "citizenship": "India",
        "marital_status": "single",
        "family_size": 1,
        "settlement_funds_cad": 41_500,
        "profile_submitted_at": line.submitted,
        "pool_status": "in_pool",
        "studied_in_canada_two_years": "no",
        "certificate_of_qualification": "no",
        "sibling_in_canada": "no",
        "relative_in_canada": "no",
        **line.design,
        **line.changes,
    }
    row["primary_noc"] = rng.choice(NOC_2016)
    row["canadian_work_noc"] = row["primary_noc"] if row["canadian_work_years"] else None
    age = row.pop("age")
    if not isinstance(age, int):
        raise TypeError("a design has an age in years")
    row["date_of_birth"] = years_before(AS_OF, age) - timedelta(days=rng.randint(20, 340))
    return Client(row)
