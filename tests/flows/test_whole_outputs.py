"""Outputs are whole: killed runs leave nothing behind for long, and two writers of one folder never mix their files."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

import sample_data
from flows import errors
from flows.cli import app
from flows.outputs import digests, files, locks
from sample_data.bad_rows import rows_by_sheet
from sample_data.workbook import write_workbook
from tests.firm import clients
from tests.processes import environment

pytestmark = pytest.mark.skipif(os.name != "posix", reason="kills processes as POSIX does")
SAMPLE = Path(sample_data.__file__).parent / "clients_2026.xlsx"
HEX = "0123abcd"

# Writes two files and a record into a folder, as a run does, and is killed before a step of its choice.
WRITER = """
import hashlib, json, os, signal, sys
from pathlib import Path
from flows.outputs import files

out, text, step = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
steps = iter(range(100))

def counted(real):
    def call(*arguments, **named):
        if next(steps) == step:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*arguments, **named)
    return call

# Each of these changes what is on disk.
for place, name in ((os, "link"), (os, "replace"), (os, "rename"), (os, "unlink"), (os, "mkdir"), (os, "rmdir")):
    setattr(place, name, counted(getattr(place, name)))
with files.atomic_folder(out, last="run.json", obsolete=[out / "old.txt"]) as staged:
    for name in ("a.txt", "b.txt"):
        (staged / name).write_text(f"{name} {text}")
    outputs = {name: hashlib.sha256((staged / name).read_bytes()).hexdigest() for name in ("a.txt", "b.txt")}
    (staged / "run.json").write_text(json.dumps({"text": text, "outputs": outputs}))
print(next(steps))
"""


def write(out: Path, text: str, step: int = -1) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", WRITER, str(out), text, str(step)], capture_output=True, text=True, check=False
    )


def write_here(out: Path, *outputs: str) -> None:
    """The same in this process."""
    with files.atomic_folder(out, last="run.json", obsolete=[out / "old.txt"]) as staged:
        for name in outputs:
            (staged / name).write_text("second", encoding="utf-8")


def is_whole(out: Path) -> bool:
    """Do the files of a folder match its record?"""
    outputs = json.loads((out / "run.json").read_text(encoding="utf-8"))["outputs"]
    return all(digests.sha256_of(out / name) == sha256 for name, sha256 in outputs.items())


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def earlier(tmp_path: Path) -> Path:
    """A folder with the outputs of an earlier run, one of them of no use any more, and files of somebody else."""
    out = tmp_path / "out"
    assert write(out, "first").returncode == 0
    for name in ("old.txt", "mine.xlsx", ".drawline-notes", ".drawline-0123abcd.txt"):
        (out / name).write_text(name, encoding="utf-8")
    (out / "sub").mkdir()
    (out / "sub" / "kept.txt").write_text("kept", encoding="utf-8")
    return out


FOREIGN = [".drawline-0123abcd.txt", ".drawline-notes", "mine.xlsx", "sub"]


def test_a_writer_killed_at_any_step_leaves_the_earlier_outputs_or_the_new_ones(tmp_path: Path, earlier: Path) -> None:
    whole = tmp_path / "whole"
    shutil.copytree(earlier, whole)
    done = write(whole, "second")
    assert done.returncode == 0, done.stderr
    steps = int(done.stdout)
    assert steps > 10
    seen = set()
    for step in range(steps):
        out = tmp_path / f"killed-{step}"
        shutil.copytree(earlier, out)
        assert write(out, "second", step).returncode == -signal.SIGKILL
        # A record that is there is that of the files beside it.
        if (out / "run.json").exists():
            assert is_whole(out), step
        with files.atomic_folder(out):
            # The next writer finds one result or the other, and nothing of the writer that was killed.
            assert is_whole(out), step
            found = json.loads((out / "run.json").read_text(encoding="utf-8"))["text"]
            assert (out / "old.txt").exists() == (found == "first"), step
        assert names(out) == sorted(
            [*FOREIGN, "a.txt", "b.txt", "run.json", *(["old.txt"] if found == "first" else [])]
        )
        assert (out / "sub" / "kept.txt").read_text(encoding="utf-8") == "kept"
        seen.add(found)
    assert seen == {"first", "second"}


@pytest.mark.parametrize("has_links", [True, False], ids=["links", "no links"])
@pytest.mark.parametrize("failing", ["a.txt", "b.txt", "run.json"])
def test_an_error_while_files_are_moved_leaves_the_earlier_outputs(
    earlier: Path, failing: str, has_links: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where a workbook is open in Excel on Windows; some shares have no hard links."""
    replace = os.replace

    def refused(source: str | Path, target: str | Path) -> None:
        if Path(target).name == failing:
            raise PermissionError(13, "in use", str(target))
        replace(source, target)

    def no_links(*_arguments: object, **_named: object) -> None:
        raise PermissionError(1, "no links")

    before = names(earlier)
    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", refused)
        if not has_links:
            patch.setattr(os, "link", no_links)
        with pytest.raises(PermissionError):
            write_here(earlier, "a.txt", "b.txt", "new.txt", "run.json")
    assert is_whole(earlier)
    assert json.loads((earlier / "run.json").read_text(encoding="utf-8"))["text"] == "first"
    assert names(earlier) == before


