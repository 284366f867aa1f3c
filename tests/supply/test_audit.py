"""The audit against a service on loopback that answers as OSV does, and against none."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.supply import audit

LOCK = f"filelock==3.20.0 --hash=sha256:{'0' * 64}\nrich==14.0.0 --hash=sha256:{'1' * 64}\n"
VULNERABILITY = {
    "id": "OSV-2026-1", "summary": "made up", "details": "made up", "modified": "2026-01-01T00:00:00Z",
    "affected": [
        {
            "package": {"name": "filelock", "ecosystem": "PyPI"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "3.20.1"}]}],
            "versions": ["3.20.0"],
        }
    ],
}  # fmt: skip


class Osv(BaseHTTPRequestHandler):
    """Answers for the packages of `known`."""

    known: frozenset[str] = frozenset()

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        name = asked["package"]["name"]
        body = json.dumps({"vulns": [VULNERABILITY]} if name in self.known else {}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the base class
        pass


@pytest.fixture
def service() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Osv) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/v1/query"
        server.shutdown()
        thread.join()


@pytest.fixture
def lock(tmp_path: Path) -> str:
    path = tmp_path / "run.txt"
    path.write_text(LOCK)
    return str(path)


def test_a_known_vulnerability_is_named_with_its_fix(
    service: str, lock: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Osv, "known", frozenset({"filelock"}))
    assert audit.main(["--lock", lock, "--service", service]) == audit.SOME
    told = capsys.readouterr().out
    assert "filelock 3.20.0: OSV-2026-1 (3.20.1)" in told
    assert "2 packages looked up, 1 with a known vulnerability" in told


def test_nothing_known(service: str, lock: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert audit.main(["--lock", lock, "--service", service]) == audit.NONE
    assert "2 packages looked up, 0 with a known vulnerability" in capsys.readouterr().out


def test_a_service_that_does_not_answer_is_no_result(lock: str, capsys: pytest.CaptureFixture[str]) -> None:
    # Nothing listens on port 9 of loopback.
    assert audit.main(["--lock", lock, "--service", "http://127.0.0.1:9/", "--timeout", "2"]) == audit.NO_ANSWER
    told = capsys.readouterr().out
    assert "gave no answer" in told
    assert "looked up" not in told
