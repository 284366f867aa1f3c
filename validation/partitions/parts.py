"""The intake of a client list a partition at a time, and what the partitions make together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import polars as pl

from validation.checks.rules_of_rows import Terms
from validation.intake import intake, problems
from validation.intake.examine_notes import SheetNote, problem_of, together
from validation.intake.intake import Intake
from validation.intake.sheet_use import InputFile, SheetUse
from validation.partitions.division import Division

# The rows that are in memory at once, of all files.
ROWS_IN_MEMORY = 400_000
# The step of the intake that gave a warning.
STEP = "step"


@dataclass
class Collected:
    """What the partitions read so far make together: problem frames, sums, notes on sheets, and rows by input."""

    quarantine: list[pl.DataFrame] = field(default_factory=list)
    on_hold: list[pl.DataFrame] = field(default_factory=list)
    warnings: list[pl.DataFrame] = field(default_factory=list)
    notes: list[SheetNote] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    rows: Counter[int] = field(default_factory=Counter)
    last: Intake | None = None

    def add(self, part: Intake) -> None:
        """Adds a partition, whose warnings say from which step they are (STEP)."""
        self.quarantine.append(part.quarantine)
        self.on_hold.append(part.held)
        self.warnings.append(part.warnings)
        self.counts.update(part.counts)
        for file in part.inputs:
            self.rows[file.number] += sum(file.sheets.values())
        self.last = replace(
            part,
            sheets={key: frame.clear() for key, frame in part.sheets.items()},
            candidates=part.candidates.clear(),
            origins={key: frame.clear() for key, frame in part.origins.items()},
        )

    def intake(self, inputs: Sequence[InputFile]) -> Intake:
        """The intake of all partitions, without the typed rows; the problems are in the order of inputs and rows."""
        assert self.last is not None
        sources = self.last.sources
        of_sheets = problems.frame([problem_of(note) for note in self.notes], sources)
        warnings = [of_sheets.with_columns(pl.lit(0).alias(STEP)), *self.warnings]
        return replace(
            self.last,
            inputs=tuple(self._counted(file) for file in inputs),
            quarantine=_in_order([pl.concat(self.quarantine)], sources),
            held=_in_order([pl.concat(self.on_hold)], sources),
            warnings=_in_order(warnings, sources, STEP).drop(STEP),
            counts=dict(self.counts),
        )

    def add_notes(self, notes: Iterable[SheetNote]) -> None:
        """Adds the notes on sheets of a partition."""
        self.notes = together([*self.notes, *notes])

    def _counted(self, file: InputFile) -> InputFile:
        rows = self.rows[file.number]
        uses: tuple[SheetUse, ...] = tuple(replace(use, rows=rows) for use in file.uses)
        return replace(file, sheets=dict.fromkeys(file.sheets, rows), uses=uses)


def parts(division: Division, terms: Terms, collected: Collected) -> Iterator[Intake]:
    """The intake of each partition, with its typed rows; `collected` receives the notes on sheets alone.

    Raises validation.partitions.plain_files.NotPlainError.
    """
    files = division.files
    rows = sum(file.rows for file in files)
    at_once = max(1, min(division.number, division.number * ROWS_IN_MEMORY // max(rows, 1)))

    def texts_of(source: int, column: str) -> pl.Series:
        # Each file is one source, in the order of the inputs.
        return files[source].texts(column).unique(maintain_order=True)

    for first in range(0, division.number, at_once):
        last = min(first + at_once, division.number) - 1
        for _number, found in division.rows(first, last):
            opened = [
                file.part(values, places, terms.limits) for file, (values, places) in zip(files, found, strict=True)
            ]
            notes: list[SheetNote] = []
            part = intake.validated(opened, terms, texts_of=texts_of, alike=division.alike, notes=notes)
            collected.add_notes(notes)
            yield part


def _in_order(frames: Sequence[pl.DataFrame], sources: Sequence[problems.Source], *first: str) -> pl.DataFrame:
    """Problems of several partitions as they stand in the problems of the whole: by input, row and column."""
    found = pl.concat(frames)
    places: Mapping[str, list[int | str]] = {"input": [], "column": [], "place": []}
    for source in sources:
        for place, name in enumerate(source.sheet.names):
            places["input"].append(source.number)
            places["column"].append(name)
            places["place"].append(place)
    schema = {"input": pl.Int32, "column": pl.String, "place": pl.Int32}
    numbered = pl.DataFrame(places, schema=schema)
    return (
        found.join(numbered, on=["input", "column"], how="left", maintain_order="left")
        .with_columns(pl.col("place").fill_null(-1))
        .sort(*first, "input", "source_row", "place", maintain_order=True)
        .drop("place")
    )