def test_an_error_before_the_outputs_are_whole_changes_nothing(earlier: Path) -> None:
    before = names(earlier)
    with pytest.raises(FileNotFoundError):
        write_here(earlier, "a.txt", "in no folder/b.txt")
    assert names(earlier) == before
    assert is_whole(earlier)


def test_moves_that_name_files_elsewhere_are_not_made(tmp_path: Path) -> None:
    out, outside = tmp_path / "out", tmp_path / "outside.txt"
    outside.write_text("kept", encoding="utf-8")
    staged = out / f".drawline-{HEX}"
    staged.mkdir(parents=True)
    moves = {"names": [], "gone": ["../outside.txt"], "earlier": {}, "made": {}, "last": None}
    (staged / files.MOVES).write_text(json.dumps(moves), encoding="utf-8")
    with files.atomic_folder(out):
        pass
    assert outside.read_text(encoding="utf-8") == "kept"
    assert names(out) == [staged.name]


def test_files_whose_moves_cannot_be_read_stay(earlier: Path) -> None:
    """As after a power cut, where the file of the moves is empty."""
    staged = earlier / f".drawline-{HEX}"
    (staged / files.EARLIER).mkdir(parents=True)
    (staged / files.MOVES).touch()
    (staged / "a.txt").write_text("new", encoding="utf-8")
    (earlier / "a.txt").rename(staged / files.EARLIER / "a.txt")
    (earlier / "run.json").unlink()
    with files.atomic_folder(earlier, last="run.json") as folder:
        (folder / "run.json").write_text("{}", encoding="utf-8")
    assert (staged / "a.txt").read_text(encoding="utf-8") == "new"
    assert (staged / files.EARLIER / "a.txt").read_text(encoding="utf-8") == "a.txt first"


