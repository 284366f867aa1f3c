"""Problem rows for people: which cell of which file, what is wrong with it, and what would be right."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import polars as pl

from validation.columns import Sheet
from validation.mapping.cell_terms import RuleSource, in_terms_of_cells
from validation.sheet_xml import NO_RESULT, NO_TEXT

# Problem and fix.
Told = tuple[str, str]

# The column of a row's place in the list of sources.
SOURCE = "source"
LONGEST_SHOWN = 200
# What no workbook can hold: control characters other than tab and line breaks, and two code points that are no text.
UNPRINTABLE = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x{fffe}\x{ffff}]"
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_PLAIN_TITLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")

FRAME = {
    "source_file": pl.String(),
    "source_sheet": pl.String(),
    "source_row": pl.Int32(),
    "cell": pl.String(),
    "client_id": pl.String(),
    "column": pl.String(),
    "value": pl.String(),
    "problem": pl.String(),
    "mend": pl.String(),
}
# What an intake lists besides: the number of the input, from 1.
LISTED = FRAME | {"input": pl.Int32()}


class Problem(NamedTuple):
    """One thing wrong with one row of a source; `column` is empty where the whole row is meant."""

    source: int
    row: int
    client_id: str | None
    column: str
    value: str | None
    problem: str
    mend: str
    letters: str = ""


@dataclass(frozen=True)
class Source:
    """One sheet of one input: where its rows come from, and in which column letters its columns stand.

    `rows_of` and `columns_of` are by column the row and the letters of a cell by the row of its record, where they differ.
    `header_row` is 0 where the sheet is not read; `own_columns` are the letters of columns that an earlier corrections
    workbook added. `rules` are by column the heading and the rule of the map from which it comes.
    """

    number: int
    file: str
    sheet: Sheet
    title: str
    letters: Mapping[str, str]
    rows_of: Mapping[str, Mapping[int, int]] = field(default_factory=dict)
    columns_of: Mapping[str, Mapping[int, str]] = field(default_factory=dict)
    header_row: int = 0
    own_columns: tuple[str, ...] = ()
    rules: Mapping[str, RuleSource] = field(default_factory=dict)

    def cell(self, column: str, row: int, letters: str = "") -> str:
        """The address of a cell (`Candidates!H17`), quoted as a spreadsheet wants it; empty for an absent column.

        `letters` stand for those of the column; with a row in them, they are the cell.
        """
        if letters[-1:].isdigit():
            return f"{quoted(self.title)}!{letters}"
        found = self.columns_of.get(column, {}).get(row) or letters or self.letters.get(column)
        if column in self.rows_of:
            row = self.rows_of[column].get(row, row)
        return f"{quoted(self.title)}!{found}{row}" if found else ""


def quoted(title: str) -> str:
    """A sheet's title as it stands in an address: with a blank or sign in it, between apostrophes."""
    return title if _PLAIN_TITLE.fullmatch(title) else "'" + title.replace("'", "''") + "'"


def place(column: str, form: str = "") -> str:
    """What stands in a rule's text for a row's value of a column, in a form such as %Y-%m-%d."""
    return f"{{{column}:{form}}}" if form else f"{{{column}}}"


def shown(value: str | None) -> str:
    """A cell's text fit to be shown: without unprintable characters, and not endless."""
    text = _UNPRINTABLE.sub("\ufffd", (value or "").removeprefix(NO_RESULT).removeprefix(NO_TEXT))
    return text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 1] + "…"


def frame(problems: Iterable[Problem], sources: list[Source]) -> pl.DataFrame:
    """The problems as the frame people get (LISTED), in the order of the inputs, their sheets, rows and columns."""
    places = [{name: place for place, name in enumerate(source.sheet.names)} for source in sources]
    ordered = sorted(problems, key=lambda one: (one.source, one.row, places[one.source].get(one.column, -1)))
    rows = []
    for one in ordered:
        source = sources[one.source]
        words = in_terms_of_cells(one.column, one.problem, one.mend, source.rules, is_by_map=bool(one.letters))
        rows.append(
            (
                source.file, source.title, one.row, source.cell(one.column, one.row, one.letters), shown(one.client_id),
                one.column, shown(one.value), *words, source.number,
            )
        )  # fmt: skip
    return pl.DataFrame(rows, schema=LISTED, orient="row")
