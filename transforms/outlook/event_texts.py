"""The texts of events, applications and documents in the language in use; files and the history hold them in English."""

from __future__ import annotations

import polars as pl

from transforms.changes import changes, record_news
from transforms.explain.components import CRS
from transforms.model.kind_words import KIND_WORDS, kind_word
from transforms.model.wording import _
from transforms.model.wording.stored import ANY, StoredTexts
from transforms.outlook import application, checklist
from transforms.rounds import invitations
from transforms.scoring import reason_words

POINTS = rf"(?:{changes.NOT_KNOWN}|[^ ]+)"
TITLES = frozenset(component.title for component in CRS)
KEYS = {words.replace("_", " "): words for words in KIND_WORDS}


def event_text(text: str) -> str:
    """A text of an event, an application or a document in the language in use; another text stays as it is."""
    return TEXTS.text(text)


def event_texts(texts: pl.Series) -> pl.Series:
    """Texts (String) of events, applications or documents in the language in use; others stay."""
    return TEXTS.series(texts)


def _kind(text: str) -> str:
    """A kind of round, a program or a category, as a key or with blanks for underscores."""
    return _(text) if text == changes.A_PROGRAM else kind_word(KEYS.get(text, text))


TEXTS = StoredTexts(
    (
        *application.WHY,
        *invitations.TEXTS,
        *checklist.TEXTS,
        *changes.TEXTS,
        *record_news.TEXTS,
        *reason_words.TEMPLATES,
    ),
    {
        "kind": (ANY, _kind),
        "what": (rf"(?:{changes.A_PROGRAM}|\w+)", _kind),
        "program": (ANY, kind_word),
        "test": (".+", reason_words.reason_text),
        "over": (".+", event_text),
        "component": ("|".join(sorted(map(str, TITLES), key=len, reverse=True)), _),
        "before": (POINTS, lambda points: _(points) if points == changes.NOT_KNOWN else points),
        "after": (POINTS, lambda points: _(points) if points == changes.NOT_KNOWN else points),
        "question": (ANY, str),
        "place": (ANY, str),
        "was": (".+", lambda owner: _(owner) if owner == record_news.NOBODY else owner),
        "now": (".+", lambda owner: _(owner) if owner == record_news.NOBODY else owner),
    },
)
