"""A sheet as a firm has it to the plain shape: one row of headings, below it a row a client, every cell's address true."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

import polars as pl

from transforms.model.columns import BY_KEY, CANDIDATES, Sheet
from transforms.model.wording import _, listing, n_, whole_number
from validation.files.readers import HEADER_WITHIN, Grid
from validation.files.sheet_xml import column_of
from validation.files.unusable import Unusable
from validation.intake.sheets import sheet_named
from validation.mapping import key_value
from validation.mapping.firm_map import FirmMap, SheetOptions
from validation.mapping.meanings import stands_for
from validation.mapping.row_words import is_number
from validation.values.parse import trimmed

KEY, BORN = "client_id", "date_of_birth"
MAX_LABEL = 120
SPOUSE = "spouse"


def sheet_held(title: str, firm: FirmMap) -> Sheet | None:
    """The intake sheet that a sheet holds by its title: the map's word for it, else its own name, else a pattern of the map."""
    options, named = firm.options_of(title), sheet_named(title)
    if options is None or options.holds is None or (named is not None and not _is_named(title, firm)):
        return named
    return BY_KEY[options.holds]


def is_left_out(title: str, firm: FirmMap) -> bool:
    """Does the map leave a sheet out?"""
    options = firm.options_of(title)
    return options is not None and options.holds is None


def _is_named(title: str, firm: FirmMap) -> bool:
    """Does the map name a sheet itself, and not by a pattern?"""
    return title.casefold().strip() in {pattern.casefold().strip() for pattern in firm.sheets}


def plain_shape(grid: Grid, firm: FirmMap, title: str) -> tuple[Grid, Sheet | None]:
    """A grid in the plain shape, by what the map says of its sheet, else by what is unmistakable; and the intake sheet that
    it holds by its title.

    A sheet that only a pattern of the map names, and that has no headings, holds none. Raises Unusable where what the map
    says of its layout does not fit.
    """
    held, options = sheet_held(title, firm), firm.options_of(title)
    sheet = held or CANDIDATES
    if not grid.cells.width:
        return grid, held
    known = _known_by(firm, sheet)
    is_by_pattern = held is not None and held != sheet_named(title) and not _is_named(title, firm)
    try:
        shaped = _shaped(grid, firm, sheet, options, known)
    except Unusable:
        if is_by_pattern:
            return grid, None
        raise
    if is_by_pattern and not _has_headings(shaped, known):
        return shaped, None
    return shaped, held


def _shaped(
    grid: Grid, firm: FirmMap, sheet: Sheet, options: SheetOptions | None, known: Callable[[str], str | None]
) -> Grid:
    if options is not None and options.layout == "key_value":
        return _labelled(grid, firm, sheet)
    if options is not None and options.headings:
        return _headed(grid, firm, sheet, options.headings)
    return _found(grid, known, _prefix(firm))


def _has_headings(shaped: Grid, known: Callable[[str], str | None]) -> bool:
    """Is a row of headings settled in which a heading is known, or found?"""
    if shaped.header_row is None:
        return _header_row(_top(shaped), known) is not None
    texts = trimmed(shaped.cells.slice(shaped.header_row, 1)).row(0)
    return any(known(text) is not None for text in texts if text is not None)


def proposed(grid: Grid, firm: FirmMap, named: Sheet | None = None) -> SheetOptions | None:
    """What a map could say of a sheet's layout, where it is not the plain one; None for a plain one."""
    sheet = named or CANDIDATES
    if not grid.cells.width:
        return None
    known = _known_by(firm, sheet)
    cells = _top(grid)
    header = _header_row(cells, known)
    if header is None:
        return SheetOptions(sheet.key, "key_value") if key_value.may_be_one(_trimmed(grid), known) else None
    if _has_lower_headings(grid, cells, header, known):
        return SheetOptions(sheet.key, headings=(header + 1, header + 2))
    if header and _bands(grid, cells, header, known):
        return SheetOptions(sheet.key, headings=(header, header + 1))
    return None


