"""What a nightly run says of files with unread headings, of files left out, and of corrections beside their file."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from flows.cli import app
from tests.firm import MONDAY, Firm
from tests.flows.test_map_command import export

HEADINGS = ["client_id", "date_of_birth", "marital_status"]
ADA = ["F-1", "1990-12-25", "single"]
BEN = ["F-2", "1988-04-03", "single"]
NO_MAP = (
    "export.csv has headings that are not read, and the folder of maps has no map; to make one: `drawline map FILE --save "
    "NAME`"
)


@pytest.fixture
def firm(tmp_path: Path) -> Firm:
    made = Firm(tmp_path / "firm")
    made.publish(MONDAY)
    return made


def nightly(firm: Firm) -> Result:
    words = ["nightly", "--as-of", str(MONDAY), "--config", str(firm.config), "--no-prefect"]
    return CliRunner().invoke(app, words)


def test_a_night_without_maps_names_the_command_for_unread_headings(firm: Firm) -> None:
    export(firm.inbox / "export.csv", [*ADA, "x"], headings=[*HEADINGS, "Odd words"])
    assert NO_MAP in firm.night(MONDAY).notes


def test_a_night_says_nothing_of_maps_where_every_heading_is_read_or_one_is_there(firm: Firm) -> None:
    export(firm.inbox / "export.csv", ADA, headings=["client_id", "D.O.B.", "marital_status"])
    assert NO_MAP not in firm.night(MONDAY, dry_run=True).notes
    export(firm.inbox / "export.csv", [*ADA, "x"], headings=[*HEADINGS, "Odd words"])
    (firm.folder / "maps").mkdir()
    (firm.folder / "maps" / "a.yaml").write_text("for_headings: [3f9c12ab]\n", encoding="utf-8")
    assert NO_MAP not in firm.night(MONDAY, dry_run=True).notes


def test_the_summary_names_files_that_are_left_out(firm: Firm) -> None:
    export(firm.inbox / "good.csv", ADA, headings=HEADINGS)
    (firm.inbox / "bad.xlsx").write_bytes(b"only text")
    done = nightly(firm)
    assert "took good.csv" in done.stdout
    assert "left out bad.xlsx: the notes say why" in done.stdout
    assert "left out: bad.xlsx: It is named .xlsx" in done.stderr


def test_a_night_says_that_a_corrections_workbook_stands_for_its_file(firm: Firm) -> None:
    export(firm.inbox / "a.csv", ADA, BEN, headings=HEADINGS)
    export(firm.inbox / "a-corrections.csv", ADA, BEN, headings=[*HEADINGS[:2], "Marital status"])
    said = (
        "a-corrections.csv is the corrections workbook of a.csv and stands for it: 2 clients are in both files, and the "
        "counts of the files have them twice; take a.csv out of the inbox"
    )
    assert said in firm.night(MONDAY).notes
