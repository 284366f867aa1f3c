"""The intake: files in, typed good rows out, and every row that does not pass told to people, cell by cell."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from validation.columns import BY_KEY, CANDIDATES, DETAIL_SHEETS, EDUCATION, SHEETS, Sheet
from validation.preflight import FileKind, kind_of, read_bytes
from validation.unusable import MappingError, NotRead, Unusable, UnusableInput, UnusableInputs

if TYPE_CHECKING:
    import polars as pl

    from validation.headers import FirmMapping, Table
    from validation.package import SheetPart
    from validation.problems import Problem, Source
    from validation.readers import Grid, Workbook
    from validation.rules_of_dates import Limits
    from validation.rules_of_rows import Terms

__all__ = ["InputFile", "Intake", "MappingError", "SheetUse", "UnusableInput", "UnusableInputs", "read"]


@dataclass(frozen=True)
class SheetUse:
    """What became of one sheet with rows: its title, the key of the intake sheet that it was read as (None: not read),
    its rows, how many of them are hidden, whether the sheet is hidden, and why it was not read.
    """

    title: str = field(repr=False)
    read_as: str | None
    rows: int | None
    hidden_rows: int = 0
    is_hidden: bool = False
    reason: str = field(default="", repr=False)

    @property
    def is_notable(self) -> bool:
        """Is there more to say of it than that it was read under its own name?"""
        from validation.headers import sheet_named

        named = sheet_named(self.title)
        return self.is_hidden or self.hidden_rows > 0 or named is None or named.key != self.read_as

    @property
    def note(self) -> str:
        """What is to be known of it besides: that it is hidden or holds hidden rows, and why it was not read."""
        rows = "1 row is hidden." if self.hidden_rows == 1 else f"{self.hidden_rows} rows are hidden."
        parts = ("The sheet is hidden." if self.is_hidden else "", rows if self.hidden_rows else "", self.reason)
        return " ".join(part for part in parts if part)

    def __str__(self) -> str:
        """The sheet with its rows, what it was read as, and what is to be known of it."""
        rows = "unknown rows" if self.rows is None else "1 row" if self.rows == 1 else f"{self.rows} rows"
        read = "" if self.read_as is None else f" as {BY_KEY[self.read_as].title}"
        return f"{self.title}: {rows}{read}. {self.note}".rstrip()

    @classmethod
    def of(cls, saved: Mapping[str, Any]) -> SheetUse:
        """The use of which `saved` gave the plain values."""
        return cls(
            saved["title"], saved["read_as"], saved["rows"], saved["hidden_rows"], saved["hidden"], saved["reason"]
        )

    def line(self, file: str) -> str:
        """The same as a line on a file: whether the sheet was read, and what is to be known of it."""
        return f"{'read' if self.read_as else 'not read'}: {file}, {self}"

    def saved(self) -> dict[str, Any]:
        """The same as plain values."""
        return {
            "title": self.title, "read_as": self.read_as, "rows": self.rows, "hidden_rows": self.hidden_rows,
            "hidden": self.is_hidden, "reason": self.reason,
        }  # fmt: skip


@dataclass(frozen=True)
class InputFile:
    """One input that was read: its number from 1, path, SHA-256, kind, the rows of each intake sheet that it holds, and
    what became of each of its own sheets with rows.
    """

    number: int
    path: Path = field(repr=False)
    sha256: str
    kind: FileKind
    sheets: Mapping[str, int]
    uses: tuple[SheetUse, ...] = ()

    def saved(self) -> dict[str, Any]:
        """The input as plain values."""
        return {
            "number": self.number, "path": str(self.path), "kind": self.kind, "sha256": self.sha256,
            "rows": dict(self.sheets), "sheets": [use.saved() for use in self.uses],
        }  # fmt: skip


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

    def with_language_notes(self, found: pl.DataFrame) -> Intake:
        """The intake with a warning for each note of transforms.language_notes on the choice of language results."""
        from validation import explain

        return self._warned(
            (client, column, value, explain.language_note(column, *words))
            for client, column, value, *words in found.iter_rows()
        )

    def with_understated_families(self, found: pl.DataFrame) -> Intake:
        """The intake with a warning for each family_size that is smaller than the record shows.

        `found` has client_id, value (String: what the column states) and found (Int32: the persons on record).
        """
        from validation import explain

        return self._warned(
            (client, "family_size", value, explain.family_is_larger(value, persons))
            for client, value, persons in found.iter_rows()
        )

    def with_ended_nominations(self, found: pl.DataFrame) -> Intake:
        """The intake with a warning for each nomination that is stated, and ended by its document.

        `found` has client_id, value (String: the province or territory) and ended_on (Date).
        """
        from validation import explain

        return self._warned(
            (client, "provincial_nomination", value, explain.nomination_has_ended(value, ended_on))
            for client, value, ended_on in found.iter_rows()
        )

    def with_unusable_lock_ins(self, found: pl.DataFrame) -> Intake:
        """The intake with a warning for each nomination_applied_on that cannot be used.

        `found` has client_id, value (String: the day), reason (String) and issued_on (Date: the issue of the nomination).
        """
        from validation import explain

        return self._warned(
            (client, "nomination_applied_on", value, explain.unusable_lock_in(value, reason, issued_on))
            for client, value, reason, issued_on in found.iter_rows()
        )

    def with_empty_cells(self, found: pl.DataFrame) -> Intake:
        """The intake with a warning for each empty cell of Candidates that costs points, though another cell suggests it.

        `found` are such rows of transforms.empty_cells (SCHEMA); others are passed over. The warning stands in place of
        others at the same cell.
        """
        from validation import explain

        warned = self._warned(
            (row["client_id"], row["column"], "", explain.empty_cell(CANDIDATES.column(row["column"]), row))
            for row in found.iter_rows(named=True)
            if row["sheet"] == CANDIDATES.key
        )
        return self._replaced_by(warned)

    def with_empty_rows(self, found: pl.DataFrame) -> Intake:
        """The intake with a warning for each client and detail sheet of whose rows empty cells cost points.

        `found` are such rows of transforms.empty_cells (SCHEMA); others are passed over, and so is the country of a
        repeated credential, of which `with_repeated_credentials` warns. The warning stands in place of others at the same
        cell.
        """
        from validation import explain

        warned = self._warned_of_rows(
            (
                row["sheet"],
                row["place"],
                row["column"].split(" ")[0],
                explain.empty_rows(BY_KEY[row["sheet"]].title, row),
            )
            for row in found.iter_rows(named=True)
            if row["sheet"] != CANDIDATES.key and not _is_of_country(row)
        )
        return self._replaced_by(warned)

    def with_one_occupation(self, found: pl.DataFrame) -> Intake:
        """The intake with a warning for each client whose CRS total is lower with foreign work in one occupation alone.

        `found` has client_id, crs_now and crs_then (Int16, points).
        """
        from validation import explain

        return self._warned(
            (client, "foreign_work_years", "", explain.several_occupations(now, then))
            for client, now, then in found.iter_rows()
        )

    def with_repeated_credentials(self, found: pl.DataFrame, stakes: pl.DataFrame) -> Intake:
        """The intake with a warning for each Education row that repeats the credential of another one.

        `found` has place and first (places among the Education rows), is_nameless (Boolean: the country is empty).
        `stakes` are rows of transforms.empty_cells (SCHEMA): those of the country alone give the points at stake.
        """
        from validation import explain

        owners = self.sheets[EDUCATION.key]["client_id"]
        of_country = {row["client_id"]: row for row in stakes.iter_rows(named=True) if _is_of_country(row)}
        origin = self.origins[EDUCATION.key]

        def address(place: int) -> str:
            source, row = origin.row(place)
            return f"{self.sources[source].file}, {self.sources[source].cell('level', row)}"

        return self._warned_of_rows(
            (
                EDUCATION.key,
                place,
                "country",
                explain.nameless_credential(address(first), of_country.get(owners[place])),
            )
            if is_nameless
            else (EDUCATION.key, place, "level", explain.repeated_credential(address(first)))
            for place, first, is_nameless in found.iter_rows()
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

    def _replaced_by(self, later: Intake) -> Intake:
        """A later intake, without those of the warnings of this one that stand at a cell of a new one."""
        import polars as pl

        height = self.warnings.height
        cell = ["source_file", "source_sheet", "source_row", "client_id", "column"]
        kept = self.warnings.join(later.warnings[height:], on=cell, how="anti", maintain_order="left")
        return replace(later, warnings=pl.concat([kept, later.warnings[height:]]))

    def _with(self, more: Iterable[Problem]) -> Intake:
        import polars as pl

        from validation import problems

        return replace(self, warnings=pl.concat([self.warnings, problems.frame(more, list(self.sources))]))


def _is_of_country(stake: Mapping[str, Any]) -> bool:
    """Is the country of Education rows alone what is empty?"""
    is_country = bool(stake["column"].startswith("country "))
    return is_country and stake["sheet"] == EDUCATION.key and "|" not in stake["column"]


class _Unread(NamedTuple):
    """A sheet that is not read though it comes close to one of ours."""

    title: str
    sheet: Sheet
    problem: str
    fix: str


@dataclass(frozen=True)
class _Opened:
    """One input's tables, and the sheets that are not read though they come close to ours, with problem and fix."""

    file: InputFile
    tables: Sequence[Table]
    unread: Sequence[_Unread]


