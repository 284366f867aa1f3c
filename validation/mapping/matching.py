"""A firm's heading to our column: by its words, by nearly the same words, or to be confirmed.

A heading is *taken* where its words are those of a synonym, or nearly so; it is *proposed* where it holds those of a
synonym among others that do not change what it means.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal, NamedTuple

from transforms.model.columns import BY_KEY, CANDIDATES
from transforms.model.wording import _, current, listing
from validation.mapping import nominations
from validation.mapping.firm_map import Derivation, DetailTarget
from validation.mapping.heading_words import bare
from validation.mapping.readings import (
    Reading,
    answers,
    currency_of,
    doubt_of,
    doubtful_words,
    doubts,
    looked_up,
    may_be_yes_or_no,
    question_of,
    readings_of,
    spelt,
    without_currency,
)
from validation.mapping.vocabulary import SPOUSE, Entry, Question, Vocabulary, key_of, vocabulary

How = Literal["taken", "proposed", "derived", "not_ours", "unknown"]

NEAR = 90
EXACT = 100.0
# Our own name wins over every other word for it.
OWN_NAME = 101.0
MIN_WORDS_OF_A_SYNONYM = 2
MAX_LENGTH = 300
FUNDS = "settlement_funds_cad"


@dataclass(frozen=True)
class Match:
    """What a heading stands for: our column (key of the sheet and name), a row of a detail sheet or a rule, how sure that
    is, and why.

    `fills` are the columns that a rule fills, as sheet.column. One that `is_open` leaves open what only the firm knows, one
    that `is_said` is what a map or a person says.
    """

    heading: str
    how: How
    why: str
    score: float = 0
    sheet: str = ""
    column: str = ""
    target: DetailTarget | None = None
    derivation: Derivation | None = None
    fills: tuple[str, ...] = ()
    is_open: bool = False
    is_said: bool = False

    @property
    def named(self) -> str:
        """The column as sheet.column, with the fixed columns of a row; empty where there is none."""
        if self.fills:
            return " + ".join(self.fills)
        fixed = "" if self.target is None else ", ".join(f"{key}={value}" for key, value in self.target.fixed.items())
        return (f"{self.sheet}.{self.column}" + (f"({fixed})" if fixed else "")) if self.column else ""


class _Where(NamedTuple):
    """What is known around a heading: the sheet that it stands on, and the detail sheets of which its row has headings."""

    sheet: str
    present: tuple[str, ...]


def match(heading: str, sheet: str | None = None, present: Collection[str] = (), *, without: str = "") -> Match:
    """What a heading stands for on an intake sheet (its key; None: not known), by itself.

    `present` are the detail sheets of which other headings of its row speak, `without` a source whose own words are left
    out.
    """
    return _match(heading, sheet or "", tuple(present), without, current())


@lru_cache(maxsize=4096)
def _match(heading: str, sheet: str, present: tuple[str, ...], without: str, language: str) -> Match:
    assert language == current(), "reasons are kept in the language that they are asked for in"
    if not bare(heading):
        return Match(heading, "unknown", _("The column has no heading."))
    known = vocabulary(without)
    readings = readings_of(heading[:MAX_LENGTH], known, present)
    question = question_of(heading, known)
    where = _Where(sheet, present)
    for found in (
        _exact(heading, readings, where, question, known),
        _of_spouse(heading, readings, where, question, known),
        _near(heading, readings, where, question, known),
        _contained(heading, readings, where, question, known),
    ):
        if found is not None and (found.how != "not_ours" or not nominations.is_yes_or_no(heading, question)):
            return _in_dollars(found)
    if why := nominations.reason(heading):
        return Match(heading, "unknown", why)
    tokens = set(readings[0].tokens)
    if found := _but_for(heading, where, without, known):
        return found
    if never := tokens & known.never:
        return Match(heading, "not_ours", _("No column of ours is about {never}.").format(never=_listed(never)))
    return Match(heading, "unknown", _("No column of ours is near."))


def _in_dollars(found: Match) -> Match:
    """A match; none where the heading names another currency than that of the column."""
    currency = currency_of(found.heading) if found.column == FUNDS else ""
    if not currency:
        return found
    return Match(
        found.heading,
        "unknown",
        _("It names another currency, {currency}; {funds} is in Canadian dollars.").format(
            currency=currency, funds=FUNDS
        ),
    )


def _but_for(heading: str, where: _Where, without: str, known: Vocabulary) -> Match | None:
    """What a heading may be but for words that leave it open, and for the name of another currency."""
    tokens = known.words.tokens(heading[:MAX_LENGTH])
    doubtful = doubtful_words(heading[:MAX_LENGTH], known)
    if doubtful and set(tokens) - set(doubtful):
        rest = " ".join(token for token in tokens if token not in known.doubtful)
        found = _match(rest, where.sheet, where.present, without, current())
        if found.how in {"taken", "proposed", "derived"}:
            how: How = "proposed" if found.how == "taken" else found.how
            why = doubt_of(doubtful[0], found.column)
            return replace(found, heading=heading, how=how, why=why, is_open=True)
    if currency_of(heading):
        found = _match(without_currency(heading), where.sheet, where.present, without, current())
        return _in_dollars(replace(found, heading=heading)) if found.column == FUNDS else None
    return None


def is_known(text: str) -> bool:
    """Is a text one of the headings that are known, ours or not?"""
    return bool(_entries_of(text))


def column_of(text: str, sheet: str) -> str | None:
    """The column of an intake sheet of which a text is a usual heading, by itself; None for every other text."""
    found = next((entry for entry in _entries_of(text) if entry.kind == "column" and entry.sheet == sheet), None)
    if found is not None:
        return found.column
    is_of_spouse = sheet == CANDIDATES.key and set(vocabulary().words.tokens(text)) & vocabulary().spouse
    one = match(text, sheet) if is_of_spouse else None
    return one.column if one is not None and one.how == "taken" else None


@lru_cache(maxsize=16384)
def _entries_of(text: str) -> tuple[Entry, ...]:
    known = vocabulary()
    return next((found for one in readings_of(text, known) if (found := looked_up(one, known))), ())


def _chosen(entries: Iterable[Entry], section: str, where: _Where, question: Question | None) -> Entry | None:
    """Which of the meanings of a synonym counts where a heading stands."""
    able = [entry for entry in entries if answers(entry, question)]
    wanted = section or where.sheet

    def of(kind: str, sheets: Collection[str]) -> Entry | None:
        fitting = [entry for entry in able if entry.kind == kind and entry.sheet in sheets]
        order = list(sheets)
        return min(fitting, key=lambda entry: order.index(entry.sheet), default=None)

    elsewhere = [key for key in where.present if key != wanted]
    usual = next((entry for entry in able if entry.kind == "asked" and entry.is_usual and entry.sheet == wanted), None)
    # A list of clients has one degree a client; rows of Education name more.
    of_clients = usual if wanted == CANDIDATES.key and not section else None
    anywhere = [] if wanted else [sheet for sheet in BY_KEY if sheet not in elsewhere]
    never = next((entry for entry in able if entry.kind == "never"), None)
    return (
        of("column", [wanted])
        or never
        or of("target", list(BY_KEY))
        or of("derived", [wanted] if section else list(BY_KEY))
        or of_clients
        or (None if section else of("column", elsewhere) or of("asked", [wanted, *elsewhere]))
        or of("column", anywhere)
        or of("asked", anywhere)
    )


def _made(
    heading: str,
    reading: Reading,
    entry: Entry,
    where: _Where,
    why: str,
    score: float,
    known: Vocabulary,
    matched: Collection[str],
    *,
    may_take: bool,
    passes_over: bool = False,
) -> Match:
    """The match with what an entry stands for; one that is open where the heading says something besides."""
    if entry.kind == "never":
        return Match(heading, "not_ours", _("No column of ours holds it."), score)
    doubt = doubts(heading, reading, matched, entry.column, known)
    found = _stood_for(
        heading, entry, where, _with_passed_over(why, reading), score,
        may_take=may_take and not doubt, passes_over=passes_over or not reading.is_sure,
    )  # fmt: skip
    return replace(found, why=f"{found.why} {doubt}", is_open=True) if doubt else found


def _stood_for(
    heading: str, entry: Entry, where: _Where, why: str, score: float, *, may_take: bool, passes_over: bool
) -> Match:
    """The match with what an entry stands for; one that `passes_over` words of the heading is to be confirmed."""
    reason = f"{why} {_(entry.why)}".strip()
    if entry.derivation is not None:
        is_open = passes_over or bool(entry.why)
        reason = reason if entry.derivation.rule != "age" else _("An age is not read: it is no date of birth.")
        return Match(heading, "derived", reason, score, derivation=entry.derivation, fills=entry.fills, is_open=is_open)
    if entry.kind == "column" and entry.sheet == where.sheet and may_take:
        return Match(heading, "taken", why, score, entry.sheet, entry.column)
    target = entry.target
    if where.sheet and entry.sheet != where.sheet and target is None:
        target = DetailTarget(entry.sheet, entry.column, {})
    is_open = passes_over or (entry.kind == "asked" and not entry.is_usual)
    return Match(heading, "proposed", reason, score, entry.sheet, entry.column, target, is_open=is_open)


def _exact(
    heading: str, readings: Sequence[Reading], where: _Where, question: Question | None, known: Vocabulary
) -> Match | None:
    for reading in readings:
        entry = _chosen(looked_up(reading, known), reading.section, where, question)
        if entry is not None:
            if entry.kind == "column" and key_of(reading.tokens) == key_of(known.words.tokens(entry.column)):
                return _made(
                    heading,
                    reading,
                    entry,
                    where,
                    _("It is our own name."),
                    OWN_NAME,
                    known,
                    reading.tokens,
                    may_take=reading.is_sure,
                )
            why = _("It means the same as {text!r}.").format(text=entry.text)
            if bare(entry.text) == bare(heading):
                why = _("It is a usual heading for it.")
            may_take = reading.is_sure and not may_be_yes_or_no(heading, entry, question)
            return _made(heading, reading, entry, where, why, EXACT, known, reading.tokens, may_take=may_take)
    return None


def _of_spouse(
    heading: str, readings: Sequence[Reading], where: _Where, question: Question | None, known: Vocabulary
) -> Match | None:
    """The spouse's column, where a heading speaks of the spouse and its other words are those of a column."""
    for reading in readings:
        if not set(reading.tokens) & known.spouse:
            continue
        rest = _without_spouse(reading.tokens, known)
        if not rest:
            continue
        own = Reading(rest, "", reading.is_sure, tuple(word for word in reading.bracketed if word not in known.spouse))
        at_home = _Where(CANDIDATES.key, ())
        found = (
            _exact(heading, [own], at_home, question, known)
            or _near(heading, [own], at_home, question, known)
            or _contained(heading, [own], at_home, question, known)
        )  # fmt: skip
        if found is not None:
            return _with_spouse(found, where)
    return None


