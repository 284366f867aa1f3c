"""Fetches one file over http: in time, up to a size, whole or not at all, with a few tries around the network only."""

from __future__ import annotations

import time
from collections.abc import Callable
from http.client import HTTPException, HTTPResponse
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

MOST_BYTES = 50_000_000
CHUNK = 65_536
FIRST_PAUSE_SECONDS = 1.0
PASSING_STATUSES = frozenset({408, 425, 429})
SERVER_ERRORS = 500


class DownloadError(OSError):
    """A file could not be fetched; the message says from where and why."""


class _MayPass(Exception):
    """What went wrong may be better at the next try."""


def is_address(text: str) -> bool:
    """Is this an http or https address rather than a path?"""
    return urlsplit(text).scheme.lower() in {"http", "https"}


def fetch(
    address: str,
    *,
    timeout: float,
    tries: int,
    most_bytes: int = MOST_BYTES,
    pause: float = FIRST_PAUSE_SECONDS,
    sleep: Callable[[float], None] = time.sleep,
) -> bytes:
    """The content at an http or https address.

    `timeout` is for the whole of one try, in seconds; between tries it waits `pause`, then twice that, and so on. Tries
    again where the network or the server failed, not where the answer is no. Raises DownloadError.
    """
    if not is_address(address):
        raise DownloadError(f"{address} is no http or https address")
    for number in range(1, tries + 1):
        try:
            return _once(address, timeout, most_bytes)
        except _MayPass as error:
            if number == tries:
                tried = "1 try" if tries == 1 else f"{tries} tries"
                raise DownloadError(f"{address} could not be fetched in {tried}: {error}") from None
        sleep(pause * 2 ** (number - 1))
    raise AssertionError("the last try returns or raises")


def _once(address: str, timeout: float, most_bytes: int) -> bytes:
    deadline = time.monotonic() + timeout
    request = Request(address, headers={"User-Agent": "drawline", "Accept-Encoding": "identity"})  # noqa: S310 - http alone
    try:
        with urlopen(request, timeout=timeout) as response:  # noqa: S310 - http and https alone, see fetch
            return _body(response, address, deadline, timeout, most_bytes)
    except HTTPError as error:
        error.close()
        told = f"the server answered {error.code} {error.reason}"
        if error.code >= SERVER_ERRORS or error.code in PASSING_STATUSES:
            raise _MayPass(told) from None
        raise DownloadError(f"{address}: {told}") from None
    except TimeoutError:
        raise _MayPass(f"no whole answer within {timeout:g} seconds") from None
    except URLError as error:
        if isinstance(error.reason, TimeoutError):
            raise _MayPass(f"no whole answer within {timeout:g} seconds") from None
        raise _MayPass(str(error.reason)) from None
    except (HTTPException, ConnectionError) as error:
        raise _MayPass(f"the connection broke off ({type(error).__name__})") from None


def _body(response: HTTPResponse, address: str, deadline: float, timeout: float, most_bytes: int) -> bytes:
    announced = response.headers.get("Content-Length", "")
    body = bytearray()
    while chunk := response.read1(CHUNK):
        body += chunk
        if len(body) > most_bytes:
            raise DownloadError(f"{address} sends more than {most_bytes:,} bytes; that is not what is asked for")
        if time.monotonic() > deadline:
            raise _MayPass(f"no whole answer within {timeout:g} seconds")
    if announced.isdigit() and len(body) < int(announced):
        raise _MayPass(f"the answer broke off after {len(body):,} of {int(announced):,} bytes")
    return bytes(body)