def read(
    paths: Sequence[Path],
    *,
    as_of: date,
    score_ranges: Mapping[tuple[str, str], tuple[float, float, float]],
    noc_codes: Collection[str],
    noc_changes: Mapping[str, tuple[str, str]] | None = None,
    limits: Limits | None = None,
    skip_unusable: bool = False,
    mapping: Mapping[str, Any] | None = None,
    hashes: dict[int, str] | None = None,
) -> Intake:
    """Reads and validates workbooks, CSV and Parquet files together, as of a day.

    `score_ranges` gives lowest, highest score and step by (test, ability), `noc_codes` all known codes of NOC 2016 and
    2021, `noc_changes` the problem and the mend told of a code whose eligibility changed with the classification,
    `limits` what the law says of dates, `mapping` a firm's own words: {columns: {their header: ours}, values: {our
    column: {their value: ours}}}. `hashes` receives the SHA-256 of what was read of each input, by its number, so that it
    is known even if this raises.

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
    read_hashes = {} if hashes is None else hashes
    for number, path in enumerate(paths, start=1):
        digest = None
        try:
            data = read_bytes(path)
            digest = read_hashes[number] = hashlib.sha256(data).hexdigest()
            opened.append(_open(number, path, data, digest, words))
        except Unusable as found:
            is_not_read = isinstance(found, NotRead)
            digest = digest or found.sha256
            unusable.append(UnusableInput(number, path, found.problem, found.mend, digest, is_not_read))
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
    terms = Terms(as_of, score_ranges, noc_codes, noc_changes or {}, limits)
    return _validated(opened, tuple(unusable), terms, words)


def _holds_details(path: Path) -> bool:
    from validation.headers import sheet_named

    sheet = sheet_named(path.stem) if path.suffix.lower() != ".xlsx" else None
    return sheet is not None and sheet.key != CANDIDATES.key


def _open(number: int, path: Path, data: bytes, digest: str, words: FirmMapping) -> _Opened:
    """One input's tables; raises Unusable."""
    kind = kind_of(path, data)
    uses: list[SheetUse] = []
    unread: list[_Unread] = []
    if kind == "xlsx":
        tables = _workbook_tables(data, words, uses, unread)
    else:
        tables = [_single_table(path, data, kind, words)]
        uses = [SheetUse(table.title, table.sheet.key, table.rows.height) for table in tables]
    if any(table.sheet.key == CANDIDATES.key for table in tables) and not any(
        table.rows.height for table in tables if table.sheet.key == CANDIDATES.key
    ):
        raise _no_candidates()
    rows = dict.fromkeys((table.sheet.key for table in tables), 0)
    for table in tables:
        rows[table.sheet.key] += table.rows.height
    return _Opened(InputFile(number, path, digest, kind, rows, tuple(uses)), tables, unread)


