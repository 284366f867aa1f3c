"""Sentences whose parts are expressions of polars."""

from __future__ import annotations

import re
from collections.abc import Mapping

import polars as pl

from transforms.model.wording.language import DEFAULT, _, current

PLACE = re.compile(r"\{(\w+)\}")


def phrase(template: str, **parts: pl.Expr | str) -> pl.Expr:
    """A translated template such as "{years} of Canadian work" with its places filled (String); null where a part is.

    Raises KeyError for a place without a part.
    """
    exprs: list[pl.Expr] = []
    done = 0
    for place in PLACE.finditer(template):
        exprs.append(pl.lit(template[done : place.start()]))
        part = parts[place[1]]
        exprs.append(pl.lit(part) if isinstance(part, str) else part)
        done = place.end()
    exprs.append(pl.lit(template[done:]))
    return pl.concat_str(exprs)


def filled(template: str, parts: Mapping[str, str]) -> str:
    """A translated template with its places filled, as `phrase` fills them.

    Raises KeyError for a place without a part.
    """
    return PLACE.sub(lambda place: parts[place[1]], template)


def named(table: Mapping[str, str], key: pl.Expr) -> pl.Expr:
    """A key (String) in the words of a table of marked texts; a key without an entry as itself."""
    return key.replace_strict(list(table), [_(text) for text in table.values()], default=key, return_dtype=pl.String)


def translated(texts: pl.Series) -> pl.Series:
    """Marked texts (String) in the language in use, each different text looked up once."""
    if current() == DEFAULT:
        return texts
    different = texts.drop_nulls().unique().to_list()
    return texts.replace_strict(different, [_(text) for text in different], default=None, return_dtype=pl.String)
