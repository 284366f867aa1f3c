"""Standard output and standard error: what is printed there is only shown, and steers no terminal.

Names of files and sheets, headings, cells, keys and answers of servers come from strangers.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import IO, Any

from transforms.model.printable import printable


class Screen:
    """A stream of text that is written to another one in its printable form."""

    def __init__(self, stream: IO[str]) -> None:
        self.stream = stream

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)

    def __iter__(self) -> Iterator[str]:
        return iter(self.stream)

    def write(self, text: str) -> int:
        """Writes a text in its printable form."""
        self.stream.write(printable(text))
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """Writes texts in their printable form."""
        for line in lines:
            self.write(line)


@contextmanager
def protected() -> Iterator[None]:
    """Has all that a block prints go out in its printable form."""
    before = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = (one if isinstance(one, Screen) else Screen(one) for one in before)
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before


def unprotected(stream: IO[str]) -> IO[str]:
    """The stream behind a protected one, for what draws with colours and links of its own."""
    return stream.stream if isinstance(stream, Screen) else stream


def show_drawn(text: str) -> None:
    """Prints a text with colours and links of ours on standard output; what is from outside in it is printable."""
    print(text, file=unprotected(sys.stdout))
