"""Sheets with a heading beside each value: one client a sheet, several below each other, or a client a column."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from transforms.model.columns import CANDIDATES
from transforms.model.wording import _, n_
from validation.files.readers import Grid, Remark
from validation.mapping.form_grid import Field, Known, Record, laid, merged_values
from validation.mapping.row_words import folded

KEY = "client_id"
BORN = "date_of_birth"
MAX_ROWS = 2_000
ENOUGH_LABELS = 2
HEADINGS_OF_VALUES = frozenset(
    {"value", "values", "valeur", "valeurs", "answer", "answers", "your answer", "client answer", "reponse", "reponses",
     "response", "responses"}
)  # fmt: skip
HEADINGS_OF_OTHERS = frozenset(
    {"index", "no", "nr", "#", "unit", "units", "unite", "type", "format", "note", "notes", "remark", "remarks", "remarque",
     "remarques", "comment", "comments", "commentaire", "commentaires", "example", "exemple", "hint", "help", "aide",
     "required", "description", "source", "variable"}
)  # fmt: skip
SPOUSE = "Spouse"
_SPOUSES = frozenset({"spouse", "spouses", "partner", "partners", "conjoint", "conjointe", "epoux", "epouse"})
_BESIDE_SPOUSE = frozenset(
    {"about", "the", "your", "his", "her", "accompanying", "common", "law", "or", "and", "information", "info", "details",
     "data", "section", "profile", "de", "fait", "du", "le", "la", "l", "ou", "et", "renseignements", "sur", "s", "votre",
     "personal", "if", "any", "applicable", "part", "e"}
)  # fmt: skip


@dataclass(frozen=True)
class _Block:
    """A column of labels and the columns of its values, by their letters."""

    labels: str
    values: Sequence[str]


def is_one(grid: Grid, known: Known) -> bool:
    """Is a sheet surely one of labels and values: client_id and date_of_birth below each other, and in no row together?"""
    if not grid.cells.width or grid.cells.height > MAX_ROWS:
        return False
    return any(
        {KEY, BORN} <= {known(text) for text in column.drop_nulls().unique()} for column in grid.cells.iter_columns()
    )


def may_be_one(grid: Grid, known: Known) -> bool:
    """Has a column of a sheet several known labels?"""
    if not grid.cells.width or grid.cells.height > MAX_ROWS:
        return False
    return any(len(_labels(column, known)) > ENOUGH_LABELS for column in grid.cells.iter_columns())


def turned(grid: Grid, known: Known, prefix: str = SPOUSE) -> Grid:
    """A sheet of labels and values as one with a row a client: the headings in row 1, and where each cell stands.

    Its cells are trimmed text. `prefix` stands before labels in a part of the sheet about the spouse.
    """
    blocks = _blocks(grid, known)
    records, apart = _records(grid, blocks, known, prefix)
    found = laid(grid, records, known)
    return replace(
        found,
        unclear=_unclear(grid, apart) if apart else None,
        remarks=(*_columns_not_read(grid, blocks, known), *merged_values(grid, found)),
    )


def _unclear(grid: Grid, apart: tuple[_Block, int, int]) -> tuple[str, str]:
    """The problem and the fix of a block with another number of records than those beside it."""
    block, own, others = apart
    columns = n_("column {letters}", "columns {letters}", len(block.values)).format(letters=", ".join(block.values))
    return (
        _(
            "On sheet {title} the headings in column {labels} have values of {own} beside them ({columns}), "
            "the headings in other columns of {others}. Which belong together is not clear."
        ).format(title=grid.title, labels=block.labels, own=_clients(own), columns=columns, others=_clients(others)),
        _("Write Remarks above a column that holds no values, or give each client a client_id in every part."),
    )


def _clients(number: int) -> str:
    return n_("{number} client", "{number} clients", number).format(number=number)


def _labels(column: pl.Series, known: Known) -> list[int]:
    """The places of a column's cells that are known labels."""
    return [place for place, text in enumerate(column) if text is not None and known(text) is not None]