def _found(grid: Grid, known: Callable[[str], str | None], prefix: str) -> Grid:
    """A grid with its layout found by itself: as it is, with two rows of headings, or with labels beside values."""
    cells = _top(grid)
    header = _header_row(cells, known)
    if header is None:
        whole = _trimmed(grid)
        return key_value.turned(whole, known, prefix) if key_value.is_one(whole, known) else grid
    if _has_lower_headings(grid, cells, header, known):
        return _joined(grid, cells, (header, header + 1), known)
    bands = _bands(grid, cells, header, known) if header else {}
    return _with_headings(grid, (header - 1, header), bands) if bands else grid


def _labelled(grid: Grid, firm: FirmMap, sheet: Sheet) -> Grid:
    if grid.cells.height > key_value.MAX_ROWS:
        raise Unusable(
            _("Sheet {title} has {height} rows; the map reads it as headings with a value beside each.").format(
                title=grid.title, height=whole_number(grid.cells.height)
            ),
            _("Take `layout: key_value` from the map if it holds a row a client."),
        )
    found = key_value.turned(_trimmed(grid), _known_by(firm, sheet), _prefix(firm))
    if not found.cells.width:
        raise Unusable(
            _("On sheet {title} no column of headings with values beside it is found.").format(title=grid.title),
            _("Name your headings under `columns` of the map, or take `layout: key_value` from it."),
        )
    return found


def _headed(grid: Grid, firm: FirmMap, sheet: Sheet, rows: Sequence[int]) -> Grid:
    if max(rows) > grid.cells.height:
        last = n_("{number} row", "{number} rows", grid.cells.height).format(number=grid.cells.height)
        raise Unusable(
            _("The map finds the headings of sheet {title} in row {rows}; the sheet has {last}.").format(
                title=grid.title, rows=max(rows), last=last
            ),
            _("Correct `headings` in the map."),
        )
    if len(rows) == 1:
        return replace(grid, header_row=rows[0] - 1)
    return _joined(grid, _trimmed(grid).cells.head(max(rows)), [row - 1 for row in rows], _known_by(firm, sheet))


def _trimmed(grid: Grid) -> Grid:
    return replace(grid, cells=trimmed(grid.cells))


def _top(grid: Grid) -> pl.DataFrame:
    """The rows in which headings are looked for, and one more, as trimmed text."""
    return trimmed(grid.cells.head(HEADER_WITHIN + 1))


def _known_by(firm: FirmMap, sheet: Sheet) -> Callable[[str], str | None]:
    """What headings of a sheet stand for; each is looked up once."""
    seen: dict[str, str | None] = {}

    def known(text: str) -> str | None:
        if text not in seen:
            is_label = len(text) <= MAX_LABEL and not is_number(text)
            seen[text] = stands_for(text, sheet, firm) if is_label else None
        return seen[text]

    return known


def _header_row(cells: pl.DataFrame, known: Callable[[str], str | None]) -> int | None:
    """The place of the row of headings: the first that names client_id and more, else the one that names most columns.

    A row with a client number or a date of birth beside its heading is none: its texts are labels.
    """
    best, most = None, 1
    for place, row in enumerate(cells.head(HEADER_WITHIN).iter_rows()):
        names = {name for text in row if text is not None and (name := known(text)) is not None}
        if len(names) > most and not _is_labels(row, known):
            best, most = place, len(names)
            if KEY in names:
                break
    return best


def _is_labels(row: Sequence[str | None], known: Callable[[str], str | None]) -> bool:
    """Has each heading of a row a value beside it that is none?"""
    texts = [text for text in row if text is not None]
    named = [known(text) is not None for text in texts]
    return len(texts) == 2 * sum(named) and all(named[::2])


def _prefix(firm: FirmMap) -> str:
    """What stands before headings of the spouse: a prefix of the map, else our own."""
    return next((prefix for prefix, person in firm.prefixes.items() if person == SPOUSE), key_value.SPOUSE)


