"""Servers of rounds that misbehave, on loopback: what is held stays, and a nightly run goes on with it."""

from __future__ import annotations

import contextlib
import gzip
import itertools
import random
import shutil
import socket
import struct
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import polars as pl

from tests.campaigns.faults.read_only import NIGHT, after_monday, copied
from tests.campaigns.faults.trial import Trial, assert_refused, command
from tests.firm import MONDAY, TUESDAY, Firm, assert_same, rounds_until
from tests.flows.test_full_disk import contents
from tests.loopback import speaking
from tests.validation.test_download import DRIPS, FLOODS, redirecting, sent

Answer = Callable[[socket.socket, str], None]
OK = b"HTTP/1.1 200 OK\r\n"
STATUSES = (204, 206, 300, 304, 400, 401, 403, 404, 407, 408, 410, 418, 425, 429, 451, 500, 501, 502, 503, 504, 599)
# By the clock; a try may take one second, and there are two.
MAX_SECONDS = 60


@dataclass(frozen=True)
class Behaviour:
    """How a server answers, and whether its answer holds the new rounds."""

    name: str
    answer: Answer
    is_good: bool = False


def _whole(body: bytes, head: bytes = OK) -> bytes:
    return head + f"Content-Length: {len(body)}\r\n\r\n".encode() + body


def _saying(data: bytes) -> Answer:
    return lambda connection, _path: connection.sendall(data)


