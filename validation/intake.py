"""The intake: files in, typed good rows out, and every row that does not pass told to people, cell by cell."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from validation.columns import BY_KEY, CANDIDATES, DETAIL_SHEETS, EDUCATION, SHEETS, Sheet
from validation.preflight import FileKind, kind_of, read_bytes
from validation.unusable import MappingError, Unusable, UnusableInput, UnusableInputs

if TYPE_CHECKING:
    import polars as pl

    from validation.headers import FirmMapping, Table
    from validation.problems import Problem, Source
    from validation.rules_of_rows import Terms

__all__ = ["InputFile", "Intake", "MappingError", "UnusableInput", "UnusableInputs", "read"]


@dataclass(frozen=True)
class InputFile:
    """One input that was read: its number from 1, path, SHA-256, kind, and the rows of each sheet that it holds."""

    number: int
    path: Path = field(repr=False)
    sha256: str
    kind: FileKind
    sheets: Mapping[str, int]


@dataclass(frozen=True)
class Intake:
    """What came in: the inputs, the typed frames of accepted clients by sheet key (all six), the problem frames, the
    two sums, and the inputs left out as unusable.

    `sources` are the sheets of all inputs; `origins` is where each accepted row stands, by sheet key: source (Int32, its
    place among them) and source_row (Int32); `origin` is that of the Candidates.
    """

    inputs: tuple[InputFile, ...]
    sheets: dict[str, pl.DataFrame] = field(repr=False)
    quarantine: pl.DataFrame = field(repr=False)
    held: pl.DataFrame = field(repr=False)
    warnings: pl.DataFrame = field(repr=False)
    counts: dict[str, int]
    unusable: tuple[UnusableInput, ...]
    sources: Sequence[Source] = field(repr=False)
    origins: Mapping[str, pl.DataFrame] = field(repr=False)

    @property
    def origin(self) -> pl.DataFrame:
        return self.origins[CANDIDATES.key]

    def with_disagreements(self, found: pl.DataFrame) -> Intake:
        """The intake with a warning for each summary column that says otherwise than the detail rows.

        `found` has client_id, column, value, rows (key of the sheet) and found (what its rows give), all String.
        """
        from validation import explain

        return self._warned(
            (client, column, value, explain.disagreement(BY_KEY[rows].title, given))
            for client, column, value, rows, given in found.iter_rows()
        )

    def with_doubts(self, found: pl.DataFrame) -> Intake:
        """The intake with a warning for each client of whom it cannot be told whether there are more high-wage points.

        `found` has client_id, column, value (String), proven and possible (Int16, points).
        """
        from validation import explain

        return self._warned(
            (client, column, value, explain.high_wage_doubt(column, proven, possible))
            for client, column, value, proven, possible in found.iter_rows()
        )

    def with_empty_cells(self, found: pl.DataFrame) -> Intake:
        """The intake with a warning for each empty cell of Candidates that costs points, though another cell suggests it.

        `found` are such rows of transforms.empty_cells (SCHEMA); others are passed over.
        """
        from validation import explain

        return self._warned(
            (row["client_id"], row["column"], "", explain.empty_cell(CANDIDATES.column(row["column"]), row))
            for row in found.iter_rows(named=True)
            if row["sheet"] == CANDIDATES.key
        )

    def with_empty_rows(self, found: pl.DataFrame) -> Intake:
        """The intake with a warning for each client and detail sheet of whose rows empty cells cost points.

        `found` are such rows of transforms.empty_cells (SCHEMA); others are passed over.
        """
        from validation import explain

        return self._warned_of_rows(
            (
                row["sheet"],
                row["place"],
                row["column"].split(" ")[0],
                explain.empty_rows(BY_KEY[row["sheet"]].title, row),
            )
            for row in found.iter_rows(named=True)
            if row["sheet"] != CANDIDATES.key
        )

    def with_one_occupation(self, found: pl.DataFrame) -> Intake:
        """The intake with a warning for each client whose CRS total is lower with foreign work in one occupation alone.

        `found` has client_id, crs_now and crs_then (Int16, points).
        """
        from validation import explain

        return self._warned(
            (client, "foreign_work_years", "", explain.several_occupations(now, then))
            for client, now, then in found.iter_rows()
        )

    def with_repeated_credentials(self, found: pl.DataFrame) -> Intake:
        """The intake with a warning for each Education row that repeats the credential of another one.

        `found` has place and first (places among the Education rows).
        """
        from validation import explain

        origin = self.origins[EDUCATION.key]

        def address(place: int) -> str:
            source, row = origin.row(place)
            return f"{self.sources[source].file}, {self.sources[source].cell('level', row)}"

        return self._warned_of_rows(
            (EDUCATION.key, place, "level", explain.repeated_credential(address(first)))
            for place, first in found.iter_rows()
        )

    def _warned_of_rows(self, found: Iterable[tuple[str, int, str, tuple[str, str]]]) -> Intake:
        """The intake with more warnings at cells of detail rows: sheet key, place among its rows, column, problem and fix."""
        from validation import problems

        more = []
        for key, place, column, words in found:
            source, row = self.origins[key].row(place)
            client, value = self.sheets[key]["client_id"][place], self.sheets[key][column][place]
            shown = None if value is None else str(value)
            more.append(problems.Problem(source, row, client, column, shown, *words))
        return self._with(more)

    def _warned(self, told: Iterable[tuple[str, str, str, tuple[str, str]]]) -> Intake:
        """The intake with more warnings at the candidates' cells: client, column, value, and problem and mend."""
        from validation import problems

        listed = list(told)
        if not listed:
            return self
        row_of = dict(zip(self.sheets[CANDIDATES.key]["client_id"], self.origin.rows(), strict=True))
        more = []
        for client, column, value, words in listed:
            source, row = row_of[client]
            more.append(problems.Problem(source, row, client, column, value, *words))
        return self._with(more)

    def _with(self, more: Iterable[Problem]) -> Intake:
        import polars as pl

        from validation import problems

        return replace(self, warnings=pl.concat([self.warnings, problems.frame(more, list(self.sources))]))


