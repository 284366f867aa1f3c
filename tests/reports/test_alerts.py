"""The alerts of a night: one list in four files, the same numbers in each, equal nights equal bytes, no names outside
the workbook, and no text that acts.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import icalendar
import polars as pl
import pytest
from reading_back import SAMPLES, Saved

from flows.program import Run
from reports import alert_lists, alerts, calendar_file
from reports.alert_contents import AlertContents
from reports.consequences import CONFIRM, CONSEQUENCES, DECIDE, OF_KIND, OTHER, TO_DO
from reports.sheets import alert_summary
from transforms import ahead
from transforms.application import stage
from transforms.changes import CHANGES
from transforms.deadlines import deadlines
from transforms.outlook import ENDINGS
from transforms.reach import CUT_OFFS
from transforms.untold import KNOWN
from validation import rounds_file

DAY = date(2026, 8, 7)
SHEETS = ["Summary", "Act", "News", "Outlook", "Applications", "Application documents"]
NEWS = [
    ("C-0003", "data", "profile", "data_changed", None, None, None, "a", "b", "the profile changed"),
    ("C-0019", "score", "crs_age", "birthday", 481, 476, -5, None, None, "CRS 481 to 476: a birthday"),
    ("C-0027", "score", "crs_first_language", "test_expired", 500, 400, -100, None, None, "CRS 500 to 400: a test"),
    ("C-0034", "category", "senior_managers", "law_changed", None, None, None, "true", "false", "lost a category"),
    ("C-0003", "invited", "CEC", "round", None, None, None, None, None, "invited in round 430"),
]  # fmt: skip
EVENTS = [
    # client_id, on, kind, what, points_before, points_after, points, programs_before, programs_after, act_by, subject
    ("C-0003", 3, "birthday", "turns 24", 480, 480, 0, None, None, 2, None),
    ("C-0003", 9, "test_expires", "the result gets too old", 480, 400, -80, "fsw|cec", "cec", 8, "IELTS"),
    ("C-0019", 20, "work_year_reached", "a year of work", 400, 440, 40, None, None, None, None),
    ("C-0019", 30, "profile_expires", "the profile ends", 400, 400, 0, None, None, 29, None),
    ("C-0027", 1, "assessment_expires", "the assessment gets too old", 400, 300, -100, None, None, -1, None),
    ("C-0034", 2, "birthday", "turns 31", 505, 500, -5, None, None, 1, None),
    ("C-0027", 2, "birthday", "turns 32", 470, 465, -5, None, None, 1, None),
    ("C-0019", 2, "birthday", "turns 45", 400, 395, -5, "fsw", "", 1, None),
]  # fmt: skip


def events() -> pl.DataFrame:
    """What an engine might foretell."""
    rows = [
        {
            "client_id": client, "on": DAY + timedelta(days=on), "kind": kind, "what": what, "points_before": before,
            "points_after": after, "points": points, "programs_before": programs, "programs_after": programs_after,
            "act_by": None if act is None else DAY + timedelta(days=act), "subject": subject,
        }
        for client, on, kind, what, before, after, points, programs, programs_after, act, subject in EVENTS
    ]  # fmt: skip
    return ahead.of(pl.DataFrame(rows, infer_schema_length=None))


@pytest.fixture(scope="module")
def contents(latest_2026: Run) -> AlertContents:
    """A night of the sample firm: its own deadlines and applications, with news and a few events beside."""
    assert latest_2026.intake is not None and latest_2026.rules is not None
    sheets, rules = latest_2026.intake.sheets, latest_2026.rules
    made = stage(sheets, rules, DAY, rounds_file.rounds(rounds_file.read(SAMPLES / "rounds.json")))
    return AlertContents(
        "Sample firm", DAY, DAY - timedelta(days=1), "0.1.0", rules.version, "complete", [], [], {"Clients scored": 446},
        sheets["candidates"].select("client_id", "family_name", "given_name", "case_owner"),
        pl.DataFrame(NEWS, schema=CHANGES, orient="row"),
        ahead.sorted_([events(), deadlines(sheets, made, rules, DAY)]),
        made.applications, made.documents,
        pl.DataFrame([("C-0034", "CEC", "430", 505), ("C-0027", "CEC", "430", 505)], schema=CUT_OFFS, orient="row"), 10,
    )  # fmt: skip


@pytest.fixture(scope="module")
def folder(contents: AlertContents, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("alerts")
    assert alerts.write_alerts(made, contents) == ["alerts.xlsx", "alerts.csv", "alerts.json", "alerts.ics"]
    return made


@pytest.fixture(scope="module")
def book(folder: Path) -> Saved:
    return Saved(folder / "alerts.xlsx")


@pytest.fixture(scope="module")
def listed(folder: Path) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((folder / "alerts.json").read_text(encoding="utf-8"))
    return read


@pytest.fixture
def written(tmp_path: Path) -> Callable[[AlertContents], Path]:
    def write(contents: AlertContents) -> Path:
        alerts.write_alerts(tmp_path, contents)
        return tmp_path

    return write


def entries(path: Path) -> list[icalendar.Event]:
    return icalendar.Calendar.from_ical((path / "alerts.ics").read_bytes()).walk("VEVENT")


def rows_of(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader((path / "alerts.csv").read_text(encoding="utf-8-sig").splitlines()))


# --- The workbook


def test_the_sheets_stand_in_order(book: Saved) -> None:
    assert book.book.sheetnames == SHEETS


def test_act_is_what_can_still_be_done_the_gravest_consequence_first(book: Saved, contents: AlertContents) -> None:
    rows = book.table("Act")
    grave = list(CONSEQUENCES.values())
    places = [(grave.index(row["At stake"]), row["Days left"]) for row in rows]
    assert places == sorted(places)
    assert [(row["Act by"].date() - DAY).days for row in rows] == [days for _, days in places]
    assert all(days >= 0 for _, days in places)
    told = {row["What it is about"] for row in rows}
    # Not: a birthday that changes nothing or crosses no cut-off within reach, a gain, and what it is too late for.
    assert told & {what for _, _, _, what, *_ in EVENTS} == {
        "the result gets too old", "the profile ends", "turns 31", "turns 45",
    }  # fmt: skip
    assert len(rows) == contents.ahead.filter(alert_lists.must_act(contents)).height


def test_a_deadline_months_ahead_stands_before_every_birthday(contents: AlertContents) -> None:
    rows = [
        {"client_id": "C-0034", "on": DAY + timedelta(days=2), "kind": "birthday", "what": "turns 31", "points": -5,
         "points_before": 505, "points_after": 500, "act_by": DAY + timedelta(days=1)},
        {"client_id": "C-0003", "on": DAY + timedelta(days=300), "kind": "test_expires", "what": "a test ends",
         "points": -80, "act_by": DAY + timedelta(days=299)},
        {"client_id": "C-0003", "on": DAY + timedelta(days=310), "kind": "profile_expires", "what": "the profile ends",
         "points": 0, "act_by": DAY + timedelta(days=309)},
        {"client_id": "C-0019", "on": DAY + timedelta(days=50), "kind": "passport_expires", "what": "a passport ends",
         "act_by": DAY + timedelta(days=50)},
        {"client_id": "C-0019", "on": DAY + timedelta(days=59), "kind": "ita_deadline", "what": "last day to apply",
         "act_by": DAY + timedelta(days=59)},
    ]  # fmt: skip
    coming = ahead.of(pl.DataFrame(rows, infer_schema_length=None))
    planned = contents.applications.clear(1).with_columns(
        client_id=pl.lit("C-0019"), state=pl.lit("planned"), application_on=DAY + timedelta(days=55)
    )
    night = replace(contents, ahead=coming, applications=planned)
    act = alert_lists.to_act(night).select("what", "consequence", "to_do").rows()
    assert act == [
        ("last day to apply", "invitation", "Submit the application for permanent residence."),
        ("a passport ends", "application", "Apply before this day, or renew it first."),
        ("the profile ends", "profile", "Prepare a new profile, and submit it when this one ends."),
        ("a test ends", "score or program", "Book a new language test, and enter its result."),
        ("turns 31", "score at a birthday",
         "Raise the score before the birthday, by a better test result or a nomination."),
    ]  # fmt: skip
    # Without an application that it would fail, a passport is a document to renew.
    alone = alert_lists.to_act(replace(night, applications=planned.clear()))
    assert alone["what"].to_list() == [
        "last day to apply", "the profile ends", "a test ends", "a passport ends", "turns 31",
    ]  # fmt: skip


def test_a_running_deadline_stands_before_invitations_that_lapsed(
    contents: AlertContents, written: Callable[[AlertContents], Path]
) -> None:
    lapsed = contents.people["client_id"].head(alert_summary.FIRST_FEW + 1).to_list()
    running = contents.people["client_id"][alert_summary.FIRST_FEW + 1]
    rows = [
        *({"client_id": client, "kind": "ita_lapsed", "on": DAY - timedelta(days=5), "act_by": DAY} for client in lapsed),
        {"client_id": running, "kind": "ita_deadline", "on": DAY + timedelta(days=1), "act_by": DAY + timedelta(days=1)},
        {"client_id": running, "kind": "document_too_old", "on": DAY + timedelta(days=9), "act_by": DAY + timedelta(days=8)},
    ]  # fmt: skip
    coming = ahead.of(pl.DataFrame([{"what": row["kind"], **row} for row in rows]))
    night = replace(contents, ahead=coming, applications=contents.applications.clear())
    act = alert_lists.to_act(night).select("what", "consequence").rows()
    assert act == [
        ("ita_deadline", "invitation"), ("document_too_old", "application"),
        *[("ita_lapsed", "invitation that lapsed")] * len(lapsed),
    ]  # fmt: skip
    first = list(Saved(written(night) / "alerts.xlsx").book["Summary"].iter_rows(values_only=True))
    start = next(place for place, row in enumerate(first) if row[0] == "Client")
    assert [row[1] for row in first[start + 1 : start + 4]] == [1, 8, 0]


@pytest.mark.parametrize(
    ("what", "holds", "to_do"),
    [
        ("last day to apply", True, TO_DO["ita_deadline"]),
        ("last day to apply", None, TO_DO["ita_deadline"]),
        ("last day to apply; IRPA 11.2 would not be met", False, DECIDE),
        (f"last day to apply; {KNOWN}enter it", False, CONFIRM),
    ],
)
def test_what_to_do_about_an_invitation(what: str, holds: bool | None, to_do: str, contents: AlertContents) -> None:
    event = {"client_id": "C-0019", "on": DAY, "kind": "ita_deadline", "what": what, "act_by": DAY}
    planned = contents.applications.clear(1).with_columns(
        client_id=pl.lit("C-0019"), state=pl.lit("planned"), holds=pl.lit(holds, pl.Boolean)
    )
    night = replace(contents, ahead=ahead.of(pl.DataFrame([event])), applications=planned)
    assert alert_lists.to_act(night)["to_do"].to_list() == [to_do]


def test_every_kind_that_can_be_acted_on_says_what_to_do() -> None:
    ending = {*ENDINGS, *ahead.DEADLINE_KINDS}
    assert ending <= TO_DO.keys()
    assert set(OF_KIND.values()) | {OTHER} == set(CONSEQUENCES)


def test_of_one_day_the_largest_loss_comes_first(contents: AlertContents) -> None:
    same = events().with_columns(pl.lit(DAY + timedelta(days=5)).alias("act_by"), pl.lit(DAY).alias("on"))
    same = same.filter(pl.col("kind") != "birthday")
    act = alert_lists.to_act(replace(contents, ahead=same, applications=contents.applications.clear()))
    assert act["points"].to_list() == [0, -100, -80]


def test_the_outlook_holds_every_event_in_order(book: Saved, contents: AlertContents) -> None:
    rows = book.table("Outlook")
    assert [(row["On"].date(), row["Client ID"], row["What happens"]) for row in rows] == list(
        contents.ahead.select("on", "client_id", "what").iter_rows()
    )
    changed = next(row for row in rows if row["What happens"] == "the result gets too old")
    assert changed["Programs"] == "FSW, CEC → CEC"
    assert (changed["Score before"], changed["Score after"], changed["Points gained or lost"]) == (480, 400, -80)


def test_the_news_stand_by_weight_then_loss(book: Saved) -> None:
    rows = book.table("News")
    assert [(row["Kind"], row["Points"]) for row in rows] == [
        ("newly invited", None), ("category", None), ("score", -100), ("score", -5), ("data", None),
    ]  # fmt: skip
    assert rows[1]["Subject"] == "senior managers" and rows[1]["Reason"] == "law changed"
    assert (rows[1]["Before"], rows[1]["After"]) == ("yes", "no")


def test_the_first_page_counts_what_the_sheets_hold(book: Saved, contents: AlertContents) -> None:
    act = [row["Days left"] for row in book.table("Act")]
    assert book.beside("In the coming 12 months") == [len(act)]
    for words, days in alert_lists.WITHIN.items():
        assert book.beside(words) == [sum(left <= days for left in act)]
    assert book.beside("Dated events in the coming 12 months") == [contents.ahead.height]
    assert book.beside("Newly invited") == [1] and book.beside("Score changed") == [2]
    assert book.beside("Clients scored") == [446]
    states = [row["How it stands"] for row in book.table("Applications")]
    assert book.beside("Applied") == [states.count("applied")]
    waiting = [state for state in states if state not in ("applied", "lapsed")]
    assert book.beside("Waiting for the application") == [len(waiting)]
    bad = {"missing", "too old on the day", "expires before the day"}
    statuses = [row["Status"] for row in book.table("Application documents")]
    assert book.beside("Documents missing or unfit on the day") == [sum(one in bad for one in statuses)]


def test_what_waits_for_the_case_owners_adds_up(contents: AlertContents) -> None:
    owners, months = alert_lists.by_owner(contents), alert_lists.by_month(contents)
    act = alert_lists.to_act(contents)
    assert owners["all"].sum() == months["to_do"].sum() == act.height
    assert months["other"].sum() == contents.ahead.height - act.height
    assert months["month"].to_list() == [f"2026-{month:02}" for month in range(8, 13)] + [
        f"2027-{month:02}" for month in range(1, 9)
    ]


def test_the_applications_show_the_clock_and_the_test(book: Saved, contents: AlertContents) -> None:
    rows = book.table("Applications")
    assert len(rows) == contents.applications.height
    deadlines_ = [row["Last day to apply"] for row in rows if row["How it stands"] != "applied"]
    assert deadlines_ == sorted(deadlines_)
    for row in rows:
        known = row["Score on that day"] is not None
        assert (row["Above the cut-off"] is not None) == known
        assert row["Would hold"] in ("yes", "no", "cannot be told")
    papers = book.table("Application documents")
    assert len(papers) == contents.documents.height
    order = ["missing", "too old on the day", "expires before the day", "cannot be told", "have"]
    for client in {row["Client ID"] for row in papers}:
        mine = [order.index(row["Status"]) for row in papers if row["Client ID"] == client]
        assert mine == sorted(mine)


def test_of_what_lapsed_no_test_is_shown(contents: AlertContents, written: Callable[[AlertContents], Path]) -> None:
    """Empty, for what would hold is no question any more; of others an empty answer is one that cannot be told."""
    untold = contents.applications.head(2).with_columns(
        pl.Series("state", ["lapsed", "planned"]),
        *(pl.lit(None, pl.Boolean).alias(name) for name in ("holds", "score_holds", "criteria_hold")),
    )
    rows = Saved(written(replace(contents, applications=untold)) / "alerts.xlsx").table("Applications")
    for name in ("Would hold", "Score holds", "Criteria hold"):
        assert {row["How it stands"]: row[name] for row in rows} == {"lapsed": None, "planned": "cannot be told"}


def test_a_first_night_says_so(contents: AlertContents, written: Callable[[AlertContents], Path]) -> None:
    first = replace(contents, compared_with=None, news=contents.news.clear(), ahead=ahead.empty())
    shown = Saved(written(first) / "alerts.xlsx")
    assert "There is no night before this one to compare with." in [row[0] for row in shown.rows("News")]
    assert shown.beside("Compared with") == ["no night before"]
    assert "There is nothing that somebody must do in the coming 12 months." in [row[0] for row in shown.rows("Act")]


def test_what_is_wrong_stands_at_the_top(contents: AlertContents, written: Callable[[AlertContents], Path]) -> None:
    bad = replace(
        contents, rules_status="incomplete", rules_notes=["high wage is not known"], rounds_notes=["old file"]
    )
    texts = [row[0] for row in Saved(written(bad) / "alerts.xlsx").rows("Summary")][:9]
    assert "high wage is not known" in texts and "old file" in texts


# --- The list and the JSON


def test_the_list_holds_each_alert_once(folder: Path, contents: AlertContents) -> None:
    rows = rows_of(folder)
    counted = {key: sum(row["list"] == key for row in rows) for key in ("news", "act", "ahead")}
    act = alert_lists.to_act(contents).height
    assert counted == {"news": len(NEWS), "act": act, "ahead": contents.ahead.height - act}


def test_the_list_stands_in_the_order_of_the_sheets(folder: Path, book: Saved) -> None:
    rows = rows_of(folder)
    lists = [row["list"] for row in rows]
    assert lists == sorted(lists, key=["news", "act", "ahead"].index)
    for sheet, name, text in (("News", "news", "What changed"), ("Act", "act", "What it is about")):
        listed = [(row["client_id"], row["what"]) for row in rows if row["list"] == name]
        assert listed == [(row["Client ID"], row[text]) for row in book.table(sheet)]
    days = [row["on"] for row in rows if row["list"] == "ahead"]
    assert days == sorted(days)


@pytest.mark.parametrize("title", ["Act", "News", "Outlook", "Application documents"])
def test_a_list_is_printed_one_page_wide(book: Saved, title: str) -> None:
    sheet = book.book[title]
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (sheet.page_setup.orientation, sheet.page_setup.fitToWidth) == ("landscape", 1)
    head = int(sheet.auto_filter.ref.split(":")[0].lstrip("A"))
    assert sheet.print_title_rows == f"$1:${head}"


def test_the_json_says_the_same(folder: Path, listed: dict[str, Any], contents: AlertContents) -> None:
    assert (listed["format"], listed["as_of"], listed["compared_with"]) == (
        "drawline.alerts.v1",
        "2026-08-07",
        "2026-08-06",
    )
    rows = rows_of(folder)
    for key in ("news", "act", "ahead"):
        told = [(one["client_id"], one["on"], one["kind"], one["what"]) for one in listed[key]]
        assert told == [(row["client_id"], row["on"], row["kind"], row["what"]) for row in rows if row["list"] == key]
    assert len(listed["applications"]) == contents.applications.height
    assert len(listed["application_documents"]) == contents.documents.height
    assert listed["act"][0]["days_left"] >= 0
    grave = list(CONSEQUENCES)
    places = [grave.index(one["consequence"]) for one in listed["act"]]
    assert places == sorted(places)
    assert all(one["to_do"].endswith(".") for one in listed["act"])
    assert {one["to_do"] for one in listed["ahead"] + listed["news"]} == {None}


# --- The calendar


def test_the_calendar_holds_what_changes_something(folder: Path, contents: AlertContents) -> None:
    shown = entries(folder)
    assert len(shown) == contents.ahead.filter(alert_lists.matters()).height
    assert not [one for one in shown if "turns 24" in one["summary"]]


def test_entries_are_of_whole_days_and_bear_no_clock_time(folder: Path) -> None:
    for one in entries(folder):
        assert type(one["dtstart"].dt) is date
        assert one["dtstamp"].dt == datetime(2026, 8, 7, tzinfo=UTC)
        assert one["transp"] == "TRANSPARENT" and one["class"] == "PRIVATE"


def test_an_entry_stands_on_the_last_day_to_act(folder: Path) -> None:
    days = {str(one["summary"]): one["dtstart"].dt for one in entries(folder)}
    assert days["C-0003: the result gets too old (-80 points)"] == DAY + timedelta(days=8)
    assert days["C-0019: a year of work (+40 points)"] == DAY + timedelta(days=20)
    # Too late to act: the day of the event itself.
    assert days["C-0027: the assessment gets too old (-100 points)"] == DAY + timedelta(days=1)


def test_what_is_to_be_done_rings_before(folder: Path) -> None:
    alarms = {
        str(one["summary"]): [alarm["trigger"].dt.days for alarm in one.walk("VALARM")] for one in entries(folder)
    }
    assert alarms["C-0003: the result gets too old (-80 points)"] == [-7]
    assert alarms["C-0019: the profile ends"] == [-7]
    assert alarms["C-0019: a year of work (+40 points)"] == []
    assert [-30] in alarms.values()


def test_the_next_night_replaces_and_doubles_nothing(
    contents: AlertContents, folder: Path, written: Callable[[AlertContents], Path]
) -> None:
    tomorrow = DAY + timedelta(days=1)
    later = contents.ahead.with_columns(what=pl.col("what") + ", as told anew", act_by=pl.col("on"))
    anew = {str(one["uid"]): one for one in entries(written(replace(contents, as_of=tomorrow, ahead=later)))}
    first = {str(one["uid"]): one for one in entries(folder)}
    assert first.keys() == anew.keys() and len(first) == len(entries(folder))
    for uid, one in first.items():
        assert anew[uid]["sequence"] == one["sequence"] + 1


def test_an_identity_is_of_client_kind_day_and_subject_and_tells_none() -> None:
    told = {
        calendar_file.identity(*parts)
        for parts in (
            ("C-1", "birthday", DAY, None), ("C-2", "birthday", DAY, None), ("C-1", "ita_deadline", DAY, None),
            ("C-1", "birthday", DAY + timedelta(days=1), None), ("C-1", "birthday", DAY, "x"),
        )
    }  # fmt: skip
    assert len(told) == 5
    assert not [one for one in told if "C-1" in one]
    assert calendar_file.identity("C-1", "birthday", DAY, "") == calendar_file.identity("C-1", "birthday", DAY, None)


# --- All four


def test_equal_nights_give_equal_bytes(
    contents: AlertContents, folder: Path, written: Callable[[AlertContents], Path]
) -> None:
    again = written(contents)
    for name in alerts.FILES:
        assert (again / name).read_bytes() == (folder / name).read_bytes(), name


def test_no_names_outside_the_workbook(contents: AlertContents, written: Callable[[AlertContents], Path]) -> None:
    people = contents.people.with_columns(family_name=pl.lit("Quixotenbaum"), given_name=pl.lit("Zephyrine"))
    made = written(replace(contents, people=people))
    for name in ("alerts.csv", "alerts.json", "alerts.ics"):
        text = (made / name).read_text(encoding="utf-8")
        assert "Quixotenbaum" not in text and "Zephyrine" not in text
        assert "Desk A" in text
    assert any(row["Family name"] == "Quixotenbaum" for row in Saved(made / "alerts.xlsx").table("Act"))


def test_no_name_of_a_file_outside_the_workbook(
    contents: AlertContents, written: Callable[[AlertContents], Path]
) -> None:
    cell = "pool_status: in_pool → invited, {} Candidates row 12; reading: 7 → 8, {} Language tests row 3"
    names = ("Quixotenbaum, Zephyrine.xlsx", "Zephyrine.xlsx")
    news = contents.news.head(1).with_columns(text=pl.lit(cell.format(*names)))
    made = written(replace(contents, news=news, files=names[::-1]))
    for name in ("alerts.csv", "alerts.json", "alerts.ics"):
        text = (made / name).read_text(encoding="utf-8")
        assert "Quixotenbaum" not in text and "Zephyrine" not in text
    [told] = [row["what"] for row in rows_of(made) if row["list"] == "news"]
    assert told == "pool_status: in_pool → invited, Candidates row 12; reading: 7 → 8, Language tests row 3"
    [row] = Saved(made / "alerts.xlsx").table("News")
    assert row["What changed"] == cell.format(*names)


def test_no_text_can_act(contents: AlertContents, written: Callable[[AlertContents], Path]) -> None:
    bad = '=HYPERLINK("http://x")'
    breaks = "two\r\nEND:VEVENT\nBEGIN:VEVENT\x07"
    made = written(
        replace(
            contents,
            title=bad,
            people=contents.people.with_columns(case_owner=pl.lit(bad)),
            news=contents.news.with_columns(text=pl.lit(bad)),
            ahead=contents.ahead.with_columns(what=pl.lit(breaks)),
        )
    )
    shown = Saved(made / "alerts.xlsx")
    assert not [cell for cell in shown.cells() if cell.data_type == "f"]
    assert {row["case_owner"] for row in rows_of(made)} <= {f"'{bad}", ""}
    told = entries(made)
    assert len(told) == contents.ahead.filter(alert_lists.matters()).height
    assert {str(one["summary"]).split(": ", 1)[1].split(" (")[0] for one in told} == {
        "two\nEND:VEVENT\nBEGIN:VEVENT\ufffd"
    }
