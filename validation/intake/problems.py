"""Problem rows for people: which cell of which file, what is wrong with it, and what would be right."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import polars as pl

from transforms.model.columns import Sheet
from validation.files.sheet_xml import NO_RESULT, NO_TEXT
from validation.mapping.cell_terms import RuleSource, in_terms_of_cells

# Problem and fix.
ProblemText = tuple[str, str]

# The column of a row's place in the list of sources.
SOURCE = "source"
MAX_SHOWN_LENGTH = 200
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
    "fix": pl.String(),
}
# What an intake lists besides: the number of the input, from 1.
LISTED = FRAME | {"input": pl.Int32()}
# Problems before they are put into the terms of people: the fields of Problem.
FOUND = {
    SOURCE: pl.Int32(),
    "row": pl.Int32(),
    "client_id": pl.String(),
    "column": pl.String(),
    "value": pl.String(),
    "problem": pl.String(),
    "fix": pl.String(),
    "letters": pl.String(),
}


class Problem(NamedTuple):
    """One thing wrong with one row of a source; `column` is empty where the whole row is meant."""

    source: int
    row: int
    client_id: str | None
    column: str
    value: str | None
    problem: str
    fix: str
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
    return text if len(text) <= MAX_SHOWN_LENGTH else text[: MAX_SHOWN_LENGTH - 1] + "…"


def frame(problems: Iterable[Problem | pl.DataFrame], sources: Sequence[Source]) -> pl.DataFrame:
    """The problems as the frame people get (LISTED), in the order of the inputs, their sheets, rows and columns.

    They are single ones, or many in a frame (FOUND).
    """
    found = _together(problems)
    if found.is_empty():
        return pl.DataFrame(schema=LISTED)
    places = _places(found, sources)
    ordered = (
        found.join(places, on=[SOURCE, "column"], how="left", maintain_order="left")
        .with_columns(
            pl.col("letters").alias("given"),
            (pl.col("letters") != "").alias("is_by_map"),
            pl.coalesce(pl.when(pl.col("letters") != "").then("letters"), "own_letters").alias("letters"),
        )
        .sort(SOURCE, "row", "place", maintain_order=True)
    )
    ordered = _in_terms_of_cells(ordered, sources)
    own = ordered[SOURCE]
    files, titles = ([getattr(source, name) for source in sources] for name in ("file", "title"))
    return ordered.select(
        pl.Series(files, dtype=pl.String).gather(own).alias("source_file"),
        pl.Series(titles, dtype=pl.String).gather(own).alias("source_sheet"),
        pl.col("row").alias("source_row"),
        _cells(ordered, sources),
        _shown("client_id"),
        "column",
        _shown("value"),
        "problem",
        "fix",
        pl.Series([source.number for source in sources], dtype=pl.Int32).gather(own).alias("input"),
    )


def _together(problems: Iterable[Problem | pl.DataFrame]) -> pl.DataFrame:
    """Problems in one frame (FOUND), in their order."""
    parts: list[pl.DataFrame] = []
    single: list[Problem] = []

    def close() -> None:
        if single:
            parts.append(pl.DataFrame(single, schema=FOUND, orient="row"))
            single.clear()

    for one in problems:
        if isinstance(one, Problem):
            single.append(one)
        else:
            close()
            parts.append(one)
    close()
    return pl.concat(parts) if parts else pl.DataFrame(schema=FOUND)


def _places(found: pl.DataFrame, sources: Sequence[Source]) -> pl.DataFrame:
    """Of each source and column its place among the columns of the sheet (-1: none of them), and its letters (null: none)."""
    names = [{name: place for place, name in enumerate(source.sheet.names)} for source in sources]
    rows = [
        (source, column, names[source].get(column, -1), sources[source].letters.get(column) or None)
        for source, column in found.select(SOURCE, "column").unique().iter_rows()
    ]
    schema = {SOURCE: pl.Int32, "column": pl.String, "place": pl.Int32, "own_letters": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _in_terms_of_cells(found: pl.DataFrame, sources: Sequence[Source]) -> pl.DataFrame:
    """Problems in the terms of the cells, where rules of a map give columns of their source."""
    ruled = [place for place, source in enumerate(sources) if source.rules]
    if not ruled:
        return found
    rows = []
    for one in found.iter_rows(named=True):
        rules = sources[one[SOURCE]].rules
        words = (one["column"], one["problem"], one["fix"])
        rows.append(in_terms_of_cells(*words, rules, is_by_map=one["is_by_map"]) if rules else words[1:])
    return found.with_columns(pl.DataFrame(rows, schema={"problem": pl.String, "fix": pl.String}, orient="row"))


def _cells(found: pl.DataFrame, sources: Sequence[Source]) -> pl.Series:
    """The addresses of cells, as `Source.cell` gives them."""
    titles = pl.Series([quoted(source.title) for source in sources], dtype=pl.String)
    letters = pl.col("letters")
    own = titles.gather(found[SOURCE])
    cell = (
        pl.when(letters.is_null())
        .then(pl.lit(""))
        .when(letters.str.contains("[0-9]$"))
        .then(pl.format("{}!{}", own, letters))
        .otherwise(pl.format("{}!{}{}", own, letters, "row"))
        .alias("cell")
    )
    cells = found.select(cell).to_series()
    moved = [place for place, source in enumerate(sources) if source.rows_of or source.columns_of]
    if not moved:
        return cells
    places = found[SOURCE].is_in(moved).arg_true()
    rows = found.select(SOURCE, "column", "row", "given")[places].iter_rows()
    return cells.scatter(places, [sources[source].cell(*cell) for source, *cell in rows])


def _shown(name: str) -> pl.Expr:
    """As `shown`, of a column."""
    text = pl.col(name).fill_null("").str.strip_prefix(NO_RESULT).str.strip_prefix(NO_TEXT)
    text = text.str.replace_all(UNPRINTABLE, "\ufffd")
    short = pl.when(text.str.len_chars() <= MAX_SHOWN_LENGTH).then(text)
    return short.otherwise(text.str.slice(0, MAX_SHOWN_LENGTH - 1) + "…").alias(name)
