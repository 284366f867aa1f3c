"""A command that is ended from outside leaves no process and no open port, and its temporary server has a password."""

from __future__ import annotations

import signal
import sys
import urllib.error
from collections.abc import Sequence
from http import HTTPStatus
from pathlib import Path

import pytest

from flows.errors import EXIT_TERMINATED, EXIT_UNUSABLE
from sample_data.bad_rows import rows_by_sheet
from sample_data.generate import clients_2026
from sample_data.workbook import write_workbook
from tests.firm import MONDAY, Firm
from tests.processes import (
    ask,
    descendants,
    drawline,
    environment,
    is_open,
    is_running,
    listening_ports,
    started,
    wait_until,
)

pytestmark = [
    pytest.mark.flow,
    pytest.mark.slow,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks for ports in /proc"),
]
BEGUN = "Beginning flow run"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of a user; its database of Prefect is made once."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture
def firm(tmp_path: Path) -> Firm:
    """A firm before its first night, with enough clients for the night to take a while."""
    made = Firm(tmp_path / "firm")
    made.publish(MONDAY)
    made.drop("a.xlsx", clients_2026()[:200])
    return made


def commands(name: str, firm: Firm) -> list[str]:
    """A command that takes a while."""
    if name == "nightly":
        return drawline("nightly", "--as-of", MONDAY, "--config", firm.config, "--verbose")
    return drawline("run", firm.inbox / "a.xlsx", "--as-of", MONDAY, "--out", firm.folder / "out", "--verbose")


def left_behind(processes: Sequence[int], ports: Sequence[int]) -> bool:
    return any(is_running(pid) for pid in processes) or any(is_open(port) for port in ports)


@pytest.mark.parametrize(("ended_by", "code"), [(signal.SIGKILL, -signal.SIGKILL), (signal.SIGTERM, EXIT_TERMINATED)])
@pytest.mark.parametrize("name", ["run", "nightly"])
def test_a_run_that_is_ended_takes_its_server_with_it(
    home: Path, firm: Firm, name: str, ended_by: signal.Signals, code: int
) -> None:
    requests_before = set((home / "state").rglob("*.json"))
    with started(commands(name, firm), environment(home), firm.folder) as command:
        command.says(BEGUN)
        processes = descendants(command.pid)
        ports = [port for pid in processes for port in listening_ports(pid)]
        assert len(ports) == 1
        assert_password_is_needed(ports[0])
        command.process.send_signal(ended_by)
        assert command.ends() == code, command.output()
    wait_until(lambda: not left_behind(processes, ports))
    if ended_by == signal.SIGTERM:
        assert "drawline: stopped by SIGTERM" in command.output()
        assert "Traceback" not in command.output()
        assert not list((firm.folder / "out").glob("*"))
        assert set((home / "state").rglob("*.json")) <= requests_before


def assert_password_is_needed(port: int) -> None:
    for password in ("", "drawline:a guess"):
        with pytest.raises(urllib.error.HTTPError) as refused:
            ask(port, "/flow_runs/filter", {}, password)
        with refused.value:
            assert refused.value.code == HTTPStatus.UNAUTHORIZED


@pytest.mark.parametrize("ended_by", [signal.SIGKILL, signal.SIGTERM])
def test_a_command_that_is_ended_while_its_server_starts_leaves_none(
    home: Path, firm: Firm, ended_by: signal.Signals
) -> None:
    with started(commands("run", firm), environment(home), firm.folder) as command:
        processes = wait_until(lambda: descendants(command.pid), command.output)
        command.process.send_signal(ended_by)
        command.ends()
    wait_until(lambda: not left_behind(processes, []))


def test_sigterm_ends_a_night_without_prefect_too(home: Path, firm: Firm) -> None:
    write_workbook(firm.inbox / "b.xlsx", rows_by_sheet(clients_2026()[200:]), title="Clients", made_on=MONDAY)
    arguments = drawline("nightly", "--as-of", MONDAY, "--config", firm.config, "--no-prefect")
    with started(arguments, environment(home), firm.folder) as command:
        wait_until((firm.folder / "history" / ".drawline.lock").exists, command.output)
        command.process.terminate()
        assert command.ends() == EXIT_TERMINATED, command.output()
    assert "drawline: stopped by SIGTERM" in command.output()
    assert "Traceback" not in command.output()


def test_an_unusable_input_is_one_message_without_a_traceback(home: Path, tmp_path: Path) -> None:
    """What only the intake can see, in the midst of a flow."""
    bad = tmp_path / "bad.csv"
    bad.write_text("client_id,marital_status\na,single\n", encoding="utf-8")
    with started(drawline("run", bad, "--out", tmp_path / "out", "--verbose"), environment(home), tmp_path) as command:
        assert command.ends() == EXIT_UNUSABLE
    assert BEGUN in command.output()
    said = [line for line in command.output().splitlines() if "| INFO " not in line]
    assert len(said) == 1
    assert said[0].startswith(f"drawline: {bad}: ")
    assert "date_of_birth" in said[0]


def test_the_server_of_a_run_is_not_asked_for_where_prefect_names_one(home: Path, tmp_path: Path) -> None:
    """A profile of Prefect names a server, which is not there: no other one takes its place."""
    profile = home / "named" / "profiles.toml"
    profile.parent.mkdir()
    profile.write_text(
        'active = "firm"\n[profiles.firm]\nPREFECT_API_URL = "http://127.0.0.1:9/api"\n', encoding="utf-8"
    )
    sample = tmp_path / "a.xlsx"
    write_workbook(sample, rows_by_sheet(clients_2026()[:3]), title="Clients", made_on=MONDAY)
    settings = environment(home, PREFECT_HOME=str(profile.parent), PREFECT_CLIENT_MAX_RETRIES="0")
    arguments = drawline("run", sample, "--as-of", MONDAY, "--out", tmp_path / "out")
    with started(arguments, settings, tmp_path) as command:
        assert command.ends() == 1
    assert "does not answer" in command.output()
    assert not (tmp_path / "out").exists()
