"""The documents of an application: what is needed, and whether it serves on the day, to the day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from invited import AS_OF, CEC_ROUND, PLANNED, client, paper, sheets

from transforms.outlook.application import stage
from transforms.outlook.checklist import DOCUMENTS_NEEDED
from transforms.rules import Rules

DAY = timedelta(days=1)
SPOUSE = {"marital_status": "married", "spouse_accompanying": True, "spouse_is_canadian": False}
Row = dict[str, Any]


def listed(rules: Rules, *, as_of: date = AS_OF, changes: Row | None = None, **details: list[Row]) -> pl.DataFrame:
    """The list of one client."""
    made = stage(sheets(client(**changes or {}), **details), rules, as_of, [CEC_ROUND]).documents
    assert dict(made.schema) == DOCUMENTS_NEEDED
    return made


def one(frame: pl.DataFrame, kind: str, person: str = "principal", subject: str | None = None) -> Row:
    """The one row of a kind."""
    rows = frame.filter((pl.col("kind") == kind) & (pl.col("person") == person))
    return (rows if subject is None else rows.filter(pl.col("subject") == subject)).row(0, named=True)


def kinds(frame: pl.DataFrame, person: str = "principal") -> list[str]:
    return frame.filter(pl.col("person") == person)["kind"].to_list()


# --- Presence


def test_without_any_document_on_record_nothing_is_said_to_be_missing(rules: Rules) -> None:
    made = listed(rules)
    assert one(made, "passport")["status"] == "undetermined"
    assert "no document of the client is on record" in one(made, "passport")["why"]
    assert "missing" not in made["status"].to_list()


def test_beside_other_documents_it_is_missing(rules: Rules) -> None:
    made = listed(rules, documents=[paper("work_permit")])
    assert one(made, "passport")["status"] == "missing"
    assert one(made, "medical")["status"] == "missing"


def test_a_document_of_tomorrow_is_not_there_yet(rules: Rules) -> None:
    papers = [paper("work_permit"), paper("medical", AS_OF + DAY)]
    assert one(listed(rules, documents=papers), "medical")["status"] == "missing"
    assert one(listed(rules, as_of=AS_OF + DAY, documents=papers), "medical")["status"] == "have"


@pytest.mark.parametrize(
    ("expires_on", "status"),
    [(PLANNED - DAY, "expires_before"), (PLANNED, "have"), (PLANNED + DAY, "have"), (None, "undetermined")],
)
def test_a_passport_serves_to_its_last_day(expires_on: date | None, status: str, rules: Rules) -> None:
    found = one(listed(rules, documents=[paper("passport", date(2020, 1, 1), expires_on)]), "passport")
    assert (found["status"], found["valid_until"], found["needed_on"]) == (status, expires_on, PLANNED)


def test_of_two_passports_the_one_that_serves_counts(rules: Rules) -> None:
    papers = [paper("passport", None, PLANNED - DAY), paper("passport", None, date(2030, 1, 1)), paper("passport")]
    found = one(listed(rules, documents=papers), "passport")
    assert (found["status"], found["valid_until"]) == ("have", date(2030, 1, 1))


# --- Tests and assessments


@pytest.mark.parametrize(
    ("taken_on", "planned", "status", "until"),
    [
        (date(2024, 8, 25), date(2026, 8, 24), "have", date(2026, 8, 24)),
        (date(2024, 8, 24), date(2026, 8, 24), "too_old", date(2026, 8, 23)),
        (date(2024, 8, 23), date(2026, 8, 24), "too_old", date(2026, 8, 22)),
    ],
)
def test_a_result_serves_under_two_years(taken_on: date, planned: date, status: str, until: date, rules: Rules) -> None:
    made = listed(rules, changes={"english_test_date": taken_on, "planned_application_on": planned})
    found = one(made, "language_result")
    assert (found["subject"], found["status"], found["valid_until"]) == ("English", status, until)


def test_the_two_years_of_a_29_february_end_with_the_last_day_of_february(rules: Rules) -> None:
    changes = {
        "english_test_date": date(2024, 2, 29), "ita_issued_on": date(2026, 2, 1),
        "profile_submitted_at": None, "planned_application_on": date(2026, 2, 28),
    }  # fmt: skip
    found = one(listed(rules, as_of=date(2026, 2, 10), changes=changes), "language_result")
    assert (found["status"], found["valid_until"]) == ("have", date(2026, 2, 28))
    changes["planned_application_on"] = date(2026, 3, 1)
    assert one(listed(rules, as_of=date(2026, 2, 10), changes=changes), "language_result")["status"] == "too_old"


def test_levels_without_a_date_cannot_be_told(rules: Rules) -> None:
    found = one(listed(rules, changes={"english_test": "CLB", "english_test_date": None}), "language_result")
    assert (found["status"], found["valid_until"]) == ("undetermined", None)


def test_who_has_no_result_needs_one(rules: Rules) -> None:
    found = one(listed(rules, changes={"english_test": None, "english_test_date": None}), "language_result")
    assert (found["needed"], found["status"], found["why"]) == (True, "undetermined", "no valid result is on record")


@pytest.mark.parametrize(("issued_on", "status"), [(date(2021, 8, 25), "have"), (date(2021, 8, 24), "too_old")])
def test_an_assessment_serves_under_five_years(issued_on: date, status: str, rules: Rules) -> None:
    made = listed(rules, changes={"education_country": "IN", "eca_issued_on": issued_on})
    assert one(made, "eca")["status"] == status


def test_a_canadian_credential_needs_none_and_one_of_which_nothing_is_known_may(rules: Rules) -> None:
    assert "eca" not in kinds(listed(rules))
    found = one(listed(rules, changes={"education_country": "IN", "eca_issued_on": None}), "eca")
    assert (found["needed"], found["status"]) == (None, "undetermined")


def test_the_assessment_of_each_credential_on_the_sheet(rules: Rules) -> None:
    rows = [
        {
            "level": "three_year",
            "in_canada": False,
            "completed_on": date(2018, 6, 1),
            "eca_issued_on": date(2021, 8, 1),
        },
        {"level": "masters", "in_canada": False, "completed_on": date(2020, 6, 1), "eca_issued_on": date(2025, 8, 1)},
    ]
    found = one(listed(rules, education=rows), "eca")
    assert (found["issued_on"], found["status"]) == (date(2021, 8, 1), "too_old")


# --- Medical


@pytest.mark.parametrize(
    ("planned", "asked"),
    [
        (date(2023, 9, 30), True), (date(2023, 10, 1), False), (date(2025, 8, 20), False), (date(2025, 8, 21), True),
    ],
)  # fmt: skip
def test_a_medical_is_asked_for_by_the_law_of_the_application(planned: date, asked: bool, rules: Rules) -> None:
    invited_on = planned - timedelta(days=30)
    changes = {"ita_issued_on": invited_on, "planned_application_on": planned, "profile_submitted_at": None}
    made = listed(rules, as_of=invited_on, changes=changes)
    assert ("medical" in kinds(made)) == asked


@pytest.mark.parametrize(
    ("residence", "issued_on", "status"),
    [
        ("IN", date(2025, 8, 25), "have"),
        ("IN", date(2025, 8, 24), "too_old"),
        ("CA", date(2025, 8, 24), "have"),
        ("CA", date(2021, 8, 25), "have"),
        ("CA", date(2021, 8, 24), "too_old"),
        (None, date(2025, 8, 25), "have"),
        (None, date(2025, 8, 24), "undetermined"),
        (None, date(2021, 8, 24), "too_old"),
        ("IN", None, "undetermined"),
    ],
)
def test_a_medical_serves_a_year_and_in_canada_may_be_named_for_five(
    residence: str | None, issued_on: date | None, status: str, rules: Rules
) -> None:
    made = listed(rules, changes={"country_of_residence": residence}, documents=[paper("medical", issued_on)])
    assert one(made, "medical")["status"] == status


def test_why_it_cannot_be_told_is_said(rules: Rules) -> None:
    papers = [
        paper("passport"), paper("medical", date(2025, 8, 24)), paper("police_certificate", date(2023, 1, 1), country="IN"),
    ]  # fmt: skip
    made = listed(rules, changes={"country_of_residence": None}, documents=papers, work_history=[INDIA])
    assert {one(made, kind)["why"] for kind in ("passport", "medical", "police_certificate")} == {
        "its last day is not on record",
        "its date, or where the person lives, is not on record",
        "its date, where the person lives, or when the stay ended is not on record",
    }


def test_before_that_rule_those_in_canada_had_a_year_as_well(rules: Rules) -> None:
    changes = {
        "ita_issued_on": date(2023, 7, 1),
        "planned_application_on": date(2023, 8, 24),
        "profile_submitted_at": None,
    }
    papers = [paper("medical", date(2022, 8, 24))]
    assert (
        one(listed(rules, as_of=date(2023, 7, 2), changes=changes, documents=papers), "medical")["status"] == "too_old"
    )


def test_a_stated_end_of_a_medical_counts(rules: Rules) -> None:
    papers = [paper("medical", date(2026, 1, 1), PLANNED - DAY)]
    abroad = one(listed(rules, changes={"country_of_residence": "IN"}, documents=papers), "medical")
    assert (abroad["status"], abroad["valid_until"]) == ("expires_before", PLANNED - DAY)
    # In Canada the examination may be named for five years all the same.
    assert one(listed(rules, documents=papers), "medical")["status"] == "have"


# --- Police certificates

INDIA = {"noc": "21231", "country": "IN", "started_on": date(2019, 1, 1), "ended_on": date(2022, 6, 30)}


@pytest.mark.parametrize(
    ("issued_on", "status"),
    [(date(2026, 2, 24), "have"), (date(2026, 2, 23), "too_old"), (None, "undetermined")],
)
def test_where_one_lives_it_must_be_of_the_last_six_months(issued_on: date | None, status: str, rules: Rules) -> None:
    papers = [paper("police_certificate", issued_on, country="IN")]
    made = listed(rules, changes={"country_of_residence": "IN"}, documents=papers)
    assert one(made, "police_certificate", subject="IN")["status"] == status


@pytest.mark.parametrize(
    ("issued_on", "status"),
    [(date(2022, 6, 30), "too_old"), (date(2022, 7, 1), "have"), (date(2022, 7, 2), "have")],
)
def test_where_one_lived_it_must_be_from_after_the_stay(issued_on: date, status: str, rules: Rules) -> None:
    papers = [paper("police_certificate", issued_on, country="IN")]
    found = one(listed(rules, documents=papers, work_history=[INDIA]), "police_certificate", subject="IN")
    assert (found["needed"], found["status"]) == (True, status)


def test_without_a_residence_on_record_both_rules_must_agree(rules: Rules) -> None:
    changes = {"country_of_residence": None}
    for issued_on, status in (
        (date(2026, 3, 1), "have"),
        (date(2022, 6, 1), "too_old"),
        (date(2023, 1, 1), "undetermined"),
    ):
        papers = [paper("police_certificate", issued_on, country="IN")]
        made = listed(rules, changes=changes, documents=papers, work_history=[INDIA])
        assert one(made, "police_certificate", subject="IN")["status"] == status


def test_the_citizenship_alone_does_not_tell(rules: Rules) -> None:
    found = one(listed(rules, documents=[paper("work_permit")]), "police_certificate", subject="IN")
    assert (found["needed"], found["status"]) == (None, "undetermined")
    assert "stayed there long enough" in found["why"]


def test_a_certificate_without_its_country_may_be_the_one(rules: Rules) -> None:
    papers = [paper("police_certificate", date(2026, 3, 1))]
    found = one(listed(rules, documents=papers, work_history=[INDIA]), "police_certificate", subject="IN")
    assert (found["status"], found["why"]) == ("undetermined", "a certificate without its country is on record")


def test_never_of_canada_and_never_of_those_under_age(rules: Rules) -> None:
    child = [{"date_of_birth": PLANNED.replace(year=2008) + DAY}, {"date_of_birth": PLANNED.replace(year=2008)}]
    made = listed(rules, changes={"citizenship": "CA"}, dependants=child)
    assert kinds(made).count("police_certificate") == 0
    certificates = made.filter((pl.col("kind") == "police_certificate") & (pl.col("person") == "child"))
    assert certificates.height == 1
    assert certificates["status"].to_list() == ["undetermined"]


# --- Children of nominees

# 22 on the day before the application.
AGED_OUT = [{"date_of_birth": PLANNED.replace(year=2004) - DAY}]


@pytest.mark.parametrize(
    ("applied_on", "issued_on", "needed"),
    [
        (AS_OF, None, True),
        (None, AS_OF, True),
        (None, None, None),
        # Nobody applies for a nomination after the day or after its issue.
        (PLANNED - DAY, None, None),
        (PLANNED - DAY, AS_OF, True),
        (AS_OF, AS_OF - DAY, True),
    ],
)
def test_documents_of_a_nominees_child_go_by_the_lock_in(
    applied_on: date | None, issued_on: date | None, needed: bool | None, rules: Rules
) -> None:
    papers = [paper("passport", None, date(2030, 1, 1), country="IN")]
    papers += [] if issued_on is None else [paper("nomination", issued_on, date(2027, 1, 1))]
    nominee = {"provincial_nomination": "ON", "nomination_applied_on": applied_on}
    made = listed(rules, changes=nominee, documents=papers, dependants=AGED_OUT).filter(pl.col("person") == "child")
    if needed is False:
        assert made.is_empty()
        return
    assert {"medical", "birth_certificate", "police_certificate", "passport"} == set(made["kind"])
    birth = made.row(by_predicate=pl.col("kind") == "birth_certificate", named=True)
    assert birth["needed"] is needed
    assert ("nomination_applied_on" in birth["why"]) == (needed is None)
    if needed is None:
        assert set(made["status"]) == {"undetermined"}
        assert made["needed"].null_count() == made.height


def test_a_child_who_was_22_when_the_nomination_was_issued_is_undetermined(rules: Rules) -> None:
    """The nomination was applied for before its issue, and nobody knows when."""
    older = [{"date_of_birth": (AS_OF - DAY).replace(year=2004)}]
    papers = [paper("nomination", AS_OF, date(2027, 1, 1))]
    made = listed(rules, changes={"provincial_nomination": "ON"}, documents=papers, dependants=older)
    assert set(made.filter(pl.col("person") == "child")["status"]) == {"undetermined"}


def test_other_children_go_by_the_day_of_the_application(rules: Rules) -> None:
    applied_for = {"nomination_applied_on": AS_OF}
    made = listed(rules, changes=applied_for, dependants=AGED_OUT)
    assert "child" not in set(made["person"])


# --- Funds, nomination and the rest


def test_cec_needs_a_letter_instead_of_funds(rules: Rules) -> None:
    made = kinds(listed(rules))
    assert "funds_exemption" in made and "funds_letter" not in made


def test_a_nominee_who_meets_cec_needs_no_proof_of_funds(rules: Rules) -> None:
    pnp = replace(CEC_ROUND, kind="PNP")
    made = kinds(stage(sheets(client(provincial_nomination="ON")), rules, AS_OF, [pnp]).documents)
    assert "funds_exemption" in made and "funds_letter" not in made
    # Whether CEC is met is undetermined without the occupation and with CLB 6: so is the letter.
    unclear = client(provincial_nomination="ON", canadian_work_noc=None, english_reading=5.0)
    found = one(stage(sheets(unclear), rules, AS_OF, [pnp]).documents, "funds_letter")
    assert (found["needed"], found["status"]) == (None, "undetermined")


def test_other_classes_need_proof_unless_an_offer_exempts(rules: Rules) -> None:
    pnp = replace(CEC_ROUND, kind="PNP")
    nominee = client(
        provincial_nomination="ON", authorized_to_work_in_canada=True, canadian_work_months_last_36=0
    )  # fmt: skip
    offer = {"job_offer_noc": "21231", "job_offer_basis": "lmia_work_permit", "job_offer_years": 2.0}
    for changes, kind in (({}, "funds_letter"), (offer, "funds_exemption")):
        made = stage(sheets(nominee | changes), rules, AS_OF, [pnp]).documents
        assert ("funds_letter" if kind == "funds_exemption" else "funds_exemption") not in kinds(made)
        assert kind in kinds(made)
        assert "nomination" in kinds(made)


def test_where_the_round_is_not_known_proof_of_funds_cannot_be_told(rules: Rules) -> None:
    found = one(listed(rules, changes={"ita_round": None}), "funds_letter")
    assert (found["needed"], found["status"]) == (None, "undetermined")


@pytest.mark.parametrize(("expires_on", "status"), [(PLANNED, "have"), (PLANNED - DAY, "expires_before")])
def test_a_nomination_must_last_to_the_day(expires_on: date, status: str, rules: Rules) -> None:
    papers = [paper("nomination", None, expires_on, country="CA")]
    made = listed(rules, changes={"provincial_nomination": "ON"}, documents=papers)
    assert one(made, "nomination")["status"] == status


def test_what_the_records_have_no_place_for_is_listed_all_the_same(rules: Rules) -> None:
    changes = {
        "job_offer_noc": "21231", "job_offer_basis": "offer_only", "certificate_of_qualification": True,
        "marital_status": "divorced",
    }  # fmt: skip
    made = listed(rules, changes=changes)
    for kind in ("job_offer", "certificate_of_qualification", "work_proof", "study_proof", "civil_status", "photos"):
        assert one(made, kind)["why"] == "the records have no place for it"
    assert one(made, "civil_status")["subject"] == "divorced"
    assert "civil_status" not in kinds(listed(rules)) and "job_offer" not in kinds(listed(rules))


# --- The family


def test_the_spouse_who_comes_needs_papers_of_their_own(rules: Rules) -> None:
    papers = [
        paper("passport", None, date(2030, 1, 1), person="spouse"),
        paper("medical", date(2026, 5, 1), person="spouse"),
    ]
    made = listed(rules, changes=SPOUSE, documents=papers)
    assert one(made, "passport", "spouse")["status"] == one(made, "medical", "spouse")["status"] == "have"
    assert one(made, "passport")["status"] == "missing"
    assert one(made, "police_certificate", "spouse")["needed"] is None


def test_the_spouse_who_stays_is_examined_but_needs_no_passport(rules: Rules) -> None:
    assert kinds(listed(rules, changes=SPOUSE | {"spouse_accompanying": False}), "spouse") == [
        "police_certificate", "medical",
    ]  # fmt: skip


def test_a_canadian_spouse_needs_nothing(rules: Rules) -> None:
    assert kinds(listed(rules, changes=SPOUSE | {"spouse_is_canadian": True}), "spouse") == []


def test_children_below_the_age_limit_of_the_day(rules: Rules) -> None:
    children = [{"date_of_birth": PLANNED.replace(year=2004) + off * DAY} for off in (0, 1)]
    made = listed(rules, dependants=children)
    assert made.filter(pl.col("kind") == "birth_certificate")["subject"].to_list() == ["child born 2004-08-25"]
    assert one(made, "passport", "child")["needed"] is None


def test_twins_need_two_birth_certificates(rules: Rules) -> None:
    made = listed(rules, dependants=[{"date_of_birth": date(2015, 5, 5)}] * 2)
    assert made.filter(pl.col("kind") == "birth_certificate")["subject"].to_list() == [
        "child born 2015-05-05", "child born 2015-05-05, no. 2",
    ]  # fmt: skip


def test_no_document_stands_twice(rules: Rules) -> None:
    papers = [paper("police_certificate", date(2026, 3, 1), country="IN")] * 2 + [paper("passport")] * 3
    made = listed(
        rules,
        changes=SPOUSE,
        documents=papers,
        work_history=[INDIA, INDIA],
        dependants=[{"date_of_birth": date(2015, 5, 5)}],
    )
    assert not made.select("client_id", "person", "kind", "subject").is_duplicated().any()
