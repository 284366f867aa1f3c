"""Text from a client's file is text in every output, whatever it looks like."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from reading_back import Saved, ran

from flows.main_run import run_counts, run_outputs
from flows.main_run.run_state import Run

TAKEN = [
    '=HYPERLINK("http://example.com","click")', "+cmd|' /C calc'!A0", "-2+3", "@SUM(1+1)", "\t=1+1", " =1+1", "{=1+1}",
    "=1+1\nand a line", "<f>1+1</f>", "]]>&amp;", "_x003D_1+1", "'=1+1", "José 𝄞",
]  # fmt: skip
REFUSED = ["#N/A", "#REF!", "=" + "x" * 40_000]
ID = "=evil-{}"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A file of hostile name with hostile ids, names and case owners; every other row is also bad."""
    folder = tmp_path_factory.mktemp("hostile")
    path = folder / "=cmd&<evil>'\".csv"
    good: dict[str, Any] = {
        "date_of_birth": "1990-05-17", "marital_status": "single",
        "pool_status": "in_pool", "english_test": "IELTS_GT", "english_test_date": "2025-12-01",
        "english_listening": "8", "english_reading": "7.5", "english_writing": "7", "english_speaking": "7",
        "education_level": "masters", "education_country": "Canada", "canadian_work_years": "3",
        "canadian_work_months_last_36": "36", "canadian_work_noc": "21231", "intends_quebec": "no",
    }  # fmt: skip
    rows = []
    for number, text in enumerate(TAKEN + REFUSED):
        names = {"client_id": ID.format(number), "family_name": text, "given_name": text, "case_owner": text}
        row = {**names, **good, "profile_submitted_at": f"2026-01-11T10:55:{number:02}Z"}
        rows += [row, {**row, "client_id": f"{ID.format(number)}-bad", "marital_status": text}]
    pl.DataFrame(rows).write_csv(path)
    done = ran(path, as_of="2026-08-07", rounds=("CEC:5",), out=folder / "out")
    run_outputs.write_outputs(done)
    return done


@pytest.fixture(scope="module")
def out(run: Run) -> Path:
    assert run.request.out is not None
    return run.request.out


@pytest.fixture(scope="module")
def saved(out: Path) -> Saved:
    return Saved(out / "report.xlsx")


def test_the_hostile_rows_are_all_there(run: Run, saved: Saved) -> None:
    counts = run_counts.counts(run)
    assert counts["candidates_accepted"] == len(TAKEN)
    assert counts["candidates_quarantined"] == len(TAKEN) + 2 * len(REFUSED)
    assert [row["Client ID"] for row in saved.table("Scores")] == [ID.format(number) for number in range(len(TAKEN))]
    assert len(saved.table("Invited")) == 5
    assert len(saved.table("Not invited")) == len(TAKEN) - 5
    assert {row["Client ID"] for row in saved.table("Quarantine")} >= {ID.format(3) + "-bad"}
    assert saved.table("Scores")[0]["File"] == "=cmd&<evil>'\".csv"
    assert saved.beside("Inputs", "About this run")[0] == "=cmd&<evil>'\".csv"


def test_no_cell_of_a_workbook_is_a_formula_or_an_error(run: Run, out: Path, saved: Saved) -> None:
    run_outputs.write_scores(run, out / "scores.xlsx")
    for book in (saved, Saved(out / "scores.xlsx")):
        assert {cell.data_type for cell in book.cells()} <= {"s", "n", "d"}
        for part, xml in book.xml().items():
            if part.startswith("xl/worksheets/sheet"):
                assert not re.search(rb"<f[ >/]", xml)
                assert set(re.findall(rb'<c [^>]*?t="(\w+)"', xml)) <= {b"inlineStr"}


def test_text_stays_text_when_a_person_types_over_it(saved: Saved) -> None:
    ids = [cell for cell in saved.book["Scores"]["A"] if str(cell.value).startswith("=evil")]
    assert ids
    assert all(cell.quotePrefix for cell in ids)


def test_names_are_as_they_were_given(saved: Saved) -> None:
    shown = [row["Family name"] for row in saved.table("Scores")]
    # Spreadsheets turn the escape of an underscore back; openpyxl leaves that to its user.
    assert [text.replace("_x005F_", "_") for text in shown] == [text.strip() for text in TAKEN]


def test_no_link_leads_to_where_a_client_wants(saved: Saved) -> None:
    links = [xml for part, xml in saved.xml().items() if part.endswith(".rels")]
    assert any(b"https://laws-lois.justice.gc.ca" in xml for xml in links)
    assert not any(b"example.com" in xml for xml in links)


def test_no_field_of_the_csv_files_starts_a_formula(run: Run, out: Path) -> None:
    run_outputs.write_scores(run, out / "scores.csv")
    for name, fewest in (("quarantine.csv", len(TAKEN)), ("scores.csv", len(TAKEN))):
        with (out / name).open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.reader(file))
        assert len(rows) > fewest
        assert len({len(row) for row in rows}) == 1
        for row in rows:
            for field in row:
                assert field.lstrip()[:1] not in {"=", "+", "@"}
                assert field[:1] not in {"-", "\t", "\r"} or field.lstrip("-").isdigit()
