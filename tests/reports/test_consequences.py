"""What is at stake in an event, whose turn it is and what to do, decided on codes and said in both languages."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest

from reports.alerts.consequences import by_consequence, to_do_texts, with_consequences
from reports.alerts.invitation_limits import ENDS, RESTING
from reports.alerts.tasks import CONSEQUENCES, LIMIT_WORDS, OF_KIND, OTHER, TASKS, TO_DO, TURN_OF, TURNS
from transforms.model import wording
from transforms.outlook import ahead
from transforms.outlook.application import APPLICATIONS
from transforms.outlook.outlook import ENDINGS
from transforms.rounds.reach import CUT_OFFS

DAY = date(2026, 8, 7)
# An application that waits and is assumed to be made on the 55th day.
WAITING = {"client_id": "W", "state": "planned", "application_on": DAY + timedelta(days=55)}


def judged(*rows: dict[str, Any], cut_offs: list[tuple[str, str, str, int]] | None = None) -> pl.DataFrame:
    """Events with what is at stake; `on` and `act_by` in days from the day."""
    days = {"on", "act_by"}
    made = [
        {"client_id": "A", "what": row["kind"], "act_by": row["on"]} | row for row in rows
    ]  # fmt: skip
    dated = [
        {
            name: DAY + timedelta(days=value) if name in days and value is not None else value
            for name, value in row.items()
        }
        for row in made
    ]
    schema = {name: dtype for name, dtype in ahead.SCHEMA.items() if any(name in row for row in dated)}
    events = ahead.of(pl.DataFrame(dated, schema=schema))
    ahead.check(events)
    applications = pl.DataFrame([dict.fromkeys(APPLICATIONS) | WAITING], schema=APPLICATIONS)
    lines = pl.DataFrame(cut_offs or [], schema=CUT_OFFS, orient="row")
    return with_consequences(events, applications, lines, 10, DAY)


def shown(*rows: dict[str, Any], **more: Any) -> list[tuple[str | None, str | None, str | None]]:
    """Consequence, turn and text of events."""
    found = judged(*rows, **more)
    return found.select("consequence", "whose_turn", to_do_texts(found)).rows()


def test_a_deadline_months_ahead_stands_before_every_birthday() -> None:
    rows = judged(
        {
            "kind": "birthday",
            "on": 2,
            "act_by": 1,
            "points": -5,
            "points_before": 505,
            "points_after": 500,
            "client_id": "B",
        },
        {"kind": "test_expires", "on": 300, "points": -80},
        {"kind": "profile_expires", "on": 310, "points": 0},
        {"kind": "passport_expires", "on": 50, "client_id": "W"},
        {"kind": "passport_expires", "on": 50},
        {
            "kind": "ita_deadline",
            "on": 59,
            "client_id": "W",
            "state": "planned",
            "needed_on": WAITING["application_on"],
        },
        {"kind": "ita_lapsed", "on": -3, "act_by": 0, "state": "lapsed"},
        {"kind": "decision_expected", "on": 9, "state": "due", "client_id": "D"},
        cut_offs=[("B", "CEC", "430", 505)],
    )
    ordered = by_consequence(rows)
    # What is due within a week comes first, then all else; in both the gravest consequence first.
    assert ordered.select("kind", "client_id", "days_left").rows() == [
        ("passport_expires", "W", 5), ("ita_lapsed", "A", 0), ("passport_expires", "A", 5), ("birthday", "B", 0),
        ("ita_deadline", "W", 55), ("profile_expires", "A", 310), ("test_expires", "A", 270), ("decision_expected", "D", 9),
    ]  # fmt: skip
    assert set(ordered["consequence"]) == set(CONSEQUENCES)
    assert by_consequence(rows, 90)["days_left"].to_list() == [5, 0, 5, 0, 55, 9]


@pytest.mark.parametrize(
    ("event", "due"),
    [
        # The planned day, not the last one.
        ({"kind": "ita_deadline", "state": "planned", "on": 28, "needed_on": DAY}, 0),
        ({"kind": "ita_deadline", "state": "planned", "on": 28, "needed_on": DAY + timedelta(days=6)}, 6),
        # A plan that has passed is entered at once, and so is what the account says.
        ({"kind": "ita_deadline", "state": "plan_has_passed", "on": 28, "needed_on": DAY - timedelta(days=3)}, 0),
        ({"kind": "ita_deadline", "state": "unrecorded", "on": 58, "item": "432"}, 0),
        ({"kind": "ita_deadline", "state": "not_planned", "on": 40}, 40),
        # A result must arrive in time; where it cannot, the test is for today.
        ({"kind": "test_expires", "on": 50, "act_by": 49, "points": -80}, 19),
        ({"kind": "test_expires", "on": 13, "act_by": 12, "points": -80}, 0),
        ({"kind": "assessment_expires", "on": 80, "points": -80}, 20),
        ({"kind": "document_expires", "item": "police_certificate", "on": 80}, 20),
        ({"kind": "document_too_old", "state": "too_old", "item": "funds_letter", "on": 30, "act_by": 30,
          "needed_on": DAY + timedelta(days=30)}, 23),
        ({"kind": "profile_expires", "on": 60, "act_by": 59, "points": 0}, 59),
    ],
)  # fmt: skip
def test_act_by_is_a_day_on_which_something_can_still_be_done(event: dict[str, Any], due: int) -> None:
    row = judged(event).row(0, named=True)
    assert (row["due_on"], row["days_left"]) == (DAY + timedelta(days=due), due)


@pytest.mark.parametrize(
    ("ending", "act_by", "limited_by"),
    [
        ({"kind": "test_expires", "item": "TEF_CANADA", "on": 9, "act_by": 8, "points": -208}, 8, "language_result"),
        ({"kind": "assessment_expires", "on": 12, "act_by": 11, "points": -185}, 11, "eca"),
        ({"kind": "document_too_old", "state": "still_valid", "item": "language_result", "on": 58, "act_by": 33,
          "needed_on": DAY + timedelta(days=58)}, 33, "language_result"),
        ({"kind": "nomination_expires", "on": 41, "points": -600}, 41, "nomination"),
        ({"kind": "dependant_ages_out", "on": 21, "act_by": 20, "since": date(2004, 8, 28)}, 20, "dependant"),
    ],
)  # fmt: skip
def test_an_invitation_and_what_ends_before_it_are_one_row(
    ending: dict[str, Any], act_by: int, limited_by: str
) -> None:
    found = judged({"kind": "ita_deadline", "state": "unrecorded", "on": 58, "item": "432"}, ending)
    assert found.select("kind", "act_by", "limited_by").rows() == [
        ("ita_deadline", DAY + timedelta(days=act_by), limited_by)
    ]
    text = to_do_texts(found).item()
    assert f"apply by {DAY + timedelta(days=act_by)}" in text
    assert "2026-10-04" in text


def test_a_plan_after_what_ends_is_to_be_moved() -> None:
    found = judged(
        {"kind": "ita_deadline", "state": "planned", "on": 58, "needed_on": WAITING["application_on"], "client_id": "W"},
        {"kind": "test_expires", "on": 31, "act_by": 30, "points": -80, "client_id": "W"},
    )  # fmt: skip
    assert to_do_texts(found).to_list() == [
        "Move the application from 2026-10-01 to a day up to 2026-09-06, the last day to apply. The language test result "
        "counts until 2026-09-06. From then to 2026-10-04, apply only with a new result."
    ]


def test_what_ends_stays_a_row_where_no_invitation_waits() -> None:
    found = judged({"kind": "test_expires", "on": 9, "act_by": 8, "points": -208})
    assert found.select("kind", "task", "limited_by").rows() == [("test_expires", "book_test", None)]


def test_what_has_ended_already_limits_no_invitation() -> None:
    found = judged(
        {"kind": "ita_deadline", "client_id": "W", "on": 59, "state": "not_planned", "item": "432"},
        {"kind": "assessment_expires", "client_id": "W", "state": "expired", "item": "eca", "on": -22, "act_by": 0},
    )
    assert found.select("task", "act_by", "limited_by").rows() == [
        ("apply", DAY + timedelta(days=59), None), ("replace_assessment", DAY, None),
    ]  # fmt: skip


@pytest.mark.parametrize(("days", "is_due"), [(-1, False), (0, True), (90, True), (91, False)])
def test_due_is_what_falls_from_the_day_itself_to_the_90th(days: int, is_due: bool) -> None:
    found = by_consequence(judged({"kind": "profile_expires", "on": days}), 90)
    assert found.height == int(is_due)


@pytest.mark.parametrize(
    ("state", "turn", "to_do"),
    [
        ("not_planned", "firm", "Submit the application for permanent residence by 2026-10-05."),
        ("planned", "firm", "Submit the application on 2026-08-24, as planned. The last day is 2026-10-05."),
        ("plan_has_passed", "firm", "Enter pool_status applied if the application planned for 2026-08-24 was submitted. "
         "If not, submit it by 2026-10-05."),
        ("planned_too_late", "firm", "Move the application from 2026-08-24 to a day up to 2026-10-05, the last day to apply."),
        ("not_held", "firm", "Settle with the client by 2026-10-05 whether to apply or decline. IRPA 11.2 would not be met on "
         "2026-08-24."),
        ("unrecorded", "firm", "Check in the IRCC account whether round 433 invited the client. If so, enter ita_issued_on and "
         "ita_round, and apply by 2026-10-05. If not, enter in_pool and ita_round 433, ita_issued_on empty."),
    ],
)  # fmt: skip
def test_what_to_do_about_an_invitation(state: str, turn: str, to_do: str) -> None:
    event = {"kind": "ita_deadline", "on": 59, "state": state, "item": "433", "needed_on": date(2026, 8, 24)}
    assert shown(event) == [("invitation", turn, to_do)]


def test_all_rounds_to_check_are_named_in_one_row() -> None:
    event = {"kind": "ita_deadline", "on": 59, "state": "unrecorded", "item": "432", "detail": "432, 433, 434"}
    assert shown(event) == [
        ("invitation", "firm", "Check in the IRCC account whether one of the rounds 432, 433 and 434 invited the client. If so, "
         "enter ita_issued_on and ita_round, and apply by 2026-10-05. If none did, enter in_pool and ita_round 434, "
         "ita_issued_on empty."),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ({"kind": "test_expires", "item": "IELTS_GT", "since": date(2024, 8, 20), "points": -80, "on": 13, "act_by": 12},
         ("score", "client", "Book a new IELTS General Training test now. The result of 2024-08-20 counts until 2026-08-19. No "
          "valid result from 2026-08-20 to about 2026-09-06.")),
        ({"kind": "test_expires", "item": "TEF_CANADA", "person": "spouse", "since": date(2024, 8, 20), "on": 12},
         ("score", "client", "Book a new TEF Canada test of the spouse now. The result of 2024-08-20 counts until 2026-08-19. No "
          "valid result from 2026-08-20 to about 2026-09-06.")),
        # A paper that comes in time leaves no gap.
        ({"kind": "test_expires", "item": "CLB", "since": date(2024, 9, 7), "points": -80, "on": 30, "act_by": 29},
         ("score", "client", "Book an approved English test. The result of 2024-09-07 counts until 2026-09-05, and a new one "
          "takes about 30 days.")),
        ({"kind": "test_expires", "item": "NCLC", "since": date(2024, 9, 7), "points": -80, "on": 29, "act_by": 28},
         ("score", "client", "Book an approved French test now. The result of 2024-09-07 counts until 2026-09-04. No valid "
          "result from 2026-09-05 to about 2026-09-06.")),
        ({"kind": "test_expires", "state": "out_of_pool", "item": "PTE_CORE", "since": date(2024, 7, 16), "on": -22, "act_by": 0},
         ("profile", "client", "Book a new PTE Core test. The result of 2024-07-16 expired on 2026-07-16, and a new one takes "
          "about 30 days.")),
        ({"kind": "assessment_expires", "state": "expired", "item": "eca", "since": date(2021, 7, 16), "on": -22, "act_by": 0},
         ("score", "client", "Order a new credential assessment (ECA). The one of 2021-07-16 expired on 2026-07-16, and a new "
          "one takes about 60 days.")),
        ({"kind": "profile_expires", "state": "expired", "since": date(2025, 7, 16), "on": -22, "act_by": 0},
         ("profile", "firm", "Submit a new profile, and enter profile_submitted_at. The profile of 2025-07-16 ended on "
          "2026-07-16.")),
        ({"kind": "profile_expires", "state": "expired", "item": "english, eca", "since": date(2025, 7, 16), "on": -22,
          "act_by": 0},
         ("profile", "firm", "Get a valid English result and a valid credential assessment first. Then submit a new profile, and "
          "enter profile_submitted_at. The profile of 2025-07-16 ended on 2026-07-16.")),
        ({"kind": "ita_doubtful", "item": "432", "since": date(2026, 8, 5), "on": -2, "act_by": 0},
         ("invitation", "firm", "Check the score and ita_round. The invitation of 2026-08-05 is on record, and the score of "
          "that day is below the cut-off of round 432.")),
        ({"kind": "ita_lapsed", "state": "lapsed", "since": date(2026, 6, 1), "on": -1, "act_by": 0},
         ("lapsed", "firm", "Enter in pool_status what became of the invitation of 2026-06-01. If nobody applied, submit a new "
          "profile.")),
        ({"kind": "decision_expected", "state": "due", "on": 30},
         ("decision", "ircc", "Wait for the decision, expected by 2026-09-06.")),
        ({"kind": "decision_expected", "state": "overdue", "on": -7, "act_by": 0},
         ("decision", "firm", "Ask IRCC for the state of the application. A decision was expected by 2026-07-31.")),
        ({"kind": "document_expires", "item": "police_certificate", "detail": "IN", "on": 5},
         ("document", "client", "Order a new police certificate (India). The present one counts until 2026-08-12, and a new "
          "one takes about 60 days.")),
        ({"kind": "document_too_old", "state": "still_valid", "item": "language_result", "detail": "french", "on": 20,
          "act_by": 5, "needed_on": date(2026, 8, 27)},
         ("application", "client", "Get a new language test result (French) for the application on 2026-08-27, or apply by "
          "2026-08-12.")),
        ({"kind": "dependant_ages_out", "state": "lock_in_unknown", "since": date(2004, 8, 8), "on": 1, "client_id": "W"},
         ("application", "firm", "Enter nomination_applied_on: it decides whether the child born on 2004-08-08 stays a "
          "dependant.")),
        ({"kind": "dependant_ages_out", "since": date(2004, 8, 8), "on": 1, "client_id": "W"},
         ("application", "firm", "Apply by 2026-08-08, while the child born on 2004-08-08 counts as a dependant.")),
        ({"kind": "nomination_expires", "on": 55, "client_id": "W"},
         ("application", "firm", "Apply by 2026-10-01, or ask the province to extend the nomination before that day.")),
        ({"kind": "nomination_expires", "on": 56, "client_id": "W"},
         ("score", "firm", "Ask the province by 2026-10-02 to extend the nomination.")),
        ({"kind": "work_year_reached", "on": 5, "act_by": None, "points": 40}, (None, None, None)),
    ],
)  # fmt: skip
def test_each_kind_names_what_and_when(event: dict[str, Any], expected: tuple[str, str, str]) -> None:
    assert shown(event) == [expected]


@pytest.mark.parametrize(
    ("before", "after", "programs", "expected"),
    [
        (505, 500, None, "Gain 5 points before 2026-08-09 to stay at the CEC cut-off of 505. Book a language test for a higher "
         "level, or ask a province for a nomination."),
        (495, 490, None, "The score is already below the CEC cut-off of 505. Points needed to reach it after the birthday on "
         "2026-08-09: 15. Book a language test for a higher level, or ask a province for a nomination."),
        (504, 499, None, "The score is already below the CEC cut-off of 505. Points needed to reach it after the birthday on "
         "2026-08-09: 6. Book a language test for a higher level, or ask a province for a nomination."),
        (494, 489, None, None),
        (510, 505, None, None),
        (400, 395, "fsw", "Find out before 2026-08-09 how to keep the program or category that the birthday takes."),
    ],
)  # fmt: skip
def test_a_birthday_counts_only_where_it_crosses_a_cut_off_or_takes_a_program(
    before: int, after: int, programs: str | None, expected: str | None
) -> None:
    event = {"kind": "birthday", "on": 2, "act_by": 1, "points": after - before, "points_before": before,
             "points_after": after, "programs_before": programs}  # fmt: skip
    ((consequence, _turn, to_do),) = shown(event, cut_offs=[("A", "CEC", "430", 505), ("A", "PNP", "431", 740)])
    assert to_do == expected
    assert consequence == (None if expected is None else "birthday")


def test_every_kind_that_can_be_acted_on_has_a_task_and_every_task_words_and_a_turn() -> None:
    assert {*ENDINGS, *ahead.DEADLINE_KINDS} <= TASKS.keys()
    assert {key.split(".")[0] for key in TASKS} <= set(ahead.KINDS)
    assert LIMIT_WORDS.keys() == {*ENDS.values(), *RESTING}
    assert TO_DO.keys() == TURN_OF.keys() >= set(TASKS.values())
    assert set(TURN_OF.values()) == TURNS.keys()
    assert set(OF_KIND.values()) | {OTHER} == CONSEQUENCES.keys()


def test_the_codes_are_the_same_in_french_and_the_text_is_not() -> None:
    events = [
        {"kind": "passport_expires", "on": 5, "person": "spouse"},
        {"kind": "document_expires", "item": "police_certificate", "detail": "DE", "on": 5},
    ]
    english = judged(*events)
    with wording.using("fr"):
        assert judged(*events).equals(english)
        texts = to_do_texts(english).to_list()
    assert texts == [
        "Renouvelez le passeport du conjoint au plus tard le 2026-08-12 et envoyez-en une copie au cabinet.",
        "Commandez un nouveau certificat de police (Allemagne). Le certificat actuel compte jusqu\u2019au 2026-08-12, et un nouveau "
        "prend environ 60 jours.",
    ]
