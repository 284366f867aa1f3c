"""Brings the catalogue up to date with the code: `python -m transforms.model.wording.extract` (`make messages`).

Each file of the folder of a language holds the texts of one room. A new text is added without a translation to the file of
the room that uses it first; a text that no code holds any more is removed.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from babel.messages.catalog import Message

from transforms.model.wording import catalogue
from transforms.model.wording.catalogue import Key, is_filled
from transforms.model.wording.language import DEFAULT, FOLDER, LANGUAGES

PROJECT = FOLDER.parent.parent.parent
# Where texts are, and the file that they belong to; the first that fits.
ROOMS = (
    ("reports/corrections", "corrections"),
    ("reports", "reports"),
    ("transforms/explain", "explain"),
    ("transforms/advice", "advice"),
    ("transforms/rules", "rules"),
    ("transforms", "transforms"),
    ("validation/mapping", "mapping"),
    ("validation", "validation"),
    ("history", "history"),
    ("flows", "flows"),
)
# Data with texts: the file, and the keys whose texts, or tables of texts, people read.
DATA = (
    ("validation/mapping/headings.yaml", frozenset({"why"})),
    ("validation/values/vocabularies.yaml", frozenset({"as", "because", "fix", "empty_means"})),
    ("transforms/rules/programs.yaml", frozenset({"name", "covers", "note"})),
)
# The files of the law: of each the titles, and the notes that say how a choice is read or what is not known.
LAW = "transforms/rules"
NO_LAW = ("programs.yaml", "sources.yaml")
MARKS = ("_", "N_")
PLURAL = "n_"


@dataclass(frozen=True)
class Found:
    """A marked text, or the two of a plural, with the room and the module that hold it first."""

    key: Key
    room: str
    module: str


def marked() -> dict[Key, Found]:
    """Every marked text of the code by itself; raises ValueError for a mark whose text is not a literal."""
    found: dict[Key, Found] = {}
    for folder, room in ROOMS:
        for path in sorted((PROJECT / folder).rglob("*.py")):
            module = path.relative_to(PROJECT).as_posix()
            for key in _of_module(path):
                found.setdefault(key, Found(key, room, module))
    for name, keys in DATA:
        room = next(room for folder, room in ROOMS if name.startswith(f"{folder}/"))
        data = yaml.load((PROJECT / name).read_bytes(), yaml.CSafeLoader)
        for text in _of_data(data, keys):
            found.setdefault(text, Found(text, room, name))
    for path in sorted((PROJECT / LAW).glob("*.yaml")):
        if path.name not in NO_LAW:
            module = path.relative_to(PROJECT).as_posix()
            for text in _of_law(yaml.load(path.read_bytes(), yaml.CSafeLoader)):
                found.setdefault(text, Found(text, "rules", module))
    return found


def _of_law(group: dict[str, Any]) -> Iterator[str]:
    """The titles of the parameters of a file of the law, and the notes of settings and of what is not known."""
    for parameter in group["parameters"].values():
        yield parameter["title"]
        if parameter.get("setting") and parameter.get("note"):
            yield parameter["note"]
        yield from (
            version["note"]
            for version in parameter["versions"]
            if version["status"] == "unknown" and version.get("note")
        )


def _of_data(value: Any, keys: Collection[str], *, is_text: bool = False) -> Iterator[str]:
    """The texts of data that stand under some keys."""
    if isinstance(value, dict):
        for key, entry in value.items():
            yield from _of_data(entry, keys, is_text=is_text or key in keys)
    elif isinstance(value, list):
        for entry in value:
            yield from _of_data(entry, keys)
    elif is_text and isinstance(value, str):
        yield value


def _of_module(path: Path) -> Iterator[Key]:
    if path.is_relative_to(FOLDER):
        return
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
            continue
        if node.func.id == PLURAL:
            yield _literal(path, node.args[0]), _literal(path, node.args[1])
        elif node.func.id == "N_" or (
            node.func.id in MARKS and isinstance(node.args[0], (ast.Constant, ast.JoinedStr))
        ):
            yield _literal(path, node.args[0])


def _literal(path: Path, node: ast.expr) -> str:
    """The text of a mark."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    raise ValueError(f"{path}:{node.lineno}: a marked text is one literal; put values in with .format")


def read(language: str, room: str) -> dict[Key, Key]:
    """The translations of one room by their texts; empty where it has no file."""
    return catalogue.texts_of(FOLDER / language / f"{room}.po", language)


def update(language: str) -> list[Key]:
    """Writes the files of a language again and gives the texts that lack a translation."""
    known = {key: string for room in _rooms() for key, string in read(language, room).items() if is_filled(string)}
    together = marked()
    missing = []
    for room in _rooms():
        made = catalogue.empty(language)
        for found in sorted(
            (one for one in together.values() if one.room == room), key=lambda one: (one.module, str(one.key))
        ):
            string = known.get(found.key) or ("" if isinstance(found.key, str) else ("", ""))
            made[found.key] = Message(found.key, string, auto_comments=[found.module])
            if not is_filled(string):
                missing.append(found.key)
        catalogue.write(FOLDER / language / f"{room}.po", made)
    return missing


def _rooms() -> list[str]:
    return list(dict.fromkeys(room for _folder, room in ROOMS))


def main() -> None:
    """Updates each language and lists what is still to be translated."""
    for language in LANGUAGES:
        if language == DEFAULT:
            continue
        missing = update(language)
        for key in missing:
            print(f"{language}: not translated: {key!r}")
        print(f"{language}: {len(marked())} texts, {len(missing)} of them not translated")


if __name__ == "__main__":
    main()
