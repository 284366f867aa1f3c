"""The rows of a sheet's XML, edited in its bytes: cells are added, coloured or taken away, all others stay as they are.

What stands around the rows is edited as a tree (`around`). A sheet of another dialect (comments, CDATA, attributes between
apostrophes, cells that do not state their place) is brought into the plain one first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from lxml import etree

from reports.corrections.xml import HEAD, CannotEditError, child, is_well_formed, name_of, parse, parse_plainly, written
from transforms.model.wording import _

ALPHABET = 26
# Of so many edited rows it is checked whether they are XML.
MAX_SAMPLES = 2_000
_ROOT = re.compile(rb"<(?:([A-Za-z_][\w.-]*):)?worksheet[\s>]")
_ENCODING = re.compile(rb"""<\?xml[^>]*?encoding=["']([\w-]+)["']""")
_ADDRESS = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_STYLE = re.compile(rb'\ss="([0-9]+)"')
_NUMBER = re.compile(rb'\sr="([0-9]+)"')
_PLACE = re.compile(rb'\sr="([A-Z]{1,3})[0-9]+"')
_SPANS = re.compile(rb'\sspans="([0-9]+):([0-9]+)"')
_CUSTOM_FORMAT = re.compile(rb'\scustomFormat="(?:1|true)"')
_HOLDS = re.compile(rb"<(?:[\w.-]+:)?(?:v|f|is)[\s>/]")


def column_of(letters: str) -> int:
    """The column of some letters, counted from 1."""
    column = 0
    for letter in letters:
        column = column * ALPHABET + ord(letter) - ord("A") + 1
    return column


def letters_of(column: int) -> str:
    """The letters of a column counted from 1."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, ALPHABET)
        letters = chr(ord("A") + rest) + letters
    return letters


def place_of(address: str) -> tuple[int, int]:
    """Row and column, counted from 1, of an address such as B7."""
    found = _ADDRESS.fullmatch(address)
    if not found:
        raise ValueError(f"no address of a cell: {address}")
    return int(found[2]), column_of(found[1])


@dataclass
class RowEdit:
    """What is to become of a row: cells to add or to replace (XML by column), and columns whose style changes."""

    cells: dict[int, bytes] = field(default_factory=dict)
    styled: dict[int, Callable[[int], int]] = field(default_factory=dict)
    dropped: Collection[int] = ()


class SheetXml:
    """A worksheet's XML: its rows as bytes, and what stands around them as a tree (`around`).

    Raises CannotEditError for one that is damaged or in an unusual form.
    """

    def __init__(self, xml: bytes, part: str) -> None:
        self._part = part
        xml = _plain(xml, part)
        found = _ROOT.search(xml)
        if not found:
            raise CannotEditError(_("The part {part} of the workbook is no worksheet.").format(part=part))
        prefix = found[1] + b":" if found[1] else b""
        self._prefix = prefix
        opening = re.compile(rb"<%bsheetData(?:\s[^<>]*?)?(/?)>" % prefix).search(xml)
        if not opening:
            raise CannotEditError(_("The part {part} of the workbook holds no rows.").format(part=part))
        end = opening.start() if opening[1] else xml.find(b"</%bsheetData>" % prefix, opening.end())
        self._rows = b"" if opening[1] else xml[opening.end() : end]
        after = opening.end() if opening[1] else end + len(prefix) + len(b"</sheetData>")
        self.around = parse(xml[: opening.start()] + b"<%bsheetData/>" % prefix + xml[after:], part)
        self._samples: list[bytes] = []
        self._spans: Sequence[tuple[int, tuple[int, int], int, int]] | None = None
        self._row = re.compile(rb"<%brow(?:\s[^<>]*?)?(/?)>" % prefix)
        self._row_end = b"</%brow>" % prefix
        self._cell_start = re.compile(rb"<%bc[\s>/]" % prefix)
        self._cell_mark = b"<%bc" % prefix
        self._cell = re.compile(rb"(<%bc(?:\s[^<>]*?)?)(/>|>.*?</%bc>)" % (prefix, prefix), re.DOTALL)

    @property
    def numbers(self) -> list[int]:
        """The numbers of the rows that are there."""
        return [number for number, *_rest in self._row_spans()]

    def last_column(self, passed_over: Collection[int] = ()) -> int:
        """The last column, counted from 1, of a cell that holds anything, but for those passed over; 0 where none does."""
        last = 0
        for _number, _tag, start, end in self._row_spans():
            at = end
            while (at := self._rows.rfind(self._cell_mark, start, at)) >= 0:
                if not self._cell_start.match(self._rows, at):
                    continue
                place = _PLACE.search(self._rows, at, end)
                column = column_of(place[1].decode()) if place else 0
                if column <= last:
                    break
                if column in passed_over:
                    continue
                after = self._rows.find(self._cell_mark, at + 1, end)
                if _HOLDS.search(self._rows, at, after if after > 0 else end):
                    last = column
                    break
        return last

    def edit(self, edits: Mapping[int, RowEdit]) -> None:
        """Changes the rows named by number; a row that is not there is added where it is to hold cells."""
        made: list[bytes | memoryview] = []
        view, kept = memoryview(self._rows), 0
        waiting = sorted(edits)
        at = 0
        for number, tag, start, end in self._row_spans():
            while at < len(waiting) and waiting[at] < number:
                if edits[waiting[at]].cells:
                    made += [view[kept : tag[0]], self._new_row(waiting[at], edits[waiting[at]])]
                    kept = tag[0]
                at += 1
            if at < len(waiting) and waiting[at] == number:
                made += [view[kept : tag[0]], self._edited(number, tag, start, end, edits[number])]
                kept = end if self._is_closed(tag) else end + len(self._row_end)
                at += 1
        made.append(view[kept:])
        made += [self._new_row(number, edits[number]) for number in waiting[at:] if edits[number].cells]
        self._rows = b"".join(made)
        self._spans = None

    def cells_styled(self, styles: Collection[int]) -> Iterator[tuple[int, int]]:
        """Row and column of every cell that has one of some styles."""
        if not styles:
            return
        numbers = b"|".join(str(style).encode() for style in sorted(styles))
        tag = re.compile(rb'<%bc\s(?=[^<>]*\bs="(?:%b)")[^<>]*?\br="([A-Z]{1,3})([0-9]+)"' % (self._prefix, numbers))
        for found in tag.finditer(self._rows):
            yield int(found[2]), column_of(found[1].decode())

    def column_style(self, column: int) -> int:
        """The style that an empty column shows, or 0."""
        columns = child(self.around, "cols")
        for entry in () if columns is None else columns:
            if name_of(entry) == "col" and int(entry.get("min", "0")) <= column <= int(entry.get("max", "0")):
                return int(entry.get("style", "0"))
        return 0

    def cell(self, address: str, style: int, inside: bytes) -> bytes:
        """A cell with a text between <is> and </is>; empty where there is none."""
        head = b'<%bc r="%b" s="%d"' % (self._prefix, address.encode(), style)
        if not inside:
            return head + b"/>"
        p = self._prefix
        return head + b' t="inlineStr"><%bis><%bt xml:space="preserve">%b</%bt></%bis></%bc>' % (p, p, inside, p, p, p)

    def xml(self) -> bytes:
        """The whole part; raises CannotEditError where the edited rows are no XML."""
        around = written(self.around)
        mark = b"<%bsheetData/>" % self._prefix
        before, found, after = around.partition(mark)
        if not found:
            raise CannotEditError(_("The part {part} of the workbook has an unusual form.").format(part=self._part))
        start, end = before + mark[:-2] + b">", b"</" + mark[1:-2] + b">" + after
        if not is_well_formed(b"".join([start, *self._samples, end])):
            raise CannotEditError(_("The part {part} of the workbook has an unusual form.").format(part=self._part))
        return b"".join([start, self._rows, end])

    def _row_spans(self) -> Sequence[tuple[int, tuple[int, int], int, int]]:
        """Of each row its number, where its tag begins and ends, and where its content begins and ends."""
        if self._spans is None:
            self._spans = list(self._found_rows())
        return self._spans

    def _found_rows(self) -> Iterator[tuple[int, tuple[int, int], int, int]]:
        number, at = 0, 0
        while found := self._row.search(self._rows, at):
            stated = _NUMBER.search(self._rows, found.start(), found.end())
            number = int(stated[1]) if stated else number + 1
            start = found.end()
            end = start if found[1] else self._rows.find(self._row_end, start)
            if end < 0:
                raise CannotEditError(_("The part {part} of the workbook is damaged.").format(part=self._part))
            yield number, (found.start(), found.end()), start, end
            at = end if found[1] else end + len(self._row_end)

    def _is_closed(self, tag: tuple[int, int]) -> bool:
        return self._rows[tag[1] - 2 : tag[1]] == b"/>"

    def _new_row(self, number: int, edit: RowEdit) -> bytes:
        cells = b"".join(edit.cells[column] for column in sorted(edit.cells))
        return b'<%brow r="%d">' % (self._prefix, number) + cells + self._row_end

    def _edited(self, number: int, tag: tuple[int, int], start: int, end: int, edit: RowEdit) -> bytes:
        """A row with its changes."""
        opening = self._rows[tag[0] : tag[1]].removesuffix(b"/>").removesuffix(b">")
        spans = _SPANS.search(opening)
        reach = max([*edit.cells, *edit.styled, 0])
        if spans and int(spans[2]) < reach:
            opening = opening[: spans.start()] + b' spans="%b:%d"' % (spans[1], reach) + opening[spans.end() :]
        content = self._rows[start:end]
        changed = self._spliced(number, content, edit)
        content = self._rebuilt(number, opening, content, edit) if changed is None else changed
        made = opening + (b">" + content + self._row_end if content or not self._is_closed(tag) else b"/>")
        if len(self._samples) < MAX_SAMPLES:
            self._samples.append(made)
        return made

    def _spliced(self, number: int, content: bytes, edit: RowEdit) -> bytes | None:
        """The content of a row with cells dropped, restyled where they stand, and added at its end; None if that is not enough."""
        for column in edit.dropped:
            place = content.find(b' r="%b%d"' % (letters_of(column).encode(), number))
            if place >= 0:
                cell = self._cell.match(content, content.rfind(self._cell_mark, 0, place))
                if cell is None or cell.start(2) < place:
                    return None
                content = content[: cell.start()] + content[cell.end() :]
        if edit.cells and self._last_place(content) >= min(edit.cells):
            return None
        for column, style_of in edit.styled.items():
            place = content.find(b' r="%b%d"' % (letters_of(column).encode(), number))
            start = content.rfind(self._cell_mark, 0, place) if place >= 0 else -1
            if start < 0 or content.find(b">", start, place) >= 0:
                return None
            end = content.find(b">", place)
            content = content[:start] + _restyled(content[start : end + 1], style_of) + content[end + 1 :]
        if not edit.cells:
            return content
        at = self._end_of_cells(content)
        return content[:at] + b"".join(edit.cells[column] for column in sorted(edit.cells)) + content[at:]

    def _last_place(self, content: bytes) -> int:
        """The column of the last cell of a row, or 0."""
        at = len(content)
        while (at := content.rfind(self._cell_mark, 0, at)) >= 0:
            if self._cell_start.match(content, at):
                place = _PLACE.search(content, at)
                return column_of(place[1].decode()) if place else 0
        return 0

    def _end_of_cells(self, content: bytes) -> int:
        """Where the cells of a row end."""
        last = 0
        at = len(content)
        while (at := content.rfind(self._cell_mark, 0, at)) >= 0:
            found = self._cell.match(content, at)
            if found:
                last = found.end()
                break
        return last

    def _rebuilt(self, number: int, opening: bytes, content: bytes, edit: RowEdit) -> bytes:
        """The content of a row, cell by cell."""
        own = _STYLE.search(opening) if _CUSTOM_FORMAT.search(opening) else None
        cells: dict[int, bytes] = {}
        before, last = b"", 0
        for found in self._cell.finditer(content):
            if not cells:
                before = content[: found.start()]
            place = _PLACE.search(found[1])
            if not place:
                raise CannotEditError(_("The part {part} of the workbook has an unusual form.").format(part=self._part))
            cells[column_of(place[1].decode())] = found[0]
            last = found.end()
        for column in edit.dropped:
            cells.pop(column, None)
        for column, style_of in edit.styled.items():
            if column in cells:
                cells[column] = _restyled(cells[column], style_of)
            else:
                style = int(own[1]) if own else self.column_style(column)
                cells[column] = self.cell(f"{letters_of(column)}{number}", style_of(style), b"")
        cells.update(edit.cells)
        return before + b"".join(cells[column] for column in sorted(cells)) + content[last:]


def _restyled(cell: bytes, style_of: Callable[[int], int]) -> bytes:
    """A cell with another style."""
    end = cell.index(b">")
    tag = cell[:end]
    found = _STYLE.search(tag)
    new = style_of(int(found[1]) if found else 0)
    if found:
        return tag[: found.start()] + b' s="%d"' % new + tag[found.end() :] + cell[end:]
    place = _PLACE.search(tag)
    assert place is not None
    return tag[: place.end()] + b' s="%d"' % new + tag[place.end() :] + cell[end:]


def _plain(xml: bytes, part: str) -> bytes:
    """The XML in the plain dialect: UTF-8, attributes between quotation marks, no comments, every cell with its place."""
    xml = xml.removeprefix(b"\xef\xbb\xbf")
    encoding = _ENCODING.match(xml)
    is_plain = (
        (encoding is None or encoding[1].lower() in (b"utf-8", b"ascii", b"us-ascii"))
        and not xml.startswith((b"\xff\xfe", b"\xfe\xff"))
        and xml.find(b"<!") < 0
        and xml.find(b"<?", 2) < 0
        and xml.find(b" r='") < 0
        and xml.find(b" s='") < 0
        and _states_places(xml)
    )
    return xml if is_plain else _in_plain_dialect(xml, part)


def _states_places(xml: bytes) -> bool:
    """Does every row and cell state its place?"""
    # As Excel writes them; the counts are quicker than what follows.
    if b":row" not in xml and all(
        xml.count(b"<%b " % name) + xml.count(b"<%b>" % name) == xml.count(b'<%b r="' % name) for name in (b"c", b"row")
    ):
        return True
    cells = re.compile(rb"<(?:[\w.-]+:)?c(?=[\s/>])(?![^<>]*\sr=)").search(xml)
    return cells is None and re.search(rb"<(?:[\w.-]+:)?row(?=[\s/>])(?![^<>]*\sr=)", xml) is None


def _in_plain_dialect(xml: bytes, part: str) -> bytes:
    root = parse_plainly(xml, part)
    data = child(root, "sheetData")
    number = 0
    for row in () if data is None else data:
        number = int(row.get("r", number + 1))
        row.set("r", str(number))
        column = 0
        for cell in row:
            if name_of(cell) == "c":
                column = place_of(cell.get("r"))[1] if cell.get("r") else column + 1
                cell.set("r", f"{letters_of(column)}{number}")
    return HEAD + bytes(etree.tostring(root, encoding="UTF-8", xml_declaration=False))
