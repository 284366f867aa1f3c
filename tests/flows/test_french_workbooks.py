"""The workbooks that commands and nights write in French: no English is left in a cell, a comment or a property."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from flows.cli import app
from tests.firm import CLIENT, MONDAY, TUESDAY, Firm
from tests.french import english_left
from transforms.facts.noc import noc_2016
from transforms.model.columns import CODES, SHEETS

# Values of the intake, and what a firm itself wrote.
ALLOWED = CODES | {sheet.title for sheet in SHEETS} | {name for sheet in SHEETS for name in sheet.names}
# Their sources, sections and notes stay as they are published, under a heading that says so.
RULES = "Règles"
PLAN = "title: Essai\nstart: 2026-07-22\nseed: 1\nrounds:\n  - {date: 2026-07-23, kind: general, size: 50}\n"
# Each command by the file that it writes, in its order of arguments; {inbox} is the firm's list.
COMMANDS = {
    "advise.xlsx": ("advise", "{inbox}", "--as-of", "2026-07-22", "--out", "{out}"),
    "client-page.xlsx": ("client-letter", "{inbox}", "--as-of", "2026-07-22", "--client", CLIENT, "--out", "{out}"),
    "forecast.xlsx": (
        "forecast", "--pool", "{inbox}", "--as-of", "2026-07-22", "--round", "CEC", "--round", "trades", "--futures", "100",
        "--out", "{out}",
    ),
    "simulation.xlsx": ("simulate", "{inbox}", "--plan", "{folder}/plan.yaml", "--out", "{folder}"),
}  # fmt: skip


def texts(path: Path) -> Iterator[str]:
    """What a person reads in a workbook."""
    book = openpyxl.load_workbook(path)
    for text in (*book.sheetnames, book.properties.title, book.properties.subject):
        yield text or ""
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and sheet.title != RULES:
                    yield cell.value
                if cell.comment:
                    yield cell.comment.text


def english(path: Path) -> list[str]:
    allowed = noc_2016().titles.values()
    return english_left((text for text in texts(path) if text not in ALLOWED), allowed=allowed)


@pytest.fixture(scope="module")
def nights(after_monday: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The reports of a night of a firm whose settings say French, after a night in English."""
    folder = tmp_path_factory.mktemp("french") / "firm"
    shutil.copytree(after_monday, folder)
    firm = Firm(folder, more='language = "fr"\n')
    firm.publish(TUESDAY)
    done = CliRunner().invoke(
        app, ["nightly", "--no-prefect", "--as-of", TUESDAY.isoformat(), "--config", str(firm.config)]
    )
    assert done.exit_code == 0, done.output
    assert english_left(done.stdout.replace(str(folder), "").splitlines()) == []
    return firm.reports / TUESDAY.isoformat()


@pytest.mark.parametrize("name", ["report.xlsx", "alerts.xlsx"])
def test_a_night_leaves_no_english(name: str, nights: Path) -> None:
    assert english(nights / name) == []


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_leaves_no_english(name: str, after_monday: Path, tmp_path: Path) -> None:
    (tmp_path / "plan.yaml").write_text(PLAN, encoding="utf-8")
    inbox = after_monday / "inbox" / "a.xlsx"
    out = tmp_path / name
    arguments = [one.format(inbox=inbox, out=out, folder=tmp_path) for one in COMMANDS[name]]
    done = CliRunner().invoke(app, [*arguments, "--lang", "fr"])
    assert out.is_file(), done.output
    assert english(out) == []


def test_english_is_found(after_monday: Path) -> None:
    found = english(after_monday / "reports" / MONDAY.isoformat() / "alerts.xlsx")
    assert "msgid: What to do" in found
