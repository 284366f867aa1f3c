"""One input to the tables that it holds, in our words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from transforms.model import correction_names
from transforms.model.columns import CANDIDATES
from transforms.model.wording import _
from transforms.rules.strict_yaml import line_of
from validation.checks.rules_of_dates import Limits
from validation.files import readers
from validation.files.parquet_file import parquet_grid
from validation.files.preflight import FileKind, kind_of
from validation.files.readers import Grid, Workbook
from validation.files.unusable import Unusable
from validation.files.workbook_tables import Unread, no_candidates, workbook_tables
from validation.intake import headers, sheets
from validation.intake.headers import Note, Table, TwiceByMap
from validation.intake.sheet_use import InputFile, SheetUse, renamed_headings
from validation.mapping import file_headings, map_folder, map_use, meanings, near_maps, shapes
from validation.mapping.complete import completed
from validation.mapping.firm_map import NO_MAP, FirmMap
from validation.mapping.joined_rows import joined
from validation.mapping.map_folder import MapFile
from validation.mapping.near_maps import Added
from validation.values.words import plain


@dataclass(frozen=True)
class Opened:
    """One input's tables, the sheets that are not read though they come close to ours, with problem and fix, and the cells
    of a CSV or Parquet file.
    """

    file: InputFile
    tables: Sequence[Table]
    unread: Sequence[Unread]
    grid: Grid | None


@dataclass(frozen=True)
class Maps:
    """The map that is given for all inputs, else those of which each input takes the one for its headings."""

    given: FirmMap | MapFile | None
    kept: tuple[MapFile, ...] = ()

    def of(
        self, path: Path, data: bytes, book: Workbook | None
    ) -> tuple[FirmMap, MapFile | None, Grid | None, Sequence[Added]]:
        """The words by which an input is read, the file of the map, the cells of a CSV or Parquet file, where they were
        read to choose it, and the headings that are read though the map does not name them.

        Raises Unusable where two maps are for the input, or one for most of its headings.
        """
        if isinstance(self.given, FirmMap):
            return self.given, None, None, ()
        chosen, grids = self.given, []
        if chosen is None and self.kept:
            grids = file_headings.grids_of(path, data, book=book)
            chosen = map_folder.chosen(self.kept, file_headings.fingerprint_of(grids))
        grid = grids[0] if grids and book is None else None
        if chosen is None and self.kept and (near := near_maps.fitting(self.kept, grids)) is not None:
            return near.firm, near.map, grid, near.added
        return (NO_MAP, None, grid, ()) if chosen is None else (chosen.firm, chosen, grid, ())


def open_input(number: int, path: Path, data: bytes, digest: str, maps: Maps, limits: Limits | None) -> Opened:
    """One input's tables; raises Unusable."""
    kind = kind_of(path, data)
    book = readers.Workbook(data, is_kept=bool(maps.kept)) if kind == "xlsx" else None
    words, map_file, grid, added = maps.of(path, data, book)
    uses: list[SheetUse] = []
    unread: list[Unread] = []
    with _naming_lines_of(map_file):
        if book is not None:
            tables = workbook_tables(book, words, uses, unread)
        else:
            grid, table = _single_table(path, data, kind, words, grid)
            tables = [table]
            use = SheetUse(
                table.title,
                table.sheet.key,
                table.rows.height,
                left_out=tuple(table.left_out),
                layout=table.layout,
                renamed=renamed_headings(table),
            )
            uses.append(use)
    tables = [_with_added(table, added, map_file) for table in tables]
    titles = [path.stem] if kind != "xlsx" else [use.title for use in uses]
    map_uses = {} if map_file is None else map_use.uses(words, map_file.content, tables, titles)
    is_unknown = any(_is_unknown_layout(table) for table in tables)
    is_unread = any(bool(header) for table in tables for _, header, _fix in table.unknown)
    tables = _completed(tables, uses, words, path, limits)
    if any(table.sheet.key == CANDIDATES.key for table in tables) and not any(
        table.rows.height for table in tables if table.sheet.key == CANDIDATES.key
    ):
        raise no_candidates()
    rows = dict.fromkeys((table.sheet.key for table in tables), 0)
    for table in tables:
        rows[table.sheet.key] += table.rows.height
    file = InputFile(number, path, digest, kind, rows, tuple(uses), map_file, map_uses, is_unknown, is_unread)
    return Opened(file, tables, unread, None if grid is None else replace(grid, typed={}))


