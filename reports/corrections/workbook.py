"""The corrections workbook of one file: its own sheets, rows and parts, with a mark at everything that is wrong.

Marks are a status and a message at the right end of each sheet that was read, a colour and a comment at each wrong cell,
and a sheet in front. Those of an earlier marking are taken away first.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from xml.sax.saxutils import escape

from lxml import etree

from reports.corrections import comments, front_sheet, plain_book
from reports.corrections import styles as styles_
from reports.corrections.book import Book
from reports.corrections.marks import OK, STANDINGS, FileMarks, SheetMarks
from reports.corrections.parts import Parts
from reports.corrections.rows import RowEdit, SheetXml, column_of, letters_of, place_of
from reports.corrections.styles import Styles
from reports.corrections.xml import CannotEditError, child, children, insert_in_order, name_of, new
from reports.workbook.text import fit
from transforms.model.correction_names import message_heading, status_heading
from transforms.model.wording import N_, _

SHEET_ORDER = (
    "sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr", "sheetProtection",
    "protectedRanges", "scenarios", "autoFilter", "sortState", "dataConsolidate", "customSheetViews", "mergeCells",
    "phoneticPr", "conditionalFormatting", "dataValidations", "hyperlinks", "printOptions", "pageMargins", "pageSetup",
    "headerFooter", "rowBreaks", "colBreaks", "customProperties", "cellWatches", "ignoredErrors", "smartTags", "drawing",
    "legacyDrawing", "legacyDrawingHF", "drawingHF", "picture", "oleObjects", "AlternateContent", "controls",
    "webPublishItems", "tableParts", "extLst",
)  # fmt: skip
STATUS_WIDTH, MESSAGE_WIDTH = 18, 70
LAST_COLUMN = 16_384
NO_ROOM = N_("A sheet has no free columns at its right end for status and message.")
_RANGE_END = re.compile(r"(?:\$?[A-Z]{1,3}\$?[0-9]+:)?\$?([A-Z]{1,3})\$?[0-9]+")


def write(path: Path, data: bytes, marks: FileMarks) -> str:
    """Writes the corrections workbook of a workbook; returns why the file itself could not be edited, empty where it was.

    Then the workbook is a list alone.
    """
    try:
        corrected(data, marks).save(path)
    except ValueError as error:
        reason = str(error) if isinstance(error, CannotEditError) else _("The workbook has an unusual form.")
        reason = _("{reason} Correct the file itself by this list.").format(reason=reason)
        write_list(path, marks, reason)
        return reason
    return ""


def write_list(path: Path, marks: FileMarks, reason: str) -> None:
    """Writes the list of problems alone."""
    parts = Parts(plain_book.without_sheets())
    book, styles = Book.of(parts), Styles.of(parts)
    book.put_front(front_sheet.xml(marks, styles_.of_marks(styles), book.namespace, {}, reason))
    book.save()
    styles.save()
    parts.save(path)


def corrected(data: bytes, marks: FileMarks) -> Parts:
    """The package of a workbook with its marks; raises CannotEditError, or ValueError for odd numbers in it."""
    parts = Parts(data)
    book, styles = Book.of(parts), Styles.of(parts)
    earlier = styles.is_marked()
    fills: dict[str, str] = {}
    if old := book.remove_front():
        texts = parts.linked(parts.main_part, "sharedStrings")
        fills = front_sheet.records_in(parts, old, texts.target if texts else "")
        parts.remove(old)
    looks = styles_.of_marks(styles)
    work = _Work(parts, styles, looks, earlier, fills)
    own = {sheet.title: sheet for sheet in marks.sheets}
    sheets = book.sheets()
    if lost := [title for title in own if title not in sheets]:
        raise CannotEditError(_("The workbook has no sheet {lost}.").format(lost=lost[0]))
    for title, part in sheets.items():
        if title in own:
            work.mark(part, own[title])
        elif earlier:
            work.clear(part, title)
    for part in book.all_sheet_parts():
        _deselect(parts, part)
    book.put_front(front_sheet.xml(marks, looks, book.namespace, work.records))
    book.save()
    styles.save()
    return parts


@dataclass
class _Work:
    """What marking the sheets of a workbook goes on with; `records` are the fills of cells before they were coloured."""

    parts: Parts
    styles: Styles
    looks: Mapping[str, int]
    earlier: Mapping[int, str]
    fills: Mapping[str, str]
    records: dict[str, str] = field(default_factory=dict)

    def clear(self, part: str, title: str) -> None:
        """Takes the colours of an earlier marking off a sheet that is not marked now."""
        sheet = SheetXml(self.parts.read(part), part)
        edits: dict[int, RowEdit] = {}
        self._restore(sheet, title, edits, ())
        if edits:
            sheet.edit(edits)
            self.parts.put(part, sheet.xml())

    def mark(self, part: str, marks: SheetMarks) -> None:
        """Marks a sheet; marks of an earlier time go."""
        sheet = SheetXml(self.parts.read(part), part)
        shapes = _shapes_of(sheet.around)
        comments.remove_own(self.parts, part, shapes)
        own = [column_of(letters) for letters in marks.own_columns]
        edits: dict[int, RowEdit] = {number: RowEdit(dropped=own) for number in sheet.numbers} if own else {}
        before = self._restore(sheet, marks.title, edits, own)
        self._colour(marks, edits, before)
        if marks.heading_row:
            first = _first_free(self.parts, part, sheet, own)
            self._add_columns(sheet, marks, first, edits)
        sheet.edit(edits)
        words = {address: mark.words[: comments.MAX_LETTERS] for address, mark in marks.cells.items()}
        if words:
            try:
                shapes = comments.add(self.parts, part, shapes, words)
            except CannotEditError:
                # Shapes in a form that is no XML: colours, messages and the sheet in front say the same.
                pass
            else:
                _name_shapes(sheet.around, shapes, self.parts.link_types)
        self.parts.put(part, sheet.xml())

    def _restore(
        self, sheet: SheetXml, title: str, edits: dict[int, RowEdit], dropped: list[int] | tuple[int, ...]
    ) -> dict[tuple[int, int], str]:
        """Gives cells that an earlier marking coloured their fill back; the fills by row and column."""
        found = {}
        quoted = "'" + title.replace("'", "''") + "'"
        for row, column in sheet.cells_styled(list(self.earlier)):
            if column in dropped:
                continue
            address = f"{letters_of(column)}{row}"
            fill = self.fills.get(f"{title}!{address}") or self.fills.get(f"{quoted}!{address}", "")
            found[row, column] = fill
            edits.setdefault(row, RowEdit()).styled[column] = self._restored(fill)
        return found

    def _restored(self, fill: str) -> Callable[[int], int]:
        return lambda style: self.styles.restored(style, fill)

    def _colour(self, marks: SheetMarks, edits: dict[int, RowEdit], before: Mapping[tuple[int, int], str]) -> None:
        quoted = "'" + marks.title.replace("'", "''") + "'"
        for address, mark in marks.cells.items():
            row, column = place_of(address)

            def styled(
                style: int,
                address: str = address,
                standing: str = mark.standing,
                place: tuple[int, int] = (row, column),
            ) -> int:
                if place in before:
                    style = self.styles.restored(style, before[place])
                record = self.styles.record(style)
                if record and place[0] == marks.heading_row:
                    # A heading of an own colour would not be legible on another one.
                    return style
                if record:
                    self.records[f"{marks.title}!{address}"] = self.records[f"{quoted}!{address}"] = record
                return self.styles.marked(style, standing)

            edits.setdefault(row, RowEdit()).styled[column] = styled

    def _add_columns(self, sheet: SheetXml, marks: SheetMarks, first: int, edits: dict[int, RowEdit]) -> None:
        """Adds the cells of both columns to the rows that were read."""
        status, message = letters_of(first), letters_of(first + 1)

        def put(row: int, said: str, words: str, said_style: str, words_style: str) -> None:
            cells = edits.setdefault(row, RowEdit()).cells
            cells[first] = sheet.cell(f"{status}{row}", self.looks[said_style], _inside(said))
            cells[first + 1] = sheet.cell(f"{message}{row}", self.looks[words_style], _inside(words))

        put(marks.heading_row, status_heading(), message_heading(), "heading", "heading")
        for row, standing in marks.standings.items():
            put(
                row,
                _(STANDINGS[standing]),
                marks.messages.get(row, ""),
                standing if standing != OK else "ok",
                "message",
            )
        _set_widths(sheet.around, {first: STATUS_WIDTH, first + 1: MESSAGE_WIDTH})
        _extend_dimension(sheet.around, first + 1)


def _inside(text: str) -> bytes:
    return escape(fit(text)).encode()


def _shapes_of(around: etree._Element) -> str:
    """The id of the link to the shapes of a sheet's comments; empty where there are none."""
    named = child(around, "legacyDrawing")
    return "" if named is None else next((value for key, value in named.attrib.items() if key.endswith("}id")), "")


