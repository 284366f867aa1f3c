"""What headings stand for: our columns, those of another sheet, a rule of the map, or nothing of ours."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from transforms.model.columns import BY_KEY, CANDIDATES, SHEETS, Sheet
from transforms.model.correction_names import MESSAGE_HEADINGS, STATUS_HEADINGS
from validation.files.readers import HEADER_WITHIN, Grid
from validation.mapping import other_words
from validation.mapping.firm_map import Derivation, DetailTarget, FirmMap
from validation.mapping.matching import Match
from validation.mapping.rules import gives, of_person
from validation.values.words import plain, plain_words

KEY_COLUMN = "client_id"
ENOUGH_TO_BE_A_HEADER = 2
# Before the name of a column that stands beside ours in a table's rows.
ASIDE = "@"
OWN_HEADINGS = tuple(map(plain, (*STATUS_HEADINGS.values(), *MESSAGE_HEADINGS.values())))
COLUMNS_BY_PLAIN = {sheet.key: {plain(name): name for name in sheet.names} for sheet in SHEETS}


class Aside(NamedTuple):
    """A heading of the file that a map gives another meaning than one of our columns: its letters, its text, what it
    stands for, whose it is, and the name of its column in the grid.
    """

    letters: str
    heading: str
    meaning: Derivation | DetailTarget
    person: str
    column: str

    @property
    def name(self) -> str:
        """The name of its column beside ours, in a table's rows."""
        return f"{ASIDE}{self.column}"


class Meaning(NamedTuple):
    """What a heading stands for on a sheet: one of our columns, a column of a detail sheet, a rule, or nothing of ours."""

    column: str | None = None
    aside: Derivation | DetailTarget | None = None
    person: str = "principal"
    is_not_ours: bool = False
    is_in_other_words: bool = False


def is_own_heading(text: str | None) -> bool:
    """Is a heading one of the two that a corrections workbook adds, in any language?"""
    return plain(text or "").endswith(OWN_HEADINGS)


def meaning(text: str | None, sheet: Sheet, mapping: FirmMap) -> Meaning | None:
    """What a heading stands for on a sheet, by the map or by our own names; None for one that is not known."""
    key = plain(text or "")
    if not key:
        return None
    if key.endswith(OWN_HEADINGS):
        return Meaning(is_not_ours=True)
    found = _named(key, sheet, mapping)
    return found or _named_of_person(text or "", sheet, mapping)


def meanings_of(texts: Sequence[str | None], sheet: Sheet, mapping: FirmMap) -> list[Meaning | None]:
    """What each heading of a row stands for on a sheet: by the map, by our own names, else by other words for these."""
    found = [meaning(text, sheet, mapping) for text in texts]
    if sheet.key not in BY_KEY or all(one or not text for one, text in zip(found, texts, strict=True)):
        return found
    own = _columns_by_plain(sheet)
    settled = {place for place, one in enumerate(found) if one and own.get(plain(texts[place] or "")) != one.column}
    given = {one.column for one in found if one}
    matches = other_words.matches(texts, sheet, settled)
    return [
        one or (None if other is None else _in_other_words(other, given))
        for one, other in zip(found, matches, strict=True)
    ]


def known_headers(texts: Sequence[str | None], sheet: Sheet, mapping: FirmMap) -> list[str | None]:
    """For each text of a row, our column that it names, if any."""
    return [found.column if (found := meaning(text, sheet, mapping)) else None for text in texts]


def stands_for(text: str, sheet: Sheet, mapping: FirmMap) -> str | None:
    """What a heading stands for on a sheet as one text: our column, or a text of its own for another meaning of the map."""
    found = meaning(text, sheet, mapping)
    if found is None:
        return other_words.stands_for(text, sheet)
    return found.column or f"{ASIDE}{plain(text)}"


def columns_given(texts: Sequence[str | None], sheet: Sheet, mapping: FirmMap) -> set[str]:
    """The columns of a sheet that a row of headings gives: by its headings, by rules from them, and by constants."""
    return columns_of_meanings([meaning(text, sheet, mapping) for text in texts], sheet, mapping)


