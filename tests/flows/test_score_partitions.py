"""Scores in partitions are those of the whole list: the same clients, quarantine, warnings, sums and ranks."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from typer.testing import CliRunner, Result

from flows.cli import app
from flows.errors import EXIT_QUARANTINED, EXIT_UNUSABLE, EXIT_USAGE
from flows.main_run import run_counts, run_intake, run_outputs, run_scoring, score_partitions
from flows.main_run.run_state import Run
from flows.run_request import Request
from sample_data.bad_rows import rows_by_sheet
from sample_data.generate import AS_OF_2026, clients_2026
from transforms.model.columns import BY_KEY, CANDIDATES
from validation.partitions import division
from validation.values.parse import schema_of

Row = dict[str, Any]
CLIENTS = 120
PARTITIONS, MANY = 3, 24


def call(command: str, *arguments: object) -> Result:
    return CliRunner().invoke(app, [command, *map(str, arguments), "--as-of", str(AS_OF_2026)])


def texts(key: str, rows: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    """Rows of a sheet as text; columns without a value are left out."""

    def text(value: object) -> str | None:
        return value.isoformat() if isinstance(value, date) else None if value is None else str(value)

    names = [name for name in BY_KEY[key].names if any(row.get(name) is not None for row in rows)]
    return pl.DataFrame(
        {name: [text(row.get(name)) for row in rows] for name in names},
        schema_overrides=dict.fromkeys(names, pl.String),
    )


def typed(frame: pl.DataFrame) -> pl.DataFrame:
    """Candidates with days and numbers in columns of their type; what is neither is empty."""
    types = {name: dtype for name, dtype in schema_of(CANDIDATES).items() if name in frame.columns}
    return frame.with_columns(
        *(pl.col(name).cast(dtype, strict=False) for name, dtype in types.items() if dtype.is_numeric()),
        *(pl.col(name).str.to_date(strict=False) for name, dtype in types.items() if dtype == pl.Date),
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Clients in two files of Candidates, one in typed columns, and their records, with mistakes across the files."""
    made = tmp_path_factory.mktemp("clients")
    rows = rows_by_sheet(clients_2026()[:CLIENTS])
    own = rows["candidates"]
    half = len(own) // 2
    first, second = own[:half], own[half:]
    first[3]["date_of_birth"] = None
    second[0]["first_language"] = "TBD"
    second[1]["spouse_accompanying"] = None
    second[4]["eca_issued_on"] = "03/04/2025"
    second[5]["eca_issued_on"] = "25/04/2025"
    for row in (*second[6:9], *first[6:9]):
        row["settlement_funds_cad"], row["intends_quebec"] = "unknown", "n/a"
    second.append({**first[1]})
    second.append({**first[2], "marital_status": "widowed"})
    second += [{**first[5], "client_id": None}, {}, {**first[6], "client_id": f" {second[2]['client_id']}\u200b"}]
    texts("candidates", second).write_parquet(made / "b.parquet")
    typed(texts("candidates", first)).write_parquet(made / "a.parquet", row_group_size=10)
    rows["language_tests"][0]["listening"] = "99"
    lower = {**rows["language_tests"][1], "client_id": str(rows["language_tests"][1]["client_id"]).lower()}
    rows["language_tests"] += [
        lower,
        {**rows["language_tests"][2], "client_id": "nobody"},
        {**rows["language_tests"][4]},
    ]
    for row in rows["work_history"]:
        row.pop("paid", None)
    for key in ("language_tests", "education", "work_history", "documents", "dependants"):
        if rows[key]:
            texts(key, rows[key]).write_parquet(made / f"{key}.parquet")
    return made


@pytest.fixture(scope="module")
def whole(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Run, pl.DataFrame]:
    """The run in memory, and its scores."""
    from flows.main_run import selected

    out = tmp_path_factory.mktemp("whole") / "scores.parquet"
    run = Run(Request("whole", tuple(sorted(folder.iterdir())), AS_OF_2026))
    for stage in (selected.read_in, run_scoring.score, run_intake.compare_records):
        stage(run)
    run_outputs.write_scores(run, out)
    return run, pl.read_parquet(out)


def in_partitions(folder: Path, out: Path, number: int) -> Run:
    run = Run(Request("parts", tuple(sorted(folder.iterdir())), AS_OF_2026))
    found, reason = score_partitions.division(run, out, number)
    assert found is not None
    assert not reason
    score_partitions.score(run, found, out)
    return run


