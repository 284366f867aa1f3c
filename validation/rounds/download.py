"""Fetches one file over http: in time, up to a size, whole or not at all, with a few tries around the network only."""

from __future__ import annotations

import base64
import io
import socket
import threading
import time
from collections.abc import Callable
from functools import partial
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection, InvalidURL
from typing import IO, Any
from urllib.error import HTTPError, URLError
from urllib.parse import SplitResult, quote, unquote, urljoin, urlsplit
from urllib.request import (
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
    HTTPHandler,
    HTTPRedirectHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
    getproxies,
)

from transforms.model.addresses import without_credentials, without_secrets
from transforms.model.printable import printable
from transforms.model.wording import _, n_, whole_number
from transforms.model.wording import number as shown_number

MAX_BYTES = 20_000_000
MAX_REDIRECTS = 3
CHUNK = 65_536
FIRST_PAUSE_SECONDS = 1.0
PASSING_STATUSES = frozenset({408, 425, 429})
SERVER_ERRORS = 500
SCHEMES = frozenset({"http", "https"})
DEFAULT_PORTS = {"http": 80, "https": 443}
# What is sent to whichever server is asked.
HEADERS = {"User-Agent": "drawline", "Accept-Encoding": "identity"}
LOG_IN = "Authorization"
# What a server says is shown up to here; a length with more digits is no length.
MAX_SHOWN = 100
MAX_LENGTH_DIGITS = 18


class DownloadError(OSError):
    """A file could not be fetched; the message says from where and why, without credentials."""


class _MayPass(Exception):
    """What went wrong may be better at the next try."""


class _Refused(Exception):
    """What the server answers is not taken, now or later."""


def is_address(text: str) -> bool:
    """Is this an http or https address rather than a path?"""
    try:
        return urlsplit(text).scheme.lower() in SCHEMES
    except ValueError:
        return False


def fetch(
    address: str,
    *,
    timeout: float,
    tries: int,
    most_bytes: int = MAX_BYTES,
    pause: float = FIRST_PAUSE_SECONDS,
    sleep: Callable[[float], None] = time.sleep,
) -> bytes:
    """The content at an http or https address.

    `timeout` bounds one try in seconds, `most_bytes` all that servers send in one try, headers and redirects included.
    Between tries it waits `pause`, then twice that, and so on. Tries again where the network or the server failed, not
    where the answer is no. A log-in in the address is sent as one (basic authentication), to its own server alone. Raises
    DownloadError.
    """
    shown = without_credentials(address)
    if not is_address(address):
        raise DownloadError(_("{address} is no http or https address").format(address=shown))
    for number in range(1, tries + 1):
        try:
            return _in_time(address, timeout, most_bytes)
        except _Refused as error:
            raise DownloadError(f"{shown} {error}") from None
        except _MayPass as error:
            if number == tries:
                problem = n_(
                    "{address} could not be fetched in {tries} try: {error}",
                    "{address} could not be fetched in {tries} tries: {error}",
                    tries,
                )
                raise DownloadError(problem.format(address=shown, tries=tries, error=error)) from None
        sleep(pause * 2 ** (number - 1))
    raise AssertionError("the last try returns or raises")


class _Limits:
    """The address, the deadline and the bytes of one try, shared by every connection that it opens."""

    def __init__(self, address: str, timeout: float, most_bytes: int) -> None:
        self._addresses = (address, *getproxies().values())
        self.timeout = timeout
        self.most_bytes = most_bytes
        self.bytes_left = most_bytes
        self.deadline = time.monotonic() + timeout

    def seconds_left(self) -> float:
        """The seconds to the deadline; raises _MayPass once it is past."""
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise self.too_late()
        return left

    def count(self, received: int) -> None:
        """Counts received bytes; raises _Refused beyond the last that is taken."""
        self.bytes_left -= received
        if self.bytes_left < 0:
            raise self.too_much()

    def shown(self, text: str) -> str:
        """What a server says, as far as it may be shown: one line of some characters, without credentials."""
        line = printable(without_secrets(" ".join(text.split()), self._addresses))
        return line[:MAX_SHOWN] + ("…" if len(line) > MAX_SHOWN else "")

    def too_late(self) -> _MayPass:
        return _MayPass(_("no whole answer within {timeout} seconds").format(timeout=shown_number(self.timeout)))

    def too_much(self) -> _Refused:
        return _Refused(
            _("sends more than {number} bytes; that is not what is asked for").format(
                number=whole_number(self.most_bytes)
            )
        )


class _BoundedReader(io.RawIOBase):
    """A socket's bytes, each read under the limits of the try."""

    def __init__(self, raw: io.RawIOBase, sock: socket.socket, limits: _Limits) -> None:
        self._raw = raw
        self._sock = sock
        self._limits = limits

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._sock.settimeout(self._limits.seconds_left())
        received = self._raw.readinto(buffer)
        self._limits.count(received or 0)
        return received

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Response(HTTPResponse):
    def __init__(self, sock: socket.socket, *arguments: Any, limits: _Limits, **named: Any) -> None:
        super().__init__(sock, *arguments, **named)
        # From the status line on, interim answers, headers, chunk sizes and trailers included.
        self.fp: io.BufferedReader = io.BufferedReader(_BoundedReader(self.fp.detach(), sock, limits))


