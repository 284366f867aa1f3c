"""Nights that are rebuilt: equal where nothing was wrong, and as if a wrong workbook had never been there."""

from __future__ import annotations

import json
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from click.testing import Result
from typer.testing import CliRunner

from flows.cli import app
from flows.firm import settings
from flows.maintenance import rebuild, rebuilt_nights
from flows.nightly import pending_rebuild, write_night
from flows.outputs.digests import sha256_of
from history.tables import EVENTS, INVITATIONS, PROBLEMS, RECORDS, ROUNDS_TABLE, RUNS, SCORES_TABLE
from tests.firm import MONDAY, TUESDAY, WEDNESDAY, Firm, assert_same, changed, clients

DAY = timedelta(days=1)
DERIVED = (RECORDS, PROBLEMS, ROUNDS_TABLE, SCORES_TABLE, INVITATIONS, EVENTS)
WRONG = "wrong.xlsx"


def made(folder: Path, *, with_wrong: bool) -> Firm:
    """A firm after three nights: on Tuesday a wrong workbook may come with another, on Wednesday one more comes."""
    firm = Firm(folder)
    firm.publish(MONDAY)
    firm.drop("a.xlsx", clients(30, 31, 33, 36))
    firm.night(MONDAY)
    firm.publish(TUESDAY)
    firm.drop("b.xlsx", clients(40, 41))
    if with_wrong:
        # Round 428 of Tuesday invites C-0037; C-0033 loses points, and a row is refused.
        firm.drop(
            WRONG,
            [*clients(37), changed(clients(33)[0], canadian_work_years=0), changed(clients(38)[0], date_of_birth="x")],
        )
    firm.night(TUESDAY)
    firm.drop("c.xlsx", clients(42))
    firm.night(WEDNESDAY)
    return firm


@pytest.fixture(scope="module")
def wrong(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("wrong") / "firm", with_wrong=True).folder


@pytest.fixture(scope="module")
def right(tmp_path_factory: pytest.TempPathFactory) -> Firm:
    return made(tmp_path_factory.mktemp("right") / "firm", with_wrong=False)


@pytest.fixture
def firm(wrong: Path, tmp_path: Path) -> Firm:
    return Firm(Path(shutil.copytree(wrong, tmp_path / "firm")))


def call(firm: Firm, *arguments: object) -> Result:
    words = ["history", "rebuild", *map(str, arguments), "--config", str(firm.config)]
    return CliRunner().invoke(app, words)


def rebuilt(firm: Firm, *arguments: object) -> Any:
    done = call(firm, "--json", *arguments)
    assert done.exit_code == 0, done.stderr
    return json.loads(done.stdout)


def derived(firm: Firm) -> dict[str, pl.DataFrame]:
    return {table.name: firm.table(table) for table in DERIVED}


def reports(firm: Firm) -> dict[str, bytes]:
    """The lists of each night's reports; workbooks and records name the run."""
    return {
        str(path.relative_to(firm.reports)): path.read_bytes()
        for path in sorted(firm.reports.rglob("*"))
        if path.name in {"scores.parquet", "quarantine.csv"}
    }


def test_nights_without_a_mistake_are_rebuilt_as_they_were(firm: Firm) -> None:
    before, files = derived(firm), reports(firm)
    told = rebuilt(firm, "--from", MONDAY)
    assert [night["as_of"] for night in told["nights"]] == [str(MONDAY + place * DAY) for place in range(3)]
    for night in told["nights"]:
        counts = {name: night[name] for name in night if name not in {"as_of", "clients", "clients_before"}}
        assert night["clients"] == night["clients_before"] > 0
        assert set(counts.values()) == {0}
    assert_same(derived(firm), before)
    assert reports(firm) == files
    assert firm.table(RUNS)["kind"].to_list().count("rebuild") == 1


