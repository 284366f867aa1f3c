"""No number, day or occupation of the law stands in Python: they belong in transforms/rules, dated and sourced."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import timedelta
from fnmatch import fnmatch
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.transforms.rules.shipped import ROOT
from transforms.facts.noc import known_codes
from transforms.rules import Rules
from transforms.rules.strict_yaml import read_yaml

ROOMS = ("transforms", "validation", "flows", "reports")
MODULES = [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]
NEUTRAL = frozenset({-1, 0, 1, 2})
LISTED = "tests/transforms/rules/not_law.yaml"
NOT_LAW: dict[str, dict[str, str]] = read_yaml((ROOT / LISTED).read_bytes(), LISTED)
ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class Found(NamedTuple):
    """A value in a file: its line, what it is, and the constant or function that holds it."""

    line: int
    value: Any
    holder: str


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def constants(path: Path) -> tuple[Found, ...]:
    """Every constant of a file but docstrings, with the top-level name that holds it."""
    return tuple(
        Found(node.lineno, node.value, holder)
        for top in tree_of(path).body
        for holder, node in _held(top, "")
        if isinstance(node, ast.Constant)
    )


def _held(node: ast.AST, holder: str) -> Iterator[tuple[str, ast.AST]]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        holder = holder or node.name
    elif isinstance(node, ast.Assign | ast.AnnAssign) and not holder:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        holder = ",".join(
            sorted(part.id for target in targets for part in ast.walk(target) if isinstance(part, ast.Name))
        )
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return
    yield holder, node
    for child in ast.iter_child_nodes(node):
        yield from _held(child, holder)


def numbers(path: Path) -> list[Found]:
    return [found for found in constants(path) if type(found.value) in (int, float) and found.value not in NEUTRAL]


def reason(path: Path, holder: str) -> str | None:
    """Why a holder's numbers are not law; a file of the list may hold stars, and so may a name."""
    for file, names in NOT_LAW.items():
        if fnmatch(name_of(path), file):
            for name, why in names.items():
                if fnmatch(holder, name):
                    return why
    return None


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_no_number_of_the_law_stands_in_python(path: Path) -> None:
    told = [
        f"{name_of(path)}:{found.line}: {found.value} in {found.holder or 'the module'}"
        for found in numbers(path)
        if reason(path, found.holder) is None
    ]
    assert not told, (
        "; ".join(told)
        + f". A number of the law belongs in transforms/rules; any other gets a name, and its reason in {LISTED}"
    )


def test_what_is_listed_as_no_law_is_there_and_has_a_reason() -> None:
    held = {(name_of(path), found.holder) for path in MODULES for found in numbers(path)}
    for file, names in NOT_LAW.items():
        for name, why in names.items():
            assert why.strip(), (file, name)
            assert any(fnmatch(path, file) and fnmatch(holder, name) for path, holder in held), (
                f"{LISTED}: {file}: {name} holds no number any more"
            )


def test_stars_are_for_pages_and_models_alone() -> None:
    """What is laid out on a page or only estimated may be listed as a whole; where points are counted, name by name."""
    counting = {"crs", "programs", "facts", "language", "education", "work", "jobs", "categories", "ranking", "rounds"}
    for file, names in NOT_LAW.items():
        if "*" in file or any("*" in name for name in names):
            assert file.startswith("reports/") or Path(file).stem not in counting, file


@pytest.fixture(scope="module")
def changes(rules: Rules) -> set[str]:
    """The days on which a value of the law begins, and those before them."""
    return {str(day + off) for day in rules.change_dates() for off in (timedelta(), timedelta(days=-1))}


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_no_day_of_the_law_stands_in_python(path: Path, changes: set[str]) -> None:
    """Neither as date(…) nor in a text."""
    texts = [
        f"{name_of(path)}:{found.line}: {found.value!r}"
        for found in constants(path)
        if isinstance(found.value, str) and changes & set(ISO_DAY.findall(found.value))
    ]
    dates = [
        f"{name_of(path)}:{node.lineno}: {ast.unparse(node)}"
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func).split(".")[-1] in ("date", "datetime")
        and len(node.args) >= len(("year", "month", "day"))
        and all(isinstance(argument, ast.Constant) for argument in node.args)
        and "{:04}-{:02}-{:02}".format(*(argument.value for argument in node.args[:3])) in changes
    ]
    assert not texts + dates, f"{'; '.join(texts + dates)}. The days of the law stand in transforms/rules"


@pytest.mark.parametrize("path", [path for path in MODULES if not name_of(path).startswith("validation/")], ids=name_of)
def test_no_occupation_stands_in_python(path: Path) -> None:
    codes = [
        f"{name_of(path)}:{found.line}: {found.value}" for found in constants(path) if found.value in known_codes()
    ]
    assert not codes, f"{'; '.join(codes)}. Lists of occupations belong in transforms/rules"
