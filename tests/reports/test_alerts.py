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

from flows.main_run.run_state import Run
from reports.alerts import alert_lists, alerts, calendar_file
from reports.alerts.alert_contents import AlertContents
from reports.alerts.consequences import CONSEQUENCES, TURNS
from reports.sheets import alert_summary
from transforms.model import frames, wording
from transforms.outlook import ahead
from transforms.outlook.application import stage
from transforms.outlook.deadlines import deadlines
from transforms.rounds.reach import CUT_OFFS
from validation.rounds import rounds_file

DAY = date(2026, 8, 7)
SHEETS = [
    "Summary", "To do", "What changed", "Changed cells", "Next 12 months", "Applications", "Application documents", "Rounds",
]  # fmt: skip
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
    ("C-0005", 9, "test_expires", "the result gets too old", 480, 400, -80, "fsw|cec", "cec", 8, "IELTS"),
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
        pl.DataFrame(NEWS, schema=frames.EVENTS, orient="row"),
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


def test_clients_lead_from_every_sheet_to_what_is_to_be_done(book: Saved) -> None:
    to_do = book.book["To do"]
    first: dict[str, int] = {}
    for number, row in enumerate(to_do.iter_rows(min_row=2, values_only=True), start=2):
        first.setdefault(row[2], number)
    for title in ("What changed", "Next 12 months", "Applications", "Application documents"):
        sheet = book.book[title]
        cells = [cell for row in sheet.iter_rows(min_row=2) for cell in row if cell.value in first and cell.hyperlink]
        assert cells, title
        for cell in cells:
            assert cell.hyperlink.location == f"'To do'!A{first[cell.value]}"
    arrows = [cell for row in to_do.iter_rows(min_row=2) for cell in row if cell.value == "→"]
    assert all(cell.hyperlink is not None for cell in arrows)
    assert arrows


def test_the_first_page_leads_to_the_clients_and_to_the_rest_of_the_list(book: Saved) -> None:
    cells = [cell for row in book.book["Summary"].iter_rows() for cell in row if cell.hyperlink]
    assert any(str(cell.value).startswith("C-") for cell in cells)
    assert any(" more on the sheet To do" in str(cell.value) for cell in cells)


def test_to_do_is_this_week_first_then_the_gravest_consequence(book: Saved) -> None:
    rows = book.table("To do")
    grave = list(CONSEQUENCES.values())
    places = [(row["Days left"] > 7, grave.index(row["At stake"]), row["Days left"]) for row in rows]
    assert places == sorted(places)
    assert [(row["Act by"].date() - DAY).days for row in rows] == [days for _, _, days in places]
    assert all(0 <= days <= 90 for _, _, days in places)
    told = {row["What happens"] for row in rows}
    # Not: a birthday that changes nothing or crosses no cut-off within reach, a gain, and what it is too late for.
    assert told & {what for _, _, _, what, *_ in EVENTS} == {
        "the result gets too old", "the profile ends", "turns 31", "turns 45",
    }  # fmt: skip
    assert {row["Whose turn"] for row in rows} <= {"Client", "Firm", "IRCC"}
    assert all(row["What to do"].endswith(".") for row in rows)


@pytest.mark.parametrize(("days", "sheet"), [(0, "To do"), (90, "To do"), (91, "Next 12 months")])
def test_what_is_due_within_90_days_is_to_do_and_the_rest_is_later(
    days: int, sheet: str, contents: AlertContents, written: Callable[[AlertContents], Path]
) -> None:
    act_by = DAY + timedelta(days=days)
    event = {
        "client_id": "C-0003",
        "on": act_by,
        "kind": "profile_expires",
        "what": "the profile ends",
        "act_by": act_by,
    }
    night = replace(contents, ahead=ahead.of(pl.DataFrame([event])), applications=contents.applications.clear())
    folder = written(night)
    shown = Saved(folder / "alerts.xlsx")
    other = ({"To do", "Next 12 months"} - {sheet}).pop()
    assert [row["Days left"] for row in shown.table(sheet)] == [days]
    assert [row["Client ID"] for row in shown.table(other) if isinstance(row["Days left"], int)] == []
    read = json.loads((folder / "alerts.json").read_text(encoding="utf-8"))
    key = "act" if sheet == "To do" else "ahead"
    assert [one["days_left"] for one in read[key]] == [days]
    assert (len(read["act"]), len(read["ahead"])) == ((1, 0) if key == "act" else (0, 1))
    assert shown.beside("Within 90 days") == [int(key == "act")]
    assert shown.beside("Later in the coming 12 months") == [int(key == "ahead")]
    # The calendar holds both.
    assert len(entries(folder)) == 1


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
    assert [row[1] for row in first[start + 1 : start + 4]] == [1, 0, 0]