def _with_added(table: Table, added: Sequence[Added], map_file: MapFile | None) -> Table:
    """A table with a note for each heading that is read though its map does not name it."""
    notes = [
        Note(table.header_row, one.column, one.heading, *one.words(map_file.name), table.letters.get(one.column, ""))
        for one in added
        if map_file is not None and one.heading in table.headings
    ]
    return replace(table, notes=[*table.notes, *notes]) if notes else table


@contextmanager
def _naming_lines_of(map_file: MapFile | None) -> Iterator[None]:
    """Adds the lines of a map's file to what is wrong with two of its headings."""
    try:
        yield
    except TwiceByMap as error:
        if map_file is None:
            raise
        lines = {
            plain(str(heading)): line
            for heading in (map_file.content.get("columns") or {})
            if (line := line_of(map_file.content["columns"], heading)) is not None
        }
        raise TwiceByMap(error.twice, map_file.name, lines) from None


def _is_unknown_layout(table: Table) -> bool:
    """Has a table headings in other words than ours, or some that are not known and may be ours?"""
    return bool(table.renamed) or any(fix for _, header, fix in table.unknown if header)


def stem_of(path: Path) -> str:
    """The name of a file without its ending, and without what a corrections workbook adds to it."""
    return correction_names.split(path.stem)[0]


def _completed(
    tables: Sequence[Table], uses: list[SheetUse], words: FirmMap, path: Path, limits: Limits | None
) -> list[Table]:
    """The tables in our words; adds to `uses` the rows of other sheets that stand in their cells."""
    made: list[Table] = []
    for table in tables:
        whole, *apart = completed(table, words, file=stem_of(path), limits=limits)
        own, details = joined(whole, words, apart)
        own = own if own is whole else replace(own, typed={})
        made += [own, *details]
        if own is not whole:
            place = next(
                place for place, use in enumerate(uses) if (use.title, use.read_as) == (own.title, own.sheet.key)
            )
            uses[place] = replace(uses[place], rows=own.rows.height, left_out=tuple(own.left_out))
        uses += [SheetUse(one.title, one.sheet.key, one.rows.height) for one in details]
    return made


def _single_table(
    path: Path, data: bytes, kind: FileKind, words: FirmMap, grid: Grid | None = None
) -> tuple[Grid, Table]:
    """The cells of a CSV or Parquet file, those that were read already or else read now, and its one table: the sheet that
    its name or the map says, else Candidates.
    """
    if shapes.is_left_out(path.stem, words):
        raise Unusable(
            _("The map leaves the file out."), _("Take its name from `sheets` of the map, or give other files.")
        )
    sheet = shapes.sheet_held(path.stem, words) or CANDIDATES
    if grid is not None:
        grid = replace(grid, title=sheet.title)
    elif kind == "csv":
        grid = readers.csv_file(
            data, sheet.title, lambda texts: meanings.score_headers(texts, words), meanings.score_in_other_words
        )
    else:
        grid = parquet_grid(data, sheet.title)
    shaped, _named = shapes.plain_shape(grid, words, path.stem)
    try:
        table = headers.table(shaped, sheet, words)
    except Unusable as found:
        better = sheets.better_sheet(shaped, sheet, words)
        if better is None:
            raise
        raise Unusable(
            found.problem,
            _("It seems to hold {title}: then name the file {key}{ending}.").format(
                title=better.title, key=better.key, ending=path.suffix.lower()
            ),
        ) from None
    if table is None:
        raise (
            no_candidates()
            if sheet is CANDIDATES
            else Unusable(_("The file is blank."), _("Leave it out or fill it in."))
        )
    return grid, table
