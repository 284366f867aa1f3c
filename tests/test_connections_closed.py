"""Connections to databases: each is closed, or Python 3.13 warns of it, and a warning is an error in the tests."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("flows", "history", "reports", "sample_data", "tests", "transforms", "validation")


def connections(tree: ast.AST) -> Iterator[ast.Call]:
    """The calls of sqlite3.connect that are not at once given to contextlib.closing."""
    closed = {
        id(argument)
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "closing"
        for argument in call.args
    }
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "sqlite3.connect" and id(call) not in closed:
            yield call


@pytest.mark.parametrize(
    ("source", "number"),
    [
        ("x = sqlite3.connect(p).iterdump()", 1),
        ("with sqlite3.connect(p) as c: pass", 1),
        ("with closing(sqlite3.connect(p)) as c: pass", 0),
    ],
)
def test_an_open_connection_is_found(source: str, number: int) -> None:
    assert len(list(connections(ast.parse(source)))) == number


def test_every_connection_to_sqlite_is_closed() -> None:
    paths = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    assert len(paths) > 100
    found = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for path in paths
        for call in connections(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert found == []