def test_without_a_wrong_workbook_nights_are_as_if_it_had_never_come(firm: Firm, right: Firm) -> None:
    told = rebuilt(firm, "--from", TUESDAY, "--exclude", WRONG)
    assert told["excluded"] == [{"sha256": sha256_of(firm.inbox / WRONG), "name": WRONG}]
    tuesday = told["nights"][0]
    assert (tuesday["clients_before"], tuesday["clients"]) == (7, 6)
    assert (tuesday["scores_changed"], tuesday["invitations_removed"]) == (1, 1)
    assert_same(derived(firm), derived(right))
    assert reports(firm) == reports(right)


def test_a_file_is_named_by_its_path_or_its_hash_too(firm: Firm) -> None:
    digest = sha256_of(firm.inbox / WRONG)
    for words in (firm.inbox / WRONG, digest[:12], digest):
        planned = rebuilt(firm, "--from", TUESDAY, "--exclude", words, "--dry-run")
        assert planned["excluded"] == [{"sha256": digest, "name": WRONG}]


def test_an_excluded_workbook_that_stays_in_the_inbox_is_not_taken_again(firm: Firm, right: Firm) -> None:
    rebuilt(firm, "--from", TUESDAY, "--exclude", WRONG)
    run = firm.night(WEDNESDAY + DAY)
    assert run.taken is not None and run.taken.inputs == []
    assert [note for note in run.notes if WRONG in note] == [
        f"left out, since it was excluded: {WRONG}; take it out of the inbox"
    ]
    assert (
        run.nights[0].scores["client_id"].to_list() == right.history.on(SCORES_TABLE, WEDNESDAY)["client_id"].to_list()
    )


def test_a_dry_run_says_what_would_change_and_writes_nothing(firm: Firm) -> None:
    tables, files = firm.tables(), firm.files()
    planned = rebuilt(firm, "--from", TUESDAY, "--exclude", WRONG, "--dry-run")
    assert planned["dry_run"]
    assert_same(firm.tables(), tables)
    assert firm.files() == files
    assert rebuilt(firm, "--from", TUESDAY, "--exclude", WRONG) == planned | {"dry_run": False}


def test_a_rebuild_that_is_broken_off_is_ended_by_the_next_night(
    firm: Firm, right: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = write_night.write_again

    def broken_off(run: Any, night: Any) -> None:
        if night.as_of == WEDNESDAY:
            raise KeyboardInterrupt
        written(run, night)

    monkeypatch.setattr(write_night, "write_again", broken_off)
    with pytest.raises(KeyboardInterrupt):
        rebuild.rebuild(settings.load(firm.config), TUESDAY, [WRONG])
    left = pending_rebuild.left(settings.load(firm.config))
    assert left is not None
    assert left.excluded == ((sha256_of(firm.inbox / WRONG), WRONG),)
    monkeypatch.undo()
    run = firm.night(WEDNESDAY)
    assert any("had been broken off; that was recovered first" in note for note in run.notes)
    assert pending_rebuild.left(settings.load(firm.config)) is None
    assert_same(derived(firm), derived(right))


def test_a_mark_alone_is_enough_to_end_a_rebuild(firm: Firm, right: Firm) -> None:
    """As where a run ended between its mark and the row of the ledger."""
    days = [TUESDAY, WEDNESDAY]
    excluded = ((sha256_of(firm.inbox / WRONG), WRONG),)
    with (
        pytest.raises(KeyboardInterrupt),
        pending_rebuild.marked(settings.load(firm.config), "rebuild", days, excluded),
    ):
        raise KeyboardInterrupt
    firm.night(WEDNESDAY)
    assert_same(derived(firm), derived(right))


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (
            ("--from", MONDAY, "--exclude", "gone.xlsx"),
            "no night took gone.xlsx; `drawline history run` lists the files",
        ),
        (("--from", WEDNESDAY, "--exclude", WRONG), f"the night of {TUESDAY} took {WRONG}; rebuild from that night"),
        (("--from", WEDNESDAY + 9 * DAY), "holds no night of 2026-07-31"),
    ],
)
def test_what_cannot_be_rebuilt_is_refused_and_changes_nothing(
    arguments: tuple[object, ...], problem: str, firm: Firm
) -> None:
    tables = firm.tables()
    done = call(firm, *arguments)
    assert done.exit_code == 2
    assert problem in done.stderr
    assert_same(firm.tables(), tables)


