"""The part of a map that says what its sheets hold, and how they are laid out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from transforms.model.columns import BY_KEY, SHEETS
from transforms.model.wording import _, listing
from transforms.rules.strict_yaml import line_of, shown
from validation.files.readers import HEADER_WITHIN
from validation.files.unusable import MappingError
from validation.intake.sheets import closest_sheet_key
from validation.mapping.firm_map import Layout, SheetOptions
from validation.mapping.mistakes import mapping_part, nearest
from validation.values.words import plain

LEFT_OUT = "-"
LAYOUTS = ("rows", "key_value")
SHEET_OPTIONS = ("holds", "layout", "headings")
# Two rows of headings, and the row above them that names what they have in common.
MAX_HEADING_ROWS = 3


def sheets(content: Mapping[Any, Any], part: str) -> dict[str, SheetOptions]:
    """By the pattern of a title, as written, what the sheet holds and how; raises MappingError."""
    given = mapping_part(content, part, '`"*": candidates`')
    found: dict[str, SheetOptions] = {}
    first: dict[str, str] = {}
    for pattern, said in given.items():
        title, line = str(pattern).strip(), line_of(given, pattern)
        if not title:
            raise MappingError(
                _("`{part}` names a sheet without a title. Write its title, or * for every sheet.").format(part=part),
                line,
            )
        if title.casefold() in first:
            raise MappingError(
                _("`{part}`: {title} is read like {first} above it. Keep one of the two.").format(
                    part=part, title=shown(title), first=shown(first[title.casefold()])
                ),
                line,
            )
        first[title.casefold()] = title
        found[title] = _sheet_options(f"`{part}`: {shown(title)}", said, line)
    return found


def _sheet_options(where: str, said: Any, line: int | None) -> SheetOptions:
    if not isinstance(said, Mapping):
        return SheetOptions(_holds(where, said, line))
    for name in said:
        if name not in SHEET_OPTIONS:
            raise MappingError(
                _("{where}: {name} is no option of a sheet. {hint}").format(
                    where=where, name=shown(name), hint=nearest(name, SHEET_OPTIONS)
                ),
                line_of(said, name),
            )
    if "holds" not in said:
        raise MappingError(
            _("{where} does not say what the sheet holds. Write holds: candidates.").format(where=where), line
        )
    holds = _holds(where, said["holds"], line_of(said, "holds"))
    layout = said.get("layout", LAYOUTS[0])
    if not isinstance(layout, str) or layout not in LAYOUTS:
        raise MappingError(
            _("{where}: layout is {layout}. Write {layouts}.").format(
                where=where, layout=shown(layout), layouts=listing(LAYOUTS, "or")
            ),
            line_of(said, "layout"),
        )
    headings = _heading_rows(where, said["headings"], line_of(said, "headings")) if "headings" in said else ()
    if headings and layout == "key_value":
        raise MappingError(
            _("{where}: a sheet of keys and values has no row of headings. Delete headings.").format(where=where),
            line_of(said, "headings"),
        )
    if holds is None and len(said) > 1:
        raise MappingError(
            _('{where} is left out, so nothing else is said of it. Write "-" alone.').format(where=where), line
        )
    return SheetOptions(holds, cast("Layout", layout), headings)


def _holds(where: str, said: Any, line: int | None) -> str | None:
    if said == LEFT_OUT:
        return None
    named = {plain(name): sheet.key for sheet in SHEETS for name in (sheet.key, sheet.title)}
    key = named.get(plain(said)) if isinstance(said, str) else None
    if key is None:
        close = closest_sheet_key(said) if isinstance(said, str) else ""
        hint = (
            _("Did you mean {close}?").format(close=close)
            if close
            else _('Write one of: {keys}, or "-" to leave it out.').format(keys=", ".join(BY_KEY))
        )
        raise MappingError(
            _("{where} holds {said}, which is none of our sheets. {hint}").format(
                where=where, said=shown(said), hint=hint
            ),
            line,
        )
    return key


def _heading_rows(where: str, said: Any, line: int | None) -> tuple[int, ...]:
    rows = said if isinstance(said, list) else [said]
    numbers = [int(row) for row in map(str, rows) if row.isascii() and row.isdigit()]
    is_run = numbers == list(range(numbers[0], numbers[0] + len(numbers))) if numbers else False
    if len(numbers) != len(rows) or not is_run or len(rows) > MAX_HEADING_ROWS or not 1 <= numbers[0] <= HEADER_WITHIN:
        raise MappingError(
            _(
                "{where}: headings is {said}. Write the row of the headings, like 3, or rows that follow each "
                "other, like [2, 3], within the first {header_within}."
            ).format(
                where=where, said=shown(said) if not isinstance(said, list) else list(said), header_within=HEADER_WITHIN
            ),
            line,
        )
    return tuple(numbers)
