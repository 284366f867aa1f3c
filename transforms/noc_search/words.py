"""The words of job titles in English and French: what is one word, one stem, and what says nothing about an occupation."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from types import MappingProxyType

ENGLISH, FRENCH = "en", "fr"
# Shorter words keep their ending.
MIN_WITH_ENDING = 4
APOSTROPHES = re.compile("['\u2019\u02bc`]")
# French words that lose their vowel before another word, and are one with it in writing.
ELISION = re.compile(r"\b(?:[cdjlmnst]|qu|lorsqu|puisqu)'", re.IGNORECASE)
WORD = re.compile(r"[^\W_]+")

# Words that say nothing about an occupation: a title is never found by them alone.
_ENGLISH_STOP_WORDS = """
a about all also am an and any are as at be been but by can do does etc for from had has have he her his how i if
in into is its job jobs me my no not occupation of off on or other our out over per she so some such than that
the their them then there these they this to under up us was we were what when where which who whom whose why
will with you your
"""
_FRENCH_STOP_WORDS = """
a ai ainsi alors as au aussi autre autres aux avec c ce cela ces cet cette chez comme d dans de des du elle elles
emploi en es est et eu il ils j je l la le les leur leurs lui m ma mais me meme mes metier mon n ne nos notre
nous on ont ou par pas pour qu que quel quelle qui s sa sans se ses si son sont sur t ta te tes toi ton tu
un une vos votre vous y
"""
STOP_WORDS: Mapping[str, frozenset[str]] = MappingProxyType(
    {ENGLISH: frozenset(_ENGLISH_STOP_WORDS.split()), FRENCH: frozenset(_FRENCH_STOP_WORDS.split())}
)
# Small words that mean something beside another word alone, or in capitals: IT, sous-chef.
BESIDE_OTHERS = frozenset({"it", "sous"})
EVERY_STOP_WORD = STOP_WORDS[ENGLISH] | STOP_WORDS[FRENCH]
# Endings of one English word and its singular, the longest first.
_ENGLISH_ENDINGS = (("sses", "ss"), ("ches", "ch"), ("shes", "sh"), ("xes", "x"), ("ies", "y"), ("men", "man"))
_KEEPS_S = ("ss", "us", "is")
# Endings of a French word in the feminine and in the masculine, the longest first; a last e goes with them.
_FRENCH_ENDINGS = (
    ("trice", "teur"), ("euse", "eur"), ("esse", "e"), ("enne", "en"), ("onne", "on"), ("elle", "el"), ("ive", "if"),
    ("ee", "e"),
)  # fmt: skip


def folded(text: str) -> str:
    """A text in small letters without accents, ligatures, points within abbreviations and apostrophes."""
    plain = APOSTROPHES.sub("'", text).lower().replace("œ", "oe").replace("æ", "ae")
    letters = unicodedata.normalize("NFKD", plain)
    bare = "".join(sign for sign in letters if not unicodedata.combining(sign))
    return ELISION.sub(" ", bare).replace("'", "").replace(".", "")


def words_of(text: str) -> list[str]:
    """The words of a text, folded, in their order, stop words included."""
    return WORD.findall(folded(text))


def english_stem(word: str) -> str:
    """A folded English word without its plural."""
    if len(word) < MIN_WITH_ENDING:
        return word
    for ending, singular in _ENGLISH_ENDINGS:
        if word.endswith(ending) and len(word) > len(ending) + 1:
            return word[: -len(ending)] + singular
    return word[:-1] if word.endswith("s") and not word.endswith(_KEEPS_S) else word


def french_stem(word: str) -> str:
    """A folded French word without plural and gender: camionneuses and camionneur are one."""
    if len(word) < MIN_WITH_ENDING:
        return word
    if word.endswith("aux") and not word.endswith("eaux"):
        word = word[:-2] + "l"
    elif word.endswith(("s", "x")) and not word.endswith("ss"):
        word = word[:-1]
    for feminine, masculine in _FRENCH_ENDINGS:
        if word.endswith(feminine) and len(word) > len(feminine) + 1:
            word = word[: -len(feminine)] + masculine
            break
    return word[:-1] if word.endswith("e") and len(word) > MIN_WITH_ENDING else word


STEMS: Mapping[str, Callable[[str], str]] = MappingProxyType({ENGLISH: english_stem, FRENCH: french_stem})
