"""Commands as they stand in a page: fenced and indented blocks of a shell, and commands within a line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).parents[2]
DOCS = PROJECT / "docs"
SHELLS = ("sh", "bash", "shell", "console")
# What a block begins with whose language is not named: an indented one is a shell's where its first word is one of these.
COMMANDS = ("drawline", ".venv/bin/", "make", "uv", "pipx", "export", "prefect", "mkdir", "cp", "git", "py", "python")
MARK = re.compile(r"<!-- not run: (?P<reason>[^>]+?) -->\s*$")
FENCE = re.compile(r"^(?P<indent> *)```(?P<language>\w*)")
INLINE = re.compile(r"`(drawline [^`]+)`")


@dataclass(frozen=True)
class Block:
    """Lines of a shell in a page; `reason` says why they are not run, and is empty where they are."""

    page: str
    line: int
    text: str
    reason: str


def pages() -> list[Path]:
    """The pages for people, the README first."""
    return [PROJECT / "README.md", *sorted(DOCS.rglob("*.md"))]


def name_of(page: Path) -> str:
    """A page as tests name it."""
    return page.relative_to(PROJECT).as_posix()


def blocks(page: Path) -> Iterator[Block]:
    """The blocks of a shell of a page, in order."""
    lines = page.read_text(encoding="utf-8").splitlines()
    place = 0
    while place < len(lines):
        fence = FENCE.match(lines[place])
        begins = place
        if fence:
            indent = len(fence["indent"])
            end = next(at for at in range(place + 1, len(lines)) if lines[at].strip() == "```")
            body, place = [line[indent:] for line in lines[place + 1 : end]], end + 1
            is_shell = fence["language"] in SHELLS
        elif lines[place].startswith("    ") and not lines[place - 1].strip():
            end = next((at for at in range(place, len(lines)) if lines[at][:4].strip()), len(lines))
            body, place = [line[4:] for line in lines[place:end]], end
            is_shell = body[0].startswith(COMMANDS)
        else:
            place += 1
            continue
        if is_shell:
            above = next((line for line in reversed(lines[:begins]) if line.strip()), "")
            mark = MARK.search(above)
            yield Block(name_of(page), begins + 1, "\n".join(body).rstrip(), mark["reason"] if mark else "")


def inline(page: Path) -> list[str]:
    """The commands that stand within a line of a page."""
    return INLINE.findall(page.read_text(encoding="utf-8"))
