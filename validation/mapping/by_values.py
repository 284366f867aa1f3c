"""What the cells below a heading say that its words do not: a country behind a city, a required column, four scores."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from transforms.model.columns import CANDIDATES, LANGUAGES, Column, Sheet
from transforms.model.wording import _
from validation.mapping.answers import Context
from validation.mapping.derive import RULES
from validation.mapping.firm_map import Derivation
from validation.mapping.heading_words import bare
from validation.mapping.matching import Match
from validation.mapping.named_tests import named_tests
from validation.mapping.rules import gives
from validation.mapping.vocabulary import Vocabulary, vocabulary
from validation.values import dates, reading
from validation.values.parse import unreadable_value

ASSESSMENTS = frozenset(
    {"eca", "wes", "ede", "eca report", "wes report", "wes eca", "eca wes", "eca done", "eca received"}
)
MIN_BIRTH_YEAR = 1930
MAX_BIRTH_YEAR = 2010
MIN_TEXTS_OF_A_KEY = 2
MAX_WORDS = 40
_KEY = re.compile(r"(?=.*\d)[^\s@]{2,24}")
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}\b")
_IS_DIGITS = re.compile(r"\+?\d{9,}")


def settled(
    found: Sequence[Match],
    sheet: Sheet,
    texts_of: Callable[[int], Sequence[str]],
    keys_of: Callable[[int], Sequence[str]],
) -> list[Match]:
    """The matches of a sheet, of which those that cells say otherwise are read so.

    `texts_of` gives the distinct texts below the heading at a place, `keys_of` all of them.
    """
    made = [_with_country(one, sheet, texts_of, place) for place, one in enumerate(found)]
    if sheet is not CANDIDATES:
        return made
    made = [_with_scores(one, texts_of, place) for place, one in enumerate(made)]
    given = {name for one in made for name in (one.fills or (one.named,))}
    known = vocabulary()
    for column, fits in (
        ("marital_status", _is_marital),
        ("eca_issued_on", _is_assessment),
        ("date_of_birth", _is_birth),
        ("client_id", _is_key),
    ):
        if f"{CANDIDATES.key}.{column}" in given:
            continue
        texts = keys_of if column == "client_id" else texts_of
        places = [
            place
            for place, one in enumerate(made)
            if one.how in {"not_ours", "unknown"} and one.heading and fits(one, texts(place), known)
        ]
        if len(places) == 1:
            made[places[0]] = _for_column(made[places[0]], CANDIDATES.column(column))
    return made


def _for_column(one: Match, column: Column) -> Match:
    whats = {
        "marital_status": _("Every cell holds a marital status."),
        "eca_issued_on": _("Every cell holds a day."),
        "date_of_birth": _("Every cell holds a day on which a client may be born."),
        "client_id": _("Every cell holds a number of its own."),
    }
    why = _("{why} No other heading gives {column}.").format(why=whats[column.name], column=column.name)
    # A wrong date of birth would change every score.
    is_open = column.name == "date_of_birth"
    return replace(one, how="proposed", why=why, sheet=CANDIDATES.key, column=column.name, is_open=is_open)


def _is_marital(_: Match, texts: Sequence[str], known: Vocabulary) -> bool:
    column = CANDIDATES.column("marital_status")
    return 0 < len(texts) <= MAX_WORDS and all(_is_read(column, text) for text in texts)


def _is_read(column: Column, text: str) -> bool:
    if not unreadable_value(column, text):
        return True
    found = reading.read(column, text, ())
    return found is not None and found.text is not None


def _is_assessment(one: Match, texts: Sequence[str], known: Vocabulary) -> bool:
    return bare(one.heading) in ASSESSMENTS and _are_days(texts)


def _are_days(texts: Sequence[str]) -> bool:
    return bool(texts) and all(_is_day(text) for text in texts)


def _is_day(text: str) -> bool:
    return _may_be_day(text) or _is_read(CANDIDATES.column("date_of_birth"), text)


def _may_be_day(text: str) -> bool:
    return bool(_ISO_DAY.match(text) or dates.possible_orders(text))


def _is_birth(one: Match, texts: Sequence[str], known: Vocabulary) -> bool:
    """Are all texts days on which a client may be born, under a heading that names no other day?"""
    words = set(known.words.tokens(one.heading))
    other = (known.never | known.others | known.spouse | known.decisive | known.doubtful) - {"date", "birth", "born"}
    if words & other or not _are_days(texts):
        return False
    years = [int(year[0]) for text in texts if (year := re.search(r"(?:19|20)\d\d", text))]
    return len(years) == len(texts) and all(MIN_BIRTH_YEAR <= year <= MAX_BIRTH_YEAR for year in years)


def _is_key(one: Match, texts: Sequence[str], known: Vocabulary) -> bool:
    """Are all texts short ones with a digit, each there once, and neither days nor telephone numbers?"""
    if one.how != "unknown" or len(texts) < MIN_TEXTS_OF_A_KEY or len(set(texts)) != len(texts):
        return False
    if set(known.words.tokens(one.heading)) & (known.never | known.others | known.spouse | known.doubtful):
        return False
    return all(_KEY.fullmatch(text) and not _IS_DIGITS.fullmatch(text) and not _may_be_day(text) for text in texts)


# --- cells from which a rule reads -----------------------------------------------------------------------------------


def _with_country(one: Match, sheet: Sheet, texts_of: Callable[[int], Sequence[str]], place: int) -> Match:
    """A column of countries below which cities stand before most of them."""
    if one.how not in {"taken", "proposed"} or one.target is not None or one.sheet != sheet.key or not one.column:
        return one
    column = sheet.column(one.column)
    if column.kind != "country":
        return one
    open_texts = [text for text in texts_of(place) if not _is_read(column, text)]
    behind = [text for text in open_texts if "," in text and _is_read(column, text.rpartition(",")[2].strip())]
    if not behind or 2 * len(behind) < len(open_texts):
        return one
    derivation = Derivation("country", {"column": column.name})
    why = _("{why} The country stands behind the last comma.").format(why=one.why)
    return replace(one, how="derived", why=why, column="", derivation=derivation, fills=(f"{sheet.key}.{column.name}",))


def _with_scores(one: Match, texts_of: Callable[[int], Sequence[str]], place: int) -> Match:
    """A heading that names a language or its test alone, below which four labelled scores stand in each cell."""
    language = _language_alone(one.heading, vocabulary()) if one.how in {"not_ours", "unknown"} else ""
    if not language:
        return one
    texts = texts_of(place)
    derivation = Derivation("scores", {"language": language})
    names = gives(derivation, CANDIDATES)
    context = Context(derivation.options, CANDIDATES.column(names[0]), None, one.heading)
    if not texts or any(RULES["scores"](text, context).problem for text in texts):
        return one
    fills = tuple(f"{CANDIDATES.key}.{name}" for name in names)
    why = _("Every cell holds four labelled scores.")
    return replace(one, how="derived", why=why, derivation=derivation, fills=fills)


def _language_alone(heading: str, known: Vocabulary) -> str:
    words = set(known.words.tokens(heading))
    for language in LANGUAGES:
        own = known.scores.languages[language] | known.scores.beside
        if words and words <= own and (words & known.scores.languages[language] or named_tests(heading, language)):
            return language
    return ""
