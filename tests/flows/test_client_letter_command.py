"""client-letter and run --client-pages: files, names, selections, quarantined clients, messages and exit codes."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
from typer.testing import CliRunner, Result

from flows.cli import app
from flows.main_run import letters
from flows.outputs.digests import sha256_of
from reports.letter import pdf
from reports.report.owners import safe_names

DAY = "2026-08-07"
GOOD: dict[str, Any] = {
    "client_id": "C-1", "family_name": "Okafor", "given_name": "Ada", "case_owner": "Desk A", "date_of_birth": "1990-05-17",
    "marital_status": "single", "pool_status": "in_pool", "profile_submitted_at": "2026-01-11T10:55:00Z",
    "english_test": "IELTS_GT", "english_test_date": "2025-12-01", "english_listening": "8", "english_reading": "7.5",
    "english_writing": "7", "english_speaking": "7", "education_level": "masters", "education_country": "Canada",
    "canadian_work_years": "3", "canadian_work_months_last_36": "36", "canadian_work_noc": "21231", "intends_quebec": "no",
}  # fmt: skip
needs_typst = pytest.mark.skipif(not pdf.is_there(), reason="typst is not installed")


@pytest.fixture
def clients(tmp_path: Path) -> Path:
    """Three good clients, two of whom share a name for files, and one who is quarantined."""
    path = tmp_path / "clients.csv"
    rows = [GOOD, GOOD | {"client_id": "a/b"}, GOOD | {"client_id": "a:b", "case_owner": "Desk B"}]
    rows = [row | {"profile_submitted_at": f"2026-01-11T10:55:0{second}Z"} for second, row in enumerate(rows)]
    pl.DataFrame([*rows, GOOD | {"client_id": "bad", "date_of_birth": "soon"}]).write_csv(path)
    return path


def called(command: str, *words: str | Path) -> Result:
    return CliRunner().invoke(app, [command, *(str(word) for word in words), "--as-of", DAY])


def titles(path: Path) -> list[str]:
    return openpyxl.load_workbook(path).sheetnames


def test_a_client_has_a_workbook_of_one_sheet(clients: Path, tmp_path: Path) -> None:
    out = tmp_path / "page.xlsx"
    done = called("client-letter", clients, "--client", "C-1", "--out", out)
    assert (done.exit_code, done.stdout) == (0, f"1 client page in {out}\n")
    assert titles(out) == ["C-1"]


def test_several_clients_owners_and_conditions_select(clients: Path, tmp_path: Path) -> None:
    out = tmp_path / "pages.xlsx"
    assert called("client-letter", clients, "--client", "C-1", "--client", "a:b", "--out", out).exit_code == 0
    assert titles(out) == ["C-1", "a b"]
    assert called("client-letter", clients, "--owner", "desk b", "--out", out).exit_code == 0
    assert titles(out) == ["a b"]
    assert called("client-letter", clients, "--where", "case_owner=Desk B", "--out", out).exit_code == 0
    assert titles(out) == ["a b"]


def test_the_rank_is_that_in_the_whole_list(clients: Path, tmp_path: Path) -> None:
    out = tmp_path / "page.xlsx"
    called("client-letter", clients, "--client", "a:b", "--out", out)
    values = [value for row in openpyxl.load_workbook(out)["a b"].iter_rows(values_only=True) for value in row]
    assert "3 of 3" in values


def test_without_out_the_name_holds_the_id_made_safe(
    clients: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert called("client-letter", clients, "--client", "a/b", "--quiet").stdout == ""
    called("client-letter", clients, "--client", "a/b", "--client", "C-1")
    assert {path.name for path in tmp_path.glob("*.xlsx")} == {"client-page-a b.xlsx", "client-pages.xlsx"}


@needs_typst
def test_a_folder_gets_a_pdf_of_each_client_and_no_two_names_are_alike(clients: Path, tmp_path: Path) -> None:
    out = tmp_path / "pages"
    out.mkdir()
    done = called("client-letter", clients, "--owner", "Desk A", "--owner", "Desk B", "--out", out)
    assert done.exit_code == 3
    names = ["client-page-C-1.pdf", "client-page-a b (2).pdf", "client-page-a b.pdf"]
    assert sorted(path.name for path in out.iterdir()) == names
    assert all((out / name).read_bytes().startswith(b"%PDF") for name in names)


def test_an_id_without_a_safe_letter_still_has_a_name() -> None:
    assert list(safe_names(["///", "???"], "client-page", ".pdf").values()) == [
        "client-page-client.pdf", "client-page-client (2).pdf",
    ]  # fmt: skip


def test_a_quarantined_client_has_no_page_and_a_message_with_the_cell(clients: Path, tmp_path: Path) -> None:
    out = tmp_path / "page.xlsx"
    done = called("client-letter", clients, "--client", "bad", "--out", out)
    assert done.exit_code == 3
    assert "1 client is quarantined and has no page. Correct the cells, and run this again." in done.stderr
    assert "date_of_birth" in done.stderr or "E5" in done.stderr
    assert not out.exists()


def test_an_unknown_client_is_a_usage_error(clients: Path, tmp_path: Path) -> None:
    out = tmp_path / "page.xlsx"
    done = called("client-letter", clients, "--client", "C-9", "--out", out)
    assert done.exit_code == 2
    assert "C-9" in done.stderr
    assert not out.exists()


def test_nobody_named_is_a_usage_error(clients: Path) -> None:
    done = called("client-letter", clients)
    assert done.exit_code == 2
    assert "Nobody is named. Name a client with --client" in done.stderr


def test_another_ending_is_a_usage_error(clients: Path, tmp_path: Path) -> None:
    done = called("client-letter", clients, "--client", "C-1", "--out", tmp_path / "page.docx")
    assert done.exit_code == 2
    assert "--out must end in .xlsx, .pdf: page.docx" in done.stderr


def test_a_pdf_without_typst_names_the_fix(clients: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    done = called("client-letter", clients, "--client", "C-1", "--out", tmp_path / "page.pdf")
    assert done.exit_code == 1
    assert "typst, which is not installed. Install the extra pdf" in done.stderr


def test_the_input_is_never_written_over(tmp_path: Path, clients: Path) -> None:
    path = tmp_path / "clients.xlsx"
    path.write_bytes(b"")
    done = called("client-letter", clients, path, "--client", "C-1", "--out", path)
    assert done.exit_code == 2
    assert "is read; write to another file" in done.stderr


def test_a_dry_run_writes_nothing_and_json_names_the_files(clients: Path, tmp_path: Path) -> None:
    out = tmp_path / "page.xlsx"
    done = called("client-letter", clients, "--client", "C-1", "--out", out, "--dry-run")
    assert (done.exit_code, done.stdout) == (0, f"nothing was written to {out}\n")
    assert not out.exists()
    answer = json.loads(called("client-letter", clients, "--client", "C-1", "--out", out, "--json").stdout)
    assert (answer["format"], answer["version"]) == ("drawline.client-letter", 1)
    assert (answer["clients"], answer["files"]) == (["C-1"], [str(out)])


@pytest.mark.slow
def test_a_forecast_adds_the_chance(clients: Path, tmp_path: Path) -> None:
    out = tmp_path / "page.xlsx"
    assert called("client-letter", clients, "--client", "C-1", "--out", out, "--forecast").exit_code == 0
    values = [value for row in openpyxl.load_workbook(out)["C-1"].iter_rows(values_only=True) for value in row]
    assert "Chance of an invitation" in values


def test_a_run_writes_the_pages_of_all_and_lists_them(clients: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = called("run", clients, "--out", out, "--no-prefect", "--client-pages")
    assert "3 client pages in client-pages.xlsx" in done.stdout
    assert titles(out / "client-pages.xlsx") == ["C-1", "a b", "a b (2)"]
    record = json.loads((out / "run.json").read_text(encoding="utf-8"))
    assert record["client_pages"] == [{"name": "client-pages.xlsx", "pages": 3}]
    assert record["outputs"]["client-pages.xlsx"] == sha256_of(out / "client-pages.xlsx")
    # The next run without them removes what nobody has changed.
    called("run", clients, "--out", out, "--no-prefect")
    assert not (out / "client-pages.xlsx").exists()
    assert json.loads((out / "run.json").read_text(encoding="utf-8"))["client_pages"] is None


def test_pages_that_somebody_changed_stay(clients: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    called("run", clients, "--out", out, "--no-prefect", "--client-pages")
    (out / "client-pages.xlsx").write_bytes(b"own notes")
    called("run", clients, "--out", out, "--no-prefect")
    assert (out / "client-pages.xlsx").read_bytes() == b"own notes"


def test_the_settings_ask_for_the_pages_and_an_option_leaves_them_out(clients: Path, tmp_path: Path) -> None:
    config = tmp_path / "drawline.toml"
    config.write_text("client_pages = true\n", encoding="utf-8")
    out = tmp_path / "out"
    words = (clients, "--out", out, "--no-prefect", "--config", config)
    assert "client-pages.xlsx" in called("run", *words, "--dry-run").stdout
    called("run", *words, "--owner", "Desk B")
    assert titles(out / "client-pages.xlsx") == ["a b"]
    called("run", *words, "--no-client-pages")
    assert not (out / "client-pages.xlsx").exists()


def test_a_long_list_is_spread_over_several_workbooks(
    clients: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(letters, "MAX_PAGES_A_BOOK", 2)
    out = tmp_path / "out"
    called("run", clients, "--out", out, "--no-prefect", "--client-pages")
    assert titles(out / "client-pages.xlsx") == ["C-1", "a b"]
    assert titles(out / "client-pages-2.xlsx") == ["a b"]
    assert [letters.is_book(name) for name in ("client-pages-2.xlsx", "client-pages-x.xlsx", "report.xlsx")] == [
        True, False, False,
    ]  # fmt: skip