def _name_shapes(around: etree._Element, id_: str, namespace: str) -> None:
    if child(around, "legacyDrawing") is None:
        named = new(around, "legacyDrawing")
        named.set(f"{{{namespace}}}id", id_)
        insert_in_order(around, named, SHEET_ORDER)


def _first_free(parts: Parts, part: str, sheet: SheetXml, own: list[int]) -> int:
    """The first column of the two: right of all cells, ranges, pictures and tables; not beside a table.

    A table takes in what is typed beside it. Raises CannotEditError where there is no room.
    """
    used = max([sheet.last_column(own), *_ranges(sheet.around), *_anchors(parts, part)])
    tables = _table_ends(parts, part)
    last = max([used, *tables])
    first = last + 2 if last in tables else last + 1
    if first + 1 > LAST_COLUMN:
        raise CannotEditError(_(NO_ROOM))
    return first


def _ranges(around: etree._Element) -> list[int]:
    """Where filters, merged cells and sparklines end."""
    found = []
    for element in around.iter():
        name = name_of(element)
        text = (
            element.get("ref", "")
            if name in ("autoFilter", "mergeCell")
            else (element.text or "")
            if name == "sqref" and name_of(element.getparent()) == "sparkline"
            else ""
        )
        found += [column_of(end) for end in _RANGE_END.findall(text)]
    return [column for column in found if column < LAST_COLUMN - 1]


