"""The client pages as a workbook: a sheet each, printed on one page of Letter paper."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from openpyxl.utils import get_column_letter

from reports.letter import words
from reports.letter.contents import Letter, LettersContents
from reports.letter.shown import shown
from reports.workbook.book import Book, Page, lines_of
from reports.workbook.front_page import HEADLINE, NOTE, SUBTITLE, Part
from reports.workbook.logo import ROOM_POINTS, put_logo
from reports.workbook.looks import CAUTION, CAUTION_INK, FAR, INK, MUTED, REACHED, Look
from transforms.model.wording import _, full_date

# A narrow letter; two for names; points; maximum; the wide one; three for texts and numbers at the right.
WIDTHS = (5, 13, 14, 8, 10, 27, 11, 10, 11)
LAST = len(WIDTHS)
# Of Excel, and of the number that a title gets where another one is like it.
MAX_TITLE, ROOM_FOR_NUMBER = 31, 5
# Excel keeps one title for itself.
RESERVED = "history"
NO_TITLE = re.compile(r"[\[\]:*?/\\'\x00-\x1f]+")
SCORE_ROWS = 3
# Heights in points: between two sections, and of a row beside the large number.
GAP, SCORE_ROW = 9.0, 18.0

SECTION = Look(size=12, bold=True, ink=INK)
HEAD = Look(size=9, ink=MUTED, rule=True, wrap=True, down="bottom")
HEAD_RIGHT = replace(HEAD, across="right")
TEXT = Look(rule=True, wrap=True, down="top")
STRONG = replace(TEXT, bold=True, ink=INK)
NUMBER = Look(rule=True, number="0", down="top")
TOTAL = replace(NUMBER, bold=True)
RIGHT = replace(TEXT, across="right")
SCORE = Look(size=36, bold=True, ink=INK, number="#,##0", across="left", down="center")
SMALL = Look(size=9, ink=MUTED, wrap=True, down="top")
LABEL = Look(ink=MUTED, wrap=True, down="top")
VALUE = Look(wrap=True, down="top", across="left")
LAW = Look(size=10, ink=CAUTION_INK, fill=CAUTION, wrap=True, indent=1, down="center")
ANSWER = Look(rule=True, down="top", across="center", wrap=True)
# Not by the colour alone: the word stands in the cell.
ANSWERS = {
    "yes": replace(ANSWER, fill=REACHED),
    "no": replace(ANSWER, fill=FAR),
    "undetermined": replace(ANSWER, fill=CAUTION),
}


def write_letters(path: Path, contents: LettersContents, pages: Sequence[Letter]) -> list[str]:
    """Writes the workbook and gives the titles of its sheets, one a page in their order; equal pages give equal bytes."""
    title = f"{contents.title}: {_(words.TITLE)} {contents.as_of}"
    footer = f"{_('As of {day}').format(day=contents.as_of)}, {contents.rules_version}"
    with Book(title, contents.as_of, path.parent, footer, company=contents.firm, subject=_(words.TITLE)) as book:
        for number, (sheet, letter) in enumerate(zip(titles(one.client_id for one in pages), pages, strict=True)):
            page = book.page(sheet, WIDTHS)
            page.sheet.sheet_view.tabSelected = number == 0
            _Writer(page, contents).fill(letter)
        book.save(path)
        return book.sheet_names


def titles(clients: Iterable[str]) -> list[str]:
    """A title for the sheet of each client: the id as Excel takes it, no two alike where case does not count."""
    taken = {RESERVED}
    made = []
    for client in clients:
        stem = NO_TITLE.sub(" ", shown(client, MAX_TITLE - ROOM_FOR_NUMBER)).strip() or _("Client")
        title, number = stem, 1
        while title.casefold() in taken:
            number += 1
            title = f"{stem} ({number})"
        taken.add(title.casefold())
        made.append(title)
    return made


class _Writer:
    """Writes one page from top to bottom."""

    def __init__(self, page: Page, contents: LettersContents) -> None:
        self._page, self._contents = page, contents
        self._row = 1

    def fill(self, letter: Letter) -> None:
        """Fills and writes the page."""
        self._set_up()
        self._head(letter)
        self._score(letter)
        self._shares(letter)
        self._programs(letter)
        self._steps(letter)
        self._events(letter)
        self._foot(letter)
        self._page.write()

    def _set_up(self) -> None:
        """One upright page of Letter paper, its own footer."""
        sheet, logo = self._page.sheet, self._contents.logo
        sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "portrait", 1
        sheet.print_options.horizontalCentered = True
        sheet.HeaderFooter.oddFooter.right.text = None
        if logo is not None:
            self._page.room[1] = ROOM_POINTS
            put_logo(sheet, logo, self._page.widths)

    def _across(self, text: str, look: Look, last: int = LAST) -> None:
        self._page.put_across(self._row, text, look, last=last)
        self._row += 1

    def _section(self, text: str) -> None:
        self._page.sheet.row_dimensions[self._row].height = GAP
        self._row += 1
        self._page.put(self._row, 1, text, SECTION)
        self._row += 1

    def _grid(self, parts: Sequence[Part], rows: Iterable[Sequence[object]]) -> None:
        """A table: small headers, then rows as high as their texts need."""
        heads = [replace(HEAD_RIGHT if _is_right(part.look) else HEAD, indent=part.look.indent) for part in parts]
        if any(part.title for part in parts):
            self._line([part.title for part in parts], parts, heads)
        for row in rows:
            self._line(row, parts, [part.look for part in parts])

    def _line(self, values: Sequence[object], parts: Sequence[Part], looks: Sequence[Look]) -> None:
        lines = 1
        for value, part, look in zip(values, parts, looks, strict=True):
            for column in range(part.first, part.last + 1):
                self._page.put(self._row, column, value if column == part.first else None, look)
            if part.last > part.first:
                self._page.merge(self._row, part.first, part.last)
            if isinstance(value, str):
                lines = max(lines, lines_of(value, sum(WIDTHS[part.first - 1 : part.last]) - 1))
        self._page.set_height(self._row, lines)
        self._row += 1

    def _head(self, letter: Letter) -> None:
        contents = self._contents
        # Beside a logo the line does not reach under it.
        room = LAST if contents.logo is None else LAST // 2 + 1
        self._across(
            " · ".join(part for part in (contents.firm, _(words.TITLE), full_date(contents.as_of)) if part),
            SUBTITLE,
            room,
        )
        self._across(letter.name, HEADLINE)
        self._across(
            " · ".join(_("{label}: {value}").format(label=label, value=value) for label, value in letter.facts),
            replace(NOTE, rule=True),
        )

    def _score(self, letter: Letter) -> None:
        """The score as a large number, and beside it the places."""
        self._section(_("CRS score"))
        first, rows = self._row, max(SCORE_ROWS, len(letter.places) + 1)
        for number, (label, value) in enumerate(letter.places):
            row = first + number
            self._page.put_across(row, label, LABEL, first=3, last=5)
            height = self._page.sheet.row_dimensions[row].height
            self._page.put_across(row, value, VALUE, first=6, last=LAST)
            self._page.sheet.row_dimensions[row].height = max(height, self._page.sheet.row_dimensions[row].height)
        self._page.put(first, 1, letter.score, SCORE)
        end = first + rows - 2
        self._page.sheet.merged_cells.add(f"A{first}:{get_column_letter(2)}{end}")
        for row in range(first, end + 1):
            height = self._page.sheet.row_dimensions[row].height or 0
            self._page.sheet.row_dimensions[row].height = max(height, SCORE_ROW)
        self._page.put_across(end + 1, letter.score_note, SMALL, last=3)
        if letter.places_note:
            self._page.put_across(end + 1, letter.places_note, SMALL, first=4)
            height = self._page.sheet.row_dimensions[end + 1].height
            self._page.sheet.row_dimensions[end + 1].height = max(height, SCORE_ROW)
        self._row = end + 2

    def _shares(self, letter: Letter) -> None:
        self._section(_("Where the points come from"))
        parts = [
            Part("", 1, 1, STRONG),
            Part(_("Group"), 2, 3, TEXT),
            Part(_("Points"), 4, 4, TOTAL),
            Part(_("Maximum"), 5, 5, NUMBER),
            Part(_("Components"), 6, LAST, replace(TEXT, indent=1)),
        ]
        self._grid(parts, ((one.letter, one.title, one.points, one.maximum, one.parts) for one in letter.shares))
        for text in letter.caps:
            self._across(text, SMALL)

    def _programs(self, letter: Letter) -> None:
        self._section(_("Programs and categories"))
        reason = replace(TEXT, indent=1)
        for one in letter.programs:
            parts = [Part("", 1, 3, TEXT), Part("", 4, 5, ANSWERS[one.key]), Part("", 6, LAST, reason)]
            self._grid(parts, [(one.name, one.answer, one.reason)])
        parts = [Part("", 1, 3, TEXT), Part("", 4, LAST, replace(TEXT, indent=1))]
        self._grid(parts, [(_("Categories"), letter.categories)])

    def _steps(self, letter: Letter) -> None:
        self._section(_("Changes with the most effect"))
        parts = [
            Part(_("Change, all else as it is"), 1, 3, TEXT),
            Part(_("Gain"), 4, 4, replace(RIGHT, bold=True)),
            Part(_("Score then"), 5, 5, RIGHT),
            Part(_("What it would open"), 6, LAST, replace(TEXT, indent=1)),
        ]
        if len(letter.steps) == 1 and not letter.steps[0].gain:
            self._across(letter.steps[0].what, TEXT)
        else:
            self._grid(parts, ((one.what, one.gain, one.total, one.opens) for one in letter.steps))

    def _events(self, letter: Letter) -> None:
        self._section(_("Dates to watch"))
        parts = [
            Part(_("Day"), 1, 2, TEXT),
            Part(_("What happens"), 3, 6, TEXT),
            Part(_("Last day to act"), 7, 7, TEXT),
            Part(_("At stake"), 8, LAST, TEXT),
        ]
        if letter.events:
            self._grid(parts, ((one.on, one.what, one.act_by, one.stake) for one in letter.events))
        if letter.events_note:
            self._across(letter.events_note, SMALL)

    def _foot(self, letter: Letter) -> None:
        self._section(_("Law and use of this page"))
        self._across(letter.law, LAW if self._contents.provisional else SMALL)
        self._across(f"{_(words.PREPARED)} {_(words.NO_ADVICE)}", SMALL)


def _is_right(look: Look) -> bool:
    """Do the cells of a look stand at the right?"""
    return bool(look.number) or look.across == "right"
