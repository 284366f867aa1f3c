"""Real processes for tests: drawline and Prefect servers with a home of their own, what they start, where they listen."""

from __future__ import annotations

import base64
import http
import json
import os
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

# Long enough for a busy machine; a test that passes never waits so long.
MAX_WAIT_SECONDS = 150
MAX_TRIES = 30
PASSWORD = "drawline:a password of the tests"  # noqa: S105
Found = TypeVar("Found")


def environment(home: Path, **more: str) -> dict[str, str]:
    """The environment of a user who has set nothing of Prefect, with a home of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT")}
    kept |= {"HOME": str(home), "PREFECT_HOME": str(home / "prefect"), "PREFECT_SERVER_ANALYTICS_ENABLED": "false"}
    return kept | {"XDG_STATE_HOME": str(home / "state"), "COLUMNS": "200"} | more


class Running:
    """A process whose output goes to a file that can be read while it runs."""

    def __init__(self, arguments: list[str], environment: dict[str, str], folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.log = folder / f"{time.monotonic_ns()}.log"
        with self.log.open("wb") as file:
            self.process = subprocess.Popen(
                arguments, stdin=subprocess.DEVNULL, stdout=file, stderr=file, env=environment, cwd=folder
            )
        self.pid = self.process.pid

    def output(self) -> str:
        return self.log.read_text(encoding="utf-8")

    def says(self, text: str) -> None:
        """Waits until the process has said something."""
        wait_until(lambda: text in self.output() or self.process.poll() is not None, self.output)
        assert text in self.output()

    def stop(self) -> None:
        """Ends the process as its manager would, and waits until it has ended."""
        self.process.terminate()
        self.ends()

    def ends(self) -> int:
        """Waits until the process has ended; its exit code, negative where a signal ended it."""
        return self.process.wait(MAX_WAIT_SECONDS)


def drawline(*arguments: object) -> list[str]:
    """The command line of this project, as its console script calls it."""
    return [sys.executable, "-c", "from flows.cli import main; main()", *map(str, arguments)]


def prefect(*arguments: object) -> list[str]:
    """Prefect's own command line."""
    return [sys.executable, "-m", "prefect", *map(str, arguments)]


@contextmanager
def started(arguments: list[str], environment: dict[str, str], folder: Path) -> Iterator[Running]:
    """A process for as long as it is needed."""
    running = Running(arguments, environment, folder)
    try:
        yield running
    finally:
        if running.process.poll() is None:
            running.process.kill()
            running.process.wait()


@contextmanager
def prefect_server(port: int, environment: dict[str, str], folder: Path) -> Iterator[Running]:
    """A Prefect server on loopback that answers, with the services that an environment asks for."""
    arguments = prefect("server", "start", "--host", "127.0.0.1", "--port", port)
    with started(arguments, environment, folder) as server:
        wait_until(lambda: is_open(port), server.output)
        yield server
        server.stop()


def wait_until(condition: Callable[[], Found], explain: Callable[[], str] = str) -> Found:
    """Waits until a condition is met; what it found. Fails with an explanation."""
    ends = time.monotonic() + MAX_WAIT_SECONDS
    while time.monotonic() < ends:
        if found := condition():
            return found
        time.sleep(0.1)
    raise AssertionError(f"not so within {MAX_WAIT_SECONDS} seconds: {explain()}")


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        port: int = bound.getsockname()[1]
        return port


def is_open(port: int) -> bool:
    """Does anything listen on a port of loopback?"""
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def is_running(pid: int) -> bool:
    """Is there a process, but for one that only waits to be reaped?"""
    found = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return bool(found.stdout.strip()) and not found.stdout.startswith("Z")


def descendants(pid: int) -> list[int]:
    """All that a process has started, and what that has started."""
    listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    children: dict[int, list[int]] = {}
    for line in listed.splitlines():
        child, parent = map(int, line.split())
        children.setdefault(parent, []).append(child)
    found, left = [], [pid]
    while left:
        for child in children.get(left.pop(), []):
            found.append(child)
            left.append(child)
    return found


def listening_ports(pid: int) -> list[int]:
    """The ports of loopback that a process listens on; needs Linux."""
    inodes = set()
    for descriptor in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(OSError):
            inodes.add(str(descriptor.readlink()).removeprefix("socket:[").removesuffix("]"))
    rows = [line.split() for line in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]]
    listening = "0A"
    return [int(row[1].split(":")[1], 16) for row in rows if row[3] == listening and row[9] in inodes]


def dump_of(database: Path) -> str:
    """All that an SQLite database holds, as text; the connection is closed, of which Python 3.13 makes sure."""
    with closing(sqlite3.connect(database)) as connection:
        return "\n".join(connection.iterdump())


def ask(port: int, path: str, content: Any = None, password: str = PASSWORD) -> Any:
    """What a Prefect server answers to a request, asked again while its database is busy; raises urllib.error.HTTPError."""
    headers = {"Content-Type": "application/json"}
    if password:
        headers["Authorization"] = f"Basic {base64.b64encode(password.encode()).decode()}"
    data = None if content is None else json.dumps(content).encode()
    request = urllib.request.Request(f"http://127.0.0.1:{port}/api{path}", data, headers)
    for waits in reversed(range(MAX_TRIES)):
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
                return json.loads(answer.read())
        except urllib.error.HTTPError as error:
            if error.code != http.HTTPStatus.SERVICE_UNAVAILABLE or not waits:
                raise
            time.sleep(1)
    raise AssertionError("not reached")
