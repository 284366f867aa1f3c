"""What a corrections workbook adds to a firm's file: names that the report writes and the intake passes over."""

from __future__ import annotations

import re

from transforms.model.wording import current

# Two columns, and a sheet in front, by language. The names are no texts of the catalogue: a workbook that was written in
# one language is read in every other, and one of years ago too.
STATUS_HEADINGS = {"en": "drawline status", "fr": "Statut drawline"}
MESSAGE_HEADINGS = {"en": "drawline message", "fr": "Message drawline"}
FRONT_TITLES = {"en": "drawline corrections", "fr": "Corrections drawline"}
# What the name of the workbook has behind that of the file: -corrections, a number from 2 on, and -part for one that
# marks a part of the client list.
ENDING, PART = "-corrections", "-part"
_ENDED = re.compile(rf"{ENDING}(?:-(?P<number>[0-9]{{1,6}}))?(?:{PART})?$", re.IGNORECASE)


def status_heading() -> str:
    """The heading of the column of statuses in the language in use."""
    return STATUS_HEADINGS[current()]


def message_heading() -> str:
    """The heading of the column of messages in the language in use."""
    return MESSAGE_HEADINGS[current()]


def front_title() -> str:
    """The title of the sheet in front in the language in use."""
    return FRONT_TITLES[current()]


def is_front_title(title: str) -> bool:
    """Is a title that of the sheet in front, in any language?"""
    return title.casefold() in {one.casefold() for one in FRONT_TITLES.values()}


def split(stem: str) -> tuple[str, int]:
    """The name of the firm's file without what corrections workbooks add to it, and the number of the last one, else 0."""
    found = _ENDED.search(stem)
    return (stem, 0) if found is None else (stem[: found.start()], int(found["number"] or 1))


def joined(stem: str, number: int, *, is_part: bool = False) -> str:
    """The name of the corrections workbook with a number (from 1) of a firm's file."""
    return f"{stem}{ENDING}{f'-{number}' if number > 1 else ''}{PART if is_part else ''}.xlsx"
