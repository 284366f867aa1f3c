"""advise on the command line: its files, JSON, exit codes and messages."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from typer.testing import CliRunner, Result

import sample_data
from flows.cli import app
from transforms.advice import ADVICE, LEVERS

FOLDER = Path(sample_data.__file__).parent
SAMPLE, SAMPLE_2021 = FOLDER / "clients_2026.xlsx", FOLDER / "clients_2021-09.xlsx"
DAY, DAY_2021 = "2026-08-07", "2021-09-14"


def called(*words: str | Path) -> Result:
    return CliRunner().invoke(app, ["advise", *(str(word) for word in words)])


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> pl.DataFrame:
    """The advice for the sample of 2026."""
    out = tmp_path_factory.mktemp("advice") / "advice.parquet"
    result = called(SAMPLE, "--as-of", DAY, "--out", out, "--quiet")
    # The sample has bad rows.
    assert (result.exit_code, result.stdout, result.stderr) == (3, "", "")
    return pl.read_parquet(out)


def test_the_table_has_a_row_for_each_client_and_lever(table: pl.DataFrame) -> None:
    assert table.schema == ADVICE
    assert not table.select("client_id", "lever").is_duplicated().any()
    assert len(set(table["lever"]) & {one.key for one in LEVERS}) > len(LEVERS) - 3
    assert table["rounds_met"].list.len().max() > 0


def test_the_workbook_lists_clients_levers_and_all(tmp_path: Path, table: pl.DataFrame) -> None:
    out = tmp_path / "advice.xlsx"
    result = called(SAMPLE, "--as-of", DAY, "--out", out)
    assert result.exit_code == 3
    assert f"advice in {out}" in result.stderr
    book = openpyxl.load_workbook(out)
    assert book.sheetnames == ["Advice", "By client", "By lever", "All levers"]
    ids = [row[0] for row in book["All levers"].iter_rows(values_only=True)]
    assert [one for one in ids if one in set(table["client_id"])] == table["client_id"].to_list()
    assert book["By lever"].max_row == 1 + table["lever"].n_unique()
    met = set(table.filter(pl.col("rounds_met").list.len() > 0)["client_id"])
    shown = [row[0] for row in book["By client"].iter_rows(min_row=3, values_only=True) if row[0]]
    first = [client in met for client in shown]
    assert met <= set(shown)
    assert first == sorted(first, reverse=True), "whom a change takes into a recent round come first"


def test_the_workbook_is_french_where_asked(tmp_path: Path) -> None:
    out = tmp_path / "pistes.xlsx"
    result = called(SAMPLE_2021, "--as-of", DAY_2021, "--out", out, "--lang", "fr")
    assert result.exit_code == 0
    assert openpyxl.load_workbook(out).sheetnames == ["Pistes", "Par client", "Par piste", "Toutes les pistes"]


def test_a_selected_client_keeps_the_rank_in_the_whole_list(tmp_path: Path, table: pl.DataFrame) -> None:
    client = table.filter(pl.col("rank_after") < pl.col("rank_before"))["client_id"][0]
    out = tmp_path / "one.csv"
    assert called(SAMPLE, "--as-of", DAY, "--out", out, "--client", client, "--quiet").exit_code == 0
    mine = pl.read_csv(out)
    assert mine["client_id"].unique().to_list() == [client]
    whole = table.filter(pl.col("client_id") == client)
    assert mine["rank_after"].to_list() == whole["rank_after"].to_list()
    assert mine["gain"].to_list() == whole["gain"].to_list()


def test_the_json_answer_names_its_format_and_holds_every_row(tmp_path: Path, table: pl.DataFrame) -> None:
    result = called(SAMPLE, "--as-of", DAY, "--out", tmp_path / "advice.parquet", "--json")
    answer = json.loads(result.stdout)
    assert (answer["format"], answer["version"], answer["as_of"]) == ("drawline.advice", 1, DAY)
    assert answer["levers"] == table.to_dicts()
    assert answer["recent_rounds"] > 0


def test_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    out = tmp_path / "advice.xlsx"
    result = called(SAMPLE_2021, "--as-of", DAY_2021, "--out", out, "--dry-run")
    assert result.exit_code == 0
    assert f"nothing was written to {out}" in result.stderr
    assert not out.exists()


def test_an_ending_that_is_no_format_is_a_usage_error(tmp_path: Path) -> None:
    result = called(SAMPLE, "--out", tmp_path / "advice.docx")
    assert result.exit_code == 2
    assert "--out must end in .xlsx, .parquet, .csv: advice.docx" in result.stderr


def test_an_unusable_input_stops_with_4_and_writes_nothing(tmp_path: Path) -> None:
    bad = tmp_path / "bad.xlsx"
    bad.write_bytes(b"no workbook")
    out = tmp_path / "advice.xlsx"
    assert called(bad, "--out", out).exit_code == 4
    assert not out.exists()


def test_a_bad_rounds_file_stops_with_4(tmp_path: Path) -> None:
    rounds = tmp_path / "rounds.json"
    rounds.write_text("{}", encoding="utf-8")
    result = called(SAMPLE_2021, "--as-of", DAY_2021, "--out", tmp_path / "a.csv", "--rounds", rounds)
    assert result.exit_code == 4
    assert str(rounds) in result.stderr
