"""Text of other people's files as a page can show it: one line, without marks that turn or hide what stands around it."""

from __future__ import annotations

import unicodedata

# Format characters go, those that turn the direction of text among them; two of them only join or part letters.
_FORMAT, _JOINERS = "Cf", frozenset("\u200c\u200d")
# Control, surrogate, private and unassigned characters, and separators of lines.
_UNPRINTABLE = frozenset({"Cc", "Cs", "Co", "Cn", "Zl", "Zp"})


def shown(text: str, most: int) -> str:
    """A text in one line of at most so many characters, the last an ellipsis where it is cut."""
    line = " ".join("".join(map(_printable, text)).split())
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"


def _printable(letter: str) -> str:
    category = unicodedata.category(letter)
    if category == _FORMAT and letter not in _JOINERS:
        return ""
    return " " if category in _UNPRINTABLE else letter
