"""What a map that is to be replaced says: the start of the next one, which keeps what the files at hand do not ask for."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from transforms.model.wording import N_, _
from validation.values.words import plain

KEPT = N_("as in the map before")
# Parts whose lines stand by heading; the files at hand say which of these are asked for again.
BY_HEADING = ("columns", "derived")
PARTS = (*BY_HEADING, "sheets", "prefixes", "rows")


def answers(content: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """What a map says beside the headings, as it stands there: dates, values and constants by our column."""
    dates = content.get("dates")
    return {
        "dates": {"*": dates} if isinstance(dates, str) else _texts(dates),
        "values": {str(name): _texts(values) for name, values in (content.get("values") or {}).items()},
        "constants": _texts(content.get("constants")),
    }


def marks(content: Mapping[str, Any]) -> list[str]:
    """The fingerprints of headings that a map is for."""
    found = content.get("for_headings") or ()
    return [str(one) for one in ([found] if isinstance(found, str) else found)]


def lines(
    content: Mapping[str, Any], part: str, headings: Collection[str], written: Mapping[str, Any]
) -> Iterator[str]:
    """The lines of a part of a map that another one does not have, as `name: value`.

    `headings` are those of the files at hand: what they stand for is settled again. `written` is what the other map has,
    by part.
    """
    found = content.get(part)
    if not isinstance(found, Mapping):
        return
    known = {_key(part, name) for name in written.get(part) or ()}
    if part in BY_HEADING:
        known |= {plain(one) for one in headings}
        known |= {plain(str(name)) for other in BY_HEADING for name in written.get(other) or ()}
    for name, value in found.items():
        if _key(part, name) not in known:
            yield f"{_quoted(str(name))}: {_quoted(value)}"


def others(content: Mapping[str, Any]) -> Iterator[str]:
    """The lines of a map that stand in no part of their own."""
    if content.get("countries"):
        yield f"countries: {content['countries']}  # {_(KEPT)}"


def _key(part: str, name: object) -> str:
    return plain(str(name)) if part in BY_HEADING else str(name).casefold().strip()


def _quoted(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _texts(found: object) -> dict[str, str]:
    if not isinstance(found, Mapping):
        return {}
    return {str(name): "" if value is None else str(value) for name, value in found.items()}