def _blocks(grid: Grid, known: Known) -> list[_Block]:
    """The columns of labels from left to right, each with the columns of its values."""
    found = {letters: _labels(grid.cells[letters], known) for letters in grid.cells.columns}
    most = max(map(len, found.values()), default=0)
    if not most:
        return []
    first_row = min(min(places) for places in found.values() if places)
    titles = {letters: _titles(grid.cells[letters], first_row + 1) for letters in grid.cells.columns}
    of_values = [letters for letters, texts in titles.items() if texts & HEADINGS_OF_VALUES]
    if of_values:
        return list(_blocks_of_headed(grid, found, of_values))
    columns = [letters for letters, places in found.items() if len(places) >= min(ENOUGH_LABELS, most)]
    columns = [
        letters
        for letters, right in zip(columns, [*columns[1:], None], strict=True)
        if right is None or not _are_neighbours(grid, letters, right) or len(found[letters]) >= len(found[right])
    ]
    blocks = []
    for letters, right in zip(columns, [*columns[1:], None], strict=True):
        own = grid.cells.columns[_place(grid, letters) + 1 : None if right is None else _place(grid, right)]
        values = [
            one
            for one in own
            if not titles[one] & HEADINGS_OF_OTHERS
            and grid.cells[one][found[letters]].null_count() < len(found[letters])
        ]
        if values:
            blocks.append(_Block(letters, values))
    return blocks


def _blocks_of_headed(grid: Grid, found: Mapping[str, Sequence[int]], of_values: Sequence[str]) -> Iterator[_Block]:
    """Columns headed as values, each with the column left of it that holds most labels."""
    start = 0
    for letters in of_values:
        end = _place(grid, letters)
        before = grid.cells.columns[start:end]
        if before:
            yield _Block(max(before, key=lambda one: len(found[one])), [letters])
        start = end + 1


def _titles(column: pl.Series, rows: int) -> set[str]:
    return {folded(text).strip(" :.*") for text in column.head(rows) if text is not None}


def _place(grid: Grid, letters: str) -> int:
    return grid.cells.columns.index(letters)


def _are_neighbours(grid: Grid, left: str, right: str) -> bool:
    return _place(grid, right) == _place(grid, left) + 1


def _records(
    grid: Grid, blocks: Sequence[_Block], known: Known, prefix: str
) -> tuple[list[Record], tuple[_Block, int, int] | None]:
    """The clients of a sheet, in the order of their places; and a block with another number of clients than those left of
    it, with both numbers.
    """
    with_key = [block for block in blocks if _rows_of_key(grid, block, known)]
    if len(with_key) > 1:
        return [record for block in blocks for record in _records_of_block(grid, block, known, prefix)], None
    together: list[Record] = []
    apart = None
    for block in blocks:
        records = list(_records_of_block(grid, block, known, prefix))
        if not together:
            together = records
            continue
        if len(records) != len(together):
            apart = apart or (block, len(records), len(together))
            continue
        for record, further in zip(together, records, strict=True):
            record.fields += further.fields
            record.row = further.row if block in with_key else record.row
    return together, apart


def _rows_of_key(grid: Grid, block: _Block, known: Known) -> list[int]:
    return [place for place, text in enumerate(grid.cells[block.labels]) if text is not None and known(text) == KEY]


def _records_of_block(grid: Grid, block: _Block, known: Known, prefix: str) -> Iterator[Record]:
    """The clients of one column of labels: each column of values is one in each part."""
    keys = _rows_of_key(grid, block, known)
    labels = _labels(grid.cells[block.labels], known)
    for places in _parts(grid, block, known):
        key = next((place for place in keys if place in places), None)
        first = next((place for place in labels if place in places), places.start)
        for letters in _columns_of_clients(grid, block, places, key):
            row = first if key is None else key
            yield Record(row + 1, list(_fields(grid, block, letters, places, known, prefix)))


def _parts(grid: Grid, block: _Block, known: Known) -> Iterator[range]:
    """The rows of the clients below each other in one column of labels: the first label begins each."""
    keys = _rows_of_key(grid, block, known)
    labels = _labels(grid.cells[block.labels], known)
    starts = [0]
    if len(keys) > 1:
        begins = known(grid.cells[block.labels][labels[0]])
        starts = [place for place in labels if known(grid.cells[block.labels][place]) == begins]
    for start, end in zip(starts, [*starts[1:], grid.cells.height], strict=True):
        yield range(start, end)


