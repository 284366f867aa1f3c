"""Arrows go one way: flows to reports, history and validation, these to transforms, and that to the rules."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.transforms.rules.shipped import ROOT

COLUMNS = "transforms.model.columns"
OURS = ("flows", "reports", "history", "validation", "transforms", "sample_data")
# Of our own modules, what each room may import; flows may import all.
MAY_IMPORT = {
    "validation": ("validation", "transforms"),
    "reports": ("reports", "transforms"),
    # Its tables have the columns of what the border reads and tells.
    "history": (
        "history",
        "transforms",
        COLUMNS,
        "validation.values.parse",
        "validation.intake.problems",
        "validation.rounds.rounds_file",
    ),
    "transforms": ("transforms", COLUMNS),
}
MODULES = [path for room in (*MAY_IMPORT, "flows") for path in sorted((ROOT / room).rglob("*.py"))]


def imported(path: Path) -> Iterator[tuple[int, str]]:
    """Every module that a file imports, anywhere in it, with the line."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: imports are absolute"
            for alias in node.names:
                yield node.lineno, f"{node.module}.{alias.name}"


def belongs_to(module: str, rooms: tuple[str, ...]) -> bool:
    return any(module == room or module.startswith(f"{room}.") for room in rooms)


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_there_are_modules_to_look_at() -> None:
    assert {path.relative_to(ROOT).parts[0] for path in MODULES} == {*MAY_IMPORT, "flows"}


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_imports_what_its_room_may(path: Path) -> None:
    room = path.relative_to(ROOT).parts[0]
    allowed = MAY_IMPORT.get(room, OURS)
    wrong = [
        f"line {line}: {module}"
        for line, module in imported(path)
        if belongs_to(module, OURS) and not belongs_to(module, allowed)
    ]
    assert not wrong, f"{name_of(path)} may import {', '.join(allowed)}, but imports {'; '.join(wrong)}"


@pytest.mark.parametrize("path", [path for path in MODULES if path.relative_to(ROOT).parts[0] != "flows"], ids=name_of)
def test_prefect_stays_in_flows(path: Path) -> None:
    assert not [line for line, module in imported(path) if belongs_to(module, ("prefect", "prefect_dask"))]


def test_the_rules_import_nothing_of_ours_but_the_words_of_messages() -> None:
    for path in (ROOT / "transforms" / "rules").rglob("*.py"):
        wrong = [module for _, module in imported(path) if belongs_to(module, OURS)]
        assert [
            module for module in wrong if not belongs_to(module, ("transforms.rules", "transforms.model.wording"))
        ] == [], path


def test_the_column_definitions_import_the_ground_floor_alone() -> None:
    """Every room may import them, and every room may import transforms.model: it is the ground floor."""
    ours = [module for _, module in imported(ROOT / "validation" / "columns.py") if belongs_to(module, OURS)]
    assert [module for module in ours if not belongs_to(module, ("transforms.model",))] == []


def test_the_ground_floor_imports_nothing_of_ours_but_itself() -> None:
    for path in (ROOT / "transforms" / "model").rglob("*.py"):
        ours = [module for _, module in imported(path) if belongs_to(module, OURS)]
        assert [module for module in ours if not belongs_to(module, ("transforms.model",))] == [], path
