"""Nights of a small firm: what they take, what they leave, and that the same night twice is the same."""

from __future__ import annotations

import json
import os
import shutil
import time
from datetime import UTC, date, datetime, timedelta
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from flows import inbox, night_state, nightly, past, program, settings
from flows.alone import alone, is_at_work
from flows.program import UsageError
from history.tables import EVENTS, INVITATIONS, PROBLEMS, RECORDS, ROUNDS_TABLE, RUNS, SCORES_TABLE
from tests.firm import Firm, assert_same, changed, clients, names_of, rounds_until
from tests.loopback import serving
from transforms import untold
from transforms.ahead import ENGINE_KINDS
from transforms.outlook_invited import FORGIVEN

DAY = timedelta(days=1)
# Round 428 of 2026-07-21 (CEC, cut-off 516) invites C-0037, who has 518 points.
MONDAY, TUESDAY, WEDNESDAY = date(2026, 7, 20), date(2026, 7, 21), date(2026, 7, 22)
CLIENT, ROUND = "C-0037", "428"
SOME = (30, 31, 33, 36, 37)


@pytest.fixture
def firm(tmp_path: Path) -> Firm:
    """A firm before its first night."""
    made = Firm(tmp_path / "firm")
    made.publish(MONDAY)
    made.drop("a.xlsx", clients(*SOME))
    return made


@pytest.fixture(scope="module")
def after_monday(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = Firm(tmp_path_factory.mktemp("monday"))
    made.publish(MONDAY)
    made.drop("a.xlsx", clients(*SOME))
    made.night(MONDAY)
    return made.folder


@pytest.fixture
def later(after_monday: Path, tmp_path: Path) -> Firm:
    """The same firm after the night of Monday."""
    shutil.copytree(after_monday, tmp_path / "firm")
    return Firm(tmp_path / "firm")


def events(firm: Firm, day: date) -> list[tuple[str, str, str]]:
    """The events of a night: client, kind, reason."""
    rows = firm.history.on(EVENTS, day).select("client_id", "kind", "reason")
    return sorted((client, kind, reason or "") for client, kind, reason in rows.iter_rows())


def record_of(firm: Firm, day: date) -> Any:
    """run.json of a night."""
    return json.loads((firm.reports / day.isoformat() / program.RECORD).read_text(encoding="utf-8"))


def test_the_same_night_twice_is_the_same_but_for_a_row_in_the_ledger(firm: Firm) -> None:
    (firm.inbox / "bad.xlsx").write_bytes(b"only text")
    first = firm.night(MONDAY)
    tables, files, record = firm.tables(), firm.files(), record_of(firm, MONDAY)
    assert tables["scores"].height == len(SOME)
    assert {Path(name).name for name in files} >= {"report.xlsx", "scores.parquet", "quarantine.csv"}
    assert sorted(names_of(first)) == ["a.xlsx: taken", "bad.xlsx: unusable"]
    again = firm.night(MONDAY)
    assert names_of(again) == []
    assert_same(firm.tables(), tables)
    assert firm.files() == files
    anew = record_of(firm, MONDAY)
    assert record.keys() == anew.keys()
    assert {name for name in anew if anew[name] != record[name]} <= {"run_id", "notes", "timings_seconds"}
    assert firm.table(RUNS)["run_id"].to_list() == [first.run_id, again.run_id]
    assert sorted(path.name for path in firm.reports.iterdir()) == ["2026-07-20"]


def test_a_file_is_taken_once_whatever_it_is_named(later: Firm) -> None:
    shutil.copy(later.inbox / "a.xlsx", later.inbox / "a copy.xlsx")
    os.utime(later.inbox / "a.xlsx")
    assert names_of(later.night(TUESDAY)) == []


def test_a_dry_run_tells_and_writes_nothing(firm: Firm) -> None:
    told = nightly.summary(firm.night(MONDAY, dry_run=True))
    assert told["clients"] == {"new": len(SOME), "changed": 0, "as_before": 0}
    assert {(one["kind"], one["events"]) for one in told["nights"][0]["events"]} >= {("client", len(SOME))}
    assert not Path(firm.history.place).exists()
    assert not firm.reports.exists()
    firm.night(MONDAY)
    firm.drop(
        "b.xlsx", [changed(one, given_name="Other") if one.client_id == CLIENT else one for one in clients(*SOME, 40)]
    )
    before = firm.tables()
    told = nightly.summary(firm.night(TUESDAY, dry_run=True))
    assert told["clients"] == {"new": 1, "changed": 1, "as_before": len(SOME) - 1}
    assert [one["name"] for one in told["files"]] == ["b.xlsx"]
    assert_same(firm.tables(), before)


# Which files are taken


def test_lock_files_hidden_files_and_folders_are_passed_over(firm: Firm) -> None:
    for name in ("~$a.xlsx", ".a.xlsx"):
        shutil.copy(firm.inbox / "a.xlsx", firm.inbox / name)
    (firm.inbox / "old").mkdir()
    assert [one.path.name for one in inbox.look(firm.inbox)] == ["a.xlsx"]


def test_a_file_that_is_still_being_written_waits(tmp_path: Path) -> None:
    firm = Firm(tmp_path, settle=3600)
    firm.publish(MONDAY)
    firm.drop("a.xlsx", clients(37))
    done = firm.night(MONDAY)
    assert names_of(done) == []
    assert "still being written, and left for the next run: a.xlsx" in done.notes


def test_how_long_a_file_must_be_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"x")
    seen = inbox.look(tmp_path)[0]
    second = 1_000_000_000
    assert not inbox.is_quiet(seen, 30, now=seen.touched_at + 29 * second)
    assert inbox.is_quiet(seen, 30, now=seen.touched_at + 30 * second)
    # The time of a file copied with its times, and one of a machine whose clock is ahead.
    os.utime(path, ns=(0, time.time_ns() + 10**6 * second))
    seen = inbox.look(tmp_path)[0]
    assert not inbox.is_quiet(seen, 30, now=seen.touched_at + 29 * second)
    assert inbox.is_quiet(seen, 30, now=seen.touched_at + 30 * second)


