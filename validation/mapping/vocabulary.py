"""What is known of headings, from headings.yaml: every synonym with what it stands for, and the words that decide."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Literal

from transforms.model.columns import CANDIDATES, LANGUAGES, SHEETS
from validation.mapping.firm_map import Derivation, DetailTarget
from validation.mapping.heading_words import Words
from validation.mapping.rules import RULES

FILE = Path(__file__).parent / "headings.yaml"
SPOUSE = "spouse"
MIN_MISSPELT = 4
# The score that somebody states is a column of Candidates wherever it stands among them.
EntryKind = Literal["column", "asked", "target", "derived", "never"]
_TARGET = re.compile(r"(\w+)\.(\w+)(?:\((.*)\))?")


@dataclass(frozen=True)
class Entry:
    """What a synonym stands for: a column (sheet and name), one that is asked for first, a row of a detail sheet, a rule
    with the columns that it fills, or nothing of ours. `text` is the synonym as written, `why` what it leaves open; one that `is_whole` means nothing within a
    longer heading, one that `is_usual` is nearly always right.
    """

    kind: EntryKind
    text: str
    sheet: str = ""
    column: str = ""
    target: DetailTarget | None = None
    derivation: Derivation | None = None
    fills: tuple[str, ...] = ()
    why: str = ""
    is_whole: bool = False
    is_usual: bool = False

    @property
    def means(self) -> tuple[str, str, str, str]:
        """What tells it from others: two of one meaning are one."""
        kept = "column" if self.kind == "asked" else self.kind
        fixed = "" if self.target is None else ",".join(f"{key}={value}" for key, value in self.target.fixed.items())
        rule = "" if self.derivation is None else f"{self.derivation.rule}{sorted(self.derivation.options.items())}"
        return kept, self.sheet, self.column, fixed + rule


@dataclass(frozen=True)
class Scores:
    """The words by which headings name scores of language tests: of a language, of an ability, and beside them."""

    languages: Mapping[str, frozenset[str]]
    abilities: Mapping[str, Sequence[frozenset[str]]]
    beside: frozenset[str]


@dataclass(frozen=True)
class Question:
    """Questions that begin alike, and the kinds of columns and the rules that answer them."""

    starts: tuple[str, ...]
    kinds: frozenset[str]
    rules: frozenset[str]


@dataclass(frozen=True)
class Vocabulary:
    """The synonyms by their words in alphabetical order, and the words that decide."""

    words: Words
    entries: Mapping[str, tuple[Entry, ...]]
    soft: frozenset[str]
    spouse: frozenset[str]
    beside_spouse: frozenset[str]
    others: frozenset[str]
    decisive: frozenset[str]
    doubtful: frozenset[str]
    never: frozenset[str]
    strong: frozenset[str]
    scores: Scores
    sections: Mapping[str, str]
    questions: tuple[Question, ...]
    asides: re.Pattern[str]
    keys_with: Mapping[str, tuple[str, ...]] = field(repr=False)

    @cached_property
    def all_words(self) -> tuple[str, ...]:
        """Every word that is known, long enough to be misspelt."""
        words = {
            *self.keys_with,
            *self.scores.beside,
            *self.decisive,
            *self.doubtful,
            *self.others,
            *self.never,
            *self.soft,
            *self.spouse,
        }
        for ways in (self.scores.languages.values(), *self.scores.abilities.values()):
            words.update(*ways)
        return tuple(sorted(word for word in words if len(word) >= MIN_MISSPELT))


def key_of(tokens: Sequence[str]) -> str:
    """Words as the key under which they are looked up, whatever their order."""
    return " ".join(sorted(set(tokens)))


@cache
def _content() -> Mapping[str, Any]:
    from transforms.rules.strict_yaml import read_yaml

    content: Mapping[str, Any] = read_yaml(FILE.read_bytes(), FILE.name, as_text=True)
    return content


@cache
def vocabulary(without: str = "") -> Vocabulary:
    """All that is known of headings; `without` leaves out the synonyms that come from this source alone."""
    content = _content()
    given = content["words"]
    words = Words(frozenset(given["small"]), dict(given["same"]))

    def alike(name: str) -> frozenset[str]:
        return frozenset(token for word in given[name] for token in words.tokens(word))

    asking = alike("asking")
    entries: dict[str, list[Entry]] = {}
    for text, entry in _entries(content, without):
        tokens = words.tokens(text)
        for key in dict.fromkeys((key_of(tokens), key_of([token for token in tokens if token not in asking]))):
            # Without the words of a question a synonym must still say enough.
            is_whole = key == key_of(tokens)
            known = entries.setdefault(key, [])
            if key and (is_whole or " " in key) and all(entry.means != one.means for one in known):
                known.append(entry)
    keys_with: dict[str, list[str]] = {}
    for key, found in entries.items():
        for word in key.split() if found else ():
            keys_with.setdefault(word, []).append(key)
    return Vocabulary(
        words,
        {key: tuple(found) for key, found in entries.items() if found},
        soft=asking | alike("soft"),
        spouse=alike("spouse"),
        beside_spouse=alike("beside_spouse"),
        others=alike("others"),
        decisive=alike("decisive"),
        doubtful=alike("doubtful"),
        never=alike("never"),
        strong=alike("strong"),
        scores=_scores(content["scores"], words),
        sections={key_of(words.tokens(name)): sheet for sheet, names in content["sections"].items() for name in names},
        questions=tuple(
            Question(tuple(one["starts"]), frozenset(one["kinds"]), frozenset(one["rules"]))
            for one in content["questions"]
        ),
        asides=re.compile("|".join(f"(?:{one})" for one in content["asides"]), re.IGNORECASE),
        keys_with={word: tuple(keys) for word, keys in keys_with.items()},
    )


def _scores(given: Mapping[str, Any], words: Words) -> Scores:
    def alike(name: str) -> frozenset[str]:
        return frozenset(token for word in given[name] for token in words.tokens(word))

    return Scores(
        {name: alike(name) for name in LANGUAGES},
        {name: [frozenset(words.tokens(word)) for word in found] for name, found in given["abilities"].items()},
        alike("beside"),
    )


def _headings(lists: Mapping[str, str], without: str) -> Iterator[str]:
    for source, headings in lists.items():
        if source != without:
            yield from headings.split("; ")


def _entries(content: Mapping[str, Any], without: str) -> Iterator[tuple[str, Entry]]:
    """Every synonym with what it stands for; our own names first."""
    yield from ((name, Entry("column", name, sheet.key, name)) for sheet in SHEETS for name in sheet.names)
    for name, also in content["also"].items():
        for other in also.split("; "):
            yield from _of_columns("column", {other: content["columns"][name]}, without)
    yield from _of_columns("column", content["columns"], without)
    for asked in content["asked"]:
        for text, entry in _of_columns("asked", asked["columns"], without):
            yield text, replace(entry, why=asked["why"], is_usual="usual" in asked)
    for name, lists in content["targets"].items():
        target = target_of(name)
        for text in _headings(lists, without):
            yield text, Entry("target", text, target.sheet, target.column, target)
    for rule in content["derived"]:
        yield from _of_rule(rule, list(content["scores"]["abilities"]), without)
    for text in _headings(content["never"], without):
        yield text, Entry("never", text)


def _of_columns(
    kind: Literal["column", "asked"], columns: Mapping[str, Mapping[str, str]], without: str
) -> Iterator[tuple[str, Entry]]:
    for name, lists in columns.items():
        sheet_key, column = name.split(".")
        for text in _headings(lists, without):
            yield text, Entry(kind, text, sheet_key, column)


def _of_rule(rule: Mapping[str, Any], abilities: Sequence[str], without: str) -> Iterator[tuple[str, Entry]]:
    options = {key: _plain_column(rule[key]) for key in RULES[rule["rule"]].options if key in rule}
    fills = tuple(rule.get("fills", [rule["column"]] if "column" in rule else []))
    if "language" in rule:
        fills = tuple(f"{CANDIDATES.key}.{rule['language']}_{ability}" for ability in abilities)
    sheet_key = fills[0].split(".")[0] if fills else CANDIDATES.key
    derivation = Derivation(rule["rule"], options)
    for text in _headings(rule["headings"], without):
        yield (
            text,
            Entry(
                "derived",
                text,
                sheet_key,
                derivation=derivation,
                fills=fills,
                why=rule.get("why", ""),
                is_whole="whole" in rule,
            ),
        )


def _plain_column(value: str) -> str:
    return value.rsplit(".", maxsplit=1)[-1]


def target_of(text: str) -> DetailTarget:
    """`documents.expires_on(kind=passport)` as what it stands for."""
    found = _TARGET.fullmatch(text)
    assert found is not None, text
    pairs = [pair.split("=") for pair in (found[3] or "").split(",") if pair]
    return DetailTarget(found[1], found[2], {key.strip(): value.strip() for key, value in pairs})
