"""Errors of the rules, with their place and the nearest right name."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from transforms.model.wording import _

# Of the settings: what a firm has set of what the law leaves open.
READINGS = "readings"


class RulesError(ValueError):
    """A rule file is not as it should be; the message names the file, the key and the fix.

    `where` is the place that the message begins with, `line` the line of the file, where it is known, and `reading` the
    setting that is wrong, where it is one. `is_placed`: the place has the line already.
    """

    def __init__(
        self, problem: str, line: int | None = None, *, where: str = "", reading: str = "", is_placed: bool = False
    ) -> None:
        super().__init__(placed(where, problem) if where else problem)
        self.problem = problem
        self.where = where
        self.line = getattr(where, "line", None) if line is None else line
        self.reading = reading
        self.is_placed = is_placed


def placed(where: str, text: str) -> str:
    """A text with the place that it is about before it."""
    return _("{place}: {text}").format(place=where, text=text)


class UnknownLaw(LookupError):
    """The law has a value on this day, but it is not known to us."""


def nearest(name: object, names: Iterable[str]) -> str:
    """The end of a message that names the known name closest to an unknown one; empty where none is close."""
    close = difflib.get_close_matches(str(name), list(names), 1)
    return _("; did you mean {close!r}?").format(close=close[0]) if close else ""
