"""Paths as links that a terminal opens (OSC 8); anywhere else the path alone."""

from __future__ import annotations

import sys
from pathlib import Path

from flows.console import screen
from transforms.model.printable import printable


def linked(path: Path, text: str | None = None) -> str:
    """A path, or a text in its place, for screen.show_drawn: a link to the file where that is a terminal with links."""
    text = printable(str(path) if text is None else text)
    if not sys.stdout.isatty():
        return text
    from rich.console import Console
    from rich.style import Style
    from rich.text import Text

    console = Console(highlight=False, file=screen.unprotected(sys.stdout))
    with console.capture() as drawn:
        console.print(Text(text, style=Style(link=path.resolve().as_uri())), end="", soft_wrap=True)
    return drawn.get()
