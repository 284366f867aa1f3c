"""What a run shows while it goes on: stages with counts on a terminal, nothing without one, a log where it is asked for."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows.cli import app
from flows.commands.common import request_of
from flows.console import logs, progress, stages
from flows.console.links import linked
from flows.errors import UsageError
from flows.main_run.run_job import run_all
from sample_data.generate import clients_2026
from tests.firm import MONDAY, Firm
from tests.processes import drawline, environment
from transforms.model import wording

SAMPLE, DAY = Path(__file__).parents[2] / "sample_data" / "clients_2021-09.xlsx", "2021-09-14"
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
LINK = re.compile(r"\x1b\]8;[^;]*;(file://[^\x1b]*)\x1b\\")


def on_a_terminal(arguments: list[str], folder: Path, **more: str) -> tuple[str, int]:
    """What a command shows on a terminal, and its exit code."""
    theirs, ours = os.openpty()
    home = {**environment(folder / "home", **more), "TERM": "xterm-256color", "COLUMNS": "120"}
    home.pop("NO_COLOR", None)
    home.update({key: value for key, value in more.items() if key == "NO_COLOR"})
    process = subprocess.Popen(arguments, stdin=ours, stdout=ours, stderr=ours, env=home, cwd=folder)
    os.close(ours)
    shown = b""
    while True:
        try:
            part = os.read(theirs, 65_536)
        except OSError:
            break
        if not part:
            break
        shown += part
    os.close(theirs)
    return shown.decode("utf-8"), process.wait()


def test_a_terminal_shows_every_stage_with_its_counts(tmp_path: Path) -> None:
    asked = drawline("run", SAMPLE, "--out", tmp_path / "out", "--as-of", DAY, "--no-prefect")
    shown, code = on_a_terminal(asked, tmp_path)
    assert code == 0
    plain = COLOUR.sub("", shown)
    assert plain != shown
    for line in (
        r"✓ Read files +1 file, [0-9]+ clients, [0-9,]+ detail rows",
        r"✓ Check rows +[0-9]+ good, 0 quarantined +[0-9.]+ s",
        r"✓ Score clients +[0-9]+ scored, [0-9]+ in the pool +[0-9.]+ s",
        r"✓ Rounds +[0-9]+ rounds",
        r"✓ Report +[0-9]+ sheets",
    ):
        assert re.search(line, plain), line
    assert f"file://{(tmp_path / 'out' / 'report.xlsx').resolve()}" in LINK.findall(shown)
    assert "candidates in =" in plain


def test_colours_are_left_out_where_nobody_wants_them(tmp_path: Path) -> None:
    asked = drawline("check", SAMPLE, "--as-of", DAY)
    shown, _code = on_a_terminal(asked, tmp_path, NO_COLOR="1")
    assert "Read files" in shown
    assert not re.search(r"\x1b\[[0-9;]*3[0-9]m", shown)


@pytest.mark.parametrize("arguments", [["--quiet"], []])
def test_nothing_is_shown_without_a_terminal_or_when_quiet(arguments: list[str], tmp_path: Path) -> None:
    asked = drawline("run", SAMPLE, "--out", tmp_path / "out", "--as-of", DAY, "--no-prefect", *arguments)
    if arguments:
        shown, code = on_a_terminal(asked, tmp_path)
        assert (shown, code) == ("", 0)
        return
    done = subprocess.run(
        asked, capture_output=True, text=True, check=False, env=environment(tmp_path / "home"), cwd=tmp_path
    )
    assert (done.stderr, done.returncode) == ("", 0)
    assert "\x1b" not in done.stdout


def test_a_terminal_that_cannot_go_back_shows_no_progress(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    monkeypatch.setenv("TERM", "dumb")
    assert not progress.is_shown()
    monkeypatch.setenv("TERM", "xterm")
    assert progress.is_shown()
    assert not progress.is_shown(quiet=True)


def test_stages_are_counted_for_whoever_watches() -> None:
    heard: list[tuple[str, dict[str, int]]] = []

    class Watcher:
        def begun(self, stage: str) -> None:
            heard.append((stage, {}))

        def went_on(self, stage: str, done: int, of: int) -> None:
            heard.append((stage, {"done": done, "of": of}))

        def ended(self, stage: str, seconds: float, counts: object) -> None:
            assert seconds >= 0
            heard.append((stage, dict(counts)))  # type: ignore[call-overload]

    with stages.watched_by(Watcher()):
        done = run_all(request_of([SAMPLE], date.fromisoformat(DAY)), dry_run=True)
    assert done.intake is not None
    assert done.scored is not None
    read = {
        "files": 1,
        "candidates": done.intake.counts["candidates_in"],
        "detail_rows": done.intake.counts["detail_rows_in"],
        "accepted": done.intake.counts["candidates_accepted"],
        "quarantined": done.intake.counts["candidates_quarantined"],
    }
    assert ("intake", {"done": 1, "of": 1}) in heard
    assert ("intake", read) in heard
    assert ("scoring", {"scored": done.scored.height, "in_pool": done.scored.filter("in_pool").height}) in heard
    assert ("rounds", {"rounds": len(done.outcomes)}) in heard
    run_all(request_of([SAMPLE], date.fromisoformat(DAY)), dry_run=True)
    assert heard.count(("intake", read)) == 1, "who watches no more hears nothing"


def test_counts_are_given_in_the_language() -> None:
    counts = {"files": 1, "candidates": 1200, "quarantined": 0}
    assert progress.in_words(counts) == "1 file, 1,200 clients, 0 quarantined"
    with wording.using("fr"):
        assert progress.in_words(counts) == "1 fichier, 1\u00a0200 clients, 0 en quarantaine"


def test_a_path_is_no_link_without_a_terminal() -> None:
    assert linked(SAMPLE) == str(SAMPLE)


@pytest.mark.flow
@pytest.mark.slow
@pytest.mark.parametrize("verbose", [False, True])
def test_prefects_lines_go_to_the_log_and_not_to_the_screen(verbose: bool, tmp_path: Path) -> None:
    log, home = tmp_path / "drawline.log", tmp_path / "home"
    home.mkdir()
    asked = drawline("run", SAMPLE, "--out", tmp_path / "out", "--as-of", DAY, "--log-file", log)
    done = subprocess.run(
        [*asked, *(["--verbose"] if verbose else [])],
        capture_output=True, text=True, check=False, env=environment(home), cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert ("| INFO " in done.stderr) is verbose
    assert verbose or not done.stderr
    lines = log.read_text(encoding="utf-8").splitlines()
    assert all(re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d{4} INFO (drawline|prefect)", line) for line in lines)
    assert not any("View at http" in line for line in lines)
    assert any("prefect.flow_runs Finished in state Completed()" in line for line in lines)
    assert any(re.search(r"drawline intake [0-9.]+ s files=1 candidates=\d+", line) for line in lines)
    assert lines[-1].endswith("run ends, exit code 0")


def test_the_log_of_a_night_holds_nothing_of_a_client(firm: Firm) -> None:
    log = firm.folder / "night.log"
    asked = ["nightly", "--config", firm.config, "--as-of", MONDAY, "--no-prefect", "--log-file", log]
    assert CliRunner().invoke(app, [str(one) for one in asked]).exit_code == 0
    text = log.read_text(encoding="utf-8")
    assert "drawline intake" in text
    assert "nightly ends, exit code 0" in text
    names = ("client_id", "family_name", "given_name", "case_owner", "date_of_birth")
    people = {str(client.row[name]) for client in clients_2026() for name in names if client.row.get(name)}
    assert len(people) > 100
    assert not {value for value in people if re.search(rf"\b{re.escape(value)}\b", text)}
    assert str(firm.folder) not in text
    assert os.name != "posix" or (log.stat().st_mode & 0o777) == 0o600


def test_an_error_is_logged_by_its_kind_alone(tmp_path: Path) -> None:
    log = tmp_path / "run.log"
    asked = [
        "run",
        SAMPLE,
        "--out",
        tmp_path,
        "--as-of",
        DAY,
        "--no-prefect",
        "--log-file",
        log,
        "--client",
        "Nobody Here",
    ]
    answer = CliRunner().invoke(app, [str(one) for one in asked])
    assert answer.exit_code == 2
    text = log.read_text(encoding="utf-8")
    assert "run ends by UsageError, exit code 2" in text
    assert "Nobody" not in text


def test_a_log_file_that_cannot_be_written_is_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be written"), logs.written(tmp_path, "run"):
        pass
    assert not logs.logger.handlers


@pytest.mark.flow
def test_a_run_that_a_worker_starts_writes_to_the_log_of_the_environment(tmp_path: Path) -> None:
    code = "import flows.orchestration.prefect_run; from flows.console import stages\nwith stages.stage('intake', lambda: {'files': 2}): pass"
    home = tmp_path / "home"
    home.mkdir()
    log = tmp_path / "drawline.log"
    subprocess.run(
        [sys.executable, "-c", code], check=True, env=environment(home, DRAWLINE_LOG_FILE=str(log)), cwd=tmp_path
    )
    assert re.search(r"INFO drawline intake [0-9.]+ s files=2\n", log.read_text(encoding="utf-8"))
