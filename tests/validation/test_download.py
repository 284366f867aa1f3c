"""Fetching over http, against a real server on loopback that behaves as badly as servers do."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler

import pytest

from tests.loopback import serving
from validation.download import DownloadError, fetch

BODY = b"x" * 300_000


class Handler(BaseHTTPRequestHandler):
    """Answers by path; counts the visits to each."""

    visits: dict[str, int]

    def do_GET(self) -> None:
        self.visits[self.path] = self.visits.get(self.path, 0) + 1
        number = self.visits[self.path]
        match self.path:
            case "/good":
                self.answer()
            case "/broken":
                self.send_error(500)
            case "/broken-once":
                self.answer() if number > 1 else self.send_error(503)
            case "/gone":
                self.send_error(404)
            case "/cut-off":
                self.answer(BODY[:100_000])
            case "/silent":
                time.sleep(2)
            case "/trickling":
                self.answer(b"")
                for _ in range(20):
                    self.wfile.write(b"x")
                    time.sleep(0.1)
            case "/moved":
                self.send_response(302)
                self.send_header("Location", "/good")
                self.end_headers()

    def answer(self, body: bytes = BODY) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(BODY)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the base class
        pass


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a server on loopback."""
    monkeypatch.setenv("no_proxy", "*")
    Handler.visits = {}
    with serving(Handler) as address:
        yield address


@pytest.fixture
def fetched(server: str) -> Callable[..., tuple[bytes, list[float]]]:
    """Fetches a path, with two tries; returns the content and the pauses between tries."""

    def made(
        path: str, *, timeout: float = 5, tries: int = 2, most_bytes: int = 1_000_000
    ) -> tuple[bytes, list[float]]:
        pauses: list[float] = []
        return fetch(server + path, timeout=timeout, tries=tries, most_bytes=most_bytes, sleep=pauses.append), pauses

    return made


def test_whole_content(fetched: Callable[..., tuple[bytes, list[float]]]) -> None:
    assert fetched("/good") == (BODY, [])
    assert fetched("/moved") == (BODY, [])


def test_a_second_try_helps(fetched: Callable[..., tuple[bytes, list[float]]]) -> None:
    assert fetched("/broken-once") == (BODY, [1.0])


FAILING = [
    ("/broken", 3, "could not be fetched in 3 tries: the server answered 500"),
    ("/cut-off", 2, "could not be fetched in 2 tries: the answer broke off after 100,000 of 300,000 bytes"),
]


@pytest.mark.parametrize(("path", "tries", "told"), FAILING)
def test_what_may_pass_is_tried_again(path: str, tries: int, told: str, fetched: Callable[..., object]) -> None:
    with pytest.raises(DownloadError, match=told):
        fetched(path, tries=tries)
    assert Handler.visits[path] == tries


@pytest.mark.parametrize("path", ["/silent", "/trickling"])
def test_a_slow_server_is_left_in_time(path: str, fetched: Callable[..., object]) -> None:
    with pytest.raises(DownloadError, match=r"in 1 try: no whole answer within 0\.3 seconds"):
        fetched(path, timeout=0.3, tries=1)


def test_a_no_is_not_asked_again(fetched: Callable[..., object]) -> None:
    with pytest.raises(DownloadError, match="the server answered 404 Not Found"):
        fetched("/gone", tries=3)
    assert Handler.visits["/gone"] == 1


def test_too_much_is_not_read_to_the_end(fetched: Callable[..., object]) -> None:
    with pytest.raises(DownloadError, match="more than 1,000 bytes"):
        fetched("/good", most_bytes=1000)


def test_pauses_double(server: str) -> None:
    pauses: list[float] = []
    with pytest.raises(DownloadError):
        fetch(f"{server}/broken", timeout=5, tries=4, pause=0.5, sleep=pauses.append)
    assert pauses == [0.5, 1.0, 2.0]


@pytest.mark.parametrize("address", ["file:///etc/hostname", "ftp://127.0.0.1/x", "rounds.json"])
def test_only_http(address: str) -> None:
    with pytest.raises(DownloadError, match="no http or https address"):
        fetch(address, timeout=1, tries=1)


def test_nobody_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "*")
    with pytest.raises(DownloadError, match="could not be fetched in 1 try"):
        fetch("http://127.0.0.1:9/rounds.json", timeout=5, tries=1)
