"""The units that headings name, held against those of our columns: months under years are a wrong score."""

from __future__ import annotations

import itertools
import re

from transforms.model.wording import N_, _
from validation.mapping.rules import RULES
from validation.values.words import plain_words

MONTHS, YEARS, CANADIAN_DOLLARS = N_("months"), N_("years"), N_("Canadian dollars")
_WORDS = {
    MONTHS: frozenset({"month", "months", "mth", "mths", "mos", "mois"}),
    YEARS: frozenset({"year", "years", "yr", "yrs", "an", "ans", "annee", "annees"}),
}
_OF_COUNTRIES = (("us", "dollars"), ("us", "dollar"), ("us", "funds"))
# ISO 4217, of the currencies in which clients' funds are held most.
_CURRENCIES = frozenset(
    {"usd", "eur", "gbp", "inr", "php", "ngn", "pkr", "cny", "rmb", "brl", "mxn", "aed", "sar", "bdt", "lkr", "npr",
     "zar", "kes", "ghs", "xaf", "xof", "mad", "dzd", "tnd", "egp", "jpy", "krw", "irr", "try", "vnd", "cop", "uah", "rub",
     "chf", "aud", "nzd", "hkd", "sgd", "jmd", "ttd", "rupees", "rupee", "euros", "euro", "pesos", "naira", "yuan", "pounds"}
)  # fmt: skip
_OWN_CURRENCY = frozenset({"cad", "canadian", "cdn"})
_A_WINDOW = re.compile(r"\b[0-9]+\s*(?:derni[eè]re?s\s+)?(?:months?|mois|years?|ans|ann[ée]es)\b", re.IGNORECASE)


def mistake(heading: str, column: str) -> str:
    """Why a heading cannot stand for a column as it is, with the fix; empty where the units agree or none is named."""
    ours = unit_of(column)
    theirs = unit_named(heading, ours)
    if not ours or not theirs or theirs == ours:
        return ""
    says = _("{heading!r} says {theirs}, {column} is in {ours}.").format(
        heading=heading, theirs=_(theirs), column=column, ours=_(ours)
    )
    if (theirs, ours) == (MONTHS, YEARS) and column in RULES["months"].options["column"].values:
        return _("{says} Write it under `derived`: {heading}: {{rule: months, column: {column}}}.").format(
            says=says, heading=heading, column=column
        )
    if ours == CANADIAN_DOLLARS:
        return _("{says} Give a column with the amount in Canadian dollars.").format(says=says)
    return _("{says} Give a column with the {unit}.").format(says=says, unit=_(ours))


def unit_of(column: str) -> str:
    """The unit of one of our columns; empty for one that has none of these."""
    parts = column.split("_")
    if parts[-1] == "cad":
        return CANADIAN_DOLLARS
    return next((unit for unit in (MONTHS, YEARS) if unit in parts), "")


def unit_named(heading: str, ours: str) -> str:
    """The one unit that a heading names, of the kind of ours; empty where it names none, or both."""
    own = plain_words(_A_WINDOW.sub(" ", heading)).split()
    if ours == CANADIAN_DOLLARS:
        if _OWN_CURRENCY & set(own):
            return ""
        if any(pair in itertools.pairwise(own) for pair in _OF_COUNTRIES):
            return N_("US dollars")
        return next((word.upper() if len(word) == len("usd") else word for word in own if word in _CURRENCIES), "")
    named = [unit for unit, known in _WORDS.items() if known & set(own)]
    return named[0] if len(named) == 1 else ""
