"""The categories: their lists and days, who is in which, and what that makes of a round."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from transforms.assessment import scores
from transforms.facts.jobs import record_of
from transforms.facts.noc import Occupations, noc_2021
from transforms.model.columns import BY_KEY, SHEETS
from transforms.rounds import rounds
from transforms.rules import Law, Rules
from transforms.scoring import categories
from validation.values.parse import schema_of

TODAY = date(2026, 8, 7)
OF_2023 = {"french", "healthcare", "stem", "trades", "transport", "agriculture"}
OF_2025 = OF_2023 - {"transport"} | {"education"}
OF_2026 = OF_2025 - {"agriculture"} | {"transport", "physicians", "senior_managers", "researchers", "military"}
# Each day on which the categories changed, with those of that day.
DAYS = {
    date(2023, 5, 31): OF_2023,
    date(2025, 2, 27): OF_2025,
    date(2025, 12, 8): OF_2025 | {"physicians"},
    date(2026, 2, 18): OF_2026,
}
# How many unit groups each list has, by the day from which it holds.
COUNTS = {
    ("healthcare", date(2023, 5, 31)): 35,
    ("stem", date(2023, 5, 31)): 24,
    ("trades", date(2023, 5, 31)): 10,
    ("transport", date(2023, 5, 31)): 10,
    ("agriculture", date(2023, 5, 31)): 3,
    ("healthcare", date(2025, 2, 27)): 37,
    ("stem", date(2025, 2, 27)): 11,
    ("trades", date(2025, 2, 27)): 25,
    ("transport", date(2025, 2, 27)): 0,
    ("agriculture", date(2025, 2, 27)): 1,
    ("education", date(2025, 2, 27)): 5,
    ("physicians", date(2025, 12, 8)): 3,
    ("healthcare", date(2026, 2, 18)): 37,
    ("stem", date(2026, 2, 18)): 11,
    ("trades", date(2026, 2, 18)): 25,
    ("transport", date(2026, 2, 18)): 4,
    ("agriculture", date(2026, 2, 18)): 0,
    ("education", date(2026, 2, 18)): 5,
    ("senior_managers", date(2026, 2, 18)): 4,
    ("researchers", date(2026, 2, 18)): 2,
    ("military", date(2026, 2, 18)): 3,
}
# What a list gained and lost, by the day.
MOVED = {
    ("healthcare", date(2025, 2, 27)): (
        {"31120", "32104", "32111", "32123", "32124", "32129", "41300", "42201"},
        {"31204", "32200", "32209", "33109", "41320", "42203"},
    ),
    ("trades", date(2026, 2, 18)): ({"63201"}, {"63200"}),
    ("healthcare", date(2026, 2, 18)): (set(), set()),
    ("stem", date(2026, 2, 18)): (set(), set()),
    ("education", date(2026, 2, 18)): (set(), set()),
}
UTC_MORNING = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
JOB = {
    "client_id": "C-1", "person": "principal", "noc": "31301", "country": "IN", "started_on": date(2024, 8, 7),
    "ended_on": date(2025, 8, 6), "hours_per_week": 40.0, "paid": True, "authorized": True, "self_employed": False,
    "full_time_student": False,
}  # fmt: skip
ABILITIES = ("listening", "reading", "writing", "speaking")


@pytest.fixture(scope="module")
def law(rules: Rules) -> Law:
    return rules.law_of(TODAY)


def person(**changes: Any) -> dict[str, Any]:
    """Somebody in the pool for FSW alone: a software engineer from abroad with three years of work."""
    return {
        "client_id": "C-1",
        "date_of_birth": date(1996, 5, 17),
        "marital_status": "single",
        "family_size": 1,
        "settlement_funds_cad": 60000.0,
        "profile_submitted_at": UTC_MORNING,
        "english_test": "CLB",
        "english_test_date": date(2025, 12, 1),
        **{f"english_{ability}": 9.0 for ability in ABILITIES},
        "education_level": "masters",
        "education_country": "CA",
        "canadian_work_years": 0.0,
        "canadian_work_months_last_36": 0,
        "foreign_work_years": 3.0,
        "primary_noc": "21231",
        "primary_occupation_years": 3.0,
    } | changes


def scored(law: Law, *people: dict[str, Any]) -> pl.DataFrame:
    """People as typed candidates, scored."""
    sheets = {sheet.key: pl.DataFrame(schema=schema_of(sheet)) for sheet in SHEETS}
    candidates = schema_of(SHEETS[0])
    sheets["candidates"] = pl.DataFrame([dict.fromkeys(candidates) | one for one in people], schema=candidates)
    return scores.score(sheets, law)


def told(law: Law, **changes: Any) -> tuple[str, str]:
    """The categories of one client, and those that cannot be told, as published."""
    row = scores.published(scored(law, person(**changes)), law).row(0, named=True)
    return row["categories"], row["categories_unknown"]


def work_in(kind: str, law: Law, *jobs: dict[str, Any], **changes: Any) -> bool | None:
    """Is the work that a category asks for there, by jobs of the Work history or else by the summary columns?"""
    columns, of_jobs = schema_of(SHEETS[0]), schema_of(BY_KEY["work_history"])
    frame = pl.DataFrame([dict.fromkeys(columns) | {"client_id": "C-1"} | changes], schema=columns)
    rows = pl.DataFrame([dict.fromkeys(of_jobs) | JOB | job for job in jobs], schema=of_jobs)
    record = record_of(frame, rows, law, Occupations(law))
    found: bool | None = categories.settled(record)[f"work_in_{kind}"][0]
    return found


# --- The lists


def test_categories_of_each_day_the_day_before_and_the_day_after(rules: Rules) -> None:
    before: set[str] = set()
    for day, there in DAYS.items():
        assert set(categories.in_force(rules.law_of(day - timedelta(days=1)))) == before
        assert set(categories.in_force(rules.law_of(day))) == there
        assert set(categories.in_force(rules.law_of(day + timedelta(days=1)))) == there
        before = there
    assert set(categories.in_force(rules.law_of(date(2026, 10, 31)))) == OF_2026


def test_every_version_of_a_category_starts_on_a_day_that_is_tried(rules: Rules) -> None:
    days = {
        version.starts_on
        for name, parameter in rules.parameters.items()
        if name.startswith("categories.")
        for version in parameter.versions
    }
    assert days == {date(2015, 1, 1), date(2026, 2, 6), *DAYS}


@pytest.mark.parametrize(("kind", "day"), COUNTS)
def test_list_has_as_many_unit_groups_as_published(kind: str, day: date, rules: Rules) -> None:
    assert len(rules.law_of(day)[f"categories.{kind}.codes"]) == COUNTS[kind, day]


def test_every_list_is_counted(rules: Rules) -> None:
    lists = {
        (kind, version.starts_on)
        for kind in categories.KINDS
        if kind != "french"
        for version in rules.parameter(f"categories.{kind}.codes").versions
    }
    assert lists == set(COUNTS)


@pytest.mark.parametrize(("kind", "day"), MOVED)
def test_list_gained_and_lost_what_was_published(kind: str, day: date, rules: Rules) -> None:
    before = set(rules.law_of(day - timedelta(days=1))[f"categories.{kind}.codes"])
    after = set(rules.law_of(day)[f"categories.{kind}.codes"])
    assert (after - before, before - after) == MOVED[kind, day]


def test_number_of_moves_of_2025(rules: Rules) -> None:
    before, after = rules.law_of(date(2025, 2, 26)), rules.law_of(date(2025, 2, 27))
    moves = {
        kind: (
            len(set(after[f"categories.{kind}.codes"]) - set(before[f"categories.{kind}.codes"])),
            len(set(before[f"categories.{kind}.codes"]) - set(after[f"categories.{kind}.codes"])),
        )
        for kind in ("healthcare", "stem", "trades", "agriculture")
    }
    assert moves == {"healthcare": (8, 6), "stem": (6, 19), "trades": (19, 4), "agriculture": (0, 2)}


def test_codes_are_skilled_unit_groups_of_noc_2021(rules: Rules) -> None:
    for kind, day in COUNTS:
        codes = rules.law_of(day)[f"categories.{kind}.codes"]
        assert list(codes) == sorted(set(codes))
        assert {noc_2021().levels[code] for code in codes} <= set(rules.law_of(day)["noc.skilled_levels"])


def test_list_is_empty_just_where_there_is_no_such_category(rules: Rules) -> None:
    for kind, day in COUNTS:
        law = rules.law_of(day)
        assert bool(law[f"categories.{kind}.codes"]) == (kind in categories.in_force(law))


def test_different_codes_of_2026(law: Law) -> None:
    codes = {code for kind in categories.in_force(law) if kind != "french" for code in law[f"categories.{kind}.codes"]}
    assert len(codes) == 91
    assert set(law["categories.physicians.codes"]) <= set(law["categories.healthcare.codes"])


def test_months_and_continuity_change_on_18_february_2026(rules: Rules) -> None:
    for kind in ("healthcare", "stem", "trades", "education"):
        asked = [
            (rules.law_of(day)[f"categories.{kind}.minimum_months"], rules.law_of(day)[f"categories.{kind}.must_be_continuous"])
            for day in (date(2026, 2, 17), date(2026, 2, 18), date(2026, 2, 19))
        ]  # fmt: skip
        assert asked == [(6, True), (12, False), (12, False)]
    physicians = categories.WorkRule.of("physicians", rules.law_of(date(2025, 12, 8)))
    assert (physicians.minimum_months, physicians.must_be_continuous, physicians.only_in_canada) == (12, False, True)


def test_only_in_canada(law: Law) -> None:
    there = [kind for kind in categories.in_force(law) if kind in categories.BY_OCCUPATION]
    only = {kind for kind in there if law[f"categories.{kind}.only_in_canada"]}
    assert only == {"physicians", "senior_managers", "researchers"}


def test_categories_of_a_code(rules: Rules) -> None:
    assert categories.of_code("31102", rules.law_of(TODAY)) == ("healthcare", "physicians")
    assert categories.of_code("31102", rules.law_of(date(2025, 12, 7))) == ("healthcare",)
    assert categories.of_code("21231", rules.law_of(date(2025, 2, 26))) == ("stem",)
    assert categories.of_code("21231", rules.law_of(date(2025, 2, 27))) == ()
    assert categories.of_code("31102", rules.law_of(date(2023, 5, 30))) == ()


# --- Work by the summary columns


@pytest.mark.parametrize("kind", [kind for kind in categories.BY_OCCUPATION if kind in OF_2026])
def test_months_in_canada_just_enough_just_too_few_and_not_known(kind: str, law: Law) -> None:
    code = law[f"categories.{kind}.codes"][0]

    def of(months: int) -> bool | None:
        return work_in(
            kind, law, canadian_work_noc=code, canadian_work_months_last_36=months, canadian_work_years=3.0,
            foreign_work_years=0.0, primary_noc="13110",
        )  # fmt: skip

    assert [of(24), of(23), of(12), of(11)] == [True, None, None, False]


@pytest.mark.parametrize("kind", sorted(OF_2025 - {"french"}))
def test_continuous_months_just_enough_just_too_few_and_not_known(kind: str, rules: Rules) -> None:
    law = rules.law_of(date(2025, 6, 1))
    code = law[f"categories.{kind}.codes"][0]

    def of(years: float, abroad: float) -> bool | None:
        return work_in(
            kind, law, primary_noc=code, primary_occupation_years=years, canadian_work_years=0.0,
            foreign_work_years=abroad, canadian_work_months_last_36=0,
        )  # fmt: skip

    # Of 7.5 years within ten, half a year at least lies within three.
    assert [of(7.5, 8.0), of(7.4, 8.0), of(0.5, 0.5), of(0.4, 0.4)] == [True, None, None, False]


def test_months_in_canada_prove_no_continuous_run(rules: Rules) -> None:
    found = work_in(
        "healthcare", rules.law_of(date(2025, 6, 1)), canadian_work_noc="31301", canadian_work_months_last_36=36,
        canadian_work_years=3.0,
    )  # fmt: skip
    assert found is None


@pytest.mark.parametrize("kind", ["physicians", "senior_managers", "researchers"])
def test_work_abroad_is_none_in_canada(kind: str, law: Law) -> None:
    code = law[f"categories.{kind}.codes"][0]
    abroad = {"primary_noc": code, "primary_occupation_years": 9.0, "foreign_work_years": 9.0}
    assert work_in(kind, law, **abroad, canadian_work_months_last_36=0) is False
    assert work_in(kind, law, **abroad, canadian_work_years=0.9) is False
    assert work_in(kind, law, **abroad) is None


def test_occupations_off_the_list_are_outside_and_no_occupation_is_not_known(law: Law) -> None:
    long = {"canadian_work_years": 4.0, "foreign_work_years": 4.0, "canadian_work_months_last_36": 36}
    assert work_in("trades", law, primary_noc="13110", canadian_work_noc="21231", **long) is False
    assert work_in("trades", law, primary_noc="13110", **long) is None
    assert work_in("trades", law, canadian_work_noc="21231", **long) is None


def test_four_digit_code_goes_through_the_concordance(law: Law) -> None:
    canadian = {"canadian_work_months_last_36": 36, "canadian_work_years": 3.0, "foreign_work_years": 0.0}
    # 3413 is 33102 alone; 3237 is 32109, on the list of 2026, and 33109, off it.
    assert work_in("healthcare", law, canadian_work_noc="3413", primary_noc="13110", **canadian) is True
    assert work_in("healthcare", law, canadian_work_noc="3237", primary_noc="13110", **canadian) is None
    assert work_in("healthcare", law, canadian_work_noc="7511", primary_noc="13110", **canadian) is False


# --- Work by Work history


def job(noc: str = "31301", first: str = "2024-08-07", last: str = "2025-08-06", **changes: Any) -> dict[str, Any]:
    """A full-time job abroad; without more, twelve months to the day."""
    days = {"started_on": date.fromisoformat(first), "ended_on": date.fromisoformat(last)}
    return {"noc": noc, **days} | changes


@pytest.mark.parametrize(
    ("jobs", "expected"),
    [
        ([job()], True),
        ([job(last="2025-08-04")], False),
        ([job(hours_per_week=None)], None),
        ([job(paid=None)], None),
        ([job(paid=False)], False),
        # In two stretches of one occupation, under its old code too, but not in two occupations.
        ([job(last="2025-02-06"), job(first="2025-06-01", last="2025-11-30")], True),
        ([job("33102", last="2025-02-06"), job("3413", "2025-06-01", "2025-11-30")], True),
        ([job(last="2025-02-06"), job("31302", "2025-06-01", "2025-11-30")], False),
        # The window: the three years before the day.
        ([job(first="2023-08-07", last="2024-08-06")], True),
        ([job(first="2023-08-01", last="2024-07-31")], False),
        # An old code of which one meaning is on the list, and one off it.
        ([job("3237")], None),
        ([job("21231")], False),
        # The records of the spouse are not the client's.
        ([job(person="spouse"), job("21231")], False),
    ],
)
def test_twelve_months_by_jobs(jobs: list[dict[str, Any]], expected: bool | None, law: Law) -> None:
    assert work_in("healthcare", law, *jobs) is expected


@pytest.mark.parametrize(
    ("jobs", "expected"),
    [
        ([job(first="2024-08-07", last="2025-02-06")], True),
        ([job(first="2024-08-07", last="2025-02-03")], False),
        ([job(first="2024-08-07", last="2024-11-06"), job(first="2024-11-10", last="2025-02-09")], True),
        ([job(first="2024-08-07", last="2024-11-06"), job(first="2024-11-11", last="2025-02-10")], False),
    ],
)
def test_six_continuous_months_by_jobs(jobs: list[dict[str, Any]], expected: bool, rules: Rules) -> None:
    assert work_in("healthcare", rules.law_of(date(2025, 6, 1)), *jobs) is expected


def test_only_work_in_canada_by_jobs(law: Law) -> None:
    assert work_in("physicians", law, job("31102", country="CA")) is True
    assert work_in("physicians", law, job("31102")) is False
    assert work_in("physicians", law, job("31102", country=None)) is None
    assert work_in("healthcare", law, job("31102", country="CA", authorized=False)) is False


@pytest.mark.parametrize("lacking", ["temporary_resident_status", "canadian_employer"])
def test_a_category_of_canadian_work_asks_for_status_and_a_canadian_employer(lacking: str, law: Law) -> None:
    job = {"noc": "31102", "country": "CA"}
    assert work_in("physicians", law, job) is True
    assert work_in("physicians", law, job | {lacking: False}) is False
    assert work_in("healthcare", law, job | {lacking: False}) is True


def test_jobs_decide_over_the_summary(law: Law) -> None:
    summary = {"canadian_work_noc": "31301", "canadian_work_months_last_36": 36, "canadian_work_years": 3.0}
    assert work_in("healthcare", law, **summary) is True
    assert work_in("healthcare", law, job("21231"), **summary) is False
    assert work_in("trades", law, job("72106"), **summary) is True


# --- French and military service


def test_french_needs_its_level_in_all_four(law: Law) -> None:
    test = {"french_test": "NCLC", "french_test_date": date(2025, 12, 1)}
    seven = {f"french_{ability}": 7.0 for ability in ABILITIES}
    assert told(law, **test, **seven)[0] == "french"
    assert told(law, **test, **(seven | {"french_writing": 6.0})) == ("", "")
    assert told(law, **(test | {"french_test_date": date(2024, 8, 7)}), **seven) == ("", "")


def test_french_on_its_first_day_and_the_day_before(rules: Rules) -> None:
    french = {
        "french_test": "NCLC", "french_test_date": date(2022, 12, 1), "english_test_date": date(2022, 12, 1),
        **{f"french_{ability}": 7.0 for ability in ABILITIES},
    }  # fmt: skip
    assert told(rules.law_of(date(2023, 5, 30)), **french) == ("", "")
    assert told(rules.law_of(date(2023, 5, 31)), **french)[0] == "french"


SERVICE = {"foreign_military_years": 10.0, "caf_offer_years": 3.0}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, ("military", "")),
        ({"foreign_military_years": 9.9}, ("", "")),
        ({"foreign_military_years": None}, ("", "military")),
        ({"caf_offer_years": 2.9}, ("", "")),
        ({"education_level": "one_year"}, ("", "")),
        ({"education_country": "IN", "eca_issued_on": date(2025, 1, 1)}, ("military", "")),
        # No offer is told at all: none. An offer in another occupation: none of the armed forces.
        ({"caf_offer_years": None}, ("", "")),
        ({"caf_offer_years": None, "job_offer_noc": "21231", "job_offer_basis": "offer_only"}, ("", "")),
        ({"caf_offer_years": None, "job_offer_noc": "40042", "job_offer_basis": "offer_only"}, ("", "military")),
        (
            {
                "caf_offer_years": None,
                "job_offer_noc": "40042",
                "job_offer_basis": "offer_only",
                "job_offer_years": 3.0,
            },
            ("military", ""),
        ),
    ],
)
def test_military_service(changes: dict[str, Any], expected: tuple[str, str], law: Law) -> None:
    assert told(law, **(SERVICE | changes)) == expected


def test_military_service_the_day_before_there_was_the_category(rules: Rules) -> None:
    assert told(rules.law_of(date(2026, 2, 17)), **SERVICE) == ("", "")
    assert told(rules.law_of(date(2026, 2, 18)), **SERVICE) == ("military", "")


# --- Eligibility for a program comes first

NURSE = {
    "canadian_work_noc": "31301", "canadian_work_months_last_36": 24, "canadian_work_years": 2.0,
    "primary_noc": "31301",
}  # fmt: skip


def test_who_meets_no_program_is_in_no_category(law: Law) -> None:
    assert told(law, **NURSE) == ("healthcare", "")
    assert told(law, **NURSE, intends_quebec=True) == ("", "")


def test_who_may_meet_a_program_may_be_in_a_category(law: Law) -> None:
    unknown = {**NURSE, "settlement_funds_cad": None, "english_writing": 3.0}
    assert told(law, **unknown) == ("", "")
    unknown |= {"english_writing": 7.0}
    assert told(law, **unknown) == ("healthcare", "")
    unknown |= {"canadian_work_months_last_36": 11, "primary_occupation_years": 9.0}
    assert scored(law, person(**unknown))["pool_eligible"][0] is None
    assert told(law, **unknown) == ("", "healthcare")


def test_keys_are_joined_in_their_order(law: Law) -> None:
    doctor = {**NURSE, "canadian_work_noc": "31102", "primary_noc": "31102"}
    assert told(law, **doctor, **SERVICE)[0] == "healthcare|physicians|military"
    doctor |= {"canadian_work_months_last_36": 23}
    assert told(law, **doctor)[1] == "healthcare|physicians"


def test_before_categories_there_are_none(rules: Rules) -> None:
    day = rules.law_of(date(2023, 5, 30))
    assert told(day, **NURSE, english_test_date=date(2022, 1, 1)) == ("", "")


# --- Rounds


def held(law: Law, question: str, *people: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The outcome of a round on the own pool, by client."""
    outcome = rounds.hold(rounds.asked(question, [], law.as_of), scored(law, *people), law)
    return {row["client_id"]: row for row in outcome.candidates.iter_rows(named=True)}


