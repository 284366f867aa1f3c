"""Fetching over http, against a real server on loopback that behaves as badly as servers do."""

from __future__ import annotations

import itertools
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.loopback import accepting, serving, speaking
from validation.rounds.download import DownloadError, fetch

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


@pytest.fixture
def certified(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """A server's side of https on loopback, with a certificate of its own that clients of this process trust."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    both = tmp_path / "certificate.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    both.write_bytes(certificate.public_bytes(serialization.Encoding.PEM) + secret)
    monkeypatch.setenv("no_proxy", "*")
    monkeypatch.setenv("SSL_CERT_FILE", str(both))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(both)
    return context


def secured(answer: Callable[[socket.socket, str], None], context: ssl.SSLContext) -> Callable[[socket.socket], None]:
    """An answer over https."""

    def serve(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as inside:
            answer(inside, inside.recv(65_536).decode("latin-1").split(" ")[1])

    return serve


def test_over_https_the_bounds_are_the_same(certified: ssl.SSLContext, bounded: Callable[[str], float]) -> None:
    with accepting(secured(redirecting(iter(["/good"])), certified)) as address:
        secure = address.replace("http:", "https:")
        assert fetch(secure, timeout=5, tries=1) == b"good"
    for path in ("/headers", "/chunk"):
        with accepting(secured(sent(DRIPS, 0.05), certified)) as address:
            assert bounded(address.replace("http:", "https:") + path) < SECONDS / 2


def test_a_certificate_of_nobody_known_is_refused(certified: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    with (
        accepting(secured(redirecting(iter(["/good"])), certified)) as address,
        pytest.raises(DownloadError, match="CERTIFICATE_VERIFY_FAILED"),
    ):
        fetch(address.replace("http:", "https:"), timeout=5, tries=1)


# Answers that no server of good will sends. Each ends by itself after SECONDS, longer than any try here may take.

SECONDS, TIMEOUT, MOST = 10.0, 0.5, 100_000
DRIPS = {
    "/headers": (b"HTTP/1.1 200 OK\r\n", b"X-Filler: 1\r\n"),
    "/header": (b"HTTP/1.1 200 OK\r\nX-Filler: ", b"x"),
    "/status": (b"HTTP/1.1 200 ", b"x"),
    "/interim": (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "/chunk-size": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"0"),
    "/chunk": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFF\r\n", b"x"),
    "/trailers": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", b"X-Filler: 1\r\n"),
}
FLOODS = {
    "/interim": (b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 1000),
    "/chunk": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFF\r\n", b"x" * 65_536),
    "/trailers": (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", b"X-Filler: 1\r\n" * 1000,
    ),
}  # fmt: skip


def sent(parts: dict[str, tuple[bytes, bytes]], pause: float) -> Callable[[socket.socket, str], None]:
    """An answer by path: a beginning, then one piece over and over with pauses between."""

    def answer(connection: socket.socket, path: str) -> None:
        begin, piece = parts[path]
        connection.sendall(begin)
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            connection.sendall(piece)
            time.sleep(pause)

    return answer


@pytest.fixture
def bounded(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], float]:
    """Fetches an address that must fail, and returns after how many seconds it did."""
    monkeypatch.setenv("no_proxy", "*")

    def made(address: str) -> float:
        started = time.monotonic()
        with pytest.raises(DownloadError, match=r"no whole answer within 0\.5 seconds|more than 100,000 bytes"):
            fetch(address, timeout=TIMEOUT, tries=1, most_bytes=MOST)
        return time.monotonic() - started

    return made


@pytest.mark.parametrize("path", DRIPS)
def test_a_try_ends_at_its_deadline_whatever_drips(path: str, bounded: Callable[[str], float]) -> None:
    with speaking(sent(DRIPS, 0.05)) as address:
        assert bounded(address + path) < SECONDS / 2


@pytest.mark.parametrize("path", FLOODS)
def test_a_try_ends_at_its_last_byte_whatever_floods(path: str, bounded: Callable[[str], float]) -> None:
    with speaking(sent(FLOODS, 0)) as address:
        assert bounded(address + path) < SECONDS / 2


def test_a_name_that_is_looked_up_for_long_is_left_in_time(
    bounded: Callable[[str], float], monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(*_: object, **__: object) -> Any:
        time.sleep(3)
        raise OSError("no such name")

    monkeypatch.setattr(socket, "getaddrinfo", slow)
    assert bounded("http://rounds.invalid/rounds.json") < 2


@pytest.mark.parametrize("length", ["9" * 5000, "3300000000"])
def test_a_length_beyond_all_bounds_is_refused_at_once(length: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "*")

    def answer(connection: socket.socket, path: str) -> None:
        connection.sendall(f"HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n".encode())

    with speaking(answer) as address, pytest.raises(DownloadError, match="more than 100,000 bytes"):
        fetch(address, timeout=TIMEOUT, tries=1, most_bytes=MOST)


def redirecting(targets: Iterator[str], body: bytes = b"") -> Callable[[socket.socket, str], None]:
    """A server that redirects each request to the next of some targets; /good is a whole answer."""

    def answer(connection: socket.socket, path: str) -> None:
        if path == "/good":
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ngood")
            return
        connection.sendall(f"HTTP/1.1 302 Found\r\nLocation: {next(targets)}\r\n\r\n".encode())
        until = time.monotonic() + SECONDS
        while body and time.monotonic() < until:
            connection.sendall(body)

    return answer


@pytest.mark.parametrize(
    "target", ["ftp://127.0.0.1/rounds.json", "file:///etc/hostname", "data:,rounds", "gopher://127.0.0.1"]
)
def test_no_redirect_leads_away_from_http(target: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "*")
    with (
        speaking(redirecting(itertools.repeat(target))) as address,
        pytest.raises(DownloadError, match="which is no http or https address"),
    ):
        fetch(address, timeout=5, tries=3)


def test_three_redirects_are_followed_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "*")
    with speaking(redirecting(iter(["/2", "/3", "/good"]))) as address:
        assert fetch(address, timeout=5, tries=1) == b"good"
    with (
        speaking(redirecting(iter(["/2", "/3", "/4", "/good"]))) as address,
        pytest.raises(DownloadError, match="redirects more than 3 times"),
    ):
        fetch(address, timeout=5, tries=3)


def test_the_body_of_a_redirect_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "*")
    with speaking(redirecting(iter(["/good"]), body=b"x" * 65_536)) as address:
        assert fetch(address, timeout=5, tries=1, most_bytes=MOST) == b"good"


def test_all_redirects_share_one_deadline(bounded: Callable[[str], float]) -> None:
    def answer(connection: socket.socket, path: str) -> None:
        time.sleep(0.3)
        connection.sendall(f"HTTP/1.1 302 Found\r\nLocation: {path}x\r\n\r\n".encode())

    with speaking(answer) as address:
        assert bounded(address) < 0.85


@pytest.mark.parametrize("target", ["http://[bad/", "http://127.0.0.1:port/"])
def test_a_redirect_to_no_usable_address_is_stated(target: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "*")
    with speaking(redirecting(itertools.repeat(target))) as address, pytest.raises(DownloadError, match="address"):
        fetch(address, timeout=5, tries=1)
