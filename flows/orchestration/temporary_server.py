"""A Prefect server for one process: on loopback, behind a password of its own, and gone once that process is.

Prefect's own temporary server has no password and outlives a parent that is killed. This one reads its standard input,
whose other end the parent holds: the system closes that end with the parent, however the parent ends.
"""

from __future__ import annotations

import atexit
import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
from collections import deque
from types import FrameType
from typing import IO

from flows.orchestration.prefect_settings import prepare

API_URL, PASSWORD, SERVER_PASSWORD = "PREFECT_API_URL", "PREFECT_API_AUTH_STRING", "PREFECT_SERVER_API_AUTH_STRING"
# What Prefect sets for a temporary server of its own: no pages, and the services that a few minutes need.
SERVER_ENVIRONMENT = {"PREFECT_UI_ENABLED": "0", "PREFECT__SERVER_EPHEMERAL": "1", "PREFECT__SERVER_FINAL": "1"}
LOOPBACK = "127.0.0.1"
# Reported in the place of a port where Prefect's own settings name a server.
NOT_NEEDED = "not needed"
MAX_START_SECONDS = 120
MAX_STOP_SECONDS = 10
MAX_LINES = 1_000
_OUTPUT: deque[str] = deque(maxlen=MAX_LINES)


class ServerNotStarted(RuntimeError):
    """The temporary server ended before it was ready, or took too long."""


class TemporaryServer:
    """A temporary server as its parent holds it."""

    def __init__(self) -> None:
        prepare()
        self.password = f"drawline:{secrets.token_urlsafe(32)}"
        # -P: a folder `flows` in the current folder is not ours.
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "flows.orchestration.temporary_server"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # Of no use to whoever runs a command, and of hundreds of lines where the server cannot start.
            stderr=None if os.environ.get("DRAWLINE_TRACEBACK") else subprocess.PIPE,
            env={**_environment(), **SERVER_ENVIRONMENT, SERVER_PASSWORD: self.password},
        )
        self._reader: threading.Thread | None = None
        if self.process.stderr is not None:
            self._reader = threading.Thread(
                target=_keep, args=(self.process.stderr,), name="server-output", daemon=True
            )
            self._reader.start()
        atexit.register(self.stop)

    def use(self) -> None:
        """Waits until the server is ready, and makes it the one that Prefect uses in this process.

        Raises ServerNotStarted.
        """
        from prefect.context import refresh_global_settings_context

        answer = self._first_line()
        if answer == NOT_NEEDED:
            self.stop()
            return
        os.environ[API_URL] = f"http://{LOOPBACK}:{int(answer)}/api"
        os.environ[PASSWORD] = self.password
        _pass_proxies_by()
        refresh_global_settings_context()

    def _first_line(self) -> str:
        assert self.process.stdout is not None
        late = threading.Timer(MAX_START_SECONDS, self.process.kill)
        late.daemon = True
        late.start()
        try:
            answer = self.process.stdout.readline().decode("ascii").strip()
        finally:
            late.cancel()
        if not answer:
            # What it wrote at its end is of interest.
            self.stop()
            raise ServerNotStarted
        return answer

    def stop(self) -> None:
        """Stops the server, and waits until it is gone."""
        atexit.unregister(self.stop)
        self.process.terminate()
        try:
            self.process.wait(MAX_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            assert stream is not None
            stream.close()
        if self._reader is not None:
            self._reader.join(MAX_STOP_SECONDS)


def _environment() -> dict[str, str]:
    """The environment of this process without the secrets that the server has no use for."""
    from flows.firm import passwords
    from flows.outputs import encryption

    secrets_of_firm = (encryption.VARIABLE, passwords.VARIABLE)
    return {name: value for name, value in os.environ.items() if name not in secrets_of_firm}


def output() -> str:
    """The last lines that temporary servers of this process wrote to standard error."""
    return "".join(_OUTPUT)


def _keep(stream: IO[bytes]) -> None:
    """Keeps what a server writes until it ends; it would wait for a reader else."""
    with stream:
        for line in stream:
            _OUTPUT.append(line.decode("utf-8", errors="replace"))


def _pass_proxies_by() -> None:
    """Has requests to loopback pass by the proxy that the environment names for all others."""
    # The name in small letters comes first where both are set.
    others = os.environ.get("no_proxy") or os.environ.get("NO_PROXY")
    for name in ("no_proxy", "NO_PROXY"):
        os.environ[name] = f"{others},{LOOPBACK}" if others else LOOPBACK


def begin() -> TemporaryServer | None:
    """Starts a server unless one is named; it gets ready beside whatever the caller does before it uses it."""
    if os.environ.get(API_URL):
        return None
    if "prefect" in sys.modules:
        from prefect.settings import get_current_settings

        if get_current_settings().api.url:
            return None
    return TemporaryServer()


def end_with_parent() -> None:
    """Ends this process, at once and whatever it does, when the parent's end of standard input closes."""

    def wait() -> None:
        # Not through sys.stdin, whose lock would be held when this process ends by itself.
        while os.read(0, 1):
            pass
        os._exit(1)

    threading.Thread(target=wait, name="end-with-parent", daemon=True).start()


def main() -> None:
    """The server itself: reports its port on standard output once it is ready, and runs until it is stopped."""
    end_with_parent()
    report = os.fdopen(os.dup(1), "w", encoding="ascii")
    # Whatever else is printed is no report.
    os.dup2(2, 1)
    from prefect.settings import get_current_settings

    if get_current_settings().api.url:
        print(NOT_NEEDED, file=report, flush=True)
        return
    import uvicorn
    from prefect.server.api.server import create_app

    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.bind((LOOPBACK, 0))
    port = listening.getsockname()[1]

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            print(port, file=report, flush=True)

        def handle_exit(self, sig: int, frame: FrameType | None) -> None:
            # Ctrl-C reaches this process too; the parent still has to report its end here, and then stops it.
            if sig != signal.SIGINT:
                super().handle_exit(sig, frame)

    Server(uvicorn.Config(create_app(), log_level="error", lifespan="on")).run(sockets=[listening])


if __name__ == "__main__":
    main()
