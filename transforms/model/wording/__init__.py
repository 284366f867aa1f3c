"""The language of texts that people read: English as written in code, French from one catalogue.

A text is marked where it is written: `_("...")` gives it in the language of the day, `n_(one, many, number)` its plural,
`N_("...")` only marks it, for a table whose entries are translated with `_` where they are shown. `phrase` puts
expressions of polars into a sentence. `make messages` brings the catalogue up to date with the code.

What needs Babel or polars is imported when it is first used: a command that writes one line starts without them.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from transforms.model.wording.language import (
    DEFAULT,
    LANGUAGES,
    N_,
    _,
    current,
    n_,
    set_language,
    using,
)
from transforms.model.wording.numbers import (
    amount,
    country_name,
    decimal,
    full_date,
    listing,
    month_name,
    number,
    whole_number,
)

if TYPE_CHECKING:
    from transforms.model.wording.phrases import named, phrase, translated

__all__ = (
    "DEFAULT",
    "LANGUAGES",
    "N_",
    "_",
    "amount",
    "country_name",
    "current",
    "decimal",
    "full_date",
    "listing",
    "month_name",
    "n_",
    "named",
    "number",
    "phrase",
    "set_language",
    "translated",
    "using",
    "whole_number",
)

_WITH_POLARS = frozenset({"named", "phrase", "translated"})


def __getattr__(name: str) -> Any:
    if name not in _WITH_POLARS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.phrases"), name)
