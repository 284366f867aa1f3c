"""The row of a sheet that holds the headings."""

from __future__ import annotations

import polars as pl

from transforms.model.columns import Sheet
from transforms.model.wording import _
from validation.files.readers import HEADER_WITHIN
from validation.files.unusable import Unusable
from validation.mapping import other_words
from validation.mapping.firm_map import FirmMap
from validation.mapping.meanings import (
    ENOUGH_TO_BE_A_HEADER,
    KEY_COLUMN,
    Meaning,
    columns_of_meanings,
    meaning,
    meanings_of,
)


def header_of(
    cells: pl.DataFrame, sheet: Sheet, mapping: FirmMap, settled: int | None
) -> tuple[int, list[Meaning | None]]:
    """The place of the header row, and what each of its cells stands for: the settled one, else the first row that names
    client_id and more, else the one that names client_id, else the one that names most.

    A row that lacks a required column gives way to one below it that has them all, with nothing but blank rows between.
    """
    if settled is not None:
        return settled, meanings_of(cells.row(settled), sheet, mapping)
    best: tuple[int, list[Meaning | None]] = 0, []
    most = (False, 0)
    known: list[int] = []
    for place, row in enumerate(cells.head(HEADER_WITHIN).iter_rows()):
        meanings = [meaning(text, sheet, mapping) for text in row]
        names_clients = any(one and one.column == KEY_COLUMN for one in meanings)
        known.append(len(meanings) - meanings.count(None))
        if names_clients and known[-1] >= ENOUGH_TO_BE_A_HEADER:
            return _whole(cells, place, sheet, mapping)
        if (names_clients, known[-1]) > most:
            best, most = (place, meanings_of(row, sheet, mapping)), (names_clients, known[-1])
    if most[0]:
        return best
    texts = list(cells.head(HEADER_WITHIN).iter_rows())
    in_other_words = other_words.header_row(texts, sheet, KEY_COLUMN, known)
    if in_other_words is not None:
        return in_other_words, meanings_of(texts[in_other_words], sheet, mapping)
    if most[1] >= ENOUGH_TO_BE_A_HEADER:
        return best
    raise Unusable(
        _("On {title} no header row with {column} is found in the first {number} rows.").format(
            title=sheet.title, column=KEY_COLUMN, number=HEADER_WITHIN
        ),
        _(
            "Head the columns; required are {columns}. `drawline map FILE` proposes what your headings stand for."
        ).format(columns=", ".join(column.name for column in sheet.columns if column.required)),
    )


def _whole(cells: pl.DataFrame, place: int, sheet: Sheet, mapping: FirmMap) -> tuple[int, list[Meaning | None]]:
    """The place and the meanings of a row of headings, or of the next filled row where that alone has what is required."""
    rows = cells.slice(place, HEADER_WITHIN)
    below = next((number for number, row in enumerate(rows.iter_rows()) if number and any(row)), 0)
    own, other = (meanings_of(rows.row(number), sheet, mapping) for number in (0, below))
    has_all, other_has_all = (
        all(column.name in columns_of_meanings(texts, sheet, mapping) for column in sheet.columns if column.required)
        for texts in (own, other)
    )
    return (place + below, other) if other_has_all and not has_all else (place, own)
