"""Passwords of workbooks from a file, the environment and the settings, in single commands and in a nightly run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from typer.testing import CliRunner, Result

from flows.cli import app
from flows.errors import UsageError
from flows.firm import passwords
from flows.main_run.output_names import RECORD
from history.tables import RECORDS
from tests.firm import MONDAY, SOME, TUESDAY, Firm, clients
from tests.protected_books import PASSWORD, protected

SAMPLE = Path(__file__).parents[2] / "sample_data" / "clients_2021-09.xlsx"
AS_OF = ("--as-of", "2021-09-14")


def run(*arguments: str | Path, **environment: str) -> Result:
    return CliRunner().invoke(app, [*map(str, arguments)], env=environment)


@pytest.fixture(scope="module")
def locked_sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return protected(SAMPLE, tmp_path_factory.mktemp("locked") / "clients.xlsx")


@pytest.fixture
def password_file(tmp_path: Path) -> Path:
    path = tmp_path / "passwords.txt"
    path.write_text(f"of another sender\n\n{PASSWORD}\n", encoding="utf-8")
    return path


def test_score_of_a_protected_workbook_is_that_of_the_plain_one(
    locked_sample: Path, password_file: Path, tmp_path: Path
) -> None:
    plain, opened = tmp_path / "plain.csv", tmp_path / "opened.csv"
    assert run("score", SAMPLE, *AS_OF, "--out", plain, "-q").exit_code == 0
    done = run("score", locked_sample, *AS_OF, "--out", opened, "-q", "--password-file", password_file)
    assert done.exit_code == 0, done.output
    of_file = pl.col("source_file")
    frames = [pl.read_csv(path, infer_schema=False).drop("source_file") for path in (plain, opened)]
    assert frames[0].equals(frames[1])
    assert pl.read_csv(opened, infer_schema=False).select(of_file.unique()).item() == "clients.xlsx"


def test_check_takes_the_password_of_the_environment(locked_sample: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = run("check", locked_sample, *AS_OF, "--out", out, DRAWLINE_WORKBOOK_PASSWORD=PASSWORD)
    assert done.exit_code == 0, done.output
    assert PASSWORD not in done.output
    # A corrections workbook would be a copy without the password.
    assert "no copy of it is written" in done.output
    listed = (out / "clients-corrections.xlsx").stat().st_size
    assert listed < locked_sample.stat().st_size / 2


def test_a_run_leaves_no_password_and_no_copy(locked_sample: Path, password_file: Path, tmp_path: Path) -> None:
    out, log = tmp_path / "out", tmp_path / "run.log"
    done = run(
        "run", locked_sample, *AS_OF, "--out", out, "--no-prefect", "--password-file", password_file, "--log-file", log
    )
    assert done.exit_code == 0, done.output
    assert [path for path in tmp_path.rglob("*") if PASSWORD.encode() in read(path)] == [password_file]
    assert json.loads((out / RECORD).read_text())["inputs"][0]["kind"] == "xlsx"
    assert PASSWORD not in done.output


def read(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() else b""


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "must hold from 1 to 50 lines"),
        (b"\n \n", "must hold from 1 to 50 lines"),
        (b"x\n" * 51, "must hold from 1 to 50 lines"),
        (b"se\xffcret", "is no text in UTF-8"),
        (None, "There is no password file"),
    ],
)
def test_a_password_file_that_cannot_be_used(content: bytes | None, said: str, tmp_path: Path) -> None:
    path = tmp_path / "passwords.txt"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UsageError, match=said) as caught:
        passwords.read(path)
    assert "cret" not in str(caught.value)


@pytest.mark.parametrize(("given", "said"), [("", "Write its password into a file"), ("wrong", "(1 tried)")])
def test_commands_name_the_fix(locked_sample: Path, given: str, said: str, tmp_path: Path) -> None:
    for command, more in (("check", ()), ("score", ("--out", tmp_path / "s.csv")), ("run", ("--out", tmp_path / "o"))):
        arguments: tuple[Any, ...] = (command, locked_sample, *AS_OF, *more)
        done = run(*arguments, DRAWLINE_WORKBOOK_PASSWORD=given)
        assert done.exit_code == 4, done.output
        assert said in done.output.replace("\n", " ")
        assert "Traceback" not in done.output


def test_a_nightly_run_takes_a_file_once_its_password_is_known(tmp_path: Path) -> None:
    firm = Firm(tmp_path / "firm", more='password_file = "passwords.txt"\n')
    firm.publish(MONDAY)
    plain = firm.drop("a.xlsx", clients(*SOME))
    data = plain.read_bytes()
    protected(plain, firm.inbox / "locked.xlsx")
    plain.unlink()
    known = firm.folder / "passwords.txt"
    known.write_text("wrong\n")
    firm.drop("b.xlsx", clients(40))
    first = firm.night(MONDAY)
    assert {one["name"]: one["outcome"] for one in first.taken.inputs} == {
        "locked.xlsx": "not_read", "b.xlsx": "taken"
    }  # fmt: skip
    assert any("password-protected" in note for note in first.notes)
    known.write_text(f"wrong\n{PASSWORD}\n")
    second = firm.night(TUESDAY)
    assert {one["name"]: one["outcome"] for one in second.taken.inputs} == {"locked.xlsx": "taken"}
    assert firm.table(RECORDS).filter(pl.col("accepted_on") == TUESDAY)["client_id"].n_unique() == len(SOME)
    held = [path for path in firm.folder.rglob("*") if path.is_file()]
    assert [path for path in held if PASSWORD.encode() in path.read_bytes()] == [known]
    assert [path for path in held if data[:4000] in path.read_bytes()] == []
    assert {path.name for path in firm.inbox.iterdir()} == {"b.xlsx", "locked.xlsx"}
