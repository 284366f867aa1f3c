"""Values of an overlay that are still to be entered: the places where its draft has `???`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

PLACEHOLDER = "???"


@dataclass(frozen=True)
class Place:
    """Where a value is still to be entered: the keys that lead to it, and its line."""

    keys: tuple[str, ...]
    line: int


def places(content: Any, keys: tuple[str, ...] = (), line: int = 1) -> Iterator[Place]:
    """Every place of what was read from YAML that holds `???`, as a value or as a key."""
    if isinstance(content, dict):
        lines = getattr(content, "lines", {})
        for key, value in content.items():
            at = lines.get(key, line)
            if key == PLACEHOLDER:
                yield Place((*keys, str(key)), at)
            else:
                yield from places(value, (*keys, str(key)), at)
    elif isinstance(content, list):
        lines = getattr(content, "lines", [])
        for number, value in enumerate(content):
            yield from places(value, (*keys, str(number + 1)), lines[number] if number < len(lines) else line)
    elif content == PLACEHOLDER:
        yield Place(keys, line)
