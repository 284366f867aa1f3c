"""Nights of a small firm: what they take, what they leave, and that the same night twice is the same."""

from __future__ import annotations

import errno
import json
import os
import shutil
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from flows import clock, errors
from flows.errors import UsageError
from flows.main_run import output_names, run_law
from flows.nightly import inbox, night_outcome, night_state, nightly
from flows.nightly.exclusive_run import exclusive_run, is_at_work
from flows.outputs import digests
from history.store import HistoryError
from history.tables import INPUT, INVITATIONS, PROBLEMS, RECORDS, ROUNDS_TABLE, RUNS, SCORES_TABLE, Table
from tests.firm import (
    CLIENT,
    DAY,
    MONDAY,
    ROUND,
    SOME,
    TUESDAY,
    WEDNESDAY,
    Firm,
    alerts_of,
    assert_same,
    changed,
    clients,
    events,
    names_of,
)
from tests.loopback import serving
from tests.processes import dump_of
from validation.files import preflight
from validation.files.unusable import NotRead, Unusable
from validation.intake import intake, opening


def record_of(firm: Firm, day: date) -> Any:
    """run.json of a night."""
    return json.loads((firm.reports / day.isoformat() / output_names.RECORD).read_text(encoding="utf-8"))


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


def test_a_first_night_without_a_settled_file_is_not_recorded(tmp_path: Path) -> None:
    firm = Firm(tmp_path, settle=3600)
    firm.publish(MONDAY)
    firm.drop("a.xlsx", clients(37))
    done = firm.night(MONDAY)
    assert (done.days, done.nights) == ([], [])
    assert done.notes[-1].startswith("no night is recorded: no client is on record yet")
    assert firm.table(RUNS).is_empty()
    assert not firm.reports.exists()
    assert night_outcome.exit_code(done) == errors.EXIT_DONE
    assert nightly.summary(done)["nights"] == []


def test_a_first_night_waits_for_files_that_will_be_settled_soon(tmp_path: Path) -> None:
    firm = Firm(tmp_path, settle=2)
    firm.publish(MONDAY)
    firm.drop("a.xlsx", clients(37))
    assert names_of(firm.night(MONDAY)) == ["a.xlsx: taken"]


def test_a_later_night_does_not_wait_for_files_that_settle(later: Firm) -> None:
    later.config.write_text(later.config.read_text().replace("inbox_settle_seconds = 0", "inbox_settle_seconds = 3600"))
    later.drop("b.xlsx", clients(40))
    done = later.night(TUESDAY)
    assert [night.as_of for night in done.nights] == [TUESDAY]
    assert "still being written, and left for the next run: a.xlsx, b.xlsx" in done.notes


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


def gone_for_a_moment(_: Path) -> bytes:
    raise NotRead("There is no such file.", "Check the name and the folder.")


def failing_share(_: Path) -> bytes:
    raise OSError(errno.EIO, "Input/output error")


def short_of_memory(_: Path) -> bytes:
    raise MemoryError


def cut_short(_: Path) -> bytes:
    return b"PK"


def too_large_for_a_moment(_: Path) -> bytes:
    raise Unusable("It is larger than 512 MiB.", "Divide it into several files; all may be given.")


def empty_for_a_moment(path: Path, read: Callable[[Path], bytes] = Path.read_bytes) -> bytes:
    return b"" if path.name == "b.xlsx" else read(path)


def broken_before_anything_is_read(_: Path) -> bytes:
    raise ValueError("the program")


