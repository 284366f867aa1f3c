"""drawline explain: text, JSON, and what it answers when the client is not there."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from typer.testing import CliRunner, Result

from flows.cli import app
from transforms.model.columns import CANDIDATES

AS_OF = "2026-08-07"
GOOD: dict[str, Any] = {
    "date_of_birth": date(1997, 3, 2), "marital_status": "single", "english_test": "IELTS_GT",
    "english_test_date": date(2025, 3, 1), "english_listening": 8, "english_reading": 6.5, "english_writing": 7,
    "english_speaking": 7, "education_level": "three_year", "education_country": "India",
    "eca_issued_on": date(2025, 1, 15), "foreign_work_years": 3, "primary_noc": "21231",
}  # fmt: skip


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A workbook of two good clients and one whose day of birth is ambiguous."""
    rows = [GOOD | {"client_id": "C-0007"}, GOOD | {"client_id": "K 12"},
            GOOD | {"client_id": "C-0009", "date_of_birth": "03/04/1990"}]  # fmt: skip
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.title = CANDIDATES.title
    columns = ["client_id", *GOOD]
    sheet.append(columns)
    for row in rows:
        sheet.append([row[column] for column in columns])
    made.save(tmp_path / "clients.xlsx")
    return tmp_path / "clients.xlsx"


def explain(book: Path, client: str, *options: str) -> Result:
    return CliRunner().invoke(app, ["explain", str(book), "--client", client, "--as-of", AS_OF, *options])


def test_text_for_people(book: Path) -> None:
    answer = explain(book, "C-0007")
    assert answer.exit_code == 0
    assert answer.stderr == ""
    lines = answer.stdout.splitlines()
    assert lines[0] == "Client C-0007" + "CRS 384 of 1,200 on 2026-08-07".rjust(87)
    assert any(line.startswith("   Age                           110 of 110  29 years old") for line in lines)
    assert "\x1b" not in answer.stdout


def test_the_clients_own_warnings_are_shown(tmp_path: Path) -> None:
    """Those of `score`, without those of other clients."""
    pool, out = tmp_path / "clients.csv", str(tmp_path / "scores.csv")
    row = "1990-05-17,single,masters,Canada,yes"
    columns = "client_id,date_of_birth,marital_status,education_level,education_country,relative_in_canada"
    pool.write_text(f"{columns}\nC-1,{row}\nC-2,{row}\n", encoding="utf-8")
    scored = CliRunner().invoke(app, ["score", str(pool), "--out", out, "--as-of", AS_OF, "--json"])
    own = [row for row in json.loads(scored.stdout)["warnings"] if row["client_id"] == "C-2"]
    assert {row["column"] for row in own} >= {"canadian_study", "sibling_in_canada"}
    assert json.loads(explain(pool, "C-2", "--json").stdout)["warnings"] == own
    shown = explain(pool, "C-2").stderr.splitlines()
    assert len(shown) == len(own)
    assert all(line.startswith("warning: ") and row["problem"] in line for row, line in zip(own, shown, strict=True))


def test_json_for_programs(book: Path) -> None:
    answer = explain(book, "K 12", "--json")
    assert answer.exit_code == 0
    told = json.loads(answer.stdout)
    assert (told["format"], told["client_id"], told["as_of"]) == ("drawline.explain.v2", "K 12", AS_OF)
    assert told["total"]["points"] == sum(
        part["counted"] for group in told["groups"] for part in group["components"] if part["counted"] is not None
    )


CASE = Path(__file__).parent.parent / "data" / "law" / "01_sitting_choice"


def test_results_used_and_the_next_best_choice_are_named() -> None:
    inputs = [str(path) for path in sorted(CASE.glob("*.csv"))]
    words = ["explain", *inputs, "--client", "bl44", "--as-of", "2026-06-15"]
    text = CliRunner().invoke(app, words).stdout
    assert "Results    IELTS_GT of 2025-03-01 (9, 9, 9, 9); English first (as named)" in text
    choice = json.loads(CliRunner().invoke(app, [*words, "--json"]).stdout)["language_choice"]
    assert (choice["first_language"], choice["is_named"], choice["combinations"]) == ("english", True, 2)
    assert [(one["result"], one["on"], one["levels"]) for one in choice["results"]] == [
        ("english", "2025-03-01", [9, 9, 9, 9])
    ]
    assert (choice["next_best"]["total"], choice["next_best"]["difference"]) == (415, -49)
    assert [one["on"] for one in choice["next_best"]["results"]] == ["2025-06-20"]