def test_of_one_day_the_largest_loss_comes_first(contents: AlertContents) -> None:
    same = events().with_columns(pl.lit(DAY + timedelta(days=5)).alias("act_by"), pl.lit(DAY).alias("on"))
    same = same.filter(pl.col("kind") != "birthday")
    act = alert_lists.to_act(replace(contents, ahead=same, applications=contents.applications.clear()))
    assert act["points"].to_list() == [0, -100, -80]


def test_the_coming_12_months_hold_all_that_is_not_to_do_in_order(book: Saved, contents: AlertContents) -> None:
    rows = book.table("Next 12 months")
    classified = alert_lists.classified(contents)
    assert len(rows) + len(book.table("To do")) == classified.height
    days = [row["Days left"] for row in rows]
    assert days == sorted(days)
    # Of the birthdays only those that change nothing are left out.
    assert classified.height == contents.ahead.height - 1
    told = {row["What happens"]: row for row in rows}
    assert "turns 24" not in told
    below = told["turns 32"]
    assert (below["What to do"], below["Act by"], below["Whose turn"], below["Points gained or lost"]) == (
        None, None, None, -5,
    )  # fmt: skip
    changed = next(row for row in book.table("To do") if row["What happens"] == "the result gets too old")
    assert changed["Programs"] == "FSW, CEC → CEC"
    assert (changed["Score before"], changed["Score after"], changed["Points gained or lost"]) == (480, 400, -80)


def test_the_news_stand_by_weight_then_loss(book: Saved) -> None:
    rows = book.table("What changed")
    assert [(row["Kind"], row["Points"]) for row in rows] == [
        ("newly invited", None), ("category", None), ("score", -100), ("score", -5), ("data", None),
    ]  # fmt: skip
    assert rows[1]["Subject"] == "senior managers" and rows[1]["Reason"] == "law changed"
    assert (rows[1]["Before"], rows[1]["After"]) == ("yes", "no")


def test_the_first_page_counts_what_the_sheets_hold(book: Saved, contents: AlertContents) -> None:
    act = [row["Days left"] for row in book.table("To do")]
    for days in alert_lists.WITHIN:
        assert book.beside(f"Within {days} days") == [sum(left <= days for left in act)]
    turns = [row["Whose turn"] for row in book.table("To do")]
    for turn in ("Client", "Firm", "IRCC"):
        assert book.beside(f"of these, turn: {turn}") == [turns.count(turn)]
    later = [row["At stake"] for row in book.table("Next 12 months")]
    assert book.beside("Later in the coming 12 months") == [sum(one is not None for one in later)]
    assert book.beside("Other dated events in the coming 12 months") == [later.count(None)]
    assert book.beside("Newly invited") == [1] and book.beside("Score changed") == [2]
    assert book.beside("Clients scored") == [446]
    states = [row["Status"] for row in book.table("Applications")]
    assert book.beside("Applied") == [states.count("applied")]
    waiting = [state for state in states if state not in ("applied", "lapsed")]
    assert book.beside("Waiting for the application") == [len(waiting)]
    bad = {"missing", "too old on the day", "expires before the day"}
    statuses = [row["Status"] for row in book.table("Application documents")]
    assert book.beside("Documents missing or unfit on the day") == [sum(one in bad for one in statuses)]


def test_what_waits_for_the_case_owners_adds_up(contents: AlertContents) -> None:
    owners, months = alert_lists.by_owner(contents), alert_lists.by_month(contents)
    classified = alert_lists.classified(contents)
    acts = classified["consequence"].count()
    assert owners["all"].sum() == months["to_do"].sum() == acts
    assert owners["within_90"].sum() == alert_lists.to_act(contents).height < acts
    assert months["other"].sum() == classified.height - acts
    assert months["month"].to_list() == [f"2026-{month:02}" for month in range(8, 13)] + [
        f"2027-{month:02}" for month in range(1, 9)
    ]


def test_the_applications_show_the_clock_and_the_test(book: Saved, contents: AlertContents) -> None:
    rows = book.table("Applications")
    assert len(rows) == contents.applications.height
    deadlines_ = [row["Last day to apply"] for row in rows if row["Status"] != "applied"]
    assert deadlines_ == sorted(deadlines_)
    for row in rows:
        known = row["Score on that day"] is not None
        assert (row["Above the cut-off"] is not None) == known
        assert row["Still eligible?"] in ("yes", "no", "undetermined")
    papers = book.table("Application documents")
    order = ["missing", "too old on the day", "expires before the day", "undetermined", "have"]
    places = [order.index(row["Status"]) for row in papers]
    assert places == sorted(places)
    undetermined = contents.documents.filter(pl.col("status") == "undetermined")
    folded = [row for row in papers if row["Status"] == "undetermined"]
    assert len(folded) == undetermined.select("client_id", "needed_on").n_unique() < undetermined.height
    assert sum(int(row["Document"].removeprefix("documents: ")) for row in folded) == undetermined.height
    assert len(papers) - len(folded) == contents.documents.height - undetermined.height