def _columns_not_read(grid: Grid, blocks: Sequence[_Block], known: Known) -> Iterator[Remark]:
    """A remark for each column beside labels that is filled less than half as much as those of clients."""
    for block in blocks:
        keys = _rows_of_key(grid, block, known)
        left: dict[str, list[int]] = {}
        for places in _parts(grid, block, known):
            key = next((place for place in keys if place in places), None)
            of_clients = set(_columns_of_clients(grid, block, places, key))
            for letters in block.values:
                if letters not in of_clients:
                    left.setdefault(letters, []).extend(
                        place
                        for place in places
                        if grid.cells[letters][place] is not None and not _is_title(grid, block, place)
                    )
        for letters, rows in left.items():
            if rows:
                number = n_("{number} text", "{number} texts", len(rows)).format(number=len(rows))
                yield Remark(
                    f"{letters}{rows[0] + 1}",
                    grid.cells[letters][rows[0]] or "",
                    _("Column {letters} holds {number} beside the headings in column {labels}; it is not read.").format(
                        letters=letters, number=number, labels=block.labels
                    ),
                    _("Enter a heading and a value of its own for what counts; else write Remarks above the column."),
                )


def _columns_of_clients(grid: Grid, block: _Block, places: range, key: int | None) -> list[str]:
    """The columns of values that hold a client: those with a client number, and others that are filled half as well."""
    filled = {
        letters: grid.cells[letters].slice(places.start, len(places)).count()
        for letters in block.values
    }  # fmt: skip
    if len(block.values) == 1:
        return list(block.values)
    sure = [letters for letters in block.values if key is not None and grid.cells[letters][key] is not None]
    enough = max((filled[letters] for letters in sure or block.values), default=0) / 2
    return [letters for letters in block.values if letters in sure or filled[letters] >= max(enough, 1)]


def _fields(grid: Grid, block: _Block, letters: str, places: range, known: Known, prefix: str) -> Iterator[Field]:
    """The labels and values of a client, read under a heading that names the part of the sheet where it must.

    A label apart from others and without a value is the title of a part, unless it is of a required column.
    """
    required = {column.name for column in CANDIDATES.columns if column.required}
    part, is_of_spouse = "", False
    for place in places:
        label = grid.cells[block.labels][place]
        if label is None or _is_title(grid, block, place):
            continue
        if all(grid.cells[one][place] is None for one in block.values):
            is_apart = place == 0 or _is_blank(grid, block, place - 1) or _is_banner(grid, place)
            if known(label) is None and is_spouse(label):
                part, is_of_spouse = label, True
                continue
            if known(label) is None or (is_apart and known(label) not in required):
                if is_apart or not is_of_spouse:
                    part, is_of_spouse = label, False
                continue
        heading = label
        if is_of_spouse and not _is_spouse_named(label):
            heading = f"{prefix} {label}"
        elif part and known(label) is None and known(f"{part} {label}") is not None:
            heading = f"{part} {label}"
        yield Field(heading, f"{block.labels}{place + 1}", grid.cells[letters][place], place + 1, letters)


def _is_title(grid: Grid, block: _Block, place: int) -> bool:
    """Does a row head the column of values?"""
    texts = [grid.cells[letters][place] for letters in block.values]
    return any(text is not None and folded(text).strip(" :.*") in HEADINGS_OF_VALUES for text in texts)


def _is_blank(grid: Grid, block: _Block, place: int) -> bool:
    return all(grid.cells[letters][place] is None for letters in (block.labels, *block.values))


def _is_banner(grid: Grid, place: int) -> bool:
    return any(
        merge.first_row == place + 1 and merge.last_column > merge.first_column for merge in grid.merged
    )  # fmt: skip


def is_spouse(text: str) -> bool:
    """Does a title say that what stands below is about the spouse, and nothing else?"""
    words = set("".join(letter if letter.isalnum() else " " for letter in folded(text)).split())
    return bool(words & _SPOUSES) and words <= _SPOUSES | _BESIDE_SPOUSE


def _is_spouse_named(label: str) -> bool:
    return bool(set("".join(letter if letter.isalnum() else " " for letter in folded(label)).split()) & _SPOUSES)
