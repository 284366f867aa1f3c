"""The intake: files in, typed good rows out, and every row that does not pass reported, cell by cell."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from transforms.model.columns import BY_KEY, CANDIDATES, DETAIL_SHEETS, EDUCATION, SHEETS, Sheet
from transforms.model.wording import _
from validation.files import locked
from validation.files.locked import NO_PASSWORDS, Passwords
from validation.files.preflight import read_bytes
from validation.files.unusable import MappingError, NotRead, Unusable, UnusableInput, UnusableInputs

if TYPE_CHECKING:
    import polars as pl

    from validation.checks.rules_of_dates import Limits
    from validation.checks.rules_of_rows import Terms
    from validation.files.readers import Grid
    from validation.intake.examine import TextsOfColumn
    from validation.intake.examine_notes import SheetNote
    from validation.intake.headers import Table
    from validation.intake.opening import Opened
    from validation.intake.problems import Problem, ProblemText, Source
    from validation.intake.sheet_use import InputFile
    from validation.mapping.firm_map import FirmMap
    from validation.mapping.map_folder import MapFile

# client_id, column and value.
COLUMNS_OF_A_WARNING = 3

__all__ = ["Intake", "MappingError", "UnusableInput", "UnusableInputs", "read"]


@dataclass(frozen=True)
class Intake:
    """What came in: the inputs, the typed frames of accepted clients by sheet key (all six), the problem frames, the
    two sums, and the inputs left out as unusable. `candidates` are all rows of the Candidates, typed, quarantined or not.

    `sources` are the sheets of all inputs; `origins` is where each accepted row stands, by sheet key: source (Int32, its
    place among them) and source_row (Int32); `origin` is that of the Candidates. `grids` are the cells of CSV and Parquet
    files, by the number of the input.
    """

    inputs: tuple[InputFile, ...]
    sheets: dict[str, pl.DataFrame] = field(repr=False)
    candidates: pl.DataFrame = field(repr=False)
    quarantine: pl.DataFrame = field(repr=False)
    held: pl.DataFrame = field(repr=False)
    warnings: pl.DataFrame = field(repr=False)
    counts: dict[str, int]
    unusable: tuple[UnusableInput, ...]
    sources: Sequence[Source] = field(repr=False)
    origins: Mapping[str, pl.DataFrame] = field(repr=False)
    grids: Mapping[int, Grid] = field(repr=False, default_factory=dict)

    @property
    def origin(self) -> pl.DataFrame:
        return self.origins[CANDIDATES.key]

    def with_disagreements(self, found: pl.DataFrame) -> Intake:
        """The intake with a warning for each summary column that says otherwise than the detail rows.

        `found` has client_id, column, value, rows (key of the sheet) and found (what its rows give), all String.
        """
        from validation.checks import explain_records

        return self._warned(found, lambda row: explain_records.disagreement(BY_KEY[row["rows"]].title, row["found"]))

    def with_doubts(self, found: pl.DataFrame) -> Intake:
        """The intake with a warning for each client where it is undetermined whether there are more high-wage points.

        `found` has client_id, column, value (String), proven and possible (Int16, points).
        """
        from validation.checks import explain_records

        return self._warned(
            found, lambda row: explain_records.high_wage_doubt(row["column"], row["proven"], row["possible"])
        )

    def with_language_notes(self, found: pl.DataFrame) -> Intake:
        """The intake with a warning for each note of transforms.assessment.language_notes on the choice of language results."""
        from validation.checks import explain_records

        of_column = found.columns[COLUMNS_OF_A_WARNING:]
        return self._warned(
            found, lambda row: explain_records.language_note(row["column"], *(row[name] for name in of_column))
        )

    def with_understated_families(self, found: pl.DataFrame) -> Intake:
        """The intake with a warning for each family_size that is smaller than the record shows.

        `found` has client_id, value (String: what the column states) and found (Int32: the persons on record).
        """
        from validation.checks import explain_records

        return self._warned(
            found, lambda row: explain_records.family_is_larger(row["value"], row["found"]), column="family_size"
        )

    def with_ended_nominations(self, found: pl.DataFrame) -> Intake:
        """The intake with a warning for each nomination that is stated, and ended by its document.

        `found` has client_id, value (String: the province or territory) and ended_on (Date).
        """
        from validation.checks import explain_records

        return self._warned(
            found,
            lambda row: explain_records.nomination_has_ended(row["value"], row["ended_on"]),
            column="provincial_nomination",
        )

    def with_unusable_lock_ins(self, found: pl.DataFrame) -> Intake:
        """The intake with a warning for each nomination_applied_on that cannot be used.

        `found` has client_id, value (String: the day), reason (String) and issued_on (Date: the issue of the nomination).
        """
        from validation.checks import explain_records

        return self._warned(
            found,
            lambda row: explain_records.unusable_lock_in(row["value"], row["reason"], row["issued_on"]),
            column="nomination_applied_on",
        )

    def with_empty_cells(self, found: pl.DataFrame) -> Intake:
        """The intake with a warning for each empty cell of Candidates that costs points, though another cell suggests it.

        `found` are such rows of transforms.record_checks.empty_cells (SCHEMA); others are passed over. The warning stands in place of
        others at the same cell.
        """
        from validation.checks import explain_records

        warned = self._warned(
            found.filter(found["sheet"] == CANDIDATES.key).drop("sheet", "place"),
            lambda row: explain_records.empty_cell(CANDIDATES.column(row["column"]), row),
            value="",
        )
        return self._replaced_by(warned)

    def with_empty_rows(self, found: pl.DataFrame) -> Intake:
        """The intake with a warning for each client and detail sheet of whose rows empty cells cost points.

        `found` are such rows of transforms.record_checks.empty_cells (SCHEMA); others are passed over, and so is the country of a
        repeated credential, of which `with_repeated_credentials` warns. The warning stands in place of others at the same
        cell.
        """
        from validation.checks import explain_records

        warned = self._warned_of_rows(
            (
                row["sheet"],
                row["place"],
                row["column"].split(" ")[0],
                explain_records.empty_rows(BY_KEY[row["sheet"]].title, row),
            )
            for row in found.iter_rows(named=True)
            if row["sheet"] != CANDIDATES.key and not _is_of_country(row)
        )
        return self._replaced_by(warned)

    def with_one_occupation(self, found: pl.DataFrame) -> Intake:
        """The intake with a warning for each client whose CRS total is lower with foreign work in one occupation alone.

        `found` has client_id, crs_now and crs_then (Int16, points).
        """
        from validation.checks import explain_records

        return self._warned(
            found,
            lambda row: explain_records.several_occupations(row["crs_now"], row["crs_then"]),
            column="foreign_work_years",
            value="",
        )

    def with_repeated_credentials(self, found: pl.DataFrame, stakes: pl.DataFrame) -> Intake:
        """The intake with a warning for each Education row that repeats the credential of another one.

        `found` has place and first (places among the Education rows), is_nameless (Boolean: the country is empty).
        `stakes` are rows of transforms.record_checks.empty_cells (SCHEMA): those of the country alone give the points at stake.
        """
        from validation.checks import explain_records

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
                explain_records.nameless_credential(address(first), of_country.get(owners[place])),
            )
            if is_nameless
            else (EDUCATION.key, place, "level", explain_records.repeated_credential(address(first)))
            for place, first, is_nameless in found.iter_rows()
        )

    def _warned_of_rows(self, found: Iterable[tuple[str, int, str, tuple[str, str]]]) -> Intake:
        """The intake with more warnings at cells of detail rows: sheet key, place among its rows, column, problem and fix."""
        from validation.intake import problems

        more = []
        for key, place, column, words in found:
            source, row = self.origins[key].row(place)
            client, value = self.sheets[key]["client_id"][place], self.sheets[key][column][place]
            shown = None if value is None else str(value)
            more.append(problems.Problem(source, row, client, column, shown, *words))
        return self._with(more)

    def _warned(
        self,
        found: pl.DataFrame,
        words: Callable[[Mapping[str, Any]], ProblemText],
        *,
        column: str = "",
        value: str | None = None,
    ) -> Intake:
        """The intake with more warnings at the candidates' cells: found has client_id, column and value, where these are
        not the same for all, and what else the words are made of. Rows that are alike are put into words once.
        """
        import polars as pl

        from validation.intake import problems

        if found.is_empty():
            return self
        same = {"column": column, "value": value}
        found = found.with_columns(pl.lit(text).alias(name) for name, text in same.items() if name not in found.columns)
        said = [name for name in found.columns if name != "client_id"]
        distinct = found.select(said).unique(maintain_order=True)
        texts = [words(row) for row in distinct.iter_rows(named=True)]
        worded = distinct.hstack(pl.DataFrame(texts, schema={"problem": pl.String, "fix": pl.String}, orient="row"))
        rows = self.sheets[CANDIDATES.key].select("client_id").hstack(self.origin).rename({"source_row": "row"})
        more = (
            found.join(worded, on=said, how="left", nulls_equal=True, maintain_order="left")
            .join(rows, on="client_id", how="left", maintain_order="left")
            .with_columns(pl.lit("").alias("letters"))
        )
        return self._with([more.select(*problems.FOUND)])

    def _replaced_by(self, later: Intake) -> Intake:
        """A later intake, without those of the warnings of this one that stand at a cell of a new one."""
        import polars as pl

        height = self.warnings.height
        cell = ["source_file", "source_sheet", "source_row", "client_id", "column"]
        kept = self.warnings.join(later.warnings[height:], on=cell, how="anti", maintain_order="left")
        return replace(later, warnings=pl.concat([kept, later.warnings[height:]]))

    def _with(self, more: Iterable[Problem | pl.DataFrame]) -> Intake:
        import polars as pl

        from validation.intake import problems

        found = problems.frame(more, list(self.sources))
        # The warnings of a part of the list have a column of their own.
        return replace(self, warnings=pl.concat([self.warnings, found], how="diagonal"))


def _is_of_country(stake: Mapping[str, Any]) -> bool:
    """Is the country of Education rows alone what is empty?"""
    is_country = bool(stake["column"].startswith("country "))
    return is_country and stake["sheet"] == EDUCATION.key and "|" not in stake["column"]


def read(
    paths: Sequence[Path],
    *,
    as_of: date,
    score_ranges: Mapping[tuple[str, str], tuple[float, float, float]],
    noc_codes: Collection[str],
    noc_changes: Mapping[str, tuple[str, str]] | None = None,
    limits: Limits | None = None,
    skip_unusable: bool = False,
    mapping: FirmMap | MapFile | None = None,
    maps: Sequence[MapFile] = (),
    passwords: Passwords = NO_PASSWORDS,
    hashes: dict[int, str] | None = None,
    went_on: Callable[[int, int], None] | None = None,
) -> Intake:
    """Reads and validates workbooks, CSV and Parquet files together, as of a day.

    `score_ranges` gives lowest, highest score and step by (test, ability), `noc_codes` all known codes of NOC 2016 and
    2021, `noc_changes` the problem and the fix reported for a code whose eligibility changed with the classification,
    `limits` what the law says of dates, `mapping` a firm's own words, as `mapping.grammar` or `mapping.map_folder` reads
    them. Without it each input is read with the one of `maps` that is for its headings, if any. `passwords` are tried on
    protected workbooks, whose hash is that of the file as it is. `hashes` receives the
    SHA-256 of what was read of each input, by its number, so that it is known even if this raises. `went_on` is called
    after each input that was read, with its number and the number of inputs.

    Raises UnusableInputs with one record an input that cannot be used. With `skip_unusable` these are left out, unless
    nothing is left or what is left out is a detail file, without which clients would be scored on half a record.
    Raises ValueError without limits where the map takes a length of time off a date.
    """
    from validation.checks.rules_of_rows import Terms
    from validation.intake.opening import Maps, open_input

    if not paths:
        raise ValueError("no input is given")
    given = Maps(mapping, () if mapping is not None else tuple(maps))
    opened: list[Opened] = []
    unusable: list[UnusableInput] = []
    read_hashes = {} if hashes is None else hashes
    for number, path in enumerate(paths, start=1):
        digest = None
        try:
            data = read_bytes(path)
            digest = read_hashes[number] = hashlib.sha256(data).hexdigest()
            opened.append(open_input(number, path, locked.opened(data, passwords), digest, given, limits))
        except Unusable as found:
            is_not_read = isinstance(found, NotRead)
            digest = digest or found.sha256
            unusable.append(UnusableInput(number, path, found.problem, found.fix, digest, is_not_read))
        if went_on is not None:
            went_on(number, len(paths))
    needed = [one for one in unusable if _holds_details(one.path)]
    without_clients = not any(CANDIDATES.key in one.file.sheets for one in opened)
    if unusable and (not skip_unusable or needed or without_clients):
        raise UnusableInputs(unusable)
    if without_clients:
        raise no_candidates_in(one.file for one in opened)
    terms = Terms(as_of, score_ranges, noc_codes, noc_changes or {}, limits)
    return validated(opened, terms, unusable=tuple(unusable))


def no_candidates_in(files: Iterable[InputFile]) -> UnusableInputs:
    """What to raise where no input holds the Candidates."""
    problem = _("No input holds the Candidates.")
    fix = _("Give the file with the Candidates too; no client is scored without its row there.")
    return UnusableInputs([UnusableInput(file.number, file.path, problem, fix, file.sha256) for file in files])


def _holds_details(path: Path) -> bool:
    from validation.intake.sheets import sheet_named

    sheet = sheet_named(path.stem) if path.suffix.lower() != ".xlsx" else None
    return sheet is not None and sheet.key != CANDIDATES.key


def validated(
    opened: Sequence[Opened],
    terms: Terms,
    *,
    unusable: tuple[UnusableInput, ...] = (),
    texts_of: TextsOfColumn | None = None,
    alike: Mapping[str, str] | None = None,
    notes: list[SheetNote] | None = None,
) -> Intake:
    """The rows of opened inputs, read and sorted into accepted, held and quarantined.

    Of a part of the whole list, `texts_of` and `alike` are what the whole list says (validation.intake.examine.examine,
    validation.intake.quarantine.settle), and `notes` receives what is reported of whole sheets, which the warnings then lack.
    """
    from validation.intake import examine, problems, quarantine
    from validation.intake.examine_notes import problem_of

    sources, tables, header_warnings = _sources(opened)

    def examined(sheet: Sheet) -> examine.Examined:
        own = {place: table for place, table in tables.items() if table.sheet.key == sheet.key}
        return examine.examine(sheet, own, sources, terms, texts_of)

    candidates = examined(CANDIDATES)
    examine.tell_doubled(candidates, sources)
    details = {sheet.key: examined(sheet) for sheet in DETAIL_SHEETS}
    good = quarantine.good_so_far(candidates)
    for detail in details.values():
        examine.beside_clients(detail, good, terms)
    examine.warn_of_clients(candidates, details["education"], details["language_tests"], terms)
    settled = quarantine.settle(candidates, details, sources, alike)
    every = [candidates, *details.values()]
    of_sheets = [*header_warnings, *(note for sheet in every for note in sheet.notes)]
    if notes is not None:
        notes += of_sheets
        of_sheets = []
    return Intake(
        inputs=tuple(one.file for one in opened),
        sheets=settled.sheets,
        candidates=candidates.typed,
        quarantine=problems.frame((one for sheet in every for one in sheet.problems), sources),
        held=problems.frame(settled.held, sources),
        warnings=problems.frame(
            [*map(problem_of, of_sheets), *(one for sheet in every for one in sheet.warnings)], sources
        ),
        counts=settled.counts,
        unusable=unusable,
        sources=sources,
        origins=settled.origins,
        grids={one.file.number: one.grid for one in opened if one.grid is not None},
    )


def _sources(opened: Sequence[Opened]) -> tuple[list[Source], dict[int, Table], list[Problem]]:
    """Every sheet of every input in order, its table by its place in that order, and the reports on headers."""
    from validation.intake.problems import Problem, Source

    sources: list[Source] = []
    tables: dict[int, Table] = {}
    warnings: list[Problem] = []
    order = [sheet.key for sheet in SHEETS]
    for one in opened:
        for table in sorted(one.tables, key=lambda table: order.index(table.sheet.key)):
            place = len(sources)
            tables[place] = table
            sources.append(
                Source(
                    one.file.number, one.file.path.name, table.sheet, table.title, table.letters, table.rows_of,
                    table.columns_of, table.header_row, table.own_columns, table.rules,
                )
            )  # fmt: skip
            for letters, header, fix in table.unknown:
                message = (
                    (
                        _("The column {header!r} is not known and not read.").format(header=header),
                        fix or _("Rename it if it is one of ours; else let it be."),
                    )
                    if header
                    else (
                        _("The column has no header and is not read."),
                        _("Head it if it is one of ours; else let it be."),
                    )
                )
                warnings.append(Problem(place, table.header_row, None, header, header, *message, letters))
            warnings += [
                Problem(place, note.row, None, note.column, note.value, note.problem, note.fix, note.letters)
                for note in table.notes
            ]
        for title, sheet, problem, fix in one.unread:
            warnings.append(Problem(len(sources), 1, None, "", title, problem, fix))
            sources.append(Source(one.file.number, one.file.path.name, sheet, title, {}))
    return sources, tables, warnings
