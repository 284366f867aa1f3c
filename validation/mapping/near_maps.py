"""A kept map that names most of a file's headings, though not all: the next export of its system, changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from transforms.model.wording import _
from validation.files.readers import Grid
from validation.files.unusable import Unusable
from validation.mapping import file_headings
from validation.mapping.dates import ORDERS
from validation.mapping.file_headings import SheetHeadings
from validation.mapping.firm_map import NO_MAP, FirmMap
from validation.mapping.left_out import cut_listing
from validation.mapping.map_folder import MapFile
from validation.mapping.meanings import Meaning, meaning, meanings_of
from validation.values.dates import possible_orders, settled_order
from validation.values.words import plain

MAX_NAMED = 5


@dataclass(frozen=True)
class NearMap:
    """A map of most headings: its file's name, the headings of it that are gone, and those that it does not name."""

    name: str
    gone: tuple[str, ...]
    new: tuple[str, ...]

    @property
    def problem(self) -> str:
        """What is wrong, as sentences."""
        parts = (
            _("the map has {headings}, which the file lacks").format(headings=_listed(self.gone)) if self.gone else "",
            _("the file has {headings}, which the map does not name").format(headings=_listed(self.new))
            if self.new
            else "",
        )
        changed = "; ".join(part for part in parts if part) or _("the headings stand in other sheets")
        return _(
            "The map {name} names most of these headings, but the file is not laid out as before: {changed}."
        ).format(name=self.name, changed=changed)


@dataclass(frozen=True)
class Added:
    """A heading that a file has besides those of its map: its text, our column that it is read as without one, and the
    order of its days where that is taken from the map's other columns (else empty).
    """

    heading: str
    column: str
    order: str = ""

    def words(self, name: str) -> tuple[str, str]:
        """What to say of it beside the name of the map, and the fix."""
        said = _("The map {name} does not name {heading!r}; it is read as {column}.").format(
            name=name, heading=self.heading, column=self.column
        )
        if self.order:
            said += " " + _("Its days are read as {order}, as those of the map's other columns.").format(
                order=self.order
            )
        fix = _("Where that is so, there is nothing to do. To keep it: drawline map FILE --save {stem} --replace.")
        return said, fix.format(stem=_as_typed(Path(name).stem))


@dataclass(frozen=True)
class Fitting:
    """A map that is used for a file with more headings than those it is for: its file, what it says for this file, and
    the headings that it does not name.
    """

    map: MapFile
    firm: FirmMap
    added: tuple[Added, ...]


def fitting(maps: Sequence[MapFile], grids: Iterable[Grid]) -> Fitting | None:
    """The map that names the headings of a file but for some that are read without a map; None where no map names most.

    Raises Unusable where a file has most of the headings of a map, which would read it otherwise, and not all of them, or
    some that nothing names.
    """
    sheets = [found for grid in grids if (found := file_headings.of_grid(grid)) is not None and found.texts]
    one = nearest(maps, sheets)
    if one is None:
        return None
    near, added = _near(one, sheets), tuple(_added(one.firm, sheets))
    if added and not near.gone and not near.new:
        dates = {column.column: order for column in added for order in ORDERS if order == column.order}
        return Fitting(one, replace(one.firm, dates={**one.firm.dates, **dates}), added)
    raise Unusable(
        near.problem,
        _("Name the headings as before, or correct the map and give it with --map {path}; to keep a map "
          "of the new headings too: drawline map FILE --save {stem} --replace.").format(
            path=_as_typed(str(one.path or one.name)), stem=_as_typed(Path(one.name).stem)
        ),
    )  # fmt: skip


def _as_typed(text: str) -> str:
    """A path or a name as it is typed behind an option."""
    return f'"{text}"' if any(letter.isspace() for letter in text) else text


