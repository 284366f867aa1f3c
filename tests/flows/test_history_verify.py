"""`history verify`: damaged, missing and unrecorded files are named, and the audit record of a firm's runs."""

from __future__ import annotations

import json
import os
import random
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import deltalake
import pytest
from click.testing import Result
from typer.testing import CliRunner

from flows.cli import app
from flows.firm import settings
from flows.forecasting import weekly
from flows.main_run import run_law
from flows.maintenance import verification
from flows.nightly import audit as auditing
from flows.nightly import pending_rebuild, write_night
from flows.outputs import digests, full_disk
from history import audit
from history.store import History, HistoryError
from history.tables import RUNS, SCORES_TABLE
from tests.firm import MONDAY, TUESDAY, WEDNESDAY, Firm, changed, clients


def call(firm: Firm, *arguments: object) -> Result:
    return CliRunner().invoke(app, [*(str(one) for one in arguments), "--config", str(firm.config)])


def verified(firm: Firm, code: int = 0) -> dict[str, Any]:
    """What `history verify --json` answers, once its exit code is looked at."""
    done = call(firm, "history", "verify", "--json")
    assert done.exit_code == code, done.output
    answer: dict[str, Any] = json.loads(done.stdout)
    assert (answer["format"], answer["version"]) == ("drawline.history-verify", 1)
    return answer


def found(answer: dict[str, Any]) -> dict[str, list[str]]:
    """The files that are not as they should be, by what is wrong with them."""
    names = {"damaged": [one["file"] for one in answer["damaged"]]}
    names |= {key: answer[key] for key in ("missing", "unrecorded", "unexpected")}
    return {key: value for key, value in names.items() if value}


def entries(firm: Firm) -> list[dict[str, Any]]:
    lines = (Path(firm.history.place) / audit.FILE).read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def files_of_tables(firm: Firm) -> Iterator[Path]:
    place = Path(firm.history.place)
    return (path for path in sorted(place.rglob("*")) if path.is_file() and path.parent != place)


def test_a_history_after_its_nights_is_whole(invited: Firm) -> None:
    answer = verified(invited)
    assert found(answer) == {}
    assert answer["files_as_recorded"] == len(list(files_of_tables(invited)))
    assert [one["entries"] for one in answer["audit"]] == [2]
    done = call(invited, "history", "verify")
    assert f"the last hash is {answer['audit'][0]['last_hash']}" in done.stdout


