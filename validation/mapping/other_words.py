"""Headings in other words than ours, as the reading of a file takes them: by their words alone, and only where sure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from difflib import get_close_matches

from transforms.model.columns import BY_KEY, Sheet
from transforms.model.wording import _, listing
from validation.mapping.heading_row import match_row
from validation.mapping.matching import FUNDS, Match, column_of, is_known, match
from validation.mapping.named_tests import LEVELS, named_tests
from validation.mapping.readings import currency_of, without_currency
from validation.values.words import plain

# A slip in one of our own names: client_idd. Whole words that are others come nowhere near.
NEARLY_SPELLED = 0.88
MAX_HEADING = 120
MAX_NAMED = 3


def matches(texts: Sequence[str | None], sheet: Sheet, settled: Collection[int]) -> list[Match | None]:
    """What each heading of a row stands for on an intake sheet, but those at the places that the map settles."""
    if sheet.key not in BY_KEY:
        return [None] * len(texts)
    found = match_row(["" if place in settled else text for place, text in enumerate(texts)], sheet.key)
    return [
        one if text and place not in settled else None
        for place, (text, one) in enumerate(zip(texts, found, strict=True))
    ]


def stands_for(text: str, sheet: Sheet) -> str | None:
    """The column of an intake sheet that a heading names in other words, as one of the usual headings alone."""
    return column_of(text, sheet.key) if sheet.key in BY_KEY and _may_be_heading(text) else None


def header_row(rows: Sequence[Sequence[str | None]], sheet: Sheet, key: str, known: Sequence[int]) -> int | None:
    """The place of the row with most headings that are usual for the columns of a sheet, one with its key first.

    `known` is how many headings of each row are known by the map and our own names.
    """
    found = []
    for place, row in enumerate(rows):
        columns = {name for text in row if text and (name := stands_for(text, sheet))}
        found.append((key in columns, max(len(columns), known[place]), -place))
    best = max(found, default=None)
    return -best[2] if best is not None and best[1] > 1 else None


def count(texts: Sequence[str | None]) -> int:
    """How many texts of a row are headings that are known, ours or not."""
    return sum(1 for text in texts if text and _may_be_heading(text) and is_known(text))


def _may_be_heading(text: str) -> bool:
    return len(text) <= MAX_HEADING and any(letter.isalpha() for letter in text)


def closest_column(text: str, names: Sequence[str], sheet: Sheet | None = None) -> str:
    """The column that a text stands for in other words, else the one whose own name it nearly spells; empty if none."""
    for key in [sheet.key] if sheet is not None else BY_KEY:
        found = match(text, key) if key in BY_KEY and text else None
        if found is not None and found.column in names and not found.target and found.how in {"taken", "proposed"}:
            return found.column
    by_plain = {plain(name): name for name in names}
    close = get_close_matches(plain(text), list(by_plain), n=1, cutoff=NEARLY_SPELLED)
    return by_plain[close[0]] if close else ""


def fix_of(text: str, names: Sequence[str], sheet: Sheet) -> str:
    """What to do with a heading that is not read, where it may be one of some columns or a map can read it; else empty."""
    if levels := [test for test in named_tests(text) if test in LEVELS]:
        return _(
            "It names levels. Enter {levels} as the test, or let `drawline map FILE` propose how to read it."
        ).format(levels=levels[0])
    if currency_of(text) and match(without_currency(text), sheet.key).column == FUNDS:
        return _("It names another currency. Convert the amounts to Canadian dollars, and head them {funds}.").format(
            funds=FUNDS
        )
    if closest := closest_column(text, names, sheet):
        return _("Did you mean {closest}?").format(closest=closest)
    found = match(text, sheet.key) if sheet.key in BY_KEY else None
    if found is None or found.how not in {"proposed", "derived"}:
        return ""
    if found.derivation is not None and found.derivation.rule == "age":
        return _("Enter the date of birth; an age is no date of birth.")
    return _("A map can read it; `drawline map FILE` proposes how.")


def rivals(texts: Sequence[str], sheet: Sheet) -> dict[str, str]:
    """What to do with headings that are not read because others of a row are as near to the same column."""
    if sheet.key not in BY_KEY:
        return {}
    found: dict[str, list[str]] = {}
    for text in texts:
        one = match(text, sheet.key) if text else None
        if one is not None and one.how == "taken":
            found.setdefault(one.column, []).append(text)
    return {
        text: _("{headings} are as near to {column}. Let `drawline map FILE` propose how to read both.").format(
            headings=listing(map(repr, alike)), column=column
        )
        for column, alike in found.items()
        if len(set(alike)) > 1
        for text in alike
    }


def may_be(missing: Sequence[str], texts: Sequence[str | None], sheet: Sheet) -> str:
    """Which headings of a row may be the columns that are missing, as a sentence; empty where none may be."""
    found = [one for one in matches(texts, sheet, ()) if one is not None and one.how in {"proposed", "derived"}]
    named = [
        _("{heading!r} may be {column}").format(heading=one.heading, column=name)
        for name in missing
        for one in found
        if f"{sheet.key}.{name}" in (one.named, *one.fills)
    ]
    if not named:
        return ""
    return f"{', '.join(named[:MAX_NAMED])}. "
