"""Outputs for recipients: encrypted files alone, and nothing plain left behind, however the run ends."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from datetime import date
from pathlib import Path

import polars as pl
import pyrage
import pytest
from typer.testing import CliRunner, Result

from flows.cli import app
from flows.errors import UsageError
from flows.outputs import encrypted_outputs, encryption, full_disk
from sample_data.bad_rows import rows_by_sheet
from sample_data.workbook import write_workbook
from tests.firm import MONDAY, SOME, Firm, clients
from tests.flows.test_full_disk import disk

SAMPLE = Path(__file__).parents[2] / "sample_data" / "clients_2021-09.xlsx"
AS_OF = ("--as-of", "2021-09-14")
FEW_ON = date(2026, 8, 7)
CANARY = "the name of a client"
MEMORY = Path("/dev/shm")  # noqa: S108 - where Linux keeps files in memory


def run(*arguments: str | Path, **environment: str) -> Result:
    return CliRunner().invoke(app, [*map(str, arguments)], env=environment)


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workbook of the first clients of the sample, which a run is quick with."""
    path = tmp_path_factory.mktemp("few") / "clients.xlsx"
    write_workbook(path, rows_by_sheet(clients(*range(1, 13))), title="Clients", made_on=FEW_ON)
    return path


@pytest.fixture
def keys(tmp_path: Path) -> tuple[Path, Path]:
    """A file with a public key, and one with its secret key."""
    identity = pyrage.x25519.Identity.generate()
    public, secret = tmp_path / "recipients.txt", tmp_path / "key.txt"
    public.write_text(f"# the other office\n{identity.to_public()}\n")
    secret.write_text(f"# created for a test\n{identity}\n")
    return public, secret