def _chunked(body: bytes, chance: random.Random) -> bytes:
    pieces, at = [OK + b"Transfer-Encoding: chunked\r\n\r\n"], 0
    while at < len(body):
        size = chance.randrange(1, 100_000)
        piece = body[at : at + size]
        pieces.append(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
        at += size
    return b"".join([*pieces, b"0\r\n\r\n"])


def _reset(data: bytes) -> Answer:
    """Sends a part, then ends the connection with a reset."""

    def answer(connection: socket.socket, _path: str) -> None:
        connection.sendall(data)
        time.sleep(0.05)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    return answer


def _late(data: bytes, seconds: float) -> Answer:
    def answer(connection: socket.socket, _path: str) -> None:
        time.sleep(seconds)
        connection.sendall(data)

    return answer


def behaviours(chance: random.Random) -> list[Behaviour]:
    """One of each kind; lengths, places, bytes and statuses are drawn by chance."""
    rounds = rounds_until(TUESDAY)
    whole, cut = _whole(rounds), chance.randrange(1, len(rounds))
    status = chance.choice(STATUSES)
    drip, flood = chance.choice(list(DRIPS)), chance.choice(list(FLOODS))
    loop = redirecting(itertools.repeat("/again"))
    once = f"HTTP/1.1 {chance.choice((301, 302, 303, 307, 308))} Moved\r\nLocation: /there\r\n\r\n".encode()
    return [
        Behaviour("whole", _saying(whole), is_good=True),
        Behaviour("in chunks", _saying(_chunked(rounds, chance)), is_good=True),
        Behaviour("without a length", _saying(OK + b"\r\n" + rounds), is_good=True),
        Behaviour(
            "moved once",
            lambda connection, path: connection.sendall(whole if path == "/there" else once),
            is_good=True,
        ),
        Behaviour("cut off", _saying(whole[: -len(rounds) + cut])),
        Behaviour("cut off without a length", _saying(OK + b"\r\n" + rounds[:cut])),
        Behaviour("cut off in the head", _saying(whole[: chance.randrange(len(OK))])),
        Behaviour("cut off in a chunk", _saying(_chunked(rounds, chance)[: cut // 2])),
        Behaviour("reset", _reset(whole[:cut])),
        Behaviour("nothing", _saying(b"")),
        Behaviour("empty", _saying(_whole(b""))),
        Behaviour("too late", _late(whole, 1.6)),
        Behaviour(f"drips in {drip}", lambda connection, _path: sent(DRIPS, 0.05)(connection, drip)),
        Behaviour(f"floods in {flood}", lambda connection, _path: sent(FLOODS, 0)(connection, flood)),
        Behaviour("a length beyond bounds", _saying(OK + b"Content-Length: " + b"9" * chance.randrange(9, 5000) + b"\r\n\r\n")),
        Behaviour("a redirect loop", loop),
        Behaviour("a redirect without a place", _saying(b"HTTP/1.1 302 Found\r\n\r\n")),
        Behaviour("a redirect to a file", redirecting(itertools.repeat("file:///etc/hostname"))),
        Behaviour("a redirect to no address", redirecting(itertools.repeat("http://[bad/"))),
        Behaviour(f"status {status}", _saying(_whole(b"", f"HTTP/1.1 {status} \x1b[31mOdd\r\n".encode()))),
        Behaviour("garbage", _saying(chance.randbytes(chance.randrange(1, 5000)))),
        Behaviour("garbage as the body", _saying(_whole(chance.randbytes(chance.randrange(1, 5000))))),
        Behaviour("a page", _saying(_whole(b"<html>Service interruption</html>"))),
        Behaviour("compressed unasked", _saying(_whole(gzip.compress(rounds), OK + b"Content-Encoding: gzip\r\n"))),
        Behaviour("nested beyond bounds", _saying(_whole(b"[" * 1_000_000))),
        Behaviour("no rounds", _saying(_whole(b'{"rounds": []}'))),
        Behaviour("other JSON", _saying(_whole(chance.choice((b"null", b"1e999", b"[1]", b'{"rounds": 7}', b'"x"'))))),
        Behaviour("fewer rounds than held", _saying(_whole(rounds_until(MONDAY.replace(year=2020))))),
    ]  # fmt: skip


def trials(folder: Path, chance: random.Random, number: int) -> Iterator[Trial]:
    """An update of the rounds by each kind of server, and nightly runs with as many kinds as asked for."""
    for one in behaviours(chance):
        yield Trial(f"update, {one.name}", partial(updated, one))
    before = after_monday(folder / "firm")
    ends = {}
    for is_good in (True, False):
        firm = copied(before, folder / f"end-{is_good}")
        firm.publish(TUESDAY if is_good else MONDAY)
        firm.night(TUESDAY)
        ends[is_good] = firm.tables()
    kinds = [one for _ in range(1 + number // 20) for one in behaviours(chance)]
    for one in chance.sample(kinds, min(number, len(kinds))):
        yield Trial(f"nightly, {one.name}", partial(night, one, before, ends[one.is_good]))


def updated(one: Behaviour, folder: Path) -> None:
    """`rounds update` from a server: the new rounds where it holds them, else one message, and what is held stays."""
    target = folder / "held" / "rounds.json"
    target.parent.mkdir()
    target.write_bytes(rounds_until(MONDAY))
    (folder / "drawline.toml").write_text("rounds_timeout_seconds = 1\nrounds_tries = 2\n", encoding="utf-8")
    begun = time.monotonic()
    with speaking(one.answer) as address, contextlib.chdir(folder):
        done = command("rounds", "update", "--from", f"{address}/rounds.json", "--to", target)
    assert time.monotonic() - begun < MAX_SECONDS, f"took {time.monotonic() - begun:.0f} s"
    assert "\x1b" not in done.err + done.out
    if one.is_good:
        assert done.code == 0, done.err
        assert target.read_bytes() == rounds_until(TUESDAY)
        return
    assert_refused(done, 1, 4)
    assert contents(target.parent) == {"rounds.json": rounds_until(MONDAY)}


def night(one: Behaviour, before: Path, end: dict[str, pl.DataFrame], folder: Path) -> None:
    """A nightly run that asks a server: done with the new rounds or without them, and a note says why."""
    shutil.copytree(before, folder / "firm")
    with speaking(one.answer) as address:
        firm = Firm(folder / "firm", address=f"{address}/rounds.json")
        firm.publish(MONDAY)
        begun = time.monotonic()
        done = command(*NIGHT, "--config", firm.config)
        seconds = time.monotonic() - begun
    assert done.code == 0, done.err
    assert ("note: " in done.err) != one.is_good, done.err
    assert seconds < MAX_SECONDS, f"took {seconds:.0f} s"
    assert "\x1b" not in done.err + done.out
    assert_same(firm.tables(), end)
    assert command("history", "verify", "--config", firm.config).code == 0
