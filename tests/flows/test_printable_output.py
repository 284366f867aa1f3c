"""Texts from strangers, as names of files and sheets, headings, cells, keys and answers of servers, steer no terminal."""

from __future__ import annotations

import json
import os
import pty
import select
import sys
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from flows.cli import app
from flows.console import screen
from flows.console.links import linked
from sample_data.bad_rows import rows_by_sheet
from sample_data.workbook import write_workbook
from tests.firm import clients
from tests.loopback import speaking

ESCAPE, CLEAR, OVERRIDE = "\x1b[31m", "\x9b2J", "\u202e"
HOSTILE = f"a{ESCAPE}b{CLEAR}c{OVERRIDE}d"
SHOWN = r"a\x1b[31mb\x9b2Jc\u202ed"


def call(*arguments: object) -> str:
    done = CliRunner().invoke(app, [str(one) for one in arguments])
    return done.stdout + done.stderr


def assert_printable(text: str) -> None:
    assert not {"\x1b", "\x9b", "\u202e"} & set(text), repr(text)


def book(folder: Path, name: str) -> Path:
    """A workbook with a name, a sheet, a heading and a bad cell of a stranger."""
    path = folder / name
    write_workbook(path, rows_by_sheet(clients(31)), title="Clients", made_on=date(2026, 8, 7))
    made = openpyxl.load_workbook(path)
    other = made.create_sheet(f"Remarks {OVERRIDE}")
    other.append([f"note {OVERRIDE}{CLEAR}", "other"])
    other.append(["x", "y"])
    candidates = made.worksheets[1] if made.worksheets[0].max_column < 5 else made.worksheets[0]
    for column in range(1, candidates.max_column + 1):
        if candidates.cell(1, column).value == "family_name":
            candidates.cell(1, column + 100).value = f"unknown {OVERRIDE}{CLEAR}"
    made.save(path)
    return path


@pytest.mark.parametrize(
    "command", [("check", "--all"), ("score", "--out", "scores.csv"), ("run", "--no-prefect", "--out", "out")]
)
def test_names_of_files_and_sheets_and_headings_are_shown(
    command: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    bad = tmp_path / f"{HOSTILE}.csv"
    bad.write_text(f"client_id,x{OVERRIDE}\n{HOSTILE},2\n", encoding="utf-8")
    said = call(*command, book(tmp_path, f"good {HOSTILE}.xlsx"), bad, "--skip-unusable", "--as-of", "2026-08-07")
    assert_printable(said)
    assert SHOWN in said


def test_keys_of_settings_maps_rules_and_plans_are_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    source = book(tmp_path, "a.xlsx")
    text = '"a\\e[31mb\\u009b2J\\u202ed": 1\n'
    for number, words in enumerate((("check", source, "--map"), ("score", source, "--out", "x.csv", "--rules"), ("rules", "check"),
                                    ("simulate", source, "--out", "s", "--plan"))):  # fmt: skip
        file = tmp_path / f"{number} {HOSTILE}.yaml"
        file.write_text(text, encoding="utf-8")
        said = call(*words, file)
        assert_printable(said)
        assert SHOWN in said
    (tmp_path / "drawline.toml").write_text('"a\\u001b[31m\\u202e" = 1\n', encoding="utf-8")
    assert_printable(call("check", source))


def test_the_answer_of_a_server_is_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "*")
    answer = f"HTTP/1.1 404 gone {ESCAPE}{CLEAR}\r\nContent-Length: 0\r\n\r\n".encode("latin-1")
    with speaking(lambda connection, _path: connection.sendall(answer)) as address:
        said = call("rounds", "update", "--from", f"{address}/rounds.json", "--to", tmp_path / f"{HOSTILE}.json")
    assert_printable(said)
    assert r"the server answered 404 gone \x1b[31m\x9b2J" in said


def test_json_stays_json(tmp_path: Path) -> None:
    bad = tmp_path / f"{HOSTILE}\x7f.csv"
    bad.write_text("client_id\n1\n", encoding="utf-8")
    done = CliRunner().invoke(app, ["check", str(bad), "--json"])
    assert_printable(done.stdout)
    assert json.loads(done.stdout)["problems"][0]["file"] == str(bad)


def test_a_file_name_that_is_no_text_is_shown(tmp_path: Path) -> None:
    name = os.fsdecode(b"not utf-8 \xff.csv")
    assert r"\udcff.csv" in call("check", tmp_path / name)


def test_a_link_on_a_terminal_holds_nothing_of_the_file_name(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    with os.fdopen(theirs, "w", encoding="utf-8") as terminal, monkeypatch.context() as patch:
        patch.setenv("TERM", "xterm")
        patch.setattr(sys, "stdout", terminal)
        with screen.protected():
            screen.show_drawn(linked(tmp_path / f"{HOSTILE}.xlsx"))
            print(HOSTILE)
        terminal.flush()
        shown = _all_shown(ours)
    os.close(ours)
    assert shown.count("\x1b]8;") == 2
    assert ESCAPE not in shown
    assert CLEAR not in shown
    assert OVERRIDE not in shown
    assert shown.count(SHOWN) == 2


def _all_shown(terminal: int) -> str:
    """What came to a terminal, which hands it out in pieces, until nothing more is there."""
    shown = b""
    while select.select([terminal], [], [], 0.5)[0]:
        shown += os.read(terminal, 65_536)
    return shown.decode()


def test_standard_output_is_as_before_after_a_command(capsys: pytest.CaptureFixture[str]) -> None:
    before = sys.stdout, sys.stderr
    with screen.protected(), screen.protected():
        print("a\x07b")
        assert sys.stdout.isatty() is False
        sys.stdout.writelines(["c\x07\n"])
    assert (sys.stdout, sys.stderr) == before
    assert capsys.readouterr().out == "a\\x07b\nc\\x07\n"
