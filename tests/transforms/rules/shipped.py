"""The shipped rule files, and how to read them without the loader."""

from __future__ import annotations

from typing import Any

import yaml

from transforms.rules.loader import HERE, NOT_GROUPS

ROOT = HERE.parent.parent
GROUPS = sorted(path.name for path in HERE.glob("*.yaml") if path.name not in NOT_GROUPS)


def plain(name: str) -> Any:
    """The content of a file of the rules as any YAML reader gives it."""
    return yaml.load((HERE / name).read_bytes(), Loader=yaml.CSafeLoader)