class _Connection(HTTPConnection):
    def __init__(self, *arguments: Any, limits: _Limits, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._limits = limits
        self.response_class = partial(_Response, limits=limits)  # type: ignore[assignment]

    def connect(self) -> None:
        self.timeout = self._limits.seconds_left()
        super().connect()


class _SecureConnection(_Connection, HTTPSConnection):
    """The bounds of a connection, on one that is encrypted."""


class _Plain(HTTPHandler):
    def __init__(self, limits: _Limits) -> None:
        super().__init__()
        self._limits = limits

    def http_open(self, req: Request) -> HTTPResponse:
        return self.do_open(partial(_Connection, limits=self._limits), req)


class _Secure(HTTPSHandler):
    def __init__(self, limits: _Limits) -> None:
        super().__init__()
        self._limits = limits

    def https_open(self, req: Request) -> HTTPResponse:
        return self.do_open(partial(_SecureConnection, limits=self._limits), req)


class _Redirects(HTTPRedirectHandler):
    """Follows a few redirects to http and https alone, and reads no body of theirs."""

    def __init__(self, limits: _Limits) -> None:
        self._limits = limits
        self._followed = 0

    def http_error_302(self, req: Request, fp: IO[bytes], code: int, msg: str, headers: Any) -> Any:  # noqa: ARG002
        fp.close()
        target = urljoin(req.full_url, headers.get("Location") or headers.get("URI") or "")
        if not is_address(target):
            raise _Refused(
                _("redirects to {target}, which is no http or https address").format(target=self._limits.shown(target))
            )
        self._followed += 1
        if self._followed > MAX_REDIRECTS:
            raise _Refused(_("redirects more than {number} times").format(number=MAX_REDIRECTS))
        target = quote(target, safe="%/:=&?~#+!$,;'@()*[]", encoding="iso-8859-1", errors="replace")
        log_in = req.unredirected_hdrs.get(LOG_IN) if _server_of(req.full_url) == _server_of(target) else None
        # Not the headers of the request before: among them are those for a proxy.
        return self.parent.open(_request(target, log_in), timeout=req.timeout)

    http_error_301 = http_error_303 = http_error_307 = http_error_308 = http_error_302


def _request(address: str, log_in: str | None = None) -> Request:
    """A request for an address, with a log-in as a header, or with that in the address; raises ValueError."""
    parts = urlsplit(address)
    name, is_there, host = parts.netloc.rpartition("@")
    request = Request(parts._replace(netloc=host).geturl(), headers=HEADERS)  # noqa: S310 - http and https alone
    if is_there and log_in is None:
        name, _colon, password = name.partition(":")
        pair = f"{unquote(name)}:{unquote(password)}".encode()
        log_in = f"Basic {base64.b64encode(pair).decode('ascii')}"
    if log_in is not None:
        request.add_unredirected_header(LOG_IN, log_in)
    return request


def _server_of(address: str) -> tuple[str, str | None, int | None]:
    """Scheme, host and port of an address; raises ValueError."""
    parts: SplitResult = urlsplit(address)
    return parts.scheme, parts.hostname, parts.port or DEFAULT_PORTS.get(parts.scheme)


def _in_time(address: str, timeout: float, most_bytes: int) -> bytes:
    """One try, abandoned at its deadline wherever it is: looking up a name has no deadline of its own."""
    limits = _Limits(address, timeout, most_bytes)
    ended: list[bytes | BaseException] = []

    def work() -> None:
        try:
            ended.append(_once(address, limits))
        except BaseException as error:  # noqa: BLE001 - raised again by whoever waits
            ended.append(error)

    thread = threading.Thread(target=work, name="download", daemon=True)
    thread.start()
    thread.join(timeout)
    if not ended:
        raise limits.too_late()
    if isinstance(ended[0], BaseException):
        raise ended[0]
    return ended[0]


def _once(address: str, limits: _Limits) -> bytes:
    opener = OpenerDirector()
    for handler in (
        ProxyHandler(), _Plain(limits), _Secure(limits), _Redirects(limits), HTTPDefaultErrorHandler(), HTTPErrorProcessor(),
    ):  # fmt: skip
        opener.add_handler(handler)
    try:
        with opener.open(_request(address), timeout=limits.timeout) as response:
            return _body(response, limits)
    except HTTPError as error:
        error.close()
        answered = _("the server answered {code} {reason}").format(
            code=error.code, reason=limits.shown(str(error.reason))
        )
        if error.code >= SERVER_ERRORS or error.code in PASSING_STATUSES:
            raise _MayPass(answered) from None
        raise _Refused(_("cannot be fetched: {answered}").format(answered=answered)) from None
    except TimeoutError:
        raise limits.too_late() from None
    except URLError as error:
        if isinstance(error.reason, TimeoutError):
            raise limits.too_late() from None
        raise _MayPass(limits.shown(str(error.reason))) from None
    except (ValueError, InvalidURL):
        raise _Refused(_("is no usable address, or redirects to none")) from None
    except (HTTPException, OSError) as error:
        raise _MayPass(_("the connection broke off ({error})").format(error=type(error).__name__)) from None


def _body(response: HTTPResponse, limits: _Limits) -> bytes:
    length = response.headers.get("Content-Length", "")
    is_announced = length.isascii() and length.isdigit()
    if is_announced and (len(length) > MAX_LENGTH_DIGITS or int(length) > limits.most_bytes):
        raise limits.too_much()
    body = bytearray()
    while chunk := response.read1(CHUNK):
        body += chunk
    if is_announced and len(body) < int(length):
        raise _MayPass(
            _("the answer broke off after {received} of {announced} bytes").format(
                received=whole_number(len(body)), announced=whole_number(int(length))
            )
        )
    return bytes(body)
