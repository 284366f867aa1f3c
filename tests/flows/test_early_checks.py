"""What is wrong with a request on its face is one message with the contract's exit code, before Prefect is loaded."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from flows.errors import EXIT_UNUSABLE, EXIT_USAGE
from sample_data.bad_rows import rows_by_sheet
from sample_data.workbook import write_workbook
from tests.firm import MONDAY, SOME, Firm, before_its_first_night, clients

RUN = ["run", "{good}", "--out", "{folder}/out", "--as-of", "2026-08-07"]
NIGHTLY = ["nightly", "--config", "{firm}/drawline.toml"]
# What is asked, the exit code, and what the one message says.
ASKED: dict[str, tuple[list[str], int, str]] = {
    "no such day": ([*RUN, "--as-of", "2026-02-30"], EXIT_USAGE, "2026-02-30"),
    "before Express Entry": ([*RUN, "--as-of", "2014-12-31"], EXIT_USAGE, "2015-01-01"),
    "unknown round": ([*RUN, "--round", "9999"], EXIT_USAGE, "no published round 9999"),
    "unknown kind": ([*RUN, "--round", "nurses:5"], EXIT_USAGE, "no kind of round 'nurses'"),
    "missing input": (["run", "{folder}/none.xlsx", "--out", "{folder}/out"], EXIT_USAGE, "no file at"),
    "missing map": ([*RUN, "--map", "{folder}/none.yaml"], EXIT_USAGE, "no file at"),
    "bad map": ([*RUN, "--map", "{folder}/text.xlsx"], EXIT_UNUSABLE, "the mapping cannot be used"),
    "missing rules": ([*RUN, "--rules", "{folder}/none.yaml"], EXIT_USAGE, "no file at"),
    "bad rules": ([*RUN, "--rules", "{folder}/text.xlsx"], EXIT_UNUSABLE, "the rules cannot be used"),
    "bad rounds": ([*RUN, "--rounds", "{folder}/text.xlsx"], EXIT_UNUSABLE, "not JSON"),
    "missing settings": ([*RUN, "--config", "{folder}/none.toml"], EXIT_USAGE, "no settings file"),
    "out is a file": (["run", "{good}", "--out", "{folder}/text.xlsx"], EXIT_USAGE, "a folder is needed"),
    "out is in a file": (["run", "{good}", "--out", "{folder}/text.xlsx/out"], EXIT_USAGE, "is a file"),
    "empty input": (["run", "{folder}/empty.xlsx", "--out", "{folder}/out"], EXIT_UNUSABLE, "The file is empty"),
    "no workbook": (["run", "{folder}/text.xlsx", "--out", "{folder}/out"], EXIT_UNUSABLE, "not a workbook"),
    "night of no such day": ([*NIGHTLY, "--as-of", "soon"], EXIT_USAGE, "'soon' is not a day"),
    "night before Express Entry": ([*NIGHTLY, "--as-of", "2014-12-31"], EXIT_USAGE, "2015-01-01"),
    "night before the first": ([*NIGHTLY, "--as-of", "2026-07-19"], EXIT_USAGE, "the history begins with"),
    "night that lies ahead": ([*NIGHTLY, "--as-of", "2199-01-01"], EXIT_USAGE, "lies ahead of today"),
    "night without settings": (["nightly", "--config", "{folder}/none.toml"], EXIT_USAGE, "no settings file"),
    "night without an inbox": (["nightly", "--config", "{folder}/no-inbox.toml"], EXIT_USAGE, "is no folder"),
    "night without rules": (["nightly", "--config", "{folder}/no-rules.toml"], EXIT_USAGE, "no file at"),
    "schedules without settings": (["serve", "--config", "{folder}/none.toml"], EXIT_USAGE, "no settings file"),
    "schedules without a server": (["serve", "--config", "{firm}/drawline.toml"], EXIT_USAGE, "prefect server start"),
}  # fmt: skip
CALLS = """
import json, sys
from typer.testing import CliRunner
from flows.cli import app
for name, arguments in json.load(sys.stdin).items():
    done = CliRunner().invoke(app, arguments)
    print(json.dumps([name, done.exit_code, done.output, "prefect" in sys.modules]))