def test_all_is_on_the_disk_before_a_file_is_moved(earlier: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: set[int] = set()
    moved = []
    sync, replace = os.fsync, os.replace

    def noted(descriptor: int) -> None:
        synced.add(os.fstat(descriptor).st_ino)
        sync(descriptor)

    def checked(source: str | Path, target: str | Path) -> None:
        folder = Path(source).parent
        moved.append(Path(source).name)
        assert {path.stat().st_ino for path in (Path(source), folder, folder / files.MOVES)} <= synced
        replace(source, target)

    monkeypatch.setattr(os, "fsync", noted)
    monkeypatch.setattr(os, "replace", checked)
    with files.atomic_folder(earlier, last="run.json") as staged:
        for name in ("a.txt", "run.json"):
            (staged / name).write_text("second", encoding="utf-8")
    assert moved == ["a.txt", "run.json"]


@pytest.mark.parametrize("undo", [False, True], ids=["forward", "back"])
def test_what_somebody_changed_after_a_kill_stays(tmp_path: Path, earlier: Path, undo: bool) -> None:
    """A file that was to go, one that was moved in and one that was to be replaced."""
    left = tmp_path / "left"
    shutil.copytree(earlier, left)
    steps = int(write(left, "second").stdout)
    tried = 0
    for step in range(steps):
        out = tmp_path / f"killed-{step}"
        shutil.copytree(earlier, out)
        write(out, "second", step)
        half = [staged for staged in out.glob(".drawline-*") if (staged / files.MOVES).is_file()]
        for staged in half:
            tried += 1
            if undo:
                (staged / files.MOVES).rename(staged / files.UNDO)
            for name in ("old.txt", "a.txt", "b.txt"):
                if (out / name).exists():
                    # As Excel saves: another file takes the place.
                    saved = tmp_path / "saved"
                    saved.write_text(f"edited {name}", encoding="utf-8")
                    saved.replace(out / name)
            edited = [name for name in ("old.txt", "a.txt", "b.txt") if (out / name).exists()]
            with files.atomic_folder(out):
                pass
            assert {name: (out / name).read_text(encoding="utf-8") for name in edited} == {
                name: f"edited {name}" for name in edited
            }, step
            assert not staged.exists()
    assert tried > 2


def test_a_folder_that_cannot_be_written_to_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = os.open

    def refused(path: str | Path, flags: int, *more: int) -> int:
        if flags & os.O_CREAT:
            raise PermissionError(13, "Permission denied", str(path))
        return opened(path, flags, *more)

    monkeypatch.setattr(os, "open", refused)
    with pytest.raises(PermissionError, match="Permission denied"):
        locks.taken(tmp_path / "lock")


def test_staged_files_of_the_earliest_writer_go_with_the_next_output(tmp_path: Path) -> None:
    """It wrote .0123abcd-scores.csv beside scores.csv."""
    foreign = [f".{HEX}-others.csv", ".0123abcg-a.csv", f"{HEX}-a.csv", f".{HEX}-a.csv.txt"]
    for name in (*foreign, f".{HEX}-a.csv", f".{HEX}-report.xlsx"):
        (tmp_path / name).write_text("names of clients", encoding="utf-8")
    with files.atomic_file(tmp_path / "a.csv") as staged:
        staged.touch()
    assert names(tmp_path) == sorted([*foreign, f".{HEX}-report.xlsx", "a.csv"])
    with files.atomic_folder(tmp_path) as folder:
        (folder / "report.xlsx").touch()
    assert names(tmp_path) == sorted([*foreign, "a.csv", "report.xlsx"])


@pytest.mark.parametrize("way", ["plain", "symlink", "other file system"])
def test_two_processes_that_write_to_one_folder_leave_the_outputs_of_one(tmp_path: Path, way: str) -> None:
    out = other = tmp_path / "out"
    if way == "symlink":
        out.mkdir()
        other = tmp_path / "linked"
        other.symlink_to(out, target_is_directory=True)
    with _elsewhere() if way == "other file system" else _here(out) as out:
        other = out if way != "symlink" else other
        for _time in range(5):
            both = [
                subprocess.Popen(
                    [sys.executable, "-c", WRITER, str(folder), text, "-1"],
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT,
                )
                for folder, text in ((out, "one"), (other, "two"))
            ]
            said = [one.communicate()[0].decode() for one in both]
            assert [one.returncode for one in both] == [0, 0], said
            assert is_whole(out)
            texts = {(out / name).read_text(encoding="utf-8").split()[1] for name in ("a.txt", "b.txt")}
            assert texts == {json.loads((out / "run.json").read_text(encoding="utf-8"))["text"]}
            assert names(out) == ["a.txt", "b.txt", "run.json"]


@contextmanager
def _here(out: Path) -> Iterator[Path]:
    yield out


@contextmanager
def _elsewhere() -> Iterator[Path]:
    """A folder on another file system than that of the temporary folder, where there is one."""
    memory = Path("/dev/shm")  # noqa: S108 - a file system of its own on Linux
    if not memory.is_dir() or not os.access(memory, os.W_OK):
        pytest.skip("needs /dev/shm")
    folder = memory / f"drawline-test-{os.getpid()}"
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def test_a_second_run_waits_for_the_first_or_refuses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "report.xlsx").write_bytes(b"of the first")
    words = ["run", str(SAMPLE), "--out", str(out), "--as-of", "2026-08-07", "--client", "C-0004", "--no-prefect"]
    lock = locks.taken(out / files.WRITING)
    assert lock is not None
    monkeypatch.setattr(files, "MAX_WAIT_SECONDS", 1)
    refused = CliRunner().invoke(app, words)
    assert refused.exit_code == errors.EXIT_ERROR
    assert refused.stderr == (
        f"drawline: another run is still writing to {out} after 1 seconds; try again once it is done, or name another "
        "folder\n"
    )
    assert (out / "report.xlsx").read_bytes() == b"of the first"
    assert names(out) == [files.WRITING, "report.xlsx"]
    monkeypatch.setattr(files, "MAX_WAIT_SECONDS", 60)
    threading.Timer(0.5, lock.release).start()
    waited = CliRunner().invoke(app, words)
    assert waited.exit_code == 0, waited.output
    assert is_whole(out)
    assert files.WRITING not in names(out)


