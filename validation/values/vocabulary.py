"""Words for our values, from vocabularies.yaml: what a word means, what it may mean, and what says that a cell has no value."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from transforms.model.columns import PROVINCE_NAMES, Column
from transforms.model.wording import N_, _
from transforms.rules.strict_yaml import read_yaml
from validation.values.words import plain_words

EMPTY_MEANS = N_("leave the cell empty where it is not known")
FILE = Path(__file__).with_name("vocabularies.yaml")
# The endings of words that stand for all: Marié(e), veuf (ve), divorcé·e.
_ENDINGS = re.compile(r"(?<=\w)\((e|es|ve|ne|le)\)|(?<=\w)[\u00b7\u2027](e|es|ve|ne|le)\b", re.IGNORECASE)
# Occupations of what a client has or has not: an offer and a certificate.
HELD_CODES = frozenset({"job_offer_noc", "certificate_noc"})
_YEAR = re.compile(r"(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])")
_DIVIDED = re.compile(r"\s+[-\u2013\u2014]\s+|[(/,:)]")


class Meaning(NamedTuple):
    """A value that a word stands for; for a word that is wider, what is assumed and what to do where it is otherwise."""

    value: str
    assumed: str = ""
    fix: str = ""


class Question(NamedTuple):
    """The values that a word may stand for, and why it is none of them alone."""

    may_be: tuple[str, ...]
    because: str


@dataclass(frozen=True)
class Vocabulary:
    """The words of one kind of choice, by their keys: whole words, first words of phrases, patterns, and open questions."""

    meanings: Mapping[str, Meaning]
    beginnings: Sequence[tuple[str, str]]
    patterns: Sequence[tuple[re.Pattern[str], str]]
    questions: Mapping[str, Question]

    def meaning(self, text: str) -> Meaning | None:
        """What a text means; None where it is unknown or open."""
        phrase = key(text)
        if phrase in self.questions:
            return None
        if phrase in self.meanings:
            return self.meanings[phrase]
        found = self._of_phrase(phrase)
        return Meaning(found) if found and not not_held(text) else None

    def question(self, text: str) -> Question | None:
        """The values that a text may stand for; None where it is unknown or means one."""
        phrase = key(text)
        if phrase in self.questions or phrase in self.meanings:
            return self.questions.get(phrase)
        found, word = self._of_phrase(phrase), not_held(text) or _year(text)
        because = _("It says {word!r}, which may mean that it is not finished.").format(word=word)
        return Question((found,), because) if found and word else None

    def _of_phrase(self, phrase: str) -> str | None:
        """The value of a longer phrase, by its first words or its pattern."""
        found = next((value for first, value in self.beginnings if f"{phrase} ".startswith(f"{first} ")), None)
        return found or next((value for pattern, value in self.patterns if pattern.fullmatch(phrase)), None)


def key(text: str) -> str:
    """A text as it is compared: without accents, case, signs and the endings of inclusive writing."""
    return plain_words(_ENDINGS.sub("", text))


def _keys(listed: Iterable[str]) -> list[str]:
    """The keys of words; of one in inclusive writing, Marié(e), the keys of both forms."""
    return [
        found for word in listed for found in dict.fromkeys((key(word), plain_words(_ENDINGS.sub(_spelled_out, word))))
    ]


def _spelled_out(ending: re.Match[str]) -> str:
    return ending[1] or ending[2]


@cache
def _content() -> Mapping[str, Any]:
    content: Mapping[str, Any] = read_yaml(FILE.read_bytes(), FILE.name, as_text=True)
    return content


@cache
def vocabulary(name: str) -> Vocabulary | None:
    """The vocabulary of a column by the column's name."""
    content = _content()
    named = content["columns"].get(name)
    return _vocabulary(content["vocabularies"][named]) if named else None


@cache
def _not_held() -> re.Pattern[str]:
    return re.compile(rf"\b({'|'.join(_content()['not_held'])})\b")


def not_held(text: str) -> str:
    """The words of a text that leave open whether what it names is held; empty where it has none."""
    found = _not_held().search(key(text))
    return found[0] if found else ""


def _year(text: str, first: int = 0) -> str:
    """The first year that a text names from a year on."""
    return next((year for year in _YEAR.findall(text) if int(year) >= first), "")


def names_year_from(text: str, first: int) -> bool:
    """Whether a text names a year that is not past where `first` is the year of today."""
    return bool(_year(text, first))


def _vocabulary(given: Mapping[str, Any]) -> Vocabulary:
    meanings = {word: Meaning(value) for value, listed in given.get("words", {}).items() for word in _keys(listed)}
    for one in given.get("assumed", ()):
        meanings |= {word: Meaning(one["is"], one["as"], one["fix"]) for word in _keys(one["words"])}
    first_words = [(key(first), value) for value, listed in given.get("begins", {}).items() for first in listed]
    return Vocabulary(
        meanings,
        sorted(first_words, key=lambda pair: -len(pair[0])),
        [(re.compile(one), value) for value, listed in given.get("patterns", {}).items() for one in listed],
        {
            word: Question(tuple(one["may_be"]), one["because"])
            for one in given.get("asked", ())
            for word in _keys(one["words"])
        },
    )


def meaning(column: Column, value: str) -> Meaning | None:
    """What a word means as a value of a column; None where it is unknown, open or a value of another column."""
    own = vocabulary(column.name)
    found = own.meaning(value) if own else None
    return found if found and (not column.values or found.value in column.values) else None