"""


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[int, str, bool]]:
    """What each question is answered in a process that has not loaded Prefect: exit code, output, loaded by now?"""
    folder = tmp_path_factory.mktemp("asked")
    firm = before_its_first_night(folder / "firm", *SOME)
    firm.night(MONDAY)
    good = folder / "good.xlsx"
    write_workbook(good, rows_by_sheet(clients(*SOME)), title="Clients", made_on=MONDAY)
    (folder / "empty.xlsx").write_bytes(b"")
    (folder / "text.xlsx").write_text("only: [text", encoding="utf-8")
    firm_settings = firm.config.read_text(encoding="utf-8")
    for name, more in (("no-inbox", ""), ("no-rules", 'rules = ["none.yaml"]\n')):
        settings = firm_settings if more else firm_settings.replace('"inbox"', '"elsewhere"')
        (folder / f"{name}.toml").write_text(settings + more, encoding="utf-8")
    (folder / "inbox").mkdir()
    places = {"folder": folder, "firm": firm.folder, "good": good}
    asked = {name: [word.format(**places) for word in arguments] for name, (arguments, _, _) in ASKED.items()}
    found = subprocess.run(
        [sys.executable, "-c", CALLS], input=json.dumps(asked), capture_output=True, text=True, check=True, cwd=folder
    )
    assert sorted(path.name for path in folder.iterdir()) == [
        "empty.xlsx", "firm", "good.xlsx", "inbox", "no-inbox.toml", "no-rules.toml", "text.xlsx",
    ]  # fmt: skip
    rows: list[Any] = [json.loads(line) for line in found.stdout.splitlines()]
    return {name: (code, output, loaded) for name, code, output, loaded in rows}


@pytest.mark.parametrize("name", ASKED)
def test_an_error_known_before_the_start_does_not_wait_for_prefect(
    answers: dict[str, tuple[int, str, bool]], name: str
) -> None:
    _, code, says = ASKED[name]
    found, output, is_loaded = answers[name]
    assert (found, says in output, is_loaded) == (code, True, False), output
    assert "Traceback" not in output


def test_all_unusable_inputs_are_reported_at_once(tmp_path: Path) -> None:
    from typer.testing import CliRunner

    from flows.cli import app

    (tmp_path / "empty.xlsx").write_bytes(b"")
    (tmp_path / "columns.csv").write_text("client_id\na\n", encoding="utf-8")
    inputs = [str(tmp_path / name) for name in ("columns.csv", "empty.xlsx")]
    done = CliRunner().invoke(app, ["run", *inputs, "--out", str(tmp_path / "out")])
    assert done.exit_code == EXIT_UNUSABLE
    assert all(path in done.output for path in inputs)


def test_what_ends_the_night_of_a_firm_that_is_notified_is_left_to_the_run(tmp_path: Path) -> None:
    from flows.main_run import early_checks
    from flows.nightly.night_state import NightRequest

    firm = Firm(tmp_path / "firm", more='notify = "slack-webhook/firm"\n')
    firm.inbox.rmdir()
    request = NightRequest(MONDAY, firm.config)
    with pytest.raises(ValueError, match="is no folder"):
        early_checks.of_nights(request, with_prefect=False)
    early_checks.of_nights(request, with_prefect=True)


def test_a_night_that_waits_for_another_leaves_the_history_to_the_run(tmp_path: Path) -> None:
    """While another run writes, the ledger is not yet what the night will find."""
    from flows.main_run import early_checks
    from flows.nightly.exclusive_run import exclusive_run
    from flows.nightly.night_state import NightRequest

    firm: Firm = before_its_first_night(tmp_path / "firm", *SOME)
    firm.night(MONDAY)
    request = NightRequest(MONDAY.replace(day=1), firm.config)
    with pytest.raises(ValueError, match="the history begins with"):
        early_checks.of_nights(request, with_prefect=False)
    from flows.firm import settings

    with exclusive_run(settings.load(firm.config), wait=False):
        early_checks.of_nights(request, with_prefect=False)
