"""The text of a heading as the words that count: without case, accents, hints, possessives and small words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass

_ASIDE = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]")
_PLURAL_ASIDE = re.compile(r"\((?:e?s|x|e|ies)\)", re.IGNORECASE)
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_POSSESSIVE = re.compile(r"['\u2019\u02bc`]s\b|(?<=s)['\u2019](?=\s)", re.IGNORECASE)
_ELISION = re.compile(r"\b(?:[ldnscj]|qu)['\u2019](?=\w)", re.IGNORECASE)
_NUMBERING = re.compile(
    r"^\s*(?:(?:q|question)\s*\d+\s*[.):\-]|\d+\s*[.):]|\(?[a-z0-9]{1,2}\)|\d+\s*-\s)\s*", re.IGNORECASE
)
_SECTION = re.compile(r"\s+[-\u2010-\u2015>|/]+\s+|\s*[\u2013\u2014>:]\s*|\s-\s*|\.(?=[A-Za-z]{3})|__")
_NUMERO = re.compile(r"\bn[\u00b0\u00ba]", re.IGNORECASE)
_NO_WORD = re.compile(r"[\W_]+")
_INITIALS = re.compile(r"\b(?:[A-Za-z]\.){2,}")
MIN_PLURAL = 4
NEVER_PLURAL = ("ss", "us", "is")


@dataclass(frozen=True)
class Words:
    """How words are cut: `small` ones never count, `same` ones are alike."""

    small: Collection[str]
    same: Mapping[str, str]

    def tokens(self, text: str) -> tuple[str, ...]:
        """The words of a text in order, alike ones as one; small words alone stay."""
        found = [self._alike(token) for token in bare(text).split()]
        counted = [token for token in found if token not in self.small]
        return tuple(counted or found)

    def _alike(self, token: str) -> str:
        token = self.same.get(token, token)
        if len(token) >= MIN_PLURAL and token.endswith("s") and not token.endswith(NEVER_PLURAL):
            token = token[:-1]
        return self.same.get(token, token)


def bare(text: str) -> str:
    """A text without case, accents, possessives and punctuation, its words divided by one blank."""
    text = text.strip()
    if not any(letter.isspace() for letter in text):
        text = _HUMP.sub(" ", text)
    if text.replace(" ", "").isalnum() and text.isascii():
        return " ".join(text.casefold().split())
    text = _NUMERO.sub("number ", text).replace("#", " number ").replace("%", " percent ").replace("&", " and ")
    text = _INITIALS.sub(lambda found: found[0].replace(".", ""), text)
    text = _ELISION.sub("", _POSSESSIVE.sub("", text)).casefold().replace("\u0153", "oe").replace("\u00e6", "ae")
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text)
        text = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return " ".join(_NO_WORD.sub(" ", text).split())


def without_numbering(text: str) -> str:
    """A heading without the number of its question: 3., Q3:, a)."""
    rest = _NUMBERING.sub("", text)
    return rest if bare(rest) else text


def asides(text: str) -> tuple[str, list[str]]:
    """A heading without what stands in parentheses, and that; "(s)" of a plural is neither."""
    text = _PLURAL_ASIDE.sub("", text)
    said = [(round_ or square).strip() for round_, square in _ASIDE.findall(text)]
    rest = _ASIDE.sub(" ", text)
    return (rest, said) if bare(rest) else (text, [])


def section_and_rest(text: str) -> tuple[str, str] | None:
    """What stands before the first dash, colon or point of a heading, and what follows; None where there is none."""
    found = _SECTION.search(text)
    if found is None or not bare(text[: found.start()]) or not bare(text[found.end() :]):
        return None
    return text[: found.start()], text[found.end() :]
