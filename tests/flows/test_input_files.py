"""Folders and patterns as inputs of run, score and check."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner, Result

from flows.cli import app
from flows.errors import EXIT_USAGE, UsageError
from flows.main_run.input_files import named

AS_OF = "2024-06-01"
SAMPLE = Path(__file__).parents[2] / "sample_data" / "clients_2021-09.xlsx"


def call(command: str, *arguments: object) -> Result:
    return CliRunner().invoke(app, [command, *map(str, arguments), "--as-of", AS_OF])


def client(number: str) -> dict[str, str]:
    return {"client_id": number, "date_of_birth": "1994-01-10", "marital_status": "single"}


def write_csv(path: Path, rows: Sequence[Mapping[str, str]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two files of clients, a file of their tests, and files of other kinds, in a folder."""
    made = tmp_path / "clients"
    made.mkdir()
    write_csv(made / "b.csv", [client("B-1")])
    pl.DataFrame([client("A-1"), client("A-2")]).write_parquet(made / "a.PARQUET")
    test = {"client_id": "A-1", "person": "principal", "language": "english", "test": "CLB", "listening": "9"}
    write_csv(made / "language_tests.csv", [test])
    (made / "notes.txt").write_text("to do")
    (made / "~$b.xlsx").write_bytes(b"lock")
    (made / ".hidden.csv").write_text("")
    (made / "older").mkdir()
    write_csv(made / "older" / "c.csv", [client("C-1")])
    return made


def test_a_folder_gives_its_files_of_known_kinds_by_name(folder: Path) -> None:
    assert [path.name for path in named([folder])] == ["a.PARQUET", "b.csv", "language_tests.csv"]


def test_a_pattern_gives_the_files_it_matches_by_name(folder: Path) -> None:
    assert [path.name for path in named([folder / "*.csv"])] == ["b.csv", "language_tests.csv"]
    assert [path.name for path in named([folder / "**" / "[bc].csv"])] == ["b.csv", "c.csv"]


def test_a_file_that_several_inputs_name_is_taken_once(folder: Path) -> None:
    names = [path.name for path in named([folder / "*.csv", folder, folder / "older" / "c.csv"])]
    assert names == ["b.csv", "language_tests.csv", "a.PARQUET", "c.csv"]
    assert [path.name for path in named([folder, folder / "b.csv"])] == ["a.PARQUET", "language_tests.csv", "b.csv"]


def test_a_file_named_twice_stands_twice(folder: Path) -> None:
    assert [path.name for path in named([folder / "b.csv", folder / "b.csv"])] == ["b.csv", "b.csv"]


def test_a_file_whose_name_looks_like_a_pattern_is_that_file(tmp_path: Path) -> None:
    own = write_csv(tmp_path / "clients [b].csv", [client("B-1")])
    assert named([own]) == (own,)


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("empty", "There is no .xlsx, .csv or .parquet file in the folder"),
        ("*.parquet", "No file matches"),
        ("em*", "No file matches"),
        ("none.csv", "no file at"),
    ],
)
def test_without_files_the_message_names_folder_or_pattern(tmp_path: Path, name: str, problem: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / "notes.txt").write_text("to do")
    with pytest.raises(UsageError, match=problem) as found:
        named([tmp_path / name])
    assert name in str(found.value)
    for command in (["score", "--out", tmp_path / "s.csv"], ["check"], ["run", "--out", tmp_path / "out"]):
        done = call(str(command[0]), tmp_path / name, *command[1:])
        assert (done.exit_code, problem in done.stderr) == (EXIT_USAGE, True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["empty"]


def test_score_of_a_folder_is_that_of_its_files(folder: Path, tmp_path: Path) -> None:
    files = [folder / "a.PARQUET", folder / "b.csv", folder / "language_tests.csv"]
    for name, inputs in (
        ("folder", [folder]),
        ("files", files),
        ("patterns", [folder / "*.PARQUET", folder / "*.csv"]),
    ):
        assert call("score", *inputs, "--out", tmp_path / f"{name}.parquet", "-q").exit_code == 0
    scores = pl.read_parquet(tmp_path / "folder.parquet")
    assert scores["client_id"].to_list() == ["A-1", "A-2", "B-1"]
    assert scores.equals(pl.read_parquet(tmp_path / "files.parquet"))
    assert scores.equals(pl.read_parquet(tmp_path / "patterns.parquet"))


def test_check_of_a_folder_lists_each_file(folder: Path) -> None:
    found = json.loads(call("check", folder, "--json").stdout)
    assert [Path(file["path"]).name for file in found["inputs"]] == ["a.PARQUET", "b.csv", "language_tests.csv"]
    assert found["counts"]["candidates_in"] == 3


def test_run_of_a_folder_records_each_file(tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    shutil.copy(SAMPLE, inbox / "clients.xlsx")
    write_csv(inbox / "more.csv", [client("M-1")])
    done = call("run", inbox, "--out", tmp_path / "out", "--no-prefect", "-q")
    assert done.exit_code in {0, 3}, done.stderr
    record = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))
    assert [Path(file["path"]).name for file in record["inputs"]] == ["clients.xlsx", "more.csv"]