def nearest(maps: Sequence[MapFile], sheets: Sequence[SheetHeadings]) -> MapFile | None:
    """The map that names most headings of a file, where these are more than half and it reads some otherwise than without.

    None where there is no such map.
    """
    best: tuple[int, MapFile] | None = None
    for one in maps:
        number = _common(one, sheets)
        if number and (best is None or number > best[0]) and _matters(one.firm, sheets):
            best = number, one
    return None if best is None else best[1]


def _texts(sheets: Sequence[SheetHeadings]) -> dict[str, str]:
    """The headings of a file by their plain text."""
    return {plain(text): text for sheet in sheets for text in sheet.texts if plain(text)}


def _named(one: MapFile) -> dict[str, str]:
    """The headings of a map by their plain text."""
    return {
        plain(str(heading)): str(heading)
        for part in ("columns", "derived")
        for heading in (one.content.get(part) or {})
    }


def _common(one: MapFile, sheets: Sequence[SheetHeadings]) -> int:
    """How many headings a sheet of a file and a map have in common, where these are more than half of those of the sheet, and
    the file has more than half of those of the map; else 0.
    """
    named = _named(one)
    present = sum(text in named for text in _texts(sheets))
    if present <= len(named) - present:
        return 0
    most = 0
    for sheet in sheets:
        own = _texts([sheet])
        common = sum(text in named for text in own)
        if common > len(own) - common:
            most = max(most, common)
    return most


def _matters(firm: FirmMap, sheets: Sequence[SheetHeadings]) -> bool:
    """Would the file be read otherwise without the map: a heading, or a constant that no heading gives?"""
    for sheet in sheets:
        if sheet.holds is None:
            continue
        without = meanings_of(sheet.texts, sheet.holds, NO_MAP)
        given = {one.column for one in without if one}
        if any(name in sheet.holds.names and name not in given for name in firm.constants):
            return True
        for text, other in zip(sheet.texts, without, strict=True):
            found = meaning(text, sheet.holds, firm)
            if (
                found is not None
                and not found.is_not_ours
                and (other is None or (found.column, found.aside) != (other.column, other.aside))
            ):
                return True
    return False


def _near(one: MapFile, sheets: Sequence[SheetHeadings]) -> NearMap:
    named, texts = _named(one), _texts(sheets)
    gone = tuple(heading for key, heading in named.items() if key not in texts)
    is_known = {plain(text) for _sheet, text, _meaning in _meanings(one.firm, sheets)} | one.commented
    new = tuple(text for key, text in texts.items() if key not in named and key not in is_known)
    return NearMap(one.name, gone, new)


def _meanings(firm: FirmMap, sheets: Sequence[SheetHeadings]) -> Iterator[tuple[SheetHeadings, str, Meaning]]:
    """What each heading of some sheets stands for by a map, by our own names and by usual headings, where it is known."""
    for sheet in sheets:
        if sheet.holds is not None:
            for text, found in zip(sheet.texts, meanings_of(sheet.texts, sheet.holds, firm), strict=True):
                if text and found is not None:
                    yield sheet, text, found


def _added(firm: FirmMap, sheets: Sequence[SheetHeadings]) -> Iterator[Added]:
    """The headings that are read as columns of ours though a map does not name them."""
    orders = set(firm.dates.values())
    mapped = firm.columns.keys() | firm.targets.keys() | firm.derived.keys()
    for sheet, text, found in _meanings(firm, sheets):
        assert sheet.holds is not None
        if not found.column or plain(text) in mapped:
            continue
        is_open = len(orders) == 1 and not {found.column, "*"} & firm.dates.keys()
        is_date = sheet.holds.column(found.column).kind in {"date", "date_time"}
        cells = sheet.rows[sheet.rows.columns[sheet.texts.index(text)]].drop_nulls().unique()
        is_asked = any(len(possible_orders(cell)) > 1 for cell in cells) and settled_order(cells) is None
        yield Added(text, found.column, next(iter(orders)) if is_open and is_date and is_asked else "")


def _listed(headings: Sequence[str]) -> str:
    return cut_listing([repr(heading) for heading in headings], MAX_NAMED)
