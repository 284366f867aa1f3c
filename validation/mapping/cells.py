"""Cells of one column put into our words: the firm's values, country codes, and words for what is not known."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from validation.mapping import fips
from validation.values import vocabulary
from validation.values.words import value_key


def translated(cells: pl.Series, values: Mapping[str, str]) -> tuple[pl.Series, pl.Series]:
    """The cells with a firm's values put into ours, and which these are (Boolean)."""
    present = cells.drop_nulls().unique().to_list() if values else []
    theirs = {text: values[value_key(text)] for text in present if value_key(text) in values}
    if not theirs:
        return cells, pl.repeat(False, cells.len(), dtype=pl.Boolean, eager=True)
    ours = cells.replace_strict(
        list(theirs), [new or None for new in theirs.values()], default=cells, return_dtype=pl.String
    )
    return ours, cells.is_in(list(theirs)).fill_null(value=False)


def country_codes(cells: pl.Series) -> tuple[pl.Series, dict[str, tuple[str, str]]]:
    """The cells with codes of FIPS 10-4 as the intake reads them; and by text what is no code of it."""
    found = {text: fips.to_iso(text) for text in cells.drop_nulls().unique().to_list() if fips.is_code(text)}
    wrong = {text: fips.unknown(text) for text, iso in found.items() if iso is None}
    read = {text: iso for text, iso in found.items() if iso}
    if not read:
        return cells, wrong
    return cells.replace_strict(list(read), list(read.values()), default=cells, return_dtype=pl.String), wrong


def chosen(where: pl.Series, these: pl.Series, others: pl.Series) -> pl.Series:
    """One text where a condition (Boolean) holds, and another elsewhere."""
    return pl.select(pl.when(where).then(these).otherwise(others).alias(these.name)).to_series()


def coalesced(first: pl.Series, second: pl.Series) -> pl.Series:
    """One text, and another where that is empty."""
    return pl.select(pl.coalesce(first, second).alias(first.name)).to_series()


def kept(cells: pl.Series, where: pl.Series) -> pl.Series:
    """A text where a condition (Boolean) holds, else nothing."""
    return pl.select(pl.when(where).then(cells).alias(cells.name)).to_series()


def emptied(text: pl.Series, where: pl.Series) -> pl.Series:
    """A text where a condition (Boolean) does not hold, else nothing."""
    return kept(text, ~where.fill_null(value=False))


def without_unknown(text: pl.Series) -> pl.Series:
    """A text (String) without words for what is not known."""
    words = [word for word in text.drop_nulls().unique().to_list() if vocabulary.is_not_known(word)]
    return emptied(text, text.is_in(words)) if words else text