def files_in(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_scores_for_a_recipient_open_with_the_key_alone(keys: tuple[Path, Path], tmp_path: Path) -> None:
    public, secret = keys
    out = tmp_path / "out"
    out.mkdir()
    done = run("score", SAMPLE, *AS_OF, "--out", out / "s.csv", "--encrypt-to", public, "--json", "-q")
    assert done.exit_code == 0, done.output
    assert files_in(out) == {"s.csv.age"}
    assert json.loads(done.stdout)["out"] == str(out / "s.csv.age")
    plain = tmp_path / "plain.csv"
    run("score", SAMPLE, *AS_OF, "--out", plain, "-q")
    assert run("decrypt", out / "s.csv.age", "--identity", secret).exit_code == 0
    assert (out / "s.csv").read_bytes() == plain.read_bytes()
    assert (out / "s.csv").stat().st_mode & 0o777 == 0o600
    other = tmp_path / "other.txt"
    other.write_text(f"{pyrage.x25519.Identity.generate()}\n")
    refused = run("decrypt", out / "s.csv.age", "--identity", other, "--out", out / "x.csv")
    assert refused.exit_code == 2
    assert "does not open" in refused.output
    again = run("decrypt", out / "s.csv.age", "--identity", secret)
    assert again.exit_code == 2
    assert "is there already" in again.output


def test_a_run_leaves_one_archive_and_takes_the_plain_outputs_away(
    keys: tuple[Path, Path], few: Path, tmp_path: Path
) -> None:
    public, secret = keys
    out = tmp_path / "out"
    common = ("run", few, "--as-of", str(FEW_ON), "--out", out, "--no-prefect", "-q")
    assert run(*common).exit_code == 0
    (out / "notes.txt").write_text("of the firm")
    plain = files_in(out)
    assert run(*common, "--encrypt-to", public).exit_code == 0
    assert files_in(out) == {encrypted_outputs.ARCHIVE, "notes.txt"}
    content = encryption.decrypted(out / encrypted_outputs.ARCHIVE, secret)
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        assert set(package.namelist()) == plain - {"notes.txt"}
        assert all(entry.external_attr >> 16 == 0o600 for entry in package.infolist())
        scores = pl.read_parquet(package.read("scores.parquet"))
    assert scores.height > 0
    assert b"PK\x03\x04" not in (out / encrypted_outputs.ARCHIVE).read_bytes()[:4096]


def test_client_pages_and_advice(keys: tuple[Path, Path], few: Path, tmp_path: Path) -> None:
    public, secret = keys
    for command, name, more in (
        ("client-letter", "page.xlsx", ("--client", "C-0001")),
        ("advise", "advice.parquet", ()),
    ):
        out = tmp_path / command
        out.mkdir()
        done = run(command, few, "--as-of", str(FEW_ON), "--out", out / name, "--encrypt-to", public, *more)
        assert done.exit_code == 0, done.output
        assert files_in(out) == {f"{name}.age"}
        assert encryption.decrypted(out / f"{name}.age", secret)[:2] in (b"PK", b"PA")


def tried_again(*command: object, **variables: str) -> Result:
    """A command that opens by a passphrase: a machine that is busier than at the encryption refuses it for the moment."""
    for _ in range(20):
        done = run(*command, **variables)
        if "Try again when it is less busy" not in done.output:
            break
    return done


def test_a_passphrase_comes_from_the_environment(tmp_path: Path) -> None:
    out, words = tmp_path / "s.csv", tmp_path / "passphrase.txt"
    words.write_text("correct horse battery staple\n")
    common = ("score", SAMPLE, *AS_OF, "--out", out, "-q", "--encrypt-to", "passphrase")
    missing = run(*common, DRAWLINE_PASSPHRASE="", DRAWLINE_PASSPHRASE_FILE="")
    assert missing.exit_code == 2
    assert "There is no passphrase" in missing.output
    assert run(*common, DRAWLINE_PASSPHRASE_FILE=str(words)).exit_code == 0
    assert not out.exists()
    wrong = tried_again("decrypt", f"{out}.age", **{encryption.VARIABLE: "another"})
    assert wrong.exit_code == 2, wrong.output
    assert "another" not in wrong.output
    done = tried_again("decrypt", f"{out}.age", **{encryption.VARIABLE: "correct horse battery staple"})
    assert done.exit_code == 0, done.output
    assert out.read_text().startswith("client_id,")


def test_recipients_that_cannot_be_used(keys: tuple[Path, Path], tmp_path: Path) -> None:
    public, secret = keys
    key = secret.read_text().splitlines()[1]
    blank = tmp_path / "blank.txt"
    blank.write_text("# nobody\n")
    for named, said in (
        ([key], "secret key is named"), ([str(secret)], "secret key is named"), ([str(blank)], "has no recipient"),
        ([str(tmp_path / "none.txt")], "cannot be opened"), (["age1abc"], "is no recipient"),
        ([str(public), "passphrase"], "not both"), (["ssh-rsa AAAA"], "is no recipient"),
    ):  # fmt: skip
        with pytest.raises(UsageError, match=said) as caught:
            encryption.recipients(named)
        assert key not in str(caught.value)
    assert encryption.recipients(["none"]) == ()
    assert len(encryption.recipients([str(public), public.read_text().splitlines()[1]])) == 1


def test_settings_encrypt_the_reports_of_a_nightly_run(keys: tuple[Path, Path], tmp_path: Path) -> None:
    public, secret = keys
    firm = Firm(tmp_path / "firm", more=f'encrypt_to = ["{public}"]\nsplit_by = "case_owner"\n')
    firm.publish(MONDAY)
    firm.drop("a.xlsx", clients(36, 37))
    firm.night(MONDAY)
    assert files_in(firm.reports) == {f"{MONDAY}/{encrypted_outputs.ARCHIVE}"}
    content = encryption.decrypted(firm.reports / str(MONDAY) / encrypted_outputs.ARCHIVE, secret)
    names = set(zipfile.ZipFile(io.BytesIO(content)).namelist())
    assert {"report.xlsx", "scores.parquet", "quarantine.csv", "alerts.xlsx", "run.json"} <= names
    firm.night(MONDAY)
    assert files_in(firm.reports) == {f"{MONDAY}/{encrypted_outputs.ARCHIVE}"}


def test_a_night_refuses_a_second_history_beside_encrypted_reports(keys: tuple[Path, Path], tmp_path: Path) -> None:
    firm = Firm(tmp_path / "firm", more=f'encrypt_to = ["{keys[0]}"]\n')
    firm.publish(MONDAY)
    firm.drop("a.xlsx", clients(*SOME))
    firm.night(MONDAY)
    Path(firm.history.place).rename(tmp_path / "kept")
    with pytest.raises(UsageError, match=f"hold the night of {MONDAY}, and there is no history in"):
        firm.night(MONDAY)


PROGRAM = f"""
import sys, time
from pathlib import Path
from flows.outputs import encrypted_outputs
out, to = Path(sys.argv[1]), sys.argv[2]
with encrypted_outputs.atomic_folder(out, (to,), last="run.json") as staged:
    (staged / "report-Jane-Doe.xlsx").write_bytes({CANARY!r}.encode() * 100)
    print(staged / "report-Jane-Doe.xlsx", flush=True)
    time.sleep(60)
"""


@pytest.mark.skipif(not hasattr(os, "memfd_create"), reason="only Linux keeps files in memory without a name")
def test_a_killed_run_leaves_nothing_plain(tmp_path: Path) -> None:
    out = tmp_path / "out"
    to = str(pyrage.x25519.Identity.generate().to_public())
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    command = [sys.executable, "-c", PROGRAM, str(out), to]
    environment = {**os.environ, "TMPDIR": str(temporary)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        written = Path(process.stdout.readline().strip())
        # As long as the run is at work, its owner can read it, and no other run removes it.
        make_archive(tmp_path / "other", to)
        assert CANARY.encode() in written.read_bytes()
        # The names of outputs may be those of people.
        assert [path.name for path in written.parent.iterdir()] == ["000000.xlsx"]
        process.send_signal(signal.SIGKILL)
        process.wait(10)
    deadline = time.monotonic() + 5
    while written.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not written.exists()
    for folder in (tmp_path, written.parent):
        assert [path for path in folder.rglob("*") if path.is_file() and CANARY.encode() in path.read_bytes()] == []
    assert written.is_symlink()
    make_archive(tmp_path / "other", to)
    assert not written.parent.exists()
    assert not written.parent.with_name(f"{written.parent.name}.lock").exists()


def make_archive(out: Path, to: str) -> None:
    with encrypted_outputs.atomic_folder(out, (to,), last="run.json") as staged:
        (staged / "run.json").write_text("{}")


@pytest.mark.skipif(not hasattr(os, "memfd_create"), reason="only Linux keeps files in memory without a name")
def test_files_in_memory_have_the_names_of_the_outputs_for_the_writer(tmp_path: Path) -> None:
    to = str(pyrage.x25519.Identity.generate().to_public())
    with encrypted_outputs.atomic_folder(tmp_path, (to,)) as staged:
        for name in ("b.xlsx", "a.csv"):
            (staged / name).write_text(name)
        # A name that is used again is the same file.
        assert (staged / "b.xlsx").read_text() == "b.xlsx"
        assert [(path.name, path.suffix, path.read_text()) for path in staged.iterdir()] == [
            ("a.csv", ".csv", "a.csv"), ("b.xlsx", ".xlsx", "b.xlsx"),
        ]  # fmt: skip
        # What makes a path of a path gets the same file.
        assert {Path(path).read_text() for path in staged.iterdir()} == {"a.csv", "b.xlsx"}


def test_memory_that_is_full_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a container, whose /dev/shm has 64 MB: the parts of sheets are there while a workbook is written."""
    public = pyrage.x25519.Identity.generate().to_public()
    out = tmp_path / "out"
    with disk(tmp_path / "memory", 64) as memory:
        monkeypatch.setattr(encrypted_outputs, "_MEMORY", memory)
        done = run("run", SAMPLE, *AS_OF, "--out", out, "--no-prefect", "-q", "--encrypt-to", str(public))
        assert done.exit_code == 1, done.output
        assert done.stderr.splitlines() == [f"drawline: {full_disk.message(memory)}"]
        assert list(memory.iterdir()) == []
    assert files_in(out) == set()


def test_client_pages_in_the_folder_of_a_run_leave_its_archive(keys: tuple[Path, Path], tmp_path: Path) -> None:
    public, secret = keys
    out = tmp_path / "out"
    to = public.read_text().splitlines()[1]
    make_archive(out, to)
    done = run("client-letter", SAMPLE, *AS_OF, "--client", "C-0001", "--out", out, "--encrypt-to", public)
    assert done.exit_code == 0, done.output
    assert files_in(out) == {encrypted_outputs.ARCHIVE, "letters.zip.age"}
    for archive, name in ((encrypted_outputs.ARCHIVE, "run.json"), ("letters.zip.age", "client-page-C-0001.pdf")):
        package = zipfile.ZipFile(io.BytesIO(encryption.decrypted(out / archive, secret)))
        assert package.namelist() == [name]


def test_a_plain_run_removes_what_an_earlier_one_encrypted(keys: tuple[Path, Path], tmp_path: Path) -> None:
    public, _secret = keys
    out = tmp_path / "out"
    whole = ("run", SAMPLE, *AS_OF, "--out", out, "--no-prefect", "-q")
    assert run(*whole, "--encrypt-to", public).exit_code == 0
    (out / "letters.zip.age").write_bytes(b"of client-letter")
    assert run(*whole, "--encrypt-to", "none").exit_code == 0
    assert encrypted_outputs.ARCHIVE not in files_in(out)
    assert {"run.json", "report.xlsx", "letters.zip.age"} <= files_in(out)
    scores = ("score", SAMPLE, *AS_OF, "--out", tmp_path / "s.csv", "-q")
    assert run(*scores, "--encrypt-to", public).exit_code == 0
    assert run(*scores).exit_code == 0
    assert {path.name for path in tmp_path.glob("s.csv*")} == {"s.csv"}


def test_an_error_leaves_neither_a_plain_nor_an_encrypted_file(tmp_path: Path) -> None:
    to = str(pyrage.x25519.Identity.generate().to_public())

    def write() -> None:
        with encrypted_outputs.atomic_file(tmp_path / "s.csv", (to,)) as staged:
            staged.write_text(CANARY)
            raise OSError(28, "No space left on device")

    before = set(MEMORY.glob(".drawline-*")) if MEMORY.is_dir() else set()
    with pytest.raises(OSError, match="is full"):
        write()
    assert files_in(tmp_path) == set()
    assert not MEMORY.is_dir() or set(MEMORY.glob(".drawline-*")) <= before
