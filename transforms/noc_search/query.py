"""What a person asks for, in each way that titles may say it: abbreviations, everyday words, compounds, typing errors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product

from rapidfuzz import process
from rapidfuzz.distance import OSA

from transforms.noc_search.index import Index, index, meanings
from transforms.noc_search.words import BESIDE_OTHERS, ENGLISH, EVERY_STOP_WORD, FRENCH, STEMS, STOP_WORDS, words_of

# What a word of a title is worth to a word that was asked for: the same; one that begins with it, more the more of it was
# typed, and less where titles have the word itself; one that is alike but for typing errors, or for one letter.
SAME, BEGINNING, KNOWN_BEGINNING, TYPED, ALIKE, ONE_ERROR = 1.0, 0.6, 0.45, 0.35, 0.9, 0.85
# What a wording is worth where an everyday word is put in the title's own words.
OTHER_WORDING = 0.93
MIN_BEGINNING = 3
MIN_PART = 3
MIN_LIKENESS = 0.8
# Words of one root have at least so many first letters in common and end otherwise by at most so many; what they are worth.
MIN_ROOT, MAX_ENDING, SAME_ROOT = 6, 4, 0.7
# A word of so many letters may have one error, whatever its share.
SHORT = range(3, 6)
MAX_NAME_WORDS = 3
MAX_WORDINGS = 12
# Letters that stand before a hyphen in words of today, as in e-commerce and x-ray.
LETTERS = ("e", "x")


@dataclass(frozen=True)
class Wording:
    """One way to say what was asked: stems, and what the whole is worth from 0 to 1."""

    stems: tuple[str, ...]
    worth: float


def asked_words(text: str) -> list[str]:
    """The words of a text, folded, in order; none where all of them say nothing of an occupation in either language."""
    words = words_of(text)
    said = [word for word in words if word not in EVERY_STOP_WORD or _is_abbreviation(word)]
    if BESIDE_OTHERS.issuperset(said) and not any(word.upper() in text for word in said):
        return []
    return words


def in_language(asked: list[str], language: str) -> list[str]:
    """The words that say something of an occupation in a language; a small word of the other one only where titles have it."""
    own, weights = STOP_WORDS[language], index(language).weights
    return [
        word
        for word in asked
        if (word,) in meanings(language) or (word not in own and (word not in EVERY_STOP_WORD or word in weights))
    ]


def _is_abbreviation(word: str) -> bool:
    return any((word,) in meanings(language) for language in (ENGLISH, FRENCH))


def wordings(asked: list[str], language: str) -> list[Wording]:
    """The ways to say some words in the titles of a language, their own first."""
    stem = STEMS[language]
    found: dict[tuple[str, ...], float] = {}
    for parts in _divided(in_language(asked, language), index(language)):
        ways = [[*_ways(part, language)] for part in parts]
        for chosen in product(*ways):
            stems = tuple(
                stem(word)
                for words, _ in chosen
                for word in words
                if word not in STOP_WORDS[language] or words == (word,)
            )
            worth = min((worth for _, worth in chosen), default=0.0)
            found[stems] = max(worth, found.get(stems, 0.0))
            if len(found) >= MAX_WORDINGS:
                break
    return [Wording(stems, worth) for stems, worth in found.items()]


def _divided(asked: list[str], titles: Index) -> Iterator[tuple[tuple[str, ...], ...]]:
    """The words one by one; then each run of them that has a meaning of its own, or is one word in titles."""
    stem = STEMS[titles.language]
    known = titles.weights
    single_words = tuple((word,) for word in asked)
    yield single_words
    for size in range(2, MAX_NAME_WORDS + 1):
        for place in range(len(asked) - size + 1):
            run = tuple(asked[place : place + size])
            if tuple(stem(word) for word in run) in meanings(titles.language):
                yield (*single_words[:place], run, *single_words[place + size :])
            elif size == 2 and stem("".join(run)) in known:
                yield (*single_words[:place], ("".join(run),), *single_words[place + size :])
    for place, word in enumerate(asked):
        if stem(word) in known:
            continue
        for cut in range(1, len(word) - 1):
            left, right = word[:cut], word[cut:]
            long_enough = min(len(left), len(right)) >= MIN_PART or (left in LETTERS and len(right) >= MIN_PART)
            if long_enough and stem(left) in known and stem(right) in known:
                yield (*single_words[:place], (left,), (right,), *single_words[place + 1 :])


def _ways(part: tuple[str, ...], language: str) -> Iterator[tuple[tuple[str, ...], float]]:
    """A part as it stands, and each of its meanings; an abbreviation that no title holds stands for its meaning alone."""
    stems = tuple(STEMS[language](word) for word in part)
    found = meanings(language).get(stems, ())
    if len(part) == 1:
        yield part, SAME
    for meaning in found:
        yield meaning.words, SAME if meaning.is_same else OTHER_WORDING


def alike(stem: str, titles: Index, *, forgiving: bool) -> dict[str, float]:
    """The stems of titles that a stem may mean, each with what it is worth from 0 to 1.

    Typing errors are looked for where no title has the stem itself, and where `forgiving` says so.
    """
    vocabulary = titles.vocabulary
    is_known = stem in titles.weights
    found: dict[str, float] = {}
    if forgiving or not is_known:
        near = process.extract(
            stem, vocabulary, scorer=OSA.normalized_similarity, score_cutoff=MIN_LIKENESS, limit=None
        )
        found = {word: ALIKE * likeness for word, likeness, _ in near}
        if len(stem) in SHORT:
            found |= _with_one_error(stem, vocabulary)
    if len(stem) >= MIN_ROOT:
        root = stem[: max(MIN_ROOT, len(stem) - MAX_ENDING)]
        for word in vocabulary:
            if word.startswith(root) and len(word) <= _in_common(word, stem) + MAX_ENDING:
                found[word] = max(SAME_ROOT, found.get(word, 0.0))
    if len(stem) >= MIN_BEGINNING:
        worth = KNOWN_BEGINNING if is_known else BEGINNING
        begun = {word: worth + TYPED * len(stem) / len(word) for word in vocabulary if word.startswith(stem)}
        found |= {word: max(worth, found.get(word, 0.0)) for word, worth in begun.items()}
    if is_known:
        found[stem] = SAME
    return found


def _in_common(one: str, other: str) -> int:
    """How many first letters two words have in common."""
    return next(
        (place for place, (left, right) in enumerate(zip(one, other, strict=False)) if left != right),
        min(len(one), len(other)),
    )


def _with_one_error(stem: str, vocabulary: Iterable[str]) -> dict[str, float]:
    """The words that a short word is but for one letter, each with what it is worth."""
    # The overloads of OSA.distance hide what process.extract asks of a scorer.
    near = process.extract(stem, vocabulary, scorer=OSA.distance, score_cutoff=1, limit=None)  # type: ignore[arg-type]
    # Most words of three letters are near some other one; of those a letter is missing, or nothing is meant.
    return {word: ONE_ERROR for word, _, _ in near if len(word) > MIN_BEGINNING}