def _without_spouse(tokens: Sequence[str], known: Vocabulary) -> tuple[str, ...]:
    """The words of a heading beside those that name the spouse; an s right behind these is a possessive where more follows."""
    rest = []
    for place, word in enumerate(tokens):
        is_possessive = word == "s" and place > 0 and tokens[place - 1] in known.spouse and place + 1 < len(tokens)
        if word not in known.spouse | known.beside_spouse and not is_possessive:
            rest.append(word)
    return tuple(rest)


def _with_spouse(found: Match, where: _Where) -> Match:
    """A match of the client's column as that of the spouse."""
    if found.how == "not_ours" or found.column.startswith(f"{SPOUSE}_"):
        return found
    if found.target is not None:
        fixed = {**found.target.fixed, "person": SPOUSE}
        return replace(found, target=replace(found.target, fixed=fixed))
    why = _("{why} It speaks of the spouse.").format(why=found.why)
    if found.derivation is not None and found.derivation.rule == "age":
        return found
    fills = tuple(
        f"{sheet}.{SPOUSE}_{name}" for sheet, name in (full.split(".") for full in found.fills or (found.named,))
    )
    if not {full.split(".")[1] for full in fills} <= set(CANDIDATES.names):
        return Match(found.heading, "not_ours", _("It speaks of the spouse, for whom there is no such column."))
    if found.derivation is not None:
        options = dict(found.derivation.options)
        more = {"column": f"{SPOUSE}_{options['column']}"} if "column" in options else {"person": SPOUSE}
        return replace(found, derivation=replace(found.derivation, options=options | more), fills=fills, why=why)
    how: How = found.how if where.sheet == CANDIDATES.key else "proposed"
    return replace(found, how=how, column=f"{SPOUSE}_{found.column}", why=why)