def columns_in_other_words(grid: Grid, sheet: Sheet, mapping: FirmMap) -> set[str]:
    """As `columns_given`, of the row of a grid that has most of the usual headings."""
    rows = (
        list(grid.cells.head(HEADER_WITHIN).iter_rows())
        if grid.header_row is None
        else [grid.cells.row(grid.header_row)]
    )
    best = max(rows, key=other_words.count, default=())
    return columns_of_meanings(meanings_of(best, sheet, mapping), sheet, mapping)


def columns_of_meanings(meanings: Sequence[Meaning | None], sheet: Sheet, mapping: FirmMap) -> set[str]:
    """The columns of a sheet that the meanings of its headings give, and those that the map gives as constants."""
    found = [one for one in meanings if one]
    given = {one.column for one in found if one.column}
    for one in found:
        if isinstance(one.aside, Derivation):
            given.update(gives(one.aside, sheet, one.person))
    return given | {name for name in mapping.constants if name in sheet.names and len(found) >= ENOUGH_TO_BE_A_HEADER}


def score_headers(texts: Sequence[str], mapping: FirmMap) -> int:
    """How many texts of a row are headers of any sheet, or stand in the map."""
    return sum(1 for text in texts if text and _is_heading(text, mapping))


def score_in_other_words(texts: Sequence[str]) -> int:
    """How many texts of a row are usual headings, of our columns or of others."""
    return other_words.count(texts)


def _is_heading(text: str, mapping: FirmMap) -> bool:
    """Is a text a header of any sheet, or does it stand in the map?"""
    key = plain(text)
    if not key or key.endswith(OWN_HEADINGS):
        return bool(key)
    return any(_named(key, sheet, mapping) or _named_of_person(text, sheet, mapping) for sheet in SHEETS)


def _columns_by_plain(sheet: Sheet) -> Mapping[str, str]:
    """The columns of a sheet, of the intake or another, by their plain names."""
    return COLUMNS_BY_PLAIN.get(sheet.key) or {plain(name): name for name in sheet.names}


def _named(key: str, sheet: Sheet, mapping: FirmMap) -> Meaning | None:
    ours = mapping.columns.get(key)
    if ours in sheet.names:
        return Meaning(ours)
    target = mapping.targets.get(key)
    if target is not None:
        is_own = target.sheet == sheet.key and not target.fixed
        return Meaning(target.column) if is_own else Meaning(aside=target)
    derivation = mapping.derived.get(key)
    if derivation is not None:
        return Meaning(aside=derivation)
    if key in mapping.not_ours:
        return Meaning(is_not_ours=True)
    own = _columns_by_plain(sheet).get(key)
    return Meaning(own) if own else None


def _named_of_person(text: str, sheet: Sheet, mapping: FirmMap) -> Meaning | None:
    """What a heading behind a prefix of the map stands for: "Spouse IELTS Reading" is "IELTS Reading" of the spouse."""
    if not mapping.prefixes:
        return None
    words = plain_words(text).split()
    for end in range(len(words) - 1, 0, -1):
        start = "".join(words[:end])
        person = mapping.prefixes.get(start) or mapping.prefixes.get(start.removesuffix("s"))
        rest = " ".join(words[end:])
        found = _named(plain(rest), sheet, mapping) or _usual(rest, sheet) if person else None
        if person is None or found is None:
            continue
        if found.column is None:
            return found._replace(person=person)
        of_theirs = of_person((found.column,), sheet, person) if sheet is CANDIDATES or person == "principal" else ()
        return Meaning(of_theirs[0]) if of_theirs else None
    return None


def _usual(text: str, sheet: Sheet) -> Meaning | None:
    """What a heading stands for by the usual words alone."""
    column = other_words.stands_for(text, sheet)
    return Meaning(column) if column else None


def _in_other_words(found: Match, given: Collection[str | None]) -> Meaning | None:
    if found.how == "taken" and found.column not in given:
        return Meaning(found.column, is_in_other_words=True)
    return Meaning(is_not_ours=True) if found.how == "not_ours" else None
