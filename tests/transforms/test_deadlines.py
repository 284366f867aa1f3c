"""What documents and clocks foretell: to the day, once each, and nothing of those who left."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from invited import AS_OF, CEC_ROUND, LAST_DAY, PLANNED, client, paper, sheets

from transforms.assessment.scores import score
from transforms.outlook import ahead
from transforms.outlook.application import stage
from transforms.outlook.deadlines import deadlines
from transforms.rules import Rules

DAY = timedelta(days=1)
A_YEAR_LATER = date(2027, 8, 7)
NO_ITA = {"ita_issued_on": None, "ita_round": None, "planned_application_on": None, "pool_status": "in_pool"}
Row = dict[str, Any]


def told(rules: Rules, *clients: Row, as_of: date = AS_OF, **details: list[Row]) -> list[Row]:
    """The events of some clients, by default of one in the pool without an invitation."""
    typed = sheets(*(clients or [client(**NO_ITA)]), **details)
    made = deadlines(typed, stage(typed, rules, as_of, [CEC_ROUND]), rules, as_of)
    ahead.check(made)
    assert made.equals(ahead.sorted_([made]))
    return made.to_dicts()


# --- Documents


@pytest.mark.parametrize(
    ("expires_on", "is_told"),
    [
        (AS_OF - DAY, False), (AS_OF, True), (AS_OF + DAY, True), (A_YEAR_LATER, True), (A_YEAR_LATER + DAY, False),
        (None, False),
    ],
)  # fmt: skip
def test_from_the_day_itself_to_a_year_later(expires_on: date | None, is_told: bool, rules: Rules) -> None:
    made = told(rules, documents=[paper("work_permit", None, expires_on, country="CA")])
    assert [(row["on"], row["act_by"]) for row in made] == ([(expires_on, expires_on)] if is_told else [])


@pytest.mark.parametrize(
    ("kind", "event"),
    [
        ("work_permit", "work_permit_expires"), ("passport", "passport_expires"), ("nomination", "nomination_expires"),
        ("police_certificate", "document_expires"), ("other", "document_expires"),
    ],
)  # fmt: skip
def test_each_kind_of_document_has_its_event(kind: str, event: str, rules: Rules) -> None:
    (row,) = told(rules, documents=[paper(kind, None, AS_OF + DAY, country="IN", person="spouse")])
    assert (row["kind"], row["subject"]) == (event, f"{kind}, IN, spouse")
    assert row["what"].startswith("last day of the ") and row["what"].endswith("(IN) of the spouse")


def test_a_document_that_was_replaced_is_not_told_of(rules: Rules) -> None:
    old, new = (
        paper("passport", None, AS_OF + DAY, country="IN"),
        paper("passport", None, date(2031, 1, 1), country="IN"),
    )
    assert told(rules, documents=[old, new]) == []
    assert len(told(rules, documents=[old, new | {"country": "FR"}])) == 1
    assert len(told(rules, documents=[old, new | {"person": "spouse"}])) == 1
    # One of tomorrow replaces nothing yet; one without an end may not either.
    assert len(told(rules, documents=[old, new | {"issued_on": AS_OF + DAY}])) == 1
    assert len(told(rules, documents=[old, paper("passport", country="IN")])) == 1


def test_other_documents_stand_each_for_itself(rules: Rules) -> None:
    made = told(rules, documents=[paper("other", None, AS_OF + days * DAY) for days in (3, 5)])
    assert [row["on"] for row in made] == [AS_OF + 3 * DAY, AS_OF + 5 * DAY]


def test_results_and_assessments_on_record_are_left_to_the_engine(rules: Rules) -> None:
    papers = [paper("language_result", None, AS_OF + DAY), paper("eca", None, AS_OF + 2 * DAY)]
    assert [row["subject"] for row in told(rules, documents=papers)] == ["eca"]
    assessed = client(**NO_ITA, eca_issued_on=date(2022, 1, 1), english_test=None, english_test_date=None)
    assert [row["subject"] for row in told(rules, assessed, documents=papers)] == ["language_result"]


def test_a_nomination_that_ends_takes_its_points(rules: Rules) -> None:
    nominee = client(**NO_ITA, provincial_nomination="ON")
    (row,) = told(rules, nominee, documents=[paper("nomination", None, AS_OF + 9 * DAY, country="CA")])
    law = rules.law_of(AS_OF + 10 * DAY)
    kept, lost = (
        score(sheets(one), law)["crs_total"].item() for one in (nominee, nominee | {"provincial_nomination": None})
    )
    assert (row["points_before"], row["points_after"], row["points"]) == (kept, lost, lost - kept)
    assert row["points"] < 0


def test_of_who_is_not_live_or_not_nominated_no_points_are_told(rules: Rules) -> None:
    papers = [paper("nomination", None, AS_OF + 9 * DAY)]
    for other in (client(**NO_ITA), client(**NO_ITA | {"pool_status": "draft"}, provincial_nomination="ON")):
        (row,) = told(rules, other, documents=papers)
        assert (row["points_before"], row["points"]) == (None, None)


# --- Children


@pytest.mark.parametrize(
    ("born", "on"),
    [
        (date(2004, 8, 6), None), (date(2004, 8, 7), date(2026, 8, 7)), (date(2004, 8, 8), date(2026, 8, 8)),
        (date(2005, 8, 7), date(2027, 8, 7)), (date(2005, 8, 8), None),
    ],
)  # fmt: skip
def test_a_child_turns_22(born: date, on: date | None, rules: Rules) -> None:
    made = told(rules, dependants=[{"date_of_birth": born}])
    assert [(row["on"], row["act_by"]) for row in made] == ([] if on is None else [(on, on - DAY)])
    assert all(row["kind"] == "dependant_ages_out" and "turns 22" in row["what"] for row in made)


def test_a_child_of_a_29_february_turns_22_on_1_march(rules: Rules) -> None:
    (row,) = told(rules, as_of=date(2025, 9, 1), dependants=[{"date_of_birth": date(2004, 2, 29)}])
    assert row["on"] == date(2026, 3, 1)


def test_the_age_limit_is_that_of_the_birthday(rules: Rules) -> None:
    """19 until 2017-10-23, 22 since: who turns 19 on the day before grows out, on the day itself does not."""
    children = [{"date_of_birth": date(1998, 10, day)} for day in (23, 24)]
    made = told(rules, as_of=date(2017, 1, 1), dependants=children)
    assert [(row["on"], row["what"][:17]) for row in made] == [(date(2017, 10, 23), "a child turns 19,")]
    # Who turns 22 before that day grew out at 19.
    older = [{"date_of_birth": date(1995, 10, day)} for day in (23, 24)]
    made = told(rules, as_of=date(2017, 1, 1), dependants=older)
    assert [(row["on"], row["what"][:17]) for row in made] == [(date(2017, 10, 24), "a child turns 22,")]


GROWS_OUT = {"date_of_birth": (AS_OF + 9 * DAY).replace(year=2004)}


@pytest.mark.parametrize(
    ("applied_on", "papers", "told_of"),
    [
        # The day of the issue is the latest possible lock-in; one of tomorrow is not there yet.
        (None, [paper("nomination", AS_OF)], None),
        (None, [paper("nomination", AS_OF + DAY)], "undetermined"),
        (AS_OF - 30 * DAY, [], None),
        (None, [], "undetermined"),
        (None, [paper("nomination")], "undetermined"),
        (None, [paper("nomination", AS_OF, person="spouse")], "undetermined"),
        # Nobody who is nominated applies later: not before the birthday, not after it.
        (AS_OF + 9 * DAY, [], "undetermined"),
        (AS_OF + 8 * DAY, [], "undetermined"),
        (AS_OF + 9 * DAY, [paper("nomination", AS_OF)], None),
    ],
)
def test_a_nominees_child_grows_up_without_an_alert(
    applied_on: date | None, papers: list[Row], told_of: str | None, rules: Rules
) -> None:
    nominee = client(**NO_ITA, provincial_nomination="ON", nomination_applied_on=applied_on)
    made = told(rules, nominee, documents=papers, dependants=[GROWS_OUT])
    assert [(row["kind"], told_of in row["what"]) for row in made] == (
        [("dependant_ages_out", True)] if told_of else []
    )  # fmt: skip
    assert all("enter nomination_applied_on" in row["what"] for row in made if told_of == "undetermined")


def test_who_is_not_nominated_is_told_of_the_child_whatever_is_applied_for(rules: Rules) -> None:
    waiting = client(**NO_ITA, nomination_applied_on=AS_OF - DAY)
    (row,) = told(rules, waiting, dependants=[GROWS_OUT])
    assert "is no dependant unless for a medical reason" in row["what"]


def test_twins_grow_up_once(rules: Rules) -> None:
    assert len(told(rules, dependants=[{"date_of_birth": date(2004, 10, 1)}] * 2)) == 1


# --- Invitations


def test_the_last_day_of_an_invitation(rules: Rules) -> None:
    (row,) = told(rules, client())
    assert (row["on"], row["act_by"], row["kind"], row["subject"]) == (LAST_DAY, LAST_DAY, "ita_deadline", "round 428")
    assert row["what"] == "last day to apply: invited on 2026-07-21, planned for 2026-08-24"


@pytest.mark.parametrize(
    ("as_of", "kind"), [(LAST_DAY - DAY, "ita_deadline"), (LAST_DAY, "ita_deadline"), (LAST_DAY + DAY, "ita_lapsed")]
)
def test_it_is_told_to_the_last_day(as_of: date, kind: str, rules: Rules) -> None:
    made = told(rules, client(english_test_date=date(2026, 1, 11)), as_of=as_of)
    assert [row["kind"] for row in made] == [kind]


def test_that_it_lapsed_is_told_alike_every_night_until_the_record_says_more(rules: Rules) -> None:
    for as_of in (LAST_DAY + DAY, LAST_DAY + 500 * DAY):
        (row,) = told(rules, client(), as_of=as_of)
        assert (row["on"], row["act_by"], row["subject"]) == (LAST_DAY + DAY, as_of, "round 428")
        assert row["what"].startswith("the invitation of 2026-07-21 lapsed after 2026-09-19: a new profile is needed")
        assert row["points"] is None
    for status in ("declined", "expired", "withdrawn"):
        assert told(rules, client(pool_status=status), as_of=LAST_DAY + DAY) == []


def test_an_application_without_a_day_was_made_by_the_last_day_to_apply(rules: Rules) -> None:
    (row,) = told(rules, client(pool_status="applied", planned_application_on=None))
    assert (row["on"], row["since"]) == (date(2027, 3, 19), None)
    assert row["what"].startswith("decision expected: applied by 2026-09-19 at the latest")


@pytest.mark.parametrize(
    ("as_of", "act_by", "state"),
    [
        # Applied on 2026-08-24, and six months for a decision.
        (PLANNED, date(2027, 2, 24), "due"),
        (date(2027, 2, 24), date(2027, 2, 24), "due"),
        (date(2027, 2, 25), date(2027, 2, 25), "overdue"),
    ],
)
def test_who_applied_has_no_last_day_and_waits_for_a_decision(
    as_of: date, act_by: date, state: str, rules: Rules
) -> None:
    (row,) = told(rules, client(pool_status="applied"), as_of=as_of)
    assert (row["kind"], row["on"], row["since"]) == ("decision_expected", date(2027, 2, 24), PLANNED)
    assert (row["act_by"], row["state"]) == (act_by, state)


def test_what_would_fail_irpa_11_2_is_said_there(rules: Rules) -> None:
    made = told(rules, client(english_test_date=date(2024, 8, 10)))
    assert made[-1]["what"].endswith("IRPA 11.2 would not be met on 2026-08-24")


def test_a_result_that_would_be_too_old_is_told_on_the_day_of_the_application(rules: Rules) -> None:
    for as_of, act_by in (
        (date(2026, 8, 7), date(2026, 8, 9)),
        (date(2026, 8, 9), date(2026, 8, 9)),
        (date(2026, 8, 10), PLANNED),
    ):
        row = told(rules, client(english_test_date=date(2024, 8, 10)), as_of=as_of)[0]
        assert (row["kind"], row["on"], row["subject"]) == ("document_too_old", PLANNED, "language_result, English")
        assert (row["item"], row["detail"], row["state"]) == (
            "language_result", "english", "still_valid" if as_of <= act_by < PLANNED else "too_old",
        )  # fmt: skip
        assert row["act_by"] == act_by


def test_police_certificates_and_medicals_that_would_be_too_old(rules: Rules) -> None:
    papers = [
        paper("police_certificate", date(2026, 2, 20), country="IN"), paper("medical", date(2025, 8, 20), country="IN"),
    ]  # fmt: skip
    made = told(rules, client(country_of_residence="IN"), documents=papers)
    assert [(row["kind"], row["subject"], row["act_by"]) for row in made[:2]] == [
        ("document_too_old", "medical", date(2026, 8, 19)),
        ("document_too_old", "police_certificate, IN", date(2026, 8, 20)),
    ]


def test_of_who_withdrew_nothing_is_stated(rules: Rules) -> None:
    papers = [paper("work_permit", None, AS_OF + DAY), paper("nomination", None, AS_OF + DAY)]
    gone = client(**NO_ITA | {"pool_status": "withdrawn"})
    assert told(rules, gone, documents=papers, dependants=[{"date_of_birth": date(2004, 10, 1)}]) == []


@pytest.mark.parametrize(
    ("status", "kinds"),
    [
        ("applied", ["passport", "work_permit", "medical", "funds_letter", "other"]),
        ("expired", ["passport", "work_permit", "other"]),
    ],
)
def test_of_who_applied_or_is_at_the_end_only_what_still_counts_is_stated(
    status: str, kinds: list[str], rules: Rules
) -> None:
    papers = [
        paper(kind, None, AS_OF + 9 * DAY)
        for kind in ("passport", "work_permit", "medical", "funds_letter", "other", "nomination", "police_certificate")
    ] + [paper(kind, None, AS_OF + 9 * DAY, person="spouse") for kind in ("eca", "language_result")]
    rows = {"documents": papers, "dependants": [{"date_of_birth": date(2004, 10, 1)}]}
    made = told(rules, client(pool_status=status, provincial_nomination="ON"), **rows)
    assert sorted(row["item"] for row in made if row["kind"] != "decision_expected") == sorted(kinds)


@pytest.mark.parametrize(("last_day", "is_told"), [(LAST_DAY, True), (LAST_DAY + DAY, False)])
def test_a_child_and_a_nomination_matter_up_to_the_last_day_to_apply(
    last_day: date, is_told: bool, rules: Rules
) -> None:
    papers = [paper("nomination", None, last_day), paper("passport", None, LAST_DAY + 9 * DAY)]
    rows = {"documents": papers, "dependants": [{"date_of_birth": last_day.replace(year=2004)}]}
    expected = {"ita_deadline", "passport_expires"}
    expected |= {"nomination_expires", "dependant_ages_out"} if is_told else set()
    assert {row["kind"] for row in told(rules, client(), **rows)} == expected
    # Who was not invited, or let it lapse, is told.
    for one, as_of in ((client(**NO_ITA), AS_OF), (client(planned_application_on=None), LAST_DAY + DAY)):
        later = [row["kind"] for row in told(rules, one, as_of=as_of, **rows)]
        assert ("nomination_expires" in later, "dependant_ages_out" in later) == (last_day >= as_of,) * 2


def test_no_clients_no_events(rules: Rules) -> None:
    typed = {key: frame.clear() for key, frame in sheets().items()}
    assert deadlines(typed, stage(typed, rules, AS_OF, []), rules, AS_OF).equals(ahead.empty())


def test_the_order_of_the_rows_changes_nothing(rules: Rules) -> None:
    papers = [
        paper(kind, None, AS_OF + days * DAY) for kind in ("passport", "other", "work_permit") for days in (1, 1, 2)
    ]
    there, back = (told(rules, documents=rows) for rows in (papers, papers[::-1]))
    assert pl.DataFrame(there).equals(pl.DataFrame(back))
