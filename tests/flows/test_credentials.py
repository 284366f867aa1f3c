"""Credentials in addresses: sent to their server alone, and kept, logged and shown nowhere. Real servers on loopback."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from flows.cli import app
from flows.nightly.criteria_watch import FILE
from flows.orchestration.temporary_server import TemporaryServer
from history.tables import TABLES
from tests.firm import MONDAY, TUESDAY, WEDNESDAY, Firm, clients, rounds_until
from tests.loopback import serving
from validation.rounds.download import DownloadError, fetch

USER, PASSWORD, TOKEN, FRAGMENT = "firm-of-tests", "hunter/22", "tok-en-0815", "frag-4711"
LOG_IN = f"{USER}:{PASSWORD.replace('/', '%2F')}@"
SECRETS = (USER, PASSWORD, "hunter", TOKEN, FRAGMENT)
BASIC = f"Basic {base64.b64encode(f'{USER}:{PASSWORD}'.encode()).decode()}"


class Server:
    """Rounds and a page for whoever has the log-in and the token; keeps the headers of each request."""

    def __init__(self) -> None:
        self.body, self.page, self.moved_to = b"{}", b"<p>spring</p>", ""
        self.asked: list[tuple[str, dict[str, str]]] = []

    @contextmanager
    def running(self) -> Iterator[str]:
        """The host and port at which it answers."""
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                headers = {name.lower(): value for name, value in self.headers.items()}
                server.asked.append((self.path, headers))
                if self.path.startswith("/moved"):
                    self.send_response(302)
                    self.send_header("Location", server.moved_to)
                    self.end_headers()
                    return
                if headers.get("authorization") != BASIC or TOKEN not in self.path:
                    self.send_response(403, f"no entry to {self.path} for {PASSWORD}")
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                    return
                body = server.page if "criteria" in self.path else server.body
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_arguments: object) -> None:
                return

        with serving(Handler) as address:
            yield address.removeprefix("http://")


@pytest.fixture(autouse=True)
def without_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")


def call(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(one) for one in arguments])


def kept(firm: Firm) -> str:
    """All that a firm's runs keep, as text: reports, workbooks' XML aside, and the rows of every table."""
    files = [path for path in firm.folder.rglob("*") if path.is_file() and path != firm.config]
    texts = [path.read_bytes().decode("latin-1") for path in files]
    rows = [json.dumps(firm.table(table).to_dicts(), default=str) for table in TABLES]
    return "\n".join([*texts, *rows])


def assert_no_secret(text: str) -> None:
    assert [secret for secret in SECRETS if secret in text] == []


def test_nights_use_a_token_and_a_log_in_and_keep_neither(tmp_path: Path) -> None:
    server = Server()
    with server.running() as host:
        rounds = f"http://{LOG_IN}{host}/rounds.json?token={TOKEN}#{FRAGMENT}"
        page = f"http://{LOG_IN}{host}/criteria?token={TOKEN}#{FRAGMENT}"
        firm = Firm(tmp_path / "firm", address=rounds, more=f'criteria_address = "{page}"\n')
        firm.publish(MONDAY)
        firm.drop("a.xlsx", clients(30, 31))
        server.body = rounds_until(MONDAY)
        night = ("nightly", "--config", firm.config, "--ahead", "--no-prefect", "--as-of")
        done = [call(*night, MONDAY)]
        assert done[0].exit_code == 0, done[0].output
        assert firm.history.runs()["rounds_notes"].to_list() == [[]]
        server.page, server.body = b"<p>autumn</p>", b"no rounds"
        done.append(call(*night, TUESDAY))
        firm.config.write_text(firm.config.read_text().replace(TOKEN, f"wrong-{TOKEN}"[: len(TOKEN)]), encoding="utf-8")
        server.body = rounds_until(TUESDAY)
        done.append(call(*night, WEDNESDAY))
    assert [one.exit_code for one in done] == [0, 0, 0]
    assert {headers.get("authorization") for _path, headers in server.asked} == {BASIC}
    said = "".join(one.stdout + one.stderr for one in done)
    shown = f"http://***@{host}/rounds.json?***"
    assert f"the rounds of {shown} are not taken" in said
    assert f"{shown} cannot be fetched: the server answered 403" in said
    assert f"http://***@{host}/criteria?***" in kept(firm)
    assert json.loads((Path(firm.history.place) / FILE).read_text())["address"] == f"http://***@{host}/criteria?***"
    assert_no_secret(said)
    assert_no_secret(kept(firm))


def test_an_update_of_the_rounds_shows_no_credentials(tmp_path: Path) -> None:
    server = Server()
    server.body = rounds_until(WEDNESDAY)
    with server.running() as host:
        target = tmp_path / "rounds.json"
        update = ("rounds", "update", "--to", target, "--from")
        good = call(*update, f"http://{LOG_IN}{host}/rounds.json?token={TOKEN}", "--json")
        bad = call(*update, f"http://{LOG_IN}{host}/rounds.json?token=other-{FRAGMENT}", "--json")
        other = call(*update, f"ftp://{LOG_IN}{host}/rounds.json?token={TOKEN}", "--json")
    assert [one.exit_code for one in (good, bad, other)] == [4, 1, 2], good.output
    for one in (good, bad, other):
        assert f"***@{host}/rounds.json?***" in one.output
        assert_no_secret(one.output)


def test_a_log_in_goes_to_its_own_server_alone(tmp_path: Path) -> None:
    first, second = Server(), Server()
    with first.running() as host, second.running() as other:
        first.moved_to = f"http://{other}/rounds.json?token={TOKEN}"
        with pytest.raises(DownloadError, match="403"):
            fetch(f"http://{LOG_IN}{host}/moved", timeout=10, tries=1)
        first.moved_to = f"/rounds.json?token={TOKEN}"
        assert fetch(f"http://{LOG_IN}{host}/moved", timeout=10, tries=1) == first.body
        first.moved_to = f"ftp://{LOG_IN}{other}/x?token={TOKEN}"
        with pytest.raises(DownloadError) as caught:
            fetch(f"http://{LOG_IN}{host}/moved", timeout=10, tries=1)
    assert [headers.get("authorization") for _path, headers in second.asked] == [None]
    assert "redirects to ftp://***@" in str(caught.value)
    assert_no_secret(str(caught.value))


def test_the_log_in_of_a_proxy_is_neither_shown_nor_sent_on(monkeypatch: pytest.MonkeyPatch) -> None:
    proxy, origin = Server(), Server()
    with proxy.running() as host, origin.running() as other:
        monkeypatch.setenv("http_proxy", f"http://{LOG_IN}{host}")
        proxy.moved_to = f"http://{other}/rounds.json"
        for name in ("no_proxy", "NO_PROXY"):
            monkeypatch.setenv(name, "127.0.0.1")
        with pytest.raises(DownloadError) as refused:
            fetch(f"http://rounds.invalid/rounds.json?token={TOKEN}", timeout=10, tries=1)
        path, headers = proxy.asked[0]
        assert headers["proxy-authorization"] == BASIC
        assert path == f"http://rounds.invalid/rounds.json?token={TOKEN}"
    assert_no_secret(str(refused.value))
    assert [headers for _path, headers in origin.asked if "proxy-authorization" in headers] == []


def test_a_proxy_that_redirects_does_not_have_its_log_in_sent_to_another(monkeypatch: pytest.MonkeyPatch) -> None:
    origin = Server()
    asked: list[dict[str, str]] = []

    class Proxy(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append({name.lower(): value for name, value in self.headers.items()})
            self.send_response(302)
            self.send_header("Location", f"http://{other}/rounds.json?token={TOKEN}")
            self.end_headers()

        def log_message(self, *_arguments: object) -> None:
            return

    with origin.running() as other, serving(Proxy) as address:
        monkeypatch.setenv("http_proxy", address.replace("http://", f"http://{LOG_IN}"))
        with pytest.raises(DownloadError, match="403"):
            fetch("http://rounds.invalid/rounds.json", timeout=10, tries=1)
    assert [one["proxy-authorization"] for one in asked] == [BASIC]
    assert [sorted({"authorization", "proxy-authorization"} & headers.keys()) for _path, headers in origin.asked] == [
        []
    ]


def test_the_address_of_a_server_or_a_cluster_is_shown_without_credentials(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    firm = Firm(tmp_path / "firm")
    monkeypatch.setenv("PREFECT_API_URL", f"http://{LOG_IN}127.0.0.1:1/api?token={TOKEN}")
    done = call("serve", "--within", "1", "--config", firm.config)
    assert done.exit_code == 1, done.output
    assert "http://***@127.0.0.1:1/api" in done.stderr
    assert_no_secret(done.output)


@pytest.mark.skipif(
    not Path("/proc/self/environ").exists(), reason="reads the environment of a process as Linux shows it"
)
def test_the_temporary_server_gets_no_secret_of_the_firm(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DRAWLINE_PASSPHRASE", "DRAWLINE_WORKBOOK_PASSWORD"):
        monkeypatch.setenv(name, PASSWORD)
    server = TemporaryServer()
    try:
        environment = Path(f"/proc/{server.process.pid}/environ").read_bytes()
    finally:
        server.stop()
    assert server.password.encode() in environment
    assert PASSWORD.encode() not in environment
    assert b"DRAWLINE_PASSPHRASE" not in environment
