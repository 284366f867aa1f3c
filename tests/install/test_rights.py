"""Under the usual umask nobody but their owner reads what drawline writes, unless the firm has set it so."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

import sample_data
from flows.cli import app
from flows.outputs import files
from tests.firm import before_its_first_night
from tests.processes import environment

pytestmark = pytest.mark.skipif(os.name != "posix", reason="Windows has no such rights")
SAMPLE = Path(sample_data.__file__).parent / "clients_2026.xlsx"
DAY, NIGHT = "2026-08-07", "2026-07-20"
OTHERS, OTHERS_OR_WRITING_GROUP = 0o077, 0o027
USUAL_UMASK = "import os; os.umask(0o022); from flows.cli import main; main()"
COMMANDS = {
    "run": [
        "run",
        SAMPLE,
        "--as-of",
        DAY,
        "--out",
        "out",
        "--client-pages",
        "--split-by",
        "case_owner",
        "--log-file",
        "log",
    ],
    "score": ["score", SAMPLE, "--as-of", DAY, "--out", "scores.csv"],
    "check": ["check", SAMPLE, "--as-of", DAY, "--out", "checked"],
    "advise": ["advise", SAMPLE, "--as-of", DAY, "--client", "C-0004", "--out", "advice.parquet"],
    "letter": ["client-letter", SAMPLE, "--as-of", DAY, "--client", "C-0004", "--out", "letter.xlsx"],
    "map": ["map", SAMPLE, "--save", "firm"],
    "template": ["template", "new/list.xlsx"],
}


def call(folder: Path, *words: object) -> subprocess.CompletedProcess[str]:
    """A command under the usual umask, in a folder and with a home of its own."""
    return subprocess.run(
        [sys.executable, "-c", USUAL_UMASK, *map(str, words)],
        env=environment(folder / "home"), cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip


def rights(folder: Path) -> dict[str, int]:
    """The rights of all that lies in a folder, by name."""
    return {str(path.relative_to(folder)): stat.S_IMODE(path.stat().st_mode) for path in folder.rglob("*")}


def open_to(found: dict[str, int], bits: int) -> dict[str, str]:
    return {name: oct(mode) for name, mode in found.items() if mode & bits}


@pytest.mark.flow
@pytest.mark.slow
def test_outputs_are_readable_by_their_owner_alone(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir(mode=0o700)
    for name, words in COMMANDS.items():
        done = call(tmp_path, *words)
        assert done.returncode in (0, 3), (name, done.stderr)
    found = rights(tmp_path)
    assert {"out/report.xlsx", "log", "maps/firm.yaml", "new/list.xlsx", "checked/quarantine.csv"} <= found.keys()
    assert any(name.startswith("home/prefect/prefect.db") for name in found)
    assert open_to(found, OTHERS) == {}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("access", "forbidden", "of_files"),
    [("", OTHERS, 0o600), ("group", OTHERS_OR_WRITING_GROUP, 0o640), ("umask", 0o022, 0o644)],
)
def test_history_and_reports_have_the_rights_that_the_firm_has_set(
    tmp_path: Path, access: str, forbidden: int, of_files: int
) -> None:
    firm = before_its_first_night(tmp_path / "firm", 36, 37)
    if access:
        firm.config.write_text(f'access = "{access}"\n{firm.config.read_text(encoding="utf-8")}', encoding="utf-8")
    done = call(tmp_path, "nightly", "--as-of", NIGHT, "--config", firm.config, "--no-prefect")
    assert done.returncode == 0, done.stderr
    for folder in (firm.folder / "history", firm.reports):
        found = rights(folder)
        assert found
        assert open_to(found, forbidden) == {}
        modes = {mode for name, mode in found.items() if (folder / name).is_file()}
        # The log file is its owner's alone with any setting.
        assert of_files in modes
        assert modes <= {of_files, 0o600}
    record = firm.folder / "history" / "drawline-audit.jsonl"
    assert rights(record.parent)[record.name] == of_files


def test_a_file_that_is_replaced_gets_the_rights_of_a_new_one_and_its_folder_keeps_its_own(tmp_path: Path) -> None:
    """Else what an older drawline left open would stay so."""
    out = tmp_path / "out"
    out.mkdir()
    out.chmod(0o755)
    (out / "list.xlsx").touch()
    (out / "list.xlsx").chmod(0o644)
    done = CliRunner().invoke(app, ["template", str(out / "list.xlsx"), "--overwrite"])
    assert done.exit_code == 0, done.output
    assert rights(tmp_path) == {"out": 0o755, "out/list.xlsx": 0o600}


def test_the_firms_rounds_file_keeps_its_rights(tmp_path: Path) -> None:
    """It has no client in it, and several users may share it."""
    target = tmp_path / "rounds.json"
    target.touch()
    target.chmod(0o644)
    with files.atomic_file(target, keeps_rights=True) as staged:
        staged.touch(mode=0o600)
    assert rights(tmp_path) == {"rounds.json": 0o644}


def test_a_command_leaves_the_umask_of_its_process(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        assert CliRunner().invoke(app, ["template", str(tmp_path / "a.xlsx")]).exit_code == 0
        assert os.umask(0o027) == 0o027
    finally:
        os.umask(before)


def test_settings_with_an_unknown_access_are_refused(tmp_path: Path) -> None:
    settings = tmp_path / "drawline.toml"
    settings.write_text('access = "everybody"\n', encoding="utf-8")
    words = ["check", str(SAMPLE), "--config", str(settings)]
    refused = CliRunner().invoke(app, words)
    assert refused.exit_code == 4
    assert refused.stderr == (
        f"drawline: {settings}: line 1: access must be one of owner, group, umask, not 'everybody'\n"
    )
