"""Problems grouped by column and kind: the same thing wrong in many cells is one group with its number and its first cell."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import polars as pl

from reports.corrections.marks import STANDINGS
from transforms.model.wording import _

GAP = "…"
_FILES = re.compile(r"[^,;:()]*\.(?:xlsx|csv|parquet), ", re.IGNORECASE)
_CELLS = re.compile(r"(?:'(?:[^']|'')+'|[^\s'!;,:()]+)!\$?[A-Z]{1,3}\$?[0-9]+")
_COUNTED_CELLS = re.compile(r"\b[A-Z]{1,3}[0-9]{1,7}\b(?:, [A-Z]{1,3}[0-9]{1,7}\b)+")
_ROWS = re.compile(r"\b[\w ]+(?: row|, ligne) [0-9]+")
_ASIDES = re.compile(r"\([^()]*\)")
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"|«[^»]*»")
_MOMENTS = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ][0-9:.]+(?: ?UTC|Z)?)?|[0-9]{1,2}(?:er)? [A-Za-zéû]+ [0-9]{4}")
_NUMBERS = re.compile(r"(?<![A-Za-z0-9_])[+-]?[0-9]+(?:[.,:\u00a0\u202f][0-9]+)*(?![A-Za-z0-9_])")
_LISTS = re.compile(rf"{GAP}(?:(?:[;,]| and| or| et| ou)(?: and| et)? ?{GAP}(?: more| autres?)?)+")


@dataclass(frozen=True)
class Group:
    """Problems of one kind in one column of one sheet of a file: the first in full, and how many there are.

    `standing` is quarantined, warning or held; `rows` are the places of the problems in their frame.
    """

    standing: str
    file: str
    sheet: str
    column: str
    problem: str
    fix: str
    cell: str
    row: int
    value: str
    rows: tuple[int, ...]

    @property
    def count(self) -> int:
        return len(self.rows)

    @property
    def place(self) -> str:
        """The first cell, or the first row where the row as a whole is meant."""
        return self.cell or row_of(self.sheet, self.row)


def row_of(sheet: str, row: int) -> str:
    """A row of a sheet, in the language in use."""
    return _("{sheet} row {row}").format(sheet=sheet, row=row)


@lru_cache
def _words(codes: frozenset[str]) -> re.Pattern[str]:
    """A pattern of whole words, of which the longest is found first."""
    longest_first = sorted(map(re.escape, codes), key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(longest_first)})\b" if codes else r"(?!)")


@lru_cache(maxsize=65_536)
def kind_of(problem: str, value: str, codes: frozenset[str]) -> str:
    """What stays of a problem's words where everything is left out that is of one row alone: values, days, cells.

    `codes` are the words that choice columns have, which are values too.
    """
    text = problem
    if value:
        text = re.sub(rf"(?<!\w){re.escape(value)}(?!\w)", GAP, text)
    for pattern in (_FILES, _CELLS, _COUNTED_CELLS, _ROWS, _ASIDES, _QUOTED, _MOMENTS, _words(codes), _NUMBERS):
        text = pattern.sub("" if pattern is _FILES else GAP, text)
    return _LISTS.sub(GAP, text)


def grouped(frame: pl.DataFrame, standing: str, codes: frozenset[str]) -> list[Group]:
    """The groups of a frame of problems, the largest first within each file and sheet; `codes` as for `kind_of`."""
    said = ["source_file", "source_sheet", "column", "problem", "value"]
    distinct = frame.select(said).unique(maintain_order=True)
    numbers: dict[tuple[str, ...], int] = {}
    of_distinct = [
        numbers.setdefault((file, sheet, column, kind_of(problem, value or "", codes)), len(numbers))
        for file, sheet, column, problem, value in distinct.iter_rows()
    ]
    numbered = distinct.with_columns(pl.Series("group", of_distinct, dtype=pl.UInt32))
    group_of = frame.select(said).join(numbered, on=said, how="left", nulls_equal=True, maintain_order="left")["group"]
    places = (
        group_of.to_frame()
        .with_row_index("place")
        .group_by("group", maintain_order=True)
        .agg("place")["place"]
        .to_list()
    )
    groups = [_group(standing, frame.row(own[0], named=True), own) for own in places]
    order = {key: place for place, key in enumerate(dict.fromkeys((group.file, group.sheet) for group in groups))}
    return sorted(groups, key=lambda group: (order[group.file, group.sheet], -group.count))


def _group(standing: str, row: Mapping[str, Any], places: Iterable[int]) -> Group:
    return Group(
        standing, row["source_file"], row["source_sheet"], row["column"], row["problem"], row["fix"], row["cell"],
        row["source_row"], row["value"] or "", tuple(places),
    )  # fmt: skip


def lines(groups: Iterable[Group]) -> list[str]:
    """The groups as text, one a line: number, column, problem, fix, and the first cell."""
    return [line(group) for group in groups]


def line(group: Group) -> str:
    """A group in one line; of several problems the first is given in full."""
    place = f"{group.place} {group.value!r}" if group.value else group.place
    words = f"{group.problem} {group.fix}".rstrip()
    standing = _(STANDINGS[group.standing])
    if group.count == 1:
        return _("{standing}: {file} {place}: {words}").format(
            standing=standing, file=group.file, place=place, words=words
        )
    text = (
        _("{standing}, {count} times: {file} {sheet}, column {column}. First at {place}: {words}")
        if group.column
        else _("{standing}, {count} times: {file} {sheet}. First at {place}: {words}")
    )
    return text.format(
        standing=standing,
        count=group.count,
        file=group.file,
        sheet=group.sheet,
        column=group.column,
        place=place,
        words=words,
    )
