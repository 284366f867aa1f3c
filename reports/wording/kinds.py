"""The kinds of rounds in people's words."""

from __future__ import annotations

import polars as pl

from transforms.model.kind_words import KIND_WORDS, kind_word
from transforms.model.wording import _, named, phrase

__all__ = ("KIND_WORDS", "kind_word", "round_text")


def round_text() -> pl.Expr:
    """The round of a row with kind, round and held_on (String): its kind, number and day."""
    return phrase(
        _("{kind} {number}, {day}"),
        kind=named(KIND_WORDS, pl.col("kind")), number=pl.col("round"), day=pl.col("held_on").cast(pl.String),
    )  # fmt: skip