def test_a_file_that_changes_while_it_is_read_waits(firm: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    read = inbox._sha256

    def read_and_grow(path: Path) -> str | None:
        digest = read(path)
        with path.open("ab") as file:
            file.write(b"more")
        return digest

    monkeypatch.setattr(inbox, "_sha256", read_and_grow)
    done = firm.night(MONDAY)
    assert names_of(done) == []
    assert "still being written, and left for the next run: a.xlsx" in done.notes


def test_an_unusable_file_is_told_and_not_tried_again_until_something_changes(firm: Firm) -> None:
    bad = firm.inbox / "bad.xlsx"
    bad.write_bytes(b"only text")
    first = firm.night(MONDAY)
    assert sorted(names_of(first)) == ["a.xlsx: taken", "bad.xlsx: unusable"]
    assert [
        note for note in first.notes if note.startswith("left out: bad.xlsx: It is named .xlsx but is not a workbook")
    ]
    assert nightly.exit_code(first) == program.EXIT_DONE
    assert names_of(firm.night(TUESDAY, dry_run=True)) == []
    assert names_of(firm.night(MONDAY, dry_run=True)) == []
    bad.rename(firm.inbox / "bad.csv")
    assert names_of(firm.night(TUESDAY)) == ["bad.csv: unusable"]
    assert names_of(firm.night(TUESDAY, dry_run=True)) == []
    (firm.folder / "map.yaml").write_text("columns: {Number: client_id}\n", encoding="utf-8")
    firm.config.write_text(firm.config.read_text(encoding="utf-8") + 'map = "map.yaml"\n', encoding="utf-8")
    assert names_of(firm.night(TUESDAY)) == ["bad.csv: unusable"]
    assert names_of(firm.night(TUESDAY, dry_run=True)) == []
    (firm.inbox / "bad.csv").write_bytes(b"other text")
    assert names_of(firm.night(TUESDAY, dry_run=True)) == ["bad.csv: unusable"]


def test_an_unusable_file_is_told_by_every_night_while_it_lies_there(firm: Firm) -> None:
    bad = firm.inbox / "bad.xlsx"
    bad.write_bytes(b"only text")
    firm.night(MONDAY)
    tables, files = firm.tables(), firm.files()
    told = "still left out, since the night of 2026-07-20: bad.xlsx: It is named .xlsx but is not a workbook"
    again = firm.night(MONDAY)
    assert names_of(again) == []
    assert [note for note in again.notes if note.startswith(told)]
    assert_same(firm.tables(), tables)
    assert firm.files() == files
    firm.night(TUESDAY)
    inputs, notes = firm.table(RUNS).select("inputs", "notes").row(-1)
    assert inputs == []
    assert [note.startswith(told) for note in notes] == [True]
    bad.unlink()
    assert firm.night(WEDNESDAY, dry_run=True).notes == []


def test_an_unusable_content_is_told_under_each_of_its_names(later: Firm) -> None:
    for name in ("one.xlsx", "two.xlsx"):
        (later.inbox / name).write_bytes(b"only text")
    assert nightly.news(night_state.NightRequest(TUESDAY, later.config, dry_run=True))["files"] == 1
    assert sorted(names_of(later.night(TUESDAY))) == ["one.xlsx: unusable", "two.xlsx: unusable"]
    (later.inbox / "three.xlsx").write_bytes(b"only text")
    done = later.night(WEDNESDAY)
    assert names_of(done) == ["three.xlsx: unusable"]
    told = sorted(note.split(":")[1] for note in done.notes if note.startswith("still left out, since the night of"))
    assert told == [" one.xlsx", " two.xlsx"]


@pytest.mark.parametrize("usable", ["z.xlsx", "a.xlsx"])
def test_a_content_that_cannot_be_used_under_one_name_is_taken_under_another(later: Firm, usable: str) -> None:
    path = later.drop(usable, [changed(clients(37)[0], given_name="Later")])
    shutil.copy2(path, later.inbox / "m.csv")
    done = later.night(TUESDAY)
    assert f"{usable}: taken" in names_of(done)
    names = dict(later.history.records_on(TUESDAY)["candidates"].select("client_id", "given_name").iter_rows())
    assert names[CLIENT] == "Later"
    assert names_of(later.night(WEDNESDAY)) == []


def test_a_quarantined_client_keeps_its_earlier_records(later: Firm) -> None:
    good, bad = (changed(one, given_name="Later") for one in clients(36, 37))
    later.drop("b.xlsx", [good, changed(bad, date_of_birth="03/04/1990")])
    done = later.night(TUESDAY)
    assert nightly.exit_code(done) == program.EXIT_QUARANTINED
    names = dict(later.history.records_on(TUESDAY)["candidates"].select("client_id", "given_name").iter_rows())
    assert (names["C-0036"], names[CLIENT]) == ("Later", "Client")
    told = later.history.on(PROBLEMS, TUESDAY).filter(pl.col("standing") == "quarantined")
    assert told.select("client_id", "column", "value").rows() == [(CLIENT, "date_of_birth", "03/04/1990")]
    counts = done.nights[-1].counts
    assert counts["candidates_in"] == counts["candidates_accepted"] + counts["candidates_quarantined"]
    assert (counts["candidates_accepted"], counts["candidates_quarantined"]) == (len(SOME), 1)


def test_of_two_files_of_a_night_the_later_one_counts_with_a_warning(firm: Firm) -> None:
    for place, (name, given) in enumerate((("z.xlsx", "Earlier"), ("b.xlsx", "Later"))):
        path = firm.drop(name, [changed(clients(37)[0], given_name=given)])
        os.utime(path, (1_700_000_000 + place, 1_700_000_000 + place))
    (firm.inbox / "a.xlsx").unlink()
    done = firm.night(MONDAY)
    assert names_of(done) == ["z.xlsx: taken", "b.xlsx: taken"]
    assert firm.history.records_on(MONDAY)["candidates"]["given_name"].to_list() == ["Later"]
    assert "1 client of b.xlsx stands in z.xlsx too; b.xlsx, the later one, counts" in done.notes
    warned = firm.history.on(PROBLEMS, MONDAY).filter(pl.col("problem").str.starts_with("The client stands in z.xlsx"))
    assert warned["client_id"].to_list() == [CLIENT]


def test_a_later_file_counts_over_one_that_still_lies_in_the_inbox(later: Firm) -> None:
    later.drop("b.xlsx", clients(36, 37))
    done = later.night(TUESDAY)
    assert "2 clients of b.xlsx stand in a.xlsx too; b.xlsx, the later one, counts" in done.notes


# Missed nights


def test_a_missed_night_is_caught_up_with_what_stood_then(later: Firm) -> None:
    later.publish(WEDNESDAY + DAY)
    later.drop("b.xlsx", [changed(one, pool_status="withdrawn") for one in clients(37)])
    done = later.night(WEDNESDAY)
    assert [night.as_of for night in done.nights] == [TUESDAY, WEDNESDAY]
    assert later.history.days(SCORES_TABLE) == [MONDAY, TUESDAY, WEDNESDAY]
    assert later.history.days(RECORDS) == [MONDAY, WEDNESDAY]
    invited = later.table(INVITATIONS).select("as_of", "client_id", "round").rows()
    assert (TUESDAY, CLIENT, ROUND) in invited
    assert (CLIENT, "pool", "round") in events(later, TUESDAY)
    assert CLIENT not in applications(later, WEDNESDAY)
    assert later.table(ROUNDS_TABLE).filter(pl.col("date") == TUESDAY)["seen_on"].unique().to_list() == [TUESDAY]
    assert later.table(ROUNDS_TABLE)["date"].max() == WEDNESDAY
    assert later.table(RUNS).select("as_of", pl.col("inputs").list.len()).rows() == [
        (MONDAY, 1),
        (TUESDAY, 0),
        (WEDNESDAY, 1),
    ]


def test_catching_up_has_a_bound(tmp_path: Path) -> None:
    firm = Firm(tmp_path, catch_up=1)
    firm.publish(MONDAY)
    firm.drop("a.xlsx", clients(37))
    firm.night(MONDAY)
    done = firm.night(MONDAY + 4 * DAY)
    assert done.days == [MONDAY + 3 * DAY, MONDAY + 4 * DAY]
    assert any(note.startswith("2 nights since 2026-07-20 were missed") for note in done.notes)


def test_an_earlier_night_asked_again_takes_nothing_new(later: Firm) -> None:
    later.publish(TUESDAY)
    later.night(TUESDAY)
    tables = later.tables()
    later.publish(WEDNESDAY)
    later.drop("b.xlsx", clients(40))
    done = later.night(MONDAY)
    assert names_of(done) == []
    assert_same(later.tables(), tables)
    with pytest.raises(UsageError, match="the history begins with the night of 2026-07-20"):
        later.night(MONDAY - DAY)
    assert names_of(later.night(WEDNESDAY)) == ["b.xlsx: taken"]


def test_a_night_that_was_passed_over_is_not_made_later(tmp_path: Path) -> None:
    firm = Firm(tmp_path, catch_up=1)
    firm.publish(MONDAY)
    firm.drop("a.xlsx", clients(37))
    firm.night(MONDAY)
    firm.night(MONDAY + 4 * DAY)
    tables, ledger = firm.tables(), firm.table(RUNS).height
    told = "there was no night of 2026-07-21; ask for one of those that were: that of 2026-07-23 was told against that of 2026-07-20"
    with pytest.raises(UsageError, match=told):
        firm.night(TUESDAY)
    assert_same(firm.tables(), tables)
    assert firm.table(RUNS).height == ledger


@pytest.mark.parametrize("is_first", [True, False])
def test_a_night_that_lies_ahead_is_a_slip_unless_it_is_meant(firm: Firm, is_first: bool) -> None:
    if not is_first:
        firm.night(MONDAY)
    tomorrow = program.today() + DAY
    for more in ({}, {"wait": True}):
        with pytest.raises(UsageError, match=f"the night of {tomorrow} lies ahead of today"):
            nightly.run(night_state.NightRequest(tomorrow, firm.config, **more))
    looked = nightly.run(night_state.NightRequest(tomorrow, firm.config, dry_run=True))
    assert looked.days[-1] == tomorrow
    assert firm.table(RUNS).height == (0 if is_first else 1)


def test_after_a_night_that_lay_ahead_there_is_no_news_until_its_day(later: Firm) -> None:
    later.drop("b.xlsx", clients(40))

    def news(day: date) -> dict[str, int]:
        return nightly.news(night_state.NightRequest(day, later.config, dry_run=True))

    assert news(MONDAY)["files"] == 1
    later.night(WEDNESDAY)
    later.drop("c.xlsx", clients(41))
    assert news(TUESDAY) == {"files": 0, "rounds": 0}
    assert news(WEDNESDAY)["files"] == 1


def test_the_ledger_tells_of_each_night_what_it_took(later: Firm) -> None:
    done = later.night(MONDAY + 3 * DAY)
    rows = later.table(RUNS).tail(3)
    times = [{one["stage"]: one["seconds"] for one in row} for row in rows["timings"].to_list()]
    assert "intake" in times[0]
    assert not {"open", "rounds", "intake"} & (times[1].keys() | times[2].keys())
    passed = (datetime.now(UTC) - done.started_at).total_seconds()
    assert rows["seconds"].sum() <= passed
    for row, own in zip(rows["seconds"], times, strict=True):
        assert sum(own.values()) <= row + 0.1


# Rounds


def test_a_new_round_invites_once_until_the_client_declines(later: Firm) -> None:
    later.publish(TUESDAY)
    later.night(TUESDAY)
    row = later.history.on(INVITATIONS, TUESDAY).filter(pl.col("client_id") == CLIENT).row(0, named=True)
    assert (row["round"], row["kind"], row["held_on"], row["crs_total"], row["cut_off"], row["invited_as"]) == (
        ROUND, "CEC", TUESDAY, 518, 516, "CEC",
    )  # fmt: skip
    assert {(CLIENT, "invited", "round"), (CLIENT, "pool", "round")} <= set(events(later, TUESDAY))
    assert place_in_pool(later, MONDAY) is not None
    assert place_in_pool(later, TUESDAY) is None
    number = "429"
    line = {"drawName": "Canadian Experience Class", "drawCRS": "517", "drawCutOff": ""}
    later.publish(WEDNESDAY, change={number: line})
    later.night(WEDNESDAY)
    assert CLIENT not in later.history.on(INVITATIONS, WEDNESDAY)["client_id"].to_list()
    assert not [one for one in events(later, WEDNESDAY) if one[0] == CLIENT]
    later.drop("b.xlsx", [changed(one, pool_status="declined") for one in clients(37)])
    thursday = WEDNESDAY + DAY
    later.night(thursday)
    assert place_in_pool(later, thursday) is not None
    back = {(CLIENT, "invitation_over", "data_changed"), (CLIENT, "pool", "data_changed")}
    assert back <= set(events(later, thursday))
    later.publish(thursday + DAY, change={number: line, "430": line | {"drawDate": (thursday + DAY).isoformat()}})
    later.night(thursday + DAY)
    assert later.history.on(INVITATIONS, thursday + DAY).select("client_id", "round").rows() == [(CLIENT, "430")]


def test_a_decline_that_was_copied_ends_no_later_invitation(later: Firm) -> None:
    days = [TUESDAY + number * DAY for number in range(6)]
    line = {"drawName": "Canadian Experience Class", "drawCRS": "517", "drawCutOff": ""}
    second = {"430": line | {"drawDate": days[2].isoformat()}}
    later.publish(days[3], change=second)
    later.night(days[0])

    def said(name: str, day: date, **cells: str | date) -> list[tuple[str, str, str]]:
        later.drop(name, [changed(one, pool_status="declined", **cells) for one in clients(37)])
        later.night(day)
        return [one for one in events(later, day) if one[0] == CLIENT]

    assert (CLIENT, "invitation_over", "data_changed") in said("b.xlsx", days[1], ita_round=ROUND)
    later.night(days[2])
    assert later.history.on(INVITATIONS, days[2]).select("client_id", "round").rows() == [(CLIENT, "430")]
    again = said("c.xlsx", days[3], ita_round=ROUND, given_name="Other")
    assert not [one for one in again if one[1] == "invitation_over"]
    assert CLIENT in applications(later, days[3])
    over = said("d.xlsx", days[4], ita_round="430")
    assert (CLIENT, "invitation_over", "data_changed") in over
    assert CLIENT not in applications(later, days[4])


def invited_by(firm: Firm, day: date) -> list[tuple[str, str, str]]:
    rows = firm.history.on(INVITATIONS, day).filter(pl.col("client_id") == CLIENT)
    return rows.select("round", "standing").rows()


@pytest.mark.parametrize(
    "cells",
    [
        {"pool_status": "invited", "ita_issued_on": TUESDAY, "ita_round": ROUND},
        {"pool_status": "applied", "ita_issued_on": TUESDAY, "ita_round": ROUND},
        {"pool_status": "withdrawn"},
    ],
)
def test_what_a_night_told_of_a_round_stands_whatever_file_came_the_same_day(
    later: Firm, cells: dict[str, str | date]
) -> None:
    later.publish(TUESDAY)
    later.night(TUESDAY)
    before = later.history.on(INVITATIONS, TUESDAY)
    later.drop("b.xlsx", [changed(one, **cells) for one in clients(37)])
    later.night(TUESDAY)
    assert later.history.on(INVITATIONS, TUESDAY).equals(before)
    assert (CLIENT, "invited", "round") in events(later, TUESDAY)
    assert "below_line" not in {kind for client, kind, _ in events(later, TUESDAY) if client == CLIENT}
    assert place_in_pool(later, TUESDAY) is None


def test_a_file_of_the_same_day_brings_nobody_above_the_line_of_a_round_that_was_held(later: Firm) -> None:
    later.publish(TUESDAY, change={ROUND: {"drawCRS": "520"}})
    later.night(TUESDAY)
    later.drop("b.xlsx", [changed(one, sibling_in_canada="yes") for one in clients(37)])
    later.night(TUESDAY)
    assert later.history.on(SCORES_TABLE, TUESDAY).filter(pl.col("client_id") == CLIENT)["crs_total"][0] > 520
    assert invited_by(later, TUESDAY) == []


def test_a_round_that_is_corrected_the_same_day_is_held_again(later: Firm) -> None:
    later.publish(TUESDAY, change={ROUND: {"drawCRS": "519"}})
    later.night(TUESDAY)
    assert invited_by(later, TUESDAY) == []
    later.publish(TUESDAY)
    assert nightly.news(night_state.NightRequest(TUESDAY, later.config, dry_run=True))["rounds"] == 1
    later.night(TUESDAY)
    assert invited_by(later, TUESDAY) == [(ROUND, "invited")]
    assert later.table(ROUNDS_TABLE).filter(pl.col("number") == ROUND).height == 1


def test_what_the_record_says_came_no_correction_takes_back(later: Firm) -> None:
    line = {"drawName": "Canadian Experience Class", "drawCRS": "517", "drawCutOff": ""}
    later.publish(WEDNESDAY, change={ROUND: {"drawCRS": "519"}, "429": line})
    later.night(WEDNESDAY)
    assert invited_by(later, WEDNESDAY) == [("429", "invited")]
    came = {"pool_status": "invited", "ita_issued_on": WEDNESDAY, "ita_round": "429"}
    later.drop("b.xlsx", [changed(one, **came) for one in clients(37)])
    later.night(WEDNESDAY + DAY)
    later.publish(WEDNESDAY, change={"429": line})
    later.night(WEDNESDAY + 2 * DAY)
    assert invited_by(later, WEDNESDAY + 2 * DAY) == []
    (told,) = [one for one in alerts_of(later, WEDNESDAY + 2 * DAY)["applications"] if one["client_id"] == CLIENT]
    assert told["ita_round"] == "429"


def test_a_decline_of_the_day_of_the_round_that_names_it_ends_it(later: Firm) -> None:
    later.publish(TUESDAY)
    later.night(TUESDAY)
    said = {"pool_status": "declined", "ita_issued_on": TUESDAY, "ita_round": ROUND}
    later.drop("b.xlsx", [changed(one, **said) for one in clients(37)])
    later.night(TUESDAY)
    assert {(CLIENT, "invited", "round"), (CLIENT, "invitation_over", "data_changed")} <= set(events(later, TUESDAY))
    assert place_in_pool(later, TUESDAY) is not None


def test_a_round_that_only_a_broken_off_night_has_seen_is_seen_by_the_next(tmp_path: Path) -> None:
    firm = Firm(tmp_path, catch_up=0)
    firm.publish(MONDAY)
    firm.drop("a.xlsx", clients(*SOME))
    firm.night(MONDAY)
    firm.publish(TUESDAY)
    broken_off(firm, TUESDAY)
    firm.night(WEDNESDAY)
    assert invited_by(firm, WEDNESDAY) == [(ROUND, "invited")]


def broken_off(firm: Firm, day: date) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("flows.night_written.write_reports", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            firm.night(day)


def test_a_correction_that_only_a_broken_off_night_has_seen_is_not_lost(later: Firm) -> None:
    later.publish(TUESDAY)
    later.night(TUESDAY)
    later.publish(TUESDAY, change={ROUND: {"drawCRS": "530"}})
    broken_off(later, WEDNESDAY)
    later.night(TUESDAY)
    assert invited_by(later, TUESDAY) == []
    later.night(WEDNESDAY)
    assert place_in_pool(later, WEDNESDAY) is not None
    assert later.table(ROUNDS_TABLE).filter(pl.col("number") == ROUND)["cut_off"].to_list() == [530]


def test_what_a_run_told_that_was_broken_off_does_not_stand(later: Firm) -> None:
    firm = later
    firm.drop("b.xlsx", [changed(one, pool_status="withdrawn") for one in clients(37)])
    firm.night(TUESDAY)
    firm.publish(TUESDAY)
    path = firm.drop("c.xlsx", [changed(one, pool_status="in_pool") for one in clients(37)])
    broken_off(firm, TUESDAY)
    path.unlink()
    firm.night(TUESDAY)
    assert invited_by(firm, TUESDAY) == []


def test_a_correction_of_the_same_day_takes_nothing_back_that_the_record_names(later: Firm) -> None:
    later.publish(TUESDAY)
    later.night(TUESDAY)
    came = {"pool_status": "invited", "ita_issued_on": TUESDAY, "ita_round": ROUND}
    later.drop("b.xlsx", [changed(one, **came) for one in clients(37)])
    later.night(TUESDAY)
    later.publish(TUESDAY, change={ROUND: {"drawCRS": "530"}})
    later.night(TUESDAY)
    assert invited_by(later, TUESDAY) == [(ROUND, "invited")]


def test_a_record_that_says_in_pool_confirms_no_invitation(later: Firm) -> None:
    later.publish(TUESDAY)
    later.night(TUESDAY)
    later.drop("b.xlsx", [changed(one, pool_status="in_pool", ita_round=ROUND) for one in clients(37)])
    later.night(WEDNESDAY)
    later.publish(TUESDAY, change={ROUND: {"drawCRS": "530"}})
    later.night(WEDNESDAY + DAY)
    assert invited_by(later, WEDNESDAY + DAY) == [(ROUND, "withdrawn")]


def test_a_night_that_is_scored_anew_keeps_its_invitations(later: Firm) -> None:
    later.publish(TUESDAY)
    later.night(TUESDAY)
    later.drop("b.xlsx", [changed(one, pool_status="withdrawn") for one in clients(37)])
    later.night(TUESDAY)
    tables = later.tables()
    past.rescore(settings.load(later.config), TUESDAY, TUESDAY)
    assert_same(later.tables(), tables)


def test_whom_a_night_invites_is_in_the_list_of_that_round_alone(later: Firm) -> None:
    later.publish(TUESDAY)
    done = later.night(TUESDAY)
    lists = {one.number: one.candidates["client_id"].to_list() for one in done.nights[-1].outcomes}
    assert [number for number, there in lists.items() if CLIENT in there] == [ROUND]
    above = later.history.on(SCORES_TABLE, TUESDAY).row(by_predicate=pl.col("client_id") == CLIENT, named=True)["above"]
    assert above == ""


def place_in_pool(firm: Firm, day: date) -> int | None:
    place: int | None = firm.history.on(SCORES_TABLE, day).row(by_predicate=pl.col("client_id") == CLIENT, named=True)[
        "rank"
    ]
    counts = json.loads((firm.reports / day.isoformat() / "run.json").read_text(encoding="utf-8"))["counts"]
    assert counts["in_pool"] == firm.history.on(SCORES_TABLE, day)["rank"].count()
    return place


def applications(firm: Firm, day: date) -> list[str]:
    return [one["client_id"] for one in alerts_of(firm, day)["applications"]]


def alerts_of(firm: Firm, day: date) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((firm.reports / day.isoformat() / "alerts.json").read_text(encoding="utf-8"))
    return told


def test_what_the_alerts_tell_of_who_is_invited(later: Firm) -> None:
    later.publish(TUESDAY)
    later.night(TUESDAY)
    told = alerts_of(later, TUESDAY)
    (application,) = [one for one in told["applications"] if one["client_id"] == CLIENT]
    assert application["deadline"] == (TUESDAY + 60 * DAY).isoformat()
    said = untold.OF_ONE_THAT_WAITS.format(ROUND)
    assert application["why"] == said
    (last_day,) = [one["what"] for one in told["act"] if (one["client_id"], one["kind"]) == (CLIENT, "ita_deadline")]
    assert last_day == f"last day to apply: invited on {TUESDAY}; {said}"
    own = [one for one in [*told["act"], *told["ahead"]] if one["client_id"] == CLIENT]
    assert "ita_deadline" in {one["kind"] for one in own}
    assert all(one["on"] <= application["application_on"] for one in own if one["kind"] in ENGINE_KINDS)


def test_an_invitation_that_never_came_is_told_as_the_alerts_say(later: Firm) -> None:
    later.publish(TUESDAY)
    later.night(TUESDAY)
    later.drop("b.xlsx", [changed(one, pool_status="declined", ita_round=ROUND) for one in clients(37)])
    later.night(WEDNESDAY)
    assert place_in_pool(later, WEDNESDAY) is not None
    assert CLIENT not in applications(later, WEDNESDAY)
    # Later the office writes in_pool, and leaves the cells of the invitation as they were.
    left = {"pool_status": "in_pool", "ita_issued_on": TUESDAY, "ita_round": ROUND}
    later.drop("c.xlsx", [changed(one, **left) for one in clients(37)])
    later.night(WEDNESDAY + DAY)
    assert place_in_pool(later, WEDNESDAY + DAY) is not None
    assert CLIENT not in applications(later, WEDNESDAY + DAY)


def test_the_birthday_of_who_is_invited_is_told_as_forgiven(later: Firm) -> None:
    invited = {"pool_status": "invited", "ita_issued_on": TUESDAY, "ita_round": ROUND, "planned_application_on": None}
    later.drop("b.xlsx", [changed(one, date_of_birth=WEDNESDAY.replace(year=1990), **invited) for one in clients(37)])
    later.publish(TUESDAY)
    later.night(TUESDAY)
    later.night(WEDNESDAY)
    told = [one for one in alerts_of(later, WEDNESDAY)["news"] if one["client_id"] == CLIENT]
    assert [(one["kind"], one["reason"]) for one in told] == [("score", "birthday")]
    assert told[0]["points"] < 0 and told[0]["what"].endswith(FORGIVEN)


def test_of_who_left_the_pool_is_the_one_news(later: Firm) -> None:
    later.drop("b.xlsx", [changed(one, pool_status="withdrawn") for one in clients(37)])
    later.night(TUESDAY)
    assert "below_line" not in {kind for client, kind, _ in events(later, TUESDAY) if client == CLIENT}
    news = [(one["kind"], one["what"]) for one in alerts_of(later, TUESDAY)["news"] if one["client_id"] == CLIENT]
    assert news == [("pool", "left the pool: pool_status is withdrawn")]


def test_a_round_that_is_seen_late_is_held_on_the_records_of_its_own_day(later: Firm) -> None:
    later.night(TUESDAY)
    later.drop("b.xlsx", [changed(one, pool_status="withdrawn") for one in clients(37)])
    later.publish(WEDNESDAY)
    later.night(WEDNESDAY)
    assert (CLIENT, ROUND) in later.history.on(INVITATIONS, WEDNESDAY).select("client_id", "round").rows()


def test_a_corrected_round_invites_whom_it_did_not_before(later: Firm) -> None:
    later.publish(TUESDAY, change={ROUND: {"drawCRS": "519"}})
    later.night(TUESDAY)
    before = later.history.on(INVITATIONS, TUESDAY)
    assert CLIENT not in before["client_id"].to_list()
    later.publish(TUESDAY)
    later.night(WEDNESDAY)
    assert later.history.on(INVITATIONS, WEDNESDAY)["client_id"].to_list() == [CLIENT]
    assert later.history.on(INVITATIONS, TUESDAY).equals(before)
    assert {kind for client, kind, _ in events(later, WEDNESDAY) if client == CLIENT} == {"invited", "pool"}
    tables = later.tables()
    later.night(TUESDAY)
    later.night(WEDNESDAY)
    assert_same(later.tables(), tables)


def test_a_correction_is_followed_through_the_later_rounds(later: Firm) -> None:
    line = {"drawName": "Canadian Experience Class", "drawCRS": "517", "drawCutOff": ""}
    wrong = {ROUND: {"drawCRS": "519"}, "429": line}
    later.publish(WEDNESDAY, change=wrong)
    later.night(WEDNESDAY)

    def told(day: date) -> list[tuple[str, ...]]:
        rows = later.history.on(INVITATIONS, day).filter(pl.col("client_id") == CLIENT)
        assert sorted(one for one in events(later, day) if "invited" in one[1]) == sorted(
            (CLIENT, {"invited": "invited", "withdrawn": "uninvited"}[standing], "round")
            for standing in rows["standing"]
        )
        return rows.select("round", "standing").rows()

    assert told(WEDNESDAY) == [("429", "invited")]
    later.publish(WEDNESDAY, change={"429": line})
    later.night(WEDNESDAY + DAY)
    assert told(WEDNESDAY + DAY) == [(ROUND, "invited"), ("429", "withdrawn")]
    later.publish(WEDNESDAY, change=wrong)
    later.night(WEDNESDAY + 2 * DAY)
    assert told(WEDNESDAY + 2 * DAY) == [(ROUND, "withdrawn"), ("429", "invited")]


class Broken(BaseHTTPRequestHandler):
    """A server of rounds that fails in each of its ways."""

    good = rounds_until(MONDAY)
    calls: list[str]

    def do_GET(self) -> None:
        self.calls.append(self.path)
        if self.path == "/500":
            self.send_error(500)
            return
        body = {"/shrunken": rounds_until(MONDAY - 60 * DAY), "/nonsense": b"<html>", "/good": rounds_until(TUESDAY)}
        data = body.get(self.path, self.good)
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if self.path == "/slow":
            time.sleep(1.5)
        self.wfile.write(data[: len(data) // 2] if self.path == "/cut-off" else data)

    def log_message(self, *_: Any) -> None:
        """Says nothing."""


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/slow", "could not be fetched in 2 tries: no whole answer within 1 seconds"),
        ("/500", "could not be fetched in 2 tries: the server answered 500"),
        ("/cut-off", "could not be fetched in 2 tries: the answer broke off after"),
        ("/shrunken", "fewer than the"),
        ("/nonsense", "is not JSON"),
    ],
)
def test_the_night_goes_on_with_the_last_good_rounds(
    path: str, told: str, later: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("no_proxy", "*")
    monkeypatch.setattr(Broken, "calls", [], raising=False)
    held = later.table(ROUNDS_TABLE)
    with serving(Broken) as address:
        at = later.config.read_text(encoding="utf-8").replace(
            'rounds_address = ""', f'rounds_address = "{address}{path}"'
        )
        later.config.write_text(at, encoding="utf-8")
        done = later.night(TUESDAY)
        assert Broken.calls == [path] * (2 if "2 tries" in told else 1)
    note = next(note for note in done.notes if told in note)
    assert note.endswith("; the night goes on with the last good rounds")
    assert later.table(ROUNDS_TABLE).equals(held)
    assert later.history.days(SCORES_TABLE) == [MONDAY, TUESDAY]
    assert later.table(RUNS)["notes"].to_list()[-1] == [note]


def test_newer_rounds_are_fetched_and_kept(later: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "*")
    monkeypatch.setattr(Broken, "calls", [], raising=False)
    left = later.folder / ".0a1b2c3d-rounds.json"
    left.write_bytes(b"half")
    with serving(Broken) as address:
        at = later.config.read_text(encoding="utf-8").replace(
            'rounds_address = ""', f'rounds_address = "{address}/good"'
        )
        later.config.write_text(at, encoding="utf-8")
        later.night(TUESDAY)
    assert (later.folder / "rounds.json").read_bytes() == rounds_until(TUESDAY)
    assert not left.exists()
    assert CLIENT in later.history.on(INVITATIONS, TUESDAY)["client_id"].to_list()


def test_a_rounds_file_with_fewer_rounds_than_are_known_is_not_taken(later: Firm) -> None:
    held = later.table(ROUNDS_TABLE)
    later.publish(MONDAY - 60 * DAY)
    done = later.night(TUESDAY)
    assert any("fewer than the" in note for note in done.notes)
    assert later.table(ROUNDS_TABLE).equals(held)
    (later.folder / "rounds.json").unlink()
    done = later.night(WEDNESDAY)
    assert any("which is not there" in note and "last good rounds" in note for note in done.notes)


# What may get in the way


def test_settings_that_lack_something_are_told(tmp_path: Path) -> None:
    config = tmp_path / "drawline.toml"
    config.write_text('history = "history"\n', encoding="utf-8")
    with pytest.raises(UsageError, match="needs inbox, reports in"):
        nightly.begin(night_state.NightRequest(MONDAY, config))


def test_no_inbox_is_told_and_nothing_written(firm: Firm) -> None:
    shutil.rmtree(firm.inbox)
    with pytest.raises(UsageError, match="is no folder"):
        firm.night(MONDAY)
    assert not (firm.folder / "reports").exists()


def test_a_second_run_at_once_stops_with_a_message_or_waits(firm: Firm) -> None:
    begun = nightly.begin(night_state.NightRequest(MONDAY, firm.config))
    with alone(begun.firm, wait=False):
        assert is_at_work(begun.firm)
        with pytest.raises(program.SurroundingsError, match="another run is still at work"):
            firm.night(MONDAY)
    assert not is_at_work(begun.firm)
    firm.night(MONDAY)


@pytest.mark.flow
def test_the_flow_leaves_a_night_and_nothing_personal_with_prefect(firm: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    import sqlite3

    from prefect.testing.utilities import prefect_test_harness
    from typer.testing import CliRunner

    from flows.cli import app

    heard: list[str] = []

    class Heard(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heard.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
            self.send_response(HTTPStatus.OK)
            self.end_headers()

        def log_message(self, *_arguments: object) -> None: ...

    firm.config.write_text(firm.config.read_text() + 'notify = "custom-webhook/firm"\n')
    firm.drop(
        "b.xlsx", [changed(clients(40)[0], family_name="Unmistakable"), changed(clients(41)[0], date_of_birth="x")]
    )
    call = ["nightly", "--as-of", MONDAY.isoformat(), "--config", str(firm.config)]
    with serving(Heard) as address, prefect_test_harness(server_startup_timeout=240):
        from prefect.blocks.notifications import CustomWebhookNotificationBlock
        from prefect.settings import PREFECT_API_DATABASE_CONNECTION_URL

        from flows.prefect_nightly import nightly_flow

        database = Path(str(PREFECT_API_DATABASE_CONNECTION_URL.value()).split("///", 1)[1])
        block = CustomWebhookNotificationBlock(
            name="firm", url=address, json_data={"subject": "{{subject}}", "body": "{{body}}"}
        )
        block.save("firm")
        done = CliRunner().invoke(app, call)
        assert done.exit_code == program.EXIT_QUARANTINED, done.output
        tables, files = firm.tables(), firm.files()
        # As a schedule starts it, from its parameters alone.
        counts = nightly_flow(MONDAY.isoformat(), str(firm.config))
        (firm.folder / "inbox").rename(firm.folder / "elsewhere")
        (firm.folder / "history").rename(firm.folder / "history elsewhere")
        ended = CliRunner().invoke(app, call)
        kept = "\n".join(sqlite3.connect(database).iterdump())
    assert not (firm.folder / "history").exists()
    (firm.folder / "history elsewhere").rename(firm.folder / "history")
    assert counts == {MONDAY.isoformat(): counts[MONDAY.isoformat()]}
    assert counts[MONDAY.isoformat()]["candidates_accepted"] == len(SOME) + 1
    assert_same(firm.tables(), tables)
    assert firm.files() == files
    assert firm.table(RUNS).height == 2
    assert ended.exit_code == program.EXIT_USAGE
    assert "is no folder" in ended.stderr
    assert "drawline-nightly" in kept
    assert "Unmistakable" not in kept
    assert "C-00" not in kept
    assert "is no folder" not in kept
    scored, again, broken = heard
    assert f"candidates accepted {len(SOME) + 1}" in scored
    assert MONDAY.isoformat() in again
    assert "ended by UsageError" in broken
    assert not [text for text in heard if "C-00" in text or "Unmistakable" in text or "folder" in text]
