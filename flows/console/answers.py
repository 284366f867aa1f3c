"""Lines on standard error, and answers for programs as JSON."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import date
from typing import Any

from transforms.model.printable import printable


def say(text: str) -> None:
    """Says something to people, on standard error."""
    print(printable(text), file=sys.stderr)


def json_answer(name: str, answer: Mapping[str, Any]) -> str:
    """A command's answer as JSON for programs, its format (flows.console.formats) first."""
    from flows.console.formats import headed

    return as_json_text(headed(name, answer))


def as_json_text(value: Any) -> str:
    """A value as JSON for programs; dates as ISO text. Raises ValueError for a number that JSON does not have."""
    import json

    text = json.dumps(
        value, indent=2, allow_nan=False, default=lambda one: one.isoformat() if isinstance(one, date) else str(one)
    )
    # The one control character that JSON leaves as it is.
    return text.replace("\x7f", "\\u007f")