@pytest.mark.parametrize(
    "fault",
    [
        gone_for_a_moment, failing_share, short_of_memory, cut_short, too_large_for_a_moment,
        broken_before_anything_is_read, empty_for_a_moment,
    ],
)  # fmt: skip
def test_a_file_whose_reading_fails_once_is_taken_by_the_next_run(
    fault: Callable[[Path], bytes], later: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    later.drop("b.xlsx", clients(40))
    with monkeypatch.context() as patch:
        patch.setattr(*(Path, "read_bytes") if fault is empty_for_a_moment else (intake, "read_bytes"), fault)
        first = later.night(TUESDAY)
    assert "b.xlsx: unusable" not in names_of(first)
    assert [note for note in first.notes if "left for the next run: b.xlsx" in note]
    assert nightly.news(night_state.NightRequest(TUESDAY, later.config, dry_run=True)).files == 1
    assert names_of(later.night(WEDNESDAY)) == ["b.xlsx: taken"]
    assert "C-0040" in later.history.on(SCORES_TABLE, WEDNESDAY)["client_id"].to_list()
    assert nightly.news(night_state.NightRequest(WEDNESDAY, later.config, dry_run=True)).files == 0


def test_what_breaks_the_program_is_recorded_under_the_bytes_that_were_read(
    later: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    later.drop("b.xlsx", clients(40))
    with monkeypatch.context() as patch:
        patch.setattr(intake, "read_bytes", cut_short)
        patch.setattr(opening, "kind_of", lambda *_: broken_before_anything_is_read(Path()))
        first = later.night(TUESDAY)
    assert "b.xlsx: unusable" not in names_of(first)
    with monkeypatch.context() as patch:
        patch.setattr(opening, "kind_of", lambda *_: broken_before_anything_is_read(Path()))
        again = later.night(TUESDAY)
    assert names_of(again) == ["b.xlsx: unusable"]
    assert any("(ValueError). Save it again, or leave it out." in note for note in again.notes)


def test_an_empty_file_and_one_that_is_too_large_are_unusable(later: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    (later.inbox / "empty.csv").write_bytes(b"")
    later.drop("large.xlsx", clients(40))
    with monkeypatch.context() as patch:
        patch.setattr(preflight, "MAXIMUM_FILE", 100)
        assert sorted(names_of(later.night(TUESDAY))) == ["empty.csv: unusable", "large.xlsx: unusable"]
        assert names_of(later.night(WEDNESDAY)) == []


def test_a_file_that_fails_again_and_again_is_left_to_the_nightly_run(
    later: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    later.drop("b.xlsx", clients(40))
    monkeypatch.setattr(intake, "read_bytes", failing_share)
    request = night_state.NightRequest(TUESDAY, later.config, dry_run=True)
    for _ in range(nightly.MAX_WATCH_TRIES):
        assert nightly.news(request).files == 1
        assert names_of(later.night(TUESDAY)) == ["b.xlsx: not_read"]
    assert nightly.news(request).files == 0
    assert names_of(later.night(WEDNESDAY)) == ["b.xlsx: not_read"]


def test_a_file_that_may_not_be_opened_waits_until_it_may(later: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    path = later.drop("b.xlsx", clients(40))
    opened = Path.open

    def denied(self: Path, *arguments: Any, **named: Any) -> Any:
        if self == path:
            raise PermissionError(errno.EACCES, "Permission denied")
        return opened(self, *arguments, **named)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", denied)
        first = later.night(TUESDAY)
    assert names_of(first) == ["b.xlsx: not_read"]
    assert [note for note in first.notes if "b.xlsx: It cannot be opened (Permission denied)" in note]
    assert names_of(later.night(TUESDAY)) == ["b.xlsx: taken"]
    listed = json.loads((later.reports / TUESDAY.isoformat() / "run.json").read_text())["inputs"]
    assert [(one["name"], one["outcome"]) for one in listed] == [("b.xlsx", "taken")]


def test_what_an_older_drawline_did_not_read_is_tried_again(later: Firm) -> None:
    path = later.drop("b.xlsx", clients(40))
    tried_with = inbox.tried_with(None, None, run_law.code_version())
    row = dict.fromkeys(INPUT) | {
        "sha256": digests.sha256_of(path), "name": "b.xlsx", "tried_with": tried_with, "outcome": "unusable",
        "problem": "There is no such file. Check the name and the folder.",
    }  # fmt: skip
    last = later.table(RUNS).with_columns(inputs=pl.Series([[row]], dtype=RUNS.schema["inputs"]))
    later.history.add_run(last)
    assert names_of(later.night(TUESDAY)) == ["b.xlsx: taken"]


def test_an_unusable_file_is_told_and_not_tried_again_until_something_changes(firm: Firm) -> None:
    bad = firm.inbox / "bad.xlsx"
    bad.write_bytes(b"only text")
    first = firm.night(MONDAY)
    assert sorted(names_of(first)) == ["a.xlsx: taken", "bad.xlsx: unusable"]
    assert [
        note for note in first.notes if note.startswith("left out: bad.xlsx: It is named .xlsx but is not a workbook")
    ]
    assert night_outcome.exit_code(first) == errors.EXIT_DONE
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
    assert nightly.news(night_state.NightRequest(TUESDAY, later.config, dry_run=True)).files == 1
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
    assert night_outcome.exit_code(done) == errors.EXIT_QUARANTINED
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
    assert CLIENT not in {one["client_id"] for one in alerts_of(later, WEDNESDAY)["applications"]}
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


def test_an_earlier_night_asked_again_takes_nothing_new(invited: Firm) -> None:
    tables = invited.tables()
    invited.publish(WEDNESDAY)
    invited.drop("b.xlsx", clients(40))
    done = invited.night(MONDAY)
    assert names_of(done) == []
    assert_same(invited.tables(), tables)
    with pytest.raises(UsageError, match="the history begins with the night of 2026-07-20"):
        invited.night(MONDAY - DAY)
    assert names_of(invited.night(WEDNESDAY)) == ["b.xlsx: taken"]


def test_a_night_that_was_passed_over_is_not_made_later(tmp_path: Path) -> None:
    firm = Firm(tmp_path, catch_up=1)
    firm.publish(MONDAY)
    firm.drop("a.xlsx", clients(37))
    firm.night(MONDAY)
    firm.night(MONDAY + 4 * DAY)
    tables, ledger = firm.tables(), firm.table(RUNS).height
    told = "there was no night of 2026-07-21; ask for one of those that were: that of 2026-07-23 was compared with that of 2026-07-20"
    with pytest.raises(UsageError, match=told):
        firm.night(TUESDAY)
    assert_same(firm.tables(), tables)
    assert firm.table(RUNS).height == ledger


@pytest.mark.parametrize("is_first", [True, False])
def test_a_night_that_lies_ahead_is_a_slip_unless_it_is_meant(firm: Firm, is_first: bool) -> None:
    if not is_first:
        firm.night(MONDAY)
    tomorrow = clock.today() + DAY
    for more in ({}, {"wait": True}):
        with pytest.raises(UsageError, match=f"the night of {tomorrow} lies ahead of today"):
            nightly.run(night_state.NightRequest(tomorrow, firm.config, **more))
    looked = nightly.run(night_state.NightRequest(tomorrow, firm.config, dry_run=True))
    assert looked.days[-1] == tomorrow
    assert firm.table(RUNS).height == (0 if is_first else 1)


def test_after_a_night_that_lay_ahead_there_is_no_news_until_its_day(later: Firm) -> None:
    later.drop("b.xlsx", clients(40))

    def news(day: date) -> nightly.News:
        return nightly.news(night_state.NightRequest(day, later.config, dry_run=True))

    assert news(MONDAY).files == 1
    later.night(WEDNESDAY)
    later.drop("c.xlsx", clients(41))
    assert news(TUESDAY) == nightly.News(0, 0)
    assert news(WEDNESDAY).files == 1


@pytest.mark.parametrize("table", [SCORES_TABLE, INVITATIONS, RUNS], ids=lambda table: table.name)
def test_a_night_refuses_a_history_that_has_lost_a_table(table: Table, later: Firm) -> None:
    folder = Path(later.history.address(table))
    kept = later.folder / "kept"
    shutil.move(folder, kept)
    for dry_run in (True, False):
        with pytest.raises(HistoryError, match=f"the table {table.name}.* is missing in .*put back a copy"):
            later.night(TUESDAY, dry_run=dry_run)
    assert not folder.exists()
    shutil.move(kept, folder)
    done = later.night(TUESDAY)
    assert done.nights[0].counts["candidates_accepted"] == len(SOME)
    assert "client" not in done.nights[0].events["kind"].to_list()


@pytest.mark.parametrize("is_there", [True, False])
def test_a_night_refuses_to_begin_a_second_history_beside_its_reports(is_there: bool, later: Firm) -> None:
    """As where the disk of the history is not connected, with an empty folder in its place or none."""
    folder = Path(later.history.place)
    shutil.move(folder, later.folder / "kept")
    if is_there:
        folder.mkdir()
    with pytest.raises(UsageError, match=r"hold the night of 2026-07-20, and there is no history in .*put back a copy"):
        later.night(TUESDAY)
    shutil.rmtree(later.reports)
    assert later.night(TUESDAY).nights[0].counts["events"] > 0


def test_the_ledger_tells_of_each_night_what_it_took(later: Firm) -> None:
    done = later.night(MONDAY + 3 * DAY)
    rows = later.table(RUNS).tail(3)
    times = [{one["stage"]: one["seconds"] for one in row} for row in rows["timings"].to_list()]
    assert "intake" in times[0]
    assert not {"open", "rounds", "intake"} & (times[1].keys() | times[2].keys())
    passed = (datetime.now(UTC) - done.started_at).total_seconds()
    assert rows["seconds"].sum() <= passed
    # Stages may run side by side: each fits into the run, not all of them one after the other.
    for row, own in zip(rows["seconds"], times, strict=True):
        assert max(own.values()) <= row + 0.1


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
    with exclusive_run(begun.firm, wait=False):
        assert is_at_work(begun.firm)
        with pytest.raises(errors.SurroundingsError, match="another run is still at work"):
            firm.night(MONDAY)
    assert not is_at_work(begun.firm)
    firm.night(MONDAY)


@pytest.mark.flow
def test_the_flow_leaves_a_night_and_nothing_personal_with_prefect(firm: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
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

        from flows.orchestration.prefect_nightly import nightly_flow

        database = Path(str(PREFECT_API_DATABASE_CONNECTION_URL.value()).split("///", 1)[1])
        block = CustomWebhookNotificationBlock(
            name="firm", url=address, json_data={"subject": "{{subject}}", "body": "{{body}}"}
        )
        block.save("firm")
        done = CliRunner().invoke(app, call)
        assert done.exit_code == errors.EXIT_QUARANTINED, done.output
        tables, files = firm.tables(), firm.files()
        # As a schedule starts it, from its parameters alone.
        counts = nightly_flow(MONDAY.isoformat(), str(firm.config))
        (firm.folder / "inbox").rename(firm.folder / "elsewhere")
        (firm.folder / "history").rename(firm.folder / "history elsewhere")
        ended = CliRunner().invoke(app, call)
        kept = dump_of(database)
    assert not (firm.folder / "history").exists()
    (firm.folder / "history elsewhere").rename(firm.folder / "history")
    assert counts == {MONDAY.isoformat(): counts[MONDAY.isoformat()]}
    assert counts[MONDAY.isoformat()]["candidates_accepted"] == len(SOME) + 1
    assert_same(firm.tables(), tables)
    assert firm.files() == files
    assert firm.table(RUNS).height == 2
    assert ended.exit_code == errors.EXIT_USAGE
    assert "is no folder" in ended.stderr
    assert "drawline-nightly" in kept
    assert f"night of {MONDAY}" in kept
    assert "Unmistakable" not in kept
    assert "C-00" not in kept
    assert "is no folder" not in kept
    scored, again, broken = heard
    assert f"candidates accepted {len(SOME) + 1}" in scored
    assert MONDAY.isoformat() in again
    assert "ended by UsageError" in broken
    assert not [text for text in heard if "C-00" in text or "Unmistakable" in text or "folder" in text]
