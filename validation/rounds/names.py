"""What the published name of a round says of its kind, and its text of the programs, in English and in French."""

from __future__ import annotations

import csv
import unicodedata
from functools import cache
from pathlib import Path

# The words by which a published name tells the kind of round; the first that fits decides.
KIND_WORDS = (
    ("no program specified", "general"),
    ("general", "general"),
    ("provincial nominee", "PNP"),
    ("canadian experience class", "CEC"),
    ("federal skilled worker", "FSW"),
    ("federal skilled trades", "FST"),
    ("french", "french"),
    ("physicians", "physicians"),
    ("healthcare", "healthcare"),
    ("stem", "stem"),
    ("transport", "transport"),
    ("trade", "trades"),
    ("agriculture", "agriculture"),
    ("education", "education"),
    ("senior managers", "senior_managers"),
    ("researchers", "researchers"),
    ("military", "military"),
)
# The same for French names, folded: IRCC writes some of them in several ways. A round that is known by its number is of the
# kind that the English name gave it.
FRENCH_KIND_WORDS = (
    ("aucun programme", "general"),
    ("candidats des provinces", "PNP"),
    ("experience canadienne", "CEC"),
    ("travailleurs qualifies", "FSW"),
    ("travailleurs de metiers specialises", "FST"),
    ("en francais", "french"),
    ("francophone", "french"),
    ("medecins", "physicians"),
    ("sante", "healthcare"),
    (" stim", "stem"),
    ("transport", "transport"),
    ("agriculture", "agriculture"),
    ("cadres superieurs", "senior_managers"),
    ("chercheurs", "researchers"),
    ("militaires", "military"),
    ("metiers", "trades"),
)
OTHER_KIND = "other"
PROGRAM_WORDS = (
    ("federal skilled worker", "FSW"),
    ("canadian experience class", "CEC"),
    ("federal skilled trades", "FST"),
    ("provincial nominee", "PNP"),
    ("travailleurs qualifies", "FSW"),
    ("experience canadienne", "CEC"),
    ("metiers specialises", "FST"),
    ("candidats des provinces", "PNP"),
)
ENGLISH, FRENCH = "en", "fr"
_KNOWN_KINDS = Path(__file__).parent / "known_kinds.csv"


def folded(text: str) -> str:
    """A text in small letters without accents and with plain apostrophes."""
    letters = unicodedata.normalize("NFKD", text.replace("\u2019", "'").lower())
    return "".join(sign for sign in letters if not unicodedata.combining(sign))


def language_of_name(name: str) -> str:
    """The language of a published name: French where it has accents, or only French words give its kind."""
    plain = folded(name)
    if plain != name.lower().replace("\u2019", "'"):
        return FRENCH
    return ENGLISH if _first(KIND_WORDS, plain) or not _first(FRENCH_KIND_WORDS, f" {plain}") else FRENCH


def kind_of_name(name: str) -> str:
    """The kind of round that a published name gives, in English or French; `other` for a name of no known kind."""
    plain = folded(name)
    return _first(KIND_WORDS, plain) or _first(FRENCH_KIND_WORDS, f" {plain}") or OTHER_KIND


def kind_of_round(number: str, name: str) -> str:
    """The kind of a round: by its number where the name is French and the round is known, else by its name."""
    if language_of_name(name) == FRENCH and number in known_kinds():
        return known_kinds()[number]
    return kind_of_name(name)


@cache
def known_kinds() -> dict[str, str]:
    """The kinds of the published rounds by number, as their English names give them."""
    with _KNOWN_KINDS.open(encoding="utf-8", newline="") as file:
        return {row["number"]: row["kind"] for row in csv.DictReader(file)}


def programs_in(text: str) -> str | None:
    """The programs whose candidates a round may invite, `|` between; empty where the text names none."""
    plain = folded(text)
    named = [program for words, program in PROGRAM_WORDS if words in plain]
    return "|".join(dict.fromkeys(named)) or None


def _first(table: tuple[tuple[str, str], ...], plain: str) -> str | None:
    return next((kind for words, kind in table if words in plain), None)
