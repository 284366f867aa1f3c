"""A few faults of each kind of `make test-faults`, and the table's way of counting, so that the campaign stays right."""

from __future__ import annotations

import os
import random
from functools import partial
from pathlib import Path

import pytest

from tests.campaigns.faults import __main__ as faults
from tests.campaigns.faults import damage, network, read_only, writers
from tests.campaigns.faults.trial import NotTried, Trial, command
from tests.firm import MONDAY, TUESDAY
from tests.flows.test_full_disk import COMMANDS

pytestmark = pytest.mark.skipif(os.name != "posix", reason="kills and mounts as POSIX does")


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return read_only.after_monday(tmp_path_factory.mktemp("before") / "firm")


@pytest.fixture(autouse=True)
def _without_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "*")


@pytest.mark.long
@pytest.mark.parametrize("name", ["check", "score", "template", "rules new"])
def test_a_read_only_folder_for_outputs_is_one_message(name: str, tmp_path: Path) -> None:
    try:
        read_only.outputs(COMMANDS[name], tmp_path)
    except NotTried as error:
        pytest.skip(str(error))


@pytest.mark.long
@pytest.mark.parametrize("place", read_only.REFUSED)
def test_a_night_with_a_read_only_folder_is_not_recorded_and_done_later(
    place: str, before: Path, tmp_path: Path
) -> None:
    try:
        read_only.refused(before, place, read_only.NIGHT, tmp_path)
    except NotTried as error:
        pytest.skip(str(error))


@pytest.mark.long
def test_a_night_takes_files_of_a_read_only_inbox(before: Path, tmp_path: Path) -> None:
    try:
        read_only.done(before, "inbox", read_only.NIGHT, tmp_path)
    except NotTried as error:
        pytest.skip(str(error))


@pytest.mark.long
@pytest.mark.parametrize("name", ["nightly", "compact"])
def test_two_writers_of_one_history_leave_what_one_leaves(name: str, before: Path, tmp_path: Path) -> None:
    single = read_only.copied(before, tmp_path / "single")
    single.night(TUESDAY)
    (tmp_path / "both").mkdir()
    writers.one_history(before, single.tables(), name, 0.0, tmp_path / "both")


@pytest.mark.long
@pytest.mark.parametrize("kind", ["a bit flipped", "removed"])
def test_damage_is_named_and_undone_by_the_file_put_back(kind: str, before: Path, tmp_path: Path) -> None:
    damage.damaged(before, kind, 3, tmp_path)


SOME = ("whole", "in chunks", "cut off", "reset", "a redirect loop", "garbage", "nested beyond bounds")


@pytest.mark.long
@pytest.mark.parametrize("name", SOME)
def test_an_update_from_a_server_of_this_kind(name: str, tmp_path: Path) -> None:
    [one] = [one for one in network.behaviours(random.Random(3)) if one.name == name]
    network.updated(one, tmp_path)


@pytest.mark.long
def test_a_night_with_a_server_that_breaks_off_goes_on_without_it(before: Path, tmp_path: Path) -> None:
    [one] = [one for one in network.behaviours(random.Random(3)) if one.name == "cut off"]
    single = read_only.copied(before, tmp_path / "single")
    single.publish(MONDAY)
    single.night(TUESDAY)
    (tmp_path / "other").mkdir()
    network.night(one, before, single.tables(), tmp_path / "other")


def _failing(error: BaseException, _folder: Path) -> None:
    raise error


@pytest.mark.parametrize(
    ("error", "how"),
    [
        (AssertionError("x"), faults.LOST),
        (PermissionError(13, "x"), faults.LOST),
        (SystemExit(1), faults.LOST),
        (NotTried("x"), faults.NOT_TRIED),
    ],
)
def test_whatever_a_trial_raises_is_lost_unless_it_could_not_be_tried(
    error: BaseException, how: str, tmp_path: Path
) -> None:
    assert faults.outcome(Trial("x", partial(_failing, error)), tmp_path)[0] == how


def test_what_is_lost_is_exit_code_1(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def trials(_folder: Path, _chance: random.Random, number: int) -> list[Trial]:
        good = [Trial("good", lambda folder: folder)] * number
        return [*good, Trial("bad", partial(_failing, ValueError("why")))]

    monkeypatch.setitem(faults.KINDS, "network", trials)
    for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, os.environ[name])
    assert faults.main(["--each", "2", "--kind", "network"]) == 1
    said = capsys.readouterr().out
    assert "lost: bad: ValueError: why" in said
    assert said.splitlines()[-2].split()[:5] == ["all", "3", "2", "1", "0"]


def test_a_command_that_ends_with_an_error_of_the_program_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_arguments: object) -> None:
        raise KeyError("x")

    monkeypatch.setattr("flows.clock.today", refused)
    with pytest.raises(AssertionError, match="an error of the program"):
        command("nightly", "--no-prefect")
