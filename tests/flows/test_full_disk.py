"""A full disk: one message that names the folder, exit code 1, and what was there stays as it was.

A real file system of a few kilobytes, which only root on Linux can mount.
"""

from __future__ import annotations

import errno
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

import sample_data
from flows.cli import app
from flows.outputs import full_disk
from flows.outputs.full_disk import FullDisk
from flows.run_request import SHIPPED_ROUNDS
from tests.firm import TUESDAY, WEDNESDAY, Firm, assert_same
from tests.processes import drawline, environment

SAMPLES = Path(sample_data.__file__).parent
CLIENTS, PLAN = SAMPLES / "clients_2026.xlsx", SAMPLES / "plan_2026.yaml"
AS_OF = ("--as-of", "2026-08-07")
KIBIBYTE = 1024


@contextmanager
def disk(folder: Path, kibibytes: int) -> Iterator[Path]:
    """A file system of so many KiB; skips the test where none can be mounted."""
    folder.mkdir(parents=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={kibibytes}k,mode=700", "tmpfs", str(folder)]
    if shutil.which("mount") is None or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("a file system cannot be mounted here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def fill(folder: Path) -> None:
    """Writes until nothing fits."""
    with (folder / "filler").open("wb", buffering=0) as file:
        for size in (KIBIBYTE * KIBIBYTE, KIBIBYTE):
            with suppress(OSError):
                while True:
                    file.write(b"x" * size)
    assert shutil.disk_usage(folder).free == 0


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder but the filler, by its path."""
    found = (path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != "filler")
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}


def call(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(one) for one in arguments])


def assert_one_message(done: Result, folder: Path) -> None:
    assert done.exit_code == 1, done.output
    assert done.stderr.splitlines() == [f"drawline: {full_disk.message(folder)}"]
    assert str(folder) in done.stderr


COMMANDS = {
    "run": ["run", CLIENTS, *AS_OF, "--no-prefect", "--out", "{folder}"],
    "check": ["check", CLIENTS, *AS_OF, "--out", "{folder}"],
    "simulate": ["simulate", CLIENTS, "--plan", PLAN, "--out", "{folder}"],
    "score": ["score", CLIENTS, *AS_OF, "--out", "{folder}/scores.csv"],
    "score, workbook": ["score", CLIENTS, *AS_OF, "--out", "{folder}/scores.xlsx"],
    "score, parquet": ["score", CLIENTS, *AS_OF, "--out", "{folder}/scores.parquet"],
    "advise": ["advise", CLIENTS, *AS_OF, "--client", "C-0033", "--out", "{folder}/advice.csv"],
    "national": ["national", *AS_OF, "--quiet", "--out", "{folder}/national.parquet"],
    "rounds update": ["rounds", "update", "--from", SHIPPED_ROUNDS, "--to", "{folder}/rounds.json"],
    "rules new": ["rules", "new", "{folder}/rules.yaml", "--as-of", "2026-11-10"],
    "template": ["template", "{folder}/clients.xlsx"],
    "columns": ["columns", "--out", "{folder}"],
}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_on_a_full_disk_names_the_folder_and_leaves_what_was_there(name: str, tmp_path: Path) -> None:
    with disk(tmp_path / "disk", 64) as folder:
        (folder / "scores.csv").write_text("of before", encoding="utf-8")
        fill(folder)
        done = call(*(str(word).format(folder=folder) for word in COMMANDS[name]))
        assert_one_message(done, folder)
        assert contents(folder) == {"scores.csv": b"of before"}


@pytest.mark.parametrize("room", [8, 40])
def test_a_disk_that_gets_full_on_the_way_is_left_as_it_was(room: int, tmp_path: Path) -> None:
    with disk(tmp_path / "disk", room) as folder:
        (folder / "report.xlsx").write_text("of before", encoding="utf-8")
        assert_one_message(call("simulate", CLIENTS, "--plan", PLAN, "--out", folder), folder)
        assert contents(folder) == {"report.xlsx": b"of before"}


@pytest.mark.parametrize(
    "command",
    [
        ("history", "compact", "--keep-days", "0"),
        ("purge", "--client", "C-0033", "--yes"),
        ("rescore", "--from", TUESDAY, "--to", TUESDAY),
        ("nightly", "--as-of", WEDNESDAY, "--ahead", "--no-prefect"),
    ],
)
def test_the_upkeep_of_a_history_on_a_full_disk(command: tuple[object, ...], invited: Firm, tmp_path: Path) -> None:
    before = invited.tables()
    with disk(tmp_path / "disk", 4096) as folder:
        shutil.copytree(invited.folder / "history", folder / "history")
        text = invited.config.read_text(encoding="utf-8")
        invited.config.write_text(text.replace('"history"', f'"{folder / "history"}"'), encoding="utf-8")
        reports = contents(invited.reports)
        fill(folder)
        done = call(*command, "--config", invited.config)
        assert_one_message(done, folder / "history")
        (folder / "filler").unlink()
        moved = Firm.__new__(Firm)
        moved.__dict__ |= invited.__dict__ | {"history": type(invited.history)(folder / "history")}
        assert_same(moved.tables(), before)
        assert contents(invited.reports) == reports


def test_a_night_whose_reports_do_not_fit_is_not_recorded(invited: Firm, tmp_path: Path) -> None:
    nights = invited.history.runs().height
    with disk(tmp_path / "disk", 64) as folder:
        text = invited.config.read_text(encoding="utf-8").replace('"reports"', f'"{folder / "reports"}"')
        invited.config.write_text(text, encoding="utf-8")
        (folder / "reports").mkdir()
        done = call("nightly", "--as-of", WEDNESDAY, "--ahead", "--no-prefect", "--config", invited.config)
        assert_one_message(done, folder / "reports" / f"{WEDNESDAY}")
        assert contents(folder) == {}
    assert invited.history.runs().height == nights


@pytest.mark.flow
@pytest.mark.parametrize(("kibibytes", "is_filled"), [(64, True), (400, False), (1500, False)])
def test_a_home_that_is_full_is_named_in_one_message(kibibytes: int, *, is_filled: bool, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with disk(tmp_path / "home", kibibytes) as home:
        if is_filled:
            fill(home)
        found = environment(home, XDG_STATE_HOME=str(tmp_path / "state"))
        words = drawline("run", CLIENTS, *AS_OF, "--out", out)
        done = subprocess.run(words, env=found, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 1, done.stderr
    assert done.stderr.splitlines() == [f"drawline: {full_disk.message(home / 'prefect')}"]
    assert not out.exists()


@pytest.mark.flow
def test_a_request_that_finds_no_room_leaves_nothing(tmp_path: Path) -> None:
    with disk(tmp_path / "state", 16) as state:
        (state / "drawline" / "requests").mkdir(parents=True)
        fill(state)
        found = environment(tmp_path, XDG_STATE_HOME=str(state))
        words = drawline("run", CLIENTS, *AS_OF, "--out", tmp_path / "out")
        done = subprocess.run(words, env=found, capture_output=True, text=True, check=False, cwd=tmp_path)
        assert contents(state) == {}
    assert done.stderr.splitlines() == [f"drawline: {full_disk.message(state / 'drawline' / 'requests')}"]
    assert done.returncode == 1


@pytest.mark.parametrize(
    ("error", "is_it"),
    [
        (OSError(errno.ENOSPC, "x"), True),
        (OSError(errno.EDQUOT, "x"), True),
        (ValueError("underlying IO error: No space left on device (os error 28)"), True),
        (OSError(errno.EACCES, "x"), False),
        (ValueError("full"), False),
        (None, False),
    ],
)
def test_a_full_disk_is_known_by_number_or_words(error: Exception | None, *, is_it: bool) -> None:
    assert full_disk.is_full(error) == is_it


def failing() -> None:
    """Fails as a library does that reports an error of the system by one of its own."""
    try:
        Path().write_bytes(b"")
    except OSError as error:
        error.errno = errno.ENOSPC
        raise ValueError("something of a library") from None


def test_an_error_that_came_from_a_full_disk_is_one() -> None:
    with pytest.raises(FullDisk, match=r"^The disk of place is full\."), full_disk.naming(Path("place")):
        failing()


def test_other_errors_stay_what_they_are() -> None:
    with pytest.raises(PermissionError), full_disk.naming(Path("place")):
        raise PermissionError(errno.EACCES, "x")
