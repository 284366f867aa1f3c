"""A night that is broken off before any of its writes, and what it has left when it or a later one is started."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from flows.cli import app
from flows.errors import UnusableFile
from flows.nightly import pending_rebuild
from history.store import History
from history.tables import INVITATIONS, RECORDS, RUNS, SCORES_TABLE
from tests.firm import MONDAY, TUESDAY, WEDNESDAY, Firm, assert_same, before_its_first_night, changed, clients, names_of

SOME = (36, 37)


@pytest.fixture
def firm(tmp_path: Path) -> Firm:
    return before_its_first_night(tmp_path / "firm", *SOME)


def steps_of(firm: Firm, day: date, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The writes of a night, in order."""
    steps: list[str] = []
    with monkeypatch.context() as patch:
        broken_at(patch, steps.append)
        firm.night(day)
    return steps


def broken_at(patch: pytest.MonkeyPatch, before: Callable[[str], None]) -> None:
    """Has something happen before every write of a night."""
    write, replace = History._write, os.replace

    def writing(self: History, table: Any, *args: Any, **kwargs: Any) -> None:
        before(table.name)
        write(self, table, *args, **kwargs)

    def replacing(source: Any, target: Any) -> None:
        before(Path(target).name)
        replace(source, target)

    patch.setattr(History, "_write", writing)
    patch.setattr(os, "replace", replacing)


class Broken_off(BaseException):  # noqa: N801
    """The process ends here."""


def test_a_night_that_is_broken_off_before_any_write_ends_as_if_it_had_not_been(
    tmp_path: Path, firm: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    firm.night(MONDAY)
    firm.publish(TUESDAY)
    firm.drop("b.xlsx", [changed(clients(37)[0], given_name="Other"), *clients(40, 41)])
    copy = tmp_path / "copy"
    shutil.copytree(firm.folder, copy)
    steps = steps_of(firm, TUESDAY, monkeypatch)
    assert steps == [
        "records", "problems", "invitations", "rounds", "scores", "events", "alerts.csv", "alerts.ics", "alerts.json",
        "alerts.xlsx", "quarantine.csv", "report.xlsx", "scores.parquet", "run.json", "runs",
    ]  # fmt: skip
    tables, files = firm.tables(), firm.files()
    # The first and the last write, one table and one file between them; `make test-kills` breaks off at 60 moments.
    tried = {"records", "scores", "alerts.xlsx", "run.json", "runs"}
    for place in (place for place, step in enumerate(steps) if step in tried):
        folder = tmp_path / f"broken-{place}"
        shutil.copytree(copy, folder)
        other = Firm(folder)
        left = iter(range(place + 1))

        def end(step: str, left: Any = left, place: int = place) -> None:
            if next(left) == place:
                raise Broken_off(step)

        with monkeypatch.context() as patch:
            broken_at(patch, end)
            with pytest.raises(Broken_off, match=steps[place]):
                other.night(TUESDAY)
        assert other.table(RUNS).height == 1
        assert (other.reports / "2026-07-21" / "run.json").exists() == (steps[place] == "runs")
        assert names_of(other.night(TUESDAY)) == ["b.xlsx: taken"]
        assert_same(other.tables(), tables)
        assert other.files() == files


def test_what_a_broken_off_night_took_is_let_go_where_the_file_is_another_by_then(
    firm: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    def end(step: str) -> None:
        if step == "scores":
            raise Broken_off(step)

    with monkeypatch.context() as patch:
        broken_at(patch, end)
        with pytest.raises(Broken_off):
            firm.night(MONDAY)
    firm.drop("a.xlsx", clients(30, 31))
    firm.night(MONDAY)
    assert firm.history.on(SCORES_TABLE, MONDAY)["client_id"].to_list() == ["C-0030", "C-0031"]
    assert set(firm.table(RECORDS)["client_id"]) == {"C-0030", "C-0031"}


@pytest.mark.parametrize("step", ["rounds", "run.json"])
def test_a_completed_night_that_is_broken_off_while_it_is_written_again_is_told_and_mended_by_the_next_one(
    firm: Firm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    firm.night(TUESDAY)
    # The round of the day is published once its night has been.
    firm.publish(TUESDAY)
    whole = Firm(Path(shutil.copytree(firm.folder, tmp_path / "whole")))
    # A round that was not written down yet is seen by the next night.
    for day in (TUESDAY, WEDNESDAY) if step == "run.json" else (WEDNESDAY,):
        whole.night(day)

    def end(at: str) -> None:
        if at == step:
            raise Broken_off(step)

    with monkeypatch.context() as patch:
        broken_at(patch, end)
        with pytest.raises(Broken_off):
            firm.night(TUESDAY)
    look = ["history", "client", "C-0037", "--config", str(firm.config)]
    told = CliRunner().invoke(app, look).stderr
    assert told.startswith("note: a run that writes the night of 2026-07-21 again is at work or was broken off")
    assert any("the night recovers that first" in note for note in firm.night(WEDNESDAY, dry_run=True).notes)
    done = firm.night(WEDNESDAY)
    assert "a run that wrote the night of 2026-07-21 again had been broken off; that was recovered first" in done.notes
    seen_on = TUESDAY if step == "run.json" else WEDNESDAY
    assert firm.table(INVITATIONS).select("as_of", "client_id").rows() == [(seen_on, "C-0037")]
    assert_same(firm.tables(), whole.tables())
    assert firm.files() == whole.files()
    assert firm.table(RUNS)["as_of"].to_list() == [TUESDAY, TUESDAY, WEDNESDAY]
    assert CliRunner().invoke(app, look).stderr == ""


def test_a_mark_that_cannot_be_read_is_stated(firm: Firm) -> None:
    firm.night(MONDAY)
    (firm.folder / "history" / pending_rebuild.MARK).write_bytes(b"")
    with pytest.raises(UnusableFile, match="cannot be read; remove it, and write the last nights again"):
        firm.night(TUESDAY)
