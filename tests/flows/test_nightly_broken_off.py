"""A night that is broken off before any of its writes, and what it has left when it is started again."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from history.store import History
from history.tables import RECORDS, RUNS, SCORES_TABLE
from tests.firm import Firm, assert_same, changed, clients, names_of

MONDAY, TUESDAY = date(2026, 7, 20), date(2026, 7, 21)
SOME = (36, 37)


@pytest.fixture
def firm(tmp_path: Path) -> Firm:
    made = Firm(tmp_path / "firm")
    made.publish(MONDAY)
    made.drop("a.xlsx", clients(*SOME))
    return made


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
        "records", "problems", "rounds", "scores", "invitations", "events", "alerts.csv", "alerts.ics", "alerts.json",
        "alerts.xlsx", "quarantine.csv", "report.xlsx", "scores.parquet", "run.json", "runs",
    ]  # fmt: skip
    tables, files = firm.tables(), firm.files()
    # One of the files moved in stands for all, so that this takes seconds.
    passed_over = {"alerts.csv", "alerts.ics", "alerts.json", "quarantine.csv", "report.xlsx", "scores.parquet"}
    for place in (place for place, step in enumerate(steps) if step not in passed_over):
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
