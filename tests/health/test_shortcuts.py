"""Late imports and asserts for the type checker become fewer, never more."""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from tests.health import shortcuts

LEFT: dict[str, int] = yaml.safe_load(Path(__file__).with_name("left.yaml").read_bytes())
COUNTED: dict[str, Callable[[], list[str]]] = {
    "late_imports": shortcuts.late_imports,
    "type_asserts": shortcuts.type_asserts,
}


@pytest.mark.parametrize("kind", COUNTED)
def test_there_are_no_more_than_were_left(kind: str) -> None:
    found = COUNTED[kind]()
    assert len(found) <= LEFT[kind], f"left.yaml allows {LEFT[kind]} {kind}, found are {len(found)}"


def test_an_assert_for_the_type_checker_is_found() -> None:
    text = "assert a is not None\nassert a\nassert a is None\nif a:\n    assert b.c is not None\n"
    assert list(shortcuts.lines_of_asserts(ast.parse(text))) == [1, 5]
