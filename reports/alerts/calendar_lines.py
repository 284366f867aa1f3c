"""Lines of an iCalendar file (RFC 5545): names, texts and days, folded.

Written here because a night has thousands of them, and building each as an object took half of its time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

LINE_OCTETS = 75
FOLD, ENDING = b"\r\n ", b"\r\n"
# Of a character in UTF-8 the octets after the first begin with these bits.
LATER_MASK, LATER = 0b1100_0000, 0b1000_0000


def text(value: str) -> str:
    """A text as the value of a property."""
    escaped = value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return escaped.replace("\r\n", "\\n").replace("\n", "\\n").replace("\r", "\\n")


def texts(values: Iterable[str]) -> str:
    """Several texts as the value of one property."""
    return ",".join(text(value) for value in values)


def day(value: date) -> str:
    """A day as the value of a property."""
    return f"{value:%Y%m%d}"


def written(lines: Iterable[str]) -> bytes:
    """The lines as octets, each folded."""
    return b"".join(b"%b%b" % (_folded(line.encode()), ENDING) for line in lines)


def _folded(line: bytes) -> bytes:
    """A line in parts of at most 75 octets, the blank before each later part among them."""
    return line if len(line) <= LINE_OCTETS else FOLD.join(_parts(line))


def _parts(line: bytes) -> Iterator[bytes]:
    """Parts that end neither within a character nor after a backslash, which some programs would read alone."""
    begins, room = 0, LINE_OCTETS
    while len(line) - begins > room:
        ends = begins + room
        while line[ends] & LATER_MASK == LATER or (line[ends - 1 : ends] == b"\\" and ends - 1 > begins):
            ends -= 1
        yield line[begins:ends]
        begins, room = ends, LINE_OCTETS - 1
    yield line[begins:]
