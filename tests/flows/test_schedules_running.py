"""`drawline serve` on a real Prefect server: runs are scheduled, named and done, and a server that schedules nothing is reported."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from flows.errors import EXIT_ERROR, EXIT_TERMINATED
from tests.firm import SOME, Firm, before_its_first_night
from tests.processes import (
    MAX_WAIT_SECONDS,
    PASSWORD,
    Running,
    ask,
    descendants,
    drawline,
    environment,
    free_port,
    is_running,
    prefect,
    prefect_server,
    started,
    wait_until,
)

pytestmark = [
    pytest.mark.flow,
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="signals and ps"),
]
FLOWS = {"drawline-nightly": "nightly", "drawline-watch": "watch", "drawline-weekly-forecast": "weekly-forecast"}
NAMES = {"nightly": r"night of \d{4}-\d\d-\d\d", "watch": r"watch of \d{4}-\d\d-\d\d \d\d:\d\d UTC",
         "weekly-forecast": r"forecast of \d{4}-\d\d-\d\d"}  # fmt: skip
SECONDS_BETWEEN = 5


@dataclass
class Served:
    """A firm whose schedules run: its server's port, and the processes."""

    firm: Firm
    environment: dict[str, str]
    port: int
    server: Running
    serve: Running

    def runs(self, **criteria: Any) -> list[dict[str, Any]]:
        """The flow runs that the server knows."""
        found: list[dict[str, Any]] = ask(self.port, "/flow_runs/filter", {"flow_runs": criteria, "limit": 200})
        return found

    def deployment(self, name: str) -> str:
        """The id of a deployment."""
        flow = next(flow for flow, deployment in FLOWS.items() if deployment == name)
        found: str = ask(self.port, f"/deployments/name/{flow}/{name}")["id"]
        return found

    def command(self, *arguments: str) -> subprocess.Popen[str]:
        """A command of Prefect's own, as an administrator enters it."""
        return subprocess.Popen(
            prefect(*arguments), env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of a user whose server has a password."""
    return tmp_path_factory.mktemp("home")


def of_the_server(home: Path, port: int, **more: str) -> dict[str, str]:
    """What server and schedules are started with."""
    return environment(
        home, PREFECT_API_URL=f"http://127.0.0.1:{port}/api", PREFECT_API_AUTH_STRING=PASSWORD,
        PREFECT_SERVER_API_AUTH_STRING=PASSWORD, PREFECT_RUNNER_POLL_FREQUENCY="1", PREFECT_RESULTS_PERSIST_BY_DEFAULT="false",
        **more,
    )  # fmt: skip


@pytest.fixture(scope="module")
def served(home: Path) -> Iterator[Served]:
    """A firm before its first night, with a server and its schedules."""
    firm, port = before_its_first_night(home / "firm", *SOME), free_port()
    settings = of_the_server(home, port)
    with (
        prefect_server(port, settings, home / "server") as server,
        started(drawline("serve", "--config", firm.config), settings, home / "serve") as serve,
    ):
        serve.says("  forecast ")
        yield Served(firm, settings, port, server, serve)


def test_serve_says_when_the_next_runs_will_be(served: Served) -> None:
    when = r"\d{4}-\d\d-\d\d \d\d:\d\d"
    found = re.findall(rf"^  (\w+) +({when}) in Ottawa, ({when}) UTC$", served.serve.output(), re.MULTILINE)
    assert [title for title, _, _ in found] == ["night", "watch", "forecast"]
    night, watch, forecast = (datetime.strptime(utc, "%Y-%m-%d %H:%M").replace(tzinfo=UTC) for _, _, utc in found)
    assert found[0][1].endswith("03:30")
    assert found[2][1].endswith("05:00")
    assert (watch.minute % 10, forecast.minute, night.minute) == (0, 0, 30)


def test_each_deployment_has_scheduled_runs_named_for_what_they_do(served: Served) -> None:
    def of(name: str) -> list[dict[str, Any]]:
        scheduled = {"type": {"any_": ["SCHEDULED"]}}
        return served.runs(deployment_id={"any_": [served.deployment(name)]}, state=scheduled)

    for name, pattern in NAMES.items():
        runs = wait_until(lambda name=name: of(name), served.serve.output)  # type: ignore[misc]
        assert [run["name"] for run in runs if not re.fullmatch(pattern, run["name"])] == []
        assert len({run["name"] for run in runs}) == len(runs)


def _a_watch(served: Served) -> dict[str, Any]:
    """A watch that is asked for now, once it is over."""
    made = ask(
        served.port, f"/deployments/{served.deployment('watch')}/create_flow_run", {"state": {"type": "SCHEDULED"}}
    )
    not_over = {"SCHEDULED", "PENDING", "RUNNING"}
    found: dict[str, Any] = wait_until(
        lambda: next(
            (run for run in served.runs(id={"any_": [made["id"]]}) if run["state_type"] not in not_over), None
        ),
        served.serve.output,
    )
    return found


def _a_watch_that_ran(served: Served) -> dict[str, Any]:
    """A watch that is asked for again while it is cancelled: one that falls due takes the one place from before its time."""
    ends = time.monotonic() + MAX_WAIT_SECONDS
    while (done := _a_watch(served))["state_type"] == "CANCELLED" and time.monotonic() < ends:
        time.sleep(SECONDS_BETWEEN)
    return done


def test_a_watch_takes_the_new_file_and_prefect_lists_what_ran(served: Served) -> None:
    done = _a_watch_that_ran(served)
    assert done["state_type"] == "COMPLETED", served.serve.output()
    assert re.fullmatch(NAMES["watch"], done["name"])
    nights = [run for run in served.runs(state={"type": {"any_": ["COMPLETED"]}}) if run["name"].startswith("night of")]
    assert len(nights) == 1
    day = nights[0]["name"].removeprefix("night of ")
    assert (served.firm.reports / day / "report.xlsx").is_file()

    commands = [served.command("deployment", "ls"), served.command("flow-run", "ls", "--limit", "200")]
    deployments, runs = (command.communicate(timeout=300)[0] for command in commands)
    assert [command.returncode for command in commands] == [0, 0], deployments + runs
    assert [flow for flow in FLOWS if flow not in deployments] == []
    assert nights[0]["name"] in runs
    assert done["name"] in runs


def test_sigterm_ends_serve_and_what_it_started(served: Served) -> None:
    # In the midst of a run, which it has started as a process of its own.
    ask(
        served.port,
        f"/deployments/{served.deployment('weekly-forecast')}/create_flow_run",
        {"state": {"type": "SCHEDULED"}},
    )
    children = wait_until(lambda: descendants(served.serve.pid), served.serve.output)
    served.serve.process.send_signal(signal.SIGTERM)
    assert served.serve.ends() == EXIT_TERMINATED, served.serve.output()
    assert "drawline: stopped by SIGTERM" in served.serve.output()
    assert "Traceback" not in served.serve.output()
    wait_until(lambda: not any(is_running(child) for child in children))


def test_serve_ends_where_the_server_schedules_nothing(served: Served, home: Path) -> None:
    # A server with the database of before: the runs that were scheduled then do not count.
    served.serve.process.kill()
    served.server.stop()
    port = free_port()
    settings = of_the_server(home, port, PREFECT_SERVER_SERVICES_SCHEDULER_ENABLED="false")
    with (
        prefect_server(port, settings, home / "server"),
        started(drawline("serve", "--config", served.firm.config, "--within", 5), settings, home / "serve") as serve,
    ):
        assert serve.ends() == EXIT_ERROR, serve.output()
    assert (
        f"drawline: the Prefect server at http://127.0.0.1:{port}/api has scheduled nothing for 5 seconds"
        in serve.output()
    )
    assert "PREFECT_SERVER_SERVICES_SCHEDULER_ENABLED=true" in serve.output()
    assert "Traceback" not in serve.output()