# What is killed and what it leaves: a command, with the name of the file that it writes.
KILLED = """
import os, signal

replace = os.replace
def at_the_end(source, target):
    if ".drawline-" in str(source):
        os.kill(os.getpid(), signal.SIGKILL)
    replace(source, target)
os.replace = at_the_end
from flows.cli import main
main()
"""
DAY = "2026-08-07"
COMMANDS = {
    "score": ["score", "{clients}", "--as-of", DAY, "--out", "{out}/scores.csv"],
    "advise": ["advise", "{clients}", "--as-of", DAY, "--client", "C-0004", "--out", "{out}/advice.csv"],
    "letter": ["client-letter", "{clients}", "--as-of", DAY, "--client", "C-0004", "--out", "{out}/letter.xlsx"],
    "template": ["template", "{out}/list.xlsx"],
    "columns": ["columns", "--out", "{out}"],
    "simulate": ["simulate", "{clients}", "--plan", str(SAMPLE.with_name("plan_2026.yaml")), "--out", "{out}"],
    "forecast": ["forecast", "--futures", "100", "--as-of", DAY, "--out", "{out}/forecast.xlsx"],
    "national": ["national", "--as-of", DAY, "--out", "{out}/pool.parquet"],
    "page": ["page", "--as-of", DAY, "--no-forecast", "--out", "{out}/page.html"],
    "check": ["check", "{clients}", "--as-of", DAY, "--out", "{out}"],
}


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workbook of the first clients of the sample, which a command is quick with."""
    path = tmp_path_factory.mktemp("few") / "clients.xlsx"
    write_workbook(path, rows_by_sheet(clients(*range(1, 13))), title="Clients", made_on=date.fromisoformat(DAY))
    return path


def command(name: str, few: Path, out: Path) -> list[str]:
    return [word.format(clients=few, out=out) for word in COMMANDS[name]]


@pytest.mark.slow
@pytest.mark.parametrize("name", COMMANDS)
def test_what_a_killed_command_leaves_is_removed_by_the_next_one(tmp_path: Path, few: Path, name: str) -> None:
    out = tmp_path / "out"
    out.mkdir()
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, *command(name, few, out)],
        env=environment(tmp_path / "home"), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    left = [found.name for found in out.iterdir() if found.name.startswith(".")]
    assert left
    done = CliRunner().invoke(app, command(name, few, out))
    assert done.exit_code in (0, 3), done.output
    assert [found for found in names(out) if found.startswith(".")] == []
    assert names(out)


def test_what_a_living_process_holds_stays(tmp_path: Path) -> None:
    target = tmp_path / "a.txt"
    with files.atomic_file(target) as staged:
        staged.write_text("first", encoding="utf-8")
        with files.atomic_file(tmp_path / "b.txt") as other:
            other.write_text("other", encoding="utf-8")
        files.remove_leftovers(tmp_path)
        files.finish(tmp_path)
        assert staged.is_file()
    assert names(tmp_path) == ["a.txt", "b.txt"]


def test_two_writers_of_one_file_leave_what_one_of_them_wrote(tmp_path: Path) -> None:
    target = tmp_path / "a.txt"

    def write_one(text: str) -> None:
        with files.atomic_file(target) as staged, staged.open("w", encoding="utf-8") as file:
            for _line in range(200):
                file.write(f"{text}\n")
                time.sleep(0.0005)

    writers = [threading.Thread(target=write_one, args=(text,)) for text in ("one", "two")]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert len(set(target.read_text(encoding="utf-8").splitlines())) == 1
    assert names(tmp_path) == ["a.txt"]


def test_leftovers_of_an_older_drawline_go_and_files_of_others_stay(tmp_path: Path) -> None:
    """An older one left no lock beside its folder."""
    left = tmp_path / f".drawline-{HEX}"
    left.mkdir()
    (left / "report.xlsx").write_bytes(b"names of clients")
    (tmp_path / f".drawline-{HEX[::-1]}.lock").touch()
    foreign = tmp_path / ".drawline-notes"
    foreign.mkdir()
    linked = tmp_path / ".drawline-ffffffff"
    linked.symlink_to(foreign, target_is_directory=True)
    with files.atomic_file(tmp_path / "a.txt") as staged:
        staged.touch()
    assert names(tmp_path) == [".drawline-ffffffff", ".drawline-notes", "a.txt"]


@pytest.mark.flow
@pytest.mark.slow
def test_the_request_of_a_killed_run_is_removed_by_the_next_one(tmp_path: Path) -> None:
    """It names the paths of the inputs and the clients who were selected."""
    home = tmp_path / "home"
    home.mkdir()
    words = ["run", str(SAMPLE), "--as-of", DAY, "--client", "C-0004", "--out", str(tmp_path / "out")]
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, *words], env=environment(home), capture_output=True, text=True, check=False
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    left = list((home / "state").rglob("*.json"))
    assert len(left) == 1
    assert str(SAMPLE) in left[0].read_text(encoding="utf-8")
    assert (tmp_path / "out" / files.WRITING).exists()
    done = subprocess.run(
        [sys.executable, "-m", "flows.cli", *words], env=environment(home), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert [path for path in (home / "state").rglob("*") if path.is_file()] == []
    assert names(tmp_path / "out") == ["quarantine.csv", "report.xlsx", "run.json", "scores.parquet"]
    assert is_whole(tmp_path / "out")
