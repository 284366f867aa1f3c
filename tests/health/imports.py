"""Who imports whom: every module of drawline, and the arrows between them."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
FLOORS = ("flows", "reports", "history", "validation", "sample_data", "transforms")


@dataclass(frozen=True)
class Arrow:
    """An import of one of our modules by another: its line, and whether a function holds it."""

    source: str
    target: str
    line: int
    is_in_function: bool


def name_of(path: Path) -> str:
    """A module's file below the root."""
    return path.relative_to(ROOT).as_posix()


def dotted(path: Path) -> str:
    """A module's name as it is imported."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def modules() -> Mapping[str, Path]:
    """Every module by name."""
    return {dotted(path): path for floor in FLOORS for path in sorted((ROOT / floor).rglob("*.py"))}


@cache
def parsed(path: Path) -> ast.Module:
    """The syntax tree of a file."""
    return ast.parse(path.read_text(encoding="utf-8"))


def imported(path: Path) -> Iterator[tuple[int, str]]:
    """Every name that a file imports, anywhere in it, with the line."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: imports are absolute"
            for alias in node.names:
                yield node.lineno, f"{node.module}.{alias.name}"


def _of_types_alone(tree: ast.Module) -> set[int]:
    """The nodes below `if TYPE_CHECKING`, by id."""
    return {
        id(below)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        for below in ast.walk(node)
    }


@cache
def arrows() -> tuple[Arrow, ...]:
    """Every import of ours by ours, but for those of types alone."""
    known = modules()
    found = []
    for name, path in known.items():
        tree = parsed(path)
        of_types = _of_types_alone(tree)
        for node in ast.walk(tree):
            if not isinstance(node, ast.ImportFrom) or id(node) in of_types or node.module is None:
                continue
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                target = whole if whole in known else node.module
                if target in known and target != name:
                    found.append(Arrow(name, target, node.lineno, node.col_offset > 0))
    return tuple(found)


def circles(pairs: Iterable[tuple[str, str]]) -> list[frozenset[str]]:
    """The sets of names that import one another, directly or in a round."""
    graph: dict[str, set[str]] = {}
    for source, target in pairs:
        graph.setdefault(source, set()).add(target)
        graph.setdefault(target, set())
    reached = {name: _reached(graph, name) for name in graph}
    found = {
        frozenset({other for other in graph if other in reached[name] and name in reached[other]}) for name in graph
    }
    return [circle for circle in found if circle]


def _reached(graph: Mapping[str, set[str]], start: str) -> set[str]:
    seen: set[str] = set()
    waiting = list(graph[start])
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting.extend(graph[name])
    return seen


def package_of(module: str) -> str:
    """The package of a module within its floor; for one that stands alone its own name."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else ""