@pytest.mark.parametrize("number", [1, PARTITIONS, MANY])
def test_partitions_give_what_the_whole_list_gives(
    folder: Path, whole: tuple[Run, pl.DataFrame], tmp_path: Path, number: int
) -> None:
    run, scores = whole
    assert run.intake is not None
    part = in_partitions(folder, tmp_path / "scores.parquet", number)
    assert part.intake is not None
    found = pl.read_parquet(tmp_path / "scores.parquet")
    assert_frame_equal(found.sort("client_id"), scores.sort("client_id"))
    for name in ("quarantine", "held", "warnings"):
        assert_frame_equal(getattr(part.intake, name), getattr(run.intake, name))
    assert run_counts.counts(part) == run_counts.counts(run)
    assert [file.saved() for file in part.intake.inputs] == [file.saved() for file in run.intake.inputs]
    assert part.hashes == run.hashes
    counts = part.intake.counts
    assert counts["candidates_in"] == counts["candidates_accepted"] + counts["candidates_quarantined"]
    assert found.height == counts["candidates_accepted"]


def test_numbers_as_whole_numbers_and_empty_partitions(tmp_path: Path) -> None:
    """Three clients in more partitions than clients, with numbers that are no text in one file and text in the other."""
    own = {"date_of_birth": "1990-01-01", "marital_status": "single", "pool_status": "in_pool"}
    pl.DataFrame([{"client_id": number, **own} for number in (1001, 1002)]).write_parquet(tmp_path / "a.parquet")
    rows = [{"client_id": "1001.0", **own, "pool_status": "draft"}, {"client_id": "1003", **own}]
    pl.DataFrame(rows).write_parquet(tmp_path / "b.parquet")
    answers = [
        json.loads(call("score", tmp_path / "*.parquet", "--out", tmp_path / "s.csv", "--json", *options).stdout)
        for options in ((), ("--partitions", 7))
    ]
    assert [answer.pop("partitions") for answer in answers] == [None, 7]
    assert answers[0] == answers[1]
    assert answers[0]["candidates_quarantined"] == len(rows)


def test_the_list_has_every_kind_of_mistake(whole: tuple[Run, pl.DataFrame]) -> None:
    """The equality is of lists in which clients are doubled, orphaned, held, and read in other words."""
    run, _scores = whole
    assert run.intake is not None
    problems = " ".join(run.intake.quarantine["problem"].unique())
    warned = " ".join(run.intake.warnings["problem"].unique())
    for said in ("No row on Candidates", "The same client_id stands in other rows", "is required, but empty"):
        assert said in problems
    for said in ("says the same as", "read as empty", "has no column"):
        assert said in warned
    assert "Did you mean" in " ".join(run.intake.quarantine["fix"].unique())
    assert run.intake.held.height


def test_csv_scores_in_partitions_have_the_rows_of_the_whole(folder: Path, tmp_path: Path) -> None:
    assert call("score", folder, "--out", tmp_path / "whole.csv", "-q").exit_code == EXIT_QUARANTINED
    done = call("score", folder, "--out", tmp_path / "parts.csv", "--partitions", PARTITIONS, "-q")
    assert done.exit_code == EXIT_QUARANTINED, done.stderr
    whole, parts = ((tmp_path / name).read_text(encoding="utf-8").splitlines() for name in ("whole.csv", "parts.csv"))
    assert parts[0] == whole[0]
    assert sorted(parts) == sorted(whole)


def test_what_is_said_of_partitions_is_said_of_the_whole(folder: Path, tmp_path: Path) -> None:
    whole, parts = (
        call("score", folder, "--out", tmp_path / "scores.parquet", *options)
        for options in ((), ("--partitions", PARTITIONS))
    )
    assert parts.stderr.splitlines() == whole.stderr.splitlines()
    answers = [
        json.loads(call("score", folder, "--out", tmp_path / "scores.parquet", "--json", *options).stdout)
        for options in ((), ("--partitions", PARTITIONS))
    ]
    assert [answer.pop("partitions") for answer in answers] == [None, PARTITIONS]
    assert answers[0] == answers[1]


def test_a_dry_run_in_partitions_writes_nothing(folder: Path, tmp_path: Path) -> None:
    done = call("score", folder, "--out", tmp_path / "scores.parquet", "--partitions", PARTITIONS, "--dry-run")
    assert done.exit_code == EXIT_QUARANTINED
    assert not list(tmp_path.iterdir())


