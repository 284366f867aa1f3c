"""A signal takes effect between two steps of a compiled library."""

from __future__ import annotations

import functools
import signal
import sys
import threading
import time
from collections.abc import Iterator
from types import FrameType
from typing import Any

import polars as pl
import pytest

from flows.console import stop_signals
from tests.processes import wait_until

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="sends signals to itself")


class Stopped(BaseException):
    """What the handlers of these tests raise."""


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise Stopped


@pytest.fixture(params=[signal.SIGTERM, signal.SIGINT])
def number(request: pytest.FixtureRequest) -> Iterator[int]:
    """A signal whose handler raises Stopped."""
    before = signal.signal(request.param, _stop)
    yield request.param
    signal.signal(request.param, before)


def test_a_signal_inside_a_step_of_polars_is_no_panic(number: int) -> None:
    seen: list[Any] = []

    def told(value: int) -> int:
        if not seen:
            signal.raise_signal(number)
        seen.append(value)
        return value

    def work() -> None:
        pl.DataFrame({"n": [1, 2, 3]}).select(pl.col("n").map_elements(told, return_dtype=pl.Int64))
        wait_until(lambda: False)

    with stop_signals.between_steps(), pytest.raises(Stopped):
        work()
    assert seen[-3:] == [1, 2, 3]


def test_a_signal_while_a_module_is_locked_leaves_no_lock(number: int) -> None:
    """Sent from the code of imports itself, as a signal is that comes in its midst."""
    code = compile("def locked():\n    send()\n", "<imports>", "exec")
    names: dict[str, Any] = {"__name__": "importlib._bootstrap"}
    exec(code, names)  # noqa: S102 - a function that belongs to the code of imports
    went_on = []

    def work() -> None:
        names["locked"]()
        went_on.append(True)
        wait_until(lambda: False)

    names["send"] = functools.partial(signal.raise_signal, number)
    with stop_signals.between_steps(), pytest.raises(Stopped):
        work()
    assert went_on


def test_no_signal_is_lost_where_the_thread_that_sends_it_is_slow(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is handled, within the step still, before that thread has come to its end."""
    sent = stop_signals._send

    def slowly(number: int) -> None:
        sent(number)
        time.sleep(0.2)

    monkeypatch.setattr(stop_signals, "_send", slowly)
    ends = time.monotonic() + 0.1

    def told(value: int) -> int:
        signal.raise_signal(number)
        while time.monotonic() < ends:
            time.sleep(0.001)
        return value

    def work() -> None:
        pl.DataFrame({"n": [1]}).select(pl.col("n").map_elements(told, return_dtype=pl.Int64))
        wait_until(lambda: False)

    with stop_signals.between_steps(), pytest.raises(Stopped):
        work()


def test_a_signal_elsewhere_takes_effect_at_once(number: int) -> None:
    with stop_signals.between_steps(), pytest.raises(Stopped):
        signal.raise_signal(number)


def test_the_handlers_of_before_stand_again_after_the_block(number: int) -> None:
    with stop_signals.between_steps():
        assert signal.getsignal(number) is not _stop
    assert signal.getsignal(number) is _stop


def test_a_thread_leaves_the_handlers_as_they_are(number: int) -> None:
    seen: list[Any] = []

    def work() -> None:
        with stop_signals.between_steps():
            seen.append(signal.getsignal(number))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [_stop]
