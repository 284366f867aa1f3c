"""stated_crs through run and explain: the sheet, the line, the counts and the answer of one client."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from flows import errors
from flows.cli import app
from flows.main_run import run_scoring
from flows.orchestration import prefect_run
from tests.reports.reading_back import Saved

AS_OF = "2026-08-07"
HEADER = "client_id,family_name,date_of_birth,marital_status,education_level,education_country,stated_crs"
# 26 to 29 years old, single, a bachelor's degree in Canada: 110 and 120 points, and nothing else.
ROWS = (
    "S-1,Sample-1,1998-05-17,single,three_year,CA,230",
    "S-2,Sample-2,1998-05-17,single,three_year,CA,830",
    "S-3,Sample-3,1998-05-17,single,three_year,CA,229",
    "S-4,Sample-4,1998-05-17,single,three_year,CA,",
    "S-5,Sample-5,03/04/1998,single,three_year,CA,230",
)


@pytest.fixture
def clients(tmp_path: Path) -> Path:
    """Three clients with a stated score, one without, and a quarantined one with one."""
    path = tmp_path / "clients.csv"
    path.write_text("\n".join([HEADER, *ROWS]) + "\n", encoding="utf-8")
    return path


def call(command: str, path: Path, *options: str) -> Result:
    return CliRunner().invoke(app, [command, str(path), "--as-of", AS_OF, *options])


LINE = "1 of 3 stated scores agrees; 2 differ; 1 more is of quarantined clients"


def test_run_says_how_many_agree_and_shows_each_difference(clients: Path, tmp_path: Path) -> None:
    done = call("run", clients, "--out", str(tmp_path / "out"), "--no-prefect")
    assert f"{LINE} (sheet Stated and computed)" in done.stdout.splitlines()
    record = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))
    assert (record["counts"]["stated_scores"], record["counts"]["stated_scores_that_differ"]) == (3, 2)
    book = Saved(tmp_path / "out" / "report.xlsx")
    assert book.book.sheetnames[:5] == ["Summary", "At or above", "Close", "To do", "Stated and computed"]
    rows = [
        (row["Client ID"], row["Stated"], row["CRS total"], row["Difference (stated less computed)"],
         row["What would give the stated score"])
        for row in book.table("Stated and computed")
    ]  # fmt: skip
    assert rows == [
        ("S-2", 830, 230, 600, "Provincial nomination counted with 600 points, which the record does not prove"),
        ("S-3", 229, 230, -1, "No single difference explains it. Compare the components."),
        ("S-1", 230, 230, 0, "agrees"),
    ]
    assert book.beside("Stated scores that differ from the computed ones, of 3", "About this run") == [2]
    assert any(LINE in str(cell.value) for cell in book.cells())


def test_a_difference_leads_to_the_client_in_the_explanation(clients: Path, tmp_path: Path) -> None:
    call("run", clients, "--out", str(tmp_path / "out"), "--no-prefect")
    book = Saved(tmp_path / "out" / "report.xlsx").book
    sheet = book["Stated and computed"]
    links = {
        sheet.cell(link_row, 1).value: cell.hyperlink.location
        for link_row in (2, 3)
        for cell in [sheet.cell(link_row, 9)]
    }
    for client, place in links.items():
        title, _, address = place.rpartition("!")
        assert book[title.strip("'")][address].value == client
        above = book[title.strip("'")].cell(book[title.strip("'")][address].row - 1, 1).value
        assert above != client
    assert list(links) == ["S-2", "S-3"]


def test_without_a_stated_score_there_is_no_sheet(tmp_path: Path) -> None:
    path = tmp_path / "clients.csv"
    path.write_text("\n".join([HEADER, ROWS[3]]) + "\n", encoding="utf-8")
    done = call("run", path, "--out", str(tmp_path / "out"), "--no-prefect")
    assert "stated" not in done.stdout.lower().replace("stated_", "")
    assert "Stated and computed" not in Saved(tmp_path / "out" / "report.xlsx").book.sheetnames
    record = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))
    assert record["counts"]["stated_scores"] == 0


def test_an_incomplete_law_is_said_on_the_sheet(clients: Path, tmp_path: Path) -> None:
    options = ["run", str(clients), "--as-of", "2026-11-10", "--out", str(tmp_path / "out"), "--no-prefect"]
    CliRunner().invoke(app, options)
    book = Saved(tmp_path / "out" / "report.xlsx")
    assert "CRS total (incomplete law)" in book.rows("Stated and computed")[0]
    assert any("a computed score is neither a floor nor a ceiling" in str(cell.value) for cell in book.cells())


def test_explain_names_what_gives_the_stated_score(clients: Path) -> None:
    text = call("explain", clients, "--client", "S-2").stdout
    assert "Stated     830, 600 points above the computed score\n           Provincial nomination counted" in text
    assert "Stated     230, as computed" in call("explain", clients, "--client", "S-1").stdout
    answer: dict[str, Any] = json.loads(call("explain", clients, "--client", "S-2", "--json").stdout)["stated"]
    assert (answer["points"], answer["difference"]) == (830, 600)
    assert [(one["code"], one["what"]) for one in answer["reasons"]] == [("counted", "crs_nomination:600")]
    assert answer["reasons"][0]["words"].startswith("Provincial nomination counted with 600 points")
    assert json.loads(call("explain", clients, "--client", "S-4", "--json").stdout)["stated"] is None
    assert "Stated" not in call("explain", clients, "--client", "S-4").stdout


def test_a_stated_score_out_of_bounds_is_a_warning(tmp_path: Path) -> None:
    path = tmp_path / "clients.csv"
    path.write_text(f"{HEADER}\n{ROWS[0]}1\n", encoding="utf-8")
    checked = call("check", path)
    assert checked.exit_code == errors.EXIT_DONE
    assert "2301 is not between 0 and 1200. The cell is taken as empty" in checked.stdout


def test_the_flow_compares_them_too(clients: Path, tmp_path: Path) -> None:
    assert prefect_run.run_scoring is run_scoring
    done = call("run", clients, "--out", str(tmp_path / "out"), "--quiet")
    assert done.exit_code == errors.EXIT_QUARANTINED
    assert "Stated and computed" in Saved(tmp_path / "out" / "report.xlsx").book.sheetnames