def _near(
    heading: str, readings: Sequence[Reading], where: _Where, question: Question | None, known: Vocabulary
) -> Match | None:
    """The synonym whose words are those of the heading once slips in them are put right."""
    for reading in readings:
        tokens = tuple(spelt(token, known) for token in reading.tokens)
        if tokens == reading.tokens:
            continue
        entry = _chosen(looked_up(reading._replace(tokens=tokens), known), reading.section, where, question)
        if entry is not None:
            from rapidfuzz import fuzz

            score = fuzz.token_sort_ratio(key_of(reading.tokens), key_of(tokens))
            why = _("It is spelt nearly as {text!r}.").format(text=entry.text)
            may_take = reading.is_sure and score >= NEAR
            return _made(
                heading,
                reading,
                entry,
                where,
                why,
                min(score, EXACT - 1),
                known,
                (*tokens, *reading.tokens),
                may_take=may_take,
            )
    return None


def _with_passed_over(why: str, reading: Reading) -> str:
    """The reason, with a note where a reading leaves out a part of the heading."""
    return why if reading.is_sure else _("{why} Other words of the heading may say more.").format(why=why)


def _contained(
    heading: str, readings: Sequence[Reading], where: _Where, question: Question | None, known: Vocabulary
) -> Match | None:
    """The meaning whose synonyms hold most of a heading's words, where the others do not change what it means.

    What a shorter reading may be goes before what a longer one is not.
    """
    found = [_held(heading, reading, where, question, known) for reading in readings]
    able = [one for one in found if one is not None]
    return next((one for one in able if one.how != "not_ours"), next(iter(able), None))


