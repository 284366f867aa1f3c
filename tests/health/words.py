"""The words that a text or a name of drawline does not use, and the places where they are."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tests.health.imports import ROOT, parsed

ROOMS = ("flows", "validation", "reports", "history", "transforms", "sample_data", "benchmarks")
PAGES = ("README.md", "CONTRIBUTING.md", "SECURITY.md")
_CAMEL_CASE = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


@cache
def lists() -> Mapping[str, Any]:
    """The content of words.yaml."""
    return yaml.safe_load(Path(__file__).with_name("words.yaml").read_text(encoding="utf-8"))


def never() -> list[str]:
    """The words and phrases that stand nowhere."""
    return [word for entry in lists()["never"] for word in entry["words"]]


def not_names() -> list[str]:
    """The patterns of names that no code defines."""
    return [pattern for entry in lists()["names"] for pattern in entry["names"]]


def modules() -> list[Path]:
    """The Python files of the rooms."""
    return sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))


def texts() -> list[Path]:
    """The files in which people read: code, its YAML, and the pages of the documentation."""
    of_rooms = (path for room in ROOMS for path in (ROOT / room).rglob("*.yaml"))
    return [*modules(), *sorted(of_rooms), *sorted((ROOT / "docs").rglob("*.md")), *(ROOT / page for page in PAGES)]


@cache
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    phrases = (r"[\s_\"#]+".join(map(re.escape, word.split())) for word in sorted(words, key=len, reverse=True))
    return re.compile(rf"(?<![a-z])(?:{'|'.join(phrases)})(?![a-z])", re.IGNORECASE)


def words_in(text: str, words: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Each place of a word in a text, as line and word; names count as words, at underscores and capitals."""
    split = _CAMEL_CASE.sub("_", text)
    for match in _pattern(tuple(words)).finditer(split):
        yield split.count("\n", 0, match.start()) + 1, re.sub(r"[\s_\"#]+", " ", match[0]).lower()


def defined(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Each name that code defines, with its line: functions, classes, parameters, variables, attributes."""
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                yield node.lineno, node.name
            case ast.arg():
                yield node.lineno, node.arg
            case ast.Name(ctx=ast.Store()):
                yield node.lineno, node.id
            case ast.Attribute(ctx=ast.Store()):
                yield node.lineno, node.attr
            case ast.alias(asname=str()) if node.asname != node.name:
                yield node.lineno, str(node.asname)
            case ast.ExceptHandler(name=str()):
                yield node.lineno, str(node.name)
            case _:
                pass


def names_in(tree: ast.AST, patterns: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Each definition of a name that a pattern bars, as line and pattern."""
    barred = tuple(patterns)
    for line, name in defined(tree):
        yield from ((line, pattern) for pattern in barred if fnmatchcase(name.lstrip("_"), pattern))


def word_places() -> list[tuple[Path, int, str]]:
    """The places of the words that stand nowhere, as file, line and word."""
    words = never()
    return [(path, *place) for path in texts() for place in words_in(path.read_text(encoding="utf-8"), words)]


def name_places() -> list[tuple[Path, int, str]]:
    """The definitions of barred names, as file, line and pattern; a module's own name is on line 0."""
    patterns = not_names()
    found = [(path, *place) for path in modules() for place in names_in(parsed(path), patterns)]
    stems = ((path, pattern) for path in modules() for pattern in patterns if fnmatchcase(path.stem, pattern))
    return [*found, *((path, 0, pattern) for path, pattern in stems)]


def counts(places: Iterable[tuple[Path, int, str]]) -> dict[str, int]:
    """How many places each word has."""
    return dict(sorted(Counter(word for _path, _line, word in places).items()))