def test_category_round_invites_members_and_lists_who_cannot_be_told(law: Law) -> None:
    found = held(
        law, "healthcare:5",
        person(client_id="in", **NURSE),
        person(client_id="unknown", **(NURSE | {"canadian_work_months_last_36": 20})),
        person(client_id="out"),
        person(client_id="nominee", **NURSE, provincial_nomination="ON"),
    )  # fmt: skip
    assert {client: row["outcome"] for client, row in found.items()} == {"in": "invited", "unknown": "undetermined"}
    assert found["unknown"]["reason"] == (
        "healthcare not known: 12 months of work in one of its occupations in the last 3 years "
        "(Work history would tell)"
    )


def test_round_of_a_category_that_there_is_not_says_so(law: Law) -> None:
    outcome = rounds.hold(rounds.asked("agriculture:5", [], law.as_of), scored(law, person(primary_noc="63201")), law)
    assert outcome.candidates.is_empty()
    assert f"agriculture:5: there is no category agriculture on {TODAY}" in outcome.notes


CEC_TOO = {"canadian_work_noc": "21231", "canadian_work_months_last_36": 12, "canadian_work_years": 1.0}
TRADE = {"trade_noc": "72106", "trade_years_last_5": 2.0, "certificate_of_qualification": True}


def test_invited_under_the_first_class_in_order(law: Law) -> None:
    found = held(
        law, "general:9",
        person(client_id="cec", **CEC_TOO, **TRADE),
        person(client_id="fsw", **TRADE),
        person(client_id="fst", **TRADE, primary_occupation_years=0.5),
        person(client_id="nominee", **CEC_TOO, provincial_nomination="ON"),
        person(client_id="untold", **(CEC_TOO | {"canadian_work_months_last_36": None})),
    )  # fmt: skip
    assert {client: row["invited_as"] for client, row in found.items()} == {
        "cec": "CEC", "fsw": "FSW", "fst": "FST", "nominee": "PNP", "untold": None,
    }  # fmt: skip
    assert {row["outcome"] for row in found.values()} == {"invited"}


def test_round_for_a_class_invites_under_it(law: Law) -> None:
    people = [person(client_id="both", **CEC_TOO), person(client_id="low", **CEC_TOO, english_reading=7.0)]
    found = held(law, "FSW:1", *people)
    assert [found[client]["invited_as"] for client in ("both", "low")] == ["FSW", None]
    assert held(law, "PNP:1", person(provincial_nomination="ON"))["C-1"]["invited_as"] == "PNP"


def test_nominee_before_the_rule_is_invited_under_a_program(rules: Rules) -> None:
    nominee = person(
        provincial_nomination="ON", english_test_date=date(2016, 1, 1), primary_noc="2173",
        profile_submitted_at=datetime(2017, 3, 1, tzinfo=UTC), date_of_birth=date(1987, 5, 17),
    )  # fmt: skip
    assert held(rules.law_of(date(2017, 6, 21)), "general:1", nominee)["C-1"]["invited_as"] == "FSW"
    assert held(rules.law_of(date(2017, 6, 22)), "general:1", nominee)["C-1"]["invited_as"] == "PNP"
