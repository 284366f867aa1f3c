"""Files whose content a night has taken before: tried again where rows of them were quarantined, or put back."""

from __future__ import annotations

import os
import shutil
from datetime import date, timedelta
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from history.tables import PROBLEMS
from tests.firm import Firm, assert_same, changed, clients, names_of

DAY = timedelta(days=1)
MONDAY, TUESDAY, WEDNESDAY = date(2026, 7, 20), date(2026, 7, 21), date(2026, 7, 22)
UNREADABLE = "03/04/1990"


@pytest.fixture
def firm(tmp_path: Path) -> Firm:
    made = Firm(tmp_path / "firm")
    made.publish(MONDAY)
    return made


def mend_mapping(firm: Firm) -> None:
    """The firm says what a birthday that can be read in two ways means."""
    text = f'values: {{date_of_birth: {{"{UNREADABLE}": "1990-04-03"}}}}\n'
    (firm.folder / "map.yaml").write_text(text, encoding="utf-8")
    firm.config.write_text(firm.config.read_text(encoding="utf-8") + 'map = "map.yaml"\n', encoding="utf-8")


def stood(firm: Firm, day: date) -> dict[str, tuple[str, date]]:
    """Of each client on record the given name, and when it was accepted."""
    names = firm.history.records_on(day)["candidates"].select("client_id", "given_name")
    rows = names.join(firm.history.accepted_by(day), on="client_id").select("client_id", "given_name", "accepted_on")
    return {client: (name, accepted_on) for client, name, accepted_on in rows.iter_rows()}


def test_a_file_with_quarantined_rows_is_tried_again_under_another_mapping_and_overrides_nothing_newer(
    firm: Firm,
) -> None:
    bad, good, newer, gone = clients(36, 37, 40, 41)
    firm.drop("a.xlsx", [changed(bad, date_of_birth=UNREADABLE), good, changed(newer, date_of_birth=UNREADABLE), gone])
    firm.night(MONDAY)
    firm.drop("b.xlsx", [changed(newer, given_name="Newer")])
    assert names_of(firm.night(TUESDAY)) == ["b.xlsx: taken"]
    firm.history.purge("C-0041")
    mend_mapping(firm)
    # Under a second name it is no news.
    shutil.copy2(firm.inbox / "a.xlsx", firm.inbox / "z.xlsx")
    done = firm.night(WEDNESDAY)
    assert names_of(done) == ["a.xlsx: taken"]
    assert stood(firm, TUESDAY) == {"C-0037": ("Client", MONDAY), "C-0040": ("Newer", TUESDAY)}
    # Whose rows are the same was accepted on the day that it was.
    assert stood(firm, WEDNESDAY) == {
        "C-0036": ("Client", WEDNESDAY), "C-0037": ("Client", MONDAY), "C-0040": ("Newer", TUESDAY),
    }  # fmt: skip
    assert (
        "a.xlsx was taken before and is tried again, since the mapping or the program is another: "
        "1 of its clients count again; newer rows of 1 stand and stay"
    ) in done.notes
    tables, files = firm.tables(), firm.files()
    assert names_of(firm.night(WEDNESDAY)) == []
    assert_same(firm.tables(), tables)
    assert firm.files() == files


def test_a_file_that_is_tried_again_on_its_own_day_leaves_what_the_mended_mapping_would_have_left(
    firm: Firm, tmp_path: Path
) -> None:
    bad, good = clients(36, 37)
    straight = Firm(tmp_path / "straight")
    straight.publish(MONDAY)
    mend_mapping(straight)
    for one in (firm, straight):
        one.drop("a.xlsx", [changed(bad, date_of_birth=UNREADABLE), good])
        one.drop("b.xlsx", [changed(good, given_name="Later")])
    firm.night(MONDAY)
    assert firm.history.on(PROBLEMS, MONDAY).filter(pl.col("standing") == "quarantined").height == 1
    mend_mapping(firm)
    assert names_of(firm.night(MONDAY)) == ["a.xlsx: taken"]
    straight.night(MONDAY)
    assert_same(firm.tables(), straight.tables())
    assert stood(firm, MONDAY)["C-0037"] == ("Later", MONDAY)
    assert names_of(firm.night(TUESDAY, dry_run=True)) == []


def test_an_earlier_version_that_is_put_back_is_told_once(firm: Firm) -> None:
    one, other = clients(36, 37)
    path = firm.drop("a.xlsx", [one, other])
    kept = firm.folder / "a.xlsx"
    shutil.copy2(path, kept)
    firm.night(MONDAY)
    firm.drop("a.xlsx", [one, changed(other, given_name="Later")])
    firm.drop("b.xlsx", [changed(other, given_name="Latest")])
    firm.night(TUESDAY)
    # As a backup puts it back: with the time that it had.
    shutil.copy2(kept, path)
    done = firm.night(WEDNESDAY)
    assert names_of(done) == ["a.xlsx: put_back"]
    told = (
        "left out: a.xlsx: It was taken already, on the night of 2026-07-20, and newer rows of 2 of its clients stand "
        "since; if this earlier version is to count, change a cell and save it again."
    )
    assert told in done.notes
    assert stood(firm, WEDNESDAY)["C-0037"] == ("Latest", TUESDAY)
    summary = openpyxl.load_workbook(firm.reports / WEDNESDAY.isoformat() / "report.xlsx")["About this run"]
    assert told.removeprefix("left out: a.xlsx: ") in {
        cell for row in summary.iter_rows(values_only=True) for cell in row
    }
    tables, files = firm.tables(), firm.files()
    assert names_of(firm.night(WEDNESDAY)) == []
    assert_same(firm.tables(), tables)
    assert firm.files() == files
    assert names_of(firm.night(WEDNESDAY + DAY, dry_run=True)) == []


def test_a_file_whose_place_a_newer_one_has_taken_may_lie_there(firm: Firm, tmp_path: Path) -> None:
    path = firm.drop("a.xlsx", clients(36, 37))
    firm.night(MONDAY)
    os.utime(path)
    assert names_of(firm.night(TUESDAY)) == []
    firm.drop("b.xlsx", [changed(clients(37)[0], given_name="Later")])
    assert names_of(firm.night(TUESDAY)) == ["b.xlsx: taken"]
    assert names_of(firm.night(WEDNESDAY, dry_run=True)) == []
    # All at another place, with the times that they had.
    moved = Firm(Path(shutil.copytree(firm.folder, tmp_path / "moved")))
    assert names_of(moved.night(WEDNESDAY, dry_run=True)) == []
    shutil.copy2(path, firm.inbox / "a copy.xlsx")
    assert names_of(firm.night(WEDNESDAY, dry_run=True)) == ["a copy.xlsx: put_back"]
    os.utime(path)
    assert names_of(firm.night(WEDNESDAY, dry_run=True)) == ["a copy.xlsx: put_back", "a.xlsx: put_back"]