def test_the_law_is_that_of_the_day(book: Path) -> None:
    answer = explain(book, "C-0007", "--json", "--as-of", "2026-11-10")
    told = json.loads(answer.stdout)
    assert (told["as_of"], told["rules_status"], told["total"]["complete"]) == ("2026-11-10", "incomplete", False)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("c-0007", "C-0007"), (" C-0007 ", "C-0007"), ("k12", "K 12")],
)
def test_an_id_is_found_without_regard_to_case_and_blanks(book: Path, typed: str, meant: str) -> None:
    answer = explain(book, typed)
    assert answer.exit_code == 0
    assert answer.stdout.startswith(f"Client {meant} ")


@pytest.mark.parametrize(
    ("typed", "meant"), [("C-007", "'C-0007' or 'C-0009'"), ("c 0009", "'C-0009' or 'C-0007'"), ("K 1", "'K 12'")]
)
def test_an_id_that_comes_close_is_named(book: Path, typed: str, meant: str) -> None:
    answer = explain(book, typed)
    assert answer.exit_code == 2
    assert answer.stdout == ""
    assert answer.stderr == f"drawline: no client {typed!r} in the inputs; did you mean {meant}?\n"


def test_an_id_that_comes_close_to_none(book: Path) -> None:
    answer = explain(book, "Z")
    assert answer.exit_code == 2
    assert answer.stderr == "drawline: no client 'Z' in the inputs\n"


def test_a_quarantined_client_is_explained_by_the_problems(book: Path) -> None:
    answer = explain(book, "C-0009", "--json")
    assert answer.exit_code == 3
    [client] = json.loads(answer.stdout)
    assert list(client) == ["format", "version", "client_id", "as_of", "quarantine"]
    assert (client["format"], client["client_id"], client["as_of"]) == ("drawline.explain.v2", "C-0009", AS_OF)
    assert [(row["cell"], row["value"]) for row in client["quarantine"]] == [("Candidates!B4", "03/04/1990")]
    assert answer.stderr.startswith("quarantined: clients.xlsx Candidates!B4 '03/04/1990': ")
    assert explain(book, "C-0009").stdout == ""


def test_good_and_quarantined_clients_stand_in_one_list(book: Path) -> None:
    answer = explain(book, "C-0009", "--client", "C-0007", "--json")
    assert answer.exit_code == 3
    found = [(client["client_id"], len(client["quarantine"])) for client in json.loads(answer.stdout)]
    assert found == [("C-0007", 0), ("C-0009", 1)]


def test_prefect_and_the_report_are_left_alone(book: Path) -> None:
    script = (
        "import sys\nfrom flows.cli import app\n"
        f"app(['explain', {str(book)!r}, '--client', 'C-0007', '--as-of', {AS_OF!r}], standalone_mode=False)\n"
        "loaded = {name.split('.')[0] for name in sys.modules}\n"
        "assert not loaded & {'prefect', 'deltalake', 'fastapi', 'hypothesis'}, loaded\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Client C-0007")


def named(folder: Path) -> Path:
    """A list of two clients of one family name, with accents."""
    header = "client_id,family_name,given_name,case_owner,date_of_birth,marital_status"
    rows = ["N-1,Example-Dupré,Zoë,Desk A,1990-05-17,single", "N-2,Example-Dupré,Max,Desk B,1991-05-17,single"]
    path = folder / "named.csv"
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("name", ["zoe", "Zoe Example-Dupre", "EXAMPLE-DUPRÉ, Zoë", "example-dupre zoë"])
def test_a_client_is_found_by_name(tmp_path: Path, name: str) -> None:
    answer = explain(named(tmp_path), name)
    assert answer.exit_code == 0
    assert answer.stdout.startswith("Client N-1 ")


def test_a_name_of_several_clients_is_asked_back(tmp_path: Path) -> None:
    answer = explain(named(tmp_path), "example-dupre")
    assert answer.exit_code == 2
    assert answer.stdout == ""
    assert answer.stderr == (
        "drawline: 'example-dupre' stands for 2 clients: N-1 (Zoë Example-Dupré), N-2 (Max Example-Dupré); "
        "name one by its client_id\n"
    )


def test_several_clients_are_a_list_for_programs_and_follow_one_another_for_people(tmp_path: Path) -> None:
    path = named(tmp_path)
    answers = json.loads(explain(path, "N-2", "--client", "N-1", "--json").stdout)
    assert [one["client_id"] for one in answers] == ["N-1", "N-2"]
    words = ["explain", str(path), "--owner", "desk b", "--as-of", AS_OF]
    assert [one["client_id"] for one in json.loads(CliRunner().invoke(app, [*words, "--json"]).stdout)] == ["N-2"]
    text = explain(path, "N-2", "--client", "N-1").stdout
    assert [line[:10] for line in text.splitlines() if line.startswith("Client ")] == ["Client N-1", "Client N-2"]


def test_without_a_client_explain_asks_for_one(tmp_path: Path) -> None:
    answer = CliRunner().invoke(app, ["explain", str(named(tmp_path))])
    assert answer.exit_code == 2
    assert answer.stderr.startswith("drawline: nobody is named; name a client with --client")
