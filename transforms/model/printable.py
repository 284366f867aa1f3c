"""Texts from outside, such as names of files and answers of servers, in a form that a terminal only shows."""

from __future__ import annotations

import re

# Control characters but line feed and tab (C0, DEL, C1), line separators, marks that change the direction of what follows,
# invisible tags, and halves of surrogate pairs, which stand for bytes of a file name that are no text.
_HARMFUL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f\ud800-\udfff]"
)
_ONE_BYTE, _TWO_BYTES = 0xFF, 0xFFFF


def printable(text: str) -> str:
    r"""The text with an escape such as \x1b in the place of each character that would steer a terminal."""
    return _HARMFUL.sub(_escaped, text)


def _escaped(found: re.Match[str]) -> str:
    number = ord(found[0])
    if number <= _ONE_BYTE:
        return f"\\x{number:02x}"
    return f"\\u{number:04x}" if number <= _TWO_BYTES else f"\\U{number:08x}"