def _no_candidates() -> Unusable:
    return Unusable("The Candidates sheet is empty.", "Fill in one row a client under the headers.")


@dataclass(frozen=True)
class _Looked:
    """A sheet of a workbook that was looked at: the intake sheet that its name says, those that its headers fit, and its
    cells, where one of these may be read.
    """

    part: SheetPart
    named: Sheet | None
    fits: Sequence[Sheet]
    grid: Grid | None
    rows: int | None
    has_clients: bool = False
    has_clients_in_other_words: bool = False
    error: Unusable | None = None

    @property
    def may_be(self) -> Sheet | None:
        """The intake sheet that it seems to hold."""
        return self.named or (self.fits[0] if len(self.fits) == 1 else None)


def _looked(book: Workbook, part: SheetPart, words: FirmMapping) -> _Looked:
    """Reads a sheet and its headers; raises Unusable for one that bears the name of ours and is shown."""
    from validation import headers

    named = headers.sheet_named(part.title)
    try:
        grid = book.grid(part)
    except Unusable as error:
        if named and not part.is_hidden:
            raise
        return _Looked(part, named, (), None, None, error=error)
    fits = headers.fitting_sheets(grid, words)
    has_clients = headers.has_key_column(grid, words)
    if named or fits:
        return _Looked(part, named, fits, grid, grid.cells.height, has_clients)
    return _Looked(
        part,
        named,
        fits,
        None,
        headers.rows_below_headers(grid, words),
        has_clients,
        headers.has_key_in_other_words(grid),
    )


