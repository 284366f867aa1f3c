"""Texts as they are compared: names without their signs, texts by their words, values without case."""

from __future__ import annotations

import re
import unicodedata


def plain_words(text: str) -> str:
    """A text without accents, case and signs, its words divided by one blank."""
    decomposed = unicodedata.normalize("NFKD", text.casefold().replace("\u2019", "'").replace("'", ""))
    letters = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return " ".join(re.sub(r"[\W_]+", " ", letters).split())


def plain(name: str) -> str:
    """A sheet's or column's name without case, accents, spaces, underscores and punctuation; one of signs alone as it is."""
    folded = name.casefold()
    letters = "".join(filter(str.isalnum, folded if folded.isascii() else unicodedata.normalize("NFKD", folded)))
    return letters or "".join(folded.split())


def value_key(value: str) -> str:
    """A firm's own value as it is looked up in a map: without case, its blanks alike."""
    return " ".join(value.casefold().split())
