"""The limit for bad files: above it run, score and the nightly run use nothing of a file, and earlier results stay."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from flows import errors
from flows.cli import app
from flows.nightly import night_outcome, night_state, nightly
from history.tables import PROBLEMS
from tests.firm import MONDAY, TUESDAY, WEDNESDAY, Firm, clients, names_of

GOOD = {"date_of_birth": "1990-05-17", "marital_status": "single", "education_level": "none"}


def listed(folder: Path, good: int, *bad: dict[str, str]) -> Path:
    """A list of so many good clients, and of bad ones that differ from a good one in some cells."""
    rows = [GOOD] * good + [GOOD | cells for cells in bad]
    path = folder / "clients.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ["client_id", *GOOD])
        writer.writeheader()
        writer.writerows({"client_id": f"T-{number}", **row} for number, row in enumerate(rows, start=1))
    return path


def limited(folder: Path, share: float) -> str:
    path = folder / "drawline.toml"
    path.write_text(f"max_quarantined_share = {share}\n", encoding="utf-8")
    return str(path)


def call(folder: Path, command: str, *options: str) -> Result:
    return CliRunner().invoke(app, [command, str(folder / "clients.csv"), "--as-of", "2026-08-07", *options])


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


BAD = ({"date_of_birth": "03/04/1990"}, {"date_of_birth": "05/06/1991"}, {"marital_status": "maried"})


@pytest.mark.parametrize("options", [["--no-prefect"], ["--dry-run"], ["--quiet"]])
def test_run_stops_and_earlier_results_stay(tmp_path: Path, options: list[str]) -> None:
    out = tmp_path / "out"
    listed(tmp_path, 10)
    assert call(tmp_path, "run", "--out", str(out), "--no-prefect").exit_code == 0
    before = files_of(out)
    path = listed(tmp_path, 7, *BAD)
    answer = call(tmp_path, "run", "--out", str(out), "--config", limited(tmp_path, 0.2), *options)
    assert answer.exit_code == errors.EXIT_UNUSABLE, answer.output
    assert files_of(out) == before
    lines = [line for line in answer.stderr.splitlines() if "Prefect" not in line]
    assert lines[-4:] == [
        "drawline: 3 of 10 clients are quarantined (30 %), more than max_quarantined_share allows (20 %). "
        "Nothing was written; earlier results stay.",
        "  date_of_birth (2): 03/04/1990 is ambiguous: it may be 3 April 1990 or 4 March 1990. Write 1990-04-03 or "
        "1990-03-04. First: clients.csv, Candidates!B9.",
        "  marital_status (1): It is none of the choices of this column. Write one of: single, married, common_law, "
        "divorced, separated, divorced_or_separated, widowed, annulled. First: clients.csv, Candidates!C11.",
        f"Correct these first. For the whole list, run `drawline check {path} --out DIR`.",
    ]


def test_score_stops_too_and_check_lists_all(tmp_path: Path) -> None:
    listed(tmp_path, 7, *BAD)
    config = limited(tmp_path, 0.2)
    scored = call(tmp_path, "score", "--out", str(tmp_path / "scores.csv"), "--config", config)
    assert (scored.exit_code, (tmp_path / "scores.csv").exists()) == (4, False)
    checked = call(tmp_path, "check", "--config", config, "--all")
    assert checked.exit_code == errors.EXIT_QUARANTINED
    assert checked.stdout.count("quarantined: ") == 3


@pytest.mark.parametrize(("share", "exit_code"), [(0.3, 3), (0.29, 4), (1, 3), (0, 4)])
def test_a_share_at_the_limit_is_allowed(tmp_path: Path, share: float, exit_code: int) -> None:
    listed(tmp_path, 7, *BAD)
    config = limited(tmp_path, share)
    answer = call(tmp_path, "score", "--out", str(tmp_path / "scores.csv"), "--config", config)
    assert answer.exit_code == exit_code


def firm_with_limit(folder: Path, share: str) -> Firm:
    firm = Firm(folder, more=f"max_quarantined_share = {share}\n")
    firm.publish(date(2026, 7, 1))
    return firm


def drop(firm: Firm, name: str, good: int, *bad: dict[str, str]) -> None:
    listed(firm.inbox, good, *bad).rename(firm.inbox / name)


def test_the_nightly_run_leaves_such_a_file_out_and_goes_on(tmp_path: Path) -> None:
    firm = firm_with_limit(tmp_path, "0.2")
    drop(firm, "list.csv", 10)
    firm.night(MONDAY)
    records = firm.history.records_on(MONDAY)["candidates"]
    drop(firm, "list.csv", 7, *BAD)
    firm.drop("other.xlsx", clients(30, 31))
    done = firm.night(TUESDAY)
    assert sorted(names_of(done)) == ["list.csv: unusable", "other.xlsx: taken"]
    assert night_outcome.exit_code(done) == errors.EXIT_QUARANTINED
    note = (
        "left out: list.csv: 3 of 10 clients are quarantined (30 %), more than max_quarantined_share allows (20 %). "
        "Most problems: date_of_birth 2 (first: list.csv, Candidates!B9), marital_status 1 (first: list.csv, "
        "Candidates!C11). Correct them; `drawline check` on the file lists all."
    )
    assert note in done.notes
    after = firm.history.records_on(TUESDAY)["candidates"]
    assert after.join(records, on="client_id", how="semi").equals(records)
    assert firm.table(PROBLEMS).filter(as_of=TUESDAY, standing="quarantined").height == 0
    record = json.loads((firm.reports / TUESDAY.isoformat() / "run.json").read_text(encoding="utf-8"))
    assert record["counts"]["candidates_quarantined"] == 0


def test_such_a_file_is_tried_again_once_its_content_or_the_limit_is_another(tmp_path: Path) -> None:
    firm = firm_with_limit(tmp_path, "0.2")
    drop(firm, "list.csv", 7, *BAD)
    assert names_of(firm.night(MONDAY)) == ["list.csv: unusable"]
    again = firm.night(TUESDAY)
    assert names_of(again) == []
    assert [note for note in again.notes if note.startswith("still left out, since the night of 2026-07-20: list.csv")]
    firm.config.write_text(firm.config.read_text().replace("share = 0.2", "share = 0.1"), encoding="utf-8")
    assert names_of(firm.night(WEDNESDAY, dry_run=True)) == ["list.csv: unusable"]
    firm.config.write_text(firm.config.read_text().replace("share = 0.1", "share = 0.5"), encoding="utf-8")
    assert nightly.news(night_state.NightRequest(WEDNESDAY, firm.config)).files == 1
    assert names_of(firm.night(WEDNESDAY, dry_run=True)) == ["list.csv: taken"]
    firm.config.write_text(firm.config.read_text().replace("share = 0.5", "share = 0.2"), encoding="utf-8")
    drop(firm, "list.csv", 10)
    assert names_of(firm.night(WEDNESDAY)) == ["list.csv: taken"]