def test_of_what_lapsed_no_test_is_shown(contents: AlertContents, written: Callable[[AlertContents], Path]) -> None:
    """Empty, for what would hold is no question any more; of others an empty answer is undetermined."""
    untold = contents.applications.head(2).with_columns(
        pl.Series("state", ["lapsed", "planned"]),
        *(pl.lit(None, pl.Boolean).alias(name) for name in ("holds", "score_holds", "criteria_hold")),
    )
    rows = Saved(written(replace(contents, applications=untold)) / "alerts.xlsx").table("Applications")
    for name in ("Still eligible?", "Score at or above", "Criteria met"):
        assert {row["Status"]: row[name] for row in rows} == {"lapsed": None, "planned": "undetermined"}


def test_a_first_night_says_so(contents: AlertContents, written: Callable[[AlertContents], Path]) -> None:
    first = replace(contents, compared_with=None, news=contents.news.clear(), ahead=ahead.empty())
    shown = Saved(written(first) / "alerts.xlsx")
    assert "There is no earlier nightly run to compare with." in [row[0] for row in shown.rows("What changed")]
    assert shown.beside("Compared with") == ["no earlier nightly run"]
    assert "There is nothing that somebody must do within 90 days." in [row[0] for row in shown.rows("To do")]


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
    assert counted == {"news": len(NEWS), "act": act, "ahead": alert_lists.classified(contents).height - act}


def test_the_list_stands_in_the_order_of_the_sheets(folder: Path, book: Saved) -> None:
    rows = rows_of(folder)
    lists = [row["list"] for row in rows]
    assert lists == sorted(lists, key=["news", "act", "ahead"].index)
    for sheet, name, text in (("What changed", "news", "What changed"), ("To do", "act", "What happens")):
        listed = [(row["client_id"], row["what"]) for row in rows if row["list"] == name]
        assert listed == [(row["Client ID"], row[text]) for row in book.table(sheet)]
    days = [row["on"] for row in rows if row["list"] == "ahead"]
    assert days == sorted(days)


@pytest.mark.parametrize("title", ["To do", "What changed", "Next 12 months", "Application documents"])
def test_a_list_is_printed_one_page_wide(book: Saved, title: str) -> None:
    sheet = book.book[title]
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (sheet.page_setup.orientation, sheet.page_setup.fitToWidth) == ("landscape", 1)
    [table] = sheet.tables.values()
    head = int(table.ref.split(":")[0].lstrip("A"))
    assert sheet.print_title_rows == f"$1:${head}"


