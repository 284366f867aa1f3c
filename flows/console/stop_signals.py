"""SIGTERM and SIGINT take effect between two steps of a compiled library and of an import, never inside one.

polars calls Python back while it works. An exception that a signal raises there is a panic of the library, which may look
like a damaged file. One that is raised while Python takes the lock of a module leaves it locked, and a thread that imports
waits for ever. Raised a moment later, it ends the run as it should.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

Handler = Callable[[int, FrameType | None], object]

LIBRARIES = frozenset({"polars", "deltalake"})
# The code that takes the locks of modules; the bodies of modules are no part of it.
IMPORTS = frozenset(
    {"importlib._bootstrap", "importlib._bootstrap_external", "_frozen_importlib", "_frozen_importlib_external"}
)
SIGNALS = (signal.SIGTERM, signal.SIGINT)
SECONDS_UNTIL_SENT_AGAIN = 0.01


def must_wait(frame: FrameType | None) -> bool:
    """Is an import or, further out, a compiled library at work at a frame, so that an exception would do harm?"""
    if frame is not None and frame.f_globals.get("__name__") in IMPORTS:
        return True
    while frame is not None:
        if frame.f_globals.get("__name__", "").partition(".")[0] in LIBRARIES:
            return True
        frame = frame.f_back
    return False


@contextmanager
def between_steps() -> Iterator[None]:
    """Has the handlers that stand now wait, within the block, for the end of a step.

    Nothing changes outside the main thread, where signals are not handled, and for a handler that is not Python's.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {one: handler for one in SIGNALS if callable(handler := signal.getsignal(one))}
    for one, handler in before.items():
        signal.signal(one, _waiting(handler))
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def _waiting(handler: Handler) -> Handler:
    """A handler that calls another one where nothing has to end before, and else has the signal sent once more."""
    is_to_be_sent = False

    def send(number: int) -> None:
        nonlocal is_to_be_sent
        # Before it is sent, for the signal may be handled before this thread goes on.
        is_to_be_sent = False
        _send(number)

    def handle(number: int, frame: FrameType | None) -> None:
        nonlocal is_to_be_sent
        if not must_wait(frame):
            handler(number, frame)
        elif not is_to_be_sent:
            is_to_be_sent = True
            again = threading.Timer(SECONDS_UNTIL_SENT_AGAIN, send, [number])
            again.daemon = True
            again.start()

    return handle


def _send(number: int) -> None:
    """Sends a signal to the main thread, which it wakes where it sleeps."""
    if hasattr(signal, "pthread_kill") and (main := threading.main_thread().ident) is not None:
        signal.pthread_kill(main, number)
    else:
        signal.raise_signal(number)