def test_a_client_whose_rows_another_file_had_is_named(tmp_path: Path) -> None:
    firm = Firm(tmp_path / "firm")
    firm.publish(MONDAY)
    firm.drop("a.xlsx", clients(30, 31))
    firm.drop("b.xlsx", clients(31, 33))
    firm.night(MONDAY)
    done = call(firm, "--from", MONDAY, "--exclude", "b.xlsx")
    assert done.exit_code == 0
    assert "1 client of b.xlsx stood in another file of the same night too" in done.stderr
    assert firm.table(SCORES_TABLE)["client_id"].to_list() == ["C-0030"]


def test_the_screen_says_what_changed_of_each_night(firm: Firm) -> None:
    done = call(firm, "--from", MONDAY, "--exclude", WRONG)
    first, monday, tuesday, *_others, last = done.stdout.splitlines()
    assert first == f"excluded: {WRONG} ({sha256_of(firm.inbox / WRONG)[:8]})"
    assert monday == f"{MONDAY}  as before"
    assert tuesday.startswith(f"{TUESDAY}  clients: 7 before, 6 now, 1 score changed (+")
    assert "invitations: 0 new, 1 gone" in tuesday
    assert last == "the nights were rebuilt"


def test_a_night_is_changed_where_any_of_its_counts_is_another() -> None:
    same = rebuilt_nights.NightChange(MONDAY, 3, 3, 0, 0, 0, 0, 0, 0, 0)
    assert not same.is_any
    assert rebuilt_nights.NightChange(MONDAY, 3, 2, 0, 0, 0, 0, 0, 0, 0).is_any
    assert rebuilt_nights.NightChange(MONDAY, 3, 3, 0, 0, 1, 0, 0, 0, 0).is_any
    assert rebuilt_nights.NightChange(MONDAY, 3, 3, 0, 0, 0, 0, 0, 0, 1).is_any


def test_a_file_that_is_excluded_already_may_be_named_again(firm: Firm, right: Firm) -> None:
    rebuilt(firm, "--from", TUESDAY, "--exclude", WRONG)
    again = rebuilt(firm, "--from", TUESDAY, "--exclude", WRONG)
    assert [night["scores_changed"] for night in again["nights"]] == [0, 0]
    assert firm.table(RUNS)["kind"].to_list().count("exclusion") == 1
    assert_same(derived(firm), derived(right))


def test_a_mark_of_nights_that_the_history_lacks_is_taken_away(tmp_path: Path) -> None:
    """As where an older copy of the history was put back."""
    firm = Firm(tmp_path / "firm")
    firm.publish(MONDAY)
    firm.drop("a.xlsx", clients(30))
    firm.night(MONDAY)
    excluded = (("0" * 64, WRONG),)
    with (
        pytest.raises(KeyboardInterrupt),
        pending_rebuild.marked(settings.load(firm.config), "rebuild", [WEDNESDAY], excluded),
    ):
        raise KeyboardInterrupt
    firm.night(TUESDAY)
    assert pending_rebuild.left(settings.load(firm.config)) is None


def test_the_first_night_that_is_kept_is_not_rebuilt_without_a_file(firm: Firm) -> None:
    compact = ["history", "compact", "--keep-nights-since", str(TUESDAY), "--config", str(firm.config)]
    assert CliRunner().invoke(app, compact).exit_code == 0
    done = call(firm, "--from", MONDAY, "--exclude", WRONG)
    assert done.exit_code == 2
    assert f"the nights before {TUESDAY} were pruned" in done.stderr