def test_the_json_says_the_same(folder: Path, listed: dict[str, Any], contents: AlertContents) -> None:
    assert (listed["format"], listed["as_of"], listed["compared_with"]) == (
        "drawline.alerts.v3",
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
    places = [(one["days_left"] > 7, grave.index(one["consequence"])) for one in listed["act"]]
    assert places == sorted(places)
    assert all(one["to_do"].endswith(".") for one in listed["act"])
    assert {one["whose_turn"] for one in listed["act"]} <= {"client", "firm", "ircc"}
    assert all(0 <= one["days_left"] <= listed["to_do_days"] == 90 for one in listed["act"])
    for one in listed["ahead"]:
        assert (one["to_do"] is None) == (one["consequence"] is None) == (one["whose_turn"] is None)
        assert one["consequence"] is None or one["days_left"] > 90
    assert {one["to_do"] for one in listed["news"]} == {None}


# --- The calendar


def test_the_calendar_holds_what_changes_something(folder: Path, contents: AlertContents) -> None:
    shown = entries(folder)
    assert len(shown) == alert_lists.in_calendar(contents).height
    texts = " ".join(one["summary"] for one in shown)
    # Of the birthdays those that cross a cut-off within reach, or take a program away.
    assert "turns 31" in texts and "turns 45" in texts
    assert "turns 24" not in texts and "turns 32" not in texts


def test_entries_are_of_whole_days_and_bear_no_clock_time(folder: Path) -> None:
    for one in entries(folder):
        assert type(one["dtstart"].dt) is date
        assert one["dtstamp"].dt == datetime(2026, 8, 7, tzinfo=UTC)
        assert one["transp"] == "TRANSPARENT" and one["class"] == "PRIVATE"


def test_an_entry_stands_on_the_last_day_to_act(folder: Path) -> None:
    days = {str(one["summary"]): one["dtstart"].dt for one in entries(folder)}
    assert days["C-0005: the result gets too old (-80 points)"] == DAY
    assert days["C-0019: a year of work (+40 points)"] == DAY + timedelta(days=20)
    # Too late to act: the day of the event itself.
    assert days["C-0027: the assessment gets too old (-100 points)"] == DAY + timedelta(days=1)


def test_what_is_to_be_done_rings_before(folder: Path) -> None:
    alarms = {
        str(one["summary"]): [alarm["trigger"].dt.days for alarm in one.walk("VALARM")] for one in entries(folder)
    }
    assert alarms["C-0005: the result gets too old (-80 points)"] == []
    assert alarms["C-0019: the profile ends"] == [-7]
    assert alarms["C-0019: a year of work (+40 points)"] == []
    assert [-30] in alarms.values()


def test_the_next_night_replaces_and_doubles_nothing(
    contents: AlertContents, written: Callable[[AlertContents], Path]
) -> None:
    tomorrow = DAY + timedelta(days=1)
    # Without applications, so that nothing that ends becomes one row with the last day to apply.
    contents = replace(contents, applications=contents.applications.clear())
    told = entries(written(contents))
    later = contents.ahead.with_columns(what=pl.col("what") + ", as told anew", act_by=pl.col("on"))
    anew = {str(one["uid"]): one for one in entries(written(replace(contents, as_of=tomorrow, ahead=later)))}
    first = {str(one["uid"]): one for one in told}
    assert first.keys() == anew.keys() and len(first) == len(told)
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
    assert any(row["Family name"] == "Quixotenbaum" for row in Saved(made / "alerts.xlsx").table("To do"))


def test_each_case_owner_gets_a_workbook_of_their_own_clients(
    contents: AlertContents, written: Callable[[AlertContents], Path], tmp_path: Path
) -> None:
    alone = contents.people.with_columns(
        case_owner=pl.when(pl.col("client_id") == "C-0019").then(None).otherwise("case_owner")
    )
    made = alerts.write_alerts(tmp_path, replace(contents, people=alone, by_case_owner=True))
    owners = sorted({owner for owner in alone["case_owner"] if owner is not None})
    assert made == [*alerts.FILES, *sorted([*(f"alerts-{owner}.xlsx" for owner in owners), "alerts-no-owner.xlsx"])]
    every = Saved(tmp_path / "alerts.xlsx").table("To do")
    found = []
    for name, owner in [*((f"alerts-{owner}.xlsx", owner) for owner in owners), ("alerts-no-owner.xlsx", None)]:
        rows = (
            Saved(tmp_path / name).table("To do") if owner or any(row["Client ID"] == "C-0019" for row in every) else []
        )
        assert {row["Case owner"] for row in rows} <= {owner}
        found += rows
    key = ["Client ID", "What happens", "Act by"]
    assert sorted(str([row[name] for name in key]) for row in found) == sorted(
        str([row[name] for name in key]) for row in every
    )


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
    [row] = Saved(made / "alerts.xlsx").table("What changed")
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
    assert len(told) == alert_lists.in_calendar(contents).height
    assert {str(one["summary"]).split(": ", 1)[1].split(" (")[0] for one in told} == {
        "two\nEND:VEVENT\nBEGIN:VEVENT\ufffd"
    }


def test_in_french_texts_are_french_and_keys_and_codes_are_the_same(
    contents: AlertContents, listed: dict[str, Any], written: Callable[[AlertContents], Path]
) -> None:
    with wording.using("fr"):
        folder = written(contents)
    french = json.loads((folder / "alerts.json").read_text(encoding="utf-8"))
    assert french.keys() == listed.keys()
    for key in ("act", "ahead"):
        codes = [
            [{name: one[name] for name in one if name != "to_do"} for one in read[key]] for read in (french, listed)
        ]
        assert codes[0] == codes[1]
        texts = [(one["to_do"], other["to_do"]) for one, other in zip(french[key], listed[key], strict=True)]
        assert all((one is None) == (other is None) and (one is None or one != other) for one, other in texts)
    book = Saved(folder / "alerts.xlsx")
    names = ["Sommaire", "À faire", "Ce qui a changé", "Cellules modifiées", "12 prochains mois", "Demandes"]
    assert book.book.sheetnames[: len(names)] == names
    with wording.using("fr"):
        turn, stake, consequences = (
            wording._("Whose turn"),
            wording._("At stake"),
            set(map(wording._, CONSEQUENCES.values())),
        )
        turns = set(map(wording._, TURNS.values()))
    rows = book.table("À faire")
    assert {row[turn] for row in rows} <= turns
    assert {row[stake] for row in rows} <= consequences
    assert (
        turn != "Whose turn" and stake != "At stake" and "Firm" not in turns and "score or program" not in consequences
    )
