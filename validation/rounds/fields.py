"""Single fields of a round as IRCC writes them: text and whole numbers."""

from __future__ import annotations

import re
from typing import Any

from transforms.model.wording import _, whole_number

MAX_COUNT_DIGITS = 9
MAX_SHOWN = 40
# Half a character (a lone surrogate of JSON's escapes) or a control character.
_NO_TEXT = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
NOTHING = frozenset({"", "-", "n/a", "na"})


def text_of(entry: dict[str, Any], key: str) -> str:
    """A field as one line of text; raises ValueError naming the field where it is none."""
    value = entry.get(key)
    text = "" if value is None else " ".join(str(value).split())
    if _NO_TEXT.search(text):
        raise ValueError(_("{key} {text} holds what is no character of a text").format(key=key, text=shown(text)))
    return text


def shown(text: str) -> str:
    """A value as a message shows it: quoted, and no longer than people read."""
    return (
        repr(text)
        if len(text) <= MAX_SHOWN
        else _("{text!r} and {number} characters more").format(
            text=text[:MAX_SHOWN], number=whole_number(len(text) - MAX_SHOWN)
        )
    )


def count(entry: dict[str, Any], key: str) -> int | None:
    """A field as a whole number, thousands set apart or not; None where it says nothing.

    Raises ValueError naming the field.
    """
    text = text_of(entry, key)
    digits = text.replace(",", "").replace(" ", "")
    if text.lower() in NOTHING:
        return None
    if not (digits.isascii() and digits.isdigit() and len(digits) <= MAX_COUNT_DIGITS):
        raise ValueError(_("{key} {text} is not a whole number such as 2,000").format(key=key, text=shown(text)))
    return int(digits)
