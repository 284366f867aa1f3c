"""The language that a command, a flow or a night writes in: as asked, as the firm has set it, as the environment says."""

from __future__ import annotations

import os
from pathlib import Path

from flows.errors import UnusableFile, UsageError
from transforms.model import wording
from transforms.model.wording import LANGUAGES, _

VARIABLE = "DRAWLINE_LANG"


def use(asked: str | None, config: Path | None = None, *, is_firm_needed: bool = True) -> str:
    """Sets the language of the process and gives its key.

    The first that is there of: what is asked, `language` of the settings, DRAWLINE_LANG, the language in use (English at
    the start). Where the firm's settings are not needed otherwise, bad ones are passed over.
    Raises UsageError for an unknown language, and what settings.load raises.
    """
    language = asked or os.environ.get(VARIABLE) or wording.current()
    if language in LANGUAGES:
        # What is wrong with the settings is reported in it.
        wording.set_language(language)
    language = asked or _of_firm(config, is_needed=is_firm_needed) or language
    if language not in LANGUAGES:
        source = "--lang" if asked else VARIABLE
        raise UsageError(
            _("{source} names the language {language!r}. Use one of {known}.").format(
                source=source, language=language, known=", ".join(LANGUAGES)
            )
        )
    wording.set_language(language)
    return language


def _of_firm(config: Path | None, *, is_needed: bool) -> str:
    """The language that the firm has set; empty where it has set none."""
    from flows.firm import settings

    try:
        return settings.load(config).language
    except (UsageError, UnusableFile):
        if is_needed:
            raise
        return ""
