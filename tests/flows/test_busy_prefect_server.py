"""A Prefect server that has no connection to its database left answers 500 for a while; a run asks it again."""

from __future__ import annotations

import itertools
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

import pytest

from sample_data.bad_rows import rows_by_sheet
from sample_data.workbook import write_workbook
from tests.firm import MONDAY, clients
from tests.loopback import accepting
from tests.processes import PASSWORD, ask, drawline, environment, free_port, prefect_server

BUSY = b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"
BUSY_FOR = 2


def _passed_on(client: socket.socket, port: int) -> None:
    """Sends on what a client and the server on a port say to each other, until either leaves."""
    with socket.create_connection(("127.0.0.1", port)) as server:
        back = threading.Thread(target=_copied, args=(server, client), daemon=True)
        back.start()
        _copied(client, server)
        back.join()


def _copied(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while part := source.recv(65_536):
            target.sendall(part)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)


@pytest.mark.flow
@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="signals and ps")
def test_a_server_that_answers_500_is_asked_again(tmp_path: Path) -> None:
    write_workbook(tmp_path / "a.xlsx", rows_by_sheet(clients(31)), title="Clients", made_on=MONDAY)
    port = free_port()
    surroundings = environment(tmp_path, PREFECT_API_AUTH_STRING=PASSWORD, PREFECT_SERVER_API_AUTH_STRING=PASSWORD)
    answered = itertools.count(1)
    refused: list[int] = []

    def talk(client: socket.socket) -> None:
        number = next(answered)
        if number <= BUSY_FOR:
            client.recv(65_536)
            refused.append(number)
            client.sendall(BUSY)
        else:
            _passed_on(client, port)

    with (
        prefect_server(port, surroundings | {"PREFECT_API_URL": f"http://127.0.0.1:{port}/api"}, tmp_path / "server"),
        accepting(talk) as address,
    ):
        done = subprocess.run(
            drawline("run", "a.xlsx", "--as-of", MONDAY, "--out", "out"),
            env=surroundings | {"PREFECT_API_URL": f"{address}/api"},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert refused == [*range(1, BUSY_FOR + 1)]
        assert done.returncode == 0, done.stderr
        assert [one["state_type"] for one in ask(port, "/flow_runs/filter", {"limit": 200})] == ["COMPLETED"]
    assert (tmp_path / "out" / "report.xlsx").exists()