def _anchors(parts: Parts, part: str) -> list[int]:
    """Where pictures, charts and text boxes end."""
    link = parts.linked(part, "drawing")
    if link is None or link.target not in parts:
        return []
    ends = []
    for anchor in parts.xml(link.target):
        for end in anchor:
            if name_of(end) == "to" or (name_of(end) == "from" and name_of(anchor) == "oneCellAnchor"):
                ends += [int(column.text or 0) + 1 for column in end if name_of(column) == "col"]
    return [end for end in ends if end < LAST_COLUMN - 1]


def _table_ends(parts: Parts, part: str) -> list[int]:
    """The last columns of a sheet's tables."""
    ends = []
    for link in parts.links(part):
        if link.type.endswith("/table") and link.target in parts:
            ends += [column_of(end) for end in _RANGE_END.findall(parts.xml(link.target).get("ref", ""))]
    return ends


def _set_widths(around: etree._Element, widths: Mapping[int, int]) -> None:
    """Sets the widths of neighbouring columns; entries that stand for more columns are divided."""
    columns = child(around, "cols")
    if columns is None:
        columns = new(around, "cols")
        insert_in_order(around, columns, SHEET_ORDER)
    kept = [
        _spanning(entry, first, last)
        for entry in children(columns, "col")
        for low, high in [(int(entry.get("min", "1")), int(entry.get("max", "1")))]
        for first, last in ((low, min(high, min(widths) - 1)), (max(low, max(widths) + 1), high))
        if first <= last
    ]
    for column, width in widths.items():
        kept.append(new(columns, "col", min=str(column), max=str(column), width=str(width), customWidth="1"))
    columns[:] = sorted(kept, key=lambda entry: int(entry.get("min")))


def _spanning(entry: etree._Element, first: int, last: int) -> etree._Element:
    """An entry for columns as it is, or a copy of it for other columns."""
    if (entry.get("min"), entry.get("max")) == (str(first), str(last)):
        return entry
    made = copy.deepcopy(entry)
    made.set("min", str(first))
    made.set("max", str(last))
    return made


def _extend_dimension(around: etree._Element, last: int) -> None:
    """States that the sheet reaches to a column."""
    dimension = child(around, "dimension")
    if dimension is None or not dimension.get("ref"):
        return
    first, _, end = dimension.get("ref").partition(":")
    row, column = place_of(end or first)
    dimension.set("ref", f"{first}:{letters_of(max(column, last))}{row}")


def _deselect(parts: Parts, part: str) -> None:
    """Takes the mark of the sheet that is shown off a sheet: two marked ones would be edited together."""
    xml = parts.read(part)
    head = xml[: xml.find(b"sheetData")] if b"sheetData" in xml else xml
    if b"tabSelected" not in head:
        return
    changed = re.sub(rb"""\stabSelected=(?:"[^"]*"|'[^']*')""", b"", head)
    parts.put(part, changed + xml[len(head) :])