def test_from_many_rows_on_partitions_are_made(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(score_partitions, "MIN_ROWS", CLIENTS)
    monkeypatch.setattr(score_partitions, "MAXIMUM_CELLS", 10_000)
    done = call("score", folder, "--out", tmp_path / "scores.parquet", "--json")
    assert json.loads(done.stdout)["partitions"] > 1
    found = call("score", folder, "--out", tmp_path / "scores.xlsx", "--json")
    assert "A workbook is written as a whole" in found.stderr
    assert json.loads(found.stdout)["partitions"] is None


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (["--out", "{out}/s.xlsx"], "A workbook is written as a whole"),
        (["--out", "{out}/s.csv", "--client", "C-1"], "A part of the list is selected"),
        (["--out", "{out}/s.csv", "--map", "{out}/map.yaml"], "A map is applied to whole files"),
        (["{out}/more.csv", "--out", "{out}/s.csv"], "more.csv: It is no Parquet file"),
        (["{out}/total.parquet", "--out", "{out}/s.csv"], "total.parquet: Row 6 "),
        (["{out}/headed.parquet", "--out", "{out}/s.csv"], "headed.parquet: "),
        (["{out}/example.parquet", "--out", "{out}/s.csv"], "is the example of the template"),
    ],
)
def test_what_partitions_cannot_do_is_refused(folder: Path, tmp_path: Path, options: list[str], problem: str) -> None:
    rows = [{"client_id": f"X-{n}", "date_of_birth": "1990-01-01", "marital_status": "single"} for n in range(4)]
    frame = pl.DataFrame(rows)
    frame.write_csv(tmp_path / "more.csv")
    total = pl.DataFrame({"client_id": ["Total"], "date_of_birth": ["4"], "marital_status": [None]})
    pl.concat([frame, total], how="vertical_relaxed").write_parquet(tmp_path / "total.parquet")
    pl.concat([frame[:2], pl.DataFrame([{name: name for name in frame.columns}]), frame[2:]]).write_parquet(
        tmp_path / "headed.parquet"
    )
    from validation.template.example import example_ids

    frame.with_columns(pl.lit(min(example_ids())).alias("client_id"))[:1].write_parquet(tmp_path / "example.parquet")
    (tmp_path / "map.yaml").write_text("version: 1\ncolumns: {}\n", encoding="utf-8")
    done = call(
        "score", folder, *(word.replace("{out}", str(tmp_path)) for word in options), "--partitions", PARTITIONS
    )
    assert done.exit_code == EXIT_USAGE, done.stderr
    assert problem in done.stderr
    assert not [path for path in tmp_path.iterdir() if path.stem == "s"]


def test_a_partition_of_too_many_cells_is_refused(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(division, "MAX_CELLS", 1_000)
    done = call("score", folder, "--out", tmp_path / "s.csv", "--partitions", PARTITIONS)
    assert done.exit_code == EXIT_USAGE
    assert "cells, which is more than is read" in done.stderr
    assert not list(tmp_path.iterdir())


def test_unusable_files_are_reported_as_without_partitions(folder: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.parquet"
    bad.write_bytes(b"PAR1 no more")
    pl.DataFrame({"client_id": ["1"], "born": ["1990-01-01"]}).write_parquet(tmp_path / "lacking.parquet")
    for path in (bad, tmp_path / "lacking.parquet", folder / "education.parquet"):
        inputs = [path] if path.parent == folder else [folder, path]
        whole, parts = (
            call("score", *inputs, "--out", tmp_path / "s.csv", *options)
            for options in ((), ("--partitions", PARTITIONS))
        )
        assert (parts.exit_code, parts.stderr) == (EXIT_UNUSABLE, whole.stderr)


def test_too_many_quarantined_leave_earlier_scores(folder: Path, tmp_path: Path) -> None:
    settings = tmp_path / "drawline.toml"
    settings.write_text("max_quarantined_share = 0.0\n", encoding="utf-8")
    out = tmp_path / "scores.csv"
    out.write_text("earlier", encoding="utf-8")
    done = call("score", folder, "--out", out, "--partitions", PARTITIONS, "--config", settings)
    assert done.exit_code == EXIT_UNUSABLE
    assert "earlier results stay" in done.stderr
    assert out.read_text(encoding="utf-8") == "earlier"
    assert sorted(path.name for path in tmp_path.iterdir() if "audit" not in path.name) == [
        "drawline.toml",
        "scores.csv",
    ]
