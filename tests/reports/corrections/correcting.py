"""A script that corrects a corrections workbook by its sheet in front: it does what each fix says, and nothing else.

Where a fix asks for something that only the firm knows ("Write the date as YYYY-MM-DD.") it writes what the firm knows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils.cell import coordinate_from_string
from openpyxl.workbook import Workbook

HEAD = ["Cell", "Column", "Status", "Row", "What is wrong", "What to do", "Client ID", "Value"]


@dataclass(frozen=True)
class Listed:
    """A problem as the sheet in front lists it."""

    cell: str
    column: str
    row: int
    problem: str
    fix: str
    client: str


@dataclass(frozen=True)
class Known:
    """What the firm knows of one client: which column is wrong, and what belongs there (None: nothing)."""

    column: str
    value: Any


def listed(book: Workbook) -> list[Listed]:
    """The problems of the sheet in front, in order."""
    rows = [[cell.value for cell in row] for row in book.worksheets[0].iter_rows(max_col=len(HEAD))]
    found = []
    for cell, column, _, row, problem, fix, client, _ in rows[rows.index(HEAD) + 1 :]:
        found.append(Listed(cell, column or "", int(row), problem, fix, client or ""))
    return found


class Corrector:
    """The workbook as it is corrected."""

    def __init__(self, path: Path, known: Mapping[str, Known]) -> None:
        self.book = openpyxl.load_workbook(path)
        self.known = known
        self.deleted: list[tuple[str, int]] = []
        self.not_followed: list[str] = []

    def correct(self, target: Path) -> None:
        """Corrects every problem and saves the workbook."""
        for one in listed(self.book):
            for pattern, action in ACTIONS:
                if found := re.search(pattern, one.fix):
                    action(self, one, found)
                    break
            else:
                self.not_followed.append(one.fix)
        for title, row in sorted(self.deleted, reverse=True):
            self.book[title].delete_rows(row)
        self.book.save(target)

    def title(self, one: Listed) -> str:
        return one.cell.rpartition("!")[0].strip("'") or one.cell.rpartition(" row ")[0]

    def set(self, one: Listed, value: Any, column: str = "") -> None:
        """Writes into the cell of a problem, or into another column of its row."""
        sheet = self.book[self.title(one)]
        headings = {cell.value: cell.column_letter for cell in sheet[1]}
        letters = headings[column] if column else coordinate_from_string(one.cell.rpartition("!")[2])[0]
        sheet[f"{letters}{one.row}"].value = value
        if isinstance(value, date):
            sheet[f"{letters}{one.row}"].number_format = "yyyy-mm-dd"

    def fact(self, one: Listed) -> Known:
        return self.known[one.client]


def _what_the_firm_knows(corrector: Corrector, one: Listed, found: re.Match[str]) -> None:
    known = corrector.fact(one)
    assert known.column == one.column or re.search(rf"\b{known.column}\b", one.fix), one
    corrector.set(one, known.value, known.column)


def _first_named(corrector: Corrector, one: Listed, found: re.Match[str]) -> None:
    known = corrector.fact(one)
    corrector.set(one, known.value if known.value and known.value in found.groups() else found[1])


def _one_of(corrector: Corrector, one: Listed, found: re.Match[str]) -> None:
    choices = re.split(", | or ", found[1])
    known = corrector.fact(one)
    value = known.value if known.column == one.column and known.value in choices else choices[0]
    corrector.set(one, value)


def _empty_or_known(corrector: Corrector, one: Listed, found: re.Match[str]) -> None:
    known = corrector.fact(one)
    corrector.set(one, known.value if known.column == one.column else None)


def _one_of_two_columns(corrector: Corrector, one: Listed, found: re.Match[str]) -> None:
    names = ["date_of_birth" if name == "the date of birth" else name.removeprefix("the ") for name in found.groups()]
    known = corrector.fact(one)
    column = known.column if known.column in names else names[0]
    if column in {cell.value for cell in corrector.book[corrector.title(one)][1]}:
        corrector.set(one, known.value, column)


def _write_in(corrector: Corrector, one: Listed, found: re.Match[str]) -> None:
    corrector.set(one, found[1], found[2])


def _empty_columns(corrector: Corrector, one: Listed, found: re.Match[str]) -> None:
    for name in found[1].split(" and "):
        if name in {cell.value for cell in corrector.book[corrector.title(one)][1]}:
            corrector.set(one, None, name)


def _empty_the_named(corrector: Corrector, one: Listed, found: re.Match[str]) -> None:
    for name in one.problem.rpartition(": ")[2].rstrip(".").split(", "):
        corrector.set(one, None, name)


def _delete_row(corrector: Corrector, one: Listed, found: re.Match[str]) -> None:
    corrector.deleted.append((corrector.title(one), one.row))


def _own_number(corrector: Corrector, one: Listed, found: re.Match[str]) -> None:
    corrector.set(one, f"{one.client}-{one.row}")


def _all_four(corrector: Corrector, one: Listed, found: re.Match[str]) -> None:
    for ability in one.problem.rpartition(" for ")[2].rstrip(".").split(", "):
        corrector.set(one, corrector.fact(one).value, f"{one.column.removesuffix('test')}{ability}")


def _nothing(corrector: Corrector, one: Listed, found: re.Match[str]) -> None:
    """The fix is made elsewhere."""


ACTIONS: tuple[tuple[str, Callable[[Corrector, Listed, re.Match[str]], None]], ...] = (
    (r"^(?:Mend|Correct) those rows", _nothing),
    (r"enter a result of one of: (.+)\.$", _one_of),
    (r"delete one of the two\.$", _delete_row),
    (r"give each client an own client_id", _own_number),
    (r"write (yes) in (\w+),", _write_in),
    (r"^Write (yes) in (\w+),", _write_in),
    (r"or empty (\w+ and \w+)\.$", _empty_columns),
    (r"or empty them\.$", _empty_the_named),
    (r"write all four\.$", _all_four),
    (r"(?:Write|write|Write them as) one of: ([\w, ]+)", _one_of),
    (r"[Ww]rite (yes or no)\b", _one_of),
    (r"Write one of them: (\w+) or \w+", _first_named),
    (r"^Write ([\d.-]*\d)(?: or ([\d.-]*\d))?(?:[.,]|$)", _first_named),
    (r"write ([0-9]+) \(NOC 2016\)", _first_named),
    (r"^(?:Mend|Correct) (?:the )?(?!formula)(\w+) or ((?:the )?[\w ]+?)[.;]", _one_of_two_columns),
    (r"as YYYY-MM-DD|[Ff]ill it in|as it stands on the result|four digits|like [0-9]{4}-[0-9]{2}-[0-9]{2}|the date of birth",
     _what_the_firm_knows),
    (r"a number|[Tt]he (?:exact )?number|whole number|the amount|the years|NOC code|Équivalence|its code|newer result",
     _what_the_firm_knows),
    (r"Correct (?:the year of )?(\w+)|Check the|Type it|write the value|ISO 3166|drawline noc|those that are excused|the moment|"
     r"when the profile|Write the value|(?:Mend|Correct) the client_id|province or territory",
     _what_the_firm_knows),
    (r"[Ll]eave the cell empty|empty cell means", _empty_or_known),
)  # fmt: skip