def _held(heading: str, reading: Reading, where: _Where, question: Question | None, known: Vocabulary) -> Match | None:
    tokens = {spelt(token, known) for token in reading.tokens}
    covered: dict[tuple[str, str, str, str], tuple[set[str], Entry]] = {}
    for words, key in _held_keys(tokens, known):
        entry = _chosen(known.entries[key], reading.section, where, question)
        if entry is not None and not entry.is_whole:
            before, first = covered.get(entry.means, (set(), entry))
            covered[entry.means] = before | words, first
    able = [
        (len(words), entry)
        for words, entry in covered.values()
        if entry.kind == "never" or not _changes(tokens - words, known)
    ]
    most = max((count for count, _ in able), default=0)
    best = [entry for count, entry in able if count == most]
    if len(best) != 1:
        return None
    from rapidfuzz import fuzz

    score = fuzz.token_set_ratio(" ".join(reading.tokens), " ".join(covered[best[0].means][0]))
    if score < NEAR:
        return None
    why = _("It holds the words of {text!r}; its other words may say more.").format(text=best[0].text)
    words = {*covered[best[0].means][0], *known.words.tokens(best[0].text)}
    return _made(
        heading, reading, best[0], where, why, min(score, NEAR), known, words, may_take=False, passes_over=True
    )


def _held_keys(tokens: set[str], known: Vocabulary) -> list[tuple[set[str], str]]:
    """The synonyms of which a heading holds every word, those with most words first."""
    found = []
    for key in dict.fromkeys(key for token in sorted(tokens) for key in known.keys_with.get(token, ())):
        words = set(key.split())
        if words <= tokens and (len(words) >= MIN_WORDS_OF_A_SYNONYM or words <= known.strong):
            found.append((words, key))
    return sorted(found, key=lambda one: (-len(one[0]), one[1]))


def _changes(extras: Collection[str], known: Vocabulary) -> bool:
    """Do words beside those of a synonym make something else of a heading?"""
    return any(
        token in known.decisive or token in known.others or token in known.never or token in known.spouse
        for token in extras
        if token not in known.soft or token in known.others
    )


def _listed(words: Collection[str]) -> str:
    return listing(sorted(words), "or")
