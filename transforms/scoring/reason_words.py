"""The texts of eligibility_reasons in the language in use; in files they stay English."""

from __future__ import annotations

import polars as pl

from transforms.model.kind_words import kind_word
from transforms.model.wording.stored import ANY, StoredTexts
from transforms.scoring import categories, programs

TEMPLATES = (*categories.REASONS, *programs.REASONS, *programs.TEST_WORDS)


def reason_text(text: str) -> str:
    """Reasons, or the words of one test, in the language in use; another text stays as it is."""
    return REASONS.text(text)


def reasons_in_words(texts: pl.Series) -> pl.Series:
    """Texts with reasons (String) in the language in use; what is no reason stays."""
    return REASONS.series(texts)


TESTS = StoredTexts(programs.TEST_WORDS)
REASONS = StoredTexts(TEMPLATES, {"program": (ANY, kind_word), "kind": (ANY, kind_word), "test": (".+", TESTS.one)})
