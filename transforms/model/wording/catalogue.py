"""The files of a catalogue: how they are read and written. A plural has two texts in every language: for one, for more.

Babel knows a third one in French, for millions; no sentence of ours needs it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

Key = str | tuple[str, str]
PLURAL_FORMS = {"en": "nplurals=2; plural=(n != 1);", "fr": "nplurals=2; plural=(n > 1);"}
WIDTH = 110


def empty(language: str) -> Catalog:
    """A catalogue without texts."""
    catalogue = Catalog(locale=language)
    catalogue.mime_headers = [("Plural-Forms", PLURAL_FORMS[language])]
    return catalogue


def texts_of(path: Path, language: str) -> dict[Key, Key]:
    """The translation of each text of a file, a plural as its two texts; none where there is no such file."""
    if not path.is_file():
        return {}
    found: dict[Key, Key] = {}
    with path.open("rb") as file:
        for message in read_po(file, locale=language):
            if not message.id or message.fuzzy:
                continue
            key, string = _pair(message.id), _pair(message.string or "")
            # A text may stand there twice after a merge, once without its translation.
            if key not in found or is_filled(string):
                found[key] = string
    return found


def is_filled(string: Key) -> bool:
    """Is a translation there, of a plural both of its texts?"""
    return all([string] if isinstance(string, str) else string)


def _pair(texts: str | Sequence[str]) -> Key:
    """A text, or of the forms of a plural the first and the last that are there."""
    if isinstance(texts, str):
        return texts
    filled = [text for text in texts if text] or [""]
    return filled[0], filled[-1]


def write(path: Path, catalogue: Catalog) -> None:
    """Writes a file, or removes it where it would be empty."""
    if not len(catalogue):
        path.unlink(missing_ok=True)
        return
    path.parent.mkdir(exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalogue, width=WIDTH, omit_header=True, sort_output=False)
