"""The language that texts are given in, and the catalogue that translates them."""

from __future__ import annotations

import gettext
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from io import BytesIO
from pathlib import Path

DEFAULT = "en"
LANGUAGES = (DEFAULT, "fr")
FOLDER = Path(__file__).parent

# One for the whole process, threads included: a command writes in one language.
_chosen = DEFAULT


def current() -> str:
    """The language in use, one of LANGUAGES."""
    return _chosen


def set_language(language: str) -> None:
    """Uses a language from here on; raises ValueError for one that is not among LANGUAGES."""
    global _chosen  # noqa: PLW0603 - the language of the process
    if language not in LANGUAGES:
        raise ValueError(f"no such language: {language}")
    _chosen = language


@contextmanager
def using(language: str) -> Iterator[None]:
    """Uses a language within a block; raises ValueError for one that is not among LANGUAGES."""
    before = current()
    set_language(language)
    try:
        yield
    finally:
        set_language(before)


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    """The translations into a language, put together from the files of its folder."""
    if language == DEFAULT:
        return gettext.NullTranslations()
    from babel.messages.mofile import write_mo

    from transforms.model.wording.catalogue import empty, is_filled, texts_of

    together = empty(language)
    for path in sorted((FOLDER / language).glob("*.po")):
        for key, string in texts_of(path, language).items():
            if is_filled(string):
                together.add(key, string)
    compiled = BytesIO()
    write_mo(compiled, together)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def _(text: str) -> str:
    """A text in the language in use; one that the catalogue lacks stays English."""
    return _catalogue(_chosen).gettext(text) if text else text


def n_(one: str, many: str, number: int) -> str:
    """The singular or plural text that fits a number, in the language in use."""
    return _catalogue(_chosen).ngettext(one, many, number)


def N_(text: str) -> str:  # noqa: N802 - the mark that every gettext project uses
    """Marks a text for the catalogue and gives it as it is."""
    return text
