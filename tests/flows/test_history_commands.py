"""history, rescore and purge as people call them, on the nights of a small firm."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from typer.testing import CliRunner

from flows.cli import app
from history.store import History, HistoryError
from history.tables import EVENTS, RUNS, SCORES_TABLE, Table
from tests.firm import Firm, alerts_of, answer, assert_same, call, changed, clients

DAY = timedelta(days=1)
MONDAY, TUESDAY, WEDNESDAY = date(2026, 7, 20), date(2026, 7, 21), date(2026, 7, 22)
CLIENT, OTHER = "C-0037", "C-0033"
RULES = """
title: A trial of other points
sources:
  trial:
    title: A trial
    href: https://example.org
parameters:
  crs.additional.sibling:
    versions:
      - from: 2017-06-06
        status: known
        confidence: L
        last_checked_on: 2026-10-31
        source: {key: trial, section: "1"}
        value: 40
"""


@pytest.fixture(scope="module")
def firm(tmp_path_factory: pytest.TempPathFactory) -> Firm:
    """Three nights: a round invites one client, another one's record changes, the rules stay."""
    made = Firm(tmp_path_factory.mktemp("firm"))
    made.publish(TUESDAY)
    made.drop("a.xlsx", [clients(37)[0], changed(clients(33)[0], sibling_in_canada="no")])
    made.night(MONDAY)
    made.night(TUESDAY)
    made.drop("b.xlsx", [changed(clients(33)[0], sibling_in_canada="yes")])
    made.night(WEDNESDAY)
    return made


def total_on(firm: Firm, day: date, client: str) -> int:
    rows = firm.history.on(SCORES_TABLE, day).filter(pl.col("client_id") == client)
    return int(rows["crs_total"][0])


def test_a_client_over_time(firm: Firm) -> None:
    told = answer(firm, "history", "client", OTHER)
    assert [one["as_of"] for one in told["scores"]] == [str(day) for day in (MONDAY, TUESDAY, WEDNESDAY)]
    score = next(one for one in told["events"] if one["kind"] == "score")
    assert (score["as_of"], score["reason"], score["points"]) == (str(WEDNESDAY), "data_changed", 15)
    shown = call(firm, "history", "client", OTHER).stdout
    assert f"{WEDNESDAY}" in shown
    assert "score +15 (data changed): " in shown
    cell = "(sibling_in_canada: no → yes, b.xlsx Candidates row "
    assert cell in shown
    assert cell in call(firm, "history", "diff", MONDAY, WEDNESDAY).stdout
    unnamed = cell.replace("b.xlsx ", "")
    assert [one for one in alerts_of(firm, WEDNESDAY)["news"] if unnamed in one["what"]]
    assert f"{TUESDAY}" not in shown
    assert f"{TUESDAY}" in call(firm, "history", "client", OTHER, "--all").stdout
    told = answer(firm, "history", "client", CLIENT)
    assert [(one["round"], one["held_on"]) for one in told["invitations"]] == [("428", str(TUESDAY))]


def test_a_night_with_an_event_alone_is_shown(firm: Firm, tmp_path: Path) -> None:
    other = copy_of(firm, tmp_path)
    other.drop("c.xlsx", [changed(clients(33)[0], sibling_in_canada="yes", pool_status="withdrawn")])
    other.night(WEDNESDAY + DAY)
    other.night(WEDNESDAY + 2 * DAY)
    told = answer(other, "history", "client", OTHER)
    assert [one["kind"] for one in told["events"] if one["as_of"] == str(WEDNESDAY + DAY)] == ["pool"]
    shown = call(other, "history", "client", OTHER).stdout
    place = shown.index(f"{WEDNESDAY + DAY}")
    assert "pool (data changed): " in shown[place : shown.index(f"{WEDNESDAY + 2 * DAY}")]
    assert shown.count("\n            ") == len(told["events"])


def test_a_client_that_is_not_there(firm: Firm) -> None:
    done = call(firm, "history", "client", "C-0038")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "knows no client 'C-0038'; did you mean C-003" in done.stderr


def test_a_run(firm: Firm) -> None:
    listed = answer(firm, "history", "run")
    assert [one["as_of"] for one in listed[:3]] == [str(day) for day in (MONDAY, TUESDAY, WEDNESDAY)]
    run = listed[0]
    told = answer(firm, "history", "run", run["run_id"])
    assert [(one["name"], one["outcome"], one["candidates_in"]) for one in told[0]["inputs"]] == [
        ("a.xlsx", "taken", 2)
    ]
    assert "taken: a.xlsx" in call(firm, "history", "run", run["run_id"]).stdout
    assert "holds no run 'x'; the last one is" in call(firm, "history", "run", "x").stderr


