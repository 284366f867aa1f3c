"""The first sheet answers with names: by frames made by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from reading_back import Saved

from reports.corrections.groups import Group
from reports.people import heading, met, must_act, names, near_cutoffs, owners, steps, to_correct
from reports.report.contents import ReportContents
from reports.sheets import summary
from transforms.advice import ADVICE, LEVERS
from transforms.advice.levers import WITHOUT_RESULT
from transforms.assessment.provisional import Provisional
from transforms.model.wording import using
from transforms.outlook import ahead
from transforms.outlook.application import APPLICATIONS
from transforms.outlook.checklist import DOCUMENTS_NEEDED
from transforms.outlook.coming import Coming
from transforms.rounds.near import AFTER_ROUND, AFTER_TIE_BREAK, MET, NEAR, ON_RECORD, SHORT, UNDETERMINED
from transforms.rounds.reach import CUT_OFFS
from transforms.rounds.rounds import Round

DAY = date(2026, 8, 26)
HELD_ON = date(2026, 8, 18)
Writer = Callable[[ReportContents], Saved]
CLIENTS = [
    # client_id, family_name, given_name, case_owner, pool_status, in_pool
    ("C-1", "Roy", "Ana", "Desk A", "in_pool", True),
    ("C-2", "Li", None, "Desk A", "in_pool", True),
    ("C-3", None, None, None, "declined", True),
    ("C-4", " ", "Omar", "Desk B", "in_pool", None),
    ("C-5", "Diaz", "Eva", "Desk B", "applied", False),
]
ROWS = [
    # client_id, round, kind, cut_off, crs_total, margin, standing, is_eligible
    ("C-1", "436", "CEC", 523, 530, 7, MET, True),
    ("C-2", "436", "CEC", 523, 513, -10, SHORT, True),
    ("C-3", "436", "CEC", 523, 523, 0, AFTER_TIE_BREAK, True),
    ("C-4", "422", "healthcare", 475, 480, 5, UNDETERMINED, None),
    ("C-4", "436", "CEC", 523, 520, -3, SHORT, None),
    ("C-1", "437", "french", 382, 381, -1, SHORT, True),
    ("C-2", "421", "physicians", 223, 513, 290, AFTER_ROUND, True),
]


@pytest.fixture(scope="module")
def contents(contents_2021: ReportContents) -> ReportContents:
    """Five clients in three rounds, and nothing else."""
    people = pl.DataFrame(
        [dict(zip(("client_id", "family_name", "given_name", "case_owner", "pool_status", "in_pool"), row, strict=True))
         for row in CLIENTS]
    )  # fmt: skip
    keys = ("client_id", "round", "kind", "cut_off", "crs_total", "margin", "standing", "is_eligible")
    near = pl.DataFrame([dict(zip(keys, row, strict=True)) for row in ROWS]).with_columns(
        pl.lit(HELD_ON).alias("held_on"),
        pl.when(pl.col("client_id") == "C-3").then(date(2026, 2, 6)).alias("ita_issued_on"),
        pl.when(pl.col("client_id") == "C-3").then(pl.lit("394")).alias("ita_round"),
        (pl.col("round") == "421").alias("is_answered"),
    )
    return replace(
        contents_2021,
        as_of=DAY, people=people, near=near.select(pl.col(name).cast(dtype) for name, dtype in NEAR.items()),
        coming=None, advice=None, owners=None, quarantine=contents_2021.quarantine.clear(), problem_groups=(),
        cut_offs=contents_2021.cut_offs.clear(),
    )  # fmt: skip


def lever(
    client: str, name: str, effort: int, gain: int | None, rounds: tuple[str, ...] = (), *, eligible: bool | None = True
) -> dict[str, Any]:
    """A lever of a client in the pool, with the rounds that would have taken the client and whether the pool would."""
    return {
        "client_id": client, "lever": name, "person": "principal", "detail": "9", "effort": effort, "gain": gain,
        "rounds_met": list(rounds), "eligible_before": True, "eligible_after": eligible,
    }  # fmt: skip


def advice(*levers: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame(list(levers), schema_overrides=ADVICE).select(
        pl.col(name).cast(dtype) if name in levers[0] else pl.lit(None, dtype).alias(name)
        for name, dtype in ADVICE.items()
    )


def event(client: str, days: int, kind: str, points: int | None = None) -> dict[str, Any]:
    on = DAY + timedelta(days=days)
    return {"client_id": client, "on": on, "kind": kind, "what": kind, "points": points, "act_by": on}


def coming(*events: dict[str, Any]) -> Coming:
    frame = pl.DataFrame(list(events), schema_overrides={"points": pl.Int16})
    return Coming(ahead.of(frame), pl.DataFrame(schema=APPLICATIONS), pl.DataFrame(schema=DOCUMENTS_NEEDED))


def test_names_of_which_a_part_is_missing_stay_readable(contents: ReportContents) -> None:
    named = names.with_names(contents.people.select("client_id"), contents.people)
    assert named["name"].to_list() == ["Roy, Ana", "Li", "no name on file", "Omar", "Diaz, Eva"]
    assert named["case_owner"].to_list() == ["Desk A", "Desk A", "no case owner", "Desk B", "Desk B"]


def test_who_is_at_or_above_comes_with_the_real_invitation(contents: ReportContents) -> None:
    shown = near_cutoffs.at_or_above(contents).select(
        "client_id", "round_text", "margin", "standing_text", "invitation"
    )
    assert shown.rows() == [
        ("C-1", "CEC 436, 2026-08-18", 7, "yes", "none"),
        (
            "C-2",
            "physicians 421, 2026-08-18",
            290,
            "score yes; profile submitted after the round",
            "none came, by the record",
        ),
        ("C-3", "CEC 436, 2026-08-18", 0, "no: submitted after the tie-break", "2026-02-06, round 394, declined"),
        ("C-4", "healthcare 422, 2026-08-18", 5, "undetermined", "none"),
    ]
    assert near_cutoffs.sure(contents.near)["client_id"].to_list() == ["C-1"]


def test_who_is_close_is_in_order_of_the_points_short_the_undetermined_last(contents: ReportContents) -> None:
    shown = near_cutoffs.close(contents).select("client_id", "round", "points_short", "eligible_text", "step")
    assert shown.rows() == [
        ("C-1", "437", 1, "yes", None),
        ("C-2", "436", 10, "yes", None),
        ("C-4", "436", 3, "undetermined", None),
    ]


HERE = ("436",)


@pytest.mark.parametrize(
    ("levers", "expected"),
    [
        # Enough with the least effort, though another gains more.
        ([("nomination", 9, 600, HERE), ("english_listening", 2, 10, HERE)], ("English listening at CLB 9", "yes")),
        # Equal effort: the one that gains more.
        ([("english_listening", 2, 10, HERE), ("english_reading", 2, 12, HERE)], ("English reading at CLB 9", "yes")),
        # The points close the gap, but the tie-break or the program of the round keeps the client out.
        ([("english_listening", 1, 10), ("english_reading", 2, 14, HERE)], ("English reading at CLB 9", "yes")),
        ([("english_listening", 1, 10)], ("English listening at CLB 9", "no, not taken by the round")),
        # A round of another kind would have taken the client.
        ([("english_listening", 1, 9), ("nomination", 8, 600, ("431", "437"))],
         ("A provincial nomination", "for round 437")),
        # Nothing is enough: the best one.
        ([("english_listening", 1, 3), ("english_reading", 2, 9)], ("English reading at CLB 9", "no")),
        # No gain, or an undetermined one, is no step.
        ([("english_listening", 1, 0), ("english_reading", 1, None)], (None, None)),
    ],
)  # fmt: skip
def test_the_cheapest_step_is_the_least_effort_that_the_round_takes(
    levers: list[tuple[Any, ...]], expected: tuple[str, str]
) -> None:
    assert stepped(advice(*(lever("C-2", *one) for one in levers))) == expected


def stepped(levers: pl.DataFrame, round_: str = "436", published: tuple[str, ...] = HERE) -> tuple[Any, ...]:
    """The step of a client who is 10 points short of a round, and its gain in words."""
    short = pl.DataFrame(
        {"client_id": ["C-2"], "round": [round_], "points_short": [10]}, schema_overrides={"points_short": pl.Int16}
    )
    found = steps.with_steps(steps.with_last_days(short, None, 90, DAY), levers, published)
    return found.select("step", steps.enough_text().alias("enough")).row(0)


@pytest.mark.parametrize("eligible", [False, None])
def test_a_lever_that_takes_the_client_out_of_the_pool_is_no_step(eligible: bool | None) -> None:
    out = lever("C-2", "spouse_principal", 1, 190, eligible=eligible)
    assert stepped(advice(out, lever("C-2", "english_reading", 2, 3))) == ("English reading at CLB 9", "no")
    assert stepped(advice(out)) == (None, None)


def test_of_a_round_on_the_own_pool_the_points_alone_are_known() -> None:
    levers = advice(lever("C-2", "nomination", 8, 600, ("431",)), lever("C-2", "english_reading", 2, 12))
    assert stepped(levers, "CEC:20") == ("English reading at CLB 9", "by points alone")
    assert stepped(advice(lever("C-2", "english_reading", 2, 9)), "CEC:20")[1] == "no"


def test_a_score_that_ends_soon_says_until_when() -> None:
    """The first loss within the days counts, not a later one, and no loss without points."""
    events = coming(
        event("C-2", 5, "passport_expires"), event("C-2", 17, "test_expires", -186) | {"points_after": 323},
        event("C-2", 40, "birthday", -5), event("C-1", 91, "birthday", -5), event("C-4", 20, "work_year_reached", 9),
    )  # fmt: skip
    short = pl.DataFrame({"client_id": ["C-1", "C-2", "C-4"], "crs_total": [500, 509, 400]})
    found = steps.with_last_days(short, events.events, 90, DAY)
    assert found.select("lasts_until", "score_then").rows() == [
        (None, None), (DAY + timedelta(days=16), 323), (None, None),
    ]  # fmt: skip
    told = found.with_columns(
        pl.lit(value=True).alias("is_enough"), pl.lit(None, pl.String).alias("other_round"), pl.lit(25).alias("step_gain"),
        pl.lit(7).alias("points_short"),
    ).select(steps.enough_text())  # fmt: skip
    assert told.to_series().to_list() == ["yes", "yes; score until 2026-09-11", "yes"]


def test_a_class_of_effort_says_how_long_its_paper_takes() -> None:
    efforts = pl.DataFrame({"step_effort": [None, *steps.EFFORT_WORDS]}, schema_overrides={"step_effort": pl.Int16})
    told = efforts.select(steps.effort_text()).to_series().to_list()
    assert told[:3] == [
        None,
        "one level more in a test on record, about 30 days",
        "levels more in a test on record, about 30 days",
    ]
    assert {one.effort for one in LEVERS} | {*WITHOUT_RESULT.values()} == set(steps.EFFORT_WORDS)


def test_an_invitation_on_record_is_a_group_of_its_own(contents: ReportContents) -> None:
    """A client far below the cut-off today is not counted as at or above it."""
    below = contents.near.filter(pl.col("client_id") == "C-1").head(1).with_columns(
        pl.lit("C-5").alias("client_id"), pl.lit(495, pl.Int16).alias("crs_total"), pl.lit(-28, pl.Int16).alias("margin"),
        pl.lit(ON_RECORD).alias("standing"), pl.lit(date(2026, 8, 18)).alias("ita_issued_on"), pl.lit("436").alias("ita_round"),
    )  # fmt: skip
    made = replace(contents, near=pl.concat([contents.near, below]))
    assert near_cutoffs.sure(made.near)["client_id"].to_list() == ["C-1"]
    assert near_cutoffs.invited(made.near)["client_id"].to_list() == ["C-5"]
    assert near_cutoffs.at_or_above(made)["client_id"].to_list() == ["C-1", "C-2", "C-3", "C-4", "C-5"]
    assert {row[0]: row[3] for row in owners.by_owner(made).iter_rows()} == {
        "Desk A": 1,
        "Desk B": 0,
        "no case owner": 0,
    }


def test_a_client_at_several_cut_offs_is_one_row_and_a_program_comes_first(contents: ReportContents) -> None:
    more = contents.near.head(1).with_columns(
        pl.lit("437").alias("round"), pl.lit("french").alias("kind"), pl.lit(HELD_ON + timedelta(days=1)).alias("held_on"),
        pl.lit(140, pl.Int16).alias("margin"),
    )  # fmt: skip
    shown = met.by_client(replace(contents, near=pl.concat([more, contents.near])))
    assert shown.select("client_id", "rounds_text", "margin").rows() == [("C-1", "CEC 436, 2026-08-18\nFrench 437", 7)]


def test_what_must_be_done_is_sorted_by_consequence_within_ninety_days(contents: ReportContents) -> None:
    events = coming(
        event("C-1", 5, "passport_expires"), event("C-2", 60, "ita_deadline"), event("C-1", 90, "profile_expires"),
        event("C-2", 91, "ita_deadline"),
    )  # fmt: skip
    found = must_act.must_act(replace(contents, coming=events))
    assert found.select("client_id", "days_left", "at_stake", "turn").rows() == [
        ("C-1", 0, "document", "Client"),
        ("C-2", 60, "invitation", "Firm"),
        ("C-1", 90, "profile", "Firm"),
    ]
    assert all(found["to_do"])
    assert must_act.count_words(found) == "3 tasks of 2 clients"


def test_equal_tasks_of_one_owner_are_one_row_of_the_week(contents: ReportContents) -> None:
    day = event("C-1", 58, "ita_deadline") | {"state": ahead.UNRECORDED, "item": "436"}
    due = must_act.must_act(
        replace(contents, coming=coming(day, day | {"client_id": "C-2"}, day | {"client_id": "C-5"}))
    )
    assert must_act.this_week(due).select("client", "who", "case_owner").rows() == [
        ("2 clients", "C-1, C-2", "Desk A"),
        ("C-5", "Diaz, Eva", "Desk B"),
    ]


def test_the_margin_of_the_birthdays_is_that_of_the_run(contents: ReportContents) -> None:
    birthday = event("C-1", 30, "birthday", -5) | {"points_before": 510, "points_after": 505}
    lines = pl.DataFrame([("C-1", "CEC", "436", 523)], schema=CUT_OFFS, orient="row")
    made = replace(contents, coming=coming(birthday), cut_offs=lines)
    assert [must_act.must_act(replace(made, cut_off_margin=margin)).height for margin in (12, 13)] == [0, 1]


def test_each_owner_has_the_clients_the_steps_and_the_rows(contents: ReportContents) -> None:
    rows = pl.DataFrame(
        [("f.xlsx", "Candidates", 7, "C-9"), ("f.xlsx", "Candidates", 7, "C-9"), ("f.xlsx", "Candidates", 8, None)],
        schema=["source_file", "source_sheet", "source_row", "client_id"], orient="row",
    )  # fmt: skip
    known = pl.concat(
        [
            contents.people.select("client_id", "case_owner"),
            pl.DataFrame({"client_id": ["C-9"], "case_owner": ["Desk B"]}),
        ]
    )
    made = replace(
        contents, quarantine=rows, owners=known,
        coming=coming(event("C-1", 5, "passport_expires"), event("C-1", 6, "ita_deadline"), event("C-2", 31, "ita_deadline")),
    )  # fmt: skip
    assert owners.by_owner(made).rows() == [
        ("Desk A", 2, 2, 1, 2, 1, 1, 2, 0),
        ("Desk B", 2, 0, 0, 0, 0, 0, 0, 2),
        ("no case owner", 1, 1, 0, 0, 0, 0, 0, 1),
    ]


def test_what_waits_for_other_rows_is_not_counted_as_to_correct(contents: ReportContents) -> None:
    rows = pl.DataFrame(
        [("f.xlsx", "Candidates", row, "C-1") for row in (7, 8, 9)],
        schema=["source_file", "source_sheet", "source_row", "client_id"], orient="row",
    )  # fmt: skip
    made = replace(contents, quarantine=rows, problem_groups=[group("quarantined", "a", 2)])
    assert owners.by_owner(made)["to_correct"].sum() == 2
    assert owners.with_case_owner(rows, made)["case_owner"].to_list() == ["Desk A"] * 3


def test_client_ids_of_one_row_are_broken_between_them(contents: ReportContents) -> None:
    day = event("C-1", 58, "ita_deadline") | {"state": ahead.UNRECORDED, "item": "436"}
    clients = [f"C-000{number}" for number in range(1, 6)]
    people = pl.concat(
        [contents.people, *(contents.people.head(1).with_columns(client_id=pl.lit(one)) for one in clients)]
    )
    found = replace(contents, people=people, coming=coming(*(day | {"client_id": one} for one in clients)))
    assert must_act.this_week(must_act.must_act(found))["who"].to_list() == ["C-0001, C-0002, C-0003,\nC-0004, C-0005"]


def test_spellings_of_one_owner_are_one_line_and_a_row_counts_for_its_own_owner(contents: ReportContents) -> None:
    place = {"source_file": "f.xlsx", "source_sheet": "Candidates"}
    named = [
        ("C-1", "Desk A", 2), ("C-2", " d\u00e9sk a", 3), ("C-3", None, 4), ("C-9", "Desk B", 7), ("C-9", "DESK A", 8),
    ]  # fmt: skip
    known = pl.DataFrame(
        [{"client_id": one, "case_owner": owner, **place, "source_row": row} for one, owner, row in named]
    )
    rows = pl.DataFrame([{**place, "source_row": row, "client_id": "C-9"} for row in (7, 8)])
    made = replace(
        contents, people=contents.people.head(3), quarantine=rows, owners=known, near=contents.near.clear()
    )  # fmt: skip
    assert owners.by_owner(made).select("case_owner", "clients", "to_correct").rows() == [
        ("Desk A", 2, 1), ("Desk B", 0, 1), ("no case owner", 1, 0),
    ]  # fmt: skip


def group(standing_: str, column: str, count: int) -> Group:
    return Group(
        standing_, "f.xlsx", "Candidates", column, "Wrong.", "Fix it.", "Candidates!A2", 2, "x", tuple(range(count))
    )


def test_what_keeps_rows_out_is_corrected_first_and_the_largest_group_first(contents: ReportContents) -> None:
    made = replace(
        contents, problem_groups=[group("warning", "a", 9), group("quarantined", "b", 1), group("quarantined", "c", 4)]
    )
    assert [one.column for one in to_correct.of_status(made, to_correct.QUARANTINED)] == ["c", "b"]
    assert [one.column for one in to_correct.of_status(made, to_correct.WARNING)] == ["a"]


# --- The lines over it


@pytest.mark.parametrize(
    ("clients", "end"),
    [(112, "112 clients with Canadian work or a job offer."), (1, "1 client with Canadian work or a job offer.")],
)
def test_the_law_is_one_sentence_with_the_number_of_clients(clients: int, end: str, contents: ReportContents) -> None:
    unknown = ("crs.additional.high_wage_job_offer", "crs.additional.job_offer", "crs.additional.high_wage_maximum")
    found = Provisional(date(2026, 11, 3), unknown, clients, only_work_and_offers=True)
    assert heading.law_line(replace(contents, provisional=found)) == (
        "Scores from 3 November 2026 are provisional: the points of high-wage occupations and job offers are not published; "
        + end
    )
    assert heading.law_line(replace(contents, provisional=None)) == ""


def test_clients_of_whom_it_is_undetermined_are_a_number_of_their_own(contents: ReportContents) -> None:
    found = Provisional(
        date(2026, 11, 3), ("crs.additional.job_offer",), 1, only_work_and_offers=True, undetermined=1200
    )
    assert heading.law_line(replace(contents, provisional=found)).endswith(
        "; 1 client with Canadian work or a job offer. Of 1,200 more clients it is undetermined."
    )


def test_other_law_that_is_not_known_goes_by_its_title(contents: ReportContents) -> None:
    found = Provisional(date(2027, 1, 1), ("crs.core.age",), 1200, only_work_and_offers=False)
    made = replace(contents, provisional=found, titles_of_unknown={"crs.core.age": "Age"})
    assert heading.law_line(made) == (
        "Scores from 1 January 2027 are provisional: the points of Age are not published; 1,200 clients whose file is open."
    )


def test_the_heading_says_which_rounds_count_and_how_old_the_newest_is(contents: ReportContents) -> None:
    newest = Round("434", date(2026, 8, 14), "CEC", "CEC", 1000, 523, None)
    made = replace(contents, newest=newest, rounds_asked=(), headline_months=6)
    assert heading.rounds_line(made) == (
        "Counted: the last round of each kind within 6 months (CEC). Newest: round 434, CEC, 2026-08-14, 12 days before."
    )
    assert heading.rounds_line(replace(made, rounds_asked=("204",))).startswith(
        "Counted: the rounds that were asked for (CEC)."
    )
    assert heading.rounds_line(replace(made, outcomes=[], newest=None)) == "No round is counted."
    assert heading.old_rounds_line(replace(made, are_rounds_old=True)) != heading.old_rounds_line(made) == ""


def test_renewals_that_are_due_are_one_sentence(contents: ReportContents) -> None:
    assert heading.renewal_line(replace(contents, rules_due=["funds"])) == (
        "A newer value of 1 table of the law is due. Compare it on the sheet Rules."
    )
    assert heading.renewal_line(replace(contents, rules_due=[])) == ""


# --- The sheet as it is written


def test_long_lists_are_cut_and_lead_to_their_sheets(
    few: ReportContents, saved: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(summary, "MAX_MET_ROWS", 15)
    clients = few.people["client_id"].head(20).to_list()
    rows = [
        {"client_id": client, "round": "204", "kind": "CEC", "held_on": HELD_ON, "cut_off": 462, "crs_total": 470,
         "margin": 8, "standing": MET, "is_eligible": True, "ita_issued_on": None, "ita_round": None}
        for client in clients
    ]  # fmt: skip
    shown = saved(replace(few, near=pl.DataFrame(rows, schema=NEAR)))
    sheet = shown.book["Summary"]
    (more,) = [cell for row in sheet.iter_rows() for cell in row if cell.value == "5 more on the sheet At or above"]
    assert more.hyperlink.location == "'At or above'!A1"
    first = [row[0] for row in shown.rows("Summary")]
    assert sum(value in clients for value in first) >= 15
    assert len(shown.table("At or above")) == 20


def test_who_was_invited_by_the_round_is_not_counted_as_at_or_above(few: ReportContents, saved: Writer) -> None:
    met, invited = few.people["client_id"].head(2)
    row = {"round": "204", "kind": "CEC", "held_on": HELD_ON, "cut_off": 462, "is_eligible": True}
    rows = [
        row | {"client_id": met, "crs_total": 470, "margin": 8, "standing": MET},
        row | {"client_id": invited, "crs_total": 434, "margin": -28, "standing": ON_RECORD, "ita_issued_on": HELD_ON},
    ]
    first = [line[0] for line in saved(replace(few, near=pl.DataFrame(rows, schema=NEAR))).rows("Summary")]
    assert "At or above the last cut-off (1 client)" in first
    assert "CEC 204, cut-off 462: 1 client" in first
    assert (
        "1 client was invited by a counted round by the record, and is not among these, whatever the score today."
        in first
    )


def test_empty_sections_say_so(few: ReportContents, saved: Writer) -> None:
    nothing = coming(event("C-1", 5, "passport_expires"))
    shown = saved(
        replace(few, near=pl.DataFrame(schema=NEAR), problem_groups=(), coming=Coming(nothing.events.clear(), nothing.applications, nothing.documents))
    )  # fmt: skip
    first = [row[0] for row in shown.rows("Summary")]
    for text in (
        "No client is at or above the cut-off of a counted round.",
        "No client is close to the cut-off of a counted round.",
        "Nobody has to act in this time.",
        "Nothing in the files has to be corrected.",
    ):
        assert text in first


def test_a_long_list_says_that_only_deadlines_were_looked_for(few: ReportContents, saved: Writer) -> None:
    first = [row[0] for row in saved(replace(few, is_coming_whole=False)).rows("Summary")]
    assert "The list is long: only deadlines of documents and invitations were looked for." in first


def test_the_first_cell_of_a_group_leads_to_its_row(few: ReportContents, saved: Writer) -> None:
    made = replace(few, problem_groups=[replace(group("warning", "a", 1), rows=(2,))])
    sheet = saved(made).book["Summary"]
    (cell,) = [one for row in sheet.iter_rows() for one in row if one.value == "Candidates!A2"]
    assert cell.hyperlink.location == "'Warnings'!A4"


def test_the_first_sheet_is_french_where_asked(few: ReportContents, saved: Writer) -> None:
    with using("fr"):
        shown = saved(few)
    sheet = shown.book["Sommaire"]
    words = {cell.value for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)}
    assert {"Par responsable du dossier", "Contenu du classeur", "Note de césure atteinte"} <= words
    assert not any(word.startswith(("At or above", "Close", "Must act", "By case owner")) for word in words)
