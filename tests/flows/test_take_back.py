"""Nights that are taken back: what goes, what stays, and that they can be made again as if they had never been."""

from __future__ import annotations

import hashlib
import json
import shutil
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from click.testing import Result
from typer.testing import CliRunner

from flows.cli import app
from flows.nightly import night_state
from history.store import History
from history.tables import INVITATIONS, RECORDS, RUNS
from tests.firm import Firm, assert_same, changed, clients, names_of

DAY = timedelta(days=1)
MONDAY, TUESDAY, WEDNESDAY = (date(2026, 7, 20) + place * DAY for place in range(3))
# Round 428 of Tuesday invites this one.
CLIENT = "C-0037"


@pytest.fixture(scope="module")
def monday(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A firm after its first night, with what its second one takes: a file and a round."""
    made = Firm(tmp_path_factory.mktemp("firm"))
    made.publish(MONDAY)
    made.drop("a.xlsx", clients(33, 37))
    made.night(MONDAY)
    made.publish(TUESDAY)
    made.drop("b.xlsx", [changed(clients(33)[0], given_name="Wrong"), changed(clients(36)[0], date_of_birth="x")])
    return made.folder


@pytest.fixture(scope="module")
def tuesday(monday: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same firm after its second night."""
    folder = tmp_path_factory.mktemp("tuesday") / "firm"
    Firm(Path(shutil.copytree(monday, folder))).night(TUESDAY)
    return folder


@pytest.fixture(scope="module")
def wednesday(tuesday: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same firm after its third night, which takes nothing new."""
    folder = tmp_path_factory.mktemp("wednesday") / "firm"
    Firm(Path(shutil.copytree(tuesday, folder))).night(WEDNESDAY)
    return folder


@pytest.fixture
def firm(tuesday: Path, tmp_path: Path) -> Firm:
    return Firm(Path(shutil.copytree(tuesday, tmp_path / "firm")))


@pytest.fixture
def third_night(wednesday: Path, tmp_path: Path) -> Firm:
    return Firm(Path(shutil.copytree(wednesday, tmp_path / "firm")))


def call(firm: Firm, *arguments: object) -> Result:
    call = ["history", "take-back", *(str(one) for one in arguments), "--config", str(firm.config)]
    return CliRunner().invoke(app, call)


def taken_back(firm: Firm, since: date, *more: str) -> Any:
    done = call(firm, "--from", since, "--json", *(more or ["--yes"]))
    assert done.exit_code == 0, done.stderr
    return json.loads(done.stdout)


def file_of(path: Path, day: date, *, in_inbox: bool = True) -> dict[str, Any]:
    """What is told of a file that a night took."""
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return {"as_of": str(day), "name": path.name, "sha256": digest, "in_inbox": in_inbox}


def test_a_night_that_was_taken_back_and_is_made_again_is_as_if_it_had_stayed(firm: Firm, monday: Path) -> None:
    tables, files = firm.tables(), firm.files()
    planned = taken_back(firm, TUESDAY, "--dry-run")
    assert_same(firm.tables(), tables)
    assert firm.table(RUNS).height == 2
    told = taken_back(firm, TUESDAY)
    assert told == planned | {"dry_run": False}
    assert told["nights"] == [str(TUESDAY)]
    assert told["rows"].keys() == {"records", "problems", "rounds", "scores", "invitations", "events"}
    assert told["files"] == [file_of(firm.inbox / "b.xlsx", TUESDAY)]
    assert told["reports"] == [str(firm.reports / TUESDAY.isoformat())]
    assert firm.files() == files
    assert_same(firm.tables(), Firm(monday).tables())
    assert firm.table(RUNS)["kind"].to_list() == ["nightly", "void", "withdrawn"]
    assert night_state.completed(firm.history) == [MONDAY]
    assert names_of(firm.night(TUESDAY)) == ["b.xlsx: taken"]
    assert_same(firm.tables(), tables)
    assert firm.files() == files
    assert night_state.completed(firm.history) == [MONDAY, TUESDAY]


def test_a_wrong_file_leaves_nothing_of_it(third_night: Firm, monday: Path, tmp_path: Path) -> None:
    firm = third_night
    straight = Firm(Path(shutil.copytree(monday, tmp_path / "straight")))
    wrong = file_of(firm.inbox / "b.xlsx", TUESDAY, in_inbox=False)
    (firm.inbox / "b.xlsx").unlink()
    assert taken_back(firm, TUESDAY)["files"] == [wrong]
    for one in (firm, straight):
        one.drop("b.xlsx", [changed(clients(33)[0], given_name="Right")])
        one.publish(WEDNESDAY)
        one.night(WEDNESDAY)
    assert_same(firm.tables(), straight.tables())
    assert firm.files() == straight.files()
    assert firm.table(INVITATIONS).select("as_of", "client_id").rows() == [(TUESDAY, CLIENT)]


def test_of_one_name_every_content_is_told_with_its_night(firm: Firm) -> None:
    first = file_of(firm.inbox / "b.xlsx", TUESDAY, in_inbox=False)
    firm.drop("b.xlsx", [changed(clients(36)[0], given_name="Second")])
    second = file_of(firm.inbox / "b.xlsx", WEDNESDAY)
    firm.night(WEDNESDAY)
    (firm.inbox / "b.xlsx").rename(firm.inbox / "moved.xlsx")
    assert taken_back(firm, TUESDAY, "--dry-run")["files"] == [first, second]
    lines = call(firm, "--from", TUESDAY, "--yes").stdout.splitlines()[1:3]
    assert lines == [
        f"2026-07-21  b.xlsx  {first['sha256'][:8]}  is not in the inbox",
        f"2026-07-22  b.xlsx  {second['sha256'][:8]}  lies in the inbox",
    ]


def test_all_nights_can_be_taken_back(firm: Firm, tmp_path: Path) -> None:
    tables = firm.tables()
    assert taken_back(firm, MONDAY)["nights"] == [str(MONDAY), str(TUESDAY)]
    assert not [name for name, frame in firm.tables().items() if frame.height]
    firm.publish(MONDAY)
    (firm.inbox / "b.xlsx").rename(tmp_path / "b.xlsx")
    firm.night(MONDAY)
    firm.publish(TUESDAY)
    (tmp_path / "b.xlsx").rename(firm.inbox / "b.xlsx")
    firm.night(TUESDAY)
    assert_same(firm.tables(), tables)


class Broken_off(BaseException):  # noqa: N801
    """The process ends here."""


def break_off(firm: Firm, step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Has the process end before the write of a table."""
    write = History._write

    def end(self: History, table: Any, *told: Any, **more: Any) -> None:
        if table.name == step:
            raise Broken_off
        write(self, table, *told, **more)

    with monkeypatch.context() as patch:
        patch.setattr(History, "_write", end)
        with pytest.raises(Broken_off):
            call(firm, "--from", TUESDAY, "--yes")


@pytest.mark.parametrize("again", ["the same", "a night"])
def test_what_was_broken_off_is_ended_by_the_same_again_or_by_the_next_night(
    firm: Firm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, again: str
) -> None:
    whole = Firm(Path(shutil.copytree(firm.folder, tmp_path / "whole")))
    taken_back(whole, TUESDAY)
    if again == "a night":
        whole.night(WEDNESDAY)
    # The ledger goes first; the last of the others stands for those between.
    for step in ("runs", "records", "events"):
        other = Firm(Path(shutil.copytree(firm.folder, tmp_path / step)))
        break_off(other, step, monkeypatch)
        look = CliRunner().invoke(app, ["history", "run", "--config", str(other.config)])
        assert "a run that takes the night of 2026-07-21 back is at work or was broken off" in look.stderr
        if again == "a night":
            done = other.night(WEDNESDAY)
            assert (
                "a run that took the night of 2026-07-21 back had been broken off; that was recovered first"
                in done.notes
            )
        else:
            told = taken_back(other, TUESDAY)
            assert told["nights"] == [str(TUESDAY)]
            assert told["files"] == [file_of(other.inbox / "b.xlsx", TUESDAY)]
        assert_same(other.tables(), whole.tables())
        assert sorted(other.table(RUNS)["kind"]) == sorted(whole.table(RUNS)["kind"])
        assert CliRunner().invoke(app, ["history", "run", "--config", str(other.config)]).stderr == ""


@pytest.mark.parametrize("step", ["runs", "records"])
def test_one_from_a_later_day_ends_one_that_was_broken_off_and_says_so(
    third_night: Firm, monkeypatch: pytest.MonkeyPatch, monday: Path, step: str
) -> None:
    firm = third_night
    break_off(firm, step, monkeypatch)
    told = "a take-back from 2026-07-21 on {}: all nights from 2026-07-21 on go, not only those from 2026-07-22 on"
    planned = taken_back(firm, WEDNESDAY, "--dry-run")
    assert planned["notes"] == [told.format("is at work or was broken off")]
    done = call(firm, "--from", WEDNESDAY, "--yes")
    assert (done.exit_code, told.format("was broken off, and is ended by this one") in done.stderr) == (0, True)
    lines = done.stdout.splitlines()
    assert lines[0].startswith("nights withdrawn: 2, from 2026-07-21 to 2026-07-22")
    assert lines[1].startswith("2026-07-21  b.xlsx  ")
    assert planned["files"] == [file_of(firm.inbox / "b.xlsx", TUESDAY)]
    assert_same(firm.tables(), Firm(monday).tables())


def test_what_is_asked_wrongly_is_stated(firm: Firm, wednesday: Path, tmp_path: Path) -> None:
    for arguments, says in (
        (["--from", TUESDAY], "say --yes, or look with --dry-run"),
        (["--from", WEDNESDAY, "--yes"], "holds no night from 2026-07-22 on; the last one is 2026-07-21"),
    ):
        done = call(firm, *arguments)
        assert (done.exit_code, done.stdout) == (2, "")
        assert says in done.stderr
    firm = Firm(Path(shutil.copytree(wednesday, tmp_path / "later")))
    firm.night(WEDNESDAY + DAY)
    compact = ["history", "compact", "--keep-nights-since", str(TUESDAY), "--config", str(firm.config)]
    assert CliRunner().invoke(app, compact).exit_code == 0
    for since in (MONDAY, TUESDAY):
        done = call(firm, "--from", since, "--yes")
        assert (done.exit_code, "the nights before 2026-07-21 were pruned" in done.stderr) == (2, True)
    assert taken_back(firm, WEDNESDAY)["nights"] == [str(WEDNESDAY), str(WEDNESDAY + DAY)]
    assert firm.night(WEDNESDAY).nights[0].compared_with == TUESDAY


def test_a_person_is_told_what_goes_and_what_stays(firm: Firm) -> None:
    done = call(firm, "--from", TUESDAY, "--yes")
    rows = firm.history.read(RECORDS).filter(pl.col("accepted_on") >= TUESDAY).height
    first, *others = done.stdout.splitlines()
    assert first.startswith("nights withdrawn: 1, from 2026-07-21 to 2026-07-21, ") and rows == 0
    digest = file_of(firm.inbox / "b.xlsx", TUESDAY)["sha256"][:8]
    assert others == [
        f"2026-07-21  b.xlsx  {digest}  lies in the inbox",
        f"stays as it is: {firm.reports / '2026-07-21'}",
    ]
    assert "wrong file stays out" in done.stderr


def test_nights_made_anew_as_the_command_says_invite_whom_they_invited(tmp_path: Path) -> None:
    firm = Firm(tmp_path / "firm")
    for day, number in ((MONDAY, 33), (TUESDAY, 37), (WEDNESDAY, 36)):
        firm.publish(day)
        firm.drop("b.xlsx", clients(number))
        firm.night(day)
        shutil.copy2(firm.inbox / "b.xlsx", tmp_path / f"{day}.xlsx")
    tables = firm.tables()
    done = call(firm, "--from", TUESDAY, "--yes")
    files = {line[:10]: line.split("  ")[1:3] for line in done.stdout.splitlines() if "b.xlsx" in line}
    nights = [line.split()[-1] for line in done.stderr.splitlines() if line.startswith("  drawline nightly --as-of ")]
    assert [*files] == nights == [str(TUESDAY), str(WEDNESDAY)]
    (firm.inbox / "b.xlsx").unlink()
    for night in nights:
        name, digest = files[night]
        shutil.copy2(tmp_path / f"{night}.xlsx", firm.inbox / name)
        assert hashlib.sha256((firm.inbox / name).read_bytes()).hexdigest().startswith(digest)
        firm.night(date.fromisoformat(night))
    assert_same(firm.tables(), tables)
    assert firm.table(INVITATIONS).select("as_of", "client_id").rows() == [(TUESDAY, CLIENT)]
