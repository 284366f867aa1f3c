"""Places where code works around its own structure: imports within functions, and asserts that only tell a type checker."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.health.imports import arrows, modules, parsed


def late_imports() -> list[str]:
    """Imports of our modules within functions, outside flows/commands, where a command imports what it needs."""
    return [
        f"{arrow.source}, line {arrow.line}"
        for arrow in arrows()
        if arrow.is_in_function and not arrow.source.startswith("flows.commands")
    ]


def type_asserts() -> list[str]:
    """Asserts that a value is there, which say what an earlier stage left behind."""
    return [f"{name}, line {line}" for name, path in modules().items() for line in lines_of_asserts(parsed(path))]


def lines_of_asserts(tree: ast.Module) -> Iterator[int]:
    """The lines of `assert … is not None` in a tree."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assert) and isinstance(node.test, ast.Compare):
            compared = node.test
            if isinstance(compared.ops[0], ast.IsNot) and getattr(compared.comparators[0], "value", "") is None:
                yield node.lineno
