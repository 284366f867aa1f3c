"""A firm's settings: found, read strictly, and used where the command line says nothing."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl
import pytest

from flows.commands.common import request_of
from flows.errors import UnusableFile, UsageError
from flows.firm import settings
from flows.main_run.run_contents import contents
from flows.main_run.run_intake import take_in
from flows.main_run.run_law import open_law
from flows.main_run.run_scoring import score
from flows.main_run.run_state import Run
from flows.run_request import Request
from reports.report import report
from transforms.rules import RulesError, load

CLIENTS_2026 = Path(__file__).parents[2] / "sample_data" / "clients_2026.xlsx"


def written(folder: Path, text: str) -> Path:
    path = folder / "drawline.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_without_a_file_everything_is_the_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert settings.load() == settings.Settings()


def test_the_file_of_the_current_folder_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(tmp_path, 'name = "Sample Immigration"')
    monkeypatch.chdir(tmp_path)
    assert settings.load().name == "Sample Immigration"


def test_paths_start_from_the_folder_of_the_file(tmp_path: Path) -> None:
    found = settings.load(written(tmp_path, 'inbox = "in"\nrules = ["reform.yaml"]\nhistory = "/srv/history"'))
    assert found.inbox == tmp_path / "in"
    assert found.rules == (tmp_path / "reform.yaml",)
    assert found.history == Path("/srv/history")


def test_readings_may_be_quoted_or_not(tmp_path: Path) -> None:
    for text in ("[readings]\nwork.time.gap_days = 5", '[readings]\n"work.time.gap_days" = 5'):
        assert settings.load(written(tmp_path, text)).readings == {"work.time.gap_days": 5}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('inbx = "in"', "did you mean 'inbox'"),
        ("name = 7", "name must be text"),
        ("alerts_cut_off_margin = -1", "alerts_cut_off_margin must be a whole number from 0"),
        ('alerts_cut_off_months = "6"', "alerts_cut_off_months must be a whole number from 0"),
        ("max_quarantined_share = 10", "max_quarantined_share must be a number from 0 to 1, such as 0.1 for 10 %"),
        ('max_quarantined_share = "10%"', "max_quarantined_share must be a number from 0 to 1"),
        ("max_quarantined_share = true", "max_quarantined_share must be a number from 0 to 1"),
        ("max_quarantined_share = nan", "max_quarantined_share must be a number from 0 to 1"),
        ('name = "Two\\nlines"', "name must be one line of up to 100 characters"),
        (f'name = "{"x" * 101}"', "name must be one line of up to 100 characters"),
        ('rules = "reform.yaml"', "rules must be a list"),
        ("readings = 1", "must be a table"),
        ("inbox = ", "not readable as TOML"),
    ],
)
def test_what_cannot_be_used_is_named(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(UnusableFile, match=says):
        settings.load(written(tmp_path, text))


def test_the_name_heads_the_report(tmp_path: Path) -> None:
    config = written(tmp_path, 'name = "=Sample & Daughters"')
    request = request_of([CLIENTS_2026], date(2026, 8, 7), config=config)
    assert Request.of(request.saved()).firm == "=Sample & Daughters"
    run = Run(request)
    for stage in (open_law, take_in, score):
        stage(run)
    report.write_report(tmp_path / "report.xlsx", contents(run))
    book = openpyxl.load_workbook(tmp_path / "report.xlsx")
    assert book["Summary"]["A1"].value == "=Sample & Daughters: Express Entry report as of 2026-08-07"
    assert book["Summary"]["A1"].data_type == "s"
    assert book.properties.title.startswith("=Sample & Daughters")


def test_a_named_file_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no settings file"):
        settings.load(tmp_path / "other.toml")


def test_a_reading_changes_the_law_and_its_version() -> None:
    name = "work.time.gap_days"
    changed = load(readings={name: 5})
    assert {version.value for version in changed.parameter(name).versions} == {5}
    assert changed.parameter(name).note.startswith("Set by the firm.")
    assert changed.version == f"{load().version}+{name}=5"


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("work.time.gap_day", 5, "did you mean 'work.time.gap_days'"),
        ("crs.total.maximum", 1300, "not left open by the law"),
        ("work.time.gap_days", "five", "must be int"),
        ("work.time.gap_days", True, "must be int"),
    ],
)
def test_only_what_the_law_leaves_open_can_be_set(name: str, value: object, says: str) -> None:
    with pytest.raises(RulesError, match=says):
        load(readings={name: value})
