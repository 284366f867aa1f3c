"""The charts of the docs show what the code draws today."""

from __future__ import annotations

import re

import pytest

from flows.reference import pages

TEXT = re.compile(r"<text[^>]*>([^<]*)</text>")
MARK = re.compile(r"<(path|rect|line|circle|text)\b")


@pytest.mark.slow
def test_the_charts_of_the_docs_are_up_to_date() -> None:
    """Texts and numbers of marks, which hang on no processor and on no version of the fonts."""
    for path, drawn in pages.pictures().items():
        kept = path.read_text(encoding="utf-8")
        assert TEXT.findall(kept) == TEXT.findall(drawn), f"run `make docs`: {path.name}"
        assert len(MARK.findall(kept)) == len(MARK.findall(drawn)), f"run `make docs`: {path.name}"
