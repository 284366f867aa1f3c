"""Nights that are let go: what goes, what stays, and that the nights after them are what they would have been."""

from __future__ import annotations

import json
import shutil
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from flows.cli import app
from flows.errors import UsageError
from history.store import History, HistoryError
from history.tables import EVENTS, INVITATIONS, PROBLEMS, RECORDS, ROUNDS_TABLE, RUNS, SCORES_TABLE, Table
from tests.firm import Firm, assert_same, changed, clients

DAY = timedelta(days=1)
MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY = (date(2026, 7, 20) + place * DAY for place in range(5))
# Round 428 of Tuesday invites this one.
CLIENT = "C-0037"


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four nights, each with something new, a quarantined client on the first."""
    made = Firm(tmp_path_factory.mktemp("firm"))
    made.publish(TUESDAY)
    one, other, bad = clients(37, 33, 36)
    made.drop("a.xlsx", [one, changed(other, sibling_in_canada="no"), changed(bad, date_of_birth="x")])
    made.night(MONDAY)
    made.night(TUESDAY)
    made.drop("b.xlsx", [changed(other, sibling_in_canada="yes")])
    made.night(WEDNESDAY)
    made.drop("c.xlsx", [bad])
    made.night(THURSDAY)
    return made.folder


@pytest.fixture
def firm(nights: Path, tmp_path: Path) -> Firm:
    return Firm(Path(shutil.copytree(nights, tmp_path / "firm")))


def call(firm: Firm, *arguments: object) -> Result:
    return CliRunner().invoke(app, [*(str(one) for one in arguments), "--config", str(firm.config)])


def let_go(firm: Firm, since: date, *more: str) -> Any:
    done = call(firm, "history", "compact", "--keep-nights-since", since, "--keep-days", "0", "--json", *more)
    assert done.exit_code == 0, done.stderr
    return json.loads(done.stdout)


def test_earlier_nights_go_from_scores_events_and_problems_alone(firm: Firm) -> None:
    before, ledger = firm.tables(), firm.table(RUNS)
    planned = let_go(firm, WEDNESDAY, "--dry-run")
    assert planned["nights"] == 2
    assert planned["removed_rows"].keys() == {"scores", "events", "problems"}
    assert planned["removed_rows"]["scores"] == 4
    assert_same(firm.tables(), before)
    assert firm.table(RUNS).equals(ledger)
    told = let_go(firm, WEDNESDAY)
    assert (told["nights"], told["removed_rows"]) == (planned["nights"], planned["removed_rows"])
    for table in (SCORES_TABLE, EVENTS, PROBLEMS):
        rows = firm.table(table)
        assert rows.height == before[table.name].height - planned["removed_rows"][table.name]
        assert (rows["as_of"] >= WEDNESDAY).all()
    after = firm.tables()
    stay = [table.name for table in (RECORDS, INVITATIONS, ROUNDS_TABLE)]
    assert_same({name: after[name] for name in stay}, {name: before[name] for name in stay})
    assert firm.table(RUNS)["kind"].to_list() == ["nightly", "nightly", "nightly", "pruned", "nightly"]
    again = let_go(firm, WEDNESDAY)
    assert (again["nights"], again["removed_rows"]) == (0, {})
    assert firm.table(RUNS).height == ledger.height + 1
    folder = Path(firm.history.address(SCORES_TABLE))
    assert not [path for path in folder.rglob("*.parquet") if MONDAY.isoformat() in str(path)]


def test_what_is_asked_of_nights_that_were_let_go_is_stated(firm: Firm) -> None:
    last_two = call(firm, "history", "compact", "--keep-nights-since", THURSDAY)
    assert (last_two.exit_code, "the last 2 nights stay" in last_two.stderr) == (2, True)
    assert "name 2026-07-22 or an earlier day" in last_two.stderr
    let_go(firm, TUESDAY)
    told = call(firm, "history", "diff", MONDAY, WEDNESDAY)
    assert (told.exit_code, "it goes from 2026-07-21 to 2026-07-23" in told.stderr) == (2, True)
    with pytest.raises(UsageError, match="the history begins with the night of 2026-07-21"):
        firm.night(MONDAY)
    with pytest.raises(UsageError, match="the night of 2026-07-21 is the first that is kept"):
        firm.night(TUESDAY)
    client = json.loads(call(firm, "history", "client", CLIENT, "--json").stdout)
    assert [one["as_of"] for one in client["scores"]] == [str(TUESDAY), str(WEDNESDAY), str(THURSDAY)]
    assert [one["held_on"] for one in client["invitations"]] == [str(TUESDAY)]


def test_the_invitation_of_a_night_that_was_let_go_is_shown(firm: Firm) -> None:
    let_go(firm, WEDNESDAY)
    shown = call(firm, "history", "client", CLIENT).stdout.splitlines()
    assert shown[0] == f"{TUESDAY}  no score is kept of this night"
    assert shown[1].strip().startswith("invited (round): invited with 518 points by round 428 (CEC) of 2026-07-21")
    assert shown[2].startswith(f"{WEDNESDAY}  ")


def test_what_is_kept_goes_on_as_if_nothing_had_been_let_go(firm: Firm, tmp_path: Path) -> None:
    other = Firm(Path(shutil.copytree(firm.folder, tmp_path / "other")))
    let_go(firm, WEDNESDAY)
    kept = firm.tables()
    told = json.loads(call(firm, "rescore", "--from", MONDAY, "--to", THURSDAY, "--json").stdout)
    assert [one["as_of"] for one in told["nights"]] == [str(WEDNESDAY), str(THURSDAY)]
    firm.night(THURSDAY)
    assert_same(firm.tables(), kept)
    for one in (firm, other):
        # A night is caught up, too.
        one.night(FRIDAY + DAY)
    for day in (FRIDAY, FRIDAY + DAY):
        assert firm.history.on(EVENTS, day).equals(other.history.on(EVENTS, day))
        assert firm.history.on(SCORES_TABLE, day).equals(other.history.on(SCORES_TABLE, day))
    assert firm.files() == other.files()


def test_done_again_it_ends_what_a_broken_off_one_began(firm: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    write = History._write

    def end(self: History, table: Table, *told: Any, **more: Any) -> None:
        if table is EVENTS:
            raise HistoryError("the disk is full")
        write(self, table, *told, **more)

    with monkeypatch.context() as patch:
        patch.setattr(History, "_write", end)
        assert call(firm, "history", "compact", "--keep-nights-since", WEDNESDAY).exit_code == 1
    assert firm.history.days(EVENTS)[0] == MONDAY
    client = json.loads(call(firm, "history", "client", "C-0033", "--json").stdout)
    assert {one["as_of"] for one in client["events"]} == {str(WEDNESDAY)}
    assert let_go(firm, WEDNESDAY)["removed_rows"].keys() == {"events", "problems"}
    assert firm.history.days(EVENTS)[0] == WEDNESDAY
    assert firm.table(RUNS)["kind"].to_list().count("pruned") == 1