def _workbook_tables(data: bytes, words: FirmMapping, uses: list[SheetUse], unread: list[_Unread]) -> list[Table]:
    """The tables of a workbook; adds to `uses` what became of each sheet with rows, to `unread` what seems to be ours.

    A sheet is read for its name, or for its headers where its name is none of ours. Hidden ones are read only where no
    sheet that is shown holds the same.
    """
    from validation import headers, readers

    book = readers.Workbook(data)
    looked = [_looked(book, part, words) for part in book.sheets]
    tables: list[Table] = []
    for one in looked:
        own, shown = one.may_be, _shown_instead(one, looked, words)
        is_read = one.grid is not None and own is not None and shown is None and _is_read(one, looked)
        table = headers.table(one.grid, own, words) if is_read and one.grid is not None and own is not None else None
        if table is not None:
            tables.append(table)
        if table is not None and table.rows.height:
            uses.append(
                SheetUse(one.part.title, table.sheet.key, table.rows.height, table.hidden, is_hidden=one.part.is_hidden)
            )
        elif not is_read and one.rows != 0:
            use, seeming = _not_read(one, _rows_below_headers(one, words), shown)
            uses.append(use)
            unread += seeming
    if not any(one.may_be == CANDIDATES and one.grid is not None for one in looked):
        close = any(headers.close_sheet(one.part.title) == CANDIDATES for one in looked)
        raise Unusable(
            "No sheet of the workbook is named Candidates" + (" (one is nearly so named)." if close else ".")
            + _what_is_missing(looked, words),
            "Name the sheet that holds one row a client Candidates, and give it the headers of the intake.",
        )  # fmt: skip
    if not any(table.sheet.key == CANDIDATES.key for table in tables):
        raise _no_candidates()
    return tables


