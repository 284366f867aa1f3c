"""Rows of a table that are no clients: totals, legends, remarks, titles of groups, and headings that come again.

A row is left out only where it clearly is none. Every other row stays, and is quarantined where it cannot be read.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from transforms.model.columns import CANDIDATES, Sheet
from validation.files.sheet_xml import Merge
from validation.mapping import row_words
from validation.mapping.left_out import Kind, LeftOut, shown
from validation.mapping.row_words import is_number, number_of

KEY = "client_id"
NAMES = ("family_name", "given_name")
FULL_NAME = "full_name"
MAX_TEXTS = 4
BELOW_HEADINGS = 3
MIN_BANNER = 3
MAX_AT_THE_END = 200
MIN_WORDS_OF_A_SENTENCE = 5
MIN_WORDS_WITHOUT_DIGITS = 3
MAX_DIFFERENCE_OF_SUMS = 0.01
ROW = "row"


@dataclass(frozen=True)
class Headed:
    """A table whose headings are known: its cells (trimmed text, by the letters of their columns), the place of its
    headings from 0, the letters of our columns in it, and the letters of further columns that hold names.
    """

    sheet: Sheet
    cells: pl.DataFrame
    header: int
    letters: Mapping[str, str]
    names: Collection[str] = ()
    merged: Sequence[Merge] = ()
    columns_named: Callable[[Sequence[str | None]], list[str | None]] | None = field(default=None, repr=False)

    @property
    def headed(self) -> list[str]:
        """The letters of the columns with a heading."""
        return [letters for letters in self.cells.columns if self.cells[self.header, letters] is not None]

    @property
    def key(self) -> str | None:
        return self.letters.get(KEY)

    @property
    def name_columns(self) -> set[str]:
        return {self.letters[name] for name in NAMES if name in self.letters} | set(self.names)


def left_out(table: Headed) -> tuple[LeftOut, ...]:
    """The rows below the headings that are no clients, in order."""
    required = [
        table.letters[column.name] for column in table.sheet.columns if column.required and column.name in table.letters
    ]
    if not required or table.header + 1 >= table.cells.height:
        return ()
    found = {one.row: one for one in _headings_again(table, required[0])}
    found |= {one.row: one for one in _below_headings(table) if one.row not in found}
    found |= {one.row: one for one in _titles_above(table, found) if one.row not in found}
    suspects, end = suspects_of(table, required)
    if not suspects.is_empty():
        looked = _Looked(table, suspects, end, found)
        found |= {one.row: one for one in looked.left_out()}
    return tuple(found[row] for row in sorted(found))


def _rows(table: Headed) -> pl.LazyFrame:
    """The rows below the headings, by the letters of columns with a heading, with their numbers from 1 as `row`."""
    below = table.cells.lazy().select(table.headed).with_row_index(ROW, offset=1)
    return below.slice(table.header + 1)


def _headings_again(table: Headed, column: str) -> Iterator[LeftOut]:
    """The rows that say in each filled cell what its heading says, in two cells or more."""
    heading = table.cells[table.header, column]
    if heading is None:
        return
    place = table.cells[column].slice(table.header + 1)
    alike = (place == heading).arg_true()
    for offset in alike:
        row = table.header + 1 + offset
        filled = [letters for letters in table.headed if table.cells[row, letters] is not None]
        headings = {letters: table.cells[table.header, letters] for letters in filled}
        if len(filled) > 1 and all(
            row_words.folded(table.cells[row, letters]) == row_words.folded(headings[letters]) for letters in filled
        ):
            yield LeftOut(row + 1, shown(table.cells[row, filled[0]]), "headings")


def _below_headings(table: Headed) -> Iterator[LeftOut]:
    """The rows right below the headings that name the columns again, as programs do, or number them."""
    headed = table.headed
    for row in range(table.header + 1, min(table.header + 1 + BELOW_HEADINGS, table.cells.height)):
        texts = [table.cells[row, letters] for letters in headed]
        filled = [text for text in texts if text is not None]
        if len(filled) < max(MIN_BANNER, len(headed) // 2):
            return
        if [number_of(text) for text in filled] in ([*range(len(filled))], [*range(1, len(filled) + 1)]):
            yield LeftOut(row + 1, shown(filled[0]), "numbers")
        elif _are_names(table, texts):
            yield LeftOut(row + 1, shown(filled[0]), "names")
        else:
            return


def _are_names(table: Headed, texts: Sequence[str | None]) -> bool:
    """Do texts below headings name the same columns, one and all?"""
    headings = [table.cells[table.header, letters] for letters in table.headed]
    filled = [text for text in texts if text is not None]
    if table.columns_named is None or any(text != "_".join(text.split()) or is_number(text) for text in filled):
        return False
    ours = {letters: name for name, letters in table.letters.items()}
    named = table.columns_named(texts)
    same = [
        name is not None and ours.get(letters) in {name, None} or _plain(text or "") == _plain(heading)
        for text, heading, name, letters in zip(texts, headings, named, table.headed, strict=True)
        if text is not None
    ]
    return len(set(filled)) == len(filled) and sum(same) * 2 > len(filled)


def _plain(text: str) -> str:
    return "".join(letter for letter in row_words.folded(text) if letter.isalnum())


def _titles_above(table: Headed, found: Mapping[int, LeftOut]) -> Iterator[LeftOut]:
    """The titles of groups: a row with one text right above headings that come again, with a blank row above it or a
    title above the first headings too.
    """
    has_title = table.header > 0 and _filled(table, table.header - 1) == 1
    for again in found.values():
        row = again.row - 2
        if (
            again.kind == "headings"
            and row > table.header
            and _filled(table, row) == 1
            and (has_title or row - 1 == table.header or _filled(table, row - 1) == 0)
        ):
            yield LeftOut(row + 1, shown(_texts(table, row)[0]), "title")


def _texts(table: Headed, row: int) -> list[str]:
    return [text for text in table.cells.row(row) if text is not None]


def _filled(table: Headed, row: int) -> int:
    return len(_texts(table, row))


def suspects_of(table: Headed, required: Sequence[str]) -> tuple[pl.DataFrame, int]:
    """The rows of which at most one required cell says more than a number, and few cells do at all; and the last row of
    the others.
    """
    below = {letters: table.cells[letters].slice(table.header + 1) for letters in required}
    count = pl.repeat(0, table.cells.height - table.header - 1, dtype=pl.UInt8, eager=True)
    for letters, cell in below.items():
        is_said = cell.is_not_null()
        if letters != table.key:
            is_said &= ~cell.str.contains(row_words.NUMBER) & ~cell.str.contains(row_words.EXPLAINED)
        count += is_said.cast(pl.UInt8)
    is_poor = count <= 1
    places = is_poor.arg_true()
    if places.is_empty():
        return pl.DataFrame(), table.cells.height
    others = (~is_poor).arg_true()
    end = table.header + 2 + int(others[-1]) if others.len() else table.header + 1
    cells = pl.col(table.headed)
    key = pl.col(table.key) if table.key else pl.lit(None, dtype=pl.String)
    is_text = cells.is_not_null() & ~cells.str.contains(row_words.NUMBER)
    frame = table.cells.select(table.headed).with_row_index(ROW, offset=1)[(places + table.header + 1).to_list()]
    frame = frame.filter(pl.sum_horizontal(cells.is_not_null()) > 0, pl.sum_horizontal(is_text) <= MAX_TEXTS)
    is_at_the_end = pl.col(ROW) > end
    if frame.filter(is_at_the_end).height > MAX_AT_THE_END:
        is_at_the_end = pl.lit(value=False)
    is_bare_key = key.is_not_null() & ~key.str.contains(" ")
    return frame.filter(
        is_at_the_end
        | pl.any_horizontal(cells.str.contains(row_words.MAY_BE_MARKED) & is_text)
        | (pl.sum_horizontal(cells.is_not_null()) == 1) & (~is_bare_key | pl.col(ROW).is_in(list(_banners(table))))
        | (pl.sum_horizontal(is_text) == 0) & key.is_null()
    ), end


class _Looked:
    """The rows of a table that may be no clients, looked at one by one in their order."""

    def __init__(self, table: Headed, suspects: pl.DataFrame, end: int, found: Mapping[int, LeftOut]) -> None:
        self.table = table
        self.found = dict(found)
        self.suspects = [row for row in suspects.iter_rows(named=True) if row[ROW] not in found]
        numbers = {row[ROW] for row in self.suspects} | set(found)
        self.names = table.name_columns
        self.banners = _banners(table)
        self.end = end
        self.has_blanks_in_keys = _has_blanks_in_keys(table, numbers)
        self.in_legend = False

    def left_out(self) -> Iterator[LeftOut]:
        for row in self.suspects:
            number = row.pop(ROW)
            filled = {letters: text for letters, text in row.items() if text is not None}
            kind = self._kind(number, filled)
            if kind is not None:
                self.found[number] = LeftOut(number, shown(next(iter(filled.values()))), kind)
                yield self.found[number]

    def _kind(self, number: int, filled: Mapping[str, str]) -> Kind | None:
        texts = {letters: text for letters, text in filled.items() if not is_number(text)}
        has_number_as_key = self.table.key in filled and self.table.key not in texts
        if len(filled) == 1 and number in self.banners:
            return "title"
        if texts and all(self._is_totals(letters, text) for letters, text in texts.items()):
            if has_number_as_key and not self._is_sum(number, self.table.key or "", filled):
                return None
            return "totals"
        if not texts and not has_number_as_key and self._are_sums(number, filled):
            return "totals"
        if has_number_as_key:
            return None
        return self._remark(number, filled, texts)

    def _is_totals(self, letters: str, text: str) -> bool:
        if letters in self.names:
            return row_words.is_totals_and_no_name(text)
        return row_words.is_totals(text, of_a_group=letters != self.table.key)

    def _remark(self, number: int, filled: Mapping[str, str], texts: Mapping[str, str]) -> Kind | None:
        is_below = number > self.end
        first = next(iter(texts), "")
        text = texts.get(first, "")
        if text and is_below and self._heads_legend(number, first, text):
            self.in_legend = True
            return "legend"
        if texts and all(row_words.is_footer(one) or row_words.is_legend(one) for one in texts.values()):
            return "remark" if row_words.is_footer(text) else "legend"
        if self.in_legend and is_below and len(filled) < MIN_BANNER and self._is_entry(texts):
            return "legend"
        return self._alone(number, first, text) if len(filled) == len(texts) == 1 else None

    def _alone(self, number: int, letters: str, text: str) -> Kind | None:
        """What the only text of a row is, if it is no client."""
        if not row_words.is_marked(text):
            return "remark" if self._is_free_text(letters, text) else None
        has_digits = any(letter.isdigit() for letter in text)
        if letters in self.names:
            return "legend" if number > self.end and self._is_apart(number) else None
        return None if letters == self.table.key and has_digits else "legend"

    def _heads_legend(self, number: int, letters: str, text: str) -> bool:
        if letters in self.names:
            return row_words.is_legend_and_no_name(text) and self._is_apart(number)
        return row_words.is_legend_head(text)

    def _is_entry(self, texts: Mapping[str, str]) -> bool:
        """May texts below the head of a legend be one of its lines? A client number or a name alone is none."""
        key = texts.get(self.table.key or "")
        if key is None:
            return not self.names & set(texts) or all(map(row_words.is_explained, texts.values()))
        return not any(letter.isdigit() for letter in key)

    def _is_apart(self, number: int) -> bool:
        """Is the row above blank, or left out?"""
        above = number - 1
        return above <= self.table.header + 1 or above in self.found or _filled(self.table, above - 1) == 0

    def _is_free_text(self, letters: str, text: str) -> bool:
        """Is the only text of a row one that can be no client's number, name or answer?"""
        if letters in self.names:
            return False
        words = text.split()
        has_digits = any(letter.isdigit() for letter in text)
        is_sentence = len(words) >= MIN_WORDS_OF_A_SENTENCE or (
            len(words) >= MIN_WORDS_WITHOUT_DIGITS and not has_digits
        )
        if letters == self.table.key:
            return is_sentence and not self.has_blanks_in_keys
        name = next((name for name, place in self.table.letters.items() if place == letters), None)
        if name is None:
            return False
        is_text_of_client = self.table.sheet.key == CANDIDATES.key and self.table.sheet.column(name).kind == "text"
        return is_sentence or (self.table.key is not None and is_text_of_client)

    def _are_sums(self, number: int, filled: Mapping[str, str]) -> bool:
        """Are all numbers of a row the sums of the columns above?"""
        return all(self._is_sum(number, letters, filled, counts=False) for letters in filled)

    def _is_sum(self, number: int, letters: str, filled: Mapping[str, str], *, counts: bool = True) -> bool:
        """Is a number the sum of the column above, of its group or as a whole, or else how many cells it fills?"""
        stated = number_of(filled[letters])
        if stated is None:
            return False
        header = self.table.header + 1
        group = max((row for row in self.found if row < number), default=header)
        for start in {header, group}:
            above = [
                text
                for offset, text in enumerate(
                    self.table.cells[letters].slice(start, number - 1 - start), start=start + 1
                )
                if text is not None and offset not in self.found
            ]
            values = [value for text in above if (value := number_of(text)) is not None]
            if len(values) > 1 and abs(sum(values) - stated) < MAX_DIFFERENCE_OF_SUMS:
                return True
            if counts and len(above) > 1 and stated in {len(above), len(set(above))}:
                return True
        return False


def _banners(table: Headed) -> set[int]:
    """The rows with a cell that is merged over half of the columns or more, and over three at least."""
    width = max(MIN_BANNER, (len(table.headed) + 1) // 2)
    return {
        row
        for merge in table.merged
        if merge.last_column - merge.first_column + 1 >= width
        for row in range(merge.first_row, min(merge.last_row, merge.first_row + MIN_BANNER) + 1)
    }


def _has_blanks_in_keys(table: Headed, numbers: Collection[int]) -> bool:
    """Does a client number hold a blank, in a row that is none of some?"""
    if table.key is None:
        return False
    place = table.cells[table.key].slice(table.header + 1).str.contains(" ").fill_null(value=False).arg_true()
    return any(offset + table.header + 2 not in numbers for offset in place.head(len(numbers) + 1))
