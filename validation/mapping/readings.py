"""The ways to read a heading, what kind of question it asks, and what its words name."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import NamedTuple

from transforms.model.columns import BY_KEY, CANDIDATES
from transforms.model.wording import _
from validation.mapping.heading_words import asides, bare, section_and_rest, without_numbering
from validation.mapping.vocabulary import MIN_MISSPELT, Entry, Question, Vocabulary, key_of

# Two words of one slip: primry, writting.
NEAR_WORDS = 85
YES_OR_NO = re.compile(r"(yes|y|oui|o)\s*(/|or|ou|,|\|)\s*(no|n|non)", re.IGNORECASE)
REQUIRED = re.compile(r"required|minimum|min|requis|exig[ée]e?s?", re.IGNORECASE)
LANGUAGE_COLUMNS = ("english_", "french_", "spouse_english_", "spouse_french_")
AMOUNTS = ("settlement_funds_cad", "stated_crs")
OTHER_CURRENCY = re.compile(
    r"\bU\.?\s?S\.?A?\.?\s?\$|\$\s?U\.?S\b|\b(?:A|AU|NZ|HK|S|SG|NT|R)\$|[€£₹¥₦₱₨₩₺₫฿₴]|\b(?:USD?|EUR|euros?|GBP|pounds?|sterling"
    r"|INR|rupees?|lakhs?|lacs?|crores?|Rs|AUD|NZD|AED|dirhams?|PKR|NGN|nairas?|PHP|pesos?|CNY|RMB|yuan|JPY|yen|BRL|reais|MXN"
    r"|ZAR|rand|KES|GHS|EGP|IRR|rials?|tomans?|TRY|lira|SAR|riyals?|QAR|KWD|BDT|taka|LKR|NPR|XAF|FCFA|CFA|MAD|DZD|TND|CHF"
    r"|(?:US|American) dollars?|dollars? (?:US|am[ée]ricains?)|(?:local|home|foreign) currency|devise locale)\b",
    re.IGNORECASE,
)
# A doubtful word that is denied, with what may stand before it. One that is not required or not booked stays a doubt.
DENIED = re.compile(
    r"\b(?:not?|non|never|pas|sans|without)\s+(?:(?:an?|the|any|une?)\s+|d['\u2019]\s*)?(?:estimat(?:es?|ed|ions?)|estim[\u00e9e]e?s?"
    r"|approx(?:imate|imation)?s?|provisional|predicted|predictions?|forecasts?|mock|practi[cs]e|samples?|trial|drafts?|unofficial"
    r"|tentative|diagnostic|simulations?)\b",
    re.IGNORECASE,
)
OPEN_QUESTIONS = ("how", "combien", "what", "which", "where", "quel", "quelle", "quels", "quelles")


class Reading(NamedTuple):
    """One way to read a heading: its words, the sheet of its section, whether nothing was passed over, and the words in
    brackets that no rule knows.
    """

    tokens: tuple[str, ...]
    section: str
    is_sure: bool
    bracketed: tuple[str, ...] = ()


def readings_of(heading: str, known: Vocabulary, present: Collection[str] = ()) -> list[Reading]:
    """The ways to read a heading, the fullest first, but for one of a section that is there."""
    text = without_numbering(without_denied(heading))
    rest, said = asides(text)
    meant = [one for one in said if not known.asides.fullmatch(one.strip(" .*:?"))]
    changing = {token for one in meant for token in known.words.tokens(one)} & (
        known.others | known.never | known.decisive | known.spouse
    )
    bracketed = tuple(token for one in meant for token in known.words.tokens(one) if token not in known.soft)
    made: list[Reading] = []

    def add(part: str, section: str, *, is_sure: bool) -> None:
        tokens = known.words.tokens(part)
        if tokens:
            made.append(Reading(tokens, section, is_sure, bracketed))
            firm = tuple(token for token in tokens if token not in known.soft)
            if firm and firm != tokens:
                made.append(Reading(firm, section, is_sure, bracketed))

    for part, is_sure in ((text, True),) if changing else ((text, True), (rest, not meant)):
        add(part, "", is_sure=is_sure)
        if split := section_and_rest(part):
            section = known.words.tokens(split[0])
            sheet = known.sections.get(key_of(section), "")
            if sheet:
                add(split[1], sheet, is_sure=is_sure)
            elif not set(section) & (known.others | known.never | known.decisive | known.spouse):
                add(split[1], "", is_sure=False)
    return sorted(dict.fromkeys(made), key=lambda reading: reading.section not in present or not reading.section)


def question_of(heading: str, known: Vocabulary) -> Question | None:
    """The kind of question that a heading asks, if it is one."""
    if any(YES_OR_NO.fullmatch(one.strip()) for one in asides(heading)[1]):
        return next(one for one in known.questions if "yes_no" in one.kinds)
    text = bare(without_numbering(heading)) + " "
    starts = [(start, one) for one in known.questions for start in one.starts if text.startswith(f"{start} ")]
    return max(starts, key=lambda found: len(found[0]))[1] if starts else None


def answers(entry: Entry, question: Question | None) -> bool:
    """Can what an entry stands for answer the question?"""
    if question is None or entry.kind == "never":
        return True
    if entry.derivation is not None:
        return entry.derivation.rule in question.rules
    return BY_KEY[entry.sheet].column(entry.column).kind in question.kinds


def may_be_yes_or_no(heading: str, entry: Entry, question: Question | None) -> bool:
    """May a heading with a question mark ask for yes or no, where its column holds something else?"""
    if entry.kind != "column" or question is not None or not heading.rstrip(" .*:").endswith("?"):
        return False
    is_open = bool(set(bare(without_numbering(heading)).split()[:2]) & set(OPEN_QUESTIONS))
    return not is_open and BY_KEY[entry.sheet].column(entry.column).kind != "yes_no"


def doubts(heading: str, reading: Reading, matched: Collection[str], column: str, known: Vocabulary) -> str:
    """What a heading says besides the words that are matched and that may make something else of it, as a sentence.

    Empty where it says nothing such. `column` is the name of our column that the words stand for.
    """
    is_counted = column.startswith(LANGUAGE_COLUMNS) or column in AMOUNTS
    words = [word for word in doubtful_words(heading, known) if word not in matched]
    if words:
        return doubt_of(words[0], column)
    if set(reading.bracketed) - set(matched) - set(known.words.tokens(column)):
        return _("What stands in brackets, {bracketed!r}, may make something else of it.").format(
            bracketed=" ".join(reading.bracketed)
        )
    if is_counted and any(REQUIRED.fullmatch(one.strip()) for one in asides(heading)[1]):
        return _("It may be what is required and not what the client has.")
    return ""


def without_denied(heading: str) -> str:
    """A heading without the doubtful words that it denies: "exact date, not an estimate"."""
    return DENIED.sub(" ", heading)


def doubtful_words(heading: str, known: Vocabulary) -> list[str]:
    """The words of a heading that leave open whether it holds what counts; not one that the heading denies."""
    return [word for word in known.words.tokens(without_denied(heading)) if word in known.doubtful]


def doubt_of(word: str, column: str) -> str:
    """What a doubtful word says of a heading for a column of ours, as a sentence."""
    said = (
        _("It says {words!r}, so it may not be the result that counts.")
        if column.startswith(LANGUAGE_COLUMNS) or column in AMOUNTS
        else _("It says {words!r}, so it may not be the value that counts.")
    )
    return said.format(words=word)


def currency_of(heading: str) -> str:
    """Another currency than the Canadian dollar that a heading names; empty where it names none."""
    found = OTHER_CURRENCY.search(heading)
    return found[0].strip(" ()[]") if found else ""


def without_currency(heading: str) -> str:
    """A heading without the currencies that it names."""
    return OTHER_CURRENCY.sub(" ", heading)


def looked_up(reading: Reading, known: Vocabulary) -> tuple[Entry, ...]:
    """What the words of a heading stand for as a whole."""
    return known.entries.get(key_of(reading.tokens), ()) or _scores(reading.tokens, known)


def _scores(tokens: Sequence[str], known: Vocabulary) -> tuple[Entry, ...]:
    """The score of a language test that words name: a language, an ability, and no other word that counts."""
    rest = set(tokens)
    languages = [name for name, words in known.scores.languages.items() if rest & words]
    if len(languages) != 1:
        return ()
    rest -= known.scores.languages[languages[0]]
    abilities = [
        (ability, words)
        for ability, ways in known.scores.abilities.items()
        for words in ways
        if words <= rest
    ]  # fmt: skip
    if len({ability for ability, _ in abilities}) != 1:
        return ()
    ability = abilities[0][0]
    if rest.difference(*(words for _, words in abilities)) - known.scores.beside:
        return ()
    text = f"{languages[0]} {ability}"
    return (
        Entry("column", text, CANDIDATES.key, f"{languages[0]}_{ability}"),
        Entry("column", text, "language_tests", ability),
    )


def spelt(token: str, known: Vocabulary) -> str:
    """A word, or the known one that it nearly spells."""
    if len(token) < MIN_MISSPELT or not token.isalpha() or token in known.all_words:
        return token
    return _nearest(token, known.all_words)


@lru_cache(maxsize=4096)
def _nearest(token: str, words: tuple[str, ...]) -> str:
    from rapidfuzz import fuzz, process

    found = process.extractOne(token, words, scorer=fuzz.ratio, score_cutoff=NEAR_WORDS)
    return found[0] if found else token