def test_the_difference_between_two_nights(firm: Firm) -> None:
    told = answer(firm, "history", "diff", MONDAY, WEDNESDAY)
    found = {(one["client_id"], one["kind"], one["reason"]) for one in told}
    assert (CLIENT, "invited", "round") in found
    assert (OTHER, "score", "data_changed") in found
    points = sum(one["points"] for one in told if one["kind"] == "score" and one["client_id"] == OTHER)
    assert points == total_on(firm, WEDNESDAY, OTHER) - total_on(firm, MONDAY, OTHER) == 15
    assert f"{OTHER}  score +15 (data changed)" in call(firm, "history", "diff", MONDAY, WEDNESDAY).stdout


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (
            ["history", "diff", TUESDAY, MONDAY],
            "the earlier night goes first: drawline history diff 2026-07-20 2026-07-21",
        ),
        (
            ["history", "diff", TUESDAY, TUESDAY],
            "both days are 2026-07-21; two nights are needed, the earlier one first, such as: drawline history diff "
            "2026-07-20 2026-07-21",
        ),
        (["history", "diff", MONDAY, MONDAY], "the earlier one first; there is none before it"),
        (["history", "diff", MONDAY, "2026-08-30"], "holds no night of 2026-08-30"),
        (["rescore", "--from", TUESDAY, "--to", MONDAY], "the earlier night goes first"),
        (["rescore", "--from", "2027-01-01", "--to", "2027-01-02"], "holds no night of 2027-01-01"),
        (["purge", "--client", CLIENT], "say --yes, or look with --dry-run"),
    ],
)
def test_what_is_asked_wrongly_is_exit_code_2(arguments: list[object], says: str, firm: Firm) -> None:
    done = call(firm, *arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert says in done.stderr


def test_no_history_is_stated(tmp_path: Path) -> None:
    config = tmp_path / "drawline.toml"
    config.write_text("", encoding="utf-8")
    done = CliRunner().invoke(app, ["history", "run", "--config", str(config)])
    assert done.exit_code == 2
    assert 'such as history = "history"' in done.stderr


def test_a_newer_history_is_told_without_a_traceback(tmp_path: Path) -> None:
    from dataclasses import replace

    firm = Firm(tmp_path)
    firm.history.replace(replace(RUNS, version=9), RUNS.empty())
    done = call(firm, "history", "run")
    assert done.exit_code == 1
    assert "the table runs has schema version 9, not 3; use a newer drawline" in done.stderr


def test_upkeep(firm: Firm) -> None:
    before = firm.tables()
    assert answer(firm, "history", "compact", "--keep-days", "0")["removed_files"].keys() >= {"scores", "runs"}
    assert answer(firm, "history", "migrate") == {
        "format": "drawline.migrate", "version": 1, "migrated": [], "dry_run": False,
    }  # fmt: skip
    assert "all tables have today's schema" in call(firm, "history", "migrate").stdout
    assert_same(firm.tables(), before)


def copy_of(firm: Firm, folder: Path) -> Firm:
    from shutil import copytree

    copytree(firm.folder, folder, dirs_exist_ok=True)
    return Firm(folder)


def test_rescoring_under_the_same_rules_changes_nothing_but_the_ledger(firm: Firm, tmp_path: Path) -> None:
    other = copy_of(firm, tmp_path)
    before = other.tables()
    told = answer(other, "rescore", "--from", MONDAY, "--to", WEDNESDAY)
    assert [(one["changed"], one["clients"]) for one in told["nights"]] == [(0, 2)] * 3
    assert_same(other.tables(), before)
    assert other.table(RUNS)["kind"].to_list() == ["nightly"] * 3 + ["rescore"]


def test_corrected_rules_are_a_reason_of_their_own_and_rescoring_takes_it_away(firm: Firm, tmp_path: Path) -> None:
    other = copy_of(firm, tmp_path)
    (tmp_path / "rules.yaml").write_text(RULES, encoding="utf-8")
    other.config.write_text(other.config.read_text(encoding="utf-8") + 'rules = ["rules.yaml"]\n', encoding="utf-8")
    other.night(WEDNESDAY + DAY)
    rows = other.history.on(EVENTS, WEDNESDAY + DAY).filter(pl.col("kind") == "score")
    assert rows.select("client_id", "reason", "points").rows() == [(OTHER, "rules_corrected", 25)]
    planned = answer(other, "rescore", "--from", MONDAY, "--to", WEDNESDAY, "--dry-run")
    assert [one["points"] for one in planned["nights"]] == [0, 0, 25]
    assert total_on(other, WEDNESDAY, OTHER) == total_on(firm, WEDNESDAY, OTHER)
    settings = other.config.read_text(encoding="utf-8")
    part = copy_of(other, tmp_path.with_name(f"{tmp_path.name}-part"))
    part.config.write_text(settings, encoding="utf-8")
    answer(part, "rescore", "--from", MONDAY, "--to", WEDNESDAY)
    assert part.history.on(EVENTS, WEDNESDAY + DAY).filter(pl.col("kind") == "score").is_empty()
    assert [one["reason"] for one in answer(part, "history", "diff", MONDAY, WEDNESDAY) if one["kind"] == "score"]
    told = answer(other, "rescore", "--from", MONDAY, "--to", WEDNESDAY + DAY)
    assert [one["points"] for one in told["nights"]] == [0, 0, 25, 0]
    assert total_on(other, WEDNESDAY, OTHER) == total_on(firm, WEDNESDAY, OTHER) + 25
    assert other.history.on(EVENTS, WEDNESDAY + DAY).filter(pl.col("kind") == "score").is_empty()
    points = other.history.on(EVENTS, WEDNESDAY).filter(pl.col("kind") == "score")["points"].to_list()
    assert points == [40]


def test_a_rescoring_that_is_broken_off_is_ended_by_the_next_night(
    firm: Firm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = copy_of(firm, tmp_path)
    (tmp_path / "rules.yaml").write_text(RULES, encoding="utf-8")
    other.config.write_text(other.config.read_text(encoding="utf-8") + 'rules = ["rules.yaml"]\n', encoding="utf-8")
    write = History._write

    def end(self: History, table: Table, *told: Any, **more: Any) -> None:
        if table is EVENTS:
            raise HistoryError("the disk is full")
        write(self, table, *told, **more)

    with monkeypatch.context() as patch:
        patch.setattr(History, "_write", end)
        assert call(other, "rescore", "--from", MONDAY, "--to", WEDNESDAY).exit_code == 1
    assert "a run that writes the nights from 2026-07-20 to 2026-07-22 again" in call(other, "history", "run").stderr
    other.night(WEDNESDAY + DAY)
    assert other.table(RUNS)["kind"].to_list() == ["nightly"] * 3 + ["rescore", "nightly"]
    points = other.table(EVENTS).filter(pl.col("kind") == "score").select("as_of", "points").rows()
    assert points == [(WEDNESDAY, 40)]
    assert call(other, "history", "run").stderr == ""


def test_a_purged_client_is_in_no_file_of_the_history(firm: Firm, tmp_path: Path) -> None:
    other = copy_of(firm, tmp_path)
    folder = Path(other.history.place)

    def found() -> list[Path]:
        return [path for path in folder.rglob("*") if path.is_file() and CLIENT.encode() in path.read_bytes()]

    assert found()
    planned = answer(other, "purge", "--client", CLIENT, "--dry-run")
    assert planned["rows"]["scores"] == 3
    assert found()
    gone = answer(other, "purge", "--client", CLIENT, "--yes")
    assert gone["rows"] == planned["rows"]
    assert found() == []
    assert answer(other, "purge", "--client", CLIENT, "--yes")["rows"] == {}
    other.night(WEDNESDAY)
    assert found() == []
    assert other.history.on(SCORES_TABLE, WEDNESDAY)["client_id"].to_list() == [OTHER]


def test_nightly_dry_run_on_the_command_line(firm: Firm, tmp_path: Path) -> None:
    other = copy_of(firm, tmp_path)
    other.drop("c.xlsx", [changed(clients(33)[0], sibling_in_canada="no")])
    done = call(other, "nightly", "--as-of", WEDNESDAY + DAY, "--dry-run")
    assert done.exit_code == 0, done.stderr
    assert "would take c.xlsx" in done.stdout
    assert "clients in them: 0 new, 1 changed, 0 as before" in done.stdout
    assert "1 score (data changed), -15 points in all" in done.stdout
    assert "2 clients" not in done.stderr
    told = answer(other, "nightly", "--as-of", WEDNESDAY + DAY, "--dry-run")
    assert told["dry_run"] is True
    assert other.history.days(SCORES_TABLE) == [MONDAY, TUESDAY, WEDNESDAY]
