"""A rule of a map as a person types it at a terminal: its name and its options in any order, as in scores LRWS."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from transforms.model.columns import LANGUAGES
from validation.mapping.rules import RULES, Option
from validation.values.words import plain_words

_FRENCH = frozenset({"french", "francais", "tef", "tcf", "nclc"})


def rule_of(answer: str, heading: str) -> dict[str, str] | None:
    """The rule with its options that an answer names, as `derived` of a map has it; None where it names no rule.

    A language that is not said is that of the tests that the heading names, else English.
    """
    typed = _from_yaml(answer) if answer.startswith("{") else None
    if typed is not None:
        return typed
    name, *rest = answer.replace(",", " ").replace(":", " ").split() or [""]
    name = name.casefold().replace("-", "_")
    if name not in RULES:
        return None
    found = {"rule": name}
    options = RULES[name].options
    for word in rest:
        if word.casefold() in options or word in found.values():
            continue
        option = next((key for key, one in options.items() if key not in found and _value(one, word)), None)
        if option is None:
            # The message on a wrong option is the map's own.
            option = next((key for key in options if key not in found), word)
        found[option] = _value(options[option], word) if option in options and _value(options[option], word) else word
    if name == "scores":
        found.setdefault("language", _language(heading))
    return found


def _from_yaml(answer: str) -> dict[str, str] | None:
    from transforms.rules.errors import RulesError
    from transforms.rules.strict_yaml import read_yaml

    try:
        read: Any = read_yaml(answer.encode(), "answer", as_text=True)
    except RulesError:
        return None
    is_rule = isinstance(read, Mapping) and "rule" in read
    return {str(key): str(value) for key, value in read.items()} if is_rule else None


def _value(option: Option, word: str) -> str:
    """The value of an option that a word is, if any."""
    if option.takes(word):
        return word
    return _nearest(word, option.values)


def _nearest(word: str, values: Iterable[str]) -> str:
    starting = [value for value in values if value.casefold().startswith(word.casefold())]
    return starting[0] if len(starting) == 1 else ""


def _language(heading: str) -> str:
    english, french = LANGUAGES
    return french if _FRENCH & set(plain_words(heading).split()) else english
