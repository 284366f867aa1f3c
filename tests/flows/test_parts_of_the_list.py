"""A part of the client list: run, score and check show it, with the sums, ranks and rounds that hold for it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from typer.testing import CliRunner, Result

from flows.cli import app
from flows.orchestration import prefect_run
from sample_data.bad_rows import UNKNOWN_CLIENT
from tests.reports.reading_back import Saved

SAMPLE = Path(__file__).parents[2] / "sample_data" / "clients_2026.xlsx"
OWNERS = ("Desk A", "Desk B", "Desk C", "Desk D")
AS_OF = "2026-08-07"


def call(command: str, *options: str, file: Path = SAMPLE) -> Result:
    return CliRunner().invoke(app, [command, str(file), "--as-of", AS_OF, *options])


def checked(*options: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(call("check", "--json", *options).stdout)
    return found


@pytest.fixture(scope="module")
def whole() -> dict[str, Any]:
    """The check of the whole sample."""
    return checked()


@pytest.fixture(scope="module")
def parts() -> list[dict[str, Any]]:
    """The check of each owner's part."""
    return [checked("--owner", owner) for owner in OWNERS]


def test_the_parts_of_all_owners_are_the_whole(whole: dict[str, Any], parts: list[dict[str, Any]]) -> None:
    assert [row["client_id"] for row in whole["quarantine"]].count(UNKNOWN_CLIENT) == 1
    together = {name: sum(part["counts"][name] for part in parts) for name in whole["counts"]}
    own = {"detail_rows_in", "detail_rows_quarantined"}
    assert together == {name: count - (name in own) for name, count in whole["counts"].items()}
    for key in ("quarantine", "held", "warnings"):
        listed = [json.dumps(row) for part in parts for row in part[key]]
        of_clients = [row for row in whole[key] if row["client_id"] != UNKNOWN_CLIENT and row["source_row"] > 1]
        assert sorted(listed) == sorted(json.dumps(row) for row in of_clients)


def test_each_sum_holds_in_the_part(parts: list[dict[str, Any]]) -> None:
    for counts in (part["counts"] for part in parts):
        assert counts["candidates_in"] == counts["candidates_accepted"] + counts["candidates_quarantined"]
        details = [counts[f"detail_rows_{name}"] for name in ("used", "held", "quarantined")]
        assert counts["detail_rows_in"] == sum(details)


def test_the_part_is_said_first() -> None:
    lines = call("check", "--owner", "desk a", "--where", "pool_status=in_pool").stdout.splitlines()
    assert lines[0].endswith(
        " of 500 clients are selected (owner desk a, pool_status in_pool); ranks and rounds are those of the whole list"
    )
    number = int(lines[0].split()[0])
    assert lines[1].startswith(f"{number} candidates in = ")


def test_scores_and_ranks_are_those_of_the_whole_list(tmp_path: Path) -> None:
    every, part = tmp_path / "every.parquet", tmp_path / "part.parquet"
    call("score", "--out", str(every))
    assert call("score", "--out", str(part), "--client", "C-0004", "--client", "c-0011").exit_code == 0
    expected = pl.read_parquet(every).filter(pl.col("client_id").is_in(["C-0004", "C-0011"]))
    assert expected.height == 2
    assert pl.read_parquet(part).equals(expected)


def test_run_writes_the_part_and_records_which(tmp_path: Path) -> None:
    every, part = tmp_path / "every", tmp_path / "part"
    call("run", "--out", str(every), "--no-prefect")
    done = call("run", "--out", str(part), "--no-prefect", "--owner", "Desk B", "--json")
    assert done.exit_code == 3
    record = json.loads((part / "run.json").read_text(encoding="utf-8"))
    assert record["selection"] == {"clients": [], "owners": ["Desk B"], "where": [], "selected": 130, "of": 500}
    assert json.loads((every / "run.json").read_text(encoding="utf-8"))["selection"] is None
    assert record["notes"][0].startswith("130 of 500 clients are selected (owner Desk B)")
    scores = pl.read_parquet(part / "scores.parquet")
    beside = pl.read_parquet(every / "scores.parquet").join(scores, on="client_id", how="semi", maintain_order="left")
    assert scores.height == record["counts"]["candidates_accepted"] == beside.height
    assert scores.equals(beside)
    book = Saved(part / "report.xlsx")
    owners = {
        row["Case owner"]
        for name in ("Invited", "Not invited", "Explanation")
        for row in book.table(name)
        if "Case owner" in row
    }
    assert owners == {"Desk B"}


def test_rounds_invite_of_the_part_whom_they_invite_of_all(tmp_path: Path) -> None:
    options = ("--dry-run", "--round", "CEC:20", "--json")
    every = json.loads(call("run", "--out", str(tmp_path / "every"), *options).stdout)
    parts = [
        json.loads(call("run", "--out", str(tmp_path / owner), *options, "--owner", owner).stdout) for owner in OWNERS
    ]
    assert every["rounds"][0]["invited"] == 20
    assert sum(part["rounds"][0]["invited"] for part in parts) == 20
    assert {part["rounds"][0]["cut_off"] for part in parts} == {every["rounds"][0]["cut_off"]}


def test_names_stay_out_of_prefect(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The flow has a run id as its only parameter; the names wait in the request's own file."""
    seen: list[tuple[Any, ...]] = []
    monkeypatch.setattr(prefect_run, "run_flow", lambda *given: seen.append(given))
    monkeypatch.setattr("flows.orchestration.temporary_server.begin", lambda: None)
    call("run", "--out", str(tmp_path), "--owner", "Desk B", "--quiet")
    assert len(seen) == 1
    assert [given.startswith(AS_OF) for given in seen[0]] == [True]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--client", "C-99999"), "no client 'C-99999' in the inputs"),
        (("--owner", "Desk"), "no client has --owner 'Desk'; did you mean 'Desk A'"),
        (("--where", "case ownr=x"), "--where names no column of Candidates: 'case ownr'; did you mean 'case_owner'?"),
        (("--where", "pool_status"), "--where 'pool_status' has no =; write COLUMN=VALUE"),
        (("--where", "date_of_birth=03/04/1990"), "--where date_of_birth=03/04/1990: 03/04/1990 is ambiguous"),
        (("--where", "pool_status=pool"), "--where pool_status=pool: It is none of the choices of this column."),
        (("--where", "family_size=30"), "no client has --where family_size=30"),
        (("--owner", " "), "--owner is empty; name what is meant"),
        (("--client", "C-0004", "--owner", "Desk A", "--owner", "Desk B", "--where", "marital_status=divorced"),
         "no client is selected by all of: client C-0004, owner Desk A or Desk B, marital_status divorced"),
    ],
)  # fmt: skip
def test_what_selects_nobody_is_said(tmp_path: Path, options: tuple[str, ...], message: str) -> None:
    for command in (("check",), ("score", "--out", str(tmp_path / "scores.csv"))):
        answer = call(*command, *options)
        assert (answer.exit_code, answer.stdout) == (2, "")
        assert answer.stderr.startswith(f"drawline: {message}")
    assert list(tmp_path.iterdir()) == []
