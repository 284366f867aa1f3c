"""Clients of a firm's own file score through a map as they score under our headings."""

from __future__ import annotations

import csv
from datetime import date
from itertools import pairwise
from pathlib import Path

import polars as pl
from typer.testing import CliRunner

from flows.cli import app
from flows.main_run import run_law
from transforms.rules import load

OURS = (
    ["client_id", "family_name", "given_name", "date_of_birth", "marital_status", "spouse_accompanying", "english_test",
     "english_test_date", "english_listening", "english_reading", "english_writing", "english_speaking", "education_level",
     "education_country", "foreign_work_years", "family_size", "citizenship", "spouse_education_level", "ita_issued_on"],
    ["C-1", "Rao", "Asha", "1990-12-25", "single", "", "IELTS_GT", "2025-03-10", "8", "7.5", "7", "7", "masters", "CA", "1.5", "1",
     "CN", "", ""],
    ["C-2", "Lima", "Ana", "1991-04-03", "married", "yes", "CELPIP_G", "2025-04-11", "9", "8", "9", "10", "three_year", "CA", "3", "4",
     "NG", "masters", "2026-08-31"],
)  # fmt: skip
THEIRS = (
    ["Client No.", "Client", "Born", "Status", "Coming?", "Results", "Results expire", "Degree", "Months abroad", "Kids",
     "Home", "Spouse Degree", "ITA deadline", "Retainer"],
    ["C-1", "Asha Rao", "25/12/1990", "S", "", "IELTS L 8 R 7.5 W 7 S 7", "10/03/2027", "masters", "18", "0", "Wuhan, CH", "", "",
     "paid"],
    ["C-2", "Lima, Ana", "03/04/1991", "M", "yes", "CELPIP 9/8/9/10", "11/04/2027", "three_year", "36", "2", "Lagos, NI", "masters",
     "30/10/2026", "paid"],
)  # fmt: skip
MAP = """
columns:
  Client No: client_id
  Born: date_of_birth
  Status: marital_status
  Coming: spouse_accompanying
  Degree: education_level
  Retainer: "-"
derived:
  Client: {rule: full_name, order: given_first}
  Results: {rule: scores, language: english, order: LRWS}
  Results expire: {rule: expiry, column: english_test_date}
  Months abroad: {rule: months, column: foreign_work_years}
  Kids: {rule: family_size}
  Home: {rule: country, column: citizenship}
  ITA deadline: {rule: ita_deadline}
constants: {education_country: CA}
values: {marital_status: {S: single, M: married}}
dates: dmy
countries: fips
prefixes: {Spouse: spouse}
"""


def scored(folder: Path, name: str, rows: tuple[list[str], ...], *options: str) -> pl.DataFrame:
    source, out = folder / f"{name}.csv", folder / f"{name}.parquet"
    with source.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    done = CliRunner().invoke(app, ["score", str(source), "--as-of", "2026-09-10", "--out", str(out), *options])
    assert done.exit_code == 0, done.output
    return pl.read_parquet(out).drop("source_file", strict=False)


def test_the_scores_are_those_of_our_own_headings(tmp_path: Path) -> None:
    path = tmp_path / "map.yaml"
    path.write_text(MAP, encoding="utf-8")
    theirs = scored(tmp_path, "theirs", THEIRS, "--map", str(path))
    ours = scored(tmp_path, "ours", OURS)
    assert ours["crs_total"].null_count() == 0
    assert theirs.to_dicts() == ours.to_dicts()


def test_the_days_to_apply_are_those_of_the_law_by_day_of_the_invitation() -> None:
    found = run_law.limits(load().law_of(date(2026, 9, 10))).invitation_days
    assert found[0][0] == date(2015, 1, 1)
    assert found[-1][1] is None
    assert all(before[1] is not None and before[1] < after[0] for before, after in pairwise(found))
    assert {days for _, _, days in found} == {60, 90}