def _rows_below_headers(one: _Looked, words: FirmMapping) -> int | None:
    """The rows of a sheet: those below its headers, where these are ours."""
    from validation import headers

    if one.grid is None or one.may_be is None:
        return one.rows if one.grid is None else headers.rows_below_headers(one.grid, words)
    try:
        table = headers.table(one.grid, one.may_be, words)
    except Unusable:
        return headers.rows_below_headers(one.grid, words)
    return 0 if table is None else table.rows.height


def _is_read(one: _Looked, looked: Sequence[_Looked]) -> bool:
    """Is a sheet read for what it seems to hold, if no other that is shown holds the same?

    A hidden one needs our name, or to be the only one with the candidates.
    """
    if not one.part.is_hidden or one.named:
        return True
    return one.may_be == CANDIDATES and not any(other.named == CANDIDATES for other in looked)


def _shown_instead(one: _Looked, looked: Sequence[_Looked], words: FirmMapping) -> _Looked | None:
    """For a hidden sheet, one that is shown, holds rows and seems to hold the same."""
    if not one.part.is_hidden:
        return None
    return next(
        (
            other
            for other in looked
            if not other.part.is_hidden
            and other.may_be is not None
            and other.may_be == one.may_be
            and _rows_below_headers(other, words)
        ),
        None,
    )


def _not_read(one: _Looked, rows: int | None, shown: _Looked | None) -> tuple[SheetUse, list[_Unread]]:
    """What became of a sheet that is not read, and what to report of it where it seems to be one of ours."""
    from validation import headers

    close = headers.close_sheet(one.part.title)
    sheet = one.may_be or close or CANDIDATES
    reason, fix, is_reported = "Its headers are none of ours.", "", False
    if one.error is not None:
        reason, fix = one.error.problem, one.error.mend
        is_reported = close is not None
    elif shown is not None:
        reason = f"{shown.part.title}, which is not hidden, is read as {sheet.title}."
        fix, is_reported = "Delete it; to have it read, unhide it.", True
    elif one.part.is_hidden and one.may_be is not None:
        reason = f"It seems to hold {sheet.title}."
        fix, is_reported = f"Unhide it if it holds {sheet.title}; else delete it.", True
    elif len(one.fits) > 1:
        titles = " and ".join(fit.title for fit in one.fits)
        reason, fix, is_reported = f"Its headers fit {titles}.", "Give it the name of the one that it holds.", True
    elif close is not None:
        reason = "Its name is none of ours, and a required column is missing."
        fix, is_reported = f"Name it {sheet.title} if it holds that; else let it be.", True
    elif one.has_clients:
        reason = "It has a client_id, but its other headers fit none of our sheets."
        fix, is_reported = "Name it as the sheet that it holds, or head its columns as ours; else let it be.", True
    elif one.has_clients_in_other_words:
        reason = "It seems to name the clients in other words than client_id, and its headers fit none of our sheets."
        fix, is_reported = "Head its columns as ours, or name them in the mapping; else let it be.", True
    use = SheetUse(one.part.title, None, rows, is_hidden=one.part.is_hidden, reason=reason)
    problem = f"The sheet is {'hidden and ' if one.part.is_hidden else ''}not read. {reason}"
    return use, [_Unread(one.part.title, sheet, problem, fix)] if is_reported else []


def _what_is_missing(looked: Sequence[_Looked], words: FirmMapping) -> str:
    """Which sheet comes closest to the candidates, and what it lacks; empty where none has a client_id."""
    for one in looked:
        if one.has_clients and not one.named:
            return f" Sheet {one.part.title} has a client_id, but lacks another required column."
    return ""


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
    examine.warn_of_clients(candidates, details["education"], details["language_tests"], terms)
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
            warnings += [
                Problem(place, note.row, None, note.column, note.value, note.problem, note.fix) for note in table.notes
            ]
        for title, sheet, problem, fix in one.unread:
            warnings.append(Problem(len(sources), 1, None, "", title, problem, fix))
            sources.append(Source(one.file.number, one.file.path.name, sheet, title, {}))
    return sources, tables, warnings
