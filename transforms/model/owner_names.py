"""Case owners as people write them: one key for the spellings of one name."""

from __future__ import annotations

import polars as pl


def owner_key(owner: pl.Expr) -> pl.Expr:
    """A case owner without regard to case, accents and blanks (String); empty text where nobody is named."""
    plain = owner.str.to_lowercase().str.normalize("NFKD").str.replace_all(r"[\p{M}\p{Cf}\s]", "")
    return plain.fill_null("")