def test_a_flipped_bit_of_any_file_is_found(invited: Firm) -> None:
    """Three places of each file of the tables, their logs too; and each file cut short, emptied and removed."""
    chance = random.Random(11)
    place = Path(invited.history.place)
    firm = settings.load(invited.config)
    for path in files_of_tables(invited):
        data, name = path.read_bytes(), path.relative_to(place).as_posix()
        flips = [(chance.randrange(len(data)), 1 << chance.randrange(8)) for _ in range(3)]
        damaged = [data[:at] + bytes([data[at] ^ bit]) + data[at + 1 :] for at, bit in flips]
        for one in (*damaged, data[: len(data) // 2], b""):
            path.write_bytes(one)
            compared = compared_files(firm)
            assert list(compared.damaged) == [name]
            # A damaged log may name files that never were.
            assert not compared.missing or "_delta_log" in name
        path.unlink()
        assert compared_files(firm).missing == [name]
        path.write_bytes(data)
    assert found(verified(invited)) == {}


def compared_files(firm: settings.Settings) -> Any:
    """The files of a firm's history against their recorded digests, as `flows.maintenance.verification.verify` compares them."""
    from history import digests

    file = auditing.file_of_history(firm)
    assert file is not None
    assert firm.history is not None
    history = History(firm.history)
    assert history.folder is not None
    return digests.compare(history.folder, audit.read(file).files, auditing.counted(history))


def test_damage_that_the_tables_do_not_show_is_exit_code_1_with_the_fix(invited: Firm) -> None:
    """A bit of the last file of scores, where reading it gives rows all the same."""
    path = max(path for path in files_of_tables(invited) if path.suffix == ".parquet" and "scores" in path.parts)
    data = path.read_bytes()
    for at in range(len(data) // 3, len(data)):
        path.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
        try:
            invited.history.read(SCORES_TABLE)
        except HistoryError:
            continue
        break
    else:
        pytest.fail("every flip was noticed by reading")
    done = call(invited, "history", "verify")
    assert done.exit_code == 1
    name = path.relative_to(invited.history.place).as_posix()
    assert f"damaged: {name}: its content is not as it was written" in done.stdout
    assert "put back a backup of the whole folder of the history" in done.stderr
    # A later night does not record the damage as right.
    invited.night(WEDNESDAY)
    assert found(verified(invited, 1)) == {"damaged": [name]}


def test_a_table_that_cannot_be_read_is_named(invited: Firm) -> None:
    path = next(path for path in files_of_tables(invited) if path.suffix == ".parquet" and "records" in path.parts)
    path.write_bytes(path.read_bytes()[:200])
    answer = verified(invited, 1)
    assert [one["table"] for one in answer["unreadable"]] == ["records"]
    assert found(answer) == {"damaged": [path.relative_to(invited.history.place).as_posix()]}
    path.unlink()
    assert found(verified(invited, 1)) == {"missing": [path.relative_to(invited.history.place).as_posix()]}


def test_files_that_no_run_recorded_are_exit_code_3(invited: Firm) -> None:
    folder = Path(invited.history.place) / "scores"
    (folder / "notes.txt").write_text("from elsewhere", encoding="utf-8")
    answer = verified(invited, 3)
    assert found(answer) == {"unexpected": ["scores/notes.txt"]}
    (folder / "notes.txt").unlink()
    # A write of a run that was killed before it came to its end.
    invited.history.replace_day(SCORES_TABLE, WEDNESDAY, invited.history.on(SCORES_TABLE, TUESDAY))
    names = found(verified(invited, 3))["unrecorded"]
    assert sorted(name.partition("/")[0] for name in names) == ["scores", "scores"]
    invited.night(WEDNESDAY)
    assert found(verified(invited)) == {}


def test_a_history_of_before_is_recorded_from_the_next_night_on(firm: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(History, "mark_digests", lambda _self: False)
        firm.night(TUESDAY)
    (Path(firm.history.place) / audit.FILE).unlink()
    done = call(firm, "history", "verify")
    assert done.exit_code == 0
    assert "no digests are recorded yet; the next nightly run records them" in done.stdout
    assert verified(firm)["is_recorded"] is False
    firm.night(WEDNESDAY)
    answer = verified(firm)
    assert (found(answer), answer["is_recorded"]) == ({}, True)
    assert answer["files_as_recorded"] == len(list(files_of_tables(firm)))


def test_every_command_that_rewrites_tables_records_them(invited: Firm) -> None:
    invited.drop("b.xlsx", [changed(clients(33)[0], sibling_in_canada="yes")])
    invited.night(WEDNESDAY)
    for arguments in (
        ("rescore", "--from", TUESDAY, "--to", WEDNESDAY),
        ("history", "compact"),
        ("history", "take-back", "--from", WEDNESDAY, "--yes"),
        ("nightly", "--no-prefect", "--as-of", WEDNESDAY),
        ("history", "compact", "--keep-nights-since", TUESDAY, "--keep-days", 0),
        ("history", "compact", "--keep-days", 0),
        ("history", "migrate"),
        ("purge", "--client", "C-0033", "--yes"),
    ):
        done = call(invited, *arguments)
        assert done.exit_code == 0, done.output
        answer = verified(invited)
        assert found(answer) == {}, arguments
    said = [(one["command"], one["outcome"], one["exit_code"]) for one in entries(invited)[3:]]
    commands = ["rescore", "compact", "take-back", "nightly", "compact", "compact", "migrate", "purge"]
    assert said == [(command, "done", 0) for command in commands]


def test_dry_runs_and_looks_leave_no_entry(invited: Firm) -> None:
    before = entries(invited)
    for arguments in (
        ("history", "compact", "--dry-run"),
        ("purge", "--client", "C-0033", "--dry-run"),
        ("rescore", "--from", TUESDAY, "--to", TUESDAY, "--dry-run"),
        ("history", "take-back", "--from", TUESDAY, "--dry-run"),
        ("history", "migrate", "--dry-run"),
        ("nightly", "--dry-run", "--as-of", WEDNESDAY),
        ("history", "client", "C-0033"),
        ("history", "verify"),
    ):
        assert call(invited, *arguments).exit_code == 0
    assert entries(invited) == before


def test_an_entry_says_who_ran_what_on_which_files(later: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("getpass.getuser", lambda: "case-worker")
    monkeypatch.setattr("socket.gethostname", lambda: "machine")
    path = later.drop("b.xlsx", [changed(clients(33)[0], sibling_in_canada="yes")])
    run = later.night(TUESDAY)
    entry = entries(later)[-1]
    assert entry["inputs"][0] | {"salt": "", "name_hash": ""} == {
        "name": "b.xlsx", "sha256": digests.sha256_of(path), "outcome": "taken", "salt": "", "name_hash": "",
    }  # fmt: skip
    assert run.rules is not None
    assert {key: entry[key] for key in ("command", "run_id", "as_of", "user", "host", "code_version", "rules_version")} == {
        "command": "nightly", "run_id": run.run_id, "as_of": TUESDAY.isoformat(), "user": "case-worker", "host": "machine",
        "code_version": run_law.code_version(), "rules_version": run.rules.version,
    }  # fmt: skip
    assert (entry["outcome"], entry["error"], entry["exit_code"]) == ("done", None, 0)


def test_a_night_that_fails_is_recorded_with_the_kind_of_error_alone(
    later: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: object) -> None:
        raise ValueError("C-0033 Tremblay")

    with monkeypatch.context() as patch:
        patch.setattr(write_night, "write_reports", fail)
        with pytest.raises(ValueError, match="Tremblay"):
            later.night(TUESDAY)
    entry = entries(later)[-1]
    assert (entry["outcome"], entry["error"], entry["exit_code"]) == ("failed", "ValueError", 1)
    assert "Tremblay" not in json.dumps(entry)
    # What it had written until then is recorded.
    assert found(verified(later)) == {}


def test_a_purge_strikes_names_out_and_the_chain_holds(invited: Firm) -> None:
    invited.drop("Tremblay C-0033 and others.xlsx", [changed(clients(33)[0], sibling_in_canada="yes")])
    invited.drop("another.xlsx", clients(36))
    invited.night(WEDNESDAY)
    call(invited, "score", invited.inbox / "Tremblay C-0033 and others.xlsx", "--out", invited.folder / "scores.csv")
    assert b"Tremblay" in (Path(invited.history.place) / audit.FILE).read_bytes()
    assert call(invited, "purge", "--client", "C-0033", "--yes").exit_code == 0
    data = (Path(invited.history.place) / audit.FILE).read_bytes()
    assert b"Tremblay" not in data
    assert b"C-0033" not in data
    answer = verified(invited)
    assert answer["audit"][0]["problem"] is None
    # Of a file without the client the name stays; the first file had the client among others.
    assert sorted(one["name"] for one in entries(invited)[2]["inputs"]) == ["(purged)", "another.xlsx"]
    assert entries(invited)[0]["inputs"][0]["name"] == "(purged)"


def test_the_first_broken_entry_is_exit_code_1(invited: Firm) -> None:
    file = Path(invited.history.place) / audit.FILE
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace('"outcome": "done"', '"outcome": "lost"', 1), encoding="utf-8")
    answer = verified(invited, 1)
    assert [(one["broken_entry"], one["problem"]) for one in answer["audit"]] == [(1, "it is not as it was written")]
    done = call(invited, "history", "verify")
    assert "entry 1 is the first that is not right: it is not as it was written" in done.stdout


def test_single_runs_are_recorded_where_a_settings_file_is_in_use(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = Firm(tmp_path / "source").drop("a.xlsx", clients(33))
    folder = tmp_path / "firm"
    folder.mkdir()
    monkeypatch.chdir(folder)
    arguments = ["score", str(path), "--out", str(tmp_path / "scores.csv"), "--as-of", "2026-08-07"]
    assert CliRunner().invoke(app, arguments).exit_code == 0
    assert not (folder / audit.FILE).exists()
    (folder / "drawline.toml").write_text('name = "Firm"\nhistory = "history"\n', encoding="utf-8")
    assert CliRunner().invoke(app, arguments).exit_code == 0
    run = ["run", str(path), "--out", str(tmp_path / "out"), "--no-prefect", "--as-of", "2026-08-07"]
    assert CliRunner().invoke(app, run).exit_code == 0
    assert CliRunner().invoke(app, [*run[:1], str(tmp_path / "source" / "drawline.toml"), *run[2:]]).exit_code == 4
    # The history is not there yet, and is not made for this.
    assert not (folder / "history").exists()
    lines = (folder / audit.FILE).read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    said = [(one["command"], one["outcome"], one["exit_code"], one["inputs"][0]["name"]) for one in rows]
    assert said == [
        ("score", "done", 0, "a.xlsx"),
        ("run", "done", 0, "a.xlsx"),
        ("run", "failed", 4, "drawline.toml"),
    ]
    assert {one["inputs"][0]["sha256"] for one in rows[:2]} == {digests.sha256_of(path)}
    assert audit.read(folder / audit.FILE).broken is None


def test_a_single_run_whose_record_cannot_be_written_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    firm = Firm(tmp_path)
    firm.publish(MONDAY)
    path = firm.drop("a.xlsx", clients(33))
    monkeypatch.setattr(audit, "append", full)
    done = call(firm, "score", path, "--out", tmp_path / "scores.csv", "--as-of", "2026-08-07")
    assert done.exit_code == 0
    assert f"note: the audit record {tmp_path / audit.FILE} cannot be written: No space left on device" in done.stderr


def test_a_night_whose_record_cannot_be_written_is_an_error(later: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(audit, "append", full)
        done = call(later, "nightly", "--no-prefect", "--as-of", TUESDAY)
    assert done.exit_code == 1
    assert done.stderr.splitlines()[-1].startswith("drawline: the audit record ")
    # The night itself is complete; the next one records its files.
    assert found(verified(later, 3))["unrecorded"]
    later.night(WEDNESDAY)
    assert found(verified(later)) == {}


def test_the_weekly_forecast_is_recorded(invited: Firm) -> None:
    weekly.forecast(settings.load(invited.config), date(2026, 7, 22))
    entry = entries(invited)[-1]
    assert (entry["command"], entry["as_of"], entry["outcome"]) == ("weekly-forecast", "2026-07-22", "done")
    assert entry["rules_version"]
    assert found(verified(invited)) == {}


def test_no_history_is_wrong_usage(tmp_path: Path) -> None:
    firm = Firm(tmp_path)
    done = call(firm, "history", "verify")
    assert done.exit_code == 2
    assert "there is no history in" in done.stderr
    assert not (tmp_path / "history").exists()


def test_a_backup_that_is_put_back_is_whole(invited: Firm, tmp_path: Path) -> None:
    backup = tmp_path / "backup"
    shutil.copytree(invited.history.place, backup)
    invited.night(WEDNESDAY)
    shutil.rmtree(invited.history.place)
    shutil.copytree(backup, invited.history.place)
    assert found(verified(invited)) == {}
    invited.night(WEDNESDAY)
    assert found(verified(invited)) == {}


@pytest.mark.parametrize("nights", [1, 2])
def test_a_record_that_is_lost_is_damage_that_no_night_hides(nights: int, later: Firm) -> None:
    if nights > 1:
        later.night(TUESDAY)
    file = Path(later.history.place) / audit.FILE
    file.unlink()
    scores = next(path for path in files_of_tables(later) if path.suffix == ".parquet" and "scores" in path.parts)
    scores.write_bytes(scores.read_bytes()[:-9] + b"x" + scores.read_bytes()[-8:])
    said = "the digests of files that the ledger says were recorded are missing"
    assert [(one["broken_entry"], one["problem"]) for one in verified(later, 1)["audit"]] == [(1, said)]
    scores.write_bytes(scores.read_bytes()[:-9] + b"\0" + scores.read_bytes()[-8:])
    later.night(WEDNESDAY)
    assert "files" not in entries(later)[-1]
    assert [one["problem"] for one in verified(later, 1)["audit"]] == [said]
    file.write_bytes(b"")
    assert [one["problem"] for one in verified(later, 1)["audit"]] == [said]


def test_no_digests_are_recorded_over_a_broken_record(invited: Firm) -> None:
    file = Path(invited.history.place) / audit.FILE
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join(lines[1:]))
    invited.night(WEDNESDAY)
    assert "files" not in entries(invited)[-1]
    assert verified(invited, 1)["audit"][0]["broken_entry"] == 1


def test_a_checkpoint_that_a_killed_run_wrote_is_no_damage(later: Firm) -> None:
    """As with a clock that was set back: `_last_checkpoint` is older than the night that could record it."""
    table = deltalake.DeltaTable(later.history.address(SCORES_TABLE))
    table.create_checkpoint()
    later.night(TUESDAY)
    log = Path(table.table_uri.removeprefix("file://")) / "_delta_log"
    pointer = log / "_last_checkpoint"
    assert found(verified(later)) == {}
    deltalake.DeltaTable(later.history.address(SCORES_TABLE)).create_checkpoint()
    os.utime(pointer, (0, 0))
    names = found(verified(later, 3))
    assert [name.endswith(".checkpoint.parquet") for name in names.pop("unrecorded")] == [True]
    assert names == {}
    later.night(WEDNESDAY)
    assert found(verified(later)) == {}
    data = pointer.read_bytes()
    for damaged in (b"", b"x", b"[]", b'{"version": 4000}', b'{"version": "1"}', data[:-3]):
        pointer.write_bytes(damaged)
        assert found(verified(later, 1)) == {"damaged": ["scores/_delta_log/_last_checkpoint"]}


def test_nothing_is_changed_where_the_record_cannot_be_written(later: Firm) -> None:
    file = Path(later.history.place) / audit.FILE
    file.rename(later.folder / "record")
    file.mkdir()
    before = later.bytes_held(), later.table(RUNS).height
    for arguments in (
        ("nightly", "--no-prefect", "--as-of", TUESDAY),
        ("rescore", "--from", MONDAY, "--to", MONDAY),
        ("purge", "--client", "C-0033", "--yes"),
    ):
        done = call(later, *arguments)
        assert done.exit_code == 1
        assert "the audit record" in done.stderr.splitlines()[-1]
        assert (later.bytes_held(), later.table(RUNS).height) == before


def test_the_error_that_ended_a_run_is_reported_whatever_the_entry_runs_into(
    later: Firm, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_arguments: object) -> None:
        raise ValueError("the night")

    def fail_too(*_arguments: object) -> None:
        raise RuntimeError("C-0033 Tremblay")

    monkeypatch.setattr(write_night, "write_reports", fail)
    monkeypatch.setattr(auditing, "counted", fail_too)
    with pytest.raises(ValueError, match="the night"):
        later.night(TUESDAY)
    said = capsys.readouterr().err
    assert "has no entry of this run: an error of the program (RuntimeError)" in said
    assert "Tremblay" not in said


@pytest.mark.parametrize("content", ["x", "{}", '{"kind": "nightly", "nights": []}', "[]"])
def test_a_mark_that_cannot_be_read_is_damage(content: str, later: Firm) -> None:
    (Path(later.history.place) / pending_rebuild.MARK).write_text(content, encoding="utf-8")
    assert [one["table"] for one in verified(later, 1)["unreadable"]] == [pending_rebuild.MARK]
    done = call(later, "history", "verify")
    assert done.exit_code == 1
    assert "cannot be read; remove it" in done.stdout


def test_an_address_has_no_log_in_in_the_answer() -> None:
    made = verification.Verified("s3://user:secret@host/history", {}, None)
    assert verification.answer(made)["history"] == "s3://***@host/history"
    assert "secret" not in full_disk.message("s3://user:secret@host/history")
