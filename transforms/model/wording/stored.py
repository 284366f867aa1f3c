"""Texts that files and the history hold in English, given in the language in use by the templates they were made from."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from transforms.model.wording.language import DEFAULT, _, current
from transforms.model.wording.phrases import PLACE

ANY = ".+?"
BETWEEN = re.compile(r"(; |\n)")


@dataclass(frozen=True)
class StoredTexts:
    """The templates of some texts, and how their parts are put into words.

    `parts` gives for a place what its texts look like (a pattern) and their words; other places hold no blank and stay.
    """

    templates: Sequence[str]
    parts: Mapping[str, tuple[str, Callable[[str], str]]] = field(default_factory=dict)
    _patterns: dict[str, re.Pattern[str]] = field(default_factory=dict, repr=False, compare=False)

    def series(self, texts: pl.Series) -> pl.Series:
        """Texts (String) in the language in use; parts of a text may be joined by `; ` or line ends."""
        if current() == DEFAULT:
            return texts
        different = texts.drop_nulls().unique().to_list()
        words = [self.text(text) for text in different]
        return texts.replace_strict(different, words, default=None, return_dtype=pl.String)

    def text(self, text: str) -> str:
        """A text in the language in use, whole or part by part; what comes from no template stays."""
        if current() == DEFAULT:
            return text
        whole = self._of(text, [template for template in self.templates if BETWEEN.search(template)])
        if whole is not None:
            return whole
        return "".join(part if BETWEEN.fullmatch(part) else self.one(part) for part in BETWEEN.split(text))

    def one(self, text: str) -> str:
        """A text that comes from one template in the language in use; another one as it is."""
        if current() == DEFAULT:
            return text
        words = self._of(text, self.templates)
        return text if words is None else words

    def _of(self, text: str, templates: Sequence[str]) -> str | None:
        """The text in the language in use where it comes from one of some templates."""
        for template in templates:
            found = self._compiled()[template].fullmatch(text)
            if found is not None:
                return _(template).format(**{name: self._word(name, part) for name, part in found.groupdict().items()})
        return None

    def _word(self, name: str, part: str) -> str:
        return self.parts[name][1](part) if name in self.parts else part

    def _compiled(self) -> dict[str, re.Pattern[str]]:
        if not self._patterns:
            self._patterns.update((template, re.compile(self._pattern(template))) for template in self.templates)
        return self._patterns

    def _pattern(self, template: str) -> str:
        parts = PLACE.split(template)
        made = re.escape(parts[0])
        for place, literal in zip(parts[1::2], parts[2::2], strict=True):
            looks = self.parts[place][0] if place in self.parts else "[^ ]+"
            made += rf"(?P<{place}>{looks}){re.escape(literal)}"
        return made