@dataclass(frozen=True)
class _Opened:
    """One input's tables, and the titles of sheets that are not read though their names come close to ours."""

    file: InputFile
    tables: Sequence[Table]
    unread: Sequence[tuple[str, Sheet]]


def read(
    paths: Sequence[Path],
    *,
    as_of: date,
    score_ranges: Mapping[tuple[str, str], tuple[float, float, float]],
    scale_starts: Mapping[str, date],
    noc_codes: Collection[str],
    noc_changes: Mapping[str, tuple[str, str]] | None = None,
    skip_unusable: bool = False,
    mapping: Mapping[str, Any] | None = None,
) -> Intake:
    """Reads and validates workbooks, CSV and Parquet files together, as of a day.

    `score_ranges` gives lowest, highest score and step by (test, ability), `scale_starts` the first day of each test
    whose name stands for a later scale, `noc_codes` all known codes of NOC 2016 and 2021, `noc_changes` the problem and
    the mend told of a code whose eligibility changed with the classification, `mapping` a firm's own words:
    {columns: {their header: ours}, values: {our column: {their value: ours}}}.

    Raises UnusableInputs with one record an input that cannot be used. With `skip_unusable` these are left out, unless
    nothing is left or what is left out is a detail file, without which clients would be scored on half a record.
    Raises MappingError for a mapping that names what is not ours.
    """
    from validation.headers import mapping_of
    from validation.rules_of_rows import Terms

    if not paths:
        raise ValueError("no input is given")
    words = mapping_of(mapping)
    opened: list[_Opened] = []
    unusable: list[UnusableInput] = []
    for number, path in enumerate(paths, start=1):
        digest = None
        try:
            data = read_bytes(path)
            digest = hashlib.sha256(data).hexdigest()
            opened.append(_open(number, path, data, digest, words))
        except Unusable as found:
            unusable.append(UnusableInput(number, path, found.problem, found.mend, digest))
    needed = [one for one in unusable if _holds_details(one.path)]
    without_clients = not any(CANDIDATES.key in one.file.sheets for one in opened)
    if unusable and (not skip_unusable or needed or without_clients):
        raise UnusableInputs(unusable)
    if without_clients:
        raise UnusableInputs(
            [
                UnusableInput(
                    one.file.number, one.file.path, "No input holds the Candidates.",
                    "Give the file with the Candidates too; no client is scored without its row there.",
                    one.file.sha256,
                )
                for one in opened
            ]
        )  # fmt: skip
    terms = Terms(as_of, score_ranges, noc_codes, scale_starts, noc_changes or {})
    return _validated(opened, tuple(unusable), terms, words)


def _holds_details(path: Path) -> bool:
    from validation.headers import sheet_named

    sheet = sheet_named(path.stem) if path.suffix.lower() != ".xlsx" else None
    return sheet is not None and sheet.key != CANDIDATES.key


def _open(number: int, path: Path, data: bytes, digest: str, words: FirmMapping) -> _Opened:
    """One input's tables; raises Unusable."""
    kind = kind_of(path, data)
    unread: list[tuple[str, Sheet]] = []
    if kind == "xlsx":
        tables, unread = _workbook_tables(data, words)
    else:
        tables = [_single_table(path, data, kind, words)]
    for table in tables:
        if table.sheet.key == CANDIDATES.key and table.rows.is_empty():
            raise _no_candidates()
    file = InputFile(number, path, digest, kind, {table.sheet.key: table.rows.height for table in tables})
    return _Opened(file, tables, unread)


def _no_candidates() -> Unusable:
    return Unusable("The Candidates sheet is empty.", "Fill in one row a client under the headers.")


