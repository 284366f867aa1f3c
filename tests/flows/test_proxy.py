"""A proxy that the environment names: rounds are fetched through it, the program's own server is reached past it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.loopback import accepting
from tests.processes import environment
from validation.rounds import download

BODY = b"the rounds"
NAMES = ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY")


@pytest.fixture
def asked() -> list[str]:
    """The request lines that the proxy gets."""
    return []


@pytest.fixture
def proxy(asked: list[str]) -> Iterator[str]:
    def talk(connection: socket.socket) -> None:
        asked.append(connection.recv(65_536).decode("latin-1").partition("\r\n")[0])
        if asked[-1].startswith("CONNECT"):
            connection.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
        else:
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(BODY), BODY))

    with accepting(talk) as address:
        yield address


@pytest.fixture
def through(proxy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.setenv(name, proxy)
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.usefixtures("through")
def test_rounds_over_http_are_asked_of_the_proxy(asked: list[str]) -> None:
    assert download.fetch("http://rounds.invalid/rounds.json", timeout=10, tries=1) == BODY
    assert asked == ["GET http://rounds.invalid/rounds.json HTTP/1.1"]


@pytest.mark.usefixtures("through")
def test_rounds_over_https_go_through_a_tunnel_of_the_proxy(asked: list[str]) -> None:
    with pytest.raises(download.DownloadError, match="403"):
        download.fetch("https://rounds.invalid/rounds.json", timeout=10, tries=1)
    assert asked[0].startswith("CONNECT rounds.invalid:443 ")


@pytest.mark.usefixtures("through")
def test_a_host_of_no_proxy_is_asked_itself(asked: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with accepting(lambda one: one.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nus")) as address:
        assert download.fetch(f"{address}/rounds.json", timeout=10, tries=1) == b"us"
    assert asked == []


@pytest.mark.flow
def test_a_run_with_prefect_asks_nothing_of_the_proxy(proxy: str, asked: list[str], tmp_path: Path) -> None:
    tried = environment(tmp_path, **dict.fromkeys(NAMES, proxy))
    tried = {name: value for name, value in tried.items() if name.lower() != "no_proxy"}
    words = [sys.executable, "-m", "flows.cli", "demo", "--out", str(tmp_path / "demo")]
    done = subprocess.run(words, env=tried, capture_output=True, text=True, check=False, cwd=os.getcwd())  # noqa: PTH109
    assert done.returncode == 3, done.stderr
    assert asked == []