def question(column: Column, value: str) -> Question | None:
    """The values of a column that a word may stand for."""
    own = vocabulary(column.name)
    found = own.question(value) if own else None
    if found is None:
        return None
    may_be = tuple(one for one in found.may_be if one in column.values)
    return Question(may_be, _(found.because)) if may_be else None


@cache
def _signs_and_words(*path: str) -> tuple[frozenset[str], frozenset[str]]:
    """The texts of a list as they stand (without case), and the keys of those that are words."""
    listed: Any = _content()
    for part in path:
        listed = listed[part]
    return frozenset(text.casefold() for text in listed), frozenset(filter(None, map(key, listed)))


def _is_listed(value: str, *path: str) -> bool:
    texts, keys = _signs_and_words(*path)
    return value.casefold().strip() in texts or key(value) in keys


def yes_no(value: str) -> str | None:
    """`yes` or `no` for another word or a mark of a checkbox."""
    return next((answer for answer in ("yes", "no") if _is_listed(value, "yes_no", answer)), None)


def is_a_cross(value: str) -> bool:
    """Whether a cell holds a cross, which may mark a yes or a no."""
    return value.casefold().strip() in _signs_and_words("yes_no", "asked")[0]


@cache
def _provinces() -> Mapping[str, Meaning]:
    content = _content()
    found = {key(name): Meaning(code) for code, name in PROVINCE_NAMES.items()}
    found |= {key(code): Meaning(code) for code in PROVINCE_NAMES}
    found |= {key(name): Meaning(code) for code, names in content["provinces"].items() for name in names}
    found |= {
        key(name): Meaning(
            code, N_("A nomination by this program is assumed"), N_("Empty the cells without a nomination.")
        )
        for code, names in content["programs"].items()
        for name in names
    }
    return found


def province(value: str) -> Meaning | None:
    """The code of a province or territory by its name, its abbreviation or its program, or by several that agree."""
    found = [_provinces().get(key(part)) for part in parts(value)]
    codes = {one.value for one in found if one}
    return next((one for one in found if one), None) if len(codes) == 1 and None not in found else None


def parts(value: str) -> Iterable[str]:
    """The parts of a text: of `ON - Ontario` or `India (IN)` two, of a text without parts the text itself."""
    return [part.strip() for part in _DIVIDED.split(value) if part.strip()] or [value]


def is_unknown(value: str) -> bool:
    """Whether a cell says that its value is not known."""
    return _is_listed(value, "without_value", "unknown")


def is_none(value: str) -> bool:
    """Whether a cell says that there is no value, or none that applies."""
    return _is_listed(value, "without_value", "none")


def is_not_known(value: str) -> bool:
    """Whether a cell says in words or by a sign that it has no value."""
    return is_unknown(value) or is_none(value)


def says_none(value: str) -> bool:
    """Whether a word says exactly that there is none."""
    return _is_listed(value, "without_value", "says_none")


def none_is_empty(column: Column) -> bool:
    """Whether an empty cell of a column gives the answer that a word for none gives."""
    return column.name in _content()["without_value"]["none_is_empty"]


def unknown_is_empty(column: Column) -> bool:
    """Whether an empty cell of a column gives the answer that a word for not known gives."""
    return column.name in _content()["without_value"]["unknown_is_empty"]


def is_same_as_empty(column: Column, value: str) -> bool:
    """Whether a word of a column says what its empty cell says."""
    of_columns = _content()["without_value"]["same_as_empty"]
    return column.name in of_columns and _is_listed(value, "without_value", "same_as_empty", column.name)


def empty_means(column: Column) -> str:
    """What an empty cell of a column is taken as, where that is an answer; empty where it means not known."""
    answer: str = _content()["without_value"]["empty_means"].get(column.name, "")
    return _(answer)


def or_empty(column: Column) -> str:
    """The end of a fix: that a cell may stay empty, or what an empty one is taken as; nothing where it is required."""
    if column.required:
        return "."
    taken_as = empty_means(column)
    if taken_as:
        return _("; an empty cell means {taken_as}.").format(taken_as=taken_as)
    return _("; {empty_means}.").format(empty_means=_(EMPTY_MEANS))


@cache
def countries_in_french() -> Mapping[str, str]:
    """The codes of countries by French names that the ISO list does not hold."""
    return {name: code for code, names in _content()["countries_in_french"].items() for name in names}


@cache
def _countries_of_words() -> Mapping[str, Sequence[str]]:
    return {word: one["may_be"] for one in _content()["countries_asked"] for word in _keys(one["words"])}


def countries_of_word(value: str) -> Sequence[str]:
    """The codes of the countries of which a word may be; empty for one of a single country or of none."""
    return _countries_of_words().get(key(value), ())


@cache
def _tests_not_counted() -> frozenset[str]:
    return frozenset(_keys(_content()["tests_not_counted"]))


def is_test_not_counted(column: Column, value: str) -> bool:
    """Whether a value names a language test that Express Entry does not accept."""
    return _content()["columns"].get(column.name) == "test" and key(value) in _tests_not_counted()


@cache
def _people() -> Mapping[str, str]:
    return {name: code for code, names in _content()["people"].items() for name in _keys(names)}


def people_of(name: str) -> str | None:
    """The code of the country whose people a word names."""
    return _people().get(key(name))
