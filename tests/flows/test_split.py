"""A report for each case owner beside the whole one: who is in it, what it is called, and what is removed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from typer.testing import CliRunner

from flows.cli import app
from flows.main_run.output_names import RECORD
from flows.run_request import SHIPPED_ROUNDS
from tests.firm import CLIENT, MONDAY, TUESDAY, Firm, changed, clients

DAY = "2026-08-07"
NUMBERS = (30, 31, 33, 36, 37, 38)
OWNERS = ("Ana", "ana ", "A/B", "A?B", None, "corrections")


def write(
    folder: Path, owners: Sequence[str | None] = OWNERS, *, name: str = "report.xlsx", bad: int | None = 38
) -> Path:
    """A workbook of some clients with case owners; one of them cannot be read."""
    from sample_data.bad_rows import rows_by_sheet
    from sample_data.workbook import write_workbook

    made = [
        changed(one, case_owner=owner, **({"date_of_birth": "x"} if number == bad else {}))
        for number, one, owner in zip(NUMBERS, clients(*NUMBERS), owners, strict=True)
    ]
    path = folder / name
    write_workbook(path, rows_by_sheet(made), title="Clients", made_on=date(2026, 8, 7))
    return path


def run(path: Path, out: Path, *more: str) -> dict[str, Any]:
    arguments = [
        "run",
        str(path),
        "--as-of",
        DAY,
        "--out",
        str(out),
        "--rounds",
        str(SHIPPED_ROUNDS),
        "--no-prefect",
        *more,
    ]
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code in (0, 3), done.output
    record: dict[str, Any] = json.loads((out / RECORD).read_text(encoding="utf-8"))
    return record


@cache
def opened(path: Path) -> openpyxl.Workbook:
    """A workbook that nobody writes again."""
    return openpyxl.load_workbook(path)


def rows(path: Path, title: str) -> list[dict[str, Any]]:
    sheet = opened(path)[title]
    if not sheet.tables:
        return []
    (table,) = sheet.tables.values()
    head, *found = [[one.value for one in row] for row in sheet[table.ref]]
    return [dict(zip(head, row, strict=True)) for row in found]


def ids(path: Path, title: str) -> set[str]:
    return {row["Client ID"] for row in rows(path, title)}


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("split")
    run(write(folder), folder / "out", "--split-by", "case_owner", "--explain", "all")
    return folder / "out"


@pytest.fixture(scope="module")
def record(out: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((out / RECORD).read_text(encoding="utf-8"))
    return found


def test_each_owner_has_a_file_with_a_safe_name_of_its_own(out: Path, record: dict[str, Any]) -> None:
    assert record["split"] == {
        "by": "case_owner",
        "files": [
            {"name": "report-A B (2).xlsx", "case_owner": "A?B", "clients": 1},
            {"name": "report-A B.xlsx", "case_owner": "A/B", "clients": 1},
            {"name": "report-Ana.xlsx", "case_owner": "Ana", "clients": 2},
            # The corrections workbook of report.xlsx has the plain name.
            {"name": "report-corrections (2).xlsx", "case_owner": "corrections", "clients": 1},
            {"name": "report-no-owner.xlsx", "case_owner": None, "clients": 1},
        ],
    }
    assert {one["name"] for one in record["split"]["files"]} <= record["outputs"].keys()
    assert all((out / name).is_file() for name in record["outputs"])


def test_every_client_is_in_the_report_of_the_owner_and_in_the_whole_one(out: Path, record: dict[str, Any]) -> None:
    for title in ("Scores", "Eligibility", "Explanation", "Language results"):
        parts = [ids(out / one["name"], title) for one in record["split"]["files"]]
        whole = ids(out / "report.xlsx", title)
        assert len(whole) == 5
        assert set().union(*parts) == whole
        assert sum(len(part) for part in parts) == len(whole)
    assert ids(out / "report-Ana.xlsx", "Scores") == {"C-0030", "C-0031"}


def test_a_quarantined_client_is_in_the_report_of_the_owner(out: Path) -> None:
    assert [row["Client ID"] for row in rows(out / "report-corrections (2).xlsx", "Quarantine")] == ["C-0038"]
    assert rows(out / "report-Ana.xlsx", "Quarantine") == []
    assert [row["Client ID"] for row in rows(out / "report.xlsx", "Quarantine")] == ["C-0038"]


def test_ranks_are_those_of_the_whole_list(out: Path, record: dict[str, Any]) -> None:
    whole = {row["Client ID"]: row["Rank in the pool"] for row in rows(out / "report.xlsx", "Scores")}
    assert sorted(rank for rank in whole.values() if rank) == list(
        range(1, sum(rank is not None for rank in whole.values()) + 1)
    )
    for one in record["split"]["files"]:
        for row in rows(out / one["name"], "Scores"):
            assert row["Rank in the pool"] == whole[row["Client ID"]]


def test_without_the_option_there_is_one_report(tmp_path: Path) -> None:
    found = run(write(tmp_path), tmp_path / "out")
    assert found["split"] is None
    assert not [name for name in found["outputs"] if name.startswith("report-") and name != "report-corrections.xlsx"]


def test_the_settings_split_and_the_option_goes_before_them(tmp_path: Path) -> None:
    config = tmp_path / "drawline.toml"
    config.write_text('split_by = "case_owner"\n', encoding="utf-8")
    path = write(tmp_path)
    assert run(path, tmp_path / "a", "--config", str(config))["split"]["by"] == "case_owner"
    assert run(path, tmp_path / "b", "--config", str(config), "--split-by", "none")["split"] is None


def test_reports_of_owners_that_are_gone_are_removed_where_nobody_changed_them(tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(write(tmp_path), out, "--split-by", "case_owner")
    (out / "report-Ana.xlsx").write_bytes(b"a case worker's own")
    (out / "report-mine.xlsx").write_bytes(b"a case worker's own too")
    found = run(write(tmp_path, ["Desk"] * 6), out, "--split-by", "case_owner")
    assert [one["name"] for one in found["split"]["files"]] == ["report-Desk.xlsx"]
    left = {path.name for path in out.glob("report-*")} - {"report-corrections.xlsx"}
    assert left == {"report-Desk.xlsx", "report-Ana.xlsx", "report-mine.xlsx"}
    # The report of an owner explains every client, the whole one those near a cut-off.
    assert ids(out / "report-Desk.xlsx", "Explanation") == ids(out / "report-Desk.xlsx", "Scores")
    assert ids(out / "report.xlsx", "Explanation") < ids(out / "report.xlsx", "Scores")
    assert found["explain"] == "near"
    run(write(tmp_path), out)
    assert not (out / "report-Desk.xlsx").exists()


@pytest.mark.parametrize("name", ["../up.xlsx", "/etc/hostname", "sub/x.xlsx"])
def test_a_record_that_names_files_elsewhere_removes_nothing(name: str, tmp_path: Path) -> None:
    from flows.main_run import split
    from flows.outputs.digests import sha256_of

    out = tmp_path / "out"
    (out / "sub").mkdir(parents=True)
    for path in (tmp_path / "up.xlsx", out / "sub" / "x.xlsx"):
        path.write_bytes(b"x")
    target = out / name
    assert split.stale(out, {name: sha256_of(target)}, []) == []
    assert target.is_file()


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"split": null}', '{"split": {"files": [{"name": "a"}]}, "outputs": {}}']
)
def test_a_record_that_says_nothing_of_owners_is_passed_over(text: str, tmp_path: Path) -> None:
    from flows.main_run import split

    (tmp_path / RECORD).write_text(text, encoding="utf-8")
    assert split.earlier(tmp_path) == {}
    assert split.earlier(tmp_path / "none") == {}


def test_an_input_that_has_the_name_of_a_part_is_not_written_over(tmp_path: Path) -> None:
    path = write(tmp_path, ["Desk"] * 6, name="report-Desk.xlsx", bad=None)
    before = path.read_bytes()
    arguments = [
        "run",
        str(path),
        "--as-of",
        DAY,
        "--out",
        str(tmp_path),
        "--rounds",
        str(SHIPPED_ROUNDS),
        "--no-prefect",
    ]
    done = CliRunner().invoke(app, [*arguments, "--split-by", "case_owner"])
    assert done.exit_code == 2
    assert "is read; write to another file" in done.output
    assert path.read_bytes() == before


def test_an_unknown_split_is_refused(tmp_path: Path) -> None:
    config = tmp_path / "drawline.toml"
    config.write_text('split_by = "province"\n', encoding="utf-8")
    done = CliRunner().invoke(
        app, ["run", str(write(tmp_path)), "--out", str(tmp_path / "out"), "--config", str(config)]
    )
    assert done.exit_code == 4
    assert "line 1: split_by is 'province'; known is 'case_owner'" in done.output


def test_a_logo_that_cannot_be_used_names_file_and_fix_before_anything_is_written(tmp_path: Path) -> None:
    config = tmp_path / "drawline.toml"
    config.write_text('logo = "logo.png"\n', encoding="utf-8")
    arguments = ["run", str(write(tmp_path)), "--as-of", DAY, "--out", str(tmp_path / "out"), "--config", str(config)]
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 4
    assert f"There is no logo at {tmp_path.resolve() / 'logo.png'}." in done.output
    (tmp_path / "logo.png").write_bytes(b"GIF89a")
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 4
    assert "cannot be used. The file is neither a PNG nor a JPEG picture. Save the logo as PNG." in done.output
    assert not (tmp_path / "out").exists()


def test_a_nightly_run_splits_its_report_by_the_settings(tmp_path: Path) -> None:
    firm = Firm(tmp_path, more='split_by = "case_owner"\n')
    firm.publish(TUESDAY)
    one, other, bad = clients(37, 33, 36)
    firm.drop(
        "a.xlsx", [changed(one, case_owner="Ana"), changed(other, case_owner="Ben"), changed(bad, case_owner="Ben")]
    )
    firm.night(MONDAY)
    firm.drop("b.xlsx", [changed(bad, case_owner="Ben", date_of_birth="x")])
    firm.night(TUESDAY)
    folder = firm.reports / TUESDAY.isoformat()
    record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    assert [one["name"] for one in record["split"]["files"]] == ["report-Ana.xlsx", "report-Ben.xlsx"]
    assert {"report-Ana.xlsx", "report-Ben.xlsx"} <= record["outputs"].keys()
    assert ids(folder / "report-Ana.xlsx", "Scores") == {CLIENT}
    assert ids(folder / "report-Ben.xlsx", "Scores") == {"C-0033", "C-0036"}
    assert ids(folder / "report-Ben.xlsx", "Quarantine") == {"C-0036"}
    assert ids(folder / "report-Ana.xlsx", "Quarantine") == set()


def test_a_client_who_is_quarantined_on_the_first_night_is_in_the_report_of_the_owner(tmp_path: Path) -> None:
    firm = Firm(tmp_path, more='split_by = "case_owner"\n')
    firm.publish(TUESDAY)
    one, bad, same = clients(37, 36, 33)
    firm.drop(
        "a.xlsx",
        [
            changed(one, case_owner="Ana"),
            changed(bad, case_owner="Desk Z", date_of_birth="x"),
            changed(same, case_owner=" \u00e0na", date_of_birth="x"),
        ],
    )
    firm.night(TUESDAY)
    folder = firm.reports / TUESDAY.isoformat()
    record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    assert [(one["name"], one["clients"]) for one in record["split"]["files"]] == [
        ("report-Ana.xlsx", 2), ("report-Desk Z.xlsx", 1),
    ]  # fmt: skip
    assert ids(folder / "report-Desk Z.xlsx", "Quarantine") == {"C-0036"}
    assert ids(folder / "report-Ana.xlsx", "Quarantine") == {"C-0033"}


def test_a_row_of_a_client_who_is_not_listed_is_in_the_report_of_nobody(tmp_path: Path) -> None:
    from sample_data.bad_rows import rows_by_sheet
    from sample_data.workbook import write_workbook

    found = rows_by_sheet([changed(one, case_owner="Ana") for one in clients(*NUMBERS)])
    title = "language_tests"
    stray = dict(found[title][0]) if found.get(title) else {"person": "principal", "language": "english"}
    found = {**found, title: [*found.get(title, []), {**stray, "client_id": "C-9041"}]}
    path = tmp_path / "a.xlsx"
    write_workbook(path, found, title="Clients", made_on=date(2026, 8, 7))
    record = run(path, tmp_path / "out", "--split-by", "case_owner")
    assert [one["name"] for one in record["split"]["files"]] == ["report-Ana.xlsx", "report-no-owner.xlsx"]
    assert ids(tmp_path / "out" / "report-no-owner.xlsx", "Quarantine") == {"C-9041"}
    assert ids(tmp_path / "out" / "report-Ana.xlsx", "Quarantine") == set()
