"""An export with more headings than its map: used where these are ours, else refused with a command that works."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest

from tests.flows.test_map_command import ADA, BEN, HEADINGS, drawline, export, folder, tracker
from validation.intake.opening import Maps, open_input
from validation.mapping import map_folder

__all__ = ["folder", "tracker"]

DAY = ("--as-of", "2026-06-01")
NAMED = "The map our system.yaml does not name"


@pytest.fixture
def kept(folder: Path, tracker: Path) -> Path:
    drawline("map", tracker, "--save", "our system")
    return folder / "maps" / "our system.yaml"


@pytest.mark.parametrize(
    ("heading", "column", "value"),
    [
        ("pool_status", "pool_status", "draft"),
        ("Pool status", "pool_status", "draft"),
        ("Current CRS", "stated_crs", "401"),
    ],
)
def test_a_heading_of_ours_needs_no_new_map(folder: Path, kept: Path, heading: str, column: str, value: str) -> None:
    later = export(folder / "later.csv", [*ADA, value], headings=[*HEADINGS, heading])
    done = drawline("check", later, *DAY, "--json")
    assert done.exit_code == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["inputs"][0]["map"]["name"] == kept.name
    said = drawline("check", later, *DAY)
    assert f"{NAMED} {heading!r}; it is read as {column}." in said.stdout + said.stderr
    assert 'drawline map FILE --save "our system" --replace' in said.stdout + said.stderr


@pytest.mark.parametrize(
    ("cell", "day"), [("02/03/2025", "2025-03-02"), ("25/03/2025", "2025-03-25"), ("03/25/2025", "2025-03-25")]
)
def test_an_added_date_has_the_order_of_the_other_columns_unless_its_cells_settle_it(
    folder: Path, kept: Path, cell: str, day: str
) -> None:
    assert set(re.findall(r"^  \w+: (dmy|mdy)", kept.read_text(encoding="utf-8"), re.MULTILINE)) == {"dmy"}
    later = export(folder / "later.csv", [*ADA, cell], headings=[*HEADINGS, "ECA date"])
    done = drawline("check", later, *DAY)
    assert done.exit_code == 0, done.stdout + done.stderr
    is_noted = "Its days are read as dmy, as those of the map's other columns." in done.stdout + done.stderr
    assert is_noted == (cell == "02/03/2025")
    taken = Maps(None, tuple(map_folder.kept(folder / "maps")))
    opened = open_input(1, later, later.read_bytes(), "", taken, None)
    assert opened.tables[0].rows["eca_issued_on"].to_list() in ([day], [cell])
    if is_noted:
        assert opened.tables[0].rows["eca_issued_on"].to_list() == [day]


def test_a_heading_that_nothing_names_is_refused_with_a_command_that_works(folder: Path, kept: Path) -> None:
    later = export(folder / "later.csv", [*BEN, "x"], headings=[*HEADINGS, "Odd words"])
    done = drawline("check", later, *DAY)
    assert done.exit_code == 4
    found = re.search(r"give it with (--map .*?); to keep", done.stderr)
    assert found is not None, done.stderr
    options = shlex.split(found[1])
    assert Path(options[1]).resolve() == kept
    assert drawline("check", later, *DAY, *options).exit_code == 0


def test_one_heading_of_ours_does_not_stand_in_for_one_that_is_gone(folder: Path, kept: Path) -> None:
    later = export(
        folder / "later.csv", [*ADA[:-2], "draft", "x"], headings=[*HEADINGS[:-2], "pool_status", "Shoe size"]
    )
    done = drawline("check", later, *DAY)
    assert done.exit_code == 4
    assert "the map has 'Foreign Exp (months)', which the file lacks" in done.stderr
