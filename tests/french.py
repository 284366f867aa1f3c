"""Finds English in texts that have to be French: texts of the catalogue by their msgids, and others by frequent words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from transforms.model.columns import CODES, SHEETS
from transforms.model.wording import extract

PLACE = re.compile(r"\{[^{}]*\}")
# A piece of a text between its places is looked for within other texts from so many words on.
MIN_WORDS = 3
# What a text may hold in any language: code and quotations, files, addresses, names of columns and keys, options.
ALLOWED = re.compile(
    r"`[^`]*`|(?<!\w)/[\w./-]+|«[^»]*»|\"[^\"]*\"|“[^”]*”|(?<!\w)'[^']*'(?!\w)|https?://\S+|--[a-z][a-z-]*|\S+\.(?:xlsx|csv|parquet|json|"
    r"yaml|toml|ics|html|pdf)\b|\bancien score\b|\b\w*_\w*\b|'(?:[^']|'')+'![A-Z]+[0-9]+|\S+![A-Z]+[0-9]+|\bdrawline [a-z-]+",
)
WORD = re.compile(r"[^\W\d_]+(?:'[a-z]+)?")
# Frequent English words that are no French ones.
FREQUENT = """
    the of and is are was were be been not with without which that this these those has have had must should would can
    cannot could may write from for to by at in it its they their them you your if then else than more only each every
    both when where while who whose what how there here about above below under over between after before until since
    row rows cell cells sheet sheets empty missing counted counts taken read given known unknown held holds stands day
    days year years month months week score scores spouse child work worked job offer language last new old older newest
    enter correct check add delete fill save open name named does do done also already again too yet other others
    another same such own one two three all any none nothing nobody
"""
ENGLISH = frozenset(FREQUENT.split())


def english_left(texts: Iterable[str], *, allowed: Iterable[str] = ()) -> list[str]:
    """The texts that hold English, each with the reason: a text of the catalogue, a piece of one, or an English word.

    `allowed` are names and values that a text may hold in any language, such as names of clients and titles of sheets;
    the vocabulary and the sheets of the intake, file names, cell addresses and quotations are allowed anyway.
    """
    named = frozenset(allowed) | _vocabulary()
    values = _pattern(named)
    looked_at = [text for text in dict.fromkeys(texts) if text not in named]
    return [f"{reason}: {text}" for text in looked_at if (reason := _reason(text, values))]


def _reason(text: str, values: re.Pattern[str]) -> str:
    """Why a text is not French; empty where it seems to be."""
    if text.strip() in _whole_texts():
        return "msgid"
    piece = next((piece for piece in _pieces() if piece in text), None)
    if piece is not None:
        return f"msgid with {piece.strip()!r}"
    bare = values.sub(" ", ALLOWED.sub(" ", text))
    words = dict.fromkeys(word for word in WORD.findall(bare) if word.lower() in ENGLISH and not word.isupper())
    return f"words {', '.join(words)}" if words else ""


@cache
def _whole_texts() -> frozenset[str]:
    """The texts of the catalogue whose French differs."""
    return frozenset(english for english, french in _catalogue() if english != french)


@cache
def _pieces() -> tuple[str, ...]:
    """What stands between the places of texts, where it is long enough to be known as English and not in the French too."""
    return tuple(
        dict.fromkeys(
            piece.strip()
            for english, french in _catalogue()
            for piece in PLACE.split(english)
            if len(WORD.findall(piece)) >= MIN_WORDS and piece.strip() not in french
        )
    )


def _catalogue() -> Iterator[tuple[str, str]]:
    for room in dict.fromkeys(room for _folder, room in extract.ROOMS):
        for one, french in extract.read("fr", room).items():
            if isinstance(one, str) and isinstance(french, str):
                yield one, french
            else:
                yield from zip(one, french, strict=False)


@cache
def _vocabulary() -> frozenset[str]:
    """Titles of the sheets of the intake, names of their columns, and the values of the columns of choices."""
    return CODES | {name for sheet in SHEETS for name in (sheet.title, *sheet.names)}


@cache
def _pattern(values: frozenset[str]) -> re.Pattern[str]:
    longest_first = sorted(map(re.escape, filter(None, values)), key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(longest_first)})(?!\w)" if longest_first else r"(?!)")