def _has_lower_headings(grid: Grid, cells: pl.DataFrame, header: int, known: Callable[[str], str | None]) -> bool:
    """Are the cells right below the headings a second row of them: texts below a heading that spans several columns, and
    nothing below client_id and date_of_birth?
    """
    if header + 1 >= cells.height:
        return False
    upper, lower = cells.row(header), cells.row(header + 1)
    below = [place for place, text in enumerate(lower) if text is not None]
    if len(below) < 2 or any(is_number(lower[place] or "") for place in below):
        return False
    names = {known(text): place for place, text in enumerate(upper) if text is not None}
    if not {KEY, BORN} & set(names) or any(lower[names[name]] is not None for name in (KEY, BORN) if name in names):
        return False
    carried = _carried(grid, cells, header, header + 1)
    spans = [carried[place] for place in below]
    return None not in spans and len(set(spans)) < len(spans)


def _bands(grid: Grid, cells: pl.DataFrame, header: int, known: Callable[[str], str | None]) -> dict[str, str]:
    """Headings that are known together with a band above them alone: IELTS above Reading; by their columns."""
    carried = _carried(grid, cells, header - 1, header)
    given = {known(text) for text in cells.row(header) if text is not None}
    found: dict[str, str] = {}
    for place, (above, heading) in enumerate(zip(carried, cells.row(header), strict=True)):
        if above is None or heading is None or known(heading) is not None:
            continue
        name = known(f"{above} {heading}")
        if name is not None and name not in given:
            given.add(name)
            found[cells.columns[place]] = f"{above} {heading}"
    return found


def _carried(grid: Grid, cells: pl.DataFrame, upper: int, lower: int) -> list[str | None]:
    """The text of an upper row above each cell of a lower one: a merged cell is carried on over its columns; where none
    is merged, a text is carried on over the blank cells right of it.
    """
    row: list[str | None] = list(cells.row(upper))
    places = {column_of(letters): place for place, letters in enumerate(cells.columns)}
    merges = [merge for merge in grid.merged if merge.first_row == upper + 1 and merge.last_column > merge.first_column]
    for merge in merges:
        first = places.get(merge.first_column)
        for column in range(merge.first_column + 1, min(merge.last_column, max(places)) + 1):
            if first is not None and column in places:
                row[places[column]] = row[first]
    if not merges:
        below = cells.row(lower)
        for place in range(1, len(row)):
            if row[place] is None and below[place] is not None and below[place - 1] is not None:
                row[place] = row[place - 1]
    return row


def _joined(grid: Grid, cells: pl.DataFrame, rows: Sequence[int], known: Callable[[str], str | None]) -> Grid:
    """A grid with the texts of several rows of headings joined in the last of them."""
    joined: list[str | None] = list(cells.row(rows[0]))
    for upper, lower in pairwise(rows):
        carried = _carried(grid, cells, upper, lower) if upper == rows[0] else joined
        texts = cells.row(lower)
        above = [first if text is not None else own for first, own, text in zip(carried, joined, texts, strict=True)]
        joined = _headings_of(above, texts, known)
    return _with_headings(
        grid, rows, {letters: text for letters, text in zip(cells.columns, joined, strict=True) if text is not None}
    )


def _headings_of(
    above: Sequence[str | None], below: Sequence[str | None], known: Callable[[str], str | None]
) -> list[str | None]:
    """Two rows of headings as one: both texts together, but the lower alone where only it is known and no other heading
    stands for the same.
    """
    together = [
        lower or upper if upper is None or lower is None or upper == lower else f"{upper} {lower}"
        for upper, lower in zip(above, below, strict=True)
    ]
    names = [None if text is None else known(text) for text in together]
    others = [
        known(lower) if name is None and lower is not None else None for name, lower in zip(names, below, strict=True)
    ]
    return [
        lower if own is not None and own not in names and others.count(own) == 1 else text
        for text, lower, own in zip(together, below, others, strict=True)
    ]


def _with_headings(grid: Grid, rows: Sequence[int], texts: Mapping[str, str]) -> Grid:
    """A grid whose headings stand in several rows, and in the last of them with other texts."""
    cells = grid.cells.with_columns(grid.cells[letters].scatter(rows[-1], text) for letters, text in texts.items())
    named = listing([str(row + 1) for row in rows])
    return replace(
        grid, cells=cells, header_row=rows[-1], layout=_("Its headings stand in rows {named}.").format(named=named)
    )