def _workbook_tables(data: bytes, words: FirmMapping) -> tuple[list[Table], list[tuple[str, Sheet]]]:
    from validation import headers, readers

    grids, others = readers.workbook(data, lambda title: headers.sheet_named(title) is not None)
    named = [sheet.key for grid in grids if (sheet := headers.sheet_named(grid.title))]
    for key in dict.fromkeys(named):
        if named.count(key) > 1:
            raise Unusable(f"Two sheets of the workbook are named {BY_KEY[key].title}.", "Rename or delete one.")
    unread = [(title, sheet) for title in others if (sheet := headers.close_sheet(title))]
    if CANDIDATES.key not in named:
        close = any(sheet.key == CANDIDATES.key for _, sheet in unread)
        raise Unusable(
            "No sheet of the workbook is named Candidates" + (" (one is nearly so named)." if close else "."),
            "Name the sheet that holds one row a client Candidates.",
        )
    tables = []
    for grid, key in zip(grids, named, strict=True):
        table = headers.table(grid, BY_KEY[key], words)
        if table is not None:
            tables.append(table)
        elif key == CANDIDATES.key:
            raise _no_candidates()
    return tables, unread


def _single_table(path: Path, data: bytes, kind: FileKind, words: FirmMapping) -> Table:
    """The one table of a CSV or Parquet file: the sheet that its name says, else Candidates."""
    from validation import headers, readers

    sheet = headers.sheet_named(path.stem) or CANDIDATES
    if kind == "csv":
        grid = readers.csv_file(data, sheet.title, lambda texts: headers.score_headers(texts, words))
    else:
        grid = readers.parquet(data, sheet.title)
    try:
        table = headers.table(grid, sheet, words)
    except Unusable as found:
        better = headers.better_sheet(grid, sheet, words)
        if better is None:
            raise
        raise Unusable(
            found.problem,
            f"It seems to hold {better.title}: then name the file {better.key}{path.suffix.lower()}.",
        ) from None
    if table is None:
        raise _no_candidates() if sheet is CANDIDATES else Unusable("The file is blank.", "Leave it out or fill it in.")
    return table


def _validated(
    opened: Sequence[_Opened],
    unusable: tuple[UnusableInput, ...],
    terms: Terms,
    words: FirmMapping,
) -> Intake:
    from validation import examine, problems, quarantine

    sources, tables, header_warnings = _sources(opened)

    def examined(sheet: Sheet) -> examine.Examined:
        own = {place: table for place, table in tables.items() if table.sheet.key == sheet.key}
        return examine.examine(sheet, own, sources, terms, words)

    candidates = examined(CANDIDATES)
    examine.tell_doubled(candidates, sources)
    details = {sheet.key: examined(sheet) for sheet in DETAIL_SHEETS}
    good = quarantine.good_so_far(candidates)
    for detail in details.values():
        examine.beside_clients(detail, good, terms)
    examine.warn_of_clients(candidates, details["education"], terms)
    settled = quarantine.settle(candidates, details, sources)
    every = [candidates, *details.values()]
    return Intake(
        inputs=tuple(one.file for one in opened),
        sheets=settled.sheets,
        quarantine=problems.frame((one for sheet in every for one in sheet.problems), sources),
        held=problems.frame(settled.held, sources),
        warnings=problems.frame([*header_warnings, *(one for sheet in every for one in sheet.warnings)], sources),
        counts=settled.counts,
        unusable=unusable,
        sources=sources,
        origins=settled.origins,
    )


def _sources(opened: Sequence[_Opened]) -> tuple[list[Source], dict[int, Table], list[Problem]]:
    """Every sheet of every input in order, its table by its place in that order, and what is told of headers."""
    from validation.problems import Problem, Source

    sources: list[Source] = []
    tables: dict[int, Table] = {}
    warnings: list[Problem] = []
    order = [sheet.key for sheet in SHEETS]
    for one in opened:
        for table in sorted(one.tables, key=lambda table: order.index(table.sheet.key)):
            place = len(sources)
            tables[place] = table
            sources.append(Source(one.file.number, one.file.path.name, table.sheet, table.title, table.letters))
            for letters, header, closest in table.unknown:
                told = (
                    (f"The column {header!r} is not known and not read.",
                     f"Did you mean {closest}?" if closest else "Rename it if it is one of ours; else let it be.")
                    if header
                    else ("The column has no header and is not read.", "Head it if it is one of ours; else let it be.")
                )  # fmt: skip
                warnings.append(Problem(place, table.header_row, None, header, header, *told, letters))
        for title, sheet in one.unread:
            warnings.append(
                Problem(
                    len(sources), 1, None, "", title, "The sheet is not read: its name is none of ours.",
                    f"Name it {sheet.title} if it holds that; else let it be.",
                )
            )  # fmt: skip
            sources.append(Source(one.file.number, one.file.path.name, sheet, title, {}))
    return sources, tables, warnings
